//! JSON in every form in which releases are published: JSON Feed, any object or list that contains releases, one
//! release per line.
//!
//! From the bytes up, the modules are `splitter` (where a value ends), `scan` (the cursor that all forms share),
//! `document`, `list` and `lines` (the forms), `item`, `value`, `custom` and `plain` (one release), `ahead`
//! (large lists), `alias` (the names that publishers use) and `mend`.

mod ahead;
mod alias;
mod custom;
mod document;
mod item;
mod lines;
mod list;
mod mend;
mod plain;
mod scan;
mod splitter;
mod value;

use std::io::Read;

pub(super) use alias::Aliases;
pub(super) use plain::is_plain;

use super::{Limits, Refusal, Rules, Sink};
use crate::text::Clean;

/// Like [`super::read`].
pub(super) fn read(
    source: Clean<'_>,
    input: &mut dyn Read,
    limits: Limits,
    rules: &Rules,
    sink: &mut dyn Sink,
) -> Result<(), Refusal> {
    document::read(scan::Scan::new(source, input, limits, rules, sink))
}
