//! What a program wrote and what became of it, shared by the threads that read and the test that waits.

use std::num::NonZeroU16;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long anything may take. Far more than it needs: a loaded machine is no failure.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// What the program's threads share.
pub struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// What is known of a program.
pub struct State {
    /// Its screen.
    pub emulator: vt100::Parser,
    /// All it wrote.
    pub bytes: Vec<u8>,
    /// Exit code, and the signal that ended it where one did.
    pub exit: Option<(u32, Option<String>)>,
    /// Nobody has the terminal any more.
    pub is_closed: bool,
}

impl Shared {
    /// Nothing written yet.
    pub fn new(columns: u16, rows: u16) -> Self {
        let emulator = emulator(columns, rows);
        let state = State { emulator, bytes: Vec::new(), exit: None, is_closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The state; a test that failed on another thread does not matter here.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes whoever waits.
    pub fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Waits until `ready` holds; panics with the screen at the deadline.
    pub fn wait(&self, what: &str, ready: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let until = Instant::now() + DEADLINE;
        let mut state = self.lock();
        while !ready(&state) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let (exit, screen) = (state.exit.clone(), state.emulator.screen().contents());
                drop(state);
                panic!("waited in vain for {what}; exit: {exit:?}; the screen:\n{screen}\n-- end of the screen");
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }
}

/// An emulator of this size. It cannot be smaller than two by two.
pub fn emulator(columns: u16, rows: u16) -> vt100::Parser {
    vt100::Parser::new(at_least(rows, 2), at_least(columns, 2), 0)
}

/// A number that is not below `least`.
pub fn at_least(number: u16, least: u16) -> NonZeroU16 {
    NonZeroU16::new(number.max(least)).expect("more than nothing")
}
