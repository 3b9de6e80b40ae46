//! Writes the newspaper as a self-contained HTML page without scripts, external images or external fonts.

use std::io::{self, Write};

use super::{Bar, Digest, Texts, excerpt, facts};
use crate::catalog::ReleaseRef;
use crate::document::html::POLICY;
use crate::document::markup::{self, escaped, markup};
use crate::document::release;
use crate::release::address::shown;
use crate::text::{CleanBuf, grouped};

/// The style sheet, with light, dark and print modes.
const STYLE: &str = "\
:root{--ink:#1d1f21;--dim:#5f6368;--line:#d9d6cf;--paper:#fdfcf9;--accent:#8a4b00;--bar:#6f8fb8}\
@media(prefers-color-scheme:dark){:root{--ink:#e2e2df;--dim:#a0a4a9;--line:#3a3d42;--paper:#17191c;--accent:#f0b43c;--bar:#5b80ab}}\
*{box-sizing:border-box}a{color:var(--accent)}body{margin:0 auto;padding:2.5rem 1.25rem 4rem;max-width:46rem;background:var(--paper);color:var(--ink);\
font:1.06rem/1.55 Charter,Georgia,'Times New Roman',serif}\
header{border-bottom:3px double var(--line);padding-bottom:1rem;margin-bottom:1rem}\
h1{font-size:2rem;line-height:1.15;margin:0 0 .3rem;letter-spacing:-.01em}\
.summary,.facts,nav,footer{color:var(--dim);font:.86rem/1.5 system-ui,sans-serif}.summary{margin:0}\
svg{display:block;width:100%;height:5rem;margin:1rem 0 .2rem}rect{fill:var(--bar)}\
.ends{display:flex;justify-content:space-between}nav ul{list-style:none;padding:0;margin:1rem 0;columns:2;column-gap:2rem}\
nav li{break-inside:avoid}nav span{float:right}nav a{color:inherit}\
h2{font:600 .86rem/1.4 system-ui,sans-serif;letter-spacing:.08em;text-transform:uppercase;color:var(--accent);\
border-bottom:1px solid var(--line);padding-bottom:.3rem;margin:2.6rem 0 1rem}\
article{margin:0 0 1.5rem;break-inside:avoid}h3{font-size:1.18rem;line-height:1.3;margin:0}h3 a{color:inherit;\
text-decoration:none}h3 a:hover,h3 a:focus{text-decoration:underline}.facts{margin:.15rem 0 .25rem}p{margin:.2rem 0}\
.text p{margin:.7rem 0}.text :is(h1,h2,h3,h4,h5,h6){font-size:1.05rem;margin:1rem 0 .3rem;text-transform:none;letter-spacing:0;\
border:0;color:inherit}blockquote{margin:.8rem 0;padding-left:1rem;border-left:3px solid var(--line)}pre{overflow:auto}\
table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:.2rem .6rem}\
footer{border-top:1px solid var(--line);margin-top:3rem;padding-top:.8rem}\
@media(max-width:34rem){nav ul{columns:1}h1{font-size:1.6rem}}@media print{body{max-width:none;padding:0}nav{display:none}}";

/// The height of the chart, in its own units.
const HEIGHT: u32 = 100;
/// The distance between bars and the gap after each, in the same units.
const STEP: usize = 10;
const GAP: usize = 2;

/// Writes the newspaper.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn write(digest: &Digest<'_>, texts: Texts, out: &mut impl Write) -> io::Result<()> {
    let title = escaped(digest.title.as_str());
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         {POLICY}\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1 dir=\"auto\">{title}</h1>\n<p class=\"summary\">{}</p>\n",
        escaped(&digest.summary)
    )?;
    chart(&digest.bars, out)?;
    out.write_all(b"</header>\n")?;
    if digest.sections.len() > 1 {
        out.write_all(b"<nav aria-label=\"Topics\">\n<ul>\n")?;
        for (n, section) in digest.sections.iter().enumerate() {
            let (name, count) = (escaped(section.name.as_str()), grouped(section.releases.len() + section.more));
            writeln!(out, "<li dir=\"auto\"><a href=\"#t{n}\">{name}</a> <span>{count}</span></li>")?;
        }
        out.write_all(b"</ul>\n</nav>\n")?;
    }
    out.write_all(b"<main>\n")?;
    for (n, section) in digest.sections.iter().enumerate() {
        let name = escaped(section.name.as_str());
        writeln!(out, "<section aria-labelledby=\"t{n}\">\n<h2 id=\"t{n}\" dir=\"auto\">{name}</h2>")?;
        for release in &section.releases {
            article(release, texts, out)?;
        }
        if section.more > 0 {
            writeln!(out, "<p class=\"facts\">… and {} more</p>", grouped(section.more))?;
        }
        out.write_all(b"</section>\n")?;
    }
    let made = digest.today.map_or_else(String::new, |today| format!(" on {}", today.format("%-d %B %Y")));
    write!(out, "</main>\n<footer>Made with tidings{made}.</footer>\n</body>\n</html>\n")
}

