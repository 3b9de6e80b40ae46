//! How a state is drawn. `screens` shows whole screens, one for each layout; all other tests look at one region.

mod accounts;
mod panes;
mod popups;
mod region;
mod screens;
mod sizes;
mod status_bar;
mod structure;
mod styles;
mod timeline;
mod words;

use std::ops::ControlFlow;
use std::sync::Arc;

use crossterm::event::KeyEvent;
use region::Screen;

use super::{Charset, Depth, Theme};
use crate::app::{App, Effect, Msg};
use crate::catalog::{Builder, Catalog};
use crate::feed::{self, Sink};
use crate::keymap::Key;
use crate::query::{Patient, Searcher, count};
use crate::release::{Problem, Release};
use crate::text::{Clean, CleanBuf};

/// The size of a terminal: columns and rows.
type Size = (u16, u16);

/// All panes side by side.
const WIDE: Size = (150, 40);
/// The list above the text.
const STACKED: Size = (80, 24);
/// One pane.
const SINGLE: Size = (40, 12);
/// The smallest supported terminal.
const SMALLEST: Size = (20, 5);

/// Builds a catalog from the parser's output.
struct Collect(Builder);

impl Sink for Collect {
    fn title(&mut self, title: Clean<'_>) {
        self.0.title(title);
    }

    fn release(&mut self, item: u64, release: &Release) {
        self.0.push(item, release);
    }

    fn problem(&mut self, problem: Problem) {
        panic!("the sample has a problem: {problem}");
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn sample() -> Arc<Catalog> {
    read(include_bytes!("../../data/releases.json"))
}

fn read(mut bytes: &[u8]) -> Arc<Catalog> {
    let name = CleanBuf::line("sample");
    let mut collect = Collect(Builder::new());
    collect.0.source(name.as_clean());
    feed::read(name.as_clean(), &mut bytes, &mut collect).expect("the sample is a feed");
    collect.0.publish()
}

/// A release whose text contains every kind of structure.
fn structured() -> Arc<Catalog> {
    let html = "<h2>Results of the <em>survey</em></h2><p>Readers want <strong>structure</strong>: <a href='/survey'>a \
        survey</a> says so, the <a href='https://example.org/report'>report</a> does, and others <del>do</del> \
        <code>--too</code>.</p><blockquote><p>A page without headings is a wall of words that nobody climbs.</p><ul>\
        <li>said one reader of a great many books and papers</ul></blockquote><ul><li>First item, with a text that is \
        long enough to hang over to a second line<ul><li>nested<ol start=9><li>ninth<li>tenth</ol></ul><li>보도자료 국내 \
        종자산업 성장세 지속, 판매액 6,505억원으로 증가 그리고 더 많은 이야기<li>دستگيري بيش از در مشهد</ul><table><tr>\
        <th>Country<th>Readers<th>Share</tr><tr><td>대한민국<td>1,204<td>31 %</tr><tr><td>Norway<td>98<td>2 %</tr></table>\
        <pre>fn main() {\n    let width = 72; // as many columns as a line of a book has\n}</pre><p>\
        <img src=x alt='Two people'></p><dl><dt>Pane<dd>A region of the screen.</dl>";
    let feed = serde_json::json!({"version": "https://jsonfeed.org/version/1.1", "title": "Structure",
        "home_page_url": "https://example.org/", "items": [{"id": "1", "title": "A report with everything in it",
        "tags": ["Reports"], "url": "https://example.org/report", "date_published": "2018-11-06T10:00:00Z",
        "content_html": html, "attachments": [{"url": "https://example.org/files/the-report-of-2018-in-full-and-with-all-tables.pdf",
        "mime_type": "application/pdf", "size_in_bytes": 1_234_567}]}]});
    read(feed.to_string().as_bytes())
}

fn send(app: &mut App, msg: Msg) {
    for effect in app.update(msg) {
        match effect {
            Effect::Search { generation, request } => {
                let hits = Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
                send(app, Msg::Found { generation, hits });
            }
            Effect::Mark { ticket, .. } => send(app, Msg::MarksSaved(ticket)),
            Effect::CountQueries { generation, requests } => {
                let counts = requests.iter().map(|request| count(request, &mut Patient).expect("nobody cancels"));
                send(app, Msg::Counted { generation, counts: counts.collect() });
            }
            _ => {}
        }
    }
}

fn opened(catalog: Arc<Catalog>, columns: u16, rows: u16, keys: &str) -> App {
    let mut app = App::new(columns, rows);
    send(&mut app, Msg::Loaded(catalog));
    send(&mut app, Msg::LoadDone);
    press(&mut app, keys);
    app
}

/// Presses keys separated by blanks; anything that is not a key name is typed letter by letter.
fn press(app: &mut App, keys: &str) {
    for word in keys.split_whitespace() {
        let keys = Key::sequence(word).unwrap_or_else(|_| {
            word.chars().flat_map(|c| Key::sequence(&c.to_string()).expect("a letter is a key")).collect()
        });
        for key in keys {
            send(app, Msg::Key(KeyEvent::new(key.code, key.modifiers)));
        }
    }
}

/// The sample feed in a terminal of a size, after some keys.
fn sample_at((columns, rows): Size, keys: &str) -> App {
    opened(sample(), columns, rows, keys)
}

/// Draws the sample feed in a terminal of a size, after some keys.
fn screen(size: Size, keys: &str) -> Screen {
    Screen::new(&sample_at(size, keys))
}

fn theme() -> Theme {
    Theme::new(false, Depth::True)
}
