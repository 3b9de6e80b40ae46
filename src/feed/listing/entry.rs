//! An entry of a list, as the methods find it.

use crate::release::Date;

/// An entry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// Its title.
    pub title: String,
    /// Its absolute address; empty if it has none.
    pub address: String,
    /// Its date, if it has one.
    pub date: Option<Date>,
    /// Its topics.
    pub topics: Vec<String>,
    /// Its place; may be empty.
    pub place: String,
    /// The beginning of its text; may be empty.
    pub summary: String,
    /// Its author; may be empty.
    pub author: String,
}

impl Entry {
    /// Takes from another entry for the same address what is missing here.
    pub fn complete(&mut self, other: &Self) {
        let fill = |own: &mut String, other: &str| {
            if own.is_empty() {
                other.clone_into(own);
            }
        };
        fill(&mut self.title, &other.title);
        fill(&mut self.place, &other.place);
        fill(&mut self.summary, &other.summary);
        fill(&mut self.author, &other.author);
        if self.topics.is_empty() {
            self.topics.clone_from(&other.topics);
        }
        // The more exact one, if they agree.
        self.date = match (self.date, other.date) {
            (Some(own), Some(other)) if own.day() == other.day() && other.precision() > own.precision() => Some(other),
            (own, other) => own.or(other),
        };
    }
}
