use super::*;
use crate::release::identity::{Trace, Trust};

fn hashed<'a>(remote: u64, source: SourceId, release: &'a Release, guid: &str, flags: Flags) -> NewEntry<'a> {
    NewEntry { hash: Some(sha(guid)), ..entry(remote, source, release, flags) }
}

/// A library with a feed `a` that is followed directly and through an account.
fn both_ways(kind: AccountKind) -> (tempfile::TempDir, Library, AccountId, SourceId) {
    let (folder, mut library) = library();
    let source = subscribed(&mut library, "a");
    let id = added(&mut library, kind);
    assert_eq!(library.set_account_feeds(id, &[feed("a", "")]).expect("written")[0].1, source);
    (folder, library, id, source)
}

fn item(guid: &str, title: &str, day: u32) -> Release {
    Release { id: CleanBuf::line(guid), ..release(title, day) }
}

#[test]
fn a_polled_release_and_its_entry_are_one() {
    let (_folder, mut library, id, source) = both_ways(AccountKind::Miniflux);
    let exact = Release { guid: " 7\n7 ".to_owned(), ..item("7 7", "Exact", 2) };
    let no_id = Release { id: CleanBuf::default(), ..release("Without id", 3) };
    poll(&mut library, source, &[item("g1", "One", 1), exact.clone(), no_id.clone(), item("g4", "Own", 4)]);
    mark(&mut library, "One", Flags::READ, true);
    // The server shortens texts and cleans links; its hash tells what is the same.
    let one = Release { url: CleanBuf::line("https://elsewhere.invalid/1"), ..release("One", 1) };
    let (exact, no_id) = (release("Exact", 2), no_id);
    let taken = library
        .take_entries(
            id,
            &[
                hashed(11, source, &one, "g1", Flags::STARRED),
                hashed(12, source, &exact, " 7\n7 ", Flags::default()),
                hashed(13, source, &no_id, no_id.url.as_str(), Flags::READ),
            ],
            10,
        )
        .expect("written");
    assert_eq!(taken, TakenEntries::default());
    assert_eq!(shown(&library), ["Exact", "One RS", "Own", "Without id R"]);
    assert_eq!(waiting(&library, id), ["11 read"], "what was read here is read there");
    let links = library.sources().expect("read");
    assert_eq!((links[0].is_direct, links[0].accounts.len()), (true, 1));
}

#[test]
fn an_entry_and_the_polled_release_that_comes_after_it_are_one() {
    for kind in [AccountKind::Miniflux, AccountKind::GoogleReader] {
        let (_folder, mut library, id, source) = both_ways(kind);
        let releases = [release("One", 1), release("Two", 2)];
        let of = |remote, release, guid| match kind {
            AccountKind::Miniflux => hashed(remote, source, release, guid, Flags::READ),
            _ => entry(remote, source, release, Flags::READ),
        };
        library.take_entries(id, &[of(1, &releases[0], "g1"), of(2, &releases[1], "g2")], 5).expect("written");
        let items = [item("g1", "One", 1), item("g2", "Two", 2), item("g3", "Three", 3)];
        assert_eq!(poll(&mut library, source, &items), 1, "{kind}");
        assert_eq!(poll(&mut library, source, &items), 0, "{kind}");
        assert_eq!(shown(&library), ["One R", "Three", "Two R"], "{kind}");
        // Both still know them after an edit by the publisher.
        let edited = Release { summary: CleanBuf::block("More"), ..items[0].clone() };
        assert_eq!(poll(&mut library, source, &[edited]), 0, "{kind}");
        let again = library.take_entries(id, &[of(1, &releases[0], "g1")], 6).expect("written");
        assert_eq!(again, TakenEntries::default(), "{kind}: the feed decides the text");
    }
}

#[test]
fn a_link_to_the_site_or_of_many_proves_nothing() {
    let (_folder, mut library, id, source) = both_ways(AccountKind::FreshRss);
    let at = |guid: &str, title: &str, url: &str, day| Release { url: CleanBuf::line(url), ..item(guid, title, day) };
    let site = "https://a.invalid/site";
    let polled = [
        at("1", "Home", site, 1),
        at("2", "Warning", "https://a.invalid/warnings", 2),
        at("3", "Warning", "https://a.invalid/warnings", 3),
        at("4", "Once", "https://a.invalid/once", 4),
    ];
    poll(&mut library, source, &polled);
    let arrived = [
        at("", "Home", site, 1),
        at("", "Warning", "https://a.invalid/warnings", 3),
        at("", "Warning", "https://a.invalid/warnings", 8),
        at("", "Once (updated)", "http://www.a.invalid/once", 4),
    ];
    let entries: Vec<_> = (1..).zip(&arrived).map(|(n, one)| entry(n, source, one, Flags::READ)).collect();
    let taken = library.take_entries(id, &entries, 10).expect("written");
    assert_eq!(taken.fresh, 2, "the site, and the warning of another day");
    let wanted = ["Home", "Home R", "Once R", "Warning", "Warning R", "Warning R"];
    assert_eq!(shown(&library), wanted);
}

