//! The binary format of a stored release.
//!
//! A record has a version byte, the date in eight bytes, each text after its length, then topics, spans and links after
//! their counts. If the feed says more, the language follows, and the values of its custom fields after their count. Numbers
//! are LEB128 (dwarfstd.org, DWARF 5, 7.6). Reading sanitises texts and drops spans that do not fit their text, like the
//! feed reader does, because anyone may have written to the file.

use std::borrow::Cow;
use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::release::identity::without_visit;
use crate::release::{CustomField, Date, FieldName, Link, LinkKind, Release, Span, Style};
use crate::text::CleanBuf;

/// The first byte of every record in this format.
const VERSION: u8 = 1;
/// The most names of custom fields that a thread remembers.
const NAMES: usize = 4_096;

thread_local! {
    /// The names that the thread has read, because a million records have few.
    static READ: RefCell<FxHashMap<Box<str>, FieldName>> = RefCell::default();
}

/// Appends the record of a release.
pub fn write(release: &Release, out: &mut Vec<u8>) {
    write_as(release, &release.id, &release.url, out);
}

/// A digest of a record, which changes with its content.
///
/// The high half depends on the texts, the date and the links alone. The low half depends on the language and the feed's
/// custom fields too: where only it differs, the release says the same as before. Without those, it is that of a record
/// which an older version wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    all: i64,
    /// The digest without language and custom fields.
    plain: i64,
}

impl Digest {
    /// The number that is stored.
    #[must_use]
    pub fn number(self) -> i64 {
        self.all
    }

    /// Whether a stored digest is that of an equal record.
    #[must_use]
    pub fn is(self, stored: i64) -> bool {
        self.all == stored
    }

    /// Whether a record with a stored digest differs at most in its language and its custom fields.
    #[must_use]
    pub fn says_same_as(self, stored: i64) -> bool {
        (self.all ^ stored) & HIGH == 0
    }

    /// Whether a stored digest is that of the same record without language and custom fields.
    #[must_use]
    pub fn completes(self, stored: i64) -> bool {
        self.plain == stored && self.all != stored
    }
}

/// The bits of the high half.
const HIGH: i64 = !0 << 32;

/// Returns the record of a release under an id, and its digest. A link whose tracking parameters differ is no change.
#[must_use]
pub fn named(release: &Release, id: &CleanBuf) -> (Vec<u8>, Digest) {
    let mut record = Vec::new();
    write_plain(release, id, &release.url, &mut record);
    let plain = match without_visit(release.url.as_str()) {
        Cow::Borrowed(_) => hash(&record),
        Cow::Owned(url) => {
            let mut settled = Vec::with_capacity(record.len());
            write_plain(release, id, &CleanBuf::line(&url), &mut settled);
            hash(&settled)
        }
    };
    let end = record.len();
    write_custom(release, &mut record);
    let custom = record.get(end..).filter(|custom| !custom.is_empty()).map_or(0, hash);
    (record, Digest { all: plain ^ (custom & !HIGH), plain })
}

fn write_as(release: &Release, id: &CleanBuf, url: &CleanBuf, out: &mut Vec<u8>) {
    write_plain(release, id, url, out);
    write_custom(release, out);
}

/// Appends the language and custom fields. Older versions ignore what follows the links.
fn write_custom(release: &Release, out: &mut Vec<u8>) {
    if !release.language.is_empty() || !release.fields.is_empty() {
        put_text(&release.language, out);
    }
    if !release.fields.is_empty() {
        write_varint(release.fields.len() as u64, out);
        for field in &release.fields {
            put_str(field.name.name(), out);
            put_text(&field.value, out);
        }
    }
}

