//! The programs, and the keys that make them do the same.

use std::process::Command;

/// A program to measure.
pub struct Program {
    /// Its name in the table.
    pub name: &'static str,
    /// The command that prints its version.
    version: &'static [&'static str],
    /// What it does and does not do.
    pub more: &'static str,
    /// What imports the feed, if anything has to.
    pub import: Option<&'static str>,
    /// What starts it.
    pub command: &'static str,
    /// Texts to wait for after the start, and the keys that lead on to the items.
    pub begin: &'static [(&'static str, &'static str)],
    /// Whether the screen shows items.
    pub shows_items: fn(&str) -> bool,
    /// The keys that open an item, what its text shows, and the keys that lead back; `None` if it opens none.
    pub open: Option<(&'static str, &'static str, &'static str)>,
    /// The key that moves down.
    pub down: &'static str,
    /// The key before a search, and the one after the word, if typing alone does not search.
    pub prompt: &'static str,
    pub enter: &'static str,
    /// Whether the screen shows the result, of so many hits among so many items.
    pub found: fn(&str, usize, usize) -> bool,
}

/// The programs in the order of the table.
pub const PROGRAMS: &[Program] = &[
    Program {
        name: "tidings",
        version: &[env!("CARGO_BIN_EXE_tidings"), "--version"],
        more: "reads the file at each start; shows text, topics, years and counts beside the list; searches titles and \
               texts at each letter",
        import: None,
        command: "exec {tidings} {folder}/feed.xml",
        begin: &[],
        shows_items: |text| text.contains("& more"),
        open: Some(("j", "READING  2", "")),
        down: "j",
        prompt: "/",
        enter: "",
        found: |text, hits, size| text.contains(&format!("RELEASES  {} of {}", grouped(hits), grouped(size))),
    },
    Program {
        name: "newsboat",
        version: &["newsboat", "--version"],
        more: "fetches, stores and marks; macros, filters, podcasts, sync services; searches texts in its database when \
               asked; shows either the list or the text",
        import: Some("newsboat -x reload"),
        command: "exec newsboat",
        begin: &[("Sample", "\r")],
        shows_items: |text| text.contains("Articles in feed"),
        open: Some(("\r", "Article '", "q")),
        down: "j",
        prompt: "/",
        enter: "\r",
        found: |text, _, _| text.contains("Search results"),
    },
    Program {
        name: "sfeed_curses",
        version: &["dpkg-query", "-W", "-f", "${Version}", "sfeed"],
        more: "shows the lines that `sfeed` has made of feeds; searches for the next title that matches; opens an item in \
               another program (`lynx` and `less`)",
        import: Some("sfeed < {folder}/feed.xml > {folder}/feed"),
        command: "exec sfeed_curses {folder}/feed",
        begin: &[("& more", "\t")],
        shows_items: |text| text.contains("& more"),
        open: Some(("c", "(END)", "q")),
        down: "j",
        prompt: "/",
        enter: "\r",
        found: |text, _, _| text.contains("Reykjavik "),
    },
    Program {
        name: "fzf",
        version: &["fzf", "--version"],
        more: "filters lines that another program has to make; fuzzy matching, here with `--exact`; no dates, texts or marks",
        import: None,
        command: "exec fzf --exact < {folder}/lines.txt",
        begin: &[],
        shows_items: |text| text.contains("& more"),
        open: None,
        down: "\x1b[A",
        prompt: "",
        enter: "",
        found: |text, hits, size| text.contains(&format!("{hits}/{size}")),
    },
];

impl Program {
    /// Its version; `None` if it is not installed.
    pub fn version(&self) -> Option<String> {
        let output = Command::new(self.version[0]).args(&self.version[1..]).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let words = text.lines().next()?.split_whitespace();
        words.map(str::to_owned).find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    }
}

/// A number as tidings writes it.
fn grouped(number: usize) -> String {
    tidings::text::grouped(number)
}
