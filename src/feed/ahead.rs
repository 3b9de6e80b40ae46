//! Reads the items of a large source ahead on a second thread.
//!
//! The bytes after the cursor are cut into pieces at places that look like the beginning of an item. Both threads parse
//! pieces; the first thread delivers the releases in the order of the source. What a piece proves is up to its
//! [`Parse`]: a run of items from its first byte on, each read as the first thread would read it. The run ends before
//! the first surprise, which the first thread then reads as if there were no piece.
//!
//! A piece counts only if the cursor arrives exactly at its first byte where an item is expected. A wrong guess, such as
//! an item within a text, costs time and changes nothing.

use std::collections::VecDeque;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use crate::release::Release;

/// Below this position in the source, a second thread costs more than it saves.
const START: u64 = if cfg!(test) { 1 } else { 8 << 20 };
/// The least bytes of a piece: the work of about 0.2 ms.
const PIECE: usize = if cfg!(test) { 1 << 9 } else { 128 << 10 };
/// The bytes after the cursor that are cut into pieces.
pub(super) const REACH: usize = 8 * PIECE;
/// The most items of a piece: each takes memory, however short it is.
const ITEMS: usize = 1024;
/// The buffers of longer items are not kept for others.
const LONG: usize = 4 << 10;
/// The pieces that the second thread has before it.
const BACKLOG: usize = 2;

/// Parses pieces.
pub(super) trait Parse: Send + 'static {
    /// What is known about an item besides its release.
    type Item: Send;

    /// Reads items from the beginning of the bytes until `piece` is full or the bytes hold a surprise.
    fn parse(&mut self, bytes: &[u8], piece: &mut Run<Self::Item>);
}

/// The items that a piece begins with.
pub(super) struct Run<T> {
    /// Where each item is in the piece, and what is known about it.
    pub items: Vec<(Range<usize>, T)>,
    /// A release for each item, and others whose buffers will be reused.
    pub releases: Vec<Release>,
}

impl<T> Run<T> {
    /// Adds an item. Exchanges its release for one whose buffers can be reused.
    pub fn push(&mut self, place: Range<usize>, item: T, release: &mut Release) {
        if self.releases.len() == self.items.len() {
            self.releases.push(Release::default());
        }
        std::mem::swap(&mut self.releases[self.items.len()], release);
        self.items.push((place, item));
    }

    /// Whether it takes no more items.
    pub fn is_full(&self) -> bool {
        self.items.len() >= ITEMS
    }
}

/// A piece of the source and, once it has been parsed, its items.
pub(super) struct Piece<T> {
    /// The position of its first byte in the source.
    pub start: u64,
    bytes: Vec<u8>,
    pub run: Run<T>,
}

impl<T> Default for Piece<T> {
    fn default() -> Self {
        Self { start: 0, bytes: Vec::new(), run: Run { items: Vec::new(), releases: Vec::new() } }
    }
}

impl<T> Piece<T> {
    fn parse(&mut self, reader: &mut impl Parse<Item = T>) {
        self.run.items.clear();
        reader.parse(&self.bytes, &mut self.run);
    }
}

/// A piece on its way.
enum State<T> {
    Waiting(Piece<T>),
    /// The second thread has it.
    Sent(u64),
    Parsed(Piece<T>),
}

impl<T> State<T> {
    fn start(&self) -> u64 {
        match self {
            Self::Waiting(piece) | Self::Parsed(piece) => piece.start,
            Self::Sent(start) => *start,
        }
    }
}

/// The second thread.
struct Helper<T> {
    pieces: Sender<Piece<T>>,
    parsed: Receiver<Piece<T>>,
    thread: JoinHandle<()>,
}

/// The pieces after the cursor and the thread that parses them.
pub(super) struct Ahead<R: Parse> {
    helper: Option<Helper<R::Item>>,
    /// Parses on the first thread.
    reader: Option<R>,
    /// In the order of the source.
    pieces: VecDeque<State<R::Item>>,
    /// The end of the last piece.
    end: u64,
    spare: Vec<Piece<R::Item>>,
    /// There is no second thread.
    is_off: bool,
}

impl<R: Parse> Default for Ahead<R> {
    fn default() -> Self {
        Self { helper: None, reader: None, pieces: VecDeque::new(), end: 0, spare: Vec::new(), is_off: false }
    }
}

impl<R: Parse> Ahead<R> {
    /// Reads nothing ahead.
    #[cfg(test)]
    pub fn turn_off(&mut self) {
        self.is_off = true;
    }

    /// Whether reading ahead is worth its cost at this position. Starts the thread the first time, unless there is only
    /// one processor; `reader` makes a reader for each thread.
    pub fn is_on(&mut self, position: u64, reader: impl Fn() -> R) -> bool {
        if self.is_off || position < START {
            return false;
        }
        if self.helper.is_none() {
            self.is_off = thread::available_parallelism().is_ok_and(|processors| processors.get() == 1);
            if !self.is_off {
                self.start(&reader);
            }
        }
        !self.is_off
    }

    fn start(&mut self, reader: &impl Fn() -> R) {
        let (pieces, inbox) = mpsc::channel::<Piece<R::Item>>();
        let (outbox, parsed) = mpsc::channel();
        let mut of_thread = reader();
        let run = move || {
            for mut piece in inbox {
                piece.parse(&mut of_thread);
                if outbox.send(piece).is_err() {
                    return;
                }
            }
        };
        match thread::Builder::new().name("parse".to_owned()).spawn(run) {
            Ok(thread) => self.helper = Some(Helper { pieces, parsed, thread }),
            Err(_) => self.is_off = true,
        }
        self.reader = Some(reader());
    }

