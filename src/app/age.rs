//! Ages in words, such as `3 days ago`.

use chrono::DateTime;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// From this many days on, a date is more useful than an age.
const DAYS: i64 = 14;

/// Describes how long before `now` something happened, both in seconds since 1970. Returns the date if that is long ago
/// or the current time is unknown.
#[must_use]
pub fn age(then: i64, now: Option<i64>) -> String {
    // A timestamp slightly in the future comes from clock skew and counts as now.
    let past = now.map(|now| now.saturating_sub(then).max(0));
    match past {
        Some(..MINUTE) => "just now".to_owned(),
        Some(past @ ..HOUR) => format!("{} min ago", past / MINUTE),
        Some(past @ ..DAY) => format!("{} h ago", past / HOUR),
        Some(past) if past < 2 * DAY => "1 day ago".to_owned(),
        Some(past) if past < DAYS * DAY => format!("{} days ago", past / DAY),
        _ => DateTime::from_timestamp(then, 0).map_or_else(String::new, |then| then.format("%-d %b %Y").to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_described_in_words() {
        let now = 1_700_000_000;
        let table = [
            (-5, "just now"),
            (0, "just now"),
            (59, "just now"),
            (60, "1 min ago"),
            (3_599, "59 min ago"),
            (3_600, "1 h ago"),
            (86_399, "23 h ago"),
            (86_400, "1 day ago"),
            (172_800, "2 days ago"),
            (14 * 86_400 - 1, "13 days ago"),
            (14 * 86_400, "31 Oct 2023"),
        ];
        for (seconds, expected) in table {
            assert_eq!(age(now - seconds, Some(now)), expected);
        }
        assert_eq!(age(now, None), "14 Nov 2023");
        assert_eq!(age(i64::MIN, Some(i64::MAX)), "");
    }
}
