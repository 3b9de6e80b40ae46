//! Case, accent and spelling folding for search.
//!
//! Canonically equal texts fold to the same text. Letters are decomposed and lose their accents; what is left is
//! composed again where a mark makes a different letter: kana with voicing marks, Hangul. A run of white space becomes
//! one space. Apart from that, folding treats characters one by one: the folded text is the concatenation of its folded
//! graphemes, and folding twice is the same as folding once. Marks that distinguish words stay: the voicing marks of
//! kana, the vowel signs and dots of Indic scripts.

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
    let mut rest = text;
    while !rest.is_empty() {
        if rest.starts_with(' ') && out.ends_with(' ') {
            rest = rest.trim_start_matches(' ');
        }
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
    let is_plain = |byte: u8| byte == b' ' || (is_ascii_text(char::from(byte)) && !byte.is_ascii_uppercase());
    name.bytes().all(is_plain) && name == name.trim() && !name.contains("  ")
}

/// Finds an already folded needle in the text. Returns byte ranges of whole graphemes, in order and without overlap. An
/// empty needle is never found.
#[must_use]
pub fn find_folded(text: &str, needle: &str) -> Vec<Range<usize>> {
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
    for at in memmem::find_iter(folded.as_bytes(), needle) {
        let (start, end) = (origins[at].start, origins[at + needle.len() - 1].end);
        match found.last_mut() {
            // Two neighbouring matches, widened to graphemes, may share one.
            Some(last) if start < last.end => last.end = end,
            _ => found.push(start..end),
        }
    }
    found
}

