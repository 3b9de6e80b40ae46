//! Rules written as the options of the command line: `--page --select 'title=h3 a'`.

use super::{Rules, WrongDelimiter, WrongMap, WrongSelector};
use crate::feed::derive::{TopicSource, WrongTopicSource};
use crate::text::CleanBuf;

/// Why a text is no list of options.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongOptions {
    /// There is no such option.
    #[error("unknown option `{0}`; expected --page, --select, --map, --delimiter or --topics-from")]
    Unknown(CleanBuf),
    /// An option has no value.
    #[error("`{0}` has no value")]
    NoValue(CleanBuf),
    /// A quote is not closed.
    #[error("a quote is not closed")]
    Quote,
    /// A value is wrong.
    #[error("{0}")]
    Map(#[from] WrongMap),
    /// A value is wrong.
    #[error("{0}")]
    Selector(#[from] WrongSelector),
    /// A value is wrong.
    #[error("{0}")]
    Delimiter(#[from] WrongDelimiter),
    /// A value is wrong.
    #[error("{0}")]
    Topics(#[from] WrongTopicSource),
}

/// Reads options.
///
/// # Errors
/// What is wrong with the first wrong one.
pub fn read(text: &str) -> Result<Rules, WrongOptions> {
    let mut rules = Rules::default();
    let mut words = words(text)?.into_iter();
    while let Some(word) = words.next() {
        let (name, given) = match word.split_once('=').filter(|(name, _)| name.starts_with("--")) {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word, None),
        };
        if name == "--page" {
            rules.page = true;
            continue;
        }
        if !matches!(name.as_str(), "--select" | "--map" | "--delimiter" | "--topics-from") {
            return Err(WrongOptions::Unknown(CleanBuf::line(&name)));
        }
        let value = given.or_else(|| words.next()).ok_or_else(|| WrongOptions::NoValue(CleanBuf::line(&name)))?;
        match name.as_str() {
            "--select" => rules.select.push(value.parse()?),
            "--map" => rules.map.push(value.parse()?),
            "--topics-from" => rules.topics = Some(value.parse::<TopicSource>()?.into()),
            _ => rules.delimiter = Some(value.parse()?),
        }
    }
    rules.page |= !rules.select.is_empty();
    Ok(rules)
}

/// Splits a text at blanks outside of quotes.
fn words(text: &str) -> Result<Vec<String>, WrongOptions> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if quote.is_some() { Err(WrongOptions::Quote) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_as_they_are_written() {
        let text = "--page --map title=Naslov --delimiter tab --select 'title=h3 > a' --select items=li \
                    --topics-from title";
        let rules = read(text).expect("options");
        assert_eq!(rules.to_string(), text);
        assert_eq!(
            read("--select=\"title=h3 > a\" --map=title=x").map(|rules| (rules.page, rules.select.len())),
            Ok((true, 1))
        );
        assert_eq!(read("  "), Ok(Rules::default()));
        for (text, wrong) in [
            ("--pages", "unknown option `--pages`; expected --page, --select, --map, --delimiter or --topics-from"),
            ("li.news", "unknown option `li.news`; expected --page, --select, --map, --delimiter or --topics-from"),
            ("--select", "`--select` has no value"),
            ("--select 'title=h3", "a quote is not closed"),
            ("--select title=h3[", "`h3[` is not a CSS selector; expected one such as li.news or h3 > a"),
            ("--topics-from date", "expected address, title or none"),
            ("--map title", "expected FIELD=COLUMN, such as title=Headline"),
        ] {
            assert_eq!(read(text).map_err(|error| error.to_string()), Err(wrong.to_owned()), "{text}");
        }
    }
}
