//! The filter pane: the values of each facet with their counts, a cursor, and type-ahead within one facet.

mod fields;
mod names;
pub(super) mod order;
mod own;
mod rows;
mod view;
mod words;

use crate::catalog::{Catalog, Facet, NONE, ValueId};
use crate::query::{Hits, Query, Status};
use crate::text::{CleanBuf, cells, fold, fold_name, grouped};

use super::list_cursor::ListCursor;
use super::prompt::Prompt;
use names::ShortNames;
use order::{first, present, rank, rank_by_name, shown};
pub use own::{OwnRow, RankedTopic};
pub use rows::{FieldRow, Heading, Row, SavedRow, StatusRow, Value};
use view::gutter;
pub use view::{NameLine, ShownRow};
pub use words::{Compared, FoundWord, FoundWords, NoWords, WordRow, Words};

/// The facets from the top. The years are few, and would often be below the pane if they were last; folders are fewer
/// than the sources in them.
const ORDER: [Facet; 7] =
    [Facet::Topic, Facet::Year, Facet::Place, Facet::Folder, Facet::Source, Facet::Label, Facet::Account];
/// The number of values shown of a facet that is not expanded.
const FOLDED: usize = 12;
/// The maximum number of values shown during type-ahead.
const FOUND: usize = 500;
/// The number of topics that have a digit key.
const DIGITS: usize = 9;
/// Columns of the pane's margins and its divider.
const MARGINS: u16 = 4;

/// The pane's state.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    rows: Vec<Row>,
    /// The cursor in `rows`; on a selectable row if there is one.
    pub cursor: ListCursor,
    /// The saved queries (`None` if invalid) and the number of hits of each, if known.
    pub(super) saved: Vec<(Option<Query>, Option<u32>)>,
    /// The facet that is narrowed by typing, and the typed text.
    pub type_ahead: Option<(Facet, Prompt)>,
    /// The facet and the label of the value that the type-ahead has just chosen without closing.
    pub(super) just_taken: Option<(Facet, String)>,
    /// The names of the user's own topics, in the order of their definitions.
    pub(super) own_topics: Vec<CleanBuf>,
    /// The section “Words”.
    pub words: Words,
    opened: Vec<Facet>,
    /// The custom fields that are shown, below the other facets.
    pub(super) custom: Vec<Facet>,
    /// The fields that are proposed.
    proposed: Vec<Facet>,
    /// Whether values are sorted by name instead of by count.
    pub is_by_name: bool,
    /// Topics in the order of their digits.
    ranked_topics: Vec<RankedTopic>,
    /// Whether topics keep their digits whatever is filtered: while the pane has the focus.
    pub(super) keeps_digits: bool,
    /// Whether the rows are still those of another catalog.
    pub(super) is_new_catalog: bool,
    /// The columns that the names need.
    columns: u16,
    /// The names as they are shown unless in full.
    short_names: ShortNames,
}

