//! A typeset release: texts, facts and targets.
//!
//! A page is typeset once per release, width and set of highlighted words; drawing only reads the lines. Links and
//! similar releases are [`Target`]s, each with a label in front.

mod build;
mod links;

use std::ops::Range;

use super::line::{Kind, Line};
use super::style_runs::StyleRuns;
use super::target::{Target, hints};
use crate::catalog::{ReleaseIndex, ReleaseRef};
use crate::query::Needle;
use crate::text::{Clean, CleanBuf, width};

/// Separates the topics of a release.
pub const TOPIC_PARTS: &str = " · ";
/// Reading speed, in words and, for scripts without blanks between words, in characters.
const WORDS_A_MINUTE: usize = 230;
const CHARACTERS_A_MINUTE: usize = 400;

/// A part of a line with uniform style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section<'a> {
    /// Blank columns before it.
    pub gap: u16,
    /// The text.
    pub text: &'a str,
    /// Its style.
    pub ink: StyleRuns,
    /// Whether it is a search match.
    pub is_found: bool,
    /// Whether it is the current match.
    pub is_here: bool,
}

/// The shape of a page to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageShape {
    /// The longest line, in columns.
    pub columns: u16,
    /// Whether no blank line separates title and date, and the topics follow the date.
    pub is_tight: bool,
    /// The place of the picture, if there is one.
    pub picture: Option<PicturePlace>,
    /// The line that says when the release was changed, if it was.
    pub changed: Option<String>,
    /// The names of the user's own topics that the release belongs to.
    pub own_topics: Vec<CleanBuf>,
}

/// The place of a picture: a caption, and below it the rows that the picture covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicturePlace {
    /// The caption.
    pub caption: String,
    /// The number of rows; 0 while the picture is not shown.
    pub rows: u16,
}

/// A typeset release.
#[derive(Debug, Clone, Default)]
pub struct TypesetPage {
    text: CleanBuf,
    /// The columns for its lines.
    columns: usize,
    lines: Vec<Line>,
    /// Ranges of the text that match the search, ascending.
    marks: Vec<Range<usize>>,
    /// Styles and the bytes they begin at, ascending.
    inks: Vec<(usize, StyleRuns)>,
    /// Blank columns before a byte, ascending.
    gaps: Vec<(usize, u16)>,
    /// Links and similar releases.
    targets: Vec<Target>,
    /// The label of each target; empty if targets cannot be opened.
    hints: Vec<String>,
    /// Parts of the text that link to a target, ascending.
    anchors: Vec<(Range<usize>, usize)>,
    /// The byte where the texts end and the targets begin.
    texts_end: usize,
    words: usize,
    characters: usize,
}

impl TypesetPage {
    /// Typesets a release for output, in lines of at most `columns`, with `needles` highlighted. Addresses are
    /// shown in full, without labels.
    #[must_use]
    pub fn new(release: &ReleaseRef<'_>, columns: u16, needles: &[Needle]) -> Self {
        let mut page = Self { columns: usize::from(columns), ..Self::default() };
        let own_topics = release.own_topics().map(Clean::to_buf).collect();
        let shape = PageShape { columns, is_tight: false, picture: None, changed: None, own_topics };
        page.texts(release, &shape, needles);
        page.addresses(release, usize::from(columns));
        page
    }

