use super::*;

/// Applies lists; everything in the outbox counts as sent.
fn apply(library: &mut Library, id: AccountId, all: &[u64], unread: &[u64], starred: &[u64]) -> StateApplied {
    let sent = library.outbox(id).expect("read");
    let state = ServerState { all: Some(all), unread, starred, sent: &sent, has_sent: true, ..ServerState::default() };
    library.apply_state(id, &state).expect("written")
}

#[test]
fn the_server_wins_where_nothing_was_marked_here() {
    let (_folder, mut library, id, _) = stored(3);
    let applied = apply(&mut library, id, &[1, 2, 3], &[2], &[3]);
    assert_eq!(applied, StateApplied { marked: 2, ..StateApplied::default() });
    assert_eq!(
        (shown(&library), waiting(&library, id)),
        (vec!["Item 1 R".to_owned(), "Item 2".to_owned(), "Item 3 RS".to_owned()], vec![])
    );
    let change = library.last_change().expect("read");
    assert_eq!(apply(&mut library, id, &[1, 2, 3], &[2], &[3]), StateApplied::default());
    assert_eq!(library.last_change().expect("read"), change, "nothing changed");
    let applied = apply(&mut library, id, &[1, 2, 3], &[1, 2], &[]);
    assert_eq!((applied.marked, applied.unread_again), (2, vec![1]));
    assert_eq!(shown(&library), ["Item 1", "Item 2", "Item 3 R"]);
}

#[test]
fn a_queued_mark_wins_until_a_list_shows_it() {
    let (_folder, mut library, id, _) = stored(2);
    mark(&mut library, "Item 1", Flags::READ, true);
    mark(&mut library, "Item 2", Flags::STARRED, true);
    assert_eq!(waiting(&library, id), ["1 read", "2 starred"]);
    for tries in 1..=3 {
        let applied = apply(&mut library, id, &[1, 2], &[1, 2], &[]);
        assert_eq!((applied.waiting, applied.stuck, applied.marked), (2, if tries == 3 { 2 } else { 0 }, 0));
        assert_eq!(library.outbox(id).expect("read")[0].tries, tries);
    }
    assert_eq!(shown(&library), ["Item 1 R", "Item 2 S"]);
    let applied = apply(&mut library, id, &[1, 2], &[2], &[2]);
    assert_eq!((applied.confirmed, applied.waiting, applied.marked), (2, 0, 0));
    assert_eq!(shown(&library), ["Item 1 R", "Item 2 S"]);
}

#[test]
fn a_mark_made_after_the_lists_were_asked_for_stays_queued() {
    let (_folder, mut library, id, _) = stored(1);
    mark(&mut library, "Item 1", Flags::READ, true);
    let sent = library.outbox(id).expect("read");
    // Back and forth: the value is the same, but it is not the mark that was sent.
    mark(&mut library, "Item 1", Flags::READ, false);
    mark(&mut library, "Item 1", Flags::READ, true);
    let state = ServerState { all: Some(&[1]), sent: &sent, has_sent: true, ..ServerState::default() };
    let applied = library.apply_state(id, &state).expect("written");
    assert_eq!((applied.confirmed, waiting(&library, id)), (0, vec!["1 read".to_owned()]));
    assert_eq!(library.outbox(id).expect("read")[0].tries, 0);
}

#[test]
fn opposite_marks_cancel_out_without_being_sent() {
    let (_folder, mut library, id, _) = stored(1);
    mark(&mut library, "Item 1", Flags::READ, true);
    mark(&mut library, "Item 1", Flags::READ, false);
    assert_eq!(waiting(&library, id), ["1 not read"], "the first may be on its way");
    let sent = library.outbox(id).expect("read");
    let state = ServerState { all: Some(&[1]), unread: &[1], sent: &sent, ..ServerState::default() };
    assert_eq!(library.apply_state(id, &state).expect("written").confirmed, 1);
    assert_eq!(waiting(&library, id), [""; 0]);
}

