//! The complete state of the reader, and the one function that changes it.
//!
//! [`App::update`] is pure: the same messages give the same state and the same effects. Time, terminal size, files and
//! search results arrive as [`Msg`]; side effects are returned as [`Effect`].

pub mod accounts;
mod age;
pub mod at_server;
pub mod bottom_line;
pub mod changes;
mod complete;
pub mod detail;
mod download;
mod effect;
mod export;
pub mod filter;
mod find;
mod full_text;
mod generation;
mod hidden_text;
mod history;
mod inbox;
mod jumplist;
mod layout;
pub mod library;
mod link_hints;
pub mod list;
mod list_cursor;
mod load;
mod marking;
mod marks;
mod mouse;
mod movement;
mod msg;
pub mod notice;
mod own_topics;
mod pane_options;
pub mod picture;
pub mod popup;
mod prompt;
mod query_edit;
mod query_line;
mod reading;
mod saved;
mod search;
mod selection;
mod server_search;
mod session;
mod similar;
mod story;
mod sync;
#[cfg(test)]
mod tests;
pub mod timeline;
mod typing;
mod update;
pub mod watching;
mod word_bars;
mod words;

use std::sync::Arc;

use chrono::NaiveDate;

pub use age::age;
pub use complete::{Candidate, Completion};
pub use download::DownloadRequest;
pub use effect::{Effect, Effects, Timer};
pub use generation::Generation;
pub use history::{Recording, StepId};
pub use layout::{Arrangement, Divider, Layout, Pane, PaneShape, Sizes};
pub use list_cursor::ListCursor;
pub use load::LoadState;
pub use marks::{Change, Mark, Marks, MarksOf, Ticket};
pub use msg::{Msg, Reread};
pub use pane_options::{Choice, PaneOptions};
pub use picture::{Graphics, PictureRequest, Placement};
pub use prompt::Prompt;
pub use query_line::{Chip, QueryLine};
pub use search::Search;
pub use selection::Selection;
pub use session::{ReadingPosition, Session};
pub use word_bars::WordBarsRequest;
pub use words::WordsRequest;

use crate::catalog::{Catalog, Changes, ReleaseIndex, ReleaseRef};
use crate::config::{Settings, Themes};
use crate::keymap::{Action, Key, Scope};
use crate::query::{Hits, Query, Sort};
use crate::text::CleanBuf;
use detail::Detail;
use filter::Filter;
use history::History;
use inbox::Inbox;
use library::LibraryState;
use list::ListView;
use list::row::RowShape;
use notice::Notices;
use picture::PictureView;
use popup::Popups;
use similar::Similar;
use timeline::Timeline;

/// The complete state of the reader.
#[derive(Debug, Default)]
pub struct App {
    /// Terminal size: columns, rows.
    size: (u16, u16),
    /// Pane sizes chosen by the user.
    sizes: Sizes,
    /// Pane visibility and arrangement chosen by the user.
    pane_options: PaneOptions,
    /// The available themes.
    pub themes: Arc<Themes>,
    /// The theme chosen while reading, if any.
    theme: Option<Choice<String>>,
    /// The row of the screen last clicked, if it selected a release, and its position among the hits.
    pressed: Option<(u16, usize)>,
    /// The divider that the mouse is dragging.
    dragged: Option<Divider>,
    /// Whether the terminal's background is light.
    pub light: bool,
    /// What the terminal reports about its graphics.
    pub graphics: Graphics,
    /// All releases loaded so far.
    pub catalog: Arc<Catalog>,
    /// The query that the list answers.
    pub query: Query,
    /// The sort order of the list.
    pub sort: Sort,
    /// The matching releases and their counts. While a search runs, those of the previous search.
    pub hits: Hits,
    /// The prompt and the state of the current search.
    pub search: Search,
    /// Which pane has the focus.
    pub focus: Pane,
    /// Whether the detail pane is shown alone.
    pub zen: bool,
    /// The filter pane.
    pub filter: Filter,
    /// The user's own topics.
    own_topics: own_topics::OwnTopicsState,
    /// The cursor of the list pane, in hits.
    pub list: ListCursor,
    /// What the list pane shows.
    pub list_entries: Vec<list::Entry>,
    /// Lines of the list that need not be laid out again.
    laid_out: list::LaidOut,
    /// The detail pane.
    pub detail: Detail,
    /// The timeline above the list.
    pub timeline: Timeline,
    /// The open popups.
    pub popups: Popups,
    /// Names of the actions last run from the palette, newest first.
    recent: Vec<String>,
    /// The read and starred marks.
    pub marks: Marks,
    /// Which releases have earlier versions.
    pub changes: Changes,
    /// The last request for the versions of a release.
    versions_asked: Generation,
    /// The releases similar to the one in the detail pane.
    pub similar: Similar,
    /// The request for the words of the hits.
    words: words::WordsState,
    /// The request for the bars of a word.
    word_bars: word_bars::WordBarsState,
    /// The release whose story was shown last.
    story: story::StoryOf,
    /// The picture of the release in the detail pane.
    pub picture: PictureView,
    /// The link label letters typed so far, while link hints are shown.
    pub hint_letters: Option<Prompt>,
    /// Whether the hints are for a download.
    is_download_hint: bool,
    /// The running downloads.
    downloads: download::Downloads,
    /// The release whose links have hints; `None` once it has been removed.
    hint_release: Option<ReleaseIndex>,
    /// The last command that text was piped to.
    last_command: Option<String>,
    /// The jump list, newest last.
    jumps: Vec<jumplist::Jump>,
    /// The releases selected for the next action.
    pub selection: Selection,
    /// Undo and redo.
    history: History,
    /// What is known about the library.
    pub library: LibraryState,
    /// The last notices about watched queries.
    announced: watching::Announced,
    /// The running requests to the servers of accounts.
    at_server: at_server::ServerTasks,
    /// What servers found last.
    at_server_found: server_search::FoundAtServer,
    /// The account that the last feed was followed through, if any; proposed for the next one.
    last_account: Option<CleanBuf>,
    /// Loading progress and errors.
    pub load: LoadState,
    /// The latest news and all errors, shown in the status bar.
    pub notices: Notices,
    /// The user's settings.
    pub settings: Settings,
    /// Keys of an incomplete sequence.
    pub pending: Vec<Key>,
    /// The date that relative dates count from.
    today: NaiveDate,
    /// The release being read, for marking it read after a delay.
    dwelling_on: Option<marking::Dwell>,
    /// The generation of the newest timer for marking a release read.
    dwell: Generation,
    /// The position of the last session, until the user moves.
    session_position: Option<Session>,
    /// The number of hits of each saved query.
    saved_counts: saved::Counts,
    /// The byte of a release's text to scroll to when the release is next shown.
    scroll_anchor: Option<(ReleaseIndex, usize)>,
    /// Messages received but not yet processed.
    inbox: Inbox,
    /// Effects still to be returned by `update`.
    effects: Effects,
}

