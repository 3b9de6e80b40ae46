//! Polls a source and parses its feed, without storing anything.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::thread;
use std::time::Duration;

use url::Url;

use super::Engine;
use super::headers::headers;
use super::sitemaps::{self, Asker, read_newest};
use crate::catalog::{NameOutcome, Names};
use crate::feed::listing::{ListingReport, Method, Part};
use crate::feed::{self, Budget, Raw, Refusal, Rules, Sink, StopReason};
use crate::library::{Origin, PlannedSitemap, Subscription};
use crate::net::fetch::{Accept, Answer, FetchError, Fetched, Request, Share, Visit};
use crate::release::{Cause, Problem, Release, Span};
use crate::text::{Clean, CleanBuf, system_error};

/// How long a removed feed (410) rests; it may still come back.
const GONE_REST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The result of polling a source.
pub enum PollResult {
    /// A feed.
    Read { feed: ParsedFeed, moved: Option<String> },
    /// The feed is unchanged.
    Unchanged { etag: Option<String>, modified: Option<String>, moved: Option<String>, origin: Origin },
    /// The poll failed: the reason, the server's requested pause, and the minimum rest.
    Failed { reason: CleanBuf, pause: Option<Duration>, rest: Option<Duration> },
    /// Not polled, because the fetcher is offline or the host is in a pause.
    NotPolled(CleanBuf),
    /// The poll was cancelled.
    Cancelled,
}

impl PollResult {
    /// The number of releases.
    pub fn len(&self) -> usize {
        if let Self::Read { feed, .. } = self { feed.releases.len() } else { 0 }
    }
}

/// A parsed feed.
#[derive(Debug)]
pub struct ParsedFeed {
    /// Its own title.
    pub title: CleanBuf,
    /// Its releases in feed order, without repetitions.
    pub releases: Vec<Release>,
    /// The `ETag` to send with the next poll.
    pub etag: Option<String>,
    /// The `Last-Modified` to send with the next poll.
    pub modified: Option<String>,
    /// Where it came from.
    pub origin: Origin,
    /// The page with the releases before these.
    pub older: Option<Url>,
    /// How the releases were found, if it is a web page or a sitemap.
    pub listing: Option<Box<ListingReport>>,
    /// The sitemaps of an index that were not read, newest first.
    pub parts: Vec<PlannedSitemap>,
    /// Its share of the memory for fetched data, held while the releases exist.
    share: Option<Share>,
}

impl ParsedFeed {
    /// Whether it is a sitemap rather than a feed or a page.
    pub fn is_sitemap(&self) -> bool {
        self.listing.as_ref().is_some_and(|report| matches!(report.method, Method::NewsSitemap | Method::Sitemap))
    }

    /// Gives its share of the memory back, if it has no releases.
    pub fn free_share(&mut self) {
        if self.releases.is_empty() {
            self.share = None;
        }
    }

    /// Returns an index of sitemaps with the content of a part, and the parts that are left. Validators of the index
    /// say nothing about the part.
    pub fn with_content_of(self, part: Self, left: Vec<PlannedSitemap>) -> Self {
        let Self { title, origin, .. } = self;
        Self { title, origin, etag: None, modified: None, older: None, parts: left, ..part }
    }
}

/// Why a feed was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// Reading was cancelled.
    Cancelled,
    /// It is a web page that lists no releases: the reason, to be shown in the same way.
    NotAListing(CleanBuf),
    /// Any other reason, to be shown after the feed's name and a colon.
    Failed(CleanBuf),
}

/// Returns the kind of content to request for a source with these rules.
pub fn accept_for(rules: &Rules) -> Accept {
    if rules.page { Accept::Page } else { Accept::Feed }
}

/// Says why a source that was read before was not read now.
pub fn no_longer(unread: &ReadError) -> CleanBuf {
    match unread {
        ReadError::Cancelled => CleanBuf::line(&FetchError::Cancelled.to_string()),
        ReadError::NotAListing(reason) => {
            CleanBuf::line(&format!("no longer a page that lists releases: {reason}; the stored releases stay"))
        }
        ReadError::Failed(reason) => reason.clone(),
    }
}

