//! A local server for one API: answers each request with what a function says, and keeps connections open.

#![allow(dead_code)]

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A received request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub method: String,
    /// With the parameters.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Method and path.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether the connection closes in the middle of the body.
    pub is_cut: bool,
    /// Whether the connection closes instead of an answer.
    pub is_silent: bool,
    /// Whether the connection closes after the answer, without saying so before.
    pub is_last: bool,
}

impl Said {
    pub fn new(status: u16, media: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), media.to_owned())];
        Self { status, headers, body: body.into(), ..Self::default() }
    }

    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "application/json", body)
    }

    pub fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub fn silent() -> Self {
        Self { is_silent: true, ..Self::default() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn cut(self) -> Self {
        Self { is_cut: true, ..self }
    }

    /// A recorded answer: status line, headers, an empty line, the body; or JSON alone.
    pub fn recorded(text: &str) -> Self {
        let Some(rest) = text.strip_prefix("HTTP/1.1 ") else { return Self::json(text) };
        let (head, body) = rest.split_once("\n\n").unwrap_or((rest, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').next()?.parse().ok()).expect("a status");
        let headers =
            lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { status, headers: headers.collect(), body: body.as_bytes().to_vec(), ..Self::default() }
    }
}

type Answer = dyn FnMut(&Asked) -> Said + Send;

/// The server. It ends when dropped.
pub struct ApiServer {
    at: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    answer: Mutex<Box<Answer>>,
    log: Mutex<Vec<Asked>>,
    connections: AtomicUsize,
    is_over: AtomicBool,
}

impl ApiServer {
    pub fn start(answer: impl FnMut(&Asked) -> Said + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            answer: Mutex::new(Box::new(answer)),
            log: Mutex::default(),
            connections: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        });
        let server = Self { at, shared: Arc::clone(&shared) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.is_over.load(Ordering::SeqCst) {
                    return;
                }
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let shared = Arc::clone(&shared);
                // The client may hang up at any time.
                thread::spawn(move || drop(shared.talk(&stream)));
            }
        });
        server
    }

    /// Starts a server that gives these answers, one after another.
    pub fn saying(answers: Vec<Said>) -> Self {
        let mut answers = VecDeque::from(answers);
        Self::start(move |asked| {
            answers.pop_front().unwrap_or_else(|| Said::new(599, "text/plain", format!("unexpected: {asked:?}")))
        })
    }

    pub fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// The requests so far.
    pub fn log(&self) -> Vec<Asked> {
        self.shared.log.lock().expect("the log").clone()
    }

    /// Methods and paths of the requests so far.
    pub fn lines(&self) -> Vec<String> {
        self.log().iter().map(Asked::line).collect()
    }

    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for ApiServer {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts connections.
        let _ = TcpStream::connect(self.at);
    }
}

impl Shared {
    fn talk(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let (mut input, mut out) = (BufReader::new(stream), stream);
        while let Some(asked) = read(&mut input)? {
            if self.is_over.load(Ordering::SeqCst) {
                break;
            }
            self.log.lock().expect("the log").push(asked.clone());
            let said = (self.answer.lock().expect("the answers"))(&asked);
            if said.is_silent {
                break;
            }
            let mut head = format!("HTTP/1.1 {} Whatever\r\n", said.status);
            for (name, value) in &said.headers {
                head.extend([name, ": ", value, "\r\n"]);
            }
            if said.status != 204 && !said.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
                let length = said.body.len().to_string();
                head.extend(["Content-Length: ", &length, "\r\n"]);
            }
            out.write_all(head.as_bytes())?;
            out.write_all(b"\r\n")?;
            let end = if said.is_cut { said.body.len() / 2 } else { said.body.len() };
            out.write_all(&said.body[..end])?;
            if said.is_cut || said.is_last {
                break;
            }
        }
        stream.shutdown(std::net::Shutdown::Both)
    }
}

fn read(input: &mut impl BufRead) -> io::Result<Option<Asked>> {
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut asked = Asked { method, path, ..Asked::default() };
    loop {
        line.clear();
        input.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        asked.headers.push((name.to_owned(), value.to_owned()));
    }
    let length = asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    asked.body = String::from_utf8(body).expect("UTF-8");
    Ok(Some(asked))
}
