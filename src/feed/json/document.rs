//! The form of a whole source: an envelope around a list, a bare list, a single release, one release per line, or not a
//! feed.
//!
//! The envelope is read as strict JSON, member by member as it arrives. Until a list of items is found, everything read
//! is kept, because the object may turn out to be a release itself, or the first line of many.

use std::borrow::Cow;

use url::Url;

use super::alias::{MemberKind, may_be_blocks, part};
use super::item::{ItemError, check};
use super::scan::{Extent, Halt, LARGEST, Scan, TOO_LARGE};
use super::splitter::{Splitter, Step};
use crate::feed::{Refusal, blank, link, sniff};
use crate::release::Cause;
use crate::text::{CleanBuf, system_error};

/// The depth to which nested objects are searched for the list of items.
const LEVELS: u32 = 4;
/// The bytes ahead that are examined to decide what a list is.
const NEAR: usize = 1 << 18;
/// The most keys named in a refusal, and the most characters of each.
const KEYS: usize = 6;
const KEY_LENGTH: usize = 24;

/// The list of items, as far as it is known.
#[derive(Default, PartialEq, Eq)]
enum List {
    #[default]
    Missing,
    /// An empty list that may have been the list of items.
    PerhapsEmpty,
    /// The list has items, so the object is not a release itself.
    Found,
}

/// What is known about the envelope.
#[derive(Default)]
struct Envelope {
    list: List,
    has_home: bool,
    /// Whether it has a title or a date, as a release has.
    is_release_like: bool,
    /// A list that may be the items, or the text of a release in blocks: its distance from the hold.
    blocks: Option<usize>,
    /// The page with older releases.
    older: Option<Url>,
    keys: Vec<String>,
}

/// Reads the source to its end.
pub(super) fn read(mut scan: Scan<'_>) -> Result<(), Refusal> {
    let mut envelope = Envelope::default();
    let halt = document(&mut scan, &mut envelope).err();
    let refusal = match halt {
        None | Some(Halt::Reported) => None,
        Some(Halt::Stopped) => return Ok(()),
        Some(Halt::Refused(refusal)) => Some(refusal),
        Some(Halt::Io(error)) if scan.releases == 0 => Some(Refusal::Io(error)),
        Some(Halt::Io(error)) => {
            let reason = format!("reading failed here: {}", system_error(&error));
            scan.problem(Cause::ReadFailed, None, scan.window.position(), reason);
            None
        }
        Some(Halt::Cut) => {
            scan.problem(Cause::CutOff, None, scan.window.total(), "the source is cut off");
            None
        }
        Some(Halt::Syntax(byte, reason)) => {
            scan.problem(Cause::Malformed, None, byte, reason);
            None
        }
    };
    // A refusal or a halt may have kept the reader from the items that have the keys.
    if refusal.is_none()
        && let Some(reason) = scan.wrong_rules()
    {
        if scan.releases == 0 {
            return Err(Refusal::Rule(CleanBuf::line(&reason)));
        }
        scan.problem(Cause::Rule, None, scan.window.total(), reason);
    }
    let is_feed = scan.releases > 0 || scan.formed > 0 || envelope.list == List::Found;
    match (refusal, scan.first_error.take()) {
        (Some(Refusal::NoReleases { .. }) | None, Some((byte, reason))) if !is_feed => {
            Err(Refusal::NotJson { reason, byte: Some(byte) })
        }
        (Some(refusal), _) if scan.releases == 0 => Err(refusal),
        _ => {
            scan.commit();
            if let Some(older) = envelope.older.filter(|_| envelope.list == List::Found) {
                scan.older(&older);
            }
            Ok(())
        }
    }
}

fn document(scan: &mut Scan<'_>, envelope: &mut Envelope) -> Result<(), Halt> {
    begin(scan)?;
    match scan.peek()? {
        None => Err(Halt::Refused(Refusal::Empty)),
        Some(b'{') => {
            scan.wait();
            scan.window.hold();
            match object(scan, envelope, 0) {
                Ok(()) if envelope.list == List::Found => end(scan),
                Ok(()) => lone_object(scan, envelope),
                Err(Halt::Syntax(..) | Halt::Cut) if scan.first_line_is_one_of_many()? => scan.lines(),
                Err(halt) => Err(halt),
            }
        }
        Some(b'[') => {
            scan.window.consume(1);
            scan.list()?;
            end(scan)
        }
        Some(_) => scalar(scan),
    }
}

