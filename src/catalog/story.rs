//! Detects releases of several sources that are one story.
//!
//! The rule: two releases of different sources are one story if they have the same link. If they have the same folded
//! title, one of these must also hold: their texts begin with the same 100 characters, within two days; or neither has
//! a text, the title has at least six words, both have the same day, and neither source has the title on another day. A
//! story takes at most one release from each source: what one source keeps apart stays apart. A link that one source
//! gives to several releases is ignored.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::{ReleaseIndex, ValueId};
use crate::release::{Date, Release, identity};
use crate::text::{fold, fold_into};

/// The distances in days between two releases with the same title and text, nearest first.
const NEAR: [i32; 5] = [0, 1, -1, 2, -2];
/// The number of characters that the texts of two releases must share.
const BEGINNING: usize = 100;
/// The number of words that make a title specific enough without a text.
const WORDS: usize = 6;
/// Marks a link that several releases of one source have.
const AMBIGUOUS: ReleaseIndex = ReleaseIndex::new(u32::MAX);
/// Marks a title that a source has on several days.
const SEVERAL: i32 = i32::MAX;

/// The stories so far.
#[derive(Debug, Default)]
pub struct Stories {
    links: FxHashMap<u64, ReleaseIndex>,
    /// The day and the story of each hash of title and text, of the first such release. Most releases share their text
    /// with none, and then this is the only table to look into.
    texts: FxHashMap<u64, (i32, ReleaseIndex)>,
    /// The same for other days.
    texts_again: FxHashMap<(u64, i32), ReleaseIndex>,
    /// Releases without a text, by the hash of the title and the day; with the source.
    titles: FxHashMap<(u64, i32), (ReleaseIndex, ValueId)>,
    /// The day of each long title of a source.
    days: FxHashMap<(u64, ValueId), i32>,
    /// The stories that have a release of the current source.
    taken: FxHashSet<ReleaseIndex>,
    /// The first release of the current source.
    first: ReleaseIndex,
    /// Used when sources come in turn: the source of each release, and the sources of each story.
    mixed: Option<Mixed>,
}

/// The sources of releases and stories, when releases come from several sources in turn.
#[derive(Debug, Default)]
struct Mixed {
    /// The source of each release that starts a story.
    own: Vec<ValueId>,
    others: FxHashSet<(ReleaseIndex, ValueId)>,
}

/// The features by which a release is matched.
#[derive(Debug, Clone, Copy)]
pub struct Traits {
    link: Option<u64>,
    /// Hashes of the title with the beginning of the summary, and with that of the full text.
    texts: [Option<u64>; 2],
    /// The hash of a title with enough words.
    title: Option<u64>,
    prints: Prints,
    has_text: bool,
    day: Option<i32>,
}

/// Short hashes of the link and the folded title of a release, 0 without one: two releases that differ in both are never
/// one story.
pub type Prints = [u32; 2];

/// The story that a release matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// No known story.
    None,
    /// This story.
    Story(ReleaseIndex),
    /// This story, unless one of the two sources has the title on another day, which later items decide.
    Perhaps(ReleaseIndex),
}

impl Traits {
    /// The features of a release.
    #[must_use]
    pub fn of(release: &Release) -> Self {
        let link = identity::page(release.url.as_str());
        let title = fold(release.title.as_str());
        let texts = [&release.summary, &release.body].map(|text| {
            let text = Some(text.as_str()).filter(|text| !text.is_empty() && !title.is_empty())?;
            Some(hash(&[&title, &beginning(text)?]))
        });
        let last_word = WORDS - 1;
        let is_long = if title.is_ascii() {
            title.split_ascii_whitespace().nth(last_word).is_some()
        } else {
            title.split_whitespace().nth(last_word).is_some()
        };
        let link = (!link.is_empty()).then(|| hash(&[&link]));
        let title = (!title.is_empty()).then(|| hash(&[&title]));
        Self {
            link,
            texts,
            title: title.filter(|_| is_long),
            prints: [link, title].map(|hash| hash.map_or(0, |hash| ((hash >> 32) as u32).max(1))),
            has_text: !release.summary.is_empty() || !release.body.is_empty(),
            day: release.date.map(Date::days_since_epoch),
        }
    }

    /// The short hashes.
    #[must_use]
    pub fn prints(&self) -> Prints {
        self.prints
    }

    /// Whether anything by which stories are found is the same: if nothing is, neither release can change the story of
    /// the other.
    #[must_use]
    pub fn is_related(&self, other: &Self) -> bool {
        let is_same = |one: Option<u64>, other: Option<u64>| one.is_some() && one == other;
        let has_text = |text: &Option<u64>| text.is_some() && other.texts.contains(text);
        is_same(self.link, other.link) || is_same(self.title, other.title) || self.texts.iter().any(has_text)
    }

    fn untold(&self) -> Option<(u64, i32)> {
        self.title.filter(|_| !self.has_text).zip(self.day)
    }
}

