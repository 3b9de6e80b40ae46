//! The data of a sync server: users with feeds, folders, entries, marks and labels; and what the publishers offer.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::switches::Switches;

/// Which server is imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Miniflux,
    FreshRss,
}

/// An attached file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Enclosure {
    pub address: String,
    pub media: String,
    pub size: u64,
}

/// An item in a publisher's feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The publisher's id as written in the feed; may be empty.
    pub guid: String,
    pub link: String,
    pub title: String,
    pub text: Arc<str>,
    pub author: String,
    pub topics: Vec<String>,
    pub language: String,
    /// In seconds since 1970.
    pub published: i64,
    pub enclosures: Vec<Enclosure>,
}

impl Item {
    /// An item with a link and a text that follow from its id.
    pub fn new(guid: &str, title: &str) -> Self {
        let link = format!("https://city.example/{guid}");
        let text = Arc::from(format!("<p>The text of {title}.</p>"));
        let (author, language) = (String::new(), String::new());
        let (topics, enclosures) = (Vec::new(), Vec::new());
        Self {
            guid: guid.to_owned(),
            link,
            title: title.to_owned(),
            text,
            author,
            topics,
            language,
            published: 1_795_000_000,
            enclosures,
        }
    }

    pub fn topics(mut self, topics: &[&str]) -> Self {
        self.topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
        self
    }

    pub fn text(mut self, text: &str) -> Self {
        self.text = Arc::from(text);
        self
    }

    pub fn link(mut self, link: &str) -> Self {
        link.clone_into(&mut self.link);
        self
    }

    pub fn author(mut self, author: &str) -> Self {
        author.clone_into(&mut self.author);
        self
    }

    pub fn published(mut self, seconds: i64) -> Self {
        self.published = seconds;
        self
    }

    pub fn enclosure(mut self, address: &str, media: &str, size: u64) -> Self {
        self.enclosures.push(Enclosure { address: address.to_owned(), media: media.to_owned(), size });
        self
    }
}

/// What a publisher's address answers.
#[derive(Debug, Clone, Default)]
pub struct Publisher {
    pub title: String,
    pub site: String,
    pub description: String,
    pub language: String,
    /// In the order of the document: mostly newest first.
    pub items: Vec<Item>,
    /// The address is a web page that names this feed, with the title above.
    pub page_of: Option<String>,
    /// The publisher's server answers 404.
    pub is_gone: bool,
}

/// A feed that a user follows.
#[derive(Debug, Clone)]
pub struct Feed {
    pub address: String,
    pub title: String,
    pub folder: u64,
    /// Hidden from the main lists.
    pub is_hidden: bool,
    pub errors: u32,
    pub error: String,
    /// In microseconds since 1970.
    pub checked: i64,
}

/// An entry.
#[derive(Debug, Clone)]
pub struct Entry {
    pub feed: u64,
    pub item: Item,
    pub hash: [u8; 32],
    pub is_read: bool,
    pub is_starred: bool,
    pub labels: BTreeSet<String>,
    /// In microseconds since 1970.
    pub created: i64,
    pub changed: i64,
    /// The number of the request from which on it is visible.
    pub visible: u64,
}

/// A user of the server.
#[derive(Debug, Clone)]
pub struct User {
    pub name: String,
    pub password: String,
    /// Keys of the REST API with their descriptions.
    pub keys: Vec<(String, String)>,
    /// By number, in the order of creation.
    pub folders: BTreeMap<u64, String>,
    pub feeds: BTreeMap<u64, Feed>,
    pub entries: BTreeMap<u64, Entry>,
    /// What Miniflux remembers of deleted entries, so that they never come back.
    pub deleted: HashSet<(u64, [u8; 32])>,
    pub labels: BTreeSet<String>,
}

/// A server with its users, and the publishers.
pub struct Model {
    pub kind: Kind,
    pub users: Vec<User>,
    pub publishers: BTreeMap<String, Publisher>,
    pub switches: Switches,
    /// The number of requests so far.
    pub requests: u64,
    next_entry: u64,
    next_feed: u64,
    next_folder: u64,
    last_time: i64,
    /// How far the server's clock is ahead, in microseconds.
    ahead: i64,
}

impl Model {
    pub fn new(kind: Kind) -> Self {
        let mut model = Self {
            kind,
            users: Vec::new(),
            publishers: BTreeMap::new(),
            switches: Switches::default(),
            requests: 0,
            next_entry: 1,
            next_feed: 1,
            next_folder: 1,
            last_time: 0,
            ahead: 0,
        };
        model.add_user("reader", "password1", &"0123456789abcdef".repeat(4));
        model
    }

    pub fn add_user(&mut self, name: &str, password: &str, key: &str) -> usize {
        let first_folder = match self.kind {
            Kind::Miniflux => "All",
            Kind::FreshRss => "Uncategorized",
        };
        self.users.push(User {
            name: name.to_owned(),
            password: password.to_owned(),
            keys: vec![(key.to_owned(), "tests".to_owned())],
            folders: BTreeMap::from([(self.next_folder, first_folder.to_owned())]),
            feeds: BTreeMap::new(),
            entries: BTreeMap::new(),
            deleted: HashSet::new(),
            labels: BTreeSet::new(),
        });
        self.next_folder += 1;
        self.users.len() - 1
    }

    /// The server's time in microseconds since 1970; never the same twice.
    pub fn now(&mut self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(since.as_micros()).unwrap_or(0) + self.ahead;
        self.last_time = now.max(self.last_time + 1);
        self.last_time
    }

    /// Moves the server's clock forward.
    pub fn advance(&mut self, seconds: i64) {
        self.ahead += seconds * 1_000_000;
    }

