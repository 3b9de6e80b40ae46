//! One item: JSON text in, a [`Release`] out.
//!
//! The release and all buffers are reused from item to item, and values go from the parser straight into them.
//! [`alias`](super::alias) knows the meaning of an item's keys, and the caller knows where the item came from.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::str;

use serde::de::{DeserializeSeed, IgnoredAny};
use url::Url;

use super::alias::{Aliases, is_item_like};
use super::mend::mend;
use super::plain;
use super::value::{Keys, Members};
use crate::feed::fields::{Field, Fields, Note};
use crate::feed::rules::{FieldMap, Rules};
use crate::release::{Cause, Release};

/// The result of reading an item.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A release, in [`ItemReader::release`].
    Release,
    /// Valid JSON, but not a release; the reason.
    NoRelease(&'static str),
    /// Invalid JSON.
    Broken(ItemError),
}

/// Something that makes JSON invalid, at an offset in the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ItemError {
    pub offset: usize,
    pub cause: Cause,
    pub reason: Cow<'static, str>,
}

/// Reads items one after another into the same release.
pub(super) struct ItemReader {
    aliases: Aliases,
    fields: Fields,
}

impl ItemReader {
    /// Makes a reader that cuts texts longer than this.
    pub fn new(longest: usize, rules: &Rules) -> Self {
        Self { aliases: Aliases::new(rules), fields: Fields::within(longest) }
    }

    /// Makes another reader of the same feed.
    pub fn another(&self) -> Self {
        Self { aliases: self.aliases.another(), fields: self.fields.another() }
    }

    /// Sets the base of relative links from now on.
    pub fn set_base(&mut self, base: Url) {
        self.fields.base = Some(base);
    }

    /// Sets the language of items that have none of their own.
    pub fn set_language(&mut self, language: &str) {
        self.fields.set_feed_language(language);
    }

    /// Records that the feed declares itself a JSON Feed, whose plain texts are not searched for markup.
    pub fn set_json_feed(&mut self) {
        self.fields.is_json_feed = true;
    }

    /// Whether the feed declares itself a JSON Feed.
    pub fn is_json_feed(&self) -> bool {
        self.fields.is_json_feed
    }

    /// Whether this key of an object names a title or a date.
    pub fn tells_release(&self, key: &str) -> bool {
        self.aliases.of(key).is_some_and(|(field, _)| matches!(field, Field::Title | Field::Date))
    }

    /// Returns the keys that the user has mapped to fields, and that no item has.
    pub fn unseen(&self) -> Vec<FieldMap> {
        self.aliases.unseen().cloned().collect()
    }

    /// Returns the keys of an object, or none if it is not valid.
    pub fn keys(object: &[u8]) -> Vec<String> {
        let mut keys = Vec::new();
        let mut json = serde_json::Deserializer::from_slice(object);
        let read = Keys(|key: &str| keys.push(key.to_owned())).deserialize(&mut json);
        if read.is_ok() { keys } else { Vec::new() }
    }

    /// Whether an object in a list looks like a release rather than a block of text.
    pub fn is_item_like(&mut self, object: &[u8]) -> bool {
        let mut aliases = Vec::new();
        let mut json = serde_json::Deserializer::from_slice(object);
        let seen = Keys(|key: &str| aliases.extend(self.aliases.of(key))).deserialize(&mut json);
        seen.is_err() || is_item_like(aliases.into_iter())
    }

    /// Returns the item read last.
    pub fn release(&self) -> &Release {
        &self.fields.release
    }

    /// Returns the item read last, which may be exchanged for another one whose buffers can be reused.
    pub fn release_mut(&mut self) -> &mut Release {
        &mut self.fields.release
    }

    /// Returns what was left out of the item read last: "date: ...".
    pub fn notes(&mut self) -> impl Iterator<Item = Note> {
        self.fields.notes.drain(..)
    }

    /// Reads the item at the start of `bytes` without knowing where it ends, which is faster than finding out. Returns
    /// `None` unless everything is valid and a release; [`ItemReader::read`] must then look closer.
    pub fn read_first(&mut self, bytes: &[u8]) -> Option<usize> {
        if bytes.first() != Some(&b'{') {
            return None;
        }
        let length = self.parse_plain(bytes).or_else(|| self.parse(bytes).ok())?;
        self.fields.finish();
        self.is_readable().then_some(length)
    }

