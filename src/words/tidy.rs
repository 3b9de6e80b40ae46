//! Leaves out of a text the words that no phrase has.

use super::phrases::LONGEST;
use super::tokens::Token;

/// Calls `keep` with the places of the words that phrases are made of, in order; without a place, it is a break. Left out
/// are function words where a phrase would begin or end with one or be too long, and all breaks but one.
pub fn tidy(tokens: &[Token], keep: &mut dyn FnMut(Option<usize>)) {
    let mut at = 0;
    let mut is_joined = false;
    while at < tokens.len() {
        let next = at + tokens[at..].iter().take_while(|token| token.is_function()).count();
        let is_subject = tokens.get(next).is_some_and(|token| token.is_subject());
        if is_joined && is_subject && next - at + 2 <= LONGEST {
            (at..next).for_each(|place| keep(Some(place)));
        } else if is_joined {
            keep(None);
        }
        if is_subject {
            keep(Some(next));
        }
        is_joined = is_subject;
        at = next + 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rustc_hash::FxHashSet;

    use super::*;
    use crate::words::numbers::word_number;
    use crate::words::phrases::each_phrase;
    use crate::words::tokens::{BREAK, Key, Tokenizer};

    /// The tokens of a text in which `the` and `of` name no subject.
    fn tokens(text: &str) -> Vec<Token> {
        let mut tokenizer = Tokenizer::default();
        tokenizer.set_words(["the", "of"].into_iter().map(word_number).collect(), FxHashSet::default());
        let mut tokens = Vec::new();
        tokenizer.split(text, &mut |token, _| tokens.push(token));
        tokens
    }

    fn tidied(tokens: &[Token]) -> Vec<Token> {
        let mut kept = Vec::new();
        tidy(tokens, &mut |place| kept.push(place.map_or(BREAK, |place| tokens[place])));
        kept
    }

    fn phrases(tokens: &[Token]) -> Vec<Key> {
        let mut keys = Vec::new();
        each_phrase(tokens, &mut |key, _| keys.push(key));
        keys
    }

    proptest! {
        #[test]
        fn the_phrases_stay_the_same(words in prop::collection::vec("the|of|,|road|north|bridge|中国的经济", 0..24)) {
            let all = tokens(&words.join(" "));
            let left = tidied(&all);
            prop_assert_eq!(phrases(&left), phrases(&all));
            prop_assert!(left.len() <= all.len());
        }
    }

    #[test]
    fn function_words_at_the_ends_of_phrases_take_no_memory() {
        let left = tidied(&tokens("the road of the north, the bridge of stone of"));
        assert_eq!(left.len(), "road | north | bridge of stone |".split(' ').count());
    }
}
