use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEventKind};
use proptest::prelude::*;

use super::replies::REPLIES;
use super::reply::Reply;
use super::*;
use crate::keymap::Key;

const ALT: KeyModifiers = KeyModifiers::ALT;

/// A terminal with a manual clock.
struct Typist {
    parser: Parser,
    now: Instant,
    found: Vec<Input>,
}

impl Typist {
    fn new() -> Self {
        Self { parser: Parser::default(), now: Instant::now(), found: Vec::new() }
    }

    /// Lets time pass; unfinished sequences expire.
    fn wait(&mut self, milliseconds: u64) {
        let until = self.now + Duration::from_millis(milliseconds);
        while let Some(at) = self.parser.deadline().filter(|at| *at <= until) {
            self.now = at.max(self.now);
            self.found.extend(self.parser.expire(self.now));
        }
        self.now = until;
    }

    fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.found.extend(self.parser.feed(bytes.as_ref(), self.now));
    }

    /// All inputs, after the last unfinished sequence has expired.
    fn end(mut self) -> Vec<Input> {
        self.wait(60_000);
        self.found
    }

    /// The keys in words and everything else in debug format; replies are left out.
    fn keys(self) -> String {
        text_of(&self.end())
    }
}

fn text_of(found: &[Input]) -> String {
    let word = |input: &Input| match input {
        Input::Key(key) => Some(Key::from(*key).to_string()),
        Input::Osc(_) | Input::Reply(_) => None,
        other => Some(format!("{other:?}")),
    };
    found.iter().filter_map(word).collect::<Vec<_>>().join(" ")
}

/// The inputs of one read.
fn read(bytes: impl AsRef<[u8]>) -> Vec<Input> {
    let mut typist = Typist::new();
    typist.send(bytes);
    typist.end()
}

fn keys(bytes: impl AsRef<[u8]>) -> String {
    text_of(&read(bytes))
}

#[test]
fn two_quick_clicks_at_one_place_are_a_double_click() {
    let start = Instant::now();
    let mut clicks = Clicks::default();
    let mut click = |kind, column, milliseconds| {
        let event = MouseEvent { kind, column, row: 3, modifiers: KeyModifiers::NONE };
        clicks.is_second(event, start + Duration::from_millis(milliseconds))
    };
    let (down, up) = (MouseEventKind::Down(MouseButton::Left), MouseEventKind::Up(MouseButton::Left));
    let is_double = [(down, 5, 0), (up, 5, 50), (down, 5, 200), (down, 5, 300), (down, 6, 350), (down, 6, 900)]
        .map(|(kind, column, at)| click(kind, column, at));
    assert_eq!(is_double, [false, false, true, true, false, false]);
}

#[test]
fn no_reply_is_a_key_however_it_is_split() {
    for (name, reply) in REPLIES {
        for (before, after) in [("", ""), ("j", "q"), ("ü", "\x03"), ("\x1b[A", "\x1b[B"), ("\r", "/q")] {
            let sent = [before.as_bytes(), reply, after.as_bytes()].concat();
            let expected = keys([before, after].concat());
            assert_eq!(keys(&sent), expected, "{name} in one read");
            for cut in before.len() + 1..before.len() + reply.len() {
                // Shorter than the wait after ESC, however busy the machine is.
                for pause in [0, 40] {
                    let mut typist = Typist::new();
                    typist.send(&sent[..cut]);
                    typist.wait(pause);
                    typist.send(&sent[cut..]);
                    assert_eq!(typist.keys(), expected, "{name} cut at {cut}, pause {pause}");
                }
            }
            let mut typist = Typist::new();
            for byte in &sent {
                typist.send([*byte]);
                typist.wait(20);
            }
            assert_eq!(typist.keys(), expected, "{name} byte by byte");
        }
    }
}

#[test]
fn esc_before_a_reply_is_the_key() {
    for (name, reply) in REPLIES {
        assert_eq!(keys([b"\x1b", *reply, b"j"].concat()), "Esc j", "{name}");
        assert_eq!(keys([*reply, b"\x1b"].concat()), "Esc", "{name}");
    }
}

