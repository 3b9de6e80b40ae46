use super::super::tests::{library, subscribed};
use super::super::{Checked, Direction, Extent, Flags, Library, Outcome, SourceId};
use super::*;
use crate::release::{Date, Release};
use EntryState::{Found, Here, LeftOut, Missing};

mod bridges;
mod model;
mod removal;
mod state;

/// An account with the name of its kind.
pub fn added(library: &mut Library, kind: AccountKind) -> AccountId {
    let name = CleanBuf::line(kind.as_str());
    let address = CleanBuf::line("https://reader.invalid/");
    let new = NewAccount { kind, name, address, ..NewAccount::default() };
    library.add_account(&new).expect("written").expect("a free name")
}

/// The feed of `https://NAME.invalid/` in a folder.
pub fn feed(name: &str, folder: &str) -> AccountFeed {
    let line = CleanBuf::line;
    AccountFeed {
        remote: line(&format!("feed/{name}")),
        address: line(&format!("https://{name}.invalid/")),
        title: line(&name.to_uppercase()),
        site: line(&format!("https://{name}.invalid/site")),
        folder: line(folder),
        ..AccountFeed::default()
    }
}

/// A release of a day in November 2018, with a link of its own.
pub fn release(title: &str, day: u32) -> Release {
    Release {
        title: CleanBuf::line(title),
        url: CleanBuf::line(&format!("https://a.invalid/{}", title.replace(' ', "-"))),
        date: Date::from_ymd(2018, 11, day),
        ..Release::default()
    }
}

/// The SHA-256 of a publisher's id.
pub fn sha(guid: &str) -> [u8; 32] {
    ring::digest::digest(&ring::digest::SHA256, guid.as_bytes()).as_ref().try_into().expect("32 bytes")
}

pub fn entry(remote: u64, source: SourceId, release: &Release, flags: Flags) -> NewEntry<'_> {
    NewEntry { remote, source, release, hash: None, flags: Some(flags), is_found: false }
}

/// A library with one Miniflux account, one feed `a`, and entries 1 to `count`, all unread.
pub fn stored(count: u64) -> (tempfile::TempDir, Library, AccountId, SourceId) {
    let (folder, mut library) = library();
    let id = added(&mut library, AccountKind::Miniflux);
    let source = library.set_account_feeds(id, &[feed("a", "News")]).expect("written")[0].1;
    let releases: Vec<Release> = (1..=count).map(|n| release(&format!("Item {n}"), 1)).collect();
    let entries: Vec<NewEntry<'_>> =
        (1..).zip(&releases).map(|(n, release)| entry(n, source, release, Flags::default())).collect();
    assert_eq!(library.take_entries(id, &entries, 5).expect("written").fresh, usize::try_from(count).expect("few"));
    (folder, library, id, source)
}

/// The title and the marks of each release of `a`, by title: `R` read, `S` starred.
pub fn shown(library: &Library) -> Vec<String> {
    let marks = library.marks_of("web:a.invalid/").expect("read");
    let mut shown = Vec::new();
    library
        .stream(&mut |stored| {
            let flags = marks.get(&stored.number).copied().unwrap_or_default();
            let signs =
                [(Flags::READ, "R"), (Flags::STARRED, "S")].map(|(flag, sign)| if flags.has(flag) { sign } else { "" });
            shown.push(format!("{} {}", stored.release.title, signs.concat()).trim().to_owned());
            std::ops::ControlFlow::Continue(())
        })
        .expect("read");
    shown.sort();
    shown
}

/// The number of the release with a title.
pub fn number(library: &Library, title: &str) -> u64 {
    let mut number = None;
    library
        .stream(&mut |stored| {
            if stored.release.title.as_str() == title {
                number = Some(stored.number);
            }
            std::ops::ControlFlow::Continue(())
        })
        .expect("read");
    number.expect("a release")
}

pub fn mark(library: &mut Library, title: &str, flag: Flags, on: bool) {
    let number = number(library, title);
    library.mark(flag, on, [("web:a.invalid/", number)]).expect("written");
}

