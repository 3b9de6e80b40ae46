//! What the user can want, and which keys say so.
//!
//! [`Action`] and its table are the only place where an action has a name, a help line and default keys: the bottom
//! hints, the help dialog and the manual's key tables are made from it.

mod action;
mod bindings;
mod key;
mod preset;
mod scope;
mod sections;

pub use action::{Action, Info};
pub use bindings::{Keymap, Lookup, clash};
pub use key::{Key, KeyError, NOTATION};
pub use preset::Preset;
pub use scope::Scope;
pub use sections::{Row, Section};
