//! The actions of the prompt, the popups, their lists and their text fields, and those that apply everywhere. Within a
//! scope, the status bar offers hints in this order.

use super::Action as A;
use super::{Info, row};
use crate::keymap::Scope as S;

/// The rows of all scopes but those of the panes.
pub(super) const ROWS: &[Info] = &[
    row(
        A::PromptDone,
        S::Prompt,
        "prompt-done",
        "Enter",
        "done",
        "Accept the completion; without one, keep the search and go to the list",
    ),
    row(A::Complete, S::Prompt, "complete", "Tab", "complete", "Accept the completion"),
    row(A::PromptCancel, S::Prompt, "prompt-cancel", "Esc C-c", "cancel", "Restore the previous search"),
    row(
        A::PromptNext,
        S::Prompt,
        "prompt-next",
        "Down",
        "choose",
        "Select the next completion, or the next search in the history",
    ),
    row(
        A::PromptPrevious,
        S::Prompt,
        "prompt-previous",
        "Up",
        "choose",
        "Select the previous completion, or the previous search in the history",
    ),
    row(A::Down, S::Prompt, "down", "C-n", "", "Select the next release"),
    row(A::Up, S::Prompt, "up", "C-p", "", "Select the previous release"),
    row(A::ValueTake, S::TypeAhead, "value-take", "Enter", "choose", "Choose the value and go back"),
    row(A::ValueTakeMore, S::TypeAhead, "value-take-more", "Tab", "choose more", "Choose the value and stay"),
    row(A::ValueCancel, S::TypeAhead, "value-cancel", "Esc C-c", "back", "Go back"),
    row(
        A::SubscriptionShow,
        S::Subscriptions,
        "subscription-show",
        "Enter",
        "show",
        "Show only the releases of this feed or account",
    )
    .titled("Show feed")
    .also("open filter"),
    row(A::Subscribe, S::Subscriptions, "subscribe", "a", "add", "Subscribe to another feed"),
    row(
        A::SubscriptionRemove,
        S::Subscriptions,
        "subscription-remove",
        "d",
        "remove",
        "Unsubscribe, or remove the account",
    )
    .titled("Unsubscribe")
    .also("delete remove unfollow"),
    row(A::SubscriptionRename, S::Subscriptions, "subscription-rename", "R", "rename", "Rename the subscription")
        .titled("Rename")
        .also("title"),
    row(A::SubscriptionFolder, S::Subscriptions, "subscription-folder", "f", "", "Move the subscription to a folder")
        .titled("Move to folder")
        .also("category group"),
    row(
        A::SubscriptionEdit,
        S::Subscriptions,
        "subscription-edit",
        "e",
        "edit",
        "Edit the title, the folder and the options of the subscription",
    )
    .titled("Edit subscription")
    .also("change options map select page delimiter columns"),
    row(
        A::SubscriptionPause,
        S::Subscriptions,
        "subscription-pause",
        "p",
        "pause",
        "Pause the subscription, or resume it",
    )
    .titled("Pause")
    .also("resume stop mute disable"),
    row(A::SubscriptionSync, S::Subscriptions, "subscription-sync", "r", "sync", "Sync this feed or account")
        .titled("Sync feed")
        .also("refresh reload update fetch"),
    row(A::AddAccount, S::Subscriptions, "add-account", "A", "account", "Add an account at a sync server")
        .titled("Add an account"),
    row(A::Help, S::Subscriptions, "help", "?", "help", "Show the help"),
    row(A::Palette, S::Subscriptions, "palette", ":", "commands", "Open the palette: find any command by typing"),
    row(
        A::SubscriptionPages,
        S::Subscriptions,
        "subscription-pages",
        "x",
        "",
        "Toggle fetching the full pages of this feed",
    )
    .titled("Toggle full pages")
    .also("article readability"),
    row(
        A::SubscriptionTopics,
        S::Subscriptions,
        "subscription-topics",
        "t",
        "",
        "Derive topics from the addresses of this feed, then from its titles, then no longer",
    )
    .titled("Derive topics")
    .also("sections labels categories tags"),
    row(
        A::SubscriptionPast,
        S::Subscriptions,
        "subscription-past",
        "b",
        "",
        "Fetch past issues: the older pages that the feed names",
    )
    .titled("Fetch past issues")
    .also("archive back older history previous pages"),
    row(
        A::AccountSecret,
        S::Subscriptions,
        "account-secret",
        "K",
        "key",
        "Replace the API key or password of the account",
    )
    .titled("Replace API key or password")
    .also("secret login credentials"),
    row(
        A::AccountCheck,
        S::Subscriptions,
        "account-check",
        "v",
        "check",
        "Try each step of a sync of the account, with its time",
    )
    .titled("Check account")
    .also("test verify diagnose connection"),
    row(A::Redo, S::Subscriptions, "redo", "C-r", "", "Redo the last undone change"),
    row(A::Undo, S::Subscriptions, "undo", "u", "", "Undo the last change"),
    row(A::FindSubscription, S::Subscriptions, "find-subscription", "/", "", "Filter the list by typing")
        .titled("Filter list")
        .also("find search"),
    row(A::Close, S::Subscriptions, "close", "Esc q S C-c", "close", "Close"),
    row(A::ListFilterDone, S::ListFilter, "list-filter-done", "Enter", "done", "Keep the filtered list"),
    row(A::ListFilterCancel, S::ListFilter, "list-filter-cancel", "Esc C-c", "all", "Show the whole list again"),
    row(
        A::SubscribeChosen,
        S::FeedChoice,
        "subscribe-chosen",
        "Enter",
        "subscribe",
        "Subscribe to the chosen feeds, or to the selected one",
    )
    .titled("Subscribe")
    .also("add follow"),
    row(A::ChooseFeed, S::FeedChoice, "choose-feed", "Space", "choose", "Toggle the feed"),
    row(A::Close, S::FeedChoice, "close", "Esc q C-c", "close", "Close"),
    row(A::ShowSaved, S::SavedQueries, "show-saved", "Enter", "show", "Show the results of the query"),
    row(
        A::ToggleWatch,
        S::SavedQueries,
        "toggle-watch",
        "C-t",
        "watch",
        "Watch the query, or stop watching it; each sync says what is new for it",
    ),
    row(
        A::ToggleTopic,
        S::SavedQueries,
        "toggle-topic",
        "C-y",
        "topic",
        "Make this query a topic of your own, or no longer",
    ),
    row(
        A::SetOnArrival,
        S::SavedQueries,
        "set-on-arrival",
        "C-o",
        "on arrival",
        "Set what each sync does with new releases of the query: mark as read, star, fetch the full text",
    ),
    row(A::RenameSaved, S::SavedQueries, "rename-saved", "C-r", "rename", "Rename the query"),
    row(A::RemoveSaved, S::SavedQueries, "remove-saved", "C-d", "remove", "Remove the query; undo restores it"),
    row(A::Close, S::SavedQueries, "close", "Esc C-c", "close", "Close"),
    row(A::KeepTheme, S::Themes, "keep-theme", "Enter", "keep", "Keep the theme"),
    row(A::Close, S::Themes, "close", "Esc C-c", "restore", "Close and restore the previous theme"),
    row(A::FormDone, S::Form, "form-done", "Enter", "done", "Confirm"),
    row(A::FormNext, S::Form, "form-next", "Tab Down", "next field", "Go to the next field"),
    row(A::Close, S::Form, "close", "Esc C-c", "close", "Close"),
    row(A::FormPrevious, S::Form, "form-previous", "S-Tab Up", "", "Go to the previous field"),
    row(A::Answer, S::Question, "answer", "Enter", "choose", "Give the selected answer"),
    row(A::Close, S::Question, "close", "Esc q C-c", "close", "Close and do nothing"),
    row(A::PaletteRun, S::Palette, "palette-run", "Enter", "run", "Run the command"),
    row(A::Close, S::Palette, "close", "Esc C-c", "close", "Close"),
    row(A::PageDown, S::Help, "page-down", "PgDn C-d", "page", "Move down a page"),
    row(A::PageUp, S::Help, "page-up", "PgUp", "page", "Move up a page"),
    row(A::Top, S::Help, "top", "Home", "", "Go to the top"),
    row(A::Bottom, S::Help, "bottom", "End", "", "Go to the bottom"),
    row(A::ListFilterDone, S::Help, "list-filter-done", "Enter", "", "Close, even with a filter"),
    row(A::Close, S::Help, "close", "Esc ? C-c", "close", "Clear the filter; if it is empty, close"),
    row(
        A::OlderVersion,
        S::Versions,
        "older-version",
        "c l Right",
        "older",
        "Show the change before this one; after the first version, the latest change",
    )
    .titled("Older version"),
    row(A::NewerVersion, S::Versions, "newer-version", "C h Left", "newer", "Show the change after this one")
        .titled("Newer version"),
    row(A::Close, S::Versions, "close", "Esc q Enter C-c", "close", "Close"),
    row(A::Close, S::Problems, "close", "Esc q ? ! Enter C-c", "close", "Close"),
    row(A::Close, S::LinkHints, "close", "Esc C-c", "close", "Close"),
    row(A::Down, S::LinkHints, "down", "Down", "move", "Move down"),
    row(A::Up, S::LinkHints, "up", "Up", "move", "Move up"),
    row(A::PromptErase, S::LinkHints, "prompt-erase", "BS C-h", "", "Delete the character before the cursor"),
    row(A::FindDone, S::Find, "find-done", "Enter", "done", "Close; next and previous then go through the matches"),
    row(A::Down, S::Find, "down", "Down C-n", "move", "Move down"),
    row(A::Up, S::Find, "up", "Up C-p", "move", "Move up"),
    row(A::Close, S::Find, "close", "Esc C-c", "close", "Close"),
    row(A::Down, S::Lists, "down", "j Down", "move", "Move down"),
    row(A::Up, S::Lists, "up", "k Up", "move", "Move up"),
    row(A::HalfDown, S::Lists, "half-page-down", "C-d", "", "Move down half a page"),
    row(A::HalfUp, S::Lists, "half-page-up", "C-u", "", "Move up half a page"),
    row(A::PageDown, S::Lists, "page-down", "Space C-f PgDn", "", "Move down a page"),
    row(A::PageUp, S::Lists, "page-up", "C-b PgUp", "", "Move up a page"),
    row(A::Top, S::Lists, "top", "gg Home", "", "Go to the top"),
    row(A::Bottom, S::Lists, "bottom", "G End", "", "Go to the bottom"),
    row(A::Down, S::TypedLists, "down", "Down C-n", "move", "Move down"),
    row(A::Up, S::TypedLists, "up", "Up C-p", "move", "Move up"),
    row(A::PageDown, S::TypedLists, "page-down", "PgDn", "", "Move down a page"),
    row(A::PageUp, S::TypedLists, "page-up", "PgUp", "", "Move up a page"),
    row(A::PromptWordBack, S::Typing, "prompt-word-back", "C-w", "", "Delete the word before the cursor"),
    row(A::PromptClear, S::Typing, "prompt-clear", "C-u", "clear", "Delete everything before the cursor"),
    row(A::PromptErase, S::Typing, "prompt-erase", "BS C-h", "", "Delete the character before the cursor"),
    row(A::PromptDelete, S::Typing, "prompt-delete", "Del", "", "Delete the character under the cursor"),
    row(A::PromptLeft, S::Typing, "prompt-left", "Left C-b", "", "Move left by a character"),
    row(A::PromptRight, S::Typing, "prompt-right", "Right C-f", "", "Move right by a character"),
    row(A::PromptStart, S::Typing, "prompt-start", "Home C-a", "", "Move to the start"),
    row(A::PromptEnd, S::Typing, "prompt-end", "End C-e", "", "Move to the end"),
    row(A::Suspend, S::Always, "suspend", "C-z", "", "Suspend"),
    row(A::Redraw, S::Always, "redraw", "C-l", "", "Redraw the screen"),
];
