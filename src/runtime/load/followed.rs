//! The subscriptions whose stored releases a catalog shows, and the state in which they were read.

use crate::catalog::ValueId;
use crate::feed::TopicRule;
use crate::library::{FeedKey, ReleasesAt, SourceId, Subscription, distinct_names};
use crate::text::CleanBuf;

/// The subscriptions shown.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Followed {
    /// The state of the stored releases.
    pub at: ReleasesAt,
    sources: Vec<Shown>,
    /// The number of each subscription in the catalog.
    ids: Vec<ValueId>,
}

/// What a catalog shows of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    id: SourceId,
    key: FeedKey,
    name: CleanBuf,
    folder: Vec<CleanBuf>,
    accounts: Vec<CleanBuf>,
    is_removed: bool,
    topics: Option<TopicRule>,
}

impl Followed {
    pub fn new(at: ReleasesAt, sources: &[Subscription], ids: Vec<ValueId>) -> Self {
        Self { at, sources: shown(sources), ids }
    }

    /// The same subscriptions in a later state.
    pub fn later(&self, at: ReleasesAt) -> Self {
        Self { at, ..self.clone() }
    }

    /// Whether a catalog shows the same of these subscriptions.
    pub fn is_same(&self, sources: &[Subscription]) -> bool {
        self.sources == shown(sources)
    }

    /// The number in the catalog and the key of a subscription that is not removed.
    pub fn find(&self, source: SourceId) -> Option<(ValueId, &FeedKey)> {
        let (shown, id) = self.sources.iter().zip(&self.ids).find(|(shown, _)| shown.id == source)?;
        (!shown.is_removed).then_some((*id, &shown.key))
    }
}

fn shown(sources: &[Subscription]) -> Vec<Shown> {
    let of = |(source, name): (&Subscription, CleanBuf)| Shown {
        id: source.id,
        key: source.key.clone(),
        name,
        folder: source.folder.clone(),
        accounts: source.accounts.iter().map(|link| link.name.clone()).collect(),
        is_removed: source.removed.is_some(),
        topics: source.rules.topics.clone(),
    };
    sources.iter().zip(distinct_names(sources)).map(of).collect()
}
