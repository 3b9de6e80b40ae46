//! The name of a release: the same in every run, wherever the release stands in its feed.
//!
//! A release is named by its feed's id, or else by its link, or else by title and date. Some feeds give several
//! releases the same id or link. Such names get a hash of the content appended ([`Level`]), and releases are matched by
//! content ([`Trace`]). Loading, syncing, importing and marks use the hashes of these names as numbers.

mod trace;
mod visit;

use std::borrow::Cow;
use std::hash::Hasher;

use super::{Date, Release};
use crate::text::{Clean, CleanBuf, Text};

pub use trace::{Trace, Trust};
pub use visit::without_visit;

/// The prefix of names that no feed gave.
const MADE: &str = "tidings:";
/// Separates a shared name from the hash that makes it unique (16 hexadecimal digits).
const HASH_MARK: char = '~';

/// How much of a release its name covers, because other releases of its feed have the same name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The name alone: no other release has it.
    #[default]
    Name,
    /// The name and the subject: link, title and summary.
    Subject,
    /// The name and all content: other releases have the same link, title and summary, but another date or text.
    All,
}

/// The fields that distinguish a release from the others of its feed.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// The feed's id of the item; empty if it has none.
    pub id: Clean<'a>,
    /// The address, or empty.
    pub url: Clean<'a>,
    /// The title, or empty.
    pub title: Clean<'a>,
    /// The summary, or empty. Replaces a missing title.
    pub summary: Text<'a>,
    /// The full text, or empty.
    pub body: Text<'a>,
    /// The date.
    pub date: Option<Date>,
    /// How much the name covers.
    pub level: Level,
}

impl<'a> From<&'a Release> for Identity<'a> {
    fn from(release: &'a Release) -> Self {
        let Release { id, url, title, summary, body, date, .. } = release;
        let [id, url, title] = [id, url, title].map(CleanBuf::as_clean);
        let [summary, body] = [summary, body].map(|text| Text::Plain(text.as_clean()));
        Self { id, url, title, summary, body, date: *date, level: Level::Name }
    }
}

impl<'a> Identity<'a> {
    /// Returns the same identity at another level.
    #[must_use]
    pub fn at(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// Returns the name within its feed: the id, or `tidings:` and the hash of the address, or of title and date. If
    /// other releases share that name, a hash of the content is appended.
    #[must_use]
    pub fn name(&self) -> CleanBuf {
        let name = match self.own_id() {
            id if id.is_empty() => format!("{MADE}{:016x}", self.number_and_text().0),
            id => id.into_owned(),
        };
        match self.content_hash() {
            None => CleanBuf::line(&name),
            Some(hash) => CleanBuf::line(&format!("{name}{HASH_MARK}{hash:016x}")),
        }
    }

    /// Returns the number of the name, for tables. Equal names have equal numbers, and so do addresses that differ only
    /// in http or https. The computation must never change: marks are stored under this number.
    #[must_use]
    pub fn number(&self) -> u64 {
        match self.level {
            Level::Name => self.number_and_text().0,
            Level::Subject | Level::All => named(self.name().as_str().into()).0,
        }
    }

    /// Returns the number of the name without a content hash, and the text that tells names apart, if there is one.
    #[must_use]
    pub fn number_and_text(&self) -> (u64, Option<Cow<'a, str>>) {
        let id = self.own_id();
        if !id.is_empty() {
            return named(id);
        }
        match page(self.url.as_str()) {
            url if url.is_empty() => (self.bare_number(), None),
            url => (hash(&[&url]), Some(url)),
        }
    }

    /// Returns the number that it would have without an id, if it has a link.
    #[must_use]
    pub fn link_number(&self) -> Option<u64> {
        let url = self.url.as_str();
        (!page(url).is_empty()).then(|| number_of_link(url))
    }

    /// Returns the number that version 0.1.0 computed, if it differs. That version accepted any id and used the whole
    /// link.
    #[must_use]
    pub fn old_number(&self) -> Option<u64> {
        let url = bare(self.url.as_str());
        let number = match self.id.as_str() {
            "" if url.is_empty() => return None,
            "" => hash(&[url]),
            id => named(id.into()).0,
        };
        Some(number).filter(|&number| number != self.at(Level::Name).number())
    }

    /// Returns the number of the shared name, if the id carries a content hash.
    #[must_use]
    pub fn shared_name(&self) -> Option<u64> {
        let id = self.id.as_str();
        Some(without_hash(id)).filter(|name| *name != id).map(|name| named(name.into()).0)
    }

    /// Returns the same release under its shared name, if the id carries a content hash.
    #[must_use]
    pub fn unshared(self) -> Self {
        let length = without_hash(self.id.as_str()).len();
        Self { id: self.id.get(0..length).unwrap_or(self.id), ..self }
    }

    /// Whether the feed gives the release an id, rather than just a link or a title.
    #[must_use]
    pub fn has_id(&self) -> bool {
        !self.own_id().is_empty()
    }

    /// Returns the feed's id, or empty if it is only a filler. Of an address, returns the part that is stable between
    /// two fetches.
    fn own_id(&self) -> Cow<'a, str> {
        let id = self.id.as_str();
        if is_filler(id) {
            Cow::Borrowed("")
        } else if is_address(id) && without_hash(id) == id {
            without_visit(id)
        } else {
            Cow::Borrowed(id)
        }
    }

