//! Finds the words that distinguish the hits, for the section of the filter pane.

use std::sync::Arc;

use crate::app::WordsRequest;
use crate::app::filter::{Compared, FoundWord, FoundWords};
use crate::catalog::{Catalog, ReleaseIndex};
use crate::query::phrase::{self, Phrase};
use crate::query::{Listener, Query, Request, Searcher, Sort, since_epoch};
use crate::text::{CleanBuf, fold_name};
use crate::words::{self, Against, Archive};

/// What is kept between requests.
#[derive(Default)]
pub(super) struct WordsFinder {
    /// Searches the hits under all filters but the choice of words.
    searcher: Searcher,
    archive: Option<(Arc<Catalog>, Archive)>,
    /// The last result of the worker's own search, if it is in the order of dates.
    last: Option<(Query, Arc<Catalog>, Arc<[ReleaseIndex]>)>,
}

/// Waits for a search until a test says that it is cancelled.
struct Until<'a>(&'a mut dyn FnMut() -> bool);

impl Listener for Until<'_> {
    fn is_cancelled(&mut self) -> bool {
        (self.0)()
    }

    fn wants_page(&mut self) -> bool {
        false
    }

    fn page(&mut self, _first: Arc<[ReleaseIndex]>) {}
}

impl WordsFinder {
    /// Remembers the result of a search. Forgets what belongs to another catalog.
    pub fn note(&mut self, request: &Request, hits: &Arc<[ReleaseIndex]>) {
        self.archive.take_if(|(catalog, _)| !Arc::ptr_eq(catalog, &request.catalog));
        // Other orders do not tell which hits are the newest.
        let is_by_date = request.sort == Sort::Newest;
        self.last = is_by_date.then(|| (request.query.clone(), Arc::clone(&request.catalog), Arc::clone(hits)));
    }

    /// Answers a request; `None` if cancelled.
    pub fn find(&mut self, request: &WordsRequest, is_cancelled: &mut dyn FnMut() -> bool) -> Option<FoundWords> {
        let catalog = &request.hits.catalog;
        self.last.take_if(|(_, last, _)| !Arc::ptr_eq(last, catalog));
        let hits = self.hits(&request.hits, is_cancelled)?;
        if !self.archive.as_ref().is_some_and(|(known, _)| Arc::ptr_eq(known, catalog)) {
            self.archive = None;
            self.archive = Some((Arc::clone(catalog), Archive::new(catalog, is_cancelled)?));
        }
        let (_, archive) = self.archive.as_ref()?;
        let (is_recent, is_rising) = match request.compared {
            Compared::Hits => (false, false),
            Compared::LastDays => (true, false),
            Compared::RisingHits => (false, true),
            Compared::RisingLastDays => (true, true),
        };
        let (days, newest) = if is_recent { newest(&request.hits, &hits) } else { (0, Arc::clone(&hits)) };
        let before = is_rising.then(|| words::before(catalog, &newest).unwrap_or_default());
        let against = before.as_deref().map_or(Against::Archive, Against::Releases);
        let query = &request.hits.query;
        let counts_all = is_recent && query.is_empty();
        let asked = words::Request { catalog, archive, hits: &newest, against, query, top: request.most, counts_all };
        let found = words::typical(&asked, is_cancelled)?;
        let count = |phrases: Vec<CleanBuf>, is_cancelled: &mut dyn FnMut() -> bool| {
            let compiled: Vec<Phrase> = phrases.iter().map(|phrase| Phrase::new(phrase.as_str())).collect();
            let counts = phrase::counts(catalog, &hits, &compiled, is_cancelled)?;
            Some(phrases.into_iter().zip(counts).map(word).collect())
        };
        // The newest hits choose the words, and all hits are counted.
        let words: Vec<FoundWord> = if !is_recent {
            found.words.into_iter().map(|found| word((found.phrase, found.hits))).collect()
        } else if counts_all {
            found.words.into_iter().map(|found| word((found.phrase, found.archive))).collect()
        } else {
            count(found.words.into_iter().map(|found| found.phrase).collect(), is_cancelled)?
        };
        let is_unknown = |phrase: &&String| {
            let folded = fold_name(phrase);
            !words.iter().any(|word| fold_name(word.phrase.as_str()) == folded)
        };
        let named = request.named.iter().filter(is_unknown).map(|phrase| CleanBuf::line(phrase)).collect();
        let named = count(named, is_cancelled)?;
        Some(FoundWords { compared: Some(request.compared), days, words, named, sampled: found.sampled })
    }

    fn hits(&mut self, request: &Request, is_cancelled: &mut dyn FnMut() -> bool) -> Option<Arc<[ReleaseIndex]>> {
        if request.query.is_empty() {
            return Some(Arc::clone(request.catalog.order()));
        }
        match &self.last {
            Some((query, _, hits)) if *query == request.query => Some(Arc::clone(hits)),
            _ => Some(self.searcher.search(request, &mut Until(is_cancelled))?.order),
        }
    }
}

fn word((phrase, hits): (CleanBuf, usize)) -> FoundWord {
    FoundWord { phrase, hits: hits as u32 }
}

/// The hits of the days up to the newest one that is not in the future, and the number of days. `hits` are in their order
/// by date.
fn newest(request: &Request, hits: &[ReleaseIndex]) -> (i32, Arc<[ReleaseIndex]>) {
    let today = since_epoch(request.context.today);
    let day = |&index: &ReleaseIndex| Some(request.catalog.release(index)?.date()?.days_since_epoch());
    let future = hits.iter().take_while(|index| day(index).is_some_and(|day| day > today)).count();
    let past = &hits[future..];
    let Some(last) = past.first().and_then(day) else { return (0, Arc::default()) };
    let within = |days| past.partition_point(|index| day(index).is_some_and(|day| day > last - days));
    let days = words::period(hits.len(), within);
    (days, past[..within(days)].into())
}
