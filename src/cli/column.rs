//! The columns of a list: their names and contents.

use std::borrow::Cow;

use super::error::UsageError;
use crate::catalog::{Facet, ReleaseRef};
use crate::release::{FieldName, indented};

/// Separates several values in one column.
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
    Folder,
    Account,
    Label,
    Author,
    Summary,
    Body,
    Url,
    /// A custom field.
    Custom(FieldName),
}

impl Column {
    /// The columns of every feed.
    pub const ALL: [Self; 14] = [
        Self::Id,
        Self::Date,
        Self::Time,
        Self::Title,
        Self::Topic,
        Self::Place,
        Self::Source,
        Self::Folder,
        Self::Account,
        Self::Label,
        Self::Author,
        Self::Summary,
        Self::Body,
        Self::Url,
    ];
    /// The default columns of formats for people.
    pub const FOR_PEOPLE: [Self; 4] = [Self::Date, Self::Topic, Self::Place, Self::Title];
    /// The default columns of formats for programs.
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
            Self::Folder => "folder",
            Self::Account => "account",
            Self::Label => "label",
            Self::Author => "author",
            Self::Summary => "summary",
            Self::Body => "body",
            Self::Url => "url",
            Self::Custom(name) => name.name(),
        }
    }

    /// Returns the column with this name, ignoring case.
    pub fn named(name: &str) -> Result<Self, UsageError> {
        let found = Self::ALL.into_iter().find(|column| column.name().eq_ignore_ascii_case(name.trim()));
        // A misspelt name is the name of no field.
        let custom = || FieldName::in_query(&name.trim().to_lowercase()).map(Self::Custom);
        found.or_else(custom).ok_or_else(|| UsageError(format!("expected {}", Self::ALL.map(Self::name).join(", "))))
    }

    /// Whether it contains running text, which needs more room than a name.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Title | Self::Summary | Self::Body)
    }

    /// Returns its content for a release.
    pub fn value<'a>(self, release: &ReleaseRef<'a>) -> Cow<'a, str> {
        let text = match self {
            Self::Id => return Cow::Owned(release.identity().name().to_string()),
            Self::Date => return date(release).map_or(Cow::Borrowed(""), |(date, _)| Cow::Owned(date)),
            Self::Time => return date(release).map_or(Cow::Borrowed(""), |(_, time)| Cow::Owned(time)),
            Self::Topic => return all(release, Facet::Topic),
            Self::Title => release.title(),
            Self::Place => release.label(Facet::Place),
            Self::Source => return all(release, Facet::Source),
            Self::Folder => return all(release, Facet::Folder),
            Self::Account => return all(release, Facet::Account),
            Self::Label => return all(release, Facet::Label),
            Self::Author => release.author(),
            Self::Summary => {
                return Cow::Owned(indented(release.summary().as_clean(), release.summary_spans()).into_owned());
            }
            Self::Body => return Cow::Owned(indented(release.body().as_clean(), release.body_spans()).into_owned()),
            Self::Url => release.url(),
            Self::Custom(name) => return all(release, Facet::Custom(name)),
        };
        Cow::Borrowed(text.as_str())
    }
}

/// Returns the date with the precision at which it was published, and the time with its offset, if there is one.
fn date(release: &ReleaseRef<'_>) -> Option<(String, String)> {
    let text = release.date()?.to_string();
    Some(text.split_once('T').map_or((text.clone(), String::new()), |(day, time)| (day.to_owned(), time.to_owned())))
}

/// Joins the names of all values in a facet.
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
    fn columns_have_the_named_contents() {
        let catalog = catalog(&[("One", "text", "a|b", "Bern", (2018, 11, 6))]);
        let release = catalog.release(0.into()).expect("a release");
        let values = Column::ALL.map(|column| column.value(&release).into_owned());
        let id = values[0].clone();
        assert_eq!(
            values[1..],
            ["2018-11-06", "", "One", "a; b", "Bern", "test.json", "", "", "", "", "text", "", ""].map(str::to_owned)
        );
        assert!(id.starts_with("tidings:") && id.len() == 24, "{id}");
    }

    #[test]
    fn an_unknown_column_is_an_error_that_lists_all_columns() {
        assert_eq!(Column::named("Title").ok(), Some(Column::Title));
        assert!(Column::named("titel").is_err_and(|error| error.to_string().starts_with("expected id, date")));
    }
}
