//! Releases as a feed that others can subscribe to.
//!
//! The feed and its entries have the same ids in every run, so that a reader recognises what it has shown. What is the
//! user's own is left out, because the feed may be published: folders, accounts, labels and topics of the user's own.

use std::io::{self, Write};

use chrono::DateTime;
use rustc_hash::FxHashMap;

use super::{atom, json};
use crate::catalog::{Catalog, ReleaseIndex, ReleaseRef};
use crate::release::{Date, Precision, identity};
use crate::text::Clean;

/// The format of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedFormat {
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl FeedFormat {
    /// All formats.
    pub const ALL: [Self; 2] = [Self::Atom, Self::Json];

    /// Returns the name, which the library stores: never rename one.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }

    /// Returns the format with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// A feed to be written.
#[derive(Debug, Clone, Copy)]
pub struct Feed<'a> {
    /// Its title.
    pub title: Clean<'a>,
    /// Its id, a URI that never changes.
    pub id: &'a str,
    /// The address where it is published; empty if unknown.
    pub address: &'a str,
    /// The catalog of its releases.
    pub catalog: &'a Catalog,
    /// Its releases in their order.
    pub releases: &'a [ReleaseIndex],
    /// When releases without a date were first stored, in seconds since 1970.
    pub arrived: &'a FxHashMap<ReleaseIndex, i64>,
}

impl<'a> Feed<'a> {
    /// Writes the feed.
    ///
    /// # Errors
    /// Returns an error if writing to `out` fails.
    pub fn write(&self, format: FeedFormat, out: &mut impl Write) -> io::Result<()> {
        match format {
            FeedFormat::Atom => atom::feed(self, out),
            FeedFormat::Json => json::feed(self, out),
        }
    }

    /// Its releases.
    pub(super) fn entries(&self) -> impl Iterator<Item = ReleaseRef<'a>> + Clone + use<'a> {
        let catalog = self.catalog;
        self.releases.iter().filter_map(move |&index| catalog.release(index))
    }

    /// Its releases, each with its date or else with the time when it was first stored: in seconds since 1970, and as text.
    pub(super) fn timed_entries(&self) -> impl Iterator<Item = (ReleaseRef<'a>, Option<(i64, String)>)> + use<'a> {
        let (catalog, arrived) = (self.catalog, self.arrived);
        self.releases.iter().filter_map(move |&index| {
            let release = catalog.release(index)?;
            let stored = || {
                let at = *arrived.get(&index)?;
                Some((at, DateTime::from_timestamp(at, 0)?.format("%Y-%m-%dT%H:%M:%SZ").to_string()))
            };
            let time = release.date().map(|date| (date.instant(), timestamp(date))).or_else(stored);
            Some((release, time))
        })
    }

    /// Returns the id of a release, a URI. A story of several sources has that of its oldest release, so that another
    /// source does not change it.
    pub(super) fn entry_id(&self, release: &ReleaseRef<'_>) -> String {
        let copies = release.identities().map(|(source, identity)| {
            let date = identity.date.map(Date::instant);
            (date.is_none(), date, self.catalog.source_key(source).as_str(), identity.number())
        });
        let (.., key, number) = copies.min().unwrap_or_default();
        identity::uuid(&["release", key, &number.to_string()])
    }
}

/// Returns a date in the form of RFC 3339. A day, month or year is its first second.
pub(super) fn timestamp(date: Date) -> String {
    if date.precision() == Precision::Second {
        return date.to_string();
    }
    format!("{}T00:00:00Z", date.day().format("%Y-%m-%d"))
}

#[cfg(test)]
mod tests;
