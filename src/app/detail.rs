//! The detail pane: one release set in lines, and how far it is scrolled.
//!
//! The text is wrapped once for a release, a width and a set of marked words; drawing only reads the lines.

use std::ops::Range;

use chrono::{Datelike, Weekday};

use crate::catalog::{Facet, ReleaseRef};
use crate::release::{Date, Precision};
use crate::text::{Clean, CleanBuf, find_folded, wrap};

/// Stands between the topics of a release.
pub const TOPIC_PARTS: &str = " · ";

/// What a line of the detail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The topics, parted by [`TOPIC_PARTS`].
    Topic,
    /// The title.
    Title,
    /// Date, place, source, author.
    Meta,
    /// The running text.
    Body,
    /// The heading of the links.
    Heading,
    /// An address.
    Link,
    /// Nothing.
    Blank,
}

/// A line: a range of the page's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// Bytes of the page's text.
    pub range: Range<usize>,
}

/// A release set in lines.
#[derive(Debug, Clone, Default)]
pub struct Page {
    text: CleanBuf,
    lines: Vec<Line>,
    /// Ranges of the text that the search found, ascending.
    marks: Vec<Range<usize>>,
    words: usize,
}

/// The pane's state.
#[derive(Debug, Clone, Default)]
pub struct Detail {
    /// The lines.
    pub page: Page,
    /// Index of the first line in view.
    pub scroll: usize,
    key: Option<Key>,
}

/// What the page was set for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    release: u32,
    columns: u16,
    needles: Vec<String>,
}

impl Page {
    /// Sets a release in lines of at most `columns`, with `needles` (folded) marked.
    #[must_use]
    pub fn new(release: &ReleaseRef<'_>, columns: u16, needles: &[String]) -> Self {
        let mut page = Self::default();
        let columns = usize::from(columns);
        let topics: Vec<_> = release.labels(Facet::Topic).map(Clean::as_str).collect();
        if !topics.is_empty() {
            page.push(Kind::Topic, CleanBuf::line(&topics.join(TOPIC_PARTS)).as_clean(), columns, &[]);
        }
        let untitled = CleanBuf::line("(no title)");
        let title = if release.title().is_empty() { untitled.as_clean() } else { release.title() };
        page.push(Kind::Title, title, columns, needles);
        page.blank();
        page.push(Kind::Meta, meta(release).as_clean(), columns, &[]);
        page.blank();
        let summary = release.summary();
        page.words = summary.as_str().split_whitespace().count() + release.body().as_str().split_whitespace().count();
        page.push(Kind::Body, summary, columns, needles);
        if !release.body().is_empty() {
            page.blank();
            page.push(Kind::Body, release.body(), columns, needles);
        }
        page.links(release, columns);
        page
    }

    /// Its own address, and where it stands in other sources.
    fn links(&mut self, release: &ReleaseRef<'_>, columns: usize) {
        let reprints: Vec<_> = release.reprints().filter(|(_, reprint)| !reprint.url.is_empty()).collect();
        if release.url().is_empty() && reprints.is_empty() {
            return;
        }
        self.blank();
        let heading = if reprints.is_empty() { "LINK" } else { "LINKS" };
        self.push(Kind::Heading, CleanBuf::line(heading).as_clean(), columns, &[]);
        self.push(Kind::Link, release.url(), columns, &[]);
        for (source, reprint) in reprints {
            self.push(Kind::Meta, source, columns, &[]);
            self.push(Kind::Link, reprint.url.as_clean(), columns, &[]);
        }
    }

    fn push(&mut self, kind: Kind, text: Clean<'_>, columns: usize, needles: &[String]) {
        let base = self.text.as_str().len();
        for range in wrap(text, columns) {
            let kind = if range.is_empty() { Kind::Blank } else { kind };
            self.lines.push(Line { kind, range: base + range.start..base + range.end });
        }
        for needle in needles {
            let found = find_folded(text.as_str(), needle);
            self.marks.extend(found.into_iter().map(|range| base + range.start..base + range.end));
        }
        self.marks.sort_by_key(|range| range.start);
        self.text.push_clean(text);
    }

    fn blank(&mut self) {
        let end = self.text.as_str().len();
        if self.lines.last().is_some_and(|line| line.kind != Kind::Blank) {
            self.lines.push(Line { kind: Kind::Blank, range: end..end });
        }
    }

    /// All lines.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The text of a line, as parts that are marked or not.
    #[must_use]
    pub fn parts<'a>(&'a self, line: &Line) -> Vec<(&'a str, bool)> {
        let text = self.text.as_str();
        let mut parts = Vec::new();
        let mut at = line.range.start;
        let first = self.marks.partition_point(|mark| mark.end <= at);
        for mark in self.marks[first..].iter().take_while(|mark| mark.start < line.range.end) {
            let (start, end) = (mark.start.max(at), mark.end.min(line.range.end));
            if start < end {
                parts.push((text.get(at..start).unwrap_or_default(), false));
                parts.push((text.get(start..end).unwrap_or_default(), true));
                at = end;
            }
        }
        parts.push((text.get(at..line.range.end).unwrap_or_default(), false));
        parts.retain(|(part, _)| !part.is_empty());
        parts
    }

    /// Whether the search found something in a line.
    #[must_use]
    pub fn is_marked(&self, line: usize) -> bool {
        let Some(Line { range, .. }) = self.lines.get(line) else { return false };
        let first = self.marks.partition_point(|mark| mark.end <= range.start);
        self.marks.get(first).is_some_and(|mark| mark.start < range.end)
    }

    /// Minutes to read it at 230 words a minute, at least one.
    #[must_use]
    pub fn minutes(&self) -> usize {
        self.words.div_ceil(230).max(1)
    }
}

