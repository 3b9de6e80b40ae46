//! The same releases in the forms that the programs read.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tidings::feed::{self, Sink};
use tidings::release::{Problem, Release};
use tidings::text::{Clean, CleanBuf};

use crate::sample;

/// A feed as RSS, and a line for each of its items.
pub struct Files {
    folder: TempDir,
    /// The number of releases.
    pub size: usize,
}

impl Files {
    /// Writes the files for so many releases.
    pub fn new(size: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let create = |name: &str| BufWriter::new(File::create(folder.path().join(name)).expect("a file"));
        sample::write_rss(size, &mut create("feed.xml")).expect("space for the feed");
        let mut lines = Lines(create("lines.txt"));
        let mut feed = BufReader::new(File::open(folder.path().join("feed.xml")).expect("the feed"));
        feed::read(CleanBuf::line("sample").as_clean(), &mut feed, &mut lines).expect("a feed");
        Self { folder, size }
    }

    /// An empty home with the settings that the programs need.
    pub fn home(&self) -> TempDir {
        let home = tempfile::tempdir().expect("a folder");
        let settings = home.path().join(".newsboat");
        fs::create_dir(&settings).expect("a folder");
        fs::write(settings.join("urls"), self.filled("file://{folder}/feed.xml\n")).expect("a file");
        fs::write(settings.join("config"), "refresh-on-startup no\nconfirm-exit no\n").expect("a file");
        home
    }

    /// A command with the folder and the program filled in.
    pub fn filled(&self, command: &str) -> String {
        let folder = self.folder.path().to_str().expect("a path");
        command.replace("{folder}", folder).replace("{tidings}", env!("CARGO_BIN_EXE_tidings"))
    }

    /// Runs a command; returns the time it took, or `None` if it failed or took longer than `limit`.
    pub fn run(&self, home: &Path, command: &str, limit: Duration) -> Option<Duration> {
        let start = Instant::now();
        let status = Command::new("timeout")
            .args([&limit.as_secs().to_string(), "sh", "-c", &self.filled(command)])
            .env("HOME", home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success()).then(|| start.elapsed())
    }
}

/// Writes title and text of each release as a line.
struct Lines(BufWriter<File>);

impl Sink for Lines {
    fn title(&mut self, _: Clean<'_>) {}

    fn release(&mut self, _: u64, release: &Release) {
        let text = if release.body.as_str().is_empty() { &release.summary } else { &release.body };
        let text = text.as_str().replace('\n', " ");
        writeln!(self.0, "{}\t{text}", release.title.as_str()).expect("space for the lines");
    }

    fn problem(&mut self, problem: Problem) {
        panic!("the sample has a problem: {problem}");
    }

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
