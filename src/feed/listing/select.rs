//! Lists whose entries, or parts of them, the user describes by CSS selectors.

use dom_query::Matcher;

use super::dates;
use super::groups::Unit;
use super::page::{DateAt, Page};
use super::rows::{Row, Rows};
use super::tree::Tree;
use super::unit::{Main, main_of};
use super::{Confidence, Found, Method, Selected};
use crate::feed::{Part, PartSelector};
use crate::text::CleanBuf;

/// The most characters of a value that is shown.
const SHOWN: usize = 80;
/// The most topics of an entry.
const MOST_TOPICS: usize = 12;

/// The selectors of the user, each with the elements that it matches, in document order.
#[derive(Debug, Default)]
pub struct Picks {
    all: Vec<(PartSelector, Vec<usize>)>,
}

impl Picks {
    /// Parses a page and finds what the selectors match.
    ///
    /// # Errors
    /// Names the selector that matches nothing.
    pub fn of(markup: &str, selectors: &[PartSelector]) -> Result<(Tree, Self), super::Unread> {
        if selectors.is_empty() {
            return Ok((Tree::of(markup), Self::default()));
        }
        let known: Vec<(&PartSelector, Matcher)> =
            selectors.iter().filter_map(|one| Some((one, one.matcher()?))).collect();
        let items = known.iter().position(|(one, _)| one.part() == Part::Items);
        let compiled: Vec<Matcher> = known.iter().map(|(_, matcher)| matcher.clone()).collect();
        let (tree, found) = Tree::with_matches(markup, &compiled, items);
        let all: Vec<(PartSelector, Vec<usize>)> =
            known.into_iter().zip(found).map(|((one, _), found)| (one.clone(), found)).collect();
        if let Some((one, _)) = all.iter().find(|(_, found)| found.is_empty()) {
            let reason = format!("--select {one}: nothing found on the page");
            return Err(super::Unread::Selector(CleanBuf::line(&reason)));
        }
        Ok((tree, Self { all }))
    }

    /// Whether the user says which elements are the entries.
    pub fn has_items(&self) -> bool {
        self.has(Part::Items)
    }

    fn has(&self, part: Part) -> bool {
        self.all.iter().any(|(one, _)| one.part() == part)
    }

    /// The elements of a part within a unit.
    fn within(&self, part: Part, unit: Unit) -> impl Iterator<Item = usize> {
        self.all
            .iter()
            .filter(move |(one, _)| one.part() == part)
            .flat_map(move |(_, found)| inside(found, unit))
            .copied()
    }
}

/// The elements of a unit among all.
fn inside(found: &[usize], unit: Unit) -> &[usize] {
    let first = found.partition_point(|at| *at < unit.start);
    let last = found.partition_point(|at| *at < unit.end);
    found.get(first..last).unwrap_or_default()
}

