//! The cursor of a list: the line it is on, and the first line in view.

use crate::keymap::Action;

/// A cursor in a list of lines that are all one row high.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListCursor {
    /// The line under the cursor, from 0.
    pub at: usize,
    /// The first line in view.
    pub top: usize,
}

/// Returns how far an action moves in a list of which `rows` lines are in view, if it moves at all.
pub(super) fn steps(action: Action, rows: usize) -> Option<isize> {
    let rows = rows.max(1).cast_signed();
    Some(match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::HalfDown => (rows / 2).max(1),
        Action::HalfUp => -(rows / 2).max(1),
        Action::PageDown => rows,
        Action::PageUp => -rows,
        Action::Top => isize::MIN,
        Action::Bottom => isize::MAX,
        _ => return None,
    })
}

impl ListCursor {
    /// Moves by so many lines within a list of `count`.
    pub fn step(&mut self, by: isize, count: usize) {
        self.at = self.at.saturating_add_signed(by).min(count.saturating_sub(1));
    }

    /// Carries out an action that moves in a list of `count` lines, `rows` of them in view. Returns whether it does.
    pub fn act(&mut self, action: Action, rows: usize, count: usize) -> bool {
        let by = steps(action, rows);
        by.inspect(|&by| self.step(by, count)).is_some()
    }

    /// Moves to a line of the view, if the list of `count` lines reaches it. Returns whether it does.
    pub fn press(&mut self, row: usize, count: usize) -> bool {
        let is_there = self.top + row < count;
        if is_there {
            self.at = self.top + row;
        }
        is_there
    }

    /// Keeps the cursor in a list of `count` lines and in a view of `rows`, and leaves no row of the view empty.
    pub fn settle(&mut self, rows: usize, count: usize) {
        self.at = self.at.min(count.saturating_sub(1));
        self.show(self.at, rows, count);
    }

    /// Scrolls until a line is in a view of `rows`, and leaves no row of the view empty.
    pub fn show(&mut self, line: usize, rows: usize, count: usize) {
        let rows = rows.max(1);
        self.top = self.top.min(count.saturating_sub(rows)).clamp((line + 1).saturating_sub(rows), line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_in_view_and_no_line_stays_empty() {
        for count in 1..9 {
            for rows in 0..5 {
                for at in 0..count {
                    for top in 0..12 {
                        let mut cursor = ListCursor { at, top };
                        cursor.settle(rows, count);
                        let first = cursor.top;
                        assert_eq!(cursor.at, at);
                        assert!(first <= at && at < first + rows.max(1), "{first} {at} {rows}");
                        assert!(first == 0 || first + rows.max(1) <= count, "{first} of {count} in {rows}");
                    }
                }
            }
        }
    }

    #[test]
    fn steps_and_presses_stay_in_the_list() {
        let mut cursor = ListCursor::default();
        for (action, expected) in
            [(Action::Up, 0), (Action::PageDown, 4), (Action::HalfDown, 6), (Action::Bottom, 9), (Action::PageUp, 5)]
        {
            assert!(cursor.act(action, 4, 10));
            assert_eq!(cursor.at, expected, "{action:?}");
        }
        assert!(!cursor.act(Action::Close, 4, 10));
        cursor.settle(4, 10);
        assert!(cursor.press(1, 10) && !cursor.press(9, 10));
        assert_eq!(cursor.at, cursor.top + 1);
        cursor.step(3, 0);
        assert_eq!(cursor.at, 0);
    }
}
