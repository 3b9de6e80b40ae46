//! A query compiled for one catalog: text conditions, and column conditions by choice.

use std::sync::Arc;

use memchr::memmem::Finder;
use regex::Regex;

use super::ast::{Choice, Expr, Query, Status, Term, TextField};
use super::phrase::Phrase;
use super::span::{DayRange, Span};
use super::{Context, pattern};
use crate::catalog::{Catalog, Chunk, CustomSet, Facet, NONE, OwnTopic, OwnTopics, ReleaseIndex, Set, ValueId};
use crate::text::{fold, fold_name};

/// A condition on a release in a chunk.
pub enum Condition {
    /// The folded text contains the needle.
    Text(Box<Finder<'static>>),
    /// The folded text matches.
    Regex(Box<Regex>),
    /// The folded text contains one of the phrases.
    Words(Vec<Phrase>),
    /// The folded field contains one of the texts.
    Field(TextField, Vec<String>),
    /// The release has a value of the facet in the set (indexed by value). The facet is stored with each release.
    Values(Facet, Vec<bool>),
    /// The release has one of some values of a custom facet.
    Custom(CustomSet),
    /// The day is in one of the ranges, or the release is undated and undated releases are wanted.
    Days(Vec<DayRange>, bool),
    Is(Status),
    /// The release is in the set.
    In(Arc<Set>),
    /// The release has a topic in the set (indexed by value), or is in the set of the user's own topics.
    Topics(Vec<bool>, Arc<Set>),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl Condition {
    pub fn new(expr: &Expr, catalog: &Catalog, context: &Context) -> Self {
        let many = |parts: &[Expr]| parts.iter().map(|part| Self::new(part, catalog, context)).collect();
        match expr {
            Expr::Term(term) => Self::of_term(term, catalog, context),
            Expr::Not(inner) => Self::Not(Box::new(Self::new(inner, catalog, context))),
            Expr::And(parts) => Self::All(many(parts)),
            Expr::Or(parts) => Self::Any(many(parts)),
        }
    }

    fn of_term(term: &Term, catalog: &Catalog, context: &Context) -> Self {
        match term {
            Term::Word(text) | Term::Phrase(text) => {
                Self::Text(Box::new(Finder::new(fold(text).as_bytes()).into_owned()))
            }
            // The parser rejects patterns that do not compile.
            Term::Regex(text) => {
                pattern::compile(text).map_or(Self::Any(Vec::new()), |regex| Self::Regex(Box::new(regex)))
            }
            Term::Words(phrases) => Self::Words(phrases.iter().map(|phrase| Phrase::new(phrase)).collect()),
            Term::Text(field, values) => Self::Field(*field, values.iter().map(|value| fold(value)).collect()),
            Term::Field(field, values) => {
                let facet = field.facet();
                if facet == Facet::Topic && !context.own_topics.is_empty() {
                    return Self::of_topics(catalog, values, &context.own_topics);
                }
                let set = value_set(catalog, facet, values, |_| false);
                if let Facet::Custom(name) = facet {
                    Self::Custom(catalog.having(name, &set))
                } else if facet.is_of_source() {
                    Self::of_sources(catalog, facet, &set)
                } else {
                    Self::Values(facet, set)
                }
            }
            Term::Date(spans) => Self::Days(term.days(context.today), spans.contains(&Span::Undated)),
            Term::After(_) | Term::Before(_) => Self::Days(term.days(context.today), false),
            Term::Is(status) => Self::Is(*status),
            Term::Story(ids) => Self::Any(ids.iter().map(|id| Self::In(context.story(catalog, id))).collect()),
        }
    }

    /// A choice of topics, of which some are the user's own.
    fn of_topics(catalog: &Catalog, names: &[String], own: &OwnTopics) -> Self {
        let is_own = |folded: &str| own.iter().any(|topic| topic.is_named(folded));
        let set = value_set(catalog, Facet::Topic, names, is_own);
        let topics = catalog.values(Facet::Topic);
        let mut chosen: Vec<Arc<Set>> = Vec::new();
        for name in names.iter().filter(|name| !name.is_empty()) {
            let folded = fold_name(name);
            let is_known = is_own(&folded) || topics.named(&folded).next().is_some();
            let is_meant = |topic: &&OwnTopic| {
                if is_known { topic.is_named(&folded) } else { fold_name(topic.name.as_str()).contains(&*folded) }
            };
            chosen.extend(own.iter().filter(is_meant).map(|topic| Arc::clone(&topic.releases)));
        }
        let Some((first, others)) = chosen.split_first_mut() else { return Self::Values(Facet::Topic, set) };
        for other in others {
            Arc::make_mut(first).extend(other);
        }
        let chosen = Arc::clone(first);
        if set.contains(&true) { Self::Topics(set, chosen) } else { Self::In(chosen) }
    }

    /// A choice of values that belong to whole sources, as a choice of sources.
    fn of_sources(catalog: &Catalog, facet: Facet, set: &[bool]) -> Self {
        let (sources, origins) = (catalog.values(Facet::Source), catalog.origins());
        let any = |is_meant: &dyn Fn(ValueId) -> bool| -> Self {
            let has = |source| origins.of(facet, source).iter().any(|&id| is_meant(id));
            Self::Values(Facet::Source, sources.ids().map(has).collect())
        };
        let named = any(&|id| id != NONE && set[id as usize]);
        if set[NONE as usize] {
            // A release has no value if none of its sources has one.
            Self::Any(vec![named, Self::Not(Box::new(any(&|id| id != NONE)))])
        } else {
            named
        }
    }

    /// Whether it holds for row `at` of the chunk, which is release `index` of the catalog.
    pub fn holds(&self, context: &Context, chunk: &Chunk, at: usize, index: ReleaseIndex) -> bool {
        match self {
            Self::Text(finder) => finder.find(chunk.folded().of(at).as_bytes()).is_some(),
            Self::Words(phrases) => {
                let text = chunk.folded().of(at);
                phrases.iter().any(|phrase| phrase.is_in(text))
            }
            Self::Regex(regex) => chunk.folded().of(at).split(['\n', '\0']).any(|field| regex.is_match(field)),
            Self::Field(TextField::Title, values) => {
                let title = chunk.folded().of(at).split('\n').next().unwrap_or_default();
                values.iter().any(|value| title.contains(value.as_str()))
            }
            Self::Field(TextField::Author, values) => {
                let author = fold(chunk.author(at).as_str());
                values
                    .iter()
                    .any(|value| if value.is_empty() { author.is_empty() } else { author.contains(value.as_str()) })
            }
            Self::Values(facet, set) => chunk.values(*facet, at).iter().any(|&id| set[id as usize]),
            Self::Custom(set) => set.has(chunk, at, index),
            Self::Days(ranges, with_undated) => match chunk.day(at) {
                Some(day) => ranges.iter().any(|range| range.contains(&day)),
                None => *with_undated,
            },
            Self::Is(status) => context.has(*status, index),
            Self::In(set) => set.has(index),
            Self::Topics(set, own) => {
                own.has(index) || chunk.values(Facet::Topic, at).iter().any(|&id| set[id as usize])
            }
            Self::Not(inner) => !inner.holds(context, chunk, at, index),
            Self::All(parts) => parts.iter().all(|part| part.holds(context, chunk, at, index)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(context, chunk, at, index)),
        }
    }
}

/// The values that a choice names: those with the name, or if there is none, those whose name contains it. `is_known` says
/// whether something else has the name.
fn value_set(catalog: &Catalog, facet: Facet, names: &[String], is_known: impl Fn(&str) -> bool) -> Vec<bool> {
    let values = catalog.values(facet);
    let mut set = vec![false; values.len()];
    for name in names {
        let folded = fold_name(name);
        let mut is_known = is_known(&folded);
        for id in values.named(&folded) {
            set[id as usize] = true;
            is_known = true;
        }
        if !is_known {
            values
                .ids()
                .filter(|&id| id != NONE && values.folded(id).contains(&*folded))
                .for_each(|id| set[id as usize] = true);
        }
    }
    set
}

/// A whole query compiled for one catalog.
pub struct Matcher {
    /// Conditions on the text, longest needle first: one scan of a chunk for it finds the candidates.
    pub text: Vec<Condition>,
    /// All other conditions, on columns or mixed.
    pub columns: Vec<Condition>,
    /// The first positive clause of each kind of choice, kept apart because its own counts ignore it; at most
    /// [`CHOICES`], in the order of the clauses.
    pub choices: Vec<(Choice, Condition)>,
}

/// The most kinds of choices that are kept apart. Nobody chooses values in so many facets at once.
pub const CHOICES: usize = 15;

impl Matcher {
    /// Compiles `query` for `catalog`.
    pub fn new(query: &Query, catalog: &Catalog, context: &Context) -> Self {
        let mut matcher = Self { text: Vec::new(), columns: Vec::new(), choices: Vec::new() };
        for clause in &query.clauses {
            let condition = Condition::new(clause, catalog, context);
            match clause.choice() {
                _ if clause.is_text() => matcher.text.push(condition),
                Some(choice) if matcher.choices.len() < CHOICES && matcher.place(choice).is_none() => {
                    matcher.choices.push((choice, condition));
                }
                _ => matcher.columns.push(condition),
            }
        }
        // The longest needle is probably the rarest, and the fastest to search for.
        matcher.text.sort_by_key(|condition| match condition {
            Condition::Text(finder) => std::cmp::Reverse(finder.needle().len()),
            Condition::Words(phrases) => {
                std::cmp::Reverse(phrases.iter().map(|phrase| phrase.needle().len()).min().unwrap_or(0))
            }
            _ => std::cmp::Reverse(0),
        });
        matcher
    }

    /// Whether all conditions hold for row `at` of a chunk but those on its text.
    pub fn columns_hold(&self, context: &Context, chunk: &Chunk, at: usize, index: ReleaseIndex) -> bool {
        let mut conditions = self.columns.iter().chain(self.choices.iter().map(|(_, condition)| condition));
        conditions.all(|condition| condition.holds(context, chunk, at, index))
    }

    /// The place of a kind of choice among those kept apart.
    pub fn place(&self, choice: Choice) -> Option<usize> {
        self.choices.iter().position(|(known, _)| *known == choice)
    }
}
