//! Topics derived from addresses and titles, for releases whose publisher names none.
//!
//! The addresses of a feed may carry sections (`/politics/...`), and its titles may begin with labels (`Opinion | ...`).
//! [`Tally`] counts both over a whole feed, in any order. A [`TopicRule`] keeps what was found: the path that precedes the
//! sections, or the labels. From then on, the topic of a release depends on this release alone, so a few later releases
//! get the same topics as the many before.

mod address;
mod deferred;
mod tally;
mod title;

use std::fmt;
use std::str::FromStr;

pub(super) use deferred::Deferred;
use serde::{Deserialize, Serialize};
pub use tally::{Proposal, Tally};

use crate::release::Release;
use crate::text::{CleanBuf, fold_name};

/// Where topics are derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TopicSource {
    /// From sections in the addresses.
    Address,
    /// From labels at the beginning of the titles.
    Title,
    /// From nothing: the user switches it off.
    None,
}

impl TopicSource {
    /// Returns it after a topic: `from the address`.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Address => "from the address",
            Self::Title => "from the title",
            Self::None => "from nothing",
        }
    }
}

impl fmt::Display for TopicSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "address",
            Self::Title => "title",
            Self::None => "none",
        })
    }
}

/// Why a text is no source of topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected address, title or none")]
pub struct WrongTopicSource;

impl FromStr for TopicSource {
    type Err = WrongTopicSource;

    fn from_str(text: &str) -> Result<Self, WrongTopicSource> {
        let known = [Self::Address, Self::Title, Self::None];
        known.into_iter().find(|one| one.to_string().eq_ignore_ascii_case(text)).ok_or(WrongTopicSource)
    }
}

/// Where the topics of a feed are derived from, and what was found there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicRule {
    from: TopicSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    found: Option<Found>,
}

/// What was found in a feed. All texts are folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Found {
    /// The path that precedes the sections, without the parts that never count.
    After(Vec<String>),
    /// The labels.
    Labels(Vec<String>),
}

/// The most labels of a rule.
const LABELS: usize = 200;

impl From<TopicSource> for TopicRule {
    fn from(from: TopicSource) -> Self {
        Self { from, found: None }
    }
}

impl TopicRule {
    /// Where topics are derived from; `None` if the user switches it off.
    #[must_use]
    pub fn source(&self) -> Option<TopicSource> {
        Some(self.from).filter(|from| *from != TopicSource::None)
    }

    /// Whether sections or labels were found.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.found.is_some()
    }

    /// Whether more releases may teach it anything: the path of the sections is found once.
    #[must_use]
    pub fn learns(&self) -> bool {
        self.source().is_some() && !matches!(self.found, Some(Found::After(_)))
    }

    /// Learns from the releases of a feed: the path of the sections once, further labels again and again. Returns whether
    /// anything is new.
    pub fn learn(&mut self, tally: &Tally) -> bool {
        match (&mut self.found, tally.find(self.from)) {
            (None, found @ Some(_)) => {
                self.found = found;
                true
            }
            (Some(Found::Labels(known)), Some(Found::Labels(new))) => {
                let before = known.len();
                let new: Vec<String> = new.into_iter().filter(|label| !known.contains(label)).collect();
                known.extend(new);
                known.truncate(LABELS.max(before));
                known.len() > before
            }
            _ => false,
        }
    }

    /// Returns the topic of a release that has none of its publisher.
    #[must_use]
    pub fn topic(&self, address: &str, title: &str) -> Option<CleanBuf> {
        match self.found.as_ref()? {
            Found::After(path) => address::section(address, path).map(|section| section.name),
            Found::Labels(labels) => {
                let label = CleanBuf::line(title::label(title)?);
                let folded = fold_name(label.as_str());
                labels.iter().any(|known| *known == *folded).then_some(label)
            }
        }
    }

    /// Gives a release its derived topic, unless its publisher names one.
    pub fn apply(&self, release: &mut Release) {
        if release.topics.is_empty() {
            release.topics.extend(self.topic(release.url.as_str(), release.title.as_str()));
        }
    }
}

#[cfg(test)]
mod tests;
