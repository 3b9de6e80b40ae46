use super::*;
use crate::app::library::LibraryEvent;
use crate::app::popup::form::FormPopup;
use crate::app::tests::TestApp;
use crate::app::{Msg, StepId};
use crate::feed::Rules;
use crate::library::Extent;
use crate::sync::FeedPreview;

fn source(id: i64, title: &str, folder: &[&str]) -> Subscription {
    Subscription {
        id: SourceId::new(id),
        title: CleanBuf::line(title),
        address: CleanBuf::line(&format!("https://{id}.example.org/")),
        folder: folder.iter().map(|name| CleanBuf::line(name)).collect(),
        ..Subscription::default()
    }
}

fn reader() -> TestApp {
    let mut reader = TestApp::new(150, 40);
    let mut broken = source(5, "Zeitung", &["Europe"]);
    broken.error = Some(CleanBuf::line("does not answer"));
    let sources = vec![
        source(1, "Gazette", &["Europe", "Courts"]),
        broken,
        source(2, "Court of Justice", &["Europe", "Courts"]),
        source(3, "Àrea", &[]),
        source(4, "Bulletin", &[]),
    ];
    reader.send(Msg::Library(LibraryEvent::Sources(sources)));
    reader.keys("S");
    reader
}

fn popup(reader: &TestApp) -> &Subscriptions {
    reader.app.popups.find().expect("the open list")
}

fn selected(reader: &TestApp) -> String {
    popup(reader).selected(&reader.app.library).map_or_else(String::new, |source| source.title.to_string())
}

#[test]
fn subscriptions_are_sorted_by_folder_and_name_with_their_errors() {
    let reader = reader();
    let lines = popup(&reader).lines(&reader.app.library);
    let described = lines.iter().map(|line| match line {
        SourceLine::Folder(name, count) => format!("[{name} {count}]"),
        SourceLine::Source(at) => reader.app.library.sources[*at].title.to_string(),
        SourceLine::Error(at) => reader.app.library.sources[*at].error.clone().expect("an error").to_string(),
        SourceLine::Accounts(count) => format!("[accounts {count}]"),
        SourceLine::Account(at) => reader.app.library.accounts[*at].name.to_string(),
        SourceLine::AccountError(at) => reader.app.library.accounts[*at].error.clone().expect("an error").to_string(),
        SourceLine::Blank => String::new(),
    });
    let expected = "Àrea|Bulletin||[Europe 1]|Zeitung|does not answer||[Europe / Courts 2]|Court of Justice|Gazette";
    assert_eq!(described.collect::<Vec<_>>().join("|"), expected);
}

#[test]
fn keys_send_edits_to_the_library() {
    let id = SourceId::new(3);
    let line = CleanBuf::line;
    let table = [
        ("p", vec![(Edit::Pause { id, on: true }, "paused Àrea")], "paused Àrea"),
        (
            "p p",
            vec![(Edit::Pause { id, on: true }, "paused Àrea"), (Edit::Pause { id, on: false }, "resumed Àrea")],
            "resumed Àrea",
        ),
        (
            "j x",
            vec![(Edit::WantPages { id: SourceId::new(4), on: true }, "fetching full pages of Bulletin")],
            "fetching full pages of Bulletin",
        ),
        (
            "t t",
            vec![
                (Edit::TopicsFrom { id, from: TopicSource::Address }, "deriving topics of Àrea from the address"),
                (Edit::TopicsFrom { id, from: TopicSource::Title }, "deriving topics of Àrea from the title"),
            ],
            "deriving topics of Àrea from the title",
        ),
        (
            "j j R C-u \"New\" Enter",
            vec![(Edit::Rename { id: SourceId::new(5), title: line("New") }, "renamed Zeitung to New")],
            "renamed to New",
        ),
        (
            "R C-u Enter",
            vec![(Edit::Rename { id, title: CleanBuf::default() }, "restored the title of Àrea")],
            "using the feed's own title",
        ),
        ("R Enter", vec![], ""),
        ("R \"x\" Esc", vec![], ""),
        (
            "f \"Europe_/_Banks/\" Enter",
            vec![(Edit::Refile { id, folder: vec![line("Europe"), line("Banks")] }, "moved Àrea to Europe / Banks")],
            "moved to Europe / Banks",
        ),
        (
            "G f C-u Enter",
            vec![(Edit::Refile { id: SourceId::new(1), folder: vec![] }, "moved Gazette out of its folder")],
            "moved out of its folder",
        ),
        ("G f Enter", vec![], ""),
        (
            "d",
            vec![(Edit::Unsubscribe { id }, "unsubscribed from Àrea")],
            "unsubscribed from Àrea; u to undo; starred releases stay",
        ),
        ("u", vec![], "nothing to undo"),
    ];
    for (keys, edits, note) in table {
        let mut reader = reader();
        reader.keys(keys);
        let edits: Vec<_> = edits.into_iter().map(|(edit, what)| (edit, what.to_owned())).collect();
        assert_eq!((reader.edits(), reader.note()), (edits, note), "{keys}");
        assert_eq!(reader.app.scope(), Scope::Subscriptions, "{keys}");
    }
    let mut reader = reader();
    reader.keys("G r");
    assert_eq!(reader.commands(), [LibraryCommand::Sync(vec![SourceId::new(1)])]);
    assert_eq!((reader.note(), reader.app.scope()), ("syncing Gazette", Scope::Subscriptions));
}

