//! The Google Reader part of Miniflux: without topics, and with lists in the order of the publishers' dates.

use std::fmt::Write;

use super::super::http::{Answer, Asked, Fields};
use super::super::json;
use super::super::model::{Entry, Model};
use super::super::switches::spend;
use super::{TEXT, ok, refuse, unauthorized};

const STATE: &str = "/state/com.google/";

/// The token of a user: the same for reading and for writing.
fn token(model: &Model, user: usize) -> String {
    let user = &model.users[user];
    format!("{}/{}", user.name, user.keys[0].0)
}

fn bad_token() -> Answer {
    Answer::new(401, TEXT, "Unauthorized").with("X-Reader-Google-Bad-Token", "true")
}

pub fn answer(model: &mut Model, asked: &Asked) -> Answer {
    let Some(path) = asked.path.strip_prefix("/reader/api/0/") else {
        return log_in(model, asked);
    };
    let form = asked.form();
    let is_post = asked.method == "POST";
    let user = (0..model.users.len()).find(|user| {
        let token = token(model, *user);
        if is_post {
            form.last("T").or(asked.parameters().last("T")) == Some(&token)
        } else {
            let sent = asked.header("authorization").and_then(|value| value.strip_prefix("GoogleLogin auth="));
            sent.map(str::trim_end) == Some(&token)
        }
    });
    let user = user.filter(|_| !spend(&mut model.switches.refuse) && !model.switches.database_down);
    let Some(user) = user else { return bad_token() };
    let parameters = asked.parameters();
    let is_json = parameters.last("output").or(form.last("output")) == Some("json");
    let is_known = ["tag/list", "subscription/list", "stream/items/ids"].contains(&path) && !is_post
        || path == "stream/items/contents" && is_post;
    if is_known && !is_json {
        return refuse(400, "googlereader: only json output is supported");
    }
    match (is_post, path) {
        (false, "token") => Answer::new(200, TEXT, token(model, user)),
        (false, "user-info") => {
            let (id, name) = (user + 1, json::go_string(&model.users[user].name));
            ok(
                200,
                format!("{{\"userId\":\"{id}\",\"userName\":{name},\"userProfileId\":\"{id}\",\"userEmail\":{name}}}"),
            )
        }
        (false, "subscription/list") => subscriptions(model, user),
        (false, "tag/list") => tags(model, user),
        (false, "stream/items/ids") => ids(model, user, &parameters),
        (true, "stream/items/contents") => contents(model, user, asked, &form),
        (true, "edit-tag") => edit_tag(model, user, &form, &parameters),
        (true, "subscription/edit") => edit_subscription(model, user, &form),
        (true, "subscription/quickadd") => quick_add(model, user, &form),
        _ => ok(200, "[]".to_owned()),
    }
}

fn log_in(model: &mut Model, asked: &Asked) -> Answer {
    let form = asked.form();
    let (name, password) = (form.last("Email").unwrap_or_default(), form.last("Passwd").unwrap_or_default());
    let is_up = !model.switches.database_down && !spend(&mut model.switches.refuse);
    let user = model.users.iter().position(|user| is_up && user.name == name && user.password == password);
    let Some(user) = user else { return unauthorized(false) };
    let token = token(model, user);
    if form.last("output") == Some("json") {
        let token = json::go_string(&token);
        return ok(200, format!("{{\"SID\":{token},\"LSID\":{token},\"Auth\":{token}}}"));
    }
    Answer::new(200, TEXT, format!("SID={token}\nLSID={token}\nAuth={token}\n"))
}

fn folder(model: &Model, user: usize, id: u64) -> String {
    let title = model.users[user].folders.get(&id).map_or("", String::as_str);
    let (id, title) = (json::go_string(&format!("user/{}/label/{title}", user + 1)), json::go_string(title));
    format!("{{\"id\":{id},\"label\":{title},\"type\":\"folder\"}}")
}

fn subscriptions(model: &Model, user: usize) -> Answer {
    let feeds = model.users[user].feeds.iter().map(|(id, feed)| {
        let site = model.publishers.get(&feed.address).map_or("", |publisher| &publisher.site);
        format!(
            "{{\"id\":\"feed/{id}\",\"title\":{},\"categories\":[{}],\"url\":{},\"htmlUrl\":{},\"iconUrl\":\"\"}}",
            json::go_string(&feed.title),
            folder(model, user, feed.folder),
            json::go_string(&feed.address),
            json::go_string(site)
        )
    });
    ok(200, format!("{{\"subscriptions\":{}}}", json::list(feeds)))
}

fn tags(model: &Model, user: usize) -> Answer {
    let starred = format!("{{\"id\":\"user/{}/state/com.google/starred\"}}", user + 1);
    let folders = model.users[user].folders.keys().map(|id| folder(model, user, *id));
    ok(200, format!("{{\"tags\":{}}}", json::list(std::iter::once(starred).chain(folders))))
}

/// The part of a stream's name after the user's number: `reading-list`, `label/X`, `feed/7`.
fn stream(name: &str) -> &str {
    let rest = name.strip_prefix("user/").and_then(|rest| rest.split_once('/')).map_or(name, |(_, rest)| rest);
    rest.strip_prefix("state/com.google/").unwrap_or(rest)
}

