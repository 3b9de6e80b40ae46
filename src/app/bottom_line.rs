//! The contents of the status bar and their columns, for drawing and for the mouse.

use ratatui::layout::Rect;

use super::filter::Row;
use super::popup::Popup;
use super::popup::help::key_range;
use super::popup::subscriptions::Item;
use super::{App, Pane};
use crate::keymap::{Action, Info, Scope};
use crate::text::{CleanBuf, cells, counted, grouped, width};

/// The maximum number of hints besides the pinned ones.
const HINTS: usize = 7;
/// The hints that are dropped last: the help and the command palette.
const PINNED: [Action; 2] = [Action::Help, Action::Palette];
/// Below this width, only the help key is shown.
const LEAST_WORDS: u16 = 40;
/// The hint of the key that closes a popup.
const WAY_OUT: &str = "close";
/// Below this width, a long message takes the words of the pinned keys.
const LEAST_BOTH: u16 = 60;
/// Columns between two hints.
const GAP: u16 = 3;
/// Columns that an error leaves to the key that lists the problems, if the line is wide enough.
const LEAST_HINTS: u16 = 13;

/// The contents of the status bar.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusBar {
    /// Right-aligned segments, from the right: first column, columns, text.
    pub segments: Vec<(u16, u16, Segment)>,
    /// The first column and the letters typed for a link hint.
    pub letters: Option<(u16, String)>,
    /// The hints that fit.
    pub hints: Vec<Hint>,
}

/// A right-aligned segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A notice.
    Notice(CleanBuf),
    /// Ongoing work.
    Status(CleanBuf),
    /// An error.
    Error(CleanBuf),
}

/// Keys and what they do. Neighbours in the action table with the same hint text share one hint (`j k move`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The first column.
    pub x: u16,
    /// The first key of each action.
    pub keys: Vec<(String, Scope, Action)>,
    /// The text after the keys.
    pub text: &'static str,
}

/// The text before the letters typed for a link hint.
pub const LETTERS: &str = "label: ";

impl StatusBar {
    /// Lays out the line within `area`.
    #[must_use]
    pub fn new(app: &App, area: Rect) -> Self {
        let mut line = Self::default();
        let mut end = area.right().saturating_sub(1);
        let hints = hints(app);
        let way_out = hints.iter().find(|hint| hint.text == WAY_OUT && app.popups.is_open()).map_or(0, Hint::end);
        let mut pinned = pinned(app, area.width, area.width.saturating_sub(2));
        let room = |pinned: &[Hint]| {
            let kept = pinned.iter().map(|hint| hint.end() + GAP).sum::<u16>();
            area.width.saturating_sub(2 + kept + if way_out > 0 { way_out + GAP } else { 0 })
        };
        let is_cut = segments(app, room(&pinned)).iter().any(|(segment, room)| cells(segment.text().as_str()) > *room);
        if is_cut && area.width < LEAST_BOTH {
            // A message is worth more than what the keys are called.
            for hint in &mut pinned {
                hint.text = "";
            }
        }
        for (segment, room) in segments(app, room(&pinned)) {
            let columns = cells(segment.text().as_str()).min(room);
            end = end.saturating_sub(columns);
            line.segments.push((end, columns, segment));
            end = end.saturating_sub(GAP);
        }
        if !line.segments.is_empty() {
            end += GAP;
        }
        let mut x = 1;
        if let Some(typed) = &app.hint_letters {
            line.letters = Some((x, typed.text().to_owned()));
            x += cells(LETTERS) + cells(typed.text()) + 1 + GAP;
        }
        let reserved: u16 = pinned.iter().map(|hint| hint.end() + GAP).sum();
        // The key that closes a popup stays; others give way, the last ones first.
        let mut owed = if way_out > 0 { way_out + GAP } else { 0 };
        let mut is_full = false;
        for mut hint in hints {
            let is_way_out = owed > 0 && hint.text == WAY_OUT;
            owed = if is_way_out { 0 } else { owed };
            hint.x = x;
            is_full |= hint.end() + 2 + reserved + owed > end;
            if is_full && !is_way_out {
                continue;
            }
            x = hint.end() + GAP;
            line.hints.push(hint);
        }
        for mut hint in pinned {
            hint.x = x;
            x = hint.end() + GAP;
            line.hints.push(hint);
        }
        line
    }