fn write_plain(release: &Release, id: &CleanBuf, url: &CleanBuf, out: &mut Vec<u8>) {
    out.push(VERSION);
    out.extend_from_slice(&release.date.map_or(0, Date::to_bits).to_le_bytes());
    let Release { title, summary, body, place, author, .. } = release;
    for text in [id, title, place, author, url, summary, body] {
        put_text(text, out);
    }
    write_varint(release.topics.len() as u64, out);
    release.topics.iter().for_each(|topic| put_text(topic, out));
    put_spans(&release.summary_spans, out);
    put_spans(&release.body_spans, out);
    write_varint(release.links.len() as u64, out);
    for link in &release.links {
        write_varint(kind_number(link.kind), out);
        for text in [&link.label, &link.address, &link.media] {
            put_text(text, out);
        }
        // Stored plus one; zero means unknown.
        write_varint(link.bytes.map_or(0, |bytes| bytes.saturating_add(1)), out);
    }
}

/// Reads a record into `release`, reusing its buffers; returns whether the record is valid.
pub fn read(record: &[u8], release: &mut Release) -> bool {
    release.clear();
    let mut input = Input(record);
    input.byte() == Some(VERSION) && input.release(release).is_some()
}

fn hash(record: &[u8]) -> i64 {
    use std::hash::Hasher;
    let mut hasher = crate::release::identity::Fnv::default();
    hasher.write(record);
    hasher.finish().cast_signed()
}

fn write_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_text(text: &CleanBuf, out: &mut Vec<u8>) {
    put_str(text.as_str(), out);
}