#[test]
fn control_c_works_within_every_reply() {
    for (name, reply) in REPLIES {
        for cut in 1..reply.len() {
            for pause in [0, 300] {
                let mut typist = Typist::new();
                typist.send(&reply[..cut]);
                typist.wait(pause);
                typist.send("\x03");
                let found = std::mem::take(&mut typist.found);
                let last = found.last().map(|input| text_of(std::slice::from_ref(input)));
                assert_eq!(last.as_deref(), Some("C-c"), "{name} cut at {cut}, pause {pause}");
                typist.send("j");
                assert_eq!(typist.keys(), "j", "{name} cut at {cut}");
            }
        }
    }
}

#[test]
fn an_unfinished_reply_types_nothing_and_expires_after_a_second() {
    // With nothing between introducer and end it is Alt with a key, then Esc.
    for (name, reply) in REPLIES.iter().filter(|(name, _)| !name.starts_with("empty")) {
        for cut in 3..reply.len() {
            let mut typist = Typist::new();
            typist.send(&reply[..cut]);
            typist.wait(1_001);
            typist.send("j");
            typist.wait(0);
            assert_eq!(text_of(&typist.found), "j", "{name} cut at {cut}");
        }
    }
}

#[test]
fn typing_into_an_unfinished_reply_does_not_extend_it() {
    let mut typist = Typist::new();
    typist.send("\x1b]11;rgb:");
    for _ in 0..5 {
        typist.wait(350);
        typist.send("j");
    }
    assert_eq!(typist.keys(), "j j j");
}

#[test]
fn alt_with_an_introducer_is_that_key() {
    for introducer in ['[', ']', 'O', 'P', 'X', '^', '_'] {
        let mut typist = Typist::new();
        typist.send(format!("\x1b{introducer}"));
        typist.wait(99);
        assert_eq!(typist.found, []);
        typist.wait(1);
        assert_eq!(typist.found.len(), 1, "{introducer}");
        // Later bytes are keys, whatever they are.
        for key in "1;rgba:/cqj".chars() {
            typist.send(key.to_string());
        }
        assert_eq!(typist.keys(), format!("M-{introducer} 1 ; r g b a : / c q j"));
        // Key repeat, split after ESC.
        assert_eq!(keys(format!("\x1b{introducer}").repeat(3)), format!("M-{introducer} ").repeat(3).trim_end());
        let mut typist = Typist::new();
        typist.send("\x1b");
        typist.wait(40);
        typist.send(introducer.to_string());
        assert_eq!(typist.keys(), format!("M-{introducer}"));
    }
}

#[test]
fn esc_is_a_key_once_nothing_follows() {
    let mut typist = Typist::new();
    typist.send("\x1b");
    typist.wait(50);
    assert_eq!(text_of(&typist.found), "Esc");
    typist.send("]");
    assert_eq!(typist.keys(), "Esc ]");
    // In another read it is a separate key, in the same read it is Alt.
    let mut typist = Typist::new();
    typist.send("\x1b");
    typist.send("j");
    assert_eq!(typist.keys(), "Esc j");
    assert_eq!(keys("\x1bj"), "M-j");
    assert_eq!(keys("\x1b\x1b"), "Esc Esc");
    assert_eq!(keys("\x1b\x1b\x1b"), "Esc Esc Esc");
    assert_eq!(keys("\x1b\x1bj"), "Esc M-j");
    assert_eq!(keys("\x1b\x03"), "Esc C-c");
}

