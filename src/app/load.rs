//! Loading progress and load errors.

use std::sync::Arc;

use super::marking::Dwell;
use super::notice::{Cause, Notice};
use super::search::Keep;
use super::{App, Effect, Reread};
use crate::catalog::{Catalog, Facet, ReleaseIndex};
use crate::release::Problems;
use crate::text::{CleanBuf, counted, fold_name};

/// The state of loading.
#[derive(Debug, Clone, Default)]
pub struct LoadState {
    /// Whether all sources have been read.
    pub is_done: bool,
    /// Problems found in items.
    pub problems: Problems,
    /// Sources that cannot be read: name and reason.
    pub refused: Vec<(CleanBuf, CleanBuf)>,
}

/// Describes the number of new releases after a reload; `None` if there are none.
fn new_releases(fresh: usize) -> Option<String> {
    (fresh > 0).then(|| counted(fresh, "new release"))
}

impl App {
    /// Applies a reload: query, marks, selection and scroll positions stay with their releases.
    pub(super) fn reread(&mut self, reread: Reread) {
        let Reread { catalog, renumbered, fresh, marks, changes, problems, unreadable, marks_at: _ } = reread;
        let now = |release: ReleaseIndex| renumbered.get(release.position()).copied().flatten();
        let cursor = self.list.at;
        let was_engaged = self.is_engaged();
        let order = &self.hits.order;
        // If the selected release was removed, the next remaining one is selected.
        let before = order.iter().take(cursor).filter(|&&release| now(release).is_some()).count();
        self.hits.order = order.iter().copied().filter_map(now).collect();
        self.list.at = before;
        self.list.top = self.list.top.saturating_sub(cursor - before);
        self.marks.renumber(now);
        self.marks.apply(&marks);
        self.changes = changes;
        self.selection.renumber(now);
        self.history.renumber(now);
        self.detail.renumber(now);
        self.picture.renumber(now);
        self.hint_release = self.hint_release.and_then(now);
        self.renumber_jumps(now);
        self.similar.forget();
        self.dwelling_on =
            self.dwelling_on.and_then(|reading| Some(Dwell { release: now(reading.release)?, ..reading }));
        self.search.renumber(now);
        self.renumber_found(now);
        self.own_topics.renumber(now);
        self.catalog = catalog;
        self.filter.is_new_catalog = true;
        self.filter.measure(&self.catalog);
        self.recount_saved();
        self.load.problems = problems;
        // Keep the selection if it reached the first row only because the rows above were removed, or if the reload
        // removed the start of a range selection.
        let is_kept = (before == 0 && cursor > 0) || (was_engaged && !self.is_engaged());
        self.start_search(if is_kept { Keep::Selection } else { Keep::Follow });
        let was_announced = self.was_announced(fresh);
        if !self.select_new_feed()
            && !was_announced
            && !self.has_told_undo()
            && !self.has_told_news()
            && !self.is_searching_at_server()
            && let Some(text) = new_releases(fresh)
        {
            self.inform(text);
        }
        let errors = unreadable.iter().map(|(source, reason)| self.unreadable(source, reason)).collect();
        self.notices.replace(Cause::Source, errors);
        self.load.refused = unreadable;
    }

    /// Selects the newest release of the feed that was just subscribed to. Returns `false` if there is no such feed, or
    /// if it has no releases yet.
    pub(super) fn select_new_feed(&mut self) -> bool {
        let Some(title) = &self.library.new_feed else { return false };
        let values = self.catalog.values(Facet::Source);
        let Some(feed) = values.named(&fold_name(title.as_str())).next() else { return false };
        let is_its = |index: &&ReleaseIndex| {
            self.catalog
                .release(**index)
                .is_some_and(|release| release.values(Facet::Source).any(|source| source == feed))
        };
        let Some(&newest) = self.catalog.order().iter().find(is_its) else { return false };
        let text = format!("subscribed to {title}: {}", counted(values.total(feed) as usize, "release"));
        self.library.new_feed = None;
        self.inform(text);
        self.start_search(Keep::Release(newest));
        true
    }

    /// Describes why a source can no longer be read, and whether its releases are still listed.
    fn unreadable(&self, source: &CleanBuf, reason: &CleanBuf) -> Notice {
        let values = self.catalog.values(Facet::Source);
        let is_listed = values.ids().any(|id| values.total(id) > 0 && values.label(id) == source.as_clean());
        let note = if is_listed { "; its releases stay in the list" } else { "" };
        Notice::error_about(Cause::Source, source, CleanBuf::line(&format!("{source}: {reason}{note}")))
    }

    /// The number of problems and errors.
    #[must_use]
    pub fn problem_count(&self) -> usize {
        self.load.problems.len() + self.notices.error_count()
    }

    /// Reports a source that is not a feed or cannot be opened.
    pub(super) fn refused(&mut self, source: CleanBuf, reason: CleanBuf) {
        let text = CleanBuf::line(&format!("{source}: {reason}"));
        self.report(Notice::error_about(Cause::Source, &source, text));
        self.load.refused.push((source, reason));
    }

