//! The rendering of each element.

use proptest::prelude::*;

use super::*;
use crate::feed::html::to_rich;

/// Returns the text, and the spans as `style: text`.
fn read(html: &str) -> (String, Vec<String>) {
    let rich = to_rich(html);
    let show = |&(start, end, style): &(usize, usize, Style)| {
        format!("{style:?}: {}", rich.text.get(start..end).expect("on boundaries").trim())
    };
    let spans = rich.spans.iter().map(show).collect();
    (rich.text, spans)
}

#[track_caller]
fn check(html: &str, text: &str, spans: &[&str]) {
    let (got, got_spans) = read(html);
    assert_eq!(got, text, "{html}");
    assert_eq!(got_spans, spans, "{html}");
}

#[test]
fn inline_elements_keep_their_style() {
    check(
        "<p>One <em>two <b>three</b></em> <code>x = 1</code><br>f<sup>2</sup>x<sup>th</sup> <del>old</del> <q>so</q>",
        "One two three x = 1\nf²xth old “so”",
        &["Emphasis: two three", "Strong: three", "Code: x = 1", "Struck: old"],
    );
    check("a &lt; b &amp; c&nbsp;d", "a < b & c\u{a0}d", &[]);
    check("R&amp;D\n\nsecond &mdash; line", "R&D\n\nsecond — line", &[]);
    check("x<script>alert(1)</script><style>p{}</style><!-- c -->y", "xy", &[]);
}

#[test]
fn headings_paragraphs_and_quotes_stand_apart() {
    check(
        "<h2>Head</h2>text<p>one\n  two</p><blockquote><p>said</p><p>so</p></blockquote><div>a</div><div>b</div><hr>c",
        "Head\n\ntext\n\none two\n\nsaid\n\nso\n\na\nb\n\nc",
        &["Heading(2): Head", "Quote: said\n\nso"],
    );
    check("<section>a</section><section>b</section>", "a\n\nb", &[]);
}

#[test]
fn items_have_marks_numbers_and_depth() {
    check(
        "<p>x</p><ul><li>a<ul><li><p>b</p><p>c</p><li>d</ul></li><li></li><li>e</ul>y",
        "x\n\n• a\n◦ b\n\nc\n◦ d\n• e\n\ny",
        &["Item: • a\n◦ b\n\nc\n◦ d", "Item: ◦ b\n\nc", "Item: ◦ d", "Item: • e"],
    );
    check(
        "<ol start=9><li>a<li>b<li value=20>c</ol>",
        "9. a\n10. b\n20. c",
        &["Item: 9. a", "Item: 10. b", "Item: 20. c"],
    );
    check("<dl><dt>T<dd>m</dl>", "T\nm", &["Strong: T", "Inset: m"]);
    check("<ul> <li> <ul> <li> a", "• ◦ a", &["Item: • ◦ a", "Item: ◦ a"]);
}

#[test]
fn preformatted_text_keeps_its_lines_and_its_indentation() {
    check(
        "<pre><code>fn a() {\n    let <b>x</b>  = 1;\n\n\tend\n}</code></pre>z",
        "fn a() {\nlet x = 1;\n\nend\n}\n\nz",
        &["Preformatted: fn a() {\nlet x = 1;\n\nend\n}", "Gap(4): l", "Strong: x", "Gap(1): =", "Gap(4): e"],
    );
}

#[test]
fn tables_are_rows_of_cells_and_other_grids_are_blocks() {
    check(
        "<table><caption>C</caption><tr><th>A<th>B</tr><tr><td>1<td><i>2</i></tr><tr><td><td>3</table>",
        "C\n\nA | B\n1 | 2\n3",
        &[
            "Row: A | B",
            "Head(0): A",
            "Head(1): B",
            "Row: 1 | 2",
            "Cell(0): 1",
            "Cell(1): 2",
            "Emphasis: 2",
            "Row: 3",
            "Cell(1): 3",
        ],
    );
    check("<table><tr><td>one</td></tr><tr><td>two</td></tr></table>", "one\ntwo", &[]);
    check("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\n\nb\n\nc", &[]);
}