    /// Like [`ItemReader::read_first`] by the fast path or the slow one.
    #[cfg(test)]
    pub fn read_first_by(&mut self, bytes: &[u8], is_fast: bool) -> Option<usize> {
        let length = if is_fast { self.parse_plain(bytes) } else { None };
        let length = length.or_else(|| self.parse(bytes).ok())?;
        self.fields.finish();
        self.is_readable().then_some(length)
    }

    /// Reads one item, given as the bytes of one JSON value. The second result is an error that was repaired.
    pub fn read(&mut self, item: &[u8]) -> (Outcome, Option<ItemError>) {
        if let Some(why) = no_object(item) {
            let outcome = check(item).map_or_else(Outcome::Broken, |()| Outcome::NoRelease(why));
            return (outcome, None);
        }
        let mut mended = None;
        if let Err(error) = self.parse(item) {
            let (text, bad_bytes) = lossy(item);
            let item_error = item_error(&text, &error);
            let again = mend(&text).map_or(text, Cow::Owned);
            if self.parse(again.as_bytes()).is_err() {
                return (Outcome::Broken(item_error), None);
            }
            mended = Some(bad_bytes.unwrap_or(item_error));
        }
        self.fields.finish();
        if self.is_readable() {
            (Outcome::Release, mended)
        } else {
            (Outcome::NoRelease("the item has no title, text or link"), mended)
        }
    }

    fn is_readable(&self) -> bool {
        let release = &self.fields.release;
        !(release.title.is_empty() && release.summary.is_empty() && release.url.is_empty())
    }

    /// Like [`ItemReader::parse`], faster, for most valid objects. Returns `None` for the others.
    fn parse_plain(&mut self, text: &[u8]) -> Option<usize> {
        self.fields.clear();
        plain::object(text, &mut self.aliases, &mut self.fields)
    }

    /// Fills the fields from the object at the start. Returns its length. Values that are not needed are not checked
    /// for invalid UTF-8.
    fn parse(&mut self, text: &[u8]) -> serde_json::Result<usize> {
        self.parse_members(text).or_else(|error| {
            if error.is_eof() {
                return Err(error);
            }
            // What is wrong may be in a value that is not needed.
            self.fields.ignores_custom = true;
            let parsed = self.parse_members(text);
            self.fields.ignores_custom = false;
            parsed
        })
    }

    fn parse_members(&mut self, text: &[u8]) -> serde_json::Result<usize> {
        self.fields.clear();
        let mut json = serde_json::Deserializer::from_slice(text);
        Members { aliases: &mut self.aliases, fields: &mut self.fields }.deserialize(&mut json)?;
        Ok(json.into_iter::<IgnoredAny>().byte_offset())
    }
}

/// Returns the text with invalid UTF-8 replaced, and the first such error.
fn lossy(item: &[u8]) -> (Cow<'_, str>, Option<ItemError>) {
    let error = match str::from_utf8(item) {
        Ok(text) => return (Cow::Borrowed(text), None),
        Err(error) => error,
    };
    let reason = "invalid UTF-8, replaced with \u{fffd}".into();
    let invalid = ItemError { offset: error.valid_up_to(), cause: Cause::NotUtf8, reason };
    (String::from_utf8_lossy(item), Some(invalid))
}

/// Returns why a value that is not an object is not a release.
fn no_object(json: &[u8]) -> Option<&'static str> {
    Some(match json.first() {
        Some(b'{') => return None,
        Some(b'[') => "found a list, expected an object",
        Some(b'"') => "found a string, expected an object",
        Some(b't' | b'f') => "found a boolean, expected an object",
        Some(b'n') => "found null, expected an object",
        _ => "found a number, expected an object",
    })
}

/// Checks a value that is not needed.
pub(super) fn check(value: &[u8]) -> Result<(), ItemError> {
    serde_json::from_slice::<IgnoredAny>(value)
        .map(drop)
        .map_err(|error| item_error(&String::from_utf8_lossy(value), &error))
}

/// Converts line and column to an offset and removes them from the message.
fn item_error(text: &str, error: &serde_json::Error) -> ItemError {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let words = error.to_string();
    let words = words.split_once(" at line ").map_or(words.as_str(), |(words, _)| words);
    let offset = before + error.column().saturating_sub(1);
    ItemError { offset, cause: Cause::Malformed, reason: Cow::Owned(format!("invalid JSON: {words}")) }
}
