//! One look at a source, or at the page behind a release: fetched and read, and nothing kept.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::thread;
use std::time::Duration;

use url::Url;

use super::Engine;
use crate::catalog::{NameOutcome, Names};
use crate::feed::{self, Budget, Sink, StopReason};
use crate::library::{Origin, Subscription};
use crate::net::fetch::{Accept, Answer, FetchError, Fetched, Request, Share, Visit};
use crate::net::{discover, full_text};
use crate::release::{Cause, Problem, Release, Span};
use crate::text::{Clean, CleanBuf};

/// The rest after a feed is gone for good: somebody may yet bring it back.
const GONE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Bytes that the releases of one feed may take in memory until they are stored.
const LARGEST: usize = 192 << 20;

/// What a look at a source gave.
pub enum PollResult {
    /// A feed.
    Read { opening: Opening, moved: Option<String> },
    /// What it was before.
    Unchanged { etag: Option<String>, modified: Option<String>, moved: Option<String>, origin: Origin },
    /// Nothing: why, how long the server asked not to be asked, and how long it is let be at least.
    Failed { reason: CleanBuf, pause: Option<Duration>, rest: Option<Duration> },
    /// It was not asked at all, since nothing is fetched at present or its host is in a pause.
    Unasked(CleanBuf),
    /// It was called off.
    Cancelled,
}

/// A feed that was read.
#[derive(Debug)]
pub struct Opening {
    /// What it calls itself.
    pub title: CleanBuf,
    /// Its releases in its order, none of which comes twice.
    pub releases: Vec<Release>,
    /// What to tell the server next time.
    pub etag: Option<String>,
    /// As `etag`.
    pub modified: Option<String>,
    /// Where it came from.
    pub origin: Origin,
    /// Its part of the memory for what was fetched, as long as the releases are there.
    _share: Option<Share>,
}

/// Why nothing was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// It was called off.
    Cancelled,
    /// Something else, to be read behind the feed's name.
    Because(CleanBuf),
}

/// Looks at a source. `visit` is how its host let us in, if it was asked.
pub fn poll(engine: &Engine, source: &Subscription, visit: Option<Visit>) -> PollResult {
    let request = Request {
        address: source.address.as_str(),
        etag: source.etag.as_deref(),
        modified: source.modified.as_deref(),
        origin: source.origin.as_deref(),
        accept: Accept::Feed,
        // A name of the internet that leads into this network by now was made to.
        is_guarded: source.is_public == Some(true),
    };
    match engine.fetcher().fetch_on(visit, &request, engine.cancel(), &mut |_| {}) {
        Ok(Answer::Unchanged { etag, modified, moved, address, is_public }) => {
            PollResult::Unchanged { etag, modified, moved, origin: Origin { address, is_public } }
        }
        Ok(Answer::Body(fetched)) => {
            let moved = fetched.moved.clone();
            match read(engine, fetched) {
                Ok(opening) => PollResult::Read { opening, moved },
                Err(Unread::Cancelled) => PollResult::Cancelled,
                Err(Unread::Because(reason)) => PollResult::Failed { reason, pause: None, rest: None },
            }
        }
        Err(FetchError::Cancelled) => PollResult::Cancelled,
        Err(fault @ (FetchError::Offline | FetchError::Paused { .. })) => {
            PollResult::Unasked(CleanBuf::line(&fault.to_string()))
        }
        Err(fault) => PollResult::Failed {
            reason: CleanBuf::line(&fault.to_string()),
            pause: fault.retry_after(),
            rest: fault.is_gone().then_some(GONE),
        },
    }
}

