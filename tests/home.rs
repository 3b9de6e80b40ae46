//! The program in daily use: the digest, completions, manual pages, the log, exit codes.

#[path = "support/command.rs"]
mod command;
#[path = "support/skip.rs"]
mod skip;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use command::run;

const FEED: &str = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "Harbour <b>news</b>", "items": [
    {"id": "1", "_tidings": {"plain": true}, "title": "Cranes & <script>alert(1)</script>", "content_text": "First. Second.",
     "url": "https://a.example/1?x=\"y\"", "tags": ["Port", "Rare"], "date_published": "2018-11-06T00:00:00Z"},
    {"id": "2", "title": "Tides", "content_text": "High.", "tags": ["Port"], "date_published": "2018-11-04T00:00:00Z"},
    {"id": "3", "title": "Old", "content_text": "Long ago.", "date_published": "2012-01-01T00:00:00Z"}]}"#;

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a home");
    fs::write(home.path().join("feed.json"), FEED).expect("a feed");
    home
}

#[test]
fn a_digest_groups_new_releases_by_topic() {
    let home = home();
    let (out, err, code) = run(home.path(), &["digest", "--since", "2018", "feed.json"], b"");
    assert_eq!((err.as_str(), code), ("", Some(0)));
    assert!(out.starts_with("Harbour <b>news</b>\n4 Nov 2018 – 6 Nov 2018 · 2 releases, 1 topic\n"), "{out}");
    assert!(out.contains("\nPORT\n\n  Cranes & <script>alert(1)</script>\n  6 Nov 2018\n  First. Second.\n"), "{out}");
    assert!(!out.contains("Old"));
    let (out, _, _) = run(home.path(), &["digest", "--since", "all", "--format", "markdown", "feed.json"], b"");
    assert!(out.starts_with("# Harbour \\<b\\>news\\</b\\>\n"), "{out}");
    assert!(out.contains("## Other\n\n- **Old** — 1 Jan 2012\n  Long ago.\n"), "{out}");
}

#[test]
fn a_digest_page_contains_no_markup_of_a_feed_and_has_a_picture() {
    let home = home();
    let arguments = ["digest", "--since", "2018", "--format", "html", "--output", "week.html", "feed.json"];
    assert_eq!(run(home.path(), &arguments, b"").2, Some(0));
    let page = fs::read_to_string(home.path().join("week.html")).expect("a page");
    assert!(page.contains("Cranes &amp; &lt;script&gt;") && !page.contains("<script"), "{page}");
    assert_eq!(page.matches("<rect").count(), 2, "{page}");
    assert!(page.contains("href=\"https://a.example/1?x=%22y%22\"") || page.contains("x=&quot;y&quot;"), "{page}");
    let (_, err, code) = run(home.path(), &arguments, b"");
    assert!(code == Some(2) && err.contains("--force"), "{err}");
}

#[test]
fn an_empty_digest_names_the_day_of_the_newest_release() {
    let home = home();
    let (out, err, code) = run(home.path(), &["digest", "feed.json"], b"");
    assert_eq!((out.as_str(), code), ("", Some(1)));
    assert!(err.contains("the newest of 3 is from 2018-11-06: try --since 2018-11-06"), "{err}");
    let (_, err, code) = run(home.path(), &["digest", "--since", "soon", "feed.json"], b"");
    assert!(code == Some(2) && err.contains("expected 7d, 2w"), "{err}");
}

/// A feed with 12 releases about taxes in January, and four about cholera in February 2018.
fn archive() -> String {
    let item = |(day, title): (u32, &str), month: u32| {
        format!("{{\"id\":\"{month}-{day}\",\"title\":\"{title}\",\"date\":\"2018-{month:02}-{day:02}\"}}")
    };
    let january = (1..=12).map(|day| item((day, "Taxes rise again"), 1));
    let items: Vec<String> = january.chain((1..=4).map(|day| item((day, "Cholera in Zambia"), 2))).collect();
    format!("{{\"title\":\"News\",\"items\":[{}]}}", items.join(","))
}

