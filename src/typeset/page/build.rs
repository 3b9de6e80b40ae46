//! Sets the parts of a page: facts, title, picture, texts and reprints. Each part is appended to the text of the page.

use std::ops::Range;

use chrono::DateTime;

use super::super::blocks::set;
use super::super::facts::{custom_line, meta, own_topics_phrase};
use super::super::line::{Kind, Line};
use super::super::style_runs;
use super::super::target::Target;
use super::super::unwrap::unwrapped;
use super::{PageShape, PicturePlace, TOPIC_PARTS, TypesetPage};
use crate::catalog::{Facet, ReleaseRef};
use crate::query::Needle;
use crate::release::{Release, Span, Style};
use crate::text::{Clean, CleanBuf, is_right_to_left, is_unspaced, truncate, width, wrap};

impl TypesetPage {
    pub(super) fn texts(&mut self, release: &ReleaseRef<'_>, shape: &PageShape, needles: &[Needle]) {
        let (columns, is_tight) = (usize::from(shape.columns), shape.is_tight);
        let topics: Vec<_> = release.labels(Facet::Topic).map(Clean::as_str).collect();
        if !topics.is_empty() && !is_tight {
            self.push(Kind::Topic, CleanBuf::line(&topics.join(TOPIC_PARTS)).as_clean(), columns, &[]);
        }
        let untitled = CleanBuf::line("(no title)");
        let title = if release.title().is_empty() { untitled.as_clean() } else { release.title() };
        self.push(Kind::Title, title, columns, needles);
        if !is_tight {
            self.blank();
        }
        let meta = meta(release, if is_tight { &[] } else { &shape.own_topics }, is_tight);
        let own = own_topics_phrase(&shape.own_topics);
        // Date, place and topics share a line of a low pane.
        let tight = Some(meta.as_str()).into_iter().chain(topics).chain(own.as_deref());
        let tight = tight.filter(|part| is_tight && !part.is_empty());
        let meta = if is_tight { CleanBuf::line(&tight.collect::<Vec<_>>().join(TOPIC_PARTS)) } else { meta };
        let changed = shape.changed.as_deref().map(CleanBuf::line);
        // A low pane has no room for them.
        let fields = if is_tight { None } else { Some(custom_line(release)) };
        let facts: Vec<CleanBuf> =
            Some(meta).into_iter().chain(fields).chain(changed).filter(|fact| !fact.is_empty()).collect();
        for fact in &facts {
            self.push(Kind::Meta, fact.as_clean(), columns, &[]);
        }
        if !facts.is_empty() {
            self.blank();
        }
        if let Some(picture) = &shape.picture {
            self.picture(picture, columns);
        }
        if let Some(day) = release.page().and_then(|fetched| DateTime::from_timestamp(fetched, 0)) {
            // Shown in place of the feed's own text.
            let day = day.format("%-d %b %Y").to_string().to_uppercase();
            self.heading(&format!("FULL PAGE, SAVED {day}"), columns);
            self.blank();
        }
        let (summary, body) = (release.summary(), release.body());
        for text in [&summary, &body] {
            self.words += text.as_str().split_whitespace().count();
            self.characters += text.as_str().chars().filter(|&c| is_unspaced(c)).count();
        }
        self.body(summary.as_clean(), release.summary_spans(), columns, needles);
        if !body.is_empty() {
            self.blank();
            self.body(body.as_clean(), release.body_spans(), columns, needles);
        }
        let known = [summary, body];
        for (source, reprint) in release.reprints() {
            self.reprint(source, &reprint.release, &known, columns, needles);
        }
        self.texts_end = self.text.as_str().len();
    }

    /// Adds the caption of the picture and the rows that it covers. They are no text: showing the picture moves no byte of
    /// the page.
    fn picture(&mut self, picture: &PicturePlace, columns: usize) {
        let end = self.text.as_str().len();
        let line = |lead: &str| Line { kind: Kind::Picture, lead: lead.to_owned(), range: end..end, ..Line::default() };
        let caption = CleanBuf::line(&picture.caption);
        let parts = wrap(caption.as_clean(), columns).into_iter().filter_map(|range| caption.as_str().get(range));
        self.lines.extend(parts.map(line));
        self.lines.extend((0..picture.rows).map(|_| line("")));
        self.blank();
    }

