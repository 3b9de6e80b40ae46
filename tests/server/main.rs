//! The clients of sync servers against a local server that gives recorded answers.
//!
//! Everything is on loopback: no test leaves this machine.

#[path = "../support/api.rs"]
mod api;
mod find;
mod greader;
mod miniflux;
#[path = "../support/sync_server.rs"]
mod sync_server;

use std::ops::ControlFlow;
use std::sync::Arc;

use tidings::net::fetch::{Fetcher, Limits};
use tidings::server::{Entry, EntryId, Server, ServerError};

fn fetcher() -> Arc<Fetcher> {
    Arc::new(Fetcher::within(Limits::default(), &|_| None))
}

/// The ids asked for in one request, and those that came.
type Batch = (Vec<EntryId>, Vec<EntryId>);

/// Fetches entries. Also returns what was asked for and what came in each request.
fn entries(
    server: &mut dyn Server,
    wanted: &[EntryId],
    all: &[EntryId],
) -> (Result<(), ServerError>, Vec<Batch>, Vec<Entry>) {
    let (mut batches, mut entries) = (Vec::new(), Vec::new());
    let outcome = server.entries(wanted, all, &mut |asked, came| {
        batches.push((asked.to_vec(), came.iter().map(|entry| entry.id).collect()));
        entries.extend(came);
        ControlFlow::Continue(())
    });
    (outcome, batches, entries)
}
