//! Pages of many kinds, each written for this test.

#![allow(
    clippy::format_collect,
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "tables of pages read best as they stand"
)]

use super::{check, read};
use crate::feed::listing::NoListing;

/// A page around a list.
fn main_of(list: &str) -> String {
    format!("<html lang=en><title>News</title><main><h1>News</h1>{list}</main></html>")
}

#[test]
fn badges_are_no_part_of_a_title() {
    let row = |n: u32, inner: &str| format!("<article><h3>{inner}</h3><p>{n} May 2024</p></article>");
    let page = [
        row(1, "<a href=/1>The bridge was opened today</a> <span class='badge'>New</span>"),
        row(2, "<a href=/2><span class=label>PINNED</span> The bridge has two ends</a>"),
        row(3, "<a href=/3>The bridge is long<span class=sr-only> (opens in a new window)</span></a>"),
        row(4, "<a href=/4>The bridge is wide</a> (PDF, 2 MB)"),
        row(5, "<span class=ico>HOT</span><a href=/5>The bridge is high</a>"),
    ];
    check(
        &main_of(&page.concat()),
        &[
            ("The bridge was opened today", "/1", "2024-05-01"),
            ("The bridge has two ends", "/2", "2024-05-02"),
            ("The bridge is long", "/3", "2024-05-03"),
            ("The bridge is wide", "/4", "2024-05-04"),
            ("The bridge is high", "/5", "2024-05-05"),
        ],
    );
}

#[test]
fn dates_before_and_after_side_by_side_entries_stay_with_them() {
    let expected = [
        ("First news of the harbour", "/1", "2024-05-11"),
        ("Second news of the harbour", "/2", "2024-05-12"),
        ("Third news of the harbour", "/3", "2024-05-13"),
        ("Fourth news of the harbour", "/4", "2024-05-14"),
    ];
    let names = ["First", "Second", "Third", "Fourth"];
    let page = |entry: &dyn Fn(usize, &str) -> String| {
        let entries: String =
            names.iter().enumerate().map(|(n, name)| entry(n + 1, &format!("{name} news of the harbour"))).collect();
        main_of(&format!("<div>{entries}</div>"))
    };
    let table: [&dyn Fn(usize, &str) -> String; 9] = [
        &|n, t| format!("<p class=date>1{n} May 2024</p><h3><a href=/{n}>{t}</a></h3><p>Some words.</p>"),
        &|n, t| format!("<p>1{n} May 2024</p><h3><a href=/{n}>{t}</a></h3><p>Some words about it.</p>"),
        &|n, t| format!("<h3><a href=/{n}>{t}</a></h3><p>1{n} May 2024</p><p>Some words about it.</p>"),
        &|n, t| format!("<b>1{n} May 2024</b><br><a href=/{n}>{t}</a><br><br>"),
        &|n, t| format!("1{n} May 2024 <a href=/{n}>{t}</a><br>"),
        &|n, t| format!("<a href=/{n}>{t}</a> (1{n} May 2024)<br>"),
        &|n, t| format!("<dl><dt>1{n} May 2024</dt><dd><a href=/{n}>{t}</a></dd></dl>"),
        &|n, t| format!("<time datetime=2024-05-1{n}>1{n}/5</time><h2><a href=/{n}>{t}</a></h2><hr>"),
        &|n, t| format!("<h4>1{n} May 2024</h4><p><a href=/{n}>{t}</a></p>"),
    ];
    for entry in table {
        check(&page(entry), &expected);
    }
    let list = |entry: &dyn Fn(usize, &str) -> String, around: (&str, &str)| {
        let entries: String =
            names.iter().enumerate().map(|(n, name)| entry(n + 1, &format!("{name} news of the harbour"))).collect();
        main_of(&format!("{}{entries}{}", around.0, around.1))
    };
    check(&list(&|n, t| format!("<dt>1{n} May 2024</dt><dd><a href=/{n}>{t}</a></dd>"), ("<dl>", "</dl>")), &expected);
    check(&list(&|n, t| format!("<dt><a href=/{n}>{t}</a></dt><dd>1{n} May 2024</dd>"), ("<dl>", "</dl>")), &expected);
    check(
        &list(
            &|n, t| format!("<tr><td>1{n} May 2024</td></tr><tr><td><a href=/{n}>{t}</a></td></tr>"),
            ("<table>", "</table>"),
        ),
        &expected,
    );
}

