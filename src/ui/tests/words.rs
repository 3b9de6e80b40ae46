//! The section “Words” of the filter pane.

use super::*;
use crate::app::WordsRequest;
use crate::app::filter::{FoundWord, FoundWords, NoWords};

/// The sample feed at a size after some keys, with these words as the answer to every request.
fn with_words(size: Size, keys: &str, found: &FoundWords) -> Screen {
    let mut app = App::new(size.0, size.1);
    answer(&mut app, Msg::Loaded(sample()), found);
    answer(&mut app, Msg::LoadDone, found);
    for key in keys.split_whitespace().flat_map(|keys| Key::sequence(keys).expect("keys")) {
        answer(&mut app, Msg::Key(KeyEvent::new(key.code, key.modifiers)), found);
    }
    Screen::new(&app)
}

fn answer(app: &mut App, msg: Msg, found: &FoundWords) {
    for effect in app.update(msg) {
        match effect {
            Effect::Search { generation, request } => {
                let hits = Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
                answer(app, Msg::Found { generation, hits }, found);
            }
            Effect::FindWords { generation, request } => {
                let WordsRequest { compared, .. } = *request;
                let words = FoundWords { compared: Some(compared), ..found.clone() };
                answer(app, Msg::Words { generation, found: words }, found);
            }
            _ => {}
        }
    }
}

fn words(phrases: &[&str]) -> FoundWords {
    let word = |(at, phrase): (usize, &&str)| FoundWord { phrase: CleanBuf::line(phrase), hits: 1_200 - at as u32 };
    FoundWords { days: Some(30), words: phrases.iter().enumerate().map(word).collect(), ..FoundWords::default() }
}

/// The lines of the section.
fn section(screen: &Screen) -> Vec<String> {
    let lines = screen.filter().lines();
    let starts = |line: &&String| !line.starts_with("Words") && !line.starts_with("Rising");
    let ends = |line: &&String| !line.starts_with("Years");
    lines.iter().skip_while(starts).take_while(ends).cloned().collect()
}

#[test]
fn the_words_stand_below_the_topics_with_their_numbers() {
    let found = words(&["labour migration", "ASEAN", "마스크", "a phrase that is too long for one line"]);
    let narrow = section(&with_words(WIDE, "h < < < < < <", &found));
    assert_eq!(narrow[0], "Words, last 30 days");
    for size in [WIDE, (120, 30)] {
        let lines = section(&with_words(size, "", &found));
        assert_eq!(lines[0], "Words of the last 30 days", "{size:?}");
        assert_eq!(lines[1..4], ["□ labour migration  1,200", "□ ASEAN  1,199", "□ 마스크  1,198"]);
        assert!(lines[4].starts_with("□ a phrase") && lines[4].contains('…'), "{lines:?}");
    }
    let whole = section(&with_words(STACKED, "w j j j", &found)).join(" ");
    assert!(whole.contains("long for one line") && !whole.contains('…'), "under the cursor: {whole}");
}

#[test]
fn the_heading_says_what_is_compared() {
    let found = words(&["tea"]);
    let heading = |keys: &str| section(&with_words(WIDE, keys, &found))[0].clone();
    assert_eq!(heading("/ a Enter"), "Words of these hits");
    assert_eq!(heading("w w"), "Rising in the last 30 days");
    let of_a_day = FoundWords { days: Some(1), ..words(&["tea"]) };
    assert_eq!(section(&with_words(WIDE, "", &of_a_day))[0], "Words of the last day");
    assert_eq!(heading("d Enter w w"), "Rising words of these hits");
    let sampled = FoundWords { sampled: Some(6_012), ..words(&["tea"]) };
    assert_eq!(section(&with_words(WIDE, "", &sampled))[1], "from a sample of 6,012 hits");
    assert_eq!(section(&with_words(WIDE, "/ a Enter", &words(&[])))[1], "no word stands out");
}

#[test]
fn without_a_period_the_heading_is_plain_and_the_reason_is_below() {
    for (reason, text) in [(NoWords::Undated, "no hit has a date"), (NoWords::Future, "all dates are after today")] {
        let none = FoundWords { days: None, reason, ..words(&[]) };
        assert_eq!(section(&with_words(WIDE, "", &none))[..2], ["Words", text]);
        assert_eq!(section(&with_words(WIDE, "w w", &none))[..2], ["Rising words", text]);
        let chosen = section(&with_words(WIDE, "/ w o r d : t e a Enter", &none));
        assert!(chosen[..2] == ["Words", "■ tea"], "{chosen:?}");
    }
}

#[test]
fn chosen_and_excluded_words_have_signs_and_the_status_bar_has_their_key() {
    let found = words(&["tea", "milk", "bread"]);
    let screen = with_words(WIDE, "w j Space j j -", &found);
    assert_eq!(section(&screen)[1..4], ["■ milk  1,199", "× bread", "□ tea  1,200"]);
    assert!(screen.query().text().contains("word:milk"), "{}", screen.query().text());
    assert!(screen.status_bar().text().contains("w rising"), "{}", screen.status_bar().text());
    assert!(screen.status_bar().text().contains("b bars"), "{}", screen.status_bar().text());
    let narrow = with_words(STACKED, "w b", &found);
    assert!(narrow.status_bar().text().contains("b hide bars"), "{}", narrow.status_bar().text());
    let screen = with_words(WIDE, "w w", &found);
    assert!(screen.status_bar().text().contains("w typical"), "{}", screen.status_bar().text());
    assert!(!with_words(WIDE, "h g g", &found).status_bar().text().contains("rising"));
}
