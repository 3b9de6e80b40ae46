//! tidings beside other terminal programs, on the same feeds and through the same pseudo-terminal: `cargo bench --bench
//! peers`, or `cargo bench --bench peers -- 10000 1000000` for other sizes.
//!
//! Prints the table of the manual's page on speed. A program that is not installed is named, and so is a step that takes
//! too long. On Debian: `apt-get install newsboat sfeed lynx less fzf`.

#[allow(dead_code, reason = "other benches measure in turn")]
mod measure;
#[allow(dead_code, reason = "other benches read JSON too")]
mod sample;
#[allow(dead_code, reason = "the bench `outside` needs more of it")]
mod terminal;

#[path = "peers/files.rs"]
mod files;
#[path = "peers/programs.rs"]
mod programs;

use std::time::Duration;

use files::Files;
use programs::{PROGRAMS, Program};
use terminal::{Answer, Terminal};
use tidings::text::grouped;

const SIZES: [usize; 2] = [10_000, 100_000];
/// The size of the terminal.
const SCREEN: (u16, u16) = (120, 36);
/// The longest that a program may take for one step.
const PATIENCE: Duration = Duration::from_secs(300);
/// The number of moves of the cursor, and the length of idling.
const MOVES: usize = 15;
const IDLE: Duration = Duration::from_secs(3);
/// The word that one title of a thousand contains.
const WORD: &str = "reykjavik";

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    println!("| releases | | import | first items | open | search | cursor | memory | idle |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for size in sizes {
        let files = Files::new(size);
        for program in PROGRAMS.iter().filter(|program| program.version().is_some()) {
            println!("| {} | {} | {} |", grouped(size), program.name, figures(program, &files).join(" | "));
        }
    }
    println!("\n| | version | what it does and does not do |\n| --- | --- | --- |");
    for program in PROGRAMS {
        let version = program.version().unwrap_or_else(|| "not installed".to_owned());
        println!("| {} | {version} | {} |", program.name, program.more);
    }
}

/// All figures of a program: import, first items, open, search, cursor, memory, idle.
fn figures(program: &Program, files: &Files) -> Vec<String> {
    let too_long = || format!("over {} s", PATIENCE.as_secs());
    let mut figures = Vec::new();
    let home = files.home();
    match program.import {
        None => figures.push("none needed".to_owned()),
        Some(import) => match files.run(home.path(), import, PATIENCE) {
            Some(took) => figures.push(seconds(took)),
            None => return vec![too_long(); 7],
        },
    }
    let mut terminal = Terminal::start(home.path(), SCREEN, &["sh", "-c", &files.filled(program.command)]);
    for (shown, keys) in program.begin {
        if terminal.until(PATIENCE, |text| text.contains(shown)).is_none() {
            figures.push(too_long());
            return figures;
        }
        terminal.send(keys);
    }
    let Some(came) = terminal.until(PATIENCE, program.shows_items) else {
        figures.push(too_long());
        return figures;
    };
    figures.push(seconds(came.saturating_duration_since(terminal.started)));
    // Until everything is read.
    let all = grouped(files.size);
    let plain = files.size.to_string();
    terminal.until(PATIENCE, |text| text.contains(&all) || text.contains(&plain));
    terminal.quiet(Duration::from_secs(1));
    figures.push(open(program, &mut terminal));
    let mut moves: Vec<Answer> = (0..MOVES).map(|_| terminal.key(program.down)).collect();
    moves.sort_unstable_by_key(|answer| (answer.bytes == 0, answer.settled));
    let found = search(program, &mut terminal, files.size).map_or_else(too_long, seconds);
    figures.push(found);
    figures.push(match moves[MOVES / 2] {
        Answer { bytes: 0, .. } => format!("over {} s", terminal::PATIENCE.as_secs()),
        answer => seconds(answer.settled),
    });
    figures.push(format!("{} MiB", terminal.peak() >> 20));
    terminal.quiet(Duration::from_secs(1));
    let before = terminal.processor_time();
    let written = terminal.listen(IDLE);
    let took = terminal.processor_time().saturating_sub(before);
    figures.push(format!("{:.0} ms/s, {} B/s", took.as_secs_f64() * 1e3 / IDLE.as_secs_f64(), written / 3));
    figures
}

/// Opens an item and goes back.
fn open(program: &Program, terminal: &mut Terminal) -> String {
    let Some((keys, shown, back)) = program.open else { return "-".to_owned() };
    let sent = terminal.send(keys);
    let came = terminal.until(Duration::from_secs(20), |text| text.contains(shown));
    terminal.quiet(terminal::QUIET);
    if !back.is_empty() {
        terminal.key(back);
    }
    came.map_or_else(|| "does not open".to_owned(), |came| seconds(came.saturating_duration_since(sent)))
}

/// The time from a word, typed at once, to its result.
fn search(program: &Program, terminal: &mut Terminal, size: usize) -> Option<Duration> {
    let sent = terminal.send(&[program.prompt, WORD, program.enter].concat());
    let came = terminal.until(PATIENCE, |text| (program.found)(text, size / 1_000, size))?;
    Some(came.saturating_duration_since(sent))
}

fn seconds(time: Duration) -> String {
    match time.as_secs_f64() {
        time if time < 0.0095 => format!("{:.1} ms", time * 1e3),
        time if time < 0.95 => format!("{:.0} ms", time * 1e3),
        time if time < 9.5 => format!("{time:.1} s"),
        time => format!("{time:.0} s"),
    }
}
