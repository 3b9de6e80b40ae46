use proptest::prelude::*;

use super::*;
use crate::query::parse;
use crate::text::fold_name;

const FEEDS: [(&str, &str, &str); 3] = [("Alpha", "7", "2"), ("Beta", "8", "1"), ("Beta daily", "9", "3")];
const FOLDERS: [(&str, &str); 3] = [("Europe", "1"), ("Europe/Courts", "2"), ("Asia", "3")];
const TOPICS: [&str; 3] = ["News", "Law", "Law reports"];

fn names() -> SearchNames {
    let pair = |name: &str, id: &str| (CleanBuf::line(name), CleanBuf::line(id));
    SearchNames {
        account: CleanBuf::line("work"),
        accounts: ["work", "home"].map(CleanBuf::line).to_vec(),
        feeds: FEEDS.map(|(name, id, _)| pair(name, id)).to_vec(),
        folders: FOLDERS.map(|(path, id)| pair(path, id)).to_vec(),
        topics: TOPICS.map(CleanBuf::line).to_vec(),
    }
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 3, 31).expect("a day")
}

/// The requests for a query, each as `TEXT +topic @feed /folder FROM..UNTIL u s | REST`.
fn planned(query: &str) -> Vec<String> {
    let shown = |one: &PlannedSearch| {
        let request = &one.request;
        let mut parts: Vec<String> = Some(request.text.clone()).filter(|text| !text.is_empty()).into_iter().collect();
        parts.extend(request.topics.iter().map(|topic| format!("+{topic}")));
        parts.extend(request.feed.iter().map(|feed| format!("@{feed}")));
        parts.extend(request.folder.iter().map(|folder| format!("/{folder}")));
        if request.from.is_some() || request.until.is_some() {
            let day = |time: Option<i64>| time.map_or_else(String::new, |time| (time / DAY).to_string());
            parts.push(format!("{}..{}", day(request.from), day(request.until)));
        }
        parts.extend(request.is_unread.map(|is| if is { "unread" } else { "read" }.to_owned()));
        parts.extend(request.is_starred.map(|is| if is { "starred" } else { "plain" }.to_owned()));
        if !one.rest.is_empty() {
            parts.push(format!("| {}", one.rest));
        }
        parts.join(" ")
    };
    plan(&parse(query).expect("a query"), &names(), today()).iter().map(shown).collect()
}

#[test]
fn each_clause_is_sent_or_stays() {
    let table: &[(&str, &[&str])] = &[
        ("", &[""]),
        ("tea fair", &["tea fair"]),
        ("\"decent work\" -tea -\"a b\"", &["\"decent work\" -tea -\"a b\""]),
        ("or x-y \"say \\\"so\\\"\"", &["\"or\" \"x-y\" \"say  so \""]),
        ("& \"\"", &["| & \"\""]),
        ("tea (fair OR \"a b\")", &["tea fair or tea \"a b\""]),
        ("(a b) OR (c d)", &["a b or c d"]),
        ("-(a OR b) -(c d)", &["-a -b -c or -a -b -d"]),
        ("topic:news topic:law tea", &["tea +News +Law"]),
        ("topic:\"law r\",other", &["+Law reports", "+other"]),
        ("-topic:news tea", &["tea | -topic:news"]),
        ("topic:\"\" tea", &["tea | topic:\"\""]),
        ("source:beta", &["@8"]),
        ("source:bet", &["@8", "@9"]),
        ("source:gamma tea", &[]),
        ("folder:europe tea", &["tea /1", "tea /2"]),
        ("folder:Europe/Courts source:alpha", &["@7 /2"]),
        ("is:unread -is:starred", &["unread plain"]),
        ("is:unread is:read", &[]),
        ("account:work tea", &["tea"]),
        ("account:home tea", &[]),
        ("-account:home", &[""]),
        ("date:1970-01-11", &["9..12 | date:1970-01-11"]),
        ("after:1970-01-11 before:1970-01-21", &["9..21 | after:1970-01-11 before:1970-01-21"]),
        ("date:1970-01-11,1970-02", &["9..60 | date:1970-01-11,1970-02"]),
        ("date:\"\",1970 -date:1971", &["| date:\"\",1970 -date:1971"]),
        ("title:tea author:ann place:bern label:x /a/ tea", &["tea | title:tea author:ann place:bern label:x /a/"]),
        ("word:tea,\"fair tea\" is:starred", &["tea or \"fair tea\" starred"]),
        ("-word:tea", &["| -word:tea"]),
        ("tea OR topic:news", &["tea", "+News"]),
        ("(tea OR author:ann) is:starred", &["tea starred", "starred | author:ann"]),
    ];
    for (query, requests) in table {
        assert_eq!(planned(query), *requests, "{query}");
    }
}