fn article(release: &ReleaseRef<'_>, texts: Texts, out: &mut impl Write) -> io::Result<()> {
    let headline = escaped(release.heading().as_str());
    writeln!(out, "<article dir=\"auto\">\n<h3>{}</h3>", link(&headline, release.url().as_str()))?;
    let facts = facts(release);
    if !facts.is_empty() {
        writeln!(out, "<p class=\"facts\">{}</p>", escaped(&facts))?;
    }
    if texts == Texts::Whole {
        whole(release, out)?;
    }
    let excerpt = if texts == Texts::Excerpts { excerpt(release) } else { CleanBuf::default() };
    if !excerpt.is_empty() && excerpt.as_str() != release.heading().as_str() {
        writeln!(out, "<p>{}</p>", escaped(excerpt.as_str()))?;
    }
    let also = |(source, reprint): (crate::text::Clean<'_>, &crate::catalog::Duplicate)| {
        link(&escaped(source.as_str()), reprint.release.url.as_str())
    };
    let also: Vec<String> = release.reprints().map(also).collect();
    if !also.is_empty() {
        writeln!(out, "<p class=\"facts\">Also in {}</p>", also.join(", "))?;
    }
    out.write_all(b"</article>\n")
}

/// Writes the facts that [`facts`] leaves out, and the text.
fn whole(release: &ReleaseRef<'_>, out: &mut impl Write) -> io::Result<()> {
    let facts = release::facts(release).into_iter();
    let others = facts.filter(|fact| !matches!(fact.name, "Date" | "Place" | "Source" | "Link" | "Also in"));
    let others: Vec<String> =
        others.map(|fact| format!("{}: {}", fact.name, markup::link(&escaped(&fact.value), fact.address))).collect();
    if !others.is_empty() {
        writeln!(out, "<p class=\"facts\">{}</p>", others.join(" · "))?;
    }
    let address = release::target(release);
    out.write_all(b"<div class=\"text\">\n")?;
    for (text, spans) in [(release.summary(), release.summary_spans()), (release.body(), release.body_spans())] {
        out.write_all(markup(text, spans, &address).as_bytes())?;
    }
    out.write_all(b"</div>\n")
}

/// Links escaped text to an address, if it is a web address. The tooltip shows the address with its full host.
fn link(text: &str, address: &str) -> String {
    if !address.starts_with("http://") && !address.starts_with("https://") {
        return text.to_owned();
    }
    let tooltip = escaped(shown(address).text.as_str());
    format!("<a href=\"{}\" title=\"{tooltip}\" rel=\"noopener noreferrer\">{text}</a>", escaped(address))
}

