//! Subscribes to the feed at an address, or to the feed that the page there links to, or to the page itself if it lists
//! releases.

use url::Url;

use super::headers::headers;
use super::poll::{ParsedFeed, ReadError, accept_for, read};
use super::sitemaps::{Asker, read_newest};
use super::trial::shown;
use super::{Engine, now};
use crate::feed::listing::ListingReport;
use crate::feed::opml::OpmlEntry;
use crate::feed::{Proposal, Rules};
use crate::library::{self, Checked, Library, Origin, Outcome, SourceId, feed_key};
use crate::net::address::{is_bare, meant, with_http};
use crate::net::discover::{self, Offered};
use crate::net::fetch::{Answer, FetchError, Fetched, Request, Visit, is_private, may_share_secrets};
use crate::text::CleanBuf;

/// The outcome of a request to subscribe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscribeOutcome {
    /// Subscribed: the feed's name, the number of its releases, and the topics that are derived for them.
    Added(CleanBuf, usize, Option<Box<Proposal>>),
    /// Subscribed to the web page itself: its name, how its releases were found, and the topics that are derived for them.
    AddedPage(CleanBuf, Box<ListingReport>, Option<Box<Proposal>>),
    /// Already subscribed, under this name.
    Known(CleanBuf),
    /// A page with several feeds: name and address of each.
    Offered(Vec<(CleanBuf, CleanBuf)>),
    /// A page that lists releases, if the user is to choose: the feeds that it names, and what it lists.
    Choice(Vec<(CleanBuf, CleanBuf)>, Box<PagePreview>),
    /// Subscribed without fetching, because the fetcher is offline.
    NotFetched(CleanBuf),
    /// The address was typed without a scheme, and the server does not answer to https: why, and the address with http,
    /// which the user has to ask for.
    NoHttps(CleanBuf, CleanBuf),
}

/// What a page lists, before it is subscribed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePreview {
    /// Its address.
    pub address: CleanBuf,
    /// Its title.
    pub title: CleanBuf,
    /// How the releases were found.
    pub report: ListingReport,
    /// The day and the title of the first releases.
    pub releases: Vec<(CleanBuf, CleanBuf)>,
    /// How to read it.
    pub rules: Rules,
}

impl PagePreview {
    /// The number of releases that are shown.
    const SHOWN: usize = 50;

    fn of(address: &str, rules: Rules, feed: &ParsedFeed) -> Option<Self> {
        Some(Self {
            address: CleanBuf::line(address),
            title: feed.title.clone(),
            report: feed.listing.as_deref()?.clone(),
            releases: feed.releases.iter().take(Self::SHOWN).map(shown).collect(),
            rules,
        })
    }
}

/// How to subscribe to a feed.
#[derive(Debug, Clone, Copy, Default)]
pub struct ToSubscribe<'a> {
    /// Whether the user typed no scheme, so that https is a guess.
    pub is_guess: bool,
    /// A name; empty keeps the feed's own.
    pub title: &'a str,
    /// The folder, outermost name first.
    pub folder: &'a [CleanBuf],
    /// A command that prints request headers.
    pub header_command: Option<&'a str>,
    /// How to read the feed, if the user says so.
    pub rules: Option<&'a Rules>,
    /// Whether a page that lists releases is shown first, for the user to choose.
    pub asks_first: bool,
}

/// Subscribes to the feed at an address, or to the one that the page there links to, or to a page that links to none and
/// lists releases. Nothing is stored, and no library created, before the feed or the page was read.
///
/// # Errors
/// Why subscribing failed, to be shown after the address and a colon.
pub fn subscribe(
    engine: &Engine,
    address: &str,
    title: &str,
    folder: &[CleanBuf],
    header_command: Option<&str>,
) -> Result<SubscribeOutcome, CleanBuf> {
    subscribe_typed(engine, address, &ToSubscribe { title, folder, header_command, ..ToSubscribe::default() })
}

