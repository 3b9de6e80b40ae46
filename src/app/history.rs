//! Undo and redo of changes to marks, subscriptions, saved queries and the query.
//!
//! The library stores every step except those of the query, and gives them back at the next start. Marks of this
//! session are undone here, because they work without a library too; the library undoes everything else, and only what
//! nobody has changed since. The number of steps and the memory they take are bounded. The releases of a step are
//! shared with the change being saved.

use std::collections::VecDeque;

use super::App;
use super::library::LibraryCommand;
use super::marking::describe;
use super::marks::Change;
use super::search::Keep;
use crate::catalog::ReleaseIndex;
use crate::keymap::Action;
use crate::library::{Direction, Edit, Extent, STEPS_KEPT, StepNumber, StoredStep};
use crate::query::Query;
use crate::text::{CleanBuf, grouped, truncate};

/// The maximum number of steps.
const MOST: usize = 1_000;
/// The maximum number of releases in all steps except the newest one: 16 MB.
const MOST_RELEASES: usize = 4_000_000;
/// Maximum columns of a title within a message.
const TITLE_COLUMNS: usize = 40;

/// Identifies a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepId {
    /// A step of this session.
    Own(u64),
    /// A step of an earlier session.
    Stored(StepNumber),
}

/// How the library records a change of marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recording {
    /// As a new step, described by this text.
    New(StepId, String),
    /// Not at all: the program made the change.
    Unrecorded,
    /// As the undoing or redoing of a step.
    Turn(StepId, Direction),
}

/// The changes that can be undone and redone.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
    /// Stored steps that can no longer be redone, and that the library has yet to delete.
    forgotten: Vec<StepId>,
    /// The steps that the library is undoing or redoing.
    turning: Vec<Step>,
    /// The notice about the last undone step: new releases that it brings back do not replace it.
    told: Option<CleanBuf>,
    /// The number of the next step of this session.
    next: u64,
}

/// One change.
#[derive(Debug, Clone)]
enum Step {
    /// A change of marks in this session.
    Marks { id: StepId, what: String, change: Change },
    /// A change that the library undoes.
    Stored { id: StepId, what: String },
    /// A change of the query.
    Query { before: Query, after: Query },
}

impl Step {
    fn releases(&self) -> usize {
        match self {
            Self::Marks { change, .. } => change.releases.len(),
            Self::Stored { .. } | Self::Query { .. } => 0,
        }
    }

    fn is_stored(&self) -> bool {
        !matches!(self, Self::Query { .. })
    }

    fn id(&self) -> Option<StepId> {
        match self {
            Self::Marks { id, .. } | Self::Stored { id, .. } => Some(*id),
            Self::Query { .. } => None,
        }
    }

    fn is(&self, wanted: StepId) -> bool {
        matches!(self, Self::Marks { id, .. } | Self::Stored { id, .. } if *id == wanted)
    }
}

impl History {
    /// Records a change of marks, described by `what`.
    pub(super) fn marks(&mut self, what: String, change: Change) -> StepId {
        let id = self.next_id();
        self.push(Step::Marks { id, what, change });
        id
    }

    /// Records a change that the library makes, described by `what`.
    pub(super) fn stored(&mut self, what: String) -> StepId {
        let id = self.next_id();
        self.push(Step::Stored { id, what });
        id
    }

    /// Records a change of the query.
    pub(super) fn query(&mut self, before: Query, after: Query) {
        if before != after {
            self.push(Step::Query { before, after });
        }
    }

    /// Extends the last query step if it began with `begun`, so that both are one step.
    pub(super) fn query_further(&mut self, begun: &Query, before: Query, after: Query) {
        let is_same = matches!(self.done.back(), Some(Step::Query { before: first, after: last }) if first == begun && *last == before);
        if is_same {
            self.done.pop_back();
        }
        self.query(if is_same { begun.clone() } else { before }, after);
    }

    /// Takes over the steps of earlier sessions, oldest first.
    pub(super) fn restore(&mut self, steps: Vec<StoredStep>) {
        for StoredStep { number, what, is_undone } in steps.into_iter().rev() {
            let step = Step::Stored { id: StepId::Stored(number), what: what.to_string() };
            if is_undone {
                self.undone.push(step);
            } else {
                self.done.push_front(step);
            }
        }
    }

