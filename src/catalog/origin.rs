//! What is known of whole sources: the values that all releases of a source share, and what their topics are derived
//! from, stored once for each source.

use std::borrow::Cow;
use std::sync::Arc;

use super::facet::dedup;
use super::{Facet, NONE, ValueId};
use crate::feed::TopicRule;
use crate::text::CleanBuf;

/// Separates the names in the path of a folder.
const FOLDER_PARTS: &str = "/";

/// Returns the names under which a folder is a value: `Europe/Courts`, then `Europe`.
pub fn folder_paths(path: &[CleanBuf]) -> impl Iterator<Item = String> {
    let names: Vec<&str> = path.iter().map(CleanBuf::as_str).collect();
    (1..=names.len()).rev().map(move |depth| names[..depth].join(FOLDER_PARTS))
}

/// The folders, the accounts and the rule for topics of each source. Sources without any, and unknown ones, take no space.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    folders: Column,
    accounts: Column,
    topics: Vec<Option<Arc<TopicRule>>>,
}

/// The values of each source, and the number of sources that have any.
#[derive(Debug, Clone, Default)]
struct Column {
    values: Vec<Vec<ValueId>>,
    filled: usize,
}

/// The column of other facets.
const EMPTY: &Column = &Column { values: Vec::new(), filled: 0 };

impl Origins {
    /// Whether no source has a value of the facet.
    #[must_use]
    pub fn is_empty(&self, facet: Facet) -> bool {
        self.column(facet).filled == 0
    }

    /// The values of a source: at least one, [`NONE`] if there is no other. Its own folder precedes those around it.
    #[must_use]
    pub fn of(&self, facet: Facet, source: ValueId) -> &[ValueId] {
        match self.column(facet).values.get(source as usize).map(Vec::as_slice) {
            None | Some([]) => &[NONE],
            Some(values) => values,
        }
    }

    /// The values of several sources, without repetitions.
    #[must_use]
    pub fn of_all<'a>(&'a self, facet: Facet, sources: &[ValueId]) -> Cow<'a, [ValueId]> {
        if let [source] = sources {
            return Cow::Borrowed(self.of(facet, *source));
        }
        let mut values: Vec<ValueId> =
            sources.iter().flat_map(|&source| self.of(facet, source)).copied().filter(|&id| id != NONE).collect();
        dedup(&mut values, |id| *id);
        if values.is_empty() { Cow::Borrowed(&[NONE]) } else { Cow::Owned(values) }
    }

    /// Sets the values of a source.
    pub(super) fn set(&mut self, facet: Facet, source: ValueId, mut values: Vec<ValueId>) {
        dedup(&mut values, |id| *id);
        let column = if facet == Facet::Folder { &mut self.folders } else { &mut self.accounts };
        let at = source as usize;
        if column.values.len() <= at && !values.is_empty() {
            column.values.resize(at + 1, Vec::new());
        }
        if let Some(of_source) = column.values.get_mut(at) {
            column.filled += usize::from(!values.is_empty());
            column.filled -= usize::from(!of_source.is_empty());
            *of_source = values;
        }
    }

    /// What the topics of a source are derived from, where the publisher names none.
    #[must_use]
    pub fn topics(&self, source: ValueId) -> Option<&Arc<TopicRule>> {
        self.topics.get(source as usize)?.as_ref()
    }

    /// Sets what the topics of a source are derived from.
    pub(super) fn set_topics(&mut self, source: ValueId, topics: Option<Arc<TopicRule>>) {
        let at = source as usize;
        if self.topics.len() <= at && topics.is_some() {
            self.topics.resize(at + 1, None);
        }
        if let Some(of_source) = self.topics.get_mut(at) {
            *of_source = topics;
        }
    }

    fn column(&self, facet: Facet) -> &Column {
        match facet {
            Facet::Folder => &self.folders,
            Facet::Account => &self.accounts,
            _ => EMPTY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_without_values_take_no_space_and_have_none() {
        let mut origins = Origins::default();
        origins.set(Facet::Folder, 7, Vec::new());
        assert!(origins.is_empty(Facet::Folder) && origins.folders.values.is_empty());
        origins.set(Facet::Folder, 2, vec![5, 4, 5]);
        assert_eq!([1, 2, 3].map(|source| origins.of(Facet::Folder, source)), [&[NONE][..], &[5, 4], &[NONE]]);
        assert_eq!(origins.of(Facet::Account, 2), [NONE]);
        assert!(!origins.is_empty(Facet::Folder) && origins.is_empty(Facet::Account));
        origins.set(Facet::Folder, 2, Vec::new());
        assert!(origins.is_empty(Facet::Folder));
    }

    #[test]
    fn several_sources_have_the_values_of_each_and_none_only_if_there_is_no_other() {
        let mut origins = Origins::default();
        for (source, values) in [(1, vec![5, 4]), (2, vec![6, 4])] {
            origins.set(Facet::Folder, source, values);
        }
        let of = |sources: &[ValueId]| origins.of_all(Facet::Folder, sources).into_owned();
        assert_eq!(
            [of(&[1, 2, 3]), of(&[3, 1]), of(&[3, 9]), of(&[2])],
            [vec![5, 4, 6], vec![5, 4], vec![NONE], vec![6, 4]]
        );
    }
}
