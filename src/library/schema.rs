//! The tables, and their migrations.
//!
//! Steps are only ever appended: every published step has been run on users' files. All steps that a file lacks run in
//! one transaction. A read-only file of an older version can still be read: temporary views add the missing columns.

use rusqlite::{Connection, TransactionBehavior};

use super::rekey;

mod accounts;

use accounts::ACCOUNTS;
pub use accounts::{NO_TRIGGERS, triggers};

/// Migrates the tables from one version to the next.
pub struct Step {
    /// The change of the tables.
    pub sql: &'static str,
    /// The change of the rows, after that.
    pub rows: Option<fn(&Connection) -> rusqlite::Result<()>>,
    /// Temporary views that present the tables before this step as those of the newest version.
    pub views: &'static [&'static str],
}

/// The application id that marks a database as a library: "tidi".
pub const APPLICATION: i32 = 0x7469_6469;

/// The migrations from an empty file to this version; the version of a file is the number of steps it has seen.
pub const MIGRATIONS: &[Step] = &[
    Step { sql: TABLES, rows: None, views: &[] },
    ORIGINS,
    LISTED,
    NAMES,
    PICTURES,
    HISTORY,
    ACCOUNTS,
    CHANGES,
    RULES,
    WATCHES,
    VERSIONS,
    FEEDS,
    ARRIVAL_RULES,
    OWN_TOPICS,
];

/// Origins of feeds, and pauses of hosts.
const ORIGINS: Step = Step {
    // Validators belong to the address that gave them; if that is unknown, to the polled address. A pause holds for all
    // feeds of a host. A removed feed (410) is not a pause requested by its server.
    sql: "ALTER TABLE subscriptions ADD COLUMN origin TEXT;
     ALTER TABLE subscriptions ADD COLUMN is_public INTEGER;
     UPDATE subscriptions SET origin = address;
     UPDATE subscriptions SET pause = NULL WHERE error LIKE 'is gone for good (410)%';
     CREATE TABLE pauses (host TEXT PRIMARY KEY, until INTEGER NOT NULL, status INTEGER NOT NULL) WITHOUT ROWID;",
    rows: None,
    views: &[
        "CREATE TEMP VIEW releases AS SELECT *, NULL AS unlisted, NULL AS name, NULL AS guid FROM main.releases;
         CREATE TEMP VIEW subscriptions AS SELECT *, address AS origin, NULL AS is_public, 0 AS lacks_password,
             1 AS is_direct, NULL AS header_command, NULL AS rules FROM main.subscriptions;
         CREATE TEMP VIEW pauses AS SELECT '' AS host, 0 AS until, 0 AS status WHERE 0;",
        NO_TRACES,
        NO_PICTURES,
        NO_HISTORY,
        accounts::NONE,
        NO_CHANGES,
        NO_WATCHES,
        NO_VERSIONS,
    ],
};

/// Last listings of releases, missing passwords, and keys without passwords.
const LISTED: Step = Step {
    // A release counts as listed until the feed is read without it: `unlisted` is the last time before that when the
    // feed listed it, in seconds since 1970.
    sql: "ALTER TABLE releases ADD COLUMN unlisted INTEGER;
     CREATE INDEX releases_listed ON releases (subscription) WHERE unlisted IS NULL;
     ALTER TABLE subscriptions ADD COLUMN lacks_password INTEGER NOT NULL DEFAULT 0;
     CREATE INDEX marks_by_change ON marks (change);
     CREATE INDEX subscriptions_by_address ON subscriptions (address);",
    rows: Some(rekey::without_passwords),
    views: &[
        "CREATE TEMP VIEW releases AS SELECT *, NULL AS unlisted, NULL AS name, NULL AS guid FROM main.releases;
         CREATE TEMP VIEW subscriptions AS
             SELECT *, 0 AS lacks_password, 1 AS is_direct, NULL AS header_command, NULL AS rules FROM main.subscriptions;",
        NO_TRACES,
        NO_PICTURES,
        NO_HISTORY,
        accounts::NONE,
        NO_CHANGES,
        NO_WATCHES,
        NO_VERSIONS,
    ],
};

/// Releases that share a name.
const NAMES: Step = Step {
    // If a release has another number than its name gives, `name` is the number of its name. `trace` describes the
    // content of the marked release, so that its mark goes to no other release with the same name: see
    // `release::identity`.
    sql: "ALTER TABLE releases ADD COLUMN name INTEGER;
     CREATE INDEX releases_by_shared_name ON releases (subscription, name) WHERE name IS NOT NULL;
     ALTER TABLE marks ADD COLUMN trace INTEGER;",
    rows: None,
    views: &[
        "CREATE TEMP VIEW releases AS SELECT *, NULL AS name, NULL AS guid FROM main.releases;",
        NO_TRACES,
        accounts::NO_SUBSCRIPTION_COLUMNS,
        NO_PICTURES,
        NO_HISTORY,
        accounts::NONE,
        NO_CHANGES,
        NO_WATCHES,
        NO_VERSIONS,
    ],
};

