//! What a release links to, and the labels to choose a target.

use crate::catalog::ReleaseIndex;
use crate::text::CleanBuf;

/// A target of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The release's own address.
    Own(CleanBuf),
    /// Its address in another source, and the name of that source.
    Reprint(CleanBuf, CleanBuf),
    /// Another address, and its index among the links of the release.
    Link(u16, CleanBuf),
    /// Another release; `None` once it was removed.
    Release(Option<ReleaseIndex>),
}

impl Target {
    /// Returns the address of the target, if it has one.
    #[must_use]
    pub fn address(&self) -> Option<&CleanBuf> {
        match self {
            Self::Own(address) | Self::Reprint(_, address) | Self::Link(_, address) => Some(address),
            Self::Release(_) => None,
        }
    }
}

/// The number of letters.
const LETTERS: usize = 26;

/// Returns labels for `count` targets; no label is the prefix of another. Targets beyond two-letter labels get none.
#[must_use]
pub fn hints(count: usize) -> Vec<String> {
    let letter = |n: usize| char::from(b'a' + (n % LETTERS) as u8);
    let hint = |n: usize| match n {
        _ if count <= LETTERS => letter(n).to_string(),
        _ if n < LETTERS * LETTERS => [letter(n / LETTERS), letter(n)].iter().collect(),
        _ => String::new(),
    };
    (0..count).map(hint).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_label_is_the_prefix_of_another() {
        assert_eq!(hints(3), ["a", "b", "c"]);
        for count in [26, 27, 676, 700] {
            let hints = hints(count);
            assert_eq!(hints.len(), count);
            let given: Vec<&String> = hints.iter().filter(|hint| !hint.is_empty()).collect();
            assert_eq!(given.len(), count.min(676));
            for (n, one) in given.iter().enumerate() {
                assert!(given[n + 1..].iter().all(|other| !other.starts_with(one.as_str())), "{one}");
            }
        }
    }
}
