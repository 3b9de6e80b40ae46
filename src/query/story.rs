//! The parts of a story: the earlier and later releases about what one release is about.
//!
//! The rarest words at the beginning of the release that others near in time have too are the profile of its story. From
//! the release on, forward and back in time, each release with enough of the profile is a part; the longer after the part
//! before it, the more it must have. Then the profile is taken anew, from the words that many parts share, and the parts
//! are looked for again. So a story is followed when its words change, as when a suspected fever is found to be Ebola.
//!
//! Words are weighted by rarity (inverse document frequency, Spärck Jones 1972). Nothing depends on the order in which
//! the releases were loaded.

use std::cmp::Reverse;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;

use super::key_words::{MOST_WORDS, TITLE, Word, beginning, rarity, words_of};
use crate::catalog::{Catalog, ReleaseIndex, Set};

/// The number of words of the first profile, and of the later ones.
const FIRST_WORDS: usize = 10;
const LATER_WORDS: usize = 14;
/// How often the parts are looked for.
const ROUNDS: usize = 3;
/// The share of the profile that a part must have: right after the part before it, and how much more after [`PAUSE`].
const NEEDED: f32 = 0.5;
const NEEDED_LATER: f32 = 0.3;
/// The longest pause between two parts, in days.
const PAUSE: i32 = 180;
/// A word of the first profile is in another release at most so many days away.
const NEAR: u32 = 60;
/// What a word outside the title counts for.
const TEXT: f32 = 0.8;
/// The share of the parts that must have a word of a later profile.
const SHARED: f32 = 0.3;
/// The most parts whose words are read for a profile: those nearest in time.
const READ_PARTS: usize = 200;
/// The most words that are looked for at once, one bit each.
const BITS: usize = u64::BITS as usize;
const _: () = assert!(MOST_WORDS <= BITS, "the words of a release are looked for at once");
/// A word with a lower weight says nothing.
const LEAST: f32 = 0.7;

/// Stories that are known, by the ids of the releases that they begin with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stories(Arc<[(String, Arc<Set>)]>);

impl Stories {
    /// Returns the parts of the story of an id, if they are known.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<Set>> {
        self.0.iter().find(|(known, _)| known == id).map(|(_, parts)| Arc::clone(parts))
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Looks for the stories of these ids, unless they are known; `None` if cancelled.
    pub fn with(&self, ids: &[&str], catalog: &Catalog, is_cancelled: &mut dyn FnMut() -> bool) -> Option<Self> {
        if ids.iter().all(|id| self.get(id).is_some()) {
            return Some(self.clone());
        }
        let look_for = |id: &&str| {
            let parts = match self.get(id) {
                Some(known) => known,
                None => Arc::new(story(catalog, &catalog.with_id(id), is_cancelled)?),
            };
            Some(((*id).to_owned(), parts))
        };
        ids.iter().map(look_for).collect::<Option<_>>().map(Self)
    }
}

impl FromIterator<(String, Arc<Set>)> for Stories {
    fn from_iter<T: IntoIterator<Item = (String, Arc<Set>)>>(stories: T) -> Self {
        Self(stories.into_iter().collect())
    }
}

/// What a release has of some words, one bit each.
#[derive(Debug, Clone, Copy, Default)]
struct Has {
    anywhere: u64,
    in_title: u64,
}

impl Has {
    fn bit(bits: u64, word: usize) -> bool {
        bits >> word & 1 == 1
    }
}

/// The words of a story and what a release with all of them would weigh.
struct Profile {
    /// The places of the words among those looked for, with their weights.
    words: Vec<(usize, f32)>,
    whole: f32,
}

impl Profile {
    fn of(mut words: Vec<(usize, f32)>, most: usize) -> Self {
        words.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        words.truncate(most);
        let whole = words.iter().map(|(_, weight)| weight).sum();
        Self { words, whole }
    }

    /// What a release has of it.
    fn weight(&self, has: Has) -> f32 {
        let found = self.words.iter().filter(|(word, _)| Has::bit(has.anywhere, *word));
        found.map(|(word, weight)| if Has::bit(has.in_title, *word) { *weight } else { TEXT * weight }).sum()
    }

    /// The share that a release has of it; 0 for a single word, which may be anybody's.
    fn share(&self, has: Has) -> f32 {
        let found = self.words.iter().filter(|(word, _)| Has::bit(has.anywhere, *word)).count();
        if self.whole <= 0.0 || found < 2 { 0.0 } else { self.weight(has) / self.whole }
    }
}

