//! Collects every text that a user can see into one snapshot, so that a changed word is one line of a diff and all texts can
//! be read at one sitting. `INSTA_UPDATE=always cargo test --test texts` accepts changes.
//!
//! Actions, settings, rules, exit codes and `--help` come from their tables. All other texts are the string literals of the
//! sources, parsed, in the order of file and position.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Command;
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Lit, LitStr, Pat};
use tidings::cli::{ENVIRONMENT, EXIT_CODES};
use tidings::config;
use tidings::feed::check::RULES;
use tidings::keymap::{Action, Keymap, Scope};

/// Sources whose literals reach the user, in the order of the snapshot.
const FOLDERS: &[&str] =
    &["ui", "app", "typeset", "document", "runtime", "cli", "config", "query", "library", "net", "feed"];

/// Sources without texts, and tables that have a section of their own.
const SKIPPED: &[&str] = &[
    "app/session.rs",
    "cli/completions/shells.rs",
    "cli/manual.rs",
    "cli/output_style.rs",
    "cli/reference.rs",
    "config/table.rs",
    "document/atom.rs",
    "document/html.rs",
    "document/markup.rs",
    "feed/check/rule.rs",
    "feed/date",
    "feed/html",
    "library/schema.rs",
    "library/transfer/format.rs",
    "runtime/terminal.rs",
    "runtime/test_panic.rs",
];

/// Sources of which only `#[error("…")]` texts and those with several words reach the user.
const WITHOUT_WORDS: &[&str] = &["feed", "library", "net", "query", "config", "runtime", "document"];

/// Macros whose arguments are log lines, internal errors or patterns.
const SKIPPED_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "concat",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_span",
    "env",
    "error",
    "include_bytes",
    "include_str",
    "info",
    "info_span",
    "matches",
    "panic",
    "trace",
    "unreachable",
    "warn",
];

/// Methods whose arguments are not texts: they look for something or name it for a machine.
const SKIPPED_METHODS: &[&str] = &[
    "attr",
    "attribute",
    "contains",
    "ends_with",
    "execute",
    "execute_batch",
    "expect",
    "header",
    "is_ident",
    "prepare",
    "prepare_cached",
    "query_row",
    "select",
    "split",
    "split_once",
    "starts_with",
    "strip_prefix",
    "strip_suffix",
    "trim_end_matches",
    "trim_start_matches",
];

/// Words that begin a statement of SQL.
const SQL: &[&str] =
    &["ALTER", "ATTACH", "BEGIN", "CREATE", "DELETE", "DROP", "INSERT", "PRAGMA", "SELECT", "UPDATE", "VACUUM", "WITH"];

fn source_files(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder of the sources") {
            source_files(&entry.expect("an entry").path(), files);
        }
    }
}

/// Whether an item exists in tests only.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_cfg = attribute.path().is_ident("cfg");
        attribute.path().is_ident("test")
            || (is_cfg && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test")))
    })
}

/// The texts of one source, in the order of their position.
struct Texts {
    /// Whether single words count as texts.
    has_words: bool,
    found: Vec<String>,
    /// Modules in files of their own that exist in tests only.
    tests: Vec<String>,
}

impl Texts {
    fn of(source: &str, has_words: bool) -> Self {
        let mut texts = Self { has_words, found: Vec::new(), tests: Vec::new() };
        texts.visit_file(&syn::parse_file(source).expect("a source that compiles"));
        texts
    }

    fn add(&mut self, literal: &LitStr, is_formatted: bool) {
        let text = literal.value();
        let words = words(&text);
        let is_sql = text.split_whitespace().next().is_some_and(|word| SQL.contains(&word));
        let is_text = match words.as_slice() {
            [] => false,
            [word] => (self.has_words || is_formatted) && word.len() > 1 && text.chars().all(is_of_prose),
            _ => true,
        };
        if is_text && !is_sql {
            self.found.push(text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"));
        }
    }

    fn add_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) if !is_skipped(&tokens[..at]) => self.add_tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(Lit::Str(literal)) = syn::parse_str(&literal.to_string()) {
                        self.add(&literal, true);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether the tokens before a group make it an attribute, or the arguments of a skipped macro or method.
fn is_skipped(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Punct(mark)] if mark.as_char() == '#' => true,
        [.., TokenTree::Ident(name), TokenTree::Punct(mark)] if mark.as_char() == '!' => {
            SKIPPED_MACROS.contains(&name.to_string().as_str())
        }
        [.., TokenTree::Ident(name)] => SKIPPED_METHODS.contains(&name.to_string().as_str()),
        _ => false,
    }
}

