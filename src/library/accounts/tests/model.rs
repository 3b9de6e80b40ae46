//! Any sequence of marks here and at the server, of vanishing entries and of syncs keeps the rule: what waits in the outbox
//! wins, otherwise the server does.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const ENTRIES: u64 = 4;
const FLAGS: [Flags; 2] = [Flags::READ, Flags::STARRED];

#[derive(Debug, Clone)]
enum Step {
    MarkHere(u64, usize, bool),
    MarkThere(u64, usize, bool),
    Vanish(u64),
    Return(u64),
    /// Marks may be made at both sides between reading the lists and applying them.
    Sync {
        sends: bool,
        has_all: bool,
        meanwhile: Option<(u64, usize, bool)>,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let mark = || (1..=ENTRIES, 0..FLAGS.len(), any::<bool>());
    let step = prop_oneof![
        4 => mark().prop_map(|(entry, flag, on)| Step::MarkHere(entry, flag, on)),
        3 => mark().prop_map(|(entry, flag, on)| Step::MarkThere(entry, flag, on)),
        1 => (1..=ENTRIES).prop_map(Step::Vanish),
        1 => (1..=ENTRIES).prop_map(Step::Return),
        4 => (any::<bool>(), any::<bool>(), prop::option::of(mark()))
            .prop_map(|(sends, has_all, meanwhile)| Step::Sync { sends, has_all, meanwhile }),
    ];
    prop::collection::vec(step, 1..40)
}

struct World {
    library: Library,
    id: AccountId,
    numbers: BTreeMap<u64, u64>,
    /// The marks at the server, and whether the entry is there.
    server: BTreeMap<u64, (Flags, bool)>,
    /// Whether an entry has vanished or returned since the list of all was read.
    has_moved: bool,
}

impl World {
    fn new(library: Library, id: AccountId) -> Self {
        let number = |entry| number(&library, &format!("Item {entry}"));
        let numbers = (1..=ENTRIES).map(|entry| (entry, number(entry))).collect();
        let server = (1..=ENTRIES).map(|entry| (entry, (Flags::default(), true))).collect();
        Self { library, id, numbers, server, has_moved: false }
    }

    fn here(&self, entry: u64) -> Flags {
        self.library.flags("web:a.invalid/", self.numbers[&entry]).expect("read")
    }

    /// Marks an entry; returns whether that changed anything.
    fn mark_here(&mut self, (entry, flag, on): (u64, usize, bool)) -> bool {
        let before = self.here(entry);
        let releases = [("web:a.invalid/", self.numbers[&entry])];
        self.library.mark(FLAGS[flag], on, releases).expect("written");
        self.here(entry) != before
    }

    fn mark_there(&mut self, entry: u64, flag: Flags, on: bool) {
        let (flags, is_there) = self.server[&entry];
        if is_there {
            self.server.insert(entry, (flags.with(flag, on), true));
        }
    }

    fn list(&self, is_in: impl Fn(Flags) -> bool) -> Vec<u64> {
        let there = self.server.iter().filter(|(_, (flags, is_there))| *is_there && is_in(*flags));
        there.map(|(entry, _)| *entry).collect()
    }

    fn sync(&mut self, sends: bool, has_all: bool, meanwhile: Option<(u64, usize, bool)>) -> Result<(), TestCaseError> {
        let sent = self.library.outbox(self.id).expect("read");
        for waiting in sent.iter().filter(|_| sends) {
            self.mark_there(waiting.remote, waiting.flag, waiting.value);
        }
        let (all, starred) = (self.list(|_| true), self.list(|flags| flags.has(Flags::STARRED)));
        let unread = self.list(|flags| !flags.has(Flags::READ));
        let lists = self.server.clone();
        let meanwhile = meanwhile.filter(|&mark| self.mark_here(mark));
        let before: Vec<Flags> = (1..=ENTRIES).map(|entry| self.here(entry)).collect();
        // Without the list of all, nothing may have left it.
        let has_all = has_all || self.has_moved;
        self.has_moved = false;
        let state = ServerState {
            all: has_all.then_some(&all),
            unread: &unread,
            starred: &starred,
            sent: &sent,
            has_sent: sends,
            ..ServerState::default()
        };
        self.library.apply_state(self.id, &state).expect("written");
        let outbox = self.library.outbox(self.id).expect("read");
        for (entry, before) in (1..=ENTRIES).zip(before) {
            let (there, is_there) = lists[&entry];
            let here = self.here(entry);
            for (at, flag) in FLAGS.into_iter().enumerate() {
                let queued = outbox.iter().find(|waiting| (waiting.remote, waiting.flag) == (entry, flag));
                let wanted = match queued {
                    Some(waiting) => waiting.value,
                    None if is_there => there.has(flag),
                    None => before.has(flag),
                };
                prop_assert_eq!(here.has(flag), wanted, "entry {} flag {}", entry, at);
                // What was marked meanwhile is not lost.
                let is_new = meanwhile.is_some_and(|(marked, flag, _)| (marked, flag) == (entry, at));
                prop_assert!(!is_new || here.has(flag) == before.has(flag));
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_waits_wins_and_otherwise_the_server_does(steps in steps()) {
        let (_folder, library, id, _) = stored(ENTRIES);
        let mut world = World::new(library, id);
        for step in steps {
            match step {
                Step::MarkHere(entry, flag, on) => drop(world.mark_here((entry, flag, on))),
                Step::MarkThere(entry, flag, on) => world.mark_there(entry, FLAGS[flag], on),
                Step::Vanish(entry) | Step::Return(entry) => {
                    let flags = world.server[&entry].0;
                    let is_there = matches!(step, Step::Return(_));
                    world.has_moved |= world.server.insert(entry, (flags, is_there)) != Some((flags, is_there));
                }
                Step::Sync { sends, has_all, meanwhile } => world.sync(sends, has_all, meanwhile)?,
            }
        }
        // When all is there again and sent, both sides agree and nothing waits.
        let marked: Vec<Flags> = (1..=ENTRIES).map(|entry| world.here(entry)).collect();
        let waiting = world.library.outbox(id).expect("read");
        for entry in 1..=ENTRIES {
            let flags = world.server[&entry].0;
            world.server.insert(entry, (flags, true));
        }
        world.has_moved = true;
        for _ in 0..3 {
            world.sync(true, true, None)?;
        }
        prop_assert_eq!(world.library.outbox(id).expect("read"), vec![]);
        for entry in 1..=ENTRIES {
            prop_assert_eq!(world.here(entry), world.server[&entry].0);
        }
        for waiting in waiting {
            let before = marked[usize::try_from(waiting.remote - 1).expect("few")];
            prop_assert_eq!(world.here(waiting.remote).has(waiting.flag), before.has(waiting.flag), "a mark was lost");
        }
    }
}
