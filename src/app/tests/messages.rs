//! Messages name the keys of the configuration.

use super::TestApp;
use crate::app::library::{LibraryEvent, SavedQuery, Subscription, SyncState};
use crate::app::{App, Msg};
use crate::keymap::{Action, Key, Lookup, Preset, Scope};
use crate::text::CleanBuf;

/// A key named in a message: its scope and action.
type Named = (Scope, Action);

fn reader(preset: Preset) -> TestApp {
    let mut reader = TestApp::new(150, 40);
    reader.app.settings.keymap = preset.keymap();
    reader
}

fn report(reader: &mut TestApp, report: LibraryEvent) {
    reader.send(Msg::Library(report));
}

/// Runs an action as its key would, whatever the key is.
fn perform(reader: &mut TestApp, scope: Scope, action: Action) {
    reader.app.perform(scope, action);
    reader.send(Msg::Resize { columns: 150, rows: 40 });
}

fn saved() -> LibraryEvent {
    LibraryEvent::SavedQueries(vec![SavedQuery::new("one", "tea")])
}

fn failed(app: &App) -> String {
    app.notices.unread().map_or_else(String::new, |(error, _)| error.text.to_string())
}

/// Returns notices, with the keys they name.
fn messages(preset: Preset) -> Vec<(String, Vec<Named>)> {
    let panes = |action| (Scope::Panes, action);
    let mut found = Vec::new();
    let mut after = |named: &[Named], act: &dyn Fn(&mut TestApp)| {
        let mut reader = reader(preset);
        act(&mut reader);
        let note = if reader.note().is_empty() { failed(&reader.app) } else { reader.note().to_owned() };
        found.push((note, named.to_vec()));
    };
    after(&[panes(Action::Undo)], &|reader| perform(reader, Scope::List, Action::MarkAllRead));
    after(&[panes(Action::Subscribe)], &|reader| {
        report(reader, LibraryEvent::Sources(Vec::new()));
        perform(reader, Scope::List, Action::Sync);
    });
    after(&[panes(Action::Subscriptions)], &|reader| {
        report(reader, LibraryEvent::Sources(vec![Subscription { is_paused: true, ..Subscription::default() }]));
        perform(reader, Scope::List, Action::Sync);
    });
    after(&[panes(Action::Cancel)], &|reader| {
        report(reader, LibraryEvent::Sources(vec![Subscription::default()]));
        perform(reader, Scope::List, Action::Sync);
        perform(reader, Scope::List, Action::Sync);
    });
    after(&[panes(Action::Subscriptions)], &|reader| {
        let state = SyncState { done: 3, all: 3, failed: 3, is_over: true, ..SyncState::default() };
        report(reader, LibraryEvent::Sync(state));
    });
    after(&[panes(Action::SavedQueries)], &|reader| reader.app.save_query("one"));
    after(&[panes(Action::SavedQueries)], &|reader| {
        report(reader, saved());
        reader.app.save_query("one");
    });
    after(&[panes(Action::SaveQuery)], &|reader| perform(reader, Scope::List, Action::SavedQueries));
    after(&[(Scope::SavedQueries, Action::Close), panes(Action::Undo)], &|reader| {
        report(reader, saved());
        perform(reader, Scope::List, Action::SavedQueries);
        perform(reader, Scope::SavedQueries, Action::RemoveSaved);
    });
    after(&[(Scope::SavedQueries, Action::Close), panes(Action::Undo)], &|reader| {
        report(reader, saved());
        perform(reader, Scope::List, Action::SavedQueries);
        perform(reader, Scope::SavedQueries, Action::ToggleWatch);
        perform(reader, Scope::SavedQueries, Action::ToggleWatch);
    });
    after(&[(Scope::Subscriptions, Action::Undo)], &|reader| {
        report(
            reader,
            LibraryEvent::Sources(vec![Subscription { title: CleanBuf::line("Gazette"), ..Subscription::default() }]),
        );
        perform(reader, Scope::List, Action::Subscriptions);
        perform(reader, Scope::Subscriptions, Action::SubscriptionRemove);
    });
    after(&[panes(Action::Subscribe)], &|reader| {
        let feeds = vec![(CleanBuf::line("a"), CleanBuf::line("https://example.org/a"))];
        report(reader, LibraryEvent::Offered { asked: CleanBuf::line("https://example.org/"), feeds, page: None });
    });
    after(&[panes(Action::Undo)], &|reader| {
        perform(reader, Scope::List, Action::ShowUnread);
        let (asked, title) = (CleanBuf::line("https://example.org/"), CleanBuf::line("feed"));
        report(reader, LibraryEvent::Subscribed { asked, title });
    });
    after(&[panes(Action::GoBack)], &|reader| {
        perform(reader, Scope::List, Action::ShowStarred);
        reader.app.go_to_release(3.into());
    });
    found
}

