//! All state of the reader, and the one function that changes it.
//!
//! [`App::update`] is pure: the same messages give the same state and the same effects. Time, size, files and search
//! results come in as [`Msg`]; what is wanted of the outside goes out as [`Effect`].

mod age;
pub mod bottom_line;
mod complete;
pub mod detail;
pub mod dialog;
mod effect;
mod export;
pub mod failures;
pub mod filter;
mod find;
mod full_text;
mod history;
mod inbox;
mod jumplist;
mod layout;
pub mod library;
mod link_hints;
pub mod list;
mod load;
mod marking;
mod marks;
mod mouse;
mod msg;
mod pane_options;
pub mod popup;
mod prompt;
mod query_edit;
mod query_line;
mod removal;
mod saved;
mod search;
mod selection;
mod session;
mod similar;
mod sync;
#[cfg(test)]
mod tests;
pub mod timeline;
mod typing;
mod update;

use std::sync::Arc;

use chrono::NaiveDate;

pub use age::age;
pub use complete::{Candidate, Completion};
pub use dialog::Dialog;
pub use effect::{Effect, Effects, Timer};
pub use layout::{Arrangement, Divider, Layout, Pane, PaneShape, Sizes};
pub use load::LoadState;
pub use marks::{Change, Mark, Marks, MarksOf, Ticket};
pub use msg::{Msg, Reread};
pub use pane_options::{Choice, PaneOptions};
pub use prompt::Prompt;
pub use query_line::{Chip, QueryLine};
pub use search::Search;
pub use selection::Selection;
pub use session::{ReadingPosition, Session};

use crate::catalog::{Catalog, ReleaseRef};
use crate::config::{Settings, Themes};
use crate::keymap::{Action, Key, Scope};
use crate::query::{Hits, Query, Sort};
use detail::Detail;
use failures::Failures;
use filter::Filter;
use history::History;
use inbox::Inbox;
use library::LibraryState;
use list::{List, Listed};
use popup::Popups;
use similar::Similar;
use timeline::Timeline;

/// The whole state.
#[derive(Debug, Default)]
pub struct App {
    /// Terminal size: columns, rows.
    size: (u16, u16),
    /// What the user chose for the sizes of the panes.
    sizes: Sizes,
    /// And for the panes themselves.
    pane_options: PaneOptions,
    /// The themes that can be chosen.
    pub themes: Arc<Themes>,
    /// The name of the theme that was chosen while reading.
    theme: Option<Choice<String>>,
    /// The rule that the mouse has hold of.
    dragged: Option<Divider>,
    /// Whether the terminal's background is light.
    pub light: bool,
    /// All releases so far.
    pub catalog: Arc<Catalog>,
    /// What is shown of them.
    pub query: Query,
    /// In which order.
    pub sort: Sort,
    /// The releases that match, with the counts. While a search runs, those of the last one.
    pub hits: Hits,
    /// What the running or the last search is about.
    pub search: Search,
    /// Which pane has the focus.
    pub focus: Pane,
    /// Whether the detail stands alone.
    pub zen: bool,
    /// The filter pane.
    pub filter: Filter,
    /// The list pane.
    pub list: List,
    /// The detail pane.
    pub detail: Detail,
    /// The strip above the list.
    pub timeline: Timeline,
    /// What opens over the panes and is worked in.
    pub popups: Popups,
    /// What opens over all of that to be read.
    pub dialog: Option<Dialog>,
    /// What is typed to narrow the help.
    pub help_filter: Prompt,
    /// The names of what was last done from the palette, the newest first.
    recent: Vec<String>,
    /// Read and starred.
    pub marks: Marks,
    /// Releases that are like the one in the detail pane.
    pub similar: Similar,
    /// The letters typed so far of a target to go to, while they are waited for.
    pub hint_letters: Option<String>,
    /// The release whose targets they are; none once it is gone.
    hint_release: Option<u32>,
    /// The last command that got a text.
    last_command: Option<String>,
    /// Where one was, the last at the end.
    jumps: Vec<jumplist::Jump>,
    /// What is selected for the next mark.
    pub selection: Selection,
    /// What can be undone.
    history: History,
    /// What is known of the library.
    pub library: LibraryState,
    /// How far loading is, and what went wrong.
    pub load: LoadState,
    /// What went wrong besides.
    pub failures: Failures,
    /// The last thing to be said, until the next key.
    pub notice: Option<String>,
    /// What the user has set.
    pub settings: Settings,
    /// Keys of a sequence that is not complete.
    pub pending: Vec<Key>,
    /// What relative dates count from.
    today: NaiveDate,
    /// The release that is being read.
    dwelling_on: Option<marking::Dwell>,
    /// Counts the releases that came to be read.
    dwell_count: u64,
    /// Where the last session was, until the user goes elsewhere.
    session_position: Option<Session>,
    /// How many releases the saved queries would give.
    saved_counts: saved::Counts,
    /// What was removed, each with the number of changes that could be undone then.
    removed: Vec<(usize, removal::Removed)>,
    /// Where in its text the selected release is to be shown, in bytes.
    scroll_anchor: Option<usize>,
    /// What came in and is not done yet.
    inbox: Inbox,
    /// What `update` has still to ask of the outside.
    outbox: Vec<Effect>,
}

