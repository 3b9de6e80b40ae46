//! The words that differ between two versions of a release.
//!
//! Words are compared, not the blanks and line breaks between them. Scripts that do not separate words are compared
//! character by character.

use std::ops::Range;
use std::time::Instant;

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::release::Release;
use crate::text::{Clean, CleanBuf, is_unspaced};

/// What happened to a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// Both versions have it.
    Same,
    /// Only the earlier version has it.
    Removed,
    /// Only the later version has it.
    Added,
}

impl PieceKind {
    /// Returns the marks before and after a piece, which distinguish it without colour.
    #[must_use]
    pub fn signs(self) -> [&'static str; 2] {
        match self {
            Self::Same => ["", ""],
            Self::Removed => ["[-", "-]"],
            Self::Added => ["{+", "+}"],
        }
    }
}

/// Some words in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What happened to it.
    pub kind: PieceKind,
    /// The words.
    pub text: CleanBuf,
    /// Whether a blank separates it from the piece before it.
    pub has_blank: bool,
}

/// The pieces of each line of a text.
pub type Lines = Vec<Vec<Piece>>;

/// The difference between two versions of a release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// That of the title.
    pub title: Lines,
    /// That of the summary and the full text.
    pub text: Lines,
}

impl Difference {
    /// Compares two versions. After `deadline`, the rest counts as replaced.
    #[must_use]
    pub fn new(before: &Release, now: &Release, deadline: Option<Instant>) -> Self {
        let title = lines(before.title.as_clean(), now.title.as_clean(), deadline);
        let [text_before, text_now] = texts(before, now);
        Self { title, text: lines(text_before.as_clean(), text_now.as_clean(), deadline) }
    }
}

/// The texts to compare. A summary counts only beside a full text in both versions: see `wording`.
fn texts(before: &Release, now: &Release) -> [CleanBuf; 2] {
    let has_both = |release: &Release| !release.body.is_empty() && !release.summary.is_empty();
    let is_whole = has_both(before) && has_both(now);
    [before, now].map(|release| {
        let (summary, body) = (release.summary.as_str(), release.body.as_str());
        match (is_whole, body.is_empty()) {
            (true, _) => CleanBuf::block(&format!("{summary}\n\n{body}")),
            (false, true) => release.summary.clone(),
            (false, false) => release.body.clone(),
        }
    })
}

/// The white space before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    Blank,
    Line,
}

/// A word, or a character of a script without blanks.
struct Word<'a> {
    text: &'a str,
    gap: Gap,
}

