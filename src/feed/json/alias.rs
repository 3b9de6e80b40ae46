//! The names that publishers give to fields and to the list of items: two tables and their lookup.
//!
//! Names are compared without case, blanks, `_` and `-`, so that `pubDate`, `pub_date` and `PUBDATE` are a single entry. Within
//! a field, earlier names take precedence: of several in an item, the first that is not empty is read. The extension
//! object takes precedence over any name.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustc_hash::FxHashMap;

use crate::feed::fields::{Alias, CustomKey, CustomNames, Field, Meaning};
use crate::feed::rules::{FieldMap, Rules, Target};
use crate::release::FieldName;

#[rustfmt::skip]
const FIELDS: &[(Field, &[&str])] = &[
    (Field::Id, &["id", "guid", "uid", "uuid", "slug"]),
    (Field::Title, &["title", "headline", "name", "subject", "heading", "spoilertext"]),
    (Field::Topics, &["topic", "topics", "category", "categories", "tags", "tag", "section", "sectionname", "subjects", "keywords"]),
    (Field::Summary, &["summary", "shortdescription", "description", "abstract", "lead", "lede", "excerpt", "dek", "standfirst", "teaser", "intro", "snippet"]),
    (Field::Body, &["contenttext", "fulltext", "bodytext", "body", "content", "content:encoded", "text", "article"]),
    (Field::Html, &["contenthtml", "bodyhtml", "html", "descriptionhtml", "summaryhtml"]),
    (Field::Date, &["datepublished", "published", "publishedat", "publishedon", "publishdate", "publicationdate", "pubdate", "releasedate", "date", "datetime", "issued", "created", "createdat", "createdon", "datecreated", "timestamp", "time", "datemodified", "updated", "updatedat", "modified", "modifiedat", "dc:date", "year"]),
    (Field::Place, &["place", "location", "dateline", "city", "region", "country"]),
    (Field::Author, &["authors", "author", "byline", "creator", "dc:creator", "creators", "writer", "writers", "account"]),
    (Field::Url, &["url", "link", "permalink", "href", "weburl", "canonicalurl", "uri", "externalurl", "links"]),
    (Field::Language, &["language", "lang", "dc:language", "inlanguage", "locale"]),
    (Field::Attachments, &["attachments", "enclosures", "enclosure", "mediaattachments", "attachment"]),
    (Field::Extension, &["tidings"]),
    (Field::Wrapper, &["attributes"]),
];

/// Keys of the text that represents an object: a topic, a place, an author, a text with its type.
const NAMES: &[&str] = &[
    "name",
    "displayname",
    "display_name",
    "label",
    "title",
    "term",
    "value",
    "text",
    "rendered",
    "content",
    "#text",
    "$t",
    "$oid",
    "$date",
];

/// Keys of an object's address.
const LINKS: &[&str] = &["href", "url"];

/// A property of a link to a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkPart {
    Address,
    Relation,
    Media,
}

/// Returns the property that a link's key names.
pub(super) fn link_part(key: &str) -> Option<LinkPart> {
    Some(match key {
        "rel" => LinkPart::Relation,
        "type" | "mime_type" | "mimeType" => LinkPart::Media,
        _ if LINKS.iter().any(|name| name.eq_ignore_ascii_case(key)) => LinkPart::Address,
        _ => return None,
    })
}

/// A property of an enclosure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EnclosurePart {
    Address,
    /// An address to use if there is no better one.
    OtherAddress,
    /// A media type, or the kind of media.
    Media,
    Size,
    Label,
    /// The description, for readers who cannot see it.
    Description,
}

/// Returns the property that an enclosure's key names: as in JSON Feed, as in RSS, or as in Mastodon and Activity
/// Streams.
pub(super) fn enclosure(key: &str) -> Option<EnclosurePart> {
    Some(match key {
        "url" | "href" => EnclosurePart::Address,
        "remote_url" | "preview_url" => EnclosurePart::OtherAddress,
        "mime_type" | "type" | "mediaType" => EnclosurePart::Media,
        "size_in_bytes" | "length" => EnclosurePart::Size,
        "title" => EnclosurePart::Label,
        "description" | "alt" | "alt_text" | "name" => EnclosurePart::Description,
        _ => return None,
    })
}