    /// Takes over a step that the library made by itself.
    pub(super) fn made_by_library(&mut self, number: StepNumber, what: String) {
        self.done.push_back(Step::Stored { id: StepId::Stored(number), what });
        self.trim();
    }

    /// Replaces release indices after a reload; `now` returns `None` for removed releases.
    pub(super) fn renumber(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
        for step in self.done.iter_mut().chain(&mut self.undone).chain(&mut self.turning) {
            if let Step::Marks { change, .. } = step {
                change.renumber(&now);
            }
        }
    }

    fn next_id(&mut self) -> StepId {
        self.next += 1;
        StepId::Own(self.next)
    }

    fn push(&mut self, step: Step) {
        self.done.push_back(step);
        self.forgotten.extend(self.undone.drain(..).filter(Step::is_stored).filter_map(|step| step.id()));
        self.trim();
    }

    /// Drops the oldest steps if there are too many.
    fn trim(&mut self) {
        let mut releases: usize = self.done.iter().map(Step::releases).sum();
        while self.done.len() > MOST || (releases > MOST_RELEASES && self.done.len() > 1) {
            releases -= self.done.pop_front().map_or(0, |step| step.releases());
        }
        let is_stored = |step: &Step| step.is_stored();
        if self.done.iter().filter(|step| step.is_stored()).count() > STEPS_KEPT as usize
            && let Some(oldest) = self.done.iter().position(is_stored)
        {
            self.done.remove(oldest);
        }
    }

    /// Moves the newest step that is meant from the steps that can be undone to those that can be redone, or the other
    /// way round, and returns it.
    fn turn(&mut self, direction: Direction, is_meant: impl Fn(&Step) -> bool) -> Option<&Step> {
        match direction {
            Direction::Undo => {
                let at = self.done.iter().rposition(is_meant)?;
                self.undone.extend(self.done.remove(at));
                self.undone.last()
            }
            Direction::Redo => {
                let step = self.undone.pop_if(|step| is_meant(step))?;
                self.done.push_back(step);
                self.done.back()
            }
        }
    }

    /// Moves a step back after it could not be undone or redone.
    fn turn_back(&mut self, id: StepId, direction: Direction) {
        // A newer change may have dropped it meanwhile.
        let Some(step) = self.turning.iter().find(|step| step.is(id)).cloned() else { return };
        self.forget(id);
        match direction {
            Direction::Undo => self.done.push_back(step),
            Direction::Redo => self.undone.push(step),
        }
    }

    /// Drops a step. Returns its description.
    fn forget(&mut self, id: StepId) -> Option<String> {
        let what = self.what(id);
        self.done.retain(|step| !step.is(id));
        self.undone.retain(|step| !step.is(id));
        what
    }

    /// Returns the description of a step.
    fn what(&self, id: StepId) -> Option<String> {
        let step = self.undone.iter().chain(&self.done).find(|step| step.is(id))?;
        match step {
            Step::Marks { what, .. } | Step::Stored { what, .. } => Some(what.clone()),
            Step::Query { .. } => None,
        }
    }
}

impl App {
    /// Has the library delete the steps that can no longer be redone.
    pub(super) fn forget_undone_steps(&mut self) {
        let steps = std::mem::take(&mut self.history.forgotten);
        if !steps.is_empty() {
            self.command(LibraryCommand::Forget(steps));
        }
    }

    /// Whether the notice on the screen says what was undone or redone.
    pub(super) fn has_told_undo(&self) -> bool {
        self.history.told.is_some() && self.notices.info() == self.history.told.as_ref()
    }

    /// Makes an edit of the library, as a step described by `what`.
    pub(super) fn edit(&mut self, edit: Edit, what: String) {
        let step = self.history.stored(what.clone());
        self.command(LibraryCommand::Edit { step, edit, what });
    }

    /// Undoes the last change.
    pub(super) fn undo(&mut self) {
        self.turn_step(Direction::Undo, |_| true);
    }

    /// Undoes or redoes the last change that the list of subscriptions may show: filters behind it stay.
    pub(super) fn turn_stored(&mut self, direction: Direction) {
        self.turn_step(direction, Step::is_stored);
    }

    /// Redoes the last undone change.
    pub(super) fn redo(&mut self) {
        self.turn_step(Direction::Redo, |_| true);
    }