/// Compares two texts.
fn lines(before: Clean<'_>, now: Clean<'_>, deadline: Option<Instant>) -> Lines {
    let (old, new) = (words(before.as_str()), words(now.as_str()));
    let texts = |words: &[Word<'_>]| words.iter().map(|word| word.text.to_owned()).collect::<Vec<_>>();
    let operations = capture_diff_slices_deadline(Algorithm::Myers, &texts(&old), &texts(&new), deadline);
    let mut pieces = Pieces::default();
    for operation in operations {
        let (old, new) = (&old[operation.old_range()], &new[operation.new_range()]);
        if matches!(operation, DiffOp::Equal { .. }) {
            // Where the earlier version had no line break, what was removed before this stays on its line.
            pieces.push_all(PieceKind::Same, new, old.first().is_some_and(|word| word.gap != Gap::Line));
        } else {
            pieces.push_all(PieceKind::Removed, old, false);
            pieces.push_all(PieceKind::Added, new, true);
        }
    }
    pieces.lines
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for line in text.split('\n') {
        let mut gap = Gap::Line;
        for run in line.split_whitespace() {
            let mut start = 0;
            let mut was_alone = false;
            for (at, c) in run.char_indices() {
                let is_alone = is_unspaced(c);
                if at > start && (is_alone || was_alone) {
                    words.extend(run.get(start..at).map(|text| Word { text, gap }));
                    (start, gap) = (at, Gap::Nothing);
                }
                was_alone = is_alone;
            }
            words.extend(run.get(start..).map(|text| Word { text, gap }));
            gap = Gap::Blank;
        }
    }
    words
}

/// Collects words into pieces.
#[derive(Default)]
struct Pieces {
    lines: Lines,
}

impl Pieces {
    /// Adds words. With `joins`, the first one follows removed words on their line.
    fn push_all(&mut self, kind: PieceKind, words: &[Word<'_>], joins: bool) {
        let mut piece: Option<(String, bool)> = None;
        let is_removed = |line: &Vec<Piece>| line.iter().all(|piece| piece.kind == PieceKind::Removed);
        let joins = joins && self.lines.last().is_some_and(is_removed);
        for (n, word) in words.iter().enumerate() {
            let gap = if n == 0 && joins && word.gap == Gap::Line { Gap::Blank } else { word.gap };
            if gap == Gap::Line || self.lines.is_empty() {
                self.finish(kind, piece.take());
                self.lines.push(Vec::new());
            }
            match &mut piece {
                Some((text, _)) => {
                    if gap == Gap::Blank {
                        text.push(' ');
                    }
                    text.push_str(word.text);
                }
                None => piece = Some((word.text.to_owned(), gap == Gap::Blank)),
            }
        }
        self.finish(kind, piece);
    }

    fn finish(&mut self, kind: PieceKind, piece: Option<(String, bool)>) {
        if let (Some((text, has_blank)), Some(line)) = (piece, self.lines.last_mut()) {
            let has_blank = has_blank && !line.is_empty();
            line.push(Piece { kind, text: CleanBuf::line(&text), has_blank });
        }
    }
}

/// A line as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: CleanBuf,
    /// The ranges of its pieces, with their signs.
    pub pieces: Vec<(Range<usize>, PieceKind)>,
}

/// Returns a line as text; with signs around what was removed and added if `has_signs`: `[-old-] {+new+}`.
#[must_use]
pub fn marked(line: &[Piece], has_signs: bool) -> Marked {
    let mut marked = Marked::default();
    for piece in line {
        if piece.has_blank {
            let start = marked.text.as_str().len();
            marked.text.push_own(" ");
            marked.pieces.push((start..start + 1, PieceKind::Same));
        }
        let start = marked.text.as_str().len();
        let [before, after] = if has_signs { piece.kind.signs() } else { ["", ""] };
        marked.text.push_own(before);
        marked.text.push_clean(piece.text.as_clean());
        marked.text.push_own(after);
        marked.pieces.push((start..marked.text.as_str().len(), piece.kind));
    }
    marked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compared(before: &str, now: &str) -> Lines {
        lines(CleanBuf::block(before).as_clean(), CleanBuf::block(now).as_clean(), None)
    }

    fn shown(before: &str, now: &str) -> Vec<String> {
        compared(before, now).iter().map(|line| marked(line, true).text.to_string()).collect()
    }

    #[test]
    fn words_that_were_removed_and_added_are_marked() {
        for (before, now, expected) in [
            ("The bridge is closed.", "The bridge is open.", &["The bridge is [-closed.-] {+open.+}"][..]),
            ("One two", "One two three", &["One two {+three+}"]),
            ("One two three", "two three", &["[-One-] two three"]),
            ("One\ntwo  three", "One two\n\nthree", &["One two", "three"]),
            ("One\n\nTwo", "One\n\nNew\n\nTwo", &["One", "{+New+}", "Two"]),
            ("Old\n\nTwo", "Two", &["[-Old-]", "Two"]),
            ("Old title", "New", &["[-Old title-] {+New+}"]),
            ("Same", "Same", &["Same"]),
            ("", "New", &["{+New+}"]),
            ("橋は閉鎖", "橋は開放", &["橋は[-閉鎖-]{+開放+}"]),
            ("", "", &[]),
        ] {
            assert_eq!(shown(before, now), expected, "{before:?} {now:?}");
        }
    }

    #[test]
    fn the_summary_counts_beside_a_full_text() {
        let release = |summary: &str, body: &str| Release {
            summary: CleanBuf::block(summary),
            body: CleanBuf::block(body),
            ..Release::default()
        };
        let text = |before, now| {
            let lines = Difference::new(&before, &now, None).text;
            lines.iter().map(|line| marked(line, true).text.to_string()).collect::<Vec<_>>().join("|")
        };
        assert_eq!(text(release("a", "b"), release("c", "b")), "[-a-] {+c+}|b");
        assert_eq!(text(release("a", ""), release("", "a b")), "a {+b+}");
        assert_eq!(text(release("a", "b"), release("", "b")), "b");
    }

    #[test]
    fn long_texts_without_a_common_word_end_at_the_deadline() {
        let text = |letter: char| (0..60_000).map(|n| format!("{letter}{n}")).collect::<Vec<_>>().join(" ");
        let found =
            lines(CleanBuf::block(&text('a')).as_clean(), CleanBuf::block(&text('b')).as_clean(), Some(Instant::now()));
        let words = |kind| {
            let pieces = found.iter().flatten().filter(|piece| piece.kind == kind);
            pieces.map(|piece| piece.text.as_str().split(' ').count()).sum::<usize>()
        };
        assert_eq!((words(PieceKind::Removed), words(PieceKind::Added)), (60_000, 60_000));
    }

    proptest! {
        #[test]
        fn each_version_can_be_read_from_the_difference(before in "[ab橋 \n]{0,30}", now in "[ab橋 \n]{0,30}") {
            let found = compared(&before, &now);
            let without = |left_out| {
                let pieces = found.iter().flatten().filter(|piece| piece.kind != left_out);
                pieces.flat_map(|piece| piece.text.as_str().chars()).filter(|c| !c.is_whitespace()).collect::<String>()
            };
            let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(without(PieceKind::Added), plain(&before));
            prop_assert_eq!(without(PieceKind::Removed), plain(&now));
        }
    }
}