/// Polls a source. `visit` is the slot already taken at its host, if any.
pub fn poll(engine: &Engine, source: &Subscription, visit: Option<Visit>) -> PollResult {
    let headers = match &source.header_command {
        Some(command) if !engine.fetcher().is_offline() => match headers(command, engine.cancellation()) {
            Ok(headers) => headers,
            Err(error) => {
                return PollResult::Failed { reason: CleanBuf::line(&error.to_string()), pause: None, rest: None };
            }
        },
        _ => Vec::new(),
    };
    let request = Request {
        address: source.address.as_str(),
        etag: source.etag.as_deref(),
        modified: source.modified.as_deref(),
        origin: source.origin.as_deref(),
        accept: accept_for(&source.rules),
        // A public name that now resolves to a private address is a rebinding attack.
        is_guarded: source.is_public == Some(true),
        headers: &headers,
        ..Request::default()
    };
    match engine.fetcher().fetch_on(visit, &request, engine.cancellation(), &mut |_| {}) {
        Ok(Answer::Unchanged { etag, modified, moved, address, is_public }) => {
            PollResult::Unchanged { etag, modified, moved, origin: Origin { address, is_public } }
        }
        Ok(Answer::Body(fetched)) => {
            let moved = fetched.moved.clone();
            let asker = Asker { address: source.address.as_str(), headers: &headers };
            match read_newest(engine, fetched, &source.rules, asker) {
                Ok(feed) => PollResult::Read { feed, moved },
                Err(ReadError::Cancelled) => PollResult::Cancelled,
                Err(unread) => PollResult::Failed { reason: no_longer(&unread), pause: None, rest: None },
            }
        }
        Err(FetchError::Cancelled) => PollResult::Cancelled,
        Err(error @ (FetchError::Offline | FetchError::Paused { .. })) => {
            PollResult::NotPolled(CleanBuf::line(&error.to_string()))
        }
        Err(error) => PollResult::Failed {
            reason: CleanBuf::line(&error.to_string()),
            pause: error.retry_after(),
            rest: error.is_gone().then_some(GONE_REST),
        },
    }
}

/// Parses a fetched body as a feed, freeing the body as it is read.
///
/// # Errors
/// Why it is not a feed, or was not read to its end.
pub fn read(engine: &Engine, fetched: Fetched, rules: &Rules) -> Result<ParsedFeed, ReadError> {
    if !fetched.bytes.has_share() {
        return read_here(engine, fetched, rules);
    }
    // The allocator keeps memory for each thread and passes it on to later threads: if the fetching threads parsed
    // large feeds, each would keep as much memory as the largest feed took.
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("read".to_owned());
        match builder.spawn_scoped(scope, || read_here(engine, fetched, rules)) {
            Ok(reading) => reading.join().unwrap_or_else(|payload| resume_unwind(payload)),
            Err(error) => Err(ReadError::Failed(CleanBuf::line(&format!("cannot read: {}", system_error(&error))))),
        }
    })
}

/// Like [`read`], on this thread.
fn read_here(engine: &Engine, mut fetched: Fetched, rules: &Rules) -> Result<ParsedFeed, ReadError> {
    let cancel = || engine.is_cancelled();
    let mut reader = Reader {
        budget: Budget::new(engine.time, &cancel),
        names: Names::default(),
        releases: Vec::new(),
        bytes: 0,
        most_bytes: engine.memory,
        title: CleanBuf::default(),
        base: Url::parse(&fetched.address).ok(),
        label: fetched.label().map(str::to_owned),
        is_broken: false,
        cut: None,
        rules: rules.clone(),
        wrong_rule: None,
        older: None,
        listing: None,
        parts: Vec::new(),
    };
    let name = CleanBuf::line(&fetched.address);
    let read = feed::read_within(name.as_clean(), &mut fetched.bytes, engine.limits, &mut reader);
    match reader.budget.stop_reason() {
        Some(StopReason::Cancelled) => return Err(ReadError::Cancelled),
        Some(StopReason::Spent) => {
            let seconds = engine.time.as_secs_f64();
            let reason = format!("parsing took more than {seconds} s of processor time; nothing was saved");
            return Err(ReadError::Failed(CleanBuf::line(&reason)));
        }
        None if reader.is_full() => {
            let reason = format!("more than {} releases; nothing was saved", reader.releases.len());
            return Err(ReadError::Failed(CleanBuf::line(&reason)));
        }
        None => {}
    }
    read.map_err(|refusal| {
        let reason = CleanBuf::line(&refusal.to_string());
        let is_page = rules.page && matches!(refusal, Refusal::NotAListing { .. });
        if is_page { ReadError::NotAListing(reason) } else { ReadError::Failed(reason) }
    })?;
    if let Some(reason) = reader.wrong_rule {
        return Err(ReadError::Failed(reason));
    }
    // A truncated feed may be complete at the next poll, so its validators are dropped.
    let (etag, modified) = if reader.is_broken { (None, None) } else { (fetched.etag, fetched.modified) };
    let origin = Origin { address: fetched.address, is_public: fetched.is_public };
    Ok(ParsedFeed {
        title: reader.title,
        releases: reader.releases,
        etag,
        modified,
        older: reader.older,
        listing: reader.listing.map(Box::new),
        parts: sitemaps::plan(reader.parts.into_iter().map(|part| part.address), &origin, 1),
        origin,
        share: fetched.bytes.take_share(),
    })
}

