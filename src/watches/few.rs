//! A catalog of a few stored releases, in which queries find what they find in the catalog of all.

use std::ops::ControlFlow;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::{Builder, Catalog, Facet, ReleaseIndex, ValueId};
use crate::library::{Library, LibraryError, ReleaseKey, SourceId, Stored, Subscription, distinct_names};
use crate::query::{Expr, Field, Query, Term};
use crate::release::{Date, FieldName, Release};
use crate::text::{CleanBuf, fold_name};

/// The releases so far. It knows all subscriptions, their folders and their accounts.
pub struct Few {
    builder: Builder,
    sources: FxHashMap<SourceId, ValueId>,
    known: FxHashSet<ReleaseKey>,
    /// The releases.
    releases: Vec<(ReleaseKey, Release)>,
    /// Values of other releases.
    others: Vec<Release>,
    /// The keys of the feeds.
    feeds: FxHashMap<SourceId, CleanBuf>,
}

impl Few {
    /// Begins with the subscriptions alone. The catalog gets this title.
    pub fn new(library: &Library, title: &CleanBuf) -> Result<Self, LibraryError> {
        Ok(Self::of(&library.sources_and_removed()?, title))
    }

    /// Like [`Few::new`], with subscriptions that were read before.
    pub fn of(sources: &[Subscription], title: &CleanBuf) -> Self {
        let mut few = Self {
            builder: Builder::merging(),
            sources: FxHashMap::default(),
            known: FxHashSet::default(),
            releases: Vec::new(),
            others: Vec::new(),
            feeds: FxHashMap::default(),
        };
        for (source, name) in sources.iter().zip(distinct_names(sources)) {
            few.builder.source(name.as_clean());
            few.builder.folder(&source.folder);
            let accounts: Vec<CleanBuf> = source.accounts.iter().map(|link| link.name.clone()).collect();
            few.builder.accounts(&accounts);
            few.builder.derives(source.rules.topics.clone().map(Arc::new));
            few.builder.key(source.key.as_clean());
            few.sources.insert(source.id, few.builder.present_source());
            few.feeds.insert(source.id, source.key.as_clean().to_buf());
        }
        few.builder.mix(title.as_clean());
        few
    }

    /// The key of the feed of a release.
    pub fn feed(&self, (source, _): ReleaseKey) -> Option<&str> {
        self.feeds.get(&source).map(CleanBuf::as_str)
    }

    /// Adds a release; again, it changes nothing.
    pub fn add(&mut self, key: ReleaseKey, release: Release) {
        if self.known.insert(key) {
            self.releases.push((key, release));
        }
    }

    /// Makes the values known that the queries name. A clause means the value with its name, or if there is none, all
    /// values that contain the name; so whether a release matches depends on the values of all others. Reads the
    /// library only if a query names a value that releases have of their own, and no further than until all are found.
    pub fn complete<'a>(
        &mut self,
        library: &Library,
        queries: impl Iterator<Item = &'a Query>,
    ) -> Result<(), LibraryError> {
        let mut named = named_by(queries);
        for (_, release) in &self.releases {
            take_values(&mut named, release);
        }
        self.others.extend(find_values(library, named)?);
        Ok(())
    }

    /// Makes values known that [`values`] has read.
    pub fn know(&mut self, values: &[Release]) {
        self.others.extend_from_slice(values);
    }

    /// Returns the catalog, and the keys of each release that was added: a story has several.
    pub fn publish(mut self) -> (Arc<Catalog>, FxHashMap<ReleaseIndex, Vec<ReleaseKey>>) {
        // The first of a story decides its text, so the order must not depend on that of a hash table.
        self.releases.sort_by(|(one, a), (other, b)| {
            b.date.map(Date::instant).cmp(&a.date.map(Date::instant)).then(one.cmp(other))
        });
        for ((source, _), release) in &self.releases {
            if let Some(&source) = self.sources.get(source) {
                self.builder.push_of(source, release);
            }
        }
        if let Some(&source) = self.sources.values().min() {
            self.others.iter().for_each(|release| self.builder.push_of(source, release));
        }
        self.builder.end_source();
        let catalog = self.builder.publish();
        let sources: FxHashMap<ValueId, SourceId> = self.sources.into_iter().map(|(id, value)| (value, id)).collect();
        let mut keys: FxHashMap<ReleaseIndex, Vec<ReleaseKey>> = FxHashMap::default();
        for (index, release) in catalog.releases() {
            let copies = release.identities().filter_map(|(source, identity)| {
                let key = (*sources.get(&source)?, identity.number());
                self.known.contains(&key).then_some(key)
            });
            keys.insert(index, copies.collect());
        }
        (catalog, keys)
    }
}

/// Returns releases that have the values that queries name, as far as the library has any; see [`Few::complete`].
pub fn values<'a>(library: &Library, queries: impl Iterator<Item = &'a Query>) -> Result<Vec<Release>, LibraryError> {
    find_values(library, named_by(queries))
}

fn named_by<'a>(queries: impl Iterator<Item = &'a Query>) -> FxHashSet<(Facet, String)> {
    let mut named = FxHashSet::default();
    queries.for_each(|query| query.clauses.iter().for_each(|clause| names(clause, &mut named)));
    named
}

fn find_values(library: &Library, mut named: FxHashSet<(Facet, String)>) -> Result<Vec<Release>, LibraryError> {
    let mut found = Vec::new();
    if !named.is_empty() {
        library.stream(&mut |Stored { release, .. }| {
            found.extend(take_values(&mut named, release));
            if named.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
    }
    Ok(found)
}

/// Collects the values of stored fields that an expression names, folded.
fn names(expr: &Expr, named: &mut FxHashSet<(Facet, String)>) {
    match expr {
        Expr::Term(Term::Field(field @ (Field::Topic | Field::Place | Field::Label | Field::Custom(_)), values)) => {
            named.extend(
                values
                    .iter()
                    .filter(|value| !value.is_empty())
                    .map(|value| (field.facet(), fold_name(value).into_owned())),
            );
        }
        Expr::Term(_) => {}
        Expr::Not(inner) => names(inner, named),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| names(part, named)),
    }
}

/// Takes from the names those that a release has as values. Returns a release that has these values and nothing else.
fn take_values(named: &mut FxHashSet<(Facet, String)>, release: &Release) -> Option<Release> {
    let mut taken = Release::default();
    let mut is_any = false;
    let mut take = |facet, value: &CleanBuf| {
        let is_named = named.remove(&(facet, fold_name(value.as_str()).into_owned()));
        is_any |= is_named;
        is_named
    };
    for topic in &release.topics {
        if take(Facet::Topic, topic) {
            taken.topics.push(topic.clone());
        }
    }
    for label in &release.labels {
        if take(Facet::Label, label) {
            taken.labels.push(label.clone());
        }
    }
    if take(Facet::Place, &release.place) {
        taken.place = release.place.clone();
    }
    for field in &release.fields {
        if take(Facet::Custom(field.name), &field.value) {
            taken.fields.push(field.clone());
        }
    }
    if take(Facet::Custom(FieldName::LANGUAGE), &release.language) {
        taken.language = release.language.clone();
    }
    if take(Facet::Custom(FieldName::AUTHOR), &release.author) {
        taken.author = release.author.clone();
    }
    is_any.then_some(taken)
}
