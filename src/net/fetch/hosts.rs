//! Limits requests to a host: at most two at a time, one until the first is answered, none during a pause that the host
//! asked for. This applies to every request of every fetch, including redirects.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use url::Url;

use super::FetchError;
use super::cancel::Cancel;

/// The maximum number of simultaneous requests to one host.
const AT_ONCE: usize = 2;
/// How long the first request to a host runs alone; a host that asks for a pause mostly answers at once.
const ALONE: Duration = Duration::from_secs(3);
/// How often a fetch that waits for a host checks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(100);

/// The state of all hosts. One instance serves all threads.
#[derive(Debug, Default)]
pub struct Hosts {
    hosts: Mutex<HashMap<String, Host>>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Host {
    running: usize,
    /// When the first request was sent, while it has no answer.
    alone_since: Option<Instant>,
    /// Whether any request was answered, other than by asking for a pause.
    has_answered: bool,
    pause: Option<Pause>,
}

/// A pause that a host asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Its end, in seconds since 1970.
    pub until: i64,
    /// The HTTP status that asked for it.
    pub status: u16,
}

/// The answer to a request for a slot.
#[derive(Debug)]
pub enum Entry {
    /// A slot is free.
    In(Visit),
    /// All slots are taken.
    Full,
    /// The host asked for a pause.
    Paused(Pause),
}

/// A slot at a host, held until the answer has been read.
#[derive(Debug)]
pub struct Visit {
    hosts: Arc<Hosts>,
    host: String,
    is_refused: bool,
}

impl Hosts {
    /// Takes a slot at a host if one is free.
    pub fn try_enter(self: &Arc<Self>, host: &str) -> Entry {
        let mut hosts = self.lock();
        let (now, entry) = (Instant::now(), hosts.entry(host.to_owned()).or_default());
        if let Some(pause) = entry.pause_at(seconds()) {
            return Entry::Paused(pause);
        }
        if entry.running >= entry.room(now) {
            return Entry::Full;
        }
        entry.running += 1;
        entry.alone_since.get_or_insert(now);
        Entry::In(Visit { hosts: Arc::clone(self), host: host.to_owned(), is_refused: false })
    }

    /// Waits for a slot at a host.
    ///
    /// # Errors
    /// [`FetchError::Paused`], or [`FetchError::Cancelled`] if that comes first.
    pub fn enter(self: &Arc<Self>, host: &str, cancel: &Cancel) -> Result<Visit, FetchError> {
        loop {
            match self.try_enter(host) {
                Entry::In(visit) => return Ok(visit),
                Entry::Paused(pause) => return Err(pause.to_error(seconds())),
                Entry::Full if cancel.is_cancelled() => return Err(FetchError::Cancelled),
                Entry::Full => {
                    let hosts = self.lock();
                    drop(self.left.wait_timeout(hosts, LOOK).unwrap_or_else(PoisonError::into_inner));
                }
            }
        }
    }

    /// Returns the pause of a host that is not over at `now`, in seconds since 1970.
    #[must_use]
    pub fn pause_of(&self, host: &str, now: i64) -> Option<Pause> {
        self.lock().get(host)?.pause_at(now)
    }

    /// Returns all pauses that are not over at `now`, in seconds since 1970.
    #[must_use]
    pub fn pauses(&self, now: i64) -> Vec<(String, Pause)> {
        let paused = |(host, entry): (&String, &Host)| Some((host.clone(), entry.pause_at(now)?));
        self.lock().iter().filter_map(paused).collect()
    }

