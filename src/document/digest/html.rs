//! Writes the newspaper as a self-contained HTML page without scripts, external images or external fonts.

use std::io::{self, Write};

use super::{Bar, Digest, Texts, excerpt};
use crate::catalog::ReleaseRef;
use crate::document::markup::{self, escaped, markup};
use crate::document::{page, release};
use crate::release::address::shown;
use crate::text::{CleanBuf, grouped};

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
    page::begin(digest.title.as_str(), out)?;
    let (title, summary) = (escaped(digest.title.as_str()), escaped(&digest.summary));
    write!(out, "<header>\n<h1 dir=\"auto\">{title}</h1>\n<p class=\"summary\">{summary}</p>\n")?;
    if !digest.words.is_empty() {
        writeln!(out, "<p class=\"summary\" dir=\"auto\">{}</p>", escaped(&digest.words_line()))?;
    }
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
            article(digest, release, texts, out)?;
        }
        if section.more > 0 {
            writeln!(out, "<p class=\"facts\">… and {} more</p>", grouped(section.more))?;
        }
        out.write_all(b"</section>\n")?;
    }
    let made = digest.today.map_or_else(String::new, |today| format!(" on {}", today.format("%-d %B %Y")));
    write!(out, "</main>\n<footer>Made with tidings{made}.</footer>\n")?;
    page::end(out)
}

fn article(digest: &Digest<'_>, release: &ReleaseRef<'_>, texts: Texts, out: &mut impl Write) -> io::Result<()> {
    let headline = escaped(release.heading().as_str());
    writeln!(out, "<article dir=\"auto\">\n<h3>{}</h3>", link(&headline, release.url().as_str()))?;
    let facts = digest.facts(release);
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

/// Writes the facts that `Digest::facts` leaves out, and the text.
fn whole(release: &ReleaseRef<'_>, out: &mut impl Write) -> io::Result<()> {
    let facts = release::facts(release).into_iter();
    let others = facts.filter(|fact| !matches!(&*fact.name, "Date" | "Place" | "Source" | "Link" | "Also in"));
    let others: Vec<String> = others
        .map(|fact| format!("{}: {}", escaped(&fact.name), markup::link(&escaped(&fact.value), fact.address)))
        .collect();
    if !others.is_empty() {
        writeln!(out, "<p class=\"facts\">{}</p>", others.join(" · "))?;
    }
    let address = release::target(release);
    out.write_all(b"<div class=\"text\">\n")?;
    for (text, spans) in [(release.summary(), release.summary_spans()), (release.body(), release.body_spans())] {
        out.write_all(markup(text.as_clean(), spans, &address).as_bytes())?;
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
        ("p", &["class", "dir"]),
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
            prop_assert_eq!(headline.as_deref(), Some(catalog.release(0.into()).expect("one").title().as_str()));
        }
    }
}
