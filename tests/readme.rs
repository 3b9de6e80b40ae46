//! The README says what the program does: its key table is the table of actions.

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
