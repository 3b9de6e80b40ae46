//! The `tidings` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    tidings::cli::run()
}
