//! Which part of the search results each action needs, and so whether it waits for them.

use crate::keymap::{Action, Scope};

/// Which part of the search results an action needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// None: it changes the query or does not concern the list.
    Nothing,
    /// The selected release.
    Selected,
    /// The complete list, or its counts.
    All,
}

/// Pane actions that change the query or do not concern the list.
const FREE: &[Action] = {
    use Action as A;
    &[
        A::Quit,
        A::Back,
        A::Cancel,
        A::Suspend,
        A::Redraw,
        A::Help,
        A::Problems,
        A::Palette,
        A::PaletteRun,
        A::Search,
        A::ClearAll,
        A::DropChip,
        A::DropNthChip,
        A::ShowAll,
        A::ShowUnread,
        A::ShowStarred,
        A::Sort,
        A::PreviousTopic,
        A::NextTopic,
        A::ToggleValue,
        A::ExcludeValue,
        A::OrderValues,
        A::HideField,
        A::FieldUp,
        A::FieldDown,
        A::Topics,
        A::Places,
        A::FindValue,
        A::Undo,
        A::Redo,
        A::SaveQuery,
        A::SavedQueries,
        A::Sync,
        A::Subscribe,
        A::AddAccount,
        A::SearchServer,
        A::ImportFeeds,
        A::ExportFeeds,
        A::Subscriptions,
        A::Timeline,
        A::Zen,
        A::Open,
        A::Larger,
        A::Smaller,
        A::NextDensity,
        A::Themes,
        A::NextStacking,
        A::ToggleFilter,
        A::ToggleReading,
        A::ToggleTimeline,
        A::PaneLeft,
        A::PaneRight,
        A::PaneNext,
        A::PanePrevious,
    ]
};

/// Returns which part of the search results an action needs. Pane actions that are not listed need all of them.
pub(super) fn need(scope: Scope, action: Action) -> Need {
    use Action as A;
    match (scope, action) {
        (Scope::TypeAhead, A::ValueTake | A::ValueTakeMore | A::Down | A::Up)
        | (Scope::Prompt, A::Complete | A::PromptNext | A::PromptPrevious)
        | (Scope::Form, A::FormDone) => Need::All,
        (Scope::Prompt | Scope::List | Scope::Detail, A::Down | A::Up) => Need::Selected,
        (Scope::Panes | Scope::Filter | Scope::List | Scope::Detail | Scope::Timeline, _) => match action {
            _ if FREE.contains(&action) => Need::Nothing,
            A::SameTopic
            | A::Story
            | A::ToggleRead
            | A::ToggleStar
            | A::Browser
            | A::CopyLink
            | A::CopyText
            | A::FetchPage
            | A::Picture
            | A::Changes
            | A::Follow
            | A::FindInText
            | A::DetailDown
            | A::DetailUp => Need::Selected,
            _ => Need::All,
        },
        _ => Need::Nothing,
    }
}
