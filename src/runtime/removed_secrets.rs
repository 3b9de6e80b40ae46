//! The API keys and passwords of removed accounts. They leave the file of secrets with the account, and come back if the
//! removal is undone in the same session.

use std::sync::{Arc, Mutex, PoisonError};

use crate::library::{AccountId, Library, LibraryError, LibraryPath, secrets};
use crate::server::Secret;

/// The secrets of accounts that were removed in this session, by their names in the file.
#[derive(Clone, Default)]
pub(super) struct RemovedSecrets(Arc<Mutex<Vec<(String, Secret)>>>);

impl RemovedSecrets {
    /// Remembers the secret of an account that is about to be removed.
    pub fn remember(&self, library: &Library, place: &LibraryPath, id: AccountId) -> Result<(), LibraryError> {
        let Some(account) = library.accounts()?.into_iter().find(|account| account.id == id) else { return Ok(()) };
        let name = account.secret_name();
        if let Some(secret) = secrets::get(place, &name)? {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.retain(|(other, _)| *other != name);
            known.push((name, Secret::new(&secret)));
        }
        Ok(())
    }

    /// Puts the secrets of existing accounts back, and removes those of removed ones.
    pub fn settle(&self, library: &Library, place: &LibraryPath) -> Result<(), LibraryError> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = library.accounts()?.iter().map(crate::library::Account::secret_name).collect();
        for (name, secret) in known.iter() {
            match (names.contains(name), secrets::get(place, name)?) {
                (true, None) => secrets::set(place, name, secret.reveal())?,
                (false, Some(_)) => secrets::remove(place, name)?,
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::{Direction, NewAccount};
    use crate::text::CleanBuf;

    #[test]
    fn a_secret_goes_with_its_account_and_comes_back_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("library.db"));
        let mut library = Library::create(&place).expect("a library");
        let account = NewAccount { name: CleanBuf::line("home"), ..NewAccount::default() };
        let id = library.add_account(&account).expect("written").expect("a free name");
        secrets::set(&place, &account.secret_name(), "hunter2").expect("written");
        let removed = RemovedSecrets::default();
        let stored = || secrets::get(&place, &account.secret_name()).expect("read");
        removed.remember(&library, &place, id).expect("read");
        removed.settle(&library, &place).expect("read");
        assert_eq!(stored().as_deref(), Some("hunter2"), "nothing was removed");
        let step = library.remove_account(id, false, "removed", 1).expect("written").expect("a step");
        removed.settle(&library, &place).expect("written");
        assert_eq!(stored(), None);
        library.turn(step, Direction::Undo).expect("written");
        removed.settle(&library, &place).expect("written");
        assert_eq!(stored().as_deref(), Some("hunter2"));
        library.turn(step, Direction::Redo).expect("written");
        removed.settle(&library, &place).expect("written");
        assert_eq!(stored(), None);
    }
}
