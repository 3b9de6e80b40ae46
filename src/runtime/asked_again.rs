//! Asks servers again for releases that only a search has found, when they are shown.

use std::collections::HashMap;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::library_writer::{Job, LibraryWriter};
use super::server_tasks::{account_of, line, open};
use super::{Event, mark_lookup, thread};
use crate::catalog::{Catalog, ReleaseIndex};
use crate::library::{FoundEntry, Library};
use crate::sync::{Engine, ask_again, with_server};
use crate::text::CleanBuf;

/// A release is not asked for again earlier than this.
const PAUSE: Duration = Duration::from_secs(60);

/// When releases were last asked for, by the keys of their feeds and their numbers.
#[derive(Default)]
pub(super) struct AskedAgain(HashMap<(String, u64), Instant>);

impl AskedAgain {
    /// Asks for a release if only a search has found it. A failure is no news for the user: what is stored is shown.
    pub fn ask(
        &mut self,
        (catalog, release): (&Catalog, ReleaseIndex),
        engine: &Engine,
        writer: &LibraryWriter,
        sender: &Sender<Event>,
    ) {
        let now = Instant::now();
        self.0.retain(|_, at| now.duration_since(*at) < PAUSE);
        let Some(found) = catalog.release(release) else { return };
        let names: Vec<(String, u64)> = mark_lookup::names(catalog, &found)
            .map(|(key, number)| (key.to_owned(), number))
            .filter(|name| !name.0.is_empty() && self.0.insert(name.clone(), now).is_none())
            .collect();
        if names.is_empty() {
            return;
        }
        let (engine, news, sender) = (engine.clone(), writer.clone(), sender.clone());
        writer.send(Job::Run(Box::new(move |library| {
            for (key, number) in &names {
                // Most releases are within the part that is stored.
                let Ok(Some(entry)) = library.found_entry(key, *number) else { continue };
                let (engine, news) = (engine.clone(), news.clone());
                drop(thread::spawn("again", "asking a server again", &sender, move || match fetch(&engine, &entry) {
                    Ok(()) => news.send(Job::CheckChanges),
                    Err(reason) => tracing::info!(%reason, "not asked again"),
                }));
            }
            Ok(())
        })));
    }
}

fn fetch(engine: &Engine, entry: &FoundEntry) -> Result<(), CleanBuf> {
    let mut library: Library = open(engine)?;
    let account = account_of(&library, entry.account)?;
    let asked = with_server(engine, &account, |server| ask_again(&mut library, entry, server));
    asked.map_err(|error| line(&error))?.map_err(|error| line(&error))
}