#[test]
fn the_year_may_stand_above_the_days() {
    let row = |n: u32, day: &str| {
        format!("<li><span>{day}</span> <a href=/n/{n}>The council met for the {n}th time</a></li>")
    };
    let page = format!(
        "<h2>2024</h2><ul>{}{}{}</ul><h2>2023</h2><ul>{}{}</ul>",
        row(5, "12 March"),
        row(4, "Feb 3"),
        row(3, "2 January"),
        row(2, "Wed, 13 December"),
        row(1, "1. Dezember")
    );
    check(
        &main_of(&page),
        &[
            ("The council met for the 5th time", "/n/5", "2024-03-12"),
            ("The council met for the 4th time", "/n/4", "2024-02-03"),
            ("The council met for the 3th time", "/n/3", "2024-01-02"),
            ("The council met for the 2th time", "/n/2", "2023-12-13"),
            ("The council met for the 1th time", "/n/1", "2023-12-01"),
        ],
    );
    // A box with month and day, and a year in the address only.
    let card = |n: u32, year: u32| {
        format!(
            "<div class=card><div class=box><span class=m>Mar</span><div>1{n}</div></div><h3><a href=/news/{year}/story-{n}>Ferry line {n} runs again</a></h3></div>"
        )
    };
    let page = format!("<div>{}{}{}</div>", card(3, 2024), card(2, 2024), card(1, 2023));
    check(
        &main_of(&page),
        &[
            ("Ferry line 3 runs again", "/news/2024/story-3", "2024-03-13"),
            ("Ferry line 2 runs again", "/news/2024/story-2", "2024-03-12"),
            ("Ferry line 1 runs again", "/news/2023/story-1", "2023-03-11"),
        ],
    );
    // Without any year there is no date.
    let page = format!("<ul>{}{}{}</ul>", row(3, "12 March"), row(2, "3 February"), row(1, "2 January"));
    let listing = read(&main_of(&page)).map_or(0, |listing| listing.dated());
    assert_eq!(listing, 0);
    // Months in the first cells, and the year in the heading of the table.
    let page = "<p><b>Releases of 1999</b></p><table><tr><td rowspan=2>May</td><td><a href=/1>The project of the year</a></td></tr>
        <tr><td><a href=/2>The silver cup is found</a></td></tr><tr><td>June</td><td><a href=/3>A new director comes</a></td></tr>
        <tr><td>July</td><td>&nbsp;</td></tr><tr><td>August</td><td><a href=/4>The carpets of the desert</a></td></tr></table>";
    check(
        page,
        &[
            ("The project of the year", "/1", "1999-05"),
            ("The silver cup is found", "/2", "1999-05"),
            ("A new director comes", "/3", "1999-06"),
            ("The carpets of the desert", "/4", "1999-08"),
        ],
    );
}

