//! What a release is called: the same in every run and wherever it stands in its feed.
//!
//! A release goes by its feed's id, else by its link, else by title and date. Feeds give one id, or one link, to many
//! releases: then the name of each has a hash of what it says added ([`Level`]), and which release is which is told by
//! what they say ([`Trace`]). Loading, syncing, importing and marks go by the numbers of these names.

mod trace;
mod visit;

use std::borrow::Cow;
use std::hash::Hasher;

use super::{Date, Release};
use crate::text::{Clean, CleanBuf};

pub use trace::{Trace, Trust};
pub use visit::without_visit;

/// How a name begins that no feed gave.
const MADE: &str = "tidings:";
/// Parts a name from the hash that tells its holders apart, 16 hexadecimal digits.
const HASH_MARK: char = '~';

/// What a release goes by, since other releases of its feed have the same name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Its name: no other release has it.
    #[default]
    Name,
    /// Its name and what it is about: link, title and summary.
    Said,
    /// All that it says: others have the same link, title and summary at another date or with another text.
    All,
}

/// What tells a release from the others of its feed.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// What the feed calls it; empty where the feed gives none.
    pub id: Clean<'a>,
    /// Its address, or nothing.
    pub url: Clean<'a>,
    /// Its title, or nothing.
    pub title: Clean<'a>,
    /// Its summary, or nothing: it stands in for the title of what has none.
    pub summary: Clean<'a>,
    /// Its full text, or nothing.
    pub body: Clean<'a>,
    /// Its date.
    pub date: Option<Date>,
    /// What it goes by.
    pub level: Level,
}

impl<'a> From<&'a Release> for Identity<'a> {
    fn from(release: &'a Release) -> Self {
        let Release { id, url, title, summary, body, date, .. } = release;
        let [id, url, title, summary, body] = [id, url, title, summary, body].map(CleanBuf::as_clean);
        Self { id, url, title, summary, body, date: *date, level: Level::Name }
    }
}

impl<'a> Identity<'a> {
    /// The same release as it goes by another level.
    #[must_use]
    pub fn at(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// What it is called in its feed: its id, or `tidings:` and the hash of the address, or of title and date; with a
    /// hash of what it says where others are called so too.
    #[must_use]
    pub fn name(&self) -> CleanBuf {
        let name = match self.own_id() {
            id if id.is_empty() => format!("{MADE}{:016x}", self.number_and_text().0),
            id => id.into_owned(),
        };
        match self.said() {
            None => CleanBuf::line(&name),
            Some(said) => CleanBuf::line(&format!("{name}{HASH_MARK}{said:016x}")),
        }
    }

    /// A number for tables: equal for equal names, and for addresses as names that differ by http or https alone. It
    /// stays as it is: marks are kept under it.
    #[must_use]
    pub fn number(&self) -> u64 {
        match self.level {
            Level::Name => self.number_and_text().0,
            Level::Said | Level::All => named(self.name().as_str().into()).0,
        }
    }

    /// The number of the name that it has alone or with others; and the text that tells names apart, where there is one.
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

    /// The number that version 0.1.0 gave it, where that was another: it took any id for one and all of a link.
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

    /// The number of the name that it shares with others, where its id is one that tells them apart.
    #[must_use]
    pub fn shared_name(&self) -> Option<u64> {
        let id = self.id.as_str();
        Some(without_hash(id)).filter(|name| *name != id).map(|name| named(name.into()).0)
    }

    /// The same release under the name that it shares with others, where its id is one that tells them apart.
    #[must_use]
    pub fn unshared(self) -> Self {
        let length = without_hash(self.id.as_str()).len();
        Self { id: self.id.get(0..length).unwrap_or(self.id), ..self }
    }

    /// Whether its feed gives it a name of its own, and not just a link or a title.
    #[must_use]
    pub fn has_id(&self) -> bool {
        !self.own_id().is_empty()
    }

    /// The feed's id; empty where that is none. Of an address what stays over two fetches.
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

    /// The hash of what it says, as far as it goes by that.
    fn said(&self) -> Option<u64> {
        let url = page(self.url.as_str());
        let said = [&*url, self.title.as_str(), self.summary.as_str()];
        match self.level {
            Level::Name => None,
            Level::Said => Some(hash(&said)),
            Level::All => {
                let date = self.date.map_or_else(String::new, |date| date.to_string());
                let [url, title, summary] = said;
                Some(hash(&[url, title, summary, &date, self.body.as_str()]))
            }
        }
    }

    /// The hash of title and date, where there is neither an id nor a link.
    fn bare_number(&self) -> u64 {
        let date = self.date.map_or_else(String::new, |date| date.to_string());
        let title = if self.title.is_empty() { self.summary } else { self.title };
        hash(&[title.as_str(), &date])
    }
}

/// The name of a release whose feed gives none, by its number.
#[must_use]
pub fn made_name(number: u64) -> CleanBuf {
    CleanBuf::line(&format!("{MADE}{number:016x}"))
}

/// The number of a name, and the text that it is the hash of.
fn named(name: Cow<'_, str>) -> (u64, Option<Cow<'_, str>>) {
    // As the address alone would be named.
    if let Some(number) = name.strip_prefix(MADE).and_then(|made| u64::from_str_radix(made, 16).ok()) {
        return (number, None);
    }
    let text: Cow<'_, str> = match name {
        Cow::Borrowed(name) => without_scheme(name).into(),
        Cow::Owned(name) => without_scheme(&name).to_owned().into(),
    };
    (hash(&[&text]), Some(text))
}

