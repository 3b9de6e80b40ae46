//! Properties of clean text, its lines, and its folding for search.

#[path = "support/corpus.rs"]
#[allow(dead_code)]
mod corpus;
#[path = "support/skip.rs"]
mod skip;

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use ratatui::buffer::CellWidth;
use tidings::text::{Clean, CleanBuf, FoldedTexts, find_folded, fold, truncate, width, wrap};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;

/// Input that breaks sanitisers: pieces of escape sequences, joiners, marks, selectors, emoji, jamo, conjuncts, spaces
/// and line breaks of all kinds.
const NASTY: &[&str] = &[
    "\x1B",
    "[",
    "]",
    "31",
    ";",
    "m",
    "\\",
    "(",
    "P",
    "\u{9B}",
    "\u{9C}",
    "\u{9D}",
    "\u{9E}",
    "\x07",
    "\0",
    "\x7F",
    "\u{85}",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\x0B",
    "\x0C",
    "\u{2028}",
    "\u{2029}",
    " ",
    "  ",
    "\u{A0}",
    "\u{3000}",
    "\u{AD}",
    "\u{200B}",
    "\u{200C}",
    "\u{200D}",
    "\u{200E}",
    "\u{202E}",
    "\u{2066}",
    "\u{2069}",
    "\u{FEFF}",
    "\u{34F}",
    "\u{E0067}",
    "\u{FE00}",
    "\u{FE0E}",
    "\u{FE0F}",
    "\u{E0100}",
    "\u{301}",
    "\u{308}",
    "\u{20E3}",
    "\u{488}",
    "\u{3099}",
    "\u{FF9E}",
    "ｶ",
    "a",
    "e",
    "Z",
    "ß",
    "é",
    "İ",
    "-",
    "1",
    "©",
    "❤",
    "👩",
    "👧",
    "😀",
    "🏽",
    "🏴",
    "🔥",
    "🇨",
    "🇭",
    "♂",
    "가",
    "ᄀ",
    "ᅡ",
    "ᆨ",
    "ᅟ",
    "漢",
    "の",
    "ا",
    "ل",
    "ي",
    "ك",
    "ه",
    "ـ",
    "\u{64E}",
    "\u{6DD}",
    "ܐ",
    "क",
    "ष",
    "\u{94D}",
    "ि",
    "ा",
    "മ",
    "\u{D4D}",
    "\u{D4E}",
    "က",
    "\u{1031}",
    "ា",
    "\u{17D2}",
    "\u{17D8}",
    "ก",
    "\u{E33}",
    "\u{E49}",
    "ᠠ",
    "\u{180B}",
    "ש",
    "\u{5B8}",
    "\u{E000}",
    "\u{FFFE}",
    "\u{10FFFF}",
    "\u{378}",
];

fn nasty() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(NASTY), 0..40).prop_map(|parts| parts.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![3 => nasty(), 1 => any::<String>(), 1 => "[a-zé가 \\n-]{0,200}"]
}

/// Both ways to clean a text keep their guarantees, and do not change clean text.
fn check_clean(raw: &str) {
    let line = CleanBuf::line(raw);
    assert!(!line.as_str().contains('\n'), "{raw:?}");
    let block = CleanBuf::block(raw);
    for (clean, again) in [(&line, CleanBuf::line(line.as_str())), (&block, CleanBuf::block(block.as_str()))] {
        assert_eq!(clean, &again, "from {raw:?}");
        check_characters(clean.as_str(), raw);
    }
}

fn check_characters(clean: &str, raw: &str) {
    for c in clean.chars() {
        let is_invisible =
            matches!(c.general_category_group(), GeneralCategoryGroup::Other | GeneralCategoryGroup::Separator);
        let is_kept = matches!(c, ' ' | '\n' | '\u{200C}' | '\u{200D}');
        assert!(!is_invisible || is_kept, "{c:?} in {clean:?} from {raw:?}");
    }
    assert!(!clean.contains("  ") && !clean.contains("\n\n\n"), "{clean:?} from {raw:?}");
    assert!(!clean.contains(" \n") && !clean.contains("\n "), "{clean:?} from {raw:?}");
    assert_eq!(clean, clean.trim_matches([' ', '\n']), "from {raw:?}");
    for cluster in clean.graphemes(true).filter(|&cluster| cluster != "\n") {
        let columns = cluster.cell_width();
        let is_brahmic = cluster.chars().any(|c| ('\u{900}'..'\u{1A00}').contains(&c));
        assert!(cluster.len() <= 32, "{cluster:?} from {raw:?}");
        assert!(columns == 1 || columns == 2 || is_brahmic, "{cluster:?} from {raw:?}");
    }
}

