//! Pictures of releases, fetched on request.

use super::Engine;
use crate::net::fetch::{Accept, Answer, Request, Visit};
use crate::text::CleanBuf;

/// Fetches the file of a picture, with a slot already taken at the host.
///
/// # Errors
/// Why there is none, to be shown after a name and a colon.
pub fn fetch_picture(
    engine: &Engine,
    address: &str,
    is_guarded: bool,
    visit: Option<Visit>,
) -> Result<Vec<u8>, CleanBuf> {
    let request = Request { address, accept: Accept::Picture, is_guarded, ..Request::default() };
    let answer = engine.fetcher().fetch_on(visit, &request, engine.cancellation(), &mut |_| {});
    match answer.map_err(|error| CleanBuf::line(&error.to_string()))? {
        Answer::Body(fetched) => Ok(fetched.bytes.to_vec()),
        Answer::Unchanged { .. } => Err(CleanBuf::line("not modified, though nothing was stored")),
    }
}
