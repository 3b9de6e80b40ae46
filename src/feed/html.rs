//! Markup to plain text, for the fields whose name says that they hold markup.
//!
//! `html2text` does the work, at a width where it does not wrap and without decoration. What it cannot take (or could
//! only take slowly: its parser is quadratic in nesting) loses its tags crudely instead; text is never lost.

use html2text::config;
use html2text::render::TrivialDecorator;

/// Columns: paragraphs are not wrapped, and a ruler can be told by its length.
const WIDTH: usize = 20_000;
/// Elements open at once.
const DEEPEST: usize = 100;
/// A larger document is not worth its tree.
const LARGEST: usize = 4 << 20;
/// Elements without an end tag, or whose end tag is often left out.
const LOOSE: [&str; 18] = [
    "area", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p", "source",
    "td", "tr", "wbr",
];

/// The text of a piece of HTML; paragraphs are parted by a blank line.
pub(super) fn to_text(html: &str) -> String {
    if html.len() > LARGEST || depth(html) > DEEPEST {
        return without_tags(html);
    }
    let config = config::with_decorator(TrivialDecorator::new()).raw_mode(true).allow_width_overflow();
    match config.string_from_read(html.as_bytes(), WIDTH) {
        Ok(text) if !text.trim().is_empty() => tidy(&text),
        _ => without_tags(html),
    }
}

/// Drops rulers, blanks at line ends, and all but one of several empty lines.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for line in text.lines().map(str::trim_end) {
        let ruler = line.len() > WIDTH && line.starts_with('─');
        if ruler || (line.is_empty() && (tidied.is_empty() || tidied.ends_with("\n\n"))) {
            continue;
        }
        tidied.push_str(line);
        tidied.push('\n');
    }
    tidied.truncate(tidied.trim_end().len());
    tidied
}

/// The tags of a document, in order, each as what stands between `<` and `>`.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or(tag))
}

/// At least as many levels as the parser will see, unless it closes what the author left open.
fn depth(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in tags(html) {
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if tag.starts_with(|c: char| c.is_ascii_alphabetic()) && !tag.ends_with('/') {
            let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(tag);
            if !LOOSE.iter().any(|loose| loose.eq_ignore_ascii_case(name)) {
                depth += 1;
                deepest = deepest.max(depth);
            }
        }
    }
    deepest
}

/// The text between tags, with the five entities that XML has.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for (i, part) in html.split('<').enumerate() {
        let is_tag = i > 0 && part.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        match part.split_once('>') {
            Some((_, after)) if is_tag => {
                if !text.ends_with([' ', '\n']) && !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(after);
            }
            _ => {
                text.push_str(if i > 0 { "<" } else { "" });
                text.push_str(part);
            }
        }
    }
    for (entity, plain) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        if text.contains(entity) {
            text = text.replace(entity, plain);
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_paragraphs() {
        let html = "<p>One <b>bold</b> <a href=\"http://x.invalid\">link</a> &amp; more.</p><hr><ul><li>first<li>second</ul><p>Two</p>";
        let text = to_text(html);
        assert!(text.starts_with("One bold link & more.\n"), "{text:?}");
        assert!(text.ends_with("Two") && text.contains("first\nsecond"), "{text:?}");
        assert!(!text.contains('─'), "{text:?}");
    }

    #[test]
    fn long_paragraphs_are_not_wrapped() {
        let html = format!("<p>{}</p>", "word ".repeat(1000));
        assert_eq!(to_text(&html).lines().count(), 1);
    }

    #[test]
    fn what_the_library_refuses_loses_only_its_tags() {
        for deep in [90, 110, 20_000] {
            let html = "<blockquote>".repeat(deep) + "deep &amp; quiet" + &"</blockquote>".repeat(deep);
            assert_eq!(to_text(&html).trim(), "deep & quiet", "{deep}");
        }
        assert_eq!(without_tags("1 < 2 <b>and</b><br>3"), "1 < 2 and 3");
        assert_eq!(to_text("plain"), "plain");
        assert_eq!(to_text("a <unclosed"), "a");
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(html in "([<>/&;a-z \"=é]|<p>|<td>|<table>|</|<li>){0,60}") {
            let _ = (to_text(&html), without_tags(&html));
        }
    }
}