impl Detail {
    /// Shows a release. A new release starts at its top; at another width the line in view stays.
    pub fn show(&mut self, index: u32, release: &ReleaseRef<'_>, columns: u16, needles: Vec<String>) {
        let key = Key { release: index, columns, needles };
        if self.key.as_ref() == Some(&key) {
            return;
        }
        let at = self.page.lines.get(self.scroll).map_or(0, |line| line.range.start);
        let is_same = self.key.as_ref().is_some_and(|before| before.release == index);
        self.page = Page::new(release, columns, &key.needles);
        self.scroll = if is_same && self.scroll > 0 {
            self.page.lines.partition_point(|line| line.range.end <= at && line.range.start < at)
        } else {
            0
        };
        self.key = Some(key);
    }

    /// Scrolls to the next line with a mark that is not in view; whether there is one.
    pub fn go_to_mark(&mut self, below: bool, rows: usize) -> bool {
        let is_marked = |at: &usize| self.page.is_marked(*at);
        let found = if below {
            (self.scroll + rows..self.page.lines.len()).find(is_marked)
        } else {
            (0..self.scroll.min(self.page.lines.len())).rev().find(is_marked)
        };
        // A third of the pane stays above it.
        let Some(line) = found else { return false };
        self.scroll = line.saturating_sub(rows / 3).min(self.last_scroll(rows));
        true
    }

    /// Releases have other numbers now, and perhaps other texts: the page is set anew at its next showing.
    pub fn renumber(&mut self, now: impl Fn(u32) -> Option<u32>) {
        if let Some(key) = &mut self.key {
            match now(key.release) {
                Some(release) => (key.release, key.columns) = (release, 0),
                None => self.key = None,
            }
        }
    }

    /// Shows nothing.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Scrolls by `by` lines in a viewport of `rows`; whether it moved.
    pub fn scroll_by(&mut self, by: isize, rows: usize) -> bool {
        let before = self.scroll;
        self.scroll = self.scroll.saturating_add_signed(by).min(self.last_scroll(rows));
        self.scroll != before
    }

    /// The furthest scroll that still fills `rows` lines.
    #[must_use]
    pub fn last_scroll(&self, rows: usize) -> usize {
        self.page.lines.len().saturating_sub(rows)
    }
}

/// `Friday 2 November 2018 · Beijing, China · Name of the feed · by Author`, as far as known.
fn meta(release: &ReleaseRef<'_>) -> CleanBuf {
    let mut parts = vec![release.date().map_or_else(|| "no date".to_owned(), long_date)];
    let place = release.label(Facet::Place);
    if !place.is_empty() {
        parts.push(place.as_str().to_owned());
    }
    if release.has_many_sources() {
        parts.push(release.label(Facet::Source).as_str().to_owned());
        match release.reprints().len() {
            0 => {}
            1 => parts.push("also in 1 source".to_owned()),
            more => parts.push(format!("also in {more} sources")),
        }
    }
    if !release.author().is_empty() {
        parts.push(format!("by {}", release.author()));
    }
    CleanBuf::line(&parts.join(" · "))
}

/// A date in full, as far as it was given.
fn long_date(date: Date) -> String {
    let day = date.day();
    let (month, year) = (month_name(day.month()), day.year());
    match date.precision() {
        Precision::Year => year.to_string(),
        Precision::Month => format!("{month} {year}"),
        Precision::Day | Precision::Second => {
            let weekday = match day.weekday() {
                Weekday::Mon => "Monday",
                Weekday::Tue => "Tuesday",
                Weekday::Wed => "Wednesday",
                Weekday::Thu => "Thursday",
                Weekday::Fri => "Friday",
                Weekday::Sat => "Saturday",
                Weekday::Sun => "Sunday",
            };
            let time = date.time().filter(|&time| time != (0, 0));
            let time = time.map_or(String::new(), |(hour, minute)| format!(", {hour:02}:{minute:02}"));
            format!("{weekday} {} {month} {year}{time}", day.day())
        }
    }
}

/// The English name of a month, from 1.
#[must_use]
pub fn month_name(month: u32) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES.get((month as usize).wrapping_sub(1)).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    fn texts(page: &Page) -> Vec<String> {
        page.lines().iter().map(|line| page.parts(line).iter().map(|(text, _)| *text).collect()).collect()
    }

    #[test]
    fn a_release_is_set_in_full() {
        let catalog =
            catalog(&[("ASEAN forum", "Fifteen recommendations.\n\nMore.", "Labour|Forum", "Beijing", (2018, 11, 2))]);
        let page = Page::new(&catalog.release(0).expect("a release"), 72, &["fifteen".to_owned()]);
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
        assert_eq!(page.parts(&page.lines()[5]), [("Fifteen", true), (" recommendations.", false)]);
        assert_eq!(page.minutes(), 1);
    }

    #[test]
    fn a_new_width_keeps_the_line_in_view() {
        let words = "word ".repeat(400);
        let catalog = catalog(&[("t", &words, "", "", (2018, 11, 2))]);
        let release = catalog.release(0).expect("a release");
        let mut detail = Detail::default();
        detail.show(0, &release, 72, Vec::new());
        assert!(detail.scroll_by(20, 10));
        let at = detail.page.lines[20].range.start;
        detail.show(0, &release, 30, Vec::new());
        assert!(detail.page.lines[detail.scroll].range.contains(&at));
        assert!(!detail.scroll_by(0, 10) && detail.scroll_by(10_000, 10));
        assert_eq!(detail.scroll, detail.page.lines.len() - 10);
        detail.clear();
        assert_eq!(detail.scroll, 0);
    }
}
