//! Writing Markdown in which no plain text is parsed as markup.

use std::fmt::Write as _;

/// Returns a link; `text` is Markdown.
#[must_use]
pub fn link(text: &str, address: &str) -> String {
    let mut target = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '(' => target.push_str("%28"),
            ')' => target.push_str("%29"),
            '<' => target.push_str("%3C"),
            '>' => target.push_str("%3E"),
            '|' => target.push_str("%7C"),
            '\\' => target.push_str("%5C"),
            // An ampersand may begin an entity; the others may pair with text around the link.
            '&' | '*' | '_' | '`' | '~' | '[' | ']' => target.extend(['\\', c]),
            c if c.is_ascii_whitespace() || c.is_control() => _ = write!(target, "%{:02X}", c as u32),
            c => target.push(c),
        }
    }
    format!("[{text}]({target})")
}

/// Escapes text within a line.
#[must_use]
pub fn inline(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Returns a heading of `level`, counted from 1; `text` is Markdown.
#[must_use]
pub fn heading(level: u8, text: &str) -> String {
    let mark = "#".repeat(usize::from(level.clamp(1, 6)));
    // Trailing number signs would close the heading.
    let words = text.trim_end_matches('#');
    let escape = if words.len() < text.len() { "\\" } else { "" };
    format!("{mark} {words}{escape}{}", text.get(words.len()..).unwrap_or_default())
}

/// Returns inline code, or `None` if Markdown cannot express it.
#[must_use]
pub fn code(text: &str, is_cell: bool) -> Option<String> {
    if text.contains('\n') || (is_cell && text.contains("\\|")) {
        return None;
    }
    let ticks = "`".repeat(longest_run(text, '`') + 1);
    // Markdown strips one blank at each end.
    let blank = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    // A bar would end the cell, even within code.
    let text = if is_cell { text.replace('|', "\\|") } else { text.to_owned() };
    Some(format!("{ticks}{blank}{text}{blank}{ticks}"))
}

/// Returns a fence for a block of code.
#[must_use]
pub fn fence(code: &str) -> String {
    "`".repeat((longest_run(code, '`') + 1).max(3))
}

/// Returns the length of the longest run of a character.
fn longest_run(text: &str, wanted: char) -> usize {
    text.split(|c| c != wanted).map(str::len).max().unwrap_or(0)
}

/// Returns text as paragraphs, separated by empty lines; other line breaks are kept.
#[must_use]
pub fn block(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let lines: Vec<String> = paragraph.split('\n').map(|line| at_start(&inline(line))).collect();
        lines.join("\\\n")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// Escapes the start of a line, which would otherwise become a heading, a list or a rule.
pub(super) fn at_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at_checked(digits).unwrap_or_default();
    if line.starts_with(['#', '-', '+', '=']) {
        format!("\\{line}")
    } else if digits > 0 && rest.starts_with(['.', ')']) {
        format!("{number}\\{rest}")
    } else {
        line.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_stay_paragraphs() {
        assert_eq!(block("# one\n- two\n\n3. three\n4 four"), "\\# one\\\n\\- two\n\n3\\. three\\\n4 four");
    }

    #[test]
    fn a_code_fence_is_longer_than_any_run_of_ticks_in_the_code() {
        let check = |text, is_cell, expected: Option<&str>| assert_eq!(code(text, is_cell).as_deref(), expected);
        check("a", false, Some("`a`"));
        check("a``b", false, Some("```a``b```"));
        check("`a", false, Some("`` `a ``"));
        check("a|b", true, Some("`a\\|b`"));
        check("a\\|b", true, None);
        assert_eq!((fence("x"), fence("a\n````\nb")), ("```".to_owned(), "`````".to_owned()));
    }

    #[test]
    fn a_heading_keeps_its_number_signs() {
        assert_eq!((heading(1, "C #"), heading(9, "a ## b")), ("# C \\#".to_owned(), "###### a ## b".to_owned()));
    }

    #[test]
    fn a_link_holds_any_address() {
        assert_eq!(link("t", "https://x.org/a_(b)|c"), "[t](https://x.org/a\\_%28b%29%7Cc)");
    }
}
