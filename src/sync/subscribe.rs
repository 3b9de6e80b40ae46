//! Subscribes to the feed at an address, or to the feed that the page there links to.

use url::Url;

use super::headers::headers;
use super::poll::{ParsedFeed, ReadError, read};
use super::{Engine, now};
use crate::feed::opml::OpmlEntry;
use crate::library::{self, Checked, Library, Origin, Outcome, SourceId, feed_key};
use crate::net::address::{is_bare, meant, with_http};
use crate::net::discover;
use crate::net::fetch::{Answer, FetchError, Fetched, Request, Visit, is_private, may_share_secrets};
use crate::text::CleanBuf;

/// The outcome of a request to subscribe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscribeOutcome {
    /// Subscribed: the feed's name and the number of its releases.
    Added(CleanBuf, usize),
    /// Already subscribed, under this name.
    Known(CleanBuf),
    /// A page with several feeds: name and address of each.
    Offered(Vec<(CleanBuf, CleanBuf)>),
    /// Subscribed without fetching, because the fetcher is offline.
    NotFetched(CleanBuf),
    /// The address was typed without a scheme, and the server does not answer to https: why, and the address with http,
    /// which the user has to ask for.
    NoHttps(CleanBuf, CleanBuf),
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
}

/// Subscribes to the feed at an address, or to the one that the page there links to. Nothing is stored, and no library
/// created, before the feed was read.
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
    let feed = ToSubscribe { is_guess: is_bare(address), title, folder, header_command };
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
    let &ToSubscribe { is_guess, title, folder, header_command } = feed;
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
    if let Some(known) = known.filter(|known| !known.takes_password_of(&address)) {
        return Ok(SubscribeOutcome::Known(known.name()));
    }
    let mut asked = address.clone();
    let mut found = find(engine, address.clone(), &headers, library.as_ref(), visit);
    if let Err(NotFound::NoHttps(reason)) = &found
        && let Some(http) = with_http(&address).filter(|_| is_guess)
    {
        if !is_private(&http) {
            save_pauses(engine);
            return Ok(SubscribeOutcome::NoHttps(reason.clone(), CleanBuf::line(&http)));
        }
        asked.clone_from(&http);
        found = find(engine, http, &headers, library.as_ref(), None);
    }
    drop(library);
    let subscription = |address: &str| OpmlEntry {
        title: CleanBuf::line(title),
        address: CleanBuf::line(address),
        site: CleanBuf::default(),
        categories: folder.to_vec(),
    };
    let stored = match found {
        Ok(Found::Feed { address, feed }) => {
            // Each later request would send the headers to the host of the feed.
            let own = header_command.filter(|_| may_share_secrets(&asked, &address));
            store(engine, &subscription(&address), &feed, own)
        }
        Ok(Found::Known(name)) => return Ok(SubscribeOutcome::Known(name)),
        Ok(Found::Several(feeds)) => return Ok(SubscribeOutcome::Offered(feeds)),
        Err(NotFound::Offline) => Library::create(&engine.place).and_then(|mut library| {
            let ids = library.subscribe(&[subscription(&address)])?;
            set_header_command(&mut library, &ids, header_command)?;
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
    /// A feed, and its address.
    Feed { address: String, feed: Box<ParsedFeed> },
    /// A page with a feed that is already subscribed.
    Known(CleanBuf),
    /// A page with several feeds.
    Several(Vec<(CleanBuf, CleanBuf)>),
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
            ReadError::Failed(reason) => Self::Failed(reason),
        }
    }
}

