//! A publisher of feeds on loopback, whose items tests change.

#![allow(dead_code)]

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::server::{Reply, Server};

/// A published item.
#[derive(Debug, Clone, Hash)]
pub struct Item {
    pub guid: String,
    pub title: String,
    pub topics: Vec<String>,
    pub text: String,
}

impl Item {
    /// An item whose id and text follow from its title.
    pub fn new(title: &str) -> Self {
        let guid = title.to_lowercase().replace(' ', "-");
        Self { guid, title: title.to_owned(), topics: Vec::new(), text: format!("The text of {title}.") }
    }

    pub fn topics(mut self, topics: &[&str]) -> Self {
        self.topics = topics.iter().map(|&topic| topic.to_owned()).collect();
        self
    }

    pub fn text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }
}

/// Several items, `Item 3` before `Item 2`.
pub fn items(numbers: std::ops::RangeInclusive<usize>) -> Vec<Item> {
    numbers.rev().map(|number| Item::new(&format!("Item {number}"))).collect()
}

/// A server of feeds. It ends when dropped.
pub struct Publisher(Server);

impl Publisher {
    pub fn start() -> Self {
        Self(Server::start())
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.0
    }

    /// Publishes a feed at a path, replacing its items. Returns the feed's address.
    ///
    /// The date of an item follows from its distance to the end of the feed: an hour for each one.
    pub fn publish(&self, path: &str, title: &str, items: &[Item]) -> String {
        let site = self.0.address("");
        let mut feed = format!("<rss version=\"2.0\"><channel><title>{title}</title><link>{site}{path}/site</link>");
        for (item, left) in items.iter().zip((0..items.len()).rev()) {
            let (guid, title, text) = (escape(&item.guid), escape(&item.title), escape(&item.text));
            let (day, hour) = (left / 24 % 28 + 1, left % 24);
            write!(
                feed,
                "<item><guid isPermaLink=\"false\">{guid}</guid><title>{title}</title>\
                 <link>{site}{path}/{guid}</link><description>{text}</description>\
                 <pubDate>{day:02} Oct 2026 {hour:02}:00:00 GMT</pubDate>"
            )
            .expect("memory");
            item.topics
                .iter()
                .for_each(|topic| write!(feed, "<category>{}</category>", escape(topic)).expect("memory"));
            feed.push_str("</item>");
        }
        feed.push_str("</channel></rss>");
        let mut hasher = DefaultHasher::new();
        feed.hash(&mut hasher);
        let tag = format!("\"{:x}\"", hasher.finish());
        self.0.set(path, Reply::ok(feed).with("Content-Type", "application/rss+xml").with("ETag", &tag));
        self.0.address(path)
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
