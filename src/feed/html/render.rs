//! A tree of elements to text with spans.
//!
//! The text reads by itself: marks before items, numbers where the list has them, ` | ` between cells, an empty line
//! between paragraphs. Spans say what the marks cannot. `tree` answers what is asked of the elements, `writer` writes.

use html2text::Handle;

use super::tree::{attribute, cells, first_number, has_blocks, is_hidden, is_number, name_of, own_text, rows};
use super::writer::{Gap, Rich, White, Writer};
use crate::release::Style;

/// Elements deeper than this give their text only.
const DEEPEST: usize = 300;
/// Links of one text.
const LINKS: usize = 999;
/// Marks of lists by depth.
const MARKS: [&str; 3] = ["• ", "◦ ", "‣ "];
/// Parts the cells of a row.
const CELL_PARTS: &str = " | ";

/// Sets the tree in text. With `keeps_lines` line breaks of the source stay.
pub(super) fn render(root: &Handle, keeps_lines: bool) -> Rich {
    let white = if keeps_lines { White::Lines } else { White::Collapsed };
    let mut renderer = Renderer::default();
    renderer.out.white = white;
    renderer.children(root, 0);
    renderer.out.rich
}

#[derive(Default)]
struct Renderer {
    out: Writer,
    /// Lists around.
    depth: usize,
    /// Whether a link is around.
    is_linked: bool,
}

impl Renderer {
    fn children(&mut self, node: &Handle, level: usize) {
        if level > DEEPEST {
            return self.flat(node);
        }
        for child in node.children.borrow().iter() {
            self.node(child, level + 1);
        }
    }

    /// The text of what is too deep, without a call for each level.
    fn flat(&mut self, node: &Handle) {
        let mut open = vec![node.clone()];
        while let Some(node) = open.pop() {
            match own_text(&node) {
                Some(text) => self.out.text(&text),
                None if is_hidden(&name_of(&node)) => {}
                None => open.extend(node.children.borrow().iter().rev().cloned()),
            }
        }
    }

    fn node(&mut self, node: &Handle, level: usize) {
        if let Some(text) = own_text(node) {
            return self.out.text(&text);
        }
        let name = name_of(node);
        match name.as_str() {
            name if is_hidden(name) => {}
            "br" => self.out.line_break(),
            "hr" => self.out.part(Gap::Paragraph),
            "wbr" => {}
            "img" => self.image(node),
            "svg" => self.picture(node),
            "a" => self.link(node, level),
            "em" | "i" | "cite" | "dfn" | "var" => self.styled(node, Style::Emphasis, level),
            "strong" | "b" => self.styled(node, Style::Strong, level),
            "s" | "del" | "strike" => self.styled(node, Style::Struck, level),
            "code" | "kbd" | "samp" | "tt" if self.out.white != White::Preformatted => {
                self.styled(node, Style::Code, level);
            }
            "q" => {
                self.out.text("“");
                self.children(node, level);
                self.out.text("”");
            }
            "sup" => {
                let before = std::mem::replace(&mut self.out.is_raised, is_number(node));
                self.children(node, level);
                self.out.is_raised = before;
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let style = Style::Heading(name.bytes().last().map_or(1, |digit| digit - b'0'));
                self.block(Gap::Paragraph, |this| this.styled(node, style, level));
            }
            "blockquote" => self.block(Gap::Paragraph, |this| this.styled(node, Style::Quote, level)),
            "pre" | "listing" | "xmp" => self.preformatted(node, level),
            "ul" | "ol" | "menu" | "dir" | "dl" => self.list(node, &name, level),
            "li" => self.item(node, None, level),
            "dt" => self.block(Gap::Line, |this| this.styled(node, Style::Strong, level)),
            "dd" => self.block(Gap::Line, |this| this.styled(node, Style::Inset, level)),
            "table" => self.table(node, level),
            "p" | "article" | "section" | "figure" | "fieldset" | "details" | "caption" => {
                self.block(Gap::Paragraph, |this| this.children(node, level));
            }
            "address" | "aside" | "body" | "center" | "dialog" | "div" | "figcaption" | "footer" | "form"
            | "header" | "hgroup" | "html" | "legend" | "main" | "nav" | "optgroup" | "option" | "summary" | "td"
            | "th" | "tr" => {
                self.block(Gap::Line, |this| this.children(node, level));
            }
            _ => self.children(node, level),
        }
    }