#[test]
fn keys_of_all_terminals_are_decoded() {
    let table = [
        // Default encodings.
        ("jG/ü漢🦀", "j G / ü 漢 🦀"),
        ("\r\t\x7f\x08\n\0\x01\x1a\x1c\x1f", "Enter Tab BS C-h C-j C-Space C-a C-z C-4 C-7"),
        ("\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F", "Up Down Right Left Home End"),
        ("\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF", "Up Down Right Left Home End"),
        ("\x1bOP\x1bOQ\x1bOR\x1bOS", "F1 F2 F3 F4"),
        ("\x1b[1~\x1b[2~\x1b[3~\x1b[4~\x1b[5~\x1b[6~\x1b[7~\x1b[8~", "Home Ins Del End PgUp PgDn Home End"),
        ("\x1b[11~\x1b[15~\x1b[17~\x1b[21~\x1b[23~\x1b[24~\x1b[34~", "F1 F5 F6 F10 F11 F12 F20"),
        ("\x1b[[A\x1b[[E", "F1 F5"),
        ("\x1b[Z", "S-Tab"),
        // With modifiers.
        ("\x1b[1;2A\x1b[1;3B\x1b[1;5C\x1b[1;8D", "S-Up M-Down C-Right C-M-S-Left"),
        ("\x1b[5A\x1b[;5B\x1bO5C\x1bO1;5D", "C-Up C-Down C-Right C-Left"),
        ("\x1b[1;5P\x1b[1;2S\x1b[15;5~\x1b[3;2~", "C-F1 S-F4 C-F5 S-Del"),
        ("\x1bj\x1bJ\x1bü\x1b\r\x1b\x7f\x1b1\x1b\\", "M-j M-J M-ü M-Enter M-BS M-1 M-\\"),
        ("\x1b\x1b[A\x1b\x1bOP", "M-Up M-F1"),
        // rxvt.
        ("\x1b[a\x1b[d\x1bOa\x1bOd", "S-Up S-Left C-Up C-Left"),
        ("\x1b[3$\x1b[7$", "S-Del S-Home"),
        ("\x1b[3^\x1b[5@", "C-Del C-S-PgUp"),
        // The keypad, left in application mode by another program.
        ("\x1bOp\x1bOy\x1bOM\x1bOk\x1bOj\x1bOo\x1bOX", "0 9 Enter + * / ="),
        // modifyOtherKeys, and the same as CSI u.
        ("\x1b[27;5;99~\x1b[27;2;65~\x1b[27;6;99~", "C-c A C-c"),
        ("\x1b[99;5u\x1b[65;2u\x1b[106u", "C-c A j"),
        // kitty.
        ("\x1b[27u\x1b[13u\x1b[9u\x1b[127u\x1b[9;2u\x1b[32u", "Esc Enter Tab BS S-Tab Space"),
        ("\x1b[97;2u\x1b[97:65;2u\x1b[49:33;2u\x1b[97;2;65u\x1b[113;1;64u", "A A ! A @"),
        ("\x1b[105;5u\x1b[109;5u\x1b[91;5u\x1b[106;3u\x1b[99;69u", "Tab Enter Esc M-j C-c"),
        ("\x1b[57399u\x1b[57413u\x1b[57414u\x1b[57417u\x1b[57426u\x1b[57376u", "0 + Enter Left Del F13"),
        ("\x1b[106;1:1u\x1b[106;1:2u\x1b[1;1:2A", "j j Up"),
        // Media keys, lone modifiers, and unassigned codes.
        ("\x1b[57428u\x1b[57441;2u\x1b[57358u\x1b[1114112u\x1b[99999999999u\x1b[8u\x1b[u", ""),
    ];
    for (bytes, expected) in table {
        assert_eq!(keys(bytes), expected, "{}", bytes.escape_debug());
    }
    // What each terminal sends by default for: Home, End, Delete, F1, F5, Shift-F5, Ctrl-Left, Alt-Right, Shift-Tab,
    // Alt-x, Ctrl-Backspace.
    let same = "Home End Del F1 F5 S-F5 C-Left M-Right S-Tab M-x";
    for (terminal, bytes, backspace) in [
        ("xterm", "\x1b[H\x1b[F\x1b[3~\x1bOP\x1b[15~\x1b[15;2~\x1b[1;5D\x1b[1;3C\x1b[Z\x1bx\x08", "C-h"),
        ("VTE", "\x1bOH\x1bOF\x1b[3~\x1bOP\x1b[15~\x1b[15;2~\x1b[1;5D\x1b[1;3C\x1b[Z\x1bx\x08", "C-h"),
        ("kitty", "\x1b[H\x1b[F\x1b[3~\x1bOP\x1b[15~\x1b[15;2~\x1b[1;5D\x1b[1;3C\x1b[Z\x1bx\x08", "C-h"),
        (
            "kitty, asked for all",
            "\x1b[1;1H\x1b[1F\x1b[3;1:1~\x1b[P\x1b[15~\x1b[15;2~\x1b[1;5D\x1b[1;3C\x1b[9;2u\x1b[120;3u\x1b[127;5u",
            "C-BS",
        ),
        ("foot", "\x1b[H\x1b[F\x1b[3~\x1bOP\x1b[15~\x1b[15;2~\x1b[1;5D\x1b[1;3C\x1b[Z\x1bx\x1b[27;5;127~", "C-BS"),
        ("WezTerm", "\x1b[1~\x1b[4~\x1b[3~\x1bOP\x1b[15~\x1b[15;2~\x1b[1;5D\x1b[1;3C\x1b[Z\x1bx\x7f", "BS"),
        ("tmux", "\x1b[1~\x1b[4~\x1b[3~\x1bOP\x1b[15~\x1b[15;2~\x1b[1;5D\x1b[1;3C\x1b[Z\x1bx\x7f", "BS"),
        ("rxvt", "\x1b[7~\x1b[8~\x1b[3~\x1b[11~\x1b[15~\x1b[28~\x1bOd\x1b\x1b[C\x1b[Z\x1bx\x08", "C-h"),
    ] {
        // Its Shift-F5 is F15.
        let same = if terminal == "rxvt" { same.replace("S-F5", "F15") } else { same.to_owned() };
        assert_eq!(keys(bytes), format!("{same} {backspace}"), "{terminal}");
    }
    // Key releases are marked.
    let kinds = read("\x1b[106;1:3u\x1b[1;1:3A");
    let is_release = |input: &Input| matches!(input, Input::Key(key) if key.kind == KeyEventKind::Release);
    assert!(kinds.len() == 2 && kinds.iter().all(is_release), "{kinds:?}");
}

