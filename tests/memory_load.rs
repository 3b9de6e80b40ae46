//! Feeds in which every item is broken, or every topic is new, are loaded and checked in little memory. A test program by itself, because it
//! measures the peak of the process.

use std::io::Write;

use tempfile::NamedTempFile;
use tidings::feed::{Limits, check, opml};
use tidings::runtime::{self, Input, OpenedInputs};
use tidings::text::CleanBuf;

/// The highest allowed peak memory of the process, in kB.
const MOST: u64 = 80 << 10;
const MIB: usize = 1 << 20;

/// Returns the peak memory of the process in kB; `None` except on Linux.
fn peak() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_ascii_whitespace().next()?.parse().ok())
}

fn document(before: &str, repeated: &str, bytes: usize, after: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a temporary file");
    let text = format!("{before}{}{after}", repeated.repeat(bytes / repeated.len()));
    file.write_all(text.as_bytes()).expect("space");
    file
}

/// Returns the number of problems of a feed, and how many of them are kept.
fn load(feed: &NamedTempFile) -> (usize, usize) {
    let loaded =
        runtime::load(&OpenedInputs { sources: vec![Input::File(feed.path().to_owned())], ..OpenedInputs::default() });
    (loaded.problems.len(), loaded.problems.iter().count())
}

/// A feed of releases with a thousand topics each, none of which occurs twice.
fn topics(bytes: usize) -> NamedTempFile {
    let mut text = "[".to_owned();
    for release in 0.. {
        let topics: Vec<String> = (0..1_000).map(|topic| format!("\"{:X}\"", release * 1_000 + topic)).collect();
        let item = format!("{{\"title\":\"{release}\",\"tags\":[{}]}}", topics.join(","));
        text += &item;
        if text.len() > bytes {
            break;
        }
        text.push(',');
    }
    document(&text, "]", 1, "")
}

#[test]
fn neither_problems_nor_topics_without_number_take_much_memory() {
    for (name, before, repeated, bytes, after) in [
        ("equal items", "[", "{\"title\":\"a\"},", 3 * MIB, "{\"title\":\"a\"}]"),
        ("items of nothing", "[{\"title\":\"a\"}", ",{}", 2 * MIB, "]"),
        ("numbers for items", "[{\"title\":\"a\"}", ",1", 2 * MIB, "]"),
        ("lines of nothing", "{\"title\":\"a\"}\n", "{}\n", 2 * MIB, ""),
        ("elements of nothing", "<rss><channel><item><title>a</title></item>", "<item/>", 2 * MIB, "</channel></rss>"),
        ("broken values before the items", "{", "\"a\":tru,", 3 * MIB, "\"items\":[{\"title\":\"a\"}]}"),
    ] {
        let (count, kept) = load(&document(before, repeated, bytes, after));
        assert!(count >= 1_000 && kept <= 1_001, "{name}: {count} problems, {kept} of them kept");
        let peak = peak();
        eprintln!("{name}: {count} problems, peak {peak:?} kB");
        assert!(peak.is_none_or(|peak| peak < MOST), "{name}: {peak:?} kB");
    }
    let (count, _) = load(&topics(8 * MIB));
    assert_eq!(count, 0);
    let after = peak();
    eprintln!("topics: peak {after:?} kB");
    // About 260 MiB for a feed of 64 MiB, which is the most that is fetched.
    assert!(after.is_none_or(|peak| peak < 66 << 10), "topics: {after:?} kB");
    let breaks = format!("<rss><channel><item><title>a</title>{}</item></channel></rss>", "\n".repeat(8 * MIB));
    let found = check::check(CleanBuf::line("test").as_clean(), &mut breaks.as_bytes(), Limits::default(), 0);
    assert!(found.is_ok_and(|report| report.summary.items == 1));
    let objects = format!("[{{\"title\":\"a\",\"x\":[{}1]}}]", "{},".repeat(8 * MIB / 3));
    let found = check::check(CleanBuf::line("test").as_clean(), &mut objects.as_bytes(), Limits::default(), 0);
    assert!(found.is_ok_and(|report| report.summary.items == 1));
    let list = format!("<opml><body>{}</body></opml>", "<outline type='link' url='x'/>".repeat(50_000));
    assert!(opml::read(&mut list.as_bytes()).is_ok_and(|list| list.left_out.len() == 50_000));
    match peak() {
        Some(peak) => assert!(peak < MOST, "{peak} kB"),
        None => eprintln!("skipped: the system does not tell how much memory a process takes"),
    }
}
