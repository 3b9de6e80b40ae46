use std::time::Duration;

use super::*;
use crate::app::Msg;
use crate::app::at_server::ServerAnswer;
use crate::app::library::LibraryEvent;
use crate::app::popup::account_check::AccountCheck;
use crate::app::popup::subscriptions::{Item, Subscriptions};
use crate::app::tests::TestApp;
use crate::library::SourceId;
use crate::sync::CheckStep;

/// The account of the tests.
const HOME: AccountId = AccountId::new(1);

fn line(text: &str) -> CleanBuf {
    CleanBuf::line(text)
}

fn account(waiting: u64) -> Account {
    Account {
        id: HOME,
        name: line("reader.example.org"),
        address: line("https://reader.example.org"),
        feeds: 2,
        waiting,
        ..Account::default()
    }
}

fn source(id: i64, title: &str, accounts: &[AccountId], is_remote: bool) -> Subscription {
    let (id, title, releases) = (SourceId::new(id), line(title), 20);
    Subscription { id, title, releases, accounts: accounts.to_vec(), is_remote, ..Subscription::default() }
}

/// A reader with an account, a feed of it, a feed that is followed directly as well, and one that is followed directly.
fn reader(waiting: u64) -> TestApp {
    let mut reader = TestApp::new(150, 40);
    let sources =
        vec![source(1, "Alone", &[HOME], true), source(2, "Both", &[HOME], false), source(3, "Direct", &[], false)];
    reader.send(Msg::Library(LibraryEvent::Accounts(vec![account(waiting)])));
    reader.send(Msg::Library(LibraryEvent::Sources(sources)));
    reader.keys("S");
    reader
}

/// Returns the only task asked of a server, with its number.
fn task(reader: &mut TestApp) -> (u64, ServerTask) {
    match reader.commands().as_slice() {
        [LibraryCommand::AtServer { number, task }] => (*number, task.clone()),
        other => panic!("{other:?}"),
    }
}

fn answer(reader: &mut TestApp, number: u64, answer: Result<ServerAnswer, CleanBuf>) {
    reader.send(Msg::Library(LibraryEvent::AtServer { number, answer }));
}

fn error(reader: &TestApp) -> String {
    reader.app.notices.unread().map_or_else(String::new, |(error, _)| error.text.to_string())
}

#[test]
fn accounts_are_listed_first_and_show_their_releases() {
    let mut reader = reader(0);
    let item = |reader: &TestApp| reader.app.popups.find::<Subscriptions>().and_then(|list| list.item);
    assert_eq!(item(&reader), Some(Item::Account(HOME)));
    reader.keys("j");
    assert_eq!(item(&reader), Some(Item::Source(SourceId::new(1))));
    reader.keys("k Enter");
    assert_eq!((reader.query().as_str(), reader.app.scope()), ("account:reader.example.org", Scope::List));
}

#[test]
fn an_account_is_synced_alone_and_with_everything_else() {
    let mut reader = reader(0);
    reader.keys("r");
    assert_eq!(reader.commands(), [LibraryCommand::SyncAccounts(vec![HOME])]);
    assert_eq!((reader.note(), reader.app.library.accounts[0].is_syncing), ("syncing reader.example.org", true));
    reader.send(Msg::Library(LibraryEvent::Accounts(vec![account(0)])));
    assert!(reader.app.library.accounts[0].is_syncing, "the library does not know");
    reader.send(Msg::Library(LibraryEvent::Sync(SyncState { done: 1, all: 1, is_over: true, ..SyncState::default() })));
    assert!(!reader.app.library.accounts[0].is_syncing);
    reader.keys("j r");
    assert_eq!(reader.commands(), [LibraryCommand::SyncAccounts(vec![HOME])], "a server fetches this feed");

    let mut reader = TestApp::new(150, 40);
    reader.send(Msg::Library(LibraryEvent::Accounts(vec![account(0)])));
    reader.send(Msg::Library(LibraryEvent::Sources(Vec::new())));
    reader.keys("r");
    assert_eq!(reader.commands(), [LibraryCommand::Sync(Vec::new())], "an account is enough");
    assert_eq!(reader.app.sync_status().as_deref(), Some("syncing 0 of 1"));
}

