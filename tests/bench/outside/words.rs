//! The words that distinguish the hits, in the filter pane: what they add to the memory of the reader.

use crate::reader::Reader;
use crate::{mebibytes, middle, row};

/// A size with the filter pane on the screen.
const SIZE: (u16, u16) = (150, 40);
const RUNS: usize = 3;

/// Prints the peak memory of the reader with the words against that without, after loading and after a search.
pub fn measure(path: &str, size: usize) {
    let [mut loaded, mut searched] = [(); 2].map(|()| (Vec::new(), Vec::new()));
    for _ in 0..RUNS {
        let (on, off) = (peaks(path, size, true), peaks(path, size, false));
        loaded.0.push(on[0]);
        loaded.1.push(off[0]);
        searched.0.push(on[1]);
        searched.1.push(off[1]);
    }
    for (what, (on, off)) in [("after loading", loaded), ("after a search", searched)] {
        let (on, off) = (middle(on), middle(off));
        let beside = format!("{:+.1} %, {off:.1} to {on:.1} MiB", (on / off - 1.0) * 100.0);
        row(&format!("peak memory with words {what}, against without"), on / off, "times", 1.05, &beside);
    }
}

/// The peak memory after loading, and after a search, in MiB.
fn peaks(path: &str, size: usize, has_words: bool) -> [f64; 2] {
    let mut reader = Reader::start(SIZE, &[if has_words { "--words=true" } else { "--words=false" }, path]);
    reader.wait_count(size);
    if has_words {
        reader.wait("Words, last");
    }
    reader.settle();
    let loaded = reader.terminal.peak();
    reader.terminal.key("/");
    reader.type_word("re");
    if has_words {
        reader
            .wait_until("the words of the hits", |screen| screen.contains("Words") && !screen.contains("Words, last"));
    }
    reader.settle();
    [loaded, reader.terminal.peak()].map(mebibytes)
}
