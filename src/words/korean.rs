//! Korean words without their endings: `산불이` and `산불을` count as `산불`.
//!
//! An ending is a particle such as those of the subject and the object. Some of them also end words (`전문가`): these are
//! taken off only if the archive has the rest as a word of its own, and often enough.

use rustc_hash::FxHashMap;

use super::numbers::word_number;

/// Particles that end few nouns.
const CLEAR: [&str; 13] =
    ["에서는", "에서도", "으로는", "으로도", "으로써", "에게", "에서", "까지", "부터", "으로", "을", "를", "에는"];
/// Particles that may also be the end of a word.
const DOUBTFUL: [&str; 16] = [
    "이라고",
    "이라는",
    "입니다",
    "이며",
    "보다",
    "처럼",
    "마다",
    "에도",
    "은",
    "는",
    "이",
    "가",
    "의",
    "과",
    "와",
    "에",
];
/// Further ones of these, of which many words end in the letters.
const RARE: [&str; 4] = ["도", "로", "만", "들"];
/// Endings of verbs, which name no subject.
const VERB: [&str; 31] = [
    "하여",
    "하고",
    "하는",
    "하며",
    "하기",
    "한다",
    "하면",
    "하자",
    "하게",
    "하지",
    "되는",
    "되어",
    "되고",
    "된다",
    "되며",
    "됨에",
    "했다",
    "였다",
    "있다",
    "없다",
    "는다",
    "니다",
    "도록",
    "으며",
    "으로써",
    "받은",
    "하였",
    "된",
    "다고",
    "두고",
    "맞아",
];
/// The fewest releases with a word for it to be known.
const FEWEST: u32 = 3;

/// What Korean words are without their endings.
#[derive(Default)]
pub struct Stems {
    /// The number of releases with each word, as it stands in the texts.
    known: FxHashMap<u32, u32>,
}

impl Stems {
    /// Takes the number of releases with each word.
    pub fn new(mut counts: FxHashMap<u32, u32>) -> Self {
        counts.retain(|_, count| *count >= FEWEST);
        counts.shrink_to_fit();
        Self { known: counts }
    }

    /// Returns a word without its ending.
    pub fn stem<'w>(&self, word: &'w str) -> &'w str {
        if !word.chars().next_back().is_some_and(is_hangul) {
            return word;
        }
        let without = |endings: &[&str]| {
            let stems = endings.iter().filter_map(|ending| word.strip_suffix(ending));
            stems.min_by_key(|stem| stem.len()).filter(|stem| stem.chars().nth(1).is_some())
        };
        if let Some(stem) = without(&CLEAR) {
            return stem;
        }
        let count = |word: &str| self.known.get(&word_number(word)).copied().unwrap_or(0);
        let is_word = |stem: &&str| count(stem) >= FEWEST && count(stem) * 2 >= count(word);
        without(&DOUBTFUL).or_else(|| without(&RARE)).filter(is_word).unwrap_or(word)
    }

    /// The size in memory, in bytes.
    pub fn bytes(&self) -> usize {
        self.known.capacity() * (2 * size_of::<u32>() + 1)
    }
}

/// Whether a word is a form of a verb.
pub fn is_verb(word: &str) -> bool {
    word.ends_with(is_hangul) && VERB.iter().any(|ending| word.ends_with(ending))
}

/// Whether a character is a syllable of Korean.
pub fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_taken_off_and_parts_of_words_are_not() {
        let counts = [("산불", 40), ("전문", 20), ("전문가", 90), ("제주", 9), ("제주도", 12), ("산불이", 3)];
        let stems = Stems::new(counts.map(|(word, count)| (word_number(word), count)).into_iter().collect());
        for (word, stem) in [
            ("산불이", "산불"),
            ("산불을", "산불"),
            ("산불에서는", "산불"),
            ("요소수를", "요소수"),
            ("전문가", "전문가"),
            ("전문가를", "전문가"),
            ("제주도", "제주"),
            ("추진하는", "추진하는"),
            ("마을", "마을"),
            ("kf94를", "kf94"),
            ("water", "water"),
        ] {
            assert_eq!(stems.stem(word), stem);
        }
    }
}
