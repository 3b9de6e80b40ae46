//! What an element of an item means, by its prefix and name.

use crate::feed::fields::{Alias, Field};

/// The meaning of an element within an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ElementKind {
    /// A text, as written or as markup.
    Text(Alias),
    Topic,
    /// Topics separated by commas.
    Keywords,
    Guid,
    Link,
    Person(u8),
    Enclosure,
    Thumbnail,
    Comments,
    Language,
}

/// Extensions without values for a filter: positions, addresses and properties of the feed.
pub(super) const NO_VALUES: [&str; 8] = ["georss", "geo", "gml", "wfw", "feedburner", "sy", "opensearch", "fh"];

/// Returns the meaning of an element with this prefix (in lower case) and name. Lower priorities win.
pub(super) fn part(prefix: &str, name: &str) -> Option<ElementKind> {
    use Field::{Body, Date, Place, Summary, Title};
    let text = |field, rank| Some(ElementKind::Text((field, rank)));
    // Extensions use the names of RSS with other meanings.
    let is_own = matches!(prefix, "" | "rss" | "atom" | "a");
    match (prefix, name) {
        ("media", "title") => text(Title, 3),
        ("media", "description") => text(Summary, 6),
        ("media" | "itunes" | "", "keywords") | ("", "tags") => Some(ElementKind::Keywords),
        ("media", "category") | (_, "category" | "subject") => Some(ElementKind::Topic),
        ("media", "content") => Some(ElementKind::Enclosure),
        ("media", "thumbnail") => Some(ElementKind::Thumbnail),
        ("itunes", "title") => text(Title, 2),
        ("itunes", "summary") => text(Summary, 4),
        ("itunes", "subtitle") => text(Summary, 5),
        ("itunes", "author") => Some(ElementKind::Person(2)),
        ("itunes" | "media" | "thr" | "podcast" | "slash" | "wfw" | "feedburner", _) => None,
        ("dc", "title") => text(Title, 1),
        ("dc", "description") => text(Summary, 2),
        ("dc", "identifier") => text(Field::Id, 2),
        (_, "title") => text(Title, u8::from(!prefix.is_empty())),
        (_, "description") => text(Summary, if is_own { 0 } else { 7 }),
        (_, "summary" | "abstract") => text(Summary, 1),
        (_, "encoded") | ("", "content") => text(Body, 0),
        (_, "content") => text(Body, 1),
        ("xhtml" | "", "body") | ("", "fullitem") => text(Body, 2),
        (_, "pubdate" | "published") => text(Date, 0),
        (_, "issued") => text(Date, 1),
        (_, "date") => text(Date, 2),
        (_, "created") => text(Date, 3),
        (_, "updated" | "modified") => text(Date, 4),
        (_, "coverage" | "location" | "dateline" | "featurename" | "place") => text(Place, 0),
        (_, "guid" | "id") => Some(ElementKind::Guid),
        (_, "link") => Some(ElementKind::Link),
        ("" | "atom" | "a", "author") => Some(ElementKind::Person(0)),
        (_, "creator") => Some(ElementKind::Person(1)),
        (_, "comments") => Some(ElementKind::Comments),
        (_, "language") => Some(ElementKind::Language),
        (_, "enclosure") => Some(ElementKind::Enclosure),
        _ => None,
    }
}

/// Whether the content of an element is read like the item's own.
pub(super) fn is_container(prefix: &str, name: &str) -> bool {
    matches!((prefix, name), ("media", "group" | "content"))
        || ["item", "entry"].iter().any(|item| name.eq_ignore_ascii_case(item))
}
