use proptest::prelude::*;

use super::*;
use crate::feed::{self, Rules, Sink};
use crate::release::Problem;
use crate::text::Clean;

fn release(address: &str, title: &str) -> Release {
    Release { url: CleanBuf::line(address), title: CleanBuf::line(title), ..Release::default() }
}

fn tally<'a>(releases: impl IntoIterator<Item = (&'a str, &'a str)>) -> Tally {
    let mut tally = Tally::default();
    for (address, title) in releases {
        tally.add(&release(address, title));
    }
    tally
}

/// What the addresses give: the topics with their counts.
fn sections(addresses: &[&str]) -> Option<String> {
    let addresses: Vec<String> = addresses.iter().map(|path| format!("https://example.org{path}")).collect();
    let tally = tally(addresses.iter().map(|address| (address.as_str(), "")));
    tally.proposal(TopicSource::Address).map(|proposal| proposal.to_string())
}

fn labels(titles: &[&str]) -> Option<String> {
    tally(titles.iter().map(|title| ("", *title))).proposal(TopicSource::Title).map(|proposal| proposal.to_string())
}

#[test]
fn sections_are_found_wherever_they_stand_in_the_path() {
    let of = |before: &str, after: &str| {
        let paths: Vec<String> = ["politics", "politics", "public-health", "public-health", "sport", "politics"]
            .iter()
            .enumerate()
            .map(|(n, section)| format!("{before}/{section}/{after}release-{n}.html"))
            .collect();
        sections(&paths.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let expected = Some("Politics (3), Public health (2), Sport (1) in 6 of 6 releases".to_owned());
    let paths =
        ["", "/en", "/pt-br", "/news", "/2026/11/27", "/2026/nov", "/en/newsroom/archive", "/press-office", "/a-b/c-d"];
    for (before, after) in paths.iter().flat_map(|before| ["", "2026/11/27/", "details/"].map(|after| (before, after)))
    {
        assert_eq!(of(before, after), expected, "{before} {after}");
    }
}

#[test]
fn what_is_no_section_is_not_proposed() {
    let none: &[(&str, &[&str])] = &[
        ("slugs", &["/first-one", "/second-one", "/third-one", "/first-one", "/second-one"]),
        ("one section for all", &["/press/a", "/press/b", "/press/c", "/press/d", "/press/e"]),
        ("years and months", &["/2025/a", "/2025/b", "/2026/c", "/2026/d", "/2025/june/e", "/2025/june/f"]),
        ("languages", &["/en/a", "/en/b", "/fr/c", "/fr/d", "/pt-br/e"]),
        ("numbers of releases", &["/123456/a", "/123456/b", "/99999/c", "/99999/d", "/99999/e"]),
        ("long parts", &["/a-long-name-of-one-release/x", "/a-long-name-of-one-release/y", "/b/x", "/b/y", "/c/z"]),
        (
            "authors",
            &["/author/jane-doe/a", "/author/jane-doe/b", "/author/john-roe/c", "/author/john-roe/d", "/@ann/e"],
        ),
        ("files", &["/index.html/a", "/index.html/b", "/main.php/c", "/main.php/d", "/main.php/e"]),
        ("codes", &["/eby/a", "/eby/b", "/pen/c", "/pen/d", "/sby/e"]),
        ("each another", &["/oak/a", "/elm/b", "/beech/c", "/ash/d", "/birch/e"]),
        ("trackers", &["/~r/blog/x/~3/a1/a", "/~r/blog/x/~3/b2/b", "/~r/blog/x/~3/c3/c", "/~r/blog/x/~3/d4/d", "/e"]),
        ("too few", &["/politics/a", "/politics/b", "/sport/c", "/sport/d"]),
        ("a minority", &["/politics/a", "/politics/b", "/sport/c", "/x", "/y", "/z", "/u"]),
    ];
    for (what, addresses) in none {
        assert_eq!(sections(addresses), None, "{what}");
    }
}

#[test]
fn sections_of_any_script_are_decoded_and_cleaned() {
    let paths =
        ["/%D0%BF%D0%BE%D0%BB%D0%B8%D1%82%D0%B8%D0%BA%D0%B0/1", "/политика/2", "/%EC%82%AC%ED%9A%8C/3", "/사회/4"];
    let all = [&paths[..], &["/art%1b%5B2J%E2%80%AE/5", "/arts%20&%20crafts/6", "/arts+&+crafts/7"]].concat();
    let expected = "Art (1), Arts & crafts (2), Политика (2), 사회 (2) in 7 of 7 releases";
    let found = sections(&all).expect("sections");
    let mut parts: Vec<&str> = found.split(" in ").next().unwrap_or_default().split(", ").collect();
    parts.sort_unstable();
    assert_eq!(format!("{} in {}", parts.join(", "), found.split(" in ").nth(1).unwrap_or_default()), expected);
}

#[test]
fn labels_repeat_in_most_titles() {
    let titles = ["Opinion | A", "Opinion | B", "[Video] C", "[Video] D", "ADVISORY – E", "Advisory – F", "G"];
    assert_eq!(labels(&titles).as_deref(), Some("ADVISORY (2), Opinion (2), Video (2) in 6 of 7 releases"));
    let titles = ["(공동-참고) 가", "(공동-참고) 나", "[보도자료] 다", "[보도자료] 라", "【速報】震災", "【速報】台風"];
    assert!(labels(&titles).is_some());
    for none in [
        ["Press release: A", "Press release: B", "Press release: C", "Press release: D", "Press release: E"],
        ["Budget: A", "Water: B", "Roads: C", "Schools: D", "Bridges: E"],
        ["Chapter 1: A", "Chapter 1: B", "Chapter 2: C", "Chapter 2: D", "Episode 3: E"],
        ["Well-known A", "Well-known B", "10:30 C", "10:30 D", "E"],
        ["He said yes. Then: A", "He said yes. Then: B", "Re: C", "Re: D", "Re: E"],
        ["[Video]", "[Video]", "Opinion: ", "Opinion: ", "[Video] …"],
    ] {
        assert_eq!(labels(&none), None, "{none:?}");
    }
    let mut named =
        tally(["Harbour | A", "Harbour | B", "Harbour | C", "Quiz | D", "Quiz | E"].map(|title| ("", title)));
    assert!(named.proposal(TopicSource::Title).is_some());
    named.name("Harbour news");
    assert_eq!(named.proposal(TopicSource::Title), None, "the feed's own name");
}

#[test]
fn a_rule_gives_later_releases_the_same_topics_whatever_arrives_with_them() {
    let addresses = ["/press/water/a", "/press/water/b", "/press/roads/c", "/press/roads/d", "/press/roads/e"];
    let addresses: Vec<String> = addresses.iter().map(|path| format!("https://example.org{path}")).collect();
    let mut rule = TopicRule::from(TopicSource::Address);
    assert!(!rule.is_settled() && rule.topic(&addresses[0], "").is_none());
    assert!(rule.learn(&tally(addresses.iter().map(|address| (address.as_str(), "")))));
    let topic = |path: &str| rule.topic(&format!("https://example.org{path}"), "").map(|topic| topic.to_string());
    assert_eq!(topic("/en/press/water/2027/z").as_deref(), Some("Water"));
    assert_eq!(topic("/press/bridges/y").as_deref(), Some("Bridges"), "a section that is new");
    for other in ["/jobs/water/y", "/press/y", "/press/a-name-of-one-release/y", "/press/2027/y", ""] {
        assert_eq!(topic(other), None, "{other}");
    }
    let mut named = Release { topics: vec![CleanBuf::line("Own")], ..release(&addresses[0], "") };
    rule.apply(&mut named);
    assert_eq!(named.topics, [CleanBuf::line("Own")]);
    // The path is found once; labels are added.
    assert!(!rule.clone().learn(&tally([])));
    let mut rule = TopicRule::from(TopicSource::Title);
    assert!(rule.learn(&tally(["Op | a", "Op | b", "Op | c", "News: d", "News: e"].map(|title| ("", title)))));
    assert!(rule.learn(&tally(["Quiz: a", "Quiz: b", "Op | c", "Op | d", "e"].map(|title| ("", title)))));
    let topics =
        ["QUIZ: x", "op | x", "News: x", "Words: x"].map(|title| rule.topic("", title).map(|one| one.to_string()));
    assert_eq!(topics, [Some("QUIZ".to_owned()), Some("op".to_owned()), Some("News".to_owned()), None]);
}

#[test]
fn a_rule_is_stored_and_switched_off() {
    let mut rule = TopicRule::from(TopicSource::Address);
    let stored = |rule: &TopicRule| Rules { topics: Some(rule.clone()), ..Rules::default() }.to_text();
    assert_eq!(stored(&rule).as_deref(), Some(r#"{"topics":{"from":"address"}}"#));
    rule.found = Some(Found::After(vec!["press".to_owned()]));
    let text = stored(&rule).expect("a rule");
    assert_eq!(text, r#"{"topics":{"from":"address","found":{"after":["press"]}}}"#);
    assert_eq!(Rules::of_text(&text).topics, Some(rule.clone()));
    assert_eq!(stored(&TopicSource::None.into()), None);
    let options = |text: &str| Rules::of_options(text).expect("options");
    let before = Rules { topics: Some(rule), ..options("--map title=x --page") };
    let changed = |text: &str| options(text).changing(&before).stored();
    assert_eq!(changed(""), before);
    assert_eq!(changed("--topics-from none"), options("--map title=x --page"));
    assert_eq!(changed("--topics-from title"), options("--map title=x --page --topics-from title"));
    assert_eq!(changed("--map title=y"), Rules { topics: before.topics.clone(), ..options("--map title=y") });
}

#[derive(Default)]
struct Read {
    topics: Vec<String>,
    rule: Option<TopicRule>,
}

impl Sink for Read {
    fn title(&mut self, _: Clean<'_>) {}

    fn release(&mut self, _: u64, release: &Release) {
        self.topics.push(release.topics.iter().map(CleanBuf::as_str).collect::<Vec<_>>().join("+"));
    }

    fn problem(&mut self, _: Problem) {}

    fn rules(&self) -> Rules {
        Rules { topics: Some(TopicSource::Address.into()), ..Rules::default() }
    }

    fn derives(&mut self, topics: &TopicRule) {
        self.rule = Some(topics.clone());
    }

    fn progress(&mut self, _: u64) -> std::ops::ControlFlow<()> {
        std::ops::ControlFlow::Continue(())
    }
}

#[test]
fn a_reader_derives_topics_when_it_has_seen_the_whole_feed() {
    let item =
        |path: &str, more: &str| format!("<item><title>x</title><link>http://a.example{path}</link>{more}</item>");
    let first = [item("/water/1", ""), item("/water/2", "<category>Own</category>"), item("/roads/3", "")];
    let items = [first.concat(), item("/roads/4", ""), item("/x", ""), item("/water/6", "")].concat();
    let mut read = Read::default();
    let rss = format!("<rss><channel>{items}</channel></rss>");
    feed::read(CleanBuf::line("a").as_clean(), &mut rss.as_bytes(), &mut read).expect("a feed");
    assert_eq!(read.topics, ["Water", "Own", "Roads", "Roads", "", "Water"]);
    assert!(read.rule.is_some_and(|rule| rule.is_settled()));
}

fn address() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => prop::sample::select(vec!["news", "en", "2026", "politics", "sport", "%D0%BF", "%ff", "", "a-b", "x.html", "~r", "사회"])
            .prop_map(str::to_owned),
        1 => "[a-z%/?#;-]{0,8}",
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| format!("https://example.org/{}", parts.join("/")))
}

fn title() -> impl Strategy<Value = String> {
    let begin = prop::sample::select(vec!["Opinion: ", "[Video] ", "News | ", "속보：", "– ", "[", "", "Re: "]);
    (begin, "\\PC{0,6}").prop_map(|(begin, rest)| format!("{begin}{rest}"))
}

proptest! {
    #[test]
    fn no_address_and_no_title_breaks_the_derivation(address in "\\PC{0,60}", title in "\\PC{0,60}") {
        let _ = address::path(&address).count();
        let _ = title::label(&title);
        tally([(address.as_str(), title.as_str())]);
    }

    #[test]
    fn the_order_of_releases_changes_nothing(
        releases in prop::collection::vec((address(), title()), 0..30).prop_shuffle(),
        from in prop::sample::select(vec![TopicSource::Address, TopicSource::Title]),
    ) {
        let pairs = || releases.iter().map(|(address, title)| (address.as_str(), title.as_str()));
        let (one, other) = (tally(pairs()), tally(pairs().rev()));
        prop_assert_eq!(one.proposal(from), other.proposal(from));
        let learned = |tally: &Tally| {
            let mut rule = TopicRule::from(from);
            rule.learn(tally);
            rule
        };
        prop_assert_eq!(learned(&one), learned(&other));
    }

    #[test]
    fn a_proposal_says_what_the_rule_gives(
        releases in prop::collection::vec((address(), title()), 5..30),
        from in prop::sample::select(vec![TopicSource::Address, TopicSource::Title]),
    ) {
        let tally = tally(releases.iter().map(|(address, title)| (address.as_str(), title.as_str())));
        let mut rule = TopicRule::from(from);
        rule.learn(&tally);
        let given = releases.iter().filter(|(address, title)| {
            rule.topic(CleanBuf::line(address).as_str(), CleanBuf::line(title).as_str()).is_some()
        });
        prop_assert_eq!(tally.proposal(from).map_or(0, |proposal| proposal.releases), given.count() as u64);
    }
}