/// Like [`subscribe`], with more to say about the feed. Whether the scheme is a guess follows from the address.
///
/// # Errors
/// Like [`subscribe`].
pub fn subscribe_typed(engine: &Engine, address: &str, feed: &ToSubscribe<'_>) -> Result<SubscribeOutcome, CleanBuf> {
    let feed = ToSubscribe { is_guess: is_bare(address), ..*feed };
    subscribe_with(engine, &with_scheme(address), &feed, None)
}

/// Like [`subscribe`], for an address with a scheme, and with a slot already taken at the host. If the scheme `is_guess`,
/// http is tried after https on this machine and at private addresses, and offered elsewhere.
///
/// # Errors
/// Like [`subscribe`].
pub fn subscribe_with(
    engine: &Engine,
    address: &str,
    feed: &ToSubscribe<'_>,
    visit: Option<Visit>,
) -> Result<SubscribeOutcome, CleanBuf> {
    let &ToSubscribe { is_guess, title, folder, header_command, asks_first, .. } = feed;
    let headers = match header_command {
        Some(command) if !engine.fetcher().is_offline() => {
            headers(command, engine.cancellation()).map_err(|error| CleanBuf::line(&error.to_string()))?
        }
        _ => Vec::new(),
    };
    let address = address.to_owned();
    let library = Library::open(&engine.place).map_err(|error| cannot_save(&error))?;
    if let Some(library) = &library {
        // If the pauses cannot be read, as in a library of another version, subscribing continues without them.
        let _ = engine.load_pauses(library);
    }
    let known = known(library.as_ref(), &address).map_err(|error| cannot_save(&error))?;
    // What is not given stays as it is.
    let rules = feed.rules.map(|rules| known.as_ref().map_or(rules.clone(), |known| rules.changing(&known.rules)));
    let rules = rules.as_ref();
    let (wanted, given) = (Wanted { rules, asks_first }, Given { header_command, rules });
    if let Some(known) = known.filter(|known| !known.takes_password_of(&address) && !given.changes_rules_of(known)) {
        return Ok(SubscribeOutcome::Known(known.name()));
    }
    let mut asked = address.clone();
    let mut found = find(engine, address.clone(), &headers, wanted, library.as_ref(), visit);
    if let Err(NotFound::NoHttps(reason)) = &found
        && let Some(http) = with_http(&address).filter(|_| is_guess)
    {
        if !is_private(&http) {
            save_pauses(engine);
            return Ok(SubscribeOutcome::NoHttps(reason.clone(), CleanBuf::line(&http)));
        }
        asked.clone_from(&http);
        found = find(engine, http, &headers, wanted, library.as_ref(), None);
    }
    drop(library);
    let subscription = |address: &str| OpmlEntry {
        title: CleanBuf::line(title),
        address: CleanBuf::line(address),
        site: CleanBuf::default(),
        categories: folder.to_vec(),
    };
    let stored = match found {
        Ok(Found::Feed { address, feed, rules }) => {
            // Each later request would send the headers to the host of the feed.
            let own = header_command.filter(|_| may_share_secrets(&asked, &address));
            store(engine, &subscription(&address), &feed, Given { header_command: own, rules: Some(&rules) })
        }
        Ok(Found::Known(name)) => return Ok(SubscribeOutcome::Known(name)),
        Ok(Found::Several(feeds)) => return Ok(SubscribeOutcome::Offered(feeds)),
        Ok(Found::Choice(feeds, page)) => return Ok(SubscribeOutcome::Choice(feeds, page)),
        Err(NotFound::Offline) => Library::create(&engine.place).and_then(|mut library| {
            let ids = library.subscribe(&[subscription(&address)])?;
            given.save(&mut library, &ids, None)?;
            Ok(SubscribeOutcome::NotFetched(known_name(&library, &address)))
        }),
        Err(NotFound::Failed(reason) | NotFound::NoHttps(reason)) => {
            save_pauses(engine);
            return Err(reason);
        }
    };
    stored.map_err(|error| cannot_save(&error))
}

