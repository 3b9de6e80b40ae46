//! Confirmed data is on disk, verified from outside by the system calls that strace lists.
//!
//! Only this test distinguishes a write that survives a power failure from one that does not: without a flush every
//! other test passes.

#[path = "support/skip.rs"]
mod skip;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The relevant calls: writing, flushing and naming files.
const CALLS: &str = "trace=write,pwrite64,writev,copy_file_range,sendfile,fsync,fdatasync,rename,renameat,renameat2,link,\
                     linkat";

/// What the calls so far have left in the system's caches.
#[derive(Debug, Default)]
struct Disk {
    /// The folder that the program runs in.
    home: PathBuf,
    /// Files whose content is not on disk.
    unflushed: BTreeSet<PathBuf>,
    /// Folders with a name that is not on disk.
    unnamed: BTreeSet<PathBuf>,
    flushes: usize,
    names: usize,
    outputs: usize,
}

impl Disk {
    /// Processes one call in strace's format: `4242 fsync(3</home/x>) = 0`.
    ///
    /// # Panics
    /// When a file gets its name before its content is on disk, or something is confirmed before it is.
    fn call(&mut self, line: &str) {
        let call = line.split_once(' ').map_or("", |(_, call)| call.trim_start());
        let Some((name, arguments)) = call.split_once('(') else { return };
        let is_failed = arguments.contains(") = -1");
        let open = open_files(arguments);
        match name {
            "write" | "pwrite64" | "writev" if arguments.starts_with("1<") => {
                self.outputs += 1;
                assert!(self.unnamed.is_empty(), "told before its name was on the disk: {self:?}");
                let is_kept = |path: &&PathBuf| path.to_string_lossy().contains("library.db");
                assert_eq!(self.unflushed.iter().find(is_kept), None, "told before it was on the disk");
            }
            "write" | "pwrite64" | "writev" | "sendfile" => self.written(open.first()),
            "copy_file_range" => self.written(open.get(1)),
            "fsync" | "fdatasync" => {
                for path in open {
                    self.flushes += 1;
                    self.unflushed.remove(&path);
                    self.unnamed.remove(&path);
                }
            }
            "rename" | "renameat" | "renameat2" | "link" | "linkat" if !is_failed => {
                let names: Vec<&str> = arguments.split('"').skip(1).step_by(2).collect();
                let [from, to] = names[..] else { panic!("two names: {line}") };
                let (from, to) = (self.home.join(from), self.home.join(to));
                assert!(!self.unflushed.contains(&from), "{} is named before it is on the disk", to.display());
                self.names += 1;
                self.unnamed.insert(to.parent().expect("a folder").to_owned());
            }
            _ => {}
        }
    }

    fn written(&mut self, file: Option<&PathBuf>) {
        // Of the files that `SQLite` keeps, these are recreated when needed.
        let is_of_moment = |path: &Path| path.to_string_lossy().ends_with("-shm");
        self.unflushed.extend(file.filter(|path| path.is_absolute() && !is_of_moment(path)).cloned());
    }
}

/// The paths of the open files in a call: `3</home/x>`.
fn open_files(arguments: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for part in arguments.split(", ") {
        let number = part.trim_start_matches(|c: char| c.is_ascii_digit());
        if number.len() < part.len()
            && let Some((path, _)) = number.strip_prefix('<').and_then(|rest| rest.rsplit_once('>'))
        {
            files.push(PathBuf::from(path));
        }
    }
    files
}

/// Runs the program in its home and traces what it does to the disk, checking its output. Every command must succeed.
fn follow(home: &Path, arguments: &[&str]) -> Disk {
    let calls = home.join("calls");
    let output = Command::new("strace")
        .args(["-f", "-y", "-qq", "-s", "0", "-e", "signal=none", "-e", CALLS, "-o"])
        .arg(&calls)
        .arg(env!("CARGO_BIN_EXE_tidings"))
        .args(arguments)
        .current_dir(home)
        .env("HOME", home)
        .env("TIDINGS_LIBRARY", home.join("library.db"))
        .stdin(Stdio::null())
        .output()
        .expect("strace");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let mut disk = Disk { home: home.to_owned(), ..Disk::default() };
    for line in fs::read_to_string(calls).expect("a list of calls").lines() {
        disk.call(line);
    }
    assert!(disk.unnamed.is_empty(), "{arguments:?}: a name is not on the disk: {disk:?}");
    assert!(disk.outputs > 0, "{arguments:?} told nothing");
    disk
}

