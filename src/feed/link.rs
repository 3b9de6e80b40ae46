//! Addresses: which ones a release may carry, and how they are written.
//!
//! Only http and https pass, and `feed:`, which stands before either or in place of https. What is not plain printable
//! ASCII goes through the `url` crate, so that what is shown is what will be opened: no blank, no control, no look-alike
//! host.

use std::borrow::Cow;

use url::Url;

/// The absolute address that `text` stands for, `base` being the feed's own. The error says why there is none.
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
            None => return Err("is relative, and the feed does not say to what"),
        },
        other => other,
    };
    match parsed {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            let written = String::from(url);
            // Line breaks within an escape are gone only now.
            let mended = match parameters(&written) {
                Cow::Owned(mended) => address(&mended, None)?.into_owned(),
                Cow::Borrowed(_) => written,
            };
            Ok(Cow::Owned(mended))
        }
        Ok(_) => Err("is neither http nor https"),
        Err(_) => Err("is no address"),
    }
}

/// The feed's own address, where it can serve to resolve others.
pub(super) fn base(text: &str) -> Option<Url> {
    join(None, text)
}

/// An address that others are resolved against, itself relative to `outer`.
pub(super) fn join(outer: Option<&Url>, text: &str) -> Option<Url> {
    Url::parse(&address(text.trim(), outer).ok()?).ok()
}

/// The address that `feed:` stands before, as programs write it that want a feed reader to open it.
fn of_feed(text: &str) -> Option<Cow<'_, str>> {
    const SCHEME: &str = "feed:";
    let rest =
        text.get(..SCHEME.len()).filter(|scheme| scheme.eq_ignore_ascii_case(SCHEME)).and(text.get(SCHEME.len()..))?;
    let lower = rest.to_ascii_lowercase();
    if lower.starts_with("http:") || lower.starts_with("https:") {
        return Some(rest.into());
    }
    // A server that has no https says so by a redirect or not at all; none is asked without it.
    rest.starts_with("//").then(|| format!("https:{rest}").into())
}

/// The address with `&` where it is escaped once too often, between the parameters of its query.
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

/// What follows an escaped `&`, however often it is escaped; all of it where none stands at the front.
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

/// Whether a text begins with the name of a parameter and its value.
fn names_parameter(text: &str) -> bool {
    let name = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.[]%~:$".contains(byte)).count();
    name > 0 && text.as_bytes().get(name) == Some(&b'=')
}

/// A media type in small letters, without its parameters.
pub(super) fn media_type(told: &str) -> String {
    told.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// How good what has this media type is as the page of a release; lower is better.
pub(super) fn page_quality(media: &str) -> u8 {
    match media_type(media).as_str() {
        "" | "html" | "text/html" | "application/xhtml+xml" => 0,
        media if ["json", "xml", "rss", "atom"].iter().any(|form| media.contains(form)) => 2,
        _ => 1,
    }
}

/// An address that needs no work: printable ASCII with a host that begins as one.
fn is_plain(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
        && text.bytes().all(|b| b.is_ascii_graphic())
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
            ("http://", Err("is no address")),
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