#[test]
fn the_mouse_is_decoded_in_its_three_encodings() {
    let at = |kind, column, row, modifiers| Input::Mouse(MouseEvent { kind, column, row, modifiers });
    let left = MouseEventKind::Down(MouseButton::Left);
    let none = KeyModifiers::NONE;
    let table: [(&[u8], Input); 9] = [
        (b"\x1b[<0;20;10M", at(left, 19, 9, none)),
        (b"\x1b[<0;20;10m", at(MouseEventKind::Up(MouseButton::Left), 19, 9, none)),
        (b"\x1b[<34;300;1M", at(MouseEventKind::Drag(MouseButton::Right), 299, 0, none)),
        (b"\x1b[<64;1;1M", at(MouseEventKind::ScrollUp, 0, 0, none)),
        (b"\x1b[<81;1;1M", at(MouseEventKind::ScrollDown, 0, 0, KeyModifiers::CONTROL)),
        (b"\x1b[32;30;40M", at(left, 29, 39, none)),
        (b"\x1b[M !!", at(left, 0, 0, none)),
        (b"\x1b[M#\xf0\x7f", at(MouseEventKind::Up(MouseButton::Left), 207, 94, none)),
        (b"\x1b[Mh!!", at(MouseEventKind::ScrollUp, 0, 0, ALT)),
    ];
    for (bytes, expected) in table {
        assert_eq!(read(bytes), [expected], "{}", bytes.escape_ascii());
        for cut in 1..bytes.len() {
            let mut typist = Typist::new();
            typist.send(&bytes[..cut]);
            typist.wait(40);
            typist.send(&bytes[cut..]);
            assert_eq!(typist.end().len(), 1, "{} cut at {cut}", bytes.escape_ascii());
        }
    }
    for wrong in ["\x1b[<0;20M", "\x1b[<0;20;10;5M", "\x1b[<;1;1M", "\x1b[<128;1;1M", "\x1b[1;2;3M", "\x1b[<0;70000;1M"]
    {
        assert_eq!(read(wrong), [], "{}", wrong.escape_debug());
    }
    assert_eq!(keys("\x1b[M\x03"), "C-c");
}

