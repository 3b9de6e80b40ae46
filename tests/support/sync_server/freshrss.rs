//! FreshRSS: the Google Reader API, by which it is reached.

#[path = "freshrss/items.rs"]
mod items;
#[path = "freshrss/lists.rs"]
mod lists;
#[path = "freshrss/subscriptions.rs"]
mod subscriptions;

use std::fmt::Write;
use std::thread;
use std::time::Duration;

use super::http::{Answer, Asked, Fields};
use super::json;
use super::model::Model;
use super::switches::spend;

const TEXT: &str = "text/plain; charset=UTF-8";
/// FreshRSS sends most of its JSON as this.
const HTML: &str = "text/html; charset=UTF-8";
const JSON: &str = "application/json; charset=UTF-8";

const BASE: &str = "/api/greader.php";
const STATE: &str = "user/-/state/com.google/";

fn bad_request() -> Answer {
    Answer::new(400, TEXT, "Bad Request!")
}

fn unauthorized() -> Answer {
    Answer::new(401, TEXT, "Unauthorized!").with("Google-Bad-Token", "true")
}

fn done() -> Answer {
    Answer::new(200, HTML, "OK")
}

/// The secret of a user after the login.
fn auth(model: &Model, user: usize) -> String {
    let key: String = model.users[user].keys[0].0.chars().take(40).collect();
    format!("{}/{key}", model.users[user].name)
}

/// The token for writing: the secret, filled up.
fn token(model: &Model, user: usize) -> String {
    let auth = auth(model, user);
    format!("{}{}", auth.rsplit('/').next().unwrap_or_default(), "Z".repeat(17))
}

/// Answers a request.
pub fn answer(model: &mut Model, asked: &Asked) -> Answer {
    let Some(path) = asked.path.strip_prefix(BASE) else {
        let is_page = asked.path == "/" || asked.path == "/i/" || asked.path == "/api/";
        let status = if is_page { 200 } else { 404 };
        return Answer::new(status, HTML, "<!doctype html><title>FreshRSS</title>");
    };
    if path.is_empty() && asked.query.is_empty() && asked.method == "GET" {
        return done();
    }
    if model.switches.api_off {
        return Answer::new(503, TEXT, "Service Unavailable!");
    }
    let authorization = asked.header("authorization").filter(|_| !model.switches.lose_authorization);
    let form = form(model, asked);
    match path {
        "/check/compatibility" => {
            let fail = "FAIL get HTTP Authorization header! Wrong Web server configuration.";
            Answer::new(200, TEXT, if authorization.is_some() { "PASS" } else { fail })
        }
        "/accounts/ClientLogin" => log_in(model, asked, &form),
        _ => {
            let user = (0..model.users.len())
                .find(|user| authorization == Some(format!("GoogleLogin auth={}", auth(model, *user)).as_str()));
            let Some(user) = user.filter(|_| !spend(&mut model.switches.refuse)) else { return unauthorized() };
            let Some(path) = path.strip_prefix("/reader/api/0/") else { return bad_request() };
            let answer = route(model, user, path, asked, &form);
            let warns = model.switches.warn;
            if warns && answer.status == 200 { with_warning(answer) } else { answer }
        }
    }
}

/// The form of a request, as far as PHP reads it.
fn form(model: &Model, asked: &Asked) -> Fields {
    let mut form = asked.form();
    form.0.truncate(model.switches.most_fields);
    form
}

fn with_warning(mut answer: Answer) -> Answer {
    let warning = "<br />\n<b>Warning</b>:  PHP Request Startup: Input variables exceeded 1000. To increase the limit \
                   change max_input_vars in php.ini. in <b>Unknown</b> on line <b>0</b><br />\n";
    answer.body.splice(0..0, warning.bytes());
    answer.headers = vec![("Content-Type", HTML.to_owned())];
    answer
}

fn log_in(model: &mut Model, asked: &Asked, form: &Fields) -> Answer {
    let parameters = asked.parameters();
    let field = |name| form.last(name).or(parameters.last(name));
    let (Some(name), Some(password)) = (field("Email"), field("Passwd")) else { return bad_request() };
    if name.contains(char::is_whitespace) || name.is_empty() {
        return bad_request();
    }
    let user = model.users.iter().position(|user| user.name == name && user.password == password);
    match user.filter(|_| !spend(&mut model.switches.refuse)) {
        Some(user) => {
            let auth = auth(model, user);
            Answer::new(200, TEXT, format!("SID={auth}\nLSID=null\nAuth={auth}\n"))
        }
        None => unauthorized(),
    }
}

