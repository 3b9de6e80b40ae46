//! Texts with markup on their way into a release. They wait until the whole item is read, because their links may be
//! relative to the release's own page, whose address may come later.

use std::borrow::Cow;

use url::Url;

use super::{Alias, Attachment, Field, Fields, MORE, NO_PAGE, NONE, within};
use crate::feed::html::{self, Rich};
use crate::feed::{link, links, markdown};
use crate::release::{Link, LinkKind, Style};
use crate::text::CleanBuf;

/// Aliases for markup with a higher number may contain only part of the text.
const LAST_OF_BODY: u8 = 3;

/// The most attachment descriptions of one item.
const MEDIA: usize = 100;

/// A piece of one value's text.
#[derive(Debug)]
enum Piece {
    Html(String),
    Plain(String),
}

/// The text of one value, from its first markup on.
#[derive(Debug)]
struct Value {
    alias: Alias,
    /// Whether it continues text of the same value that the field already contains.
    is_rest: bool,
    pieces: Vec<Piece>,
    /// The base of its links, if the feed declares one.
    base: Option<Url>,
}

/// Texts that wait.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    values: Vec<Value>,
    /// Whether the last one belongs to the value being read.
    is_open: bool,
}

impl Waiting {
    pub fn clear(&mut self) {
        self.values.clear();
        self.is_open = false;
    }

    /// Ends the value being read.
    pub fn close(&mut self) {
        self.is_open = false;
    }

    /// Whether the text of the value being read is waiting.
    pub fn is_open(&self, alias: Alias) -> bool {
        self.is_open && self.values.last().is_some_and(|value| value.alias == alias)
    }

    /// Appends text without markup to the value being read.
    pub fn push_plain(&mut self, text: &str) {
        if let Some(value) = self.values.last_mut() {
            value.pieces.push(Piece::Plain(text.to_owned()));
        }
    }
}

/// Returns the HTML of a text that looks like HTML or Markdown.
pub(super) fn markup_of(text: &str) -> Option<Cow<'_, str>> {
    markdown::to_html(text).map(Cow::Owned).or_else(|| html::is_markup(text).then_some(Cow::Borrowed(text)))
}

impl Fields {
    /// Stores HTML until the item has been read.
    pub(super) fn defer(&mut self, alias: Alias, html: &str) {
        let html = html.trim();
        if html.is_empty() {
            return;
        }
        if !self.waiting.is_open(alias) {
            let value = Value { alias, is_rest: self.begun, pieces: Vec::new(), base: self.declared_base.clone() };
            self.waiting.values.push(value);
            self.waiting.is_open = true;
        }
        if let Some(value) = self.waiting.values.last_mut() {
            value.pieces.push(Piece::Html(html.to_owned()));
        }
    }

    /// Sets the text of a field, or appends to it if the same value has already produced text.
    pub(super) fn rich(&mut self, alias: Alias, rich: &Rich) {
        self.begin(alias);
        self.block(alias.0, rich, None);
        if self.lacks(alias.0) {
            self.begun = false;
            self.ranks[alias.0 as usize] = NONE;
        }
    }

    fn lacks(&self, field: Field) -> bool {
        if field == Field::Summary { self.release.summary.is_empty() } else { self.release.body.is_empty() }
    }

    /// Sets the waiting texts: for each field, the best alias that yields text.
    pub(super) fn set_waiting(&mut self) {
        if self.waiting.values.is_empty() {
            return;
        }
        let mut values = std::mem::take(&mut self.waiting.values);
        values.sort_by_key(|value| (value.alias.0 as usize, value.alias.1));
        for value in values.iter().filter(|value| value.alias.0 != Field::Html) {
            self.set_value(value);
        }
        for value in values.iter().filter(|value| value.alias.0 == Field::Html) {
            self.set_html(value);
        }
        self.waiting.close();
    }

    fn set_value(&mut self, value: &Value) {
        let (field, rank) = value.alias;
        let known = self.ranks[field as usize];
        if if value.is_rest { rank != known } else { rank >= known } {
            return;
        }
        let texts: Vec<Rich> =
            value.pieces.iter().map(Piece::set).filter(|text| !text.text.trim().is_empty()).collect();
        if texts.is_empty() {
            return;
        }
        if !value.is_rest {
            self.empty(field);
            self.ranks[field as usize] = rank;
        }
        for text in &texts {
            self.block(field, text, value.base.as_ref());
        }
        if self.lacks(field) {
            self.ranks[field as usize] = NONE;
        }
    }

    /// Uses markup as the body if there is no other, or if it has structure that a plain text of about the same length
    /// lacks.
    fn set_html(&mut self, value: &Value) {
        let rank = value.alias.1;
        if rank >= self.ranks[Field::Html as usize] {
            return;
        }
        let length = self.release.body.as_str().len();
        if length > 0 && rank > LAST_OF_BODY {
            return;
        }
        let texts: Vec<Rich> = value.pieces.iter().map(Piece::set).collect();
        let shown: usize = texts.iter().map(|text| text.text.len()).sum();
        let has_spans = texts.iter().any(|text| !text.spans.is_empty());
        if shown > 0 && (length == 0 || (has_spans && shown >= length / 2)) {
            self.ranks[Field::Html as usize] = rank;
            self.empty(Field::Body);
            for text in &texts {
                self.block(Field::Body, text, value.base.as_ref());
            }
        }
    }

