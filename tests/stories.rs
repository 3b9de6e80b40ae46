//! Repeated items and stories of several sources, held against a plain reading of the rules.

use proptest::prelude::*;
use tidings::catalog::{Builder, Catalog, Facet};
use tidings::release::{Date, Release};
use tidings::text::CleanBuf;

/// Id, link, title and day; small ranges, so that much is equal.
type Item = (Option<u8>, Option<u8>, u8, Option<u32>);

/// A release of the plain reading: its item, and source and id of all that are the same story.
type Story = (Item, Vec<(usize, Option<u8>)>);

fn release(&(id, link, title, day): &Item) -> Release {
    let text = |text: Option<String>| CleanBuf::line(&text.unwrap_or_default());
    Release {
        id: text(id.map(|id| format!("id {id}"))),
        url: text(link.map(|link| format!("https://a.invalid/{link}"))),
        title: CleanBuf::line(&format!("Title {title}")),
        topics: id.map(|id| CleanBuf::line(&format!("Topic {}", id % 3))).into_iter().collect(),
        place: text(link.filter(|link| link % 2 == 0).map(|link| format!("Place {link}"))),
        date: day.and_then(|day| Date::from_ymd(2018, 11, day)),
        ..Release::default()
    }
}

/// Whether a later item of a source is an earlier one again.
fn is_repeated(item: &Item, earlier: &Item) -> bool {
    let ((id, link, title, day), (id0, link0, title0, day0)) = (item, earlier);
    let is_elsewhere = link.is_some() && link0.is_some() && link != link0;
    match (id, id0) {
        (Some(_), _) | (_, Some(_)) => id == id0 && !is_elsewhere,
        (None, None) if link.is_some() => link == link0 && title == title0,
        (None, None) => link0.is_none() && title == title0 && day == day0,
    }
}

/// The items of a source that are none again. An id that has been used for another link is told apart by link and
/// title from then on.
fn distinct(items: &[Item]) -> Vec<Item> {
    let mut kept: Vec<Item> = Vec::new();
    for item in items {
        let first = kept.iter().find(|other| has_name(item, other));
        let is_again = match first {
            Some(first) if is_repeated(item, first) => true,
            Some(_) => kept.iter().any(|other| has_name(item, other) && (item.1, item.2) == (other.1, other.2)),
            None => false,
        };
        if !is_again {
            kept.push(*item);
        }
    }
    kept
}

fn has_name(item: &Item, other: &Item) -> bool {
    match (item.0, other.0) {
        (None, None) if item.1.is_some() || other.1.is_some() => item.1 == other.1,
        (None, None) => (item.2, item.3) == (other.2, other.3),
        (one, two) => one == two,
    }
}

/// One after another each item finds its story among those of earlier sources, or begins one.
fn plain(sources: &[Vec<Item>]) -> Vec<Story> {
    // All that was said of a story: source, link, title and day.
    let mut said: Vec<(usize, usize, Item)> = Vec::new();
    let mut stories: Vec<Story> = Vec::new();
    for (source, items) in sources.iter().enumerate() {
        for item in distinct(items) {
            let of_link: Vec<usize> =
                said.iter().filter(|(_, _, other)| item.1.is_some() && other.1 == item.1).map(|told| told.1).collect();
            let is_open = |story: usize| said.iter().all(|&(other, of, _)| of != story || other != source);
            let is_one = of_link.iter().all(|story| *story == of_link[0]);
            let by_link = of_link.first().copied().filter(|&story| is_one && is_open(story));
            let by_title = || {
                [0_i64, 1, -1, 2, -2].into_iter().find_map(|away| {
                    let day = i64::from(item.3?) + away;
                    let same = |other: &Item| other.2 == item.2 && other.3.map(i64::from) == Some(day);
                    let first = said.iter().find(|(_, _, other)| same(other))?.1;
                    Some(first).filter(|&story| is_open(story))
                })
            };
            let story = by_link.or_else(by_title);
            match story {
                Some(story) => stories[story].1.push((source, item.0)),
                None => stories.push((item, vec![(source, item.0)])),
            }
            said.push((source, story.unwrap_or(stories.len() - 1), item));
        }
    }
    stories
}

fn catalog(mut builder: Builder, sources: &[Vec<Item>], every: usize) -> std::sync::Arc<Catalog> {
    for (number, items) in sources.iter().enumerate() {
        builder.source(CleanBuf::line(&format!("source {number}")).as_clean());
        for (number, item) in items.iter().enumerate() {
            builder.push(number as u64, &release(item));
            if number % every == every - 1 {
                builder.publish();
            }
        }
        builder.end_source();
    }
    builder.publish()
}

fn names(catalog: &Catalog) -> Vec<String> {
    let mut names: Vec<String> = (0..catalog.len() as u32)
        .filter_map(|index| catalog.release(index))
        .map(|release| release.identity().name().to_string())
        .collect();
    names.sort();
    names
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = (prop::option::of(0..6_u8), prop::option::of(0..6_u8), 0..4_u8, prop::option::of(1..9_u32));
    prop::collection::vec(item, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn repeats_and_stories_are_those_of_a_plain_reading(
        sources in prop::collection::vec(items(), 1..4), every in 1..9_usize,
    ) {
        let catalog = catalog(Builder::merging(), &sources, every);
        let stories = plain(&sources);
        prop_assert_eq!(catalog.len(), stories.len());
        for (number, (item, sources)) in (0..).zip(&stories) {
            let found = catalog.release(number).expect("a release");
            let release = release(item);
            prop_assert_eq!(found.title(), release.title.as_clean());
            prop_assert_eq!((found.url(), found.date()), (release.url.as_clean(), release.date));
            let expected: Vec<String> = sources.iter().map(|(source, _)| format!("source {source}")).collect();
            let labels: Vec<String> = found.labels(Facet::Source).map(|label| label.to_string()).collect();
            prop_assert_eq!(&labels, &expected);
            let also: Vec<String> = found.reprints().map(|(source, _)| source.to_string()).collect();
            prop_assert_eq!(&also, &expected[1..]);
        }
        // What a facet counts is what its releases have.
        for facet in [Facet::Topic, Facet::Place, Facet::Source, Facet::Year] {
            for id in catalog.values(facet).ids() {
                let releases = (0..catalog.len() as u32).filter_map(|number| catalog.release(number));
                let having = releases.filter(|release| release.values(facet).contains(&id)).count();
                prop_assert_eq!(catalog.values(facet).total(id) as usize, having, "{:?} {}", facet, id);
            }
        }
        for id in catalog.values(Facet::Source).ids().skip(1) {
            let label = catalog.values(Facet::Source).label(id).to_string();
            let counted = stories.iter().flat_map(|(_, sources)| sources).filter(|(s, _)| format!("source {s}") == label);
            prop_assert_eq!(catalog.values(Facet::Source).total(id) as usize, counted.count());
        }
    }

    #[test]
    fn names_are_the_same_whatever_the_order(mut items in items(), seed in 0..1_000_usize) {
        // What comes twice under one name is told by which comes first: each name once here.
        let mut kept: Vec<Item> = Vec::new();
        items.retain(|item| {
            let is_new = !kept.iter().any(|other| has_name(item, other));
            kept.push(*item);
            is_new
        });
        let before = catalog(Builder::new(), &[items.clone()], 100);
        let turn = seed % items.len().max(1);
        items.rotate_left(turn);
        items.reverse();
        let after = catalog(Builder::new(), &[items.clone()], 3);
        prop_assert_eq!(before.len(), items.len());
        prop_assert_eq!(names(&before), names(&after));
    }
}