    /// A break before and after.
    fn block(&mut self, gap: Gap, content: impl FnOnce(&mut Self)) {
        self.out.part(gap);
        content(self);
        self.out.part(gap);
    }

    fn styled(&mut self, node: &Handle, style: Style, level: usize) {
        self.span(style, |this| this.children(node, level));
    }

    /// What `content` writes is of this style.
    fn span(&mut self, style: Style, content: impl FnOnce(&mut Self)) {
        let place = self.out.begin(style);
        content(self);
        self.out.end(place);
    }

    fn image(&mut self, node: &Handle) {
        let alt = attribute(node, "alt").or_else(|| attribute(node, "title")).unwrap_or_default();
        let source = attribute(node, "src").map(|source| source.trim().to_owned()).unwrap_or_default();
        // One within a link leads where that does, and one that is all in its address is not to be seen anywhere.
        if self.is_linked || alt.trim().is_empty() || source.is_empty() || source.starts_with("data:") {
            return self.described(&alt);
        }
        self.leading_to(source, |this| this.described(&alt));
    }

    /// A drawing shows its title.
    fn picture(&mut self, node: &Handle) {
        let children = node.children.borrow();
        let title = children.iter().find(|child| name_of(child) == "title");
        let title = title.and_then(|title| title.children.borrow().iter().find_map(own_text));
        self.described(&title.unwrap_or_default());
    }

    fn described(&mut self, alt: &str) {
        let alt = alt.trim();
        if !alt.is_empty() {
            self.span(Style::Image, |this| {
                this.out.text("[image: ");
                this.out.text(alt);
                this.out.text("]");
            });
        }
    }

    fn link(&mut self, node: &Handle, level: usize) {
        let href = attribute(node, "href").map(|href| href.trim().to_owned()).unwrap_or_default();
        // What leads to a place of the same text is of no use here.
        if href.is_empty() || href.starts_with('#') {
            return self.children(node, level);
        }
        let around = std::mem::replace(&mut self.is_linked, true);
        self.leading_to(href, |this| this.children(node, level));
        self.is_linked = around;
    }

    /// What `content` writes leads to an address.
    fn leading_to(&mut self, address: String, content: impl FnOnce(&mut Self)) {
        let number = self.out.rich.links.len();
        if number >= LINKS {
            return content(self);
        }
        self.out.rich.links.push((String::new(), address));
        let at = self.out.rich.text.len();
        self.span(Style::Link(number as u16), content);
        self.out.rich.text.get(at..).unwrap_or_default().trim().clone_into(&mut self.out.rich.links[number].0);
    }

    fn preformatted(&mut self, node: &Handle, level: usize) {
        let within = if self.out.white == White::Cell { White::Cell } else { White::Preformatted };
        let before = std::mem::replace(&mut self.out.white, within);
        self.block(Gap::Paragraph, |this| this.styled(node, Style::Preformatted, level));
        self.out.white = before;
    }

    fn list(&mut self, node: &Handle, name: &str, level: usize) {
        let gap = if self.depth == 0 { Gap::Paragraph } else { Gap::Line };
        let mut number = (name == "ol").then(|| first_number(node));
        self.depth += usize::from(name != "dl");
        self.out.part(gap);
        for child in node.children.borrow().iter() {
            if name_of(child) == "li" {
                self.item(child, number, level + 1);
                number = number.map(|number| number.saturating_add(1));
            } else {
                self.node(child, level + 1);
            }
        }
        self.depth -= usize::from(name != "dl");
        self.out.part(gap);
    }

