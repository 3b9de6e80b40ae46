//! What the state knows of the library and asks of it: plain data that crosses the border.
//!
//! A [`LibraryEvent`] comes in as a message, an [`LibraryCommand`] goes out as an effect. Which store, which network and which thread
//! stand behind them is known to nobody here. Text from outside is clean before it comes in.

use super::App;
use crate::text::{CleanBuf, fold, truncate};

/// Columns of a name among other words.
const TOLD: usize = 24;

/// A subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscription {
    /// Its number in the library; it never changes.
    pub id: i64,
    /// Its name, as the feed gives it or the user did.
    pub title: CleanBuf,
    /// Where it is fetched from.
    pub address: CleanBuf,
    /// The folder it lies in, outermost name first; none: at the top.
    pub folder: Vec<CleanBuf>,
    /// A sync of all leaves it out.
    pub is_paused: bool,
    /// Whether the pages behind its releases are fetched too.
    pub wants_pages: bool,
    /// How many of its releases are kept.
    pub releases: u64,
    /// How many of them are not read.
    pub unread: u64,
    /// When it was last fetched without an error, in seconds since 1970.
    pub succeeded: Option<i64>,
    /// Why it could not be fetched the last time, to be read behind its name.
    pub error: Option<CleanBuf>,
    /// Whether it is being fetched.
    pub is_syncing: bool,
}

/// A query with a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SavedQuery {
    /// Its name, by which it is replaced and dropped.
    pub name: String,
    /// Its text.
    pub query: String,
}

/// How far a sync is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncState {
    /// Sources that are done, those that failed among them.
    pub done: usize,
    /// Sources to do.
    pub all: usize,
    /// Sources that could not be fetched.
    pub failed: usize,
    /// Releases that were not there before.
    pub fresh: usize,
    /// Whether nothing more comes, be it done or cancelled.
    pub is_over: bool,
    /// The first source that failed: its name, and why, to be read behind it.
    pub first_error: Option<(CleanBuf, CleanBuf)>,
}

/// What the library is asked to do. It answers with [`LibraryEvent`]s.
///
/// What changes subscriptions or saved queries stands on the screen before it is done: the library tells all of them
/// anew when it is done, and also when it could not be done, so that the screen is right again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LibraryCommand {
    /// Follow the feed at this address, or the one that the web page there names. Answered by one of
    /// [`LibraryEvent::Subscribed`], [`LibraryEvent::NotSubscribed`] and [`LibraryEvent::Offered`]: a form waits for it.
    Subscribe {
        /// An address with its scheme, http or https.
        address: String,
        /// Its name; none: as the feed calls itself.
        title: Option<String>,
        /// Its folder, outermost name first.
        folder: Vec<String>,
    },
    /// Give a subscription another name.
    Rename {
        /// Which one.
        id: i64,
        /// Its name; empty: as the feed calls itself.
        title: String,
    },
    /// Put a subscription into a folder.
    Refile {
        /// Which one.
        id: i64,
        /// The folder, outermost name first; none: at the top.
        folder: Vec<String>,
    },
    /// Leave a subscription out of a sync of all, or no longer.
    Pause {
        /// Which one.
        id: i64,
        /// Whether it is left out.
        on: bool,
    },
    /// Follow it no longer; its starred releases stay.
    Unsubscribe {
        /// Which one.
        id: i64,
    },
    /// Follow it again with all it had: takes [`LibraryCommand::Unsubscribe`] back.
    Resubscribe(i64),
    /// Fetch the pages behind its releases too, or no longer.
    WantPages {
        /// Which one.
        id: i64,
        /// Whether they are fetched.
        on: bool,
    },
    /// Bring these subscriptions up to date; none: all that are not paused. [`LibraryEvent::Sync`] tells how far it is until
    /// it is over. Where a sync runs, they become part of it.
    Sync(Vec<i64>),
    /// Stop the sync that runs: no [`LibraryEvent::Sync`] of it comes any more.
    CancelSync,
    /// Fetch the page behind a release.
    FetchPage {
        /// Its number in the catalog.
        release: u32,
    },
    /// Keep a query under a name, in the place of one that has it.
    SaveQuery {
        /// The name.
        name: String,
        /// Its text.
        query: String,
    },
    /// Keep a query no longer.
    DropQuery {
        /// Its name.
        name: String,
    },
    /// Give a saved query another name, in the place of one that has it.
    RenameQuery {
        /// Its name.
        name: String,
        /// Its name from now on.
        to: String,
    },
}

