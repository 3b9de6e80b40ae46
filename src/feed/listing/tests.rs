mod kinds;

use super::*;

const HOME: &str = "https://example.org/news/";

fn read(page: &str) -> Result<Listing, NoListing> {
    extract(page, Some(&Url::parse(HOME).expect("an address")))
}

/// Title, path of the link and date of each entry.
#[track_caller]
fn rows(page: &str) -> Vec<(String, String, String)> {
    let listing = read(page).unwrap_or_else(|reason| panic!("{reason}: {page}"));
    let path = |address: &str| address.strip_prefix("https://example.org").unwrap_or(address).to_owned();
    let row = |entry: &Entry| {
        (entry.title.clone(), path(&entry.address), entry.date.map(|date| date.to_string()).unwrap_or_default())
    };
    listing.entries.iter().map(row).collect()
}

#[track_caller]
fn check(page: &str, expected: &[(&str, &str, &str)]) {
    let rows = rows(page);
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    assert_eq!(rows, expected, "{page}");
}

#[test]
fn a_list_with_dates_is_read_and_menus_are_not() {
    let page = "<nav><ul><li><a href=/a>About the whole ministry</a><li><a href=/b>All the services of the ministry</a></ul></nav>
        <main><h1>News</h1><ul>
        <li><span class=tag>Water</span><h3><a href=/w/1>The new dam holds more water</a></h3>
            <p>06 November 2018, Beijing, China</p><p>The dam of the ministry was finished in the summer of this year.</p></li>
        <li><span class=tag>Roads</span><h3><a href='/w/2?utm_source=x#more'>A road to the north opens</a></h3>
            <p>04 November 2018</p><p>The road is longer than any other in the country and was built in a year.</p></li>
        <li><span class=tag>Water</span><h3><a href=/w/3>The old dam is closed</a></h3><p>2 November 2018</p></li></ul></main>
        <footer><ul><li><a href=/i>Imprint of the ministry</a><li><a href=/p>Privacy in the ministry</a></ul></footer>";
    check(
        page,
        &[
            ("The new dam holds more water", "/w/1", "2018-11-06"),
            ("A road to the north opens", "/w/2", "2018-11-04"),
            ("The old dam is closed", "/w/3", "2018-11-02"),
        ],
    );
    let listing = read(page).expect("a listing");
    assert_eq!((listing.method, listing.confidence), (Method::Rows, Confidence::High));
    let first = &listing.entries[0];
    assert_eq!((first.topics.join(","), first.place.as_str()), ("Water".to_owned(), "Beijing, China"));
    assert_eq!(first.summary, "The dam of the ministry was finished in the summer of this year.");
}

#[test]
fn tables_of_several_months_are_one_list() {
    let table = |month: &str, n: u32| {
        format!(
            "<h2>{month}</h2><table><tr><th>No.<th>Case<th>Date</tr>
            <tr><td>{n}<td><a href=/c/{n}.pdf>The State against the company of {month}</a><td>{month} 10, 2014</tr>
            <tr><td>{n}0<td><a href=/c/{n}0.pdf>The estate of a person in {month}</a><td>{month} 12, 2014</tr></table>"
        )
    };
    let page = format!("<div>{}{}</div>", table("June", 1), table("May", 2));
    check(
        &page,
        &[
            ("The State against the company of June", "/c/1.pdf", "2014-06-10"),
            ("The estate of a person in June", "/c/10.pdf", "2014-06-12"),
            ("The State against the company of May", "/c/2.pdf", "2014-05-10"),
            ("The estate of a person in May", "/c/20.pdf", "2014-05-12"),
        ],
    );
}

#[test]
fn a_heading_dates_the_entries_after_it() {
    let page = "<div><h3>5 May 2020</h3><p><a href=/1>First news of the fifth of May</a></p><p><a href=/2>Second news of the fifth of May</a></p>
        <h3>4 May 2020</h3><p><a href=/3>Only news of the fourth of May</a></p></div>";
    check(
        page,
        &[
            ("First news of the fifth of May", "/1", "2020-05-05"),
            ("Second news of the fifth of May", "/2", "2020-05-05"),
            ("Only news of the fourth of May", "/3", "2020-05-04"),
        ],
    );
}

