//! Copies texts: by a program of this machine, or through the terminal (OSC 52), which also works over ssh.
//!
//! The sequence is `ESC ] 52 ; c ; BASE64 BEL` (xterm's control sequences, "Operating System Commands").

use std::io::{self, Write};
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::config::Clipboard;

/// Bytes that terminals take at once: xterm and tmux stop at about a hundred thousand in Base64.
const MOST: usize = 74_000;

/// Programs that copy, with the variable that tells whether their desktop is there.
const PROGRAMS: [(&str, &[&str]); 5] = [
    ("WAYLAND_DISPLAY", &["wl-copy"]),
    ("DISPLAY", &["xclip", "-selection", "clipboard"]),
    ("DISPLAY", &["xsel", "--clipboard", "--input"]),
    ("__CFBundleIdentifier", &["pbcopy"]),
    ("WSL_DISTRO_NAME", &["clip.exe"]),
];

/// Copies a text, and says how.
///
/// # Errors
/// Says why it could not be copied.
pub fn copy(text: &str, how: Clipboard, variable: impl Fn(&str) -> bool) -> Result<&'static str, String> {
    let is_remote = variable("SSH_TTY") || variable("SSH_CONNECTION");
    let is_local = match how {
        Clipboard::Off => return Err("copying is turned off in the configuration".to_owned()),
        Clipboard::Terminal => false,
        Clipboard::Local => true,
        Clipboard::Auto => !is_remote,
    };
    if is_local {
        let there = PROGRAMS.iter().filter(|(desktop, _)| variable(desktop) || *desktop == "__CFBundleIdentifier");
        if let Some(program) = there.map(|(_, argv)| *argv).find(|argv| run(argv, text).is_ok()) {
            return Ok(program[0]);
        }
    }
    if how == Clipboard::Local {
        return Err("no program to copy with: install wl-copy, xclip or xsel".to_owned());
    }
    if text.len() > MOST {
        return Err(format!("{} kB are more than a terminal takes", text.len().div_ceil(1_000)));
    }
    let sequence = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    let mut out = io::stdout().lock();
    out.write_all(sequence.as_bytes()).and_then(|()| out.flush()).map_err(|error| error.to_string())?;
    Ok("the terminal")
}

/// Gives a text to a program, and waits until it has taken it.
fn run(argv: &[&str], text: &str) -> io::Result<()> {
    let mut child = Command::new(argv[0])
        .args(&argv[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()));
    let status = child.wait()?;
    written?;
    if status.success() { Ok(()) } else { Err(io::Error::other("it failed")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_copied_says_why() {
        let nothing = |_: &str| false;
        assert!(copy("a", Clipboard::Off, nothing).is_err_and(|why| why.contains("turned off")));
        assert!(copy("a", Clipboard::Local, nothing).is_err_and(|why| why.contains("wl-copy")));
        let long = "x".repeat(MOST + 1);
        assert!(copy(&long, Clipboard::Terminal, nothing).is_err_and(|why| why.contains("75 kB")));
    }
}