#[test]
fn typical_words_are_listed_and_open_a_digest() {
    let home = home();
    fs::write(home.path().join("archive.json"), archive()).expect("a feed");
    let words =
        |arguments: &[&str]| run(home.path(), &[&["words", "--no-merge", "archive.json"], arguments].concat(), b"");
    let (out, err, code) = words(&["-q", "date:2018-02", "--format", "jsonl"]);
    assert_eq!((err.as_str(), code), ("", Some(0)));
    assert!(out.starts_with("{\"phrase\":\"Cholera\",\"hits\":4,\"archive\":4,\"score\":"), "{out}");
    let (out, _, _) = words(&["-q", "taxes", "--rising"]);
    assert_eq!(out, "", "nothing came before");
    let (out, _, _) = words(&["-q", "date:2018-02", "--rising", "--format", "json"]);
    assert!(out.starts_with("[\n{\"phrase\":\"Cholera\"") && out.ends_with("]\n"), "{out}");
    let (out, _, code) = words(&["-q", "zzyzx"]);
    assert_eq!((out.as_str(), code), ("", Some(1)));
    let (out, _, code) = words(&["-q", "date:2018-02", "--top", &usize::MAX.to_string()]);
    assert!(out.contains("Cholera") && code == Some(0), "{out}");
    let (_, err, code) = words(&["--against", "date:soon"]);
    assert!(code == Some(2) && err.contains("soon"), "{err}");
    let (out, _, _) = run(home.path(), &["digest", "--no-merge", "--since", "2018-02", "archive.json"], b"");
    assert!(out.contains("\nTypical words: Cholera 4\n"), "{out}");
}

#[test]
fn without_a_date_up_to_today_there_are_no_last_days_to_describe() {
    let home = home();
    for (date, expected) in [("", "no release has a date"), ("2090-01-01", "all dates are after today")] {
        let item = |n: u32| format!("{{\"id\":\"{n}\",\"title\":\"Cholera in Zambia {n}\",\"date\":\"{date}\"}}");
        let items: Vec<String> = (1..=30).map(item).collect();
        let feed = format!("{{\"title\":\"News\",\"items\":[{}]}}", items.join(","));
        let run = |arguments: &[&str]| run(home.path(), arguments, feed.as_bytes());
        let (out, err, code) = run(&["words", "--no-merge", "-"]);
        assert_eq!((out.as_str(), code), ("", Some(2)));
        assert!(err.contains(&format!("{expected}; choose releases with --query")), "{err}");
        let (out, err, code) = run(&["digest", "--no-merge", "--since", "all", "-"]);
        assert!(code == Some(0) && err.is_empty() && !out.contains("Typical words"), "{out}{err}");
    }
}

/// Runs a program if it is installed; otherwise reports that it is missing.
fn where_installed(program: &str, arguments: &[&str], file: &Path) -> bool {
    let ended = Command::new(program).args(arguments).arg(file).stdout(Stdio::null()).output();
    let Ok(ended) = ended else {
        skip::skip(&format!("{program} is not installed"));
        return false;
    };
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(ended.status.success() && told.is_empty(), "{program} {arguments:?}: {told}");
    true
}

#[test]
fn shells_accept_the_completion_scripts() {
    let home = home();
    for (shell, program) in [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")] {
        let (out, _, code) = run(home.path(), &["completions", shell], b"");
        assert!(code == Some(0) && out.contains("TIDINGS_COMPLETE"), "{shell}: {out}");
        let file = home.path().join(shell);
        fs::write(&file, out).expect("a script");
        where_installed(program, &["-n"], &file);
    }
}

#[test]
fn every_command_has_a_well_formed_manual_page() {
    let home = home();
    assert_eq!(run(home.path(), &["man", "--dir", "man"], b"").2, Some(0));
    let help = run(home.path(), &["--help"], b"").0;
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| line.starts_with(' '));
    let mut pages = vec!["tidings".to_owned()];
    pages.extend(commands.filter_map(|line| Some(format!("tidings-{}", line.split_whitespace().next()?))));
    assert!(pages.len() > 12, "{pages:?}");
    for page in pages {
        let file = home.path().join("man").join(format!("{page}.1"));
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(text.contains(".SH NAME"), "{page}");
        // Exit codes are listed once; the pages of the commands refer to that list.
        let is_main = page == "tidings";
        assert_eq!(
            (text.contains(".SH \"EXIT STATUS\""), text.contains(".SH \"SEE ALSO\"")),
            (is_main, !is_main),
            "{page}"
        );
        where_installed("groff", &["-Kutf8", "-man", "-Tutf8", "-ww", "-z"], &file);
    }
    let main = run(home.path(), &["man"], b"").0;
    for part in ["KEYS", "FILES", "ENVIRONMENT", "EXAMPLES", "128 + n", "Show only this release"] {
        assert!(main.contains(part), "{part}");
    }
}