#[test]
fn json_ld_and_rows_complete_each_other_and_a_broken_script_costs_only_itself() {
    let page = r#"<script type="application/ld+json">{"@type": "BreadcrumbList", "itemListElement": [
            {"@type": "ListItem", "name": "Home", "item": "https://example.org/"}]}</script>
        <script type="application/ld+json">{"@type": "WebSite",}</script>
        <script type="application/ld+json"><!-- {"@graph": [{"@type": "Organization", "name": "Org", "url": "https://example.org/"},
            {"@type": ["WebPage", "CollectionPage"], "datePublished": "2001-01-01", "mainEntity": {"@type": "ItemList", "itemListElement": [
            {"@type": "ListItem", "item": {"@type": "NewsArticle", "url": "/n/1", "headline": "A &amp; B agree", "datePublished": "2024-03-12T09:00:00+01:00"}},
            {"@type": "ListItem", "url": "https://example.org/n/2", "name": "B leaves"}]}}]} --></script>
        <main><article><h2><a href="/n/1?utm_medium=x">A &amp; B agree</a></h2><a rel=tag href=/t/x>Trade</a></article>
        <article><h2><a href=/n/2>B leaves</a></h2><a rel=tag href=/t/y>Travel</a></article></main>"#;
    check(page, &[("A & B agree", "/n/1", "2024-03-12T09:00:00+01:00"), ("B leaves", "/n/2", "")]);
    let listing = read(page).expect("a listing");
    assert_eq!((listing.method, listing.completed), (Method::JsonLd, Some(Method::Rows)));
    assert_eq!(listing.entries[1].topics, ["Travel"]);
}

#[test]
fn state_microformats_and_microdata_are_read() {
    check(
        r#"<script id=__NEXT_DATA__ type="application/json">{"props": {"menu": [{"title": "Home", "url": "/"}, {"title": "All", "url": "/all"}],
            "articles": [{"title": "One", "url": "/1", "publishedAt": "2024-04-01T12:00:00Z", "tags": ["x"]}]}}</script><body></body>"#,
        &[("One", "/1", "2024-04-01T12:00:00Z")],
    );
    check(
        "<div class=h-feed><h1 class=p-name>Blog</h1><div class=h-entry><h2><a class='p-name u-url' href=/1>One at last</a></h2>
            <p class=p-summary>Text</p><time class=dt-updated datetime=2012-06-25>June</time></div></div>",
        &[("One at last", "/1", "2012-06-25")],
    );
    check(
        "<div itemscope itemtype=http://schema.org/Blog>
            <div itemprop=blogPost itemscope itemtype=http://schema.org/BlogPosting><h2 itemprop=headline><a href=/1>The first post</a></h2>
                <meta itemprop=datePublished content=2016-03-09><div itemscope itemtype=http://schema.org/Organization><a href=/org>Org</a></div></div>
            <div itemprop=blogPost itemscope itemtype=http://schema.org/BlogPosting><h2 itemprop=headline><a href=/2>The second post</a></h2>
                <meta itemprop=datePublished content=2016-03-08></div></div>",
        &[("The first post", "/1", "2016-03-09"), ("The second post", "/2", "2016-03-08")],
    );
}