#[test]
fn every_way_of_marking_fills_the_outbox_once() {
    let (_folder, mut library, id, _) = stored(2);
    let number = number(&library, "Item 1");
    let releases = [("web:a.invalid/", number)];
    let (_, step) = library.mark_as_step("read", Flags::READ, true, releases).expect("written");
    library.mark(Flags::READ, true, releases).expect("written");
    assert_eq!(waiting(&library, id), ["1 read"]);
    library.turn(step, Direction::Undo).expect("written");
    assert_eq!(waiting(&library, id), ["1 not read"]);
    library.mark(Flags::STARRED, true, releases).expect("written");
    assert_eq!(waiting(&library, id), ["1 not read", "1 starred"]);
    // Another program, with a connection of its own.
    let mut other = Library::create(library.place()).expect("the same file");
    mark(&mut other, "Item 2", Flags::READ, true);
    assert_eq!(waiting(&library, id), ["1 not read", "1 starred", "2 read"]);
    library.mark(Flags::READ, true, [("file:elsewhere", 7)]).expect("written");
    assert_eq!(library.outbox(id).expect("read").len(), 3);
}

#[test]
fn vanished_entries_keep_their_marks_and_return_with_them() {
    let (_folder, mut library, id, _) = stored(3);
    apply(&mut library, id, &[1, 2, 3], &[1, 2, 3], &[]);
    mark(&mut library, "Item 1", Flags::READ, true);
    // Cleaned up, or the feed is hidden: no list has them, which does not mean that they are read.
    let applied = apply(&mut library, id, &[3], &[3], &[]);
    assert_eq!((applied.gone, applied.marked, applied.given_up, applied.waiting), (2, 0, 0, 1));
    assert_eq!(shown(&library), ["Item 1 R", "Item 2", "Item 3"]);
    let applied = apply(&mut library, id, &[3], &[3], &[]);
    assert_eq!((applied.gone, applied.given_up, applied.waiting), (0, 1, 0));
    // The outbox holds no mark of an entry that has left the server.
    mark(&mut library, "Item 2", Flags::STARRED, true);
    assert_eq!(waiting(&library, id), [""; 0]);
    assert_eq!(library.account_totals(id).expect("read").gone, 2);
    // It is there again, and what was marked here meanwhile was never sent.
    let applied = apply(&mut library, id, &[1, 2, 3], &[1, 2, 3], &[]);
    assert_eq!((applied.marked, waiting(&library, id)), (0, vec!["1 read".to_owned(), "2 starred".to_owned()]));
    assert_eq!(shown(&library), ["Item 1 R", "Item 2 S", "Item 3"]);
    assert_eq!(library.account_totals(id).expect("read").gone, 0);
}

#[test]
fn a_mark_that_was_given_up_wins_when_its_entry_returns() {
    let (_folder, mut library, id, _) = stored(1);
    mark(&mut library, "Item 1", Flags::READ, true);
    library.apply_state(id, &ServerState { all: Some(&[]), ..ServerState::default() }).expect("written");
    mark(&mut library, "Item 1", Flags::READ, false);
    assert_eq!(apply(&mut library, id, &[], &[], &[]).waiting, 1);
    assert_eq!(apply(&mut library, id, &[], &[], &[]).given_up, 1);
    assert_eq!((waiting(&library, id), library.account_totals(id).expect("read").waiting), (vec![], 0));
    // It returns, and another client has read it: what was marked here was marked by the user.
    let applied = apply(&mut library, id, &[1], &[], &[]);
    assert_eq!((applied.marked, applied.waiting, shown(&library)), (0, 1, vec!["Item 1".to_owned()]));
    assert_eq!(waiting(&library, id), ["1 not read"]);
    assert_eq!(apply(&mut library, id, &[1], &[1], &[]).confirmed, 1);
}

