//! Bringing subscriptions up to date: polite fetching, what a page offers, when to try again.
//!
//! [`fetch`] asks a server for one address and takes nothing that could hurt: each fetch ends in time, holds no more than
//! its limit, and leads nowhere that nobody asked for. [`schedule`] says when to ask again, [`discover`] which feeds a
//! web page offers, [`address`] what somebody meant who typed one, [`full_text`] what there is to read on it.
//! Nothing here knows threads, files, the library or the screen: who asks brings the thread, and what comes back is data.

pub mod address;
pub mod discover;
pub mod fetch;
pub mod full_text;
pub mod schedule;
