//! One look at a source, or at the page behind a release: fetched and read, and nothing kept.

use std::ops::ControlFlow;
use std::time::Duration;

use url::Url;

use super::Engine;
use crate::catalog::Builder;
use crate::feed::{self, Limits, Sink};
use crate::library::Source;
use crate::release::{Cause, Problem, Release};
use crate::sync::fetch::{Accept, Answer, Fault, Fetched, Request};
use crate::sync::{discover, page};
use crate::text::{Clean, CleanBuf};

/// A pause after a feed is gone for good: somebody may yet bring it back.
const GONE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What a look at a source gave.
pub enum Looked {
    /// A feed.
    Read { opening: Opening, moved: Option<String> },
    /// What it was before.
    Unchanged { etag: Option<String>, modified: Option<String>, moved: Option<String> },
    /// Nothing: why, and how long the server asked not to be asked.
    Failed { reason: CleanBuf, pause: Option<Duration> },
    /// It was not asked at all, since nothing is fetched at present.
    Unasked(CleanBuf),
    /// It was called off.
    Cancelled,
}

/// A feed that was read.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// What it calls itself.
    pub title: CleanBuf,
    /// Its releases in its order, each with a name that no other has.
    pub releases: Vec<Release>,
    /// What to tell the server next time.
    pub etag: Option<String>,
    /// As `etag`.
    pub modified: Option<String>,
}

/// Looks at a source.
pub fn look(engine: &Engine, source: &Source) -> Looked {
    let request = Request {
        address: source.address.as_str(),
        etag: source.etag.as_deref(),
        modified: source.modified.as_deref(),
        accept: Accept::Feed,
        is_guarded: false,
    };
    match engine.fetcher.fetch(&request, &|| engine.is_over(), &mut |_| {}) {
        Ok(Answer::Unchanged { etag, modified, moved }) => Looked::Unchanged { etag, modified, moved },
        Ok(Answer::Body(fetched)) => {
            let moved = fetched.moved.clone();
            match read(fetched, engine.limits) {
                Ok(opening) => Looked::Read { opening, moved },
                Err(reason) => Looked::Failed { reason, pause: None },
            }
        }
        Err(Fault::Cancelled) => Looked::Cancelled,
        Err(fault @ Fault::Offline) => Looked::Unasked(CleanBuf::line(&fault.to_string())),
        Err(fault) => {
            let pause = fault.retry_after().or_else(|| fault.is_gone().then_some(GONE));
            Looked::Failed { reason: CleanBuf::line(&fault.to_string()), pause }
        }
    }
}

/// Reads what was fetched as a feed.
///
/// # Errors
/// Why it is none, to be read behind its name.
pub fn read(fetched: Fetched, limits: Limits) -> Result<Opening, CleanBuf> {
    let mut reader = Reader {
        builder: Builder::new(),
        title: CleanBuf::default(),
        base: Url::parse(&fetched.address).ok(),
        charset: fetched.charset.clone(),
        is_broken: false,
        cut: None,
    };
    let name = CleanBuf::line(&fetched.address);
    reader.builder.source(name.as_clean());
    feed::read_within(name.as_clean(), &mut fetched.bytes.as_slice(), limits, &mut reader)
        .map_err(|refusal| CleanBuf::line(&refusal.to_string()))?;
    reader.builder.end_source();
    let catalog = reader.builder.publish();
    let releases = (0..catalog.len() as u32).filter_map(|index| Some(catalog.release(index)?.to_release())).collect();
    // A feed that is cut off may be whole at the next look: the server is not told that it is known.
    let (etag, modified) = if reader.is_broken { (None, None) } else { (fetched.etag, fetched.modified) };
    Ok(Opening { title: reader.title, releases, etag, modified })
}

/// Fetches the page behind a release and finds what there is to read on it: a release with a body and links alone.
///
/// # Errors
/// Why there is nothing, to be read behind its address.
pub fn fetch_page(engine: &Engine, address: &str, is_guarded: bool) -> Result<Release, CleanBuf> {
    let request = Request { address, accept: Accept::Page, is_guarded, ..Request::default() };
    let answer = engine.fetcher.fetch(&request, &|| engine.is_over(), &mut |_| {});
    let fetched = match answer.map_err(|fault| CleanBuf::line(&fault.to_string()))? {
        Answer::Body(fetched) => fetched,
        Answer::Unchanged { .. } => return Err(CleanBuf::line("answers that nothing has changed")),
    };
    if !discover::is_page(&fetched.bytes) {
        let media = if fetched.media.is_empty() { "something else" } else { fetched.media.as_str() };
        return Err(CleanBuf::line(&format!("is no web page but {media}")));
    }
    let page =
        page::readable(&fetched.bytes, &fetched.address).map_err(|refusal| CleanBuf::line(&refusal.to_string()))?;
    Ok(Release { title: page.title, body: page.text, body_spans: page.spans, links: page.links, ..Release::default() })
}

