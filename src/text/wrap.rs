//! Line wrapping.
//!
//! Break opportunities come from Unicode's line breaking algorithm (UAX 14), widths from [`mod@super::width`], and the
//! choice of breaks from textwrap, which balances the lines of a paragraph. Results are byte ranges of the text:
//! nothing is copied, and no hyphen is added.

use std::ops::Range;

use textwrap::core::Fragment;
use textwrap::wrap_algorithms::{Penalties, wrap_first_fit, wrap_optimal_fit};
use textwrap::{WordSeparator, WordSplitter};
use unicode_segmentation::UnicodeSegmentation;

use super::Clean;
use super::width::{grapheme_width, truncate, width};

/// Longer paragraphs are filled line by line: balancing takes four times as long, and a text of this length is not read
/// as one paragraph.
const MAX_BALANCED: usize = 16 * 1024;
/// Outweighs any number of short lines, so that balancing never makes a line too long.
const OVERFLOW_PENALTY: usize = 1_000_000_000;

/// Returns the lines of a block as byte ranges. Each is at most this many columns wide (0 counts as 1), without the
/// spaces at its end. An empty line is an empty range; an empty text has no lines. Only a grapheme wider than the
/// columns sticks out, alone on its line.
#[must_use]
pub fn wrap(text: Clean<'_>, columns: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for paragraph in text.as_str().split_terminator('\n') {
        wrap_paragraph(paragraph, start, columns.max(1), &mut lines);
        start += paragraph.len() + 1;
    }
    lines
}

/// Returns the first `limit` lines of a text without line breaks, each as full as possible, and whether the last one is
/// cut. A cut line may end within a word, and leaves a column free for [`ELLIPSIS`](super::width::ELLIPSIS).
#[must_use]
pub fn fill_lines(text: Clean<'_>, columns: usize, limit: usize) -> (Vec<Range<usize>>, bool) {
    let (columns, limit) = (columns.max(1), limit.max(1));
    // Measure only the visible part: a hostile title may have megabytes.
    let seen = if text.as_str().len() > columns * limit * 8 { truncate(text, columns * limit).0 } else { text };
    let is_short = |text: &str| text.len() <= columns || width(text) <= columns;
    let lines = if limit == 1 || is_short(seen.as_str()) {
        Vec::new()
    } else {
        let pieces = pieces(seen.as_str(), columns);
        let filled = wrap_first_fit(&pieces, &[f64::from(u32::try_from(columns).unwrap_or(u32::MAX))]);
        filled.iter().filter_map(|line| Some(line.first()?.start..line.last()?.end)).collect()
    };
    let is_whole = seen.as_str().len() == text.as_str().len();
    if !lines.is_empty() && lines.len() <= limit && is_whole {
        return (lines, false);
    }
    let mut lines = lines;
    lines.truncate(limit);
    let start = lines.pop().map_or(0, |line| line.start);
    let rest = text.get(start..text.as_str().len()).unwrap_or_default();
    let (shown, is_cut) = truncate(rest, columns);
    lines.push(start..start + shown.as_str().trim_end_matches(' ').len());
    (lines, is_cut)
}

/// Splits a line into parts, broken only where no column is left. Returns byte ranges. `gap` returns the number of
/// extra columns before a byte. An empty line is one empty range.
#[must_use]
pub fn cut(line: Clean<'_>, columns: usize, gap: impl Fn(usize) -> usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (at, grapheme) in line.as_str().grapheme_indices(true) {
        let more = gap(at) + grapheme_width(grapheme);
        if used > 0 && used + more > columns {
            parts.push(start..at);
            (start, used) = (at, 0);
        }
        used += more;
    }
    parts.push(start..line.as_str().len());
    parts
}

/// Appends the lines of a text without line breaks that begins at byte `start`.
fn wrap_paragraph(text: &str, start: usize, columns: usize, lines: &mut Vec<Range<usize>>) {
    let visible = text.trim_end_matches(' ');
    // A text never has more columns than bytes.
    if visible.len() <= columns || width(visible) <= columns {
        lines.push(start..start + visible.len());
        return;
    }
    let pieces = pieces(text, columns);
    let whole = |line: &[Piece]| match line {
        [first, .., last] => start + first.start..start + last.end,
        [only] => start + only.start..start + only.end,
        [] => start..start,
    };
    lines.extend(fill(text, &pieces, columns).into_iter().map(whole));
}

