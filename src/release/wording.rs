//! Whether two versions of a release say the same.
//!
//! What counts is what a reader reads: the title, and the text without its markup. These are no change:
//!
//! - markup and white space: spans are not compared, and any run of white space equals one blank;
//! - invisible characters, such as soft hyphens, and composed against decomposed letters;
//! - tracking parameters of addresses in the text ([`without_visit`]);
//! - view counters: a number beside a word for views (`1,234 views`, `Views: 1.2K`, `viewed 40 times`).
//!
//! Everything else is a change, even one letter, a quotation mark or another number: "3 comments" may be what a release
//! is about. The text is the body, or the summary if there is no body; a summary beside a body counts too, but not
//! that one appears or vanishes, because many are made from the body. Date, place, topics and links do not count.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::Release;
use super::identity::{self, without_visit};
use crate::text::is_invisible;

/// Words for views, in lower case.
const VIEWS: &[&str] = &[
    "view",
    "views",
    "pageview",
    "pageviews",
    "vue",
    "vues",
    "aufruf",
    "aufrufe",
    "visualización",
    "visualizaciones",
    "visualização",
    "visualizações",
    "visualizzazione",
    "visualizzazioni",
    "weergave",
    "weergaven",
    "просмотр",
    "просмотра",
    "просмотров",
];

/// Whether two versions of a release have the same title and text.
#[must_use]
pub fn is_same(one: &Release, other: &Release) -> bool {
    let has_both = |release: &Release| !release.body.is_empty() && !release.summary.is_empty();
    is_same_text(one.title.as_str(), other.title.as_str())
        && is_same_text(text(one), text(other))
        && (!has_both(one) || !has_both(other) || is_same_text(one.summary.as_str(), other.summary.as_str()))
}

/// Returns a hash that is equal for versions that say the same.
#[must_use]
pub fn hash(release: &Release) -> u64 {
    identity::hash(&[&normalised(release.title.as_str()), &normalised(text(release))])
}

fn text(release: &Release) -> &str {
    if release.body.is_empty() { release.summary.as_str() } else { release.body.as_str() }
}

fn is_same_text(one: &str, other: &str) -> bool {
    one == other || normalised(one) == normalised(other)
}

/// Returns the words of a text that count, separated by one blank.
#[must_use]
pub fn normalised(text: &str) -> String {
    let visible: String = text.nfc().filter(|c| !is_invisible(*c) || c.is_whitespace()).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let mut normalised = String::with_capacity(visible.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if let Some(count) = counter(&words[at..]) {
            at += count;
            continue;
        }
        if !normalised.is_empty() {
            normalised.push(' ');
        }
        normalised.push_str(&without_tracking(word));
        at += 1;
    }
    normalised
}

/// Removes the tracking parameters of an address in a word.
fn without_tracking(word: &str) -> Cow<'_, str> {
    let Some(start) = word.find("://").and_then(|at| word.get(..at)?.rfind("http")) else { return word.into() };
    let (before, rest) = word.split_at(start);
    let address = rest.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/');
    let after = rest.get(address.len()..).unwrap_or_default();
    match without_visit(address) {
        Cow::Borrowed(_) => word.into(),
        Cow::Owned(address) => format!("{before}{address}{after}").into(),
    }
}

/// The number of words of the view counter that these words begin with.
fn counter(words: &[&str]) -> Option<usize> {
    let is_at = |at: usize, is: fn(&str) -> bool| words.get(at).is_some_and(|word| is(word));
    // Some languages group digits by blanks.
    let numbers = |at: usize| {
        let groups = words.get(at + 1..).unwrap_or_default().iter().take_while(|word| is_group(word)).take(4).count();
        1 + if is_at(at, is_leading_group) { groups } else { 0 }
    };
    if is_at(0, is_count) {
        let count = numbers(0);
        return is_at(count, is_views).then_some(count + 1);
    }
    if is_at(0, |word| word.ends_with(':') && is_views(word)) && is_at(1, is_count) {
        return Some(1 + numbers(1));
    }
    let is_word = |at: usize, wanted: &str| words.get(at).is_some_and(|word| bare(word).eq_ignore_ascii_case(wanted));
    (is_word(0, "viewed") && is_at(1, is_count) && (is_word(2, "times") || is_word(2, "time"))).then_some(3)
}

