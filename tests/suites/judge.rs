//! Whether a value that was read is the expected one, and if not, why.

use std::sync::LazyLock;

use regex::Regex;

use super::expected::{Field, Value, Want};
use super::reading::{Item, Reading};
use super::reasons::{Case, REASONS};

/// The result of an expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Same,
    /// Another value, and the reason if one applies.
    Differs(Option<&'static str>),
    /// The document was refused, or the item is not a release.
    Refused(Option<&'static str>),
}

/// Returns text without white space, because layout is not compared.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect()
}

/// Returns text with each run of white space as one space.
pub fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the text of some markup, computed independently of the reader under test: tags are removed, references
/// resolved once.
pub fn bare(markup: &str) -> String {
    static HIDDEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?is)<!--.*?-->|<(script|style|head)\b.*?</(script|style|head)>").expect("a pattern")
    });
    static TAG: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?s)</?[a-zA-Z!?]([^<>"']|"[^"]*"|'[^']*')*>|<!\[CDATA\[|\]\]>"#).expect("a pattern")
    });
    resolved(&TAG.replace_all(&HIDDEN.replace_all(markup, ""), ""))
}

pub fn resolved(text: &str) -> String {
    static REFERENCE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"&(#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);").expect("a pattern"));
    let replaced = REFERENCE.replace_all(text, |found: &regex::Captures<'_>| {
        let name = &found[1];
        let code = name.strip_prefix('#').map(|number| match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
        let resolved = match code {
            Some(code) => code.and_then(char::from_u32).map(String::from),
            None => quick_xml::escape::resolve_html5_entity(name).map(str::to_owned),
        };
        resolved.unwrap_or_else(|| found[0].to_owned())
    });
    replaced.into_owned()
}

/// Judges one expectation. `bytes` is the document; `entitled` is the same with a title in each item, as read.
pub fn judge(want: &Want, bytes: &[u8], reading: &Reading, entitled: &Reading) -> Verdict {
    let feed = Item { title: reading.title.clone(), ..Item::default() };
    let found = match reading.items.get(want.item) {
        _ if want.field == Field::Feed => Some(&feed),
        Some(Some(item)) => Some(item),
        _ if matches!(want.field, Field::Title | Field::Text) => None,
        _ => entitled.items.get(want.item).and_then(Option::as_ref),
    };
    let nothing = Item::default();
    let item = found.unwrap_or(&nothing);
    if !reading.is_refused && found.is_some() && is_same(want, item) {
        return Verdict::Same;
    }
    let text = String::from_utf8_lossy(bytes);
    let case = Case { want, item, text: &text, notes: &entitled.notes };
    let reason = REASONS.iter().find(|(_, holds)| holds(&case)).map(|(name, _)| *name);
    if reading.is_refused || found.is_none() { Verdict::Refused(reason) } else { Verdict::Differs(reason) }
}

fn is_same(want: &Want, item: &Item) -> bool {
    match (&want.value, want.field) {
        (Value::Text(text), Field::Feed | Field::Title) => spaced(text) == spaced(&item.title),
        (Value::Text(text), Field::Text) => item.texts.iter().any(|text_read| squeezed(text_read) == squeezed(text)),
        (Value::Text(text), Field::Link) => text.trim() == item.link,
        (Value::Text(text), _) => text.trim() == item.id,
        (Value::Instant(instant), _) => item.date == Some(*instant),
        (Value::All(topics), _) => distinct(topics.iter().map(|topic| spaced(topic))) == item.topics,
        (Value::Among(topic), _) => item.topics.contains(&spaced(topic)),
        (Value::Nothing, Field::Link) => item.link.is_empty(),
        (Value::Nothing, Field::Title | Field::Feed) => item.title.is_empty(),
        (Value::Nothing, Field::Date) => item.date.is_none(),
        (Value::Nothing, Field::Id) => item.id.is_empty(),
        (Value::Nothing, Field::Topics) => item.topics.is_empty(),
        (Value::Nothing, Field::Text) => item.texts.iter().all(String::is_empty),
    }
}

/// Returns each non-empty text once.
pub fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept = Vec::new();
    for text in texts {
        if !text.is_empty() && !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}
