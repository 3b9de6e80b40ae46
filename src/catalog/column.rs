//! Packed columns: many short texts in one allocation; one to many values for each row.

use super::{NONE, ValueId};
use crate::text::{Clean, CleanBuf};

/// A column of texts, concatenated in one buffer. While every row is empty, it takes no space.
#[derive(Debug, Default, Clone)]
pub struct Texts {
    text: CleanBuf,
    /// The end of each row; empty while every row is.
    ends: Vec<u32>,
    rows: usize,
}

/// The room for `rows` more rows like those before, which took `size` in `known` rows: a sixteenth more.
pub fn room(size: usize, known: usize, rows: usize) -> usize {
    (size as u64 * rows as u64 * 17 / 16 / known.max(1) as u64) as usize
}

impl Texts {
    /// Makes an empty column with room for `rows` rows like those of another one.
    pub fn like(before: &Self, rows: usize) -> Self {
        Self {
            text: CleanBuf::with_capacity(room(before.bytes(), before.rows, rows)),
            ends: Vec::with_capacity(if before.ends.is_empty() { 0 } else { rows }),
            rows: 0,
        }
    }

    /// Appends a row. The column must stay below 4 GiB; the builder closes its chunk long before.
    pub fn push(&mut self, text: Clean<'_>) {
        if !text.is_empty() && self.ends.is_empty() {
            self.ends.resize(self.rows, 0);
        }
        self.text.push_clean(text);
        self.rows += 1;
        if self.bytes() > 0 {
            self.ends.push(self.bytes() as u32);
        }
    }

    /// The length of all rows together.
    pub fn bytes(&self) -> usize {
        self.text.as_str().len()
    }

    /// Row `at`; empty past the end.
    pub fn get(&self, at: usize) -> Clean<'_> {
        let start = at.checked_sub(1).map_or(0, |before| self.ends.get(before).map_or(0, |&end| end as usize));
        let end = self.ends.get(at).map_or(start, |&end| end as usize);
        self.text.as_clean().get(start..end).unwrap_or_default()
    }

    /// Frees unused buffer capacity.
    pub fn shrink(&mut self) {
        self.text.shrink();
        self.ends.shrink_to_fit();
    }
}

/// A column in which few rows have values; rows without values take no space.
#[derive(Debug)]
pub struct Sparse<T> {
    /// The rows with values, ascending, and the end of their values.
    rows: Vec<(u32, u32)>,
    values: Vec<T>,
}

impl<T> Default for Sparse<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), values: Vec::new() }
    }
}

impl<T> Sparse<T> {
    /// Sets the values of row `at`; rows must come in order.
    pub fn push(&mut self, at: usize, values: impl IntoIterator<Item = T>) {
        let before = self.values.len();
        self.values.extend(values);
        if self.values.len() > before {
            self.rows.push((at as u32, self.values.len() as u32));
        }
    }

    /// The range of row `at` among all values.
    pub fn range(&self, at: usize) -> std::ops::Range<usize> {
        let Ok(place) = self.rows.binary_search_by_key(&(at as u32), |&(row, _)| row) else { return 0..0 };
        let start = place.checked_sub(1).map_or(0, |before| self.rows[before].1);
        start as usize..self.rows[place].1 as usize
    }

    /// The values of row `at`, mostly none.
    pub fn get(&self, at: usize) -> &[T] {
        &self.values[self.range(at)]
    }

    /// Frees unused buffer capacity.
    pub fn shrink(&mut self) {
        self.rows.shrink_to_fit();
        self.values.shrink_to_fit();
    }
}

/// A column of facet values; every row has at least one. While every row has only [`NONE`], it takes no space.
#[derive(Debug, Default)]
pub struct Ids {
    values: Vec<ValueId>,
    /// The end of each row in `values`; empty while every row has exactly one value.
    ends: Vec<u32>,
    rows: usize,
}

impl Ids {
    /// Makes an empty column with room for `rows` rows like those of another one.
    pub fn like(before: &Self, rows: usize) -> Self {
        Self {
            values: Vec::with_capacity(room(before.values.len(), before.rows, rows)),
            ends: Vec::with_capacity(if before.ends.is_empty() { 0 } else { rows }),
            rows: 0,
        }
    }

