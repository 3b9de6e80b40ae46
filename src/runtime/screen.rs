//! Draws frames: one write for each, as a synchronized update, and nothing if nothing changed.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crossterm::style::Colored;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};

use super::graphics_layer::GraphicsLayer;
use super::paint::Painter;
use super::terminal::{self, bytes_of};
use super::test_panic;
use crate::app::Placement;

/// The terminal's cells.
pub struct Screen {
    terminal: Terminal<Painter<Pending>>,
    pending: Pending,
    graphics: GraphicsLayer,
    begin: Vec<u8>,
    end: Vec<u8>,
}

/// The bytes of the current frame. Shared, because the backend owns its writer.
#[derive(Debug, Default, Clone)]
struct Pending(Rc<RefCell<Vec<u8>>>);

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Nothing is sent before the frame is complete.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Screen {
    /// Creates a screen of this size. The viewport is fixed: its size comes with the messages, so that layout and
    /// drawing agree, and a full redraw never queries the terminal's cursor.
    pub fn new(columns: u16, rows: u16) -> io::Result<Self> {
        let viewport = Viewport::Fixed(Rect::new(0, 0, columns, rows));
        let pending = Pending::default();
        let backend = Painter::new(pending.clone(), columns, !Colored::ansi_color_disabled_memoized());
        let terminal = Terminal::with_options(backend, TerminalOptions { viewport })?;
        let (begin, end) = (bytes_of(BeginSynchronizedUpdate), bytes_of(EndSynchronizedUpdate));
        let mut screen = Self { terminal, pending, graphics: GraphicsLayer::default(), begin, end };
        screen.resize(columns, rows)?;
        Ok(screen)
    }

    /// Sets the size; the next frame draws every cell.
    pub fn resize(&mut self, columns: u16, rows: u16) -> io::Result<()> {
        self.graphics.forget();
        self.terminal.backend_mut().set_columns(columns);
        self.terminal.resize(Rect::new(0, 0, columns, rows))
    }

    /// Makes the next frame draw every cell.
    pub fn redraw(&mut self) -> io::Result<()> {
        test_panic::fails("redraw")?;
        let area = self.terminal.get_frame().area();
        self.resize(area.width, area.height)
    }

    /// Draws a frame, and the graphics that belong there. Returns whether the terminal was sent a picture that it keeps.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>), picture: Option<&Placement>) -> io::Result<bool> {
        let frame = self.terminal.draw(view)?;
        let graphics = self.graphics.update(picture, frame.buffer);
        let drawn = self.pending.0.take();
        terminal::write(&[self.begin.as_slice(), &drawn, &graphics, &self.end].concat())?;
        Ok(self.graphics.is_kept())
    }
}
