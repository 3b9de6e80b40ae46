//! Writes text with white space collapsed as a browser would, breaks only where something follows, and spans for
//! styles.

use crate::release::Style;

/// The tab width in preformatted text.
const TAB: usize = 4;

/// The most spans of one text. Text beyond them is unstyled.
const SPANS: usize = 1 << 19;

/// Text with its spans and links.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::feed) struct Rich {
    /// Not sanitised.
    pub text: String,
    /// Start, end and style, ascending; [`Style::Link`] is an index into `links`.
    pub spans: Vec<(usize, usize, Style)>,
    /// Label and address as written.
    pub links: Vec<(String, String)>,
    /// The address of the first picture as written.
    pub picture: Option<String>,
}

/// How white space is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whitespace {
    /// Collapsed to a space.
    #[default]
    Collapsed,
    /// Line breaks are kept.
    Lines,
    /// Everything is kept.
    Preformatted,
    /// Collapsed, including the breaks between elements: in a cell.
    Cell,
}

/// White space not yet written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum PendingSpace {
    #[default]
    None,
    Blank,
    Line,
    Paragraph,
}

/// The extent of the text: see [`Writer::state`].
pub type State = (usize, usize, usize, PendingSpace);

/// Writes a text with its spans.
#[derive(Default)]
pub struct Writer {
    pub rich: Rich,
    /// The white space pending before the next letter.
    pub gap: PendingSpace,
    pub white: Whitespace,
    /// The position of digits relative to the line.
    pub raised: Raised,
    /// Up to here, the text is the marker of an item, after which no gap is needed.
    marked: usize,
    /// The width of the preformatted line so far, and the spaces not yet written.
    column: usize,
    blanks: usize,
}

impl Writer {
    pub fn part(&mut self, gap: PendingSpace) {
        let gap = if self.white == Whitespace::Cell { gap.min(PendingSpace::Blank) } else { gap };
        self.gap = self.gap.max(gap);
        (self.column, self.blanks) = (0, 0);
    }

    pub fn line_break(&mut self) {
        self.part(if self.gap >= PendingSpace::Line { PendingSpace::Paragraph } else { PendingSpace::Line });
    }

    /// Writes the gap, because something follows.
    pub fn flush(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if self.rich.text.len() > self.marked {
            self.rich.text.push_str(match gap {
                PendingSpace::None => "",
                PendingSpace::Blank => " ",
                PendingSpace::Line => "\n",
                PendingSpace::Paragraph => "\n\n",
            });
        }
    }

    pub fn text(&mut self, text: &str) {
        if self.white != Whitespace::Preformatted && self.raised == Raised::No {
            return self.words(text);
        }
        for c in text.chars() {
            match c {
                '\n' if matches!(self.white, Whitespace::Lines | Whitespace::Preformatted) => self.line_break(),
                ' ' | '\t' if self.white == Whitespace::Preformatted => {
                    self.blanks += if c == '\t' { TAB - (self.column + self.blanks) % TAB } else { 1 };
                }
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => self.gap = self.gap.max(PendingSpace::Blank),
                c => {
                    self.before_letter(c);
                    self.rich.text.push(self.raised.of(c));
                }
            }
        }
    }

