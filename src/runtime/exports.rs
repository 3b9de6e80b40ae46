//! Exports: writes releases, possibly a million, into files on threads. At the end the reader asks which are still
//! running.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tempfile::NamedTempFile;

use super::running::{Entry, Running};
use super::{Event, send, test_panic, thread};
use crate::app::Msg;
use crate::app::notice::{Cause, Notice};
use crate::catalog::{Catalog, ReleaseIndex};
use crate::document::{self, ExportFormat};
use crate::library;
use crate::text::{CleanBuf, counted, system_error};

/// The permissions of an exported file, before the umask.
const MODE: u32 = 0o666;

/// The running exports.
#[derive(Debug, Clone, Default)]
pub(super) struct Exports {
    running: Running<Export>,
}

/// A running export.
#[derive(Debug)]
struct Export {
    /// The file as typed.
    file: CleanBuf,
    is_cancelled: AtomicBool,
    /// The progress. While it is locked, nobody else moves or removes the file.
    stage: Mutex<Stage>,
}

/// The progress of an export.
#[derive(Debug, Default)]
enum Stage {
    /// Nothing is written yet.
    #[default]
    Begun,
    /// Writing the temporary file beside the target.
    Unfinished(PathBuf),
    /// The file is in place.
    Finished,
    /// The export was cancelled.
    Cancelled,
}

/// The file of an export that has begun.
#[derive(Debug)]
struct Target {
    path: PathBuf,
    format: ExportFormat,
    /// The temporary file beside it.
    unfinished: NamedTempFile,
}

impl Exports {
    /// Starts an export; a message reports its result. An existing file is replaced only if `may_replace` is set.
    pub fn start(
        &self,
        file: String,
        may_replace: bool,
        releases: Vec<ReleaseIndex>,
        catalog: Arc<Catalog>,
        sender: &Sender<Event>,
    ) {
        let of_thread = sender.clone();
        let entry = self.enter(&file);
        thread::spawn("export", "writing the file", sender, move || {
            let count = releases.len();
            let subject = CleanBuf::line(&file);
            if !may_replace && path_of(&file).exists() {
                drop(entry);
                send(&of_thread, Msg::ExportExists(subject));
                return;
            }
            let target = match entry.job.begin(&file) {
                Ok(target) => target,
                Err(error) => {
                    drop(entry);
                    send(&of_thread, Msg::ExportNotBegun(subject, CleanBuf::line(&system_error(&error))));
                    return;
                }
            };
            send(&of_thread, Msg::ExportBegun(subject.clone()));
            let written = entry.job.write(target, may_replace, &releases, &catalog);
            // Off the list before anyone who waits for it learns of its end.
            drop(entry);
            let message = match written {
                Ok(()) if count == 1 => format!("written: {file}"),
                Ok(()) => format!("{} written: {file}", counted(count, "release")),
                Err(error) => {
                    let message = CleanBuf::line(&format!("not written: {file}: {}", system_error(&error)));
                    send(&of_thread, Msg::Notice(Notice::error_about(Cause::Export, &subject, message)));
                    return;
                }
            };
            send(&of_thread, Msg::Succeeded(Cause::Export, subject));
            send(&of_thread, Msg::info(CleanBuf::line(&message)));
        });
    }

    fn enter(&self, file: &str) -> Entry<Export> {
        let file = CleanBuf::line(file);
        self.running.enter(Export { file, is_cancelled: AtomicBool::default(), stage: Mutex::default() })
    }

    /// The files being written.
    pub fn files(&self) -> Vec<CleanBuf> {
        self.running.all().iter().map(|one| one.file.clone()).collect()
    }

    /// Whether no export is running.
    pub fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// Waits for all exports until a deadline.
    pub fn wait(&self, until: Instant) {
        self.running.wait(until);
    }

    /// Cancels all exports and removes their unfinished files. Returns the files that were not written.
    pub fn cancel(&self) -> Vec<CleanBuf> {
        self.running.all().iter().filter(|export| export.cancel()).map(|export| export.file.clone()).collect()
    }
}

impl Export {
    /// Cancels the export, even if it hangs in a write; returns false if it has finished.
    fn cancel(&self) -> bool {
        self.is_cancelled.store(true, Ordering::SeqCst);
        let mut stage = self.stage();
        match &*stage {
            Stage::Finished => return false,
            Stage::Unfinished(path) => drop(fs::remove_file(path)),
            Stage::Begun | Stage::Cancelled => {}
        }
        *stage = Stage::Cancelled;
        true
    }

    /// Creates the temporary file beside the target.
    fn begin(&self, file: &str) -> io::Result<Target> {
        let path = path_of(file);
        let format = ExportFormat::of_file(file).map_err(io::Error::other)?;
        if path.exists() && !path.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(io::Error::other("folder not found"));
        }
        library::sweep(folder);
        let mut stage = self.stage();
        if matches!(*stage, Stage::Cancelled) {
            return Err(cancelled());
        }
        let unfinished = library::unfinished_file(MODE).tempfile_in(folder)?;
        *stage = Stage::Unfinished(unfinished.path().to_owned());
        Ok(Target { path, format, unfinished })
    }

    /// Writes releases to the temporary file, then moves it into place. A replaced file is kept with `~` after its
    /// name.
    fn write(&self, target: Target, may_replace: bool, releases: &[ReleaseIndex], catalog: &Catalog) -> io::Result<()> {
        let Target { path, format, unfinished } = target;
        let mut out = BufWriter::new(Stoppable { out: unfinished, is_cancelled: &self.is_cancelled });
        test_panic::here("exporting");
        document::write(catalog, releases, format, &mut out)?;
        test_panic::wait_if_asked();
        let written = out.into_inner().map_err(io::IntoInnerError::into_error)?.out;
        // Before locking the stage: a slow disk must not prevent cancelling.
        written.as_file().sync_all()?;
        let mut stage = self.stage();
        if matches!(*stage, Stage::Cancelled) {
            return Err(cancelled());
        }
        if may_replace && path.exists() {
            let mut old = path.clone().into_os_string();
            old.push("~");
            fs::rename(&path, old)?;
        }
        // Do not replace a file that another program has created meanwhile.
        library::persist(written.into_temp_path(), &path, false)?;
        *stage = Stage::Finished;
        Ok(())
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the path for a typed file name, with `~/` expanded to the user's home.
pub(super) fn path_of(file: &str) -> PathBuf {
    match (file.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(file),
    }
}

/// A file that rejects writes once the export is cancelled.
struct Stoppable<'a, W> {
    out: W,
    is_cancelled: &'a AtomicBool,
}

