//! Mutations: a seed with pieces removed, doubled, moved or taken from another seed, bits flipped, words inserted.

use proptest::prelude::*;

/// Words that feed readers look for.
const WORDS: &[&str] = &[
    "<item>",
    "</item>",
    "<entry>",
    "</entry>",
    "<title>",
    "</title>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml",
    "?>",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "&a;",
    "&amp;",
    "&#x202e;",
    "&#0;",
    "&#27;",
    "&#xd800;",
    "&",
    "<",
    ">",
    "\"",
    "'",
    "/>",
    "=",
    "xml:base=\"http://[\"",
    "type=\"xhtml\"",
    "mode=\"base64\"",
    "href=\"javascript:1\"",
    "\u{1b}[31m",
    "\u{9b}31m",
    "\u{1b}]0;x\u{7}",
    "\u{202e}",
    "\u{feff}",
    "\u{ad}",
    "\u{200d}",
    "\u{fe0f}",
    "\0",
    "\r\n",
    "\u{85}",
    "\u{2028}",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\\",
    "\\u",
    "\\ud800",
    "null",
    "\"title\":",
    "\"items\":[",
    "\"_tidings\":{\"plain\":true}",
    "\"attributes\":{",
    "\"content_html\":\"<p>\"",
    "-1e999",
    "1541462400",
    "<table><tr><td>",
    "<pre>",
    "<li>",
    "<blockquote>",
    "<a href=x>",
    "e\u{301}\u{301}\u{301}\u{301}",
    "👩‍👩‍👧‍👦",
    "\u{1f3f4}\u{e0067}\u{e007f}",
    "한",
    "ﷺ",
    "2018-11-06",
    "T10:30:00+09:00",
    "99999999999999999999",
    "OR",
    "-(",
    "topic:",
    "date:",
    "/(",
];

/// One change.
#[derive(Debug, Clone)]
enum Change {
    Cut(usize, usize),
    Double(usize, usize, usize),
    Splice(usize, usize, usize, usize),
    Turn(usize, u8),
    Word(usize, &'static str),
    End(usize),
}

/// Generates documents from the seeds.
pub fn mutation(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let at = || any::<prop::sample::Index>();
    let place = || at().prop_map(|index| index.index(1 << 16));
    let length = || prop_oneof![4 => 1..16_usize, 1 => 16..2_000_usize];
    let change = prop_oneof![
        2 => (place(), length()).prop_map(|(from, length)| Change::Cut(from, length)),
        1 => (place(), length(), 2..40_usize).prop_map(|(from, length, times)| Change::Double(from, length, times)),
        2 => (place(), place(), place(), length()).prop_map(|(to, seed, from, length)| Change::Splice(to, seed, from, length)),
        2 => (place(), 0..8_u8).prop_map(|(at, bit)| Change::Turn(at, bit)),
        4 => (place(), prop::sample::select(WORDS)).prop_map(|(at, word)| Change::Word(at, word)),
        1 => place().prop_map(Change::End),
    ];
    (at(), prop::collection::vec(change, 0..8)).prop_map(move |(seed, changes)| {
        let mut data = seeds[seed.index(seeds.len())].clone();
        for change in changes {
            apply(&mut data, &change, &seeds);
        }
        data.truncate(1 << 16);
        data
    })
}

fn apply(data: &mut Vec<u8>, change: &Change, seeds: &[Vec<u8>]) {
    let size = data.len();
    let within = |place: usize| if size == 0 { 0 } else { place % size };
    let piece = |from: usize, length: usize| from..(from + length).min(size);
    match *change {
        Change::Cut(from, length) => drop(data.drain(piece(within(from), length))),
        Change::Double(from, length, times) => {
            let range = piece(within(from), length.min(256));
            let repeated = data[range.clone()].repeat(times);
            data.splice(range, repeated);
        }
        Change::Splice(to, seed, from, length) => {
            let other = &seeds[seed % seeds.len()];
            let from = from % other.len().max(1);
            let piece = other[from..(from + length).min(other.len())].to_vec();
            let to = within(to);
            data.splice(to..to, piece);
        }
        Change::Turn(at, bit) => {
            if let Some(byte) = data.get_mut(within(at)) {
                *byte ^= 1 << bit;
            }
        }
        Change::Word(at, word) => {
            let at = within(at);
            data.splice(at..at, word.bytes());
        }
        Change::End(at) => data.truncate(within(at)),
    }
}
