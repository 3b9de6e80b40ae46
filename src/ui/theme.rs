//! Styles by meaning: a theme as shown by a terminal with a given number of colours.

use ratatui::style::{Color, Modifier, Style};

use crate::config::{self, Charset, Depth, Paint, Role, Stress, Themes};

macro_rules! styles {
    ($($(#[$doc:meta])* $field:ident: $role:ident,)*) => {
        /// The styles, by meaning.
        #[derive(Debug, Clone)]
        pub struct Theme {
            $($(#[$doc])* pub $field: Style,)*
            /// The characters to draw with.
            pub charset: Charset,
            /// The colours that the terminal has.
            pub depth: Depth,
            topics: Vec<Color>,
        }

        impl Theme {
            fn with(style: impl Fn(Role) -> Style, depth: Depth, topics: Vec<Color>) -> Self {
                Self { $($field: style(Role::$role),)* charset: Charset::default(), depth, topics }
            }
        }
    };
}

// Each style with its role.
styles! {
    /// Running text.
    text: Text,
    /// Titles and other important text.
    strong: Title,
    /// Less important text: dates, counts, read releases.
    dim: Dim,
    /// Choices without any hits.
    faint: Faint,
    /// Dividers between regions.
    rule: Rule,
    /// The focused pane and keys.
    accent: Accent,
    /// Search matches.
    found: Found,
    /// The selected row of the focused pane.
    selected: Selected,
    /// The selected row of other panes.
    marked: Marked,
    /// The dot of an unread release.
    unread: Unread,
    /// A bar of the timeline.
    bar: Bar,
    /// A bar of brushed days.
    brushed: Brushed,
    /// Patched onto the bar under the timeline's cursor.
    cursor: BarCursor,
    /// Patched onto the bars of a range.
    under: BarRange,
    /// A chip.
    chip: Chip,
    /// Addresses.
    link: Link,
    /// Code.
    code: Code,
    /// Errors.
    wrong: Wrong,
    /// Words that an earlier version had.
    removed: Removed,
    /// Words that a later version has.
    added: Added,
}

impl Theme {
    /// Returns the built-in theme for a light or dark background.
    #[must_use]
    pub fn new(is_light: bool, depth: Depth) -> Self {
        Self::of(Themes::default().find(config::AUTO, is_light, depth), depth)
    }

    /// Returns a theme as shown by a terminal of this colour depth.
    #[must_use]
    pub fn of(theme: &config::Theme, depth: Depth) -> Self {
        // The backgrounds of text: the terminal's, and those of rows.
        let ground = |role: Role| grounded(theme.paint(role), role, depth).ground?.brought_down(depth, &[]).rgb();
        let grounds = [Role::Selected, Role::Marked].map(ground);
        let papers: Vec<u32> = theme.background.papers().iter().copied().chain(grounds.into_iter().flatten()).collect();
        let style = |role: Role| style(grounded(theme.paint(role), role, depth), depth, &papers);
        let topics = theme.topics().iter().map(|topic| color(topic.brought_down(depth, &papers)));
        Self::with(style, depth, topics.collect())
    }

    /// Returns the colour of a topic, the same in every run.
    #[must_use]
    pub fn topic(&self, name: &str) -> Style {
        let hue = hue(name, self.topics.len());
        Style::new().fg(self.topics.get(hue).copied().unwrap_or_default())
    }
}

/// Returns a paint whose background is visible. The nearest of sixteen colours to a dark grey is black, so a 24-bit
/// background becomes reverse video there; the selected row of an unfocused pane has only its sign.
fn grounded(paint: Paint, role: Role, depth: Depth) -> Paint {
    match paint.ground {
        Some(config::Color::Rgb(_)) if depth == Depth::Sixteen && role == Role::Marked => {
            Paint { ground: None, ..paint }
        }
        Some(config::Color::Rgb(_)) if depth == Depth::Sixteen => {
            Paint { stress: Stress::REVERSED, ..Paint::default() }
        }
        _ => paint,
    }
}

/// Converts a paint to a terminal's colour depth, keeping the contrast of the letters to the backgrounds `papers`.
fn style(paint: Paint, depth: Depth, papers: &[u32]) -> Style {
    const MODIFIERS: [Modifier; 5] =
        [Modifier::BOLD, Modifier::DIM, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED];
    let mut style = Style::new();
    if let Some(ink) = paint.ink {
        style = style.fg(color(ink.brought_down(depth, papers)));
    }
    if let Some(ground) = paint.ground {
        style = style.bg(color(ground.brought_down(depth, &[])));
    }
    let modifiers = Stress::NAMED.iter().zip(MODIFIERS).filter(|((_, stress), _)| paint.stress.has(*stress));
    modifiers.fold(style, |style, (_, modifier)| style.add_modifier(modifier))
}

/// The terminal's sixteen colours, by number.
const SIXTEEN: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

fn color(color: config::Color) -> Color {
    match color {
        config::Color::Default => Color::Reset,
        // A terminal with sixteen colours supports no other code for them.
        config::Color::Ansi(at) => SIXTEEN.get(usize::from(at)).copied().unwrap_or_default(),
        config::Color::Indexed(at) => Color::Indexed(at),
        config::Color::Rgb(rgb) => Color::from_u32(rgb),
    }
}

/// Returns the hue of a topic, out of `hues`, from its name (FNV-1a).
#[must_use]
pub fn hue(name: &str, hues: usize) -> usize {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 32) as usize % hues.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_adapts_to_the_colour_depth() {
        let dark = |depth| Theme::new(false, depth);
        assert!(matches!(dark(Depth::True).accent.fg, Some(Color::Rgb(0xf0, 0xb4, 0x3c))));
        assert!(matches!(dark(Depth::Indexed).accent.fg, Some(Color::Indexed(16..))));
        assert_eq!(dark(Depth::Sixteen).accent.fg, Some(Color::LightYellow));
        let themes = Themes::default();
        let named = |name| Theme::of(themes.find(name, false, Depth::Sixteen), Depth::Sixteen);
        for theme in [named("dark"), named("light"), named("high-contrast-dark")] {
            assert!(
                theme.selected.add_modifier.contains(Modifier::REVERSED),
                "the nearest background would be invisible"
            );
            assert_eq!((theme.selected.bg, theme.marked.bg), (None, None));
            assert_ne!(theme.bar.fg, theme.brushed.fg);
        }
        let mono = dark(Depth::None);
        assert!(mono.selected.add_modifier.contains(Modifier::REVERSED), "visible without colour");
        assert!(mono.found.add_modifier.contains(Modifier::UNDERLINED));
        let styles = [mono.text, mono.accent, mono.topic("News"), mono.wrong];
        assert!(styles.iter().all(|style| matches!(style.fg, None | Some(Color::Reset))));
    }

    #[test]
    fn a_topic_has_the_same_colour_in_every_run() {
        let theme = Theme::new(false, Depth::True);
        assert_eq!(theme.topic("Labour migration"), theme.topic("Labour migration"));
        assert_eq!([hue("Labour migration", 12), hue("News", 12), hue("", 0)], [hue("Labour migration", 12), 10, 0]);
    }
}
