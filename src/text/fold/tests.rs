use unicode_normalization::UnicodeNormalization;

use super::*;

#[test]
fn a_letter_composed_across_an_invisible_character_is_found_whole() {
    let text = "가\u{fe0f}\u{11a8} x";
    let found = find_folded(text, "각");
    assert_eq!(found.first(), Some(&(0..text.len() - " x".len())), "{found:?}");
}

#[test]
fn spellings_of_a_word_fold_to_the_same_text() {
    for (texts, folded) in [
        (&["Zürich", "ZU\u{308}RICH", "zurich"][..], "zurich"),
        (&["Straße", "STRASSE", "STRAẞE"], "strasse"),
        (&["ΟΔΟΣ", "οδός", "οδόσ"], "οδοσ"),
        (&["İstanbul", "ıstanbul", "ISTANBUL"], "istanbul"),
        (&["Ærø", "Ǽrǿ"], "aero"),
        (&["Œuvre"], "oeuvre"),
        (&["Łódź"], "lodz"),
        (&["Đà Nẵng"], "da nang"),
        (&["Þórður"], "thordur"),
        (&["Ｆｕｌｌ ﬁt"], "full fit"),
        (&["‘a’ “b” c–d−e", "'a' \"b\" c-d-e"], "'a' \"b\" c-d-e"),
        (&["d'or", "d’or", "d‘or", "dʼor", "d`or", "d´or", "dʹor", "d＇or", "d‛or", "d′or", "D\u{1FEF}OR"], "d'or"),
        (&["a\nb", "a\u{A0}b", "a\u{3000}b", "a\tb", "a  b", "a \n\n b", "a \u{A0}\u{2003}b"], "a b"),
        (&["ħobż", "Ħobż"], "hobz"),
        (&["ガイド", "カ\u{3099}イト\u{3099}", "ｶﾞｲﾄﾞ"], "ガイド"),
        (&["보도", "\u{1107}\u{1169}\u{1103}\u{1169}"], "보도"),
        (&["한글", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}", "하\u{11AB}글"], "한글"),
        (&["\u{09DF}", "\u{09AF}\u{09BC}"], "\u{09AF}\u{09BC}"),
        (&["\u{095C}", "\u{0921}\u{093C}"], "\u{0921}\u{093C}"),
        (&["\u{0929}", "\u{0928}\u{093C}"], "\u{0928}\u{093C}"),
        (&["\u{0BCA}", "\u{0BC6}\u{0BBE}"], "\u{0BC6}\u{0BBE}"),
        (&["كتابي", "کتابی", "كِتَابِي", "کتابـی", "کتا\u{200C}بی"], "کتابی"),
        (&["آ", "ا\u{653}", "ا"], "ا"),
        (&["שָׁלוֹם", "שלום"], "שלום"),
        (&["보도자료"], "보도자료"),
        (&["ガ"], "ガ"),
        (&["हिन्दी"], "हिन्दी"),
        (&["K"], "k"),
    ] {
        for text in texts {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }
}

#[test]
fn no_folded_letter_is_longer_than_eleven_times_the_letter() {
    for c in char::MIN..=char::MAX {
        let folded = fold(&c.to_string());
        assert!(folded.len() <= 11 * c.len_utf8(), "{c:?} {folded:?}");
    }
}

#[test]
fn a_name_is_copied_only_if_folding_changes_it() {
    let chars: Vec<char> = (' '..='\x7F').chain("é\u{a0}’\u{301}".chars()).collect();
    for one in &chars {
        for other in &chars {
            for name in [format!("{one}{other}"), format!("a{one}{other}b"), format!("{one}a{other}")] {
                let (folded, plain) = (fold_name(&name), fold(&name).trim().to_owned());
                let expected = if plain.is_empty() { name.trim() } else { &plain };
                assert_eq!(folded, expected, "{name:?}");
            }
        }
    }
    assert!(matches!(fold_name("civil rights, 2012"), Cow::Borrowed(_)));
}

#[test]
fn letters_that_are_not_folded_fold_to_themselves() {
    for c in (char::MIN..=char::MAX).filter(|&c| is_settled(c)) {
        let mut folded = String::new();
        fold_char(c, &mut folded);
        assert_eq!(folded, c.to_string());
    }
}

#[test]
fn every_letter_folds_to_the_same_composed_or_not_and_twice_as_once() {
    for c in char::MIN..=char::MAX {
        let text = c.to_string();
        let (folded, composed, decomposed) =
            (fold(&text), text.nfc().collect::<String>(), text.nfd().collect::<String>());
        assert_eq!((fold(&composed), fold(&decomposed)), (folded.clone(), folded.clone()), "U+{:04X}", u32::from(c));
        assert_eq!(fold(&folded), folded, "U+{:04X}", u32::from(c));
        assert_eq!(is_composed_indic(c), ('\u{0900}'..='\u{0E7F}').contains(&c) && decomposed != text);
    }
}

/// Letters, marks that belong to them, and characters between.
fn letters() -> impl proptest::strategy::Strategy<Value = String> {
    "[e\u{00E7}\u{304B}\u{30AC}\u{FF76}\u{FF9F}\u{FF9E}\u{AC00}\u{AC01}\u{1100}\u{1161}\u{11A8}\u{AC00}\u{0995}\u{09BC}\u{09AF}\u{09A1}\u{09BC}\u{09BC}\u{09BC}\u{09C0}\u{09CB}\u{09BE}\u{09C7}\u{0BCA}\u{0BC6}\u{0BBE}\u{0F71}\u{0F72}\u{103A}\u{1025}\u{102E} \u{0301}\u{0323}\u{0327}\u{0334}\u{0338}\u{20D2}\u{20D7}\u{3099}\u{309A}\u{302A}\u{1CD4}\u{200D}\u{0640}\u{05D0}\u{05B0}\u{0627}\u{0653}\u{03A9}\u{00DF}'`\u{00B4}  a\n]{0,8}|\\PC{0,8}"
}

proptest::proptest! {
    #[test]
    fn texts_fold_to_the_same_composed_or_not(text in letters()) {
        let (composed, decomposed) = (text.nfc().collect::<String>(), text.nfd().collect::<String>());
        proptest::prop_assert_eq!(fold(&composed), fold(&decomposed));
        let folded = fold(&text);
        proptest::prop_assert_eq!(fold(&folded), folded.clone());
        let mut parts = String::new();
        text.graphemes(true).for_each(|grapheme| fold_into(grapheme, &mut parts));
        proptest::prop_assert_eq!(parts, folded);
    }

    #[test]
    fn a_text_is_found_in_itself(before in letters(), text in letters(), after in letters()) {
        let whole = format!("{before}.{text}.{after}");
        let needle = fold(&format!(".{text}."));
        let found = find_folded(&whole, &needle);
        proptest::prop_assert!(!found.is_empty());
        for range in found {
            proptest::prop_assert!(whole.get(range).is_some_and(|found| fold(found).contains(&needle)));
        }
    }
}

#[test]
fn kana_keep_their_voicing() {
    assert_ne!(fold("か\u{3099}"), fold("か"));
    assert_ne!(fold("が"), fold("か"));
}

#[test]
fn matches_are_whole_graphemes_of_the_original() {
    for (text, needle, expected) in [
        ("Zürich, zurich", "zurich", &[(0, 7), (9, 15)][..]),
        ("Zu\u{308}rich", "u", &[(1, 4)]),
        ("Straße", "s", &[(0, 1), (4, 6)]),
        ("Straße", "se", &[(4, 7)]),
        ("aaaa", "aa", &[(0, 2), (2, 4)]),
        ("a  \n b", "a b", &[(0, 6)]),
        ("L’eau", "l'e", &[(0, 5)]),
        ("カ\u{3099}イ", "ガ", &[(0, 6)]),
        ("x\u{1112}\u{1161}\u{11AB}", "한", &[(1, 10)]),
        ("none", "x", &[]),
        ("none", "", &[]),
    ] {
        let found = find_folded(text, needle).into_iter();
        let found: Vec<_> = found.map(|range| (range.start, range.end)).collect();
        assert_eq!(found, expected, "{text:?} {needle:?}");
    }
}
