//! Splits markup into tags and text in a single pass that looks at each byte a bounded number of times, whatever the
//! markup.
//!
//! Tags are recognised as in the HTML standard's tokenizer (section 13.2.5), with two differences: an unterminated tag
//! is text, and so is an unclosed quote.

use memchr::{memchr, memchr2, memmem, memrchr};

use super::names::{LONGEST_NAME, element, is_foreign};

/// A part of some markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'h> {
    /// Text with its entities.
    Text(&'h str),
    /// A start tag.
    Start(Tag<'h>),
    /// The name in an end tag.
    End(&'h str),
    /// A comment or a declaration.
    Comment,
}

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'h> {
    /// As written.
    pub name: &'h str,
    /// The text between the name and the end of the tag.
    pub inner: &'h str,
}

/// Reads markup.
pub struct Tokens<'h> {
    html: &'h str,
    at: usize,
    /// The positions of the last `>`, `"` and `'`.
    last: [Option<usize>; 3],
    /// Whether a quoted value may contain a `>`. No longer so once a tag has ended within one.
    believes_quotes: bool,
    /// The number of open CDATA sections.
    sections: usize,
    /// Element names with the position of their next end tag, or `None` if there is none.
    ends: Vec<(&'static str, Option<usize>)>,
    /// Whether every name counts as an element's.
    pub takes_all: bool,
    /// The names in all end tags, in lower case. Computed when first needed.
    ended: Option<rustc_hash::FxHashSet<String>>,
}

impl<'h> Tokens<'h> {
    pub fn new(html: &'h str) -> Self {
        let last = [b'>', b'"', b'\''].map(|byte| memrchr(byte, html.as_bytes()));
        Self { html, at: 0, last, believes_quotes: true, sections: 0, ends: Vec::new(), takes_all: false, ended: None }
    }

    /// Returns the content of the element whose start tag was read last and skips its end tag. Returns `None` if it has
    /// no end tag, or if that belongs to another element because the content is not `fit`.
    pub fn content(&mut self, name: &'static str, fit: impl Fn(&str) -> bool) -> Option<&'h str> {
        let end = self.end_of(name)?;
        let content = self.html.get(self.at..end).filter(|content| fit(content))?;
        self.at = memchr(b'>', self.rest(end).as_bytes()).map_or(self.html.len(), |at| end + at + 1);
        Some(content)
    }

    /// Returns the position of the next end tag of this name.
    pub fn end_of(&mut self, name: &'static str) -> Option<usize> {
        let known = self.ends.iter().position(|(known, _)| *known == name);
        if let Some(place) = known
            && self.ends[place].1.is_none_or(|end| end >= self.at)
        {
            return self.ends[place].1;
        }
        let mut ends = memmem::find_iter(self.rest(self.at).as_bytes(), b"</").map(|end| self.at + end);
        let end = ends.find(|end| begins_with(self.rest(end + 2), name));
        match known {
            Some(place) => self.ends[place].1 = end,
            None => self.ends.push((name, end)),
        }
        end
    }

    /// Skips everything that is left.
    pub fn finish(&mut self) {
        self.at = self.html.len();
    }

    fn rest(&self, at: usize) -> &'h str {
        self.html.get(at..).unwrap_or_default()
    }

    /// Whether there is a `>` at or after `at`.
    fn closes(&self, at: usize) -> bool {
        self.last[0].is_some_and(|last| last >= at)
    }

    /// Reads the markup after a `<` at the current position. Returns `None` if that is text.
    fn markup(&mut self) -> Option<Token<'h>> {
        let after = self.rest(self.at + 1);
        match after.as_bytes().first()? {
            b'!' if after.starts_with("!--") => {
                // The dashes at its beginning may be those of its end.
                let end = memmem::find(after.get(1..)?.as_bytes(), b"-->");
                self.at = end.map_or(self.html.len(), |end| self.at + 2 + end + 3);
                Some(Token::Comment)
            }
            b'!' if after.starts_with("![CDATA[") => {
                self.sections += 1;
                self.at += 9;
                Some(Token::Comment)
            }
            b'!' | b'?' if self.closes(self.at) => self.skip(Token::Comment),
            b'/' if self.closes(self.at) => match after.as_bytes().get(1)? {
                letter if letter.is_ascii_alphabetic() => {
                    let name = name_of(after.get(1..)?);
                    self.skip(Token::End(name))
                }
                _ => self.skip(Token::Comment),
            },
            letter if letter.is_ascii_alphabetic() => self.start(after),
            _ => None,
        }
    }

    /// Skips to after the next `>`.
    fn skip(&mut self, token: Token<'h>) -> Option<Token<'h>> {
        let end = memchr(b'>', self.rest(self.at).as_bytes())?;
        self.at += end + 1;
        Some(token)
    }

    fn start(&mut self, after: &'h str) -> Option<Token<'h>> {
        let name = name_of(after);
        let begin = self.at + 1 + name.len();
        let is_whole =
            after.get(name.len()..)?.starts_with(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
        if name.len() >= LONGEST_NAME || !is_whole || !self.closes(begin) || !self.is_element(name) {
            return None;
        }
        let end = if let Some(end) = self.end_of_tag(begin).filter(|_| self.believes_quotes) {
            end
        } else {
            self.believes_quotes = false;
            begin + memchr(b'>', self.rest(begin).as_bytes())?
        };
        self.at = end + 1;
        Some(Token::Start(Tag { name, inner: self.html.get(begin..end)? }))
    }

    /// Whether a name is an element's, possibly of another vocabulary: those have a prefix or an end tag.
    fn is_element(&mut self, name: &str) -> bool {
        if self.takes_all || element(name).is_some() || is_foreign(name) {
            return true;
        }
        let html = self.html;
        let ended = self.ended.get_or_insert_with(|| {
            memmem::find_iter(html.as_bytes(), b"</")
                .filter_map(|at| html.get(at + 2..))
                .map(|after| name_of(after).to_ascii_lowercase())
                .collect()
        });
        ended.contains(&name.to_ascii_lowercase())
    }

    /// Returns the position of the `>` that ends the tag whose attributes begin at `at`.
    fn end_of_tag(&self, mut at: usize) -> Option<usize> {
        let bytes = self.html.as_bytes();
        loop {
            match *bytes.get(at)? {
                b'>' => return Some(at),
                b'=' => {
                    at += 1 + blanks(self.rest(at + 1));
                    match bytes.get(at)? {
                        b'>' => return Some(at),
                        quote @ (b'"' | b'\'') if self.is_closed(*quote, at) => {
                            at += memchr(*quote, bytes.get(at + 1..)?)? + 2;
                        }
                        _ => at += unquoted(self.rest(at)),
                    }
                }
                _ => at += 1,
            }
        }
    }

    /// Whether another such quote follows the one at `at`.
    fn is_closed(&self, quote: u8, at: usize) -> bool {
        self.last[if quote == b'"' { 1 } else { 2 }].is_some_and(|last| last > at)
    }
}

impl<'h> Iterator for Tokens<'h> {
    type Item = Token<'h>;

    fn next(&mut self) -> Option<Token<'h>> {
        let begun = self.at;
        let bytes = self.html.as_bytes();
        let mut look = begun;
        while let Some(found) = memchr2(b'<', if self.sections > 0 { b']' } else { b'<' }, bytes.get(look..)?) {
            let at = look + found;
            self.at = at;
            if bytes[at] == b'<' {
                if begun < at && self.may_be_markup(at) {
                    return self.html.get(begun..at).map(Token::Text);
                }
                if let Some(token) = self.markup() {
                    return Some(token);
                }
            } else if self.rest(at).starts_with("]]>") {
                if begun < at {
                    return self.html.get(begun..at).map(Token::Text);
                }
                self.sections -= 1;
                self.at += 3;
                return Some(Token::Comment);
            }
            look = at + 1;
        }
        self.at = self.html.len();
        self.html.get(begun..).filter(|text| !text.is_empty()).map(Token::Text)
    }
}

impl Tokens<'_> {
    /// Whether a `<` can begin anything but text.
    fn may_be_markup(&self, at: usize) -> bool {
        self.html.as_bytes().get(at + 1).is_some_and(|next| next.is_ascii_alphabetic() || b"/!?".contains(next))
    }
}

/// Returns the name that a tag begins with, up to the longest recognised name.
pub fn name_of(after: &str) -> &str {
    let is_end = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'<');
    let length = after.bytes().take(LONGEST_NAME).position(is_end).unwrap_or_else(|| after.len().min(LONGEST_NAME));
    (0..=length).rev().find_map(|end| after.get(..end)).unwrap_or_default()
}

