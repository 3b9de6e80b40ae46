//! The mouse: clicks, drags and the wheel, handled by the region under the pointer.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::bottom_line::StatusBar;
use super::filter::ShownRow;
use super::{App, Layout, Pane, QueryLine};
use crate::keymap::Action;

/// Lines per step of the wheel.
const WHEEL: usize = 3;
/// Columns of the sort order at the right of the list's heading.
const ORDER: u16 = 16;

impl App {
    /// Handles a mouse event.
    pub(super) fn mouse(&mut self, event: MouseEvent) {
        self.pending.clear();
        if !matches!(event.kind, MouseEventKind::Moved | MouseEventKind::Up(_)) {
            self.stop_restoring();
        }
        let at = Position::new(event.column, event.row);
        if event.kind == MouseEventKind::Down(MouseButton::Left) && self.press_hint(at) {
            return;
        }
        // The button may have been pressed before the popup opened.
        if !matches!(event.kind, MouseEventKind::Up(_)) && self.popup_mouse(event.kind, at) {
            return;
        }
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                self.notices.clear_info();
                self.press(at);
            }
            MouseEventKind::Drag(MouseButton::Left) => match self.dragged {
                Some(divider) => self.sizes = self.layout().with_divider(divider, at, self.sizes),
                None => self.drag_bar(at.x),
            },
            MouseEventKind::Up(_) => {
                self.dragged = None;
                self.drop_bar();
            }
            MouseEventKind::ScrollDown => self.wheel(at, WHEEL.cast_signed()),
            MouseEventKind::ScrollUp => self.wheel(at, -WHEEL.cast_signed()),
            _ => {}
        }
    }

    /// Handles a double click: on the release that the first click selected, opens it; elsewhere it is a second click.
    pub(super) fn double_click(&mut self, column: u16, row: u16) {
        let (layout, at) = (self.layout(), Position::new(column, row));
        let is_free = !self.popups.is_open();
        // The first click may have moved the rows: it shows the title in full.
        let is_again = self.pressed == Some((row, self.list.at));
        if is_free && layout.list.contains(at) && is_again {
            self.focus = Pane::Detail;
        } else {
            let kind = MouseEventKind::Down(MouseButton::Left);
            self.mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
        }
    }

    /// Runs the action of the hint under the mouse. Returns whether there is one.
    fn press_hint(&mut self, at: Position) -> bool {
        let bottom = self.layout().bottom;
        if !bottom.contains(at) || self.is_finding() {
            return false;
        }
        let Some((scope, action)) = StatusBar::new(self, bottom).action_at(at.x) else { return false };
        self.notices.clear_info();
        self.perform(scope, action);
        true
    }

    fn press(&mut self, at: Position) {
        let layout = self.layout();
        self.pressed = None;
        if layout.query.contains(at) {
            return self.press_query(&layout, at.x);
        }
        // A click elsewhere ends typing, as Enter or Esc would.
        self.hint_letters = None;
        if self.is_finding() {
            self.find_action(Action::FindDone);
        }
        if self.search.prompt.is_some() {
            self.prompt_action(Action::PromptDone);
        }
        if self.filter.type_ahead.is_some() && !layout.filter.contains(at) {
            self.type_ahead_action(Action::ValueCancel);
        }
        self.dragged = layout.divider_at(at);
        if self.dragged.is_some() {
            // A divider is not a pane: the focus stays.
        } else if layout.timeline.contains(at) {
            self.press_bar(&layout, at.x);
        } else if layout.list.contains(at) {
            self.press_release(&layout, at);
        } else if layout.filter.contains(at) {
            self.press_value(&layout, at.y);
        } else if layout.detail.contains(at) {
            self.focus = Pane::Detail;
            self.press_text(&layout, at);
        }
    }

    /// Opens the link under the mouse, if any.
    fn press_text(&mut self, layout: &Layout, at: Position) {
        let head = layout.detail_head();
        let Some(row) = at.y.checked_sub(layout.detail.y + head).filter(|&row| row < layout.detail_rows()) else {
            return;
        };
        let line = self.detail.scroll + usize::from(row);
        if let Some(target) = self.detail.page.target_at(line, at.x.saturating_sub(layout.detail.x)) {
            self.go_to_target(target);
        }
    }

    /// Removes the chip whose cross was clicked; elsewhere in the query line, opens the prompt.
    fn press_query(&mut self, layout: &Layout, x: u16) {
        let crossed = QueryLine::new(self, layout.query).cross_at(x);
        let chip = crossed.and_then(|at| self.chips().nth(at)).map(|(_, chip)| chip.clone());
        match chip {
            // Close the prompt first: the chip is removed from the resulting query.
            Some(chip) => {
                if self.search.prompt.is_some() {
                    self.prompt_action(Action::PromptDone);
                }
                self.drop_clause(&chip);
            }
            None if self.search.prompt.is_none() => self.open_prompt(),
            None => {}
        }
    }

    /// Selects the release in a row of the screen. A click on the order in the pane's heading selects the next order.
    fn press_release(&mut self, layout: &Layout, at: Position) {
        let y = at.y;
        if y == layout.list.y && at.x + ORDER >= layout.list.right() {
            return self.next_sort();
        }
        self.focus = Pane::List;
        if let Some(position) = self.release_at(layout, y) {
            self.list.at = position;
            self.pressed = Some((y, position));
            self.search.forget_selection();
        }
    }

    /// Returns the position among the hits of the release in a row of the screen.
    fn release_at(&self, layout: &Layout, y: u16) -> Option<usize> {
        let mut line = usize::from(y.checked_sub(layout.list.y + layout.head())?);
        for entry in &self.list_entries {
            if line < entry.height() {
                return entry.position();
            }
            line -= entry.height();
        }
        None
    }

    /// Toggles the value in a row of the screen.
    fn press_value(&mut self, layout: &Layout, y: u16) {
        // Before the focus changes: with it, the name under the cursor takes more lines.
        let pressed = self.value_at(layout, y);
        self.focus = Pane::Filter;
        if let Some(row) = pressed.filter(|row| row.row.can_be_selected()) {
            self.filter.cursor.at = row.at;
            self.toggle_row();
        }
    }

    /// Returns the row of the filter pane in a row of the screen.
    fn value_at(&self, layout: &Layout, y: u16) -> Option<ShownRow> {
        let line = usize::from(y.checked_sub(layout.filter.y + layout.head())?);
        let mut end = 0;
        self.filter_view(layout).into_iter().find(|row| {
            end += row.height();
            end > line
        })
    }

    /// Scrolls the region under the mouse by `lines`.
    fn wheel(&mut self, at: Position, lines: isize) {
        let layout = self.layout();
        let is_in = |region: Rect| region.contains(at);
        if is_in(layout.timeline) {
            self.timeline.step(lines);
        } else if is_in(layout.list) {
            self.list = self.list_view(&layout).scrolled(self.list, lines);
        } else if is_in(layout.filter) {
            self.scroll_filter(lines, &layout);
        } else if is_in(layout.detail) {
            self.scroll_detail(lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{TestApp, click, mouse};
    use super::*;
    use crate::app::Msg;
    use crate::app::filter::Row;
    use crate::app::popup::help::Help;
    use crate::query::Sort;

    #[test]
    fn dividers_can_be_dragged_and_the_sort_order_clicked() {
        let mut reader = TestApp::new(150, 40);
        let rule = reader.app.layout().detail_rule().expect("a rule");
        mouse(&mut reader, MouseEventKind::Down(MouseButton::Left), rule, 20);
        mouse(&mut reader, MouseEventKind::Drag(MouseButton::Left), rule - 10, 20);
        mouse(&mut reader, MouseEventKind::Up(MouseButton::Left), rule - 10, 20);
        let now = reader.app.layout().detail_rule().expect("a rule");
        assert!(now.abs_diff(rule - 10) <= 1, "{rule} {now}");
        mouse(&mut reader, MouseEventKind::Drag(MouseButton::Left), rule, 20);
        assert_eq!(reader.app.layout().detail_rule(), Some(now), "moving after the release drags nothing");
        let list = reader.app.layout().list;
        click(&mut reader, list.right() - 4, list.y);
        assert_eq!(reader.app.sort, Sort::Oldest);
    }

    #[test]
    fn a_click_on_a_hint_runs_its_action() {
        let mut reader = TestApp::new(150, 40);
        let bottom = reader.app.layout().bottom;
        let hint = |reader: &TestApp, text: &str| {
            let line = StatusBar::new(&reader.app, reader.app.layout().bottom);
            line.hints.into_iter().find(|hint| hint.text == text).unwrap_or_else(|| panic!("no hint {text}"))
        };
        // In `j k move`, each key runs its own action, and the text runs the first one.
        let shared = hint(&reader, "move");
        assert_eq!(shared.key_text(), "j k");
        for (x, title) in
            [(0, "China partners"), (2, "Round table"), (shared.key_text().len() as u16 + 2, "China partners")]
        {
            click(&mut reader, shared.x + x, bottom.y);
            assert_eq!(reader.title(), title, "{x}");
        }
        let help = hint(&reader, "help");
        click(&mut reader, help.x, bottom.y);
        assert!(reader.app.popups.find::<Help>().is_some());
        let close = hint(&reader, "close");
        click(&mut reader, close.end() - 1, bottom.y);
        assert!(!reader.app.popups.is_open());
        reader.keys("d");
        let year = hint(&reader, "year");
        click(&mut reader, year.x, bottom.y);
        assert_eq!(reader.note(), "type the four digits of a year");
        reader.keys("Esc");
        click(&mut reader, bottom.right() - 2, bottom.y);
        assert_eq!(
            (reader.title().as_str(), reader.app.focus),
            ("China partners", Pane::List),
            "beside the hints, a click does nothing"
        );
    }

    #[test]
    fn a_click_selects_a_release_and_a_double_click_opens_it() {
        let mut reader = TestApp::new(150, 40);
        let list = reader.app.layout().list;
        // Below the pane's heading, the blank row and the month; each release has two rows.
        click(&mut reader, list.x + 5, list.y + 5);
        assert_eq!((reader.title().as_str(), reader.app.focus), ("China partners", Pane::List));
        click(&mut reader, list.x + 5, list.y + 5);
        assert_eq!(reader.app.focus, Pane::List, "a slow second click does not open it");
        reader.send(Msg::DoubleClick { column: list.x + 5, row: list.y + 5 });
        assert_eq!((reader.title().as_str(), reader.app.focus), ("China partners", Pane::Detail));
        click(&mut reader, list.x + 5, list.y + 5);
        assert_eq!(reader.app.focus, Pane::List);
        click(&mut reader, list.right() - 4, list.y);
        reader.send(Msg::DoubleClick { column: list.right() - 4, row: list.y });
        assert_eq!(reader.app.sort, Sort::Title, "elsewhere it is a second click");
        reader.app.sort = Sort::Newest;
        reader.send(Msg::Resize { columns: 150, rows: 40 });
        click(&mut reader, list.x + 5, list.y + 2);
        click(&mut reader, list.x + 5, list.bottom() - 1);
        assert_eq!(reader.title(), "China partners", "headings and blank rows select nothing");
        let detail = reader.app.layout().detail;
        click(&mut reader, detail.x, detail.y);
        assert_eq!(reader.app.focus, Pane::Detail);
    }

    #[test]
    fn a_click_while_loading_keeps_its_selection() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j j j");
        let (session, place) = (reader.app.session(), reader.app.selected().expect("one"));
        let list = reader.app.layout().list;
        for kind in [MouseEventKind::Down(MouseButton::Left), MouseEventKind::ScrollDown] {
            let mut again = TestApp::new(150, 40);
            again.app.restore(session.clone());
            mouse(&mut again, kind, list.x + 5, list.y + 5);
            let title = again.title();
            again.send(Msg::SessionPosition(place));
            assert_eq!(again.title(), title, "{kind:?}");
        }
    }

    #[test]
    fn a_click_toggles_a_value() {
        let mut reader = TestApp::new(150, 40);
        let filter = reader.app.layout().filter;
        let row = |text: &str, reader: &TestApp| {
            let at = reader.app.filter.rows().iter().position(|row| match row {
                Row::Value(value) => reader.app.catalog.values(value.facet).label(value.id).as_str() == text,
                _ => false,
            });
            filter.y + 2 + at.expect("a row") as u16
        };
        let news = row("News", &reader);
        click(&mut reader, filter.x, news);
        assert_eq!((reader.query().as_str(), reader.app.focus), ("topic:News", Pane::Filter));
        let year = row("2018", &reader);
        click(&mut reader, filter.x, year);
        assert_eq!(reader.query(), "topic:News date:2018");
        let news = row("News", &reader);
        click(&mut reader, filter.x, news);
        click(&mut reader, filter.x, filter.y + 2);
        assert_eq!(reader.query(), "date:2018", "a heading is not a value");
    }

    #[test]
    fn a_click_on_a_cross_removes_its_chip() {
        let mut reader = TestApp::new(150, 40);
        let cross = |reader: &TestApp, at: usize| {
            let layout = reader.app.layout();
            (QueryLine::new(&reader.app, layout.query).chips[at].end() - 2, layout.query.y)
        };
        reader.keys("/ \"fair_topic:News_date:2018_place:Bern\" Enter");
        let (x, y) = cross(&reader, 0);
        click(&mut reader, x - 3, y);
        assert!(reader.app.search.prompt.is_some(), "beside a cross, a click opens the prompt");
        reader.keys("Esc");
        click(&mut reader, x, y);
        assert_eq!(reader.query(), "fair date:2018 place:Bern");
        reader.keys("/ \"x\"");
        let (x, y) = cross(&reader, 1);
        click(&mut reader, x, y);
        assert_eq!((reader.query().as_str(), reader.app.search.prompt.is_some()), ("fair x date:2018", false));
        reader.keys("u u");
        assert_eq!(reader.query(), "fair date:2018 place:Bern");
    }

    #[test]
    fn a_press_brushes_a_bar_and_a_drag_a_range() {
        let mut reader = TestApp::new(150, 40);
        let strip = reader.app.bar_area(&reader.app.layout());
        let timeline = &reader.app.timeline;
        let [last, second_last, third_last] = [1, 2, 3].map(|n| strip.x + timeline.column(timeline.bars.len() - n));
        click(&mut reader, strip.x - 1, strip.y);
        assert_eq!(reader.query(), "", "the scale is no bar");
        click(&mut reader, last, strip.y);
        assert_eq!((reader.query().as_str(), reader.app.focus), ("date:2018-11-05..2018-11-11", Pane::Timeline));
        click(&mut reader, last, strip.y + 1);
        assert_eq!(reader.query(), "", "a second click clears the brush");
        mouse(&mut reader, MouseEventKind::Down(MouseButton::Left), second_last, strip.y);
        for column in [last, second_last, third_last] {
            mouse(&mut reader, MouseEventKind::Drag(MouseButton::Left), column, strip.y + 9);
        }
        assert_eq!(reader.query(), "date:2018-10-22..2018-11-04");
        mouse(&mut reader, MouseEventKind::Drag(MouseButton::Left), 0, 0);
        assert_eq!(reader.query(), "date:2017-10-23..2018-11-04", "dragging past the end selects the last bar");
        mouse(&mut reader, MouseEventKind::Up(MouseButton::Left), 0, 0);
        mouse(&mut reader, MouseEventKind::Drag(MouseButton::Left), last, strip.y);
        assert_eq!(reader.query(), "date:2017-10-23..2018-11-04");
        reader.keys("u");
        assert_eq!((reader.query().as_str(), reader.note()), ("", "back to all releases"), "a drag is one step");
    }

    #[test]
    fn the_wheel_scrolls_what_is_under_it() {
        let mut reader = TestApp::new(80, 16);
        reader.keys("j j");
        let layout = reader.app.layout();
        mouse(&mut reader, MouseEventKind::ScrollDown, layout.detail.x, layout.detail.y);
        assert!(reader.app.detail.scroll > 0 && reader.app.focus == Pane::List);
        mouse(&mut reader, MouseEventKind::ScrollUp, layout.detail.x, layout.detail.y);
        assert_eq!(reader.app.detail.scroll, 0);
        mouse(&mut reader, MouseEventKind::ScrollDown, layout.list.x, layout.list.y);
        assert_eq!((reader.app.list.top, reader.title().as_str()), (3, "ASEAN forum"));
        mouse(&mut reader, MouseEventKind::ScrollDown, layout.list.x, layout.list.y);
        assert_eq!((reader.app.list.top, reader.title().as_str()), (5, "Social protection"), "it stays in view");
        mouse(&mut reader, MouseEventKind::ScrollUp, layout.list.x, layout.list.y);
        assert_eq!(reader.app.list.top, 3);
        reader.keys("h G");
        let layout = reader.app.layout();
        let top = reader.app.filter.cursor.top;
        mouse(&mut reader, MouseEventKind::ScrollUp, layout.filter.x, layout.filter.y);
        assert_eq!(reader.app.filter.cursor.top, top - 3);
    }

    #[test]
    fn a_click_elsewhere_closes_dialogs_and_prompts() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("?");
        let frame = crate::app::popup::frame::full(reader.app.layout().body);
        mouse(&mut reader, MouseEventKind::ScrollDown, 0, 0);
        assert_eq!(reader.app.popups.find::<Help>().map(|help| help.scroll), Some(3));
        click(&mut reader, frame.x, frame.y);
        assert!(reader.app.popups.find::<Help>().is_some());
        click(&mut reader, 0, 0);
        assert!(!reader.app.popups.is_open());
        let list = reader.app.layout().list;
        reader.keys("/ \"fair\"");
        click(&mut reader, list.x, list.y);
        assert!(reader.app.search.prompt.is_none() && reader.query() == "fair");
        reader.keys("0 t \"new\"");
        click(&mut reader, list.x, list.y);
        assert!(reader.app.filter.type_ahead.is_none() && reader.app.focus == Pane::List);
    }
}
