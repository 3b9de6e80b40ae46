//! Finds the marks of releases that are being loaded, and where the last session was.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::app::{MarksOf, Place};
use crate::catalog::{Catalog, Facet, ReleaseRef, ValueId};
use crate::library::{FeedMarks, Flags, Library};
use crate::release::{Identity, Release};

/// So many releases are looked up one by one: the first screenful must not wait for a million marks.
const FEW: usize = 1_024;

/// Looks up marks as releases come. Without a library nothing is marked.
#[derive(Debug, Default)]
pub struct Marker {
    library: Option<Library>,
    feeds: FxHashMap<String, Known>,
    /// Releases that were looked at.
    seen: usize,
    place: Option<Place>,
    /// Whether there are pages at all; asked once.
    has_pages: Option<bool>,
}

/// What is known of a feed.
#[derive(Debug, Default)]
struct Known {
    marks: Option<FeedMarks>,
    pages: Option<FxHashSet<u64>>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Those of the new releases that are marked.
    pub marks: Vec<MarksOf>,
    /// The release of the place that was looked for.
    pub place: Option<u32>,
}

impl Marker {
    /// One that reads a library, and looks for a release.
    pub fn new(library: Option<Library>, place: Option<Place>) -> Self {
        Self { library, place, ..Self::default() }
    }

    /// A feed is known by another key than was thought: all is looked at again.
    pub fn look_again(&mut self) {
        self.seen = 0;
    }

    /// Whether there is something in a catalog that was not looked at.
    pub fn is_behind(&self, catalog: &Catalog) -> bool {
        self.seen < catalog.len()
    }

    /// Looks at what a longer catalog of the same load has more.
    pub fn look(&mut self, catalog: &Catalog) -> Found {
        let mut found = Found::default();
        let first = std::mem::replace(&mut self.seen, catalog.len());
        let is_few = catalog.len() - first <= FEW;
        let wanted = self.place.clone().and_then(|place| Some((catalog.source_of_key(&place.feed)?, place.release)));
        if self.library.is_none() && wanted.is_none() {
            return found;
        }
        let mut flags_of = |source: ValueId, number: u64| self.flags(catalog, source, number, is_few);
        for index in first as u32..catalog.len() as u32 {
            let Some(release) = catalog.release(index) else { continue };
            let (source, number) = name(&release);
            if wanted == Some((source, number)) {
                found.place = Some(index);
            }
            let flags = flags_of(source, number);
            if flags != Flags::default() {
                found.marks.push(of(index, flags));
            }
        }
        let mut of_others: FxHashMap<u32, Flags> = FxHashMap::default();
        // Stories that other sources have too: read in one is read in all.
        for (index, reprint) in catalog.reprints() {
            let number = Identity::from(&reprint.release).number();
            if wanted == Some((reprint.source, number)) {
                found.place = Some(index);
            }
            let flags = flags_of(reprint.source, number);
            if flags != Flags::default() {
                let all = of_others.entry(index).or_default();
                *all = all.and(flags);
            }
        }
        let own = found.marks.len();
        for (index, flags) in of_others {
            match found.marks[..own].binary_search_by_key(&index, |marks| marks.release) {
                Ok(at) => {
                    let marks = &mut found.marks[at];
                    marks.read |= flags.has(Flags::READ);
                    marks.starred |= flags.has(Flags::STARRED);
                }
                Err(_) => found.marks.push(of(index, flags)),
            }
        }
        if found.place.is_some() {
            self.place = None;
        }
        found
    }

    /// The marks of one release; `is_alone`: only few are asked for.
    pub fn flags_by_key(&mut self, key: &str, number: u64, is_alone: bool) -> Flags {
        let Some(library) = &self.library else { return Flags::default() };
        let known = match self.feeds.get_mut(key) {
            Some(known) => known,
            None => self.feeds.entry(key.to_owned()).or_default(),
        };
        if known.marks.is_none() && is_alone {
            return library.flags(key, number).unwrap_or_default();
        }
        // What cannot be read is not marked: reading goes on without.
        let marks = known.marks.get_or_insert_with(|| library.marks_of(key).unwrap_or_default());
        marks.get(&number).copied().unwrap_or_default()
    }

    fn flags(&mut self, catalog: &Catalog, source: ValueId, number: u64, is_few: bool) -> Flags {
        match catalog.source_key(source).as_str() {
            "" => Flags::default(),
            key => self.flags_by_key(key, number, is_few),
        }
    }

    /// The kept page of a release of a feed, and when it was fetched.
    pub fn page(&mut self, key: &str, number: impl FnOnce() -> u64) -> Option<(Release, i64)> {
        let library = self.library.as_ref()?;
        if !*self.has_pages.get_or_insert_with(|| library.has_pages().unwrap_or(false)) {
            return None;
        }
        let known = match self.feeds.get_mut(key) {
            Some(known) => known,
            None => self.feeds.entry(key.to_owned()).or_default(),
        };
        let pages = known.pages.get_or_insert_with(|| library.pages_of(key).unwrap_or_default());
        if pages.is_empty() {
            return None;
        }
        let number = number();
        if pages.contains(&number) { library.page(key, number).ok().flatten() } else { None }
    }
}

/// The source of a release and its number there.
pub fn name(release: &ReleaseRef<'_>) -> (ValueId, u64) {
    let source = release.values(Facet::Source).first().copied().unwrap_or_default();
    (source, release.identity().number())
}

/// A release of a catalog under all names that it has: the key of each feed and its number there.
pub fn names<'a>(catalog: &'a Catalog, release: &ReleaseRef<'a>) -> impl Iterator<Item = (&'a str, u64)> + use<'a> {
    let (source, number) = name(release);
    let own = std::iter::once((source, number));
    let others = release.reprints().map(|(_, reprint)| (reprint.source, Identity::from(&reprint.release).number()));
    own.chain(others).map(|(source, number)| (catalog.source_key(source).as_str(), number))
}

/// The releases of a catalog among some that have changed, from the `first` on.
pub fn changed(catalog: &Catalog, first: u32, marks: &[(crate::text::CleanBuf, u64, Flags)]) -> Vec<MarksOf> {
    let known = |(key, number, flags): &(crate::text::CleanBuf, u64, Flags)| {
        Some(((catalog.source_of_key(key.as_str())?, *number), *flags))
    };
    let marks: FxHashMap<(ValueId, u64), Flags> = marks.iter().filter_map(known).collect();
    if marks.is_empty() {
        return Vec::new();
    }
    let own = (first..catalog.len() as u32).filter_map(|index| Some((index, name(&catalog.release(index)?))));
    let others =
        catalog.reprints().map(|(index, reprint)| (index, (reprint.source, Identity::from(&reprint.release).number())));
    own.chain(others).filter_map(|(index, name)| Some(of(index, *marks.get(&name)?))).collect()
}

fn of(release: u32, flags: Flags) -> MarksOf {
    MarksOf { release, read: flags.has(Flags::READ), starred: flags.has(Flags::STARRED) }
}
