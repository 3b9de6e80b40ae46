//! A rule on arrival is applied once to each release, even if a process is killed or another one judges at the same time.

use std::collections::BTreeMap;

use super::*;
use crate::library::Actions;
use crate::release::Identity;

fn set_rule(library: &mut Library, name: &str, query: &str, actions: &str) {
    library.save_query(&SavedQuery::new(name, query)).expect("written");
    change_rule(library, name, actions);
}

fn change_rule(library: &mut Library, name: &str, actions: &str) {
    let actions = Actions::parse(actions).expect("actions");
    library.edit(&Edit::OnArrival { name: name.to_owned(), actions }, "", 0).expect("written");
}

/// The marks of a release: `r` if it is read, `s` if it is starred.
fn marks(library: &Library, feed: &str, id: &str) -> String {
    let flags = library.flags(feed, Identity::from(&release(id, "")).number()).expect("read");
    [(Flags::READ, "r"), (Flags::STARRED, "s")]
        .into_iter()
        .filter(|(flag, _)| flags.has(*flag))
        .map(|(_, c)| c)
        .collect()
}

fn applied(library: &mut Library) -> Vec<String> {
    judge(library, TODAY).expect("judged").applied.iter().map(|applied| applied.what.to_string()).collect()
}

fn key(library: &Library, source: SourceId) -> String {
    let sources = library.sources().expect("read");
    sources.into_iter().find(|one| one.id == source).expect("the source").key.as_str().to_owned()
}

#[test]
fn a_rule_marks_what_arrives_and_nothing_that_was_there_before() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let feed = key(&library, source);
    store(&mut library, source, 1, &[release("1", "tea old")]);
    set_rule(&mut library, "Tea", "tea", "read, star");
    assert_eq!(applied(&mut library), [""; 0]);
    store(&mut library, source, 2, &[release("2", "tea new"), release("3", "coffee"), release("4", "more tea")]);
    assert_eq!(applied(&mut library), ["2 marked as read by Tea", "2 starred by Tea"]);
    assert_eq!(["1", "2", "3", "4"].map(|id| marks(&library, &feed, id)), ["", "rs", "", "rs"]);
    assert_eq!(applied(&mut library), [""; 0]);
    assert_eq!(library.watches().expect("read"), [], "it is no watch");
    assert!(library.news_counts().expect("read").is_empty());
}

#[test]
fn what_a_rule_did_is_undone_as_one_step_each() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let feed = key(&library, source);
    set_rule(&mut library, "Tea", "tea", "read, star");
    store(&mut library, source, 1, &[release("1", "tea"), release("2", "tea too")]);
    let did = judge(&mut library, TODAY).expect("judged").applied;
    let steps = library.steps().expect("read");
    assert_eq!(steps.last().map(|step| step.what.as_str()), Some("2 starred by Tea"));
    library.turn(did[0].step, Direction::Undo).expect("written");
    assert_eq!(["1", "2"].map(|id| marks(&library, &feed, id)), ["s", "s"]);
    store(&mut library, source, 2, &[release("1", "tea"), release("2", "tea too"), release("3", "third tea")]);
    assert_eq!(applied(&mut library), ["1 marked as read by Tea", "1 starred by Tea"]);
    assert_eq!(["1", "2", "3"].map(|id| marks(&library, &feed, id)), ["s", "s", "rs"]);
}

#[test]
fn a_deleted_release_that_returns_is_left_alone() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let feed = key(&library, source);
    set_rule(&mut library, "Tea", "tea", "read");
    store(&mut library, source, 1, &[release("1", "tea")]);
    assert_eq!(applied(&mut library).len(), 1);
    let number = Identity::from(&release("1", "")).number();
    library.mark(Flags::READ, false, [(feed.as_str(), number)]).expect("written");
    store(&mut library, source, 2, &[]);
    library.expire(Some(3), 0).expect("written");
    store(&mut library, source, 4, &[release("1", "tea")]);
    assert_eq!(applied(&mut library), [""; 0]);
    assert_eq!(marks(&library, &feed, "1"), "");
}

#[test]
fn each_copy_of_a_story_is_marked() {
    let (_folder, mut library) = library();
    let sources = ["a", "b"].map(|name| subscribed(&mut library, name));
    let story = |id: &str| Release { url: CleanBuf::line("https://x.invalid/tea"), ..release(id, "tea") };
    set_rule(&mut library, "Tea", "tea", "read");
    for (at, source) in (1..).zip(sources) {
        store(&mut library, source, at, &[story("1")]);
        assert_eq!(applied(&mut library), ["1 marked as read by Tea"]);
        assert_eq!(marks(&library, &key(&library, source), "1"), "r");
    }
}

#[test]
fn a_rule_that_ended_and_comes_back_leaves_alone_what_arrived_without_it() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    watch(&mut library, "All", "");
    set_rule(&mut library, "Tea", "tea", "read");
    store(&mut library, source, 1, &[release("1", "tea")]);
    let none = Edit::OnArrival { name: "Tea".to_owned(), actions: Actions::default() };
    let step = library.edit(&none, "", 0).expect("written").expect("a step");
    store(&mut library, source, 2, &[release("2", "more tea")]);
    library.turn(step, Direction::Undo).expect("written");
    assert_eq!(applied(&mut library), [""; 0]);
    store(&mut library, source, 3, &[release("3", "green tea")]);
    assert_eq!(applied(&mut library), ["1 marked as read by Tea"]);
}

