//! The query's tree.

use chrono::NaiveDate;

use super::span::{DayRange, Period, Span, since_epoch};
use crate::catalog::Facet;
use crate::release::FieldName;

/// A query: all clauses must hold. Without clauses it matches everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Top-level clauses, in the order of their creation.
    pub clauses: Vec<Expr>,
}

/// A condition on a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// The term holds.
    Term(Term),
    /// The inner expression does not hold.
    Not(Box<Expr>),
    /// All hold; two or more.
    And(Vec<Expr>),
    /// At least one holds; two or more.
    Or(Vec<Expr>),
}

/// The name of the field of [`Term::Words`].
pub(super) const WORD: &str = "word";

/// A leaf of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// Text without blanks, anywhere in the title, summary or body.
    Word(String),
    /// Several consecutive words.
    Phrase(String),
    /// A regular expression that matches the folded title, summary or body.
    Regex(String),
    /// The field has one of the values; the empty value means that the field is empty.
    Field(Field, Vec<String>),
    /// The text of the field contains one of the values.
    Text(TextField, Vec<String>),
    /// The title, summary or body contains one of the phrases as whole words.
    Words(Vec<String>),
    /// The date is in one of the spans.
    Date(Vec<Span>),
    /// The date is on or after the first day of the period.
    After(Period),
    /// The date is before the first day of the period.
    Before(Period),
    /// The release has the status.
    Is(Status),
    /// The release is a part of the story of a release with one of these ids.
    Story(Vec<String>),
}

/// A field whose values are names, matched as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `topic:`
    Topic,
    /// `place:`
    Place,
    /// `source:`
    Source,
    /// `folder:`
    Folder,
    /// `account:`
    Account,
    /// `label:`
    Label,
    /// A custom field, such as `agency:`. No loaded feed need have it.
    Custom(FieldName),
}

/// A field whose value is text, matched by a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextField {
    /// `title:`
    Title,
    /// `author:`
    Author,
}

/// The status of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// `is:unread`
    Unread,
    /// `is:read`
    Read,
    /// `is:starred`
    Starred,
    /// `is:changed`
    Changed,
}

impl Field {
    /// The fields of every feed.
    pub const BUILT_IN: [Self; 6] = [Self::Topic, Self::Place, Self::Source, Self::Folder, Self::Account, Self::Label];

    /// Returns the field of every feed with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::BUILT_IN.into_iter().find(|field| field.name() == name)
    }

    /// Returns the field whose values a facet counts; `None` for the years, which are dates.
    #[must_use]
    pub fn of(facet: Facet) -> Option<Self> {
        match facet {
            Facet::Topic => Some(Self::Topic),
            Facet::Place => Some(Self::Place),
            Facet::Source => Some(Self::Source),
            Facet::Folder => Some(Self::Folder),
            Facet::Account => Some(Self::Account),
            Facet::Label => Some(Self::Label),
            Facet::Custom(name) => Some(Self::Custom(name)),
            Facet::Year => None,
        }
    }

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
            Self::Folder => Facet::Folder,
            Self::Account => Facet::Account,
            Self::Label => Facet::Label,
            Self::Custom(name) => Facet::Custom(name),
        }
    }
}

impl TextField {
    /// All text fields.
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
    /// All statuses.
    pub const ALL: [Self; 4] = [Self::Unread, Self::Read, Self::Starred, Self::Changed];

    /// The name after `is:`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Read => "read",
            Self::Starred => "starred",
            Self::Changed => "changed",
        }
    }
}

/// A kind of choice made outside the typed text. The counts of a kind ignore its own choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Values of a facet. That of the years is any choice of dates, also the brushed range of the timeline.
    Facet(Facet),
    /// Phrases of the section “Words”.
    Words,
    /// Unread, read, starred or changed.
    Status,
}

impl From<Facet> for Choice {
    fn from(facet: Facet) -> Self {
        Self::Facet(facet)
    }
}

