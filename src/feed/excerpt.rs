//! Whether a summary is only the beginning of the text.
//!
//! Publishing programs make one by cutting the text and appending a marker: `[…]`, `Continue reading`. Only letters and
//! digits are compared, because punctuation, quotes and white space may differ; pictures are skipped.

/// The letters used to search for the beginning of the summary.
const KEY: usize = 24;
/// The excerpt must begin within this many letters of the text: a title or the name of a picture may precede it.
const WITHIN: usize = 300;
/// A summary that stops within a word, without a marker, has at least this many letters.
const CUT: usize = 40;
/// A marker counts only after this many letters.
const LEAST: usize = 12;
/// The most bytes after the cut.
const LONGEST_TAIL: usize = 400;
/// Ellipses.
const DOTS: [&str; 3] = ["…", "...", ". . ."];
/// Words that follow a cut, in lower case.
const WORDS: [&str; 27] = [
    "continue",
    "read more",
    "read the",
    "read full",
    "read on",
    "read this",
    "keep reading",
    "more",
    "full story",
    "full article",
    "see more",
    "view ",
    "click",
    "learn more",
    "the post",
    "this post",
    "the article",
    "weiterlesen",
    "mehr",
    "lire",
    "leer",
    "leggi",
    "lees",
    "czytaj",
    "続き",
    "阅读",
    "閱讀",
];

/// Whether `part` repeats the beginning of `whole` and adds nothing.
pub(super) fn is_excerpt(part: &str, whole: &str) -> bool {
    let key: Vec<char> = Letters::new(part).map(|(_, c)| c).take(KEY).collect();
    if key.is_empty() {
        return whole.contains(part);
    }
    if repeats(part, whole) {
        return true;
    }
    if key.len() < KEY {
        return false;
    }
    let begin: Vec<(usize, char)> = Letters::new(whole).take(WITHIN + KEY).collect();
    let is_key = |window: &&[(usize, char)]| window.iter().map(|(_, c)| c).eq(&key);
    let found = begin.windows(KEY).skip(1).find(is_key).map_or(0, |window| window[0].0);
    let (before, rest) = whole.split_at(found);
    // Whatever precedes it must be complete lines.
    found > 0
        && before.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '\n').ends_with('\n')
        && repeats(part, rest)
}

/// Whether `whole` begins with `part`, apart from the marker of a cut.
fn repeats(part: &str, whole: &str) -> bool {
    let (mut letters, mut others) = (Letters::new(part), Letters::new(whole));
    let (mut end, mut count) = (0, 0_usize);
    loop {
        let (own, other) = (letters.next(), others.next());
        match (own, other) {
            (None, other) => {
                // Whether the next letter belongs to the same word.
                let goes_on = other.is_some_and(|(at, _)| whole.get(..at).is_some_and(ends_in_word));
                return !goes_on
                    || count >= CUT
                    || part.get(end..).is_some_and(|tail| DOTS.iter().any(|dots| tail.contains(dots)));
            }
            (Some((at, c)), Some((_, other))) if c == other => {
                end = at + part.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
                count += 1;
            }
            (Some((at, _)), _) => return count >= LEAST && is_mark_at(part, end, at),
        }
    }
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(char::is_alphanumeric)
}

/// Whether the difference at `at` is the marker of a cut. The last equal letter ends at `end`; some of the marker may
/// be equal by chance.
fn is_mark_at(part: &str, end: usize, at: usize) -> bool {
    let word = part.get(..at).and_then(|text| text.rfind(char::is_whitespace)).unwrap_or(0);
    let near = (0..=at.saturating_sub(40)).rev().find(|&near| part.is_char_boundary(near)).unwrap_or(0);
    let before = part.get(near..at).unwrap_or_default();
    let dots = DOTS.iter().filter_map(|dots| before.rfind(dots)).max().map(|dots| near + dots);
    [Some(end), Some(word), dots].into_iter().flatten().any(|from| is_mark(part.get(from..).unwrap_or_default()))
}

