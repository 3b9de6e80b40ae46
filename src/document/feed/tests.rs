//! A feed is valid, and tidings reads it back whole.

use std::ops::ControlFlow;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::catalog::{Builder, Facet, OwnTopic, Set};
use crate::feed::check::{RuleId, Severity, check};
use crate::feed::{self, Limits, Sink};
use crate::release::{Cause, Link, LinkKind, Problem, Release};
use crate::text::CleanBuf;

/// Keeps all releases of a feed.
#[derive(Default)]
struct All {
    title: String,
    releases: Vec<Release>,
}

impl Sink for All {
    fn title(&mut self, title: Clean<'_>) {
        self.title = title.as_str().to_owned();
    }

    fn release(&mut self, _: u64, release: &Release) {
        self.releases.push(release.clone());
    }

    fn problem(&mut self, problem: Problem) {
        // Stands for a missing date.
        assert_eq!(problem.cause, Cause::Placeholder, "{problem:?}");
    }

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn read(bytes: &[u8]) -> All {
    let mut all = All::default();
    feed::read(CleanBuf::line("test").as_clean(), &mut &*bytes, &mut all).expect("a feed");
    all
}

/// A release as an HTML feed gives it.
fn from_html(title: &str, html: &str) -> Release {
    let feed = serde_json::json!([{"title": title, "content_html": html}]).to_string();
    read(feed.as_bytes()).releases.remove(0)
}

fn catalog(releases: &[(&str, Release)]) -> std::sync::Arc<Catalog> {
    let mut builder = Builder::merging();
    let mut sources: Vec<&str> = releases.iter().map(|(source, _)| *source).collect();
    sources.dedup();
    for name in sources {
        builder.source(CleanBuf::line(name).as_clean());
        builder.key(CleanBuf::line(&format!("https://{name}.invalid/")).as_clean());
        for (item, (_, release)) in (0..).zip(releases.iter().filter(|(source, _)| *source == name)) {
            builder.push(item, release);
        }
        builder.end_source();
    }
    builder.publish()
}

/// After all dates, in seconds since 1970.
const NOW: i64 = 2_000_000_000;
const TITLE: &str = "Tea & <b>more</b>";

fn written(catalog: &Catalog, format: FeedFormat, address: &str) -> String {
    let (mut out, title) = (Vec::new(), CleanBuf::line(TITLE));
    let id = identity::uuid(&["test"]);
    let arrived = FxHashMap::default();
    Feed { title: title.as_clean(), id: &id, address, catalog, releases: catalog.order(), arrived: &arrived }
        .write(format, &mut out)
        .expect("memory takes it");
    String::from_utf8(out).expect("text")
}

/// What `check` finds that is no mere note. Atom cannot say that a date is missing, and
/// what looks like markup in a title is meant literally.
fn problems(document: &str) -> Vec<String> {
    let report =
        check(CleanBuf::line("test").as_clean(), &mut document.as_bytes(), Limits::default(), NOW).expect("a feed");
    let meant = [RuleId::DatePlaceholder, RuleId::AtomTextMarkup, RuleId::JsonFeedTitleMarkup];
    let serious =
        report.findings.iter().filter(|finding| finding.severity() != Severity::Note && !meant.contains(&finding.rule));
    serious.map(|finding| format!("{finding:?}")).collect()
}

fn line(text: &str) -> CleanBuf {
    CleanBuf::line(text)
}

fn examples() -> Vec<(&'static str, Release)> {
    let link = |kind, label: &str, address: &str, media: &str, bytes| Link {
        kind,
        label: line(label),
        address: line(address),
        media: line(media),
        bytes,
    };
    let time = Date::from_local(chrono::NaiveDate::from_ymd_opt(2018, 11, 6).expect("a day"), 36_000, 420);
    vec![
        (
            "Gazette",
            Release {
                id: line("1"),
                title: line("Fish & chips <b>bold</b> \u{202e}odd"),
                summary: line("A short text, 3 < 4 & 5 > 2"),
                body: CleanBuf::block("All of it.\n\nIn two <i>paragraphs</i> & more."),
                topics: vec![line("News & views"), line("Law")],
                place: line("Bern"),
                author: line("A. Writer"),
                date: time,
                url: line("https://e.invalid/1?a=1&b=\"2\""),
                links: vec![
                    link(LinkKind::Enclosure, "Sound", "https://e.invalid/a.mp3", "audio/mpeg", Some(99)),
                    link(LinkKind::Related, "More", "https://e.invalid/more?x&y", "", None),
                    link(LinkKind::Comments, "", "https://e.invalid/talk", "", None),
                ],
                ..Release::default()
            },
        ),
        (
            "Gazette",
            Release { id: line("2"), title: line("A day"), date: Date::from_ymd(2018, 11, 5), ..Release::default() },
        ),
        (
            "Gazette",
            Release { id: line("3"), title: line("A month"), date: Date::from_month(2018, 10), ..Release::default() },
        ),
        (
            "Gazette",
            Release { id: line("4"), title: line("A year"), date: Date::from_year(2017), ..Release::default() },
        ),
        ("Gazette", Release { id: line("5"), title: line("No date"), summary: line("Words"), ..Release::default() }),
        (
            "Gazette",
            Release {
                id: line("6"),
                url: line("https://e.invalid/6"),
                summary: line("Untitled"),
                ..Release::default()
            },
        ),
        ("Other", Release { id: line("1"), title: line("Another with the same id"), ..Release::default() }),
        (
            "Other",
            from_html(
                "Styled",
                "<h2>Head</h2><p>One <b>two</b> <a href='https://e.invalid/x?a&amp;b'>three</a></p>\
                 <ul><li>a<li>b</ul><blockquote>said</blockquote><pre>x\n  y</pre>",
            ),
        ),
    ]
}

#[test]
fn a_feed_is_read_back_whole() {
    let catalog = catalog(&examples());
    for format in FeedFormat::ALL {
        let document = written(&catalog, format, "");
        let all = read(document.as_bytes());
        assert_eq!(all.title, TITLE, "{document}");
        assert_eq!(all.releases.len(), catalog.len(), "{document}");
        for (found, &index) in all.releases.iter().zip(catalog.order().iter()) {
            let mut release = catalog.release(index).expect("a release").to_release();
            // JSON Feed has no links besides attachments.
            release.links.retain(|link| format == FeedFormat::Atom || link.kind != LinkKind::Related);
            release.links.retain(|link| format == FeedFormat::Atom || link.kind != LinkKind::Comments);
            let expected = Release { id: found.id.clone(), guid: found.guid.clone(), ..release };
            let found = Release { language: CleanBuf::default(), ..found.clone() };
            assert_eq!(found, expected, "{format:?} {document}");
        }
    }
}

#[test]
fn a_feed_keeps_the_rules_of_its_format() {
    for catalog in [catalog(&examples()), std::sync::Arc::default()] {
        for format in FeedFormat::ALL {
            let document = written(&catalog, format, "https://example.org/tea?a=1&b=2");
            assert_eq!(problems(&document), [""; 0], "{document}");
        }
    }
}

#[test]
fn ids_are_addresses_that_depend_on_nothing_else() {
    let examples = examples();
    let ids = |releases: &[(&'static str, Release)], format| -> Vec<(String, String)> {
        let all = read(written(&catalog(releases), format, "").as_bytes()).releases;
        let mut ids: Vec<_> = all.iter().map(|one| (one.title.to_string(), one.id.to_string())).collect();
        ids.sort();
        ids
    };
    let all = ids(&examples, FeedFormat::Atom);
    assert_eq!(all, ids(&examples, FeedFormat::Json), "both formats have the same");
    let distinct: std::collections::BTreeSet<&String> = all.iter().map(|(_, id)| id).collect();
    assert!(distinct.len() == examples.len() && distinct.iter().all(|id| id.starts_with("urn:uuid:")), "{all:?}");
    for few in [&examples[..2], &examples[6..]] {
        assert!(ids(few, FeedFormat::Atom).iter().all(|one| all.contains(one)));
    }
}

#[test]
fn a_story_keeps_its_id_when_another_source_has_it_too() {
    let story = |date| Release {
        id: line("s"),
        title: line("One story"),
        url: line("https://e.invalid/story"),
        date,
        ..Release::default()
    };
    let id = |releases: &[(&'static str, Release)]| {
        let all = read(written(&catalog(releases), FeedFormat::Atom, "").as_bytes()).releases;
        assert_eq!(all.len(), 1);
        all[0].id.clone()
    };
    let (first, later) = (story(Date::from_ymd(2018, 11, 5)), story(Date::from_ymd(2018, 11, 6)));
    let alone = id(&[("Gazette", first.clone())]);
    assert_eq!(id(&[("Gazette", first.clone()), ("Other", later.clone())]), alone);
    assert_eq!(id(&[("Another", later), ("Gazette", first)]), alone);
}

#[test]
fn the_users_own_folders_labels_and_topics_are_left_out() {
    let release = Release { title: line("A"), labels: vec![line("Secret")], ..Release::default() };
    let mut builder = Builder::new();
    builder.source(line("Gazette").as_clean());
    builder.folder(&[line("Private")]);
    builder.accounts(&[line("Mine")]);
    builder.push(0, &release);
    let mut releases = Set::default();
    releases.set(0.into(), true);
    let topic = OwnTopic { name: line("Street"), releases: Arc::new(releases) };
    let catalog = builder.publish().with_own_topics(std::iter::once(topic).collect());
    let release = catalog.release(0.into()).expect("a release");
    assert_eq!((release.labels(Facet::Folder).count(), release.own_topics().count()), (1, 1));
    for format in FeedFormat::ALL {
        let document = written(&catalog, format, "");
        assert!(document.contains("Gazette"), "{document}");
        for name in ["Secret", "Private", "Mine", "Street"] {
            assert!(!document.contains(name), "{name} in {document}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_makes_a_valid_feed_with_the_same_texts(
        title in any::<String>(),
        summary in any::<String>(),
        body in any::<String>(),
    ) {
        let release = Release {
            title: CleanBuf::line(&title),
            url: line("https://e.invalid/"),
            // Equal texts are one.
            summary: CleanBuf::block(&format!("Summary {summary}")),
            body: CleanBuf::block(&format!("Body {body}")),
            ..Release::default()
        };
        let catalog = catalog(&[("Gazette", release.clone())]);
        for format in FeedFormat::ALL {
            let document = written(&catalog, format, "https://example.org/");
            let all = read(document.as_bytes());
            prop_assert_eq!(all.releases.len(), 1);
            let words = |text: &CleanBuf| text.as_str().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let found = &all.releases[0];
            prop_assert_eq!(words(&found.title), words(&release.title));
            let texts = |one: &Release| [words(&one.summary), words(&one.body)].concat();
            prop_assert_eq!(texts(found), texts(&release), "{}", document);
        }
    }
}
