//! What must hold at other servers of the Google Reader API, here at that part of Miniflux.

use tidings::library::{AccountKind, Flags};

use crate::sync_server::{Fate, Moment};
use crate::test_account::TestAccount;
use crate::with_items;

fn account(count: usize) -> TestAccount {
    with_items(TestAccount::new(AccountKind::GoogleReader), count)
}

#[test]
fn a_server_that_reverses_marks_is_sent_only_differences() {
    let mut account = account(3);
    account.server.switch(|switches| switches.toggle = true);
    account.mark("Item 1", Flags::READ, true);
    account.mark("Item 2", Flags::STARRED, true);
    account.server.set_read(&[account.server.id("Item 1")], true);
    account.sync();
    assert_eq!((account.there("Item 1"), account.there("Item 2")), ((true, false), (false, true)));
    assert_eq!(account.waiting(), 0);
}

#[test]
fn lists_by_date_in_pages_are_complete() {
    let mut account = account(60);
    account.server.switch(|switches| switches.page = 25);
    let mut count = 0;
    account.server.hook(move |model, moment, asked| {
        if moment == Moment::After && asked.path.ends_with("/ids") && count < 6 {
            count += 1;
            let ids: Vec<u64> = model.marks().into_iter().filter(|(_, marks)| !marks.0).map(|(id, _)| id).collect();
            model.set(ids[ids.len() / 2], Some(true), None);
        }
        Fate::Go
    });
    account.sync();
    account.server.unhook();
    let wrong = account.releases().into_iter().filter(|one| one.is_read && !account.there(&one.title).0).count();
    assert_eq!(wrong, 0);
    account.sync();
    assert!(account.releases().iter().all(|release| account.there(&release.title).0 == release.is_read));
}

#[test]
fn maintenance_takes_no_marks() {
    let mut account = account(3);
    account.mark("Item 1", Flags::READ, true);
    account.server.hook(|model, moment, asked| {
        model.switches.maintenance |= moment == Moment::Before && asked.path.ends_with("/edit-tag");
        Fate::Go
    });
    account.failure();
    account.server.unhook();
    assert_eq!((account.waiting(), account.there("Item 1").0), (1, false));
}
