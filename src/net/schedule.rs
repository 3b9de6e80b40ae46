//! When to poll a server again, and when an address has moved for good.
//!
//! Everything here is pure: the caller brings the clock and the random numbers.

use std::time::{Duration, SystemTime};

/// The longest pause that a server can ask for; a pause holds even for manual syncs.
const LONGEST_PAUSE: Duration = Duration::from_secs(LAST);
/// The pause of a host that asks for one without a length.
pub const DEFAULT_PAUSE: Duration = Duration::from_secs(FIRST);
/// The pause after the first failure and the longest pause, in seconds.
const FIRST: u64 = 5 * 60;
const LAST: u64 = 24 * 60 * 60;
/// How many successful fetches in a row must report the same new address before it is stored.
const ENOUGH: u8 = 3;

/// Parses a `Retry-After` header relative to `now`: seconds, or a date in one of the three formats of HTTP (RFC 9110,
/// 10.2.3). Returns at most a day, zero for a past date, and `None` for anything else.
#[must_use]
pub fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let pause = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Too many digits mean a long time.
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default()
    };
    Some(pause.min(LONGEST_PAUSE))
}

/// Returns the time of the next attempt after a number of failures in a row, in seconds since 1970. The delay starts at
/// 5 minutes, doubles with each failure up to a day, and varies by a fifth with `random` (0 to 1) so that retries spread
/// out. The attempt is never before the server's requested pause, counted from `now`.
#[must_use]
pub fn next_attempt(now: i64, failures: u32, random: f64, asked: Option<Duration>) -> i64 {
    let doubled = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LAST);
    let random = if random.is_finite() { random.clamp(0.0, 1.0) } else { 0.5 };
    let pause = Duration::from_secs(doubled).mul_f64(0.8 + random * 0.4).max(asked.unwrap_or_default()).as_secs();
    now.saturating_add(i64::try_from(pause).unwrap_or(i64::MAX))
}

/// A pending move: the new address and how many fetches in a row reported it.
pub type Moving = Option<(String, u8)>;

/// Records the result of a successful fetch: the address reached by permanent redirects, if any. Returns the new state,
/// and the address to store once three fetches in a row have reported it.
#[must_use]
pub fn moving(state: Moving, moved: Option<&str>) -> (Moving, Option<String>) {
    let Some(target) = moved else { return (None, None) };
    let before = state.filter(|(known, _)| known == target).map_or(0, |(_, count)| count);
    if before + 1 >= ENOUGH { (None, Some(target.to_owned())) } else { (Some((target.to_owned(), before + 1)), None) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_given_in_seconds_or_as_a_date_in_three_formats() {
        // 1994-11-06 08:49:37
        let then = 784_111_777;
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(then - 90);
        for (value, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(90)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(90)),
            ("Sun Nov  6 08:49:37 1994", Some(90)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Sat, 06 Nov 2094 08:00:00 GMT", Some(86_400)),
            ("99999999999999999999999999", Some(86_400)),
            ("-5", None),
            ("+5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(retry_after(value, now), seconds.map(Duration::from_secs), "{value:?}");
        }
    }

    #[test]
    fn pauses_double_from_five_minutes_to_a_day() {
        let minutes = |failures| next_attempt(0, failures, 0.5, None) / 60;
        assert_eq!(
            [0, 1, 2, 3, 4, 8, 9, 10, 11, 1000, u32::MAX].map(minutes),
            [5, 5, 10, 20, 40, 640, 1280, 1440, 1440, 1440, 1440]
        );
    }

    #[test]
    fn a_random_share_varies_a_pause_by_a_fifth_and_any_value_is_safe() {
        let at = |dice| next_attempt(1_000, 1, dice, None);
        assert_eq!([0.0, 0.25, 0.5, 1.0].map(at), [1_240, 1_270, 1_300, 1_360]);
        assert_eq!([-7.0, 9.0, f64::NAN, f64::INFINITY].map(at), [1_240, 1_360, 1_300, 1_300]);
        assert_eq!(next_attempt(i64::MAX, 3, 0.1, None), i64::MAX);
    }

    #[test]
    fn an_attempt_never_precedes_the_requested_pause() {
        let asked = |seconds| next_attempt(0, 1, 0.0, Some(Duration::from_secs(seconds)));
        assert_eq!([0, 239, 241, 86_400, u64::MAX].map(asked), [240, 240, 241, 86_400, i64::MAX]);
    }

    #[test]
    fn an_address_is_stored_after_three_equal_reports_in_a_row() {
        let run = |reported: &[Option<&str>]| {
            reported.iter().fold((None, Vec::new()), |(state, mut kept), target| {
                let (state, keep) = moving(state, *target);
                kept.push(keep);
                (state, kept)
            })
        };
        let (a, b) = (Some("https://a.example/"), Some("https://b.example/"));
        let kept = |reported: &[Option<&str>]| run(reported).1.into_iter().position(|keep| keep.is_some());
        assert_eq!(kept(&[a, a, a]), Some(2));
        assert_eq!(kept(&[a, a, None, a, a]), None);
        assert_eq!(kept(&[a, a, b, a, a, a]), Some(5));
        assert_eq!(run(&[a, b, b, b]).1.last().cloned().flatten().as_deref(), b);
        // A stored address is no longer reported as new.
        assert_eq!(run(&[a, a, a]).0, None);
    }
}