    /// Appends a row; `values` must not be empty.
    pub fn push(&mut self, values: &[ValueId]) {
        if self.is_blank() {
            if matches!(values, [NONE]) {
                self.rows += 1;
                return;
            }
            self.values.resize(self.rows, NONE);
        }
        if values.len() != 1 && self.ends.is_empty() {
            self.ends = (1..=self.rows as u32).collect();
        }
        self.values.extend_from_slice(values);
        self.rows += 1;
        if values.len() != 1 || !self.ends.is_empty() {
            self.ends.push(self.values.len() as u32);
        }
    }

    /// Whether no row has a value except [`NONE`].
    pub fn is_blank(&self) -> bool {
        self.values.is_empty()
    }

    /// The whole column, if every row has exactly one value and some row another than [`NONE`].
    pub fn single(&self) -> Option<&[ValueId]> {
        (self.ends.is_empty() && !self.is_blank()).then_some(&self.values)
    }

    /// The values of row `at`; empty past the end.
    pub fn get(&self, at: usize) -> &[ValueId] {
        if self.is_blank() {
            return if at < self.rows { &[NONE] } else { &[] };
        }
        if self.ends.is_empty() {
            return self.values.get(at..=at).unwrap_or_default();
        }
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        let end = self.ends.get(at).map_or(start, |&end| end as usize);
        &self.values[start..end]
    }

    /// The number of values stored.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// Frees unused buffer capacity.
    pub fn shrink(&mut self) {
        self.values.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_row_by_row() {
        for rows in [&["a", "", "äö"][..], &["", "", "a", "", "b", ""], &["", ""]] {
            let mut texts = Texts::default();
            for row in rows {
                texts.push(CleanBuf::line(row).as_clean());
            }
            let back: Vec<&str> = (0..=rows.len()).map(|at| texts.get(at).as_str()).collect();
            assert_eq!(back, [rows, &[""]].concat());
            assert_eq!(texts.ends.capacity() > 0, rows.iter().any(|row| !row.is_empty()));
        }
    }

    #[test]
    fn a_sparse_column_stores_only_rows_with_values() {
        let mut column = Sparse::default();
        for (at, values) in [(0, &[][..]), (3, &['a', 'b']), (4, &[]), (9, &['c'])] {
            column.push(at, values.iter().copied());
        }
        let rows: Vec<&[char]> = (0..11).map(|at| column.get(at)).filter(|row| !row.is_empty()).collect();
        assert_eq!((rows, column.get(3), column.rows.len()), (vec![&['a', 'b'][..], &['c']], &['a', 'b'][..], 2));
    }

    #[test]
    fn ids_take_one_or_many_values_a_row() {
        let mut ids = Ids::default();
        let rows: [&[ValueId]; 4] = [&[1], &[2], &[3, 4], &[5]];
        for row in rows {
            ids.push(row);
        }
        assert_eq!([0, 1, 2, 3].map(|at| ids.get(at)), rows);
    }

    #[test]
    fn a_column_without_values_takes_no_space_until_it_has_one() {
        for first in [&[7][..], &[7, 8]] {
            let mut ids = Ids::default();
            ids.push(&[NONE]);
            ids.push(&[NONE]);
            assert!(ids.is_blank() && ids.single().is_none());
            assert_eq!((ids.values.capacity(), ids.get(1), ids.get(2)), (0, &[NONE][..], &[][..]));
            ids.push(first);
            ids.push(&[NONE]);
            assert!(!ids.is_blank());
            assert_eq!([0, 1, 2, 3].map(|at| ids.get(at)), [&[NONE][..], &[NONE], first, &[NONE]]);
            assert_eq!(ids.single().is_some(), first.len() == 1);
        }
    }

    #[test]
    fn the_first_row_may_have_many_values() {
        let mut ids = Ids::default();
        ids.push(&[1, 2]);
        ids.push(&[3]);
        assert_eq!((ids.get(0), ids.get(1)), (&[1, 2][..], &[3][..]));
    }
}
