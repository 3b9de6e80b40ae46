//! A sample feed, in memory or in a file, and the pass of `serde_json` that others are compared with.

use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Read};
use std::path::Path;
use std::time::Duration;

use serde::de::IgnoredAny;
use tempfile::NamedTempFile;

use crate::measure::{Cost, cost};
use crate::sample;

/// The most releases of a feed that is kept in memory.
const IN_MEMORY: usize = 1_000_000;
/// The number of bytes of a file that `serde_json` is given at once.
const BLOCK: usize = 64 << 20;

/// A feed to load.
pub enum Feed {
    /// All its bytes.
    Bytes(Vec<u8>),
    /// A file.
    File(NamedTempFile),
}

impl Feed {
    /// Makes a feed of so many releases, in a file if it is large.
    pub fn new(size: usize) -> Self {
        if size <= IN_MEMORY { Self::Bytes(sample::feed(size)) } else { Self::in_file(size) }
    }

    /// Makes a feed of so many releases in a file, without holding it in memory.
    pub fn in_file(size: usize) -> Self {
        let file = tempfile::Builder::new().suffix(".json").tempfile().expect("a temporary file");
        sample::write(size, &mut BufWriter::new(file.as_file())).expect("space for the feed");
        Self::File(file)
    }

    /// Its size in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(file) => file.as_file().metadata().expect("a file").len(),
        }
    }

    /// The path of its file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Bytes(_) => panic!("the feed is in memory"),
            Self::File(file) => file.path(),
        }
    }

    /// Returns its bytes, one after the other.
    pub fn reader(&self) -> Box<dyn Read + '_> {
        match self {
            Self::Bytes(bytes) => Box::new(bytes.as_slice()),
            Self::File(file) => Box::new(file.reopen().expect("the feed")),
        }
    }

    /// Passes its bytes to `serde_json`, which keeps nothing.
    pub fn discard(&self) {
        let Self::Bytes(bytes) = self else { panic!("the feed is in a file") };
        drop(black_box(serde_json::from_slice::<IgnoredAny>(bytes)));
    }

    /// What one pass of `serde_json` that keeps nothing costs, over bytes that are in memory already.
    pub fn discarded(&self) -> Cost {
        match self {
            Self::Bytes(_) => cost(|| self.discard()),
            Self::File(file) => in_blocks(&mut file.reopen().expect("the feed")),
        }
    }
}

/// Passes all items of a file to `serde_json`, many lines at a time; reading and splitting are not counted.
fn in_blocks(file: &mut File) -> Cost {
    let mut total = Cost::default();
    let mut block = Vec::with_capacity(BLOCK);
    while file.by_ref().take((BLOCK - block.len()) as u64).read_to_end(&mut block).expect("the feed") > 0 {
        let end = memchr::memrchr(b'\n', &block).map_or(0, |at| at + 1);
        let lines = block[..end].split(|&byte| byte == b'\n');
        let items = lines.map(|line| line.strip_suffix(b",").unwrap_or(line));
        let items: Vec<&[u8]> = items.filter(|line| line.starts_with(b"{\"id\"")).collect();
        let part = cost(|| {
            for item in &items {
                let _ = black_box(serde_json::from_slice::<IgnoredAny>(item));
            }
        });
        total.wall += part.wall;
        total.processor += part.processor;
        block.drain(..end);
    }
    assert!(total.wall > Duration::ZERO, "the feed has items");
    total
}
