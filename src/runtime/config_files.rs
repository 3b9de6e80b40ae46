//! The file of the configuration, and the themes beside it: read at the start, and read again whenever they change.
//!
//! A change that is wrong is told and changes nothing. Nothing runs while the files stay as they are.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use etcetera::BaseStrategy;

use super::watch::is_change;
use super::watcher::{self, Watching};
use super::{Event, send, theme_loader, thread};
use crate::app::Msg;
use crate::app::failures::{Cause, Failure};
use crate::config::{AUTO, Config, Given, Origin, Row, Settings, combine};
use crate::text::CleanBuf;

/// The file within the user's configuration folder.
const FILE: &str = "tidings/config.toml";
/// A file of more bytes is no configuration.
const LIMIT: u64 = 1 << 20;
/// A change counts once nothing has changed for so long.
const QUIET: Duration = Duration::from_millis(100);
/// Whoever writes on and on is read at least so often.
const LONGEST: Duration = Duration::from_secs(2);

/// The file of the configuration, and what is set beside it.
#[derive(Debug, Clone, Default)]
pub struct ConfigFiles {
    /// Where the file lies; `None` where the user has no folder for it.
    path: Option<PathBuf>,
    /// Whether it was asked for: then it has to be there.
    is_named: bool,
    /// What is set beside it.
    given: Given,
}

impl ConfigFiles {
    /// The named file, else `$XDG_CONFIG_HOME/tidings/config.toml`, `~/.config` where that is not set.
    #[must_use]
    pub fn new(named: Option<PathBuf>, given: Given) -> Self {
        let is_named = named.is_some();
        let of_user = || Some(etcetera::choose_base_strategy().ok()?.config_dir().join(FILE));
        Self { path: named.or_else(of_user), is_named, given }
    }

    /// Where the file lies, whether there is one or not.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The environment in which another process of this program has the same configuration: flags become variables.
    pub(super) fn environment(&self) -> Vec<(&'static str, OsString)> {
        let file = self.path.clone().filter(|_| self.is_named).map(|path| ("TIDINGS_CONFIG", path.into()));
        let variable = |(name, text): &(&str, String)| Some((Row::of_name(name)?.variable, OsString::from(text)));
        file.into_iter().chain(self.given.flags.iter().filter_map(variable)).collect()
    }

    /// The folder of the user's themes, beside the file.
    #[must_use]
    pub fn themes(&self) -> Option<PathBuf> {
        self.path.as_ref().map(|path| path.with_file_name("themes"))
    }

    /// It as it is shown.
    #[must_use]
    pub fn shown(&self) -> CleanBuf {
        CleanBuf::line(&self.path.as_deref().unwrap_or(Path::new("")).to_string_lossy())
    }

    /// Reads the file and puts everything together.
    ///
    /// # Errors
    /// All that is wrong, a line each.
    pub fn load(&self) -> Result<Config, Vec<CleanBuf>> {
        let text = self.text().map_err(|reason| vec![reason])?;
        match combine(text.as_deref(), &self.given) {
            Ok(mut config) => {
                self.check_theme(&config)?;
                self.place_library(&mut config);
                Ok(config)
            }
            Err(problems) => {
                let file = self.shown();
                Err(problems.iter().map(|problem| CleanBuf::line(&problem.describe(&file))).collect())
            }
        }
    }

    /// Themes are files too: only here can be told whether there is one of this name.
    fn check_theme(&self, config: &Config) -> Result<(), Vec<CleanBuf>> {
        let name = &config.settings.look.theme;
        if name == AUTO {
            return Ok(());
        }
        let (themes, mut wrong) = theme_loader::themes(self.themes().as_deref());
        if themes.has(name) {
            return Ok(());
        }
        let place = match config.origin_of("look.theme") {
            Origin::File(line) => format!("{}:{line}", self.shown()),
            Origin::Variable(name) => name.to_owned(),
            Origin::Flag(name) => format!("--{name}"),
            Origin::Default => String::new(),
        };
        let names: Vec<&str> = themes.names().collect();
        let told = format!("{place}: look.theme cannot be {name:?}, allowed: {}", names.join(", "));
        wrong.insert(0, CleanBuf::line(&told));
        Err(wrong)
    }

