//! The arguments that say how to read a source.

use crate::feed::{Delimiter, FieldMap, PartSelector, Rules, TopicSource};

/// How to read a source.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RuleArgs {
    /// Read a field from this column of a table or key of JSON objects: title=Headline, or title=3 for the third column;
    /// repeat it for other fields. The fields are title, date, url, topic, place, summary, body, author and id; any other
    /// name makes a custom field, such as document-type
    #[arg(long, value_name = "FIELD=COLUMN")]
    map: Vec<FieldMap>,
    /// What separates the cells of a table: comma, semicolon, tab, pipe or another character [default: found out from
    /// the first rows]
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<Delimiter>,
    /// Find a part of the entries of a web page by this CSS selector: items=li.news, date=.meta time; repeat it for other
    /// parts. The parts are items, title, link, date, topic, place and summary
    #[arg(long, value_name = "PART=SELECTOR")]
    select: Vec<PartSelector>,
    /// Derive topics for releases that have none: address takes them from the sections in addresses, title from the labels
    /// before titles, and none stops it for a subscription
    #[arg(long, value_name = "PART")]
    topics_from: Option<TopicSource>,
}

impl RuleArgs {
    /// Returns the rules.
    pub fn rules(&self) -> Rules {
        let (map, select) = (self.map.clone(), self.select.clone());
        let topics = self.topics_from.map(Into::into);
        Rules { map, delimiter: self.delimiter, select, page: false, topics }
    }
}
