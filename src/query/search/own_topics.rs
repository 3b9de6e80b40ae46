//! Finds the releases of the user's own topics: once for each catalog, and again only when marks, the day or the
//! definitions change. Of a longer catalog, only the new part is searched for text.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Listener, Request, Searcher};
use crate::catalog::{Catalog, OwnTopic, OwnTopics, ReleaseIndex, Set};
use crate::query::matcher::Matcher;
use crate::query::text_rows::TextSearch;
use crate::query::{Context, Sort, TopicDefinitions};

/// The own topics that were found last, and what is kept to find them again.
#[derive(Debug, Default)]
pub(super) struct TopicFinder {
    /// The catalog and the context in which they were found.
    known: Option<(Arc<Catalog>, Context, OwnTopics)>,
    definitions: TopicDefinitions,
    /// A searcher for each definition, which knows the text that its query found.
    searchers: Vec<Searcher>,
}

impl TopicFinder {
    /// Returns the own topics if they were found for this request.
    fn known(&self, request: &Request) -> Option<&OwnTopics> {
        let (catalog, context, topics) = self.known.as_ref()?;
        (Arc::ptr_eq(catalog, &request.catalog) && has_same_topics(context, &request.context)).then_some(topics)
    }

    /// Finds the own topics; `None` if the listener cancelled.
    fn find(&mut self, request: &Request, listener: &mut dyn Listener) -> Option<OwnTopics> {
        if let Some(known) = self.known(request) {
            return Some(known.clone());
        }
        self.known = None;
        let Request { catalog, context, .. } = request;
        let definitions = &context.definitions;
        if self.definitions != *definitions {
            self.definitions = definitions.clone();
            self.searchers.clear();
        }
        self.searchers.resize_with(definitions.iter().count(), Searcher::default);
        let mut topics: Vec<OwnTopic> = Vec::new();
        for (at, (definition, searcher)) in definitions.iter().zip(&mut self.searchers).enumerate() {
            // Only topics that the definition names in full: a part of a name must not lead to itself.
            let named = definitions.named_by_definition(at).into_iter().map(|other| topics[other].clone());
            let context = Context {
                definitions: TopicDefinitions::default(),
                own_topics: named.collect(),
                facets: Arc::default(),
                found: Arc::default(),
                ..context.clone()
            };
            let (catalog, query) = (Arc::clone(catalog), definition.query.clone());
            let request = Request { catalog, query, counted: None, context, sort: Sort::Title };
            let releases = Arc::new(searcher.matching(&request, listener)?);
            topics.push(OwnTopic { name: definition.name.clone(), releases });
        }
        let topics: OwnTopics = topics.into_iter().collect();
        self.known = Some((Arc::clone(catalog), context.clone(), topics.clone()));
        Some(topics)
    }
}

/// Whether the own topics are the same in both contexts.
fn has_same_topics(one: &Context, other: &Context) -> bool {
    let marks = |context: &Context| [&context.read, &context.starred, &context.changed].map(Arc::clone);
    let has_same_marks = || marks(one).iter().zip(&marks(other)).all(|(one, other)| Arc::ptr_eq(one, other));
    one.today == other.today
        && one.definitions == other.definitions
        && (!one.definitions.has_status() || has_same_marks())
}

impl Searcher {
    /// Adds the releases of the own topics to a request that has definitions; `None` if cancelled.
    pub(super) fn with_own_topics<'a>(
        &mut self,
        request: Cow<'a, Request>,
        listener: &mut dyn Listener,
    ) -> Option<Cow<'a, Request>> {
        let Context { definitions, own_topics, .. } = &request.context;
        if definitions.is_empty() || !own_topics.is_empty() {
            self.topics.take_if(|_| definitions.is_empty());
            return Some(request);
        }
        let own_topics = self.topics.get_or_insert_default().find(&request, listener)?;
        Some(with(request, own_topics))
    }

    /// Like [`Searcher::with_own_topics`], without keeping what it finds.
    pub(super) fn with_known_topics<'a>(
        &self,
        request: Cow<'a, Request>,
        listener: &mut dyn Listener,
    ) -> Option<Cow<'a, Request>> {
        let Context { definitions, own_topics, .. } = &request.context;
        // Few queries that are counted name a topic.
        if !own_topics.is_empty() || definitions.used_by(&request.query).next().is_none() {
            return Some(request);
        }
        let known = self.topics.as_ref().and_then(|finder| finder.known(&request)).cloned();
        let own_topics = match known {
            Some(known) => known,
            None => TopicFinder::default().find(&request, listener)?,
        };
        Some(with(request, own_topics))
    }

    /// Finds all releases that match a query; `None` if the listener cancelled.
    fn matching(&mut self, request: &Request, listener: &mut dyn Listener) -> Option<Set> {
        let request = self.with_stories(request, listener)?;
        let Request { catalog, query, context, .. } = &*request;
        self.kept.keep_only(catalog);
        let matcher = Matcher::new(query, catalog, context);
        let chunks: Vec<_> = catalog.chunks().collect();
        let mut set = Set::default();
        let mut add = |at: usize, rows: &mut dyn Iterator<Item = usize>| {
            let (start, chunk) = chunks[at];
            for row in rows {
                let index = ReleaseIndex::at(start + row);
                if matcher.columns_hold(context, chunk, row, index) {
                    set.set(index, true);
                }
            }
        };
        let mut go_on = || (!listener.is_cancelled()).then_some(());
        if matcher.text.is_empty() {
            for (at, (_, chunk)) in chunks.iter().enumerate() {
                go_on()?;
                add(at, &mut (0..chunk.len()));
            }
            return Some(set);
        }
        let order: Vec<usize> = (0..chunks.len()).collect();
        let mut texts = self.kept.begin(&request);
        let search = TextSearch::new(&matcher, context, &chunks, &order);
        let done = search.run(&mut texts.rows, |found| {
            for &at in &order {
                go_on()?;
                add(at, &mut found.of(at).iter().map(|&row| row as usize));
            }
            Some(())
        });
        // The text hits found before a cancellation stay valid.
        self.kept.keep(texts);
        done.map(|()| set)
    }
}

fn with(request: Cow<'_, Request>, own_topics: OwnTopics) -> Cow<'_, Request> {
    let mut request = request.into_owned();
    request.context.own_topics = own_topics;
    Cow::Owned(request)
}

#[cfg(test)]
mod tests;
