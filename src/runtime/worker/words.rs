//! Finds the words that distinguish the hits, for the section of the filter pane.

use std::sync::Arc;

use crate::app::WordsRequest;
use crate::app::filter::{Compared, FoundWord, FoundWords, NoWords};
use crate::catalog::{Catalog, ReleaseIndex};
use crate::query::phrase::{self, Phrase};
use crate::query::{Listener, Query, Request, Searcher, Sort, since_epoch};
use crate::text::{CleanBuf, fold_name};
use crate::words::{self, Against, Archive, IsCancelled};

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
pub(super) struct Until<'a>(pub &'a mut dyn FnMut() -> bool);

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
        self.keep_archive_of(&request.catalog);
        // Other orders do not tell which hits are the newest.
        let is_by_date = request.sort == Sort::Newest;
        self.last = is_by_date.then(|| (request.query.clone(), Arc::clone(&request.catalog), Arc::clone(hits)));
    }

    /// Answers a request; `None` if cancelled.
    pub fn find(&mut self, request: &WordsRequest, is_cancelled: IsCancelled<'_>) -> Option<FoundWords> {
        let catalog = &request.hits.catalog;
        self.last.take_if(|(_, last, _)| !Arc::ptr_eq(last, catalog));
        let hits = self.hits(&request.hits, is_cancelled)?;
        self.keep_archive_of(catalog);
        if self.archive.is_none() {
            self.archive = Some((Arc::clone(catalog), Archive::new(catalog, is_cancelled)?));
        }
        let (_, archive) = self.archive.as_ref()?;
        let (is_recent, is_rising) = match request.compared {
            Compared::Hits => (false, false),
            Compared::LastDays => (true, false),
            Compared::RisingHits => (false, true),
            Compared::RisingLastDays => (true, true),
        };
        let (days, described, reason) = match is_recent.then(|| newest(&request.hits, &hits)) {
            None => (None, Arc::clone(&hits), None),
            Some(Ok((days, newest))) => (Some(days), newest, None),
            Some(Err(reason)) => (None, Arc::default(), Some(reason)),
        };
        let before = is_rising.then(|| words::before(catalog, &described));
        let reason = reason.unwrap_or_else(|| match &before {
            _ if described.is_empty() => NoWords::NotTypical,
            None if described.len() == catalog.len() => NoWords::NoOthers,
            Some(None) => NoWords::Undated,
            Some(Some(before)) if before.is_empty() => NoWords::NoEarlier,
            _ => NoWords::NotTypical,
        });
        let before = before.map(Option::unwrap_or_default);
        let against = before.as_deref().map_or(Against::Archive, Against::Releases);
        let query = &request.hits.query;
        let counts_all = is_recent && query.is_empty();
        let asked =
            words::Request { catalog, archive, hits: &described, against, query, top: request.most, counts_all };
        let found = words::typical(&asked, is_cancelled)?;
        let count = |phrases: Vec<CleanBuf>, is_cancelled: IsCancelled<'_>| {
            let compiled: Vec<Phrase> = phrases.iter().map(|phrase| Phrase::new(phrase.as_str())).collect();
            let counts = phrase::counts(catalog, &hits, &compiled, &mut || is_cancelled())?;
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
        Some(FoundWords { compared: Some(request.compared), days, words, reason, named, sampled: found.sampled })
    }

    /// Forgets the archive unless it is that of a catalog or can become it. An earlier catalog would stay in memory.
    fn keep_archive_of(&mut self, catalog: &Arc<Catalog>) {
        self.archive.take_if(|(known, archive)| {
            let is_kept = Arc::ptr_eq(known, catalog) || archive.follow(known, catalog);
            *known = Arc::clone(catalog);
            !is_kept
        });
    }

    fn hits(&mut self, request: &Request, is_cancelled: IsCancelled<'_>) -> Option<Arc<[ReleaseIndex]>> {
        if request.query.is_empty() {
            return Some(Arc::clone(request.catalog.order()));
        }
        match &self.last {
            Some((query, _, hits)) if *query == request.query => Some(Arc::clone(hits)),
            _ => Some(self.searcher.search(request, &mut Until(&mut || is_cancelled()))?.order),
        }
    }
}

