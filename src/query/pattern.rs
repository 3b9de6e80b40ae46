//! Regular expressions over folded text: lower case, accents off, a blank for each white space.

use regex::{Regex, RegexBuilder};

use crate::text::fold;

/// Compiled programs and their caches stay below this many bytes: an expression that would explode is refused.
const SIZE_LIMIT: usize = 1 << 20;

/// Makes an expression ready for folded text.
///
/// # Errors
/// What is expected instead, in words.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    // Letters beyond ASCII are folded as the text is; ASCII ones may be part of an escape (\W is not \w).
    let mut folded = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        if c.is_ascii() { folded.push(c) } else { folded.push_str(&fold(c.encode_utf8(&mut [0; 4]))) }
    }
    let built =
        RegexBuilder::new(&folded).case_insensitive(true).size_limit(SIZE_LIMIT).dfa_size_limit(SIZE_LIMIT).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            "a smaller regular expression: this one would take too much memory".to_owned()
        }
        other => {
            let reason = other.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("a regular expression: {reason}")
        }
    })
}

/// Whether an expression may ask where a text begins or ends, so that it cannot be looked for in many texts at once.
/// Says so too often (`[^a]`) rather than too seldom.
#[must_use]
pub fn is_anchored(pattern: &str) -> bool {
    pattern.contains(['^', '$']) || pattern.contains("\\A") || pattern.contains("\\z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_match_folded_text() {
        let regex = compile(r"ZÜRICH.*\W").expect("an expression");
        assert!(regex.is_match(&fold("Zürich opens!")));
    }

    #[test]
    fn wrong_ones_say_why() {
        assert_eq!(compile("(a").expect_err("an open group"), "a regular expression: unclosed group");
        assert!(compile("((a{999}){999}){999}").expect_err("too big").starts_with("a smaller"));
    }
}
