//! A step of marks: one set of releases, compactly encoded.
//!
//! The bytes are the mark, whether it was set, and for each feed its row, the number of its releases, and the gaps
//! between their numbers in ascending order. All but the first two are numbers of seven bits a byte, the lowest first; the
//! eighth bit says that more follow. The numbers of a million releases are so dense that a gap takes at most seven
//! bytes, a little less than the number itself, and no release needs its feed named again.

use rusqlite::{Connection, params};

use super::super::Flags;
use super::super::change::{MARKS, count_up};
use super::{Direction, Extent, Turned};

/// An encoded step of marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked(Vec<u8>);

impl Marked {
    /// Encodes the changed marks: the row of each feed, and the numbers of its releases in ascending order.
    pub fn encode(flag: Flags, on: bool, feeds: &[(i64, Vec<i64>)]) -> Self {
        let mut bytes = vec![flag.number(), u8::from(on)];
        for (feed, numbers) in feeds {
            push(&mut bytes, feed.cast_unsigned());
            push(&mut bytes, numbers.len() as u64);
            let mut before = i64::MIN;
            for &number in numbers {
                push(&mut bytes, number.wrapping_sub(before).cast_unsigned());
                before = number;
            }
        }
        Self(bytes)
    }

    /// The step in these stored bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// Returns the bytes to store.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Sets or clears the mark again on those releases whose mark is still as the step left it.
    pub fn turn(&self, connection: &Connection, direction: Direction) -> rusqlite::Result<Turned> {
        let [flag, on, rest @ ..] = self.0.as_slice() else {
            return Ok(Turned { extent: Extent::Overtaken, ..Turned::default() });
        };
        let flag = Flags::of_number(i64::from(*flag)).number();
        let is_set = (*on == 1) == (direction == Direction::Undo);
        let change = count_up(connection, MARKS)?;
        let sql = "UPDATE marks SET flags = CASE WHEN ?5 THEN flags & ~?3 ELSE flags | ?3 END, change = ?4
             WHERE feed = ?1 AND number = ?2 AND (flags & ?3 <> 0) = ?5";
        let mut update = connection.prepare_cached(sql)?;
        let (mut all, mut turned) = (0, 0);
        let mut numbers = Numbers(rest);
        while let (Some(feed), Some(count)) = (numbers.next(), numbers.next()) {
            let mut number = i64::MIN;
            for gap in numbers.by_ref().take(usize::try_from(count).unwrap_or(usize::MAX)) {
                number = number.wrapping_add(gap.cast_signed());
                all += 1;
                turned += update.execute(params![feed.cast_signed(), number, flag, change, is_set])?;
            }
        }
        let extent = match turned {
            0 => Extent::Overtaken,
            _ if turned == all => Extent::All,
            _ => Extent::Part,
        };
        Ok(Turned { extent, change: Some(change), marks: turned })
    }
}

/// Appends a number.
fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The numbers in bytes; ends where they are cut off.
struct Numbers<'a>(&'a [u8]);

impl Iterator for Numbers<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let length = self.0.iter().position(|byte| byte & 0x80 == 0)? + 1;
        let (number, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(number.iter().rev().fold(0, |number, byte| number << 7 | u64::from(byte & 0x7f)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::library::schema;

    proptest! {
        #[test]
        fn numbers_are_read_back(numbers in prop::collection::vec(any::<u64>().prop_map(|n| n >> (n % 64)), 0..50)) {
            let mut bytes = Vec::new();
            for &number in &numbers {
                push(&mut bytes, number);
            }
            prop_assert_eq!(Numbers(&bytes).collect::<Vec<_>>(), numbers);
        }

        #[test]
        fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut connection = Connection::open_in_memory().expect("memory");
            schema::migrate(&mut connection, schema::MIGRATIONS).expect("the tables");
            let turned = Marked::of_bytes(&bytes).turn(&connection, Direction::Undo);
            prop_assert_eq!(turned.expect("written").extent, Extent::Overtaken);
        }
    }
}
