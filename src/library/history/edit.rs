//! Edits of subscriptions and saved queries, with the values before and after them.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::super::accounts::Removal;
use super::super::change::{QUERIES, changed, count_up};
use super::super::subscriptions::folder_text;
use super::super::{AccountId, Actions, Rule, SavedQuery, SourceId, WatchId, derived, watches};
use super::Direction;
use crate::feed::{Rules, TopicSource};
use crate::text::CleanBuf;

/// A change of a subscription or of a saved query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Rename a subscription.
    Rename {
        /// The subscription.
        id: SourceId,
        /// The new title; empty restores the feed's own.
        title: CleanBuf,
    },
    /// Move a subscription to a folder.
    Refile {
        /// The subscription.
        id: SourceId,
        /// The folder, outermost name first; empty for the top level.
        folder: Vec<CleanBuf>,
    },
    /// Pause or resume a subscription. Syncing all subscriptions skips paused ones.
    Pause {
        /// The subscription.
        id: SourceId,
        /// Whether to pause it.
        on: bool,
    },
    /// Fetch the full texts of a subscription's releases, or stop doing so.
    WantPages {
        /// The subscription.
        id: SourceId,
        /// Whether to fetch them.
        on: bool,
    },
    /// Read a subscription in another way; the next poll reads all of it again.
    Reread {
        /// The subscription.
        id: SourceId,
        /// How to read it.
        rules: Rules,
    },
    /// Derive the topics of a subscription from somewhere, or no longer.
    TopicsFrom {
        /// The subscription.
        id: SourceId,
        /// From where.
        from: TopicSource,
    },
    /// Unsubscribe from a feed; starred releases are kept.
    Unsubscribe {
        /// The subscription.
        id: SourceId,
    },
    /// Remove an account.
    RemoveAccount {
        /// The account.
        id: AccountId,
        /// Whether to delete the releases of feeds that are followed in no other way.
        delete_releases: bool,
    },
    /// Save a query, replacing one of the same name.
    SaveQuery {
        /// Its name.
        name: String,
        /// Its text.
        query: String,
    },
    /// Delete a saved query.
    DropQuery {
        /// Its name.
        name: String,
    },
    /// Rename a saved query, replacing one that already has the new name.
    RenameQuery {
        /// Its name.
        name: String,
        /// Its new name.
        to: String,
    },
    /// Watch a saved query, or stop doing so.
    Watch {
        /// Its name.
        name: String,
        /// Whether to watch it.
        on: bool,
    },
    /// Make a saved query a topic of the user's own, or no longer.
    Topic {
        /// Its name.
        name: String,
        /// Whether it is a topic.
        on: bool,
    },
    /// Set what happens to releases that arrive for a saved query.
    OnArrival {
        /// Its name.
        name: String,
        /// What happens.
        actions: Actions,
    },
}

/// What an edit changed. Stored as JSON in users' files: never rename anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edited {
    /// One value of a subscription.
    Source {
        /// Its number, and the key of its feed: numbers of deleted subscriptions are used again.
        id: SourceId,
        feed: String,
        field: Field,
        before: Setting,
        after: Setting,
    },
    /// A removed account.
    Account(Removal),
    /// The saved queries that have one of the names concerned.
    Queries { before: Vec<(SavedQuery, i64)>, after: Vec<(SavedQuery, i64)> },
}

/// A value of a subscription that the user sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Field {
    Title,
    Folder,
    Paused,
    Pages,
    Rules,
    Removed,
}

impl Field {
    fn column(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Folder => "folder",
            Self::Paused => "is_paused",
            Self::Pages => "wants_pages",
            Self::Rules => "rules",
            Self::Removed => "removed",
        }
    }

    /// Whether two values mean the same to the user. A sync adds to the rules what it has found for topics.
    fn is_same(self, one: &Setting, other: &Setting) -> bool {
        one == other || self == Self::Rules && one.rules().to_string() == other.rules().to_string()
    }
}

