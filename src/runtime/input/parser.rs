//! Turns the bytes of a terminal into keys, mouse events, pastes and replies. A state machine over bytes and times: it
//! has no clock and reads nothing itself.
//!
//! A terminal sends keys and replies in one stream, and only timing distinguishes Alt-`]` from the beginning of a
//! reply. No reply, whoever requested it, is ever taken for keys: control sequences that name no key and control
//! strings (DCS, SOS, OSC, PM, APC) produce nothing. An unfinished one is dropped after [`UNFINISHED`], or at once by
//! Ctrl-C.
//!
//! Sources: ECMA-48, 5.4 and 5.6; Paul Williams' parser for DEC terminals (vt100.net); xterm's "Control Sequences".

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent};

use super::keys::{self, Sequence};
use super::reply::{Reply, StringKind};

/// How long ESC waits for the next byte before it counts as the key.
const ESCAPE: Duration = Duration::from_millis(50);
/// How long ESC with an introducer waits for the next byte before it counts as Alt with that key.
const INTRODUCED: Duration = Duration::from_millis(100);
/// How long an unfinished sequence waits for its end. Bytes at intervals of at most [`INTRODUCED`] extend it.
const UNFINISHED: Duration = Duration::from_secs(1);
/// How long an interrupted paste may continue.
const PASTE_TAIL: Duration = Duration::from_secs(5);

/// The number of bytes kept of a sequence; a longer one is neither a key nor an expected reply.
const SEQUENCE: usize = 256;
/// The number of bytes kept of a paste.
const PASTE: usize = 1 << 20;
/// The end of a paste.
const PASTE_END: &[u8] = b"\x1b[201~";

const BEL: u8 = 0x07;
const ESC: u8 = 0x1b;
const CTRL_C: u8 = 0x03;
/// Ctrl-C, CAN and SUB abort a sequence.
const ABORT: [u8; 3] = [CTRL_C, 0x18, 0x1a];

/// One item that the terminal sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(KeyEvent),
    /// A mouse event.
    Mouse(MouseEvent),
    /// A pasted text.
    Paste(String),
    /// The text of an operating system command, as in a reply to one.
    Osc(String),
    /// A reply to a query about graphics.
    Reply(Reply),
}

/// The state after the last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Ground,
    /// Inside a character of several bytes.
    Character,
    /// After ESC.
    Escape,
    /// Inside a control sequence (CSI).
    Control,
    /// After CSI `[`: a function key of the Linux console.
    Console,
    /// Inside CSI `M` and three bytes: the mouse in its oldest encoding.
    Mouse,
    /// After SS3: a key of the keypad.
    Keypad,
    /// Inside a control string.
    Text(StringKind),
    /// After an ESC inside a control string.
    TextEscape(StringKind),
    /// Inside a pasted text, after this many bytes of its end mark.
    Paste(usize),
}

/// The state machine.
#[derive(Debug, Default)]
pub struct Parser {
    state: State,
    /// The key that introduced the sequence with Alt; `None` for a single-byte introducer (C1).
    introducer: Option<char>,
    /// Whether another ESC came before the current one: Alt with the following key, or Esc.
    has_escape: bool,
    /// The kept bytes of the sequence, character or paste.
    bytes: Vec<u8>,
    /// Whether bytes were dropped.
    is_cut: bool,
    /// When the last bytes arrived.
    last: Option<Instant>,
    deadline: Option<Instant>,
    /// Until when the rest of an interrupted paste may arrive.
    tail: Option<Instant>,
    found: Vec<Input>,
}

