//! The words of a query, which say nothing new of its hits.

use crate::query::{Expr, Query, Term};
use crate::text::{fold, is_unspaced};

/// A word that begins with a word of the query and has at most so many characters more is a form of it.
const ENDING: usize = 3;

/// The folded words of a query.
#[derive(Debug, Default)]
pub struct OwnWords {
    words: Vec<String>,
}

impl OwnWords {
    /// The words that a query asks for.
    pub fn of(query: &Query) -> Self {
        let mut own = Self::default();
        query.clauses.iter().for_each(|clause| own.add(clause));
        own
    }

    fn add(&mut self, expr: &Expr) {
        match expr {
            Expr::Term(Term::Word(text) | Term::Phrase(text)) => self.add_text(text),
            Expr::Term(Term::Text(_, values) | Term::Field(_, values) | Term::Words(values)) => {
                for value in values {
                    self.add_text(value);
                }
            }
            Expr::Term(_) | Expr::Not(_) => {}
            Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| self.add(part)),
        }
    }

    fn add_text(&mut self, text: &str) {
        self.words.extend(words(&fold(text)).map(str::to_owned));
    }

    /// Whether a folded phrase consists only of these words.
    pub fn covers(&self, phrase: &str) -> bool {
        !self.words.is_empty() && words(phrase).all(|word| self.words.iter().any(|own| is_form(word, own)))
    }
}

/// The words of a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether a word is a form of a word of the query.
fn is_form(word: &str, own: &str) -> bool {
    if word.contains(is_unspaced) {
        return own.contains(word);
    }
    word.strip_prefix(own).is_some_and(|ending| ending.chars().count() <= ENDING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn phrases_of_words_of_the_query_are_covered() {
        let own = OwnWords::of(&parse("title:tax -state (\"fair trade\" OR 北京市) topic:news").expect("a query"));
        for (phrase, expected) in [
            ("tax", true),
            ("taxes", true),
            ("fair tax", true),
            ("tax returns", false),
            ("taxpayer", false),
            ("state", false),
            ("北京", true),
            ("中国", false),
            ("news", true),
        ] {
            assert_eq!(own.covers(phrase), expected, "{phrase}");
        }
        assert!(!OwnWords::of(&Query::default()).covers("tax"));
    }
}