/// Refuses a source that cannot be JSON.
fn begin(scan: &mut Scan<'_>) -> Result<(), Halt> {
    while scan.window.bytes().len() < 4 && scan.read_more()? {}
    if let Some(what) = sniff::wide_text(scan.window.bytes()) {
        return Err(Halt::Refused(Refusal::NotAFeed { found: CleanBuf::line(what) }));
    }
    Ok(())
}

/// Checks that only white space follows the document.
fn end(scan: &mut Scan<'_>) -> Result<(), Halt> {
    while scan.peek()?.is_some() {
        while scan.window.bytes().len() < 4 && scan.read_more()? {}
        match blank::length(scan.window.bytes()) {
            0 => return scan.syntax("data after the end of the document was not read"),
            length => scan.window.consume(length),
        }
    }
    Ok(())
}

/// Reads a document that does not begin with a bracket: a JSON value without releases, or something else.
fn scalar(scan: &mut Scan<'_>) -> Result<(), Halt> {
    let looks_like_json = matches!(scan.window.bytes()[0], b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n');
    while scan.window.bytes().len() < sniff::NEEDED && scan.read_more()? {}
    let head = scan.window.bytes().get(..sniff::NEEDED).unwrap_or(scan.window.bytes());
    if let Some(format) = sniff::foreign(head) {
        return Err(Halt::Refused(Refusal::NotAFeed { found: CleanBuf::line(format.describe()) }));
    }
    let unknown = Refusal::NotJson { reason: CleanBuf::line(&sniff::unknown(head)), byte: None };
    let first = scan.window.bytes()[0];
    let found = match first {
        b'"' => "a JSON string",
        b't' | b'f' => "a boolean",
        b'n' => "null",
        _ => "a JSON number",
    };
    if looks_like_json
        && let Extent::Whole(length) = scan.extent()?
        && check(&scan.window.bytes()[..length]).is_ok()
    {
        scan.window.consume(length);
        if scan.peek()?.is_none() {
            return Err(Halt::Refused(Refusal::NoReleases { found: CleanBuf::line(found) }));
        }
        // A text may begin with a word or a number, but hardly with a string.
        if first == b'"' {
            return end(scan);
        }
    }
    Err(Halt::Refused(unknown))
}

/// Reads an object of the envelope and the lists of items in it. The cursor is at its bracket.
fn object(scan: &mut Scan<'_>, envelope: &mut Envelope, level: u32) -> Result<(), Halt> {
    scan.window.consume(1);
    if scan.next()? == b'}' {
        scan.window.consume(1);
        return Ok(());
    }
    loop {
        if scan.next()? != b'"' {
            return scan.syntax("expected a key in quotes");
        }
        let key = text(scan, None)?.unwrap_or_default();
        if level == 0 && envelope.keys.len() <= KEYS {
            envelope.keys.push(key.chars().take(KEY_LENGTH).collect());
        }
        if scan.next()? != b':' {
            return scan.syntax("expected a colon after the key");
        }
        scan.window.consume(1);
        member(scan, envelope, &key, level)?;
        match scan.next()? {
            b',' => scan.window.consume(1),
            b'}' => {
                scan.window.consume(1);
                return Ok(());
            }
            _ => return scan.syntax("expected a comma or } after the value"),
        }
    }
}

/// Reads one value of the envelope.
fn member(scan: &mut Scan<'_>, envelope: &mut Envelope, key: &str, level: u32) -> Result<(), Halt> {
    let (name, part) = (key, part(key));
    envelope.is_release_like |= level == 0 && scan.items.tells_release(name);
    // Only members of the document itself are reported.
    let key = Some(key).filter(|_| level == 0);
    match (part, scan.next()?) {
        (MemberKind::List { sure }, b'[') => match after_bracket(scan)? {
            b']' if !sure => {
                envelope.list = List::PerhapsEmpty;
                pass(scan, key)
            }
            b'{' if level == 0 && may_be_blocks(name) && scan.window.is_held() && !begins_with_item(scan)? => {
                envelope.blocks = Some(scan.window.held().len());
                pass(scan, key)
            }
            first if sure || first == b'{' => items(scan, envelope, key),
            _ => pass(scan, key),
        },
        (MemberKind::List { .. }, b'{') if level < LEVELS => object(scan, envelope, level + 1),
        (MemberKind::Title, b'"') => {
            if let Some(title) = text(scan, key)? {
                scan.title(&title);
            }
            Ok(())
        }
        (MemberKind::Version, b'"') => {
            let version = text(scan, key)?.unwrap_or_default();
            if level == 0 && is_json_feed(&version) {
                scan.items.set_json_feed();
            }
            Ok(())
        }
        (MemberKind::Home | MemberKind::Address, b'"') => {
            let address = text(scan, key)?;
            let base = address.and_then(|address| link::base(&address));
            if let Some(base) = base.filter(|_| part == MemberKind::Home || !envelope.has_home) {
                scan.items.set_base(base);
                envelope.has_home |= part == MemberKind::Home;
            }
            Ok(())
        }
        (MemberKind::Language, b'"') => {
            let language = text(scan, key)?.unwrap_or_default();
            scan.items.set_language(&language);
            Ok(())
        }
        (MemberKind::Older, b'"') => {
            let address = text(scan, key)?;
            // Elsewhere than in JSON Feed the member may be a date or a number.
            let address = address.filter(|text| text.contains("://") || text.starts_with(['/', '?']));
            let older = address.and_then(|address| link::join(scan.base().as_ref(), &address));
            envelope.older = older.or(envelope.older.take());
            Ok(())
        }
        _ => pass(scan, key),
    }
}

/// Reads the items of the list at the cursor.
fn items(scan: &mut Scan<'_>, envelope: &mut Envelope, key: Option<&str>) -> Result<(), Halt> {
    if key.is_some() && version_follows(scan.window.bytes()) {
        scan.items.set_json_feed();
    }
    envelope.list = List::Found;
    scan.window.release();
    scan.commit();
    if let Some(key) = key {
        scan.member(key, None);
    }
    scan.window.consume(1);
    scan.list()
}

/// Whether this is a JSON Feed version.
fn is_json_feed(version: &str) -> bool {
    version.contains("jsonfeed.org")
}

/// Whether the version follows the items, because some programs sort their keys. Does not wait for more input.
fn version_follows(near: &[u8]) -> bool {
    // Within a string the quotes would be escaped.
    let values = memchr::memmem::find_iter(near, br#""version""#).filter_map(|at| {
        let value =
            near.get(at + 9..)?.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
        value.split(|byte| *byte == b'"').next()
    });
    values.into_iter().any(|value| is_json_feed(&String::from_utf8_lossy(value)))
}

