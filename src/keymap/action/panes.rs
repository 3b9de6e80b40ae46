//! The actions of the panes. Within a scope, the status bar offers hints in this order.

use super::Action as A;
use super::{Info, row};
use crate::keymap::Scope as S;

/// The rows of the list, the text, the filter pane, the timeline, and of all panes.
pub(super) const ROWS: &[Info] = &[
    row(A::Open, S::List, "open", "Enter", "read", "Read the selected release").also("show enter view"),
    row(A::ReadOn, S::List, "read-on", "Space", "", "Page down; at the end, go to the next unread release"),
    row(
        A::ReadBack,
        S::List,
        "read-back",
        "S-Space C-Space",
        "",
        "Page up; at the top, go to the previous unread release",
    ),
    row(A::Select, S::List, "select", "v", "", "Toggle selection; marks and copies act on all selected releases")
        .also("choose pick tick multiple"),
    row(A::SelectRange, S::List, "select-range", "V", "", "Start selecting a range, or end it").also("visual block"),
    row(A::ReadOn, S::Detail, "read-on", "Space", "read on", "Page down; at the end, go to the next unread release"),
    row(
        A::ReadBack,
        S::Detail,
        "read-back",
        "S-Space C-Space",
        "",
        "Page up; at the top, go to the previous unread release",
    ),
    row(A::Follow, S::Detail, "follow", "f", "follow link", "Follow a link or go to a similar release by its letters")
        .titled("Follow link")
        .also("links url similar related attachment"),
    row(
        A::GoThere,
        S::Detail,
        "go-there",
        "Enter",
        "",
        "Go to the release selected below the text; if none is selected, show only the text",
    )
    .titled("Go to release"),
    row(
        A::Changes,
        S::Detail,
        "changes",
        "c",
        "changes",
        "Show how the title and the text of the release were changed",
    )
    .titled("Show changes"),
    row(A::Zen, S::Detail, "zen", "z", "zen", "Toggle zen mode: show only the text")
        .also("fullscreen full screen maximise maximize focus distraction"),
    row(A::ToggleValue, S::Filter, "toggle-value", "Space Enter", "choose", "Toggle the value"),
    row(A::ExcludeValue, S::Filter, "exclude-value", "-", "exclude", "Exclude the value, or include it again"),
    row(A::FindValue, S::Filter, "find-value", "f", "find", "Find a value of this facet by typing").also("filter"),
    row(
        A::RisingWords,
        S::Filter,
        "rising-words",
        "w",
        "rising",
        "Compare the words of the hits with all releases, or with what came before; elsewhere: go to the words",
    )
    .titled("Rising words")
    .also("trend trending typical"),
    row(
        A::WordBars,
        S::Filter,
        "word-bars",
        "b",
        "bars",
        "Show when this word occurs, as its own bars in the timeline; repeat to hide them",
    )
    .titled("Bars of this word")
    .also("trend chart histogram line over time months years timeline"),
    row(A::OrderValues, S::Filter, "order-values", "o", "order", "Sort values by count or by name"),
    row(A::HideField, S::Filter, "hide-field", "x", "hide", "Hide the words or this custom field").also("facet column"),
    row(A::FieldUp, S::Filter, "field-up", "{", "", "Move the words or this custom field up").also("facet order"),
    row(A::FieldDown, S::Filter, "field-down", "}", "", "Move the words or this custom field down").also("facet order"),
    row(A::BarLeft, S::Timeline, "bar-left", "h Left", "move", "Move to the bar on the left"),
    row(A::BarRight, S::Timeline, "bar-right", "l Right", "move", "Move to the bar on the right"),
    row(
        A::Brush,
        S::Timeline,
        "brush",
        "Enter",
        "show",
        "Show only the releases of this bar, range or year, and go to them; repeat to show all",
    )
    .titled("Show range")
    .also("dates period"),
    row(
        A::RangeStart,
        S::Timeline,
        "range-start",
        "Space v",
        "range",
        "Start a range at this bar; move to its other end, then show it",
    )
    .titled("Start range")
    .also("dates period"),
    row(A::Year, S::Timeline, "year", "0 1 2 3 4 5 6 7 8 9", "year", "Go to a year by typing its four digits"),
    row(A::ZoomIn, S::Timeline, "zoom-in", "+ =", "zoom", "Zoom in: finer bars around this one"),
    row(A::ZoomOut, S::Timeline, "zoom-out", "-", "zoom", "Zoom out: coarser bars"),
    row(
        A::Unbrush,
        S::Timeline,
        "unbrush",
        "BS",
        "all dates",
        "Show all dates; after a digit of a year, delete the digit",
    )
    .titled("All dates")
    .also("clear reset"),
    row(A::Down, S::Timeline, "down", "j Down", "releases", "Return to the releases"),
    row(A::Help, S::Timeline, "help", "?", "help", "Show the help"),
    row(A::RangeLeft, S::Timeline, "range-left", "S-Left", "", "Start a range or move its end to the left"),
    row(A::RangeRight, S::Timeline, "range-right", "S-Right", "", "Start a range or move its end to the right"),
    row(A::Down, S::Panes, "down", "j Down", "move", "Move down"),
    row(A::Up, S::Panes, "up", "k Up", "move", "Move up"),
    row(A::Search, S::Panes, "search", "/", "search", "Search as you type: words, \"a phrase\", -without")
        .also("query lookup"),
    row(A::Topics, S::Panes, "topics", "t", "find topic", "Find a topic by typing")
        .titled("Find topic")
        .also("category categories tags subjects filter"),
    row(A::SameTopic, S::Panes, "same-topic", "@", "only this topic", "Show only this release's topic")
        .titled("Only this topic")
        .also("category tag filter"),
    row(A::Story, S::Panes, "story", "gS", "", "Show the story of this release: its earlier and later parts")
        .titled("Show story")
        .also("thread earlier later course"),
    row(A::ToggleRead, S::Panes, "toggle-read", "m", "read/unread", "Toggle read")
        .titled("Mark read or unread")
        .also("toggle seen"),
    row(A::ToggleStar, S::Panes, "toggle-star", "s", "star", "Toggle star")
        .also("bookmark favorite favourite flag pin save later"),
    row(A::Undo, S::Panes, "undo", "u", "", "Undo the last change").also("revert restore"),
    row(A::Redo, S::Panes, "redo", "C-r", "", "Redo the last undone change").also("repeat again"),
    row(A::Help, S::Panes, "help", "?", "help", "Show the help").also("keys shortcuts bindings keyboard"),
    row(A::Manual, S::Panes, "manual", "g?", "", "Open the manual")
        .also("documentation docs guide settings configuration preferences options"),
    row(A::Top, S::Panes, "top", "gg Home", "", "Go to the top"),
    row(A::Bottom, S::Panes, "bottom", "G End", "", "Go to the bottom"),
    row(A::HalfDown, S::Panes, "half-page-down", "C-d", "", "Move down half a page"),
    row(A::HalfUp, S::Panes, "half-page-up", "C-u", "", "Move up half a page"),
    row(A::PageDown, S::Panes, "page-down", "C-f PgDn", "", "Move down a page"),
    row(A::PageUp, S::Panes, "page-up", "C-b PgUp", "", "Move up a page"),
    row(A::PaneLeft, S::Panes, "pane-left", "h Left", "", "Go to the pane on the left"),
    row(A::PaneRight, S::Panes, "pane-right", "l Right", "", "Go to the pane on the right"),
    row(A::PaneNext, S::Panes, "pane-next", "Tab", "", "Go to the next pane").titled("Next pane"),
    row(A::PanePrevious, S::Panes, "pane-previous", "S-Tab", "", "Go to the previous pane").titled("Previous pane"),
    row(A::DetailDown, S::Panes, "detail-down", "J", "", "Scroll the text down from any pane"),
    row(A::DetailUp, S::Panes, "detail-up", "K", "", "Scroll the text up from any pane"),
    row(A::Next, S::Panes, "next", "n", "next", "Go to the next match; without a search, to the next unread release")
        .also("unread"),
    row(
        A::Previous,
        S::Panes,
        "previous",
        "N",
        "next",
        "Go to the previous match; without a search, to the previous unread release",
    )
    .also("unread"),
    row(A::ShowAll, S::Panes, "show-all", "ga", "", "Show all releases, read and unread").also("everything"),
    row(A::ShowUnread, S::Panes, "show-unread", "gu", "", "Show only unread releases; repeat to hide those read since")
        .also("new filter"),
    row(A::ShowStarred, S::Panes, "show-starred", "gs", "", "Show only starred releases")
        .also("bookmarks favorites favourites filter"),
    row(A::Sort, S::Panes, "sort", ",s", "", "Change the order: newest, oldest, title, best match")
        .also("order newest oldest relevance"),
    row(A::Places, S::Panes, "places", "p", "", "Find a place by typing")
        .titled("Find place")
        .also("country countries location region city filter"),
    row(A::Words, S::Panes, "words", "w", "", "Go to the words that distinguish the hits")
        .titled("Words of the hits")
        .also("typical keywords phrases trend trending about"),
    row(A::Timeline, S::Panes, "timeline", "d", "", "Go to the timeline; select a range of dates there")
        .also("dates calendar years months histogram chart"),
    row(A::NthTopic, S::Panes, "nth-topic", "1 2 3 4 5 6 7 8 9", "", "Toggle the topic with this digit"),
    row(A::PreviousTopic, S::Panes, "previous-topic", "[", "", "Show only the previous topic"),
    row(A::NextTopic, S::Panes, "next-topic", "]", "", "Show only the next topic"),
    row(A::DropChip, S::Panes, "drop-chip", "BS", "", "Remove the last filter")
        .titled("Remove last filter")
        .also("chip"),
    row(
        A::DropNthChip,
        S::Panes,
        "drop-nth-chip",
        "M-1 M-2 M-3 M-4 M-5 M-6 M-7 M-8 M-9",
        "",
        "Remove the filter at this position of the query line",
    ),
    row(A::ClearAll, S::Panes, "clear-all", "0", "", "Clear all filters and the search")
        .titled("Clear all filters")
        .also("reset"),
    row(A::MarkAllRead, S::Panes, "mark-all-read", "A", "", "Mark all listed releases read").also("catch seen"),
    row(A::Subscribe, S::Panes, "subscribe", "a", "", "Subscribe to a feed: its address, or that of a page with feeds")
        .also("add feed follow rss atom"),
    row(A::AddAccount, S::Panes, "add-account", "", "", "Add an account at a sync server")
        .titled("Add an account")
        .also("miniflux freshrss login google reader"),
    row(A::SearchServer, S::Panes, "search-server", "R", "", "Search at the server of the account; again for more")
        .titled("Search at the server")
        .also("archive remote older miniflux"),
    row(A::Subscriptions, S::Panes, "subscriptions", "S", "", "List the subscriptions: rename, move, pause, remove")
        .also("accounts unsubscribe feeds sources manage rename folders pause remove delete"),
    row(A::SavedQueries, S::Panes, "saved-queries", "F", "", "Open a saved query").also("searches bookmarks smart"),
    row(A::SaveQuery, S::Panes, "save-query", "W", "", "Save the search and the filters under a name")
        .also("search bookmark store"),
    row(A::Sync, S::Panes, "sync", "r", "", "Sync the subscriptions").also("refresh reload update fetch download"),
    row(A::FetchPage, S::Panes, "fetch-page", "x", "", "Fetch the full text from the page of the release")
        .titled("Fetch full text")
        .also("article readability download page"),
    row(A::Changes, S::Panes, "changes", "c", "", "Show how the title and the text of the release were changed")
        .titled("Show changes")
        .also("versions history diff difference edited revisions corrections"),
    row(A::Picture, S::Panes, "picture", "i", "", "Show the picture of the release, or hide it")
        .titled("Toggle picture")
        .also("image photo illustration"),
    row(A::Download, S::Panes, "download", "D", "", "Download the enclosure, or one of several by its letters")
        .titled("Download enclosure")
        .also("save audio video podcast file attachment"),
    row(A::Follow, S::Panes, "follow", "f", "", "Follow a link or go to a similar release by its letters")
        .titled("Follow link"),
    row(A::FindInText, S::Panes, "find-in-text", "g/", "", "Find words in the text").also("search"),
    row(A::GoBack, S::Panes, "go-back", "C-o", "", "Jump back").titled("Jump back").also("history"),
    row(A::Browser, S::Panes, "browser", "o", "browser", "Open the release in the browser")
        .titled("Open in browser")
        .also("web url www"),
    row(A::CopyLink, S::Panes, "copy-link", "y", "", "Copy the link, or those of all selected releases")
        .also("yank clipboard url address share"),
    row(A::CopyText, S::Panes, "copy-text", "Y", "", "Copy the text, or those of all selected releases")
        .also("yank clipboard"),
    row(A::Export, S::Panes, "export", "e", "", "Export releases to a file: Markdown, HTML, text or JSON")
        .also("save write file html markdown json print"),
    row(A::Digest, S::Panes, "digest", "", "", "Export the listed releases as a page with an index by topic")
        .also("newspaper newsletter summary report html page"),
    row(A::ImportFeeds, S::Panes, "import-opml", "", "", "Subscribe to the feeds of an OPML list")
        .titled("Import OPML")
        .also("subscriptions feeds list migrate"),
    row(A::ExportFeeds, S::Panes, "export-opml", "", "", "Write the subscriptions to an OPML list")
        .titled("Export OPML")
        .also("subscriptions feeds list backup"),
    row(A::Pipe, S::Panes, "pipe", "|", "", "Pipe the text, or those of all selected releases, to a command")
        .also("command shell mail program"),
    row(A::Zen, S::Panes, "zen", "z", "", "Toggle zen mode: show only the text"),
    row(A::Smaller, S::Panes, "smaller", "<", "", "Make the pane smaller")
        .titled("Make pane smaller")
        .also("resize shrink"),
    row(A::Larger, S::Panes, "larger", ">", "", "Make the pane larger")
        .titled("Make pane larger")
        .also("resize grow bigger"),
    row(A::NextDensity, S::Panes, "density", ",d", "", "Wrap titles in the list, or show each on one line")
        .also("compact comfortable lines rows settings"),
    row(A::Themes, S::Panes, "theme", ",t", "", "Choose a theme; moving in the list previews it")
        .also("dark light colors colours mode appearance scheme settings"),
    row(A::NextStacking, S::Panes, "layout", ",l", "", "Change the layout: text below the list or beside it")
        .also("panes split columns settings"),
    row(A::ToggleFilter, S::Panes, "toggle-filter", ",f", "", "Toggle the filter pane")
        .titled("Toggle filter pane")
        .also("sidebar hide"),
    row(A::ToggleReading, S::Panes, "toggle-reading", ",r", "", "Toggle the text beside the list")
        .titled("Toggle text")
        .also("preview hide reading"),
    row(A::ToggleTimeline, S::Panes, "toggle-timeline", ",b", "", "Toggle the bars of the timeline").also("bars hide"),
    row(A::Palette, S::Panes, "palette", ":", "commands", "Open the palette: find any command by typing"),
    row(A::Problems, S::Panes, "problems", "!", "", "List problems: what failed, and what could not be read")
        .also("errors warnings"),
    row(A::Cancel, S::Panes, "cancel", "Esc", "", "Dismiss, close, cancel or clear; never quits"),
    row(A::Back, S::Panes, "back", "q", "", "Go back, then quit").also("leave"),
    row(A::Quit, S::Panes, "quit", "Q C-c", "", "Quit").also("exit close leave"),
];
