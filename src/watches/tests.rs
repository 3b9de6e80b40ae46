//! A watch reports each release once, even if a process is killed or another one judges at the same time.

mod rules;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::library::tests::{library, subscribed};
use crate::library::{Checked, Direction, Edit, Outcome, SavedQuery, SourceId};
use crate::release::{Date, Release};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();

fn release(id: &str, title: &str) -> Release {
    Release {
        id: CleanBuf::line(id),
        title: CleanBuf::line(title),
        date: Date::from_ymd(2018, 11, 5),
        ..Release::default()
    }
}

fn store(library: &mut Library, source: SourceId, at: i64, releases: &[Release]) {
    let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
    let checked = Checked { at, outcome, moved: None, address: None, origin: None };
    library.apply(source, &checked, releases).expect("written");
}

fn watch(library: &mut Library, name: &str, query: &str) {
    library.save_query(&SavedQuery::new(name, query)).expect("written");
    set_watched(library, name, true);
}

fn set_watched(library: &mut Library, name: &str, on: bool) {
    library.edit(&Edit::Watch { name: name.to_owned(), on }, "", 0).expect("written");
}

/// What is new for a query; then it is seen.
fn look(library: &mut Library, name: &str) -> Vec<String> {
    let titles = peek(library, name);
    let id = library.watches().expect("read").into_iter().find(|watch| watch.name == name).expect("a watch").id;
    let new = new_releases(library, &[id], &CleanBuf::default()).expect("read");
    library.have_seen(&new.keys()).expect("written");
    titles
}

fn peek(library: &Library, name: &str) -> Vec<String> {
    let id = library.watches().expect("read").into_iter().find(|watch| watch.name == name).expect("a watch").id;
    let new = new_releases(library, &[id], &CleanBuf::default()).expect("read");
    let count = library.news_counts().expect("read").get(&id).copied().unwrap_or_default();
    let title = |index: &ReleaseIndex| new.catalog.release(*index).expect("a release").title().to_string();
    let mut titles: Vec<String> = new.of(id).iter().map(title).collect();
    assert_eq!(titles.len(), count.releases);
    titles.sort();
    titles
}

#[test]
fn a_watched_topic_of_ones_own_finds_what_arrives() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let topic = |name: &str, query: &str| crate::query::TopicDefinition {
        name: CleanBuf::line(name),
        query: parse(query).expect("a query"),
    };
    library.set_topics(vec![topic("city", "topic:housing OR tram"), topic("housing", "rent OR topic:homes")]);
    watch(&mut library, "City", "topic:city -title:old");
    let homes = Release { topics: vec![CleanBuf::line("Homes")], ..release("3", "New flats") };
    let all = [release("1", "Rent rises"), release("2", "Old tram"), homes, release("4", "Housing")];
    store(&mut library, source, 1, &all);
    judge(&mut library, TODAY).expect("judged");
    assert_eq!(look(&mut library, "City"), ["New flats", "Rent rises"]);
    library.set_topics(vec![topic("city", "bus")]);
    store(&mut library, source, 2, &[release("5", "Rent falls"), release("6", "A bus")]);
    judge(&mut library, TODAY).expect("judged");
    assert_eq!(look(&mut library, "City"), ["A bus"]);
}

#[test]
fn a_watched_story_grows() {
    let dated = |id: &str, title: &str, day| Release { date: Date::from_ymd(2018, 11, day), ..release(id, title) };
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let others: Vec<Release> =
        (0..40).map(|n| dated(&format!("o{n}"), &format!("Report {n} of the office"), 3)).collect();
    store(&mut library, source, 1, &others);
    store(
        &mut library,
        source,
        2,
        &[dated("1", "Barrage at Belorado bursts", 4), dated("2", "Barrage at Belorado: sludge", 5)],
    );
    watch(&mut library, "Belo", "story:1");
    store(
        &mut library,
        source,
        3,
        &[dated("3", "Owner of the barrage at Belorado charged", 9), dated("4", "Report on milk", 9)],
    );
    judge(&mut library, TODAY).expect("judged");
    assert_eq!(look(&mut library, "Belo"), ["Owner of the barrage at Belorado charged"]);
}

