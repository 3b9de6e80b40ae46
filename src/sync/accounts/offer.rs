//! A new account: what its server has, and storing it.

use super::part::{PartTaken, part_to_take};
use crate::library::{AccountId, Library, LibraryError, LibraryPath, NewAccount, Take, secrets};
use crate::server::{FoundServer, List, Secret, Server, ServerError};
use crate::sync::now;
use crate::text::{CleanBuf, counted, grouped};

/// What a server has for an account that may be added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountOffer {
    /// The address of the API.
    pub address: String,
    /// The user's name at the server.
    pub user: CleanBuf,
    /// The number of feeds.
    pub feeds: usize,
    /// The number of entries.
    pub entries: usize,
    /// The number of unread entries.
    pub unread: usize,
    /// The number of starred entries.
    pub starred: usize,
    /// The part that would be stored.
    pub part: PartTaken,
}

impl AccountOffer {
    /// Asks a server what it has, and decides which part of it would be stored.
    ///
    /// # Errors
    /// If the server fails.
    pub fn read(mut found: FoundServer, take: Take) -> Result<Self, ServerError> {
        let server: &mut dyn Server = &mut *found.server;
        let part = part_to_take(server, take, now())?;
        let entries = match server.head()? {
            Some(head) => usize::try_from(head.total).unwrap_or(usize::MAX),
            None => server.ids(&List::All, 0)?.len(),
        };
        Ok(Self {
            address: found.address,
            user: found.user,
            feeds: server.feeds()?.len(),
            entries,
            unread: server.ids(&List::Unread, 0)?.len(),
            starred: server.ids(&List::Starred, 0)?.len(),
            part,
        })
    }

    /// Describes what would be stored.
    #[must_use]
    pub fn summary(&self) -> String {
        let releases = counted(self.entries, "release");
        let part = match (self.part.floor, self.part.left_out.len()) {
            (0, 0) => format!("all {releases}"),
            _ => format!("{} of {releases}", grouped(self.part.taken)),
        };
        format!("{}, {part}", counted(self.feeds, "feed"))
    }
}

/// Why an account was not added.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    /// Another account has the name.
    #[error("an account {0} exists; choose another name")]
    NameTaken(CleanBuf),
    /// This account is at the same server, for the same user.
    #[error("the account {0} is for the same user at this server")]
    Known(CleanBuf),
    /// The library or the file of secrets cannot be written.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

/// Stores a new account, and its secret unless a command prints it.
///
/// # Errors
/// If there is such an account, or the library or the file of secrets cannot be written.
pub fn add_account(
    library: &mut Library,
    place: &LibraryPath,
    account: &NewAccount,
    secret: Option<&Secret>,
    part: &PartTaken,
) -> Result<AccountId, NotAdded> {
    // Two accounts would share their secret.
    let known = library.accounts()?.into_iter().find(|known| known.secret_name() == account.secret_name());
    if let Some(known) = known {
        return Err(NotAdded::Known(known.name));
    }
    let Some(id) = library.add_account(account)? else { return Err(NotAdded::NameTaken(account.name.clone())) };
    if let Some(secret) = secret {
        secrets::set(place, &account.secret_name(), secret.reveal())?;
    }
    library.leave_out(id, &part.left_out)?;
    library.set_floor(id, part.floor)?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::AccountKind;

    #[test]
    fn users_of_one_server_have_their_own_secrets_and_none_is_added_twice() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("library.db"));
        let mut library = Library::create(&place).expect("a library");
        let (line, part) = (CleanBuf::line, PartTaken::default());
        let mut add = |name: &str, user: &str, secret: &str| {
            let (kind, address) = (AccountKind::Miniflux, line("https://reader.invalid"));
            let new = NewAccount { kind, name: line(name), address, user: line(user), ..NewAccount::default() };
            add_account(&mut library, &place, &new, Some(&Secret::new(secret)), &part)
                .map(|_| new.secret_name())
                .map_err(|error| error.to_string())
        };
        let secret = |name: Result<String, String>| secrets::get(&place, &name.expect("added")).expect("read");
        let (ada, ben) = (add("home", "ada", "key 1"), add("work", "ben", "key 2"));
        assert_eq!([secret(ada), secret(ben)], [Some("key 1".to_owned()), Some("key 2".to_owned())]);
        let errors = [add("again", "ada", "key 3"), add("home", "cem", "key 4")].map(Result::unwrap_err);
        assert_eq!(
            errors,
            ["the account home is for the same user at this server", "an account home exists; choose another name"]
        );
    }
}
