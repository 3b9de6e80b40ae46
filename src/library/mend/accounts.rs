//! What can still be read of accounts in a damaged library: the accounts, their feeds and entries, and the outbox.
//!
//! Entries whose releases are not in the backup are left out, so that the next sync fetches them again. Marks of the
//! outbox are kept all the same: they are sent by the number of their entry.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use rustc_hash::FxHashMap;

use super::super::accounts::{is_name_taken, watch_marks};
use super::super::rekey;

/// Copies accounts up to the first unreadable row of each table. Older libraries have none.
pub(super) fn rescue(damaged: &Connection, whole: &Connection) -> rusqlite::Result<()> {
    let ids = accounts(damaged, whole)?;
    if ids.is_empty() {
        return Ok(());
    }
    feeds(damaged, whole, &ids)?;
    entries(damaged, whole, &ids)?;
    outbox(damaged, whole, &ids)?;
    watch_marks(whole)
}

/// Passes the readable rows of a query on, each beginning with the number of an account that was rescued.
fn each(
    damaged: &Connection,
    sql: &str,
    ids: &FxHashMap<i64, i64>,
    mut take: impl FnMut(Vec<Value>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let Ok(mut statement) = damaged.prepare(sql) else { return Ok(()) };
    let columns = statement.column_count();
    let Ok(mut rows) = statement.query([]) else { return Ok(()) };
    while let Ok(Some(row)) = rows.next() {
        let Ok(Some(id)) = row.get::<_, i64>(0).map(|id| ids.get(&id)) else { continue };
        let rest: rusqlite::Result<Vec<Value>> = (1..columns).map(|at| row.get(at)).collect();
        if let Ok(rest) = rest {
            take(std::iter::once(Value::Integer(*id)).chain(rest).collect())?;
        }
    }
    Ok(())
}

/// Returns the number of each account in the whole library, by that in the damaged one. Accounts that the backup lacks
/// are added without the state of their last sync, so that the next one reads complete lists.
fn accounts(damaged: &Connection, whole: &Connection) -> rusqlite::Result<FxHashMap<i64, i64>> {
    let mut ids = FxHashMap::default();
    let sql = "SELECT id, kind, address, user, name, secret_command, take, floor FROM accounts WHERE removed IS NULL";
    let Ok(mut statement) = damaged.prepare(sql) else { return Ok(ids) };
    let Ok(mut rows) = statement.query([]) else { return Ok(ids) };
    while let Ok(Some(row)) = rows.next() {
        let Ok(id) = row.get::<_, i64>(0) else { continue };
        let values: rusqlite::Result<Vec<Value>> = (1..8).map(|at| row.get(at)).collect();
        let (Ok(values), Ok(name)) = (values, row.get::<_, String>(4)) else { continue };
        let sql = "SELECT id FROM accounts WHERE kind = ?1 AND address = ?2 AND user = ?3 AND removed IS NULL";
        let known: Option<i64> = whole.query_row(sql, params_from_iter(&values[..3]), |row| row.get(0)).optional()?;
        if known.is_none() && is_name_taken(whole, &name)? {
            continue;
        }
        let known = if let Some(known) = known {
            known
        } else {
            let sql = "INSERT INTO accounts (kind, address, user, name, secret_command, take, floor)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            whole.execute(sql, params_from_iter(&values))?;
            whole.last_insert_rowid()
        };
        ids.insert(id, known);
    }
    Ok(ids)
}

fn feeds(damaged: &Connection, whole: &Connection, ids: &FxHashMap<i64, i64>) -> rusqlite::Result<()> {
    let sql = "SELECT account, remote, key, account_feeds.title, account_feeds.site, account_feeds.folder, folder_id
         FROM account_feeds JOIN subscriptions ON subscriptions.id = subscription
         JOIN feeds ON feeds.id = subscriptions.feed";
    each(damaged, sql, ids, |mut values| {
        own_key(&mut values[2]);
        let sql = "INSERT OR IGNORE INTO account_feeds (account, remote, subscription, title, site, folder, folder_id)
             SELECT ?1, ?2, subscriptions.id, ?4, ?5, ?6, ?7
             FROM subscriptions JOIN feeds ON feeds.id = feed WHERE key = ?3";
        whole.prepare_cached(sql)?.execute(params_from_iter(values)).map(drop)
    })
}

/// Copies entries, with what the server showed last.
fn entries(damaged: &Connection, whole: &Connection, ids: &FxHashMap<i64, i64>) -> rusqlite::Result<()> {
    let sql = "SELECT account, remote, key, number, hash, trace, flags, state, is_bridged
         FROM entries LEFT JOIN feeds ON feeds.id = feed";
    each(damaged, sql, ids, |mut values| {
        own_key(&mut values[2]);
        let sql = "INSERT INTO entries (account, remote, feed, number, hash, trace, flags, state, is_bridged)
             SELECT ?1, ?2, feed, ?4, ?5, ?6, ?7, ?8, ?9 FROM (
                 SELECT NULL AS feed WHERE ?3 IS NULL UNION ALL
                 SELECT feeds.id FROM feeds JOIN subscriptions ON subscriptions.feed = feeds.id
                 JOIN releases ON releases.subscription = subscriptions.id AND releases.number = ?4 WHERE feeds.key = ?3)
             WHERE true ON CONFLICT (account, remote) DO UPDATE SET flags = excluded.flags";
        whole.prepare_cached(sql)?.execute(params_from_iter(values)).map(drop)
    })
}

fn outbox(damaged: &Connection, whole: &Connection, ids: &FxHashMap<i64, i64>) -> rusqlite::Result<()> {
    let change: i64 = whole.query_row("SELECT coalesce(max(change), 0) FROM marks", [], |row| row.get(0))?;
    each(damaged, "SELECT account, remote, flag, value FROM outbox", ids, |values| {
        let sql = "INSERT INTO outbox (account, remote, flag, value, change) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (account, remote, flag) DO UPDATE SET value = ?4, change = ?5, tries = 0, absent = 0";
        let [account, remote, flag, value] = values.as_slice() else { return Ok(()) };
        whole.prepare_cached(sql)?.execute(params![account, remote, flag, value, change]).map(drop)
    })
}

/// Replaces the key of a feed by the one that this version uses.
fn own_key(key: &mut Value) {
    if let Value::Text(text) = key {
        *text = rekey::of_any_version(text).to_string();
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::accounts::tests::{added, entry, feed, release};
    use super::super::super::tests::{day, library};
    use super::super::super::{AccountKind, Closed, Flags, Library, Take, backup};
    use super::super::replace_damaged;
    use super::super::tests::damage_table;
    use crate::text::CleanBuf;

    /// Has a library repaired whose `history` table is damaged.
    fn repaired(library: Library) -> Library {
        let place = library.place().clone();
        drop(library);
        let library = Library::open(&place).expect("whole").expect("there");
        damage_table(&library, "history");
        replace_damaged(library, &CleanBuf::line("a test")).expect("mended")
    }

    #[test]
    fn an_account_that_no_backup_has_is_rescued_with_its_feeds_and_waiting_marks() {
        let (_folder, mut library) = library();
        backup::daily(&library, day(1)).expect("written");
        let id = added(&mut library, AccountKind::Miniflux);
        library.leave_out(id, &[1, 2]).expect("written");
        let source = library.set_account_feeds(id, &[feed("a", "News")]).expect("written")[0].1;
        let one = release("Item 3", 1);
        library.take_entries(id, &[entry(3, source, &one, Flags::default())], 5).expect("written");
        let number = library.releases_of_entries(id, &[3]).expect("read")[0].1;
        library.mark(Flags::STARRED, true, [("web:a.invalid/", number)]).expect("written");
        library.close_account_sync(id, &Closed::default()).expect("written");
        let library = repaired(library);
        let notice = library.mended().expect("something was mended").as_str();
        assert!(notice.contains("rescued: 1 mark, 1 subscription, 0 releases, 1 account"), "{notice}");
        let accounts = library.accounts().expect("read");
        assert_eq!((accounts.len(), accounts[0].succeeded, accounts[0].take), (1, None, Take::default()));
        let id = accounts[0].id;
        // The release is in no backup, so its entry is fetched again.
        let known: Vec<u64> = library.entry_states(id).expect("read").iter().map(|entry| entry.remote).collect();
        assert_eq!(known, [1, 2]);
        let outbox = library.outbox(id).expect("read");
        assert_eq!(
            outbox.iter().map(|one| (one.remote, one.flag, one.value)).collect::<Vec<_>>(),
            [(3, Flags::STARRED, true)]
        );
        let source = &library.sources().expect("read")[0];
        assert_eq!((source.accounts.len(), source.is_direct), (1, false));
    }

    #[test]
    fn an_account_of_the_backup_gets_its_newer_marks() {
        let (_folder, mut library) = library();
        let id = added(&mut library, AccountKind::Miniflux);
        let source = library.set_account_feeds(id, &[feed("a", "News")]).expect("written")[0].1;
        let releases = [release("Item 1", 1), release("Item 2", 1)];
        library.take_entries(id, &[entry(1, source, &releases[0], Flags::default())], 5).expect("written");
        backup::daily(&library, day(1)).expect("written");
        library.take_entries(id, &[entry(2, source, &releases[1], Flags::default())], 5).expect("written");
        for remote in [1, 2] {
            let number = library.releases_of_entries(id, &[remote]).expect("read")[0].1;
            library.mark(Flags::READ, true, [("web:a.invalid/", number)]).expect("written");
        }
        let library = repaired(library);
        assert_eq!(library.accounts().expect("read").len(), 1);
        let known: Vec<u64> = library.entry_states(id).expect("read").iter().map(|entry| entry.remote).collect();
        assert_eq!(known, [1]);
        let outbox: Vec<u64> = library.outbox(id).expect("read").iter().map(|one| one.remote).collect();
        assert_eq!(outbox, [1, 2]);
    }
}
