//! How the sanitiser treats each character: shown, white space, a line break, or dropped.
//!
//! The classes follow from Unicode's general categories. Only what the categories do not say is listed here: the
//! default-ignorable characters that count as letters or marks, and the scripts that need joiners. [`is_plain`] is only
//! an optimisation: a table of common characters that are shown and stand alone.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

pub(super) const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
pub(super) const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// How the sanitiser treats a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Visible,
    /// White space within a line.
    Blank,
    LineBreak,
    /// ESC or a C1 control: the start of a terminal control sequence.
    Escape,
    /// ZWJ and ZWNJ: kept if there is something to join.
    Joiner,
    /// The selectors of emoji and of text style, kept after an emoji.
    VariationSelector,
    Dropped,
}

pub(super) fn classify(c: char) -> Class {
    match c {
        '\t' | ' ' => Class::Blank,
        '\n'..='\r' | '\u{85}' => Class::LineBreak,
        '\x1B' | '\u{80}'..='\u{9F}' => Class::Escape,
        ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER => Class::Joiner,
        '\u{FE0E}' | '\u{FE0F}' => Class::VariationSelector,
        _ if is_plain(c) => Class::Visible,
        _ if is_ignorable(c) => Class::Dropped,
        _ => match c.general_category() {
            GeneralCategory::SpaceSeparator => Class::Blank,
            GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => Class::LineBreak,
            // Private-use characters look different in every terminal.
            GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::Surrogate
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned => Class::Dropped,
            _ => Class::Visible,
        },
    }
}

/// Whether the character alone draws nothing: white space, a control, a byte order mark, a joiner and the like.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    classify(c) != Class::Visible
}

