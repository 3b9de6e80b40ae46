//! Compares repetitions and stories of several sources with a naive implementation of the rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use tidings::catalog::{Builder, Catalog, Facet};
use tidings::query::{Context, Expr, Field, Patient, Query, Request, Searcher, Sort, Term};
use tidings::release::{CustomField, Date, FieldName, Release};
use tidings::text::CleanBuf;

/// Id, link, title, text and day, from small ranges, so that many are equal.
type Item = (Option<u8>, Option<u8>, u8, u8, Option<u32>);

/// A release of the naive implementation: its item, and the source and id of all items of the story.
type Story = (Item, Vec<(usize, Option<u8>)>);

/// Titles with six words and with fewer.
fn title(title: u8) -> String {
    if title.is_multiple_of(2) { format!("Title {title}") } else { format!("A title of more than four words {title}") }
}

/// No text, short ones, and long ones with and without a common beginning.
fn text(text: u8) -> String {
    let long = |with: &str| format!("{with} {}", "of what the council decided on Tuesday ".repeat(3));
    match text {
        0 | 1 => String::new(),
        2 => "Short".to_owned(),
        3 => format!("{} and more", long("News")),
        4 => long("NEWS"),
        _ => long("Other news"),
    }
}

fn release(&(id, link, title, text, day): &Item) -> Release {
    let one_line = |text: Option<String>| CleanBuf::line(&text.unwrap_or_default());
    Release {
        id: one_line(id.map(|id| format!("id {id}"))),
        url: one_line(link.map(|link| format!("https://a.invalid/{link}"))),
        title: CleanBuf::line(&self::title(title)),
        summary: CleanBuf::block(&self::text(text)),
        topics: id.map(|id| CleanBuf::line(&format!("Topic {}", id % 3))).into_iter().collect(),
        labels: label(id).map(|label| CleanBuf::line(&label)).into_iter().collect(),
        place: one_line(link.filter(|link| link % 2 == 0).map(|link| format!("Place {link}"))),
        date: day.and_then(|day| Date::from_ymd(2018, 11, day)),
        language: CleanBuf::line(language(id)),
        fields: agencies(id)
            .map(|agency| CustomField { name: agency_field(), value: CleanBuf::line(&agency) })
            .collect(),
        ..Release::default()
    }
}

fn agency_field() -> FieldName {
    FieldName::of("Agency").expect("a name")
}

/// Some items have none, some the same one twice, some two.
fn agencies(id: Option<u8>) -> impl Iterator<Item = String> {
    id.into_iter().flat_map(|id| (0..id % 3).map(move |n| format!("Agency {}", (id + n * n * 2) % 4)))
}

fn language(id: Option<u8>) -> &'static str {
    ["", "en", "fr"][usize::from(id.unwrap_or(0) % 3)]
}

fn label(id: Option<u8>) -> Option<String> {
    id.filter(|id| id % 3 != 0).map(|id| format!("Label {}", id % 3))
}

/// The folder and the accounts of a source.
fn origin(source: usize) -> (Vec<CleanBuf>, Vec<CleanBuf>) {
    let (folder, accounts): (&[&str], &[&str]) = match source {
        0 => (&["Europe", "Courts"], &["home"]),
        1 => (&[], &["home", "work"]),
        _ => (&["Europe"], &[]),
    };
    let lines = |names: &[&str]| names.iter().map(|name| CleanBuf::line(name)).collect();
    (lines(folder), lines(accounts))
}

