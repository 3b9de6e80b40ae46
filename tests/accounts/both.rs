//! What must hold at either server.

use tidings::feed::Rules;
use tidings::library::{AccountKind, Flags, Take};
use tidings::sync::Depth;

use crate::sync_server::{Fate, Item, Kind, Moment, Switches, SyncServer};
use crate::test_account::TestAccount;
use crate::{FEED, items, with_items};

const KINDS: [AccountKind; 3] = [AccountKind::Miniflux, AccountKind::FreshRss, AccountKind::GoogleReader];

/// An account of each kind with so many entries.
fn accounts(count: usize) -> impl Iterator<Item = TestAccount> {
    KINDS.into_iter().map(move |kind| with_items(TestAccount::new(kind), count))
}

#[test]
fn marks_travel_both_ways() {
    for mut account in accounts(4) {
        let [one, two] = ["Item 1", "Item 2"].map(|title| account.server.id(title));
        account.server.set_read(&[one], true);
        account.server.set_starred(&[two], true);
        account.mark("Item 0", Flags::READ, true);
        account.mark("Item 3", Flags::STARRED, true);
        let synced = account.sync();
        assert_eq!((synced.sent, synced.waiting), (2, 0));
        for title in ["Item 0", "Item 1", "Item 2", "Item 3"] {
            assert_eq!(account.here(title), account.there(title), "{title}");
        }
        assert_eq!(account.here("Item 1"), (true, false));
        assert_eq!(account.there("Item 3"), (false, true));
        account.server.set_read(&[one], false);
        account.mark("Item 3", Flags::STARRED, false);
        account.sync();
        assert_eq!((account.here("Item 1"), account.there("Item 3")), ((false, false), (false, false)));
    }
}

#[test]
fn topics_are_looked_for_among_the_entries_of_an_account() {
    for mut account in accounts(2) {
        let source = account.library().sources().expect("read").remove(0).id;
        let rules = Rules::of_options("--topics-from title").expect("options");
        account.library().set_rules(source, &rules).expect("written");
        let titles = ["Water: one", "Water: two", "Roads: three", "Roads: four", "Roads: five"];
        account.server.publish(FEED, &titles.map(|title| Item::new(title, title)));
        account.sync();
        assert_eq!(account.release("Water: one").topics, ["Water"]);
    }
}

#[test]
fn only_marks_that_were_sent_are_counted() {
    for mut account in accounts(3) {
        account.mark("Item 1", Flags::READ, true);
        account.mark("Item 1", Flags::READ, false);
        account.mark("Item 2", Flags::STARRED, true);
        let synced = account.sync();
        assert_eq!((synced.sent, synced.waiting), (1, 0));
    }
}

#[test]
fn a_mark_made_here_wins_until_the_server_shows_it() {
    for mut account in accounts(2) {
        let id = account.server.id("Item 1");
        account.mark("Item 1", Flags::STARRED, true);
        account.mark("Item 1", Flags::STARRED, false);
        account.server.set_starred(&[id], true);
        account.sync();
        assert_eq!((account.here("Item 1"), account.there("Item 1")), ((false, false), (false, false)));
        // From now on the server's mark is the newer one.
        account.server.set_starred(&[id], true);
        account.sync();
        assert_eq!(account.here("Item 1"), (false, true));
    }
}

#[test]
fn a_confirmation_proves_nothing() {
    for mut account in accounts(3) {
        account.mark("Item 1", Flags::READ, true);
        account.server.switch(|switches| switches.ignore_marks = 1);
        let synced = account.sync();
        assert_eq!((synced.sent, synced.waiting, account.there("Item 1").0), (0, 1, false));
        assert!(account.here("Item 1").0, "it stays read here");
        let synced = account.sync();
        assert_eq!((synced.sent, synced.waiting, account.there("Item 1").0), (1, 0, true));
    }
}

#[test]
fn a_mark_that_is_never_taken_stays_and_is_reported() {
    for mut account in accounts(3) {
        let id = account.server.id("Item 1");
        account.mark("Item 1", Flags::READ, true);
        account.server.switch(|switches| switches.deaf.extend([id]));
        let remarks: Vec<bool> = (0..4).map(|_| account.sync().remark.is_some()).collect();
        assert_eq!(remarks, [false, false, true, true]);
        assert_eq!((account.waiting(), account.here("Item 1")), (1, (true, false)));
    }
}

