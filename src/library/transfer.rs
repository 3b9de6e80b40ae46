//! Export and import of a whole library as one JSON document: for moving, archiving, and other programs.
//!
//! The document is an object: `format`, `version`, then the lists `subscriptions`, `marks`, `queries`, `settings`,
//! `sessions`, `releases`, `pages` and `versions`, and for accounts `accounts`, `account_feeds`, `entries`, `outbox` and `labels`, with one entry on each line. It is written and read entry by entry, with one
//! entry in memory. An import merges into the existing content (`take`): marks are joined, nothing is removed, and an
//! invalid document changes nothing. `format` defines the entries.

mod account;
mod format;
mod take;

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;

use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeSeed;

use super::change::changed;
use super::past::NEXT_PAGES;
use super::{Counts, Library, LibraryError, MENDED, SavedQuery};
use crate::text::{CleanBuf, system_error};
use account::{Account, AccountFeed, Entry, Label, Waiting};
use format::{Mark, Page, Pair, Session, Stored, Subscribed, Version};
use take::{Document, Taker};

/// The format name in the document.
const FORMAT: &str = "tidings library";
/// The format version.
const VERSION: u32 = 1;
/// Bytes read at a time.
const BUFFER: usize = 1 << 18;

/// Why an export or import failed.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The library is unusable.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The document cannot be written.
    #[error("cannot write: {}", system_error(.0))]
    Output(#[from] io::Error),
    /// The document is invalid or not a library; nothing was changed.
    #[error("cannot import, nothing was changed: {0}")]
    Document(CleanBuf),
}

/// The result of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The numbers of exported items.
    pub counts: Counts,
    /// The names of the feeds whose passwords were left out.
    pub without_password: Vec<CleanBuf>,
}

/// The result of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// The numbers of items after the import.
    pub counts: Counts,
    /// Marks that were left out: another release has their number here, and theirs cannot be determined.
    pub left_out: u64,
}

impl Library {
    /// Writes everything except passwords as one JSON document.
    ///
    /// # Errors
    /// When the library cannot be read or the document cannot be written.
    pub fn export(&self, out: &mut dyn Write) -> Result<Exported, TransferError> {
        let counts = self.counts()?;
        let mut without_password = Vec::new();
        // An error of the output is not an error of the library.
        let failed = RefCell::new(None);
        let written = self.read(|connection| {
            // One snapshot of all tables, whatever other processes write meanwhile.
            let transaction = connection.unchecked_transaction()?;
            let mut list = List { out: &mut *out, failed: &failed };
            list.all(&transaction, &mut without_password)
        });
        if let Some(error) = failed.into_inner() {
            return Err(error.into());
        }
        written?;
        Ok(Exported { counts, without_password })
    }

    /// Imports a document written by [`Library::export`], all of it or nothing. The document is read to its end first,
    /// so that other processes can write meanwhile, however slowly it arrives.
    ///
    /// # Errors
    /// When the document is invalid or the library cannot be written; then nothing is changed.
    pub fn import(&mut self, document: &mut dyn Read) -> Result<Imported, TransferError> {
        let document = BufReader::with_capacity(BUFFER, self.spool(document)?);
        let broken = RefCell::new(None);
        let written = self.write(|connection| {
            let mut taker = Taker::new(connection)?;
            let mut reader = serde_json::Deserializer::from_reader(document);
            let read = Document(&mut taker).deserialize(&mut reader).and_then(|()| reader.end());
            read.map_err(|error| {
                *broken.borrow_mut() = Some(CleanBuf::line(&error.to_string()));
                rusqlite::Error::QueryReturnedNoRows
            })?;
            let left_out = taker.finish()?;
            changed(connection)?;
            Ok(left_out)
        });
        if let Some(reason) = broken.into_inner() {
            return Err(TransferError::Document(reason));
        }
        Ok(Imported { left_out: written?, counts: self.counts()? })
    }

