//! `tidings show`: one release in full.

use std::io::{self, Write};
use std::iter;

use clap::ValueEnum;

use super::complain;
use super::error::Output;
use super::load::{self, Feeds};
use super::output_style::{OutputStyle, TextStyle};
use crate::catalog::{Catalog, ReleaseRef};
use crate::document::{html, json, release};
use crate::release::identity::page;
use crate::text::{CleanBuf, fold};
use crate::typeset::{Kind, StyleRuns, TOPIC_PARTS, TypesetPage};

/// Columns of the text, where the terminal has them.
const COLUMNS: usize = 72;
/// Ids that are proposed for one that is not there.
const NEAR: usize = 3;

/// Show a release in full
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What the feed calls the release, as the column id of `tidings list` shows it, or its address
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    feeds: Feeds,
    /// The form
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    format: ShowFormat,
}

/// The form of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// For people: wrapped to 72 columns, or to the terminal where it has fewer
    Text,
    /// A JSON Feed 1.1 document with this item
    Json,
    /// A heading, the facts and the paragraphs
    Markdown,
    /// A page that needs nothing else
    Html,
}

/// Shows all releases that have the id; whether there is one.
///
/// # Errors
/// For feeds that cannot be used and an output that takes nothing.
pub fn run(args: &Args, page: &OutputStyle, out: &mut impl Write) -> anyhow::Result<bool> {
    let catalog = load::load(&args.feeds)?.catalog;
    // As it would be were it a feed's.
    let id = CleanBuf::line(&args.id);
    let found = find(&catalog, id.as_str());
    if found.is_empty() {
        complain(&not_found(&catalog, id.as_str()));
        return Ok(false);
    }
    write(&catalog, &found, args.format, page, out).map_err(Output)?;
    Ok(true)
}

fn releases(catalog: &Catalog) -> impl Iterator<Item = (u32, ReleaseRef<'_>)> {
    (0..catalog.len() as u32).filter_map(|index| Some((index, catalog.release(index)?)))
}

fn find(catalog: &Catalog, id: &str) -> Vec<u32> {
    let is_it = |release: &ReleaseRef<'_>| {
        let urls = iter::once(release.url().as_str())
            .chain(release.reprints().map(|(_, reprint)| reprint.release.url.as_str()));
        release.identities().any(|(_, identity)| identity.name().as_str() == id)
            || (id.contains("://") && urls.map(page).any(|url| url == page(id)))
    };
    releases(catalog).filter(|(_, release)| is_it(release)).map(|(index, _)| index).collect()
}

/// Says that no release has the id, and which ids hold it or begin it.
fn not_found(catalog: &Catalog, id: &str) -> String {
    let wanted = fold(id);
    let is_near = |other: &str| {
        let other = fold(other);
        !wanted.is_empty() && !other.is_empty() && (other.contains(&wanted) || wanted.contains(&other))
    };
    let ids = releases(catalog).map(|(_, release)| release.identity().name());
    let near: Vec<String> = ids.filter(|id| is_near(id.as_str())).take(NEAR).map(|id| format!("\n  {id}")).collect();
    let near = if near.is_empty() { String::new() } else { format!("; there are{}", near.concat()) };
    format!("no release has the id {id}{near}")
}

fn write(
    catalog: &Catalog,
    found: &[u32],
    format: ShowFormat,
    page: &OutputStyle,
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
            _ => text(&release, page, out)?,
        }
    }
    Ok(())
}

/// As the reader sets it.
fn text(release: &ReleaseRef<'_>, page: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
    let columns = page.columns.map_or(COLUMNS, |columns| columns.min(COLUMNS));
    let text = TypesetPage::new(release, columns as u16, &[]);
    for line in text.lines() {
        out.write_all(line.lead.as_bytes())?;
        for part in text.parts(line, None) {
            write!(out, "{:1$}", "", usize::from(part.gap))?;
            match line.kind {
                Kind::Topic => {
                    for (n, topic) in part.text.split(TOPIC_PARTS).enumerate() {
                        let between = if n > 0 { TOPIC_PARTS } else { "" };
                        page.put(out, between, TextStyle::Dim)?;
                        page.put(out, topic, TextStyle::Topic(topic))?;
                    }
                }
                Kind::Title => page.put(out, part.text, TextStyle::Strong)?,
                Kind::Meta | Kind::Heading => page.put(out, part.text, TextStyle::Dim)?,
                _ if part.ink.has(StyleRuns::HEADING) || part.ink.has(StyleRuns::STRONG) => {
                    page.put(out, part.text, TextStyle::Strong)?;
                }
                _ if part.ink.has(StyleRuns::QUOTE) || part.ink.has(StyleRuns::IMAGE) => {
                    page.put(out, part.text, TextStyle::Dim)?;
                }
                Kind::Body | Kind::Label | Kind::Link | Kind::Similar | Kind::Blank => {
                    page.put(out, part.text, TextStyle::Plain)?;
                }
            }
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}
