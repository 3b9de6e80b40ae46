//! What happened outside: the only way in which anything reaches the state.

use std::sync::Arc;

use chrono::NaiveDate;
use crossterm::event::{KeyEvent, MouseEvent};

use super::effect::Timer;
use crate::catalog::Catalog;
use crate::query::Hits;
use crate::release::Problem;
use crate::text::CleanBuf;

/// One event.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse was pressed, drawn, let go, or its wheel turned.
    Mouse(MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this size now.
    Resize {
        /// Columns.
        columns: u16,
        /// Rows.
        rows: u16,
    },
    /// The terminal's background is light.
    Light(bool),
    /// A longer catalog is there.
    Loaded(Arc<Catalog>),
    /// Some of a source could not be read.
    Problems(Vec<Problem>),
    /// A source is no feed or cannot be opened: its name and why.
    Refused(CleanBuf, CleanBuf),
    /// Everything is loaded.
    LoadDone,
    /// The calendar day has begun.
    Today(NaiveDate),
    /// The first hits of a search that takes long.
    Page {
        /// Of which request.
        generation: u64,
        /// The answer begins with them.
        first: Arc<[u32]>,
    },
    /// A search is through.
    Found {
        /// Of which request.
        generation: u64,
        /// Its answer.
        hits: Hits,
        /// How long it took.
        microseconds: u64,
    },
    /// A timer ran out.
    Timer(Timer),
    /// Something in the background broke; the text says what.
    Broken(CleanBuf),
}
