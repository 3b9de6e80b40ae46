//! Whatever names a feed gives its releases and whatever it lists: no mark is ever on a release that it was not set on,
//! and none is lost. The feed is opened as a file and as a subscription.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use tidings::catalog::{Catalog, ReleaseIndex};
use tidings::feed::opml::OpmlEntry;
use tidings::library::{Checked, Flags, Library, LibraryPath, Outcome, SourceId};
use tidings::release::Release;
use tidings::runtime::{self, Input, OpenedInputs};
use tidings::text::CleanBuf;

/// For each shown release: its index, whether it is read, whether it is starred.
type Shown = BTreeMap<usize, (ReleaseIndex, bool, bool)>;

/// The number of releases that a feed has over time.
const RELEASES: usize = 8;

/// The id that a feed gives a release.
#[derive(Debug, Clone, Copy)]
enum Id {
    /// No id.
    None,
    /// A placeholder that means no id.
    Filler,
    /// The same id for all releases.
    Same,
    /// An id of its own.
    Own,
}

/// The link of a release.
#[derive(Debug, Clone, Copy)]
enum Link {
    None,
    Same,
    Own,
    /// To a page of its own, with a parameter that changes with every fetch.
    Counted,
}

#[derive(Debug, Clone, Copy)]
struct Names {
    id: Id,
    link: Link,
    /// Whether it shares its title with others.
    is_weekly: bool,
}

#[derive(Debug, Clone)]
enum Step {
    /// The feed lists these from now on, in this order.
    List(Vec<usize>),
    /// A release with a name of its own changes its title.
    Retitle(usize),
    Mark(usize, bool, bool),
}

fn names() -> impl Strategy<Value = Vec<Names>> {
    let id = prop::sample::select(vec![Id::None, Id::Filler, Id::Same, Id::Own]);
    let link = prop::sample::select(vec![Link::None, Link::Same, Link::Own, Link::Counted]);
    let names = (id, link, prop::bool::weighted(0.3)).prop_map(|(id, link, is_weekly)| Names { id, link, is_weekly });
    // The same kind of name for all, as in most feeds; or mixed kinds, identified by id and title together.
    let mixed = prop::collection::vec(names.clone().prop_map(|names| Names { is_weekly: false, ..names }), RELEASES);
    prop_oneof![names.prop_map(|names| vec![names; RELEASES]), mixed]
}

fn step() -> impl Strategy<Value = Step> {
    let all = (0..RELEASES).collect::<Vec<_>>();
    prop_oneof![
        4 => prop::sample::subsequence(all.clone(), 1..=3).prop_shuffle().prop_map(Step::List),
        2 => prop::sample::subsequence(all, 1..RELEASES).prop_shuffle().prop_map(Step::List),
        1 => (0..RELEASES).prop_map(Step::Retitle),
        4 => (0..RELEASES, any::<bool>(), prop::bool::weighted(0.7)).prop_map(|(one, star, on)| Step::Mark(one, star, on)),
    ]
}

/// A feed over time.
struct Feed {
    names: Vec<Names>,
    editions: [u32; RELEASES],
    fetches: u32,
}

impl Feed {
    fn item(&self, one: usize) -> serde_json::Value {
        let Names { id, link, is_weekly } = self.names[one];
        let title = if is_weekly {
            "Weekly notes".to_owned()
        } else {
            format!("Release {one}, edition {}", self.editions[one])
        };
        let mut item = serde_json::json!({
            "title": title,
            "summary": format!("{one} is what this is about"),
            "date": format!("2026-11-{:02}T10:{:02}:00Z", one + 1, one),
        });
        let id = match id {
            Id::None => None,
            Id::Filler => Some("N/A".to_owned()),
            Id::Same => Some("https://a.invalid/".to_owned()),
            Id::Own => Some(format!("id-{one}")),
        };
        let link = match link {
            Link::None => None,
            Link::Same => Some("https://a.invalid/log".to_owned()),
            Link::Own => Some(format!("https://a.invalid/{one}")),
            Link::Counted => Some(format!("https://a.invalid/p?id={one}&utm_content={}", self.fetches)),
        };
        for (key, value) in [("id", id), ("url", link)] {
            if let Some(value) = value {
                item[key] = value.into();
            }
        }
        item
    }

    fn document(&self, listed: &[usize]) -> String {
        let items: Vec<_> = listed.iter().map(|&one| self.item(one)).collect();
        serde_json::json!({"title": "T", "items": items}).to_string()
    }

