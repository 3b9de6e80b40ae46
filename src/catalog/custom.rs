//! Facets of custom fields, which feeds have beyond those that tidings uses: an agency, a document type, a language.
//!
//! A field with few values takes two bytes for each release, or nothing where most releases lack it. A field whose
//! values are too many to choose from is no facet: nothing of it is kept here. That is decided by the number of its
//! values alone, so it does not depend on the order of the releases.

mod authors;
mod column;
mod columns;
mod fields;
mod reader;

pub use authors::Authors;
pub use column::{Code, Codes, OpenCodes};
pub use columns::CustomColumns;
pub use fields::CustomFacets;
pub use reader::{CustomColumn, CustomSet};

use super::facet::FIRST_OTHER;
use super::{SpellingId, ValueId, Values};

/// The most values of a field that is a facet.
pub const MOST_VALUES: usize = 8_192;
/// The most spellings of its values besides the first ones.
const MOST_SPELLINGS: usize = 1 << 15;
/// The first code of a spelling that is not the first of its value.
const FIRST_OTHER_CODE: Code = 1 << 15;
const _: () = assert!(MOST_VALUES < FIRST_OTHER_CODE as usize, "codes of values and of other spellings are distinct");

/// Returns the code of a spelling; `None` if the field has too many values or spellings.
fn code_of(spelling: SpellingId) -> Option<Code> {
    match spelling.checked_sub(FIRST_OTHER) {
        None => Code::try_from(spelling).ok().filter(|&code| usize::from(code) <= MOST_VALUES),
        Some(other) if (other as usize) < MOST_SPELLINGS => Some(FIRST_OTHER_CODE + other as Code),
        Some(_) => None,
    }
}

/// Returns the spelling of a code.
fn spelling_of(code: Code) -> SpellingId {
    match code.checked_sub(FIRST_OTHER_CODE) {
        None => code.into(),
        Some(other) => FIRST_OTHER + SpellingId::from(other),
    }
}

/// Returns the value of a code.
fn value_of(code: Code, values: &Values) -> ValueId {
    if code < FIRST_OTHER_CODE { code.into() } else { values.value_of(spelling_of(code)) }
}

#[cfg(test)]
mod tests;
