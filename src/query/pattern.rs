//! Regular expressions over folded text: lower case, without accents, with white space collapsed.

use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};
use regex_syntax::ast::{self, Ast, ClassBracketed, ClassSet, ClassSetItem, Literal};
use unicode_normalization::UnicodeNormalization;

use crate::text::fold;

/// The size limit in bytes for compiled programs and their caches; larger expressions are rejected.
const SIZE_LIMIT: usize = 1 << 20;
/// The maximum number of characters of a class that fold to several characters.
const MOST_STRINGS: usize = 64;

/// Compiles an expression for folded text.
///
/// # Errors
/// What is expected instead, in words.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(&folded(pattern))
        .case_insensitive(true)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(SIZE_LIMIT)
        .build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "a simpler regular expression; this one needs too much memory".to_owned(),
        other => {
            let reason = other.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("a valid regular expression: {reason}")
        }
    })
}

/// Whether an expression may test the beginning or end of a text, so that it cannot be searched for in many texts at
/// once. Errs on the side of true (`[^a]`).
#[must_use]
pub fn is_anchored(pattern: &str) -> bool {
    pattern.contains(['^', '$']) || pattern.contains("\\A") || pattern.contains("\\z")
}

/// Folds the literals of an expression and keeps everything else. A folded literal stays a literal: the wide `（` does
/// not open a group. An invalid expression is left for the compiler to reject.
fn folded(pattern: &str) -> String {
    let pattern: String = pattern.nfc().collect();
    let Ok(tree) = ast::parse::Parser::new().parse(&pattern) else { return pattern };
    let Ok(edits) = ast::visit(&tree, Edits::default());
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut from = 0;
    for Edit { start, end, text } in edits.list {
        out.push_str(pattern.get(from..start).unwrap_or_default());
        out.push_str(&text);
        from = end;
    }
    out.push_str(pattern.get(from..).unwrap_or_default());
    out
}

/// A part of the pattern and its replacement.
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

/// The edits so far, in the order of the pattern.
#[derive(Default)]
struct Edits {
    list: Vec<Edit>,
    /// The end of the last literal blank.
    blank_end: Option<usize>,
}

impl ast::Visitor for Edits {
    type Output = Self;
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<Self, Self::Err> {
        Ok(self)
    }

    fn visit_pre(&mut self, tree: &Ast) -> Result<(), Self::Err> {
        match tree {
            Ast::Literal(literal) => self.literal(literal),
            Ast::ClassBracketed(class) => self.class(class),
            _ => {}
        }
        Ok(())
    }
}

impl Edits {
    fn replace(&mut self, span: &ast::Span, text: String) {
        self.list.push(Edit { start: span.start.offset, end: span.end.offset, text });
    }

    fn literal(&mut self, literal: &Literal) {
        let folded = fold(literal.c.encode_utf8(&mut [0; 4]));
        let span = &literal.span;
        if folded == " " {
            // Several typed blanks match the one of the folded text.
            let is_next = self.blank_end.replace(span.end.offset) == Some(span.start.offset);
            self.replace(span, if is_next { "(?:\\x20|)" } else { "\\x20" }.to_owned());
        } else if !folded.eq_ignore_ascii_case(literal.c.encode_utf8(&mut [0; 4])) {
            let escaped: String = folded.chars().map(escape).collect();
            let is_one = folded.chars().nth(1).is_none() && !folded.is_empty();
            self.replace(span, if is_one { escaped } else { format!("(?:{escaped})") });
        }
    }

    /// A class has single characters; one that folds to several becomes an alternative to the class.
    fn class(&mut self, class: &ClassBracketed) {
        let at = self.list.len();
        let mut strings = BTreeSet::new();
        self.class_set(&class.kind, &mut strings);
        if class.negated || strings.is_empty() {
            return;
        }
        let (start, end) = (class.span.start.offset, class.span.end.offset);
        self.list.insert(at, Edit { start, end: start, text: "(?:".to_owned() });
        let strings: String =
            strings.iter().take(MOST_STRINGS).flat_map(|string| ["|", string]).collect::<Vec<_>>().concat();
        self.list.push(Edit { start: end, end, text: format!("{strings})") });
    }

    fn class_set(&mut self, set: &ClassSet, strings: &mut BTreeSet<String>) {
        match set {
            ClassSet::Item(item) => self.class_item(item, strings),
            ClassSet::BinaryOp(op) => {
                // An alternative to the class would bypass the other side of the operator.
                self.class_set(&op.lhs, &mut BTreeSet::new());
                self.class_set(&op.rhs, &mut BTreeSet::new());
            }
        }
    }

    fn class_item(&mut self, item: &ClassSetItem, strings: &mut BTreeSet<String>) {
        match item {
            ClassSetItem::Literal(literal) => self.range(&literal.span, literal.c, literal.c, strings),
            ClassSetItem::Range(range) => self.range(&range.span, range.start.c, range.end.c, strings),
            ClassSetItem::Union(union) => union.items.iter().for_each(|item| self.class_item(item, strings)),
            ClassSetItem::Bracketed(class) => {
                let mut inner = BTreeSet::new();
                self.class_set(&class.kind, &mut inner);
                if !class.negated {
                    strings.append(&mut inner);
                }
            }
            _ => {}
        }
    }

