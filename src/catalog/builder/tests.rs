use super::*;
use crate::release::Date;

fn release(n: i32) -> Release {
    Release {
        title: CleanBuf::line(&format!("release {n}")),
        topics: vec![CleanBuf::line(&format!("topic {}", n % 3))],
        date: Date::from_ymd(2000 + n % 7, 1, 1),
        ..Release::default()
    }
}

#[test]
fn published_catalogs_share_their_chunks_and_keep_their_indices() {
    let mut builder = Builder::new();
    builder.source(CleanBuf::line("a").as_clean());
    for n in 0..600 {
        assert_eq!(builder.push(0, &release(n)), None);
    }
    let first = builder.publish();
    for n in 600..1200 {
        builder.push(0, &release(n));
    }
    let second = builder.publish();
    assert_eq!((first.len(), second.len(), builder.waiting()), (600, 1200, 0));
    assert!(Arc::ptr_eq(&first.chunks[0], &second.chunks[0]));
    for index in [0, 511, 512, 599, 600, 1199] {
        let title = second.release(ReleaseIndex::new(index)).expect("a release").title();
        assert_eq!(title.as_str(), format!("release {index}"));
    }
    assert!(second.order().is_sorted_by_key(|&index| (second.key(index), index)));
    assert_eq!(second.values(Facet::Topic).total(1), 400);
}

#[test]
fn undated_releases_come_last_and_a_value_counts_once_a_release() {
    let mut builder = Builder::new();
    builder.push(0, &Release { topics: vec![CleanBuf::line("a"), CleanBuf::line("a")], ..Release::default() });
    builder.push(1, &release(1));
    let catalog = builder.publish();
    assert_eq!(catalog.order()[..], [1, 0]);
    assert_eq!(catalog.release(0.into()).expect("a release").values(Facet::Topic).collect::<Vec<_>>(), [1]);
    assert_eq!(catalog.values(Facet::Year).total(NONE), 1);
}

fn item(id: &str, url: &str, title: &str, day: u32) -> Release {
    Release {
        id: CleanBuf::line(id),
        url: CleanBuf::line(url),
        title: CleanBuf::line(title),
        summary: CleanBuf::block(&"The council met on Tuesday. ".repeat(4)),
        date: Date::from_ymd(2018, 11, day),
        ..Release::default()
    }
}

fn names(catalog: &Catalog) -> Vec<String> {
    let releases = catalog.releases().map(|(_, release)| release);
    releases.map(|release| release.identity().name().to_string()).collect()
}

#[test]
fn a_repeated_item_is_one_release_and_a_reused_name_loses_none() {
    let mut builder = Builder::new();
    builder.source(CleanBuf::line("a").as_clean());
    let items = [
        (item("7", "http://a.invalid/1", "One", 1), ""),
        (item("7", "https://www.a.invalid/1/", "One, corrected", 2), "has the id “7” of another item"),
        (item("7", "http://a.invalid/2", "Two", 3), "has the id “7” of another item"),
        (item("7", "http://a.invalid/2", "Two", 3), "repeats the id “7” of an earlier item"),
        (item("7", "https://www.a.invalid/2?utm_source=rss", "Two", 3), "repeats the id “7”"),
        (item("7", "", "Three", 4), "has the id “7” of another item"),
        (item("", "http://a.invalid/3", "Three", 4), ""),
        (item("", "http://a.invalid/3", "Three", 5), ""),
        (item("", "http://a.invalid/3", "Three", 5), "repeats the link and title"),
        (item("N/A", "http://a.invalid/3", "Four", 5), ""),
        (item("", "", "Four", 5), ""),
        (item("", "", "Four", 6), ""),
        (item("", "", "Four", 6), "repeats the link and title"),
    ];
    for (number, (item, start)) in (0..).zip(&items) {
        let problem = builder.push(number, item);
        let reason = problem.as_ref().map(|problem| problem.reason.as_str()).unwrap_or_default();
        assert_eq!(reason.is_empty(), start.is_empty(), "{reason}");
        assert!(reason.starts_with(start), "{reason}");
        assert!(problem.is_none_or(|problem| problem.item == Some(number)));
    }
    builder.end_source();
    // Another source may use the same ids.
    builder.source(CleanBuf::line("b").as_clean());
    assert_eq!(builder.push(0, &items[0].0), None);
    let all = names(&builder.publish());
    assert_eq!((all.len(), all[9].as_str()), (10, "7"));
    assert!(all[..4].iter().all(|name| name.starts_with("7~")), "{all:?}");
    assert!(all[4..9].iter().all(|name| name.starts_with("tidings:")), "{all:?}");
    // They are the same in any order.
    let mut turned = Builder::new();
    turned.source(CleanBuf::line("a").as_clean());
    items.iter().rev().for_each(|(item, _)| drop(turned.push(0, item)));
    let (mut turned, mut all) = (names(&turned.publish()), all[..9].to_vec());
    turned.sort();
    all.sort();
    assert_eq!(turned, all);
    all.dedup();
    assert_eq!(all.len(), 9);
}