/// What was found at an address.
enum Found {
    /// A feed or a page that lists releases, its address, and how to read it.
    Feed { address: String, feed: Box<ParsedFeed>, rules: Rules },
    /// A page with a feed that is already subscribed.
    Known(CleanBuf),
    /// A page with several feeds.
    Several(Vec<(CleanBuf, CleanBuf)>),
    /// A page that lists releases, and the feeds that it names.
    Choice(Vec<(CleanBuf, CleanBuf)>, Box<PagePreview>),
}

/// What the user said about an address.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    rules: Option<&'a Rules>,
    asks_first: bool,
}

/// Why nothing was found.
enum NotFound {
    Offline,
    /// The server at the first address may not offer https.
    NoHttps(CleanBuf),
    Failed(CleanBuf),
}

impl From<&str> for NotFound {
    fn from(reason: &str) -> Self {
        Self::Failed(CleanBuf::line(reason))
    }
}

impl From<FetchError> for NotFound {
    fn from(error: FetchError) -> Self {
        if error == FetchError::Offline { Self::Offline } else { error.to_string().as_str().into() }
    }
}

impl From<ReadError> for NotFound {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Cancelled => FetchError::Cancelled.into(),
            ReadError::NotAListing(reason) | ReadError::Failed(reason) => Self::Failed(reason),
        }
    }
}

/// Finds the feed at an address, or the one that the page there links to. If it links to none, or the rules say so, the
/// page is read itself.
fn find(
    engine: &Engine,
    address: String,
    headers: &[(String, String)],
    wanted: Wanted<'_>,
    library: Option<&Library>,
    visit: Option<Visit>,
) -> Result<Found, NotFound> {
    let mut has_answered = false;
    let mut rules = wanted.rules.cloned().unwrap_or_default();
    let is_guarded = engine.is_guarded_offer(&address);
    let request = Request { address: &address, headers, is_guarded, accept: accept_for(&rules), ..Request::default() };
    let fetched = fetch(engine, &request, visit, &mut || has_answered = true);
    let mut fetched = fetched.map_err(|error| match error {
        // Not if a redirect led to another server.
        error if !has_answered && error.may_lack_https() => NotFound::NoHttps(CleanBuf::line(&error.to_string())),
        error => error.into(),
    })?;
    let asked = address.clone();
    let mut feed = fetched.moved.clone().unwrap_or(address);
    let is_page = discover::is_page(fetched.bytes.head());
    let wants_page = rules.page;
    rules.page = is_page && wants_page || discover::is_sitemap(fetched.bytes.head());
    if is_page && !wants_page {
        let offered = offers_of(&fetched);
        let [only] = offered.as_slice() else {
            return several(engine, feed, fetched, &offered, wanted);
        };
        feed.clone_from(&only.address);
        if let Ok(Some(known)) = known(library, &feed) {
            return Ok(Found::Known(known.name()));
        }
        // A feed of a public page must not be in a private network. That includes a feed on the page's own host:
        // its name may resolve to another address by now.
        let is_elsewhere = !is_private(&fetched.address) && host(&feed) != host(&fetched.address);
        let is_guarded = fetched.is_public || is_elsewhere;
        if wanted.asks_first {
            guard(engine, &fetched, &offered);
            let page = asked_page(engine, fetched, &asked, &rules);
            if let Some(page) = page? {
                return Ok(Found::Choice(names_of(&offered), page));
            }
        } else {
            // Frees its memory before fetching more.
            drop(fetched);
        }
        // The headers are for the address that the user typed, and its host alone.
        let own = if may_share_secrets(&asked, &feed) { headers } else { &[] };
        let request = Request { address: &feed, headers: own, is_guarded, ..Request::default() };
        fetched = fetch(engine, &request, None, &mut || {})
            .map_err(|error| format!("links to the feed {feed}: {error}; --page follows the page itself"))
            .map_err(|reason| NotFound::from(reason.as_str()))?;
    }
    if !rules.page && !rules.select.is_empty() {
        return Err("a feed, not a web page; --select is for web pages".into());
    }
    let read = read_newest(engine, fetched, &rules, Asker { address: &asked, headers })?;
    let preview = PagePreview::of(&feed, rules.clone(), &read).filter(|_| wanted.asks_first);
    Ok(match preview {
        Some(preview) => Found::Choice(Vec::new(), Box::new(preview)),
        None => Found::Feed { address: feed, feed: Box::new(read), rules },
    })
}

