//! The findings so far, and the checker's position.

use std::cell::RefCell;
use std::rc::Rc;

use super::lines::Lines;
use super::rule::{RULES, Rule, RuleId};
use super::{KEPT, Severity};
use crate::text::CleanBuf;

/// The most characters of a finding's detail.
const LONGEST: usize = 300;

/// One place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// Index of the item, from 0; `None` if it concerns the whole document.
    pub item: Option<u64>,
    /// Byte position in the unpacked UTF-8 source, from 0.
    pub byte: Option<u64>,
    /// The line of that byte, from 1.
    pub line: Option<u64>,
    /// What was found; may be empty.
    pub detail: CleanBuf,
}

impl Finding {
    /// Returns the severity of the rule.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.rule.rule().severity
    }
}

/// Collects findings, and knows which part of the source they belong to.
#[derive(Default)]
pub(super) struct Log {
    findings: Vec<Finding>,
    counts: Vec<u64>,
    lines: Rc<RefCell<Lines>>,
    /// Index and position of the item.
    at: Option<(u64, u64)>,
    /// The rules that the item is known to break.
    broken: Vec<RuleId>,
}

impl Log {
    pub fn lines(&self) -> Rc<RefCell<Lines>> {
        Rc::clone(&self.lines)
    }

    pub fn has_other_than_ascii(&self) -> bool {
        self.lines.borrow().has_other_than_ascii
    }

    /// Starts an item: the next findings belong to it.
    pub fn enter(&mut self, index: u64, byte: u64) {
        self.at = Some((index, byte));
        self.broken.clear();
        self.lines.borrow_mut().forget_before(byte);
    }

    /// Returns to the document: the next findings belong to it.
    pub fn leave(&mut self) {
        self.at = None;
        self.broken.clear();
    }

    /// Returns the index of the current item.
    pub fn item(&self) -> u64 {
        self.at.map_or(0, |(item, _)| item)
    }

    /// Whether the current item breaks a rule that matches.
    pub fn has(&self, is_such: impl Fn(&Rule) -> bool) -> bool {
        self.broken.iter().any(|id| is_such(id.rule()))
    }

    /// Adds a finding at this byte offset in the item, or at the item's start if unknown.
    pub fn add(&mut self, rule: RuleId, offset: Option<usize>, detail: &str) {
        let byte = self.at.map(|(_, byte)| byte + offset.unwrap_or(0) as u64);
        self.add_at(rule, self.at.map(|(item, _)| item), byte, detail);
    }

    /// Adds a finding of the document at this byte.
    pub fn add_at(&mut self, rule: RuleId, item: Option<u64>, byte: Option<u64>, detail: &str) {
        self.counts.resize(RULES.len(), 0);
        self.counts[rule as usize] += 1;
        self.broken.push(rule);
        if self.counts[rule as usize] <= KEPT as u64 {
            let line = byte.and_then(|byte| self.lines.borrow().line(byte));
            // A parser's message may quote a name of any length.
            let cut = detail.char_indices().nth(LONGEST).and_then(|(at, _)| detail.get(..at)).unwrap_or(detail);
            self.findings.push(Finding { rule, item, byte, line, detail: CleanBuf::line(cut) });
        }
    }

    /// Returns how often a rule has been broken so far.
    pub fn count(&self, rule: RuleId) -> u64 {
        self.counts.get(rule as usize).copied().unwrap_or(0)
    }

    /// Returns the findings, and the number of findings of each rule.
    pub fn into_parts(self) -> (Vec<Finding>, Vec<u64>) {
        (self.findings, self.counts)
    }
}
