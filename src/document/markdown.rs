//! Markdown in which no text is taken for markup.

/// A link; `text` is Markdown already.
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
            // An ampersand may begin an entity, and these may mark text that stands around the link.
            '&' | '*' | '_' | '`' | '~' | '[' | ']' => target.extend(['\\', c]),
            c => target.push(c),
        }
    }
    format!("[{text}]({target})")
}

/// Text within a line.
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

/// Paragraphs: an empty line parts them, every other line break stays.
#[must_use]
pub fn block(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let lines: Vec<String> = paragraph.split('\n').map(|line| at_start(&inline(line))).collect();
        lines.join("\\\n")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// Keeps the start of a line from being a heading, a list or a rule.
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
    fn a_link_holds_any_address() {
        assert_eq!(link("t", "https://x.org/a_(b)|c"), "[t](https://x.org/a\\_%28b%29%7Cc)");
    }
}
