use std::fmt::Write;
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;
use crate::feed::ahead::tests::Log;
use crate::feed::read;
use crate::release::{Date, Problem, Release};
use crate::text::CleanBuf;

/// What was read, and the rules to read it by.
#[derive(Default)]
struct Kept {
    rules: Rules,
    releases: Vec<Release>,
    problems: Vec<String>,
}

impl Sink for Kept {
    fn title(&mut self, _title: Clean<'_>) {}

    fn release(&mut self, _item: u64, release: &Release) {
        self.releases.push(release.clone());
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem.to_string());
    }

    fn rules(&self) -> Rules {
        self.rules.clone()
    }

    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn kept(text: impl AsRef<[u8]>, maps: &[&str]) -> Result<Kept, String> {
    let map = maps.iter().map(|map| map.parse().expect("a map")).collect();
    let rules = Rules { map, ..Rules::default() };
    let mut kept = Kept { rules, ..Kept::default() };
    let read = read(CleanBuf::line("t").as_clean(), &mut text.as_ref(), &mut kept);
    read.map(|()| kept).map_err(|refusal| refusal.to_string())
}

/// The titles, after no problems.
fn titles(text: impl AsRef<[u8]>) -> Vec<String> {
    let kept = kept(text, &[]).expect("a table");
    assert_eq!(kept.problems, Vec::<String>::new());
    kept.releases.iter().map(|release| release.title.to_string()).collect()
}

#[test]
fn a_row_becomes_a_release() {
    let text = "\u{feff}Id;Headline;Published;Category;City;Link;Description;Body HTML;Office\r\n\
                7;\"One; two\";2018-11-06;Roads, rail;Bern;https://a.example/7;\"Two\nlines\";<p>A <b>b</b></p>;x\r\n";
    let kept = kept(text, &[]).expect("a table");
    assert_eq!(kept.problems, Vec::<String>::new());
    let release = &kept.releases[0];
    assert_eq!((release.id.as_str(), release.title.as_str()), ("7", "One; two"));
    assert_eq!((release.date, release.place.as_str()), (Date::from_ymd(2018, 11, 6), "Bern"));
    assert_eq!((release.topics.len(), release.topics[0].as_str()), (1, "Roads, rail"));
    assert_eq!(release.url.as_str(), "https://a.example/7");
    assert_eq!((release.summary.as_str(), release.body.as_str()), ("Two\nlines", "A b"));
}

#[test]
fn other_columns_are_custom_fields() {
    let custom = |text: &str, maps: &[&str]| {
        let kept = kept(text, maps).expect("a table");
        assert_eq!(kept.problems, Vec::<String>::new());
        let fields = kept.releases[0].fields.iter().map(|field| format!("{}={}", field.name.name(), field.value));
        fields.collect::<Vec<_>>().join(" ")
    };
    let text = "title,date,Document Type,Agencies,Web page,Ref id,,Note\n\
                One,2018,Notice,\"FDA; EPA, both\",https://a.example/,7,x,\"Long: yes; no\"\n";
    assert_eq!(custom(text, &[]), "document-type=Notice agencies=FDA agencies=EPA, both note=Long: yes note=no");
    assert_eq!(custom(text, &["site=Web page", "label=7"]).split(' ').filter(|one| one.contains("site=")).count(), 1);
    assert_eq!(custom("One,Notice\nTwo,Rule\n", &["title=1", "document-type=2"]), "document-type=Notice");
    assert_eq!(custom("One,Notice\nTwo,Rule\n", &["title=1"]), "");
    let long = format!("title,date,note\nOne,2018,\"{}\"\n", "a; ".repeat(400));
    assert_eq!(custom(&long, &[]), "");
    let wide: Vec<String> = (0..400).map(|n| format!("field {n}")).collect();
    let row: Vec<&str> = wide.iter().map(|_| "x").collect();
    let text = format!("title,date,{}\nOne,2018,{}\n", wide.join(","), row.join(","));
    assert_eq!(custom(&text, &[]).split(' ').count(), 128);
}

#[test]
fn every_delimiter_line_break_and_character_set_is_read() {
    for delimiter in [",", ";", "\t", "|"] {
        for line_break in ["\n", "\r\n", "\r"] {
            let text = ["title|date", "Één|2020-01-01", "\"Två|tre\"|", ""].join(line_break).replace('|', delimiter);
            let expected = ["Één".to_owned(), format!("Två{}tre", delimiter.replace('\t', " "))];
            assert_eq!(titles(&text), expected, "{text:?}");
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let narrow = encoding_rs::WINDOWS_1252.encode(&text).0;
            for bytes in [&wide[..], &narrow] {
                let kept = kept(bytes, &[]).expect("a table");
                assert_eq!(kept.releases.iter().map(|one| one.title.to_string()).collect::<Vec<_>>(), expected);
                assert_eq!(kept.problems.len(), 1, "the character set: {:?}", kept.problems);
            }
        }
    }
}

#[test]
fn columns_are_mapped_by_name_and_number() {
    let text = "Ref;Naslov;Objavljeno\n1;Ena;3.5.2020\n2;Dve;4.5.2020\n";
    for maps in [["title=Naslov", "date=objavljeno"], ["title=2", "date=3"]] {
        let kept = kept(text, &maps).expect("a table");
        assert_eq!(kept.problems, Vec::<String>::new());
        assert_eq!((kept.releases[1].title.as_str(), kept.releases[1].date), ("Dve", Date::from_ymd(2020, 5, 4)));
    }
    let bare = kept("Ena;2020-05-03\nDve;2020-05-04\n", &["title=1", "date=2"]).expect("a table");
    assert_eq!((bare.releases.len(), bare.releases[0].title.as_str()), (2, "Ena"));
    let reason = kept(text, &["title=Titel"]).err();
    assert_eq!(reason.as_deref(), Some("--map title=Titel: no such column; the columns are Ref, Naslov, Objavljeno"));
    let twice = kept(text, &["title=Ref", "id=Ref"]).err();
    assert_eq!(twice.as_deref(), Some("--map: the column Ref is mapped to two fields"));
}

#[test]
fn problems_name_the_line() {
    let text = "title,date,link\n\
                One,2020-01-01,https://a.example/1\n\
                \"Two\nlines\",soon,https://a.example/2\n\
                Three,2020-01-03\n\
                Four,2020-01-04,https://a.example/4,more\n\
                ,2020-01-05,\n\
                ,,,,\n\
                Six,2020-01-06,\"https://a.example/6\n\
                Seven,2020-01-07,https://a.example/7\n";
    let kept = kept(text, &[]).expect("a table");
    let expected = [
        "t, item 1, byte 51: line 3: date: “soon” is not a date, or is ambiguous",
        "t, item 2, byte 88: line 5: found 2 cells, expected 3",
        "t, item 3, byte 105: line 6: found 4 cells, expected 3",
        "t, item 4, byte 146: line 7: no title, text or link",
        "t, item 5, byte 164: line 9: unclosed quote; the row was read to the end of the line",
    ];
    assert_eq!(kept.problems, expected);
    let titles: Vec<&str> = kept.releases.iter().map(|release| release.title.as_str()).collect();
    assert_eq!(titles, ["One", "Two lines", "Three", "Four", "Six", "Seven"]);
}

#[test]
fn nul_bytes_and_invalid_utf_8_cost_no_row() {
    let rows = "One,2020-01-01\n".repeat(6_000);
    let bytes = [b"title,date\n", rows.as_bytes(), b"T\0wo,2020-01-02\n", "Één\n".as_bytes(), b"T\xff,2020\n"].concat();
    let kept = kept(bytes, &[]).expect("a table");
    assert_eq!(kept.releases.len(), 6_003);
    let problems: Vec<&str> = kept.problems.iter().filter_map(|problem| problem.split(": ").last()).collect();
    assert_eq!(
        problems,
        ["removed NUL characters", "found 1 cell, expected 2", "invalid UTF-8, replaced with \u{fffd}"]
    );
}

#[test]
fn what_is_no_table_is_refused_in_words() {
    let reason = |text: &str| kept(text, &[]).err().unwrap_or_default();
    let text = "Dear all, this is a note.\nIt has commas, here and there, and no columns.\n";
    assert!(reason(text).starts_with("not a feed: found text that begins with “Dear all, this is a note.”; "));
    assert!(reason("a,b\n1,2\n3,4\n").starts_with("no releases: found a table with the columns a, b; "));
    assert!(reason(&",".repeat(100_000)).starts_with("not a feed: found text that begins with “,,,"));
}

#[test]
fn a_row_of_any_size_is_left_out_or_read() {
    let endless = ["title,date\nOne,\n", &"x".repeat(17 << 20), "\nTwo,2020\n"].concat();
    let kept_rows = kept(&endless, &[]).expect("a table");
    assert_eq!(kept_rows.problems, ["t, item 1, byte 16: line 3: larger than 16 MiB; skipped"]);
    assert_eq!(kept_rows.releases.len(), 2);
    let wide = ["title,date\nOne,\n", "Big", &",".repeat(1_000_000), "x\nTwo,2020\n"].concat();
    let kept_rows = kept(&wide, &[]).expect("a table");
    assert_eq!(kept_rows.problems[0], "t, item 1, byte 16: line 3: found 1,000,001 cells, expected 2");
}

#[test]
fn ambiguous_dates_follow_the_rest_of_their_column() {
    let dates = |dates: &[&str]| -> Vec<Option<Date>> {
        let rows: Vec<String> = dates.iter().map(|date| format!("a,{date}")).collect();
        let kept = kept(format!("title,date\n{}\n", rows.join("\n")), &[]).expect("a table");
        kept.releases.iter().map(|release| release.date).collect()
    };
    let april = Date::from_ymd(2020, 4, 3);
    assert_eq!(dates(&["03/04/2020", "13/04/2020"])[0], april);
    assert_eq!(dates(&["04/03/2020", "04/13/2020"])[0], april);
    assert_eq!(dates(&["03/04/2020", "05/04/2020"]), [None, None]);
    assert_eq!(dates(&["03/04/2020", "13/04/2020", "04/13/2020"])[0], None);
    // The date that settles it may be far away.
    let mut many = vec!["03/04/2020"; 20_000];
    many.push("13/04/2020");
    assert_eq!(dates(&many)[0], april);
}

/// Tables that are read by both paths and both threads.
fn tables() -> impl Strategy<Value = String> {
    let cell = "[ -~]{0,30}|[a-z ]{1,20}|\"[a-z,\n]{0,20}\"|[é漢\u{7}<&]{0,5}|\"|2020-0[1-9]-1[0-9]";
    let row = prop::collection::vec(cell, 1..5).prop_map(|cells| cells.join(","));
    let rows = prop::collection::vec((row, "\n|\r\n|\n\n"), 0..80);
    rows.prop_map(|rows| {
        let mut text = "title,date,summary,link\n".to_owned();
        for (row, end) in &rows {
            write!(text, "{row}{end}").expect("memory");
        }
        text
    })
}

fn log(text: &[u8], layout: &Layout, is_alone: bool, size: usize) -> Vec<String> {
    struct Pieces<'a>(&'a [u8], usize);
    impl Read for Pieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let most = self.1.min(out.len());
            self.0.read(&mut out[..most])
        }
    }
    let mut log = Log::until(usize::MAX);
    let (name, mut input) = (CleanBuf::line("t"), Pieces(text, size));
    let scan = scan::Scan::new(name.as_clean(), &mut input, Limits::default(), layout, &mut log);
    let scan = if is_alone { scan.alone() } else { scan };
    scan.read().expect("memory");
    log.lines
}

