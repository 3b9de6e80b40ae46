//! The REST API of Miniflux, as another client of the same user.

use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{Request, Response};

use super::{PASSWORD, USER, key_request};

/// A client, written apart from the one that is tested.
pub struct Api {
    address: String,
    key: String,
    agent: Agent,
}

impl Api {
    /// A client that has not logged in.
    pub fn new(address: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).proxy(None);
        let agent = config.timeout_global(Some(Duration::from_secs(120))).build().new_agent();
        Self { address: address.to_owned(), key: String::new(), agent }
    }

    /// Makes an API key and uses it from now on.
    pub fn log_in(&mut self) {
        let authorization = format!("Basic {}", base64(&format!("{USER}:{PASSWORD}")));
        let request = Request::post(format!("{}/v1/api-keys", self.address)).header("Authorization", authorization);
        let (status, key) = self.answer(self.agent.run(request.body(key_request().to_string()).expect("a request")));
        assert_eq!(status, 201, "{key}");
        key["token"].as_str().expect("a key").clone_into(&mut self.key);
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn is_up(&self) -> bool {
        self.agent.get(format!("{}/healthcheck", self.address)).call().is_ok_and(|answer| answer.status() == 200)
    }

    /// Sends a request. Returns the status and the body; a body that is no JSON is a string.
    pub fn call(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.address));
        let request = request.header("X-Auth-Token", &self.key);
        self.answer(match body {
            Some(body) => self.agent.run(request.body(body.to_string()).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        })
    }

    fn answer(&self, answer: Result<Response<ureq::Body>, ureq::Error>) -> (u16, Value) {
        let mut answer = answer.unwrap_or_else(|error| panic!("{}: {error}", self.address));
        let body = answer.body_mut().with_config().limit(1 << 30).read_to_string().expect("a body");
        (answer.status().as_u16(), serde_json::from_str(&body).unwrap_or(Value::String(body)))
    }

    fn expect(&self, status: u16, method: &str, path: &str, body: Option<Value>) -> Value {
        let (found, answer) = self.call(method, path, body);
        assert_eq!(found, status, "{method} {path}: {answer}");
        answer
    }

    pub fn get(&self, path: &str) -> Value {
        self.expect(200, "GET", path, None)
    }

    /// Follows a feed. Returns its number.
    pub fn subscribe(&self, address: &str, folder: u64) -> u64 {
        let body = json!({ "feed_url": address, "category_id": folder });
        number(&self.expect(201, "POST", "/v1/feeds", Some(body))["feed_id"])
    }

    pub fn unsubscribe(&self, feed: u64) {
        self.expect(204, "DELETE", &format!("/v1/feeds/{feed}"), None);
    }

    /// Creates a folder. Returns its number.
    pub fn create_folder(&self, title: &str) -> u64 {
        number(&self.expect(201, "POST", "/v1/categories", Some(json!({ "title": title })))["id"])
    }

    pub fn move_feed(&self, feed: u64, folder: u64) {
        self.expect(201, "PUT", &format!("/v1/feeds/{feed}"), Some(json!({ "category_id": folder })));
    }

    /// Fetches a feed, and returns when its entries are stored.
    pub fn refresh(&self, feed: u64) {
        self.expect(204, "PUT", &format!("/v1/feeds/{feed}/refresh"), None);
    }

    pub fn feeds(&self) -> Vec<Value> {
        self.get("/v1/feeds").as_array().expect("feeds").clone()
    }

    /// Marks entries `read` or `unread`.
    pub fn mark(&self, entries: &[u64], status: &str) {
        self.expect(204, "PUT", "/v1/entries", Some(json!({ "entry_ids": entries, "status": status })));
    }

    pub fn star(&self, entries: &[u64], is_starred: bool) {
        self.expect(204, "PUT", "/v1/entries", Some(json!({ "entry_ids": entries, "starred": is_starred })));
    }

    /// The ids of all entries that a filter such as `status=unread` leaves, greatest first.
    pub fn ids(&self, filter: &str) -> Vec<u64> {
        let mut ids = Vec::new();
        loop {
            let page = self.get(&format!("/v1/entries/ids?limit=10000&offset={}&{filter}", ids.len()));
            ids.extend(page["entry_ids"].as_array().expect("ids").iter().map(number));
            if ids.len() as u64 >= number(&page["total"]) {
                return ids;
            }
        }
    }

    /// The newest 1,000 entries, greatest id first.
    pub fn entries(&self) -> Vec<Value> {
        let page = self.get("/v1/entries?order=id&direction=desc&limit=1000");
        page["entries"].as_array().expect("entries").clone()
    }

    /// The ids of the entries with this title, among the newest 1,000.
    pub fn with_title(&self, title: &str) -> Vec<u64> {
        self.entries().iter().filter(|entry| entry["title"] == title).map(|entry| number(&entry["id"])).collect()
    }
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn base64(text: &str) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine};
    BASE64_STANDARD.encode(text)
}
