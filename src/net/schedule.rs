//! When to ask a server again, and when an address has moved for good.
//!
//! Everything here is pure: the clock and the dice are the caller's.

use std::time::{Duration, SystemTime};

/// No server makes us wait longer than that: its pause holds whoever asks.
const LONGEST_PAUSE: Duration = Duration::from_secs(LAST);
/// The pause of a host that asks for one and does not say how long.
pub const UNTOLD: Duration = Duration::from_secs(FIRST);
/// The pause after the first failure, and the longest after many, in seconds.
const FIRST: u64 = 5 * 60;
const LAST: u64 = 24 * 60 * 60;
/// So many fetches in a row must tell the same new address before it is believed.
const ENOUGH: u8 = 3;

/// What a `Retry-After` header asks for, from `now` on: seconds, or a date in one of the three forms of HTTP
/// (RFC 9110, 10.2.3). At most a day; nothing for a date that is over. `None` where it says neither.
#[must_use]
pub fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let pause = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a long time.
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default()
    };
    Some(pause.min(LONGEST_PAUSE))
}

/// When to try again after so many failures in a row, in seconds of Unix time: after 5 minutes, twice as long with each
/// further one, at most a day; a fifth more or less, as `dice` (0 to 1) falls, so that not all come at once. Never before
/// what the server asked for, told as a pause from `now`.
#[must_use]
pub fn next_attempt(now: i64, failures: u32, dice: f64, asked: Option<Duration>) -> i64 {
    let doubled = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LAST);
    let dice = if dice.is_finite() { dice.clamp(0.0, 1.0) } else { 0.5 };
    let pause = Duration::from_secs(doubled).mul_f64(0.8 + dice * 0.4).max(asked.unwrap_or_default()).as_secs();
    now.saturating_add(i64::try_from(pause).unwrap_or(i64::MAX))
}

/// What fetches told of a new address: which, and how many in a row.
pub type Moving = Option<(String, u8)>;

/// Takes in what one more successful fetch told: the address that permanent redirects led to, if any did. The new state,
/// and the address to keep from now on once three fetches in a row have told the same.
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
    fn a_pause_is_told_in_seconds_or_as_a_date_in_three_forms() {
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
    fn the_dice_move_a_pause_by_a_fifth_and_nothing_breaks_it() {
        let at = |dice| next_attempt(1_000, 1, dice, None);
        assert_eq!([0.0, 0.25, 0.5, 1.0].map(at), [1_240, 1_270, 1_300, 1_360]);
        assert_eq!([-7.0, 9.0, f64::NAN, f64::INFINITY].map(at), [1_240, 1_360, 1_300, 1_300]);
        assert_eq!(next_attempt(i64::MAX, 3, 0.1, None), i64::MAX);
    }

    #[test]
    fn never_before_the_server_asked_for() {
        let asked = |seconds| next_attempt(0, 1, 0.0, Some(Duration::from_secs(seconds)));
        assert_eq!([0, 239, 241, 86_400, u64::MAX].map(asked), [240, 240, 241, 86_400, i64::MAX]);
    }

    #[test]
    fn an_address_is_kept_after_the_same_was_told_three_times_in_a_row() {
        let run = |told: &[Option<&str>]| {
            told.iter().fold((None, Vec::new()), |(state, mut kept), told| {
                let (state, keep) = moving(state, *told);
                kept.push(keep);
                (state, kept)
            })
        };
        let (a, b) = (Some("https://a.example/"), Some("https://b.example/"));
        let kept = |told: &[Option<&str>]| run(told).1.into_iter().position(|keep| keep.is_some());
        assert_eq!(kept(&[a, a, a]), Some(2));
        assert_eq!(kept(&[a, a, None, a, a]), None);
        assert_eq!(kept(&[a, a, b, a, a, a]), Some(5));
        assert_eq!(run(&[a, b, b, b]).1.last().cloned().flatten().as_deref(), b);
        // Once kept, it is no news any more.
        assert_eq!(run(&[a, a, a]).0, None);
    }
}
