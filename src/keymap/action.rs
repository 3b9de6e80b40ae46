//! The table of actions: names, default keys, hints and help of all that the user can want, by the scope in which it
//! holds. It is one table and so one file, however many rows it has; what is made of the rows stands elsewhere.

/// Where a binding holds. A key is looked up in the scope that has the focus, then in the one that it shares
/// ([`Scope::shared`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// All panes.
    Panes,
    /// The filter pane.
    Filter,
    /// The list pane.
    List,
    /// The detail pane.
    Detail,
    /// The bars above the list.
    Timeline,
    /// The search prompt.
    Prompt,
    /// The narrowing of a facet as one types.
    TypeAhead,
    /// The letters of a link.
    Follow,
    /// Finding words within the text.
    Find,
    /// The subscriptions.
    Sources,
    /// The narrowing of a list as one types.
    Narrow,
    /// The feeds that a page names.
    Offer,
    /// The saved queries.
    Pick,
    /// Lines to fill in.
    Form,
    /// All that can be done, to be found by letters.
    Palette,
    /// The help.
    Help,
    /// What could not be read.
    Dialog,
    /// Every scope with a line to type in.
    Typing,
}

impl Scope {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 18] = [
        Self::Panes,
        Self::Filter,
        Self::List,
        Self::Detail,
        Self::Timeline,
        Self::Prompt,
        Self::TypeAhead,
        Self::Follow,
        Self::Find,
        Self::Sources,
        Self::Narrow,
        Self::Offer,
        Self::Pick,
        Self::Form,
        Self::Palette,
        Self::Help,
        Self::Dialog,
        Self::Typing,
    ];

    /// Its heading in the help.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Panes => "Everywhere",
            Self::Filter => "Filters",
            Self::List => "Releases",
            Self::Detail => "Reading",
            Self::Timeline => "Timeline",
            Self::Prompt => "Search prompt",
            Self::TypeAhead => "Finding a value",
            Self::Follow => "Following a link",
            Self::Find => "Finding in the text",
            Self::Sources => "Subscriptions",
            Self::Narrow => "Narrowing a list",
            Self::Offer => "Feeds of a page",
            Self::Pick => "Saved queries",
            Self::Form => "Filling in",
            Self::Palette => "Palette",
            Self::Help => "Help",
            Self::Dialog => "Problems",
            Self::Typing => "Lines to type in",
        }
    }

    /// Its name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Panes => "everywhere",
            Self::Filter => "filters",
            Self::List => "releases",
            Self::Detail => "reading",
            Self::Timeline => "timeline",
            Self::Prompt => "prompt",
            Self::TypeAhead => "values",
            Self::Follow => "links",
            Self::Find => "find",
            Self::Sources => "subscriptions",
            Self::Narrow => "narrowing",
            Self::Offer => "feeds",
            Self::Pick => "saved",
            Self::Form => "form",
            Self::Palette => "palette",
            Self::Help => "help",
            Self::Dialog => "problems",
            Self::Typing => "typing",
        }
    }

    /// The scope of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// The scope whose keys hold here too, where its own say nothing.
    #[must_use]
    pub fn shared(self) -> Option<Self> {
        match self {
            Self::Filter | Self::List | Self::Detail | Self::Timeline => Some(Self::Panes),
            Self::Prompt | Self::Find | Self::Pick | Self::Form | Self::Palette | Self::Help => Some(Self::Typing),
            _ => None,
        }
    }

    /// What leaves it: this always has a key.
    #[must_use]
    pub fn way_out(self) -> Option<Action> {
        Some(match self {
            Self::Panes => Action::Quit,
            Self::Prompt => Action::PromptCancel,
            Self::TypeAhead => Action::ValueCancel,
            Self::Narrow => Action::NarrowCancel,
            Self::Follow
            | Self::Find
            | Self::Sources
            | Self::Offer
            | Self::Pick
            | Self::Form
            | Self::Palette
            | Self::Help
            | Self::Dialog => Action::Close,
            // Those of all panes hold, or those of the scope that shares it.
            Self::Filter | Self::List | Self::Detail | Self::Timeline | Self::Typing => return None,
        })
    }

    /// Whether letters that are bound to nothing are typed.
    #[must_use]
    pub fn takes_text(self) -> bool {
        matches!(
            self,
            Self::Prompt
                | Self::TypeAhead
                | Self::Follow
                | Self::Find
                | Self::Narrow
                | Self::Pick
                | Self::Form
                | Self::Palette
                | Self::Help
                | Self::Typing
        )
    }
}