#[test]
fn links_and_pictures_have_spans() {
    let html =
        "<a href=' /x?a&amp;b '>Go <b>on</b></a> <a href='#note'>1</a><img src=y alt='A  cat'><img src=z alt=''>";
    check(
        html,
        "Go on 1[image: A cat] [image]",
        &[
            "Link(0): Go on",
            "Strong: on",
            "Link(1): [image: A cat]",
            "Image: [image: A cat]",
            "Link(2): [image]",
            "Image: [image]",
        ],
    );
    let links = [("Go on", "/x?a&b"), ("[image: A cat]", "y"), ("[image]", "z")];
    assert_eq!(to_rich(html).links, links.map(|(text, address)| (text.to_owned(), address.to_owned())));
    check("<svg><title>A map</title><path/></svg>", "[image: A map]", &["Image: [image: A map]"]);
}

/// The text, then the links as `text -> address`.
#[track_caller]
fn check_links(html: &str, text: &str, links: &[&str]) {
    let rich = to_rich(html);
    let found: Vec<String> = rich.links.iter().map(|(text, address)| format!("{text} -> {address}")).collect();
    assert_eq!((rich.text.as_str(), found), (text, links.iter().map(|link| (*link).to_owned()).collect()), "{html}");
}

#[test]
fn pictures_videos_sounds_and_frames_leave_names_and_addresses() {
    for (html, text, links) in [
        ("<img src=a.png>", "[image]", &["[image] -> a.png"][..]),
        (
            "<img src=a.png alt='A cat' title='A cat asleep'>",
            "[image: A cat asleep]",
            &["[image: A cat asleep] -> a.png"],
        ),
        (
            "<img src=a.png alt='A cat' title='Who is there?'>",
            "[image: A cat – Who is there?]",
            &["[image: A cat – Who is there?] -> a.png"],
        ),
        ("<a href=/big><img src=a.png></a>", "[image]", &["[image] -> /big"]),
        ("a<img src=p.gif width=1 height='1px'>b", "ab", &[]),
        (
            "<picture><source srcset='a.webp 1x, b.webp 2x'><img alt=x></picture>",
            "[image: x]",
            &["[image: x] -> a.webp"],
        ),
        (
            "<img src='data:image/gif;base64,R0' data-src=a.png alt=x><noscript><img src=a.png alt=x></noscript>",
            "[image: x]",
            &["[image: x] -> a.png"],
        ),
        (
            "<figure><img src=a alt=x><figcaption>A caption</figcaption></figure>",
            "[image: x]\nA caption",
            &["[image: x] -> a"],
        ),
        ("<amp-img src=a alt=x></amp-img>", "[image: x]", &["[image: x] -> a"]),
        (
            "<iframe src='https://www.video.example/embed/1'></iframe>",
            "[embed: video.example]",
            &["[embed: video.example] -> https://www.video.example/embed/1"],
        ),
        ("<iframe src=/x title='A film'/>after", "[embed: A film]\nafter", &["[embed: A film] -> /x"]),
        ("<frameset><frame src=/x title=F></frameset>text", "[embed: F]\ntext", &["[embed: F] -> /x"]),
        (
            "<video><source src='https://a.example/oven.mp4?x=1'><p>Your browser is old</video>",
            "[video: oven.mp4]",
            &["[video: oven.mp4] -> https://a.example/oven.mp4?x=1"],
        ),
        ("<video><p>No film</p></video>", "No film", &[]),
        ("<audio controls src=/a/oven.ogg></audio>", "[audio: oven.ogg]", &["[audio: oven.ogg] -> /a/oven.ogg"]),
        ("<object data=/f.pdf><p>A paper</p></object>", "[embed: f.pdf]\n\nA paper", &["[embed: f.pdf] -> /f.pdf"]),
        (
            "<object><param name=movie value=/m><embed src=/m.swf></object>",
            "[embed: m.swf]",
            &["[embed: m.swf] -> /m.swf"],
        ),
        (
            "<svg><title>A map</title><path d='M0'/></svg> b<svg><text>x</text><g><text>y</text></g></svg>",
            "[image: A map] b[image: x y]",
            &[],
        ),
        ("a<svg><path d=x><p>b</p>", "a\n\nb", &[]),
        (
            "<img src=m alt=Map usemap='#m'><map name=m><area href=/n alt=North><area href=/s></map>",
            "[image: Map]\n\nNorth\n/s",
            &["[image: Map] -> m", "North -> /n", "/s -> /s"],
        ),
        (
            "<base href='https://cdn.example/z/'><a href=n.pdf>notes</a>",
            "notes",
            &["notes -> https://cdn.example/z/n.pdf"],
        ),
        ("<a href=/x title='The page'></a>", "The page", &["The page -> /x"]),
        ("<noembed>a</noembed><noframes>b</noframes><noscript>c</noscript>", "a\nb\nc", &[]),
    ] {
        check_links(html, text, links);
    }
}

