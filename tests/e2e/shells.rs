//! Completion in interactive shells, including their treatment of quotes, blanks and colons.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use tidings::feed::Limits as FeedLimits;
use tidings::library::LibraryPath;
use tidings::net::fetch::{Fetcher, Limits};
use tidings::sync::{Engine, SubscribeOutcome, subscribe};

use crate::pty::{Session, Start};
use crate::server::{Reply, Server};
use crate::skip::skip;

const FEED: &str = "<rss version='2.0'><channel><title>Port of Bern</title>
    <item><title>One</title><category>Labour migration</category><category>News</category></item>
    <item><title>Two</title><category>Labour migration</category></item></channel></rss>";

/// Creates a data folder with a library that is subscribed to a feed.
fn data() -> TempDir {
    let data = tempfile::tempdir().expect("a folder");
    let file = data.path().join("tidings/library.db");
    let server = Server::start();
    server.set("/feed", Reply::ok(FEED).with("Content-Type", "application/rss+xml"));
    let fetcher = Fetcher::within(Limits::default(), &|_| None);
    let engine = Engine::new(LibraryPath::of_file(&file), fetcher, FeedLimits::default());
    let followed = subscribe(&engine, &server.address("/feed"), "", &[], None).expect("it is a feed");
    assert!(matches!(followed, SubscribeOutcome::Added(..)), "{followed:?}");
    data
}

/// Starts an interactive shell that has read the completion script; `None` if it is not installed.
fn shell(data: &Path, program: &str, arguments: &[&str], reading: &str) -> Option<Session> {
    if Command::new(program).arg("--version").output().is_err() {
        skip(&format!("{program} is not installed"));
        return None;
    }
    let folder = Path::new(env!("CARGO_BIN_EXE_tidings")).parent().expect("a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let data = data.to_str().expect("UTF-8");
    let start = Start::program(program, arguments).env("PATH", &path).env("XDG_DATA_HOME", data).size(100, 24);
    let mut session = start.env("PS1", "> ").run();
    // The quotes keep the echoed command from matching the awaited text.
    session.send(&format!("{reading}; echo 're''ady'\r"));
    session.wait_text("\nready");
    Some(session)
}

/// Checks what completion makes of each line.
fn complete(session: &mut Session, lines: &[(&str, &str)]) {
    for (typed, completed) in lines {
        // Control-U clears the line in all shells.
        session.send("\x15");
        session.send(typed);
        session.wait_text(typed);
        session.type_and_see("\t", completed);
    }
}

#[test]
fn bash_completes_words_with_blanks_quotes_and_colons() {
    let data = data();
    let reading = "source <(tidings completions bash)";
    let Some(mut bash) = shell(data.path(), "bash", &["--norc", "--noprofile", "-i"], reading) else { return };
    complete(
        &mut bash,
        &[
            ("tidings dig", "tidings digest "),
            ("tidings digest --format ma", "--format markdown"),
            ("tidings --theme high-contrast-l", "--theme high-contrast-light"),
            ("tidings list -q is:s", "-q is:starred"),
            ("tidings list -q 'tea is:s", "-q 'tea is:starred'"),
            ("tidings list -q topic:la", r#"-q topic:\"Labour\ migration\""#),
            ("tidings list -q 'topic:N", "-q 'topic:News'"),
            ("tidings sync Po", r"tidings sync Port\ of\ Bern"),
            ("tidings sync \"Port o", "tidings sync \"Port of Bern\""),
            (r"tidings sync Port\ o", r"tidings sync Port\ of\ Bern"),
        ],
    );
}

#[test]
fn zsh_completes_at_the_first_attempt() {
    let data = data();
    let reading =
        "mkdir f; tidings completions zsh > f/_tidings; fpath=(f $fpath); autoload -Uz compinit; compinit -u -D";
    let Some(mut zsh) = shell(data.path(), "zsh", &["-f", "-i"], reading) else { return };
    complete(
        &mut zsh,
        &[
            ("tidings dig", "tidings digest "),
            ("tidings --theme high-contrast-l", "--theme high-contrast-light"),
            ("tidings list -q is:s", "-q is:starred"),
            ("tidings list -q 'tea is:s", "-q 'tea is:starred'"),
            ("tidings list -q 'topic:N", "-q 'topic:News'"),
            ("tidings sync Po", r"tidings sync Port\ of\ Bern"),
            ("tidings sync 'Port o", "tidings sync 'Port of Bern'"),
        ],
    );
}

#[test]
fn fish_completes_within_quotes() {
    let data = data();
    let reading = "tidings completions fish | source";
    let Some(mut fish) = shell(data.path(), "fish", &["--no-config", "-i"], reading) else { return };
    complete(
        &mut fish,
        &[
            ("tidings dig", "tidings digest "),
            ("tidings --theme high-contrast-l", "--theme high-contrast-light"),
            ("tidings list -q is:s", "-q is:starred"),
            ("tidings list -q 'tea is:s", "-q 'tea is:starred'"),
            ("tidings list -q 'topic:N", "-q 'topic:News'"),
            ("tidings sync Po", r"tidings sync Port\ of\ Bern"),
            ("tidings sync 'Port o", "tidings sync 'Port of Bern'"),
        ],
    );
}