/// Whether a text is the marker after a cut.
fn is_mark(tail: &str) -> bool {
    let tail =
        tail.trim_start_matches(|c: char| c.is_whitespace() || (!c.is_alphanumeric() && !matches!(c, '.' | '…')));
    if tail.len() > LONGEST_TAIL {
        return false;
    }
    let small = tail.to_lowercase();
    let small = small.trim_start_matches(['.', ' ', '\n']);
    DOTS.iter().any(|dots| tail.starts_with(dots)) || WORDS.iter().any(|words| small.starts_with(words))
}

/// The letters and digits of a text in lower case, with their positions. Skips picture descriptions.
struct Letters<'t> {
    text: &'t str,
    at: usize,
    /// The remaining lower-case letters of the last letter.
    more: Option<std::char::ToLowercase>,
}

impl<'t> Letters<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: 0, more: None }
    }
}

impl Iterator for Letters<'_> {
    type Item = (usize, char);

    fn next(&mut self) -> Option<(usize, char)> {
        if let Some(c) = self.more.as_mut().and_then(Iterator::next) {
            return Some((self.at.saturating_sub(1), c));
        }
        loop {
            let rest = self.text.get(self.at..)?;
            let c = rest.chars().next()?;
            if c == '[' && ["[image", "[video", "[audio", "[embed"].iter().any(|mark| rest.starts_with(mark)) {
                self.at += rest.find([']', '\n']).unwrap_or(rest.len());
                continue;
            }
            let at = self.at;
            self.at += c.len_utf8();
            if c.is_alphanumeric() {
                let mut small = c.to_lowercase();
                let first = small.next();
                self.more = Some(small);
                return first.map(|c| (at, c));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The miller opened the sluice before dawn, and the “wheel” began to turn, slowly.\n\nBy noon the sacks stood in rows.";

    #[test]
    fn the_cut_beginning_of_a_text_is_an_excerpt() {
        for part in [
            "The miller opened the sluice before dawn, and the […]",
            "The miller opened the sluice before dawn, and the [...]",
            "The miller opened the sluice before da…",
            "The miller opened the sluice before dawn and the \"wheel\" ... Continue reading Rye, again →",
            "The miller opened the sluice before dawn, Continue reading",
            "The miller opened the sluice before dawn, and the “wheel” began to turn. Read more »",
            "[image: A mill]\n\nThe miller opened the sluice before dawn, […]",
            "The miller opened the sluice before dawn, and the “wheel” began […]\n\nThe post Rye, again appeared first on Crumb.",
            "The miller opened the sluice before dawn, and the “wheel” began to turn, slowly.",
            "The miller opened the sluice before dawn, and the “wheel” began to turn, slowly. By no",
            TEXT,
        ] {
            assert!(is_excerpt(part, TEXT), "{part}");
            assert!(is_excerpt(part, &format!("Rye, again\n\nby Jo Doe\n\n{TEXT}")), "{part}");
        }
        assert!(is_excerpt("Notes on ovens", "Notes on ovens\n\nWith Ben."));
        assert!(is_excerpt(
            "碾磨工在黎明前打开了水闸，水轮开始转动[…]",
            "碾磨工在黎明前打开了水闸，水轮开始转动，起初很慢。"
        ));
    }

    #[test]
    fn a_summary_with_other_words_is_not_an_excerpt() {
        for part in [
            "A miller's day, told by Jo Doe.",
            "The miller opened the sluice before dawn. A story of flour and water, in three parts.",
            "The mill",
            "A mill […]",
            "The miller opened the sluice before dawn, and the wheel stood still",
        ] {
            assert!(!is_excerpt(part, TEXT), "{part}");
        }
        assert!(!is_excerpt(TEXT, "The miller opened"));
        assert!(!is_excerpt(TEXT, &format!("Something else stands first. {TEXT}")));
        assert!(!is_excerpt("[image: A mill]", TEXT));
    }
}
