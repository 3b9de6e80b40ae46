//! What the state knows about the library and asks of it, as plain data.
//!
//! A [`LibraryEvent`] arrives in a message; a [`LibraryCommand`] leaves in an effect. This module knows nothing about
//! the store, the network or the threads behind them. All text is already sanitised.

use super::accounts::Account;
use super::at_server::{ServerAnswer, ServerTask};
use super::changes::VersionChange;
use super::generation::Generation;
use super::watching::Watched;
use super::{App, Effect, StepId};
use crate::catalog::ReleaseIndex;
use crate::feed::{Rules, TopicSource};
use crate::keymap::Action;
use crate::library::{AccountId, Actions, Direction, Edit, Extent, RuleApplied, SourceId, StoredStep, WatchId};
use crate::sync::{CheckStep, FeedPreview, PagePreview};
use crate::text::{CleanBuf, fold, truncate};

/// Maximum columns of a name within a message.
const NAME_COLUMNS: usize = 24;

/// A subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact")]
pub struct Subscription {
    /// Its id in the library; never changes.
    pub id: SourceId,
    /// Its name, given by the feed or by the user.
    pub title: CleanBuf,
    /// The address it is fetched from.
    pub address: CleanBuf,
    /// Its folder, outermost name first; empty at the top level.
    pub folder: Vec<CleanBuf>,
    /// Whether syncing all subscriptions skips it.
    pub is_paused: bool,
    /// Whether the full texts of its releases are fetched.
    pub wants_pages: bool,
    /// How it is read, if the user says so.
    pub rules: Rules,
    /// The number of its stored releases.
    pub releases: u64,
    /// The number of its unread releases.
    pub unread: u64,
    /// The time of its last successful fetch, in seconds since 1970.
    pub succeeded: Option<i64>,
    /// The error of its last fetch; reads as the continuation of its name.
    pub error: Option<CleanBuf>,
    /// Whether a sync is fetching it.
    pub is_syncing: bool,
    /// The accounts that it is followed through.
    pub accounts: Vec<AccountId>,
    /// Whether tidings does not fetch it itself: it is followed through accounts only, or by nobody any more.
    pub is_remote: bool,
}

impl Subscription {
    /// Whether nobody follows it any more.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.is_remote && self.accounts.is_empty()
    }
}

/// A saved query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SavedQuery {
    /// Its unique name.
    pub name: String,
    /// Its text.
    pub query: String,
    /// What is known of its watch, if it is watched.
    pub watch: Option<Watched>,
    /// What happens to releases that arrive for it.
    pub on_arrival: Actions,
    /// Whether it is a topic of the user's own.
    pub is_topic: bool,
}

impl SavedQuery {
    /// A query that is not watched and has no rule.
    #[must_use]
    pub fn new(name: &str, query: &str) -> Self {
        Self { name: name.to_owned(), query: query.to_owned(), ..Self::default() }
    }
}

/// The progress of a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncState {
    /// The number of finished sources and accounts, including failed ones.
    pub done: usize,
    /// The number of sources and accounts to fetch.
    pub all: usize,
    /// The number of failed sources.
    pub failed: usize,
    /// The number of new releases.
    pub fresh: usize,
    /// The number of past pages fetched.
    pub past_pages: usize,
    /// Whether a subscription has more past pages, which the next request fetches.
    pub has_more: bool,
    /// Of accounts: the number of entries fetched, and to fetch.
    pub fetching: Option<(usize, usize)>,
    /// Whether the sync has ended or was cancelled.
    pub is_over: bool,
    /// The first source that failed, and the error, which reads as the continuation of its name.
    pub first_error: Option<(CleanBuf, CleanBuf)>,
    /// What rules on arrival did; known at the end.
    pub applied: Vec<RuleApplied>,
    /// The number of full texts fetched for such rules.
    pub full_texts: usize,
}