/// Finds the feed at an address, or the one that the page there links to.
fn find(
    engine: &Engine,
    address: String,
    headers: &[(String, String)],
    library: Option<&Library>,
    visit: Option<Visit>,
) -> Result<Found, NotFound> {
    let mut has_answered = false;
    let fetched =
        fetch(engine, &address, headers, engine.is_guarded_offer(&address), visit, &mut || has_answered = true);
    let mut fetched = fetched.map_err(|error| match error {
        // Not if a redirect led to another server.
        error if !has_answered && error.may_lack_https() => NotFound::NoHttps(CleanBuf::line(&error.to_string())),
        error => error.into(),
    })?;
    let asked = address.clone();
    let mut feed = fetched.moved.clone().unwrap_or(address);
    if discover::is_page(fetched.bytes.head()) {
        let mut offered = discover::feeds_of(&fetched.bytes.to_vec(), fetched.label(), &fetched.address);
        if offered.iter().any(|one| one.is_declared) {
            offered.retain(|one| one.is_declared);
        }
        if !is_private(&fetched.address) {
            offered.retain(|one| !is_private(&one.address));
        }
        match offered.as_slice() {
            [] => return Err("web page without a feed".into()),
            [only] => {
                feed.clone_from(&only.address);
                if let Ok(Some(known)) = known(library, &feed) {
                    return Ok(Found::Known(known.name()));
                }
                // A feed of a public page must not be in a private network. That includes a feed on the page's own host:
                // its name may resolve to another address by now.
                let is_elsewhere = !is_private(&fetched.address) && host(&feed) != host(&fetched.address);
                let is_guarded = fetched.is_public || is_elsewhere;
                // Frees its memory before fetching more.
                drop(fetched);
                // The headers are for the address that the user typed, and its host alone.
                let own = if may_share_secrets(&asked, &feed) { headers } else { &[] };
                fetched = fetch(engine, &feed, own, is_guarded, None, &mut || {})
                    .map_err(|error| NotFound::from(format!("links to the feed {feed}: {error}").as_str()))?;
            }
            _ => {
                if fetched.is_public || !is_private(&fetched.address) {
                    engine.guard_offers(offered.iter().map(|one| one.address.as_str()));
                }
                let offer = |one: discover::Offered| (one.title, CleanBuf::line(&one.address));
                return Ok(Found::Several(offered.into_iter().map(offer).collect()));
            }
        }
    }
    Ok(Found::Feed { address: feed, feed: Box::new(read(engine, fetched)?) })
}

/// Subscribes to a feed that was read.
fn store(
    engine: &Engine,
    subscription: &OpmlEntry,
    feed: &ParsedFeed,
    header_command: Option<&str>,
) -> Result<SubscribeOutcome, library::LibraryError> {
    let mut library = Library::create(&engine.place)?;
    let address = subscription.address.as_str();
    let before = known(Some(&library), address)?;
    let mut ids = library.subscribe(std::slice::from_ref(subscription))?;
    if let Some(source) = before.filter(|source| source.takes_password_of(address)) {
        library.readdress(source.id, address)?;
        ids.push(source.id);
    }
    set_header_command(&mut library, &ids, header_command)?;
    let name = |library: &Library| known_name(library, address);
    if ids.is_empty() {
        // The redirect leads to a feed that is already subscribed.
        return Ok(SubscribeOutcome::Known(name(&library)));
    }
    let ParsedFeed { title, etag, modified, .. } = feed;
    let outcome = Outcome::Read { etag: etag.clone(), modified: modified.clone(), title: title.clone() };
    let origin: Origin = feed.origin.clone();
    let checked = Checked { at: now(), outcome, moved: None, address: None, origin: Some(origin) };
    for id in ids {
        library.apply(id, &checked, &feed.releases)?;
    }
    Ok(SubscribeOutcome::Added(name(&library), feed.releases.len()))
}

/// Keeps the header command of new subscriptions, if there is one.
fn set_header_command(
    library: &mut Library,
    ids: &[SourceId],
    command: Option<&str>,
) -> Result<(), library::LibraryError> {
    let Some(command) = command else { return Ok(()) };
    ids.iter().try_for_each(|id| library.set_header_command(*id, Some(command)))
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
    address: &str,
    headers: &[(String, String)],
    is_guarded: bool,
    visit: Option<Visit>,
    answered: &mut dyn FnMut(),
) -> Result<Fetched, FetchError> {
    let request = Request { address, headers, is_guarded, ..Request::default() };
    match engine.fetcher().fetch_on(visit, &request, engine.cancellation(), &mut |_| answered())? {
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
