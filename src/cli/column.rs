//! The columns of a list: their names and what stands in them.

use std::borrow::Cow;

use super::error::UsageError;
use crate::catalog::{Facet, ReleaseRef};
use crate::release::indented;

/// Parts the topics of a release within a column.
const BETWEEN: &str = "; ";

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Id,
    Date,
    Time,
    Title,
    Topic,
    Place,
    Source,
    Author,
    Summary,
    Body,
    Url,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Id,
        Self::Date,
        Self::Time,
        Self::Title,
        Self::Topic,
        Self::Place,
        Self::Source,
        Self::Author,
        Self::Summary,
        Self::Body,
        Self::Url,
    ];
    /// What people want to see.
    pub const FOR_PEOPLE: [Self; 4] = [Self::Date, Self::Topic, Self::Place, Self::Title];
    /// What programs want to have.
    pub const FOR_PROGRAMS: [Self; 9] = [
        Self::Id,
        Self::Date,
        Self::Time,
        Self::Title,
        Self::Topic,
        Self::Place,
        Self::Author,
        Self::Url,
        Self::Summary,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Date => "date",
            Self::Time => "time",
            Self::Title => "title",
            Self::Topic => "topic",
            Self::Place => "place",
            Self::Source => "source",
            Self::Author => "author",
            Self::Summary => "summary",
            Self::Body => "body",
            Self::Url => "url",
        }
    }

    /// The column of this name.
    pub fn named(name: &str) -> Result<Self, UsageError> {
        let found = Self::ALL.into_iter().find(|column| column.name().eq_ignore_ascii_case(name.trim()));
        found.ok_or_else(|| UsageError(format!("there are: {}", Self::ALL.map(Self::name).join(", "))))
    }

    /// Whether it holds running text, that wants more room than a name.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Title | Self::Summary | Self::Body)
    }

    /// What it holds of a release.
    pub fn value<'a>(self, release: &ReleaseRef<'a>) -> Cow<'a, str> {
        let text = match self {
            Self::Id => return Cow::Owned(release.identity().name().to_string()),
            Self::Date => return date(release).map_or(Cow::Borrowed(""), |(date, _)| Cow::Owned(date)),
            Self::Time => return date(release).map_or(Cow::Borrowed(""), |(_, time)| Cow::Owned(time)),
            Self::Topic => return all(release, Facet::Topic),
            Self::Title => release.title(),
            Self::Place => release.label(Facet::Place),
            Self::Source => return all(release, Facet::Source),
            Self::Author => release.author(),
            Self::Summary => return indented(release.summary(), release.summary_spans()),
            Self::Body => return indented(release.body(), release.body_spans()),
            Self::Url => release.url(),
        };
        Cow::Borrowed(text.as_str())
    }
}

/// The date as exact as it was published, and the time with its offset where there is one.
fn date(release: &ReleaseRef<'_>) -> Option<(String, String)> {
    let text = release.date()?.to_string();
    Some(text.split_once('T').map_or((text.clone(), String::new()), |(day, time)| (day.to_owned(), time.to_owned())))
}

/// The names of all its values in a facet.
fn all<'a>(release: &ReleaseRef<'a>, facet: Facet) -> Cow<'a, str> {
    let mut labels = release.labels(facet);
    let first = labels.next().map_or("", |label| label.as_str());
    let mut all = Cow::Borrowed(first);
    for label in labels {
        let all = all.to_mut();
        all.push_str(BETWEEN);
        all.push_str(label.as_str());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    #[test]
    fn columns_hold_what_their_names_say() {
        let catalog = catalog(&[("One", "text", "a|b", "Bern", (2018, 11, 6))]);
        let release = catalog.release(0).expect("a release");
        let values = Column::ALL.map(|column| column.value(&release).into_owned());
        let id = values[0].clone();
        assert_eq!(
            values[1..],
            ["2018-11-06", "", "One", "a; b", "Bern", "test.json", "", "text", "", ""].map(str::to_owned)
        );
        assert!(id.starts_with("tidings:") && id.len() == 24, "{id}");
    }

    #[test]
    fn an_unknown_column_is_told_what_there_is() {
        assert_eq!(Column::named("Title").ok(), Some(Column::Title));
        assert!(Column::named("titel").is_err_and(|error| error.to_string().starts_with("there are: id, date")));
    }
}