/// Reads what was fetched as a feed. What was read of it is let go of meanwhile.
///
/// # Errors
/// Why it is none, or why it was not read to its end.
pub fn read(engine: &Engine, fetched: Fetched) -> Result<Opening, Unread> {
    if !fetched.bytes.has_share() {
        return read_here(engine, fetched);
    }
    // The allocator keeps for each thread what it once needed, and gives it to the next one that is started: were large
    // feeds read by the threads that fetch them, each of those would keep as much as the largest feed took.
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("read".to_owned());
        match builder.spawn_scoped(scope, || read_here(engine, fetched)) {
            Ok(reading) => reading.join().unwrap_or_else(|payload| resume_unwind(payload)),
            Err(error) => Err(Unread::Because(CleanBuf::line(&format!("cannot be read: {error}")))),
        }
    })
}

/// As [`read`], on this thread.
fn read_here(engine: &Engine, mut fetched: Fetched) -> Result<Opening, Unread> {
    let cancel = || engine.is_over();
    let mut reader = Reader {
        budget: Budget::new(engine.time, &cancel),
        names: Names::default(),
        releases: Vec::new(),
        bytes: 0,
        title: CleanBuf::default(),
        base: Url::parse(&fetched.address).ok(),
        label: fetched.label().map(str::to_owned),
        is_broken: false,
        cut: None,
    };
    let name = CleanBuf::line(&fetched.address);
    let read = feed::read_within(name.as_clean(), &mut fetched.bytes, engine.limits, &mut reader);
    match reader.budget.stop_reason() {
        Some(StopReason::Cancelled) => return Err(Unread::Cancelled),
        Some(StopReason::Spent) => {
            let seconds = engine.time.as_secs_f64();
            let reason = format!("cannot be read within {seconds} s of processor time; nothing of it was kept");
            return Err(Unread::Because(CleanBuf::line(&reason)));
        }
        None if reader.bytes > LARGEST => {
            let reason = format!("holds more than {} releases; nothing of it was kept", reader.releases.len());
            return Err(Unread::Because(CleanBuf::line(&reason)));
        }
        None => {}
    }
    read.map_err(|refusal| Unread::Because(CleanBuf::line(&refusal.to_string())))?;
    // A feed that is cut off may be whole at the next look: the server is not told that it is known.
    let (etag, modified) = if reader.is_broken { (None, None) } else { (fetched.etag, fetched.modified) };
    Ok(Opening {
        title: reader.title,
        releases: reader.releases,
        etag,
        modified,
        origin: Origin { address: fetched.address, is_public: fetched.is_public },
        _share: fetched.bytes.take_share(),
    })
}

/// Fetches the page behind a release and finds what there is to read on it: a release with a body and links alone.
///
/// # Errors
/// Why there is nothing, to be read behind its address.
pub fn fetch_page(engine: &Engine, address: &str, is_guarded: bool) -> Result<Release, CleanBuf> {
    fetch_page_on(engine, address, is_guarded, None)
}

/// As [`fetch_page`], where its host let us in.
pub(in crate::runtime) fn fetch_page_on(
    engine: &Engine,
    address: &str,
    is_guarded: bool,
    visit: Option<Visit>,
) -> Result<Release, CleanBuf> {
    let request = Request { address, accept: Accept::Page, is_guarded, ..Request::default() };
    let answer = engine.fetcher().fetch_on(visit, &request, engine.cancel(), &mut |_| {});
    let fetched = match answer.map_err(|fault| CleanBuf::line(&fault.to_string()))? {
        Answer::Body(fetched) => fetched,
        Answer::Unchanged { .. } => return Err(CleanBuf::line("answers that nothing has changed")),
    };
    let bytes = fetched.bytes.to_vec();
    if !discover::is_page(&bytes) {
        let media = if fetched.media.is_empty() { "something else" } else { fetched.media.as_str() };
        return Err(CleanBuf::line(&format!("is no web page but {media}")));
    }
    let page = full_text::readable(&bytes, fetched.label(), &fetched.address);
    let page = page.map_err(|refusal| CleanBuf::line(&refusal.to_string()))?;
    // The link tells whose page it is, should another release come to have the name.
    let url = CleanBuf::line(address);
    let (title, body, body_spans, links) = (page.title, page.text, page.spans, page.links);
    Ok(Release { title, body, body_spans, url, links, ..Release::default() })
}