/// The value of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    Nothing(()),
    Number(i64),
    Text(String),
}

impl Setting {
    fn of_rules(rules: &Rules) -> Self {
        rules.to_text().map_or(Self::Nothing(()), Self::Text)
    }

    /// Returns the rules that it holds.
    fn rules(&self) -> Rules {
        match self {
            Self::Text(rules) => Rules::of_text(rules),
            _ => Rules::default(),
        }
    }
}

impl ToSql for Setting {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Nothing(()) => Ok(ToSqlOutput::Borrowed(ValueRef::Null)),
            Self::Number(number) => number.to_sql(),
            Self::Text(text) => text.to_sql(),
        }
    }
}

impl FromSql for Setting {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Null => Ok(Self::Nothing(())),
            ValueRef::Integer(number) => Ok(Self::Number(number)),
            ValueRef::Text(_) => Ok(Self::Text(value.as_str()?.to_owned())),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

impl Edit {
    /// Makes a saved query a topic of the user's own, or no longer; returns what the step is called too.
    #[must_use]
    pub fn topic(name: String, on: bool) -> (Self, String) {
        let shown = CleanBuf::line(&name);
        let what =
            if on { format!("made {shown} a topic") } else { format!("made {shown} an ordinary saved query again") };
        (Self::Topic { name, on }, what)
    }

    /// Makes the edit. Returns what it changed, if anything. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn make(&self, connection: &Connection, now: i64) -> rusqlite::Result<Option<Edited>> {
        let set = |id, field, after| set_source(connection, id, field, after);
        match self {
            Self::Rename { id, title } => set(*id, Field::Title, Setting::Text(title.to_string())),
            Self::Refile { id, folder } => set(*id, Field::Folder, Setting::Text(folder_text(folder))),
            Self::Pause { id, on } => set(*id, Field::Paused, Setting::Number(i64::from(*on))),
            Self::WantPages { id, on } => set(*id, Field::Pages, Setting::Number(i64::from(*on))),
            Self::Reread { id, rules } => {
                set(*id, Field::Rules, Setting::of_rules(&derived::rules_like(connection, *id, rules)?))
            }
            Self::TopicsFrom { id, from } => {
                set(*id, Field::Rules, Setting::of_rules(&derived::rules_with(connection, *id, *from)?))
            }
            Self::Unsubscribe { id } => set(*id, Field::Removed, Setting::Number(now)),
            Self::RemoveAccount { id, delete_releases } => {
                Ok(Removal::make(connection, *id, *delete_releases, now)?.map(Edited::Account))
            }
            Self::SaveQuery { name, query } => {
                let (watch, rule) = watches::of_new_text(connection, name, query)?;
                change_queries(connection, &[name], |rows| {
                    let known = rows.first().map(|(saved, position)| (saved.feed, saved.is_topic, *position));
                    let (feed, is_topic, position) = known.unwrap_or((None, false, NEW));
                    vec![(SavedQuery { watch, feed, rule, is_topic, ..SavedQuery::new(name, query) }, position)]
                })
            }
            Self::DropQuery { name } => change_queries(connection, &[name], |_| Vec::new()),
            Self::RenameQuery { name, to } if name != to => change_queries(connection, &[name, to], |mut rows| {
                // Without the query, there is nothing to rename and nothing to replace.
                if rows.iter().any(|(saved, _)| saved.name == *name) {
                    rows.retain(|(saved, _)| saved.name == *name);
                    for (saved, _) in &mut rows {
                        saved.name.clone_from(to);
                    }
                }
                rows
            }),
            Self::RenameQuery { .. } => Ok(None),
            Self::Watch { name, on } => {
                let watch = if *on { Some(watches::begin(connection)?) } else { None };
                change_queries(connection, &[name], |mut rows| {
                    for (saved, _) in rows.iter_mut().filter(|(saved, _)| saved.watch.is_some() != *on) {
                        saved.watch = watch;
                    }
                    rows
                })
            }
            Self::Topic { name, on } => change_queries(connection, &[name], |mut rows| {
                for (saved, _) in &mut rows {
                    saved.is_topic = *on;
                }
                rows
            }),
            Self::OnArrival { name, actions } => {
                let new = Rule { id: watches::begin(connection)?, actions: *actions };
                change_queries(connection, &[name], |mut rows| {
                    for (saved, _) in &mut rows {
                        let rule = saved.rule.map_or(new, |rule| Rule { actions: *actions, ..rule });
                        saved.rule = Some(rule).filter(|_| !actions.is_empty());
                    }
                    rows
                })
            }
        }
    }
}

