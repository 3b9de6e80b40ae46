use super::*;

fn first(text: &str) -> Option<String> {
    match find(text).first()?.raw {
        Raw::Known(date) => Some(date.to_string()),
        Raw::Numbers(numbers, mark) => Some(format!("{numbers:?}{mark}")),
        Raw::Relative => Some("relative".to_owned()),
    }
}

#[test]
fn dates_within_texts_are_found() {
    for (text, expected) in [
        ("06 November 2018, Beijing, China", "2018-11-06"),
        ("Published on Monday, 5 November 2018 by the press office", "2018-11-05"),
        ("Nov 6, 2018 | 4 min read", "2018-11-06"),
        ("10 marzo 2016 23:37", "2016-03-10"),
        ("17 февраля 2016", "2016-02-17"),
        ("恒生前海基金管理有限公司2020年6月30日基金净值公告", "2020-06-30"),
        ("2026년 8월 3일", "2026-08-03"),
        ("2016/3/3", "2016-03-03"),
        ("[2020.07.02]", "2020-07-02"),
        ("2020-04-16 1200 Reconocimiento", "2020-04-16"),
        ("เผยแพร่เมื่อวันที่ 18 ก.ย. 2569", "2026-09-18"),
        ("18/09/2569", "[18, 9, 2569]/"),
        ("٦ نوفمبر ٢٠١٨", "2018-11-06"),
        ("May 1999", "1999-05"),
        ("05/01/13", "[5, 1, 13]/"),
        ("6 hours ago", "relative"),
        ("2014 OK AG 1, 01/13/2014, Question", "[1, 13, 2014]/"),
        ("12–14 May 2024", "2024-05-12"),
        ("12 - 14 May 2024", "2024-05-12"),
        ("May 12–14, 2024", "2024-05-12"),
        ("28 May – 3 June 2024", "2024-05-28"),
        ("28 December – 3 January 2024", "2023-12-28"),
        ("Hall 3 - 14 May 2024", "2024-05-14"),
        ("令和6年5月16日", "2024-05-16"),
        ("民國113年5月16日", "2024-05-16"),
        ("۱۴۰۳/۰۲/۱۶", "2024-05-05"),
        ("۱۶ اردیبهشت ۱۴۰۳", "2024-05-05"),
    ] {
        assert_eq!(first(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_no_date_is_not_found() {
    for text in [
        "9,120",
        "version 7.0.1",
        "update 10.4.11 for all",
        "call 555-12-2018-44",
        "In November 2018 5 ministers met",
        "You may read 12 pages",
        "from May 2018 on, all offices are open",
        "12 March 10 people",
        "2016/0423/127",
        "32/13/2018",
        "Tuesday 30 July",
        "20 per cent in 2018",
        "ISO 2018-11",
    ] {
        assert_eq!(first(text), None, "{text}");
    }
}

fn settled(texts: &[&str], language: &str) -> Vec<String> {
    let found: Vec<Option<Raw>> = texts.iter().map(|text| find(text).first().map(|found| found.raw)).collect();
    settle(&found, language).into_iter().map(|date| date.map_or_else(String::new, |date| date.to_string())).collect()
}

#[test]
fn a_list_settles_the_order_of_day_and_month() {
    assert_eq!(settled(&["05/06/2018", "13/06/2018"], ""), ["2018-06-05", "2018-06-13"]);
    assert_eq!(settled(&["05/06/2018", "06/13/2018"], ""), ["2018-05-06", "2018-06-13"]);
    assert_eq!(settled(&["05/06/2018", "04/06/2018"], "en"), ["", ""]);
    assert_eq!(settled(&["05/06/2018"], "fr"), ["2018-06-05"]);
    assert_eq!(settled(&["05/06/2018"], "en-GB"), ["2018-06-05"]);
    assert_eq!(settled(&["05/01/13", "04/25/13"], "en"), ["2013-05-01", "2013-04-25"]);
    assert_eq!(settled(&["25.08.14", "25.08.13"], "ko"), ["2025-08-14", "2025-08-13"]);
    assert_eq!(settled(&["13/06/2018", "06/13/2018"], ""), ["", ""]);
    assert_eq!(settled(&["07/07/2018"], ""), ["2018-07-07"]);
    assert_eq!(settled(&["18/09/2569"], "th"), ["2026-09-18"]);
    // Only with the month first is this list sorted.
    assert_eq!(settled(&["05/04/2018", "04/05/2018", "03/06/2018", "02/07/2018"], "")[0], "");
    assert_eq!(settled(&["05/04/2018", "05/03/2018", "05/02/2018", "04/09/2018"], "")[3], "2018-04-09");
}

#[test]
fn addresses_name_days() {
    for (address, expected) in [
        ("https://a.invalid/x/2016/0423/127.html", Some("2016-04-23")),
        ("https://a.invalid/2016/04/23/title/", Some("2016-04-23")),
        ("https://a.invalid/2020/2020-04-16-1200-title/", Some("2020-04-16")),
        ("https://a.invalid/2024/04/title/", None),
        ("https://a.invalid/2016/9999/1", None),
        ("https://a.invalid/art/2024-05/16/content_1.htm", Some("2024-05-16")),
        ("https://a.invalid/202405/t20240516_12345.html", Some("2024-05-16")),
        ("https://a.invalid/20240516-title", Some("2024-05-16")),
        ("https://a.invalid/news/12345678", None),
        ("https://a.invalid/2024-05/title", None),
        ("https://a.invalid/?d=/2016/04/23/", None),
    ] {
        assert_eq!(of_address(address).map(|date| date.to_string()).as_deref(), expected, "{address}");
    }
}