#[test]
fn sources_in_turn_share_their_stories_and_so_does_a_later_file() {
    let mut builder = Builder::merging();
    let mut sources = Vec::new();
    for (name, key) in [("A", "web:a"), ("B", "web:b")] {
        builder.source(CleanBuf::line(name).as_clean());
        builder.key(CleanBuf::line(key).as_clean());
        sources.push(builder.present_source());
    }
    builder.mix(CleanBuf::line("all").as_clean());
    // The same title twice in one source makes two releases; in the other they are the same stories.
    for (source, id) in [(0, "1"), (1, "x"), (0, "2"), (1, "y"), (1, "z")] {
        builder.push_of(sources[source], &item(id, "", "Weekly", 1));
    }
    builder.source(CleanBuf::line("file").as_clean());
    builder.push(0, &item("f", "", "Weekly", 1));
    let catalog = builder.publish();
    let shown = |index| {
        let release: crate::catalog::ReleaseRef<'_> = catalog.release(index).expect("a release");
        release.labels(Facet::Source).map(Clean::as_str).collect::<Vec<_>>().join(" ")
    };
    let all: Vec<String> = catalog.indices().map(shown).collect();
    assert_eq!(all, ["A B file", "A", "B", "B"]);
    assert_eq!(catalog.source_of_key("web:b"), Some(sources[1]));
    assert_eq!((catalog.source_key(sources[0]).as_str(), catalog.source_of_key("")), ("web:a", None));
    assert_eq!(catalog.reprints().map(|(index, _)| index).collect::<Vec<_>>(), [0, 0]);
}

#[test]
fn many_repetitions_are_found_and_so_are_those_of_a_story() {
    let mut builder = Builder::merging();
    builder.source(CleanBuf::line("a").as_clean());
    builder.push(0, &item("first", "", "Release 0", 1));
    for (source, names) in [("b", 3_000), ("c", 10)] {
        builder.source(CleanBuf::line(source).as_clean());
        for n in 0..6_000 {
            let problem = builder.push(n, &item(&format!("{}", n % names), "", &format!("Release {}", n % names), 1));
            assert_eq!(problem.is_some(), n >= names, "item {n} of {source}");
        }
    }
    // From b all but the one that a has, from c none.
    assert_eq!(builder.publish().len(), 1 + 2_999);
}

