//! The width and colours of the output. Output to anything but a terminal is neither shortened nor coloured.

use std::io::{self, IsTerminal, Write};

use crate::ui;

/// Resets all attributes.
const PLAIN: &str = "\x1b[0m";
/// Attributes of important and of secondary text.
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
/// Colours of topics. They come from the palette of the terminal, which fits its background.
const HUES: [&str; 8] =
    ["\x1b[36m", "\x1b[31m", "\x1b[32m", "\x1b[35m", "\x1b[33m", "\x1b[34m", "\x1b[92m", "\x1b[95m"];

/// The appearance of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextStyle<'a> {
    /// No attributes.
    Plain,
    /// Titles.
    Strong,
    /// Dates, headings.
    Dim,
    /// The colour of the named topic.
    Topic(&'a str),
}

/// The properties of the output.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutputStyle {
    /// The width of the terminal in columns; `None` if the output is not a terminal.
    pub columns: Option<usize>,
    /// Whether to use colours.
    pub has_colour: bool,
}

impl OutputStyle {
    /// Detects the properties of standard output. Colours need a capable terminal and an unset `NO_COLOR`.
    pub fn of_standard_output() -> Self {
        if !io::stdout().is_terminal() {
            return Self::default();
        }
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let columns = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns.max(1)));
        Self { columns: Some(columns), has_colour: !is_set("NO_COLOR") && !is_dumb }
    }

    /// Writes a text, with colours if the output has them.
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

    fn put(style: OutputStyle, text: &str, look: TextStyle<'_>) -> String {
        let mut out = Vec::new();
        style.put(&mut out, text, look).expect("memory takes it");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn colours_are_reset_and_only_used_on_terminals() {
        let colours = OutputStyle { columns: Some(80), has_colour: true };
        assert_eq!(put(colours, "a", TextStyle::Strong), "\x1b[1ma\x1b[0m");
        assert_eq!(put(colours, "", TextStyle::Strong), "");
        assert_eq!(put(colours, "a", TextStyle::Plain), "a");
        assert_eq!(put(colours, "a", TextStyle::Topic("x")), put(colours, "a", TextStyle::Topic("x")));
        assert_eq!(put(OutputStyle::default(), "a", TextStyle::Topic("x")), "a");
    }
}
