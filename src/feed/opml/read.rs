//! Reads a list, however sloppily it is written.

use std::borrow::Cow;
use std::io::Read;

use quick_xml::events::Event;
use rustc_hash::FxHashSet;
use url::Url;

use super::attributes::{attributes, quotes_escaped};
use super::outline::Outline;
use super::{LeftOut, List, OpmlEntry, Refusal};
use crate::feed::charset::{Charset, Hints};
use crate::feed::unpack::{self, Rest, Unpacked};
use crate::feed::xml::mend::mend;
use crate::feed::xml::walk::events;
use crate::feed::{Limits, blank, link, sniff};
use crate::text::CleanBuf;

/// The most bytes of a list that are read.
const LARGEST: u64 = 64 << 20;
/// The most open outlines; deeper ones are treated as siblings.
const DEEPEST: usize = 256;
/// The most categories of a subscription; inner ones are dropped.
pub(super) const CATEGORIES: usize = 16;
/// The most characters of a name or an address.
const LONGEST: usize = 2_000;
/// The most bytes of memory that the content of a list may take.
const ROOM: usize = 96 << 20;
const NO_ADDRESS: &str = "a feed without an address";

/// Reads a list of subscriptions.
///
/// # Errors
/// Returns a [`Refusal`] if the source is not such a list.
pub fn read(input: &mut dyn Read) -> Result<List, Refusal> {
    read_within(input, Limits::default())
}

/// Like [`read`], with other limits.
///
/// # Errors
/// As for [`read`].
pub fn read_within(input: &mut dyn Read, limits: Limits) -> Result<List, Refusal> {
    let Unpacked { input, rest } = unpack::unpack(input, limits.ratio)?;
    let text = Charset::new(input, Hints::default());
    let used = text.used();
    let mut bytes = Vec::new();
    let failed = text.take(LARGEST + 1).read_to_end(&mut bytes).err();
    if let Some(error) = failed.as_ref().filter(|_| bytes.is_empty()) {
        return Err(Refusal::Io(std::io::Error::new(error.kind(), error.to_string())));
    }
    blank::fill(&mut bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(Refusal::Empty);
    }
    let is_large = bytes.len() as u64 > LARGEST;
    let text = String::from_utf8_lossy(&bytes);
    let xml = quotes_escaped(&text);
    let xml = mend(&xml);
    let mut reader = Reader::default();
    if matches!(text, Cow::Owned(_)) {
        reader.problem("invalid UTF-8, replaced with \u{fffd}");
    }
    reader.read(&xml);
    if let Some(reason) = reader.refusal(&bytes) {
        return Err(reason);
    }
    if let Some(error) = failed {
        reader.problem(&format!("reading failed: {error}; the outlines before were kept"));
    } else if is_large {
        reader.problem("the list is larger than 64 MiB; the rest was not read");
    } else if !reader.open.is_empty() {
        reader.problem("the list is cut off, or end tags are missing; the outlines before were kept");
    }
    if reader.beyond > 0 {
        let beyond = reader.beyond;
        reader.problem(&format!("{beyond} outlines were left out: the list is too large; split it into several"));
    }
    if rest.get() != Rest::Nothing {
        reader.problem("data after the end of the packed list was ignored");
    }
    if let Some((name, true)) = used.get() {
        reader.problem(&format!("was read as {name}, a guess: the list does not declare its encoding"));
    }
    Ok(reader.list)
}

#[derive(Default)]
struct Reader<'x> {
    list: List,
    /// The name of the root element.
    root: &'x str,
    outlines: usize,
    open: Vec<Open<'x>>,
    categories: Vec<CleanBuf>,
    /// The addresses so far.
    known: FxHashSet<String>,
    /// The approximate memory of the list, in bytes.
    taken: usize,
    /// The number of outlines left out because the list is too large.
    beyond: usize,
}

/// An open element.
struct Open<'x> {
    name: &'x str,
    /// Whether it is a category.
    is_category: bool,
    /// The name of an outline that declares itself a feed but has no address. Outlines within make it a folder.
    unnamed: Option<CleanBuf>,
}

/// The meaning of an outline.
enum Found {
    /// A feed, or something that was left out.
    Entry,
    /// A category, possibly without a name.
    Category(Option<CleanBuf>),
    /// A feed without an address, or the folder that it is meant to be.
    Unaddressed { called: CleanBuf, category: Option<CleanBuf> },
}

