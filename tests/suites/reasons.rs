//! Reasons why a value may differ from the expected one: a name and a condition each.
//!
//! A condition looks at the expectation, the value and the document, and holds only for what its name says.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use url::Url;

use super::expected::{Field, Value, Want, instant};
use super::judge::{bare, distinct, resolved, spaced, squeezed};
use super::reading::Item;

/// A difference, and everything that a condition may look at.
pub struct Case<'c> {
    pub want: &'c Want,
    /// The item as read; empty if there is none.
    pub item: &'c Item,
    /// The document.
    pub text: &'c str,
    /// What the reader reports as left out.
    pub notes: &'c [String],
}

impl Case<'_> {
    /// Returns the expected text; empty if the expectation is not a text.
    fn expected(&self) -> &str {
        if let Value::Text(text) = &self.want.value { text } else { "" }
    }

    /// Returns what was read in the field of the expectation, without white space.
    fn found(&self) -> Vec<String> {
        match self.want.field {
            Field::Feed | Field::Title => vec![squeezed(&self.item.title)],
            Field::Text => self.item.texts.iter().map(|text| squeezed(text)).collect(),
            Field::Id => vec![squeezed(&self.item.id)],
            Field::Link => vec![squeezed(&self.item.link)],
            Field::Date | Field::Topics => Vec::new(),
        }
    }

    /// Like [`Case::found`], but with only the alternative texts of images, without the words that mark them.
    fn pictured(&self) -> Vec<String> {
        static IMAGE: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"\[(?:image|video|audio|embed)(?::(.*?))?\]").expect("a pattern"));
        self.found().iter().map(|text| IMAGE.replace_all(text, "$1").into_owned()).collect()
    }

    /// Whether one of these texts is what was read.
    fn tells(&self, texts: &[String]) -> bool {
        let found = self.found();
        texts.iter().any(|text| found.contains(&squeezed(text)))
    }
}

pub type Reason = (&'static str, fn(&Case<'_>) -> bool);

/// The first reason: both have the same text.
pub const AS_TEXT: &str = "markup stands as its text";

/// Returns the markup with each image replaced by its alternative text.
fn with_alternatives(markup: &str) -> String {
    static IMAGE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"(?is)<img\b([^<>"']|"[^"]*"|'[^']*')*>"#).expect("a pattern"));
    static ALTERNATIVE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"(?is)\balt\s*=\s*("[^"]*"|'[^']*')"#).expect("a pattern"));
    static TITLE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"(?is)\btitle\s*=\s*("[^"]*"|'[^']*')"#).expect("a pattern"));
    let replaced = IMAGE.replace_all(markup, |image: &regex::Captures<'_>| {
        let found = |pattern: &Regex| {
            let found = pattern.captures(&image[0]);
            found.and_then(|found| found[1].get(1..found[1].len() - 1).map(str::to_owned)).unwrap_or_default()
        };
        let (alt, title) = (found(&ALTERNATIVE), found(&TITLE));
        match () {
            () if title.contains(&alt) => title,
            () if alt.contains(&title) => alt,
            () => format!("{alt} – {title}"),
        }
    });
    replaced.into_owned()
}

/// Elements that contain an RFC 3339 date.
static STAMP: LazyLock<Regex> = LazyLock::new(|| Regex::new(r">\s*([0-9]{4}-[0-9T:Z.+-]+)\s*<").expect("a pattern"));

/// Elements that list words separated by commas.
static KEYWORDS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)<((?:itunes|media):keywords)[^>]*>(.*?)</").expect("a pattern"));

/// Whether a member of this name has this value.
fn follows(text: &str, name: &str, value: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let after = text.get(at + name.len()..).unwrap_or_default().trim_start();
        after.strip_prefix(':').is_some_and(|after| after.trim_start().starts_with(value))
    })
}

/// Returns only the letters of a text, in order.
fn letters(text: &str) -> String {
    text.nfkc().filter(|c| c.is_alphabetic()).collect()
}

/// Whether a text is a lossy one with its lost characters restored or left out.
fn restores(found: &str, lossy: &str) -> bool {
    let pieces: Vec<String> = lossy.split('\u{fffd}').map(regex::escape).collect();
    Regex::new(&format!("^{}$", pieces.join(r"[^\x00-\x7f]?"))).is_ok_and(|pattern| pattern.is_match(found))
}

