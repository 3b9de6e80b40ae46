//! `tidings show`: shows one release in full.

mod versions;

use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;

use super::complain;
use super::error::{Output, UsageError};
use super::load::{self, Feeds};
use super::output_style::{OutputStyle, TextStyle};
use crate::catalog::{Catalog, ReleaseIndex, ReleaseRef};
use crate::document::{html, json, release};
use crate::query::TopicDefinition;
use crate::text::{CleanBuf, fold};
use crate::typeset::{Kind, StyleRuns, TOPIC_PARTS, TypesetPage};

/// The longest line, in columns.
const COLUMNS: usize = 72;
/// The number of ids to suggest for an unknown one.
const NEAR: usize = 3;

/// Show a release in full
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The id of the release, as in the column id of `tidings list`, or its address
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    feeds: Feeds,
    /// The output format
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    format: ShowFormat,
    /// Show the versions of a stored release, and the words in which each differs from the one before
    #[arg(long)]
    versions: bool,
}

/// The output format of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// Plain text, wrapped to 72 columns or to a narrower terminal
    Text,
    /// A JSON Feed 1.1 document with this item
    Json,
    /// Markdown with a heading, the metadata and the text
    Markdown,
    /// A self-contained HTML page
    Html,
}

/// Shows all releases with the id. Returns whether there are any.
///
/// # Errors
/// If no feed can be read or the output cannot be written.
pub fn run(args: &Args, topics: &[TopicDefinition], style: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    if let Some(wrong) = misplaced(args) {
        return Err(UsageError(wrong).into());
    }
    let catalog = load::load(&args.feeds, topics)?.catalog;
    // Clean the id as ids in feeds are.
    let id = CleanBuf::line(&args.id);
    let found = catalog.with_id(id.as_str());
    if found.is_empty() {
        let hint = if args.feeds.named().is_empty() { file_hint(&args.id) } else { String::new() };
        complain(&format!("{}{hint}", not_found(&catalog, id.as_str())));
        return Ok(false);
    }
    if args.versions {
        return versions::run(args, &catalog, &found, style, out);
    }
    write(&catalog, &found, args.format, style, out).map_err(Output)?;
    Ok(true)
}

/// Says what is wrong if none of the feeds exists: the arguments may be in another order, or all of them may be ids.
fn misplaced(args: &Args) -> Option<String> {
    let first = args.feeds.named().first()?;
    let is_missing =
        |feed: &Path| feed.as_os_str() != "-" && load::sources(&[feed.to_owned()]).len() == 1 && !feed.exists();
    if !args.feeds.named().iter().all(|feed| is_missing(feed)) {
        return None;
    }
    let (first, id) = (CleanBuf::line(&first.to_string_lossy()), CleanBuf::line(&args.id));
    Some(if Path::new(&args.id).exists() {
        format!("{first}: not found; the id comes before the feed: tidings show {first} {id}")
    } else {
        format!(
            "{first}: no such feed; name one id, and then the files or folders that hold it: tidings show {id} FEED"
        )
    })
}

/// Says what to do if an id is the name of a file.
fn file_hint(id: &str) -> String {
    if !Path::new(id).exists() {
        return String::new();
    }
    let file = CleanBuf::line(id);
    format!("; {file} is a file: put an id before it; to list its ids: tidings list --columns id,title {file}")
}

/// Returns the message for an unknown id, with ids that contain it or are contained in it.
fn not_found(catalog: &Catalog, id: &str) -> String {
    let wanted = fold(id);
    let is_near = |other: &str| {
        let other = fold(other);
        !wanted.is_empty() && !other.is_empty() && (other.contains(&wanted) || wanted.contains(&other))
    };
    let ids = catalog.releases().map(|(_, release)| release.identity().name());
    let near: Vec<String> = ids.filter(|id| is_near(id.as_str())).take(NEAR).map(|id| format!("\n  {id}")).collect();
    let near = if near.is_empty() { String::new() } else { format!("; similar ids:{}", near.concat()) };
    format!("no release with the id {id}{near}")
}

fn write(
    catalog: &Catalog,
    found: &[ReleaseIndex],
    format: ShowFormat,
    style: &OutputStyle,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        ShowFormat::Json => return json::document(catalog, found, out),
        ShowFormat::Html => return html::document(catalog, found, out),
        ShowFormat::Text | ShowFormat::Markdown => {}
    }
    let found = found.iter().filter_map(|&index| catalog.release(index));
    for (n, release) in found.enumerate() {
        if n > 0 {
            out.write_all(b"\n")?;
        }
        match format {
            ShowFormat::Markdown => release::markdown(&release, out)?,
            _ => text(&release, style, out)?,
        }
    }
    Ok(())
}

/// Writes a release as text, typeset as in the reader.
fn text(release: &ReleaseRef<'_>, style: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
    let columns = style.columns.map_or(COLUMNS, |columns| columns.min(COLUMNS));
    let text = TypesetPage::new(release, columns as u16, &[]);
    for line in text.lines() {
        out.write_all(line.lead.as_bytes())?;
        for part in text.parts(line, None) {
            write!(out, "{:1$}", "", usize::from(part.gap))?;
            match line.kind {
                Kind::Topic => {
                    for (n, topic) in part.text.split(TOPIC_PARTS).enumerate() {
                        let between = if n > 0 { TOPIC_PARTS } else { "" };
                        style.put(out, between, TextStyle::Dim)?;
                        style.put(out, topic, TextStyle::Topic(topic))?;
                    }
                }
                Kind::Title => style.put(out, part.text, TextStyle::Strong)?,
                Kind::Meta | Kind::Heading | Kind::Picture => style.put(out, part.text, TextStyle::Dim)?,
                _ if part.ink.has(StyleRuns::HEADING) || part.ink.has(StyleRuns::STRONG) => {
                    style.put(out, part.text, TextStyle::Strong)?;
                }
                _ if part.ink.has(StyleRuns::QUOTE) || part.ink.has(StyleRuns::IMAGE) => {
                    style.put(out, part.text, TextStyle::Dim)?;
                }
                Kind::Body | Kind::Label | Kind::Link | Kind::Similar | Kind::Blank => {
                    style.put(out, part.text, TextStyle::Plain)?;
                }
            }
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}
