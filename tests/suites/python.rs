//! The subset of Python in which `feedparser` states the content of a document: `not bozo and entries[0]['title'] ==
//! 'Example'`.
//!
//! A clause of another form does not concern the compared fields, and is left out.

use super::expected::{Field, Value, Want};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Number(i64),
    Mark(char),
    Equal,
}

/// A step down from a variable: `['title']`, `.title`, `[0]`.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
}

/// One side of `==`.
#[derive(Debug, PartialEq, Eq)]
enum Operand {
    Path(Vec<Step>),
    Text(String),
    Numbers(Vec<i64>),
}

/// Returns the expectations of an expression, and the number of clauses that are not compared.
pub fn wants(expression: &str) -> (Vec<Want>, usize) {
    let (mut wants, mut others) = (Vec::new(), 0);
    for clause in clauses(&tokens(expression)) {
        let operands: Option<Vec<Operand>> = clause.split(|token| *token == Token::Equal).map(operand).collect();
        let operands = operands.unwrap_or_default();
        let value = operands.last().filter(|_| operands.len() > 1);
        let found: Vec<Want> = match value {
            Some(value) => operands.iter().filter_map(|path| want(path, value)).collect(),
            None => absent(&clause).into_iter().collect(),
        };
        // That a document is well-formed is not a clause about a value.
        let is_bozo = matches!(clause.as_slice(), [Token::Word(a), Token::Word(b)] if a == "not" && b == "bozo");
        others += usize::from(found.is_empty() && !is_bozo);
        wants.extend(found);
    }
    (wants, others)
}

/// Returns the parts of a conjunction, without enclosing brackets.
fn clauses(tokens: &[Token]) -> Vec<Vec<Token>> {
    let is_and = |token: &Token| *token == Token::Word("and".to_owned());
    let clauses = tokens.split(is_and).map(|clause| match clause {
        [Token::Mark('('), inner @ .., Token::Mark(')')] => inner.to_vec(),
        other => other.to_vec(),
    });
    clauses.collect()
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let is_prefixed = matches!(c, 'u' | 'b' | 'r') && rest.chars().nth(1).is_some_and(|c| matches!(c, '\'' | '"'));
        if is_prefixed {
            rest = rest.get(1..).unwrap_or_default();
        } else if matches!(c, '\'' | '"') {
            let (string, length) = string(rest, c);
            // Adjacent strings are concatenated.
            match tokens.last_mut() {
                Some(Token::Text(before)) => before.push_str(&string),
                _ => tokens.push(Token::Text(string)),
            }
            rest = rest.get(length..).unwrap_or_default();
        } else if c.is_alphanumeric() || c == '_' {
            let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            rest = rest.get(word.len()..).unwrap_or_default();
            tokens.push(word.parse().map_or(Token::Word(word), Token::Number));
        } else if let Some(after) = rest.strip_prefix("==") {
            rest = after;
            tokens.push(Token::Equal);
        } else {
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            tokens.push(Token::Mark(c));
        }
        rest = rest.trim_start();
    }
    tokens
}

