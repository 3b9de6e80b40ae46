//! Fuzzy matching of names.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation;

use crate::text::fold;

/// A match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FuzzyMatch {
    /// The index among all texts.
    pub at: usize,
    /// The indices of the matching graphemes of the name, ascending.
    pub marks: Vec<usize>,
}

/// Maps each grapheme to the first letter of its folded form, so that indices are those of graphemes.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.graphemes(true).map(|grapheme| fold(grapheme).chars().next().unwrap_or(' '))
}

/// Returns the texts that match, best first: matches of the name, then matches of name and details together.
pub(super) fn matching<'a>(typed: &str, texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<FuzzyMatch> {
    let folded = fold(typed);
    let pattern = Pattern::new(&folded, CaseMatching::Respect, Normalization::Never, AtomKind::Fuzzy);
    let mut config = Config::DEFAULT;
    config.prefer_prefix = true;
    let mut matcher = Matcher::new(config);
    let mut indices = Vec::new();
    let mut score = |letters: &[char]| {
        indices.clear();
        let score = pattern.indices(Utf32Str::Unicode(letters), &mut matcher, &mut indices)?;
        let mut marks: Vec<usize> = indices.iter().map(|&at| at as usize).collect();
        marks.sort_unstable();
        marks.dedup();
        Some((Reverse(score), marks))
    };
    let mut found = Vec::new();
    for (at, (name, besides)) in texts.into_iter().enumerate() {
        let mut all: Vec<char> = letters(name).collect();
        let end = all.len();
        let by_name = score(&all);
        let is_by_text = by_name.is_none();
        all.extend([' '].into_iter().chain(letters(besides)));
        if let Some((score, mut marks)) = by_name.or_else(|| score(&all)) {
            marks.retain(|&at| at < end);
            found.push(((is_by_text, score), FuzzyMatch { at, marks }));
        }
    }
    // A stable sort: equal matches keep their order.
    found.sort_by_key(|(score, _)| *score);
    found.into_iter().map(|(_, picked)| picked).collect()
}
