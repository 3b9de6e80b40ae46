//! How a phrase is written: with the case and the accents that are most common.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::catalog::{Catalog, ReleaseIndex};
use crate::query::phrase::is_whole;
use crate::text::{CleanBuf, find_folded, fold};

/// The number of bytes of a summary that are read.
const READ: usize = 1_200;

/// Returns a folded phrase as most of these releases write it.
pub fn commonest(catalog: &Catalog, phrase: &str, examples: &[ReleaseIndex]) -> CleanBuf {
    let mut forms: BTreeMap<CleanBuf, usize> = BTreeMap::new();
    for release in examples.iter().filter_map(|&release| catalog.release(release)) {
        for text in [release.title().to_buf(), release.summary_start(READ)] {
            let text = text.as_str();
            for found in find_folded(text, phrase).into_iter().filter(|found| is_word(text, found)) {
                let form = CleanBuf::line(text.get(found).unwrap_or_default());
                if fold(form.as_str()) == phrase {
                    *forms.entry(form).or_default() += 1;
                }
            }
        }
    }
    // Among equals the last one, which has small letters.
    let best = forms.into_iter().max_by(|(one, count), (other, most)| (count, one).cmp(&(most, other)));
    best.map_or_else(|| CleanBuf::line(phrase), |(form, _)| form)
}

/// Whether a part of a text that is not folded begins and ends at word boundaries.
fn is_word(text: &str, part: &Range<usize>) -> bool {
    is_whole(text, part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;

    #[test]
    fn a_phrase_is_written_as_most_releases_write_it() {
        let rows = [
            ("SARS in Toronto", "the sars virus", "", "", (2003, 3, 1)),
            ("Sarsen stones", "SARS", "", "", (2003, 3, 2)),
            ("Der Präsident", "In São  Paulo", "", "", (2003, 3, 3)),
            ("Water", "Clean water", "", "", (2003, 3, 3)),
        ];
        let catalog = catalog(&rows);
        let all: Vec<ReleaseIndex> = catalog.indices().collect();
        for (phrase, form) in [
            ("sars", "SARS"),
            ("sao paulo", "São Paulo"),
            ("prasident", "Präsident"),
            ("water", "water"),
            ("zug", "zug"),
        ] {
            assert_eq!(commonest(&catalog, phrase, &all).as_str(), form);
        }
    }
}
