//! Kills the program hundreds of times while it marks and syncs: `cargo bench --bench kills`, or `cargo bench --bench
//! kills -- 1000` for another number of runs. Panics if anything is lost.

#[path = "../support/kills.rs"]
mod kills;
#[path = "../support/server.rs"]
mod server;

use std::time::Instant;

fn main() {
    let runs = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(300);
    let start = Instant::now();
    let marks = kills::marking(runs, 1);
    println!(
        "killed {runs} times while marking: {marks} marks acknowledged, none lost, {:.1} s",
        start.elapsed().as_secs_f64()
    );
    let start = Instant::now();
    let marks = kills::marking_entries(runs, 1);
    println!(
        "killed {runs} times while marking entries of an account: {marks} marks acknowledged, all wait for the server, \
         {:.1} s",
        start.elapsed().as_secs_f64()
    );
    let start = Instant::now();
    kills::syncing(runs / 2, 1, &server::Server::start());
    println!("killed {} times while syncing: every source whole, {:.1} s", runs / 2, start.elapsed().as_secs_f64());
    let start = Instant::now();
    let (marks, restored) = kills::together(runs, 1, &server::Server::start());
    println!(
        "killed {runs} times while two mark, one syncs and one restores: {marks} marks acknowledged, {restored} restores \
         ended, none lost, {:.1} s",
        start.elapsed().as_secs_f64()
    );
}
