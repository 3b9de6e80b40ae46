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
    /// The newest request.
    newest: Option<Wanted>,
    sender: Sender<Event>,
}

/// A request on its way.
#[derive(Debug, Clone)]
struct Wanted {
    request: Arc<PictureRequest>,
    /// Cancels this request alone.
    cancellation: Cancel,
    /// Cancels the fetch, which requests for the same address share.
    fetch: Cancel,
}

enum Job {
    /// Gets and shows a picture.
    Show(Wanted),
    /// The file that a fetch returned, or why there is none.
    Fetched(Cancel, Result<Vec<u8>, CleanBuf>),
}

impl Pictures {
    /// Starts the thread.
    pub fn start(engine: Engine, writer: LibraryWriter, sender: Sender<Event>) -> Self {
        let (jobs, inbox) = mpsc::channel();
        let (of_thread, answers) = (jobs.clone(), sender.clone());
        let mut worker =
            Worker { engine, writer, sender: answers, jobs: of_thread, waiting: None, file: None, next: FIRST_NUMBER };
        thread::spawn("pictures", "showing pictures", &sender, move || worker.serve(&inbox));
        Self { jobs, newest: None, sender }
    }

    /// Shows a picture. A request for the picture that is being fetched, in another size, waits for the same fetch.
    pub fn show(&mut self, request: Box<PictureRequest>) {
        let earlier = self.newest.take_if(|newest| newest.request.address == request.address);
        let fetch = earlier.map_or_else(Cancel::default, |earlier| {
            // Nothing is connected to it, so it takes no time.
            earlier.cancellation.cancel();
            earlier.fetch
        });
        self.cancel();
        let wanted = Wanted { request: Arc::from(request), cancellation: Cancel::default(), fetch };
        self.newest = Some(wanted.clone());
        // Without the thread nothing is shown.
        let _ = self.jobs.send(Job::Show(wanted));
    }

    /// Cancels the newest request.
    pub fn cancel(&mut self) {
        let Some(Wanted { cancellation, fetch, .. }) = self.newest.take() else { return };
        cancellation.cancel();
        // Closing a connection may take a moment.
        thread::spawn("cancel", "cancelling a fetch", &self.sender, move || fetch.cancel());
    }
}

impl Drop for Pictures {
    fn drop(&mut self) {
        if let Some(Wanted { cancellation, fetch, .. }) = self.newest.take() {
            cancellation.cancel();
            fetch.cancel();
        }
    }
}

/// The file of a picture.
struct PictureFile {
    address: CleanBuf,
    bytes: Vec<u8>,
    /// Whether the library has it.
    is_kept: bool,
}

struct Worker {
    engine: Engine,
    writer: LibraryWriter,
    sender: Sender<Event>,
    jobs: Sender<Job>,
    /// The request that waits for the running fetch.
    waiting: Option<Wanted>,
    /// The last file: a picture is fitted anew whenever its pane changes.
    file: Option<PictureFile>,
    /// The number of the next picture.
    next: u32,
}

impl Worker {
    fn serve(&mut self, inbox: &Receiver<Job>) {
        while let Ok(job) = inbox.recv() {
            let (wanted, fetched) = match job {
                Job::Show(wanted) => (wanted, None),
                Job::Fetched(fetch, fetched) => {
                    let waiting = self.waiting.take_if(|waiting| waiting.fetch.is(&fetch));
                    // A cancelled fetch is of no interest.
                    let Some(wanted) = waiting.filter(|waiting| !waiting.fetch.is_cancelled()) else { continue };
                    (wanted, Some(fetched))
                }
            };
            // A newer request follows, or none is wanted; but what was fetched is not fetched again.
            if wanted.cancellation.is_cancelled() && fetched.is_none() {
                continue;
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| self.outcome(&wanted, fetched)));
            let outcome = outcome.unwrap_or_else(|payload| Some(Err(panic_text("showing the picture", &*payload))));
            if let Some(outcome) = outcome {
                let generation = wanted.request.generation;
                send(&self.sender, Msg::Picture { generation, outcome: outcome.map(Arc::new) });
            }
        }
    }

    /// Returns the picture, or why it cannot be shown; nothing while it is being fetched.
    fn outcome(
        &mut self,
        wanted: &Wanted,
        fetched: Option<Result<Vec<u8>, CleanBuf>>,
    ) -> Option<Result<Picture, CleanBuf>> {
        let address = &wanted.request.address;
        match fetched {
            Some(Ok(bytes)) => self.file = Some(PictureFile { address: address.clone(), bytes, is_kept: false }),
            Some(Err(reason)) => return Some(Err(reason)),
            None if self.file.as_ref().is_some_and(|file| file.address == *address) => {}
            None => {
                let library = Library::open(&self.engine.place).ok().flatten();
                let kept = library.and_then(|library| library.picture(address.as_str()).ok().flatten());
                let Some(bytes) = kept else {
                    self.fetch(wanted);
                    return None;
                };
                self.file = Some(PictureFile { address: address.clone(), bytes, is_kept: true });
                let address = address.clone();
                self.store(move |library| library.use_picture(address.as_str()));
            }
        }
        let file = self.file.as_mut()?;
        let picture = shown(&file.bytes, wanted, self.next);
        self.next = self.next.wrapping_add(1);
        match &picture {
            // What cannot be decoded is not kept.
            Ok(_) if !file.is_kept => {
                file.is_kept = true;
                let (address, bytes) = (file.address.clone(), file.bytes.clone());
                self.store(move |library| library.keep_picture(address.as_str(), &bytes));
            }
            Ok(_) | Err(Refusal::Stopped) => {}
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

    /// Fetches the file of a picture in the pool, unless that has begun. A panic counts as a failure.
    fn fetch(&mut self, wanted: &Wanted) {
        let earlier = self.waiting.replace(wanted.clone());
        if earlier.is_some_and(|earlier| earlier.fetch.is(&wanted.fetch)) {
            return;
        }
        let (engine, jobs) = (self.engine.with_cancellation(wanted.fetch.clone()), self.jobs.clone());
        let (host, cancellation) = (host_of(wanted.request.address.as_str()), wanted.fetch.clone());
        let (request, fetch) = (Arc::clone(&wanted.request), wanted.fetch.clone());
        let run = move |visit: Option<Visit>| {
            let PictureRequest { catalog, release, address, .. } = &*request;
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
            let _ = jobs.send(Job::Fetched(fetch, fetched));
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
