use super::super::tests::{library, marked, subscribed};
use super::super::{Checked, Outcome, SavedQuery, SourceId};
use super::*;
use crate::feed::{Rules, TopicSource};

/// The steps in words, undone ones in brackets.
fn steps(library: &Library) -> Vec<String> {
    let name = |step: StoredStep| if step.is_undone { format!("({})", step.what) } else { step.what.to_string() };
    library.steps().expect("read").into_iter().map(name).collect()
}

fn undo(library: &mut Library, step: StepNumber) -> Extent {
    library.turn(step, Direction::Undo).expect("written").extent
}

fn redo(library: &mut Library, step: StepNumber) -> Extent {
    library.turn(step, Direction::Redo).expect("written").extent
}

fn read(library: &mut Library, numbers: impl IntoIterator<Item = u64>) -> StepNumber {
    let releases = numbers.into_iter().map(|number| ("file:a", number));
    library.mark_as_step("marked read", Flags::READ, true, releases).expect("written").1
}

fn edit(library: &mut Library, edit: &Edit) -> StepNumber {
    library.edit(edit, "edited", 7).expect("written").expect("a change")
}

/// Everything that edits change.
fn state(library: &Library) -> String {
    let sources = library.sources_and_removed().expect("read");
    let sources = sources.iter().map(|source| {
        let rules = source.rules.to_string();
        (source.title.clone(), source.folder.clone(), source.is_paused, source.wants_pages, rules, source.removed)
    });
    format!("{:?} {:?}", sources.collect::<Vec<_>>(), library.queries().expect("read"))
}

fn all_edits(id: SourceId) -> Vec<Edit> {
    let (a, b) = ("A".to_owned(), "B".to_owned());
    vec![
        Edit::Rename { id, title: CleanBuf::line("Mine") },
        Edit::Refile { id, folder: vec![CleanBuf::line("F"), CleanBuf::line("G")] },
        Edit::Pause { id, on: true },
        Edit::WantPages { id, on: true },
        Edit::Reread { id, rules: Rules::of_options("--page --map title=Headline").expect("options") },
        Edit::SaveQuery { name: a.clone(), query: "x".to_owned() },
        Edit::SaveQuery { name: b.clone(), query: "y".to_owned() },
        Edit::SaveQuery { name: a.clone(), query: "z".to_owned() },
        Edit::Topic { name: b.clone(), on: true },
        Edit::RenameQuery { name: b.clone(), to: a.clone() },
        Edit::Topic { name: a.clone(), on: false },
        Edit::DropQuery { name: a },
        Edit::Unsubscribe { id },
    ]
}

#[test]
fn every_edit_is_undone_and_redone_after_the_library_was_closed() {
    let (_folder, mut library) = library();
    let id = subscribed(&mut library, "a");
    let mut states = vec![state(&library)];
    let mut made = Vec::new();
    for one in all_edits(id) {
        made.push(edit(&mut library, &one));
        states.push(state(&library));
    }
    let place = library.place().clone();
    drop(library);
    let mut library = super::super::tests::opened(&place);
    for (at, step) in made.iter().enumerate().rev() {
        assert_eq!((undo(&mut library, *step), &state(&library)), (Extent::All, &states[at]), "undo {at}");
    }
    for (at, step) in made.iter().enumerate() {
        assert_eq!((redo(&mut library, *step), &state(&library)), (Extent::All, &states[at + 1]), "redo {at}");
    }
}

#[test]
fn all_of_a_feed_is_asked_for_again_only_if_it_is_read_otherwise() {
    let (_folder, mut library) = library();
    let id = subscribed(&mut library, "a");
    let read = Outcome::Read { etag: Some("1".to_owned()), modified: None, title: CleanBuf::default() };
    let failed = Outcome::Failed { reason: CleanBuf::line("does not answer"), retry: 99, pause: None };
    for outcome in [read, failed] {
        let checked = Checked { at: 5, outcome, moved: None, address: None, origin: None };
        library.keep_checked(id, &checked).expect("written");
    }
    let known = |library: &Library| {
        let source = library.sources().expect("read").remove(0);
        (source.etag, source.retry)
    };
    let kept = (Some("1".to_owned()), Some(99));
    let step = edit(&mut library, &Edit::TopicsFrom { id, from: TopicSource::Address });
    assert_eq!(known(&library), kept);
    undo(&mut library, step);
    assert_eq!(known(&library), kept);
    let rules = Rules::of_options("--map title=Headline").expect("options");
    edit(&mut library, &Edit::Reread { id, rules });
    assert_eq!(known(&library), (None, None));
}

#[test]
fn an_edit_that_changes_nothing_is_no_step() {
    let (_folder, mut library) = library();
    let id = subscribed(&mut library, "a");
    let none = [
        Edit::Pause { id, on: false },
        Edit::Pause { id: SourceId::new(99), on: true },
        Edit::DropQuery { name: "A".to_owned() },
        Edit::RenameQuery { name: "A".to_owned(), to: "B".to_owned() },
    ];
    for edit in &none {
        assert_eq!(library.edit(edit, "edited", 7).expect("written"), None, "{edit:?}");
    }
    edit(&mut library, &Edit::Unsubscribe { id });
    assert_eq!(library.edit(&Edit::Unsubscribe { id }, "again", 8).expect("written"), None);
    assert_eq!(library.edit(&Edit::Pause { id, on: true }, "paused", 8).expect("written"), None);
    assert_eq!(steps(&library), ["edited"]);
}

/// What another reader does.
type Theirs = fn(&mut Library, SourceId) -> Result<(), LibraryError>;