/// Whether a tag of this name begins here.
pub fn begins_with(after: &str, name: &str) -> bool {
    after.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && after.as_bytes().get(name.len()).is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
}

fn blanks(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_whitespace).count()
}

/// Returns the length of an unquoted value.
fn unquoted(text: &str) -> usize {
    text.bytes().take_while(|byte| !byte.is_ascii_whitespace() && *byte != b'>').count()
}

impl<'h> Tag<'h> {
    /// Returns the attributes in order, each with its value as written; empty if it has none.
    pub fn attributes(self) -> Attributes<'h> {
        Attributes { rest: self.inner }
    }

    /// Returns the value of an attribute as written.
    pub fn attribute(self, wanted: &str) -> Option<&'h str> {
        self.attributes().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    }

    /// Whether the tag ends with a slash, as empty elements of XHTML do.
    pub fn is_slashed(self) -> bool {
        let mut attributes = self.attributes();
        self.inner.ends_with('/') && {
            attributes.by_ref().for_each(drop);
            attributes.rest == "/"
        }
    }
}

/// The attributes of a tag.
pub struct Attributes<'h> {
    rest: &'h str,
}

impl<'h> Iterator for Attributes<'h> {
    type Item = (&'h str, &'h str);

    fn next(&mut self) -> Option<(&'h str, &'h str)> {
        let rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            self.rest = if self.rest.ends_with('/') { "/" } else { "" };
            return None;
        }
        // A name may begin with an equals sign.
        let is_end = |&(at, byte): &(usize, u8)| byte.is_ascii_whitespace() || byte == b'/' || (byte == b'=' && at > 0);
        let length = rest.bytes().enumerate().find(is_end).map_or(rest.len(), |(at, _)| at);
        let (name, after) = rest.split_at(length);
        let Some(value) = after.trim_ascii_start().strip_prefix('=') else {
            self.rest = after;
            return Some((name, ""));
        };
        let value = value.trim_ascii_start();
        let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.split_once(quote));
        let (value, rest) = quoted.unwrap_or_else(|| value.split_at(unquoted(value)));
        self.rest = rest;
        Some((name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Formats each token as one word or text.
    fn read(html: &str) -> Vec<String> {
        let mut read: Vec<String> = Vec::new();
        let mut is_text = false;
        for token in Tokens::new(html) {
            let was_text = std::mem::replace(&mut is_text, matches!(token, Token::Text(_)));
            let shown = match token {
                Token::Text(text) => text.to_owned(),
                Token::Start(tag) => {
                    let attributes: Vec<String> =
                        tag.attributes().map(|(name, value)| format!(" {name}={value}")).collect();
                    format!("<{}{}{}>", tag.name, attributes.concat(), if tag.is_slashed() { "/" } else { "" })
                }
                Token::End(name) => format!("</{name}>"),
                Token::Comment => "<!>".to_owned(),
            };
            match read.last_mut() {
                Some(last) if is_text && was_text => last.push_str(&shown),
                _ => read.push(shown),
            }
        }
        read
    }

    #[test]
    fn tags_are_distinguished_from_text() {
        for (html, expected) in [
            ("a<b>c</B >d", &["a", "<b>", "c", "</B>", "d"][..]),
            ("<a href='x>y' b=\"1\" c=2/3 d>z", &["<a href=x>y b=1 c=2/3 d=>", "z"]),
            ("<br/><img src=a/><p /></p>", &["<br/>", "<img src=a/>", "<p/>", "</p>"]),
            ("1 < 2 <3 <", &["1 < 2 <3 <"]),
            ("<!-- a > b --><!-->c<!DOCTYPE x><?xml?>d", &["<!>", "<!>", "c", "<!>", "<!>", "d"]),
            ("<![CDATA[<p>a]]>b]]>", &["<!>", "<p>", "a", "<!>", "b]]>"]),
            ("List<String> <ABC.O> <jo@example.org> <b", &["List<String> <ABC.O> <jo@example.org> <b"]),
            ("<o:p>a</o:p><x-y>b<xyz>c</xyz>", &["<o:p>", "a", "</o:p>", "<x-y>", "b", "<xyz>", "c", "</xyz>"]),
            ("<https://a.example/>", &["<https://a.example/>"]),
            // An unclosed quote does not count.
            ("<a href=\"x>text</a>", &["<a href=\"x>", "text", "</a>"]),
            ("<a b='>' <p>c", &["<a b=> <p=>", "c"]),
            ("<a b='>", &["<a b='>"]),
            ("a<!-- b", &["a", "<!>"]),
            ("</>a</ b>c", &["<!>", "a", "<!>", "c"]),
        ] {
            assert_eq!(read(html), expected, "{html}");
        }
    }

    #[test]
    fn content_ends_with_its_own_end_tag() {
        let mut tokens = Tokens::new("<script>a</b></scripts></SCRIPT >c<style>d");
        assert!(matches!(tokens.next(), Some(Token::Start(_))));
        assert_eq!(tokens.content("script", |_| true), Some("a</b></scripts>"));
        assert_eq!(tokens.next(), Some(Token::Text("c")));
        tokens.next();
        assert_eq!((tokens.content("style", |_| true), tokens.next()), (None, Some(Token::Text("d"))));
    }
}