/// The first characters of a folded text, with white space collapsed. `None` if it is shorter.
fn beginning(text: &str) -> Option<String> {
    let text = text.trim();
    let mut folded = String::with_capacity(2 * BEGINNING);
    let mut size = BEGINNING;
    loop {
        // Whole words, because a mark folds into the letter before it.
        let blank = text.as_bytes().get(size..).and_then(|rest| rest.iter().position(u8::is_ascii_whitespace));
        let end = blank.map_or(text.len(), |at| size + at);
        folded.clear();
        fold_into(text.get(..end)?, &mut folded);
        let length = if folded.is_ascii() {
            Some(BEGINNING).filter(|&length| length <= folded.len())
        } else {
            folded.char_indices().nth(BEGINNING - 1).map(|(last, c)| last + c.len_utf8())
        };
        if let Some(length) = length {
            folded.truncate(length);
            return Some(folded);
        }
        if end == text.len() {
            return None;
        }
        size *= 2;
    }
}

/// The hash of parts of a release. Two releases with the same hash are taken to have the same parts.
fn hash(parts: &[&str]) -> u64 {
    FxBuildHasher.hash_one(parts)
}

impl Stories {
    /// Starts a source, whose first release is `first`.
    pub fn begin(&mut self, first: ReleaseIndex) {
        self.taken.clear();
        self.first = first;
        self.mixed = None;
    }

    /// From now on releases come from several sources in turn. Must be called before the first release.
    pub fn mix(&mut self) {
        self.mixed = Some(Mixed::default());
    }

    /// The story of a release. `source` is the current source, unless sources come in turn.
    pub fn find(&self, traits: Traits, source: ValueId) -> Found {
        let is_open = |story: &ReleaseIndex| self.is_open(*story, source);
        let by_link = traits.link.and_then(|link| self.links.get(&link)).copied().filter(is_open);
        let by_text = || {
            let day = traits.day?;
            let known = traits.texts.map(|text| Some((text?, *self.texts.get(&text?)?)));
            if known == [None, None] {
                return None;
            }
            let near = NEAR.iter().filter_map(|days| day.checked_add(*days));
            let of_day = |day| known.into_iter().flatten().filter_map(move |known| self.of_text(known, day));
            near.flat_map(of_day).find(is_open)
        };
        match by_link.or_else(by_text) {
            Some(story) => Found::Story(story),
            None => self.by_title(traits, source).map_or(Found::None, Found::Perhaps),
        }
    }

    /// The story with a text on a day, from what is known of the text.
    fn of_text(&self, (text, (first, story)): (u64, (i32, ReleaseIndex)), day: i32) -> Option<ReleaseIndex> {
        if first == day { Some(story) } else { self.texts_again.get(&(text, day)).copied() }
    }

    /// The story with the same title alone, as far as is known.
    pub fn by_title(&self, traits: Traits, source: ValueId) -> Option<ReleaseIndex> {
        let (title, day) = traits.untold()?;
        let &(story, other) = self.titles.get(&(title, day))?;
        let is_of_day = |source| self.days.get(&(title, source)).is_none_or(|known| *known == day);
        (self.is_open(story, source) && is_of_day(source) && is_of_day(other)).then_some(story)
    }

    fn is_open(&self, story: ReleaseIndex, source: ValueId) -> bool {
        match &self.mixed {
            None => story < self.first && !self.taken.contains(&story),
            Some(mixed) => {
                mixed.own.get(story.position()).is_some_and(|own| *own != source)
                    && !mixed.others.contains(&(story, source))
            }
        }
    }

    /// Records that a release of a source is part of a story, or starts one.
    pub fn add(&mut self, traits: Traits, story: ReleaseIndex, source: ValueId) {
        self.note_title(traits, source);
        match &mut self.mixed {
            None => drop(self.taken.insert(story)),
            Some(mixed) if mixed.own.len() == story.position() => mixed.own.push(source),
            Some(mixed) => drop(mixed.others.insert((story, source))),
        }
        if let Some(link) = traits.link {
            let known = self.links.entry(link).or_insert(story);
            if *known != story {
                *known = AMBIGUOUS;
            }
        }
        for text in traits.texts.into_iter().flatten() {
            if let Some(day) = traits.day {
                let (first, _) = *self.texts.entry(text).or_insert((day, story));
                if first != day {
                    self.texts_again.entry((text, day)).or_insert(story);
                }
            }
        }
        if let Some(title) = traits.untold() {
            self.titles.entry(title).or_insert((story, source));
        }
    }