fn fill<'p>(text: &str, pieces: &'p [Piece], columns: usize) -> Vec<&'p [Piece]> {
    let widths = [f64::from(u32::try_from(columns).unwrap_or(u32::MAX))];
    if text.len() <= MAX_BALANCED {
        let penalties = Penalties { overflow_penalty: OVERFLOW_PENALTY, ..Penalties::new() };
        if let Ok(lines) = wrap_optimal_fit(pieces, &widths, &penalties)
            && lines.iter().all(|line| line.len() == 1 || line_width(line) <= columns)
        {
            return lines;
        }
    }
    wrap_first_fit(pieces, &widths)
}

fn line_width(line: &[Piece]) -> usize {
    let blanks = line.iter().rev().skip(1).map(|piece| piece.blanks as usize).sum::<usize>();
    line.iter().map(|piece| piece.columns as usize).sum::<usize>() + blanks
}

/// A part of a paragraph that stays on one line, and the spaces after it.
#[derive(Debug)]
struct Piece {
    start: usize,
    /// The start of its spaces.
    end: usize,
    columns: u32,
    blanks: u32,
}

impl Fragment for Piece {
    fn width(&self) -> f64 {
        f64::from(self.columns)
    }

    fn whitespace_width(&self) -> f64 {
        f64::from(self.blanks)
    }

    fn penalty_width(&self) -> f64 {
        0.0
    }
}

fn pieces(text: &str, columns: usize) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(text.len() / 6);
    let mut start = 0;
    for end in opportunities(text) {
        push_pieces(text, start..end, columns, &mut pieces);
        start = end;
    }
    pieces
}

/// Returns the bytes at which a line may end; the last is the end of the text.
fn opportunities(text: &str) -> Vec<usize> {
    // textwrap 0.16 drops the last opportunity if the text ends with a hyphen.
    let body = text.trim_end_matches('-');
    let mut ends = Vec::with_capacity(text.len() / 6);
    let mut start = 0;
    for word in WordSeparator::UnicodeBreakProperties.find_words(body) {
        let hyphens = WordSplitter::HyphenSplitter.split_points(word.word);
        ends.extend(hyphens.into_iter().map(|at| start + at));
        start += word.word.len() + word.whitespace.len();
        ends.push(start);
    }
    if body.len() < text.len() {
        if !body.ends_with(' ') {
            ends.pop();
        }
        ends.push(text.len());
    }
    ends
}

