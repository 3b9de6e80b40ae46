//! Drawing with nothing but ASCII, for terminals and fonts that have no more.
//!
//! What the program itself draws is exchanged once all is drawn, cell by cell, so that no place that draws needs to know
//! of it. The letters of a feed stay what they are; its dashes, bullets and quotation marks are exchanged too, since
//! such a terminal has none.

use ratatui::buffer::Buffer;

/// What stands for what.
const STANDS_FOR: [(char, &str); 42] = [
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
    ('●', "*"),
    ('○', "o"),
    ('★', "+"),
    // Not that of the cross: what is chosen and what is left out are told apart.
    ('■', "#"),
    ('□', "."),
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

/// Exchanges what is in the cells.
pub fn exchange(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let mut chars = cell.symbol().chars();
        let only = chars.next().filter(|c| !c.is_ascii() && chars.next().is_none());
        if let Some(stand_in) = only.and_then(|c| STANDS_FOR.iter().find(|(of, _)| *of == c)) {
            cell.set_symbol(stand_in.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn each_has_a_stand_in_and_letters_stay() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
        buffer.set_string(0, 0, "│●★ é한 – “x” ▁█", Style::default());
        exchange(&mut buffer);
        let text: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(text.trim_end(), "|*+ é한  - \"x\" _#");
        for (n, (one, stand_in)) in STANDS_FOR.iter().enumerate() {
            assert!(
                stand_in.is_ascii() && stand_in.len() == 1 && STANDS_FOR[n + 1..].iter().all(|(other, _)| other != one)
            );
        }
    }
}
