//! Formulas (`MathML` Core) in a line of text: `1/2 x`, `√(a+b)`, `x²`, `∑_(i=1)^n`, a matrix as `1 2; 3 4`.

use dom_query::NodeRef;

use super::Renderer;
use crate::feed::html::tree::{attribute, children_named, name_of, text_of, with_text};
use crate::feed::html::writer::{PendingSpace, Raised};

/// The most bytes of a part of a formula that is not a `MathML` element.
const LONGEST_WORD: usize = 1 << 16;
/// Infix operators, with a space on either side.
const INFIX: &str = "=<>≤≥≠≈≡∼≅≃∝→←↔⇒⇐⇔⟶⟹⟺↦∈∉∋⊂⊆⊃⊇∪∩+−-±∓×⋅÷∧∨∣|≪≫⊕⊗∘:";
/// Invisible operators: function application, times, separator, plus.
const INVISIBLE: [char; 4] = ['\u{2061}', '\u{2062}', '\u{2063}', '\u{2064}'];

impl Renderer {
    /// Renders a formula, once, whatever forms it comes in.
    pub(super) fn formula(&mut self, node: &NodeRef<'_>) {
        let mut text = row(node);
        if text.trim().is_empty() {
            text = attribute(node, "alttext").unwrap_or_default();
        }
        let is_block = attribute(node, "display").is_some_and(|display| display == "block");
        if is_block {
            self.out.part(PendingSpace::Line);
        }
        self.out.text(text.trim());
        if is_block {
            self.out.part(PendingSpace::Line);
        }
    }
}

/// Formats a row of terms.
fn row(node: &NodeRef<'_>) -> String {
    let mut line = String::new();
    let mut after_fraction = false;
    for child in node.children_it(false) {
        let is_operator = child.has_name("mo");
        let term = term(&child);
        let trimmed = term.trim();
        if trimmed.is_empty() {
            if !term.is_empty() && !line.ends_with(' ') && !line.is_empty() {
                line.push(' ');
            }
            continue;
        }
        let is_between = is_operator && INFIX.contains(trimmed) && trimmed.chars().count() == 1 && !line.is_empty();
        let begins_word = trimmed.starts_with(char::is_alphanumeric);
        let is_glued = begins_word && line.ends_with(char::is_alphanumeric) && {
            // Two words, such as a function name and a variable, and what follows a fraction.
            let last = line.chars().rev().take_while(|c| c.is_alphabetic()).count();
            last > 1 || after_fraction || (last > 0 && trimmed.chars().take_while(|c| c.is_alphabetic()).count() > 1)
        };
        let is_first_sign = line.trim_end().ends_with(|c: char| "([{,;".contains(c) || INFIX.contains(c));
        if (is_between && !is_first_sign || is_glued) && !line.ends_with(' ') {
            line.push(' ');
        }
        line.push_str(trimmed);
        if (is_between && !is_first_sign) || (is_operator && matches!(trimmed, "," | ";")) {
            line.push(' ');
        }
        after_fraction = child.has_name("mfrac");
    }
    line.trim_end().to_owned()
}

/// Formats an element.
fn term(node: &NodeRef<'_>) -> String {
    if let Some(text) = with_text(node, |text| text.replace(INVISIBLE, "")) {
        return text;
    }
    let Some(name) = name_of(node) else { return String::new() };
    let part = |at: usize| node.element_children().get(at).map(term).unwrap_or_default();
    match &*name {
        "annotation" | "annotation-xml" | "mphantom" | "mprescripts" | "none" | "script" | "style" => String::new(),
        "mi" | "mn" | "mo" | "mtext" | "ms" => text_of(node, LONGEST_WORD).replace(INVISIBLE, ""),
        "mspace" => " ".to_owned(),
        "semantics" => semantics(node),
        "maction" => part(0),
        "mfrac" if attribute(node, "linethickness").is_some_and(|line| line.trim().starts_with('0')) => {
            format!("({} over {})", part(0).trim(), part(1).trim())
        }
        "mfrac" => format!("{}/{}", grouped(&part(0)), grouped(&part(1))),
        "msqrt" => format!("√{}", grouped(&row(node))),
        "mroot" => match part(1).trim() {
            "3" => format!("∛{}", grouped(&part(0))),
            "4" => format!("∜{}", grouped(&part(0))),
            index => match Raised::Above.all(index) {
                Some(index) => format!("{index}√{}", grouped(&part(0))),
                None => format!("root({index}, {})", part(0).trim()),
            },
        },
        "msup" => format!("{}{}", base(&part(0)), script(&part(1), Raised::Above)),
        "msub" | "munder" => format!("{}{}", base(&part(0)), script(&part(1), Raised::Below)),
        "mover" => over(&part(0), &part(1)),
        "msubsup" | "munderover" => {
            format!("{}{}{}", base(&part(0)), script(&part(1), Raised::Below), script(&part(2), Raised::Above))
        }
        "mmultiscripts" => scripts(node),
        "mtable" => lines(node),
        "mfenced" => fenced(node),
        _ => row(node),
    }
}