#[test]
fn no_answer_does_not_mean_not_done() {
    for mut account in accounts(3) {
        account.mark("Item 1", Flags::READ, true);
        // A kept connection that closes may be an old one, so the client tries a new one.
        account.server.switch(|switches| switches.silent_marks = 2);
        account.failure();
        account.server.switch(|switches| switches.silent_marks = 0);
        assert_eq!((account.waiting(), account.there("Item 1")), (1, (true, false)));
        let requests = account.requests();
        let is_mark = |path: &str, method: &str| path.ends_with("/edit-tag") || method == "PUT";
        assert!(!requests.iter().any(|seen| is_mark(&seen.path, &seen.method)), "it was not sent again: {requests:?}");
        assert_eq!(account.waiting(), 0);
    }
}

#[test]
fn entries_that_left_the_server_are_not_read() {
    for mut account in accounts(3) {
        let [one, two] = ["Item 1", "Item 2"].map(|title| account.server.id(title));
        account.server.set_starred(&[two], true);
        account.sync();
        account.server.with(|model| {
            model.publishers.get_mut(FEED).expect("a publisher").items.clear();
            model.purge(0, &[one, two]);
        });
        account.sync();
        assert_eq!((account.here("Item 1"), account.here("Item 2")), ((false, false), (false, true)));
        assert_eq!((account.releases().len(), account.gone()), (3, 2));
    }
}

#[test]
fn a_mark_of_an_entry_that_left_the_server_stays_here_and_does_not_wait_for_ever() {
    for mut account in accounts(3) {
        account.mark("Item 1", Flags::STARRED, true);
        let id = account.server.id("Item 1");
        account.server.with(|model| {
            model.publishers.get_mut(FEED).expect("a publisher").items.clear();
            model.purge(0, &[id]);
        });
        account.sync();
        assert_eq!(account.waiting(), 1);
        account.sync();
        account.sync();
        assert_eq!((account.waiting(), account.here("Item 1")), (0, (false, true)));
    }
}

#[test]
fn ids_that_become_visible_late_are_not_missed() {
    for mut account in accounts(3) {
        account.server.with(|model| model.publish(FEED, &[Item::new("late", "Late")], 100));
        account.server.publish(FEED, &[Item::new("later", "Later").published(1_796_000_000)]);
        account.sync();
        assert_eq!(account.releases().len(), 4);
        account.server.with(|model| model.requests += 100);
        account.sync();
        assert_eq!(account.here("Late"), (false, false));
    }
}

#[test]
fn a_failed_or_cut_list_changes_nothing() {
    for mut account in accounts(30) {
        let before = account.releases();
        let all: Vec<u64> = account.server.marks().keys().copied().collect();
        account.server.set_read(&all, true);
        for at in 0..3 {
            for (what, bytes) in [("fail", 0), ("shorten", 100), ("cut", 100)] {
                let mut lists = 0;
                account.server.hook(move |model, moment, asked| {
                    let is_list = asked.path.ends_with("/ids") && !asked.query.contains("limit=1&");
                    if moment == Moment::Before && is_list && asked.query != "limit=1" {
                        let is_due = u32::from(lists >= at);
                        lists += 1;
                        match what {
                            "fail" => model.switches.fail = (is_due, 502),
                            "shorten" => model.switches.shorten = (is_due, bytes),
                            _ => model.switches.cut = (is_due, bytes),
                        }
                    }
                    Fate::Go
                });
                account.failure();
                assert_eq!(account.releases(), before, "{what} at list {at}");
                account.server.unhook();
                account.server.switch(|switches| *switches = Switches::default());
            }
        }
        account.sync();
        assert!(account.releases().iter().all(|release| release.is_read));
    }
}

#[test]
fn what_arrives_while_the_lists_are_read_is_not_read() {
    for kind in KINDS {
        for arrival in 1..=8 {
            let mut account = with_items(TestAccount::new(kind), 3);
            let mut moments = 0;
            account.server.hook(move |model, _, _| {
                moments += 1;
                if moments == arrival {
                    model.publish(FEED, &[Item::new("new", "New").published(1_796_000_000)], 0);
                }
                Fate::Go
            });
            account.sync();
            account.server.unhook();
            assert!(account.releases().iter().all(|release| !release.is_read), "{kind:?}, arrived at moment {arrival}");
            account.sync();
            assert_eq!(account.here("New"), (false, false), "{kind:?}, arrived at moment {arrival}");
        }
    }
}