#[test]
fn a_clause_that_needs_too_many_requests_stays() {
    let many = "topic:a,b,c,d,e,f,g,h,i tea";
    assert_eq!(planned(many), ["tea | topic:a,b,c,d,e,f,g,h,i"]);
    assert_eq!(planned("source:alpha,beta topic:a,b,c,d,e"), ["@7 | topic:a,b,c,d,e", "@8 | topic:a,b,c,d,e"]);
    // Alternatives of words share a request, however many they are, but not without limit.
    let words = |count: usize| (0..count).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" OR ");
    assert_eq!(planned(&words(64)), [words(64).replace("OR", "or")]);
    assert!(planned(&words(65))[0].starts_with("| (w0 OR w1"));
    assert!(plan(&parse(&words(65)).expect("a query"), &names(), today())[0].reads_everything());
}

/// An entry: words, topics, the position of its feed, author, whether it is unread and starred, and its day with the
/// seconds from midnight in UTC to its time.
#[derive(Debug, Clone)]
struct Doc {
    words: Vec<&'static str>,
    topics: Vec<&'static str>,
    feed: usize,
    author: &'static str,
    is_unread: bool,
    is_starred: bool,
    date: (i32, i64),
}

fn docs() -> impl Strategy<Value = Vec<Doc>> {
    let words = prop::collection::vec(prop::sample::select(vec!["tea", "fair", "or", "asean", "x"]), 0..6);
    let topics = prop::sample::subsequence(vec!["News", "Law", "Law reports", "Other"], 0..3);
    // Noon of a day is up to a day away from the same day in UTC.
    let date = (17_600..17_620_i32, -50_400..DAY + 43_200);
    let all = (words, topics, 0..3_usize, prop::sample::select(vec!["", "Ann"]), any::<[bool; 2]>(), date);
    let doc = all.prop_map(|(words, topics, feed, author, [is_unread, is_starred], date)| Doc {
        words,
        topics,
        feed,
        author,
        is_unread,
        is_starred,
        date,
    });
    prop::collection::vec(doc, 0..40)
}

/// Whether a text has some words one after the other.
fn has_phrase(doc: &Doc, text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.is_empty() || doc.words.windows(words.len()).any(|part| part == words)
}

/// Whether an entry matches, compared by whole words.
fn holds(expr: &Expr, doc: &Doc) -> bool {
    let is_named = |own: &[&str], all: &[&str], name: &String| {
        let name = fold_name(name);
        if name.is_empty() {
            return own.is_empty();
        }
        let is_known = all.iter().any(|known| fold_name(known) == name);
        own.iter().any(|own| if is_known { fold_name(own) == name } else { fold_name(own).contains(&*name) })
    };
    match expr {
        Expr::Not(inner) => !holds(inner, doc),
        Expr::And(parts) => parts.iter().all(|part| holds(part, doc)),
        Expr::Or(parts) => parts.iter().any(|part| holds(part, doc)),
        Expr::Term(Term::Word(text) | Term::Phrase(text)) => has_phrase(doc, text),
        Expr::Term(Term::Words(phrases)) => phrases.iter().any(|phrase| has_phrase(doc, phrase)),
        Expr::Term(Term::Is(Status::Unread)) => doc.is_unread,
        Expr::Term(Term::Is(Status::Read)) => !doc.is_unread,
        Expr::Term(Term::Is(Status::Starred)) => doc.is_starred,
        Expr::Term(Term::Is(Status::Changed)) => false,
        Expr::Term(Term::Field(field, values)) => values.iter().any(|value| match field {
            Field::Topic => is_named(&doc.topics, &["News", "Law", "Law reports", "Other"], value),
            Field::Source => is_named(&[FEEDS[doc.feed].0], &FEEDS.map(|(name, ..)| name), value),
            Field::Folder => {
                let of_feed = FOLDERS.iter().find(|(_, id)| *id == FEEDS[doc.feed].2).expect("a folder").0;
                let own: &[&str] = if of_feed == "Europe/Courts" { &["Europe/Courts", "Europe"] } else { &[of_feed] };
                is_named(own, &FOLDERS.map(|(path, _)| path), value)
            }
            Field::Account => is_named(&["work"], &["work", "home"], value),
            _ => false,
        }),
        Expr::Term(Term::Text(_, values)) => values.iter().any(|value| doc.author.eq_ignore_ascii_case(value)),
        Expr::Term(term) => term.days(today()).iter().any(|days| days.contains(&doc.date.0)),
    }
}

