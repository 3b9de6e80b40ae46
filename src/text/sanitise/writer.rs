//! The single pass that turns raw text into clean text.
//!
//! Whether a character is kept depends only on the text kept so far, the character itself and (for a joiner) what
//! follows. A second pass therefore keeps everything that the first one kept. Runs of plain characters are copied at
//! once. All others go through [`Writer::push`], which segments the last grapheme cluster; it is correct for every
//! script, but slower.

use ratatui::buffer::CellWidth;
use unicode_normalization::char::canonical_combining_class;
use unicode_properties::UnicodeEmoji;
use unicode_segmentation::UnicodeSegmentation;

use super::escape;
use crate::text::class::{Class, ZERO_WIDTH_JOINER, classify, is_brahmic, is_plain, takes_joiner};

/// The longest grapheme cluster in bytes.
const MAX_CLUSTER: usize = 32;
/// The combining class of a virama, which suppresses a consonant's vowel.
const VIRAMA: u8 = 9;

/// How line breaks are treated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// They become spaces.
    Line,
    /// They stay, at most two in a row.
    Block,
}

/// Pending white space, written only between two visible characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Blank,
    LineBreak,
    Paragraph,
}

/// Appends raw text, made clean. It is trimmed as if nothing stood before it.
pub(super) fn write(out: &mut String, raw: &str, layout: Layout) {
    if is_clean_ascii(raw.as_bytes()) {
        out.push_str(raw);
    } else {
        write_mapped(out, raw, layout, &mut []);
    }
}

/// Like [`write()`], but also maps positions. `places` are ascending positions in `raw` on character boundaries; each
/// is replaced by the length of `out` when the writer reaches it, before any pending white space is written.
pub(super) fn write_mapped(out: &mut String, raw: &str, layout: Layout, places: &mut [usize]) {
    let start = out.len();
    let mut writer = Writer { out, start, cluster: start, is_plain: true, gap: Gap::None, joiner: None };
    let mut rest = raw;
    let mut places = places.iter_mut().peekable();
    while !rest.is_empty() {
        let at = raw.len() - rest.len();
        while let Some(place) = places.next_if(|place| **place <= at) {
            *place = writer.out.len();
        }
        // Splitting the text here does not change what is kept of it.
        let next = places.peek().map_or(rest.len(), |place| (**place - at).min(rest.len()));
        let (part, _) = rest.split_at(next);
        let length = writer.plain_prefix(part);
        if length == 0 {
            rest = writer.write_first(rest, layout);
        } else {
            let (run, after) = rest.split_at(length);
            writer.push_plain(run);
            rest = after;
        }
    }
    places.for_each(|place| *place = writer.out.len());
}

struct Writer<'a> {
    out: &'a mut String,
    /// The start of this writer's text.
    start: usize,
    /// The start of the last grapheme cluster.
    cluster: usize,
    /// Whether that cluster is one plain character, or empty.
    is_plain: bool,
    gap: Gap,
    /// A pending joiner, waiting for the next character.
    joiner: Option<char>,
}