/// The assigned characters of `Default_Ignorable_Code_Point` outside the category Cf: the grapheme joiner, the Hangul
/// fillers, Khmer's inherent vowels, the variation selectors.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{034F}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether the character is a letter or mark of a script in which joiners change the spelling: Arabic, Syriac, N'Ko,
/// Mandaic, the Indic scripts, Khmer, Mongolian and related scripts.
pub(super) fn takes_joiner(c: char) -> bool {
    let script = matches!(c,
        '\u{0600}'..='\u{077F}' | '\u{07C0}'..='\u{07FF}' | '\u{0840}'..='\u{0DFF}'
        | '\u{1780}'..='\u{18AF}' | '\u{1B00}'..='\u{1BAF}' | '\u{A840}'..='\u{A8FF}'
        | '\u{A980}'..='\u{A9DF}' | '\u{11000}'..='\u{11DFF}');
    let group = c.general_category_group();
    script && matches!(group, GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
}

/// Whether the character belongs to a Brahmic script, whose syllables may be wider than two columns: Indic, south-east
/// Asian and Tibetan.
pub(super) fn is_brahmic(c: char) -> bool {
    matches!(c,
        '\u{0900}'..='\u{109F}' | '\u{1700}'..='\u{17FF}' | '\u{1900}'..='\u{1AAF}'
        | '\u{1B00}'..='\u{1C4F}' | '\u{1CD0}'..='\u{1CFF}' | '\u{A800}'..='\u{A82F}'
        | '\u{A840}'..='\u{A8FF}' | '\u{A930}'..='\u{A95F}' | '\u{A980}'..='\u{A9FF}' | '\u{AA00}'..='\u{AAFF}'
        | '\u{ABC0}'..='\u{ABFF}' | '\u{11000}'..='\u{11FFF}')
}

/// Whether the character is visible and stands alone: beside another plain character it is a grapheme cluster by
/// itself, one or two columns wide. May return `false` for such a character.
#[inline]
pub(super) fn is_plain(c: char) -> bool {
    let code = c as usize;
    PLAIN.get(code / 64).is_some_and(|bits| bits >> (code % 64) & 1 == 1)
}

/// One bit for each character of the basic multilingual plane.
static PLAIN: [u64; 1024] = plain_bits();

/// First and last of each range. A test checks that every character in them is plain.
const PLAIN_RANGES: &[(u32, u32)] = &[
    (0x21, 0x7E),     // ASCII
    (0xA1, 0xAC),     // Latin 1
    (0xAE, 0x2FF),    // Latin
    (0x391, 0x3A1),   // Greek
    (0x3A3, 0x482),   // Greek, Cyrillic
    (0x48A, 0x52F),   // Cyrillic
    (0x5D0, 0x5EA),   // Hebrew
    (0x606, 0x60F),   // Arabic signs
    (0x61D, 0x64A),   // Arabic letters
    (0x660, 0x66F),   // Arabic digits
    (0x671, 0x6D5),   // Arabic letters
    (0x6EE, 0x6FF),   // Persian digits
    (0x904, 0x939),   // Devanagari
    (0x985, 0x98C),   // Bengali
    (0x993, 0x9A8),   // Bengali
    (0xB85, 0xB8A),   // Tamil
    (0xBAE, 0xBB9),   // Tamil
    (0xE01, 0xE30),   // Thai
    (0x10D0, 0x10FF), // Georgian
    (0x1E00, 0x1EFF), // Latin, as in Vietnamese
    (0x2010, 0x2027), // dashes and quotes
    (0x2030, 0x205E), // punctuation
    (0x20A0, 0x20C0), // currencies
    (0x2100, 0x218B), // letterlike
    (0x2190, 0x23FF), // arrows, mathematics, technical
    (0x2500, 0x27BF), // boxes, symbols, dingbats
    (0x3001, 0x3029), // CJK punctuation
    (0x3041, 0x3096), // Hiragana
    (0x309B, 0x30FF), // Katakana
    (0x3105, 0x312F), // Bopomofo
    (0x3131, 0x3163), // Hangul letters
    (0x3400, 0x9FFF), // CJK ideographs
    (0xAC00, 0xD7A3), // Hangul syllables
    (0xF900, 0xFA6D), // CJK compatibility
    (0xFF01, 0xFF9D), // full and half width
    (0xFFE0, 0xFFE6), // full width signs
];

const fn plain_bits() -> [u64; 1024] {
    let mut bits = [0; 1024];
    let mut range = 0;
    while range < PLAIN_RANGES.len() {
        let (mut code, last) = PLAIN_RANGES[range];
        while code <= last {
            bits[code as usize / 64] |= 1 << (code % 64);
            code += 1;
        }
        range += 1;
    }
    bits
}

/// Whether the character belongs to a script that does not separate words with spaces.
#[must_use]
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::CellWidth;
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    fn classify_by_category(c: char) -> Class {
        match c.general_category_group() {
            GeneralCategoryGroup::Other => Class::Dropped,
            GeneralCategoryGroup::Separator => Class::Blank,
            _ if is_ignorable(c) => Class::Dropped,
            _ => Class::Visible,
        }
    }

    #[test]
    fn a_plain_character_is_visible_and_stands_alone() {
        for c in (char::MIN..=char::MAX).filter(|&c| is_plain(c)) {
            assert_eq!(classify_by_category(c), Class::Visible, "{c:?}");
            assert!((1..=2).contains(&c.to_string().cell_width()), "{c:?}");
            for neighbour in ['a', 'の', '가', 'ल', 'ا', '©', c] {
                let (before, after) = (format!("{neighbour}{c}"), format!("{c}{neighbour}"));
                assert_eq!(before.graphemes(true).count(), 2, "{before:?}");
                assert_eq!(after.graphemes(true).count(), 2, "{after:?}");
            }
        }
    }

    #[test]
    fn every_invisible_character_is_recognised() {
        use Class::{Blank, Dropped, Escape, Joiner, LineBreak, VariationSelector, Visible};
        for (text, class) in [
            ("a é Ж 가 漢 ‘ 😀 \u{301} \u{11A8}", Visible),
            ("\t\u{A0}\u{2003}\u{3000}", Blank),
            ("\n\r\x0B\x0C\u{85}\u{2028}\u{2029}", LineBreak),
            ("\x1B\u{80}\u{9B}\u{9F}", Escape),
            ("\u{200C}\u{200D}", Joiner),
            ("\u{FE0E}\u{FE0F}", VariationSelector),
            ("\0\x07\x7F\u{AD}\u{61C}\u{200B}\u{200E}\u{202E}\u{2066}\u{2060}\u{FEFF}", Dropped),
            ("\u{34F}\u{115F}\u{3164}\u{17B4}\u{FE00}\u{E0100}\u{E0041}\u{FFF9}", Dropped),
            ("\u{E000}\u{F0000}\u{FFFE}\u{10FFFF}\u{378}", Dropped),
        ] {
            for c in text.chars().filter(|&c| c != ' ') {
                assert_eq!(classify(c), class, "{c:?}");
            }
        }
    }
}
