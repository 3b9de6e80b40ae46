use std::sync::Arc;

use super::super::feed_choice::FeedChoice;
use super::*;
use crate::app::library::{LibraryEvent, Subscription};
use crate::app::tests::TestApp;
use crate::app::{Msg, Reread};
use crate::catalog::Builder;
use crate::feed::listing::{Confidence, ListingReport, Method};
use crate::release::{Date, Release};
use crate::sync::PagePreview;

fn line(text: &str) -> CleanBuf {
    CleanBuf::line(text)
}

fn subscribe(address: &str, title: Option<&str>, folder: &[&str]) -> LibraryCommand {
    LibraryCommand::Subscribe {
        address: address.to_owned(),
        is_guess: false,
        title: title.map(str::to_owned),
        folder: folder.iter().map(|&name| name.to_owned()).collect(),
        rules: Rules::default(),
        is_chosen: false,
    }
}

/// The same, after a choice.
fn chosen(address: &str, title: Option<&str>, folder: &[&str], options: &str) -> LibraryCommand {
    match subscribe(address, title, folder) {
        LibraryCommand::Subscribe { address, is_guess, title, folder, .. } => {
            let rules = Rules::of_options(options).expect("options");
            LibraryCommand::Subscribe { address, is_guess, title, folder, rules, is_chosen: true }
        }
        other => other,
    }
}

fn message(reader: &TestApp) -> String {
    reader.app.form_message().map_or_else(String::new, |(text, _)| text.to_string())
}

#[test]
fn a_pasted_address_is_checked_and_subscribed_to() {
    let mut reader = TestApp::new(80, 24);
    reader.keys("a");
    reader.send(Msg::Paste(" https://example.org/feed\n".to_owned()));
    reader.keys("Tab \"My_feed\" Tab \"Europe/Courts\" Enter Enter");
    let asked = "https://example.org/feed";
    assert_eq!(reader.commands(), [subscribe(asked, Some("My feed"), &["Europe", "Courts"])]);
    assert_eq!(message(&reader), "checking example.org…");
    reader.send(Msg::Library(LibraryEvent::Subscribed { asked: line("https://other.org/"), title: line("Other") }));
    assert_eq!((reader.note(), reader.app.scope()), ("subscribed to Other", Scope::Form), "it waits for its own");
    reader.send(Msg::Library(LibraryEvent::Subscribed { asked: line(asked), title: line("My feed") }));
    assert_eq!((reader.note(), reader.app.scope()), ("subscribed to My feed", Scope::List));
}

#[test]
fn the_newest_release_of_a_new_feed_is_selected_unless_a_key_is_pressed_first() {
    let mut builder = Builder::new();
    for (source, item, title, day) in
        [("Old", 0, "Newest", 9), ("Harbour", 1, "Crane 2", 8), ("Harbour", 2, "Crane 1", 7), ("Old", 3, "Oldest", 1)]
    {
        builder.source(line(source).as_clean());
        let date = Date::from_ymd(2018, 11, day);
        builder.push(item, &Release { title: line(title), date, ..Release::default() });
    }
    let catalog = builder.publish();
    let arrived = || Msg::Reread(Box::new(Reread { catalog: Arc::clone(&catalog), fresh: 2, ..Reread::default() }));
    let subscribed =
        || Msg::Library(LibraryEvent::Subscribed { asked: line("https://example.org/"), title: line("Harbour") });
    for events in [[subscribed(), arrived()], [arrived(), subscribed()]] {
        let mut reader = TestApp::new(150, 40);
        reader.keys("1");
        for event in events {
            reader.send(event);
        }
        assert_eq!((reader.query().as_str(), reader.title().as_str()), ("", "Crane 2"));
        assert_eq!(reader.note(), "subscribed to Harbour: 2 releases");
    }
    let mut reader = TestApp::new(150, 40);
    reader.send(subscribed());
    reader.keys("k");
    reader.send(arrived());
    assert_eq!((reader.title().as_str(), reader.note()), ("Newest", "2 new releases"));
}

