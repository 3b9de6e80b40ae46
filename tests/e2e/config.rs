//! The configuration in a real terminal, at the start and while the reader runs.

use std::fs;
use std::path::Path;

use vt100::MouseProtocolMode;

use crate::pty::{Session, Start};

fn open(file: &Path) -> Session {
    let session = Start::reader(&["--config", file.to_str().expect("UTF-8")]).run();
    session.wait_selected("1 of 10");
    session
}

/// Replaces a file by renaming, as editors do.
fn replace(file: &Path, text: &str) {
    let next = file.with_extension("next");
    fs::write(&next, text).expect("a file");
    fs::rename(&next, file).expect("the same folder");
}

fn wait_mouse(session: &Session, is_enabled: bool) {
    session.wait_for(&format!("the mouse to be enabled: {is_enabled}"), |screen| {
        (screen.mouse_protocol_mode() != MouseProtocolMode::None) == is_enabled
    });
}

#[test]
fn a_changed_file_is_reloaded_and_an_invalid_one_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    fs::write(&file, "[keys.releases]\nopen = \"o\"\n").expect("a file");
    let mut session = open(&file);
    session.wait_text("o read");
    replace(&file, "[keys.everywhere]\ndown = [\"x\", \"F5\"]\n");
    session.wait_text("configuration reloaded");
    session.type_and_select("x", "2 of 10");
    session.type_and_select("\x1b[15~", "3 of 10");
    session.wait_text("Enter read");
    fs::write(&file, "[keys.everywhere]\ndown = [\"x\", \"x\"]\n").expect("a file");
    session.wait_text("config.toml:2:14: `x` is already bound to down in line 2");
    session.type_and_select("x", "4 of 10");
    // A missing file means default settings, unless the user named it, as here.
    fs::remove_file(&file).expect("gone");
    session.wait_text("config.toml: cannot read");
    session.type_and_select("x", "5 of 10");
    fs::write(&file, "").expect("a file");
    session.wait_text("configuration reloaded");
    session.type_and_select("j", "6 of 10");
    session.quit();
}

#[test]
fn the_mouse_is_not_enabled_when_switched_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    fs::write(&file, "mouse = false\n").expect("a file");
    let session = open(&file);
    wait_mouse(&session, false);
    assert!(memchr::memmem::find(&session.bytes(), b"\x1b[?1000h").is_none(), "the mouse was enabled");
    replace(&file, "mouse = true\n");
    wait_mouse(&session, true);
    replace(&file, "mouse = false\n");
    wait_mouse(&session, false);
    session.quit();
}

#[test]
fn a_file_created_while_the_reader_runs_is_loaded() {
    let home = tempfile::tempdir().expect("a home");
    let mut session = Start::reader::<&str>(&[]).env("XDG_CONFIG_HOME", &home.path().to_string_lossy()).run();
    session.wait_selected("1 of 10");
    fs::create_dir(home.path().join("tidings")).expect("a folder");
    fs::write(home.path().join("tidings/config.toml"), "[keys.everywhere]\ndown = \"x\"\n").expect("a file");
    session.wait_text("configuration reloaded");
    session.type_and_select("x", "2 of 10");
    session.quit();
}

#[test]
fn an_invalid_file_is_reported_before_the_terminal_is_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    fs::write(&file, "mouse = 1\n").expect("a file");
    let session = Start::reader(&["--config", file.to_str().expect("UTF-8")]).run();
    let end = session.end();
    assert_eq!(end.code, 2);
    let told: String = end.text.split_whitespace().collect();
    assert!(told.contains("config.toml:1:9:invalidvalue1formouse;expectedtrueorfalse"), "{}", end.text);
    assert!(!end.bytes.contains(&0x1b), "the terminal was changed");
}

#[test]
fn a_changed_theme_is_shown_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    fs::write(&file, "[look]\ntheme = \"dark\"\n").expect("a file");
    let session = open(&file);
    let accent = |session: &Session| session.screen().cell(0, 1).map(vt100::Cell::fgcolor);
    let built_in = accent(&session);
    // The folder is created first, then the theme, which then changes.
    let theme = folder.path().join("themes/dark.toml");
    fs::create_dir(folder.path().join("themes")).expect("a folder");
    for (number, colour) in [(201, "magenta"), (202, "orange")] {
        replace(&theme, &format!("accent = \"#{}\"\n", if number == 201 { "ff00ff" } else { "ff5f00" }));
        session.wait_for(colour, |screen| {
            screen.cell(0, 1).is_some_and(|cell| cell.fgcolor() == vt100::Color::Idx(number))
        });
    }
    assert_ne!(built_in, accent(&session));
    fs::write(&theme, "accent = \"blau\"\n").expect("a file");
    session.wait_text("dark.toml, line 1, column 10");
    session.quit();
}

#[test]
fn an_invalid_theme_is_reported_at_the_start_and_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("config.toml"), "").expect("a file");
    fs::create_dir(at("themes")).expect("a folder");
    fs::write(at("themes/own.toml"), "accent = \"#ff00ff\"\n").expect("a file");
    let start = || {
        let session = Start::reader(&["--config", &at("config.toml"), "--library", &at("library.db")]).run();
        session.wait_selected("1 of 10");
        session
    };
    // The user's own themes come last.
    let mut session = start();
    let built_in =
        ["dark", "light", "high-contrast-dark", "high-contrast-light", "sixteen-dark", "sixteen-light", "mono"];
    for name in built_in.into_iter().chain(["own"]) {
        session.type_and_see(",t", "type to filter");
        session.type_and_see(name, &format!("/ {name}"));
        session.type_and_see("\r", &format!("theme: {name}"));
    }
    fs::remove_file(at("themes/own.toml")).expect("gone");
    session.wait_text("theme \"own\" not found; ,t selects another");
    session.quit();
    let session = start();
    session.wait_text("theme \"own\" not found; ,t selects another");
    session.quit();
    fs::write(at("themes/own.toml"), "accent = \"blau\"\n").expect("a file");
    let session = start();
    session.wait_text("own.toml, line 1, column 10");
    session.quit();
}
