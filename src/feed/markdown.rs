//! Undeclared Markdown: some publishers put the source of a page where its text or HTML belongs. It is detected by
//! features that plain text lacks, and then parsed by the rules of `CommonMark` (0.31), with tables, strikethrough and
//! task lists as on GitHub.

use std::borrow::Cow;

use memchr::{memchr3, memchr3_iter, memmem};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::html::is_tag;

/// Larger texts are left as they are: see [`super::html`].
const LARGEST: usize = 1 << 19;
/// The total weight of features that makes a text Markdown.
const ENOUGH: u8 = 2;
/// The most bytes between two asterisks or in brackets.
const LONGEST_SPAN: usize = 300;
/// The most bytes of an address.
const LONGEST_ADDRESS: usize = 2000;
/// A text that contains one of these is HTML, whatever else it looks like.
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

/// Returns the text as HTML if it is Markdown.
pub(super) fn to_html(text: &str) -> Option<String> {
    // Most texts have none of the features.
    memchr3(b'#', b'*', b']', text.as_bytes())?;
    let text = &*without_data(text);
    if !is_markdown(text) {
        return None;
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut events = Vec::new();
    // For each open strikethrough, whether it has two tildes: a single one may stand between two numbers.
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

/// Returns the text without the data in addresses of pictures, which does not count.
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

/// Returns the name of an HTML tag in lower case; empty for a comment.
fn name_of(markup: &str) -> Option<String> {
    let after = markup.trim_start().strip_prefix('<').filter(|after| is_tag(after))?;
    let name = after.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric);
    Some(name.collect::<String>().to_ascii_lowercase())
}

/// Whether a text has features of Markdown: a link, or two headings or strong words. Marks that also occur in press
/// releases do not count: `# # #` at the end, `*** ADVISORY **`, a word with asterisks for letters.
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

/// Whether this is `## Words` at the start of a line.
fn is_heading(before: &str, sign: &str) -> bool {
    if !before.is_empty() && !before.ends_with('\n') {
        return false;
    }
    let words = sign.trim_start_matches('#');
    sign.len() - words.len() <= 6
        && words.strip_prefix(' ').is_some_and(|words| words.starts_with(char::is_alphanumeric))
}

/// Whether this is `**words**` by themselves, on one line.
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

/// Whether this is `[words](https://…)`; the sign is the bracket in the middle.
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
    fn marks_in_press_releases_are_not_markdown() {
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
    fn markdown_is_converted_to_html() {
        let html = html_of("# Why\n\n- one\n  and on\n- two\n\n## How\n\n```js\nlet a = <b>1</b>;\n```\n");
        assert!(html.contains("<h1>Why</h1>") && html.contains("<h2>How</h2>"), "{html}");
        assert!(html.contains("<li>one\nand on</li>"), "{html}");
        assert!(html.contains("let a = &lt;b&gt;1&lt;/b&gt;;"), "{html}");
        let html = html_of("See [the report](https://a.invalid/r) of **May**.");
        assert!(html.contains("<a href=\"https://a.invalid/r\">the report</a> of <strong>May</strong>"), "{html}");
    }

    #[test]
    fn html_with_markdown_features_stays_html() {
        assert_eq!(to_html("<p>\n# One\n\n# Two\n</p>"), None);
        assert_eq!(to_html("<div>**one** and **two**</div>"), None);
        assert!(html_of("**one** and **two**<br>on").contains("<br>"), "inline HTML is kept");
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
    fn data_addresses_are_ignored() {
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
    fn a_text_full_of_features_takes_linear_time() {
        let large = "[](http".repeat(10_000) + &"**a".repeat(50_000) + "\n" + &"#".repeat(200_000);
        assert!(!is_markdown(&large));
        let deep = ">".repeat(20_000) + " [a](http://b.invalid)";
        assert!(to_html(&deep).is_some());
    }
}