/// Reads the entries. Without a selector for the entries, they are those of a guess. Adds what each selector found.
///
/// # Errors
/// Names the selector that finds nothing in the entries.
pub fn read(
    page: &Page,
    picks: &Picks,
    guessed: Option<Rows>,
    selected: &mut Vec<Selected>,
) -> Result<Found, CleanBuf> {
    let units: Vec<Unit> = match &guessed {
        Some(rows) => rows.list.iter().map(|row| row.unit).collect(),
        None => units_of(page, picks),
    };
    for (one, found) in &picks.all {
        let (count, first) = if one.part() == Part::Items {
            (units.len(), found.first().copied())
        } else {
            let with = |unit: &&Unit| !inside(found, **unit).is_empty();
            let first = units.iter().find_map(|unit| inside(found, *unit).first().copied());
            (units.iter().filter(with).count(), first)
        };
        if count == 0 {
            let reason = format!("--select {one}: found on the page, but in none of its {} entries", units.len());
            return Err(CleanBuf::line(&reason));
        }
        let text = first.map(|at| text_at(page, at)).unwrap_or_default();
        let first = CleanBuf::line(&text.chars().take(SHOWN).collect::<String>());
        selected.push(Selected { selector: one.clone(), count, first });
    }
    let earlier = guessed.map(|rows| rows.list);
    let rows: Vec<Row> = match earlier {
        Some(rows) => rows.into_iter().filter_map(|row| row_of(page, picks, row.unit, Some(row))).collect(),
        None => units.into_iter().filter_map(|unit| row_of(page, picks, unit, None)).collect(),
    };
    if rows.is_empty() {
        let one = picks.all.iter().map(|(one, _)| one).find(|one| matches!(one.part(), Part::Items | Part::Title));
        let one = one.map(|one| format!("--select {one}: ")).unwrap_or_default();
        return Err(CleanBuf::line(&format!("{one}no entry has a title")));
    }
    let has_dates = rows.iter().any(|row| row.date.is_some());
    let rows = Rows::picked(page, rows, has_dates);
    let mut entries = rows.entries(page);
    for (entry, row) in entries.iter_mut().zip(&rows.list) {
        let texts = |part| picks.within(part, row.unit).map(|at| text_at(page, at)).filter(|text| !text.is_empty());
        let topics: Vec<String> = texts(Part::Topic).take(MOST_TOPICS).collect();
        if !topics.is_empty() {
            entry.topics = topics;
        }
        if let Some(place) = texts(Part::Place).next() {
            entry.place = place;
        }
        let summary: Vec<String> = texts(Part::Summary).collect();
        if !summary.is_empty() {
            entry.summary = summary.join("\n\n");
        }
    }
    Ok(Found { entries, method: Method::Selectors, confidence: Confidence::High, completed: None })
}

/// The outermost elements that the selector of the entries matches.
fn units_of(page: &Page, picks: &Picks) -> Vec<Unit> {
    let mut found: Vec<usize> = picks.within(Part::Items, Unit { start: 0, end: page.tree.len() }).collect();
    found.sort_unstable();
    let mut units: Vec<Unit> = Vec::new();
    for start in found {
        if units.last().is_none_or(|last| start >= last.end) {
            units.push(Unit { start, end: page.node(start).end });
        }
    }
    units
}

/// Reads one entry. Whatever has no selector is guessed.
fn row_of(page: &Page, picks: &Picks, unit: Unit, guess: Option<Row>) -> Option<Row> {
    let guessed = guess.as_ref().map(|row| row.main.clone()).or_else(|| main_of(page, unit));
    let title_at = picks.within(Part::Title, unit).next();
    let (title, node) = match (title_at, &guessed) {
        (Some(at), _) => (text_at(page, at), at),
        // An element without the title that the user describes is no entry: an advertisement, a heading.
        (None, _) if picks.has(Part::Title) => return None,
        (None, Some(main)) => (main.title.clone(), main.node),
        (None, None) => {
            let line = page.tree.lines.get(page.tree.lines_in(unit.start, unit.end).start)?;
            (line.text.clone(), line.nodes.0)
        }
    };
    if title.is_empty() {
        return None;
    }
    let target_of = |at: usize| {
        let around =
            page.tree.ancestors(at).take_while(|above| *above >= unit.start).find(|above| page.node(*above).is("a"));
        let inside = page.links.within(at, page.node(at).end).first();
        inside.or_else(|| page.links.within(around?, around? + 1).first()).map(|link| link.target)
    };
    let link_at = picks.within(Part::Link, unit).find_map(target_of);
    let target = link_at.or_else(|| title_at.and_then(target_of)).or_else(|| guessed.and_then(|main| main.target));
    let date = picks.within(Part::Date, unit).find_map(|at| date_at(page, at));
    // With a selector for dates, an entry without one has no date.
    let date = if picks.has(Part::Date) { date } else { guess.and_then(|row| row.date) };
    Some(Row { unit, main: Main { target, title, node, is_heading: true, is_single: true }, date })
}

/// Reads the date in an element: marked, or in its text.
fn date_at(page: &Page, at: usize) -> Option<DateAt> {
    let end = page.node(at).end;
    let marked = page.dates_in(at, end).first().cloned();
    marked.or_else(|| {
        let raw = dates::find(&page.tree.text(at, end)).first()?.raw;
        Some(DateAt { node: at, raw, is_alone: true, form: 0, rank: 0, place: None })
    })
}

fn text_at(page: &Page, at: usize) -> String {
    page.tree.text(at, page.node(at).end)
}
