//! Changes that can be undone: written with their steps, and undone by them.

use super::{Thread, Waiting};
use crate::app::library::LibraryEvent;
use crate::app::{Mark, Msg, Recording, StepId};
use crate::library::{Direction, Edit, Extent, Flags, LibraryError, StepNumber, ToMark, Turned};
use crate::runtime::{mark_lookup, send};

impl Thread {
    /// Writes a change of marks.
    /// Returns how much of a step was undone or redone, if not all of it.
    pub(super) fn write(&mut self, waiting: &Waiting) -> Result<Option<LibraryEvent>, LibraryError> {
        let Waiting { catalog, change, recording, .. } = waiting;
        let releases: Vec<ToMark<'_>> = change
            .releases
            .iter()
            .filter_map(|&index| catalog.release(index))
            .flat_map(|release| mark_lookup::to_mark(catalog, &release))
            .collect();
        let flag = match change.mark {
            Mark::Read => Flags::READ,
            Mark::Starred => Flags::STARRED,
        };
        let known = match recording {
            Recording::New(..) | Recording::Unrecorded => None,
            Recording::Turn(step, _) => self.number_of(*step),
        };
        let (shown, mut last, mut number, mut is_all_shown) = (releases.len(), 0, None, true);
        let mut partial = None;
        self.with_library(&mut |library| {
            let releases = releases.iter().copied();
            match recording {
                Recording::New(_, what) => {
                    let (change, step) = library.mark_as_step(what, flag, change.on, releases)?;
                    (last, number) = (change, Some(step));
                }
                Recording::Unrecorded => last = library.mark(flag, change.on, releases)?,
                Recording::Turn(step, direction) => {
                    let turned = match known {
                        Some(number) => library.turn(number, *direction)?,
                        None => Turned::default(),
                    };
                    // A step that is no longer stored can still be undone from what is shown. A stored one may include
                    // releases that are no longer shown, and that return.
                    (last, is_all_shown) = match (turned.extent, turned.change) {
                        (Extent::Gone, _) => (library.mark(flag, change.on, releases)?, true),
                        (_, Some(last)) => (last, turned.marks == shown),
                        (_, None) => (0, false),
                    };
                    let (step, direction, extent) = (*step, *direction, Some(turned.extent));
                    partial = (!matches!(turned.extent, Extent::All | Extent::Gone)).then_some(LibraryEvent::Turned {
                        step,
                        direction,
                        extent,
                    });
                }
            }
            Ok(())
        })?;
        if let (Recording::New(step, _), Some(number)) = (recording, number) {
            self.numbers.insert(*step, number);
        }
        if !is_all_shown {
            self.check_again(0);
        } else if last == self.seen + 1 {
            self.seen = last;
        }
        Ok(partial)
    }

    /// Changes a subscription or a saved query.
    pub(super) fn edit(&mut self, step: StepId, edit: &Edit, what: &str) {
        let now = chrono::Utc::now().timestamp();
        let mut number = None;
        self.act(&mut |library| {
            number = library.edit(edit, what, now)?;
            Ok(())
        });
        match number {
            Some(number) => drop(self.numbers.insert(step, number)),
            None => drop(send(&self.sender, Msg::Library(LibraryEvent::NotEdited(step)))),
        }
    }

    /// Undoes or redoes a step, and shows what that changed.
    pub(super) fn turn(&mut self, step: StepId, direction: Direction) {
        let known = self.number_of(step);
        let mut turned = Turned::default();
        let is_written = self.act(&mut |library| {
            if let Some(number) = known {
                turned = library.turn(number, direction)?;
            }
            Ok(())
        });
        self.check_for_changes();
        let extent = is_written.then_some(turned.extent);
        send(&self.sender, Msg::Library(LibraryEvent::Turned { step, direction, extent }));
    }

    /// Deletes undone steps.
    pub(super) fn forget(&mut self, steps: &[StepId]) {
        let numbers: Vec<StepNumber> = steps.iter().filter_map(|step| self.number_of(*step)).collect();
        if !numbers.is_empty() {
            self.act(&mut |library| library.forget_steps(&numbers));
        }
    }

    fn number_of(&self, step: StepId) -> Option<StepNumber> {
        match step {
            StepId::Own(_) => self.numbers.get(&step).copied(),
            StepId::Stored(number) => Some(number),
        }
    }
}
