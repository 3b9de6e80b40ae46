//! Releases as a self-contained web page, without scripts and without external images or fonts.

use std::io::{self, Write};

use super::markup::{escaped, link, markup};
use super::release;
use crate::catalog::{Catalog, ReleaseRef};

/// The style sheet, for light and dark mode and for print.
const STYLE: &str = "body{max-width:38em;margin:2em auto;padding:0 1em;font:1.05em/1.55 Georgia,serif;color:#222;\
background:#fdfdfb}h1{font-size:1.45em;line-height:1.25;margin:2.2em 0 .4em}ul{color:#555}a{color:#0a5c36}\
article+article{border-top:1px solid #ccc}blockquote{margin:1em 0;padding-left:1em;border-left:3px solid #bbb}\
pre{overflow:auto;background:#f2f2ee;padding:.7em}table{border-collapse:collapse}td,th{border:1px solid #ccc;\
padding:.2em .6em}@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1c1e}ul{color:#aaa}a{color:#7cf}\
pre{background:#26282b}}@media print{article{break-inside:avoid-page}}";

/// Forbids scripts and external resources, as a second line of defence behind the escaping.
pub const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">";

/// Writes releases as a web page.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn document(catalog: &Catalog, releases: &[u32], out: &mut impl Write) -> io::Result<()> {
    let found: Vec<_> = releases.iter().filter_map(|&release| catalog.release(release)).collect();
    let title = match found[..] {
        [only] => only.title(),
        _ => catalog.title(),
    };
    let title = escaped(if title.is_empty() { "Releases" } else { title.as_str() });
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"\">\n<head>\n<meta charset=\"utf-8\">\n{POLICY}\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )?;
    for release in found {
        article(&release, out)?;
    }
    out.write_all(b"</body>\n</html>\n")
}

fn article(release: &ReleaseRef<'_>, out: &mut impl Write) -> io::Result<()> {
    write!(out, "<article dir=\"auto\">\n<h1>{}</h1>\n", escaped(release::title(release)))?;
    let facts = release::facts(release);
    if !facts.is_empty() {
        out.write_all(b"<ul>\n")?;
        for fact in facts {
            writeln!(out, "<li>{}: {}</li>", fact.name, link(&escaped(&fact.value), fact.address))?;
        }
        out.write_all(b"</ul>\n")?;
    }
    let address = release::target(release);
    for (text, spans) in [(release.summary(), release.summary_spans()), (release.body(), release.body_spans())] {
        out.write_all(markup(text, spans, &address).as_bytes())?;
    }
    out.write_all(b"</article>\n")
}
