//! The sentence around a match that is only in the text of a release.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::catalog::ReleaseRef;
use crate::query::Needle;
use crate::text::{Clean, CleanBuf, truncate, width};
use crate::typeset::unwrapped;

/// What ends a sentence, with the blank after it.
const SENTENCE_ENDS: [&str; 4] = [". ", "! ", "? ", "。"];

/// A part of a text that fits on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The text.
    pub text: CleanBuf,
    /// The matches in it.
    pub found: Vec<Range<usize>>,
    /// Whether it begins within a sentence.
    pub is_cut_before: bool,
    /// Whether the paragraph continues after it.
    pub is_cut_after: bool,
}

/// Returns the needles that a release contains in its text, but not in its title. `folded` is its folded text.
pub fn missing_in_title<'n>(folded: &str, needles: &'n [Needle]) -> impl Iterator<Item = &'n Needle> {
    let (title, text) = folded.split_once('\n').unwrap_or_default();
    needles.iter().filter(move |needle| !needle.is_in(title) && needle.is_in(text))
}

/// Returns the part of a release's text around the first match of a needle that the title lacks, in whole words that fit
/// into `columns`. `folded` is the release's folded text.
#[must_use]
pub fn snippet(release: &ReleaseRef<'_>, folded: &str, needles: &[Needle], columns: usize) -> Option<Snippet> {
    missing_in_title(folded, needles).find_map(|needle| {
        [release.summary(), release.body()].into_iter().find_map(|text| {
            let text = text.as_clean();
            let hit = needle.first_match(text.as_str())?;
            let (paragraph, hit) = paragraph(text, hit)?;
            let mut snippet = around(paragraph.as_clean(), &hit, columns)?;
            snippet.found = needles.iter().flat_map(|needle| needle.matches(snippet.text.as_str())).collect();
            Some(snippet)
        })
    })
}

/// Returns the text between two blank lines that contains a hit, without hard wrapping, and the hit in it.
fn paragraph(text: Clean<'_>, hit: Range<usize>) -> Option<(CleanBuf, Range<usize>)> {
    let whole = text.as_str();
    let start = whole.get(..hit.start)?.rfind("\n\n").map_or(0, |end| end + 2);
    let end = whole.get(hit.end..)?.find("\n\n").map_or(whole.len(), |end| hit.end + end);
    let paragraph = text.get(start..end)?;
    // Positions stay the same.
    let paragraph = unwrapped(paragraph, &[]).unwrap_or_else(|| paragraph.to_buf());
    Some((paragraph, hit.start - start..hit.end - start))
}

/// Returns the part of a paragraph around a hit. It begins with the sentence if that leaves room for the hit.
fn around(text: Clean<'_>, hit: &Range<usize>, columns: usize) -> Option<Snippet> {
    // Both ends may need an ellipsis.
    let room = columns.saturating_sub(width(text.as_str().get(hit.clone())?) + 2);
    let before = text.as_str().get(..hit.start)?;
    let paragraph = before.rfind('\n').map_or(0, |end| end + 1);
    let (start, is_cut_before) = start_before(before.get(paragraph..)?, room);
    let start = paragraph + start;
    let end = text.as_str().get(hit.end..)?.find('\n').map_or(text.as_str().len(), |end| hit.end + end);
    let rest = text.get(start..end)?;
    let (shown, is_cut_after) = truncate(rest, columns.saturating_sub(usize::from(is_cut_before)));
    let shown = shown.as_str();
    let word_end = shown.rfind(' ').filter(|&at| is_cut_after && start + at >= hit.end).unwrap_or(shown.len());
    Some(Snippet { text: CleanBuf::line(shown.get(..word_end)?), found: Vec::new(), is_cut_before, is_cut_after })
}

