//! Markdown that nobody declared: publishers put the source of a page where its text or its HTML belongs. Told by signs
//! that a plain text does not bear, then read by the rules of `CommonMark` (0.31), with tables, strokes and tasks as on
//! GitHub.

use std::borrow::Cow;

use memchr::{memchr3, memchr3_iter, memmem};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::html::is_tag;

/// A larger text is taken as it is: see [`super::html`].
const LARGEST: usize = 1 << 19;
/// What the signs of a text must weigh together.
const ENOUGH: u8 = 2;
/// Bytes of what stands between two asterisks or in brackets.
const LONGEST_SPAN: usize = 300;
/// Bytes of an address.
const LONGEST_ADDRESS: usize = 2000;
/// A text with one of these is HTML, whatever else it looks like.
const BLOCKS: [&str; 16] = [
    "article",
    "blockquote",
    "body",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "html",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];

/// The text as HTML if it is Markdown.
pub(super) fn to_html(text: &str) -> Option<String> {
    // Most texts have none of the signs.
    memchr3(b'#', b'*', b']', text.as_bytes())?;
    let text = &*without_data(text);
    if !is_markdown(text) {
        return None;
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut events = Vec::new();
    // Whether the strokes that are open are of two tildes: a single one stands between two numbers.
    let mut strokes = Vec::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        events.push(match event {
            Event::Html(markup) | Event::InlineHtml(markup) => match name_of(&markup) {
                Some(name) if BLOCKS.contains(&name.as_str()) => return None,
                Some(_) => Event::InlineHtml(markup),
                None => Event::Text(markup),
            },
            Event::Start(Tag::Strikethrough) => {
                let is_stroke = text.get(range).is_some_and(|source| source.starts_with("~~"));
                strokes.push(is_stroke);
                if is_stroke { event } else { Event::Text(CowStr::Borrowed("~")) }
            }
            Event::End(TagEnd::Strikethrough) if strokes.pop() == Some(false) => Event::Text(CowStr::Borrowed("~")),
            Event::TaskListMarker(is_done) => Event::Text(CowStr::Borrowed(if is_done { "☑ " } else { "☐ " })),
            event => event,
        });
    }
    let mut page = String::with_capacity(text.len() + text.len() / 4);
    html::push_html(&mut page, events.into_iter());
    Some(page)
}

/// The text without the data that addresses of pictures hold, which count for nothing.
fn without_data(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut from = 0;
    for at in memmem::find_iter(text.as_bytes(), b"data:") {
        let begins = text.get(from..at).is_some_and(|before| before.trim_end().ends_with(['(', '<', '"', '\'', ':']));
        if begins && text.get(at + 5..).is_some_and(|data| data.starts_with(|c: char| c.is_ascii_alphabetic())) {
            let end = text.get(at..).and_then(|data| data.find([')', '>', '"', '\'', ' ', '\n', '\r', '\t']));
            kept.push_str(text.get(from..at).unwrap_or_default());
            from = end.map_or(text.len(), |end| at + end);
        }
    }
    if from == 0 {
        return text.into();
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept.into()
}

/// The name of a tag of HTML, in small letters; empty of a comment.
fn name_of(markup: &str) -> Option<String> {
    let after = markup.trim_start().strip_prefix('<').filter(|after| is_tag(after))?;
    let name = after.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric);
    Some(name.collect::<String>().to_ascii_lowercase())
}

/// Whether a text bears signs of Markdown: a link, or two of headings and strong words. Marks that press releases have
/// without being Markdown count for nothing: `# # #` at the end, `*** ADVISORY **`, a word with asterisks for letters.
pub(super) fn is_markdown(text: &str) -> bool {
    if text.len() > LARGEST {
        return false;
    }
    let mut weight = 0;
    for at in memchr3_iter(b'#', b'*', b']', text.as_bytes()) {
        let (before, sign) = text.split_at(at);
        weight += match sign.as_bytes()[0] {
            b'#' => u8::from(is_heading(before, sign)),
            b'*' => u8::from(is_strong(before, sign)),
            _ if is_link(before, sign) => ENOUGH,
            _ => 0,
        };
        if weight >= ENOUGH {
            return true;
        }
    }
    false
}

/// `## Words` at the start of a line.
fn is_heading(before: &str, sign: &str) -> bool {
    if !before.is_empty() && !before.ends_with('\n') {
        return false;
    }
    let words = sign.trim_start_matches('#');
    sign.len() - words.len() <= 6
        && words.strip_prefix(' ').is_some_and(|words| words.starts_with(char::is_alphanumeric))
}

