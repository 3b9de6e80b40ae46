use super::*;
use crate::app::Msg;
use crate::app::library::{LibraryCommand, LibraryEvent};
use crate::app::tests::TestApp;
use crate::sync::PartTaken;

fn line(text: &str) -> CleanBuf {
    CleanBuf::line(text)
}

fn offer() -> AccountOffer {
    AccountOffer {
        address: "https://reader.example.org/".to_owned(),
        user: line("ada"),
        feeds: 12,
        entries: 40_000,
        unread: 300,
        starred: 7,
        part: PartTaken { floor: 20_000, left_out: vec![30_000], taken: 10_000 },
    }
}

fn asked(reader: &mut TestApp) -> (u64, ServerTask) {
    match reader.commands().as_slice() {
        [LibraryCommand::AtServer { number, task }] => (*number, task.clone()),
        other => panic!("{other:?}"),
    }
}

fn answer(reader: &mut TestApp, number: u64, answer: Result<ServerAnswer, CleanBuf>) {
    reader.send(Msg::Library(LibraryEvent::AtServer { number, answer }));
}

fn form(reader: &TestApp) -> &AccountForm {
    reader.app.popups.find().expect("the form")
}

fn message(reader: &TestApp) -> String {
    let (lines, _) = form(reader).message(&reader.app);
    lines.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// The keys that fill in the form for Miniflux.
const MINIFLUX: &str = "S A Down \"reader.example.org\" Down \"hunter2\"";

#[test]
fn an_account_is_looked_at_and_then_added() {
    let mut reader = TestApp::new(150, 40);
    reader.keys(MINIFLUX).keys("Enter");
    let (number, task) = asked(&mut reader);
    let ServerTask::Find(login) = task else { panic!("{task:?}") };
    assert_eq!(
        (login.address.as_str(), login.user.as_str(), login.name.as_str()),
        ("reader.example.org", "", "reader.example.org")
    );
    assert_eq!(login.secret, SecretSource::Typed(crate::server::Secret::new("hunter2")));
    reader.keys("Enter");
    assert_eq!(reader.commands(), [], "it waits for the answer");
    answer(&mut reader, number, Ok(ServerAnswer::Found(Box::new(offer()))));
    assert!(message(&reader).contains("12 feeds, 40,000 releases, 300 unread, 7 starred"), "{}", message(&reader));
    assert_eq!(form(&reader).verb(), "add");
    reader.keys("Enter");
    let (number, task) = asked(&mut reader);
    assert!(matches!(&task, ServerTask::Add(_, found) if **found == offer()), "{task:?}");
    answer(&mut reader, number, Ok(ServerAnswer::Added(AccountId::new(4))));
    assert_eq!(reader.app.scope(), Scope::Question);
    reader.keys("Enter");
    assert_eq!(reader.commands(), [LibraryCommand::SyncAccounts(vec![AccountId::new(4)])]);
}

#[test]
fn a_change_makes_the_form_ask_again_unless_it_is_the_name() {
    for (keys, verb) in
        [("Up \"x\"", "find"), ("\"x\"", "find"), ("Down Down Down \"x\"", "add"), ("Down Down Right", "find")]
    {
        let mut reader = TestApp::new(150, 40);
        reader.keys(MINIFLUX).keys("Enter");
        let (number, _) = asked(&mut reader);
        answer(&mut reader, number, Ok(ServerAnswer::Found(Box::new(offer()))));
        reader.keys(keys);
        assert_eq!(form(&reader).verb(), verb, "{keys}");
    }
}

#[test]
fn errors_stay_in_the_form_with_the_cursor_on_the_line_concerned() {
    let table = [
        ("S A Enter", Field::Address, ""),
        ("S A Right Down \"example.org\" Enter", Field::User, "enter your name at the server"),
        ("S A Down \"example.org\" Enter", Field::Secret, "enter the API key, or a command that prints it"),
        (
            "S A Down \"example.org\" Down \"a\" Down \"pass\" Enter",
            Field::Command,
            "enter the API key or a command, not both",
        ),
    ];
    for (keys, field, error) in table {
        let mut reader = TestApp::new(150, 40);
        reader.keys(keys);
        assert_eq!((form(&reader).at, reader.commands()), (field, vec![]), "{keys}");
        assert!(message(&reader).starts_with(error) && !message(&reader).is_empty(), "{keys}: {}", message(&reader));
    }
    let mut reader = TestApp::new(150, 40);
    reader.keys(MINIFLUX).keys("Enter");
    let (number, _) = asked(&mut reader);
    answer(&mut reader, number, Err(line("wrong API key (401)")));
    assert_eq!((message(&reader).as_str(), form(&reader).verb()), ("wrong API key (401)", "find"));
}

#[test]
fn closing_cancels_a_request_first_and_keeps_the_input() {
    let mut reader = TestApp::new(150, 40);
    reader.keys(MINIFLUX).keys("Enter");
    let (number, _) = asked(&mut reader);
    reader.keys("Esc");
    assert_eq!(reader.commands(), [LibraryCommand::CancelAtServer(number)]);
    assert_eq!(form(&reader).text(Field::Address).map(Prompt::text), Some("reader.example.org"));
    answer(&mut reader, number, Ok(ServerAnswer::Found(Box::new(offer()))));
    assert_eq!(form(&reader).verb(), "find", "a late answer is dropped");
    reader.keys("Esc");
    assert_eq!(reader.app.scope(), Scope::Subscriptions);
}

#[test]
fn the_secret_is_neither_shown_nor_printed_nor_saved() {
    let mut reader = TestApp::new(150, 40);
    reader.keys(MINIFLUX).keys("Enter");
    let printed = format!("{:?} {:?} {:?}", reader.app, reader.effects, reader.app.session());
    assert!(!printed.contains("hunter2"), "a secret is printed");
    assert_eq!(form(&reader).secret.dots().text(), "•••••••");
}

#[test]
fn the_secret_of_an_account_is_replaced() {
    let mut reader = TestApp::new(150, 40);
    let account = Account { id: AccountId::new(2), name: line("home"), ..Account::default() };
    reader.send(Msg::Library(LibraryEvent::Accounts(vec![account])));
    reader.keys("S K \"new\" Enter");
    let (number, task) = asked(&mut reader);
    let secret = SecretSource::Typed(crate::server::Secret::new("new"));
    assert_eq!(task, ServerTask::ReplaceSecret { account: AccountId::new(2), secret });
    answer(&mut reader, number, Ok(ServerAnswer::Done));
    assert_eq!((reader.note(), reader.app.scope()), ("replaced the API key of home; r syncs it", Scope::Subscriptions));
}

#[test]
fn the_proposed_name_follows_the_address_until_another_one_is_typed() {
    let mut reader = TestApp::new(150, 40);
    reader.keys("S A Down \"example.org\"");
    let name = |reader: &TestApp| form(reader).text(Field::Name).map(|name| name.text().to_owned());
    assert_eq!(name(&reader).as_deref(), Some("example.org"));
    reader.keys("Up Up \"home\" Down Down \"x\"");
    assert_eq!(name(&reader).as_deref(), Some("home"));
}