proptest! {
    #[test]
    fn rows_read_ahead_and_in_pieces_are_the_same(text in tables(), repeated in 1_usize..4, size in 1_usize..200) {
        let text = text.repeat(repeated);
        let layout = layout::detect(b"title,date,summary,link\na,b,c,d\n", true, &Rules::default());
        let layout = layout.expect("no refusal").expect("a table");
        let alone = log(text.as_bytes(), &layout, true, usize::MAX);
        prop_assert_eq!(&log(text.as_bytes(), &layout, false, usize::MAX), &alone);
        prop_assert_eq!(&log(text.as_bytes(), &layout, true, size), &alone);
    }

    #[test]
    fn a_table_of_the_csv_writer_is_read_as_it_was_written(
        rows in prop::collection::vec(("[a-zA-Z,;\"'|\t\n -]{0,30}x", "[a-zA-Z,;\"\n]{0,60}", 1..28_u32), 1..40),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["title", "summary", "date", "id"]).expect("memory");
        let mut ends = Vec::new();
        for (number, (title, summary, day)) in rows.iter().enumerate() {
            let cells = [title.clone(), format!("{summary}y"), format!("2020-02-{day:02}"), number.to_string()];
            writer.write_record(cells).expect("memory");
            writer.flush().expect("memory");
            ends.push(writer.get_ref().len());
        }
        let bytes = writer.into_inner().expect("memory");
        let whole = kept(&bytes, &[]).expect("a table");
        prop_assert_eq!(whole.releases.len(), rows.len());
        for (release, (title, summary, day)) in whole.releases.iter().zip(&rows) {
            let title = CleanBuf::line(title.trim());
            prop_assert_eq!(release.title.as_str(), title.as_str());
            let mut block = CleanBuf::default();
            block.push_block(format!("{summary}y").trim());
            prop_assert_eq!(release.summary.as_str(), block.as_str());
            prop_assert_eq!(release.date, Date::from_ymd(2020, 2, *day));
        }
        // Of a table that is cut off, the rows before the cut are the same.
        let end = cut.index(bytes.len());
        let cut = kept(&bytes[..end], &[]).map(|kept| kept.releases).unwrap_or_default();
        let complete = ends.iter().filter(|one| **one <= end).count();
        prop_assert!(cut.len() >= complete && cut[..complete] == whole.releases[..complete], "{} of {complete}", cut.len());
    }
}
