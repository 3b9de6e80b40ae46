//! The versions of a changed release.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::Drawn;
use crate::app::popup::versions::{Run, VersionLine, VersionList};
use crate::document::difference::PieceKind;
use crate::ui::painter::Painter;

/// Draws the version in view.
pub fn draw(list: &VersionList, inner: Rect, pen: &mut Painter<'_>) -> Drawn {
    let theme = pen.theme;
    let lines = list.lines(inner.width);
    for (line, y) in lines.iter().skip(list.scroll).zip(inner.top()..inner.bottom()) {
        match line {
            VersionLine::Heading(text) => {
                pen.put(inner.x, y, inner.width, text, theme.dim.add_modifier(Modifier::BOLD));
            }
            VersionLine::Title(runs) => put(runs, theme.strong, (inner, y), pen),
            VersionLine::Text(runs) => put(runs, theme.text, (inner, y), pen),
            VersionLine::Blank => {}
        }
    }
    let is_more = list.scroll + usize::from(inner.height) < lines.len();
    ((inner.height > 0).then(|| inner.as_position()), is_more)
}

fn put(runs: &[Run], style: Style, (inner, y): (Rect, u16), pen: &mut Painter<'_>) {
    let mut x = inner.x;
    for (kind, text) in runs {
        let style = match kind {
            PieceKind::Same => style,
            PieceKind::Removed => pen.theme.removed,
            PieceKind::Added => pen.theme.added,
        };
        x += pen.put(x, y, inner.right().saturating_sub(x), text, style);
    }
}
