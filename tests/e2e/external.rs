//! Output from the reader: links to a browser, texts to the clipboard and to commands, and the terminal lent to them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process::poll;
use crate::pty::{Session, Start};
use crate::server::{Reply, Server};

/// A feed of two releases, the newer with a link that a shell would misinterpret.
const FEED: &str = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "Links", "items": [
    {"id": "1", "title": "With a link", "content_text": "A short text of seven words here.",
     "url": "https://news.example.org/a?b=1&c=$(touch pwned);d", "date_published": "2018-11-06T00:00:00Z"},
    {"id": "2", "title": "Without", "content_text": "Nothing.", "date_published": "2018-11-05T00:00:00Z"}]}"#;

/// A folder with the feed and a program that records its arguments, one per line, and its input.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("feed.json"), FEED).expect("the feed");
    let program = folder.path().join("browse");
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" >{0}/seen.new && mv {0}/seen.new {0}/seen\n",
        folder.path().display()
    );
    fs::write(&program, script).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("that can be run");
    (folder, program)
}

fn open(folder: &Path, browser: &str) -> Session {
    open_in(folder, &[("BROWSER", browser)])
}

/// Opens the reader with these variables; the folder `bin` comes first in the path.
fn open_in(folder: &Path, variables: &[(&str, &str)]) -> Session {
    let path = std::env::var("PATH").expect("a path");
    let path = format!("{}:{path}", folder.join("bin").display());
    let mut start = Start::reader(&[folder.join("feed.json")]).env("SHELL", "/bin/sh").env("PATH", &path);
    for (name, value) in variables {
        start = start.env(name, value);
    }
    let session = start.run();
    session.wait_selected("1 of 2");
    session
}

/// Creates a program in the folder `bin`.
fn script(folder: &Path, name: &str, script: &str) {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).expect("a folder");
    fs::write(bin.join(name), format!("#!/bin/sh\n{script}\n")).expect("a program");
    fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).expect("that can be run");
}

/// Returns what a program recorded, once it is complete.
fn seen(file: &Path) -> String {
    poll("the program's record", || fs::read_to_string(file).ok())
}

/// Writes a feed with two enclosures on a server, and opens it with these options.
fn open_enclosures(folder: &Path, server: &Server, options: &[&str]) -> Session {
    let enclosure = |name: &str, media: &str| {
        format!(r#"{{"url": "{}", "mime_type": "{media}"}}"#, server.address(&format!("/{name}?a=$(touch%20pwned)")))
    };
    let item = |id: u32, enclosures: &[String]| {
        format!(r#"{{"id": "{id}", "title": "Episode {id}", "attachments": [{}]}}"#, enclosures.join(","))
    };
    let (talk, notes) = (enclosure("talk.mp3", "audio/mpeg"), enclosure("notes.pdf", "application/pdf"));
    let items = [item(1, std::slice::from_ref(&talk)), item(2, &[talk, notes])].join(",");
    let feed = format!(r#"{{"version": "https://jsonfeed.org/version/1.1", "title": "Talks", "items": [{items}]}}"#);
    let file = folder.join("talks.json");
    fs::write(&file, feed).expect("the feed");
    let arguments = [&[file.to_str().expect("text")], options].concat();
    let session = Start::reader(&arguments).env("XDG_DOWNLOAD_DIR", folder.join("in").to_str().expect("text")).run();
    session.wait_selected("1 of 2");
    session
}

#[test]
fn an_enclosure_opens_with_the_program_of_its_media_type_and_one_argument() {
    let ((folder, program), server) = (folder(), Server::start());
    let config = folder.path().join("config.toml");
    let program = program.to_str().expect("text");
    fs::write(&config, format!("open.\"audio/*\" = [\"{program}\", \"--quiet\"]\n")).expect("a file");
    let mut session = open_enclosures(folder.path(), &server, &["--config", config.to_str().expect("text")]);
    session.type_and_see("\rf", "label:");
    session.type_and_see("a", " with /");
    let address = server.address("/talk.mp3?a=$(touch%20pwned)");
    assert_eq!(seen(&folder.path().join("seen")), format!("2\n--quiet\n{address}\n"));
    session.quit();
}

#[test]
fn an_enclosure_is_downloaded_and_continued_after_it_was_cut() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), Server::start());
    let content = vec![b'x'; 500_000];
    let reply = Reply::ok(content.clone()).with("ETag", "\"1\"");
    let path = "/talk.mp3?a=$(touch%20pwned)";
    server.set(path, reply.clone().cut_after(300_000));
    let mut session = open_enclosures(folder.path(), &server, &[]);
    session.type_and_see("D", "talk.mp3: not downloaded: connection closed");
    server.set(path, reply);
    session.type_and_see("D", "downloaded: /");
    assert_eq!(fs::read(folder.path().join("in/talk.mp3")).expect("a file"), content);
    assert!(server.log()[1].header("range").is_some_and(|range| range != "bytes=0-"));
    // One of several enclosures is chosen by its letter.
    server.set("/notes.pdf?a=$(touch%20pwned)", Reply::ok("notes"));
    session.type_and_select("j", "2 of 2");
    session.type_and_see("D", "label:");
    session.type_and_see("b", "notes.pdf");
    let notes = folder.path().join("in/notes.pdf");
    assert_eq!(poll("the notes", || fs::read_to_string(&notes).ok()), "notes");
    session.quit();
}

