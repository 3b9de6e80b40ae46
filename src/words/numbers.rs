//! Numbers for words: hashes, which are the same on every machine and in every run.

/// Spreads a number over all its bits.
pub fn spread(number: u64) -> u64 {
    let number = (number ^ number >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    number ^ number >> 29
}

/// The number of a word, in 30 bits; never 0.
pub fn word_number(word: &str) -> u32 {
    let mut hash = word.len() as u64;
    for piece in word.as_bytes().chunks(8) {
        let mut bytes = [0; 8];
        bytes[..piece.len()].copy_from_slice(piece);
        hash = spread(hash.rotate_left(23) ^ u64::from_le_bytes(bytes));
    }
    ((hash >> 34) as u32).max(1)
}
