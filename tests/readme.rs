//! The README says what the program does: its key table is the table of actions.

use std::fs;
use std::path::Path;

use tidings::keymap::{Keymap, Row, Section};

const START: &str = "<!-- keys: made from the table of actions; a test compares -->";
const END: &str = "<!-- end of keys -->";

fn key_table() -> String {
    let section_table = |section: &Section| {
        let row = |(info, keys): &Row| {
            let keys: Vec<String> = keys.iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
            format!("| {} | {} |\n", keys.join(" "), info.help)
        };
        let rows: String = section.rows.iter().map(row).collect();
        format!("\n**{}**\n\n| keys | action |\n| --- | --- |\n{rows}", section.scope.title())
    };
    Keymap::default().sections(None).iter().map(section_table).collect::<String>() + "\n"
}

/// What stands between two marks of the README.
fn part<'a>(readme: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = readme.split_once(start).unwrap_or_else(|| panic!("no {start}"));
    rest.split_once(end).unwrap_or_else(|| panic!("no {end}")).0
}

/// All sources of the program and of its tests.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&path).expect("a source"));
        }
    }
}

#[test]
fn every_promise_names_tests_that_exist() {
    let promises = part(include_str!("../README.md"), "## What tidings promises\n", "**Not promised**");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    sources(&root.join("src"), &mut text);
    sources(&root.join("tests"), &mut text);
    let rows: Vec<&str> = promises.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
    assert!(rows.len() > 10, "{rows:?}");
    for row in rows {
        let tests: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "no test for: {row}");
        for test in tests {
            assert!(text.contains(&format!("fn {test}(")), "there is no test {test}");
        }
    }
}

#[test]
fn the_options_are_the_table_of_settings() {
    let options = tidings::config::options();
    let table = part(
        include_str!("../README.md"),
        "<!-- settings: made from the table of settings; a test compares -->",
        "<!-- end of settings -->",
    );
    assert_eq!(table, format!("\n{options}"), "write this into the README between the marks:\n{options}");
}

#[test]
fn the_key_table_is_the_table_of_actions() {
    let readme = include_str!("../README.md");
    let table = part(readme, START, END);
    assert_eq!(table, format!("\n{}", key_table()), "write this into the README between the marks:\n{}", key_table());
}
