//! The custom fields in the filter pane: which are proposed, and which the user has switched on.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{FieldRow, Filter, Row};
use crate::app::App;
use crate::app::search::Keep;
use crate::catalog::{Catalog, Facet, NONE, ReleaseRef, ValueId};
use crate::release::FieldName;
use crate::text::fold_name;

/// The fewest and the most values of a proposed field: one value filters nothing, and from too many nobody chooses.
const VALUES: std::ops::RangeInclusive<usize> = 2..=500;
/// The fewest releases for each value, on average.
const SHARED: usize = 2;
/// A field must have a value in one of so many releases of the sources that have it.
const SHARE: usize = 5;
/// The number of releases that are looked at.
const SAMPLE: usize = 2_000;
/// The most fields that are proposed.
const MOST: usize = 16;

/// Returns the fields that are worth filtering by, those with the most releases first.
pub(super) fn proposed(catalog: &Catalog) -> Vec<Facet> {
    let mut fields: Vec<(Facet, u32)> = catalog
        .custom_facets()
        .filter(|&(facet, having)| {
            let values = catalog.values(facet).present().take(VALUES.end() + 1).count();
            VALUES.contains(&values) && having as usize >= SHARED * values
        })
        .collect();
    fields.sort_by_key(|&(facet, having)| (std::cmp::Reverse(having), facet.name()));
    fields.truncate(MOST);
    let facets: Vec<Facet> = fields.iter().map(|(facet, _)| *facet).collect();
    let sample = Sample::of(catalog, &facets);
    let author = Facet::Custom(FieldName::AUTHOR);
    let authors = sample.authors.len();
    if VALUES.contains(&authors) && sample.releases_of(author) >= SHARED * authors {
        let at = fields.partition_point(|&(facet, _)| sample.releases_of(facet) >= sample.releases_of(author));
        fields.insert(at, (author, 0));
    }
    fields.retain(|&(facet, _)| sample.is_frequent(facet));
    fields.truncate(MOST);
    fields.into_iter().map(|(facet, _)| facet).collect()
}

/// Releases spread over the whole catalog.
#[derive(Default)]
struct Sample {
    /// The number of releases of each source.
    sources: FxHashMap<ValueId, usize>,
    /// The number of releases of each source that have a value in a field.
    having: FxHashMap<(Facet, ValueId), usize>,
    authors: FxHashSet<String>,
}

impl Sample {
    fn of(catalog: &Catalog, fields: &[Facet]) -> Self {
        let mut sample = Self::default();
        let step = catalog.len().div_ceil(SAMPLE).max(1);
        for release in catalog.indices().step_by(step).filter_map(|index| catalog.release(index)) {
            sample.add(release, fields);
        }
        sample
    }

    fn add(&mut self, release: ReleaseRef<'_>, fields: &[Facet]) {
        let source = release.values(Facet::Source).next().unwrap_or(NONE);
        *self.sources.entry(source).or_default() += 1;
        for &facet in fields.iter().filter(|&&facet| release.values(facet).any(|id| id != NONE)) {
            *self.having.entry((facet, source)).or_default() += 1;
        }
        let author = release.author();
        if !author.is_empty() {
            *self.having.entry((Facet::Custom(FieldName::AUTHOR), source)).or_default() += 1;
            self.authors.insert(fold_name(author.as_str()).into_owned());
        }
    }

    /// The number of releases that have a value in a field.
    fn releases_of(&self, facet: Facet) -> usize {
        self.having.iter().filter(|((of, _), _)| *of == facet).map(|(_, having)| having).sum()
    }

    /// Whether enough releases of the sources that have a field have a value in it.
    fn is_frequent(&self, facet: Facet) -> bool {
        let with = self.having.keys().filter(|(of, _)| *of == facet);
        let all: usize = with.filter_map(|(_, source)| self.sources.get(source)).sum();
        all > 0 && self.releases_of(facet) * SHARE >= all
    }
}

impl Filter {
    /// Appends the proposed fields that are not switched on.
    pub(super) fn field_rows(&mut self, catalog: &Catalog) {
        let rows = self.proposed.iter().filter(|facet| !self.custom.contains(facet)).map(|&facet| {
            let having = catalog.custom_facets().find(|(custom, _)| *custom == facet).map(|(_, having)| having);
            Row::Field(FieldRow { facet, having })
        });
        // The words can come back like a field.
        let words = (self.words.is_hidden && self.words.is_possible).then_some(Row::HiddenWords);
        let rows: Vec<Row> = words.into_iter().chain(rows).collect();
        if !rows.is_empty() {
            self.rows.extend([Row::Blank, Row::Fields]);
            self.rows.extend(rows);
        }
    }
}

impl App {
    /// Switches a field on as the last facet, or off.
    pub(in crate::app) fn toggle_field(&mut self, facet: Facet) {
        let custom = &mut self.filter.custom;
        match custom.iter().position(|shown| *shown == facet) {
            Some(at) => drop(custom.remove(at)),
            None => custom.push(facet),
        }
        self.fields_changed(facet);
    }

    /// Hides the field under the cursor.
    pub(in crate::app) fn hide_field(&mut self) {
        match self.filter.custom_at_cursor() {
            _ if self.filter.is_at_words() => self.toggle_words(),
            Some(facet) => self.toggle_field(facet),
            None => self.inform("only words and custom fields can be hidden"),
        }
    }

    /// Moves the field under the cursor above or below its neighbour.
    pub(in crate::app) fn move_field(&mut self, up: bool) {
        if self.filter.is_at_words() {
            return self.move_words(up);
        }
        let Some(facet) = self.filter.custom_at_cursor() else {
            self.inform("only words and custom fields can be moved");
            return;
        };
        let custom = &mut self.filter.custom;
        let Some(at) = custom.iter().position(|shown| *shown == facet) else { return };
        let to = if up { at.saturating_sub(1) } else { (at + 1).min(custom.len() - 1) };
        custom.swap(at, to);
        self.fields_changed(facet);
    }

    /// Shows other fields, with the cursor on one of them.
    fn fields_changed(&mut self, facet: Facet) {
        self.filter.measure(&self.catalog);
        self.start_search(Keep::List);
        self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        self.filter.jump_to_field(facet);
    }
}

#[cfg(test)]
mod tests;