    /// Pauses a host, unless it already has a longer pause.
    pub fn pause(&self, host: &str, pause: Pause) {
        let mut hosts = self.lock();
        let entry = hosts.entry(host.to_owned()).or_default();
        if entry.pause.is_none_or(|known| known.until < pause.until) {
            entry.pause = Some(pause);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    fn pause_at(&self, now: i64) -> Option<Pause> {
        self.pause.filter(|pause| pause.until > now)
    }

    fn room(&self, now: Instant) -> usize {
        let is_late = self.alone_since.is_some_and(|since| now.saturating_duration_since(since) >= ALONE);
        if self.has_answered || is_late { AT_ONCE } else { 1 }
    }
}

impl Pause {
    /// A pause of some length from now on.
    #[must_use]
    pub fn from_now(length: Duration, status: u16) -> Self {
        Self { until: seconds().saturating_add(i64::try_from(length.as_secs()).unwrap_or(i64::MAX)), status }
    }

    /// Converts to the error for a fetch during the pause.
    #[must_use]
    pub fn to_error(self, now: i64) -> FetchError {
        let left = u64::try_from(self.until.saturating_sub(now)).unwrap_or_default();
        FetchError::Paused { status: self.status, left: Duration::from_secs(left) }
    }
}

impl Visit {
    /// Whether the slot is at this host.
    #[must_use]
    pub fn is_to(&self, host: &str) -> bool {
        self.host == host
    }

    /// Records that the host asked for a pause.
    pub fn refuse(&mut self, pause: Pause) {
        self.is_refused = true;
        self.hosts.pause(&self.host, pause);
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if let Some(entry) = self.hosts.lock().get_mut(&self.host) {
            entry.running = entry.running.saturating_sub(1);
            // After a pause the first request runs alone again.
            entry.has_answered = !self.is_refused;
            entry.alone_since = None;
        }
        self.hosts.left.notify_all();
    }
}

/// Returns the key of a host: its name, with the port unless it is the default one. An invalid address is its own host.
#[must_use]
pub fn host_of(address: &str) -> String {
    Url::parse(address).map_or_else(|_| address.to_owned(), |url| host(&url))
}

/// Like [`host_of`].
pub(super) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// The current time in seconds since 1970.
fn seconds() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter(hosts: &Arc<Hosts>, host: &str) -> Option<Visit> {
        match hosts.try_enter(host) {
            Entry::In(visit) => Some(visit),
            Entry::Full | Entry::Paused(_) => None,
        }
    }

    #[test]
    fn the_first_request_to_a_host_runs_alone_and_later_ones_in_pairs() {
        let hosts = Arc::new(Hosts::default());
        let first = enter(&hosts, "a.invalid").expect("the first");
        assert!(enter(&hosts, "a.invalid").is_none());
        assert!(enter(&hosts, "b.invalid").is_some(), "another host is nobody's business");
        drop(first);
        let two = [enter(&hosts, "a.invalid"), enter(&hosts, "a.invalid")];
        assert!(two.iter().all(Option::is_some) && enter(&hosts, "a.invalid").is_none());
        drop(two);
        assert!(enter(&hosts, "a.invalid").is_some());
    }

    #[test]
    fn a_silent_host_gets_a_second_request_after_a_while() {
        let now = Instant::now();
        let host = Host { running: 1, alone_since: Some(now), ..Host::default() };
        assert_eq!([ALONE / 2, ALONE].map(|later| host.room(now + later)), [1, AT_ONCE]);
    }

    #[test]
    fn a_pause_holds_for_all_requests_and_the_longer_one_wins() {
        let hosts = Arc::new(Hosts::default());
        let mut visit = enter(&hosts, "a.invalid").expect("the first");
        let pause = |seconds_on| Pause { until: seconds() + seconds_on, status: 429 };
        visit.refuse(pause(1_000));
        hosts.pause("a.invalid", pause(10));
        drop(visit);
        assert!(matches!(hosts.try_enter("a.invalid"), Entry::Paused(Pause { status: 429, .. })));
        let error = hosts.enter("a.invalid", &Cancel::default()).expect_err("a pause");
        assert!(matches!(error, FetchError::Paused { status: 429, left } if left.as_secs() > 900), "{error:?}");
        assert_eq!(hosts.pauses(seconds()).len(), 1);
        assert_eq!(hosts.pauses(seconds() + 2_000), []);
        assert!(hosts.pause_of("a.invalid", seconds() + 2_000).is_none());
    }

    #[test]
    fn waiting_for_a_host_can_be_cancelled() {
        let hosts = Arc::new(Hosts::default());
        let _first = enter(&hosts, "a.invalid").expect("the first");
        let cancel = Cancel::default();
        cancel.cancel();
        assert_eq!(hosts.enter("a.invalid", &cancel).expect_err("called off"), FetchError::Cancelled);
    }

    #[test]
    fn hosts_differ_by_name_and_port() {
        for (address, host) in [
            ("https://a.invalid/x?y", "a.invalid"),
            ("http://A.Invalid", "a.invalid"),
            ("https://a.invalid:443/", "a.invalid"),
            ("http://user:word@a.invalid:81/x", "a.invalid:81"),
            ("https://bücher.invalid/", "xn--bcher-kva.invalid"),
            ("http://[::1]:8/", "[::1]:8"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(host_of(address), host);
        }
    }
}