    /// Appends a text with its spans and links. `base` is the base of its links, if the feed declares one.
    fn block(&mut self, field: Field, rich: &Rich, base: Option<&Url>) {
        let cut;
        let rich = if rich.text.len() > self.longest {
            let text = within(field, &rich.text, self.longest, &mut self.notes).into_owned();
            let last = text.len() - MORE.len_utf8();
            let spans = rich.spans.iter().filter(|(start, ..)| *start < last);
            let spans = spans.map(|&(start, end, style)| (start, end.min(last), style)).collect();
            cut = Rich { text, spans, links: rich.links.clone(), picture: rich.picture.clone() };
            &cut
        } else {
            rich
        };
        // Most texts have no links, and a base takes long to parse.
        let has_links = !rich.links.is_empty() || rich.picture.is_some();
        let page = has_links.then(|| link::base(self.release.url.as_str())).flatten();
        let page = page.filter(|_| self.quality != NO_PAGE);
        let base = base.or(page.as_ref()).or(self.base.as_ref());
        let release = &mut self.release;
        let numbers: Vec<Option<u16>> = rich
            .links
            .iter()
            .map(|(label, href)| {
                let address = link::address(href, base).ok()?;
                let label = CleanBuf::line(links::label(label, &address));
                let link = Link { label, address: CleanBuf::line(&address), ..Link::default() };
                u16::try_from(links::add(release, &mut self.known, link)).ok()
            })
            .collect();
        if let Some(address) = rich.picture.as_ref().and_then(|href| link::address(href, base).ok()) {
            let picture = Link { kind: LinkKind::Picture, address: CleanBuf::line(&address), ..Link::default() };
            links::add(release, &mut self.known, picture);
        }
        let (buffer, spans) = match field {
            Field::Summary => (&mut release.summary, &mut release.summary_spans),
            _ => (&mut release.body, &mut release.body_spans),
        };
        let length = buffer.as_str().len();
        if length > 0 {
            buffer.push_own("\n\n");
        }
        let joined = buffer.as_str().len();
        links::push(buffer, spans, rich, &numbers);
        if buffer.as_str().len() == joined {
            buffer.truncate(length);
        }
    }
}

/// A picture, video or sound that comes with the item.
#[derive(Debug)]
pub(super) struct Medium {
    kind: &'static str,
    address: String,
    /// Its description.
    label: String,
}

impl Fields {
    /// Records something that comes with the item. Its description is shown below the text unless the text contains it.
    pub fn describe(&mut self, kind: &'static str, address: &str, label: &str, is_html: bool) {
        let label = if is_html { Cow::Owned(html::to_text(label)) } else { Cow::Borrowed(label) };
        let label =
            CleanBuf::line(within(Field::Summary, label.trim(), self.longest, &mut self.notes).as_ref()).to_string();
        if !label.is_empty() && self.media.len() < MEDIA {
            self.attach(LinkKind::Enclosure, address, Attachment { label: &label, ..Attachment::default() });
            self.show(kind, address, &label);
        }
    }

    /// Shows something that comes with the item below the text.
    pub(super) fn show(&mut self, kind: &'static str, address: &str, label: &str) {
        let label = CleanBuf::line(label.trim()).to_string();
        if !label.is_empty() && self.media.len() < MEDIA {
            self.media.push(Medium { kind, address: address.trim().to_owned(), label });
        }
    }

    /// Appends the descriptions below the text.
    pub(super) fn set_media(&mut self) {
        for Medium { kind, address, label } in std::mem::take(&mut self.media) {
            let (summary, body) = (self.release.summary.as_str(), self.release.body.as_str());
            if shows(summary, &label) || shows(body, &label) {
                continue;
            }
            let field = if body.is_empty() { Field::Summary } else { Field::Body };
            let text = format!("[{kind}: {label}]");
            let spans = vec![(0, text.len(), Style::Link(0)), (0, text.len(), Style::Image)];
            self.block(field, &Rich { text, spans, links: vec![(String::new(), address)], picture: None }, None);
        }
    }
}

/// Whether a text contains a label, possibly across lines.
fn shows(text: &str, label: &str) -> bool {
    text.contains(label)
        || text.contains('\n') && text.split_ascii_whitespace().collect::<Vec<_>>().join(" ").contains(label)
}

impl Piece {
    fn set(&self) -> Rich {
        match self {
            Self::Html(html) => html::to_rich(html),
            Self::Plain(text) => {
                html::with_addresses(text).unwrap_or_else(|| Rich { text: text.clone(), ..Rich::default() })
            }
        }
    }
}