impl Filter {
    /// Returns all rows.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the row under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<Row> {
        self.rows.get(self.cursor.at).copied()
    }

    /// Returns the topics that have a digit key, in the order of their digits.
    #[must_use]
    pub fn ranked_topics(&self) -> &[RankedTopic] {
        &self.ranked_topics
    }

    /// Returns the facet under the cursor.
    #[must_use]
    pub fn facet(&self) -> Facet {
        match self.selected() {
            Some(Row::Value(Value { facet, .. }) | Row::More(facet, _) | Row::Heading(Heading { facet, .. })) => facet,
            _ => Facet::Topic,
        }
    }

    /// The columns that the pane and its divider need to show the most frequent values in full.
    #[must_use]
    pub fn columns(&self) -> u16 {
        self.columns
    }

    /// The facets from the top.
    pub fn facets(&self) -> impl Iterator<Item = Facet> + '_ {
        ORDER.into_iter().chain(self.custom.iter().copied())
    }

    /// Returns the custom facet under the cursor.
    pub(super) fn custom_at_cursor(&self) -> Option<Facet> {
        Some(self.facet()).filter(|facet| self.custom.contains(facet))
    }

    /// Measures the names of a new catalog and chooses the fields that are proposed. Only the catalog counts, not the hits: filtering must not move the panes.
    pub fn measure(&mut self, catalog: &Catalog) {
        self.short_names.forget();
        self.proposed = fields::proposed(catalog);
        let widest = |facet| {
            let values = catalog.values(facet);
            let ids = first(values, shown(facet, catalog), FOLDED + 1, |id| std::cmp::Reverse(values.total(id)));
            let columns = |id: ValueId| {
                let count = cells(&grouped(values.total(id) as usize));
                cells(values.label(id).as_str()).saturating_add(gutter(facet) + 1 + count)
            };
            ids.into_iter().map(columns).max().unwrap_or(0)
        };
        let widest = self.facets().map(widest).max().unwrap_or(0).max(self.own_columns(catalog.len()));
        self.columns = widest.saturating_add(MARGINS);
    }

    /// Rebuilds the rows; the cursor stays on the same item.
    pub fn rebuild(&mut self, catalog: &Catalog, query: &Query, hits: &Hits) {
        let before = self.selected();
        let phrase = self.phrase_of(before).cloned();
        let typed = self.type_ahead.as_ref().map(|(facet, prompt)| (*facet, fold(prompt.text())));
        self.rows.clear();
        let is_new_catalog = std::mem::take(&mut self.is_new_catalog);
        if is_new_catalog || !self.keeps_digits {
            let topics = present(Facet::Topic, catalog).into_iter().filter(|&id| id != NONE);
            let by_rank = rank(Facet::Topic, catalog, hits);
            let own = self.ranked_own(hits, false).into_iter().map(RankedTopic::Own);
            let of_publishers = first(catalog.values(Facet::Topic), topics, DIGITS, by_rank);
            self.ranked_topics = own.chain(of_publishers.into_iter().map(RankedTopic::Value)).take(DIGITS).collect();
        }
        if typed.is_none() && !catalog.is_empty() {
            self.saved_rows(query);
            self.statuses(query, hits);
        }
        if let Some((facet, text)) = typed {
            self.append(facet, Some(&text), catalog, query, hits);
        } else {
            let (above, below) = self.around_words();
            for facet in above {
                self.append(facet, None, catalog, query, hits);
            }
            self.word_rows(query);
            for facet in below {
                self.append(facet, None, catalog, query, hits);
            }
            self.field_rows(catalog);
        }
        self.find(before, phrase.as_ref());
    }

    fn saved_rows(&mut self, query: &Query) {
        if self.saved.is_empty() {
            return;
        }
        let rows = self.saved.iter().enumerate().map(|(at, (saved, count))| {
            Row::Saved(SavedRow { at, count: *count, is_chosen: saved.as_ref() == Some(query) })
        });
        self.rows.push(Row::SavedQueries);
        self.rows.extend(rows);
        self.rows.push(Row::Blank);
    }

    fn statuses(&mut self, query: &Query, hits: &Hits) {
        let chosen = query.status();
        let shown = [None, Some(Status::Unread), Some(Status::Starred), Some(Status::Changed)];
        self.rows.push(Row::Statuses);
        self.rows.extend(
            shown
                .into_iter()
                .zip(hits.statuses)
                // Few feeds change what they have published.
                .filter(|&(status, count)| status != Some(Status::Changed) || count > 0 || chosen == status)
                .map(|(status, count)| Row::Status(StatusRow { status, count, is_chosen: chosen == status })),
        );
    }

    fn append(&mut self, facet: Facet, typed: Option<&str>, catalog: &Catalog, query: &Query, hits: &Hits) {
        let values = catalog.values(facet);
        let mut ids = shown(facet, catalog);
        let own = if facet == Facet::Topic { self.own_rows(query, hits, typed) } else { Vec::new() };
        let all_own = if facet == Facet::Topic { self.own_topics.len() } else { 0 };
        // Releases without a topic are worth a line only beside others.
        if ids.is_empty() && all_own == 0 {
            return;
        }
        let of_group = |group: usize| own.iter().filter(move |(of, _)| *of == group);
        let named = |labels: Vec<String>| -> Vec<ValueId> {
            let all = labels.iter().map(|label| values.named(&fold_name(label)).collect::<Vec<_>>());
            all.flatten().collect()
        };
        let (chosen, excluded) = (named(query.chosen(facet)), named(query.excluded(facet)));
        let heading = Heading {
            facet,
            all: ids.len() + all_own,
            chosen: ids.iter().filter(|&&id| chosen.contains(&id)).count() + of_group(0).count(),
            excluded: ids.iter().filter(|&&id| excluded.contains(&id)).count() + of_group(1).count(),
        };
        if let Some(text) = typed {
            ids.retain(|&id| values.folded(id).contains(text));
        }
        let most = match typed {
            Some(_) => FOUND,
            None if self.opened.contains(&facet) || ids.len() <= FOLDED + 1 => ids.len(),
            None => FOLDED.max(heading.chosen + heading.excluded),
        };
        let hidden = ids.len().saturating_sub(most);
        let by_rank = rank(facet, catalog, hits);
        let is_by_name = self.is_by_name && typed.is_none();
        let rank = |id| if is_by_name { rank_by_name(id) } else { by_rank(id) };
        // Values that the query names are never hidden.
        let group = |id: ValueId| match typed {
            Some(text) if !text.is_empty() => usize::from(!values.folded(id).starts_with(text)),
            _ if chosen.contains(&id) => 0,
            _ if excluded.contains(&id) => 1,
            _ => 2,
        };
        let mut ids = first(values, ids, most, |id| (group(id), rank(id)));
        if facet == Facet::Year && !is_by_name {
            // Years keep their order.
            ids = first(values, ids, most, rank);
        }
        if !self.rows.is_empty() {
            self.rows.push(Row::Blank);
        }
        self.rows.push(Row::Heading(heading));
        let is_counted = !matches!(facet, Facet::Custom(_)) || hits.has_counted(facet);
        let row = |id: ValueId| {
            Row::Value(Value {
                facet,
                id,
                // A field that has just been switched on is counted soon.
                count: if is_counted { hits.count(facet, id) } else { values.total(id) },
                is_chosen: chosen.contains(&id),
                is_excluded: excluded.contains(&id),
                digit: Some(id).filter(|_| facet == Facet::Topic).and_then(|id| self.digit(RankedTopic::Value(id))),
            })
        };
        // In each group, the user's own topics come first.
        let is_typed = typed.is_some_and(|text| !text.is_empty());
        let own = own.into_iter().map(|(group, own)| (if is_typed { 0 } else { group }, own));
        let rows = ids.into_iter().map(|id| (group(id), row(id)));
        let mut rows: Vec<(usize, Row)> = own.chain(rows).collect();
        if all_own > 0 {
            rows.sort_by_key(|(group, _)| *group);
        }
        self.rows.extend(rows.into_iter().map(|(_, row)| row));
        if hidden > 0 {
            self.rows.push(Row::More(facet, hidden));
        }
    }

    fn digit(&self, topic: RankedTopic) -> Option<u8> {
        let at = self.ranked_topics.iter().take(DIGITS).position(|&ranked| ranked == topic)?;
        u8::try_from(at + 1).ok()
    }

    /// Puts the cursor on the row with the same item as `wanted`, or near its old position.
    fn find(&mut self, wanted: Option<Row>, phrase: Option<&CleanBuf>) {
        let same = |row: &Row| match (row, wanted) {
            (Row::Word(one), Some(Row::Word(_))) => self.words.phrase(*one) == phrase,
            (Row::NoWords(_), Some(Row::NoWords(_))) | (Row::HiddenWords, Some(Row::HiddenWords)) => true,
            (Row::Value(one), Some(Row::Value(other))) => (one.facet, one.id) == (other.facet, other.id),
            (Row::Own(one), Some(Row::Own(other))) => one.at == other.at,
            (Row::More(one, _), Some(Row::More(other, _))) => *one == other,
            (Row::Saved(one), Some(Row::Saved(other))) => one.at == other.at,
            (Row::Status(one), Some(Row::Status(other))) => one.status == other.status,
            (Row::Field(one), Some(Row::Field(other))) => one.facet == other.facet,
            _ => false,
        };
        self.cursor.at = self.rows.iter().position(same).unwrap_or_else(|| self.near(self.cursor.at));
    }

    /// Returns the first selectable row from `from` on, or the last one before it.
    fn near(&self, from: usize) -> usize {
        let can = |&at: &usize| self.rows.get(at).is_some_and(Row::can_be_selected);
        (from..self.rows.len()).find(can).or_else(|| (0..from.min(self.rows.len())).rev().find(can)).unwrap_or(0)
    }

    /// Moves the cursor by `by` selectable rows.
    pub fn step(&mut self, by: isize) {
        let can = Row::can_be_selected;
        for _ in 0..by.unsigned_abs() {
            let next = if by > 0 {
                (self.cursor.at + 1..self.rows.len()).find(|&at| can(&self.rows[at]))
            } else {
                (0..self.cursor.at.min(self.rows.len())).rev().find(|&at| can(&self.rows[at]))
            };
            match next {
                Some(next) => self.cursor.at = next,
                None => break,
            }
        }
    }

    /// Puts the cursor on the first or the last selectable row.
    pub fn jump(&mut self, to_end: bool) {
        let last = self.rows.len().saturating_sub(1);
        self.cursor.at = if to_end { self.near(last) } else { self.near(0) };
    }

    /// Puts the cursor on the first value of a facet. Returns whether the facet is shown.
    pub fn jump_to(&mut self, facet: Facet) -> bool {
        let at = self.rows.iter().position(|row| matches!(row, Row::Heading(heading) if heading.facet == facet));
        if let Some(at) = at {
            self.cursor.at = self.near(at);
        }
        at.is_some()
    }

    /// Puts the cursor on the first value of a field, or on the field if it is only proposed.
    fn jump_to_field(&mut self, facet: Facet) {
        let is_it = |row: &Row| matches!(row, Row::Field(row) if row.facet == facet);
        if !self.jump_to(facet)
            && let Some(at) = self.rows.iter().position(is_it)
        {
            self.cursor.at = at;
        }
    }

    /// Expands or collapses a facet.
    pub fn open(&mut self, facet: Facet) {
        match self.opened.iter().position(|&opened| opened == facet) {
            Some(at) => drop(self.opened.remove(at)),
            None => self.opened.push(facet),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::catalog;
    use crate::query::{Context, Patient, Request, Searcher, Sort, parse};

    fn pane(query: &str, typed: Option<&str>) -> Vec<String> {
        let rows = [
            ("a", "", "News", "Beijing", (2018, 1, 1)),
            ("b", "", "News", "", (2017, 1, 1)),
            ("c", "", "Antitrust", "", (2017, 1, 1)),
            ("d", "", "Labour", "", (2017, 1, 1)),
        ];
        shown(query, typed, &rows)
    }

    fn shown(query: &str, typed: Option<&str>, rows: &[crate::catalog::tests::Row<'_>]) -> Vec<String> {
        let catalog = catalog(rows);
        let query = parse(query).expect("a query");
        let request = Request {
            catalog: std::sync::Arc::clone(&catalog),
            query: query.clone(),
            counted: None,
            context: Context::default(),
            sort: Sort::Newest,
        };
        let hits = Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
        let type_ahead = typed.map(|text| (Facet::Topic, Prompt::new(text.to_owned())));
        let mut filter = Filter { type_ahead, ..Filter::default() };
        filter.rebuild(&catalog, &query, &hits);
        let show = |row: &Row| match row {
            Row::Heading(Heading { facet, all, chosen, excluded: 0 }) => format!("{facet:?} {chosen}/{all}"),
            Row::Heading(Heading { facet, all, chosen, excluded }) => {
                format!("{facet:?} {chosen}-{excluded}/{all}")
            }
            Row::Value(value) => format!(
                "{}{}{}{} {}",
                if value.is_chosen { "+" } else { "" },
                if value.is_excluded { "-" } else { "" },
                value.digit.map_or(String::new(), |digit| format!("{digit} ")),
                catalog.values(value.facet).label(value.id),
                value.count
            ),
            Row::Own(row) => format!("own {}", row.at),
            Row::More(_, hidden) => format!("{hidden} more"),
            Row::SavedQueries | Row::Saved(_) => "saved".to_owned(),
            Row::Fields => "More fields".to_owned(),
            Row::Field(row) => format!("{} {:?}", row.facet.name(), row.having),
            Row::Words => "Words".to_owned(),
            Row::WordsSample(sample) => format!("{sample} read"),
            Row::NoWords(_) => "no words".to_owned(),
            Row::HiddenWords => "hidden words".to_owned(),
            Row::Word(word) => format!(
                "{}{}{} {:?}",
                if word.is_chosen { "+" } else { "" },
                if word.is_excluded { "-" } else { "" },
                filter.words.phrase(*word).expect("a phrase"),
                word.count
            ),
            Row::Statuses => "Status".to_owned(),
            Row::Status(row) => format!("{:?} {}", row.status, row.count),
            Row::Blank => String::new(),
        };
        filter.rows().iter().map(show).collect()
    }

    #[test]
    fn values_are_sorted_by_count_with_none_last() {
        let rows = pane("", None);
        assert_eq!(rows[..5], ["Status", "None 4", "Some(Unread) 4", "Some(Starred) 0", ""]);
        let rows = &rows[5..];
        assert_eq!(rows[..4], ["Topic 0/3", "1 News 2", "2 Antitrust 1", "3 Labour 1"]);
        assert_eq!(rows[4..], ["", "Year 0/2", "2018 1", "2017 3", "", "Place 0/2", "Beijing 1", " 3"]);
    }

    #[test]
    fn chosen_values_come_first_and_keep_their_digit() {
        assert_eq!(pane("topic:labour", None)[5..9], ["Topic 1/3", "+3 Labour 1", "1 News 2", "2 Antitrust 1"]);
    }

    #[test]
    fn excluded_values_follow_the_chosen_ones_and_are_never_hidden() {
        assert_eq!(pane("-topic:news", None)[5..9], ["Topic 0-1/3", "-3 News 0", "1 Antitrust 1", "2 Labour 1"]);
        assert_eq!(
            pane("topic:labour -topic:news -date:2018", None)[5..],
            [
                "Topic 1-1/3",
                "+2 Labour 1",
                "-3 News 0",
                "1 Antitrust 1",
                "",
                "Year 0-1/2",
                "-2018 0",
                "2017 1",
                "",
                "Place 0/2",
                "Beijing 0",
                " 1",
            ]
        );
        let titles: Vec<String> = (0..20).map(|n| format!("{n:02}")).collect();
        let rows: Vec<crate::catalog::tests::Row<'_>> = titles
            .iter()
            .zip(1990..)
            .map(|(title, year)| (title.as_str(), "", title.as_str(), "", (year, 1, 1)))
            .collect();
        let shown = shown("-topic:19,18 -date:1990 topic:03,17 date:1991,1992,1993", None, &rows);
        assert_eq!(shown[5..10], ["Topic 2-2/20", "+3 03 1", "+17 0", "-18 0", "-19 0"]);
        let years = shown.iter().position(|row| row == "Year 3-1/20").expect("the years");
        assert_eq!(shown[years + 9..years + 14], ["+1993 1", "+1992 0", "+1991 0", "-1990 0", "8 more"]);
    }

    #[test]
    fn spellings_of_a_value_share_a_row() {
        let rows = |query| {
            let rye = |title, topic| (title, "", topic, "", (2018, 1, 1));
            shown(query, None, &[rye("a", "Rye"), rye("b", "rye"), rye("c", "RYE|rye"), rye("d", "Oats")])
        };
        assert_eq!(rows("")[5..8], ["Topic 0/2", "1 rye 3", "2 Oats 1"]);
        assert_eq!(rows("topic:RYE")[5..8], ["Topic 1/2", "+1 rye 3", "2 Oats 1"]);
    }

    #[test]
    fn typing_filters_the_values_of_one_facet() {
        assert_eq!(pane("", Some("ANT")), ["Topic 0/3", "2 Antitrust 1"]);
    }
}
