//! The items of a large XML feed, read ahead on a second thread: see [`crate::feed::ahead`].
//!
//! A piece proves what [`Splitter`] finds in its bytes without knowing more of the source: complete items, and text
//! between them.

use std::ops::ControlFlow;

use memchr::memmem;

use super::Reader;
use super::entry::Entry;
use super::split::{Splitter, Step, begins_item, is_name};
use crate::feed::ahead::{Parse, REACH, Run};
use crate::feed::fields::{Fields, Note};

/// Reads items one after another.
pub(super) struct ItemReader {
    pub fields: Fields,
    pub entry: Entry,
    pub language: String,
}

/// What is known about an item besides its release.
#[derive(Debug)]
pub(super) struct Outcome {
    pub has_bad_bytes: bool,
    pub is_release: bool,
    /// What was left out of it.
    pub notes: Vec<Note>,
}

/// An item with the number of bytes between it and the one before.
#[derive(Debug)]
pub(super) struct Placed {
    gap: usize,
    outcome: Outcome,
}

impl Parse for ItemReader {
    type Item = Placed;

    fn parse(&mut self, bytes: &[u8], run: &mut Run<Placed>) {
        let (mut at, mut gap) = (0, 0);
        let mut splitter = Splitter::default();
        while !run.is_full() {
            let rest = bytes.get(at..).unwrap_or_default();
            match splitter.step(rest, false) {
                Step::Between(length) => {
                    gap += length;
                    at += length;
                }
                Step::Item(length) => {
                    let outcome = self.read(&rest[..length], true);
                    run.push(at..at + length, Placed { gap, outcome }, &mut self.fields.release);
                    gap = 0;
                    at += length;
                }
                Step::Unclosed(_) | Step::More => return,
            }
        }
    }
}

impl Reader<'_> {
    /// Delivers the items that were read ahead from the cursor on, if an item begins there. Returns whether there were
    /// any, and `Break` if the sink wants no more.
    pub fn items_ahead(&mut self) -> ControlFlow<(), bool> {
        let position = self.window.position();
        if !begins_item(self.window.bytes()) || !self.ahead.is_on(position, || self.items.another()) {
            return ControlFlow::Continue(false);
        }
        while self.window.bytes().len() < REACH && self.window.is_fast() {
            self.sink.waits();
            let has_more = self.window.read_ahead();
            if !self.progress(has_more)? {
                break;
            }
        }
        let bytes = self.window.bytes();
        let length = 1 + bytes.iter().skip(1).take_while(|byte| is_name(**byte)).count();
        let tag = memmem::Finder::new(&bytes[..length]);
        let begins = |bytes: &[u8], at: &usize| bytes.get(at + length).is_some_and(|byte| !is_name(*byte));
        self.ahead.cut(position, bytes, |bytes| tag.find_iter(bytes).find(|at| begins(bytes, at)));
        let Some(piece) = self.ahead.take(position) else { return ControlFlow::Continue(false) };
        let has_items = !piece.run.items.is_empty();
        for ((item, placed), release) in piece.run.items.iter().zip(&piece.run.releases) {
            if self.sink.is_over() {
                return ControlFlow::Break(());
            }
            self.retain_tail(placed.gap);
            self.window.consume(placed.gap);
            self.deliver(item.len(), true, &placed.outcome, Some(release));
        }
        self.ahead.give_back(piece);
        ControlFlow::Continue(has_items)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::feed::Limits;
    use crate::feed::ahead::tests::Log;
    use crate::text::CleanBuf;

    fn log(document: &[u8], is_ahead: bool, left: usize) -> Vec<String> {
        let mut log = Log::until(left);
        let name = CleanBuf::line("test");
        let mut input = document;
        let mut reader = super::super::reader(name.as_clean(), &mut input, Limits::default(), &mut log);
        if !is_ahead {
            reader.ahead.turn_off();
        }
        let end = reader.read();
        log.lines.push(format!("{end:?}"));
        log.lines
    }

    fn same(document: &[u8], left: usize) {
        let [alone, ahead] = [false, true].map(|is_ahead| log(document, is_ahead, left));
        assert_eq!(alone, ahead, "{}", String::from_utf8_lossy(document));
    }

    /// Pieces of feeds, most of them items.
    fn part() -> impl Strategy<Value = String> {
        let text = prop::sample::select(vec![
            "plain",
            "a &amp; b",
            "<![CDATA[<p>a</p><item>no</item><item> ]]>",
            "<![CDATA[",
            "<b>x</b>",
            "&lt;item&gt;",
            "é",
            "&",
            "<!-- <item> -->",
            "a long text, in which nothing happens and which goes on for some time, so that pieces get full",
        ]);
        let element = prop::sample::select(vec!["title", "link", "guid", "description", "pubDate", "category", "item"]);
        let item = prop::collection::vec((element, text), 0..6).prop_map(|elements| {
            let elements = elements.into_iter().map(|(name, text)| format!("<{name}>{text}</{name}>"));
            let inner = elements.collect::<Vec<_>>().concat();
            format!("<item>{inner}</item>")
        });
        let other = prop::sample::select(vec![
            "<item/>",
            "<item><title>open",
            "</item>",
            "<title>other</title>",
            "<!-- -->",
            "text",
            "<item title='>'>",
            "</channel>",
            "<items><title>x</title></items>",
            "<",
            "<!--",
        ]);
        prop_oneof![8 => item, 1 => other.prop_map(str::to_owned)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn a_feed_is_read_in_the_same_way_on_one_thread_and_on_two(
            parts in prop::collection::vec((part(), prop::sample::select(vec!["", "\n", " \n\n"])), 0..60),
            cut in prop::option::of(any::<prop::sample::Index>()),
            left in prop_oneof![Just(usize::MAX), 0_usize..40],
            byte in any::<u8>(),
        ) {
            let mut document = b"<rss><channel><title>T</title><item><title>first</title></item>".to_vec();
            for (part, between) in &parts {
                document.extend_from_slice(part.as_bytes());
                document.extend_from_slice(between.as_bytes());
            }
            document.extend_from_slice(b"</channel></rss>");
            if let Some(cut) = cut {
                let at = cut.index(document.len());
                if byte % 2 == 0 { document.truncate(at) } else { document[at] = byte }
            }
            same(&document, left);
        }
    }

    #[test]
    fn many_items_are_read_on_two_threads() {
        let items = (0..6_000)
            .map(|n| format!("<item><guid>{n}</guid><title>Item {n}</title></item>\n"))
            .collect::<Vec<_>>()
            .concat();
        let document = format!("<rss><channel>{items}</channel></rss>");
        same(document.as_bytes(), usize::MAX);
        same(document.as_bytes(), 5_001);
    }
}