/// Whether the server finds an entry: `or` binds weaker than standing side by side, and topics ignore case.
fn finds(request: &ServerQuery, doc: &Doc) -> bool {
    let mut alternatives = vec![true];
    let mut rest = request.text.as_str();
    while let Some(start) = rest.find(|c: char| !c.is_whitespace()) {
        rest = rest.get(start..).unwrap_or_default();
        let is_excluded = rest.starts_with('-');
        rest = rest.trim_start_matches('-');
        let (text, end) = if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').expect("a closing quote");
            (quoted.get(..end).unwrap_or_default(), end + 2)
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            (rest.get(..end).unwrap_or_default(), end)
        };
        if text == "or" && end == 2 {
            alternatives.push(true);
        } else {
            *alternatives.last_mut().expect("one") &= has_phrase(doc, text) != is_excluded;
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    let (_, feed, folder) = FEEDS[doc.feed];
    let published = i64::from(doc.date.0) * DAY + doc.date.1;
    alternatives.contains(&true)
        && request.topics.iter().all(|topic| doc.topics.iter().any(|own| own.eq_ignore_ascii_case(topic)))
        && request.from.is_none_or(|from| published >= from)
        && request.until.is_none_or(|until| published < until)
        && request.feed.as_ref().is_none_or(|wanted| wanted.as_str() == feed)
        && request.folder.as_ref().is_none_or(|wanted| wanted.as_str() == folder)
        && request.is_unread.is_none_or(|is| is == doc.is_unread)
        && request.is_starred.is_none_or(|is| is == doc.is_starred)
}

fn query() -> impl Strategy<Value = Query> {
    let leaves = vec![
        "tea",
        "fair",
        "or",
        "asean",
        "x-tea",
        "--&",
        "\"tea fair\"",
        "\"\"",
        "topic:news",
        "topic:law",
        "topic:\"law r\"",
        "topic:other,news",
        "topic:\"\"",
        "source:alpha",
        "source:bet",
        "source:alpha,beta",
        "folder:europe",
        "folder:asia",
        "folder:Europe/Courts",
        "folder:ur",
        "account:work",
        "account:home",
        "is:unread",
        "is:read",
        "is:starred",
        "date:2018-03-15",
        "date:2018-03-10,2018-03-20",
        "after:2018-03-20",
        "before:2018-03-22",
        "date:\"\",2018-03-15",
        "author:ann",
        "word:tea,\"fair tea\"",
    ];
    let leaf = prop::sample::select(leaves).prop_map(|text| match parse(text).expect("a query").clauses.as_slice() {
        [only] => only.clone(),
        several => Expr::And(several.to_vec()),
    });
    let expr = leaf.prop_recursive(3, 12, 4, |inner| {
        let some = prop::collection::vec(inner.clone(), 2..5);
        prop_oneof![
            inner.prop_map(|expr| Expr::Not(Box::new(expr))),
            some.clone().prop_map(Expr::Or),
            some.prop_map(Expr::And),
        ]
    });
    prop::collection::vec(expr, 0..4).prop_map(|clauses| Query { clauses })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_results_of_all_requests_are_those_of_the_query(docs in docs(), query in query()) {
        let searches = plan(&query, &names(), today());
        prop_assert!(searches.len() <= MOST_REQUESTS, "{} requests for {}", searches.len(), query);
        for doc in &docs {
            let is_found = searches.iter().any(|search| {
                finds(&search.request, doc) && search.rest.clauses.iter().all(|clause| holds(clause, doc))
            });
            let is_wanted = query.clauses.iter().all(|clause| holds(clause, doc));
            prop_assert_eq!(is_found, is_wanted, "{:?} by {} as {:?}", doc, query, searches);
        }
    }
}
