//! The attributes of an outline, and what they say.

use super::read::{CATEGORIES, line};
use crate::text::CleanBuf;

/// The attributes of an outline.
pub(super) struct Outline(pub(super) Vec<(String, String)>);

impl Outline {
    /// Returns a non-empty value; the case of the name is ignored.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.trim().is_empty());
        found.map(|(_, value)| value.trim())
    }

    /// Returns the name, if it can be shown.
    pub(super) fn name(&self) -> Option<&str> {
        ["text", "title"].into_iter().filter_map(|key| self.get(key)).find(|name| !line(name).is_empty())
    }

    /// Returns the first category in an attribute such as "/Boston/Weather,/Harvard/Berkman".
    pub(super) fn category(&self) -> Vec<CleanBuf> {
        let first = self.get("category").and_then(|all| all.split(',').find(|one| !one.trim().is_empty()));
        let parts = first.unwrap_or_default().split('/').map(line).filter(|part| !part.is_empty());
        parts.take(CATEGORIES).collect()
    }
}