/// Whether the first object of the list at the cursor looks like a release.
fn begins_with_item(scan: &mut Scan<'_>) -> Result<bool, Halt> {
    let mut splitter = Splitter::new();
    loop {
        let bytes = scan.window.bytes();
        let start = bytes.iter().position(|byte| *byte == b'{').unwrap_or(0);
        match splitter.run(&bytes[start..], false) {
            Step::Done(length) => return Ok(scan.items.is_item_like(&bytes[start..start + length])),
            Step::More if bytes.len() < NEAR => {}
            Step::More | Step::Broken(..) => return Ok(true),
        }
        if !scan.read_more()? {
            return Ok(true);
        }
    }
}

/// Returns the first non-blank byte of the array at the cursor.
fn after_bracket(scan: &mut Scan<'_>) -> Result<u8, Halt> {
    loop {
        let mut bytes = scan.window.bytes().iter().skip(1);
        if let Some(byte) = bytes.find(|b| !super::splitter::is_blank(**b)) {
            return Ok(*byte);
        }
        if scan.window.bytes().len() > LARGEST {
            return scan.syntax("found only white space in 64 MiB");
        }
        if !scan.read_more()? {
            return Err(Halt::Cut);
        }
    }
}

/// Returns the length of the value at the cursor, or `None` if it was skipped because of its size.
fn whole(scan: &mut Scan<'_>) -> Result<Option<usize>, Halt> {
    match scan.extent()? {
        Extent::Whole(length) => Ok(Some(length)),
        Extent::TooLarge => {
            let reason = format!("the value before this is {TOO_LARGE}");
            scan.problem(Cause::TooLarge, None, scan.window.position(), reason);
            Ok(None)
        }
        Extent::Broken(at, why) => Err(Halt::Syntax(scan.window.position() + at as u64, why.into())),
    }
}