/// Lines fit the columns, are in order, and leave out only white space.
fn check_wrap(text: Clean<'_>, columns: usize) {
    let mut end = 0;
    let mut left_out = String::new();
    for line in wrap(text, columns) {
        left_out += text.as_str().get(end..line.start).expect("lines follow each other");
        let visible = text.as_str().get(line.clone()).expect("lines end between characters");
        let is_single = visible.graphemes(true).filter(|g| width(g) > 0).count() == 1;
        assert!(width(visible) <= columns.max(1) || is_single, "{visible:?} in {columns}");
        assert!(!visible.ends_with(' '), "{visible:?}");
        end = line.end;
    }
    left_out += text.as_str().get(end..).expect("lines end between characters");
    assert!(left_out.chars().all(|c| c == ' ' || c == '\n'), "{left_out:?} of {text:?}");
}

fn check_truncate(text: Clean<'_>, columns: usize) {
    let (prefix, is_cut) = truncate(text, columns);
    assert!(text.as_str().starts_with(prefix.as_str()));
    assert_eq!(is_cut, width(text.as_str()) > columns);
    let room = if is_cut { columns.saturating_sub(1) } else { columns };
    assert!(width(prefix.as_str()) <= room, "{prefix:?} in {columns}");
    if is_cut {
        let rest = text.as_str().get(prefix.as_str().len()..).expect("a character's end");
        let next = rest.graphemes(true).next().expect("something was cut");
        assert!(width(prefix.as_str()) + width(next) > room, "{next:?} would have fit");
    }
}

fn check_fold(text: &str) {
    let folded = fold(text);
    assert_eq!(fold(&folded), folded, "{text:?}");
    let needles = folded.char_indices().filter_map(|(at, _)| {
        let end = folded.get(at..)?.char_indices().nth(2).map_or(folded.len(), |(i, _)| at + i);
        folded.get(at..end)
    });
    for needle in needles.take(6) {
        check_find(text, needle);
    }
}

fn check_find(text: &str, needle: &str) {
    let found = find_folded(text, needle);
    assert_eq!(!found.is_empty(), fold(text).contains(needle), "{needle:?} in {text:?}");
    let mut end = 0;
    for range in found {
        assert!(range.start >= end, "{needle:?} in {text:?}");
        let part = text.get(range.clone()).expect("whole graphemes");
        assert!(fold(part).contains(needle), "{needle:?} in {part:?}");
        end = range.end;
    }
}

fn check_all(raw: &str) {
    check_clean(raw);
    let block = CleanBuf::block(raw);
    for columns in [1, 30, 120] {
        check_wrap(block.as_clean(), columns);
    }
    for line in raw.lines() {
        let line = CleanBuf::line(line);
        check_truncate(line.as_clean(), 30);
        check_fold(line.as_str());
    }
}

#[test]
fn every_scalar_value_is_cleaned() {
    use unicode_properties::GeneralCategory::{PrivateUse, Unassigned};
    for c in char::MIN..=char::MAX {
        // Most are unassigned or private: one of each category is enough.
        if matches!(c.general_category(), PrivateUse | Unassigned) {
            assert_eq!(CleanBuf::line(&format!("{c}a{c}b\x1B{c}b")).as_str(), "abb");
            continue;
        }
        // Alone, between letters, and after an ESC, a space, a joiner and a line break.
        check_clean(&format!("{c}\na{c}b\n\x1B{c}b c\n가 {c}\u{200D}{c}\u{FE0F}\n{c}"));
        let folded = fold(&c.to_string());
        assert_eq!(fold(&folded), folded, "{c:?}");
    }
}

#[test]
fn legible_text_stays() {
    for text in [
        "Plain text, as most of it is.",
        "Zürich Zu\u{308}rich",
        "보도자료 가\u{11A8}",
        "می\u{200C}خواهم",
        "क्षत्रिय क्\u{200D}ष हिन्दी",
        "ശ്രീ അവന്\u{200D}",
        "ශ්\u{200D}රී",
        "ภาษาไทย น้ำ",
        "ភាសាខ្មែរ",
        "မြန်မာ",
        "👩\u{200D}❤\u{FE0F}\u{200D}👨 🏳\u{FE0F}\u{200D}🌈 🇨🇭 1\u{FE0F}\u{20E3} 👍🏽 ❤\u{FE0F} ⌚\u{FE0E}",
    ] {
        assert_eq!(CleanBuf::line(text).as_str(), text);
        assert_eq!(CleanBuf::block(text).as_str(), text);
    }
}

