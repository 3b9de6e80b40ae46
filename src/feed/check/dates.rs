//! Strict date formats: RFC 822 (RSS), RFC 3339 (JSON Feed, Atom), W3CDTF (Dublin Core).
//!
//! [`date`](crate::feed::date) is the lenient parser that reads dates.

use chrono::{Datelike, NaiveDate, Weekday};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];
/// RFC 822 section 5.1.
const ZONES: [&str; 10] = ["UT", "GMT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"];

/// Returns why a date is not an RFC 822 date as RSS uses it.
pub(super) fn rfc822(text: &str) -> Result<(), &'static str> {
    let text = text.trim();
    let (weekday, rest) = match text.split_once(',') {
        Some((name, rest)) => {
            let day = DAYS.iter().find(|(day, _)| day.eq_ignore_ascii_case(name)).ok_or("unknown day of the week")?;
            (Some(day.1), rest)
        }
        None => (None, text),
    };
    let parts: Vec<&str> = rest.split_ascii_whitespace().collect();
    let [day, month, year, time, zone] = parts[..] else {
        return Err("expected day, month, year, time and zone");
    };
    let day = digits(day, 1..=2).ok_or("the day is not a number of one or two digits")?;
    let month =
        MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month)).ok_or("the month is not a name such as Nov")?;
    let length = year.len();
    let year = digits(year, 2..=4).filter(|_| length != 3).ok_or("the year has neither two nor four digits")?;
    let year = if length == 2 { if year < 50 { 2000 + year } else { 1900 + year } } else { year };
    let date = NaiveDate::from_ymd_opt(year.cast_signed(), month as u32 + 1, day).ok_or("no such day")?;
    if weekday.is_some_and(|weekday| weekday != date.weekday()) {
        return Err("the day of the week does not match the date");
    }
    clock(time, false).ok_or("the time is not in the form 10:00:00")?;
    let is_offset = zone.starts_with(['+', '-']) && zone.get(1..).is_some_and(|rest| digits(rest, 4..=4).is_some());
    let is_letter = zone.len() == 1 && zone.bytes().all(|b| b.is_ascii_uppercase() && b != b'J');
    let is_zone = is_offset || is_letter || ZONES.contains(&zone);
    if is_zone { Ok(()) } else { Err("the zone is neither GMT nor an offset such as +0100") }
}

/// Returns why a date is not an RFC 3339 date.
pub(super) fn rfc3339(text: &str) -> Result<(), &'static str> {
    let (date, rest) = text.split_once('T').ok_or("no T between date and time")?;
    day(date)?;
    let at = rest.find(['Z', '+', '-']).ok_or("no time zone")?;
    let (time, zone) = rest.split_at(at);
    if time.len() < 8 || clock(time, true).is_none() {
        return Err("the time is not in the form 10:00:00");
    }
    offset(zone)
}

/// Returns why a date is not a W3CDTF date.
pub(super) fn w3cdtf(text: &str) -> Result<(), &'static str> {
    let Some((date, rest)) = text.split_once('T') else {
        return match text.len() {
            4 => digits(text, 4..=4).map(drop).ok_or("not a year"),
            7 => day(&format!("{text}-01")),
            _ => day(text),
        };
    };
    day(date)?;
    let at = rest.find(['Z', '+', '-']).ok_or("a time without a time zone")?;
    let (time, zone) = rest.split_at(at);
    clock(time, true).ok_or("the time is not in the form 10:00 or 10:00:00")?;
    offset(zone)
}

fn day(text: &str) -> Result<(), &'static str> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return Err("the day is not in the form 2018-11-06") };
    let number = |text: &str, length| digits(text, length..=length).ok_or("the day is not in the form 2018-11-06");
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    NaiveDate::from_ymd_opt(year.cast_signed(), month, day).map(drop).ok_or("no such day")
}

/// Parses `10:00`, `10:00:00` and, if allowed, fractions of a second.
fn clock(text: &str, may_have_fraction: bool) -> Option<()> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let is_fraction = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parts = whole.split(':').map(|part| digits(part, 2..=2)).collect::<Option<Vec<u32>>>()?;
    let (hour, minute, second) = match parts[..] {
        [hour, minute] if fraction.is_none() => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let is_right = hour < 24 && minute < 60 && second <= 60;
    (is_right && fraction.is_none_or(|text| may_have_fraction && is_fraction(text))).then_some(())
}

fn offset(zone: &str) -> Result<(), &'static str> {
    let is_offset = zone.get(1..).is_some_and(|rest| rest.len() == 5 && clock(rest, false).is_some());
    if zone == "Z" || (is_offset && !zone.starts_with('Z')) {
        Ok(())
    } else {
        Err("the zone is neither Z nor in the form +01:00")
    }
}

fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
    (lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rss_dates_are_recognised() {
        for right in [
            "Sat, 07 Sep 2002 00:00:01 GMT",
            "7 sep 02 00:00 +0200",
            "Tue,  6 Nov 2018 10:00:00 EST",
            "06 Nov 2018 10:00 Z",
        ] {
            assert_eq!(rfc822(right), Ok(()), "{right}");
        }
        for wrong in [
            "",
            "2018-11-06T10:00:00Z",
            "Mon, 06 Nov 2018 10:00:00 GMT",
            "Tue, 06 Nov 2018 10:00:00",
            "Tue, 06 November 2018 10:00:00 GMT",
            "Tue, 31 Nov 2018 10:00:00 GMT",
            "06 Nov 2018 25:00 GMT",
            "06 Nov 2018 10:00 +01:00",
            "06 Nov 2018 10:00 CET",
            "06 Nov 018 10:00 GMT",
        ] {
            assert!(rfc822(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn atom_dates_are_recognised() {
        for right in ["2018-11-06T10:00:00Z", "2018-11-06T10:00:00.25+01:00", "2016-12-31T23:59:60-08:00"] {
            assert_eq!(rfc3339(right), Ok(()), "{right}");
            assert_eq!(w3cdtf(right), Ok(()), "{right}");
        }
        for wrong in [
            "2018-11-06",
            "2018-11-06 10:00:00Z",
            "2018-11-06T10:00Z",
            "2018-11-06T10:00:00",
            "2018-11-06T10:00:00+0100",
            "2018-02-30T10:00:00Z",
            "2018-11-06T24:00:00Z",
            "2018-11-06t10:00:00z",
            "2018-11-06T10:00:00.Z",
        ] {
            assert!(rfc3339(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn dublin_core_dates_may_be_imprecise() {
        for right in ["2018", "2018-11", "2018-11-06", "2018-11-06T10:00Z"] {
            assert_eq!(w3cdtf(right), Ok(()), "{right}");
        }
        for wrong in ["18", "2018-13", "2018-11-6", "2018-11-06T10:00", "2018-11-06T10Z", "6 Nov 2018"] {
            assert!(w3cdtf(wrong).is_err(), "{wrong}");
        }
    }
}
