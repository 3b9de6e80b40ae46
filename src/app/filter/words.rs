//! The section “Words”: the phrases that distinguish the hits, with the chosen and excluded ones above the others.

use super::{Filter, Row};
use crate::catalog::Facet;
use crate::query::{Choice, Query};
use crate::text::{CleanBuf, fold_name};

/// The facets above the section at first: the topics.
const ABOVE: usize = 1;

/// The section.
#[derive(Debug, Clone)]
pub struct Words {
    /// The last answer.
    pub(in crate::app) found: FoundWords,
    /// The phrases of the rows, from the top.
    phrases: Vec<CleanBuf>,
    /// Whether the hits are compared with what came before them.
    pub is_rising: bool,
    /// Whether there are enough releases to compare.
    pub(in crate::app) is_possible: bool,
    /// Whether the section is hidden.
    pub(in crate::app) is_hidden: bool,
    /// The most phrases that are neither chosen nor excluded.
    pub(in crate::app) most: usize,
    /// The number of facets above the section.
    pub(in crate::app) above: usize,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            found: FoundWords::default(),
            phrases: Vec::new(),
            is_rising: false,
            is_possible: false,
            is_hidden: false,
            most: 0,
            above: ABOVE,
        }
    }
}

/// The phrases that distinguish some releases from others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundWords {
    /// What was compared; `None` before the first answer.
    pub compared: Option<Compared>,
    /// The number of days that the newest hits are from, if these were compared; `None` without one that has a date.
    pub days: Option<i32>,
    /// The phrases, best first.
    pub words: Vec<FoundWord>,
    /// What to say if there are no phrases.
    pub reason: NoWords,
    /// The number of hits of each phrase that the request names.
    pub named: Vec<FoundWord>,
    /// The size of the sample that chose the phrases, if not all hits did.
    pub sampled: Option<usize>,
}

/// A phrase with the number of releases that contain it, under all filters but the choice of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundWord {
    /// The phrase.
    pub phrase: CleanBuf,
    /// The number of hits.
    pub hits: u32,
}

/// Which releases are compared with which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// The hits with the whole archive.
    Hits,
    /// The newest hits with the whole archive.
    LastDays,
    /// The hits with all earlier releases.
    RisingHits,
    /// The newest hits with all earlier releases.
    RisingLastDays,
}

/// Why there are no words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NoWords {
    /// No word distinguishes the hits.
    #[default]
    NotTypical,
    /// No hit has a date.
    Undated,
    /// All dates of the hits are after today.
    Future,
    /// No release is left to compare the hits with.
    NoOthers,
    /// No release is older than the hits.
    NoEarlier,
}

/// A row of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordRow {
    /// Its index among the phrases of the section.
    pub at: usize,
    /// The number of hits under the other filters, if known.
    pub count: Option<u32>,
    /// Whether it is chosen.
    pub is_chosen: bool,
    /// Whether it is excluded.
    pub is_excluded: bool,
}

impl Words {
    /// The phrase of a row.
    #[must_use]
    pub fn phrase(&self, row: WordRow) -> Option<&CleanBuf> {
        self.phrases.get(row.at)
    }

    /// Whether no words were found and none is chosen or excluded.
    pub(in crate::app) fn has_none(&self) -> bool {
        self.found.compared.is_some() && self.phrases.is_empty()
    }

    /// What was compared.
    #[must_use]
    pub fn compared(&self) -> Option<Compared> {
        self.found.compared
    }

    /// The number of days that the newest hits are from, if these were compared and have dates.
    #[must_use]
    pub fn days(&self) -> Option<i32> {
        self.found.days
    }

    /// The number of hits of a phrase, if it was counted.
    #[must_use]
    pub fn count_of(&self, phrase: &str) -> Option<u32> {
        self.count(&fold_name(phrase))
    }

    fn count(&self, folded: &str) -> Option<u32> {
        let all = self.found.words.iter().chain(&self.found.named);
        all.into_iter().find(|word| fold_name(word.phrase.as_str()) == folded).map(|word| word.hits)
    }
}