impl App {
    /// Nothing loaded yet, in a terminal of `columns` by `rows`.
    #[must_use]
    pub fn new(columns: u16, rows: u16) -> Self {
        Self { size: (columns, rows), ..Self::default() }
    }

    /// Columns and rows of the terminal.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// The regions of the screen.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let shape = self.pane_options();
        let layout = Layout::new(self.size.0, self.size.1, self.focus, self.zen, &shape);
        // By the catalog, not by the hits: what is filtered must not move the list.
        let is_hidden = shape.hides_timeline || self.catalog.day_totals().counts.is_empty();
        if is_hidden { layout } else { layout.with_timeline() }
    }

    /// What the focus gives keys to.
    #[must_use]
    pub fn scope(&self) -> Scope {
        if let Some(dialog) = self.dialog {
            dialog.kind.scope()
        } else if let Some(scope) = self.popup_scope() {
            scope
        } else if self.search.prompt.is_some() {
            Scope::Prompt
        } else if self.filter.type_ahead.is_some() {
            Scope::TypeAhead
        } else if self.hint_letters.is_some() {
            Scope::Follow
        } else if self.is_finding() {
            Scope::Find
        } else {
            self.pane_scope()
        }
    }

    /// The scope of the pane that has the focus, whatever is open over it.
    fn pane_scope(&self) -> Scope {
        match self.focus {
            _ if self.zen => Scope::Detail,
            Pane::Filter => Scope::Filter,
            Pane::List => Scope::List,
            Pane::Detail => Scope::Detail,
            Pane::Timeline => Scope::Timeline,
        }
    }

    /// Whether the user is in the middle of something that belongs to the selected release: what comes in does not take it
    /// away, not even in the first row.
    fn is_engaged(&self) -> bool {
        let is_reading = self.pane_scope() == Scope::Detail && self.session_position.is_none();
        let is_modal = self.scope() != self.pane_scope();
        is_reading || is_modal || self.detail.find.is_some() || self.selection.is_range()
    }

    /// The key of an action of the panes, for what is said of it; its name in the palette where it has none.
    #[must_use]
    pub fn key_of(&self, action: Action) -> String {
        self.key_in(&[Scope::Panes, Scope::List, Scope::Detail], action)
    }

    /// The key of an action in the first of some scopes in which it has one.
    #[must_use]
    pub fn key_in(&self, scopes: &[Scope], action: Action) -> String {
        let first = |scope, action| self.settings.keymap.keys_of(scope, action).into_iter().next();
        scopes.iter().find_map(|&scope| first(scope, action)).unwrap_or_else(|| {
            let name = Action::TABLE.iter().find(|info| info.action == action).map_or("", |info| info.name);
            let palette = first(Scope::Panes, Action::Palette).unwrap_or_default();
            if palette == ":" { format!(":{name}") } else { format!("{palette} {name}") }
        })
    }

    /// Index of the selected release.
    #[must_use]
    pub fn selected(&self) -> Option<u32> {
        self.hits.order.get(self.list.cursor).copied()
    }

    /// The selected release.
    #[must_use]
    pub fn selected_release(&self) -> Option<ReleaseRef<'_>> {
        self.catalog.release(self.selected()?)
    }

    /// The hits as the list pane shows them in `layout`.
    #[must_use]
    pub fn listed(&self, layout: &Layout) -> Listed<'_> {
        Listed {
            catalog: &self.catalog,
            hits: &self.hits.order,
            lines: usize::from(layout.lines_a_release()),
            rows: usize::from(layout.list_rows()),
            is_grouped: self.sort.is_by_date(),
        }
    }

    /// How many releases are not read.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.catalog.len() - self.marks.count(Mark::Read).min(self.catalog.len())
    }
}
