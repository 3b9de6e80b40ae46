//! Words before a colon that are taken for fields.

use super::print::{ends_word, starts_no_value};
use crate::release::FieldName;
pub use crate::release::{FIELDS, misspelt_field};

/// Returns the custom field whose clause a text begins with, and the length of its name with the colon. Other words
/// with a colon are ordinary ones: nothing follows the colon, as in `Data: what we know`, or the word before it cannot
/// be a name, as in `10:30`, `Re:` or `C:\x`, or a slash follows, as in `https://example.org`.
pub(super) fn custom_field(text: &str) -> Option<(FieldName, usize)> {
    let end = text.find(|c| c == ':' || ends_word(c))?;
    let (name, rest) = (text.get(..end)?, text.get(end..)?.strip_prefix(':')?);
    if rest.starts_with(|c: char| starts_no_value(c) && c != '"') || rest.is_empty() {
        return None;
    }
    Some((FieldName::in_query(name)?, name.len() + 1))
}

/// Whether a word is one only if a blank follows it, because it ends like a misspelt field, as in `Data: what we know`.
pub(super) fn needs_blank(word: &str) -> bool {
    word.strip_suffix(':').is_some_and(|name| misspelt_field(name).is_some())
}
