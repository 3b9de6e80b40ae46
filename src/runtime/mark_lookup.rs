//! Finds the marks of releases being loaded, and the position of the last session.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::app::{MarksOf, ReadingPosition};
use crate::catalog::{Catalog, Changes, Facet, ReleaseIndex, ReleaseRef, ValueId};
use crate::library::{FEED_KEYS, Flags, KeptMark, Library, ToMark};
use crate::release::identity::{self, Level, Trace, Trust};
use crate::release::{Identity, Release};
use crate::text::CleanBuf;

/// Up to this many releases are looked up one by one: the first screenful must not wait for a million marks.
const FEW: usize = 1_024;

/// Looks up marks as releases arrive. Without a library nothing is marked.
#[derive(Debug, Default)]
pub struct MarkLookup {
    library: Option<Library>,
    feeds: FxHashMap<String, Known>,
    /// The number of releases looked up so far.
    seen: usize,
    place: Option<ReadingPosition>,
    /// Whether any full texts are stored; queried once.
    has_pages: Option<bool>,
    /// Whether there are any earlier versions; queried once.
    has_versions: Option<bool>,
    changes: Changes,
}

/// What is known about a feed.
#[derive(Debug, Default)]
struct Known {
    marks: Option<FxHashMap<u64, KeptMark>>,
    pages: Option<FxHashSet<u64>>,
    /// When releases were last changed, by number.
    changed: Option<FxHashMap<u64, i64>>,
}

/// The result of a lookup.
#[derive(Debug, Default)]
pub struct Found {
    /// Releases that are marked, and releases looked up before whose marks changed.
    pub marks: Vec<MarksOf>,
    /// Releases whose level of identity differs from the assumed one: because their source has, or no longer has,
    /// another release with their name.
    pub levels: Vec<(ReleaseIndex, ValueId, Level)>,
    /// All releases so far that have earlier versions, if this lookup found any.
    pub changes: Option<Changes>,
    /// The release at the reading position that was looked for.
    pub place: Option<ReleaseIndex>,
}

impl MarkLookup {
    /// Creates a lookup that reads a library and looks for a release.
    pub fn new(library: Option<Library>, place: Option<ReadingPosition>) -> Self {
        Self { library, place, ..Self::default() }
    }

    /// Starts over, because a feed has another key than assumed.
    pub fn look_again(&mut self) {
        self.seen = 0;
    }

    /// Whether a catalog has releases that were not looked up.
    pub fn is_behind(&self, catalog: &Catalog) -> bool {
        self.seen < catalog.len()
    }

    /// Looks up the new releases of a longer catalog of the same load, and those in `again`, whose level changed.
    pub fn find(&mut self, catalog: &Catalog, again: &[ReleaseIndex]) -> Found {
        let (mut found, mut has_changes) = (Found::default(), false);
        let first = std::mem::replace(&mut self.seen, catalog.len());
        let is_few = catalog.len() - first <= FEW;
        let wanted = self.place.clone().and_then(|place| Some((catalog.source_of_key(&place.feed)?, place.release)));
        if self.library.is_none() && wanted.is_none() {
            return found;
        }
        // Stories shared with other sources: reading one marks it in all.
        let stories = catalog.reprints().map(|(index, _)| index);
        let mut before: Vec<ReleaseIndex> =
            stories.chain(again.iter().copied()).filter(|at| at.position() < first).collect();
        before.sort_unstable();
        before.dedup();
        for index in before.into_iter().chain(catalog.indices().skip(first)) {
            let Some(release) = catalog.release(index) else { continue };
            let (mut flags, mut changed) = (Flags::default(), None);
            for (source, identity) in release.identities() {
                let (kept, level) = self.kept(catalog, source, &identity, is_few);
                flags = flags.and(kept);
                changed = changed.max(self.changed_at(catalog, source, identity.at(level), is_few));
                let number = || identity.at(level).number();
                if level != identity.level {
                    found.levels.push((index, source, level));
                }
                if wanted.is_some_and(|(of, wanted)| of == source && wanted == number()) {
                    found.place = Some(index);
                }
            }
            if self.changes.at(index) != changed {
                self.changes.set(index, changed);
                has_changes = true;
            }
            if flags != Flags::default() || again.contains(&index) {
                found.marks.push(of(index, flags));
            }
        }
        if found.place.is_some() {
            self.place = None;
        }
        found.changes = has_changes.then(|| self.changes.clone());
        found
    }