/// Whether an id is one that a program writes where it has none, or the name of the field.
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
    // Nothing but noughts and marks: `0`, `-`, the UUID of nothing.
    let is_nothing = id.chars().all(|c| c == '0' || !c.is_alphanumeric());
    // A place in a template that nobody filled: `{{ guid }}`, `${id}`, `<%= id %>`, `[object Object]`.
    let is_template = ["{{", "${", "{%", "<%", "[object ", "%%"].iter().any(|begin| id.starts_with(begin));
    let trimmed = id.trim();
    let is_word = trimmed.len() <= LONGEST_FILLER && FILLERS.iter().any(|filler| filler.eq_ignore_ascii_case(trimmed));
    is_nothing || is_template || is_word
}

fn is_address(id: &str) -> bool {
    id.starts_with("http://") || id.starts_with("https://")
}

/// A name without the hash that tells its holders apart.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once(HASH_MARK) {
        Some((before, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => before,
        _ => name,
    }
}

/// What of an address names the page: neither the scheme nor `www.`, the part within the page, what belongs to a visit,
/// or a last slash. Empty where there is no address.
#[must_use]
pub fn page(url: &str) -> Cow<'_, str> {
    match without_visit(bare(url)) {
        Cow::Borrowed(page) => page.into(),
        Cow::Owned(page) => page.strip_suffix('/').map(str::to_owned).unwrap_or(page).into(),
    }
}

/// [`page`] with what belongs to a visit.
fn bare(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    // `#!` is how some sites name their pages.
    let rest = match rest.split_once('#') {
        Some((before, within)) if !within.starts_with('!') => before,
        _ => rest,
    };
    rest.strip_suffix('/').unwrap_or(rest)
}

/// An address without what changes when its site moves to https.
fn without_scheme(id: &str) -> &str {
    let rest = id.strip_prefix("https://").or_else(|| id.strip_prefix("http://"));
    rest.map_or(id, |rest| rest.strip_prefix("www.").unwrap_or(rest))
}

/// FNV-1a of 64 bits over the parts, each ended by a byte that no text has (draft-eastlake-fnv). It stays as it is:
/// ids are kept outside.
#[must_use]
pub fn hash(parts: &[&str]) -> u64 {
    let mut hasher = Fnv::default();
    for part in parts {
        hasher.write(part.as_bytes());
        hasher.write(&[0xff]);
    }
    hasher.finish()
}

/// The hasher of [`hash`].
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
    fn a_name_is_the_feeds_or_made_of_link_or_title_and_date() {
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
    fn what_a_program_writes_for_no_id_is_none() {
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
    fn a_visit_changes_no_name_and_what_an_older_version_kept_is_found() {
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
    fn holders_of_one_name_are_told_apart_by_what_they_say() {
        let one = release("7", "https://a.invalid/x", "One");
        let others = [release("7", "https://a.invalid/y", "One"), release("7", "https://a.invalid/x", "Two")];
        for level in [Level::Said, Level::All] {
            let name = |release| Identity::from(release).at(level).name();
            assert!(name(&one).as_str().starts_with("7~"));
            assert!(others.iter().all(|other| name(other) != name(&one)));
            // A name that was kept is read as it was.
            let kept = Release { id: name(&one), ..one.clone() };
            assert_eq!(Identity::from(&kept).unshared().at(level).name(), name(&one));
            assert_eq!(Identity::from(&kept).number(), Identity::from(&one).at(level).number());
        }
        let dated = Release { date: Date::from_ymd(2018, 11, 6), ..one.clone() };
        let number = |release, level| Identity::from(release).at(level).number();
        assert_eq!(number(&dated, Level::Said), number(&one, Level::Said));
        assert_ne!(number(&dated, Level::All), number(&one, Level::All));
    }

    #[test]
    fn addresses_of_one_page_are_equal() {
        for url in ["http://www.a.invalid/b/", "https://a.invalid/b", "https://a.invalid/b/#c"] {
            assert_eq!(page(url), "a.invalid/b", "{url}");
        }
        assert_eq!(page("https://a.invalid/#!/b"), "a.invalid/#!/b");
        assert_eq!(page(""), "");
    }
}
