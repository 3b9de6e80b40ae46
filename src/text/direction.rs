//! Writing direction, by the bidirectional algorithm of Unicode (UAX 9).

/// The direction of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Left to right.
    Left,
    /// Right to left.
    Right,
}

/// Returns the direction of a character; `None` for digits, signs and blanks, which follow their neighbours.
#[must_use]
pub fn direction(c: char) -> Option<Direction> {
    match c {
        _ if c.is_ascii() => c.is_ascii_alphabetic().then_some(Direction::Left),
        // Digits, and the signs and marks of the scripts below.
        '\u{0591}'..='\u{05BD}'
        | '\u{0600}'..='\u{0607}'
        | '\u{0609}'..='\u{060A}'
        | '\u{060C}'
        | '\u{060E}'..='\u{061A}'
        | '\u{064B}'..='\u{066C}'
        | '\u{0670}'
        | '\u{06D6}'..='\u{06E4}'
        | '\u{06E7}'..='\u{06ED}'
        | '\u{06F0}'..='\u{06F9}'
        | '\u{FD3E}'..='\u{FD4F}'
        | '\u{FEFF}' => None,
        // Blocks of right-to-left scripts, and blocks that Unicode reserves for them (DerivedBidiClass.txt).
        '\u{0590}'..='\u{08FF}'
        | '\u{FB1D}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFF}'
        | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}' => Some(Direction::Right),
        _ => c.is_alphabetic().then_some(Direction::Left),
    }
}

/// Whether a paragraph is written from right to left: its first letter decides.
#[must_use]
pub fn is_right_to_left(paragraph: &str) -> bool {
    paragraph.chars().find_map(direction) == Some(Direction::Right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_decides() {
        for text in ["قضايا", "«قضايا» ICT", "160 نفر", "۱۶۰ نفر", "שלום world", "\u{0651}", "٪ ۵ درصد"]
        {
            assert_eq!(is_right_to_left(text), text != "\u{0651}", "{text}");
        }
        for text in ["", "12:30", "ICT قضايا", "– Tēja", "漢字 نفر", "한글", "۱۶۰", "Ελλάδα"] {
            assert!(!is_right_to_left(text), "{text}");
        }
    }
}
