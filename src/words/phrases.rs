//! Phrases: one to three consecutive words of a text.

use super::tokens::{BREAK, Key, Token};

/// The maximum number of words in a phrase.
pub const LONGEST: usize = 3;

/// Whether words make a phrase: no break between them, and no function word at an end.
pub fn is_phrase(words: &[Token]) -> bool {
    let is_subject = |word: Option<&Token>| word.is_some_and(|word| word.is_subject());
    is_subject(words.first()) && is_subject(words.last()) && words.iter().all(|&word| word != BREAK)
}

/// Calls `take` with each phrase of a text: its number, and its words.
pub fn each_phrase(tokens: &[Token], take: &mut dyn FnMut(Key, &[Token])) {
    for start in 0..tokens.len() {
        if !tokens[start].is_subject() {
            continue;
        }
        for length in 1..=LONGEST.min(tokens.len() - start) {
            let words = &tokens[start..start + length];
            if is_phrase(words) {
                take(Key::of(words), words);
            }
        }
    }
}
