//! The user's last changes, kept so that they can be undone after a restart.
//!
//! A step is written in the transaction of its change, with the values before and after it. Undoing it restores a value
//! only if it is still the one that the change set, so that no later change of another reader is lost. Steps of marks
//! are sets of releases (`marked`), all others are edits (`edit`).

mod edit;
mod marked;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};

pub use edit::Edit;
use edit::Edited;
use marked::Marked;

use super::change::{STEPS, count_up};
use super::marks::{ByFeed, by_feed, set_marks};
use super::{Flags, Library, LibraryError, ToMark};
use crate::text::CleanBuf;

/// The maximum number of steps; the oldest is deleted first.
pub const MOST: u32 = 100;
/// The maximum number of bytes of all steps except the newest: a step of a million marks takes seven million.
const MOST_BYTES: i64 = 32 << 20;

/// The number of a step, which no other step ever has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepNumber(i64);

impl StepNumber {
    /// The step with this number.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }
}

/// A stored step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStep {
    /// Its number.
    pub number: StepNumber,
    /// What the change did, in words: `paused Gazette`.
    pub what: CleanBuf,
    /// Whether it was undone and can be redone.
    pub is_undone: bool,
}

/// Whether to undo a step or to redo it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Restore what was before the change.
    Undo,
    /// Make the undone change again.
    Redo,
}

/// How much of a step was undone or redone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    All,
    /// Only some of its releases: the marks of the others have changed since.
    Part,
    /// Nothing: everything has changed since. The step was deleted.
    Overtaken,
    /// Nothing: another reader has done it.
    Elsewhere,
    /// Nothing: the step is no longer stored.
    #[default]
    Gone,
}

/// The result of undoing or redoing a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turned {
    /// How much of it was done.
    pub extent: Extent,
    /// The number of the change of marks, if it is a step of marks.
    pub change: Option<i64>,
    /// The number of marks that it changed.
    pub marks: usize,
}

impl Library {
    /// Returns the stored steps, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn steps(&self) -> Result<Vec<StoredStep>, LibraryError> {
        self.read(|connection| {
            let mut statement = connection.prepare("SELECT id, what, is_undone FROM history ORDER BY id")?;
            let rows = statement.query_map([], |row| {
                let what = CleanBuf::line(&row.get::<_, String>(1)?);
                Ok(StoredStep { number: StepNumber(row.get(0)?), what, is_undone: row.get(2)? })
            })?;
            rows.collect()
        })
    }

    /// Like [`Library::mark`], as a step that can be undone; `what` describes it. Returns the change number and the
    /// step.
    ///
    /// # Errors
    /// When the file cannot be written; then no mark is changed.
    pub fn mark_as_step<'a, R: Into<ToMark<'a>>>(
        &mut self,
        what: &str,
        flag: Flags,
        on: bool,
        releases: impl IntoIterator<Item = R>,
    ) -> Result<(i64, StepNumber), LibraryError> {
        let feeds = by_feed(releases);
        self.write(|connection| {
            let mut changed = Vec::new();
            let change = set_marks(connection, flag, on, &feeds, Some(&mut changed))?;
            let marked = Marked::encode(flag, on, &changed);
            Ok((change, record(connection, what, Content::Marked(&marked))?))
        })
    }

    /// Makes an edit, as a step that can be undone; `what` describes it. Returns the step; `None` if nothing changed.
    /// `now` is in seconds since 1970.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn edit(&mut self, edit: &Edit, what: &str, now: i64) -> Result<Option<StepNumber>, LibraryError> {
        self.write(|connection| {
            let Some(edited) = edit.make(connection, now)? else { return Ok(None) };
            record(connection, what, Content::Edited(&edited)).map(Some)
        })
    }

    /// Undoes or redoes a step, wherever its values have not changed since.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing is changed.
    pub fn turn(&mut self, step: StepNumber, direction: Direction) -> Result<Turned, LibraryError> {
        self.write(|connection| {
            let is_redo = direction == Direction::Redo;
            let mut statement = connection.prepare_cached("SELECT content, is_undone FROM history WHERE id = ?1")?;
            let found = statement.query_row([step.0], |row| {
                let content = match row.get_ref(0)? {
                    ValueRef::Blob(bytes) => Stored::Marked(Marked::of_bytes(bytes)),
                    other => Stored::Edited(other.as_str().ok().and_then(|text| serde_json::from_str(text).ok())),
                };
                Ok((row.get::<_, bool>(1)? == is_redo).then_some(content))
            });
            let turned = match found.optional()? {
                None => return Ok(Turned::default()),
                Some(None) => return Ok(Turned { extent: Extent::Elsewhere, ..Turned::default() }),
                Some(Some(Stored::Marked(marked))) => marked.turn(connection, direction)?,
                Some(Some(Stored::Edited(Some(edited)))) => {
                    let is_done = edited.turn(connection, direction)?;
                    Turned { extent: if is_done { Extent::All } else { Extent::Overtaken }, ..Turned::default() }
                }
                // Written by a newer version.
                Some(Some(Stored::Edited(None))) => Turned { extent: Extent::Overtaken, ..Turned::default() },
            };
            if turned.extent == Extent::Overtaken {
                connection.execute("DELETE FROM history WHERE id = ?1", [step.0])?;
            } else {
                connection.execute("UPDATE history SET is_undone = ?2 WHERE id = ?1", params![step.0, !is_redo])?;
            }
            Ok(turned)
        })
    }
}

