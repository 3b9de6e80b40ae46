//! Text as search sees it: without case, accents and the other differences in which one and the
//! same word is written.
//!
//! Folding looks at single characters only, so the folded parts of a text are the parts of the
//! folded text; and folding twice is folding once. What tells words apart stays: the voicing
//! marks of kana, Hangul, the vowel signs of Indic scripts.

use std::ops::Range;

use memchr::memmem;
use unicode_normalization::char::{decompose_canonical, decompose_compatible};
use unicode_segmentation::UnicodeSegmentation;

/// The folded text.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Appends the folded text.
pub fn fold_into(text: &str, out: &mut String) {
    let mut rest = text;
    while !rest.is_empty() {
        let (ascii, after) = rest.split_at(ascii_prefix(rest.as_bytes()));
        let start = out.len();
        out.push_str(ascii);
        if let Some(copied) = out.get_mut(start..) {
            copied.make_ascii_lowercase();
        }
        let (settled, after) = after.split_at(settled_prefix(after));
        out.push_str(settled);
        rest = after;
        let mut chars = after.chars();
        while let Some(c) = chars.next().filter(|&c| !is_ascii_text(c) && !is_settled(c)) {
            fold_char(c, out);
            rest = chars.as_str();
        }
    }
}

/// Where an already folded needle occurs in the text: byte ranges of whole graphemes, in order,
/// none overlapping. An empty needle occurs nowhere.
#[must_use]
pub fn find_folded(text: &str, needle: &str) -> Vec<Range<usize>> {
    if needle.is_empty() {
        return Vec::new();
    }
    let mut folded = String::with_capacity(text.len());
    // For each byte of the folded text the grapheme it came from.
    let mut origins: Vec<Range<usize>> = Vec::with_capacity(text.len());
    for (start, grapheme) in text.grapheme_indices(true) {
        fold_into(grapheme, &mut folded);
        origins.resize(folded.len(), start..start + grapheme.len());
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in memmem::find_iter(folded.as_bytes(), needle) {
        let (start, end) = (origins[at].start, origins[at + needle.len() - 1].end);
        match found.last_mut() {
            // Widened to graphemes, two neighbours may share one.
            Some(last) if start < last.end => last.end = end,
            _ => found.push(start..end),
        }
    }
    found
}

/// How many bytes are ASCII without white space but the blank.
fn ascii_prefix(bytes: &[u8]) -> usize {
    const CHUNK: usize = 32;
    let is_text = |&byte: &u8| is_ascii_text(char::from(byte));
    // Without an early exit the compiler compares a chunk at once.
    let all_text = |chunk: &&[u8]| chunk.iter().fold(true, |all, byte| all & is_text(byte));
    let whole = bytes.chunks_exact(CHUNK).take_while(all_text).count() * CHUNK;
    whole + bytes.iter().skip(whole).take_while(|byte| is_text(byte)).count()
}

fn is_ascii_text(c: char) -> bool {
    (' '..='\x7F').contains(&c)
}

fn settled_prefix(text: &str) -> usize {
    text.chars().take_while(|&c| is_settled(c)).map(char::len_utf8).sum()
}

/// Common letters that fold to themselves, many in a row: small Cyrillic, most of Arabic, Indic
/// scripts and Thai, kana, Hangul, ideographs.
fn is_settled(c: char) -> bool {
    matches!(c,
        '\u{0430}'..='\u{0438}' | '\u{043A}'..='\u{044F}' | '\u{0627}'..='\u{063A}'
        | '\u{0641}'..='\u{0642}' | '\u{0644}'..='\u{0648}' | '\u{0671}'..='\u{06BF}'
        | '\u{06CC}' | '\u{0900}'..='\u{0E7F}' | '\u{3041}'..='\u{318F}'
        | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

fn fold_char(c: char, out: &mut String) {
    if c.is_whitespace() {
        out.push(' ');
    } else if let Some(narrow) = from_full_width(c) {
        out.push(narrow.to_ascii_lowercase());
    } else if is_latin_ligature(c) {
        decompose_compatible(c, |part| fold_lower(part, out));
    } else {
        c.to_lowercase().for_each(|lower| fold_lower(lower, out));
    }
}

/// Takes the accents off. Where a character is more than a letter with accents, it stays whole.
fn fold_lower(c: char, out: &mut String) {
    let (mut base, mut is_accented) = (None, true);
    decompose_canonical(c, |part| match base {
        _ if is_accent(part) => {}
        None => base = Some(part),
        Some(_) => is_accented = false,
    });
    match base {
        Some(base) if is_accented => fold_letter(base, out),
        Some(_) => out.push(c),
        None => {}
    }
}

/// Replaces what is written in several ways, and drops what only shapes a word.
fn fold_letter(c: char, out: &mut String) {
    let same = match c {
        'ß' => return out.push_str("ss"),
        'æ' => return out.push_str("ae"),
        'œ' => return out.push_str("oe"),
        'þ' => return out.push_str("th"),
        '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}' | '\u{0640}' => return,
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ı' => 'i',
        'ſ' => 's',
        'ς' => 'σ',
        '\u{2018}'..='\u{201B}' => '\'',
        '\u{201C}'..='\u{201F}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        // Arabic yeh and alef maksura, Arabic kaf: Persian has its own.
        '\u{064A}' | '\u{0649}' => '\u{06CC}',
        '\u{0643}' => '\u{06A9}',
        _ => c,
    };
    out.push(same);
}

/// Marks that readers leave out: accents, Hebrew points, Arabic vowel and Quran signs. Hamza and
/// madda are among the latter, for a letter may carry them composed or not.
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

fn is_latin_ligature(c: char) -> bool {
    matches!(c, '\u{FB00}'..='\u{FB06}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_folds_to_one_spelling() {
        for (texts, folded) in [
            (&["Zürich", "ZU\u{308}RICH", "zurich"][..], "zurich"),
            (&["Straße", "STRASSE", "STRAẞE"], "strasse"),
            (&["ΟΔΟΣ", "οδός", "οδόσ"], "οδοσ"),
            (&["İstanbul", "ıstanbul", "ISTANBUL"], "istanbul"),
            (&["Ærø", "Ǽrǿ"], "aero"),
            (&["Œuvre"], "oeuvre"),
            (&["Łódź"], "lodz"),
            (&["Đà Nẵng"], "da nang"),
            (&["Þórður"], "thordur"),
            (&["Ｆｕｌｌ ﬁt"], "full fit"),
            (&["‘a’ “b” c–d−e", "'a' \"b\" c-d-e"], "'a' \"b\" c-d-e"),
            (&["a\nb", "a\u{A0}b", "a\u{3000}b", "a\tb"], "a b"),
            (&["كتابي", "کتابی", "كِتَابِي", "کتابـی", "کتا\u{200C}بی"], "کتابی"),
            (&["آ", "ا\u{653}", "ا"], "ا"),
            (&["שָׁלוֹם", "שלום"], "שלום"),
            (&["보도자료"], "보도자료"),
            (&["ガ"], "ガ"),
            (&["हिन्दी"], "हिन्दी"),
            (&["K"], "k"),
        ] {
            for text in texts {
                assert_eq!(fold(text), folded, "{text:?}");
            }
        }
    }

    #[test]
    fn settled_letters_fold_to_themselves() {
        for c in (char::MIN..=char::MAX).filter(|&c| is_settled(c)) {
            let mut folded = String::new();
            fold_char(c, &mut folded);
            assert_eq!(folded, c.to_string());
        }
    }

    #[test]
    fn kana_keep_their_voicing() {
        assert_ne!(fold("か\u{3099}"), fold("か"));
        assert_ne!(fold("が"), fold("か"));
    }

    #[test]
    fn matches_are_whole_graphemes_of_the_original() {
        for (text, needle, expected) in [
            ("Zürich, zurich", "zurich", &[(0, 7), (9, 15)][..]),
            ("Zu\u{308}rich", "u", &[(1, 4)]),
            ("Straße", "s", &[(0, 1), (4, 6)]),
            ("Straße", "se", &[(4, 7)]),
            ("aaaa", "aa", &[(0, 2), (2, 4)]),
            ("none", "x", &[]),
            ("none", "", &[]),
        ] {
            let found = find_folded(text, needle).into_iter();
            let found: Vec<_> = found.map(|range| (range.start, range.end)).collect();
            assert_eq!(found, expected, "{text:?} {needle:?}");
        }
    }
}
