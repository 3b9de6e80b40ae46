//! The section of a site to which the releases of a source belong, such as `example.org/news/`.
//!
//! A sitemap has the news of a whole site, and a source often those of one section. The section is the beginning of the
//! address that nine of ten of its releases share, where any number stands for any other. It must have a name: a part
//! of the path beyond the language, or the name of the host says news.

use rustc_hash::FxHashMap;
use url::Url;

use crate::feed::listing::index::has_news_word;

/// Stands for any number.
const ANY_NUMBER: &str = "*";
/// The most steps of a section.
const MOST_STEPS: usize = 8;
/// Second-level labels under which names are registered, such as `gov` in `gov.uk`.
const SHARED: [&str; 16] =
    ["ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "govt", "gub", "gv", "ltd", "mil", "net", "or", "org"];

/// A section of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// The host, without `www.`.
    host: String,
    /// The first parts of the path.
    steps: Vec<String>,
}

impl Section {
    /// Returns the section that these links share, and the address of the robots.txt of its site.
    pub fn of(links: &[String]) -> Option<(Self, Url)> {
        let urls: Vec<Url> = links.iter().filter_map(|link| Url::parse(link).ok()).filter(Url::has_host).collect();
        let least = (links.len() * 9).div_ceil(10).max(1);
        let host = most_common(urls.iter().map(|url| bare_host(url).to_owned()), least)?;
        let mut shared: Vec<(&Url, Vec<String>)> =
            urls.iter().filter(|url| bare_host(url) == host).map(|url| (url, steps_of(url))).collect();
        let mut steps: Vec<String> = Vec::new();
        while steps.len() < MOST_STEPS {
            let at = steps.len();
            let Some(next) = most_common(shared.iter().filter_map(|(_, steps)| steps.get(at).cloned()), least) else {
                break;
            };
            shared.retain(|(_, steps)| steps.get(at) == Some(&next));
            steps.push(next);
        }
        while steps.last().is_some_and(|last| last == ANY_NUMBER) {
            steps.pop();
        }
        let has_name = steps.iter().any(|step| is_name(step)) || has_news_word(&host);
        // The same whatever the order of the links: with encryption if any has it.
        let least = shared.iter().map(|(url, _)| *url).min_by_key(|url| (url.scheme() != "https", url.as_str()))?;
        let mut robots = least.clone();
        robots.set_path("/robots.txt");
        robots.set_query(None);
        robots.set_fragment(None);
        has_name.then_some((Self { host, steps }, robots))
    }

    /// Reads a section as [`Section::name`] writes it.
    pub fn of_name(name: &str) -> Self {
        let mut parts = name.trim_end_matches('/').split('/').map(str::to_owned);
        Self { host: parts.next().unwrap_or_default(), steps: parts.collect() }
    }

    /// Returns its name: `example.org/news/*/`.
    pub fn name(&self) -> String {
        let parts = std::iter::once(&self.host).chain(&self.steps);
        parts.map(|part| [part, "/"].concat()).collect()
    }

    /// Whether a release with this link belongs to the section.
    pub fn has(&self, link: &str) -> bool {
        let Ok(url) = Url::parse(link) else { return false };
        bare_host(&url) == self.host && steps_of(&url).starts_with(&self.steps)
    }

    /// Whether an address is on the same site: its host, or one below the same domain.
    pub fn has_site(&self, address: &str) -> bool {
        Url::parse(address).is_ok_and(|url| is_same_site(bare_host(&url), &self.host))
    }
}

/// Returns what occurs at least so often, if anything does.
fn most_common(all: impl Iterator<Item = String>, least: usize) -> Option<String> {
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts.into_iter().find(|(_, count)| *count >= least).map(|(one, _)| one)
}

fn bare_host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

/// Returns the parts of the path before the last one, which names the release itself.
fn steps_of(url: &Url) -> Vec<String> {
    let path = url.path().trim_end_matches('/');
    let (folders, _) = path.rsplit_once('/').unwrap_or_default();
    let step = |part: &str| {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { ANY_NUMBER.to_owned() } else { part.to_owned() }
    };
    folders.split('/').filter(|part| !part.is_empty()).take(MOST_STEPS).map(step).collect()
}

/// Whether a part of a path names a section, rather than a number or a language.
fn is_name(step: &str) -> bool {
    let is_language = step.len() <= 2 || step.len() == 5 && step.get(2..3).is_some_and(|mark| "-_".contains(mark));
    step != ANY_NUMBER && !is_language
}

/// Whether two hosts are one, or are below the same registered domain.
fn is_same_site(one: &str, other: &str) -> bool {
    let below = |host: &str, domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    let is_named = |host: &str| host.contains('.') && !host.ends_with(|c: char| c.is_ascii_digit());
    one == other
        || is_named(one)
            && is_named(other)
            && (below(one, other) || below(other, one) || domain_of(one) == domain_of(other))
}

