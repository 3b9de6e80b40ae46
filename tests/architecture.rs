//! Enforces the layers: a module uses its own layer and lower ones, never a higher one.
//!
//! Sources are parsed, so that no form of `use`, no path in an expression or macro and no order of items escapes. Tests
//! are left out, because they may use anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, Item, ItemFn, Macro, UseTree};

/// The modules from the lowest layer up, as documented in the library's root.
const LAYERS: &[&[&str]] = &[
    &["release", "text", "manual"],
    &["feed", "catalog", "picture"],
    &["query", "keymap", "config", "library", "net"],
    &["server", "sync", "watches", "query_feeds", "download", "typeset", "document", "words"],
    &["app"],
    &["ui"],
    &["runtime"],
    &["cli"],
];

/// What the state must not name: threads, files, the terminal, the clock.
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
    "crossterm::queue",
    "crossterm::event::poll",
    "crossterm::event::read",
    "notify",
    "open",
    "rusqlite",
    "rustix",
    "signal_hook",
    "tempfile",
    "ureq",
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

/// The names used in one source, and the modules it declares.
#[derive(Default)]
struct Names {
    /// The position of the source in the crate, such as `app`, `popup`.
    module: Vec<String>,
    /// Paths as written, with the module that contains them.
    written: Vec<(Vec<String>, Vec<String>)>,
    /// The aliases made by `use`, with their targets.
    aliases: BTreeMap<String, Vec<String>>,
    /// Paths from the root: `crate::text::Clean`, `std::fs::read`; `crate::text::*` if the whole module is used.
    paths: BTreeSet<String>,
    /// Modules in files of their own, and all modules that are tests.
    files: Vec<String>,
    tests: Vec<String>,
    /// Constructs that would include sources unseen.
    hidden: Vec<String>,
}

impl Names {
    fn of(source: &str, module: &[&str]) -> Self {
        let file = syn::parse_file(source).expect("a source that compiles");
        let mut names = Self { module: module.iter().map(|&name| name.to_owned()).collect(), ..Self::default() };
        names.visit_file(&file);
        names.resolve();
        names
    }

    fn add(&mut self, segments: &[String]) {
        self.written.push((self.module.clone(), segments.to_vec()));
    }

    /// Resolves paths to the root, through aliases, `self` and `super`.
    fn resolve(&mut self) {
        for (module, path) in std::mem::take(&mut self.written) {
            let mut path = Self::absolute(&module, &path);
            // An alias may stand for another one; no chain is longer than the number of aliases.
            for _ in 0..=self.aliases.len() {
                match path.first().and_then(|first| self.aliases.get(first)) {
                    Some(alias) if alias.first() != path.first() => path.splice(0..1, alias.clone()),
                    _ => break,
                };
                path = Self::absolute(&module, &path);
            }
            self.paths.insert(path.join("::"));
        }
    }

    fn absolute(module: &[String], path: &[String]) -> Vec<String> {
        let path: Vec<&str> = path.iter().map(String::as_str).skip_while(|segment| *segment == "self").collect();
        let climbs = path.iter().take_while(|segment| **segment == "super").count();
        let around: Vec<&str> = match path.first() {
            // One `super` leaves this module.
            Some(&"super") => {
                let stays = module.len().saturating_sub(climbs);
                std::iter::once("crate").chain(module[..stays].iter().map(String::as_str)).collect()
            }
            // The crate by its own name.
            Some(&"tidings") => vec!["crate"],
            _ => Vec::new(),
        };
        let skipped = if path.first() == Some(&"tidings") { 1 } else { climbs };
        around.iter().chain(&path[skipped..]).map(|&segment| segment.to_owned()).collect()
    }

