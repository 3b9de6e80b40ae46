//! A tree of elements to text with spans.
//!
//! The text reads by itself: marks before items, numbers where the list has them, ` | ` between cells, an empty line
//! between paragraphs. Spans say what the marks cannot. White space is collapsed as a browser would, and a break is
//! written only when something follows it.

use html2text::{Element, Handle};

use crate::release::Style;

/// Elements deeper than this give their text only.
const DEEPEST: usize = 300;
/// Links of one text.
const LINKS: usize = 999;
/// Marks of lists by depth.
const MARKS: [&str; 3] = ["• ", "◦ ", "‣ "];
/// Columns that a tab reaches to in preformatted text.
const TAB: usize = 4;
/// Parts the cells of a row.
const CELL_PARTS: &str = " | ";

/// Text with what its parts are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::feed) struct Rich {
    /// Not sanitised.
    pub text: String,
    /// Positions in the text and what stands between them, ascending; [`Style::Link`] counts `links`.
    pub spans: Vec<(usize, usize, Style)>,
    /// Text and address as written.
    pub links: Vec<(String, String)>,
}

/// What becomes of white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum White {
    /// It is a blank.
    #[default]
    Collapsed,
    /// Line breaks stay.
    Lines,
    /// All of it stays.
    Preformatted,
    /// It is a blank, and so are the breaks that elements make: in a cell.
    Cell,
}

/// White space not yet written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Gap {
    #[default]
    None,
    Blank,
    Line,
    Paragraph,
}

/// Sets the tree in text. With `keeps_lines` line breaks of the source stay.
pub(super) fn render(root: &Handle, keeps_lines: bool) -> Rich {
    let white = if keeps_lines { White::Lines } else { White::Collapsed };
    let mut renderer = Renderer { white, ..Renderer::default() };
    renderer.children(root, 0);
    renderer.rich
}