impl Term {
    /// The days that the term asks for; empty if it is not a date term.
    #[must_use]
    pub fn days(&self, today: NaiveDate) -> Vec<DayRange> {
        match self {
            Self::Date(spans) => spans.iter().filter_map(|span| span.days(today)).collect(),
            Self::After(part) => vec![since_epoch(part.first())..=i32::MAX],
            Self::Before(part) => vec![i32::MIN..=since_epoch(part.first()).saturating_sub(1)],
            _ => Vec::new(),
        }
    }

    /// The kind of choice this term makes; `None` for text and for stories.
    #[must_use]
    pub fn choice(&self) -> Option<Choice> {
        match self {
            Self::Field(field, _) => Some(Choice::Facet(field.facet())),
            Self::Date(_) | Self::After(_) | Self::Before(_) => Some(Choice::Facet(Facet::Year)),
            Self::Words(_) => Some(Choice::Words),
            Self::Is(_) => Some(Choice::Status),
            Self::Word(_) | Self::Phrase(_) | Self::Regex(_) | Self::Text(..) | Self::Story(_) => None,
        }
    }

    /// Whether it asks for text only.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Word(_) | Self::Phrase(_) | Self::Regex(_) | Self::Text(..) | Self::Words(_))
    }
}

impl Query {
    /// Whether it asks for a status, so that marks change its hits.
    #[must_use]
    pub fn has_status(&self) -> bool {
        self.clauses.iter().any(Expr::has_status)
    }

    /// The custom fields that it names, each once.
    #[must_use]
    pub fn custom_fields(&self) -> Vec<FieldName> {
        let mut fields = Vec::new();
        self.clauses.iter().for_each(|clause| clause.custom_fields(&mut fields));
        fields
    }

    /// The ids of the releases whose stories it names, each once.
    #[must_use]
    pub fn stories(&self) -> Vec<&str> {
        let mut ids = Vec::new();
        self.clauses.iter().for_each(|clause| clause.stories(&mut ids));
        ids
    }
}

impl Expr {
    fn has_status(&self) -> bool {
        match self {
            Self::Term(term) => matches!(term, Term::Is(_)),
            Self::Not(inner) => inner.has_status(),
            Self::And(parts) | Self::Or(parts) => parts.iter().any(Self::has_status),
        }
    }

    fn custom_fields(&self, fields: &mut Vec<FieldName>) {
        match self {
            Self::Term(Term::Field(Field::Custom(name), _)) if !fields.contains(name) => fields.push(*name),
            Self::Term(_) => {}
            Self::Not(inner) => inner.custom_fields(fields),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.custom_fields(fields)),
        }
    }

    fn stories<'a>(&'a self, ids: &mut Vec<&'a str>) {
        match self {
            Self::Term(Term::Story(named)) => {
                for id in named {
                    if !ids.contains(&id.as_str()) {
                        ids.push(id);
                    }
                }
            }
            Self::Term(_) => {}
            Self::Not(inner) => inner.stories(ids),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.stories(ids)),
        }
    }

    /// The kind of choice this expression makes; `None` if it is negated or not a choice.
    #[must_use]
    pub fn choice(&self) -> Option<Choice> {
        match self {
            Self::Term(term) => term.choice(),
            _ => None,
        }
    }

    /// Whether it asks for text only.
    #[must_use]
    pub fn is_text(&self) -> bool {
        match self {
            Self::Term(term) => term.is_text(),
            Self::Not(inner) => inner.is_text(),
            Self::And(parts) | Self::Or(parts) => parts.iter().all(Self::is_text),
        }
    }

    /// Whether it is a choice or an exclusion, and so appears as a chip beside the prompt.
    #[must_use]
    pub fn is_chip(&self) -> bool {
        match self {
            Self::Term(term) => term.choice().is_some() || matches!(term, Term::Story(_)),
            Self::Not(inner) => inner.is_chip(),
            _ => false,
        }
    }
}
