//! Processes in Linux's `/proc`, and polling for states that nothing announces.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Pid;

use crate::output::DEADLINE;

/// Calls `ask` repeatedly until it returns a value or the deadline passes. For the state of other processes, which offer
/// nothing to wait on; hence the pauses.
pub fn poll<T>(what: &str, ask: impl Fn() -> Option<T>) -> T {
    poll_ok(what, || ask().ok_or_else(String::new))
}

/// Like [`poll`]; if the deadline passes, the last error is part of the panic.
pub fn poll_ok<T>(what: &str, ask: impl Fn() -> Result<T, String>) -> T {
    let until = Instant::now() + DEADLINE;
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(error) if Instant::now() > until => panic!("timed out waiting for {what}: {error}"),
            Err(_) => thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// The state letter of a process in `/proc`; `None` if there is no such process.
pub fn process_state(pid: Pid) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// All descendants of a process.
pub fn descendants(of: u32) -> Vec<u32> {
    let parent = |id: u32| -> Option<u32> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
    };
    let all = fs::read_dir("/proc").expect("the processes").flatten();
    let all = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let children: Vec<u32> = all.filter(|&id| parent(id) == Some(of)).collect();
    children.iter().flat_map(|&child| [vec![child], descendants(child)].concat()).collect()
}

/// The id of a process.
pub fn pid(id: u32) -> Pid {
    i32::try_from(id).ok().and_then(Pid::from_raw).expect("a process id")
}
