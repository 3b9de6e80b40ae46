//! Hostile texts take linear time.

#[path = "support/kept.rs"]
mod kept;
#[path = "support/scaling.rs"]
mod scaling;

use std::ops::ControlFlow;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use scaling::assert_linear;
use tidings::catalog::{Builder, Catalog, Facet, MOST_VALUES, ReleaseIndex};
use tidings::document::feed::{Feed, FeedFormat};
use tidings::document::{self, ExportFormat};
use tidings::feed::{self, Sink};
use tidings::net::full_text;
use tidings::query::{Context, Patient, Request, Searcher, Sort, parse};
use tidings::release::{CustomField, FieldName, Problem, Release};
use tidings::text::{Clean, CleanBuf};

/// The size of the first text of a shape, in bytes.
const SIZE: usize = 20_000;

/// Counts the bytes of the texts, so that no work on them can be optimised away.
#[derive(Default)]
struct Length(usize);

impl Sink for Length {
    fn title(&mut self, _: Clean<'_>) {}

    fn release(&mut self, _item: u64, release: &Release) {
        self.0 += release.title.as_str().len() + release.summary.as_str().len() + release.body.as_str().len();
    }

    fn problem(&mut self, _: Problem) {}

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn read(feed: &str) {
    let mut length = Length::default();
    feed::read(CleanBuf::line("test").as_clean(), &mut feed.as_bytes(), &mut length).expect("a feed");
    assert!(length.0 > 0, "no text in {:?}", feed.get(..80));
}

/// Returns `before`, then `repeated` up to about this many bytes; each `#` in it becomes a different number.
fn shape(before: &str, repeated: &str, size: usize) -> String {
    let count = size / repeated.len() + 1;
    let mut text = before.to_owned();
    for n in 0..count {
        if repeated.contains('#') {
            text.push_str(&repeated.replace('#', &n.to_string()));
        } else {
            text.push_str(repeated);
        }
    }
    text
}

/// Hostile markup: its description, the text before, and the repeated text.
const MARKUP: [(&str, &str, &str); 41] = [
    ("ampersands in an attribute", "<p>x<a href=\"", "&"),
    ("tags without end", "x", "<a "),
    ("tags without end before one", "<b>x</b>", "<p x='"),
    ("brackets", "x &amp; ", "<"),
    ("names without end", "<p>x", "<abcdefgh"),
    ("foreign names", "<p>x", "<x#>"),
    ("foreign end tags", "<p>x", "</x#><br>"),
    ("entities cut in a letter", "<p>x", "&aé"),
    ("long names of entities", "<p>x", "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ("entities", "<p>x", "&amp;&eacute;&#8217;"),
    ("unclosed elements", "x", "<div>a"),
    ("unclosed parts of lines", "x", "<span>a"),
    ("formatting in each paragraph", "", "<p><font a=#><b><i><u>x"),
    ("many kinds of formatting", "", "<font a=#>x"),
    ("formatting closed across blocks", "x", "<b><p><i></b></p>"),
    ("nested links", "x", "<a href=x><div>y"),
    ("nested emphasis", "x", "<em><strong>a</em></strong>"),
    ("strong letters", "x", "<b>a</b>"),
    ("drawings in drawings", "x", "<svg><g><text>a"),
    ("formulas in formulas", "</math>x", "<math><mrow><mi>a"),
    ("deep formulas", "<math>", "<mrow><mfrac><mi>a</mi>"),
    ("deep lists", "x", "<ul><li>a"),
    ("deep quotes", "x", "<blockquote>a"),
    ("deep tables", "x", "<table><tr><td>a"),
    ("text beside the cells", "<table>x", "<b>a<tr>b"),
    ("wide cells", "<table>", "<tr><td colspan=1000 rowspan=65534>a<td>b"),
    ("many cells", "<table><tr><td>", "a<td>"),
    ("many attributes", "<p>x<a ", "x#=1 "),
    ("many styles", "<p>x<a style='", "a:b;"),
    ("many sources", "<p>x<img srcset='", "data:x, "),
    ("many links", "x", "<a href=/#>a</a> "),
    ("addresses", "<p>x", "https://a.example/# www."),
    ("schemes and brackets", "<p>x", "http://a((((.)"),
    ("long words", "<p>", "wordword"),
    ("unclosed comments", "x", "<!-- a -- "),
    ("unclosed sections", "<p>x", "<![CDATA[ a"),
    ("raw elements", "x", "<title><textarea><iframe><xmp>"),
    ("readings outside of a ruby", "x", "<rt>a<rp>b"),
    ("choices", "<select>x", "<option>a<optgroup>b"),
    ("headings in headings", "x", "<h1>a<h2></h3>"),
    ("end tags", "<p>x", "</p></b></div></table></br>"),
];

#[test]
fn hostile_markup_takes_linear_time() {
    for (name, before, repeated) in MARKUP {
        let make = |size| {
            let text = shape(before, repeated, size);
            serde_json::json!([{ "title": "t", "content_html": text }]).to_string()
        };
        assert_linear(name, SIZE, make, |feed| read(feed));
    }
}

#[test]
fn hostile_markup_in_titles_takes_linear_time() {
    for (name, before, repeated) in [MARKUP[0], MARKUP[1], MARKUP[7], MARKUP[12]] {
        let make = |size| {
            let title = shape(before, repeated, size).replace('&', "&amp;").replace('<', "&lt;");
            format!("<rss><channel><item><title>a {title}</title></item></channel></rss>")
        };
        assert_linear(name, SIZE, make, |feed| read(feed));
    }
}

#[test]
fn hostile_markdown_takes_linear_time() {
    for (name, before, repeated) in [
        ("brackets", "", "["),
        ("pairs of brackets", "", "[]("),
        ("asterisks", "", "*a "),
        ("stars and lines", "", "**a_b*c_"),
        ("backticks of all lengths", "", "`a``b```c"),
        ("deep quotes", "\n\n", "> "),
        ("quotes and lists", "\n\n", "> - "),
        ("lists", "\n\n", "- a\n  "),
        ("tables", "\n\n|a|b|\n|-|-|\n", "|a|b|\n"),
        ("wide tables", "\n\n", "|a"),
        ("definitions", "\n\n", "[a#]: /x#\n"),
        ("references", "\n\n[a]: /xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n\n", "[a]"),
        ("markup", "\n\n", "<a b='"),
        ("comments", "\n\n", "a <!-- "),
        ("tildes", "", "~~a~"),
        ("entities", "", "&a&amp"),
    ] {
        let make = |size| {
            let text = shape(&format!("See [this](https://a.example/b). {before}"), repeated, size);
            serde_json::json!([{ "title": "t", "content_text": text }]).to_string()
        };
        assert_linear(name, SIZE, make, |feed| read(feed));
    }
}

#[test]
fn plain_texts_take_linear_time() {
    for (name, before, repeated) in [
        ("addresses", "", "https://a.example/# "),
        ("schemes", "", "://http"),
        ("one address", "https://a.example/", "(a)["),
        ("servers", "", "www."),
    ] {
        let make = |size| {
            let text = shape(before, repeated, size);
            serde_json::json!([{ "title": "t", "content_text": text, "_tidings": { "plain": true } }]).to_string()
        };
        assert_linear(name, SIZE, make, |feed| read(feed));
    }
}

#[test]
fn hostile_pages_take_linear_time() {
    let text = "Ministers agreed on Tuesday, after long talks, that the plan, as it stands, will be kept for a year. ";
    let text = format!("<html><body><article><p>{}</p><p>{}</p>", text.repeat(5), text.repeat(4));
    for (name, before, repeated) in [MARKUP[0], MARKUP[1], MARKUP[5], MARKUP[10], MARKUP[12], MARKUP[18], MARKUP[27]] {
        let make = |size| shape(&format!("{text}{before}"), repeated, size);
        assert_linear(name, SIZE, make, |page| {
            let _ = full_text::readable(page.as_bytes(), None, "https://a.example/");
        });
    }
}

fn catalog(html: &str) -> Arc<Catalog> {
    let feed = serde_json::json!([{ "title": "t", "content_html": html }]).to_string();
    let mut builder = Builder::new();
    builder.push(0, &kept::loaded(&feed).releases[0]);
    builder.publish()
}

#[test]
fn exports_take_linear_time() {
    for (name, before, repeated) in [
        ("rows", "<table>", "<tr><td>a<td>b"),
        ("tables", "", "<table><tr><td>a<td>b</table>"),
        ("spanned columns", "<table>", "<tr><td colspan=1000 rowspan=65534>a<td>b"),
        ("links", "<p>", "<a href='https://a.example/#'>a</a> "),
        ("links in lines", "<p>", "<a href='https://a.example/#'>a</a><br>"),
        ("emphasis", "<p>", "<b>a</b> <i>b</i> "),
        ("list items", "<ul>", "<li>a <b>b</b>"),
        ("headings", "", "<h2>a</h2><p>b"),
        ("quotes", "", "<blockquote>a</blockquote><p>b"),
        ("blocks of code", "", "<pre>a\n    b</pre><p>c"),
        ("lines of code", "<pre>", "a\n    b\n"),
    ] {
        for format in [ExportFormat::Markdown, ExportFormat::Html, ExportFormat::Json, ExportFormat::Text] {
            assert_linear(
                &format!("{name}, {format:?}"),
                SIZE,
                |size| catalog(&shape(before, repeated, size)),
                |catalog| {
                    let mut out = Vec::new();
                    document::write(catalog, &[ReleaseIndex::default()], format, &mut out).expect("memory takes it");
                    assert!(out.len() > 100);
                },
            );
        }
        assert_linear(
            &format!("{name}, Atom"),
            SIZE,
            |size| catalog(&shape(before, repeated, size)),
            |catalog| {
                let (mut out, releases) = (Vec::new(), [ReleaseIndex::default()]);
                let (title, arrived) = (catalog.title(), FxHashMap::default());
                let feed = Feed { title, id: "urn:x", address: "", catalog, releases: &releases, arrived: &arrived };
                feed.write(FeedFormat::Atom, &mut out).expect("memory takes it");
                assert!(out.len() > 100);
            },
        );
    }
}

#[test]
fn fields_of_feeds_take_linear_time() {
    /// What it shows, and the releases of a size.
    type Shape<'a> = (&'a str, Box<dyn Fn(usize) -> Vec<Release> + 'a>);
    let name = |n: usize| FieldName::of(&format!("field {}", n % 1_000)).expect("a name");
    let of = |fields: &[(usize, String)]| Release {
        fields: fields.iter().map(|(n, value)| CustomField { name: name(*n), value: CleanBuf::line(value) }).collect(),
        ..Release::default()
    };
    let one = |n: usize, value: usize| of(&[(n, format!("value {value}"))]);
    let shapes: [Shape<'_>; 4] = [
        ("many fields", Box::new(|size| (0..size / 20).map(|n| one(n, n % 7)).collect())),
        ("many values", Box::new(|size| (0..size / 20).map(|n| one(0, n % MOST_VALUES)).collect())),
        ("too many values", Box::new(|size| (0..size / 20).map(|n| one(0, n)).collect())),
        (
            "a release with many values",
            Box::new(|size| {
                vec![of(&(0..size / 20).map(|n| (n, format!("value {}", n / 1_000 % 4_000))).collect::<Vec<_>>())]
            }),
        ),
    ];
    for (what, make) in &shapes {
        assert_linear(what, SIZE, make, |releases| {
            let mut builder = Builder::new();
            builder.source(CleanBuf::line("a").as_clean());
            for (item, release) in (0..).zip(releases) {
                let id = CleanBuf::line(&item.to_string());
                builder.push(item, &Release { id, ..release.clone() });
            }
            builder.end_source();
            let catalog = builder.publish();
            let facets: Arc<[Facet]> = catalog.custom_facets().map(|(facet, _)| facet).collect();
            let query = parse("field-7:\"value 1\",\"value 2\" -field-0:\"value 3\"").expect("a query");
            let context = Context { facets, ..Context::default() };
            let request = Request { catalog: Arc::clone(&catalog), query, counted: None, context, sort: Sort::Newest };
            Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
            assert!(catalog.releases().map(|(_, release)| release.fields().count()).sum::<usize>() < usize::MAX);
        });
    }
}