/// Returns the feeds that a page offers: those that it declares, or else those that it links to.
fn offers_of(page: &Fetched) -> Vec<Offered> {
    let mut offered = discover::feeds_of(&page.bytes.to_vec(), page.label(), &page.address);
    if offered.iter().any(|one| one.is_declared) {
        offered.retain(|one| one.is_declared);
    }
    if !is_private(&page.address) {
        offered.retain(|one| !is_private(&one.address));
    }
    offered
}

/// Guards the offers of a public page.
fn guard(engine: &Engine, page: &Fetched, offered: &[Offered]) {
    if page.is_public || !is_private(&page.address) {
        engine.guard_offers(offered.iter().map(|one| one.address.as_str()));
    }
}

fn names_of(offered: &[Offered]) -> Vec<(CleanBuf, CleanBuf)> {
    offered.iter().map(|one| (one.title.clone(), CleanBuf::line(&one.address))).collect()
}

/// Reads a page that offers no feed, or offers those of a page with several.
fn several(
    engine: &Engine,
    address: String,
    page: Fetched,
    offered: &[Offered],
    wanted: Wanted<'_>,
) -> Result<Found, NotFound> {
    let mut rules = wanted.rules.cloned().unwrap_or_default();
    if !offered.is_empty() {
        guard(engine, &page, offered);
        let preview = if wanted.asks_first { asked_page(engine, page, &address, &rules)? } else { None };
        let names = names_of(offered);
        return Ok(match preview {
            Some(preview) => Found::Choice(names, preview),
            None => Found::Several(names),
        });
    }
    rules.page = true;
    let read = read(engine, page, &rules).map_err(|unread| match unread {
        ReadError::NotAListing(reason) => NotFound::from(format!("web page without a feed, and {reason}").as_str()),
        unread => unread.into(),
    })?;
    let preview = PagePreview::of(&address, rules.clone(), &read).filter(|_| wanted.asks_first);
    Ok(match preview {
        Some(preview) => Found::Choice(Vec::new(), Box::new(preview)),
        None => Found::Feed { address, feed: Box::new(read), rules },
    })
}

/// Reads a page that names feeds. Returns `None` if it lists no releases.
fn asked_page(
    engine: &Engine,
    page: Fetched,
    address: &str,
    rules: &Rules,
) -> Result<Option<Box<PagePreview>>, NotFound> {
    let rules = Rules { page: true, ..rules.clone() };
    match read(engine, page, &rules) {
        Ok(read) => Ok(PagePreview::of(address, rules, &read).map(Box::new)),
        Err(ReadError::Cancelled) => Err(ReadError::Cancelled.into()),
        Err(_) => Ok(None),
    }
}

/// Subscribes to a feed that was read.
fn store(
    engine: &Engine,
    subscription: &OpmlEntry,
    feed: &ParsedFeed,
    given: Given<'_>,
) -> Result<SubscribeOutcome, library::LibraryError> {
    let mut library = Library::create(&engine.place)?;
    let address = subscription.address.as_str();
    let before = known(Some(&library), address)?;
    let mut ids = library.subscribe(std::slice::from_ref(subscription))?;
    if let Some(source) = &before {
        if source.takes_password_of(address) {
            library.readdress(source.id, address)?;
            ids.push(source.id);
        } else if given.changes_rules_of(source) {
            ids.push(source.id);
        }
    }
    given.save(&mut library, &ids, before.as_ref())?;
    let name = |library: &Library| known_name(library, address);
    if ids.is_empty() {
        // The redirect leads to a feed that is already subscribed.
        return Ok(SubscribeOutcome::Known(name(&library)));
    }
    let ParsedFeed { title, etag, modified, .. } = feed;
    let outcome = Outcome::Read { etag: etag.clone(), modified: modified.clone(), title: title.clone() };
    let origin: Origin = feed.origin.clone();
    let checked = Checked { at: now(), outcome, moved: None, address: None, origin: Some(origin) };
    let mut topics = None;
    for id in ids {
        library.apply(id, &checked, &feed.releases)?;
        topics = library.learn_topics(id)?.map(Box::new);
    }
    let name = name(&library);
    Ok(match &feed.listing {
        Some(report) => SubscribeOutcome::AddedPage(name, report.clone(), topics),
        None => SubscribeOutcome::Added(name, feed.releases.len(), topics),
    })
}

