//! The accounts in the list of subscriptions, their form, and the questions about them.

use super::*;
use crate::app::accounts::Account;
use crate::app::at_server::ServerAnswer;
use crate::app::library::{LibraryCommand, LibraryEvent, Subscription};
use crate::library::{AccountId, AccountKind, SourceId};
use crate::sync::{AccountOffer, CheckStep, PartTaken};

const NOW: i64 = 1_541_500_000;
const HOME: AccountId = AccountId::new(1);

fn line(text: &str) -> CleanBuf {
    CleanBuf::line(text)
}

/// The sample with two accounts, a feed of one of them and an abandoned feed, after some keys.
fn with_accounts(size: Size, keys: &str) -> App {
    let mut app = sample_at(size, "");
    send(&mut app, Msg::Now(NOW));
    let home = Account {
        id: HOME,
        name: line("reader.example.org"),
        address: line("https://reader.example.org/"),
        feeds: 12,
        releases: 10_000,
        unread: 340,
        waiting: 3,
        total: Some(40_000),
        succeeded: Some(NOW - 7_200),
        ..Account::default()
    };
    let work = Account {
        id: AccountId::new(2),
        kind: AccountKind::FreshRss,
        name: line("work"),
        address: line("https://rss.example.org/api/greader.php"),
        user: line("ada"),
        error: Some(line("wrong API password (401)")),
        ..Account::default()
    };
    send(&mut app, Msg::Library(LibraryEvent::Accounts(vec![home, work])));
    let source = |id, title: &str, accounts: &[AccountId], is_remote| Subscription {
        id: SourceId::new(id),
        title: line(title),
        address: line("https://a.example.org/feed"),
        accounts: accounts.to_vec(),
        is_remote,
        releases: 20,
        ..Subscription::default()
    };
    let sources =
        vec![source(1, "Gazette", &[HOME], true), source(2, "Herald", &[], true), source(3, "ILO", &[HOME], false)];
    send(&mut app, Msg::Library(LibraryEvent::Sources(sources)));
    press(&mut app, keys);
    app
}

/// Answers the only task that a server was asked.
fn answer(app: &mut App, answer: Result<ServerAnswer, CleanBuf>, keys: &str) {
    let mut number = None;
    for key in keys.split_whitespace().flat_map(|key| Key::sequence(key).expect("a key")) {
        for effect in app.update(Msg::Key(KeyEvent::new(key.code, key.modifiers))) {
            if let Effect::Library(LibraryCommand::AtServer { number: asked, .. }) = effect {
                number = Some(asked);
            }
        }
    }
    let number = number.expect("a task");
    send(app, Msg::Library(LibraryEvent::AtServer { number, answer }));
}

fn lines(app: &App) -> Vec<String> {
    Screen::new(app).popup().lines()
}

#[test]
fn an_empty_list_says_how_to_subscribe_and_to_add_an_account() {
    let wide = [
        "No subscriptions yet",
        "a adds one: the address of a feed, or of a page that names its feeds; A",
        "adds an account at a server such as Miniflux or FreshRSS",
    ];
    let single = [
        "No subscriptions yet",
        "a adds one: the address of a feed,",
        "or of a page that names its feeds; A",
        "adds an account at a server such as",
        "Miniflux or FreshRSS",
    ];
    for (size, expected) in [(WIDE, &wide[..]), (STACKED, &wide), (SINGLE, &single)] {
        let screen = screen(size, "S");
        assert_eq!(
            (screen.popup_title().as_str(), screen.popup().lines()),
            ("Subscriptions", expected.iter().map(|line| (*line).to_owned()).collect())
        );
    }
    assert_eq!(screen(WIDE, "S").status_bar().text(), "a add  A account  Esc close  ? help  : commands");
}

#[test]
fn accounts_are_listed_with_their_state_above_the_feeds() {
    let expected = [
        "unread of all  last synced",
        "Accounts ── 2",
        "reader.example.org · Miniflux · 12 feeds…  340 of 10,000  2 h ago",
        "work · FreshRSS · 0 feeds  0 of 0  never",
        "! wrong API password (401)",
        "Gazette · reader.example.org  0 of 20  2 h ago",
        "Herald  0 of 20  not at server",
        "ILO · reader.example.org  0 of 20  never",
        "https://reader.example.org/ · 10,000 of 40,000 releases stored",
    ];
    for size in [WIDE, STACKED] {
        assert_eq!(lines(&with_accounts(size, "S")), expected, "{size:?}");
    }
    let small = lines(&with_accounts(SINGLE, "S"));
    assert_eq!(
        small[..4],
        [
            "Accounts ── 2",
            "reader.example.org · Miniflux… 340",
            "work · FreshRSS · 0 feeds  0",
            "! wrong API password (401)"
        ]
    );
    let last = |keys: &str| lines(&with_accounts(WIDE, keys)).pop().unwrap_or_default();
    assert_eq!(last("S j j"), "https://a.example.org/feed · through reader.example.org");
    assert_eq!(last("S j j j"), "https://a.example.org/feed · no longer at the server");
    assert_eq!(last("S G"), "https://a.example.org/feed · directly and through reader.example.org");
    assert_eq!(last("S j"), "https://rss.example.org/api/greader.php as ada · 0 releases stored");
}

