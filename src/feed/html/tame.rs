//! Limits markup to what the parser can process, in a single pass.
//!
//! For some markup, the parser (html5ever) takes disproportionate time and memory: it searches all open elements at
//! each tag, reopens unclosed formatting elements in each paragraph, and compares all attributes of a tag with each
//! other. Tags beyond a certain depth and number are therefore left out here, few attributes are kept, and long markup
//! is split into pieces, each a document of its own. Data in addresses, scripts and styles are removed before anything
//! is counted. Look-alike tags become text, and elements whose content the parser treats as plain text, such as frames,
//! are replaced.

mod special;

use std::ops::{ControlFlow, Range};

use super::attributes;
use super::names::{Kind, element, is_foreign, math};
use super::svg::Drawing;
use super::tokens::{Tag, Token, Tokens};

/// The most open elements.
const DEEPEST: usize = 80;
/// The most open formatting elements.
const MOST_FORMATS: usize = 10;
/// The most open elements remembered after their tags were left out.
const MOST_LEFT_OUT: usize = 1 << 16;
/// The most times the parser may have to reopen formatting elements.
const MOST_REOPENED: usize = 20_000;
/// A piece ends between two blocks at this many bytes,
const LONG: usize = 1 << 16;
/// and anywhere at this many.
const LONGEST: usize = 1 << 18;
/// Longer texts of a page are split: the parser searches the whole text for each `&` when it writes it.
const LONGEST_OF_PAGE: usize = 1 << 13;

/// The purpose of the markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// To be rendered as text. Only attributes that matter for this are kept.
    Text,
    /// To be searched for its readable part. All elements and most attributes are kept.
    Page,
}

/// Passes markup to `piece` in pieces, until that returns `Break`.
pub fn tame(html: &str, mut piece: impl FnMut(&str) -> ControlFlow<()>) {
    let mut tamer = Tamer::new(html, For::Text);
    while !tamer.is_done
        && let Some(token) = tamer.tokens.next()
    {
        tamer.token(token, &mut piece);
    }
    tamer.end_drawing();
    tamer.cut(&mut piece);
}

/// Returns the markup of a page, cut after this many bytes.
pub fn tame_page(html: &str, longest: usize) -> String {
    let mut tamer = Tamer::new(html, For::Page);
    while tamer.out.len() < longest
        && let Some(token) = tamer.tokens.next()
    {
        tamer.token(token, &mut |_| ControlFlow::Continue(()));
    }
    let mut out = tamer.out;
    out.truncate((0..=longest.min(out.len())).rev().find(|&end| out.is_char_boundary(end)).unwrap_or(0));
    out
}

/// An open element.
struct Open {
    name: &'static str,
    kind: Kind,
    /// Its start tag in the current piece.
    tag: Range<usize>,
}

struct Tamer<'h> {
    tokens: Tokens<'h>,
    purpose: For,
    out: String,
    open: Vec<Open>,
    /// The number of open formatting elements.
    formats: usize,
    /// Open elements whose tags were left out.
    dropped: Vec<&'static str>,
    /// How many times the parser reopens formatting elements.
    reopened: usize,
    /// The open part of a ruby.
    ruby: Option<&'static str>,
    drawing: Option<Drawing>,
    /// Whether the markup already contains the formula whose source follows.
    is_formula_set: bool,
    /// Whether no more markup is wanted.
    is_done: bool,
}

impl<'h> Tamer<'h> {
    fn new(html: &'h str, purpose: For) -> Self {
        Self {
            tokens: Tokens::new(html),
            purpose,
            out: String::with_capacity(html.len().min(LONG) + 16),
            open: Vec::new(),
            formats: 0,
            dropped: Vec::new(),
            reopened: 0,
            ruby: None,
            drawing: None,
            is_formula_set: false,
            is_done: false,
        }
    }

    fn token(&mut self, token: Token<'h>, piece: &mut impl FnMut(&str) -> ControlFlow<()>) {
        if self.purpose == For::Text {
            self.part(token, piece);
        }
        match token {
            Token::Text(text) => match &mut self.drawing {
                Some(drawing) => drawing.text(text),
                None => self.text(text, piece),
            },
            Token::Start(tag) => self.start(tag),
            Token::End(name) => self.end(name),
            Token::Comment => {}
        }
    }

