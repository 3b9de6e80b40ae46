//! Keeps the layers: a module uses those of its own layer and lower ones, never a higher one.
//!
//! Sources are parsed, so that no form of a `use`, no path within an expression or a macro and no order of items hides
//! one. Tests are left out: what they build on is no part of the architecture.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, Item, ItemFn, Macro, UseTree};

/// Modules from the lowest layer up, as the library's page tells them.
const LAYERS: &[&[&str]] = &[
    &["release", "text"],
    &["feed", "catalog", "manual"],
    &["query", "keymap", "config", "library", "sync"],
    &["app"],
    &["ui", "document"],
    &["runtime"],
    &["cli"],
];

/// What the state may not name: threads, files, the terminal, the clock.
const OUTSIDE: &[&str] = &[
    "std::thread",
    "std::fs",
    "std::io",
    "std::env",
    "std::net",
    "std::process",
    "std::sync::mpsc",
    "std::time::Instant",
    "std::time::SystemTime",
    "chrono::Utc",
    "chrono::Local",
    "crossterm::terminal",
    "crossterm::execute",
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

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_cfg = attribute.path().is_ident("cfg");
        attribute.path().is_ident("test")
            || (is_cfg && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test")))
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// What one source names, and which of its modules are tests in files of their own.
#[derive(Default)]
struct Names {
    /// Where the source stands in the crate, such as `app`, `detail`.
    module: Vec<String>,
    /// Paths from the root: `crate::text::Clean`, `std::fs::read`.
    paths: BTreeSet<String>,
    tests: Vec<String>,
}

impl Names {
    fn of(source: &str, module: &[&str]) -> Self {
        let file = syn::parse_file(source).expect("a source that compiles");
        let mut names = Self { module: module.iter().map(|&name| name.to_owned()).collect(), ..Self::default() };
        names.visit_file(&file);
        names
    }

    fn add(&mut self, segments: &[String]) {
        let climbs = segments.iter().take_while(|segment| *segment == "super").count();
        let path = if climbs > 0 {
            // One `super` leaves this module.
            let stays = self.module.len().saturating_sub(climbs);
            let around = std::iter::once("crate").chain(self.module[..stays].iter().map(String::as_str));
            around.chain(segments[climbs..].iter().map(String::as_str)).collect::<Vec<_>>().join("::")
        } else {
            segments.join("::")
        };
        self.paths.insert(path);
    }

    fn add_tree(&mut self, tree: &UseTree, before: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.add_tree(&path.tree, before);
                before.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(tree, before)),
            UseTree::Name(syn::UseName { ident }) | UseTree::Rename(syn::UseRename { ident, .. }) => {
                before.push(ident.to_string());
                self.add(before);
                before.pop();
            }
            UseTree::Glob(_) => self.add(before),
        }
    }

    /// Paths of a macro's arguments, which nobody has parsed.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 && !path.is_empty() {
                        self.add(&std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                other => {
                    if !path.is_empty() {
                        self.add(&std::mem::take(&mut path));
                    }
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.add_tokens(group.stream());
                    }
                }
            }
        }
        if !path.is_empty() {
            self.add(&path);
        }
    }

    /// The modules of this crate that are named.
    fn modules(&self) -> BTreeSet<&str> {
        let named = self.paths.iter().filter_map(|path| path.strip_prefix("crate::"));
        named.filter_map(|path| path.split("::").next()).collect()
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            return visit::visit_item(self, item);
        }
        if let Item::Mod(module) = item {
            self.tests.push(module.ident.to_string());
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.add_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}

/// What each source of the crate names, by its path below `src`; sources that are tests are left out.
fn crate_names() -> BTreeMap<PathBuf, Names> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root, &mut files);
    let mut all: BTreeMap<PathBuf, Names> = BTreeMap::new();
    for file in files {
        let relative = file.strip_prefix(&root).expect("a file below src").with_extension("");
        let module: Vec<&str> = relative.iter().map(|part| part.to_str().expect("plain names")).collect();
        let names = Names::of(&fs::read_to_string(&file).expect("a source"), &module);
        all.insert(relative, names);
    }
    let tests: Vec<PathBuf> =
        all.iter().flat_map(|(path, names)| names.tests.iter().map(move |test| path.join(test))).collect();
    all.retain(|path, _| !tests.iter().any(|test| path.starts_with(test)));
    all
}

#[test]
fn no_module_uses_a_higher_layer() {
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, names) in crate_names() {
        let module = path.iter().next().expect("a name").to_string_lossy().into_owned();
        if matches!(&*module, "lib" | "main") {
            continue;
        }
        for used in names.modules() {
            seen.entry(module.clone()).or_default().insert(used.to_owned());
            if layer(used) > layer(&module) {
                wrong.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Uses that are there for certain: without them this test would be blind.
    for (module, used) in [("app", "catalog"), ("app", "query"), ("ui", "app"), ("runtime", "ui"), ("cli", "runtime")] {
        assert!(seen.get(module).is_some_and(|seen| seen.contains(used)), "no use of {used} was seen in {module}");
    }
    for module in LAYERS.concat() {
        assert!(module == "text" || seen.contains_key(module), "no use was seen in {module}");
    }
}

#[test]
fn the_state_names_nothing_outside() {
    let mut seen = 0;
    for (path, names) in crate_names().into_iter().filter(|(path, _)| path.starts_with("app")) {
        seen += 1;
        for named in &names.paths {
            let is_outside = |outside: &&&str| {
                named.strip_prefix(**outside).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            };
            if let Some(outside) = OUTSIDE.iter().find(is_outside) {
                panic!("{} names {outside}", path.display());
            }
        }
    }
    assert!(seen > 20, "only {seen} sources of the state were seen");
}

#[test]
fn every_form_of_a_use_is_seen() {
    let source = r#"
        #[cfg(test)]
        mod tests;
        use crate::app::{detail::{Page, set}, App};
        // use crate::cli;
        use crate::{text::{Clean, width}, ui as screen};
        use super::super::super::keymap::Key;
        #[cfg(test)]
        use crate::runtime::Session;
        mod inner { use super::super::sibling; }
        fn f() -> crate::config::Settings { println!("{}", [crate::query::parse("")].len()) }
        impl crate::sync::Fetch for X { #[cfg(test)] fn g() { crate::cli::run() } }
        #[cfg(test)]
        mod more { use crate::cli; }
    "#;
    let names = Names::of(source, &["document", "json", "deep"]);
    let modules: Vec<&str> = names.modules().into_iter().collect();
    assert_eq!(modules, ["app", "config", "document", "keymap", "query", "sync", "text", "ui"]);
    assert_eq!(names.tests, ["tests", "more"]);
    assert!(names.paths.contains("crate::document::json::sibling"), "{:?}", names.paths);
}
