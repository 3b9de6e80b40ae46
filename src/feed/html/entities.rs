//! Character references (entities).

use memchr::memchr;

/// The longest name of an entity.
const LONGEST: usize = 34;

/// Parses the entity after a `&`. Returns it and its length including the semicolon.
pub fn read(after: &str) -> Option<(Entity, usize)> {
    let near = after.as_bytes().get(..after.len().min(LONGEST))?;
    let length = memchr(b';', near)?;
    let name = after.get(..length)?;
    let entity = match name.strip_prefix('#') {
        Some(number) => {
            let hexadecimal = number.strip_prefix(['x', 'X']);
            let digits = hexadecimal.unwrap_or(number);
            let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits, if hexadecimal.is_some() { 16 } else { 10 }).ok();
            Entity::Number(code.filter(|_| is_number).or(is_number.then_some(0))?)
        }
        None => Entity::Text(quick_xml::escape::resolve_html5_entity(name)?),
    };
    Some((entity, length + 1))
}

/// What an entity refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    Text(&'static str),
    Number(u32),
}

impl Entity {
    /// Returns the character if it is unambiguous.
    fn single(self) -> Option<char> {
        match self {
            Self::Text(text) => text.chars().next(),
            // Code points of Windows-1252 stand for its characters; other controls are invalid.
            Self::Number(code) => char::from_u32(code).filter(|c| (' '..='~').contains(c) || *c >= '\u{a0}'),
        }
    }
}

/// Decodes the entities in a text. Returns `None` if one of them needs the parser.
pub fn decode(text: &str) -> Option<String> {
    decode_where(text, |_| false)
}

/// Like [`decode`], for the value of an attribute. There, the parser leaves the names of parameters alone: `?a=1&lt=2`.
pub fn decode_value(value: &str) -> Option<String> {
    decode_where(value, |after| {
        let name = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
        name > 0 && after.as_bytes().get(name) == Some(&b'=')
    })
}

/// Decodes the entities in a text. `is_text` tells whether the `&` before a text is no entity.
fn decode_where(text: &str, is_text: impl Fn(&str) -> bool) -> Option<String> {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        rest = after;
        if !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#') || is_text(after) {
            decoded.push('&');
            continue;
        }
        let (entity, length) = read(after)?;
        match entity {
            Entity::Text(text) => decoded.push_str(text),
            number @ Entity::Number(code) => {
                // Invalid entities decode differently.
                decoded
                    .push(number.single().filter(|_| code & 0xfffe != 0xfffe && !(0xfdd0..=0xfdef).contains(&code))?);
            }
        }
        rest = after.get(length..)?;
    }
    decoded.push_str(rest);
    Some(decoded)
}

/// Whether the entities in a text are left over from double escaping: every `&` begins one, and none is a bracket or an
/// isolated space, which texts write about.
pub fn are_left(text: &str) -> bool {
    let mut found = false;
    let mut before: Option<char> = None;
    let mut rest = text;
    while let Some((text, after)) = rest.split_once('&') {
        before = text.chars().next_back().or(before);
        let Some((entity, length)) = read(after) else { return false };
        rest = after.get(length..).unwrap_or_default();
        let is_alone = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let is_apart = is_alone(before) && is_alone(rest.chars().next());
        match entity.single() {
            Some('<' | '>') => return false,
            Some(c) if c.is_whitespace() && is_apart => return false,
            _ => {}
        }
        before = Some(';');
        found = true;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_end_with_a_semicolon() {
        for (after, expected) in [
            ("amp; b", Some((Entity::Text("&"), 4))),
            ("#8211;", Some((Entity::Number(8211), 6))),
            ("#x96;", Some((Entity::Number(0x96), 5))),
            ("amp b;", None),
            ("#;", None),
            ("#xg;", None),
            ("", None),
        ] {
            assert_eq!(read(after), expected, "{after}");
        }
        assert_eq!(read(&"é".repeat(40)), None);
    }
}
