//! Asks for a secret on the terminal, without showing it.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use crate::cli::interrupt::cancel_flag;
use crate::server::Secret;

/// The longest secret in bytes.
const LONGEST: usize = 4 << 10;
/// The interval at which signals are noticed.
const CHECK_INTERVAL: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// Reads a secret: a line of standard input if that is no terminal, otherwise typed without echo. `None` if the user
/// cancels.
///
/// # Errors
/// If the input cannot be read.
pub fn read(prompt: &str) -> io::Result<Option<Secret>> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().take(LONGEST as u64).read_to_string(&mut line)?;
        return Ok(Some(Secret::new(line.lines().next().unwrap_or_default())));
    }
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    write!(terminal, "{prompt}: ")?;
    let silent = Silent::new(&terminal)?;
    let typed = type_line(&terminal, &cancel_flag());
    drop(silent);
    writeln!(terminal)?;
    Ok(typed?.map(|typed| Secret::new(&typed)))
}

/// Keeps the terminal from showing what is typed; the old state returns when it is dropped.
struct Silent<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Silent<'a> {
    fn new(terminal: &'a File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut silent = before.clone();
        // Signal keys come as bytes, so that no signal ends the program before the old state is back.
        silent.local_modes &= !(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(terminal, OptionalActions::Now, &silent)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

/// Reads bytes until Enter. `None` after Ctrl-C, Ctrl-D on an empty line, or a signal.
fn type_line(mut terminal: &File, is_cancelled: &AtomicBool) -> io::Result<Option<String>> {
    let mut typed = Vec::new();
    loop {
        if is_cancelled.load(Ordering::SeqCst) {
            return Ok(None);
        }
        if matches!(poll(&mut [PollFd::new(terminal, PollFlags::IN)], Some(&CHECK_INTERVAL)), Ok(0)) {
            continue;
        }
        let mut byte = [0];
        if terminal.read(&mut byte)? == 0 {
            return Ok(None);
        }
        match edit(&mut typed, byte[0]) {
            Typed::More => {}
            Typed::Done => return Ok(Some(String::from_utf8_lossy(&typed).into_owned())),
            Typed::Cancelled => return Ok(None),
        }
    }
}

/// What a typed byte does to the line.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    More,
    Done,
    Cancelled,
}

fn edit(typed: &mut Vec<u8>, byte: u8) -> Typed {
    const CTRL_C: u8 = 0x03;
    const CTRL_D: u8 = 0x04;
    const CTRL_U: u8 = 0x15;
    const CTRL_BACKSLASH: u8 = 0x1c;
    match byte {
        b'\r' | b'\n' => return Typed::Done,
        CTRL_C | CTRL_BACKSLASH => return Typed::Cancelled,
        CTRL_D => return if typed.is_empty() { Typed::Cancelled } else { Typed::Done },
        CTRL_U => typed.clear(),
        // Backspace removes a whole character.
        0x08 | 0x7f => while typed.pop().is_some_and(|last| last & 0xc0 == 0x80) {},
        // Control characters and escape sequences are no part of a secret.
        byte if byte < b' ' => {}
        byte if typed.len() < LONGEST => typed.push(byte),
        _ => {}
    }
    Typed::More
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> (String, Typed) {
        let mut line = Vec::new();
        let mut last = Typed::More;
        for &key in keys {
            last = edit(&mut line, key);
        }
        (String::from_utf8(line).expect("text"), last)
    }

    #[test]
    fn a_secret_is_typed_and_corrected() {
        assert_eq!(typed("abc\x7fd\r".as_bytes()), ("abd".to_owned(), Typed::Done));
        assert_eq!(typed("aé\x08\n".as_bytes()), ("a".to_owned(), Typed::Done));
        assert_eq!(typed("wrong\x15right\r".as_bytes()), ("right".to_owned(), Typed::Done));
        assert_eq!(typed(b"a\x03").1, Typed::Cancelled);
        assert_eq!(typed(b"\x04").1, Typed::Cancelled);
        assert_eq!(typed(b"\x7f\x7fa"), ("a".to_owned(), Typed::More));
    }
}