#[test]
fn a_rule_survives_a_rename_and_other_actions_with_what_has_arrived() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    set_rule(&mut library, "Tea", "tea", "read");
    store(&mut library, source, 1, &[release("1", "tea")]);
    let rename = Edit::RenameQuery { name: "Tea".to_owned(), to: "Green".to_owned() };
    library.edit(&rename, "", 0).expect("written");
    change_rule(&mut library, "Green", "star");
    assert_eq!(applied(&mut library), ["1 starred by Green"]);
    // Another text under its name is another rule, for what arrives from then on.
    store(&mut library, source, 2, &[release("2", "coffee")]);
    library.save_query(&SavedQuery::new("Green", "coffee")).expect("written");
    assert_eq!(applied(&mut library), [""; 0]);
    store(&mut library, source, 3, &[release("3", "more coffee")]);
    assert_eq!(applied(&mut library), ["1 starred by Green"]);
    library.expire(None, 0).expect("written");
    store(&mut library, source, 4, &[release("4", "coffee again")]);
    assert_eq!(applied(&mut library), ["1 starred by Green"]);
}

#[test]
fn full_texts_are_wanted_until_they_were_fetched_or_failed_too_often() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    set_rule(&mut library, "Tea", "tea", "page");
    let linked = |id: &str| Release { url: CleanBuf::line(&format!("https://x.invalid/{id}")), ..release(id, "tea") };
    store(&mut library, source, 1, &[linked("1"), linked("2"), release("3", "tea without a link")]);
    assert_eq!(applied(&mut library), [""; 0], "no mark");
    let wanted = library.wanted_pages(9).expect("read");
    let addresses: Vec<&str> = wanted.iter().map(|wanted| wanted.address.as_str()).collect();
    assert_eq!(addresses.len(), 2);
    assert!(addresses.contains(&"https://x.invalid/1") && addresses.contains(&"https://x.invalid/2"));
    library.tried_page(wanted[0].key, true).expect("written");
    for _ in 0..3 {
        assert_eq!(library.wanted_pages(9).expect("read"), wanted[1..]);
        library.tried_page(wanted[1].key, false).expect("written");
    }
    assert_eq!(library.wanted_pages(9).expect("read"), []);
}

/// What happens to the library.
#[derive(Debug, Clone)]
enum Event {
    /// A sync stores releases: those with these numbers.
    Store(Vec<u8>),
    /// A process judges; it may be killed before the verdict is stored, or another one may be faster.
    Judge { is_killed: bool, is_overtaken: bool },
    /// The user marks a release as unread.
    Unread(u8),
    /// The rule is set or ended.
    Toggle,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => prop::collection::vec(0_u8..20, 1..6).prop_map(Event::Store),
        3 => any::<[bool; 2]>().prop_map(|[is_killed, is_overtaken]| Event::Judge { is_killed, is_overtaken }),
        2 => (0_u8..20).prop_map(Event::Unread),
        1 => Just(Event::Toggle),
    ]
}

/// Notes that the rule has marked all releases that were awaiting it.
fn read_awaiting(expected: &mut BTreeMap<u8, Option<bool>>) {
    for read in expected.values_mut() {
        *read = Some(read.unwrap_or(true));
    }
}

/// The id of a release.
fn name(id: u8) -> String {
    format!("n{id}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_rule_is_applied_once_to_every_release_over_kills(events in prop::collection::vec(event(), 1..40)) {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        let feed = key(&library, source);
        set_rule(&mut library, "Even", "even", "read");
        let mut is_on = true;
        // Whether each stored release is read; `None` if the rule has yet to mark it.
        let mut expected: BTreeMap<u8, Option<bool>> = BTreeMap::new();
        for (at, event) in (1..).zip(events) {
            match event {
                Event::Store(ids) => {
                    let ids: BTreeSet<u8> = ids.into_iter().collect();
                    let releases: Vec<Release> =
                        ids.iter().map(|&id| release(&name(id), &title(0, id))).collect();
                    store(&mut library, source, at, &releases);
                    for id in ids {
                        let awaits = is_on && id.is_multiple_of(2);
                        expected.entry(id).or_insert(if awaits { None } else { Some(false) });
                    }
                }
                Event::Judge { is_killed, is_overtaken } => judge_or_die(&mut library, is_killed, is_overtaken),
                Event::Unread(id) => {
                    judge(&mut library, TODAY).expect("judged");
                    read_awaiting(&mut expected);
                    let number = Identity::from(&release(&name(id), "")).number();
                    library.mark(Flags::READ, false, [(feed.as_str(), number)]).expect("written");
                    if let Some(read) = expected.get_mut(&id) {
                        *read = Some(false);
                    }
                }
                Event::Toggle => {
                    judge(&mut library, TODAY).expect("judged");
                    read_awaiting(&mut expected);
                    is_on = !is_on;
                    change_rule(&mut library, "Even", if is_on { "read" } else { "none" });
                }
            }
        }
        judge(&mut library, TODAY).expect("judged");
        for (id, read) in expected {
            let is_read = marks(&library, &feed, &name(id)) == "r";
            prop_assert_eq!(is_read, read.unwrap_or(true), "{}", id);
        }
    }
}
