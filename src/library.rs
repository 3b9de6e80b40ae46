//! What the user keeps from one run to the next: the subscriptions.
//!
//! They lie in one OPML file in the user's data folder, which any reader can take over. It is written beside its place
//! and moved there whole, so that no failure leaves half a list, and the version before stays beside it as `.bak`. Who
//! uses this module knows of no file, so that another store can take its place.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use tempfile::NamedTempFile;

use crate::feed::opml::{self, Refusal, Subscription};
use crate::text::CleanBuf;

/// The folder within the user's data folder, and the file.
const FOLDER: &str = "tidings";
const FILE: &str = "subscriptions.opml";
/// The title of the list.
const TITLE: &str = "Subscriptions";

/// Why what is kept cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Nobody knows where it would lie.
    #[error("there is no data folder: {0}")]
    NoFolder(#[source] etcetera::HomeDirError),
    /// What lies there cannot be used, and is not written over.
    #[error("{path} {reason}")]
    Unreadable {
        /// The file.
        path: CleanBuf,
        /// Why.
        reason: Refusal,
    },
    /// It cannot be written.
    #[error("{path} cannot be written: {error}")]
    Unwritable {
        /// The file.
        path: CleanBuf,
        /// Why.
        error: io::Error,
    },
}

/// What the user keeps.
#[derive(Debug)]
pub struct Library {
    path: PathBuf,
    subscriptions: Vec<Subscription>,
    problems: Vec<CleanBuf>,
}

impl Library {
    /// The user's own.
    ///
    /// # Errors
    /// Where there is no data folder, or the list in it cannot be read.
    pub fn open() -> Result<Self, Fault> {
        let strategy = etcetera::choose_base_strategy().map_err(Fault::NoFolder)?;
        Self::open_at(strategy.data_dir().join(FOLDER).join(FILE))
    }

    /// The one in this file, which need not be there yet.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn open_at(path: PathBuf) -> Result<Self, Fault> {
        // A link to a file elsewhere stays one.
        let path = path.canonicalize().unwrap_or(path);
        let list = match File::open(&path) {
            Ok(mut file) => opml::read(&mut file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(opml::List::default()),
            Err(error) => Err(Refusal::Io(error)),
        };
        let list = list.map_err(|reason| Fault::Unreadable { path: shown(&path), reason })?;
        let left_out = list.left_out.iter().map(|one| CleanBuf::line(&format!("{}: {}", one.address, one.reason)));
        let problems = list.problems.iter().cloned().chain(left_out).collect();
        Ok(Self { path, subscriptions: list.subscriptions, problems })
    }

    /// In the order in which they are listed.
    #[must_use]
    pub fn subscriptions(&self) -> &[Subscription] {
        &self.subscriptions
    }

    /// What could not be read of it, and would be lost with the next change but for the `.bak`.
    #[must_use]
    pub fn problems(&self) -> &[CleanBuf] {
        &self.problems
    }

    /// Adds those whose address is new, each behind its category; how many.
    pub fn add(&mut self, new: Vec<Subscription>) -> usize {
        let mut known: rustc_hash::FxHashSet<String> = self.subscriptions.iter().map(Subscription::key).collect();
        let before = self.subscriptions.len();
        for one in new {
            if known.insert(one.key()) {
                let at = self.place(&one);
                self.subscriptions.insert(at, one);
            }
        }
        self.subscriptions.len() - before
    }

    /// Behind the last of those that share most of its categories.
    fn place(&self, new: &Subscription) -> usize {
        let common =
            |one: &Subscription| one.categories.iter().zip(&new.categories).take_while(|(a, b)| a == b).count();
        let nearest = self.subscriptions.iter().enumerate().map(|(at, one)| (common(one), at + 1)).max();
        nearest.filter(|(common, _)| *common > 0).map_or(self.subscriptions.len(), |(_, behind)| behind)
    }

    /// Writes it; what was there before stays as `.bak`.
    ///
    /// # Errors
    /// Where it cannot be written: then the file is as it was.
    pub fn save(&self) -> Result<(), Fault> {
        let write = || {
            let folder = self.path.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(folder)?;
            if let Ok(before) = fs::read(&self.path) {
                let mut backup = self.path.clone().into_os_string();
                backup.push(".bak");
                replace(Path::new(&backup), true, &mut |out| out.write_all(&before))?;
            }
            replace(&self.path, true, &mut |out| opml::write(TITLE, &self.subscriptions, out))
        };
        write().map_err(|error| Fault::Unwritable { path: shown(&self.path), error })
    }

    /// Writes the subscriptions as OPML.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn export(&self, out: &mut dyn Write) -> io::Result<()> {
        opml::write(TITLE, &self.subscriptions, out)
    }
}

/// Writes a file whole or not at all. What is there already is only replaced where it `may`.
///
/// # Errors
/// Where it cannot be written, or something is there and may not be replaced.
pub fn replace(path: &Path, may: bool, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    let mut out = io::BufWriter::new(file.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    if let Ok(before) = fs::metadata(path) {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    let moved = if may { file.persist(path) } else { file.persist_noclobber(path) };
    moved.map(drop).map_err(|error| error.error)
}

fn shown(path: &Path) -> CleanBuf {
    CleanBuf::line(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, categories: &[&str]) -> Subscription {
        Subscription {
            title: CleanBuf::line(name),
            address: CleanBuf::line(&format!("http://{name}.invalid/")),
            site: CleanBuf::default(),
            categories: categories.iter().map(|category| CleanBuf::line(category)).collect(),
        }
    }

    fn names(library: &Library) -> String {
        library.subscriptions().iter().map(|one| one.title.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_saved_is_there_again_and_the_version_before_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/subscriptions.opml");
        let mut library = Library::open_at(path.clone()).expect("nothing yet");
        assert_eq!(library.add(vec![one("a", &["X"]), one("b", &[]), one("a", &[])]), 2);
        library.save().expect("a folder that can be written");
        let mut again = Library::open_at(path.clone()).expect("a list");
        assert_eq!(again.subscriptions(), library.subscriptions());
        assert_eq!(again.add(vec![one("c", &["X", "Y"]), one("d", &["Z"]), one("b", &["X"])]), 2);
        assert_eq!(names(&again), "a c b d");
        again.save().expect("a folder that can be written");
        let before = Library::open_at(path.with_extension("opml.bak")).expect("a list");
        assert_eq!(names(&before), "a b");
        assert_eq!(fs::read_dir(folder.path().join("new")).expect("a folder").count(), 2);
    }

    #[test]
    fn what_is_no_list_is_not_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        fs::write(&path, "my notes").expect("a file");
        let fault = Library::open_at(path).expect_err("no list").to_string();
        assert!(fault.contains("is no list of subscriptions: found text that begins with “my notes”"), "{fault}");
    }

    #[test]
    fn a_file_that_may_not_be_replaced_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x");
        let put = |text: &'static str, may| replace(&path, may, &mut |out| out.write_all(text.as_bytes()));
        put("one", false).expect("nothing is there");
        assert_eq!(put("two", false).map_err(|error| error.kind()), Err(io::ErrorKind::AlreadyExists));
        put("three", true).expect("it may be replaced");
        assert!(replace(&path, true, &mut |_| Err(io::Error::other("full"))).is_err());
        assert_eq!(fs::read_to_string(&path).expect("a file"), "three");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
