//! A naive implementation of what a query means.

use tidings::catalog::{ReleaseIndex, ReleaseRef};
use tidings::query::{Expr, Field, Status, Term, TextField};
use tidings::release::Date;
use tidings::text::{fold, fold_name};

use crate::generators::{NAMES, custom_fields, today};

/// Whether a text has a phrase between characters that are no letters or digits. Ideographs count as such; a syllable of
/// Korean may follow another one.
pub fn has_phrase(text: &str, phrase: &str) -> bool {
    let (text, phrase) = (fold(text), fold(phrase));
    let (phrase, is_ideograph) = (phrase.trim(), |c: char| ('\u{3040}'..='\u{9fff}').contains(&c));
    let (is_inner, is_korean) =
        (|c: char| c.is_alphanumeric() && !is_ideograph(c), |c: char| ('가'..='힣').contains(&c));
    let first = phrase.starts_with(is_inner);
    let last = phrase.chars().next_back().filter(|&c| is_inner(c));
    phrase.is_empty()
        || text.char_indices().any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            text.get(at..).and_then(|rest| rest.strip_prefix(phrase)).is_some_and(|rest| {
                let after = rest.chars().next().filter(|&c| is_inner(c));
                let has_end =
                    last.is_none() || after.is_none() || (last.is_some_and(is_korean) && after.is_some_and(is_korean));
                !(first && before.is_some_and(is_inner)) && has_end
            })
        })
}

/// Whether a release matches, by a naive implementation.
pub fn holds(expr: &Expr, index: ReleaseIndex, release: &ReleaseRef<'_>) -> bool {
    let day = || release.date().map(Date::day);
    match expr {
        Expr::And(parts) => parts.iter().all(|part| holds(part, index, release)),
        Expr::Or(parts) => parts.iter().any(|part| holds(part, index, release)),
        Expr::Not(inner) => !holds(inner, index, release),
        Expr::Term(Term::Word(text) | Term::Phrase(text)) => {
            let needle = fold(text);
            [release.title().to_buf(), release.summary(), release.body()]
                .iter()
                .any(|field| fold(field.as_str()).contains(&needle))
        }
        Expr::Term(Term::Words(phrases)) => phrases.iter().any(|phrase| {
            let fields = [release.title().to_buf(), release.summary(), release.body()];
            fields.iter().any(|field| has_phrase(field.as_str(), phrase))
        }),
        Expr::Term(Term::Regex(pattern)) => {
            // The patterns above need folding only for the accent.
            let regex = regex::Regex::new(&pattern.replace('é', "e")).expect("a pattern");
            [release.title().to_buf(), release.summary(), release.body()]
                .iter()
                .any(|field| regex.is_match(&fold(field.as_str())))
        }
        Expr::Term(Term::Text(TextField::Title, values)) => {
            values.iter().any(|value| fold(release.title().as_str()).contains(&fold(value)))
        }
        Expr::Term(Term::Text(TextField::Author, values)) => values.iter().any(|value| {
            let author = fold(release.author().as_str());
            if fold(value).is_empty() { author.is_empty() } else { author.contains(&fold(value)) }
        }),
        Expr::Term(Term::Date(spans)) => spans.iter().any(|span| match (span.days(today()), release.date()) {
            (Some(days), Some(date)) => days.contains(&date.days_since_epoch()),
            (None, None) => true,
            _ => false,
        }),
        Expr::Term(Term::After(part)) => day().is_some_and(|day| day >= part.first()),
        Expr::Term(Term::Before(part)) => day().is_some_and(|day| day < part.first()),
        Expr::Term(Term::Story(_)) => unreachable!("no story is among the terms above"),
        Expr::Term(Term::Is(Status::Unread)) => !index.get().is_multiple_of(3),
        Expr::Term(Term::Is(Status::Read)) => index.get().is_multiple_of(3),
        Expr::Term(Term::Is(Status::Starred)) => index.get().is_multiple_of(5),
        Expr::Term(Term::Is(Status::Changed)) => index.get().is_multiple_of(4),
        Expr::Term(Term::Field(field, values)) => {
            let mut labels: Vec<String> =
                release.labels(field.facet()).map(|label| fold_name(label.as_str()).into_owned()).collect();
            if labels.is_empty() {
                labels.push(String::new());
            }
            values.iter().any(|value| {
                let value = fold_name(value).into_owned();
                // A part of a name counts only if no name in the catalog is equal.
                let is_named =
                    || NAMES.iter().any(|name| fold_name(name) == value) && *field != Field::Custom(custom_fields()[2]);
                let is_known = is_named() || value.is_empty();
                if is_known { labels.contains(&value) } else { labels.iter().any(|label| label.contains(&value)) }
            })
        }
    }
}
