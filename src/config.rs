//! The user's settings, and where each value comes from.
//!
//! [`TABLE`] has a row for every setting. The file that `tidings config init` writes, the checks, the flags, the list of
//! settings and the table in the manual are generated from it. Nothing here reads a file or the environment: the caller
//! passes in what it found as [`Given`]. The state takes the resulting [`Settings`] as a whole, at its start and after
//! every change.

mod bindings;
mod color;
mod document;
mod layers;
mod opener;
mod problem;
mod settings;
mod table;
mod template;
mod theme;
mod topics;
mod value;

pub use bindings::Bound;
pub use color::{ANSI, Color, Depth, contrast};
pub use layers::{Config, Given, Origin, combine};
pub use opener::Opener;
pub use problem::{Position, Problem, nearest};
pub use settings::{Appearance, Charset, Clipboard, Density, Notify, Pictures, READING_TIME, Settings, Stacking};
pub use table::{Row, TABLE};
pub use template::{commented, options};
pub use theme::{AUTO, Background, Paint, Role, Stress, Theme, ThemeError, Themes};
pub use value::{Kind, Value};
