//! The fast path for simple HTML: writes the text while the tags are read, without a tree.
//!
//! It proves that the parser would nest the elements exactly as their tags stand: each element is one of [`role`]; an
//! end tag closes the innermost element, where only `</p>` and `</li>` may be omitted; blocks begin and end where no
//! inline element is open, so that the parser has nothing to reopen; no link is within another. Such markup also stays
//! within all limits of [`tame`](super::super::tame), which would only cut it into pieces if it is long. Nothing is cut
//! here, so that the numbers of a long list go on.
//!
//! The whole text is handed back at anything else: another element, a tag that does not match, an attribute that hides
//! an element, keeps its line breaks or numbers its items, an entity that [`entities::decode`] leaves to the parser. The
//! caller then builds the tree.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::lists::OpenItem;
use super::{OpenLink, Renderer, gap_of, style_of};
use crate::feed::html::attributes::{self, Style as Styles};
use crate::feed::html::entities;
use crate::feed::html::tokens::{Tag, Token, Tokens};
use crate::feed::html::writer::{PendingSpace, Rich};
use crate::release::Style;

/// The most open elements.
const DEEPEST: usize = 16;
/// Attributes that matter on any element.
const TELLING: [&str; 6] = ["hidden", "aria-hidden", "start", "type", "reversed", "value"];

/// How an element is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// With the gap around it and the style of its text.
    Block(PendingSpace, Option<Style>),
    List {
        is_numbered: bool,
    },
    Item,
    Break,
    Rule,
    Image,
    Inline(Inline),
}

/// How an inline element is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inline {
    Plain,
    Styled(Style),
    Code,
    Link,
}

/// Returns how an element with this name in lower case is written, or `None` if its text needs the tree.
fn role(name: &str) -> Option<Role> {
    Some(match name {
        "br" => Role::Break,
        "hr" => Role::Rule,
        "img" => Role::Image,
        "li" => Role::Item,
        "ul" | "ol" => Role::List { is_numbered: name == "ol" },
        "a" => Role::Inline(Inline::Link),
        "code" | "tt" | "kbd" => Role::Inline(Inline::Code),
        "span" | "small" | "u" | "font" | "big" | "abbr" | "ins" | "mark" => Role::Inline(Inline::Plain),
        "p" | "div" | "section" | "article" | "figure" | "figcaption" | "header" | "footer" | "aside" | "main"
        | "center" | "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            Role::Block(gap_of(name)?, style_of(name))
        }
        "em" | "i" | "cite" | "dfn" | "var" | "strong" | "b" | "s" | "del" | "strike" => {
            Role::Inline(Inline::Styled(style_of(name)?))
        }
        _ => return None,
    })
}

/// An open element and how it ends.
struct Open<'h> {
    name: &'h str,
    end: End<'h>,
}

enum End<'h> {
    Block(PendingSpace, Option<usize>),
    /// A list, and the number of its next item if it has numbers.
    List(PendingSpace, Option<i64>),
    Item(OpenItem),
    Inline(InlineEnd<'h>),
}

enum InlineEnd<'h> {
    Plain,
    Span(usize),
    Code(usize, bool),
    /// A link without an address.
    NoLink,
    Link(Option<OpenLink>, usize, Tag<'h>),
}

impl End<'_> {
    fn is_inline(&self) -> bool {
        matches!(self, Self::Inline(_))
    }
}

/// Writes a text while its tags are read.
struct Stream<'h> {
    renderer: Renderer,
    /// Outermost first: blocks, then inline elements.
    open: Vec<Open<'h>>,
    /// The text since the last element, with its entities.
    text: Cow<'h, str>,
}

