//! No keys and no sizes break the reader.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tidings::app::library::{LibraryEvent, SavedQuery, Subscription};
use tidings::app::{App, Msg};
use tidings::library::SourceId;
use tidings::text::CleanBuf;
use tidings::ui::{Depth, Theme, view};

use crate::answers::send;
use crate::config;
use crate::generators::{catalog, release};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_keys_and_sizes_do_not_panic_and_keep_a_release_selected(
        releases in prop::collection::vec(release(), 0..40),
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let mut app = App::new(150, 40);
        let theme = Theme::new(false, Depth::True);
        let catalog = catalog(&releases);
        send(&mut app, Msg::Loaded(catalog));
        send(&mut app, Msg::LoadDone);
        for report in library() {
            send(&mut app, Msg::Library(report));
        }
        let (mut columns, mut rows) = (150, 40);
        for step in steps {
            match step {
                Step::Key(code, modifiers) => send(&mut app, Msg::Key(KeyEvent::new(code, modifiers))),
                Step::Size(width, height) => {
                    (columns, rows) = (width, height);
                    send(&mut app, Msg::Resize { columns, rows });
                }
            }
            let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a screen in memory");
            terminal.draw(|frame| view(&app, &theme, frame)).expect("a frame");
            prop_assert!(app.hits.order.is_empty() || app.selected().is_some());
        }
    }
}

/// Subscriptions inside and outside of folders, one of them failed.
fn library() -> Vec<LibraryEvent> {
    let source = |(id, folder, error): (i64, &str, Option<&str>)| Subscription {
        id: SourceId::new(id),
        title: CleanBuf::line(&format!("Source {id} 한국")),
        address: CleanBuf::line("https://example.org/"),
        folder: folder.split('/').filter(|name| !name.is_empty()).map(CleanBuf::line).collect(),
        error: error.map(CleanBuf::line),
        ..Subscription::default()
    };
    let sources = [(1, "", None), (2, "a/b", Some("is gone")), (3, "a/b", None), (4, "c", None)].map(source);
    let saved = [("Tea", "tea"), ("té", "("), ("Unread", "is:unread")];
    let saved = saved.map(|(name, query)| SavedQuery::new(name, query));
    vec![LibraryEvent::Sources(sources.to_vec()), LibraryEvent::SavedQueries(saved.to_vec())]
}

#[derive(Debug, Clone)]
enum Step {
    Key(KeyCode, KeyModifiers),
    Size(u16, u16),
}

fn step() -> impl Strategy<Value = Step> {
    let named = vec![
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
    ];
    let letters: Vec<char> = "jkhlgGtpf@1290[]nNmsvvVAuzJK/?! qaetñ-aSSrRfpdxy.WWFFwwwx{}-\"".chars().collect();
    prop_oneof![
        4 => prop::sample::select(letters).prop_map(|c| Step::Key(KeyCode::Char(c), KeyModifiers::NONE)),
        2 => prop::sample::select(named).prop_map(|code| Step::Key(code, KeyModifiers::NONE)),
        1 => prop::sample::select("dufbwrhl".chars().collect::<Vec<_>>()).prop_map(|c| Step::Key(KeyCode::Char(c), KeyModifiers::CONTROL)),
        1 => (1..200_u16, 1..60_u16).prop_map(|(columns, rows)| Step::Size(columns, rows)),
    ]
}