    /// Copies a document into an unnamed file beside the library; it may be larger than the memory.
    fn spool(&self, document: &mut dyn Read) -> Result<File, TransferError> {
        let folder = self.place.path().parent().filter(|folder| !folder.as_os_str().is_empty());
        let of_system = |error: io::Error| LibraryError::of_system(self.place.path(), &error);
        let mut spool = tempfile::tempfile_in(folder.unwrap_or(Path::new("."))).map_err(of_system)?;
        let mut buffer = vec![0; BUFFER];
        loop {
            let read = match document.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => &buffer[..read],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(TransferError::Document(CleanBuf::line(&error.to_string()))),
            };
            spool.write_all(read).map_err(of_system)?;
        }
        spool.rewind().map_err(of_system)?;
        Ok(spool)
    }
}

/// Writes the lists.
struct List<'a> {
    out: &'a mut dyn Write,
    failed: &'a RefCell<Option<io::Error>>,
}

impl List<'_> {
    fn all(&mut self, connection: &Connection, without_password: &mut Vec<CleanBuf>) -> rusqlite::Result<()> {
        self.put(format!("{{\n\"format\": \"{FORMAT}\",\n\"version\": {VERSION}").as_bytes())?;
        self.list(connection, "subscriptions", Subscribed::SQL, |row| {
            let subscribed = Subscribed::of_row(row)?;
            without_password.extend(subscribed.as_ref().and_then(Subscribed::without_password));
            Ok(subscribed)
        })?;
        self.list(connection, "marks", Mark::SQL, Mark::of_row)?;
        self.list(connection, "queries", "SELECT name, query FROM queries ORDER BY position, name", |row| {
            Ok(Some(SavedQuery { name: row.get(0)?, query: row.get(1)?, ..SavedQuery::default() }))
        })?;
        // The repair message of this library is of no use elsewhere.
        let settings = format!(
            "SELECT name, value FROM settings WHERE name <> '{MENDED}' AND name NOT LIKE '{NEXT_PAGES}%' ORDER BY name"
        );
        self.list(connection, "settings", &settings, Pair::of_row)?;
        self.list(connection, "sessions", "SELECT name, data, used FROM sessions ORDER BY name", Session::of_row)?;
        self.list(connection, "releases", Stored::SQL, Stored::of_row)?;
        self.list(connection, "pages", Page::SQL, Page::of_row)?;
        self.list(connection, "versions", Version::SQL, Version::of_row)?;
        self.list(connection, "accounts", Account::SQL, Account::of_row)?;
        self.list(connection, "account_feeds", AccountFeed::SQL, AccountFeed::of_row)?;
        self.list(connection, "entries", Entry::SQL, Entry::of_row)?;
        self.list(connection, "outbox", Waiting::SQL, Waiting::of_row)?;
        self.list(connection, "labels", Label::SQL, Label::of_row)?;
        self.put(b"\n}\n")
    }

    fn list<T: Serialize>(
        &mut self,
        connection: &Connection,
        name: &str,
        sql: &str,
        mut entry: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<Option<T>>,
    ) -> rusqlite::Result<()> {
        self.put(format!(",\n\"{name}\": [").as_bytes())?;
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut between = "\n";
        while let Some(row) = rows.next()? {
            if let Some(entry) = entry(row)? {
                let text = serde_json::to_string(&entry).unwrap_or_else(|_| "null".to_owned());
                self.put(between.as_bytes())?;
                self.put(text.as_bytes())?;
                between = ",\n";
            }
        }
        self.put(b"\n]")
    }

    fn put(&mut self, bytes: &[u8]) -> rusqlite::Result<()> {
        self.out.write_all(bytes).map_err(|error| {
            *self.failed.borrow_mut() = Some(error);
            rusqlite::Error::QueryReturnedNoRows
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{library, subscribed};
    use super::super::{AccountFeed, Checked, Flags, NewAccount, NewEntry, Outcome, ServerState, Subscription};
    use super::*;
    use crate::release::{CustomField, Date, FieldName, Link, LinkKind, Release, Span, Style};

    fn exported(library: &Library) -> String {
        let mut out = Vec::new();
        library.export(&mut out).expect("written");
        String::from_utf8(out).expect("text")
    }

    fn release(n: u8, text: &str) -> Release {
        Release {
            id: CleanBuf::line(if n.is_multiple_of(3) { "" } else { "id" }),
            title: CleanBuf::line(&format!("{n} {text}")),
            summary: CleanBuf::block(&format!("summary {text}")),
            summary_spans: vec![Span { start: 0, end: 7, style: Style::Link(0) }],
            body: CleanBuf::block(text),
            topics: vec![CleanBuf::line("News"), CleanBuf::line(text)],
            place: CleanBuf::line("Bern"),
            author: CleanBuf::line("Ann"),
            date: [
                None,
                Date::from_year(2018),
                Date::from_ymd(2018, 11, 6),
                crate::feed::date::parse("2018-11-06T10:30:05+05:30"),
            ][usize::from(n) % 4],
            url: CleanBuf::line(&format!("https://a.invalid/{n}")),
            links: vec![Link {
                kind: LinkKind::Enclosure,
                label: CleanBuf::line(text),
                address: CleanBuf::line("https://a.invalid/x.mp3"),
                media: CleanBuf::line("audio/mpeg"),
                bytes: Some(u64::from(n)),
            }],
            fields: ["Notice", text]
                .iter()
                .filter(|value| !value.trim().is_empty())
                .map(|value| CustomField { name: FieldName::of("kind").expect("a name"), value: CleanBuf::line(value) })
                .collect(),
            ..Release::default()
        }
    }

    fn filled(texts: &[String]) -> (tempfile::TempDir, Library) {
        let (folder, mut library) = library();
        let sources = [subscribed(&mut library, "a"), subscribed(&mut library, "b"), subscribed(&mut library, "c")];
        library.refile(sources[0], &[CleanBuf::line("F"), CleanBuf::line("G")]).expect("written");
        library.pause(sources[1], true).expect("written");
        library.unsubscribe(sources[2], 77).expect("written");
        let releases: Vec<Release> = (0..).zip(texts).map(|(n, text)| release(n, text)).collect();
        let outcome = Outcome::Read { etag: Some("\"e\"".to_owned()), modified: None, title: CleanBuf::line("A") };
        let checked =
            Checked { at: 5, outcome, moved: Some(("https://m.invalid/".to_owned(), 1)), address: None, origin: None };
        library.apply(sources[0], &checked, &releases).expect("written");
        let mut releases = releases;
        if let Some(edited) = releases.get_mut(1) {
            edited.summary = CleanBuf::line("corrected");
        }
        library.apply(sources[0], &Checked { at: 6, ..checked.clone() }, &releases).expect("written");
        let failed = Outcome::Failed { reason: CleanBuf::line("is away"), retry: 9, pause: Some(8) };
        library.keep_checked(sources[1], &Checked { outcome: failed, ..checked }).expect("written");
        library.mark(Flags::READ, true, [("file:a", 1), ("web:a.invalid/", u64::MAX)]).expect("written");
        library.mark(Flags::STARRED, true, [("file:a", 1)]).expect("written");
        for (name, query) in [("z", "is:unread"), ("a", "tea")] {
            library.save_query(&SavedQuery::new(name, query)).expect("written");
        }
        library.set("keep", Some("30")).expect("written");
        library.keep_session("s", "{}", 3).expect("written");
        if let Some(text) = texts.first() {
            library.keep_page("web:a.invalid/", 7, &release(1, text), 4).expect("written");
        }
        fill_account(&mut library);
        (folder, library)
    }

    /// Adds an account with a feed, entries in several states, labels, and a mark that waits.
    fn fill_account(library: &mut Library) {
        let line = CleanBuf::line;
        let address = line("https://ann:hunter2@reader.invalid/");
        let new = NewAccount { name: line("work"), address, user: line("ann"), ..NewAccount::default() };
        let id = library.add_account(&new).expect("written").expect("a free name");
        crate::library::secrets::set(library.place(), &new.secret_name(), "hunter3").expect("written");
        let [remote, address, folder] = ["7", "https://s:hunter4@d.invalid/", "News"].map(line);
        let feed = AccountFeed { remote, address, folder, ..AccountFeed::default() };
        let source = library.set_account_feeds(id, &[feed]).expect("written")[0].1;
        library.set_header_command(source, Some("pass show d")).expect("written");
        let map = ["title=Headline", "date=Day"].map(|map| map.parse().expect("a map")).to_vec();
        library.set_rules(source, &crate::feed::Rules { map, ..crate::feed::Rules::default() }).expect("written");
        let releases = [1, 2].map(|n| Release { language: line("pt-br"), ..release(n, "entry") });
        let entries: Vec<NewEntry<'_>> = (1..)
            .zip(&releases)
            .map(|(remote, release)| {
                let (hash, flags) = (Some([remote as u8; 32]), Some(Flags::READ));
                NewEntry { remote, source, release, hash, flags, is_found: false }
            })
            .collect();
        library.take_entries(id, &entries, 6).expect("written");
        library.missed(id, &[8]).expect("written");
        library.leave_out(id, &[9]).expect("written");
        library.set_labels(id, &[(line("Later"), vec![1])]).expect("written");
        let state = ServerState { all: Some(&[1, 9]), starred: &[1], ..ServerState::default() };
        assert_eq!(library.apply_state(id, &state).expect("written").gone, 1);
        let number = crate::release::Identity {
            id: line(&"01".repeat(32)).as_clean(),
            ..crate::release::Identity::from(&releases[0])
        }
        .number();
        library.mark(Flags::READ, false, [("web:s@d.invalid/", number)]).expect("written");
        assert_eq!(library.outbox(id).expect("read").len(), 1);
    }

    #[test]
    fn accounts_are_exported_without_secrets_and_imported_marks_are_not_sent() {
        let (_folder, one) = filled(&["one".to_owned()]);
        let text = exported(&one);
        assert!(text.contains("reader.invalid") && !text.contains("hunter"), "{text}");
        let id = one.accounts().expect("read")[0].id;
        let (_other, mut other) = library();
        other.import(&mut text.as_bytes()).expect("read");
        assert_eq!(other.entry_states(id).expect("read"), one.entry_states(id).expect("read"));
        let waiting = |library: &Library| {
            let outbox = library.outbox(id).expect("read");
            outbox.iter().map(|one| (one.remote, one.flag, one.value)).collect::<Vec<_>>()
        };
        assert_eq!(waiting(&other), [(1, Flags::READ, false)]);
        // A library with an account of this name and another server; and marks of its own, which wait for the server.
        let (_third, mut third) = library();
        let name = CleanBuf::line("work");
        let own = NewAccount { name, address: CleanBuf::line("https://b.invalid/"), ..NewAccount::default() };
        third.add_account(&own).expect("written").expect("a free name");
        third.mark(Flags::STARRED, true, [("web:s@d.invalid/", marked_number(&one))]).expect("written");
        third.import(&mut text.as_bytes()).expect("read");
        let accounts = third.accounts().expect("read");
        assert_eq!((accounts.len(), accounts[1].name.as_str()), (2, "work 2"));
        assert_eq!(third.outbox(accounts[1].id).expect("read").len(), 1, "the star is at the server already");
        third.mark(Flags::READ, true, [("web:s@d.invalid/", marked_number(&one))]).expect("written");
        assert_eq!(third.outbox(accounts[1].id).expect("read").len(), 1, "and now it is read again");
        third.import(&mut text.as_bytes()).expect("read");
        assert_eq!(third.accounts().expect("read").len(), 2, "it is known");
    }

    /// The number of the release that has a star at the server.
    fn marked_number(library: &Library) -> u64 {
        let marks = library.marks_of("web:s@d.invalid/").expect("read");
        marks.into_iter().find(|(_, flags)| flags.has(Flags::STARRED)).expect("a star").0
    }

    #[test]
    fn a_document_of_a_version_without_accounts_is_imported() {
        let (_folder, one) = filled(&["one".to_owned()]);
        let text = exported(&one);
        let (before, _) = text.split_once(",\n\"accounts\"").expect("a list of accounts");
        let text = format!("{before}\n}}\n").replace("\"through_accounts\":true,", "");
        let (_other, mut other) = library();
        other.import(&mut text.as_bytes()).expect("read");
        assert_eq!(other.counts().expect("read").accounts, 0);
        assert_eq!(other.counts().expect("read").releases, one.counts().expect("read").releases);
    }

    #[test]
    fn the_notice_of_a_repair_is_neither_exported_nor_imported() {
        let (_folder, mut one) = library();
        one.set(MENDED, Some("restored from a backup")).expect("written");
        one.set("keep", Some("30")).expect("written");
        let text = exported(&one);
        assert!(text.contains("keep") && !text.contains("restored from a backup"), "{text}");
        let (_other, mut other) = library();
        // As an export of another version might contain it.
        other.import(&mut text.replace("\"keep\"", &format!("{MENDED:?}")).as_bytes()).expect("read");
        assert_eq!(other.setting(MENDED).expect("read"), None);
        other.import(&mut text.as_bytes()).expect("read");
        assert_eq!(other.setting("keep").expect("read").as_deref(), Some("30"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn export_and_import_into_an_empty_library_preserves_everything(texts in prop::collection::vec("[a-zé漢\"\\\\\n ]{0,20}", 0..6)) {
            let (_folder, before) = filled(&texts);
            let text = exported(&before);
            let (_other, mut after) = library();
            let imported = after.import(&mut text.as_bytes()).expect("read");
            prop_assert_eq!(imported, Imported { counts: before.counts().expect("read"), left_out: 0 });
            prop_assert_eq!(exported(&after), text.clone());
            // Passwords are the only difference.
            let sources = |library: &Library| {
                let sources = library.sources_and_removed().expect("read").into_iter();
                let without = |source: Subscription| Subscription { address: CleanBuf::default(), lacks_password: false, ..source };
                sources.map(without).collect::<Vec<_>>()
            };
            prop_assert_eq!(sources(&after), sources(&before));
            // A second import changes nothing.
            after.import(&mut text.as_bytes()).expect("read");
            prop_assert_eq!(exported(&after), text);
        }
    }

    #[test]
    fn import_keeps_existing_items_and_joins_marks() {
        let (_folder, before) = filled(&["one".to_owned()]);
        let (_other, mut library) = library();
        let own = subscribed(&mut library, "a");
        library.rename(own, &CleanBuf::line("Mine")).expect("written");
        library.mark(Flags::STARRED, true, [("web:a.invalid/", u64::MAX), ("file:z", 1)]).expect("written");
        library.set("keep", Some("7")).expect("written");
        library.import(&mut exported(&before).as_bytes()).expect("read");
        let marks = library.marks_of("web:a.invalid/").expect("read");
        assert_eq!(marks[&u64::MAX], Flags::READ.and(Flags::STARRED));
        assert_eq!(library.marks_of("file:z").expect("read").len(), 1);
        assert_eq!(library.sources().expect("read")[0].title.as_str(), "Mine");
        assert_eq!(library.setting("keep").expect("read").as_deref(), Some("7"));
        assert_eq!(library.counts().expect("read").releases, 3);
    }

    #[test]
    fn an_invalid_document_changes_nothing_and_the_error_names_the_place() {
        let (_folder, before) = filled(&["one".to_owned(), "two".to_owned()]);
        let text = exported(&before);
        let (_other, mut library) = library();
        library.mark(Flags::READ, true, [("file:mine", 1)]).expect("written");
        let same = exported(&library);
        let cut = text.get(..text.len() * 2 / 3).expect("ASCII there").to_owned();
        let newer = text.replace("\"version\": 1", "\"version\": 2");
        let wrong = text.replace("\"read\":true", "\"read\":7");
        for (document, expected) in [
            (cut.as_str(), "EOF while parsing"),
            (newer.as_str(), "it was written by a newer tidings (version 2) at line 3"),
            (wrong.as_str(), "expected a boolean at line"),
            ("{}", "not a library of tidings"),
            ("{\"marks\": []}", "expected \"format\""),
            ("[1]", "expected a library exported"),
            ("", "EOF"),
            (&format!("{text} more"), "trailing characters"),
        ] {
            let error = library.import(&mut document.as_bytes()).expect_err("broken").to_string();
            assert!(error.starts_with("cannot import, nothing was changed") && error.contains(expected), "{error}");
            assert_eq!(exported(&library), same);
        }
    }
}