fn route(model: &mut Model, user: usize, path: &str, asked: &Asked, form: &Fields) -> Answer {
    let parameters = asked.parameters();
    let is_json = parameters.last("output") == Some("json");
    let is_post = asked.method == "POST";
    match (is_post, path) {
        (_, "token") => Answer::new(200, HTML, token(model, user) + "\n"),
        (_, "user-info") => {
            let name = json::php_string(&model.users[user].name);
            let body = format!("{{\"userId\":{name},\"userName\":{name},\"userProfileId\":{name},\"userEmail\":\"\"}}");
            Answer::new(200, HTML, body)
        }
        (_, "subscription/list" | "tag/list" | "unread-count") if !is_json => {
            Answer::new(501, TEXT, "Not Implemented!")
        }
        (_, "subscription/list") => subscriptions::list(model, user, asked),
        (_, "tag/list") => tags(model, user),
        (false, "stream/items/ids") => lists::ids(model, user, &parameters),
        (true, "stream/items/contents") => items::contents(model, user, form, &parameters),
        (true, "edit-tag") => edit_tag(model, user, form),
        (true, "subscription/edit") => subscriptions::edit(model, user, form),
        (true, "subscription/quickadd") => subscriptions::quick_add(model, user, form),
        _ => bad_request(),
    }
}

fn tags(model: &Model, user: usize) -> Answer {
    let user = &model.users[user];
    let mut out = format!("{{\"tags\":[{{\"id\":\"{STATE}starred\"}}");
    let mut folders: Vec<&String> = user.folders.values().collect();
    folders.sort();
    for folder in folders {
        write!(out, ",{{\"id\":{},\"type\":\"folder\"}}", json::php_string(&format!("user/-/label/{folder}")))
            .expect("memory");
    }
    for label in &user.labels {
        let unread = user.entries.values().filter(|entry| entry.labels.contains(label) && !entry.is_read).count();
        let id = json::php_string(&format!("user/-/label/{label}"));
        write!(out, ",{{\"id\":{id},\"type\":\"tag\",\"unread_count\":{unread}}}").expect("memory");
    }
    Answer::new(200, JSON, out + "]}\n")
}

/// Reads the id of an entry: digits that do not begin with 0 are decimal, all else is hexadecimal.
fn item_id(name: &str) -> Option<u64> {
    if !name.starts_with('0') && name.bytes().all(|byte| byte.is_ascii_digit()) {
        name.parse().ok()
    } else {
        u64::from_str_radix(name.rsplit('/').next().unwrap_or_default(), 16).ok()
    }
}

/// Changes marks; answers `OK` even if it changed nothing.
fn edit_tag(model: &mut Model, user: usize, form: &Fields) -> Answer {
    let sent = form.last("T").unwrap_or_default().trim();
    if !sent.is_empty() && sent != "x" && sent != token(model, user) {
        return unauthorized();
    }
    if spend(&mut model.switches.ignore_marks) {
        return done();
    }
    let tags = form.0.iter().filter(|(name, _)| name == "a" || name == "r");
    let mut actions: Vec<(String, bool)> = tags.map(|(name, tag)| (tag.clone(), name == "a")).collect();
    if model.switches.last_action_only {
        // One action of each kind remains.
        actions =
            [true, false].iter().filter_map(|kind| actions.iter().rfind(|(_, set)| set == kind).cloned()).collect();
    }
    let ids: Vec<u64> = form.all("i").filter_map(item_id).collect();
    let slow = model.switches.slow_marks;
    for (tag, is_set) in actions {
        let label = tag.strip_prefix("user/-/label/").filter(|_| is_set);
        if let Some(label) = label.filter(|label| !model.users[user].folders.values().any(|folder| folder == label)) {
            model.users[user].labels.insert(label.to_owned());
        }
        for id in &ids {
            mark(model, user, *id, &tag, is_set);
        }
        if slow > 0 && tag.ends_with("/read") {
            thread::sleep(Duration::from_millis(slow * ids.len() as u64));
        }
    }
    done()
}

fn mark(model: &mut Model, user: usize, id: u64, tag: &str, is_set: bool) {
    if model.switches.deaf.contains(&id) {
        return;
    }
    let (now, requests) = (model.now(), model.requests);
    let account = &mut model.users[user];
    let Some(entry) = account.entries.get_mut(&id).filter(|entry| entry.visible <= requests) else { return };
    entry.changed = now;
    match (tag.strip_prefix(STATE), tag.strip_prefix("user/-/label/")) {
        (Some("read"), _) => entry.is_read = is_set,
        (Some("starred"), _) => entry.is_starred = is_set,
        (None, Some(label)) if is_set && account.labels.contains(label) => {
            entry.labels.insert(label.to_owned());
        }
        (None, Some(label)) if !is_set => {
            entry.labels.remove(label);
        }
        _ => (),
    }
}