/// Whether a character can be part of a single word or a template with one word.
fn is_of_prose(c: char) -> bool {
    c.is_alphabetic()
        || matches!(c, ' ' | '{' | '}' | ',' | ';' | ':' | '.' | '…' | '·' | '(' | ')' | '`' | '-' | '?' | '!')
}

/// The words of a text outside its placeholders.
fn words(text: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let bare: String = text
        .chars()
        .map(|c| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                c if depth == 0 => return c,
                _ => {}
            }
            ' '
        })
        .collect();
    let is_word = |word: &&str| word.chars().any(char::is_alphabetic);
    bare.split_whitespace().filter(is_word).map(str::to_owned).collect()
}

impl<'ast> Visit<'ast> for Texts {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if !is_test(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        } else if item.content.is_none() {
            self.tests.push(item.ident.to_string());
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("error")
            && let syn::Meta::List(list) = &attribute.meta
        {
            self.add_tokens(list.tokens.clone());
        }
    }

    fn visit_pat(&mut self, pattern: &'ast Pat) {
        if !matches!(pattern, Pat::Lit(_)) {
            visit::visit_pat(self, pattern);
        }
    }

    fn visit_expr_binary(&mut self, expression: &'ast syn::ExprBinary) {
        // A literal that is compared with something is not shown.
        let is_comparison = matches!(expression.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_));
        for side in [&expression.left, &expression.right] {
            if !(is_comparison && matches!(**side, Expr::Lit(_))) {
                self.visit_expr(side);
            }
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.visit_expr(&call.receiver);
        if !SKIPPED_METHODS.contains(&call.method.to_string().as_str()) {
            call.args.iter().for_each(|argument| self.visit_expr(argument));
        }
    }

    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.add(literal, false);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        let name = item.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if !SKIPPED_MACROS.contains(&name.as_str()) {
            self.add_tokens(item.tokens.clone());
        }
    }
}

/// The texts of all sources in a folder, by file.
fn texts_of(folder: &str) -> BTreeMap<String, Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root.join(folder), &mut files);
    source_files(&root.join(format!("{folder}.rs")), &mut files);
    let name = |file: &Path| file.strip_prefix(&root).expect("a source").to_string_lossy().into_owned();
    let (mut texts, mut test_modules) = (BTreeMap::new(), Vec::new());
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
        let source = fs::read_to_string(file).expect("a source");
        let source_texts = Texts::of(&source, !WITHOUT_WORDS.contains(&folder));
        let below = name(&file.with_extension(""));
        test_modules.extend(source_texts.tests.iter().map(|module| format!("{below}/{module}")));
        texts.insert(name(file), source_texts.found);
    }
    let is_skipped = |name: &str| {
        let below = |path: &str| {
            name.strip_prefix(path).is_some_and(|rest| matches!(rest, "" | ".rs") || rest.starts_with('/'))
        };
        SKIPPED.iter().any(|path| below(path)) || test_modules.iter().any(|path| below(path))
    };
    texts.retain(|name, texts| !texts.is_empty() && !is_skipped(name));
    texts
}

fn actions(out: &mut String) -> std::fmt::Result {
    let keymap = Keymap::default();
    for scope in Scope::ALL {
        writeln!(out, "\n## {} [keys.{}]", scope.title(), scope.name())?;
        for info in Action::in_scope(scope) {
            let keys = keymap.keys_of(scope, info.action).join(" ");
            let hint = if info.hint.is_empty() { String::new() } else { format!(" (hint: {})", info.hint) };
            writeln!(out, "{}: {} [{keys}]{hint}", info.name, info.help)?;
        }
    }
    Ok(())
}

fn settings(out: &mut String) -> std::fmt::Result {
    for row in config::TABLE {
        writeln!(out, "{}: {} [{}] expected {}", row.name, row.help, row.default, row.kind.expected())?;
    }
    Ok(())
}

fn pairs(out: &mut String, rows: &[(&str, &str)]) -> std::fmt::Result {
    rows.iter().try_for_each(|(name, what)| writeln!(out, "{name}: {what}"))
}

fn rules(out: &mut String) -> std::fmt::Result {
    RULES.iter().try_for_each(|rule| writeln!(out, "{}: {}; {}", rule.name, rule.what, rule.fix))
}

/// The help of a command.
struct Help {
    name: String,
    /// The options, each with its description, and the lines between them, in order.
    parts: Vec<String>,
}

