//! The prompt: where the search starts from, what a half-typed clause shows and counts, with immediate and late answers.

use std::sync::Arc;

use super::TestApp;
use crate::app::Msg;
use crate::catalog::tests::catalog;
use crate::catalog::{Builder, Facet, NONE};
use crate::release::Release;
use crate::text::CleanBuf;

/// Presses the keys in a reader whose searches are answered at once, and in one where they are answered after all keys.
fn readers(keys: &str) -> [TestApp; 2] {
    let mut at_once = TestApp::new(150, 40);
    at_once.keys(keys);
    let mut late = TestApp::new(150, 40);
    late.holds_searches = true;
    late.keys(keys);
    while late.app.search.is_running() {
        late.answer();
    }
    [at_once, late]
}

/// Returns the candidates with their counts, and the number of releases with each status.
fn offered(reader: &TestApp) -> Vec<String> {
    let candidates = reader.app.search.completion.as_ref().map_or(&[][..], |completion| &completion.candidates);
    candidates.iter().map(|one| format!("{} {}", one.label, one.count.map_or(-1, i64::from))).collect()
}

/// Returns the values of a facet with their counts in the filter pane.
fn counts(reader: &TestApp, facet: Facet) -> Vec<String> {
    let values = reader.app.catalog.values(facet);
    let ids = values.ids().filter(|&id| id != NONE);
    ids.map(|id| format!("{} {}", values.label(id), reader.app.hits.count(facet, id))).collect()
}

#[test]
fn each_key_selects_the_hit_nearest_to_where_the_prompt_was_opened() {
    let table = [
        ("/ \"fair\"", "ASEAN forum"),
        ("j j j j / \"fair\"", "Digital migration"),
        ("j j j j / \"f\" \"a\" \"i\"", "Digital migration"),
        // No hit at or below it: the last one above.
        ("G / \"fair\"", "Digital migration"),
        ("j j j j / \"topic:news\"", "Tea plantations"),
        ("j j j j j / \"topic:mig\"", "Digital migration"),
        // Regardless of the hits of earlier letters.
        ("j j / \"fairx\" BS BS BS BS BS", "Tea plantations"),
        ("j j / \"topic:news\" C-u \"fair\"", "ASEAN forum"),
        ("G / \"zzz\" C-u", "Undated"),
        ("j j / \"zzz\" Esc", "Tea plantations"),
        ("j j / \"fair\" Esc", "Tea plantations"),
        // C-n moves where the next letter searches from.
        ("/ \"fair\" C-n C-u", "Digital migration"),
        ("/ \"topic:\" C-n C-n \"new\" Tab", "Tea plantations"),
        ("j j / \"to\" Tab \"mig\" Tab Enter", "ASEAN forum"),
        ("j j / \"topic:new\" BS BS BS", "Tea plantations"),
        // In the other orders too.
        (",s gg j / \"topic:mig\"", "Digital migration"),
        (",s gg j j j / \"topic:mig\"", "ASEAN forum"),
        (",s ,s gg j / \"topic:mig\"", "Digital migration"),
        (",s ,s gg j j j / \"topic:mig\"", "Digital migration"),
        (",s ,s gg j / \"topic:news\"", "China partners"),
    ];
    for (keys, title) in table {
        for reader in readers(keys) {
            assert_eq!(reader.title(), title, "{keys}");
        }
    }
    let [reader, _] = readers("j j / \"fair\" C-n Esc");
    assert_eq!(reader.title(), "Tea plantations");
}

#[test]
fn late_and_outdated_answers_do_not_move_the_start_of_the_search() {
    let mut reader = TestApp::new(150, 40);
    reader.keys("j j j j");
    reader.holds_searches = true;
    reader.keys("/ \"t\"");
    reader.answer();
    reader.keys("\"opic:ne\"");
    let outdated = reader.searches.len() - 2;
    reader.page(1);
    reader.answer();
    assert_eq!(reader.title(), "Tea plantations", "a page without the nearest hit is not shown");
    reader.searches.truncate(outdated + 1);
    reader.answer();
    assert_eq!((reader.title().as_str(), reader.query().as_str()), ("Tea plantations", "topic:ne"));
    reader.keys("BS BS");
    reader.answer();
    reader.keys("C-u");
    assert_eq!(reader.title(), "Digital migration");
}

