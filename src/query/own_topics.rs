//! The user's own topics: definitions by queries, which may name each other.

use std::fmt;
use std::sync::Arc;

use super::ast::{Expr, Field, Query, Status, Term};
use super::parse::{ParseError, parse};
use crate::text::{CleanBuf, fold_name};

/// The most topics that a user can define: each costs a search whenever the releases change.
pub const MOST_TOPICS: usize = 100;

/// A topic that the user has defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicDefinition {
    /// Its name.
    pub name: CleanBuf,
    /// The query that its releases match.
    pub query: Query,
}

impl TopicDefinition {
    /// Whether both have the same name, apart from case and accents.
    #[must_use]
    pub fn has_name_of(&self, other: &Self) -> bool {
        fold_name(self.name.as_str()) == fold_name(other.name.as_str())
    }

    /// Whether its query names this topic.
    fn names(&self, other: &Self) -> bool {
        let folded = fold_name(other.name.as_str());
        named_by(&self.query).iter().any(|name| fold_name(name) == folded)
    }
}

/// Definitions that lead back to the first of them: the names in order, the first one again at the end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct TopicCycle(Vec<CleanBuf>);

impl TopicCycle {
    /// The name of the first topic.
    #[must_use]
    pub fn first(&self) -> &str {
        self.0.first().map_or("", CleanBuf::as_str)
    }
}

impl fmt::Display for TopicCycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(CleanBuf::as_str).collect();
        f.write_str(&names.join(" -> "))
    }
}