/// Returns the text of simple HTML with its spans and links, as the tree would yield it, or `None` to hand it back.
pub(in crate::feed::html) fn read(html: &str) -> Option<Rich> {
    // The parser drops a byte order mark and null characters.
    if html.starts_with('\u{feff}') || memchr(0, html.as_bytes()).is_some() {
        return None;
    }
    memchr(b'<', html.as_bytes())?;
    let mut renderer = Renderer::new(false);
    renderer.out.rich.text.reserve(html.len());
    let mut stream = Stream { renderer, open: Vec::new(), text: Cow::Borrowed("") };
    let mut is_marked = false;
    for token in Tokens::new(html) {
        is_marked |= !matches!(token, Token::Text(_));
        match token {
            Token::Text(text) if stream.text.is_empty() => stream.text = Cow::Borrowed(text),
            // An entity may continue after a comment.
            Token::Text(text) => stream.text.to_mut().push_str(text),
            Token::Comment => {}
            Token::Start(tag) => stream.start(tag)?,
            Token::End(name) => stream.end(name)?,
        }
    }
    stream.words()?;
    while let Some(open) = stream.open.pop() {
        stream.close(open.end)?;
    }
    (is_marked && !stream.renderer.is_full()).then(|| stream.renderer.finish())
}

impl<'h> Stream<'h> {
    /// Writes the text since the last element.
    fn words(&mut self) -> Option<()> {
        let text = std::mem::take(&mut self.text);
        if memchr(b'&', text.as_bytes()).is_none() {
            self.renderer.words(&text);
        } else {
            self.renderer.words(&entities::decode(&text)?);
        }
        Some(())
    }

    fn start(&mut self, tag: Tag<'h>) -> Option<()> {
        let role = role(tag.name).filter(|_| is_bare(tag))?;
        if role == Role::Image && attributes::is_tiny(tag) {
            return Some(());
        }
        self.words()?;
        match role {
            Role::Break => self.renderer.out.line_break(),
            Role::Rule => {
                self.begin_block()?;
                self.renderer.out.part(PendingSpace::Paragraph);
            }
            Role::Image => self.image(tag)?,
            _ if tag.is_slashed() || self.open.len() >= DEEPEST => return None,
            Role::Block(gap, style) => {
                self.begin_block()?;
                if is_heading(tag.name) && self.open.iter().any(|open| is_heading(open.name)) {
                    return None;
                }
                self.renderer.out.part(gap);
                let place = style.map(|style| self.renderer.out.begin(style));
                self.push(tag, End::Block(gap, place));
            }
            Role::List { is_numbered } => {
                self.begin_block()?;
                let gap = self.renderer.begin_list(true);
                self.push(tag, End::List(gap, is_numbered.then_some(1)));
            }
            Role::Item => self.item(tag)?,
            Role::Inline(inline) => self.inline(tag, inline)?,
        }
        Some(())
    }

    fn push(&mut self, tag: Tag<'h>, end: End<'h>) {
        self.open.push(Open { name: tag.name, end });
    }

    /// Closes a paragraph whose end tag is omitted. No inline element may be open.
    fn begin_block(&mut self) -> Option<()> {
        match self.open.last() {
            Some(open) if open.end.is_inline() => None,
            Some(open) if open.name == "p" => self.close_last(),
            _ => Some(()),
        }
    }

    fn close_last(&mut self) -> Option<()> {
        let open = self.open.pop()?;
        self.close(open.end)
    }

    fn item(&mut self, tag: Tag<'h>) -> Option<()> {
        self.begin_block()?;
        if self.open.last()?.name == "li" {
            self.close_last()?;
        }
        let End::List(_, next) = &mut self.open.last_mut()?.end else { return None };
        let number = *next;
        *next = number.map(|number| number + 1);
        let item = self.renderer.begin_item(number.map(|number| number.to_string()).as_deref());
        self.push(tag, End::Item(item));
        Some(())
    }

