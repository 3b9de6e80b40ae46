//! Positions, counts and the summary of a report.

use tidings::feed::check::{KEPT, Severity};

use crate::documents::{ATOM, FEED, RSS};
use crate::report;

#[test]
fn a_finding_has_a_position() {
    let text = ATOM.replace("2018-11-05T10:00:00Z", "soon");
    let findings = report(text.as_bytes()).findings;
    let [one] = &findings[..] else { panic!("{findings:?}") };
    let at = text.find("<updated>soon").expect("there") as u64;
    let line = text.get(..at as usize).unwrap_or_default().lines().count() as u64;
    assert_eq!((one.item, one.byte, one.line), (Some(1), Some(at), Some(line)));
    assert_eq!(one.detail.as_str(), "updated: “soon”: no T between date and time");
    let text = FEED.replace("\"tags\"", "\"Tags\"");
    let findings = report(text.as_bytes()).findings;
    let at = text.find("\"Tags\"").expect("there") as u64;
    assert_eq!((findings[0].item, findings[0].byte, findings[0].line), (Some(0), Some(at), Some(4)));
    let text = RSS.replace("<language>", "<tagline/><language>");
    let at = text.find("<tagline/>").expect("there") as u64;
    let findings = report(text.as_bytes()).findings;
    assert_eq!((findings[0].item, findings[0].byte, findings[0].line), (None, Some(at), Some(4)));
}

#[test]
fn a_summary_describes_the_feed() {
    let report = report(FEED.replace("[\"News\"]", "[\"News\",\"Law\"]").as_bytes());
    let summary = &report.summary;
    assert_eq!((summary.items, summary.topics(), summary.duplicates), (2, 2, 0));
    assert_eq!(summary.top_topics(9), [("Law", 1), ("News", 1)]);
    assert_eq!(summary.languages().collect::<Vec<_>>(), ["de"]);
    let dates = summary.dates.map(|(first, last)| (first.day().to_string(), last.day().to_string()));
    assert_eq!(dates, Some(("2018-11-05".to_owned(), "2018-11-06".to_owned())));
    assert_eq!(summary.title.as_str(), "T");
}

#[test]
fn all_findings_are_counted_and_the_first_are_kept() {
    let items = vec![r#"{"title":"x"}"#; KEPT + 6].join(",");
    let report = report(format!("[{items}]").as_bytes());
    assert_eq!((report.of(Severity::Note), report.findings.len()), (KEPT as u64 + 6, KEPT));
}

/// An RSS feed with releases at these paths.
fn rss(paths: &[&str]) -> String {
    let item = |path: &&str| format!("<item><title>Opinion: x</title><link>https://a.example{path}</link></item>");
    format!("<rss version=\"2.0\"><channel>{}</channel></rss>", paths.iter().map(item).collect::<String>())
}

#[test]
fn topics_that_could_be_derived_are_proposed() {
    let paths = ["/water/1", "/water/2", "/roads/3", "/roads/4", "/roads/5"];
    let proposed = |text: &str| {
        let found = report(text.as_bytes()).derived().into_iter();
        found.map(|topics| format!("{}: {topics}", topics.from)).collect::<Vec<_>>()
    };
    assert_eq!(proposed(&rss(&paths)), ["address: Roads (3), Water (2) in 5 of 5 releases"]);
    let labels = rss(&paths).replacen("Opinion:", "Quiz:", 2);
    let expected =
        ["address: Roads (3), Water (2) in 5 of 5 releases", "title: Opinion (3), Quiz (2) in 5 of 5 releases"];
    assert_eq!(proposed(&labels), expected);
    // Most releases have topics.
    assert_eq!(proposed(&rss(&paths).replacen("</title>", "</title><category>Own</category>", 3)), [""; 0]);
    assert_eq!(proposed(&rss(&["/1", "/2", "/3", "/4", "/5"])), [""; 0]);
}