#[test]
fn a_mark_made_while_the_lists_are_read_is_not_undone() {
    for mut account in accounts(3) {
        let (key, number) = account.release("Item 1").key;
        let mut library = account.library();
        let mut is_marked = false;
        account.server.hook(move |_, moment, asked| {
            if moment == Moment::After && asked.path.ends_with("/ids") && !is_marked {
                is_marked = true;
                library.mark(Flags::READ, true, [(key.as_str(), number)]).expect("written");
            }
            Fate::Go
        });
        account.sync();
        assert_eq!((account.here("Item 1").0, account.waiting()), (true, 1));
        account.server.unhook();
        account.sync();
        assert_eq!((account.there("Item 1").0, account.waiting()), (true, 0));
    }
}

#[test]
fn a_feed_followed_again_is_recognised_with_its_marks() {
    for mut account in accounts(3) {
        account.mark("Item 1", Flags::STARRED, true);
        account.sync();
        account.server.with(|model| {
            let feed = *model.users[0].feeds.keys().next().expect("a feed");
            model.unsubscribe(0, feed);
        });
        account.sync();
        assert_eq!(account.releases().len(), 3, "releases stay");
        account.server.follow(FEED, "News");
        account.sync();
        account.sync();
        assert_eq!(account.releases().len(), 3, "no release comes twice");
        assert_eq!((account.here("Item 1"), account.there("Item 1")), ((false, true), (false, true)));
    }
}

#[test]
fn only_a_part_is_taken_but_everything_starred_and_everything_that_arrives_later() {
    for kind in KINDS {
        let is_freshrss = kind == AccountKind::FreshRss;
        let server = SyncServer::start(if is_freshrss { Kind::FreshRss } else { Kind::Miniflux });
        let mut published = items(10);
        // Ids follow the order of the document at one server and dates at the other; here both agree.
        if !is_freshrss {
            published.reverse();
        }
        server.publish(FEED, &published);
        server.follow(FEED, "News");
        server.set_starred(&[server.id("Item 2")], true);
        let mut account = TestAccount::of(server, kind, Take::Newest(3));
        account.sync();
        let newest = ["Item 2", "Item 7", "Item 8", "Item 9"];
        // The Google Reader part of Miniflux lists by date, the others by id.
        assert_eq!(account.titles(), newest, "{kind:?}");
        account.server.publish(FEED, &[Item::new("old", "Old date").published(900_000_000)]);
        account.server.set_starred(&[account.server.id("Item 4")], true);
        account.sync();
        assert_eq!(account.titles(), ["Item 2", "Item 4", "Item 7", "Item 8", "Item 9", "Old date"], "{kind:?}");
    }
}

#[test]
fn marks_alone_are_sent_without_asking_for_feeds_or_contents() {
    for mut account in accounts(3) {
        account.server.take_requests();
        account.try_sync(Depth::Marks).expect("nothing to send");
        assert_eq!(account.server.take_requests(), [], "without marks no request is sent");
        account.mark("Item 1", Flags::READ, true);
        account.try_sync(Depth::Marks).expect("sent");
        let requests = account.server.take_requests();
        let is_content =
            |path: &str| path.ends_with("/contents") || path.ends_with("/feeds") || path.ends_with("/list");
        assert!(!requests.iter().any(|seen| is_content(&seen.path)), "{requests:?}");
        assert_eq!((account.there("Item 1").0, account.waiting()), (true, 0));
    }
}

#[test]
fn a_server_that_asks_to_wait_is_remembered() {
    for mut account in accounts(1) {
        account.server.switch(|switches| switches.busy = Some((429, 3600)));
        account.failure();
        let stored = account.account();
        assert!(stored.pause.is_some() && stored.error.is_some() && stored.failures == 1, "{stored:?}");
        account.server.switch(|switches| switches.busy = None);
        account.restart();
        account.sync();
        assert_eq!(account.account().failures, 0);
    }
}
