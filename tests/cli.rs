//! The command line without a terminal: standard output, standard error and exit codes.

use std::process::{Command, Stdio};

/// The output and the exit code of a run.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Run {
    let home = tempfile::tempdir().expect("a temporary home");
    let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .args(args)
        .env("HOME", home.path())
        .current_dir(home.path())
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn help_goes_to_standard_output() {
    for flag in ["--help", "-h"] {
        let run = run(&[flag]);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
        assert!(
            run.out.contains("Usage: tidings [OPTIONS] [FEED]...") && run.out.contains("standard input"),
            "{}",
            run.out
        );
        assert!(!run.out.contains('\x1b'));
    }
}

#[test]
fn the_version_goes_to_standard_output() {
    let run = run(&["--version"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert_eq!(run.out, concat!("tidings ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn an_unknown_flag_is_an_error() {
    let run = run(&["--nonsense"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("'--nonsense'") && run.err.contains("Usage:"), "{}", run.err);
    assert!(!run.err.contains('\x1b'));
}

#[test]
fn a_mistyped_subcommand_is_recognised() {
    for (typed, error) in [
        ("lst", "tidings: lst: no such file or folder; did you mean tidings list?\n"),
        ("doctr", "tidings: doctr: no such file or folder; did you mean tidings doctor?\n"),
        ("lst.json", "tidings: standard output is not a terminal; tidings list prints releases\n"),
    ] {
        let run = run(&[typed]);
        assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (Some(2), "", error));
    }
}

#[test]
fn the_reader_needs_a_terminal() {
    let run = run::<&str>(&[]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert_eq!(run.err, "tidings: standard output is not a terminal; tidings list prints releases\n");
}

#[test]
fn the_reader_needs_a_terminal_even_for_standard_input() {
    let run = run(&["-"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert_eq!(run.err, "tidings: standard output is not a terminal; tidings list prints releases\n");
}

#[test]
fn options_can_precede_the_subcommand() {
    let (before, behind) = (run(&["-q", "migration", "list", "--count"]), run(&["list", "-q", "migration", "--count"]));
    assert_eq!((before.code, before.err.as_str()), (Some(0), ""));
    assert_eq!(before.out, behind.out);
    let unsupported = run(&["--theme", "dark", "list"]);
    assert_eq!(unsupported.code, Some(2));
    assert!(unsupported.err.contains("--theme"), "{}", unsupported.err);
}

#[test]
fn the_manual_is_printed_as_a_whole_or_by_page() {
    let all = run(&["manual"]);
    assert_eq!((all.code, all.err.as_str()), (Some(0), ""));
    let page = run(&["manual", "query"]);
    assert_eq!((page.code, page.out.starts_with("# The query\n")), (Some(0), true));
    assert!(all.out.contains(&page.out) && all.out.starts_with("# The tidings manual\n"));
    assert!(!all.out.contains("<!--") && !all.out.contains('\x1b'));
}

#[test]
fn an_unknown_topic_of_the_manual_is_an_error_that_lists_all_topics() {
    let run = run(&["manual", "querry"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    for topic in ["querry", "reading", "query", "promises"] {
        assert!(run.err.contains(topic), "{}", run.err);
    }
}
