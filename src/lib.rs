//! A terminal reader for releases: press releases, announcements, headlines.
//!
//! # Layers
//!
//! A module may use those of its own layer and of lower ones, never a higher one; `tests/architecture.rs` sees to it.
//!
//! | layer | module | what it holds |
//! | --- | --- | --- |
//! | 0 | [`release`], [`text`] | plain data; what may reach a terminal, its width, wrapping and folding |
//! | 1 | [`feed`], [`catalog`] | bytes to releases; all releases in memory as columns |
//! | 1 | [`manual`] | the pages of the manual, and the feed of their sections |
//! | 2 | [`query`], [`keymap`], [`library`] | what is shown, as a tree; what the user can want, as a table; what the user keeps |
//! | 2 | [`config`] | what the user may set, and where it comes from |
//! | 2 | [`net`] | fetching over HTTP, the feeds that a web page names, when to try again |
//! | 3 | [`typeset`] | a release as lines of text |
//! | 3 | [`document`] | releases as documents: JSON Feed, Markdown, HTML, plain text |
//! | 4 | [`app`] | all state, and the one function that changes it |
//! | 5 | [`ui`] | draws the state |
//! | 6 | [`runtime`] | the loop, threads, the terminal |
//! | 7 | [`cli`] | arguments to exit code; lists and shows releases, checks feeds, without the reader |
//!
//! # The loop
//!
//! [`app::App::update`] is pure: it takes a [`app::Msg`] and answers with [`app::Effect`]s. [`ui::view`] only reads.
//! [`runtime`] turns keys, loaded catalogs, search answers, timers and signals into messages, and carries effects out.
//! A batch of messages costs one frame; without messages nothing runs and nothing is written.
//!
//! Threads: one loads the sources and reads them again when they change; one reads the configuration again; one searches,
//! and finds what is like a release; one, the keeper, owns the library's
//! connection for writing; one reads what there is in the library, to be shown; one syncs, one sync at a time, and a pool of
//! them fetches and reads for syncs, subscriptions and pages. Whoever
//! reads the library opens a connection of his own. Who changes it counts the change, and everybody else, in this program
//! or another, hears that the file was written and looks for what is new.
//!
//! # Invariants
//!
//! - Text from outside is sanitised once, while it is parsed, and is [`text::Clean`] from then on: what prints it relies on that.
//! - A text reads by itself; [`release::Span`]s beside it say how its parts look, and most texts have none.
//! - A catalog never changes once it is published. Release `i` is the same one in every longer catalog of a load.
//! - What is shown is told by one [`query::Query`]; prompt, chips and filter pane edit and print the same tree.
//! - A mark is shown once it is on the disk, under the key of its feed and its number there: what is shown is never lost.
//! - Each source of a sync is applied in one transaction; what fails changes nothing that is stored.
//! - What a program of the user's gets is one argument or its standard input, and while it has the terminal nobody here
//!   reads keys.
//! - What the user may set is one table; keys are another: help, hints, manual and README are made from them.
//! - The terminal is given back exactly once, whatever ends the program, and never by a worker while the screen is live.
//! - One owner of the end waits for exports and for the library, and tells what could not be saved; no error and no panic
//!   goes past it.
//! - A thread has a name and a net: what breaks in it becomes a notice.
//! - What the terminal sends unasked or late is no key: one parser tells keys from replies.

pub mod app;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod document;
pub mod feed;
pub mod keymap;
pub mod library;
pub mod manual;
pub mod net;
pub mod query;
pub mod release;
pub mod runtime;
pub mod text;
pub mod typeset;
pub mod ui;
