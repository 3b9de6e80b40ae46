//! Theme colours: parsing, contrast, and reduction to the colours that a terminal can show.
//!
//! Everything here is pure arithmetic. The caller passes in what the terminal can show as [`Depth`].

/// The number of colours that the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// No colours, or the user wants none.
    None,
    /// The 16 ANSI colours, whose appearance depends on the terminal.
    Sixteen,
    /// The 256 colours of the xterm palette.
    #[default]
    Indexed,
    /// 24-bit colours.
    True,
}

/// A colour of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// The default foreground or background of the terminal.
    Default,
    /// One of the 16 ANSI colours.
    Ansi(u8),
    /// One of the 256 colours of the xterm palette.
    Indexed(u8),
    /// Red, green and blue with eight bits each.
    Rgb(u32),
}

/// The names of the 16 ANSI colours and their default values in xterm.
/// Source: `XTerm-col.ad` in the xterm distribution.
pub const ANSI: [(&str, u32); 16] = [
    ("black", 0x00_0000),
    ("red", 0xcd_0000),
    ("green", 0x00_cd00),
    ("yellow", 0xcd_cd00),
    ("blue", 0x00_00ee),
    ("magenta", 0xcd_00cd),
    ("cyan", 0x00_cdcd),
    ("white", 0xe5_e5e5),
    ("bright-black", 0x7f_7f7f),
    ("bright-red", 0xff_0000),
    ("bright-green", 0x00_ff00),
    ("bright-yellow", 0xff_ff00),
    ("bright-blue", 0x5c_5cff),
    ("bright-magenta", 0xff_00ff),
    ("bright-cyan", 0x00_ffff),
    ("bright-white", 0xff_ffff),
];

impl Color {
    /// Parses `#rrggbb`, the name of an ANSI colour, or `default`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "default" {
            return Some(Self::Default);
        }
        if let Some(hex) = text.strip_prefix('#').filter(|hex| hex.len() == 6 && !hex.starts_with('+')) {
            return u32::from_str_radix(hex, 16).ok().map(Self::Rgb);
        }
        ANSI.iter().position(|(name, _)| *name == text).map(|at| Self::Ansi(at as u8))
    }

    /// Returns its 24-bit value, or `None` for the terminal's default.
    #[must_use]
    pub fn rgb(self) -> Option<u32> {
        match self {
            Self::Default => None,
            Self::Ansi(at) => ANSI.get(usize::from(at)).map(|&(_, rgb)| rgb),
            Self::Indexed(at) => Some(indexed(at)),
            Self::Rgb(rgb) => Some(rgb),
        }
    }

    /// Returns the nearest colour of a depth whose contrast with `papers` is at least as high as that of this colour,
    /// capped at the contrast required for small text.
    #[must_use]
    pub fn brought_down(self, depth: Depth, papers: &[u32]) -> Self {
        let Self::Rgb(rgb) = self else { return self };
        let present = least_contrast(rgb, papers).min(MOST_REQUIRED);
        let mut wanted = if present >= READABLE { (present - SLACK).max(READABLE) } else { present - SLACK };
        let mut all: Vec<Self> = match depth {
            Depth::True => return self,
            Depth::None => return Self::Default,
            Depth::Indexed => (16..=255).map(Self::Indexed).collect(),
            Depth::Sixteen => (0..16).map(Self::Ansi).collect(),
        };
        let shown = |color: &Self| color.rgb().unwrap_or_default();
        // Distance is cheap to compute and contrast is not: sort by distance, then test the contrast of the first few.
        match hue(rgb).filter(|_| depth == Depth::Sixteen) {
            // Most colours are nearest to one of the greys among the 16, so the hue decides first.
            Some(wheel) => {
                wanted = wanted.min(READABLE);
                let apart = |color: &Self| {
                    hue(shown(color))
                        .map_or(i32::MAX, |other| (other - wheel).rem_euclid(360).min((wheel - other).rem_euclid(360)))
                };
                all.sort_by_key(|color| (apart(color), distance(shown(color), rgb)));
            }
            None => all.sort_by_key(|color| distance(shown(color), rgb)),
        }
        let stands_out = |color: &&Self| least_contrast(shown(color), papers) >= wanted;
        all.iter().find(stands_out).or_else(|| all.first()).copied().unwrap_or(self)
    }
}

