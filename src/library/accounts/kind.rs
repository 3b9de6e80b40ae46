//! Kinds of servers, and how much of an account is stored.

use std::fmt;
use std::str::FromStr;

/// The number of entries stored of a new account unless the user says otherwise.
const NEWEST: u64 = 10_000;

/// The kind of a sync server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum AccountKind {
    /// Miniflux, by its own API.
    #[default]
    Miniflux,
    /// `FreshRSS`, by the Google Reader API.
    FreshRss,
    /// Another server with the Google Reader API.
    GoogleReader,
}

impl AccountKind {
    /// Its name in commands and in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Miniflux => "miniflux",
            Self::FreshRss => "freshrss",
            Self::GoogleReader => "greader",
        }
    }

    /// What its servers call the secret.
    #[must_use]
    pub fn secret(self) -> &'static str {
        match self {
            Self::Miniflux => "API key",
            Self::FreshRss | Self::GoogleReader => "API password",
        }
    }
}

impl fmt::Display for AccountKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AccountKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let kinds = [Self::Miniflux, Self::FreshRss, Self::GoogleReader];
        let found = kinds.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| "expected miniflux, freshrss or greader".to_owned())
    }
}

/// Which of the entries that a server has when its account is added are stored. Whatever arrives later is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// All.
    All,
    /// This many, the newest.
    Newest(u64),
    /// Those that arrived in this many days.
    Days(u32),
}

impl Default for Take {
    fn default() -> Self {
        Self::Newest(NEWEST)
    }
}

impl fmt::Display for Take {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Newest(number) => write!(f, "newest:{number}"),
            Self::Days(days) => write!(f, "days:{days}"),
        }
    }
}

impl FromStr for Take {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let take = match text.split_once(':') {
            None if text == "all" => Some(Self::All),
            Some(("newest", number)) => number.parse().ok().filter(|&number| number > 0).map(Self::Newest),
            Some(("days", days)) => days.parse().ok().filter(|&days| days > 0).map(Self::Days),
            _ => None,
        };
        take.ok_or_else(|| "expected all, newest:N or days:N".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_limits_are_read_as_they_are_written() {
        for kind in ["miniflux", "freshrss", "greader"] {
            assert_eq!(kind.parse::<AccountKind>().map(|kind| kind.to_string()).as_deref(), Ok(kind));
        }
        for take in ["all", "newest:10000", "days:7"] {
            assert_eq!(take.parse::<Take>().map(|take| take.to_string()).as_deref(), Ok(take));
        }
        assert_eq!(Take::default().to_string(), "newest:10000");
        for wrong in ["", "newest", "newest:0", "days:x", "days:-1", "all:7"] {
            assert_eq!(wrong.parse::<Take>(), Err("expected all, newest:N or days:N".to_owned()), "{wrong}");
        }
        assert!("Miniflux".parse::<AccountKind>().is_err());
    }
}
