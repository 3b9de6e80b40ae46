//! The threads that fetch, shared by syncs, subscriptions and full texts. A task starts once its host has a free slot;
//! tasks of a busy host do not block those of others.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing::info_span;

use crate::net::fetch::{Cancel, Entry, Hosts, Visit};
use crate::text::CleanBuf;

/// The maximum number of tasks that run at the same time, not counting urgent ones.
pub(super) const MAX_RUNNING: usize = 16;
/// The number of extra threads for tasks that the user is waiting for.
const EXTRA_URGENT: usize = 4;
/// How long an idle thread stays.
const MAX_IDLE: Duration = Duration::from_secs(5);
/// How often waiting tasks are checked although none has ended: a redirected fetch has released the slot at its first
/// host.
const RECHECK: Duration = Duration::from_millis(200);

/// A fetch to run.
pub struct Task {
    /// The first host.
    pub host: String,
    /// Cancels the task.
    pub cancellation: Cancel,
    /// Whether the user waits for it; it then runs before the others.
    pub is_urgent: bool,
    /// Runs it, with a slot at the host, or with `None` if it was cancelled or the host is in a pause. Panics are the
    /// task's own concern.
    pub run: Box<dyn FnOnce(Option<Visit>) + Send>,
}

/// The pool. The threads end when it is dropped.
pub(super) struct Pool(Arc<Shared>);

struct Shared {
    hosts: Arc<Hosts>,
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Task>,
    threads: usize,
    idle: usize,
    /// The number of running tasks that are not urgent.
    ordinary: usize,
    is_over: bool,
}

impl Pool {
    /// Creates a pool that respects the limits of these hosts. Threads start on demand.
    pub fn new(hosts: Arc<Hosts>) -> Self {
        Self(Arc::new(Shared { hosts, state: Mutex::default(), wake: Condvar::new() }))
    }

    /// Queues a task. Its log lines name the host, within the span of the caller.
    pub fn submit(&self, mut task: Task) {
        let span = info_span!("host", name = %CleanBuf::line(&task.host));
        let run = task.run;
        task.run = Box::new(move |visit| span.in_scope(|| run(visit)));
        let mut state = self.0.lock();
        let at = if task.is_urgent { state.urgent() } else { state.waiting.len() };
        state.waiting.insert(at, task);
        if state.waiting.len() > state.idle && state.threads < MAX_RUNNING + EXTRA_URGENT {
            let shared = Arc::clone(&self.0);
            let name = format!("fetch-{}", state.threads);
            // If no thread can be started, the existing ones do the work.
            if thread::Builder::new().name(name).spawn(move || shared.work()).is_ok() {
                state.threads += 1;
            }
        }
        self.0.wake.notify_one();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.is_over = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        drop(waiting);
        self.0.wake.notify_all();
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.lock();
        f.debug_struct("Pool").field("waiting", &state.waiting.len()).field("threads", &state.threads).finish()
    }
}

impl State {
    /// The number of waiting urgent tasks, which are at the front.
    fn urgent(&self) -> usize {
        self.waiting.iter().take_while(|task| task.is_urgent).count()
    }

    /// Takes the first task that can start.
    fn next(&mut self, hosts: &Arc<Hosts>) -> Option<(Task, Option<Visit>)> {
        for at in 0..self.waiting.len() {
            let task = &self.waiting[at];
            if !task.is_urgent && self.ordinary >= MAX_RUNNING {
                return None;
            }
            let entry = if task.cancellation.is_cancelled() { None } else { Some(hosts.try_enter(&task.host)) };
            let visit = match entry {
                Some(Entry::Full) => continue,
                Some(Entry::In(visit)) => Some(visit),
                Some(Entry::Paused(_)) | None => None,
            };
            return self.waiting.remove(at).map(|task| (task, visit));
        }
        None
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs tasks while there are any.
    fn work(&self) {
        let mut state = self.lock();
        while !state.is_over {
            if let Some((task, visit)) = state.next(&self.hosts) {
                let ordinary = usize::from(!task.is_urgent);
                state.ordinary += ordinary;
                drop(state);
                // After a panic the thread continues with the next task.
                let _ = catch_unwind(AssertUnwindSafe(|| (task.run)(visit)));
                state = self.lock();
                state.ordinary -= ordinary;
                // A slot at its host is free again.
                self.wake.notify_all();
                continue;
            }
            let is_empty = state.waiting.is_empty();
            state.idle += 1;
            let waited = self.wake.wait_timeout(state, if is_empty { MAX_IDLE } else { RECHECK });
            let (again, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = again;
            state.idle -= 1;
            if is_empty && timeout.timed_out() && state.waiting.is_empty() {
                break;
            }
        }
        state.threads -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    fn task(host: &str, is_urgent: bool, run: impl FnOnce() + Send + 'static) -> Task {
        let run = Box::new(move |visit: Option<Visit>| {
            run();
            drop(visit);
        });
        Task { host: host.to_owned(), cancellation: Cancel::default(), is_urgent, run }
    }

    #[test]
    fn a_hundred_tasks_of_one_host_run_two_at_a_time_and_block_no_other() {
        let pool = Pool::new(Arc::default());
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (done, all) = mpsc::channel();
        let (release, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        for _ in 0..100 {
            let (now, most, done, gate) = (Arc::clone(&now), Arc::clone(&most), done.clone(), Arc::clone(&gate));
            pool.submit(task("a.invalid", false, move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let _ = gate.lock().expect("the gate").recv_timeout(PATIENCE);
                now.fetch_sub(1, Ordering::SeqCst);
                let _ = done.send("a");
            }));
        }
        let other = done.clone();
        pool.submit(task("b.invalid", false, move || other.send("b").expect("somebody waits")));
        assert_eq!(all.recv_timeout(PATIENCE), Ok("b"), "another host does not wait");
        (0..100).for_each(|_| release.send(()).expect("somebody waits"));
        assert!((0..100).all(|_| all.recv_timeout(PATIENCE) == Ok("a")));
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)), "{most:?}");
    }

    #[test]
    fn urgent_tasks_run_first_and_a_panic_stops_no_other() {
        let pool = Pool::new(Arc::default());
        let (done, all) = mpsc::channel();
        let (release, gate) = mpsc::channel::<()>();
        let (begun, has_begun) = mpsc::channel();
        pool.submit(task("a.invalid", false, move || {
            begun.send(()).expect("somebody waits");
            let _ = gate.recv_timeout(PATIENCE);
            panic!("on purpose");
        }));
        has_begun.recv_timeout(PATIENCE).expect("it begins");
        for (name, is_urgent) in [("later", false), ("first", true), ("second", true)] {
            let done = done.clone();
            pool.submit(task("a.invalid", is_urgent, move || done.send(name).expect("somebody waits")));
        }
        // A host allows one request until the first answer, so the tasks run in sequence and show their order.
        let order: Vec<&str> =
            pool.0.lock().waiting.iter().map(|task| if task.is_urgent { "!" } else { "." }).collect();
        assert_eq!(order, ["!", "!", "."]);
        release.send(()).expect("it waits");
        let mut names: Vec<_> = (0..3).map(|_| all.recv_timeout(PATIENCE).expect("all are done")).collect();
        names.sort_unstable();
        assert_eq!(names, ["first", "later", "second"]);
    }
}
