//! A fingerprint of a release's content in eight bytes, which recognises a release whose name may be shared.

use super::{Identity, hash};
use crate::release::Precision;

/// The number of leading characters of a text that enter its hash.
const BEGINNING: usize = 100;

/// Four 16-bit hashes: title, beginning of the text, date and page; 0 if missing. Traces are stored with marks, so
/// their computation must never change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trace(u64);

/// How far an equal name proves that two releases are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Several releases of the feed have this name.
    Shared,
    /// As far as is known, only one release has this name.
    Own {
        /// The name is an id, not a link or a title.
        is_id: bool,
        /// The feed gives its releases different names.
        is_varied: bool,
    },
}

/// How one field of two releases compares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    Equal,
    Different,
    /// At least one of the releases lacks the field.
    Unknown,
}

impl Trace {
    /// Returns the trace of a release.
    #[must_use]
    pub fn of(release: &Identity<'_>) -> Self {
        let short = |text: &str| if text.is_empty() { 0 } else { (hash(&[text]) as u16).max(1) };
        let title = short(&plain(release.title.as_str(), usize::MAX));
        let text = Some(release.summary.to_str()).filter(|text| !text.is_empty());
        let text = short(&plain(&text.unwrap_or_else(|| release.body.to_str()), BEGINNING));
        let page = short(&super::page(release.url.as_str()));
        // The lowest bit says whether the date has a time other than midnight.
        let date = release.date.map_or(0, |date| {
            let has_time = date.precision() == Precision::Second && date.time() != Some((0, 0));
            short(&date.to_bits().to_string()) & !1 | u16::from(has_time) | 2
        });
        Self([title, text, date, page].into_iter().fold(0, |bits, part| bits << 16 | u64::from(part)))
    }

    /// Returns the trace as a number.
    #[must_use]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// Makes a trace from a number.
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    fn has_time(self) -> bool {
        self.parts()[2] & 1 == 1
    }

    fn parts(self) -> [u16; 4] {
        [48, 32, 16, 0].map(|shift| (self.0 >> shift) as u16)
    }

    /// Whether two traces under the same name belong to the same release, unchanged or edited.
    ///
    /// A name alone proves little, because some feeds use one name for many releases. Title, text or date must be equal
    /// too; two of them if the name is shared or the link differs.
    #[must_use]
    pub fn is_same(self, other: Self, trust: Trust) -> bool {
        use Likeness::{Different, Equal};
        let [title, text, date, page] = self.likeness(other);
        let count = |likeness| [title, text, date].into_iter().filter(|part| *part == likeness).count();
        let (equal, different) = (count(Equal), count(Different));
        match (equal, trust) {
            (2.., _) => true,
            (0, _) if different == 0 => page == Equal,
            (1, _) if different == 0 => page != Different || trust != Trust::Shared,
            (_, Trust::Shared) => false,
            _ if page == Different => false,
            // Without a text, little is known of the release, so that its name counts for more.
            (0, Trust::Own { is_id, is_varied }) => is_varied && text != Different && (is_id || date != Different),
            // A feed may publish much on one day, often under one title.
            _ if date == Equal => self.has_time() || different < 2,
            (_, Trust::Own { is_varied, .. }) => is_varied,
        }
    }

    /// Whether two traces under different names belong to the same release. Title, date and link must be equal; if one
    /// side lacks the link, the text instead. With an equal link, the text may differ only if the date has a time.
    #[must_use]
    pub fn is_renamed(self, other: Self) -> bool {
        let [title, text, date, page] = self.likeness(other);
        let is_dated = title == Likeness::Equal && date == Likeness::Equal;
        let is_one = match page {
            Likeness::Equal => self.has_time() || text != Likeness::Different,
            Likeness::Different | Likeness::Unknown => text == Likeness::Equal && page == Likeness::Unknown,
        };
        is_dated && is_one
    }

    /// Whether both title and link differ.
    #[must_use]
    pub fn is_another(self, other: Self) -> bool {
        let [title, _, _, page] = self.likeness(other);
        title == Likeness::Different && page == Likeness::Different
    }

    /// Returns the number of equal fields.
    #[must_use]
    pub fn equal_parts(self, other: Self) -> usize {
        self.likeness(other).into_iter().filter(|part| *part == Likeness::Equal).count()
    }

    fn likeness(self, other: Self) -> [Likeness; 4] {
        let (one, two) = (self.parts(), other.parts());
        [0, 1, 2, 3].map(|at| match (one[at], two[at]) {
            (0, _) | (_, 0) => Likeness::Unknown,
            (one, two) if one == two => Likeness::Equal,
            _ => Likeness::Different,
        })
    }
}