    /// Records the day on which a source has a title.
    pub fn note_title(&mut self, traits: Traits, source: ValueId) {
        if let Some(title) = traits.title {
            // Without a date, any day is possible.
            let day = traits.day.unwrap_or(SEVERAL);
            let known = self.days.entry((title, source)).or_insert(day);
            if *known != day {
                *known = SEVERAL;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::Date;
    use crate::text::CleanBuf;

    fn release(url: &str, title: &str, text: &str, day: u32) -> Release {
        Release {
            url: CleanBuf::line(url),
            title: CleanBuf::line(title),
            summary: CleanBuf::block(text),
            date: Date::from_ymd(2018, 11, day),
            ..Release::default()
        }
    }

    #[test]
    fn texts_begin_with_the_same_characters_however_they_are_wrapped() {
        let long = "Éte\u{301} ".repeat(30);
        let text = |end: usize| "ab cd ".repeat(40).chars().take(end).collect::<String>();
        assert_eq!(beginning(&long), beginning(&format!("  {}", long.replace(' ', " \n\n"))));
        assert_eq!(beginning(&long).map(|text| text.chars().count()), Some(BEGINNING));
        assert_eq!(beginning(&"字".repeat(300)), Some("字".repeat(BEGINNING)));
        assert_eq!((beginning(&text(99)), beginning(&format!("{}   ", text(98)))), (None, None));
        assert_eq!(beginning(&text(100)).as_deref(), Some(&*text(100)));
        // What folds to nothing does not count.
        let marks = format!("{}{}", "a\u{301} ".repeat(500), text(100));
        assert_eq!(beginning(&marks), Some("a ".repeat(BEGINNING / 2)));
        assert_eq!(beginning(&format!("{}{}", "\u{301}".repeat(5_000), text(90))), None);
    }

    #[test]
    fn the_nearest_day_wins_and_each_source_gives_one_release() {
        let text = "The council met on Tuesday. ".repeat(4);
        let mut stories = Stories::default();
        stories.begin(0.into());
        for (number, day) in [(0, 1), (1, 3)] {
            stories.add(Traits::of(&release("", "Weekly update", &text, day)), ReleaseIndex::new(number), 1);
        }
        stories.begin(2.into());
        let of_day = |day| Traits::of(&release("", "WEEKLY  Update", &format!("{text} More."), day));
        let found = [2, 3, 5, 6].map(|day| stories.find(of_day(day), 2));
        assert_eq!(found, [Found::Story(1.into()), Found::Story(1.into()), Found::Story(1.into()), Found::None]);
        stories.add(of_day(3), 1.into(), 2);
        assert_eq!([3, 4].map(|day| stories.find(of_day(day), 2)), [Found::Story(0.into()), Found::None]);
    }

    #[test]
    fn a_title_alone_makes_no_story() {
        const LONG: &str = "Statement by the Minister of Foreign Affairs";
        let found = |one: (&str, &str, u32), other: (&str, &str, u32)| {
            let mut stories = Stories::default();
            stories.begin(0.into());
            stories.add(Traits::of(&release("https://a.invalid/1", one.0, one.1, one.2)), 0.into(), 1);
            stories.begin(1.into());
            stories.find(Traits::of(&release("https://b.invalid/1", other.0, other.1, other.2)), 2)
        };
        let text =
            "The ministry regrets the events of the last days and asks all parties to come back to the table at once.";
        let table = [
            ((LONG, "", 1), (LONG, "", 1), Found::Perhaps(0.into())),
            ((LONG, "", 1), (LONG, "", 2), Found::None),
            (("Press release of the ministry", "", 1), ("Press release of the ministry", "", 1), Found::None),
            ((LONG, "Read more", 1), (LONG, "Read more", 1), Found::None),
            ((LONG, text, 1), (LONG, "", 1), Found::None),
            ((LONG, text, 1), (LONG, &text.to_uppercase(), 3), Found::Story(0.into())),
            ((LONG, text, 1), (LONG, text, 4), Found::None),
            ((LONG, text, 1), ("Another statement", text, 1), Found::None),
            ((LONG, text, 1), (LONG, &format!("Bern. {text}"), 1), Found::None),
        ];
        for (one, other, story) in table {
            assert_eq!(found(one, other), story, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_title_that_a_source_has_on_several_days_makes_no_story() {
        let of_day = |day| Traits::of(&release("", "Newsletter of the society for old clocks", "", day));
        let mut stories = Stories::default();
        stories.begin(0.into());
        stories.add(of_day(8), 0.into(), 1);
        stories.begin(1.into());
        assert_eq!(stories.find(of_day(8), 2), Found::Perhaps(0.into()));
        stories.note_title(of_day(8), 2);
        assert_eq!(stories.by_title(of_day(8), 2), Some(0.into()));
        stories.add(of_day(1), 1.into(), 2);
        assert_eq!(stories.by_title(of_day(8), 2), None);
        stories.begin(2.into());
        assert_eq!(stories.find(of_day(8), 3), Found::Perhaps(0.into()));
        stories.note_title(of_day(1), 1);
        assert_eq!(stories.find(of_day(8), 3), Found::None);
    }
}
