//! Hears of changes of files: from the system, or where that has no watch to give (inotify's are limited, and some mounts
//! and containers have none) by having them looked at now and then.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::Builder;
use std::time::Duration;

use notify::event::{Event, EventKind, Flag};
use notify::{EventHandler, RecommendedWatcher, RecursiveMode, Watcher};
use tracing::warn;

use super::test_panic;

/// How often files are looked at where the system does not tell of changes.
const PAUSE: Duration = Duration::from_secs(2);

/// Tells of changes as long as it is there.
pub(super) enum Watching {
    /// The system tells.
    System(RecommendedWatcher),
    /// A thread says now and then that something may have changed; it ends with this sender.
    Clock { _alive: Sender<()> },
}

impl Watching {
    /// Watches a folder too; one that is not there is none.
    pub fn watch(&mut self, folder: &Path) {
        if let Self::System(watcher) = self {
            let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
        }
    }
}

/// Starts to hear of changes; `watch` names the files and folders to the system.
///
/// # Errors
/// When neither the system tells of changes nor a thread can be started.
pub(super) fn start(
    handler: impl EventHandler + Clone,
    watch: impl Fn(&mut RecommendedWatcher) -> notify::Result<()>,
) -> notify::Result<Watching> {
    match of_system(handler.clone(), watch) {
        Ok(watcher) => Ok(Watching::System(watcher)),
        Err(error) => {
            warn!(%error, "no changes are told by the system");
            let alive = clock(handler, PAUSE)?;
            Ok(Watching::Clock { _alive: alive })
        }
    }
}

fn of_system(
    handler: impl EventHandler,
    watch: impl Fn(&mut RecommendedWatcher) -> notify::Result<()>,
) -> notify::Result<RecommendedWatcher> {
    test_panic::fails("inotify")?;
    let mut watcher = notify::recommended_watcher(handler)?;
    watch(&mut watcher)?;
    Ok(watcher)
}

/// Says again and again that something may have been missed.
fn clock(mut handler: impl EventHandler, pause: Duration) -> notify::Result<Sender<()>> {
    let (alive, ended) = mpsc::channel::<()>();
    Builder::new().name("clock".to_owned()).spawn(move || {
        while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            handler.handle_event(Ok(Event::new(EventKind::Any).set_flag(Flag::Rescan)));
        }
    })?;
    Ok(alive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_system_a_clock_tells_until_it_is_dropped() {
        let (sender, told) = mpsc::channel();
        let alive = clock(sender, Duration::from_millis(1)).expect("a thread");
        for _ in 0..3 {
            let event = told.recv_timeout(Duration::from_secs(30)).expect("an event").expect("no error");
            assert!(super::super::watch::is_change(&event, &|_| false));
        }
        drop(alive);
        // The thread ends, and with it its sender.
        let until = std::time::Instant::now() + Duration::from_secs(30);
        while told.recv_timeout(Duration::from_secs(30)).is_ok() {
            assert!(std::time::Instant::now() < until);
        }
    }
}
