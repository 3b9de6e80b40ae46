//! Releases as a self-contained web page, without scripts and without external images or fonts.

use std::io::{self, Write};

use super::markup::{escaped, link, markup};
use super::{page, release};
use crate::catalog::{Catalog, ReleaseIndex, ReleaseRef};

/// Writes releases as a web page.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn document(catalog: &Catalog, releases: &[ReleaseIndex], out: &mut impl Write) -> io::Result<()> {
    let found: Vec<_> = releases.iter().filter_map(|&release| catalog.release(release)).collect();
    let title = match found[..] {
        [only] => only.title(),
        _ => catalog.title(),
    };
    page::begin(if title.is_empty() { "Releases" } else { title.as_str() }, out)?;
    for release in found {
        article(&release, out)?;
    }
    page::end(out)
}

fn article(release: &ReleaseRef<'_>, out: &mut impl Write) -> io::Result<()> {
    write!(out, "<article class=\"text\" dir=\"auto\">\n<h1>{}</h1>\n", escaped(release::title(release)))?;
    let facts = release::facts(release);
    if !facts.is_empty() {
        out.write_all(b"<ul class=\"facts\">\n")?;
        for fact in facts {
            writeln!(out, "<li>{}: {}</li>", escaped(&fact.name), link(&escaped(&fact.value), fact.address))?;
        }
        out.write_all(b"</ul>\n")?;
    }
    let address = release::target(release);
    for (text, spans) in [(release.summary(), release.summary_spans()), (release.body(), release.body_spans())] {
        out.write_all(markup(text.as_clean(), spans, &address).as_bytes())?;
    }
    out.write_all(b"</article>\n")
}