#[test]
fn the_form_says_why_it_cannot_subscribe() {
    let mut reader = TestApp::new(80, 24);
    reader.keys("a Enter");
    assert!(message(&reader).starts_with("no address"));
    reader.keys("\"example.org\" Enter");
    let (asked, reason) = (line("https://example.org/"), line("answers 404: there is no such page"));
    reader.send(Msg::Library(LibraryEvent::NotSubscribed { asked: asked.clone(), reason: reason.clone(), http: None }));
    assert_eq!(message(&reader), "example.org: answers 404: there is no such page");
    reader.keys("\"/x\"");
    assert_eq!(message(&reader), "", "what is changed may be right");
    reader.keys("Enter Esc");
    assert_eq!(reader.commands().len(), 2);
    reader.send(Msg::Library(LibraryEvent::NotSubscribed { asked: line("https://example.org/x"), reason, http: None }));
    let error = reader.app.notices.unread().map(|(error, _)| error.text.as_str());
    assert_eq!(
        error,
        Some("example.org: answers 404: there is no such page"),
        "the form is closed, so the status bar says it"
    );
}

#[test]
fn without_a_scheme_the_form_proposes_http_where_https_is_missing() {
    let mut reader = TestApp::new(80, 24);
    reader.keys("a \"example.org/f\" Enter");
    let asked = "https://example.org/f";
    let guess = LibraryCommand::Subscribe {
        address: asked.to_owned(),
        is_guess: true,
        title: None,
        folder: Vec::new(),
        rules: Rules::default(),
        is_chosen: false,
    };
    assert_eq!(reader.commands(), [guess]);
    reader.send(Msg::Library(LibraryEvent::NotSubscribed {
        asked: line(asked),
        reason: line("cannot connect"),
        http: Some(line("http://example.org/f")),
    }));
    assert_eq!(message(&reader), "Enter tries http, without encryption; example.org: cannot connect");
    reader.keys("Enter");
    assert_eq!(reader.commands(), [subscribe("http://example.org/f", None, &[])]);
}

#[test]
fn an_existing_subscription_is_not_requested_again() {
    let mut reader = TestApp::new(80, 24);
    let known = Subscription { title: line("Known"), address: line("https://example.org"), ..Subscription::default() };
    reader.send(Msg::Library(LibraryEvent::Sources(vec![known])));
    reader.keys("a \"example.org\" Enter");
    assert_eq!(message(&reader), "already subscribed: Known");
    assert_eq!(reader.commands(), []);
}

fn offered(keys: &str) -> TestApp {
    let mut reader = TestApp::new(80, 24);
    reader.keys(keys);
    reader.commands();
    let feeds = ["a", "b", "c"].map(|name| (line(name), line(&format!("https://example.org/{name}"))));
    reader.send(Msg::Library(LibraryEvent::Offered {
        asked: line("https://example.org/"),
        feeds: feeds.to_vec(),
        page: None,
    }));
    reader
}

#[test]
fn a_page_with_several_feeds_lets_the_user_choose() {
    let [a, b, c] = ["a", "b", "c"].map(|name| format!("https://example.org/{name}"));
    let table = [
        ("Enter", vec![chosen(&a, Some("T"), &["F"], "")], "subscribing to a…"),
        ("Down Down Enter", vec![chosen(&c, Some("T"), &["F"], "")], "subscribing to c…"),
        ("_ j _ Enter", vec![chosen(&a, None, &["F"], ""), chosen(&c, None, &["F"], "")], "subscribing to 2 feeds…"),
        ("_ k _ _ Enter", vec![chosen(&b, Some("T"), &["F"], "")], "subscribing to b…"),
        ("Esc", vec![], ""),
    ];
    for (keys, commands, note) in table {
        let mut reader = offered("a \"example.org\" Tab \"T\" Tab \"F\" Enter");
        assert_eq!(reader.app.scope(), Scope::FeedChoice);
        reader.keys(keys);
        assert_eq!((reader.commands(), reader.note()), (commands, note), "{keys}");
        assert_eq!(reader.app.scope(), Scope::List, "{keys}");
    }
}

