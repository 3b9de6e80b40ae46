//! The names of fields in a query, and words that are taken for one.

/// Names that are fields before a colon; most other words with a colon are ordinary words, see `misspelt_field`.
pub const FIELDS: [&str; 12] =
    ["topic", "place", "source", "folder", "account", "label", "title", "author", "date", "after", "before", "is"];

/// Returns the field that a word before a colon probably means: a word of letters that begins its name, or differs from
/// it by one letter, which is missing, added, wrong or swapped with its neighbour.
pub(super) fn misspelt_field(word: &str) -> Option<&'static str> {
    /// Shorter names are too close to ordinary words.
    const SHORTEST: usize = 4;
    /// Fewer letters begin too many words.
    const BEGINNING: usize = 3;
    let word = word.to_lowercase();
    let begins = |name: &str| (BEGINNING..name.len()).contains(&word.len()) && name.starts_with(&word);
    let is_near = |name: &&str| name.len() >= SHORTEST && (begins(name) || strsim::osa_distance(name, &word) == 1);
    FIELDS.into_iter().find(is_near).filter(|_| word.chars().all(char::is_alphabetic))
}

/// Whether a word is one only if a blank follows it, because it ends like a misspelt field, as in `Data: what we know`.
pub(super) fn needs_blank(word: &str) -> bool {
    word.strip_suffix(':').is_some_and(|name| misspelt_field(name).is_some())
}