    /// Ends a piece that is long enough.
    fn part(&mut self, token: Token<'h>, piece: &mut impl FnMut(&str) -> ControlFlow<()>) {
        if self.out.len() < LONG {
            return;
        }
        let name = if let Token::Start(tag) = token { element(tag.name) } else { None };
        let is_fit = match name {
            Some((_, Kind::Block | Kind::Scope) | ("p", _)) if self.open.is_empty() => self.ruby.is_none(),
            // A long list or table.
            Some(("p" | "li" | "tr" | "dt" | "dd", _)) => self.out.len() >= 2 * LONG,
            _ => false,
        };
        if is_fit || self.out.len() >= LONGEST {
            self.cut(piece);
        }
    }

    /// Passes on the piece. The next one begins with the tags of the open elements.
    fn cut(&mut self, piece: &mut impl FnMut(&str) -> ControlFlow<()>) {
        self.is_done |= piece(&self.out).is_break();
        let mut next = String::with_capacity(LONG + 16);
        for open in &mut self.open {
            let tag = self.out.get(open.tag.clone()).unwrap_or_default();
            open.tag = next.len()..next.len() + tag.len();
            next.push_str(tag);
        }
        self.ruby = None;
        self.out = next;
    }

    fn text(&mut self, text: &str, piece: &mut impl FnMut(&str) -> ControlFlow<()>) {
        let mut rest = text;
        let longest = if self.purpose == For::Text { LONGEST } else { LONGEST_OF_PAGE };
        while rest.len() > longest {
            let (part, after) = rest.split_at(place_to_cut(rest, longest / 4));
            self.literal(part);
            match self.purpose {
                For::Text => self.cut(piece),
                For::Page => self.out.push_str("<wbr>"),
            }
            rest = after;
        }
        self.literal(rest);
    }

    /// Writes text in which brackets do not begin tags.
    fn literal(&mut self, text: &str) {
        for (n, part) in text.split('<').enumerate() {
            self.out.push_str(if n > 0 { "&lt;" } else { "" });
            self.out.push_str(part);
        }
    }

    fn start(&mut self, tag: Tag<'h>) {
        if let Some(drawing) = &mut self.drawing {
            if drawing.start(tag) {
                return;
            }
            self.end_drawing();
        }
        let Some((name, kind)) = self.known(tag.name) else { return };
        self.is_formula_set |= tag.attribute("class").is_some_and(|class| class.starts_with("MathJax"));
        match kind {
            Kind::Void => self.void(name, tag),
            Kind::Raw => self.raw(name, tag),
            Kind::Document => {
                if self.purpose == For::Page {
                    self.tag(name, tag, false);
                }
            }
            Kind::Loose => self.loose(name, tag),
            Kind::Formatting => self.formatting(name, tag),
            Kind::Inline | Kind::Block | Kind::Scope => self.container(name, kind, tag),
        }
    }

    /// Returns the element that a name stands for, or `None` for an element of which only the content is read.
    fn known(&self, name: &str) -> Option<(&'static str, Kind)> {
        if self.tokens.takes_all
            && let Some(name) = math(name)
        {
            return Some((name, Kind::Inline));
        }
        match element(name) {
            Some(("image", _)) => Some(("img", Kind::Void)),
            Some(("frame", _)) => Some(("iframe", Kind::Raw)),
            Some(("noembed" | "noframes", _)) => Some(("div", Kind::Block)),
            Some(("plaintext" | "listing", _)) => Some(("pre", Kind::Block)),
            Some(known) => Some(known),
            None => match name.to_ascii_lowercase().as_str() {
                "amp-img" | "amp-anim" => Some(("img", Kind::Void)),
                "amp-iframe" | "amp-video-iframe" => Some(("iframe", Kind::Raw)),
                "amp-video" => Some(("video", Kind::Inline)),
                "amp-audio" => Some(("audio", Kind::Inline)),
                // A page's custom elements are inline unless a style says otherwise.
                name if name.contains('-') && !name.contains(':') && is_foreign(name) => Some(("span", Kind::Inline)),
                _ => None,
            },
        }
    }

