//! Drawing in ASCII, for terminals and fonts without other characters.
//!
//! Characters are replaced cell by cell after the whole screen has been drawn, so no drawing code needs to know.
//! Letters of a feed are kept, but its dashes, bullets and quotation marks are replaced too.

use ratatui::buffer::{Buffer, Cell};

use super::picture;

/// Characters and their replacements.
const STANDS_FOR: [(char, &str); 46] = [
    ('─', "-"),
    ('━', "="),
    ('│', "|"),
    ('┃', "!"),
    ('╭', "+"),
    ('╮', "+"),
    ('╰', "+"),
    ('╯', "+"),
    ('▌', ">"),
    ('█', "#"),
    ('▇', "%"),
    ('▆', "*"),
    ('▅', "+"),
    ('▄', "="),
    ('▃', "-"),
    ('▂', "."),
    ('▁', "_"),
    ('▀', "^"),
    ('‹', "<"),
    ('›', ">"),
    ('●', "*"),
    ('○', "o"),
    ('★', "+"),
    // Differs from the cross, so that chosen and excluded values can be told apart.
    ('■', "#"),
    ('□', "."),
    ('◇', "@"),
    ('…', "~"),
    ('·', "-"),
    ('×', "x"),
    ('↓', "v"),
    ('↑', "^"),
    ('←', "<"),
    ('→', ">"),
    ('–', "-"),
    ('—', "-"),
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('•', "*"),
    ('◦', "-"),
    ('‣', ">"),
    ('¶', "P"),
    ('µ', "u"),
    ('\u{A0}', " "),
];

/// Replaces the characters in all cells; `is_all` also replaces all other non-ASCII letters.
pub fn exchange(buffer: &mut Buffer, is_all: bool) {
    // Cells of the terminal's graphics are blank.
    let is_exchanged = |cell: &&mut Cell| !cell.symbol().is_ascii() && cell.symbol() != picture::CELL;
    for cell in buffer.content.iter_mut().filter(is_exchanged) {
        let mut chars = cell.symbol().chars();
        let only = chars.next().filter(|_| chars.next().is_none());
        let stand_in = only.and_then(|c| STANDS_FOR.iter().find(|(of, _)| *of == c)).map(|(_, stand_in)| *stand_in);
        // A wide letter leaves a blank behind.
        if let Some(stand_in) = stand_in.or(is_all.then_some("?")) {
            cell.set_symbol(stand_in);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn signs_are_replaced_and_letters_kept() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
        buffer.set_string(0, 0, "│●★ é한 – “x” ▁█", Style::default());
        exchange(&mut buffer, false);
        let text = |buffer: &Buffer| buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
        assert_eq!(text(&buffer).trim_end(), "|*+ é한  - \"x\" _#");
        exchange(&mut buffer, true);
        assert_eq!(text(&buffer).trim_end(), "|*+ ??  - \"x\" _#");
        for (n, (one, stand_in)) in STANDS_FOR.iter().enumerate() {
            assert!(
                stand_in.is_ascii() && stand_in.len() == 1 && STANDS_FOR[n + 1..].iter().all(|(other, _)| other != one)
            );
        }
    }
}