#[test]
fn an_account_is_removed_after_a_question_and_marks_are_sent_first() {
    let remove =
        |delete_releases| (Edit::RemoveAccount { id: HOME, delete_releases }, "removed account reader.example.org");
    for (keys, edit) in [("d Enter", Some(false)), ("d j Enter", Some(true)), ("d Esc", None)] {
        let mut reader = reader(0);
        reader.keys(keys);
        let edits: Vec<_> = edit.map(remove).into_iter().map(|(edit, what)| (edit, what.to_owned())).collect();
        assert_eq!(reader.edits(), edits, "{keys}");
        assert_eq!(reader.app.library.accounts.is_empty(), edit.is_some(), "{keys}");
        assert_eq!(reader.app.scope(), Scope::Subscriptions, "{keys}");
    }
    for (sent, note) in [
        (Ok(ServerAnswer::Waiting(0, None)), "removed account reader.example.org; u to undo"),
        (
            Ok(ServerAnswer::Waiting(2, Some(line("timed out")))),
            "removed account reader.example.org; 2 marks not sent; u to undo",
        ),
        (Err(line("timed out")), "removed account reader.example.org; 3 marks not sent; u to undo"),
    ] {
        let mut reader = reader(3);
        reader.keys("d Enter");
        let (number, asked) = task(&mut reader);
        assert_eq!(asked, ServerTask::SendMarks { account: HOME });
        answer(&mut reader, number, sent);
        assert_eq!((reader.edits().len(), reader.note()), (1, note));
    }
}

#[test]
fn unsubscribing_at_a_server_asks_and_tells_what_is_deleted_there() {
    let mut reader = reader(0);
    reader.keys("j d");
    assert_eq!(reader.app.server_status().as_deref(), Some("asking reader.example.org about Alone…"));
    let (number, asked) = task(&mut reader);
    assert_eq!(asked, ServerTask::CountStarred { source: SourceId::new(1) });
    answer(&mut reader, number, Ok(ServerAnswer::Starred(3)));
    let text: Vec<String> = reader
        .app
        .popups
        .find::<Question>()
        .map(|question| question.lines(&reader.app).iter().map(ToString::to_string).collect())
        .unwrap_or_default();
    assert!(
        text.join(" ").contains("3 starred releases among them. This cannot be undone. Here they stay."),
        "{text:?}"
    );
    reader.keys("Enter");
    let (number, asked) = task(&mut reader);
    assert_eq!(asked, ServerTask::Unsubscribe { source: SourceId::new(1) });
    answer(&mut reader, number, Err(line("reader.example.org: timed out")));
    assert_eq!(error(&reader), "Alone: not unsubscribed: reader.example.org: timed out");
}

#[test]
fn a_feed_followed_twice_is_left_where_the_user_says() {
    let ask = |keys: &str| {
        let mut reader = reader(0);
        reader.keys("j j d");
        let (number, _) = task(&mut reader);
        answer(&mut reader, number, Ok(ServerAnswer::Starred(0)));
        reader.keys(keys);
        reader
    };
    let id = SourceId::new(2);
    let mut everywhere = ask("Enter");
    let (number, asked) = task(&mut everywhere);
    assert_eq!(asked, ServerTask::Unsubscribe { source: id });
    answer(&mut everywhere, number, Ok(ServerAnswer::Done));
    assert_eq!(everywhere.edits(), [(Edit::Unsubscribe { id }, "unsubscribed from Both".to_owned())]);
    let mut at_server = ask("j Enter");
    let (number, _) = task(&mut at_server);
    answer(&mut at_server, number, Ok(ServerAnswer::Done));
    assert_eq!((at_server.commands(), at_server.note().starts_with("unsubscribed from Both at")), (vec![], true));
    assert_eq!(ask("j j Enter").commands(), [LibraryCommand::StopFetching(id)]);
    assert_eq!(ask("Esc").commands(), []);
}

