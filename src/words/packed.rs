//! Words in little memory.
//!
//! Each different word has a number, in the order in which they first occur, so frequent words mostly have low ones. A
//! number takes as many bytes as it needs: seven bits in each, the lowest first, and the eighth bit says that more follow
//! (LEB128, as in DWARF and WebAssembly).

use std::ops::Range;

use hashbrown::HashTable;

use super::tidy::tidy;
use super::tokens::{BREAK, Token};

const MORE: u8 = 0x80;
/// The bytes of the number of a rare word.
const LONG: usize = 3;

/// Words of some texts. The number of a break is 0.
#[derive(Default)]
pub struct Packed {
    /// The different words, by their numbers.
    words: Vec<Token>,
    bytes: Vec<u8>,
}

impl Packed {
    /// The different words, by their numbers.
    pub fn words(&self) -> &[Token] {
        &self.words
    }

    /// Calls `take` with the numbers of the words at a range of bytes.
    pub fn each_number(&self, range: Range<usize>, mut take: impl FnMut(usize)) {
        let (mut number, mut shift) = (0, 0);
        for &byte in self.bytes.get(range).unwrap_or_default() {
            number |= usize::from(byte & !MORE) << shift;
            shift += 7;
            if byte & MORE == 0 {
                take(number);
                (number, shift) = (0, 0);
            }
        }
    }

    /// Puts the words at a range of bytes into a list, in place of what it has.
    pub fn unpack(&self, range: Range<usize>, tokens: &mut Vec<Token>) {
        tokens.clear();
        self.each_number(range, |number| tokens.push(self.words.get(number).copied().unwrap_or(BREAK)));
    }

    /// Changes each different word, forgets those that become breaks, and tidies all texts. `ends` are the ends of the
    /// texts.
    pub fn change<'e>(&mut self, ends: impl Iterator<Item = &'e mut u32>, change: impl Fn(Token) -> Token) {
        let changed: Vec<Token> = self.words.iter().map(|&word| change(word)).collect();
        let mut last = 0;
        // No word has a greater number than before, so no text becomes longer and each is written over the old ones.
        let renumbered: Vec<u32> = changed
            .iter()
            .map(|&word| {
                last += u32::from(word != BREAK);
                if word == BREAK { 0 } else { last }
            })
            .collect();
        let (mut numbers, mut tokens) = (Vec::new(), Vec::new());
        let (mut start, mut written) = (0, 0);
        for end in ends {
            numbers.clear();
            tokens.clear();
            self.each_number(start..*end as usize, |number| {
                numbers.push(renumbered[number]);
                tokens.push(changed[number]);
            });
            start = *end as usize;
            tidy(&tokens, &mut |place| {
                each_byte(place.map_or(0, |place| numbers[place]), |byte| {
                    self.bytes[written] = byte;
                    written += 1;
                });
            });
            *end = written as u32;
        }
        self.bytes.truncate(written);
        self.bytes.shrink_to_fit();
        self.words = std::iter::once(BREAK).chain(changed.into_iter().filter(|&word| word != BREAK)).collect();
    }

    /// The size in memory, in bytes.
    pub fn bytes(&self) -> usize {
        self.words.capacity() * size_of::<Token>() + self.bytes.capacity()
    }
}

/// Calls `take` with the bytes of a number.
fn each_byte(mut number: u32, mut take: impl FnMut(u8)) {
    while number >= u32::from(MORE) {
        take(number as u8 | MORE);
        number >>= 7;
    }
    take(number as u8);
}

/// Packs words.
pub struct Packer {
    numbers: HashTable<u32>,
    packed: Packed,
    /// The number of words so far.
    count: usize,
}

impl Default for Packer {
    fn default() -> Self {
        let mut packer = Self { numbers: HashTable::new(), packed: Packed::default(), count: 0 };
        packer.number(BREAK);
        packer
    }
}

impl Packer {
    fn number(&mut self, token: Token) -> u32 {
        let words = &mut self.packed.words;
        let is_same = |&number: &u32| words[number as usize] == token;
        if let Some(&number) = self.numbers.find(token.spread(), is_same) {
            return number;
        }
        let number = words.len() as u32;
        words.push(token);
        self.numbers.insert_unique(token.spread(), number, |&number| words[number as usize].spread());
        number
    }

    /// Appends a word.
    pub fn push(&mut self, token: Token) {
        let number = self.number(token);
        each_byte(number, |byte| self.packed.bytes.push(byte));
        self.count += 1;
    }

    /// The length so far, in bytes: at least the number of words.
    pub fn len(&self) -> usize {
        self.packed.bytes.len()
    }

    /// Makes room for some more texts with as many words on average as the texts so far.
    pub fn reserve(&mut self, more: usize, texts: usize) {
        let words = self.count.div_ceil(texts.max(1)).saturating_mul(more);
        // Later words have greater numbers, and room that is not used takes no memory.
        self.packed.bytes.reserve_exact(words.saturating_mul(LONG));
    }

    /// Returns the words.
    pub fn finish(self) -> Packed {
        let mut packed = self.packed;
        packed.words.shrink_to_fit();
        packed.bytes.shrink_to_fit();
        packed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::tokens::Tokenizer;

    /// The tokens of so many different words.
    fn tokens(count: usize) -> Vec<Token> {
        let text: Vec<String> = (0..count).map(|at| format!("word{at}")).collect();
        let mut tokens = Vec::new();
        Tokenizer::default().split(&text.join(" "), &mut |token, _| tokens.push(token));
        tokens
    }

    #[test]
    fn words_come_back_as_they_were_however_many_differ() {
        let all = tokens(20_000);
        let mut packer = Packer::default();
        let mut ends = vec![0];
        for piece in all.chunks(7).chain(all.chunks(300)) {
            for &token in piece {
                packer.push(token);
            }
            ends.push(packer.len());
        }
        let words = packer.finish();
        let mut found = Vec::new();
        for (piece, range) in all.chunks(7).chain(all.chunks(300)).zip(ends.windows(2)) {
            words.unpack(range[0]..range[1], &mut found);
            assert_eq!(found, piece);
        }
    }

    #[test]
    fn changed_words_are_found_in_all_texts() {
        let all = tokens(500);
        let (mut packer, mut ends) = (Packer::default(), Vec::new());
        for piece in all.chunks(7) {
            for &token in piece {
                packer.push(token);
            }
            ends.push(packer.len() as u32);
        }
        let mut words = packer.finish();
        let (kept, gone) = (all[3], all[4]);
        words.change(ends.iter_mut(), |token| if token == gone { BREAK } else { token });
        // A break stands before and after the words.
        assert_eq!(words.words().len(), all.len() - 2);
        let (mut found, mut start) = (Vec::new(), 0);
        for (piece, &end) in all.chunks(7).zip(&ends) {
            words.unpack(start..end as usize, &mut found);
            let expected: Vec<Token> = piece
                .iter()
                .map(|&token| if token == gone { BREAK } else { token })
                .skip_while(|&t| t == BREAK)
                .collect();
            assert_eq!(found, expected);
            start = end as usize;
        }
        words.unpack(0..ends[0] as usize, &mut found);
        assert!(found.contains(&kept) && !found.contains(&gone));
    }
}
