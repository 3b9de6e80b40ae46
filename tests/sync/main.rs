//! Syncing as a whole: the engine on a library in a temporary folder, and the real binary on the same library, in front
//! of a server on loopback that does everything wrong, or nothing.

#[path = "../support/command.rs"]
mod command;
#[path = "../support/server.rs"]
mod server;

mod test_library;

mod cancel;
mod commands;
mod faults;
mod follow;
mod keeping;
mod pages;
mod polite;
