//! A query made ready for one catalog: folded needles with their finders, and value sets for the facets.

use memchr::memmem::Finder;

use super::ast::{Expr, Query, Term};
use crate::catalog::{Catalog, Chunk, Facet};
use crate::text::fold;

/// A condition that can be asked of a release in a chunk.
pub enum Condition {
    /// The folded text holds it.
    Text(Box<Finder<'static>>),
    /// One of the values of the facet is in the set (indexed by value).
    Choice(Facet, Vec<bool>),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl Condition {
    fn new(expr: &Expr, catalog: &Catalog) -> Self {
        let many = |parts: &[Expr]| parts.iter().map(|part| Self::new(part, catalog)).collect();
        match expr {
            Expr::Term(Term::Word(text) | Term::Phrase(text)) => {
                Self::Text(Box::new(Finder::new(fold(text).as_bytes()).into_owned()))
            }
            Expr::Term(Term::Field(field, values)) => {
                let facet = field.facet();
                let known = catalog.values(facet);
                let mut set = vec![false; known.len()];
                for value in values {
                    let folded = fold(value);
                    known.named(&folded).for_each(|id| set[usize::from(id)] = true);
                }
                Self::Choice(facet, set)
            }
            Expr::Not(inner) => Self::Not(Box::new(Self::new(inner, catalog))),
            Expr::And(parts) => Self::All(many(parts)),
            Expr::Or(parts) => Self::Any(many(parts)),
        }
    }

    /// Whether it holds for the release at `at`.
    pub fn holds(&self, chunk: &Chunk, at: usize) -> bool {
        match self {
            Self::Text(finder) => finder.find(chunk.folded_of(at).as_bytes()).is_some(),
            Self::Choice(facet, set) => chunk.values(*facet, at).iter().any(|&id| set[usize::from(id)]),
            Self::Not(inner) => !inner.holds(chunk, at),
            Self::All(parts) => parts.iter().all(|part| part.holds(chunk, at)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(chunk, at)),
        }
    }
}

/// A whole query for one catalog.
pub struct Matcher {
    /// A needle that every hit holds, the rarest by guess: its scan over a whole chunk finds the candidates.
    pub driver: Option<Finder<'static>>,
    /// What a candidate must hold besides the driver.
    pub conditions: Vec<Condition>,
    /// The choice of each facet, apart from the conditions, since a facet's counts leave out its own.
    pub choices: [Option<Vec<bool>>; Facet::COUNT],
}

impl Matcher {
    /// Makes `query` ready for `catalog`.
    pub fn new(query: &Query, catalog: &Catalog) -> Self {
        let mut matcher = Self { driver: None, conditions: Vec::new(), choices: Default::default() };
        for clause in &query.clauses {
            match Condition::new(clause, catalog) {
                Condition::Choice(facet, set) if matcher.choices[facet as usize].is_none() => {
                    matcher.choices[facet as usize] = Some(set);
                }
                condition => matcher.conditions.push(condition),
            }
        }
        let length = |condition: &Condition| match condition {
            Condition::Text(finder) => finder.needle().len(),
            _ => 0,
        };
        // The longest needle is the rarest by guess, and the fastest to look for.
        let longest = (0..matcher.conditions.len()).max_by_key(|&at| length(&matcher.conditions[at]));
        if let Some(at) = longest.filter(|&at| length(&matcher.conditions[at]) > 0)
            && let Condition::Text(finder) = matcher.conditions.swap_remove(at)
        {
            matcher.driver = Some(*finder);
        }
        matcher
    }
}
