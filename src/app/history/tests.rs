use std::sync::Arc;

use super::*;
use crate::app::library::LibraryEvent;
use crate::app::tests::TestApp;
use crate::app::{Effect, Mark, MarksOf, Msg};
use crate::library::SourceId;
use crate::query::parse;

fn change(releases: usize) -> Change {
    Change { mark: Mark::Read, on: true, releases: (0..releases).map(ReleaseIndex::at).collect() }
}

fn stored(number: i64, what: &str, is_undone: bool) -> StoredStep {
    StoredStep { number: StepNumber::new(number), what: CleanBuf::line(what), is_undone }
}

fn turned(reader: &mut TestApp, step: StepId, direction: Direction, extent: Option<Extent>) {
    reader.send(Msg::Library(LibraryEvent::Turned { step, direction, extent }));
}

#[test]
fn undo_uses_bounded_memory() {
    let [a, b] = ["a", "b"].map(|text| parse(text).expect("a query"));
    let mut history = History::default();
    (0..MOST + 10).for_each(|_| history.query(a.clone(), b.clone()));
    assert_eq!(history.done.len(), MOST);
    let mut history = History::default();
    for _ in 0..=STEPS_KEPT {
        history.marks(String::new(), change(1));
    }
    assert_eq!(history.done.len(), STEPS_KEPT as usize, "as many as the library stores");
    history.marks(String::new(), change(MOST_RELEASES));
    assert_eq!(history.done.len(), 1, "the newest stays, however large it is");
    history.marks(String::new(), change(1));
    assert_eq!(history.done.len(), 1);
}

#[test]
fn a_change_of_all_releases_is_stored_once() {
    let mut reader = TestApp::new(150, 40);
    reader.holds_marks = true;
    reader.keys("A");
    let Some(Effect::Mark { change, .. }) = reader.effects.last() else { panic!("a change") };
    let Some(Step::Marks { change: step, .. }) = reader.app.history.done.back() else { panic!("a step") };
    assert!(Arc::ptr_eq(&change.releases, &step.releases));
    assert_eq!(Arc::strong_count(&change.releases), 3, "the effect, the step, and what waits to be saved");
    reader.keys("u");
    let [.., Effect::Mark { change, .. }, Effect::Mark { change: undoing, .. }] = reader.effects.as_slice() else {
        panic!("two changes")
    };
    assert!(Arc::ptr_eq(&change.releases, &undoing.releases));
}

#[test]
fn a_continued_change_is_one_step() {
    let [a, b, c] = ["a", "b", "c"].map(|text| parse(text).expect("a query"));
    let mut history = History::default();
    history.query(a.clone(), b.clone());
    history.query_further(&a, b.clone(), c.clone());
    assert_eq!(history.done.len(), 1);
    history.query_further(&a, c, a.clone());
    assert_eq!(history.done.len(), 0, "it has come back to where it began");
    history.query_further(&a, a.clone(), b);
    assert_eq!(history.done.len(), 1);
}

#[test]
fn steps_of_earlier_sessions_are_undone_and_redone_by_the_library() {
    let mut reader = TestApp::new(150, 40);
    let steps = vec![stored(3, "paused Gazette", false), stored(4, "starred Tea", false), stored(7, "moved Tea", true)];
    reader.send(Msg::Library(LibraryEvent::Steps(steps)));
    let turn = |number, direction| LibraryCommand::Turn { step: StepId::Stored(StepNumber::new(number)), direction };
    reader.keys("C-r u u u");
    let expected =
        [turn(7, Direction::Redo), turn(7, Direction::Undo), turn(4, Direction::Undo), turn(3, Direction::Undo)];
    assert_eq!(reader.commands(), expected);
    reader.keys("u");
    assert_eq!(reader.note(), "nothing to undo");
    let step = StepId::Stored(StepNumber::new(3));
    turned(&mut reader, step, Direction::Undo, Some(Extent::All));
    assert_eq!(reader.note(), "undone: paused Gazette");
    reader.keys("C-r");
    assert_eq!(reader.commands(), [turn(3, Direction::Redo)]);
    turned(&mut reader, step, Direction::Redo, Some(Extent::All));
    assert_eq!(reader.note(), "redone: paused Gazette");
}

#[test]
fn the_answer_of_the_library_says_what_was_undone() {
    let table = [
        (Some(Extent::All), "undone: paused Gazette", 2),
        (Some(Extent::Part), "undone: paused Gazette; skipped those changed since", 2),
        (Some(Extent::Overtaken), "cannot undo: paused Gazette; changed elsewhere since, u for the next step", 1),
        (Some(Extent::Elsewhere), "cannot undo: paused Gazette; another reader has done so, u for the next step", 1),
        (Some(Extent::Gone), "cannot undo: paused Gazette; no longer stored, u for the next step", 1),
        (None, "", 2),
    ];
    for (extent, note, steps) in table {
        let mut reader = TestApp::new(150, 40);
        let stored = vec![stored(1, "starred Tea", false), stored(2, "paused Gazette", false)];
        reader.send(Msg::Library(LibraryEvent::Steps(stored)));
        reader.keys("u");
        turned(&mut reader, StepId::Stored(StepNumber::new(2)), Direction::Undo, extent);
        let history = &reader.app.history;
        assert_eq!((reader.note(), history.done.len() + history.undone.len()), (note, steps), "{extent:?}");
        assert_eq!(history.done.len(), if extent.is_none() { 2 } else { 1 }, "{extent:?}");
    }
}