    /// Adds the folded characters of a range to it.
    fn range(&mut self, span: &ast::Span, first: char, last: char, strings: &mut BTreeSet<String>) {
        let mut letters = BTreeSet::new();
        let mut buffer = [0; 4];
        for c in first.max('\u{80}')..=last {
            let folded = fold(c.encode_utf8(&mut buffer));
            let mut folded_letters = folded.chars();
            match (folded_letters.next(), folded_letters.next()) {
                (Some(letter), None) if !(first..=last).contains(&letter) => drop(letters.insert(letter)),
                (Some(_), Some(_)) => drop(strings.insert(folded.chars().map(escape).collect())),
                _ => {}
            }
        }
        for c in ['\t', '\n', '\u{B}', '\u{C}', '\r', '`'] {
            if (first..=last).contains(&c) {
                letters.extend(fold(c.encode_utf8(&mut buffer)).chars());
            }
        }
        if !letters.is_empty() {
            let range = if first == last { escape(first) } else { format!("{}-{}", escape(first), escape(last)) };
            self.replace(span, letters.into_iter().map(escape).fold(range, |all, letter| all + &letter));
        }
    }
}

/// Escapes a character so that it means itself inside and outside of a class.
fn escape(c: char) -> String {
    if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\x{{{:X}}}", u32::from(c)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        compile(pattern).expect("an expression").is_match(&fold(text))
    }

    #[test]
    fn expressions_match_folded_text() {
        assert!(matches(r"ZÜRICH.*\W", "Zürich opens!"));
        for (pattern, right, wrong) in [
            ("stra(ß)e$", "Strasse", "Strae"),
            ("^[äö]l$", "Öl", "ul"),
            ("^gro[ßt]+e", "große", "groe"),
            ("^[^ä]$", "o", "a"),
            ("^[à-ü]+$", "aeiou", "a-u"),
            ("^ß{2}$", "ssss", "sss"),
            (r"^\u{C4}rger", "Ärger", "urger"),
            ("^ae\u{301}?$", "aé", "ae\u{5D0}"),
            ("^e\u{301}+$", "éé", "a"),
            ("d’(eau|or)", "d'eau", "deau"),
            ("a  b", "a\n\nb", "ab"),
            (r"a\nb", "a\n\nb", "ab"),
            (r"^[\t]$", " ", "t"),
            ("^ガ[か\u{3099}]$", "カ\u{3099}が", "かか"),
            ("(?x) tea \u{A0} # a comment", "teas", "te"),
            ("(?x) t  é a", "tea", "t e a"),
        ] {
            assert!(matches(pattern, right), "{pattern} {right}");
            assert!(!matches(pattern, wrong), "{pattern} {wrong}");
        }
    }

    #[test]
    fn no_folded_character_becomes_an_operator() {
        for (pattern, right, wrong) in [
            ("（株）", "Rye (株)", "株"),
            ("^１．２$", "1.2", "132"),
            ("a＊", "a*", "aa"),
            ("a＋b", "a+b", "aab"),
            ("a？b", "a?b", "b"),
            ("a｜b", "a|b", "a"),
            ("＾a", "x^a", "a"),
            ("a＄", "a$", "xa"),
            ("［ab］", "[ab]", "a"),
            ("a｛2｝", "a{2}", "aa"),
            ("＼d", "\\d", "1"),
            ("^[a－z]$", "-", "b"),
            ("^[＾a]$", "^", "b"),
            ("^[a］]$", "]", "b"),
            ("^[＆＆a]$", "&", "b"),
            ("(?x) a＃b", "a#b", "a"),
        ] {
            assert!(matches(pattern, right), "{pattern} {right}");
            assert!(!matches(pattern, wrong), "{pattern} {wrong}");
        }
    }

    #[test]
    fn invalid_expressions_say_why() {
        assert_eq!(compile("(a").expect_err("an open group"), "a valid regular expression: unclosed group");
        assert!(compile("((a{999}){999}){999}").expect_err("too big").starts_with("a simpler"));
    }

    proptest::proptest! {
        #[test]
        fn an_escaped_text_matches_like_a_word(
            text in "[aßæÉｱ（）．＊［］｛｝＾－１ガ가য़ড়’`´ \u{A0}\n.*()|-]{0,5}",
            other in "[aßæÉｱ（）．＊［］｛｝＾－１ガ가য়ড়’`´ \u{A0}\n.*()|-]{0,9}",
        ) {
            let pattern = regex::escape(&text);
            for other in [other.clone(), format!("{other}{text}{other}")] {
                let folded_text = fold(&text);
                proptest::prop_assert_eq!(matches(&pattern, &other), fold(&other).contains(&folded_text), "{} in {}", pattern, other);
            }
        }

        #[test]
        fn folding_keeps_a_valid_expression_valid(pattern in "([a-z]|[äß（．－＾］]|[.*+?|^$()\\[\\]{}&~-]|\\\\[a-z.]|  ){0,12}") {
            let plain = RegexBuilder::new(&pattern).case_insensitive(true).size_limit(SIZE_LIMIT).build();
            proptest::prop_assert_eq!(plain.is_ok(), compile(&pattern).is_ok(), "{} {}", pattern, folded(&pattern));
        }
    }
}