/// Returns how many leading bytes are ASCII text with single spaces.
// Operators that always evaluate both sides let the compiler compare a whole chunk at once.
#[allow(clippy::needless_bitwise_bool)]
fn ascii_prefix(bytes: &[u8]) -> usize {
    const CHUNK: usize = 32;
    let is_even = |byte: u8, next: u8| is_ascii_text(char::from(byte)) & !((byte == b' ') & (next == b' '));
    let mut at = 0;
    while let Some((chunk, next)) =
        bytes.get(at..).and_then(|rest| Some((rest.first_chunk::<CHUNK>()?, rest.get(1..)?.first_chunk::<CHUNK>()?)))
    {
        // Without an early exit, the compiler compares a chunk at once.
        let all = chunk.iter().zip(next).fold(true, |all, (&byte, &next)| all & is_even(byte, next));
        if !all {
            break;
        }
        at += CHUNK;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let mut last = at.checked_sub(1).map_or(0, |before| bytes[before]);
    let is_text = |&&byte: &&u8| {
        let before = std::mem::replace(&mut last, byte);
        is_ascii_text(char::from(byte)) & !((before == b' ') & (byte == b' '))
    };
    at + rest.iter().take_while(is_text).count()
}

/// Whether a character is ASCII that folds to itself or to its lower case.
// As in `ascii_prefix`, which calls this for each byte of a chunk.
#[allow(clippy::needless_bitwise_bool)]
fn is_ascii_text(c: char) -> bool {
    (' '..='\x7F').contains(&c) & (c != '`')
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

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn a_letter_composed_across_an_invisible_character_is_found_whole() {
        let text = "가\u{fe0f}\u{11a8} x";
        let found = find_folded(text, "각");
        assert_eq!(found.first(), Some(&(0..text.len() - " x".len())), "{found:?}");
    }

    #[test]
    fn spellings_of_a_word_fold_to_the_same_text() {
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
            (&["d'or", "d’or", "d‘or", "dʼor", "d`or", "d´or", "dʹor", "d＇or", "d‛or", "d′or", "D\u{1FEF}OR"], "d'or"),
            (&["a\nb", "a\u{A0}b", "a\u{3000}b", "a\tb", "a  b", "a \n\n b", "a \u{A0}\u{2003}b"], "a b"),
            (&["ħobż", "Ħobż"], "hobz"),
            (&["ガイド", "カ\u{3099}イト\u{3099}", "ｶﾞｲﾄﾞ"], "ガイド"),
            (&["보도", "\u{1107}\u{1169}\u{1103}\u{1169}"], "보도"),
            (&["한글", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}", "하\u{11AB}글"], "한글"),
            (&["\u{09DF}", "\u{09AF}\u{09BC}"], "\u{09AF}\u{09BC}"),
            (&["\u{095C}", "\u{0921}\u{093C}"], "\u{0921}\u{093C}"),
            (&["\u{0929}", "\u{0928}\u{093C}"], "\u{0928}\u{093C}"),
            (&["\u{0BCA}", "\u{0BC6}\u{0BBE}"], "\u{0BC6}\u{0BBE}"),
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
    fn no_folded_letter_is_longer_than_eleven_times_the_letter() {
        for c in char::MIN..=char::MAX {
            let folded = fold(&c.to_string());
            assert!(folded.len() <= 11 * c.len_utf8(), "{c:?} {folded:?}");
        }
    }

    #[test]
    fn a_name_is_copied_only_if_folding_changes_it() {
        let chars: Vec<char> = (' '..='\x7F').chain("é\u{a0}’\u{301}".chars()).collect();
        for one in &chars {
            for other in &chars {
                for name in [format!("{one}{other}"), format!("a{one}{other}b"), format!("{one}a{other}")] {
                    let (folded, plain) = (fold_name(&name), fold(&name).trim().to_owned());
                    let expected = if plain.is_empty() { name.trim() } else { &plain };
                    assert_eq!(folded, expected, "{name:?}");
                }
            }
        }
        assert!(matches!(fold_name("civil rights, 2012"), Cow::Borrowed(_)));
    }

    #[test]
    fn letters_that_are_not_folded_fold_to_themselves() {
        for c in (char::MIN..=char::MAX).filter(|&c| is_settled(c)) {
            let mut folded = String::new();
            fold_char(c, &mut folded);
            assert_eq!(folded, c.to_string());
        }
    }

    #[test]
    fn every_letter_folds_to_the_same_composed_or_not_and_twice_as_once() {
        for c in char::MIN..=char::MAX {
            let text = c.to_string();
            let (folded, composed, decomposed) =
                (fold(&text), text.nfc().collect::<String>(), text.nfd().collect::<String>());
            assert_eq!(
                (fold(&composed), fold(&decomposed)),
                (folded.clone(), folded.clone()),
                "U+{:04X}",
                u32::from(c)
            );
            assert_eq!(fold(&folded), folded, "U+{:04X}", u32::from(c));
            assert_eq!(is_composed_indic(c), ('\u{0900}'..='\u{0E7F}').contains(&c) && decomposed != text);
        }
    }

    /// Letters, marks that belong to them, and characters between.
    fn letters() -> impl proptest::strategy::Strategy<Value = String> {
        "[e\u{00E7}\u{304B}\u{30AC}\u{FF76}\u{FF9F}\u{FF9E}\u{AC00}\u{AC01}\u{1100}\u{1161}\u{11A8}\u{AC00}\u{0995}\u{09BC}\u{09AF}\u{09A1}\u{09BC}\u{09BC}\u{09BC}\u{09C0}\u{09CB}\u{09BE}\u{09C7}\u{0BCA}\u{0BC6}\u{0BBE}\u{0F71}\u{0F72}\u{103A}\u{1025}\u{102E} \u{0301}\u{0323}\u{0327}\u{0334}\u{0338}\u{20D2}\u{20D7}\u{3099}\u{309A}\u{302A}\u{1CD4}\u{200D}\u{0640}\u{05D0}\u{05B0}\u{0627}\u{0653}\u{03A9}\u{00DF}'`\u{00B4}  a\n]{0,8}|\\PC{0,8}"
    }

    proptest::proptest! {
        #[test]
        fn texts_fold_to_the_same_composed_or_not(text in letters()) {
            let (composed, decomposed) = (text.nfc().collect::<String>(), text.nfd().collect::<String>());
            proptest::prop_assert_eq!(fold(&composed), fold(&decomposed));
            let folded = fold(&text);
            proptest::prop_assert_eq!(fold(&folded), folded.clone());
            let mut parts = String::new();
            text.graphemes(true).for_each(|grapheme| fold_into(grapheme, &mut parts));
            proptest::prop_assert_eq!(parts, folded);
        }

        #[test]
        fn a_text_is_found_in_itself(before in letters(), text in letters(), after in letters()) {
            let whole = format!("{before}.{text}.{after}");
            let needle = fold(&format!(".{text}."));
            let found = find_folded(&whole, &needle);
            proptest::prop_assert!(!found.is_empty());
            for range in found {
                proptest::prop_assert!(whole.get(range).is_some_and(|found| fold(found).contains(&needle)));
            }
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
            ("a  \n b", "a b", &[(0, 6)]),
            ("L’eau", "l'e", &[(0, 5)]),
            ("カ\u{3099}イ", "ガ", &[(0, 6)]),
            ("x\u{1112}\u{1161}\u{11AB}", "한", &[(1, 10)]),
            ("none", "x", &[]),
            ("none", "", &[]),
        ] {
            let found = find_folded(text, needle).into_iter();
            let found: Vec<_> = found.map(|range| (range.start, range.end)).collect();
            assert_eq!(found, expected, "{text:?} {needle:?}");
        }
    }
}
