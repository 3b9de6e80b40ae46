//! The tables of accounts at sync servers.

use super::Step;

/// Accounts at sync servers.
///
/// An entry is a release at a server. `feed` and `number` name the release here; an entry that was never received has
/// none. `flags` are the marks that the server showed last. `state`: see [`EntryState`]. `hash` is the beginning of the
/// SHA-256 by which Miniflux recognises an item, `trace` describes the content that the server sent, and `is_bridged`
/// says that the release was stored from another source, which decides its content.
///
/// The outbox has the marks that were made here and that no list of the server has shown yet; see [`triggers`].
///
/// [`EntryState`]: crate::library::EntryState
pub const ACCOUNTS: Step = Step {
    sql: "CREATE TABLE accounts (
         id INTEGER PRIMARY KEY,
         kind TEXT NOT NULL,
         name TEXT NOT NULL,
         address TEXT NOT NULL,
         user TEXT NOT NULL,
         secret_command TEXT,
         take TEXT NOT NULL,
         floor INTEGER,
         total INTEGER,
         greatest INTEGER,
         listed INTEGER,
         edits INTEGER,
         watermark INTEGER,
         checked INTEGER,
         succeeded INTEGER,
         error TEXT,
         failures INTEGER NOT NULL DEFAULT 0,
         retry INTEGER,
         pause INTEGER,
         removed INTEGER
     );
     CREATE UNIQUE INDEX accounts_by_name ON accounts (name) WHERE removed IS NULL;
     CREATE TABLE account_feeds (
         account INTEGER NOT NULL REFERENCES accounts (id),
         remote TEXT NOT NULL,
         subscription INTEGER NOT NULL REFERENCES subscriptions (id),
         title TEXT NOT NULL,
         site TEXT NOT NULL,
         folder TEXT NOT NULL,
         folder_id TEXT NOT NULL,
         error TEXT,
         PRIMARY KEY (account, remote)
     ) WITHOUT ROWID;
     CREATE INDEX account_feeds_by_subscription ON account_feeds (subscription);
     CREATE TABLE entries (
         account INTEGER NOT NULL REFERENCES accounts (id),
         remote INTEGER NOT NULL,
         feed INTEGER REFERENCES feeds (id),
         number INTEGER,
         hash INTEGER,
         trace INTEGER,
         flags INTEGER NOT NULL DEFAULT 0,
         state INTEGER NOT NULL,
         is_bridged INTEGER NOT NULL DEFAULT 0,
         PRIMARY KEY (account, remote)
     ) WITHOUT ROWID;
     CREATE INDEX entries_by_release ON entries (feed, number, account, state);
     CREATE INDEX entries_by_hash ON entries (feed, hash) WHERE hash IS NOT NULL;
     CREATE TABLE outbox (
         account INTEGER NOT NULL REFERENCES accounts (id),
         remote INTEGER NOT NULL,
         flag INTEGER NOT NULL,
         value INTEGER NOT NULL,
         change INTEGER NOT NULL,
         tries INTEGER NOT NULL DEFAULT 0,
         absent INTEGER NOT NULL DEFAULT 0,
         PRIMARY KEY (account, remote, flag)
     ) WITHOUT ROWID;
     CREATE TABLE entry_labels (
         account INTEGER NOT NULL REFERENCES accounts (id),
         remote INTEGER NOT NULL,
         label TEXT NOT NULL,
         PRIMARY KEY (account, remote, label)
     ) WITHOUT ROWID;
     ALTER TABLE subscriptions ADD COLUMN is_direct INTEGER NOT NULL DEFAULT 1;
     ALTER TABLE subscriptions ADD COLUMN header_command TEXT;
     ALTER TABLE releases ADD COLUMN guid TEXT;",
    rows: None,
    views: &[NO_COLUMNS, NO_SUBSCRIPTION_COLUMNS, NONE, super::NO_CHANGES, super::NO_WATCHES, super::NO_VERSIONS],
};

