//! An index of sitemaps: which of its parts is the newest.
//!
//! The name of a part often has its day or month, which says more than `lastmod`: a site that writes all its sitemaps
//! anew gives all of them the same day.

use std::cmp::Reverse;

use chrono::Datelike;

use crate::release::Date;

/// Beginnings of words for news in the names of sitemaps.
const NEWS: [&str; 9] = ["news", "press", "presse", "prensa", "nachricht", "noticia", "notizie", "actualit", "aktuell"];

/// A sitemap that an index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its absolute address.
    pub address: String,
    /// When it changed, if the index says so.
    pub modified: Option<Date>,
}

/// Year, month and day; 0 where unknown.
type Day = (u32, u32, u32);

/// Sorts the parts of an index: those whose names say news first, and the newest first. Where no part differs in its
/// date, the order stays, but from the last to the first if the names count up.
#[must_use]
pub fn newest_first(mut parts: Vec<Part>) -> Vec<Part> {
    let days: Vec<Option<Day>> = parts.iter().map(day_of).collect();
    if days.iter().any(|day| *day != days[0]) {
        parts.sort_by_cached_key(|part| Reverse(day_of(part)));
    } else if counts_up(&parts) {
        parts.reverse();
    }
    parts.sort_by_cached_key(|part| !says_news(&part.address));
    parts
}

/// Whether the name of a sitemap says that it holds news.
#[must_use]
pub fn says_news(address: &str) -> bool {
    has_news_word(path_of(address))
}

/// Whether a word of a name says news.
#[must_use]
pub fn has_news_word(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(|c: char| !c.is_ascii_alphabetic()).any(|word| NEWS.iter().any(|news| word.starts_with(news)))
}

/// Returns an address without its scheme and host.
fn path_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split_once('/').map_or("", |(_, path)| path)
}

/// Returns the day in the name of a part, or else the one on which it changed.
fn day_of(part: &Part) -> Option<Day> {
    named_day(path_of(&part.address)).or_else(|| {
        let day = part.modified?.day();
        Some((u32::try_from(day.year()).ok()?, day.month(), day.day()))
    })
}

/// Returns the last day, month or year that a text names in digits: `2024-05-13`, `202405`, `yyyy=2024&mm=05`.
fn named_day(text: &str) -> Option<Day> {
    let mut found = None;
    let mut rest = text;
    while let Some((digits, between, after)) = next_number(rest) {
        rest = after;
        found = match (digits.len(), digits.parse().unwrap_or(0)) {
            (8, number) => valid(number / 10_000, number / 100 % 100, number % 100),
            (6, number) => valid(number / 100, number % 100, 0),
            (4, year) => valid(year, 0, 0),
            // The month or the day after a year or a month.
            (1 | 2, number) if is_separator(between) => match found {
                Some((year, 0, 0)) => valid(year, number, 0).or(found),
                Some((year, month, 0)) => valid(year, month, number).or(found),
                found => found,
            },
            _ => None,
        }
        .or(found);
    }
    found
}

/// Returns the next digits of a text, what is before them and what is after.
fn next_number(text: &str) -> Option<(&str, &str, &str)> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (before, from) = text.split_at(at);
    let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
    let (digits, after) = from.split_at(end);
    Some((digits, before, after))
}

fn is_separator(text: &str) -> bool {
    matches!(text, "-" | "_" | "/" | "." | "&mm=" | "&dd=" | "&month=" | "&day=")
}

fn valid(year: u32, month: u32, day: u32) -> Option<Day> {
    ((1990..2100).contains(&year) && month <= 12 && day <= 31).then_some((year, month, day))
}

/// Whether the last numbers in the names of the parts grow from part to part.
fn counts_up(parts: &[Part]) -> bool {
    let number = |part: &Part| {
        let path = path_of(&part.address);
        let (mut last, mut rest) = (None, path);
        while let Some((digits, _, after)) = next_number(rest) {
            (last, rest) = (digits.parse::<u64>().ok(), after);
        }
        last
    };
    // The first one often has no number.
    let mut numbers = parts.iter().map(|part| number(part).unwrap_or(0));
    let Some(mut before) = numbers.next() else { return false };
    parts.len() > 1
        && numbers.all(|number| {
            let grows = number > before;
            before = number;
            grows
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::date;

    fn sorted(parts: &[(&str, &str)]) -> Vec<String> {
        let part = |(path, modified): &(&str, &str)| Part {
            address: format!("https://news.example/{path}"),
            modified: date::parse(modified),
        };
        let parts = newest_first(parts.iter().map(part).collect());
        parts.iter().map(|part| path_of(&part.address).to_owned()).collect()
    }

    #[test]
    fn the_day_in_a_name_counts_before_the_day_of_a_change() {
        let parts = [("2024-04.xml", "2026-01-02"), ("2024-05.xml", "2026-01-02"), ("2023-12.xml", "2026-01-02")];
        assert_eq!(sorted(&parts), ["2024-05.xml", "2024-04.xml", "2023-12.xml"]);
        let parts = [("a.xml", "2024-05-01"), ("b.xml", ""), ("c.xml", "2024-06-01")];
        assert_eq!(sorted(&parts), ["c.xml", "a.xml", "b.xml"]);
    }

    #[test]
    fn parts_without_dates_keep_their_order_unless_their_names_count_up() {
        assert_eq!(sorted(&[("b.xml", ""), ("a.xml", "")]), ["b.xml", "a.xml"]);
        let counted = [("map.xml", "2026-01-01"), ("map2.xml", "2026-01-01"), ("map10.xml", "2026-01-01")];
        assert_eq!(sorted(&counted), ["map10.xml", "map2.xml", "map.xml"]);
        assert_eq!(sorted(&[("map3.xml", ""), ("map1.xml", "")]), ["map3.xml", "map1.xml"]);
        assert_eq!(sorted(&[]), Vec::<String>::new());
    }

    #[test]
    fn parts_whose_names_say_news_come_first() {
        let parts = [("pages.xml", "2024-06-01"), ("sitemap-news.xml", "2024-05-01"), ("x/Pressemitteilungen.xml", "")];
        assert_eq!(sorted(&parts), ["sitemap-news.xml", "x/Pressemitteilungen.xml", "pages.xml"]);
        assert!(!says_news("https://news.example/expression.xml"), "the host and the middle of a word say nothing");
    }

    #[test]
    fn days_are_found_in_names() {
        let table = [
            ("sitemap-20240513.xml", Some((2024, 5, 13))),
            ("sitemap.xml?yyyy=2013&mm=05&dd=09", Some((2013, 5, 9))),
            ("news/2024/05/index.xml.gz", Some((2024, 5, 0))),
            ("2024-p2.xml", Some((2024, 0, 0))),
            ("sitemap-1234567.xml", None),
            ("sitemap-2024-13.xml", Some((2024, 0, 0))),
            ("99999999999999999999999.xml", None),
        ];
        for (name, expected) in table {
            assert_eq!(named_day(name), expected, "{name}");
        }
    }
}
