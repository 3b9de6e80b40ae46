//! A sync server for tests: Miniflux with its own API and its Google Reader part, or FreshRSS. It keeps everything in
//! memory, answers as the real servers did in the recordings in `tests/server`, and misbehaves as the switches say.
//!
//! Each connection has a thread and stays open; requests are carried out one at a time. A hook is called before and
//! after each request: it can change the data as another client would, and it can hang up.

#![allow(dead_code, reason = "each test uses a part of it")]

#[path = "sync_server/freshrss.rs"]
mod freshrss;
#[path = "sync_server/http.rs"]
pub mod http;
#[path = "sync_server/json.rs"]
mod json;
#[path = "sync_server/miniflux.rs"]
mod miniflux;
#[path = "sync_server/model.rs"]
pub mod model;
#[path = "sync_server/switches.rs"]
mod switches;

use std::collections::BTreeMap;
use std::io::{self, BufReader};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use http::{Answer, Asked, Extent};
#[allow(unused_imports, reason = "not every test publishes")]
pub use model::{Item, Kind, Model};
pub use switches::Switches;
use switches::spend;

/// When a hook is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Nothing has been done yet.
    Before,
    /// The request has been carried out, and the answer has not been sent.
    After,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Go,
    /// The connection closes without an answer.
    HangUp,
}

/// Called before and after each request.
pub type Hook = Box<dyn FnMut(&mut Model, Moment, &Asked) -> Fate + Send>;

/// A request that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub query: String,
    /// The size of the body.
    pub size: usize,
    /// The status of the answer; 0 if there was none.
    pub status: u16,
}

#[derive(Clone, Copy)]
enum Change {
    Read(bool),
    Star(bool),
}

/// The server. It ends when dropped.
pub struct SyncServer {
    at: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    model: Mutex<Model>,
    hook: Mutex<Option<Hook>>,
    log: Mutex<Vec<Seen>>,
    /// `None` when the server has ended.
    connections: Mutex<Option<Vec<TcpStream>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SyncServer {
    pub fn start(kind: Kind) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            model: Mutex::new(Model::new(kind)),
            hook: Mutex::new(None),
            log: Mutex::new(Vec::new()),
            connections: Mutex::new(Some(Vec::new())),
        });
        let server = Self { at, shared: Arc::clone(&shared) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let copy = stream.try_clone().expect("a handle");
                match lock(&shared.connections).as_mut() {
                    Some(connections) => connections.push(copy),
                    None => return,
                }
                let shared = Arc::clone(&shared);
                // The client may hang up early.
                thread::spawn(move || shared.talk(stream).is_ok());
            }
        });
        server
    }

    /// The address that a user enters for the account.
    pub fn address(&self) -> String {
        format!("http://{}", self.at)
    }

    /// What lets the first user in: the key of Miniflux's own API.
    pub fn key(&self) -> String {
        self.with(|model| model.users[0].keys[0].0.clone())
    }

    /// The name and password of the first user.
    pub fn login(&self) -> (String, String) {
        self.with(|model| (model.users[0].name.clone(), model.users[0].password.clone()))
    }

    /// Reads or changes the data, between two requests.
    pub fn with<T>(&self, change: impl FnOnce(&mut Model) -> T) -> T {
        change(&mut lock(&self.shared.model))
    }

    /// Changes how the server misbehaves.
    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        self.with(|model| change(&mut model.switches));
    }

    /// Has this called before and after each request.
    pub fn hook(&self, hook: impl FnMut(&mut Model, Moment, &Asked) -> Fate + Send + 'static) {
        *lock(&self.shared.hook) = Some(Box::new(hook));
    }

    pub fn unhook(&self) {
        *lock(&self.shared.hook) = None;
    }

    /// The requests since the last call, in order.
    pub fn take_requests(&self) -> Vec<Seen> {
        std::mem::take(&mut lock(&self.shared.log))
    }

    /// A publisher adds items to the front of its feed, which is created if needed, and the server reads the feed.
    pub fn publish(&self, address: &str, items: &[Item]) {
        self.with(|model| model.publish(address, items, 0));
    }

    /// The user follows a feed. Returns its number.
    pub fn follow(&self, address: &str, folder: &str) -> u64 {
        self.with(|model| {
            let folder = model.folder(0, folder);
            model.subscribe(0, address, folder).expect("a feed")
        })
    }

    /// Another client marks entries read or unread.
    pub fn set_read(&self, ids: &[u64], is_read: bool) {
        self.with(|model| model.change(ids, Change::Read(is_read)));
    }

    /// Another client adds or removes stars.
    pub fn set_starred(&self, ids: &[u64], is_starred: bool) {
        self.with(|model| model.change(ids, Change::Star(is_starred)));
    }

    /// The entries of the user that are visible, each with whether it is read and starred.
    pub fn marks(&self) -> BTreeMap<u64, (bool, bool)> {
        self.with(|model| model.marks())
    }

    /// The id of the newest entry with a title.
    pub fn id(&self, title: &str) -> u64 {
        self.with(|model| {
            let mut entries = model.users[0].entries.iter().rev();
            *entries.find(|(_, entry)| entry.item.title == title).expect("an entry with that title").0
        })
    }
}

