//! Decodes keys, mouse buttons and pastes from control sequences.
//!
//! Understands the keys of xterm (including `modifyOtherKeys`), of the Linux console and of rxvt, and the progressive
//! enhancements of kitty's keyboard protocol. A sequence that names none of these is a reply or a report.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// The meaning of a control sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// A key.
    Key(KeyEvent),
    /// A mouse event.
    Mouse(MouseEvent),
    /// The start of a paste.
    Paste,
}

/// The key of an ASCII byte.
pub fn of_byte(byte: u8) -> (KeyCode, KeyModifiers) {
    let control = |c: u8| (KeyCode::Char(char::from(c)), KeyModifiers::CONTROL);
    match byte {
        b'\r' => (KeyCode::Enter, KeyModifiers::NONE),
        b'\t' => (KeyCode::Tab, KeyModifiers::NONE),
        0x7f => (KeyCode::Backspace, KeyModifiers::NONE),
        0x1b => (KeyCode::Esc, KeyModifiers::NONE),
        0x00 => control(b' '),
        0x01..=0x1a => control(byte - 1 + b'a'),
        0x1c..=0x1f => control(byte - 0x1c + b'4'),
        _ => of_char(char::from(byte)),
    }
}

/// The key of a character.
pub fn of_char(c: char) -> (KeyCode, KeyModifiers) {
    (KeyCode::Char(c), if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE })
}

/// The function keys of the Linux console: CSI `[` and this byte.
pub fn console(byte: u8) -> Option<KeyEvent> {
    matches!(byte, b'A'..=b'E').then(|| KeyCode::F(byte - b'A' + 1).into())
}

/// SS3, optional modifiers, and this byte.
pub fn keypad(modifiers: &[u8], last: u8) -> Option<KeyEvent> {
    let code = match last {
        b'a'..=b'd' => {
            let code = letter(last.to_ascii_uppercase())?;
            return Some(KeyEvent::new(code, KeyModifiers::CONTROL));
        }
        b'I' => KeyCode::Tab,
        b'M' => KeyCode::Enter,
        b'X' => KeyCode::Char('='),
        b' ' => KeyCode::Char(' '),
        b'j'..=b'y' => KeyCode::Char(char::from(last - b'j' + b'*')),
        _ => letter(last)?,
    };
    // Some terminals omit the first number of a control sequence.
    let text = std::str::from_utf8(modifiers).ok()?;
    let (modifiers, kind) = modifiers_of(text.rsplit(';').next())?;
    Some(KeyEvent::new_with_kind(code, modifiers, kind))
}

