//! The program's output vocabulary: every byte it may write to a terminal, and nothing else.
//!
//! Based on what terminals interpret and not on the sanitiser, so that both cannot share a mistake.

/// Fixed control sequences: cursor shape, cursor, screen, mouse, and the query of the background colour.
const FIXED: &[&str] = &[
    "\x1b[6 q",
    "\x1b[0 q",
    "\x1b[?25h",
    "\x1b[?25l",
    "\x1b[?1049h",
    "\x1b[?1049l",
    "\x1b[?1000h",
    "\x1b[?1002h",
    "\x1b[?1006h",
    "\x1b[?1006l",
    "\x1b[?1002l",
    "\x1b[?1000l",
    "\x1b[?2004h",
    "\x1b[?2004l",
    "\x1b[?2026h",
    "\x1b[?2026l",
    QUERY,
    "\r\n",
    // The left-to-right mark that ends a right-to-left run; tests of text show that marks from feeds never get this
    // far.
    "\u{200e}",
];

/// Queries the background colour, once in a run.
const QUERY: &str = "\x1b]11;?\x1b\\";

/// Asserts that `bytes` contain only printable text and the program's own control sequences.
pub fn assert_own(bytes: &[u8]) {
    if let Err(foreign) = check(bytes) {
        panic!("{foreign}");
    }
}

/// Returns the foreign bytes in `bytes`, with their context.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| context(bytes, error.valid_up_to(), "no UTF-8"))?;
    if text.matches(QUERY).count() > 1 {
        return Err("the terminal was asked for its background more than once".to_owned());
    }
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if let Some(fixed) = FIXED.iter().find(|fixed| rest.starts_with(**fixed)) {
            fixed.len()
        } else if let Some(length) = parametric(rest).or_else(|| notification(rest)) {
            length
        } else if is_printable(c) {
            c.len_utf8()
        } else {
            return Err(context(bytes, text.len() - rest.len(), &format!("foreign {c:?}")));
        };
        rest = rest.split_at(length).1;
    }
    Ok(())
}

/// The length of a colour, a cursor position, a movement to the right or an erasure at the start of `text`.
fn parametric(text: &str) -> Option<usize> {
    let body = text.strip_prefix("\x1b[")?;
    let parameters = body.find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':')?;
    let (parameters, end) = body.split_at(parameters);
    let count = parameters.split(';').count();
    let is_known = match end.chars().next()? {
        'm' => true,
        'H' => count == 2 && !parameters.contains(':') && parameters.split(';').all(|number| !number.is_empty()),
        'C' | 'X' => parameters.chars().all(|c| c.is_ascii_digit()),
        'J' | 'K' => parameters.len() <= 1 && parameters.chars().all(|c| c.is_ascii_digit()),
        _ => false,
    };
    is_known.then_some(2 + parameters.len() + 1)
}

/// The length of a notification at the start of `text`.
fn notification(text: &str) -> Option<usize> {
    let begin = ["\x1b]9;tidings: ", "\x1b]777;notify;tidings;"].into_iter().find(|begin| text.starts_with(begin))?;
    let shown = text.strip_prefix(begin)?;
    let end = shown.find(|c: char| !is_printable(c) || c == ';')?;
    shown.split_at(end).1.starts_with('\x07').then_some(begin.len() + end + 1)
}

/// Whether a terminal draws the character and does nothing else.
fn is_printable(c: char) -> bool {
    !matches!(c,
        // C0, DEL, C1.
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        // Soft hyphen, grapheme joiner, Arabic letter mark, Hangul fillers, Mongolian vowel separator.
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{180e}'
        // Zero-width space; left-to-right and right-to-left marks. The joiners between them are let through.
        | '\u{200b}' | '\u{200e}' | '\u{200f}'
        // Line and paragraph separators, embeddings and overrides, invisible operators, isolates.
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        // Byte order mark, interlinear annotations, tags.
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn context(bytes: &[u8], at: usize, what: &str) -> String {
    let around = &bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())];
    format!("{what} at byte {at}, within {:?}", String::from_utf8_lossy(around))
}

#[test]
fn the_vocabulary_passes_and_everything_else_is_reported() {
    let own = "\x1b[?1049h\x1b[?2026h\x1b[1;2H\x1b[C\x1b[12C\x1b[38;5;12m가é👩\u{200d}🚀\u{fe0f}\x1b[0m\x1b[K\x1b[5X\x1b[2J\x1b[?2026l\r\n";
    assert_eq!(check(own.as_bytes()), Ok(()));
    assert_eq!(check(QUERY.as_bytes()), Ok(()));
    assert_eq!(check("\x1b]9;tidings: 3 new for é\x07\x1b]777;notify;tidings;3 new\x07".as_bytes()), Ok(()));
    let foreign = [
        "\x07",
        "\x08",
        "\t",
        "\r",
        "\n",
        "\x1b",
        "\x1b[",
        "\x1b[31",
        "\x1bc",
        "\x1b[?1h",
        "\x1b[?1003h",
        "\x1b[?1000;1006h",
        "\x1b]0;title\x07",
        "\x1b]9;other\x07",
        "\x1b]9;tidings: a\x1b\\\x07",
        "\x1b]777;notify;tidings;a;b\x07",
        "\x1b]11;?\x07",
        "\x1b]52;c;YQ==\x1b\\",
        "\x1b[5A",
        "\x1b[H",
        "\x1b[6n",
        "\x1b[1;2;3H",
        "\x1b[>4m",
        "\x1bPq\x1b\\",
        "\x7f",
        "\u{85}",
        "\u{9b}31m",
        "\u{ad}",
        "\u{200b}",
        "\u{202e}",
        "\u{2066}",
        "\u{feff}",
        "\u{e0041}",
    ];
    for text in foreign {
        assert!(check(text.as_bytes()).is_err(), "{text:?} passes");
    }
    assert!(check(b"a\xff").is_err() && check(QUERY.repeat(2).as_bytes()).is_err());
}
