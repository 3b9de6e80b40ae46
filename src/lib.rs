//! A terminal news reader for press releases, announcements and headlines.
//!
//! # Layers
//!
//! A module may use modules of its own layer and of lower layers, never of a higher one; `tests/architecture.rs` checks
//! this.
//!
//! | layer | module | what it holds |
//! | --- | --- | --- |
//! | 0 | [`release`], [`text`] | plain data; text sanitised for the terminal, its width, wrapping and case folding |
//! | 0 | [`manual`] | the pages of the manual, and a feed of their sections |
//! | 1 | [`feed`], [`catalog`] | from bytes to releases, of listing pages too; all releases in memory, as columns |
//! | 1 | [`picture`] | pictures, decoded within limits and encoded for a terminal |
//! | 2 | [`query`], [`keymap`], [`library`] | the query tree; the table of actions and keys; the stored releases, marks, subscriptions and accounts |
//! | 2 | [`config`] | the settings and where they come from |
//! | 2 | [`net`] | fetching over HTTP, finding the feeds of a web page, retry times |
//! | 3 | [`sync`] | polling and storing subscriptions, subscribing |
//! | 3 | [`server`] | clients of sync servers: Miniflux and the Google Reader API |
//! | 3 | [`words`] | the phrases that distinguish some releases from others |
//! | 3 | [`watches`] | judging what is new for watched queries and for rules on arrival |
//! | 3 | [`query_feeds`] | saved queries as feeds, and the files that hold them |
//! | 3 | [`download`] | files downloaded into a folder, with resuming |
//! | 3 | [`typeset`] | a release as lines of text |
//! | 3 | [`document`] | releases as documents: JSON Feed, Atom, Markdown, HTML, plain text |
//! | 4 | [`app`] | the complete state, and the one function that changes it |
//! | 5 | [`ui`] | draws the state |
//! | 6 | [`runtime`] | the main loop, the threads and the terminal |
//! | 7 | [`cli`] | the command line: from arguments to exit code; lists, shows and checks without the reader |
//!
//! # The loop
//!
//! [`app::App::update`] is pure: it takes a [`app::Msg`] and returns [`app::Effect`]s. [`ui::view`] only reads the
//! state. [`runtime`] turns keys, loaded catalogs, search results, timers and signals into messages and carries out the
//! effects. Each batch of messages costs one frame; without messages nothing runs and nothing is drawn.
//!
//! Threads: one loads the sources and reloads them when they change; one reloads the configuration; one searches and
//! finds similar releases; the library writer owns the only connection that writes to the library; one reads the
//! library for display; one runs syncs, one at a time; a pool fetches feeds, pages and pictures and parses feeds and
//! pages; one decodes pictures; and each download has its own. Every reader of
//! the library opens its own connection. Each write increments a change counter; all others, in this process or
//! another, notice that the file changed and read what is new.
//!
//! All side effects of the state go through [`app::Effects`], where a newer request replaces an older one of its kind if
//! only the newest counts. The runtime changes the state only through messages. Popups form a stack,
//! [`app::popup::Popups`]; the top one receives keys, mouse events and pasted text.
//!
//! # How to add ...
//!
//! The compiler or a test points out each place that is missing; `UPDATE_MANUAL=1 cargo test --test manual` updates the
//! tables of the manual.
//!
//! - **an action**: the variant in `keymap/action.rs`, and its row with name, keys, hint, help and synonyms in
//!   `keymap/action/panes.rs` or `inputs.rs`; its arm in the action function of its region (`reading_action`,
//!   `query_action`, ... in `app`), or in `act` of its popup; its keys in `keymap/preset.rs` if the default ones are letters.
//! - **a setting**: the field and its default in `config/settings.rs`; its row in `config/table.rs`; the code that uses it.
//! - **a subcommand**: its own file in `cli/`, with arguments and `run`; in `cli.rs` the module, the variant and the arm.
//! - **a popup**: its own file in `app/popup/` with [`app::popup::PopupState`], and a line in the list of `app/popup.rs`; its
//!   drawing in `ui/popup/`, and an arm in `ui/popup.rs`; the row of its scope in `keymap/scope.rs`, with its keys as above.
//! - **a theme role**: its row in `config/theme.rs`; its style in `ui/theme.rs`; its colours in `data/themes/`, and a line
//!   about it in `data/manual/themes.md`.
//!
//! # Invariants
//!
//! - Text from outside is sanitised once, while it is parsed, and is [`text::Clean`] from then on. Code that prints
//!   relies on that.
//! - A text is readable without its styles: [`release::Span`]s are stored beside it, and most texts have none.
//! - A published catalog never changes. Within one load, release `i` is the same release in every longer catalog.
//! - One [`query::Query`] defines what the list shows; the prompt, the chips and the filter pane edit and print that
//!   tree.
//! - A mark is shown only after it has been written to disk, under the key of its feed and its id there. Nothing that
//!   is shown can be lost.
//! - Each source of a sync is applied in one transaction; a source that fails changes nothing in the library.
//! - A program started for the user receives one argument or its standard input. While it has the terminal, nothing
//!   else reads keys.
//! - All settings are in one table and all keys in another. Help, hints, manual and README are generated from them.
//! - The terminal is restored exactly once, however the program ends, and never by a worker thread while the screen is
//!   live.
//! - One owner of the shutdown waits for exports and for the library and reports what could not be saved. No error and
//!   no panic bypasses it.
//! - Every thread is named and catches its panics; a panic becomes a notice.
//! - A late or unrequested reply of the terminal is never taken for a key: one parser tells keys from replies.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]
#![deny(clippy::print_stderr, clippy::print_stdout)]

pub mod app;
pub mod catalog;
#[cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "commands read the clock and wait for locks"))]
pub mod cli;
pub mod config;
pub mod document;
pub mod download;
pub mod feed;
pub mod keymap;
#[cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "locks are waited for, and backups carry dates"))]
pub mod library;
pub mod manual;
#[cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "fetches have deadlines"))]
pub mod net;
pub mod picture;
pub mod query;
pub mod query_feeds;
pub mod release;
#[cfg_attr(
    not(test),
    expect(clippy::disallowed_methods, reason = "the loop owns the clock, the threads and the terminal")
)]
pub mod runtime;
pub mod server;
#[cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "stored polls carry the time"))]
pub mod sync;
pub mod text;
pub mod typeset;
pub mod ui;
pub mod watches;
pub mod words;