/// The outbox in words: `1 read`, `2 not starred`.
pub fn waiting(library: &Library, id: AccountId) -> Vec<String> {
    let word = |one: &Waiting| {
        let flag = if one.flag == Flags::READ { "read" } else { "starred" };
        format!("{} {}{flag}", one.remote, if one.value { "" } else { "not " })
    };
    library.outbox(id).expect("read").iter().map(word).collect()
}

/// Polls a feed directly.
pub fn poll(library: &mut Library, source: SourceId, releases: &[Release]) -> usize {
    let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
    let checked = Checked { at: 9, outcome, moved: None, address: None, origin: None };
    library.apply(source, &checked, releases).expect("written").fresh.len()
}

#[test]
fn an_account_is_added_synced_and_failed() {
    let (_folder, mut library) = library();
    let id = added(&mut library, AccountKind::FreshRss);
    let new = NewAccount { name: CleanBuf::line("freshrss"), ..NewAccount::default() };
    assert_eq!(library.add_account(&new).expect("written"), None, "the name is taken");
    library.set_floor(id, 7).expect("written");
    library.fail_account(id, &CleanBuf::line("timed out"), 99, Some(98), 50).expect("written");
    let account = library.accounts().expect("read").remove(0);
    assert_eq!((account.id, account.kind, account.floor, account.failures), (id, AccountKind::FreshRss, Some(7), 1));
    assert_eq!(
        (account.checked, account.retry, account.pause, account.succeeded),
        (Some(50), Some(99), Some(98), None)
    );
    assert_eq!(account.secret_name(), "freshrss https://reader.invalid/ ");
    let closed = Closed { at: 60, head: Some((3, 9)), listed: true, edits: false, watermark: 55, floor: None };
    library.close_account_sync(id, &closed).expect("written");
    library.set_secret_command(id, Some("pass show reader")).expect("written");
    let account = library.accounts().expect("read").remove(0);
    assert_eq!((account.error, account.failures, account.retry, account.floor), (None, 0, None, Some(7)));
    assert_eq!((account.total, account.greatest, account.listed, account.edits), (Some(3), Some(9), Some(60), None));
    assert_eq!((account.watermark, account.secret_command.as_deref()), (Some(55), Some("pass show reader")));
    assert_eq!(library.counts().expect("read").accounts, 1);
}