impl Edited {
    /// Restores the values before or after the edit, unless they have changed since. Returns whether it did.
    pub fn turn(&self, connection: &Connection, direction: Direction) -> rusqlite::Result<bool> {
        let is_redo = direction == Direction::Redo;
        match self {
            Self::Source { id, feed, field, before, after } => {
                let (from, to) = if is_redo { (before, after) } else { (after, before) };
                let Some((of, present)) = source_value(connection, *id, *field)? else { return Ok(false) };
                if of != *feed || !field.is_same(&present, from) {
                    return Ok(false);
                }
                let to = match to.rules() {
                    // What was found for topics since is kept.
                    rules if *field == Field::Rules && rules.topics.is_some() => {
                        Setting::of_rules(&derived::rules_like(connection, *id, &rules)?)
                    }
                    _ => to.clone(),
                };
                write_source(connection, *id, *field, (&present, &to))?;
            }
            Self::Account(removal) => return removal.turn(connection, direction),
            Self::Queries { before, after } => {
                let (from, to) = if is_redo { (before, after) } else { (after, before) };
                let names: Vec<&String> = from.iter().chain(to).map(|(saved, _)| &saved.name).collect();
                // A query may have become a feed since.
                let texts = |rows: &[(SavedQuery, i64)]| {
                    let text = |(saved, _): &(SavedQuery, i64)| SavedQuery { feed: None, ..saved.clone() };
                    let mut texts: Vec<SavedQuery> = rows.iter().map(text).collect();
                    texts.sort_unstable_by(|one, other| one.name.cmp(&other.name));
                    texts
                };
                let present = queries(connection, &names)?;
                if texts(&present) != texts(from) {
                    return Ok(false);
                }
                let mut to = to.clone();
                for (saved, position) in to.iter_mut().filter(|(saved, _)| saved.feed.is_none()) {
                    let same = present.iter().find(|(_, other)| other == position);
                    saved.feed = same.and_then(|(same, _)| same.feed);
                }
                write_queries(connection, &names, &to)?;
            }
        }
        Ok(true)
    }
}

/// Sets a value of a subscription. Returns what changed, if anything.
fn set_source(connection: &Connection, id: SourceId, field: Field, after: Setting) -> rusqlite::Result<Option<Edited>> {
    let Some((feed, before)) = source_value(connection, id, field)? else { return Ok(None) };
    if before == after || (field == Field::Removed && before != Setting::Nothing(())) {
        return Ok(None);
    }
    write_source(connection, id, field, (&before, &after))?;
    Ok(Some(Edited::Source { id, feed, field, before, after }))
}

