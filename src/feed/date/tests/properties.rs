//! Properties of reading dates.

use proptest::prelude::*;

use super::super::*;

proptest! {
    #[test]
    fn arbitrary_text_does_not_panic(text in "\\PC{0,60}", number: i64) {
        let _ = (parse(&text), from_number(number));
    }

    #[test]
    fn near_dates_do_not_panic(text in "[0-9A-Za-z+:., /()'-]{0,40}", words in "(mar|5|2026|[.]|-|de|10:3|年|11|월|am|Z|[+]1| |,|h|é){0,12}") {
        let _ = (parse(&text), parse(&words));
    }

    #[test]
    fn a_date_that_was_read_prints_and_reads_back(text in "(19|20)[0-9]{2}(-[01][0-9](-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]([+-][0-2][0-9]:[0-5][0-9]|Z))?)?)?", number in -200_000_000_000i64..400_000_000_000_000) {
        for date in [parse(&text), from_number(number).ok(), from_number(number / 1000).ok()].into_iter().flatten() {
            prop_assert_eq!(parse(&date.to_string()), Some(date));
        }
    }

    #[test]
    fn every_day_reads_back(days in 1i64..60_000) {
        let day = chrono::NaiveDate::from_epoch_days(i32::try_from(days).expect("a day")).expect("a day");
        for form in ["%Y-%m-%d", "%d %B %Y", "%b %-d, %Y", "%Y/%m/%d", "%d.%m.%Y", "%a, %d %b %Y", "%a, %d/%m/%Y - 09:01"] {
            // The weekday can fit both orders.
            let Some(date) = parse(&day.format(form).to_string()) else {
                prop_assert!(form.contains("%d/%m"));
                continue;
            };
            prop_assert_eq!(i64::from(date.days_since_epoch()), days);
        }
    }

    #[test]
    fn names_have_the_meaning_of_their_language(language in 0..languages::LANGUAGES.len(), month in 0usize..12, day in 1u32..29) {
        let language = &languages::LANGUAGES[language];
        let date = chrono::NaiveDate::from_ymd_opt(2026, month as u32 + 1, day).expect("a day");
        let weekday = chrono::Datelike::weekday(&date).num_days_from_monday() as usize;
        let forms = |names: &'static str, at| names.split('|').nth(at).unwrap_or_default().split_whitespace();
        for weekday in forms(language.days, weekday) {
            for month in forms(language.months, month) {
                // March in Danish and Norwegian, November as programs cut it in Finnish.
                if month == "mar" && weekday.chars().count() == 2 {
                    continue;
                }
                for text in [format!("{weekday}, {day} {month} 2026"), format!("{} {day}. {} 2026", weekday.to_uppercase(), month.to_uppercase())] {
                    prop_assert_eq!(parse(&text).map(Date::day), Some(date), "{}", text);
                }
            }
        }
    }

    #[test]
    fn dates_of_rss_are_read_as_those_in_words(
        weekday in "((Mon|tue|SUN), )?", day in "0?[1-9]|[123][0-9]", month in "Jan|feb|Mar|Apr|May|Jun|JUL|Aug|Sep|Oct|Nov|Dec",
        year in "20[0-9]{2}|1998|0000", time in "[012][0-9]:[0-6][0-9](:[0-6][0-9])?", zone in "GMT|Z|UT|EST|BST|\\+0100|-0530|XYZ|A",
    ) {
        let text = format!("{weekday}{day} {month} {year} {time} {zone}");
        if let Some(parts) = rfc822(text.as_bytes()) {
            let in_words = prose::read(&text, None).ok_or(Unread::NotADate).and_then(Parts::date);
            // A weekday may decide between months of different languages.
            if weekday.is_empty() {
                prop_assert_eq!(parts.date(), in_words, "{}", text);
            }
        }
    }
}
