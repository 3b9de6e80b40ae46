//! What is done once a day: a backup, and what nobody wants kept any longer is dropped.

use chrono::NaiveDate;

use super::{Library, LibraryError, backup};

/// The setting: days that releases are kept that are not starred.
const KEEP: &str = "keep";
const DAY: i64 = 86_400;
/// Days in which a subscription that was removed can come back with all its releases.
const GRACE: i64 = 30;

/// How many days stored releases are kept that are not starred; `None`: forever.
///
/// # Errors
/// Where the library cannot be read.
pub fn kept_days(library: &Library) -> Result<Option<u32>, LibraryError> {
    Ok(library.setting(KEEP)?.and_then(|days| days.parse().ok()).filter(|days| *days > 0))
}

/// Has stored releases that are not starred kept for so many days; `None`: forever.
///
/// # Errors
/// Where the library cannot be written.
pub fn keep_days(library: &mut Library, days: Option<u32>) -> Result<(), LibraryError> {
    library.set(KEEP, days.map(|days| days.to_string()).as_deref())
}

/// Makes the backup of today, unless it is there, and then drops releases that are older than is wanted and those of
/// subscriptions that were removed a month ago; how many. `now` is in seconds since 1970.
///
/// # Errors
/// Where the library is damaged or cannot be written: then nothing is dropped.
pub fn keep_house(library: &mut Library, today: NaiveDate, now: i64) -> Result<usize, LibraryError> {
    if library.read_only().is_some() || !backup::daily(library, today)? {
        return Ok(0);
    }
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
    fn once_a_day_a_backup_is_made_and_then_what_is_too_old_goes() {
        let (_folder, mut library) = library();
        let source = subscribed(&mut library, "a");
        for day in [1, 20] {
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
        assert_eq!(library.counts().expect("read").releases, 1);
        // The backup was made before.
        assert_eq!(backup::all(library.place()).len(), 2);
    }
}
