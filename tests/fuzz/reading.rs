//! Reading for the fuzz bodies, and the properties of every result.

use std::io::Read;
use std::ops::ControlFlow;

use tidings::feed::{self, Sink};
use tidings::release::{Problem, Release};
use tidings::text::{Clean, CleanBuf};

/// What was read, and the number of bytes it took.
#[derive(Debug, Default)]
pub struct Reading {
    pub title: String,
    pub releases: Vec<Release>,
    pub problems: Vec<String>,
    pub is_refused: bool,
    bytes: u64,
}

impl Sink for Reading {
    fn title(&mut self, title: Clean<'_>) {
        title.as_str().clone_into(&mut self.title);
    }

    fn release(&mut self, _item: u64, release: &Release) {
        self.releases.push(release.clone());
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem.to_string());
    }

    fn progress(&mut self, bytes: u64) -> ControlFlow<()> {
        assert!(bytes >= self.bytes, "progress never goes back");
        self.bytes = bytes;
        ControlFlow::Continue(())
    }
}

pub fn read(bytes: &[u8]) -> Reading {
    read_from(&mut { bytes })
}

fn read_from(input: &mut dyn Read) -> Reading {
    let mut reading = Reading::default();
    match feed::read(CleanBuf::line("fuzz").as_clean(), input, &mut reading) {
        Ok(()) => {}
        Err(refusal) => {
            reading.is_refused = true;
            assert!(reading.releases.is_empty(), "refused after a release: {refusal}");
            assert_line(&refusal.to_string());
        }
    }
    reading
}

/// Like [`read`], with a few bytes at a time.
pub fn read_in_pieces(bytes: &[u8]) -> Reading {
    struct Pieces<'b>(&'b [u8], usize);
    impl Read for Pieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            self.1 = self.1 * 5 % 13 + 1;
            let length = self.1.min(out.len()).min(self.0.len());
            self.0.read(&mut out[..length])
        }
    }
    read_from(&mut Pieces(bytes, 1))
}

/// Asserts the properties of every result.
pub fn check(reading: &Reading) {
    assert_line(&reading.title);
    for problem in &reading.problems {
        assert_line(problem);
        assert!(problem.len() < 1_000, "a problem is short: {problem}");
    }
    assert!(reading.problems.len() as u64 <= reading.bytes + 2, "{} problems", reading.problems.len());
    for release in &reading.releases {
        check_release(release);
    }
}

fn check_release(release: &Release) {
    let Release { id, title, summary, body, topics, place, author, date: _, url, .. } = release;
    let has_content = !title.is_empty() || !summary.is_empty() || !url.is_empty();
    assert!(has_content, "nothing to read in {release:?}");
    assert!(!summary.is_empty() || body.is_empty(), "a body without a summary");
    for line in [id, title, place, author, url].into_iter().chain(topics) {
        assert_line(line.as_str());
    }
    for block in [summary, body] {
        assert_block(block.as_str());
    }
    for (n, topic) in topics.iter().enumerate() {
        assert!(!topic.is_empty() && !topics.iter().take(n).any(|other| other == topic), "{topics:?}");
    }
    for (text, spans) in [(summary, &release.summary_spans), (body, &release.body_spans)] {
        for span in spans {
            let part = text.as_str().get(span.start as usize..span.end as usize);
            assert!(part.is_some(), "{span:?} of {text:?}");
        }
    }
    for link in &release.links {
        assert_line(link.label.as_str());
        assert_line(link.media.as_str());
        let address = link.address.as_str();
        assert!(address.starts_with("http") && address.bytes().all(|byte| byte.is_ascii_graphic()), "{address:?}");
    }
    if !url.is_empty() {
        assert!(url.as_str().starts_with("http://") || url.as_str().starts_with("https://"), "{url:?}");
        assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{url:?}");
    }
}

/// Asserts that a text is one line, printable, and unchanged by sanitising.
pub fn assert_line(text: &str) {
    assert!(!text.contains('\n'), "a line break in {text:?}");
    assert_shown(text);
    assert_eq!(CleanBuf::line(text).as_str(), text);
}

/// Like [`assert_line`], for several lines.
fn assert_block(text: &str) {
    assert_shown(text);
    assert_eq!(CleanBuf::block(text).as_str(), text);
}

/// Asserts that a text has no control except line breaks, and nothing that changes text direction.
fn assert_shown(text: &str) {
    let is_active = |c: char| {
        let turns = ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
        let hides = c == '\u{ad}' || c == '\u{feff}' || ('\u{e0000}'..='\u{e007f}').contains(&c);
        (c.is_control() && c != '\n') || turns || (hides && !text.contains('\u{1f3f4}'))
    };
    assert!(!text.contains(is_active), "{text:?}");
}