    fn add_tree(&mut self, tree: &UseTree, before: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.add_tree(&path.tree, before);
                before.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(tree, before)),
            UseTree::Name(syn::UseName { ident }) => self.add_use(ident, ident, before),
            UseTree::Rename(syn::UseRename { ident, rename, .. }) => self.add_use(ident, rename, before),
            UseTree::Glob(_) => self.add(&[before.as_slice(), &["*".to_owned()]].concat()),
        }
    }

    fn add_use(&mut self, ident: &proc_macro2::Ident, name: &proc_macro2::Ident, before: &[String]) {
        let (ident, name) = (ident.to_string(), name.to_string());
        let path = if ident == "self" { before.to_vec() } else { [before, std::slice::from_ref(&ident)].concat() };
        self.add(&path);
        let name = if name == "self" { before.last().cloned().unwrap_or_default() } else { name };
        self.aliases.insert(name, Self::absolute(&self.module, &path));
    }

    /// Finds paths in the unparsed arguments of a macro; `before` is the prefix of a group.
    fn add_tokens(&mut self, tokens: TokenStream, before: &[String]) {
        let mut path: Vec<String> = before.to_vec();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 && path.len() > before.len() {
                        self.add(&std::mem::replace(&mut path, before.to_vec()));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    let around = if colons == 2 { std::mem::replace(&mut path, before.to_vec()) } else { Vec::new() };
                    if path.len() > before.len() {
                        self.add(&std::mem::replace(&mut path, before.to_vec()));
                    }
                    self.add_tokens(group.stream(), &around);
                    colons = 0;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    if path.len() > before.len() {
                        self.add(&std::mem::replace(&mut path, before.to_vec()));
                    }
                    colons = 0;
                }
            }
        }
        if path.len() > before.len() {
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
        if let Item::Mod(module) = item
            && module.content.is_none()
        {
            self.files.push(module.ident.to_string());
        }
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

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("path") {
            self.hidden.push("#[path]".to_owned());
        }
        if let syn::Meta::List(list) = &attribute.meta {
            self.add_tokens(list.tokens.clone(), &[]);
        }
        visit::visit_attribute(self, attribute);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        if item.path.is_ident("include") {
            self.hidden.push("include!".to_owned());
        }
        self.add_tokens(item.tokens.clone(), &[]);
        visit::visit_macro(self, item);
    }
}

/// The names used in each source of the crate, by path below `src`; test sources are left out.
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
    let declared: BTreeSet<PathBuf> =
        all.iter().flat_map(|(path, names)| names.files.iter().map(move |file| below(path).join(file))).collect();
    let undeclared: Vec<&PathBuf> =
        all.keys().filter(|path| !below(path).as_os_str().is_empty() && !declared.contains(*path)).collect();
    assert!(undeclared.is_empty(), "no part of the crate: {undeclared:?}");
    let hidden: Vec<_> =
        all.iter().filter(|(_, names)| !names.hidden.is_empty()).map(|(path, names)| (path, &names.hidden)).collect();
    assert!(hidden.is_empty(), "brings in what is not looked at here: {hidden:?}");
    let tests: Vec<PathBuf> =
        all.iter().flat_map(|(path, names)| names.tests.iter().map(move |test| path.join(test))).collect();
    all.retain(|path, _| !tests.iter().any(|test| path.starts_with(test)));
    all
}

