//! A release being filled: which alias each field was read from, what was left out and why.
//!
//! Text is sanitised on its way into the release. Markup waits in `texts` until the item's own address is known.
//! Nothing here depends on JSON.

mod custom;
mod notes;
mod texts;

pub use custom::is_language;
pub(super) use custom::{CustomKey, CustomNames, MOST_VALUES, Meaning};
pub(super) use notes::Note;
use notes::{quote, within};
use rustc_hash::{FxHashMap, FxHashSet};
use url::Url;

use super::html;
use super::{Limits, date, excerpt, link, links};
use crate::release::{Cause, Link, LinkKind, Release};
use crate::text::CleanBuf;

/// A field of a release, as far as the name in the feed identifies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Title,
    Topics,
    Summary,
    Body,
    /// Markup that becomes the body if there is no plain text.
    Html,
    Date,
    Place,
    Author,
    Url,
    Language,
    /// Objects with an address: the item's attachments.
    Attachments,
    /// The `_tidings` extension object.
    Extension,
    /// Whether the texts contain no markup, whatever they look like.
    Plain,
    /// An object whose members belong to the item itself; some services wrap items like this.
    Wrapper,
}

impl Field {
    /// The number of fields.
    pub const COUNT: usize = 15;

    /// Whether publishers put undeclared markup into this field.
    fn may_hold_markup(self) -> bool {
        matches!(self, Self::Title | Self::Topics | Self::Summary | Self::Body | Self::Place | Self::Author)
    }

    /// Returns the name used in problems.
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
            Self::Language => "language",
            Self::Attachments => "attachment",
            Self::Extension | Self::Wrapper | Self::Plain => "extension",
        }
    }
}

/// A field and the priority of the alias it was read from; lower wins.
pub(super) type Alias = (Field, u8);

/// The priority of an empty field.
const NONE: u8 = u8::MAX;
/// The quality of an address that is not the release's page, but something that comes with it.
pub(super) const NO_PAGE: u8 = u8::MAX;
/// From this many topics on, duplicates are detected with a set.
const FEW: usize = 16;

/// What a feed says about an enclosure; empty if it says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Attachment<'a> {
    pub label: &'a str,
    pub media: &'a str,
    pub bytes: Option<u64>,
}

/// The media type written where one is required and none is known.
pub const UNKNOWN_MEDIA: &str = "application/octet-stream";

/// The greatest length of an id that is kept exactly, in bytes.
const LONGEST_ID: usize = 4_096;
/// Marks where a text was cut.
const MORE: char = '…';

/// The release being filled, and the state of filling it.
#[allow(clippy::struct_excessive_bools, reason = "each is an independent fact about the item or its feed")]
pub(super) struct Fields {
    pub release: Release,
    /// What was left out of the release, and why.
    pub notes: Vec<Note>,
    /// The feed's own address. Resolves relative addresses, except that those in texts are resolved against the
    /// release's own page first.
    pub base: Option<Url>,
    /// The base address that the feed declares (`xml:base`).
    pub declared_base: Option<Url>,
    /// The most bytes of one text.
    longest: usize,
    /// The priority of the alias that each field was read from.
    ranks: [u8; Field::COUNT],
    /// Whether the texts contain no markup, whatever they look like.
    pub is_plain: bool,
    /// The order of day and month in numeric dates, if it is settled.
    pub day_order: Option<date::DayOrder>,
    dates: date::RepeatedDate,
    /// Whether the feed declares itself a JSON Feed.
    pub is_json_feed: bool,
    /// Whether the value being read has already produced something, so that more is appended.
    begun: bool,
    /// Texts with markup, kept until the base address of their links is known.
    waiting: texts::Waiting,
    /// Pictures, videos and sounds that come with the item, and their descriptions.
    media: Vec<texts::Medium>,
    /// The quality of the release's address among those of one alias; lower is better.
    quality: u8,
    /// The first unusable address: the priority of its alias, and why.
    bad_link: Option<(u8, Note)>,
    /// The number of notes beyond the limit.
    more_notes: u64,
    /// Cleared topics whose buffers are reused.
    spare: Vec<CleanBuf>,
    /// Cleared values of custom fields whose buffers are reused.
    spare_values: Vec<CleanBuf>,
    /// Whether custom fields are ignored.
    pub ignores_custom: bool,
    /// The language that the feed declares, as a tag; empty if it declares none.
    feed_language: CleanBuf,
    /// The topics, if there are more than a few.
    seen: FxHashSet<CleanBuf>,
    /// The text that represents an object.
    pub name: String,
    /// Addresses of the release's links, if there are more than a few.
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
            day_order: None,
            dates: date::RepeatedDate::default(),
            is_json_feed: false,
            begun: false,
            waiting: texts::Waiting::default(),
            media: Vec::new(),
            quality: 0,
            bad_link: None,
            more_notes: 0,
            spare: Vec::new(),
            spare_values: Vec::new(),
            ignores_custom: false,
            feed_language: CleanBuf::default(),
            seen: FxHashSet::default(),
            name: String::new(),
            known: FxHashMap::default(),
        }
    }
}

