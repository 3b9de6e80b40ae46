//! The README says what the program does: its key table is the table of actions.

use tidings::keymap::{Action, Keymap, Scope};

const START: &str = "<!-- keys: made from the table of actions; a test compares -->";
const END: &str = "<!-- end of keys -->";

fn key_table() -> String {
    let keymap = Keymap::default();
    let scope_table = |scope: Scope| {
        let rows: Vec<String> = Action::in_scope(scope)
            .map(|info| {
                let keys = keymap.keys_of(scope, info.action);
                let keys: Vec<String> = keys.iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
                format!("| {} | {} |\n", keys.join(" "), info.help)
            })
            .collect();
        format!("\n**{}**\n\n| keys | action |\n| --- | --- |\n{}", scope.title(), rows.concat())
    };
    Scope::ALL.map(scope_table).concat() + "\n"
}

#[test]
fn the_key_table_is_the_table_of_actions() {
    let readme = include_str!("../README.md");
    let (_, rest) = readme.split_once(START).expect("the start mark of the key table");
    let (table, _) = rest.split_once(END).expect("the end mark of the key table");
    assert_eq!(table, format!("\n{}", key_table()), "write this into the README between the marks:\n{}", key_table());
}
