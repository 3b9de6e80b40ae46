//! Damaged and sloppy XML: only the affected item is lost, entities are not expanded, and nothing panics.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use tidings::release::Cause;

use crate::corpus;
use crate::feed_rs::xml_files;
use crate::kept::{loaded, read};
use crate::xml::fields;

#[test]
fn sloppy_markup_loses_nothing() {
    let item = |inner: &str| loaded(&format!("\n\n <rss><channel><item>{inner}</item></channel></rss>"));
    for (inner, title, link) in [
        ("<title>R&D & more&nbsp;</title><link>https://e.org/?a=1&b=2</link>", "R&D & more", "https://e.org/?a=1&b=2"),
        ("<title>a < b</title>", "a < b", ""),
        ("<title>x<b>y</title>", "xy", ""),
        ("<title>one</titel><link>https://e.org/</link>", "one", "https://e.org/"),
        ("<title a=1 a='2' b>t</title>", "t", ""),
        ("<no:prefix>x</no:prefix><title>t</title>", "t", ""),
        ("<title>bell\u{7} \u{1b}[31mred</title>", "bell red", ""),
        ("<title>&#8220;q&#8221; &#x1F600; &#150;</title>", "\u{201c}q\u{201d} \u{1f600} \u{2013}", ""),
    ] {
        let kept = item(inner);
        let release = fields(&kept.releases[0]);
        let is_near = release[1].starts_with(title);
        assert!(is_near, "{inner}: {}", release[1]);
        if !link.is_empty() {
            assert_eq!(release[5], link, "{inner}");
        }
    }
}

#[test]
fn entities_of_the_document_are_not_expanded() {
    let mut bomb = "<!DOCTYPE r [<!ENTITY a0 'ha'>".to_owned();
    for n in 1..30 {
        let _ = write!(bomb, "<!ENTITY a{n} '&a{};&a{};'>", n - 1, n - 1);
    }
    bomb += "<!ENTITY file SYSTEM 'file:///etc/passwd'>]><rss><channel><item><title>x &a29; &file;</title></item></channel></rss>";
    assert_eq!(loaded(&bomb).releases[0].title.as_str(), "x &a29; &file;");
}

#[test]
fn an_unclosed_document_type_is_reported() {
    let rest = "<item><title>a</title></item></rss>";
    for (head, byte) in [
        ("<!DOCTYPE rss [<!ENTITY a 'b'> <rss>".to_owned(), Some(0)),
        // The first closing bracket is that of the item; nothing else shows where the declaration was meant to end.
        (format!("<rss>{}", "<!DOCTYPE r [".repeat(10)), Some(5)),
        (format!("<rss>{}", "<!DOCTYPE r [".repeat(200_000)), Some(5)),
        ("<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a '[]'> ] ><rss>".to_owned(), None),
        ("<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://a.invalid/rss.dtd'><rss>".to_owned(), None),
    ] {
        let kept = loaded(&format!("{head}{rest}"));
        let reported = kept
            .problems
            .iter()
            .find(|problem| problem.reason.as_str().contains("document type declaration is not closed"));
        assert_eq!(reported.map(|problem| problem.byte), byte.map(Some), "{:?}", kept.problems);
        assert!(reported.is_none_or(|problem| problem.cause == Cause::Malformed));
    }
}

fn item(n: usize) -> String {
    format!(
        "<item><title>Title {n}</title><link>https://example.org/{n}</link><guid>{n}</guid>\
        <description>&lt;p&gt;Text {n}&lt;/p&gt;</description></item>"
    )
}

fn document(items: &[String]) -> String {
    format!("<rss version='2.0'><channel><title>T</title>{}</channel></rss>", items.concat())
}

proptest! {
    #[test]
    fn damaged_items_cost_only_themselves(damaged in prop::collection::btree_set(0..12_usize, 0..5), how in 0..4_usize) {
        let items: Vec<String> = (0..12).map(item).collect();
        let whole = loaded(&document(&items)).releases;
        let broken: Vec<String> = items.iter().enumerate().map(|(n, item)| match how {
            _ if !damaged.contains(&n) => item.clone(),
            0 => item.replace("</item>", ""),
            1 => item.replace("<description>", "<description><![CDATA[ "),
            2 => item.replace("</title>", "</tit"),
            _ => item.replace("<guid>", "<guid <<>&"),
        }).collect();
        let kept = loaded(&document(&broken)).releases;
        for (n, release) in whole.iter().enumerate().filter(|(n, _)| !damaged.contains(n)) {
            prop_assert!(kept.contains(release), "{} of {:?} is lost: {:?}", n, damaged, document(&broken));
        }
    }

    #[test]
    fn random_tags_never_panic(soup in "(<item>|</item>|<title>|</title>|<!\\[CDATA\\[|\\]\\]>|<!--|-->|<\\?|&|;|&amp;|<|>|\"|'|/|=|[a-z é]){0,80}") {
        let _ = read(format!("<rss>{soup}").as_bytes());
        let _ = read(format!("<{soup}").as_bytes());
    }

    #[test]
    fn ids_do_not_depend_on_the_order(order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle()) {
        let of = |order: &[usize]| {
            let items: Vec<String> = order.iter().map(|&n| item(n)).collect();
            let mut releases: Vec<_> = loaded(&document(&items)).releases.iter().map(fields).collect();
            releases.sort();
            releases
        };
        prop_assert_eq!(of(&order), of(&(0..8).collect::<Vec<_>>()));
    }
}

#[test]
fn a_longer_prefix_of_a_feed_never_has_fewer_releases() {
    let Some(corpus) = corpus::folder() else { return };
    let mut found = Vec::new();
    xml_files(&corpus.join("feeds"), &mut found);
    let mut seen = 0;
    for path in found {
        let bytes = fs::read(&path).expect("a feed");
        // A UTF-16 prefix may end within a character, and a guessed character set may be guessed differently.
        if bytes.len() < 2_000 || bytes.contains(&0) || std::str::from_utf8(&bytes).is_err() {
            continue;
        }
        // Every 97th byte, or fewer so that there are at most 40 prefixes, unless all are requested.
        let step = if env::var_os("TIDINGS_ALL_CUTS").is_some() { 97 } else { 97.max(bytes.len() / 40) };
        let mut before = 0;
        for end in (0..=bytes.len()).step_by(step) {
            let start = Instant::now();
            let now = read(&bytes[..end]).0.releases.len();
            assert!(now >= before, "{}: {now} releases in {end} bytes, {before} in fewer", path.display());
            assert!(start.elapsed() < Duration::from_secs(2), "{} takes too long", path.display());
            before = now;
        }
        seen += 1;
    }
    assert!(seen > 80, "{seen} feeds");
}