/// Writes the chart.
fn chart(bars: &[Bar], out: &mut impl Write) -> io::Result<()> {
    let (Some(first), Some(last)) = (bars.first(), bars.last()) else { return Ok(()) };
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let width = bars.len() * STEP - GAP;
    writeln!(
        out,
        "<svg viewBox=\"0 0 {width} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-labelledby=\"days\">\
         <title id=\"days\">Releases from {} to {}, at most {most} per bar</title>",
        first.days, last.days
    )?;
    for (n, bar) in bars.iter().enumerate().filter(|(_, bar)| bar.count > 0) {
        let height = (u64::from(bar.count) * u64::from(HEIGHT)).div_ceil(u64::from(most)) as u32;
        let (x, y, columns) = (n * STEP, HEIGHT - height, STEP - GAP);
        writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{columns}\" height=\"{height}\"><title>{}: {}</title></rect>",
            bar.days, bar.count
        )?;
    }
    let day = |bar: &Bar| bar.days.split(" – ").next().unwrap_or_default().to_owned();
    let end = last.days.split(" – ").last().unwrap_or_default();
    writeln!(out, "</svg>\n<p class=\"facts ends\"><span>{}</span><span>{end}</span></p>", day(first))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::Builder;
    use crate::config::contrast;
    use crate::release::{Date, Release};
    use crate::text::CleanBuf;

    /// All elements that the page may contain, with their attributes.
    const ALLOWED: [(&str, &[&str]); 24] = [
        ("html", &["lang"]),
        ("head", &[]),
        ("meta", &["charset", "name", "content", "http-equiv"]),
        ("title", &["id"]),
        ("style", &[]),
        ("body", &[]),
        ("header", &[]),
        ("h1", &["dir"]),
        ("p", &["class"]),
        ("svg", &["viewBox", "preserveAspectRatio", "role", "aria-labelledby"]),
        ("rect", &["x", "y", "width", "height"]),
        ("span", &[]),
        ("nav", &["aria-label"]),
        ("ul", &[]),
        ("li", &["dir"]),
        ("a", &["href", "title", "rel"]),
        ("main", &[]),
        ("section", &["aria-labelledby"]),
        ("h2", &["id", "dir"]),
        ("article", &["dir"]),
        ("h3", &[]),
        ("footer", &[]),
        ("div", &["class"]),
        ("br", &[]),
    ];

    #[test]
    fn ink_has_enough_contrast_on_light_and_dark_paper() {
        let colour = |sheet: &str, name: &str| {
            let value = sheet.split_once(&format!("--{name}:#")).and_then(|(_, rest)| rest.get(..6)).expect("a colour");
            u32::from_str_radix(value, 16).expect("a number")
        };
        let (light, dark) = STYLE.split_once("@media(prefers-color-scheme:dark)").expect("both modes");
        for sheet in [light, dark] {
            for ink in ["ink", "dim", "accent"] {
                let found = contrast(colour(sheet, ink), colour(sheet, "paper"));
                assert!(found >= 4.5, "{ink}: {found}");
            }
        }
    }

    #[test]
    fn a_page_of_whole_texts_has_title_index_dates_and_all_facts() {
        let releases = ["News", "Law"].map(|topic| Release {
            title: CleanBuf::line(&format!("About {topic}")),
            summary: CleanBuf::block("One. Two.\n\nThree."),
            topics: vec![CleanBuf::line(topic)],
            author: CleanBuf::line("Ann"),
            date: Date::from_ymd(2018, 11, 6),
            ..Release::default()
        });
        let mut builder = Builder::new();
        for (item, release) in releases.iter().enumerate() {
            builder.push(item as u64, release);
        }
        let catalog = builder.publish();
        let digest = Digest::new(&catalog, catalog.order(), Some("Two releases"), usize::MAX, None);
        let mut out = Vec::new();
        write(&digest, Texts::Whole, &mut out).expect("memory takes it");
        let page = String::from_utf8(out).expect("text");
        for part in [
            "<title>Two releases</title>",
            "<a href=\"#t0\">News</a> <span>1</span>",
            "<p class=\"facts\">6 Nov 2018</p>",
            "<p class=\"facts\">Topics: News · Author: Ann</p>",
            "<p>One. Two.</p>\n<p>Three.</p>",
            "<footer>Made with tidings.</footer>",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    proptest! {
        #[test]
        fn no_text_becomes_active(
            text in "(<|>|&|\"|'|javascript:|script|onload=|<img src=x onerror=alert\\(1\\)>|\\[|\\]|!|`|\n| |a|é|漢){0,40}",
            url in "https://e\\.org/[\"'<>& a]{0,6}|javascript:alert|",
            is_whole in any::<bool>(),
        ) {
            let mut builder = Builder::new();
            for (item, day) in [3, 4, 9].into_iter().enumerate() {
                let release = Release {
                    title: CleanBuf::line(&format!("t{text}")),
                    summary: CleanBuf::block(&text),
                    topics: vec![CleanBuf::line(&format!("n{item}{text}"))],
                    place: CleanBuf::line(&text),
                    url: CleanBuf::line(&url),
                    date: Date::from_ymd(2018, 11, day),
                    ..Release::default()
                };
                builder.push(item as u64, &release);
            }
            let catalog = builder.publish();
            let digest = Digest::new(&catalog, catalog.order(), Some(&text), 9, Some(NaiveDate::default()));
            let mut out = Vec::new();
            let texts = if is_whole { Texts::Whole } else { Texts::Excerpts };
            write(&digest, texts, &mut out).expect("memory takes it");
            let page = String::from_utf8(out).expect("text");
            let parsed = dom_query::Document::from(page.as_str());
            for node in parsed.select("*").nodes() {
                let name = node.node_name().expect("an element").to_string();
                let allowed = ALLOWED.iter().find(|(allowed, _)| *allowed == name);
                prop_assert!(allowed.is_some(), "<{}> in {}", name, page);
                for attribute in node.attrs() {
                    let (attribute, value) = (attribute.name.local.to_string(), attribute.value.to_string());
                    prop_assert!(allowed.is_some_and(|(_, names)| names.contains(&attribute.as_str())), "{attribute} of <{name}>");
                    prop_assert!(attribute != "href" || value.starts_with("https://") || value.starts_with("#t"), "{value}");
                }
            }
            let policy = parsed.select("head > meta[http-equiv=Content-Security-Policy]").attr("content");
            prop_assert!(policy.is_some_and(|policy| policy.starts_with("default-src 'none';") && !policy.contains("script")));
            let headline = parsed.select("h3").nodes().first().map(|node| node.text().to_string());
            prop_assert_eq!(headline.as_deref(), Some(catalog.release(0).expect("one").title().as_str()));
        }
    }
}
