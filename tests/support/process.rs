//! Processes as Linux tells of them, and the waiting for what nobody announces.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Pid;

use crate::output::DEADLINE;

/// Asks again and again, with a pause between, until there is an answer or the deadline is over.
pub fn poll<T>(what: &str, ask: impl Fn() -> Option<T>) -> T {
    let until = Instant::now() + DEADLINE;
    while Instant::now() < until {
        if let Some(answer) = ask() {
            return answer;
        }
        thread::sleep(Duration::from_millis(2));
    }
    panic!("waited in vain for {what}");
}

/// The state letter of a process as Linux tells it; none where there is no such process.
pub fn process_state(pid: Pid) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// Children, their children and so on.
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