/// Names of the list of items that are unambiguous.
const LISTS: &[&str] =
    &["items", "item", "releases", "pressreleases", "articles", "entries", "entry", "news", "posts", "stories"];

/// Names that some documents use for the list and others for something else. They count only for a list of objects, or
/// an object that leads to one.
const LIKELY_LISTS: &[&str] = &[
    "results",
    "result",
    "data",
    "documents",
    "docs",
    "records",
    "rows",
    "hits",
    "feed",
    "feeds",
    "response",
    "channel",
    "rss",
    "children",
    "content",
    "list",
    "payload",
    "body",
];

/// Names that, in a release, contain the blocks of its text.
const BLOCKS: &[&str] = &["content", "body", "children"];

/// Whether a list under this key may be the text of a release in blocks.
pub(super) fn may_be_blocks(key: &str) -> bool {
    BLOCKS.iter().any(|name| key.eq_ignore_ascii_case(name))
}

/// The meaning of a key of the envelope, the object around the items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberKind {
    /// The items, or an object that contains them.
    List {
        /// Whether the name alone proves it.
        sure: bool,
    },
    Title,
    /// The version of a format.
    Version,
    /// The feed's own address, which resolves relative links: the site's before the document's.
    Home,
    Address,
    /// The address of the page with older releases.
    Older,
    Language,
    Other,
}

/// The priority of the extension object.
pub(super) const EXTENSION: u8 = 0;

/// The priority of the first mapped key: after every name that JSON Feed specifies.
const MAPPED: u8 = 2;

/// A member of the extension object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExtensionPart {
    Field(Alias),
    /// Custom fields.
    CustomFields,
}

/// Returns what a key of the extension object names.
pub(super) fn extension(key: &str) -> Option<ExtensionPart> {
    let field = match key {
        "place" => Field::Place,
        "date" => Field::Date,
        "id" => Field::Id,
        "plain" => Field::Plain,
        "fields" => return Some(ExtensionPart::CustomFields),
        _ => return None,
    };
    Some(ExtensionPart::Field((field, EXTENSION)))
}

/// Whether JSON Feed 1.1 defines the member as plain text: `title`, `summary` and `content_text`.
pub(super) fn is_plain_by_specification((field, rank): Alias) -> bool {
    rank == EXTENSION + 1 && matches!(field, Field::Title | Field::Summary | Field::Body)
}

/// Whether an object in a list looks like a release rather than a block of text.
pub(super) fn is_item_like(aliases: impl Iterator<Item = Alias>) -> bool {
    let (mut has_title, mut has_more) = (false, false);
    for (field, _) in aliases {
        has_title |= field == Field::Title;
        has_more |= matches!(field, Field::Date | Field::Url | Field::Id | Field::Summary);
    }
    has_title && has_more
}

/// Keys are cached by position, because a feed's items usually have the same keys in the same order.
const REMEMBERED: usize = 64;
/// Longer keys are not cached.
const KEY_LENGTH: usize = 64;

/// The field table, prepared for lookups.
pub(in crate::feed) struct Aliases {
    table: FxHashMap<&'static [u8], Alias>,
    /// The keys that the user has mapped to fields.
    mapped: Arc<[Mapped]>,
    /// The keys of the previous item, by position.
    before: Vec<Known>,
    custom: CustomNames,
}

/// A key that the user has mapped to a field.
struct Mapped {
    map: FieldMap,
    /// Whether an item has this key.
    is_seen: AtomicBool,
}

/// A key of the previous item.
#[derive(Clone, Default)]
struct Known {
    key: String,
    /// The key in quotes as the source writes it; empty if it needs an escape.
    written: Vec<u8>,
    meaning: Meaning,
}

