//! Pictures of releases, kept up to a number of bytes. Backups and exports leave them out.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Library, LibraryError};

/// The size of all kept pictures in bytes; the least recently used ones are deleted first.
pub const MOST: u64 = 32 << 20;

impl Library {
    /// Returns the picture that was fetched from an address.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn picture(&self, address: &str) -> Result<Option<Vec<u8>>, LibraryError> {
        self.read(|connection| {
            let sql = "SELECT data FROM pictures WHERE address = ?1";
            connection.query_row(sql, [address], |row| row.get(0)).optional()
        })
    }

    /// Keeps a picture and deletes the least recently used ones beyond the limit.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_picture(&mut self, address: &str, data: &[u8]) -> Result<(), LibraryError> {
        self.keep_picture_within(address, data, MOST)
    }

    fn keep_picture_within(&mut self, address: &str, data: &[u8], most: u64) -> Result<(), LibraryError> {
        if data.len() as u64 > most {
            return Ok(());
        }
        self.write(|connection| {
            let sql = "INSERT INTO pictures (address, used, data)
                 VALUES (?1, (SELECT coalesce(max(used), 0) + 1 FROM pictures), ?2)
                 ON CONFLICT (address) DO UPDATE SET used = excluded.used, data = ?2";
            connection.execute(sql, params![address, data])?;
            let sql = "DELETE FROM pictures WHERE address IN (
                     SELECT address FROM (
                         SELECT address, sum(length(data)) OVER (ORDER BY used DESC) AS size FROM pictures
                     ) WHERE size > ?1
                 )";
            connection.execute(sql, [most.cast_signed()]).map(drop)
        })
    }

    /// Records that a kept picture was shown.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn use_picture(&mut self, address: &str) -> Result<(), LibraryError> {
        self.write(|connection| {
            let newest = "SELECT max(used) FROM pictures";
            let sql = format!("UPDATE pictures SET used = ({newest}) + 1 WHERE address = ?1 AND used < ({newest})");
            connection.execute(&sql, [address]).map(drop)
        })
    }
}

/// Copies a library without its pictures to a new file.
pub(super) fn copy_without(connection: &Connection, copy: &Path) -> rusqlite::Result<()> {
    // Before their migration a library has no such table.
    let sql = "SELECT EXISTS (SELECT 1 FROM main.sqlite_master WHERE name = 'pictures')";
    let has_any = connection.query_row(sql, [], |row| row.get(0))?
        && connection.query_row("SELECT EXISTS (SELECT 1 FROM main.pictures)", [], |row| row.get(0))?;
    let vacuum = || connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]);
    if !has_any {
        return vacuum().map(drop);
    }
    // Only then can a part of a file be released without writing the rest again. This applies to the copy alone: a file
    // that exists changes its mode when it is vacuumed.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    let copied = vacuum();
    connection.pragma_update(None, "auto_vacuum", "NONE")?;
    copied?;
    let copy = Connection::open(copy)?;
    // Without a journal beside the copy: it has a temporary name.
    copy.pragma_update(None, "journal_mode", "MEMORY")?;
    copy.execute("DELETE FROM pictures", [])?;
    let mut released = copy.prepare("PRAGMA incremental_vacuum")?;
    let mut pages = released.query([])?;
    while pages.next()?.is_some() {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{day, library};
    use super::super::{LibraryPath, backup};
    use super::*;

    fn kept(library: &Library) -> Vec<String> {
        let kept = library.read(|connection| {
            let mut statement = connection.prepare("SELECT address FROM pictures ORDER BY used")?;
            statement.query_map([], |row| row.get(0))?.collect()
        });
        kept.expect("read")
    }

    #[test]
    fn the_least_recently_used_pictures_are_deleted_beyond_the_limit() {
        let (_folder, mut library) = library();
        for (address, size) in [("a", 40), ("b", 30), ("c", 30)] {
            library.keep_picture_within(address, &vec![7; size], 100).expect("written");
        }
        assert_eq!(kept(&library), ["a", "b", "c"], "the limit itself is allowed");
        library.use_picture("a").expect("written");
        library.use_picture("none").expect("nothing to do");
        assert_eq!(kept(&library), ["b", "c", "a"]);
        library.keep_picture_within("d", &[7; 25], 100).expect("written");
        assert_eq!(kept(&library), ["c", "a", "d"]);
        library.keep_picture_within("c", &[8; 35], 100).expect("written");
        assert_eq!(kept(&library), ["a", "d", "c"], "a picture fetched again replaces the old one");
        assert_eq!(library.picture("c").expect("read"), Some(vec![8; 35]));
        library.keep_picture_within("e", &[7; 101], 100).expect("not kept");
        assert_eq!((kept(&library).len(), library.picture("e").expect("read")), (3, None));
        library.keep_picture_within("f", &[7; 100], 100).expect("written");
        assert_eq!(kept(&library), ["f"]);
    }

    #[test]
    fn a_picture_makes_no_other_process_reload() {
        let (_folder, mut library) = library();
        let before = library.news(0).expect("read");
        library.keep_picture("a", b"x").expect("written");
        assert_eq!(library.news(0).expect("read"), before);
    }

    #[test]
    fn backups_have_no_pictures() {
        let (folder, mut library) = library();
        library.keep_picture("a", &vec![7; 3 << 20]).expect("written");
        library.set("keep", Some("90")).expect("written");
        let mode = |library: &Library| {
            library.connection.pragma_query_value(None, "auto_vacuum", |row| row.get::<_, i64>(0)).expect("a mode")
        };
        let before = mode(&library);
        assert!(backup::daily(&library, day(1)).expect("written"));
        let file = folder.path().join("copy.db");
        backup::to_file(&library, &file).expect("written");
        for path in backup::all(library.place()).into_iter().map(|(_, path)| path).chain([file]) {
            assert!(std::fs::metadata(&path).expect("a file").len() < 1 << 20, "{}", path.display());
            let copy = Library::open(&LibraryPath::of_file(&path)).expect("opened").expect("a library");
            assert_eq!((kept(&copy).len(), backup::check(&copy).expect("read").len()), (0, 0));
            assert_eq!(copy.setting("keep").expect("read").as_deref(), Some("90"));
        }
        assert_eq!((kept(&library).len(), mode(&library), before), (1, 0, 0), "the library itself is unchanged");
        assert_eq!(backup::check(&library).expect("read"), []);
    }
}
