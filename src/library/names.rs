//! Names that distinguish subscriptions.

use std::collections::BTreeMap;

use super::Subscription;
use crate::text::{CleanBuf, fold_name};

/// The names given to sources so far, by their folded form.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<String, CleanBuf>);

impl Names {
    /// Makes a name unique in its folded form by appending a number, because the filter pane and queries distinguish
    /// all sources.
    pub fn own(&mut self, name: CleanBuf) -> CleanBuf {
        let numbered = (2..).map(|number: usize| CleanBuf::line(&format!("{name} ({number})")));
        let mut ways = std::iter::once(name.clone()).chain(numbered);
        let is_free =
            |way: &CleanBuf| self.0.entry(fold_name(way.as_str()).into_owned()).or_insert_with(|| way.clone()) == way;
        ways.find(is_free).unwrap_or(name)
    }

    /// Reserves a name that was found before.
    pub fn take(&mut self, name: &CleanBuf) {
        self.0.entry(fold_name(name.as_str()).into_owned()).or_insert_with(|| name.clone());
    }

    /// Like [`Names::own`], for a source that differs from all before, even if one has its name.
    pub fn apart(&mut self, name: &CleanBuf) -> CleanBuf {
        let numbered = (2..).map(|number: usize| CleanBuf::line(&format!("{name} ({number})")));
        let free =
            std::iter::once(name.clone()).chain(numbered).find(|way| !self.0.contains_key(&*fold_name(way.as_str())));
        let free = free.unwrap_or_else(|| name.clone());
        self.take(&free);
        free
    }
}

/// Names the subscriptions for the filter pane: by title, with the host or address added if several have the same
/// title.
#[must_use]
pub fn distinct_names(sources: &[Subscription]) -> Vec<CleanBuf> {
    let host = |source: &Subscription| {
        let url = url::Url::parse(source.address.as_str()).ok()?;
        Some(CleanBuf::line(&format!("{} ({})", source.name(), url.host_str()?)))
    };
    let whole = |source: &Subscription| CleanBuf::line(&format!("{} ({})", source.name(), source.address));
    let ways = |source: &Subscription| [Some(source.name()), host(source), Some(whole(source))];
    let folded = |name: &CleanBuf| fold_name(name.as_str()).into_owned();
    let mut named = BTreeMap::<String, usize>::new();
    for name in sources.iter().flat_map(ways).flatten() {
        *named.entry(folded(&name)).or_default() += 1;
    }
    let unique = |source: &Subscription| ways(source).into_iter().flatten().find(|name| named[&folded(name)] == 1);
    let mut given = Names::default();
    sources.iter().map(|source| given.own(unique(source).unwrap_or_else(|| whole(source)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscriptions_with_the_same_title_get_distinct_names() {
        let source = |title: &str, address: &str| Subscription {
            title: CleanBuf::line(title),
            address: CleanBuf::line(address),
            ..Subscription::default()
        };
        let sources = [
            source("News", "https://a.invalid/1"),
            source("News", "https://b.invalid/1"),
            source("News", "https://b.invalid/2"),
            source("Law", "https://b.invalid/3"),
            source("", "https://c.invalid/3"),
        ];
        let names: Vec<String> = distinct_names(&sources).iter().map(ToString::to_string).collect();
        let expected =
            ["News (a.invalid)", "News (https://b.invalid/1)", "News (https://b.invalid/2)", "Law", "c.invalid"];
        assert_eq!(names, expected);
        let alike = [source("News", "https://a.invalid/1"), source("NEWS", "https://b.invalid/2")];
        let names: Vec<String> = distinct_names(&alike).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["News (a.invalid)", "NEWS (b.invalid)"]);
        let alike = [source("News", "https://a.invalid/a"), source("news", "https://a.invalid/A")];
        let names: Vec<String> = distinct_names(&alike).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["News (https://a.invalid/a)", "news (https://a.invalid/A) (2)"]);
    }
}
