//! The choice of an account through which a feed is followed.

use crate::library::AccountId;
use crate::text::CleanBuf;

/// A choice below the lines: through which account a feed is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Through {
    /// The accounts to choose from.
    pub(super) accounts: Vec<(AccountId, CleanBuf)>,
    /// The chosen one, counted from 1; 0 for none.
    pub at: usize,
}

impl Through {
    /// Its label.
    pub const LABEL: &str = "Follow";

    /// Returns the options as texts.
    #[must_use]
    pub fn options(&self) -> Vec<String> {
        let names = self.accounts.iter().map(|(_, name)| format!("through {name}"));
        std::iter::once("directly".to_owned()).chain(names).collect()
    }

    /// Returns the chosen account.
    pub(super) fn chosen(&self) -> Option<&(AccountId, CleanBuf)> {
        self.accounts.get(self.at.checked_sub(1)?)
    }

    pub(super) fn step(&mut self, is_back: bool) {
        let count = self.accounts.len() + 1;
        self.at = (self.at + if is_back { count - 1 } else { 1 }) % count;
    }
}