    /// Returns the hash of the content that the level covers.
    fn content_hash(&self) -> Option<u64> {
        if self.level == Level::Name {
            return None;
        }
        let (url, summary) = (page(self.url.as_str()), self.summary.to_str());
        let subject = [&*url, self.title.as_str(), &summary];
        if self.level == Level::Subject {
            return Some(hash(&subject));
        }
        let date = self.date.map_or_else(String::new, |date| date.to_string());
        let [url, title, summary] = subject;
        Some(hash(&[url, title, summary, &date, &self.body.to_str()]))
    }

    /// Returns the hash of title and date, for releases without id and link.
    fn bare_number(&self) -> u64 {
        let date = self.date.map_or_else(String::new, |date| date.to_string());
        let title = if self.title.is_empty() { self.summary.to_str() } else { self.title.as_str().into() };
        hash(&[&title, &date])
    }
}

/// Returns the number of the page at an address.
#[must_use]
pub fn number_of_link(url: &str) -> u64 {
    hash(&[&page(url)])
}

/// Returns the name of a release without an id, from its number.
#[must_use]
pub fn made_name(number: u64) -> CleanBuf {
    CleanBuf::line(&format!("{MADE}{number:016x}"))
}

/// Returns the number of a name, and the text that was hashed.
fn named(name: Cow<'_, str>) -> (u64, Option<Cow<'_, str>>) {
    // Same number as for the address alone.
    if let Some(number) = name.strip_prefix(MADE).and_then(|made| u64::from_str_radix(made, 16).ok()) {
        return (number, None);
    }
    let text: Cow<'_, str> = match name {
        Cow::Borrowed(name) => without_scheme(name).into(),
        Cow::Owned(name) => without_scheme(&name).to_owned().into(),
    };
    (hash(&[&text]), Some(text))
}