impl Fields {
    /// Makes empty fields whose texts take at most this many bytes.
    pub fn within(longest: usize) -> Self {
        Self { longest, ..Self::default() }
    }

    /// Makes empty fields for another reader of the same feed.
    pub fn another(&self) -> Self {
        let (base, declared_base) = (self.base.clone(), self.declared_base.clone());
        let feed_language = self.feed_language.clone();
        Self { base, declared_base, feed_language, is_json_feed: self.is_json_feed, ..Self::within(self.longest) }
    }

    /// Prepares for the next item.
    pub fn clear(&mut self) {
        self.empty(Field::Topics);
        self.empty_custom();
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

    /// Finishes what can only be decided after all members have been read.
    pub fn finish(&mut self) {
        self.set_waiting();
        self.finish_language();
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

    /// Whether this alias takes precedence over the one that the field was read from.
    pub fn wants(&self, (field, rank): Alias) -> bool {
        rank < self.ranks[field as usize]
    }

    /// Returns the base of addresses outside the texts.
    pub fn base(&self) -> Option<&Url> {
        self.declared_base.as_ref().or(self.base.as_ref())
    }

    /// Starts the next value, which replaces what the field contains.
    pub fn start_value(&mut self) {
        self.begun = false;
        self.waiting.close();
    }

    /// Sets the text of a field, or appends to it if the same value has already produced text. Undeclared markup in it
    /// becomes plain text with spans.
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

    /// Like [`Fields::text`], for a text that is declared as HTML. Some publishers put the Markdown source of their
    /// HTML there.
    pub fn markup(&mut self, alias: Alias, raw: &str) {
        match alias.0 {
            Field::Summary | Field::Body | Field::Html => {
                self.defer(alias, &texts::markup_of(raw).unwrap_or(raw.into()));
            }
            _ if html::is_markup(raw) => self.plain(alias, &html::to_text(raw)),
            _ => self.plain(alias, raw),
        }
    }

    /// Keeps the unchanged id of the feed if it differs from the sanitised one.
    pub fn keep_exact_id(&mut self, raw: &str) {
        if raw != self.release.id.as_str() && !raw.is_empty() && raw.len() <= LONGEST_ID {
            self.release.guid.push_str(raw);
        }
    }

    /// Prepares for the first output of one value.
    fn begin(&mut self, (field, rank): Alias) {
        if !self.begun {
            self.begun = true;
            self.ranks[field as usize] = rank;
            self.empty(field);
        }
    }

    /// Like [`Fields::text`], for plain text.
    pub fn plain(&mut self, (field, rank): Alias, raw: &str) {
        let raw = trimmed(raw);
        if raw.is_empty() {
            return;
        }
        let raw = &*within(field, raw, self.longest, &mut self.notes);
        if field == Field::Date {
            match self.dates.read(raw, self.day_order) {
                Ok(date) => self.date(date, rank),
                Err(why) => self.note_date(raw, why),
            }
            return;
        }
        if field == Field::Url {
            return self.link((field, rank), raw, 0);
        }
        if field == Field::Language {
            return self.language((field, rank), raw);
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
            Field::Date
            | Field::Url
            | Field::Html
            | Field::Language
            | Field::Extension
            | Field::Wrapper
            | Field::Plain => return,
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

    /// Records that the release has nothing in this field, whatever other aliases say.
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

    /// Sets the address of the release. The better alias wins, then the better quality (lower is better), then the
    /// first. An unusable address is reported only if there is no other.
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

    /// Adds an attachment or related address. Ignores what is not an address. The title of a picture becomes its
    /// description.
    pub fn attach(&mut self, kind: LinkKind, address: &str, attachment: Attachment<'_>) {
        if kind == LinkKind::Enclosure && attachment.media.starts_with("image/") {
            self.show("image", address, attachment.label);
        }
        let Ok(address) = link::address(address.trim(), self.base()) else { return };
        let mut link = Link { kind, address: CleanBuf::line(&address), ..Link::default() };
        link.label.push_line(attachment.label);
        link.media.push_line(attachment.media);
        link.bytes = attachment.bytes.filter(|&bytes| bytes > 0);
        if link.media.as_str() == UNKNOWN_MEDIA {
            link.media.clear();
        }
        links::add(&mut self.release, &mut self.known, link);
    }

    fn empty(&mut self, field: Field) {
        match field {
            Field::Id => {
                self.release.id.clear();
                self.release.guid.clear();
            }
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
            Field::Language => self.release.language.clear(),
            Field::Date => self.release.date = None,
            Field::Html | Field::Attachments | Field::Extension | Field::Wrapper | Field::Plain => {}
        }
    }
}

/// Returns a text without white space at its ends; most have none.
fn trimmed(raw: &str) -> &str {
    let bytes = raw.as_bytes();
    let is_trimmed = [bytes.first(), bytes.last()].into_iter().all(|byte| byte.is_some_and(u8::is_ascii_graphic));
    if is_trimmed { raw } else { raw.trim() }
}
