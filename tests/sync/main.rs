//! Complete syncs: the engine with a library in a temporary folder, and the real binary with the same library, against
//! a local server that does everything wrong, or nothing.

#[path = "../support/command.rs"]
mod command;
#[path = "../support/server.rs"]
mod server;

mod test_library;

mod cancel;
mod commands;
mod faults;
mod feeds;
mod keeping;
mod listings;
mod pages;
mod past;
mod pictures;
mod polite;
mod rules;
mod sitemaps;
mod subscribe;
mod topics;
mod walk;
mod watching;
