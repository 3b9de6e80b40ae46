use super::publish::{IN_USE, PAUSE};
use super::*;
use crate::catalog::Facet;
use crate::library::Flags;
use crate::library::tests::{library, subscribed};
use crate::library::{AccountFeed, Checked, NewAccount, NewEntry, Outcome};

#[test]
fn unused_catalogs_do_not_pile_up() {
    let reading = OpenedInputs::default();
    let mut kept = Vec::new();
    let mut loader = Loader::new(
        |msg| {
            if let Msg::Loaded(catalog) = msg {
                kept.push(catalog);
            }
            true
        },
        true,
        &reading,
    );
    loader.begin(&Input::BuiltIn("test", b""), &CleanBuf::line("test"));
    let mut due = Vec::new();
    for n in 0..2 * IN_USE as u64 {
        let title = CleanBuf::line(&n.to_string());
        loader.release(n, &Release { title, ..Release::default() });
        loader.cost = Duration::ZERO;
        loader.last = Instant::now().checked_sub(PAUSE).expect("some time has passed since the start");
        due.push(loader.is_due());
        if loader.is_due() {
            loader.publish();
        }
    }
    assert_eq!(due, [vec![true; IN_USE], vec![false; IN_USE]].concat());
    // The last one is published whatever else is in use.
    loader.publish();
    drop(loader);
    let last = kept.last().map(|catalog: &Arc<Catalog>| catalog.len());
    assert_eq!((kept.len(), last), (IN_USE + 1, Some(2 * IN_USE)));
}

#[test]
fn releases_of_the_library_are_in_the_folders_of_their_subscriptions() {
    let (_folder, mut stored) = library();
    let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
    let checked = Checked { at: 1, outcome, moved: None, address: None, origin: None };
    for (name, path) in [("a", &["Europe", "Courts"][..]), ("b", &["Europe"]), ("c", &[])] {
        let id = subscribed(&mut stored, name);
        let release = Release { id: CleanBuf::line(name), title: CleanBuf::line(name), ..Release::default() };
        stored.apply(id, &checked, &[release]).expect("written");
        let path: Vec<CleanBuf> = path.iter().map(|name| CleanBuf::line(name)).collect();
        stored.refile(id, &path).expect("written");
    }
    let reading = OpenedInputs {
        sources: vec![Input::Library(stored.place().clone())],
        is_merged: true,
        ..OpenedInputs::default()
    };
    let folders = |catalog: &Catalog| {
        let mut shown: Vec<String> =
            catalog.releases().map(|(_, one)| format!("{} {}", one.title(), one.label(Facet::Folder))).collect();
        shown.sort();
        shown
    };
    let (loaded, reports) = collect(&reading, None);
    assert_eq!(folders(&loaded.catalog), ["a Europe/Courts", "b Europe", "c "]);
    // Sources that are not read again keep their folders.
    let before = Before::new(&loaded.catalog, &reports);
    assert_eq!(folders(&collect(&reading, Some(&before)).0.catalog), folders(&loaded.catalog));
    // A subscription that was moved is in its new folder alone.
    let sources = stored.sources().expect("read");
    stored.refile(sources[0].id, &[]).expect("written");
    let again = collect(&reading, Some(&Before::new(&loaded.catalog, &[]))).0.catalog;
    assert_eq!(folders(&again), ["a ", "b Europe", "c "]);
    let values = again.values(Facet::Folder);
    assert_eq!(values.present().map(|id| values.label(id).to_string()).collect::<Vec<_>>(), ["Europe"]);
}

#[test]
fn releases_of_the_library_have_the_accounts_of_their_feeds_and_their_own_labels() {
    let (_folder, mut stored) = library();
    let line = CleanBuf::line;
    let direct = subscribed(&mut stored, "a");
    let add = |stored: &mut Library, name: &str, feeds: &[&str]| {
        let new = NewAccount { name: line(name), address: line("https://reader.invalid/"), ..NewAccount::default() };
        let id = stored.add_account(&new).expect("written").expect("a free name");
        let feed = |name: &&str| AccountFeed {
            remote: line(name),
            address: line(&format!("https://{name}.invalid/")),
            folder: line("News"),
            ..AccountFeed::default()
        };
        let feeds: Vec<AccountFeed> = feeds.iter().map(feed).collect();
        (id, stored.set_account_feeds(id, &feeds).expect("written"))
    };
    let (home, of_home) = add(&mut stored, "home", &["a", "b"]);
    let (_, of_work) = add(&mut stored, "work", &["b"]);
    assert_eq!((of_home[0].1, of_home[1].1), (direct, of_work[0].1));
    let releases = ["One", "Two"].map(|title| Release { title: line(title), ..Release::default() });
    let mut entries = Vec::new();
    for ((remote, release), (_, source)) in (1..).zip(&releases).zip(&of_home) {
        let flags = Some(Flags::default());
        entries.push(NewEntry { remote, source: *source, release, hash: None, flags, is_found: false });
    }
    stored.take_entries(home, &entries, 5).expect("written");
    stored.set_labels(home, &[(line("Later"), vec![2])]).expect("written");
    let reading = OpenedInputs { sources: vec![Input::Library(stored.place().clone())], ..OpenedInputs::default() };
    let (loaded, reports) = collect(&reading, None);
    let again = collect(&reading, Some(&Before::new(&loaded.catalog, &reports))).0;
    for catalog in [loaded.catalog, again.catalog] {
        let mut shown: Vec<String> = Vec::new();
        for (_, release) in catalog.releases() {
            let names = |facet| release.labels(facet).map(Clean::as_str).collect::<Vec<_>>().join("+");
            shown.push([Facet::Account, Facet::Folder, Facet::Label].map(names).join(" "));
        }
        shown.sort();
        // The folder of a feed that is followed directly is the user's own.
        assert_eq!(shown, ["home  ", "home+work News Later"]);
    }
}
