//! `tidings queries --topic`: saved queries as topics of the user's own.

use std::io::Write;

use clap_complete::ArgValueCandidates;

use super::super::error::{Output, UsageError};
use super::super::{complain, values};
use super::{unknown, written};
use crate::library::{Edit, Library};
use crate::query::{TopicDefinition, can_be_topic};
use crate::text::CleanBuf;

/// The arguments about topics. They exclude each other and the other actions.
#[derive(Debug, clap::Args)]
pub struct TopicArgs {
    /// Make a saved query a topic of your own
    #[arg(long, value_name = "NAME", group = "action", add = ArgValueCandidates::new(values::saved_queries))]
    topic: Option<String>,
    /// Make a topic an ordinary saved query again
    #[arg(long, value_name = "NAME", group = "action", add = ArgValueCandidates::new(values::saved_topics))]
    no_topic: Option<String>,
    /// List the saved queries that are topics, in the format of the list of all
    #[arg(long, group = "action")]
    topics: bool,
}

impl TopicArgs {
    /// Does what the arguments say. Returns whether there is such a query, or any; `None` without such an argument.
    ///
    /// # Errors
    /// If a query cannot be a topic, or the library or the output cannot be used.
    pub fn run(
        &self,
        library: &mut Library,
        configured: &[TopicDefinition],
        out: &mut impl Write,
    ) -> anyhow::Result<Option<bool>> {
        match (&self.topic, &self.no_topic) {
            (Some(name), _) => set(library, configured, name, true).map(Some),
            (_, Some(name)) => set(library, configured, name, false).map(Some),
            _ if self.topics => list(library, out).map(Some),
            _ => Ok(None),
        }
    }
}

/// Makes a saved query a topic, or no longer, as a step that the reader can undo. Returns whether there is such a query.
///
/// # Errors
/// If it cannot be a topic, or the library cannot be written.
fn set(library: &mut Library, configured: &[TopicDefinition], name: &str, on: bool) -> anyhow::Result<bool> {
    let Some(saved) = library.queries()?.into_iter().find(|saved| saved.name == name) else {
        return Ok(unknown(name));
    };
    if on && !saved.is_topic {
        can_be_topic(name, &saved.query, configured, library.saved_topics()?)
            .map_err(|reason| UsageError(format!("cannot make {} a topic: {reason}", CleanBuf::line(name))))?;
    }
    let (edit, what) = Edit::topic(saved.name, on);
    library.edit(&edit, &what, chrono::Utc::now().timestamp())?;
    Ok(true)
}

/// Lists the saved queries that are topics. Returns whether there are any.
///
/// # Errors
/// If the library cannot be read or the output cannot be written.
fn list(library: &Library, out: &mut impl Write) -> anyhow::Result<bool> {
    let queries = library.queries()?;
    let mut has_any = false;
    for saved in queries.iter().filter(|saved| saved.is_topic) {
        has_any = true;
        writeln!(out, "{}\t{}", written(&saved.name), written(&saved.query)).map_err(Output)?;
    }
    if !has_any {
        complain("no saved query is a topic; tidings queries --topic NAME makes one a topic");
    }
    Ok(has_any)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::SavedQuery;
    use crate::library::tests::library;
    use crate::query::parse;

    fn listed(library: &Library) -> (String, bool) {
        let mut out = Vec::new();
        let has_any = list(library, &mut out).expect("read");
        (String::from_utf8(out).expect("text"), has_any)
    }

    #[test]
    fn a_saved_query_is_made_a_topic_and_no_topic_again() {
        let (_folder, mut library) = library();
        for (name, query) in [("rent", "rent OR flat"), ("city", "topic:rent tram"), ("loop", "topic:loop")] {
            library.save_query(&SavedQuery::new(name, query)).expect("written");
        }
        let configured = [TopicDefinition { name: CleanBuf::line("City"), query: parse("bus").expect("a query") }];
        let mut set = |name, configured: &[_], on| {
            let error = |error: anyhow::Error| error.to_string();
            (set(&mut library, configured, name, on).map_err(error), listed(&library).0)
        };
        assert_eq!(set("rent", &configured, true), (Ok(true), "rent\trent OR flat\n".to_owned()));
        assert_eq!(set("rent", &configured, true).0, Ok(true), "it is one");
        let error = "cannot make city a topic: the configuration defines a topic of this name";
        assert_eq!(set("city", &configured, true).0, Err(error.to_owned()));
        let error = "cannot make loop a topic: it leads back to itself: loop -> loop";
        assert_eq!(set("loop", &configured, true).0, Err(error.to_owned()));
        assert_eq!(set("other", &[], true).0, Ok(false), "there is none");
        assert_eq!(set("city", &[], true).1, "rent\trent OR flat\ncity\ttopic:rent tram\n");
        assert_eq!(set("rent", &[], false), (Ok(true), "city\ttopic:rent tram\n".to_owned()));
        assert_eq!(set("city", &[], false), (Ok(true), String::new()));
        assert!(!listed(&library).1);
        let steps = library.steps().expect("read");
        let last = steps.last().map(|step| step.what.as_str());
        assert_eq!(last, Some("made city an ordinary saved query again"), "the reader can undo it");
    }
}
