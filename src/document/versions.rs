//! The versions of a changed release as a document: when each came, and the words in which it differs from the one
//! before it.

use std::io::{self, Write};
use std::time::Instant;

use chrono::{DateTime, Local};
use serde::Serialize;

use super::difference::{Difference, Lines, Piece, PieceKind};
use super::markdown::{heading, inline};
use super::markup::escaped;
use super::{json, page};
use crate::library::Versions;
use crate::release::Release;

/// A version of a release.
#[derive(Debug)]
pub struct Step<'a> {
    /// When it came, in seconds since 1970.
    pub since: i64,
    /// When another version replaced it; `None` for the present one.
    pub until: Option<i64>,
    /// What the feed said.
    pub release: &'a Release,
    /// What is different from the version before; that of the first version has only additions.
    pub difference: Difference,
}

/// Returns the versions of a release, the present one first. `deadline` is that of each comparison.
#[must_use]
pub fn steps(versions: &Versions, deadline: impl Fn() -> Option<Instant>) -> Vec<Step<'_>> {
    let since = versions.earlier.first().map_or(0, |version| version.until);
    let present = (since, None, &versions.now);
    let earlier = versions.earlier.iter().map(|version| (version.since, Some(version.until), &version.release));
    let all: Vec<_> = std::iter::once(present).chain(earlier).collect();
    let nothing = Release::default();
    let step = |at: usize| {
        let (since, until, release) = all[at];
        let before = all.get(at + 1).map_or(&nothing, |(_, _, before)| before);
        Step { since, until, release, difference: Difference::new(before, release, deadline()) }
    };
    (0..all.len()).map(step).collect()
}

/// Writes a time in seconds since 1970 as local time.
#[must_use]
pub fn time(at: i64) -> String {
    let local = DateTime::from_timestamp(at, 0).map(|time| time.with_timezone(&Local));
    local.map_or_else(String::new, |time| time.format("%Y-%m-%d %H:%M").to_string())
}

impl Step<'_> {
    /// Returns from when to when this version was in the feed.
    #[must_use]
    pub fn period(&self) -> String {
        let since = time(self.since);
        self.until.map_or_else(|| format!("Since {since}"), |until| format!("{since} to {}", time(until)))
    }
}

fn title(release: &Release) -> &str {
    if release.title.is_empty() { "(no title)" } else { release.title.as_str() }
}

/// Writes the versions of releases as Markdown.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn markdown(releases: &[Vec<Step<'_>>], out: &mut impl Write) -> io::Result<()> {
    let marked = |piece: &Piece| {
        let text = inline(piece.text.as_str());
        match piece.kind {
            PieceKind::Same => text,
            PieceKind::Removed => format!("~~{text}~~"),
            PieceKind::Added => format!("**{text}**"),
        }
    };
    for (n, steps) in releases.iter().enumerate() {
        let Some(present) = steps.first() else { continue };
        writeln!(out, "{}{}", if n > 0 { "\n" } else { "" }, heading(1, &inline(title(present.release))))?;
        for (at, step) in steps.iter().enumerate() {
            let is_first = at + 1 == steps.len();
            writeln!(out, "\n{}", heading(2, &step.period()))?;
            for line in step.difference.title.iter().chain(&step.difference.text) {
                let marked = |piece: &Piece| if is_first { inline(piece.text.as_str()) } else { marked(piece) };
                writeln!(out, "\n{}", joined(line, marked))?;
            }
        }
    }
    Ok(())
}

/// Writes the versions of releases as a web page.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn html(releases: &[Vec<Step<'_>>], out: &mut impl Write) -> io::Result<()> {
    let name = match releases {
        [only] => only.first().map_or("", |present| title(present.release)),
        _ => "Versions",
    };
    page::begin(name, out)?;
    for steps in releases {
        let Some(present) = steps.first() else { continue };
        write!(out, "<article class=\"text\" dir=\"auto\">\n<h1>{}</h1>\n", escaped(title(present.release)))?;
        for (at, step) in steps.iter().enumerate() {
            let is_first = at + 1 == steps.len();
            writeln!(out, "<h2>{}</h2>", escaped(&step.period()))?;
            let marked = |piece: &Piece| {
                let text = escaped(piece.text.as_str());
                match piece.kind {
                    PieceKind::Removed => format!("<del>{text}</del>"),
                    PieceKind::Added if !is_first => format!("<ins>{text}</ins>"),
                    _ => text,
                }
            };
            for line in step.difference.title.iter().chain(&step.difference.text) {
                writeln!(out, "<p>{}</p>", joined(line, marked))?;
            }
        }
        out.write_all(b"</article>\n")?;
    }
    page::end(out)
}

fn joined(line: &[Piece], marked: impl Fn(&Piece) -> String) -> String {
    let part = |piece: &Piece| [if piece.has_blank { " " } else { "" }, &marked(piece)].concat();
    line.iter().map(part).collect::<Vec<_>>().concat()
}