#[test]
fn feeds_follow_their_server_unless_they_are_followed_directly() {
    let (_folder, mut library) = library();
    let own = subscribed(&mut library, "a");
    let id = added(&mut library, AccountKind::Miniflux);
    let sources = library.set_account_feeds(id, &[feed("a", "X"), feed("b", "Y")]).expect("written");
    assert_eq!(sources[0].1, own);
    let state = |library: &Library| {
        let sources = library.sources().expect("read");
        let line = |source: &super::super::Subscription| {
            let folder: Vec<&str> = source.folder.iter().map(CleanBuf::as_str).collect();
            let accounts = source.accounts.len();
            format!("{} {} {accounts} {}", source.name(), folder.join("/"), source.is_direct)
        };
        sources.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(state(&library), ["a  1 true", "B Y 1 false"]);
    let change = library.last_sync().expect("read");
    library.set_account_feeds(id, &[feed("a", "X"), feed("b", "Y")]).expect("written");
    assert_eq!(library.last_sync().expect("read"), change, "nothing changed");
    let moved = AccountFeed { error: Some(CleanBuf::line("not found")), ..feed("b", "Z") };
    library.set_account_feeds(id, &[feed("a", "X"), moved]).expect("written");
    assert_eq!(state(&library), ["a  1 true", "B Z 1 false"]);
    assert_eq!(library.sources().expect("read")[1].error.as_ref().map(CleanBuf::as_str), Some("not found"));
    // Unsubscribed at the server: the subscriptions stay.
    library.set_account_feeds(id, &[]).expect("written");
    assert_eq!(state(&library), ["a  0 true", "B Z 0 false"]);
    assert!(library.sources().expect("read")[1].is_abandoned());
    // Subscribed again here.
    assert_eq!(subscribed(&mut library, "b"), sources[1].1);
    assert_eq!(state(&library), ["a  0 true", "B Z 0 true"]);
    library.add_account_feeds(id, &[feed("c", "")]).expect("written");
    library.add_account_feeds(id, &[feed("a", "")]).expect("written");
    assert_eq!(library.account_feeds(id).expect("read").len(), 2);
    library.drop_account_feed(id, &CleanBuf::line("feed/c")).expect("written");
    assert_eq!(library.account_feeds(id).expect("read").len(), 1);
}

#[test]
fn entries_are_known_by_their_state() {
    let (_folder, mut library, id, source) = stored(2);
    library.leave_out(id, &[1, 7, 8]).expect("written");
    for _ in 0..2 {
        library.missed(id, &[2, 9]).expect("written");
    }
    let found = release("Found", 3);
    let one = NewEntry { is_found: true, ..entry(5, source, &found, Flags::READ) };
    library.take_entries(id, &[one], 6).expect("written");
    let state = |library: &Library| {
        let known = library.entry_states(id).expect("read");
        known.iter().map(|entry| (entry.remote, entry.state)).collect::<Vec<_>>()
    };
    assert_eq!(state(&library), [(1, Here), (2, Here), (5, Found), (7, LeftOut), (8, LeftOut), (9, Missing(2))]);
    // What was left out is starred later, and what was missing comes.
    let (late, starred) = (release("Late", 4), release("Starred", 5));
    let both = [entry(9, source, &late, Flags::default()), entry(7, source, &starred, Flags::STARRED)];
    library.take_entries(id, &both, 7).expect("written");
    assert_eq!(state(&library)[3..], [(7, EntryState::Here), (8, EntryState::LeftOut), (9, EntryState::Here)]);
    assert_eq!(library.entries_of_feed(id, &CleanBuf::line("feed/a"), &[1, 5, 8, 99]).expect("read"), 2);
    let totals = library.account_totals(id).expect("read");
    let wanted = AccountTotals { feeds: 1, releases: 5, unread: 4, starred: 1, waiting: 0, gone: 0 };
    assert_eq!(totals, wanted);
}

#[test]
fn labels_come_with_their_releases() {
    let (_folder, mut library, id, _) = stored(2);
    let labels = [(CleanBuf::line("Later"), vec![1, 2]), (CleanBuf::line("Good"), vec![2])];
    library.set_labels(id, &labels).expect("written");
    let change = library.last_sync().expect("read");
    library.set_labels(id, &labels).expect("written");
    assert_eq!(library.last_sync().expect("read"), change, "nothing changed");
    let mut of_title = std::collections::BTreeMap::new();
    let mut each = |stored: super::super::Stored<'_>| {
        of_title.insert(stored.release.title.to_string(), stored.release.labels.clone());
        std::ops::ControlFlow::Continue(())
    };
    library.stream(&mut each).expect("read");
    assert_eq!(of_title["Item 2"], [CleanBuf::line("Good"), CleanBuf::line("Later")]);
    assert_eq!(of_title["Item 1"], [CleanBuf::line("Later")]);
}

#[test]
fn an_edited_entry_keeps_its_number() {
    let (_folder, mut library, id, source) = stored(1);
    let before = number(&library, "Item 1");
    mark(&mut library, "Item 1", Flags::STARRED, true);
    let edited = Release { title: CleanBuf::line("Item one"), ..release("Item 1", 1) };
    let taken = library.take_entries(id, &[NewEntry { flags: None, ..entry(1, source, &edited, Flags::default()) }], 6);
    assert_eq!(taken.expect("written"), TakenEntries { changed: 1, ..TakenEntries::default() });
    assert_eq!((number(&library, "Item one"), shown(&library)), (before, vec!["Item one S".to_owned()]));
}
