//! Notifications outside the window: through the terminal, or by a program of the user.
//!
//! `ESC ] 9 ; TEXT BEL` comes from iTerm2, `ESC ] 777 ; notify ; TITLE ; TEXT BEL` from rxvt-unicode; several other
//! terminals know one of them, and the rest ignore both.

use std::io;
use std::process::Command;

use super::session::Session;
use super::{lend_terminal, send, terminal, thread};
use crate::app::Msg;
use crate::app::notice::{Cause, Notice};
use crate::config::{Charset, Notify};
use crate::text::{CleanBuf, system_error};

/// The title of a notification, and the beginning of one without a title: some terminals take a number at the beginning
/// for a command of their own.
const TITLE: &str = "tidings";

/// Returns the sequence that makes the terminal show a notification; `None` if none is wanted from the terminal.
fn sequence(how: Notify, text: &CleanBuf, charset: Charset) -> Option<String> {
    // A text has no control characters, but nothing may depend on that alone. To a terminal with another character set,
    // some other characters are control characters.
    let shown = |c: char| match c {
        c if c.is_control() => None,
        // It separates the title from the text.
        ';' => Some(','),
        c if charset == Charset::Ascii && !c.is_ascii() => Some('?'),
        c => Some(c),
    };
    let text: String = text.as_str().chars().filter_map(shown).collect();
    match how {
        Notify::Osc9 => Some(format!("\x1b]9;{TITLE}: {text}\x07")),
        Notify::Osc777 => Some(format!("\x1b]777;notify;{TITLE};{text}\x07")),
        Notify::Off | Notify::Command => None,
    }
}

impl Session {
    /// Shows a notification as the settings say.
    pub(super) fn notify(&mut self, text: &CleanBuf) -> io::Result<()> {
        let settings = &self.app.settings;
        if let Some(sequence) = sequence(settings.notify, text, settings.look.charset) {
            return terminal::write(sequence.as_bytes());
        }
        if settings.notify == Notify::Command {
            self.run_notifier(text);
        }
        Ok(())
    }

    /// Runs the user's program with the text as its last argument.
    fn run_notifier(&self, text: &CleanBuf) {
        let sender = self.sender.clone();
        let fail = move |program: &str, reason: &str| {
            let notice = Notice::error_about(Cause::Program, &CleanBuf::line(program), CleanBuf::line(reason));
            send(&sender, Msg::Notice(notice));
        };
        let [program, arguments @ ..] = self.app.settings.notify_command.as_slice() else {
            return fail("notify", "cannot notify: notify-command is not set in the configuration");
        };
        let (name, mut command) = (program.clone(), Command::new(program));
        command.args(arguments).arg(text.as_str());
        thread::spawn("notify", "the notification", &self.sender, move || {
            let ended = lend_terminal::detach(command).and_then(|mut child| child.wait());
            match ended {
                Ok(status) if status.success() => {}
                Ok(status) => fail(&name, &format!("{name} failed ({status})")),
                Err(error) => fail(&name, &format!("cannot start {name}: {}", system_error(&error))),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_notification_is_one_sequence() {
        let text = CleanBuf::line("3 new for Tea; Zürich");
        let of = |how, charset| sequence(how, &text, charset);
        assert_eq!(of(Notify::Osc9, Charset::Unicode).as_deref(), Some("\x1b]9;tidings: 3 new for Tea, Zürich\x07"));
        assert_eq!(
            of(Notify::Osc777, Charset::Ascii).as_deref(),
            Some("\x1b]777;notify;tidings;3 new for Tea, Z?rich\x07")
        );
        assert_eq!([Notify::Off, Notify::Command].map(|how| of(how, Charset::Unicode)), [None, None]);
    }

    proptest! {
        #[test]
        fn no_text_ends_the_sequence(text in any::<String>()) {
            for how in [Notify::Osc9, Notify::Osc777] {
                let sequence = sequence(how, &CleanBuf::line(&text), Charset::Unicode).expect("a sequence");
                prop_assert_eq!(sequence.chars().filter(|c| c.is_control()).count(), 2);
            }
        }
    }
}
