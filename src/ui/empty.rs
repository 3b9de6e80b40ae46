//! The text shown in an empty list: why it is empty, and what to do.

use ratatui::layout::Rect;

use super::painter::Painter;
use crate::app::App;
use crate::keymap::{Action, Scope};
use crate::query::{Expr, Field, Status, Term};
use crate::text::{CleanBuf, counted, fold_name, wrap};

/// Draws why the list is empty, and what to do.
pub fn draw(app: &App, rows: Rect, pen: &mut Painter<'_>) {
    let theme = pen.theme;
    let key = |action| app.key_of(action);
    let alone = app.query.status().filter(|_| app.query.clauses.len() == 1);
    let (what, how) = match (app.query.is_empty(), app.load.is_done) {
        (false, _) if app.search.is_running() => ("Searching…", String::new()),
        (false, true) if alone == Some(Status::Unread) => {
            let all = counted(app.catalog.len(), "release");
            ("Nothing is unread", format!("{} shows all {all}", key(Action::ShowAll)))
        }
        (false, true) if alone == Some(Status::Starred) => {
            let (star, all) = (key(Action::ToggleStar), key(Action::ShowAll));
            ("No starred releases", format!("{all} shows all releases; {star} stars the selected one"))
        }
        (false, true) if alone == Some(Status::Changed) => {
            ("No changed releases", format!("{} shows all releases", key(Action::ShowAll)))
        }
        (false, _) => ("No match", relaxed(app)),
        (true, false) => ("Loading…", String::new()),
        (true, true) if app.library.sync.is_some() => {
            ("Fetching your subscriptions…", format!("{} cancels", key(Action::Cancel)))
        }
        (true, true) if !(app.library.sources.is_empty() && app.library.accounts.is_empty()) => {
            let (sync, sources) = (key(Action::Sync), key(Action::Subscriptions));
            ("Nothing fetched yet", format!("{sync} syncs your subscriptions; {sources} lists them"))
        }
        (true, true) => {
            let (subscribe, help) = (key(Action::Subscribe), key(Action::Help));
            ("No releases", format!("{subscribe} subscribes to a feed; tidings FILE opens one; {help} shows help"))
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

/// Returns the keys that relax a query without a match.
fn relaxed(app: &App) -> String {
    let clear = app.key_of(Action::ClearAll);
    let drop = app.key_of(Action::DropChip);
    match (unknown(app), without(app)) {
        (Some(unknown), _) => format!("{unknown}; {drop} removes the last filter; {clear} clears all filters"),
        (None, Some(without)) => format!("{clear} clears all filters; {without}"),
        (None, None) => format!("{drop} removes the last filter; {clear} clears all filters"),
    }
}

/// Returns the keys that help while the prompt is open, where every other key types a letter.
fn while_typing(app: &App) -> String {
    let key_of = |action| app.settings.keymap.keys_of(Scope::Prompt, action).into_iter().next();
    let back = key_of(Action::PromptCancel).map(|key| format!("{key} restores the previous search"));
    [unknown(app).or_else(|| without(app)), back].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// Returns which chosen topic, place or source does not exist, in words.
fn unknown(app: &App) -> Option<String> {
    app.query.clauses.iter().find_map(|clause| {
        let Expr::Term(Term::Field(field, names)) = clause else { return None };
        let (facet, values) = (field.facet(), app.catalog.values(field.facet()));
        if let Field::Custom(name) = field
            && let Some(text) = app.catalog.no_facet(*name)
        {
            return Some(text);
        }
        let is_known = |name: &str| {
            let name = fold_name(name);
            name.is_empty() || values.ids().any(|id| values.total(id) > 0 && values.folded(id).contains(&*name))
        };
        let is_unknown = !names.iter().any(|name| is_known(name));
        is_unknown.then(|| format!("no {} contains {}", facet.noun(), names.join(" or ")))
    })
}

/// Returns the number of hits without the clause that excludes the most releases, in words.
fn without(app: &App) -> Option<String> {
    let (at, count) = app.hits.relaxed?;
    let clause = CleanBuf::line(&app.query.clauses.get(at)?.to_string());
    Some(format!("{} without {clause}", counted(count, "release")))
}
