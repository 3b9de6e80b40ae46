//! The configuration file and the themes beside it: read at start and reloaded when they change.
//!
//! An invalid change is reported and ignored. Nothing runs while the files stay the same.

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
use crate::app::notice::{Cause, Notice};
use crate::config::{AUTO, Config, Given, Origin, Row, Settings, combine};
use crate::text::{CleanBuf, system_error};

/// The path within the user's configuration folder.
const FILE: &str = "tidings/config.toml";
/// The maximum size of a configuration file.
const LIMIT: u64 = 1 << 20;
/// How long the files must stay unchanged before they are reloaded.
const QUIET: Duration = Duration::from_millis(100);
/// The longest delay of a reload while the files keep changing.
const LONGEST: Duration = Duration::from_secs(2);

/// The configuration file, and the settings from elsewhere.
#[derive(Debug, Clone, Default)]
pub struct ConfigFiles {
    /// The path of the file; `None` if the user has no configuration folder.
    path: Option<PathBuf>,
    /// Whether the user named the file, so that it must exist.
    is_named: bool,
    /// The settings from the environment and the command line.
    given: Given,
}

impl ConfigFiles {
    /// Uses the named file, or `$XDG_CONFIG_HOME/tidings/config.toml`, or `~/.config/tidings/config.toml`.
    #[must_use]
    pub fn new(named: Option<PathBuf>, given: Given) -> Self {
        let is_named = named.is_some();
        let of_user = || Some(etcetera::choose_base_strategy().ok()?.config_dir().join(FILE));
        Self { path: named.or_else(of_user), is_named, given }
    }

    /// The path of the file, whether or not it exists.
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

    /// The path as shown to the user.
    #[must_use]
    pub fn shown(&self) -> CleanBuf {
        CleanBuf::line(&self.path.as_deref().unwrap_or(Path::new("")).to_string_lossy())
    }

    /// Reads the file and merges all settings.
    ///
    /// # Errors
    /// All problems, one line each.
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

    /// Checks that the theme exists; themes are files, so only this module can.
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
        let what = format!("{place}: invalid value {name:?} for look.theme; expected one of {}", names.join(", "));
        wrong.insert(0, CleanBuf::line(&what));
        Err(wrong)
    }

    /// Reads the file, if it exists.
    fn text(&self) -> Result<Option<String>, CleanBuf> {
        let Some(path) = &self.path else { return Ok(None) };
        let file = self.shown();
        let bytes = match bytes_of(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.is_named => return Ok(None),
            Err(error) => return Err(CleanBuf::line(&format!("{file}: cannot read: {}", system_error(&error)))),
        };
        if bytes.len() as u64 > LIMIT {
            return Err(CleanBuf::line(&format!("{file}: too large for a configuration (more than 1 MiB)")));
        }
        String::from_utf8(bytes).map(Some).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(error.as_bytes().get(..good).unwrap_or_default()).into_owned();
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            let line = before.matches('\n').count() + 1;
            CleanBuf::line(&format!("{file}:{line}:{column}: not valid UTF-8"))
        })
    }

    /// Resolves the library path of the configuration against the file's folder, or against the home folder for `~/`.
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

    /// Starts the thread that reloads the files when they change and sends the new settings, based on `settings`.
    pub(super) fn watch(self, settings: Settings, sender: Sender<Event>) {
        let Some(path) = self.path.clone() else { return };
        let (notice, changes) = mpsc::channel();
        thread::spawn("settings", "watching the configuration", &sender.clone(), move || {
            let (names, themes) = (names(&path), self.themes());
            let handler = move |event: notify::Result<notify::Event>| {
                let is_named =
                    |path: &PathBuf| path.file_name().is_some_and(|name| names.iter().any(|one| one == name));
                // The folder may be watched under another name.
                let is_theme = |path: &PathBuf| {
                    let folder = themes.as_deref().and_then(Path::file_name);
                    path.file_name() == folder || path.parent().and_then(Path::file_name) == folder
                };
                let is_ours = |path: &PathBuf| is_named(path) || is_theme(path);
                // After an error an event may be missing.
                if event.map_or(true, |event| is_change(&event, &is_ours)) {
                    let _ = notice.send(());
                }
            };
            // Without a watcher, changes take effect at the next start.
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
            // Folders may have come and gone. Watch before reading, so that no change is missed.
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
                        let besides =
                            if is_elsewhere { "; the library setting takes effect at the next start" } else { "" };
                        let said = CleanBuf::line(&format!("configuration reloaded{besides}"));
                        // The settings first: what the message says is then true. The themes last: the message must not
                        // cover their problems.
                        let (themes, errors) = theme_loader::read(self.themes().as_deref());
                        let msgs =
                            [Msg::Settings(Box::new(settings.clone())), Msg::info(said), Msg::Themes(themes, errors)];
                        if !msgs.into_iter().all(|msg| send(sender, msg)) {
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

/// Reports an invalid configuration.
fn failed(problem: CleanBuf) -> Msg {
    Msg::Notice(Notice::error(Cause::Settings, problem))
}

/// Reads one byte more than the size limit, to detect larger files.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The file, and its target if it is a symlink: both may be replaced.
fn files(path: &Path) -> impl Iterator<Item = PathBuf> {
    [Some(path.to_owned()), path.canonicalize().ok()].into_iter().flatten()
}

/// The file names whose changes affect the file: its own and those of its folders, which may not exist yet.
fn names(path: &Path) -> Vec<OsString> {
    let missing = path.ancestors().skip(1).take_while(|folder| !folder.exists());
    files(path).chain(missing.map(Path::to_owned)).filter_map(|path| Some(path.file_name()?.to_owned())).collect()
}

/// The nearest existing folders in which such a change is visible.
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
