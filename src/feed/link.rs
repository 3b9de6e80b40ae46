//! Addresses: which ones a release may have, and how they are normalised.
//!
//! Only http and https are accepted, and `feed:`, which precedes either or replaces https. Anything but plain printable
//! ASCII goes through the `url` crate, so that the address shown is the one that will be opened: no space, no control
//! character, no look-alike host.

use std::borrow::Cow;

use url::Url;

/// Returns the absolute address for `text`, where `base` is the feed's own address. The error says why there is none.
pub(super) fn address<'t>(text: &'t str, base: Option<&Url>) -> Result<Cow<'t, str>, &'static str> {
    let is_escaped = || text.contains("&amp;") || text.contains("&#");
    if is_plain(text) && !(text.contains('&') && is_escaped()) {
        return Ok(Cow::Borrowed(text));
    }
    let text = &*parameters(text);
    let text = &*of_feed(text).unwrap_or(text.into());
    let parsed = match Url::parse(text) {
        Err(url::ParseError::RelativeUrlWithoutBase) => match base {
            Some(base) => base.join(text),
            None => return Err("is relative, and the feed has no base address"),
        },
        other => other,
    };
    match parsed {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            let written = String::from(url);
            // Only now are line breaks within an escape gone.
            let mended = match parameters(&written) {
                Cow::Owned(mended) => address(&mended, None)?.into_owned(),
                Cow::Borrowed(_) => written,
            };
            Ok(Cow::Owned(mended))
        }
        Ok(_) => Err("is neither http nor https"),
        Err(_) => Err("is not a valid address"),
    }
}

/// Returns the feed's own address if it can be used to resolve others.
pub(super) fn base(text: &str) -> Option<Url> {
    join(None, text)
}

/// Returns a base address, itself resolved against `outer`.
pub(super) fn join(outer: Option<&Url>, text: &str) -> Option<Url> {
    Url::parse(&address(text.trim(), outer).ok()?).ok()
}

/// Returns the address after `feed:`, which programs write so that a feed reader opens it.
fn of_feed(text: &str) -> Option<Cow<'_, str>> {
    const SCHEME: &str = "feed:";
    let rest =
        text.get(..SCHEME.len()).filter(|scheme| scheme.eq_ignore_ascii_case(SCHEME)).and(text.get(SCHEME.len()..))?;
    let lower = rest.to_ascii_lowercase();
    if lower.starts_with("http:") || lower.starts_with("https:") {
        return Some(rest.into());
    }
    // A server without https redirects to http or fails; plain http is never tried first.
    rest.starts_with("//").then(|| format!("https:{rest}").into())
}

/// Undoes the double escaping of `&` between the parameters of an address.
fn parameters(text: &str) -> Cow<'_, str> {
    let Some(query) = text.find('?') else { return text.into() };
    let mut address = String::new();
    let mut from = 0;
    for (at, _) in text.match_indices('&').filter(|(at, _)| *at > query) {
        let Some(rest) = text.get(at.max(from)..).filter(|_| at >= from) else { continue };
        let after = escapes(rest);
        if after.len() < rest.len() && names_parameter(after) {
            address.push_str(text.get(from..=at).unwrap_or_default());
            from = text.len() - after.len();
        }
    }
    if from == 0 { text.into() } else { (address + text.get(from..).unwrap_or_default()).into() }
}

/// Returns the text after an escaped `&`, however often it is escaped, or the whole text if it does not begin with one.
fn escapes(text: &str) -> &str {
    const AMPERSAND: [&str; 4] = ["&amp;", "&#38;", "&#038;", "&#x26;"];
    let lower = text.get(..6.min(text.len())).unwrap_or_default().to_ascii_lowercase();
    let Some(found) = AMPERSAND.iter().find(|escape| lower.starts_with(**escape)) else { return text };
    let mut rest = text.get(found.len()..).unwrap_or_default();
    while let Some(more) = ["amp;", "#38;", "#038;"].iter().find_map(|escape| rest.strip_prefix(escape)) {
        rest = more;
    }
    rest
}

/// Whether a text begins with a parameter name and its value.
fn names_parameter(text: &str) -> bool {
    let name = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.[]%~:$".contains(byte)).count();
    name > 0 && text.as_bytes().get(name) == Some(&b'=')
}

/// Returns a media type in lower case without its parameters.
pub(super) fn media_type(declared: &str) -> String {
    declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Returns how suitable this media type is for the page of a release; lower is better.
pub(super) fn page_quality(media: &str) -> u8 {
    match media_type(media).as_str() {
        "" | "html" | "text/html" | "application/xhtml+xml" => 0,
        media if ["json", "xml", "rss", "atom"].iter().any(|form| media.contains(form)) => 2,
        _ => 1,
    }
}

/// Whether an address needs no normalisation: printable ASCII, with a host that looks like one.
fn is_plain(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
        // Counting has no early exit, so that many bytes are compared at once.
        && text.bytes().filter(|byte| !byte.is_ascii_graphic()).count() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_absolute_and_printable() {
        let home = base("https://example.org/blog/");
        for (text, expected) in [
            ("http://example.org/a?b=c#d", Ok("http://example.org/a?b=c#d")),
            ("HTTPS://example.org", Ok("https://example.org/")),
            ("2018/a b", Ok("https://example.org/blog/2018/a%20b")),
            ("/top", Ok("https://example.org/top")),
            ("//other.invalid/x", Ok("https://other.invalid/x")),
            ("https://example.org/ü\n\u{1b}[31m\u{202e}", Ok("https://example.org/%C3%BC%1B[31m%E2%80%AE")),
            ("javascript:alert(1)", Err("is neither http nor https")),
            ("mailto:a@example.org", Err("is neither http nor https")),
            ("http://", Err("is not a valid address")),
            ("feed:https://a.invalid/x", Ok("https://a.invalid/x")),
            ("FEED:http://a.invalid/x", Ok("http://a.invalid/x")),
            ("feed://a.invalid/x?y", Ok("https://a.invalid/x?y")),
            ("feed:a", Err("is neither http nor https")),
            (
                "https://a.invalid/?a=1&amp;b=2&#038;c[0]=3&amp;amp;d=&e=5",
                Ok("https://a.invalid/?a=1&b=2&c[0]=3&d=&e=5"),
            ),
            ("https://a.invalid/?q=AT&amp;T&amp;x", Ok("https://a.invalid/?q=AT&amp;T&amp;x")),
            ("https://a.invalid/a&amp;b=2", Ok("https://a.invalid/a&amp;b=2")),
            ("x?a=1&amp;b=2", Ok("https://example.org/blog/x?a=1&b=2")),
            ("x?a=1&am\n\tp;b=2", Ok("https://example.org/blog/x?a=1&b=2")),
        ] {
            assert_eq!(address(text, home.as_ref()).as_deref(), expected.as_ref().map(|url| *url), "{text}");
        }
        assert!(address("a/b", None).is_err());
        assert_eq!(base("feed.json"), None);
    }
}
