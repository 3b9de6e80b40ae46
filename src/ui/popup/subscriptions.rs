//! The subscriptions.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::{Drawn, below, input, list_line};
use crate::app::accounts::{Account, kind_name};
use crate::app::library::Subscription;
use crate::app::popup::subscriptions::{NARROW, SourceLine, Subscriptions};
use crate::app::{App, age};
use crate::keymap::{Action, Scope};
use crate::text::{Clean, CleanBuf, cells, counted, find_folded, fold, grouped, truncate, wrap};
use crate::ui::painter::Painter;

/// Columns before a name: the bar and a blank.
const GUTTER: u16 = 2;
/// Columns of the counts and of what stands behind them.
const COUNTS: u16 = 15;
const STATE: u16 = 13;

/// Draws the subscriptions by folder.
pub fn draw(app: &App, sources: &Subscriptions, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let mut cursor = None;
    if sources.has_filter() {
        cursor = input("/ ", &sources.filter, "", inner, pen).filter(|_| sources.is_typing);
    }
    let rows = below(inner, sources.head(app));
    if Subscriptions::is_roomy(app) {
        headings(rows, pen);
        address(app, sources, inner, pen);
    }
    let rows = Rect { height: (sources.rows(app) as u16).min(rows.height), ..rows };
    let lines = sources.lines(&app.library);
    if lines.is_empty() {
        nothing(app, rows, pen);
    }
    let needle = fold(sources.filter.text().trim());
    for (line, y) in lines.iter().skip(sources.cursor.top).zip(rows.top()..rows.bottom()) {
        let item = Subscriptions::item_of(&app.library, line);
        let is_selected = item.is_some() && item == sources.item;
        let place = Rect { y, height: 1, ..rows };
        match line {
            SourceLine::Accounts(count) => heading(CleanBuf::line("Accounts").as_clean(), *count, place, pen),
            SourceLine::Folder(name, count) => heading(name.as_clean(), *count, place, pen),
            SourceLine::Account(at) => {
                let Some(account) = app.library.accounts.get(*at) else { continue };
                row(&account_row(app, account), is_selected, &needle, place, pen);
            }
            SourceLine::Source(at) => {
                let Some(source) = app.library.sources.get(*at) else { continue };
                row(&source_row(app, source), is_selected, &needle, place, pen);
            }
            SourceLine::AccountError(at) => {
                let account = app.library.accounts.get(*at);
                error(account.and_then(|account| account.error.as_ref()), is_selected, place, pen);
            }
            SourceLine::Error(at) => {
                let source = app.library.sources.get(*at);
                error(source.and_then(|source| source.error.as_ref()), is_selected, place, pen);
            }
            SourceLine::Blank => {}
        }
        if is_selected && matches!(line, SourceLine::Account(_) | SourceLine::Source(_)) {
            cursor = cursor.or(Some(place.as_position()));
        }
    }
    (cursor, sources.cursor.top + usize::from(rows.height) < lines.len())
}

/// Draws the headings of the columns above the list.
fn headings(rows: Rect, pen: &mut Painter<'_>) {
    let (y, dim) = (rows.y.saturating_sub(1), pen.theme.dim);
    pen.put(rows.right() - STATE, y, STATE, "last synced", dim);
    pen.right(rows.right() - STATE - 2, y, "unread of all", dim);
}

/// Draws the heading of a folder or of the accounts, with a count.
fn heading(name: Clean<'_>, count: usize, place: Rect, pen: &mut Painter<'_>) {
    let style = pen.theme.dim.add_modifier(Modifier::BOLD);
    let taken = pen.fit(place.x, place.y, place.width.saturating_sub(8), name, style);
    let end = pen.right(place.right(), place.y, &grouped(count), pen.theme.dim);
    let start = place.x + taken + 1;
    pen.horizontal(start, place.y, end.saturating_sub(start + 1));
}

/// Draws the error below a row.
fn error(text: Option<&CleanBuf>, is_selected: bool, place: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    list_line(place, is_selected, pen);
    if let Some(text) = text {
        let room = place.width.saturating_sub(GUTTER + 2);
        pen.put(place.x + GUTTER, place.y, 2, "! ", theme.wrong);
        pen.fit(place.x + GUTTER + 2, place.y, room, text.as_clean(), theme.wrong);
    }
}

/// Draws more about the selected line in the last line: the address, and how the feed is followed.
fn address(app: &App, sources: &Subscriptions, inner: Rect, pen: &mut Painter<'_>) {
    let mut line = CleanBuf::default();
    if let Some(account) = sources.selected_account(&app.library) {
        line.push_clean(account.address.as_clean());
        if !account.user.is_empty() {
            line.push_own(" as ");
            line.push_clean(account.user.as_clean());
        }
        let stored = grouped(account.releases as usize);
        let of_all = account.total.map_or_else(String::new, |total| format!(" of {}", grouped(total as usize)));
        line.push_own(" · ");
        line.push_clean(CleanBuf::line(&format!("{stored}{of_all} releases stored")).as_clean());
    } else if let Some(source) = sources.selected(&app.library) {
        line.push_clean(source.address.as_clean());
        if source.is_abandoned() {
            line.push_own(" · no longer at the server");
        }
        if let Some(topics) = &source.rules.topics
            && let Some(from) = topics.source()
        {
            line.push_own(if topics.is_settled() { " · topics " } else { " · no topics yet " });
            line.push_own(from.phrase());
        }
        for (at, &id) in source.accounts.iter().enumerate() {
            let Some(account) = app.account(id) else { continue };
            line.push_own(match (at, source.is_remote) {
                (0, true) => " · through ",
                (0, false) => " · directly and through ",
                _ => ", ",
            });
            line.push_clean(account.name.as_clean());
        }
    }
    let room = inner.width.saturating_sub(GUTTER);
    pen.fit(inner.x + GUTTER, inner.bottom().saturating_sub(1), room, line.as_clean(), pen.theme.dim);
}

