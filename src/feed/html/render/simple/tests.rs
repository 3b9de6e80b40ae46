//! The fast path against the tree.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::feed::html::{has_elements, set};
use crate::feed::xml::walk::walk;

/// Checks that the fast path yields what the tree yields, if it yields anything. Returns whether it does.
fn same(html: &str) -> bool {
    let fast = read(html);
    if let Some(rich) = &fast {
        assert!(has_elements(html), "{html:?}");
        assert_eq!(rich, &set(html, false), "{html:?}");
    }
    fast.is_some()
}

/// Pieces of markup, most of them simple.
#[rustfmt::skip]
fn piece() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "p", "p", "p", "br", "a", "b", "em", "i", "strong", "span", "ul", "ol", "li", "li", "div", "h2", "h3",
        "code", "blockquote", "hr", "img", "small", "del", "section", "font", "sup", "table", "td", "pre", "q", "P",
        "xyz",
    ]);
    let attributes = prop::sample::select(vec![
        "", "", "", "", " href='https://a.example/?b=1&c=2&amp;d'", " href=\"/x&copy\"", " href=#x",
        " href='' title='T &amp; t'", " href=y title=\" A 'name' \"", " class=x id='y>z'", " style='color:red'",
        " style='display:none'", " hidden", " aria-hidden=true", " start=4", " value=2",
        " src=a.png alt='A &lt;cat>'", " src='data:image/gif;base64,AA' data-src=\"b.png\" title=c",
        " width=1 height=1 src=z.gif", "/", " x='",
    ]);
    let tag = (name.clone(), attributes).prop_map(|(name, attributes)| format!("<{name}{attributes}>"));
    let end = name.clone().prop_map(|name| format!("</{name}>"));
    let text = prop::sample::select(vec![
        "a", "one two", " ", "\n ", "é漢", "&amp;", "&nbsp;", "&#8217;", "&copy", "&notit;", "&", "<", ">", "& b",
        "1 < 2", "https://b.example/x.", "www.c.example", "&#150;", "<!-- c -->", "<!--", "]]>", "<![CDATA[",
        "\r\n", "\u{0}", "am", "p;", "&#x", "[image]", "]",
    ]);
    let whole = (
        prop::sample::select(vec![
        "p", "b", "em", "a href='z'", "div", "ul", "ol", "li", "h2", "span", "blockquote", "code",
    ]),
        prop_oneof![
            Just("<li>x".to_owned()),
            "[a-z <>&;.]{0,6}",
            Just("<br>y".to_owned()),
            Just("<b>u</b>".to_owned())
        ],
    )
        .prop_map(|(tag, inner)| format!("<{tag}>{inner}</{}>", tag.split(' ').next().unwrap_or_default()));
    prop_oneof![3 => tag, 3 => end, 4 => text.prop_map(str::to_owned), 4 => whole]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn simple_markup_is_read_as_the_tree_is(pieces in prop::collection::vec(piece(), 0..14), cut in any::<prop::sample::Index>()) {
        let html = pieces.concat();
        same(&html);
        let cut = cut.index(html.len() + 1);
        html.get(..cut).map(same);
        html.get(cut..).map(same);
    }

    #[test]
    fn arbitrary_bytes_are_read_as_the_tree_is(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"<>/&;'\"= abip\0\r".to_vec())], 0..60)) {
        same(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn simple_markup_takes_the_fast_path() {
    for html in [
        "<p>One <b>two</b></p><p>three</p>",
        "<p>One <a href='https://a.example/?b=1&amp;c=2&d=3'>two</a>, <em>three &amp; <i>four</i></em><br/>five",
        "<p>One<p>two<ul><li>three<li><p>four</ul>five<hr>",
        "<div class='x'><h2>One</h2><img src=\"a.png\" alt=\"b\"/><blockquote><p>two</p></blockquote></div>",
        "<ol><li>One<ul><li>two</li></ul></li><li></li><li>three https://a.example/x</li></ol>",
        "one<br>two<!-- three --> four",
    ] {
        assert!(same(html), "{html}");
    }
    for html in [
        "plain &amp; simple",
        "<b>One<p>two</b>three",
        "<p>one</b>",
        "<a href=x>one<a href=y>two</a></a>",
        "<table><tr><td>one</table>",
        "<p hidden>one</p>",
        "<pre>one</pre>",
        "<p>one &copy two</p>",
    ] {
        assert!(!same(html), "{html}");
    }
}

/// Adds the texts of a document and everything in it.
fn texts(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => found.push(text.clone()),
        serde_json::Value::Array(list) => list.iter().for_each(|value| texts(value, found)),
        serde_json::Value::Object(object) => object.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn texts_of_real_feeds_are_read_as_the_tree_is() {
    let Some(corpus) = std::env::var_os("TIDINGS_CORPUS") else {
        assert!(std::env::var_os("TIDINGS_REQUIRE_ALL").is_none(), "TIDINGS_CORPUS does not name the corpus");
        return;
    };
    let (mut paths, mut found) = (Vec::new(), Vec::new());
    files(Path::new(&corpus), &mut paths);
    for path in paths {
        let bytes = std::fs::read(path).expect("a file");
        if let Ok(value) = serde_json::from_slice(&bytes) {
            texts(&value, &mut found);
            continue;
        }
        let outer = ["rss", "RDF", "channel", "item", "feed", "entry"];
        walk(&String::from_utf8_lossy(&bytes), |_, name| outer.contains(&name), &mut |element| {
            found.extend([element.text.to_string(), element.inner.to_owned()]);
        });
    }
    let marked: Vec<&String> = found.iter().filter(|text| text.len() < 1 << 20 && has_elements(text)).collect();
    let fast = marked.iter().filter(|text| same(text)).count();
    assert!(marked.len() > 4_000 && fast * 2 > marked.len(), "{fast} of {}", marked.len());
}