#[test]
fn the_title_stands_where_readers_see_it() {
    // Beside a link that says "View".
    let card = |n: u32, title: &str| {
        format!(
            "<article><p>2026-01-1{n}</p><h3>{title}</h3><p>Some words about it.</p><a href=/{n}>View</a></article>"
        )
    };
    let page = [card(1, "First of all"), card(2, "Second thoughts"), card(3, "Third party")].concat();
    check(
        &page,
        &[
            ("First of all", "/1", "2026-01-11"),
            ("Second thoughts", "/2", "2026-01-12"),
            ("Third party", "/3", "2026-01-13"),
        ],
    );
    // Whole in the attribute.
    let row = |n: u32| {
        format!(
            "<li><a href=/{n} title='A long title of a notice, number {n}'>A long title of a...</a> <span>2020-07-0{n}</span></li>"
        )
    };
    let page = format!("<ul>{}{}{}</ul>", row(1), row(2), row(3));
    assert_eq!(
        rows(&page)[1],
        ("A long title of a notice, number 2".to_owned(), "/2".to_owned(), "2020-07-02".to_owned())
    );
    // In a link around the whole card.
    let card = |n: u32, title: &str| {
        format!(
            "<a class=card href=/{n}><div class=date>1{n} May 2024</div><div class=title>{title}</div><div>More text about this matter, which is long enough.</div></a>"
        )
    };
    let page = format!("<div>{}{}{}</div>", card(1, "Bridge opens"), card(2, "Bridge closes"), card(3, "Bridge falls"));
    assert_eq!(rows(&page)[2], ("Bridge falls".to_owned(), "/3".to_owned(), "2024-05-13".to_owned()));
}

