//! Labels at the beginning of titles: `Press release: ...`, `Opinion | ...`, `[Video] ...`, `ADVISORY – ...`.

use crate::text::is_unspaced;

/// The longest label, in bytes, characters and words, and in characters of scripts without blanks.
const LONGEST: usize = 200;
const CHARS: usize = 32;
const WORDS: usize = 4;
const UNSPACED: usize = 12;

/// Brackets around a label.
const BRACKETS: &[(char, char)] = &[
    ('[', ']'),
    ('(', ')'),
    ('【', '】'),
    ('［', '］'),
    ('（', '）'),
    ('〔', '〕'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
];
/// What separates a label from the title. A hyphen within a word separates nothing.
const SEPARATORS: &[&str] = &[": ", "：", " | ", "｜", " – ", " — ", " - ", " -- "];
/// What no label contains.
const FORBIDDEN: &str = ".?!,;:|\"“”„«»()[]{}/\\*#@<>=_…。，、！？";
/// What mail programs put before titles.
const REPLIES: &[&str] = &["re", "fw", "fwd", "aw", "wg", "sv", "tr"];

/// Returns the label of a title, if it begins as with one. Whether it is one depends on the titles beside it.
pub fn label(title: &str) -> Option<&str> {
    let title = title.trim_start();
    let end = title.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= LONGEST).last()?;
    let head = title.get(..end)?;
    let open = head.chars().next()?;
    let (label, rest) = if let Some((_, close)) = BRACKETS.iter().find(|(begin, _)| *begin == open) {
        let (label, _) = head.get(open.len_utf8()..)?.split_once(*close)?;
        (label, title.get(open.len_utf8() + label.len() + close.len_utf8()..)?)
    } else {
        let at = |separator: &&&str| head.find(**separator);
        let separator = SEPARATORS.iter().filter(|one| at(one).is_some()).min_by_key(at)?;
        title.split_once(separator)?
    };
    let label = label.trim();
    let is_followed = rest.chars().any(char::is_alphanumeric);
    (is_followed && has_form(label)).then_some(label)
}

fn has_form(label: &str) -> bool {
    let longest = if label.chars().any(is_unspaced) { UNSPACED } else { CHARS };
    let letters = label.chars().filter(|c| c.is_alphabetic()).count();
    label.chars().next().is_some_and(char::is_alphabetic)
        && letters >= 2
        && label.chars().count() <= longest
        && label.split_whitespace().count() <= WORDS
        && !label.chars().any(|c| c.is_numeric() || FORBIDDEN.contains(c))
        && !REPLIES.iter().any(|reply| label.eq_ignore_ascii_case(reply))
}
