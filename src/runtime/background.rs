//! Queries the terminal's background colour (OSC 11). The reply arrives among the keys.
//!
//! The first frame never waits for it, so a terminal that does not answer costs nothing.

use std::io;

/// Sends the query.
pub fn query() -> io::Result<()> {
    super::terminal::write(b"\x1b]11;?\x1b\\")
}

/// Whether `11;rgb:RRRR/GGGG/BBBB` (one to four hexadecimal digits each) is a light colour.
pub fn is_light(answer: &str) -> Option<bool> {
    let colors = answer.strip_prefix("11;rgb:").or_else(|| answer.strip_prefix("11;rgba:"))?;
    let parts: Vec<f64> = colors
        .split('/')
        .map(|part| {
            let digits = u32::try_from(part.len()).ok().filter(|digits| (1..=4).contains(digits))?;
            let value = u32::from_str_radix(part, 16).ok()?;
            Some(f64::from(value) / f64::from(16_u32.pow(digits) - 1))
        })
        .collect::<Option<_>>()?;
    let [r, g, b] = *parts.get(..3)? else { return None };
    Some(0.299 * r + 0.587 * g + 0.114 * b > 0.5)
}

#[cfg(test)]
mod tests {
    #[test]
    fn replies_distinguish_light_and_dark_backgrounds() {
        let table = [
            ("11;rgb:ffff/ffff/f0f0", Some(true)),
            ("11;rgb:15/17/1a", Some(false)),
            ("11;rgba:f/f/f/0", Some(true)),
            ("11;rgb:15/17", None),
            ("11;rgb:fffff/0/0", None),
            ("10;rgb:ffff/ffff/ffff", None),
            ("11;white", None),
            ("", None),
        ];
        for (reply, is_light) in table {
            assert_eq!(super::is_light(reply), is_light, "{reply}");
        }
    }
}
