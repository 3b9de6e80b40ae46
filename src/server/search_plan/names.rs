//! What the names in a query mean at a server.

use crate::server::RemoteFeedId;
use crate::text::{CleanBuf, fold_name};

/// The names of an account, of its feeds and folders, and of known topics.
#[derive(Debug, Clone, Default)]
pub struct SearchNames {
    /// The name of the account.
    pub account: CleanBuf,
    /// The names of all accounts.
    pub accounts: Vec<CleanBuf>,
    /// The names of the feeds as the list shows them, and their numbers at the server.
    pub feeds: Vec<(CleanBuf, RemoteFeedId)>,
    /// The paths of the folders as the filter pane shows them, and what the server calls them.
    pub folders: Vec<(CleanBuf, CleanBuf)>,
    /// Topics as publishers write them, one spelling of each.
    pub topics: Vec<CleanBuf>,
}

impl SearchNames {
    /// Whether a name means this account.
    pub(super) fn is_account(&self, name: &str) -> bool {
        let named = meant(&self.accounts, CleanBuf::as_str, name, |own, name| own == name);
        !name.is_empty() && named.contains(&&self.account)
    }

    pub(super) fn feeds(&self, name: &str) -> Vec<RemoteFeedId> {
        let named = meant(&self.feeds, |(name, _)| name.as_str(), name, |own, name| own == name);
        named.into_iter().map(|(_, id)| id.clone()).collect()
    }

    pub(super) fn folders(&self, name: &str) -> Vec<CleanBuf> {
        let is_within =
            |own: &str, name: &str| own.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let named = meant(&self.folders, |(path, _)| path.as_str(), name, is_within);
        named.into_iter().map(|(_, id)| id.clone()).collect()
    }

    /// Returns the topics that a name means. A name that none of the known topics contains stands for itself.
    pub(super) fn topics(&self, name: &str) -> Vec<String> {
        let named = meant(&self.topics, CleanBuf::as_str, name, |own, name| own == name);
        let known: Vec<String> = named.into_iter().map(ToString::to_string).collect();
        if known.is_empty() { vec![name.to_owned()] } else { known }
    }
}

/// Returns the values that a name means, as in a search here: those for which `is_it` holds, or if there is none, those
/// whose name contains it.
fn meant<'a, T>(
    all: &'a [T],
    name_of: impl Fn(&T) -> &str,
    name: &str,
    is_it: impl Fn(&str, &str) -> bool,
) -> Vec<&'a T> {
    let name = fold_name(name);
    let which = |is_meant: &dyn Fn(&str) -> bool| -> Vec<&'a T> {
        all.iter().filter(|one| is_meant(&fold_name(name_of(one)))).collect()
    };
    let exact = which(&|own| is_it(own, &name));
    if exact.is_empty() { which(&|own| own.contains(&*name)) } else { exact }
}