#[test]
fn a_paste_is_one_text_whatever_it_contains() {
    let inner: &[u8] = "q\x1b]11;?\x07 \x1b[200~ \x03 \x1b[201 \x1b\x1b[20 ü\r\n\x1b[A".as_bytes();
    let sent = [b"j\x1b[200~", inner, b"\x1b[201~k"].concat();
    let text = String::from_utf8_lossy(inner).into_owned();
    let key = |c| Input::Key(KeyEvent::from(KeyCode::Char(c)));
    let expected = [key('j'), Input::Paste(text), key('k')];
    assert_eq!(read(&sent), expected);
    for cut in 2..sent.len() - 1 {
        let mut typist = Typist::new();
        typist.send(&sent[..cut]);
        typist.wait(40);
        typist.send(&sent[cut..]);
        assert_eq!(typist.end(), expected, "cut at {cut}");
    }
    assert_eq!(read("\x1b[200~\x1b[201~"), [Input::Paste(String::new())]);
    // Invalid UTF-8 is replaced.
    assert_eq!(read(b"\x1b[200~a\xffb\x1b[201~"), [Input::Paste("a\u{fffd}b".to_owned())]);
}

#[test]
fn an_endless_paste_is_bounded_and_can_be_left() {
    let mut typist = Typist::new();
    typist.send("\x1b[200~quit");
    typist.wait(1_000);
    assert_eq!(typist.found, [Input::Paste("quit".to_owned())]);
    // Its continuation is not typed; a later key is.
    typist.send(" now, all");
    typist.wait(1_000);
    typist.send("\x1b[201~");
    typist.send("j");
    assert_eq!(text_of(&typist.found[1..]), "Paste(\" now, all\") j");
    typist.send("gg");
    assert_eq!(text_of(&typist.end()[2..]), "j g g");

    let mut typist = Typist::new();
    typist.send("\x1b[200~quit");
    typist.wait(101);
    typist.send("\x03");
    assert_eq!(text_of(&typist.found), "Paste(\"quit\") C-c");

    let found = read([b"\x1b[200~", "x".repeat(3 << 20).as_bytes(), b"\x1b[201~j"].concat());
    assert!(matches!(&found[..], [Input::Paste(text), Input::Key(_)] if text.len() == 1 << 20));
}

#[test]
fn invalid_bytes_are_no_keys() {
    for bytes in [&b"\xff\xfe"[..], b"\x80\xbf", b"\xc3", b"\xe2\x82", b"\xf5\x80", b"\xed\xa0\x80", b"\xc0\xaf"] {
        assert_eq!(keys([bytes, b"j"].concat()), "j", "{}", bytes.escape_ascii());
    }
    let mut typist = Typist::new();
    for byte in "ü漢🦀".as_bytes() {
        typist.send([*byte]);
        typist.wait(30);
    }
    assert_eq!(typist.keys(), "ü 漢 🦀");
}

#[test]
fn a_long_reply_takes_no_memory() {
    let long = [b"\x1b]52;c;", "QUJD".repeat(1 << 20).as_bytes(), b"\x07q"].concat();
    let mut parser = Parser::default();
    let found: Vec<Input> = long.chunks(READ).flat_map(|part| parser.feed(part, Instant::now())).collect();
    assert_eq!(text_of(&found), "q");
    assert_eq!(keys([b"\x1b[", "1;".repeat(4_000).as_bytes(), b"Aq"].concat()), "q");
}

#[test]
fn the_background_is_found_among_keys() {
    let found = read("j\x1b]11;rgb:1515/1717/1a1a\x1b\\k");
    assert_eq!(found[1], Input::Osc("11;rgb:1515/1717/1a1a".to_owned()));
    assert_eq!(text_of(&found), "j k");
}

