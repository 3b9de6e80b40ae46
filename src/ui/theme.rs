//! Styles by what they mean: a theme as a terminal of so many colours shows it.

use ratatui::style::{Color, Modifier, Style};

use crate::config::{self, Charset, Depth, Paint, Role, Stress, Themes};

/// Styles by what they mean.
#[derive(Debug, Clone)]
pub struct Theme {
    /// Running text.
    pub text: Style,
    /// What matters most: titles.
    pub strong: Style,
    /// What matters less: dates, counts, what was read.
    pub dim: Style,
    /// What can be chosen and gives nothing.
    pub faint: Style,
    /// Lines between regions.
    pub rule: Style,
    /// Focus and keys.
    pub accent: Style,
    /// What the search found.
    pub found: Style,
    /// The selected row, where its pane has the focus.
    pub selected: Style,
    /// The selected row of a pane without the focus.
    pub marked: Style,
    /// The dot of an unread release.
    pub unread: Style,
    /// A bar of the timeline.
    pub bar: Style,
    /// A bar of the days that are shown alone.
    pub brushed: Style,
    /// Laid over the bar under the timeline's cursor.
    pub cursor: Style,
    /// Laid under the bars of a range.
    pub under: Style,
    /// A chip.
    pub chip: Style,
    /// Addresses.
    pub link: Style,
    /// What a machine reads or writes.
    pub code: Style,
    /// What is wrong.
    pub wrong: Style,
    /// Which characters are drawn.
    pub charset: Charset,
    topics: Vec<Color>,
}

impl Theme {
    /// The built-in theme for a light or dark background in so many colours.
    #[must_use]
    pub fn new(is_light: bool, depth: Depth) -> Self {
        Self::of(Themes::default().find(config::AUTO, is_light, depth), depth)
    }

    /// A theme as a terminal of so many colours shows it.
    #[must_use]
    pub fn of(theme: &config::Theme, depth: Depth) -> Self {
        // What text stands on: the background, and the grounds of rows.
        let ground = |role: Role| grounded(theme.paint(role), role, depth).ground?.brought_down(depth, &[]).rgb();
        let grounds = [Role::Selected, Role::Marked].map(ground);
        let papers: Vec<u32> = theme.background.papers().iter().copied().chain(grounds.into_iter().flatten()).collect();
        let style = |role: Role| style(grounded(theme.paint(role), role, depth), depth, &papers);
        let topics = theme.topics().iter().map(|topic| color(topic.brought_down(depth, &papers)));
        Self {
            text: style(Role::Text),
            strong: style(Role::Title),
            dim: style(Role::Dim),
            faint: style(Role::Faint),
            rule: style(Role::Rule),
            accent: style(Role::Accent),
            found: style(Role::Found),
            selected: style(Role::Selected),
            marked: style(Role::Marked),
            unread: style(Role::Unread),
            bar: style(Role::Bar),
            brushed: style(Role::Brushed),
            cursor: style(Role::BarCursor),
            under: style(Role::BarRange),
            chip: style(Role::Chip),
            link: style(Role::Link),
            code: style(Role::Code),
            wrong: style(Role::Wrong),
            charset: Charset::default(),
            topics: topics.collect(),
        }
    }

    /// A topic's own colour: the same in every run.
    #[must_use]
    pub fn topic(&self, name: &str) -> Style {
        let hue = hue(name, self.topics.len());
        Style::new().fg(self.topics.get(hue).copied().unwrap_or_default())
    }
}

/// A paint whose ground can be seen: the nearest of sixteen colours to a dark grey is black, so what has a ground of 24
/// bits is reversed there. A selected row of a pane without the focus has its sign alone.
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

/// A paint in a terminal of so many colours; letters stay as far from `papers` as they are.
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

/// The terminal's sixteen colours, in the order of their numbers.
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
        // A terminal of sixteen colours knows no other code for them.
        config::Color::Ansi(at) => SIXTEEN.get(usize::from(at)).copied().unwrap_or_default(),
        config::Color::Indexed(at) => Color::Indexed(at),
        config::Color::Rgb(rgb) => Color::from_u32(rgb),
    }
}

/// Which of so many hues a topic has, from its name (FNV-1a).
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
    fn a_theme_is_shown_in_as_many_colours_as_there_are() {
        let dark = |depth| Theme::new(false, depth);
        assert!(matches!(dark(Depth::True).accent.fg, Some(Color::Rgb(0xf0, 0xb4, 0x3c))));
        assert!(matches!(dark(Depth::Indexed).accent.fg, Some(Color::Indexed(16..))));
        assert_eq!(dark(Depth::Sixteen).accent.fg, Some(Color::LightYellow));
        let themes = Themes::default();
        let named = |name| Theme::of(themes.find(name, false, Depth::Sixteen), Depth::Sixteen);
        for theme in [named("dark"), named("light"), named("high-contrast-dark")] {
            assert!(theme.selected.add_modifier.contains(Modifier::REVERSED), "the nearest ground would not be seen");
            assert_eq!((theme.selected.bg, theme.marked.bg), (None, None));
            assert_ne!(theme.bar.fg, theme.brushed.fg);
        }
        let mono = dark(Depth::None);
        assert!(mono.selected.add_modifier.contains(Modifier::REVERSED), "told without a colour");
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