#[test]
fn what_matches_and_was_stored_after_the_watch_began_is_new_once() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    store(&mut library, source, 1, &[release("1", "tea old")]);
    watch(&mut library, "Tea", "tea");
    store(&mut library, source, 2, &[release("2", "tea new"), release("3", "coffee")]);
    let found = judge(&mut library, TODAY).expect("judged").news;
    assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1 new for Tea"]);
    assert_eq!(judge(&mut library, TODAY).expect("judged"), Judged::default());
    assert_eq!(look(&mut library, "Tea"), ["tea new"]);
    assert_eq!(look(&mut library, "Tea"), [""; 0]);
    // A release that is edited to match is not new; one that is deleted and returns is not either.
    store(&mut library, source, 3, &[release("3", "coffee and tea")]);
    library.expire(Some(3), 0).expect("written");
    store(&mut library, source, 4, &[release("2", "tea new"), release("3", "coffee and tea")]);
    assert_eq!(judge(&mut library, TODAY).expect("judged"), Judged::default());
    assert_eq!(look(&mut library, "Tea"), [""; 0]);
}

#[test]
fn nothing_is_recorded_while_no_query_is_watched() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    library.save_query(&SavedQuery::new("Tea", "tea")).expect("written");
    store(&mut library, source, 1, &[release("1", "tea")]);
    set_watched(&mut library, "Tea", true);
    assert!(library.unjudged(9).expect("read").is_none());
}

#[test]
fn a_story_from_several_feeds_is_new_once() {
    let (_folder, mut library) = library();
    let [a, b, c] = ["a", "b", "c"].map(|name| subscribed(&mut library, name));
    let story = |id: &str| Release { url: CleanBuf::line("https://x.invalid/tea"), ..release(id, "tea") };
    watch(&mut library, "Tea", "tea");
    watch(&mut library, "B", "source:b");
    store(&mut library, a, 1, &[story("1")]);
    judge(&mut library, TODAY).expect("judged");
    assert_eq!(look(&mut library, "Tea"), ["tea"]);
    store(&mut library, b, 2, &[story("2")]);
    store(&mut library, c, 2, &[story("3")]);
    judge(&mut library, TODAY).expect("judged");
    assert_eq!((look(&mut library, "Tea").len(), look(&mut library, "B").len()), (0, 1));
}

#[test]
fn a_clause_means_what_it_means_in_the_list() {
    let topic = |id: &str, topic: &str| Release { topics: vec![CleanBuf::line(topic)], ..release(id, topic) };
    for (stored, expected) in [("Law", 0), ("Press", 1)] {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        store(&mut library, source, 1, &[topic("1", stored)]);
        watch(&mut library, "Law", "topic:law");
        store(&mut library, source, 2, &[topic("2", "Public law")]);
        judge(&mut library, TODAY).expect("judged");
        assert_eq!(look(&mut library, "Law").len(), expected, "{stored}");
    }
}

#[test]
fn a_watch_ends_with_another_text_and_comes_back_with_undo() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    watch(&mut library, "Tea", "tea");
    store(&mut library, source, 1, &[release("1", "tea")]);
    judge(&mut library, TODAY).expect("judged");
    let edit = Edit::SaveQuery { name: "Tea".to_owned(), query: "coffee".to_owned() };
    let step = library.edit(&edit, "", 0).expect("written").expect("a step");
    assert_eq!(peek(&library, "Tea"), [""; 0]);
    library.turn(step, Direction::Undo).expect("written");
    assert_eq!(peek(&library, "Tea"), ["tea"]);
    let rename = Edit::RenameQuery { name: "Tea".to_owned(), to: "Green".to_owned() };
    library.edit(&rename, "", 0).expect("written");
    assert_eq!(peek(&library, "Green"), ["tea"]);
    let drop = Edit::DropQuery { name: "Green".to_owned() };
    let step = library.edit(&drop, "", 0).expect("written").expect("a step");
    assert_eq!(library.watches().expect("read"), []);
    library.turn(step, Direction::Undo).expect("written");
    assert_eq!(look(&mut library, "Green"), ["tea"]);
    set_watched(&mut library, "Green", false);
    library.expire(None, 0).expect("written");
    assert!(library.watches().expect("read").is_empty());
}