    /// Returns the folder of that name, created if needed. An empty name is the first folder.
    pub fn folder(&mut self, user: usize, name: &str) -> u64 {
        let folders = &mut self.users[user].folders;
        let found = folders.iter().find(|(_, known)| name.is_empty() || *known == name);
        if let Some((id, _)) = found {
            return *id;
        }
        let id = self.next_folder;
        self.next_folder += 1;
        folders.insert(id, name.to_owned());
        id
    }

    /// Follows a feed and reads it. Returns its number, or the server's reason.
    pub fn subscribe(&mut self, user: usize, address: &str, folder: u64) -> Result<u64, &'static str> {
        let Some(publisher) = self.publishers.get(address).filter(|publisher| !publisher.is_gone) else {
            return Err("fetcher: resource not found (404 status code)");
        };
        if publisher.page_of.is_some() {
            return Err("parser: unable to detect feed format");
        }
        let feed = Feed {
            address: address.to_owned(),
            title: publisher.title.clone(),
            folder,
            is_hidden: false,
            errors: 0,
            error: String::new(),
            checked: 0,
        };
        let id = self.next_feed;
        self.next_feed += 1;
        self.users[user].feeds.insert(id, feed);
        self.refresh(user, id, 0);
        Ok(id)
    }

    /// Stops following a feed; its entries go, starred ones too.
    pub fn unsubscribe(&mut self, user: usize, feed: u64) -> bool {
        let user = &mut self.users[user];
        user.entries.retain(|_, entry| entry.feed != feed);
        user.feeds.remove(&feed).is_some()
    }

    /// Deletes entries. Miniflux remembers them; FreshRSS takes those that are still in the feed again, under new ids.
    pub fn purge(&mut self, user: usize, ids: &[u64]) {
        let is_remembered = self.kind == Kind::Miniflux;
        let user = &mut self.users[user];
        for id in ids {
            if let Some(entry) = user.entries.remove(id).filter(|_| is_remembered) {
                user.deleted.insert((entry.feed, entry.hash));
            }
        }
    }

    /// Reads a feed again. The next `late` requests do not see new entries.
    pub fn refresh(&mut self, user: usize, feed: u64, late: u64) -> bool {
        let now = self.now();
        let account = &mut self.users[user];
        let Some(followed) = account.feeds.get_mut(&feed) else { return false };
        followed.checked = now;
        let Some(publisher) = self.publishers.get(&followed.address).filter(|publisher| !publisher.is_gone) else {
            followed.errors += 1;
            "The requested resource is not found. Please, verify the URL.".clone_into(&mut followed.error);
            return false;
        };
        followed.errors = 0;
        followed.error.clear();
        let mut known: HashMap<[u8; 32], u64> = account
            .entries
            .iter()
            .filter(|(_, entry)| entry.feed == feed)
            .map(|(id, entry)| (entry.hash, *id))
            .collect();
        let mut fresh: Vec<(Item, [u8; 32])> = Vec::new();
        for (mut item, hash) in hashes(self.kind, &publisher.items) {
            if item.language.is_empty() {
                item.language.clone_from(&publisher.language);
            }
            if let Some(entry) = known.remove(&hash).and_then(|id| account.entries.get_mut(&id)) {
                // The id, the marks and the times stay: nothing tells that the text has changed.
                item.published = entry.item.published;
                entry.item = item;
            } else if !account.deleted.contains(&(feed, hash)) {
                fresh.push((item, hash));
            }
        }
        match self.kind {
            // The last item of the document gets the least id.
            Kind::Miniflux => fresh.reverse(),
            Kind::FreshRss => fresh.sort_by_key(|(item, _)| item.published),
        }
        for (item, hash) in fresh {
            let created = self.now();
            let id = match self.kind {
                Kind::Miniflux => self.next_entry,
                Kind::FreshRss => u64::try_from(created).expect("a time after 1970"),
            };
            self.next_entry += 1;
            let entry = Entry {
                feed,
                item,
                hash,
                is_read: false,
                is_starred: false,
                labels: BTreeSet::new(),
                created,
                changed: created,
                visible: if late == 0 { 0 } else { self.requests + late + 1 },
            };
            self.users[user].entries.insert(id, entry);
        }
        true
    }

    /// Reads the feeds of all users at an address again.
    pub fn refresh_address(&mut self, address: &str, late: u64) {
        for user in 0..self.users.len() {
            let feeds = self.users[user].feeds.iter().filter(|(_, feed)| feed.address == address);
            for feed in feeds.map(|(id, _)| *id).collect::<Vec<_>>() {
                self.refresh(user, feed, late);
            }
        }
    }

    /// Whether an entry is visible to requests.
    pub fn is_visible(&self, entry: &Entry) -> bool {
        entry.visible <= self.requests
    }
}

/// The items that a server tells apart, each with what identifies it in its feed.
fn hashes(kind: Kind, items: &[Item]) -> Vec<(Item, [u8; 32])> {
    let mut guids = HashSet::new();
    let mut result = Vec::with_capacity(items.len());
    for item in items {
        let is_first = item.guid.is_empty() || guids.insert(item.guid.as_str());
        let key = match kind {
            Kind::Miniflux if !is_first => format!("{}|{}", item.guid, item.link),
            Kind::FreshRss if !is_first => continue,
            _ if !item.guid.is_empty() => item.guid.clone(),
            _ if !item.link.is_empty() => item.link.clone(),
            _ => format!("{}{}", item.title, item.text),
        };
        result.push((item.clone(), sha256(key.as_bytes())));
    }
    result
}

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let suite = rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;
    let hash = suite.tls13().expect("a suite of TLS 1.3").common.hash_provider.hash(bytes);
    hash.as_ref().try_into().expect("32 bytes")
}