/// Why a saved query cannot be a topic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotATopic {
    /// Its text is no query.
    #[error("invalid query: {0}")]
    Invalid(#[from] ParseError),
    /// It would be a topic of all releases.
    #[error("its query is empty")]
    Empty,
    /// The configuration defines one of its name.
    #[error("the configuration defines a topic of this name")]
    IsConfigured,
    /// Another saved query is one of its name.
    #[error("another topic of yours has this name")]
    IsTaken,
    /// There are [`MOST_TOPICS`] already.
    #[error("at most {MOST_TOPICS} are possible")]
    TooMany,
    /// It would lead back to itself.
    #[error("it leads back to itself: {0}")]
    Cycle(#[from] TopicCycle),
}

/// Checks that a saved query can be a topic beside those of the configuration and those that other saved queries are.
///
/// # Errors
/// If it cannot.
pub fn can_be_topic(
    name: &str,
    query: &str,
    configured: &[TopicDefinition],
    saved: impl IntoIterator<Item = TopicDefinition>,
) -> Result<(), NotATopic> {
    let new = TopicDefinition { name: CleanBuf::line(name), query: parse(query)? };
    let has_name = |other: &TopicDefinition| other.has_name_of(&new);
    if new.query.is_empty() {
        return Err(NotATopic::Empty);
    }
    if configured.iter().any(has_name) {
        return Err(NotATopic::IsConfigured);
    }
    let mut topics = configured.to_vec();
    topics.extend(saved);
    if topics.iter().any(has_name) {
        return Err(NotATopic::IsTaken);
    }
    if topics.len() >= MOST_TOPICS {
        return Err(NotATopic::TooMany);
    }
    // What leads back to itself without it is reported elsewhere.
    let (known, _) = TopicDefinitions::without_cycles(topics);
    TopicDefinitions::new(known.iter().cloned().chain([new]).collect())?;
    Ok(())
}

/// The definitions of the user's own topics, each after those that it names. Cloning is cheap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopicDefinitions(Arc<[TopicDefinition]>);

impl TopicDefinitions {
    /// Orders definitions. Of several with one name the first counts.
    ///
    /// # Errors
    /// If one leads back to itself.
    pub fn new(definitions: Vec<TopicDefinition>) -> Result<Self, TopicCycle> {
        let mut order =
            Order { distinct: distinct(definitions), states: Vec::new(), path: Vec::new(), done: Vec::new() };
        order.states = vec![State::New; order.distinct.len()];
        for at in 0..order.distinct.len() {
            order.visit(at)?;
        }
        let Order { distinct, done, .. } = order;
        Ok(Self(done.into_iter().map(|at| distinct[at].clone()).collect()))
    }

    /// Orders definitions and leaves out those that lead back to themselves: where there is a cycle, the last of its
    /// definitions. Returns the cycles too.
    #[must_use]
    pub fn without_cycles(definitions: Vec<TopicDefinition>) -> (Self, Vec<TopicCycle>) {
        let (mut left, mut cycles) = (distinct(definitions), Vec::new());
        loop {
            match Self::new(left.clone()) {
                Ok(known) => return (known, cycles),
                Err(cycle) => {
                    let is_in = |definition: &TopicDefinition| cycle.0.contains(&definition.name);
                    let last = left.iter().rposition(is_in).unwrap_or(left.len() - 1);
                    left.remove(last);
                    cycles.push(cycle);
                }
            }
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All definitions, each after those that it names.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &TopicDefinition> {
        self.0.iter()
    }

    /// Whether any tests a mark, so that marks change its releases.
    #[must_use]
    pub fn has_status(&self) -> bool {
        self.0.iter().any(|definition| definition.query.has_status())
    }

    /// Returns the definitions that decide what a query finds: those that it names, in full or by a part, and those that
    /// these name in turn.
    pub fn used_by<'a>(&'a self, query: &'a Query) -> impl Iterator<Item = &'a TopicDefinition> + use<'a> {
        let named: Vec<_> =
            named_by(query).into_iter().filter(|name| !name.is_empty()).map(|name| fold_name(name)).collect();
        let mut is_used: Vec<bool> = self
            .iter()
            .map(|definition| {
                let name = fold_name(definition.name.as_str());
                named.iter().any(|part| name.contains(&**part))
            })
            .collect();
        for at in (0..self.0.len()).rev().filter(|_| !named.is_empty()) {
            if is_used[at] {
                let user = &self.0[at];
                is_used.iter_mut().zip(&*self.0).take(at).for_each(|(used, other)| *used |= user.names(other));
            }
        }
        self.iter().zip(is_used).filter(|(_, is_used)| *is_used).map(|(definition, _)| definition)
    }

    /// Returns the places of the definitions that the one at a place names itself.
    pub(super) fn named_by_definition(&self, at: usize) -> Vec<usize> {
        let definition = &self.0[at];
        (0..at).filter(|&other| definition.names(&self.0[other])).collect()
    }
}

impl Query {
    /// The statuses that it tests, with repetitions.
    #[must_use]
    pub fn statuses(&self) -> Vec<Status> {
        let mut statuses = Vec::new();
        visit(&self.clauses, &mut |term| {
            if let Term::Is(status) = term {
                statuses.push(*status);
            }
        });
        statuses
    }
}

fn distinct(definitions: Vec<TopicDefinition>) -> Vec<TopicDefinition> {
    let mut distinct: Vec<TopicDefinition> = Vec::new();
    for definition in definitions {
        if !distinct.iter().any(|known| known.has_name_of(&definition)) {
            distinct.push(definition);
        }
    }
    distinct
}

/// The topics that a query names, with repetitions.
fn named_by(query: &Query) -> Vec<&str> {
    let mut names = Vec::new();
    visit(&query.clauses, &mut |term| {
        if let Term::Field(Field::Topic, values) = term {
            names.extend(values.iter().map(String::as_str));
        }
    });
    names
}

fn visit<'a>(parts: &'a [Expr], see: &mut impl FnMut(&'a Term)) {
    for part in parts {
        match part {
            Expr::Term(term) => see(term),
            Expr::Not(inner) => visit(std::slice::from_ref(&**inner), see),
            Expr::And(parts) | Expr::Or(parts) => visit(parts, see),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// On the path to the definition that is visited.
    Open,
    Done,
}

/// Sorts definitions so that each comes after those that it names.
struct Order {
    distinct: Vec<TopicDefinition>,
    states: Vec<State>,
    path: Vec<usize>,
    done: Vec<usize>,
}

impl Order {
    /// Appends a definition after those that it names. As deep as the chain of definitions, which [`MOST_TOPICS`] limits.
    fn visit(&mut self, at: usize) -> Result<(), TopicCycle> {
        match self.states[at] {
            State::Done => return Ok(()),
            State::Open => {
                let from = self.path.iter().position(|&open| open == at).unwrap_or(0);
                let chain = self.path[from..].iter().chain([&at]);
                return Err(TopicCycle(chain.map(|&at| self.distinct[at].name.clone()).collect()));
            }
            State::New => {}
        }
        self.states[at] = State::Open;
        self.path.push(at);
        for other in 0..self.distinct.len() {
            if self.distinct[at].names(&self.distinct[other]) {
                self.visit(other)?;
            }
        }
        self.path.pop();
        self.states[at] = State::Done;
        self.done.push(at);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definitions(rows: &[(&str, &str)]) -> Vec<TopicDefinition> {
        let row = |&(name, query): &(&str, &str)| TopicDefinition {
            name: CleanBuf::line(name),
            query: parse(query).expect("a query"),
        };
        rows.iter().map(row).collect()
    }

    fn names<'a>(definitions: impl Iterator<Item = &'a TopicDefinition>) -> Vec<&'a str> {
        definitions.map(|definition| definition.name.as_str()).collect()
    }

    #[test]
    fn each_definition_comes_after_those_that_it_names() {
        let rows = [("city", "topic:Housing OR -(tram topic:x)"), ("x", "tea"), ("housing", "rent topic:X,News")];
        let ordered = TopicDefinitions::new(definitions(&rows)).expect("no cycle");
        assert_eq!(names(ordered.iter()), ["x", "housing", "city"]);
        assert_eq!(ordered.named_by_definition(2), [0, 1]);
        assert!(ordered.named_by_definition(0).is_empty());
    }

    #[test]
    fn a_definition_that_leads_back_to_itself_names_the_chain() {
        let table: [(&[(&str, &str)], &str); 3] = [
            (&[("a", "topic:A")], "a -> a"),
            (&[("housing", "x topic:rent"), ("rent", "topic:housing")], "housing -> rent -> housing"),
            (&[("y", "topic:a"), ("a", "-topic:b"), ("b", "t topic:c"), ("c", "topic:z,a")], "a -> b -> c -> a"),
        ];
        for (rows, chain) in table {
            let cycle = TopicDefinitions::new(definitions(rows)).expect_err(chain);
            assert_eq!(cycle.to_string(), chain);
            let (left, cycles) = TopicDefinitions::without_cycles(definitions(rows));
            assert_eq!((left.iter().count(), cycles), (rows.len() - 1, vec![cycle]));
        }
    }

    #[test]
    fn a_saved_query_can_be_a_topic_unless_its_name_its_query_or_a_cycle_prevents_it() {
        let configured = definitions(&[("Housing", "rent"), ("loop", "topic:housing OR topic:knot")]);
        let saved = definitions(&[("tea", "green topic:cup"), ("x", "topic:y"), ("y", "topic:x")]);
        let check = |name, query| can_be_topic(name, query, &configured, saved.clone()).map_err(|why| why.to_string());
        assert_eq!(check("city", "tram topic:housing"), Ok(()), "x and y lead back to themselves without it");
        for (name, query, why) in [
            ("city", "(a", "invalid query: expected a closing )"),
            ("city", "", "its query is empty"),
            ("housing", "flat", "the configuration defines a topic of this name"),
            ("TEA", "leaf", "another topic of yours has this name"),
            ("cup", "topic:tea", "it leads back to itself: tea -> cup -> tea"),
            ("knot", "topic:loop", "it leads back to itself: loop -> knot -> loop"),
        ] {
            assert_eq!(check(name, query), Err(why.to_owned()), "{name} = {query}");
        }
        let many: Vec<(String, &str)> = (0..MOST_TOPICS).map(|n| (format!("t{n}"), "a")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|(name, query)| (name.as_str(), *query)).collect();
        assert_eq!(can_be_topic("city", "tram", &definitions(&many), []), Err(NotATopic::TooMany));
    }

    #[test]
    fn the_first_definition_of_a_name_counts() {
        let known = TopicDefinitions::new(definitions(&[("Zürich", "a"), ("zurich", "b")])).expect("no cycle");
        assert_eq!(known.iter().map(|one| one.query.to_string()).collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn a_query_uses_what_it_names_and_what_that_names() {
        let rows = [("x", "tea"), ("housing", "rent topic:x"), ("city", "topic:housing"), ("other", "is:unread")];
        let known = TopicDefinitions::new(definitions(&rows)).expect("no cycle");
        let used = |query: &str| names(known.used_by(&parse(query).expect("a query"))).join(" ");
        for (query, expected) in [
            ("tea", ""),
            ("topic:\"\"", ""),
            ("topic:city", "x housing city"),
            ("a OR -topic:hous", "x housing"),
            ("topic:X,News", "x"),
        ] {
            assert_eq!(used(query), expected, "{query}");
        }
        assert!(known.has_status());
    }

    #[test]
    fn the_longest_chain_is_followed() {
        let rows: Vec<(String, String)> =
            (0..MOST_TOPICS).map(|n| (format!("t{n}"), format!("topic:t{}", n + 1))).collect();
        let rows: Vec<(&str, &str)> = rows.iter().map(|(name, query)| (name.as_str(), query.as_str())).collect();
        assert_eq!(TopicDefinitions::new(definitions(&rows)).expect("no cycle").iter().count(), MOST_TOPICS);
    }
}
