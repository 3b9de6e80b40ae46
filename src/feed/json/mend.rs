//! Repairs that need no guess about what was meant.
//!
//! An unescaped control character in a string is escaped; half of a surrogate pair (a text cut within an emoji) becomes
//! U+FFFD. This is tried only on an item that does not parse, and reported if it helped.

use std::fmt::Write;

/// Returns the text with its strings repaired, or `None` if there was nothing to repair.
pub(super) fn mend(json: &str) -> Option<String> {
    let mut mended = String::with_capacity(json.len() + 16);
    let mut copied = 0;
    let mut inside = false;
    let mut at = 0;
    let bytes = json.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        let (length, replacement) = match byte {
            b'"' => {
                inside = !inside;
                (1, None)
            }
            b'\\' if inside => escape(&bytes[at..]),
            0..0x20 if inside => (1, Some(u16::from(byte))),
            _ => (1, None),
        };
        if let Some(unit) = replacement {
            mended.push_str(json.get(copied..at)?);
            let _ = write!(mended, "\\u{unit:04x}");
            copied = at + length;
        }
        at += length;
    }
    (copied > 0).then(|| mended + json.get(copied..).unwrap_or_default())
}

/// Returns the length of the escape at the start, and its replacement if it needs one.
fn escape(bytes: &[u8]) -> (usize, Option<u16>) {
    match unit(bytes) {
        Some(0xd800..0xdc00) => match unit(bytes.get(6..).unwrap_or_default()) {
            Some(0xdc00..0xe000) => (12, None),
            _ => (6, Some(0xfffd)),
        },
        Some(0xdc00..0xe000) => (6, Some(0xfffd)),
        Some(_) => (6, None),
        None => (2, None),
    }
}

/// Returns the UTF-16 unit of a `\u` escape.
fn unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | u16::try_from(char::from(*digit).to_digit(16)?).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_controls_and_unpaired_surrogates_are_repaired() {
        assert_eq!(mend("{\"a\":\n\"x\ny\tz\"}").as_deref(), Some("{\"a\":\n\"x\\u000ay\\u0009z\"}"));
        assert_eq!(mend(r#""é\ud83d é""#).as_deref(), Some(r#""é\ufffd é""#));
        assert_eq!(mend(r#""\ude00\ud83d\ude00""#).as_deref(), Some(r#""\ufffd\ud83d\ude00""#));
        for whole in [r#""\ud83d\ude00\\ud83d\u00e9\n""#, "{\n}", "\"\\", "\"\\u12", ""] {
            assert_eq!(mend(whole), None, "{whole}");
        }
    }
}