/// Appends the text between two opportunities: one piece, or several if it is too wide.
fn push_pieces(text: &str, range: Range<usize>, columns: usize, pieces: &mut Vec<Piece>) {
    let Some(word) = text.get(range.clone()) else { return };
    let visible = word.trim_end_matches(' ');
    let blanks = (word.len() - visible.len()) as u32;
    let (mut start, mut used) = (range.start, width(visible));
    if used > columns {
        used = 0;
        for (at, grapheme) in visible.grapheme_indices(true) {
            let (end, more) = (range.start + at, grapheme_width(grapheme));
            if grapheme == " " {
                // The algorithm keeps the space after an opening bracket, but there is no room for it.
                pieces.push(Piece { start, end, columns: used as u32, blanks: 1 });
                (start, used) = (end + 1, 0);
                continue;
            }
            if used > 0 && used + more > columns {
                pieces.push(Piece { start, end, columns: used as u32, blanks: 0 });
                (start, used) = (end, 0);
            }
            used += more;
        }
    }
    let end = range.start + visible.len();
    pieces.push(Piece { start, end, columns: used as u32, blanks });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::CleanBuf;

    #[track_caller]
    fn check(text: &str, columns: usize, expected: &[&str]) {
        let clean = CleanBuf::block(text);
        let lines = wrap(clean.as_clean(), columns);
        let lines: Vec<&str> = lines.into_iter().filter_map(|line| clean.as_str().get(line)).collect();
        assert_eq!(lines, expected, "{text:?} in {columns}");
    }

    #[test]
    fn lines_break_at_spaces_and_are_balanced() {
        check("", 10, &[]);
        check("one line", 10, &["one line"]);
        check("to be or not to be", 9, &["to be or", "not to be"]);
        check("one\n\ntwo three", 5, &["one", "", "two", "three"]);
    }

    #[test]
    fn lines_break_where_the_script_allows() {
        check("보도자료 배포", 9, &["보도자료", "배포"]);
        check("漢字仮名", 4, &["漢字", "仮名"]);
        check("漢字。仮名", 4, &["漢", "字。", "仮名"]);
        check("a Franco-German pact", 9, &["a Franco-", "German", "pact"]);
        check("two words-", 6, &["two", "words-"]);
        check("two words -", 6, &["two", "words", "-"]);
    }

    #[test]
    fn a_long_word_breaks_between_graphemes() {
        check("abcdefgh", 3, &["abc", "def", "gh"]);
        check("e\u{301}e\u{301}e\u{301}", 2, &["e\u{301}e\u{301}", "e\u{301}"]);
    }

    #[test]
    fn lines_are_filled_up_to_a_limit() {
        let filled = |text: &str, columns, limit| {
            let clean = CleanBuf::line(text);
            let (lines, is_cut) = fill_lines(clean.as_clean(), columns, limit);
            let lines: Vec<_> = lines.into_iter().filter_map(|line| clean.as_str().get(line)).collect();
            (lines.join("/"), is_cut)
        };
        let check = |text, columns, limit, expected: &str, is_cut| {
            assert_eq!(filled(text, columns, limit), (expected.to_owned(), is_cut), "{text} in {columns}, {limit}");
        };
        check("", 9, 2, "", false);
        check("to be", 9, 2, "to be", false);
        check("to be or not to be", 9, 1, "to be or", true);
        check("to be or not to be", 9, 2, "to be or/not to be", false);
        check("to be or not to be that is", 9, 2, "to be or/not to b", true);
        check("to be or not to be that is", 9, 9, "to be or/not to be/that is", false);
        check("漢字仮名漢字", 5, 2, "漢字/仮名", true);
        check("abcdefgh", 3, 2, "abc/de", true);
        check("to be", 0, 0, "", true);
        assert!(filled(&"word ".repeat(99_999), 10, 2).1);
    }

    #[test]
    fn cut_breaks_only_where_no_column_is_left() {
        let clean = CleanBuf::line("if x {漢字}");
        let parts = |columns, gaps: &[(usize, usize)]| -> Vec<&str> {
            let gap = |at| gaps.iter().find(|gap| gap.0 == at).map_or(0, |gap| gap.1);
            cut(clean.as_clean(), columns, gap).into_iter().filter_map(|part| clean.as_str().get(part)).collect()
        };
        assert_eq!(parts(20, &[]), ["if x {漢字}"]);
        assert_eq!(parts(7, &[]), ["if x {", "漢字}"]);
        assert_eq!(parts(7, &[(0, 4)]), ["if ", "x {漢字", "}"]);
        assert_eq!(parts(0, &[]).concat(), "if x {漢字}");
        assert_eq!(cut(Clean::default(), 7, |_| 0).len(), 1);
    }

    #[test]
    fn a_grapheme_too_wide_stands_alone() {
        check("漢字", 1, &["漢", "字"]);
        check("a漢b", 0, &["a", "漢", "b"]);
    }

    #[test]
    fn a_paragraph_too_long_to_balance_is_filled() {
        let text = "word ".repeat(MAX_BALANCED);
        let lines = wrap(CleanBuf::block(&text).as_clean(), 10);
        assert_eq!(lines.len(), MAX_BALANCED / 2);
        assert!(lines.into_iter().all(|line| line.len() == "word word".len()));
    }

    #[test]
    fn balancing_on_wide_screens_makes_no_line_too_long() {
        let text = format!("{} {} x", "a".repeat(150), "b".repeat(51));
        let clean = CleanBuf::block(&text);
        assert!(wrap(clean.as_clean(), 200).into_iter().all(|line| line.len() <= 200));
    }
}
