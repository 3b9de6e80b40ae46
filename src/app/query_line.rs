//! The contents of the query line and their columns, for drawing and for the mouse.

use ratatui::layout::Rect;

use super::{App, Prompt};
use crate::catalog::NONE;
use crate::query::{Expr, Term};
use crate::text::{CleanBuf, cells, counted, fold_name};

/// The column where the text of the query begins, after the slash.
const TEXT: u16 = 3;
/// Columns of a chip besides its text: a blank before it and the cross after it.
const BEFORE: u16 = 1;
const CROSS: u16 = 3;
/// Minimum columns of a chip, and columns reserved for the number of hidden chips.
const LEAST: u16 = 12;
const MORE: u16 = 5;

/// The contents of the query line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryLine {
    /// The number of hits, or an error: first column, columns, text.
    pub found: (u16, u16, CleanBuf),
    /// The typed text, cut at the left so that the cursor is visible: first column, columns, text.
    pub typed: (u16, u16, String),
    /// The number of bytes of the prompt's text cut at the left.
    pub skipped: usize,
    /// The column of the cursor, while the prompt is open.
    pub cursor: Option<u16>,
    /// The chips that fit.
    pub chips: Vec<Chip>,
    /// The column and number of hidden chips.
    pub more: Option<(u16, usize)>,
}

/// A clause shown as a chip, with a cross after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// The clause as text.
    pub text: CleanBuf,
    /// First column.
    pub x: u16,
    /// Columns of the text, without the blank and the cross.
    pub columns: u16,
}

impl Chip {
    /// Returns the column after the cross.
    #[must_use]
    pub fn end(&self) -> u16 {
        self.x + BEFORE + self.columns + CROSS
    }
}

impl QueryLine {
    /// Lays out the line within `area`; empty if the layout has no query line.
    #[must_use]
    pub fn new(app: &App, area: Rect) -> Self {
        if area.width < 2 * TEXT {
            return Self::default();
        }
        let mut line = Self { found: found(app, area), ..Self::default() };
        let end = line.found.0;
        // The number of hidden chips is always in sight.
        let more = if app.chips().next().is_some() { MORE } else { 0 };
        let room = end.saturating_sub(TEXT + more);
        if let Some(prompt) = &app.search.prompt {
            line.edit(prompt, room);
        } else {
            let typed = app.query.typed().to_string();
            line.typed = (TEXT, cells(&typed).min(room.saturating_sub(2)), typed);
        }
        let after =
            line.cursor.map_or(0, |at| at + 1).max(line.typed.0 + line.typed.1 + u16::from(line.cursor.is_some()));
        line.place_chips(app, after + u16::from(after > TEXT), end.saturating_sub(1));
        line
    }

    /// Lays out the prompt's text around the cursor.
    fn edit(&mut self, prompt: &Prompt, room: u16) {
        let columns = room.saturating_sub(TEXT).max(1);
        let (skipped, cursor) = prompt.view(columns);
        self.skipped = skipped;
        let shown = prompt.text().get(self.skipped..).unwrap_or_default();
        self.typed = (TEXT, cells(shown).min(columns), shown.to_owned());
        self.cursor = Some(TEXT + cursor);
    }

    fn place_chips(&mut self, app: &App, mut x: u16, end: u16) {
        let text = |chip| CleanBuf::line(&spelled(chip, app).to_string());
        let chips: Vec<_> = app.chips().map(|(_, chip)| text(chip)).collect();
        let needs: Vec<u16> = chips.iter().map(|text| cells(text.as_str()).saturating_add(BEFORE + CROSS)).collect();
        let all = chips.len();
        for (text, columns) in chips.into_iter().zip(shares(&needs, end.saturating_sub(x))) {
            let chip = Chip { text, x, columns: columns - BEFORE - CROSS };
            x = chip.end() + 1;
            self.chips.push(chip);
        }
        let hidden = all - self.chips.len();
        self.more = (hidden > 0).then_some((x, hidden));
    }

    /// Returns the index of the chip whose cross is at a column.
    #[must_use]
    pub fn cross_at(&self, x: u16) -> Option<usize> {
        self.chips.iter().position(|chip| (chip.end() - CROSS..chip.end()).contains(&x))
    }
}

