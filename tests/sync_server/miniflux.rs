//! Miniflux's answers, against the recorded ones, in the order of the recording.

use crate::client::{Client, Reply, assert_recorded};
use crate::sync_server::model::Publisher;
use crate::sync_server::{Item, Kind, SyncServer};

const CITY: &str = "http://feeds.example/city-press.rss";
const CLINICS: &str = "http://feeds.example/clinics.atom";
const ALL: &str = "user/-/state/com.google/reading-list";
const READ: &str = "user/-/state/com.google/read";
/// When the last item of the first feed was published.
const NOON: i64 = 1_795_668_654;

fn item(guid: &str, title: &str, link: &str, hours: i64, text: &str, topics: &[&str]) -> Item {
    Item::new(guid, title).link(&format!("https://{link}")).published(NOON - hours * 3600).text(text).topics(topics)
}

fn city() -> Vec<Item> {
    let map = "https://city.example/map";
    let works = format!(
        "<p>Works on <a href=\"{map}\" rel=\"noopener noreferrer\" referrerpolicy=\"no-referrer\" \
         target=\"_blank\">the bridge</a>. <img src=\"http://pictures.example/b.png\" loading=\"lazy\"></p>"
    );
    let marks = ["user/-/state/com.google/read", "user/-/state/com.google/starred", "user/-/label/Later", "Archive"];
    let report = item("3", "Audio report", "city.example/3", 2, "<p>To listen to.</p>", &["City"]);
    vec![
        item(
            "1",
            "Bridge & road works <phase 2>",
            "city.example/1?a=1&b=2",
            0,
            &works,
            &["Transport", "Roads, rail", "C# courses", "Budget & Finance"],
        )
        .author("Ana Lima"),
        item("2", "Topics that look like marks", "city.example/2", 1, "<p>Neither read nor starred.</p>", &marks),
        report.enclosure("https://city.example/a.mp3?x=1&amp;y=2", "audio/mpeg", 12345),
        item(
            "",
            "Notice without guid",
            "city.example/4?utm_source=feed&n=4",
            3,
            "<p>The link is hashed as it stands in the feed.</p>",
            &["Notices"],
        ),
        item("5", "Same guid, first", "city.example/5a", 4, "<p>First.</p>", &["City"]),
        item("5", "Same guid, second", "city.example/5b", 5, "<p>Second.</p>", &["City"]),
    ]
}

fn clinics() -> Vec<Item> {
    let office = "Clinic office";
    vec![
        item("c1", "Flu &amp; season", "clinics.example/1", -1, "Vaccines.", &["Flu season", "health"]).author(office),
        item("c2", "Clinic hours", "clinics.example/2", 7, "Open from 8.", &[]).author(office),
    ]
}

fn server() -> SyncServer {
    let server = SyncServer::start(Kind::Miniflux);
    let publisher = |title: &str, site: &str, description: &str, language: &str, items| Publisher {
        title: title.to_owned(),
        site: site.to_owned(),
        description: description.to_owned(),
        language: language.to_owned(),
        items,
        ..Publisher::default()
    };
    server.with(|model| {
        let title = "City press office".to_owned();
        let page = Publisher { title, page_of: Some(CITY.to_owned()), ..Publisher::default() };
        model.publishers.extend([
            (CITY.to_owned(), publisher("City press office & more", "https://city.example/", "News", "", city())),
            (CLINICS.to_owned(), publisher("Clinics", "https://clinics.example/", "", "pt-br", clinics())),
            ("http://feeds.example/front.html".to_owned(), page),
        ]);
    });
    server
}

/// The requests of the recording of `/v1` up to a point, each with the file of its answer.
fn ask(client: &Client<'_>, requests: &[(&str, &str, &str, &str)]) {
    for (file, method, path, body) in requests {
        let reply = client.try_send(method, path, "application/json", body).expect("an answer");
        check(file, &reply);
    }
}

fn check(file: &str, reply: &Reply) {
    assert_recorded("miniflux", file, reply, &[], &[]);
}

