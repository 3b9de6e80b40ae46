//! Downloads into a folder: complete, cut off and continued, cancelled, and refused.

use std::fs;
use std::path::{Path, PathBuf};

use tidings::download::{DownloadError, Progress, download};
use tidings::net::fetch::{Cancel, FetchError, Fetcher, Name};

use crate::patient;
use crate::server::{Reply, Server};

/// The content of a file.
fn content() -> Vec<u8> {
    (0..200_000_u32).map(|n| (n % 251) as u8).collect()
}

fn get(fetcher: &Fetcher, address: &str, folder: &Path) -> Result<PathBuf, DownloadError> {
    download(fetcher, (address, false), (folder, "talk.mp3"), &Cancel::default(), &mut |_| {})
}

/// The names of the files in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_downloaded_whole_and_no_other_is_overwritten() {
    let (server, folder) = (Server::start(), tempfile::tempdir().expect("a folder"));
    server.set("/talk.mp3", Reply::ok(content()).with("ETag", "\"1\""));
    let (address, deep) = (server.address("/talk.mp3"), folder.path().join("deep/er"));
    let mut last = Progress { bytes: 0, total: None };
    let path = download(&patient(), (&address, false), (&deep, "talk.mp3"), &Cancel::default(), &mut |now| {
        assert!(now.bytes >= last.bytes);
        last = now;
    });
    assert_eq!(path.expect("a file"), deep.join("talk.mp3"));
    assert_eq!(last, Progress { bytes: 200_000, total: Some(200_000) });
    let seen = server.log().remove(0);
    assert_eq!((seen.header("accept"), seen.header("accept-encoding")), (Some("*/*"), Some("identity")));
    assert_eq!((seen.header("range"), seen.header("if-range")), (None, None));
    fs::write(deep.join("talk.mp3"), "mine").expect("a file");
    assert_eq!(get(&patient(), &address, &deep).expect("a file"), deep.join("talk (2).mp3"));
    assert_eq!(names(&deep), ["talk (2).mp3", "talk.mp3"]);
    assert_eq!(fs::read(deep.join("talk.mp3")).expect("a file"), b"mine");
    assert!(fs::read(deep.join("talk (2).mp3")).expect("a file") == content());
}

#[test]
fn a_cut_download_goes_on_where_it_stopped_if_the_file_is_unchanged() {
    for (validator, value) in [("ETag", "\"1\""), ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT")] {
        let (server, folder) = (Server::start(), tempfile::tempdir().expect("a folder"));
        let reply = Reply::ok(content()).with(validator, value);
        server.set("/talk.mp3", reply.clone().cut_after(150_000));
        let address = server.address("/talk.mp3");
        let error = get(&patient(), &address, folder.path()).expect_err("it is cut");
        assert!(matches!(error, DownloadError::Fetch(FetchError::Cut)), "{error}");
        assert_eq!(names(folder.path()), [".talk.mp3.part", "talk.mp3.part"]);
        server.set("/talk.mp3", reply);
        let path = get(&patient(), &address, folder.path()).expect("the rest");
        assert!(fs::read(&path).expect("a file") == content());
        assert_eq!(names(folder.path()), ["talk.mp3"]);
        let seen = server.log().remove(1);
        let from = seen.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-'));
        assert!(from.and_then(|from| from.parse::<u32>().ok()).is_some_and(|from| from > 0), "{seen:?}");
        assert_eq!(seen.header("if-range"), Some(value));
    }
}

#[test]
fn a_changed_file_and_one_without_validator_begin_anew() {
    let other: Vec<u8> = content().into_iter().rev().collect();
    for (before, after) in [(Some("\"1\""), Some("\"2\"")), (None, None), (Some("W/\"1\""), Some("W/\"1\""))] {
        let (server, folder) = (Server::start(), tempfile::tempdir().expect("a folder"));
        let with = |reply: Reply, etag: Option<&str>| etag.map_or(reply.clone(), |etag| reply.with("ETag", etag));
        server.set("/talk.mp3", with(Reply::ok(content()), before).cut_after(150_000));
        let address = server.address("/talk.mp3");
        get(&patient(), &address, folder.path()).expect_err("it is cut");
        server.set("/talk.mp3", with(Reply::ok(other.clone()), after));
        let path = get(&patient(), &address, folder.path()).expect("a file");
        assert!(fs::read(&path).expect("a file") == other, "{before:?}");
        assert_eq!(names(folder.path()), ["talk.mp3"]);
    }
}

