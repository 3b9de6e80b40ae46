//! The README and the manual say what the program does: their tables are those of the code, their links lead somewhere,
//! and their commands can be given.
//!
//! `UPDATE_MANUAL=1 cargo test --test manual` writes the tables.

mod blocks;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tidings::config::Role;
use tidings::keymap::Keymap;
use tidings::manual::{PAGES, Page, anchor};

/// Lines that a newcomer reads in three minutes.
const README_LINES: usize = 200;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The README and all pages, with their paths from the root.
fn documents() -> Vec<(PathBuf, String)> {
    let pages = PAGES.iter().map(|page| Path::new("data/manual").join(format!("{}.md", page.topic)));
    let paths = std::iter::once(PathBuf::from("README.md")).chain(pages);
    paths.map(|path| (path.clone(), fs::read_to_string(root().join(&path)).expect("a document"))).collect()
}

/// Lines of a text that are no code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// Rows of all tables, cell by cell, behind the headings of their tables.
fn rows(text: &str) -> Vec<(String, Vec<String>)> {
    let cells = |line: &str| -> Vec<String> {
        let line = line.replace("\\|", "\0");
        line.trim_matches('|').split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
    };
    let (mut rows, mut heading) = (Vec::new(), None);
    for (_, line) in prose(text) {
        match (&heading, line.starts_with('|')) {
            (_, false) => heading = None,
            (None, true) => heading = Some(cells(line)[0].clone()),
            (Some(_), true) if line.starts_with("| ---") => {}
            (Some(heading), true) => rows.push((heading.clone(), cells(line))),
        }
    }
    rows
}

/// What stands in backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_generated_table_is_that_of_the_code() {
    let mut stale = Vec::new();
    for (path, text) in documents() {
        let fresh = blocks::renew(&text);
        if fresh != text && std::env::var_os("UPDATE_MANUAL").is_some() {
            fs::write(root().join(&path), &fresh).expect("the document is written");
        } else if fresh != text {
            let change = fresh.lines().zip(text.lines()).find(|(fresh, old)| fresh != old);
            stale.push(format!("{}: {change:#?}", path.display()));
        }
    }
    assert!(stale.is_empty(), "run UPDATE_MANUAL=1 cargo test --test manual:\n{}", stale.join("\n"));
}

#[test]
fn every_promise_names_tests_that_exist() {
    fn sources(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, text);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&fs::read_to_string(&path).expect("a source"));
            }
        }
    }
    let mut code = String::new();
    sources(&root().join("src"), &mut code);
    sources(&root().join("tests"), &mut code);
    let promises = rows(Page::of_topic("promises").expect("a page").text);
    assert!(promises.len() > 10, "{promises:?}");
    for (_, cells) in promises {
        let tests = quoted(&cells[1]);
        assert!(!tests.is_empty(), "no test for: {}", cells[0]);
        for test in tests {
            let (before, _) = code.split_once(&format!("fn {test}(")).unwrap_or_else(|| panic!("there is no {test}"));
            let above = before.trim_end().lines().rev().map(str::trim).take_while(|line| line.starts_with("#["));
            assert_eq!(above.collect::<Vec<_>>(), ["#[test]"], "{test} is no test, or is left out");
        }
    }
}

#[test]
fn every_link_leads_to_a_page_and_a_heading() {
    for (path, text) in documents() {
        for (n, line) in prose(&text) {
            for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                if target.starts_with("https://") {
                    continue;
                }
                let told = format!("{}:{}: {target}", path.display(), n + 1);
                let (file, heading) = target.split_once('#').unwrap_or((target, ""));
                // The reader resolves links against the folder of the pages.
                assert!(!file.is_empty(), "{told}: name the page too");
                let file = root().join(&path).with_file_name(file);
                assert!(file.is_file(), "{told}: no such file");
                let linked = if heading.is_empty() { String::new() } else { fs::read_to_string(file).expect("a page") };
                let headings: Vec<_> = prose(&linked).filter(|(_, line)| line.starts_with('#')).collect();
                let is_there = headings.iter().any(|(_, line)| anchor(line.trim_start_matches('#').trim()) == heading);
                assert!(heading.is_empty() || is_there, "{told}: no such heading");
            }
        }
    }
}

