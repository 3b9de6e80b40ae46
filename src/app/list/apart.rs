//! Makes titles in view that are cut look different.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::row::TitleLine;
use crate::text::{Clean, truncate, width};

/// A title in view.
pub struct ShownTitle<'a, 'b> {
    /// The whole title.
    pub title: Clean<'a>,
    /// Its lines; the last one may be cut.
    pub lines: &'b mut [TitleLine],
}

impl ShownTitle<'_, '_> {
    /// Returns what is on the screen, one line below the other.
    fn text(&self) -> String {
        self.lines.iter().map(|line| line.text(self.title)).collect::<Vec<_>>().join("\n")
    }

    /// Returns the last line, if it is cut.
    fn cut_line(&mut self) -> Option<&mut TitleLine> {
        self.lines.last_mut().filter(|line| line.is_cut || line.tail.is_some())
    }
}

/// Changes the last lines of cut titles until different titles look different: an ellipsis replaces what they share, and
/// if all else fails, they are numbered. Only a line too narrow for an ellipsis and a number may stay as it is.
pub fn tell_apart(titles: &mut [ShownTitle<'_, '_>], columns: usize) {
    if alike(titles).is_empty() {
        return;
    }
    let apart = differences(titles);
    let mut next = vec![0; titles.len()];
    loop {
        let mut is_changed = false;
        for at in alike(titles) {
            let title = titles[at].title;
            let Some(line) = titles[at].cut_line() else { continue };
            if let Some(form) = form(next[at], title, line.head.start, apart[at], columns) {
                *line = form;
                next[at] += 1;
                is_changed = true;
            }
        }
        if !is_changed {
            break;
        }
    }
    number(titles, columns);
}

/// Returns the titles that look like a different one.
fn alike(titles: &[ShownTitle<'_, '_>]) -> Vec<usize> {
    let mut same: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, title) in titles.iter().enumerate() {
        same.entry(title.text()).or_default().push(at);
    }
    same.retain(|_, same| same.iter().any(|&at| titles[at].title != titles[same[0]].title));
    same.into_values().flatten().collect()
}

/// Returns the byte of each title at which it begins to differ from the most similar one.
fn differences(titles: &[ShownTitle<'_, '_>]) -> Vec<usize> {
    // In sorted order, a title shares its longest beginning with a neighbour.
    let mut sorted: Vec<usize> = (0..titles.len()).collect();
    sorted.sort_unstable_by_key(|&at| titles[at].title.as_str());
    let mut apart = vec![0; titles.len()];
    for pair in sorted.chunk_by(|&one, &other| titles[one].title == titles[other].title).collect::<Vec<_>>().windows(2)
    {
        let (one, other) = (titles[pair[0][0]].title.as_str(), titles[pair[1][0]].title.as_str());
        let shared = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
        for &at in pair.iter().copied().flatten() {
            apart[at] = apart[at].max(grapheme_start(titles[at].title.as_str(), shared));
        }
    }
    apart
}

/// Returns the start of the grapheme that contains a byte.
fn grapheme_start(text: &str, byte: usize) -> usize {
    let at = (0..=byte.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(false) => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
        _ => at,
    }
}

/// Returns a form of the last line of a cut title, which begins at byte `start`; `None` if there are no more forms. The
/// first ones are easier to read.
fn form(nth: usize, title: Clean<'_>, start: usize, apart: usize, columns: usize) -> Option<TitleLine> {
    let text = title.as_str();
    let head = |columns: usize| {
        let (head, _) = truncate(title.get(start..text.len()).unwrap_or_default(), columns);
        start..start + head.as_str().trim_end().len()
    };
    let line = |head: Range<usize>, from: usize| {
        let from = from.max(head.end);
        let room = columns.saturating_sub(width(text.get(head.clone()).unwrap_or_default()) + 1);
        let (tail, is_cut) = truncate(title.get(from..text.len()).unwrap_or_default(), room);
        TitleLine { head, tail: Some(from..from + tail.as_str().len()), is_cut, number: None }
    };
    let short = head(columns / 3);
    let room = columns.saturating_sub(width(text.get(short.clone())?) + 1);
    match nth {
        // From the word in which it differs, or from an earlier one if the rest fits, if the difference is in view.
        0 => {
            let word = text.get(..apart)?.rfind(' ').map_or(0, |blank| blank + 1);
            let end = end_within(text, room);
            let first = text.get(end..)?.find(' ').map_or(end, |blank| end + blank + 1);
            let from = if first < word { first } else { word };
            let differing = text.get(apart..)?.graphemes(true).next().unwrap_or_default();
            let is_seen = width(text.get(from..apart)?) + width(differing) < room;
            Some(line(short.clone(), if from > short.end && is_seen { from } else { apart.max(short.end) }))
        }
        1 => Some(line(short, apart)),
        // Its beginning and its end.
        2 => {
            let long = head(columns.saturating_sub(columns / 3));
            let room = columns.saturating_sub(width(text.get(long.clone())?) + 1);
            let from = end_within(text, room);
            Some(line(long, from))
        }
        3 => Some(line(start..start, apart)),
        _ => None,
    }
}

