//! Years of other calendars: eras of East Asia, and the solar calendar of Iran.

use chrono::{Datelike, NaiveDate};

use crate::release::Date;

/// The years of the Persian calendar that are read. Years of the Islamic calendar are later ones, so they are not.
pub const SOLAR: std::ops::Range<u32> = 1370..1425;
/// The two characters of eras, and the year before their first.
const ERAS: [([char; 2], u32); 5] =
    [(['令', '和'], 2018), (['平', '成'], 1988), (['昭', '和'], 1925), (['民', '國'], 1911), (['民', '国'], 1911)];

/// Returns the year before the first one of the era whose name ends at `start`.
pub fn era_before(chars: &[char], start: usize) -> Option<u32> {
    let name = chars.get(start.checked_sub(2)?..start)?;
    ERAS.iter().find(|(era, _)| era == name).map(|(_, year)| *year)
}

/// Converts a day of the Persian calendar, by its cycle of 33 years, which is exact for these years.
pub fn of_solar(year: u32, month: u32, day: u32) -> Option<Date> {
    let longest = match month {
        1..=6 => 31,
        7..=12 => 30,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    let (year, month, day) = (year.cast_signed() + 1_595, month.cast_signed(), day.cast_signed());
    let before = if month < 7 { (month - 1) * 31 } else { (month - 7) * 30 + 186 };
    let days = -355_668 + 365 * year + year / 33 * 8 + (year % 33 + 3) / 4 + day + before;
    let day = NaiveDate::from_num_days_from_ce_opt(days - 365)?;
    Date::from_ymd(day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_persian_calendar_are_converted() {
        for ((year, month, day), expected) in [
            ((1403, 1, 1), Some("2024-03-20")),
            ((1403, 12, 30), Some("2025-03-20")),
            ((1402, 7, 1), Some("2023-09-23")),
            ((1399, 10, 11), Some("2020-12-31")),
            ((1403, 13, 1), None),
            ((1403, 7, 31), None),
        ] {
            assert_eq!(
                of_solar(year, month, day).map(|date| date.to_string()).as_deref(),
                expected,
                "{year}-{month}-{day}"
            );
        }
    }
}