/// Pictures of releases.
const PICTURES: Step = Step {
    // `used` is highest for the picture used last.
    sql: "CREATE TABLE pictures (address TEXT PRIMARY KEY, used INTEGER NOT NULL, data BLOB NOT NULL);
     CREATE INDEX pictures_by_use ON pictures (used);",
    rows: None,
    views: &[
        accounts::NO_COLUMNS,
        accounts::NO_SUBSCRIPTION_COLUMNS,
        NO_PICTURES,
        NO_HISTORY,
        accounts::NONE,
        NO_CHANGES,
        NO_WATCHES,
        NO_VERSIONS,
    ],
};

/// The last changes.
const HISTORY: Step = Step {
    // `content` is a blob for marks and JSON for everything else: see `history`.
    sql: "CREATE TABLE history (
         id INTEGER PRIMARY KEY,
         what TEXT NOT NULL,
         is_undone INTEGER NOT NULL DEFAULT 0,
         content NOT NULL
     );",
    rows: None,
    views: &[
        accounts::NO_COLUMNS,
        accounts::NO_SUBSCRIPTION_COLUMNS,
        NO_HISTORY,
        accounts::NONE,
        NO_CHANGES,
        NO_WATCHES,
        NO_VERSIONS,
    ],
};

/// The last changes of stored releases.
const CHANGES: Step = Step {
    // `rows` is described in `change_log`.
    sql: "CREATE TABLE changes (change INTEGER PRIMARY KEY, rows BLOB NOT NULL);",
    rows: None,
    views: &[NO_CHANGES, NO_RULES, NO_WATCHES, NO_VERSIONS],
};

/// Watched queries.
const WATCHES: Step = Step {
    // While a query is watched, every release that a sync stores gets an arrival number. `judged` is the last arrival
    // that a watch has judged: see `watches`. Numbers are never used again, because steps that can be undone name them.
    sql: "ALTER TABLE queries ADD COLUMN watch INTEGER;
     CREATE TABLE watches (id INTEGER PRIMARY KEY AUTOINCREMENT, judged INTEGER NOT NULL);
     CREATE TABLE arrivals (
         seq INTEGER PRIMARY KEY AUTOINCREMENT,
         subscription INTEGER NOT NULL,
         number INTEGER NOT NULL
     );
     CREATE TABLE news (
         watch INTEGER NOT NULL,
         subscription INTEGER NOT NULL,
         number INTEGER NOT NULL,
         seq INTEGER NOT NULL,
         is_seen INTEGER NOT NULL DEFAULT 0,
         PRIMARY KEY (watch, subscription, number)
     ) WITHOUT ROWID;
     CREATE INDEX news_by_arrival ON news (watch, seq);",
    rows: None,
    views: &[NO_WATCHES, NO_VERSIONS],
};

/// Rules for reading a source.
const RULES: Step = Step {
    // JSON: see `feed::Rules`.
    sql: "ALTER TABLE subscriptions ADD COLUMN rules TEXT;",
    rows: None,
    views: &[NO_RULES, NO_WATCHES, NO_VERSIONS],
};

/// Earlier versions of stored releases.
const VERSIONS: Step = Step {
    // Two times in seconds since 1970, the size of `data`, and a hash of what it says: see `versions`.
    sql: "CREATE TABLE versions (
         id INTEGER PRIMARY KEY,
         subscription INTEGER NOT NULL,
         number INTEGER NOT NULL,
         since INTEGER NOT NULL,
         until INTEGER NOT NULL,
         bytes INTEGER NOT NULL,
         wording INTEGER NOT NULL,
         data BLOB NOT NULL
     );
     CREATE INDEX versions_by_release ON versions (subscription, number, until);
     CREATE INDEX versions_by_age ON versions (until, bytes);
     CREATE TRIGGER versions_of_release AFTER DELETE ON releases BEGIN
         DELETE FROM versions WHERE subscription = OLD.subscription AND number = OLD.number;
     END;",
    rows: None,
    views: &[NO_VERSIONS, NO_FEEDS],
};