    /// Cuts `bytes`, which begin at `position`, into pieces. `next` returns where an item seems to begin; the last piece
    /// ends there.
    pub fn cut(&mut self, position: u64, bytes: &[u8], next: impl Fn(&[u8]) -> Option<usize>) {
        if self.pieces.is_empty() {
            self.end = self.end.max(position);
        }
        loop {
            let Some(rest) = self.end.checked_sub(position).and_then(|from| bytes.get(from as usize..)) else { return };
            let Some(more) = rest.get(PIECE..).and_then(&next) else { return };
            let mut piece = self.spare.pop().unwrap_or_default();
            piece.start = self.end;
            piece.bytes.clear();
            piece.bytes.extend_from_slice(&rest[..PIECE + more]);
            self.end += (PIECE + more) as u64;
            self.pieces.push_back(State::Waiting(piece));
        }
    }

    /// Returns the piece that begins at `position`, parsed.
    pub fn take(&mut self, position: u64) -> Option<Piece<R::Item>> {
        while self.pieces.front().is_some_and(|piece| piece.start() < position) {
            if let Some(State::Waiting(piece) | State::Parsed(piece)) = self.pieces.pop_front() {
                self.spare.push(piece);
            }
        }
        if self.pieces.front()?.start() != position {
            return None;
        }
        loop {
            while let Some(piece) = self.helper.as_ref().and_then(|helper| helper.parsed.try_recv().ok()) {
                self.receive(piece);
            }
            self.send();
            if let Some(State::Parsed(_)) = self.pieces.front() {
                let Some(State::Parsed(piece)) = self.pieces.pop_front() else { return None };
                return Some(piece);
            }
            self.work()?;
        }
    }

    /// Takes back a piece, so that its buffers are reused.
    pub fn give_back(&mut self, mut piece: Piece<R::Item>) {
        if piece.run.items.iter().any(|(item, _)| item.len() > LONG) {
            piece.run.releases.clear();
        }
        self.spare.push(piece);
    }

    /// Gives the second thread enough to do.
    fn send(&mut self) {
        let Some(helper) = &self.helper else { return };
        let sent = self.pieces.iter().filter(|piece| matches!(piece, State::Sent(_))).count();
        let waiting = self.pieces.iter_mut().filter(|piece| matches!(piece, State::Waiting(_)));
        for state in waiting.take(BACKLOG.saturating_sub(sent)) {
            let start = state.start();
            if let State::Waiting(piece) = std::mem::replace(state, State::Sent(start)) {
                // Without a receiver the piece is lost, and `work` finds that out.
                let _ = helper.pieces.send(piece);
            }
        }
    }

    /// Parses a piece that nobody has, or waits for the second thread.
    fn work(&mut self) -> Option<()> {
        let waiting = self.pieces.iter_mut().find(|piece| matches!(piece, State::Waiting(_)));
        if let (Some(state), Some(reader)) = (waiting, &mut self.reader) {
            let start = state.start();
            if let State::Waiting(mut piece) = std::mem::replace(state, State::Sent(start)) {
                piece.parse(reader);
                *state = State::Parsed(piece);
            }
            return Some(());
        }
        if let Ok(piece) = self.helper.as_ref()?.parsed.recv() {
            self.receive(piece);
            return Some(());
        }
        // The thread ends by itself only if it panics.
        let thread = self.helper.take()?.thread;
        self.pieces.clear();
        self.is_off = true;
        if let Err(payload) = thread.join() {
            resume_unwind(payload);
        }
        None
    }

    fn receive(&mut self, piece: Piece<R::Item>) {
        match self.pieces.iter_mut().find(|state| state.start() == piece.start) {
            Some(state @ State::Sent(_)) => *state = State::Parsed(piece),
            _ => self.spare.push(piece),
        }
    }
}

impl<R: Parse> Drop for Ahead<R> {
    fn drop(&mut self) {
        if let Some(Helper { pieces, parsed, thread }) = self.helper.take() {
            drop((pieces, parsed));
            // The thread ends after the current piece. Its panic, if any, no longer matters.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::ops::ControlFlow;

    use crate::feed::{Raw, Sink};
    use crate::release::{Problem, Release};
    use crate::text::Clean;

    /// Writes down everything that a reader reports, and stops it after some releases.
    pub struct Log {
        pub lines: Vec<String>,
        left: usize,
    }

    impl Log {
        pub fn until(left: usize) -> Self {
            Self { lines: Vec::new(), left }
        }
    }

    impl Sink for Log {
        fn title(&mut self, title: Clean<'_>) {
            self.lines.push(format!("title {title}"));
        }

        fn release(&mut self, item: u64, release: &Release) {
            self.lines.push(format!("{item} {release:?}"));
            self.left -= 1;
        }

        fn problem(&mut self, problem: Problem) {
            self.lines.push(format!("{problem:?}"));
        }

        fn raw(&mut self, part: Raw<'_>) {
            self.lines.push(format!("{part:?}"));
        }

        fn is_over(&mut self) -> bool {
            self.left == 0
        }

        fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
    }
}