/// Returns the parts of the stories of releases, the releases among them; `None` if cancelled. `is_cancelled` is called
/// for every chunk.
pub fn story(catalog: &Catalog, of: &[ReleaseIndex], is_cancelled: &mut dyn FnMut() -> bool) -> Option<Set> {
    let mut parts = Set::default();
    for &release in of {
        if !parts.has(release) {
            for part in of_one(catalog, release, is_cancelled)? {
                parts.set(part, true);
            }
        }
    }
    Some(parts)
}

/// Returns the parts of the story of one release.
fn of_one(
    catalog: &Catalog,
    release: ReleaseIndex,
    is_cancelled: &mut dyn FnMut() -> bool,
) -> Option<Vec<ReleaseIndex>> {
    let alone = vec![release];
    let days = days(catalog);
    let Some(Some(day)) = days.get(release.position()).copied() else { return Some(alone) };
    let first = words_of(catalog.folded(release));
    let has = look_for(&first, catalog, is_cancelled)?;
    let near = near(&has, (release, day), &days);
    let weigh = |word: usize| {
        // A word that no other release has at this time finds none.
        let weight = if Has::bit(near, word) { rarity(catalog.len(), having(&has, word)) } else { 0.0 };
        (weight > LEAST).then_some((word, weight * first[word].weight))
    };
    let profile = Profile::of((0..first.len()).filter_map(weigh).collect(), FIRST_WORDS);
    let mut parts = walk((release, day), &days, |at| profile.share(has[at]));
    let first: Vec<Word> = profile.words.iter().map(|(word, _)| first[*word].clone()).collect();
    for _ in 1..ROUNDS {
        if parts.len() < 2 {
            break;
        }
        let words = shared_words(catalog, &parts, (day, &days), &first);
        let has = look_for(&words, catalog, is_cancelled)?;
        let profile = of_parts(&words, first.len(), &parts, &has);
        let again = walk((release, day), &days, |at| profile.share(has[at]));
        if again == parts {
            break;
        }
        parts = again;
    }
    Some(parts)
}

/// The day of each release.
fn days(catalog: &Catalog) -> Vec<Option<i32>> {
    catalog.chunks().flat_map(|(_, chunk)| (0..chunk.len()).map(|row| chunk.day(row))).collect()
}

/// Looks for words at the beginnings of all releases. Returns what each release has.
fn look_for(words: &[Word], catalog: &Catalog, is_cancelled: &mut dyn FnMut() -> bool) -> Option<Vec<Has>> {
    let mut all = vec![Has::default(); catalog.len()];
    let Ok(search) = AhoCorasick::new(words.iter().map(|word| &word.text)) else { return Some(all) };
    for (start, chunk) in catalog.chunks() {
        if is_cancelled() {
            return None;
        }
        for (row, has) in (0..chunk.len()).zip(all.iter_mut().skip(start)) {
            let text = beginning(chunk.folded().of(row));
            let title = text.find('\n').unwrap_or(text.len());
            for found in search.find_overlapping_iter(text) {
                let word = found.pattern().as_usize();
                if words[word].is_at(text, found.start()) {
                    has.anywhere |= 1 << word;
                    has.in_title |= u64::from(found.start() < title) << word;
                }
            }
        }
    }
    Some(all)
}

/// The number of releases that have a word.
fn having(has: &[Has], word: usize) -> u32 {
    has.iter().map(|has| u32::from(Has::bit(has.anywhere, word))).sum()
}

/// The words that the other releases near a release in time have, one bit each.
fn near(has: &[Has], (release, day): (ReleaseIndex, i32), days: &[Option<i32>]) -> u64 {
    let others = has.iter().zip(days).enumerate().filter(|(at, _)| *at != release.position());
    let near = others.filter(|(_, (_, other))| other.is_some_and(|other| other.abs_diff(day) <= NEAR));
    near.fold(0, |all, (_, (has, _))| all | has.anywhere)
}

/// Goes from a release forward and back in time, and returns the parts of its story, in the order of their days.
fn walk((release, day): (ReleaseIndex, i32), days: &[Option<i32>], share: impl Fn(usize) -> f32) -> Vec<ReleaseIndex> {
    let mut near: Vec<(i32, usize, f32)> = Vec::new();
    for (at, day) in days.iter().enumerate().filter(|(at, _)| *at != release.position()) {
        if let Some(day) = day {
            let share = share(at);
            if share >= NEEDED {
                near.push((*day, at, share));
            }
        }
    }
    near.sort_unstable_by_key(|(day, at, _)| (*day, *at));
    let (before, after) = near.split_at(near.partition_point(|(other, ..)| *other < day));
    let mut parts = vec![(day, release)];
    take_while_near(before.iter().rev(), day, &mut parts);
    take_while_near(after.iter(), day, &mut parts);
    parts.sort_unstable();
    parts.into_iter().map(|(_, release)| release).collect()
}

