//! End-to-end tests of accounts against a real Miniflux, which `.ci/run` builds.

#[path = "../support/command.rs"]
mod command;
#[path = "../support/frames.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod frames;
#[path = "../support/miniflux.rs"]
mod miniflux;
#[path = "../support/modes.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod modes;
#[path = "../support/output.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod output;
#[path = "../support/process.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod process;
#[path = "../support/pty.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod pty;
#[path = "../support/publisher.rs"]
mod publisher;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/skip.rs"]
mod skip;

mod account;
mod client;
mod client_greader;
mod feeds;
mod google_reader;
mod harness;
mod marks;
mod reader;
mod screen;
mod search;
mod vanish;
