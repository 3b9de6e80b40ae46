//! A feed of any size, the same in every run: words made of syllables, some far more frequent than others.

use std::io::{self, Write};

const SYLLABLES: [&str; 24] = [
    "ba", "de", "di", "fa", "go", "in", "ka", "le", "li", "ma", "mi", "na", "ne", "pa", "re", "ro", "sa", "se", "ta",
    "te", "ti", "un", "ur", "va",
];
const DAYS: usize = 7_670;

/// A linear congruential generator (Knuth's MMIX constants), good enough to choose words.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    /// Small numbers are far more frequent.
    fn skewed(&mut self, bound: usize) -> usize {
        let bound = 1 + self.below(bound);
        self.below(bound)
    }
}

/// Returns `count` words of up to five syllables.
fn words(random: &mut Random, count: usize) -> Vec<String> {
    (0..count).map(|_| (0..=random.below(4)).map(|_| SYLLABLES[random.below(SYLLABLES.len())]).collect()).collect()
}

/// Returns a text of `length` words.
fn text(random: &mut Random, words: &[String], length: usize) -> String {
    let picked: Vec<&str> = (0..length).map(|_| words[random.skewed(words.len())].as_str()).collect();
    picked.join(" ")
}

/// `count` releases as plain JSON, newest first. "reykjavik" occurs in one summary of a thousand, "zzyzx" in none.
pub fn feed(count: usize) -> Vec<u8> {
    let mut json = Vec::new();
    write(count, &mut json).expect("memory takes everything");
    json
}

/// Writes [`feed`], one release a line, without holding it in memory.
pub fn write(count: usize, json: &mut dyn Write) -> io::Result<()> {
    let mut random = Random(42);
    let words = words(&mut random, 20_000);
    json.write_all(b"{\"title\":\"Sample\",\"items\":[\n")?;
    for n in 0..count {
        if n > 0 {
            json.write_all(b",\n")?;
        }
        let day = DAYS - n * DAYS / count;
        let (year, month, date) = (1998 + day / 366, 1 + day % 366 / 31, 1 + day % 28);
        let (title, mut summary) = (text(&mut random, &words, 8), text(&mut random, &words, 60));
        if n % 1_000 == 500 {
            summary.push_str(" Reykjavik");
        }
        if n % 20 == 7 {
            summary.push_str(" \\\"so\\\"\\nsaid");
        }
        let (topic, place) = (random.skewed(40), random.skewed(60));
        write!(
            json,
            "{{\"id\":\"{n}\",\"title\":\"{title}\",\"topic\":\"Topic {topic}\",\"date\":\"{year}-{month:02}-{date:02}\",\
             \"place\":\"Place {place}\",\"summary\":\"{summary}\",\"url\":\"http://127.0.0.1/news/{year}/{n}\"}}"
        )?;
    }
    json.write_all(b"\n]}\n")
}

/// The releases of [`feed`] as a table: comma-separated values with a header.
pub fn table(count: usize) -> Vec<u8> {
    const COLUMNS: [&str; 7] = ["id", "title", "topic", "date", "place", "summary", "url"];
    let feed: serde_json::Value = serde_json::from_slice(&feed(count)).expect("it is JSON");
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS).expect("memory takes everything");
    for release in feed["items"].as_array().expect("a list") {
        table.write_record(COLUMNS.map(|name| release[name].as_str().unwrap_or(""))).expect("memory takes everything");
    }
    table.into_inner().expect("memory takes everything")
}

/// `count` releases as RSS, every second one with markup in its text. "Reykjavik" occurs in one title of a thousand.
pub fn rss(count: usize) -> Vec<u8> {
    let mut xml = Vec::new();
    write_rss(count, &mut xml).expect("memory takes everything");
    xml
}

/// Writes [`rss`], one release a line.
pub fn write_rss(count: usize, xml: &mut dyn Write) -> io::Result<()> {
    let mut random = Random(7);
    let words = words(&mut random, 5_000);
    xml.write_all(b"<rss version=\"2.0\"><channel><title>Sample</title><link>http://127.0.0.1/</link>\n")?;
    for n in 0..count {
        let mut title = text(&mut random, &words, 8);
        if n % 1_000 == 500 {
            title.insert_str(0, "Reykjavik ");
        }
        let (start, end) = (text(&mut random, &words, 30), text(&mut random, &words, 30));
        let summary =
            if n % 2 == 0 { format!("{start} {end}") } else { format!("<p>{start} <b>so</b></p><p>{end}</p>") };
        let (topic, day, hour) = (random.skewed(40), 1 + n % 28, n % 24);
        writeln!(
            xml,
            "<item><title>{title} &amp; more</title><link>http://127.0.0.1/{n}</link><guid>{n}</guid>\
             <pubDate>{day:02} Nov 2018 {hour:02}:00:00 GMT</pubDate><category>Topic {topic}</category>\
             <description><![CDATA[{summary}]]></description></item>"
        )?;
    }
    xml.write_all(b"</channel></rss>\n")
}
