//! Maps the reader's own problems to rules.

use super::{Checker, FeedFormat, RuleId};
use crate::release::{Cause, Problem};

impl Checker {
    /// Adds a finding for a problem of the reader, unless a more specific finding already covers it.
    pub(super) fn problem(&mut self, problem: &Problem) {
        // A finding has the line already.
        let is_in_line = self.form == FeedFormat::Table && problem.reason.as_str().starts_with("line ");
        let rest = problem.reason.as_str().split_once(": ").filter(|_| is_in_line);
        let reason = rest.map_or(problem.reason.as_str(), |(_, rest)| rest);
        let Some(rule) = self.rule_of(problem.cause) else { return };
        let is_said = match rule {
            RuleId::DateUnreadable => self.log.has(|rule| rule.name.ends_with("/date-invalid")),
            RuleId::LinkUnusable => self.log.has(|rule| rule.name.contains("link") || rule.name.contains("url")),
            RuleId::FieldType => {
                self.log.has(|rule| rule.name.ends_with("-type") || rule.name.ends_with("id-not-text"))
            }
            RuleId::ItemUnreadable => {
                self.log.has(|rule| rule.name.ends_with("-empty") || rule.name.ends_with("-missing"))
            }
            _ => false,
        };
        // An item that the checker has not reached has no findings yet.
        if is_said && problem.item == Some(self.log.item()) {
            return;
        }
        self.log.add_at(rule, problem.item, problem.byte, reason);
    }

    fn rule_of(&mut self, cause: Cause) -> Option<RuleId> {
        let is_json = self.is_json();
        Some(match cause {
            Cause::Encoding { is_guess } => {
                self.has_used = true;
                match (is_json, is_guess) {
                    (true, _) => RuleId::JsonEncoding,
                    (false, true) if self.document.encoding.is_some() => RuleId::EncodingMismatch,
                    (false, true) => RuleId::EncodingGuessed,
                    (false, false) => return None,
                }
            }
            Cause::Date => RuleId::DateUnreadable,
            Cause::Placeholder => RuleId::DatePlaceholder,
            Cause::Link => RuleId::LinkUnusable,
            Cause::NotUtf8 => RuleId::NotUtf8,
            Cause::CutOff => RuleId::CutOff,
            Cause::ReadFailed => RuleId::ReadFailed,
            Cause::Mended if self.form == FeedFormat::Table => RuleId::TableNul,
            Cause::Mended => RuleId::JsonMended,
            Cause::Quote => RuleId::TableQuote,
            Cause::Cells => RuleId::TableCells,
            Cause::Comma => RuleId::JsonComma,
            Cause::Malformed if is_json => RuleId::NotJson,
            Cause::Malformed => RuleId::NotWellFormed,
            Cause::NoRelease | Cause::TooLarge | Cause::Repeated | Cause::NotAFeed => RuleId::ItemUnreadable,
            Cause::TextCut | Cause::FieldType | Cause::Rule | Cause::Renamed | Cause::Trailing => RuleId::FieldType,
        })
    }
}