fn word((phrase, hits): (CleanBuf, usize)) -> FoundWord {
    FoundWord { phrase, hits: hits as u32 }
}

/// Returns the hits of the days up to the newest one that is not in the future, and the number of days; or why there are
/// none. `hits` are in their order by date.
fn newest(request: &Request, hits: &[ReleaseIndex]) -> Result<(i32, Arc<[ReleaseIndex]>), NoWords> {
    let today = since_epoch(request.context.today);
    let day = |&index: &ReleaseIndex| Some(request.catalog.release(index)?.date()?.days_since_epoch());
    let future = hits.iter().take_while(|index| day(index).is_some_and(|day| day > today)).count();
    let past = &hits[future..];
    // Those without a date come last.
    let Some(last) = past.first().and_then(day) else {
        return Err(if future > 0 { NoWords::Future } else { NoWords::Undated });
    };
    let within = |days| past.partition_point(|index| day(index).is_some_and(|day| day > last - days));
    let days = words::period(hits.len(), within);
    Ok((days, past[..within(days)].into()))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::catalog::tests::{Row, catalog};
    use crate::query::Context;

    /// The answer for the releases of some days, without a query. Today is 2018-01-31.
    fn found(days: &[(i32, u32, u32)], compared: Compared) -> FoundWords {
        let titles: Vec<String> = (0..days.len()).map(|n| format!("Tea in town {n}")).collect();
        let rows = titles.iter().zip(days).map(|(title, day)| (title.as_str(), "", "", "", *day));
        let rows: Vec<Row<'_>> = rows.collect();
        let today = NaiveDate::from_ymd_opt(2018, 1, 31).expect("a day");
        let hits = Request {
            catalog: catalog(&rows),
            query: Query::default(),
            counted: None,
            context: Context { today, ..Context::default() },
            sort: Sort::Newest,
        };
        let request = WordsRequest { hits, compared, named: vec!["tea".to_owned()], most: 10, can_wait: false };
        WordsFinder::default().find(&request, &|| false).expect("nobody cancels")
    }

    #[test]
    fn there_is_no_period_without_a_date_up_to_today() {
        const NONE: (i32, u32, u32) = (0, 0, 0);
        for (days, expected) in [
            ([NONE; 4], (None, NoWords::Undated)),
            ([(2018, 2, 1), (2019, 1, 1), (2019, 1, 1), (2019, 1, 1)], (None, NoWords::Future)),
            ([(2018, 2, 1), NONE, NONE, NONE], (None, NoWords::Future)),
            ([(2018, 1, 31), NONE, NONE, NONE], (Some(30), NoWords::NotTypical)),
            ([(2018, 1, 31), (2019, 1, 1), NONE, NONE], (Some(30), NoWords::NotTypical)),
            ([(2018, 1, 31); 4], (Some(30), NoWords::NoOthers)),
        ] {
            let found = found(&days, Compared::LastDays);
            assert_eq!((found.days, found.reason), expected, "{days:?}");
            assert!(found.words.is_empty());
            assert_eq!(found.named.first().map(|word| word.hits), Some(4), "words that are chosen are counted");
        }
    }

    #[test]
    fn nothing_rises_without_earlier_releases() {
        let undated = [(0, 0, 0); 4];
        assert_eq!(found(&undated, Compared::RisingLastDays).reason, NoWords::Undated);
        assert_eq!(found(&undated, Compared::RisingHits).reason, NoWords::Undated);
        assert_eq!(found(&[(2018, 1, 31); 4], Compared::RisingLastDays).reason, NoWords::NoEarlier);
        let older = [(2017, 1, 1), (2018, 1, 31)];
        assert_eq!(found(&older, Compared::RisingLastDays).reason, NoWords::NotTypical);
    }
}
