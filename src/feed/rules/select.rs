//! CSS selectors that say where on a web page the entries and their parts are.

use std::fmt;
use std::str::FromStr;

use dom_query::Matcher;
use serde::{Deserialize, Serialize};

use crate::text::CleanBuf;

/// The longest selector, in bytes.
const LONGEST: usize = 1_024;

/// What a selector finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The elements that are the entries.
    Items,
    /// The title of an entry.
    Title,
    /// The link of an entry.
    Link,
    /// The date of an entry.
    Date,
    /// The topics of an entry.
    Topic,
    /// The place of an entry.
    Place,
    /// The summary of an entry.
    Summary,
}

/// The names of the parts.
const PARTS: [(&str, Part); 7] = [
    ("items", Part::Items),
    ("title", Part::Title),
    ("link", Part::Link),
    ("date", Part::Date),
    ("topic", Part::Topic),
    ("place", Part::Place),
    ("summary", Part::Summary),
];

/// A part of the entries of a page, and the selector that finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartSelector {
    part: Part,
    selector: String,
}

impl PartSelector {
    /// Returns the part.
    #[must_use]
    pub fn part(&self) -> Part {
        self.part
    }

    /// Returns the compiled selector.
    pub(in crate::feed) fn matcher(&self) -> Option<Matcher> {
        Matcher::new(&self.selector).ok()
    }

    fn name(&self) -> &'static str {
        PARTS.iter().find(|(_, part)| *part == self.part).map_or("", |(name, _)| name)
    }
}

impl fmt::Display for PartSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name(), CleanBuf::line(&self.selector))
    }
}

/// Why a text is no selector of a part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongSelector {
    /// It has no equals sign, or nothing after it.
    #[error("expected PART=SELECTOR, such as items=li.news")]
    Form,
    /// There is no such part.
    #[error("unknown part `{0}`; expected one of items, title, link, date, topic, place, summary")]
    Part(CleanBuf),
    /// The selector is not CSS.
    #[error("`{0}` is not a CSS selector; expected one such as li.news or h3 > a")]
    Selector(CleanBuf),
}

impl FromStr for PartSelector {
    type Err = WrongSelector;

    fn from_str(text: &str) -> Result<Self, WrongSelector> {
        let (name, selector) = text.split_once('=').ok_or(WrongSelector::Form)?;
        let (name, selector) = (name.trim().to_lowercase(), selector.trim());
        if selector.is_empty() || selector.len() > LONGEST {
            return Err(WrongSelector::Form);
        }
        let known = PARTS.iter().find(|(known, _)| *known == name);
        let &(_, part) = known.ok_or_else(|| WrongSelector::Part(CleanBuf::line(&name)))?;
        if Matcher::new(selector).is_err() {
            return Err(WrongSelector::Selector(CleanBuf::line(selector)));
        }
        Ok(Self { part, selector: selector.to_owned() })
    }
}

impl TryFrom<String> for PartSelector {
    type Error = WrongSelector;

    fn try_from(text: String) -> Result<Self, WrongSelector> {
        text.parse()
    }
}

impl From<PartSelector> for String {
    fn from(one: PartSelector) -> Self {
        format!("{}={}", one.name(), one.selector)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_names_its_part() {
        let read =
            |text: &str| text.parse::<PartSelector>().map(|one| one.to_string()).map_err(|error| error.to_string());
        assert_eq!(read(" Items = li.news "), Ok("items=li.news".to_owned()));
        assert_eq!(read("link=a[rel=bookmark]"), Ok("link=a[rel=bookmark]".to_owned()));
        assert_eq!(read("items"), Err("expected PART=SELECTOR, such as items=li.news".to_owned()));
        assert_eq!(read("items= "), Err("expected PART=SELECTOR, such as items=li.news".to_owned()));
        assert!(
            read("author=.by")
                .is_err_and(|error| error.starts_with("unknown part `author`; expected one of items, title"))
        );
        assert!(read("title=h3[").is_err_and(|error| error.starts_with("`h3[` is not a CSS selector")));
    }
}
