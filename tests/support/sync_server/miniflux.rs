//! Miniflux's own API, `/v1`.

#[path = "miniflux/entries.rs"]
mod entries;
#[path = "miniflux/feeds.rs"]
mod feeds;
#[path = "miniflux/reader.rs"]
pub mod reader;

use base64::Engine;
use serde_json::Value;

use super::http::{Answer, Asked};
use super::json;
use super::model::Model;
use super::switches::spend;

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// An answer with a JSON body.
fn ok(status: u16, body: String) -> Answer {
    Answer::new(status, JSON, body)
}

/// An error with a reason.
fn refuse(status: u16, reason: &str) -> Answer {
    ok(status, format!("{{\"error_message\":{}}}", json::go_string(reason)))
}

fn done() -> Answer {
    Answer::new(204, "", "")
}

/// No login, or a wrong one.
fn unauthorized(is_basic: bool) -> Answer {
    let answer = refuse(401, "access unauthorized");
    if is_basic { answer.with("Www-Authenticate", "Basic realm=\"Restricted\"") } else { answer }
}

fn database_down() -> Answer {
    refuse(500, "store: unable to fetch user: dial tcp database.example:5432: connect: connection refused")
}

/// The web interface, which sends all that it does not know to the login page.
fn web_interface(asked: &Asked) -> Answer {
    let target = format!("/?redirect_url={}", asked.path.replace('/', "%2F"));
    let body = format!("<a href=\"{target}\">Found</a>.\n\n");
    Answer::new(302, "text/html; charset=utf-8", body).with("Location", &target)
}

/// Answers a request.
pub fn answer(model: &mut Model, asked: &Asked) -> Answer {
    if model.switches.maintenance {
        return Answer::new(200, TEXT, "Miniflux is currently under maintenance");
    }
    if asked.path == "/healthcheck" {
        return Answer::new(200, TEXT, "OK");
    }
    if asked.path.starts_with("/reader/api/0/") || asked.path == "/accounts/ClientLogin" {
        return reader::answer(model, asked);
    }
    let Some(path) = asked.path.strip_prefix("/v1/").filter(|_| !model.switches.api_disabled) else {
        return web_interface(asked);
    };
    match log_in(model, asked) {
        Ok(user) => route(model, user, path, asked),
        Err(refusal) => refusal,
    }
}

/// The user who sends a request.
fn log_in(model: &mut Model, asked: &Asked) -> Result<usize, Answer> {
    let key = asked.header("x-auth-token").map(str::trim);
    let is_basic = key.is_none();
    if spend(&mut model.switches.refuse) {
        return Err(unauthorized(is_basic));
    }
    if model.switches.database_down {
        return Err(if is_basic { unauthorized(true) } else { database_down() });
    }
    let user = if let Some(key) = key {
        let is_revoked = model.switches.revoked;
        model.users.iter().position(|user| !is_revoked && user.keys.iter().any(|(known, _)| known == key))
    } else {
        let login = asked.header("authorization").and_then(|value| value.strip_prefix("Basic "));
        let login = login.and_then(|code| base64::engine::general_purpose::STANDARD.decode(code.trim()).ok());
        let login = login.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let (name, password) = login.split_once(':').unwrap_or_default();
        model.users.iter().position(|user| user.name.eq_ignore_ascii_case(name) && user.password == password)
    };
    user.ok_or_else(|| unauthorized(is_basic))
}

fn route(model: &mut Model, user: usize, path: &str, asked: &Asked) -> Answer {
    let parts: Vec<&str> = path.split('/').collect();
    let number = |text: &str| text.parse::<u64>().ok();
    match (asked.method.as_str(), parts.as_slice()) {
        ("GET", ["me"]) => me(model, user),
        ("GET", ["version"]) => version(model),
        ("POST", ["api-keys"]) => add_key(model, user, asked),
        ("GET", ["feeds"]) => feeds::list(model, user),
        ("POST", ["feeds"]) => feeds::subscribe(model, user, asked),
        ("POST", ["discover"]) => feeds::discover(model, asked),
        ("PUT", ["feeds", "refresh"]) => done(),
        ("GET" | "PUT" | "DELETE", ["feeds", id]) => feeds::one(model, user, number(id).unwrap_or(0), asked),
        ("PUT", ["feeds", id, "refresh"]) => feeds::refresh(model, user, number(id).unwrap_or(0)),
        ("GET", ["categories"]) => feeds::folders(model, user),
        ("POST", ["categories"]) => feeds::add_folder(model, user, asked),
        ("PUT" | "DELETE", ["categories", id]) => feeds::folder(model, user, number(id).unwrap_or(0), asked),
        ("GET", ["entries", "ids"]) if model.switches.too_old => refuse(400, "invalid entry ID"),
        ("GET", ["entries", "ids"]) => entries::ids(model, user, asked),
        ("GET", ["entries"]) => entries::list(model, user, asked),
        ("PUT", ["entries"]) => entries::mark(model, user, asked),
        ("GET", ["entries", id]) => entries::one(model, user, number(id).unwrap_or(0)),
        ("PUT", ["entries", id, "bookmark" | "star"]) => entries::toggle_star(model, user, number(id).unwrap_or(0)),
        ("PUT", ["flush-history"]) => {
            let read = |entry: &super::model::Entry| entry.is_read && !entry.is_starred;
            let ids: Vec<u64> =
                model.users[user].entries.iter().filter(|(_, entry)| read(entry)).map(|(id, _)| *id).collect();
            model.purge(user, &ids);
            Answer::new(202, JSON, "")
        }
        (_, ["me" | "version" | "feeds" | "categories" | "entries" | "discover", ..]) => {
            Answer::new(405, TEXT, "Method Not Allowed\n")
        }
        _ => Answer::new(404, TEXT, "404 page not found\n"),
    }
}