#[test]
fn dates_in_other_forms_are_read() {
    let row = |n: u32, date: &str| format!("<li><a href=/n/{n}>What was decided in session {n}</a> {date}</li>");
    for (lang, dates, expected) in [
        ("th", ["12 พฤษภาคม 2567", "11 พ.ค. 2567", "10/05/2567"], ["2024-05-12", "2024-05-11", "2024-05-10"]),
        ("fa", ["۱۴۰۳/۰۲/۲۳", "۲۲ اردیبهشت ۱۴۰۳", "1403/02/21"], ["2024-05-12", "2024-05-11", "2024-05-10"]),
        ("ja", ["令和6年5月12日", "2024年5月11日", "2024.5.10"], ["2024-05-12", "2024-05-11", "2024-05-10"]),
        ("ko", ["24.05.12", "24.05.11", "24.05.10"], ["2024-05-12", "2024-05-11", "2024-05-10"]),
        ("de", ["12.05.24", "11.05.24", "10.05.24"], ["2024-05-12", "2024-05-11", "2024-05-10"]),
        ("fr", ["12 mai 2024", "11 mai 2024", "10 mai 2024"], ["2024-05-12", "2024-05-11", "2024-05-10"]),
        (
            "en",
            ["12–14 May 2024", "11 May – 2 June 2024", "May 10-12, 2024"],
            ["2024-05-12", "2024-05-11", "2024-05-10"],
        ),
        ("pt", ["12 de maio de 2024", "11/05/2024", "10/05/2024"], ["2024-05-12", "2024-05-11", "2024-05-10"]),
        (
            "id",
            ["Minggu, 12 Mei 2024", "Sabtu, 11 Mei 2024", "Jumat, 10 Mei 2024"],
            ["2024-05-12", "2024-05-11", "2024-05-10"],
        ),
        ("tr", ["12 Mayıs 2024", "11 Mayıs 2024", "10 Mayıs 2024"], ["2024-05-12", "2024-05-11", "2024-05-10"]),
        ("hi", ["12 मई 2024", "११ मई २०२४", "10 मई 2024"], ["2024-05-12", "2024-05-11", "2024-05-10"]),
        ("vi", ["12/05/2024", "11/05/2024", "10/05/2024"], ["2024-05-12", "2024-05-11", "2024-05-10"]),
        (
            "en",
            ["<time>12 May 2024</time>", "<time>11 May 2024</time>", "<time>10 May 2024</time>"],
            ["2024-05-12", "2024-05-11", "2024-05-10"],
        ),
        (
            "en",
            [
                "<span title='2024-05-12T08:00:00Z'>2 hours ago</span>",
                "<span title='2024-05-11T08:00:00Z'>yesterday</span>",
                "<span title='2024-05-10T08:00:00Z'>Friday</span>",
            ],
            ["2024-05-12T08:00:00Z", "2024-05-11T08:00:00Z", "2024-05-10T08:00:00Z"],
        ),
    ] {
        let page = format!(
            "<html lang={lang}><main><ul>{}{}{}</ul></main></html>",
            row(3, dates[0]),
            row(2, dates[1]),
            row(1, dates[2])
        );
        check(
            &page,
            &[
                ("What was decided in session 3", "/n/3", expected[0]),
                ("What was decided in session 2", "/n/2", expected[1]),
                ("What was decided in session 1", "/n/1", expected[2]),
            ],
        );
    }
}

#[test]
fn rows_of_a_table_without_a_link_are_entries_and_its_heads_name_the_columns() {
    let page = "<table><tr><th>Name and link</th><th>Category</th><th>Location</th><th>Release date</th></tr>
        <tr><td><a href=/1>The system has version 17.5</a></td><td>Phones</td><td>Berlin</td><td>13 May 2024</td></tr>
        <tr><td>The browser has version 17.5</td><td>Watches</td><td>Rome</td><td>12 May 2024</td></tr>
        <tr><td><a href=/2>The player has version 3.1</a></td><td>Tablets</td><td>Oslo</td><td>8 May 2024</td></tr>
        <tr><td><a href=/3>The editor has version 9.0</a></td><td>Desks</td><td>Bonn</td><td>7 May 2024</td></tr></table>";
    check(
        page,
        &[
            ("The system has version 17.5", "/1", "2024-05-13"),
            ("The browser has version 17.5", "", "2024-05-12"),
            ("The player has version 3.1", "/2", "2024-05-08"),
            ("The editor has version 9.0", "/3", "2024-05-07"),
        ],
    );
    let entries = read(page).expect("a listing").entries;
    let first = &entries[0];
    assert_eq!((first.topics.join("|"), first.place.as_str()), ("Phones".to_owned(), "Berlin"));
}

