//! Runs of ASCII characters, of which most texts consist, several bytes at a time.

/// The bytes that are looked at together where they suffice.
const BLOCK: usize = 32;
/// One in each byte of a word.
const EACH: u64 = u64::MAX / 0xFF;
/// The highest bit of each byte of a word.
const HIGH: u64 = EACH * 0x80;

/// Whether a character is ASCII that folds to itself or to its lower case.
// Operators that always evaluate both sides let the compiler compare a whole block at once.
#[allow(clippy::needless_bitwise_bool)]
pub(super) fn is_text(c: char) -> bool {
    (' '..='\x7F').contains(&c) & (c != '`')
}

/// Returns how many leading bytes are such characters, with single spaces.
pub(super) fn prefix(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk::<BLOCK>())
        && let Some(&after) = bytes.get(at + BLOCK)
        && is_text_block(block, after)
    {
        at += BLOCK;
    }
    // The last byte of a block of text is no space if the next one is.
    let mut is_after_space = false;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let spaces = zeros(word ^ (EACH * u64::from(b' ')));
        let others = (word & HIGH) | below_space(word) | zeros(word ^ (EACH * u64::from(b'`')));
        let before = (spaces << 8) | if is_after_space { 0x80 } else { 0 };
        let ends = others | (spaces & before);
        if ends != 0 {
            return at + ends.trailing_zeros() as usize / 8;
        }
        is_after_space = spaces >> 63 == 1;
        at += 8;
    }
    let is_text = |&&byte: &&u8| {
        let was_space = std::mem::replace(&mut is_after_space, byte == b' ');
        is_text(char::from(byte)) && !(was_space && byte == b' ')
    };
    at + bytes.get(at..).unwrap_or_default().iter().take_while(is_text).count()
}

/// Whether a block consists of such characters, with single spaces; `after` is the byte after it.
#[allow(clippy::needless_bitwise_bool)]
fn is_text_block(block: &[u8; BLOCK], after: u8) -> bool {
    let mut next = [after; BLOCK];
    next[..BLOCK - 1].copy_from_slice(&block[1..]);
    let mut all = true;
    // Without an early exit, the compiler compares a block at once.
    for at in 0..BLOCK {
        all &= is_text(char::from(block[at])) & !((block[at] == b' ') & (next[at] == b' '));
    }
    all
}

/// Marks the bytes of a word that are zero, by their highest bits.
fn zeros(word: u64) -> u64 {
    const LOW: u64 = EACH * 0x7F;
    !(((word & LOW) + LOW) | word) & HIGH
}

/// Marks the bytes of a word that are smaller than a space.
fn below_space(word: u64) -> u64 {
    !((word | HIGH) - EACH * u64::from(b' ')) & !word & HIGH
}

/// Calls `found` with the position of each capital in ASCII text.
pub(super) fn each_capital(ascii: &str, mut found: impl FnMut(usize)) {
    let bytes = ascii.as_bytes();
    let mut at = 0;
    let mut in_word = |word: u64, at: usize| {
        let mut capitals = capitals(word);
        while capitals != 0 {
            found(at + capitals.trailing_zeros() as usize / 8);
            capitals &= capitals - 1;
        }
    };
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        in_word(u64::from_le_bytes(*word), at);
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    in_word(rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)), at);
}

/// Marks the capitals in a word of ASCII characters, by the highest bits of their bytes.
fn capitals(ascii: u64) -> u64 {
    let from = |first: u8| ascii.wrapping_add(EACH * u64::from(0x80 - first));
    (from(b'A') ^ from(b'Z' + 1)) & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let letters = prop::sample::select(b"abzAZ  @[`~\x7f09".to_vec());
        let others = prop::sample::select(b"\x00\n\x1f`  \x80\xff\xa0\xe0".to_vec());
        let mut byte = prop_oneof![60 => letters, 1 => others].boxed();
        byte = prop_oneof![40 => byte, 1 => any::<u8>()].boxed();
        prop::collection::vec(byte, 0..140)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn the_prefix_ends_at_the_first_byte_that_is_no_text_and_at_a_second_space(bytes in bytes()) {
            let is_end = |at: usize| {
                !is_text(char::from(bytes[at])) || (at > 0 && bytes[at] == b' ' && bytes[at - 1] == b' ')
            };
            let naive = (0..bytes.len()).find(|&at| is_end(at)).unwrap_or(bytes.len());
            prop_assert_eq!(prefix(&bytes), naive);
        }

        #[test]
        fn all_capitals_are_found(bytes in bytes()) {
            let text: String = bytes.iter().filter(|byte| byte.is_ascii()).map(|&byte| char::from(byte)).collect();
            let mut found = Vec::new();
            each_capital(&text, |at| found.push(at));
            let naive: Vec<usize> =
                text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase()).map(|(at, _)| at).collect();
            prop_assert_eq!(found, naive);
        }
    }
}
