//! Text: what may reach a terminal, how wide it is, where it wraps, and how search folds it.

mod class;
mod direction;
mod find;
pub mod fold;
mod number;
mod panic;
pub mod sanitise;
mod shorten;
pub mod width;
pub mod wrap;

pub use class::{is_invisible, is_unspaced};
pub use direction::{Direction, direction, is_right_to_left};
pub use find::find_first_folded;
pub use fold::{find_folded, fold, fold_into, fold_name};
pub use number::{counted, grouped};
pub use panic::panic_text;
pub use sanitise::{Clean, CleanBuf};
pub use shorten::shorten;
pub use width::{cells, truncate, width};
pub use wrap::{fill_lines, wrap};