#[test]
fn a_half_typed_field_shows_the_rest() {
    let table = [
        ("topic:", ""),
        ("fair_topic:", "fair"),
        ("fair_-topic:", "fair"),
        ("(fair_topic:", "fair"),
        ("fair_topc:", "fair"),
        ("fair_topc:ne", "fair"),
        ("fair_topc:ne_sing", "fair"),
        ("topic:news,", "topic:news"),
        ("topic:\"ne", ""),
        ("fair_date:20", "fair"),
        ("title:", ""),
    ];
    for (typed, query) in table {
        for reader in readers(&format!("/ \"{typed}\"")) {
            assert_eq!(reader.query(), query, "{typed}");
            assert!(reader.app.search.error.is_some(), "{typed}");
        }
    }
    let [reader, _] = readers("/ \"fair_topc:ne\"");
    let error = reader.app.search.error.clone().expect("an error");
    assert_eq!((error.span, error.message.as_str()), (5..10, "unknown field; did you mean topic:?"));
    assert_eq!(reader.app.hits.order.len(), 2);
    let [reader, _] = readers("1 / \"topic:\"");
    assert_eq!(reader.query(), "topic:Migration", "the chips stay");
    let [reader, _] = readers("/ \"topic:news_fair\" Left Left Left Left Left C-w \"topic:\"");
    assert_eq!(reader.query(), "fair", "the cursor is in the middle");
}

#[test]
fn offered_values_are_counted_without_the_clause_that_is_being_typed() {
    let table: &[(&str, &[&str])] = &[
        ("topic:", &["Migration 2", "News 2", "Multilateral 1", "Protection 1"]),
        ("topic:m", &["Migration 2", "Multilateral 1"]),
        ("topic:new", &["News 2"]),
        ("-topic:new", &["News 2"]),
        ("-topic:ti", &["Migration 2", "Multilateral 1", "Protection 1"]),
        ("topic:news,", &["Migration 2", "News 2", "Multilateral 1", "Protection 1"]),
        ("topic:news,mi", &["Migration 2"]),
        ("topic:\"mi", &["Migration 2"]),
        ("(topic:mi", &["Migration 2"]),
        ("fair_topic:", &["Migration 2", "News 0", "Multilateral 0", "Protection 0"]),
        ("forum_-topic:mi", &["Migration 1"]),
        // As in the filter pane, a choice of the same facet does not count either.
        ("topic:news_topic:mi", &["Migration 2"]),
        ("(fair_OR_topic:n", &["News 2", "Migration 2", "Protection 1"]),
        ("place:", &["Beijing 2", "Singapore 1"]),
        ("topic:news_place:b", &["Beijing 1"]),
        ("-place:s", &["Singapore 1"]),
        ("is:", &["unread 7", "read 0", "starred 0", "changed 0"]),
        ("fair_is:un", &["unread 2"]),
        ("date:20", &["2018 5", "2017 1"]),
        ("fair_before:2", &["2018 2", "2017 0"]),
    ];
    for (typed, expected) in table {
        for reader in readers(&format!("/ \"{typed}\"")) {
            assert_eq!(offered(&reader), *expected, "{typed}");
        }
    }
}

#[test]
fn the_filter_pane_counts_without_the_clause_that_is_being_typed() {
    let all = ["Multilateral 1", "News 2", "Migration 2", "Protection 1"];
    let without = ["Multilateral 1", "News 2", "Migration 0", "Protection 1"];
    let table = [
        ("/ \"-topic:mi\"", all, 7),
        ("/ \"-topic:mi\" Enter", without, 5),
        ("/ \"-topic:mi_\"", without, 5),
        ("/ \"-topic:mi\" Home", without, 5),
        ("/ \"-topic:mi\" Home End", all, 7),
        ("/ \"-topic:mi\" Tab", without, 5),
        ("/ \"-topic:mi\" Esc", all, 7),
        ("/ \"place:be\"", all, 7),
        ("/ \"place:be\" Tab", ["Multilateral 1", "News 1", "Migration 0", "Protection 0"], 2),
    ];
    for (keys, topics, statuses) in table {
        for reader in readers(keys) {
            assert_eq!(counts(&reader, Facet::Topic), topics, "{keys}");
            assert_eq!(reader.app.hits.statuses[0], statuses, "{keys}");
        }
    }
    // The list follows each letter all the same.
    let [reader, _] = readers("/ \"-topic:mi\"");
    assert_eq!(reader.app.hits.order.len(), 5);
}