/// A release and its versions in JSON.
#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
    versions: Vec<VersionItem<'a>>,
}

#[derive(Serialize)]
struct VersionItem<'a> {
    since: Option<String>,
    /// Null for the present version.
    until: Option<String>,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
    /// What is different from the version before; null for the first.
    changes: Option<Changes<'a>>,
}

#[derive(Serialize)]
struct Changes<'a> {
    title: Vec<Vec<Change<'a>>>,
    text: Vec<Vec<Change<'a>>>,
}

/// A piece of a line: with one key, which says what happened to it.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Change<'a> {
    Same(&'a str),
    Removed(&'a str),
    Added(&'a str),
}

/// Writes the versions of releases, each with its id, as a JSON array.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn to_json(releases: &[(&str, Vec<Step<'_>>)], out: &mut impl Write) -> io::Result<()> {
    let stamp = |at: i64| DateTime::from_timestamp(at, 0).map(|time| time.to_rfc3339());
    let items = releases.iter().map(|(id, steps)| Item {
        id,
        url: steps.first().map_or("", |present| present.release.url.as_str()),
        versions: (1..)
            .zip(steps)
            .map(|(number, step)| VersionItem {
                since: stamp(step.since),
                until: step.until.and_then(stamp),
                title: step.release.title.as_str(),
                summary: step.release.summary.as_str(),
                text: step.release.body.as_str(),
                changes: (number < steps.len())
                    .then(|| Changes { title: changes(&step.difference.title), text: changes(&step.difference.text) }),
            })
            .collect(),
    });
    json::array(items, out)?;
    out.write_all(b"\n")
}

fn changes(lines: &Lines) -> Vec<Vec<Change<'_>>> {
    lines.iter().map(|line| line.iter().map(Change::of).collect()).collect()
}

impl<'a> Change<'a> {
    fn of(piece: &'a Piece) -> Self {
        let text = piece.text.as_str();
        match piece.kind {
            PieceKind::Same => Self::Same(text),
            PieceKind::Removed => Self::Removed(text),
            PieceKind::Added => Self::Added(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::library::Version;
    use crate::text::CleanBuf;

    fn release(title: &str, text: &str) -> Release {
        Release { title: CleanBuf::line(title), summary: CleanBuf::block(text), ..Release::default() }
    }

    fn versions() -> Versions {
        let earlier = |since, until, title: &str, text: &str| Version { since, until, release: release(title, text) };
        let earlier = vec![earlier(20, 30, "The bridge", "Closed until May"), earlier(10, 20, "Bridge", "Closed")];
        Versions { now: release("The bridge", "Open again"), earlier }
    }

    fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("memory takes it");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn each_version_is_compared_with_the_one_before_it() {
        let versions = versions();
        let all = steps(&versions, || None);
        let times: Vec<_> = all.iter().map(|step| (step.since, step.until)).collect();
        assert_eq!(times, [(30, None), (20, Some(30)), (10, Some(20))]);
        let markdown = written(|out| markdown(&[steps(&versions, || None)], out));
        assert!(markdown.contains("~~Closed until May~~") && markdown.contains("**Open again**"), "{markdown}");
        assert!(markdown.contains("**The bridge**") || markdown.contains("**The** "), "{markdown}");
        assert!(markdown.ends_with("\nBridge\n\nClosed\n"), "{markdown}");
        let html = written(|out| html(&[steps(&versions, || None)], out));
        assert!(html.contains("<del>Closed until May</del>") && html.contains("<ins>until May</ins>"), "{html}");
        let json = written(|out| to_json(&[("7", steps(&versions, || None))], out));
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json[0]["versions"][1]["since"], "1970-01-01T00:00:20+00:00");
        assert_eq!(json[0]["versions"][1]["changes"]["text"][0][1]["added"], "until May");
        assert!(json[0]["versions"][0]["until"].is_null() && json[0]["versions"][2]["changes"].is_null());
    }

    proptest! {
        #[test]
        fn no_text_becomes_active(text in "(<|>|&|\"|<img src=x>|</?b>|\\[|\\]|!|`|\\*|~|_|\\\\|#|\n| |a|漢){0,30}", other in "(<|>|~|\\*|a| |\n){0,12}") {
            use pulldown_cmark::{Event, Options, Parser, Tag};
            let earlier = vec![Version { since: 1, until: 2, release: release(&other, &other) }];
            let versions = Versions { now: release(&text, &text), earlier };
            let markdown = written(|out| markdown(&[steps(&versions, || None)], out));
            for event in Parser::new_ext(&markdown, Options::ENABLE_STRIKETHROUGH) {
                let is_active = matches!(event, Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. } | Tag::Link { .. }));
                prop_assert!(!is_active, "{event:?} in {markdown}");
            }
            let html = written(|out| html(&[steps(&versions, || None)], out));
            prop_assert!(!html.contains("<img") && !html.contains("<b>"), "{html}");
        }
    }
}