#[test]
fn the_form_of_an_account_shows_choices_and_hides_the_secret() {
    let app = with_accounts(STACKED, "S A Down example.org Down hunter2");
    let screen = Screen::new(&app);
    assert_eq!(screen.popup_title(), "Add an account");
    assert_eq!(
        lines(&app)[..6],
        [
            "Server  ● Miniflux  ○ FreshRSS  ○ Google Reader API",
            "Address  example.org",
            "API key  •••••••",
            "Command  prints the secret, such as pass show reader",
            "Store  ● newest 10,000  +7",
            "Name  example.org",
        ]
    );
    assert!(!screen.whole().text().contains("hunter2"));
    assert!(screen.status_bar().text().starts_with("Enter find"), "{}", screen.status_bar().text());
    // The line with the cursor is visible in every window.
    for size in [WIDE, STACKED, SINGLE, SMALLEST] {
        for steps in 0..6 {
            let app = with_accounts(size, &format!("S A {}", "Tab ".repeat(steps)));
            let screen = Screen::new(&app);
            let label = ["Miniflux", "as in", "from", "prints", "newest", ""][steps];
            assert!(
                screen.popup().line_at_cursor().contains(label),
                "{size:?} {steps}: {}",
                screen.popup().line_at_cursor()
            );
        }
    }
}

#[test]
fn what_a_server_has_is_shown_before_it_is_stored() {
    let mut app = with_accounts(STACKED, "S A Down example.org Down hunter2");
    let offer = AccountOffer {
        address: "https://example.org/".to_owned(),
        user: line("ada"),
        feeds: 12,
        entries: 40_000,
        unread: 300,
        starred: 7,
        part: PartTaken { floor: 20_000, left_out: vec![30_000], taken: 10_000 },
    };
    answer(&mut app, Ok(ServerAnswer::Found(Box::new(offer))), "Enter");
    assert_eq!(
        lines(&app)[6..],
        [
            "found https://example.org/ for ada: 12 feeds, 40,000 releases, 300 unread,",
            "7 starred",
            "Enter adds it as example.org: 12 feeds, 10,000 of 40,000 releases; what",
            "arrives later is stored as well",
        ]
    );
    assert!(Screen::new(&app).status_bar().text().starts_with("Enter add"));
}

#[test]
fn removing_an_account_asks_first() {
    let app = with_accounts(STACKED, "S d");
    assert_eq!(Screen::new(&app).popup_title(), "Remove account");
    assert_eq!(
        lines(&app),
        [
            "reader.example.org keeps everything at the server. Here, 12 feeds will no",
            "longer be synced.",
            "3 marks are not sent yet; tidings sends them first if the server answers.",
            "20 releases come only through it.",
            "Remove it and keep its releases",
            "Remove it and delete 20 releases",
        ]
    );
    // The answers matter most.
    let small = lines(&with_accounts(SMALLEST, "S d"));
    assert!(small.iter().any(|line| line.starts_with("Remove it")), "{small:?}");
}

#[test]
fn the_dialog_offers_the_accounts_and_proposes_the_last_one() {
    let app = with_accounts(STACKED, "a");
    assert_eq!(lines(&app)[4], "Follow  ● directly  ○ through reader.example.org  ○ through work");
    let mut app = with_accounts(WIDE, "a example.org Up Right");
    answer(&mut app, Ok(ServerAnswer::Subscribed(line("Example"))), "Enter");
    press(&mut app, "a");
    assert_eq!(lines(&app)[4], "Follow  ○ directly  ● through reader.example.org  ○ through work");
    assert_eq!(app.session().account.as_deref(), Some("reader.example.org"));
}

#[test]
fn the_hints_are_those_of_an_account_or_of_a_feed() {
    let hints = |keys: &str| Screen::new(&with_accounts(WIDE, keys)).status_bar().text();
    let account = "Enter show  a add  d remove  r sync  A account  K key  v check  ? help  : commands";
    assert_eq!(hints("S"), account);
    assert!(hints("S j j").contains("e edit") && !hints("S j j").contains("check"), "{}", hints("S j j"));
}

#[test]
fn the_steps_of_a_check_are_listed_with_their_time() {
    let mut app = with_accounts(STACKED, "S v");
    let step = |name, milliseconds, outcome| {
        let took = std::time::Duration::from_millis(milliseconds);
        Msg::Library(LibraryEvent::Checked(1, CheckStep { name, took, outcome }))
    };
    send(&mut app, step("API key", 0, Ok(line("found"))));
    send(&mut app, step("login", 1_200, Err(line("login refused; check the API key"))));
    send(&mut app, Msg::Library(LibraryEvent::AtServer { number: 1, answer: Ok(ServerAnswer::Done) }));
    assert_eq!(Screen::new(&app).popup_title(), "Check account");
    assert_eq!(lines(&app), ["API key  0 ms  found", "login  1,200 ms  login refused; check the API key"]);
}

#[test]
fn what_a_server_found_is_labelled_wherever_rows_have_facts() {
    for size in [WIDE, STACKED] {
        let mut app = sample_at(size, "");
        let catalog = Arc::clone(&app.catalog);
        let releases = catalog.indices().collect();
        send(&mut app, Msg::FoundAtServer { catalog, query: crate::query::Query::default(), releases });
        let text = Screen::new(&app).whole().text();
        assert!(text.contains("at the server"), "{size:?}: {text}");
    }
}