/// Formats a formula with annotations: the source counts only if there is nothing else.
fn semantics(node: &NodeRef<'_>) -> String {
    let children = node.element_children();
    let set = children.first().map(term).unwrap_or_default();
    if !set.trim().is_empty() {
        return set;
    }
    children_named(node, "annotation").map(|source| text_of(&source, LONGEST_WORD)).next().unwrap_or_default()
}

/// Puts a term in brackets unless it is one word.
fn grouped(term: &str) -> String {
    let term = term.trim();
    let is_word = term.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | ',' | '_'));
    if is_word || is_enclosed(term) { term.to_owned() } else { format!("({term})") }
}

/// Whether a single pair of brackets encloses the whole term.
fn is_enclosed(term: &str) -> bool {
    let mut depth = 0_u32;
    let last = term.len().saturating_sub(1);
    term.starts_with('(')
        && term.ends_with(')')
        && term.bytes().enumerate().all(|(at, byte)| {
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth > 0 || at == last
        })
}

/// Formats the base of a script.
fn base(term: &str) -> String {
    let term = term.trim();
    if term.contains([' ', '/']) { grouped(term) } else { term.to_owned() }
}

/// Formats a script above or below the line; with its operator if there are no such characters.
fn script(term: &str, place: Raised) -> String {
    let term = term.trim();
    if term.is_empty() {
        return String::new();
    }
    // Primes need no operator.
    if place == Raised::Above && term.chars().all(|c| matches!(c, '′' | '″' | '‴' | '\'')) {
        return term.to_owned();
    }
    let sign = if place == Raised::Above { '^' } else { '_' };
    place.all(term).unwrap_or_else(|| format!("{sign}{}", grouped(term)))
}

/// Formats a term with something above it, such as the bar of a mean.
fn over(term: &str, above: &str) -> String {
    let (term, above) = (term.trim(), above.trim());
    let mark = match above {
        "¯" | "‾" | "_" | "ˉ" | "―" | "―\u{fe0e}" => '\u{304}',
        "^" | "ˆ" | "̂" => '\u{302}',
        "~" | "˜" | "∼" => '\u{303}',
        "˙" | "." => '\u{307}',
        "¨" => '\u{308}',
        "→" | "⃗" => '\u{20d7}',
        _ => return format!("{}{}", base(term), script(above, Raised::Above)),
    };
    if term.chars().count() == 1 { format!("{term}{mark}") } else { format!("{}{above}", grouped(term)) }
}

/// Formats scripts after a term and before it.
fn scripts(node: &NodeRef<'_>) -> String {
    let children = node.element_children();
    let (mut before, mut after) = (String::new(), String::new());
    let mut is_before = false;
    let mut place = Raised::Below;
    for child in children.iter().skip(1) {
        if child.has_name("mprescripts") {
            (is_before, place) = (true, Raised::Below);
            continue;
        }
        let written = script(&term(child), place);
        let side = if is_before { &mut before } else { &mut after };
        side.push_str(&written);
        place = if place == Raised::Below { Raised::Above } else { Raised::Below };
    }
    format!("{before}{}{after}", base(&children.first().map(term).unwrap_or_default()))
}

/// Formats the rows of a table or matrix.
fn lines(node: &NodeRef<'_>) -> String {
    let line = |line: NodeRef<'_>| {
        let cells: Vec<String> = line.element_children().iter().map(term).filter(|cell| !cell.is_empty()).collect();
        cells.join(" ")
    };
    node.element_children().into_iter().map(line).collect::<Vec<_>>().join("; ")
}