#[test]
fn a_feed_of_a_server_is_moved_there_and_its_answer_is_told() {
    let mut reader = reader(0);
    let within = Subscription { folder: vec![line("City")], ..source(1, "Alone", &[HOME], true) };
    reader.send(Msg::Library(LibraryEvent::Sources(vec![within])));
    reader.keys("j f C-u Enter");
    assert_eq!((reader.commands(), reader.app.scope()), (vec![], Scope::Form), "a folder is needed");
    reader.keys("\"News\" Enter");
    let (number, asked) = task(&mut reader);
    assert_eq!(asked, ServerTask::Move { source: SourceId::new(1), folder: "News".to_owned() });
    assert_eq!(reader.app.server_status().as_deref(), Some("moving Alone to News at reader.example.org…"));
    answer(&mut reader, number, Ok(ServerAnswer::Done));
    assert_eq!((reader.note(), reader.app.server_status()), ("moved Alone to News", None));
    answer(&mut reader, number, Err(line("late")));
    assert_eq!(error(&reader), "", "an answer counts once");
}

#[test]
fn escape_cancels_what_a_server_was_asked() {
    let mut reader = reader(0);
    reader.keys("j f \"News\" Enter Esc");
    let (number, _) = task(&mut reader);
    reader.keys("Esc");
    assert_eq!(reader.commands(), [LibraryCommand::CancelAtServer(number)]);
    assert_eq!(reader.note(), "cancelled: moving Alone to News at reader.example.org");
    answer(&mut reader, number, Err(line("late")));
    assert_eq!(error(&reader), "");
}

#[test]
fn offline_no_server_is_asked() {
    for keys in ["r", "j d", "j r", "j f \"News\" Enter", "d Enter"] {
        let mut reader = reader(3);
        let settings = crate::config::Settings { is_offline: true, ..reader.app.settings.clone() };
        reader.send(Msg::Settings(Box::new(settings)));
        reader.keys(keys);
        let asks = |command: &LibraryCommand| !matches!(command, LibraryCommand::Edit { .. });
        assert!(!reader.commands().iter().any(asks), "{keys}");
    }
}

#[test]
fn the_steps_of_a_sync_are_tried_and_shown_until_cancelled() {
    let mut reader = reader(0);
    reader.keys("v");
    let (number, asked) = task(&mut reader);
    assert_eq!(asked, ServerTask::Check { account: HOME });
    let step = |name, outcome: Result<&str, &str>| {
        let took = Duration::from_millis(1_200);
        let outcome = outcome.map(line).map_err(line);
        Msg::Library(LibraryEvent::Checked(number, CheckStep { name, took, outcome }))
    };
    let shown = |reader: &TestApp| {
        let lines = reader.app.popups.find::<AccountCheck>().map(|check| check.lines(60)).unwrap_or_default();
        let head =
            |head: Option<(&str, String)>| head.map_or_else(String::new, |(name, took)| format!("{name} {took} "));
        lines.into_iter().map(|line| format!("{}{}", head(line.head), line.text)).collect::<Vec<_>>()
    };
    reader.send(step("login", Ok("as ada")));
    assert_eq!(shown(&reader), ["login 1,200 ms as ada", "asking reader.example.org…"]);
    answer(&mut reader, number, Ok(ServerAnswer::Done));
    assert_eq!(shown(&reader), ["login 1,200 ms as ada", "reader.example.org can be synced"]);
    reader.keys("Esc v");
    let (number, _) = task(&mut reader);
    reader.keys("Esc");
    assert_eq!(reader.commands(), [LibraryCommand::CancelAtServer(number)]);
    assert!(reader.app.popups.find::<AccountCheck>().is_none() && reader.app.server_status().is_none());
}
