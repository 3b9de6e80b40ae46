//! Daily housekeeping: makes a backup, then deletes expired releases.

use chrono::NaiveDate;

use super::{Library, LibraryError, backup};

/// The setting: how many days unstarred releases are kept.
const KEEP: &str = "keep";
const DAY: i64 = 86_400;
/// Days during which a removed subscription can come back with all its releases.
const GRACE: i64 = 30;

/// Returns how many days unstarred releases are kept; `None` means forever.
///
/// # Errors
/// When the library cannot be read.
pub fn kept_days(library: &Library) -> Result<Option<u32>, LibraryError> {
    Ok(library.setting(KEEP)?.and_then(|days| days.parse().ok()).filter(|days| *days > 0))
}

/// Sets how many days unstarred releases are kept; `None` means forever.
///
/// # Errors
/// When the library cannot be written.
pub fn keep_days(library: &mut Library, days: Option<u32>) -> Result<(), LibraryError> {
    library.set(KEEP, days.map(|days| days.to_string()).as_deref())
}

/// Makes today's backup unless it exists, then deletes releases past the limit and those of subscriptions removed a
/// month ago. Returns the number of deleted releases. `now` is in seconds since 1970.
///
/// # Errors
/// When the library is damaged or cannot be written; then nothing is deleted.
pub fn keep_house(library: &mut Library, today: NaiveDate, now: i64) -> Result<usize, LibraryError> {
    if library.read_only().is_some() || !backup::daily(library, today)? {
        return Ok(0);
    }
    // Only a poll can show that a feed has dropped a release, so time stops a day after the last poll. Then neither a
    // wrong clock nor a long break deletes anything.
    let now = library.last_poll()?.map_or(now, |polled| now.min(polled + DAY));
    let seen = kept_days(library)?.map(|days| now - i64::from(days) * DAY);
    library.expire(seen, now - GRACE * DAY)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{library, subscribed};
    use super::super::{Checked, Outcome};
    use super::*;
    use crate::release::Release;
    use crate::text::CleanBuf;

    #[test]
    fn once_a_day_a_backup_is_made_and_then_old_releases_expire() {
        let (_folder, mut library) = library();
        let (source, other) = (subscribed(&mut library, "a"), subscribed(&mut library, "b"));
        for (source, day) in [(source, 1), (source, 20), (other, 40)] {
            let outcome = Outcome::Read { etag: None, modified: None, title: CleanBuf::default() };
            let release = Release { id: CleanBuf::line(&day.to_string()), ..Release::default() };
            let checked = Checked { at: day * DAY, outcome, moved: None, address: None, origin: None };
            library.apply(source, &checked, &[release]).expect("written");
        }
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).expect("a day");
        assert_eq!(kept_days(&library).expect("read"), None);
        assert_eq!(keep_house(&mut library, day(1), 40 * DAY).expect("kept"), 0);
        keep_days(&mut library, Some(30)).expect("written");
        assert_eq!(kept_days(&library).expect("read"), Some(30));
        assert_eq!(keep_house(&mut library, day(1), 40 * DAY).expect("kept"), 0, "once a day");
        assert_eq!(keep_house(&mut library, day(2), 40 * DAY).expect("kept"), 1);
        assert_eq!(library.counts().expect("read").releases, 2);
        assert_eq!(keep_house(&mut library, day(3), 10_000 * DAY).expect("kept"), 0, "the clock is wrong");
        // The backup was made first.
        assert_eq!(backup::all(library.place()).len(), 3);
    }
}