#[test]
fn past_issues_are_fetched_after_the_limit_was_said_and_their_pages_are_counted() {
    let mut reader = reader();
    reader.keys("G b");
    assert_eq!(reader.commands(), [LibraryCommand::SyncPast(SourceId::new(1))]);
    assert_eq!(reader.note(), "past issues of Gazette: at most 100 pages");
    let state = |past_pages, is_over| SyncState { all: 1, past_pages, is_over, ..SyncState::default() };
    reader.send(Msg::Library(LibraryEvent::Sync(state(12, false))));
    assert_eq!(reader.app.sync_status().as_deref(), Some("syncing 0 of 1 · 12 past pages"));
    let ended = SyncState { done: 1, fresh: 240, has_more: true, ..state(100, true) };
    reader.send(Msg::Library(LibraryEvent::Sync(ended)));
    assert_eq!(reader.note(), "240 new releases from 1 source, 100 past pages; there are more");
}

#[test]
fn a_change_is_shown_at_once_and_the_cursor_stays_on_its_subscription() {
    let mut reader = reader();
    reader.keys("j R C-u \"Zulu\" Enter");
    assert_eq!((selected(&reader).as_str(), reader.app.library.sources[1].title.as_str()), ("Zulu", "Zulu"));
    reader.keys("f \"Asia\" Enter");
    assert_eq!(selected(&reader), "Zulu");
    reader.keys("gg d");
    assert_eq!(selected(&reader), "Zulu", "the next subscription is selected");
    reader.keys("G d");
    assert_eq!(selected(&reader), "Court of Justice");
}

#[test]
fn undo_asks_the_library_for_the_newest_change_and_leaves_filters_alone() {
    let mut reader = reader();
    reader.keys("d p Esc 1 S");
    drop(reader.commands());
    reader.keys("u u u");
    let turn = |step| LibraryCommand::Turn { step: StepId::Own(step), direction: Direction::Undo };
    assert_eq!((reader.commands(), reader.note()), (vec![turn(2), turn(1)], "nothing to undo"));
    assert_eq!(reader.query(), "topic:Migration");
    let (step, direction) = (StepId::Own(1), Direction::Undo);
    reader.send(Msg::Library(LibraryEvent::Turned { step, direction, extent: Some(Extent::All) }));
    assert_eq!(reader.note(), "undone: unsubscribed from Àrea");
}

#[test]
fn typing_filters_the_list() {
    let table = [
        ("/ \"cour\" Enter", "Court of Justice", 2),
        ("/ \"area\" Enter", "Àrea", 1),
        ("/ \"5.example\" Enter", "Zeitung", 1),
        ("/ \"cour\" Down Enter", "Gazette", 2),
        ("/ \"cour\" Esc", "Court of Justice", 5),
        ("/ \"cour\" Enter Esc", "Court of Justice", 5),
        ("/ \"zzz\" Enter", "", 0),
        ("/ \"zzz\" BS BS BS Enter", "Àrea", 5),
    ];
    for (keys, expected, count) in table {
        let mut reader = reader();
        reader.keys(keys);
        assert_eq!(
            (selected(&reader).as_str(), popup(&reader).listed(&reader.app.library).len()),
            (expected, count),
            "{keys}"
        );
    }
}

