//! Text as it is written: white space collapsed as a browser would, breaks only where something follows them, spans of
//! styles beside it.

use crate::release::Style;

/// Columns that a tab reaches to in preformatted text.
const TAB: usize = 4;

/// Text with what its parts are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::feed) struct Rich {
    /// Not sanitised.
    pub text: String,
    /// Positions in the text and what stands between them, ascending; [`Style::Link`] counts `links`.
    pub spans: Vec<(usize, usize, Style)>,
    /// Text and address as written.
    pub links: Vec<(String, String)>,
}

/// What becomes of white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum White {
    /// It is a blank.
    #[default]
    Collapsed,
    /// Line breaks stay.
    Lines,
    /// All of it stays.
    Preformatted,
    /// It is a blank, and so are the breaks that elements make: in a cell.
    Cell,
}

/// White space not yet written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Gap {
    #[default]
    None,
    Blank,
    Line,
    Paragraph,
}

/// How far the text was written: see [`Writer::state`].
type State = (usize, usize, usize, Gap);

/// Writes a text with its spans.
#[derive(Default)]
pub struct Writer {
    pub rich: Rich,
    /// What stands before the next letter.
    pub gap: Gap,
    pub white: White,
    /// Whether figures stand above the line.
    pub is_raised: bool,
    /// Up to here the text is the mark of an item: what follows needs no gap.
    marked: usize,
    /// Columns of the preformatted line so far, and blanks not yet written.
    column: usize,
    blanks: usize,
}

impl Writer {
    pub fn part(&mut self, gap: Gap) {
        let gap = if self.white == White::Cell { gap.min(Gap::Blank) } else { gap };
        self.gap = self.gap.max(gap);
        (self.column, self.blanks) = (0, 0);
    }

    pub fn line_break(&mut self) {
        self.part(if self.gap >= Gap::Line { Gap::Paragraph } else { Gap::Line });
    }

    /// Writes the gap: something follows.
    pub fn flush(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if self.rich.text.len() > self.marked {
            self.rich.text.push_str(match gap {
                Gap::None => "",
                Gap::Blank => " ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
    }

    pub fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if matches!(self.white, White::Lines | White::Preformatted) => self.line_break(),
                ' ' | '\t' if self.white == White::Preformatted => {
                    self.blanks += if c == '\t' { TAB - (self.column + self.blanks) % TAB } else { 1 };
                }
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => self.gap = self.gap.max(Gap::Blank),
                c => {
                    self.before_letter(c);
                    self.rich.text.push(if self.is_raised { raised(c) } else { c });
                }
            }
        }
    }

    /// What is written from here to [`Writer::end`] is of this style; its place among the spans.
    pub fn begin(&mut self, style: Style) -> usize {
        let at = self.rich.text.len();
        self.rich.spans.push((at, at, style));
        self.rich.spans.len() - 1
    }

    /// Ends a style, which counts for nothing where nothing was written.
    pub fn end(&mut self, place: usize) {
        let end = self.rich.text.len();
        if end > self.rich.spans[place].0 {
            self.rich.spans[place].1 = end;
        } else {
            self.rich.spans.truncate(place);
        }
    }

    /// Writes what stands before an item or between cells, just so; how long the text is then. What follows it needs no gap.
    pub fn mark(&mut self, mark: &str) -> usize {
        self.rich.text.push_str(mark);
        self.marked = self.rich.text.len();
        self.column = 0;
        self.marked
    }

    /// Blanks of preformatted text are told by a span, since no two stand in a row in a clean text.
    fn before_letter(&mut self, c: char) {
        let blanks = std::mem::take(&mut self.blanks);
        let more = if self.column > 0 && blanks > 0 {
            self.gap = self.gap.max(Gap::Blank);
            blanks - 1
        } else {
            blanks
        };
        self.flush();
        let at = self.rich.text.len();
        if more > 0 {
            let more = u16::try_from(more).unwrap_or(u16::MAX);
            self.rich.spans.push((at, at + c.len_utf8(), Style::Gap(more)));
        }
        self.column += blanks + 1;
    }

    /// What [`Writer::restore`] goes back to.
    pub fn state(&self) -> State {
        (self.rich.text.len(), self.rich.spans.len(), self.marked, self.gap)
    }

    pub fn restore(&mut self, (text, spans, marked, gap): State) {
        self.rich.text.truncate(text);
        self.rich.spans.truncate(spans);
        (self.marked, self.gap) = (marked, gap);
    }
}

/// A digit or sign as it stands above the line: 10² is not 102.
pub fn raised(c: char) -> char {
    match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        '+' => '⁺',
        '-' | '−' => '⁻',
        c => c,
    }
}
