//! A query that is being typed: what it shows while the clause at the cursor is not finished.

use std::ops::Range;

use super::ast::Query;
use super::complete::{Clause, clause_at};
use super::parse::{ParseError, parse, parse_without};

/// The result of parsing a text that is still being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The query to show. If the field clause at the cursor is invalid, its value there is left out, and if that was its
    /// only one, the clause. `None` if another part is invalid.
    pub query: Option<Query>,
    /// The query without the field clause at the cursor, used to count the values offered for that clause. `None`
    /// without such a clause, or if another part is invalid.
    pub rest: Option<Query>,
    /// The first error of the text.
    pub error: Option<ParseError>,
}

impl Draft {
    /// Parses a text with the cursor at a byte position.
    #[must_use]
    pub fn new(text: &str, cursor: usize) -> Self {
        let clause = clause_at(text, cursor);
        let rest = clause.as_ref().and_then(|clause| parse_without(text, Some(clause.range.clone())).ok());
        match parse(text) {
            Ok(_) if clause.as_ref().is_some_and(|clause| clause.is_bare) => {
                Self { query: rest.clone(), rest, error: None }
            }
            Ok(query) => Self { query: Some(query), rest, error: None },
            Err(error) => {
                let query = clause.and_then(|clause| without_value(text, &clause)).or_else(|| rest.clone());
                Self { query, rest, error: Some(error) }
            }
        }
    }
}

/// Parses the text without the value at the cursor, if the clause has others.
fn without_value(text: &str, Clause { range, value, .. }: &Clause) -> Option<Query> {
    let is_comma = |at: Option<usize>, range: Range<usize>| {
        at.filter(|at| range.contains(at)).is_some_and(|at| text.as_bytes()[at] == b',')
    };
    let left = if is_comma(value.start.checked_sub(1), range.clone()) {
        value.start - 1..value.end
    } else if is_comma(Some(value.end), range.clone()) {
        value.start..value.end + 1
    } else {
        return None;
    };
    let (before, after) = (text.get(..left.start)?, text.get(left.end..)?);
    parse(&format!("{before}{after}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The query shown and the query counted under, of a text with `|` as the cursor.
    fn draft(text: &str) -> (String, String) {
        let cursor = text.find('|').expect("a cursor");
        let draft = Draft::new(&text.replacen('|', "", 1), cursor);
        let shown = |query: Option<Query>| query.map_or_else(|| "none".to_owned(), |query| query.to_string());
        (shown(draft.query), shown(draft.rest))
    }

    #[test]
    fn a_field_without_a_value_is_left_out() {
        let table = [
            ("topic:|", "", ""),
            ("fair topic:|", "fair", "fair"),
            ("fair -place:|", "fair", "fair"),
            ("topic:| fair", "fair", "fair"),
            ("(fair topic:|)", "fair", "fair"),
            ("(source:|) fair", "fair", "fair"),
            ("-(topic:|) fair", "fair", "fair"),
            ("title:|", "", ""),
            ("fair date:|", "fair", "fair"),
            ("is:|", "", ""),
            ("topc:|", "", ""),
            ("fair agency:|", "fair", "fair"),
            ("agency:a,|", "agency:a", ""),
            ("agency:| fair", "fair", "fair"),
            ("fair topc:n|", "fair", "fair"),
            ("fair topic:", "none", "none"),
            ("\"fair topic:|", "none", "none"),
            ("topic:| \"fair", "none", "none"),
            ("fair| topic:", "none", "none"),
        ];
        for (text, shown, rest) in table {
            let text = if text.contains('|') { text.to_owned() } else { format!("{text} |") };
            assert_eq!(draft(&text), (shown.to_owned(), rest.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_clause_at_the_cursor_is_not_counted() {
        let table = [
            ("topic:t|", "topic:t", ""),
            ("-topic:t| fair", "-topic:t fair", "fair"),
            ("topic:a,t|", "topic:a,t", ""),
            ("topic:a,|", "topic:a", ""),
            ("topic:|,b", "topic:b", ""),
            ("topic:a,|,b fair", "topic:a,b fair", "fair"),
            ("date:2018,20|", "date:2018", ""),
            ("topic:\"Tax Di|", "", ""),
            ("topic:a,\"Tax Di| fair", "topic:a fair", "fair"),
            ("topic:\"Tax Di|v\" fair", "topic:\"Tax Div\" fair", "fair"),
            ("topic:t|ax fair", "topic:tax fair", "fair"),
            ("place:b topic:t|", "place:b topic:t", "place:b"),
            ("topic:t |", "topic:t", "none"),
            ("fair agency:t|", "fair agency:t", "fair"),
            ("fair https://t|", "fair https://t", "none"),
            ("fair re:|", "fair re:", "none"),
            ("to|pic:t", "topic:t", "none"),
            ("tea|", "tea", "none"),
            // Each alternative has hits of its own, and a negation has those without them.
            ("place:b (fair OR topic:t|)", "place:b (fair OR topic:t)", "place:b"),
            ("fair OR topic:t|", "(fair OR topic:t)", ""),
            ("fair (tea topic:t|)", "fair tea topic:t", "fair tea"),
            ("fair -(tea topic:t|)", "fair -(tea topic:t)", "fair"),
            ("fair (tea OR topic:t|", "fair", "fair"),
            ("fair (tea topic:t|", "fair tea", "fair tea"),
        ];
        for (text, shown, rest) in table {
            assert_eq!(draft(text), (shown.to_owned(), rest.to_owned()), "{text}");
        }
    }

    #[test]
    fn an_error_is_kept() {
        let error = |text: &str| Draft::new(text, text.len()).error.map(|error| (error.span, error.message));
        assert_eq!(error("tea topic:t"), None);
        assert_eq!(error("tea topc:n"), Some((4..9, "unknown field; did you mean topic:?".to_owned())));
        assert!(error("tea topic:").is_some_and(|(span, _)| span == (4..10)));
    }
}
