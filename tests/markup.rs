//! Markup in real feeds: none of its text is lost, and its spans fit the text.

#[path = "support/corpus.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod corpus;
#[path = "support/kept.rs"]
mod kept;
#[path = "support/skip.rs"]
mod skip;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use dom_query::{Document, NodeData, NodeRef};
use tidings::feed::{self, Sink};
use tidings::release::{Problem, Release, Span, Style};
use tidings::text::{Clean, CleanBuf};

/// Asserts of each release that its spans fit, and counts them.
#[derive(Default)]
struct Check {
    spans: usize,
    links: usize,
}

impl Sink for Check {
    fn title(&mut self, _: Clean<'_>) {}

    fn release(&mut self, _item: u64, release: &Release) {
        for (text, spans) in [(&release.summary, &release.summary_spans), (&release.body, &release.body_spans)] {
            assert_fit(text.as_str(), spans, release.links.len());
            self.spans += spans.len();
        }
        let mut addresses: Vec<&str> = release.links.iter().map(|link| link.address.as_str()).collect();
        assert!(addresses.iter().all(|address| address.starts_with("http") && *address != release.url.as_str()));
        addresses.sort_unstable();
        assert!(addresses.windows(2).all(|pair| pair[0] != pair[1]), "{addresses:?}");
        self.links += addresses.len();
    }

    fn problem(&mut self, _: Problem) {}

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn assert_fit(text: &str, spans: &[Span], links: usize) {
    assert!(spans.is_sorted_by_key(|span| span.start), "{text:?}");
    for span in spans {
        let part = text.get(span.range(0)).unwrap_or_else(|| panic!("{span:?} in {text:?}"));
        assert!(!part.is_empty() && part.trim() == part, "{span:?}: {part:?}");
        assert!(!matches!(span.style, Style::Link(number) if usize::from(number) >= links), "{span:?}");
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn corpus_files() -> Option<Vec<PathBuf>> {
    let mut found = Vec::new();
    files(&corpus::folder()?.join("feeds"), &mut found);
    Some(found)
}

#[test]
fn spans_fit_the_texts_of_real_feeds() {
    let Some(files) = corpus_files() else { return };
    let mut check = Check::default();
    for file in files {
        let bytes = fs::read(&file).expect("a file");
        // Documents that are not feeds are refused.
        let _ = feed::read(CleanBuf::line("test").as_clean(), &mut bytes.as_slice(), &mut check);
    }
    assert!(check.spans > 10_000 && check.links > 1_000, "only {} spans and {} links", check.spans, check.links);
}

/// Collects the strings of a JSON document that are HTML.
fn html(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) if text.contains("</") => found.push(text.clone()),
        serde_json::Value::Array(list) => list.iter().for_each(|value| html(value, found)),
        serde_json::Value::Object(object) => object.values().for_each(|value| html(value, found)),
        _ => {}
    }
}

/// Counts letters and digits, which layout neither adds nor drops. Superscript digits count as digits.
fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// All text of the tree that the parser builds, as far as browsers show it.
fn plain(html: &str) -> String {
    fn text(node: &NodeRef<'_>, plain: &mut String) {
        let is_hidden = node.node_name().is_some_and(|name| {
            ["script", "style", "head", "template", "title", "svg", "math", "iframe", "video", "audio", "rp"]
                .contains(&&*name)
        });
        let style = node.attr("style").map(|style| style.replace(' ', "").to_lowercase()).unwrap_or_default();
        if is_hidden || node.has_attr("hidden") || style.contains("display:none") || style.contains("visibility:hidden")
        {
            return;
        }
        node.query(|node| {
            if let NodeData::Text { contents } = &node.data {
                plain.push_str(contents);
            }
        });
        for child in node.children() {
            text(&child, plain);
        }
        plain.push(' ');
    }
    let mut plain = String::new();
    text(&Document::fragment(html).html_root(), &mut plain);
    plain
}

#[test]
fn real_markup_loses_no_text() {
    let Some(files) = corpus_files() else { return };
    let mut texts = Vec::new();
    for file in files {
        let Ok(bytes) = fs::read(&file) else { continue };
        if let Ok(document) = serde_json::from_slice(&bytes) {
            html(&document, &mut texts);
        } else if let Ok(feed) = feed_rs::parser::parse(bytes.as_slice()) {
            for entry in feed.entries {
                texts.extend(entry.summary.map(|summary| summary.content));
                texts.extend(entry.content.and_then(|content| content.body));
            }
        }
    }
    // Addresses of Markdown links are shown below the text.
    texts.retain(|text| text.contains("</") && text.len() < 1 << 20 && !text.contains("](http"));
    texts.sort_unstable();
    texts.dedup();
    assert!(texts.len() > 500, "only {} texts", texts.len());
    for text in texts {
        let plain = plain(&text);
        // Text that is escaped twice is unescaped twice.
        let plain = if plain.contains("</") { self::plain(&plain) } else { plain };
        let item = serde_json::json!([{"title": "t", "url": "https://example.org", "content_html": text}]).to_string();
        let shown = kept::loaded(&item).releases.remove(0).summary.to_string();
        let (kept, expected) = (letters(&shown), letters(CleanBuf::block(&plain).as_str()));
        let words: Vec<&str> = plain.split_whitespace().filter(|word| !shown.contains(word)).collect();
        assert!(kept >= expected, "{kept} of {expected}; lost: {words:?}\n{text}");
    }
}

#[test]
fn undeclared_markdown_is_detected() {
    let text = "## Why\n\n- **one**: [the report](https://a.invalid/r)\n- `**two**`\n\n```\n<b> & ## three\n```\n";
    let rss = format!(
        "<rss><channel><title>t</title><item><title>a</title><description><![CDATA[{text}]]></description></item>\
         </channel></rss>"
    );
    let json = serde_json::json!([
        { "title": "a", "content_html": text },
        { "title": "b", "content_text": text },
        { "title": "c", "content_text": text, "_tidings": { "plain": true } },
        { "title": "d", "content_html": "<p>## no</p><p>**two**, **three**, [4](https://a.invalid)</p>" },
    ]);
    let mut releases = kept::loaded(&rss).releases;
    releases.extend(kept::loaded(&json.to_string()).releases);
    for release in &releases[..3] {
        assert_eq!(release.summary.as_str(), "Why\n\n• one: the report\n• **two**\n\n<b> & ## three");
        let styles: Vec<Style> = release.summary_spans.iter().map(|span| span.style).collect();
        assert_eq!(styles[0], Style::Heading(2));
        assert!(styles.contains(&Style::Strong) && styles.contains(&Style::Code), "{styles:?}");
        assert_eq!(release.links[0].address.as_str(), "https://a.invalid/r");
    }
    assert_eq!(releases[3].summary.as_str(), text.trim(), "declared as plain");
    assert_eq!(releases[4].summary.as_str(), "## no\n\n**two**, **three**, [4](https://a.invalid)");
}
