//! The newspaper as text.

use std::io::{self, Write};

use super::content::{Digest, facts, words};
use crate::cli::output_style::{OutputStyle, TextStyle};
use crate::text::{Clean, CleanBuf, wrap};

/// Columns of a line, where the terminal has them.
const COLUMNS: usize = 76;
/// Highest bars first.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Writes the newspaper.
pub fn write(paper: &Digest<'_>, page: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
    let columns = page.columns.map_or(COLUMNS, |columns| columns.min(COLUMNS)).max(12);
    set(paper.title.as_clean(), columns, "", TextStyle::Strong, page, out)?;
    set(CleanBuf::line(&paper.told).as_clean(), columns, "", TextStyle::Dim, page, out)?;
    let most = paper.bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    if most > 0 && paper.bars.len() <= columns {
        let height = |count: u32| (u64::from(count) * 7).div_ceil(u64::from(most)) as usize;
        let bars: String = paper.bars.iter().map(|bar| HEIGHTS[height(bar.count)]).collect();
        writeln!(out, "{bars}")?;
    }
    for section in &paper.sections {
        let name = section.name.as_str();
        out.write_all(b"\n")?;
        set(CleanBuf::line(&name.to_uppercase()).as_clean(), columns, "", TextStyle::Topic(name), page, out)?;
        for release in &section.releases {
            out.write_all(b"\n")?;
            set(release.heading(), columns - 2, "  ", TextStyle::Strong, page, out)?;
            set(CleanBuf::line(&facts(release)).as_clean(), columns - 2, "  ", TextStyle::Dim, page, out)?;
            let words = words(release);
            if words.as_str() != release.heading().as_str() {
                set(words.as_clean(), columns - 2, "  ", TextStyle::Plain, page, out)?;
            }
            let also: Vec<&str> = release.reprints().map(|(source, _)| source.as_str()).collect();
            if !also.is_empty() {
                let also = CleanBuf::line(&format!("Also in {}", also.join(", ")));
                set(also.as_clean(), columns - 2, "  ", TextStyle::Dim, page, out)?;
            }
            if !release.url().is_empty() {
                // Not broken, so that it can be clicked on.
                out.write_all(b"  ")?;
                page.put(out, release.url().as_str(), TextStyle::Dim)?;
                out.write_all(b"\n")?;
            }
        }
        if section.more > 0 {
            writeln!(out, "\n  … and {} more", section.more)?;
        }
    }
    Ok(())
}

/// A text wrapped behind a margin; nothing where it is empty.
fn set(
    text: Clean<'_>,
    columns: usize,
    margin: &str,
    look: TextStyle<'_>,
    page: &OutputStyle,
    out: &mut impl Write,
) -> io::Result<()> {
    for line in wrap(text, columns) {
        out.write_all(margin.as_bytes())?;
        page.put(out, text.get(line).unwrap_or_default().as_str(), look)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
