//! A release while it is being filled: which name each field was read from, what was left out and why.
//!
//! Text is sanitised on its way into the release. It knows nothing of JSON.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};
use url::Url;

use super::html::{self, Rich};
use super::{Limits, date, excerpt, link, links, markdown};
use crate::release::{Cause, Link, LinkKind, Release};
use crate::text::CleanBuf;

/// A field of a release as far as a publisher's name tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Title,
    Topics,
    Summary,
    Body,
    /// Markup that stands in for the body where no plain text does.
    Html,
    Date,
    Place,
    Author,
    Url,
    /// Objects with an address: what comes with the item.
    Attachments,
    /// The `_tidings` extension object.
    Extension,
    /// Whether the texts hold no markup, whatever they look like.
    Plain,
    /// An object whose members are the item's own, as some services wrap them.
    Wrapper,
}

impl Field {
    /// How many there are.
    pub const COUNT: usize = 14;

    /// Whether publishers put markup into it without saying so.
    fn may_hold_markup(self) -> bool {
        matches!(self, Self::Title | Self::Topics | Self::Summary | Self::Body | Self::Place | Self::Author)
    }

    /// What a problem calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Title => "title",
            Self::Topics => "topic",
            Self::Summary => "summary",
            Self::Body | Self::Html => "text",
            Self::Date => "date",
            Self::Place => "place",
            Self::Author => "author",
            Self::Url => "link",
            Self::Attachments => "attachment",
            Self::Extension | Self::Wrapper | Self::Plain => "extension",
        }
    }
}

/// A field with its rank: of two names for it the one with the lower rank is the better.
pub(super) type Alias = (Field, u8);

/// The rank of a field that holds nothing yet.
const NONE: u8 = u8::MAX;
/// Above so many topics a set tells repeated ones.
const FEW: usize = 16;
/// Characters of a text that a note quotes.
const QUOTED: usize = 40;

/// Names for markup with a higher rank may stand for less than the whole text.
const LAST_OF_BODY: u8 = 3;

/// What a feed tells of an enclosure, empty where it does not.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Attachment<'a> {
    pub label: &'a str,
    pub media: &'a str,
    pub bytes: Option<u64>,
}

/// What is written where a media type must be and none is known.
pub const UNKNOWN_MEDIA: &str = "application/octet-stream";

/// Stands where a text was cut.
const MORE: char = '…';

/// Something that was left out of a release: what sort of fault, and why in words.
pub(super) type Note = (Cause, CleanBuf);

/// A text, cut where it is too long, with a note and a mark of it.
fn within<'t>(field: Field, text: &'t str, longest: usize, notes: &mut Vec<Note>) -> Cow<'t, str> {
    if text.len() <= longest || field == Field::Html {
        return text.into();
    }
    let end = (0..=longest).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    let (kept, rest) = text.split_at(end);
    let reason =
        format!("{}: the last {} bytes were cut off; --max-text takes more than {longest}", field.name(), rest.len());
    notes.push((Cause::TextCut, CleanBuf::line(&reason)));
    // An address that is cut leads nowhere.
    if field == Field::Url { "".into() } else { format!("{kept}{MORE}").into() }
}

/// A text that is Markdown or HTML, with its spans and links.
fn rich(raw: &str) -> Option<Rich> {
    match markdown::to_html(raw) {
        Some(html) => Some(html::to_rich(&html)),
        None => html::is_markup(raw).then(|| html::to_rich(raw)),
    }
}