#[test]
fn a_page_that_lists_releases_is_shown_before_it_is_kept() {
    let page = |options: &str| {
        let rules = Rules::of_options(options).expect("options");
        let report = ListingReport {
            method: Method::Rows,
            completed: None,
            confidence: Confidence::High,
            entries: 2,
            dated: 2,
            feeds: Vec::new(),
            selected: Vec::new(),
            parts: (0, Vec::new()),
        };
        let releases = vec![(line("2024-05-12"), line("Bridge opens")), (line("2024-05-11"), line("Bridge closes"))];
        Box::new(PagePreview { address: line("https://example.org/"), title: line("News"), report, releases, rules })
    };
    let offer = |feeds: &[&str], options: &str| {
        let mut reader = TestApp::new(80, 24);
        reader.keys(&format!("a \"example.org\" Tab Tab \"F\" Tab \"{options}\" Enter"));
        let commands = reader.commands();
        assert!(matches!(&commands[..], [LibraryCommand::Subscribe { is_chosen: false, .. }]), "{commands:?}");
        let feeds = feeds.iter().map(|name| (line(name), line(&format!("https://example.org/{name}")))).collect();
        let asked = line("https://example.org/");
        let options = options.replace('_', " ");
        reader.send(Msg::Library(LibraryEvent::Offered { asked, feeds, page: Some(page(&options)) }));
        reader
    };
    let mut reader = offer(&[], "--select_title=h3");
    assert_eq!(reader.commands(), []);
    let choice = reader.app.popups.find::<FeedChoice>().expect("a choice");
    let shown: Vec<String> = choice.preview().iter().map(|(day, text)| format!("{day} {text}")).collect();
    let expected = [
        " found in a repeated list · all dated · confidence: high",
        "2024-05-12 Bridge opens",
        "2024-05-11 Bridge closes",
    ];
    assert_eq!(shown, expected);
    reader.keys("Enter");
    assert_eq!(reader.commands(), [chosen("https://example.org/", None, &["F"], "--page --select title=h3")]);
    // The feed of the page comes first.
    let mut reader = offer(&["feed"], "");
    reader.keys("Enter");
    assert_eq!(reader.commands(), [chosen("https://example.org/feed", None, &["F"], "")]);
    let mut reader = offer(&["feed"], "");
    reader.keys("j Enter");
    assert_eq!(reader.note(), "subscribing to News…");
    let mut reader = TestApp::new(80, 24);
    reader.keys("a \"example.org\" S-Tab \"--pag\" Enter");
    assert_eq!(
        message(&reader),
        "unknown option `--pag`; expected --page, --select, --map, --delimiter or --topics-from"
    );
    assert_eq!(reader.commands(), []);
}

#[test]
fn feeds_found_after_the_form_closed_open_no_popup() {
    let reader = offered("a \"example.org\" Enter Esc");
    assert_eq!(reader.note(), "example.org offers 3 feeds; press a and enter its address to choose");
    assert_eq!(reader.app.scope(), Scope::List);
}

#[test]
fn lists_of_subscriptions_are_imported_and_exported() {
    let mut reader = TestApp::new(80, 24);
    reader.keys(": \"export_opml\" Enter");
    assert_eq!(reader.note(), "no subscriptions to export");
    reader.keys(": \"import_opml\" Enter Enter");
    assert_eq!(message(&reader), "enter a file name");
    reader.keys("\"~/feeds.opml\" Enter");
    assert_eq!(reader.commands(), [LibraryCommand::ImportFeeds { file: "~/feeds.opml".to_owned() }]);
    assert_eq!((reader.note(), reader.app.scope()), ("importing ~/feeds.opml…", Scope::List));
    reader.send(Msg::Library(LibraryEvent::Sources(vec![Subscription::default()])));
    reader.keys(": \"export_opml\" Enter Enter");
    assert_eq!(reader.commands(), [LibraryCommand::ExportFeeds { file: "subscriptions.opml".to_owned() }]);
}

#[test]
fn typing_replaces_a_proposed_text() {
    for (keys, expected) in [
        ("\"x\"", "x"),
        ("Right \"x\"", "Newsx"),
        ("End \"x\"", "Newsx"),
        ("Tab \"x\"", "Newsx"),
        ("Home \"x\"", "xNews"),
        ("BS \"x\"", "x"),
    ] {
        let mut reader = TestApp::new(80, 24);
        reader.keys("/ \"topic:News\" Enter W");
        reader.keys(keys);
        let form = reader.app.popups.find::<FormPopup>().expect("a form");
        assert_eq!(form.fields[0].text(), expected, "{keys}");
    }
}

#[test]
fn tab_cycles_through_the_fields_and_each_can_be_edited() {
    let mut reader = TestApp::new(80, 24);
    reader.keys("a \"x\" S-Tab S-Tab \"F\" Up \"T\" BS Tab Tab Tab Left \"y\" Enter");
    let commands = reader.commands();
    let [LibraryCommand::Subscribe { address, is_guess, folder, .. }] = commands.as_slice() else { panic!("one") };
    assert_eq!((address.as_str(), *is_guess, folder.join("/").as_str()), ("https://yx/", true, "F"));
}
