//! Subscribing, moving and unsubscribing at the server of an account. These changes are made at once or not at all.

use super::{AccountError, account_feed};
use crate::library::{Account, Library, SourceId};
use crate::server::{List, RemoteFeedId, Server};
use crate::text::CleanBuf;

/// Follows a feed through an account. Returns its subscription and its name.
///
/// # Errors
/// The server's reason, or that of the library.
pub fn subscribe_at(
    library: &mut Library,
    account: &Account,
    server: &mut dyn Server,
    address: &str,
    folder: Option<&str>,
) -> Result<(SourceId, CleanBuf), AccountError> {
    let feed = server.subscribe(address, folder)?;
    let sources = library.add_account_feeds(account.id, &[account_feed(&feed)])?;
    let source = sources.into_iter().find(|(remote, _)| *remote == feed.id).map(|(_, source)| source);
    Ok((source.unwrap_or_default(), feed.title))
}

/// Moves a feed into a folder at the server, and here.
///
/// # Errors
/// The server's reason, or that of the library.
pub fn move_at(
    library: &mut Library,
    account: &Account,
    server: &mut dyn Server,
    feed: &RemoteFeedId,
    folder: &str,
) -> Result<(), AccountError> {
    server.move_feed(feed, folder)?;
    // What the server made of it.
    if let Some(moved) = server.feeds()?.iter().find(|one| one.id == *feed) {
        library.add_account_feeds(account.id, &[account_feed(moved)])?;
    }
    Ok(())
}

/// Stops following a feed at the server. Its releases and marks stay here.
///
/// # Errors
/// The server's reason, or that of the library.
pub fn unsubscribe_at(
    library: &mut Library,
    account: &Account,
    server: &mut dyn Server,
    feed: &RemoteFeedId,
) -> Result<(), AccountError> {
    server.unsubscribe(feed)?;
    library.drop_account_feed(account.id, feed)?;
    Ok(())
}

/// Counts the starred entries of a feed at the server, which deletes them when the feed is unsubscribed.
///
/// # Errors
/// If the server or the library fails.
pub fn starred_at(
    library: &Library,
    account: &Account,
    server: &mut dyn Server,
    feed: &RemoteFeedId,
) -> Result<usize, AccountError> {
    let starred = server.ids(&List::Starred, 0)?;
    Ok(library.entries_of_feed(account.id, feed, &starred)?)
}