#[test]
fn a_log_is_written_only_on_request() {
    let home = home();
    let plain = run(home.path(), &["list", "feed.json"], b"");
    let logged = run(home.path(), &["list", "--log", "a.log", "feed.json"], b"");
    assert_eq!(plain, logged);
    let log = fs::read_to_string(home.path().join("a.log")).expect("a log");
    assert!(log.contains("INFO") && log.contains("releases=3") && log.contains("feed.json"), "{log}");
    assert_eq!(log.lines().count(), 2, "{log}");
    let (_, err, code) = run(home.path(), &["list", "--log", "no/folder/a.log", "feed.json"], b"");
    assert!(code == Some(2) && err.contains("cannot write the log no/folder/a.log"), "{err}");
}

#[test]
fn the_help_lists_the_exit_codes() {
    let home = home();
    let (help, _, _) = run(home.path(), &["--help"], b"");
    for (code, what) in tidings::cli::EXIT_CODES {
        assert!(help.lines().any(|line| line.trim_start().starts_with(code) && line.contains(what)), "{code}: {help}");
    }
}

/// Writes the configuration of a home.
fn configure(home: &tempfile::TempDir, text: &str) {
    fs::create_dir_all(home.path().join(".config/tidings")).expect("a folder");
    fs::write(home.path().join(".config/tidings/config.toml"), text).expect("a file");
}

#[test]
fn the_doctor_reports_program_terminal_files_and_library() {
    let home = home();
    let (out, err, code) = run(home.path(), &["doctor"], b"");
    assert_eq!((err.as_str(), code), ("", Some(0)), "{out}");
    for part in ["Program", "Terminal", "Files", "Library", "not a terminal", "no library yet"] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let list = "<opml version='2.0'><body><outline text='A' type='rss' xmlUrl='https://a.invalid/'/></body></opml>";
    fs::write(home.path().join("list.opml"), list).expect("a list");
    assert_eq!(run(home.path(), &["import", "list.opml"], b"").2, Some(0));
    let (out, _, code) = run(home.path(), &["doctor", "--format", "json"], b"");
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let is_there = |name: &str, told: &str| {
        let findings = found.as_array().expect("an array");
        findings.iter().any(|one| one["name"] == name && one["text"].as_str().is_some_and(|text| text.contains(told)))
    };
    assert!(code == Some(0) && is_there("state", "intact") && is_there("holds", "1 subscription"), "{out}");
}

#[test]
fn the_doctor_reports_an_invalid_configuration_with_its_position() {
    let home = home();
    configure(&home, "maus = true\n");
    let (out, _, code) = run(home.path(), &["doctor"], b"");
    assert!(code == Some(1) && out.contains("config.toml:1:1"), "{out}");
}

#[test]
fn an_unknown_theme_is_an_error_until_its_file_exists() {
    let home = home();
    configure(&home, "[look]\ntheme = \"sea\"\n");
    let (_, err, code) = run(home.path(), &["config", "check"], b"");
    let told = "config.toml:2: invalid value \"sea\" for look.theme; expected one of auto, dark, light";
    assert!(code == Some(2) && err.contains(told), "{err}");
    let (_, err, code) = run(home.path(), &["--theme", "see"], b"");
    assert!(code == Some(2) && err.contains("--theme: invalid value \"see\" for look.theme"), "{err}");
    fs::create_dir_all(home.path().join(".config/tidings/themes")).expect("a folder");
    fs::write(home.path().join(".config/tidings/themes/sea.toml"), "accent = \"#00ccff bold\"\n").expect("a theme");
    assert_eq!(run(home.path(), &["config", "check"], b"").2, Some(0), "a theme of one's own");
}

#[test]
fn the_doctor_lists_every_variable_that_is_set_however_long_its_name_is() {
    let home = home();
    for row in tidings::config::TABLE {
        let mut doctor = Command::new(env!("CARGO_BIN_EXE_tidings"));
        let output =
            doctor.arg("doctor").env("HOME", home.path()).env(row.variable, "no").output().expect("the program");
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(out.contains(&format!("    {} ", row.variable)), "{out}");
    }
}

#[test]
fn the_doctor_reports_a_file_that_is_not_a_library_and_leaves_it_alone() {
    let home = home();
    fs::write(home.path().join("broken.db"), "no library".repeat(999)).expect("a file");
    let (out, _, code) = run(home.path(), &["doctor", "--library", "broken.db"], b"");
    assert!(code == Some(1) && out.contains('!'), "{out}");
    assert!(fs::read_to_string(home.path().join("broken.db")).is_ok_and(|text| text.starts_with("no library")));
}
