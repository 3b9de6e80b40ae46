use std::ops::ControlFlow;

use super::super::tests::{library, subscribed};
use super::super::{Checked, Direction, Edit, Extent, Outcome};
use super::*;
use crate::text::CleanBuf;

fn release(path: &str, topics: &[&str]) -> Release {
    Release {
        id: CleanBuf::line(path),
        url: CleanBuf::line(&format!("https://a.example/{path}")),
        topics: topics.iter().map(|topic| CleanBuf::line(topic)).collect(),
        ..Release::default()
    }
}

fn store(library: &mut Library, source: SourceId, at: i64, paths: &[&str]) -> (usize, usize) {
    let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
    let checked = Checked { at, outcome, moved: None, address: None, origin: None };
    let own = |path: &&str| release(path, if path.starts_with("own") { &["Own"] } else { &[] });
    let releases: Vec<Release> = paths.iter().map(own).collect();
    let applied = library.apply(source, &checked, &releases).expect("written");
    (applied.fresh.len(), applied.changed)
}

/// The id and the topics of each stored release.
fn topics(library: &Library) -> Vec<String> {
    let mut all = Vec::new();
    let read = library.stream(&mut |stored| {
        let topics: Vec<&str> = stored.release.topics.iter().map(CleanBuf::as_str).collect();
        all.push(format!("{} {}", stored.release.id, topics.join("+")));
        ControlFlow::Continue(())
    });
    read.expect("read");
    all.sort();
    all
}

fn set(library: &mut Library, source: SourceId, from: TopicSource) {
    library.set_rules(source, &Rules { topics: Some(from.into()), ..Rules::default() }).expect("written");
}

#[test]
fn stored_releases_have_derived_topics_while_the_rule_says_so_and_are_stored_without() {
    let (_folder, mut library) = library();
    let (source, other) = (subscribed(&mut library, "a"), subscribed(&mut library, "b"));
    store(&mut library, other, 1, &["water/9"]);
    set(&mut library, source, TopicSource::Address);
    assert_eq!(store(&mut library, source, 1, &["water/1", "roads/2", "own/3"]), (3, 0));
    assert_eq!(library.learn_topics(source).expect("written"), None, "too few");
    assert_eq!(topics(&library), ["own/3 Own", "roads/2 ", "water/1 ", "water/9 "]);
    store(&mut library, source, 2, &["water/4", "roads/5", "roads/6"]);
    let learned = library.learn_topics(source).expect("written").expect("topics");
    assert_eq!(learned.to_string(), "Roads (3), Water (2) in 5 of 5 releases");
    let expected = ["own/3 Own", "roads/2 Roads", "roads/5 Roads", "roads/6 Roads", "water/1 Water", "water/4 Water"];
    assert_eq!(topics(&library)[..6], expected);
    // Few arrive later, and one that was stored is listed again: it is no change of the publisher's.
    assert_eq!(store(&mut library, source, 3, &["bridges/7", "water/1"]), (1, 0));
    library.learn_topics(source).expect("written");
    assert_eq!(topics(&library)[0], "bridges/7 Bridges");
    assert_eq!(topics(&library).last().map(String::as_str), Some("water/9 "), "another subscription");
    let rules = |library: &Library| library.sources().expect("read")[0].rules.clone();
    assert!(rules(&library).topics.is_some_and(|rule| rule.is_settled()));
    library.set_rules(source, &Rules::default()).expect("written");
    assert_eq!(topics(&library)[..2], ["bridges/7 ", "own/3 Own"]);
}

#[test]
fn a_library_without_rules_for_topics_is_not_changed() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    store(&mut library, source, 1, &["water/1", "water/2", "roads/3", "roads/4", "roads/5"]);
    let before = library.last_sync().expect("read");
    assert_eq!(library.learn_topics(source).expect("written"), None);
    set(&mut library, source, TopicSource::None);
    assert_eq!(library.learn_topics(source).expect("written"), None);
    assert!(library.sources().expect("read")[0].rules.is_empty());
    assert_eq!(library.last_sync().expect("read"), before + 1, "the new rules alone");
}

#[test]
fn deriving_topics_is_an_edit_that_can_be_undone() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let rules = Rules::of_options("--map title=x").expect("options");
    library.set_rules(source, &rules).expect("written");
    store(&mut library, source, 1, &["water/1", "water/2", "roads/3", "roads/4", "roads/5"]);
    let edit = Edit::TopicsFrom { id: source, from: TopicSource::Address };
    let step = library.edit(&edit, "edited", 1).expect("written").expect("a change");
    assert_eq!(topics(&library)[0], "roads/3 Roads");
    let shown = |library: &Library| library.sources().expect("read")[0].rules.to_string();
    assert_eq!(shown(&library), "--map title=x --topics-from address");
    library.turn(step, Direction::Undo).expect("written");
    assert_eq!((topics(&library)[0].as_str(), shown(&library).as_str()), ("roads/3 ", "--map title=x"));
    library.turn(step, Direction::Redo).expect("written");
    let off = Edit::TopicsFrom { id: source, from: TopicSource::None };
    library.edit(&off, "edited", 1).expect("written").expect("a change");
    assert_eq!((topics(&library)[0].as_str(), shown(&library).as_str()), ("roads/3 ", "--map title=x"));
}

#[test]
fn deriving_topics_can_be_undone_and_redone_after_a_sync_has_found_some() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    store(&mut library, source, 1, &["water/1", "roads/2"]);
    let edit = Edit::TopicsFrom { id: source, from: TopicSource::Address };
    let step = library.edit(&edit, "edited", 1).expect("written").expect("a change");
    store(&mut library, source, 2, &["water/3", "roads/4", "roads/5"]);
    library.learn_topics(source).expect("written").expect("topics");
    assert_eq!(topics(&library)[0], "roads/2 Roads");
    for (direction, first) in [(Direction::Undo, "roads/2 "), (Direction::Redo, "roads/2 Roads")] {
        assert_eq!(library.turn(step, direction).expect("written").extent, Extent::All);
        assert_eq!(topics(&library)[0], first);
    }
}

#[test]
fn other_options_leave_what_was_found() {
    let (_folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    store(&mut library, source, 1, &["water/1", "water/2", "roads/3", "roads/4", "roads/5"]);
    for options in ["--topics-from address", "--map title=x --topics-from address", "--topics-from title"] {
        let rules = Rules::of_options(options).expect("options");
        library.edit(&Edit::Reread { id: source, rules }, "edited", 1).expect("written").expect("a change");
        let stored = library.sources().expect("read")[0].rules.clone();
        let is_settled = stored.topics.as_ref().is_some_and(TopicRule::is_settled);
        assert_eq!((stored.to_string().as_str(), is_settled), (options, options.ends_with("address")));
    }
}
