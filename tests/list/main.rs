//! `tidings list` and `tidings show`: the output and the exit code of the real program.

#[path = "../support/corpus.rs"]
mod corpus;
#[path = "../support/skip.rs"]
mod skip;

mod formats;
mod own_topics;
mod pipes;
mod queries;
mod read_back;
mod releases;
mod terminal;

use std::process::{Command, Output, Stdio};

/// The output and the exit code of a run.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

fn program<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.args(args).env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

fn run<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Run {
    Run::of(program(args).output().expect("the program runs"))
}

/// Runs on a feed with this content, passed as the last argument.
fn run_on(feed: impl AsRef<[u8]>, args: &[&str]) -> Run {
    let file = corpus::file(feed);
    let path = file.path().to_str().expect("a path");
    run(&[args, &[path]].concat())
}

const FEED: &str = r#"[
    {"id": "a", "title": "Tea, \"fair\"", "topic": "News", "place": "Bern", "date": "2018-11-06", "summary": "=1+1\ntwo"},
    {"id": "b", "title": "보도자료 tab\\", "topic": ["노동", "News"], "date": "2018-11", "url": "https://example.org/b"},
    {"title": "No | date *at* all", "author": "Ann Lee"}]"#;

/// Asserts that a text contains no control or invisible formatting characters.
fn assert_clean(text: &str) {
    let is_foreign = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };
    let foreign = text.char_indices().find(|&(_, c)| is_foreign(c));
    assert_eq!(foreign, None, "{:?}", foreign.and_then(|(at, _)| text.get(at.saturating_sub(20)..)));
}
