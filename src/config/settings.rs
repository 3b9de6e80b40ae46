//! The settings as the program uses them.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::keymap::Keymap;

/// A release counts as read when its text had the focus for so long, where nobody says otherwise.
pub const READING_TIME: Duration = Duration::from_secs(1);

/// How the reader answers and looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Keys and their actions.
    pub keymap: Keymap,
    /// A release counts as read when its text had the focus for so long; `None`: it does not.
    pub read_after: Option<Duration>,
    /// How often to sync without being asked; `None`: never.
    pub sync_every: Option<Duration>,
    /// Open no connection.
    pub is_offline: bool,
    /// The file of the library; `None`: the user's own.
    pub library: Option<PathBuf>,
    /// Command and arguments that open an address, which is put behind them; empty: the system's way.
    pub browser: Vec<String>,
    /// The command that a text is piped to where nothing else is typed; may be empty.
    pub pipe: String,
    /// How a text is copied.
    pub copy: Clipboard,
    /// Whether the mouse is heard of; without it the terminal keeps it for itself.
    pub has_mouse: bool,
    /// How it looks.
    pub look: Appearance,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keymap: Keymap::default(),
            read_after: Some(READING_TIME),
            sync_every: None,
            is_offline: false,
            library: None,
            browser: Vec::new(),
            pipe: String::new(),
            copy: Clipboard::default(),
            has_mouse: true,
            look: Appearance::default(),
        }
    }
}

/// How a text is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clipboard {
    /// By a program of this machine where there is one, else through the terminal.
    #[default]
    Auto,
    /// Through the terminal (OSC 52), also from another machine.
    Terminal,
    /// By a program of this machine.
    Local,
    /// Not at all.
    Off,
}

/// How the reader looks, as far as the user has a say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// The name of the theme; `auto` follows the terminal.
    pub theme: String,
    /// Which characters the terminal gets.
    pub charset: Charset,
    /// Lines a release takes in the list.
    pub density: Density,
    /// How list and text stand in terminals of 80 to 119 columns.
    pub stacking: Stacking,
    /// Columns of the widest line of running text.
    pub measure: u16,
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            theme: "auto".to_owned(),
            charset: Charset::default(),
            density: Density::default(),
            stacking: Stacking::default(),
            measure: 72,
        }
    }
}

/// Which characters the terminal gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Charset {
    /// All.
    #[default]
    Unicode,
    /// Nothing but ASCII where the program itself draws, rules, dots, bars, arrows; the letters of releases.
    AsciiSigns,
    /// Nothing but ASCII. A terminal of another character set would take bytes of UTF-8 for other letters, some of them
    /// for commands: the second of `Л` begins one in Latin-1.
    Ascii,
}

/// Lines a release takes in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Density {
    /// Two, the title and what is known of it; one where the terminal is small.
    #[default]
    Comfortable,
    /// One.
    Compact,
}

/// How list and text stand where the terminal has room for two panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Stacking {
    /// One above the other.
    #[default]
    Above,
    /// Side by side.
    Beside,
}
