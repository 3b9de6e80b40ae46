//! A set of numbers with approximate membership: "absent" is certain, "present" is wrong about once in ten thousand.
//!
//! A blocked Bloom filter (Putze, Sanders, Singler 2007): all bits of a number are in one cache line, so a query costs
//! one memory access whatever the size.

/// The numbers that a block holds, at 32 bits each.
const ROOM: usize = 16;
/// The bits set by one number.
const BITS: u32 = 6;

/// The filter.
#[derive(Debug, Default)]
pub struct BloomFilter {
    blocks: Vec<[u64; 8]>,
}

impl BloomFilter {
    /// Creates a filter with room for `count` numbers.
    pub fn with_room(count: usize) -> Self {
        Self { blocks: vec![[0; 8]; (count / ROOM).next_power_of_two()] }
    }

    /// The number of entries that keep the error rate.
    pub fn room(&self) -> usize {
        self.blocks.len() * ROOM
    }

    /// Inserts a number; returns whether it may have been present.
    pub fn put(&mut self, number: u64) -> bool {
        // The high bits of a product choose the block, others the bits, because the numbers may be far from random.
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
    fn inserted_numbers_are_present_and_few_others() {
        let hash = |n: u32| crate::release::identity::hash(&[&n.to_string()]);
        let mut sieve = BloomFilter::with_room(100_000);
        let wrong = (0..100_000).filter(|&n| sieve.put(hash(n))).count();
        assert!(wrong < 50, "{wrong} of 100,000");
        assert!((0..100_000).all(|n| sieve.put(hash(n))));
        assert!(BloomFilter::default().put(1));
    }
}