    /// Returns the action whose key or text is at a column.
    #[must_use]
    pub fn action_at(&self, x: u16) -> Option<(Scope, Action)> {
        let hint = self.hints.iter().find(|hint| (hint.x..hint.end()).contains(&x))?;
        let mut end = hint.x;
        let at = hint.keys.iter().find(|(key, ..)| {
            end += cells(key) + 1;
            x < end
        });
        at.or(hint.keys.first()).map(|&(_, scope, action)| (scope, action))
    }
}

impl Hint {
    /// Returns the keys as shown.
    #[must_use]
    pub fn key_text(&self) -> String {
        self.keys.iter().map(|(key, ..)| key.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Returns the column after the hint.
    #[must_use]
    pub fn end(&self) -> u16 {
        let blank = u16::from(!self.text.is_empty());
        self.x + cells(&self.key_text()) + blank + cells(self.text)
    }
}

impl Segment {
    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &CleanBuf {
        match self {
            Self::Notice(text) | Self::Status(text) | Self::Error(text) => text,
        }
    }
}

impl App {
    /// Returns `3 of 12`, the position among the matches in the text, or an empty string without a search.
    #[must_use]
    pub fn match_status(&self) -> String {
        let Some(find) = self.detail.find.as_ref().filter(|find| !find.prompt.text().is_empty()) else {
            return String::new();
        };
        match (self.detail.match_count(), find.here) {
            (count, Some(here)) if count > 0 => format!("{} of {}", grouped(here + 1), grouped(count)),
            _ => "no match".to_owned(),
        }
    }

    /// Whether the list is empty and stays so.
    fn lists_nothing(&self) -> bool {
        self.hits.order.is_empty() && self.load.is_done && !self.search.is_running()
    }

    /// Returns the loading progress. Unsaved marks matter more.
    fn loading_status(&self) -> Option<String> {
        let is_loading = !self.load.is_done && self.marks.unsaved() == 0;
        is_loading.then(|| format!("loading {}", grouped(self.catalog.len())))
    }

    /// Returns the number of unsaved marks, and whether something is lost; if there are none, the number of problems
    /// once loading has ended.
    fn warning(&self) -> Option<(String, bool)> {
        let is_serious = self.load.problems.lose_items() || self.notices.error_count() > 0;
        let noun = if is_serious { "problem" } else { "note" };
        match (self.marks.unsaved(), self.problem_count()) {
            (0, 0) => None,
            (0, problems) => self.load.is_done.then(|| (counted(problems, noun), is_serious)),
            (unsaved, _) => Some((counted(unsaved, "unsaved mark"), true)),
        }
    }
}

/// Returns the segments, rightmost first, each with the columns it may take.
fn segments(app: &App, room: u16) -> Vec<(Segment, u16)> {
    // A long notice is worth more than the hints.
    let notice = app.notices.info().cloned().or_else(|| full_label(app)).map(Segment::Notice);
    let Some((error, more)) = app.notices.unread() else {
        return notice.or_else(|| status(app, usize::from(room))).map(|segment| (segment, room)).into_iter().collect();
    };
    let more = if more > 0 { format!(" · {} more", grouped(more)) } else { String::new() };
    let error = Segment::Error(CleanBuf::line(&format!("! {}{more}", error.text)));
    let Some(notice) = notice else {
        // Keep the keys that help in view.
        let least = if room < 3 * LEAST_HINTS { 0 } else { LEAST_HINTS };
        return vec![(error, room - least)];
    };
    // The notice that answers a key is shown beside the error.
    let wanted = cells(notice.text().as_str()).min(room / 2);
    vec![(error, room.saturating_sub(wanted + GAP)), (notice, wanted)]
}

/// Returns the pending keys, or as many as fit of: search in the text, selection, sync, loading or problems.
fn status(app: &App, columns: usize) -> Option<Segment> {
    let segment = |text: &str| Segment::Status(CleanBuf::line(text));
    if !app.pending.is_empty() {
        let keys: String = app.pending.iter().map(ToString::to_string).collect();
        return Some(segment(&format!("{keys}…")));
    }
    if app.inbox.is_waiting() {
        let keys = counted(app.inbox.keys(), "key");
        return Some(segment(&format!("searching… {keys} queued, {} cancels", app.key_of(Action::Cancel))));
    }
    let keys = app.inbox.keys();
    if app.form_is_waiting() && keys > 0 {
        let close = app.key_in(&[Scope::Form], Action::Close);
        return Some(segment(&format!("creating the file… {} queued, {close} cancels", counted(keys, "key"))));
    }
    let found = app.detail.find.as_ref().map(|find| format!("“{}” {}", find.prompt.text(), app.match_status()));
    let work = [
        found,
        app.selection_status(),
        app.server_status(),
        app.sync_status(),
        app.download_status(),
        app.loading_status(),
    ];
    let mut parts: Vec<String> = work.into_iter().flatten().collect();
    let warning = app.warning().map(|(warning, is_serious)| (format!("! {warning}"), is_serious));
    if parts.is_empty() {
        let (text, is_serious) = warning.filter(|(text, _)| width(text) <= columns)?;
        return Some(if is_serious { Segment::Error(CleanBuf::line(&text)) } else { segment(&text) });
    }
    parts.extend(warning.map(|(text, _)| text));
    while !parts.is_empty() {
        let text = parts.join(" · ");
        if width(&text) <= columns {
            return Some(segment(&text));
        }
        parts.pop();
    }
    None
}

/// Actions hinted at while the detail pane has the focus, in this order.
const READING: [Action; 10] = {
    use Action as A;
    [
        A::ReadOn,
        A::Next,
        A::Previous,
        A::Follow,
        A::Changes,
        A::ToggleRead,
        A::ToggleStar,
        A::Browser,
        A::Zen,
        A::GoBack,
    ]
};

/// Returns the pinned hints that fit into `columns` of a line. Scopes with a text field have none.
fn pinned(app: &App, columns: u16, room: u16) -> Vec<Hint> {
    let scope = app.scope();
    let hint = |action| {
        let info = scope.chain().flat_map(Action::in_scope).find(|info| info.action == action)?;
        let key = app.settings.keymap.keys_of(scope, action).into_iter().next()?;
        Some(Hint { x: 0, keys: vec![(key, info.scope, action)], text: info.hint })
    };
    let mut hints: Vec<Hint> = PINNED.into_iter().filter_map(hint).collect();
    let taken = |hints: &[Hint]| hints.iter().map(|hint| hint.end() + GAP).sum::<u16>().saturating_sub(GAP);
    while hints.len() > 1 && (columns < LEAST_WORDS || taken(&hints) > room) {
        hints.pop();
    }
    for hint in hints.iter_mut().filter(|hint| columns < LEAST_WORDS || hint.end() > room) {
        hint.text = "";
    }
    hints.retain(|hint| hint.end() <= room);
    hints
}

/// Whether an action does nothing here: there is no other field to go to, what is selected is an account or a feed, the
/// release was not changed, or the cursor of the filter pane is on no such row.
fn is_idle(app: &App, action: Action) -> bool {
    if action == Action::Changes {
        return app.selected().is_none_or(|release| app.changes.at(release).is_none());
    }
    if action == Action::HideField {
        return app.filter.custom_at_cursor().is_none() && !app.filter.is_at_words();
    }
    if action == Action::RisingWords {
        return !app.filter.is_at_words();
    }
    if action == Action::WordBars {
        return app.filter.phrase_of(app.filter.selected()).is_none();
    }
    if action == Action::FindValue {
        return app.scope() == Scope::Filter && app.filter.is_at_words();
    }
    match app.popups.iter().last() {
        Some(Popup::FormPopup(form)) => action == Action::FormNext && form.lines() == 1,
        Some(Popup::Subscriptions(list)) => match list.item {
            Some(Item::Account(_)) => {
                matches!(
                    action,
                    Action::SubscriptionRename
                        | Action::SubscriptionFolder
                        | Action::SubscriptionEdit
                        | Action::SubscriptionPause
                )
            }
            _ => matches!(action, Action::AccountSecret | Action::AccountCheck),
        },
        _ => false,
    }
}

/// Returns the hint of an action. In zen mode, the key that leaves it says so; in a form, the one that confirms it says
/// what it does.
fn hint_of(app: &App, info: &Info) -> &'static str {
    match (info.action, app.popups.iter().last()) {
        (Action::Zen, _) if app.zen => "back",
        (Action::RisingWords, _) if app.filter.words.is_rising => "typical",
        (Action::WordBars, _) if app.has_bars_of_selected_word() => "hide bars",
        (Action::FormDone, Some(Popup::FormPopup(form))) => form.purpose.verb(),
        (Action::FormDone, Some(Popup::AccountForm(form))) => form.verb(),
        (Action::FormDone, _) => "write",
        _ => info.hint,
    }
}

/// Returns the hints of an empty list: what relaxes the query or, without one, what gets releases.
fn empty_list(app: &App) -> impl Iterator<Item = Hint> {
    let actions = if app.query.is_empty() {
        [(Action::Sync, "sync"), (Action::Subscribe, "subscribe"), (Action::Subscriptions, "subscriptions")]
    } else {
        [(Action::ClearAll, "clear filters"), (Action::DropChip, "drop last filter"), (Action::Search, "search")]
    };
    actions.into_iter().filter_map(|(action, text)| {
        let key = app.settings.keymap.keys_of(Scope::List, action).into_iter().next()?;
        Some(Hint { x: 0, keys: vec![(key, Scope::Panes, action)], text })
    })
}

/// Returns the hints of the focused scope, then those of the scopes that it inherits from.
fn hints(app: &App) -> Vec<Hint> {
    let scope = app.scope();
    let rows: Vec<&Info> = match scope {
        Scope::Detail => {
            let row = |action| {
                let mut here = Action::in_scope(scope).chain(Action::in_scope(Scope::Panes));
                here.find(|info| info.action == action && !info.hint.is_empty())
            };
            READING.into_iter().filter_map(row).collect()
        }
        // Nothing can be read, moved or marked.
        Scope::List if app.lists_nothing() => Vec::new(),
        Scope::Subscriptions if app.library.sources.is_empty() && app.library.accounts.is_empty() => {
            let adds = |info: &&Info| matches!(info.action, Action::Subscribe | Action::AddAccount | Action::Close);
            Action::in_scope(scope).filter(adds).collect()
        }
        // The timeline has enough hints of its own.
        Scope::Timeline => Action::in_scope(scope).collect(),
        _ => scope.chain().flat_map(Action::in_scope).collect(),
    };
    let mut hints: Vec<Hint> = Vec::new();
    if app.notices.unread().is_some() && scope.chain().any(|scope| scope == Scope::Panes) {
        for (action, text) in [(Action::Problems, "problems"), (Action::Cancel, "dismiss")] {
            let keys = app.settings.keymap.keys_of(Scope::Panes, action).into_iter().take(1);
            let keys: Vec<_> = keys.map(|key| (key, Scope::Panes, action)).collect();
            hints.extend((!keys.is_empty()).then_some(Hint { x: 0, keys, text }));
        }
    }
    if scope == Scope::List && app.lists_nothing() {
        hints.extend(empty_list(app));
    }
    let is_shown = |info: &Info| !info.hint.is_empty() && !PINNED.contains(&info.action) && !is_idle(app, info.action);
    for info in rows.into_iter().filter(|info| is_shown(info)) {
        let keys = app.settings.keymap.keys_of(scope, info.action);
        let Some(key) = key_range(&keys).or_else(|| keys.first().cloned()) else { continue };
        let key = (key, info.scope, info.action);
        match hints.last_mut() {
            Some(hint) if hint.text == info.hint => hint.keys.push(key),
            _ => hints.push(Hint { x: 0, keys: vec![key], text: hint_of(app, info) }),
        }
    }
    hints.truncate(HINTS);
    hints
}

/// Returns the full label of the value under the filter pane's cursor, which may be truncated there; for a saved query,
/// its text.
fn full_label(app: &App) -> Option<CleanBuf> {
    let value = match app.filter.selected().filter(|_| app.focus == Pane::Filter && !app.popups.is_open())? {
        Row::Value(value) => value,
        Row::Own(row) => return app.filter.own_topic(row).filter(|name| width(name.as_str()) > 18).cloned(),
        Row::Saved(row) => return app.library.saved.get(row.at).map(|saved| CleanBuf::line(&saved.query)),
        _ => return None,
    };
    let label = app.catalog.values(value.facet).label(value.id);
    (width(label.as_str()) > 18).then(|| label.to_buf())
}
