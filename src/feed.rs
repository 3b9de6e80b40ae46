//! Feeds: bytes in, releases out, one at a time.
//!
//! [`read`] finds out what a source is (a JSON Feed, any JSON that holds a list of releases, JSON Lines) and streams
//! it: each release is given to the [`Sink`] as soon as its last byte has been read, and memory holds one window and
//! the largest item, never the document. What is wrong with an item costs that item and becomes a
//! [`Problem`]; only what is no feed at all is refused. All text is sanitised here, once.
//!
//! The parts: `json` (the one format so far), and what formats share: `window` (what is read and not yet used),
//! `fields` (a release being filled), `date`, `html`, `link`, `sniff`.
//! Nothing here opens files, keeps releases or knows who listens.

pub mod date;
mod fields;
mod html;
mod json;
mod link;
mod sniff;
mod window;

use std::io::{self, Read};
use std::ops::ControlFlow;

use crate::release::{Problem, Release};
use crate::text::{Clean, CleanBuf};

/// What a reader tells of while it reads.
pub trait Sink {
    /// The feed's own title. It may come after releases, or never.
    fn title(&mut self, title: Clean<'_>);

    /// The next release. The value is used again for the one after it: copy what you keep.
    fn release(&mut self, release: &Release);

    /// Something that was left out.
    fn problem(&mut self, problem: Problem);

    /// Before each read from the source, which may take as long as it likes.
    fn waits(&mut self) {}

    /// After each read from the source: how many bytes have come so far. `Break` ends the reading, and [`read`]
    /// returns `Ok`.
    fn progress(&mut self, bytes: u64) -> ControlFlow<()>;
}

/// Why a source is no feed. The texts begin in the middle of a sentence: the source's name goes before them.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It could not be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// There is nothing, or only blanks.
    #[error("is empty; tidings reads JSON Feed, JSON and JSON Lines")]
    Empty,
    /// It is something else.
    #[error("is no feed: found {found}; tidings reads JSON Feed, JSON and JSON Lines, in UTF-8")]
    NotAFeed {
        /// What it is: "a PNG image".
        found: CleanBuf,
    },
    /// It is neither JSON nor anything else that is known.
    #[error("is no feed: {reason}{}; tidings reads JSON Feed, JSON and JSON Lines", at(*byte))]
    NotJson {
        /// What breaks the format, or how the text begins.
        reason: CleanBuf,
        /// Where, from 0.
        byte: Option<u64>,
    },
    /// It is JSON without a release in it.
    #[error("holds no releases: found {found}; expected a list of objects with a title, a text or a link")]
    NoReleases {
        /// What the document is: "a JSON object with the keys a, b".
        found: CleanBuf,
    },
}

fn at(byte: Option<u64>) -> String {
    byte.map_or_else(String::new, |byte| format!(" (at byte {byte})"))
}

/// Reads a whole source and tells `sink` what is in it. `source` is its name for problems.
///
/// # Errors
/// A [`Refusal`] says that the source is no feed and that no release was given to the sink (problems may have been).
/// Whatever goes wrong after the first release is a [`Problem`].
pub fn read(source: Clean<'_>, input: &mut dyn Read, sink: &mut dyn Sink) -> Result<(), Refusal> {
    json::read(source, input, sink)
}