    /// Handles the end of loading.
    pub(super) fn load_done(&mut self) {
        self.load.is_done = true;
        self.filter.measure(&self.catalog);
        // Similar releases were searched among the first releases only.
        self.similar.forget();
        // No source could be read: print the reasons to standard error instead of showing an empty screen.
        if self.catalog.is_empty() && !self.load.refused.is_empty() {
            self.effects.push(Effect::Quit);
        }
    }

    /// Applies a longer catalog.
    pub(super) fn loaded(&mut self, catalog: Arc<Catalog>) {
        let is_measured = !self.catalog.is_empty() && !self.load.is_done;
        self.catalog = catalog;
        self.filter.is_new_catalog = true;
        // While releases arrive, the panes keep their widths, and the text its lines.
        if !is_measured {
            self.filter.measure(&self.catalog);
        }
        self.recount_saved();
        self.start_search(Keep::Follow);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::{TestApp, renumbered};
    use crate::app::{Mark, Msg};
    use crate::catalog::tests::catalog;

    /// A reload of the test releases: the third is removed, one is new, and the rest is in reverse order.
    fn again(unreadable: &[&str]) -> Msg {
        let catalog = catalog(&[
            ("Undated", "", "", "", (0, 0, 0)),
            ("Social protection", "four billion", "Protection", "", (2017, 10, 25)),
            ("Digital migration", "fair", "Migration", "Singapore", (2018, 10, 31)),
            ("ASEAN forum", "fair migration", "Migration", "", (2018, 11, 2)),
            ("China partners", "South-South", "News", "Beijing", (2018, 11, 6)),
            ("Round table", "joint statement", "Multilateral", "Beijing", (2018, 11, 6)),
            ("Brand new", "", "News", "", (2018, 11, 9)),
        ]);
        let unreadable = unreadable.iter().map(|name| (CleanBuf::line(name), CleanBuf::line("removed"))).collect();
        let moved = renumbered(7, &[(0, 5), (1, 4), (3, 3), (4, 2), (5, 1), (6, 0)]);
        Msg::Reread(Box::new(Reread { catalog, renumbered: moved, fresh: 1, unreadable, ..Reread::default() }))
    }

    #[test]
    fn reloading_keeps_marks_selection_and_scroll_position() {
        let mut reader = TestApp::new(150, 40);
        reader.keys("j j j s k m j j");
        assert_eq!(reader.title(), "Digital migration");
        reader.send(again(&[]));
        assert_eq!((reader.title().as_str(), reader.app.list.at), ("Digital migration", 4));
        assert_eq!(reader.note(), "1 new release");
        let starred = reader.app.marks.set_of(Mark::Starred).iter().collect::<Vec<_>>();
        assert_eq!((starred, reader.app.marks.count(Mark::Read)), (vec![3.into()], 0));
        // The mark of the removed release cannot be undone, but the star before it can.
        reader.keys("u u");
        assert_eq!(reader.app.marks.count(Mark::Starred), 0);
    }

    #[test]
    fn the_panes_keep_their_widths_while_releases_arrive() {
        let of_topic = |topics: &[&str]| {
            let row = |topic| (topic, "", topic, "", (2018, 1, 1));
            catalog(&topics.iter().copied().map(row).collect::<Vec<_>>())
        };
        let (short, long, longer) = ("Tea", "Federal department of roads", "Federal department of roads and bridges");
        let mut reader = TestApp::new(200, 40);
        reader.app = App::new(200, 40);
        let columns = |reader: &TestApp| (reader.app.filter.columns(), reader.app.layout().filter.width);
        reader.send(Msg::Loaded(of_topic(&[])));
        reader.send(Msg::Loaded(of_topic(&[long])));
        let first = columns(&reader);
        for topics in [&[long, longer][..], &[long, longer, short]] {
            reader.send(Msg::Loaded(of_topic(topics)));
            assert_eq!(columns(&reader), first, "{topics:?}");
        }
        reader.send(Msg::LoadDone);
        let last = columns(&reader);
        assert!(last.0 > first.0 && last.1 > first.1, "{first:?} {last:?}");
        reader.send(Msg::Reread(Box::new(Reread { catalog: of_topic(&[short]), ..Reread::default() })));
        assert!(columns(&reader).0 < first.0);
    }

    #[test]
    fn reloading_selects_the_next_release_if_the_selected_one_is_removed() {
        for query in ["", "is:unread", "-zebra"] {
            let mut reader = TestApp::new(150, 40);
            if !query.is_empty() {
                reader.keys(&format!("/ \"{query}\" Enter"));
            }
            reader.keys("j j");
            assert_eq!(reader.title(), "Tea plantations");
            reader.send(again(&["a.json"]));
            assert_eq!((reader.title().as_str(), query), ("ASEAN forum", query));
            let error = reader.app.notices.unread().map(|(error, _)| error.text.as_str());
            assert_eq!((reader.note(), error), ("1 new release", Some("a.json: removed")));
            assert_eq!(reader.app.hits.order.len(), 7);
        }
    }
}
