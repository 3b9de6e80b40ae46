//! Asks the terminal which graphics it has. The replies arrive among the keys.
//!
//! The queries are sent only if pictures are wanted. The last one, for the primary attributes, is one that every
//! terminal answers, and terminals answer in order: when its reply arrives, all that are to come have arrived.

use std::env;
use std::io;
use std::time::{Duration, Instant};

use crossterm::terminal::{self, WindowSize};

use super::background;
use super::input::{self, Input, Parser, Ready, Reply};
use crate::app::Graphics;
use crate::picture::{Form, kitty};

/// How long to wait for the answer when nothing else is pending.
const PATIENCE: Duration = Duration::from_millis(150);

/// Queries of the version (XTVERSION), the size of a cell (XTWINOPS 16) and the primary attributes (DA1).
const QUERIES: &[u8] = b"\x1b[>q\x1b[16t\x1b[c";
/// The beginnings of the versions of terminals with the inline images of iTerm2.
const WITH_INLINE_IMAGES: [&str; 3] = ["iTerm2", "WezTerm", "mintty"];
/// The beginnings of the versions of terminals within which programs cannot rely on the graphics around them.
const MULTIPLEXERS: [&str; 2] = ["tmux", "screen"];
/// The variables that these set.
const MULTIPLEXED: [&str; 2] = ["TMUX", "STY"];

/// Sends the queries.
pub fn query() -> io::Result<()> {
    super::terminal::write(&[kitty::QUERY, QUERIES].concat())
}

/// The replies so far.
#[derive(Debug, Default)]
pub struct Answers {
    has_kitty: bool,
    version: String,
    cell: Option<(u16, u16)>,
}

impl Answers {
    /// Adds a reply; returns the result after the last one.
    pub fn take(&mut self, reply: Reply) -> Option<Graphics> {
        match reply {
            Reply::Kitty(is_known) => self.has_kitty = is_known,
            Reply::Version(version) => self.version = version,
            Reply::Cell { width, height } => self.cell = Some((width, height)),
            Reply::Attributes { has_sixel } => {
                let is_within = MULTIPLEXED.iter().any(|name| env::var_os(name).is_some());
                // xterm does not report the size of a cell by default, but the size of its window.
                self.cell = self.cell.or_else(|| cell_of(&terminal::window_size().ok()?));
                return Some(std::mem::take(self).graphics(has_sixel, is_within));
            }
        }
        None
    }

    fn graphics(self, has_sixel: bool, is_within: bool) -> Graphics {
        let is = |names: &[&str]| names.iter().any(|name| self.version.starts_with(name));
        let is_multiplexed = is_within || is(&MULTIPLEXERS);
        let form = match self.cell {
            _ if is_multiplexed => None,
            _ if self.has_kitty => Some(Form::Kitty),
            _ if is(&WITH_INLINE_IMAGES) => Some(Form::Iterm2),
            // Without the size of a cell, a picture would cover other cells.
            Some(_) if has_sixel => Some(Form::Sixel),
            _ => None,
        };
        Graphics { form, cell: self.cell, is_multiplexed }
    }
}

/// Returns the size of a cell in a window; `None` if the terminal does not know the pixels of the window.
fn cell_of(window: &WindowSize) -> Option<(u16, u16)> {
    let (width, height) = (window.width.checked_div(window.columns)?, window.height.checked_div(window.rows)?);
    (width > 0 && height > 0).then_some((width, height))
}

/// What a terminal answers about itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TerminalAnswers {
    /// Whether its background is light.
    pub is_light: Option<bool>,
    /// Its graphics.
    pub graphics: Option<Graphics>,
}

/// Queries the background and the graphics of the terminal and waits for the answers.
#[must_use]
pub fn ask_terminal() -> TerminalAnswers {
    let mut answers = TerminalAnswers::default();
    if terminal::enable_raw_mode().is_ok() {
        // What has arrived by then is used.
        let _ = wait(&mut answers);
        let _ = terminal::disable_raw_mode();
    }
    answers
}

fn wait(answers: &mut TerminalAnswers) -> io::Result<()> {
    let terminal = input::terminal()?;
    background::query()?;
    query()?;
    let (mut parser, mut buffer, mut replies) = (Parser::default(), [0; input::READ], Answers::default());
    while answers.graphics.is_none() && input::wait(&terminal, Some(Instant::now() + PATIENCE)) == Ready::Bytes {
        let Some(bytes) = input::read(&terminal, &mut buffer) else { break };
        for input in parser.feed(bytes, Instant::now()) {
            match input {
                Input::Osc(reply) => answers.is_light = answers.is_light.or(background::is_light(&reply)),
                Input::Reply(reply) => answers.graphics = answers.graphics.or(replies.take(reply)),
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_cell_follows_from_that_of_the_window() {
        let cell = |columns, rows, width, height| cell_of(&WindowSize { rows, columns, width, height });
        // With the border of the window.
        assert_eq!(cell(120, 36, 1_084, 688), Some((9, 19)));
        for (columns, rows, width, height) in [(120, 36, 0, 0), (120, 36, 1_084, 0), (0, 0, 800, 600)] {
            assert_eq!(cell(columns, rows, width, height), None);
        }
    }

    #[test]
    fn the_best_graphics_that_a_terminal_reports_are_used() {
        let kitty = || vec![Reply::Kitty(true)];
        let version = |name: &str| vec![Reply::Version(name.to_owned())];
        let cell = || vec![Reply::Cell { width: 9, height: 18 }];
        let table = [
            (vec![kitty(), version("kitty(0.37.0)"), cell()], false, false, Some(Form::Kitty)),
            (vec![kitty(), version("WezTerm 20240203"), cell()], true, false, Some(Form::Kitty)),
            (vec![version("iTerm2 3.5.4"), cell()], true, false, Some(Form::Iterm2)),
            (vec![version("foot(1.17.2)"), cell()], true, false, Some(Form::Sixel)),
            (vec![version("XTerm(390)")], true, false, None),
            (vec![version("XTerm(390)"), cell()], false, false, None),
            (vec![vec![Reply::Kitty(false)], cell()], false, false, None),
            (vec![version("tmux 3.5a"), cell()], true, false, None),
            (vec![kitty(), cell()], true, true, None),
            (vec![], false, false, None),
        ];
        for (replies, has_sixel, is_within, form) in table {
            let mut answers = Answers::default();
            let shown = format!("{replies:?}");
            for reply in replies.into_iter().flatten() {
                assert_eq!(answers.take(reply), None, "more may follow");
            }
            let is_tmux = answers.version.starts_with("tmux");
            let graphics = answers.graphics(has_sixel, is_within);
            assert_eq!((graphics.form, graphics.is_multiplexed), (form, is_within || is_tmux), "{shown}");
        }
    }
}