/// The highest contrast that text ever needs (WCAG 2, level AAA).
const MOST_REQUIRED: f64 = 7.0;
/// The lowest contrast of readable text (WCAG 2, level AA).
const READABLE: f64 = 4.5;
/// The contrast that a reduced colour may lose.
const SLACK: f64 = 0.01;

/// Returns the lowest contrast between a colour and the backgrounds, or 1 if there are none.
fn least_contrast(rgb: u32, papers: &[u32]) -> f64 {
    papers.iter().map(|&paper| contrast(rgb, paper)).reduce(f64::min).unwrap_or(1.0)
}

/// Returns the contrast of two colours as defined by WCAG 2, from 1 to 21.
#[must_use]
pub fn contrast(one: u32, other: u32) -> f64 {
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

/// Returns the hue in degrees (red is 0, green 120, blue 240), or `None` for colours that are almost grey.
fn hue(rgb: u32) -> Option<i32> {
    let [_, r, g, b] = rgb.to_be_bytes().map(i32::from);
    let most = r.max(g).max(b);
    let span = most - r.min(g).min(b);
    if span < COLOURED {
        return None;
    }
    let degrees = |up: i32, down: i32| 60 * (up - down) / span;
    Some(match most {
        _ if most == r => degrees(g, b).rem_euclid(360),
        _ if most == g => 120 + degrees(b, r),
        _ => 240 + degrees(r, g),
    })
}

/// The smallest difference between the components of a colour that does not count as grey.
const COLOURED: i32 = 48;

/// Returns the squared distance of two colours.
fn distance(one: u32, other: u32) -> i32 {
    let parts = |rgb: u32| rgb.to_be_bytes().map(i32::from);
    std::iter::zip(parts(one), parts(other)).map(|(a, b)| (a - b).pow(2)).sum()
}

/// Returns the value of a colour of the xterm palette: 16 ANSI colours, a 6×6×6 cube, and 24 greys.
fn indexed(at: u8) -> u32 {
    const STEPS: [u32; 6] = [0, 95, 135, 175, 215, 255];
    match at {
        0..16 => ANSI[usize::from(at)].1,
        16..232 => {
            let step = |by: u8| STEPS[usize::from((at - 16) / by % 6)];
            step(36) << 16 | step(6) << 8 | step(1)
        }
        232.. => (8 + 10 * u32::from(at - 232)) * 0x01_0101,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_parsed() {
        let table = [
            ("default", Some(Color::Default)),
            ("#f0b43c", Some(Color::Rgb(0xf0_b43c))),
            ("bright-blue", Some(Color::Ansi(12))),
            ("black", Some(Color::Ansi(0))),
            ("#f0b4", None),
            ("#+0b43c", None),
            ("#한", None),
            ("blau", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(Color::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn reduced_colours_are_near_and_keep_their_contrast() {
        let to = |rgb: u32, depth, papers: &[u32]| Color::Rgb(rgb).brought_down(depth, papers);
        assert_eq!(
            [0, 0xff_ffff, 0xff_0000, 0x08_0808].map(|rgb| to(rgb, Depth::Indexed, &[])),
            [16, 231, 196, 232].map(Color::Indexed)
        );
        assert_eq!(to(0x30_3030, Depth::Sixteen, &[]), Color::Ansi(0));
        // The nearest ANSI colour to this grey is too dark to read on #1e1e1e.
        assert_eq!(to(0x94_9ba4, Depth::Sixteen, &[]), Color::Ansi(8));
        let on_dark = to(0x94_9ba4, Depth::Sixteen, &[0x1e_1e1e]).rgb().expect("known");
        assert!(contrast(on_dark, 0x1e_1e1e) >= 4.5);
        assert_eq!(to(0x12_3456, Depth::None, &[]), Color::Default);
        let names = |rgbs: &[u32], paper: u32| -> Vec<&str> {
            let ansi = rgbs.iter().map(|&rgb| match to(rgb, Depth::Sixteen, &[paper]) {
                Color::Ansi(at) => ANSI[usize::from(at)].0,
                other => panic!("{other:?}"),
            });
            ansi.collect()
        };
        let hues = [0xf0_b43c, 0x9c_d67a, 0x66_d0e0, 0xcb_93d8, 0x4a_76a4];
        assert_eq!(names(&hues, 0), ["yellow", "green", "cyan", "bright-magenta", "bright-blue"], "no greys");
    }
}
