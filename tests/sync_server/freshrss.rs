//! FreshRSS's answers, against the recorded ones, in the order of the recording.

use crate::client::{Client, Reply, assert_recorded, recorded_ids};
use crate::sync_server::model::Publisher;
use crate::sync_server::{Item, Kind, SyncServer};

const HOST: &str = "http://127.0.0.1:8090";
const API: &str = "/api/greader.php/reader/api/0";
const STATE: &str = "user/-/state/com.google";

fn item(guid: &str, title: &str, link: &str, published: i64, text: &str, topics: &[&str]) -> Item {
    let link = if link.is_empty() { String::new() } else { format!("{HOST}/{link}") };
    Item::new(guid, title).link(&link).published(published).text(text).topics(topics)
}

fn city() -> Vec<Item> {
    let bridge = format!("<p>The <b>North Bridge</b> closes on Monday. <a href=\"{HOST}/map\">Map</a></p>");
    let marks = [&format!("{STATE}/read"), &format!("{STATE}/starred"), "user/-/label/Later"];
    vec![
        item(
            "1",
            "Bridge & road works <phase 2>",
            "city/1?lang=en&full=1",
            1_795_676_400,
            &bridge,
            &["Transport", "Budget & Finance"],
        )
        .author("Ana Lima; Bo Chen"),
        item("2", "Council meeting as audio", "city/2", 1_795_672_800, "Listen to the meeting.", &["Council"])
            .enclosure(&format!("{HOST}/audio.mp3?id=2&q=high"), "audio/mpeg", 12345),
        item(
            "3",
            "Water report 2026",
            "city/3",
            1_795_572_000,
            "Two topics in one element, and one with a number sign.",
            &["Water, Health", "C# courses"],
        )
        .author("press@example.org (Press Office)"),
        item("4", "Notice without a link", "", 1_795_568_400, "No link, no author, no topics.", &[]),
        item(
            "5",
            "Topics that look like marks",
            "city/5",
            1_795_564_800,
            "This one is neither read nor starred nor labelled.",
            &marks,
        ),
        item("6", "Old notice, published late", "city/6", 1_761_120_000, "Dated a year ago.", &["Archive"]),
    ]
}

fn health() -> Vec<Item> {
    vec![
        item("h1", "Flu season: advice", "health/1", 1_795_675_000, "<p>Wash your hands.</p>", &["Influenza"])
            .author("Health desk"),
        item("h2", "Clinic hours", "health/2", 1_795_590_000, "Open from 8 to 17.", &[]),
    ]
}

fn server() -> SyncServer {
    let server = SyncServer::start(Kind::FreshRss);
    let publisher = |title: &str, site: &str, items| Publisher {
        title: title.to_owned(),
        site: format!("{HOST}/{site}"),
        items,
        ..Publisher::default()
    };
    server.with(|model| {
        "api-pass-1".clone_into(&mut model.users[0].password);
        "0123456789abcdef0123456789abcdef01234567".clone_into(&mut model.users[0].keys[0].0);
        model.publishers.extend([
            (format!("{HOST}/city.rss"), publisher("City press office & more", "city", city())),
            (format!("{HOST}/health.xml"), publisher("Health agency", "health", health())),
        ]);
    });
    server
}

fn check(server: &SyncServer, file: &str, reply: &Reply) {
    let ours: Vec<u64> = server.with(|model| model.users[0].entries.keys().rev().copied().collect());
    let theirs = recorded_ids("freshrss", "ids-all.json");
    // The late one is greater than all others.
    let late = if ours.len() > theirs.len() { recorded_ids("freshrss", "ids-since.json") } else { Vec::new() };
    assert_recorded("freshrss", file, reply, &ours, &[late, theirs].concat());
}

