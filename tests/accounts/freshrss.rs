//! What must hold at a `FreshRSS` server.

use tidings::library::{AccountKind, Flags};
use tidings::sync::with_server;

use crate::sync_server::Item;
use crate::test_account::TestAccount;
use crate::{FEED, with_items};

/// An account with entries that arrived hours ago: recent ones are looked at again, since they may have been edited.
fn account(count: usize) -> TestAccount {
    let account = TestAccount::new(AccountKind::FreshRss);
    account.server.with(|model| model.advance(-7200));
    with_items(account, count)
}

#[test]
fn nothing_new_takes_six_requests() {
    let mut account = account(20);
    let requests: Vec<String> = account.requests().into_iter().map(|seen| seen.path).collect();
    assert_eq!(requests.len(), 6, "{requests:#?}");
}

#[test]
fn only_known_streams_are_asked_for_each_in_one_page() {
    let mut account = account(20);
    account.mark("Item 1", Flags::READ, true);
    account.server.publish(FEED, &[Item::new("new", "New")]);
    for seen in account.requests() {
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(seen.query.as_bytes()).into_owned().collect();
        let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if seen.path.ends_with("/ids") {
            let stream = value("s").expect("a stream");
            let state = "user/-/state/com.google/";
            let is_known = ["reading-list", "starred"].iter().any(|known| stream == format!("{state}{known}"));
            assert!(is_known, "{stream} may answer with everything");
            assert_eq!(value("n"), Some("100000"));
            assert!(value("ot").is_none() || value("nt").is_none(), "both together leave nothing out");
            assert!(value("xt").is_none_or(|left_out| left_out == format!("{state}read")));
        }
        assert!(!seen.path.ends_with("/mark-all-as-read") && !seen.path.contains("/stream/contents"), "{seen:?}");
    }
}

#[test]
fn more_marks_than_a_form_holds_are_sent_in_several() {
    let mut account = account(1100);
    let library_marks: Vec<(String, u64)> = account.releases().into_iter().map(|release| release.key).collect();
    let keys = || library_marks.iter().map(|(feed, number)| (feed.as_str(), *number));
    account.library().mark(Flags::READ, true, keys()).expect("written");
    account.library().mark(Flags::STARRED, true, keys()).expect("written");
    let synced = account.sync();
    assert_eq!((synced.sent, synced.waiting), (2200, 0));
    assert!(account.server.marks().values().all(|marks| *marks == (true, true)));
}

#[test]
fn each_request_has_one_action() {
    let mut account = account(3);
    account.server.switch(|switches| switches.last_action_only = true);
    account.mark("Item 1", Flags::READ, true);
    account.mark("Item 1", Flags::STARRED, true);
    account.mark("Item 2", Flags::STARRED, true);
    account.sync();
    assert_eq!((account.there("Item 1"), account.there("Item 2")), ((true, true), (false, true)));
}

#[test]
fn topics_like_marks_mark_nothing() {
    let mut account = TestAccount::new(AccountKind::FreshRss);
    let topics = ["user/-/state/com.google/read", "user/-/state/com.google/starred", "user/-/label/Later", "Water"];
    account.server.publish(FEED, &[Item::new("1", "One & <only>").topics(&topics)]);
    account.server.follow(FEED, "News");
    account.sync();
    assert_eq!(account.here("One & <only>"), (false, false));
    assert_eq!(account.release("One & <only>").topics, ["Water"]);
}

#[test]
fn a_hidden_feed_changes_no_mark_and_comes_back() {
    let mut account = account(3);
    account.mark("Item 1", Flags::STARRED, true);
    account.sync();
    let hide = |account: &TestAccount, is_hidden| {
        account.server.with(|model| model.users[0].feeds.values_mut().for_each(|feed| feed.is_hidden = is_hidden));
    };
    hide(&account, true);
    account.sync();
    assert_eq!((account.here("Item 1"), account.here("Item 2")), ((false, true), (false, false)));
    // A mark that is made meanwhile is sent when the feed is back.
    account.mark("Item 2", Flags::READ, true);
    for _ in 0..3 {
        account.sync();
    }
    hide(&account, false);
    account.sync();
    account.sync();
    assert_eq!((account.there("Item 2").0, account.waiting(), account.releases().len()), (true, 0, 3));
}

