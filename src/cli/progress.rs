//! How far something long is, on a terminal; and Ctrl-C, which calls it off in good order.

use std::io::{self, IsTerminal, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::interrupt::cancel_flag;

/// How often the bar is drawn.
const TICK: Duration = Duration::from_millis(250);

/// A bar in a form of its own where people watch, and nothing elsewhere.
pub fn bar(form: &str) -> ProgressBar {
    if !io::stderr().is_terminal() || !io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(form) {
        bar.set_style(style.progress_chars("━━ "));
    }
    bar.enable_steady_tick(TICK);
    bar
}

/// Bytes that go in or out, counted on a bar, until Ctrl-C.
pub struct Counted<T> {
    inner: T,
    bar: ProgressBar,
    is_called_off: Arc<AtomicBool>,
}

impl<T> Counted<T> {
    /// Of so many bytes; 0 where nobody knows.
    pub fn new(what: &str, inner: T, bytes: u64) -> Self {
        let form = if bytes > 0 { "{bar:30} {bytes} of {total_bytes}" } else { "{bytes}" };
        let bar = bar(&format!("{what}  {form}"));
        if bytes > 0 {
            bar.set_length(bytes);
        }
        let is_called_off = cancel_flag();
        Self { inner, bar, is_called_off }
    }

    fn count(&self, bytes: usize) -> io::Result<usize> {
        self.bar.inc(bytes as u64);
        if self.is_called_off.load(Ordering::SeqCst) { Err(io::Error::other("it was called off")) } else { Ok(bytes) }
    }
}

impl<T: Read> Read for Counted<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count(read)
    }
}

impl<T: Write> Write for Counted<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.count(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T> Drop for Counted<T> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_off_ends_and_what_is_not_goes_through() {
        let mut all = Vec::new();
        let mut counted = Counted::new("reading", &b"some bytes"[..], 10);
        counted.read_to_end(&mut all).expect("all of them");
        assert_eq!((all.as_slice(), counted.bar.position()), (&b"some bytes"[..], 10));
        let mut counted = Counted::new("writing", Vec::new(), 0);
        counted.write_all(b"one").expect("memory");
        counted.is_called_off.store(true, Ordering::SeqCst);
        assert!(counted.write_all(b"two").is_err());
    }
}