    /// When a stored release was last changed. Releases of files have no earlier versions.
    fn changed_at(&mut self, catalog: &Catalog, source: ValueId, one: Identity<'_>, is_few: bool) -> Option<i64> {
        let library = self.library.as_ref()?;
        // Unreadable versions count as none; loading continues.
        if !*self.has_versions.get_or_insert_with(|| library.has_versions().unwrap_or(false)) {
            return None;
        }
        let key = catalog.source_key(source).as_str();
        if !key.starts_with(FEED_KEYS) {
            return None;
        }
        let known = match self.feeds.get_mut(key) {
            Some(known) => known,
            None => self.feeds.entry(key.to_owned()).or_default(),
        };
        if known.changed.is_none() && is_few {
            return library.changed_at(key, one.number()).ok().flatten();
        }
        let changed = known.changed.get_or_insert_with(|| library.changed_of(key).unwrap_or_default());
        if changed.is_empty() { None } else { changed.get(&one.number()).copied() }
    }

    /// The marks of a release in one of its sources, and its level there.
    fn kept(&mut self, catalog: &Catalog, source: ValueId, one: &Identity<'_>, is_few: bool) -> (Flags, Level) {
        let key = catalog.source_key(source).as_str();
        if key.is_empty() {
            return (Flags::default(), one.level);
        }
        let mut mark = |level| self.mark(key, one.at(level).number(), is_few);
        let flags = |mark: Option<KeptMark>| mark.map_or_else(Flags::default, |mark| mark.flags);
        let kept = mark(one.level);
        // Stored releases were already distinguished when they arrived.
        if key.starts_with(FEED_KEYS) {
            return (flags(kept), one.level);
        }
        match (one.level, kept) {
            (Level::Name, None) => (Flags::default(), Level::Name),
            (Level::Name, Some(kept)) => {
                let is_varied = catalog.values(Facet::Source).total(source) > 1;
                let trust = Trust::Own { is_id: one.has_id(), is_varied };
                if kept.is_of(Trace::of(one), trust) {
                    return (kept.flags, Level::Name);
                }
                // Another release had the name.
                (flags(mark(Level::Subject)), Level::Subject)
            }
            (_, Some(kept)) => (kept.flags, one.level),
            // It may have been marked while the name was its own.
            (_, None) => match mark(Level::Name) {
                Some(KeptMark { flags, trace: Some(trace) }) if trace == Trace::of(one) => (flags, Level::Name),
                _ => (Flags::default(), one.level),
            },
        }
    }

    /// The marks of a stored release; `is_alone` means that only few are looked up.
    pub fn flags_by_key(&mut self, key: &str, number: u64, is_alone: bool) -> Flags {
        self.mark(key, number, is_alone).map_or_else(Flags::default, |mark| mark.flags)
    }

    /// The entry stored under a number of a feed.
    fn mark(&mut self, key: &str, number: u64, is_alone: bool) -> Option<KeptMark> {
        let library = self.library.as_ref()?;
        let known = match self.feeds.get_mut(key) {
            Some(known) => known,
            None => self.feeds.entry(key.to_owned()).or_default(),
        };
        // Unreadable marks count as unset; loading continues.
        if known.marks.is_none() && is_alone {
            return library.kept_mark(key, number).ok().flatten();
        }
        let marks = known.marks.get_or_insert_with(|| library.kept_marks_of(key).unwrap_or_default());
        marks.get(&number).copied()
    }

    /// The stored full text of a release, and when it was fetched. `number` is that of a stored release.
    pub fn page(&mut self, key: &str, release: &Release, number: Option<u64>) -> Option<(Release, i64)> {
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
        let identity = Identity::from(release);
        let numbers = match number {
            Some(number) => vec![number],
            // Whether others share its name is known only after all are read.
            None => [Level::All, Level::Subject, Level::Name].map(|level| identity.at(level).number()).to_vec(),
        };
        let is_its = |page: &Release| page.url.is_empty() || same_page(page.url.as_str(), release.url.as_str());
        let kept = numbers.into_iter().filter(|number| pages.contains(number));
        kept.filter_map(|number| library.page(key, number).ok().flatten()).find(|(page, _)| is_its(page))
    }
}

fn same_page(one: &str, other: &str) -> bool {
    identity::page(one) == identity::page(other)
}

/// All names of a release in a catalog: feed key and number in each feed.
pub fn names<'a>(catalog: &'a Catalog, release: &ReleaseRef<'a>) -> impl Iterator<Item = (&'a str, u64)> + use<'a> {
    release.identities().map(|(source, identity)| (catalog.source_key(source).as_str(), identity.number()))
}

