//! The names of fields in a query, and words that are taken for one.

/// Names that are fields before a colon in every query.
pub const FIELDS: [&str; 14] = [
    "topic", "place", "source", "folder", "account", "label", "title", "author", "word", "date", "after", "before",
    "is", "story",
];

/// Returns the field that a word before a colon probably means: a word of letters that begins its name, or differs from
/// it by one letter, which is missing, added, wrong or swapped with its neighbour.
#[must_use]
pub fn misspelt_field(word: &str) -> Option<&'static str> {
    /// Shorter names are too close to ordinary words.
    const SHORTEST: usize = 4;
    /// Fewer letters begin too many words.
    const BEGINNING: usize = 3;
    let word = word.to_lowercase();
    let begins = |name: &str| (BEGINNING..name.len()).contains(&word.len()) && name.starts_with(&word);
    let is_near = |name: &&str| name.len() >= SHORTEST && (begins(name) || strsim::osa_distance(name, &word) == 1);
    FIELDS.into_iter().find(is_near).filter(|_| word.chars().all(char::is_alphabetic))
}