#[test]
fn addresses_in_a_text_are_links_unless_they_are_code_or_links() {
    check_links(
        "<p>See https://a.example/x, (www.b.example). <code>https://c.example</code> <a href='/d'>https://d.example</a>",
        "See https://a.example/x, (www.b.example). https://c.example https://d.example",
        &[
            "https://a.example/x -> https://a.example/x",
            "www.b.example -> http://www.b.example",
            "https://d.example -> /d",
        ],
    );
    check_links(
        "https://a.example/?a=1&amp;b=2\nnext",
        "https://a.example/?a=1&b=2\nnext",
        &["https://a.example/?a=1&b=2 -> https://a.example/?a=1&b=2"],
    );
    check_links(
        "<pre>at https://a.example/x\n</pre>",
        "at https://a.example/x",
        &["https://a.example/x -> https://a.example/x"],
    );
}

#[test]
fn every_element_leaves_its_text() {
    for (html, text) in [
        ("<ruby>漢<rt>かん</ruby>を読む", "漢(かん)を読む"),
        ("<ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>へ", "東京(とうきょう)へ"),
        ("<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>", "漢(かん)字(じ)"),
        (
            "H<sub>2</sub>O, CO<sub>2</sub>, x<sub>i</sub>, x<sup>n+1</sup>, 1<sup>st</sup>, <sup>[1]</sup>",
            "H₂O, CO₂, xᵢ, xⁿ⁺¹, 1st, [1]",
        ),
        (
            "<q>so</q> <abbr title=x>WHO</abbr> <ins>new</ins> <kbd>q</kbd> <mark>m</mark> <time datetime=2020>May</time><time datetime=2021></time>",
            "“so” WHO new q m May2021",
        ),
        ("<ul><li><input type=checkbox checked disabled> done<li><input type=checkbox>open</ul>", "• ☑ done\n• ☐ open"),
        ("<ol type=a start=2><li>x<li>y</ol><ol type=I><li>x<li value=4>y</ol>", "b. x\nc. y\n\nI. x\nIV. y"),
        ("<ol reversed><li>x<li>y</ol><ol reversed start=9><li>x<li>y</ol>", "2. x\n1. y\n\n9. x\n8. y"),
        ("<details><summary>More</summary><p>told</p></details>", "More\n\ntold"),
        (
            "<select><optgroup label=G><option>a<option>b</select><textarea>x\n<b></textarea><button>Go</button>",
            "G\na\nb\nx\n<b>\nGo",
        ),
        ("<input value=text><input type=hidden value=no><input type=submit value=Send>", "textSend"),
        ("<address>a<br>b</address><fieldset><legend>L</legend>c</fieldset>", "a\nb\n\nL\nc"),
        ("<xmp>a <b> &amp;</xmp><plaintext>c", "a <b> &amp;\n\nc"),
        ("<title>no</title><template>no</template><datalist><option>no</datalist>yes", "yes"),
        ("<o:p>a</o:p> <custom-tag>b</custom-tag> <xyz>c</xyz> <bdi>d</bdi> <font>e</font>", "a b c d e"),
        ("<![CDATA[<p>a</p>]]><p>b", "a\n\nb"),
        ("List<String> and <https://a.example> <b>x</b>", "List<String> and <https://a.example> x"),
        ("<table><tr><td rowspan=2>a<td>b</tr><tr><td>c</tr></table>", "a | b\nc"),
    ] {
        assert_eq!(read(html).0, text, "{html}");
    }
    let (_, spans) = read("<table><tr><td rowspan=2>a<td colspan=2>b<td>c</tr><tr><td>d<td>e</tr></table>");
    assert!(spans.contains(&"Cell(3): c".to_owned()) && spans.contains(&"Cell(1): d".to_owned()), "{spans:?}");
}

