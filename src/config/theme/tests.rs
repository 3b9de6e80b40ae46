//! Contrast of the built-in themes, selection by name, and problems in theme files.

use super::*;
use crate::config::color::contrast;

/// Roles of text; the others are lines, bars and backgrounds.
const TEXTS: [Role; 11] = [
    Role::Text,
    Role::Title,
    Role::Dim,
    Role::Faint,
    Role::Accent,
    Role::Found,
    Role::Unread,
    Role::Chip,
    Role::Link,
    Role::Code,
    Role::Wrong,
];

fn built_in() -> Themes {
    let (themes, errors) = Themes::with_files(&[]);
    assert_eq!(errors, [], "every built-in theme is valid");
    themes
}

fn own(files: &[(&str, &str)]) -> (Themes, Vec<String>) {
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), CleanBuf::line(&format!("{name}.toml")), (*text).to_owned()))
        .collect();
    let (themes, errors) = Themes::with_files(&files);
    (themes, errors.iter().map(ToString::to_string).collect())
}

/// The backgrounds behind the text of a theme: those that it is made for, and its own.
fn papers(theme: &Theme) -> Vec<u32> {
    // The values of the ANSI colours are those of xterm, where the background is pure black or white.
    let papers = match theme.background {
        Background::Dark if theme.name.starts_with("sixteen") => vec![0],
        Background::Light if theme.name.starts_with("sixteen") => vec![0xff_ffff],
        background => background.papers().to_vec(),
    };
    let grounds = [Role::Selected, Role::Marked].map(|role| theme.paint(role).ground.and_then(Color::rgb));
    papers.into_iter().chain(grounds.into_iter().flatten()).collect()
}

#[test]
fn text_has_enough_contrast_on_every_background() {
    let themes = built_in();
    assert_eq!(themes.themes.len(), BUILT_IN.len());
    for theme in &themes.themes {
        let wanted = if theme.name.starts_with("high-contrast") { 7.0 } else { 4.5 };
        let papers = papers(theme);
        let texts = TEXTS.map(|role| (role.name(), theme.paint(role).ink));
        let topics = theme.topics().iter().map(|&topic| ("topic", Some(topic)));
        for (role, ink) in texts.into_iter().chain(topics) {
            let Some(ink) = ink.and_then(Color::rgb) else { continue };
            for &paper in &papers {
                let got = contrast(ink, paper);
                assert!(got >= wanted, "{}: {role} {ink:06x} on {paper:06x}: {got:.2}", theme.name);
            }
        }
        let chip = theme.paint(Role::Chip);
        if let (Some(ink), Some(ground)) = (chip.ink.and_then(Color::rgb), chip.ground.and_then(Color::rgb)) {
            assert!(contrast(ink, ground) >= wanted, "{}: chip", theme.name);
        }
        if let (Some(bar), Some(brushed)) =
            (theme.paint(Role::Bar).ink.and_then(Color::rgb), theme.paint(Role::Brushed).ink.and_then(Color::rgb))
        {
            for &paper in theme.background.papers() {
                assert!(contrast(bar, paper) >= 3.0, "{}: bar on {paper:06x}", theme.name);
            }
            assert!(contrast(bar, brushed) >= 1.2, "{}: brushed bars", theme.name);
        }
    }
}

#[test]
fn reduced_colours_have_enough_contrast() {
    for theme in &built_in().themes {
        for depth in [Depth::Indexed, Depth::Sixteen] {
            let mut papers = theme.background.papers().to_vec();
            if depth == Depth::Indexed {
                let grounds = [Role::Selected, Role::Marked].map(|role| theme.paint(role).ground);
                papers.extend(grounds.into_iter().flatten().filter_map(|ground| ground.brought_down(depth, &[]).rgb()));
            }
            for (name, ink) in TEXTS
                .map(|role| (role.name(), theme.paint(role).ink))
                .into_iter()
                .chain(theme.topics().iter().map(|&topic| ("topic", Some(topic))))
            {
                let Some(Color::Rgb(rgb)) = ink else { continue };
                let shown = Color::Rgb(rgb).brought_down(depth, &papers).rgb().expect("a known colour");
                for &paper in &papers {
                    let got = contrast(shown, paper);
                    assert!(got >= 4.5, "{}: {name} as {shown:06x} on {paper:06x} of {depth:?}: {got:.2}", theme.name);
                }
            }
        }
    }
}

#[test]
fn topic_colours_are_distinguishable() {
    for theme in built_in().themes {
        let topics: Vec<u32> = theme.topics().iter().filter_map(|topic| topic.rgb()).collect();
        for (n, &one) in topics.iter().enumerate() {
            for &other in &topics[n + 1..] {
                let far: u32 =
                    std::iter::zip(one.to_be_bytes(), other.to_be_bytes()).map(|(a, b)| u32::from(a.abs_diff(b))).sum();
                assert!(far >= 30, "{}: {one:06x} and {other:06x}", theme.name);
            }
        }
    }
}