/// A request to the library, which answers with [`LibraryEvent`]s.
///
/// Changes to subscriptions and saved queries are shown before they are carried out. After each of them, successful or
/// not, the library sends the complete state, which corrects the screen if necessary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LibraryCommand {
    /// Subscribe to the feed at this address, or to the feed that the web page there links to. Answered by
    /// [`LibraryEvent::Subscribed`], [`LibraryEvent::NotSubscribed`] or [`LibraryEvent::Offered`]; a form waits for it.
    Subscribe {
        /// An http or https address, including the scheme.
        address: String,
        /// Whether the user typed no scheme, so that https is a guess.
        is_guess: bool,
        /// A name; `None` keeps the feed's own name.
        title: Option<String>,
        /// The folder, outermost name first.
        folder: Vec<String>,
        /// How to read it.
        rules: Rules,
        /// Whether the user has chosen among what a page offers.
        is_chosen: bool,
    },
    /// Read the feed of a subscription in another way without storing anything. Answered by [`LibraryEvent::Tried`].
    TryRules {
        /// The subscription.
        id: SourceId,
        /// Its address.
        address: String,
        /// How to read it.
        rules: Rules,
    },
    /// Subscribe to the feeds of an OPML list. Answered by a notice.
    ImportFeeds {
        /// The path as typed.
        file: String,
    },
    /// Write the subscriptions to an OPML list, a new file. Answered by a notice.
    ExportFeeds {
        /// The path as typed.
        file: String,
    },
    /// Change a subscription or a saved query, as a step that can be undone. Answered by [`LibraryEvent::NotEdited`] if
    /// nothing was changed.
    Edit {
        /// The step.
        step: StepId,
        /// The change.
        edit: Edit,
        /// What it does, in words: `paused Gazette`.
        what: String,
    },
    /// Undo or redo a step. Answered by [`LibraryEvent::Turned`].
    Turn {
        /// The step.
        step: StepId,
        /// Whether to undo or to redo it.
        direction: Direction,
    },
    /// Record that the user has seen what is new for a watched query.
    SeeNews {
        /// Its watch.
        watch: WatchId,
        /// The last arrival that was shown.
        last: i64,
    },
    /// Delete undone steps, which can no longer be redone.
    Forget(Vec<StepId>),
    /// Sync these subscriptions; an empty list syncs all that are not paused. [`LibraryEvent::Sync`] reports the
    /// progress until the sync is over. If a sync is running, they are added to it.
    Sync(Vec<SourceId>),
    /// Sync this subscription and fetch past pages of its feed; otherwise like [`LibraryCommand::Sync`].
    SyncPast(SourceId),
    /// Sync these accounts only; otherwise like [`LibraryCommand::Sync`].
    SyncAccounts(Vec<AccountId>),
    /// Ask the server of an account to do something. Answered by [`LibraryEvent::AtServer`] with the same number.
    AtServer {
        /// The number.
        number: u64,
        /// What to do.
        task: ServerTask,
    },
    /// Cancel such a task.
    CancelAtServer(u64),
    /// Stop fetching a feed directly that is also followed through an account.
    StopFetching(SourceId),
    /// Cancel the running sync. No further [`LibraryEvent::Sync`] of it follows.
    CancelSync,
    /// Ask the server again for a release that is shown, if only a search has found it there.
    AskAgain {
        /// Its index in the catalog.
        release: ReleaseIndex,
    },
    /// Read the earlier versions of a release. Answered by [`LibraryEvent::Versions`] with the same number.
    ReadVersions {
        /// The number.
        generation: Generation,
        /// Its index in the catalog.
        release: ReleaseIndex,
    },
    /// Fetch the full text of a release from its web page.
    FetchPage {
        /// Its index in the catalog.
        release: ReleaseIndex,
    },
}

/// An event from the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LibraryEvent {
    /// The complete list of subscriptions.
    Sources(Vec<Subscription>),
    /// The complete list of accounts.
    Accounts(Vec<Account>),
    /// The answer to a task with this number.
    AtServer {
        /// The number.
        number: u64,
        /// The answer, or the error.
        answer: Result<ServerAnswer, CleanBuf>,
    },
    /// The versions of a release, the present one first, or the error.
    Versions {
        /// The number of the request.
        generation: Generation,
        /// The versions.
        outcome: Result<Vec<VersionChange>, CleanBuf>,
    },
    /// A step of a task that checks an account, with the number of the task.
    Checked(u64, CheckStep),
    /// The complete list of saved queries, in display order.
    SavedQueries(Vec<SavedQuery>),
    /// The steps of earlier sessions that can be undone or redone, oldest first.
    Steps(Vec<StoredStep>),
    /// A step was undone or redone.
    Turned {
        /// The step.
        step: StepId,
        /// Whether it was undone or redone.
        direction: Direction,
        /// How much of it was; `None` if the library could not be written.
        extent: Option<Extent>,
    },
    /// The change of a step was not made.
    NotEdited(StepId),
    /// A web page links to several feeds, or lists releases itself.
    Offered {
        /// The address in the command.
        asked: CleanBuf,
        /// The name and address of each feed.
        feeds: Vec<(CleanBuf, CleanBuf)>,
        /// What the page lists.
        page: Option<Box<PagePreview>>,
    },
    /// How a subscription would be read with other rules.
    Tried {
        /// The subscription.
        id: SourceId,
        /// The rules.
        rules: Rules,
        /// What is read, or why it cannot be; reads as the continuation of its name.
        outcome: Result<Box<FeedPreview>, CleanBuf>,
    },
    /// A subscription was added.
    Subscribed {
        /// The address in the command.
        asked: CleanBuf,
        /// The feed's name.
        title: CleanBuf,
    },
    /// Subscribing failed.
    NotSubscribed {
        /// The address in the command.
        asked: CleanBuf,
        /// The error; reads as the continuation of the address.
        reason: CleanBuf,
        /// The address with http, if the server does not answer to https and the user typed no scheme.
        http: Option<CleanBuf>,
    },
    /// The progress of a sync.
    Sync(SyncState),
}