/// Whether an id is what programs write when they have none, or the name of the field.
fn is_filler(id: &str) -> bool {
    const FILLERS: [&str; 28] = [
        "n/a",
        "n.a.",
        "na",
        "nan",
        "none",
        "null",
        "(null)",
        "nil",
        "undefined",
        "unknown",
        "empty",
        "default",
        "false",
        "true",
        "guid",
        "id",
        "uid",
        "uuid",
        "permalink",
        "link",
        "url",
        "tbd",
        "todo",
        "-1",
        "http://",
        "https://",
        "urn:uuid:",
        "about:blank",
    ];
    const LONGEST: usize = 64;
    const LONGEST_FILLER: usize = 11;
    if id.is_empty() || id.len() > LONGEST {
        return id.is_empty();
    }
    // Most ids are numbers.
    if id.bytes().all(|byte| byte.is_ascii_digit()) {
        return id.bytes().all(|byte| byte == b'0');
    }
    // Only zeros and punctuation: `0`, `-`, the nil UUID.
    let is_nothing = id.chars().all(|c| c == '0' || !c.is_alphanumeric());
    // A template placeholder that was not filled in: `{{ guid }}`, `${id}`, `<%= id %>`, `[object Object]`.
    let is_template = ["{{", "${", "{%", "<%", "[object ", "%%"].iter().any(|begin| id.starts_with(begin));
    let trimmed = id.trim();
    let is_word = trimmed.len() <= LONGEST_FILLER && FILLERS.iter().any(|filler| filler.eq_ignore_ascii_case(trimmed));
    is_nothing || is_template || is_word
}

fn is_address(id: &str) -> bool {
    id.starts_with("http://") || id.starts_with("https://")
}

/// Returns a name without the hash that makes it unique.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once(HASH_MARK) {
        Some((before, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => before,
        _ => name,
    }
}

/// Returns the part of an address that identifies the page: without the scheme, `www.`, the fragment, visit parameters
/// and a final slash. Empty if there is no address.
#[must_use]
pub fn page(url: &str) -> Cow<'_, str> {
    match without_visit(bare(url)) {
        Cow::Borrowed(page) => page.into(),
        Cow::Owned(page) => page.strip_suffix('/').map(str::to_owned).unwrap_or(page).into(),
    }
}

/// Like [`page`], but keeps visit parameters.
fn bare(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    // Some sites name their pages with `#!`.
    let rest = match rest.split_once('#') {
        Some((before, within)) if !within.starts_with('!') => before,
        _ => rest,
    };
    rest.strip_suffix('/').unwrap_or(rest)
}

/// Returns an address without the parts that change when its site moves to https.
fn without_scheme(id: &str) -> &str {
    let rest = id.strip_prefix("https://").or_else(|| id.strip_prefix("http://"));
    rest.map_or(id, |rest| rest.strip_prefix("www.").unwrap_or(rest))
}

/// Returns the 64-bit FNV-1a hash of the parts, each terminated by a byte that never occurs in text
/// (draft-eastlake-fnv). The computation must never change: ids are stored elsewhere.
#[must_use]
pub fn hash(parts: &[&str]) -> u64 {
    let mut hasher = Fnv::default();
    for part in parts {
        hasher.write(part.as_bytes());
        hasher.write(&[0xff]);
    }
    hasher.finish()
}

/// Returns a UUID (version 8 of RFC 9562) that follows from texts, as the address of a feed or an entry.
#[must_use]
pub fn uuid(parts: &[&str]) -> String {
    let [high, low] = ["high", "low"].map(|half| hash(&[&[half], parts].concat()));
    let (time, middle, custom) = (high >> 32, (high >> 16) & 0xffff, high & 0xfff);
    let (variant, node) = ((low >> 48) & 0x3fff | 0x8000, low & 0xffff_ffff_ffff);
    format!("urn:uuid:{time:08x}-{middle:04x}-8{custom:03x}-{variant:04x}-{node:012x}")
}