#[test]
fn the_selected_row_is_visible_without_colours() {
    let themes = built_in();
    let mono = themes.find("dark", false, Depth::None);
    assert_eq!(mono.name, "mono");
    let is_plain = |color: Option<Color>| matches!(color, None | Some(Color::Default));
    assert!(Role::ALL.into_iter().all(|role| is_plain(mono.paint(role).ink) && is_plain(mono.paint(role).ground)));
    assert!(mono.paint(Role::Selected).stress.has(Stress::REVERSED));
    for (one, other) in [(Role::Title, Role::Dim), (Role::Found, Role::Text), (Role::Accent, Role::Dim)] {
        assert_ne!(mono.paint(one), mono.paint(other), "{one:?} and {other:?}");
    }
}

#[test]
fn names_select_themes() {
    let (themes, _) = own(&[("mine", "accent = \"red\""), ("pair-dark", ""), ("pair-light", "background = \"light\"")]);
    let table = [
        ("auto", false, Depth::True, "dark"),
        ("auto", true, Depth::Indexed, "light"),
        ("auto", false, Depth::Sixteen, "sixteen-dark"),
        ("auto", true, Depth::Sixteen, "sixteen-light"),
        ("auto", true, Depth::None, "mono"),
        ("light", false, Depth::True, "light"),
        ("light", false, Depth::Sixteen, "light"),
        ("high-contrast", true, Depth::True, "high-contrast-light"),
        ("high-contrast", false, Depth::True, "high-contrast-dark"),
        ("mine", true, Depth::True, "mine"),
        ("pair", true, Depth::True, "pair-light"),
        ("unheard-of", false, Depth::True, "dark"),
    ];
    for (name, is_light, depth, expected) in table {
        assert_eq!(themes.find(name, is_light, depth).name, expected, "{name} {is_light} {depth:?}");
    }
    assert!(themes.has("auto") && themes.has("high-contrast") && themes.has("mine") && !themes.has("unheard-of"));
    assert_eq!(themes.names().next(), Some("auto"));
    assert_eq!(themes.names().count(), 1 + BUILT_IN.len() + 3);
}

#[test]
fn a_theme_extends_another_and_replaces_a_built_in_one() {
    let (themes, errors) = own(&[
        ("dark", "extends = \"dark\"\naccent = \"bright-red bold\""),
        ("deep", "extends = \"dark\"\nselected = \"on #000080\""),
        ("paper", "background = \"light\"\ntopics = [\"red\", \"#0000ee\"]"),
    ]);
    assert_eq!(errors, Vec::<String>::new());
    let find = |name| themes.find(name, false, Depth::True);
    let red = Some(Color::Ansi(9));
    assert_eq!((find("dark").paint(Role::Accent).ink, find("deep").paint(Role::Accent).ink), (red, red));
    assert_eq!(find("deep").paint(Role::Selected).ground, Some(Color::Rgb(0x80)));
    assert_eq!(find("dark").paint(Role::Text), built_in().find("dark", false, Depth::True).paint(Role::Text));
    assert_eq!(find("paper").paint(Role::Text), built_in().find("light", false, Depth::True).paint(Role::Text));
    assert_eq!(find("paper").topics(), [Color::Ansi(1), Color::Rgb(0xee)]);
    assert_eq!(themes.names().filter(|name| *name == "dark").count(), 1);
}

#[test]
fn invalid_entries_are_reported_with_their_position_and_the_rest_applies() {
    let table = [
        ("accent = \"blau\"", "line 1, column 10: invalid style `blau`; expected a colour"),
        ("\n  text = \"red on\"", "line 2, column 10: invalid style `on `; expected "),
        ("한 = 1", "line 1, column 1: "),
        ("colour = \"red\"", "line 1, column 1: unknown key `colour`; expected one of text, title"),
        ("accent = 3", "line 1, column 10: expected a style in quotes"),
        ("topics = []", "line 1, column 10: expected a list of colours"),
        ("topics = [\"red\", \"rde\"]", "line 1, column 18: expected a colour"),
        ("background = \"blue\"", "line 1, column 14: expected \"dark\", \"light\" or \"any\""),
        ("extends = 1", "line 1, column 11: expected the name of a theme"),
        ("extends = \"nothing\"", "line 1, column 11: cannot extend `nothing`; expected one of bad, dark, light"),
        ("extends = \"bad\"", "line 1, column 11: cannot extend `bad`"),
        ("link = ", "line 1, column 8: "),
    ];
    for (text, expected) in table {
        let (themes, errors) = own(&[("bad", text)]);
        assert_eq!(errors.len(), 1, "{text}: {errors:?}");
        let expected = format!("bad.toml, {expected}");
        assert!(errors[0].starts_with(&expected), "{} is not {expected}", errors[0]);
        assert!(themes.names().count() > BUILT_IN.len(), "{text}");
    }
    let (themes, errors) = own(&[("half", "accent = \"blau\"\nlink = \"red\"")]);
    let half = themes.find("half", false, Depth::True);
    assert_eq!((errors.len(), half.paint(Role::Link).ink), (1, Some(Color::Ansi(1))));
    assert_eq!(half.paint(Role::Accent), themes.find("dark", false, Depth::True).paint(Role::Accent));
}

#[test]
fn themes_that_extend_each_other_are_valid() {
    let (themes, errors) = own(&[("a", "extends = \"b\""), ("b", "extends = \"a\"")]);
    assert_eq!(errors.len(), 0, "each extends the other, and the cycle ends in nothing: {errors:?}");
    assert!(themes.has("a") && themes.has("b"));
}
