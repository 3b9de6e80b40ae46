//! Parses addresses as users type them.

use url::Url;

/// Returns the address that the user meant; without a scheme, https.
///
/// # Errors
/// What is wrong with the address, in words.
pub fn meant(typed: &str) -> Result<Url, &'static str> {
    if typed.trim().is_empty() {
        return Err("no address; expected a feed, or a page that links to its feeds");
    }
    let typed = without_feed(typed);
    let parsed = if typed.contains("://") { Url::parse(typed) } else { Url::parse(&format!("https://{typed}")) };
    match parsed {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => Err("neither http nor https"),
        Ok(url) if url.host_str().is_none_or(str::is_empty) => Err("no host in this address"),
        Ok(url) => Ok(url),
        Err(_) => Err("invalid address; expected example.org or https://example.org/feed.xml"),
    }
}

/// Whether a typed address names no scheme, so that https is only a guess.
#[must_use]
pub fn is_bare(typed: &str) -> bool {
    !without_feed(typed).contains("://")
}

/// Returns the same address with http instead of https.
#[must_use]
pub fn with_http(address: &str) -> Option<String> {
    address.strip_prefix("https://").map(|rest| format!("http://{rest}"))
}

/// Some pages link to their feeds as `feed:https://…` and `feed://…`.
fn without_feed(typed: &str) -> &str {
    let typed = typed.trim();
    let typed = typed.strip_prefix("feed:").unwrap_or(typed);
    typed.strip_prefix("//").unwrap_or(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_addresses_get_a_scheme_or_an_error() {
        let table = [
            ("example.org", Ok("https://example.org/")),
            (" //Example.org/x ", Ok("https://example.org/x")),
            ("http://example.org/feed.xml", Ok("http://example.org/feed.xml")),
            ("feed:https://example.org/f", Ok("https://example.org/f")),
            ("feed://example.org/f", Ok("https://example.org/f")),
            ("localhost:8080/f", Ok("https://localhost:8080/f")),
            ("bücher.example", Ok("https://xn--bcher-kva.example/")),
            ("ftp://example.org/", Err("neither http nor https")),
            ("https://", Err("invalid address; expected example.org or https://example.org/feed.xml")),
            ("two words", Err("invalid address; expected example.org or https://example.org/feed.xml")),
            ("", Err("no address; expected a feed, or a page that links to its feeds")),
        ];
        for (typed, expected) in table {
            assert_eq!(meant(typed).as_ref().map(Url::as_str), expected.as_ref().map(|url| *url), "{typed:?}");
        }
        for (typed, expected) in [(" //a.example", true), ("feed:a.example", true), ("feed:https://a.example", false)] {
            assert_eq!(is_bare(typed), expected, "{typed}");
        }
    }
}
