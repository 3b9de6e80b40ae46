//! What is asked of one host at a time: two requests at most, one until the first has been answered, and none during a
//! pause that the host asked for. It holds for every request of every fetch, redirects among them.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use url::Url;

use super::FetchError;
use super::cancel::Cancel;

/// Requests to one host at the same time.
const AT_ONCE: usize = 2;
/// How long the first request to a host goes alone: a host that wants a pause mostly says so at once.
const ALONE: Duration = Duration::from_secs(3);
/// How often somebody who waits for a host looks whether that was called off.
const LOOK: Duration = Duration::from_millis(100);

/// All hosts that were asked. One is enough for all threads.
#[derive(Debug, Default)]
pub struct Hosts {
    hosts: Mutex<HashMap<String, Host>>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Host {
    running: usize,
    /// When the first request went out that nothing answered yet.
    alone_since: Option<Instant>,
    /// Whether a request was answered, in whatever way, and not by asking for a pause.
    has_answered: bool,
    pause: Option<Pause>,
}

/// A pause that a host asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Until when, in seconds since 1970.
    pub until: i64,
    /// The status that asked for it.
    pub status: u16,
}

/// What becomes of somebody who wants to ask a host.
#[derive(Debug)]
pub enum Entry {
    /// It may be asked.
    In(Visit),
    /// Enough others ask it at present.
    Full,
    /// It asked for a pause.
    Paused(Pause),
}

/// A request to a host, from before it is sent until its answer has been read.
#[derive(Debug)]
pub struct Visit {
    hosts: Arc<Hosts>,
    host: String,
    is_refused: bool,
}

impl Hosts {
    /// Asks to visit a host.
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

    /// As [`Hosts::try_enter`], once there is room.
    ///
    /// # Errors
    /// [`FetchError::Paused`], and [`FetchError::Cancelled`] where that comes first.
    pub fn enter(self: &Arc<Self>, host: &str, cancel: &Cancel) -> Result<Visit, FetchError> {
        loop {
            match self.try_enter(host) {
                Entry::In(visit) => return Ok(visit),
                Entry::Paused(pause) => return Err(pause.fault(seconds())),
                Entry::Full if cancel.is_cancelled() => return Err(FetchError::Cancelled),
                Entry::Full => {
                    let hosts = self.lock();
                    drop(self.left.wait_timeout(hosts, LOOK).unwrap_or_else(PoisonError::into_inner));
                }
            }
        }
    }

    /// The pause of a host that is not over at `now`, in seconds since 1970.
    #[must_use]
    pub fn pause_of(&self, host: &str, now: i64) -> Option<Pause> {
        self.lock().get(host)?.pause_at(now)
    }

    /// All pauses that are not over at `now`, in seconds since 1970.
    #[must_use]
    pub fn pauses(&self, now: i64) -> Vec<(String, Pause)> {
        let paused = |(host, entry): (&String, &Host)| Some((host.clone(), entry.pause_at(now)?));
        self.lock().iter().filter_map(paused).collect()
    }

    /// Lets a host be until a time, unless it asked for a longer pause.
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

    /// Why a host is not asked during the pause.
    #[must_use]
    pub fn fault(self, now: i64) -> FetchError {
        let left = u64::try_from(self.until.saturating_sub(now)).unwrap_or_default();
        FetchError::Paused { status: self.status, left: Duration::from_secs(left) }
    }
}

impl Visit {
    /// Whether it is to this host.
    #[must_use]
    pub fn is_to(&self, host: &str) -> bool {
        self.host == host
    }

    /// The host asked for a pause.
    pub fn refuse(&mut self, pause: Pause) {
        self.is_refused = true;
        self.hosts.pause(&self.host, pause);
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if let Some(entry) = self.hosts.lock().get_mut(&self.host) {
            entry.running = entry.running.saturating_sub(1);
            // After a pause the first one goes alone again.
            entry.has_answered = !self.is_refused;
            entry.alone_since = None;
        }
        self.hosts.left.notify_all();
    }
}

/// What tells a host from others: its name, and its port where that is not the usual one. An address that is none is its
/// own host.
#[must_use]
pub fn host_of(address: &str) -> String {
    Url::parse(address).map_or_else(|_| address.to_owned(), |url| host(&url))
}

/// As [`host_of`].
pub(super) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// Seconds since 1970.
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
    fn the_first_request_to_a_host_goes_alone_and_later_ones_in_pairs() {
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
    fn a_host_that_does_not_answer_is_asked_a_second_time_all_the_same() {
        let now = Instant::now();
        let host = Host { running: 1, alone_since: Some(now), ..Host::default() };
        assert_eq!([ALONE / 2, ALONE].map(|later| host.room(now + later)), [1, AT_ONCE]);
    }

    #[test]
    fn a_pause_holds_for_all_who_ask_and_the_longer_one_wins() {
        let hosts = Arc::new(Hosts::default());
        let mut visit = enter(&hosts, "a.invalid").expect("the first");
        let pause = |seconds_on| Pause { until: seconds() + seconds_on, status: 429 };
        visit.refuse(pause(1_000));
        hosts.pause("a.invalid", pause(10));
        drop(visit);
        assert!(matches!(hosts.try_enter("a.invalid"), Entry::Paused(Pause { status: 429, .. })));
        let fault = hosts.enter("a.invalid", &Cancel::default()).expect_err("a pause");
        assert!(matches!(fault, FetchError::Paused { status: 429, left } if left.as_secs() > 900), "{fault:?}");
        assert_eq!(hosts.pauses(seconds()).len(), 1);
        assert_eq!(hosts.pauses(seconds() + 2_000), []);
        assert!(hosts.pause_of("a.invalid", seconds() + 2_000).is_none());
    }

    #[test]
    fn who_waits_for_a_host_is_called_off() {
        let hosts = Arc::new(Hosts::default());
        let _first = enter(&hosts, "a.invalid").expect("the first");
        let cancel = Cancel::default();
        cancel.cancel();
        assert_eq!(hosts.enter("a.invalid", &cancel).expect_err("called off"), FetchError::Cancelled);
    }

    #[test]
    fn hosts_are_told_apart_by_name_and_port() {
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