#[test]
fn quitting_waits_for_a_download_and_quitting_twice_gives_it_up() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), Server::start());
    let path = "/talk.mp3?a=$(touch%20pwned)";
    server.set(path, Reply::ok("late").after(Duration::from_secs(600)));
    let mut session = open_enclosures(folder.path(), &server, &[]);
    session.type_and_see("D", "Esc cancels");
    server.wait_for_requests(1);
    session.type_and_see("q", "q stops downloading talk.mp3");
    session.send("q");
    let end = session.end();
    assert_eq!(end.code, 1, "{}", end.text);
    assert!(end.text.contains("talk.mp3: not downloaded: cancelled"), "{}", end.text);
    // Cancelled in the reader.
    let mut session = open_enclosures(folder.path(), &server, &[]);
    session.type_and_see("D", "Esc cancels");
    server.wait_for_requests(2);
    session.type_and_see("\x1b", "download cancelled");
    session.quit();
}

#[test]
fn the_browser_gets_the_address_as_one_argument_without_a_shell() {
    let (folder, program) = folder();
    let mut session = open(folder.path(), program.to_str().expect("text"));
    session.type_and_see("o", "opening news.example.org");
    let address = "https://news.example.org/a?b=1&c=$(touch%20pwned);d";
    assert_eq!(seen(&folder.path().join("seen")), format!("1\n{address}\n"));
    fs::remove_file(folder.path().join("seen")).expect("seen");
    session.type_and_see("\rf", "label:");
    session.type_and_see("a", "opening news.example.org");
    assert_eq!(seen(&folder.path().join("seen")), format!("1\n{address}\n"));
    session.type_and_see("qjo", "this release has no link");
    session.quit();
}

#[test]
fn a_missing_browser_is_reported() {
    let (folder, _) = folder();
    let mut session = open(folder.path(), "/nowhere/browser");
    session.type_and_see("o", "cannot start /nowhere/browser");
    session.quit();
}

#[test]
fn a_browser_that_does_not_end_is_reported_once_and_left_running() {
    let (folder, _) = folder();
    let gate = folder.path().join("gate");
    fs::write(&gate, "").expect("a file");
    script(folder.path(), "lasting", &format!("while test -e {}; do sleep 0.1; done", gate.display()));
    let mut session = open_in(folder.path(), &[("BROWSER", "lasting")]);
    session.type_and_see("o", "opening news.example.org");
    // The report comes after ten seconds, which is also the limit of `wait_text`.
    session.wait_text_within(Duration::from_secs(30), "lasting: still running after 10 s");
    // The notice survives other keys and disappears once the program has ended.
    session.type_and_select("j", "2 of 2");
    session.wait_text("lasting: still running after 10 s");
    fs::remove_file(&gate).expect("the file");
    session.wait_no_text("lasting: still running");
    session.quit();
}

#[test]
fn links_are_copied_through_the_terminal() {
    let (folder, program) = folder();
    let mut session = open(folder.path(), program.to_str().expect("text"));
    session.type_and_see("y", "link to news.example.org copied by the terminal");
    // "https://news.example.org/a?b=1&c=$(touch%20pwned);d" in Base64.
    let sequence = b"\x1b]52;c;aHR0cHM6Ly9uZXdzLmV4YW1wbGUub3JnL2E/Yj0xJmM9JCh0b3VjaA";
    let bytes = session.bytes();
    let is_there = bytes.windows(20).any(|window| window == &sequence[..20]);
    assert!(is_there, "{}", String::from_utf8_lossy(&bytes));
    session.quit();
}

#[test]
fn a_command_gets_the_text_and_the_terminal() {
    let (folder, program) = folder();
    let mut session = open(folder.path(), program.to_str().expect("text"));
    session.type_and_see("|", "Pipe to a command");
    session.send("wc -w; read -r line </dev/tty; echo \"got $line\"\r");
    session.wait_for("only the word count", |screen| screen.contents().trim() == "12");
    // Input now goes to the command.
    session.type_and_see("q123\r", "got q123");
    session.wait_text("press Enter to return to tidings");
    session.type_and_see("\r", "RELEASES");
    session.wait_selected("1 of 2");
    session.type_and_select("j", "2 of 2");
    session.type_and_see("|", "read -r line");
    session.send("\x15kill -INT $$; sleep 5\r");
    session.wait_text("ended with signal: 2");
    session.type_and_select("\r", "2 of 2");
    session.quit();
}