/// Replaces the keys in a message with the names of their actions.
fn without_keys(preset: Preset, message: &str, named: &[Named]) -> String {
    let keymap = preset.keymap();
    let mut words: Vec<String> = message.split(' ').map(str::to_owned).collect();
    for &(scope, action) in named {
        let key = keymap.keys_of(scope, action).into_iter().next().expect("a key");
        let word = words.iter_mut().find(|word| word.trim_end_matches([',', ';', ':']) == key);
        let word = word.unwrap_or_else(|| panic!("{message:?} names no {key}, for {action:?}, with {preset:?}"));
        *word = word.replace(&key, &format!("<{action:?}>"));
    }
    words.join(" ")
}

#[test]
fn messages_name_the_keys_of_the_configuration() {
    let presets = [Preset::Vim, Preset::Newsboat, Preset::Arrows];
    let messages_by_preset = presets.map(|preset| {
        let messages = messages(preset).into_iter();
        messages.map(|(message, named)| without_keys(preset, &message, &named)).collect::<Vec<_>>()
    });
    assert_eq!(messages_by_preset[0], messages_by_preset[1]);
    assert_eq!(messages_by_preset[0], messages_by_preset[2]);
    for message in &messages_by_preset[0] {
        let is_key = |word: &&str| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            matches!(word, "Esc" | "Enter" | "Tab" | "Space")
                || (word.len() == 1 && word.chars().all(char::is_uppercase))
        };
        assert_eq!(message.split(' ').find(is_key), None, "{message}");
    }
}

#[test]
fn help_texts_name_no_keys() {
    for info in Action::TABLE {
        for word in info.help.split([' ', ';', ':', ',']).filter(|word| !matches!(*word, "a" | "")) {
            let is_key = Key::sequence(word).is_ok_and(|keys| {
                let means = Preset::Vim.keymap().lookup(info.scope, &keys);
                keys.len() <= 2 && matches!(means, Lookup::Action(_))
            });
            assert!(!is_key, "{}: {word}", info.help);
        }
    }
}

#[test]
fn queued_keys_name_the_key_that_cancels_them() {
    for preset in [Preset::Vim, Preset::Newsboat, Preset::Arrows] {
        let mut reader = reader(preset);
        reader.holds_searches = true;
        perform(&mut reader, Scope::List, Action::ShowUnread);
        perform(&mut reader, Scope::List, Action::MarkAllRead);
        let line = crate::app::bottom_line::StatusBar::new(&reader.app, reader.app.layout().bottom);
        let (_, _, segment) = line.segments.first().expect("what waits");
        let key = preset.keymap().keys_of(Scope::Panes, Action::Cancel).remove(0);
        assert_eq!(segment.text().as_str(), format!("searching… 1 key queued, {key} cancels"));
        let mut reader = self::reader(preset);
        perform(&mut reader, Scope::List, Action::Export);
        reader.keys("Enter x y");
        let line = crate::app::bottom_line::StatusBar::new(&reader.app, reader.app.layout().bottom);
        let texts: Vec<_> = line.segments.iter().map(|(_, _, segment)| segment.text().to_string()).collect();
        assert!(texts.contains(&"creating the file… 2 keys queued, Esc cancels".to_owned()), "{texts:?}");
    }
}
