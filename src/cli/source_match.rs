//! Finds subscriptions by what the user types.

use crate::library::{SourceId, Subscription};
use crate::text::{CleanBuf, fold};

/// The number of names to suggest for an unknown one.
const PROPOSED: usize = 3;

/// Returns the subscriptions with exactly this name, address or folder, or else those whose name contains it.
pub fn matching(sources: &[Subscription], name: &str) -> Vec<SourceId> {
    let wanted = fold(name);
    if wanted.is_empty() {
        return Vec::new();
    }
    let folder = |source: &Subscription| {
        let names: Vec<&str> = source.folder.iter().map(CleanBuf::as_str).collect();
        fold(&names.join("/"))
    };
    let is_it = |source: &&Subscription| {
        let folder = folder(source);
        fold(source.name().as_str()) == wanted
            || source.address.as_str() == name
            || folder == wanted
            || folder.starts_with(&format!("{wanted}/"))
    };
    let ids = |sources: Vec<&Subscription>| sources.into_iter().map(|source| source.id).collect::<Vec<_>>();
    let exact = ids(sources.iter().filter(is_it).collect());
    if !exact.is_empty() {
        return exact;
    }
    ids(sources.iter().filter(|source| fold(source.name().as_str()).contains(&wanted)).collect())
}

/// Returns the message for an unknown name, with some known ones.
pub fn not_found(sources: &[Subscription], name: &str) -> String {
    let some: Vec<String> = sources.iter().take(PROPOSED).map(|source| source.name().to_string()).collect();
    let more = if sources.len() > PROPOSED { " and others; tidings feeds lists all" } else { "" };
    format!("unknown subscription {}; expected {}{more}", CleanBuf::line(name), some.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_names_match_before_partial_names() {
        let source = |id, title: &str, folder: &[&str]| Subscription {
            id: SourceId::new(id),
            title: CleanBuf::line(title),
            address: CleanBuf::line(&format!("https://a.invalid/{id}")),
            folder: folder.iter().map(|name| CleanBuf::line(name)).collect(),
            ..Subscription::default()
        };
        let sources =
            [source(1, "Zürich", &["Europe", "Courts"]), source(2, "Zürich News", &["Europe"]), source(3, "Law", &[])];
        for (name, ids) in [
            ("zurich", vec![1]),
            ("news", vec![2]),
            ("EUROPE", vec![1, 2]),
            ("europe/courts", vec![1]),
            ("https://a.invalid/3", vec![3]),
            ("nothing", vec![]),
            ("", vec![]),
        ] {
            let ids: Vec<SourceId> = ids.into_iter().map(SourceId::new).collect();
            assert_eq!(matching(&sources, name), ids, "{name}");
        }
        assert_eq!(not_found(&sources, "x"), "unknown subscription x; expected Zürich, Zürich News, Law");
        assert!(not_found(&sources, "x\u{1b}[31m\u{202e}y").starts_with("unknown subscription xy;"));
    }
}
