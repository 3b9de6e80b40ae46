//! Subscriptions in a sync: which are polled, and how a result is stored.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::past::{Newest, Walk};
use super::poll::{ParsedFeed, PollResult, poll};
use super::run::{Run, Work, WorkKind};
use super::{Engine, SyncRequest, now};
use crate::feed::TopicRule;
use crate::library::{Checked, LibraryError, Outcome, Polled, Subscription};
use crate::net::fetch::{Visit, host_of};
use crate::net::schedule;
use crate::text::{CleanBuf, panic_text};

/// Polls a source; a panic counts as a failure.
pub(super) fn poll_or_panic_text(engine: &Engine, source: &Subscription, visit: Option<Visit>) -> PollResult {
    catch_unwind(AssertUnwindSafe(|| poll(engine, source, visit))).unwrap_or_else(|payload| PollResult::Failed {
        reason: panic_text("reading it", &*payload),
        pause: None,
        rest: None,
    })
}

/// How far the result of a poll is stored.
enum Stored {
    /// As a whole: the number of new releases, or why there are none.
    Done(Result<usize, CleanBuf>),
    /// Not yet.
    Read(Box<(Checked, ParsedFeed)>),
}

impl Run<'_> {
    /// Adds sources, except those already waiting.
    pub fn add_sources(&mut self, request: &SyncRequest) -> Result<(), LibraryError> {
        let now = now();
        let hosts = self.engine.fetcher().hosts();
        let is_host_paused = |source: &Subscription| hosts.pause_of(&host_of(source.address.as_str()), now).is_some();
        let mut sources = chosen(self.library.sources()?, request, now, is_host_paused);
        // A repeated request for all sources means those that this sync has not done.
        let is_new = |id| request.sources.contains(&id) || !self.finished.contains(&id);
        sources.retain(|source| self.pending.contains(&source.id) || is_new(source.id));
        for source in sources.iter().filter(|_| request.past_pages > 0) {
            self.walks.entry(source.id).or_insert_with(|| Walk::new(request.past_pages));
        }
        sources.retain(|source| !self.pending.contains(&source.id));
        self.progress.all += sources.len();
        self.pending.extend(sources.iter().map(|source| source.id));
        (self.report)(&self.progress);
        for source in sources {
            // A requested pause holds even for a manual sync.
            if let Some(pause) = source.pause.filter(|pause| *pause > now) {
                let reason = describe_pause(source.error.as_ref(), pause, now);
                self.finish(&source, Err(reason));
            } else {
                let host = host_of(source.address.as_str());
                self.waiting.push_back(Work { host, kind: WorkKind::Poll(Box::new(source)) });
            }
        }
        Ok(())
    }

    /// Stores the results of polls in one transaction and reports the sources as finished.
    pub fn apply_polls(&mut self, polls: Vec<(Box<Subscription>, PollResult)>) -> Result<(), LibraryError> {
        let mut read = Vec::new();
        for (source, polled) in polls {
            self.pending.remove(&source.id);
            let newest = Newest::from(&polled);
            match polled {
                PollResult::Cancelled => {}
                // Nothing new is known about the source.
                PollResult::NotPolled(reason) => self.finish_newest(source, Err(reason), newest)?,
                polled => match self.store(&source, polled)? {
                    Stored::Done(result) => self.finish_newest(source, result, newest)?,
                    Stored::Read(result) => read.push((source, result, newest)),
                },
            }
        }
        let polls: Vec<Polled<'_>> = read
            .iter()
            .map(|(source, result, _)| Polled { id: source.id, checked: &result.0, releases: &result.1.releases })
            .collect();
        let applied = if polls.is_empty() { Vec::new() } else { self.library.apply_all(&polls)? };
        for ((source, mut result, newest), applied) in read.into_iter().zip(applied) {
            if source.wants_pages {
                self.add_pages(&source, &result.1.releases, &applied);
            }
            self.learn_topics(&source, applied.fresh.len())?;
            self.progress.listed = result.1.listing.take().map(|report| *report);
            self.finish_newest(source, Ok(applied.fresh.len()), newest)?;
            self.progress.listed = None;
        }
        Ok(())
    }

    /// Looks for topics among the stored releases of a source, if its rules want some that are not found yet.
    pub fn learn_topics(&mut self, source: &Subscription, fresh: usize) -> Result<(), LibraryError> {
        if fresh > 0 && source.rules.topics.as_ref().is_some_and(TopicRule::learns) {
            self.library.learn_topics(source.id)?;
        }
        Ok(())
    }

    /// Reports a source as finished, or begins the walk through its past pages.
    fn finish_newest(
        &mut self,
        source: Box<Subscription>,
        result: Result<usize, CleanBuf>,
        newest: Newest,
    ) -> Result<(), LibraryError> {
        match result {
            Ok(fresh) if self.walks.contains_key(&source.id) => {
                self.pending.insert(source.id);
                self.begin_walk(source, fresh, newest)
            }
            result => {
                self.walks.remove(&source.id);
                self.finish_polled(&source, result);
                Ok(())
            }
        }
    }

    /// Stores the result of a poll without releases; others are left to be stored together.
    fn store(&mut self, source: &Subscription, polled: PollResult) -> Result<Stored, LibraryError> {
        let at = now();
        let (outcome, moved, origin, feed) = match polled {
            PollResult::Read { mut feed, moved } => {
                let (etag, modified) = (feed.etag.take(), feed.modified.take());
                let outcome = Outcome::Read { etag, modified, title: feed.title.clone() };
                (outcome, moved, feed.origin.clone(), Some(feed))
            }
            PollResult::Unchanged { etag, modified, moved, origin } => {
                (Outcome::Unchanged { etag, modified }, moved, origin, None)
            }
            PollResult::Failed { reason, pause, rest } => {
                let least = pause.max(rest);
                let retry = schedule::next_attempt(at, source.failures + 1, random(), least);
                let pause = pause.map(|pause| at.saturating_add(i64::try_from(pause.as_secs()).unwrap_or(i64::MAX)));
                let outcome = Outcome::Failed { reason: source.failure(&reason), retry, pause };
                let checked = Checked { at, outcome, moved: source.moved.clone(), address: None, origin: None };
                self.library.keep_checked(source.id, &checked)?;
                self.save_pauses()?;
                return Ok(Stored::Done(Err(source.failure(&reason))));
            }
            PollResult::Cancelled | PollResult::NotPolled(_) => return Ok(Stored::Done(Ok(0))),
        };
        let (moved, address) = schedule::moving(source.moved.clone(), moved.as_deref());
        let checked = Checked { at, outcome, moved, address, origin: Some(origin) };
        if let Some(feed) = feed.filter(|feed| !feed.releases.is_empty()) {
            return Ok(Stored::Read(Box::new((checked, feed))));
        }
        self.library.keep_checked(source.id, &checked)?;
        Ok(Stored::Done(Ok(0)))
    }

    /// Reports and logs a source that was polled.
    pub fn finish_polled(&mut self, source: &Subscription, result: Result<usize, CleanBuf>) {
        match &result {
            Ok(fresh) => tracing::info!(source = %source.name(), fresh, "synced"),
            Err(reason) => tracing::warn!(source = %source.name(), %reason, "not synced"),
        }
        self.finish(source, result);
    }

    /// Reports a finished source.
    fn finish(&mut self, source: &Subscription, result: Result<usize, CleanBuf>) {
        self.pending.remove(&source.id);
        self.finished.insert(source.id);
        self.report_finished(source.name(), result);
    }

    /// Reports a finished source or account.
    pub fn report_finished(&mut self, name: CleanBuf, result: Result<usize, CleanBuf>) {
        let progress = &mut self.progress;
        progress.done += 1;
        match &result {
            Ok(fresh) => progress.fresh += fresh,
            Err(reason) => {
                progress.failed += 1;
                progress.first_error.get_or_insert_with(|| (name.clone(), reason.clone()));
            }
        }
        progress.last = Some((name, result));
        (self.report)(progress);
    }
}