#[test]
fn an_article_that_was_purged_comes_again_under_a_new_id() {
    for kind in [AccountKind::Miniflux, AccountKind::FreshRss] {
        let (_folder, mut library) = library();
        let id = added(&mut library, kind);
        let source = library.set_account_feeds(id, &[feed("a", "")]).expect("written")[0].1;
        let one = release("One", 1);
        let of = |remote, flags| match kind {
            AccountKind::Miniflux => hashed(remote, source, &one, "g1", flags),
            _ => entry(remote, source, &one, flags),
        };
        library.take_entries(id, &[of(1, Flags::READ)], 5).expect("written");
        mark(&mut library, "One", Flags::STARRED, true);
        library.apply_state(id, &ServerState { all: Some(&[9]), ..ServerState::default() }).expect("written");
        let taken = library.take_entries(id, &[of(9, Flags::default())], 6).expect("written");
        assert_eq!((taken.fresh, shown(&library)), (0, vec!["One RS".to_owned()]), "{kind}");
        let queue = waiting(&library, id);
        assert!(queue.contains(&"9 read".to_owned()) && queue.contains(&"9 starred".to_owned()), "{kind}: {queue:?}");
        // The queue of the old id ends without a complaint.
        for _ in 0..2 {
            let sent = library.outbox(id).expect("read");
            let state = ServerState { all: Some(&[9]), starred: &[9], sent: &sent, ..ServerState::default() };
            assert_eq!(library.apply_state(id, &state).expect("written").given_up, 0, "{kind}");
        }
        assert_eq!((waiting(&library, id), shown(&library)), (vec![], vec!["One RS".to_owned()]), "{kind}");
        // The same headline on another day is another article.
        let next = Release { date: Date::from_ymd(2018, 11, 9), ..one.clone() };
        let taken = library.take_entries(id, &[hashed(12, source, &next, "g2", Flags::default())], 7).expect("written");
        assert_eq!(taken.fresh, 1, "{kind}");
    }
}

#[test]
fn a_mark_made_while_an_article_is_away_is_sent_even_if_older_lists_show_it() {
    let (_folder, mut library) = library();
    let id = added(&mut library, AccountKind::FreshRss);
    let source = library.set_account_feeds(id, &[feed("a", "")]).expect("written")[0].1;
    let one = release("One", 1);
    library.take_entries(id, &[entry(1, source, &one, Flags::default())], 5).expect("written");
    library.apply_state(id, &ServerState { all: Some(&[9]), ..ServerState::default() }).expect("written");
    mark(&mut library, "One", Flags::STARRED, true);
    // The lists were read before another client removed its star.
    library.take_entries(id, &[entry(9, source, &one, Flags::STARRED)], 6).expect("written");
    assert_eq!(waiting(&library, id), ["9 starred"]);
    let sent = library.outbox(id).expect("read");
    let state = ServerState { all: Some(&[9]), unread: &[9], sent: &sent, ..ServerState::default() };
    library.apply_state(id, &state).expect("written");
    assert_eq!((waiting(&library, id), shown(&library)), (vec!["9 starred".to_owned()], vec!["One S".to_owned()]));
}

#[test]
fn an_id_that_passes_to_another_article_brings_a_new_release_without_marks() {
    let (_folder, mut library) = library();
    let id = added(&mut library, AccountKind::Miniflux);
    let source = library.set_account_feeds(id, &[feed("a", "")]).expect("written")[0].1;
    let (old, new) = (release("Old news", 1), release("New news", 2));
    library.take_entries(id, &[hashed(1, source, &old, "g", Flags::READ)], 5).expect("written");
    mark(&mut library, "Old news", Flags::STARRED, true);
    let taken = library.take_entries(id, &[hashed(1, source, &new, "g", Flags::READ)], 6).expect("written");
    assert_eq!(taken, TakenEntries { fresh: 1, changed: 0, taken_over: 1 });
    assert_eq!(
        (shown(&library), waiting(&library, id)),
        (vec!["New news".to_owned(), "Old news RS".to_owned()], vec!["1 not read".to_owned()])
    );
    // The old article comes again as a new entry with a hash of its own.
    let again = hashed(2, source, &old, "g|https://a.invalid/Old-news", Flags::default());
    assert_eq!(library.take_entries(id, &[again], 7).expect("written").fresh, 0);
    assert_eq!(shown(&library), ["New news", "Old news RS"]);
    assert_eq!(waiting(&library, id), ["1 not read", "2 read", "2 starred"]);
}

