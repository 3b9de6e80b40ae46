//! Descriptions of a release, its links and its dates.

use chrono::{Datelike, Weekday};

use crate::catalog::{Facet, LinkRef, ReleaseRef};
use crate::release::{Date, FieldName, LinkKind, Precision};
use crate::text::{Clean, CleanBuf, grouped};

/// Returns the label of a link, with the type and size of an enclosure; empty if it says no more than the address.
pub(super) fn label(link: &LinkRef<'_>) -> CleanBuf {
    let name = link.label.as_str();
    let name = match link.kind {
        LinkKind::Comments if name.is_empty() => "Comments",
        LinkKind::Related if name.is_empty() => "Related",
        LinkKind::Enclosure if name.is_empty() => "Enclosure",
        _ if name == link.address.as_str() => "",
        _ => name,
    };
    let size = link.bytes.map(size);
    let parts = [name, link.media.as_str(), size.as_deref().unwrap_or_default()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    CleanBuf::line(&parts.join(" · "))
}

/// Formats a size: `12.3 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", grouped((bytes / 1_000_000) as usize), bytes / 100_000 % 10),
    }
}

/// Formats `Friday 2 November 2018 · Beijing, China · Name of the feed in Folder · by Author · topic from the address ·
/// labelled Later · your topic housing`, as far as known. In a low pane the folder is left out.
pub(super) fn meta(release: &ReleaseRef<'_>, own_topics: &[CleanBuf], is_tight: bool) -> CleanBuf {
    let undated = release.is_among_dated().then(|| "no date".to_owned());
    let mut parts: Vec<String> = release.date().map(long_date).or(undated).into_iter().collect();
    let place = release.label(Facet::Place);
    if !place.is_empty() {
        parts.push(place.as_str().to_owned());
    }
    if release.has_many_sources() {
        let (source, folder) = (release.label(Facet::Source), release.label(Facet::Folder));
        let within = if folder.is_empty() || is_tight { String::new() } else { format!(" in {folder}") };
        parts.push(format!("{source}{within}"));
        match release.reprints().len() {
            0 => {}
            1 => parts.push("also in 1 source".to_owned()),
            more => parts.push(format!("also in {more} sources")),
        }
    }
    if !release.author().is_empty() {
        parts.push(format!("by {}", release.author()));
    }
    if let Some(source) = release.topic_source() {
        parts.push(format!("topic {}", source.phrase()));
    }
    let labels: Vec<&str> = release.labels(Facet::Label).map(Clean::as_str).collect();
    if !labels.is_empty() {
        parts.push(format!("labelled {}", labels.join(", ")));
    }
    parts.extend(own_topics_phrase(own_topics));
    CleanBuf::line(&parts.join(" · "))
}

/// Formats `your topics housing, rent`; `None` without topics.
pub(super) fn own_topics_phrase(names: &[CleanBuf]) -> Option<String> {
    let listed: Vec<&str> = names.iter().map(CleanBuf::as_str).collect();
    let noun = if names.len() == 1 { "topic" } else { "topics" };
    (!names.is_empty()).then(|| format!("your {noun} {}", listed.join(", ")))
}

/// Returns the fields of a release's feed: the name as a heading, and the values. Its language is not among them.
#[must_use]
pub fn custom_facts(release: &ReleaseRef<'_>) -> Vec<(String, String)> {
    let mut facts: Vec<(FieldName, Vec<&str>)> = Vec::new();
    for (name, value) in release.fields().filter(|(name, _)| *name != FieldName::LANGUAGE) {
        match facts.last_mut().filter(|(last, _)| *last == name) {
            Some((_, values)) => values.push(value.as_str()),
            None => facts.push((name, vec![value.as_str()])),
        }
    }
    facts.into_iter().map(|(name, values)| (heading(name), values.join("; "))).collect()
}

/// Formats the name of a field: `Document type`.
fn heading(name: FieldName) -> String {
    let noun = Facet::Custom(name).noun();
    let mut letters = noun.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Formats the fields of a release's feed: `Agency: A; B · Document type: Notice`.
pub(super) fn custom_line(release: &ReleaseRef<'_>) -> CleanBuf {
    let facts = custom_facts(release).into_iter().map(|(name, value)| format!("{name}: {value}"));
    CleanBuf::line(&facts.collect::<Vec<_>>().join(" · "))
}

/// Formats the date of a release beside a release of another date: `31 Oct`, `Oct 2017` in another year, or empty.
pub(super) fn when(other: &ReleaseRef<'_>, beside: Option<Date>) -> String {
    let Some(date) = other.date() else { return String::new() };
    let (day, year) = (date.day(), date.day().year());
    let month = month_name(day.month()).get(..3).unwrap_or_default();
    let is_same_year = beside.is_some_and(|beside| beside.day().year() == year);
    match date.precision() {
        Precision::Year => year.to_string(),
        Precision::Day | Precision::Second if is_same_year => format!("{:02} {month}", day.day()),
        _ => format!("{month} {year}"),
    }
}

/// Formats a date in full, at its precision.
fn long_date(date: Date) -> String {
    let day = date.day();
    let (month, year) = (month_name(day.month()), day.year());
    match date.precision() {
        Precision::Year => year.to_string(),
        Precision::Month => format!("{month} {year}"),
        Precision::Day | Precision::Second => {
            let weekday = match day.weekday() {
                Weekday::Mon => "Monday",
                Weekday::Tue => "Tuesday",
                Weekday::Wed => "Wednesday",
                Weekday::Thu => "Thursday",
                Weekday::Fri => "Friday",
                Weekday::Sat => "Saturday",
                Weekday::Sun => "Sunday",
            };
            let time = date.time().filter(|&time| time != (0, 0));
            let time = time.map_or(String::new(), |(hour, minute)| format!(", {hour:02}:{minute:02}"));
            format!("{weekday} {} {month} {year}{time}", day.day())
        }
    }
}

/// Returns the English name of a month, counted from 1.
#[must_use]
pub fn month_name(month: u32) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES.get((month as usize).wrapping_sub(1)).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Builder;
    use crate::release::Release;

    #[test]
    fn the_folder_follows_the_source_and_labels_come_last() {
        let lines = |names: &[&str]| names.iter().map(|name| CleanBuf::line(name)).collect::<Vec<_>>();
        let mut builder = Builder::new();
        for (name, folder, labels) in
            [("Gazette", &["Europe", "Courts"][..], &["Later", "Work"][..]), ("Paper", &[], &[])]
        {
            builder.source(CleanBuf::line(name).as_clean());
            builder.folder(&lines(folder));
            let author = CleanBuf::line("Ann");
            builder.push(0, &Release { author, labels: lines(labels), ..Release::default() });
            builder.end_source();
        }
        let catalog = builder.publish();
        let own = [CleanBuf::line("rent"), CleanBuf::line("housing")];
        let of = |index: u32, is_tight| {
            meta(&catalog.release(index.into()).expect("a release"), &own[..index as usize * 2], is_tight).to_string()
        };
        assert_eq!(of(0, false), "Gazette in Europe/Courts · by Ann · labelled Later, Work");
        assert_eq!(of(0, true), "Gazette · by Ann · labelled Later, Work");
        assert_eq!(of(1, false), "Paper · by Ann · your topics rent, housing");
    }
}