#[test]
fn it_lets_in_as_recorded() {
    let server = server();
    let (client, _) = Client::of_reader(&server);
    let plain = Client::new(&server);
    let base = "/api/greader.php";
    let login = "/api/greader.php/accounts/ClientLogin";
    let info = format!("{API}/user-info?output=json");
    let wrong = Client::with(&server, "Authorization", "GoogleLogin auth=reader/wrong");
    for (file, reply) in [
        ("bare.txt", plain.get(base)),
        ("login-wrong.txt", plain.post(login, "Email=reader\nPasswd=wrong")),
        ("login-malformed-user.txt", plain.post(login, "Email=not a name\nPasswd=x")),
        ("login-no-password.txt", plain.post(login, "Email=reader")),
        ("login-ok.txt", plain.post(login, "Email=reader\nPasswd=api-pass-1")),
        ("token.txt", client.get(&format!("{API}/token"))),
        ("user-info.json", client.get(&info)),
        ("no-authorization.txt", plain.get(&info)),
        ("bad-authorization.txt", wrong.get(&info)),
        ("check-pass.txt", client.get(&format!("{base}/check/compatibility"))),
        ("check-fail.txt", plain.get(&format!("{base}/check/compatibility"))),
        ("no-output-json.txt", client.get(&format!("{API}/tag/list"))),
        ("unknown-endpoint.txt", client.get(&format!("{API}/friend/list?output=json"))),
        ("empty-subscription-list.json", client.get(&format!("{API}/subscription/list?output=json"))),
        ("empty-tag-list.json", client.get(&format!("{API}/tag/list?output=json"))),
        ("empty-ids.json", client.get(&format!("{API}/stream/items/ids?output=json&s={STATE}/reading-list&n=1000"))),
    ] {
        assert_recorded("freshrss", file, &reply, &[], &[]);
    }
    server.switch(|switches| switches.api_off = true);
    assert_recorded("freshrss", "api-off-bare.txt", &plain.get(base), &[], &[]);
    assert_recorded("freshrss", "api-off-login.txt", &plain.post(login, "Email=reader\nPasswd=api-pass-1"), &[], &[]);
}

