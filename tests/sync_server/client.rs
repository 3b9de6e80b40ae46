//! A plain client, and the comparison with recorded answers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use ureq::http::Request;

use crate::sync_server::{Kind, SyncServer};

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub media: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The ids in a list, from either API.
    pub fn ids(&self) -> Vec<u64> {
        let json = self.json();
        let ids = json["entry_ids"].as_array().or(json["itemRefs"].as_array()).expect("a list of ids");
        let id = |id: &Value| id.as_u64().or_else(|| id["id"].as_str()?.parse().ok()).expect("an id");
        ids.iter().map(id).collect()
    }
}

pub struct Client<'a> {
    server: &'a SyncServer,
    agent: ureq::Agent,
    headers: Vec<(String, String)>,
}

impl<'a> Client<'a> {
    /// A client without any login.
    pub fn new(server: &'a SyncServer) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        Self { server, agent: config.into(), headers: Vec::new() }
    }

    pub fn with(server: &'a SyncServer, header: &str, value: &str) -> Self {
        Self { headers: vec![(header.to_owned(), value.to_owned())], ..Self::new(server) }
    }

    /// A client of Miniflux's own API.
    pub fn of_miniflux(server: &'a SyncServer) -> Self {
        Self::with(server, "X-Auth-Token", &server.key())
    }

    /// A client of the Google Reader API, and the token for writing.
    pub fn of_reader(server: &'a SyncServer) -> (Self, String) {
        let key = server.key();
        let is_miniflux = server.with(|model| model.kind == Kind::Miniflux);
        let secret = if is_miniflux { key } else { key.chars().take(40).collect() };
        let auth = format!("reader/{secret}");
        let token = if is_miniflux { auth.clone() } else { secret + &"Z".repeat(17) };
        (Self::with(server, "Authorization", &format!("GoogleLogin auth={auth}")), token)
    }

    /// Sends a request; the error is that of a connection that broke off.
    pub fn try_send(&self, method: &str, path: &str, media: &str, body: &str) -> Result<Reply, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.server.address()));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = if body.is_empty() && method != "POST" && method != "PUT" {
            self.agent.run(request.body(()).expect("a request"))?
        } else {
            self.agent.run(request.header("Content-Type", media).body(body.to_owned()).expect("a request"))?
        };
        let media = response.headers().get("content-type").map(|value| value.to_str().expect("text").to_owned());
        Ok(Reply {
            status: response.status().as_u16(),
            media: media.unwrap_or_default(),
            body: response.body_mut().with_config().limit(1 << 30).read_to_string()?,
        })
    }

    pub fn get(&self, path: &str) -> Reply {
        self.try_send("GET", path, "", "").expect("an answer")
    }

    pub fn put(&self, path: &str, body: &str) -> Reply {
        self.try_send("PUT", path, "application/json", body).expect("an answer")
    }

    /// The fields of a form that name entries, for [`Client::post`].
    pub fn fields(ids: &[u64]) -> String {
        ids.iter().map(|id| format!("i={id}")).collect::<Vec<_>>().join("\n")
    }

    /// Sends a form. `fields` has one unencoded `name=value` per line.
    pub fn post(&self, path: &str, fields: &str) -> Reply {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields.lines().filter_map(|field| field.split_once('=')) {
            form.append_pair(name, value);
        }
        self.try_send("POST", path, "application/x-www-form-urlencoded", &form.finish()).expect("an answer")
    }
}

/// A recorded answer: its status and media type where they were recorded, and its body.
fn recorded(folder: &str, file: &str) -> (Option<u16>, Option<String>, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server").join(folder).join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    if path.extension().is_some_and(|extension| extension == "json") {
        return (None, None, text);
    }
    let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let media = lines.find_map(|line| line.strip_prefix("Content-Type: ")).unwrap_or_default();
    (status, Some(media.to_owned()), body.to_owned())
}

/// Puts aside what differs from run to run: times, ids that are times, hashes of ids that were not recorded.
fn normalise(value: &mut Value, ids: &BTreeMap<String, String>) {
    const VARYING: [&str; 12] = [
        "hash",
        "checked_at",
        "next_check_at",
        "created_at",
        "changed_at",
        "last_login_at",
        "etag_header",
        "updated",
        "crawlTimeMsec",
        "iconUrl",
        "reading_time",
        "self",
    ];
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let is_arrival = name == "timestampUsec" && value.as_str().is_some_and(|text| ids.contains_key(text));
                if VARYING.contains(&name.as_str()) || is_arrival {
                    *value = Value::from(match value {
                        Value::String(_) => "a string",
                        Value::Number(_) => "a number",
                        _ => "something else",
                    });
                } else {
                    normalise(value, ids);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| normalise(value, ids)),
        Value::String(text) => {
            if let Some(id) = ids.get(text.as_str()) {
                id.clone_into(text);
            }
        }
        _ => (),
    }
}

/// Asserts that an answer is the recorded one. Ids that are times are compared by their rank: `ours` and `theirs` hold
/// them, greatest first.
pub fn assert_recorded(folder: &str, file: &str, reply: &Reply, ours: &[u64], theirs: &[u64]) {
    let (status, media, body) = recorded(folder, file);
    assert_eq!(reply.status, status.unwrap_or(reply.status), "{file}: {reply:?}");
    assert_eq!(reply.media, media.unwrap_or_else(|| reply.media.clone()), "{file}");
    let names = |ids: &[u64]| {
        let both = |(n, id): (usize, &u64)| {
            let name = format!("<{}>", n + 1);
            [(id.to_string(), name.clone()), (format!("tag:google.com,2005:reader/item/{id:016x}"), name)]
        };
        ids.iter().enumerate().flat_map(both).collect::<BTreeMap<_, _>>()
    };
    match (serde_json::from_str::<Value>(&reply.body), serde_json::from_str::<Value>(&body)) {
        (Ok(mut ours_now), Ok(mut theirs_now)) => {
            normalise(&mut ours_now, &names(ours));
            normalise(&mut theirs_now, &names(theirs));
            assert_eq!(ours_now, theirs_now, "{file}");
            // No field is given twice.
            let fields = |text: &str| text.matches("\":").count();
            assert_eq!(fields(&reply.body), fields(&body), "{file}");
        }
        _ => assert_eq!(reply.body.trim_end(), body.trim_end(), "{file}"),
    }
}

/// The ids of a recorded list.
pub fn recorded_ids(folder: &str, file: &str) -> Vec<u64> {
    let (status, media) = (200, String::new());
    Reply { status, media, body: recorded(folder, file).2 }.ids()
}