/// The JSON in the body of a request; what follows it is ignored.
fn body(asked: &Asked) -> Result<Value, Answer> {
    let mut values = serde_json::Deserializer::from_slice(&asked.body).into_iter::<Value>();
    values.next().and_then(Result::ok).ok_or_else(|| refuse(400, "unexpected EOF"))
}

fn me(model: &Model, user: usize) -> Answer {
    let name = json::go_string(&model.users[user].name);
    let (id, zone) = (user + 1, if model.switches.time_zone == 0 { "UTC" } else { "America/Sao_Paulo" });
    ok(
        200,
        format!(
            "{{\"id\":{id},\"username\":{name},\"theme\":\"light_serif\",\"language\":\"en_US\",\"timezone\":\"{zone}\",\
             \"entry_sorting_direction\":\"asc\",\"entry_sorting_order\":\"published_at\",\"stylesheet\":\"\",\
             \"custom_js\":\"\",\"external_font_hosts\":\"\",\"google_id\":\"\",\"openid_connect_id\":\"\",\
             \"entries_per_page\":100,\"gesture_nav\":\"tap\",\"last_login_at\":\"2026-11-26T10:50:54.304934Z\",\
             \"display_mode\":\"standalone\",\"default_reading_speed\":265,\"cjk_reading_speed\":500,\
             \"default_home_page\":\"unread\",\"categories_sorting_order\":\"unread_count\",\"media_playback_rate\":1,\
             \"block_filter_entry_rules\":\"\",\"keep_filter_entry_rules\":\"\",\"mark_read_on_view\":true,\
             \"mark_read_on_media_player_completion\":false,\"always_open_external_links\":false,\
             \"open_external_links_in_new_tab\":true,\"keyboard_shortcuts\":true,\"show_reading_time\":true,\
             \"entry_swipe\":true,\"is_admin\":{}}}",
            user == 0
        ),
    )
}

fn version(model: &Model) -> Answer {
    let version = if model.switches.too_old { "2.2.19" } else { "2.3.5" };
    ok(
        200,
        format!(
            "{{\"version\":\"{version}\",\"commit\":\"Unknown (built outside VCS)\",\"build_date\":\"Unknown (built outside \
             VCS)\",\"go_version\":\"go1.26.8\",\"compiler\":\"gc\",\"arch\":\"amd64\",\"os\":\"linux\"}}"
        ),
    )
}

fn add_key(model: &mut Model, user: usize, asked: &Asked) -> Answer {
    let body = match body(asked) {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let description = body["description"].as_str().unwrap_or_default().to_owned();
    let now = json::time(model.now(), model.switches.time_zone);
    let user_id = user + 1;
    let user = &mut model.users[user];
    if user.keys.iter().any(|(_, known)| *known == description) {
        let answer = refuse(400, "This API Key already exists.");
        return if asked.header("x-auth-token").is_none() {
            answer.with("Www-Authenticate", "Basic realm=\"Restricted\"")
        } else {
            answer
        };
    }
    let (id, described) = (user.keys.len(), json::go_string(&description));
    let key = format!("{id:x}").repeat(64);
    let key = key.get(..64).expect("hexadecimal digits").to_owned();
    user.keys.push((key.clone(), description));
    ok(
        201,
        format!(
            "{{\"id\":{id},\"user_id\":{user_id},\"token\":\"{key}\",\"description\":{described},\"last_used_at\":null,\
             \"created_at\":{now}}}"
        ),
    )
}
