//! Reads the user's own topics: names and the queries that define them.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::DeValue;

use super::problem::shown;
use crate::query::{MOST_TOPICS, TopicDefinition, TopicDefinitions, parse};
use crate::text::CleanBuf;

/// The section with the user's own topics.
pub(super) const TOPICS: &str = "topics";

/// A byte position in the file, and what is wrong there.
type Wrong = (usize, String);

/// A topic of the file and the byte position of its query.
pub(super) type Placed = (TopicDefinition, usize);

/// Reads one topic.
pub(super) fn topic(name: &Spanned<Cow<'_, str>>, query: &Spanned<DeValue<'_>>, text: &str) -> Result<Placed, Wrong> {
    let at = query.span().start;
    let clean = CleanBuf::line(name.get_ref());
    if clean.is_empty() {
        return Err((name.span().start, format!("invalid name of a topic in [{TOPICS}]; expected some text")));
    }
    let named = shown(clean.as_str());
    let DeValue::String(definition) = query.get_ref() else {
        let piece = shown(text.get(query.span()).unwrap_or_default());
        return Err((at, format!("invalid value {piece} for the topic `{named}`; expected a query in quotes")));
    };
    match parse(definition) {
        Ok(query) if query.is_empty() => {
            Err((at, format!("the topic `{named}` has an empty query; expected one such as 'rent OR housing'")))
        }
        Ok(query) => Ok((TopicDefinition { name: clean, query }, at)),
        Err(error) => {
            let piece = definition.get(error.span.clone()).unwrap_or_default().trim();
            let near = if piece.is_empty() { String::new() } else { format!(" at `{}`", shown(piece)) };
            Err((at, format!("invalid query for the topic `{named}`{near}: {error}")))
        }
    }
}

/// Finds names that are defined twice, definitions that lead back to themselves, and whether there are too many.
pub(super) fn clashes(topics: &[Placed]) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    for (at, (topic, place)) in topics.iter().enumerate() {
        if let Some((first, _)) = topics[..at].iter().find(|(first, _)| first.has_name_of(topic)) {
            wrong.push((*place, format!("the topic `{}` is the same as `{}` above", topic.name, first.name)));
        }
    }
    if let Some((_, place)) = topics.get(MOST_TOPICS) {
        return vec![(*place, format!("too many topics in [{TOPICS}]; expected at most {MOST_TOPICS}"))];
    }
    let definitions = topics.iter().map(|(topic, _)| topic.clone()).collect();
    if let Err(cycle) = TopicDefinitions::new(definitions) {
        let place =
            topics.iter().find(|(topic, _)| topic.name.as_str() == cycle.first()).map_or(0, |(_, place)| *place);
        wrong.push((place, format!("the topic `{}` leads back to itself: {cycle}", cycle.first())));
    }
    wrong
}
