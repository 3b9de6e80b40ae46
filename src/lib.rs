//! A terminal reader for releases: press releases, announcements, headlines.

pub mod release;
pub mod text;
