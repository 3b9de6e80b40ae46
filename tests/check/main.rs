//! The feed doctor: each rule is broken by some document and by no clean one, real feeds can be checked whatever they
//! contain, and both formats of the report agree.

#[path = "../support/command.rs"]
mod command;
#[path = "../support/corpus.rs"]
#[allow(dead_code)]
mod corpus;
#[path = "../support/skip.rs"]
mod skip;

mod documents;
mod published;
mod report;
mod rules;
mod subcommand;

use tidings::feed::Limits;
use tidings::feed::check::{Report, check};
use tidings::text::CleanBuf;

/// 1 December 2018.
const NOW: i64 = 1_543_622_400;

fn report(bytes: &[u8]) -> Report {
    let mut input = bytes;
    check(CleanBuf::line("x").as_clean(), &mut input, Limits::default(), NOW).expect("a feed")
}