#[test]
fn a_story_of_several_sources_is_one_release_with_all_of_them() {
    let mut builder = Builder::merging();
    builder.source(CleanBuf::line("a").as_clean());
    let with = |topics: &[&str], place: &str, release: Release| Release {
        topics: topics.iter().map(|topic| CleanBuf::line(topic)).collect(),
        place: CleanBuf::line(place),
        ..release
    };
    builder.push(0, &with(&["Law"], "", item("1", "http://a.invalid/1", "One", 1)));
    builder.push(1, &item("2", "http://a.invalid/2", "Two", 5));
    let first = builder.publish();
    builder.end_source();
    builder.source(CleanBuf::line("b").as_clean());
    let other = item("x", "http://www.a.invalid/1?utm_source=b", "Something else", 9);
    builder.push(0, &with(&["Trade", "Law"], "Bern", other));
    builder.push(1, &item("y", "http://b.invalid/two", "TWO", 7));
    builder.push(2, &item("y", "http://b.invalid/two", "TWO", 7));
    builder.push(3, &item("z", "http://b.invalid/three", "Three", 7));
    builder.end_source();
    builder.source(CleanBuf::line("c").as_clean());
    builder.push(0, &item("2", "http://b.invalid/two/", "Zwei", 20));
    assert_eq!(builder.waiting(), 4);
    let catalog = builder.publish();
    assert!(first.is_beginning_of(&catalog));
    let shown = |index: u32| {
        let release = catalog.release(ReleaseIndex::new(index)).expect("a release");
        let sources: Vec<&str> = release.labels(Facet::Source).map(Clean::as_str).collect();
        let also: Vec<String> = release
            .reprints()
            .map(|(source, reprint)| format!("{source} {} {}", reprint.release.id, reprint.release.url))
            .collect();
        (sources.join(" "), also)
    };
    assert_eq!(catalog.len(), 3);
    assert_eq!(shown(0), ("a b".to_owned(), vec!["b x http://www.a.invalid/1?utm_source=b".to_owned()]));
    let two = vec!["b y http://b.invalid/two".to_owned(), "c 2 http://b.invalid/two/".to_owned()];
    assert_eq!(shown(1), ("a b c".to_owned(), two));
    assert_eq!(shown(2), ("b".to_owned(), Vec::new()));
    let totals = ["a", "b", "c"].map(|name| {
        let sources = catalog.values(Facet::Source);
        sources.named(name).map(|id| sources.total(id)).sum::<u32>()
    });
    assert_eq!(totals, [2, 3, 1]);
    // Topics are joined, and a missing place is filled in.
    let facets = |facet| {
        let release = catalog.release(0.into()).expect("a release");
        release.labels(facet).map(Clean::as_str).collect::<Vec<_>>().join(" ")
    };
    assert_eq!((facets(Facet::Topic), facets(Facet::Place)), ("Law Trade".to_owned(), "Bern".to_owned()));
    assert_eq!(catalog.values(Facet::Place).total(NONE), 2);
    // The catalog published before is unchanged.
    assert_eq!(first.release(0.into()).expect("a release").reprints().len(), 0);
}

#[test]
fn no_topic_is_lost_however_many_there_are() {
    let topics = |range: std::ops::Range<u32>| range.map(|n| CleanBuf::line(&format!("topic {n}"))).collect();
    let with = |id: &str, topics| Release { topics, ..item(id, "https://a.invalid/1", "One", 1) };
    let mut builder = Builder::merging();
    builder.source(CleanBuf::line("a").as_clean());
    builder.push(0, &with("1", topics(0..70_000)));
    let first = builder.publish();
    builder.source(CleanBuf::line("b").as_clean());
    builder.push(0, &with("x", topics(35_000..140_000)));
    let catalog = builder.publish();
    let of = |catalog: &Catalog| catalog.release(0.into()).expect("a release").to_release().topics;
    assert_eq!((of(&first), of(&catalog)), (topics(0..70_000), topics(0..140_000)));
    let values = catalog.values(Facet::Topic);
    assert!(values.ids().skip(1).all(|id| values.total(id) == 1));
}