#[test]
fn an_interrupt_of_the_command_keeps_the_reader_running() {
    let (folder, program) = folder();
    let mut session = open(folder.path(), program.to_str().expect("text"));
    session.type_and_see("|", "Pipe to a command");
    // While dash starts a program, only dash would receive the interrupt, so let it `exec` the program.
    session.send("echo ready; exec sleep 60\r");
    session.wait_text("ready");
    session.type_and_see("\x03", "press Enter to return to tidings");
    session.type_and_select("\r", "1 of 2");
    session.quit();
}

#[test]
fn an_export_replaces_a_file_only_when_confirmed_and_keeps_the_old_one() {
    let (folder, program) = folder();
    let mut session = open(folder.path(), program.to_str().expect("text"));
    let file = folder.path().join("all.md");
    session.type_and_see("e", "Export to a file");
    // The right arrow chooses all listed releases.
    let typed = format!("\x1b[C{}\r", file.display());
    session.type_and_see(&typed, "2 releases written");
    let written = fs::read_to_string(&file).expect("the file");
    assert!(written.starts_with("# With a link\n") && written.contains("\n# Without\n"), "{written}");
    session.type_and_see("e", "Export to a file");
    session.type_and_see(&typed, "exists; Enter again replaces it");
    assert_eq!(fs::read_to_string(&file).expect("the file"), written);
    session.type_and_see("\r", "2 releases written");
    assert_eq!(fs::read_to_string(folder.path().join("all.md~")).expect("the old file"), written);
    session.quit();
}

#[test]
fn an_export_into_a_missing_folder_keeps_the_form_and_says_why() {
    let (folder, program) = folder();
    let mut session = open(folder.path(), program.to_str().expect("text"));
    let file = folder.path().join("later").join("all.md");
    session.type_and_see("e", "Export to a file");
    session.type_and_see(&format!("\x1b[C{}\r", file.display()), "not written: folder not found");
    // The choices and the name are still there: once the folder exists, Enter is enough.
    session.wait_text("Export to a file");
    fs::create_dir(folder.path().join("later")).expect("a folder");
    session.type_and_see("\r", "2 releases written");
    assert!(file.is_file());
    session.quit();
}

#[test]
fn a_failing_browser_is_reported_and_the_next_one_tried() {
    let (folder, program) = folder();
    script(folder.path(), "broken", "exit 3");
    let mut session = open_in(folder.path(), &[("BROWSER", "broken")]);
    session.type_and_see("o", "broken failed (exit status: 3)");
    session.quit();
    let browser = format!("/nowhere/browser:broken:{}", program.display());
    let mut session = open_in(folder.path(), &[("BROWSER", &browser)]);
    session.type_and_see("o", "opening news.example.org");
    assert!(seen(&folder.path().join("seen")).starts_with("1\nhttps://news.example.org/"));
    session.quit();
}

#[test]
fn a_terminal_browser_gets_the_terminal_at_any_place_in_the_list() {
    let (folder, _) = folder();
    script(folder.path(), "w3m", "echo \"page of $1\"; read -r line </dev/tty");
    let mut session = open_in(folder.path(), &[("BROWSER", "/nowhere/firefox:w3m")]);
    session.send("o");
    session.wait_for("only the browser", |screen| {
        let text = screen.contents();
        text.contains("page of https://news.example.org/a") && !text.contains("RELEASES")
    });
    session.type_and_see("\r", "RELEASES");
    session.quit();
}

#[test]
fn a_hanging_clipboard_program_blocks_nothing() {
    let (folder, _) = folder();
    script(folder.path(), "xclip", "exec sleep 60");
    script(folder.path(), "xsel", "exit 1");
    let mut session = open_in(folder.path(), &[("DISPLAY", ":0"), ("BROWSER", "true")]);
    let start = std::time::Instant::now();
    session.send("y");
    session.type_and_select("j", "2 of 2");
    assert!(start.elapsed() < std::time::Duration::from_millis(1_900), "{:?}", start.elapsed());
    session.wait_text("link to news.example.org copied by the terminal (xclip: timed out; xsel: failed");
    session.quit();
}

#[test]
fn a_clipboard_program_gets_the_text() {
    let (folder, _) = folder();
    let file = folder.path().join("copied");
    script(folder.path(), "wl-copy", &format!("cat >{0}.new && mv {0}.new {0}", file.display()));
    let mut session = open_in(folder.path(), &[("WAYLAND_DISPLAY", "wayland-0"), ("BROWSER", "true")]);
    session.type_and_see("y", "copied by wl-copy");
    assert_eq!(seen(&file), "https://news.example.org/a?b=1&c=$(touch%20pwned);d");
    session.quit();
}

#[test]
fn keys_typed_ahead_during_a_command_arrive_in_order() {
    let (folder, program) = folder();
    let mut session = open(folder.path(), program.to_str().expect("text"));
    session.type_and_see("|", "Pipe to a command");
    // All in one read: the keys after Enter are meant for the reader.
    session.send("true\rjm");
    session.wait_text("press Enter to return to tidings");
    session.type_and_select("\r", "2 of 2");
    session.wait_text("1 unread");
    session.quit();
}
