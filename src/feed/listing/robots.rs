//! The sitemaps that the robots.txt of a site names (sitemaps.org; RFC 9309).

/// The most sitemaps of a site that are examined.
const MOST: usize = 100;

/// Returns the addresses of the sitemaps, as written. A web page in place of the file names none.
#[must_use]
pub fn sitemaps_of(text: &str) -> Vec<&str> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('<') {
        return Vec::new();
    }
    let addresses = text.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        let address = value.split_whitespace().next()?;
        name.trim().eq_ignore_ascii_case("sitemap").then_some(address)
    });
    addresses.take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_sitemaps_are_found_in_any_case() {
        let text = "\u{feff}User-agent: *\nDisallow: /x\r\nSitemap: https://a.example/1.xml\r\n# Sitemap: /no\n  SITEMAP :/2.xml # new\n\
                    sitemap:\nSitemaps: /3.xml";
        assert_eq!(sitemaps_of(text), ["https://a.example/1.xml", "/2.xml"]);
    }

    #[test]
    fn a_web_page_names_no_sitemap_and_a_long_file_names_a_few() {
        assert_eq!(sitemaps_of("<!doctype html>\nSitemap: https://a.example/1.xml"), Vec::<&str>::new());
        assert_eq!(sitemaps_of(&"Sitemap: /x\n".repeat(10_000)).len(), MOST);
        assert_eq!(sitemaps_of(""), Vec::<&str>::new());
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_text_does_not_panic(text in "([ \t\r\n:#<é]|sitemap|Sitemap:|https://a.example/){0,60}") {
            let _ = sitemaps_of(&text);
        }
    }
}
