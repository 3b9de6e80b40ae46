//! The query's tree.

use chrono::NaiveDate;

use super::span::{DayRange, Period, Span, since_epoch};
use crate::catalog::Facet;

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
    /// A regular expression that the folded title, summary or body matches.
    Regex(String),
    /// The field has one of the values; the empty value means that it has none.
    Field(Field, Vec<String>),
    /// The field's text holds one of the values.
    Text(TextField, Vec<String>),
    /// The date lies in one of the spans.
    Date(Vec<Span>),
    /// The date is the first day of this or later.
    After(Period),
    /// The date is before the first day of this.
    Before(Period),
    /// The release has the status.
    Is(Status),
}

/// A field whose values are names: one matches as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `topic:`
    Topic,
    /// `place:`
    Place,
    /// `source:`
    Source,
}

/// A field that is text: a part of it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextField {
    /// `title:`
    Title,
    /// `author:`
    Author,
}

/// What the user did with a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// `is:unread`
    Unread,
    /// `is:read`
    Read,
    /// `is:starred`
    Starred,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Topic, Self::Place, Self::Source];

    /// The name before the colon.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.facet().name()
    }

    /// The facet that counts its values.
    #[must_use]
    pub fn facet(self) -> Facet {
        match self {
            Self::Topic => Facet::Topic,
            Self::Place => Facet::Place,
            Self::Source => Facet::Source,
        }
    }
}

impl TextField {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Title, Self::Author];

    /// The name before the colon.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Author => "author",
        }
    }
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Unread, Self::Read, Self::Starred];

    /// The name behind `is:`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Read => "read",
            Self::Starred => "starred",
        }
    }
}

/// What is chosen apart from the typed text, one choice a kind: its own counts leave it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Values of a facet.
    Facet(Facet),
    /// Unread, read or starred.
    Status,
    /// The range that is brushed on the timeline.
    Brush,
}

impl Term {
    /// The days it asks for; none where it does not ask for days.
    #[must_use]
    pub fn days(&self, today: NaiveDate) -> Vec<DayRange> {
        match self {
            Self::Date(spans) => spans.iter().filter_map(|span| span.days(today)).collect(),
            Self::After(part) => vec![since_epoch(part.first())..=i32::MAX],
            Self::Before(part) => vec![i32::MIN..=since_epoch(part.first()).saturating_sub(1)],
            _ => Vec::new(),
        }
    }

    /// Which choice it makes; `None` for text.
    #[must_use]
    pub fn choice(&self) -> Option<Choice> {
        match self {
            Self::Field(field, _) => Some(Choice::Facet(field.facet())),
            Self::Date(spans)
                if spans.iter().all(|span| matches!(span, Span::Part(Period::Year(_)) | Span::Undated)) =>
            {
                Some(Choice::Facet(Facet::Year))
            }
            Self::Date(_) | Self::After(_) | Self::Before(_) => Some(Choice::Brush),
            Self::Is(_) => Some(Choice::Status),
            Self::Word(_) | Self::Phrase(_) | Self::Regex(_) | Self::Text(..) => None,
        }
    }
}

impl Expr {
    /// The choice it makes where it is one, not negated.
    #[must_use]
    pub fn choice(&self) -> Option<Choice> {
        match self {
            Self::Term(term) => term.choice(),
            _ => None,
        }
    }

    /// Whether it asks for nothing but text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        match self {
            Self::Term(term) => term.choice().is_none(),
            Self::Not(inner) => inner.is_text(),
            Self::And(parts) | Self::Or(parts) => parts.iter().all(Self::is_text),
        }
    }

    /// Whether it is a choice, or leaves one out, and so stands as a chip beside the prompt.
    #[must_use]
    pub fn is_chip(&self) -> bool {
        match self {
            Self::Term(term) => term.choice().is_some(),
            Self::Not(inner) => inner.is_chip(),
            _ => false,
        }
    }
}