/// Saved queries as feeds.
const FEEDS: Step = Step {
    // See `query_feeds`. `state` describes what the file was last written from.
    sql: "ALTER TABLE queries ADD COLUMN feed INTEGER;
     CREATE TABLE query_feeds (id INTEGER PRIMARY KEY AUTOINCREMENT, uri TEXT NOT NULL UNIQUE);
     CREATE TABLE kept_feeds (
         file TEXT PRIMARY KEY,
         feed INTEGER NOT NULL,
         format TEXT NOT NULL,
         most INTEGER NOT NULL,
         address TEXT NOT NULL,
         state TEXT NOT NULL DEFAULT ''
     ) WITHOUT ROWID;",
    rows: None,
    views: &[NO_FEEDS],
};

/// Rules on arrival.
const ARRIVAL_RULES: Step = Step {
    // `rule` is a number in `watches`, `actions` the bits of `watches::Actions`.
    sql: "ALTER TABLE queries ADD COLUMN rule INTEGER;
     ALTER TABLE queries ADD COLUMN actions INTEGER;
     CREATE TABLE wanted_pages (
         id INTEGER PRIMARY KEY,
         subscription INTEGER NOT NULL,
         number INTEGER NOT NULL,
         attempts INTEGER NOT NULL DEFAULT 0,
         UNIQUE (subscription, number)
     );",
    rows: None,
    views: &[NO_ARRIVAL_RULES],
};

/// Saved queries that are topics of the user's own.
const OWN_TOPICS: Step = Step {
    sql: "ALTER TABLE queries ADD COLUMN is_topic INTEGER NOT NULL DEFAULT 0;",
    rows: None,
    views: &["CREATE TEMP VIEW queries AS SELECT *, 0 AS is_topic FROM main.queries;"],
};

const NO_RULES: &str = "CREATE TEMP VIEW subscriptions AS SELECT *, NULL AS rules FROM main.subscriptions;";

const NO_CHANGES: &str = "CREATE TEMP VIEW changes AS SELECT 0 AS change, x'' AS rows WHERE 0;";
const NO_WATCHES: &str = "CREATE TEMP VIEW queries AS
         SELECT *, NULL AS watch, NULL AS feed, NULL AS rule, NULL AS actions, 0 AS is_topic FROM main.queries;
     CREATE TEMP VIEW wanted_pages AS SELECT 0 AS id, 0 AS subscription, 0 AS number, 0 AS attempts WHERE 0;
     CREATE TEMP VIEW query_feeds AS SELECT 0 AS id, '' AS uri WHERE 0;
     CREATE TEMP VIEW kept_feeds AS SELECT '' AS file, 0 AS feed, '' AS format, 0 AS most, '' AS address,
         '' AS state WHERE 0;
     CREATE TEMP VIEW watches AS SELECT 0 AS id, 0 AS judged WHERE 0;
     CREATE TEMP VIEW arrivals AS SELECT 0 AS seq, 0 AS subscription, 0 AS number WHERE 0;
     CREATE TEMP VIEW news AS
         SELECT 0 AS watch, 0 AS subscription, 0 AS number, 0 AS seq, 0 AS is_seen WHERE 0;";
const NO_VERSIONS: &str = "CREATE TEMP VIEW versions AS SELECT 0 AS id, 0 AS subscription, 0 AS number, 0 AS since,
     0 AS until, 0 AS bytes, 0 AS wording, x'' AS data WHERE 0;";
const NO_FEEDS: &str = "CREATE TEMP VIEW queries AS
         SELECT *, NULL AS feed, NULL AS rule, NULL AS actions, 0 AS is_topic FROM main.queries;
     CREATE TEMP VIEW wanted_pages AS SELECT 0 AS id, 0 AS subscription, 0 AS number, 0 AS attempts WHERE 0;
     CREATE TEMP VIEW query_feeds AS SELECT 0 AS id, '' AS uri WHERE 0;
     CREATE TEMP VIEW kept_feeds AS SELECT '' AS file, 0 AS feed, '' AS format, 0 AS most, '' AS address,
         '' AS state WHERE 0;";
const NO_ARRIVAL_RULES: &str = "CREATE TEMP VIEW queries AS
         SELECT *, NULL AS rule, NULL AS actions, 0 AS is_topic FROM main.queries;
     CREATE TEMP VIEW wanted_pages AS SELECT 0 AS id, 0 AS subscription, 0 AS number, 0 AS attempts WHERE 0;";
const NO_TRACES: &str = "CREATE TEMP VIEW marks AS SELECT *, NULL AS trace FROM main.marks;";
const NO_PICTURES: &str = "CREATE TEMP VIEW pictures AS SELECT '' AS address, 0 AS used, x'' AS data WHERE 0;";
const NO_HISTORY: &str =
    "CREATE TEMP VIEW history AS SELECT 0 AS id, '' AS what, 0 AS is_undone, '' AS content WHERE 0;";