    /// Writes a start tag.
    fn tag(&mut self, name: &'static str, tag: Tag<'h>, is_formatting: bool) -> Range<usize> {
        let start = self.out.len();
        self.out.push('<');
        self.out.push_str(name);
        match self.purpose {
            For::Text => attributes::write_kept(&mut self.out, name, tag, is_formatting),
            For::Page => attributes::write_all(&mut self.out, tag),
        }
        self.out.push('>');
        start..self.out.len()
    }

    fn end_tag(&mut self, name: &str) {
        self.out.extend(["</", name, ">"]);
    }

    fn void(&mut self, name: &'static str, tag: Tag<'h>) {
        match name {
            _ if self.purpose == For::Page => {}
            "img" if attributes::is_tiny(tag) => return,
            "area" => return self.area(tag),
            "br" | "hr" | "wbr" | "img" | "input" | "embed" | "source" | "base" => {}
            _ => return,
        }
        self.tag(name, tag, false);
    }

    fn loose(&mut self, name: &'static str, tag: Tag<'h>) {
        if matches!(name, "rt" | "rp" | "rb" | "rtc") {
            // Outside a ruby, the parser would nest each one in the one before.
            if let Some(before) = self.ruby.replace(name) {
                self.end_tag(before);
            }
        }
        if matches!(name, "td" | "th" | "tr" | "caption") {
            self.end_cell();
        }
        self.reopen();
        self.tag(name, tag, false);
        if tag.is_slashed() {
            self.end_loose(name);
        }
    }

    fn end_loose(&mut self, name: &'static str) {
        if matches!(name, "rt" | "rp" | "rb" | "rtc") && self.ruby.take_if(|open| *open == name).is_none() {
            return;
        }
        if matches!(name, "td" | "th" | "tr" | "caption") {
            self.end_cell();
        }
        self.end_tag(name);
    }

    /// Closes a cell; the parser forgets its formatting elements.
    fn end_cell(&mut self) {
        if self.formats > 0
            && let Some(table) = self.open.iter().rposition(|open| open.name == "table")
        {
            let mut at = 0;
            self.open.retain(|open| {
                at += 1;
                at <= table || open.kind != Kind::Formatting
            });
            self.count_formats();
        }
    }

    fn count_formats(&mut self) {
        self.formats = self.open.iter().filter(|open| open.kind == Kind::Formatting).count();
    }

    /// Counts the elements that the parser reopens in a block.
    fn reopen(&mut self) {
        self.reopened += self.formats;
        if self.reopened > MOST_REOPENED && self.formats > 0 {
            let formats = self.open.extract_if(.., |open| open.kind == Kind::Formatting).collect::<Vec<_>>();
            for open in formats.iter().rev() {
                self.end_tag(open.name);
            }
            self.formats = 0;
        }
    }

    fn formatting(&mut self, name: &'static str, tag: Tag<'h>) {
        if tag.is_slashed() {
            return;
        }
        if name == "a" {
            // The parser closes an open link here.
            if let Some(at) = self.open.iter().rposition(|open| open.name == "a") {
                self.open.remove(at);
                self.formats -= 1;
            }
        } else if self.formats >= MOST_FORMATS || self.reopened > MOST_REOPENED {
            return self.leave_out(name);
        }
        let tag = self.tag(name, tag, true);
        self.open.push(Open { name, kind: Kind::Formatting, tag });
        self.formats += 1;
    }

