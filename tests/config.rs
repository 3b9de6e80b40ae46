//! The configuration on the command line: its path, its problems, its values and its effects.

#[path = "support/command.rs"]
mod command;

use std::fs;
use std::path::Path;

use command::run;

const FILE: &str = ".config/tidings/config.toml";

/// Creates a home folder with this configuration.
fn home(text: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a home");
    fs::create_dir_all(home.path().join(".config/tidings")).expect("a folder");
    fs::write(home.path().join(FILE), text).expect("a configuration");
    home
}

fn config(home: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    run(home, &[&["config"], arguments].concat(), b"")
}

#[test]
fn init_writes_a_file_that_sets_nothing_and_replaces_none_without_force() {
    let home = tempfile::tempdir().expect("a home");
    let file = home.path().join(FILE);
    let shown = file.to_str().expect("UTF-8");
    let (out, err, code) = config(home.path(), &["path"]);
    assert_eq!((out.trim_end(), code), (shown, Some(0)));
    assert!(err.contains("the file does not exist yet"), "{err}");
    let (out, _, code) = config(home.path(), &["check"]);
    assert!(out.contains("not found; the defaults apply") && code == Some(0), "{out}");
    let (text, err, code) = config(home.path(), &["init", "--stdout"]);
    assert!(text.contains("#theme = \"auto\"") && err.is_empty() && code == Some(0) && !file.exists(), "{text}{err}");
    let (out, err, code) = config(home.path(), &["init"]);
    assert!(out.contains(shown) && err.is_empty() && code == Some(0), "{out}{err}");
    assert_eq!(fs::read_to_string(&file).expect("a file"), text);
    fs::write(&file, "mouse = false\n").expect("a change");
    let (_, err, code) = config(home.path(), &["init"]);
    assert!(err.contains("--force replaces it") && code == Some(2), "{err}");
    assert_eq!(fs::read_to_string(&file).expect("a file"), "mouse = false\n");
    assert_eq!(config(home.path(), &["init", "--force"]).2, Some(0));
    assert_eq!(fs::read_to_string(&file).expect("a file"), text);
    let (out, err, code) = config(home.path(), &["check"]);
    assert!(out.contains("no problems") && err.is_empty() && code == Some(0), "{out}{err}");
}

const WRONG: &str = "mouse = 1\n[look]\nmeasur = 72\n[keys.everywhere]\nquit = \"Ctrl-x\"\n";

#[test]
fn all_problems_are_reported_with_file_line_and_column() {
    let home = home(WRONG);
    let shown = home.path().join(FILE).to_string_lossy().into_owned();
    let expected = [
        format!("tidings: {shown}:1:9: invalid value 1 for mouse; expected true or false"),
        format!(
            "tidings: {shown}:3:1: unknown key `measur` in [look] (did you mean `measure`?); expected one of theme, "
        ),
        format!("tidings: {shown}:5:8: `Ctrl-x` is not a valid key; expected one such as j, C-d, "),
    ];
    // The check, the reader before it needs a terminal, and every other command.
    for arguments in [&["config", "check"][..], &["config", "show"], &[], &["list"]] {
        let (out, err, code) = run(home.path(), arguments, b"");
        assert_eq!((out.as_str(), code), ("", Some(2)), "{arguments:?}");
        let lines: Vec<&str> = err.lines().collect();
        assert_eq!(lines.len(), expected.len(), "{err}");
        for (line, expected) in std::iter::zip(lines, &expected) {
            assert!(line.starts_with(expected.as_str()), "{line}");
        }
    }
    fs::write(home.path().join("other.toml"), "mouse = true").expect("a file");
    assert_eq!(config(home.path(), &["check", "other.toml"]).2, Some(0));
    assert_eq!(run(home.path(), &["list", "--config", "other.toml"], b"").2, Some(0));
    let (_, err, code) = run(home.path(), &["list", "--config", "none.toml"], b"");
    assert!(err.contains("none.toml: cannot read") && code == Some(2), "{err}");
}

#[test]
fn unreadable_files_are_reported() {
    let home = home("");
    fs::write(home.path().join(FILE), b"mouse = true\nb = \"\xff\"").expect("a file");
    let (_, err, code) = config(home.path(), &["check"]);
    assert!(err.contains("config.toml:2:6: not valid UTF-8") && code == Some(2), "{err}");
    let (_, err, code) = config(home.path(), &["check", "."]);
    assert!(err.contains(".: cannot read") && code == Some(2), "{err}");
    fs::write(home.path().join(FILE), "# ".repeat(600_000)).expect("a file");
    let (_, err, code) = config(home.path(), &["check"]);
    assert!(err.contains("more than 1 MiB") && code == Some(2), "{err}");
    fs::write(home.path().join(FILE), "\u{1b}]0;x\u{7} = 1").expect("a file");
    let (_, err, code) = config(home.path(), &["check"]);
    assert!(!err.contains('\u{1b}') && code == Some(2), "{err}");
}

