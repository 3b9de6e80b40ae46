//! Splits folded texts into words.
//!
//! Words are runs of letters and digits, with hyphens between them. Where a script has no blanks between words, a
//! dictionary finds them. A phrase does not go over punctuation, numbers and the names of months and weekdays.

use std::ops::Range;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use rustc_hash::FxHashSet;
use unicode_normalization::char::canonical_combining_class;

use super::contacts::Contacts;
use super::korean::{Stems, says_nothing};
use super::languages::LABELS;
use super::numbers::{spread, word_number};
use crate::text::is_unspaced;

/// The longest word, in bytes.
const LONGEST: usize = 64;
/// The longest word of Hiragana alone that is taken for a particle, in bytes.
const PARTICLE: usize = 9;

/// Chinese nouns that end like adjectives.
const NOUNS: [&str; 3] = ["目的", "标的", "標的"];

/// A word of a text, as a number: a hash of the word, and what phrases need to know of it. [`BREAK`] stands between words
/// that no phrase joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token(u32);

/// No phrase goes over it.
pub const BREAK: Token = Token(0);

const IS_GLUED: u32 = 1;
const IS_FUNCTION: u32 = 2;

impl Token {
    fn new(word: u32, is_glued: bool, is_function: bool) -> Self {
        Self(word << 2 | u32::from(is_function) << 1 | u32::from(is_glued))
    }

    /// The number of the word, in 30 bits.
    pub fn word(self) -> u32 {
        self.0 >> 2
    }

    /// Whether no blank stands before it.
    pub fn is_glued(self) -> bool {
        self.0 & IS_GLUED != 0
    }

    /// Whether it is a word that names no subject.
    pub fn is_function(self) -> bool {
        self.0 & IS_FUNCTION != 0
    }

    /// The same word, known to name no subject.
    fn as_function(self) -> Self {
        Self(self.0 | IS_FUNCTION)
    }

    /// The number of the token, spread over 64 bits.
    pub fn spread(self) -> u64 {
        spread(self.0.into())
    }

    /// Whether a phrase may begin or end with it.
    pub fn is_subject(self) -> bool {
        self != BREAK && !self.is_function()
    }
}

/// The number of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u64);

impl Key {
    /// The number of a phrase of some consecutive words.
    pub fn of(tokens: &[Token]) -> Self {
        let mut key = tokens.len() as u64;
        for (at, token) in tokens.iter().enumerate() {
            let glued = if at == 0 { 0 } else { token.0 & IS_GLUED };
            key = spread(key.rotate_left(23) ^ u64::from(token.word() << 1 | glued));
        }
        Self(key)
    }

    /// The number of the phrase in one source.
    pub fn in_source(self, source: u32) -> u64 {
        spread(self.0 ^ u64::from(source) << 32 ^ 0x5bd1)
    }

    /// Some bits of the number.
    pub fn bits(self) -> u64 {
        self.0
    }
}

/// Splits texts into words.
pub struct Tokenizer {
    segmenter: WordSegmenterBorrowed<'static>,
    /// Words over which no phrase goes: months and weekdays.
    breaks: FxHashSet<u32>,
    /// Words that name no subject.
    function: FxHashSet<u32>,
    /// What Korean words are without their endings.
    stems: Stems,
}

impl Default for Tokenizer {
    fn default() -> Self {
        Self {
            segmenter: WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()),
            breaks: FxHashSet::default(),
            function: FxHashSet::default(),
            stems: Stems::default(),
        }
    }
}

impl Tokenizer {
    /// The approximate size in memory, in bytes.
    pub fn bytes(&self) -> usize {
        (self.breaks.capacity() + self.function.capacity()) * (size_of::<u32>() + 1) + self.stems.bytes()
    }

    /// Sets what Korean words are without their endings.
    pub fn set_stems(&mut self, stems: Stems) {
        self.stems = stems;
    }

    /// Sets the words that name no subject, and those over which no phrase goes.
    pub fn set_words(&mut self, function: FxHashSet<u32>, breaks: FxHashSet<u32>) {
        (self.function, self.breaks) = (function, breaks);
    }

    /// Returns a token as it is with the words that were set after it was made.
    pub fn again(&self, token: Token) -> Token {
        if token == BREAK || self.breaks.contains(&token.word()) {
            BREAK
        } else if self.function.contains(&token.word()) {
            token.as_function()
        } else {
            token
        }
    }