/// The hasher behind [`hash`].
pub struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(id: &str, url: &str, title: &str) -> Release {
        Release { id: CleanBuf::line(id), url: CleanBuf::line(url), title: CleanBuf::line(title), ..Release::default() }
    }

    #[test]
    fn a_name_is_the_feeds_id_or_made_from_link_or_title_and_date() {
        let name = |release: &Release| Identity::from(release).name().to_string();
        assert_eq!(name(&release("7", "https://a.invalid/x", "One")), "7");
        let linked = name(&release("", "https://a.invalid/x", "One"));
        assert_eq!(linked, name(&release("", "http://www.a.invalid/x/#top", "Another title")));
        assert_ne!(linked, name(&release("", "https://a.invalid/y", "One")));
        let dated = Release { date: Date::from_ymd(2018, 11, 6), ..release("", "", "One") };
        assert_ne!(name(&dated), name(&release("", "", "One")));
        // The published test value of FNV-1a for the text "foobar".
        assert_eq!(
            {
                let mut fnv = Fnv::default();
                fnv.write(b"foobar");
                fnv.finish()
            },
            0x8594_4171_f739_67e8
        );
    }

    #[test]
    fn placeholder_ids_are_ignored() {
        let of = |id: &str| release(id, "https://a.invalid/x", "One");
        let linked = Identity::from(&of("")).number();
        for id in [
            "N/A",
            "none",
            "0",
            "-",
            "null",
            "guid",
            "--",
            "#",
            "NULL",
            "undefined",
            " nil",
            "0.0",
            "(null)",
            "{{ item.guid }}",
            "00000000-0000-0000-0000-000000000000",
            "[object Object]",
            "https://",
            "<%= id %>",
            "?",
        ] {
            let release = of(id);
            let identity = Identity::from(&release);
            assert_eq!((identity.number(), identity.has_id()), (linked, false), "{id}");
            assert_eq!(identity.old_number(), Some(hash(&[without_scheme(release.id.as_str())])));
        }
        for id in ["7", "10", "a", "N/A-7", "guid-1", "none-of-us", "-2", "00000000-0000-0000-0000-000000000001"] {
            assert_eq!(Identity::from(&of(id)).name().as_str(), id);
        }
    }

    #[test]
    fn visit_parameters_do_not_change_names_and_older_numbers_are_found() {
        let numbers = |id: &str, url: &str| {
            let release = release(id, url, "One");
            let identity = Identity::from(&release);
            (identity.number(), identity.old_number())
        };
        let (number, old) = numbers("", "https://a.invalid/x?utm_source=rss&id=1");
        assert_eq!(
            (number, old),
            (numbers("", "https://a.invalid/x?id=1").0, Some(hash(&["a.invalid/x?utm_source=rss&id=1"])))
        );
        assert_eq!(numbers("", "https://a.invalid/x?utm_source=atom&id=1").0, number);
        let (number, old) = numbers("https://a.invalid/x/?xtor=RSS-1", "");
        assert_eq!((number, old), (numbers("http://a.invalid/x/", "").0, Some(hash(&["a.invalid/x/?xtor=RSS-1"]))));
        assert_eq!(numbers("7", "https://a.invalid/x?utm_source=rss").1, None);
    }

    #[test]
    fn releases_that_share_a_name_are_told_apart_by_content() {
        let one = release("7", "https://a.invalid/x", "One");
        let others = [release("7", "https://a.invalid/y", "One"), release("7", "https://a.invalid/x", "Two")];
        for level in [Level::Subject, Level::All] {
            let name = |release| Identity::from(release).at(level).name();
            assert!(name(&one).as_str().starts_with("7~"));
            assert!(others.iter().all(|other| name(other) != name(&one)));
            // A stored name is read unchanged.
            let kept = Release { id: name(&one), ..one.clone() };
            assert_eq!(Identity::from(&kept).unshared().at(level).name(), name(&one));
            assert_eq!(Identity::from(&kept).number(), Identity::from(&one).at(level).number());
        }
        let dated = Release { date: Date::from_ymd(2018, 11, 6), ..one.clone() };
        let number = |release, level| Identity::from(release).at(level).number();
        assert_eq!(number(&dated, Level::Subject), number(&one, Level::Subject));
        assert_ne!(number(&dated, Level::All), number(&one, Level::All));
    }

    #[test]
    fn addresses_of_the_same_page_are_equal() {
        for url in ["http://www.a.invalid/b/", "https://a.invalid/b", "https://a.invalid/b/#c"] {
            assert_eq!(page(url), "a.invalid/b", "{url}");
        }
        assert_eq!(page("https://a.invalid/#!/b"), "a.invalid/#!/b");
        assert_eq!(page(""), "");
    }
}