fn ids(model: &Model, user: usize, parameters: &Fields) -> Answer {
    let streams: Vec<&str> = parameters.all("s").map(stream).collect();
    let &[wanted] = streams.as_slice() else { return refuse(500, "googlereader: expected one stream") };
    let feed = wanted.strip_prefix("feed/").and_then(|id| id.parse::<u64>().ok());
    if wanted.starts_with("label/") {
        return refuse(500, "googlereader: unknown stream type LabelStream");
    }
    if feed.is_none() && !["reading-list", "starred", "read"].contains(&wanted) {
        return refuse(500, &format!("googlereader: unknown stream type: {wanted}"));
    }
    let leaves_read_out = parameters.all("xt").any(|name| stream(name) == "read") && wanted != "starred";
    let (from, to) = (parameters.number("ot"), parameters.number("nt"));
    let mut hits: Vec<(u64, &Entry)> = model.users[user].entries.iter().map(|(id, entry)| (*id, entry)).collect();
    hits.retain(|(_, entry)| {
        model.is_visible(entry)
            && feed.is_none_or(|feed| entry.feed == feed)
            && (wanted != "starred" || entry.is_starred)
            && (wanted != "read" || entry.is_read)
            && !(leaves_read_out && entry.is_read)
            && from.is_none_or(|from| entry.item.published > from)
            && to.is_none_or(|to| entry.item.published < to)
    });
    hits.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.item.published));
    let number = |name| parameters.number(name).and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
    let (page, offset) = (model.switches.page, number("c"));
    let limit = if number("n") == 0 { page } else { number("n").min(page) };
    let mut out = String::from("{\"itemRefs\":[");
    for (n, (id, _)) in hits.iter().skip(offset).take(limit).enumerate() {
        write!(out, "{}{{\"id\":\"{id}\"}}", if n == 0 { "" } else { "," }).expect("memory");
    }
    out.push(']');
    if hits.len() > offset + limit {
        write!(out, ",\"continuation\":\"{}\"", offset + limit).expect("memory");
    }
    out.push('}');
    ok(200, out)
}

/// Reads the ids of entries; the first that is none makes the whole request fail.
fn item_ids<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<u64>, Answer> {
    let parsed = names.map(|name| {
        let hexadecimal = name.strip_prefix("tag:google.com,2005:reader/item/").or((name.len() == 16).then_some(name));
        let id = hexadecimal.map_or_else(|| name.parse().ok(), |digits| u64::from_str_radix(digits, 16).ok());
        id.ok_or_else(|| {
            let part = "failed to parse decimal item ID";
            let cause = format!("strconv.ParseInt: parsing \"{name}\": invalid syntax");
            refuse(400, &format!("googlereader: failed to parse item ID {name}: {part} {name}: {cause}"))
        })
    });
    parsed.collect()
}

fn contents(model: &mut Model, user: usize, asked: &Asked, form: &Fields) -> Answer {
    let ids = match item_ids(form.all("i")) {
        Ok(ids) => ids,
        Err(refusal) => return refusal,
    };
    let now = model.now() / 1_000_000;
    let user_id = user + 1;
    let mut hits: Vec<(u64, &Entry)> = model.users[user].entries.iter().map(|(id, entry)| (*id, entry)).collect();
    hits.retain(|(id, entry)| ids.contains(id) && model.is_visible(entry));
    hits.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.item.published));
    let go = json::go_string;
    let items = hits.into_iter().map(|(id, entry)| {
        let (item, feed) = (&entry.item, &model.users[user].feeds[&entry.feed]);
        let site = model.publishers.get(&feed.address).map_or("", |publisher| &publisher.site);
        let folder = model.users[user].folders.get(&feed.folder).map_or("", String::as_str);
        let mut categories =
            vec![format!("user/{user_id}{STATE}reading-list"), format!("user/{user_id}/label/{folder}")];
        categories.extend(entry.is_read.then(|| format!("user/{user_id}{STATE}read")));
        categories.extend(entry.is_starred.then(|| format!("user/{user_id}{STATE}starred")));
        let file = |file: &super::super::model::Enclosure| {
            format!("{{\"url\":{},\"type\":{}}}", go(&file.address), go(&file.media))
        };
        let (link, text) = (go(&item.link), go(&item.text));
        format!(
            "{{\"id\":\"tag:google.com,2005:reader/item/{id:016x}\",\"categories\":{},\"title\":{},\
             \"crawlTimeMsec\":\"{}\",\"timestampUsec\":\"{}\",\"published\":{},\"updated\":{},\"author\":{},\
             \"alternate\":[{{\"href\":{link},\"type\":\"text/html\"}}],\
             \"summary\":{{\"direction\":\"ltr\",\"content\":{text}}},\
             \"content\":{{\"direction\":\"ltr\",\"content\":{text}}},\
             \"origin\":{{\"streamId\":\"feed/{}\",\"title\":{},\"htmlUrl\":{}}},\"enclosure\":{},\
             \"canonical\":[{{\"href\":{link}}}]}}",
            json::list(categories.iter().map(|category| go(category))),
            go(&item.title),
            entry.created / 1000,
            item.published * 1_000_000,
            item.published,
            entry.changed / 1_000_000,
            go(&item.author),
            entry.feed,
            go(&feed.title),
            go(site),
            json::list(item.enclosures.iter().map(file))
        )
    });
    let address = go(&format!("http://{}{}", asked.header("host").unwrap_or_default(), asked.path));
    ok(
        200,
        format!(
            "{{\"direction\":\"ltr\",\"id\":\"user/-/state/com.google/reading-list\",\"title\":\"Reading List\",\
             \"self\":[{{\"href\":{address}}}],\"updated\":{now},\"items\":{},\"author\":{}}}",
            json::list(items),
            go(&model.users[user].name)
        ),
    )
}