    /// The text of the file, where there is one.
    fn text(&self) -> Result<Option<String>, CleanBuf> {
        let Some(path) = &self.path else { return Ok(None) };
        let file = self.shown();
        let bytes = match bytes_of(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.is_named => return Ok(None),
            Err(error) => return Err(CleanBuf::line(&format!("{file} cannot be read: {error}"))),
        };
        if bytes.len() as u64 > LIMIT {
            return Err(CleanBuf::line(&format!("{file} is no configuration: it has more than 1 MiB")));
        }
        String::from_utf8(bytes).map(Some).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(error.as_bytes().get(..good).unwrap_or_default()).into_owned();
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            let line = before.matches('\n').count() + 1;
            CleanBuf::line(&format!("{file}:{line}:{column}: is no text, allowed: UTF-8"))
        })
    }

    /// A library that the file names lies beside it, or in the user's home for `~/`.
    fn place_library(&self, config: &mut Config) {
        let is_of_file = matches!(config.origin_of("library"), Origin::File(_));
        let Some(library) = config.settings.library.take().filter(|_| is_of_file) else { return };
        let home = etcetera::home_dir().ok();
        let folder = self.path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        config.settings.library = Some(match (library.strip_prefix("~"), home) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => folder.join(library),
        });
    }

    /// Starts the thread that reads the files again when they change, and sends what is then set in the place of `settings`.
    pub(super) fn watch(self, settings: Settings, sender: Sender<Event>) {
        let Some(path) = self.path.clone() else { return };
        let (notice, changes) = mpsc::channel();
        thread::spawn("settings", "watching the configuration", &sender.clone(), move || {
            let (names, themes) = (names(&path), self.themes());
            let handler = move |event: notify::Result<notify::Event>| {
                let is_named =
                    |path: &PathBuf| path.file_name().is_some_and(|name| names.iter().any(|one| one == name));
                // The folder may be watched by another name.
                let is_theme = |path: &PathBuf| {
                    let folder = themes.as_deref().and_then(Path::file_name);
                    path.file_name() == folder || path.parent().and_then(Path::file_name) == folder
                };
                let is_ours = |path: &PathBuf| is_named(path) || is_theme(path);
                // After an error something may have been missed.
                if event.map_or(true, |event| is_change(&event, &is_ours)) {
                    let _ = notice.send(());
                }
            };
            // What is not watched is read at the next start.
            let Ok(watcher) = watcher::start(handler, |_| Ok(())) else { return };
            self.follow(&path, watcher, settings, &changes, &sender);
        });
    }

    fn follow(
        &self,
        path: &Path,
        mut watcher: Watching,
        mut settings: Settings,
        changes: &Receiver<()>,
        sender: &Sender<Event>,
    ) {
        let mut last = None;
        loop {
            // Folders may have come and gone. Looked at first: something may have changed before anybody watched.
            for folder in folders(path).into_iter().chain(self.themes()) {
                watcher.watch(&folder);
            }
            let now = (self.text(), theme_loader::theme_files(self.themes().as_deref()));
            if last.as_ref() != Some(&now) {
                let is_first = last.is_none();
                last = Some(now);
                match self.load() {
                    Ok(config) if is_first && config.settings == settings => {}
                    Ok(config) => {
                        let is_elsewhere = config.settings.library != settings.library;
                        settings = config.settings;
                        let besides = if is_elsewhere { "; the library from the next start" } else { "" };
                        let said = CleanBuf::line(&format!("configuration read again{besides}"));
                        // What is wrong with a theme is found when the settings are taken, and is not to be talked over.
                        let (themes, failures) = theme_loader::read(self.themes().as_deref());
                        let is_heard = send(sender, Msg::info(said)) && send(sender, Msg::Themes(themes, failures));
                        if !is_heard || !send(sender, Msg::Settings(Box::new(settings.clone()))) {
                            return;
                        }
                    }
                    Err(problems) => {
                        if !problems.into_iter().take(1).all(|problem| send(sender, failed(problem))) {
                            return;
                        }
                    }
                }
            }
            if changes.recv().is_err() {
                return;
            }
            let start = Instant::now();
            while start.elapsed() < LONGEST && changes.recv_timeout(QUIET).is_ok() {}
        }
    }
}

/// The configuration is wrong.
fn failed(problem: CleanBuf) -> Msg {
    Msg::error(Failure::new(Cause::Settings, problem))
}

/// The first bytes of a file, one more than is allowed.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The file, and what it leads to where it is a link: both may be replaced by others of their names.
fn files(path: &Path) -> impl Iterator<Item = PathBuf> {
    [Some(path.to_owned()), path.canonicalize().ok()].into_iter().flatten()
}

/// The names whose change is one of the file: its own, and those of the folders that it lies in, which may be yet to come.
fn names(path: &Path) -> Vec<OsString> {
    let missing = path.ancestors().skip(1).take_while(|folder| !folder.exists());
    files(path).chain(missing.map(Path::to_owned)).filter_map(|path| Some(path.file_name()?.to_owned())).collect()
}

/// The folders in which such a change is seen: the nearest that are there.
fn folders(path: &Path) -> Vec<PathBuf> {
    let nearest = |path: PathBuf| {
        let mut folders = path
            .ancestors()
            .skip(1)
            .map(|folder| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() });
        folders.find_map(|folder| folder.canonicalize().ok())
    };
    files(path).filter_map(nearest).collect()
}
