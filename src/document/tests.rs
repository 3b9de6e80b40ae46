use std::collections::BTreeSet;
use std::ops::ControlFlow;

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::catalog::tests::catalog;
use crate::catalog::{Builder, ReleaseRef};
use crate::feed::{self, Sink};
use crate::release::{CustomField, FieldName, Link, LinkKind, Problem, Release, Span, Style};
use crate::text::{Clean, CleanBuf};

/// All elements that a page may contain.
const ELEMENTS: [&str; 32] = [
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "article",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "div",
    "br",
    "ul",
    "ol",
    "li",
    "dd",
    "blockquote",
    "pre",
    "code",
    "em",
    "strong",
    "s",
    "a",
    "table",
    "tbody",
    "tr",
    "td",
    "th",
];
const ATTRIBUTES: [(&str, &[&str]); 7] = [
    ("html", &["lang"]),
    ("meta", &["charset", "name", "content", "http-equiv"]),
    ("article", &["class", "dir"]),
    ("ul", &["class"]),
    ("li", &["value"]),
    ("a", &["href"]),
    ("td", &["colspan"]),
];

fn written(catalog: &Catalog, form: ExportFormat) -> String {
    let mut out = Vec::new();
    let all: Vec<_> = catalog.indices().collect();
    write(catalog, &all, form, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("text")
}

#[test]
fn every_format_contains_all_releases() {
    let catalog = catalog(&[
        ("Fish & <chips> #", "One *two*.\n\nThree.", "News", "Bern", (2018, 11, 6)),
        ("Tea", "", "", "", (0, 0, 0)),
    ]);
    let written = |extension: &str| {
        written(&catalog, ExportFormat::of_file(&format!("a.{extension}")).expect("a known file type"))
    };
    assert!(written("MD").starts_with("# Fish \\& \\<chips\\> \\#\n\n- Date: 2018-11-06\n- Topics: News\n"));
    assert!(written("md").contains("\n\n# Tea\n"));
    let html = written("html");
    assert!(html.contains("<h3>Fish &amp; &lt;chips&gt; #</h3>") && html.contains("<p>One *two*.</p>"), "{html}");
    assert!(written("txt").starts_with("News\nFish & <chips> #\n\nTuesday 6 November 2018 · Bern\n\nOne *two*.\n"));
    assert!(written("json").contains("\"title\":\"Tea\""));
    assert!(ExportFormat::of_file("a.exe").is_err() && ExportFormat::of_file("html").is_err());
    let usual: Vec<String> = ExportFormat::TABLE.map(|(_, extensions)| format!(".{}", extensions[0])).to_vec();
    assert_eq!(EXTENSIONS.replace(" or ", ", "), usual.join(", "));
}

/// Keeps the last release of the parsed HTML.
#[derive(Default)]
struct Last(Release);

impl Sink for Last {
    fn title(&mut self, _: Clean<'_>) {}

    fn release(&mut self, _item: u64, release: &Release) {
        self.0 = release.clone();
    }

    fn problem(&mut self, _: Problem) {}

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn from_html(html: &str) -> Release {
    let feed = serde_json::json!([{"title": "t", "content_html": html}]).to_string();
    let mut last = Last::default();
    feed::read(CleanBuf::line("test").as_clean(), &mut feed.as_bytes(), &mut last).expect("a feed");
    last.0
}

fn of(release: &Release) -> std::sync::Arc<Catalog> {
    let mut builder = Builder::new();
    builder.push(0, release);
    builder.publish()
}

/// Panics if a page contains an element or attribute not listed above, or a link that is not http or https.
#[track_caller]
fn assert_inert(page: &str) {
    let parsed = dom_query::Document::from(page);
    for node in parsed.select("*").nodes() {
        let name = node.node_name().expect("an element").to_string();
        assert!(ELEMENTS.contains(&name.as_str()), "<{name}> in {page}");
        let allowed = ATTRIBUTES.iter().find(|(element, _)| *element == name).map_or(&[][..], |(_, names)| names);
        for attribute in node.attrs() {
            let (attribute, value) = (attribute.name.local.to_string(), attribute.value.to_string());
            assert!(allowed.contains(&attribute.as_str()), "{attribute} of <{name}> in {page}");
            let is_web = value.starts_with("https://") || value.starts_with("http://");
            assert!(attribute != "href" || is_web, "a link to {value} in {page}");
            assert!(attribute != "http-equiv" || value == "Content-Security-Policy", "{value} in {page}");
        }
    }
    assert_eq!(parsed.select("style").length(), 1, "{page}");
}

/// Returns letters and digits, which no format may drop or add.
fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Panics if Markdown contains HTML, images or links that are not http or https. Returns its words.
#[track_caller]
fn words_of_markdown(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("{html} in {markdown}"),
            Event::Start(Tag::Image { dest_url, .. }) => panic!("a picture of {dest_url} in {markdown}"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("http"), "{dest_url} in {markdown}");
            }
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            _ => {}
        }
    }
    words(&text)
}

