//! Days that addresses name.

use super::{YEARS, day};
use crate::release::Date;

fn parts(address: &str) -> impl Iterator<Item = &str> {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest).split(['?', '#']).next();
    path.unwrap_or_default().split('/').skip(1)
}

fn value(text: &str) -> Option<u32> {
    text.parse::<u32>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && value(text).is_some_and(|year| YEARS.contains(&year))
}

/// Returns the day that the path of an address names: `/2016/04/23/`, `/2016/0423/`, `/2016-04/23/`, `/2016-04-23-title`,
/// `/20160423-title`, `/t20160423_1.html`.
pub fn of_address(address: &str) -> Option<Date> {
    let parts: Vec<&str> = parts(address).collect();
    for (at, part) in parts.iter().enumerate() {
        let next = |n: usize| parts.get(at + n).copied().unwrap_or_default();
        if is_year(part) {
            let (month, rest) = (next(1), next(2));
            if month.len() == 4 {
                let (month, rest) = month.split_at_checked(2)?;
                return day(value(part)?, value(month)?, value(rest)?);
            }
            if (1..=2).contains(&month.len()) && (1..=2).contains(&rest.len()) && !next(3).is_empty() {
                return day(value(part)?, value(month)?, value(rest)?);
            }
        }
        if let Some((year, month)) = part.split_once('-').filter(|(year, month)| is_year(year) && month.len() == 2)
            && (1..=2).contains(&next(1).len())
            && !next(2).is_empty()
            && let Some(date) = day(value(year)?, value(month)?, value(next(1)).unwrap_or(0))
        {
            return Some(date);
        }
        let bytes = part.as_bytes();
        if bytes.len() > 10 && bytes[4] == b'-' && bytes[7] == b'-' && !bytes[10].is_ascii_digit() {
            let number = |from: usize, to: usize| part.get(from..to).and_then(value);
            if let (Some(year), Some(month), Some(of_month)) = (number(0, 4), number(5, 7), number(8, 10)) {
                return day(year, month, of_month);
            }
        }
        if let Some(date) = glued(part) {
            return Some(date);
        }
    }
    None
}

/// Reads eight digits at the beginning of a part, or after the letter that some systems put there.
fn glued(part: &str) -> Option<Date> {
    let digits = part.strip_prefix(['t', 'c', 'P', 'W']).unwrap_or(part);
    let (number, rest) = digits.split_at_checked(8)?;
    let ends = rest.is_empty() || rest.starts_with(['-', '_', '.']);
    let number = value(number).filter(|_| ends)?;
    let year = number / 10_000;
    // Any number of eight digits could be an id; those of these years are days, if all entries have one.
    (1990..2060).contains(&year).then(|| day(year, number / 100 % 100, number % 100))?
}

/// Returns the year that a part of the path names: `/2016/`, `/2016-04/`.
pub fn year_of_address(address: &str) -> Option<i32> {
    let year = |part: &str| {
        let year = part.split_once('-').filter(|(_, month)| month.len() == 2).map_or(part, |(year, _)| year);
        value(year).filter(|number| is_year(year) && (1990..2060).contains(number))
    };
    let mut parts: Vec<&str> = parts(address).collect();
    // The last one is the entry itself.
    parts.pop();
    let mut years = parts.into_iter().filter_map(year);
    let only = years.next()?;
    years.next().is_none().then_some(only.cast_signed())
}