    /// Typesets a release for the reader: targets have labels, addresses take one line each and show at least the host,
    /// and the `similar` releases follow with their indices.
    #[must_use]
    pub fn to_read(
        release: &ReleaseRef<'_>,
        shape: &PageShape,
        needles: &[Needle],
        similar: &[(ReleaseIndex, ReleaseRef<'_>)],
    ) -> Self {
        let columns = usize::from(shape.columns);
        let mut page = Self { columns, ..Self::default() };
        page.targets = links::targets(release, similar);
        page.hints = hints(page.targets.len());
        page.texts(release, shape, needles);
        page.links(release, columns);
        page.similar(release, columns, similar);
        page
    }

    /// Returns all lines.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Returns the parts of a topic line, each with the whole topic it belongs to; between them is only
    /// [`TOPIC_PARTS`].
    #[must_use]
    pub fn topics(&self, line: &Line) -> Vec<(&str, &str)> {
        let text = self.text.as_str();
        let end = self.lines.iter().take_while(|line| line.kind == Kind::Topic).map(|line| line.range.end).max();
        let mut start = 0;
        let mut parts = Vec::new();
        for topic in text.get(..end.unwrap_or(0)).unwrap_or_default().split(TOPIC_PARTS) {
            let shown = start.max(line.range.start)..(start + topic.len()).min(line.range.end);
            if !shown.is_empty() {
                parts.push((text.get(shown).unwrap_or_default(), topic));
            }
            start += topic.len() + TOPIC_PARTS.len();
        }
        parts
    }

    /// Returns the text of a line in parts of uniform style; `here` is the current match.
    #[must_use]
    pub fn parts<'a>(&'a self, line: &Line, here: Option<usize>) -> Vec<Section<'a>> {
        let text = self.text.as_str();
        let Range { start: mut at, end } = line.range;
        let mut parts = Vec::new();
        let mut mark = self.marks.partition_point(|mark| mark.end <= at);
        let mut change = self.inks.partition_point(|&(from, _)| from <= at);
        let mut gap = self.gaps.partition_point(|&(before, _)| before < at);
        while at < end {
            let mut next = end;
            let mut part = Section { gap: 0, text: "", ink: StyleRuns::default(), is_found: false, is_here: false };
            while let Some(&(before, columns)) = self.gaps.get(gap).filter(|&&(before, _)| before <= at) {
                part.gap += if before == at { columns } else { 0 };
                gap += 1;
            }
            change += self.inks[change..].iter().take_while(|&&(from, _)| from <= at).count();
            part.ink = change.checked_sub(1).map_or_else(StyleRuns::default, |change| self.inks[change].1);
            mark += self.marks[mark..].iter().take_while(|mark| mark.end <= at).count();
            if let Some(range) = self.marks.get(mark) {
                part.is_found = range.start <= at;
                part.is_here = part.is_found && here == Some(mark);
                next = next.min(if part.is_found { range.end } else { range.start });
            }
            next = self.inks.get(change).map_or(next, |&(from, _)| next.min(from));
            next = self.gaps.get(gap).map_or(next, |&(before, _)| next.min(before));
            part.text = text.get(at..next).unwrap_or_default();
            parts.push(part);
            at = next;
        }
        parts
    }

    /// Whether a line contains a match.
    #[must_use]
    pub fn is_marked(&self, line: usize) -> bool {
        let Some(Line { range, .. }) = self.lines.get(line) else { return false };
        let first = self.marks.partition_point(|mark| mark.end <= range.start);
        self.marks.get(first).is_some_and(|mark| mark.start < range.end)
    }

    /// Returns the matches as byte ranges of the text, ascending.
    #[must_use]
    pub fn marks(&self) -> &[Range<usize>] {
        &self.marks
    }

    /// Replaces the highlighted words.
    pub fn highlight(&mut self, needles: &[Needle]) {
        let text = self.text.as_str().get(..self.texts_end).unwrap_or_default();
        let found = needles.iter().flat_map(|needle| needle.matches(text));
        self.marks = found.collect();
        self.marks.sort_by_key(|range| range.start);
    }

    /// Replaces release indices after a reload; a target that was removed can no longer be opened.
    pub fn renumber(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
        for target in &mut self.targets {
            if let Target::Release(release) = target {
                *release = release.and_then(&now);
            }
        }
    }

    /// Returns the first of the lines that the picture covers.
    #[must_use]
    pub fn picture_line(&self) -> Option<usize> {
        self.lines.iter().position(|line| line.kind == Kind::Picture && line.lead.is_empty())
    }

    /// Returns the targets.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Returns the labels of the targets.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Returns the first line whose target satisfies a condition.
    #[must_use]
    pub fn line_of(&self, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        self.lines.iter().position(|line| line.target.is_some_and(&is_it))
    }