/// The values of a story in a facet of its sources, labels or custom fields; the empty one if it has no other.
fn names_of(story: &Story, facet: Facet) -> BTreeSet<String> {
    let of_item = |&(source, id): &(usize, Option<u8>)| -> Vec<String> {
        let (folder, accounts) = origin(source);
        match facet {
            Facet::Folder if folder.len() == 2 => vec!["Europe/Courts".to_owned(), "Europe".to_owned()],
            Facet::Folder => folder.iter().map(ToString::to_string).collect(),
            Facet::Account => accounts.iter().map(ToString::to_string).collect(),
            Facet::Custom(FieldName::LANGUAGE) => {
                Some(language(id)).filter(|tag| !tag.is_empty()).map(str::to_owned).into_iter().collect()
            }
            Facet::Custom(name) if name == agency_field() => agencies(id).collect(),
            Facet::Custom(_) => Vec::new(),
            _ => label(id).into_iter().collect(),
        }
    };
    let names: BTreeSet<String> = story.1.iter().flat_map(of_item).collect();
    if names.is_empty() { BTreeSet::from([String::new()]) } else { names }
}

/// The items of a source without repetitions.
fn distinct(items: &[Item]) -> Vec<Item> {
    let said = |(id, link, title, text, day): &Item| (*id, *link, *title, self::text(*text), *day);
    let mut kept: Vec<Item> = Vec::new();
    for item in items {
        if kept.iter().all(|other| said(other) != said(item)) {
            kept.push(*item);
        }
    }
    kept
}

/// The first hundred characters, if there are that many.
fn beginning(text: &str) -> Option<String> {
    let words = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    (words.chars().count() >= 100).then(|| words.chars().take(100).collect())
}

/// Each item in turn joins a story of earlier sources or starts one. Stories by title alone are decided at the end of a
/// source.
fn plain(sources: &[Vec<Item>]) -> Vec<Story> {
    // All items of each story: source, story and item.
    let mut said: Vec<(usize, usize, Item)> = Vec::new();
    let mut stories: Vec<Story> = Vec::new();
    for (source, items) in sources.iter().enumerate() {
        let items = distinct(items);
        let mut doubtful: Vec<Item> = Vec::new();
        let of_title = |said: &[(usize, usize, Item)], item: &Item, known: &[Item]| {
            let is_mute = |item: &Item| text(item.3).is_empty() && title(item.2).split(' ').count() >= 6;
            let &(other, story, _) = said.iter().find(|(_, _, other)| {
                is_mute(item) && is_mute(other) && item.4.is_some() && (other.2, other.4) == (item.2, item.4)
            })?;
            let days = |of: usize| said.iter().filter(move |(from, ..)| *from == of).map(|(_, _, other)| other);
            let mut of_both = days(source).chain(days(other)).chain(known);
            let is_used = of_both.any(|other| other.2 == item.2 && other.4 != item.4);
            let is_open = other != source && said.iter().all(|&(from, of, _)| of != story || from != source);
            (!is_used && is_open).then_some(story)
        };
        for item in &items {
            let is_open = |story: usize| said.iter().all(|&(other, of, _)| of != story || other != source);
            let of_link: Vec<usize> =
                said.iter().filter(|(_, _, other)| item.1.is_some() && other.1 == item.1).map(|told| told.1).collect();
            let is_one = of_link.iter().all(|story| *story == of_link[0]);
            let by_link = of_link.first().copied().filter(|&story| is_one && is_open(story));
            let by_text = || {
                let begin = beginning(&text(item.3))?;
                [0_i64, 1, -1, 2, -2].into_iter().find_map(|away| {
                    let day = i64::from(item.4?) + away;
                    let same = |other: &Item| {
                        other.2 == item.2
                            && other.4.map(i64::from) == Some(day)
                            && beginning(&text(other.3)).as_ref() == Some(&begin)
                    };
                    let first = said.iter().find(|(_, _, other)| same(other))?.1;
                    Some(first).filter(|&story| is_open(story))
                })
            };
            match by_link.or_else(by_text) {
                Some(story) => {
                    stories[story].1.push((source, item.0));
                    said.push((source, story, *item));
                }
                None if of_title(&said, item, &doubtful).is_some() => doubtful.push(*item),
                None => {
                    stories.push((*item, vec![(source, item.0)]));
                    said.push((source, stories.len() - 1, *item));
                }
            }
        }
        for item in &doubtful {
            let story = of_title(&said, item, &items);
            let at = story.unwrap_or(stories.len());
            if story.is_none() {
                stories.push((*item, Vec::new()));
            }
            stories[at].1.push((source, item.0));
            said.push((source, at, *item));
        }
    }
    stories
}