    /// Whether no other release has a name of this one.
    fn is_named(&self, one: usize) -> bool {
        let Names { id, link, is_weekly } = self.names[one];
        !is_weekly && matches!((id, link), (Id::Own, _) | (Id::None | Id::Filler, Link::Own | Link::Counted))
    }
}

/// A library and a feed, both as a file and as a subscription.
struct Fixture {
    place: LibraryPath,
    file: PathBuf,
    source: SourceId,
}

impl Fixture {
    fn new(home: &Path) -> Self {
        Self::with(home, "library.db")
    }

    fn with(home: &Path, library: &str) -> Self {
        let place = LibraryPath::of_file(&home.join(library));
        let mut library = Library::create(&place).expect("a library");
        let subscription = OpmlEntry {
            title: CleanBuf::line("T"),
            address: CleanBuf::line("https://a.invalid/feed"),
            site: CleanBuf::default(),
            categories: Vec::new(),
        };
        let source = library.subscribe(&[subscription]).expect("written")[0];
        Self { place, file: home.join("feed.json"), source }
    }

    fn library(&self) -> Library {
        Library::create(&self.place).expect("a library")
    }

    fn both(&self) -> [Input; 2] {
        [Input::File(self.file.clone()), Input::Library(self.place.clone())]
    }

    /// The marks after loading, by the number in the text.
    fn load(&self, source: &Input) -> (Arc<Catalog>, Shown) {
        let reading = OpenedInputs {
            sources: vec![source.clone()],
            library: Some(self.place.clone()),
            is_merged: true,
            ..OpenedInputs::default()
        };
        let loaded = runtime::load(&reading);
        assert_eq!(loaded.refused, []);
        let of = |index| {
            let release = loaded.catalog.release(index).expect("a release");
            release.summary().as_str().split(' ').next().and_then(|one| one.parse().ok()).expect("a number")
        };
        let mut found: Shown = loaded.catalog.indices().map(|index| (of(index), (index, false, false))).collect();
        assert_eq!(found.len(), loaded.catalog.len(), "a release is there twice");
        for marks in &loaded.marks {
            found.insert(of(marks.release), (marks.release, marks.read, marks.starred));
        }
        (loaded.catalog, found)
    }

    fn mark(&self, source: &Input, one: usize, is_star: bool, on: bool) -> bool {
        let (catalog, found) = self.load(source);
        let Some(&(index, ..)) = found.get(&one) else { return false };
        let flag = if is_star { Flags::STARRED } else { Flags::READ };
        let release = catalog.release(index).expect("a release");
        self.library().mark(flag, on, runtime::to_mark(&catalog, &release)).expect("written");
        true
    }

    fn apply(&self, releases: &[Release], at: i64) {
        let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
        let checked = Checked { at, outcome, moved: None, address: None, origin: None };
        self.library().apply(self.source, &checked, releases).expect("written");
    }
}