#[derive(Default)]
struct Renderer {
    rich: Rich,
    gap: Gap,
    /// Up to here the text is the mark of an item: what follows needs no gap.
    marked: usize,
    /// Lists around.
    depth: usize,
    white: White,
    is_raised: bool,
    /// Columns of the preformatted line so far, and blanks not yet written.
    column: usize,
    blanks: usize,
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
                Some(text) => self.text(&text),
                None if is_hidden(&name_of(&node)) => {}
                None => open.extend(node.children.borrow().iter().rev().cloned()),
            }
        }
    }

    fn node(&mut self, node: &Handle, level: usize) {
        if let Some(text) = own_text(node) {
            return self.text(&text);
        }
        let name = name_of(node);
        match name.as_str() {
            name if is_hidden(name) => {}
            "br" => self.line_break(),
            "hr" => self.part(Gap::Paragraph),
            "wbr" => {}
            "img" => self.image(node),
            "svg" => self.picture(node),
            "a" => self.link(node, level),
            "em" | "i" | "cite" | "dfn" | "var" => self.styled(node, Style::Emphasis, level),
            "strong" | "b" => self.styled(node, Style::Strong, level),
            "s" | "del" | "strike" => self.styled(node, Style::Struck, level),
            "code" | "kbd" | "samp" | "tt" if self.white != White::Preformatted => {
                self.styled(node, Style::Code, level);
            }
            "q" => {
                self.text("“");
                self.children(node, level);
                self.text("”");
            }
            "sup" => {
                let before = std::mem::replace(&mut self.is_raised, is_number(node));
                self.children(node, level);
                self.is_raised = before;
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
        self.part(gap);
        content(self);
        self.part(gap);
    }

    fn part(&mut self, gap: Gap) {
        let gap = if self.white == White::Cell { gap.min(Gap::Blank) } else { gap };
        self.gap = self.gap.max(gap);
        (self.column, self.blanks) = (0, 0);
    }

    fn line_break(&mut self) {
        self.part(if self.gap >= Gap::Line { Gap::Paragraph } else { Gap::Line });
    }

    /// Writes the gap: something follows.
    fn flush(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if self.rich.text.len() > self.marked {
            self.rich.text.push_str(match gap {
                Gap::None => "",
                Gap::Blank => " ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if matches!(self.white, White::Lines | White::Preformatted) => self.line_break(),
                ' ' | '\t' if self.white == White::Preformatted => {
                    self.blanks += if c == '\t' { TAB - (self.column + self.blanks) % TAB } else { 1 };
                }
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => self.gap = self.gap.max(Gap::Blank),
                c => {
                    self.before_letter(c);
                    self.rich.text.push(if self.is_raised { raised(c) } else { c });
                }
            }
        }
    }

    /// Blanks of preformatted text are told by a span, since no two stand in a row in a clean text.
    fn before_letter(&mut self, c: char) {
        let blanks = std::mem::take(&mut self.blanks);
        let more = if self.column > 0 && blanks > 0 {
            self.gap = self.gap.max(Gap::Blank);
            blanks - 1
        } else {
            blanks
        };
        self.flush();
        let at = self.rich.text.len();
        if more > 0 {
            let more = u16::try_from(more).unwrap_or(u16::MAX);
            self.rich.spans.push((at, at + c.len_utf8(), Style::Gap(more)));
        }
        self.column += blanks + 1;
    }

    fn styled(&mut self, node: &Handle, style: Style, level: usize) {
        self.span(style, |this| this.children(node, level));
    }

    /// What `content` writes is of this style.
    fn span(&mut self, style: Style, content: impl FnOnce(&mut Self)) {
        let (at, place) = (self.rich.text.len(), self.rich.spans.len());
        self.rich.spans.push((at, at, style));
        content(self);
        let end = self.rich.text.len();
        if end > at {
            self.rich.spans[place].1 = end;
        } else {
            self.rich.spans.truncate(place);
        }
    }

    fn image(&mut self, node: &Handle) {
        let alt = attribute(node, "alt").or_else(|| attribute(node, "title")).unwrap_or_default();
        self.described(&alt);
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
                this.text("[image: ");
                this.text(alt);
                this.text("]");
            });
        }
    }

    fn link(&mut self, node: &Handle, level: usize) {
        let href = attribute(node, "href").map(|href| href.trim().to_owned()).unwrap_or_default();
        let number = self.rich.links.len();
        // What leads to a place of the same text is of no use here.
        if href.is_empty() || href.starts_with('#') || number >= LINKS {
            return self.children(node, level);
        }
        self.rich.links.push((String::new(), href));
        let at = self.rich.text.len();
        self.styled(node, Style::Link(number as u16), level);
        self.rich.text.get(at..).unwrap_or_default().trim().clone_into(&mut self.rich.links[number].0);
    }

    fn preformatted(&mut self, node: &Handle, level: usize) {
        let within = if self.white == White::Cell { White::Cell } else { White::Preformatted };
        let before = std::mem::replace(&mut self.white, within);
        self.block(Gap::Paragraph, |this| this.styled(node, Style::Preformatted, level));
        self.white = before;
    }

    fn list(&mut self, node: &Handle, name: &str, level: usize) {
        let gap = if self.depth == 0 { Gap::Paragraph } else { Gap::Line };
        let mut number = (name == "ol").then(|| first_number(node));
        self.depth += usize::from(name != "dl");
        self.part(gap);
        for child in node.children.borrow().iter() {
            if name_of(child) == "li" {
                self.item(child, number, level + 1);
                number = number.map(|number| number.saturating_add(1));
            } else {
                self.node(child, level + 1);
            }
        }
        self.depth -= usize::from(name != "dl");
        self.part(gap);
    }

    /// An item with its mark, unless it is empty.
    fn item(&mut self, node: &Handle, number: Option<i64>, level: usize) {
        self.part(Gap::Line);
        if self.white == White::Cell {
            return self.children(node, level);
        }
        let before = self.state();
        self.flush();
        let number = attribute(node, "value").and_then(|value| value.trim().parse().ok()).or(number);
        let written = self.span_end(Style::Item, |this| {
            match number {
                Some(number) => this.rich.text.extend([&number.to_string(), ". "]),
                None => this.rich.text.push_str(MARKS[this.depth.saturating_sub(1) % MARKS.len()]),
            }
            let marked = this.rich.text.len();
            this.marked = marked;
            this.column = 0;
            this.children(node, level);
            this.rich.text.len() > marked
        });
        if written {
            // Items stand close, whatever is in them.
            self.gap = Gap::Line;
        } else {
            self.restore(before);
        }
    }

    /// What [`Renderer::restore`] goes back to.
    fn state(&self) -> (usize, usize, usize, Gap) {
        (self.rich.text.len(), self.rich.spans.len(), self.marked, self.gap)
    }

    fn restore(&mut self, (text, spans, marked, gap): (usize, usize, usize, Gap)) {
        self.rich.text.truncate(text);
        self.rich.spans.truncate(spans);
        (self.marked, self.gap) = (marked, gap);
    }

    fn span_end(&mut self, style: Style, content: impl FnOnce(&mut Self) -> bool) -> bool {
        let mut is_written = false;
        self.span(style, |this| is_written = content(this));
        is_written
    }

    /// A table whose cells are lines gets a line a row; in any other, each cell is a block.
    fn table(&mut self, node: &Handle, level: usize) {
        let rows = rows(node);
        let columns = rows.iter().map(|row| cells(row).len()).max().unwrap_or(0);
        if self.white == White::Cell || columns < 2 || rows.iter().any(|row| cells(row).iter().any(has_blocks)) {
            return self.block(Gap::Paragraph, |this| this.children(node, level));
        }
        self.part(Gap::Paragraph);
        for child in node.children.borrow().iter().filter(|child| name_of(child) == "caption") {
            self.node(child, level + 1);
        }
        self.part(Gap::Paragraph);
        for row in rows {
            self.part(Gap::Line);
            self.span(Style::Row, |this| this.row(&row, level + 3));
        }
        self.part(Gap::Paragraph);
    }

    fn row(&mut self, row: &Handle, level: usize) {
        let before_row = std::mem::replace(&mut self.white, White::Cell);
        let mut column = 0_u8;
        let mut is_first = true;
        for cell in cells(row) {
            let head = name_of(&cell) == "th";
            let before = self.state();
            if is_first {
                self.flush();
            } else {
                self.gap = Gap::None;
                self.rich.text.push_str(CELL_PARTS);
            }
            let begun = self.rich.text.len();
            self.marked = begun;
            self.styled(&cell, if head { Style::Head(column) } else { Style::Cell(column) }, level);
            if self.rich.text.len() == begun {
                self.restore(before);
            } else {
                is_first = false;
            }
            let wide = attribute(&cell, "colspan").and_then(|span| span.trim().parse::<u8>().ok()).unwrap_or(1);
            column = column.saturating_add(wide.max(1));
        }
        self.white = before_row;
    }
}

