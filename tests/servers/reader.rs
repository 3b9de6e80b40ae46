//! A reader of its own library, with an account at a server.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::command;
use crate::miniflux::Miniflux;

/// The name of the account.
pub const NAME: &str = "home";

/// A folder that is the home of a reader.
pub struct Reader(TempDir);

impl Reader {
    /// A reader without an account.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// A reader that has synced an account at Miniflux.
    pub fn of(miniflux: &Miniflux) -> Self {
        let reader = Self::new();
        reader.ok_with(&["account", "add", "miniflux", miniflux.address(), "--name", NAME], miniflux.key());
        reader.sync();
        reader
    }

    pub fn home(&self) -> &Path {
        self.0.path()
    }

    pub fn library(&self) -> PathBuf {
        self.home().join("library.db")
    }

    /// Runs a command. Returns standard output, standard error and the exit code.
    pub fn run(&self, arguments: &[&str], input: &str) -> (String, String, Option<i32>) {
        let library = self.library();
        // The library comes after the names of the subcommands.
        let place = ["--library", library.to_str().expect("UTF-8")];
        command::run(self.home(), &[arguments, &place].concat(), input.as_bytes())
    }

    /// Runs a command that succeeds. Returns its output.
    pub fn ok(&self, arguments: &[&str]) -> String {
        self.ok_with(arguments, "")
    }

    pub fn ok_with(&self, arguments: &[&str], input: &str) -> String {
        let (output, errors, code) = self.run(arguments, input);
        assert_eq!(code, Some(0), "{arguments:?}: {output}{errors}");
        output
    }

    /// The account as `account list` shows it in JSON.
    pub fn account(&self) -> serde_json::Value {
        let list: serde_json::Value =
            serde_json::from_str(&self.ok(&["account", "list", "--format", "json"])).expect("JSON");
        list[0].clone()
    }

    /// Syncs the account.
    pub fn sync(&self) -> String {
        self.ok(&["sync", NAME])
    }

    /// Syncs in vain. Returns the messages.
    pub fn failing_sync(&self) -> String {
        let (output, errors, code) = self.run(&["sync", NAME], "");
        assert_eq!(code, Some(1), "{output}{errors}");
        output + &errors
    }

    /// The releases that match a query, as JSON, in the order of their titles.
    pub fn releases(&self, query: &str) -> Vec<serde_json::Value> {
        let (output, errors, code) = self.run(&["list", "--format", "jsonl", "-q", query], "");
        assert!(code == Some(0) || errors.is_empty(), "{query}: {errors}");
        let lines = output.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        let mut releases: Vec<serde_json::Value> = lines.collect();
        releases.sort_by_key(|release| release["title"].as_str().map(str::to_owned));
        releases
    }

    /// The titles of the releases that match a query, sorted.
    pub fn titles(&self, query: &str) -> Vec<String> {
        let title = |release: serde_json::Value| release["title"].as_str().expect("a title").to_owned();
        self.releases(query).into_iter().map(title).collect()
    }

    /// Marks the releases that match a query: `read`, `unread`, `star` or `unstar`.
    pub fn mark(&self, what: &str, query: &str) {
        self.ok(&["mark", what, "-q", query]);
    }
}
