//! The worst documents are read in little memory. A test program by itself, because it measures the peak of the
//! process.
//!
//! Documents are generated while they are read, and nothing of them is kept.

use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::GzEncoder;
use tidings::feed::{self, Sink};
use tidings::release::{Problem, Release};
use tidings::text::{Clean, CleanBuf};

/// The highest allowed peak memory of the process, in kB.
const MOST: u64 = 300 << 10;

#[derive(Default)]
struct Counts {
    releases: usize,
    problems: usize,
    /// The size of the largest release's texts, in bytes.
    largest: usize,
}

impl Sink for Counts {
    fn title(&mut self, _title: Clean<'_>) {}

    fn release(&mut self, _item: u64, release: &Release) {
        self.releases += 1;
        let texts = [&release.title, &release.summary, &release.body];
        self.largest = self.largest.max(texts.iter().map(|text| text.as_str().len()).sum());
    }

    fn problem(&mut self, _problem: Problem) {
        self.problems += 1;
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Repeats some bytes.
struct Repeat {
    bytes: Vec<u8>,
    at: usize,
    left: u64,
}

impl Read for Repeat {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let mut read = 0;
        while read < out.len() && self.left > 0 {
            let rest = &self.bytes[self.at..];
            let length = rest.len().min(out.len() - read).min(usize::try_from(self.left).unwrap_or(usize::MAX));
            out[read..read + length].copy_from_slice(&rest[..length]);
            read += length;
            self.left -= length as u64;
            self.at = (self.at + length) % self.bytes.len();
        }
        Ok(read)
    }
}

/// Returns `before`, then this many bytes of `repeated`, then `after`.
fn document(before: &str, repeated: &str, bytes: u64, after: &str) -> Box<dyn Read> {
    let whole = bytes / repeated.len() as u64 * repeated.len() as u64;
    let middle = Repeat { bytes: repeated.as_bytes().to_vec(), at: 0, left: whole };
    Box::new(Cursor::new(before.to_owned()).chain(middle).chain(Cursor::new(after.to_owned())))
}

fn in_rss(before: &str, repeated: &str, bytes: u64, after: &str) -> Box<dyn Read> {
    let before = format!("<rss><channel><title>T</title><item><title>first</title></item>{before}");
    document(&before, repeated, bytes, &format!("{after}<item><title>last</title></item></channel></rss>"))
}

fn in_json(before: &str, repeated: &str, bytes: u64, after: &str) -> Box<dyn Read> {
    let before = format!("{{\"items\":[{{\"title\":\"first\"}},{before}");
    document(&before, repeated, bytes, &format!("{after},{{\"title\":\"last\"}}]}}"))
}

/// Returns the kernel's figure of this name for the process, in kB.
fn status(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    text.lines().find_map(|line| line.strip_prefix(name)?.split_ascii_whitespace().next()?.parse().ok())
}

/// A document, and the least number of releases in it.
type Case = (&'static str, Box<dyn Read>, usize);

const MIB: u64 = 1 << 20;

fn cases() -> Vec<Case> {
    let laugh = |n: usize| format!("<!ENTITY a{n} '&a{};&a{};&a{};'>", n - 1, n - 1, n - 1);
    let laughs = (1..64).map(laugh).collect::<Vec<_>>().concat();
    let laughs = format!("<!DOCTYPE r [<!ENTITY a0 'ha'>{laughs}<!ENTITY f SYSTEM 'file:///dev/zero'>]>");
    let laughing = "<rss><channel><item><title>first &a63; &f;</title></item>";
    let packed = |input: Box<dyn Read>| Box::new(GzEncoder::new(input, Compression::best())) as Box<dyn Read>;
    vec![
        (
            "elements in elements",
            in_rss("<item><title>deep</title><description>", "<a>", 2 * MIB, "</description></item>"),
            2,
        ),
        ("elements before any item", document("<rss>", "<a>", 8 * MIB, "<item><title>last</title></item>"), 1),
        ("a long attribute", in_rss("<item x='", "x", 10 * MIB, "'><title>t</title></item>"), 2),
        ("a long attribute with tags in it", in_rss("<item x='", "<item>", 6 * MIB, "'><title>t</title></item>"), 1),
        ("many attributes", in_rss("<item ", "x='1' ", 4 * MIB, "><title>t</title></item>"), 2),
        ("many attributes of a link", in_rss("<item><title>t</title><link ", "x='1' ", 4 * MIB, "/></item>"), 2),
        ("entities of entities", document(&format!("{laughs}{laughing}"), "<!-- -->", MIB, "</channel></rss>"), 1),
        ("many entities", in_rss("<item><title>", "&a;&amp;&#65;", 4 * MIB, "</title></item>"), 2),
        ("a title without end", in_rss("<item><title>", "word ", 70 * MIB, ""), 1),
        ("CDATA without end", in_rss("<item><title>t</title><description><![CDATA[", "word ", 20 * MIB, ""), 1),
        (
            "a large text",
            in_rss("<item><title>t</title><description>", "<p>word</p>", 4 * MIB, "</description></item>"),
            2,
        ),
        ("many topics", in_rss("<item><title>t</title>", "<category>word</category>", 4 * MIB, "</item>"), 2),
        ("many small items", in_rss("", "<item><title>t</title></item>", 4 * MIB, ""), 10_000),
        ("many items that are none", in_rss("", "<item/>", 2 * MIB, ""), 2),
        ("quotes", in_rss("", "<a b=\"", 2 * MIB, ""), 1),
        ("brackets", in_rss("", "<", 2 * MIB, ""), 1),
        ("lists in lists", in_json("{\"title\":\"t\",\"tags\":", "[", 8 * MIB, ""), 1),
        ("objects in objects", in_json("", "{\"attributes\":", 8 * MIB, ""), 1),
        ("lists before any item", document("", "[", 40 * MIB, ""), 0),
        ("a large string", in_json("{\"title\":\"t\",\"content_text\":\"", "word ", 20 * MIB, "\"}"), 2),
        ("a large string of markup", in_json("{\"title\":\"t\",\"content_html\":\"", "<p>word", 8 * MIB, "\"}"), 2),
        (
            "formatting that no paragraph closes",
            in_json(
                "{\"title\":\"t\",\"content_html\":\"",
                &(0..99).fold("<p>".to_owned(), |text, n| format!("{text}<font a={n}>")).replace("<p>", "<p>x"),
                2 * MIB,
                "<p>x<p>x<p>x\"}",
            ),
            2,
        ),
        (
            "paragraphs within formatting that nothing closes",
            in_json("{\"title\":\"t\",\"content_html\":\"<b><i><u><em><tt><s><big><small>", "<p>x", 2 * MIB, "\"}"),
            2,
        ),
        (
            "parts of lines that nothing closes",
            in_json("{\"title\":\"t\",\"content_html\":\"", "<span>x<sub><a href=/x>", 2 * MIB, "\"}"),
            2,
        ),
        ("strong letters", in_json("{\"title\":\"t\",\"content_html\":\"", "<b>a</b>", 4 * MIB, "\"}"), 2),
        (
            "a picture in its address",
            in_json(
                "{\"title\":\"t\",\"content_html\":\"<img alt=x src='data:image/png;base64,",
                "AAAA",
                30 * MIB,
                "'>y\"}",
            ),
            2,
        ),
        (
            "Markdown that is all marks",
            in_json("{\"title\":\"t\",\"content_text\":\"[a](https://a.example) ", "*a **b [c", 2 * MIB, "\"}"),
            2,
        ),
        ("a string without end", in_json("{\"title\":\"", "word ", 70 * MIB, ""), 1),
        ("many keys", in_json("{\"title\":\"t\"", ",\"key\":1", 8 * MIB, "}"), 2),
        ("many tags", in_json("{\"title\":\"t\",\"tags\":[\"a\"", ",\"word\",1", 8 * MIB, "]}"), 2),
        ("a long line", document("", "x", 40 * MIB, ""), 0),
        ("blanks", document("", " ", 40 * MIB, ""), 0),
        ("a gzip bomb in a string", packed(document("[{\"title\":\"first\"},{\"title\":\"", "a", 2_000 * MIB, "")), 1),
        ("a gzip bomb in an element", packed(in_rss("<item><title>", "a", 2_000 * MIB, "")), 1),
        ("a gzip bomb of blanks", packed(document("", " ", 2_000 * MIB, "")), 0),
        ("gzip in gzip", packed(packed(in_rss("", "<item><title>t</title></item>", 100 * MIB, ""))), 0),
    ]
}

// Two tests run at once, in less time. Both together must use less memory than one may.
#[test]
fn the_worst_documents_are_read_in_little_memory() {
    read_every_second(0);
}

#[test]
fn the_other_worst_documents_are_read_in_little_memory() {
    read_every_second(1);
}

fn read_every_second(first: usize) {
    let mut slow = Vec::new();
    for (name, mut input, least) in cases().into_iter().skip(first).step_by(2) {
        let start = Instant::now();
        let mut counts = Counts::default();
        let read = feed::read(CleanBuf::line("nasty").as_clean(), &mut input, &mut counts);
        let took = start.elapsed();
        let outcome = read.err().map(|refusal| refusal.to_string()).unwrap_or_default();
        let Counts { releases, problems, largest } = counts;
        let peak = status("VmHWM:");
        eprintln!(
            "{name}: {releases} releases, {problems} problems, {largest} bytes, {took:.1?}, peak {peak:?} kB {outcome}"
        );
        assert!(releases >= least, "{name}: {releases} releases; {outcome}");
        if took > Duration::from_secs(30) {
            slow.push(name);
        }
        // Only Linux reports the peak.
        assert!(peak.is_none_or(|peak| peak < MOST), "{name}: {peak:?} kB");
    }
    assert!(slow.is_empty(), "{slow:?}");
}
