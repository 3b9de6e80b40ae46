//! Whether a piece of XML is well-formed: a strict check beside the lenient reader.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{RuleId, quoted};
use crate::feed::xml::mend::mend;

/// The names of XML's five predefined entities.
const PREDEFINED: [&str; 5] = ["amp", "lt", "gt", "apos", "quot"];

/// The most open elements whose names are kept.
const DEEPEST: usize = 256;

/// The part of the document that a piece comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// Elements may stay open.
    Head,
    /// One whole element.
    Item,
    /// Elements that were opened earlier may be closed.
    Rest,
}

/// The strict check of one piece.
pub(super) struct Strict<'f> {
    piece: Piece,
    /// Whether entities may be declared that this check does not read.
    pub has_entities: bool,
    /// The rules already reported; each is reported once per piece.
    reported: Vec<RuleId>,
    add: &'f mut dyn FnMut(RuleId, usize, &str),
}

impl<'f> Strict<'f> {
    /// `add` receives a rule, the offset in the text, and what was found.
    pub fn new(piece: Piece, has_entities: bool, add: &'f mut dyn FnMut(RuleId, usize, &str)) -> Self {
        Self { piece, has_entities, reported: Vec::new(), add }
    }

    fn report(&mut self, rule: RuleId, at: usize, detail: &str) {
        if !self.reported.contains(&rule) {
            self.reported.push(rule);
            (self.add)(rule, at, detail);
        }
    }

    /// Checks a text.
    pub fn read(&mut self, text: &str) {
        let is_control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
        if let Some(at) = text.as_bytes().iter().position(is_control) {
            let detail = format!("U+{:04X}", text.as_bytes()[at]);
            self.report(RuleId::CharacterInvalid, at, &detail);
        }
        let mended = mend(text);
        if let Cow::Owned(mended) = &mended {
            let at = mended.bytes().zip(text.bytes()).take_while(|(one, other)| one == other).count();
            let near = text.get(at..).unwrap_or_default();
            self.report(RuleId::BareLessThan, at, &quoted(near.split(['\n', '>']).next().unwrap_or_default()));
        }
        self.events(&mended);
    }

    fn events(&mut self, xml: &str) {
        let mut reader = Reader::from_str(xml);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = self.piece == Piece::Rest;
        config.check_end_names = true;
        let mut open: Vec<(usize, String)> = Vec::new();
        let mut depth = 0_usize;
        loop {
            let at = reader.buffer_position() as usize;
            match reader.read_event() {
                Ok(Event::Eof) => break,
                Ok(Event::Start(start)) => {
                    self.attributes(&start, at);
                    if depth < DEEPEST {
                        open.push((at, start.name().as_ref().to_owned()));
                    }
                    depth += 1;
                }
                Ok(Event::Empty(start)) => self.attributes(&start, at),
                Ok(Event::End(_)) => {
                    depth = depth.saturating_sub(1);
                    open.truncate(depth);
                }
                Ok(Event::DocType(doctype)) => {
                    self.has_entities |= ["<!ENTITY", "SYSTEM", "PUBLIC"].iter().any(|word| doctype.contains(word));
                }
                Ok(Event::Text(text)) => {
                    if let Some(found) = text.find('&') {
                        let near = text.get(found..).unwrap_or_default();
                        self.report(
                            RuleId::BareAmpersand,
                            at + found,
                            &quoted(near.lines().next().unwrap_or_default()),
                        );
                    }
                }
                Ok(Event::GeneralRef(name)) => self.entity(&name, at),
                Ok(_) => {}
                Err(error) => {
                    let at = reader.error_position() as usize;
                    return self.report(RuleId::NotWellFormed, at, &error.to_string());
                }
            }
        }
        if let Some((at, name)) = open.pop().filter(|_| self.piece == Piece::Item) {
            self.report(RuleId::NotWellFormed, at, &format!("<{name}> is not closed"));
        }
    }

    fn attributes(&mut self, start: &BytesStart<'_>, at: usize) {
        for attribute in start.attributes() {
            match attribute {
                Ok(attribute) => self.value(&attribute.value, at),
                Err(error) => return self.report(RuleId::NotWellFormed, at, &error.to_string()),
            }
        }
    }

    /// Checks the entities in an attribute's value.
    fn value(&mut self, value: &str, at: usize) {
        for after in value.split('&').skip(1) {
            let name = after.split_once(';').map(|(name, _)| name).filter(|name| is_name(name));
            match name {
                Some(name) => self.entity(name, at),
                None => self.report(RuleId::BareAmpersand, at, &quoted(&format!("&{after}"))),
            }
        }
    }

    fn entity(&mut self, name: &str, at: usize) {
        if let Some(number) = name.strip_prefix('#') {
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => number.parse().ok(),
            };
            let is_allowed =
                |c: char| c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\t' | '\n' | '\r');
            if code.and_then(char::from_u32).is_none_or(|c| !is_allowed(c)) {
                self.report(RuleId::CharacterInvalid, at, &format!("&{name};"));
            }
        } else if !PREDEFINED.contains(&name) && !self.has_entities {
            let is_known = quick_xml::escape::resolve_html5_entity(name).is_some();
            let rule = if is_known { RuleId::EntityUndeclared } else { RuleId::BareAmpersand };
            self.report(rule, at, &quoted(&format!("&{name};")));
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '#' | '_' | '-' | '.' | ':'))
}
