//! Subscribing: an address becomes a feed that is followed, whether it is that of the feed or of a page that names it.

use url::Url;

use super::look::read;
use super::{Engine, now};
use crate::feed::opml::Subscription;
use crate::library::{Checked, Library, Outcome, feed_key};
use crate::sync::address::meant;
use crate::sync::discover;
use crate::sync::fetch::{Answer, Fault, Fetched, Request, is_private};
use crate::text::CleanBuf;

/// What became of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    /// The feed is followed: its name, and how many releases it has.
    Added(CleanBuf, usize),
    /// It was followed already, under this name.
    Known(CleanBuf),
    /// A page that names several feeds: name and address of each.
    Offered(Vec<(CleanBuf, CleanBuf)>),
    /// It is followed without a look at it, since nothing is fetched at present.
    Unseen(CleanBuf),
}

/// Follows the feed at an address, or the one that the page there names.
///
/// # Errors
/// Why nothing is followed, to be read behind the address.
pub fn follow(engine: &Engine, address: &str, title: &str, folder: &[CleanBuf]) -> Result<Followed, CleanBuf> {
    let told = |fault: crate::library::Fault| CleanBuf::line(&format!("cannot be kept: {fault}"));
    // What cannot be meant is asked for as it stands: the fetcher says what is wrong with it.
    let typed = address.trim();
    let as_typed = |_| if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let address = meant(typed).map_or_else(as_typed, String::from);
    let mut library = Library::create(&engine.place).map_err(told)?;
    let subscription = |address: &str| Subscription {
        title: CleanBuf::line(title),
        address: CleanBuf::line(address),
        site: CleanBuf::default(),
        categories: folder.to_vec(),
    };
    if let Some(known) = known(&library, &address).map_err(told)? {
        return Ok(Followed::Known(known));
    }
    let mut fetched = match fetch(engine, &address, false) {
        Ok(fetched) => fetched,
        Err(Fault::Offline) => {
            library.subscribe(&[subscription(&address)]).map_err(told)?;
            return Ok(Followed::Unseen(known_name(&library, &address)));
        }
        Err(fault) => return Err(CleanBuf::line(&fault.to_string())),
    };
    let mut feed = fetched.moved.clone().unwrap_or(address);
    if discover::is_page(&fetched.bytes) {
        let mut offered = discover::feeds_of(&fetched.bytes, &fetched.address);
        if offered.iter().any(|one| one.is_declared) {
            offered.retain(|one| one.is_declared);
        }
        if !is_private(&fetched.address) {
            offered.retain(|one| !is_private(&one.address));
        }
        match offered.as_slice() {
            [] => return Err(CleanBuf::line("is a web page that names no feed")),
            [only] => {
                feed.clone_from(&only.address);
                if let Some(known) = known(&library, &feed).map_err(told)? {
                    return Ok(Followed::Known(known));
                }
                let is_guarded = !is_private(&fetched.address) && host(&feed) != host(&fetched.address);
                fetched = fetch(engine, &feed, is_guarded)
                    .map_err(|fault| CleanBuf::line(&format!("names the feed {feed}, and that {fault}")))?;
            }
            _ => {
                let offer = |one: discover::Offered| (one.title, CleanBuf::line(&one.address));
                return Ok(Followed::Offered(offered.into_iter().map(offer).collect()));
            }
        }
    }
    let opening = read(fetched, engine.limits)?;
    let ids = library.subscribe(&[subscription(&feed)]).map_err(told)?;
    if ids.is_empty() {
        // Where one was led on to was followed already.
        return Ok(Followed::Known(known_name(&library, &feed)));
    }
    let outcome = Outcome::Read { etag: opening.etag, modified: opening.modified, title: opening.title };
    let checked = Checked { at: now(), outcome, moved: None, address: None, origin: None };
    for id in ids {
        library.apply(id, &checked, &opening.releases).map_err(told)?;
    }
    Ok(Followed::Added(known_name(&library, &feed), opening.releases.len()))
}

/// Fetches what was typed, or, guarded, what a page of the internet names: that must not lead into this network.
fn fetch(engine: &Engine, address: &str, is_guarded: bool) -> Result<Fetched, Fault> {
    let request = Request { address, is_guarded, ..Request::default() };
    match engine.fetcher.fetch(&request, &|| engine.is_over(), &mut |_| {})? {
        Answer::Body(fetched) => Ok(fetched),
        Answer::Unchanged { .. } => Err(Fault::Address("answers that nothing has changed")),
    }
}

/// A page of this network that has a name may name its own feed.
fn host(address: &str) -> Option<String> {
    Url::parse(address).ok()?.host_str().map(str::to_owned)
}

/// The name under which an address is followed already.
fn known(library: &Library, address: &str) -> Result<Option<CleanBuf>, crate::library::Fault> {
    let key = feed_key(address);
    let sources = library.sources()?;
    let known = sources.iter().find(|source| source.key == key || feed_key(source.address.as_str()) == key);
    Ok(known.map(crate::library::Source::name))
}

fn known_name(library: &Library, address: &str) -> CleanBuf {
    known(library, address).ok().flatten().unwrap_or_else(|| CleanBuf::line(address))
}