/// Whether a word is a number, perhaps with separators and a `K` or `M`.
fn is_count(word: &str) -> bool {
    let word = bare(word);
    let digits = word.strip_suffix(['k', 'K', 'm', 'M']).unwrap_or(word);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '\'' | '’'))
}

fn is_leading_group(word: &str) -> bool {
    (1..=3).contains(&bare(word).len()) && bare(word).bytes().all(|byte| byte.is_ascii_digit())
}

fn is_group(word: &str) -> bool {
    bare(word).len() == 3 && is_leading_group(word)
}

fn is_views(word: &str) -> bool {
    let word = bare(word).to_lowercase();
    VIEWS.contains(&word.as_str())
}

/// Returns a word without the punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::release::{Span, Style};
    use crate::text::CleanBuf;

    #[test]
    fn what_counts_as_a_change() {
        for (one, other, is_same) in [
            ("The bridge is closed.", "The bridge is closed.", true),
            ("The  bridge\n\nis closed.", "The bridge is closed.", true),
            ("The bridge\u{a0}is\u{202f}closed.", "The bridge is closed.", true),
            ("Donau\u{ad}dampf", "Donaudampf", true),
            ("Zu\u{308}rich", "Z\u{fc}rich", true),
            ("1,234 views", "1,301 views", true),
            ("A text. 1,234 views", "A text.", true),
            ("A text. 1 234 vues fin", "A text. 12 301 vues fin", true),
            ("A text (1.2K views) goes on", "A text (999 Views) goes on", true),
            ("Views: 1.234", "Views: 17", true),
            ("Viewed 40 times.", "Viewed 41 times.", true),
            ("17 Aufrufe", "1'800 Aufrufe", true),
            ("120 просмотров", "121 просмотр", true),
            ("See https://a.invalid/b?utm_source=x&id=1.", "See https://a.invalid/b?id=1.", true),
            ("(https://a.invalid/b?fbclid=1)", "(https://a.invalid/b?fbclid=2)", true),
            ("The bridge is closed.", "The bridge is open.", false),
            ("The bridge is closed.", "The bridge is closed", false),
            ("The bridge", "the bridge", false),
            ("fire man", "fireman", false),
            ("3 comments", "4 comments", false),
            ("3 views differ", "4 opinions differ", false),
            ("In 2018 12 people came", "In 2018 13 people came", false),
            ("Different views: 4 of 10 agree", "Different views: 4 of 11 agree", false),
            ("https://a.invalid/b?id=1", "https://a.invalid/b?id=2", false),
            ("", "The bridge", false),
        ] {
            assert_eq!(normalised(one) == normalised(other), is_same, "{one:?} {other:?}");
        }
    }

    #[test]
    fn title_and_text_count_and_markup_does_not() {
        let release = |title: &str, summary: &str, body: &str| Release {
            title: CleanBuf::line(title),
            summary: CleanBuf::block(summary),
            body: CleanBuf::block(body),
            ..Release::default()
        };
        let one = release("Title", "Summary", "Body");
        let marked = Release {
            body_spans: vec![Span { start: 0, end: 4, style: Style::Strong }],
            place: CleanBuf::line("Bern"),
            ..one.clone()
        };
        for (other, is_same_now) in [
            (marked, true),
            (release("Title", "", "Body"), true),
            (release("Another", "Summary", "Body"), false),
            (release("Title", "Shorter", "Body"), false),
            (release("Title", "Summary", "Bodies"), false),
            (release("Title", "Summary", ""), false),
        ] {
            assert_eq!(is_same(&one, &other), is_same_now, "{other:?}");
            assert_eq!(is_same(&other, &one), is_same_now, "{other:?}");
            assert!(!is_same_now || hash(&one) == hash(&other), "{other:?}");
        }
        assert!(is_same(&release("Title", "The text", ""), &release("Title", "", "The text")));
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "[a-z0-9 :,.\u{e9}\u{301}\u{ad}\n]{0,60}") {
            let once = normalised(&text);
            // A counter may be left where another one was removed.
            prop_assert!(normalised(&once).len() <= once.len());
            let spread = text.replace(' ', " \n ");
            prop_assert_eq!(normalised(&spread), once);
        }
    }
}
