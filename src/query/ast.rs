//! The query's tree, how it is edited, and how it prints.

use std::fmt;

use crate::catalog::Facet;
use crate::text::fold;

/// What is shown: every clause must hold. No clause: everything is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Top-level clauses, in the order in which they were made.
    pub clauses: Vec<Expr>,
}

/// A condition on a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// Holds where the term does.
    Term(Term),
    /// Holds where the inner one does not.
    Not(Box<Expr>),
    /// Holds where each does; two or more.
    And(Vec<Expr>),
    /// Holds where one does; two or more.
    Or(Vec<Expr>),
}

/// The leaf of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// Letters that stand anywhere in title, summary or body; no blank in it.
    Word(String),
    /// Several words that stand together.
    Phrase(String),
    /// The field has one of the values; the empty value means that it has none.
    Field(Field, Vec<String>),
}

/// A field that can be asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `topic:`
    Topic,
    /// `place:`
    Place,
    /// `source:`
    Source,
    /// `date:`, whose values are years.
    Date,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Topic, Self::Place, Self::Source, Self::Date];

    /// The name before the colon.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Place => "place",
            Self::Source => "source",
            Self::Date => "date",
        }
    }

    /// The facet that counts its values.
    #[must_use]
    pub fn facet(self) -> Facet {
        match self {
            Self::Topic => Facet::Topic,
            Self::Place => Facet::Place,
            Self::Source => Facet::Source,
            Self::Date => Facet::Year,
        }
    }

    /// The field that a facet counts.
    #[must_use]
    pub fn of(facet: Facet) -> Self {
        match facet {
            Facet::Topic => Self::Topic,
            Facet::Place => Self::Place,
            Facet::Source => Self::Source,
            Facet::Year => Self::Date,
        }
    }
}

impl Expr {
    /// Whether it is a choice of values (`topic:a,b`) and so shown as a chip, not in the prompt.
    #[must_use]
    pub fn is_choice(&self) -> bool {
        match self {
            Self::Term(Term::Field(..)) => true,
            Self::Not(inner) => inner.is_choice(),
            _ => false,
        }
    }
}

impl Query {
    /// Whether everything is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// The clauses shown as chips, with their places in `clauses`.
    #[must_use]
    pub fn chips(&self) -> impl DoubleEndedIterator<Item = (usize, &Expr)> {
        self.clauses.iter().enumerate().filter(|(_, clause)| clause.is_choice())
    }

    /// The part that is typed: every clause that is no chip.
    #[must_use]
    pub fn typed(&self) -> Query {
        Query { clauses: self.clauses.iter().filter(|clause| !clause.is_choice()).cloned().collect() }
    }

    /// Takes the typed part off; the chips stay.
    pub fn clear_typed(&mut self) {
        self.clauses.retain(Expr::is_choice);
    }

    /// The chosen values of a facet: those of its first positive clause.
    #[must_use]
    pub fn chosen(&self, facet: Facet) -> &[String] {
        self.clauses.iter().find_map(|clause| choice(clause, facet)).map_or(&[], Vec::as_slice)
    }

    /// Whether a value of a facet is chosen.
    #[must_use]
    pub fn is_chosen(&self, facet: Facet, value: &str) -> bool {
        let folded = fold(value);
        self.chosen(facet).iter().any(|chosen| fold(chosen) == folded)
    }

    /// Chooses a value of a facet, or takes it off.
    pub fn toggle(&mut self, facet: Facet, value: &str) {
        let folded = fold(value);
        let Some(at) = self.clauses.iter().position(|clause| choice(clause, facet).is_some()) else {
            self.clauses.push(Expr::Term(Term::Field(Field::of(facet), vec![value.to_owned()])));
            return;
        };
        let Expr::Term(Term::Field(_, values)) = &mut self.clauses[at] else { return };
        let before = values.len();
        values.retain(|chosen| fold(chosen) != folded);
        if values.len() == before {
            values.push(value.to_owned());
        }
        if values.is_empty() {
            self.clauses.remove(at);
        }
    }

