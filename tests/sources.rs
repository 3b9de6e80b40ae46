//! Sources on the command line: files, compressed or not, folders, patterns, several at once.

#[path = "support/command.rs"]
mod command;

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Standard output, standard error and exit code, without surrounding white space.
fn run(folder: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    fed(folder, arguments, b"")
}

fn fed(folder: &Path, arguments: &[&str], input: &[u8]) -> (String, String, Option<i32>) {
    let (out, told, code) = command::run(folder, arguments, input);
    (out.trim().to_owned(), told.trim().to_owned(), code)
}

fn rss(titles: &[&str]) -> String {
    let items: Vec<String> =
        titles.iter().map(|title| format!("<item><title>{title}</title><guid>{title}</guid></item>")).collect();
    let items = items.concat();
    format!("<rss version='2.0'><channel><title>Feed</title>{items}</channel></rss>")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn home() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    };
    write("news/a.xml", rss(&["one", "two"]).as_bytes());
    write("news/b.json", br#"[{"id":"3","title":"three"}]"#);
    write("news/deep/c.rss.gz", &gzip(rss(&["four"]).as_bytes()));
    write("news/deep/d.json.zst", &zstd::encode_all(&br#"[{"title":"five"}]"#[..], 3).expect("memory"));
    write("news/notes.txt", b"no feed at all");
    write("news/.hidden.json", br#"[{"title":"hidden"}]"#);
    write("empty/x", b"");
    fs::remove_file(folder.path().join("empty/x")).expect("gone");
    write("other/readme", b"text");
    folder
}

#[test]
fn a_folder_is_read_with_everything_in_it() {
    let home = home();
    let (out, err, code) =
        run(home.path(), &["list", "news", "--columns", "title", "--format", "tsv", "--sort", "title"]);
    assert_eq!((out.as_str(), code), ("title\nfive\nfour\none\nthree\ntwo", Some(0)), "{err}");
    assert!(err.contains("notes.txt") && err.contains("not a feed"), "{err}");
}

#[test]
fn a_folder_without_a_feed_is_refused() {
    let home = home();
    for (folder, words) in [("empty", "empty folder"), ("other", "folder without a feed")] {
        let (out, err, code) = run(home.path(), &["list", folder]);
        assert_eq!((out.as_str(), code), ("", Some(2)));
        assert!(err.contains(words), "{err}");
    }
}

#[test]
fn compressed_files_pipes_and_patterns_are_read_and_nothing_twice() {
    let home = home();
    let count = |arguments: &[&str]| {
        let (out, err, _) = run(home.path(), &[&["list", "--count"], arguments].concat());
        assert!(err.is_empty(), "{err}");
        out
    };
    assert_eq!(count(&["news/deep/c.rss.gz"]), "1");
    assert_eq!(count(&["news/deep/*"]), "2");
    assert_eq!(count(&["news/a.xml", "news/../news/a.xml", "news/b.json"]), "3");
    let piped = fed(home.path(), &["list", "--count", "-"], &gzip(rss(&["p", "q"]).as_bytes()));
    assert_eq!(piped.0, "2");
    let (_, err, code) = run(home.path(), &["list", "news/*.none"]);
    assert!(code == Some(2) && err.contains("news/*.none") && err.contains("cannot open"), "{err}");
}

#[test]
fn a_truncated_compressed_feed_keeps_its_beginning() {
    let home = home();
    let titles: Vec<String> =
        (0..3_000_u64).map(|n| format!("title {}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let packed = gzip(rss(&titles.iter().map(String::as_str).collect::<Vec<_>>()).as_bytes());
    fs::write(home.path().join("cut.gz"), &packed[..packed.len() / 2]).expect("a file");
    let (out, err, code) = run(home.path(), &["list", "--count", "cut.gz"]);
    let count: usize = out.parse().expect("a number");
    assert!(code == Some(0) && count > 100 && count < 3_000, "{out}");
    assert!(err.contains("cannot unpack"), "{err}");
}

#[test]
fn another_charset_is_read_and_a_guess_is_reported() {
    let home = home();
    let (bytes, ..) = encoding_rs::WINDOWS_1251
        .encode("<rss><channel><item><title>Новости международной организации</title></item></channel></rss>");
    fs::write(home.path().join("ru.xml"), &bytes).expect("a file");
    let (out, err, code) = run(home.path(), &["list", "ru.xml", "--columns", "title", "--format", "tsv"]);
    assert_eq!((out.as_str(), code), ("title\nНовости международной организации", Some(0)));
    assert!(err.contains("windows-1251") && err.contains("guess"), "{err}");
}

fn stories() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    // Two texts are one story if they begin alike; a title alone is not enough.
    let text =
        "The parties to the treaty met in Geneva and signed it on Monday after a week of talks on its last article.";
    let item = |title: &str, link: &str, day: u32| {
        let text = if day < 10 && title.eq_ignore_ascii_case("a treaty") { text } else { "" };
        format!(
            "<item><title>{title}</title><link>{link}</link><description>{text}</description>\
             <pubDate>{day} Nov 2018</pubDate></item>"
        )
    };
    let write = |name: &str, items: &[String]| {
        let text = format!("<rss version='2.0'><channel><title>{name}</title>{}</channel></rss>", items.concat());
        fs::write(folder.path().join(name), text).expect("a file");
    };
    write(
        "one.xml",
        &[item("A treaty", "https://one.invalid/treaty", 5), item("Alone", "https://one.invalid/alone", 4)],
    );
    write("two.xml", &[item("Signed!", "http://www.one.invalid/treaty/?utm_source=two", 6)]);
    write(
        "three.xml",
        &[item("A TREATY", "https://three.invalid/9", 7), item("A treaty", "https://three.invalid/1", 20)],
    );
    folder
}

#[test]
fn a_story_of_several_feeds_is_shown_once_with_all_its_links() {
    let folder = stories();
    let feeds = ["one.xml", "two.xml", "three.xml"];
    let list = |more: &[&str]| run(folder.path(), &[&["list", "--format", "tsv"], more, &feeds[..]].concat());
    let (out, problems, code) = list(&["--columns", "title,source"]);
    assert_eq!((problems.as_str(), code), ("", Some(0)));
    let rows: Vec<&str> = out.lines().skip(1).collect();
    assert_eq!(rows, ["A treaty\tthree.xml", "A treaty\tone.xml; two.xml; three.xml", "Alone\tone.xml"]);
    // Every source finds the shared story, and the counts include it.
    assert!(list(&["-q", "source:two.xml"]).0.contains("one.invalid/treaty"));
    assert_eq!(
        list(&["--facet", "source"]).0.lines().skip(1).collect::<Vec<_>>(),
        ["one.xml\t2", "three.xml\t2", "two.xml\t1"]
    );
    let json = run(folder.path(), &[&["list", "--format", "jsonl", "-q", "source:two.xml"], &feeds[..]].concat()).0;
    let item: serde_json::Value = serde_json::from_str(&json).expect("one line");
    assert_eq!(item["_tidings"]["also"][0]["url"], "http://www.one.invalid/treaty/?utm_source=two");
    assert_eq!(item["_tidings"]["also"][1]["source"], "three.xml");
    let shown = run(folder.path(), &[&["show", "https://three.invalid/9"], &feeds[..]].concat()).0;
    for part in ["also in 2 sources", "LINKS", "https://one.invalid/treaty", "https://three.invalid/9"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert_eq!(list(&["--no-merge", "--columns", "title"]).0.lines().count(), 1 + 5);
}

#[test]
fn an_equal_title_alone_makes_no_story() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = "Statement by the Minister of Foreign Affairs";
    let write = |name: &str, text: &str| {
        let item = |title: &str, day: u32| {
            format!(
                "<item><title>{title}</title><link>https://{name}.invalid/{day}</link><description>{text}</description>\
                 <pubDate>{day} Nov 2018</pubDate></item>"
            )
        };
        let items = [item("A treaty", 5), item(long, 6), item(long, 7)].concat();
        let feed = format!("<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>");
        fs::write(folder.path().join(name), feed).expect("a file");
    };
    let rows =
        || run(folder.path(), &["list", "--format", "tsv", "--columns", "title", "one", "two"]).0.lines().count();
    // On the same day with different texts; and without texts if the title is short or used again.
    for (one, two) in [("The first says this of it.", "The second says that of it."), ("", "")] {
        write("one", one);
        write("two", two);
        assert_eq!(rows(), 1 + 6, "{one:?} {two:?}");
    }
}

#[test]
fn limits_are_reported_and_configurable() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "word ".repeat(300_000);
    fs::write(folder.path().join("long.json"), format!("[{{\"title\":\"long\",\"summary\":\"{text}\"}}]"))
        .expect("a file");
    let summary = |arguments: &[&str]| {
        let (out, told, _) = run(folder.path(), &[&["list", "--format", "jsonl", "long.json"], arguments].concat());
        let item: serde_json::Value = serde_json::from_str(&out).expect("one line");
        (item["content_text"].as_str().expect("a text").to_owned(), told)
    };
    let (cut, told) = summary(&[]);
    assert_eq!(cut.chars().count(), (1 << 20) + 1);
    assert!(cut.ends_with('…') && told.contains("the last 451423 bytes were cut off; raise the limit of"), "{told}");
    assert_eq!(summary(&["--max-text", "2000000"]), (text.trim_end().to_owned(), String::new()));

    let bomb = gzip(&format!("[{{\"title\":\"bomb\",\"summary\":\"{}\"}}]", " ".repeat(80 << 20)).into_bytes());
    fs::write(folder.path().join("bomb.json.gz"), bomb).expect("a file");
    let (out, told, _) = run(folder.path(), &["list", "--count", "bomb.json.gz"]);
    assert!(told.contains("--max-ratio") && out.is_empty(), "{out} {told}");
    let (out, told, _) = run(folder.path(), &["list", "--count", "--max-ratio", "9000", "bomb.json.gz"]);
    assert_eq!(out, "0", "{told}");
    assert!(told.contains("larger than 64 MiB"), "{told}");
}

#[test]
fn a_table_is_read_from_a_file_a_pipe_and_a_folder() {
    let home = tempfile::tempdir().expect("a folder");
    let table = "Naslov;Datum;Oddelek\nEna, dve;03/04/2020;x\nTri;13/04/2020;y\n";
    fs::create_dir(home.path().join("all")).expect("a folder");
    for (name, bytes) in
        [("a.csv", table.as_bytes()), ("all/a.csv.gz", &gzip(table.as_bytes())), ("notes.txt", b"a, b\n")]
    {
        fs::write(home.path().join(name), bytes).expect("a file");
    }
    let maps = ["--map", "title=Naslov", "--map", "date=2"];
    let list =
        |source: &'static str| [&["list", "--format", "csv", "--columns", "date,title", source][..], &maps].concat();
    let expected = "date,title\n2020-04-13,Tri\n2020-04-03,\"Ena, dve\"";
    for source in ["a.csv", "all"] {
        assert_eq!(run(home.path(), &list(source)), (expected.to_owned(), String::new(), Some(0)));
    }
    assert_eq!(fed(home.path(), &list("-"), table.as_bytes()).0, expected);
    // What is listed as a table is read as one.
    fs::write(home.path().join("again.csv"), expected).expect("a file");
    let again = ["list", "--format", "csv", "--columns", "date,title", "again.csv"];
    assert_eq!(run(home.path(), &again), (expected.to_owned(), String::new(), Some(0)));
    let (_, err, code) = run(home.path(), &["list", "a.csv"]);
    let reason = "no releases: found a table with the columns Naslov, Datum, Oddelek; say which one holds the title with \
                  --map title=COLUMN";
    assert_eq!((err, code), (format!("tidings: a.csv: {reason}"), Some(2)));
    let (_, err, code) = run(home.path(), &["list", "notes.txt"]);
    assert!(err.starts_with("tidings: notes.txt: not a feed: found text that begins with “a, b”; ") && code == Some(2));
    let (out, _, _) = run(home.path(), &[&["check", "a.csv"][..], &maps].concat());
    let about = "  table · 2 items · 2020-04-03 to 2020-04-13\n  with a header, cells separated by semicolons\n  \
                 columns: Naslov is title, Datum is date (day first), Oddelek is oddelek\n  custom fields: oddelek (2 values in 2 items)\n";
    assert!(out.contains(about), "{out}");
}

#[test]
fn a_saved_page_is_read_as_a_feed_and_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let row =
        |n: u32| format!("<li><h3><a href=n/{n}>The news of day number {n}</a></h3><p>0{n} July 2020, Bern</p></li>");
    let rows: String = (1..5).map(row).collect();
    let page = format!(
        "<!doctype html><title>News</title><link rel=alternate type=application/rss+xml href=/feed.xml><ul>{rows}</ul>"
    );
    fs::write(folder.path().join("page.html"), page).expect("a page");
    let list = |more: &[&str]| {
        let arguments = ["list", "page.html", "--columns", "title,url,date,place", "--format", "tsv"];
        run(folder.path(), &[&arguments[..], more].concat())
    };
    let (out, problems, code) = list(&["--base", "https://example.org/news/"]);
    assert_eq!((problems.as_str(), code), ("", Some(0)));
    let expected = "The news of day number 4\thttps://example.org/news/n/4\t2020-07-04\tBern";
    assert_eq!(out.lines().nth(1), Some(expected), "{out}");
    let (out, _, code) = list(&[]);
    assert_eq!((out.lines().nth(1), code), (Some("The news of day number 4\t\t2020-07-04\tBern"), Some(0)));
    let (_, problem, code) = list(&["--base", "example.org"]);
    assert!(code == Some(2) && problem.contains("https://"), "{problem}");
    let (out, _, code) = run(folder.path(), &["check", "page.html", "--base", "https://example.org/news/"]);
    assert!(
        out.contains("listing page · 4 items") && out.contains("a repeated list · all dated · confidence: high"),
        "{out}"
    );
    assert!(out.contains("the page names the feed https://example.org/feed.xml") && code == Some(0), "{out}");
    for (page, found) in [
        ("<div id=app>Loading</div><script src=app.js></script>", "a page that a script fills"),
        ("<div id=app>Loading</div>", "a page without text"),
    ] {
        fs::write(folder.path().join("shell.html"), format!("<!doctype html>{page}")).expect("a page");
        let (_, problem, code) = run(folder.path(), &["list", "shell.html"]);
        assert!(code == Some(2) && problem.contains(&format!("not a listing page: found {found}")), "{problem}");
    }
}