    fn turn_step(&mut self, direction: Direction, is_meant: impl Fn(&Step) -> bool) {
        let Some(step) = self.history.turn(direction, is_meant).cloned() else {
            return self.inform(match direction {
                Direction::Undo => "nothing to undo",
                Direction::Redo => "nothing to redo",
            });
        };
        if step.id().is_some() {
            self.history.turning.push(step.clone());
        }
        match step {
            Step::Marks { id, what, change, .. } => self.turn_marks(id, &what, &change, direction),
            Step::Stored { id, .. } => self.command(LibraryCommand::Turn { step: id, direction }),
            Step::Query { before, after } => {
                let (query, verb) = match direction {
                    Direction::Undo => (before, "back to"),
                    Direction::Redo => (after, "redone:"),
                };
                self.inform(format!("{verb} {}", query_text(&query)));
                self.show_query(query, Keep::Selection);
            }
        }
    }

    /// Undoes or redoes marks of this session, except those that have changed since.
    fn turn_marks(&mut self, id: StepId, what: &str, change: &Change, direction: Direction) {
        let whole = if direction == Direction::Undo { change.reversed() } else { change.clone() };
        let Some(rest) = self.marks.change(whole.mark, whole.on, whole.releases.iter().copied()) else {
            return self.command(LibraryCommand::Turn { step: id, direction });
        };
        let mut notice = format!("{} {what}", done(direction));
        let skipped = whole.releases.len() - rest.releases.len();
        if skipped > 0 {
            notice = format!("{notice}; skipped {}, changed since", grouped(skipped));
        }
        // The releases are shared, unless some are skipped.
        let change = if skipped == 0 { whole } else { rest };
        // This is retried until it succeeds.
        self.history.turning.retain(|step| !step.is(id));
        self.save_marks(change, Some(notice), Recording::Turn(id, direction));
    }

    /// Reports what the library has undone or redone; `None` if it could not be written.
    pub(super) fn turned(&mut self, id: StepId, direction: Direction, extent: Option<Extent>) {
        let what = self.history.what(id).unwrap_or_default();
        let turning = self.history.turning.iter().position(|step| step.is(id));
        let verb = if direction == Direction::Undo { "undo" } else { "redo" };
        let key = self.key_of(if direction == Direction::Undo { Action::Undo } else { Action::Redo });
        match extent {
            None => self.history.turn_back(id, direction),
            Some(_) if what.is_empty() => {}
            Some(Extent::All) => self.inform(format!("{} {what}", done(direction))),
            Some(Extent::Part) => {
                self.inform(format!("{} {what}; skipped those changed since", done(direction)));
            }
            Some(Extent::Overtaken) => {
                self.inform(format!("cannot {verb}: {what}; changed elsewhere since, {key} for the next step"));
            }
            Some(Extent::Elsewhere) => {
                self.inform(format!("cannot {verb}: {what}; another reader has done so, {key} for the next step"));
            }
            Some(Extent::Gone) => {
                self.inform(format!("cannot {verb}: {what}; no longer stored, {key} for the next step"));
            }
        }
        if let Some(at) = turning {
            self.history.turning.remove(at);
        }
        if matches!(extent, Some(Extent::Overtaken | Extent::Elsewhere | Extent::Gone)) {
            self.history.forget(id);
        }
        self.history.told = self.notices.info().cloned();
    }

    /// Drops a step whose change was not made.
    pub(super) fn not_edited(&mut self, id: StepId) {
        self.history.forget(id);
    }

    /// Describes a change of marks, by its title if it is a single release.
    pub(super) fn describe_change(&self, change: &Change) -> String {
        let what = describe(change.mark, change.on, change.releases.len());
        let [only] = *change.releases else { return what };
        let title = self.catalog.release(only).map(|release| release.heading().to_buf()).unwrap_or_default();
        if title.is_empty() { what } else { format!("{what} {}", shortened(&title)) }
    }
}

fn done(direction: Direction) -> &'static str {
    match direction {
        Direction::Undo => "undone:",
        Direction::Redo => "redone:",
    }
}

fn shortened(title: &CleanBuf) -> String {
    let (shown, is_cut) = truncate(title.as_clean(), TITLE_COLUMNS);
    format!("{shown}{}", if is_cut { "…" } else { "" })
}

fn query_text(query: &Query) -> String {
    if query.is_empty() { "all releases".to_owned() } else { query.to_string() }
}

#[cfg(test)]
mod tests;