#[test]
fn spellings_of_one_value_count_once_and_are_shown_as_published() {
    let topics = |names: &str| names.split(' ').filter(|name| !name.is_empty()).map(CleanBuf::line).collect::<Vec<_>>();
    let with = |id: &str, names: &str, place: &str| Release {
        topics: topics(names),
        place: CleanBuf::line(place),
        ..item(id, &format!("https://a.invalid/{id}"), id, 1)
    };
    let mut builder = Builder::merging();
    builder.source(CleanBuf::line("a").as_clean());
    let own = [
        ("1", "Rye", "Köln"),
        ("2", "rye oats", ""),
        ("3", "Oats rye Rye", "KÖLN"),
        ("4", "RYE", "koln"),
        ("5", "", ""),
    ];
    for (n, (id, names, place)) in (0..).zip(own) {
        builder.push(n, &with(id, names, place));
    }
    let first = builder.publish();
    let label = |catalog: &Catalog, facet: Facet| {
        let values = catalog.values(facet);
        values.present().map(|id| format!("{} {}", values.label(id), values.total(id))).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(label(&first, Facet::Topic), "Rye 4, oats 2");
    assert_eq!(label(&first, Facet::Place), "Köln 3");
    // Another source of two of the stories brings spellings and values of its own.
    builder.source(CleanBuf::line("b").as_clean());
    builder.push(0, &with("1", "RYE oats", "Bonn"));
    builder.push(1, &with("5", "rye", "KÖLN"));
    let catalog = builder.publish();
    assert_eq!(label(&catalog, Facet::Topic), "rye 5, oats 3");
    assert_eq!(label(&catalog, Facet::Place), "KÖLN 4");
    for (index, (names, place)) in
        (0..).zip([("Rye oats", "Köln"), ("rye oats", ""), ("Oats rye Rye", "KÖLN"), ("RYE", "koln"), ("rye", "KÖLN")])
    {
        let release = catalog.release(ReleaseIndex::new(index)).expect("a release").to_release();
        assert_eq!((release.topics, release.place.as_str()), (topics(names), place));
    }
    assert_eq!(label(&first, Facet::Topic), "Rye 4, oats 2", "what was published stays");
}

#[test]
fn a_release_has_the_folders_accounts_and_labels_of_all_its_sources() {
    let lines = |names: &[&str]| names.iter().map(|name| CleanBuf::line(name)).collect::<Vec<_>>();
    let with =
        |id: &str, labels: &[&str]| Release { labels: lines(labels), ..item(id, "https://a.invalid/1", "One", 1) };
    let mut builder = Builder::merging();
    let mut sources = Vec::new();
    for (name, folder, accounts) in
        [("a", &["Europe", "Courts"][..], &["home"][..]), ("b", &["europe"], &["home", "work"]), ("c", &[], &[])]
    {
        builder.source(CleanBuf::line(name).as_clean());
        builder.folder(&lines(folder));
        builder.accounts(&lines(accounts));
        sources.push(builder.present_source());
    }
    builder.mix(CleanBuf::line("all").as_clean());
    builder.push_of(sources[0], &with("1", &["Later"]));
    builder.push_of(sources[2], &item("2", "https://c.invalid/2", "Two", 1));
    let first = builder.publish();
    builder.push_of(sources[1], &with("x", &["Work", "later"]));
    let catalog = builder.publish();
    let shown = |catalog: &Catalog, index: u32| {
        let release = catalog.release(ReleaseIndex::new(index)).expect("a release");
        let names = |facet| release.labels(facet).map(Clean::as_str).collect::<Vec<_>>().join("; ");
        [Facet::Folder, Facet::Account, Facet::Label].map(names)
    };
    assert_eq!(shown(&first, 0), ["Europe/Courts", "home", "Later"]);
    assert_eq!(shown(&catalog, 0), ["Europe/Courts; Europe", "home; work", "Later; Work"]);
    assert_eq!(shown(&catalog, 1), ["", "", ""]);
    let totals = |catalog: &Catalog, facet: Facet| {
        let values = catalog.values(facet);
        values.ids().map(|id| format!("{} {}", values.label(id), values.total(id))).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(totals(&first, Facet::Folder), " 1, Europe/Courts 1, Europe 1");
    assert_eq!(totals(&catalog, Facet::Folder), " 1, Europe/Courts 1, Europe 1");
    assert_eq!(totals(&catalog, Facet::Account), " 1, home 1, work 1");
    assert_eq!(totals(&catalog, Facet::Label), " 1, Later 1, Work 1");
    // A later catalog takes over the origin of a source, but not that of another with its number.
    let mut later = Builder::new().numbered_as(&catalog);
    later.source(CleanBuf::line("a").as_clean());
    later.same_origin(&catalog, sources[0]);
    later.push(0, &with("1", &[]));
    assert_eq!(shown(&later.publish(), 0), ["Europe/Courts", "home", ""]);
}
