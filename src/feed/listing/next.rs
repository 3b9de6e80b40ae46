//! The next page of a list: what the page says is next, or the next number in its pager.
//!
//! No address is made up: the link stands on the page, in an element for pages, and differs from the address of the page
//! in one number that counts on.

use url::Url;

use super::links::Base;
use super::tree::{Tree, collapse};

/// Words in classes of elements that contain the links to pages.
const PAGERS: [&str; 14] = [
    "pagination",
    "pager",
    "paging",
    "pages",
    "paginator",
    "paginate",
    "pagenavi",
    "pagenav",
    "page",
    "nav",
    "navigation",
    "next",
    "older",
    "numbers",
];
/// The most elements above a link that may be the pager, and the most nodes in it.
const ABOVE: usize = 4;
const PAGER: usize = 250;
/// Texts of links to the next page, in lower case.
const NEXT: [&str; 44] = [
    "next",
    "next page",
    "older",
    "older posts",
    "older entries",
    "›",
    "»",
    ">",
    ">>",
    "→",
    "weiter",
    "nächste",
    "nächste seite",
    "suivant",
    "suivante",
    "page suivante",
    "siguiente",
    "página siguiente",
    "próxima",
    "próximo",
    "seguinte",
    "successiva",
    "successivo",
    "avanti",
    "volgende",
    "следующая",
    "далее",
    "вперед",
    "вперёд",
    "下一页",
    "下一頁",
    "次へ",
    "次のページ",
    "다음",
    "ถัดไป",
    "التالي",
    "הבא",
    "sonraki",
    "berikutnya",
    "selanjutnya",
    "następna",
    "další",
    "nästa",
    "neste",
];
/// The greatest number of a page or an entry.
const GREATEST: u64 = 10_000_000;
/// Numbers that are years rather than pages.
const YEARS: std::ops::Range<u64> = 1990..2060;

/// Returns the address of the next page. `address` is that of the page, if it is known.
pub fn next_page(tree: &Tree, base: &Base, address: Option<&Url>) -> Option<String> {
    let is_link = |name: &str| name == "link" || name == "a";
    let named = tree.nodes.iter().filter(|node| is_link(&node.name)).find_map(|node| {
        let rel = node.attribute("rel")?;
        let is_next = rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"));
        is_next.then(|| base.resolve(node.attribute("href")?)).flatten()
    });
    named.and_then(|named| Base::known(&named).map(str::to_owned)).or_else(|| numbered(tree, base, address?))
}

/// A link in a pager, and the number in which it differs from the address of the page.
struct PagerLink {
    address: String,
    number: u64,
    /// That number in the address of the page.
    own: Option<u64>,
    text: String,
}

fn numbered(tree: &Tree, base: &Base, address: &Url) -> Option<String> {
    let mut found: Vec<PagerLink> = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate().filter(|(_, node)| node.is("a")) {
        let Some(href) = node.attribute("href").and_then(|href| base.resolve(href)) else { continue };
        let Ok(url) = Url::parse(&href) else { continue };
        let Some((own, number)) = difference(address, &url) else { continue };
        if YEARS.contains(&number) && own.is_none_or(|own| YEARS.contains(&own)) {
            continue;
        }
        let text = collapse(&tree.text(at, node.end)).to_lowercase();
        let label = || node.attribute("title").unwrap_or_default().to_lowercase();
        let text = if text.is_empty() { label() } else { text };
        if is_in_pager(tree, at) {
            found.push(PagerLink { address: href, number, own, text });
        }
    }
    let later = |link: &&PagerLink| link.own.is_some_and(|own| link.number > own);
    if let Some(next) = found.iter().filter(later).min_by_key(|link| link.number) {
        return Some(next.address.clone());
    }
    if found.iter().any(|link| link.own.is_some()) {
        return None;
    }
    // The address of the first page often has no number. The second one is called 2, whatever its number is.
    let second = found.iter().find(|link| link.text == "2" && link.number > 0);
    let is_next = |link: &&PagerLink| {
        let text = link.text.trim_end_matches([' ', '›', '»', '>', '→']);
        NEXT.contains(&link.text.as_str()) || NEXT.contains(&text)
    };
    let next = || found.iter().filter(is_next).filter(|link| link.number > 0).min_by_key(|link| link.number);
    second.or_else(next).map(|link| link.address.clone())
}

/// Whether a link is in a pager, or beside a number that counts pages.
fn is_in_pager(tree: &Tree, at: usize) -> bool {
    let small = |above: &usize| tree.nodes[*above].end - above <= PAGER;
    let mut above = std::iter::once(at).chain(tree.ancestors(at).take(ABOVE)).take_while(small);
    above.any(|above| tree.nodes[above].is_named(&PAGERS) || tree.nodes[above].is("nav"))
}

/// Returns the number of the page at `own`, and that of the page at `other`, if the two addresses differ in nothing else.
fn difference(own: &Url, other: &Url) -> Option<(Option<u64>, u64)> {
    if own.host() != other.host() || own.port() != other.port() {
        return None;
    }
    if own.path() == other.path() {
        return in_query(own, other);
    }
    (own.query() == other.query()).then(|| in_path(own.path(), other.path()))?
}

fn value(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.len() < 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|value| is_number && *value <= GREATEST)
}