/// Returns where to begin with at most `room` columns of the text before a hit, and whether that is within a sentence:
/// where the sentence begins if it fits, else at the first word of the last `room / 2` columns.
///
/// A paragraph may have millions of words, so this walks back from the hit and stops where the room ends.
fn start_before(before: &str, room: usize) -> (usize, bool) {
    let mut word = before.len();
    let mut end = before.len();
    let mut used = 0;
    let starts = before.grapheme_indices(true).rev().map(|(at, _)| at);
    for at in std::iter::once(before.len()).chain(starts) {
        used += before.get(at..end).map_or(0, width);
        end = at;
        let Some(lead) = before.get(..at).filter(|_| used <= room) else { break };
        if lead.is_empty() || SENTENCE_ENDS.iter().any(|end| lead.ends_with(end)) {
            return (at, false);
        }
        if used <= room / 2 && lead.ends_with(' ') {
            word = at;
        }
    }
    (word, true)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::catalog::ReleaseIndex;
    use crate::catalog::tests::catalog;

    #[test]
    fn the_sentence_of_the_first_match_is_shown_in_whole_words() {
        let text =
            "Ministers met.\nIt rained. The accord on the water of the northern rivers was signed by nine countries.";
        let catalog = catalog(&[("A title with rain", text, "", "", (2018, 11, 2))]);
        let release = catalog.release(0.into()).expect("a release");
        let shown = |needles: &[&str], columns| {
            let needles: Vec<Needle> =
                needles.iter().filter_map(|&needle| Needle::anywhere(needle.to_owned())).collect();
            snippet(&release, catalog.folded(ReleaseIndex::new(0)), &needles, columns).map(|found| {
                let dots = |is_cut| if is_cut { "…" } else { "" };
                let line = format!("{}{}{}", dots(found.is_cut_before), found.text, dots(found.is_cut_after));
                assert!(width(&line) <= columns, "{line}");
                line
            })
        };
        assert_eq!(shown(&["met"], 40).as_deref(), Some("Ministers met."));
        assert_eq!(
            shown(&["rivers"], 60).as_deref(),
            Some("The accord on the water of the northern rivers was signed…")
        );
        assert_eq!(shown(&["rivers"], 30).as_deref(), Some("…northern rivers was signed…"));
        assert_eq!(shown(&["nine"], 30).as_deref(), Some("…signed by nine countries."));
        assert_eq!(shown(&["rain", "rivers"], 30), shown(&["rivers"], 30), "the title shows the other word");
        assert_eq!(shown(&["ministers", "met. it"], 30).as_deref(), Some("Ministers met."));
        assert_eq!(shown(&["met. it"], 30).as_deref(), Some("Ministers met. It rained. The…"), "the match is shown");
        assert_eq!(shown(&["rain"], 30), None);
        assert_eq!(shown(&["snow"], 30), None);
    }

    #[test]
    fn a_sentence_of_hard_wrapped_text_is_shown_across_its_lines() {
        let text = "The ministers for water of nine countries met in the capital on Tuesday\n\
                    and agreed on common rules for the great rivers of the continent, which\n\
                    have carried less water in each of the last six summers.";
        let catalog = catalog(&[("A title", text, "", "", (2018, 11, 2))]);
        let release = catalog.release(ReleaseIndex::new(0)).expect("a release");
        let needles = [Needle::anywhere("tuesday and agreed".to_owned()).expect("a needle")];
        let found = snippet(&release, catalog.folded(ReleaseIndex::new(0)), &needles, 60).expect("a snippet");
        assert_eq!(found.text.as_str(), "in the capital on Tuesday and agreed on common rules for");
        assert_eq!(found.found.len(), 1);
    }

    #[test]
    fn the_time_is_proportional_to_the_length_of_a_paragraph() {
        // The shortest of several runs, so that other programs do not count.
        let time = |words: usize| {
            let text = "water ".repeat(words) + "rivers and lakes";
            let text = CleanBuf::line(&text);
            let hit = words * 6..words * 6 + 6;
            let runs = (0..5).map(|_| {
                let begun = Instant::now();
                let found = around(text.as_clean(), &hit, 40).expect("a snippet");
                assert_eq!((found.text.as_str(), found.is_cut_before), ("water water rivers and lakes", true));
                begun.elapsed()
            });
            runs.min().expect("a run")
        };
        let (short, long) = (time(2_000), time(200_000));
        assert!(long < 1_000 * short.max(Duration::from_micros(10)), "{short:?} for 12 kB, {long:?} for 1.2 MB");
    }
}