#[test]
fn its_own_api_answers_as_recorded() {
    let server = server();
    let client = Client::of_miniflux(&server);
    check("me-no-authorization.txt", &Client::new(&server).get("/v1/me"));
    check("me-wrong-key.txt", &Client::with(&server, "X-Auth-Token", "wrong").get("/v1/me"));
    check("me-wrong-password.txt", &Client::with(&server, "Authorization", "Basic cmVhZGVyOng=").get("/v1/me"));
    ask(
        &client,
        &[
            ("me.json", "GET", "/v1/me", ""),
            ("version.json", "GET", "/v1/version", ""),
            ("unknown-endpoint.txt", "GET", "/v1/nothing", ""),
            ("unknown-path.txt", "GET", "/nothing", ""),
            ("wrong-method.txt", "POST", "/v1/me", "{}"),
            ("feeds-empty.json", "GET", "/v1/feeds", ""),
            ("categories-new-account.json", "GET", "/v1/categories", ""),
            ("ids-empty.json", "GET", "/v1/entries/ids", ""),
            ("entries-empty.json", "GET", "/v1/entries", ""),
            ("category-create.txt", "POST", "/v1/categories", "{\"title\": \"Press & politics\"}"),
            ("category-exists.txt", "POST", "/v1/categories", "{\"title\": \"press & Politics\"}"),
            ("feed-create.txt", "POST", "/v1/feeds", &format!("{{\"feed_url\": \"{CITY}\", \"category_id\": 2}}")),
            (
                "feed-create-atom.txt",
                "POST",
                "/v1/feeds",
                &format!("{{\"feed_url\": \"{CLINICS}\", \"category_id\": 1}}"),
            ),
            ("feed-exists.txt", "POST", "/v1/feeds", &format!("{{\"feed_url\": \"{CITY}\", \"category_id\": 1}}")),
            ("feed-not-a-feed.txt", "POST", "/v1/feeds", "{\"feed_url\": \"http://feeds.example/front.html\"}"),
            ("feed-404.txt", "POST", "/v1/feeds", "{\"feed_url\": \"http://feeds.example/gone.rss\"}"),
            ("feed-bad-address.txt", "POST", "/v1/feeds", "{\"feed_url\": \"city\", \"category_id\": 1}"),
            (
                "feed-unknown-category.txt",
                "POST",
                "/v1/feeds",
                "{\"feed_url\": \"http://x.example\", \"category_id\": 99}",
            ),
            ("discover.json", "POST", "/v1/discover", "{\"url\": \"http://feeds.example/front.html\"}"),
            ("feeds.json", "GET", "/v1/feeds", ""),
            ("categories.json", "GET", "/v1/categories", ""),
            ("ids-all.json", "GET", "/v1/entries/ids?limit=10000", ""),
            ("ids-unread.json", "GET", "/v1/entries/ids?status=unread&limit=10000", ""),
            ("ids-starred-none.json", "GET", "/v1/entries/ids?starred=true&limit=10000", ""),
            ("ids-page1.json", "GET", "/v1/entries/ids?limit=3&offset=0", ""),
            ("ids-page2-overlap.json", "GET", "/v1/entries/ids?limit=3&offset=2", ""),
            ("ids-past-the-end.json", "GET", "/v1/entries/ids?limit=3&offset=100", ""),
            ("ids-bad-status.txt", "GET", "/v1/entries/ids?status=removed", ""),
            ("entries-all.json", "GET", "/v1/entries?order=id&direction=asc&limit=1000", ""),
            ("entries-range.json", "GET", "/v1/entries?after_entry_id=2&before_entry_id=6&order=id&limit=1000", ""),
            ("entries-nothing-new.json", "GET", "/v1/entries?after_entry_id=8&order=id&limit=1000", ""),
            ("entries-limit-1001.txt", "GET", "/v1/entries?limit=1001", ""),
            ("entries-bad-number.json", "GET", "/v1/entries?after_entry_id=x&limit=1&order=id", ""),
            ("entry.json", "GET", "/v1/entries/6", ""),
            ("entry-unknown.txt", "GET", "/v1/entries/9999", ""),
            ("mark-read.txt", "PUT", "/v1/entries", "{\"entry_ids\": [6, 7], \"status\": \"read\"}"),
            ("mark-star.txt", "PUT", "/v1/entries", "{\"entry_ids\": [4], \"starred\": true}"),
            ("mark-both.txt", "PUT", "/v1/entries", "{\"entry_ids\": [3], \"status\": \"read\", \"starred\": true}"),
            ("mark-unknown-id.txt", "PUT", "/v1/entries", "{\"entry_ids\": [9999], \"status\": \"read\"}"),
            ("mark-no-ids.txt", "PUT", "/v1/entries", "{\"entry_ids\": [], \"status\": \"read\"}"),
            ("mark-nothing.txt", "PUT", "/v1/entries", "{\"entry_ids\": [5]}"),
            ("mark-bad-status.txt", "PUT", "/v1/entries", "{\"entry_ids\": [5], \"status\": \"removed\"}"),
            ("mark-cut-body.txt", "PUT", "/v1/entries", "{\"entry_ids\":[5],\"status\":\"re"),
            ("bookmark-unknown-id.txt", "PUT", "/v1/entries/9999/bookmark", ""),
            ("ids-unread-after-marks.json", "GET", "/v1/entries/ids?status=unread&limit=10000", ""),
            ("ids-starred.json", "GET", "/v1/entries/ids?starred=true&limit=10000", ""),
        ],
    );
    ends_as_recorded(&server, &client);
}

