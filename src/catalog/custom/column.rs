//! A column of codes: the spellings of the values that the releases of a chunk have in one field.

use std::cmp::Ordering;

use super::super::NONE;
use super::super::builder::CHUNK;

/// The number of a spelling in its field. That of the first spelling of a value is the number of the value.
pub type Code = u16;

/// A row of a chunk.
pub type Row = u16;
const _: () = assert!(CHUNK <= Row::MAX as usize, "rows fit");

/// A column being filled: rows with their codes, ascending.
#[derive(Debug, Clone, Default)]
pub struct OpenCodes(Vec<(Row, Code)>);

/// A column.
#[derive(Debug, Clone)]
pub enum Codes {
    /// One code for each row, [`NONE`] where it has none.
    Every(Box<[Code]>),
    /// The rows that have a code, ascending; a row with several codes stands several times.
    Few(Box<[(Row, Code)]>),
}

impl OpenCodes {
    /// Appends a code to a row; rows must come in order. No release has more than one of each value.
    pub fn push(&mut self, at: usize, code: Code) {
        self.0.push((at as Row, code));
    }

    /// Closes the column of a chunk with so many rows; `None` if no row has a code.
    pub fn close(self, rows: usize) -> Option<Codes> {
        let Self(mut pairs) = self;
        let is_single = pairs.is_sorted_by(|(one, _), (other, _)| one < other);
        if pairs.is_empty() {
            None
        } else if is_single && rows * size_of::<Code>() <= pairs.len() * size_of::<(Row, Code)>() {
            let mut codes = vec![NONE as Code; rows].into_boxed_slice();
            for (row, code) in pairs {
                codes[usize::from(row)] = code;
            }
            Some(Codes::Every(codes))
        } else {
            pairs.shrink_to_fit();
            Some(Codes::Few(pairs.into()))
        }
    }

    /// The approximate size in bytes.
    pub fn bytes(&self) -> usize {
        self.0.len() * size_of::<(Row, Code)>()
    }
}

impl Codes {
    /// The codes of a row.
    pub fn get(&self, at: usize) -> impl Iterator<Item = Code> + '_ {
        let (one, several) = match self {
            Self::Every(codes) => (codes.get(at).copied().filter(|&code| code != NONE as Code), [].as_slice()),
            Self::Few(pairs) => (None, of_row(pairs, at)),
        };
        one.into_iter().chain(several.iter().map(|(_, code)| *code))
    }

    /// Whether any code of a row is one of a set; of a row without a code, whether [`NONE`] is.
    pub fn is_any(&self, at: usize, has: impl Fn(Code) -> bool) -> bool {
        match self {
            Self::Every(codes) => has(codes.get(at).copied().unwrap_or_default()),
            Self::Few(pairs) => match of_row(pairs, at) {
                [] => has(NONE as Code),
                codes => codes.iter().any(|(_, code)| has(*code)),
            },
        }
    }

    /// Calls `count` with each code of some rows, ascending, and with [`NONE`] and the number of rows without one.
    pub fn count(&self, rows: &[u32], mut count: impl FnMut(Code, u32)) {
        match self {
            Self::Every(codes) => rows.iter().for_each(|&row| count(codes[row as usize], 1)),
            Self::Few(pairs) => {
                let (mut rows, mut pairs, mut without) = (rows, &**pairs, rows.len() as u32);
                while let (Some(&row), Some(&(at, _))) = (rows.first(), pairs.first()) {
                    match row.cmp(&at.into()) {
                        Ordering::Less => rows = skip(rows, |&row| row < at.into()),
                        Ordering::Greater => pairs = skip(pairs, |&(at, _)| u32::from(at) < row),
                        Ordering::Equal => {
                            let codes = pairs.iter().take_while(|pair| pair.0 == at).count();
                            pairs[..codes].iter().for_each(|&(_, code)| count(code, 1));
                            without -= 1;
                            (rows, pairs) = (&rows[1..], &pairs[codes..]);
                        }
                    }
                }
                count(NONE as Code, without);
            }
        }
    }

    /// All codes with their rows, ascending.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, Code)> + '_ {
        let (every, few) = match self {
            Self::Every(codes) => (&**codes, [].as_slice()),
            Self::Few(pairs) => ([].as_slice(), &**pairs),
        };
        let every = every.iter().copied().enumerate().filter(|&(_, code)| code != NONE as Code);
        every.chain(few.iter().map(|&(row, code)| (row.into(), code)))
    }

    /// Returns the column with more codes, given with their rows.
    pub fn with(before: Option<&Self>, rows: usize, more: &[(usize, Code)]) -> Option<Self> {
        let mut all: Vec<(usize, Code)> =
            before.into_iter().flat_map(Self::pairs).chain(more.iter().copied()).collect();
        // The codes that a row has already stay in front.
        all.sort_by_key(|(row, _)| *row);
        let mut pairs = OpenCodes::default();
        for (row, code) in all {
            pairs.push(row, code);
        }
        pairs.close(rows)
    }
}

fn of_row(pairs: &[(Row, Code)], at: usize) -> &[(Row, Code)] {
    let start = pairs.partition_point(|(row, _)| usize::from(*row) < at);
    let more = pairs[start..].iter().take_while(|(row, _)| usize::from(*row) == at).count();
    &pairs[start..start + more]
}

/// Returns what is left after the first elements, for which `is_before` is true. Takes time in proportion to the
/// logarithm of their number, so a column with few codes is counted fast, and so are few rows of a long one.
fn skip<T>(sorted: &[T], is_before: impl Fn(&T) -> bool) -> &[T] {
    let mut end = 1;
    while sorted.get(end).is_some_and(&is_before) {
        end *= 2;
    }
    &sorted[sorted[..end.min(sorted.len())].partition_point(is_before)..]
}