    /// Writes text with collapsed white space. Words with single spaces between them are copied at once.
    fn words(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let (blanks, after) = rest.split_at(rest.bytes().take_while(|byte| is_blank(*byte)).count());
            for byte in blanks.bytes() {
                if byte == b'\n' && self.white == Whitespace::Lines {
                    self.line_break();
                } else {
                    self.gap = self.gap.max(PendingSpace::Blank);
                }
            }
            let (words, after) = after.split_at(words(after.as_bytes()));
            if !words.is_empty() {
                self.flush();
                self.rich.text.push_str(words);
            }
            rest = after;
        }
    }

    /// Starts a style that lasts until [`Writer::end`]. Returns its index among the spans.
    pub fn begin(&mut self, style: Style) -> usize {
        let at = self.rich.text.len();
        if self.rich.spans.len() >= SPANS {
            return usize::MAX;
        }
        self.rich.spans.push((at, at, style));
        self.rich.spans.len() - 1
    }

    /// Ends a style; it is dropped if nothing was written.
    pub fn end(&mut self, place: usize) {
        let end = self.rich.text.len();
        match self.rich.spans.get_mut(place) {
            Some(span) if end > span.0 => span.1 = end,
            Some(_) => self.rich.spans.truncate(place),
            None => {}
        }
    }

    /// Writes a marker before an item or between cells, after which no gap is needed. Returns the length of the text.
    pub fn mark(&mut self, mark: &str) -> usize {
        self.rich.text.push_str(mark);
        self.marked = self.rich.text.len();
        self.column = 0;
        self.marked
    }

    /// Represents spaces of preformatted text as a span, because clean text has no two spaces in a row.
    fn before_letter(&mut self, c: char) {
        let blanks = std::mem::take(&mut self.blanks);
        let more = if self.column > 0 && blanks > 0 {
            self.gap = self.gap.max(PendingSpace::Blank);
            blanks - 1
        } else {
            blanks
        };
        self.flush();
        let at = self.rich.text.len();
        if more > 0 && self.rich.spans.len() < SPANS {
            let more = u16::try_from(more).unwrap_or(u16::MAX);
            self.rich.spans.push((at, at + c.len_utf8(), Style::Gap(more)));
        }
        self.column += blanks + 1;
    }

    /// Returns the state for [`Writer::restore`].
    pub fn state(&self) -> State {
        (self.rich.text.len(), self.rich.spans.len(), self.marked, self.gap)
    }

    pub fn restore(&mut self, (text, spans, marked, gap): State) {
        self.rich.text.truncate(text);
        self.rich.spans.truncate(spans);
        (self.marked, self.gap) = (marked, gap);
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

/// The bytes compared at once.
const CHUNK: usize = 16;

/// Returns the length of the words at the start with single spaces between them. The text does not begin with a blank.
fn words(text: &[u8]) -> usize {
    let follows_blank = |at: usize| at > 0 && text[at - 1] == b' ';
    let ends = |at: usize| {
        is_blank(text[at])
            && (text[at] != b' ' || follows_blank(at) || text.get(at + 1).is_none_or(|next| is_blank(*next)))
    };
    let mut at = 0;
    while at < text.len() {
        // A chunk begins with the byte before it, to detect two spaces in a row.
        while at > 0 && text.split_at(at - 1).1.first_chunk().is_some_and(continues_words::<{ CHUNK + 1 }>) {
            at += CHUNK;
        }
        for _ in 0..CHUNK {
            if at >= text.len() || ends(at) {
                // A chunk may have ended with the space.
                return at - usize::from(follows_blank(at));
            }
            at += 1;
        }
    }
    at - usize::from(follows_blank(at))
}

/// Whether all bytes but the first belong to words or are single spaces. The fixed length and the missing early exit let
/// the compiler compare many bytes at once.
#[expect(clippy::needless_bitwise_bool, reason = "lazy operators would compare byte by byte")]
fn continues_words<const N: usize>(bytes: &[u8; N]) -> bool {
    let may_follow = |before: u8, byte: u8| {
        let is_break = (byte == b'\t') | (byte == b'\n') | (byte == b'\r') | (byte == b'\x0c');
        !is_break & ((before != b' ') | (byte != b' '))
    };
    (1..N).fold(true, |continues, at| continues & may_follow(bytes[at - 1], bytes[at]))
}

/// The position of characters relative to the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Raised {
    /// On the line.
    #[default]
    No,
    /// Superscript: 10² is not 102.
    Above,
    /// Subscript.
    Below,
}

