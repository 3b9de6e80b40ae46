//! Hears of changes of files: from the system, or where that has no watch to give (inotify's are limited, and some mounts
//! and containers have none) by looking at them now and then.

use std::time::Duration;

use notify::{Config, EventHandler, PollWatcher, RecommendedWatcher, Watcher};
use tracing::warn;

use super::fault;

/// How often files are looked at where the system does not tell of changes.
const PAUSE: Duration = Duration::from_secs(2);

/// Starts to hear of changes; `watch` names the files and folders.
///
/// # Errors
/// When the files can be looked at in neither way.
pub(super) fn start(
    handler: impl EventHandler + Clone,
    watch: impl Fn(&mut dyn Watcher) -> notify::Result<()>,
) -> notify::Result<Box<dyn Watcher + Send>> {
    match of_system(handler.clone(), &watch) {
        Ok(watcher) => Ok(Box::new(watcher)),
        Err(error) => {
            warn!(%error, "no changes are told by the system");
            let mut watcher = PollWatcher::new(handler, Config::default().with_poll_interval(PAUSE))?;
            watch(&mut watcher)?;
            Ok(Box::new(watcher))
        }
    }
}

fn of_system(
    handler: impl EventHandler,
    watch: &impl Fn(&mut dyn Watcher) -> notify::Result<()>,
) -> notify::Result<RecommendedWatcher> {
    fault::fails("inotify")?;
    let mut watcher = notify::recommended_watcher(handler)?;
    watch(&mut watcher)?;
    Ok(watcher)
}
