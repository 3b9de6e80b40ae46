//! Inputs: expands the named sources to feeds, folders file by file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use crate::library::{LibraryPath, Names};
use crate::text::{CleanBuf, fold_name, system_error};

/// The maximum depth of nested folders.
const DEEPEST: usize = 32;

/// A source of feeds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Input {
    /// A feed built into the program: name and bytes.
    BuiltIn(&'static str, &'static [u8]),
    /// A file, or a folder with all feeds in it and below.
    File(PathBuf),
    /// Standard input.
    StandardInput,
    /// The stored releases of all subscriptions.
    Library(LibraryPath),
}

/// The name of the manual among the feeds within the program.
const MANUAL: &str = "manual";

impl Input {
    /// The manual, as a feed.
    #[must_use]
    pub fn manual(feed: &'static [u8]) -> Self {
        Self::BuiltIn(MANUAL, feed)
    }

    /// Whether it is the manual.
    pub(super) fn is_manual(&self) -> bool {
        matches!(self, Self::BuiltIn(MANUAL, _))
    }

    /// Its name: for a file the path.
    #[must_use]
    pub fn name(&self) -> CleanBuf {
        match self {
            Self::BuiltIn(name, _) => CleanBuf::line(name),
            Self::File(path) => CleanBuf::line(&path.to_string_lossy()),
            Self::StandardInput => CleanBuf::line("standard input"),
            Self::Library(_) => CleanBuf::line("the library"),
        }
    }

    /// The key under which its marks are stored: the path, or for a pipe, the feed's own title.
    #[must_use]
    pub fn key(&self, title: &str) -> CleanBuf {
        match self {
            Self::BuiltIn(name, _) => CleanBuf::line(&format!("built-in:{name}")),
            Self::File(path) => {
                let path = path.canonicalize().unwrap_or_else(|_| path.clone());
                CleanBuf::line(&format!("file:{}", path.to_string_lossy()))
            }
            Self::StandardInput => CleanBuf::line(&format!("piped:{title}")),
            Self::Library(_) => CleanBuf::default(),
        }
    }

    /// Whether it can be read more than once; a pipe cannot, whatever its name.
    pub(super) fn is_lasting(&self) -> bool {
        match self {
            Self::BuiltIn(..) | Self::Library(_) => true,
            Self::File(path) => fs::metadata(path).map_or(true, |data| data.is_file() || data.is_dir()),
            Self::StandardInput => false,
        }
    }

    /// Whether it may be silent for long: a pipe. A terminal is refused at once.
    pub(super) fn is_pipe(&self) -> bool {
        match self {
            Self::StandardInput => !io::stdin().is_terminal(),
            other => !other.is_lasting(),
        }
    }

    /// Opens it. Also returns a descriptor that shows whether a read would block.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(&self) -> io::Result<(Box<dyn Read>, Option<OwnedFd>)> {
        let file = match self {
            Self::BuiltIn(_, bytes) => return Ok((Box::new(*bytes), None)),
            Self::File(path) => File::open(path)?,
            Self::Library(_) => return Err(io::Error::other("the library is not a single feed")),
            Self::StandardInput if io::stdin().is_terminal() => {
                return Err(io::Error::other("it is a terminal; pipe a feed into it"));
            }
            Self::StandardInput => io::stdin().as_fd().try_clone_to_owned()?.into(),
        };
        let waits = file.try_clone()?.into();
        Ok((Box::new(file), Some(waits)))
    }
}

/// The files of an input.
#[derive(Debug)]
pub enum InputFiles {
    /// A single feed.
    One(Input),
    /// A folder and its files, sorted.
    Files(CleanBuf, Vec<Input>),
    /// An unreadable folder and the reason.
    Unreadable(CleanBuf, CleanBuf),
}

impl InputFiles {
    /// Expands an input, listing folders.
    #[must_use]
    pub fn of(source: &Input) -> Self {
        let Input::File(path) = source else { return Self::One(source.clone()) };
        if !path.is_dir() {
            return Self::One(source.clone());
        }
        let mut files = Vec::new();
        match files_in(path, DEEPEST, &mut files) {
            Ok(()) => Self::Files(source.name(), files.into_iter().map(Input::File).collect()),
            Err(error) => {
                Self::Unreadable(source.name(), CleanBuf::line(&format!("cannot open: {}", system_error(&error))))
            }
        }
    }

    pub(super) fn sources(&self) -> &[Input] {
        match self {
            Self::One(source) => std::slice::from_ref(source),
            Self::Files(_, files) => files,
            Self::Unreadable(..) => &[],
        }
    }
}

/// Lists the files in a folder and its subfolders, sorted by name. Skips hidden files, which are not meant to be seen,
/// and symlinks to folders, which may form a loop.
fn files_in(folder: &Path, levels: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries.iter().filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b".")) {
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() && levels > 0 {
            // An unreadable subfolder hides only its own files.
            let _ = files_in(&path, levels - 1, files);
        } else if kind.is_file() || (kind.is_symlink() && path.is_file()) {
            files.push(path);
        }
    }
    Ok(())
}

/// Names the sources for the filter pane: the file name, with as many parent folders as needed to be unique.
pub(super) fn short_names(inputs: &[InputFiles]) -> Vec<Vec<CleanBuf>> {
    let all = || inputs.iter().flat_map(InputFiles::sources);
    let mut shorts = BTreeMap::<String, usize>::new();
    for parts in 1..=3 {
        for short in all().map(|source| short(source, parts)) {
            *shorts.entry(fold_name(&short).into_owned()).or_default() += 1;
        }
    }
    let mut given = Names::default();
    let mut name = |source: &Input| {
        let unique = (1..=3).map(|parts| short(source, parts)).find(|short| shorts[&*fold_name(short)] == 1);
        given.own(unique.map_or_else(|| source.name(), |short| CleanBuf::line(&short)))
    };
    inputs.iter().map(|input| input.sources().iter().map(&mut name).collect()).collect()
}

/// The last components of a source's path.
fn short(source: &Input, parts: usize) -> String {
    let Input::File(path) = source else { return source.name().as_str().to_owned() };
    let names: Vec<_> = path.components().rev().take(parts).map(|part| part.as_os_str().to_string_lossy()).collect();
    names.into_iter().rev().collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_keys_of_inputs_are_sanitised() {
        let hostile = "a\u{1b}[31m\u{202e}b\u{9b}";
        let inputs = [Input::File(hostile.into()), Input::StandardInput];
        for text in inputs.iter().flat_map(|input| [input.name(), input.key(hostile)]) {
            assert!(text.as_str().chars().all(|c| !c.is_control() && c != '\u{202e}'), "{text:?}");
        }
        assert_eq!(inputs[0].name().as_str(), "ab");
    }

    #[test]
    fn a_folder_expands_to_its_files_and_names_are_unique() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b/news.json", "a/news.json", "a/.hidden", "z.xml", "c/d/e.json"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(&path, "[]").expect("a file");
        }
        std::os::unix::fs::symlink(folder.path(), folder.path().join("c/loop")).expect("a link");
        let inputs = [InputFiles::of(&Input::File(folder.path().to_owned())), InputFiles::of(&Input::StandardInput)];
        let names: Vec<Vec<String>> =
            short_names(&inputs).iter().map(|names| names.iter().map(ToString::to_string).collect()).collect();
        assert_eq!(names[0], ["a/news.json", "b/news.json", "e.json", "z.xml"]);
        assert_eq!(names[1], ["standard input"]);
        let one = [InputFiles::of(&Input::File("x/news.json".into()))];
        assert_eq!(short_names(&one)[0][0].as_str(), "news.json");
    }
}
