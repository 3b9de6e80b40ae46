//! Feeds and folders of Miniflux.

use super::super::http::{Answer, Asked};
use super::super::json;
use super::super::model::{Model, Publisher};
use super::{body, done, ok, refuse};

/// The settings of a feed that nobody has changed.
const UNSET: &str = "\"scraper_rules\":\"\",\"rewrite_rules\":\"\",\"blocklist_rules\":\"\",\"keeplist_rules\":\"\",\
    \"block_filter_entry_rules\":\"\",\"keep_filter_entry_rules\":\"\",\"urlrewrite_rules\":\"\",\"user_agent\":\"\",\
    \"cookie\":\"\",\"username\":\"\",\"password\":\"\",\"disabled\":false,\"no_media_player\":false,\
    \"ignore_http_cache\":false,\"allow_self_signed_certificates\":false,\"fetch_via_proxy\":false";
const UNSET_2: &str = "\"disable_http2\":false,\"pushover_enabled\":false,\"ntfy_enabled\":false,\"crawler\":false,\
    \"ignore_entry_updates\":false,\"apprise_service_urls\":\"\",\"webhook_url\":\"\"";

/// A feed, as it stands in the list of feeds or, with less, in an entry.
pub fn object(model: &Model, user: usize, id: u64, is_in_entry: bool) -> String {
    let feed = &model.users[user].feeds[&id];
    let unknown = Publisher::default();
    let publisher = model.publishers.get(&feed.address).unwrap_or(&unknown);
    let time = |micros| json::time(micros, model.switches.time_zone);
    let go = json::go_string;
    let next = if is_in_entry { "\"0001-01-01T00:00:00Z\"".to_owned() } else { time(feed.checked) };
    let etag = if is_in_entry { String::new() } else { format!("\"{id}\"") };
    let priority = if is_in_entry { 0 } else { 3 };
    format!(
        "{{\"id\":{id},\"user_id\":{},\"feed_url\":{},\"site_url\":{},\"title\":{},\"description\":{},\"language\":{},\
         \"checked_at\":{},\"next_check_at\":{next},\"etag_header\":{},\"last_modified_header\":\"\",\
         \"parsing_error_message\":{},\"parsing_error_count\":{},{UNSET},\"hide_globally\":{},{UNSET_2},\
         \"ntfy_priority\":{priority},\"ntfy_topic\":\"\",\"pushover_priority\":0,\"proxy_url\":\"\",\"category\":{},\
         \"icon\":{{\"feed_id\":{id},\"icon_id\":0,\"external_icon_id\":\"\"}}}}",
        user + 1,
        go(&feed.address),
        go(&publisher.site),
        go(&feed.title),
        go(&publisher.description),
        go(&publisher.language),
        time(feed.checked),
        go(&etag),
        go(&feed.error),
        feed.errors,
        feed.is_hidden,
        folder_object(model, user, feed.folder),
    )
}

fn folder_object(model: &Model, user: usize, id: u64) -> String {
    let title = json::go_string(model.users[user].folders.get(&id).map_or("", String::as_str));
    format!("{{\"id\":{id},\"title\":{title},\"user_id\":{},\"hide_globally\":false}}", user + 1)
}

/// Feeds that fail come first, then by title.
pub fn list(model: &Model, user: usize) -> Answer {
    let feeds = &model.users[user].feeds;
    let mut ids: Vec<u64> = feeds.keys().copied().collect();
    ids.sort_by_key(|id| (std::cmp::Reverse(feeds[id].errors), feeds[id].title.to_lowercase()));
    ok(200, json::list(ids.into_iter().map(|id| object(model, user, id, false))))
}