#[test]
fn it_answers_as_recorded() {
    let server = server();
    let (client, token) = Client::of_reader(&server);
    let subscribe = format!("ac=subscribe\ns=feed/{HOST}/city.rss\nT={token}");
    let folder = format!("{subscribe}\na=user/-/label/Press & politics");
    check(&server, "subscription-edit-subscribe.txt", &client.post(&format!("{API}/subscription/edit"), &folder));
    let quick = format!("quickadd={HOST}/health.xml\nT={token}");
    check(&server, "quickadd-ok.json", &client.post(&format!("{API}/subscription/quickadd"), &quick));
    check(&server, "quickadd-again.json", &client.post(&format!("{API}/subscription/quickadd"), &quick));
    check(&server, "subscription-edit-already.txt", &client.post(&format!("{API}/subscription/edit"), &subscribe));
    let ids: Vec<u64> = server.with(|model| model.users[0].entries.keys().rev().copied().collect());
    let list = |rest: &str| client.get(&format!("{API}/stream/items/ids?output=json&s={rest}"));
    let all = format!("{STATE}/reading-list");
    check(&server, "subscription-list.json", &client.get(&format!("{API}/subscription/list?output=json")));
    check(&server, "ids-page1.json", &list(&format!("{all}&n=3")));
    check(&server, "ids-page2.json", &list(&format!("{all}&n=3&c={}", ids[2])));
    check(&server, "ids-page3-last.json", &list(&format!("{all}&n=3&c={}", ids[5])));
    check(&server, "ids-exact-count.json", &list(&format!("{all}&n=8")));
    check(&server, "ids-exact-count-next.json", &list(&format!("{all}&n=8&c={}", ids[7])));
    check(&server, "ids-all.json", &list(&format!("{all}&n=100000")));

    let tag = |form: &str| client.post(&format!("{API}/edit-tag"), form);
    check(&server, "edit-tag-read.txt", &tag(&format!("T={token}\na={STATE}/read\ni={}\ni={}", ids[2], ids[3])));
    check(&server, "edit-tag-star.txt", &tag(&format!("T={token}\na={STATE}/starred\ni={}", ids[4])));
    check(&server, "edit-tag-label.txt", &tag(&format!("T={token}\na=user/-/label/Later\ni={}", ids[4])));
    check(&server, "edit-tag-wrong-token.txt", &tag(&format!("T=wrong\na={STATE}/read\ni={}", ids[4])));
    check(&server, "edit-tag-unknown-id.txt", &tag(&format!("T={token}\na={STATE}/read\ni=1700000000000000")));
    let in_query = format!("{API}/edit-tag?T={token}&a={STATE}/read&i={}", ids[4]);
    check(&server, "edit-tag-in-query.txt", &client.post(&in_query, ""));

    check(&server, "tag-list.json", &client.get(&format!("{API}/tag/list?output=json")));
    check(&server, "ids-unread.json", &list(&format!("{all}&xt={STATE}/read&n=100000")));
    check(&server, "ids-starred.json", &list(&format!("{STATE}/starred&n=100000")));
    check(&server, "ids-feed.json", &list("feed/2&n=100000"));
    check(&server, "ids-folder.json", &list("user/-/label/Press%20%26%20politics&n=100000"));
    check(&server, "ids-label.json", &list("user/-/label/Later&n=100000"));
    check(&server, "ids-unknown-label.json", &list("user/-/label/NoSuch&n=100000"));
    check(&server, "ids-read.json", &list(&format!("{STATE}/read&n=100000")));
    check(&server, "ids-unknown-stream.json", &list(&format!("{STATE}/kept-unread&n=100000")));

    let contents = |form: &str| client.post(&format!("{API}/stream/items/contents"), &format!("output=json\n{form}"));
    check(&server, "contents-all.json", &contents(&Client::fields(&ids)));
    let long = format!("i=tag:google.com,2005:reader/item/{:016x}", ids[4]);
    check(&server, "contents-long-id.json", &contents(&long));
    check(&server, "contents-unknown-id.json", &contents("i=1700000000000000"));
    check(&server, "contents-no-id.txt", &contents(""));

    let text = "Came with the second refresh.";
    let late = item("7", "Late arrival with an old date", "city/7", 1_752_480_000, text, &["Archive"]);
    server.with(|model| model.advance(4));
    server.publish(&format!("{HOST}/city.rss"), &[late]);
    let newest = server.id("Late arrival with an old date");
    let since = newest / 1_000_000;
    check(&server, "ids-since.json", &list(&format!("{all}&n=100000&ot={since}")));
    check(&server, "ids-since-none.json", &list(&format!("{all}&n=100000&ot={}", since + 60)));
    check(&server, "contents-late.json", &contents(&format!("i={newest}")));
    let purged = ids[5];
    let normal = |file: &str, reply: &Reply| {
        let theirs = recorded_ids("freshrss", "ids-all.json");
        let late = recorded_ids("freshrss", "ids-since.json");
        assert_recorded("freshrss", file, reply, &[vec![newest], ids.clone()].concat(), &[late, theirs].concat());
    };
    server.with(|model| model.purge(0, &[purged]));
    normal("ids-unread-after-purge.json", &list(&format!("{all}&xt={STATE}/read&n=100000")));
    normal("ids-all-after-purge.json", &list(&format!("{all}&n=100000")));
    normal("contents-purged-id.json", &contents(&format!("i={purged}")));
    server.with(|model| model.users[0].feeds.get_mut(&2).expect("a feed").is_hidden = true);
    normal("subscription-list-after-hide.json", &client.get(&format!("{API}/subscription/list?output=json")));
    normal("ids-unread-after-hide.json", &list(&format!("{all}&xt={STATE}/read&n=100000")));
    normal("ids-all-after-hide.json", &list(&format!("{all}&n=100000")));
}
