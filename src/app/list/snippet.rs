//! The sentence around a match that is only in the text of a release.

use std::ops::Range;

use crate::catalog::ReleaseRef;
use crate::text::{Clean, find_folded, truncate, width};

/// A part of a text that fits on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet<'a> {
    /// The text.
    pub text: &'a str,
    /// Whether it begins within a sentence.
    pub is_cut_before: bool,
    /// Whether the paragraph continues after it.
    pub is_cut_after: bool,
}

/// Returns the part of a release's text around the first match of a needle, in whole words that fit into `columns`.
#[must_use]
pub fn snippet<'a>(release: &ReleaseRef<'a>, needles: &[String], columns: usize) -> Option<Snippet<'a>> {
    let missing = |needle: &&String| find_folded(release.title().as_str(), needle).is_empty();
    needles.iter().filter(missing).find_map(|needle| {
        let mut texts = [release.summary(), release.body()].into_iter();
        texts.find_map(|text| around_first(text, needle, columns))
    })
}

fn around_first<'a>(text: Clean<'a>, needle: &str, columns: usize) -> Option<Snippet<'a>> {
    let mut start = 0;
    text.as_str().split('\n').find_map(|paragraph| {
        let clean = text.get(start..start + paragraph.len()).unwrap_or_default();
        start += paragraph.len() + 1;
        let hit = find_folded(paragraph, needle).into_iter().next()?;
        around(clean, &hit, columns)
    })
}

/// Returns the part of a paragraph around a hit. It begins with the sentence if that leaves room for the hit.
fn around<'a>(paragraph: Clean<'a>, hit: &Range<usize>, columns: usize) -> Option<Snippet<'a>> {
    let text = paragraph.as_str();
    let before = text.get(..hit.start)?;
    let sentence = [". ", "! ", "? ", "。"].iter().filter_map(|end| Some(before.rfind(end)? + end.len())).max();
    let sentence = sentence.unwrap_or(0);
    // Both ends may need an ellipsis.
    let room = columns.saturating_sub(width(text.get(hit.clone())?) + 2);
    let fits = |at: usize, room: usize| before.get(at..).is_some_and(|lead| width(lead) <= room);
    let start = if fits(sentence, room) {
        sentence
    } else {
        let words = before.match_indices(' ').map(|(blank, _)| blank + 1).filter(|&at| at > sentence);
        words.into_iter().find(|&at| fits(at, room / 2)).unwrap_or(hit.start)
    };
    let rest = paragraph.get(start..text.len())?;
    let (shown, is_cut) = truncate(rest, columns.saturating_sub(usize::from(start > sentence)));
    let shown = shown.as_str();
    let word_end = shown.rfind(' ').filter(|&at| is_cut && start + at >= hit.end).unwrap_or(shown.len());
    Some(Snippet { text: shown.get(..word_end)?, is_cut_before: start > sentence, is_cut_after: is_cut })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    #[test]
    fn the_sentence_of_the_first_match_is_shown_in_whole_words() {
        let text =
            "Ministers met.\nIt rained. The accord on the water of the northern rivers was signed by nine countries.";
        let catalog = catalog(&[("A title with rain", text, "", "", (2018, 11, 2))]);
        let release = catalog.release(0).expect("a release");
        let shown = |needles: &[&str], columns| {
            let needles: Vec<String> = needles.iter().map(|&needle| needle.to_owned()).collect();
            snippet(&release, &needles, columns).map(|found| {
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
        assert_eq!(shown(&["rain"], 30), None);
        assert_eq!(shown(&["snow"], 30), None);
    }
}
