//! How far loading is, and what could not be read.

use std::sync::Arc;

use super::search::Keep;
use super::{App, Reread};
use crate::catalog::Catalog;
use crate::catalog::moved::GONE;
use crate::release::Problem;
use crate::text::{CleanBuf, grouped};

/// Problems that are kept; the rest is counted.
const KEPT: usize = 1_000;

/// State of loading.
#[derive(Debug, Clone, Default)]
pub struct Load {
    /// Everything is read.
    pub is_done: bool,
    /// What was wrong with items, the first of it.
    pub problems: Vec<Problem>,
    /// How many problems there are, kept or not.
    pub problem_count: usize,
    /// Sources that are no feed or cannot be opened: name and reason.
    pub refused: Vec<(CleanBuf, CleanBuf)>,
    /// What went wrong elsewhere and has to be read in full.
    pub told: Vec<CleanBuf>,
}

impl Load {
    /// Problems, refused sources and what else went wrong together.
    #[must_use]
    pub fn wrong(&self) -> usize {
        self.problem_count + self.refused.len() + self.told.len()
    }

    pub(super) fn add(&mut self, problems: Vec<Problem>) {
        self.problem_count += problems.len();
        let room = KEPT - self.problems.len();
        self.problems.extend(problems.into_iter().take(room));
    }
}

/// What a second reading gave, in words; `None` where nothing is to be said.
fn told(fresh: usize, held: &[(CleanBuf, CleanBuf)]) -> Option<String> {
    let new = match fresh {
        0 => None,
        1 => Some("1 new release".to_owned()),
        _ => Some(format!("{} new releases", grouped(fresh))),
    };
    let held = held.first().map(|(source, reason)| format!("{source} {reason}: what it held stays"));
    match (new, held) {
        (Some(new), Some(held)) => Some(format!("{new} · {held}")),
        (new, held) => new.or(held),
    }
}

impl App {
    /// The sources were read again: query, marks, selection and positions stay with their releases.
    pub(super) fn reread(&mut self, reread: Reread) {
        let Reread { catalog, moved, fresh, marks, problems, held } = reread;
        let now = |release: u32| moved.get(release as usize).copied().filter(|&now| now != GONE);
        let cursor = self.list.cursor;
        let order = &self.hits.order;
        // The next one that is still there takes the place of a selected one that is gone.
        let before = order.iter().take(cursor).filter(|&&release| now(release).is_some()).count();
        self.hits.order = order.iter().copied().filter_map(now).collect();
        self.list.cursor = before;
        self.list.top = self.list.top.saturating_sub(cursor - before);
        self.marks.renumber(now);
        self.marks.take(&marks);
        self.selection.renumber(now);
        self.history.renumber(now);
        self.detail.renumber(now);
        self.renumber_places(now);
        self.similar.forget();
        self.reading = self.reading.and_then(now);
        self.search.renumber(now);
        self.catalog = catalog;
        self.recount_saved();
        self.load.problem_count = 0;
        self.load.problems.clear();
        self.load.add(problems);
        self.ask(Keep::Place);
        self.note = told(fresh, &held).or(self.note.take());
        self.load.refused = held;
    }

    /// A longer catalog: what was selected stays selected, but the top of the list stays the top.
    pub(super) fn loaded(&mut self, catalog: Arc<Catalog>) {
        self.catalog = catalog;
        self.recount_saved();
        self.ask(if self.list.cursor == 0 { Keep::Top } else { Keep::Selection });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::Reader;
    use crate::app::{Mark, Msg};
    use crate::catalog::tests::catalog;

    /// The releases of the test reader read again: the third is gone, one is new, and the rest stands the other way
    /// round.
    fn again(held: &[&str]) -> Msg {
        let catalog = catalog(&[
            ("Undated", "", "", "", (0, 0, 0)),
            ("Social protection", "four billion", "Protection", "", (2017, 10, 25)),
            ("Digital migration", "fair", "Migration", "Singapore", (2018, 10, 31)),
            ("ASEAN forum", "fair migration", "Migration", "", (2018, 11, 2)),
            ("China partners", "South-South", "News", "Beijing", (2018, 11, 6)),
            ("Round table", "joint statement", "Multilateral", "Beijing", (2018, 11, 6)),
            ("Brand new", "", "News", "", (2018, 11, 9)),
        ]);
        let held = held.iter().map(|name| (CleanBuf::line(name), CleanBuf::line("is gone"))).collect();
        let moved = vec![5, 4, GONE, 3, 2, 1, 0];
        Msg::Reread(Box::new(Reread { catalog, moved, fresh: 1, held, ..Reread::default() }))
    }

    #[test]
    fn a_second_reading_keeps_what_belongs_to_a_release() {
        let mut reader = Reader::new(150, 40);
        reader.keys("j j j s k m j j");
        assert_eq!(reader.title(), "Digital migration");
        reader.send(again(&[]));
        assert_eq!((reader.title().as_str(), reader.app.list.cursor), ("Digital migration", 4));
        assert_eq!(reader.note(), "1 new release");
        let starred = reader.app.marks.set_of(Mark::Starred).iter().collect::<Vec<_>>();
        assert_eq!((starred, reader.app.marks.count(Mark::Read)), (vec![3], 0));
        // The mark of the one that is gone has nothing to take back; the star before it has.
        reader.keys("u u");
        assert_eq!(reader.app.marks.count(Mark::Starred), 0);
    }

    #[test]
    fn where_the_selected_one_is_gone_the_next_takes_its_place_under_any_query() {
        for query in ["", "is:unread", "-zebra"] {
            let mut reader = Reader::new(150, 40);
            if !query.is_empty() {
                reader.keys(&format!("/ \"{query}\" Enter"));
            }
            reader.keys("j j");
            assert_eq!(reader.title(), "Tea plantations");
            reader.send(again(&["a.json"]));
            assert_eq!((reader.title().as_str(), query), ("ASEAN forum", query));
            assert_eq!(reader.note(), "1 new release · a.json is gone: what it held stays");
            assert_eq!(reader.app.hits.order.len(), 7);
        }
    }
}
