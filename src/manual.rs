//! The manual: the pages of `data/manual`, and their sections as a feed that the reader can open.
//!
//! A page is a topic. Each of its sections is a release, so that a search or a link leads to the right paragraph; a short
//! page is one release. Links between pages are relative, as in any folder of Markdown files; [`BASE`] makes addresses of
//! them, and [`section_of`] finds the section again.

use std::sync::LazyLock;

use pulldown_cmark::{Event, Options, Parser, html};
use serde_json::{Value, json};

/// What relative links between pages are resolved against. The domain is reserved, so no server can have it.
pub const BASE: &str = "https://manual.invalid/";
/// A page with fewer lines is not split.
const SHORT: usize = 50;

/// A page.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Its name on the command line; that of its file without `.md`.
    pub topic: &'static str,
    /// Its text in Markdown.
    pub text: &'static str,
}

macro_rules! pages {
    ($($topic:literal)*) => {
        &[$(Page { topic: $topic, text: include_str!(concat!("../data/manual/", $topic, ".md")) }),*]
    };
}

/// All pages in reading order.
pub const PAGES: &[Page] = pages! {
    "index" "reading" "query" "filters" "words" "watching" "subscriptions" "accounts" "library"
    "configuration" "keys" "themes"
    "feeds" "pages" "command-line" "doctor" "speed" "promises"
    "contributing" "style"
};

/// A part of a page that begins with a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The file of its page and, unless it begins the page, its anchor: `query.md#dates`.
    pub id: String,
    /// Its heading.
    pub title: &'static str,
    /// What follows the heading, in Markdown.
    pub text: &'static str,
}

impl Page {
    /// Returns the page of this topic.
    #[must_use]
    pub fn of_topic(topic: &str) -> Option<&'static Self> {
        PAGES.iter().find(|page| page.topic == topic)
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &'static str {
        headed(self.text, "# ").0
    }

    /// Its sections in order: at least one.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        let is_short = self.text.lines().count() < SHORT;
        let starts = if is_short { vec![0] } else { headings(self.text) };
        let ends = starts.iter().skip(1).copied().chain([self.text.len()]);
        let parts = starts.iter().zip(ends).filter_map(|(&start, end)| self.text.get(start..end));
        let file = format!("{}.md", self.topic);
        let section = |part: &'static str| {
            let (title, text) = headed(part, "#");
            let id = if part.starts_with("## ") { format!("{file}#{}", anchor(title)) } else { file.clone() };
            Section { id, title, text }
        };
        parts.map(section).collect()
    }
}

/// Splits a text into its first line, without the `mark` of a heading, and the rest.
fn headed<'t>(text: &'t str, mark: &str) -> (&'t str, &'t str) {
    let (heading, rest) = text.split_once('\n').unwrap_or((text, ""));
    (heading.trim_start_matches(mark.trim_end()).trim(), rest.trim_start_matches('\n'))
}

/// Returns where the sections of a page begin: at its start and at each heading of the second level outside of code.
fn headings(text: &str) -> Vec<usize> {
    let (mut starts, mut at, mut is_code) = (vec![0], 0, false);
    for line in text.split_inclusive('\n') {
        is_code ^= line.starts_with("```");
        if !is_code && line.starts_with("## ") {
            starts.push(at);
        }
        at += line.len();
    }
    starts
}

/// Returns the anchor of a heading, as code hosts make it: lower case, hyphens for blanks, no other punctuation.
#[must_use]
pub fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|&c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The whole manual as a JSON Feed: pages as topics, sections as items.
pub static FEED: LazyLock<String> = LazyLock::new(|| {
    let items: Vec<Value> = PAGES.iter().flat_map(items).collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The tidings manual",
        "home_page_url": BASE,
        "language": "en",
        "items": items,
    })
    .to_string()
});

/// The sections of a page as items of a feed; the first one links to the others.
fn items(page: &Page) -> Vec<Value> {
    let sections = page.sections();
    let link = |section: &Section| format!("- [{}]({})\n", section.title, section.id);
    let contents: String = sections.iter().skip(1).map(link).collect();
    let item = |(n, section): (usize, &Section)| {
        let text = if n == 0 { format!("{}\n{contents}", section.text) } else { section.text.to_owned() };
        json!({
            "id": section.id,
            "title": section.title,
            "content_html": to_html(&text),
            "tags": [page.title()],
        })
    };
    sections.iter().enumerate().map(item).collect()
}

/// Converts Markdown without its comments, which mark generated tables.
fn to_html(text: &str) -> String {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES);
    let mut page = String::with_capacity(text.len() * 2);
    html::push_html(&mut page, events.filter(|event| !matches!(event, Event::Html(_) | Event::InlineHtml(_))));
    page
}

/// Returns the ids under which the section at an address may be found, the most exact first; none unless the address lies
/// in the manual.
pub fn section_of(address: &str) -> impl Iterator<Item = &str> {
    let id = address.strip_prefix(BASE);
    id.into_iter().chain(id.and_then(|id| id.split_once('#')).map(|(page, _)| page))
}

/// Returns a text without the comments that mark generated tables: what is printed.
#[must_use]
pub fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("<!--")).flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_page_is_split_at_its_headings_and_a_short_one_is_not() {
        let page = Page { topic: "a", text: "# A\n\nOne.\n\n## B & C, d\n\n```\n## no heading\n```\n" };
        let whole = page.text.strip_prefix("# A\n\n").expect("its heading");
        assert_eq!(page.sections(), [Section { id: "a.md".to_owned(), title: "A", text: whole }]);
        let text: &'static str = Box::leak(format!("{}{}", page.text, "x\n".repeat(SHORT)).into_boxed_str());
        let sections = Page { text, ..page }.sections();
        let ids: Vec<&str> = sections.iter().map(|section| section.id.as_str()).collect();
        assert_eq!(ids, ["a.md", "a.md#b--c-d"]);
        assert_eq!((sections[1].title, sections[0].text), ("B & C, d", "One.\n\n"));
        assert!(sections[1].text.contains("## no heading"));
    }

    #[test]
    fn ids_are_unique_and_topics_and_titles_too() {
        let mut ids: Vec<String> = PAGES.iter().flat_map(Page::sections).map(|section| section.id).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
        let mut titles: Vec<&str> = PAGES.iter().map(Page::title).collect();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), PAGES.len());
    }

    #[test]
    fn addresses_of_the_manual_lead_to_sections_and_others_do_not() {
        let ids = |address| section_of(address).collect::<Vec<_>>();
        assert_eq!(ids("https://manual.invalid/a.md#b"), ["a.md#b", "a.md"]);
        assert_eq!(ids("https://manual.invalid/a.md"), ["a.md"]);
        assert!(ids("https://example.org/a.md").is_empty());
    }
}
