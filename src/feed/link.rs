//! Addresses: which ones a release may carry, and how they are written.
//!
//! Only http and https pass. What is not plain printable ASCII goes through the `url` crate, so that what is shown is
//! what will be opened: no blank, no control, no look-alike host.

use std::borrow::Cow;

use url::Url;

/// The absolute address that `text` stands for, `base` being the feed's own. The error says why there is none.
pub(super) fn address<'t>(text: &'t str, base: Option<&Url>) -> Result<Cow<'t, str>, &'static str> {
    if is_plain(text) {
        return Ok(Cow::Borrowed(text));
    }
    let parsed = match Url::parse(text) {
        Err(url::ParseError::RelativeUrlWithoutBase) => match base {
            Some(base) => base.join(text),
            None => return Err("is relative, and the feed does not say to what"),
        },
        other => other,
    };
    match parsed {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Cow::Owned(url.into())),
        Ok(_) => Err("is neither http nor https"),
        Err(_) => Err("is no address"),
    }
}

/// The feed's own address, where it can serve to resolve others.
pub(super) fn base(text: &str) -> Option<Url> {
    Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
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
        ] {
            assert_eq!(address(text, home.as_ref()).as_deref(), expected.as_ref().map(|url| *url), "{text}");
        }
        assert!(address("a/b", None).is_err());
        assert_eq!(base("feed.json"), None);
    }
}
