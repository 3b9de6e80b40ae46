//! End-to-end tests: the real program in a pseudo-terminal, driven by keys and signals and checked by its screen, its
//! output bytes, the terminal modes and its exit code.

#[path = "../support/corpus.rs"]
mod corpus;
#[path = "../support/frames.rs"]
mod frames;
#[path = "../support/modes.rs"]
mod modes;
#[path = "../support/output.rs"]
mod output;
#[path = "../support/process.rs"]
mod process;
#[path = "../support/pty.rs"]
mod pty;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/skip.rs"]
mod skip;
#[path = "../support/sync_server.rs"]
mod sync_server;
#[path = "../support/tiny.rs"]
mod tiny;
#[path = "../support/tokens.rs"]
mod tokens;

mod accounts;
mod config;
mod external;
mod hostile;
mod keys;
mod large;
mod leaving;
mod library;
mod manual;
mod mouse;
mod newcomer;
mod news;
mod panics;
mod pictures;
mod pipes;
mod refused;
mod shells;
mod sizes;
mod sync;
mod tasks;
mod terminal;
mod tmux;
mod vanish;
mod watch;
