//! Addresses as people type them.

use url::Url;

/// The address that was meant: without a scheme a secure one.
///
/// # Errors
/// What is wrong with it, in words.
pub fn meant(typed: &str) -> Result<Url, &'static str> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("an address is needed, of a feed or of a page that names its feeds");
    }
    // Some pages offer their feeds as feed:https://… and feed://….
    let typed = typed.strip_prefix("feed:").unwrap_or(typed);
    let typed = typed.strip_prefix("//").unwrap_or(typed);
    let parsed = if typed.contains("://") { Url::parse(typed) } else { Url::parse(&format!("https://{typed}")) };
    match parsed {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => Err("only http and https can be followed"),
        Ok(url) if url.host_str().is_none_or(str::is_empty) => Err("this address names no host"),
        Ok(url) => Ok(url),
        Err(_) => Err("this is no address: write example.org, or https://example.org/feed.xml"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_and_the_address_that_is_asked_for() {
        let table = [
            ("example.org", Ok("https://example.org/")),
            (" //Example.org/x ", Ok("https://example.org/x")),
            ("http://example.org/feed.xml", Ok("http://example.org/feed.xml")),
            ("feed:https://example.org/f", Ok("https://example.org/f")),
            ("feed://example.org/f", Ok("https://example.org/f")),
            ("localhost:8080/f", Ok("https://localhost:8080/f")),
            ("bücher.example", Ok("https://xn--bcher-kva.example/")),
            ("ftp://example.org/", Err("only http and https can be followed")),
            ("https://", Err("this is no address: write example.org, or https://example.org/feed.xml")),
            ("two words", Err("this is no address: write example.org, or https://example.org/feed.xml")),
            ("", Err("an address is needed, of a feed or of a page that names its feeds")),
        ];
        for (typed, expected) in table {
            assert_eq!(meant(typed).as_ref().map(Url::as_str), expected.as_ref().map(|url| *url), "{typed:?}");
        }
    }
}