/// What the library tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LibraryEvent {
    /// All subscriptions as they are now.
    Sources(Vec<Subscription>),
    /// All saved queries, in the order in which they are listed.
    SavedQueries(Vec<SavedQuery>),
    /// A web page names several feeds.
    Offered {
        /// The address of the order.
        asked: CleanBuf,
        /// Name and address of each.
        feeds: Vec<(CleanBuf, CleanBuf)>,
    },
    /// A feed is followed.
    Subscribed {
        /// The address of the order.
        asked: CleanBuf,
        /// The feed's name.
        title: CleanBuf,
    },
    /// Nothing at an address can be followed.
    NotSubscribed {
        /// The address of the order.
        asked: CleanBuf,
        /// Why, to be read behind it.
        reason: CleanBuf,
    },
    /// How far a sync is.
    Sync(SyncState),
}

/// What is known of the library.
#[derive(Debug, Clone, Default)]
pub struct LibraryState {
    /// The subscriptions, by folder and name.
    pub sources: Vec<Subscription>,
    /// The saved queries.
    pub saved: Vec<SavedQuery>,
    /// The sync that runs.
    pub sync: Option<SyncState>,
    /// Seconds since 1970, to the minute; none before the first [`Msg::Now`](super::Msg::Now).
    pub now: Option<i64>,
    /// Whether the subscriptions were told: before that nobody knows that there are none.
    pub(super) is_told: bool,
    /// What was said when a sync was asked for.
    pub(super) announced: Option<String>,
    /// Orders that `update` has still to send.
    pub(super) orders: Vec<LibraryCommand>,
}

/// A name as it is told among other words, which it must leave room for.
pub(super) fn short(name: &CleanBuf) -> String {
    let (shown, is_cut) = truncate(name.as_clean(), TOLD);
    format!("{shown}{}", if is_cut { "…" } else { "" })
}

/// A folder's name in full.
#[must_use]
pub fn folder_name(folder: &[CleanBuf]) -> CleanBuf {
    let mut name = CleanBuf::default();
    for part in folder {
        if !name.is_empty() {
            name.push_own(" / ");
        }
        name.push_clean(part.as_clean());
    }
    name
}

impl App {
    /// Takes what the library tells.
    pub(super) fn apply_library_event(&mut self, report: LibraryEvent) {
        match report {
            LibraryEvent::Sources(sources) => {
                self.library.sources = sources;
                self.library.is_told = true;
                self.queue_library_command();
            }
            LibraryEvent::SavedQueries(saved) => {
                self.library.saved = saved;
                self.saved_changed();
            }
            LibraryEvent::Sync(state) => self.synced(state),
            LibraryEvent::Subscribed { asked, title } => self.subscribed(&asked, &title),
            LibraryEvent::NotSubscribed { asked, reason } => self.not_subscribed(&asked, &reason),
            LibraryEvent::Offered { asked, feeds } => self.offered(asked, feeds),
        }
    }

    /// Puts the subscriptions of a folder together, by name; first those at the top.
    pub(super) fn queue_library_command(&mut self) {
        self.library.sources.sort_by_cached_key(|source| {
            let folder: Vec<String> = source.folder.iter().map(|name| fold(name.as_str())).collect();
            (folder, fold(source.title.as_str()), source.id)
        });
    }
}
