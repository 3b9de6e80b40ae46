//! Shortens names that stand below each other, so that each can be told from the others.
//!
//! Names of one kind often begin alike (`Department of Energy`, `Department of Trade`), and a narrow column cuts off
//! the part in which they differ. Here an ellipsis replaces a long beginning that several names share; a name that
//! shares none loses its middle, or its end if its last word is too long.

use std::collections::HashMap;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::width::{ELLIPSIS, truncate, width};
use super::{Clean, CleanBuf};

/// Returns each name within its columns: whole where it fits, else without the beginning that it shares with others,
/// else without its middle, else without its end. Whole grapheme clusters are kept or left out.
///
/// Distinct names stay distinct: if nothing else helps, they are numbered. Two names may look the same only where an
/// ellipsis and a number do not fit. The time is proportional to the length of all names, apart from sorting and the
/// number of names that share a beginning.
#[must_use]
pub fn shorten(names: &[(Clean<'_>, usize)]) -> Vec<CleanBuf> {
    if names.iter().all(|(name, columns)| width(name.as_str()) <= *columns) {
        return names.iter().map(|(name, _)| name.to_buf()).collect();
    }
    let branches = branches(names);
    let forms: Vec<Vec<CleanBuf>> =
        names.iter().zip(&branches).map(|(&(name, columns), at)| forms(name, columns, at)).collect();
    let chosen = tell_apart(names, &forms);
    let mut shown: Vec<CleanBuf> = forms.into_iter().zip(chosen).map(|(mut forms, at)| forms.swap_remove(at)).collect();
    number(names, &mut shown);
    shown
}

/// Where a name starts to differ from other names.
#[derive(Default)]
struct Branches {
    /// The byte offsets of the words in which it differs from another name after a shared beginning of at least two
    /// fifths of the columns, ascending.
    words: Vec<usize>,
    /// The byte offset of the first grapheme in which it differs from the most similar name.
    grapheme: usize,
}

/// Finds the branches of the names that do not fit.
fn branches(names: &[(Clean<'_>, usize)]) -> Vec<Branches> {
    // In sorted order, a name shares its longest beginning with a neighbour.
    let mut sorted: Vec<usize> = (0..names.len()).collect();
    sorted.sort_unstable_by_key(|&at| names[at].0.as_str());
    sorted.dedup_by_key(|at| names[*at].0.as_str());
    let words: Vec<Vec<&str>> = sorted.iter().map(|&at| names[at].0.as_str().split_word_bounds().collect()).collect();
    // The length in bytes of the words at the beginning that each name shares with the next one.
    let shared: Vec<usize> = words.windows(2).map(|pair| common(&pair[0], &pair[1])).collect();
    let ranks: HashMap<&str, usize> =
        sorted.iter().enumerate().map(|(rank, &at)| (names[at].0.as_str(), rank)).collect();
    let branches = |&(name, columns): &(Clean<'_>, usize)| {
        let mut branches = Branches::default();
        let Some(&rank) = ranks.get(name.as_str()).filter(|_| width(name.as_str()) > columns) else { return branches };
        for run in [&mut shared[..rank].iter().rev() as &mut dyn Iterator<Item = &usize>, &mut shared[rank..].iter()] {
            let mut least = usize::MAX;
            for &bytes in run.take_while(|&&bytes| bytes > 0) {
                if bytes < least {
                    least = bytes;
                    branches.words.push(bytes);
                }
            }
        }
        // A short beginning is not worth the ellipsis: it says more than the end that would take its place.
        let is_long = |at: usize| name.as_str().get(..at).is_some_and(|shared| width(shared) * 5 >= columns * 2);
        branches.words.retain(|&at| is_long(at) && is_between_graphemes(name.as_str(), at));
        branches.words.sort_unstable();
        branches.words.dedup();
        let neighbours = rank.checked_sub(1).into_iter().chain([rank + 1]).filter_map(|rank| sorted.get(rank));
        let alike = |&other: &usize| {
            let pairs = name.as_str().graphemes(true).zip(names[other].0.as_str().graphemes(true));
            pairs.take_while(|(one, other)| one == other).map(|(one, _)| one.len()).sum()
        };
        branches.grapheme = neighbours.map(alike).max().unwrap_or(0);
        branches
    };
    names.iter().map(branches).collect()
}

fn is_between_graphemes(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(false)
}

/// Returns the length in bytes of the words at the beginning that two names share.
fn common(one: &[&str], other: &[&str]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).map(|(word, _)| word.len()).sum()
}

/// Returns the forms of a name that fit into its columns, best first; the last one always fits.
fn forms(name: Clean<'_>, columns: usize, branches: &Branches) -> Vec<CleanBuf> {
    if width(name.as_str()) <= columns {
        return vec![name.to_buf()];
    }
    let rest = |from: usize| {
        let blanks = name.as_str().get(from..).unwrap_or_default().graphemes(true).take_while(|&part| part == " ");
        name.get(from + blanks.count()..name.as_str().len()).unwrap_or_default()
    };
    let room = columns.saturating_sub(1);
    let mut forms = Vec::new();
    for &from in &branches.words {
        forms.push(join(Clean::default(), rest(from)));
    }
    if let Some(&from) = branches.words.last() {
        forms.push(cut_at_end(rest(from), room));
        let (head, tail) = without_middle(rest(from), room);
        let mut form = join(Clean::default(), head);
        form.push_own(ELLIPSIS);
        form.push_clean(tail);
        forms.push(form);
    }
    let (head, tail) = without_middle(name, columns);
    let is_word = name.as_str().strip_suffix(tail.as_str()).is_some_and(|before| before.ends_with(' '));
    let (beginning, _) = truncate(name, columns);
    if is_word {
        forms.push(join(head, tail));
    }
    forms.push(join(beginning, Clean::default()));
    forms.push(join(head, tail));
    forms.push(cut_at_end(rest(branches.grapheme), room));
    forms.retain(|form| form.as_str().chars().any(|c| c != '…' && c != ' ') && width(form.as_str()) <= columns);
    forms.push(if columns > 0 { join(beginning, Clean::default()) } else { CleanBuf::default() });
    forms
}

/// Joins two parts of a name with an ellipsis.
fn join(head: Clean<'_>, tail: Clean<'_>) -> CleanBuf {
    let mut joined = head.to_buf();
    joined.push_own(ELLIPSIS);
    joined.push_clean(tail);
    joined
}

/// Returns an ellipsis and the beginning of a text that fits into `columns`.
fn cut_at_end(text: Clean<'_>, columns: usize) -> CleanBuf {
    let (head, is_cut) = truncate(text, columns);
    let mut form = join(Clean::default(), head);
    if is_cut {
        form.push_own(ELLIPSIS);
    }
    form
}

/// Returns the beginning and the end of a text that fit into `columns` with an ellipsis between them, of whole words if
/// that loses little.
fn without_middle(text: Clean<'_>, columns: usize) -> (Clean<'_>, Clean<'_>) {
    let whole = text.as_str();
    // `truncate` leaves one column free.
    let head = truncate(text, columns.saturating_sub(columns / 3)).0.as_str();
    let room = columns.saturating_sub(width(head) + 1);
    let (mut start, mut used) = (whole.len(), 0);
    for (at, grapheme) in whole.grapheme_indices(true).rev() {
        used += width(grapheme);
        if used > room || at < head.len() {
            break;
        }
        start = at;
    }
    let tail = whole.get(start..).unwrap_or_default();
    let at_word = |at: usize| whole.get(at..).is_some_and(|rest| rest.starts_with(' ')) || at == whole.len();
    let end = if at_word(head.len()) { head.len() } else { head.rfind(' ').unwrap_or(0) };
    let end = if end * 2 >= head.len() { end } else { head.len() };
    let from = match tail.find(' ').map(|at| at + 1) {
        _ if whole.get(..start).is_some_and(|before| before.ends_with(' ')) => 0,
        Some(at) if at * 2 <= tail.len() => at,
        _ => 0,
    };
    (text.get(0..end).unwrap_or_default(), text.get(start + from..whole.len()).unwrap_or_default())
}

/// Chooses a form of each name: the first one that no other name has.
fn tell_apart(names: &[(Clean<'_>, usize)], forms: &[Vec<CleanBuf>]) -> Vec<usize> {
    let mut chosen = vec![0; names.len()];
    loop {
        let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, forms) in forms.iter().enumerate() {
            users.entry(forms[chosen[at]].as_str()).or_default().push(at);
        }
        let mut is_changed = false;
        for users in users.values().filter(|users| users.iter().any(|&at| names[at].0 != names[users[0]].0)) {
            for &at in users {
                // A name shown in full has only one form, so the other names change.
                if chosen[at] + 1 < forms[at].len() {
                    chosen[at] += 1;
                    is_changed = true;
                }
            }
        }
        if !is_changed {
            return chosen;
        }
    }
}

/// Numbers the names that still look like another one.
fn number(names: &[(Clean<'_>, usize)], shown: &mut [CleanBuf]) {
    let mut taken: HashMap<String, Clean<'_>> = HashMap::new();
    let is_whole = |at: usize, shown: &[CleanBuf]| shown[at].as_clean() == names[at].0;
    // Names shown in full stay as they are.
    let (whole, cut): (Vec<usize>, Vec<usize>) = (0..names.len()).partition(|&at| is_whole(at, shown));
    for at in whole.into_iter().chain(cut) {
        let (name, columns) = names[at];
        let mut number = 1;
        while taken.get(shown[at].as_str()).is_some_and(|other| *other != name) {
            number += 1;
            let digits = CleanBuf::line(&number.to_string());
            let Some(room) = columns.checked_sub(width(digits.as_str())).filter(|&room| room > 0) else { break };
            let mut form = truncate(name, room).0.to_buf();
            form.push_own(ELLIPSIS);
            form.push_clean(digits.as_clean());
            shown[at] = form;
        }
        taken.insert(shown[at].as_str().to_owned(), name);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shortened(names: &[&str], columns: usize) -> Vec<String> {
        let names: Vec<CleanBuf> = names.iter().map(|name| CleanBuf::line(name)).collect();
        let names: Vec<_> = names.iter().map(|name| (name.as_clean(), columns)).collect();
        shorten(&names).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_shared_beginning_gives_way_to_an_ellipsis() {
        let names = [
            "Office of the Attorney General",
            "Office of the Deputy Attorney General",
            "Office of Public Affairs",
            "Tax Division",
        ];
        assert_eq!(shortened(&names, 40), names);
        assert_eq!(
            shortened(&names, 24),
            ["…the Attorney General", "…Deputy Attorney General", "Office of Public Affairs", "Tax Division"]
        );
        assert_eq!(shortened(&names, 16), ["…Attorney Gener…", "…Deputy Attorne…", "…Public Affairs", "Tax Division"]);
        assert_eq!(
            shortened(&["부산광역시 해운대구 보건소", "부산광역시 수영구 보건소"], 20),
            ["…해운대구 보건소", "…수영구 보건소"],
        );
        assert_eq!(
            shortened(&["Ministry of A and B", "Ministry of A and C", "Ministry of D"], 12),
            ["…A and B", "…A and C", "…D"],
            "no more is left out than must be"
        );
    }

    #[test]
    fn a_name_with_a_beginning_of_its_own_loses_its_middle() {
        let names = ["Environment and Natural Resources Division", "Civil Rights Division"];
        assert_eq!(shortened(&names, 24), ["Environment and…Division", "Civil Rights Division"]);
        assert_eq!(shortened(&["Donaudampfschifffahrtsgesellschaft"], 12), ["Donaudampfs…"]);
        let names = ["Civil Rights Division", "Civil Division"];
        for (columns, expected) in [(20, "Civil Rights Divisi…"), (18, "Civil Rights Divi…"), (16, "Civil Rights Di…")]
        {
            assert_eq!(shortened(&names, columns), [expected, "Civil Division"], "it shares too little");
        }
    }

    #[test]
    fn equal_names_are_shortened_alike_and_each_for_its_own_columns() {
        let twice = ["Ministry of A and B", "Ministry of A and B", "Ministry of C"];
        assert_eq!(shortened(&twice, 12), ["…A and B", "…A and B", "…C"]);
        let names: Vec<CleanBuf> = twice.iter().map(|name| CleanBuf::line(name)).collect();
        let names: Vec<_> = names.iter().zip([30, 12, 12]).map(|(name, columns)| (name.as_clean(), columns)).collect();
        let shown: Vec<String> = shorten(&names).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["Ministry of A and B", "…A and B", "…C"]);
    }

    #[test]
    fn names_that_would_look_the_same_are_told_apart() {
        let names = ["aaaaaaaaaaaaxaaaaaaaaaaaa", "aaaaaaaaaaaayaaaaaaaaaaaa"];
        assert_eq!(shortened(&names, 8), ["…xaaaaa…", "…yaaaaa…"]);
        assert_eq!(shortened(&["abcdef", "abcxef", "ab…"], 3), ["…d…", "…x…", "ab…"]);
        assert_eq!(shortened(&["abcdef", "abcxef", "abcyef"], 2), ["a…", "…2", "…3"]);
        assert_eq!(shortened(&["abc", "abd"], 0), ["", ""]);
    }

    fn name() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            4 => prop::sample::select(vec!["Federal", "Office", "of", "the", "für", "보도자료", "漢字", "می\u{200C}خواهم", "क्षत्रिय", "👩\u{200D}👧", "e\u{301}e\u{301}"]).prop_map(str::to_owned),
            2 => "[ab]{1,12}",
            1 => "\\PC{0,8}",
        ];
        prop::collection::vec(word, 1..8).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn names_stay_distinct_and_within_their_columns(
            raw in prop::collection::vec((name(), 0_usize..4), 0..20),
            columns in 0_usize..40,
        ) {
            let names: Vec<(CleanBuf, usize)> =
                raw.iter().map(|(name, more)| (CleanBuf::line(name), columns + more)).collect();
            let names: Vec<_> = names.iter().map(|(name, columns)| (name.as_clean(), *columns)).collect();
            let shown = shorten(&names);
            prop_assert_eq!(shown.len(), names.len());
            for (shown, (name, columns)) in shown.iter().zip(&names) {
                prop_assert!(width(shown.as_str()) <= *columns, "{shown:?} in {columns}");
                prop_assert!(width(name.as_str()) > *columns || shown.as_clean() == *name);
                for grapheme in shown.as_str().graphemes(true) {
                    let is_added = grapheme == ELLIPSIS || grapheme.parse::<usize>().is_ok();
                    prop_assert!(is_added || name.as_str().graphemes(true).any(|own| own == grapheme), "{shown:?}");
                }
            }
            // An ellipsis and two digits.
            if columns >= 3 {
                for (one, name) in shown.iter().zip(&names) {
                    for (other, other_name) in shown.iter().zip(&names) {
                        prop_assert!(one != other || name.0 == other_name.0, "{:?} and {:?}", name, other_name);
                    }
                }
            }
        }
    }
}
