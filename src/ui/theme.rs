//! Colours and styles by what they mean.

use ratatui::style::{Color, Modifier, Style};

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// The 256 of the xterm palette.
    #[default]
    Indexed,
    /// 24 bits.
    True,
}

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
    topics: [Color; HUES],
}

/// 24-bit colours of a theme.
struct Palette {
    ink: u32,
    bright: u32,
    dim: u32,
    faint: u32,
    rule: u32,
    accent: u32,
    selected: u32,
    marked: u32,
    unread: u32,
    bar: u32,
    link: u32,
    code: u32,
    wrong: u32,
    topics: [u32; HUES],
}

/// For a dark background; text is at least 4.5:1 on #1e1e1e.
const DARK: Palette = Palette {
    ink: 0x00d0_d4d8,
    bright: 0x00f2_f4f5,
    dim: 0x0094_9ba4,
    faint: 0x006b_717a,
    rule: 0x003c_4148,
    accent: 0x00f0_b43c,
    selected: 0x002b_313c,
    marked: 0x0022_262d,
    unread: 0x0058_a6ff,
    bar: 0x0046_6f9a,
    link: 0x0066_d0e0,
    code: 0x009c_d67a,
    wrong: 0x00ff_8078,
    topics: [0x0066_d0e0, 0x00ff_9fb0, 0x009c_d67a, 0x00c8_a6ff, 0x00ff_b078, 0x007f_b8ff, 0x005f_d7a8, 0x00e8_a0e0],
};

/// For a light background; text is at least 4.5:1 on #fafafa.
const LIGHT: Palette = Palette {
    ink: 0x0022_262b,
    bright: 0x0008_0a0c,
    dim: 0x0062_676f,
    faint: 0x008e_9298,
    rule: 0x00d2_d2ce,
    accent: 0x0096_4e00,
    selected: 0x00ea_e5d8,
    marked: 0x00f2_efe7,
    unread: 0x001f_5fbf,
    bar: 0x006f_8fb8,
    link: 0x0000_6c7c,
    code: 0x003c_6e1c,
    wrong: 0x00b8_2020,
    topics: [0x0000_6c7c, 0x00b0_2f6f, 0x003c_6e1c, 0x0070_42b8, 0x00a0_4a10, 0x0024_5fae, 0x0000_7050, 0x0092_3a92],
};

impl Theme {
    /// The theme for a light or dark background in so many colours.
    #[must_use]
    pub fn new(light: bool, depth: Depth) -> Self {
        let palette = if light { &LIGHT } else { &DARK };
        let color = |rgb: u32| match depth {
            Depth::True => Color::from_u32(rgb),
            Depth::Indexed => Color::Indexed(nearest(rgb)),
        };
        let ink = |rgb: u32| Style::new().fg(color(rgb));
        Self {
            text: ink(palette.ink),
            strong: ink(palette.bright).add_modifier(Modifier::BOLD),
            dim: ink(palette.dim),
            faint: ink(palette.faint),
            rule: ink(palette.rule),
            accent: ink(palette.accent).add_modifier(Modifier::BOLD),
            found: ink(palette.accent).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            selected: Style::new().bg(color(palette.selected)),
            marked: Style::new().bg(color(palette.marked)),
            unread: ink(palette.unread),
            bar: ink(palette.bar),
            cursor: ink(palette.bright),
            under: Style::new().bg(color(palette.rule)),
            chip: ink(palette.ink).bg(color(palette.selected)),
            link: ink(palette.link).add_modifier(Modifier::UNDERLINED),
            code: ink(palette.code),
            wrong: ink(palette.wrong),
            topics: palette.topics.map(color),
        }
    }

    /// A topic's own colour: the same in every run.
    #[must_use]
    pub fn topic(&self, name: &str) -> Style {
        Style::new().fg(self.topics[hue(name)])
    }
}

/// How many hues there are.
pub const HUES: usize = 8;

/// Which of the hues a topic has, from its name (FNV-1a).
#[must_use]
pub fn hue(name: &str) -> usize {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 32) as usize % HUES
}

/// The colour of the xterm palette (16 to 255: a 6x6x6 cube, then 24 greys) that is nearest to a 24-bit one.
fn nearest(rgb: u32) -> u8 {
    const STEPS: [i32; 6] = [0, 95, 135, 175, 215, 255];
    let [_, r, g, b] = rgb.to_be_bytes().map(i32::from);
    let far = |(x, y, z): (i32, i32, i32)| (x - r).pow(2) + (y - g).pow(2) + (z - b).pow(2);
    let cube = (0..216_u8).map(|n| {
        let step = |by: u8| STEPS[usize::from(n / by % 6)];
        (far((step(36), step(6), step(1))), 16 + n)
    });
    let greys = (0..24_u8).map(|n| {
        let level = 8 + 10 * i32::from(n);
        (far((level, level, level)), 232 + n)
    });
    cube.chain(greys).min().map_or(7, |(_, index)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance contrast as WCAG 2 defines it.
    fn contrast(one: u32, other: u32) -> f64 {
        let luminance = |rgb: u32| {
            let [_, r, g, b] = rgb.to_be_bytes().map(|part| {
                let part = f64::from(part) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_stands_out_from_its_background() {
        for (palette, papers) in [(DARK, [0x001e_1e1e, DARK.selected]), (LIGHT, [0x00fa_fafa, LIGHT.selected])] {
            let texts =
                [palette.ink, palette.bright, palette.dim, palette.accent, palette.link, palette.code, palette.wrong];
            for text in texts.into_iter().chain(palette.topics) {
                for paper in papers {
                    let got = contrast(text, paper);
                    assert!(got >= 4.5, "{text:06x} on {paper:06x}: {got:.2}");
                }
            }
        }
    }

    #[test]
    fn bars_stand_out_from_their_background() {
        for (palette, paper) in [(DARK, 0x001e_1e1e), (LIGHT, 0x00fa_fafa)] {
            assert!(contrast(palette.bar, paper) >= 3.0 && contrast(palette.bar, palette.accent) >= 1.5);
        }
    }

    #[test]
    fn nearest_colours_of_the_xterm_palette() {
        assert_eq!((nearest(0), nearest(0x00ff_ffff), nearest(0x00ff_0000), nearest(0x0008_0808)), (16, 231, 196, 232));
    }
}