/// What the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each has its help line in the table below")]
pub enum Action {
    Down,
    Up,
    Top,
    Bottom,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    Open,
    ReadOn,
    ReadBack,
    Search,
    Topics,
    Places,
    SameTopic,
    NthTopic,
    PreviousTopic,
    NextTopic,
    DropChip,
    DropNthChip,
    ClearAll,
    ToggleValue,
    FindValue,
    Timeline,
    BarLeft,
    BarRight,
    Brush,
    RangeStart,
    RangeLeft,
    RangeRight,
    ZoomIn,
    ZoomOut,
    Unbrush,
    ToggleRead,
    ToggleStar,
    MarkAllRead,
    Select,
    SelectRange,
    Sync,
    FetchPage,
    Subscribe,
    Sources,
    SourceShow,
    SourceRename,
    SourceFolder,
    SourcePause,
    SourceRemove,
    SourcePages,
    SourceSync,
    FindSource,
    NarrowDone,
    NarrowCancel,
    SaveQuery,
    SavedQueries,
    PickShow,
    PickDrop,
    PickRename,
    OfferTake,
    OfferChoose,
    FormDone,
    FormNext,
    FormPrevious,
    Undo,
    Redo,
    Next,
    Previous,
    ShowAll,
    ShowUnread,
    ShowStarred,
    Sort,
    ExcludeValue,
    OrderValues,
    DetailDown,
    DetailUp,
    Zen,
    Follow,
    GoThere,
    GoBack,
    FindInText,
    Browser,
    CopyLink,
    CopyText,
    Export,
    Pipe,
    FindDone,
    Smaller,
    Larger,
    NextDensity,
    NextTheme,
    NextStacking,
    ToggleFilter,
    ToggleReading,
    ToggleTimeline,
    PaneLeft,
    PaneRight,
    PaneNext,
    PanePrevious,
    Problems,
    Palette,
    PaletteRun,
    Help,
    Cancel,
    Back,
    Quit,
    Suspend,
    Redraw,
    PromptDone,
    PromptCancel,
    PromptLeft,
    PromptRight,
    PromptStart,
    PromptEnd,
    PromptErase,
    PromptDelete,
    PromptWordBack,
    PromptClear,
    Complete,
    PromptNext,
    PromptPrevious,
    ValueTake,
    ValueTakeMore,
    ValueCancel,
    Close,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Info {
    /// Which action.
    pub action: Action,
    /// Where its keys hold.
    pub scope: Scope,
    /// Stable name, for configuration.
    pub name: &'static str,
    /// Default keys, parted by blanks, in the notation of [`super::Key`]; a sequence is written without blanks.
    pub keys: &'static str,
    /// One or two words for the bottom line; empty: no hint.
    pub hint: &'static str,
    /// The help line.
    pub help: &'static str,
}

const fn row(
    action: Action,
    scope: Scope,
    name: &'static str,
    keys: &'static str,
    hint: &'static str,
    help: &'static str,
) -> Info {
    Info { action, scope, name, keys, hint, help }
}

impl Action {
    /// All actions. Rows of one scope stand in the order in which their hints are offered.
    pub const TABLE: &'static [Info] = {
        use Action as A;
        use Scope as S;
        &[
            row(A::Open, S::List, "open", "Enter", "read", "read the selected release"),
            row(A::ReadOn, S::List, "read-on", "Space", "", "page on in the text, then to the next unread release"),
            row(
                A::ReadBack,
                S::List,
                "read-back",
                "S-Space C-Space",
                "",
                "page back, then to the previous unread release",
            ),
            row(A::Select, S::List, "select", "v", "", "select it, or no longer; m and s mark all of them"),
            row(A::SelectRange, S::List, "select-range", "V", "", "select a range up to the cursor; once more ends it"),
            row(
                A::ReadOn,
                S::Detail,
                "read-on",
                "Space",
                "read on",
                "page on in the text, then to the next unread release",
            ),
            row(
                A::ReadBack,
                S::Detail,
                "read-back",
                "S-Space C-Space",
                "",
                "page back, then to the previous unread release",
            ),
            row(
                A::Follow,
                S::Detail,
                "follow",
                "f",
                "follow link",
                "follow a link, or go to a release like this, by its letters",
            ),
            row(
                A::GoThere,
                S::Detail,
                "go-there",
                "Enter",
                "",
                "go to the release chosen below the text; with none chosen, the text alone",
            ),
            row(A::Zen, S::Detail, "zen", "z", "zen", "the text alone, or back to the panes"),
            row(A::ToggleValue, S::Filter, "toggle-value", "Space Enter", "choose", "choose the value, or take it off"),
            row(A::ExcludeValue, S::Filter, "exclude-value", "-", "leave out", "leave the value out, or no longer"),
            row(A::FindValue, S::Filter, "find-value", "f", "find", "type to find a value of this facet"),
            row(A::OrderValues, S::Filter, "order-values", "o", "order", "values by count, or by name"),
            row(A::BarLeft, S::Timeline, "bar-left", "h Left", "move", "the bar on the left"),
            row(A::BarRight, S::Timeline, "bar-right", "l Right", "move", "the bar on the right"),
            row(
                A::Brush,
                S::Timeline,
                "brush",
                "Enter",
                "brush",
                "show the releases of this bar or range alone; once more, all",
            ),
            row(
                A::RangeStart,
                S::Timeline,
                "range-start",
                "Space v",
                "range",
                "begin a range at this bar: move to its other end, then Enter",
            ),
            row(A::ZoomIn, S::Timeline, "zoom-in", "+ =", "zoom", "finer bars around this one"),
            row(A::ZoomOut, S::Timeline, "zoom-out", "-", "zoom", "coarser bars, up to all"),
            row(A::Unbrush, S::Timeline, "unbrush", "BS", "all", "take the brush off"),
            row(A::Down, S::Timeline, "down", "j Down", "releases", "back to the releases"),
            row(A::Help, S::Timeline, "help", "?", "help", "this help"),
            row(A::RangeLeft, S::Timeline, "range-left", "S-Left", "", "begin a range, or move its end, to the left"),
            row(
                A::RangeRight,
                S::Timeline,
                "range-right",
                "S-Right",
                "",
                "begin a range, or move its end, to the right",
            ),
            row(A::Down, S::Panes, "down", "j Down", "move", "down"),
            row(A::Up, S::Panes, "up", "k Up", "move", "up"),
            row(A::Search, S::Panes, "search", "/", "search", "search as you type: words, \"a phrase\", -without"),
            row(A::Topics, S::Panes, "topics", "t", "topics", "find a topic by typing"),
            row(A::SameTopic, S::Panes, "same-topic", "@", "this topic", "filter to this release's topic"),
            row(A::ToggleRead, S::Panes, "toggle-read", "m", "read/unread", "mark read or unread"),
            row(A::ToggleStar, S::Panes, "toggle-star", "s", "star", "star, or take the star off"),
            row(A::Undo, S::Panes, "undo", "u", "", "undo the last change of marks or filters"),
            row(A::Redo, S::Panes, "redo", "C-r", "", "redo what was undone"),
            row(A::Help, S::Panes, "help", "?", "help", "this help"),
            row(A::Top, S::Panes, "top", "gg Home", "", "to the top"),
            row(A::Bottom, S::Panes, "bottom", "G End", "", "to the bottom"),
            row(A::HalfDown, S::Panes, "half-page-down", "C-d", "", "half a page down"),
            row(A::HalfUp, S::Panes, "half-page-up", "C-u", "", "half a page up"),
            row(A::PageDown, S::Panes, "page-down", "C-f PgDn", "", "a page down"),
            row(A::PageUp, S::Panes, "page-up", "C-b PgUp", "", "a page up"),
            row(A::PaneLeft, S::Panes, "pane-left", "h Left", "", "the pane on the left"),
            row(A::PaneRight, S::Panes, "pane-right", "l Right", "", "the pane on the right"),
            row(A::PaneNext, S::Panes, "pane-next", "Tab", "", "the next pane"),
            row(A::PanePrevious, S::Panes, "pane-previous", "S-Tab", "", "the previous pane"),
            row(A::DetailDown, S::Panes, "detail-down", "J", "", "scroll the text down, from any pane"),
            row(A::DetailUp, S::Panes, "detail-up", "K", "", "scroll the text up, from any pane"),
            row(A::Next, S::Panes, "next", "n", "next", "the next match of the search, else the next unread release"),
            row(A::Previous, S::Panes, "previous", "N", "next", "the previous match, else the previous unread release"),
            row(A::ShowAll, S::Panes, "show-all", "ga", "", "all releases, read and unread"),
            row(
                A::ShowUnread,
                S::Panes,
                "show-unread",
                "gu",
                "",
                "unread releases alone; once more without those read since",
            ),
            row(A::ShowStarred, S::Panes, "show-starred", "gs", "", "starred releases alone"),
            row(A::Sort, S::Panes, "sort", ",s", "", "newest first, oldest first, by title, best match first"),
            row(A::Places, S::Panes, "places", "p", "", "find a place by typing"),
            row(
                A::Timeline,
                S::Panes,
                "timeline",
                "d",
                "",
                "the timeline: its bars, and a range of dates to show alone",
            ),
            row(A::NthTopic, S::Panes, "nth-topic", "1 2 3 4 5 6 7 8 9", "", "the topic with this digit, on or off"),
            row(A::PreviousTopic, S::Panes, "previous-topic", "[", "", "the previous topic alone"),
            row(A::NextTopic, S::Panes, "next-topic", "]", "", "the next topic alone"),
            row(A::DropChip, S::Panes, "drop-chip", "BS", "", "take the last filter off"),
            row(
                A::DropNthChip,
                S::Panes,
                "drop-nth-chip",
                "M-1 M-2 M-3 M-4 M-5 M-6 M-7 M-8 M-9",
                "",
                "take the filter at this place of the query line off",
            ),
            row(A::ClearAll, S::Panes, "clear-all", "0", "", "clear all filters and the search"),
            row(A::MarkAllRead, S::Panes, "mark-all-read", "A", "", "mark all listed releases read"),
            row(
                A::Subscribe,
                S::Panes,
                "subscribe",
                "a",
                "",
                "follow a feed: its address, or that of a page with feeds",
            ),
            row(A::Sources, S::Panes, "subscriptions", "S", "", "the subscriptions: rename, folder, pause, remove"),
            row(
                A::SavedQueries,
                S::Panes,
                "saved-queries",
                "F",
                "",
                "the saved queries: pick one by some letters of it",
            ),
            row(A::SaveQuery, S::Panes, "save-query", "W", "", "save the search and the filters under a name"),
            row(A::Sync, S::Panes, "sync", "r", "", "bring the subscriptions up to date; Esc cancels"),
            row(A::FetchPage, S::Panes, "fetch-page", "x", "", "fetch the page behind the link of the release"),
            row(A::Follow, S::Panes, "follow", "f", "", "follow a link, or go to a release like this, by its letters"),
            row(
                A::FindInText,
                S::Panes,
                "find-in-text",
                "g/",
                "",
                "find words in the text, as / does in zen; n and N go through them",
            ),
            row(A::GoBack, S::Panes, "go-back", "C-o", "", "back to where one was before going to another release"),
            row(A::Browser, S::Panes, "browser", "o", "browser", "show the page of the release in the browser"),
            row(A::CopyLink, S::Panes, "copy-link", "y", "", "copy the link; of selected releases all of them"),
            row(A::CopyText, S::Panes, "copy-text", "Y", "", "copy the text; of selected releases all of them"),
            row(A::Export, S::Panes, "export", "e", "", "write releases into a file: Markdown, HTML, text or JSON"),
            row(A::Pipe, S::Panes, "pipe", "|", "", "give the text, or those of the selected, to a command"),
            row(A::Zen, S::Panes, "zen", "z", "", "the text alone, or back to the panes"),
            row(A::Smaller, S::Panes, "smaller", "<", "", "make the pane smaller"),
            row(A::Larger, S::Panes, "larger", ">", "", "make the pane larger"),
            row(A::NextDensity, S::Panes, "density", ",d", "", "releases on one line, or on two"),
            row(A::NextTheme, S::Panes, "theme", ",t", "", "the next theme"),
            row(A::NextStacking, S::Panes, "layout", ",l", "", "list and text one above the other, or side by side"),
            row(A::ToggleFilter, S::Panes, "toggle-filter", ",f", "", "hide the filter pane, or show it"),
            row(A::ToggleReading, S::Panes, "toggle-reading", ",r", "", "hide the text beside the list, or show it"),
            row(
                A::ToggleTimeline,
                S::Panes,
                "toggle-timeline",
                ",b",
                "",
                "hide the bars of the timeline, or show them",
            ),
            row(
                A::Palette,
                S::Panes,
                "palette",
                ":",
                "",
                "the palette: all that can be done, found by some letters of it",
            ),
            row(A::Problems, S::Panes, "problems", "!", "", "list what could not be read"),
            row(A::Cancel, S::Panes, "cancel", "Esc", "", "close, cancel or clear; never quits"),
            row(A::Back, S::Panes, "back", "q", "", "back, then quit"),
            row(A::Quit, S::Panes, "quit", "Q C-c", "", "quit"),
            row(A::Suspend, S::Panes, "suspend", "C-z", "", "suspend"),
            row(A::Redraw, S::Panes, "redraw", "C-l", "", "draw the screen anew"),
            row(
                A::PromptDone,
                S::Prompt,
                "prompt-done",
                "Enter",
                "done",
                "take what is chosen; else keep the search and go to the list",
            ),
            row(A::Complete, S::Prompt, "complete", "Tab", "complete", "take the completion"),
            row(A::PromptCancel, S::Prompt, "prompt-cancel", "Esc C-c", "as before", "the search as it was before"),
            row(
                A::PromptNext,
                S::Prompt,
                "prompt-next",
                "Down",
                "choose",
                "the next completion, else the next search of the history",
            ),
            row(
                A::PromptPrevious,
                S::Prompt,
                "prompt-previous",
                "Up",
                "choose",
                "the previous completion, else the previous search",
            ),
            row(A::Down, S::Prompt, "down", "C-n", "", "the next release"),
            row(A::Up, S::Prompt, "up", "C-p", "", "the previous release"),
            row(A::ValueTake, S::TypeAhead, "value-take", "Enter", "choose", "choose the value and go back"),
            row(A::ValueTakeMore, S::TypeAhead, "value-take-more", "Tab", "choose more", "choose the value and stay"),
            row(A::ValueCancel, S::TypeAhead, "value-cancel", "Esc C-c", "back", "go back"),
            row(A::Down, S::TypeAhead, "down", "Down C-n", "move", "the next value"),
            row(A::Up, S::TypeAhead, "up", "Up C-p", "move", "the previous value"),
            row(A::PromptErase, S::TypeAhead, "prompt-erase", "BS C-h", "", "erase the last letter"),
            row(A::PromptWordBack, S::TypeAhead, "prompt-word-back", "C-w", "", "erase the last word"),
            row(A::PromptClear, S::TypeAhead, "prompt-clear", "C-u", "clear", "erase all"),
            row(A::SourceShow, S::Sources, "source-show", "Enter", "show", "show its releases alone"),
            row(A::Subscribe, S::Sources, "subscribe", "a", "add", "follow another feed"),
            row(A::SourceRename, S::Sources, "source-rename", "R", "rename", "give it another name"),
            row(A::SourceFolder, S::Sources, "source-folder", "f", "folder", "put it into a folder"),
            row(A::SourcePause, S::Sources, "source-pause", "p", "pause", "leave it out of a sync, or no longer"),
            row(A::SourceRemove, S::Sources, "source-remove", "d", "remove", "follow it no longer; u brings it back"),
            row(A::SourceSync, S::Sources, "source-sync", "r", "sync", "bring it up to date"),
            row(A::Help, S::Sources, "help", "?", "help", "this help"),
            row(
                A::Palette,
                S::Sources,
                "palette",
                ":",
                "",
                "the palette: all that can be done, found by some letters of it",
            ),
            row(A::SourcePages, S::Sources, "source-pages", "x", "", "fetch the pages behind its links, or no longer"),
            row(A::Undo, S::Sources, "undo", "u", "", "bring back what was removed last"),
            row(A::FindSource, S::Sources, "find-source", "/", "", "type to narrow the list; Esc widens it again"),
            row(A::Close, S::Sources, "close", "Esc q S C-c", "", "close"),
            row(A::Down, S::Sources, "down", "j Down", "", "down"),
            row(A::Up, S::Sources, "up", "k Up", "", "up"),
            row(A::HalfDown, S::Sources, "half-page-down", "C-d", "", "half a page down"),
            row(A::HalfUp, S::Sources, "half-page-up", "C-u", "", "half a page up"),
            row(A::PageDown, S::Sources, "page-down", "Space C-f PgDn", "", "a page down"),
            row(A::PageUp, S::Sources, "page-up", "C-b PgUp", "", "a page up"),
            row(A::Top, S::Sources, "top", "gg Home", "", "to the top"),
            row(A::Bottom, S::Sources, "bottom", "G End", "", "to the bottom"),
            row(A::NarrowDone, S::Narrow, "narrow-done", "Enter", "done", "go on with what is listed"),
            row(A::NarrowCancel, S::Narrow, "narrow-cancel", "Esc C-c", "all", "list all again"),
            row(A::Down, S::Narrow, "down", "Down C-n", "move", "down"),
            row(A::Up, S::Narrow, "up", "Up C-p", "move", "up"),
            row(A::PromptErase, S::Narrow, "prompt-erase", "BS C-h", "", "erase the letter before the cursor"),
            row(A::PromptWordBack, S::Narrow, "prompt-word-back", "C-w", "", "erase the word before the cursor"),
            row(A::PromptClear, S::Narrow, "prompt-clear", "C-u", "clear", "erase all"),
            row(
                A::OfferTake,
                S::Offer,
                "offer-take",
                "Enter",
                "follow",
                "follow what is chosen, else the selected feed",
            ),
            row(A::OfferChoose, S::Offer, "offer-choose", "Space", "choose", "choose the feed, or no longer"),
            row(A::Down, S::Offer, "down", "j Down", "move", "down"),
            row(A::Up, S::Offer, "up", "k Up", "move", "up"),
            row(A::Top, S::Offer, "top", "gg Home", "", "to the top"),
            row(A::Bottom, S::Offer, "bottom", "G End", "", "to the bottom"),
            row(A::PageDown, S::Offer, "page-down", "C-f PgDn", "", "a page down"),
            row(A::PageUp, S::Offer, "page-up", "C-b PgUp", "", "a page up"),
            row(A::Close, S::Offer, "close", "Esc q C-c", "close", "close"),
            row(A::PickShow, S::Pick, "pick-show", "Enter", "show", "show what it finds"),
            row(A::Down, S::Pick, "down", "Down C-n", "move", "down"),
            row(A::Up, S::Pick, "up", "Up C-p", "move", "up"),
            row(A::PickRename, S::Pick, "pick-rename", "C-r", "rename", "give it another name"),
            row(A::PickDrop, S::Pick, "pick-drop", "C-d", "remove", "remove it; u brings it back"),
            row(A::Close, S::Pick, "close", "Esc C-c", "close", "close"),
            row(A::PageDown, S::Pick, "page-down", "PgDn", "", "a page down"),
            row(A::PageUp, S::Pick, "page-up", "PgUp", "", "a page up"),
            row(A::FormDone, S::Form, "form-done", "Enter", "done", "take what is filled in"),
            row(A::FormNext, S::Form, "form-next", "Tab Down", "next line", "the next line"),
            row(A::Close, S::Form, "close", "Esc C-c", "close", "close"),
            row(A::FormPrevious, S::Form, "form-previous", "S-Tab Up", "", "the previous line"),
            row(A::PaletteRun, S::Palette, "palette-run", "Enter", "do", "do it"),
            row(A::Down, S::Palette, "down", "Down C-n", "move", "down"),
            row(A::Up, S::Palette, "up", "Up C-p", "move", "up"),
            row(A::Close, S::Palette, "close", "Esc C-c", "close", "close"),
            row(A::PageDown, S::Palette, "page-down", "PgDn", "", "a page down"),
            row(A::PageUp, S::Palette, "page-up", "PgUp", "", "a page up"),
            row(A::Down, S::Help, "down", "Down C-n", "move", "down"),
            row(A::Up, S::Help, "up", "Up C-p", "move", "up"),
            row(A::PageDown, S::Help, "page-down", "PgDn C-d", "page", "a page down"),
            row(A::PageUp, S::Help, "page-up", "PgUp", "page", "a page up"),
            row(A::Top, S::Help, "top", "Home", "", "to the top"),
            row(A::Bottom, S::Help, "bottom", "End", "", "to the bottom"),
            row(A::NarrowDone, S::Help, "narrow-done", "Enter", "", "close, whatever is typed"),
            row(A::Close, S::Help, "close", "Esc ? C-c", "close", "take back what is typed, else close"),
            row(A::Close, S::Dialog, "close", "Esc q ? ! Enter C-c", "close", "close"),
            row(A::Down, S::Dialog, "down", "j Down", "move", "down"),
            row(A::Up, S::Dialog, "up", "k Up", "move", "up"),
            row(A::PageDown, S::Dialog, "page-down", "Space C-f PgDn C-d", "", "a page down"),
            row(A::PageUp, S::Dialog, "page-up", "C-b PgUp C-u", "", "a page up"),
            row(A::Top, S::Dialog, "top", "gg Home", "", "to the top"),
            row(A::Bottom, S::Dialog, "bottom", "G End", "", "to the bottom"),
            row(A::Close, S::Follow, "close", "Esc C-c", "close", "close"),
            row(A::Down, S::Follow, "down", "Down", "move", "down"),
            row(A::Up, S::Follow, "up", "Up", "move", "up"),
            row(A::PromptErase, S::Follow, "prompt-erase", "BS C-h", "", "erase the letter before the cursor"),
            row(A::FindDone, S::Find, "find-done", "Enter", "done", "done: n and N go through what was found"),
            row(A::Down, S::Find, "down", "Down C-n", "move", "down"),
            row(A::Up, S::Find, "up", "Up C-p", "move", "up"),
            row(A::Close, S::Find, "close", "Esc C-c", "close", "close"),
            row(A::Suspend, S::TypeAhead, "suspend", "C-z", "", "suspend"),
            row(A::Suspend, S::Dialog, "suspend", "C-z", "", "suspend"),
            row(A::Suspend, S::Sources, "suspend", "C-z", "", "suspend"),
            row(A::Suspend, S::Narrow, "suspend", "C-z", "", "suspend"),
            row(A::Suspend, S::Offer, "suspend", "C-z", "", "suspend"),
            row(A::Suspend, S::Follow, "suspend", "C-z", "", "suspend"),
            row(A::Redraw, S::Follow, "redraw", "C-l", "", "draw the screen anew"),
            row(A::Redraw, S::Sources, "redraw", "C-l", "", "draw the screen anew"),
            row(A::Redraw, S::Narrow, "redraw", "C-l", "", "draw the screen anew"),
            row(A::Redraw, S::Offer, "redraw", "C-l", "", "draw the screen anew"),
            row(A::Redraw, S::TypeAhead, "redraw", "C-l", "", "draw the screen anew"),
            row(A::Redraw, S::Dialog, "redraw", "C-l", "", "draw the screen anew"),
            row(A::PromptWordBack, S::Typing, "prompt-word-back", "C-w", "", "erase the word before the cursor"),
            row(A::PromptClear, S::Typing, "prompt-clear", "C-u", "clear", "erase all before the cursor"),
            row(A::PromptErase, S::Typing, "prompt-erase", "BS C-h", "", "erase the letter before the cursor"),
            row(A::PromptDelete, S::Typing, "prompt-delete", "Del", "", "erase the letter under the cursor"),
            row(A::PromptLeft, S::Typing, "prompt-left", "Left C-b", "", "a letter to the left"),
            row(A::PromptRight, S::Typing, "prompt-right", "Right C-f", "", "a letter to the right"),
            row(A::PromptStart, S::Typing, "prompt-start", "Home C-a", "", "to the start"),
            row(A::PromptEnd, S::Typing, "prompt-end", "End C-e", "", "to the end"),
            row(A::Suspend, S::Typing, "suspend", "C-z", "", "suspend"),
            row(A::Redraw, S::Typing, "redraw", "C-l", "", "draw the screen anew"),
        ]
    };

    /// Its row where a scope has the focus: that of the scope, else of what it shares.
    #[must_use]
    pub fn info(self, scope: Scope) -> Option<&'static Info> {
        let row = |scope| Self::in_scope(scope).find(|info| info.action == self);
        row(scope).or_else(|| row(scope.shared()?))
    }

    /// The rows of one scope.
    pub fn in_scope(scope: Scope) -> impl Iterator<Item = &'static Info> {
        Self::TABLE.iter().filter(move |info| info.scope == scope)
    }
}