impl Writer<'_> {
    /// Returns how many bytes of the text are plain characters, independent of the text before.
    fn plain_prefix(&self, text: &str) -> usize {
        let is_open = self.gap == Gap::None && !self.is_plain;
        if is_open || self.joiner.is_some() { 0 } else { plain_prefix(text) }
    }

    fn push_plain(&mut self, run: &str) {
        self.write_gap();
        self.gap = Gap::None;
        self.out.push_str(run);
        self.cluster = self.out.len() - last_char(run).map_or(0, char::len_utf8);
        self.is_plain = true;
    }

    /// Writes or drops the first character, or the escape sequence that it begins. Returns the rest.
    fn write_first<'t>(&mut self, text: &'t str, layout: Layout) -> &'t str {
        let mut chars = text.chars();
        let Some(c) = chars.next() else { return text };
        let rest = chars.as_str();
        match classify(c) {
            Class::Escape => return escape::skip(text),
            Class::LineBreak if layout == Layout::Block => {
                let is_second = self.gap >= Gap::LineBreak;
                self.widen_gap(if is_second { Gap::Paragraph } else { Gap::LineBreak });
                return if c == '\r' { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
            }
            Class::LineBreak | Class::Blank => self.widen_gap(Gap::Blank),
            Class::Joiner => self.push_joiner(c),
            Class::VariationSelector => {
                if self.last().is_some_and(char::is_emoji_char) {
                    self.push(c);
                }
            }
            Class::Visible => {
                // The width of an emoji depends on its selector, so both are measured together.
                let selector = chars.next().filter(|&s| classify(s) == Class::VariationSelector);
                if !self.push_joined(c, selector) {
                    self.push(c);
                } else if selector.is_some() {
                    return chars.as_str();
                }
            }
            Class::Dropped => {}
        }
        rest
    }

    fn widen_gap(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
        self.joiner = None;
    }

    fn write_gap(&mut self) {
        if self.out.len() > self.start {
            self.out.push_str(match self.gap {
                Gap::None => "",
                Gap::Blank => " ",
                Gap::LineBreak => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
    }

    /// Returns the character before the next one; `None` after white space and at the start.
    fn last(&self) -> Option<char> {
        let is_first = self.gap != Gap::None || self.out.len() == self.start;
        if is_first { None } else { last_char(self.out) }
    }

    /// Appends a character unless its cluster would be too long, too wide or without width.
    fn push(&mut self, c: char) {
        let before = self.out.len();
        self.write_gap();
        let open = if self.out.len() == before { self.cluster } else { self.out.len() - 1 };
        let own = self.out.len();
        self.out.push(c);
        let tail = self.out.split_at(open).1;
        let (at, cluster) = tail.grapheme_indices(true).next_back().unwrap_or_default();
        let follows_gap = own > before;
        if fits(cluster) && (!follows_gap || open + at == own) {
            self.cluster = open + at;
            self.is_plain = self.cluster == own && is_plain(c);
            self.gap = Gap::None;
        } else {
            self.out.truncate(before);
        }
        self.joiner = None;
    }

    /// Handles a joiner. After a virama it selects the form of the consonant, even at the end of a word (the chillu
    /// letters of Malayalam); elsewhere it waits for the next character.
    fn push_joiner(&mut self, joiner: char) {
        let is_virama = |c| canonical_combining_class(c) == VIRAMA;
        let script = self.out.split_at(self.cluster).1.chars().next();
        if self.last().is_some_and(is_virama) && script.is_some_and(takes_joiner) {
            self.push(joiner);
        } else if self.last().is_some() && self.joiner.is_none() {
            self.joiner = Some(joiner);
        }
    }

    /// Appends the pending joiner and the character (with its variation selector) if it joins two letters that need it,
    /// or two parts of an emoji. Otherwise appends nothing and returns `false`.
    fn push_joined(&mut self, c: char, selector: Option<char>) -> bool {
        let Some((joiner, last)) = self.joiner.zip(self.last()) else { return false };
        let joins_letters = takes_joiner(last) && takes_joiner(c) && selector.is_none();
        let joins_emoji = joiner == ZERO_WIDTH_JOINER && c.is_emoji_char();
        if !joins_letters && !joins_emoji {
            return false;
        }
        let before = self.out.len();
        self.out.push(joiner);
        self.out.push(c);
        self.out.extend(selector);
        let tail = self.out.split_at(self.cluster).1;
        let is_one = tail.graphemes(true).count() == 1;
        if tail.graphemes(true).all(fits) && (joins_letters || is_one) {
            let at = tail.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
            self.cluster += at;
            self.is_plain = at > 0 && is_plain(c);
            self.joiner = None;
            return true;
        }
        self.out.truncate(before);
        false
    }
}

/// Whether a grapheme cluster is short enough and one or two columns wide. Syllables of Brahmic scripts may be wider;
/// cutting them would lose letters.
fn fits(cluster: &str) -> bool {
    cluster.len() <= MAX_CLUSTER
        && match cluster.cell_width() {
            0 => false,
            1 | 2 => true,
            _ => cluster.chars().all(|c| is_brahmic(c) || c == ZERO_WIDTH_JOINER),
        }
}

fn last_char(text: &str) -> Option<char> {
    text.chars().next_back()
}

/// The bytes compared at once.
const CHUNK: usize = 16;

/// Returns the number of bytes before the first character that is neither plain nor a single space between plain
/// characters.
fn plain_prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_blank = |at: usize| at == 0 || bytes[at - 1] == b' ';
    let mut at = usize::from(bytes.first().is_some_and(u8::is_ascii_graphic));
    'text: while at < bytes.len() {
        // A chunk begins with the byte before it, to detect two spaces in a row.
        while at > 0 && bytes.split_at(at - 1).1.first_chunk::<{ CHUNK + 1 }>().is_some_and(continues_plain) {
            at += CHUNK;
        }
        let retry = at + CHUNK;
        for c in text.split_at(at).1.chars() {
            if at >= retry && c.is_ascii() {
                continue 'text;
            }
            if !is_plain(c) && (c != ' ' || is_blank(at)) {
                break 'text;
            }
            at += c.len_utf8();
        }
    }
    if at > 0 && is_blank(at) { at - 1 } else { at }
}