    fn inline(&mut self, tag: Tag<'h>, inline: Inline) -> Option<()> {
        // Of equal formatting elements within each other, the parser remembers three.
        if self.open.iter().any(|open| open.name == tag.name && open.end.is_inline()) {
            return None;
        }
        let out = &mut self.renderer.out;
        let end = match inline {
            Inline::Plain => InlineEnd::Plain,
            Inline::Styled(style) => InlineEnd::Span(out.begin(style)),
            Inline::Code => {
                let around = std::mem::replace(&mut self.renderer.is_code, true);
                InlineEnd::Code(out.begin(Style::Code), around)
            }
            Inline::Link => {
                let href = value(tag, "href").map_or(Some(Cow::Borrowed("")), decoded)?;
                let href = href.trim();
                if href.is_empty() || href.starts_with('#') {
                    InlineEnd::NoLink
                } else {
                    self.renderer.is_linked = true;
                    let link = self.renderer.begin_link(href.to_owned());
                    InlineEnd::Link(link, self.renderer.out.rich.text.len(), tag)
                }
            }
        };
        self.push(tag, End::Inline(end));
        Some(())
    }

    fn image(&mut self, tag: Tag<'_>) -> Option<()> {
        let (alt, title) = attributes::description(tag);
        let [alt, title, source] = [alt, title, attributes::source(tag)].map(Option::unwrap_or_default);
        self.renderer.described_image(&decoded(alt)?, &decoded(title)?, &decoded(source)?, false);
        Some(())
    }

    fn end(&mut self, name: &str) -> Option<()> {
        let role = role(name)?;
        self.words()?;
        let last = self.open.last()?;
        if !matches!(role, Role::Inline(_)) && name != "p" && last.name == "p" {
            self.close_last()?;
        }
        if matches!(role, Role::List { .. }) && self.open.last()?.name == "li" {
            self.close_last()?;
        }
        if self.open.last()?.name == name { self.close_last() } else { None }
    }

    fn close(&mut self, end: End<'h>) -> Option<()> {
        let out = &mut self.renderer.out;
        match end {
            End::Block(gap, place) => {
                if let Some(place) = place {
                    out.end(place);
                }
                out.part(gap);
            }
            End::List(gap, _) => self.renderer.end_list(true, gap),
            End::Item(item) => self.renderer.end_item(item),
            End::Inline(InlineEnd::Plain | InlineEnd::NoLink) => {}
            End::Inline(InlineEnd::Span(place)) => out.end(place),
            End::Inline(InlineEnd::Code(place, around)) => {
                out.end(place);
                self.renderer.is_code = around;
            }
            End::Inline(InlineEnd::Link(link, before, tag)) => {
                if out.rich.text.len() == before
                    && let Some(name) = value(tag, "title").or_else(|| value(tag, "aria-label"))
                {
                    out.text(&decoded(name)?);
                }
                self.renderer.end_link(link.as_ref());
                self.renderer.is_linked = false;
            }
        }
        Some(())
    }
}

fn is_heading(name: &str) -> bool {
    name.len() == 2 && name.starts_with('h')
}

/// Whether no attribute changes how the element is written, apart from addresses and descriptions.
fn is_bare(tag: Tag<'_>) -> bool {
    tag.inner.is_empty()
        || tag.attributes().all(|(name, value)| {
            let is_telling = TELLING.iter().any(|telling| name.eq_ignore_ascii_case(telling));
            !is_telling && (!name.eq_ignore_ascii_case("style") || Styles::of(value) == Styles::default())
        })
}

/// Returns the value of an attribute as written, unless it is data.
fn value<'h>(tag: Tag<'h>, name: &str) -> Option<&'h str> {
    tag.attribute(name).filter(|value| !attributes::is_data(value))
}

/// Returns the value of an attribute as the parser reads it, or `None` if that needs the parser.
fn decoded(value: &str) -> Option<Cow<'_, str>> {
    match memchr2(b'&', b'\r', value.as_bytes()) {
        None => Some(Cow::Borrowed(value)),
        Some(_) if value.contains('\r') => None,
        Some(_) => entities::decode_value(value).map(Cow::Owned),
    }
}

#[cfg(test)]
mod tests;