fn put_str(text: &str, out: &mut Vec<u8>) {
    write_varint(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

fn put_spans(spans: &[Span], out: &mut Vec<u8>) {
    write_varint(spans.len() as u64, out);
    for span in spans {
        let (style, number) = style_numbers(span.style);
        for number in [u64::from(span.start), u64::from(span.end), style, number] {
            write_varint(number, out);
        }
    }
}

/// Encodes a style as kind and number. Stored in files: never change the values.
pub(super) fn style_numbers(style: Style) -> (u64, u64) {
    match style {
        Style::Heading(level) => (0, level.into()),
        Style::Emphasis => (1, 0),
        Style::Strong => (2, 0),
        Style::Struck => (3, 0),
        Style::Code => (4, 0),
        Style::Preformatted => (5, 0),
        Style::Quote => (6, 0),
        Style::Item => (7, 0),
        Style::Inset => (8, 0),
        Style::Link(number) => (9, number.into()),
        Style::OwnLink => (10, 0),
        Style::Image => (11, 0),
        Style::Row => (12, 0),
        Style::Cell(column) => (13, column.into()),
        Style::Head(column) => (14, column.into()),
        Style::Gap(columns) => (15, columns.into()),
    }
}

/// Decodes a style.
pub(super) fn style(kind: u64, number: u64) -> Option<Style> {
    let byte = || u8::try_from(number).ok();
    Some(match kind {
        0 => Style::Heading(byte()?.clamp(1, 6)),
        1 => Style::Emphasis,
        2 => Style::Strong,
        3 => Style::Struck,
        4 => Style::Code,
        5 => Style::Preformatted,
        6 => Style::Quote,
        7 => Style::Item,
        8 => Style::Inset,
        9 => Style::Link(u16::try_from(number).ok()?),
        10 => Style::OwnLink,
        11 => Style::Image,
        12 => Style::Row,
        13 => Style::Cell(byte()?),
        14 => Style::Head(byte()?),
        15 => Style::Gap(u16::try_from(number).ok()?),
        _ => return None,
    })
}

/// Encodes a link kind. Stored in files: never change the values.
pub(super) fn kind_number(kind: LinkKind) -> u64 {
    match kind {
        LinkKind::Text => 0,
        LinkKind::Enclosure => 1,
        LinkKind::Related => 2,
        LinkKind::Comments => 3,
        LinkKind::Picture => 4,
    }
}

/// Decodes a link kind.
pub(super) fn kind(number: u64) -> LinkKind {
    match number {
        1 => LinkKind::Enclosure,
        2 => LinkKind::Related,
        3 => LinkKind::Comments,
        4 => LinkKind::Picture,
        _ => LinkKind::Text,
    }
}

/// The unread rest of a record. Every method returns `None` when it ends too early.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// Reads a count of elements that take at least one byte each.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|count| *count <= self.0.len())
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn release(&mut self, release: &mut Release) -> Option<()> {
        let (date, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        release.date = Date::from_bits(u64::from_le_bytes(*date));
        let Release { id, title, summary, body, place, author, url, .. } = release;
        for line in [id, title, place, author, url] {
            line.push_line(self.text()?);
        }
        for block in [summary, body] {
            block.push_block(self.text()?);
        }
        for _ in 0..self.count()? {
            release.topics.push(CleanBuf::line(self.text()?));
        }
        self.spans(&mut release.summary_spans)?;
        self.spans(&mut release.body_spans)?;
        for _ in 0..self.count()? {
            let kind = kind(self.number()?);
            let [label, address, media] = [self.text()?, self.text()?, self.text()?].map(CleanBuf::line);
            let bytes = self.number()?.checked_sub(1);
            release.links.push(Link { kind, label, address, media, bytes });
        }
        if !self.0.is_empty() {
            release.language.push_line(self.text()?);
        }
        if !self.0.is_empty() {
            for _ in 0..self.count()? {
                let (name, value) = (field_name(self.text()?), CleanBuf::line(self.text()?));
                release.fields.extend(name.filter(|_| !value.is_empty()).map(|name| CustomField { name, value }));
            }
        }
        settle(release);
        Some(())
    }

    fn spans(&mut self, spans: &mut Vec<Span>) -> Option<()> {
        for _ in 0..self.count()? {
            let [start, end, kind, number] = [self.number()?, self.number()?, self.number()?, self.number()?];
            if let (Ok(start), Ok(end), Some(style)) = (u32::try_from(start), u32::try_from(end), style(kind, number)) {
                spans.push(Span { start, end, style });
            }
        }
        Some(())
    }
}

fn field_name(name: &str) -> Option<FieldName> {
    READ.with_borrow_mut(|read| {
        if let Some(known) = read.get(name) {
            return Some(*known);
        }
        let found = FieldName::of(name)?;
        if read.len() < NAMES {
            read.insert(name.into(), found);
        }
        Some(found)
    })
}

/// Drops spans that do not fit their text and links that are not web addresses.
pub(super) fn settle(release: &mut Release) {
    let links = release.links.len();
    fit(&mut release.summary_spans, release.summary.as_str(), links);
    fit(&mut release.body_spans, release.body.as_str(), links);
    release.links.iter_mut().for_each(|link| only_web(&mut link.address));
    only_web(&mut release.url);
}

/// Drops spans that do not fit the text.
fn fit(spans: &mut Vec<Span>, text: &str, links: usize) {
    spans.retain(|span| {
        let is_within = span.start < span.end && text.get(span.range(0)).is_some();
        is_within && !matches!(span.style, Style::Link(number) if usize::from(number) >= links)
    });
    if !spans.is_sorted_by_key(|span| span.start) {
        spans.sort_by_key(|span| span.start);
    }
}

/// Clears an address that is not http or https.
fn only_web(address: &mut CleanBuf) {
    if !address.as_str().starts_with("https://") && !address.as_str().starts_with("http://") {
        address.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn full() -> Release {
        Release {
            id: CleanBuf::line("7"),
            title: CleanBuf::line("Fair migration"),
            summary: CleanBuf::block("One\n\ntwo"),
            summary_spans: vec![Span { start: 0, end: 3, style: Style::Link(0) }],
            body: CleanBuf::block("Zürich"),
            body_spans: vec![Span { start: 0, end: 7, style: Style::Gap(300) }],
            topics: vec![CleanBuf::line("News"), CleanBuf::line("Law")],
            place: CleanBuf::line("Bern"),
            author: CleanBuf::line("Ann"),
            date: Date::from_ymd(2018, 11, 6),
            url: CleanBuf::line("https://a.invalid/7"),
            page: None,
            links: vec![Link {
                kind: LinkKind::Enclosure,
                label: CleanBuf::line("sound"),
                address: CleanBuf::line("https://a.invalid/7.mp3"),
                media: CleanBuf::line("audio/mpeg"),
                bytes: Some(0),
            }],
            language: CleanBuf::line("pt-br"),
            fields: fields(&[("Document Type", "Notice"), ("agency", "A"), ("agency", "B")]),
            ..Release::default()
        }
    }

    fn fields(values: &[(&str, &str)]) -> Vec<CustomField> {
        let field = |&(name, value): &(&str, &str)| CustomField {
            name: FieldName::of(name).expect("a name"),
            value: CleanBuf::line(value),
        };
        values.iter().map(field).collect()
    }

    fn record(release: &Release) -> Vec<u8> {
        let mut record = Vec::new();
        write(release, &mut record);
        record
    }

    #[test]
    fn a_release_survives_the_round_trip() {
        let mute = Release { language: CleanBuf::default(), ..full() };
        let plain = Release { fields: Vec::new(), ..mute.clone() };
        for release in [full(), mute, plain, Release { fields: Vec::new(), ..full() }, Release::default()] {
            let mut back = full();
            assert!(read(&record(&release), &mut back));
            assert_eq!(back, release);
        }
    }

    #[test]
    fn a_digest_tells_what_a_release_says_from_what_belongs_to_it() {
        let digest = |release: &Release| named(release, &release.id).1;
        let plain = Release { language: CleanBuf::default(), fields: Vec::new(), ..full() };
        let other = Release { fields: fields(&[("agency", "C")]), ..full() };
        let edited = Release { place: CleanBuf::line("Chur"), ..full() };
        assert_eq!(digest(&plain).number(), hash(&record(&plain)), "as an older version wrote it");
        for (before, now, is_same, says_same, completes) in [
            (&full(), &full(), true, true, false),
            (&plain, &full(), false, true, true),
            (&full(), &plain, false, true, false),
            (&full(), &other, false, true, false),
            (&full(), &edited, false, false, false),
            (&plain, &edited, false, false, false),
        ] {
            let (stored, now) = (digest(before).number(), digest(now));
            assert_eq!(
                (now.is(stored), now.says_same_as(stored), now.completes(stored)),
                (is_same, says_same, completes)
            );
        }
        let visited = Release { url: CleanBuf::line("https://a.invalid/7?utm_source=x"), ..full() };
        assert!(digest(&visited).is(digest(&full()).number()));
    }

    #[test]
    fn misfits_are_dropped_and_hostile_text_is_sanitised() {
        let mut release = full();
        release.summary_spans = vec![
            Span { start: 2, end: 900, style: Style::Code },
            Span { start: 3, end: 3, style: Style::Code },
            Span { start: 0, end: 1, style: Style::Link(9) },
        ];
        release.body_spans = vec![Span { start: 0, end: 2, style: Style::Code }];
        let mut bytes = record(&release);
        let at = bytes.windows(4).position(|part| part == b"Fair").expect("the title");
        bytes[at] = 0x1b;
        let mut back = Release::default();
        assert!(read(&bytes, &mut back));
        assert_eq!((back.summary_spans.len(), back.body_spans.len()), (0, 0));
        assert!(!back.title.as_str().contains('\u{1b}'));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0_usize..300, at in 0_usize..300) {
            let mut back = Release::default();
            let _ = read(&bytes, &mut back);
            let mut one = record(&full());
            let length = one.len();
            one[at % length] ^= 0x55;
            let _ = read(one.get(..cut.min(length)).unwrap_or_default(), &mut back);
        }
    }
}