    /// Calls `take` with the tokens of a text, and where they are in it.
    pub fn split(&self, text: &str, take: &mut dyn FnMut(Token, Range<usize>)) {
        let mut before = 0;
        let mut is_after_letter = false;
        let mut contacts = Contacts::of(text);
        let mut labelled = 0;
        for (run, is_dotted) in Runs::of(text) {
            let between = text.get(before..run.start).unwrap_or_default();
            let is_joined = matches!(between, "" | " " | "'") || is_after_letter && between == ". ";
            if before == 0 || !is_joined {
                take(BREAK, before..before);
            }
            before = run.end;
            let word = text.get(run.clone()).unwrap_or_default();
            is_after_letter = is_initial(word);
            if is_dotted
                || is_tag(text, &run)
                || contacts.has(text, &run)
                || is_label(text, &run, &mut labelled)
                || word.starts_with(|c: char| c.is_numeric()) && !word.contains(is_unspaced)
            {
                take(BREAK, run);
            } else if word.is_ascii() || !word.contains(is_unspaced) {
                self.word(text, run, false, take);
            } else {
                self.unspaced(text, run, take);
            }
        }
        take(BREAK, before..before);
    }

    /// Takes a word of a script with blanks between words.
    fn word(&self, text: &str, run: Range<usize>, is_glued: bool, take: &mut dyn FnMut(Token, Range<usize>)) {
        let word = text.get(run.clone()).unwrap_or_default();
        let stem = self.stems.stem(word);
        let number = word_number(stem);
        if word.len() > LONGEST || self.breaks.contains(&number) {
            return take(BREAK, run);
        }
        let is_letter = word.len() < 5 && word.chars().nth(1).is_none();
        let is_listed = |word: &str| self.function.contains(&word_number(word));
        let is_function = is_letter || self.function.contains(&number) || says_nothing(word, is_listed);
        take(Token::new(number, is_glued, is_function), run.start..run.start + stem.len());
        if stem.len() < word.len() {
            // The phrase would not stand in the text without the ending.
            take(BREAK, run.end..run.end);
        }
    }

    /// Takes the words of a run with letters of a script that has no blanks.
    fn unspaced(&self, text: &str, run: Range<usize>, take: &mut dyn FnMut(Token, Range<usize>)) {
        let whole = text.get(run.clone()).unwrap_or_default();
        let mut start = 0;
        let mut is_glued = false;
        for end in self.segmenter.segment_str(whole).skip(1) {
            let part = run.start + start..run.start + end;
            let word = whole.get(start..end).unwrap_or_default();
            start = end;
            let Some(first) = word.chars().next() else { continue };
            if is_unspaced(first) {
                take(self.unspaced_word(word, is_glued), part);
            } else if first.is_numeric() || !is_of_word(first) {
                take(BREAK, part);
            } else {
                self.word(text, part, is_glued, take);
            }
            is_glued = true;
        }
    }

    /// Returns the token of a word that a dictionary has found.
    fn unspaced_word(&self, word: &str, is_glued: bool) -> Token {
        let number = word_number(word);
        if self.breaks.contains(&number) {
            return BREAK;
        }
        let is_particle = word.len() <= PARTICLE && word.chars().all(|c| ('\u{3040}'..='\u{309F}').contains(&c));
        let is_attribute = word.ends_with('的') && !NOUNS.contains(&word);
        let is_letter = word.chars().nth(1).is_none();
        Token::new(number, is_glued, is_letter || is_particle || is_attribute || self.function.contains(&number))
    }
}

/// The runs of letters and digits in a text, and whether a run has a dot or the like in it, as addresses have.
struct Runs<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Runs<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

impl Iterator for Runs<'_> {
    type Item = (Range<usize>, bool);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..)?;
        let start = self.at + rest.find(is_of_word)?;
        let mut chars = self.text.get(start..)?.char_indices().peekable();
        let (mut end, mut is_dotted) = (self.text.len(), false);
        while let Some((at, c)) = chars.next() {
            if is_of_word(c) {
                continue;
            }
            let goes_on = chars.peek().is_some_and(|&(_, next)| is_of_word(next));
            match c {
                '-' | '_' | '&' if goes_on => {}
                '.' | '@' | ',' | ':' | '/' if goes_on && is_inner(self.text, start + at, c) => is_dotted = true,
                _ => {
                    end = start + at;
                    break;
                }
            }
        }
        self.at = end;
        Some((start..end, is_dotted))
    }
}

/// For each label, the bit of its first two bytes.
const LABEL_PAIRS: [u64; 16] = {
    let (mut bits, mut at) = ([0; 16], 0);
    while at < LABELS.len() {
        let label = LABELS[at].as_bytes();
        let bit = pair_bit([label[0], label[1]]);
        bits[bit / 64] |= 1 << (bit % 64);
        at += 1;
    }
    bits
};

/// The place of two bytes among 1,024 bits.
const fn pair_bit([first, second]: [u8; 2]) -> usize {
    (first as usize & 31) << 5 | second as usize & 31
}