/// Returns the words of a page.
fn words_of_page(page: &str) -> String {
    let parsed = dom_query::Document::from(page);
    parsed.select("head").remove();
    words(&parsed.select("body").text())
}

/// Panics if a document of the release has active content or other words than the release.
#[track_caller]
fn assert_complete_and_inert(release: &Release) {
    let mut release = release.clone();
    // Leave out the facts, which another test checks by name.
    release.links.iter_mut().for_each(|link| link.kind = LinkKind::Text);
    let catalog = of(&release);
    let page = written(&catalog, ExportFormat::Html);
    assert_inert(&page);
    let title = if release.title.is_empty() { "(no title)" } else { release.title.as_str() };
    let expected = words(&format!("{title}{}{}", release.summary, release.body));
    let mut spans = release.summary_spans.iter().chain(&release.body_spans);
    let has_lists = spans.any(|span| span.style == Style::Item);
    let markdown = written(&catalog, ExportFormat::Markdown);
    let got = words_of_markdown(&markdown);
    // List numbers are characters in the text but structure in the documents.
    if has_lists {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
        assert_eq!(letters(&got), letters(&expected), "{markdown}");
        assert_eq!(letters(&words_of_page(&page)), letters(&expected), "{page}");
    } else {
        assert_eq!(got, expected, "{markdown}");
        assert_eq!(words_of_page(&page), expected, "{page}");
    }
}

#[test]
fn code_tables_and_links_cannot_inject_markup() {
    let active = "&lt;img src=x onerror=alert(1)&gt;";
    for html in [
        format!("<code>a`` {active} ``b</code>"),
        format!("<table><tr><th>a<th>b<th>c</tr><tr><td><code>x|{active}|y</code><td>q<td>r</tr></table>"),
        format!("<table><tr><th>a<th>b</tr><tr><td><code>x\\|{active}\\|y</code><td>q</tr></table>"),
        format!("<pre>```\n{active}\n````\n~~~</pre>"),
        format!("<p>wow!<a href='https://example.org/a.png'>{active}</a></p>"),
        format!("<a href='https://example.org/\"onmouseover=alert(1)//'>{active}</a>"),
        format!("<img alt='{active}' title='{active}' src='https://example.org/x.png'>"),
        format!("<code>a</code><code>{active}</code>`{active}`"),
        format!("<h2>{active} #</h2><blockquote>{active}</blockquote><ul><li>{active}<li><code>`</code></ul>"),
        format!("<p>[{active}]: https://example.org</p><p>![a](https://example.org/x.png)</p>"),
        "<table><tr><td>a<td>b</tr><tr><td>c<td>d<td>e<td>f</tr></table>".to_owned(),
        "<p><s><s>a</s></s><p><b><b>b</b></b><p><em><em>c</em></em>".to_owned(),
    ] {
        assert_complete_and_inert(&from_html(&html));
    }
}

#[test]
fn titles_topics_and_names_cannot_inject_markup() {
    let nasty =
        "</title><script>alert(1)</script>`<img src=x onerror=alert(1)>`|![x](https://example.org/x.png)\"' onload='x";
    let line = CleanBuf::line(nasty);
    let other = |kind, label: &str, address: &str| Link {
        kind,
        label: CleanBuf::line(label),
        address: CleanBuf::line(address),
        ..Link::default()
    };
    let release = Release {
        title: line.clone(),
        topics: vec![line.clone(), CleanBuf::line("javascript:alert(1)")],
        place: line.clone(),
        author: line.clone(),
        url: CleanBuf::line("https://example.org/\"><script>alert(1)</script>"),
        links: vec![
            other(LinkKind::Enclosure, nasty, "https://example.org/a'b\"c<d>"),
            other(LinkKind::Related, "", "javascript:alert(1)"),
            other(LinkKind::Comments, nasty, "data:text/html,<script>alert(1)</script>"),
        ],
        ..Release::default()
    };
    let page = written(&of(&release), ExportFormat::Html);
    assert_inert(&page);
    let parsed = dom_query::Document::from(page.as_str());
    assert_eq!(parsed.select("h1").text().to_string(), line.as_str());
    assert!(parsed.select("article > ul").text().contains(nasty), "{page}");
}

