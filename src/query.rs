//! The one truth about what is shown: a tree that the prompt, the filter pane and the chips all edit and print.
//!
//! [`Query`]'s `Display` prints canonical text, and [`parse`] reads it back to the same tree. [`search`] answers a
//! query over a catalog. Nothing here knows the clock, threads or the screen.

mod ast;
mod matcher;
mod parse;
mod search;

pub use ast::{Expr, Field, Query, Term};
pub use parse::{ParseError, parse};
pub use search::{Counts, Hits, search};
