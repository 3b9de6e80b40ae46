//! How a table is written, found out from its first rows: delimiter, header, columns and their fields.

use std::ops::ControlFlow;

use super::row::{Splitter, Step};
use crate::feed::date::{self, DayOrder, Evidence};
use crate::feed::fields::{Alias, Field, MOST_VALUES, Meaning, OwnKey};
use crate::feed::json::Aliases;
use crate::feed::rules::{DELIMITERS, FieldMap, Rules, Target, named};
use crate::feed::{Refusal, link};
use crate::text::CleanBuf;

/// The most columns.
pub(super) const COLUMNS: usize = 4_096;
/// The most rows that decide.
const SAMPLE: usize = 50;
/// The longest name of a column, in bytes.
const NAME: usize = 100;
/// The longest cell of a table without known names, in bytes.
const CELL: usize = 300;

/// How a table is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub(super) delimiter: u8,
    pub(super) columns: Vec<Column>,
    /// Whether the first row names the columns.
    pub has_header: bool,
    /// Where the first row after the header begins, in bytes.
    pub(super) start: usize,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, or its number from 1.
    pub name: CleanBuf,
    pub(super) alias: Option<Alias>,
    /// The field of the feed's own, if it holds none that tidings knows.
    pub(super) own: Option<OwnKey>,
    /// Whether the first row names it.
    has_name: bool,
    /// Whether its name says that a cell holds several values.
    pub(super) is_list: bool,
    /// The order of day and month, if some date in it allows only one.
    pub(super) order: Option<DayOrder>,
}

impl Column {
    /// Makes a column without a name.
    fn numbered(at: usize) -> Self {
        let name = CleanBuf::line(&(at + 1).to_string());
        Self { name, alias: None, own: None, has_name: false, is_list: false, order: None }
    }

    /// Returns the name of the field that it holds.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        self.alias.map(|(field, _)| field.name()).or_else(|| self.own.map(|own| own.name.name()))
    }

    /// Whether it holds a field of the table's own.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// Whether it holds a field, as far as the fields that tidings knows and those that the user has mapped.
    fn is_known(&self) -> bool {
        self.alias.is_some() || self.own.is_some()
    }

    /// Returns the order of day and month in its dates, in words, if it has been settled.
    #[must_use]
    pub fn order(&self) -> Option<&'static str> {
        self.order.map(|order| match order {
            DayOrder::DayFirst => "day first",
            DayOrder::MonthFirst => "month first",
        })
    }
}

impl Layout {
    /// Returns the name of the character between cells: "semicolon".
    #[must_use]
    pub fn delimiter(&self) -> &'static str {
        let known = DELIMITERS.iter().find(|(delimiter, _)| *delimiter == self.delimiter);
        known.map_or("character", |(_, name)| name)
    }

    /// Returns the columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Whether a column holds what makes a row a release.
    fn has_release(&self) -> bool {
        let mut fields = self.columns.iter().filter_map(|column| column.alias);
        fields.any(|(field, _)| is_of_release(field))
    }

    /// Makes the other columns that have a name fields of the table's own.
    fn name_own_fields(&mut self, aliases: &mut Aliases) {
        let unknown = self.columns.iter_mut().filter(|column| !column.is_known() && column.has_name);
        for column in unknown.take(MOST_VALUES) {
            column.own = aliases.own(column.name.as_str());
        }
    }

    /// Settles the order of day and month over these rows. Returns whether a date is left that has two readings.
    pub(super) fn settle_dates(&mut self, head: &[u8], is_whole: bool) -> bool {
        let dates: Vec<usize> = (0..self.columns.len()).filter(|at| self.is_of_dates(*at)).collect();
        let mut proofs = vec![Proof::default(); dates.len()];
        let _ = each_row(self.delimiter, self.columns.len(), head, self.start, is_whole, |cells, _| {
            for (proof, &at) in proofs.iter_mut().zip(&dates) {
                proof.add(cells.get(at).map_or("", String::as_str));
            }
            ControlFlow::Continue(())
        });
        for (proof, &at) in proofs.iter().zip(&dates) {
            self.columns[at].order = proof.order();
        }
        proofs.iter().any(|proof| proof.is_ambiguous && proof.order().is_none() && !proof.is_mixed())
    }

    fn is_of_dates(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|column| column.alias.is_some_and(|(field, _)| field == Field::Date))
    }
}

/// What the dates of a column prove about the order of day and month.
#[derive(Clone, Copy, Default)]
struct Proof {
    is_day_first: bool,
    is_month_first: bool,
    is_ambiguous: bool,
}