/// The release being filled, and what is known while it is.
pub(super) struct Fields {
    pub release: Release,
    /// What was left out of the release, and why.
    pub notes: Vec<Note>,
    /// The feed's own address.
    pub base: Option<Url>,
    /// Bytes of one text that are taken.
    longest: usize,
    /// The rank of the name that each field was read from.
    ranks: [u8; Field::COUNT],
    /// Whether the texts hold no markup, whatever they look like.
    pub is_plain: bool,
    /// Whether the value being read has given something already: what follows is then added.
    pub begun: bool,
    /// Markup for the body, as it came.
    html: String,
    /// Emptied topics, so that their buffers are used again.
    spare: Vec<CleanBuf>,
    /// The topics, where they are more than a few.
    seen: FxHashSet<CleanBuf>,
    /// The text that an object stands for.
    pub name: String,
    /// Addresses of the release's links, where they are more than a few.
    known: FxHashMap<CleanBuf, usize>,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            release: Release::default(),
            notes: Vec::new(),
            base: None,
            longest: Limits::default().text,
            ranks: [NONE; Field::COUNT],
            is_plain: false,
            begun: false,
            html: String::new(),
            spare: Vec::new(),
            seen: FxHashSet::default(),
            name: String::new(),
            known: FxHashMap::default(),
        }
    }
}

impl Fields {
    /// Empty ones, whose texts take so many bytes.
    pub fn within(longest: usize) -> Self {
        Self { longest, ..Self::default() }
    }

    /// Makes ready for the next item.
    pub fn clear(&mut self) {
        self.empty(Field::Topics);
        self.release.clear();
        self.notes.clear();
        self.html.clear();
        self.known.clear();
        self.ranks = [NONE; Field::COUNT];
        self.is_plain = false;
    }

    /// What can only be told when all members are read.
    pub fn finish(&mut self) {
        if !self.html.is_empty() {
            let html = std::mem::take(&mut self.html);
            self.body_from(&html);
            self.html = html;
        }
        let release = &mut self.release;
        if release.summary.is_empty() {
            std::mem::swap(&mut release.summary, &mut release.body);
            std::mem::swap(&mut release.summary_spans, &mut release.body_spans);
        } else if !release.body.is_empty() {
            let (summary, body) = (release.summary.as_str(), release.body.as_str());
            let is_repeated = excerpt::is_excerpt(body, summary);
            let has_structure = release.summary_spans.len() > release.body_spans.len();
            if excerpt::is_excerpt(summary, body) && !(is_repeated && has_structure) {
                std::mem::swap(&mut release.summary, &mut release.body);
                std::mem::swap(&mut release.summary_spans, &mut release.body_spans);
                release.body.clear();
                release.body_spans.clear();
            } else if is_repeated {
                release.body.clear();
                release.body_spans.clear();
            }
        }
        if !release.links.is_empty() {
            links::settle(release);
        }
    }

    /// Whether a name of this rank is better than the one that the field was read from.
    pub fn wants(&self, (field, rank): Alias) -> bool {
        rank < self.ranks[field as usize]
    }

    /// Puts a text into a field, or adds it where the same value has given some before. Markup in it that nobody
    /// declared becomes text.
    pub fn text(&mut self, alias: Alias, raw: &str) {
        if !self.is_plain && alias.0.may_hold_markup() {
            self.markup(alias, raw);
        } else {
            self.plain(alias, raw);
        }
    }

    /// As [`Fields::text`], of a text that is declared as markup.
    pub fn markup(&mut self, alias: Alias, raw: &str) {
        match alias.0 {
            field @ (Field::Summary | Field::Body) => match rich(raw) {
                Some(rich) => {
                    self.begin(alias);
                    self.block(field, &rich);
                    self.end(alias);
                }
                None => self.plain(alias, raw),
            },
            _ if html::is_markup(raw) => self.plain(alias, &html::to_text(raw)),
            _ => self.plain(alias, raw),
        }
    }

    /// Markup is the body where there is no other, and where it shows structure that a plain text of about the same
    /// length cannot.
    fn body_from(&mut self, html: &str) {
        let length = self.release.body.as_str().len();
        if length > 0 && self.ranks[Field::Html as usize] > LAST_OF_BODY {
            return;
        }
        let rich = rich(html).unwrap_or_else(|| html::to_rich(html));
        if length == 0 || (!rich.spans.is_empty() && rich.text.len() >= length / 2) {
            self.empty(Field::Body);
            self.block(Field::Body, &rich);
        }
    }