#[test]
fn topics_after_a_label_and_places_beside_the_date_are_read() {
    let card = |n: u32, place: &str, topics: &str| {
        format!(
            "<div class=card><h3><a href=/{n}>The company opens plant number {n}</a></h3><p class=meta><span>{place}</span> | <span>Sep {n}, 2024</span> | <span>{n} min read</span></p>
             <p><strong>Category:</strong> {topics}</p></div>"
        )
    };
    let page = [
        card(3, "Valencia, Spain", "<a href=/e/x>Education</a>, <a href=/e/y>Best for Kids</a>"),
        card(2, "Stuttgart, Germany", "<a href=/e/z>Art</a>"),
        card(1, "New York, USA", "Energy, Water"),
    ];
    let listing = read(&main_of(&page.concat())).expect("a listing");
    let found: Vec<(String, &str)> =
        listing.entries.iter().map(|one| (one.topics.join("|"), one.place.as_str())).collect();
    let expected = [
        ("Education|Best for Kids", "Valencia, Spain"),
        ("Art", "Stuttgart, Germany"),
        ("Energy|Water", "New York, USA"),
    ];
    assert_eq!(found, expected.map(|(topics, place)| (topics.to_owned(), place)));
}

#[test]
fn the_date_of_publication_is_told_from_others() {
    let card = |n: u32| {
        format!(
            "<li><a href=/{n}>The report number {n} is out</a><p>Updated: {n}0 June 2024</p><p>Published: {n} May 2024</p><p>Closing date: {n} July 2024</p></li>"
        )
    };
    let expected = [
        ("The report number 1 is out", "/1", "2024-05-01"),
        ("The report number 2 is out", "/2", "2024-05-02"),
        ("The report number 3 is out", "/3", "2024-05-03"),
    ];
    check(&main_of(&format!("<ul>{}{}{}</ul>", card(1), card(2), card(3))), &expected);
}

#[test]
fn sticky_entries_and_relative_links_with_a_base_are_read() {
    let row = |class: &str, n: u32, date: &str| {
        format!(
            "<div class='views-row {class}'><div class=title><a href=item?id={n}>The office answers question {n}</a></div><div class=date>{date}</div></div>"
        )
    };
    let page = format!(
        "<base href=https://example.org/deep/><div class=list>{}{}{}</div>",
        row("sticky", 1, "1.2.2023"),
        row("odd", 3, "13.5.2024"),
        row("even", 2, "12.5.2024")
    );
    check(
        &page,
        &[
            ("The office answers question 1", "/deep/item?id=1", "2023-02-01"),
            ("The office answers question 3", "/deep/item?id=3", "2024-05-13"),
            ("The office answers question 2", "/deep/item?id=2", "2024-05-12"),
        ],
    );
}

