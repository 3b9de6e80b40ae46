//! Time zones: offsets, and names with a single meaning.

use super::iso::number;

/// What a zone says about a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Minutes ahead of UTC.
    Offset(i32),
    /// The zone is ambiguous or unknown: the day is right, but the time of day could be any.
    Unknown,
}

/// Names with a single meaning, in minutes ahead of UTC. RFC 822 defines those of North America.
const NAMES: [(&str, i32); 89] = [
    ("Z", 0),
    ("UT", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("TU", 0),
    ("ZULU", 0),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
    ("HDT", -540),
    ("HAST", -600),
    ("HADT", -540),
    ("NST", -210),
    ("NDT", -150),
    ("WET", 0),
    ("WEST", 60),
    ("WEDT", 60),
    ("CET", 60),
    ("CEST", 120),
    ("CEDT", 120),
    ("MET", 60),
    ("MEST", 120),
    ("MEDT", 120),
    ("MEZ", 60),
    ("MESZ", 120),
    ("HNEC", 60),
    ("HAEC", 120),
    ("EET", 120),
    ("EEST", 180),
    ("EEDT", 180),
    ("MSK", 180),
    ("MSD", 240),
    ("TRT", 180),
    ("SAMT", 240),
    ("YEKT", 300),
    ("OMST", 360),
    ("KRAT", 420),
    ("NOVT", 420),
    ("IRKT", 480),
    ("YAKT", 540),
    ("VLAT", 600),
    ("MAGT", 660),
    ("PETT", 720),
    ("IDT", 180),
    ("IRST", 210),
    ("IRDT", 270),
    ("AFT", 270),
    ("PKT", 300),
    ("UZT", 300),
    ("NPT", 345),
    ("MMT", 390),
    ("ICT", 420),
    ("WIB", 420),
    ("WITA", 480),
    ("WIT", 540),
    ("MYT", 480),
    ("PHT", 480),
    ("PHST", 480),
    ("SGT", 480),
    ("HKT", 480),
    ("JST", 540),
    ("KST", 540),
    ("ChST", 600),
    ("AWST", 480),
    ("AWDT", 540),
    ("ACST", 570),
    ("ACDT", 630),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("WAT", 60),
    ("CAT", 120),
    ("SAST", 120),
    ("EAT", 180),
    ("BRT", -180),
    ("BRST", -120),
    ("ART", -180),
    ("UYT", -180),
    ("CLST", -180),
    ("COT", -300),
];

/// Names of zones in several parts of the world, for which no single offset is right. `BST` is British Summer Time, but
/// also the time of Bangladesh and Bougainville; `ET` is used in summer and winter.
const AMBIGUOUS: [&str; 20] = [
    "IST", "BST", "AST", "ADT", "AMT", "SST", "WST", "GST", "ECT", "CLT", "CCT", "ACT", "BT", "ET", "CT", "MT", "PT",
    "LT", "TST", "EAST",
];

/// The longest zone name.
const LONGEST: usize = 6;

/// Returns the meaning of a known name.
pub(super) fn named(name: &str) -> Option<Zone> {
    if let Some((_, minutes)) = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Some(Zone::Offset(*minutes));
    }
    AMBIGUOUS.iter().any(|known| known.eq_ignore_ascii_case(name)).then_some(Zone::Unknown)
}

/// Parses the zone after a time: an offset, a known name, a name with an offset such as `GMT+0100`, a place such as
/// `Europe/Paris`, or letters that look like a name.
pub(super) fn read(text: &str) -> Option<Zone> {
    if let Some(minutes) = offset(text.as_bytes()) {
        return Some(Zone::Offset(minutes));
    }
    if let Some(zone) = named(text) {
        return Some(zone);
    }
    let is_name = (1..=LONGEST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase());
    let is_place = text.contains('/') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b));
    (is_name || is_place).then_some(Zone::Unknown)
}

/// Parses `Z`, `+09:00`, `+0900`, `+09` and `+9`, also after `GMT`, `UTC` or `UT`. Returns minutes ahead of UTC.
pub(super) fn offset(text: &[u8]) -> Option<i32> {
    let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (name, rest) = text.split_at(letters);
    let is_utc = name.is_empty() || [&b"z"[..], b"gmt", b"utc", b"ut"].iter().any(|utc| name.eq_ignore_ascii_case(utc));
    if !is_utc {
        return None;
    }
    let sign = match rest.first() {
        None if letters > 0 => return Some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return None,
    };
    let (hours, rest) = number(&rest[1..], 2).or_else(|| number(&rest[1..], 1))?;
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let (minutes, rest) = if rest.is_empty() { (0, rest) } else { number(rest, 2)? };
    // Old zones have seconds.
    let is_end =
        rest.is_empty() || rest.strip_prefix(b":").and_then(|rest| number(rest, 2)).is_some_and(|(_, r)| r.is_empty());
    (is_end && hours < 24 && minutes < 60).then(|| sign * (hours * 60 + minutes).cast_signed())
}