/// Whether a word is in a pair that says what a text is, such as `press release`. `labelled` is the end of the last one.
fn is_label(text: &str, run: &Range<usize>, labelled: &mut usize) -> bool {
    let rest = text.get(run.start..).unwrap_or_default();
    let begins = |text: &str| text.as_bytes().first_chunk::<2>().copied();
    // Few words begin like a label, and every word is looked up.
    if begins(rest).is_some_and(|pair| LABEL_PAIRS[pair_bit(pair) / 64] >> (pair_bit(pair) % 64) & 1 == 1) {
        let first = LABELS.partition_point(|label| begins(label) < begins(rest));
        let mut alike = LABELS.iter().skip(first).take_while(|label| begins(label) == begins(rest));
        let is_here = |label: &&&str| rest.strip_prefix(**label).is_some_and(|after| !after.starts_with(is_of_word));
        if let Some(label) = alike.find(is_here) {
            *labelled = run.start + label.len();
        }
    }
    run.start < *labelled
}

/// Whether a dot after a word is that of an initial or of Saint: `lanny a. breuer`, `st. gallen`.
fn is_initial(word: &str) -> bool {
    matches!(word, "st" | "ste") || word.len() == 1 && word.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether a word is the bracketed party or district of a politician, such as `(D-Oakland)`, or the state after a city at
/// the beginning of a text, such as `Washington, DC -`.
fn is_tag(text: &str, run: &Range<usize>) -> bool {
    let word = text.get(run.clone()).unwrap_or_default();
    let before = text.get(..run.start).unwrap_or_default();
    let after = text.get(run.end..).unwrap_or_default();
    if before.ends_with('(') {
        let is_district = word.split_once('-').is_some_and(|(party, _)| party.len() <= 2);
        return is_district && after.starts_with([')', ',', '.']);
    }
    let ends_city = || [")", " -", " –", " —", "-", "–", "—"].iter().any(|end| after.starts_with(end));
    word.len() == 2 && before.ends_with(", ") && ends_city()
}

/// Whether a mark between two characters does not separate words: the dots of `u.s`, the colon of `14:00`.
fn is_inner(text: &str, at: usize, mark: char) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(char::is_numeric);
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    let after = text.get(at + 1..).and_then(|after| after.chars().next());
    matches!(mark, '.' | '@') || (is_digit(before) && is_digit(after))
}

/// Whether a character is part of a word: a letter, a digit, or a mark on one.
pub fn is_of_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() || canonical_combining_class(c) != 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    /// The words of a text, with `|` where no phrase goes on.
    fn words(text: &str) -> String {
        let folded = fold(text);
        let mut words = Vec::new();
        let mut tokenizer = Tokenizer::default();
        let numbers = |words: &str| words.split(' ').map(word_number).collect();
        tokenizer.set_words(numbers("the of"), numbers("marz monday"));
        tokenizer.split(&folded, &mut |token, place| {
            let word = folded.get(place).unwrap_or_default();
            match token {
                BREAK if words.last() == Some(&"|".to_owned()) => {}
                BREAK => words.push("|".to_owned()),
                _ if token.is_function() => words.push(format!("({word})")),
                _ => words.push(word.to_owned()),
            }
        });
        words.join(" ")
    }

    #[test]
    fn words_are_runs_of_letters_and_phrases_do_not_go_over_punctuation() {
        for (text, expected) in [
            ("The COVID-19 vaccine, of 2021", "| (the) covid-19 vaccine | (of) |"),
            ("U.S. Attorney's Office", "| attorney (s) office |"),
            ("Côte d’Ivoire on Monday", "| cote (d) ivoire on |"),
            ("Lanny A. Breuer in St. Gallen. Roads", "| lanny (a) breuer in st gallen | roads |"),
            ("Lee (D-Oakland) and Ohio (R, OH-4)", "| lee | and ohio | (r) | oh-4 |"),
            ("Washington, DC - e-mail (COVID-19)", "| washington | e-mail | covid-19 |"),
            ("Roads: read more, 마스크 자세히 보기", "| roads | 마스크 |"),
            ("at 14:00, see www.example.org/news", "| at | see | news |"),
            ("For immediate release: press releases", "| for |"),
            ("Geneva - SARS", "| geneva | sars |"),
            ("R&D in der 3. Woche im März", "| r&d in der | woche im |"),
            ("प्रधान मंत्री", "| प्रधान मंत्री |"),
            ("", "|"),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn dictionaries_find_the_words_of_scripts_without_blanks() {
        for (text, expected) in [
            ("中国的经济，北京", "| 中国 (的) 经济 | 北京 |"),
            ("東京の経済と、2024年", "| 東京 (の) 経済 (と) | (年) |"),
            ("中国COVID疫苗", "| 中国 covid 疫苗 |"),
            ("กรุงเทพมหานคร", "| กรุงเทพมหานคร |"),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