/// The folder of a source's child modules.
fn below(path: &Path) -> PathBuf {
    if matches!(path.to_str(), Some("lib" | "main")) { PathBuf::new() } else { path.to_owned() }
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
            assert_ne!(used, "*", "{} uses all of the crate", path.display());
            seen.entry(module.clone()).or_default().insert(used.to_owned());
            if layer(used) > layer(&module) {
                wrong.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Known uses: without them this test would be blind.
    for (module, used) in
        [("app", "catalog"), ("app", "query"), ("sync", "net"), ("ui", "app"), ("runtime", "ui"), ("cli", "runtime")]
    {
        assert!(seen.get(module).is_some_and(|seen| seen.contains(used)), "no use of {used} was seen in {module}");
    }
    for module in LAYERS.concat() {
        // These use nothing of the crate.
        let stands_alone = matches!(module, "text" | "manual");
        assert!(stands_alone || seen.contains_key(module), "no use was seen in {module}");
    }
}

#[test]
fn the_state_names_nothing_outside() {
    let mut seen = 0;
    for (path, names) in crate_names().into_iter().filter(|(path, _)| path.starts_with("app")) {
        seen += 1;
        for named in &names.paths {
            let is_outside = |outside: &&&str| {
                // A bare crate name may also be a variable.
                let is_whole = outside.contains("::");
                named
                    .strip_prefix(**outside)
                    .is_some_and(|rest| (rest.is_empty() && is_whole) || rest.starts_with("::"))
            };
            let is_all_around =
                |outside: &&&str| named.strip_suffix('*').is_some_and(|around| outside.starts_with(around));
            if let Some(outside) = OUTSIDE.iter().find(|outside| is_outside(outside) || is_all_around(outside)) {
                panic!("{} names {outside}", path.display());
            }
        }
    }
    assert!(seen > 20, "only {seen} sources of the state were seen");
}

#[test]
fn every_form_of_use_is_seen() {
    let source = r#"
        #[cfg(test)]
        mod tests;
        mod deeper;
        use crate::app::{detail::{Page, set}, App};
        // use crate::cli;
        use crate::{text::{Clean, width}, ui as screen};
        use super::super::super::keymap::Key;
        #[cfg(test)]
        use crate::runtime::Session;
        mod inner { use super::super::sibling; }
        fn f() -> crate::config::Settings { println!("{}", [crate::query::parse("")].len()) }
        impl crate::net::Fetch for X { #[cfg(test)] fn g() { crate::cli::run() } }
        #[cfg(test)]
        mod more { use crate::cli; }
    "#;
    let names = Names::of(source, &["document", "json", "deep"]);
    let modules: Vec<&str> = names.modules().into_iter().collect();
    assert_eq!(modules, ["app", "config", "document", "keymap", "net", "query", "text", "ui"]);
    assert_eq!((names.tests.join(" "), names.files.join(" ")), ("tests more".to_owned(), "tests deeper".to_owned()));
    assert!(names.paths.contains("crate::document::json::sibling"), "{:?}", names.paths);
}

#[test]
fn no_other_name_and_no_macro_hides_a_use() {
    for hidden in [
        "use crate as root; fn f() { root::app::run() }",
        "use crate::{self as root}; use root::app::App;",
        "use super::super as up; type X = up::app::App;",
        "fn f() { let x = super::super::app::App::default(); }",
        "use self::super::super::app::App;",
        "use tidings::app::App;",
        "type X = ::tidings::app::App;",
        "macro_rules! m { () => { $crate::app::run() }; }",
        "macro_rules! m { () => { use crate::{text::Clean, app::{App, Msg}}; }; }",
        "macro_rules! m { ($x:expr) => { use super::super::app as x; }; }",
        "#[derive(crate::app::Derive)] struct X;",
        "mod a { mod b { fn f() { crate::app::run() } } }",
        "const X: <crate::app::App as Deref>::Target = 1;",
        "fn f() { vec![vec![vec![crate::app::run()]]] }",
        "fn f() { if let crate::app::Msg::Key(_) = x {} }",
        "use crate::app::*;",
    ] {
        let names = Names::of(hidden, &["feed", "xml"]);
        assert!(names.modules().contains("app"), "{hidden}: {:?}", names.paths);
    }
    assert!(Names::of("use super::super::*;", &["feed", "xml"]).modules().contains("*"));
    for outside in
        ["use std::time; fn f() { time::Instant::now() }", "use std as s; fn f() { s::time::Instant::now() }"]
    {
        assert!(Names::of(outside, &["app"]).paths.contains("std::time::Instant::now"), "{outside}");
    }
    for hidden in ["#[path = \"../app.rs\"] mod x;", "include!(\"../app.rs\");"] {
        assert_eq!(Names::of(hidden, &["feed"]).hidden.len(), 1, "{hidden}");
    }
}
