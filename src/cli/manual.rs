//! `tidings manual`: opens the manual in the reader, or prints it where standard output is no terminal.

use std::io::Write;
use std::path::Path;

use clap::builder::PossibleValuesParser;

use super::error::Output;
use crate::app;
use crate::library::LibraryPath;
use crate::manual::{FEED, PAGES, Page, without_comments};
use crate::release::{Identity, Release};
use crate::runtime::{ConfigFiles, Input, OpenedInputs, Settings};
use crate::text::CleanBuf;

/// Open the manual in the reader, or print it if the output is not a terminal
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Page to open; without it the manual opens at its first page, or is printed as a whole
    #[arg(value_parser = PossibleValuesParser::new(PAGES.iter().map(|page| page.topic)))]
    topic: Option<String>,
}

/// Settings that hold in the manual whatever the user has set: it fetches nothing.
pub const FIXED: [(&str, &str); 2] = [("offline", "true"), ("sync-every", "never")];

/// Prints the manual, or one page of it, in Markdown.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let pages = PAGES.iter().filter(|page| args.topic.as_deref().is_none_or(|topic| topic == page.topic));
    for (n, page) in pages.enumerate() {
        let gap = if n == 0 { "" } else { "\n" };
        write!(out, "{gap}{}", without_comments(page.text)).map_err(Output)?;
    }
    Ok(true)
}

/// Returns what the reader opens for the manual, and how. Its marks go to a library in `folder`: the user's own library
/// has nothing to do with it.
pub fn reader(
    args: &Args,
    folder: &Path,
    settings: crate::config::Settings,
    configured: ConfigFiles,
) -> (OpenedInputs, Settings) {
    let input = Input::manual(FEED.as_bytes());
    let place = LibraryPath::of_file(&folder.join("library.db"));
    let page = args.topic.as_deref().and_then(Page::of_topic);
    let session = page.and_then(|page| page.sections().into_iter().next()).map(|section| {
        let release = Release { id: CleanBuf::line(&section.id), ..Release::default() };
        let feed = input.key("").to_string();
        let place = app::ReadingPosition { feed, release: Identity::from(&release).number() };
        app::Session { place: Some(place), ..app::Session::default() }
    });
    let reading = OpenedInputs { sources: vec![input], library: Some(place.clone()), ..OpenedInputs::default() };
    (reading, Settings { is_sample: false, query: None, session, place: Ok(place), settings, configured })
}
