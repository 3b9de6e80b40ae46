//! What the readers tell of their own accord, put under the rules.

use super::{Checker, RuleId};
use crate::release::{Problem, ProblemKind};

impl Checker {
    /// Takes a problem of the reader, unless a finding of the same item says the same more exactly.
    pub(super) fn told(&mut self, problem: &Problem) {
        let reason = problem.reason.as_str();
        let Some(rule) = self.rule_of(problem.kind, reason) else { return };
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
        // Of an item that the checker has not met nothing can be said already.
        if is_said && problem.item == Some(self.log.item()) {
            return;
        }
        self.log.add_at(rule, problem.item, problem.byte, reason);
    }

    fn rule_of(&mut self, kind: ProblemKind, reason: &str) -> Option<RuleId> {
        let is_json = self.is_json();
        if reason.starts_with("was read as ") {
            self.has_used = true;
            return match (is_json, reason.contains("by a guess")) {
                (true, _) => Some(RuleId::JsonEncoding),
                (false, true) if self.document.encoding.is_some() => Some(RuleId::EncodingMismatch),
                (false, true) => Some(RuleId::EncodingGuessed),
                (false, false) => None,
            };
        }
        Some(match kind {
            ProblemKind::Field if reason.starts_with("date:") => RuleId::DateUnreadable,
            ProblemKind::Field if reason.starts_with("link:") && reason.contains('“') => RuleId::LinkUnusable,
            ProblemKind::Field => RuleId::FieldType,
            ProblemKind::Item => RuleId::ItemUnreadable,
            ProblemKind::Syntax if reason.contains("not UTF-8") => RuleId::NotUtf8,
            ProblemKind::Syntax if reason.contains("cut off") || reason.contains(" ends without <") => RuleId::CutOff,
            ProblemKind::Syntax if reason.starts_with("reading failed") => RuleId::ReadFailed,
            ProblemKind::Syntax if reason.contains("mended") => RuleId::JsonMended,
            ProblemKind::Syntax if reason.contains("a comma ") => RuleId::JsonComma,
            ProblemKind::Syntax if is_json => RuleId::NotJson,
            ProblemKind::Syntax => RuleId::NotWellFormed,
        })
    }
}