/// What happens to the library.
#[derive(Debug, Clone)]
enum Event {
    /// A sync stores releases: those with these numbers.
    Store(usize, Vec<u8>),
    /// A process judges; it may be killed before the verdict is stored, or another one may be faster.
    Judge { is_killed: bool, is_overtaken: bool },
    /// The user looks at a query; the program may be killed before that is recorded.
    Look { query: usize, is_killed: bool },
    /// The query is watched, or no longer.
    Toggle(usize),
}

const QUERIES: [(&str, &str); 2] = [("Even", "even"), ("Small", "small")];

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (0_usize..2, prop::collection::vec(0_u8..40, 1..6)).prop_map(|(source, ids)| Event::Store(source, ids)),
        3 => any::<[bool; 2]>().prop_map(|[is_killed, is_overtaken]| Event::Judge { is_killed, is_overtaken }),
        2 => (0_usize..2, any::<bool>()).prop_map(|(query, is_killed)| Event::Look { query, is_killed }),
        1 => (0_usize..2).prop_map(Event::Toggle),
    ]
}

/// Judges what has arrived, unless the process is killed before it stores the verdict; another process may be faster.
fn judge_or_die(library: &mut Library, is_killed: bool, is_overtaken: bool) {
    let Some(unjudged) = library.unjudged(3).expect("read") else { return };
    let verdict = verdict(library, &unjudged, TODAY).expect("read");
    if is_overtaken {
        let mut other = Library::open(library.place()).expect("opened").expect("a library");
        judge(&mut other, TODAY).expect("judged");
    }
    if !is_killed {
        let judged = library.judge(&unjudged, &verdict).expect("written");
        assert_eq!(judged.is_some(), !is_overtaken);
    }
}

/// The number of a release, with the words that queries find.
fn title(source: usize, id: u8) -> String {
    let even = if id.is_multiple_of(2) { "even" } else { "odd" };
    let size = if id < 20 { "small" } else { "large" };
    format!("{source}x{id:02} {even} {size}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_watch_reports_every_release_once_over_kills(events in prop::collection::vec(event(), 1..40)) {
        let (_folder, mut library) = library();
        let sources = ["a", "b"].map(|name| subscribed(&mut library, name));
        for (name, query) in QUERIES {
            library.save_query(&SavedQuery::new(name, query)).expect("written");
        }
        let mut stored: BTreeSet<(usize, u8)> = BTreeSet::new();
        // For each query, if it is watched: what was stored since it was watched, and not seen.
        let mut expected: [Option<BTreeSet<String>>; 2] = [None, None];
        for (at, event) in (1..).zip(events) {
            match event {
                Event::Store(source, ids) => {
                    let ids: BTreeSet<u8> = ids.into_iter().collect();
                    let releases: Vec<Release> =
                        ids.iter().map(|&id| release(&format!("{source}-{id}"), &title(source, id))).collect();
                    store(&mut library, sources[source], at, &releases);
                    for id in ids {
                        if stored.insert((source, id)) {
                            for ((_, query), new) in QUERIES.iter().zip(&mut expected) {
                                if let Some(new) = new.as_mut().filter(|_| title(source, id).contains(query)) {
                                    new.insert(title(source, id));
                                }
                            }
                        }
                    }
                }
                Event::Judge { is_killed, is_overtaken } => judge_or_die(&mut library, is_killed, is_overtaken),
                Event::Look { query, is_killed } => {
                    let Some(new) = &mut expected[query] else { continue };
                    judge(&mut library, TODAY).expect("judged");
                    let wanted: Vec<String> = new.iter().cloned().collect();
                    let name = QUERIES[query].0;
                    let seen = if is_killed { peek(&library, name) } else { look(&mut library, name) };
                    prop_assert_eq!(seen, wanted);
                    if !is_killed {
                        new.clear();
                    }
                }
                Event::Toggle(query) => {
                    let on = expected[query].is_none();
                    set_watched(&mut library, QUERIES[query].0, on);
                    expected[query] = on.then(BTreeSet::new);
                }
            }
        }
    }
}