/// Reasons why a value may differ, each with its condition.
pub const REASONS: &[Reason] = &[
    (AS_TEXT, |case| {
        if let Value::All(topics) = &case.want.value {
            return distinct(topics.iter().map(|topic| spaced(&bare(&bare(topic))))) == case.item.topics;
        }
        let once = bare(case.expected());
        !matches!(case.want.field, Field::Link) && case.tells(&[bare(&once), once])
    }),
    ("an image stands as its alternative text", |case| {
        let shown = with_alternatives(case.expected());
        let pictured = case.pictured();
        let is_image = case.expected().contains("<img") || case.expected().contains("<svg");
        is_image && [bare(&shown), bare(&bare(&shown))].iter().any(|text| pictured.contains(&squeezed(text)))
    }),
    ("what pictures show stands below the text", |case| {
        let expected = squeezed(&bare(case.expected()));
        let is_below = |found: &String| found.strip_prefix(&expected).is_some_and(|rest| rest.starts_with("[image:"));
        case.text.contains("media:description") && case.found().iter().any(is_below)
    }),
    ("an excerpt of the text is not read beside it", |case| {
        let expected = letters(&bare(&with_alternatives(case.expected())));
        // The excerpt ends with a word or two that the text lacks, such as "read more".
        let length = expected.chars().count();
        let begin: String = expected.chars().take((length * 2 / 3).max(length.saturating_sub(60))).collect();
        let is_begun = || case.pictured().iter().any(|found| letters(found).contains(&begin));
        case.want.field == Field::Text && begin.len() > 20 && is_begun()
    }),
    ("raised figures stand as such", |case| {
        let folded = |text: &str| text.nfkc().collect::<String>();
        let found: Vec<String> = case.found().iter().map(|text| folded(text)).collect();
        case.expected().contains("<sup>") && found.contains(&squeezed(&folded(&bare(case.expected()))))
    }),
    ("the expectation has lost letters to a wrong character set", |case| {
        let expected = squeezed(&bare(case.expected()));
        expected.contains('\u{fffd}') && case.pictured().iter().any(|found| restores(found, &expected))
    }),
    ("lists, tables and notes have marks", |case| {
        let expected = letters(&bare(&with_alternatives(case.expected())));
        let is_marked = ["<li", "<td", "<sup"].iter().any(|tag| case.expected().contains(tag));
        is_marked && !expected.is_empty() && case.pictured().iter().any(|found| letters(found) == expected)
    }),
    ("the other library tells the elements after the text around them", |case| {
        let sorted = |text: &str| {
            let mut all: Vec<char> = squeezed(text).chars().filter(|c| *c != '|').collect();
            all.sort_unstable();
            all
        };
        let expected = sorted(&bare(&with_alternatives(case.expected())));
        let is_naked = case.text.contains("type=\"xhtml\"") || case.text.contains("<td>");
        is_naked && case.pictured().iter().any(|found| sorted(found) == expected)
    }),
    ("the other library loses the elements within a text", |case| {
        let is_part = |found: &String| {
            let mut rest = found.chars();
            squeezed(case.expected()).chars().all(|c| rest.any(|other| other == c))
        };
        let is_plain = !case.expected().is_empty() && !case.expected().contains('<');
        case.want.field == Field::Text && is_plain && case.text.contains("<td>") && case.found().iter().any(is_part)
    }),
    ("invisible characters are left out", |case| {
        let is_seen = |c: &char| c.general_category() != GeneralCategory::Format;
        let expected = bare(case.expected());
        let seen: String = expected.chars().filter(is_seen).collect();
        seen != expected && case.tells(&[seen])
    }),
    ("the other library was asked to put a word into empty elements", |case| {
        let word = case.expected();
        let is_empty = case.found().iter().all(String::is_empty);
        !word.is_empty()
            && is_empty
            && !case.text.contains(word)
            && case.text.contains("<description><![CDATA[]]></description>")
    }),
    ("a topic is called by its label", |case| {
        let Value::Among(term) = &case.want.value else { return false };
        let is_term = case.text.contains(&format!("term=\"{term}\"")) || !case.text.contains(term);
        is_term && case.item.topics.iter().any(|topic| case.text.contains(&format!("label=\"{topic}\"")))
    }),
    ("of two summaries the one called description is read", |case| {
        let element = |name: &str, text: &str| case.text.contains(&format!("<{name}>{text}</{name}>"));
        element("summary", case.expected()) && case.item.texts.iter().any(|text| element("description", text))
    }),
    ("a drawing or a formula holds no text", |case| {
        ["<svg", "<math"].iter().any(|tag| case.expected().contains(tag)) && bare(case.expected()).trim().is_empty()
    }),
    ("the id is made up by the other library", |case| {
        // A hash or a random number that does not occur in the document.
        let is_made = |id: &str| {
            let hex = id.chars().filter(char::is_ascii_hexdigit).count();
            hex >= 31 && id.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
        };
        case.want.field == Field::Id && is_made(case.expected()) && !case.text.contains(case.expected())
    }),
    ("the publisher put another id into the feed", |case| {
        let id = &case.item.id;
        case.want.field == Field::Id
            && !id.is_empty()
            && case.text.contains(id.as_str())
            && !case.text.contains(case.expected())
    }),
    ("an id is compared letter by letter and so not resolved", |case| {
        let id = case.item.id.trim_start_matches("./");
        let is_relative = !id.is_empty() && !id.contains("://");
        case.want.field == Field::Id && is_relative && case.expected().contains("://") && case.expected().ends_with(id)
    }),
    ("the same address in other letters", |case| {
        let same = |a: &str, b: &str| Url::parse(a).ok().is_some_and(|a| Url::parse(b) == Ok(a));
        case.want.field == Field::Link && same(case.expected(), &case.item.link)
    }),
    ("a relative link is made absolute", |case| {
        let Ok(link) = Url::parse(&case.item.link) else { return false };
        let is_relative = Url::parse(case.expected()) == Err(url::ParseError::RelativeUrlWithoutBase);
        case.want.field == Field::Link && is_relative && link.join(case.expected()) == Ok(link.clone())
    }),
    ("a relative link is left out if the feed has no base address", |case| {
        // The note quotes the link as written in the feed.
        let is_end = |note: &String| {
            let quoted = note.strip_prefix("link: “").and_then(|rest| rest.split_once("” is relative"));
            quoted.is_some_and(|(link, _)| case.expected().ends_with(link))
        };
        case.want.field == Field::Link && case.item.link.is_empty() && case.notes.iter().any(is_end)
    }),
    ("of several links the first is read", |case| {
        let place = |link: &str| case.text.find(link);
        let (ours, theirs) = (place(&case.item.link), place(case.expected()));
        case.want.field == Field::Link && !case.item.link.is_empty() && ours.is_some() && ours < theirs
    }),
    ("of several dates the first is read", |case| {
        let Value::Instant(expected) = case.want.value else { return false };
        let stamps: Vec<Option<i64>> = STAMP.captures_iter(case.text).map(|found| instant(&found[1])).collect();
        let place = |date| stamps.iter().position(|stamp| *stamp == date);
        place(case.item.date).is_some_and(|ours| place(Some(expected)).is_some_and(|theirs| ours < theirs))
    }),
    ("a licence is no link to the release", |case| {
        case.want.field == Field::Link && case.item.link.is_empty() && case.text.contains("rel=\"license\"")
    }),
    ("keywords are topics too", |case| {
        let Value::All(topics) = &case.want.value else { return false };
        let keywords: Vec<String> = KEYWORDS.captures_iter(case.text).map(|found| resolved(&found[2])).collect();
        let is_keyword = |topic: &String| keywords.iter().any(|list| spaced(list).contains(topic.as_str()));
        let is_expected = |topic: &&String| topics.iter().any(|expected| spaced(expected) == **topic);
        let kept = case.item.topics.iter().filter(is_expected).count();
        kept == topics.len() && case.item.topics.iter().all(|topic| is_expected(&topic) || is_keyword(topic))
    }),
    ("of the same text as markup and as text the text is kept", |case| {
        let members = ["\"content_html\"", "\"content_text\""];
        let is_html = serde_json::to_string(case.expected()).is_ok_and(|json| follows(case.text, members[0], &json));
        let found = |text: &String| serde_json::to_string(text).is_ok_and(|json| follows(case.text, members[1], &json));
        case.want.field == Field::Text && is_html && case.item.texts.iter().any(found)
    }),
    ("entities that a document declares are not expanded", |case| {
        let Some((name, rest)) = case
            .found()
            .first()
            .and_then(|found| found.strip_prefix('&'))
            .and_then(|found| found.split_once(';'))
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
        else {
            return false;
        };
        case.text.contains(&format!("<!ENTITY {name} ")) && case.expected().ends_with(&rest)
    }),
];
