//! Words that name whom to call: the names of spokespersons are in many releases of a publisher, and none is about them.

use std::ops::Range;

/// Words after which a name stands if a colon follows.
const CONTACT: [&str; 12] = [
    "contact",
    "contacts",
    "kontakt",
    "contatto",
    "contatti",
    "contacto",
    "contato",
    "renseignements",
    "ruckfragen",
    "문의",
    "담당",
    "담당자",
];
/// Words after which a name stands.
const SPEAKER: [&str; 12] = [
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "sprecher",
    "sprecherin",
    "mediensprecher",
    "mediensprecherin",
    "portavoce",
    "portavoz",
    "woordvoerder",
    "대변인",
    "سخنگوی",
];
/// The number of words of a name.
const NAME: usize = 3;
/// A name ends at most this many bytes before its telephone number.
const NEAR: usize = 40;
/// The fewest digits of a telephone number.
const DIGITS: usize = 9;

/// The names in a text that say whom to call.
pub struct Contacts {
    /// Where telephone numbers begin, the last one first.
    numbers: Vec<usize>,
    /// The number of words of the present name that may follow.
    left: usize,
    /// Where the last word ended.
    end: usize,
}

impl Contacts {
    /// Finds the telephone numbers of a folded text.
    pub fn of(text: &str) -> Self {
        let mut numbers = numbers(text.as_bytes());
        numbers.reverse();
        Self { numbers, left: 0, end: 0 }
    }

    /// Whether a word is part of such a name. The words must come in their order.
    pub fn has(&mut self, text: &str, run: &Range<usize>) -> bool {
        let word = text.get(run.clone()).unwrap_or_default();
        let between = text.get(self.end..run.start).unwrap_or_default();
        self.end = run.end;
        if !between.chars().all(|c| c == ' ' || c == ':') {
            self.left = 0;
        }
        if CONTACT.contains(&word) && text.as_bytes().get(run.end) == Some(&b':') || SPEAKER.contains(&word) {
            self.left = NAME;
            return true;
        }
        while self.numbers.last().is_some_and(|&number| number < run.end) {
            self.numbers.pop();
        }
        let is_before_number = self.numbers.last().is_some_and(|&number| number - run.end < NEAR);
        let is_of_name = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_before_number || is_of_name
    }
}

/// Returns where the telephone numbers of a text begin: groups of digits with blanks, dots, hyphens and brackets.
fn numbers(text: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.iter().position(u8::is_ascii_digit)) {
        let start = at + start;
        let is_inner = |byte: &&u8| byte.is_ascii_digit() || b" .-()/+".contains(byte);
        let length = text[start..].iter().take_while(is_inner).count();
        let number = &text[start..start + length];
        let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
        if digits >= DIGITS && number.iter().any(|byte| !byte.is_ascii_digit()) {
            found.push(start);
        }
        at = start + length;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beside_a_telephone_number_or_after_contact_are_found() {
        let names = |text: &str| {
            let mut contacts = Contacts::of(text);
            let mut at = 0;
            let mut names = Vec::new();
            for word in text.split([' ', ':', ',', '(', ')']) {
                let run = at..at + word.len();
                if word.starts_with(char::is_alphabetic) && contacts.has(text, &run) {
                    names.push(word.to_owned());
                }
                at += word.len() + 1;
            }
            names.join(" ")
        };
        assert_eq!(names("contact: jane doe tax returns rise"), "contact jane doe tax");
        assert_eq!(names("jane doe (202) 225-1234"), "jane doe");
        assert_eq!(names("spokesman john smith of it said so"), "spokesman john smith of");
        assert_eq!(names("spokesman john smith, tax returns"), "spokesman john smith");
        assert_eq!(names("in 2013 the budget of 1,200,000 rose, to contact with 2013-06-27"), "");
    }
}