/// Divides `room` columns among chips that need so many each: the longest yield first. Returns the columns of those that
/// fit; the number of the others is shown behind them.
fn shares(needs: &[u16], room: u16) -> Vec<u16> {
    // A blank column separates two chips.
    let taken =
        |count: usize, most: u16| needs[..count].iter().map(|&need| usize::from(need.min(most)) + 1).sum::<usize>();
    let fits = |count: usize, most: u16, room: u16| taken(count, most) <= usize::from(room) + 1;
    let (count, room) = if fits(needs.len(), LEAST, room) {
        (needs.len(), room)
    } else {
        let room = room.saturating_sub(MORE);
        ((1..needs.len()).rev().find(|&count| fits(count, LEAST, room)).unwrap_or(0), room)
    };
    let most = (LEAST..=room).rev().find(|&most| fits(count, most, room)).unwrap_or(LEAST);
    needs[..count].iter().map(|&need| need.min(most)).collect()
}

/// Returns a chip with the values spelled as in the filter pane, each once, and the title in place of the id of a story.
fn spelled(chip: &Expr, app: &App) -> Expr {
    match chip {
        Expr::Not(inner) => Expr::Not(Box::new(spelled(inner, app))),
        Expr::Term(Term::Field(field, names)) => {
            let values = app.catalog.values(field.facet());
            let mut labels: Vec<String> = Vec::new();
            for name in names {
                let known = values.named(&fold_name(name)).next().filter(|&id| id != NONE);
                let label = known.map_or_else(|| name.clone(), |id| values.label(id).to_string());
                if !labels.contains(&label) {
                    labels.push(label);
                }
            }
            Expr::Term(Term::Field(*field, labels))
        }
        Expr::Term(Term::Story(ids)) => {
            let named = |id: &String| app.story.title(id).unwrap_or(id).to_owned();
            Expr::Term(Term::Story(ids.iter().map(named).collect()))
        }
        other => other.clone(),
    }
}

/// Lays out the number of hits or the error at the right end.
fn found(app: &App, area: Rect) -> (u16, u16, CleanBuf) {
    let end = area.right() - 1;
    let at_end = |text: &str, room: u16| {
        let columns = cells(text).min(room);
        (end - columns, columns, CleanBuf::line(text))
    };
    if let Some(error) = &app.search.error {
        // What is being typed comes first; and while values are offered, the field needs no explanation.
        let typed = app.search.prompt.as_ref().map_or(0, |prompt| cells(prompt.text()));
        let left = area.width.saturating_sub(typed.saturating_add(3 * TEXT));
        let is_shown = left >= LEAST && app.search.completion.is_none();
        return at_end(&error.message, if is_shown { left } else { 0 });
    }
    // The heading of the list shows the number of hits.
    let is_shown = app.query.is_empty() || !app.layout().list.is_empty();
    let hits = if is_shown { String::new() } else { counted(app.hits.order.len(), "hit") };
    let running = if app.search.is_running() && !app.query.is_empty() { "…" } else { "" };
    at_end(&format!("{hits}{running}"), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_chips_yield_until_all_are_in_sight() {
        for (needs, room, expected) in [
            (&[20, 14][..], 60, &[20, 14][..]),
            (&[60, 14], 60, &[45, 14]),
            (&[60, 60, 14], 60, &[22, 22, 14]),
            (&[60, 60, 14], 40, &[12, 12, 12]),
            (&[60, 60, 14], 38, &[12, 12, 12]),
            (&[60, 60, 14], 37, &[15, 15]),
            (&[8, 60], 21, &[8, 12]),
            (&[60], 16, &[16]),
            (&[60, 60], 16, &[]),
            (&[], 16, &[]),
        ] {
            let found = shares(needs, room);
            assert_eq!(found, expected, "{needs:?} in {room}");
            let taken: u16 = found.iter().map(|columns| columns + 1).sum();
            let more = if found.len() < needs.len() { MORE } else { 0 };
            assert!(taken + more <= room + 1 || found.is_empty(), "{needs:?} in {room}: {found:?}");
        }
    }
}
