//! Whether a number has been there before: "no" is certain, "yes" is wrong once in some ten thousand times.
//!
//! A blocked Bloom filter (Putze, Sanders, Singler 2007): all bits of a number stand in one cache line, so that asking
//! costs one look at memory however many numbers there are.

/// Numbers for which a block has room: 32 bits for each.
const ROOM: usize = 16;
/// Bits that a number sets.
const BITS: u32 = 6;

/// The numbers so far.
#[derive(Debug, Default)]
pub struct BloomFilter {
    blocks: Vec<[u64; 8]>,
}

impl BloomFilter {
    /// One with room for `count` numbers.
    pub fn with_room(count: usize) -> Self {
        Self { blocks: vec![[0; 8]; (count / ROOM).next_power_of_two()] }
    }

    /// For how many numbers it is good.
    pub fn room(&self) -> usize {
        self.blocks.len() * ROOM
    }

    /// Puts a number in; whether it may have been there before.
    pub fn put(&mut self, number: u64) -> bool {
        // The high bits of a product tell the block, others the bits: the number itself may be far from random.
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let at = (mixed >> 40) as usize & self.blocks.len().wrapping_sub(1);
        let Some(block) = self.blocks.get_mut(at) else { return true };
        let mut was_there = true;
        let mut rest = number ^ (number >> 32);
        for _ in 0..BITS {
            let bit = rest & 511;
            let word = &mut block[(bit / 64) as usize];
            was_there &= *word >> (bit % 64) & 1 == 1;
            *word |= 1 << (bit % 64);
            rest >>= 9;
        }
        was_there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_there_and_little_else() {
        let hash = |n: u32| crate::release::identity::hash(&[&n.to_string()]);
        let mut sieve = BloomFilter::with_room(100_000);
        let wrong = (0..100_000).filter(|&n| sieve.put(hash(n))).count();
        assert!(wrong < 50, "{wrong} of 100,000");
        assert!((0..100_000).all(|n| sieve.put(hash(n))));
        assert!(BloomFilter::default().put(1));
    }
}