/// The releases of a document as a sync reads them.
fn read(document: &str) -> Vec<Release> {
    struct Sink(Vec<Release>);
    impl tidings::feed::Sink for Sink {
        fn title(&mut self, _: tidings::text::Clean<'_>) {}
        fn release(&mut self, _: u64, release: &Release) {
            self.0.push(release.clone());
        }
        fn problem(&mut self, problem: tidings::release::Problem) {
            panic!("{problem:?}");
        }
        fn progress(&mut self, _: u64) -> std::ops::ControlFlow<()> {
            std::ops::ControlFlow::Continue(())
        }
    }
    let mut sink = Sink(Vec::new());
    let name = CleanBuf::line("feed.json");
    tidings::feed::read(name.as_clean(), &mut document.as_bytes(), &mut sink).expect("a feed");
    sink.0
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 50, ..ProptestConfig::default() })]

    #[test]
    fn no_mark_is_on_a_release_that_it_was_not_set_on(names in names(), steps in prop::collection::vec(step(), 1..20)) {
        let home = tempfile::tempdir().expect("a home");
        let fixture = Fixture::new(home.path());
        let mut feed = Feed { names, editions: [0; RELEASES], fetches: 0 };
        let mut listed: Vec<usize> = Vec::new();
        let mut stored: BTreeSet<usize> = BTreeSet::new();
        // For the file and for the subscription.
        let mut marks: [BTreeMap<usize, (bool, bool)>; 2] = Default::default();
        for (at, step) in (1..).zip(&steps) {
            match *step {
                Step::List(ref now) => listed.clone_from(now),
                Step::Retitle(one) if feed.is_named(one) => feed.editions[one] += 1,
                Step::Retitle(_) => {}
                Step::Mark(one, is_star, on) => {
                    for (source, marks) in fixture.both().iter().zip(&mut marks) {
                        let is_there = fixture.file.exists() && !listed.is_empty() && fixture.mark(source, one, is_star, on);
                        if is_there {
                            let (read, starred) = marks.entry(one).or_default();
                            *(if is_star { starred } else { read }) = on;
                        }
                    }
                }
            }
            if listed.is_empty() {
                continue;
            }
            feed.fetches += 1;
            let document = feed.document(&listed);
            fs::write(&fixture.file, &document).expect("written");
            fixture.apply(&read(&document), at);
            stored.extend(&listed);
            let there = [listed.iter().copied().collect(), stored.clone()];
            for ((source, marks), there) in fixture.both().iter().zip(&marks).zip(there) {
                let found = fixture.load(source).1;
                prop_assert_eq!(found.keys().copied().collect::<BTreeSet<_>>(), there, "{:?}", source);
                for (one, (_, read, starred)) in found {
                    let expected = marks.get(&one).copied().unwrap_or_default();
                    prop_assert_eq!((read, starred), expected, "release {} of {:?}", one, source);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn an_imported_mark_finds_its_release_or_is_counted_as_left_out(
        names in names(),
        steps in prop::collection::vec((any::<bool>(), step()), 1..24),
    ) {
        let home = tempfile::tempdir().expect("a home");
        let desks = [Fixture::with(home.path(), "one.db"), Fixture::with(home.path(), "other.db")];
        let mut feed = Feed { names, editions: [0; RELEASES], fetches: 0 };
        let mut listed: [Vec<usize>; 2] = Default::default();
        for (at, (is_other, step)) in (1..).zip(&steps) {
            let (fixture, listed) = (&desks[usize::from(*is_other)], &mut listed[usize::from(*is_other)]);
            match *step {
                Step::List(ref now) => listed.clone_from(now),
                Step::Retitle(one) if feed.is_named(one) => feed.editions[one] += 1,
                Step::Retitle(_) | Step::Mark(..) => {}
            }
            if listed.is_empty() {
                continue;
            }
            feed.fetches += 1;
            let document = feed.document(listed);
            fs::write(&fixture.file, &document).expect("written");
            fixture.apply(&read(&document), at);
            if let Step::Mark(one, is_star, on) = *step {
                for source in fixture.both() {
                    fixture.mark(&source, one, is_star, on);
                }
            }
        }
        // All at once, each alone, and the stored ones.
        let all: Vec<usize> = (0..RELEASES).collect();
        let alone = (0..RELEASES).map(|one| vec![one]);
        let documents: Vec<String> = alone.chain([all]).map(|listed| feed.document(&listed)).collect();
        let shown = |fixture: &Fixture| -> Vec<Shown> {
            let of_file = documents.iter().map(|document| {
                fs::write(&fixture.file, document).expect("written");
                fixture.load(&fixture.both()[0]).1
            });
            let of_file: Vec<Shown> = of_file.collect();
            of_file.into_iter().chain([fixture.load(&fixture.both()[1]).1]).collect()
        };
        let [given, before] = [&desks[0], &desks[1]].map(shown);
        let mut exported = Vec::new();
        desks[0].library().export(&mut exported).expect("written");
        let left_out = desks[1].library().import(&mut exported.as_slice()).expect("read").left_out;
        let after = shown(&desks[1]);
        for ((given, before), after) in given.iter().zip(&before).zip(&after) {
            let mut lost = 0;
            prop_assert!(given.keys().chain(before.keys()).all(|one| after.contains_key(one)));
            for (one, &(_, read, starred)) in after {
                let of = |shown: &Shown| shown.get(one).map_or((false, false), |&(_, read, starred)| (read, starred));
                let (own, came) = (of(before), of(given));
                prop_assert!(read >= own.0 && starred >= own.1, "release {} lost a mark of its own", one);
                prop_assert!(read <= own.0 | came.0 && starred <= own.1 | came.1, "release {} got another one's mark", one);
                lost += u64::from((came.0 && !read) || (came.1 && !starred));
            }
            prop_assert!(lost <= left_out, "{} of {} marks that did not come are counted", left_out, lost);
        }
        // A second import changes nothing.
        desks[1].library().import(&mut exported.as_slice()).expect("read");
        prop_assert_eq!(shown(&desks[1]), after);
    }
}
