//! A process group that ends with its owner.

use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use std::{os::unix::process::CommandExt, thread};

use rustix::process::{Pid, Signal, kill_process_group};

/// How long a program may take to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running program in a process group of its own. Killed on drop.
pub struct Group(Child);

impl Group {
    /// A command whose program receives a signal when the thread that started it ends, so that none is left even if
    /// the tests are killed.
    pub fn command(program: &Path, at_end: Signal) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", if at_end == Signal::INT { "INT" } else { "TERM" }]);
        command.arg("--").arg(program);
        command
    }

    pub fn spawn(mut command: Command) -> Self {
        Self(command.process_group(0).spawn().expect("the program starts"))
    }

    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().expect("the state of a child").is_some()
    }

    /// Sends a signal and waits until the program has ended; kills it if it takes too long.
    pub fn stop(&mut self, signal: Signal) {
        let until = Instant::now() + PATIENCE;
        self.send(signal);
        while !self.has_ended() {
            if Instant::now() > until {
                self.send(Signal::KILL);
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn send(&mut self, signal: Signal) {
        let group = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw);
        if let (false, Some(group)) = (self.has_ended(), group) {
            // The group may end at this moment.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.stop(Signal::KILL);
    }
}
