//! Progress bars, and cancellation by Ctrl-C.

use std::io::{self, IsTerminal, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::interrupt::cancel_flag;

/// The interval at which the bar is redrawn.
const TICK: Duration = Duration::from_millis(250);

/// Returns a progress bar with a template, hidden unless both outputs are terminals.
pub fn bar(template: &str) -> ProgressBar {
    if !io::stderr().is_terminal() || !io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━━ "));
    }
    bar.enable_steady_tick(TICK);
    bar
}

/// A reader or writer that counts its bytes on a progress bar and fails after Ctrl-C.
pub struct Counted<T> {
    inner: T,
    bar: ProgressBar,
    is_cancelled: Arc<AtomicBool>,
}

impl<T> Counted<T> {
    /// Wraps a reader or writer of this many bytes; 0 if the number is unknown.
    pub fn new(what: &str, inner: T, bytes: u64) -> Self {
        let template = if bytes > 0 { "{bar:30} {bytes} of {total_bytes}" } else { "{bytes}" };
        let bar = bar(&format!("{what}  {template}"));
        if bytes > 0 {
            bar.set_length(bytes);
        }
        let is_cancelled = cancel_flag();
        Self { inner, bar, is_cancelled }
    }

    fn count(&self, bytes: usize) -> io::Result<usize> {
        self.bar.inc(bytes as u64);
        if self.is_cancelled.load(Ordering::SeqCst) { Err(io::Error::other("cancelled")) } else { Ok(bytes) }
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
    fn bytes_pass_through_until_cancelled() {
        let mut all = Vec::new();
        let mut counted = Counted::new("reading", &b"some bytes"[..], 10);
        counted.read_to_end(&mut all).expect("all of them");
        assert_eq!((all.as_slice(), counted.bar.position()), (&b"some bytes"[..], 10));
        let mut counted = Counted::new("writing", Vec::new(), 0);
        counted.write_all(b"one").expect("memory");
        counted.is_cancelled.store(true, Ordering::SeqCst);
        assert!(counted.write_all(b"two").is_err());
    }
}