/// The rest of the recording: an edit, a late item, failures, deletions.
fn ends_as_recorded(server: &SyncServer, client: &Client<'_>) {
    server.with(|model| {
        let publisher = model.publishers.get_mut(CITY).expect("a publisher");
        "Bridge & road works <phase 3>".clone_into(&mut publisher.items[0].title);
        "Traffic".clone_into(&mut publisher.items[0].topics[0]);
        let text = "<p>Dated 500 days ago.</p>";
        let late = item("9", "Late notice", "city.example/9", 0, text, &["Archive"]).published(1_752_472_254);
        publisher.items.insert(0, late);
    });
    let again = format!("{{\"feed_url\": \"{CLINICS}\", \"category_id\": 1}}");
    ask(
        client,
        &[
            ("feed-refresh.txt", "PUT", "/v1/feeds/1/refresh", ""),
            ("entries-new-after-refresh.json", "GET", "/v1/entries?after_entry_id=8&order=id&limit=1000", ""),
            ("entry-edited.json", "GET", "/v1/entries/6", ""),
            ("feed-refresh-unknown.txt", "PUT", "/v1/feeds/99/refresh", ""),
            ("feeds-refresh-all.txt", "PUT", "/v1/feeds/refresh", ""),
        ],
    );
    server.with(|model| model.publishers.get_mut(CLINICS).expect("a publisher").is_gone = true);
    ask(client, &[("feed-refresh-failed.txt", "PUT", "/v1/feeds/2/refresh", "")]);
    client.put("/v1/feeds/2/refresh", "");
    ask(client, &[("feeds-with-error.json", "GET", "/v1/feeds", "")]);
    server.with(|model| model.publishers.get_mut(CLINICS).expect("a publisher").is_gone = false);
    client.put("/v1/feeds/2/refresh", "");
    let moved = "{\"title\": \"Clinics of the city\", \"category_id\": 2}";
    ask(
        client,
        &[
            ("feed-change.json", "PUT", "/v1/feeds/2", moved),
            ("feed-change-unknown.txt", "PUT", "/v1/feeds/99", "{\"title\": \"x\"}"),
        ],
    );
    client.put("/v1/feeds/2", "{\"hide_globally\": true}");
    ask(
        client,
        &[
            ("ids-unread-feed-hidden.json", "GET", "/v1/entries/ids?status=unread&limit=10000", ""),
            ("flush-history.txt", "PUT", "/v1/flush-history", ""),
            ("ids-all-after-flush.json", "GET", "/v1/entries/ids?limit=10000", ""),
            ("entry-flushed.txt", "GET", "/v1/entries/6", ""),
            ("feed-delete.txt", "DELETE", "/v1/feeds/2", ""),
            ("feed-delete-again.txt", "DELETE", "/v1/feeds/2", ""),
            ("ids-all-after-unsubscribe.json", "GET", "/v1/entries/ids?limit=10000", ""),
            ("feed-create-again.txt", "POST", "/v1/feeds", &again),
            ("ids-all-after-subscribing-again.json", "GET", "/v1/entries/ids?limit=10000", ""),
            ("category-delete.txt", "DELETE", "/v1/categories/2", ""),
            ("ids-all-after-category-delete.json", "GET", "/v1/entries/ids?limit=10000", ""),
        ],
    );
    server.switch(|switches| switches.database_down = true);
    ask(client, &[("database-down-key.txt", "GET", "/v1/me", "")]);
    let basic = Client::with(server, "Authorization", "Basic cmVhZGVyOnBhc3N3b3JkMQ==");
    check("database-down-basic.txt", &basic.get("/v1/me"));
    check("database-down-gr-login.txt", &client.post("/accounts/ClientLogin", "Email=reader\nPasswd=password1"));
    server.switch(|switches| (switches.database_down, switches.maintenance) = (false, true));
    ask(
        client,
        &[
            ("maintenance-get.txt", "GET", "/v1/entries", ""),
            ("maintenance-mark.txt", "PUT", "/v1/entries", "{\"entry_ids\": [1], \"status\": \"read\"}"),
        ],
    );
    server.switch(|switches| (switches.maintenance, switches.api_disabled) = (false, true));
    ask(client, &[("api-disabled.txt", "GET", "/v1/me", "")]);
    server.switch(|switches| (switches.api_disabled, switches.too_old) = (false, true));
    ask(client, &[("too-old-ids.txt", "GET", "/v1/entries/ids?limit=10", "")]);
}