/// What the user gave with an address.
#[derive(Clone, Copy)]
struct Given<'a> {
    header_command: Option<&'a str>,
    rules: Option<&'a Rules>,
}

impl Given<'_> {
    /// Whether a subscription is to be read in another way from now on.
    fn changes_rules_of(&self, source: &library::Subscription) -> bool {
        self.rules.is_some_and(|rules| !rules.is_empty() && rules.changing(&source.rules).stored() != source.rules)
    }

    /// Stores it with subscriptions: new ones, or one that is known.
    fn save(
        &self,
        library: &mut Library,
        ids: &[SourceId],
        known: Option<&library::Subscription>,
    ) -> Result<(), library::LibraryError> {
        for &id in ids {
            if let Some(command) = self.header_command {
                library.set_header_command(id, Some(command))?;
            }
            if let Some(rules) = self.rules.filter(|rules| !rules.is_empty()) {
                let rules = known.map_or(rules.clone(), |known| rules.changing(&known.rules));
                library.set_rules(id, &rules.stored())?;
            }
        }
        Ok(())
    }
}

/// Stores the pauses that hosts asked for, if there is a library. If that fails, they last for this run only.
fn save_pauses(engine: &Engine) {
    let pauses = engine.pauses();
    if !pauses.is_empty()
        && let Ok(Some(mut library)) = Library::open(&engine.place)
    {
        let _ = library.keep_pauses(&pauses, now());
    }
}

fn cannot_save(error: &library::LibraryError) -> CleanBuf {
    CleanBuf::line(&format!("cannot save: {error}"))
}

/// Adds the scheme to a typed address. An invalid address is passed on, and the fetcher reports what is wrong with it.
fn with_scheme(typed: &str) -> String {
    let typed = typed.trim();
    let as_typed = |_| if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    meant(typed).map_or_else(as_typed, String::from)
}

/// Fetches a typed address, or, if guarded, one found on a public page, which must not be private. Calls `answered` once a
/// server has answered.
fn fetch(
    engine: &Engine,
    request: &Request<'_>,
    visit: Option<Visit>,
    answered: &mut dyn FnMut(),
) -> Result<Fetched, FetchError> {
    match engine.fetcher().fetch_on(visit, request, engine.cancellation(), &mut |_| answered())? {
        Answer::Body(fetched) => Ok(fetched),
        Answer::Unchanged { .. } => Err(FetchError::Address("not modified, though nothing was stored")),
    }
}

/// A page of the private network may link to a feed on its own host.
fn host(address: &str) -> Option<String> {
    Url::parse(address).ok()?.host_str().map(str::to_owned)
}

/// The subscription that has this address and is polled; one that is followed through accounts alone becomes such a one.
fn known(library: Option<&Library>, address: &str) -> Result<Option<library::Subscription>, library::LibraryError> {
    let Some(library) = library else { return Ok(None) };
    let key = feed_key(address);
    let is_it = |source: &library::Subscription| source.key == key || feed_key(source.address.as_str()) == key;
    Ok(library.sources()?.into_iter().filter(|source| source.is_direct).find(is_it))
}

fn known_name(library: &Library, address: &str) -> CleanBuf {
    let known = known(Some(library), address).ok().flatten();
    known.map_or_else(|| CleanBuf::line(address), |source| source.name())
}