/// Returns the domain that somebody registered, as far as the name tells.
fn domain_of(host: &str) -> &str {
    let mut ends = host.rmatch_indices('.').map(|(at, _)| at);
    let (Some(_), Some(second)) = (ends.next(), ends.next()) else { return host };
    let (_, two) = host.split_at(second + 1);
    let (label, country) = two.split_once('.').unwrap_or_default();
    if country.len() > 2 || !SHARED.contains(&label) {
        return two;
    }
    ends.next().map_or(host, |third| host.split_at(third + 1).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(links: &[&str]) -> Option<String> {
        let links: Vec<String> = links.iter().map(|link| (*link).to_owned()).collect();
        Section::of(&links).map(|(section, robots)| format!("{} {robots}", section.name()))
    }

    #[test]
    fn a_section_is_what_the_addresses_share_up_to_a_name() {
        let at = |paths: &[&str]| {
            let links: Vec<String> = paths.iter().map(|path| format!("https://www.a.example{path}")).collect();
            section(&links.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let table = [
            (&["/news/one", "/news/two/"][..], Some("a.example/news/")),
            (&["/en/news/2024/05/one.html", "/en/news/2023/11/two.html"], Some("a.example/en/news/")),
            (&["/2024/05/13/world/one", "/2024/04/1/world/two"], Some("a.example/*/*/*/world/")),
            (&["/news/world/one", "/news/sport/two"], Some("a.example/news/")),
            (&["/one", "/two"], None),
            (&["/2024/05/one", "/2024/06/two"], None),
            (&["/en/one", "/en/two"], None),
            (&["/en-GB/one", "/en-GB/two"], None),
            (&["/world/one", "/sport/two"], None),
            (&["/view?id=1", "/view?id=2"], None),
            (&[], None),
        ];
        for (paths, expected) in table {
            let expected = expected.map(|name| format!("{name} https://www.a.example/robots.txt"));
            assert_eq!(at(paths), expected, "{paths:?}");
        }
        assert_eq!(section(&["https://a.example/x/1", "https://b.example/x/1"]), None, "two sites");
        let newsroom = section(&["http://newsroom.a.example:81/1", "http://newsroom.a.example:81/2?x=1#y"]);
        assert_eq!(newsroom.as_deref(), Some("newsroom.a.example/ http://newsroom.a.example:81/robots.txt"));
    }

    #[test]
    fn the_robots_txt_is_the_same_in_any_order_of_the_links() {
        let links = ["http://a.example/news/1", "https://www.a.example/news/3", "https://a.example/news/2"];
        for turn in 0..links.len() {
            let mut links = links;
            links.rotate_left(turn);
            assert_eq!(section(&links).as_deref(), Some("a.example/news/ https://a.example/robots.txt"));
        }
    }

    #[test]
    fn one_link_of_ten_may_lead_elsewhere() {
        let news = |n: usize| format!("https://a.example/news/{n}-x");
        let links = |elsewhere: usize| -> Vec<String> {
            let others = (0..elsewhere).map(|n| format!("https://b.example/{n}"));
            (0..10 - elsewhere).map(news).chain(others).collect()
        };
        assert!(Section::of(&links(1)).is_some());
        assert!(Section::of(&links(2)).is_none());
    }

    #[test]
    fn a_release_of_the_section_is_recognised_after_its_name_was_stored() {
        let links = ["https://a.example/2024/news/x".to_owned(), "https://a.example/2023/news/y".to_owned()];
        let (section, _) = Section::of(&links).expect("a section");
        assert_eq!(Section::of_name(&section.name()), section);
        for (link, expected) in [
            ("http://www.a.example/1999/news/old", true),
            ("https://a.example/1999/jobs/old", false),
            ("https://a.example/1999/news", false),
            ("https://b.example/1999/news/old", false),
            ("not an address", false),
        ] {
            assert_eq!(section.has(link), expected, "{link}");
        }
    }

    #[test]
    fn a_site_is_one_domain() {
        let table = [
            ("a.example", "a.example", true),
            ("news.a.example", "a.example", true),
            ("news.a.example", "maps.a.example", true),
            ("b.example", "a.example", false),
            ("aa.example", "a.example", false),
            ("a.co.uk", "b.co.uk", false),
            ("x.a.gov.uk", "y.a.gov.uk", true),
            ("10.0.0.1", "11.0.0.1", false),
            ("localhost", "a.localhost", false),
        ];
        for (one, other, expected) in table {
            assert_eq!(is_same_site(one, other), expected, "{one} {other}");
            assert_eq!(is_same_site(other, one), expected, "{other} {one}");
        }
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_links_do_not_panic(links in proptest::collection::vec("(https?://)?[a-zé0-9.:/?#%-]{0,20}", 0..12)) {
            if let Some((section, _)) = Section::of(&links) {
                let kept = links.iter().filter(|link| section.has(link)).count();
                proptest::prop_assert!(kept * 10 >= links.len() * 9);
            }
        }
    }
}