fn edit_tag(model: &mut Model, user: usize, form: &Fields, parameters: &Fields) -> Answer {
    let ids = match item_ids(form.all("i").chain(parameters.all("i"))) {
        Ok(ids) => ids,
        Err(refusal) => return refusal,
    };
    let actions = form.all("a").map(|tag| (tag, true)).chain(form.all("r").map(|tag| (tag, false)));
    let actions: Vec<(&str, bool)> = actions.map(|(tag, is_set)| (stream(tag), is_set)).collect();
    if ids.is_empty() || actions.is_empty() {
        return refuse(400, "googlereader: no item or no tag");
    }
    if actions.iter().any(|(tag, _)| tag.starts_with("label/")) {
        return refuse(500, "googlereader: unsupported tag type: LabelStream");
    }
    if actions.iter().any(|(tag, _)| !["read", "starred", "kept-unread", "broadcast", "like"].contains(tag)) {
        return refuse(500, "googlereader: unsupported tag type");
    }
    if spend(&mut model.switches.ignore_marks) {
        return Answer::new(200, TEXT, "OK");
    }
    let now = model.now();
    for id in ids.into_iter().filter(|id| !model.switches.deaf.contains(id)).collect::<Vec<_>>() {
        let (requests, toggle) = (model.requests, model.switches.toggle);
        let entry = model.users[user].entries.get_mut(&id).filter(|entry| entry.visible <= requests);
        let Some(entry) = entry else { continue };
        let before = (entry.is_read, entry.is_starred);
        let set = |now: &mut bool, wanted: bool| *now = if toggle && *now == wanted { !wanted } else { wanted };
        for (tag, is_set) in &actions {
            match *tag {
                "read" => set(&mut entry.is_read, *is_set),
                "kept-unread" => set(&mut entry.is_read, !*is_set),
                "starred" => set(&mut entry.is_starred, *is_set),
                _ => (),
            }
        }
        if before != (entry.is_read, entry.is_starred) {
            entry.changed = now;
        }
    }
    Answer::new(200, TEXT, "OK")
}

fn edit_subscription(model: &mut Model, user: usize, form: &Fields) -> Answer {
    let name = form.last("s").unwrap_or_default().strip_prefix("feed/").unwrap_or_default().to_owned();
    let label = form.last("a").map(stream).and_then(|tag| tag.strip_prefix("label/")).unwrap_or_default();
    let folder = model.folder(user, label);
    if form.last("ac") == Some("subscribe") {
        let is_known = model.users[user].feeds.values().any(|feed| feed.address == name);
        let result =
            if is_known { Err("googlereader: feed already exists") } else { model.subscribe(user, &name, folder) };
        return result.map_or_else(|reason| refuse(500, reason), |_| Answer::new(200, TEXT, "OK"));
    }
    let Ok(id) = name.parse::<u64>() else { return refuse(400, "googlereader: invalid feed") };
    if form.last("ac") == Some("unsubscribe") {
        model.unsubscribe(user, id);
        return Answer::new(200, TEXT, "OK");
    }
    let Some(feed) = model.users[user].feeds.get_mut(&id) else { return refuse(400, "googlereader: unknown feed") };
    if let Some(title) = form.last("t") {
        title.clone_into(&mut feed.title);
    }
    if !label.is_empty() {
        feed.folder = folder;
    }
    Answer::new(200, TEXT, "OK")
}

fn quick_add(model: &mut Model, user: usize, form: &Fields) -> Answer {
    let address = form.last("quickadd").unwrap_or_default();
    let address = model.publishers.get(address).and_then(|known| known.page_of.clone()).unwrap_or(address.to_owned());
    if !address.starts_with("http") {
        return refuse(400, "googlereader: invalid URL");
    }
    if model.users[user].feeds.values().any(|feed| feed.address == address) {
        return refuse(500, "googlereader: feed already exists");
    }
    let folder = model.folder(user, "");
    match model.subscribe(user, &address, folder) {
        Ok(id) => {
            let name = json::go_string(&model.users[user].feeds[&id].title);
            let query = json::go_string(&address);
            ok(200, format!("{{\"numResults\":1,\"query\":{query},\"streamId\":\"feed/{id}\",\"streamName\":{name}}}"))
        }
        Err(reason) => refuse(500, reason),
    }
}
