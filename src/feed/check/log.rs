//! What was found so far, and where the checker stands.

use std::cell::RefCell;
use std::rc::Rc;

use super::lines::Lines;
use super::rule::{RULES, Rule, RuleId};
use super::{KEPT, Severity};
use crate::text::CleanBuf;

/// Characters of what was found.
const LONGEST: usize = 300;

/// A rule that is broken somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which one.
    pub rule: RuleId,
    /// Index of the item, from 0; none where it is of the document as a whole.
    pub item: Option<u64>,
    /// Byte position in the source, unpacked and in UTF-8, from 0.
    pub byte: Option<u64>,
    /// The line of that byte, from 1.
    pub line: Option<u64>,
    /// What was found; may be empty.
    pub detail: CleanBuf,
}

impl Finding {
    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.rule.rule().severity
    }
}

/// Findings, and the part of the source that the next ones are of.
#[derive(Default)]
pub(super) struct Log {
    findings: Vec<Finding>,
    counts: Vec<u64>,
    lines: Rc<RefCell<Lines>>,
    /// Index and position of the item.
    at: Option<(u64, u64)>,
    /// The rules that the item breaks, as far as known.
    broken: Vec<RuleId>,
}

impl Log {
    pub fn lines(&self) -> Rc<RefCell<Lines>> {
        Rc::clone(&self.lines)
    }

    pub fn has_other_than_ascii(&self) -> bool {
        self.lines.borrow().has_other_than_ascii
    }

    /// What follows is of this item.
    pub fn enter(&mut self, index: u64, byte: u64) {
        self.at = Some((index, byte));
        self.broken.clear();
        self.lines.borrow_mut().forget_before(byte);
    }

    /// What follows is of the document.
    pub fn leave(&mut self) {
        self.at = None;
        self.broken.clear();
    }

    /// The item that is being looked at.
    pub fn item(&self) -> u64 {
        self.at.map_or(0, |(item, _)| item)
    }

    /// Whether the item breaks such a rule.
    pub fn has(&self, is_such: impl Fn(&Rule) -> bool) -> bool {
        self.broken.iter().any(|id| is_such(id.rule()))
    }

    /// A finding, so many bytes into the item; at the item's start where nothing is known.
    pub fn add(&mut self, rule: RuleId, offset: Option<usize>, detail: &str) {
        let byte = self.at.map(|(_, byte)| byte + offset.unwrap_or(0) as u64);
        self.add_at(rule, self.at.map(|(item, _)| item), byte, detail);
    }

    /// A finding of the document, at this byte.
    pub fn add_at(&mut self, rule: RuleId, item: Option<u64>, byte: Option<u64>, detail: &str) {
        self.counts.resize(RULES.len(), 0);
        self.counts[rule as usize] += 1;
        self.broken.push(rule);
        if self.counts[rule as usize] <= KEPT as u64 {
            let line = byte.and_then(|byte| self.lines.borrow().line(byte));
            // A parser's words may quote a name of any length.
            let cut = detail.char_indices().nth(LONGEST).and_then(|(at, _)| detail.get(..at)).unwrap_or(detail);
            self.findings.push(Finding { rule, item, byte, line, detail: CleanBuf::line(cut) });
        }
    }

    /// How often a rule was broken so far.
    pub fn count(&self, rule: RuleId) -> u64 {
        self.counts.get(rule as usize).copied().unwrap_or(0)
    }

    /// The findings, and how many there are of each rule.
    pub fn into_parts(self) -> (Vec<Finding>, Vec<u64>) {
        (self.findings, self.counts)
    }
}
