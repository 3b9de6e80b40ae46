//! Days and months without a year, which a heading or an address gives.

use chrono::Datelike;

use super::{Month, months, plain, words};
use crate::feed::date;
use crate::release::Date;

/// The most characters of such a text.
const LONGEST: usize = 24;
/// The years that a heading may give.
const YEARS: std::ops::Range<i32> = 1990..2060;

/// A month, or a day of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partial {
    pub month: u32,
    pub day: Option<u32>,
}

impl Partial {
    /// Returns the date in a year.
    pub fn of_year(self, year: i32) -> Option<Date> {
        match self.day {
            Some(day) => Date::from_ymd(year, self.month, day),
            None => Date::from_month(year, self.month),
        }
    }
}

/// Reads a text that is a month, or a day and a month, and nothing else: `May`, `12 May`, `Wed, May 12th`.
pub fn without_year(text: &str) -> Option<Partial> {
    if text.chars().count() > LONGEST {
        return None;
    }
    let chars: Vec<char> = text.chars().map(plain).collect();
    let words = words(&chars);
    if words.iter().all(|word| word.month == Month::None) {
        return None;
    }
    let mut found = Partial { month: 0, day: None };
    for (at, word) in words.iter().enumerate() {
        let text: String = chars[word.start..word.end].iter().collect();
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric() && !super::is_mark(c));
        match (word.number, word.month) {
            _ if bare.is_empty() => {}
            (Some((day, digits)), _) if found.day.is_none() && digits < 3 && (1..=31).contains(&day) => {
                found.day = Some(day);
            }
            (None, Month::Known) if found.month == 0 => found.month = month_of(bare)?,
            (None, Month::Other(month)) if found.month == 0 => found.month = month,
            // A weekday, or "de" and "of" between the numbers.
            (None, Month::None) if is_small(bare, at, &words) => {}
            _ => return None,
        }
    }
    (found.month > 0).then_some(found)
}

fn month_of(name: &str) -> Option<u32> {
    let of = |text: &str| date::parse(&format!("1 {text} 2001")).map(|date| date.day().month());
    of(name).or_else(|| months::other(name))
}

/// Whether a word may stand in a date beside the day and the month: a weekday at either end, or a short word within.
fn is_small(word: &str, at: usize, words: &[super::Word]) -> bool {
    let is_inside = at > 0 && at + 1 < words.len();
    is_inside && matches!(word, "de" | "of" | "di" | "da" | "d" | "à" | "le") || date::is_weekday(word)
}

/// Returns the year that a text names, if it names one and has no other number: `Press releases 2024`.
pub fn year_of(text: &str) -> Option<i32> {
    if text.len() > 80 {
        return None;
    }
    let chars: Vec<char> = text.chars().map(plain).collect();
    let mut numbers = chars.split(|c| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let only = numbers.next().filter(|digits| digits.len() == 4)?;
    if numbers.next().is_some() {
        return None;
    }
    let year = only.iter().filter_map(|c| c.to_digit(10)).fold(0, |year, digit| year * 10 + digit);
    let year = if super::BUDDHIST.contains(&year) { year - super::BUDDHIST_ERA } else { year };
    Some(year.cast_signed()).filter(|year| YEARS.contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_without_a_year_are_read() {
        for (text, month, day) in [
            ("May", 5, None),
            ("12 May", 5, Some(12)),
            ("Mar 15", 3, Some(15)),
            ("15 Mar", 3, Some(15)),
            ("Wed, May 12th", 5, Some(12)),
            ("12 de mayo", 5, Some(12)),
            ("12. März", 3, Some(12)),
            ("Март", 3, None),
            ("18 ก.ย.", 9, Some(18)),
        ] {
            assert_eq!(without_year(text), Some(Partial { month, day }), "{text}");
        }
        for text in ["May I", "12", "12 May 2020", "12 May 10:30", "News", "", "32 May", "May June", "12 May 3"] {
            assert_eq!(without_year(text), None, "{text}");
        }
        assert_eq!(year_of("Archived Press Releases 1999"), Some(1999));
        assert_eq!(year_of("ข่าว 2567"), Some(2024));
        for text in ["2023/24", "1 of 2024", "News", "12345", "1066"] {
            assert_eq!(year_of(text), None, "{text}");
        }
    }
}
