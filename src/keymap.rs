//! Actions and the keys that trigger them.
//!
//! [`Action::TABLE`] is the only place that gives an action its name, help line and default keys. The hints in the status
//! bar, the help dialog and the key tables of the manual are generated from it.

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
