use std::collections::BTreeMap;

use proptest::prelude::*;
use rustc_hash::FxHashSet;

use super::*;
use crate::app::MarksOf;
use crate::catalog::{Catalog, Changes, Facet, NONE};
use crate::feed::opml::OpmlEntry;
use crate::library::{Checked, Flags, LibraryPath, Outcome, SourceId};
use crate::query::{Context, Patient, Request, Searcher, Sort, parse};
use crate::release::{CustomField, Date, FieldName, Identity};
use crate::runtime::load::{Before, collect};
use crate::runtime::opened_inputs::OpenedInputs;
use crate::text::CleanBuf;

/// The number of texts that several sources may publish.
const STORIES: u32 = 3;

/// A library with three subscriptions.
struct World {
    library: Library,
    sources: Vec<SourceId>,
    reading: OpenedInputs,
    _folder: tempfile::TempDir,
}

impl World {
    fn new(is_merged: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("library.db"));
        let mut library = Library::create(&place).expect("a library");
        let entry = |name: &str| OpmlEntry {
            title: CleanBuf::line(name),
            address: CleanBuf::line(&format!("https://{name}.invalid/")),
            site: CleanBuf::default(),
            categories: vec![CleanBuf::line("All")],
        };
        let sources = library.subscribe(&["a", "b", "c"].map(entry)).expect("written");
        let reading = OpenedInputs {
            sources: vec![Input::Library(place.clone())],
            library: Some(place),
            is_merged,
            ..OpenedInputs::default()
        };
        Self { library, sources, reading, _folder: folder }
    }
}

/// Stores what a feed lists.
fn store(library: &mut Library, source: SourceId, at: i64, releases: &[Release]) {
    let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
    let checked = Checked { at, outcome, moved: None, address: None, origin: None };
    library.apply(source, &checked, releases).expect("written");
}

/// A release whose title, link, text and date follow from numbers. With one of the first texts it is a story that every
/// source may publish; with another one it belongs to its source, and another text is an edit.
fn release(source: usize, id: u32, text: u32, day: u32) -> Release {
    let (title, url) = if text < STORIES {
        (format!("The council of the valley met {text}"), format!("https://a.invalid/{text}"))
    } else {
        (format!("Bread and tea {source} {}", id / 2), format!("https://{source}.invalid/{id}"))
    };
    Release {
        id: CleanBuf::line(&id.to_string()),
        title: CleanBuf::line(&title),
        summary: CleanBuf::block(&format!("Tea {text} and bread. ").repeat((text % 3) as usize * 4)),
        topics: [["News", "Law", "NEWS"][text as usize % 3]].map(CleanBuf::line).to_vec(),
        place: CleanBuf::line(["", "Bern"][id as usize % 2]),
        date: Date::from_ymd(2018, 11, day).filter(|_| day > 0),
        url: CleanBuf::line(&url),
        language: CleanBuf::line(["", "de", "fr"][text as usize % 3]),
        fields: (0..id % 3)
            .map(|n| custom_field(["Agency", "Docket"][n as usize], ["EPA", "Epa", "FCC"][text as usize % 3]))
            .collect(),
        ..Release::default()
    }
}

fn custom_field(name: &str, value: &str) -> CustomField {
    CustomField { name: FieldName::of(name).expect("a name"), value: CleanBuf::line(value) }
}

/// All facets of the releases.
fn facets() -> Vec<Facet> {
    let own = ["Agency", "Docket", "language", "author"].map(|name| FieldName::of(name).expect("a name"));
    Facet::BUILT_IN.into_iter().chain(own.map(Facet::Custom)).collect()
}

/// All that a user can see of a release.
fn described(catalog: &Catalog, index: ReleaseIndex) -> String {
    let release = catalog.release(index).expect("a release");
    let reprints: Vec<String> =
        release.reprints().map(|(source, reprint)| format!("{source}: {}", reprint.release.title)).collect();
    let of = |facet| release.labels(facet).map(|label| label.to_string()).collect::<Vec<_>>();
    let labels: Vec<_> = facets().into_iter().map(of).collect();
    let numbers: Vec<u64> = release.identities().map(|(_, identity)| identity.number()).collect();
    format!(
        "{} {:?} {:?} {labels:?} {reprints:?} {numbers:?} {}",
        release.title(),
        release.date(),
        release.url(),
        catalog.folded(index)
    )
}

