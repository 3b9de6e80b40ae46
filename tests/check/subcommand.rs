//! `tidings check`: exit codes and both formats of the report.

use std::fs;

use serde_json::Value;

use crate::command::run;
use crate::corpus;
use crate::documents::{ATOM, CASES, FEED, RSS};

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    fs::create_dir(home.path().join("feeds")).expect("a folder");
    fs::write(home.path().join("feeds/a.xml"), RSS).expect("a file");
    fs::write(home.path().join("feeds/b.json"), FEED.replace("\"id\":\"2\",", "\"id\":2,")).expect("a file");
    fs::write(home.path().join("feeds/notes.txt"), "no feed").expect("a file");
    home
}

#[test]
fn exit_codes_distinguish_clean_broken_and_unreadable_feeds() {
    let home = home();
    let codes = |arguments: &[&str], input: &str| run(home.path(), arguments, input.as_bytes()).2;
    assert_eq!(codes(&["check", "feeds/a.xml"], ""), Some(0));
    assert_eq!(codes(&["check", "feeds/b.json"], ""), Some(1));
    assert_eq!(codes(&["check", "-"], ATOM), Some(0));
    // A note is not a problem.
    assert_eq!(codes(&["check", "-"], &ATOM.replace("rel=\"self\"", "rel=\"next\"")), Some(0));
    assert_eq!(codes(&["check", "feeds/notes.txt"], ""), Some(2));
    assert_eq!(codes(&["check", "none.xml"], ""), Some(2));
    assert_eq!(codes(&["check", "feeds"], ""), Some(1));
    assert_eq!(codes(&["check"], ""), Some(2));
    let (out, err, code) = run(home.path(), &["check", "feeds/a.xml", "none.xml"], b"");
    assert!(out.contains("feeds/a.xml\n  RSS 2.0 · 2 items · 2018-11-05 to 2018-11-06"), "{out}");
    assert!(err.starts_with("tidings: none.xml: cannot open"), "{err}");
    assert_eq!(code, Some(2));
}

#[test]
fn text_and_json_reports_agree() {
    let home = home();
    let text =
        RSS.replace("<title>One", "<title>R&D").replace("2018-11-05", "x").replace("+0100", "CET").replace("+0100", "");
    fs::write(home.path().join("feeds/c.xml"), text).expect("a file");
    let (people, _, _) = run(home.path(), &["check", "--all", "feeds"], b"");
    let (programs, _, code) = run(home.path(), &["check", "--format", "json", "feeds"], b"");
    let report: Value = serde_json::from_str(&programs).expect("JSON");
    assert_eq!(code, Some(1));
    let count =
        |severity: &str| people.lines().filter(|line| line.starts_with(&format!("  {severity} "))).count() as u64;
    let rules: Vec<&Value> = report["feeds"]
        .as_array()
        .expect("feeds")
        .iter()
        .flat_map(|feed| feed["rules"].as_array().expect("rules"))
        .collect();
    for (severity, sum) in [("error", "errors"), ("warning", "warnings"), ("note", "notes")] {
        let of_severity = rules.iter().filter(|rule| rule["severity"] == severity);
        assert_eq!(of_severity.clone().count() as u64, count(severity), "{people}");
        let counted: u64 = of_severity.filter_map(|rule| rule["count"].as_u64()).sum();
        assert_eq!(report[sum].as_u64(), Some(counted));
    }
    for feed in report["feeds"].as_array().expect("feeds") {
        for problem in feed["problems"].as_array().expect("problems") {
            assert!(people.contains(problem["detail"].as_str().expect("a text")), "{problem}");
        }
    }
    assert!(people.contains("3 feeds: "), "{people}");
    assert_eq!(report["unreadable"], 0);
}

#[test]
fn repeated_problems_are_grouped_unless_all_are_requested() {
    let home = home();
    let items: Vec<String> = (0..9).map(|n| format!("<item><title>{n}</title><guid>{n}</guid></item>")).collect();
    let items = items.concat();
    let rss = format!(
        "<rss version='2.0'><channel><title>t</title><link>http://a.invalid</link><description>d</description>{items}</channel></rss>"
    );
    let (out, _, _) = run(home.path(), &["check", "-"], rss.as_bytes());
    assert!(out.contains("items 0, 1, 2 and 6 more\n") && out.matches("“8”").count() == 0, "{out}");
    let (out, _, _) = run(home.path(), &["check", "--all", "-"], rss.as_bytes());
    assert!(out.contains(": “8”\n") && !out.contains("more"), "{out}");
}

#[test]
fn feeds_cannot_control_the_terminal() {
    let home = home();
    let hostile = "\u{1b}]0;x\u{7}\u{9b}31m\u{202e}";
    let mut documents: Vec<Vec<u8>> = CASES
        .iter()
        .map(|(document, from, _, _)| document.replace(from, &format!("{from}{hostile}")).into_bytes())
        .chain(CASES.iter().map(|(document, _, _, _)| {
            document.replace("\"items\"", &format!("\"{hostile}\":1,\"items\"")).into_bytes()
        }))
        .collect();
    documents.extend(corpus::document("adversarial/as-feed/terminal-escapes-as-feed.json"));
    for (n, document) in documents.iter().enumerate() {
        fs::write(home.path().join(format!("{n}.feed")), document).expect("a file");
    }
    for form in ["text", "json"] {
        let (out, err, _) = run(home.path(), &["check", "--all", "--format", form, "*.feed"], b"");
        let is_hostile = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(out.len() > 1_000 && !out.contains(is_hostile) && !err.contains(is_hostile), "{form}");
    }
}
