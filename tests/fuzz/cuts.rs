//! Documents that end too early: a longer prefix never has fewer releases, and no prefix takes long.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::reading::{check, read};
use super::{corpus, seeds};

/// Returns all files below a folder, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Reads a prefix of `bytes` at every `step`; `name` identifies the document.
fn cut(name: &str, bytes: &[u8], step: usize) {
    let mut before = 0;
    for end in (0..=bytes.len()).step_by(step) {
        let start = Instant::now();
        let part = read(&bytes[..end]);
        if part.releases.len() > before {
            check(&part);
        }
        let now = part.releases.len();
        assert!(start.elapsed() < Duration::from_secs(2), "{name} takes too long at {end} bytes");
        assert!(now >= before, "{name}: {now} releases in {end} bytes, {before} in fewer");
        before = now;
    }
}

#[test]
fn a_longer_prefix_never_has_fewer_releases() {
    for (kind, seeds) in ["json", "lines", "xml"].map(|kind| (kind, seeds::small(&[kind]))) {
        for (n, seed) in seeds.iter().enumerate() {
            cut(&format!("{kind} {n}"), seed, 1);
        }
    }
}

#[test]
fn a_longer_prefix_of_a_real_json_feed_never_has_fewer_releases() {
    let Some(corpus) = corpus::folder() else { return };
    let mut documents: Vec<PathBuf> = files(&corpus.join("feeds"));
    documents.retain(|path| path.extension().is_some_and(|end| end == "json"));
    // Expectations of parsers are not feeds, though they look like them; there are enough real ones.
    documents.retain(|path| !path.to_string_lossy().contains("gofeed/parser/"));
    let mut seen = 0;
    for path in documents {
        let bytes = fs::read(&path).expect("a feed");
        if !read(&bytes).is_refused {
            // Every 97th byte, or fewer so that there are at most 12 prefixes.
            cut(&path.display().to_string(), &bytes, 97.max(bytes.len() / 12));
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} feeds");
}