/// What is known about the library.
#[derive(Debug, Clone, Default)]
pub struct LibraryState {
    /// The subscriptions, sorted by folder and name.
    pub sources: Vec<Subscription>,
    /// The accounts, in the order in which they were added.
    pub accounts: Vec<Account>,
    /// The saved queries.
    pub saved: Vec<SavedQuery>,
    /// The running sync.
    pub sync: Option<SyncState>,
    /// The current time in seconds since 1970, to the minute; `None` before the first [`Msg::Now`](super::Msg::Now).
    pub now: Option<i64>,
    /// Whether the lists of accounts and of subscriptions have arrived; until then it is unknown whether there are any.
    pub(super) is_loaded: bool,
    /// The notice shown when a sync was requested.
    pub(super) announced: Option<CleanBuf>,
    /// A new subscription whose releases have not arrived; its newest release is then selected.
    pub(super) new_feed: Option<CleanBuf>,
    /// Subscriptions to be read again as soon as the library has their new options.
    pub(super) rereads: Vec<(SourceId, Rules)>,
}

/// Shortens a name for use in a message.
pub(super) fn short(name: &CleanBuf) -> String {
    let (shown, is_cut) = truncate(name.as_clean(), NAME_COLUMNS);
    format!("{shown}{}", if is_cut { "…" } else { "" })
}

/// Says what the topics of a subscription are derived from, from now on.
pub(super) fn describe_topics(title: &str, from: Option<TopicSource>) -> String {
    match from {
        None | Some(TopicSource::None) => format!("no longer deriving topics of {title}"),
        Some(from) => format!("deriving topics of {title} {}", from.phrase()),
    }
}

/// Returns a folder's full name.
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
    /// Handles the actions for subscriptions, saved queries and full texts. Returns `false` for any other action.
    pub(super) fn library_action(&mut self, action: Action) -> bool {
        match action {
            Action::FetchPage => self.fetch_page(),
            Action::Changes => self.show_changes(),
            Action::Sync => self.sync_all(),
            Action::Subscribe => self.open_subscribe(),
            Action::AddAccount => self.open_account_form(),
            Action::SearchServer => self.search_at_server(),
            Action::ImportFeeds => self.open_import(),
            Action::ExportFeeds => self.open_feed_export(),
            Action::Subscriptions => self.open_subscriptions(),
            Action::SavedQueries => self.open_saved_queries(),
            Action::SaveQuery => self.open_save(),
            _ => return false,
        }
        true
    }

    /// Sends a command to the library.
    pub(super) fn command(&mut self, command: LibraryCommand) {
        self.effects.push(Effect::Library(command));
    }

    /// Applies an event from the library.
    pub(super) fn apply_library_event(&mut self, report: LibraryEvent) {
        match report {
            LibraryEvent::Sources(sources) => {
                self.library.sources = sources;
                self.library.is_loaded = true;
                self.sort_subscriptions();
                self.sync_reread();
                self.search_if_waiting();
            }
            LibraryEvent::Accounts(accounts) => self.apply_accounts(accounts),
            LibraryEvent::AtServer { number, answer } => self.answered(number, answer),
            LibraryEvent::Versions { generation, outcome } => self.versions_read(generation, outcome),
            LibraryEvent::Checked(number, step) => self.account_checked(number, step),
            LibraryEvent::SavedQueries(saved) => {
                self.library.saved = saved;
                self.saved_changed();
                self.announce_news();
            }
            LibraryEvent::Steps(steps) => self.history.restore(steps),
            LibraryEvent::Turned { step, direction, extent } => self.turned(step, direction, extent),
            LibraryEvent::NotEdited(step) => self.not_edited(step),
            LibraryEvent::Sync(state) => self.synced(state),
            LibraryEvent::Subscribed { asked, title } => self.subscribed(&asked, &title),
            LibraryEvent::NotSubscribed { asked, reason, http } => self.not_subscribed(&asked, &reason, http.as_ref()),
            LibraryEvent::Tried { id, rules, outcome } => self.tried(id, rules, outcome),
            LibraryEvent::Offered { asked, feeds, page } => self.offered(asked, feeds, page),
        }
    }

    /// Sorts the subscriptions by folder and name, the top level first.
    pub(super) fn sort_subscriptions(&mut self) {
        self.library.sources.sort_by_cached_key(|source| {
            let folder: Vec<String> = source.folder.iter().map(|name| fold(name.as_str())).collect();
            (folder, fold(source.title.as_str()), source.id)
        });
    }
}