/// Takes the parts from a list that leads away from a day.
fn take_while_near<'a>(
    list: impl Iterator<Item = &'a (i32, usize, f32)>,
    from: i32,
    parts: &mut Vec<(i32, ReleaseIndex)>,
) {
    let mut before = from;
    for &(day, at, share) in list {
        let pause = day.abs_diff(before);
        if pause > PAUSE.unsigned_abs() {
            return;
        }
        let later = f64::from(pause) / f64::from(PAUSE);
        if f64::from(share) >= f64::from(NEEDED) + f64::from(NEEDED_LATER) * later {
            parts.push((day, ReleaseIndex::at(at)));
            before = day;
        }
    }
}

/// Returns the words of the first profile, and then those that most parts have.
fn shared_words(
    catalog: &Catalog,
    parts: &[ReleaseIndex],
    (day, days): (i32, &[Option<i32>]),
    first: &[Word],
) -> Vec<Word> {
    let mut nearest = parts.to_vec();
    nearest.sort_by_key(|part| (days[part.position()].map(|other| other.abs_diff(day)), *part));
    nearest.truncate(READ_PARTS);
    let mut counts: FxHashMap<String, (usize, Word)> = FxHashMap::default();
    for part in &nearest {
        for word in words_of(catalog.folded(*part)) {
            let (count, known) = counts.entry(word.text.clone()).or_insert_with(|| (0, word.clone()));
            *count += 1;
            known.weight = known.weight.max(word.weight);
        }
    }
    for word in first {
        counts.remove(&word.text);
    }
    let mut more: Vec<(usize, Word)> = counts.into_values().filter(|(count, _)| *count > 1).collect();
    more.sort_by(|(one, a), (other, b)| Reverse(one).cmp(&Reverse(other)).then_with(|| a.text.cmp(&b.text)));
    let more = more.into_iter().map(|(_, word)| word).take(BITS - first.len());
    first.iter().cloned().chain(more).collect()
}