fn fenced(node: &NodeRef<'_>) -> String {
    let value = |name, otherwise: &str| attribute(node, name).unwrap_or_else(|| otherwise.to_owned());
    let separators: Vec<char> = value("separators", ",").chars().filter(|c| !c.is_whitespace()).collect();
    let mut inner = String::new();
    for (at, child) in node.element_children().iter().enumerate() {
        if at > 0
            && let Some(separator) = separators.get(at - 1).or(separators.last())
        {
            inner.extend([*separator, ' ']);
        }
        inner.push_str(term(child).trim());
    }
    format!("{}{inner}{}", value("open", "("), value("close", ")"))
}

#[cfg(test)]
mod tests {
    use crate::feed::html::to_text;

    #[test]
    fn formulas_are_written_in_a_line() {
        for (math, expected) in [
            ("<mfrac><mn>1</mn><mn>2</mn></mfrac><mi>x</mi>", "1/2 x"),
            ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac>", "(a + b)/c"),
            ("<msqrt><mi>a</mi><mo>-</mo><mn>1</mn></msqrt>", "√(a - 1)"),
            ("<mroot><mi>x</mi><mn>3</mn></mroot><mroot><mi>x</mi><mi>n</mi></mroot>", "∛xⁿ√x"),
            ("<msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mo>-</mo><mn>1</mn>", "x² = -1"),
            ("<msub><mi>a</mi><mrow><mi>i</mi><mo>+</mo><mn>1</mn></mrow></msub>", "aᵢ₊₁"),
            ("<msup><mi>e</mi><mfrac><mi>x</mi><mi>y</mi></mfrac></msup>", "e^(x/y)"),
            (
                "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>N</mi></munderover><mi>i</mi>",
                "∑ᵢ₌₁ᴺi",
            ),
            ("<mi>sin</mi><mo>\u{2061}</mo><mi>x</mi><mn>2</mn><mi>y</mi>", "sin x2y"),
            ("<mfenced open='['><mn>1</mn><mn>2</mn></mfenced>", "[1, 2)"),
            (
                "<mo>(</mo><mtable><mtr><mtd>1</mtd><mtd>2</mtd></mtr><mtr><mtd>3</mtd></mtr></mtable><mo>)</mo>",
                "(1 2; 3)",
            ),
            ("<mover><mi>x</mi><mo>¯</mo></mover><mphantom><mi>z</mi></mphantom>", "x̄"),
            ("<mfrac linethickness=0><mi>n</mi><mi>k</mi></mfrac>", "(n over k)"),
            ("<semantics><mrow/><annotation>E=mc^2</annotation></semantics>", "E=mc^2"),
            ("<semantics><mi>E</mi><annotation>\\mathit E</annotation></semantics>", "E"),
        ] {
            assert_eq!(to_text(&format!("<p>a <math>{math}</math> b")), format!("a {expected} b"), "{math}");
        }
        assert_eq!(to_text("a <math alttext='1/2'></math> b"), "a 1/2 b");
    }

    #[test]
    fn a_formula_with_a_generated_copy_appears_once() {
        let katex = "<span class=katex><span class=katex-mathml><math><semantics><mrow><mi>x</mi></mrow>\
            <annotation encoding='application/x-tex'>\\mathit x</annotation></semantics></math></span>\
            <span class=katex-html aria-hidden=true><span>x</span></span></span>";
        assert_eq!(to_text(&format!("<p>Take {katex} of it")), "Take x of it");
        let mathjax = "<mjx-container><mjx-math aria-hidden='true'><mjx-mi>x</mjx-mi></mjx-math>\
            <mjx-assistive-mml><math><mi>x</mi></math></mjx-assistive-mml></mjx-container>";
        assert_eq!(to_text(&format!("<p>Take {mathjax} of it")), "Take x of it");
        let set = "<span class=MathJax><nobr aria-hidden=true>x</nobr><span><math><mi>x</mi></math></span></span>\
            <script type='math/tex'>x</script>";
        assert_eq!(to_text(&format!("<p>Take {set} of it")), "Take x of it");
        assert_eq!(to_text("<p>Take <script type='math/tex'>a<b</script> of it"), "Take a<b of it");
        // Without the formula itself, its generated copy is read.
        assert_eq!(to_text("<p>Take <span aria-hidden=true>x</span> of it"), "Take x of it");
        let picture = "<span class=mwe-math-element><span class='mwe-math-mathml-inline' style='display: none;'>\
            <math><mi>x</mi></math></span><img src=x.svg class=mwe-math-fallback-image-inline aria-hidden=true alt='x'></span>";
        assert_eq!(to_text(&format!("<p>Take {picture} of it")), "Take x of it");
    }
}