    /// Makes one value the only one of its facet; without a value the facet is free.
    pub fn choose_only(&mut self, facet: Facet, value: Option<&str>) {
        self.clauses.retain(|clause| choice(clause, facet).is_none());
        if let Some(value) = value {
            self.toggle(facet, value);
        }
    }

    /// Takes the last chip off, else the typed part. Whether there was one.
    pub fn pop(&mut self) -> bool {
        let Some(at) = self.chips().next_back().map(|(at, _)| at) else {
            return self.clauses.pop().is_some();
        };
        self.clauses.remove(at);
        true
    }

    /// The folded words and phrases that a hit holds: what is marked on the screen.
    #[must_use]
    pub fn needles(&self) -> Vec<String> {
        let mut needles = Vec::new();
        self.clauses.iter().for_each(|clause| collect(clause, &mut needles));
        needles.retain(|needle| !needle.is_empty());
        needles
    }
}

/// The values of a positive choice in one facet.
fn choice(clause: &Expr, facet: Facet) -> Option<&Vec<String>> {
    match clause {
        Expr::Term(Term::Field(field, values)) if field.facet() == facet => Some(values),
        _ => None,
    }
}

fn collect(expr: &Expr, needles: &mut Vec<String>) {
    match expr {
        Expr::Term(Term::Word(text) | Term::Phrase(text)) => needles.push(fold(text)),
        Expr::Term(Term::Field(..)) | Expr::Not(_) => {}
        Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| collect(part, needles)),
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        join(f, &self.clauses, " ")
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(term) => term.fmt(f),
            Self::Not(inner) => write!(f, "-{inner}"),
            Self::And(parts) => {
                f.write_str("(")?;
                join(f, parts, " ")?;
                f.write_str(")")
            }
            Self::Or(parts) => {
                f.write_str("(")?;
                join(f, parts, " OR ")?;
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Phrase(text) => quoted(f, text),
            Self::Field(field, values) => {
                write!(f, "{}:", field.name())?;
                for (n, value) in values.iter().enumerate() {
                    if n > 0 {
                        f.write_str(",")?;
                    }
                    if value.is_empty() || value.contains(is_special) { quoted(f, value)? } else { f.write_str(value)? }
                }
                Ok(())
            }
        }
    }
}

/// Characters that end a bare value.
pub(super) fn is_special(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '(' | ')' | ',' | '\\')
}

/// In double quotes, with `"` and `\` behind a backslash.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    f.write_str("\"")
}

fn join<T: fmt::Display>(f: &mut fmt::Formatter<'_>, parts: &[T], by: &str) -> fmt::Result {
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            f.write_str(by)?;
        }
        part.fmt(f)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn toggling_chooses_and_takes_off() {
        let mut query = parse("asean").expect("a query");
        query.toggle(Facet::Topic, "Labour migration");
        query.toggle(Facet::Topic, "News");
        assert_eq!(query.to_string(), r#"asean topic:"Labour migration",News"#);
        assert!(query.is_chosen(Facet::Topic, "labour Migration"));
        query.toggle(Facet::Topic, "Labour migration");
        query.toggle(Facet::Year, "2018");
        assert_eq!(query.to_string(), "asean topic:News date:2018");
        assert!(query.pop() && query.pop() && query.pop() && !query.pop());
    }

    #[test]
    fn the_typed_part_is_parted_from_the_chips() {
        let mut query = parse(r#"topic:a tea -"x y" -place:b"#).expect("a query");
        assert_eq!(query.typed().to_string(), r#"tea -"x y""#);
        query.clear_typed();
        assert_eq!(query.to_string(), "topic:a -place:b");
    }

    #[test]
    fn one_value_alone() {
        let mut query = parse("topic:a,b tea").expect("a query");
        query.choose_only(Facet::Topic, Some("c d"));
        assert_eq!(query.to_string(), r#"tea topic:"c d""#);
        query.choose_only(Facet::Topic, None);
        assert_eq!(query.to_string(), "tea");
    }

    #[test]
    fn needles_are_what_a_hit_holds() {
        let query = parse(r#"Zürich -not (a OR "b c") topic:x"#).expect("a query");
        assert_eq!(query.needles(), ["zurich", "a", "b c"]);
    }
}
