//! Looks at the terminal, the files, the library and the environment.

use std::env;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::{Finding, State};
use crate::cli::library_args::LibraryArgs;
use crate::config::TABLE;
use crate::library::{Library, LibraryPath, backup};
use crate::runtime::{self, ConfigFiles};
use crate::text::{CleanBuf, grouped};

/// Variables that change what the program does, besides those of the settings; those of proxies may hold passwords, which
/// are not told.
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

/// Everything that can be told.
pub fn all(shelf: &LibraryArgs, configured: &ConfigFiles) -> Vec<Finding> {
    let mut found = Found { section: "Program", findings: Vec::new() };
    found.ok("version", format!("tidings {}", env!("CARGO_PKG_VERSION")));
    found.ok("program", shown(&env::current_exe().unwrap_or_default()));
    found.section = "Terminal";
    terminal(&mut found);
    found.section = "Files";
    files(&mut found, shelf);
    configuration(&mut found, configured);
    found.section = "Library";
    library(&mut found, shelf);
    found.section = "Environment";
    environment(&mut found);
    found.findings
}

struct Found {
    section: &'static str,
    findings: Vec<Finding>,
}

impl Found {
    fn add(&mut self, name: &'static str, state: State, told: String, advice: &str) {
        let (section, advice) = (self.section, advice.to_owned());
        self.findings.push(Finding { section, name, state, told, advice });
    }

    fn ok(&mut self, name: &'static str, told: String) {
        self.add(name, State::Ok, told, "");
    }

    fn note(&mut self, name: &'static str, told: &str, advice: &str) {
        self.add(name, State::Note, told.to_owned(), advice);
    }

    fn wrong(&mut self, name: &'static str, told: String, advice: &str) {
        self.add(name, State::Wrong, told, advice);
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
        found.wrong("type", format!("TERM is {term}"), "the reader needs a terminal that moves its cursor");
    } else {
        found.ok("type", term.clone());
    }
    found.ok("colours", runtime::colours().to_owned());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or_default();
    let is_unicode = locale.to_ascii_lowercase().replace('-', "").contains("utf8");
    if is_unicode {
        found.ok("characters", format!("UTF-8 ({locale})"));
    } else {
        let told = if locale.is_empty() { "no locale is set".to_owned() } else { format!("the locale is {locale}") };
        found.note("characters", &told, "without UTF-8 letters may be missing: set LANG to C.UTF-8 or your own");
    }
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        found.note("size", "this is no terminal", "run it in the terminal that is meant to hear the rest");
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
        Err(error) => found.wrong("size", format!("unknown: {error}"), ""),
    }
    match runtime::background() {
        Some(true) => found.ok("background", "light".to_owned()),
        Some(false) => found.ok("background", "dark".to_owned()),
        None => found.note("background", "the terminal does not tell", "set look.theme where dark is wrong"),
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
        found.note("clipboard", "through tmux", "copying over ssh needs `set -g set-clipboard on` in tmux");
    }
}

fn files(found: &mut Found, shelf: &LibraryArgs) {
    match shelf.place() {
        Ok(place) => {
            file(found, "library", place.path(), "it is made when there is first something to keep");
            file(found, "backups", &place.backups(), "the first is made a day after there is a library");
        }
        Err(fault) => found.wrong("library", fault.to_string(), "set HOME, or name a file with --library"),
    }
}

/// The configuration and the themes beside it: whether they can be read.
fn configuration(found: &mut Found, configured: &ConfigFiles) {
    let Some(path) = configured.path() else {
        return found.note("configuration", "there is no folder for it", "set HOME, or name a file with --config");
    };
    match configured.load() {
        Ok(_) if path.exists() => found.ok("configuration", shown(path)),
        Ok(_) => {
            let told = format!("{} (not there: all is as by default)", shown(path));
            found.add("configuration", State::Ok, told, "tidings config init writes one with every default");
        }
        Err(problems) => {
            let told: Vec<&str> = problems.iter().map(CleanBuf::as_str).collect();
            found.wrong("configuration", told.join("\n"), "tidings config check tells when it is mended");
        }
    }
    let (themes, wrong) = runtime::themes(configured.themes().as_deref());
    let names: Vec<&str> = themes.names().collect();
    found.ok("themes", names.join(", "));
    for told in wrong {
        found.wrong("themes", told.to_string(), "");
    }
}

/// A file or folder: whether it is there, and whether it could be written.
fn file(found: &mut Found, name: &'static str, path: &Path, missing: &str) {
    let is_there = path.exists();
    let told = if is_there { shown(path) } else { format!("{} (not there yet)", shown(path)) };
    match can_be_written(path) {
        Ok(()) => found.add(name, State::Ok, told, if is_there { "" } else { missing }),
        Err(error) => found.wrong(name, format!("{told}: {error}"), "what is marked and followed is not kept"),
    }
}

/// Whether something can be written at a path, or where it would be made. A folder is tried with a file that goes again.
fn can_be_written(path: &Path) -> io::Result<()> {
    if path.is_file() {
        return fs::OpenOptions::new().append(true).open(path).map(drop);
    }
    let mut folder: PathBuf = path.to_owned();
    while !folder.is_dir() {
        if !folder.pop() || folder.as_os_str().is_empty() {
            return Err(io::Error::other("there is no such folder"));
        }
    }
    tempfile::tempfile_in(folder).map(drop)
}

fn library(found: &mut Found, shelf: &LibraryArgs) {
    let Ok(place) = shelf.place() else { return };
    if !place.path().exists() {
        return found.ok("state", "there is none yet".to_owned());
    }
    match Library::open(&place) {
        Err(fault) => found.wrong("state", fault.to_string(), "tidings library restore takes the newest whole backup"),
        Ok(None) => found.ok("state", "there is none yet".to_owned()),
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
        Err(fault) => found.wrong("holds", fault.to_string(), "tidings library restore takes the newest whole backup"),
    }
    match backup::check(library) {
        Ok(wrong) if wrong.is_empty() => found.ok("state", "it is whole".to_owned()),
        Ok(wrong) => {
            let told = wrong.first().map(ToString::to_string).unwrap_or_default();
            let more = if wrong.len() > 1 { format!(", and {} more", wrong.len() - 1) } else { String::new() };
            found.wrong("state", told + &more, "tidings library restore takes the newest whole backup");
        }
        Err(fault) => found.wrong("state", fault.to_string(), "tidings library restore takes the newest whole backup"),
    }
    if let Some(reason) = library.read_only() {
        found.wrong("writing", format!("it is read and not written: {reason}"), "");
    }
    match backup::all(place).first() {
        Some((day, _)) => found.ok("last backup", day.to_string()),
        None => found.note("last backup", "none yet", "tidings library backup makes one now"),
    }
    if let Ok(sources) = library.sources() {
        let failing: Vec<String> =
            sources.iter().filter(|source| source.failures > 2).map(|source| source.name().to_string()).collect();
        if !failing.is_empty() {
            let advice = "tidings feeds tells why; a moved feed is followed at its new address with tidings add";
            found.note("failing", &failing.join(", "), advice);
        }
    }
}

fn environment(found: &mut Found) {
    for name in TABLE.iter().map(|row| row.variable).chain(VARIABLES) {
        if let Some(value) = variable(name) {
            found.ok(name, value);
        }
    }
    for name in PROXIES.into_iter().filter(|name| env::var_os(name).is_some()) {
        found.note(name, "set", "feeds are fetched through a proxy");
    }
}