    fn container(&mut self, name: &'static str, kind: Kind, tag: Tag<'h>) {
        match name {
            "svg" => {
                if !tag.is_slashed() {
                    self.drawing = Some(Drawing::new(tag));
                    self.tokens.takes_all = true;
                }
                return;
            }
            "template" => {
                let _ = self.tokens.content(name, |_| true);
                return;
            }
            "math" if self.tokens.end_of(name).is_none() => return,
            _ => {}
        }
        if kind != Kind::Inline {
            self.reopen();
        }
        if tag.is_slashed() {
            self.tag(name, tag, false);
            return self.end_tag(name);
        }
        if self.open.len() >= DEEPEST {
            self.out.push_str(if kind == Kind::Inline { "" } else { "<br>" });
            return self.leave_out(name);
        }
        self.tokens.takes_all |= name == "math";
        let tag = self.tag(name, tag, false);
        self.open.push(Open { name, kind, tag });
    }

    /// Remembers that the tag of an open element was left out, so that its end tag is left out too.
    fn leave_out(&mut self, name: &'static str) {
        if self.dropped.len() < MOST_LEFT_OUT {
            self.dropped.push(name);
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(drawing) = &mut self.drawing {
            if !drawing.end(name) {
                self.end_drawing();
            }
            return;
        }
        let Some((name, kind)) = self.known(name) else { return };
        if self.dropped.pop_if(|dropped| *dropped == name).is_some() {
            return self.out.push_str(if matches!(kind, Kind::Block | Kind::Scope) { "<br>" } else { "" });
        }
        match kind {
            Kind::Void if name == "br" => self.out.push_str("<br>"),
            Kind::Void | Kind::Raw => {}
            Kind::Document => {
                if self.purpose == For::Page {
                    self.end_tag(name);
                }
            }
            Kind::Loose => self.end_loose(name),
            _ => self.close(name, kind),
        }
    }

    /// Closes an element and those in it, unless its end tag cannot reach through one between them.
    fn close(&mut self, name: &'static str, kind: Kind) {
        let is_heading = |name: &str| name.len() == 2 && name.starts_with('h') && name != "hr";
        let is_it = |open: &Open| open.name == name || (is_heading(name) && is_heading(open.name));
        let stops = |open: &Open| match kind {
            Kind::Scope => false,
            Kind::Inline => matches!(open.kind, Kind::Block | Kind::Scope),
            _ => open.kind == Kind::Scope,
        };
        let Some(at) =
            self.open.iter().rposition(|open| is_it(open) || stops(open)).filter(|at| is_it(&self.open[*at]))
        else {
            return;
        };
        if kind == Kind::Formatting {
            self.open.remove(at);
            self.formats -= 1;
            return self.end_tag(name);
        }
        if name == "ruby"
            && let Some(part) = self.ruby.take()
        {
            self.end_tag(part);
        }
        let closed = self.open.split_off(at);
        for open in closed.iter().rev().filter(|open| open.kind != Kind::Formatting) {
            self.end_tag(open.name);
        }
        // The parser reopens formatting elements that were left open.
        let left_open = closed.into_iter().skip(1).filter(|open| open.kind == Kind::Formatting && kind != Kind::Scope);
        self.open.extend(left_open);
        self.count_formats();
        self.dropped.clear();
        self.tokens.takes_all = self.open.iter().any(|open| open.name == "math");
    }

    /// Replaces a drawing with a picture described by its text.
    fn end_drawing(&mut self) {
        let Some(drawing) = self.drawing.take() else { return };
        self.tokens.takes_all = self.open.iter().any(|open| open.name == "math");
        let label = drawing.label();
        if !label.is_empty() && self.purpose == For::Text {
            self.out.push_str("<img");
            attributes::write(&mut self.out, "alt", &label);
            self.out.push('>');
        }
    }
}

/// Returns a position near `at` where a text can be split: at white space, and not within an entity.
pub fn place_to_cut(text: &str, at: usize) -> usize {
    let near = (0..=at).rev().take(1 << 10);
    let blank = near.clone().find(|&at| text.as_bytes().get(at).is_some_and(u8::is_ascii_whitespace));
    let place = |at: &usize| text.is_char_boundary(*at) && !text.as_bytes()[at.saturating_sub(40)..*at].contains(&b'&');
    blank
        .or_else(|| near.clone().find(place))
        .or_else(|| near.clone().find(|&at| text.is_char_boundary(at)))
        .unwrap_or(at)
}
