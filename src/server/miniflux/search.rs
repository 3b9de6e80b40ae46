//! Searches all entries of an account.

use super::Miniflux;
use super::answer::RawEntry;
use crate::server::api::{self, Ask};
use crate::server::{Hits, ServerError, ServerQuery};

/// The most entries in one answer; a larger limit is refused.
const MOST: u32 = 1_000;

impl Miniflux {
    pub(super) fn find(&mut self, query: &ServerQuery, offset: u64, most: u32) -> Result<Hits, ServerError> {
        let Some(parameters) = parameters(query) else { return Ok(Hits::default()) };
        // The server sorts by relevance, ignoring the order asked for; equal hits, and all without words, by date.
        let page =
            format!("{parameters}&order=published_at&direction=desc&offset={offset}&limit={}", most.clamp(1, MOST));
        let query = page.trim_start_matches('&');
        let mut entries = Vec::new();
        let ask = Ask { patience: 120, ..Ask::get("/v1/entries", query) };
        let total = self.list(&ask, &mut |entry: RawEntry| entries.push(entry.into_entry()))?;
        Ok(Hits { total, entries })
    }
}

/// Returns the parameters of a query; `None` if nothing can match.
fn parameters(query: &ServerQuery) -> Option<String> {
    let mut list: Vec<(&str, String)> = Vec::new();
    if !query.text.trim().is_empty() {
        list.push(("search", query.text.trim().to_owned()));
    }
    list.extend(query.topics.iter().map(|topic| ("tags", topic.clone())));
    // The server takes times after and before, strictly, and only positive numbers: others would be ignored.
    list.extend(query.from.filter(|from| *from > 1).map(|from| ("published_after", (from - 1).to_string())));
    if let Some(until) = query.until {
        list.push(("published_before", u64::try_from(until).ok().filter(|until| *until > 0)?.to_string()));
    }
    for (name, id) in [("feed_id", &query.feed), ("category_id", &query.folder)] {
        if let Some(id) = id {
            list.push((name, id.as_str().parse::<u64>().ok()?.to_string()));
        }
    }
    list.extend(query.is_unread.map(|is_unread| ("status", if is_unread { "unread" } else { "read" }.to_owned())));
    list.extend(query.is_starred.map(|is_starred| ("starred", is_starred.to_string())));
    Some(api::form(&list.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::CleanBuf;

    #[test]
    fn each_part_of_a_query_is_a_parameter_that_the_server_parses() {
        let query = ServerQuery {
            text: " \"flu season\" or -cats ".to_owned(),
            topics: vec!["Roads, rail".to_owned(), "C# & more".to_owned()],
            from: Some(1_000),
            until: Some(2_000),
            feed: Some(CleanBuf::line("7")),
            folder: Some(CleanBuf::line("3")),
            is_unread: Some(false),
            is_starred: Some(true),
        };
        assert_eq!(
            parameters(&query).as_deref(),
            Some(
                "search=%22flu+season%22+or+-cats&tags=Roads%2C+rail&tags=C%23+%26+more&published_after=999\
                 &published_before=2000&feed_id=7&category_id=3&status=read&starred=true"
            )
        );
        assert_eq!(parameters(&ServerQuery::default()).as_deref(), Some(""));
        for nothing in [
            ServerQuery { until: Some(0), ..ServerQuery::default() },
            ServerQuery { feed: Some(CleanBuf::line("x")), ..ServerQuery::default() },
        ] {
            assert_eq!(parameters(&nothing), None);
        }
    }
}
