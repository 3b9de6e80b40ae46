//! A local server that misbehaves on request: each fault has its path, and tests can put ordinary documents at others.
//!
//! Each connection has a thread and carries one request (two for CONNECT, which makes it a proxy in front of itself).
//! All waits end when the server is dropped.

#![allow(dead_code)]

#[path = "server/authority.rs"]
mod authority;

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

#[allow(unused_imports, reason = "only some tests have a server with TLS")]
pub use authority::{Authority, Certificate};

/// The interval between two bytes of a slow answer.
const PACE: Duration = Duration::from_millis(100);
/// The maximum number of connections; further ones are closed at once.
const MOST: usize = 256;
/// The maximum size of a request.
const LONGEST: usize = 1 << 16;
/// The default document.
pub const FEED: &str =
    "<rss version=\"2.0\"><channel><title>Served</title><item><title>One</title></item></channel></rss>";

/// A received request.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub at: Instant,
}

impl Seen {
    /// The value of a header that occurs once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} stands twice in {self:?}");
        value
    }
}

/// An ordinary answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The delay before the answer.
    pub after: Duration,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), after: Duration::ZERO }
    }

    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, body)
    }

    pub fn redirect(status: u16, location: &str) -> Self {
        Self::new(status, "elsewhere").with("Location", location)
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn after(mut self, time: Duration) -> Self {
        self.after = time;
        self
    }

    /// Closes the connection after this many bytes of the body.
    pub fn cut_after(mut self, bytes: usize) -> Self {
        let length = self.body.len().to_string();
        self.body.truncate(bytes);
        self.with("Content-Length", &length)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The answer of a server with these validators: 304 if the request has one of them, and the rest of the document if
    /// it asks for that with one of them.
    fn to(&self, seen: &Seen) -> Self {
        let is_same = |asked, own| seen.header(asked).is_some() && seen.header(asked) == self.header(own);
        if is_same("if-none-match", "etag") || is_same("if-modified-since", "last-modified") {
            Self { status: 304, body: Vec::new(), ..self.clone() }
        } else if is_same("if-range", "etag") || is_same("if-range", "last-modified") {
            let from =
                seen.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
            let (from, total) = (from.unwrap_or(0), self.body.len());
            let range = format!("bytes {from}-{}/{total}", total.saturating_sub(1));
            let body = self.body.get(from..).unwrap_or_default().to_vec();
            Self { status: 206, body, ..self.clone() }.with("Content-Range", &range)
        } else {
            self.clone()
        }
    }

    fn write(&self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        write!(out, "HTTP/1.1 {} Whatever\r\nConnection: close\r\n", self.status)?;
        for (name, value) in &self.headers {
            write!(out, "{name}: {value}\r\n")?;
        }
        if self.status != 304 && self.header("content-length").is_none() {
            write!(out, "Content-Length: {}\r\n", self.body.len())?;
        }
        out.write_all(b"\r\n")?;
        out.write_all(&self.body)
    }
}

/// The server. It ends when dropped.
pub struct Server {
    at: SocketAddr,
    is_safe: bool,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    log: Mutex<Vec<Seen>>,
    /// Wakes the threads that wait for requests.
    logged: Condvar,
    documents: Mutex<HashMap<String, Reply>>,
    /// Answers for requests with certain cookies, which take precedence over the document at the path.
    gates: Mutex<HashMap<String, (String, Reply)>>,
    connections: AtomicUsize,
    open: AtomicUsize,
    /// For each host, the current and the maximum number of requests waiting for an answer.
    answering: Mutex<HashMap<String, (usize, usize)>>,
    /// Whether the server has ended, and the waiting threads to wake then.
    is_over: Mutex<bool>,
    over: Condvar,
}

impl Server {
    pub fn start() -> Self {
        Self::start_with(None)
    }

    /// Starts a server with TLS, under the name localhost.
    pub fn start_safe(authority: &Authority, how: Certificate) -> Self {
        Self::start_with(Some(Arc::new(authority.config(how))))
    }

    fn start_with(safe: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared::default());
        let server = Self { at, is_safe: safe.is_some(), shared: Arc::clone(&shared) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if *shared.is_over.lock().unwrap_or_else(PoisonError::into_inner) {
                    return;
                }
                shared.connections.fetch_add(1, Ordering::SeqCst);
                if shared.open.fetch_add(1, Ordering::SeqCst) >= MOST {
                    shared.open.fetch_sub(1, Ordering::SeqCst);
                    continue;
                }
                let (shared, safe) = (Arc::clone(&shared), safe.clone());
                thread::spawn(move || {
                    // The client may hang up early.
                    let _ = shared.talk(stream, safe);
                    shared.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    pub fn socket(&self) -> SocketAddr {
        self.at
    }

    /// The complete address of a path.
    pub fn address(&self, path: &str) -> String {
        if self.is_safe {
            format!("https://localhost:{}{path}", self.at.port())
        } else {
            format!("http://{}{path}", self.at)
        }
    }

    /// Puts a document at a path, replacing the previous one.
    pub fn set(&self, path: &str, reply: Reply) {
        self.shared.documents.lock().expect("the documents").insert(path.to_owned(), reply);
    }

    /// Puts one document at a path for requests with these cookies, and another for all others.
    pub fn gate(&self, path: &str, cookies: &str, inside: Reply, outside: Reply) {
        self.set(path, outside);
        let mut gates = self.shared.gates.lock().expect("the gates");
        gates.insert(path.to_owned(), (cookies.to_owned(), inside));
    }

    /// Removes the document from a path.
    pub fn unset(&self, path: &str) {
        self.shared.documents.lock().expect("the documents").remove(path);
    }

    /// The maximum number of simultaneous requests for documents of a host, given with its port.
    pub fn most_at_once(&self, host: &str) -> usize {
        self.shared.answering.lock().expect("the counts").get(host).map_or(0, |(_, most)| *most)
    }

    /// The requests so far.
    pub fn log(&self) -> Vec<Seen> {
        self.shared.log.lock().expect("the log").clone()
    }

    /// Waits until the server has received `count` requests.
    pub fn wait_for_requests(&self, count: usize) {
        let log = self.shared.log.lock().expect("the log");
        let patience = Duration::from_secs(30);
        let (log, _) = self.shared.logged.wait_timeout_while(log, patience, |log| log.len() < count).expect("the log");
        assert!(log.len() >= count, "{} requests of {count}", log.len());
    }

    /// The requested paths, in order.
    pub fn paths(&self) -> Vec<String> {
        self.log().into_iter().map(|seen| seen.path).collect()
    }

    /// The number of connections, whatever came of them.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        *self.shared.is_over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.over.notify_all();
        // Wakes the thread that accepts connections.
        let _ = TcpStream::connect(self.at);
    }
}

trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

impl Shared {
    /// Waits; fails if the server ends meanwhile.
    fn wait(&self, time: Duration) -> io::Result<()> {
        let is_over = self.is_over.lock().unwrap_or_else(PoisonError::into_inner);
        let (is_over, _) =
            self.over.wait_timeout_while(is_over, time, |is_over| !*is_over).unwrap_or_else(PoisonError::into_inner);
        if *is_over { Err(io::Error::other("it is over")) } else { Ok(()) }
    }

    fn talk(&self, stream: TcpStream, safe: Option<Arc<ServerConfig>>) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.set_nodelay(true)?;
        let raw = stream.try_clone()?;
        let mut stream: Box<dyn Stream> = match safe {
            Some(config) => {
                let connection = ServerConnection::new(config).map_err(io::Error::other)?;
                Box::new(StreamOwned::new(connection, stream))
            }
            None => Box::new(stream),
        };
        loop {
            let Some(seen) = read_request(&mut stream)? else { return Ok(()) };
            self.log.lock().expect("the log").push(seen.clone());
            self.logged.notify_all();
            if seen.method != "CONNECT" {
                return self.answer(&seen, &mut stream, &raw);
            }
            stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
        }
    }

    fn answer(&self, seen: &Seen, out: &mut dyn Stream, raw: &TcpStream) -> io::Result<()> {
        let document = self.documents.lock().expect("the documents").get(&seen.path).cloned();
        let gate = self.gates.lock().expect("the gates").get(&seen.path).cloned();
        let inside = gate.filter(|(cookies, _)| seen.header("cookie") == Some(cookies.as_str()));
        let document = inside.map(|(_, inside)| inside).or(document);
        if let Some(document) = document {
            let host = seen.header("host").unwrap_or_default().to_owned();
            let count = |change: fn(&mut (usize, usize))| {
                change(self.answering.lock().expect("the counts").entry(host.clone()).or_default());
            };
            count(|(now, most)| {
                *now += 1;
                *most = (*most).max(*now);
            });
            let waited = if document.after.is_zero() { Ok(()) } else { self.wait(document.after) };
            // Before the answer is sent: the client may send its next request as soon as it has it.
            count(|(now, _)| *now -= 1);
            waited?;
            return document.to(seen).write(out).and_then(|()| out.flush());
        }
        let (route, count) = seen.path.rsplit_once('/').unwrap_or_default();
        let count: Option<usize> = count.parse().ok();
        let next = |count: usize| if count == 0 { "/ok".to_owned() } else { format!("{route}/{}", count - 1) };
        let reply = match (seen.path.as_str(), route, count) {
            (_, "/chain", Some(count)) => Reply::redirect(302, &next(count)),
            (_, "/moved", Some(count)) => Reply::redirect(301, &next(count)),
            (_, "/status", Some(status)) => Reply::new(u16::try_from(status).expect("a status"), "no"),
            ("/ok", ..) => Reply::ok(FEED).with("Content-Type", "application/rss+xml; charset=UTF-8"),
            ("/empty", ..) => Reply::ok(""),
            ("/page", ..) => Reply::ok("<!doctype html><title>A page</title>").with("Content-Type", "text/html"),
            ("/circle/a", ..) => Reply::redirect(302, "/circle/b"),
            ("/circle/b", ..) => Reply::redirect(302, "/circle/a"),
            ("/to-file", ..) => Reply::redirect(302, "file:///etc/passwd"),
            ("/to-nowhere", ..) => Reply::new(302, ""),
            ("/to-open", ..) => Reply::redirect(302, "http://localhost:1/"),
            ("/busy/seconds", ..) => Reply::new(429, "").with("Retry-After", "7200"),
            ("/busy/date", ..) => Reply::new(503, "")
                .with("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
                .with("Retry-After", "Sun, 06 Nov 1994 08:59:37 GMT"),
            ("/gzip", ..) => Reply::ok(gzip(FEED.as_bytes())).with("Content-Encoding", "gzip"),
            ("/brotli", ..) => Reply::ok(brotli(FEED.as_bytes())).with("Content-Encoding", "br"),
            ("/not-gzip", ..) => Reply::ok(FEED).with("Content-Encoding", "gzip"),
            ("/cut-gzip", ..) => {
                let packed = gzip(FEED.repeat(20).as_bytes());
                Reply::ok(packed.split_at(packed.len() / 2).0).with("Content-Encoding", "gzip")
            }
            ("/bomb/brotli", ..) => Reply::ok(brotli(&vec![0; 16 << 20])).with("Content-Encoding", "br"),
            _ => return self.fault(&seen.path, out, raw),
        };
        reply.write(out)?;
        out.flush()
    }

    /// Faulty answers.
    fn fault(&self, path: &str, out: &mut dyn Stream, raw: &TcpStream) -> io::Result<()> {
        const OK: &str = "HTTP/1.1 200 OK\r\n";
        match path {
            "/hang" => loop {
                self.wait(Duration::from_secs(60))?;
            },
            "/slow/header" => {
                write!(out, "{OK}X-Slow: ")?;
                self.drip(out)
            }
            "/slow/body" => {
                write!(out, "{OK}Content-Length: 1000000\r\n\r\n")?;
                self.drip(out)
            }
            "/stall" => {
                write!(out, "{OK}Content-Length: 1000\r\n\r\n{FEED}")?;
                out.flush()?;
                loop {
                    self.wait(Duration::from_secs(60))?;
                }
            }
            "/cut/header" => write!(out, "{OK}Content-Le"),
            "/cut/nothing" => Ok(()),
            "/cut/length" => write!(out, "{OK}Content-Length: 1000\r\n\r\n{FEED}"),
            "/cut/chunk" => write!(out, "{OK}Transfer-Encoding: chunked\r\n\r\nff\r\n{FEED}"),
            "/cut/between-chunks" => write!(out, "{OK}Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n"),
            "/cut/reset" => {
                write!(out, "{OK}Connection: close\r\n\r\n{FEED}")?;
                out.flush()?;
                // Time for the data to arrive: a reset discards unread data.
                self.wait(PACE)?;
                rustix::net::sockopt::set_socket_linger(raw, Some(Duration::ZERO))?;
                Ok(())
            }
            "/short-length" => write!(out, "{OK}Content-Length: 5\r\nConnection: close\r\n\r\n{FEED}"),
            "/until-closed" => write!(out, "{OK}Connection: close\r\n\r\n{FEED}"),
            "/early" => write!(
                out,
                "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n{OK}Content-Length: {}\r\n\r\n{FEED}",
                FEED.len()
            ),
            "/bare-lines" => write!(out, "HTTP/1.1 200\nContent-Type: text/xml\nConnection: close\n\n{FEED}"),
            "/both-lengths" => write!(
                out,
                "{OK}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{FEED}\r\n0\r\n\r\n",
                FEED.len()
            ),
            "/old" => write!(out, "HTTP/1.0 200 OK\r\n\r\n{FEED}"),
            "/garbage" => out.write_all(&[0x16, 0xfe, 0x1b, b'[', b'3', b'1', b'm', 0, b'\n'].repeat(100)),
            "/headers/many" => {
                write!(out, "{OK}")?;
                (0..20_000).try_for_each(|n| write!(out, "X-Header-{n}: {n}\r\n"))?;
                write!(out, "Content-Length: 0\r\n\r\n")
            }
            "/headers/endless" => {
                write!(out, "{OK}X-Long: ")?;
                self.pour(out, &[b'a'; 1 << 12])
            }
            "/endless" => {
                write!(out, "{OK}Transfer-Encoding: chunked\r\n\r\n")?;
                self.pour(out, format!("1000\r\n{}\r\n", "a".repeat(0x1000)).as_bytes())
            }
            "/bomb/gzip" => {
                write!(out, "{OK}Content-Encoding: gzip\r\nConnection: close\r\n\r\n")?;
                let part = gzip(&vec![0; 1 << 20]);
                (0..10_000).try_for_each(|_| out.write_all(&part))
            }
            _ => Reply::new(404, "nothing here").write(out),
        }?;
        out.flush()
    }

    /// One byte from time to time, endlessly.
    fn drip(&self, out: &mut dyn Write) -> io::Result<()> {
        loop {
            out.write_all(b"a")?;
            out.flush()?;
            self.wait(PACE)?;
        }
    }

    /// The same bytes endlessly, as fast as the client reads.
    fn pour(&self, out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
        loop {
            out.write_all(bytes)?;
            self.wait(Duration::ZERO)?;
        }
    }
}

/// Reads the next request; `None` at the end.
fn read_request(stream: &mut dyn Stream) -> io::Result<Option<Seen>> {
    let mut bytes = Vec::new();
    let mut step = [0; 4096];
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut step)?;
        if read == 0 || bytes.len() > LONGEST {
            return Ok(None);
        }
        bytes.extend_from_slice(&step[..read]);
        if !bytes[0].is_ascii_uppercase() {
            Reply::new(400, "this is no HTTP").write(stream)?;
            return Ok(None);
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let headers = lines.filter_map(|line| line.split_once(": "));
    Ok(Some(Seen {
        method: first.next().unwrap_or_default(),
        path: first.next().unwrap_or_default(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        at: Instant::now(),
    }))
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("memory");
    packed.finish().expect("memory")
}

pub fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 1, 22);
    packed.write_all(bytes).expect("memory");
    packed.into_inner()
}
