//! Random keys, clicks and catalogs, with answers that arrive late, out of order and repeatedly, checked against a
//! naive model of what the user sees.

mod library;
mod world;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;

use crate::app::Msg;
use crate::keymap::Scope;
use world::{Marks, World, copy};

/// The number of cases; together a hundred thousand steps.
const CASES: u32 = 500;
const STEPS: usize = 200;
/// The number of releases, each with its own title, text and topic.
const RELEASES: usize = 14;
/// The keys; repeated ones are pressed more often.
const KEYS: &[&str] = &[
    "j", "j", "j", "k", "k", "G", "gg", "m", "m", "s", "A", "A", "u", "u", "C-r", "v", "V", "1", "2", "3", "0", "0",
    "BS", "gu", "ga", "gs", "@", "n", "N", "Space", "Enter", "Enter", "Esc", "Esc", "z", "/", "/", "f", "a", "i", "r",
    "t", "e", "x", ",s", "]", "[", "d", "Tab", "h", "l", "C-o", "C-u", "C-n", "g/", "?", "!", ":", "C-d", "q", "y",
    "|", "S", "S", "p", "R", "W", "W", "F", "w", "w", "b", "b",
];

/// One event.
#[derive(Debug, Clone)]
enum Step {
    Key(&'static str),
    /// A click this many rows below the top of the list.
    Click(u16),
    /// A pending answer arrives; the flag keeps it for a second arrival.
    Answer(usize, bool),
    /// The library saves the next change, or fails to.
    Save(bool),
    /// This many more releases are loaded.
    Loaded(usize),
    /// Everything is reloaded in another order, without some releases.
    Reread(u32),
    /// Another program sets or clears a mark.
    Elsewhere(usize, bool),
    /// Another program pauses or resumes a subscription.
    PausedElsewhere(i64, bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => prop::sample::select(KEYS).prop_map(Step::Key),
        1 => (2..16_u16).prop_map(Step::Click),
        8 => (any::<usize>(), prop::bool::weighted(0.2)).prop_map(|(at, again)| Step::Answer(at, again)),
        3 => prop::bool::weighted(0.9).prop_map(Step::Save),
        1 => (1..3_usize).prop_map(Step::Loaded),
        1 => any::<u32>().prop_map(Step::Reread),
        1 => (0..RELEASES, any::<bool>()).prop_map(|(release, on)| Step::Elsewhere(release, on)),
        1 => (1..4_i64, any::<bool>()).prop_map(|(number, on)| Step::PausedElsewhere(number, on)),
    ]
}

impl World {
    fn step(&mut self, step: &Step) {
        match *step {
            Step::Key(key) => self.key(key),
            Step::Click(row) => {
                let list = self.app.layout().list;
                let kind = MouseEventKind::Down(MouseButton::Left);
                let event = MouseEvent { kind, column: list.x + 5, row: list.y + row, modifiers: KeyModifiers::NONE };
                self.send(Msg::Mouse(event), true);
            }
            Step::Answer(at, again) => {
                if let Some(at) = at.checked_rem(self.answers.len()) {
                    let msg = if again { copy(&self.answers[at]) } else { self.answers.remove(at) };
                    self.send(msg, false);
                }
            }
            Step::Save(can_save) => self.save(can_save),
            Step::Loaded(more) => self.load(more),
            Step::Reread(seed) => self.reread(seed),
            Step::Elsewhere(number, on) => self.elsewhere(number, on),
            Step::PausedElsewhere(number, on) => self.pause_elsewhere(number, on),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, max_shrink_iters: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_answers_moves_the_cursor_or_marks_what_was_not_listed(
        steps in prop::collection::vec(step(), 1..2 * STEPS)
    ) {
        let mut world = World::new();
        let begun = world.library.marks.clone();
        let sources = world.library.sources.clone();
        for step in &steps {
            world.step(step);
        }
        world.drain();
        world.check_quiet();
        // Undo leads back to the start.
        while world.app.scope() != Scope::List || world.app.detail.find.is_some() {
            let key = if world.app.scope() == Scope::Timeline { "j" } else { "Esc" };
            world.key(key);
            world.drain();
        }
        world.app.notices.clear_info();
        while world.app.notices.info().is_none_or(|text| text.as_str() != "nothing to undo") {
            world.key("u");
            world.drain();
        }
        world.check_quiet();
        prop_assert!(world.app.query.is_empty());
        for number in (0..RELEASES).filter(|number| !world.touched.contains(number)) {
            let marks = |marks: &Marks| marks.get(&number).copied().unwrap_or_default();
            prop_assert_eq!(marks(&world.library.marks), marks(&begun), "{}", number);
        }
        prop_assert_eq!(&world.library.queries, &[]);
        for (number, before) in sources.iter().filter(|(number, _)| !world.touched_sources.contains(number)) {
            prop_assert_eq!(world.library.sources.get(number), Some(before));
        }
    }
}