impl Model {
    /// A publisher adds items to the front of its feed; the next `late` requests do not see them.
    pub fn publish(&mut self, address: &str, items: &[Item], late: u64) {
        let publisher = self.publishers.entry(address.to_owned()).or_default();
        if publisher.title.is_empty() {
            publisher.title = format!("Feed {}", address.rsplit('/').next().unwrap_or_default());
            "https://city.example/".clone_into(&mut publisher.site);
        }
        publisher.items.splice(0..0, items.iter().cloned());
        self.refresh_address(address, late);
    }

    /// A publisher changes an item, and the server reads the feed.
    pub fn edit(&mut self, address: &str, guid: &str, change: impl FnOnce(&mut Item)) {
        let publisher = self.publishers.get_mut(address).expect("a publisher");
        change(publisher.items.iter_mut().find(|item| item.guid == guid).expect("an item"));
        self.refresh_address(address, 0);
    }

    /// The entries of the first user that are visible, each with whether it is read and starred.
    pub fn marks(&self) -> BTreeMap<u64, (bool, bool)> {
        let entries = self.users[0].entries.iter().filter(|(_, entry)| self.is_visible(entry));
        entries.map(|(id, entry)| (*id, (entry.is_read, entry.is_starred))).collect()
    }

    fn change(&mut self, ids: &[u64], change: Change) {
        let now = self.now();
        for id in ids {
            let Some(entry) = self.users[0].entries.get_mut(id) else { continue };
            match change {
                Change::Read(is_read) => entry.is_read = is_read,
                Change::Star(is_starred) => entry.is_starred = is_starred,
            }
            entry.changed = now;
        }
    }

    /// Another client marks an entry: whether it is read, or whether it is starred.
    pub fn set(&mut self, id: u64, is_read: Option<bool>, is_starred: Option<bool>) {
        let read = is_read.map(Change::Read);
        for change in read.into_iter().chain(is_starred.map(Change::Star)) {
            self.change(&[id], change);
        }
    }

    fn answer(&mut self, asked: &Asked) -> Answer {
        self.requests += 1;
        if let Some((status, seconds)) = self.switches.busy {
            return Answer::new(status, "text/plain", "").with("Retry-After", &seconds.to_string());
        }
        let (failures, status) = &mut self.switches.fail;
        if spend(failures) {
            return Answer::new(*status, "", "");
        }
        let mut answer = match self.kind {
            Kind::Miniflux => miniflux::answer(self, asked),
            Kind::FreshRss => freshrss::answer(self, asked),
        };
        let is_change = asked.path.ends_with("/edit-tag") || asked.method == "PUT";
        let is_list = ["/ids", "/entries", "/contents"].iter().any(|end| asked.path.ends_with(end)) && !is_change;
        if is_change && spend(&mut self.switches.silent_marks) {
            answer.extent = Extent::Nothing;
        } else if is_list && spend(&mut self.switches.shorten.0) {
            answer.extent = Extent::Short(self.switches.shorten.1);
        } else if is_list && spend(&mut self.switches.cut.0) {
            answer.extent = Extent::Cut(self.switches.cut.1);
        }
        answer
    }
}

impl Shared {
    fn talk(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut out = stream.try_clone()?;
        let mut stream = BufReader::new(stream);
        while let Some(asked) = Asked::read(&mut stream)? {
            let answer = self.answer(&asked);
            let is_open = match answer {
                Some(answer) => {
                    let takes_gzip = asked.header("accept-encoding").is_some_and(|accepted| accepted.contains("gzip"));
                    answer.write(&mut out, takes_gzip)?
                }
                None => false,
            };
            let is_last = asked.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
            if !is_open || is_last {
                break;
            }
        }
        out.shutdown(Shutdown::Both)
    }

    fn answer(&self, asked: &Asked) -> Option<Answer> {
        let mut model = lock(&self.model);
        let mut hook = lock(&self.hook);
        let mut call = |model: &mut Model, moment| hook.as_mut().map_or(Fate::Go, |hook| hook(model, moment, asked));
        let mut answer = None;
        if call(&mut model, Moment::Before) == Fate::Go {
            answer = Some(model.answer(asked));
            if call(&mut model, Moment::After) == Fate::HangUp {
                answer = None;
            }
        }
        let status =
            answer.as_ref().filter(|answer| answer.extent != Extent::Nothing).map_or(0, |answer| answer.status);
        lock(&self.log).push(Seen {
            method: asked.method.clone(),
            path: asked.path.clone(),
            query: asked.query.clone(),
            size: asked.body.len(),
            status,
        });
        answer
    }
}

impl Drop for SyncServer {
    fn drop(&mut self) {
        for connection in lock(&self.shared.connections).take().into_iter().flatten() {
            // The client may have closed it.
            let _ = connection.shutdown(Shutdown::Both);
        }
        // Wakes the thread that accepts connections.
        let _ = TcpStream::connect(self.at);
    }
}