struct Reader {
    builder: Builder,
    title: CleanBuf,
    base: Option<Url>,
    /// The character set that the server named.
    charset: CleanBuf,
    is_broken: bool,
    /// The item in which it ends too early.
    cut: Option<u64>,
}

impl Sink for Reader {
    fn title(&mut self, title: Clean<'_>) {
        self.title = title.to_buf();
    }

    fn release(&mut self, item: u64, release: &Release) {
        // Half of a release may have another name, and would stay beside the whole one.
        if self.cut != Some(item) {
            drop(self.builder.push(item, release));
        }
    }

    fn problem(&mut self, problem: Problem) {
        // A feed with other faults has them at every look: that is no reason to fetch all of it each time.
        self.is_broken |= matches!(problem.cause, Cause::CutOff | Cause::ReadFailed);
        // It is told before the release is.
        if problem.cause == Cause::CutOff {
            self.cut = problem.item;
        }
    }

    fn base(&self) -> Option<Url> {
        self.base.clone()
    }

    fn charset(&self) -> Option<&str> {
        Some(self.charset.as_str()).filter(|label| !label.is_empty())
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(text: &str) -> Fetched {
        Fetched {
            bytes: text.as_bytes().to_vec(),
            etag: Some("\"1\"".to_owned()),
            modified: None,
            media: CleanBuf::default(),
            charset: CleanBuf::default(),
            address: "https://a.invalid/news/feed.xml".to_owned(),
            moved: None,
        }
    }

    #[test]
    fn relative_links_are_resolved_to_where_the_feed_came_from() {
        let rss = "<rss><channel><title>T</title><item><title>One</title><link>../1.html</link></item></channel></rss>";
        let opening = read(fetched(rss), Limits::default()).expect("a feed");
        assert_eq!((opening.title.as_str(), opening.etag.as_deref()), ("T", Some("\"1\"")));
        assert_eq!(opening.releases[0].url.as_str(), "https://a.invalid/1.html");
        let json = r#"{"items":[{"title":"One","url":"2.html"}]}"#;
        let opening = read(fetched(json), Limits::default()).expect("a feed");
        assert_eq!(opening.releases[0].url.as_str(), "https://a.invalid/news/2.html");
    }

    #[test]
    fn the_character_set_that_the_server_names_is_used() {
        let rss = "<rss><channel><item><title>Новости</title></item></channel></rss>";
        let bytes = encoding_rs::WINDOWS_1251.encode(rss).0.into_owned();
        let told = Fetched { bytes, charset: CleanBuf::line("windows-1251"), ..fetched("") };
        assert_eq!(read(told, Limits::default()).expect("a feed").releases[0].title.as_str(), "Новости");
    }

    #[test]
    fn a_feed_that_is_cut_off_is_read_and_asked_for_again() {
        let rss = "<rss><channel><item><title>One</title></item><item><title>Tw";
        let opening = read(fetched(rss), Limits::default()).expect("a feed");
        let titles: Vec<&str> = opening.releases.iter().map(|release| release.title.as_str()).collect();
        assert_eq!((titles, opening.etag), (vec!["One"], None));
    }

    #[test]
    fn a_feed_with_a_fault_that_stays_is_known_to_its_server() {
        let mut latin = fetched("<rss><channel><item><title>Caf_</title></item></channel></rss>");
        latin.bytes.iter_mut().filter(|byte| **byte == b'_').for_each(|byte| *byte = 0xe9);
        let odd = fetched("<rss><channel><item><title>A & B</title></item></channel></rss>");
        for fetched in [latin, odd, fetched(r#"[{"title":"One"},{"title":"Two",}]"#)] {
            assert_eq!(read(fetched, Limits::default()).expect("a feed").etag.as_deref(), Some("\"1\""));
        }
        let cut = read(fetched(r#"[{"title":"One"},{"title":"Tw"#), Limits::default()).expect("a feed");
        assert_eq!((cut.releases.len(), cut.etag), (1, None));
    }

    #[test]
    fn what_is_no_feed_says_so() {
        for (text, told) in [("", "is empty"), ("<!doctype html><title>Log in</title>", "is no feed: found a web page")]
        {
            let reason = read(fetched(text), Limits::default()).expect_err("no feed");
            assert!(reason.as_str().starts_with(told), "{reason}");
        }
    }
}
