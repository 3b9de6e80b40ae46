//! Replies of the terminal to queries about graphics. Whether such a reply was requested or not, it is never a key.

use crate::picture::kitty;

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Whether the terminal knows the graphics of kitty.
    Kitty(bool),
    /// The name and version of the terminal (XTVERSION).
    Version(String),
    /// Whether the terminal has sixel graphics, among its primary attributes (DA1).
    Attributes {
        /// Attribute 4.
        has_sixel: bool,
    },
    /// The size of a cell in pixels (XTWINOPS 16).
    Cell {
        /// Columns of pixels.
        width: u16,
        /// Rows of pixels.
        height: u16,
    },
}

/// The kind of a control string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringKind {
    /// An operating system command (OSC), which may also end with BEL.
    Command,
    /// A device control string (DCS).
    Device,
    /// An application program command (APC).
    Application,
    /// A privacy message or a start of string.
    Other,
}

impl Reply {
    /// Reads a control sequence: its parameters and its last byte.
    pub fn of_control(parameters: &[u8], last: u8) -> Option<Self> {
        let text = std::str::from_utf8(parameters).ok()?;
        match last {
            b'c' => {
                let attributes = text.strip_prefix('?')?;
                Some(Self::Attributes { has_sixel: attributes.split(';').skip(1).any(|attribute| attribute == "4") })
            }
            b't' => {
                let (height, width) = text.strip_prefix("6;")?.split_once(';')?;
                let (width, height) = (width.parse().ok()?, height.parse().ok()?);
                (width > 0 && height > 0).then_some(Self::Cell { width, height })
            }
            _ => None,
        }
    }

    /// Reads a control string.
    pub fn of_string(kind: StringKind, text: &str) -> Option<Self> {
        match kind {
            StringKind::Device => text.strip_prefix(">|").map(|version| Self::Version(version.to_owned())),
            StringKind::Application => {
                let (keys, message) = text.strip_prefix('G')?.split_once(';')?;
                let is_ours = keys.split(',').any(|key| key.strip_prefix("i=") == Some(kitty::QUERY_NUMBER));
                is_ours.then(|| Self::Kitty(message == "OK"))
            }
            StringKind::Command | StringKind::Other => None,
        }
    }
}