impl Library {
    /// Deletes steps: those that can no longer be redone.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget_steps(&mut self, steps: &[StepNumber]) -> Result<(), LibraryError> {
        self.write(|connection| {
            let mut delete = connection.prepare_cached("DELETE FROM history WHERE id = ?1 AND is_undone")?;
            steps.iter().try_for_each(|step| delete.execute([step.0]).map(drop))
        })
    }
}

/// Sets a mark on releases, as a step that can be undone. `describe` gets the number of those that did not have it, and if
/// there are any, the description and the step are returned.
pub(super) fn record_marks(
    connection: &Connection,
    flag: Flags,
    feeds: &ByFeed<'_>,
    describe: impl FnOnce(usize) -> String,
) -> rusqlite::Result<Option<(String, StepNumber)>> {
    let mut changed = Vec::new();
    set_marks(connection, flag, true, feeds, Some(&mut changed))?;
    let count = changed.iter().map(|(_, numbers)| numbers.len()).sum();
    if count == 0 {
        return Ok(None);
    }
    let what = describe(count);
    let step = record(connection, &what, Content::Marked(&Marked::encode(flag, true, &changed)))?;
    Ok(Some((what, step)))
}

/// What a step changed, to be stored.
#[derive(Clone, Copy)]
enum Content<'a> {
    Marked(&'a Marked),
    Edited(&'a Edited),
}

/// What a stored step changed.
enum Stored {
    Marked(Marked),
    /// `None` if this version does not know the edit.
    Edited(Option<Edited>),
}

/// Stores a step, and deletes the oldest ones if there are too many.
fn record(connection: &Connection, what: &str, content: Content<'_>) -> rusqlite::Result<StepNumber> {
    let number = count_up(connection, STEPS)?;
    let mut insert = connection.prepare_cached("INSERT INTO history (id, what, content) VALUES (?1, ?2, ?3)")?;
    match content {
        Content::Marked(marked) => insert.execute(params![number, what, marked.bytes()])?,
        Content::Edited(edited) => {
            let text = serde_json::to_string(edited)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
            insert.execute(params![number, what, text])?
        }
    };
    let sql = "DELETE FROM history WHERE id IN (SELECT id FROM (
             SELECT id, row_number() OVER newest AS place,
                 sum(CASE id WHEN ?3 THEN 0 ELSE length(content) END) OVER newest AS bytes
             FROM history WINDOW newest AS (ORDER BY id DESC)
         ) WHERE place > ?1 OR bytes > ?2)";
    connection.prepare_cached(sql)?.execute(params![MOST, MOST_BYTES, number])?;
    Ok(StepNumber(number))
}

#[cfg(test)]
mod tests;