/// Reads a string. If it is invalid, only the string is lost, because its extent is known.
fn text(scan: &mut Scan<'_>, key: Option<&str>) -> Result<Option<String>, Halt> {
    let Some(length) = whole(scan)? else { return Ok(None) };
    if let Some(key) = key {
        scan.member(key, Some(length));
    }
    let raw = &scan.window.bytes()[..length];
    let read = serde_json::from_slice(raw).or_else(|_| serde_json::from_str(&String::from_utf8_lossy(raw)));
    let error = match (&read, std::str::from_utf8(raw)) {
        (Ok(_), Ok(_)) => None,
        (Ok(_), Err(error)) => {
            Some(ItemError { offset: error.valid_up_to(), cause: Cause::NotUtf8, reason: "invalid UTF-8".into() })
        }
        (Err(_), _) => check(raw).err().or(Some(ItemError {
            offset: 0,
            cause: Cause::Malformed,
            reason: "invalid JSON string".into(),
        })),
    };
    broken_value(scan, error);
    scan.window.consume(length);
    Ok(read.ok())
}

/// Skips a value that is not needed, and checks that it is JSON.
fn pass(scan: &mut Scan<'_>, key: Option<&str>) -> Result<(), Halt> {
    let Some(length) = whole(scan)? else { return Ok(()) };
    if let Some(key) = key {
        scan.member(key, Some(length));
    }
    let error = check(&scan.window.bytes()[..length]).err();
    broken_value(scan, error);
    scan.window.consume(length);
    Ok(())
}

fn broken_value(scan: &mut Scan<'_>, error: Option<ItemError>) {
    if let Some(ItemError { offset, cause, reason }) = error {
        scan.problem(cause, None, scan.window.position() + offset as u64, reason);
    }
}

/// Handles an object without a list: it may be the only release, the first of many, or not a release.
fn lone_object(scan: &mut Scan<'_>, envelope: &mut Envelope) -> Result<(), Halt> {
    let is_held = scan.window.is_held();
    let length = scan.window.held().len();
    let next = scan.peek()?;
    if scan.items.is_json_feed() && next != Some(b'{') {
        envelope.list = List::Found;
        return end(scan);
    }
    if is_held && next.is_some() {
        let gap = scan.window.held().get(length..).unwrap_or_default();
        if next == Some(b'{') || gap.contains(&b'\n') {
            let is_one_a_line = !scan.window.held().get(..length).unwrap_or_default().contains(&b'\n');
            scan.window.rewind();
            scan.forget();
            return if is_one_a_line { scan.lines() } else { scan.objects() };
        }
    }
    let position = scan.window.position();
    if let Some(blocks) = envelope.blocks.filter(|_| is_held && !envelope.is_release_like) {
        scan.window.rewind();
        scan.window.consume(blocks);
        return items(scan, envelope, None);
    }
    if is_held {
        scan.window.rewind();
        if scan.is_release(length) {
            scan.forget();
            scan.item(length);
        } else {
            scan.window.consume(length);
        }
    }
    if next.is_some() {
        return Err(Halt::Syntax(position, "data after the end of the document was not read".into()));
    }
    if scan.releases > 0 || envelope.list == List::PerhapsEmpty {
        return Ok(());
    }
    Err(Halt::Refused(Refusal::NoReleases { found: CleanBuf::line(&described(&envelope.keys)) }))
}

/// Describes the object in words.
fn described(keys: &[String]) -> Cow<'static, str> {
    match keys {
        [] => "an empty JSON object".into(),
        [key] => format!("a JSON object with the key {key}").into(),
        [some @ .., _] if keys.len() > KEYS => format!("a JSON object with the keys {}, …", some.join(", ")).into(),
        _ => format!("a JSON object with the keys {}", keys.join(", ")).into(),
    }
}
