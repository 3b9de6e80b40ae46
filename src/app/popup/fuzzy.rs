//! Finding by some letters, in a row or not, the best match first.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation;

use crate::text::fold;

/// Something that matches what is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FuzzyMatch {
    /// Its position among all.
    pub at: usize,
    /// Which graphemes of its name match, ascending.
    pub marks: Vec<usize>,
}

/// Each grapheme as the first letter of its folded form: positions in it are those of graphemes.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.graphemes(true).map(|grapheme| fold(grapheme).chars().next().unwrap_or(' '))
}

/// Those that match what is typed, the best first: by their name, then by name and what belongs to it together.
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
    // As they are listed where none is better.
    found.sort_by_key(|(score, _)| *score);
    found.into_iter().map(|(_, picked)| picked).collect()
}