#[test]
fn json_keeps_the_indentation_of_code() {
    let json = written(&of(&from_html("<p>Run:<pre>for x:\n    go(x)</pre>")), ExportFormat::Json);
    assert!(json.contains(r#""content_text":"Run:\n\nfor x:\n    go(x)""#), "{json}");
}

#[test]
fn a_page_forbids_a_browser_to_run_or_load_anything() {
    let page = written(&of(&from_html("<p>a")), ExportFormat::Html);
    let parsed = dom_query::Document::from(page.as_str());
    let policy = parsed.select("head > meta[http-equiv=Content-Security-Policy]").attr("content").expect("a policy");
    let rules: Vec<&str> = policy.split("; ").collect();
    // Directives without their own sources use `default-src`, except these two.
    for rule in ["default-src 'none'", "base-uri 'none'", "form-action 'none'"] {
        assert!(rules.contains(&rule), "{policy}");
    }
    assert!(rules.iter().all(|rule| rule.ends_with("'none'") || *rule == "style-src 'unsafe-inline'"), "{policy}");
    assert_eq!(parsed.select("head > meta[name=referrer]").attr("content").as_deref(), Some("no-referrer"));
}

#[test]
fn a_page_keeps_the_structure() {
    let check = |html: &str, expected: &str| {
        let page = written(&of(&from_html(html)), ExportFormat::Html);
        let body = page.split("</h1>\n").nth(1).and_then(|rest| rest.split("</article>").next()).unwrap_or_default();
        assert_eq!(body, expected, "{html}");
    };
    check(
        "<h2>H</h2><p>a <b>b <i>c</i></b><br>d</p><ul><li>e<p>f</p><ol start=3><li>g<li>h</ol><li>i</ul><p>j",
        "<h2>H</h2>\n<p>a <strong>b <em>c</em></strong><br>\nd</p>\n<ul>\n<li>e<p>f</p>\n<ol>\n<li value=\"3\">g</li>\n\
         <li value=\"4\">h</li>\n</ol>\n</li>\n<li>i</li>\n</ul>\n<p>j</p>\n",
    );
    check(
        "<blockquote><p>q<p>r</blockquote><pre>x {\n\n  y\n}</pre><dl><dt>T<dd>u</dl>",
        "<blockquote>\n<p>q</p>\n<p>r</p>\n</blockquote>\n<pre>x {\n\n  y\n}</pre>\n<div><strong>T</strong></div>\n<dd>u</dd>\n",
    );
    check(
        "<table><tr><th>A<th>B<tr><td>1<td><a href='https://e.org/?a=1&amp;b'>2</a></table>",
        "<table>\n<tr><th>A</th><th>B</th></tr>\n<tr><td>1</td><td><a href=\"https://e.org/?a=1&amp;b\">2</a></td></tr>\n</table>\n",
    );
}

/// Fragments with a meaning in HTML or Markdown.
const PIECES: &str = "(<(/?)(p|b|i|s|code|pre|li|ul|ol|table|tr|td|th|blockquote|h1|h6|dl|dt|dd|br|q|sup)>\
|<a href='https://e\\.org/(a|\\)|\"|\\]|!)'>|</a>|<img src=x alt='[a`|>\"]'>|&lt;|&gt;|&amp;|&lt;script&gt;|&quot;|'|`|``|\\[|\\]|\\(|\\)\
|\\*|_|#|-|\\||!|~|\\\\|=|\\+|1\\. |javascript:|https://e\\.org|\n|\n\n| |    |a|b|é|漢){0,60}";

proptest! {
    #[test]
    fn documents_of_any_html_are_inert_and_complete(html in PIECES) {
        assert_complete_and_inert(&from_html(&html));
    }

    #[test]
    fn documents_of_any_spans_are_inert(
        text in "(<b>|<script>|&|`|``|\\[|\\]|\\(|\\)|\\*|_|#|-|\\||!|~|\\\\|• |1\\. |\n|\n\n| |a|b|漢){1,40}",
        spans in proptest::collection::vec((0_usize..60, 1_usize..40, 0_usize..18), 0..12),
    ) {
        let text = CleanBuf::block(&text);
        let places: Vec<usize> = text.as_str().char_indices().map(|(at, _)| at).chain([text.as_str().len()]).collect();
        let styles = [
            Style::Heading(0), Style::Heading(9), Style::Emphasis, Style::Strong, Style::Struck, Style::Code, Style::Preformatted,
            Style::Quote, Style::Item, Style::Inset, Style::Link(0), Style::Link(7), Style::OwnLink, Style::Image, Style::Row,
            Style::Cell(2), Style::Head(0), Style::Gap(3),
        ];
        let used: BTreeSet<usize> = spans.iter().map(|span| span.2).collect();
        prop_assert!(used.iter().all(|&style| style < styles.len()));
        let mut spans: Vec<Span> = spans
            .into_iter()
            .filter_map(|(start, length, style)| {
                let (start, end) = (*places.get(start)?, *places.get(start + length)?);
                Some(Span { start: start as u32, end: end as u32, style: styles[style] })
            })
            .collect();
        spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        let release = Release {
            summary: text,
            summary_spans: spans,
            url: CleanBuf::line("https://e.org/"),
            links: vec![Link { address: CleanBuf::line("https://e.org/a)\"'!"), ..Link::default() }],
            ..Release::default()
        };
        let catalog = of(&release);
        assert_inert(&written(&catalog, ExportFormat::Html));
        words_of_markdown(&written(&catalog, ExportFormat::Markdown));
    }
}

/// Every format shows the facts of a release by name.
#[test]
fn facts_appear_in_pages_and_in_markdown() {
    let release =
        Release { place: CleanBuf::line("Bern"), url: CleanBuf::line("https://e.org/a_b"), ..Release::default() };
    let catalog = of(&release);
    let facts = |release: ReleaseRef<'_>| {
        super::release::facts(&release).into_iter().map(|fact| fact.name.into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(facts(catalog.release(0.into()).expect("one")), ["Place", "Link"]);
    assert!(
        written(&catalog, ExportFormat::Html)
            .contains("<li>Link: <a href=\"https://e.org/a_b\">https://e.org/a_b</a></li>")
    );
    assert!(written(&catalog, ExportFormat::Markdown).contains("- Link: [https://e.org/a\\_b](https://e.org/a\\_b)\n"));
}

/// A release with custom fields: names and values.
fn with_fields(values: &[(&str, &str)]) -> Release {
    let field = |&(name, value): &(&str, &str)| CustomField {
        name: FieldName::of(name).expect("a name"),
        value: CleanBuf::line(value),
    };
    let title = CleanBuf::line("t");
    Release { title, fields: values.iter().map(field).collect(), ..Release::default() }
}

#[test]
fn every_format_shows_custom_fields() {
    let catalog =
        of(&with_fields(&[("Document Type", "Notice"), ("agency", "A & B"), ("agency", "C"), ("label", "L")]));
    let line = "Agency: A & B; C · Document type: Notice · Label: L";
    assert!(written(&catalog, ExportFormat::Text).contains(line), "{}", written(&catalog, ExportFormat::Text));
    assert!(written(&catalog, ExportFormat::Markdown).contains("- Agency: A \\& B; C\n- Document type: Notice\n"));
    assert!(written(&catalog, ExportFormat::Html).contains("<li>Agency: A &amp; B; C</li>"));
}

fn from_json(json: &str) -> Release {
    let mut last = Last::default();
    feed::read(CleanBuf::line("test").as_clean(), &mut json.as_bytes(), &mut last).expect("a feed");
    last.0
}

#[test]
fn an_export_as_json_is_read_back_with_custom_fields() {
    let release = Release {
        language: CleanBuf::line("pt-br"),
        ..with_fields(&[("kind", "R&amp;D"), ("kind", "<b>x</b>"), ("site", "https://e.org/"), ("label", "2018-11-06")])
    };
    let back = from_json(&written(&of(&release), ExportFormat::Json));
    assert_eq!((&back.fields, &back.language), (&release.fields, &release.language));
    let release = with_fields(&[("language", "English")]);
    let back = from_json(&written(&of(&release), ExportFormat::Json));
    assert_eq!((&back.fields, &back.language), (&release.fields, &release.language));
}

proptest! {
    #[test]
    fn custom_fields_survive_export_and_reading(
        values in prop::collection::vec(("[a-z]{3,9}( [a-z]{3,5})?", "[ -~é漢]{1,60}"), 0..9),
    ) {
        let mut release = with_fields(&[]);
        for (name, value) in &values {
            release.fields.extend(with_fields(&[(name, value)]).fields);
        }
        // The catalog joins spellings of a value and orders fields.
        let once = from_json(&written(&of(&release), ExportFormat::Json));
        let twice = from_json(&written(&of(&once), ExportFormat::Json));
        prop_assert_eq!(&once.fields, &twice.fields);
        let known = |field: &CustomField| crate::text::fold_name(field.value.as_str()).into_owned();
        for field in release.fields.iter().filter(|field| !field.value.is_empty()) {
            let is_it = |other: &&CustomField| other.name == field.name && known(other) == known(field);
            prop_assert!(once.fields.iter().any(|other| is_it(&other)), "{:?} of {:?}", field, once.fields);
        }
    }
}
