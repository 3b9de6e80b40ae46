//! Case, accent and spelling folding for search.
//!
//! Canonically equal texts fold to the same text. Letters are decomposed and lose their accents; what is left is
//! composed again where a mark makes a different letter: kana with voicing marks, Hangul. A run of white space becomes
//! one space. Apart from that, folding treats characters one by one: the folded text is the concatenation of its folded
//! graphemes, and folding twice is the same as folding once. Marks that distinguish words stay: the voicing marks of
//! kana, the vowel signs and dots of Indic scripts.

mod ascii;
mod changes;
pub(super) mod stored;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical, decompose_compatible};
use unicode_segmentation::UnicodeSegmentation;

/// Returns the folded text.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Appends the folded text.
pub fn fold_into(text: &str, out: &mut String) {
    fold_reporting(text, out, &mut ());
}

/// Receives the pieces of a text as they are folded.
trait Report {
    /// Whether anything is done with them.
    const IS_USED: bool = true;

    /// These ASCII characters were appended in lower case.
    fn lowered(&mut self, ascii: &str);

    /// This many bytes were appended as they are.
    fn copied(&mut self, bytes: usize);

    /// A piece was folded; `appended` bytes were appended for it.
    fn replaced(&mut self, original: &str, appended: usize);

    /// Folding a piece has changed what earlier pieces appended.
    fn changed_earlier(&mut self);
}

impl Report for () {
    const IS_USED: bool = false;

    fn lowered(&mut self, _ascii: &str) {}

    fn copied(&mut self, _bytes: usize) {}

    fn replaced(&mut self, _original: &str, _appended: usize) {}

    fn changed_earlier(&mut self) {}
}

/// Appends the folded text and reports its pieces.
fn fold_reporting<R: Report>(text: &str, out: &mut String, report: &mut R) {
    let mut rest = text;
    while !rest.is_empty() {
        if rest.starts_with(' ') && out.ends_with(' ') {
            let (spaces, after) = rest.split_at(rest.len() - rest.trim_start_matches(' ').len());
            report.replaced(spaces, 0);
            rest = after;
        }
        let (ascii, after) = rest.split_at(ascii::prefix(rest.as_bytes()));
        let start = out.len();
        out.push_str(ascii);
        if let Some(copied) = out.get_mut(start..) {
            copied.make_ascii_lowercase();
        }
        report.lowered(ascii);
        let (settled, after) = after.split_at(settled_prefix(after));
        out.push_str(settled);
        report.copied(settled.len());
        rest = after;
        fold_run(&mut rest, out, report);
    }
}

/// Folds the leading characters that need a closer look.
fn fold_run<R: Report>(rest: &mut &str, out: &mut String, report: &mut R) {
    let before = *rest;
    let is_in_run = |c: &char| !ascii::is_text(*c) && !is_settled(*c);
    let mut chars = before.chars();
    let Some(first) = chars.next().filter(is_in_run) else { return };
    let start = out.len();
    let tail = if R::IS_USED { changeable_tail(out).to_owned() } else { String::new() };
    fold_char(first, out);
    *rest = chars.as_str();
    while let Some(c) = chars.next().filter(is_in_run) {
        fold_char(c, out);
        *rest = chars.as_str();
    }
    if R::IS_USED && !out.get(start - tail.len()..).is_some_and(|folded| folded.starts_with(&tail)) {
        report.changed_earlier();
    } else {
        report.replaced(before.get(..before.len() - rest.len()).unwrap_or_default(), out.len() - start);
    }
}

/// Returns the end of a folded text that marks after it may change: a letter and the marks on it.
fn changeable_tail(folded: &str) -> &str {
    if folded.bytes().next_back().is_none_or(|last| last.is_ascii()) {
        return "";
    }
    let letter = folded.trim_end_matches(|c| canonical_combining_class(c) != 0).chars();
    let start = letter.clone().next_back().map_or(0, |last| letter.as_str().len() - last.len_utf8());
    folded.get(start..).unwrap_or_default()
}

/// Folds a name, such as a topic, and trims it. A name that would become empty stays as it is, so that only the empty
/// name folds to the empty name. A plain name in lower case is returned without a copy.
#[must_use]
pub fn fold_name(name: &str) -> Cow<'_, str> {
    if is_folded_name(name) {
        return Cow::Borrowed(name);
    }
    let mut folded = fold(name);
    if folded.trim().is_empty() {
        return Cow::Borrowed(name.trim());
    }
    if folded.starts_with(' ') || folded.ends_with(' ') {
        folded = folded.trim().to_owned();
    }
    Cow::Owned(folded)
}

/// Whether folding surely leaves a name as it is.
fn is_folded_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte == b' ' || (ascii::is_text(char::from(byte)) && !byte.is_ascii_uppercase());
    name.bytes().all(is_plain) && name == name.trim() && !name.contains("  ")
}

