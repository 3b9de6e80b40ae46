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
/// Particles that nearly every noun of an archive has somewhere.
const ENDINGS_OF_NOUNS: [&str; 8] = ["을", "를", "이", "가", "은", "는", "의", "에"];
/// Endings of verbs, which name no subject.
const VERB: [&str; 38] = [
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
    "되기",
    "되는",
    "되면",
    "되어",
    "되었",
    "되지",
    "되고",
    "된다",
    "되며",
    "됨에",
    "했다",
    "했고",
    "았고",
    "었고",
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
/// The longest particle after one syllable, in bytes.
const LONGEST: usize = 12;
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
        // A noun has endings of its own, as in `전문가를`; a particle such as that in `사망자는` has none.
        let is_noun = || ENDINGS_OF_NOUNS.iter().any(|ending| count(&format!("{word}{ending}")) >= FEWEST);
        let is_word = |stem: &&str| count(stem) >= FEWEST && (count(stem) * 2 >= count(word) || !is_noun());
        without(&DOUBTFUL).or_else(|| without(&RARE)).filter(is_word).unwrap_or(word)
    }

    /// The size in memory, in bytes.
    pub fn bytes(&self) -> usize {
        self.known.capacity() * (2 * size_of::<u32>() + 1)
    }
}

/// Whether a Korean word names no subject: a form of a verb, a particle on its own, or a listed word of one syllable with
/// a particle.
pub fn says_nothing(word: &str, is_listed: impl Fn(&str) -> bool) -> bool {
    if !word.ends_with(is_hangul) {
        return false;
    }
    let is_short = |stem: &str| stem.chars().nth(1).is_none();
    let mut endings = CLEAR.iter().chain(&DOUBTFUL);
    let is_particle = |ending: &&str| {
        word.strip_suffix(*ending).is_some_and(|stem| stem.is_empty() || is_short(stem) && is_listed(stem))
    };
    VERB.iter().any(|ending| word.ends_with(ending)) || word.len() <= LONGEST && endings.any(is_particle)
}

/// Whether a character is a syllable of Korean.
pub fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_verbs_and_particles_say_nothing() {
        for (word, expected) in [
            ("발견되지", true),
            ("받았고", true),
            ("이며", true),
            ("수는", true),
            ("산은", false),
            ("산불", false),
            ("사람", false),
            ("water", false),
        ] {
            assert_eq!(says_nothing(word, |word| word == "수"), expected, "{word}");
        }
    }

    #[test]
    fn endings_are_taken_off_and_parts_of_words_are_not() {
        let counts = [("산불", 40), ("전문", 20), ("전문가", 90), ("제주", 9), ("제주도", 12), ("산불이", 3)];
        let counts = counts.into_iter().chain([("전문가를", 5), ("사망자", 4), ("사망자는", 70), ("사망자가", 3)]);
        let stems = Stems::new(counts.map(|(word, count)| (word_number(word), count)).collect());
        for (word, stem) in [
            ("산불이", "산불"),
            ("산불을", "산불"),
            ("산불에서는", "산불"),
            ("요소수를", "요소수"),
            ("전문가", "전문가"),
            ("전문가를", "전문가"),
            ("제주도", "제주"),
            ("사망자는", "사망자"),
            ("추진하는", "추진하는"),
            ("마을", "마을"),
            ("kf94를", "kf94"),
            ("water", "water"),
        ] {
            assert_eq!(stems.stem(word), stem);
        }
    }
}
