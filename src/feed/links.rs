//! The links of a release and the spans of its texts, on their way into it.

use rustc_hash::FxHashMap;

use super::html::Rich;
use crate::release::{Link, LinkKind, Release, Span, Style};
use crate::text::CleanBuf;

/// From this many links on, duplicates are detected with a table.
const FEW: usize = 16;
/// The most links of one release; their numbers fit into a span's 16 bits.
const MOST: usize = u16::MAX as usize + 1;

/// Adds a link. If its address is already there, fills in what was missing. Returns its number, or [`MOST`] if there
/// are too many.
pub(super) fn add(release: &mut Release, known: &mut FxHashMap<CleanBuf, usize>, link: Link) -> usize {
    let links = &mut release.links;
    let found = if links.len() < FEW {
        links.iter().position(|other| other.address == link.address)
    } else {
        for (at, link) in links.iter().enumerate().skip(known.len()) {
            known.insert(link.address.clone(), at);
        }
        known.get(&link.address).copied()
    };
    let Some(at) = found else {
        if links.len() < MOST {
            links.push(link);
            return links.len() - 1;
        }
        return MOST;
    };
    let known = &mut links[at];
    if known.kind == LinkKind::Text || (known.kind == LinkKind::Picture && link.kind != LinkKind::Text) {
        known.kind = link.kind;
    }
    for (known, new) in [(&mut known.label, link.label), (&mut known.media, link.media)] {
        if known.is_empty() {
            *known = new;
        }
    }
    known.bytes = known.bytes.or(link.bytes);
    at
}

/// Returns the label of a link; empty if its text is only its address.
pub(super) fn label<'t>(text: &'t str, address: &str) -> &'t str {
    let bare = |address: &str| {
        let address = address.trim().to_ascii_lowercase();
        let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
        rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/').to_owned()
    };
    let (own, address) = (bare(text), bare(address));
    // Some publishers shorten the address they show.
    let is_cut = own
        .strip_suffix(['…'])
        .or(own.strip_suffix("..."))
        .is_some_and(|own| own.contains('.') && address.starts_with(own));
    if own == address || is_cut { "" } else { text }
}

/// Removes the release's own address, and links of texts that were replaced by better ones.
pub(super) fn settle(release: &mut Release) {
    let mut is_used = vec![false; release.links.len()];
    for span in release.summary_spans.iter().chain(&release.body_spans) {
        if let Style::Link(number) = span.style {
            is_used[usize::from(number)] = true;
        }
    }
    // The new numbers; `None` for the release's own address.
    let mut next = 0_usize;
    let own = &release.url;
    let numbers: Vec<Option<u16>> = std::iter::zip(&release.links, is_used)
        .map(|(link, is_used)| {
            let stays = link.address != *own && (is_used || link.kind != LinkKind::Text);
            let number = u16::try_from(next).ok().filter(|_| stays);
            next += usize::from(stays);
            number
        })
        .collect();
    let mut at = 0;
    release.links.retain(|_| {
        at += 1;
        numbers[at - 1].is_some()
    });
    for span in release.summary_spans.iter_mut().chain(&mut release.body_spans) {
        if let Style::Link(number) = span.style {
            span.style = numbers[usize::from(number)].map_or(Style::OwnLink, Style::Link);
        }
    }
}