/// The values of a facet with their counts.
fn counts(catalog: &Catalog, facet: Facet, count: impl Fn(u32) -> u32) -> BTreeMap<String, u32> {
    let values = catalog.values(facet);
    values.ids().map(|id| (values.label(id).to_string(), count(id))).filter(|(_, count)| *count > 0).collect()
}

/// Everything that a user can see of a catalog: the lists in every order, and the counts, of some queries.
fn shown(catalog: &Arc<Catalog>) -> Vec<String> {
    let mut shown = vec![catalog.title().to_string(), format!("{:?}", catalog.day_totals())];
    for facet in facets() {
        let totals = counts(catalog, facet, |id| catalog.values(facet).total(id));
        shown.push(format!("{facet:?} {totals:?} {}", catalog.values(facet).total(NONE)));
    }
    for query in [
        "",
        "tea",
        "met 1",
        "topic:news",
        "source:a,b",
        "place:bern bread",
        "date:2018-11-02",
        "agency:epa -docket:\"\"",
    ] {
        for sort in Sort::ALL {
            let request = Request {
                catalog: Arc::clone(catalog),
                query: parse(query).expect("a query"),
                counted: None,
                context: Context { facets: facets().into(), ..Context::default() },
                sort,
            };
            let hits = Searcher::default().search(&request, &mut Patient).expect("not cancelled");
            shown.push(format!("{query} {sort:?}"));
            shown.extend(hits.order.iter().map(|&index| described(catalog, index)));
            for facet in facets() {
                shown.push(format!("{:?}", counts(catalog, facet, |id| hits.count(facet, id))));
            }
        }
    }
    shown
}