/// Characters with superscript and subscript forms, as far as Unicode has them; `\0` if it has none.
#[rustfmt::skip]
const FORMS: &[(char, char, char)] = &[
    ('(', '⁽', '₍'), (')', '⁾', '₎'), ('+', '⁺', '₊'), ('-', '⁻', '₋'), ('0', '⁰', '₀'), ('1', '¹', '₁'), ('2', '²', '₂'),
    ('3', '³', '₃'), ('4', '⁴', '₄'), ('5', '⁵', '₅'), ('6', '⁶', '₆'), ('7', '⁷', '₇'), ('8', '⁸', '₈'), ('9', '⁹', '₉'),
    ('=', '⁼', '₌'), ('A', 'ᴬ', '\0'), ('B', 'ᴮ', '\0'), ('D', 'ᴰ', '\0'), ('E', 'ᴱ', '\0'), ('G', 'ᴳ', '\0'),
    ('H', 'ᴴ', '\0'), ('I', 'ᴵ', '\0'), ('J', 'ᴶ', '\0'), ('K', 'ᴷ', '\0'), ('L', 'ᴸ', '\0'), ('M', 'ᴹ', '\0'),
    ('N', 'ᴺ', '\0'), ('O', 'ᴼ', '\0'), ('P', 'ᴾ', '\0'), ('R', 'ᴿ', '\0'), ('T', 'ᵀ', '\0'), ('U', 'ᵁ', '\0'),
    ('V', 'ⱽ', '\0'), ('W', 'ᵂ', '\0'), ('a', 'ᵃ', 'ₐ'), ('b', 'ᵇ', '\0'), ('c', 'ᶜ', '\0'), ('d', 'ᵈ', '\0'),
    ('e', 'ᵉ', 'ₑ'), ('f', 'ᶠ', '\0'), ('g', 'ᵍ', '\0'), ('h', 'ʰ', 'ₕ'), ('i', 'ⁱ', 'ᵢ'), ('j', 'ʲ', 'ⱼ'), ('k', 'ᵏ', 'ₖ'),
    ('l', 'ˡ', 'ₗ'), ('m', 'ᵐ', 'ₘ'), ('n', 'ⁿ', 'ₙ'), ('o', 'ᵒ', 'ₒ'), ('p', 'ᵖ', 'ₚ'), ('r', 'ʳ', 'ᵣ'), ('s', 'ˢ', 'ₛ'),
    ('t', 'ᵗ', 'ₜ'), ('u', 'ᵘ', 'ᵤ'), ('v', 'ᵛ', 'ᵥ'), ('w', 'ʷ', '\0'), ('x', 'ˣ', 'ₓ'), ('y', 'ʸ', '\0'), ('z', 'ᶻ', '\0'),
    ('−', '⁻', '₋'),
];

impl Raised {
    /// Returns the character in this position, or itself if it has no such form.
    pub fn of(self, c: char) -> char {
        self.form(c).unwrap_or(c)
    }

    fn form(self, c: char) -> Option<char> {
        let form = |&(_, above, below): &(char, char, char)| match self {
            Self::No => '\0',
            Self::Above => above,
            Self::Below => below,
        };
        if self == Self::No {
            return None;
        }
        let at = FORMS.binary_search_by_key(&c, |(plain, ..)| *plain).ok()?;
        Some(form(&FORMS[at])).filter(|form| *form != '\0')
    }

    /// Returns a text in this position, without spaces, or `None` unless every character has such a form.
    pub fn all(self, text: &str) -> Option<String> {
        text.chars().filter(|c| *c != ' ').map(|c| self.form(c)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn words_are_written_as_one_by_one(text in "([a-zé漢]{1,20}[ \t\n\r\u{c}]{0,2}| {0,3}|\n){0,40}", keeps_lines: bool) {
            let white = if keeps_lines { Whitespace::Lines } else { Whitespace::Collapsed };
            let (mut writer, mut naive) = (Writer { white, ..Writer::default() }, Writer { white, ..Writer::default() });
            writer.text(&text);
            for c in text.chars() {
                match c {
                    '\n' if keeps_lines => naive.line_break(),
                    c if c.is_ascii_whitespace() => naive.gap = naive.gap.max(PendingSpace::Blank),
                    c => {
                        naive.flush();
                        naive.rich.text.push(c);
                    }
                }
            }
            proptest::prop_assert_eq!((writer.rich, writer.gap), (naive.rich, naive.gap));
        }
    }
}
