//! `tidings manual`: opens the manual in the reader, or prints it if standard output is not a terminal.

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
    /// The page to open or print [default: the first page, or all when printing]
    #[arg(value_parser = PossibleValuesParser::new(PAGES.iter().map(|page| page.topic)))]
    topic: Option<String>,
}

/// Settings that apply in the manual regardless of the configuration: it fetches nothing.
pub const FIXED: [(&str, &str); 2] = [("offline", "true"), ("sync-every", "never")];

/// Prints the manual, or one page of it, in Markdown.
///
/// # Errors
/// If the output cannot be written.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let pages = PAGES.iter().filter(|page| args.topic.as_deref().is_none_or(|topic| topic == page.topic));
    for (n, page) in pages.enumerate() {
        let gap = if n == 0 { "" } else { "\n" };
        write!(out, "{gap}{}", without_comments(page.text)).map_err(Output)?;
    }
    Ok(true)
}

/// Returns the inputs and the settings of the reader for the manual. Marks go to a temporary library in `folder`, not to the
/// user's library.
pub fn reader(
    args: &Args,
    folder: &Path,
    settings: crate::config::Settings,
    config_files: ConfigFiles,
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
    (reading, Settings { is_sample: false, query: None, session, place: Ok(place), settings, configured: config_files })
}
