//! The items of a large JSON list, read ahead on a second thread: see [`crate::feed::ahead`].
//!
//! A piece proves that from its first byte on there are objects with one comma between each two, and that
//! [`ItemReader::read_first`] reads each.

use super::item::ItemReader;
use super::scan::{Halt, Scan};
use super::splitter::{is_blank, next_item};
use crate::feed::ahead::{Parse, REACH, Run};
use crate::feed::fields::Note;

impl Parse for ItemReader {
    /// What was left out of the item.
    type Item = Vec<Note>;

    fn parse(&mut self, bytes: &[u8], run: &mut Run<Vec<Note>>) {
        let mut at = 0;
        while !run.is_full() {
            at += blanks(bytes, at);
            let Some(length) = bytes.get(at..).and_then(|bytes| self.read_first(bytes)) else { return };
            let notes = self.notes().collect();
            run.push(at..at + length, notes, self.release_mut());
            at += length;
            at += blanks(bytes, at);
            if bytes.get(at) != Some(&b',') {
                return;
            }
            at += 1;
        }
    }
}

fn blanks(bytes: &[u8], from: usize) -> usize {
    bytes.iter().skip(from).take_while(|byte| is_blank(**byte)).count()
}

impl Scan<'_> {
    /// Delivers the items that were read ahead from the cursor on; an item is expected there. Returns whether there were
    /// any.
    pub fn items_ahead(&mut self) -> Result<bool, Halt> {
        if !self.ahead.is_on(self.window.position(), || self.items.another()) {
            return Ok(false);
        }
        while self.window.bytes().len() < REACH && self.window.is_fast() {
            if !self.read_ahead()? {
                break;
            }
        }
        let position = self.window.position();
        let first_key = self.first_key.as_deref();
        self.ahead.cut(position, self.window.bytes(), |bytes| next_item(bytes, first_key, false).ok());
        let Some(mut piece) = self.ahead.take(position) else { return Ok(false) };
        let has_items = !piece.run.items.is_empty();
        for ((item, notes), release) in piece.run.items.iter_mut().zip(&piece.run.releases) {
            self.check_budget()?;
            let start = piece.start + item.start as u64;
            self.window.consume((start - self.window.position()) as usize);
            self.deliver(item.len(), std::mem::take(notes), release);
        }
        self.ahead.give_back(piece);
        Ok(has_items)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::plain::tests::items;
    use super::super::{document, scan::Scan};
    use crate::feed::ahead::tests::Log;
    use crate::feed::{Limits, Rules};
    use crate::text::CleanBuf;

    fn log(document: &[u8], is_ahead: bool, left: usize) -> Vec<String> {
        let mut log = Log::until(left);
        let name = CleanBuf::line("test");
        let mut input = document;
        let mut scan = Scan::new(name.as_clean(), &mut input, Limits::default(), &Rules::default(), &mut log);
        if !is_ahead {
            scan.ahead.turn_off();
        }
        let end = document::read(scan);
        log.lines.push(format!("{end:?}"));
        log.lines
    }

    fn same(document: &[u8], left: usize) {
        let [alone, ahead] = [false, true].map(|is_ahead| log(document, is_ahead, left));
        assert_eq!(alone, ahead, "{}", String::from_utf8_lossy(document));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn a_list_is_read_in_the_same_way_on_one_thread_and_on_two(
            parts in prop::collection::vec((items(), prop::sample::select(vec![",", ",\n", " ,  ", ",,", "", "\n", "]"])), 0..60),
            is_clean in any::<bool>(),
            cut in prop::option::of(any::<prop::sample::Index>()),
            left in prop_oneof![Just(usize::MAX), 0_usize..40],
        ) {
            let mut document = b"{\"title\":\"T\",\"items\":[{\"title\":\"first\"}".to_vec();
            for (item, between) in &parts {
                document.extend_from_slice(if is_clean { b",\n" } else { between.as_bytes() });
                document.extend_from_slice(item.strip_suffix(b"x").unwrap_or(item));
            }
            document.extend_from_slice(b"]}");
            if let Some(cut) = cut {
                document.truncate(cut.index(document.len()));
            }
            same(&document, left);
        }
    }

    #[test]
    fn an_object_within_a_text_is_no_item() {
        let text = "x\n  {\"title\":\"no\"},\n{\"title\":\"no\"}, ".repeat(9);
        let item = format!("{{\"title\":\"a\",\"summary\":{}}}", serde_json::to_string(&text).expect("a text"));
        same(format!("[{}]", vec![item; 20].join(",\n")).as_bytes(), usize::MAX);
        let nested = format!("{{\"title\":\"a\",\"x\":[{}]}}", vec!["{\"title\":\"no\"}"; 99].join(","));
        same(format!("[{}]", vec![nested; 20].join(",")).as_bytes(), usize::MAX);
    }

    #[test]
    fn many_items_are_read_on_two_threads() {
        let items: Vec<String> = (0..9_000).map(|n| format!("{{\"id\":\"{n}\",\"title\":\"Item {n}\"}}")).collect();
        let document = format!("[{}]", items.join(","));
        same(document.as_bytes(), usize::MAX);
        same(document.as_bytes(), 7_001);
    }
}