/// The sources to poll; `is_host_paused` says whether the host of a source asked for a pause.
fn chosen(
    mut sources: Vec<Subscription>,
    request: &SyncRequest,
    now: i64,
    is_host_paused: impl Fn(&Subscription) -> bool,
) -> Vec<Subscription> {
    let is_all = request.sources.is_empty() && request.accounts.is_empty();
    sources.retain(|source| {
        let is_meant = if is_all { !source.is_paused } else { request.sources.contains(&source.id) };
        let is_resting =
            || [source.retry, source.pause].into_iter().flatten().any(|until| until > now) || is_host_paused(source);
        source.is_direct && is_meant && !(request.is_scheduled && is_resting())
    });
    sources
}

/// Says why a source is not polled: the server's reason, and the rest of the pause.
fn describe_pause(reason: Option<&CleanBuf>, until: i64, now: i64) -> CleanBuf {
    let minutes = (until - now).max(0) / 60 + 1;
    let pause = match minutes {
        1 => "minute".to_owned(),
        2..120 => format!("{minutes} minutes"),
        120..2_880 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    };
    let reason = reason.map_or("the server asks to wait", CleanBuf::as_str);
    CleanBuf::line(&format!("{reason}; not fetched for another {pause}"))
}

/// A random number between 0 and 1.
pub(super) fn random() -> f64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let number = RandomState::new().build_hasher().finish() as u32;
    f64::from(number) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::SourceId;

    #[test]
    fn the_sources_to_poll_are_chosen() {
        let source = |id, is_paused, retry, pause| Subscription {
            id: SourceId::new(id),
            is_paused,
            retry,
            pause,
            is_direct: true,
            ..Subscription::default()
        };
        let sources = [
            source(1, false, None, None),
            source(2, true, None, None),
            source(3, false, Some(50), None),
            source(4, false, Some(200), None),
            source(5, false, None, Some(200)),
            // Its host is in a pause.
            source(6, false, None, None),
            // It is followed through an account alone.
            Subscription { is_direct: false, ..source(7, false, None, None) },
        ];
        let ids = |wanted: &[i64], is_scheduled| {
            let sources_wanted = wanted.iter().copied().map(SourceId::new).collect();
            let request = SyncRequest { sources: sources_wanted, is_scheduled, ..SyncRequest::default() };
            chosen(sources.to_vec(), &request, 100, |source| source.id == SourceId::new(6))
                .iter()
                .map(|source| source.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(&[], false), [1, 3, 4, 5, 6].map(SourceId::new));
        assert_eq!(ids(&[], true), [1, 3].map(SourceId::new));
        assert_eq!(ids(&[2, 4, 7], false), [2, 4].map(SourceId::new));
    }

    #[test]
    fn random_numbers_stay_between_0_and_1() {
        assert!((0..100).all(|_| (0.0..=1.0).contains(&random())));
    }

    #[test]
    fn a_pause_is_described_in_words() {
        let reason = CleanBuf::line("permanently removed (410)");
        let text = |seconds: i64| describe_pause(Some(&reason), 1_000 + seconds, 1_000).to_string();
        assert!(text(30).starts_with("permanently removed (410); not fetched for"));
        assert!(text(30).ends_with("for another minute"));
        assert!(text(7_000).ends_with("117 minutes") && text(90_000).ends_with("25 hours"));
    }
}
