//! The first match in a long text.

use std::ops::Range;

use memchr::memmem;

use super::fold::{find_folded_where, fold_into};

/// The number of bytes that are folded before each search.
const PIECE: usize = 4096;

/// Finds the first match of an already folded needle that passes a test, like [`find_folded_where`]. Folds the text only up
/// to the match, and maps only the neighbourhood of the match to graphemes, which takes many times as long as folding.
///
/// The test gets a folded text that may end before a blank or an ideograph; it must not depend on what follows these.
#[must_use]
pub fn find_first_folded(
    text: &str,
    needle: &str,
    is_wanted: impl Fn(&str, &Range<usize>) -> bool,
) -> Option<Range<usize>> {
    find_in_pieces(text, needle, is_wanted, PIECE)
}

fn find_in_pieces(
    text: &str,
    needle: &str,
    is_wanted: impl Fn(&str, &Range<usize>) -> bool,
    piece: usize,
) -> Option<Range<usize>> {
    let finder = memmem::Finder::new(needle);
    let mut folded = String::new();
    // Where each piece begins in the folded text and in the text.
    let mut starts = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = piece_end(text, start + piece);
        let mut seen = folded.len().saturating_sub(needle.len());
        starts.push((folded.len(), start));
        fold_into(text.get(start..end)?, &mut folded);
        while let Some(at) = finder.find(folded.as_bytes().get(seen..)?) {
            if !is_wanted(&folded, &(seen + at..seen + at + needle.len())) {
                seen += at + 1;
                continue;
            }
            let piece = starts.partition_point(|(begin, _)| *begin <= seen + at).saturating_sub(1);
            let (_, from) = *starts.get(piece)?;
            let found = find_folded_where(text.get(from..end)?, needle, &is_wanted).into_iter().next()?;
            return Some(from + found.start..from + found.end);
        }
        start = end;
    }
    None
}

/// Returns the first byte from `least` on at which a text can be divided: before a single blank or an ideograph, which
/// begin a grapheme and fold to themselves whatever is before them.
fn piece_end(text: &str, least: usize) -> usize {
    let mut before = ' ';
    let start = (least.min(text.len())..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    for (at, c) in text.get(start..).unwrap_or_default().char_indices() {
        let is_blank = c == ' ' && !before.is_whitespace() && !super::is_invisible(before);
        if at > 0 && (is_blank || ('\u{4E00}'..='\u{9FFF}').contains(&c)) {
            return start + at;
        }
        before = c;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::{find_folded, fold};

    fn all(_: &str, _: &Range<usize>) -> bool {
        true
    }

    #[test]
    fn a_match_in_a_long_text_is_found_where_it_is() {
        for filler in ["water and wind, ", "Zürich ", "漢字仮名", "abc\n", "한글 ", "x"] {
            let before = filler.repeat(40_000);
            let text = before.clone() + "The Écluse of Ğ" + filler;
            let at = before.len() + "The ".len();
            assert_eq!(find_first_folded(&text, "ecluse of", all), Some(at..at + "Écluse of".len()), "{filler}");
            assert_eq!(find_first_folded(&text, "ecluse off", all), None);
        }
        assert_eq!(find_first_folded("text", "", all), None);
    }

    proptest! {
        #[test]
        fn the_first_match_is_the_one_of_all_matches(
            text in "[aábＡ漢\u{200B}\u{301}\u{3099}カ \n]{0,60}",
            needle in "[aab漢カガ ]{1,4}",
            piece in 1_usize..9,
        ) {
            let needle = fold(&needle);
            prop_assert_eq!(find_in_pieces(&text, &needle, all, piece), find_folded(&text, &needle).into_iter().next());
        }
    }
}