#[test]
fn a_purged_article_that_comes_again_keeps_its_marks() {
    let mut account = account(3);
    account.mark("Item 1", Flags::READ, true);
    account.sync();
    let id = account.server.id("Item 1");
    account.server.with(|model| {
        model.purge(0, &[id]);
        model.refresh_address(FEED, 0);
    });
    account.sync();
    account.sync();
    assert_eq!(account.releases().len(), 3, "it is not stored twice");
    assert_eq!((account.here("Item 1").0, account.there("Item 1").0), (true, true));
}

#[test]
fn contents_that_need_too_much_memory_are_asked_in_halves() {
    let mut account = TestAccount::new(AccountKind::FreshRss);
    account.server.switch(|switches| switches.most_contents = 4);
    account.server.publish(FEED, &crate::items(40));
    account.server.follow(FEED, "News");
    account.sync();
    assert_eq!(account.releases().len(), 40);
}

#[test]
fn a_batch_that_comes_empty_is_asked_again() {
    let mut account = TestAccount::new(AccountKind::FreshRss);
    account.server.switch(|switches| switches.empty_contents = 1);
    account.server.publish(FEED, &crate::items(5));
    account.server.follow(FEED, "News");
    account.sync();
    assert_eq!(account.releases().len(), 0);
    account.sync();
    assert_eq!(account.releases().len(), 5);
}

#[test]
fn an_entry_that_never_comes_is_asked_for_three_times() {
    let mut account = account(3);
    account.server.publish(FEED, &[Item::new("hidden", "Hidden"), Item::new("seen", "Seen")]);
    let id = account.server.id("Hidden");
    account.server.switch(|switches| switches.withheld.extend([id]));
    let asked: Vec<bool> =
        (0..5).map(|_| account.requests().iter().any(|seen| seen.path.ends_with("/contents"))).collect();
    assert_eq!(asked, [true, true, true, false, false]);
    assert_eq!(account.releases().len(), 4);
}

#[test]
fn a_warning_before_the_answer_is_reported_and_changes_nothing() {
    let mut account = account(3);
    let ids: Vec<u64> = account.server.marks().keys().copied().collect();
    account.server.set_read(&ids, true);
    account.server.switch(|switches| switches.warn = true);
    let failure = account.failure();
    assert!(failure.contains("unexpected answer"), "{failure}");
    assert!(account.releases().iter().all(|release| !release.is_read));
}

#[test]
fn it_logs_in_again_once() {
    let mut account = account(3);
    account.server.switch(|switches| switches.refuse = 1);
    account.sync();
    account.server.switch(|switches| switches.refuse = u32::MAX);
    let failure = account.failure();
    assert!(failure.contains("check the API password"), "{failure}");
    account.server.switch(|switches| switches.refuse = 0);
    account.sync();
}

#[test]
fn tasks_of_one_process_share_a_login_until_it_is_refused() {
    let account = account(1);
    let engine = account.engine();
    let logins = || {
        let requests = account.server.take_requests().into_iter();
        requests.filter(|request| request.path.ends_with("/accounts/ClientLogin")).count()
    };
    let ask = || with_server(&engine, &account.account(), |server| server.feeds().map(|feeds| feeds.len()));
    logins();
    assert_eq!([ask(), ask(), ask()], [Ok(Ok(1)), Ok(Ok(1)), Ok(Ok(1))]);
    assert_eq!(logins(), 1);
    account.server.switch(|switches| switches.refuse = u32::MAX);
    assert!(ask().expect("a secret").is_err());
    logins();
    account.server.switch(|switches| switches.refuse = 0);
    assert_eq!((ask(), logins()), (Ok(Ok(1)), 1), "the secret may have been replaced");
}

#[test]
fn an_api_that_is_off_and_a_lost_header_are_named() {
    let mut account = account(1);
    account.server.switch(|switches| switches.api_off = true);
    assert_eq!(account.failure(), "API access is off; ask the administrator to allow it");
    account.server.switch(|switches| (switches.api_off, switches.lose_authorization) = (false, true));
    assert!(account.failure().contains("does not pass on the Authorization header"));
}
