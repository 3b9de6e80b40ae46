//! Invisible text before a document: white space, byte order marks, other invisible characters.
//!
//! Programs that concatenate a feed from several files leave such characters at the seams.

use crate::text::is_invisible;

/// Returns the length of the invisible beginning of a UTF-8 text, which may end within a character.
pub(super) fn length(text: &[u8]) -> usize {
    if text.first().is_none_or(u8::is_ascii_graphic) {
        return 0;
    }
    let Some(first) = text.utf8_chunks().next() else { return 0 };
    // An escape character begins a sequence that is removed as a whole when the text is shown.
    let is_seen = |c: char| !is_invisible(c) || c == '\u{1b}';
    first.valid().find(is_seen).unwrap_or(first.valid().len())
}

/// Overwrites the invisible beginning with ASCII spaces, byte for byte. Line breaks stay.
pub(super) fn fill(text: &mut [u8]) {
    let length = length(text);
    text[..length].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r' | b'\t')).for_each(|byte| *byte = b' ');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_before_a_document_become_blanks() {
        for mark in [
            "",
            "\u{feff}",
            "\u{feff}\n\u{feff}",
            "\n\u{200b}\u{2060}",
            "\u{a0}\u{ad}\u{c}\u{b}\0\u{7f}\u{85}",
            "\u{fffe}\u{180e}\u{3000}\u{34f}\u{fe0f}",
        ] {
            let text = format!("{mark}<a>\u{feff}");
            let mut bytes = text.clone().into_bytes();
            fill(&mut bytes);
            assert_eq!((length(text.as_bytes()), bytes.len()), (mark.len(), text.len()), "{mark:?}");
            assert!(bytes[..mark.len()].is_ascii() && bytes[mark.len()..] == *"<a>\u{feff}".as_bytes());
        }
        assert_eq!(length(b"\xef\xbb"), 0);
        assert_eq!(length(b" \xff<"), 1);
        assert_eq!(length("é".as_bytes()), 0);
        assert_eq!(length(b" \x1b]0;x\x07<"), 1);
    }
}
