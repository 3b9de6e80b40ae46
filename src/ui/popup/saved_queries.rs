//! The saved queries.

use ratatui::layout::Rect;

use super::{Drawn, below, input, list_line};
use crate::app::App;
use crate::app::library::SavedQuery;
use crate::app::popup::picker::HEAD;
use crate::app::popup::saved_queries::SavedQueries;
use crate::text::{CleanBuf, grouped, width};
use crate::ui::highlight::name;
use crate::ui::painter::Painter;

/// The number of releases that are new for a watched query, whether it is a topic, and what happens to those that arrive.
fn news(saved: &SavedQuery) -> Option<String> {
    let news = saved.watch.map(|watched| format!("{} new", grouped(watched.new)));
    let rule = Some(saved.on_arrival).filter(|actions| !actions.is_empty()).map(|actions| actions.to_string());
    let topic = saved.is_topic.then(|| "topic".to_owned());
    news.into_iter().chain(topic).chain(rule).reduce(|news, rule| format!("{news} · {rule}"))
}

/// Draws the saved queries with their texts and counts.
pub fn draw(app: &App, list: &SavedQueries, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let theme = pen.theme;
    let cursor = input("/ ", &list.picker.prompt, "", inner, pen);
    let saved = &app.library.saved;
    let picked = list.picked(saved);
    let rows = below(inner, HEAD);
    if picked.is_empty() && !rows.is_empty() {
        let what = if saved.is_empty() { "No saved queries" } else { "No match" };
        pen.put(inner.x + 2, rows.y, inner.width.saturating_sub(2), what, theme.dim);
    }
    // All names have the columns of the longest one, up to half, so that the queries stand below each other.
    let names = saved.iter().map(|saved| width(CleanBuf::line(&saved.name).as_str())).max().unwrap_or(0);
    let names = (names as u16).min(inner.width / 2);
    // The news of watched queries stand beside the names.
    let watched = saved.iter().filter_map(news);
    let news_columns = watched.map(|news| width(&news) + 2).max().unwrap_or(0) as u16;
    let top = list.picker.cursor.top;
    for ((at, one), y) in picked.iter().enumerate().skip(top).zip(rows.top()..rows.bottom()) {
        let Some(saved) = saved.get(one.at) else { continue };
        let line = Rect { y, height: 1, ..inner };
        let style = list_line(line, at == list.picker.cursor.at, pen);
        let count = app.saved_count(saved).map_or_else(String::new, grouped);
        let end = pen.right(line.right(), y, &count, theme.dim);
        let x = line.x + 2;
        let place = Rect { x, y, width: names.min(end.saturating_sub(x + 1)), height: 1 };
        name(&saved.name, &one.marks, place, style, pen);
        let x = x + names + 2;
        if let Some(news) = news(saved) {
            let is_new = saved.watch.is_some_and(|watched| watched.new > 0);
            let style = if is_new { theme.accent } else { theme.dim };
            pen.put(x, y, end.saturating_sub(x + 1), &news, style);
        }
        let x = x + news_columns;
        pen.fit(x, y, end.saturating_sub(x + 1), CleanBuf::line(&saved.query).as_clean(), theme.dim);
    }
    (cursor, top + usize::from(rows.height) < picked.len())
}