pub fn subscribe(model: &mut Model, user: usize, asked: &Asked) -> Answer {
    let body = match body(asked) {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let address = body["feed_url"].as_str().unwrap_or_default();
    let first = *model.users[user].folders.iter().min_by_key(|(_, title)| title.to_lowercase()).expect("a folder").0;
    let folder = body["category_id"].as_u64().filter(|id| *id > 0).unwrap_or(first);
    if !address.starts_with("http") {
        return refuse(400, "Invalid feed URL.");
    }
    if !model.users[user].folders.contains_key(&folder) {
        return refuse(400, "This category does not exist or does not belong to this user.");
    }
    if model.users[user].feeds.values().any(|feed| feed.address == address) {
        return refuse(400, "This feed already exists.");
    }
    match model.subscribe(user, address, folder) {
        Ok(id) => ok(201, format!("{{\"feed_id\":{id}}}")),
        Err(reason) => refuse(500, reason),
    }
}

pub fn discover(model: &Model, asked: &Asked) -> Answer {
    let body = match body(asked) {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let address = body["url"].as_str().unwrap_or_default();
    let Some(known) = model.publishers.get(address).filter(|known| !known.is_gone) else {
        return refuse(500, "fetcher: resource not found (404 status code)");
    };
    let feed = known.page_of.as_deref().unwrap_or(address);
    let title = json::go_string(&known.title);
    ok(200, format!("[{{\"title\":{title},\"url\":{},\"type\":\"rss\"}}]", json::go_string(feed)))
}

/// One feed: read, changed or deleted.
pub fn one(model: &mut Model, user: usize, id: u64, asked: &Asked) -> Answer {
    if !model.users[user].feeds.contains_key(&id) {
        return refuse(404, "resource not found");
    }
    match asked.method.as_str() {
        "GET" => ok(200, object(model, user, id, false)),
        "DELETE" => {
            model.unsubscribe(user, id);
            done()
        }
        _ => change(model, user, id, asked),
    }
}

fn change(model: &mut Model, user: usize, id: u64, asked: &Asked) -> Answer {
    let body = match body(asked) {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let folder = body["category_id"].as_u64();
    if folder.is_some_and(|folder| !model.users[user].folders.contains_key(&folder)) {
        return refuse(400, "This category does not exist or does not belong to this user.");
    }
    if body["title"].as_str() == Some("") {
        return refuse(400, "The title is mandatory.");
    }
    let feed = model.users[user].feeds.get_mut(&id).expect("a feed");
    feed.folder = folder.unwrap_or(feed.folder);
    if let Some(title) = body["title"].as_str() {
        title.clone_into(&mut feed.title);
    }
    feed.is_hidden = body["hide_globally"].as_bool().unwrap_or(feed.is_hidden);
    ok(201, object(model, user, id, false))
}

pub fn refresh(model: &mut Model, user: usize, id: u64) -> Answer {
    if !model.users[user].feeds.contains_key(&id) {
        refuse(404, "resource not found")
    } else if model.refresh(user, id, 0) {
        done()
    } else {
        refuse(500, "fetcher: resource not found (404 status code)")
    }
}

pub fn folders(model: &Model, user: usize) -> Answer {
    let folders = &model.users[user].folders;
    ok(200, json::list(folders.keys().map(|id| folder_object(model, user, *id))))
}

fn is_free(model: &Model, user: usize, title: &str) -> bool {
    !title.is_empty() && !model.users[user].folders.values().any(|known| known.to_lowercase() == title.to_lowercase())
}

pub fn add_folder(model: &mut Model, user: usize, asked: &Asked) -> Answer {
    let body = match body(asked) {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let title = body["title"].as_str().unwrap_or_default();
    if !is_free(model, user, title) {
        return refuse(400, "This category already exists.");
    }
    let id = model.folder(user, title);
    ok(201, folder_object(model, user, id))
}

/// A folder is renamed, or deleted with its feeds and all their entries.
pub fn folder(model: &mut Model, user: usize, id: u64, asked: &Asked) -> Answer {
    if !model.users[user].folders.contains_key(&id) {
        return refuse(404, "resource not found");
    }
    if asked.method == "DELETE" {
        let feeds = model.users[user].feeds.iter().filter(|(_, feed)| feed.folder == id);
        for feed in feeds.map(|(id, _)| *id).collect::<Vec<_>>() {
            model.unsubscribe(user, feed);
        }
        model.users[user].folders.remove(&id);
        return done();
    }
    let body = match body(asked) {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let title = body["title"].as_str().unwrap_or_default();
    if !is_free(model, user, title) {
        return refuse(400, "This category already exists.");
    }
    model.users[user].folders.insert(id, title.to_owned());
    ok(201, folder_object(model, user, id))
}
