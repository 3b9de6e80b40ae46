//! How a table is written, found out from its first rows: delimiter, header, columns and their fields.

mod sample;

use std::ops::ControlFlow;

use sample::{Sample, each_row};

use crate::feed::Refusal;
use crate::feed::date::{self, DayOrder, Evidence};
use crate::feed::fields::{Alias, CustomKey, Field, MOST_VALUES};
use crate::feed::json::Aliases;
use crate::feed::rules::{DELIMITERS, Rules, named};
use crate::text::CleanBuf;

/// The most columns.
pub(super) const COLUMNS: usize = 4_096;

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
    /// The custom field, if it holds none that tidings knows.
    pub(super) custom: Option<CustomKey>,
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
        Self { name, alias: None, custom: None, has_name: false, is_list: false, order: None }
    }

    /// Returns the name of the field that it holds.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        self.alias.map(|(field, _)| field.name()).or_else(|| self.custom.map(|custom| custom.name.name()))
    }

    /// Whether it holds a custom field.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        self.custom.is_some()
    }

    /// Whether it holds a field, as far as the fields that tidings knows and those that the user has mapped.
    fn is_known(&self) -> bool {
        self.alias.is_some() || self.custom.is_some()
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

    /// Makes the other columns that have a name custom fields.
    fn name_custom_fields(&mut self, aliases: &mut Aliases) {
        let unknown = self.columns.iter_mut().filter(|column| !column.is_known() && column.has_name);
        for column in unknown.take(MOST_VALUES) {
            column.custom = aliases.custom(column.name.as_str());
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
            layout.name_custom_fields(&mut aliases);
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
