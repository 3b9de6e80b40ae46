//! A document as read by `tidings` and by `feed-rs`, in a common shape.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use regex::bytes::Regex;
use tidings::feed::{self, Sink};
use tidings::release::{Problem, Release};
use tidings::text::{Clean, CleanBuf};

/// An item as it was read; empty or `None` if a field is missing.
#[derive(Debug, Clone, Default)]
pub struct Item {
    pub title: String,
    pub link: String,
    /// Seconds since 1970.
    pub date: Option<i64>,
    pub id: String,
    pub topics: Vec<String>,
    /// All texts except the title: the summary, the body.
    pub texts: Vec<String>,
}

/// A document as it was read.
#[derive(Debug, Default)]
pub struct Reading {
    pub title: String,
    /// `None` for an item with nothing to read.
    pub items: Vec<Option<Item>>,
    /// What was left out and why.
    pub notes: Vec<String>,
    pub is_refused: bool,
}

impl Sink for Reading {
    fn title(&mut self, title: Clean<'_>) {
        title.as_str().clone_into(&mut self.title);
    }

    fn release(&mut self, item: u64, release: &Release) {
        let item = item as usize;
        self.items.resize(self.items.len().max(item + 1), None);
        self.items[item] = Some(Item {
            title: release.title.to_string(),
            link: release.url.to_string(),
            date: release.date.map(tidings::release::Date::instant),
            id: release.id.to_string(),
            topics: release.topics.iter().map(ToString::to_string).collect(),
            texts: [&release.summary, &release.body].map(ToString::to_string).to_vec(),
        });
    }

    fn problem(&mut self, problem: Problem) {
        self.notes.push(problem.reason.to_string());
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Reads a document with the reader under test.
pub fn ours(mut bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let read = feed::read(CleanBuf::line("fixture").as_clean(), &mut bytes, &mut reading);
    reading.is_refused = read.is_err();
    reading
}

/// Returns the document with a title in each item, so that an item with nothing to read has something.
pub fn entitled(bytes: &[u8]) -> Vec<u8> {
    static BEGIN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"(?i)<(\w+:)?(item|entry)(\s([^>"']|"[^"]*"|'[^']*')*)?>"#).expect("a pattern"));
    let put_in = |found: &regex::bytes::Captures<'_>| {
        let whole = found.get(0).expect("the match").as_bytes();
        if whole.ends_with(b"/>") { whole.to_vec() } else { [whole, b"<title>put in</title>"].concat() }
    };
    BEGIN.replace_all(bytes, put_in).into_owned()
}

/// Reads a document with `feed-rs`; generated ids are left empty.
pub fn theirs(bytes: &[u8]) -> Reading {
    let parser = feed_rs::parser::Builder::new().id_generator(|_, _, _| String::new()).build();
    let Ok(feed) = parser.parse(bytes) else { return Reading { is_refused: true, ..Reading::default() } };
    let items = feed.entries.into_iter().map(|entry| {
        let link = entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
        Some(Item {
            title: entry.title.map(|title| title.content).unwrap_or_default(),
            link: link.map(|link| link.href.clone()).unwrap_or_default(),
            date: entry.published.or(entry.updated).map(|date| date.timestamp()),
            id: entry.id,
            topics: entry.categories.into_iter().map(|category| category.label.unwrap_or(category.term)).collect(),
            texts: [entry.summary.map(|text| text.content), entry.content.and_then(|content| content.body)]
                .map(Option::unwrap_or_default)
                .to_vec(),
        })
    });
    Reading {
        items: items.collect(),
        title: feed.title.map(|title| title.content).unwrap_or_default(),
        ..Reading::default()
    }
}