    /// An item with its mark, unless it is empty.
    fn item(&mut self, node: &Handle, number: Option<i64>, level: usize) {
        self.out.part(Gap::Line);
        if self.out.white == White::Cell {
            return self.children(node, level);
        }
        let before = self.out.state();
        self.out.flush();
        let number = attribute(node, "value").and_then(|value| value.trim().parse().ok()).or(number);
        let mut is_written = false;
        self.span(Style::Item, |this| {
            let marked = match number {
                Some(number) => this.out.mark(&format!("{number}. ")),
                None => this.out.mark(MARKS[this.depth.saturating_sub(1) % MARKS.len()]),
            };
            this.children(node, level);
            is_written = this.out.rich.text.len() > marked;
        });
        if is_written {
            // Items stand close, whatever is in them.
            self.out.gap = Gap::Line;
        } else {
            self.out.restore(before);
        }
    }

    /// A table whose cells are lines gets a line a row; in any other, each cell is a block.
    fn table(&mut self, node: &Handle, level: usize) {
        let rows = rows(node);
        let columns = rows.iter().map(|row| cells(row).len()).max().unwrap_or(0);
        if self.out.white == White::Cell || columns < 2 || rows.iter().any(|row| cells(row).iter().any(has_blocks)) {
            return self.block(Gap::Paragraph, |this| this.children(node, level));
        }
        self.out.part(Gap::Paragraph);
        for child in node.children.borrow().iter().filter(|child| name_of(child) == "caption") {
            self.node(child, level + 1);
        }
        self.out.part(Gap::Paragraph);
        for row in rows {
            self.out.part(Gap::Line);
            self.span(Style::Row, |this| this.row(&row, level + 3));
        }
        self.out.part(Gap::Paragraph);
    }

    fn row(&mut self, row: &Handle, level: usize) {
        let before_row = std::mem::replace(&mut self.out.white, White::Cell);
        let mut column = 0_u8;
        let mut is_first = true;
        for cell in cells(row) {
            let head = name_of(&cell) == "th";
            let before = self.out.state();
            let begun = if is_first {
                self.out.flush();
                self.out.mark("")
            } else {
                self.out.gap = Gap::None;
                self.out.mark(CELL_PARTS)
            };
            self.styled(&cell, if head { Style::Head(column) } else { Style::Cell(column) }, level);
            if self.out.rich.text.len() == begun {
                self.out.restore(before);
            } else {
                is_first = false;
            }
            let wide = attribute(&cell, "colspan").and_then(|span| span.trim().parse::<u8>().ok()).unwrap_or(1);
            column = column.saturating_add(wide.max(1));
        }
        self.out.white = before_row;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::feed::html::to_rich;

    /// The text, and the spans of the styles that `wanted` has, as `style: text`.
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
    fn parts_of_a_line_keep_their_style() {
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
    fn links_and_pictures_are_told() {
        let html =
            "<a href=' /x?a&amp;b '>Go <b>on</b></a> <a href='#note'>1</a><img src=y alt='A  cat'><img src=z alt=''>";
        check(
            html,
            "Go on 1[image: A cat]",
            &["Link(0): Go on", "Strong: on", "Link(1): [image: A cat]", "Image: [image: A cat]"],
        );
        let links = [("Go on", "/x?a&b"), ("[image: A cat]", "y")];
        assert_eq!(to_rich(html).links, links.map(|(text, address)| (text.to_owned(), address.to_owned())));
        check("<svg><title>A map</title><path/></svg>", "[image: A map]", &["Image: [image: A map]"]);
    }

    #[test]
    fn what_is_too_deep_keeps_its_text() {
        // End tags that match nothing close nothing.
        let html = "<b></x>".repeat(5_000) + "deep" + &"<i>x</b>".repeat(500);
        assert!(to_rich(&html).text.starts_with("deep"));
        let html = "<p><font><b>".repeat(99) + "deep";
        assert_eq!(to_rich(&html).text, "deep");
    }

    #[test]
    fn any_depth_fits_the_stack() {
        let html = "<ul><li><blockquote><em>".repeat(2_000) + "deep";
        let tree = html2text::config::plain_no_decorate().parse_html(html.as_bytes()).expect("a tree");
        let rich = render(&tree.document, false);
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
}