/// Returns the profile of some parts: the first `kept` words, and those that many parts have.
fn of_parts(words: &[Word], kept: usize, parts: &[ReleaseIndex], has: &[Has]) -> Profile {
    #[expect(clippy::cast_precision_loss, reason = "shares need no more digits")]
    let count = parts.len() as f32;
    let weigh = |word: usize| {
        let shared = parts.iter().filter(|part| Has::bit(has[part.position()].anywhere, word)).count();
        #[expect(clippy::cast_precision_loss, reason = "shares need no more digits")]
        let share = shared as f32 / count;
        let weight = rarity(has.len(), having(has, word));
        let is_known = shared > 1 && (share >= SHARED || word < kept) && weight > LEAST;
        let by_place = if words[word].weight >= TITLE { TITLE } else { 1.0 };
        is_known.then_some((word, share * weight * by_place))
    };
    let mut profile = Profile::of((0..words.len()).filter_map(weigh).collect(), LATER_WORDS);
    // What the parts have on average, because none has all words.
    let sum: f32 = parts.iter().map(|part| profile.weight(has[part.position()])).sum();
    profile.whole = sum / count;
    profile
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    type Row = (&'static str, &'static str, &'static str, &'static str, (i32, u32, u32));

    /// Releases about other things, so that the words of a story are rare.
    fn others() -> Vec<Row> {
        let titles = [
            "Budget of the province approved",
            "Bridge over the river reopened",
            "New rules for fishing boats",
            "School year begins with more teachers",
            "Museum shows paintings of the valley",
            "Railway tunnel finished early",
            "Minister visits the northern harbour",
            "Prices of bread and milk rise",
        ];
        let titles = titles.into_iter().cycle().take(64).enumerate().map(|(n, title)| (n, format!("{title} ({n})")));
        let row =
            |(n, title): (usize, String)| (&*title.leak(), "The office reports", "", "", (2003, 1 + n as u32 % 6, 9));
        titles.map(row).collect()
    }

    fn parts(rows: &[Row], of: u32) -> Vec<u32> {
        let catalog = catalog(rows);
        let set = story(&catalog, &[ReleaseIndex::new(of)], &mut || false).expect("nobody cancels");
        set.iter().map(ReleaseIndex::get).collect()
    }

    fn with_others(story: &[Row]) -> Vec<Row> {
        story.iter().copied().chain(others()).collect()
    }

    #[test]
    fn a_story_is_followed_when_its_words_change() {
        let rows = with_others(&[
            ("Suspected haemorrhagic fever near Mbomo", "Deaths in Mbomo", "", "", (2003, 2, 4)),
            ("Suspected haemorrhagic fever near Mbomo: samples taken", "Team in Mbomo", "", "", (2003, 2, 10)),
            ("Haemorrhagic fever near Mbomo is Ebola", "Laboratory finds the Ebola virus", "", "", (2003, 2, 18)),
            ("Ebola haemorrhagic fever near Mbomo: more cases", "The Ebola virus spreads", "", "", (2003, 2, 25)),
            ("Ebola near Mbomo: more cases", "Contacts of the Ebola virus are followed", "", "", (2003, 3, 10)),
            ("Ebola near Mbomo: contacts released", "No new cases of Ebola", "", "", (2003, 4, 10)),
        ]);
        assert_eq!(parts(&rows, 0), [0, 1, 2, 3, 4, 5]);
        assert_eq!(parts(&rows, 5), [0, 1, 2, 3, 4, 5], "from its end too");
    }

    #[test]
    fn the_same_words_years_later_are_another_story() {
        let rows = with_others(&[
            ("Cholera outbreak in Lusaka", "Cholera cases in Lusaka", "", "", (2001, 2, 4)),
            ("Cholera outbreak in Lusaka spreads", "Cholera cases in Lusaka", "", "", (2001, 2, 20)),
            ("Cholera outbreak in Lusaka", "Cholera cases in Lusaka", "", "", (2004, 2, 4)),
        ]);
        assert_eq!(parts(&rows, 0), [0, 1]);
        assert_eq!(parts(&rows, 2), [2]);
    }

    #[test]
    fn words_that_only_older_releases_share_hide_no_part() {
        let rows = with_others(&[
            (
                "Cholera outbreak in Lusaka",
                "Kafue, Chongwe, Luangwa, Rufunsa, Chirundu, Siavonga",
                "",
                "",
                (2003, 3, 4),
            ),
            ("Cholera outbreak in Lusaka: wells closed", "Chilanga", "", "", (2003, 3, 20)),
            ("Bridges of the north", "Kafue, Chongwe, Luangwa, Rufunsa, Chirundu, Siavonga", "", "", (1998, 2, 4)),
        ]);
        assert_eq!(parts(&rows, 0), [0, 1]);
    }

    #[test]
    fn one_shared_word_is_no_story() {
        let rows = with_others(&[
            ("Cholera outbreak in Lusaka", "Cases among fishermen", "", "", (2003, 2, 4)),
            ("Cholera vaccine licensed", "A producer delivers", "", "", (2003, 2, 5)),
        ]);
        assert_eq!(parts(&rows, 0), [0]);
    }

    #[test]
    fn the_order_of_loading_does_not_matter() {
        let rows = with_others(&[
            ("Barrage at Belorado bursts", "Sludge reaches the town", "", "", (2003, 2, 4)),
            ("Barrage at Belorado: victims found", "Sludge is removed", "", "", (2003, 2, 6)),
            ("Owner of the barrage at Belorado charged", "Sludge was known to be unsafe", "", "", (2003, 5, 6)),
        ]);
        let titles = |rows: &[Row], of| {
            let mut titles: Vec<_> = parts(rows, of).into_iter().map(|at| rows[at as usize].0).collect();
            titles.sort_unstable();
            titles
        };
        let turned: Vec<Row> = rows.iter().rev().copied().collect();
        assert_eq!(titles(&rows, 0), titles(&turned, rows.len() as u32 - 1));
        assert_eq!(titles(&rows, 0).len(), 3);
    }

    #[test]
    fn a_cancelled_search_finds_nothing_and_an_unknown_id_no_story() {
        let catalog = catalog(&others());
        assert!(story(&catalog, &[0.into()], &mut || true).is_none());
        assert!(story(&catalog, &[], &mut || true).is_some_and(|parts| parts.is_empty()));
        let stories = Stories::default().with(&["no such id"], &catalog, &mut || false).expect("nobody cancels");
        assert!(stories.get("no such id").is_some_and(|parts| parts.is_empty()));
    }
}