impl Aliases {
    /// Prepares the table. A field that the user has mapped has no other names.
    pub fn new(rules: &Rules) -> Self {
        let is_free = |field: Field| {
            let is_mapped = |field| rules.map.iter().any(|map| map.is_of(field));
            !(is_mapped(field) || field == Field::Html && is_mapped(Field::Body))
        };
        let ranked = |&(field, names): &(Field, &'static [&'static str])| {
            names.iter().zip(EXTENSION + 1..).map(move |(name, rank)| (name.as_bytes(), (field, rank)))
        };
        let mapped = rules.map.iter().map(|map| Mapped { map: map.clone(), is_seen: AtomicBool::new(false) });
        Self {
            table: FIELDS.iter().filter(|(field, _)| is_free(*field)).flat_map(ranked).collect(),
            mapped: mapped.collect(),
            before: Vec::new(),
            custom: CustomNames::default(),
        }
    }

    /// Prepares the table for another reader of the same feed.
    pub fn another(&self) -> Self {
        let (table, mapped, custom) = (self.table.clone(), Arc::clone(&self.mapped), self.custom.clone());
        Self { table, mapped, before: Vec::new(), custom }
    }

    /// Returns the mapped keys that no item has.
    pub fn unseen(&self) -> impl Iterator<Item = &FieldMap> {
        self.mapped.iter().filter(|mapped| !mapped.is_seen.load(Ordering::Relaxed)).map(|mapped| &mapped.map)
    }

    /// Returns the known field that a key names.
    pub fn of(&self, key: &str) -> Option<Alias> {
        match self.mapped_to(key) {
            Some(Meaning::Known(alias)) => Some(alias),
            Some(_) => None,
            None => self.known(key),
        }
    }

    fn known(&self, key: &str) -> Option<Alias> {
        fold(key).and_then(|(name, length)| self.table.get(&name[..length]).copied())
    }

    /// Returns what the user has mapped to a key.
    pub fn mapped_to(&self, key: &str) -> Option<Meaning> {
        let (rank, mapped) = (MAPPED..u8::MAX).zip(self.mapped.iter()).find(|(_, one)| one.map.is(key))?;
        mapped.is_seen.store(true, Ordering::Relaxed);
        Some(match mapped.map.target() {
            Target::Known(field) => Meaning::Known((field, rank)),
            Target::Custom(name) => Meaning::Custom(CustomKey::mapped(name)),
        })
    }

    /// Returns the custom field that a key names, unless the user has mapped another key to it.
    pub fn custom(&mut self, key: &str) -> Option<CustomKey> {
        let is_mapped = |name: FieldName| self.mapped.iter().any(|one| one.map.target() == Target::Custom(name));
        self.custom.of(key).filter(|custom| !is_mapped(custom.name))
    }

    fn meaning_of(&mut self, key: &str) -> Meaning {
        let known = self.mapped_to(key).or_else(|| self.known(key).map(Meaning::Known));
        match known {
            Some(known) => known,
            // JSON Feed reserves such keys for objects of the publisher's.
            None if key.starts_with('_') => Meaning::CustomObject,
            None => self.custom(key).map_or(Meaning::Nothing, Meaning::Custom),
        }
    }

    /// Returns what an item's key means; `place` is the position of the key in the item.
    pub fn meaning(&mut self, place: usize, key: &str) -> Meaning {
        if let Some(known) = self.before.get(place)
            && known.key == key
        {
            return known.meaning;
        }
        let meaning = self.meaning_of(key);
        if place < REMEMBERED && key.len() <= KEY_LENGTH {
            if self.before.len() <= place {
                self.before.resize(place + 1, Known::default());
            }
            let known = &mut self.before[place];
            key.clone_into(&mut known.key);
            known.meaning = meaning;
            known.written.clear();
            if key.bytes().all(|byte| !matches!(byte, b'"' | b'\\' | ..b' ')) {
                known.written.extend_from_slice(&[b"\"", key.as_bytes(), b"\""].concat());
            }
        }
        meaning
    }

    /// If `json` begins with the key that the previous item has at this position, returns the length of the quoted key
    /// and what it means.
    #[inline]
    pub fn meaning_again(&self, place: usize, json: &[u8]) -> Option<(usize, Meaning)> {
        let known = self.before.get(place).filter(|known| !known.written.is_empty())?;
        json.starts_with(&known.written).then_some((known.written.len(), known.meaning))
    }
}