/// Finds an already folded needle in the text. Returns byte ranges of whole graphemes, in order and without overlap. An
/// empty needle is never found.
#[must_use]
pub fn find_folded(text: &str, needle: &str) -> Vec<Range<usize>> {
    find_folded_where(text, needle, |_, _| true)
}

/// Like [`find_folded`], only the occurrences that pass a test, which gets the folded text and the place in it.
#[must_use]
pub fn find_folded_where(
    text: &str,
    needle: &str,
    is_wanted: impl Fn(&str, &Range<usize>) -> bool,
) -> Vec<Range<usize>> {
    if needle.is_empty() {
        return Vec::new();
    }
    let mut folded = String::with_capacity(text.len());
    // Maps each byte of the folded text to the grapheme it came from.
    let mut origins: Vec<Range<usize>> = Vec::with_capacity(text.len());
    for (start, grapheme) in text.grapheme_indices(true) {
        let last = folded.chars().next_back();
        let tail = folded.len() - last.map_or(0, char::len_utf8);
        fold_into(grapheme, &mut folded);
        // A character after an invisible one may compose with the letter before it; the composed letter comes from
        // both.
        let is_composed = last.is_some() && folded.get(tail..).and_then(|tail| tail.chars().next()) != last;
        let begin = if is_composed { origins.get(tail).map_or(start, |origin| origin.start) } else { start };
        origins.truncate(if is_composed { tail } else { origins.len() });
        origins.resize(folded.len(), begin..start + grapheme.len());
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    let finder = memmem::Finder::new(needle);
    let mut from = 0;
    while let Some(at) = finder.find(folded.as_bytes().get(from..).unwrap_or_default()) {
        let at = from + at;
        if !is_wanted(&folded, &(at..at + needle.len())) {
            // The next one may overlap it.
            from = at + 1;
            continue;
        }
        from = at + needle.len();
        let (start, end) = (origins[at].start, origins[at + needle.len() - 1].end);
        match found.last_mut() {
            // Two neighbouring matches, widened to graphemes, may share one.
            Some(last) if start < last.end => last.end = end,
            _ => found.push(start..end),
        }
    }
    found
}

fn settled_prefix(text: &str) -> usize {
    text.chars().take_while(|&c| is_settled(c)).map(char::len_utf8).sum()
}

/// Common letters that fold to themselves and come in long runs: lower-case Greek and Cyrillic, most of Arabic, Thai
/// and Indic scripts except composed letters, kana except marks that compose, Hangul, ideographs.
fn is_settled(c: char) -> bool {
    match c {
        '\u{03B1}'..='\u{03C1}'
        | '\u{03C3}'..='\u{03C9}'
        | '\u{0430}'..='\u{0438}'
        | '\u{043A}'..='\u{044F}'
        | '\u{0627}'..='\u{063A}'
        | '\u{0641}'..='\u{0642}'
        | '\u{0644}'..='\u{0648}'
        | '\u{0671}'..='\u{06BF}'
        | '\u{06CC}'
        | '\u{3041}'..='\u{3098}'
        | '\u{309B}'..='\u{318F}'
        | '\u{3400}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}' => true,
        '\u{0900}'..='\u{0E7F}' => !is_composed_indic(c),
        _ => false,
    }
}

/// Letters from U+0900 to U+0E7F that decompose.
const COMPOSED: [std::ops::RangeInclusive<u32>; 23] = [
    0x929..=0x929,
    0x931..=0x931,
    0x934..=0x934,
    0x958..=0x95F,
    0x9CB..=0x9CC,
    0x9DC..=0x9DD,
    0x9DF..=0x9DF,
    0xA33..=0xA33,
    0xA36..=0xA36,
    0xA59..=0xA5B,
    0xA5E..=0xA5E,
    0xB48..=0xB48,
    0xB4B..=0xB4C,
    0xB5C..=0xB5D,
    0xB94..=0xB94,
    0xBCA..=0xBCC,
    0xC48..=0xC48,
    0xCC0..=0xCC0,
    0xCC7..=0xCC8,
    0xCCA..=0xCCB,
    0xD4A..=0xD4C,
    0xDDA..=0xDDA,
    0xDDC..=0xDDE,
];

/// One bit for each character from U+0900 to U+0E7F, set if it decomposes.
const COMPOSED_BITS: [u64; 22] = {
    let mut bits = [0; 22];
    let mut range = 0;
    while range < COMPOSED.len() {
        let mut code = *COMPOSED[range].start();
        while code <= *COMPOSED[range].end() {
            bits[(code - 0x900) as usize / 64] |= 1 << (code % 64);
            code += 1;
        }
        range += 1;
    }
    bits
};

/// Whether a character from U+0900 to U+0E7F decomposes.
fn is_composed_indic(c: char) -> bool {
    let code = u32::from(c);
    let word = COMPOSED_BITS.get(code.wrapping_sub(0x900) as usize / 64);
    word.is_some_and(|bits| bits >> (code % 64) & 1 == 1)
}

fn fold_char(c: char, out: &mut String) {
    if c.is_whitespace() {
        if !out.ends_with(' ') {
            out.push(' ');
        }
    } else if let Some(narrow) = from_full_width(c) {
        fold_letter(narrow.to_ascii_lowercase(), out);
    } else if is_of_one_width(c) || is_latin_ligature(c) {
        decompose_compatible(c, |part| fold_parts(part, out));
    } else {
        fold_parts(c, out);
    }
}

/// Appends lower-case letters without accents.
fn fold_parts(c: char, out: &mut String) {
    decompose_canonical(c, |part| {
        if is_accent(part) {
            return;
        }
        for lower in part.to_lowercase() {
            if lower == part {
                fold_letter(part, out);
            } else {
                decompose_canonical(lower, |part| {
                    if !is_accent(part) {
                        fold_letter(part, out);
                    }
                });
            }
        }
    });
}

/// Replaces letters that have several spellings, and drops characters that only affect shaping.
fn fold_letter(c: char, out: &mut String) {
    let same = match c {
        'ß' => return out.push_str("ss"),
        'æ' => return out.push_str("ae"),
        'œ' => return out.push_str("oe"),
        'þ' => return out.push_str("th"),
        '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FE0E}' | '\u{FE0F}' | '\u{00AD}' | '\u{0640}' => return,
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        'ſ' => 's',
        'ς' => 'σ',
        '`'
        | '´'
        | '\u{02B9}'
        | '\u{02BB}'..='\u{02BF}'
        | '\u{02C8}'
        | '\u{02CA}'..='\u{02CB}'
        | '\u{055A}'
        | '\u{05F3}'
        | '\u{2018}'..='\u{201B}'
        | '\u{2032}'
        | '\u{2035}'
        | '\u{A78B}'..='\u{A78C}' => '\'',
        '\u{05F4}' | '\u{201C}'..='\u{201F}' | '\u{2033}' | '\u{2036}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        // Arabic yeh, alef maksura and kaf: Persian has its own letters.
        '\u{064A}' | '\u{0649}' => '\u{06CC}',
        '\u{0643}' => '\u{06A9}',
        // A syllable that does not wait for a mark is already composed.
        '\u{1160}'..='\u{11FF}' | '\u{3099}' | '\u{309A}' => return compose_onto(c, out),
        // Letters before these have no combining class.
        _ if c >= '\u{0483}' && canonical_combining_class(c) != 0 => return insert(c, out),
        _ => c,
    };
    out.push(same);
}

/// Composes the mark of a kana, or a letter of a Hangul syllable, with the letter it belongs to.
fn compose_onto(mark: char, out: &mut String) {
    let class = canonical_combining_class(mark);
    // In canonical order, a mark of another class stands before or after this one and does not block it.
    let is_between = |c: char| class != 0 && ![0, class].contains(&canonical_combining_class(c));
    let base_end = out.trim_end_matches(is_between).len();
    let base = out.get(..base_end).and_then(|kept| kept.chars().next_back());
    match base.and_then(|base| Some((base, compose(base, mark)?))) {
        Some((base, composed)) => {
            out.replace_range(base_end - base.len_utf8()..base_end, composed.encode_utf8(&mut [0; 4]));
        }
        None => insert(mark, out),
    }
}

/// Inserts a mark in canonical order among the marks at the end.
fn insert(mark: char, out: &mut String) {
    let class = canonical_combining_class(mark);
    let at = out.trim_end_matches(|c| class != 0 && canonical_combining_class(c) > class).len();
    out.insert(at, mark);
}

/// Marks that readers omit: accents, Hebrew points, Arabic vowel and Quran signs. These include hamza and madda,
/// because a letter may carry them composed or not.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}'..='\u{05C2}'
        | '\u{05C4}'..='\u{05C5}' | '\u{05C7}' | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}'
        | '\u{0670}' | '\u{06D6}'..='\u{06DC}' | '\u{06DF}'..='\u{06E4}' | '\u{06E7}'..='\u{06E8}'
        | '\u{06EA}'..='\u{06ED}')
}

fn from_full_width(c: char) -> Option<char> {
    let code = matches!(c, '\u{FF01}'..='\u{FF5E}').then(|| u32::from(c) - 0xFF01 + 0x21);
    code.and_then(char::from_u32)
}

/// Halfwidth kana and Hangul, fullwidth signs.
fn is_of_one_width(c: char) -> bool {
    matches!(c, '\u{FF61}'..='\u{FFEE}')
}

fn is_latin_ligature(c: char) -> bool {
    matches!(c, '\u{FB00}'..='\u{FB06}')
}
