//! Releases as a page that needs nothing else: no script, no picture, no font from anywhere.

use std::io::{self, Write};

use pulldown_cmark::{Options, Parser};

use super::release::markdown;
use crate::catalog::Catalog;

/// How the page looks, in light and in dark surroundings and on paper.
const STYLE: &str = "body{max-width:38em;margin:2em auto;padding:0 1em;font:1.05em/1.55 Georgia,serif;color:#222;\
background:#fdfdfb}h1{font-size:1.45em;line-height:1.25;margin:2.2em 0 .4em}ul{color:#555}a{color:#0b5}\
article+article{border-top:1px solid #ccc}blockquote{margin:1em 0;padding-left:1em;border-left:3px solid #bbb}\
pre{overflow:auto;background:#f2f2ee;padding:.7em}table{border-collapse:collapse}td,th{border:1px solid #ccc;\
padding:.2em .6em}@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1c1e}ul{color:#aaa}a{color:#7cf}\
pre{background:#26282b}}@media print{article{break-inside:avoid-page}}";

/// A text as it stands in a page, within an element or an attribute.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Writes releases as a page.
///
/// # Errors
/// When nothing can be written to `out`.
pub fn document(catalog: &Catalog, releases: &[u32], out: &mut impl Write) -> io::Result<()> {
    let found: Vec<_> = releases.iter().filter_map(|&release| catalog.release(release)).collect();
    let title = match found[..] {
        [only] => only.title(),
        _ => catalog.title(),
    };
    let title = escaped(if title.is_empty() { "Releases" } else { title.as_str() });
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )?;
    for release in found {
        let mut text = Vec::new();
        markdown(&release, &mut text)?;
        let text = String::from_utf8_lossy(&text);
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let mut body = String::new();
        pulldown_cmark::html::push_html(&mut body, Parser::new_ext(&text, options));
        write!(out, "<article dir=\"auto\">\n{body}</article>\n")?;
    }
    out.write_all(b"</body>\n</html>\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::tests::catalog;

    fn page(title: &str, text: &str) -> String {
        let catalog = catalog(&[(title, text, "News", "", (2018, 11, 6))]);
        let mut out = Vec::new();
        document(&catalog, &[0], &mut out).expect("memory takes it");
        String::from_utf8(out).expect("text")
    }

    proptest! {
        #[test]
        fn no_text_becomes_an_element(text in "(<|>|&|\"|'|`|\\[|\\]|\\(|\\)|\\*|_|#|-|\\||!|javascript:|https://a.example|script|onload=|\n| |a|é){0,40}") {
            let page = page(&format!("t{text}"), &text);
            let elements = ["html", "head", "meta", "title", "style", "body", "article", "h1", "ul", "li", "p", "br", "hr", "em", "strong"];
            for tag in page.split('<').skip(1) {
                let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(tag.starts_with("!DOCTYPE") || elements.contains(&name.as_str()), "<{tag} in {page}");
            }
        }
    }
}
