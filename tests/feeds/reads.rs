//! Ways to read a document: in pieces, from a source that fails, compressed, with other content before or after it, and
//! into a sink that stops early.

use std::io::{Read, Write};
use std::ops::ControlFlow;

use tidings::feed::{self, Sink, opml};
use tidings::release::{Cause, Problem, Release};
use tidings::text::{Clean, CleanBuf};

use crate::kept::{Kept, loaded, loaded_from, read_from};

/// Reads a text in pieces.
pub struct Pieces<'a> {
    pub rest: &'a [u8],
    pub sizes: Vec<usize>,
    pub turn: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()].min(buffer.len()).min(self.rest.len());
        self.turn += 1;
        let (now, rest) = self.rest.split_at(size);
        buffer[..size].copy_from_slice(now);
        self.rest = rest;
        Ok(size)
    }
}

#[test]
fn the_first_items_of_a_slow_source_come_with_its_first_bytes() {
    let text = br#"{"items":[{"title":"a"},{"title":"b"},{"title":"c"}]}"#;
    let mut input = Pieces { rest: text, sizes: vec![24, 14, 100], turn: 0 };
    let (kept, result) = read_from(&mut input, Kept::default());
    result.expect("a feed");
    assert_eq!(kept.steps, [0, 1, 2]);
    let mut input = Pieces { rest: text, sizes: vec![24, 14, 100], turn: 0 };
    let (kept, result) = read_from(&mut input, Kept { patience: Some(2), ..Kept::default() });
    result.expect("stopped, not refused");
    assert_eq!((kept.titles(), kept.bytes, kept.problems.len()), (vec!["a"], 38, 0));
}

#[test]
fn a_read_error_is_a_refusal_before_the_first_release_and_a_problem_after() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("gone"))
        }
    }
    let (_, result) = read_from(&mut Fails, Kept::default());
    assert_eq!(result.expect_err("nothing was read").to_string(), "cannot read: gone");
    let (kept, result) = read_from(&mut br#"[{"title":"a"},{"#.chain(Fails), Kept::default());
    result.expect("a release was read");
    assert_eq!(kept.reasons(), ["test, byte 15: reading failed here: gone"]);
}

#[test]
fn invisible_text_before_a_document_is_skipped() {
    let mark = "\u{feff}";
    let before: Vec<String> = [
        "",
        "\n",
        mark,
        "\n\u{feff}",
        "\u{feff}\n\n",
        "\u{feff}\u{feff}",
        "\u{200b}",
        "\u{a0}",
        "\u{2060}",
        "\u{ad}",
        "\u{c}",
        "\u{b}",
        "\0",
        "\u{1a}",
        "\u{200e}\r\n \u{feff}",
        "\u{180e}",
        "\u{3000}",
        "\u{fffe}",
        "\u{85}",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([" \n".repeat(5000) + mark])
    .collect();
    let xml = "<?xml version='1.0' encoding='UTF-8'?><rss><channel><item><title>Öne</title></item></channel></rss>";
    let feed = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"title\":\"Öne\"}]}";
    let lines = "{\"title\":\"Öne\"}\n{\"title\":\"Two\"}\n";
    let list = "<opml><body><outline text='Öne' xmlUrl='https://a.invalid/'/></body></opml>";
    let gzip = |bytes: &[u8]| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).expect("memory");
        packed.finish().expect("memory")
    };
    for before in &before {
        for text in [xml, feed, lines, "[{\"title\":\"Öne\"}]"] {
            let text = format!("{before}{text}");
            let wide = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
            let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
            for bytes in [
                text.clone().into_bytes(),
                gzip(text.as_bytes()),
                [b"\xff\xfe", little.as_slice()].concat(),
                [b"\xfe\xff", big.as_slice()].concat(),
                little,
                big,
            ] {
                let kept = loaded_from(&bytes, None);
                assert_eq!(
                    kept.titles()[0],
                    "Öne",
                    "{before:?} before {text:.20} in {:x?}",
                    &bytes[..12.min(bytes.len())]
                );
                assert!(
                    kept.causes().iter().all(|cause| matches!(cause, Cause::Encoding { is_guess: false })),
                    "{:?}",
                    kept.problems
                );
            }
        }
        let list = format!("{before}{list}");
        assert_eq!(
            opml::read(&mut list.as_bytes()).expect("a list").subscriptions[0].title.as_str(),
            "Öne",
            "{before:?}"
        );
    }
    let marked = loaded(&format!("{mark}{{\"title\":\"One\"}}\n{mark}{{\"title\":\"Two\"}}\n{mark}"));
    assert_eq!((marked.titles(), marked.problems.len()), (vec!["One", "Two"], 0), "{:?}", marked.problems);
}

#[test]
fn junk_after_packed_data_is_reported_and_loses_nothing() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"[{\"title\":\"One\"}]").expect("memory");
    let packed = packed.finish().expect("memory");
    for junk in [vec![0; 512], b"<!-- cached -->".to_vec(), packed[..packed.len() - 9].to_vec()] {
        let kept = loaded_from(&[packed.clone(), junk].concat(), None);
        assert_eq!((kept.titles(), kept.causes()), (vec!["One"], vec![Cause::Trailing]));
    }
    assert!(loaded_from(&packed, None).problems.is_empty());
}

/// Wants nothing more after some releases, and expects no further read.
struct EnoughAfter {
    releases: usize,
    enough: usize,
}

impl Sink for EnoughAfter {
    fn title(&mut self, _: Clean<'_>) {}

    fn release(&mut self, _: u64, _: &Release) {
        self.releases += 1;
    }

    fn problem(&mut self, _: Problem) {}

    fn is_over(&mut self) -> bool {
        self.releases >= self.enough
    }

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

#[test]
fn a_sink_that_is_done_receives_no_further_item_of_the_same_read() {
    let each = |item: &dyn Fn(usize) -> String, between: &str| (0..50).map(item).collect::<Vec<_>>().join(between);
    let json = |n| format!("{{\"id\":\"{n}\",\"title\":\"T{n}\"}}");
    let documents = [
        format!("[{}]", each(&json, ",")),
        format!("{{\"title\":\"F\",\"items\":[{}]}}", each(&json, ",")),
        each(&json, "\n"),
        format!("<rss><channel>{}</channel></rss>", each(&|n| format!("<item><title>T{n}</title></item>"), "")),
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\">{}</feed>",
            each(&|n| format!("<entry><id>{n}</id><title>T{n}</title></entry>"), "")
        ),
    ];
    for document in documents {
        for enough in [0, 1, 3] {
            let mut sink = EnoughAfter { releases: 0, enough };
            let name = CleanBuf::line("feed");
            feed::read(name.as_clean(), &mut document.as_bytes(), &mut sink).expect("it is no fault to have enough");
            assert_eq!(sink.releases, enough, "{document:.60}");
        }
    }
}
