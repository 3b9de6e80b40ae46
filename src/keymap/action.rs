//! The actions, and the table of their names, default keys, hints, help and synonyms, by scope.
//!
//! The rows of the panes are in `panes`, all others in `inputs`. The hints, the help, the palette and the manual are
//! derived from them.

mod inputs;
mod panes;

use std::borrow::Cow;

use super::scope::Scope;

/// What a key can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "every action has a help line in the table below")]
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
    Story,
    NthTopic,
    PreviousTopic,
    NextTopic,
    DropChip,
    DropNthChip,
    ClearAll,
    ToggleValue,
    FindValue,
    Words,
    RisingWords,
    WordBars,
    Timeline,
    BarLeft,
    BarRight,
    Brush,
    RangeStart,
    /// Types a digit of the year to go to.
    Year,
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
    Picture,
    Download,
    Subscribe,
    AddAccount,
    SearchServer,
    AccountSecret,
    AccountCheck,
    Answer,
    Subscriptions,
    SubscriptionShow,
    SubscriptionRename,
    SubscriptionFolder,
    SubscriptionEdit,
    SubscriptionPause,
    SubscriptionRemove,
    SubscriptionPages,
    SubscriptionTopics,
    SubscriptionSync,
    SubscriptionPast,
    FindSubscription,
    ListFilterDone,
    ListFilterCancel,
    SaveQuery,
    SavedQueries,
    ShowSaved,
    RemoveSaved,
    RenameSaved,
    ToggleWatch,
    ToggleTopic,
    SetOnArrival,
    SubscribeChosen,
    ChooseFeed,
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
    HideField,
    FieldUp,
    FieldDown,
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
    Digest,
    ImportFeeds,
    ExportFeeds,
    Pipe,
    FindDone,
    Smaller,
    Larger,
    NextDensity,
    Themes,
    KeepTheme,
    NextStacking,
    ToggleFilter,
    ToggleReading,
    ToggleTimeline,
    PaneLeft,
    PaneRight,
    PaneNext,
    PanePrevious,
    Changes,
    OlderVersion,
    NewerVersion,
    Problems,
    Palette,
    PaletteRun,
    Help,
    Manual,
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
    /// The action.
    pub action: Action,
    /// The scope in which its keys are bound.
    pub scope: Scope,
    /// Its stable name, used in the configuration.
    pub name: &'static str,
    /// Its default keys, separated by spaces, in the notation of [`super::Key`]. A sequence is written without spaces.
    pub keys: &'static str,
    /// One or two words for the status bar; empty for no hint.
    pub hint: &'static str,
    /// Its help line: an imperative without keys, since the user may bind others. The which-key popup shows it up to the
    /// first `;` or `:`.
    pub help: &'static str,
    /// Its name in the palette, if it differs from its stable name; see [`Info::title`].
    title: &'static str,
    /// Other words that find it in the palette, separated by spaces; see [`Action::synonyms`].
    also: &'static str,
}

impl Info {
    const fn titled(self, title: &'static str) -> Self {
        Self { title, ..self }
    }

    const fn also(self, also: &'static str) -> Self {
        Self { also, ..self }
    }

    /// Returns its name in the palette: `Toggle read` for `toggle-read`.
    #[must_use]
    pub fn title(&self) -> String {
        if !self.title.is_empty() {
            return self.title.to_owned();
        }
        let (first, rest) = self.name.split_at(self.name.len().min(1));
        first.to_uppercase() + &rest.replace('-', " ")
    }
}

const fn row(
    action: Action,
    scope: Scope,
    name: &'static str,
    keys: &'static str,
    hint: &'static str,
    help: &'static str,
) -> Info {
    Info { action, scope, name, keys, hint, help, title: "", also: "" }
}

/// Joins the two parts of the table.
const fn joined<const N: usize>(first: &[Info], rest: &[Info]) -> [Info; N] {
    let mut all = [first[0]; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < first.len() { first[at] } else { rest[at - first.len()] };
        at += 1;
    }
    all
}

impl Action {
    /// All actions.
    pub const TABLE: &'static [Info] = &joined::<{ panes::ROWS.len() + inputs::ROWS.len() }>(panes::ROWS, inputs::ROWS);

    /// Returns its row in a focused scope, or else in the nearest scope that this one inherits from.
    #[must_use]
    pub fn info(self, scope: Scope) -> Option<&'static Info> {
        scope.chain().flat_map(Self::in_scope).find(|info| info.action == self)
    }

    /// Returns the words that find it in the palette besides its name, given in one of its rows for all of them.
    pub fn synonyms(self) -> impl Iterator<Item = &'static str> {
        Self::TABLE.iter().filter(move |info| info.action == self).flat_map(|info| info.also.split_whitespace())
    }

    /// Returns the present name of an action: files may contain one of an earlier version.
    #[must_use]
    pub fn present_name(name: &str) -> Cow<'_, str> {
        match (name, name.strip_prefix("source-")) {
            ("find-source", _) => Cow::Borrowed("find-subscription"),
            (_, Some(rest)) => Cow::Owned(format!("subscription-{rest}")),
            _ => Cow::Borrowed(name),
        }
    }

    /// Returns the rows of one scope.
    pub fn in_scope(scope: Scope) -> impl Iterator<Item = &'static Info> {
        Self::TABLE.iter().filter(move |info| info.scope == scope)
    }
}
