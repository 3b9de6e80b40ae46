//! The library at the start of the reader, and the name of the session for the opened inputs.

use std::sync::mpsc::Sender;
use std::time::Duration;

use super::library_writer::{self, LibraryWriter};
use super::{Event, Input, OpenedInputs, opened_inputs};
use crate::app::Session;
use crate::library::{Library, LibraryError, LibraryPath, StoredStep};
use crate::text::CleanBuf;

/// The library at the start.
pub struct Startup {
    library: Option<Library>,
    /// The last change of marks before anything was read.
    seen: i64,
    /// Why the library is unusable, if it is.
    error: Option<LibraryError>,
    /// The name of the session.
    name: String,
    /// Whether stored releases are read.
    is_read: bool,
}

/// How long the reader waits at its start for another process that holds the library; the library writer retries once
/// the screen is shown.
const PATIENCE: Duration = Duration::from_millis(200);

impl Startup {
    /// Opens the library, if there is one.
    pub fn open(place: Result<&LibraryPath, &CleanBuf>, reading: &OpenedInputs) -> Self {
        let (library, error) = match place.map(|place| Library::open_within(place, PATIENCE)) {
            Ok(Ok(library)) => (library, None),
            Ok(Err(error)) => (None, Some(error)),
            Err(_nowhere) => (None, None),
        };
        let seen = library.as_ref().and_then(|library| library.last_change().ok()).unwrap_or(0);
        let is_read = error.is_some() || library.as_ref().is_some_and(opened_inputs::has_subscriptions);
        let present = reading.present_where(|_| is_read);
        Self { library, seen, error, name: name_of(&present), is_read }
    }

    /// Whether stored releases are read when no input is named.
    pub fn is_read(&self) -> bool {
        self.is_read
    }

    /// Why marks and subscriptions are not shown, if they are not.
    pub fn error(&self) -> Option<CleanBuf> {
        self.error.as_ref().map(|error| CleanBuf::line(&error.to_string()))
    }

    /// The last session with the same inputs.
    pub fn session(&self) -> Option<Session> {
        let data = self.library.as_ref()?.session(&self.name).ok()??;
        serde_json::from_str(&data).ok()
    }

    /// The changes of earlier sessions that can be undone.
    pub fn steps(&self) -> Vec<StoredStep> {
        self.library.as_ref().and_then(|library| library.steps().ok()).unwrap_or_default()
    }

    /// Starts the library writer.
    pub fn start(
        self,
        place: Result<LibraryPath, CleanBuf>,
        sender: Sender<Event>,
        rescan: Sender<()>,
    ) -> LibraryWriter {
        let place = match &self.error {
            Some(error) if !error.may_pass() => Err(CleanBuf::line(&error.to_string())),
            _ => place,
        };
        library_writer::start(self.library, self.seen, place, sender, rescan)
    }
}

/// The name of the session for the open inputs. It does not depend on the order in which files are named.
pub fn session_name(reading: &OpenedInputs) -> String {
    name_of(&reading.present())
}

fn name_of(sources: &[Input]) -> String {
    let mut names: Vec<String> = sources.iter().map(|source| source.key("").to_string()).collect();
    names.sort_unstable();
    names.join("\n")
}