/// The most lines of a list without headings.
const LINES_WITHOUT_HEADING: usize = 3;

impl App {
    /// Creates an empty reader in a terminal of `columns` by `rows`.
    #[must_use]
    pub fn new(columns: u16, rows: u16) -> Self {
        Self { size: (columns, rows), ..Self::default() }
    }

    /// Returns the terminal size: columns, rows.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Returns the regions of the screen.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let shape = self.pane_options();
        let layout = Layout::new(self.size.0, self.size.1, self.focus, self.zen, &shape);
        // Depends on the catalog, not on the hits: filtering must not move the list.
        let is_hidden = shape.hides_timeline || self.catalog.day_totals().counts.is_empty();
        let has_focus = self.focus == Pane::Timeline;
        match self.timeline.word() {
            _ if is_hidden => layout,
            Some(_) => layout.with_word_bars(has_focus),
            None => layout.with_timeline(has_focus),
        }
    }

    /// Returns the scope that receives keys.
    #[must_use]
    pub fn scope(&self) -> Scope {
        if let Some(scope) = self.popups.scope() {
            scope
        } else if self.search.prompt.is_some() {
            Scope::Prompt
        } else if self.filter.type_ahead.is_some() {
            Scope::TypeAhead
        } else if self.hint_letters.is_some() {
            Scope::LinkHints
        } else if self.is_finding() {
            Scope::Find
        } else {
            self.pane_scope()
        }
    }

    /// Returns the scope of the focused pane, ignoring everything open over it.
    fn pane_scope(&self) -> Scope {
        match self.focus {
            _ if self.zen => Scope::Detail,
            Pane::Filter => Scope::Filter,
            Pane::List => Scope::List,
            Pane::Detail => Scope::Detail,
            Pane::Timeline => Scope::Timeline,
        }
    }

    /// Whether the user is busy with the selected release. If so, incoming releases never replace it, not even in the
    /// first row.
    fn is_engaged(&self) -> bool {
        let is_reading = self.pane_scope() == Scope::Detail && self.session_position.is_none();
        let is_modal = self.scope() != self.pane_scope();
        is_reading || is_modal || self.detail.find.is_some() || self.selection.is_range()
    }

    /// Returns the key of a pane action, for use in messages. Without a key, returns how to run it from the palette.
    #[must_use]
    pub fn key_of(&self, action: Action) -> String {
        self.key_in(&[Scope::Panes, Scope::List, Scope::Detail], action)
    }

    /// Returns the key of an action in the first of `scopes` that binds it.
    #[must_use]
    pub fn key_in(&self, scopes: &[Scope], action: Action) -> String {
        let first = |scope, action| self.settings.keymap.keys_of(scope, action).into_iter().next();
        scopes.iter().find_map(|&scope| first(scope, action)).unwrap_or_else(|| {
            let name = Action::TABLE.iter().find(|info| info.action == action).map_or("", |info| info.name);
            let palette = first(Scope::Panes, Action::Palette).unwrap_or_default();
            if palette == ":" { format!(":{name}") } else { format!("{palette} {name}") }
        })
    }

    /// Returns the index of the selected release.
    #[must_use]
    pub fn selected(&self) -> Option<ReleaseIndex> {
        self.hits.order.get(self.list.at).copied()
    }

    /// Returns the selected release.
    #[must_use]
    pub fn selected_release(&self) -> Option<ReleaseRef<'_>> {
        self.catalog.release(self.selected()?)
    }

    /// Returns the hits as the list pane shows them in `layout`.
    #[must_use]
    pub fn list_view(&self, layout: &Layout) -> ListView<'_> {
        let shape = RowShape {
            style: layout.row_style(),
            width: layout.list.width,
            rows: usize::from(layout.list_rows()),
            sort: self.sort,
        };
        // The lines of a very low list are for the selected release.
        let is_grouped = self.sort.is_by_date() && self.catalog.is_dated() && shape.rows > LINES_WITHOUT_HEADING;
        ListView::new(&self.catalog, &self.hits.order, self.query.needles(), shape, is_grouped)
    }

    /// The number of unread releases.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.catalog.len() - self.marks.count(Mark::Read).min(self.catalog.len())
    }
}
