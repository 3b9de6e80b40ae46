//! Requests and answers of the sync servers, over connections that stay open.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use flate2::Compression;
use flate2::write::GzEncoder;
use url::form_urlencoded;

/// Bodies from this size on are chunked, and compressed if the client accepts that.
const SMALL: usize = 1024;
/// The size of a chunk.
const CHUNK: usize = 1 << 15;
/// The greatest size of a request body.
const MOST: usize = 64 << 20;

/// A request.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub method: String,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The query as it was sent.
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    /// Reads the next request; `None` at the end of the connection.
    pub fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_ascii_whitespace().map(str::to_owned);
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut asked = Self { method, path: path.to_owned(), query: query.to_owned(), ..Self::default() };
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            let text = line.trim_end_matches(['\r', '\n']);
            if text.is_empty() {
                break;
            }
            let (name, value) = text.split_once(':').unwrap_or((text, ""));
            // Blanks at the end stay: the servers differ in what they make of them.
            asked.headers.push((name.to_owned(), value.strip_prefix(' ').unwrap_or(value).to_owned()));
        }
        if asked.header("transfer-encoding").is_some() {
            asked.body = read_chunks(stream)?;
        } else {
            let length: usize = asked.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
            asked.body = vec![0; length.min(MOST)];
            stream.read_exact(&mut asked.body)?;
        }
        Ok(Some(asked))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The parameters of the query, decoded.
    pub fn parameters(&self) -> Fields {
        Fields(form_urlencoded::parse(self.query.as_bytes()).into_owned().collect())
    }

    /// The fields of the form in the body, decoded; none if it is no form.
    pub fn form(&self) -> Fields {
        let is_form = self.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form"));
        let pairs = if is_form { form_urlencoded::parse(&self.body).into_owned().collect() } else { Vec::new() };
        Fields(pairs)
    }
}

fn read_chunks(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        let start = body.len();
        body.resize(start + size.min(MOST), 0);
        stream.read_exact(&mut body[start..])?;
        stream.read_line(&mut line)?;
        if size == 0 || body.len() > MOST {
            return Ok(body);
        }
    }
}

/// Names and values of a query or a form, in order.
#[derive(Debug, Clone, Default)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    pub fn all<'a>(&'a self, name: &'a str) -> impl DoubleEndedIterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The last value of a name: that is the one which counts.
    pub fn last(&self, name: &str) -> Option<&str> {
        self.0.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A whole number; `None` if the field is missing or is no number, which the servers do not tell apart.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.last(name)?.parse().ok()
    }
}

/// How much of an answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    #[default]
    Whole,
    /// The connection closes after this many bytes of a chunked body.
    Cut(usize),
    /// A complete answer, whose body ends after this many bytes.
    Short(usize),
    /// The connection closes without an answer.
    Nothing,
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub extent: Extent,
}

impl Answer {
    pub fn new(status: u16, media: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = if media.is_empty() { Vec::new() } else { vec![("Content-Type", media.to_owned())] };
        Self { status, headers, body: body.into(), extent: Extent::Whole }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Sends the answer. Returns whether the connection stays open.
    pub fn write(mut self, out: &mut TcpStream, takes_gzip: bool) -> io::Result<bool> {
        match self.extent {
            Extent::Nothing => return Ok(false),
            Extent::Short(bytes) => self.body.truncate(bytes),
            Extent::Cut(_) | Extent::Whole => (),
        }
        let mut head = format!("HTTP/1.1 {} Whatever\r\n", self.status);
        let is_chunked = self.body.len() >= SMALL || matches!(self.extent, Extent::Cut(_));
        if is_chunked && takes_gzip {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(&self.body)?;
            self.body = packed.finish()?;
            head += "Content-Encoding: gzip\r\n";
        }
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").expect("memory");
        }
        if !is_chunked {
            if self.status != 204 {
                write!(head, "Content-Length: {}\r\n", self.body.len()).expect("memory");
            }
            out.write_all(&[head.as_bytes(), b"\r\n", &self.body].concat())?;
            return Ok(true);
        }
        out.write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes())?;
        if let Extent::Cut(bytes) = self.extent {
            out.write_all(format!("{:x}\r\n", self.body.len()).as_bytes())?;
            out.write_all(&self.body[..bytes.min(self.body.len() / 2)])?;
            return Ok(false);
        }
        for chunk in self.body.chunks(CHUNK) {
            out.write_all(&[format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat())?;
        }
        out.write_all(b"0\r\n\r\n")?;
        Ok(true)
    }
}
