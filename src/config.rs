//! What the user may set of how the reader looks and answers.
//!
//! Plain data with its defaults; who reads files, the environment and arguments fills it in, and the state takes it as
//! a whole, at its start and whenever it changes.

mod settings;

pub use settings::{Clipboard, Density, Look, READING_TIME, Settings, Stacking};
