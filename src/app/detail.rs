//! The detail pane: one release set in lines, and how far it is scrolled.
//!
//! The text is set once for a release, a width and a set of marked words; drawing only reads the lines. `set` breaks
//! texts into lines, `ink` says how their parts look.

mod ink;
mod set;

use std::ops::Range;

use chrono::{DateTime, Datelike, Weekday};

pub use ink::Ink;
pub use set::set;

use crate::catalog::{Facet, LinkRef, ReleaseRef};
use crate::release::{Date, LinkKind, Precision, Release, Span};
use crate::text::{Clean, CleanBuf, find_folded, grouped, width, wrap};

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
    /// What the address below is called.
    Label,
    /// Nothing but what stands before it.
    Blank,
}

/// A line: a range of the page's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// What stands before the text: the bar of a quote, the mark of an item, blanks.
    pub lead: String,
    /// Bytes of the page's text.
    pub range: Range<usize>,
}

/// A part of a line that looks the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// Blank columns before it.
    pub gap: u16,
    /// The text.
    pub text: &'a str,
    /// How it looks.
    pub ink: Ink,
    /// Whether the search found it.
    pub is_found: bool,
}

/// A release set in lines.
#[derive(Debug, Clone, Default)]
pub struct Page {
    text: CleanBuf,
    lines: Vec<Line>,
    /// Ranges of the text that the search found, ascending.
    marks: Vec<Range<usize>>,
    /// From which byte on the text looks how, ascending.
    inks: Vec<(usize, Ink)>,
    /// Blank columns before a byte, ascending.
    gaps: Vec<(usize, u16)>,
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
        if let Some(day) = release.page().and_then(|fetched| DateTime::from_timestamp(fetched, 0)) {
            // It stands where the feed's own text would.
            let told =
                CleanBuf::line(&format!("THE FULL PAGE, KEPT {}", day.format("%-d %b %Y").to_string().to_uppercase()));
            page.push(Kind::Heading, told.as_clean(), columns, &[]);
            page.blank();
        }
        let summary = release.summary();
        page.words = summary.as_str().split_whitespace().count() + release.body().as_str().split_whitespace().count();
        page.body(summary, release.summary_spans(), columns, needles);
        if !release.body().is_empty() {
            page.blank();
            page.body(release.body(), release.body_spans(), columns, needles);
        }
        for (source, reprint) in release.reprints() {
            page.reprint(source, &reprint.release, release, columns, needles);
        }
        page.links(release, columns);
        page
    }

    /// What another source writes of the same story, where it writes something else.
    fn reprint(
        &mut self,
        source: Clean<'_>,
        reprint: &Release,
        release: &ReleaseRef<'_>,
        columns: usize,
        needles: &[String],
    ) {
        let texts = [(&reprint.summary, &reprint.summary_spans), (&reprint.body, &reprint.body_spans)];
        let known = [release.summary(), release.body()];
        let texts = texts.into_iter().filter(|(text, _)| !text.is_empty() && !known.contains(&text.as_clean()));
        for (n, (text, spans)) in texts.enumerate() {
            self.blank();
            if n == 0 {
                let heading = CleanBuf::line(&format!("IN {}", source.as_str()));
                self.push(Kind::Heading, heading.as_clean(), columns, &[]);
                self.blank();
            }
            self.body(text.as_clean(), spans, columns, needles);
        }
    }

    /// A text with all that is known of its parts.
    fn body(&mut self, text: Clean<'_>, spans: &[Span], columns: usize, needles: &[String]) {
        let base = self.text.as_str().len();
        let (lines, gaps) = set(text, spans, columns);
        let moved = |range: Range<usize>| base + range.start..base + range.end;
        self.lines.extend(lines.into_iter().map(|line| Line { range: moved(line.range), ..line }));
        self.gaps.extend(gaps.into_iter().map(|(at, columns)| (base + at, columns)));
        self.inks.extend(ink::changes(spans.iter().map(|span| (span.range(base), span.style))));
        self.mark(text, needles);
        self.text.push_clean(text);
    }

    /// The addresses: the release's own, then the others with what they are called.
    fn links(&mut self, release: &ReleaseRef<'_>, columns: usize) {
        let links = release.links();
        let reprints: Vec<_> = release.reprints().filter(|(_, reprint)| !reprint.release.url.is_empty()).collect();
        if release.url().is_empty() && links.len() == 0 && reprints.is_empty() {
            return;
        }
        let heading = if links.len() == 0 && reprints.is_empty() { "LINK" } else { "LINKS" };
        self.blank();
        self.push(Kind::Heading, CleanBuf::line(heading).as_clean(), columns, &[]);
        self.push(Kind::Link, release.url(), columns, &[]);
        for (source, reprint) in reprints {
            self.push(Kind::Label, source, columns, &[]);
            self.push(Kind::Link, reprint.release.url.as_clean(), columns, &[]);
        }
        let hang = links.len().to_string().len() + 2;
        for (n, link) in links.enumerate() {
            let number = format!("{:<hang$}", n + 1);
            let label = label(&link);
            if label.is_empty() {
                self.hanging(Kind::Link, link.address, columns, &number);
            } else {
                self.hanging(Kind::Label, label.as_clean(), columns, &number);
                self.hanging(Kind::Link, link.address, columns, &" ".repeat(hang));
            }
        }
    }

    /// Lines behind a lead, which is blank from the second line on.
    fn hanging(&mut self, kind: Kind, text: Clean<'_>, columns: usize, lead: &str) {
        let hang = width(lead).min(columns / 2);
        let first = self.lines.len();
        self.push(kind, text, columns - hang, &[]);
        for (n, line) in self.lines[first..].iter_mut().enumerate() {
            line.lead = if n == 0 { lead.chars().take(hang).collect() } else { " ".repeat(hang) };
        }
    }

    fn push(&mut self, kind: Kind, text: Clean<'_>, columns: usize, needles: &[String]) {
        let base = self.text.as_str().len();
        for range in wrap(text, columns) {
            let kind = if range.is_empty() { Kind::Blank } else { kind };
            self.lines.push(Line { kind, lead: String::new(), range: base + range.start..base + range.end });
        }
        self.mark(text, needles);
        self.text.push_clean(text);
    }

    /// Marks what the search found in a text that is about to be appended.
    fn mark(&mut self, text: Clean<'_>, needles: &[String]) {
        let base = self.text.as_str().len();
        for needle in needles {
            let found = find_folded(text.as_str(), needle);
            self.marks.extend(found.into_iter().map(|range| base + range.start..base + range.end));
        }
        self.marks.sort_by_key(|range| range.start);
    }

    fn blank(&mut self) {
        let end = self.text.as_str().len();
        if self.lines.last().is_some_and(|line| line.kind != Kind::Blank) {
            self.lines.push(Line { kind: Kind::Blank, lead: String::new(), range: end..end });
        }
    }

    /// All lines.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The text of a line, in parts that look the same.
    #[must_use]
    pub fn parts<'a>(&'a self, line: &Line) -> Vec<Part<'a>> {
        let text = self.text.as_str();
        let Range { start: mut at, end } = line.range;
        let mut parts = Vec::new();
        let mut mark = self.marks.partition_point(|mark| mark.end <= at);
        let mut change = self.inks.partition_point(|&(from, _)| from <= at);
        let mut gap = self.gaps.partition_point(|&(before, _)| before < at);
        while at < end {
            let mut next = end;
            let mut part = Part { gap: 0, text: "", ink: Ink::default(), is_found: false };
            while let Some(&(before, columns)) = self.gaps.get(gap).filter(|&&(before, _)| before <= at) {
                part.gap += if before == at { columns } else { 0 };
                gap += 1;
            }
            change += self.inks[change..].iter().take_while(|&&(from, _)| from <= at).count();
            part.ink = change.checked_sub(1).map_or_else(Ink::default, |change| self.inks[change].1);
            mark += self.marks[mark..].iter().take_while(|mark| mark.end <= at).count();
            if let Some(mark) = self.marks.get(mark) {
                part.is_found = mark.start <= at;
                next = next.min(if part.is_found { mark.end } else { mark.start });
            }
            next = self.inks.get(change).map_or(next, |&(from, _)| next.min(from));
            next = self.gaps.get(gap).map_or(next, |&(before, _)| next.min(before));
            part.text = text.get(at..next).unwrap_or_default();
            parts.push(part);
            at = next;
        }
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
        let at = self.top();
        let is_same = self.key.as_ref().is_some_and(|before| before.release == index);
        self.page = Page::new(release, columns, &key.needles);
        let is_scrolled = is_same && self.scroll > 0;
        self.scroll = 0;
        if is_scrolled {
            self.go_to(at);
        }
        self.key = Some(key);
    }

    /// Where in the text the first line in view begins, in bytes.
    #[must_use]
    pub fn top(&self) -> usize {
        self.page.lines.get(self.scroll).map_or(0, |line| line.range.start)
    }

    /// Scrolls to the line with this byte of the text.
    pub fn go_to(&mut self, at: usize) {
        self.scroll = self.page.lines.partition_point(|line| line.range.end <= at && line.range.start < at);
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

/// What a link is called, and what is known of an enclosure; empty where that says no more than the address.
fn label(link: &LinkRef<'_>) -> CleanBuf {
    let name = link.label.as_str();
    let name = match link.kind {
        LinkKind::Comments if name.is_empty() => "Comments",
        LinkKind::Related if name.is_empty() => "Related",
        LinkKind::Enclosure if name.is_empty() => "Enclosure",
        _ if name == link.address.as_str() => "",
        _ => name,
    };
    let size = link.bytes.map(size);
    let parts = [name, link.media.as_str(), size.as_deref().unwrap_or_default()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    CleanBuf::line(&parts.join(" · "))
}

/// A size as people say it: `12.3 MB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", grouped((bytes / 1_000_000) as usize), bytes / 100_000 % 10),
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
        page.lines().iter().map(|line| page.parts(line).iter().map(|part| part.text).collect()).collect()
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
        let parts: Vec<_> = page.parts(&page.lines()[5]).iter().map(|part| (part.text, part.is_found)).collect();
        assert_eq!(parts, [("Fifteen", true), (" recommendations.", false)]);
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