#[test]
fn a_part_of_the_rest_and_the_rest_of_another_file_are_not_the_file() {
    let (server, folder) = (Server::start(), tempfile::tempdir().expect("a folder"));
    let (address, whole) = (server.address("/talk.mp3"), Reply::ok(content()).with("ETag", "\"1\""));
    server.set("/talk.mp3", whole.clone().cut_after(100_000));
    get(&patient(), &address, folder.path()).expect_err("it is cut");
    let had = fs::metadata(folder.path().join("talk.mp3.part")).expect("a part").len() as usize;
    // Less than was asked for.
    let piece = Reply::new(206, content()[had..had + 10].to_vec());
    let range = format!("bytes {had}-{}/200000", had + 9);
    server.set("/talk.mp3", piece.clone().with("Content-Range", &range));
    let error = get(&patient(), &address, folder.path()).expect_err("bytes are missing");
    assert!(matches!(error, DownloadError::Fetch(FetchError::Cut)), "{error}");
    assert_eq!(names(folder.path()), [".talk.mp3.part", "talk.mp3.part"]);
    // A server that ignores the condition.
    let range = format!("bytes {}-199999/200000", had + 10);
    let rest = Reply::new(206, vec![0; 199_990 - had]).with("Content-Range", &range).with("ETag", "\"2\"");
    server.set("/talk.mp3", rest);
    // It goes on when asked for the whole, too.
    let error = get(&patient(), &address, folder.path()).expect_err("no whole file");
    assert!(matches!(error, DownloadError::Fetch(FetchError::Status { status: 206 })), "{error}");
    server.set("/talk.mp3", whole);
    let path = get(&patient(), &address, folder.path()).expect("a file");
    assert!(fs::read(path).expect("a file") == content());
}

#[test]
fn the_beginning_of_another_file_is_left_alone() {
    let (server, folder) = (Server::start(), tempfile::tempdir().expect("a folder"));
    server.set("/a/talk.mp3", Reply::ok(content()).with("ETag", "\"1\"").cut_after(150_000));
    server.set("/b/talk.mp3", Reply::ok("short").with("ETag", "\"1\""));
    get(&patient(), &server.address("/a/talk.mp3"), folder.path()).expect_err("it is cut");
    let path = get(&patient(), &server.address("/b/talk.mp3"), folder.path()).expect("a file");
    assert_eq!(path, folder.path().join("talk (2).mp3"));
    assert_eq!(names(folder.path()), [".talk.mp3.part", "talk (2).mp3", "talk.mp3.part"]);
}

#[test]
fn a_cancelled_download_keeps_what_has_come() {
    let (server, folder) = (Server::start(), tempfile::tempdir().expect("a folder"));
    let reply = Reply::ok(content()).with("ETag", "\"1\"");
    server.set("/talk.mp3", reply);
    let (address, cancel) = (server.address("/talk.mp3"), Cancel::default());
    let cancelled = download(&patient(), (&address, false), (folder.path(), "talk.mp3"), &cancel, &mut |now| {
        if now.bytes > 0 {
            cancel.cancel();
        }
    });
    let error = cancelled.expect_err("it is cancelled");
    assert!(matches!(error, DownloadError::Fetch(FetchError::Cancelled)), "{error}");
    assert_eq!(names(folder.path()), [".talk.mp3.part", "talk.mp3.part"]);
    assert!(fs::read(get(&patient(), &address, folder.path()).expect("the rest")).expect("a file") == content());
}

#[test]
fn a_refused_download_leaves_nothing() {
    let (server, folder) = (Server::start(), tempfile::tempdir().expect("a folder"));
    let public = Name { host: "a.test".to_owned(), leads_to: server.socket(), is_public: true };
    let named = || patient().with_names(vec![public.clone()]);
    server.set("/to-private", Reply::redirect(302, &server.address("/ok")));
    let port = server.socket().port();
    let table = [
        (patient(), server.address("/status/404"), false, "not found (404)"),
        (patient(), server.address("/ok"), true, "private network"),
        (named(), format!("http://a.test:{port}/to-private"), true, "private network"),
        (Fetcher::offline(), server.address("/ok"), false, "offline"),
        (patient(), "file:///etc/passwd".to_owned(), false, "neither http nor https"),
    ];
    for (fetcher, address, is_guarded, reason) in table {
        let target = (folder.path(), "x");
        let error = download(&fetcher, (&address, is_guarded), target, &Cancel::default(), &mut |_| {});
        let error = error.expect_err(&address).to_string();
        assert!(error.contains(reason), "{address}: {error}");
        assert_eq!(names(folder.path()), [""; 0], "{address}");
    }
    // A folder that cannot be one.
    fs::write(folder.path().join("file"), "").expect("a file");
    let error = get(&patient(), &server.address("/ok"), &folder.path().join("file")).expect_err("no folder");
    assert!(error.to_string().starts_with("cannot write "), "{error}");
}
