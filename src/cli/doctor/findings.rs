//! Checks the terminal, the files, the library and the environment.

use std::env;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::{Finding, State, accounts};
use crate::app::Graphics;
use crate::cli::library_args::LibraryArgs;
use crate::config::TABLE;
use crate::library::{Library, LibraryPath, backup};
use crate::runtime::{self, ConfigFiles};
use crate::text::{CleanBuf, grouped, system_error};

/// Environment variables to show, besides those of the settings. Proxy variables may contain passwords, so only their
/// presence is reported.
const VARIABLES: [&str; 12] = [
    "TIDINGS_CONFIG",
    "TIDINGS_LOG",
    "TERM",
    "COLORTERM",
    "NO_COLOR",
    "BROWSER",
    "SHELL",
    "XDG_DATA_HOME",
    "XDG_CONFIG_HOME",
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
];
const PROXIES: [&str; 6] = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// Runs all checks.
pub fn all(library_args: &LibraryArgs, config_files: &ConfigFiles) -> Vec<Finding> {
    let mut found = Found { section: "Program", findings: Vec::new() };
    found.ok("version", format!("tidings {}", env!("CARGO_PKG_VERSION")));
    found.ok("program", shown(&env::current_exe().unwrap_or_default()));
    found.section = "Terminal";
    terminal(&mut found);
    found.section = "Files";
    files(&mut found, library_args);
    configuration(&mut found, config_files);
    found.section = "Library";
    library(&mut found, library_args);
    found.section = "Environment";
    environment(&mut found);
    found.findings
}

/// The advice for a damaged library.
const RESTORE: &str = "tidings library restore restores the newest intact backup";

/// The findings so far, and the section of the next one.
pub(super) struct Found {
    section: &'static str,
    findings: Vec<Finding>,
}

impl Found {
    fn add(&mut self, name: &'static str, state: State, text: String, advice: &str) {
        let (section, advice) = (self.section, advice.to_owned());
        self.findings.push(Finding { section, name, state, text, advice });
    }

    pub(super) fn ok(&mut self, name: &'static str, text: String) {
        self.add(name, State::Ok, text, "");
    }

    pub(super) fn note(&mut self, name: &'static str, text: &str, advice: &str) {
        self.add(name, State::Note, text.to_owned(), advice);
    }

    fn wrong(&mut self, name: &'static str, text: String, advice: &str) {
        self.add(name, State::Wrong, text, advice);
    }
}

fn variable(name: &str) -> Option<String> {
    env::var_os(name)
        .map(|value| CleanBuf::line(&value.to_string_lossy()).to_string())
        .filter(|value| !value.is_empty())
}

fn shown(path: &Path) -> String {
    CleanBuf::line(&path.to_string_lossy()).to_string()
}

fn terminal(found: &mut Found) {
    let term = variable("TERM").unwrap_or_else(|| "not set".to_owned());
    if term == "dumb" || term == "not set" {
        found.wrong("type", format!("TERM is {term}"), "the reader needs a terminal that can move the cursor");
    } else {
        found.ok("type", term.clone());
    }
    found.ok("colours", runtime::colours().to_owned());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or_default();
    let is_unicode = locale.to_ascii_lowercase().replace('-', "").contains("utf8");
    if is_unicode {
        found.ok("characters", format!("UTF-8 ({locale})"));
    } else {
        let text = if locale.is_empty() { "no locale set".to_owned() } else { format!("locale {locale}") };
        found.note("characters", &text, "characters may be missing without UTF-8; set LANG to C.UTF-8 or your locale");
    }
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        found.note("size", "not a terminal", "run tidings doctor in a terminal to check its size and background");
        return;
    }
    match crossterm::terminal::size() {
        Ok((columns, rows)) if columns < 20 || rows < 5 => {
            found.wrong("size", format!("{columns} by {rows}"), "the reader needs 20 columns and 5 rows");
        }
        Ok((columns, rows)) => {
            let panes = match (columns, rows) {
                (..80, _) | (_, ..16) => "one pane at a time",
                (..120, _) => "two panes",
                _ => "three panes",
            };
            found.ok("size", format!("{columns} by {rows}: {panes}"));
        }
        Err(error) => found.wrong("size", format!("unknown: {}", system_error(&error)), ""),
    }
    let answers = runtime::ask_terminal();
    match answers.is_light {
        Some(true) => found.ok("background", "light".to_owned()),
        Some(false) => found.ok("background", "dark".to_owned()),
        None => found.note("background", "unknown", "the terminal does not report it; set look.theme if it is light"),
    }
    match answers.graphics {
        Some(Graphics { form: Some(form), .. }) => found.ok("pictures", format!("{form} graphics")),
        Some(Graphics { is_multiplexed: true, .. }) => {
            let text = "half blocks: tmux and screen do not reliably pass graphics on";
            found.add(
                "pictures",
                State::Ok,
                text.to_owned(),
                "outside tmux and screen, graphics are used if the terminal has them",
            );
        }
        _ => {
            let advice = "set look.picture-form to \"blocks\" to draw pictures with half blocks";
            found.add("pictures", State::Ok, "the terminal reports no graphics".to_owned(), advice);
        }
    }
    let within: Vec<&str> = [("TMUX", "tmux"), ("STY", "screen"), ("SSH_CONNECTION", "ssh")]
        .into_iter()
        .filter(|(name, _)| env::var_os(name).is_some())
        .map(|(_, what)| what)
        .collect();
    if !within.is_empty() {
        found.ok("within", within.join(", "));
    }
    if within.contains(&"tmux") {
        found.note("clipboard", "through tmux", "to copy over ssh, use `set -g set-clipboard on` in tmux");
    }
}