#[test]
fn dates_that_are_not_those_of_the_entries_are_left() {
    // In titles and texts, of the page, relative.
    let row = |n: u32| {
        format!("<li><h3><a href=/{n}>What the ministry did in the year number {n}</a></h3><p>{n} hours ago</p>
            <p>On 22 October 2018, the ministry and others signed a contract about number {n}, as the office said, in the capital of the country.</p></li>")
    };
    let page = format!("<p>Last updated: 1 January 2020</p><ul>{}</ul>", (1..7).map(row).collect::<String>());
    assert!(rows(&page).iter().all(|(_, _, date)| date.is_empty()), "{:?}", rows(&page));
}

#[test]
fn without_a_base_relative_links_are_left_out_and_counted() {
    let row = |n: u32| format!("<li><a href=n/{n}>The news of day number {n}</a> 2020-07-0{n}</li>");
    let page = format!(
        "<ul>{}{}{}<li><a href=https://other.example/x>Elsewhere it is another day</a> 2020-07-04</li></ul>",
        row(1),
        row(2),
        row(3)
    );
    let listing = extract(&page, None).expect("a listing");
    let addresses: Vec<&str> = listing.entries.iter().map(|entry| entry.address.as_str()).collect();
    assert_eq!((addresses, listing.relative), (vec!["", "", "", "https://other.example/x"], 3));
    let saved = format!("<!-- saved from url=(0027)https://example.org/press/ --><html>{page}");
    assert_eq!(extract(&saved, None).expect("a listing").entries[0].address, "https://example.org/press/n/1");
    let based = format!("<base href=https://base.example/>{page}");
    assert_eq!(read(&based).expect("a listing").entries[0].address, "https://base.example/n/1");
}

#[test]
fn pages_that_list_no_releases_are_refused() {
    let text = "<p>The ministry has said today that the new law on the water of the country will be in force from the first day of the next year on, and that all offices are ready for it.</p>";
    let related = |n: u32| {
        format!("<li><a href=/r/{n}>Another piece of news, number {n}</a> <time datetime=2020-01-0{n}>then</time></li>")
    };
    let article = format!(
        "<article><h1>A law on water</h1>{}</article><ul>{}</ul>",
        text.repeat(15),
        (1..6).map(related).collect::<String>()
    );
    let product = |n: u32| {
        format!("<div class=card><h3><a href=/p/{n}>Glasses with a frame of metal {n}</a></h3><p>€ {n}9.00</p></div>")
    };
    let shop = format!("<main>{}</main>", (1..9).map(product).collect::<String>());
    for (page, reason) in [
        (article.as_str(), NoListing::Article),
        (shop.as_str(), NoListing::Shop),
        ("<html><div id=app>Loading…</div><script src=/x.js></script></html>", NoListing::Shell),
        ("<html><nav><a href=/1>One</a><a href=/2>Two</a></nav></html>", NoListing::Empty),
    ] {
        assert_eq!(read(page).map(|listing| listing.entries), Err(reason), "{page}");
    }
}

#[test]
fn the_page_names_its_feeds_and_the_next_page() {
    let row = |n: u32| format!("<li><a href=/n/{n}>The news of day number {n}</a> 2020-07-0{n}</li>");
    let page = format!(
        "<html lang=en-GB><title>News – Ministry</title><link rel=alternate type=application/rss+xml href=/feed><link rel=alternate hreflang=de href=/de>
        <link rel=next href='?page=2'><ul>{}{}{}</ul>", row(1), row(2), row(3));
    let listing = read(&page).expect("a listing");
    assert_eq!(listing.feeds.iter().map(CleanBuf::as_str).collect::<Vec<_>>(), ["https://example.org/feed"]);
    assert_eq!(listing.next.as_ref().map(CleanBuf::as_str), Some("https://example.org/news/?page=2"));
    assert_eq!((listing.title.as_str(), listing.language.as_str(), listing.dated()), ("News – Ministry", "en-GB", 3));
}

#[test]
fn sitemaps_with_news_are_dated_and_others_are_not() {
    let news = "<urlset xmlns:news='n'><url><loc>https://a.example/1?utm_source=s&amp;x=1</loc><lastmod>2024-05-15</lastmod><news:news>
        <news:publication><news:name>A</news:name><news:language>en</news:language></news:publication>
        <news:publication_date>2024-05-14</news:publication_date><news:title>Q&amp;A: what changes</news:title><news:keywords>Labour, Health</news:keywords>
        </news:news></url><url><loc>https://a.example/about/</loc><lastmod>2024-05-14</lastmod></url></urlset>";
    let listing = sitemap::read(news).expect("a sitemap");
    let entry = &listing.entries[0];
    assert_eq!((listing.entries.len(), listing.method, listing.language.as_str()), (1, Method::NewsSitemap, "en"));
    assert_eq!(
        (entry.title.as_str(), entry.address.as_str()),
        ("Q&A: what changes", "https://a.example/1?utm_source=s&x=1")
    );
    assert_eq!(
        (entry.date.map(|date| date.to_string()).as_deref(), entry.topics.join("|")),
        (Some("2024-05-14"), "Labour|Health".to_owned())
    );
    let plain =
        "<urlset><url><loc>https://a.example/news/strike-ends.html</loc><lastmod>2024-05-14</lastmod></url></urlset>";
    let listing = sitemap::read(plain).expect("a sitemap");
    assert_eq!((listing.entries[0].title.as_str(), listing.entries[0].date), ("Strike ends", None));
    let index = "<sitemapindex><sitemap><loc>https://a.example/old.xml</loc><lastmod>2019-01-02</lastmod></sitemap>\
        <sitemap><loc>https://a.example/new.xml</loc><lastmod>2024-05-14</lastmod></sitemap><sitemap></sitemap></sitemapindex>";
    let listing = sitemap::read(index).expect("an index");
    let parts: Vec<&str> = listing.parts.iter().map(|part| part.address.as_str()).collect();
    assert_eq!(parts, ["https://a.example/new.xml", "https://a.example/old.xml"]);
    assert_eq!((listing.method, listing.entries.len()), (Method::SitemapIndex, 0));
    assert!(sitemap::read("<sitemapindex></sitemapindex>").is_err());
}

proptest::proptest! {
    #[test]
    fn arbitrary_markup_does_not_panic(page in "([<>/&;a-z \"=é0-9]|<li>|<a href=/[a-z]>|<tr><td>|<table>|</ul>|2018-11-06|6 May 2018|<h2>|<time datetime='|<script type=application/json>|\\{\"url\":){0,80}") {
        let _ = extract(&page, None);
        let _ = sitemap::read(&page).map(|listing| listing.entries.len());
    }
}