/// The tables of version 1.
const TABLES: &str =
    // A mark belongs to a feed and a release number, whether or not either is still stored. `flags`: 1 read, 2 starred.
    // `change` increases with every change, so that another process can find what is new to it. The key of a release
    // increases with its date: see `archive`. Times are seconds since 1970.
    "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
     CREATE TABLE feeds (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
     CREATE TABLE marks (
         feed INTEGER NOT NULL REFERENCES feeds (id),
         number INTEGER NOT NULL,
         flags INTEGER NOT NULL,
         change INTEGER NOT NULL,
         PRIMARY KEY (feed, number)
     ) WITHOUT ROWID;
     CREATE TABLE subscriptions (
         id INTEGER PRIMARY KEY,
         feed INTEGER NOT NULL UNIQUE REFERENCES feeds (id),
         address TEXT NOT NULL,
         title TEXT NOT NULL DEFAULT '',
         feed_title TEXT NOT NULL DEFAULT '',
         site TEXT NOT NULL DEFAULT '',
         folder TEXT NOT NULL DEFAULT '[]',
         position INTEGER NOT NULL,
         is_paused INTEGER NOT NULL DEFAULT 0,
         wants_pages INTEGER NOT NULL DEFAULT 0,
         removed INTEGER,
         etag TEXT,
         modified TEXT,
         moved_to TEXT,
         moved_times INTEGER NOT NULL DEFAULT 0,
         checked INTEGER,
         succeeded INTEGER,
         error TEXT,
         failures INTEGER NOT NULL DEFAULT 0,
         retry INTEGER,
         pause INTEGER
     );
     CREATE TABLE releases (
         key INTEGER PRIMARY KEY,
         subscription INTEGER NOT NULL REFERENCES subscriptions (id),
         number INTEGER NOT NULL,
         digest INTEGER NOT NULL,
         seen INTEGER NOT NULL,
         data BLOB NOT NULL
     );
     CREATE UNIQUE INDEX releases_by_name ON releases (subscription, number);
     CREATE TABLE pages (
         id INTEGER PRIMARY KEY,
         feed INTEGER NOT NULL REFERENCES feeds (id),
         number INTEGER NOT NULL,
         fetched INTEGER NOT NULL,
         data BLOB NOT NULL
     );
     CREATE UNIQUE INDEX pages_by_name ON pages (feed, number);
     CREATE TABLE sessions (name TEXT PRIMARY KEY, data TEXT NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID;
     CREATE TABLE queries (name TEXT PRIMARY KEY, query TEXT NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
     CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
     PRAGMA application_id = 1953064041;";

/// The schema version that this program writes.
pub const VERSION: usize = MIGRATIONS.len();

/// Returns the application id and the schema version of a database.
pub fn owner_and_version(connection: &Connection) -> rusqlite::Result<(i32, usize)> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    Ok((number("application_id")?, usize::try_from(number("user_version")?).unwrap_or(usize::MAX)))
}

/// Runs the missing steps in one transaction.
pub fn migrate(connection: &mut Connection, migrations: &[Step]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have migrated it meanwhile.
    let (_, version) = owner_and_version(&transaction)?;
    if version < migrations.len() {
        for step in migrations.iter().skip(version) {
            transaction.execute_batch(step.sql)?;
            if let Some(rows) = step.rows {
                rows(&transaction)?;
            }
        }
        transaction.pragma_update(None, "user_version", i64::try_from(migrations.len()).unwrap_or(i64::MAX))?;
    }
    transaction.commit()
}

/// Presents a read-only file of an older version as one of this version for this connection.
pub fn view(connection: &Connection, version: usize) -> rusqlite::Result<()> {
    // The disk may be full.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    let views = MIGRATIONS.get(version).map_or(&[][..], |step| step.views);
    views.iter().try_for_each(|views| connection.execute_batch(views))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(sql: &'static str) -> Step {
        Step { sql, rows: None, views: &[] }
    }

    #[test]
    fn steps_run_once_in_order_and_all_or_none() {
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection, &[step("CREATE TABLE a (x)")]).expect("the first step");
        let more = ["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y", "this is no SQL"].map(step);
        assert!(migrate(&mut connection, &more).is_err());
        assert!(connection.prepare("SELECT y FROM a").is_err(), "half of a migration stayed");
        assert_eq!(owner_and_version(&connection), Ok((0, 1)));
        migrate(&mut connection, &more[..2]).expect("the second step");
        migrate(&mut connection, &more[..2]).expect("nothing to do");
        assert!(connection.prepare("SELECT y FROM a").is_ok());
        assert_eq!(owner_and_version(&connection), Ok((0, 2)));
    }

    #[test]
    fn the_tables_are_created_with_the_application_id() {
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection, MIGRATIONS).expect("the tables");
        assert_eq!(owner_and_version(&connection), Ok((APPLICATION, VERSION)));
    }
}
