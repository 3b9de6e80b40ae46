//! Selects the attributes of a tag to keep: addresses, descriptions, list numbers, and what styles say about line
//! breaks and visibility. Addresses that contain their data (`data:`) are dropped, however long they are.

use super::names::LONGEST_NAME;
use super::tokens::Tag;

/// Attributes with the source of a lazily loaded element, best first.
const LATE: [&str; 6] =
    ["data-src", "data-lazy-src", "data-original", "data-lazy", "data-actualsrc", "data-hi-res-src"];
/// Like [`LATE`], with several sources each.
const LATE_SETS: [&str; 3] = ["data-srcset", "data-lazy-srcset", "srcset"];
/// A picture with at most this many pixels a side is a tracking pixel.
const TINY: u32 = 3;
/// The most attributes kept of one element of a page.
const MOST: usize = 40;
/// The longest attribute value kept of a page, in bytes.
const LONGEST_VALUE: usize = 1 << 13;
/// Longer styles are ignored.
const LONGEST_STYLE: usize = 1 << 16;

/// How the white space in an element is treated.
pub const WHITE: &str = "data-white";

/// Returns the attributes kept of an element of this name, apart from those kept of all.
fn kept(name: &str) -> &'static [&'static str] {
    match name {
        "a" => &["href", "title", "aria-label"],
        "base" => &["href"],
        "iframe" | "video" | "audio" | "embed" | "source" => &["title", "aria-label"],
        "object" => &["data", "title", "aria-label"],
        "ol" => &["start", "type", "reversed"],
        "td" | "th" => &["colspan", "rowspan"],
        "input" => &["type", "value", "checked", "alt", "title"],
        "option" | "optgroup" => &["label"],
        "time" => &["datetime"],
        "data" | "li" | "meter" | "progress" => &["value"],
        "math" => &["alttext", "display"],
        "mfenced" => &["open", "close", "separators"],
        "mfrac" => &["linethickness"],
        _ => &[],
    }
}

/// Whether a value is a `data:` address.
pub fn is_data(value: &str) -> bool {
    let letters = value.trim_start().bytes().filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r'));
    letters.take(5).map(|byte| byte.to_ascii_lowercase()).eq(*b"data:")
}

/// Writes ` name="value"` with the value unchanged.
pub fn write(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    if !value.contains('"') {
        out.extend(["=\"", value, "\""]);
    } else if !value.contains('\'') {
        out.extend(["='", value, "'"]);
    } else {
        out.extend(["=\"", &value.replace('"', "&quot;"), "\""]);
    }
}

/// Writes the attributes to keep of a tag. For a formatting tag, writes only whether it is hidden and how its lines
/// break.
pub fn write_kept(out: &mut String, name: &str, tag: Tag<'_>, is_formatting: bool) {
    if tag.inner.is_empty() {
        return;
    }
    let wanted = if is_formatting && name != "a" { &[] } else { kept(name) };
    let mut written = 0_u16;
    // The text form of a formula is hidden beside its picture.
    let mut is_hidden = false;
    let mut is_formula = false;
    for (attribute, value) in tag.attributes() {
        let is = |name: &str| attribute.eq_ignore_ascii_case(name);
        if let Some(at) = wanted.iter().position(|name| is(name)) {
            if written & 1 << at == 0 && !is_data(value) {
                write(out, wanted[at], value);
            }
            written |= 1 << at;
        } else if is("style") {
            let style = Style::of(value);
            is_hidden |= style.is_hidden;
            if let Some(white) = style.white {
                write(out, WHITE, white);
            }
        } else if is("hidden") {
            is_hidden = true;
        } else if is("aria-hidden") && value.eq_ignore_ascii_case("true") {
            out.push_str(" aria-hidden");
        } else if is("class") {
            is_formula |= value.contains("mwe-math-mathml");
        }
    }
    if is_hidden && !is_formula {
        out.push_str(" hidden");
    }
    if matches!(name, "img" | "iframe" | "video" | "audio" | "embed" | "source")
        && let Some(source) = source(tag)
    {
        write(out, "src", source);
    }
    if name == "img" {
        let (alt, title) = description(tag);
        for (name, value) in [("alt", alt), ("title", title)] {
            if let Some(value) = value {
                write(out, name, value);
            }
        }
    }
}

/// Writes a tag's attributes, without data and up to the limit.
pub fn write_all(out: &mut String, tag: Tag<'_>) {
    let is_name = |name: &str| {
        name.len() < LONGEST_NAME && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
    };
    for (name, value) in tag.attributes().filter(|(name, _)| is_name(name)).take(MOST) {
        let is_style = name.eq_ignore_ascii_case("style");
        if value.len() > LONGEST_VALUE
            || is_data(value)
            || ((is_style || name.to_ascii_lowercase().ends_with("srcset")) && value.contains("data:"))
        {
            continue;
        }
        write(out, name, value);
        if is_style && let Some(white) = Style::of(value).white {
            write(out, WHITE, white);
        }
    }
}

