//! Polite fetching, feed discovery, and the schedule of retries.
//!
//! [`fetch`] fetches one address safely: every fetch ends in time, stays below its size limit, and follows no redirect
//! into a private network. [`schedule`] says when to retry, [`discover`] finds the feeds of a web page, [`address`]
//! completes typed addresses, and [`full_text`] extracts the readable text of a page. Nothing here knows threads,
//! files, the library or the screen: the caller brings the thread, and the results are data.

pub mod address;
pub mod discover;
pub mod fetch;
pub mod full_text;
pub mod schedule;
