//! What was left out of a release, in words.

use std::borrow::Cow;

use super::{Field, Fields, MORE};
use crate::feed::date;
use crate::release::Cause;
use crate::text::CleanBuf;

/// The most notes of one item; further ones are only counted.
const NOTES: usize = 16;
/// The most characters of a text that a note quotes.
const QUOTED: usize = 40;

/// Something that was left out of a release: the cause, and the reason in words.
pub type Note = (Cause, CleanBuf);

impl Fields {
    pub(super) fn note_date(&mut self, raw: &str, why: date::Unread) {
        let cause = match why {
            date::Unread::NotADate => Cause::Date,
            date::Unread::NoDate => Cause::Placeholder,
        };
        self.note(cause, &quote(Field::Date, raw, &why.to_string()));
    }

    pub(super) fn note(&mut self, cause: Cause, reason: &str) {
        if self.notes.len() < NOTES {
            self.notes.push((cause, CleanBuf::line(reason)));
        } else {
            self.more_notes += 1;
        }
    }

    /// Notes that a field cannot use a value of this type.
    pub fn note_type(&mut self, field: Field, found: &str) {
        // Some write more than a tag about languages.
        if field == Field::Language {
            return;
        }
        let expected = match field {
            Field::Date => "a date as text, such as 2018-11-06",
            Field::Topics => "a name, a list of names or objects with a name",
            Field::Url => "an address as text",
            Field::Attachments => "objects with an address",
            _ => "text",
        };
        let reason = format!("{}: found {found}, expected {expected}", field.name());
        self.note(Cause::FieldType, &reason);
    }
}

/// Cuts a text that is too long, and adds a note.
pub(super) fn within<'t>(field: Field, text: &'t str, longest: usize, notes: &mut Vec<Note>) -> Cow<'t, str> {
    if text.len() <= longest || field == Field::Html {
        return text.into();
    }
    let end = (0..=longest).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    let (kept, rest) = text.split_at(end);
    let reason = format!(
        "{}: the last {} bytes were cut off; raise the limit of {longest} with --max-text",
        field.name(),
        rest.len()
    );
    notes.push((Cause::TextCut, CleanBuf::line(&reason)));
    // A cut address is useless.
    if field == Field::Url { "".into() } else { format!("{kept}{MORE}").into() }
}

/// Formats what is wrong with a value.
pub(super) fn quote(field: Field, raw: &str, why: &str) -> String {
    let mut quoted: String = raw.chars().take(QUOTED).collect();
    if quoted.len() < raw.len() {
        quoted.push(MORE);
    }
    format!("{}: “{quoted}” {why}", field.name())
}
