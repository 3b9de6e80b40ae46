//! Splits a query into requests for a search at the server and the clauses that remain to be filtered here.
//!
//! The query becomes alternatives of literals. What a server can test goes into a request: words and phrases, topics,
//! the feed, the folder and marks. Such a clause is not tested again, because the server compares words in its own way.
//! Dates are sent with a margin, because the server does not know the publisher's calendar, and are tested here as well.
//! A search text knows no parentheses, but alternatives that differ only in their words share a text, with `or` between
//! them.

mod names;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use names::SearchNames;

use super::{RemoteFeedId, ServerQuery};
use crate::query::{Expr, Field, Query, Status, Term};
use crate::text::CleanBuf;

/// The maximum number of requests. Clauses that would need more are tested here.
pub const MOST_REQUESTS: usize = 8;
/// The maximum number of alternatives, and of words in each.
const MOST_ALTERNATIVES: usize = 64;
/// Seconds by which dates are sent too early and too late: the time zones of publishers.
const MARGIN: i64 = DAY;
const DAY: i64 = 86_400;

/// One request, and the query that its results must match as well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlannedSearch {
    /// What to ask the server.
    pub request: ServerQuery,
    /// What to test here.
    pub rest: Query,
}

impl PlannedSearch {
    /// Whether the server can restrict nothing, so that it would send all entries.
    #[must_use]
    pub fn reads_everything(&self) -> bool {
        self.request == ServerQuery::default()
    }
}

/// Returns the requests for a query. Their results together, each filtered by its rest, are the result of the query.
/// Without requests the query finds nothing in the account.
#[must_use]
pub fn plan(query: &Query, names: &SearchNames, today: NaiveDate) -> Vec<PlannedSearch> {
    let planner = Planner { names, today };
    let mut clauses: Vec<(&Expr, Option<Vec<Alternative>>)> =
        query.clauses.iter().map(|clause| (clause, planner.alternatives(clause, true))).collect();
    // Clauses without alternatives first: they cost no request.
    clauses.sort_by_key(|(_, alternatives)| alternatives.as_ref().map_or(usize::MAX, Vec::len));
    let mut all = vec![Alternative::default()];
    for (clause, alternatives) in clauses {
        let joined = alternatives.and_then(|more| product(&all, &more));
        match joined.filter(|joined| searches(joined).len() <= MOST_REQUESTS) {
            Some(joined) => all = joined,
            None => all.iter_mut().for_each(|one| one.rest.push(clause.clone())),
        }
    }
    searches(&all)
}

/// A conjunction: all parts must hold.
#[derive(Debug, Clone, Default, PartialEq)]
struct Alternative {
    /// Words and phrases as the server reads them.
    words: Vec<String>,
    /// The other parts of the request.
    request: ServerQuery,
    /// What the server cannot test.
    rest: Vec<Expr>,
}

impl Alternative {
    fn word(text: String) -> Self {
        Self { words: vec![text], ..Self::default() }
    }

    fn of(request: ServerQuery) -> Self {
        Self { request, ..Self::default() }
    }

    /// Joins two conjunctions; `None` if no entry can match both.
    fn and(&self, other: &Self) -> Option<Self> {
        let (mine, theirs) = (&self.request, &other.request);
        let request = ServerQuery {
            text: String::new(),
            topics: union(&mine.topics, &theirs.topics),
            from: mine.from.max(theirs.from),
            until: [mine.until, theirs.until].into_iter().flatten().min(),
            feed: same(mine.feed.as_ref(), theirs.feed.as_ref()).ok()?,
            folder: same(mine.folder.as_ref(), theirs.folder.as_ref()).ok()?,
            is_unread: same(mine.is_unread.as_ref(), theirs.is_unread.as_ref()).ok()?,
            is_starred: same(mine.is_starred.as_ref(), theirs.is_starred.as_ref()).ok()?,
        };
        Some(Self { words: union(&self.words, &other.words), request, rest: union(&self.rest, &other.rest) })
    }
}

/// Two parts of a query that no entry can match both.
struct Contradiction;

/// Returns the one value of two that may be missing.
fn same<T: Clone + PartialEq>(one: Option<&T>, other: Option<&T>) -> Result<Option<T>, Contradiction> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Err(Contradiction),
        (one, other) => Ok(one.or(other).cloned()),
    }
}

fn union<T: Clone + PartialEq>(one: &[T], other: &[T]) -> Vec<T> {
    let more = other.iter().filter(|value| !one.contains(value));
    one.iter().chain(more).cloned().collect()
}

/// Returns the conjunctions of each of some with each of others; `None` if they are too many or too long.
fn product(some: &[Alternative], others: &[Alternative]) -> Option<Vec<Alternative>> {
    if some.len() * others.len() > MOST_ALTERNATIVES {
        return None;
    }
    let joined = some.iter().flat_map(|one| others.iter().filter_map(|other| one.and(other)));
    let mut kept: Vec<Alternative> = Vec::new();
    for one in joined {
        if one.words.len() > MOST_ALTERNATIVES {
            return None;
        }
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    Some(kept)
}

/// Merges alternatives that differ only in their words into one search each.
fn searches(all: &[Alternative]) -> Vec<PlannedSearch> {
    let mut merged: Vec<(&Alternative, Vec<&[String]>)> = Vec::new();
    for one in all {
        match merged.iter_mut().find(|(first, _)| first.request == one.request && first.rest == one.rest) {
            Some((_, words)) => words.push(&one.words),
            None => merged.push((one, vec![&one.words])),
        }
    }
    let search = |(one, words): (&Alternative, Vec<&[String]>)| {
        // An alternative without words includes the results of all others.
        let is_open = words.iter().any(|words| words.is_empty());
        let texts: Vec<String> = words.into_iter().map(|words| words.join(" ")).collect();
        let text = if is_open { String::new() } else { texts.join(" or ") };
        PlannedSearch {
            request: ServerQuery { text, ..one.request.clone() },
            rest: Query { clauses: one.rest.clone() },
        }
    };
    merged.into_iter().map(search).collect()
}

/// Translates clauses.
struct Planner<'a> {
    names: &'a SearchNames,
    today: NaiveDate,
}