/// Returns the start of the longest end of a text that fits.
fn end_within(text: &str, columns: usize) -> usize {
    let mut used = 0;
    let starts = text.grapheme_indices(true).rev().take_while(|(_, grapheme)| {
        used += width(grapheme);
        used <= columns
    });
    starts.last().map_or(text.len(), |(at, _)| at)
}

/// Numbers the titles that still look like a different one.
fn number(titles: &mut [ShownTitle<'_, '_>], columns: usize) {
    let mut taken: HashMap<String, Clean<'_>> = HashMap::new();
    // Titles shown in full stay as they are.
    let (cut, whole): (Vec<usize>, Vec<usize>) = (0..titles.len()).partition(|&at| titles[at].cut_line().is_some());
    for at in whole.into_iter().chain(cut) {
        let title = titles[at].title;
        let mut number = 1;
        while taken.get(&titles[at].text()).is_some_and(|other| *other != title) {
            number += 1;
            let Some(room) = columns.checked_sub(number.to_string().len()).filter(|&room| room > 0) else { break };
            let Some(line) = titles[at].cut_line() else { break };
            let start = line.head.start;
            let (head, _) = truncate(title.get(start..title.as_str().len()).unwrap_or_default(), room);
            let head = start..start + head.as_str().len();
            *line = TitleLine { head, tail: None, is_cut: true, number: Some(number) };
        }
        taken.insert(titles[at].text(), title);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::app::ListCursor;
    use crate::app::list::row::{RowShape, RowStyle};
    use crate::app::list::{Entry, ListView};
    use crate::catalog::tests::catalog;
    use crate::query::Sort;

    const STYLES: [RowStyle; 3] = [RowStyle::Compact, RowStyle::OneLine, RowStyle::Wrapped];

    /// Returns the titles of a list and what is on the screen of each, for those in view.
    fn shown(titles: &[String], style: RowStyle, width: u16, rows: usize, sort: Sort) -> Vec<(String, String)> {
        let items: Vec<_> = titles.iter().map(|title| (title.as_str(), "", "", "", (2018, 11, 6))).collect();
        let catalog = catalog(&items);
        let view = ListView::new(&catalog, catalog.order(), Vec::new(), RowShape { style, width, rows, sort }, false);
        let entries = view.entries(ListCursor { at: titles.len() - 1, top: 0 });
        let rows = entries.iter().filter_map(Entry::release).filter_map(|row| {
            let title = catalog.release(*catalog.order().get(row.position)?)?.heading();
            let lines: Vec<_> = row.lines.title.iter().map(|line| line.text(title)).collect();
            for line in &lines {
                assert!(crate::text::width(line) <= usize::from(width), "{line:?} in {width}");
            }
            Some((title.to_string(), lines.join("\n")))
        });
        rows.collect()
    }

    #[test]
    fn titles_show_where_they_differ() {
        let titles = [
            "The committee for water publishes its report on the rivers of the north",
            "The committee for water publishes its report on the rivers of the south",
            "The committee for water publishes its report on the lakes",
            "漢字仮名漢字仮名漢字仮名漢字仮名漢字仮名漢字仮名一",
            "漢字仮名漢字仮名漢字仮名漢字仮名漢字仮名漢字仮名二",
            "Another title that is cut because the row is narrow",
            "z",
        ];
        let shown = shown(&titles.map(str::to_owned), RowStyle::OneLine, 38, 20, Sort::Newest);
        let lines: Vec<_> = shown.iter().map(|(_, line)| line.as_str()).collect();
        assert_eq!(
            lines,
            [
                "The commi…rivers of the north",
                "The commi…rivers of the south",
                "The commi…report on the lakes",
                "漢字仮名…一",
                "漢字仮名…二",
                "Another title that is cut bec…",
                "z"
            ]
        );
    }

    #[test]
    fn no_more_is_left_out_than_must_be() {
        let titles = [
            "Floods in the valleys - situation in the north - update 50",
            "Floods in the valleys - situation in the north - update 51",
        ];
        let shown = shown(&titles.map(str::to_owned), RowStyle::Compact, 58, 20, Sort::Newest);
        assert_eq!(shown[0].1, "Floods in…the north - update 50");
    }

    fn title() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            4 => prop::sample::select(vec!["The committee for water ", "publishes ", "its report on rivers ", "漢字仮名", "e\u{301}"]),
            1 => prop::sample::select(vec!["a", "b ", "of ", "보도 ", "👩\u{200D}👧 ", "…", "2"]),
        ];
        prop::collection::vec(part, 1..12).prop_map(|parts| parts.concat().trim().to_owned())
    }

    proptest! {
        #[test]
        fn different_titles_never_look_the_same(
            titles in prop::collection::vec(title(), 2..14),
            width in 20_u16..100,
            rows in 4_usize..40,
            sort in prop::sample::select(vec![Sort::Newest, Sort::Title]),
        ) {
            for style in STYLES {
                let shown = shown(&titles, style, width, rows, sort);
                for (n, (title, lines)) in shown.iter().enumerate() {
                    for (other, other_lines) in &shown[..n] {
                        prop_assert!(title == other || lines != other_lines, "{title:?} and {other:?} are both {lines:?}");
                    }
                }
            }
        }
    }
}