#[test]
fn pages_of_other_kinds_are_refused() {
    let text = "<p>The ministry has said today that the new law on the water of the country will be in force from the first day of the next year on, and that all offices are ready for it.</p>";
    let news = |n: u32| {
        format!("<li><a href=/r/{n}>Another piece of news has the number {n}</a> <span>1{n} May 2024</span></li>")
    };
    let menu: String = [
        "About the ministry",
        "The minister and her team",
        "Services and forms",
        "Legislation and rules",
        "Jobs and careers",
        "Contact and visits",
    ]
    .iter()
    .enumerate()
    .map(|(n, name)| format!("<li><a href=/m/{n}>{name}</a></li>"))
    .collect();
    let person = |n: u32| {
        format!(
            "<div class=card><h3><a href=/p/{n}>Dr. Anna Maria Schmidt-Meyer {n}</a></h3><p>Head of department {n}</p><a href=mailto:a{n}@example.org>Mail</a></div>"
        )
    };
    let product = |n: u32| {
        format!(
            "<li class=product><h2><a href=/p/{n}>A comfortable chair with four legs, model {n}</a></h2><span class=price>1{n},99 €</span></li>"
        )
    };
    let service = |n: u32| format!("<div class=tile><h3><a href=/s/{n}>Pay a fine online {n}</a></h3></div>");
    let faq = |n: u32| format!("<li><a href=#q{n}>How do I apply for the permit number {n}?</a></li>");
    let table = [
        (
            "a short article with other news beside it",
            format!(
                "<meta property=og:type content=article><main><h1>A law on water</h1><p>14 May 2024</p>{}</main><div class=sidebar><h2>Latest news</h2><ul>{}</ul></div>",
                text.repeat(4),
                (1..6).map(news).collect::<String>()
            ),
        ),
        (
            "a short article with related news below",
            format!(
                "<main><article><h1>A law on water</h1><p>14 May 2024</p>{}</article><section class=related-news><ul>{}</ul></section></main>",
                text.repeat(4),
                (1..4).map(news).collect::<String>()
            ),
        ),
        ("a home page with menus only", format!("<div class=top><ul>{menu}</ul></div><div><h1>Welcome</h1><p>Choose a subject.</p></div>")),
        ("people", format!("<main>{}</main>", (1..9).map(person).collect::<String>())),
        ("products", format!("<main><ul>{}</ul></main>", (1..9).map(product).collect::<String>())),
        (
            "products that JSON-LD lists",
            format!(
                "<script type='application/ld+json'>{{\"@type\": \"ItemList\", \"itemListElement\": [{}]}}</script><main><ul>{}</ul></main>",
                (1..9).map(|n| format!("{{\"@type\": \"ListItem\", \"url\": \"/p/{n}\", \"name\": \"A comfortable chair, model {n}\"}}")).collect::<Vec<_>>().join(","),
                (1..9).map(product).collect::<String>()
            ),
        ),
        (
            "an article whose data lists related ones",
            format!(
                "<script type='application/ld+json'>[{}]</script><script type='application/json'>{{\"related\": [{}]}}</script><main><h1>A law</h1>{}</main>",
                (1..4).map(|n| format!("{{\"@type\": \"NewsArticle\", \"url\": \"/r/{n}\", \"headline\": \"Other news {n}\", \"datePublished\": \"2024-05-0{n}\"}}")).collect::<Vec<_>>().join(","),
                (1..6).map(|n| format!("{{\"title\": \"Other news {n}\", \"url\": \"/r/{n}\", \"date\": \"2024-05-0{n}\"}}")).collect::<Vec<_>>().join(","),
                text.repeat(16)
            ),
        ),
        (
            "links below a text",
            format!("<main><h1>Features</h1>{}<ul>{}</ul></main>", text.repeat(4), (1..9).map(|n| format!("<li><h3><a href=/f/{n}>Learn more about the great feature {n}</a></h3></li>")).collect::<String>()),
        ),
        (
            "one event that gives its own address",
            format!("<link rel=canonical href=/e/1><script type='application/ld+json'>[{{\"@type\": \"MusicEvent\", \"url\": \"/e/1\", \"name\": \"A concert\", \"startDate\": \"2024-05-01\"}}]</script><main><h1>A concert</h1>{text}{text}</main>"),
        ),
        ("services", format!("<main>{}</main>", (1..9).map(service).collect::<String>())),
        ("questions", format!("<main><ul>{}</ul></main>", (1..9).map(faq).collect::<String>())),
        (
            "a form to log in",
            "<main><h1>Log in</h1><form><label>Name <input name=n></label><label>Password <input type=password></label><button>Log in</button></form><a href=/forgot>Forgotten your password?</a> <a href=/new>Create an account</a></main>".to_owned(),
        ),
        (
            "a form to search",
            format!("<main><h1>Search</h1><form><input name=q><select>{}</select></form><p>No results. Last updated 12 May 2024.</p></main>", (2000..2020).map(|year| format!("<option>1 May {year}")).collect::<String>()),
        ),
        (
            "a history of changes",
            format!(
                "<main><h1>Guide to permits</h1>{}<h2>Updates</h2><ul>{}</ul></main>",
                text.repeat(8),
                (1..9).map(|n| format!("<li><time datetime=2024-05-0{n}>{n} May 2024</time> Added a part about the case number {n}.</li>")).collect::<String>()
            ),
        ),
        (
            "comments",
            format!(
                "<main><article><h1>A law on water</h1>{}</article><ol class=comments>{}</ol></main>",
                text.repeat(6),
                (1..9).map(|n| format!("<li><a href=/u/{n}>User of the site {n}</a> <a href=#c{n}>1{n} May 2024 at 12:30</a><p>I think that this is right, as I have always said.</p></li>")).collect::<String>()
            ),
        ),
    ];
    let mut wrong = Vec::new();
    for (name, page) in table {
        match read(&page) {
            Ok(listing) => wrong.push((name, listing.entries.into_iter().map(|entry| entry.title).collect::<Vec<_>>())),
            Err(reason) => assert_ne!(reason, NoListing::Shell, "{name}"),
        }
    }
    assert_eq!(wrong, [], "read as listings");
}
