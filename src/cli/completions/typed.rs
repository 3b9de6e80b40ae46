//! Splits a partially typed command line as Bourne shells do, and quotes text for it.

/// The quotes that are open at the end of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quote {
    #[default]
    None,
    Single,
    Double,
}

/// A partially typed command.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed {
    /// Its words, unquoted. The last one is being typed and may be empty.
    pub words: Vec<String>,
    /// The start of the last word, in bytes.
    pub start: usize,
}

impl Typed {
    /// Splits a line, with the cursor at its end. Commands before a `|`, `;` or `&` are ignored.
    pub fn of(line: &str) -> Self {
        let mut reader = Reader::default();
        let mut typed = Self { words: vec![String::new()], start: 0 };
        for (at, c) in line.char_indices() {
            let (is_apart, is_first) = (reader.is_apart(), typed.start == at);
            match c {
                ' ' | '\t' if is_apart && is_first => typed.start = at + 1,
                ' ' | '\t' if is_apart => {
                    typed.words.push(String::new());
                    typed.start = at + 1;
                }
                '|' | ';' | '&' if is_apart => typed = Self { words: vec![String::new()], start: at + 1 },
                c => typed.words.last_mut().into_iter().for_each(|word| reader.take(c, word)),
            }
        }
        typed
    }
}

/// Unquotes a word. Also returns the quotes that it leaves open.
pub fn unquoted(word: &str) -> (String, Quote) {
    let mut reader = Reader::default();
    let mut text = String::with_capacity(word.len());
    word.chars().for_each(|c| reader.take(c, &mut text));
    (text, reader.quote)
}

/// Escapes a text for use within these quotes.
pub fn quoted(text: &str, within: Quote) -> String {
    let mut quoted = String::with_capacity(text.len());
    for c in text.chars() {
        match within {
            Quote::Single if c == '\'' => quoted.push_str("'\\'"),
            Quote::Double if is_special_in_double(c) => quoted.push('\\'),
            Quote::None if c.is_ascii() && !c.is_ascii_alphanumeric() && !"-_./:=,@%+".contains(c) => quoted.push('\\'),
            _ => {}
        }
        quoted.push(c);
    }
    quoted
}

fn is_special_in_double(c: char) -> bool {
    matches!(c, '"' | '\\' | '$' | '`')
}

/// Tracks quotes and escapes.
#[derive(Default)]
struct Reader {
    quote: Quote,
    is_escaped: bool,
}

impl Reader {
    /// Whether the next character can separate words.
    fn is_apart(&self) -> bool {
        self.quote == Quote::None && !self.is_escaped
    }

    /// Appends the meaning of a character.
    fn take(&mut self, c: char, text: &mut String) {
        match (self.quote, c) {
            _ if self.is_escaped => {
                self.is_escaped = false;
                if self.quote == Quote::Double && !is_special_in_double(c) {
                    text.push('\\');
                }
                text.push(c);
            }
            (Quote::None | Quote::Double, '\\') => self.is_escaped = true,
            (Quote::None, '\'') => self.quote = Quote::Single,
            (Quote::None, '"') => self.quote = Quote::Double,
            (Quote::Single, '\'') | (Quote::Double, '"') => self.quote = Quote::None,
            _ => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_split_as_in_a_shell() {
        let words = |line: &str| Typed::of(line).words;
        assert_eq!(words("tidings list -q is:s"), ["tidings", "list", "-q", "is:s"]);
        assert_eq!(words("tidings  sync "), ["tidings", "sync", ""]);
        assert_eq!(words(r#"tidings sync "Port o"#), ["tidings", "sync", "Port o"]);
        assert_eq!(words(r"tidings sync Port\ o"), ["tidings", "sync", "Port o"]);
        assert_eq!(words(r#"tidings -q a"b c"'d "e'f"#), ["tidings", "-q", r#"ab cd "ef"#]);
        assert_eq!(words("ls | sort; tidings sy"), ["tidings", "sy"]);
        assert_eq!(Typed::of("tidings  'a b").start, 9);
    }

    proptest! {
        #[test]
        fn quoted_text_round_trips(text in "\\PC{0,12}", within in 0..3) {
            let (quote, open) =
                [(Quote::None, ""), (Quote::Single, "'"), (Quote::Double, "\"")][usize::try_from(within).unwrap_or(0)];
            let line = format!("tidings {open}{}", quoted(&text, quote));
            let typed = Typed::of(&line);
            prop_assert_eq!(typed.words.last(), Some(&text), "{}", line);
            prop_assert_eq!(typed.words.len(), 2);
            prop_assert_eq!(unquoted(line.get(typed.start..).expect("a word")), (text, quote));
        }
    }
}
