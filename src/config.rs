//! What the user may set of how the reader looks and answers, and where each value comes from.
//!
//! One [`TABLE`] has a row for every setting: the file that `tidings config init` writes, the checks, the flags, the list
//! of all settings and the manual's table are made from it. Nothing here reads a file or the environment: who does hands
//! in what he has found as [`Given`], and the state takes the [`Settings`] as a whole, at its start and whenever they
//! change.

mod bindings;
mod color;
mod document;
mod layers;
mod problem;
mod settings;
mod table;
mod template;
mod theme;
mod value;

pub use bindings::Bound;
pub use color::{ANSI, Color, Depth, contrast};
pub use layers::{Config, Given, Origin, combine};
pub use problem::{Position, Problem};
pub use settings::{Appearance, Charset, Clipboard, Density, READING_TIME, Settings, Stacking};
pub use table::{Row, TABLE};
pub use template::{commented, options};
pub use theme::{AUTO, Background, Paint, Role, Stress, Theme, ThemeError, Themes};
pub use value::{Kind, Value};
