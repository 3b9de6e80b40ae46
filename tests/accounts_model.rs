//! Random histories of accounts, with failures and kills, on both kinds of servers. The bench runs many more.

#[path = "support/account_model.rs"]
mod account_model;
#[path = "support/sync_server.rs"]
mod sync_server;

use account_model::{Dialect, Template, run};

/// The number of histories for each kind of server.
const HISTORIES: u64 = 500;

fn run_all(dialect: Dialect) {
    let template = Template::new();
    // One can be repeated: TIDINGS_HISTORY=7 cargo test --test accounts_model
    let chosen = std::env::var("TIDINGS_HISTORY").ok().and_then(|seed| seed.parse().ok());
    match chosen {
        Some(seed) => run(&template, dialect, seed),
        None => (0..HISTORIES).for_each(|seed| run(&template, dialect, seed)),
    }
}

#[test]
fn miniflux_and_the_library_agree_after_any_history() {
    run_all(Dialect::Miniflux);
}

#[test]
fn freshrss_and_the_library_agree_after_any_history() {
    run_all(Dialect::FreshRss);
}