/// Returns the triggers that fill the outbox, so that no way of marking can miss it. They double the time of marking, so
/// a library has them only while it has accounts.
///
/// A mark waits for each entry whose server shows another one. An opposite mark replaces the value and never deletes the
/// row, because the first one may be on its way to the server. A mark of an entry that is no longer at the server is
/// not added; when the entry returns, the difference from `flags` tells what was marked meanwhile.
pub fn triggers() -> String {
    let trigger = |name: &str, event: &str, flag: u8| {
        format!(
            "CREATE TRIGGER {name} AFTER {event} BEGIN
                 INSERT INTO outbox (account, remote, flag, value, change)
                     SELECT account, remote, {flag}, NEW.flags & {flag} <> 0, NEW.change FROM entries
                     WHERE feed = NEW.feed AND number = NEW.number AND (
                         (state <> 1 AND flags & {flag} <> NEW.flags & {flag}) OR EXISTS (
                             SELECT 1 FROM outbox AS queued WHERE queued.account = entries.account
                                 AND queued.remote = entries.remote AND queued.flag = {flag}))
                     ON CONFLICT (account, remote, flag) DO UPDATE
                     SET value = excluded.value, change = excluded.change, tries = 0, absent = 0;
             END;"
        )
    };
    let marked = |flag: u8| format!("INSERT ON marks WHEN NEW.flags & {flag}");
    let changed = |flag: u8| format!("UPDATE OF flags ON marks WHEN NEW.flags & {flag} <> OLD.flags & {flag}");
    [
        trigger("outbox_of_new_read", &marked(1), 1),
        trigger("outbox_of_new_star", &marked(2), 2),
        trigger("outbox_of_read", &changed(1), 1),
        trigger("outbox_of_star", &changed(2), 2),
    ]
    .concat()
}

/// Removes the triggers.
pub const NO_TRIGGERS: &str = "
     DROP TRIGGER IF EXISTS outbox_of_new_read;
     DROP TRIGGER IF EXISTS outbox_of_new_star;
     DROP TRIGGER IF EXISTS outbox_of_read;
     DROP TRIGGER IF EXISTS outbox_of_star;";

/// The view of releases without the columns of this step.
pub const NO_COLUMNS: &str = "CREATE TEMP VIEW releases AS SELECT *, NULL AS guid FROM main.releases;";

/// The view of subscriptions without the columns of this step.
pub const NO_SUBSCRIPTION_COLUMNS: &str = "CREATE TEMP VIEW subscriptions AS
     SELECT *, 1 AS is_direct, NULL AS header_command, NULL AS rules FROM main.subscriptions;";

/// The views of the tables of this step.
pub const NONE: &str = "CREATE TEMP VIEW accounts AS SELECT 0 AS id, '' AS kind, '' AS name, '' AS address, '' AS user,
         NULL AS secret_command, '' AS take, NULL AS floor, NULL AS total, NULL AS greatest, NULL AS listed,
         NULL AS edits, NULL AS watermark, NULL AS checked, NULL AS succeeded, NULL AS error, 0 AS failures,
         NULL AS retry, NULL AS pause, NULL AS removed WHERE 0;
     CREATE TEMP VIEW account_feeds AS SELECT 0 AS account, '' AS remote, 0 AS subscription, '' AS title, '' AS site,
         '' AS folder, '' AS folder_id, NULL AS error WHERE 0;
     CREATE TEMP VIEW entries AS SELECT 0 AS account, 0 AS remote, 0 AS feed, 0 AS number, NULL AS hash,
         NULL AS trace, 0 AS flags, 0 AS state, 0 AS is_bridged WHERE 0;
     CREATE TEMP VIEW outbox AS SELECT 0 AS account, 0 AS remote, 0 AS flag, 0 AS value, 0 AS change, 0 AS tries,
         0 AS absent WHERE 0;
     CREATE TEMP VIEW entry_labels AS SELECT 0 AS account, 0 AS remote, '' AS label WHERE 0;";
