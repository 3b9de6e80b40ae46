//! Accounts at sync servers, end to end: promises that hold even if a server misbehaves.

#[path = "../support/sync_server.rs"]
mod sync_server;
#[path = "../support/test_account.rs"]
mod test_account;

mod both;
mod freshrss;
mod google_reader;
mod miniflux;

use crate::sync_server::Item;
use crate::test_account::TestAccount;

/// The address of a feed.
const FEED: &str = "http://feeds.example/city.rss";

/// Publishes items called `Item 0`, `Item 1` and so on in a feed that the account follows, and syncs.
fn with_items(mut account: TestAccount, count: usize) -> TestAccount {
    account.server.publish(FEED, &items(count));
    account.server.follow(FEED, "News");
    account.sync();
    assert_eq!(account.releases().len(), count);
    account
}

fn items(count: usize) -> Vec<Item> {
    let item = |n: usize| {
        let published = 1_795_000_000 + i64::try_from(n).expect("a small number") * 3600;
        Item::new(&format!("guid-{n}"), &format!("Item {n}")).published(published)
    };
    (0..count).map(item).collect()
}
