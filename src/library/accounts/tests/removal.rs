use super::*;

fn removed(library: &Library) -> usize {
    library.sources_and_removed().expect("read").iter().filter(|source| source.removed.is_some()).count()
}

#[test]
fn a_removed_account_keeps_its_releases_and_comes_back() {
    let (_folder, mut library, id, _) = stored(3);
    let step = library.remove_account(id, false, "removed", 100).expect("written").expect("a step");
    assert_eq!((library.accounts().expect("read").len(), shown(&library).len(), removed(&library)), (0, 3, 0));
    assert_eq!(library.remove_account(id, false, "again", 101).expect("written"), None);
    // What is marked meanwhile waits for the account.
    mark(&mut library, "Item 2", Flags::READ, true);
    assert_eq!(library.turn(step, Direction::Undo).expect("written").extent, Extent::All);
    assert_eq!((library.accounts().expect("read").len(), waiting(&library, id)), (1, vec!["2 read".to_owned()]));
    assert_eq!(library.turn(step, Direction::Redo).expect("written").extent, Extent::All);
    assert_eq!(library.accounts().expect("read").len(), 0);
    // Its name is taken meanwhile.
    added(&mut library, AccountKind::Miniflux);
    assert_eq!(library.turn(step, Direction::Undo).expect("written").extent, Extent::Overtaken);
}

#[test]
fn releases_are_deleted_with_an_account_unless_they_are_followed_otherwise_or_starred() {
    let (_folder, mut library, id, _) = stored(3);
    let own = subscribed(&mut library, "b");
    let other = added(&mut library, AccountKind::FreshRss);
    library.set_account_feeds(id, &[feed("a", ""), feed("b", ""), feed("c", "")]).expect("written");
    library.set_account_feeds(other, &[feed("c", "")]).expect("written");
    poll(&mut library, own, &[release("Own", 2)]);
    mark(&mut library, "Item 2", Flags::STARRED, true);
    let step = library.remove_account(id, true, "removed", 100).expect("written").expect("a step");
    assert_eq!(removed(&library), 1, "only a");
    library.turn(step, Direction::Undo).expect("written");
    assert_eq!(removed(&library), 0);
    library.turn(step, Direction::Redo).expect("written");
    assert_eq!(library.expire(None, 100).expect("written"), 0, "it can come back for some weeks");
    assert_eq!(library.expire(None, 101).expect("written"), 2);
    assert_eq!(shown(&library), ["Item 2 S", "Own"]);
    assert_eq!(library.turn(step, Direction::Undo).expect("written").extent, Extent::Overtaken);
    assert_eq!(super::super::super::backup::check(&library).expect("read"), []);
}

#[test]
fn releases_at_the_server_do_not_expire_and_others_do_from_when_they_left() {
    let (_folder, mut library, id, _) = stored(2);
    assert_eq!(library.expire(Some(900), 0).expect("written"), 0, "they are at the server");
    library
        .apply_state(id, &ServerState { all: Some(&[2]), unread: &[2], now: 800, ..ServerState::default() })
        .expect("written");
    assert_eq!(library.expire(Some(800), 0).expect("written"), 0, "it was there at 800");
    assert_eq!(library.expire(Some(801), 0).expect("written"), 1);
    // The account is gone for good: its releases expire from the time of its removal.
    library.remove_account(id, false, "removed", 1_000).expect("written");
    assert_eq!(library.expire(Some(1_000), 1_001).expect("written"), 0);
    assert_eq!(library.expire(Some(1_001), 1_001).expect("written"), 1);
}

#[test]
fn only_a_library_with_accounts_watches_marks() {
    let triggers = |library: &Library| {
        let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'marks'";
        library.read(|connection| connection.query_row(sql, [], |row| row.get::<_, i64>(0))).expect("read")
    };
    let (_folder, mut one) = super::super::super::tests::library();
    assert_eq!(triggers(&one), 0, "marking takes twice as long with them");
    // Another program, whose connection is older than the account.
    let mut other = Library::create(one.place()).expect("the same file");
    other.mark(Flags::READ, true, [("file:a", 1)]).expect("written");
    let id = added(&mut one, AccountKind::Miniflux);
    let source = one.set_account_feeds(id, &[feed("a", "")]).expect("written")[0].1;
    let item = release("Item 1", 1);
    one.take_entries(id, &[entry(1, source, &item, Flags::default())], 5).expect("written");
    mark(&mut other, "Item 1", Flags::READ, true);
    assert_eq!((waiting(&one, id), triggers(&one)), (vec!["1 read".to_owned()], 4));
    one.remove_account(id, false, "removed", 6).expect("written");
    one.expire(None, 6).expect("written");
    assert_eq!(triggers(&one), 4, "it can come back");
    one.expire(None, 7).expect("written");
    assert_eq!(triggers(&one), 0);
}