/// Returns the meaning of a key of the envelope.
pub(super) fn part(key: &str) -> MemberKind {
    let Some((name, length)) = fold(key) else { return MemberKind::Other };
    let is = |names: &[&str]| names.iter().any(|known| known.as_bytes() == &name[..length]);
    if is(LISTS) {
        MemberKind::List { sure: true }
    } else if is(LIKELY_LISTS) {
        MemberKind::List { sure: false }
    } else if is(&["title", "name"]) {
        MemberKind::Title
    } else if is(&["version"]) {
        MemberKind::Version
    } else if is(&["homepageurl"]) {
        MemberKind::Home
    } else if is(&["feedurl"]) {
        MemberKind::Address
    } else if is(&["nexturl", "nextpageurl", "next"]) {
        MemberKind::Older
    } else if is(&["language", "lang"]) {
        MemberKind::Language
    } else {
        MemberKind::Other
    }
}

/// Returns how suitable a key of an object is for its text, lower is better; `None` if not at all.
pub(super) fn name_rank(key: &str) -> Option<usize> {
    NAMES.iter().position(|name| name.eq_ignore_ascii_case(key))
}

/// Returns the key without case, blanks, `_` and `-`, or `None` if it is longer than any name here.
fn fold(key: &str) -> Option<([u8; 24], usize)> {
    let mut name = [0; 24];
    let mut length = 0;
    for byte in key.bytes().filter(|b| !matches!(b, b' ' | b'_' | b'-')) {
        *name.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    Some((name, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_folded_short_enough_and_listed_once() {
        let names: Vec<&str> = FIELDS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for name in names.iter().chain(LISTS).chain(LIKELY_LISTS) {
            let (folded, length) = fold(name).expect("a name of this table fits");
            assert_eq!(name.as_bytes(), &folded[..length]);
        }
        assert_eq!(Aliases::new(&Rules::default()).table.len(), names.len());
    }

    #[test]
    fn spellings_of_a_name_are_equal() {
        let mut aliases = Aliases::new(&Rules::default());
        let mut field = |place, key: &str| match aliases.meaning(place, key) {
            Meaning::Known(alias) => Some(alias),
            _ => None,
        };
        for key in ["pubDate", "pub_date", "PUBDATE", "pub-date"] {
            assert_eq!(field(0, key).map(|(field, _)| field), Some(Field::Date));
        }
        assert_eq!(field(0, "_id"), Some((Field::Id, 1)));
        assert_eq!(field(0, "_tidings"), Some((Field::Extension, 1)));
        assert_eq!(field(0, "a_very_long_key_that_is_no_name_of_anything"), None);
        assert_eq!(field(0, "headline"), Some((Field::Title, 2)));
        for _ in 0..2 {
            assert_eq!(field(1, "title"), Some((Field::Title, 1)));
            assert_eq!(field(1, "other"), None);
        }
        assert_eq!(part("Items"), MemberKind::List { sure: true });
        assert_eq!(part("home_page_url"), MemberKind::Home);
    }

    #[test]
    fn other_keys_are_custom_fields() {
        let map = ["document-type=Art", "title=Titel"].map(|map| map.parse().expect("a map")).to_vec();
        let mut aliases = Aliases::new(&Rules { map, ..Rules::default() });
        let mut meaning = |key: &str| match aliases.meaning(0, key) {
            Meaning::Custom(custom) => format!("{} {:?}", custom.name.name(), custom.kept),
            other => format!("{other:?}"),
        };
        assert_eq!((meaning("art").as_str(), meaning("Agency").as_str()), ("document-type Short", "agency Values"));
        assert_eq!((meaning("document_type").as_str(), meaning("post_id").as_str()), ("Nothing", "Nothing"));
        assert_eq!((meaning("_fda").as_str(), meaning("title").as_str()), ("CustomObject", "x-title Values"));
    }

    #[test]
    fn a_mapped_key_replaces_the_names_of_its_field() {
        let map = ["title=Überschrift", "text=name"].map(|map| map.parse().expect("a map")).to_vec();
        let rules = Rules { map, ..Rules::default() };
        let aliases = Aliases::new(&rules);
        let field = |key: &str| aliases.of(key).map(|(field, _)| field);
        assert_eq!(aliases.unseen().count(), 2);
        assert_eq!(field("überschrift"), Some(Field::Title));
        assert_eq!(aliases.unseen().map(FieldMap::column).collect::<Vec<_>>(), ["name"]);
        assert_eq!((field("title"), field("headline"), field("content_html")), (None, None, None));
        assert_eq!((field("name"), field("url")), (Some(Field::Body), Some(Field::Url)));
        assert_eq!(aliases.another().unseen().count(), 0);
    }
}
