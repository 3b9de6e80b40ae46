//! Writes the newspaper as plain text.

use std::io::{self, Write};

use crate::cli::output_style::{OutputStyle, TextStyle};
use crate::document::digest::{Digest, excerpt};
use crate::text::{Clean, CleanBuf, wrap};

/// The longest line, in columns.
const COLUMNS: usize = 76;
/// The characters of the chart, from the lowest bar.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Writes the newspaper.
pub fn write(digest: &Digest<'_>, style: &OutputStyle, out: &mut impl Write) -> io::Result<()> {
    let columns = style.columns.map_or(COLUMNS, |columns| columns.min(COLUMNS)).max(12);
    set(digest.title.as_clean(), columns, "", TextStyle::Strong, style, out)?;
    set(CleanBuf::line(&digest.summary).as_clean(), columns, "", TextStyle::Dim, style, out)?;
    set(CleanBuf::line(&digest.words_line()).as_clean(), columns, "", TextStyle::Plain, style, out)?;
    let most = digest.bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    if most > 0 && digest.bars.len() <= columns {
        let height = |count: u32| (u64::from(count) * 7).div_ceil(u64::from(most)) as usize;
        let bars: String = digest.bars.iter().map(|bar| HEIGHTS[height(bar.count)]).collect();
        writeln!(out, "{bars}")?;
    }
    for section in &digest.sections {
        let name = section.name.as_str();
        out.write_all(b"\n")?;
        set(CleanBuf::line(&name.to_uppercase()).as_clean(), columns, "", TextStyle::Topic(name), style, out)?;
        for release in &section.releases {
            out.write_all(b"\n")?;
            set(release.heading(), columns - 2, "  ", TextStyle::Strong, style, out)?;
            set(CleanBuf::line(&digest.facts(release)).as_clean(), columns - 2, "  ", TextStyle::Dim, style, out)?;
            let excerpt = excerpt(release);
            if excerpt.as_str() != release.heading().as_str() {
                set(excerpt.as_clean(), columns - 2, "  ", TextStyle::Plain, style, out)?;
            }
            let also: Vec<&str> = release.reprints().map(|(source, _)| source.as_str()).collect();
            if !also.is_empty() {
                let also = CleanBuf::line(&format!("Also in {}", also.join(", ")));
                set(also.as_clean(), columns - 2, "  ", TextStyle::Dim, style, out)?;
            }
            if !release.url().is_empty() {
                // Do not wrap addresses, so that terminals recognise them as links.
                out.write_all(b"  ")?;
                style.put(out, release.url().as_str(), TextStyle::Dim)?;
                out.write_all(b"\n")?;
            }
        }
        if section.more > 0 {
            writeln!(out, "\n  … and {} more", section.more)?;
        }
    }
    Ok(())
}

/// Writes wrapped text with a margin; nothing if it is empty.
fn set(
    text: Clean<'_>,
    columns: usize,
    margin: &str,
    look: TextStyle<'_>,
    style: &OutputStyle,
    out: &mut impl Write,
) -> io::Result<()> {
    for line in wrap(text, columns) {
        out.write_all(margin.as_bytes())?;
        style.put(out, text.get(line).unwrap_or_default().as_str(), look)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
