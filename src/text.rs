//! Text: what may reach a terminal, how wide it is, where it wraps, and how search folds it.

mod class;
mod decode;
mod direction;
mod find;
pub mod fold;
mod number;
mod panic;
pub mod sanitise;
mod shorten;
mod system_error;
pub mod width;
pub mod wrap;

pub use class::{is_invisible, is_unspaced};
pub use decode::from_utf8_lossy;
pub use direction::{Direction, direction, is_right_to_left};
pub use find::find_first_folded;
pub use fold::stored::{FoldedTexts, StoredText, Text};
pub use fold::{find_folded, find_folded_where, fold, fold_into, fold_name};
pub use number::{counted, grouped};
pub use panic::panic_text;
pub use sanitise::{Clean, CleanBuf};
pub use shorten::shorten;
pub use system_error::system_error;
pub use width::{cells, is_printable_ascii, truncate, width};
pub use wrap::{fill_lines, wrap};
