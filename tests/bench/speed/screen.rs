//! The reader without a terminal: the state, and frames in memory.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tidings::app::{App, Effect, Msg};
use tidings::catalog::Catalog;
use tidings::ui::{Depth, Theme, view};

/// A reader of 150 by 40.
pub struct Reader {
    app: App,
    terminal: Terminal<TestBackend>,
    theme: Theme,
    is_down: bool,
}

impl Reader {
    /// A reader that shows a catalog.
    pub fn new(catalog: &Arc<Catalog>) -> Self {
        let mut app = App::new(150, 40);
        // No effects are carried out here.
        let _effects = app.update(Msg::Loaded(Arc::clone(catalog)));
        let terminal = Terminal::new(TestBackend::new(150, 40)).expect("a screen in memory");
        Self { app, terminal, theme: Theme::new(false, Depth::True), is_down: false }
    }

    /// Moves the cursor, to the end and back up in turn, and draws the frame.
    pub fn step(&mut self) {
        self.is_down = !self.is_down;
        let key = if self.is_down { 'G' } else { 'k' };
        let effects = self.app.update(Msg::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE)));
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Quit)));
        self.terminal.draw(|frame| view(&self.app, &self.theme, frame)).expect("a frame");
    }
}
