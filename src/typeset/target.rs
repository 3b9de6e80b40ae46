//! Where one can go from a release, and the letters that choose among it.

use crate::text::CleanBuf;

/// Something that a release leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Its own address.
    Own(CleanBuf),
    /// Its address in another source, with the name of that.
    Reprint(CleanBuf, CleanBuf),
    /// Another address, by its number among the links of the release.
    Link(u16, CleanBuf),
    /// Another release, by its number in the catalog.
    Release(u32),
}

impl Target {
    /// The address, of what has one.
    #[must_use]
    pub fn address(&self) -> Option<&CleanBuf> {
        match self {
            Self::Own(address) | Self::Reprint(_, address) | Self::Link(_, address) => Some(address),
            Self::Release(_) => None,
        }
    }
}

/// How many letters there are.
const LETTERS: usize = 26;

/// The letters of so many targets: none begins another. Those past what two letters can tell have none.
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
    fn no_letters_begin_others() {
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