fn files(found: &mut Found, library_args: &LibraryArgs) {
    match library_args.place() {
        Ok(place) => {
            file(found, "library", place.path(), "the first mark or subscription creates it");
            file(found, "backups", &place.backups(), "the first backup is made a day after the library");
        }
        Err(error) => found.wrong("library", error.to_string(), "set HOME, or name a file with --library"),
    }
}

/// Checks the configuration and the themes beside it.
fn configuration(found: &mut Found, config_files: &ConfigFiles) {
    let Some(path) = config_files.path() else {
        return found.note("configuration", "no configuration folder", "set HOME, or name a file with --config");
    };
    match config_files.load() {
        Ok(_) if path.exists() => found.ok("configuration", shown(path)),
        Ok(_) => {
            let text = format!("{} (not found; the defaults apply)", shown(path));
            found.add("configuration", State::Ok, text, "tidings config init writes one with all defaults");
        }
        Err(problems) => {
            let text: Vec<&str> = problems.iter().map(CleanBuf::as_str).collect();
            found.wrong("configuration", text.join("\n"), "fix it, then run tidings config check");
        }
    }
    let (themes, wrong) = runtime::themes(config_files.themes().as_deref());
    let names: Vec<&str> = themes.names().collect();
    found.ok("themes", names.join(", "));
    for text in wrong {
        found.wrong("themes", text.to_string(), "");
    }
}

/// Checks whether a file or folder exists and can be written.
fn file(found: &mut Found, name: &'static str, path: &Path, missing: &str) {
    let exists = path.exists();
    let text = if exists { shown(path) } else { format!("{} (does not exist yet)", shown(path)) };
    match is_writable(path) {
        Ok(()) => found.add(name, State::Ok, text, if exists { "" } else { missing }),
        Err(error) => {
            found.wrong(name, format!("{text}: {}", system_error(&error)), "marks and subscriptions cannot be saved");
        }
    }
}

/// Returns an error if a path cannot be written or created. Tests a folder with a temporary file.
fn is_writable(path: &Path) -> io::Result<()> {
    if path.is_file() {
        return fs::OpenOptions::new().append(true).open(path).map(drop);
    }
    let mut folder: PathBuf = path.to_owned();
    while !folder.is_dir() {
        if !folder.pop() || folder.as_os_str().is_empty() {
            return Err(io::Error::other("no such folder"));
        }
    }
    tempfile::tempfile_in(folder).map(drop)
}

fn library(found: &mut Found, library_args: &LibraryArgs) {
    let Ok(place) = library_args.place() else { return };
    if !place.path().exists() {
        return found.ok("state", "no library yet".to_owned());
    }
    match Library::open(&place) {
        Err(error) => found.wrong("state", error.to_string(), RESTORE),
        Ok(None) => found.ok("state", "no library yet".to_owned()),
        Ok(Some(library)) => opened(found, &place, &library),
    }
}

fn opened(found: &mut Found, place: &LibraryPath, library: &Library) {
    let size = fs::metadata(place.path()).map_or(0, |file| file.len());
    match library.counts() {
        Ok(counts) => {
            let kilobytes = grouped(usize::try_from(size / 1_000).unwrap_or(usize::MAX));
            found.ok("holds", format!("{counts}, {kilobytes} kB"));
        }
        Err(error) => found.wrong("holds", error.to_string(), RESTORE),
    }
    match backup::check(library) {
        Ok(problems) if problems.is_empty() => found.ok("state", "intact".to_owned()),
        Ok(problems) => {
            let text = problems.first().map(ToString::to_string).unwrap_or_default();
            let more = if problems.len() > 1 { format!(", and {} more", problems.len() - 1) } else { String::new() };
            found.wrong("state", text + &more, RESTORE);
        }
        Err(error) => found.wrong("state", error.to_string(), RESTORE),
    }
    if let Some(reason) = library.read_only() {
        found.wrong("writing", format!("read-only: {reason}"), "");
    }
    match backup::all(place).first() {
        Some((day, _)) => found.ok("last backup", day.to_string()),
        None => found.note("last backup", "none yet", "tidings library backup makes one now"),
    }
    if let Ok(sources) = library.sources() {
        let failing: Vec<String> =
            sources.iter().filter(|source| source.failures > 2).map(|source| source.name().to_string()).collect();
        if !failing.is_empty() {
            let advice = "tidings feeds shows why; if a feed has moved, subscribe to its new address with tidings add";
            found.note("failing", &failing.join(", "), advice);
        }
        let abandoned: Vec<String> =
            sources.iter().filter(|source| source.is_abandoned()).map(|source| source.name().to_string()).collect();
        if !abandoned.is_empty() {
            let advice = "tidings add ADDRESS fetches such a feed directly";
            found.note("no longer at its server", &abandoned.join(", "), advice);
        }
    }
    accounts::check(found, place, library);
}

fn environment(found: &mut Found) {
    for name in TABLE.iter().map(|row| row.variable).chain(VARIABLES) {
        if let Some(value) = variable(name) {
            found.ok(name, value);
        }
    }
    for name in PROXIES.into_iter().filter(|name| env::var_os(name).is_some()) {
        found.note(name, "set", "feeds are fetched through this proxy");
    }
}
