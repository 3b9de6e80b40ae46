//! The subscriptions of FreshRSS.

use super::super::http::{Answer, Asked, Fields};
use super::super::json;
use super::super::model::Model;
use super::items::wide;
use super::{HTML, JSON, bad_request, done};

/// By folder, then by title; hidden feeds are left out.
pub fn list(model: &Model, user: usize, asked: &Asked) -> Answer {
    let account = &model.users[user];
    let folder = |id| account.folders.get(id).map_or("", String::as_str);
    let mut feeds: Vec<_> = account.feeds.iter().filter(|(_, feed)| !feed.is_hidden).collect();
    feeds.sort_by_key(|(_, feed)| (folder(&feed.folder), feed.title.clone()));
    let host = asked.header("host").unwrap_or_default();
    let php = json::php_string;
    let feeds = feeds.into_iter().map(|(id, feed)| {
        let (folder, site) =
            (folder(&feed.folder), model.publishers.get(&feed.address).map_or("", |known| &known.site));
        format!(
            "{{\"id\":\"feed/{id}\",\"title\":{},\"categories\":[{{\"id\":{},\"label\":{}}}],\"url\":{},\"htmlUrl\":{},\
             \"iconUrl\":\"http://{host}/f.php?h={id:08x}\"}}",
            php(&wide(&feed.title)),
            php(&format!("user/-/label/{folder}")),
            php(folder),
            php(&feed.address),
            php(site)
        )
    });
    Answer::new(200, JSON, format!("{{\"subscriptions\":{}}}\n", json::list(feeds)))
}

/// Follows, changes or leaves a feed. The token is not looked at.
pub fn edit(model: &mut Model, user: usize, form: &Fields) -> Answer {
    let Some(name) = form.last("s").and_then(|stream| stream.strip_prefix("feed/")) else { return done() };
    let label = form.last("a").and_then(|tag| tag.strip_prefix("user/-/label/"));
    let by_address = |model: &Model| {
        let feeds = &model.users[user].feeds;
        feeds.iter().find(|(_, feed)| feed.address == name).map(|(id, _)| *id)
    };
    let known = name.parse().ok().filter(|id| model.users[user].feeds.contains_key(id)).or(by_address(model));
    match (form.last("ac"), known) {
        (Some("subscribe"), None) => {
            let folder = model.folder(user, label.unwrap_or_default());
            let result = model.subscribe(user, name, folder);
            let Ok(id) = result else { return bad_request() };
            if let Some(title) = form.last("t") {
                title.clone_into(&mut model.users[user].feeds.get_mut(&id).expect("a feed").title);
            }
            done()
        }
        (Some("unsubscribe"), Some(id)) => {
            model.unsubscribe(user, id);
            done()
        }
        (Some("edit"), Some(id)) => {
            let is_left = label.is_none() && form.last("r").is_some();
            let folder = label.or(is_left.then_some("")).map(|label| model.folder(user, label));
            let feed = model.users[user].feeds.get_mut(&id).expect("a feed");
            feed.folder = folder.unwrap_or(feed.folder);
            if let Some(title) = form.last("t") {
                title.clone_into(&mut feed.title);
            }
            done()
        }
        (Some("edit"), None) => done(),
        _ => bad_request(),
    }
}

/// Follows a feed, or the feed of a web page. A refusal is a sentence in an answer with 200.
pub fn quick_add(model: &mut Model, user: usize, form: &Fields) -> Answer {
    let asked = form.last("quickadd").unwrap_or_default();
    let address = model.publishers.get(asked).and_then(|known| known.page_of.clone()).unwrap_or(asked.to_owned());
    let refuse = |reason: String| {
        Answer::new(200, HTML, format!("{{\"numResults\":0,\"error\":{}}}", json::php_string(&reason)))
    };
    if model.users[user].feeds.values().any(|feed| feed.address == address) {
        return refuse(format!("Already subscribed! {address}"));
    }
    let folder = model.folder(user, "");
    let Ok(id) = model.subscribe(user, &address, folder) else {
        return refuse(format!("A feed could not be found at `{asked}`; the status code is `404` [{asked}]"));
    };
    // Encoded here, unlike in the list.
    let title = model.users[user].feeds[&id].title.replace('&', "&amp;");
    let (query, title) = (json::php_string(&address), json::php_string(&title));
    Answer::new(
        200,
        HTML,
        format!("{{\"numResults\":1,\"query\":{query},\"streamId\":\"feed/{id}\",\"streamName\":{title}}}"),
    )
}
