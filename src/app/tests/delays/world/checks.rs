//! What must hold after each step, and once nothing is pending.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{World, answer, index_of, number_of, numbers};
use crate::app::library::Subscription;
use crate::app::search::Listed;
use crate::app::{Effect, Mark};
use crate::catalog::{Facet, ReleaseIndex};
use crate::keymap::Action;
use crate::library::SourceId;
use crate::query::{Choice, Expr, Request, Term};
use crate::release::Date;

/// The state before a step.
pub(super) struct Before {
    selected: Option<usize>,
    cursor: usize,
    is_engaged: bool,
    /// The search that the list shows, ignoring releases read since, which stay listed.
    listed: Request,
    target: Option<ReleaseIndex>,
    action: Option<Action>,
}

impl World {
    /// Records what the user sees before a step.
    pub(super) fn before(&self, action: Option<Action>) -> Before {
        let app = &self.app;
        let mut listed = self.request(app.query.clone());
        listed.query.set_status(None);
        Before {
            selected: app.selected().and_then(|index| number_of(&app.catalog, index)),
            cursor: app.list.at,
            is_engaged: app.is_engaged(),
            listed,
            target: app.search.target(),
            action,
        }
    }

    /// Checks the result of one step.
    pub(super) fn check(&mut self, before: &Before, is_input: bool, gave_up: bool) {
        let app = &self.app;
        let selected = app.selected().and_then(|index| number_of(&app.catalog, index));
        if !is_input && selected != before.selected {
            let is_gone = before.selected.is_none_or(|number| index_of(&app.catalog, number).is_none());
            let is_no_hit = || {
                let hits = numbers(&app.catalog, self.hits(app.query.clone()).order.iter().copied());
                before.selected.is_none_or(|number| !hits.contains(&number))
            };
            let stays_first = before.cursor == 0 && app.list.at == 0 && !before.is_engaged;
            let is_wanted = before.target.is_some();
            assert!(
                is_gone || is_wanted || stays_first || is_no_hit(),
                "{:?} was selected in row {}, and {selected:?} is in row {}, under {}, after {:?}: {:?}",
                before.selected,
                before.cursor,
                app.list.at,
                app.query,
                before.action,
                app.hits.order.iter().map(|&index| number_of(&app.catalog, index)).collect::<Vec<_>>(),
            );
        }
        // Find the processed keys, and when the last of them was pressed.
        let waiting = if gave_up { 0 } else { app.inbox.keys() };
        let done = self.pressed.len() - waiting.min(self.pressed.len());
        let pressed = self.pressed.drain(..done).next_back();
        let changes = app.effects.iter().filter_map(|effect| match effect {
            Effect::Mark { catalog, change, .. } => Some((Arc::clone(catalog), change.releases.to_vec())),
            _ => None,
        });
        let changes: Vec<_> = changes.skip(self.handled).collect();
        self.handled += changes.len();
        for (catalog, releases) in changes {
            let releases = numbers(&catalog, releases);
            assert!(releases.iter().all(|&number| index_of(&app.catalog, number).is_some()));
            if matches!(before.action, Some(Action::Undo | Action::Redo)) {
                assert!(releases.is_subset(&self.marked), "undo reverses only marks set by keys");
                continue;
            }
            let listed = numbers(&before.listed.catalog, answer(&before.listed).order.iter().copied());
            assert!(
                releases.is_subset(&listed) || releases.iter().all(|&one| Some(one) == before.selected),
                "{:?} of {} marked {releases:?}, listed were {listed:?}",
                before.action,
                before.listed.query,
            );
            if let Some(known) = pressed.and_then(|sent| self.catalogs.get(sent - 1)) {
                assert!(
                    releases.iter().all(|&number| index_of(known, number).is_some()),
                    "{releases:?} came in after the key"
                );
            }
            self.marked.extend(releases);
        }
    }

    /// Asserts that the bars of a word count the releases of the timeline that contain it.
    fn check_word_bars(&self) {
        let Some(word) = self.app.timeline.word().filter(|_| self.app.shows_word_bars()) else { return };
        let mut query = self.app.query.without(Choice::Facet(Facet::Year));
        query.clauses.push(Expr::Term(Term::Words(vec![word.phrase.as_str().to_owned()])));
        let hits = self.hits(query);
        let days = hits.order.iter().filter_map(|&index| self.app.catalog.release(index)?.date());
        let mut days: Vec<i32> = days.map(Date::days_since_epoch).collect();
        assert_eq!(word.total(), Some(days.len() as u32), "{}", word.phrase);
        while let Some(&day) = days.first() {
            let before = days.len();
            days.retain(|&other| other != day);
            assert_eq!(word.sum(day, day), Some((before - days.len()) as u32), "{}", word.phrase);
        }
    }

    /// Checks the state once nothing is pending.
    pub(in crate::app::tests::delays) fn check_quiet(&self) {
        let app = &self.app;
        assert!(!app.inbox.is_waiting() && app.search.listed == Listed::All, "nothing waits forever");
        let fresh = answer(&Request { counted: app.search.counted.clone(), ..self.request(app.query.clone()) });
        assert_eq!(app.hits.counts, fresh.counts);
        assert_eq!(app.hits.statuses, fresh.statuses);
        assert_eq!(app.hits.days, fresh.days);
        self.check_word_bars();
        if app.query.choice(Choice::Status).is_none() {
            assert_eq!(app.hits.order, fresh.order);
        }
        let shown = app.library.sources.iter().map(|source| Subscription { is_syncing: false, ..source.clone() });
        let shown: BTreeMap<SourceId, Subscription> = shown.map(|source| (source.id, source)).collect();
        let stored = self.library.sources.iter().map(|(&number, source)| (SourceId::new(number), source.clone()));
        assert_eq!(shown, stored.collect());
        assert_eq!(app.library.saved, self.library.queries);
        for mark in [Mark::Read, Mark::Starred] {
            let shown = numbers(&app.catalog, app.marks.set_of(mark).iter());
            let is_saved = |number: &usize| {
                let (read, starred) = self.library.marks.get(number).copied().unwrap_or_default();
                if mark == Mark::Read { read } else { starred }
            };
            let mut saved = numbers(&app.catalog, app.catalog.indices());
            saved.retain(is_saved);
            assert_eq!(&shown - &self.vanished, &saved - &self.vanished, "{mark:?}");
        }
    }
}