impl<W: Write> Write for Stoppable<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_cancelled.load(Ordering::SeqCst) { Err(cancelled()) } else { self.out.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn cancelled() -> io::Error {
    io::Error::other("cancelled")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::catalog::tests::catalog;

    fn releases() -> Arc<Catalog> {
        catalog(&[("One", "", "", "", (2018, 1, 2)), ("Two", "", "", "", (2018, 1, 1))])
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The message at the end of an export. The deadline is exceeded only by a hang.
    fn said(events: &mpsc::Receiver<Event>) -> String {
        match events.recv_timeout(Duration::from_secs(30)).expect("a message") {
            Event::Msg(Msg::Notice(notice)) => notice.text.to_string(),
            Event::Msg(Msg::Succeeded(..) | Msg::ExportBegun(_)) => said(events),
            Event::Msg(Msg::ExportExists(file)) => format!("{file} exists"),
            Event::Msg(Msg::ExportNotBegun(file, reason)) => format!("{file} not begun: {reason}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_is_written_atomically_and_follows_the_umask() {
        let folder = tempfile::tempdir().expect("a folder");
        let (sender, events) = mpsc::channel();
        let exports = Exports::default();
        let file = folder.path().join("all.md");
        exports.start(file.to_string_lossy().into_owned(), false, vec![0.into(), 1.into()], releases(), &sender);
        assert_eq!(said(&events), format!("2 releases written: {}", file.display()));
        assert_eq!(exports.files(), []);
        assert_eq!(names(folder.path()), ["all.md"]);
        // With the permissions of any other program's file.
        fs::write(folder.path().join("plain"), "").expect("a file");
        let mode = |name| fs::metadata(folder.path().join(name)).expect("a file").permissions().mode();
        assert_eq!(mode("all.md"), mode("plain"));
        let before = fs::read_to_string(&file).expect("the file");
        exports.start(file.to_string_lossy().into_owned(), false, vec![0.into()], releases(), &sender);
        assert_eq!(said(&events), format!("{} exists", file.display()));
        assert_eq!(fs::read_to_string(&file).expect("the file"), before);
        exports.start(file.to_string_lossy().into_owned(), true, vec![0.into()], releases(), &sender);
        assert_eq!(said(&events), format!("written: {}", file.display()));
        assert_eq!(names(folder.path()), ["all.md", "all.md~", "plain"]);
        assert_eq!(fs::read_to_string(folder.path().join("all.md~")).expect("the old file"), before);
    }

    #[test]
    fn an_export_begins_once_its_temporary_file_exists() {
        let folder = tempfile::tempdir().expect("a folder");
        let (sender, events) = mpsc::channel();
        let exports = Exports::default();
        fs::create_dir(folder.path().join("dir.md")).expect("a folder");
        for (name, may_replace, reason) in
            [("missing/all.md", false, "folder not found"), ("dir.md", true, "not a regular file")]
        {
            let file = folder.path().join(name).to_string_lossy().into_owned();
            exports.start(file.clone(), may_replace, vec![0.into(), 1.into()], releases(), &sender);
            match events.recv_timeout(Duration::from_secs(30)).expect("a message") {
                Event::Msg(Msg::ExportNotBegun(subject, said)) => {
                    assert_eq!((subject.as_str(), said.as_str()), (file.as_str(), reason));
                }
                other => panic!("{other:?}"),
            }
            assert_eq!(exports.files(), []);
        }
        assert_eq!(names(folder.path()), ["dir.md"]);
    }

    #[test]
    fn a_cancelled_export_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let exports = Exports::default();
        let file = folder.path().join("all.md").to_string_lossy().into_owned();
        // Before it has written anything.
        let entry = exports.enter(&file);
        assert_eq!(exports.cancel(), [CleanBuf::line(&file)]);
        let error = entry.job.begin(&file).expect_err("it is cancelled");
        assert_eq!(error.to_string(), "cancelled");
        drop(entry);
        // While it hangs in a write.
        let entry = exports.enter(&file);
        let unfinished = folder.path().join(".tidingsX");
        fs::write(&unfinished, "half").expect("a file");
        *entry.job.stage() = Stage::Unfinished(unfinished);
        assert_eq!(exports.cancel(), [CleanBuf::line(&file)]);
        drop(entry);
        assert!(names(folder.path()).is_empty());
        // Too late.
        let entry = exports.enter(&file);
        let target = entry.job.begin(&file).expect("a temporary file");
        entry.job.write(target, false, &[0.into(), 1.into()], &releases()).expect("it is written");
        assert_eq!(exports.cancel(), []);
        assert_eq!(names(folder.path()), ["all.md"]);
    }
}
