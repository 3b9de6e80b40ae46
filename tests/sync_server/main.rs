//! The sync server of the tests: it answers as the real servers did, and it misbehaves as the switches say.

#[path = "../support/sync_server.rs"]
mod sync_server;

mod client;
mod freshrss;
mod miniflux;
mod switches_of_both;
mod switches_of_freshrss;
mod switches_of_miniflux;
