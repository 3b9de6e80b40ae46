//! Topics that are derived from the addresses or titles of a subscription's releases.
//!
//! The library stores what publishers say. A subscription's rule says how topics are derived, and they are derived
//! whenever stored releases are read, so a changed rule holds for all of them at once.

use rusqlite::{Connection, OptionalExtension, params};

use super::change::changed;
use super::{Library, LibraryError, SourceId, record};
use crate::feed::{Proposal, Rules, Tally, TopicRule, TopicSource};
use crate::release::Release;

/// How many releases of a subscription, the newest, show its sections and labels.
const NEWEST: i64 = 2_000;

impl Library {
    /// Finds what the topics of a subscription are derived from, if its rules want that: in its newest stored releases,
    /// those that have just arrived among them. What was found before stays. Returns the topics of these releases.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn learn_topics(&mut self, id: SourceId) -> Result<Option<Proposal>, LibraryError> {
        self.write(|connection| {
            let mut rules = rules_of(connection, id)?;
            let Some(topics) = &mut rules.topics else { return Ok(None) };
            let Some(from) = topics.source() else { return Ok(None) };
            let tally = tally(connection, id)?;
            if topics.learn(&tally) {
                let sql = "UPDATE subscriptions SET rules = ?2 WHERE id = ?1";
                connection.execute(sql, params![id, rules.to_text()])?;
                changed(connection)?;
            }
            Ok(tally.proposal(from))
        })
    }
}

fn rules_of(connection: &Connection, id: SourceId) -> rusqlite::Result<Rules> {
    let sql = "SELECT rules FROM subscriptions WHERE id = ?1 AND rules IS NOT NULL";
    let text: Option<String> = connection.query_row(sql, [id], |row| row.get(0)).optional()?;
    Ok(text.map(|text| Rules::of_text(&text)).unwrap_or_default())
}

/// Returns rules for a subscription with what was found for its topics, or is found now.
pub(super) fn rules_like(connection: &Connection, id: SourceId, rules: &Rules) -> rusqlite::Result<Rules> {
    let mut rules = rules.stored();
    let Some(topics) = &mut rules.topics else { return Ok(rules) };
    match rules_of(connection, id)?.topics.filter(|known| known.source() == topics.source()) {
        Some(known) => *topics = known,
        None => {
            topics.learn(&tally(connection, id)?);
        }
    }
    Ok(rules)
}

/// Returns the rules of a subscription as they are when its topics are derived from elsewhere.
pub(super) fn rules_with(connection: &Connection, id: SourceId, from: TopicSource) -> rusqlite::Result<Rules> {
    let mut topics = TopicRule::from(from);
    topics.learn(&tally(connection, id)?);
    let given = Rules { topics: Some(topics), ..Rules::default() };
    Ok(given.changing(&rules_of(connection, id)?).stored())
}

/// Counts the newest releases of a subscription.
fn tally(connection: &Connection, id: SourceId) -> rusqlite::Result<Tally> {
    let sql = "SELECT data FROM releases WHERE key IN (
             SELECT key FROM releases WHERE subscription = ?1 ORDER BY +key DESC LIMIT ?2)";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![id, NEWEST])?;
    let (mut tally, mut release) = (Tally::default(), Release::default());
    let sql = "SELECT feed_title FROM subscriptions WHERE id = ?1";
    tally.name(&connection.query_row(sql, [id], |row| row.get::<_, String>(0)).optional()?.unwrap_or_default());
    while let Some(row) = rows.next()? {
        if record::read(row.get_ref(0)?.as_blob()?, &mut release) {
            tally.add(&release);
        }
    }
    Ok(tally)
}

#[cfg(test)]
mod tests;
