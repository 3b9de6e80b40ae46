//! Searches at the server, beyond what is stored here.

use crate::miniflux::Miniflux;
use crate::publisher::{Item, Publisher, items};
use crate::reader::{NAME, Reader};

#[test]
fn a_search_at_the_server_finds_what_is_not_stored_here() {
    let Some(miniflux) = Miniflux::start() else { return };
    let (publisher, api) = (Publisher::start(), miniflux.api());
    let item = |title: &str, topic: &str, text: &str| Item::new(title).topics(&[topic]).text(text);
    let old = [
        item("Bridges closed", "Roads", "Both stay closed."),
        item("Bridge opened", "Roads", "It is open again."),
        item("Water report", "Water", "Pipes below the bridge."),
    ];
    // The last items of a feed get the least ids.
    let feed = [items(1..=5), old.to_vec()].concat();
    api.subscribe(&publisher.publish("/news", "News", &feed), 1);
    let reader = Reader::new();
    let add = ["account", "add", "miniflux", miniflux.address(), "--name", NAME, "--take", "newest:5"];
    reader.ok_with(&add, miniflux.key());
    reader.sync();
    assert_eq!(reader.titles("bridge"), [""; 0]);
    let find = |query: &str| {
        let output = reader.ok(&["list", "--at-server", NAME, "--format", "jsonl", "-q", query]);
        let title = |line: &str| {
            let release: serde_json::Value = serde_json::from_str(line).expect("JSON");
            release["title"].as_str().expect("a title").to_owned()
        };
        let mut titles: Vec<String> = output.lines().map(title).collect();
        titles.sort();
        titles
    };
    assert_eq!(find("bridge"), ["Bridge opened", "Bridges closed", "Water report"]);
    assert_eq!(find("bridge topic:roads"), ["Bridge opened", "Bridges closed"]);
    assert_eq!(find("bridge -title:water"), ["Bridge opened", "Bridges closed"]);
    assert_eq!(find("closed OR pipes"), ["Bridges closed", "Water report"]);
    // What was found is stored, and its marks reach the server.
    assert_eq!(reader.titles("bridge").len(), 3);
    reader.mark("star", "title:\"water report\"");
    reader.sync();
    assert_eq!(api.ids("starred=true"), api.with_title("Water report"));
    reader.ok(&["sync"]);
    assert_eq!(reader.titles("").len(), 8);
}
