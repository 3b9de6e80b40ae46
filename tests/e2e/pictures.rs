//! Pictures: a terminal that reports graphics gets them, and nothing of them stays; another one gets none.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::process::{poll, process_state};
use crate::pty::{Session, Start};
use crate::server::{Reply, Server};

/// A feed file whose first release has a picture on a server.
struct TestFeed {
    folder: TempDir,
    server: Server,
}

/// What the reader asks for, and replies of terminals: name, size of a cell, attributes.
const QUERY: &[u8] = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[>q\x1b[16t\x1b[c";
const KITTY: &str = "\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.37.0)\x1b\\\x1b[6;20;10t\x1b[?62;52;c";
const ITERM2: &str = "\x1bP>|iTerm2 3.5.4\x1b\\\x1b[6;20;10t\x1b[?64;1;2;4c";
const SIXEL: &str = "\x1bP>|foot(1.17.2)\x1b\\\x1b[6;20;10t\x1b[?62;4;22c";

/// The beginnings of graphics.
const GRAPHICS: [&[u8]; 3] = [b"\x1b_Ga=t", b"\x1b]1337;File=", b"\x1bP0;1q"];

impl TestFeed {
    fn new() -> Self {
        let (folder, server) = (tempfile::tempdir().expect("a folder"), Server::start());
        let picture = RgbImage::from_fn(300, 200, |x, y| Rgb([x as u8, y as u8, 90]));
        let mut file = std::io::Cursor::new(Vec::new());
        DynamicImage::from(picture).write_to(&mut file, ImageFormat::Png).expect("memory takes all bytes");
        let file = file.into_inner();
        fs::write(folder.path().join("a.png"), &file).expect("written");
        server.set("/a.png", Reply::ok(file).with("Content-Type", "image/png"));
        let feed = format!(
            "<rss version='2.0'><channel><title>Harbour</title><item><title>First</title>\
             <enclosure url='{}' type='image/png' length='1200'/><link>https://a.invalid/1</link>\
             <description>{}</description></item><item><title>Second</title><description>Short.</description></item>\
             </channel></rss>",
            server.address("/a.png"),
            "The ships are late today. ".repeat(300)
        );
        fs::write(folder.path().join("feed.xml"), feed).expect("written");
        Self { folder, server }
    }

    fn start(&self, options: &[&str]) -> Start {
        let paths: Vec<PathBuf> = ["feed.xml", "library.db"].iter().map(|name| self.folder.path().join(name)).collect();
        let [feed, library] = [0, 1].map(|at| paths[at].to_str().expect("UTF-8"));
        Start::reader(&[&[feed, "--library", library, "--read-after", "never"][..], options].concat()).size(120, 36)
    }

    /// Opens the reader in a terminal that replies like this.
    fn open(&self, options: &[&str], replies: &str) -> Session {
        let mut session = self.start(options).run();
        session.wait_written(0, QUERY);
        session.wait_selected("1 of 2");
        session.send(replies);
        session
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

/// Types keys and waits for these parts of the output.
fn type_and_see(session: &mut Session, keys: &str, parts: &[&[u8]]) {
    let seen = session.written();
    session.send(keys);
    for part in parts {
        session.wait_written(seen, part);
    }
}

#[test]
fn a_terminal_with_graphics_of_kitty_gets_a_picture_and_is_told_to_delete_it() {
    let test = TestFeed::new();
    let mut session = test.open(&["--pictures", "key"], KITTY);
    session.wait_text("picture: 2 kB, i to show");
    assert!(test.server.paths().is_empty() && !contains(&session.bytes(), GRAPHICS[0]), "nobody asked for it");
    type_and_see(&mut session, "i", &[GRAPHICS[0], b"a=p,"]);
    session.wait_text("picture: 300×200");
    session.type_and_see("\r", "picture: 300×200");
    // A popup covers it; then its data is still there.
    type_and_see(&mut session, "?", &[b"\x1b_Ga=d,d=i,"]);
    let seen = session.written();
    type_and_see(&mut session, "\x1b", &[b"\x1b_Ga=p,"]);
    assert!(!contains(&session.bytes()[seen..], GRAPHICS[0]), "it is sent once");
    // Scrolled, it is cut; then it is out of view.
    type_and_see(&mut session, "J", &[b"\x1b_Ga=p,"]);
    type_and_see(&mut session, " ", &[b"\x1b_Ga=d,d=i,"]);
    session.wait_no_text("picture:");
    // Another release deletes it with its data.
    type_and_see(&mut session, "q", &[]);
    type_and_see(&mut session, "j", &[b"\x1b_Ga=d,d=I,"]);
    session.wait_text("Short.");
    // It comes back from the library.
    session.type_and_see("k", "i to show");
    type_and_see(&mut session, "i", &[GRAPHICS[0], b"a=p,"]);
    assert_eq!(test.server.paths(), ["/a.png"]);
    // A redrawn screen gets it again.
    type_and_see(&mut session, "\x0c", &[b"\x1b_Ga=d,d=I,", GRAPHICS[0], b"a=p,"]);
    let bytes = session.quit();
    let deleted = memchr::memmem::rfind(&bytes, b"\x1b_Ga=d,d=A").expect("all pictures are deleted");
    assert!(contains(&bytes[deleted..], b"\x1b[?1049l"), "before the screen is left");
    // Another reader finds it in the library, even offline.
    let mut session = test.open(&["--pictures", "key", "--offline"], KITTY);
    session.wait_text("i to show");
    type_and_see(&mut session, "i", &[GRAPHICS[0], b"a=p,"]);
    session.quit();
    assert_eq!(test.server.paths(), ["/a.png"]);
}

#[test]
fn other_graphics_are_drawn_and_blanked() {
    for (replies, graphics) in [(ITERM2, GRAPHICS[1]), (SIXEL, GRAPHICS[2])] {
        let test = TestFeed::new();
        let mut session = test.open(&["--pictures", "key"], replies);
        session.wait_text("i to show");
        type_and_see(&mut session, "i", &[graphics]);
        session.wait_text("picture: 300×200");
        let seen = session.written();
        // The text goes where the picture was.
        session.type_and_see("i", "i to show");
        session.type_and_see("\r", "ships are late");
        let shown = session.text();
        let caption = shown.lines().position(|line| line.contains("i to show")).expect("the caption");
        assert!(shown.lines().nth(caption + 2).is_some_and(|line| line.contains("ships")), "{shown}");
        assert!(!contains(&session.bytes()[seen..], graphics));
        session.quit();
    }
}

#[test]
fn a_terminal_that_does_not_answer_gets_no_graphics() {
    let test = TestFeed::new();
    let mut session = test.start(&["--pictures", "always"]).run();
    session.wait_written(0, QUERY);
    session.wait_text("ships are late");
    session.type_and_see("i", "this terminal reports no graphics");
    assert!(!session.text().contains("picture:"));
    let bytes = session.quit();
    assert!(GRAPHICS.iter().all(|graphics| !contains(&bytes, graphics)) && test.server.paths().is_empty());
}

#[test]
fn pictures_that_are_off_send_no_query() {
    let test = TestFeed::new();
    let mut session = test.start(&[]).run();
    session.wait_text("ships are late");
    session.type_and_see("i", "pictures are off");
    let bytes = session.quit();
    assert!(!contains(&bytes, b"\x1b_G") && !contains(&bytes, b"\x1b[>q") && !contains(&bytes, b"\x1b[c"));
    assert!(test.server.paths().is_empty());
}

#[test]
fn a_reader_that_is_stopped_deletes_the_picture_and_sends_it_again() {
    let test = TestFeed::new();
    let mut session = test.open(&["--pictures", "key"], KITTY);
    session.wait_text("i to show");
    type_and_see(&mut session, "i", &[GRAPHICS[0], b"a=p,"]);
    let seen = session.written();
    session.send("\x1a");
    session.wait_for("the terminal to be restored", |screen| !screen.alternate_screen());
    assert!(contains(&session.bytes()[seen..], b"\x1b_Ga=d,d=A"));
    poll("the process to stop", || (process_state(session.pid()) == Some('T')).then_some(()));
    let seen = session.written();
    session.signal(Signal::CONT);
    session.wait_written(seen, GRAPHICS[0]);
    session.wait_written(seen, b"a=p,");
    // At another size it is fitted and sent anew.
    let seen = session.written();
    session.resize(100, 30);
    for part in [&b"\x1b_Ga=d,d=I,"[..], GRAPHICS[0], b"a=p,"] {
        session.wait_written(seen, part);
    }
    session.quit();
}

#[test]
fn a_resize_while_a_picture_is_loading_fetches_it_once() {
    let test = TestFeed::new();
    let picture = fs::read(test.folder.path().join("a.png")).expect("the picture");
    test.server.set("/a.png", Reply::ok(picture).after(Duration::from_secs(1)));
    let mut session = test.open(&["--pictures", "key"], KITTY);
    session.wait_text("i to show");
    session.send("i");
    test.server.wait_for_requests(1);
    for (columns, rows) in [(100, 30), (110, 34), (90, 28)] {
        session.resize(columns, rows);
        session.wait_for("a line of the new width", |screen| {
            screen.contents().lines().any(|line| line == "─".repeat(columns.into()))
        });
    }
    session.wait_text("picture: 300×200");
    assert!(contains(&session.bytes(), GRAPHICS[0]));
    session.quit();
    assert_eq!(test.server.paths(), ["/a.png"]);
}

#[test]
fn within_tmux_half_blocks_are_used() {
    let test = TestFeed::new();
    let mut session = test.start(&["--pictures", "always"]).env("TMUX", "/tmp/tmux-0/default,1,0").run();
    session.wait_written(0, QUERY);
    session.wait_selected("1 of 2");
    session.send("\x1bP>|tmux 3.5a\x1b\\\x1b[?1;2;4c");
    session.wait_text("picture: 300×200");
    session.wait_for("half blocks", |screen| screen.contents().matches('▀').count() > 100);
    let bytes = session.quit();
    assert!(GRAPHICS.iter().all(|graphics| !contains(&bytes, graphics)));
}

#[test]
fn half_blocks_need_no_answer_and_always_needs_no_key() {
    let test = TestFeed::new();
    let session = test.start(&["--pictures", "always", "--picture-form", "blocks"]).run();
    session.wait_text("picture: 300×200");
    session.wait_for("half blocks", |screen| screen.contents().matches('▀').count() > 100);
    let bytes = session.quit();
    assert!(GRAPHICS.iter().all(|graphics| !contains(&bytes, graphics)));
}

#[test]
fn a_picture_that_cannot_be_shown_says_why() {
    let test = TestFeed::new();
    let mut session = test.start(&["--pictures", "key", "--picture-form", "blocks", "--offline"]).run();
    session.wait_text("picture: 2 kB, i to show");
    session.type_and_see("i", "to retry");
    assert!(session.text().contains("offline") && test.server.paths().is_empty(), "{}", session.text());
    session.quit();
    test.server.set("/a.png", Reply::ok("<svg/>"));
    let mut session = test.start(&["--pictures", "key", "--picture-form", "blocks"]).run();
    session.wait_text("i to show");
    session.type_and_see("i", "picture: unknown picture format;");
    test.server.set("/a.png", Reply::new(404, ""));
    session.type_and_see("i", "picture: not found (404); i to retry");
    session.quit();
    assert_eq!(test.server.paths(), ["/a.png", "/a.png"], "what cannot be decoded is not kept");
}
