//! Watches files for changes through the system, or by polling where the system offers no watch (inotify's are limited,
//! and some mounts and containers have none).

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::Builder;
use std::time::Duration;

use notify::event::{Event, EventKind, Flag};
use notify::{EventHandler, RecommendedWatcher, RecursiveMode, Watcher};
use tracing::warn;

use super::test_panic;

/// The polling interval.
const PAUSE: Duration = Duration::from_secs(2);

/// Reports changes while it is alive.
pub(super) enum Watching {
    /// The system reports.
    System(RecommendedWatcher),
    /// A thread reports from time to time that something may have changed; it ends with this sender.
    Clock { _alive: Sender<()> },
}

impl Watching {
    /// Watches another folder; ignores a missing one.
    pub fn watch(&mut self, folder: &Path) {
        if let Self::System(watcher) = self {
            let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
        }
    }
}

/// Starts watching; `watch` registers the files and folders with the system.
///
/// # Errors
/// When neither the system can watch nor a thread can be started.
pub(super) fn start(
    handler: impl EventHandler + Clone,
    watch: impl Fn(&mut RecommendedWatcher) -> notify::Result<()>,
) -> notify::Result<Watching> {
    match of_system(handler.clone(), watch) {
        Ok(watcher) => Ok(Watching::System(watcher)),
        Err(error) => {
            warn!(%error, "the system cannot watch files; polling instead");
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

/// Reports from time to time that something may have changed.
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
    fn without_the_system_polling_reports_until_dropped() {
        let (sender, events) = mpsc::channel();
        let alive = clock(sender, Duration::from_millis(1)).expect("a thread");
        for _ in 0..3 {
            let event = events.recv_timeout(Duration::from_secs(30)).expect("an event").expect("no error");
            assert!(super::super::watch::is_change(&event, &|_| false));
        }
        drop(alive);
        // The thread ends, and its sender with it.
        let until = std::time::Instant::now() + Duration::from_secs(30);
        while events.recv_timeout(Duration::from_secs(30)).is_ok() {
            assert!(std::time::Instant::now() < until);
        }
    }
}
