//! What a release is called: the same in every run and wherever it stands in its feed.

use std::hash::Hasher;

use super::{Date, Release};
use crate::text::{Clean, CleanBuf};

/// How a name begins that no feed gave.
pub const MADE: &str = "tidings:";

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
    /// Its date.
    pub date: Option<Date>,
}

impl<'a> From<&'a Release> for Identity<'a> {
    fn from(release: &'a Release) -> Self {
        let Release { id, url, title, summary, date, .. } = release;
        let [id, url, title, summary] = [id, url, title, summary].map(CleanBuf::as_clean);
        Self { id, url, title, summary, date: *date }
    }
}

impl Identity<'_> {
    /// The feed's own id; without one `tidings:` and the hash of the address, or of title and date.
    #[must_use]
    pub fn name(&self) -> CleanBuf {
        if self.id.is_empty() { CleanBuf::line(&format!("{MADE}{:016x}", self.made())) } else { self.id.to_buf() }
    }

    /// A name beside [`Identity::name`], for a release whose id another one has.
    #[must_use]
    pub fn second_name(&self) -> CleanBuf {
        let hash = hash(&[page(self.url.as_str()), self.title.as_str(), self.summary.as_str()]);
        CleanBuf::line(&format!("{}~{hash:016x}", self.name()))
    }

    /// A number for tables: equal for equal names, and for addresses as names that differ by http or https alone. It
    /// stays as it is: marks are kept under it.
    #[must_use]
    pub fn number(&self) -> u64 {
        match self.id.as_str() {
            "" => self.made(),
            // As the address alone would be named.
            id => match id.strip_prefix(MADE).and_then(|made| u64::from_str_radix(made, 16).ok()) {
                Some(made) => made,
                None => hash(&[without_scheme(id)]),
            },
        }
    }

    /// Whether the names are equal.
    #[must_use]
    pub fn is_named_as(&self, other: &Self) -> bool {
        if self.id.is_empty() || other.id.is_empty() { self.name() == other.name() } else { self.id == other.id }
    }

    /// Whether something besides the name tells that this is another release: its link, where both have one, or
    /// else, where no feed gave the name, its title or its summary.
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> bool {
        let (one, two) = (page(self.url.as_str()), page(other.url.as_str()));
        let is_elsewhere = !one.is_empty() && !two.is_empty() && one != two;
        is_elsewhere || (self.id.is_empty() && (self.title, self.summary) != (other.title, other.summary))
    }

    fn made(&self) -> u64 {
        match page(self.url.as_str()) {
            "" => {
                let date = self.date.map_or_else(String::new, |date| date.to_string());
                let title = if self.title.is_empty() { self.summary } else { self.title };
                hash(&[title.as_str(), &date])
            }
            page => hash(&[page]),
        }
    }
}

/// What of an address names the page: neither the scheme nor `www.`, the part within the page, or a last slash.
/// Empty where there is no address.
#[must_use]
pub fn page(url: &str) -> &str {
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
    fn a_second_name_is_told_by_link_and_title() {
        let [one, two] = [release("7", "https://a.invalid/x", "One"), release("7", "https://a.invalid/y", "One")];
        let [one, two] = [&one, &two].map(Identity::from);
        assert!(one.is_named_as(&two) && one.differs_from(&two) && !one.differs_from(&one));
        assert_ne!(one.second_name(), two.second_name());
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
