//! What happened outside: the only way in which anything reaches the state.

use std::sync::Arc;

use chrono::NaiveDate;
use crossterm::event::{KeyEvent, MouseEvent};

use super::effect::Timer;
use super::failures::{Cause, Failure, Notice};
use super::library::LibraryEvent;
use super::marks::{MarksOf, Ticket};
use super::session::Session;
use crate::catalog::Catalog;
use crate::config::{Settings, Themes};
use crate::query::Hits;
use crate::release::Problems;
use crate::text::CleanBuf;

/// What a second reading gave.
#[derive(Debug, Default)]
pub struct Reread {
    /// The releases.
    pub catalog: Arc<Catalog>,
    /// For each release of the catalog before its number in this one, or [`GONE`](crate::catalog::renumber::GONE).
    pub renumbered: Vec<u32>,
    /// How many releases were not there before.
    pub fresh: usize,
    /// The marks of those.
    pub marks: Vec<MarksOf>,
    /// The last change of marks in the library before they were read.
    pub marks_at: i64,
    /// What is wrong with items.
    pub problems: Problems,
    /// Sources that cannot be used as they are now, and why: what they held before is still there.
    pub unreadable: Vec<(CleanBuf, CleanBuf)>,
}

/// One event.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse was pressed, drawn, let go, or its wheel turned.
    Mouse(MouseEvent),
    /// The mouse was pressed a second time right behind the first, at the same place.
    DoubleClick {
        /// Column, from 0.
        column: u16,
        /// Row, from 0.
        row: u16,
    },
    /// Text was pasted.
    Paste(String),
    /// The terminal has this size now.
    Resize {
        /// Columns.
        columns: u16,
        /// Rows.
        rows: u16,
    },
    /// The user has set something.
    Settings(Box<Settings>),
    /// The themes that can be chosen, and what is wrong with those of the user.
    Themes(Arc<Themes>, Vec<Failure>),
    /// The terminal's background is light.
    Light(bool),
    /// A longer catalog is there.
    Loaded(Arc<Catalog>),
    /// Some of a source could not be read.
    Problems(Problems),
    /// A source is no feed or cannot be opened: its name and why.
    Refused(CleanBuf, CleanBuf),
    /// Everything is loaded.
    LoadDone,
    /// The sources have changed and were read again.
    Reread(Box<Reread>),
    /// The calendar day has begun.
    Today(NaiveDate),
    /// So many seconds have passed since 1970: told when the minute has changed and something happens.
    Now(i64),
    /// The library has something to tell.
    Library(LibraryEvent),
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
    /// A search broke, and has no answer.
    SearchFailed {
        /// Of which request.
        generation: u64,
        /// What broke.
        reason: CleanBuf,
    },
    /// The marks of some releases, as they are kept; those of releases that are about to be loaded come before them.
    Marks {
        /// What the numbers of the releases are of.
        catalog: Arc<Catalog>,
        /// The marks.
        marks: Vec<MarksOf>,
    },
    /// A change of marks is kept.
    MarksSaved(Ticket),
    /// A change of marks could not be kept so far, and why.
    MarksNotSaved(Ticket, CleanBuf),
    /// The reader is to be as it was left the last time.
    Restore(Box<Session>),
    /// The release that was selected when the reader was left has been loaded.
    SessionPosition(u32),
    /// What went wrong is right again: of what, and of which one of its kind.
    Succeeded(Cause, CleanBuf),
    /// The user is to know something.
    Notice(Notice),
    /// Saved queries are counted.
    Counted {
        /// Of which request.
        generation: u64,
        /// How many releases each would give, in the order of the request.
        counts: Vec<usize>,
    },
    /// Releases that are like one have been found.
    Similar {
        /// Of which request.
        generation: u64,
        /// They, the most like first.
        found: Vec<u32>,
    },
    /// A timer ran out.
    Timer(Timer),
}

impl Msg {
    /// Returns the message with news, or with the outcome of an action.
    #[must_use]
    pub fn info(text: CleanBuf) -> Self {
        Self::Notice(Notice::Info(text))
    }

    /// Returns the message with an error.
    #[must_use]
    pub fn error(failure: Failure) -> Self {
        Self::Notice(Notice::Error(failure))
    }

    /// Returns the message with a defect of this program.
    #[must_use]
    pub fn defect(text: CleanBuf) -> Self {
        Self::error(Failure::of(Cause::Defect, &text.clone(), text))
    }
}
