//! The query: a tree that defines what is shown, edited and printed by the prompt, the filter pane, the timeline and
//! the chips alike.
//!
//! [`Query`]'s `Display` prints canonical text, and [`parse()`] reads it back to the same tree. A [`Searcher`] answers
//! a query over a catalog, a large one on two threads. Nothing here knows the clock or the screen: today's date and the
//! marks come in as a [`Context`].

mod ast;
pub mod bin_size;
mod both_ends;
mod complete;
mod context;
mod draft;
mod edit;
mod field_name;
mod key_words;
mod matcher;
mod needle;
mod own_topics;
mod parse;
mod pattern;
pub mod phrase;
mod print;
mod search;
pub mod similar;
mod sort;
mod span;
mod story;
mod tally;
mod text_rows;

pub use ast::{Choice, Expr, Field, Query, Status, Term, TextField};
pub use complete::{Partial, partial};
pub use context::Context;
pub use draft::Draft;
pub use field_name::FIELDS;
pub use needle::Needle;
pub use own_topics::{MOST_TOPICS, NotATopic, TopicCycle, TopicDefinition, TopicDefinitions, can_be_topic};
pub use parse::{ParseError, parse};
pub use print::value;
pub use search::{Listener, Patient, Request, Searcher, count};
pub use sort::Sort;
pub use span::{DayRange, Period, Span, Unit, since_epoch};
pub use story::{Stories, story};
pub use tally::{Counts, Hits};