impl Filter {
    /// Appends the section.
    pub(super) fn word_rows(&mut self, query: &Query) {
        let words = &mut self.words;
        words.phrases.clear();
        if words.is_hidden || !words.is_possible || words.found.compared.is_none() {
            return;
        }
        let (chosen, excluded) = (query.chosen(Choice::Words), query.excluded(Choice::Words));
        let named = chosen.iter().map(|phrase| (phrase, true)).chain(excluded.iter().map(|phrase| (phrase, false)));
        let mut rows: Vec<Row> = Vec::new();
        let mut known: Vec<String> = Vec::new();
        for (phrase, is_chosen) in named {
            let folded = fold_name(phrase).into_owned();
            if folded.is_empty() || known.contains(&folded) {
                continue;
            }
            let count = words.count(&folded);
            rows.push(Row::Word(WordRow { at: rows.len(), count, is_chosen, is_excluded: !is_chosen }));
            // As the archive spells it, if it does.
            let found = words.found.words.iter().find(|word| fold_name(word.phrase.as_str()) == folded);
            words.phrases.push(found.map_or_else(|| CleanBuf::line(phrase), |word| word.phrase.clone()));
            known.push(folded);
        }
        let others = words.found.words.iter().take(words.most);
        for word in others.filter(|word| !known.iter().any(|known| fold_name(word.phrase.as_str()) == *known)) {
            let row = WordRow { at: rows.len(), count: Some(word.hits), is_chosen: false, is_excluded: false };
            rows.push(Row::Word(row));
            words.phrases.push(word.phrase.clone());
        }
        if !self.rows.is_empty() {
            self.rows.push(Row::Blank);
        }
        self.rows.push(Row::Words);
        self.rows.extend(words.found.sampled.map(Row::WordsSample));
        self.rows.extend(rows.is_empty().then_some(Row::NoWords(words.found.reason)));
        self.rows.extend(rows);
    }

    /// The facets from the top, divided at the section.
    pub(super) fn around_words(&self) -> (Vec<Facet>, Vec<Facet>) {
        let mut above: Vec<Facet> = self.facets().collect();
        let below = above.split_off(self.words.above.min(above.len()));
        (above, below)
    }

    /// Returns the phrase of a row of the section.
    #[must_use]
    pub fn phrase_of(&self, row: Option<Row>) -> Option<&CleanBuf> {
        match row {
            Some(Row::Word(row)) => self.words.phrase(row),
            _ => None,
        }
    }

    /// Whether the cursor is in the section.
    #[must_use]
    pub fn is_at_words(&self) -> bool {
        matches!(self.selected(), Some(Row::Word(_) | Row::NoWords(_)))
    }

    /// Puts the cursor on the first phrase, with the section in view in a pane of so many lines. Returns whether the
    /// section is shown.
    pub(in crate::app) fn jump_to_words(&mut self, lines: usize) -> bool {
        let Some(heading) = self.rows.iter().position(|row| matches!(row, Row::Words)) else { return false };
        let is_word = |row: &Row| matches!(row, Row::Word(_) | Row::NoWords(_));
        self.cursor.at = self.rows.iter().position(is_word).unwrap_or(heading);
        let last = self.rows.iter().rposition(is_word).unwrap_or(heading);
        if last >= self.cursor.top + lines {
            self.cursor.top = heading;
        }
        true
    }

    /// Moves the section above the facet before it that is shown, or below the one after it. Returns whether there is
    /// one.
    pub(in crate::app) fn move_words(&mut self, up: bool) -> bool {
        let facets: Vec<Facet> = self.facets().collect();
        let above = self.words.above.min(facets.len());
        let is_shown =
            |facet: Facet| self.rows.iter().any(|row| matches!(row, Row::Heading(heading) if heading.facet == facet));
        let to = if up {
            facets[..above].iter().rposition(|&facet| is_shown(facet))
        } else {
            facets[above..].iter().position(|&facet| is_shown(facet)).map(|at| above + at + 1)
        };
        self.words.above = to.unwrap_or(above);
        to.is_some()
    }
}