#[test]
fn a_waiting_mark_of_a_vanished_entry_is_replaced_by_its_opposite() {
    let (_folder, mut library, id, _) = stored(1);
    mark(&mut library, "Item 1", Flags::STARRED, true);
    library.apply_state(id, &ServerState { all: Some(&[]), ..ServerState::default() }).expect("written");
    mark(&mut library, "Item 1", Flags::STARRED, false);
    assert_eq!(waiting(&library, id), ["1 not starred"]);
}

#[test]
fn without_a_list_of_all_nothing_vanishes() {
    let (_folder, mut library, id, _) = stored(3);
    mark(&mut library, "Item 3", Flags::READ, true);
    let sent = library.outbox(id).expect("read");
    let state = ServerState { unread: &[2], sent: &sent, ..ServerState::default() };
    let applied = library.apply_state(id, &state).expect("written");
    assert_eq!((applied.gone, applied.confirmed, applied.marked), (0, 1, 1));
    assert_eq!(shown(&library), ["Item 1 R", "Item 2", "Item 3 R"]);
}

#[test]
fn below_the_floor_only_stars_and_answers_count() {
    let (_folder, mut library, id, _) = stored(6);
    let all = apply(&mut library, id, &[1, 2, 3, 4, 5, 6], &[1, 2, 3, 4, 5, 6], &[1, 2]);
    assert_eq!(all.marked, 2);
    let state = ServerState {
        all: Some(&[5, 6]),
        floor: 4,
        unread: &[6],
        starred: &[1, 2],
        unread_starred: Some(&[2]),
        asked: &[(4, (true, true))],
        ..ServerState::default()
    };
    let applied = library.apply_state(id, &state).expect("written");
    assert_eq!((applied.gone, applied.marked), (0, 3));
    let wanted = ["Item 1 RS", "Item 2 S", "Item 3", "Item 4 RS", "Item 5 R", "Item 6"];
    assert_eq!(shown(&library), wanted);
    // Not starred any more, or deleted with its feed: nobody knows.
    let state = ServerState { starred: &[2], unread_starred: Some(&[2]), asked: &[], ..state };
    assert_eq!(library.apply_state(id, &state).expect("written").marked, 0);
    assert_eq!(shown(&library), wanted);
}

#[test]
fn a_mark_of_one_server_travels_to_the_other() {
    let (_folder, mut library, one, source) = stored(1);
    let other = added(&mut library, AccountKind::FreshRss);
    library.set_account_feeds(other, &[feed("a", "")]).expect("written");
    let same = release("Item 1", 1);
    library.take_entries(other, &[entry(70, source, &same, Flags::default())], 6).expect("written");
    assert_eq!(shown(&library).len(), 1, "it is one release");
    assert_eq!(apply(&mut library, one, &[1], &[], &[]).marked, 1);
    assert_eq!((waiting(&library, one), waiting(&library, other)), (vec![], vec!["70 read".to_owned()]));
    // The other server has not heard of it yet.
    assert_eq!(apply(&mut library, other, &[70], &[70], &[]).marked, 0);
    assert_eq!(apply(&mut library, other, &[70], &[], &[]).confirmed, 1);
    assert_eq!(shown(&library), ["Item 1 R"]);
}

#[test]
fn a_received_entry_brings_newer_marks_unless_they_are_queued() {
    let (_folder, mut library, id, source) = stored(2);
    mark(&mut library, "Item 1", Flags::STARRED, true);
    let releases = [release("Item 1", 1), release("Item 2", 1)];
    let both = [entry(1, source, &releases[0], Flags::READ), entry(2, source, &releases[1], Flags::READ)];
    assert_eq!(library.take_entries(id, &both, 6).expect("written"), TakenEntries::default());
    assert_eq!(
        (shown(&library), waiting(&library, id)),
        (vec!["Item 1 RS".to_owned(), "Item 2 R".to_owned()], vec!["1 starred".to_owned()])
    );
}