#[test]
fn its_google_reader_part_answers_as_recorded() {
    let server = server();
    for (address, folder) in [(CITY, "Press & politics"), (CLINICS, "Press & politics")] {
        server.follow(address, folder);
    }
    server.publish(
        CITY,
        &[item("9", "Late notice", "city.example/9", 0, "<p>Dated 500 days ago.</p>", &[]).published(1_752_472_254)],
    );
    server.with(|model| {
        model.purge(0, &[6, 7]);
        "Clinics of the city".clone_into(&mut model.users[0].feeds.get_mut(&2).expect("a feed").title);
    });
    server.set_read(&[3], true);
    server.set_starred(&[3, 4], true);
    let (client, token) = Client::of_reader(&server);
    let api = "/reader/api/0";
    let login = "/accounts/ClientLogin";
    check("gr-login-wrong.txt", &client.post(login, "Email=reader\nPasswd=wrong"));
    check("gr-login.txt", &client.post(login, "Email=reader\nPasswd=password1"));
    check("gr-login.json", &client.post(login, "Email=reader\nPasswd=password1\noutput=json"));
    check("gr-no-authorization.txt", &Client::new(&server).get(&format!("{api}/token")));
    for (file, path) in [
        ("gr-token.txt", "token".to_owned()),
        ("gr-user-info.json", "user-info".to_owned()),
        ("gr-subscription-list.json", "subscription/list?output=json".to_owned()),
        ("gr-tag-list.json", "tag/list?output=json".to_owned()),
        ("gr-no-output.txt", "tag/list".to_owned()),
        ("gr-unread-count.json", "unread-count?output=json".to_owned()),
        ("gr-unknown-endpoint.json", "friend/list?output=json".to_owned()),
        ("gr-stream-contents.json", format!("stream/contents/{ALL}?output=json")),
        ("gr-ids-all.json", format!("stream/items/ids?output=json&s={ALL}&n=10000")),
        ("gr-ids-unread.json", format!("stream/items/ids?output=json&s={ALL}&xt={READ}&n=10000")),
        ("gr-ids-starred.json", "stream/items/ids?output=json&s=user/-/state/com.google/starred&n=10000".to_owned()),
        ("gr-ids-page1.json", format!("stream/items/ids?output=json&s={ALL}&n=3")),
        ("gr-ids-page2.json", format!("stream/items/ids?output=json&s={ALL}&n=3&c=3")),
        ("gr-ids-label.txt", "stream/items/ids?output=json&s=user/-/label/All".to_owned()),
        ("gr-ids-unknown-stream.txt", "stream/items/ids?output=json&s=nonsense".to_owned()),
    ] {
        check(file, &client.get(&format!("{api}/{path}")));
    }
    let contents = format!("{api}/stream/items/contents");
    let tag = format!("{api}/edit-tag");
    for (file, path, form) in [
        ("gr-contents.json", &contents, format!("output=json\nT={token}\ni=4\ni=5\ni=9999")),
        ("gr-contents-bad-id.txt", &contents, format!("output=json\nT={token}\ni=4\ni=x")),
        ("gr-contents-no-t.txt", &contents, "output=json\ni=4".to_owned()),
        ("gr-edit-tag.txt", &tag, format!("T={token}\na={READ}\ni=5")),
        ("gr-edit-tag-unknown-id.txt", &tag, format!("T={token}\na={READ}\ni=9999")),
        ("gr-edit-tag-label.txt", &tag, format!("T={token}\na=user/-/label/X\ni=5")),
        ("gr-edit-tag-bad-id.txt", &tag, format!("T={token}\na={READ}\ni=5\ni=x")),
        ("gr-edit-tag-wrong-t.txt", &tag, format!("T=wrong\na={READ}\ni=5")),
    ] {
        check(file, &client.post(path, &form));
    }
    assert_eq!(server.marks()[&5], (true, false));
    server.switch(|switches| switches.maintenance = true);
    check("maintenance-gr-edit-tag.txt", &client.post(&tag, &format!("T={token}\na={READ}\ni=1")));
    assert_eq!(server.marks()[&1], (false, false));
}
