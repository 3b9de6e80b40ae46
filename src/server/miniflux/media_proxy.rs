//! Addresses of Miniflux's media proxy.
//!
//! By default Miniflux replaces the addresses of pictures that are not https with
//! `{address of the server}/proxy/SIGNATURE/ADDRESS`, the address in URL-safe base64. Such an address works for logged in
//! browsers only, so the original address is put back.

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE;

/// What precedes the signature.
const MARK: &str = "/proxy/";

/// Returns the original address of one that may be of the media proxy.
pub(super) fn undo_address(address: &str) -> Cow<'_, str> {
    let original = address.find(MARK).and_then(|at| original(address.get(at..)?));
    original.map_or(Cow::Borrowed(address), |(original, _)| original.into())
}

/// Replaces the addresses of the media proxy in HTML.
pub(super) fn undo(text: &str) -> Cow<'_, str> {
    if !text.contains(MARK) {
        return text.into();
    }
    let mut undone = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(MARK) {
        let (before, from) = rest.split_at(at);
        // The address begins before the mark and ends where no more base64 follows.
        let start = before
            .rfind(is_outside)
            .map_or(0, |end| end + before.get(end..).and_then(|end| end.chars().next()).map_or(1, char::len_utf8));
        if let Some((address, length)) = original(from) {
            undone.push_str(before.get(..start).unwrap_or_default());
            // The address becomes part of an attribute.
            undone.push_str(&address.replace('&', "&amp;").replace('"', "%22").replace('\'', "%27"));
            rest = from.get(length..).unwrap_or_default();
        } else {
            undone.push_str(before);
            undone.push_str(MARK);
            rest = from.get(MARK.len()..).unwrap_or_default();
        }
    }
    undone.push_str(rest);
    undone.into()
}

/// Decodes the address after the mark. Also returns the length of all that was read.
fn original(from: &str) -> Option<(String, usize)> {
    let (signature, rest) = from.strip_prefix(MARK)?.split_once('/')?;
    if signature.is_empty() || !signature.bytes().all(is_base64) {
        return None;
    }
    let encoded = rest.bytes().take_while(|byte| is_base64(*byte)).count();
    let address = String::from_utf8(BASE64_URL_SAFE.decode(rest.get(..encoded)?).ok()?).ok()?;
    let is_address = ["http://", "https://"].iter().any(|scheme| address.starts_with(scheme));
    is_address.then_some((address, MARK.len() + signature.len() + 1 + encoded))
}

/// Whether a character cannot be part of an address in HTML.
fn is_outside(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ',' | '=' | '(')
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_original_address_is_put_back() {
        let of = |address: &str| {
            format!("https://rss.example/mf/proxy/c2lnbmF0dXJl_-w=/{}", BASE64_URL_SAFE.encode(address))
        };
        let picture = of("http://pictures.example/ü/a.png?x=1&y=2");
        let back = "http://pictures.example/ü/a.png?x=1&amp;y=2";
        for (text, expected) in [
            (format!("<p>a <img src=\"{picture}\" alt=x> b"), format!("<p>a <img src=\"{back}\" alt=x> b")),
            (format!("<img srcset='{picture} 1x, {picture} 2x'>"), format!("<img srcset='{back} 1x, {back} 2x'>")),
            (format!("<img src={picture}>"), format!("<img src={back}>")),
            ("/proxy/x/aHR0cDovL2EuZXhhbXBsZS8=".to_owned(), "http://a.example/".to_owned()),
        ] {
            assert_eq!(undo(&text), expected);
        }
        assert_eq!(undo_address(&picture), "http://pictures.example/ü/a.png?x=1&y=2");
        assert_eq!(undo_address("https://a.example/proxy/b"), "https://a.example/proxy/b");
        for text in [
            "no address",
            "https://a.example/proxy/",
            "https://a.example/proxy/a/b",
            &of("javascript:alert(1)"),
            "https://a.example/proxy/sig/aHR0cDovL2E",
            "/proxy//aHR0cDovL2EuZXhhbXBsZS8=",
        ] {
            assert_eq!(undo(text), text);
        }
    }
}