impl<'x> Reader<'x> {
    fn read(&mut self, xml: &'x str) {
        events(xml, &mut |event, before, _| match event {
            Ok(Event::Start(start)) => {
                let length = start.name().as_ref().len();
                let name = xml.get(before + 1..before + 1 + length).unwrap_or_default();
                let found = self.element(name, start.attributes_raw());
                self.enter(name, found);
            }
            Ok(Event::Empty(start)) => {
                let length = start.name().as_ref().len();
                let name = xml.get(before + 1..before + 1 + length).unwrap_or_default();
                let found = self.element(name, start.attributes_raw());
                self.leave_out_unaddressed(found);
            }
            Ok(Event::End(end)) => self.leave(end.name().as_ref()),
            _ => {}
        });
        self.close(0, false);
    }

    /// Returns the meaning of an element, if it is an outline.
    fn element(&mut self, name: &'x str, raw: &str) -> Found {
        if self.root.is_empty() {
            self.root = name;
        }
        if !local(name).eq_ignore_ascii_case("outline") {
            return Found::Category(None);
        }
        self.outlines += 1;
        // An outline that contains outlines is a folder.
        for open in &mut self.open {
            open.unnamed = None;
        }
        self.outline(&Outline(attributes(raw)))
    }

    fn enter(&mut self, name: &'x str, found: Found) {
        if self.open.len() >= DEEPEST {
            return self.leave_out_unaddressed(found);
        }
        let (category, unnamed) = match found {
            Found::Entry => (None, None),
            Found::Category(category) => (category, None),
            Found::Unaddressed { called, category } => (category, Some(called)),
        };
        let category = category.filter(|_| self.categories.len() < CATEGORIES);
        self.open.push(Open { name, is_category: category.is_some(), unnamed });
        self.categories.extend(category);
    }

