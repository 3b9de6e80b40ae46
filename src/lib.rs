//! A terminal reader for releases: press releases, announcements, headlines.

pub mod feed;
pub mod release;
pub mod text;