/// One parameter differs, and is a number.
fn in_query(own: &Url, other: &Url) -> Option<(Option<u64>, u64)> {
    let pairs = |url: &Url| -> Vec<(String, String)> {
        url.query_pairs().take(40).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    };
    let (own, other) = (pairs(own), pairs(other));
    let mut differing = other.iter().filter(|pair| !own.contains(pair));
    let (name, number) = differing.next()?;
    if differing.next().is_some() {
        return None;
    }
    let number = value(number)?;
    let mut known = own.iter().filter(|pair| !other.contains(pair));
    match known.next() {
        None => Some((None, number)),
        Some((known_name, own)) if known_name == name && known.next().is_none() => Some((Some(value(own)?), number)),
        Some(_) => None,
    }
}

/// One number in the path differs, or the path goes on with a number: `/news/page/2/`.
fn in_path(own: &str, other: &str) -> Option<(Option<u64>, u64)> {
    let split = |path: &str| -> Vec<String> {
        let mut parts: Vec<String> = Vec::new();
        let mut was_digit = false;
        for c in path.trim_end_matches('/').chars() {
            match parts.last_mut() {
                Some(part) if was_digit == c.is_ascii_digit() => part.push(c),
                _ => parts.push(c.to_string()),
            }
            was_digit = c.is_ascii_digit();
        }
        parts
    };
    let (parts, others) = (split(own), split(other));
    if parts.len() == others.len() {
        let mut differing = parts.iter().zip(&others).filter(|(one, two)| one != two);
        let (one, two) = differing.next()?;
        return differing.next().is_none().then(|| Some((Some(value(one)?), value(two)?)))?;
    }
    let stem = |path: &str| path.trim_end_matches('/').to_owned();
    let bare = stem(own);
    // index.html and index_2.html
    let file = bare.rsplit_once('.').filter(|(_, ending)| ending.len() <= 5 && !ending.contains('/'));
    let rest = match file {
        Some((name, ending)) => stem(other).strip_prefix(name)?.strip_suffix(&format!(".{ending}"))?.to_owned(),
        None => stem(other).strip_prefix(&bare)?.to_owned(),
    };
    let number = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
    let words = rest.strip_suffix(number)?;
    let is_step = matches!(
        words.to_ascii_lowercase().as_str(),
        "/" | "/page/"
            | "/p/"
            | "/page-"
            | "/page"
            | "/p"
            | "/seite/"
            | "/seite-"
            | "/pagina/"
            | "/pag/"
            | "/strona/"
            | "_"
            | "-"
            | "/index_"
            | "/page_"
    );
    is_step.then(|| Some((None, value(number)?)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(address: &str, page: &str) -> Option<String> {
        let address = Url::parse(address).expect("an address");
        let tree = Tree::of(page);
        next_page(&tree, &Base::new(Some(&address), None), Some(&address))
    }

    #[test]
    fn the_next_page_is_a_link_in_a_pager_whose_number_counts_on() {
        let table = [
            ("/news", "<a href='?page=1'>1</a><a href='?page=2'>2</a><a href='?page=3'>3</a>", Some("/news?page=2")),
            // Drupal counts from 0.
            (
                "/news",
                "<a href='?page=1'>2</a><a href='?page=2'>3</a><a href='?page=1'>next ›</a>",
                Some("/news?page=1"),
            ),
            (
                "/news?page=1",
                "<a href='/news'>1</a><a href='?page=2'>3</a><a href='?page=9'>last »</a>",
                Some("/news?page=2"),
            ),
            (
                "/news?cat=7&start=20",
                "<a href='?start=0&cat=7'>1</a><a href='?cat=7&start=40'>3</a><a href='?cat=8&start=40'>x</a>",
                Some("/news?cat=7&start=40"),
            ),
            ("/news/", "<a href='/news/page/2/'>2</a><a href='/news/page/3/'>3</a>", Some("/news/page/2/")),
            (
                "/news/page/2/",
                "<a href='/news/'>1</a><a href='/news/page/3/'>3</a><a href='/news/page/4/'>4</a>",
                Some("/news/page/3/"),
            ),
            ("/list/index.html", "<a href='index_2.html'>下一页</a>", Some("/list/index_2.html")),
            ("/events/", "<a href='/events/p2'>Next ></a>", Some("/events/p2")),
            (
                "/board.do",
                "<a href='?n=1'>처음</a> <b>1</b> <a href='?n=2'>2</a> <a href='?n=6'>다음</a> <a href='?n=99'>마지막</a>",
                Some("/board.do?n=2"),
            ),
            // The last page, other pages, other hosts.
            ("/news?page=3", "<a href='?page=1'>1</a><a href='?page=2'>2</a>", None),
            (
                "/news",
                "<a href='/other?page=2'>2</a><a href='https://b.example/news?page=2'>2</a><a href='/news/2024/'>older</a>",
                None,
            ),
            ("/news/2022/", "<a href='/news/2023/'>2023</a><a href='/news/2021/'>2021</a>", None),
            ("/news", "<a href='?sort=date'>next</a><a href='?page=2&sort=date'>2</a>", None),
        ];
        for (address, links, expected) in table {
            let page = format!("<div class=pagination>{links}</div>");
            let expected = expected.map(|path| format!("https://a.example{path}"));
            assert_eq!(next(&format!("https://a.example{address}"), &page), expected, "{address} {links}");
        }
        let outside = "<p><a href='?page=2'>2</a></p>";
        assert_eq!(next("https://a.example/news", outside), None, "no pager");
        let named = "<link rel=next href='/older'><div class=pager><a href='?page=2'>2</a></div>";
        assert_eq!(next("https://a.example/news", named).as_deref(), Some("https://a.example/older"));
    }
}
