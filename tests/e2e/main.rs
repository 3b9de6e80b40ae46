//! End to end: the real program in a real pseudo-terminal, driven by keys and signals, judged by its screen, its
//! bytes, the terminal's modes and its exit code.

#[path = "../support/corpus.rs"]
mod corpus;
#[path = "../support/pty.rs"]
mod pty;
#[path = "../support/tokens.rs"]
mod tokens;

mod keys;
mod mouse;
mod panics;
mod pipes;
mod terminal;