#[test]
fn every_file_of_the_project_that_is_named_exists() {
    let mut count = 0;
    for (path, text) in documents() {
        let names = prose(&text).flat_map(|(_, line)| quoted(line));
        for name in
            names.filter(|name| ["src/", "tests/", "data/", ".ci/"].iter().any(|folder| name.starts_with(folder)))
        {
            let name = name.split('*').next().unwrap_or_default();
            assert!(root().join(name).exists(), "{}: no {name}", path.display());
            count += 1;
        }
    }
    assert!(count > 10, "{count}");
}

#[test]
fn every_page_says_what_it_is_for_and_is_listed() {
    let index = Page::of_topic("index").expect("a page").text;
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    assert!(readme.lines().count() <= README_LINES, "the README has more than {README_LINES} lines");
    for page in PAGES {
        let mut parts = page.text.splitn(3, "\n\n");
        assert!(parts.next().is_some_and(|title| title.starts_with("# ")), "{}", page.topic);
        let opening = parts.next().unwrap_or_default();
        assert!(opening.matches(['.', ':']).count() >= 2, "{} opens with two sentences: {opening}", page.topic);
        if page.topic != "index" {
            assert!(index.contains(&format!("]({}.md)", page.topic)), "the index does not list {}", page.topic);
            assert!(readme.contains(&format!("(data/manual/{}.md)", page.topic)), "README: {}", page.topic);
        }
    }
    let files = fs::read_dir(root().join("data/manual")).expect("the folder").count();
    assert_eq!(files, PAGES.len(), "a file of data/manual is no page");
}

#[test]
fn roles_and_columns_are_all_described() {
    let described = |topic: &str, heading: &str| -> Vec<String> {
        let rows = rows(Page::of_topic(topic).expect("a page").text);
        let rows = rows.iter().filter(|(of, _)| of == heading);
        rows.map(|(_, cells)| cells[0].trim_matches('`').to_owned()).collect()
    };
    let mut roles: Vec<&str> = Role::ALL.into_iter().map(Role::name).collect();
    roles.push("topics");
    assert_eq!(described("themes", "role"), roles);
    let command = tidings::cli::command();
    let list = command.find_subcommand("list").expect("the command");
    let columns = list.get_arguments().find(|arg| arg.get_id() == "columns").expect("the option");
    let help = columns.get_help().expect("help").to_string();
    let names: Vec<&str> = help.split(": ").nth(1).expect("names").split(", ").collect();
    assert_eq!(described("command-line", "column"), names);
}

#[test]
fn every_key_in_a_table_of_keys_is_bound() {
    let sections = Keymap::default().sections(None);
    let keys: BTreeSet<&str> =
        sections.iter().flat_map(|section| &section.rows).flat_map(|row| &row.1).map(String::as_str).collect();
    for page in PAGES {
        for (_, cells) in rows(page.text).iter().filter(|(heading, _)| heading == "keys") {
            for key in quoted(&cells[0]) {
                assert!(keys.contains(key), "{}: {key} is bound to nothing", page.topic);
            }
        }
    }
}

#[test]
fn every_command_in_the_documents_can_be_given() {
    let mut count = 0;
    for (path, text) in documents() {
        let mut is_shell = false;
        for line in text.lines() {
            if line.starts_with("```") {
                is_shell = line == "```sh";
            }
            for call in line.split(" | ").filter(|call| is_shell && call.starts_with("tidings")) {
                let call = call.split("  #").next().unwrap_or_default().split(" > ").next().unwrap_or_default();
                let words = shell_words::split(call).expect("words");
                let parsed = tidings::cli::command().try_get_matches_from(words);
                assert!(parsed.is_ok(), "{}: {line}: {}", path.display(), parsed.expect_err("an error"));
                count += 1;
            }
        }
    }
    assert!(count > 30, "{count}");
}