impl Proof {
    fn add(&mut self, cell: &str) {
        match date::evidence(cell) {
            Evidence::Proves(DayOrder::DayFirst) => self.is_day_first = true,
            Evidence::Proves(DayOrder::MonthFirst) => self.is_month_first = true,
            Evidence::Ambiguous => self.is_ambiguous = true,
            Evidence::None => {}
        }
    }

    fn is_mixed(self) -> bool {
        self.is_day_first && self.is_month_first
    }

    fn order(self) -> Option<DayOrder> {
        match (self.is_day_first, self.is_month_first) {
            (true, false) => Some(DayOrder::DayFirst),
            (false, true) => Some(DayOrder::MonthFirst),
            _ => None,
        }
    }
}

fn is_of_release(field: Field) -> bool {
    matches!(field, Field::Title | Field::Summary | Field::Body | Field::Html | Field::Url)
}

/// The first rows of a text, split at one delimiter.
struct Sample {
    delimiter: u8,
    rows: Vec<Vec<String>>,
    /// Where the second row begins.
    second: usize,
}

impl Sample {
    fn of(delimiter: u8, head: &[u8], start: usize, is_whole: bool) -> Option<Self> {
        let (mut rows, mut second) = (Vec::new(), start);
        let read = each_row(delimiter, COLUMNS, head, start, is_whole, |cells, end| {
            if rows.is_empty() {
                second = end;
            }
            rows.push(cells.to_vec());
            if rows.len() < SAMPLE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        // A table that is wider than the limit is none.
        let is_fitting = read.is_some() && rows.first().is_some_and(|row| row.len() < COLUMNS);
        is_fitting.then_some(Self { delimiter, rows, second })
    }

    fn width(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// Returns how many rows after the first there are, and how many of them are as wide as it.
    fn data(&self) -> (usize, usize) {
        let rows = self.rows.get(1..).unwrap_or_default();
        (rows.len(), rows.iter().filter(|row| row.len() == self.width()).count())
    }

    /// Whether nearly all rows are equally wide, and there are some.
    fn is_even(&self) -> bool {
        let (rows, equal) = self.data();
        self.width() > 1 && rows > 0 && equal * 5 >= rows * 4
    }

    /// Whether the first row looks like names.
    fn has_names(&self) -> bool {
        let Some(first) = self.rows.first() else { return false };
        let mut names: Vec<&str> = first.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        names.len() == count && count * 2 > first.len() && names.iter().all(|name| name.len() <= NAME)
    }

    /// Whether the second row is the line below the header of a Markdown table.
    fn is_markdown(&self) -> bool {
        let is_line = |cell: &String| cell.trim().bytes().all(|byte| matches!(byte, b'-' | b':'));
        self.rows.get(1).is_some_and(|row| row.iter().all(is_line) && row.iter().any(|cell| cell.contains("--")))
    }

    /// Whether the first row cannot be a release, judged by a column of this field.
    fn differs_from_rows(&self, field: Field, column: usize) -> bool {
        let cell = |row: &Vec<String>| row.get(column).cloned().unwrap_or_default();
        let fits = |cell: &String| match field {
            Field::Date => date::read(cell).is_ok() || date::evidence(cell) != Evidence::None,
            Field::Url => link::address(cell.trim(), None).is_ok(),
            _ => true,
        };
        let mut rows = self.rows.iter().map(cell);
        let first = rows.next().unwrap_or_default();
        !first.trim().is_empty() && !fits(&first) && rows.filter(|cell| !cell.is_empty()).any(|cell| fits(&cell))
    }

    /// Returns the columns by the names in the first row, as far as they are known.
    fn named(&self, aliases: &Aliases) -> Vec<Column> {
        let first = self.rows.first().map_or(&[][..], Vec::as_slice);
        let column = |(at, name): (usize, &String)| {
            let name = name.trim();
            if name.is_empty() {
                return Column::numbered(at);
            }
            let alias = aliases.of(name).filter(|(field, _)| !matches!(field, Field::Extension | Field::Wrapper));
            let own = match aliases.mapped_to(name) {
                Some(Meaning::Own(own)) => Some(own),
                _ => None,
            };
            let is_list = is_plural(name);
            Column { name: CleanBuf::line(name), alias, own, has_name: true, is_list, order: None }
        };
        first.iter().enumerate().map(column).collect()
    }

    fn layout(&self, columns: Vec<Column>, has_header: bool, start: usize) -> Layout {
        let start = if has_header { self.second } else { start };
        Layout { delimiter: self.delimiter, columns, has_header, start }
    }

    /// Reads it as a table without rules of the user.
    fn by_names(&self, aliases: &Aliases) -> Option<(Layout, usize)> {
        let layout = self.layout(self.named(aliases), true, 0);
        let known = layout.columns.iter().filter(|column| column.is_known()).count();
        let (rows, equal) = self.data();
        let is_table = self.width() > 1
            && self.has_names()
            && layout.has_release()
            && !self.is_markdown()
            && if known > 1 { self.is_even() || equal * 2 >= rows } else { self.is_even() && rows > 1 };
        is_table.then_some((layout, known))
    }

    /// Reads it as a table by rules of the user.
    fn by_rules(&self, rules: &Rules, aliases: &Aliases, start: usize) -> Result<Option<(Layout, usize)>, Refusal> {
        let mut columns = self.named(aliases);
        let names: Vec<String> = columns.iter().map(|column| column.name.to_string()).collect();
        let is_known = columns.iter().any(Column::is_known);
        let (mut has_header, mut missing) = (is_known, Vec::new());
        let mut numbered = Vec::new();
        for map in &rules.map {
            let first = self.rows.first().map_or(&[][..], Vec::as_slice);
            if first.iter().any(|name| map.is(name.trim())) {
                has_header = true;
                continue;
            }
            match map.column().parse::<usize>().ok().and_then(|number| number.checked_sub(1)) {
                Some(at) if at < columns.len() => numbered.push((at, map)),
                _ => missing.push(map),
            }
        }
        let is_table = self.is_even() || (self.width() == 1 && missing.is_empty() && !self.rows.is_empty());
        if !is_table {
            return Ok(None);
        }
        if let Some(reason) = no_such_column(&missing, &names) {
            return Err(Refusal::Rule(reason));
        }
        has_header |= numbered.iter().any(|(at, map)| match map.target() {
            Target::Known(field) => self.differs_from_rows(field, *at),
            Target::Own(_) => false,
        });
        if !has_header {
            columns = (0..columns.len()).map(Column::numbered).collect();
        }
        for (rank, (at, map)) in (2..u8::MAX).zip(numbered) {
            (columns[at].alias, columns[at].own) = match map.target() {
                Target::Known(field) => (Some((field, rank)), None),
                Target::Own(name) => (None, Some(OwnKey::mapped(name))),
            };
        }
        let layout = self.layout(columns, has_header, start);
        let known = layout.columns.iter().filter(|column| column.is_known()).count();
        Ok(layout.has_release().then_some((layout, known)))
    }

    /// Whether it is a table, though its names say nothing.
    fn is_plain_table(&self) -> bool {
        let (rows, equal) = self.data();
        let is_short = |row: &Vec<String>| row.iter().all(|cell| cell.len() <= CELL);
        // A single row proves little: two lines of prose may have a comma each.
        let is_enough = rows > 1 || (rows == 1 && self.width() > 2 && self.delimiter != b',' && self.has_names());
        self.width() > 1 && is_enough && rows == equal && self.rows.iter().all(is_short) && !self.is_markdown()
    }
}

/// Returns why columns that the user named do not exist.
fn no_such_column(missing: &[&FieldMap], names: &[String]) -> Option<CleanBuf> {
    let options: Vec<String> = missing.iter().map(|map| format!("--map {map}")).collect();
    let reason =
        format!("{}: no such column; the columns are {}", options.join(" "), named(names.iter().map(String::as_str)));
    (!missing.is_empty()).then(|| CleanBuf::line(&reason))
}

/// Whether a name stands for several values.
fn is_plural(name: &str) -> bool {
    let name = name.to_lowercase();
    ["tags", "topics", "categories", "subjects", "keywords"].iter().any(|plural| name.contains(plural))
}

/// Finds out how a table is written, or that the text is none. `is_whole` says that nothing follows the text.
pub(super) fn detect(head: &[u8], is_whole: bool, rules: &Rules) -> Result<Option<Layout>, Refusal> {
    if memchr::memchr(0, head).is_some() {
        return Ok(None);
    }
    let mut aliases = Aliases::new(rules);
    let (declared, start) = declared_delimiter(head);
    let declared = rules.delimiter.map(|delimiter| delimiter.0).or(declared);
    let tried = declared.map_or_else(|| DELIMITERS.map(|(delimiter, _)| delimiter).to_vec(), |only| vec![only]);
    let mut samples: Vec<Sample> =
        tried.into_iter().filter_map(|delimiter| Sample::of(delimiter, head, start, is_whole)).collect();
    // The widest first: a comma in a title is no delimiter if there are more semicolons.
    samples.sort_by_key(|sample| std::cmp::Reverse((sample.is_even(), sample.width())));
    let mut best: Option<(Layout, usize)> = None;
    let mut refusal = None;
    for sample in &samples {
        let found = if rules.map.is_empty() {
            sample.by_names(&aliases)
        } else {
            match sample.by_rules(rules, &aliases, start) {
                Ok(found) => found,
                Err(reason) => {
                    refusal.get_or_insert(reason);
                    None
                }
            }
        };
        best = match (best, found) {
            (Some(best), Some(found)) if found.1 > best.1 => Some(found),
            (best @ Some(_), _) => best,
            (None, found) => found,
        };
    }
    match (best, refusal) {
        (Some((mut layout, _)), _) => {
            layout.name_own_fields(&mut aliases);
            Ok(Some(layout))
        }
        (None, Some(refusal)) => Err(refusal),
        (None, None) => match samples.iter().find(|sample| sample.is_plain_table()) {
            Some(sample) => {
                let first = sample.rows.first().map_or(&[][..], Vec::as_slice);
                Err(Refusal::NoColumns(CleanBuf::line(&named(first.iter().map(String::as_str)))))
            }
            None => Ok(None),
        },
    }
}

/// Returns the delimiter that the first line declares for Excel (`sep=;`), and where the table begins.
fn declared_delimiter(head: &[u8]) -> (Option<u8>, usize) {
    let before = head.iter().take_while(|byte| byte.is_ascii_whitespace() && **byte != b'\t').count();
    let line = &head[before..];
    let declared = line.strip_prefix(b"sep=").and_then(|rest| rest.split_first());
    match declared {
        Some((&delimiter, rest)) if rest.starts_with(b"\n") || rest.starts_with(b"\r\n") => {
            let end = before + 5 + if rest.starts_with(b"\r") { 2 } else { 1 };
            (Some(delimiter), end)
        }
        _ => (None, before),
    }
}

/// Passes the cells of each whole row to `row`, and where the row ends. Returns `None` if there is none.
fn each_row(
    delimiter: u8,
    width: usize,
    head: &[u8],
    start: usize,
    is_whole: bool,
    mut row: impl FnMut(&[String], usize) -> ControlFlow<()>,
) -> Option<()> {
    let mut splitter = Splitter::new(delimiter, width);
    let (mut at, mut cells, mut found) = (start, Vec::new(), None);
    loop {
        at += head.get(at..)?.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let rest = head.get(at..)?;
        if rest.is_empty() {
            return found;
        }
        let Step::Row(length) = splitter.step(rest, is_whole) else { return found };
        found = Some(());
        cells.clear();
        cells.extend(splitter.cells(rest).map(|cell| String::from_utf8_lossy(cell).into_owned()));
        at += length;
        if row(&cells, at).is_break() {
            return found;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(maps: &[&str]) -> Rules {
        Rules { map: maps.iter().map(|map| map.parse().expect("a map")).collect(), ..Rules::default() }
    }

    /// The delimiter, and the fields of the columns, in short.
    fn shape(text: &str, maps: &[&str]) -> String {
        match detect(text.as_bytes(), true, &rules(maps)) {
            Ok(None) => "no table".to_owned(),
            Err(refusal) => refusal.to_string(),
            Ok(Some(layout)) => {
                let columns: Vec<String> =
                    layout.columns.iter().map(|one| format!("{}:{}", one.name, one.field().unwrap_or("-"))).collect();
                let header = if layout.has_header { "" } else { " without a header" };
                format!("{}{header} {}", layout.delimiter(), columns.join(" "))
            }
        }
    }

    #[test]
    fn delimiters_and_columns_are_found() {
        for (text, expected) in [
            ("title,date\nOne,2020-01-01\n", "comma title:title date:date"),
            ("\n\nTitle;Pub Date;Ref. no\nOne, two;1;\n", "semicolon Title:title Pub Date:date Ref. no:ref-no"),
            ("url\ttitle\nx\t\"a\tb\"\n", "tab url:link title:title"),
            ("\"head|line\"|Headline|Category\na|b|c\n", "pipe head|line:head-line Headline:title Category:topic"),
            ("sep=;\r\nref;title\r\n1;One, two, three\r\n2;b\r\n", "semicolon ref:ref title:title"),
            ("title,date\n", "comma title:title date:date"),
            ("title,date,link\na,b\nc\nd,e,f\ng,h,i\n", "comma title:title date:date link:link"),
        ] {
            assert_eq!(shape(text, &[]), expected, "{text}");
        }
    }

    #[test]
    fn texts_with_commas_are_no_tables() {
        for text in [
            "",
            "title",
            "title\nOne\nTwo\n",
            "Dear reader, this is a text, and it has commas.\nSome lines have more, some have fewer.\nNone is a row.\n",
            "Title, in the sense of law, is a claim.\nIt passes by deed, by will, or by law.\nSee below.\n",
            "Summary of the meeting, 3 May\n\nPresent: Ann, Bo, Cy\nAbsent: none\n",
            "| Title | Date |\n| --- | --- |\n| One | 2020 |\n",
            "title,date\n\0,1\n",
        ] {
            assert_eq!(shape(text, &[]), "no table", "{text}");
        }
        let reason = "no releases: found a table with the columns ref, office, head; say which one holds the title with \
                      --map title=COLUMN";
        assert_eq!(shape("ref,office,head\n1,a,b\n2,c,d\n", &[]), reason);
    }

    #[test]
    fn one_row_below_names_is_a_table_unless_it_may_be_prose() {
        let reason = "no releases: found a table with the columns Datum, Naslov, Kraj; say which one holds the title with \
                      --map title=COLUMN";
        assert_eq!(shape("Datum;Naslov;Kraj\n1;a;b\n", &[]), reason);
        assert_eq!(shape("Dear Ann, Bo, and Cy\nfine, thank you, and you\n", &[]), "no table");
    }

    #[test]
    fn the_user_may_give_the_delimiter() {
        let detect = |text: &str, delimiter: &str| {
            let rules = Rules { delimiter: delimiter.parse().ok(), ..Rules::default() };
            let layout = detect(text.as_bytes(), true, &rules).expect("no refusal")?;
            Some((layout.delimiter(), layout.columns.iter().map(|column| column.name.to_string()).collect::<Vec<_>>()))
        };
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(detect("title^date\na, b^c\n", "^"), Some(("character", names(&["title", "date"]))));
        assert_eq!(detect("x;y,title,date\na;b,c,d\n", "comma"), Some(("comma", names(&["x;y", "title", "date"]))));
    }

    #[test]
    fn the_user_names_columns_or_numbers_them() {
        let text = "Naslov;Objavljeno;Title\nEna;03.05.2020;x\nDve;04.05.2020;y\n";
        let expected = "semicolon Naslov:title Objavljeno:date Title:x-title";
        assert_eq!(shape(text, &["title=naslov", "date=Objavljeno"]), expected);
        assert_eq!(shape(text, &["title=1", "date=2"]), expected, "dates below a word tell that it is a header");
        let error = "--map title=Titel: no such column; the columns are Naslov, Objavljeno, Title";
        assert_eq!(shape(text, &["title=Titel"]), error);
        assert_eq!(shape(text, &["title=4"]), error.replace("Titel", "4"));
        assert_eq!(
            shape("title;Art;Doc type\nEna;a;b\n", &["document-type=Art"]),
            "semicolon title:title Art:document-type Doc type:doc-type"
        );
        assert_eq!(shape("title;Art\nEna;a\n", &["document-type=2"]), "semicolon title:title Art:document-type");
        let bare = "One,2020-01-01\n\"Two, three\",2020-01-02\n";
        assert_eq!(shape(bare, &["title=1", "date=2"]), "comma without a header 1:title 2:date");
        assert_eq!(shape("One\nTwo\n", &["title=1"]), "comma without a header 1:title");
    }

    #[test]
    fn the_order_of_day_and_month_is_settled_over_the_column() {
        let order = |dates: &[&str]| {
            let rows: Vec<String> = dates.iter().map(|date| format!("a,{date}")).collect();
            let text = format!("title,date\n{}\n", rows.join("\n"));
            let mut layout = detect(text.as_bytes(), true, &Rules::default()).expect("no refusal").expect("a table");
            let is_open = layout.settle_dates(text.as_bytes(), true);
            (layout.columns[1].order(), is_open)
        };
        assert_eq!(order(&["03/04/2020", "13/04/2020"]), (Some("day first"), false));
        assert_eq!(order(&["03/04/2020 10:00", "04/13/2020 11:00"]), (Some("month first"), false));
        assert_eq!(order(&["03/04/2020", "05/06/2020"]), (None, true));
        assert_eq!(order(&["13/04/2020", "04/13/2020"]), (None, false));
        assert_eq!(order(&["2020-04-03", "3 April 2020"]), (None, false));
    }
}