#[test]
fn entries_with_the_same_content_are_stored_each() {
    let (_folder, mut library) = library();
    let id = added(&mut library, AccountKind::GoogleReader);
    let source = library.set_account_feeds(id, &[feed("a", "")]).expect("written")[0].1;
    let same = release("Same", 1);
    let entries: Vec<_> = (1..=4).map(|n| entry(n, source, &same, Flags::default())).collect();
    assert_eq!(library.take_entries(id, &entries, 5).expect("written").fresh, 4);
    assert_eq!(library.take_entries(id, &entries, 6).expect("written"), TakenEntries::default());
    assert_eq!(shown(&library), ["Same"; 4]);
}

#[test]
fn an_account_that_is_added_again_finds_its_releases() {
    for kind in [AccountKind::Miniflux, AccountKind::FreshRss] {
        let (_folder, mut library) = library();
        let id = added(&mut library, kind);
        let source = library.set_account_feeds(id, &[feed("a", "")]).expect("written")[0].1;
        let one = release("One", 1);
        let of = |remote| match kind {
            AccountKind::Miniflux => hashed(remote, source, &one, "g1", Flags::default()),
            _ => entry(remote, source, &one, Flags::default()),
        };
        library.take_entries(id, &[of(1)], 5).expect("written");
        library.remove_account(id, false, "removed", 6).expect("written");
        library.expire(None, 7).expect("written");
        mark(&mut library, "One", Flags::READ, true);
        let id = added(&mut library, kind);
        assert_eq!(library.set_account_feeds(id, &[feed("a", "")]).expect("written")[0].1, source);
        assert_eq!(library.take_entries(id, &[of(1)], 8).expect("written").fresh, 0, "{kind}");
        assert_eq!((shown(&library), waiting(&library, id)), (vec!["One R".to_owned()], vec!["1 read".to_owned()]));
    }
}

#[test]
fn marks_made_here_are_kept_even_if_the_server_describes_the_release_differently() {
    let (_folder, mut library, id, source) = both_ways(AccountKind::Miniflux);
    let polled = Release {
        url: CleanBuf::line("https://counter.invalid/1"),
        summary: CleanBuf::block("As the publisher wrote it"),
        date: crate::feed::date::parse("2018-11-06T10:30:05+05:30"),
        ..item("g1", "One", 1)
    };
    poll(&mut library, source, std::slice::from_ref(&polled));
    let identity = crate::release::Identity::from(&polled);
    let marked = super::super::super::ToMark {
        feed: "web:a.invalid/",
        number: identity.number(),
        trace: Some(Trace::of(&identity)),
        shares: None,
    };
    library.mark(Flags::STARRED, true, [marked]).expect("written");
    let sent = Release {
        summary: CleanBuf::block("As the server cleaned it"),
        date: crate::feed::date::parse("2018-11-06T05:00:05Z"),
        ..release("One", 1)
    };
    let entry = hashed(1, source, &sent, "g1", Flags::READ);
    assert_eq!(library.take_entries(id, &[entry], 10).expect("written"), TakenEntries::default());
    assert_eq!((shown(&library), waiting(&library, id)), (vec!["One RS".to_owned()], vec!["1 starred".to_owned()]));
    let state = ServerState { all: Some(&[1]), unread: &[1], ..ServerState::default() };
    library.apply_state(id, &state).expect("written");
    assert_eq!(shown(&library), ["One S"]);
    // The reader still knows the mark as that of the release.
    let kept = library.kept_mark("web:a.invalid/", identity.number()).expect("read").expect("a mark");
    assert!(kept.is_of(Trace::of(&identity), Trust::Shared));
}

#[test]
fn a_feed_removed_here_and_followed_at_the_server_comes_back() {
    let (_folder, mut library, id, source) = both_ways(AccountKind::Miniflux);
    library.unsubscribe(source, 9).expect("written");
    let change = library.last_sync().expect("read");
    library.set_account_feeds(id, &[feed("a", "")]).expect("written");
    assert_ne!(library.last_sync().expect("read"), change);
    let sources = library.sources().expect("read");
    assert_eq!((sources.len(), sources[0].is_direct), (1, false));
}