#[test]
fn enter_shows_only_the_releases_of_the_selected_subscription() {
    let mut reader = reader();
    reader.keys("/ \"justice\" Enter Enter");
    assert_eq!((reader.query().as_str(), reader.app.popups.is_open()), ("source:\"Court of Justice\"", false));
    reader.keys("u");
    assert_eq!(reader.query(), "");
    reader.keys("z S Enter");
    assert_eq!((reader.app.zen, reader.app.focus), (false, crate::app::Pane::List), "they are seen");
}

#[test]
fn a_popup_over_the_list_closes_first() {
    let mut reader = reader();
    reader.keys("?");
    assert_eq!(reader.app.scope(), Scope::Help);
    reader.keys("Esc a");
    assert_eq!(reader.app.scope(), Scope::Form);
    reader.keys("Esc");
    assert_eq!(reader.app.scope(), Scope::Subscriptions);
    reader.keys("Esc");
    assert_eq!(reader.app.scope(), Scope::List);
}

#[test]
fn the_selected_subscription_is_visible_at_every_height() {
    for rows in 5..30 {
        let mut reader = reader();
        reader.send(Msg::Resize { columns: if rows % 2 == 0 { 60 } else { 100 }, rows });
        for keys in ["j", "j", "j", "j", "j", "k", "k", "k", "k", "gg", "G"] {
            reader.keys(keys);
            let sources = popup(&reader);
            let lines = sources.lines(&reader.app.library);
            let is_its = |line: &SourceLine| Subscriptions::item_of(&reader.app.library, line) == sources.item;
            let at = lines.iter().position(is_its).filter(|_| sources.item.is_some());
            let at = at.expect("a selected one");
            let shown = sources.cursor.top..sources.cursor.top + sources.rows(&reader.app).max(1);
            assert!(shown.contains(&at), "{at} in {shown:?} at {rows} rows");
        }
    }
}

fn form(reader: &TestApp) -> &FormPopup {
    reader.app.popups.find().expect("the form")
}

fn texts(reader: &TestApp) -> Vec<&str> {
    form(reader).fields.iter().map(Prompt::text).collect()
}

fn message(reader: &TestApp) -> String {
    reader.app.form_message().map_or_else(String::new, |(text, _)| text.to_string())
}

#[test]
fn options_of_a_subscription_are_tried_before_they_are_kept() {
    let mut reader = reader();
    let rules = Rules::of_options("--map title=Headline").expect("options");
    let id = SourceId::new(1);
    reader.app.library.sources.iter_mut().find(|one| one.id == id).expect("Gazette").rules = rules;
    reader.keys("G e");
    assert_eq!(texts(&reader), ["Gazette", "Europe/Courts", "--map title=Headline"]);
    reader.keys("Tab Tab C-u \"--map_title=Titel\" Enter");
    let rules = Rules::of_options("--map title=Titel").expect("options");
    let address = "https://1.example.org/".to_owned();
    assert_eq!(reader.commands(), [LibraryCommand::TryRules { id, address, rules: rules.clone() }]);
    assert_eq!(message(&reader), "trying the options…");
    reader.keys("Enter");
    assert_eq!(reader.commands(), [], "it is being tried");
    let first = vec![(CleanBuf::line("2024-05-12"), CleanBuf::line("Bridge opens"))];
    let preview = Box::new(FeedPreview { releases: 3, dated: 2, report: None, first: first.clone() });
    let tried = |rules: &Rules, outcome| Msg::Library(LibraryEvent::Tried { id, rules: rules.clone(), outcome });
    reader.send(tried(&rules, Ok(preview)));
    assert_eq!(form(&reader).preview(), first);
    assert_eq!(message(&reader), "3 releases, 2 dated; Enter keeps the options");
    reader.keys("Enter");
    let what = "reading Gazette with --map title=Titel".to_owned();
    let step = StepId::Own(1);
    let edit = LibraryCommand::Edit { step, edit: Edit::Reread { id, rules: rules.clone() }, what: what.clone() };
    assert_eq!(reader.commands(), [edit]);
    assert_eq!((reader.note(), reader.app.scope()), (what.as_str(), Scope::Subscriptions));
    // It is read again once the library has the options.
    let mut sources = reader.app.library.sources.clone();
    let gazette = sources.iter().position(|source| source.id == id).expect("Gazette");
    let new = std::mem::take(&mut sources[gazette].rules);
    reader.send(Msg::Library(LibraryEvent::Sources(sources.clone())));
    assert_eq!(reader.commands(), []);
    sources[gazette].rules = new;
    for commands in [vec![LibraryCommand::Sync(vec![id])], vec![]] {
        reader.send(Msg::Library(LibraryEvent::Sources(sources.clone())));
        assert_eq!(reader.commands(), commands);
    }
    // What another text would bring is not kept for this one.
    reader.keys("e Tab Tab C-u \"--page\" Enter");
    reader.commands();
    reader.keys("C-u \"--map_title=X\"");
    let page = Rules::of_options("--page").expect("options");
    reader.send(tried(&page, Err(CleanBuf::line("not a listing page"))));
    assert_eq!((message(&reader).as_str(), form(&reader).preview().len()), ("", 0));
    reader.keys("C-u \"--page\" Enter");
    reader.send(tried(&page, Err(CleanBuf::line("not a listing page"))));
    assert_eq!((message(&reader).as_str(), form(&reader).at), ("not a listing page", 2));
    reader.keys("C-u \"--pag\" Enter");
    assert!(message(&reader).starts_with("unknown option `--pag`"));
}