#[test]
fn hidden_elements_are_not_shown() {
    for html in [
        "a<p hidden>x</p>",
        "a<span style='display: none'>x</span>",
        "a<div style=\"color:red;VISIBILITY:hidden !important\">x</div>",
        "a<b hidden>x</b>",
        "a<ul><li hidden>x</li></ul>",
        "a<img src=x style=display:none>",
        "a<script>x</script><style>x</style><!-- x -->",
    ] {
        assert_eq!(read(html).0, "a", "{html}");
    }
}

#[test]
fn styles_decide_which_line_breaks_stay() {
    let lines = "one\ntwo\n\nthree";
    for style in ["word-break:break-word;white-space:pre-wrap", "white-space: pre-line", "WHITE-SPACE:break-spaces"] {
        assert_eq!(read(&format!("<p style='{style}'>{lines}</p>x")).0, format!("{lines}\n\nx"), "{style}");
    }
    check("<p>a</p><div style='white-space:pre'>b\n  c</div>", "a\n\nb\nc", &["Preformatted: b\nc", "Gap(2): c"]);
    assert_eq!(read("<p style='white-space:nowrap'>a\nb</p>").0, "a b");
}

#[test]
fn data_addresses_are_ignored() {
    let data = "A".repeat(3 << 20);
    for tag in [
        format!("<img alt=x src='data:image/png;base64,{data}'>"),
        format!("<IMG ALT=x SRC=\"DATA:image/png;base64,{data}\">"),
        format!("<img alt=x src=data:image/png;base64,{data}>"),
        format!("<img alt=x srcset='data:image/png;base64,{data} 2x'>"),
        format!("<img alt=x style='background:url(data:image/png;base64,{data})'>"),
    ] {
        check(
            &format!("<h2>Caf&eacute;</h2>{tag}<ul><li>one</ul>"),
            "Café\n\n[image: x]\n\n• one",
            &["Heading(2): Café", "Image: [image: x]", "Item: • one"],
        );
    }
    assert_eq!(read(&format!("<a href='data:text/csv,{data}'>table</a>")).0, "table");
}

#[test]
fn a_long_text_keeps_its_structure() {
    let html = "<p>word <b>strong</b></p>".repeat(100_000);
    let rich = to_rich(&html);
    assert_eq!(rich.text.matches("\n\n").count(), 99_999);
    assert_eq!(rich.spans.len(), 100_000);
    let html = format!("<ul>{}</ul>", "<li>a <i>b</i></li>".repeat(100_000));
    let rich = to_rich(&html);
    assert_eq!(rich.spans.iter().filter(|span| span.2 == Style::Item).count(), 100_000);
    let html = format!("<pre>{}</pre>", "word &amp; ".repeat(100_000));
    let text = to_rich(&html).text;
    assert_eq!((text.matches("word").count(), text.matches('&').count()), (100_000, 100_000));
}

#[test]
fn elements_nested_too_deeply_keep_their_text() {
    // End tags that match nothing close nothing.
    let html = "<b></x>".repeat(5_000) + "deep" + &"<i>x</b>".repeat(500);
    assert!(to_rich(&html).text.starts_with("deep"));
    let html = "<p><font><b>".repeat(99) + "deep";
    assert_eq!(to_rich(&html).text, "deep");
}

#[test]
fn any_depth_fits_the_stack() {
    let html = "<ul><li><blockquote><em>".repeat(2_000) + "deep";
    let mut renderer = Renderer::new(false);
    renderer.tree(&dom_query::Document::fragment(html).html_root());
    let rich = renderer.finish();
    assert!(rich.text.ends_with("deep") && rich.spans.len() < DEEPEST);
}

proptest! {
    #[test]
    fn spans_ascend_within_the_text(html in "(<(/?)(p|b|i|a href=x|pre|li|ul|ol|table|tr|td|th|blockquote|h1|code|img alt=é|dl|dd|br)>|[a-zé \n\t漢]|&lt;){0,80}") {
        let rich = to_rich(&html);
        prop_assert!(rich.spans.is_sorted_by_key(|span| span.0));
        for &(start, end, style) in &rich.spans {
            prop_assert!(start < end && rich.text.get(start..end).is_some(), "{start} {end} {style:?} {:?}", rich.text);
        }
        let known = |c: &char| !c.is_whitespace();
        let letters = |text: &str| text.chars().filter(|c| matches!(c, '漢')).count();
        prop_assert_eq!(letters(&rich.text), letters(&html));
        prop_assert!(rich.text.chars().any(|c| known(&c)) || rich.text.is_empty());
    }
}