#[test]
fn a_change_that_another_reader_has_overtaken_is_not_undone() {
    let query = |text: &str| SavedQuery::new("A", text);
    let save: Theirs = |library, _| library.save_query(&SavedQuery::new("A", "y"));
    let id = SourceId::new(1);
    let table: [(Edit, Theirs); 7] = [
        (Edit::Rename { id, title: CleanBuf::line("Mine") }, |library, id| {
            library.rename(id, &CleanBuf::line("Theirs"))
        }),
        (Edit::Refile { id, folder: vec![CleanBuf::line("F")] }, |library, id| library.unsubscribe(id, 9)),
        (Edit::Pause { id, on: true }, |library, id| library.pause(id, false)),
        (Edit::Unsubscribe { id }, |library, id| library.resubscribe(id)),
        (Edit::SaveQuery { name: "A".to_owned(), query: "z".to_owned() }, save),
        (Edit::DropQuery { name: "A".to_owned() }, save),
        (Edit::RenameQuery { name: "A".to_owned(), to: "B".to_owned() }, save),
    ];
    for (own, theirs) in table {
        let (_folder, mut one) = library();
        assert_eq!(subscribed(&mut one, "a"), id);
        one.save_query(&query("x")).expect("written");
        let mut other = Library::create(one.place()).expect("the same file");
        let step = edit(&mut one, &own);
        theirs(&mut other, id).expect("written");
        let before = state(&one);
        assert_eq!((undo(&mut one, step), state(&one)), (Extent::Overtaken, before), "{own:?}");
        assert_eq!((undo(&mut one, step), steps(&one).len()), (Extent::Gone, 0), "{own:?}");
    }
}

#[test]
fn marks_are_undone_where_they_have_not_changed_since() {
    let (_folder, mut library) = library();
    library.mark(Flags::STARRED, true, [("file:a", 2)]).expect("written");
    let first = read(&mut library, [u64::MAX, 1, 2]);
    library.mark(Flags::READ, false, [("file:a", 1)]).expect("written");
    assert_eq!(undo(&mut library, first), Extent::Part);
    assert_eq!((marked(&library).len(), marked(&library)[&2]), (1, Flags::STARRED));
    assert_eq!(undo(&mut library, first), Extent::Elsewhere, "another reader has undone it");
    assert_eq!(redo(&mut library, first), Extent::All);
    assert_eq!(marked(&library).len(), 3);
    library.mark(Flags::READ, false, [1, 2, u64::MAX].map(|number| ("file:a", number))).expect("written");
    assert_eq!((undo(&mut library, first), steps(&library)), (Extent::Overtaken, vec![]));
    let change = library.last_change().expect("read");
    let unread = library.mark_as_step("unstarred", Flags::STARRED, false, [("file:a", 2)]).expect("written");
    assert_eq!(unread.0, change + 1);
    let turned = library.turn(unread.1, Direction::Undo).expect("written");
    assert_eq!(turned, Turned { extent: Extent::All, change: Some(change + 2), marks: 1 });
    assert_eq!(marked(&library)[&2], Flags::STARRED);
}

#[test]
fn a_step_is_of_the_marks_that_it_changed() {
    let (_folder, mut library) = library();
    library.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
    let step = read(&mut library, [1, 2]);
    assert_eq!(undo(&mut library, step), Extent::All);
    assert_eq!(marked(&library).keys().copied().collect::<Vec<_>>(), [1], "another reader had marked it");
}

#[test]
fn undone_steps_are_deleted_by_number_and_the_oldest_by_count() {
    let (_folder, mut library) = library();
    let first = read(&mut library, [1]);
    undo(&mut library, first);
    assert_eq!(steps(&library), ["(marked read)"]);
    let second = read(&mut library, [2]);
    assert_eq!(steps(&library), ["(marked read)", "marked read"], "it may be the step of another reader");
    library.forget_steps(&[first, second]).expect("written");
    assert_eq!((redo(&mut library, first), steps(&library)), (Extent::Gone, vec!["marked read".to_owned()]));
    for number in 3..=u64::from(MOST) + 1 {
        read(&mut library, [number]);
    }
    assert_eq!(steps(&library).len(), MOST as usize);
    read(&mut library, [500]);
    assert_eq!((steps(&library).len(), undo(&mut library, second)), (MOST as usize, Extent::Gone));
    assert!(second < library.steps().expect("read")[0].number);
}

#[test]
fn the_steps_of_another_copy_are_not_undone() {
    let (_folder, mut library) = library();
    let day = super::super::tests::day(1);
    let old = read(&mut library, [1]);
    super::super::backup::daily(&library, day).expect("written");
    let later = read(&mut library, [2]);
    super::super::restore(library.place(), None).expect("restored");
    assert_eq!(steps(&library), [""; 0]);
    let new = read(&mut library, [3]);
    assert!(new > later, "no number is used twice");
    assert_eq!((undo(&mut library, old), undo(&mut library, later)), (Extent::Gone, Extent::Gone));
}

/// What a step of many marks costs, beside the marks themselves.
#[test]
fn a_step_of_many_marks_takes_fewer_bytes_than_their_numbers() {
    let (_folder, mut library) = library();
    let numbers = |seed: u64| (1..=20_000_u64).map(move |n| (n ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    read(&mut library, numbers(0));
    let bytes = |library: &Library| {
        let sql = "SELECT sum(length(content)) FROM history";
        library.read(|connection| connection.query_row(sql, [], |row| row.get::<_, i64>(0))).expect("read")
    };
    assert!(bytes(&library) < 8 * 20_000, "{} bytes", bytes(&library));
}
