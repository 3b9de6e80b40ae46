//! JSON in every form in which publishers give releases away: JSON Feed, any object or list with releases in it, one
//! release a line.
//!
//! The parts, from the bytes up: `splitter` (where a value ends), `scan` (the cursor that all forms share), `document`,
//! `list`, `lines` (the forms), `item`, `value` (one release), `alias` (what publishers call things), `mend`.

mod alias;
mod document;
mod item;
mod lines;
mod list;
mod mend;
mod scan;
mod splitter;
mod value;

use std::io::Read;

use super::{Limits, Refusal, Sink};
use crate::text::Clean;

/// As [`super::read`].
pub(super) fn read(
    source: Clean<'_>,
    input: &mut dyn Read,
    limits: Limits,
    sink: &mut dyn Sink,
) -> Result<(), Refusal> {
    document::read(scan::Scan::new(source, input, limits, sink))
}