/// Returns the key of a subscription's feed and one of its values. The other values of a removed subscription cannot be
/// edited.
fn source_value(connection: &Connection, id: SourceId, field: Field) -> rusqlite::Result<Option<(String, Setting)>> {
    let sql = format!(
        "SELECT feeds.key, {} FROM subscriptions JOIN feeds ON feeds.id = subscriptions.feed
         WHERE subscriptions.id = ?1 AND (?2 OR removed IS NULL)",
        field.column()
    );
    let is_removal = field == Field::Removed;
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_row(params![id, is_removal], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

fn write_source(
    connection: &Connection,
    id: SourceId,
    field: Field,
    (before, after): (&Setting, &Setting),
) -> rusqlite::Result<()> {
    // What was read in another way is no longer known.
    let is_reread = field == Field::Rules && before.rules().without_topics() != after.rules().without_topics();
    let forget = if is_reread { ", etag = NULL, modified = NULL, retry = NULL" } else { "" };
    let sql = format!("UPDATE subscriptions SET {} = ?2{forget} WHERE id = ?1", field.column());
    connection.prepare_cached(&sql)?.execute(params![id, after])?;
    changed(connection)
}

/// The position of a query that goes after all others.
const NEW: i64 = -1;

/// Replaces the saved queries that have one of these names. Returns what changed, if anything.
fn change_queries(
    connection: &Connection,
    names: &[&String],
    change: impl FnOnce(Vec<(SavedQuery, i64)>) -> Vec<(SavedQuery, i64)>,
) -> rusqlite::Result<Option<Edited>> {
    let before = queries(connection, names)?;
    let after = change(before.clone());
    if before == after {
        return Ok(None);
    }
    write_queries(connection, names, &after)?;
    let after = queries(connection, names)?;
    Ok(Some(Edited::Queries { before, after }))
}

/// Returns the saved queries that have one of these names, with their positions.
fn queries(connection: &Connection, names: &[&String]) -> rusqlite::Result<Vec<(SavedQuery, i64)>> {
    let mut statement = connection
        .prepare_cached("SELECT query, watch, feed, position, rule, actions, is_topic FROM queries WHERE name = ?1")?;
    let mut found: Vec<(SavedQuery, i64)> = Vec::new();
    for &name in names {
        if found.iter().any(|(saved, _)| saved.name == *name) {
            continue;
        }
        let row = statement.query_row([name], |row| {
            let (query, watch, feed, rule) = (row.get(0)?, row.get(1)?, row.get(2)?, watches::rule_of(row, 4)?);
            Ok((SavedQuery { name: name.clone(), query, watch, feed, rule, is_topic: row.get(6)? }, row.get(3)?))
        });
        found.extend(row.optional()?);
    }
    Ok(found)
}

/// Replaces the saved queries that have one of these names.
fn write_queries(connection: &Connection, names: &[&String], rows: &[(SavedQuery, i64)]) -> rusqlite::Result<()> {
    let rules = |rows: &[(SavedQuery, i64)]| -> Vec<WatchId> {
        rows.iter().filter_map(|(saved, _)| Some(saved.rule?.id)).collect()
    };
    let present = rules(&queries(connection, names)?);
    for ended in rules(rows).into_iter().filter(|id| !present.contains(id)) {
        // A rule that comes back leaves alone what arrived without it.
        watches::resume(connection, ended)?;
    }
    let mut delete = connection.prepare_cached("DELETE FROM queries WHERE name = ?1")?;
    for &name in names {
        delete.execute([name])?;
    }
    let sql = "INSERT INTO queries (name, query, position, watch, feed, rule, actions, is_topic) VALUES (?1, ?2,
         CASE ?3 WHEN -1 THEN (SELECT coalesce(max(position), 0) + 1 FROM queries) ELSE ?3 END, ?4, ?5, ?6, ?7, ?8)";
    let mut insert = connection.prepare_cached(sql)?;
    for (saved, position) in rows {
        let (rule, actions) = (saved.rule.map(|rule| rule.id), saved.rule.map(|rule| rule.actions));
        let SavedQuery { name, query, watch, feed, is_topic, .. } = saved;
        insert.execute(params![name, query, position, watch, feed, rule, actions, is_topic])?;
        if let Some(watch) = saved.watch {
            watches::restore(connection, watch)?;
        }
    }
    count_up(connection, QUERIES).map(drop)
}