    /// Closes the innermost element with the name of an end tag, and those left open in it.
    fn leave(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name)) else { return };
        self.close(at, true);
    }

    /// Closes the elements from index `at` on, or accepts them as they are at the end of the list.
    fn close(&mut self, at: usize, is_closed: bool) {
        let mut closed = 0;
        for place in at..self.open.len() {
            closed += usize::from(self.open[place].is_category);
            if let Some(called) = self.open[place].unnamed.take() {
                self.leave_out_line(called, NO_ADDRESS);
            }
        }
        if is_closed {
            self.open.truncate(at);
            self.categories.truncate(self.categories.len() - closed);
        }
    }

    fn leave_out_unaddressed(&mut self, found: Found) {
        if let Found::Unaddressed { called, .. } = found {
            self.leave_out_line(called, NO_ADDRESS);
        }
    }

    /// Handles an outline that names a feed.
    fn outline(&mut self, outline: &Outline) -> Found {
        let kind = outline.get("type").unwrap_or_default().to_ascii_lowercase();
        let url = outline.get("url");
        let address =
            outline.get("xmlurl").or_else(|| url.filter(|_| matches!(kind.as_str(), "rss" | "atom" | "feed")));
        if let Some(address) = address {
            self.subscribe(outline, address);
            return Found::Entry;
        }
        match (kind.as_str(), url) {
            ("include", Some(url)) => self.leave_out(url, "another list, which is not fetched"),
            ("link", Some(url)) if is_list(url) => self.leave_out(url, "another list, which is not fetched"),
            ("link", Some(url)) => self.leave_out(url, "a page, not a feed"),
            ("rss" | "atom" | "feed" | "include", None) => {
                let called = line(outline.name().unwrap_or(&kind));
                return Found::Unaddressed { called, category: outline.name().map(line) };
            }
            _ => return Found::Category(outline.name().map(line)),
        }
        Found::Entry
    }

    fn subscribe(&mut self, outline: &Outline, raw: &str) {
        if raw.chars().nth(LONGEST).is_some() {
            return self.leave_out(raw, "the address is too long");
        }
        let address = match link::address(raw, None) {
            Ok(address) => CleanBuf::line(&address),
            Err(why) => return self.leave_out(raw, why),
        };
        let site = outline.get("htmlurl").and_then(|site| link::address(site, None).ok());
        let parsed = Url::parse(address.as_str()).ok();
        let host = parsed.as_ref().and_then(Url::host_str).unwrap_or(address.as_str());
        let title = outline.name().map_or_else(|| CleanBuf::line(host), line);
        let categories = if self.categories.is_empty() { outline.category() } else { self.categories.clone() };
        let site = CleanBuf::line(&site.unwrap_or_default());
        let subscription = OpmlEntry { title, address, site, categories };
        let key = subscription.key();
        if self.known.contains(&key) {
            self.list.repeated += 1;
            return;
        }
        let OpmlEntry { title, address, site, categories } = &subscription;
        let texts: usize = categories.iter().chain([title, address, site]).map(memory_of).sum();
        if self.has_room(texts + size_of_val(&subscription) + key.len() + size_of_val(&key)) {
            self.known.insert(key);
            self.list.subscriptions.push(subscription);
        }
    }

    /// Whether there is room for this many more bytes.
    fn has_room(&mut self, bytes: usize) -> bool {
        let has_room = self.taken + bytes <= ROOM;
        if has_room {
            self.taken += bytes;
        } else {
            self.beyond += 1;
        }
        has_room
    }

    fn leave_out(&mut self, address: &str, reason: &'static str) {
        self.leave_out_line(line(address), reason);
    }

    fn leave_out_line(&mut self, address: CleanBuf, reason: &'static str) {
        if self.has_room(memory_of(&address) + size_of::<LeftOut>()) {
            self.list.left_out.push(LeftOut { address, reason });
        }
    }

    fn problem(&mut self, reason: &str) {
        self.list.problems.push(CleanBuf::line(reason));
    }

    /// Returns why the document is not a list, if it is not. Outlines make it one whatever encloses them, except in
    /// documents known to be something else.
    fn refusal(&self, bytes: &[u8]) -> Option<Refusal> {
        match local(self.root).to_ascii_lowercase().as_str() {
            "opml" => None,
            "rss" | "rdf" | "feed" | "channel" => Some(Refusal::Feed),
            "html" | "svg" | "plist" | "xbel" => Some(self.other(bytes)),
            _ if self.outlines > 0 => None,
            _ => Some(self.other(bytes)),
        }
    }

    fn other(&self, bytes: &[u8]) -> Refusal {
        let known = sniff::foreign(bytes).and_then(sniff::Format::unless_xml);
        let found = match known {
            Some(what) => format!("found {what}"),
            None if self.root.is_empty() => sniff::unknown(bytes),
            None => format!("found an XML document with the root element <{}>", self.root),
        };
        Refusal::Other { found: CleanBuf::line(&found) }
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Whether an address names another list.
fn is_list(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    path.get(path.len().saturating_sub(5)..).is_some_and(|end| end.eq_ignore_ascii_case(".opml"))
}

pub(super) fn line(raw: &str) -> CleanBuf {
    let cut = raw.char_indices().nth(LONGEST).and_then(|(at, _)| raw.get(..at));
    CleanBuf::line(cut.unwrap_or(raw))
}

/// Returns the approximate memory of a text, in bytes.
fn memory_of(text: &CleanBuf) -> usize {
    text.as_str().len() + size_of_val(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: impl AsRef<[u8]>) -> List {
        read(&mut text.as_ref()).expect("a list")
    }

    fn entries(text: impl AsRef<[u8]>) -> Vec<String> {
        let line = |one: OpmlEntry| {
            let categories: Vec<&str> = one.categories.iter().map(CleanBuf::as_str).collect();
            format!("{} {} {}", categories.join("/"), one.title, one.address)
        };
        list(text).subscriptions.into_iter().map(line).collect()
    }

    fn body(outlines: &str) -> String {
        format!("<?xml version='1.0'?><opml version='2.0'><head/><body>{outlines}</body></opml>")
    }

    #[test]
    fn categories_are_the_outlines_around_a_feed() {
        let text = body(
            "<outline text='News'><outline text='a' xmlUrl='http://a.invalid/'/><outline title='Asia'>\
             <outline text='b' xmlUrl='http://b.invalid/'><outline text='c' xmlUrl='http://c.invalid/'/></outline>\
             </outline></outline><outline text='d' xmlUrl='http://d.invalid/' category='/X/Y, /Z'/>",
        );
        let expected = ["News a http://a.invalid/", "News/Asia b http://b.invalid/", "News/Asia c http://c.invalid/"];
        assert_eq!(entries(&text)[..3], expected);
        assert_eq!(entries(&text)[3], "X/Y d http://d.invalid/");
    }

    #[test]
    fn sloppy_lists_are_read() {
        for (text, expected) in [
            // No title, only a title, a blank text, upper case, a bare ampersand and bracket, an entity.
            (body("<outline xmlUrl='http://a.invalid/x'/>"), " a.invalid http://a.invalid/x"),
            (body("<outline text=' ' title='T' xmlUrl=' http://a.invalid/ '/>"), " T http://a.invalid/"),
            ("<OPML><BODY><OUTLINE TEXT='A' XMLURL='http://a.invalid/'/></BODY></OPML>".into(), " A http://a.invalid/"),
            (
                body("<outline text='R&D < x &eacute;' xmlUrl='http://a.invalid/?a=1&b=2'/>"),
                " R&D < x é http://a.invalid/?a=1&b=2",
            ),
            ("<outline text='a' xmlUrl='http://a.invalid/'/>".into(), " a http://a.invalid/"),
            (body("<outline type='rss' text='a' url='http://a.invalid/'/>"), " a http://a.invalid/"),
            (body("<outline text='a'><outline text='b' xmlUrl='http://a.invalid/'/>"), "a b http://a.invalid/"),
            // Unescaped quotes, and no quotes.
            (
                body("<outline text=\"A\" d=\"the \"x\" = \"y\" z\" xmlUrl=\"http://a.invalid/\" />"),
                " A http://a.invalid/",
            ),
            (
                body(
                    "<outline text=\"A\" d=\"the \"world's best\" and\" xmlUrl=\"http://a.invalid/\" />\
                     <outline text=\"it's\"/>",
                ),
                " A http://a.invalid/",
            ),
            (
                body("<outline text=\"A\" d=\"by <a href=\"x\" rel=\"y\">B</a>.\" xmlUrl=\"http://a.invalid/\" />"),
                " A http://a.invalid/",
            ),
            (body("<outline text=A xmlUrl = http://a.invalid/ >"), " A http://a.invalid/"),
        ] {
            assert_eq!(entries(&text), [expected], "{text}");
        }
    }

    #[test]
    fn only_web_addresses_are_kept_and_nothing_is_fetched() {
        let found = list(body(
            "<outline text='a' xmlUrl='ftp://a.invalid/'/><outline text='b' xmlUrl='javascript:alert(1)'/>\
             <outline type='include' url='http://a.invalid/more'/><outline type='link' url='http://a.invalid/l.OPML'/>\
             <outline type='link' url='http://a.invalid/'/><outline type='rss' text='none'/>\
             <outline text='c' xmlUrl='file:///etc/passwd'/><outline text='d' xmlUrl='feed.xml'/>",
        ));
        assert!(found.subscriptions.is_empty());
        let addresses: Vec<&str> = found.left_out.iter().map(|one| one.address.as_str()).collect();
        assert_eq!(addresses.len(), 8, "{addresses:?}");
        assert_eq!((addresses[0], found.left_out[0].reason), ("ftp://a.invalid/", "is neither http nor https"));
        assert_eq!(found.left_out[2].reason, "another list, which is not fetched");
    }

    #[test]
    fn an_outline_with_outlines_but_no_address_is_a_folder() {
        let feed = "<outline type='rss' title='b' xmlUrl='http://b.invalid/'/>";
        for kind in ["rss", "atom", "feed", "RSS", "include", "link", "folder", "category", ""] {
            for address in ["", " xmlUrl=''", " xmlUrl=' ' htmlUrl='http://h.invalid/'"] {
                let found = list(body(&format!("<outline type='{kind}' title='tech'{address}>{feed}</outline>{feed}")));
                let folder: Vec<&str> = found.subscriptions[0].categories.iter().map(CleanBuf::as_str).collect();
                assert_eq!((folder, found.left_out.len(), found.repeated), (vec!["tech"], 0, 1), "{kind} {address}");
            }
        }
        let deep = list(body(&format!(
            "<outline type='rss' title='a'><x><outline type='rss' title='c'>{feed}</outline></x></outline>"
        )));
        assert_eq!((deep.subscriptions[0].categories.len(), deep.left_out.len()), (2, 0));
        for empty in [
            "<outline type='rss' title='tech'/>",
            "<outline type='rss' title='tech'> </outline>",
            "<outline type='rss' title='tech'>",
        ] {
            let found = list(body(&format!("{feed}{empty}")));
            assert_eq!((found.left_out.len(), found.left_out[0].address.as_str()), (1, "tech"), "{empty}");
        }
    }

    #[test]
    fn repeated_addresses_are_kept_once() {
        let one = "<outline text='a' xmlUrl='http://a.invalid'/>";
        let found = list(body(&format!("{one}{one}<outline text='b' xmlUrl='http://A.invalid/'/>")));
        assert_eq!((found.subscriptions.len(), found.repeated), (1, 2));
    }

    #[test]
    fn the_beginning_of_a_list_that_is_cut_off_is_kept() {
        let whole = body("<outline text='a' xmlUrl='http://a.invalid'/><outline text='b' xmlUrl='http://b.invalid'/>");
        assert!(list(&whole).problems.is_empty());
        for length in whole.find("<outline text='b'").expect("b")..whole.len() {
            let found = list(&whole.as_bytes()[..length]);
            assert!(!found.subscriptions.is_empty() && found.problems.len() == 1, "{length}: {found:?}");
        }
    }

    #[test]
    fn any_character_set_is_read() {
        let text = body("<outline text='Genève' xmlUrl='http://a.invalid'/>");
        let latin = text.replace("?>", " encoding='iso-8859-1'?>").chars().map(|c| c as u8).collect::<Vec<_>>();
        assert_eq!(entries(&latin), [" Genève http://a.invalid"]);
        assert!(list(&latin).problems.is_empty());
        let wide: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(entries(wide), [" Genève http://a.invalid"]);
        let unsaid: Vec<u8> = text.chars().map(|c| c as u8).collect();
        assert_eq!(list(unsaid).problems.len(), 1);
    }

    #[test]
    fn other_documents_are_refused_by_name() {
        let refused = |text: &[u8]| read(&mut &*text).expect_err("no list").to_string();
        assert!(refused(b"<rss><channel/></rss>").starts_with("a feed, not a list"));
        assert!(refused(b"<html><body><outline/></body></html>").contains("found a web page (HTML)"));
        assert!(refused(b"<a><b/></a>").contains("the root element <a>"));
        assert!(refused(b"{\"items\":[]}").contains("begins with"));
        assert!(refused(b"\x89PNG\r\n\x1a\n\0\0").contains("a PNG image"));
        assert_eq!(refused(b" \n"), "empty; expected a list of subscriptions (OPML)");
    }

    #[test]
    fn large_lists_take_bounded_memory() {
        let categories = format!("<outline text='{}'>", "x".repeat(LONGEST)).repeat(CATEGORIES);
        let count = 2 * ROOM / (CATEGORIES * LONGEST);
        let feeds: Vec<String> = (0..count).map(|n| format!("<outline xmlUrl='http://a.invalid/{n}'/>")).collect();
        let found = list(body(&(categories + &feeds.concat())));
        let kept = found.subscriptions.len();
        assert!((count / 3..count * 2 / 3).contains(&kept), "{kept} of {count}");
        let is_reported = found.problems.iter().any(|problem| problem.as_str().contains("split it into several"));
        assert!(is_reported, "{:?}", found.problems);
    }

    #[test]
    fn hostile_lists_are_survived() {
        let deep = "<outline text='x'>".repeat(50_000);
        let found = list(format!("{deep}<outline text='a' xmlUrl='http://a.invalid'/>"));
        assert_eq!(found.subscriptions[0].categories.len(), CATEGORIES);
        let many: String = (0..5_000).flat_map(|n| [" a".to_owned(), n.to_string(), "='x'".to_owned()]).collect();
        assert!(list(body(&format!("<outline {many}/>"))).subscriptions.is_empty());
        let escape = list(body("<outline text='a\u{1b}[31mb\u{202e}' xmlUrl='http://a.invalid/\u{1b}[2J'/>"));
        let one = &escape.subscriptions[0];
        assert!(!format!("{}{}", one.title, one.address).contains(['\u{1b}', '\u{202e}']));
        assert!(list("<opml>".to_owned() + &"<".repeat(5_000)).subscriptions.is_empty());
    }
}
