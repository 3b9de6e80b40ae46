//! The faults and differences that the servers can imitate.

use std::collections::BTreeSet;

/// What a server does differently from a well-behaved one of the newest version. Counts say how many times; they count
/// down.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Switches {
    // Both servers.
    /// This many requests fail with this status and an empty body, as when a proxy cannot reach the server.
    pub fail: (u32, u16),
    /// This many requests are refused with 401, as after a changed secret. `u32::MAX` refuses all.
    pub refuse: u32,
    /// All requests get this status and `Retry-After` with this many seconds.
    pub busy: Option<(u16, u64)>,
    /// This many answers to lists and contents end after so many bytes, with 200: PHP ran out of memory.
    pub shorten: (u32, usize),
    /// This many answers to lists and contents break off after so many bytes, in the middle of a chunk.
    pub cut: (u32, usize),
    /// This many requests that change something are confirmed without effect, as with a locked database.
    pub ignore_marks: u32,
    /// Marks of these entries are confirmed without effect.
    pub deaf: BTreeSet<u64>,
    /// This many requests that change something are carried out and not answered: the server's time-out.
    pub silent_marks: u32,

    // FreshRSS, whose lists answer an unknown stream with all ids, whose pages of ids drop the first row of the next
    // page if the last row has left the list, and which sends JSON as HTML, in all versions.
    /// An unknown label answers with all ids, as before 1.25.
    pub all_for_unknown_label: bool,
    /// The streams of read and of unread entries answer with all ids, as before 1.27.
    pub all_for_read: bool,
    /// Of several actions in one request only the last is carried out, as in 1.25.0-dev.
    pub last_action_only: bool,
    /// PHP drops the fields of a form beyond this number.
    pub most_fields: usize,
    /// Contents of more ids than this answer 500 with an empty body: PHP ran out of memory, in 1.25.0-dev.
    pub most_contents: usize,
    /// PHP prints a warning before the JSON, as with `display_errors=On`.
    pub warn: bool,
    /// This many requests for contents find nothing, as in a development version on PostgreSQL.
    pub empty_contents: u32,
    /// Contents never hold these entries: an extension hides them.
    pub withheld: BTreeSet<u64>,
    /// The administrator has not allowed the API: 503 to all but the bare address.
    pub api_off: bool,
    /// The web server does not pass on the `Authorization` header.
    pub lose_authorization: bool,
    /// How many milliseconds marking one entry read or unread takes on SQLite: 2 to 3.
    pub slow_marks: u64,

    // Miniflux, which ignores filters that do not parse, and deletes the feeds of a deleted folder, in all versions.
    /// The size of a page of ids, which real servers limit to 10,000.
    pub page: usize,
    /// All requests answer 200 with a plain text: `MAINTENANCE_MODE=1`.
    pub maintenance: bool,
    /// PostgreSQL is stopped: 500 to a key, 401 to a password.
    pub database_down: bool,
    /// The user has deleted the key.
    pub revoked: bool,
    /// There is no REST API: `DISABLE_API=1`.
    pub api_disabled: bool,
    /// A version before 2.3.2: no list of ids, and a star in a request is ignored.
    pub too_old: bool,
    /// Pictures that are not https get addresses of the server's own proxy: `MEDIA_PROXY_MODE=http-only`.
    pub media_proxy: bool,
    /// The user's time zone, in minutes east of Greenwich; it shows in all times.
    pub time_zone: i64,
    /// The Google Reader part reverses a mark that is set already, as before 2.3.0.
    pub toggle: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            fail: (0, 502),
            refuse: 0,
            busy: None,
            shorten: (0, 0),
            cut: (0, 0),
            ignore_marks: 0,
            deaf: BTreeSet::new(),
            silent_marks: 0,
            all_for_unknown_label: false,
            all_for_read: false,
            last_action_only: false,
            most_fields: 1000,
            most_contents: usize::MAX,
            warn: false,
            empty_contents: 0,
            withheld: BTreeSet::new(),
            api_off: false,
            lose_authorization: false,
            slow_marks: 0,
            page: 10_000,
            maintenance: false,
            database_down: false,
            revoked: false,
            api_disabled: false,
            too_old: false,
            media_proxy: false,
            time_zone: 0,
            toggle: false,
        }
    }
}

/// Whether a fault happens now: counts down, except from the greatest number.
pub fn spend(count: &mut u32) -> bool {
    let is_due = *count > 0;
    if is_due && *count < u32::MAX {
        *count -= 1;
    }
    is_due
}