#[derive(Debug, Clone)]
enum Step {
    /// A source lists releases: id, text and day.
    Store(usize, Vec<(u32, u32, u32)>),
    Mark(u32),
    Expire,
    Page(u32),
    Rename(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let item = (0_u32..40, prop_oneof![3 => 0_u32..200, 1 => 0_u32..STORIES], 0_u32..4);
    prop_oneof![
        12 => (0_usize..3, prop::collection::vec(item, 1..5)).prop_map(|(source, items)| Step::Store(source, items)),
        2 => (0_u32..40).prop_map(Step::Mark),
        1 => Just(Step::Expire),
        1 => (0_u32..40).prop_map(Step::Page),
        1 => (0_usize..3).prop_map(Step::Rename),
    ]
}

fn number(id: u32) -> u64 {
    Identity::from(&release(0, id, 0, 0)).number()
}

fn apply(step: &Step, library: &mut Library, sources: &[SourceId], now: &mut i64) {
    *now += 1;
    match step {
        Step::Store(source, items) => {
            let releases: Vec<Release> = items.iter().map(|&(id, text, day)| release(*source, id, text, day)).collect();
            store(library, sources[*source], *now, &releases);
        }
        Step::Mark(id) => drop(library.mark(Flags::READ, true, [("web:a.invalid/", number(*id))]).expect("written")),
        Step::Expire => drop(library.expire(Some(*now - 3), 0).expect("written")),
        Step::Page(id) => {
            let page = Release { body: CleanBuf::block("All of the text"), ..Release::default() };
            library.keep_page("web:a.invalid/", number(*id), &page, *now).expect("written");
        }
        Step::Rename(source) => {
            library.rename(sources[*source], &CleanBuf::line(&format!("Renamed {now}"))).expect("written");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happened_a_reload_shows_what_a_reader_opened_afresh_shows(
        is_merged: bool,
        steps in prop::collection::vec((step(), any::<bool>()), 1..14),
    ) {
        let (World { mut library, sources, reading, _folder }, mut now) = (World::new(is_merged), 0);
        let (loaded, reports) = collect(&reading, None);
        let mut reader =
            Rereader { reading: &reading, catalog: loaded.catalog, changes: loaded.changes, reports, unusable: FxHashSet::default() };
        for (step, is_read) in &steps {
            apply(step, &mut library, &sources, &mut now);
            if !is_read {
                continue;
            }
            let before = Arc::clone(&reader.catalog);
            let reread = reader.read(&FxHashSet::default());
            // With the numbers of values as they are, which decide between spellings that are used equally often.
            let (whole, _) = collect(&reading, Some(&Before::new(&before, &[])));
            prop_assert_eq!(shown(&reread.catalog), shown(&whole.catalog), "after {:?}", step);
            let marked: Vec<String> =
                whole.marks.iter().map(|marks| described(&whole.catalog, marks.release)).collect();
            let is_marked = |marks: &MarksOf| marked.contains(&described(&reread.catalog, marks.release));
            prop_assert!(reread.marks.iter().all(is_marked), "after {:?}", step);
            let changed = |catalog: &Catalog, changes: &Changes| {
                let of = |index| Some((described(catalog, index), changes.at(index)?));
                catalog.indices().filter_map(of).collect::<std::collections::BTreeSet<_>>()
            };
            let shown = changed(&reread.catalog, &reread.changes);
            prop_assert_eq!(shown, changed(&whole.catalog, &whole.changes), "after {:?}", step);
            prop_assert_eq!(reread.renumbered.len(), before.len());
            for (old, now) in before.indices().zip(&reread.renumbered) {
                let names = |catalog: &Catalog, index| {
                    let release = catalog.release(index).expect("a release");
                    release.identities().map(|(_, identity)| identity.number()).collect::<Vec<_>>()
                };
                let is_same = now.is_none_or(|now| {
                    let (old, now) = (names(&before, old), names(&reread.catalog, now));
                    old.iter().any(|name| now.contains(name))
                });
                prop_assert!(is_same, "{old:?} became {now:?}");
            }
        }
    }
}

#[test]
fn new_and_edited_releases_are_taken_over_and_anything_else_is_read_again() {
    let (World { mut library, sources, reading, _folder }, mut now) = (World::new(true), 0);
    let mut step = |step: Step, library: &mut Library| apply(&step, library, &sources, &mut now);
    step(Step::Store(0, vec![(1, 1, 1), (2, 2, 2)]), &mut library);
    let (loaded, reports) = collect(&reading, None);
    let mut reader = Rereader {
        reading: &reading,
        catalog: loaded.catalog,
        changes: loaded.changes,
        reports,
        unusable: FxHashSet::default(),
    };
    let is_added = |reader: &mut Rereader<'_>| reader.read_new().map(|reread| (reread.fresh, reread.marks.len()));
    // Two of one source with one title, one of them marked before it came.
    step(Step::Mark(3), &mut library);
    step(Step::Store(0, vec![(3, 1, 1), (4, 4, 0), (1, 1, 1)]), &mut library);
    assert_eq!(is_added(&mut reader), Some((2, 1)));
    step(Step::Store(1, vec![(9, 9, 2)]), &mut library);
    step(Step::Store(2, vec![(9, 10, 2)]), &mut library);
    assert_eq!(is_added(&mut reader), Some((2, 0)));
    assert_eq!(is_added(&mut reader), Some((0, 0)), "nothing more");
    // The text of one is edited.
    step(Step::Store(2, vec![(9, 13, 2)]), &mut library);
    assert_eq!(is_added(&mut reader), Some((0, 0)));
    let texts: Vec<&str> = reader.catalog.indices().map(|index| reader.catalog.folded(index)).collect();
    assert_eq!(reader.changes.releases().len(), 1);
    assert!(texts.iter().any(|text| text.contains("tea 13")) && !texts.iter().any(|text| text.contains("tea 10")));
    let others = [
        // Its topic is another one.
        Step::Store(1, vec![(9, 11, 2)]),
        Step::Store(2, vec![(1, 1, 1)]),
        Step::Page(1),
        Step::Rename(0),
        Step::Expire,
    ];
    for other in others {
        step(other.clone(), &mut library);
        assert_eq!(is_added(&mut reader), None, "{other:?}");
        reader.read(&FxHashSet::default());
        assert_eq!(is_added(&mut reader), Some((0, 0)), "{other:?} was read");
    }
}
