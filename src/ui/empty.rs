//! A list with nothing in it: why, and what to do.

use ratatui::layout::Rect;

use super::painter::Painter;
use crate::app::App;
use crate::keymap::{Action, Scope};
use crate::query::Status;
use crate::text::{CleanBuf, grouped, wrap};

/// Why there is nothing, and what to do.
pub fn draw(app: &App, rows: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    let key = |action| app.key_of(action);
    let alone = app.query.status().filter(|_| app.query.clauses.len() == 1);
    let (what, how) = match (app.query.is_empty(), app.load.is_done) {
        (false, _) if app.search.is_running() => ("Searching…", String::new()),
        (false, true) if alone == Some(Status::Unread) => {
            ("Nothing is unread.", format!("{} shows all that was read.", key(Action::ShowAll)))
        }
        (false, true) if alone == Some(Status::Starred) => {
            let (star, all) = (key(Action::ToggleStar), key(Action::ShowAll));
            ("Nothing is starred yet.", format!("{all} shows all; {star} stars the selected release."))
        }
        (false, _) => ("No release matches.", relaxed(app)),
        (true, false) => ("Loading…", String::new()),
        (true, true) if app.library.sync.is_some() => {
            ("Fetching your subscriptions…", format!("{} calls it off.", key(Action::Cancel)))
        }
        (true, true) if !app.library.sources.is_empty() => {
            let (sync, sources) = (key(Action::Sync), key(Action::Sources));
            ("Nothing was fetched yet.", format!("{sync} brings your subscriptions up to date, {sources} lists them."))
        }
        (true, true) => {
            let (follow, help) = (key(Action::Subscribe), key(Action::Help));
            (
                "There are no releases here.",
                format!("{follow} follows a feed, tidings FILE opens one; {help} for help."),
            )
        }
    };
    let is_typed = app.scope() == Scope::Prompt && !app.query.is_empty() && !app.search.is_running();
    let how = if is_typed { while_typing(app) } else { how };
    let how = CleanBuf::line(&how);
    let lines = wrap(how.as_clean(), usize::from(rows.width)).into_iter();
    let lines = lines.filter_map(|line| Some((how.as_clean().get(line)?, theme.dim)));
    let what = CleanBuf::line(what);
    for (y, (line, style)) in
        (rows.top()..rows.bottom()).zip(std::iter::once((what.as_clean(), theme.text)).chain(lines))
    {
        pen.fit(rows.x, y, rows.width, line, style);
    }
}

/// What helps where nothing matches.
fn relaxed(app: &App) -> String {
    let clear = app.key_of(Action::ClearAll);
    match without(app) {
        Some(without) => format!("{clear} clears all. {without}"),
        None => format!("{} takes the last filter off, {clear} clears all.", app.key_of(Action::DropChip)),
    }
}

/// What helps while one types: other keys are letters there.
fn while_typing(app: &App) -> String {
    let keys = |action| app.settings.keymap.keys_of(Scope::Prompt, action).into_iter().next();
    let back = keys(Action::PromptCancel).map(|key| format!("{key} goes back to the search before."));
    [without(app), back].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// How many there are without the clause that excludes most.
fn without(app: &App) -> Option<String> {
    let (at, count) = app.hits.relaxed?;
    let clause = CleanBuf::line(&app.query.clauses.get(at)?.to_string());
    Some(format!("Without {clause} there are {}.", grouped(count)))
}