/// Whether the text is visible ASCII with single spaces between: it is clean as it stands, in any layout.
fn is_clean_ascii(bytes: &[u8]) -> bool {
    let ends_are_visible = [bytes.first(), bytes.last()].into_iter().flatten().all(u8::is_ascii_graphic);
    // Each chunk repeats the last byte of the one before it; the very last one may overlap more.
    let mut rest = bytes;
    while let Some(chunk) = rest.first_chunk::<{ 2 * CHUNK + 1 }>() {
        if !continues_plain(chunk) {
            return false;
        }
        rest = rest.split_at(2 * CHUNK).1;
    }
    ends_are_visible
        && match rest.len() {
            0..=8 => rest.windows(2).all(|pair| pair.first_chunk().is_some_and(continues_plain::<2>)),
            9..=CHUNK => [rest.first_chunk(), rest.last_chunk()].into_iter().flatten().all(continues_plain::<9>),
            _ => [rest.first_chunk(), rest.last_chunk()].into_iter().flatten().all(continues_plain::<{ CHUNK + 1 }>),
        }
}

/// Whether all bytes but the first are visible ASCII or single spaces. The fixed length and the missing early exit let
/// the compiler compare many bytes at once.
#[expect(clippy::needless_bitwise_bool, reason = "with a lazy operator this is eight times slower")]
fn continues_plain<const N: usize>(bytes: &[u8; N]) -> bool {
    let may_follow = |before, byte: u8| (b' '..=b'~').contains(&byte) & ((before, byte) != (b' ', b' '));
    (1..N).fold(true, |plain, at| plain & may_follow(bytes[at - 1], bytes[at]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
            #[test]
            fn clean_ascii_is_what_the_writer_keeps_unchanged(
                raw in "[ -~]{0,40}|[a-z]{0,20}[ ~\t\n\u{7f}é]{0,2}[a-z.]{0,20}|([a-z]{1,9} ){0,9}[a-z \u{1b}]{0,3}",
            ) {
                for layout in [Layout::Line, Layout::Block] {
                    let (mut fast, mut slow) = (String::from("x"), String::from("x"));
                    write(&mut fast, &raw, layout);
                    write_mapped(&mut slow, &raw, layout, &mut []);
                    prop_assert_eq!(&fast, &slow);
    let is_unchanged = raw.is_ascii() && slow.strip_prefix('x') == Some(&raw) && !raw.contains('\n');
                    prop_assert_eq!(is_clean_ascii(raw.as_bytes()), is_unchanged);
                }
            }
        }
}
