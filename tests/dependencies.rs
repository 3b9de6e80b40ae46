//! Requirements of the dependencies.

#[path = "support/skip.rs"]
mod skip;

use std::process::Command;

use serde_json::Value;

/// The components of a version, padded with zeros.
fn version(text: &str) -> [u64; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

/// All packages of the lock file, for every system, from cargo.
fn packages() -> Option<Vec<Value>> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let answer = cargo.output().expect("cargo runs");
    if !answer.status.success() {
        // Downloads crates of other systems for this purpose alone.
        skip::skip(&format!("cargo metadata: {}", String::from_utf8_lossy(&answer.stderr).trim()));
        return None;
    }
    let answer: Value = serde_json::from_slice(&answer.stdout).expect("JSON");
    Some(answer["packages"].as_array().expect("a list").clone())
}

#[test]
fn no_dependency_needs_a_newer_rust_than_this_crate() {
    let Some(packages) = packages() else { return };
    let ours = version(env!("CARGO_PKG_RUST_VERSION"));
    let needs = |package: &Value| Some(version(package["rust_version"].as_str()?));
    assert!(packages.iter().filter_map(needs).count() > 50, "hardly any package says what it needs");
    let newer = packages.iter().filter(|package| needs(package).is_some_and(|needed| needed > ours));
    let newer: Vec<String> = newer
        .map(|package| format!("{} {} needs {}", package["name"], package["version"], package["rust_version"]))
        .collect();
    assert!(newer.is_empty(), "newer than Rust {}: {newer:#?}", env!("CARGO_PKG_RUST_VERSION"));
}

#[test]
fn versions_are_compared_by_component() {
    assert!(version("1.9") < version("1.10.0") && version("1.89") == version("1.89.0"));
}