/// Appends the help of a command and of its subcommands.
fn helps(command: &Command, name: &str, found: &mut Vec<Help>) {
    let text = command.clone().bin_name(name).term_width(100).render_long_help().to_string();
    found.push(Help { name: name.to_owned(), parts: parts(&text) });
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        helps(sub, &format!("{name} {}", sub.get_name()), found);
    }
}

/// Whether a line of help text, or a part that begins with it, describes an option. Descriptions are indented further.
fn is_option(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with('-') && (1..10).contains(&(line.len() - text.len()))
}

/// Splits a help text before each option and before each line that is not indented.
fn parts(help: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for line in help.trim_end().lines() {
        match parts.last_mut() {
            Some(part) if line.is_empty() || (line.starts_with("  ") && !is_option(line)) => {
                part.push('\n');
                part.push_str(line);
            }
            _ => parts.push(line.to_owned()),
        }
    }
    parts.iter().map(|part| part.trim_end().to_owned()).collect()
}

/// The help of all commands. Options of several commands are described once; a command names those that it shares.
fn all_helps(command: &Command, out: &mut String) -> std::fmt::Result {
    let mut found = Vec::new();
    helps(command, "tidings", &mut found);
    let mut count = BTreeMap::<&str, usize>::new();
    for part in found.iter().flat_map(|help| &help.parts).filter(|part| is_option(part)) {
        *count.entry(part).or_default() += 1;
    }
    let is_shared = |part: &&String| count.get(part.as_str()).is_some_and(|&count| count > 1);
    let mut described = Vec::new();
    writeln!(out, "\n## Options of several commands")?;
    for part in found.iter().flat_map(|help| &help.parts).filter(is_shared) {
        if !described.contains(&part) {
            writeln!(out, "\n{part}")?;
            described.push(part);
        }
    }
    for help in &found {
        writeln!(out, "\n## {} --help", help.name)?;
        let (shared, own): (Vec<_>, Vec<_>) = help.parts.iter().partition(is_shared);
        for (part, next) in own.iter().zip(own.iter().skip(1).map(Some).chain([None])) {
            // A heading whose options are all described above is left out.
            let is_heading = part.ends_with(':') && !part.contains('\n');
            if !is_heading || next.is_some_and(|next| is_option(next)) {
                writeln!(out, "\n{part}")?;
            }
        }
        let names: Vec<&str> = shared.iter().filter_map(|part| part.trim_start().lines().next()).collect();
        writeln!(out, "\nOptions of several commands: {}", names.join(" | "))?;
    }
    Ok(())
}

/// All texts, by kind.
fn all() -> Result<String, std::fmt::Error> {
    let mut out = String::from("# Actions\n");
    actions(&mut out)?;
    out.push_str("\n# Settings\n\n");
    settings(&mut out)?;
    out.push_str("\n# Exit codes\n\n");
    pairs(&mut out, &EXIT_CODES)?;
    out.push_str("\n# Environment\n\n");
    pairs(&mut out, &ENVIRONMENT)?;
    out.push_str("\n# Rules of tidings check\n\n");
    rules(&mut out)?;
    out.push_str("\n# Help of commands\n");
    let mut command = tidings::cli::command();
    command.build();
    all_helps(&command, &mut out)?;
    out.push_str("\n# Headings, hints, messages and errors\n");
    for folder in FOLDERS {
        for (file, texts) in texts_of(folder) {
            writeln!(out, "\n## {file}\n")?;
            texts.iter().try_for_each(|text| writeln!(out, "{text}"))?;
        }
    }
    let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
    Ok(lines.join("\n"))
}

#[test]
fn every_text_is_in_the_snapshot() {
    insta::assert_snapshot!("texts", all().expect("a text"));
}

#[test]
fn literals_count_as_texts_unless_a_machine_reads_them() {
    let source = r#"
        #[error("cannot read {0}")] struct E(String);
        const A: &str = "two words";
        fn f(x: &str) -> String {
            tracing::warn!("a log line");
            if x == "not this one" || x.contains("nor this") { return format!("{x}: removed"); }
            match x { "a pattern here" => "a result here", _ => connection.execute("SELECT a FROM b", []) };
            vec!["an item of a macro", db.prepare("in a macro")].join("one")
        }
        #[cfg(test)] mod tests { const B: &str = "of a test"; }
        #[test] fn g() { h("of another test") }
        #[cfg(test)] mod cases;
    "#;
    let texts = Texts::of(source, false);
    assert_eq!(texts.found, ["cannot read {0}", "two words", "{x}: removed", "a result here", "an item of a macro"]);
    assert_eq!(texts.tests, ["cases"]);
    assert!(Texts::of(source, true).found.contains(&"one".to_owned()), "single words count where they are asked for");
}
