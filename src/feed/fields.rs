//! A release while it is being filled: which name each field was read from, what was left out and why.
//!
//! Text is sanitised on its way into the release. Markup waits in `texts` until the item's own address is known. It knows
//! nothing of JSON.

mod texts;

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};
use url::Url;

use super::html;
use super::{Limits, date, excerpt, link, links};
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
/// The quality of an address that is not that of the release's page, but of something that comes with it.
pub(super) const NO_PAGE: u8 = u8::MAX;
/// Above so many topics a set tells repeated ones.
const FEW: usize = 16;
/// Characters of a text that a note quotes.
const QUOTED: usize = 40;

/// Notes of one item; the others are counted.
const NOTES: usize = 16;

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

/// The release being filled, and what is known while it is.
pub(super) struct Fields {
    pub release: Release,
    /// What was left out of the release, and why.
    pub notes: Vec<Note>,
    /// The feed's own address. Relative addresses are resolved against it, but those of a text against the release's own
    /// page first.
    pub base: Option<Url>,
    /// What the feed says that all relative addresses are resolved against (`xml:base`).
    pub declared_base: Option<Url>,
    /// Bytes of one text that are taken.
    longest: usize,
    /// The rank of the name that each field was read from.
    ranks: [u8; Field::COUNT],
    /// Whether the texts hold no markup, whatever they look like.
    pub is_plain: bool,
    /// Whether the feed says that it is a JSON Feed.
    pub is_json_feed: bool,
    /// Whether the value being read has given something already: what follows is then added.
    begun: bool,
    /// Texts with markup, until all is known that their links are relative to.
    waiting: texts::Waiting,
    /// Pictures, films and sounds that come with the item and what they show.
    media: Vec<texts::Medium>,
    /// How good a link the release's address is, of those that one name gave; lower is better.
    quality: u8,
    /// The first address that could not be used: the rank of its name, and why.
    bad_link: Option<(u8, Note)>,
    /// How many more notes there would be.
    more_notes: u64,
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
            declared_base: None,
            longest: Limits::default().text,
            ranks: [NONE; Field::COUNT],
            is_plain: false,
            is_json_feed: false,
            begun: false,
            waiting: texts::Waiting::default(),
            media: Vec::new(),
            quality: 0,
            bad_link: None,
            more_notes: 0,
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
        self.waiting.clear();
        self.media.clear();
        self.bad_link = None;
        self.more_notes = 0;
        self.known.clear();
        self.ranks = [NONE; Field::COUNT];
        self.is_plain = false;
    }

    /// What can only be told when all members are read.
    pub fn finish(&mut self) {
        self.set_waiting();
        if let Some((rank, note)) = self.bad_link.take()
            && rank < self.ranks[Field::Url as usize]
        {
            self.notes.push(note);
        }
        if self.more_notes > 0 {
            let reason = format!("{} more fields could not be read", self.more_notes);
            self.notes.push((Cause::FieldType, CleanBuf::line(&reason)));
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
        self.set_media();
        let release = &mut self.release;
        if !release.links.is_empty() {
            links::settle(release);
        }
    }

    /// Whether a name of this rank is better than the one that the field was read from.
    pub fn wants(&self, (field, rank): Alias) -> bool {
        rank < self.ranks[field as usize]
    }

    /// What addresses beside the texts are resolved against.
    pub fn base(&self) -> Option<&Url> {
        self.declared_base.as_ref().or(self.base.as_ref())
    }

    /// The next value begins: what it gives takes the place of what the field holds.
    pub fn start_value(&mut self) {
        self.begun = false;
        self.waiting.close();
    }

    /// Puts a text into a field, or adds it where the same value has given some before. Markup in it that nobody
    /// declared becomes text.
    pub fn text(&mut self, alias: Alias, raw: &str) {
        match alias.0 {
            Field::Html => self.markup(alias, raw),
            field if self.is_plain || !field.may_hold_markup() => self.plain(alias, raw),
            Field::Summary | Field::Body => match texts::markup_of(raw) {
                Some(html) => self.defer(alias, &html),
                None => self.plain(alias, raw),
            },
            _ => self.markup(alias, raw),
        }
    }

    /// As [`Fields::text`], of a text that is declared as HTML. Some put the Markdown there that their HTML is made of.
    pub fn markup(&mut self, alias: Alias, raw: &str) {
        match alias.0 {
            Field::Summary | Field::Body | Field::Html => {
                self.defer(alias, &texts::markup_of(raw).unwrap_or(raw.into()));
            }
            _ if html::is_markup(raw) => self.plain(alias, &html::to_text(raw)),
            _ => self.plain(alias, raw),
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

    /// As [`Fields::text`], of a text that is what it says.
    pub fn plain(&mut self, (field, rank): Alias, raw: &str) {
        let raw = raw.trim();
        if raw.is_empty() {
            return;
        }
        let raw = &*within(field, raw, self.longest, &mut self.notes);
        if field == Field::Date {
            match date::read(raw) {
                Ok(date) => self.date(date, rank),
                Err(why) => self.note_date(raw, why),
            }
            return;
        }
        if field == Field::Url {
            return self.link((field, rank), raw, 0);
        }
        if self.waiting.is_open((field, rank)) {
            return self.waiting.push_plain(raw);
        }
        if matches!(field, Field::Summary | Field::Body)
            && let Some(rich) = html::with_addresses(raw)
        {
            return self.rich((field, rank), &rich);
        }
        self.begin((field, rank));
        let (buffer, between) = match field {
            Field::Topics => return self.topic(raw),
            Field::Summary => (&mut self.release.summary, "\n\n"),
            Field::Body => (&mut self.release.body, "\n\n"),
            Field::Place => (&mut self.release.place, ", "),
            Field::Author => (&mut self.release.author, ", "),
            Field::Title => (&mut self.release.title, " "),
            Field::Id => (&mut self.release.id, " "),
            Field::Attachments => return self.attach(LinkKind::Enclosure, raw, Attachment::default()),
            Field::Date | Field::Url | Field::Html | Field::Extension | Field::Wrapper | Field::Plain => return,
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

    /// An address of the release. Of several the better name wins, then the better quality (lower is better), then the
    /// first; one that cannot be used is told where there is no other.
    pub fn link(&mut self, (field, rank): Alias, raw: &str, quality: u8) {
        let (raw, known) = (raw.trim(), self.ranks[Field::Url as usize]);
        if raw.is_empty() || (rank, quality) >= (known, self.quality) && known != NONE {
            return;
        }
        let address = link::address(raw, self.base()).map(|address| CleanBuf::line(&address));
        match address {
            Ok(address) => {
                self.release.url = address;
                (self.ranks[Field::Url as usize], self.quality) = (rank, quality);
            }
            Err(why) => {
                let note = || (rank, (Cause::Link, CleanBuf::line(&quote(field, raw, why))));
                self.bad_link.get_or_insert_with(note);
            }
        }
    }

    /// Something that the feed names beside the texts. What is no address is passed over. A picture's title says what it
    /// shows.
    pub fn attach(&mut self, kind: LinkKind, address: &str, told: Attachment<'_>) {
        if kind == LinkKind::Enclosure && told.media.starts_with("image/") {
            self.show("image", address, told.label);
        }
        let Ok(address) = link::address(address.trim(), self.base()) else { return };
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
            Field::Place => self.release.place.clear(),
            Field::Author => self.release.author.clear(),
            Field::Url => self.release.url.clear(),
            Field::Date => self.release.date = None,
            Field::Html | Field::Attachments | Field::Extension | Field::Wrapper | Field::Plain => {}
        }
    }

    fn note_date(&mut self, raw: &str, why: date::Unread) {
        let cause = match why {
            date::Unread::NotADate => Cause::Date,
            date::Unread::NoDate => Cause::Placeholder,
        };
        self.note(cause, &quote(Field::Date, raw, &why.to_string()));
    }

    fn note(&mut self, cause: Cause, reason: &str) {
        if self.notes.len() < NOTES {
            self.notes.push((cause, CleanBuf::line(reason)));
        } else {
            self.more_notes += 1;
        }
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
        self.note(Cause::FieldType, &reason);
    }
}

/// Says what is wrong with a value.
fn quote(field: Field, raw: &str, why: &str) -> String {
    let mut quoted: String = raw.chars().take(QUOTED).collect();
    if quoted.len() < raw.len() {
        quoted.push(MORE);
    }
    format!("{}: “{quoted}” {why}", field.name())
}