fn catalog(mut builder: Builder, sources: &[Vec<Item>], every: usize) -> std::sync::Arc<Catalog> {
    for (number, items) in sources.iter().enumerate() {
        builder.source(CleanBuf::line(&format!("source {number}")).as_clean());
        let (folder, accounts) = origin(number);
        builder.folder(&folder);
        builder.accounts(&accounts);
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
    let mut names: Vec<String> = catalog.releases().map(|(_, release)| release.identity().name().to_string()).collect();
    names.sort();
    names
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = (prop::option::of(0..6_u8), prop::option::of(0..6_u8), 0..4_u8, 0..6_u8, prop::option::of(1..9_u32));
    prop::collection::vec(item, 0..12)
}

/// One of the fields, and values of it: whole names, parts of names, and none.
fn field() -> impl Strategy<Value = (Field, Vec<String>)> {
    let of = |field: Field, names: &'static [&'static str]| {
        let names = prop::sample::subsequence(names, 1..3);
        names.prop_map(move |names| (field, names.into_iter().map(str::to_owned).collect()))
    };
    prop_oneof![
        of(Field::Folder, &["", "Europe", "Europe/Courts", "Courts", "Asia"]),
        of(Field::Account, &["", "home", "work", "o"]),
        of(Field::Label, &["", "Label 1", "Label 2", "Label"]),
        of(Field::Custom(agency_field()), &["", "Agency 0", "agency 3", "Agency", "4"]),
        of(Field::Custom(FieldName::LANGUAGE), &["", "en", "FR", "e", "de"]),
        of(Field::Custom(FieldName::of("Docket").expect("a name")), &["", "a"]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn repetitions_and_stories_agree_with_a_naive_implementation(
        sources in prop::collection::vec(items(), 1..4), every in 1..9_usize,
    ) {
        let catalog = catalog(Builder::merging(), &sources, every);
        let stories = plain(&sources);
        prop_assert_eq!(catalog.len(), stories.len());
        for ((_, found), (item, sources)) in catalog.releases().zip(&stories) {
            let release = release(item);
            prop_assert_eq!(found.title(), release.title.as_clean());
            prop_assert_eq!((found.url(), found.date()), (release.url.as_clean(), release.date));
            let expected: Vec<String> = sources.iter().map(|(source, _)| format!("source {source}")).collect();
            let labels: Vec<String> = found.labels(Facet::Source).map(|label| label.to_string()).collect();
            prop_assert_eq!(&labels, &expected);
            let also: Vec<String> = found.reprints().map(|(source, _)| source.to_string()).collect();
            prop_assert_eq!(&also, &expected[1..]);
        }
        // The counts of a facet agree with its releases.
        for facet in Facet::BUILT_IN.into_iter().chain(catalog.custom_facets().map(|(facet, _)| facet)) {
            for id in catalog.values(facet).ids() {
                let having = catalog.releases().filter(|(_, release)| release.values(facet).any(|own| own == id)).count();
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
    fn choices_of_folders_accounts_labels_and_custom_fields_agree_with_a_naive_implementation(
        sources in prop::collection::vec(items(), 1..4),
        clauses in prop::collection::vec((field(), prop::bool::ANY), 0..4),
    ) {
        let catalog = catalog(Builder::merging(), &sources, 4);
        let stories = plain(&sources);
        let clause = |((field, names), is_excluded): &((Field, Vec<String>), bool)| {
            let term = Expr::Term(Term::Field(*field, names.clone()));
            if *is_excluded { Expr::Not(Box::new(term)) } else { term }
        };
        let query = Query { clauses: clauses.iter().map(clause).collect() };
        // A name that no source or release has is one part of a name, or means nothing.
        let names_in_use = |field: Field| -> BTreeSet<String> {
            let stored = || stories.iter().flat_map(|story| names_of(story, field.facet()));
            let of_sources = || (0..sources.len()).flat_map(|source| names_of(&(stories[0].0, vec![(source, None)]), field.facet()));
            if stories.is_empty() { BTreeSet::new() } else if matches!(field, Field::Label | Field::Custom(_)) { stored().collect() } else { of_sources().collect() }
        };
        let holds = |story: &Story, ((field, wanted), is_excluded): &((Field, Vec<String>), bool)| {
            let (own, used) = (names_of(story, field.facet()), names_in_use(*field));
            let is_in = |names: &BTreeSet<String>, wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
            let contains = |name: &String, wanted: &str| name.to_lowercase().contains(&wanted.to_lowercase());
            let is_meant = |wanted: &String| {
                is_in(&own, wanted) || (!is_in(&used, wanted) && !wanted.is_empty() && own.iter().any(|name| contains(name, wanted)))
            };
            wanted.iter().any(is_meant) != *is_excluded
        };
        let own = [Field::Custom(agency_field()), Field::Custom(FieldName::LANGUAGE)];
        let request = Request {
            catalog: Arc::clone(&catalog), query: query.clone(), counted: None, context: Context { facets: own.map(Field::facet).into(), ..Context::default() }, sort: Sort::Newest,
        };
        let hits = Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
        let mut found: Vec<usize> = hits.order.iter().map(|index| index.position()).collect();
        found.sort_unstable();
        let all: Vec<usize> = (0..stories.len()).collect();
        let matching = |without: Option<usize>| -> Vec<usize> {
            let others = || clauses.iter().enumerate().filter(|(at, _)| Some(*at) != without);
            all.iter().copied().filter(|&at| others().all(|(_, clause)| holds(&stories[at], clause))).collect()
        };
        prop_assert_eq!(found, matching(None), "{}", query);
        for field in [Field::Folder, Field::Account, Field::Label].into_iter().chain(own) {
            let (facet, values) = (field.facet(), catalog.values(field.facet()));
            let own = clauses.iter().position(|((of, _), is_excluded)| *of == field && !is_excluded);
            let counted = matching(own);
            for id in values.ids() {
                let name = values.label(id).to_string();
                let naive = counted.iter().filter(|&&at| names_of(&stories[at], facet).contains(&name)).count();
                prop_assert_eq!(hits.count(facet, id) as usize, naive, "{:?} of {}", name, query);
                let total = stories.iter().filter(|story| names_of(story, facet).contains(&name)).count();
                // A field that no release has is not known, and has no values.
                if values.len() > 1 || !matches!(facet, Facet::Custom(_)) {
                    prop_assert_eq!(values.total(id) as usize, total, "{:?}", name);
                }
            }
        }
        for ((_, release), story) in catalog.releases().zip(&stories) {
            let named = |facet| release.values(facet).map(|id| catalog.values(facet).label(id).to_string()).collect::<BTreeSet<_>>();
            for facet in [Facet::Folder, Facet::Account, Facet::Label].into_iter().chain(own.map(Field::facet)) {
                prop_assert_eq!(named(facet), names_of(story, facet));
            }
        }
    }

    #[test]
    fn names_do_not_depend_on_the_order(mut items in items(), seed in 0..1_000_usize) {
        let before = catalog(Builder::new(), &[items.clone()], 100);
        let turn = seed % items.len().max(1);
        items.rotate_left(turn);
        items.reverse();
        let after = catalog(Builder::new(), &[items.clone()], 3);
        let all = names(&before);
        prop_assert_eq!(&all, &names(&after));
        // Nothing is lost, and no two releases share a name.
        prop_assert_eq!(all.len(), distinct(&items).len());
        prop_assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "{:?}", all);
    }
}