#[test]
fn late_counts_reach_the_offered_values_and_keep_the_chosen_one() {
    let mut reader = TestApp::new(150, 40);
    reader.keys("/ \"fair_topic:\"");
    assert_eq!(offered(&reader)[0], "Migration 2");
    reader.holds_searches = true;
    reader.keys("C-u \"forum_topic:\"");
    reader.keys("Down Down");
    // The keys that move among the values wait until these are in their new order.
    assert!(reader.app.inbox.is_waiting());
    reader.answer();
    let chosen = |reader: &TestApp| {
        let completion = reader.app.search.completion.as_ref().expect("a completion");
        completion.chosen.map(|at| completion.candidates[at].label.clone())
    };
    assert_eq!(chosen(&reader).as_deref(), Some("News"));
    // New marks change the counts.
    reader.app.count_again();
    while reader.app.search.is_running() {
        reader.answer();
    }
    assert_eq!(chosen(&reader).as_deref(), Some("News"));
}

#[test]
fn a_cancelled_search_shows_the_top_of_the_text_again() {
    let text = "Words about rain. ".repeat(200) + "Then there was snow. " + &"More words. ".repeat(200);
    let mut reader = TestApp::new(150, 40);
    reader.send(Msg::Loaded(catalog(&[("Weather", &text, "", "", (2018, 11, 2))])));
    reader.keys("/ s n o w");
    assert!(reader.app.detail.scroll > 9, "the text follows the word");
    reader.keys("Esc");
    assert_eq!(reader.app.detail.scroll, 0);
    reader.keys("/ s n o w Enter J Esc Esc");
    assert!(reader.app.detail.scroll > 9, "the user has scrolled");
}

#[test]
fn folders_accounts_and_labels_are_offered_with_their_counts() {
    let lines = |names: &[&str]| names.iter().map(|name| CleanBuf::line(name)).collect::<Vec<_>>();
    let mut builder = Builder::new();
    for (source, folder, account, labels) in [
        ("a", &["Europe", "Courts"][..], "home", &["Later"][..]),
        ("b", &["Europe"], "my server", &["Later", "Work"]),
        ("c", &[], "home", &[]),
    ] {
        builder.source(CleanBuf::line(source).as_clean());
        builder.folder(&lines(folder));
        builder.accounts(&lines(&[account]));
        builder.push(0, &Release { title: CleanBuf::line(source), labels: lines(labels), ..Release::default() });
        builder.end_source();
    }
    let catalog = builder.publish();
    for (typed, expected) in [
        ("folder:", &["Europe 2", "Europe/Courts 1"][..]),
        ("folder:cou", &["Europe/Courts 1"]),
        ("account:", &["home 2", "my server 1"]),
        ("label:", &["Later 2", "Work 1"]),
        ("a_label:", &["Later 1", "Work 0"]),
        ("fol", &["folder: -1"]),
        ("acc", &["account: -1"]),
    ] {
        let mut reader = TestApp::new(150, 40);
        reader.send(Msg::Loaded(Arc::clone(&catalog)));
        reader.keys(&format!("/ \"{typed}\""));
        assert_eq!(offered(&reader), expected, "{typed}");
    }
    let mut reader = TestApp::new(150, 40);
    reader.send(Msg::Loaded(catalog));
    reader.keys("/ \"account:my\" Tab Enter");
    assert_eq!((reader.query().as_str(), reader.app.hits.order.len()), ("account:\"my server\"", 1));
}
