//! What stands before a document and is not seen: white space, byte order marks, other invisible characters.
//!
//! Programs that put a feed together from several files leave such characters where they join them.

use crate::text::is_invisible;

/// The length of what is not seen at the beginning of a text in UTF-8, which may break off anywhere.
pub(super) fn length(text: &[u8]) -> usize {
    if text.first().is_none_or(u8::is_ascii_graphic) {
        return 0;
    }
    let Some(first) = text.utf8_chunks().next() else { return 0 };
    // An escape character begins a sequence that is taken off as a whole, where the text is shown.
    let is_seen = |c: char| !is_invisible(c) || c == '\u{1b}';
    first.valid().find(is_seen).unwrap_or(first.valid().len())
}

/// Exchanges what is not seen at the beginning for ASCII blanks, byte for byte; line breaks stay.
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
