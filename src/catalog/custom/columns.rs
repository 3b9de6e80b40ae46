//! The columns of a chunk, one for each custom field.

use std::sync::{Arc, OnceLock};

use super::column::{Codes, OpenCodes, Row};

/// The place of a field in the catalog. Names of fields have 16 bits, so places do too.
type Place = u16;

/// The columns of a chunk, by the place of the field in the catalog.
#[derive(Debug, Clone, Default)]
pub struct CustomColumns {
    all: Vec<Option<Arc<Codes>>>,
    /// Found when it is first asked for: most chunks are only searched.
    by_row: OnceLock<ByRow>,
}

/// Which columns have values for a row. A catalog may have a thousand fields of which each release has a few.
#[derive(Debug, Clone)]
struct ByRow {
    /// The columns with a code for most rows.
    every: Vec<Place>,
    /// The rows of all other columns, ascending; a row stands once for each of its columns.
    few: Vec<(Row, Place)>,
}

impl CustomColumns {
    /// Closes the columns of a chunk with so many rows.
    pub fn close(open: Vec<OpenCodes>, rows: usize) -> Self {
        let all = open.into_iter().map(|codes| codes.close(rows).map(Arc::new)).collect();
        Self { all, by_row: OnceLock::new() }
    }

    /// The column of the field at a place; `None` if no release of the chunk has a value.
    pub fn get(&self, place: usize) -> Option<&Codes> {
        self.all.get(place).and_then(Option::as_deref)
    }

    /// The columns that have values, with their places.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Codes)> {
        self.all.iter().enumerate().filter_map(|(place, codes)| Some((place, codes.as_deref()?)))
    }

    /// The places of the fields in which a row may have values; in others it has none.
    pub fn places(&self, at: usize) -> impl Iterator<Item = usize> {
        let ByRow { every, few } = self.by_row.get_or_init(|| self.by_row());
        let start = few.partition_point(|(row, _)| usize::from(*row) < at);
        let of_row = few[start..].iter().take_while(move |(row, _)| usize::from(*row) == at);
        every.iter().chain(of_row.map(|(_, place)| place)).map(|&place| place.into())
    }

    /// Replaces the column at a place.
    pub fn set(&mut self, place: usize, codes: Option<Codes>) {
        if self.all.len() <= place {
            self.all.resize(place + 1, None);
        }
        self.all[place] = codes.map(Arc::new);
        self.by_row = OnceLock::new();
    }

    fn by_row(&self) -> ByRow {
        let (mut every, mut few) = (Vec::new(), Vec::new());
        for (place, codes) in self.iter() {
            match codes {
                Codes::Every(_) => every.push(place as Place),
                Codes::Few(pairs) => few.extend(pairs.iter().map(|(row, _)| (*row, place as Place))),
            }
        }
        few.sort_unstable();
        few.dedup();
        few.shrink_to_fit();
        ByRow { every, few }
    }
}