fn nothing(app: &App, rows: Rect, pen: &mut Painter<'_>) {
    let (what, how) = if Subscriptions::is_empty(&app.library) {
        let key = |action| app.key_in(&[Scope::Subscriptions], action);
        let (add, account) = (key(Action::Subscribe), key(Action::AddAccount));
        let how = format!(
            "{add} adds one: the address of a feed, or of a page that names its feeds; {account} adds an account at a \
             server such as Miniflux or FreshRSS"
        );
        ("No subscriptions yet", how)
    } else {
        let all = match app.scope() {
            Scope::ListFilter => app.key_in(&[Scope::ListFilter], Action::ListFilterCancel),
            _ => app.key_in(&[Scope::Subscriptions], Action::Close),
        };
        ("No subscription of this name", format!("{all} shows all"))
    };
    let how = CleanBuf::line(&how);
    let how =
        wrap(how.as_clean(), usize::from(rows.width.max(1))).into_iter().filter_map(|line| how.as_str().get(line));
    let lines = std::iter::once((what, pen.theme.text)).chain(how.map(|line| (line, pen.theme.dim)));
    for ((text, style), y) in lines.zip(rows.top()..rows.bottom()) {
        pen.put(rows.x, y, rows.width, text, style);
    }
}

/// What a row shows: `▌ Court of Justice   12 of 340   3 h ago`.
struct Row<'a> {
    name: &'a CleanBuf,
    is_dim: bool,
    /// The text after the name, if there is room.
    more: CleanBuf,
    unread: u64,
    releases: u64,
    /// What it does, else when it last had something to say.
    state: String,
    /// What takes the place of the state in narrow windows.
    sign: &'static str,
    is_syncing: bool,
}

/// Returns what the row of a subscription shows.
fn source_row<'a>(app: &App, source: &'a Subscription) -> Row<'a> {
    let accounts = || source.accounts.iter().filter_map(|&id| app.account(id));
    let mut more = CleanBuf::default();
    // A sign after the name shows that full pages are fetched.
    if source.wants_pages {
        more.push_own(" ¶");
    }
    for account in accounts() {
        more.push_own(" · ");
        more.push_clean(account.name.as_clean());
    }
    let is_syncing = source.is_syncing || (source.is_remote && accounts().any(|account| account.is_syncing));
    // What only a server fetches is as old as the last sync with it.
    let succeeded = if source.is_remote { accounts().filter_map(|one| one.succeeded).max() } else { source.succeeded };
    let state = match succeeded {
        _ if is_syncing => "syncing…".to_owned(),
        _ if source.is_abandoned() => "not at server".to_owned(),
        _ if source.is_paused => "paused".to_owned(),
        succeeded => succeeded.map_or_else(|| "never".to_owned(), |then| age(then, app.library.now)),
    };
    Row {
        name: &source.title,
        is_dim: source.is_paused || source.is_abandoned(),
        more,
        unread: source.unread,
        releases: source.releases,
        state,
        sign: if source.is_paused { "paused  " } else { "" },
        is_syncing,
    }
}

/// Returns what the row of an account shows.
fn account_row<'a>(app: &App, account: &'a Account) -> Row<'a> {
    let mut facts = format!("{} · {}", kind_name(account.kind), counted(account.feeds as usize, "feed"));
    if account.waiting > 0 {
        facts = format!("{facts} · {} to send", counted(account.waiting as usize, "mark"));
    }
    let mut more = CleanBuf::default();
    more.push_own(" · ");
    more.push_clean(CleanBuf::line(&facts).as_clean());
    let state = match account.succeeded {
        _ if account.is_syncing => "syncing…".to_owned(),
        succeeded => succeeded.map_or_else(|| "never".to_owned(), |then| age(then, app.library.now)),
    };
    Row {
        name: &account.name,
        is_dim: false,
        more,
        unread: account.unread,
        releases: account.releases,
        state,
        sign: "",
        is_syncing: account.is_syncing,
    }
}

/// Draws a row.
fn row(row: &Row<'_>, is_selected: bool, needle: &str, place: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    let (x, y) = (place.x + GUTTER, place.y);
    list_line(place, is_selected, pen);
    let unread = grouped(row.unread as usize);
    let mut end = place.right();
    if place.width < NARROW {
        end = pen.right(end, y, &format!("{}{unread}", row.sign), theme.dim);
    } else {
        pen.put(end - STATE, y, STATE, &row.state, if row.is_syncing { theme.accent } else { theme.dim });
        end -= STATE + 2;
        pen.right(end, y, &format!("{unread} of {}", grouped(row.releases as usize)), theme.dim);
        end -= COUNTS;
    }
    let room = end.saturating_sub(x + 1);
    let style = match (row.is_dim, row.unread) {
        (true, _) => theme.dim,
        (false, 0) => theme.text,
        (false, _) => theme.strong,
    };
    let taken = pen.fit(x, y, room, row.name.as_clean(), style);
    pen.fit(x + taken, y, room - taken, row.more.as_clean(), theme.dim);
    let (shown, _) = truncate(row.name.as_clean(), usize::from(room));
    if let Some(range) = find_folded(shown.as_str(), needle).into_iter().next() {
        let before = cells(shown.as_str().get(..range.start).unwrap_or_default());
        pen.put(x + before, y, room - before, shown.as_str().get(range).unwrap_or_default(), theme.accent);
    }
}
