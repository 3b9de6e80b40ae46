//! The README says what the program does: its key table is the table of actions.

use tidings::keymap::{Action, Keymap, Scope};

const START: &str = "<!-- keys: made from the table of actions; a test compares -->";
const END: &str = "<!-- end of keys -->";

fn key_table() -> String {
    let keymap = Keymap::default();
    let mut table = String::new();
    for scope in Scope::ALL {
        table.push_str(&format!("\n**{}**\n\n| keys | action |\n| --- | --- |\n", scope.title()));
        for info in Action::in_scope(scope) {
            let keys: Vec<String> =
                keymap.keys_of(scope, info.action).iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
            table.push_str(&format!("| {} | {} |\n", keys.join(" "), info.help));
        }
    }
    table + "\n"
}

#[test]
fn the_key_table_is_the_table_of_actions() {
    let readme = include_str!("../README.md");
    let (_, rest) = readme.split_once(START).expect("the start mark of the key table");
    let (table, _) = rest.split_once(END).expect("the end mark of the key table");
    assert_eq!(table, format!("\n{}", key_table()), "write this into the README between the marks:\n{}", key_table());
}