#[test]
fn every_value_is_shown_with_its_origin() {
    let home = home("read-after = 5\noffline = true\n[keys.everywhere]\nquit = [\"x\", \"C-x C-c\"]\n");
    let shown = home.path().join(FILE).to_string_lossy().into_owned();
    let (out, err, code) = config(home.path(), &["show", "--theme", "light"]);
    assert_eq!((err.as_str(), code), ("", Some(0)));
    let line = |name: &str| {
        let line = out.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {out}"));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("read-after"), format!("read-after 5 {shown}:1"));
    assert_eq!(line("offline"), format!("offline true {shown}:2"));
    assert_eq!(line("look.theme"), "look.theme \"light\" flag --theme");
    assert_eq!(line("look.measure"), "look.measure 72 default");
    assert_eq!(line("keys.everywhere.quit"), format!("keys.everywhere.quit [\"x\", \"C-x C-c\"] {shown}:4"));
    let (out, _, _) = config(home.path(), &["show", "--format", "json"]);
    let all: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let entry = |name: &str| {
        let all = all.as_array().expect("an array");
        all.iter().find(|entry| entry["name"] == name).expect("the setting").clone()
    };
    assert_eq!(
        entry("read-after"),
        serde_json::json!({
            "name": "read-after", "value": 5.0, "from": "file", "file": shown, "line": 1
        })
    );
    assert_eq!(entry("mouse"), serde_json::json!({"name": "mouse", "value": true, "from": "default"}));
    let (out, _, _) = config(home.path(), &["show", "--format", "json", "--offline", "--read-after", "never"]);
    assert!(out.contains(r#""from":"flag","flag":"--offline""#) && out.contains(r#""value":"never""#), "{out}");
}

#[test]
fn invalid_flags_say_what_is_expected() {
    let home = tempfile::tempdir().expect("a home");
    for (arguments, expected) in [
        (&["--read-after", "soon"][..], "expected seconds from 0 to 86400"),
        (&["--sync-every", "30"], "expected a number and s, m, h or d"),
        (&["--sync-every", "1s"], "expected a number and s, m, h or d such as \"30m\" or \"2h\", at least \"5m\""),
        (&["--density", "tight"], "comfortable, compact"),
        (&["--measure", "200"], "expected a whole number from 40 to 120"),
    ] {
        let (_, err, code) = run(home.path(), arguments, b"");
        assert!(err.contains(expected) && code == Some(2), "{arguments:?}: {err}");
    }
}

#[test]
fn every_command_uses_the_library_of_the_configuration() {
    let home = home("library = \"kept/mine.db\"\n");
    let folder = home.path().join(".config/tidings/kept");
    fs::create_dir(&folder).expect("a folder");
    fs::write(home.path().join("list.opml"), OPML).expect("a list");
    assert_eq!(run(home.path(), &["import", "list.opml"], b"").2, Some(0));
    assert!(folder.join("mine.db").exists() && !home.path().join(".local/share/tidings").exists());
    assert_eq!(run(home.path(), &["feeds"], b"").2, Some(0));
    // A flag overrides it.
    assert_eq!(run(home.path(), &["feeds", "--library", "other.db"], b"").2, Some(1));
    fs::write(home.path().join(FILE), "library = \"~/home.db\"\n").expect("a file");
    assert_eq!(run(home.path(), &["import", "list.opml"], b"").2, Some(0));
    assert!(home.path().join("home.db").exists());
    let (_, err, code) = run(home.path(), &["sync", "--config", "offline.toml"], b"");
    assert!(err.contains("offline.toml: cannot read") && code == Some(2), "{err}");
    fs::write(home.path().join(FILE), "library = \"~/home.db\"\noffline = true\n").expect("a file");
    let (out, err, code) = run(home.path(), &["sync"], b"");
    assert!(format!("{out}{err}").contains("offline") && code != Some(0), "{out}{err}");
}

const OPML: &str = "<opml version='2.0'><body><outline text='A' type='rss' xmlUrl='https://a.invalid/'/></body></opml>";
