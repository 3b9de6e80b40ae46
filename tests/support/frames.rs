//! The frames of a session, one by one: each synchronized update as a terminal shows it.

use crate::output::emulator;

/// The end of a frame.
pub const END: &[u8] = b"\x1b[?2026l";

/// Passes each frame of `bytes`, in a terminal of this size, to `look`; returns the number of frames.
pub fn each(bytes: &[u8], (columns, rows): (u16, u16), mut look: impl FnMut(&vt100::Screen)) -> usize {
    let mut emulator = emulator(columns, rows);
    let mut frames = 0;
    let mut start = 0;
    for at in memchr::memmem::find_iter(bytes, END) {
        let end = at + END.len();
        emulator.process(&bytes[start..end]);
        start = end;
        // The end of an update also closes the screen on leaving.
        if emulator.screen().alternate_screen() {
            look(emulator.screen());
            frames += 1;
        }
    }
    frames
}

/// The columns that are a vertical rule in all rows from `from` to before `to`.
pub fn rules(screen: &vt100::Screen, from: u16, to: u16) -> Vec<u16> {
    let (_, columns) = screen.size();
    let is_rule = |row, column| screen.cell(row, column).is_some_and(|cell| cell.contents() == "│");
    (0..columns.get()).filter(|&column| (from..to).all(|row| is_rule(row, column))).collect()
}

/// The columns of the vertical rules in one row.
pub fn rules_of_row(screen: &vt100::Screen, row: u16) -> Vec<u16> {
    rules(screen, row, row + 1)
}

/// The columns of the dividers between the three panes: those beside their headings. The filter pane has the width that
/// its names need, within bounds.
pub fn dividers(screen: &vt100::Screen) -> [u16; 2] {
    let rules = rules_of_row(screen, 3);
    match rules[..] {
        [filter @ 24..=50, detail] if detail > filter + 40 => [filter, detail],
        _ => panic!("the dividers are in {rules:?}:\n{}", screen.contents()),
    }
}

/// The rows from `from` to before `to` that lack one of the rules.
pub fn broken(screen: &vt100::Screen, rules: &[u16], from: u16, to: u16) -> Vec<u16> {
    let is_rule = |row, column| screen.cell(row, column).is_some_and(|cell| cell.contents() == "│");
    (from..to).filter(|&row| !rules.iter().all(|&column| is_rule(row, column))).collect()
}
