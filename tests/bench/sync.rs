//! The speed and memory of a sync: `cargo bench --bench sync`, or `cargo bench --bench sync -- 100` for another number
//! of feeds.
//!
//! Everything is on loopback: servers that answer at once, servers with the latency of distant ones, and finally one
//! failing source in six while a user reads. Each row is next to a baseline from the same run. Nothing here fails.

#[path = "../support/frames.rs"]
#[allow(dead_code, reason = "tests need more of it")]
mod frames;
#[path = "../support/modes.rs"]
#[allow(dead_code, reason = "tests need more of it")]
mod modes;
#[path = "../support/output.rs"]
#[allow(dead_code, reason = "tests need more of it")]
mod output;
#[path = "../support/process.rs"]
#[allow(dead_code, reason = "tests need more of it")]
mod process;
#[path = "../support/pty.rs"]
#[allow(dead_code, reason = "tests need more of it")]
mod pty;
#[path = "../support/server.rs"]
mod server;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tidings::feed::opml::OpmlEntry;
use tidings::library::{Library, LibraryPath};
use tidings::net::fetch::{Answer, Cancel, Fetcher, Limits, Request};
use tidings::text::{CleanBuf, grouped};

use pty::{Session, Start};
use server::{Reply, Server};

/// The number of servers, and of releases in each feed.
const SERVERS: usize = 25;
const RELEASES: usize = 20;
/// The latency of a distant server.
const FAR: Duration = Duration::from_millis(100);
/// The number of keys pressed, and their rate: that of a held key.
const KEYS: usize = 200;
const PACE: Duration = Duration::from_millis(30);
/// The number of failing sources, and their faults; those that hang come last.
const FAILING: usize = 100;
const FAULTS: [&str; 25] = [
    "/endless",
    "/bomb/gzip",
    "/bomb/brotli",
    "/garbage",
    "/headers/many",
    "/headers/endless",
    "/cut/nothing",
    "/cut/header",
    "/cut/length",
    "/cut/chunk",
    "/cut/between-chunks",
    "/cut/reset",
    "/cut-gzip",
    "/short-length",
    "/empty",
    "/page",
    "/status/404",
    "/status/500",
    "/circle/a",
    "/chain/5",
    "/to-nowhere",
    "/hang",
    "/slow/header",
    "/slow/body",
    "/stall",
];

fn main() {
    let size = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(500);
    println!("{size} feeds of {RELEASES} releases on {SERVERS} servers");
    synced(size, Duration::ZERO, "at once");
    synced(size, FAR, "after 100 ms");
    read_meanwhile(size);
}

/// Feeds on their servers, and a library subscribed to them.
struct Fixture {
    folder: tempfile::TempDir,
    servers: Vec<Server>,
    addresses: Vec<String>,
}

impl Fixture {
    fn new(size: usize, after: Duration) -> Self {
        let servers: Vec<Server> = (0..SERVERS).map(|_| Server::start()).collect();
        let served = |n: usize| {
            let server = &servers[n % SERVERS];
            let path = format!("/feed/{n}");
            let reply =
                Reply::ok(feed(n)).with("ETag", &format!("\"{n}\"")).with("Content-Type", "application/rss+xml");
            server.set(&path, reply.after(after));
            server.address(&path)
        };
        let addresses: Vec<String> = (0..size).map(served).collect();
        let fixture = Self { folder: tempfile::tempdir().expect("a folder"), servers, addresses };
        fixture.follow(&fixture.addresses);
        fixture
    }

    fn file(&self) -> String {
        self.folder.path().join("library.db").to_str().expect("UTF-8").to_owned()
    }

    fn follow(&self, addresses: &[String]) {
        let subscription = |address: &String| OpmlEntry {
            title: CleanBuf::default(),
            address: CleanBuf::line(address),
            site: CleanBuf::default(),
            categories: Vec::new(),
        };
        let mut library = Library::create(&LibraryPath::of_file(Path::new(&self.file()))).expect("a library");
        library.subscribe(&addresses.iter().map(subscription).collect::<Vec<_>>()).expect("written");
    }

    fn requests(&self) -> usize {
        self.servers.iter().map(|server| server.log().len()).sum()
    }

