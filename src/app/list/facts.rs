//! The facts in a row of the list: topic, place and source.

use std::collections::HashMap;

use super::row::{FACTS_GAP, FactsPlace, RowColumns, RowLines, RowShape, short_date};
use crate::catalog::{Facet, ReleaseRef};
use crate::text::{Clean, CleanBuf, shorten, width};

/// Between two facts.
pub const SEPARATOR: &str = " · ";

/// The least columns of a shortened fact behind another one.
const LEAST: usize = 5;

/// A fact as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub facet: Facet,
    /// Its name, shortened if there is no room for all of it.
    pub text: CleanBuf,
}

/// How the names in view were shortened last, by facet. Most stay in view while the cursor moves.
#[derive(Debug, Default)]
pub struct Shortened {
    of: [Names; 3],
}

/// Names with their columns, ascending, and what is shown of each.
#[derive(Debug, Default)]
struct Names {
    whole: Vec<(CleanBuf, usize)>,
    short: Vec<CleanBuf>,
}

/// Returns the facts of releases in view. Names without enough room are shortened so that they can be told apart.
#[must_use]
pub fn facts(rows: &[(ReleaseRef<'_>, &RowLines)], shape: &RowShape, last: &mut Shortened) -> Vec<Vec<Fact>> {
    let mut titles: HashMap<&str, Vec<&str>> = HashMap::new();
    for (release, _) in rows {
        titles.entry(release.heading().as_str()).or_default().push(release.label(Facet::Place).as_str());
    }
    // Where there is room for one fact only, it tells releases of the same title apart.
    let has_twin = |release: &ReleaseRef<'_>| {
        let places = titles.get(release.heading().as_str());
        places.is_some_and(|places| places.iter().any(|place| *place != release.label(Facet::Place).as_str()))
    };
    let placed = rows.iter().map(|(release, lines)| place(release, lines, shape, has_twin(release)));
    let placed: Vec<_> = placed.collect();
    let mut facts: Vec<Vec<Fact>> = vec![Vec::new(); rows.len()];
    for (facet, names) in [Facet::Topic, Facet::Place, Facet::Source].into_iter().zip(&mut last.of) {
        let of_row = |placed: &Vec<Placed>| placed.iter().find(|placed| placed.facet == facet).map(Placed::key);
        let mut wanted: Vec<_> = placed.iter().filter_map(of_row).collect();
        wanted.sort_unstable();
        wanted.dedup();
        if names.whole != wanted {
            let clean: Vec<(Clean<'_>, usize)> = wanted.iter().map(|(name, room)| (name.as_clean(), *room)).collect();
            names.short = shorten(&clean);
            names.whole = wanted;
        }
        for (row, key) in placed.iter().map(of_row).enumerate() {
            let text = key.and_then(|key| names.short.get(names.whole.binary_search(&key).ok()?));
            facts[row].extend(text.map(|text| Fact { facet, text: text.clone() }));
        }
    }
    facts
}

/// A fact, and the columns for it.
struct Placed {
    facet: Facet,
    name: CleanBuf,
    columns: usize,
}

impl Placed {
    fn key(&self) -> (CleanBuf, usize) {
        (self.name.clone(), self.columns)
    }
}

/// Divides the columns of a row among its facts. The first has precedence.
fn place(release: &ReleaseRef<'_>, lines: &RowLines, shape: &RowShape, has_twin: bool) -> Vec<Placed> {
    let columns = RowColumns::new(shape.width, shape.style, shape.sort);
    let gap = usize::from(FACTS_GAP);
    let mut room = match lines.facts {
        FactsPlace::Beside if columns.topic == 0 => return Vec::new(),
        FactsPlace::Beside => usize::from(columns.topic),
        FactsPlace::Behind => usize::from(columns.width).saturating_sub(lines.last_width(release.heading()) + gap),
        FactsPlace::Below => usize::from(columns.width),
    };
    if lines.facts != FactsPlace::Beside {
        let date = width(&short_date(release, shape.sort));
        room = room.saturating_sub(if date > 0 { date + gap } else { 0 });
    }
    let mut placed = Vec::new();
    let named = |facet| Some((facet, release.label(facet).to_buf()));
    let is_alone = lines.facts == FactsPlace::Beside;
    let first = if is_alone && has_twin { Facet::Place } else { Facet::Topic };
    let others = [named(Facet::Place), release.has_many_sources().then(|| (Facet::Source, release.source()))];
    let others = others.into_iter().filter(|_| !is_alone);
    for (facet, name) in std::iter::once(named(first)).chain(others).flatten() {
        let before = if placed.is_empty() { 0 } else { width(SEPARATOR) };
        let needs = before + width(name.as_str());
        // After a title, facts that do not fit are left out, and anywhere those of which next to nothing would be left.
        let least = if placed.is_empty() { 3 } else { LEAST };
        let can_be_cut = placed.is_empty() || lines.facts == FactsPlace::Below;
        let fits = needs <= room || (can_be_cut && before + least <= room);
        if !name.as_str().is_empty() && fits {
            let columns = (room - before).min(needs - before);
            placed.push(Placed { facet, name, columns });
            room = room.saturating_sub(needs);
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::list::row::RowStyle;
    use crate::catalog::tests::catalog;
    use crate::query::Sort;

    fn shown(width: u16, style: RowStyle, rows: &[(&str, &str)]) -> Vec<String> {
        let titles = ["One", "Two", "Three"];
        let items = titles.iter().zip(rows).map(|(title, (topic, place))| (*title, "", *topic, *place, (2018, 11, 6)));
        let items: Vec<_> = items.collect();
        let catalog = catalog(&items);
        let shape = RowShape { style, width, rows: 20, sort: Sort::Newest };
        let releases: Vec<_> = catalog.releases().map(|(_, release)| release).collect();
        let lines: Vec<_> = releases.iter().map(|release| shape.lines(release, false, std::iter::empty())).collect();
        let rows: Vec<_> = releases.into_iter().zip(&lines).collect();
        let text =
            |facts: Vec<Fact>| facts.iter().map(|fact| fact.text.to_string()).collect::<Vec<_>>().join(SEPARATOR);
        facts(&rows, &shape, &mut Shortened::default()).into_iter().map(text).collect()
    }

    #[test]
    fn a_place_is_left_out_rather_than_cut_to_a_few_letters() {
        let rows = [("Federal Department of Justice", "Berne-Wabern")];
        let place = |width| {
            shown(width, RowStyle::Wrapped, &rows)[0].split_once(SEPARATOR).map(|(_, place)| crate::text::width(place))
        };
        let widths: Vec<Option<usize>> = (46..70).map(place).collect();
        assert!(widths.contains(&None) && widths.contains(&Some(5)) && widths.contains(&Some(12)), "{widths:?}");
        assert!(widths.iter().flatten().all(|&width| width >= LEAST), "{widths:?}");
    }

    #[test]
    fn names_without_enough_room_can_be_told_apart() {
        let rows = [
            ("Federal Department of Foreign Affairs", "Bern"),
            ("Federal Department of Justice and Police", "Bern"),
            ("Health", "Geneva"),
        ];
        assert_eq!(
            shown(80, RowStyle::Wrapped, &rows),
            [
                "Federal Department of Foreign Affairs · Bern",
                "Federal Department of Justice and Police · Bern",
                "Health · Geneva"
            ]
        );
        assert_eq!(shown(40, RowStyle::Wrapped, &rows), ["…Foreign Affairs", "…Justice and Police", "Health · Geneva"]);
        assert_eq!(shown(60, RowStyle::Compact, &rows), ["…Foreign Affai…", "…Justice and P…", "Health"]);
        assert_eq!(shown(40, RowStyle::Compact, &rows), ["", "", ""]);
    }

    #[test]
    fn releases_of_the_same_title_show_their_places() {
        let date = |day| (2018, 11, day);
        let items = [
            ("Floods", "", "Water", "Bern", date(6)),
            ("Floods", "", "Water", "Chur", date(5)),
            ("Rain", "", "Water", "Bern", date(4)),
        ];
        let catalog = catalog(&items);
        let shape = RowShape { style: RowStyle::Compact, width: 90, rows: 20, sort: Sort::Newest };
        let releases: Vec<_> = catalog.releases().map(|(_, release)| release).collect();
        let lines: Vec<_> = releases.iter().map(|one| shape.lines(one, false, std::iter::empty())).collect();
        let rows: Vec<_> = releases.into_iter().zip(&lines).collect();
        let shown = facts(&rows, &shape, &mut Shortened::default());
        let shown: Vec<_> = shown.iter().flatten().map(|fact| fact.text.as_str()).collect();
        assert_eq!(shown, ["Bern", "Chur", "Water"]);
    }
}