/// `**words**` by themselves, on one line.
fn is_strong(before: &str, sign: &str) -> bool {
    let Some(inner) = sign.strip_prefix("**").filter(|inner| inner.starts_with(char::is_alphanumeric)) else {
        return false;
    };
    if before.ends_with(|c: char| c == '*' || c.is_alphanumeric()) {
        return false;
    }
    let end = inner.bytes().take(LONGEST_SPAN).position(|byte| matches!(byte, b'*' | b'\n'));
    end.is_some_and(|end| {
        let (words, rest) = inner.split_at(end);
        rest.starts_with("**") && !rest.starts_with("***") && !words.ends_with(char::is_whitespace)
    })
}

/// `[words](https://…)`, of which the sign is the bracket in the middle.
fn is_link(before: &str, sign: &str) -> bool {
    let Some(address) = sign.strip_prefix("](http") else { return false };
    let opening = before.bytes().rev().take(LONGEST_SPAN).find(|byte| matches!(byte, b'[' | b'\n'));
    let end = address.bytes().take(LONGEST_ADDRESS).find(|&byte| byte == b')' || byte.is_ascii_whitespace());
    opening == Some(b'[') && end == Some(b')')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html_of(text: &str) -> String {
        to_html(text).unwrap_or_else(|| panic!("{text:?} is Markdown"))
    }

    #[test]
    fn what_only_press_releases_have_is_no_markdown() {
        for text in [
            "For immediate release.\n\n# # #\n\n# # #",
            "*** Media Advisory **\n***MEDIA ADVISORY**\nWASHINGTON",
            "the f**king king and his s**t, as they say, and more s**t",
            "2 ** 3 ** 4 and 5**6**7",
            "note [1] (see http://a.invalid) and [2]",
            "#hashtag and #another\n#third",
            "- one\n- two\n\n1. first\n2. second",
            "one **strong** word is not enough",
        ] {
            assert_eq!(to_html(text), None, "{text}");
        }
    }

    #[test]
    fn a_page_written_in_markdown_is_read_as_one() {
        let html = html_of("# Why\n\n- one\n  and on\n- two\n\n## How\n\n```js\nlet a = <b>1</b>;\n```\n");
        assert!(html.contains("<h1>Why</h1>") && html.contains("<h2>How</h2>"), "{html}");
        assert!(html.contains("<li>one\nand on</li>"), "{html}");
        assert!(html.contains("let a = &lt;b&gt;1&lt;/b&gt;;"), "{html}");
        let html = html_of("See [the report](https://a.invalid/r) of **May**.");
        assert!(html.contains("<a href=\"https://a.invalid/r\">the report</a> of <strong>May</strong>"), "{html}");
    }

    #[test]
    fn html_with_such_signs_stays_html() {
        assert_eq!(to_html("<p>\n# One\n\n# Two\n</p>"), None);
        assert_eq!(to_html("<div>**one** and **two**</div>"), None);
        assert!(html_of("**one** and **two**<br>on").contains("<br>"), "what Markdown lets pass is passed on");
    }

    #[test]
    fn nothing_of_the_text_is_lost() {
        let html =
            html_of("# One\n\n# Two\n\nfrom 2~3 to 4~5, ~~gone~~, <Toggle on={1} /> it\n\n- [x] done\n- [ ] open\n");
        assert!(html.contains("from 2~3 to 4~5, <del>gone</del>"), "{html}");
        assert!(html.contains("&lt;Toggle on={1} /&gt; it"), "{html}");
        assert!(html.contains("☑ done") && html.contains("☐ open"), "{html}");
    }

    #[test]
    fn data_counts_for_nothing() {
        let data = "A".repeat(1 << 20);
        let text = format!(
            "# One\n\n## Two\n\n![a plot](data:image/png;base64,{data}) and ![b][1]\n\n[1]: <data:x/y,{data}>\n\nend"
        );
        let html = html_of(&text);
        assert!(html.len() < 300 && html.contains("alt=\"a plot\"") && html.contains("<p>end</p>"), "{html}");
        assert_eq!(
            without_data("the data: all of it, metadata:x (data: see below)"),
            "the data: all of it, metadata:x (data: see below)"
        );
    }

    #[test]
    fn a_text_that_is_all_signs_takes_no_longer_than_its_length() {
        let large = "[](http".repeat(10_000) + &"**a".repeat(50_000) + "\n" + &"#".repeat(200_000);
        assert!(!is_markdown(&large));
        let deep = ">".repeat(20_000) + " [a](http://b.invalid)";
        assert!(to_html(&deep).is_some());
    }
}
