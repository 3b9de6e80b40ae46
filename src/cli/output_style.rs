//! What is printed on: how wide it is and whether it shows colours. Written to anything but a terminal, text is neither
//! cut nor coloured.

use std::io::{self, IsTerminal, Write};

use crate::ui;

/// Takes colours back.
const PLAIN: &str = "\x1b[0m";
/// What matters most, and what matters less.
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
/// The hues of topics in the terminal's own palette, which suits its background whatever that is.
const HUES: [&str; 8] =
    ["\x1b[36m", "\x1b[31m", "\x1b[32m", "\x1b[35m", "\x1b[33m", "\x1b[34m", "\x1b[92m", "\x1b[95m"];

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextStyle<'a> {
    /// As it comes.
    Plain,
    /// Titles.
    Strong,
    /// Dates, headings.
    Dim,
    /// In the topic's own colour.
    Topic(&'a str),
}

/// What is printed on.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutputStyle {
    /// Columns of the terminal; `None` where it is none.
    pub columns: Option<usize>,
    /// Whether colours are shown.
    pub has_colour: bool,
}

impl OutputStyle {
    /// Standard output, with colours where it is a terminal that shows them and nobody asked for none.
    pub fn of_standard_output() -> Self {
        if !io::stdout().is_terminal() {
            return Self::default();
        }
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let columns = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns.max(1)));
        Self { columns: Some(columns), has_colour: !is_set("NO_COLOR") && !is_dumb }
    }

    /// Writes a text, coloured where colours are shown.
    pub fn put(&self, out: &mut impl Write, text: &str, look: TextStyle<'_>) -> io::Result<()> {
        let start = match look {
            _ if !self.has_colour || text.is_empty() => "",
            TextStyle::Plain => "",
            TextStyle::Strong => BOLD,
            TextStyle::Dim => DIM,
            TextStyle::Topic(name) => HUES[ui::hue(name, HUES.len())],
        };
        let end = if start.is_empty() { "" } else { PLAIN };
        write!(out, "{start}{text}{end}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(page: OutputStyle, text: &str, look: TextStyle<'_>) -> String {
        let mut out = Vec::new();
        page.put(&mut out, text, look).expect("memory takes it");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn colours_are_taken_back_and_only_where_shown() {
        let colours = OutputStyle { columns: Some(80), has_colour: true };
        assert_eq!(put(colours, "a", TextStyle::Strong), "\x1b[1ma\x1b[0m");
        assert_eq!(put(colours, "", TextStyle::Strong), "");
        assert_eq!(put(colours, "a", TextStyle::Plain), "a");
        assert_eq!(put(colours, "a", TextStyle::Topic("x")), put(colours, "a", TextStyle::Topic("x")));
        assert_eq!(put(OutputStyle::default(), "a", TextStyle::Topic("x")), "a");
    }
}
