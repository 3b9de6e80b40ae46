//! The names that publishers give to a field, and to the list that holds the items: two tables and their look-up.
//!
//! Names are compared without case, `_` and `-`, so `pubDate`, `pub_date` and `PUBDATE` are one entry here.
//! Within a field the earlier name is the better one: of several in an item the best that holds something is read.
//! What the extension object says is better than any name.

use rustc_hash::FxHashMap;

use crate::feed::fields::{Alias, Field};

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
    (Field::Attachments, &["attachments", "enclosures", "enclosure", "mediaattachments", "attachment"]),
    (Field::Extension, &["tidings"]),
    (Field::Wrapper, &["attributes"]),
];

/// Where an object keeps the one text that it stands for: a topic, a place, an author, a text with its type.
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

/// Where an object keeps an address.
const LINKS: &[&str] = &["href", "url"];

/// What an object tells of a link to a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkPart {
    Address,
    Relation,
    Media,
}

/// What a key of a link holds.
pub(super) fn link_part(key: &str) -> Option<LinkPart> {
    Some(match key {
        "rel" => LinkPart::Relation,
        "type" | "mime_type" | "mimeType" => LinkPart::Media,
        _ if LINKS.iter().any(|name| name.eq_ignore_ascii_case(key)) => LinkPart::Address,
        _ => return None,
    })
}

/// What an object tells of an enclosure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Address,
    /// An address for want of a better one.
    OtherAddress,
    /// A media type, or the kind of thing it is.
    Media,
    Size,
    Label,
    /// What it shows, for those who do not see it.
    Description,
}

/// What a key of an enclosure holds: as in JSON Feed, as RSS calls it, or as Mastodon and Activity Streams do.
pub(super) fn enclosure(key: &str) -> Option<Told> {
    Some(match key {
        "url" | "href" => Told::Address,
        "remote_url" | "preview_url" => Told::OtherAddress,
        "mime_type" | "type" | "mediaType" => Told::Media,
        "size_in_bytes" | "length" => Told::Size,
        "title" => Told::Label,
        "description" | "alt" | "alt_text" | "name" => Told::Description,
        _ => return None,
    })
}

/// Names of the list of items that cannot be taken for anything else.
const LISTS: &[&str] =
    &["items", "item", "releases", "pressreleases", "articles", "entries", "entry", "news", "posts", "stories"];

/// Names that hold the list in some documents and other things in others: only a list of objects, or what leads to one.
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

/// Those that hold the blocks of a text in a release.
const BLOCKS: &[&str] = &["content", "body", "children"];

/// Whether a list under this key may be the text of a release in blocks.
pub(super) fn may_be_blocks(key: &str) -> bool {
    BLOCKS.iter().any(|name| key.eq_ignore_ascii_case(name))
}

/// What a key of the envelope, the object around the items, holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberKind {
    /// The items, or an object that leads to them.
    List {
        /// Whether the name alone says so.
        sure: bool,
    },
    Title,
    /// Which version of a format it is.
    Version,
    /// The feed's own address, which relative links are resolved against: the site's before the document's.
    Home,
    Address,
    Other,
}

/// The rank of what the extension object says.
pub(super) const EXTENSION: u8 = 0;

/// The field that a key of the extension object holds.
pub(super) fn extension(key: &str) -> Option<Alias> {
    let field = match key {
        "place" => Field::Place,
        "date" => Field::Date,
        "id" => Field::Id,
        "plain" => Field::Plain,
        _ => return None,
    };
    Some((field, EXTENSION))
}

/// Whether JSON Feed 1.1 says that what has this name is plain text: `title`, `summary` and `content_text`.
pub(super) fn is_plain_by_specification((field, rank): Alias) -> bool {
    rank == EXTENSION + 1 && matches!(field, Field::Title | Field::Summary | Field::Body)
}

/// Whether an object in a list looks like a release rather than like a block of one's text.
pub(super) fn is_item_like(aliases: impl Iterator<Item = Alias>) -> bool {
    let (mut has_title, mut has_more) = (false, false);
    for (field, _) in aliases {
        has_title |= field == Field::Title;
        has_more |= matches!(field, Field::Date | Field::Url | Field::Id | Field::Summary);
    }
    has_title && has_more
}

/// Keys remembered by their place in the item before; a feed's items mostly have the same keys in the same order.
const REMEMBERED: usize = 64;
/// Longer keys are not remembered.
const KEY_LENGTH: usize = 64;

/// The field table made ready for look-ups.
pub(super) struct Aliases {
    table: FxHashMap<&'static [u8], Alias>,
    /// The keys of the items before, by place, and what they were found to be.
    before: Vec<(String, Option<Alias>)>,
}

impl Aliases {
    pub fn new() -> Self {
        let ranked = |&(field, names): &(Field, &'static [&'static str])| {
            names.iter().zip(EXTENSION + 1..).map(move |(name, rank)| (name.as_bytes(), (field, rank)))
        };
        Self { table: FIELDS.iter().flat_map(ranked).collect(), before: Vec::new() }
    }

    /// The field that a key names.
    pub fn of(&self, key: &str) -> Option<Alias> {
        fold(key).and_then(|(name, length)| self.table.get(&name[..length]).copied())
    }

    /// The field that an item's key names; `place` counts the item's keys.
    pub fn field(&mut self, place: usize, key: &str) -> Option<Alias> {
        if let Some((before, alias)) = self.before.get(place)
            && before == key
        {
            return *alias;
        }
        let alias = self.of(key);
        if place < REMEMBERED && key.len() <= KEY_LENGTH {
            if self.before.len() <= place {
                self.before.resize(place + 1, (String::new(), None));
            }
            let (before, found) = &mut self.before[place];
            key.clone_into(before);
            *found = alias;
        }
        alias
    }
}

/// What the envelope keeps under this key.
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
    } else {
        MemberKind::Other
    }
}

/// How good a place for its text a key of an object is, lower is better; `None` for none.
pub(super) fn name_rank(key: &str) -> Option<usize> {
    NAMES.iter().position(|name| name.eq_ignore_ascii_case(key))
}

/// The key without case, `_` and `-`; `None` where it is longer than any name here.
fn fold(key: &str) -> Option<([u8; 24], usize)> {
    let mut name = [0; 24];
    let mut length = 0;
    for byte in key.bytes().filter(|b| !matches!(b, b'_' | b'-')) {
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
        assert_eq!(Aliases::new().table.len(), names.len());
    }

    #[test]
    fn spellings_are_one() {
        let mut aliases = Aliases::new();
        for key in ["pubDate", "pub_date", "PUBDATE", "pub-date"] {
            assert_eq!(aliases.field(0, key).map(|(field, _)| field), Some(Field::Date));
        }
        assert_eq!(aliases.field(0, "_id"), Some((Field::Id, 1)));
        assert_eq!(aliases.field(0, "_tidings"), Some((Field::Extension, 1)));
        assert_eq!(aliases.field(0, "a_very_long_key_that_is_no_name_of_anything"), None);
        assert_eq!(aliases.field(0, "headline"), Some((Field::Title, 2)));
        for _ in 0..2 {
            assert_eq!(aliases.field(1, "title"), Some((Field::Title, 1)));
            assert_eq!(aliases.field(1, "other"), None);
        }
        assert_eq!(part("Items"), MemberKind::List { sure: true });
        assert_eq!(part("home_page_url"), MemberKind::Home);
    }
}