impl Parser {
    /// Processes the bytes of one read.
    pub fn feed(&mut self, bytes: &[u8], now: Instant) -> Vec<Input> {
        let is_late = self.last.is_none_or(|last| now.saturating_duration_since(last) > INTRODUCED);
        let before = (self.state, self.deadline);
        self.begin_read(bytes, is_late, now);
        for &byte in bytes {
            self.take(byte);
        }
        self.last = Some(now);
        self.deadline = match self.state {
            State::Ground | State::Character => None,
            State::Escape => Some(now + ESCAPE),
            State::Console | State::Mouse | State::Keypad => Some(now + INTRODUCED),
            _ if self.is_introduced() || self.unfinished().is_some() => Some(now + INTRODUCED),
            // Late bytes may be typed, so they do not extend the sequence.
            State::Control | State::Text(_) | State::TextEscape(_) if is_late && before.0 == self.state => before.1,
            _ => Some(now + UNFINISHED),
        };
        std::mem::take(&mut self.found)
    }

    /// When to call [`Parser::expire`] if no more bytes arrive.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Ends the unfinished sequence; called when the deadline has passed.
    pub fn expire(&mut self, now: Instant) -> Vec<Input> {
        match self.state {
            State::Escape => self.escape_alone(),
            State::TextEscape(_) if self.is_introduced() => {
                self.abandon();
                self.key(KeyCode::Esc, KeyModifiers::NONE);
            }
            State::Paste(_) => {
                self.end_paste();
                self.tail = Some(now + PASTE_TAIL);
            }
            _ => self.abandon(),
        }
        self.deadline = None;
        std::mem::take(&mut self.found)
    }

    /// Whether only the introducer of a sequence has arrived.
    fn is_introduced(&self) -> bool {
        let is_open = matches!(self.state, State::Control | State::Keypad | State::Text(_) | State::TextEscape(_));
        is_open && self.bytes.is_empty()
    }

    /// The key that the unfinished sequence is if nothing follows.
    fn unfinished(&self) -> Option<KeyEvent> {
        if self.state == State::Control { keys::unfinished(&self.bytes) } else { None }
    }

    /// Decides, by the beginning of a read, what the previous one left open.
    fn begin_read(&mut self, bytes: &[u8], is_late: bool, now: Instant) {
        let Some(&first) = bytes.first() else { return };
        match self.state {
            // Alt and its key arrive in one read; a sequence may be split anywhere.
            State::Escape if !is_introducer(first) => self.escape_alone(),
            State::TextEscape(_) if is_late && first != b'\\' => {
                self.abandon();
                self.key(KeyCode::Esc, KeyModifiers::NONE);
            }
            State::Paste(_) if is_late && bytes == [CTRL_C] => self.end_paste(),
            State::Ground => {
                let is_burst = bytes.len() > 1 && first != ESC && !is_one_character(bytes);
                if self.tail.take().is_some_and(|until| now < until) && is_burst {
                    self.state = State::Paste(0);
                }
            }
            _ => {}
        }
    }

    fn take(&mut self, byte: u8) {
        match self.state {
            State::Ground => self.ground(byte),
            State::Character => self.character(byte),
            State::Escape => self.escape(byte),
            State::Control => self.control(byte),
            State::Keypad => self.keypad(byte),
            State::Console => {
                self.finish(keys::console(byte).map(Sequence::Key));
                if byte == ESC || ABORT.contains(&byte) {
                    self.ground(byte);
                }
            }
            State::Mouse if byte == 0 || byte >= b' ' => {
                self.keep(byte);
                if let [button, column, row] = *self.bytes {
                    self.finish(keys::old_mouse(button, column, row).map(Sequence::Mouse));
                }
            }
            State::Mouse => self.abandon_for(byte),
            State::Text(kind) => self.text(kind, byte),
            State::TextEscape(kind) if byte == b'\\' => self.end_text(kind),
            State::TextEscape(_) => {
                self.abandon();
                self.state = State::Escape;
                self.escape(byte);
            }
            State::Paste(matched) => self.paste(matched, byte),
        }
    }