impl Planner<'_> {
    /// Returns the alternatives of an expression, or of its negation; none if it finds nothing. `None` if they are too
    /// many.
    fn alternatives(&self, expr: &Expr, is_wanted: bool) -> Option<Vec<Alternative>> {
        match (expr, is_wanted) {
            (Expr::Term(term), _) => Some(self.of_term(term, is_wanted)),
            (Expr::Not(inner), _) => self.alternatives(inner, !is_wanted),
            (Expr::And(parts), true) | (Expr::Or(parts), false) => {
                let each = parts.iter().map(|part| self.alternatives(part, is_wanted));
                each.into_iter().try_fold(vec![Alternative::default()], |all, more| product(&all, &more?))
            }
            (Expr::Or(parts), true) | (Expr::And(parts), false) => {
                let each: Option<Vec<_>> = parts.iter().map(|part| self.alternatives(part, is_wanted)).collect();
                let all: Vec<Alternative> = each?.concat();
                (all.len() <= MOST_ALTERNATIVES).then_some(all)
            }
        }
    }

    fn of_term(&self, term: &Term, is_wanted: bool) -> Vec<Alternative> {
        let everything = || vec![Alternative::default()];
        match term {
            Term::Word(text) | Term::Phrase(text) => match written(text) {
                Some(text) => vec![Alternative::word(if is_wanted { text } else { format!("-{text}") })],
                None => here(term, is_wanted),
            },
            // The server compares words in its own way.
            Term::Words(phrases) if is_wanted => {
                let written: Option<Vec<String>> = phrases.iter().map(|phrase| written(phrase)).collect();
                written.map_or_else(|| here(term, true), |all| all.into_iter().map(Alternative::word).collect())
            }
            Term::Is(status) => {
                let (is_unread, is_starred) = match status {
                    Status::Unread => (Some(is_wanted), None),
                    Status::Read => (Some(!is_wanted), None),
                    Status::Starred => (None, Some(is_wanted)),
                    // Servers keep no earlier versions.
                    Status::Changed => return here(term, is_wanted),
                };
                vec![Alternative::of(ServerQuery { is_unread, is_starred, ..ServerQuery::default() })]
            }
            Term::Field(Field::Account, values) => {
                let is_it = values.iter().any(|value| self.names.is_account(value));
                if is_it == is_wanted { everything() } else { Vec::new() }
            }
            // The server cannot exclude these, nor find what has none.
            Term::Field(_, values) if !is_wanted || values.iter().any(String::is_empty) => here(term, is_wanted),
            Term::Field(Field::Topic, values) => {
                let topics = values.iter().flat_map(|value| self.names.topics(value));
                topics.map(|topic| Alternative::of(of_topic(topic))).collect()
            }
            Term::Field(Field::Source, values) => {
                let feeds = values.iter().flat_map(|value| self.names.feeds(value));
                feeds.map(|feed| Alternative::of(of_feed(feed))).collect()
            }
            Term::Field(Field::Folder, values) => {
                let folders = values.iter().flat_map(|value| self.names.folders(value));
                folders.map(|folder| Alternative::of(of_folder(folder))).collect()
            }
            Term::Date(_) | Term::After(_) | Term::Before(_) if is_wanted => self.dates(term),
            _ => here(term, is_wanted),
        }
    }

    /// Sends the time from the first to the last day, and keeps the term: the days between may not be wanted.
    fn dates(&self, term: &Term) -> Vec<Alternative> {
        let days = term.days(self.today);
        let wants_undated = matches!(term, Term::Date(spans) if spans.len() > days.len());
        let mut all = here(term, true);
        if wants_undated {
            return all;
        }
        let first = days.iter().map(|range| *range.start()).min().filter(|day| *day > i32::MIN);
        let last = days.iter().map(|range| *range.end()).max().filter(|day| *day < i32::MAX);
        for one in &mut all {
            one.request.from = first.map(|day| i64::from(day) * DAY - MARGIN);
            one.request.until = last.map(|day| (i64::from(day) + 1) * DAY + MARGIN);
        }
        all
    }
}

fn of_topic(topic: String) -> ServerQuery {
    ServerQuery { topics: vec![topic], ..ServerQuery::default() }
}

fn of_feed(feed: RemoteFeedId) -> ServerQuery {
    ServerQuery { feed: Some(feed), ..ServerQuery::default() }
}

fn of_folder(folder: CleanBuf) -> ServerQuery {
    ServerQuery { folder: Some(folder), ..ServerQuery::default() }
}

/// A term that is tested here.
fn here(term: &Term, is_wanted: bool) -> Vec<Alternative> {
    let term = Expr::Term(term.clone());
    let rest = if is_wanted { term } else { Expr::Not(Box::new(term)) };
    vec![Alternative { rest: vec![rest], ..Alternative::default() }]
}

/// Writes a word or a phrase for the server. Quotes keep signs and the word `or` from being operators. `None` without a
/// letter or digit: the server would ignore it, or find nothing.
fn written(text: &str) -> Option<String> {
    text.contains(char::is_alphanumeric).then(|| {
        let is_plain = text.chars().all(char::is_alphanumeric) && !text.eq_ignore_ascii_case("or");
        if is_plain { text.to_owned() } else { format!("\"{}\"", text.replace(['"', '\\'], " ")) }
    })
}