    /// Runs `tidings sync`: the time, the peak memory in kB, and the last line of output.
    fn sync(&self) -> (Duration, u64, String) {
        let start = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .args(["sync", "--library", &self.file()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let pid = child.id();
        let peak = thread::spawn(move || {
            let mut peak = 0;
            // The last sample before the end is good enough: the peak only grows.
            while let Some(now) = peak_of(pid).filter(|now| *now > 0) {
                peak = now;
                thread::sleep(Duration::from_millis(1));
            }
            peak
        });
        let mut told = String::new();
        let mut out = child.stdout.take().expect("a pipe");
        std::io::Read::read_to_string(&mut out, &mut told).expect("text");
        child.wait().expect("it ends");
        let took = start.elapsed();
        (took, peak.join().expect("a number"), told.lines().last().unwrap_or_default().to_owned())
    }
}

fn feed(feed: usize) -> String {
    let mut xml = format!("<rss version=\"2.0\"><channel><title>Feed {feed}</title>");
    for n in 0..RELEASES {
        let text = format!("What release {n} of feed {feed} says, in a few more words. ").repeat(8);
        write!(
            xml,
            "<item><guid>{feed}-{n}</guid><title>Release {n} of feed {feed}</title>\
             <link>http://127.0.0.1/{feed}/{n}</link><description>{text}</description>\
             <pubDate>{:02} Nov 2018 {:02}:{:02}:00 GMT</pubDate></item>",
            1 + n % 28,
            feed / 60 % 24,
            feed % 60
        )
        .expect("memory");
    }
    xml + "</channel></rss>"
}

fn told(what: &str, took: Duration, beside: &str) {
    println!("{what:<44} {:>10.2} ms   {beside}", took.as_secs_f64() * 1e3);
}

/// The peak memory of a process in kB.
fn peak_of(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// A first sync and one that finds nothing new, against fetching the same feeds one by one without storing them.
fn synced(size: usize, after: Duration, when: &str) {
    let fixture = Fixture::new(size, after);
    for (name, is_known) in [("first sync", false), ("second sync, nothing new", true)] {
        let before = fixture.requests();
        let (took, peak, summary) = fixture.sync();
        let requests = fixture.requests() - before;
        // With latency a tenth of the feeds is enough.
        let step = if after.is_zero() { 1 } else { 10 };
        let start = Instant::now();
        let fetcher = Fetcher::within(Limits::default(), &|_| None);
        for (n, address) in fixture.addresses.iter().enumerate().step_by(step) {
            let etag = format!("\"{n}\"");
            let request = Request { address, etag: Some(etag.as_str()).filter(|_| is_known), ..Request::default() };
            let answer = fetcher.fetch(&request, &Cancel::default(), &mut |_| {}).expect("an answer");
            assert_eq!(matches!(answer, Answer::Unchanged { .. }), is_known);
        }
        let alone = start.elapsed() * step as u32;
        let ratio = took.as_secs_f64() / alone.as_secs_f64();
        told(&format!("{name}, answered {when}"), took, &format!("{ratio:.2} times fetching one by one"));
        told("  fetching one by one", alone, "");
        println!("  {} requests, peak {} kB: {summary}", grouped(requests), grouped(peak as usize));
    }
}

/// The time from a key to the change on screen, while sources fail in every way and while nothing else happens.
fn read_meanwhile(size: usize) {
    let fixture = Fixture::new(size, Duration::ZERO);
    fixture.sync();
    // Each server has some failing sources, and each round has one that hangs.
    let faults: Vec<String> = (0..FAILING)
        .map(|n| fixture.servers[(n * 7 + n / SERVERS) % SERVERS].address(FAULTS[n % FAULTS.len()]))
        .collect();
    fixture.follow(&faults);
    let file = fixture.file();
    let open = || {
        let mut session = Start::reader(&["--library", &file, "--read-after", "never"]).run();
        session.wait_text(&format!("RELEASES  {}", grouped(size * RELEASES)));
        // The reader restores the last position.
        session.type_and_see("gg", &format!(" 1 of {}", grouped(size * RELEASES)));
        session
    };
    let mut session = open();
    row("a key, nothing else happens", &keys(&mut session, size));
    session.quit();
    let mut session = open();
    session.type_and_see("r", "syncing ");
    let syncing = keys(&mut session, size);
    row(&format!("a key, {} sources fail meanwhile", faults.len()), &syncing);
    let screen = session.text();
    let progress = screen.lines().last().and_then(|line| line.split("syncing ").nth(1)).unwrap_or("over");
    let peak = peak_of(u32::try_from(session.pid().as_raw_nonzero().get()).expect("an id"));
    println!("  at the end of the keys the sync is at {}; peak {} kB", progress.trim(), peak.unwrap_or(0));
    let start = Instant::now();
    session.type_and_see("\x1b", "sync cancelled");
    told("calling it off, until the screen says so", start.elapsed(), "");
    let start = Instant::now();
    session.quit();
    told("quitting", start.elapsed(), "");
}

/// The times from keys to their effects, ascending.
fn keys(session: &mut Session, size: usize) -> Vec<Duration> {
    let mut times: Vec<Duration> = (0..KEYS)
        .map(|n| {
            let text = format!(" {} of {}", n + 2, grouped(size * RELEASES));
            let start = Instant::now();
            session.type_and_see("j", &text);
            let took = start.elapsed();
            thread::sleep(PACE.saturating_sub(took));
            took
        })
        .collect();
    times.sort_unstable();
    times
}

fn row(what: &str, times: &[Duration]) {
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let (middle, high, most) = (milliseconds(at(50)), milliseconds(at(99)), milliseconds(at(100)));
    println!("{what:<44} {middle:>10.2} ms   p99 {high:.2} ms, slowest {most:.2} ms");
}