struct Reader<'a> {
    budget: Budget<'a>,
    names: Names,
    releases: Vec<Release>,
    /// What the releases take in memory.
    bytes: usize,
    title: CleanBuf,
    base: Option<Url>,
    /// The character set that the server named.
    label: Option<String>,
    is_broken: bool,
    /// The item in which it ends too early.
    cut: Option<u64>,
}

impl Sink for Reader<'_> {
    fn title(&mut self, title: Clean<'_>) {
        self.title = title.to_buf();
    }

    fn release(&mut self, item: u64, release: &Release) {
        // Half of a release may have another name, and would stay beside the whole one.
        if self.cut == Some(item) {
            return;
        }
        let releases = &self.releases;
        // The library tells apart what shares a name.
        if self.names.name(release.into(), |number| (&releases[number as usize]).into()) != NameOutcome::Repeated {
            self.bytes += memory_of(release);
            self.releases.push(release.clone());
        }
    }

    fn problem(&mut self, problem: Problem) {
        if problem.cause == Cause::Trailing {
            tracing::warn!("{problem}");
        }
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
        self.label.as_deref()
    }

    fn is_over(&mut self) -> bool {
        self.bytes > LARGEST || self.budget.is_over()
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        if self.is_over() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// About how many bytes a release takes in memory.
fn memory_of(release: &Release) -> usize {
    let Release { id, title, summary, body, place, author, url, topics, links, .. } = release;
    let text = |text: &CleanBuf| text.as_str().len();
    let texts: usize = [id, title, summary, body, place, author, url].into_iter().chain(topics).map(text).sum();
    let links: usize =
        links.iter().map(|link| size_of_val(link) + text(&link.label) + text(&link.address) + text(&link.media)).sum();
    let spans = release.summary_spans.len() + release.body_spans.len();
    size_of_val(release) + texts + links + size_of_val(topics.as_slice()) + spans * size_of::<Span>()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::feed::Limits;
    use crate::library::LibraryPath;
    use crate::net::fetch::Fetcher;

    fn engine() -> Engine {
        Engine::new(LibraryPath::of_file("/nowhere/library.db".as_ref()), Fetcher::offline(), Limits::default())
    }

    fn read(fetched: Fetched) -> Result<Opening, CleanBuf> {
        super::read(&engine(), fetched).map_err(|unread| match unread {
            Unread::Because(reason) => reason,
            Unread::Cancelled => panic!("nobody called it off"),
        })
    }

    fn fetched(text: &str) -> Fetched {
        Fetched {
            bytes: text.as_bytes().into(),
            etag: Some("\"1\"".to_owned()),
            modified: None,
            media: CleanBuf::default(),
            charset: CleanBuf::default(),
            address: "https://a.invalid/news/feed.xml".to_owned(),
            is_public: true,
            moved: None,
            has_junk: false,
        }
    }

    #[test]
    fn relative_links_are_resolved_to_where_the_feed_came_from() {
        let rss = "<rss><channel><title>T</title><item><title>One</title><link>../1.html</link></item></channel></rss>";
        let opening = read(fetched(rss)).expect("a feed");
        assert_eq!((opening.title.as_str(), opening.etag.as_deref()), ("T", Some("\"1\"")));
        assert_eq!(opening.releases[0].url.as_str(), "https://a.invalid/1.html");
        let json = r#"{"items":[{"title":"One","url":"2.html"}]}"#;
        let opening = read(fetched(json)).expect("a feed");
        assert_eq!(opening.releases[0].url.as_str(), "https://a.invalid/news/2.html");
    }

    #[test]
    fn the_character_set_that_the_server_names_is_used() {
        let rss = "<rss><channel><item><title>Новости</title></item></channel></rss>";
        let bytes = encoding_rs::WINDOWS_1251.encode(rss).0.into_owned();
        let told = Fetched { bytes: bytes.as_slice().into(), charset: CleanBuf::line("windows-1251"), ..fetched("") };
        assert_eq!(read(told).expect("a feed").releases[0].title.as_str(), "Новости");
    }

    #[test]
    fn a_feed_that_is_cut_off_is_read_and_asked_for_again() {
        let rss = "<rss><channel><item><title>One</title></item><item><title>Tw";
        let opening = read(fetched(rss)).expect("a feed");
        let titles: Vec<&str> = opening.releases.iter().map(|release| release.title.as_str()).collect();
        assert_eq!((titles, opening.etag), (vec!["One"], None));
    }

    #[test]
    fn a_feed_with_a_fault_that_stays_is_known_to_its_server() {
        let bytes = &b"<rss><channel><item><title>Caf\xe9</title></item></channel></rss>"[..];
        let latin = Fetched { bytes: bytes.into(), ..fetched("") };
        let odd = fetched("<rss><channel><item><title>A & B</title></item></channel></rss>");
        for fetched in [latin, odd, fetched(r#"[{"title":"One"},{"title":"Two",}]"#)] {
            assert_eq!(read(fetched).expect("a feed").etag.as_deref(), Some("\"1\""));
        }
        let cut = read(fetched(r#"[{"title":"One"},{"title":"Tw"#)).expect("a feed");
        assert_eq!((cut.releases.len(), cut.etag), (1, None));
    }

    #[test]
    fn what_is_no_feed_says_so() {
        for (text, told) in
            [("", "is empty"), ("<!doctype html><title>Log in</title>", "is not a feed: found a web page")]
        {
            let reason = read(fetched(text)).expect_err("no feed");
            assert!(reason.as_str().starts_with(told), "{reason}");
        }
    }

    #[test]
    fn an_item_that_comes_twice_is_one_release_and_one_that_leads_elsewhere_another() {
        let item =
            |id: &str, link: &str| format!("<item><guid>{id}</guid><title>{id}</title><link>{link}</link></item>");
        let items = [item("7", "http://a.invalid/1"), item("7", "http://a.invalid/1"), item("7", "http://a.invalid/2")];
        let rss = format!("<rss><channel>{}</channel></rss>", items.concat());
        let releases = read(fetched(&rss)).expect("a feed").releases;
        let links: Vec<&str> = releases.iter().map(|one| one.url.as_str()).collect();
        assert_eq!(links, ["http://a.invalid/1", "http://a.invalid/2"]);
    }

    /// A feed of many items, none of which is large.
    fn many() -> String {
        format!("[{}]", "{\"title\":\"a <b>b</b> c\",\"id\":\"1\"},".repeat(1_000_000))
    }

    #[test]
    fn a_feed_that_takes_more_than_its_time_is_given_up() {
        let engine = Engine { time: Duration::from_millis(20), ..engine() };
        let start = Instant::now();
        let reason = super::read(&engine, fetched(&many())).expect_err("too long");
        let told = "cannot be read within 0.02 s of processor time; nothing of it was kept";
        assert_eq!(reason, Unread::Because(CleanBuf::line(told)));
        assert!(start.elapsed() < Duration::from_secs(30), "it took {:?}", start.elapsed());
    }

    #[test]
    fn reading_ends_where_it_is_called_off() {
        let engine = engine();
        let calls_off = engine.clone();
        let fetched = fetched(&many());
        let off = std::thread::spawn(move || calls_off.call_off());
        assert_eq!(super::read(&engine, fetched).expect_err("called off"), Unread::Cancelled);
        off.join().expect("no panic");
    }

    #[test]
    fn more_releases_than_memory_may_hold_are_refused() {
        let each = memory_of(&Release { title: CleanBuf::line("1234567"), ..Release::default() });
        let items: Vec<String> = (0..=LARGEST / each).map(|n| format!("{{\"title\":\"{n:07}\"}}")).collect();
        let reason = read(fetched(&items.join("\n"))).expect_err("too many");
        assert!(reason.as_str().starts_with("holds more than "), "{reason}");
    }
}
