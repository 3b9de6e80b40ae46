//! Checks the accounts at sync servers, without a network.

use super::findings::Found;
use crate::library::{Account, Library, LibraryPath, secrets};
use crate::text::counted;

/// Reports when each account was synced, why it failed, how many marks wait for its server, and whether others can read
/// the secrets.
pub(super) fn check(found: &mut Found, place: &LibraryPath, library: &Library) {
    for account in library.accounts().unwrap_or_default() {
        let waiting = library.account_totals(account.id).map_or(0, |totals| totals.waiting);
        let text = describe(&account, usize::try_from(waiting).unwrap_or(usize::MAX));
        match (&account.error, account.succeeded) {
            (Some(_), _) => found.note("account", &text, "tidings account check finds the cause"),
            (None, None) => found.note("account", &text, "tidings sync fetches its releases"),
            (None, Some(_)) => found.ok("account", text),
        }
    }
    if secrets::is_exposed(place) {
        let path = secrets::path(place).display().to_string();
        found.note("secrets", &format!("{path}: readable by other users"), "the next sync removes their access");
    }
}

fn describe(account: &Account, waiting: usize) -> String {
    let Account { name, kind, .. } = account;
    let state = match (&account.error, account.succeeded) {
        (Some(error), _) => error.to_string(),
        (None, None) => "never synced".to_owned(),
        (None, Some(_)) => "synced".to_owned(),
    };
    let marks = if waiting == 0 { String::new() } else { format!("; {} to send", counted(waiting, "mark")) };
    format!("{name} ({kind}): {state}{marks}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::CleanBuf;

    #[test]
    fn an_account_is_described_with_its_last_sync_and_what_waits() {
        let account = Account { name: CleanBuf::line("work"), ..Account::default() };
        assert_eq!(describe(&account, 0), "work (miniflux): never synced");
        let account = Account { succeeded: Some(5), ..account };
        assert_eq!(describe(&account, 1), "work (miniflux): synced; 1 mark to send");
        let account = Account { error: Some(CleanBuf::line("timed out")), ..account };
        assert_eq!(describe(&account, 2_000), "work (miniflux): timed out; 2,000 marks to send");
    }
}