struct Reader<'a> {
    budget: Budget<'a>,
    names: Names,
    releases: Vec<Release>,
    /// The memory that the releases take.
    bytes: usize,
    /// The memory limit for the releases, in bytes.
    most_bytes: usize,
    title: CleanBuf,
    base: Option<Url>,
    /// The server's charset.
    label: Option<String>,
    is_broken: bool,
    /// The item in which the feed is truncated.
    cut: Option<u64>,
    rules: Rules,
    /// How a rule does not fit the feed.
    wrong_rule: Option<CleanBuf>,
    older: Option<Url>,
    listing: Option<ListingReport>,
    parts: Vec<Part>,
}

impl Reader<'_> {
    /// Whether the releases exceed the memory limit.
    fn is_full(&self) -> bool {
        self.bytes > self.most_bytes
    }
}

impl Sink for Reader<'_> {
    fn title(&mut self, title: Clean<'_>) {
        self.title = title.to_buf();
    }

    fn release(&mut self, item: u64, release: &Release) {
        // Half of a release may get another name, and would stay beside the complete one.
        if self.cut == Some(item) {
            return;
        }
        let releases = &self.releases;
        // The library distinguishes releases that share a name.
        if self.names.name(release.into(), |number| (&releases[number as usize]).into()) != NameOutcome::Repeated {
            self.bytes += memory_of(release);
            self.releases.push(release.clone());
        }
    }

    fn older(&mut self, address: &Url) {
        self.older = Some(address.clone());
    }

    fn raw(&mut self, part: Raw<'_>) {
        if let Raw::Listing(listing) = part {
            self.listing = Some(listing.into());
            self.parts.clone_from(&listing.parts);
        }
    }

    fn problem(&mut self, problem: Problem) {
        if problem.cause == Cause::Trailing {
            tracing::warn!("{problem}");
        }
        // Other problems of a feed persist, so they are no reason to fetch all of it each time.
        self.is_broken |= matches!(problem.cause, Cause::CutOff | Cause::ReadFailed);
        // The problem is reported before the release.
        match problem.cause {
            Cause::CutOff => self.cut = problem.item,
            Cause::Rule => self.wrong_rule = Some(problem.reason),
            _ => {}
        }
    }

    fn base(&self) -> Option<Url> {
        self.base.clone()
    }

    /// Topics are derived whenever stored releases are read, so that the library holds what the publisher says.
    fn rules(&self) -> Rules {
        self.rules.without_topics()
    }

    fn charset(&self) -> Option<&str> {
        self.label.as_deref()
    }

    fn takes_indexes(&self) -> bool {
        true
    }

    /// A page in place of a feed is an error of the server, not the feed.
    fn is_feed_only(&self) -> bool {
        !self.rules.page
    }

    fn is_over(&mut self) -> bool {
        self.is_full() || self.budget.is_over()
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        if self.is_over() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The approximate memory of a release in bytes.
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

    fn read(fetched: Fetched) -> Result<ParsedFeed, CleanBuf> {
        super::read(&engine(), fetched, &Rules::default()).map_err(|unread| match unread {
            ReadError::Failed(reason) | ReadError::NotAListing(reason) => reason,
            ReadError::Cancelled => panic!("nobody cancelled it"),
        })
    }

    #[test]
    fn more_releases_than_memory_allows_are_refused_early() {
        let items: Vec<String> = (0..1_000).map(|n| format!("<item><title>Release {n}</title></item>")).collect();
        let feed = fetched(&format!("<rss><channel>{}</channel></rss>", items.concat()));
        let engine = Engine { memory: 10_000, ..engine() };
        let Err(ReadError::Failed(reason)) = super::read(&engine, feed, &Rules::default()) else {
            panic!("it was read")
        };
        let reason = reason.as_str();
        let count =
            reason.strip_prefix("more than ").and_then(|rest| rest.strip_suffix(" releases; nothing was saved"));
        let count: usize = count.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("{reason}"));
        assert!((2..100).contains(&count), "{count} releases were kept");
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
    fn relative_links_are_resolved_against_the_final_address() {
        let rss = "<rss><channel><title>T</title><item><title>One</title><link>../1.html</link></item></channel></rss>";
        let feed = read(fetched(rss)).expect("a feed");
        assert_eq!((feed.title.as_str(), feed.etag.as_deref()), ("T", Some("\"1\"")));
        assert_eq!(feed.releases[0].url.as_str(), "https://a.invalid/1.html");
        let json = r#"{"items":[{"title":"One","url":"2.html"}]}"#;
        let feed = read(fetched(json)).expect("a feed");
        assert_eq!(feed.releases[0].url.as_str(), "https://a.invalid/news/2.html");
    }

    #[test]
    fn the_servers_charset_is_used() {
        let rss = "<rss><channel><item><title>Новости</title></item></channel></rss>";
        let bytes = encoding_rs::WINDOWS_1251.encode(rss).0.into_owned();
        let labelled =
            Fetched { bytes: bytes.as_slice().into(), charset: CleanBuf::line("windows-1251"), ..fetched("") };
        assert_eq!(read(labelled).expect("a feed").releases[0].title.as_str(), "Новости");
    }

    #[test]
    fn a_truncated_feed_is_read_and_fetched_again() {
        let rss = "<rss><channel><item><title>One</title></item><item><title>Tw";
        let feed = read(fetched(rss)).expect("a feed");
        let titles: Vec<&str> = feed.releases.iter().map(|release| release.title.as_str()).collect();
        assert_eq!((titles, feed.etag), (vec!["One"], None));
    }

    #[test]
    fn a_feed_with_a_lasting_problem_keeps_its_validators() {
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
    fn a_body_that_is_no_feed_is_refused_with_a_reason() {
        for (text, start) in [("", "empty"), ("<!doctype html><title>Log in</title>", "not a feed: found a web page")] {
            let reason = read(fetched(text)).expect_err("no feed");
            assert!(reason.as_str().starts_with(start), "{reason}");
        }
    }

    #[test]
    fn a_repeated_item_is_one_release_and_one_with_another_link_is_another() {
        let item =
            |id: &str, link: &str| format!("<item><guid>{id}</guid><title>{id}</title><link>{link}</link></item>");
        let items = [item("7", "http://a.invalid/1"), item("7", "http://a.invalid/1"), item("7", "http://a.invalid/2")];
        let rss = format!("<rss><channel>{}</channel></rss>", items.concat());
        let releases = read(fetched(&rss)).expect("a feed").releases;
        let links: Vec<&str> = releases.iter().map(|one| one.url.as_str()).collect();
        assert_eq!(links, ["http://a.invalid/1", "http://a.invalid/2"]);
    }

    /// A feed of many items, all of them small.
    fn many() -> String {
        format!("[{}]", "{\"title\":\"a <b>b</b> c\",\"id\":\"1\"},".repeat(1_000_000))
    }

    #[test]
    fn a_feed_that_exceeds_its_time_is_given_up() {
        let engine = Engine { time: Duration::from_millis(20), ..engine() };
        let start = Instant::now();
        let reason = super::read(&engine, fetched(&many()), &Rules::default()).expect_err("too long");
        let expected = "parsing took more than 0.02 s of processor time; nothing was saved";
        assert_eq!(reason, ReadError::Failed(CleanBuf::line(expected)));
        assert!(start.elapsed() < Duration::from_secs(30), "it took {:?}", start.elapsed());
    }

    #[test]
    fn cancelling_stops_parsing() {
        let engine = engine();
        let canceller = engine.clone();
        let fetched = fetched(&many());
        let thread = std::thread::spawn(move || canceller.cancel());
        assert_eq!(super::read(&engine, fetched, &Rules::default()).expect_err("cancelled"), ReadError::Cancelled);
        thread.join().expect("no panic");
    }
}