    /// Returns the column at which the text of a line begins.
    #[must_use]
    pub fn start_of(&self, line: &Line) -> usize {
        let lead = width(&line.lead);
        if !line.is_right_to_left {
            return lead;
        }
        let text: usize = self.parts(line, None).iter().map(|part| usize::from(part.gap) + width(part.text)).sum();
        self.columns.saturating_sub(lead + text)
    }

    /// Returns the target at a column of a line: that of the whole line, or of a link within the text.
    #[must_use]
    pub fn target_at(&self, line: usize, column: u16) -> Option<usize> {
        let line = self.lines.get(line)?;
        if line.target.is_some() {
            return line.target;
        }
        let (mut x, mut at) = (self.start_of(line), line.range.start);
        for part in self.parts(line, None) {
            x += usize::from(part.gap);
            let end = x + width(part.text);
            if (x..end).contains(&usize::from(column)) {
                return self.anchors.iter().find(|(range, _)| range.contains(&at)).map(|&(_, target)| target);
            }
            (x, at) = (end, at + part.text.len());
        }
        None
    }

    /// Returns the reading time in minutes, rounded up; `None` below one minute.
    #[must_use]
    pub fn minutes(&self) -> Option<usize> {
        let is_long = self.words >= WORDS_A_MINUTE || self.characters >= CHARACTERS_A_MINUTE;
        is_long.then(|| self.words.div_ceil(WORDS_A_MINUTE).max(self.characters.div_ceil(CHARACTERS_A_MINUTE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    fn texts(page: &TypesetPage) -> Vec<String> {
        page.lines().iter().map(|line| page.parts(line, None).iter().map(|part| part.text).collect()).collect()
    }

    #[test]
    fn a_topic_on_two_lines_is_one_topic() {
        let catalog = catalog(&[("t", "", "Foreign affairs|Long name of a ministry", "", (2018, 11, 2))]);
        let page = TypesetPage::new(&catalog.release(0.into()).expect("a release"), 22, &[]);
        let topics: Vec<_> =
            page.lines().iter().take_while(|line| line.kind == Kind::Topic).map(|line| page.topics(line)).collect();
        let all: Vec<_> = topics.concat();
        assert!(topics.len() > 1);
        assert!(all.iter().all(|(part, topic)| topic.contains(part.trim()) && topic.len() > 10), "{all:?}");
        assert!(all.iter().filter(|(_, topic)| *topic == "Long name of a ministry").count() > 1, "{all:?}");
    }

    #[test]
    fn right_to_left_text_ends_at_the_right() {
        let catalog = catalog(&[("قضايا", "One.\nنفر ICT", "Labour", "", (2018, 11, 2))]);
        let page = TypesetPage::new(&catalog.releases().next().expect("a release").1, 30, &[]);
        let starts: Vec<_> = page.lines().iter().map(|line| page.start_of(line)).collect();
        assert_eq!(starts, [0, 25, 0, 0, 0, 0, 23]);
    }

    #[test]
    fn a_release_is_typeset_in_full() {
        let catalog =
            catalog(&[("ASEAN forum", "Fifteen recommendations.\n\nMore.", "Labour|Forum", "Beijing", (2018, 11, 2))]);
        let page = TypesetPage::new(
            &catalog.release(0.into()).expect("a release"),
            72,
            &[Needle::anywhere("fifteen".to_owned()).expect("a needle")],
        );
        assert_eq!(
            texts(&page),
            [
                "Labour · Forum",
                "ASEAN forum",
                "",
                "Friday 2 November 2018 · Beijing",
                "",
                "Fifteen recommendations.",
                "",
                "More."
            ]
        );
        let parts: Vec<_> = page.parts(&page.lines()[5], None).iter().map(|part| (part.text, part.is_found)).collect();
        assert_eq!(parts, [("Fifteen", true), (" recommendations.", false)]);
        assert_eq!(page.minutes(), None, "less than a minute");
    }
}