    /// Appends a text with its spans and links.
    fn block(&mut self, field: Field, rich: &Rich) {
        let cut;
        let rich = if rich.text.len() > self.longest {
            let text = within(field, &rich.text, self.longest, &mut self.notes).into_owned();
            let last = text.len() - MORE.len_utf8();
            let spans = rich.spans.iter().filter(|(start, ..)| *start < last);
            let spans = spans.map(|&(start, end, style)| (start, end.min(last), style)).collect();
            cut = Rich { text, spans, links: rich.links.clone() };
            &cut
        } else {
            rich
        };
        let release = &mut self.release;
        let numbers: Vec<Option<u16>> = rich
            .links
            .iter()
            .map(|(label, href)| {
                let address = link::address(href, self.base.as_ref()).ok()?;
                let label = CleanBuf::line(links::label(label, &address));
                let link = Link { label, address: CleanBuf::line(&address), ..Link::default() };
                u16::try_from(links::add(release, &mut self.known, link)).ok()
            })
            .collect();
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

    /// Makes ready for the first of what one value gives.
    fn begin(&mut self, (field, rank): Alias) {
        if !self.begun {
            self.begun = true;
            self.ranks[field as usize] = rank;
            self.empty(field);
        }
    }

    /// A field that is empty after all leaves it to other names.
    fn end(&mut self, (field, rank): Alias) {
        let is_empty = match field {
            Field::Summary => self.release.summary.is_empty(),
            _ => self.release.body.is_empty(),
        };
        if is_empty && self.ranks[field as usize] == rank {
            self.begun = false;
            self.ranks[field as usize] = NONE;
        }
    }

    /// As [`Fields::text`], of a text that is what it says.
    pub fn plain(&mut self, (field, rank): Alias, raw: &str) {
        let raw = raw.trim();
        if raw.is_empty() {
            return;
        }
        if matches!(field, Field::Summary | Field::Body)
            && let Some(rich) = html::with_addresses(raw)
        {
            self.begin((field, rank));
            self.block(field, &rich);
            return self.end((field, rank));
        }
        let raw = &*within(field, raw, self.longest, &mut self.notes);
        if field == Field::Date {
            match date::read(raw) {
                Ok(date) => self.date(date, rank),
                Err(why) => self.note_date(raw, why),
            }
            return;
        }
        self.begin((field, rank));
        let (buffer, between) = match field {
            Field::Topics => return self.topic(raw),
            Field::Url => return self.link(raw),
            Field::Html => {
                if !self.html.is_empty() {
                    self.html.push_str("\n\n");
                }
                return self.html.push_str(raw);
            }
            Field::Summary => (&mut self.release.summary, "\n\n"),
            Field::Body => (&mut self.release.body, "\n\n"),
            Field::Place => (&mut self.release.place, ", "),
            Field::Author => (&mut self.release.author, ", "),
            Field::Title => (&mut self.release.title, " "),
            Field::Id => (&mut self.release.id, " "),
            Field::Attachments => return self.attach(LinkKind::Enclosure, raw, Attachment::default()),
            Field::Date | Field::Extension | Field::Wrapper | Field::Plain => return,
        };
        let push = match field {
            Field::Summary | Field::Body => CleanBuf::push_block,
            _ => CleanBuf::push_line,
        };
        let length = buffer.as_str().len();
        if length > 0 {
            buffer.push_own(between);
        }
        let joined = buffer.as_str().len();
        push(buffer, raw);
        if buffer.as_str().len() == joined {
            buffer.truncate(length);
        }
        if buffer.is_empty() {
            self.begun = false;
            self.ranks[field as usize] = NONE;
        }
    }

    /// The release has nothing in this field, whatever other names say.
    pub fn none(&mut self, (field, rank): Alias) {
        self.ranks[field as usize] = rank;
        self.empty(field);
    }

    pub fn number(&mut self, alias: Alias, number: i64) {
        if alias.0 != Field::Date {
            return self.text(alias, &number.to_string());
        }
        match date::from_number(number) {
            Ok(date) => self.date(date, alias.1),
            Err(why) => self.note_date(&number.to_string(), why),
        }
    }

    fn date(&mut self, date: crate::release::Date, rank: u8) {
        self.release.date = Some(date);
        self.ranks[Field::Date as usize] = rank;
    }

    fn topic(&mut self, raw: &str) {
        let mut topic = self.spare.pop().unwrap_or_default();
        topic.push_line(raw);
        let topics = &mut self.release.topics;
        let known = if topics.len() < FEW {
            topics.contains(&topic)
        } else {
            if topics.len() == FEW {
                self.seen.clear();
                self.seen.extend(topics.iter().cloned());
            }
            self.seen.contains(&topic)
        };
        if known || topic.is_empty() {
            topic.clear();
            self.spare.push(topic);
            return;
        }
        if topics.len() >= FEW {
            self.seen.insert(topic.clone());
        }
        topics.push(topic);
    }

    /// The first address that can be used.
    fn link(&mut self, raw: &str) {
        if !self.release.url.is_empty() {
            return;
        }
        match link::address(raw, self.base.as_ref()) {
            Ok(address) => self.release.url.push_line(&address),
            Err(why) => {
                self.begun = false;
                self.ranks[Field::Url as usize] = NONE;
                self.note_text(Cause::Link, Field::Url, raw, why);
            }
        }
    }

    /// Something that the feed names beside the texts. What is no address is passed over.
    pub fn attach(&mut self, kind: LinkKind, address: &str, told: Attachment<'_>) {
        let Ok(address) = link::address(address.trim(), self.base.as_ref()) else { return };
        let mut link = Link { kind, address: CleanBuf::line(&address), ..Link::default() };
        link.label.push_line(told.label);
        link.media.push_line(told.media);
        link.bytes = told.bytes.filter(|&bytes| bytes > 0);
        if link.media.as_str() == UNKNOWN_MEDIA {
            link.media.clear();
        }
        links::add(&mut self.release, &mut self.known, link);
    }

    fn empty(&mut self, field: Field) {
        match field {
            Field::Id => self.release.id.clear(),
            Field::Title => self.release.title.clear(),
            Field::Topics => {
                self.release.topics.iter_mut().for_each(CleanBuf::clear);
                self.spare.append(&mut self.release.topics);
                self.spare.truncate(FEW);
            }
            Field::Summary => {
                self.release.summary.clear();
                self.release.summary_spans.clear();
            }
            Field::Body => {
                self.release.body.clear();
                self.release.body_spans.clear();
            }
            Field::Html => self.html.clear(),
            Field::Place => self.release.place.clear(),
            Field::Author => self.release.author.clear(),
            Field::Url => self.release.url.clear(),
            Field::Date => self.release.date = None,
            Field::Attachments | Field::Extension | Field::Wrapper | Field::Plain => {}
        }
    }

    fn note_date(&mut self, raw: &str, why: date::Unread) {
        let cause = match why {
            date::Unread::NotADate => Cause::Date,
            date::Unread::NoDate => Cause::Placeholder,
        };
        self.note_text(cause, Field::Date, raw, &why.to_string());
    }

    fn note_text(&mut self, cause: Cause, field: Field, raw: &str, why: &str) {
        let mut quoted: String = raw.chars().take(QUOTED).collect();
        if quoted.len() < raw.len() {
            quoted.push('…');
        }
        self.notes.push((cause, CleanBuf::line(&format!("{}: “{quoted}” {why}", field.name()))));
    }

    /// Says that a field cannot use a value of this type.
    pub fn note_type(&mut self, field: Field, found: &str) {
        let expected = match field {
            Field::Date => "a date as text, such as 2018-11-06",
            Field::Topics => "a name, a list of names or objects with a name",
            Field::Url => "an address as text",
            Field::Attachments => "objects with an address",
            _ => "text",
        };
        let reason = format!("{}: found {found}, expected {expected}", field.name());
        self.notes.push((Cause::FieldType, CleanBuf::line(&reason)));
    }
}
