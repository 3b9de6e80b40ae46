//! Resizing to any size, in any order, with any keys in between: the program keeps running and responding.

use crate::pty::{Session, Start, WIDE};

/// A generator with the same numbers in every run (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn size(&mut self, limit: u64) -> u16 {
        u16::try_from(1 + self.below(limit)).expect("a small number")
    }
}

/// Keys of all scopes; none of them quits.
const KEYS: &[&str] = &[
    "j",
    "k",
    "G",
    "g",
    "\r",
    " ",
    "/",
    "t",
    "p",
    "@",
    "1",
    "5",
    "]",
    "[",
    "\x7f",
    "0",
    "m",
    "s",
    "A",
    "u",
    "n",
    "N",
    "h",
    "l",
    "\t",
    "\x1b[Z",
    "J",
    "K",
    "z",
    "!",
    "?",
    "\x1b",
    "\x0c",
    "\x04",
    "\x15",
    "\x06",
    "\x02",
    "\x1b[A",
    "\x1b[B",
    "\x1b[H",
    "\x1b[F",
    "\x1b[3~",
    "한",
    "\u{1f469}\u{200d}\u{1f680}",
    "\"",
    "-",
    "\x1b[200~pasted\ntext\x1b[201~",
    "f",
    "\x17",
];

/// Enter closes whatever is open, and then the help opens.
fn assert_answers(mut session: Session) {
    session.resize(WIDE.0, WIDE.1);
    session.send("j\r");
    session.type_and_see("?", " Help ");
    session.send("\x1b");
    session.wait_no_text(" Help ");
    crate::tokens::assert_own(&session.quit());
}

#[test]
fn random_resizes_and_keys_leave_the_reader_responsive() {
    for seed in 1..=3 {
        let mut random = Random(seed);
        let mut session = Start::reader::<&str>(&[]).run();
        session.wait_selected("1 of 10");
        for _ in 0..300 {
            let (columns, rows) = (random.size(300), random.size(100));
            session.resize(columns, rows);
            for _ in 0..random.below(4) {
                let key = random.below(KEYS.len() as u64);
                session.send(KEYS[usize::try_from(key).expect("a small number")]);
            }
        }
        assert_answers(session);
    }
}

#[test]
fn every_small_size_is_drawn() {
    for keys in ["", "\r", "t", "?", "z"] {
        let mut session = Start::reader::<&str>(&[]).run();
        session.wait_selected("1 of 10");
        session.send(keys);
        for columns in 1..=25 {
            for rows in 1..=8 {
                let seen = session.written();
                session.resize(columns, rows);
                // The screen is cleared and drawn again.
                session.wait_written(seen, b"\x1b[J");
            }
        }
        assert_answers(session);
    }
}

#[test]
fn the_reader_starts_in_the_smallest_terminal() {
    let mut session = Start::reader::<&str>(&[]).size(1, 1).run();
    session.wait_for("the first frame", vt100::Screen::alternate_screen);
    session.send("j");
    assert_answers(session);
}