/// The rows of a table, not those of tables in it.
fn rows(table: &Handle) -> Vec<Handle> {
    let mut rows = Vec::new();
    for child in table.children.borrow().iter() {
        match name_of(child).as_str() {
            "tr" => rows.push(child.clone()),
            "thead" | "tbody" | "tfoot" => {
                rows.extend(child.children.borrow().iter().filter(|row| name_of(row) == "tr").cloned());
            }
            _ => {}
        }
    }
    rows
}

fn cells(row: &Handle) -> Vec<Handle> {
    let is_cell = |cell: &&Handle| matches!(name_of(cell).as_str(), "td" | "th");
    row.children.borrow().iter().filter(is_cell).cloned().collect()
}

/// Whether a cell is more than a line: a text of its own.
fn has_blocks(cell: &Handle) -> bool {
    let (mut open, mut paragraphs) = (vec![cell.clone()], 0);
    while let Some(node) = open.pop() {
        match name_of(&node).as_str() {
            "p" | "div" => paragraphs += 1,
            "table" | "ul" | "ol" | "dl" | "blockquote" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
            | "article" | "section" => return true,
            _ => {}
        }
        open.extend(node.children.borrow().iter().cloned());
    }
    paragraphs > 1
}

/// Elements whose content is no text.
fn is_hidden(name: &str) -> bool {
    matches!(name, "script" | "style" | "head" | "template" | "link" | "meta")
}

fn first_number(list: &Handle) -> i64 {
    attribute(list, "start").and_then(|start| start.trim().parse().ok()).unwrap_or(1)
}

fn is_number(node: &Handle) -> bool {
    let mut open = vec![node.clone()];
    while let Some(node) = open.pop() {
        if own_text(&node).is_some_and(|text| text.trim().chars().any(|c| raised(c) == c)) {
            return false;
        }
        open.extend(node.children.borrow().iter().cloned());
    }
    true
}

/// A digit or sign as it stands above the line: 10² is not 102.
fn raised(c: char) -> char {
    match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        '+' => '⁺',
        '-' | '−' => '⁻',
        c => c,
    }
}

/// The name of an element in small letters; empty for what is none.
fn name_of(node: &Handle) -> String {
    match &node.data {
        Element { name, .. } => name.local.to_string(),
        _ => String::new(),
    }
}

fn attribute(node: &Handle, wanted: &str) -> Option<String> {
    let Element { attrs, .. } = &node.data else { return None };
    attrs.borrow().iter().find(|attribute| &*attribute.name.local == wanted).map(|found| found.value.to_string())
}

/// The text of a text node. The library tells it only as markup.
fn own_text(node: &Handle) -> Option<String> {
    if !matches!(&node.data, Element { .. } | html2text::Comment { .. } | html2text::Document) {
        let mut markup = Vec::new();
        node.serialize(&mut markup).ok()?;
        let text = String::from_utf8(markup).ok()?;
        // A document type or a processing instruction.
        if text.starts_with('<') {
            return Some(String::new());
        }
        if !text.contains('&') {
            return Some(text);
        }
        return Some(text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&amp;", "&"));
    }
    None
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
        check(html, "Go on 1[image: A cat]", &["Link(0): Go on", "Strong: on", "Image: [image: A cat]"]);
        assert_eq!(to_rich(html).links, [("Go on".to_owned(), "/x?a&b".to_owned())]);
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