#[test]
fn an_edit_that_was_not_made_is_no_step() {
    let mut reader = TestApp::new(150, 40);
    reader.app.edit(Edit::Pause { id: SourceId::new(1), on: true }, "paused Gazette".to_owned());
    let [Effect::Library(LibraryCommand::Edit { step, .. })] = *reader.app.effects else { panic!("an edit") };
    reader.send(Msg::Library(LibraryEvent::NotEdited(step)));
    reader.keys("u");
    assert_eq!(reader.note(), "nothing to undo");
}

#[test]
fn marks_that_another_reader_has_changed_are_skipped() {
    let mut reader = TestApp::new(150, 40);
    let catalog = Arc::clone(&reader.app.catalog);
    reader.keys("A");
    let theirs = |releases: std::ops::Range<usize>| Msg::Marks {
        catalog: Arc::clone(&catalog),
        marks: releases.map(|at| MarksOf { release: ReleaseIndex::at(at), read: false, starred: false }).collect(),
    };
    reader.send(theirs(0..2));
    reader.keys("u");
    assert_eq!((reader.note(), reader.app.unread()), ("undone: 7 marked read; skipped 2, changed since", 7));
    reader.keys("C-r");
    assert_eq!((reader.note(), reader.app.unread()), ("redone: 7 marked read", 0));
    reader.send(theirs(0..7));
    reader.keys("u");
    let expected = LibraryCommand::Turn { step: StepId::Own(1), direction: Direction::Undo };
    assert_eq!(reader.commands(), [expected], "the library knows what became of the step");
}

#[test]
fn a_new_change_has_the_library_delete_what_can_no_longer_be_redone() {
    let mut reader = TestApp::new(150, 40);
    let steps = vec![stored(3, "paused Gazette", true), stored(4, "starred Tea", true)];
    reader.send(Msg::Library(LibraryEvent::Steps(steps)));
    let step = |number| StepId::Stored(StepNumber::new(number));
    // A filter is a step, too.
    reader.keys("1");
    assert_eq!(reader.commands(), [LibraryCommand::Forget(vec![step(4), step(3)])]);
    reader.keys("C-r");
    assert_eq!(reader.note(), "nothing to redo");
}

#[test]
fn releases_that_come_back_do_not_hide_what_was_undone() {
    let mut reader = TestApp::new(150, 40);
    reader.send(Msg::Library(LibraryEvent::Steps(vec![stored(1, "unsubscribed from Gazette", false)])));
    reader.keys("u");
    turned(&mut reader, StepId::Stored(StepNumber::new(1)), Direction::Undo, Some(Extent::All));
    let catalog = Arc::clone(&reader.app.catalog);
    let renumbered = catalog.indices().map(Some).collect();
    let reread = crate::app::Reread { catalog, renumbered, fresh: 3, ..Default::default() };
    reader.send(Msg::Reread(Box::new(reread)));
    assert_eq!(reader.note(), "undone: unsubscribed from Gazette");
}

#[test]
fn a_single_release_is_named() {
    let mut reader = TestApp::new(150, 40);
    reader.keys("j s u");
    assert_eq!(reader.note(), "undone: starred China partners");
    reader.keys("C-r");
    assert_eq!(reader.note(), "redone: starred China partners");
}

#[test]
fn a_step_that_could_not_be_undone_follows_its_releases_through_a_reload() {
    let mut reader = TestApp::new(150, 40);
    let catalog = Arc::clone(&reader.app.catalog);
    reader.keys("s");
    // Another reader clears the mark, so the library decides whether the step can be undone.
    let theirs = [MarksOf { release: ReleaseIndex::at(0), read: false, starred: false }].to_vec();
    reader.send(Msg::Marks { catalog: Arc::clone(&catalog), marks: theirs });
    reader.keys("u");
    let step = StepId::Own(1);
    assert_eq!(reader.commands(), [LibraryCommand::Turn { step, direction: Direction::Undo }]);
    // Meanwhile a reload moves the release, and someone sets the mark again.
    let rows = ["Brand new", "Round table"].map(|title| (title, "", "", "", (2018, 11, 6)));
    let marks = vec![MarksOf { release: ReleaseIndex::at(1), read: false, starred: true }];
    let reread = crate::app::Reread {
        catalog: crate::catalog::tests::catalog(&rows),
        renumbered: crate::app::tests::renumbered(7, &[(0, 1)]),
        marks,
        ..Default::default()
    };
    reader.send(Msg::Reread(Box::new(reread)));
    turned(&mut reader, step, Direction::Undo, None);
    reader.holds_marks = true;
    reader.keys("u");
    let Some(Effect::Mark { change, .. }) = reader.effects.last() else { panic!("a change of marks") };
    assert_eq!(*change.releases, [ReleaseIndex::at(1)]);
}
