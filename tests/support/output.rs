//! The output and the state of a program, shared by the threads that read it and the waiting test.

use std::num::NonZeroU16;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The limit of any wait. Far longer than needed, because a busy machine is not a failure.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// The state shared by the threads.
pub struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// The state of a program.
pub struct State {
    /// Its screen.
    pub emulator: vt100::Parser,
    /// All its output.
    pub bytes: Vec<u8>,
    /// Its exit code, and the signal that ended it, if any.
    pub exit: Option<(u32, Option<String>)>,
    /// Whether no process has the terminal open any more.
    pub is_closed: bool,
}

impl Shared {
    /// The state before any output.
    pub fn new(columns: u16, rows: u16) -> Self {
        let emulator = emulator(columns, rows);
        let state = State { emulator, bytes: Vec::new(), exit: None, is_closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Locks the state; ignores a panic of another thread.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes waiting threads.
    pub fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Waits until `ready` holds; panics with the screen at the deadline.
    pub fn wait(&self, what: &str, ready: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        self.wait_within(DEADLINE, what, ready)
    }

    /// Waits for at most `limit` until `ready` holds; panics with the screen after that.
    pub fn wait_within(&self, limit: Duration, what: &str, ready: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let until = Instant::now() + limit;
        let mut state = self.lock();
        while !ready(&state) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let (exit, screen) = (state.exit.clone(), state.emulator.screen().contents());
                drop(state);
                panic!("timed out waiting for {what}; exit: {exit:?}; the screen:\n{screen}\n-- end of the screen");
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }

    /// Asserts that `holds` is true until a point in time, after each change.
    pub fn assert_until(&self, until: Instant, what: &str, holds: impl Fn(&State) -> bool) {
        let mut state = self.lock();
        loop {
            let screen = state.emulator.screen().contents();
            assert!(holds(&state), "not {what}; the screen:\n{screen}\n-- end of the screen");
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// An emulator of this size, at least two by two.
pub fn emulator(columns: u16, rows: u16) -> vt100::Parser {
    vt100::Parser::new(at_least(rows, 2), at_least(columns, 2), 0)
}

/// A number that is at least `least`.
pub fn at_least(number: u16, least: u16) -> NonZeroU16 {
    NonZeroU16::new(number.max(least)).expect("more than nothing")
}