    /// Adds the text of the same release in another source, if it differs.
    fn reprint(
        &mut self,
        source: Clean<'_>,
        reprint: &Release,
        known: &[CleanBuf],
        columns: usize,
        needles: &[Needle],
    ) {
        let texts = [(&reprint.summary, &reprint.summary_spans), (&reprint.body, &reprint.body_spans)];
        let texts = texts.into_iter().filter(|(text, _)| !text.is_empty() && !known.contains(text));
        for (n, (text, spans)) in texts.enumerate() {
            self.blank();
            if n == 0 {
                self.heading(&format!("IN {}", source.as_str()), columns);
                self.blank();
            }
            // Its links belong to another release.
            let spans: Vec<Span> = spans.iter().filter(|span| !is_link(span.style)).copied().collect();
            self.body(text.as_clean(), &spans, columns, needles);
        }
    }

    /// Adds a text with its styles, links and matches.
    fn body(&mut self, text: Clean<'_>, spans: &[Span], columns: usize, needles: &[Needle]) {
        let base = self.text.as_str().len();
        let whole = unwrapped(text, spans);
        let text = whole.as_ref().map_or(text, CleanBuf::as_clean);
        let (lines, gaps) = set(text, spans, columns);
        let moved = |range: Range<usize>| base + range.start..base + range.end;
        self.lines.extend(lines.into_iter().map(|line| Line { range: moved(line.range), ..line }));
        self.gaps.extend(gaps.into_iter().map(|(at, columns)| (base + at, columns)));
        self.inks.extend(style_runs::changes(spans.iter().map(|span| (span.range(base), span.style))));
        let is_own = self.targets.first().is_some_and(|target| matches!(target, Target::Own(_)));
        let anchors = spans.iter().filter_map(|span| {
            let target = match span.style {
                Style::OwnLink if is_own => 0,
                Style::Link(number) => {
                    self.targets.iter().position(|target| matches!(target, Target::Link(of, _) if *of == number))?
                }
                _ => return None,
            };
            Some((span.range(base), target))
        });
        self.anchors.extend(anchors);
        self.mark(text, needles);
        self.text.push_clean(text);
    }

    pub(super) fn heading(&mut self, text: &str, columns: usize) {
        self.push(Kind::Heading, CleanBuf::line(text).as_clean(), columns, &[]);
    }

    /// Adds one line, truncated if necessary.
    pub(super) fn one_line(&mut self, kind: Kind, text: Clean<'_>, columns: usize, lead: &str) {
        let base = self.text.as_str().len();
        let (shown, is_cut) = truncate(text, columns);
        let range = base..base + shown.as_str().len();
        self.lines.push(Line { kind, lead: lead.to_owned(), range, is_cut, ..Line::default() });
        self.text.push_clean(text);
    }

    /// Adds lines after a prefix, which is blank from the second line on.
    pub(super) fn hanging(&mut self, kind: Kind, text: Clean<'_>, columns: usize, lead: &str) {
        let hang = width(lead).min(columns / 2);
        let first = self.lines.len();
        self.push(kind, text, columns - hang, &[]);
        for (n, line) in self.lines[first..].iter_mut().enumerate() {
            line.lead = if n == 0 { lead.chars().take(hang).collect() } else { " ".repeat(hang) };
        }
    }

    pub(super) fn push(&mut self, kind: Kind, text: Clean<'_>, columns: usize, needles: &[Needle]) {
        let base = self.text.as_str().len();
        let is_right_to_left = kind == Kind::Title && is_right_to_left(text.as_str());
        for range in wrap(text, columns) {
            let kind = if range.is_empty() { Kind::Blank } else { kind };
            let range = base + range.start..base + range.end;
            self.lines.push(Line { kind, range, is_right_to_left, ..Line::default() });
        }
        self.mark(text, needles);
        self.text.push_clean(text);
    }

    /// Records the matches in a text that is about to be added.
    fn mark(&mut self, text: Clean<'_>, needles: &[Needle]) {
        let base = self.text.as_str().len();
        for needle in needles {
            let found = needle.matches(text.as_str());
            self.marks.extend(found.into_iter().map(|range| base + range.start..base + range.end));
        }
        self.marks.sort_by_key(|range| range.start);
    }

    pub(super) fn blank(&mut self) {
        let end = self.text.as_str().len();
        if self.lines.last().is_some_and(|line| line.kind != Kind::Blank) {
            self.lines.push(Line { range: end..end, ..Line::default() });
        }
    }
}

fn is_link(style: Style) -> bool {
    matches!(style, Style::Link(_) | Style::OwnLink)
}
