//! Finds addresses in plain text that are not marked up as links.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// The schemes of addresses.
const SCHEMES: [&str; 2] = ["https://", "http://"];
/// The prefix of host names that are recognised without a scheme.
const WWW: &str = "www.";

static SCHEME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("://"));
static SERVER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(WWW));

/// Finds the addresses in a text, ascending. Returns the position and the target of each. Punctuation and brackets
/// after an address are not part of it, unless the address contains the opening bracket.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = (Range<usize>, Cow<'_, str>)> {
    let bytes = text.as_bytes();
    let schemes = SCHEME.find_iter(bytes).map(|at| (at, true));
    let servers = SERVER.find_iter(bytes).map(|at| (at, false));
    let mut schemes = schemes.peekable();
    let mut servers = servers.peekable();
    let places = std::iter::from_fn(move || match (schemes.peek(), servers.peek()) {
        (Some(scheme), Some(server)) if server.0 < scheme.0 => servers.next(),
        (Some(_), _) => schemes.next(),
        (None, _) => servers.next(),
    });
    let mut end = 0;
    places.filter_map(move |(at, is_scheme)| {
        let found = if at < end { None } else { found(text, at, is_scheme, end) }?;
        end = found.0.end;
        Some(found)
    })
}

/// Finds the address around `://` or from `www.` on. It begins no earlier than at `from`.
fn found(text: &str, at: usize, is_scheme: bool, from: usize) -> Option<(Range<usize>, Cow<'_, str>)> {
    let (start, host) = if is_scheme {
        let ends = |scheme: &&&str| {
            let start = (at + 3).checked_sub(scheme.len());
            start.and_then(|start| text.get(start..at + 3)).is_some_and(|before| before.eq_ignore_ascii_case(scheme))
        };
        let scheme = SCHEMES.iter().find(ends)?;
        (at + 3 - scheme.len(), at + 3)
    } else {
        (at, at + WWW.len())
    };
    let before = text.get(from..start)?.chars().next_back();
    let is_word = |c: char| c.is_ascii_alphanumeric() || (!is_scheme && matches!(c, '.' | '-' | '_' | '@' | '/'));
    if before.is_some_and(is_word) || !text.get(host..)?.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
        return None;
    }
    let end = host + trimmed(text.get(host..host + length(text.get(host..)?))?);
    let address = text.get(start..end)?;
    if is_scheme {
        return Some((start..end, Cow::Borrowed(address)));
    }
    // The host must have a domain.
    let name = text.get(host..end)?.split(['/', '?', '#', ':']).next()?;
    name.contains('.').then(|| (start..end, Cow::Owned(format!("http://{address}"))))
}

/// Returns the length of the address that begins here, including what may follow it in the sentence.
fn length(rest: &str) -> usize {
    let mut last = '/';
    for (at, c) in rest.char_indices() {
        let ends = match c {
            '<' | '>' | '"' | '`' | '|' | '\\' | '^' | '{' | '}' => true,
            c if c.is_ascii() => c.is_ascii_whitespace() || c.is_ascii_control(),
            // Letters of another script after the address continue the sentence.
            c if c.is_alphabetic() => is_east_asian(c) && last.is_ascii_alphanumeric(),
            c => {
                !c.is_numeric()
                    && !matches!(c, '·' | '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}')
            }
        };
        if ends {
            return at;
        }
        last = c;
    }
    rest.len()
}

fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}

/// Returns the length of an address without the punctuation of the sentence around it.
fn trimmed(address: &str) -> usize {
    let count = |sign: u8| address.bytes().filter(|byte| *byte == sign).count();
    let mut open = [(b'(', b')'), (b'[', b']')].map(|(opens, closes)| (closes, count(opens), count(closes)));
    let mut end = address.len();
    while let Some(last) = address.as_bytes().get(..end).and_then(<[u8]>::last) {
        match last {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'_' | b'~' => {}
            b')' | b']' => {
                let Some((_, opened, closed)) = open.iter_mut().find(|(closes, ..)| closes == last) else { break };
                if closed <= opened {
                    break;
                }
                *closed -= 1;
            }
            _ => break,
        }
        end -= 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_the_sentence_continues() {
        for (text, expected) in [
            (
                "Recipe: https://a.example/r?x=1 and (see https://a.example/faq).",
                &["https://a.example/r?x=1", "https://a.example/faq"][..],
            ),
            ("Write to HTTP://a.example/contact.", &["HTTP://a.example/contact"]),
            (
                "<https://a.example/a>, \"https://a.example/b\", 'https://a.example/c'!",
                &["https://a.example/a", "https://a.example/b", "https://a.example/c"],
            ),
            (
                "“https://a.example/a” «https://a.example/b» https://a.example/c…",
                &["https://a.example/a", "https://a.example/b", "https://a.example/c"],
            ),
            (
                "https://a.example/Mars_(god) (https://a.example/Mars_(god)) [https://a.example/[x]]",
                &["https://a.example/Mars_(god)", "https://a.example/Mars_(god)", "https://a.example/[x]"],
            ),
            (
                "[text](https://a.example/x_y_) **https://a.example/z**",
                &["https://a.example/x_y", "https://a.example/z"],
            ),
            (
                "見よ。https://a.example/faq。つぎ（https://a.example/b）",
                &["https://a.example/faq", "https://a.example/b"],
            ),
            (
                "详见https://a.example/x谢谢，https://a.example/wiki/中文",
                &["https://a.example/x", "https://a.example/wiki/中文"],
            ),
            ("자세히는 https://a.example/faq에서", &["https://a.example/faq"]),
            ("www.a.example/x, (www.b.example).", &["http://www.a.example/x", "http://www.b.example"]),
            ("https://web.example/2020/https://a.example/ x", &["https://web.example/2020/https://a.example/"]),
            ("https://www.a.example and http://www.b.example", &["https://www.a.example", "http://www.b.example"]),
            ("http://localhost:8080/x http://[::1]/y", &["http://localhost:8080/x", "http://[::1]/y"]),
            ("ftp://a.example xhttp://a.example http:// https://. www. www.x me@www.a.example ://", &[]),
            ("Zürich: https://zürich.example/straße?q=ä.", &["https://zürich.example/straße?q=ä"]),
        ] {
            let found: Vec<_> = addresses(text).map(|(_, address)| address).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn many_brackets_are_counted_once() {
        let text = format!("https://a.example/{}{}", "(".repeat(100_000), ")".repeat(300_000));
        assert_eq!(addresses(&text).map(|(range, _)| range.len()).collect::<Vec<_>>(), [18 + 200_000]);
    }

    proptest::proptest! {
        #[test]
        fn addresses_ascend(text in "(https?://|www\\.|[a-z.()]|[ 漢字。\\[\\]é,]){0,40}") {
            let mut end = 0;
            for (range, address) in addresses(&text) {
                proptest::prop_assert!(range.start >= end && text.get(range.clone()).is_some_and(|part| address.ends_with(part)));
                end = range.end;
            }
        }
    }
}
