//! The thread that gets pictures: from the library, or else from the network through the fetch pool. It decodes and
//! encodes them for the terminal.
//!
//! Only the newest request counts; an older one is cancelled, wherever it is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use super::library_commands::is_guarded;
use super::library_writer::{Job as WriterJob, LibraryWriter};
use super::{Event, mark_lookup, send, thread};
use crate::app::{Msg, PictureRequest};
use crate::library::{Library, LibraryError};
use crate::net::fetch::{Cancel, Visit, host_of};
use crate::picture::{Limits, Picture, Refusal, decode};
use crate::sync::{Engine, Task, fetch_picture};
use crate::text::{CleanBuf, panic_text};

/// How long decoding and encoding a picture may take.
const TIME: Duration = Duration::from_secs(10);
/// Numbers of pictures begin here: other programs in the same terminal use small ones.
const FIRST_NUMBER: u32 = 0x7469_0000;

/// Sends requests to the thread, which ends with this value.
pub(super) struct Pictures {
    jobs: Sender<Job>,
    /// Cancels the newest request.
    cancellation: Cancel,
    sender: Sender<Event>,
}

/// A request on its way.
#[derive(Debug, Clone)]
struct Wanted {
    request: Arc<PictureRequest>,
    cancellation: Cancel,
}

enum Job {
    /// Gets and shows a picture.
    Show(Wanted),
    /// The fetched file, or why there is none.
    Fetched(Wanted, Result<Vec<u8>, CleanBuf>),
}

impl Pictures {
    /// Starts the thread.
    pub fn start(engine: Engine, writer: LibraryWriter, sender: Sender<Event>) -> Self {
        let (jobs, inbox) = mpsc::channel();
        let mut worker =
            Worker { engine, writer, sender: sender.clone(), jobs: jobs.clone(), file: None, next: FIRST_NUMBER };
        thread::spawn("pictures", "showing pictures", &sender, move || worker.serve(&inbox));
        Self { jobs, cancellation: Cancel::default(), sender }
    }

    /// Shows a picture.
    pub fn show(&mut self, request: Box<PictureRequest>) {
        self.cancel();
        let wanted = Wanted { request: Arc::from(request), cancellation: self.cancellation.clone() };
        // Without the thread nothing is shown.
        let _ = self.jobs.send(Job::Show(wanted));
    }

    /// Cancels the newest request.
    pub fn cancel(&mut self) {
        let cancellation = std::mem::take(&mut self.cancellation);
        // Closing a connection may take a moment.
        thread::spawn("cancel", "cancelling a fetch", &self.sender, move || cancellation.cancel());
    }
}

impl Drop for Pictures {
    fn drop(&mut self) {
        self.cancellation.cancel();
    }
}

struct Worker {
    engine: Engine,
    writer: LibraryWriter,
    sender: Sender<Event>,
    jobs: Sender<Job>,
    /// The last file and its address: a picture is fitted anew whenever its pane changes.
    file: Option<(CleanBuf, Vec<u8>)>,
    /// The number of the next picture.
    next: u32,
}

impl Worker {
    fn serve(&mut self, inbox: &Receiver<Job>) {
        while let Ok(job) = inbox.recv() {
            let (Job::Show(wanted) | Job::Fetched(wanted, _)) = &job;
            let wanted = wanted.clone();
            if wanted.cancellation.is_cancelled() {
                continue;
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| self.outcome(job)));
            let outcome = outcome.unwrap_or_else(|payload| Some(Err(panic_text("showing the picture", &*payload))));
            if let Some(outcome) = outcome {
                let generation = wanted.request.generation;
                send(&self.sender, Msg::Picture { generation, outcome: outcome.map(Arc::new) });
            }
        }
    }

    /// Returns the picture, or why it cannot be shown; nothing while it is being fetched.
    fn outcome(&mut self, job: Job) -> Option<Result<Picture, CleanBuf>> {
        let (wanted, is_new) = match job {
            Job::Show(wanted) => {
                let address = &wanted.request.address;
                if self.file.as_ref().is_none_or(|(known, _)| known != address) {
                    let library = Library::open(&self.engine.place).ok().flatten();
                    let kept = library.and_then(|library| library.picture(address.as_str()).ok().flatten());
                    let Some(file) = kept else {
                        self.fetch(wanted);
                        return None;
                    };
                    self.file = Some((address.clone(), file));
                    let address = address.clone();
                    self.store(move |library| library.use_picture(address.as_str()));
                }
                (wanted, false)
            }
            Job::Fetched(wanted, Ok(file)) => {
                self.file = Some((wanted.request.address.clone(), file));
                (wanted, true)
            }
            Job::Fetched(_, Err(reason)) => return Some(Err(reason)),
        };
        let (address, file) = self.file.as_ref()?;
        let picture = shown(file, &wanted, self.next);
        self.next = self.next.wrapping_add(1);
        match &picture {
            // What cannot be decoded is not kept.
            Ok(_) if is_new => {
                let (address, file) = (address.clone(), file.clone());
                self.store(move |library| library.keep_picture(address.as_str(), &file));
            }
            Ok(_) => {}
            Err(_) => self.file = None,
        }
        Some(picture.map_err(|refusal| CleanBuf::line(&refusal.to_string())))
    }

    /// Writes to the library. That it cannot be written is no news for the user: the picture is shown all the same.
    fn store(&self, mut write: impl FnMut(&mut Library) -> Result<(), LibraryError> + Send + 'static) {
        self.writer.send(WriterJob::Run(Box::new(move |library| {
            if let Err(error) = write(library) {
                tracing::info!(%error, "picture not kept");
            }
            Ok(())
        })));
    }

    /// Fetches the file of a picture in the pool; a panic counts as a failure.
    fn fetch(&self, wanted: Wanted) {
        let (engine, jobs) = (self.engine.with_cancellation(wanted.cancellation.clone()), self.jobs.clone());
        let (host, cancellation) = (host_of(wanted.request.address.as_str()), wanted.cancellation.clone());
        let run = move |visit: Option<Visit>| {
            let PictureRequest { catalog, release, address, .. } = &*wanted.request;
            let fetched = catch_unwind(AssertUnwindSafe(|| {
                let release = catalog.release(*release);
                let key = release.and_then(|release| {
                    let mut keys = mark_lookup::names(catalog, &release).map(|(key, _)| key.to_owned());
                    keys.find(|key| !key.is_empty())
                });
                let is_guarded = key.is_none_or(|key| is_guarded(&engine, &key));
                fetch_picture(&engine, address.as_str(), is_guarded, visit)
            }));
            let fetched = fetched.unwrap_or_else(|payload| Err(panic_text("fetching the picture", &*payload)));
            let _ = jobs.send(Job::Fetched(wanted, fetched));
        };
        self.engine.submit(Task { host, cancellation, is_urgent: true, run: Box::new(run) });
    }
}

/// Decodes a file and encodes the picture, within the limits.
fn shown(file: &[u8], wanted: &Wanted, number: u32) -> Result<Picture, Refusal> {
    let until = Instant::now() + TIME;
    let is_over = || wanted.cancellation.is_cancelled() || Instant::now() > until;
    let pixels = decode(file, &Limits::default(), &is_over)?;
    Ok(Picture::new(&pixels, file.len(), &wanted.request.frame, wanted.request.form, number))
}