/// Returns the description and the title of a picture.
pub fn description(tag: Tag<'_>) -> (Option<&str>, Option<&str>) {
    let value = |name| tag.attribute(name).filter(|value| !value.trim().is_empty() && !is_data(value));
    (value("alt").or_else(|| value("aria-label")), value("title"))
}

/// Returns the address of what an element shows. A lazily loaded element has a placeholder until then.
pub fn source(tag: Tag<'_>) -> Option<&str> {
    let value = |name: &&str| tag.attribute(name).map(str::trim).filter(|value| !value.is_empty() && !is_data(value));
    let late = LATE.iter().find_map(value).or_else(|| value(&"src").filter(|source| *source != "about:blank"));
    late.or_else(|| LATE_SETS.iter().find_map(|name| first_of(tag.attribute(name)?)))
}

/// Returns the first address of a source set that is not a `data:` address.
fn first_of(set: &str) -> Option<&str> {
    let words = set.split(|c: char| c.is_ascii_whitespace()).map(|word| word.trim_matches(','));
    words.filter(|word| !word.is_empty() && !is_data(word)).find(|word| word.contains(['/', '.']) && !is_size(word))
}

/// Whether a word is the descriptor of a source: `2x`, `1.5x`, `300w`.
fn is_size(word: &str) -> bool {
    word.strip_suffix(['x', 'w', 'h']).is_some_and(|number| number.parse::<f32>().is_ok())
}

/// Whether a picture is a tracking pixel.
pub fn is_tiny(tag: Tag<'_>) -> bool {
    let is_small = |name| {
        let size = tag.attribute(name).unwrap_or_default().trim();
        size.strip_suffix("px").unwrap_or(size).parse::<u32>().is_ok_and(|size| size < TINY)
    };
    is_small("width") && is_small("height")
}

/// What a style declares.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Style {
    pub is_hidden: bool,
    /// The treatment of white space: `pre`, `lines` or `normal`.
    pub white: Option<&'static str>,
}

impl Style {
    pub fn of(style: &str) -> Self {
        let mut parsed = Self::default();
        if style.len() > LONGEST_STYLE {
            return parsed;
        }
        for (name, value) in style.split(';').filter_map(|rule| rule.split_once(':')) {
            let value = value.trim().split(['!', ' ']).next().unwrap_or_default().to_ascii_lowercase();
            match (name.trim().to_ascii_lowercase().as_str(), value.as_str()) {
                ("display", value) => parsed.is_hidden = value == "none",
                ("visibility", "hidden" | "collapse") => parsed.is_hidden = true,
                ("white-space", "pre") => parsed.white = Some("pre"),
                ("white-space", "pre-wrap" | "pre-line" | "break-spaces")
                | ("white-space-collapse", "preserve" | "preserve-breaks" | "break-spaces") => {
                    parsed.white = Some("lines");
                }
                ("white-space", "normal" | "nowrap") => parsed.white = Some("normal"),
                _ => {}
            }
        }
        parsed
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::{Token, Tokens};
    use super::*;

    /// Returns what is kept of the first tag.
    fn kept_of(html: &str) -> String {
        let Some(Token::Start(tag)) = Tokens::new(html).next() else { panic!("{html}") };
        let mut out = String::new();
        write_kept(&mut out, &tag.name.to_ascii_lowercase(), tag, tag.name == "b");
        out
    }

    #[test]
    fn only_attributes_in_use_are_kept() {
        for (html, expected) in [
            ("<a HREF=x&amp;y class=z onclick=1 title='a \"b\"' href=second>", " href=\"x&amp;y\" title='a \"b\"'"),
            ("<b title=x hidden>", " hidden"),
            ("<p style='color:red; DISPLAY : none'>", " hidden"),
            ("<p style='display:none;display:block'>", ""),
            ("<p style='background:url(data:image/png;base64,AAAA);white-space:pre-wrap'>", " data-white=\"lines\""),
            ("<a href=' DATA:text/html,<b>x</b>'>", ""),
            ("<a href='da\nta:x'>", ""),
            ("<img src=a.png alt='A \"cat\"' title=b>", " src=\"a.png\" alt='A \"cat\"' title=\"b\""),
            ("<img src='data:image/gif;base64,R0==' data-src=real.png>", " src=\"real.png\""),
            ("<img srcset='data:image/png;base64,AA== 1x, b.png 2x, c.png 3x'>", " src=\"b.png\""),
            ("<source srcset='https://a.example/x,y.webp 300w'>", " src=\"https://a.example/x,y.webp\""),
            ("<li value=3 type=a>", " value=\"3\""),
        ] {
            assert_eq!(kept_of(html), expected, "{html}");
        }
    }
}