#[test]
fn control_sequences_and_invisible_characters_are_removed() {
    for (raw, line) in [
        ("a\x1B[31mred\x1B[0m b", "ared b"),
        ("a \x1B]0;title\x07 b", "a b"),
        ("a\u{202E}b\u{AD}c\u{200B}d\u{FEFF}", "abcd"),
        ("a\u{200D}b \u{FE0F}c x\u{200C}", "ab c x"),
        ("🏴\u{E0067}\u{E0062}\u{E007F}", "🏴"),
        ("  a\t\u{A0} b\r\n\r\nc  ", "a b c"),
        ("\u{301}a \u{301}b", "a b"),
        ("ᄀᄀᄀ 漢\u{93E}", "ᄀ 漢"),
        ("\u{E000}\u{10FFFF}", ""),
    ] {
        assert_eq!(CleanBuf::line(raw).as_str(), line, "{raw:?}");
    }
    let zalgo = CleanBuf::line(&format!("a{}b", "\u{301}".repeat(100)));
    assert_eq!(zalgo.as_str(), format!("a{}b", "\u{301}".repeat(15)));
}

#[test]
fn a_block_keeps_lines_and_paragraphs() {
    for (raw, block) in [
        ("a\nb\r\nc\rd\u{85}e\u{2028}f", "a\nb\nc\nd\ne\nf"),
        ("\n\na \n\n\n \n b\n", "a\n\nb"),
        ("a\u{A0}\t b", "a b"),
        ("a\x1B]0;open\nb", "a\nb"),
    ] {
        assert_eq!(CleanBuf::block(raw).as_str(), block, "{raw:?}");
    }
}

#[test]
fn texts_of_the_corpus_are_cleaned_wrapped_truncated_and_folded() {
    let Some(corpus) = corpus::folder() else { return };
    let adversarial = corpus.join("adversarial");
    let mut files = vec![adversarial.join("blns/blns.txt")];
    for folder in ["utf8", "utf8/flenniken", "scripts", "scripts/udhr"] {
        files.extend(files_in(&adversarial.join(folder)));
    }
    for file in files {
        let bytes = std::fs::read(&file).expect("a file of the corpus can be read");
        let text = String::from_utf8_lossy(&bytes);
        check_clean(&text);
        check_restored(&text);
        for line in text.lines() {
            check_all(line);
        }
    }
    let is_text = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "json");
    for file in files_in(&corpus.join("news")).into_iter().filter(is_text) {
        check_restored(&String::from_utf8_lossy(&std::fs::read(&file).expect("a file of the corpus can be read")));
    }
    check_emoji(&adversarial.join("unicode/emoji-zwj-sequences.txt"));
}

/// A catalog holds texts folded; the originals are restored from there.
fn check_restored(raw: &str) {
    let text = CleanBuf::block(raw);
    let mut lines: Vec<CleanBuf> = text.as_str().lines().map(CleanBuf::line).collect();
    lines.push(text);
    let mut stored = FoldedTexts::default();
    for (summary, body) in lines.iter().zip(lines.iter().rev()) {
        stored.push(Clean::default(), summary.as_clean(), body.as_clean());
    }
    for (at, (summary, body)) in lines.iter().zip(lines.iter().rev()).enumerate() {
        assert_eq!(stored.summary(at).to_buf(), *summary);
        assert_eq!(stored.body(at).to_buf(), *body);
    }
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of the corpus can be read");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    paths.filter(|path| path.is_file()).collect()
}

/// All sequences that Unicode recommends stay complete, up to the longest cluster.
fn check_emoji(file: &Path) {
    let text = std::fs::read_to_string(file).expect("a file of the corpus can be read");
    for line in text.lines().filter(|line| line.contains(';') && !line.starts_with('#')) {
        let codes = line.split(';').next().expect("a first field").split_whitespace();
        let chars = codes.map(|code| u32::from_str_radix(code, 16).expect("a code point"));
        let emoji: String = chars.map(|code| char::from_u32(code).expect("a scalar")).collect();
        let clean = CleanBuf::line(&emoji);
        assert!(emoji == clean.as_str() || emoji.len() > 32, "{emoji:?} is {clean:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn cleaning_is_idempotent(raw in any_text()) {
        check_clean(&raw);
    }

    #[test]
    fn stored_texts_are_restored(raw in any_text()) {
        check_restored(&raw);
    }

    #[test]
    fn wrapping_loses_only_white_space(raw in any_text(), columns in 0_usize..250) {
        check_wrap(CleanBuf::block(&raw).as_clean(), columns);
        check_wrap(CleanBuf::block(&raw).as_clean(), columns % 12);
    }

    #[test]
    fn truncated_text_fits(raw in any_text(), columns in 0_usize..40) {
        check_truncate(CleanBuf::line(&raw).as_clean(), columns);
    }

    #[test]
    fn folding_is_idempotent(text in any_text()) {
        check_fold(&text);
    }

    #[test]
    fn matches_agree_with_search(text in any_text(), needle in nasty()) {
        let needle: String = fold(&needle).chars().take(2).collect();
        prop_assume!(!needle.is_empty());
        check_find(&text, &needle);
    }
}