/// Sequences that end by themselves: keys that no other sequence begins with, and replies.
fn parts() -> impl Strategy<Value = (Vec<u8>, bool)> {
    let keys =
        ["j", "q", "]", "[", "O", "P", "ü", "漢", "\r", "\x03", "\x7f", "\x1b[A", "\x1bOP", "\x1b[3~", "\x1b[99;5u"];
    prop_oneof![
        proptest::sample::select(keys.to_vec()).prop_map(|key| (key.as_bytes().to_vec(), true)),
        proptest::sample::select(REPLIES).prop_map(|(_, reply)| (reply.to_vec(), false)),
    ]
}

proptest! {
    /// Keys come out and nothing else, however keys and replies are mixed and split.
    #[test]
    fn keys_are_returned_and_replies_are_dropped(
        parts in prop::collection::vec(parts(), 0..12),
        cuts in prop::collection::vec((1_usize..20, 0_u64..45), 1..30),
    ) {
        let all: Vec<u8> = parts.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        let typed: Vec<String> =
            parts.iter().filter(|(_, is_key)| *is_key).map(|(bytes, _)| keys(bytes)).collect();
        let mut typist = Typist::new();
        let mut rest = &all[..];
        for &(length, pause) in cuts.iter().cycle() {
            let (part, more) = rest.split_at(length.min(rest.len()));
            typist.send(part);
            typist.wait(pause);
            rest = more;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(typist.keys(), typed.join(" "));
    }

    /// Ctrl-C always works, and after a pause every key does.
    #[test]
    fn no_input_blocks_later_keys(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0_usize..200) {
        let mut typist = Typist::new();
        typist.send(&bytes[..cut.min(bytes.len())]);
        typist.wait(30);
        typist.send(&bytes[cut.min(bytes.len())..]);
        typist.wait(150);
        let mut late = Typist { parser: std::mem::take(&mut typist.parser), ..Typist::new() };
        late.now = typist.now;
        late.send("\x03");
        let heard = text_of(&late.found);
        prop_assert!(heard.ends_with("C-c"), "{}", heard);
        late.wait(2_000);
        late.found.clear();
        late.send("j");
        prop_assert_eq!(text_of(&late.found), "j");
    }
}

#[test]
fn replies_about_graphics_are_read() {
    let cell = |width, height| Some(Reply::Cell { width, height });
    let attributes = |has_sixel| Some(Reply::Attributes { has_sixel });
    let version = |text: &str| Some(Reply::Version(text.to_owned()));
    let table = [
        ("kitty graphics", Some(Reply::Kitty(true))),
        ("kitty graphics, refused", Some(Reply::Kitty(false))),
        ("APC, 8 bits", Some(Reply::Kitty(true))),
        ("XTVERSION of iTerm2", version("iTerm2 3.5.4")),
        ("XTVERSION, 8 bits", version("XTerm(390)")),
        ("DA1 of foot", attributes(true)),
        ("DA1 of kitty", attributes(false)),
        // Here 4 would be the class of the terminal.
        ("DA1 of a VT102, and of the Linux console", attributes(false)),
        ("cell in pixels", cell(8, 17)),
        ("window in pixels", None),
        ("DA2 of xterm", None),
        ("DA3 of xterm", None),
        ("OSC 4 with BEL", None),
    ];
    for (name, expected) in table {
        let bytes = REPLIES.iter().find(|(known, _)| *known == name).expect("a reply").1;
        let found = read(bytes).into_iter().find_map(|input| match input {
            Input::Reply(reply) => Some(reply),
            _ => None,
        });
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!(read("\x1b[6;0;0t"), [], "a cell without pixels");
    assert_eq!(read("\x1b_Gi=30;OK\x1b\\"), [], "a reply to another program");
    // An Esc before a reply is a key.
    assert_eq!(keys("\x1b\x1b[?62;4c"), "Esc");
    let found = read("\x1b\x1b[?62;4c");
    assert_eq!(found.last(), Some(&Input::Reply(Reply::Attributes { has_sixel: true })));
}