    fn ground(&mut self, byte: u8) {
        match byte {
            ESC => self.state = State::Escape,
            0x00..=0x7f => {
                let (code, modifiers) = keys::of_byte(byte);
                self.key(code, modifiers);
            }
            0x8f..=0x9f => self.introduce(byte - 0x40, false),
            0xc2..=0xf4 => {
                self.state = State::Character;
                self.bytes.push(byte);
            }
            // Not the beginning of a character.
            _ => {}
        }
    }

    fn character(&mut self, byte: u8) {
        if !(0x80..=0xbf).contains(&byte) {
            self.reset();
            return self.ground(byte);
        }
        self.bytes.push(byte);
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => {
                let c = text.chars().next().unwrap_or_default();
                let has_escape = self.has_escape;
                self.reset();
                if let control @ 0x80..=0x9f = u32::from(c) {
                    if has_escape {
                        self.key(KeyCode::Esc, KeyModifiers::NONE);
                    }
                    return self.introduce(control as u8 - 0x40, false);
                }
                let (code, shift) = keys::of_char(c);
                self.key(code, if has_escape { shift | KeyModifiers::ALT } else { shift });
            }
            Err(error) if error.error_len().is_some() => self.reset(),
            Err(_unfinished) => {}
        }
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            ESC if self.has_escape => self.key(KeyCode::Esc, KeyModifiers::NONE),
            ESC => self.has_escape = true,
            byte if is_introducer(byte) => self.introduce(byte, true),
            _ => {
                if self.has_escape || byte == CTRL_C {
                    self.key(KeyCode::Esc, KeyModifiers::NONE);
                }
                self.reset();
                match byte {
                    CTRL_C => self.ground(byte),
                    0x00..=0x7f => {
                        let (code, modifiers) = keys::of_byte(byte);
                        self.key(code, modifiers | KeyModifiers::ALT);
                    }
                    // Alt with the character that begins here.
                    0xc2..=0xf4 => {
                        self.ground(byte);
                        self.has_escape = true;
                    }
                    _ => {
                        self.key(KeyCode::Esc, KeyModifiers::NONE);
                        self.ground(byte);
                    }
                }
            }
        }
    }

    /// Begins a sequence by its introducer, the byte after ESC.
    fn introduce(&mut self, byte: u8, is_key: bool) {
        self.state = match byte {
            b'[' => State::Control,
            b'O' => State::Keypad,
            b']' => State::Text(StringKind::Command),
            b'P' => State::Text(StringKind::Device),
            b'_' => State::Text(StringKind::Application),
            b'X' | b'^' => State::Text(StringKind::Other),
            _ => return,
        };
        self.introducer = is_key.then_some(char::from(byte));
        if self.has_escape && matches!(self.state, State::Text(_)) {
            self.has_escape = false;
            self.key(KeyCode::Esc, KeyModifiers::NONE);
        }
    }

    fn control(&mut self, byte: u8) {
        match byte {
            b' '..=b'?' => self.keep(byte),
            b'[' if self.bytes.is_empty() => self.state = State::Console,
            b'M' if self.bytes.is_empty() => self.state = State::Mouse,
            b'@'..=b'~' => {
                let reply = if self.is_cut { None } else { Reply::of_control(&self.bytes, byte) };
                let sequence = if self.is_cut { None } else { keys::control(&self.bytes, byte) };
                self.finish(sequence);
                self.found.extend(reply.map(Input::Reply));
            }
            _ => self.abandon_for(byte),
        }
    }

    fn keypad(&mut self, byte: u8) {
        match byte {
            b'0'..=b'9' | b';' => self.keep(byte),
            b' '..=b'~' => {
                let sequence = if self.is_cut { None } else { keys::keypad(&self.bytes, byte) };
                self.finish(sequence.map(Sequence::Key));
            }
            _ => self.abandon_for(byte),
        }
    }

    fn text(&mut self, kind: StringKind, byte: u8) {
        match byte {
            ESC => self.state = State::TextEscape(kind),
            BEL if kind == StringKind::Command => self.end_text(kind),
            // A single-byte ST counts only after a single-byte introducer; otherwise it is part of a character.
            0x9c if self.introducer.is_none() => self.end_text(kind),
            byte if ABORT.contains(&byte) => self.abandon_for(byte),
            _ => self.keep(byte),
        }
    }

    fn end_text(&mut self, kind: StringKind) {
        if !self.is_cut {
            let text = String::from_utf8_lossy(&self.bytes).into_owned();
            match kind {
                StringKind::Command => self.found.push(Input::Osc(text)),
                _ => self.found.extend(Reply::of_string(kind, &text).map(Input::Reply)),
            }
        }
        self.reset();
    }

    fn paste(&mut self, matched: usize, byte: u8) {
        if byte == PASTE_END[matched] {
            self.state = State::Paste(matched + 1);
            if matched + 1 == PASTE_END.len() {
                self.end_paste();
            }
            return;
        }
        PASTE_END[..matched].iter().for_each(|&byte| self.keep(byte));
        self.state = State::Paste(usize::from(byte == ESC));
        if byte != ESC {
            self.keep(byte);
        }
    }

    fn end_paste(&mut self) {
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        self.found.push(Input::Paste(text));
        self.reset();
    }

    /// Ends a control sequence; an ESC before it means Alt if it is a key.
    fn finish(&mut self, sequence: Option<Sequence>) {
        let has_escape = self.has_escape;
        self.reset();
        match sequence {
            Some(Sequence::Key(mut event)) => {
                if has_escape {
                    event.modifiers |= KeyModifiers::ALT;
                }
                return self.found.push(Input::Key(event));
            }
            Some(Sequence::Mouse(event)) => self.found.push(Input::Mouse(event)),
            Some(Sequence::Paste) => self.state = State::Paste(0),
            None => {}
        }
        if has_escape {
            let at = self.found.len() - usize::from(matches!(sequence, Some(Sequence::Mouse(_))));
            self.found.insert(at, Input::Key(KeyCode::Esc.into()));
        }
    }

    /// Drops an unfinished sequence. A lone introducer is Alt with that key, and a `$` ends a key of rxvt.
    fn abandon(&mut self) {
        let alone = self.introducer.filter(|_| self.is_introduced());
        let key = self.unfinished();
        let has_escape = self.has_escape;
        self.reset();
        if has_escape {
            self.key(KeyCode::Esc, KeyModifiers::NONE);
        }
        if let Some(introducer) = alone {
            let (code, shift) = keys::of_char(introducer);
            self.key(code, shift | KeyModifiers::ALT);
        }
        self.found.extend(key.map(Input::Key));
    }

    /// Drops an unfinished sequence because of a byte that cannot be part of it.
    fn abandon_for(&mut self, byte: u8) {
        self.abandon();
        self.ground(byte);
    }

    fn escape_alone(&mut self) {
        if self.has_escape {
            self.key(KeyCode::Esc, KeyModifiers::NONE);
        }
        self.key(KeyCode::Esc, KeyModifiers::NONE);
        self.reset();
    }

    fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.found.push(Input::Key(KeyEvent::new(code, modifiers)));
    }

    fn keep(&mut self, byte: u8) {
        let most = if matches!(self.state, State::Paste(_)) { PASTE } else { SEQUENCE };
        if self.bytes.len() < most {
            self.bytes.push(byte);
        } else {
            self.is_cut = true;
        }
    }

    fn reset(&mut self) {
        self.state = State::Ground;
        self.introducer = None;
        (self.has_escape, self.is_cut) = (false, false);
        self.bytes.clear();
    }
}

/// Whether ESC and this byte begin a sequence.
fn is_introducer(byte: u8) -> bool {
    matches!(byte, b'[' | b'O' | b']' | b'P' | b'X' | b'^' | b'_')
}

fn is_one_character(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().nth(1).is_none())
}
