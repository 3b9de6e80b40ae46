//! Finds the end of a terminal control sequence (ECMA-48), so that it can be dropped whole.

/// The longest control string, in characters, that is dropped without its terminator.
const MAX_UNTERMINATED: usize = 4096;

/// Returns the text after the control sequence that it begins with: ESC or a C1 control and its parameters. At least
/// that first character is skipped.
pub(super) fn skip(text: &str) -> &str {
    let mut chars = text.chars();
    let introducer = chars.next();
    let body = chars.as_str();
    match introducer {
        Some('\x1B') => match chars.next() {
            Some('[') => skip_control_sequence(chars.as_str()),
            Some(']' | 'P' | 'X' | '^' | '_') => {
                let string = chars.as_str();
                skip_string(string).unwrap_or_else(|| skip_unterminated(string))
            }
            Some(' '..='~') => skip_short(body),
            _ => body,
        },
        // Windows-1252 text decoded as Latin 1 has C1 controls for letters and signs (ž is U+009E, › is U+009B). U+009B
        // is therefore dropped alone, because any letter would end its sequence; the others begin a string only if it
        // is terminated.
        Some('\u{90}' | '\u{98}' | '\u{9D}'..='\u{9F}') => skip_string(body).unwrap_or(body),
        _ => body,
    }
}

/// CSI: parameters, intermediates, one final character.
fn skip_control_sequence(text: &str) -> &str {
    let text = text.trim_start_matches(|c| matches!(c, '0'..='?'));
    let text = text.trim_start_matches(|c| matches!(c, ' '..='/'));
    text.strip_prefix(|c| matches!(c, '@'..='~')).unwrap_or(text)
}

/// A sequence of two or three characters: intermediates, one final character.
fn skip_short(text: &str) -> &str {
    let text = text.trim_start_matches(|c| matches!(c, ' '..='/'));
    text.strip_prefix(|c| matches!(c, '0'..='~')).unwrap_or(text)
}

/// OSC, DCS, APC, PM, SOS: up to BEL or ST. Returns `None` if the line ends or another sequence begins first.
fn skip_string(text: &str) -> Option<&str> {
    let (_, rest) = text.split_at(text.find(ends_string)?);
    rest.strip_prefix(['\x07', '\u{9C}']).or_else(|| rest.strip_prefix("\x1B\\"))
}

/// Skips to the end of the line or the next sequence, but not so far that a whole text is lost.
fn skip_unterminated(text: &str) -> &str {
    let end = text
        .char_indices()
        .enumerate()
        .find(|&(count, (_, c))| count == MAX_UNTERMINATED || ends_string(c))
        .map_or(text.len(), |(_, (at, _))| at);
    text.split_at(end).1
}

fn ends_string(c: char) -> bool {
    matches!(c, '\x07' | '\n'..='\r' | '\x1B' | '\u{80}'..='\u{9F}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_is_skipped_whole() {
        for sequence in [
            "\x1B[31m",
            "\x1B[38;2;1;2;3m",
            "\x1B[?25l",
            "\x1B[ q",
            "\x1B]0;title\x07",
            "\x1B]8;;http://a\x1B\\",
            "\x1BPq#0\u{9C}",
            "\u{9D}0;title\u{9C}",
            "\x1B_app\x1B\\",
            "\x1B^pm\x1B\\",
            "\x1BXsos\x1B\\",
            "\x1B(B",
            "\x1B#8",
            "\x1Bc",
            "\x1B7",
            "\x1B%G",
            "\x1B",
            "\u{84}",
        ] {
            assert_eq!(skip(&format!("{sequence}漢 rest")), "漢 rest", "{sequence:?}");
        }
    }

    #[test]
    fn an_unterminated_string_ends_with_its_line() {
        assert_eq!(skip("\x1B]0;title\nrest"), "\nrest");
        assert_eq!(skip("\x1B]0;title\x1B[1mrest"), "\x1B[1mrest");
        let long = format!("\x1B]{}", "é".repeat(MAX_UNTERMINATED + 3));
        assert_eq!(skip(&long), "ééé");
    }

    #[test]
    fn a_wrongly_decoded_letter_costs_no_line() {
        assert_eq!(skip("\u{9E}ivot je lep"), "ivot je lep");
        for rest in ["Ein Zitat", "5 km", "2J", " weiter", "; und"] {
            assert_eq!(skip(&format!("\u{9B}{rest}")), rest);
        }
    }
}
