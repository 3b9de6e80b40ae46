//! Counters for phrases that are too many for a table.

use super::tokens::Key;

/// Where phrases matter that occur at least `n` times, a counter serves about `n / FEWER` words: then rare phrases that
/// share one seldom reach `n` together.
const FEWER: usize = 4;

/// How often each phrase occurs at most: phrases may share a counter.
///
/// Most phrases of some texts occur once and would fill a large table. So all of them are counted here first, and only
/// those that may be frequent enough in a table (Park, Chen and Yu, 1995).
pub struct Sketch(Vec<u8>);

impl Sketch {
    /// A sketch that tells which phrases of texts with so many words may occur at least so often.
    ///
    /// The rarer the phrases that matter, the fewer may share a counter.
    pub fn of(words: usize, least: u32) -> Self {
        // A counter goes no further than 255.
        let least = (least as usize).clamp(FEWER, u8::MAX.into());
        let counters = words.saturating_mul(FEWER) / least;
        Self(vec![0; counters.next_power_of_two().clamp(1 << 8, 1 << 18)])
    }

    /// Counts an occurrence of a phrase.
    pub fn add(&mut self, key: Key) {
        let place = self.place(key);
        self.0[place] = self.0[place].saturating_add(1);
    }

    /// Adds the counts of a sketch for the same texts.
    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(count, more)| *count = count.saturating_add(*more));
    }

    /// Whether a phrase may have been added so often. False is certain.
    pub fn may_reach(&self, key: Key, least: u32) -> bool {
        u32::from(self.0[self.place(key)]) >= least.min(u8::MAX.into())
    }

    fn place(&self, key: Key) -> usize {
        key.bits() as usize & (self.0.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::tokens::Tokenizer;

    #[test]
    fn a_sketch_counts_no_phrase_too_low() {
        // More phrases than counters.
        let mut sketch = Sketch::of(0, 1);
        let mut tokens = Vec::new();
        let text: Vec<String> = (0..600).map(|n| format!("word{n}")).collect();
        Tokenizer::default().split(&text.join(" "), &mut |token, _| tokens.push(token));
        assert!(tokens.len() >= 600);
        let times = |at: usize| [1, 2, 7, 300][at % 4];
        for (at, word) in tokens.windows(1).enumerate() {
            (0..times(at)).for_each(|_| sketch.add(Key::of(word)));
        }
        for (at, word) in tokens.windows(1).enumerate() {
            assert!(sketch.may_reach(Key::of(word), times(at)), "word{at}");
        }
    }

    #[test]
    fn a_sketch_that_is_large_enough_tells_rare_phrases_from_frequent_ones() {
        let mut sketch = Sketch::of(1 << 18, 1);
        let mut tokens = Vec::new();
        Tokenizer::default().split("rare frequent", &mut |token, _| tokens.push(token));
        sketch.add(Key::of(&tokens[..1]));
        (0..9).for_each(|_| sketch.add(Key::of(&tokens[1..])));
        assert!(!sketch.may_reach(Key::of(&tokens[..1]), 2));
        assert!(sketch.may_reach(Key::of(&tokens[1..]), 9) && !sketch.may_reach(Key::of(&tokens[1..]), 10));
    }

    #[test]
    fn rare_phrases_do_not_reach_a_number_together() {
        let text: Vec<String> = (0..40_000).map(|n| format!("word{n}")).collect();
        let mut tokens = Vec::new();
        Tokenizer::default().split(&text.join(" "), &mut |token, _| tokens.push(token));
        for least in [8, 24, 255, 4_000] {
            let mut sketch = Sketch::of(tokens.len(), least);
            tokens.windows(1).for_each(|word| sketch.add(Key::of(word)));
            let taken = tokens.windows(1).filter(|word| sketch.may_reach(Key::of(word), least)).count();
            assert!(taken < tokens.len() / 100, "{taken} of {} at {least}", tokens.len());
        }
    }
}
