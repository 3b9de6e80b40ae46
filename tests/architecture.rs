//! Keeps the layers: a module uses those of its own layer and lower ones, never a higher one.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the lowest layer up, as the library's page tells them.
const LAYERS: &[&[&str]] = &[
    &["release", "text"],
    &["feed", "catalog"],
    &["query", "keymap", "config", "library", "sync"],
    &["app"],
    &["ui", "document"],
    &["runtime"],
    &["cli"],
];

fn layer(module: &str) -> usize {
    let found = LAYERS.iter().position(|layer| layer.contains(&module));
    found.unwrap_or_else(|| panic!("module {module} stands in no layer: add it here and to the page of src/lib.rs"))
}

fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            source_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The modules of this crate that a source names, tests left out: what they build on is no part of the architecture.
fn used(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    code.split("crate::")
        .skip(1)
        .flat_map(|rest| {
            // `use crate::{a::X, b}` names several.
            let names = rest.strip_prefix('{').and_then(|list| list.split('}').next()).unwrap_or(rest);
            let many = if rest.starts_with('{') { usize::MAX } else { 1 };
            names.split(',').take(many).map(first_name).collect::<Vec<_>>()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

fn first_name(path: &str) -> String {
    path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn no_module_uses_a_higher_layer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root, &mut files);
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in files {
        let relative = file.strip_prefix(&root).expect("a file below src");
        let module = relative.iter().next().and_then(|first| Path::new(first).file_stem()).expect("a module");
        let module = module.to_string_lossy();
        if matches!(&*module, "lib" | "main") {
            continue;
        }
        for used in used(&fs::read_to_string(&file).expect("a source")) {
            seen += 1;
            if layer(&used) > layer(&module) {
                wrong.push(format!("{} uses {used}", relative.display()));
            }
        }
    }
    assert!(seen > 50, "only {seen} uses were found: the reader of this test is blind");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_reader_of_uses_sees_both_forms() {
    let source =
        "use crate::app::App;\n// use crate::cli;\nuse crate::{text::Clean, ui};\nfn f() { crate::query::parse(\"\") }";
    assert_eq!(used(source), ["app", "text", "ui", "query"]);
}

#[test]
fn state_knows_no_threads_files_or_clock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root.join("app"), &mut files);
    files.push(root.join("app.rs"));
    for file in files {
        let source = fs::read_to_string(&file).expect("a source");
        for banned in
            ["std::thread", "std::fs", "std::io", "Instant", "SystemTime", "mpsc", "chrono::Utc", "chrono::Local"]
        {
            assert!(!source.contains(banned), "{} names {banned}", file.display());
        }
    }
}
