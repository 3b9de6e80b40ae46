//! A disk small enough to fill up, if the machine allows a test to mount one.

#![allow(dead_code)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::skip::skip;

/// A file system in memory, mounted on its own folder and unmounted on drop.
pub struct Disk {
    folder: TempDir,
}

/// Mounts a disk of a size in KiB. `None`, with the reason on standard error, if mounting is not allowed.
pub fn disk(size: usize) -> Option<Disk> {
    let disk = Disk { folder: tempfile::tempdir().expect("a folder") };
    if run("mount", &["-t", "tmpfs", "-o", &format!("size={size}k"), "tmpfs", &disk.name()]) {
        return Some(disk);
    }
    skip("a small disk cannot be mounted here");
    // Nothing is mounted.
    std::mem::forget(disk);
    None
}

impl Disk {
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn name(&self) -> String {
        self.path().to_string_lossy().into_owned()
    }

    /// Fills the disk up to a number of KiB.
    pub fn fill(&self, left: u64) {
        let mut filler = fs::File::create(self.path().join("filler")).expect("a file");
        while filler.write_all(&[0; 1_024]).is_ok() {}
        let length = filler.metadata().expect("a file").len();
        filler.set_len(length.saturating_sub(left << 10)).expect("a shorter file");
    }

    /// Frees the space again.
    pub fn make_room(&self) {
        fs::remove_file(self.path().join("filler")).expect("the filler");
    }

    /// Makes the disk read-only.
    pub fn protect(&self) {
        assert!(run("mount", &["-o", "remount,ro", &self.name()]), "the disk cannot be protected");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["-l", &self.name()]);
    }
}

fn run(program: &str, arguments: &[&str]) -> bool {
    let quiet = || Stdio::null();
    let status = Command::new(program).args(arguments).stdin(quiet()).stdout(quiet()).stderr(quiet()).status();
    status.is_ok_and(|status| status.success())
}