/// Whether strace works here.
fn can_follow() -> bool {
    let calls = Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).output();
    let is_there = calls.is_ok_and(|output| output.status.success());
    if !is_there {
        skip::skip("strace is not there or may not follow programs");
    }
    is_there
}

#[test]
fn confirmed_data_is_on_disk() {
    if !can_follow() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().canonicalize().expect("a folder");
    fs::write(home.join("feed.json"), r#"[{"id":"r1","title":"One"},{"id":"r2","title":"Two"}]"#).expect("a feed");
    fs::write(home.join("list.opml"), r#"<opml><body><outline xmlUrl="https://a.invalid/f"/></body></opml>"#)
        .expect("a list");
    // The library is created: its name and the marks must last.
    let marked = follow(&home, &["mark", "read", "-q", "One", "feed.json"]);
    assert!(marked.names == 1 && marked.flushes > 3, "{marked:?}");
    let marked = follow(&home, &["mark", "star", "-q", "Two", "feed.json"]);
    assert!(marked.flushes > 0, "{marked:?}");
    follow(&home, &["import", "list.opml"]);
    // Files replaced atomically.
    for (arguments, names) in [
        (&["library", "backup"][..], 1),
        (&["library", "backup"], 1),
        (&["library", "backup", "copy.db"], 1),
        (&["library", "restore"], 1),
        (&["library", "export", "all.json"], 1),
        (&["library", "export", "all.json", "--force", "--opml", "feeds.opml"], 2),
        (&["library", "import", "all.json"], 0),
        (&["config", "init"], 1),
    ] {
        assert_eq!(follow(&home, arguments).names, names, "{arguments:?}");
    }
    // Repair: the replacement is complete before the damaged file goes.
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(home.join(format!("library.db{end}")));
    }
    fs::write(home.join("library.db"), "no database any more").expect("damaged");
    let mended = follow(&home, &["library", "check"]);
    assert!(mended.names >= 3, "{mended:?}");
}

#[test]
fn a_missing_flush_is_detected() {
    let after = |lines: &[&str]| {
        let mut disk = Disk::default();
        for line in lines {
            disk.call(line);
        }
        disk
    };
    let written = r#"7 write(3</h/.t>, ""..., 9) = 9"#;
    let flushed = "7 fsync(3</h/.t>) = 0";
    let named = r#"7 renameat2(AT_FDCWD</h>, "/h/.t", AT_FDCWD</h>, "/h/x", RENAME_NOREPLACE) = 0"#;
    let told = r#"7 write(1<pipe:[1]>, ""..., 9) = 9"#;
    assert!(std::panic::catch_unwind(|| after(&[written, named])).is_err(), "the content is not on the disk");
    assert_eq!(after(&[written, flushed, named]).unnamed.len(), 1, "the name is not on the disk");
    assert!(std::panic::catch_unwind(|| after(&[written, flushed, named, told])).is_err(), "it was told too early");
    let settled = "7 fsync(5</h>) = 0";
    assert_eq!(after(&[written, flushed, named, settled, told]).unnamed.len(), 0);
    let log = r#"7 pwrite64(4</h/library.db-wal>, ""..., 9, 0) = 9"#;
    assert!(std::panic::catch_unwind(|| after(&[log, told])).is_err(), "the log is not on the disk");
    after(&[log, "7 fdatasync(4</h/library.db-wal>) = 0", told]);
    let copied = r"7 copy_file_range(5</h/a>, NULL, 6</h/.t>, NULL, 4096, 0) = 4096";
    assert!(std::panic::catch_unwind(|| after(&[copied, named])).is_err(), "what was copied is not on the disk");
}
