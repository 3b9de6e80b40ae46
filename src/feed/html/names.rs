//! The HTML elements, classified by how a parser treats them.
//!
//! Source: the HTML standard (html.spec.whatwg.org), sections 4 and 16.2 (obsolete features), and `MathML` Core.

/// How a parser treats an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It has no content and no end tag.
    Void,
    /// Its content is text, whatever it looks like.
    Raw,
    /// The parser reopens it in each paragraph until it is closed.
    Formatting,
    /// It ends where another one like it begins.
    Loose,
    /// Inline content.
    Inline,
    /// A block with lines of its own.
    Block,
    /// Like [`Kind::Block`], but the end tag of an outer element does not close it.
    Scope,
    /// The frame of a document.
    Document,
}

use Kind::{Block, Document, Formatting, Inline, Loose, Raw, Scope, Void};

/// The elements of HTML, in lower case and sorted.
#[rustfmt::skip]
const ELEMENTS: &[(&str, Kind)] = &[
    ("a", Formatting), ("abbr", Inline), ("acronym", Inline), ("address", Block), ("applet", Scope), ("area", Void),
    ("article", Block), ("aside", Block), ("audio", Inline), ("b", Formatting), ("base", Void), ("basefont", Void),
    ("bdi", Inline), ("bdo", Inline), ("bgsound", Void), ("big", Formatting), ("blink", Inline), ("blockquote", Block),
    ("body", Document), ("br", Void), ("button", Inline), ("canvas", Inline), ("caption", Loose), ("center", Block),
    ("cite", Inline), ("code", Formatting), ("col", Void), ("colgroup", Loose), ("data", Inline), ("datalist", Inline),
    ("dd", Loose), ("del", Inline), ("details", Block), ("dfn", Inline), ("dialog", Block), ("dir", Block),
    ("div", Block), ("dl", Block), ("dt", Loose), ("em", Formatting), ("embed", Void), ("fencedframe", Inline), ("fieldset", Block),
    ("figcaption", Block), ("figure", Block), ("font", Formatting), ("footer", Block), ("form", Block),
    ("frame", Void), ("frameset", Document), ("h1", Block), ("h2", Block), ("h3", Block), ("h4", Block), ("h5", Block),
    ("h6", Block), ("head", Document), ("header", Block), ("hgroup", Block), ("hr", Void), ("html", Document),
    ("i", Formatting), ("iframe", Raw), ("ilayer", Inline), ("image", Void), ("img", Void), ("input", Void), ("ins", Inline), ("isindex", Void),
    ("kbd", Inline), ("keygen", Void), ("label", Inline), ("legend", Block), ("li", Loose), ("link", Void),
    ("listing", Block), ("main", Block), ("map", Inline), ("mark", Inline), ("marquee", Scope), ("math", Scope),
    ("menu", Block), ("menuitem", Inline), ("meta", Void), ("meter", Inline), ("multicol", Block), ("nav", Block), ("nextid", Void), ("nobr", Formatting),
    ("noembed", Raw), ("noframes", Inline), ("nolayer", Inline), ("noscript", Inline), ("object", Scope), ("ol", Block),
    ("optgroup", Loose), ("option", Loose), ("output", Inline), ("p", Loose), ("param", Void), ("picture", Inline),
    ("plaintext", Block), ("portal", Inline), ("pre", Block), ("progress", Inline), ("q", Inline), ("rb", Loose),
    ("rp", Loose), ("rt", Loose), ("rtc", Loose), ("ruby", Inline), ("s", Formatting), ("samp", Inline),
    ("script", Raw), ("search", Block), ("section", Block), ("select", Inline), ("selectedcontent", Inline), ("slot", Inline),
    ("small", Formatting), ("source", Void), ("spacer", Void), ("span", Inline), ("strike", Formatting),
    ("strong", Formatting), ("style", Raw), ("sub", Inline), ("summary", Block), ("sup", Inline), ("svg", Inline),
    ("table", Scope), ("tbody", Loose), ("td", Loose), ("template", Inline), ("textarea", Raw), ("tfoot", Loose),
    ("th", Loose), ("thead", Loose), ("time", Inline), ("title", Raw), ("tr", Loose), ("track", Void),
    ("tt", Formatting), ("u", Formatting), ("ul", Block), ("var", Inline), ("video", Inline), ("wbr", Void),
    ("xmp", Raw),
];

/// The elements of `MathML`, which are recognised only within `math`.
#[rustfmt::skip]
const MATH: &[&str] = &[
    "annotation", "annotation-xml", "maction", "menclose", "merror", "mfenced", "mfrac", "mi", "mlabeledtr",
    "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt",
    "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none", "semantics",
];

/// The longest element name that is recognised.
pub const LONGEST_NAME: usize = 64;

/// Returns the HTML element with this name in any case.
pub fn element(name: &str) -> Option<(&'static str, Kind)> {
    let at = ELEMENTS.binary_search_by(|(known, _)| order(known, name)).ok()?;
    Some(ELEMENTS[at])
}

/// Returns the `MathML` element with this name in any case.
pub fn math(name: &str) -> Option<&'static str> {
    MATH.binary_search_by(|known| order(known, name)).ok().map(|at| MATH[at])
}

/// Compares a lower-case name with one in any case.
fn order(known: &str, name: &str) -> std::cmp::Ordering {
    known.bytes().cmp(name.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// Whether a name belongs to an element of another vocabulary: `o:p`, `custom-tag`.
pub fn is_foreign(name: &str) -> bool {
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    match name.split_once(':') {
        Some((prefix, name)) => is_name(prefix) && is_name(name),
        None => name.contains('-') && is_name(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        assert!(ELEMENTS.is_sorted_by_key(|(name, _)| name) && MATH.is_sorted());
        assert_eq!(element("BlockQuote"), Some(("blockquote", Block)));
        assert_eq!((element("String"), element(""), math("mFrac")), (None, None, Some("mfrac")));
        for name in ["o:p", "custom-tag", "st1:place-name", "x-y.z"] {
            assert!(is_foreign(name), "{name}");
        }
        for name in ["https:", "ABC.O", "jo@a-b.example", "urn:isbn:1", "b", "mailto:jo@x.y", "-a", "a:1"] {
            assert!(!is_foreign(name), "{name}");
        }
    }
}