/// Returns the first `most` characters of a text, without case and white space. Independent of search folding, so that
/// it never changes.
fn plain(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{Date, Release};
    use crate::text::CleanBuf;

    fn trace((title, text, url, date): (&str, &str, &str, &str)) -> Trace {
        let release = Release {
            title: CleanBuf::line(title),
            summary: CleanBuf::block(text),
            url: CleanBuf::line(url),
            date: crate::feed::date::parse(date),
            ..Release::default()
        };
        Trace::of(&Identity::from(&release))
    }

    #[test]
    fn an_edited_release_is_the_same_and_another_is_not() {
        const A: &str = "https://a.invalid/1";
        const B: &str = "https://a.invalid/2";
        const SHARED: Trust = Trust::Shared;
        const LINK: Trust = Trust::Own { is_id: false, is_varied: false };
        const LINKS: Trust = Trust::Own { is_id: false, is_varied: true };
        const ID: Trust = Trust::Own { is_id: true, is_varied: false };
        const IDS: Trust = Trust::Own { is_id: true, is_varied: true };
        let whole = ("Bridge closed", "It is closed.", A, "2026-11-02T10:00:00Z");
        let (title, text, url, date) = whole;
        let later = "2026-11-03T10:00:00Z";
        let all = [SHARED, LINK, LINKS, ID, IDS];
        let table: &[(_, _, &[Trust])] = &[
            (whole, whole, &all),
            (whole, ("BRIDGE  closed", text, url, date), &all),
            // Edited in one place, in two, and moved.
            (whole, ("Bridge shut", text, url, date), &all),
            (whole, (title, "It is shut.", url, date), &all),
            (whole, (title, "It is shut.", url, later), &[LINKS, IDS]),
            (whole, ("Bridge shut", "It is shut.", url, date), &[LINK, LINKS, ID, IDS]),
            (whole, (title, text, B, date), &all),
            (whole, ("Bridge shut", "It is shut.", B, date), &[]),
            // Another release of the same name.
            (whole, ("Battery low", "Swap it.", url, later), &[]),
            (whole, ("Battery low", "Swap it.", B, later), &[]),
            (("Frost", "Cold.", A, "2026-11-02"), ("Rain", "Wet.", A, "2026-11-02"), &[]),
            (("Frost", "Cold.", A, "2026-11-02T00:00:00Z"), ("Rain", "Wet.", A, "2026-11-02T00:00:00Z"), &[]),
            // Where little is known, little can differ.
            (("Frost", "", A, "2026-11-02"), ("Heavy frost", "", A, "2026-11-02"), &[LINK, LINKS, ID, IDS]),
            (("Frost", "", A, ""), ("Heavy frost", "", A, ""), &[LINKS, IDS]),
            (("Frost", "", "", ""), ("Rain", "", "", ""), &[LINKS, IDS]),
            (("Frost", "", A, ""), ("Rain", "", B, ""), &[]),
            (("Frost", "", A, "2026-11-02"), ("Rain", "", A, "2026-11-03"), &[IDS]),
            (("Frost", "", A, ""), ("Frost", "", B, ""), &[LINK, LINKS, ID, IDS]),
            (("", "", A, ""), ("", "", A, ""), &all),
        ];
        for (one, other, trusted) in table {
            for trust in all {
                let is_same = trace(*one).is_same(trace(*other), trust);
                assert_eq!(is_same, trusted.contains(&trust), "{one:?} {other:?} {trust:?}");
                assert_eq!(trace(*other).is_same(trace(*one), trust), is_same);
            }
        }
    }

    #[test]
    fn a_release_with_a_new_id_is_recognised_by_title_date_and_link() {
        const A: &str = "https://a.invalid/1";
        let time = "2026-11-02T10:00:00Z";
        let whole = ("Loaf", "Baked.", A, time);
        for (other, is_renamed) in [
            (whole, true),
            (("LOAF", "Baked twice.", A, time), true),
            (("Loaf", "Baked.", "", time), true),
            (("Loaf", "Baked twice.", "", time), false),
            (("Loaf", "Baked.", "https://a.invalid/2", time), false),
            (("Rolls", "Baked.", A, time), false),
            (("Loaf", "Baked.", A, "2026-11-03T10:00:00Z"), false),
            (("Loaf", "Baked.", A, ""), false),
        ] {
            assert_eq!(trace(whole).is_renamed(trace(other)), is_renamed, "{other:?}");
        }
        // Many releases of one day have the same title and link; only the text tells them apart.
        let day = |text| trace(("Loaf", text, A, "2026-11-02"));
        assert!(day("Baked.").is_renamed(day("Baked.")) && !day("Baked.").is_renamed(day("Sold out.")));
        let untitled = trace(("", "Baked.", A, time));
        assert!(!untitled.is_renamed(untitled));
    }

    #[test]
    fn traces_are_stored_as_numbers_that_never_change() {
        let release =
            Release { title: CleanBuf::line("Bridge closed"), date: Date::from_ymd(2018, 11, 6), ..Release::default() };
        let trace = Trace::of(&Identity::from(&release));
        assert_eq!(trace.bits(), 17_022_762_169_145_360_384);
        assert_eq!(Trace::from_bits(trace.bits()), trace);
    }
}
