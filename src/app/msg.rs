//! Events from outside. Nothing else reaches the state.

use std::sync::Arc;

use chrono::NaiveDate;
use crossterm::event::{KeyEvent, MouseEvent};

use super::effect::Timer;
use super::filter::FoundWords;
use super::generation::Generation;
use super::library::LibraryEvent;
use super::marks::{MarksOf, Ticket};
use super::notice::{Cause, Notice};
use super::picture::Graphics;
use super::session::Session;
use crate::catalog::{Catalog, Changes, Days, ReleaseIndex};
use crate::config::{Settings, Themes};
use crate::picture::Picture;
use crate::query::{Hits, Query};
use crate::release::Problems;
use crate::text::CleanBuf;

/// The result of a reload.
#[derive(Debug, Default)]
pub struct Reread {
    /// The releases.
    pub catalog: Arc<Catalog>,
    /// The new index of each release of the previous catalog, or `None` if it is gone.
    pub renumbered: Vec<Option<ReleaseIndex>>,
    /// The number of new releases.
    pub fresh: usize,
    /// The marks of the new releases.
    pub marks: Vec<MarksOf>,
    /// The number of the last change of marks in the library before the marks were read.
    pub marks_at: i64,
    /// Which releases have earlier versions.
    pub changes: Changes,
    /// Problems of items.
    pub problems: Problems,
    /// Sources that can no longer be read, and why; their releases stay.
    pub unreadable: Vec<(CleanBuf, CleanBuf)>,
}

/// One event.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// A mouse button was pressed, dragged or released, or the wheel turned.
    Mouse(MouseEvent),
    /// The mouse was double-clicked.
    DoubleClick {
        /// Column, from 0.
        column: u16,
        /// Row, from 0.
        row: u16,
    },
    /// Text was pasted.
    Paste(String),
    /// The terminal was resized.
    Resize {
        /// Columns.
        columns: u16,
        /// Rows.
        rows: u16,
    },
    /// The settings, at start or after a change.
    Settings(Box<Settings>),
    /// The available themes, and the errors in the user's own.
    Themes(Arc<Themes>, Vec<Notice>),
    /// Whether the terminal's background is light.
    Light(bool),
    /// What the terminal reports about its graphics.
    Graphics(Graphics),
    /// A picture is ready to be shown, or cannot be shown.
    Picture {
        /// The number of the request.
        generation: Generation,
        /// The picture, or why it cannot be shown.
        outcome: Result<Arc<Picture>, CleanBuf>,
    },
    /// More releases were loaded.
    Loaded(Arc<Catalog>),
    /// Some items of a source could not be read.
    Problems(Problems),
    /// A source is not a feed or cannot be opened: its name, and why.
    Refused(CleanBuf, CleanBuf),
    /// All sources are loaded.
    LoadDone,
    /// The sources changed and were reloaded.
    Reread(Box<Reread>),
    /// A new calendar day has begun.
    Today(NaiveDate),
    /// The current time in seconds since 1970. Sent with the first event of each minute.
    Now(i64),
    /// An event of the library.
    Library(LibraryEvent),
    /// The first hits of a slow search.
    Page {
        /// The number of the request.
        generation: Generation,
        /// The first releases of the answer.
        first: Arc<[ReleaseIndex]>,
    },
    /// A search is complete.
    Found {
        /// The number of the request.
        generation: Generation,
        /// Its answer.
        hits: Hits,
    },
    /// A search panicked.
    SearchFailed {
        /// The number of the request.
        generation: Generation,
        /// The panic message.
        reason: CleanBuf,
    },
    /// The saved marks of some releases. They arrive before the releases themselves.
    Marks {
        /// The catalog that the release indices refer to.
        catalog: Arc<Catalog>,
        /// The marks.
        marks: Vec<MarksOf>,
    },
    /// Which of the releases have earlier versions. They arrive before the releases themselves.
    Changes(Changes),
    /// What servers found for a query.
    FoundAtServer {
        /// The catalog that the release indices refer to.
        catalog: Arc<Catalog>,
        /// The query.
        query: Query,
        /// The releases.
        releases: Vec<ReleaseIndex>,
    },
    /// A change of marks was saved.
    MarksSaved(Ticket),
    /// A change of marks could not be saved yet, and why.
    MarksNotSaved(Ticket, CleanBuf),
    /// Restore the last session.
    Restore(Box<Session>),
    /// The release selected at the end of the last session was loaded.
    SessionPosition(ReleaseIndex),
    /// An export has started to write its file.
    ExportBegun(CleanBuf),
    /// The file of an export already exists, and the request did not allow replacing it.
    ExportExists(CleanBuf),
    /// The file of an export cannot be created, and why.
    ExportNotBegun(CleanBuf, CleanBuf),
    /// The cause of an error is gone: its kind, and which one of the kind.
    Succeeded(Cause, CleanBuf),
    /// A notice for the user.
    Notice(Notice),
    /// The hits of the saved queries were counted.
    Counted {
        /// The number of the request.
        generation: Generation,
        /// The number of hits of each query, in the order of the request.
        counts: Vec<usize>,
    },
    /// Similar releases were found.
    Similar {
        /// The number of the request.
        generation: Generation,
        /// The similar releases, most similar first.
        found: Vec<ReleaseIndex>,
    },
    /// The words that distinguish the hits were found.
    Words {
        /// The number of the request.
        generation: Generation,
        /// The words.
        found: FoundWords,
    },
    /// The releases with a word were counted.
    WordBars {
        /// The number of the request.
        generation: Generation,
        /// Their number on each day.
        days: Days,
    },
    /// A download goes on.
    Downloading {
        /// The number of the request.
        number: u64,
        /// The name of the file.
        name: CleanBuf,
        /// The number of bytes so far.
        bytes: u64,
        /// The number of all bytes, if known.
        total: Option<u64>,
    },
    /// A download has ended.
    Downloaded {
        /// The number of the request.
        number: u64,
        /// The name of the file.
        name: CleanBuf,
        /// The path of the file; or the error, which reads as the continuation of its name.
        outcome: Result<CleanBuf, CleanBuf>,
    },
    /// A timer expired.
    Timer(Timer),
}

impl Msg {
    /// Returns a notice with news or with the outcome of an action.
    #[must_use]
    pub fn info(text: CleanBuf) -> Self {
        Self::Notice(Notice::info(text))
    }

    /// Returns a notice of a bug in this program.
    #[must_use]
    pub fn defect(text: CleanBuf) -> Self {
        Self::Notice(Notice::defect(text))
    }
}