/// CSI, these parameters, and this last byte.
pub fn control(parameters: &[u8], last: u8) -> Option<Sequence> {
    let text = std::str::from_utf8(parameters).ok()?;
    if let Some(place) = text.strip_prefix('<') {
        return mouse(place, last).map(Sequence::Mouse);
    }
    // Private parameters and intermediate bytes: a report.
    if !text.bytes().all(|byte| matches!(byte, b'0'..=b';')) {
        return None;
    }
    let fields: Vec<&str> = text.split(';').collect();
    let key = |code: Option<KeyCode>, field: usize| {
        let (modifiers, kind) = modifiers_of(fields.get(field).copied())?;
        code.map(|code| Sequence::Key(KeyEvent::new_with_kind(code, modifiers, kind)))
    };
    match last {
        b'~' if text == "200" => Some(Sequence::Paste),
        b'~' if fields[0] == "27" && fields.len() == 3 => character(fields[2], fields[1], None).map(Sequence::Key),
        b'~' => key(numbered(fields[0]), 1),
        b'^' | b'@' if fields.len() == 1 => {
            let shift = if last == b'@' { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
            let event = KeyEvent::new(numbered(fields[0])?, KeyModifiers::CONTROL | shift);
            Some(Sequence::Key(event))
        }
        b'u' => {
            character(fields[0], fields.get(1).copied().unwrap_or_default(), fields.get(2).copied()).map(Sequence::Key)
        }
        b'M' if fields.len() == 3 => rxvt_mouse(&fields).map(Sequence::Mouse),
        b'Z' => {
            let (modifiers, kind) = modifiers_of(fields.get(1).copied())?;
            let modifiers = modifiers | KeyModifiers::SHIFT;
            Some(Sequence::Key(KeyEvent::new_with_kind(KeyCode::BackTab, modifiers, kind)))
        }
        b'a'..=b'd' if text.is_empty() => {
            let code = letter(last.to_ascii_uppercase())?;
            Some(Sequence::Key(KeyEvent::new(code, KeyModifiers::SHIFT)))
        }
        // With numbers it is a cursor position report.
        b'R' if !text.is_empty() => None,
        _ => match (letter(last), &fields[..]) {
            (None, _) => None,
            (code, ["" | "1"] | ["" | "1", _]) => key(code, 1),
            (code, [_]) => key(code, 0),
            _ => None,
        },
    }
}

/// A key of rxvt with Shift, which ends with `$`. No control sequence ends with that byte, so nothing follows.
pub fn unfinished(parameters: &[u8]) -> Option<KeyEvent> {
    let number = std::str::from_utf8(parameters).ok()?.strip_suffix('$')?;
    numbered(number).map(|code| KeyEvent::new(code, KeyModifiers::SHIFT))
}

/// Keys that end with a letter.
fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

/// Keys with a number and `~`.
fn numbered(number: &str) -> Option<KeyCode> {
    Some(match number.parse::<u8>().ok()? {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        n @ 11..=15 => KeyCode::F(n - 10),
        n @ 17..=21 => KeyCode::F(n - 11),
        n @ 23..=26 => KeyCode::F(n - 12),
        n @ 28..=29 => KeyCode::F(n - 13),
        n @ 31..=34 => KeyCode::F(n - 14),
        _ => return None,
    })
}

/// `MODIFIERS:KIND`, either of which may be missing. `None` if the field is invalid.
fn modifiers_of(field: Option<&str>) -> Option<(KeyModifiers, KeyEventKind)> {
    let mut parts = field.unwrap_or_default().split(':');
    let mut number = || match parts.next() {
        None | Some("") => Some(1),
        Some(part) => part.parse::<u16>().ok(),
    };
    let (mask, kind) = (number()?, number()?);
    let kind = match kind {
        1 => KeyEventKind::Press,
        2 => KeyEventKind::Repeat,
        3 => KeyEventKind::Release,
        _ => return None,
    };
    let mask = mask.saturating_sub(1);
    let modifiers = [
        KeyModifiers::SHIFT,
        KeyModifiers::ALT,
        KeyModifiers::CONTROL,
        KeyModifiers::SUPER,
        KeyModifiers::HYPER,
        KeyModifiers::META,
    ];
    // The higher bits are lock keys, which do not change the key.
    let is_set = |&(bit, _): &(usize, KeyModifiers)| mask & (1 << bit) != 0;
    Some((modifiers.into_iter().enumerate().filter(is_set).map(|(_, modifier)| modifier).collect(), kind))
}

/// The key of a character number, which may be followed by that of the shifted character; `text` is the typed text.
fn character(codes: &str, modifiers: &str, text: Option<&str>) -> Option<KeyEvent> {
    let (mut modifiers, kind) = modifiers_of(Some(modifiers))?;
    let mut codes = codes.split(':').map(|code| code.parse::<u32>().ok());
    let code = codes.next()??;
    let shifted = codes.next().flatten();
    let typed = text.and_then(|text| text.parse().ok());
    let code = match functional(code) {
        Some(code) => code,
        // Reserved for keys that are not supported here.
        None if (0xe000..=0xf8ff).contains(&code) => return None,
        None => match code {
            9 if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            0x09 | 0x0d | 0x1b | 0x7f => of_byte(code as u8).0,
            _ => {
                let plain = char::from_u32(code)?;
                let upper = || plain.to_uppercase().next().map(u32::from);
                let upper = || shifted.or_else(upper).filter(|_| modifiers.contains(KeyModifiers::SHIFT));
                let c = match typed.or_else(upper) {
                    Some(code) if !modifiers.contains(KeyModifiers::CONTROL) => char::from_u32(code)?,
                    _ => plain,
                };
                with_control(c, &mut modifiers)?
            }
        },
    };
    Some(KeyEvent::new_with_kind(code, modifiers, kind))
}

/// With Control: the key that the character stands for without this protocol.
fn with_control(c: char, modifiers: &mut KeyModifiers) -> Option<KeyCode> {
    if c.is_control() {
        return None;
    }
    if !modifiers.contains(KeyModifiers::CONTROL) {
        return Some(KeyCode::Char(c));
    }
    let c = c.to_lowercase().next().unwrap_or(c);
    let named = match c {
        'i' => KeyCode::Tab,
        'm' => KeyCode::Enter,
        '[' => KeyCode::Esc,
        _ => return Some(KeyCode::Char(c)),
    };
    modifiers.remove(KeyModifiers::CONTROL);
    Some(named)
}

/// The supported keys that kitty encodes in Unicode's private use area.
fn functional(code: u32) -> Option<KeyCode> {
    const OPERATORS: [char; 5] = ['.', '/', '*', '-', '+'];
    const KEYPAD: [KeyCode; 14] = [
        KeyCode::Enter,
        KeyCode::Char('='),
        KeyCode::Char(','),
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Insert,
        KeyCode::Delete,
        KeyCode::KeypadBegin,
    ];
    let below = |first: u32| (code - first) as u8;
    Some(match code {
        57376..=57398 => KeyCode::F(13 + below(57376)),
        57399..=57408 => KeyCode::Char(char::from(b'0' + below(57399))),
        57409..=57413 => KeyCode::Char(OPERATORS[usize::from(below(57409))]),
        57414..=57427 => KEYPAD[usize::from(below(57414))],
        _ => return None,
    })
}

/// `BUTTON;COLUMN;ROW` after CSI `<`, and `M`, or `m` for a release.
fn mouse(place: &str, last: u8) -> Option<MouseEvent> {
    let fields: Vec<&str> = place.split(';').collect();
    let [button, column, row] = *fields else { return None };
    let mut event = mouse_at(button.parse().ok()?, column.parse().ok()?, row.parse().ok()?)?;
    match (last, event.kind) {
        (b'm', MouseEventKind::Down(button)) => event.kind = MouseEventKind::Up(button),
        (b'M' | b'm', _) => {}
        _ => return None,
    }
    Some(event)
}

/// The same in rxvt's encoding, with 32 added to the button.
fn rxvt_mouse(fields: &[&str]) -> Option<MouseEvent> {
    let button: u16 = fields[0].parse().ok()?;
    mouse_at(button.checked_sub(32)?, fields[1].parse().ok()?, fields[2].parse().ok()?)
}

/// The same in X10's encoding: three bytes, with 32 added to each.
pub fn old_mouse(button: u8, column: u8, row: u8) -> Option<MouseEvent> {
    let place = |byte: u8| u16::from(byte.saturating_sub(32));
    mouse_at(u16::from(button.checked_sub(32)?), place(column), place(row))
}

/// Columns and rows count from 1. The button's bits, from the lowest: two for the button, Shift, Alt, Control, motion,
/// two more for the button.
fn mouse_at(button: u16, column: u16, row: u16) -> Option<MouseEvent> {
    let is_moving = button & 0x20 != 0;
    let kind = match ((button & 0x03) | ((button & 0xc0) >> 4), is_moving) {
        (0, false) => MouseEventKind::Down(MouseButton::Left),
        (1, false) => MouseEventKind::Down(MouseButton::Middle),
        (2, false) => MouseEventKind::Down(MouseButton::Right),
        (0, true) => MouseEventKind::Drag(MouseButton::Left),
        (1, true) => MouseEventKind::Drag(MouseButton::Middle),
        (2, true) => MouseEventKind::Drag(MouseButton::Right),
        (3, false) => MouseEventKind::Up(MouseButton::Left),
        (3..=5, true) => MouseEventKind::Moved,
        (4, false) => MouseEventKind::ScrollUp,
        (5, false) => MouseEventKind::ScrollDown,
        (6, false) => MouseEventKind::ScrollLeft,
        (7, false) => MouseEventKind::ScrollRight,
        _ => return None,
    };
    let modifiers = [(0x04, KeyModifiers::SHIFT), (0x08, KeyModifiers::ALT), (0x10, KeyModifiers::CONTROL)];
    let modifiers = modifiers.into_iter().filter(|(bit, _)| button & bit != 0).map(|(_, modifier)| modifier).collect();
    Some(MouseEvent { kind, column: column.saturating_sub(1), row: row.saturating_sub(1), modifiers })
}