/// Parses the string at the start of `text`. Returns it and its length including the quotes.
fn string(text: &str, quote: char) -> (String, usize) {
    let (mut string, mut length) = (String::new(), 1);
    let mut rest = text.chars().skip(1);
    while let Some(c) = rest.next() {
        length += c.len_utf8();
        if c == quote {
            break;
        }
        if c != '\\' {
            string.push(c);
            continue;
        }
        let Some(kind) = rest.next() else { break };
        length += kind.len_utf8();
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if digits == 0 {
            string.push(match kind {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            });
            continue;
        }
        let hex: String = rest.by_ref().take(digits).collect();
        length += hex.len();
        string.push(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'));
    }
    (string, length)
}

fn operand(tokens: &[Token]) -> Option<Operand> {
    match tokens {
        [Token::Text(text)] => Some(Operand::Text(text.clone())),
        [Token::Mark('('), inner @ .., Token::Mark(')')] => {
            let numbers = inner.split(|token| *token == Token::Mark(',')).map(|part| match part {
                [Token::Number(number)] => Some(*number),
                _ => None,
            });
            numbers.collect::<Option<Vec<_>>>().map(Operand::Numbers)
        }
        [Token::Word(name), ..] => path(name, tokens.get(1..)?).map(Operand::Path),
        _ => None,
    }
}

fn path(name: &str, mut tokens: &[Token]) -> Option<Vec<Step>> {
    let mut steps = vec![Step::Name(name.to_owned())];
    while !tokens.is_empty() {
        let (step, rest) = match tokens {
            [Token::Mark('['), Token::Text(name), Token::Mark(']'), rest @ ..]
            | [Token::Mark('.'), Token::Word(name), rest @ ..] => (Step::Name(name.clone()), rest),
            [Token::Mark('['), Token::Number(index), Token::Mark(']'), rest @ ..] => {
                (Step::Index(usize::try_from(*index).ok()?), rest)
            }
            _ => return None,
        };
        steps.push(step);
        tokens = rest;
    }
    Some(steps)
}

/// Parses `not entries[0].has_key('link')`.
fn absent(clause: &[Token]) -> Option<Want> {
    let [
        Token::Word(not),
        path_of @ ..,
        Token::Mark('.'),
        Token::Word(call),
        Token::Mark('('),
        Token::Text(key),
        Token::Mark(')'),
    ] = clause
    else {
        return None;
    };
    let [Token::Word(name), steps @ ..] = path_of else { return None };
    let mut steps = path(name, steps)?;
    steps.push(Step::Name(key.clone()));
    let (item, field) = field(&steps)?;
    (not == "not" && call == "has_key").then(|| Want::new(item, field, Value::Nothing))
}

fn want(path: &Operand, value: &Operand) -> Option<Want> {
    let Operand::Path(steps) = path else { return None };
    let (item, field) = field(steps)?;
    let value = match (field, value) {
        (Field::Date, Operand::Numbers(parts)) => Value::Instant(utc(parts)?),
        (Field::Date, Operand::Text(text)) => Value::Instant(super::expected::instant(text)?),
        (_, Operand::Text(text)) if text.trim().is_empty() => Value::Nothing,
        (Field::Topics, Operand::Text(text)) => Value::Among(text.clone()),
        (_, Operand::Text(text)) => Value::Text(text.clone()),
        _ => return None,
    };
    Some(Want::new(item, field, value))
}

/// Parses year, month, day, hour, minute, second; the rest is redundant.
fn utc(parts: &[i64]) -> Option<i64> {
    let [year, month, day, hour, minute, second, ..] = parts else { return None };
    let [month, day, hour, minute, second] =
        [month, day, hour, minute, second].map(|part| u32::try_from(*part).unwrap_or(u32::MAX));
    let day = chrono::NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, month, day)?;
    Some(day.and_hms_opt(hour, minute, second)?.and_utc().timestamp())
}

/// Returns the item and the field that a path leads to.
fn field(steps: &[Step]) -> Option<(usize, Field)> {
    let name = |step: &Step| match step {
        Step::Name(name) => Some(name.clone()),
        Step::Index(_) => None,
    };
    match steps {
        [Step::Name(feed), Step::Name(title)] if feed == "feed" && title == "title" => Some((0, Field::Feed)),
        [Step::Name(entries), Step::Index(item), below @ ..] if entries == "entries" => {
            let names: Vec<String> = below.iter().filter_map(name).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let index = below.iter().find_map(|step| if let Step::Index(index) = step { Some(*index) } else { None });
            let field = match (names.as_slice(), index) {
                (["title"] | ["title_detail", "value"], None) => Field::Title,
                (["link"], None) | (["links", "href"], Some(0)) => Field::Link,
                (["id" | "guid"], None) => Field::Id,
                (["category"], None) | (["tags", "term" | "label"], Some(_)) => Field::Topics,
                (["summary" | "description"] | ["summary_detail", "value"], None) | (["content", "value"], Some(0)) => {
                    Field::Text
                }
                (
                    [
                        "published" | "updated" | "created" | "modified" | "published_parsed" | "updated_parsed"
                        | "created_parsed" | "modified_parsed" | "date" | "date_parsed",
                    ],
                    None,
                ) => Field::Date,
                _ => return None,
            };
            Some((*item, field))
        }
        _ => None,
    }
}

#[test]
fn assertions_of_the_fixtures_are_read() {
    let read = |text: &str| {
        let (wants, others) = wants(text);
        (
            wants.iter().map(|want| format!("{} {:?} {:?}", want.item, want.field, want.value)).collect::<Vec<_>>(),
            others,
        )
    };
    assert_eq!(
        read(r#"not bozo and entries[1]['title'] == u'a \'b\u00e9' and (feed.title == "T") and entries[0].x == 1"#),
        (vec!["1 Title Text(\"a 'bé\")".to_owned(), "0 Feed Text(\"T\")".to_owned()], 1)
    );
    assert_eq!(
        read("entries[0]['link'] == entries[1]['link'] == 'http://a/' and entries[0].updated_parsed == (1970, 1, 1, 0, 1, 0, 3, 1, 0)").0,
        ["0 Link Text(\"http://a/\")", "1 Link Text(\"http://a/\")", "0 Date Instant(60)"]
    );
    assert_eq!(read("not bozo and not entries[0].has_key('link')"), (vec!["0 Link Nothing".to_owned()], 0));
    assert_eq!(read("entries[0].tags[1].term == 'x'").0, ["0 Topics Among(\"x\")"]);
}