#[test]
fn title_and_folder_are_edited_in_one_form() {
    let mut reader = reader();
    reader.keys("G e Enter");
    assert_eq!((reader.edits(), reader.app.scope()), (vec![], Scope::Subscriptions), "nothing was changed");
    reader.keys("e C-u \"Journal\" Tab C-u \"Asia\" Enter");
    let id = SourceId::new(1);
    let edits = [
        (Edit::Refile { id, folder: vec![CleanBuf::line("Asia")] }, "moved Gazette to Asia".to_owned()),
        (Edit::Rename { id, title: CleanBuf::line("Journal") }, "renamed Gazette to Journal".to_owned()),
    ];
    assert_eq!(reader.edits(), edits);
    assert_eq!(selected(&reader), "Journal");
}

#[test]
fn a_feed_with_new_options_is_synced_although_the_library_has_found_topics() {
    let id = SourceId::new(1);
    for (from, stored) in [
        ("address", r#"{"map":["title=Titel"],"topics":{"from":"address","found":{"after":["news"]}}}"#),
        ("none", r#"{"map":["title=Titel"]}"#),
    ] {
        let mut reader = reader();
        reader.keys(&format!("G e Tab Tab \"--map_title=Titel_--topics-from_{from}\" Enter"));
        let rules = Rules::of_options(&format!("--map title=Titel --topics-from {from}")).expect("options");
        let outcome = Ok(Box::new(FeedPreview { releases: 3, dated: 3, report: None, first: Vec::new() }));
        reader.send(Msg::Library(LibraryEvent::Tried { id, rules, outcome }));
        reader.keys("Enter");
        reader.commands();
        let mut sources = reader.app.library.sources.clone();
        sources.iter_mut().find(|source| source.id == id).expect("Gazette").rules = Rules::of_text(stored);
        for commands in [vec![LibraryCommand::Sync(vec![id])], vec![]] {
            reader.send(Msg::Library(LibraryEvent::Sources(sources.clone())));
            assert_eq!(reader.commands(), commands, "{from}");
        }
    }
}

#[test]
fn topics_are_derived_from_stored_releases_so_nothing_is_tried_or_synced() {
    let id = SourceId::new(1);
    for (is_offline, is_remote) in [(false, false), (true, false), (false, true)] {
        let mut reader = reader();
        let place = reader.app.library.sources.iter().position(|one| one.id == id).expect("Gazette");
        reader.app.library.sources[place].is_remote = is_remote;
        reader.app.settings.is_offline = is_offline;
        for (options, what) in [
            ("--topics-from title", "deriving topics of Gazette from the title"),
            ("", "no longer deriving topics of Gazette"),
        ] {
            reader.keys(&format!("G e Tab Tab C-u \"{}\" Enter", options.replace(' ', "_")));
            let rules = Rules::of_options(options).expect("options");
            assert_eq!(reader.edits(), [(Edit::Reread { id, rules }, what.to_owned())]);
            assert_eq!((reader.note(), reader.app.scope()), (what, Scope::Subscriptions));
            reader.send(Msg::Library(LibraryEvent::Sources(reader.app.library.sources.clone())));
            assert_eq!(reader.commands(), []);
        }
    }
}

#[test]
fn a_feed_that_a_server_reads_has_no_option_but_topics() {
    let mut reader = reader();
    reader.app.library.sources[0].is_remote = true;
    reader.keys("gg e Tab Tab \"--page_--topics-from_title\" Enter");
    assert_eq!(message(&reader), "a server reads the feed; only --topics-from can be set");
    assert_eq!(reader.commands(), []);
}
