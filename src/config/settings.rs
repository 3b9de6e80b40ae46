//! The settings as the program uses them.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Opener;
use crate::keymap::Keymap;
use crate::picture::Form;
use crate::query::TopicDefinition;

/// The default of [`Settings::read_after`].
pub const READING_TIME: Duration = Duration::from_secs(1);

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The key bindings.
    pub keymap: Keymap,
    /// How long a text must have the focus before its release is marked read; `None` never marks it.
    pub read_after: Option<Duration>,
    /// How long a release must be selected, with its text beside the list, before it is marked read; `None` never does.
    pub read_after_preview: Option<Duration>,
    /// The interval of automatic syncs; `None` for no automatic syncs.
    pub sync_every: Option<Duration>,
    /// Whether the network is never used.
    pub is_offline: bool,
    /// The library file; `None` for the default one.
    pub library: Option<PathBuf>,
    /// The command and arguments that open an address, which is appended. If empty, the default of the system applies.
    pub browser: Vec<String>,
    /// The programs that open enclosures; all others open in the browser.
    pub openers: Vec<Opener>,
    /// The user's own topics of the file. No definition leads back to itself.
    pub topics: Vec<TopicDefinition>,
    /// The folder for downloads; `None` for the user's own.
    pub download_folder: Option<PathBuf>,
    /// The default command to pipe texts to; may be empty.
    pub pipe: String,
    /// How texts are copied.
    pub copy: Clipboard,
    /// How news of watched queries is shown outside the window.
    pub notify: Notify,
    /// The program that shows a notification and its arguments; the text is appended. May be empty.
    pub notify_command: Vec<String>,
    /// Whether mouse events are captured. When off, the terminal keeps them.
    pub has_mouse: bool,
    /// The appearance.
    pub look: Appearance,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keymap: Keymap::default(),
            read_after: Some(READING_TIME),
            read_after_preview: None,
            sync_every: None,
            is_offline: false,
            library: None,
            browser: Vec::new(),
            openers: Vec::new(),
            topics: Vec::new(),
            download_folder: None,
            pipe: String::new(),
            copy: Clipboard::default(),
            notify: Notify::default(),
            notify_command: Vec::new(),
            has_mouse: true,
            look: Appearance::default(),
        }
    }
}

/// How texts are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clipboard {
    /// With a program on this machine if there is one, else through the terminal.
    #[default]
    Auto,
    /// Through the terminal (OSC 52), which also works over a remote connection.
    Terminal,
    /// With a program on this machine.
    Local,
    /// Not at all.
    Off,
}

/// How news of watched queries is shown outside the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Notify {
    /// Not at all.
    #[default]
    Off,
    /// By the terminal, with OSC 9.
    Osc9,
    /// By the terminal, with OSC 777.
    Osc777,
    /// By a program of the user.
    Command,
}

/// The settings of the appearance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// The name of the theme; `auto` follows the background and the colours of the terminal.
    pub theme: String,
    /// The characters that the terminal can show.
    pub charset: Charset,
    /// The number of lines per release in the list.
    pub density: Density,
    /// The arrangement of list and text in terminals of 80 to 119 columns.
    pub stacking: Stacking,
    /// The longest line of running text, in columns.
    pub measure: u16,
    /// When pictures are shown.
    pub pictures: Pictures,
    /// Whether the filter pane shows the words that distinguish the hits.
    pub words: bool,
    /// How pictures are drawn; `None` for the graphics that the terminal reports.
    pub picture_form: Option<Form>,
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            theme: "auto".to_owned(),
            charset: Charset::default(),
            density: Density::default(),
            stacking: Stacking::default(),
            measure: 72,
            words: true,
            pictures: Pictures::default(),
            picture_form: None,
        }
    }
}

/// When pictures are shown. Each is fetched from the network the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pictures {
    /// Never.
    #[default]
    Off,
    /// When the user asks for one.
    OnKey,
    /// With each release.
    Always,
}

/// The characters that the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Charset {
    /// All.
    #[default]
    Unicode,
    /// ASCII for what the program draws (rules, dots, bars, arrows); all characters for the text of releases.
    AsciiSigns,
    /// ASCII only. A terminal with another character set reads the bytes of UTF-8 as other characters, and some of them as
    /// control sequences: the second byte of `Л` starts one in Latin-1.
    Ascii,
}

/// The number of lines per release in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Density {
    /// Two: the title, then its date and labels. One in small terminals.
    #[default]
    Comfortable,
    /// One.
    Compact,
}

/// The arrangement of list and text when the terminal has room for two panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Stacking {
    /// One above the other.
    #[default]
    Above,
    /// Side by side.
    Beside,
}
