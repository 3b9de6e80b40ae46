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

/// Exchanges what is in the cells: the signs, and where `is_all` every letter that is none of ASCII.
pub fn exchange(buffer: &mut Buffer, is_all: bool) {
    for cell in buffer.content.iter_mut().filter(|cell| !cell.symbol().is_ascii()) {
        let mut chars = cell.symbol().chars();
        let only = chars.next().filter(|_| chars.next().is_none());
        let stand_in = only.and_then(|c| STANDS_FOR.iter().find(|(of, _)| *of == c)).map(|(_, stand_in)| *stand_in);
        // Wide letters leave a blank behind.
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
    fn each_has_a_stand_in_and_letters_stay() {
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