/// A release of a catalog in each of its sources, to be marked.
pub fn to_mark<'a>(catalog: &'a Catalog, release: &ReleaseRef<'a>) -> impl Iterator<Item = ToMark<'a>> + use<'a> {
    let to_mark = move |(source, identity): (ValueId, Identity<'_>)| ToMark {
        feed: catalog.source_key(source).as_str(),
        number: identity.number(),
        trace: Some(Trace::of(&identity)),
        shares: (identity.level != Level::Name).then(|| identity.at(Level::Name).number()),
    };
    release.identities().map(to_mark).filter(|to_mark| !to_mark.feed.is_empty())
}

/// The marks of releases of a catalog, from `first` on, that are among the changed ones.
pub fn changed(catalog: &Catalog, first: usize, marks: &[(CleanBuf, u64, Flags)]) -> Vec<MarksOf> {
    let known =
        |(key, number, flags): &(CleanBuf, u64, Flags)| Some(((catalog.source_of_key(key.as_str())?, *number), *flags));
    let marks: FxHashMap<(ValueId, u64), Flags> = marks.iter().filter_map(known).collect();
    if marks.is_empty() {
        return Vec::new();
    }
    let of_release = |index: ReleaseIndex| {
        let release = catalog.release(index)?;
        let mut names = release.identities().map(|(source, identity)| (source, identity.number()));
        names.find_map(|name| Some(of(index, *marks.get(&name)?)))
    };
    catalog.indices().skip(first).filter_map(of_release).collect()
}

/// The marks of the first releases of a catalog of stored releases.
pub fn of_first(catalog: &Catalog, count: usize, library: Library) -> Vec<MarksOf> {
    let mut marks = MarkLookup::new(Some(library), None);
    let flags = |index: ReleaseIndex| {
        let mut flags = Flags::default();
        for (source, identity) in catalog.release(index)?.identities() {
            flags = flags.and(marks.kept(catalog, source, &identity, count <= FEW).0);
        }
        (flags != Flags::default()).then(|| of(index, flags))
    };
    catalog.indices().take(count).filter_map(flags).collect()
}

/// Returns the changes of a catalog after a sync: `before`, with the first `new` releases and `edited` ones looked up
/// again.
pub fn changes_since(
    catalog: &Catalog,
    before: &Changes,
    new: usize,
    edited: &[(ValueId, Release)],
    library: Library,
) -> Changes {
    let (mut changes, mut lookup) = (before.behind(new), MarkLookup::new(Some(library), None));
    let is_few = new + edited.len() <= FEW;
    let edited = edited.iter().filter_map(|(source, release)| catalog.find(*source, release));
    for release in catalog.indices().take(new).filter_map(|index| catalog.release(index)).chain(edited) {
        let at = release.identities().filter_map(|(source, one)| lookup.changed_at(catalog, source, one, is_few)).max();
        changes.set(release.index(), at);
    }
    changes
}

/// The marks of all releases of a catalog, including unmarked ones.
pub fn all(catalog: &Catalog, library: Library) -> Vec<MarksOf> {
    let mut marks: Vec<MarksOf> = catalog.indices().map(|index| of(index, Flags::default())).collect();
    for found in MarkLookup::new(Some(library), None).find(catalog, &[]).marks {
        if let Some(place) = marks.get_mut(found.release.position()) {
            *place = found;
        }
    }
    marks
}

fn of(release: ReleaseIndex, flags: Flags) -> MarksOf {
    MarksOf { release, read: flags.has(Flags::READ), starred: flags.has(Flags::STARRED) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_text_belongs_to_the_link_it_was_fetched_from() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = crate::library::LibraryPath::of_file(&folder.path().join("library.db"));
        let release = |id: &str, url: &str| Release {
            id: CleanBuf::line(id),
            title: CleanBuf::line("Bridge closed"),
            url: CleanBuf::line(url),
            ..Release::default()
        };
        let page = |url: &str| Release { body: CleanBuf::line("All of it"), ..release("", url) };
        let first = release("1", "https://a.invalid/1?utm_source=feed");
        let number = Identity::from(&first).number();
        let mut library = Library::create(&place).expect("a library");
        library.keep_page("file:a", number, &page("https://a.invalid/1"), 7).expect("written");
        // One of an older version, which did not store the link.
        library.keep_page("file:b", number, &page(""), 7).expect("written");
        let mut marker = MarkLookup::new(Some(library), None);
        for (feed, url, is_found) in [
            ("file:a", "https://a.invalid/1?utm_source=feed", true),
            ("file:a", "http://www.a.invalid/1/", true),
            ("file:a", "https://a.invalid/2", false),
            ("file:a", "", false),
            ("file:b", "https://a.invalid/2", true),
            ("file:c", "https://a.invalid/1", false),
        ] {
            for number in [None, Some(number)] {
                let found = marker.page(feed, &release("1", url), number);
                assert_eq!(found.is_some(), is_found, "{feed} {url} {number:?}");
            }
        }
    }
}