/// Appends a text and its spans. `numbers` are the numbers of its links in the release; a link without a number becomes
/// plain text.
pub(super) fn push(text: &mut CleanBuf, spans: &mut Vec<Span>, rich: &Rich, numbers: &[Option<u16>]) {
    let mut raw: Vec<usize> = rich.spans.iter().flat_map(|&(start, end, _)| [start, end]).collect();
    raw.sort_unstable();
    raw.dedup();
    let mut places = raw.clone();
    text.push_block_mapped(&rich.text, &mut places);
    let place = |at: usize| raw.binary_search(&at).ok().and_then(|at| places.get(at)).copied().unwrap_or(0);
    for &(start, end, style) in &rich.spans {
        let style = match style {
            Style::Link(number) => match numbers.get(usize::from(number)).copied().flatten() {
                Some(number) => Style::Link(number),
                None => continue,
            },
            style => style,
        };
        let (start, end) = (place(start), place(end));
        let part = text.as_str().get(start..end).unwrap_or_default();
        let blanks = part.len() - part.trim_start().len();
        let (start, end) = (start + blanks, start + part.trim_end().len());
        if start < end
            && let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end))
        {
            spans.push(Span { start, end, style });
        }
    }
    // An outer span may have lost its beginning to dropped text.
    if !spans.is_sorted_by_key(|span| span.start) {
        spans.sort_by_key(|span| span.start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(address: &str, label: &str) -> Link {
        Link { address: CleanBuf::line(address), label: CleanBuf::line(label), ..Link::default() }
    }

    #[test]
    fn a_repeated_address_is_merged() {
        let (mut release, mut known) = (Release::default(), FxHashMap::default());
        for round in 0..2 {
            for n in 0..100 {
                let address = format!("https://example.org/{n}");
                assert_eq!(add(&mut release, &mut known, link(&address, "")), n, "round {round}");
            }
        }
        let enclosure = Link { kind: LinkKind::Enclosure, bytes: Some(7), ..link("https://example.org/40", "Sound") };
        add(&mut release, &mut known, enclosure.clone());
        assert_eq!((release.links.len(), &release.links[40]), (100, &enclosure));
    }

    #[test]
    fn the_own_address_and_unused_links_are_dropped() {
        let span = |number| Span { start: 0, end: 1, style: Style::Link(number) };
        let mut release = Release {
            url: CleanBuf::line("https://example.org/own"),
            links: vec![
                link("https://example.org/forgotten", "a"),
                link("https://example.org/own", "b"),
                link("https://example.org/used", "c"),
                Link { kind: LinkKind::Comments, ..link("https://example.org/talk", "") },
            ],
            summary_spans: vec![span(1)],
            body_spans: vec![span(2)],
            ..Release::default()
        };
        settle(&mut release);
        let addresses: Vec<&str> = release.links.iter().map(|link| link.address.as_str()).collect();
        assert_eq!(addresses, ["https://example.org/used", "https://example.org/talk"]);
        assert_eq!((release.summary_spans[0].style, release.body_spans[0].style), (Style::OwnLink, Style::Link(0)));
    }

    #[test]
    fn links_up_to_the_limit_are_kept() {
        let links = (0..MOST).map(|n| Link { kind: LinkKind::Related, ..link(&format!("https://a.example/{n}"), "") });
        let last = Span { start: 0, end: 1, style: Style::Link(u16::MAX) };
        let mut release = Release { links: links.collect(), summary_spans: vec![last], ..Release::default() };
        let mut known = FxHashMap::default();
        assert_eq!(add(&mut release, &mut known, link("https://a.example/more", "")), MOST);
        settle(&mut release);
        assert_eq!((release.links.len(), release.summary_spans[0].style), (MOST, Style::Link(u16::MAX)));
    }

    #[test]
    fn an_address_is_not_its_own_label() {
        let address = "https://www.example.org/a/long/path/";
        for text in [address, "example.org/a/long/path", "HTTP://www.Example.org/a/long/path", "www.example.org/a/lo…"]
        {
            assert_eq!(label(text, address), "", "{text}");
        }
        for text in ["example.org", "the path", "…", "example.org/a/other…"] {
            assert_eq!(label(text, address), text);
        }
    }

    #[test]
    fn spans_cover_the_text_that_is_left() {
        let rich = Rich {
            text: "a \u{1b}[1mb  c\u{202e} \u{7} d".to_owned(),
            spans: vec![(1, 8, Style::Strong), (8, 13, Style::Emphasis), (14, 16, Style::Code)],
            links: Vec::new(),
            picture: None,
        };
        let mut text = CleanBuf::line("before ");
        text.push_own("\n\n");
        let mut spans = Vec::new();
        push(&mut text, &mut spans, &rich, &[]);
        let parts: Vec<_> =
            spans.iter().map(|span| (text.as_str().get(span.range(0)).expect("on boundaries"), span.style)).collect();
        assert_eq!(text.as_str(), "before\n\na b c d");
        assert_eq!(parts, [("b", Style::Strong), ("c", Style::Emphasis)]);
    }
}
