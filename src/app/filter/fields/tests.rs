use std::sync::Arc;

use super::*;
use crate::app::Msg;
use crate::app::tests::TestApp;
use crate::catalog::Builder;
use crate::release::{CustomField, Release};
use crate::text::CleanBuf;

/// A catalog of sources; each release has fields and an author.
fn catalog(sources: &[Vec<Release>]) -> Arc<Catalog> {
    let mut builder = Builder::new();
    for (number, releases) in sources.iter().enumerate() {
        builder.source(CleanBuf::line(&format!("source {number}")).as_clean());
        for (item, release) in (0..).zip(releases) {
            builder.push(item, &Release { id: CleanBuf::line(&item.to_string()), ..release.clone() });
        }
        builder.end_source();
    }
    builder.publish()
}

fn release(fields: &[(&str, String)]) -> Release {
    let field = |(name, value): &(&str, String)| {
        Some(CustomField { name: FieldName::of(name)?, value: CleanBuf::line(value) })
            .filter(|field| !field.value.is_empty())
    };
    Release { fields: fields.iter().filter_map(field).collect(), ..Release::default() }
}

fn names(facets: &[Facet]) -> Vec<&'static str> {
    facets.iter().map(|facet| facet.name()).collect()
}

#[test]
fn fields_with_few_values_and_many_releases_are_proposed() {
    let of = |n: usize| {
        let text = |is_there: bool, value: usize| if is_there { format!("value {value}") } else { String::new() };
        let fields = [
            ("Agency", text(true, n % 7)),
            ("Each its own", text(true, n)),
            ("Always the same", text(true, 0)),
            ("Every third", text(n.is_multiple_of(3), n % 2)),
            ("Every tenth", text(n.is_multiple_of(10), n % 3)),
        ];
        let author = CleanBuf::line(["Ann Lee", "Bo Chen", ""][n / 3 % 3]);
        Release { author, language: CleanBuf::line(["en", "fr"][n % 2]), ..release(&fields) }
    };
    let first: Vec<Release> = (0..100).map(of).collect();
    let expected = ["agency", "language", "x-author", "every-third"];
    assert_eq!(names(&proposed(&catalog(std::slice::from_ref(&first)))), expected);
    // A large feed without fields does not take away those of a small one.
    let other = vec![Release::default(); 5_000];
    let other: Vec<Release> =
        (0..).zip(other).map(|(n, release)| Release { title: CleanBuf::line(&format!("{n}")), ..release }).collect();
    let mut both = names(&proposed(&catalog(&[first, other.clone()])));
    both.sort_unstable();
    assert_eq!(both, ["agency", "every-third", "language", "x-author"]);
    assert_eq!(names(&proposed(&catalog(&[other]))), [""; 0]);
}

fn reader() -> TestApp {
    let of = |n: usize| {
        release(&[
            ("Agency", ["EPA", "FCC"][n % 2].to_owned()),
            ("Document type", ["Notice", "Rule", "Rule"][n % 3].to_owned()),
        ])
    };
    let mut reader = TestApp::default();
    reader.app = App::new(150, 40);
    reader.send(Msg::Loaded(catalog(&[(0..12).map(of).collect()])));
    reader.send(Msg::LoadDone);
    reader
}

/// The rows of fields: values with their counts, and proposals.
fn rows(reader: &TestApp) -> Vec<String> {
    let row = |row: &Row| match row {
        Row::Value(value) if matches!(value.facet, Facet::Custom(_)) => {
            let label = reader.app.catalog.values(value.facet).label(value.id);
            Some(format!("{}:{label} {}", value.facet.name(), value.count))
        }
        Row::Field(field) => Some(format!("+{}", field.facet.name())),
        _ => None,
    };
    reader.app.filter.rows().iter().filter_map(row).collect()
}

#[test]
fn a_proposed_field_is_switched_on_counted_moved_and_hidden() {
    let mut reader = reader();
    assert_eq!(rows(&reader), ["+agency", "+document-type"]);
    reader.keys("h G Space");
    assert_eq!(rows(&reader), ["document-type:Rule 8", "document-type:Notice 4", "+agency"]);
    // The cursor is on the first value.
    reader.keys("Space");
    assert_eq!((reader.query().as_str(), reader.app.hits.order.len()), ("document-type:Rule", 8));
    reader.keys("G Space");
    assert_eq!(
        rows(&reader),
        ["document-type:Rule 8", "document-type:Notice 4", "agency:EPA 4", "agency:FCC 4"],
        "counted under the other filters"
    );
    reader.keys("- {");
    assert_eq!(reader.query(), "document-type:Rule -agency:EPA");
    assert_eq!(rows(&reader), ["agency:EPA 0", "agency:FCC 4", "document-type:Rule 4", "document-type:Notice 2"]);
    reader.keys("x");
    assert_eq!(rows(&reader), ["document-type:Rule 4", "document-type:Notice 2", "+agency"]);
    assert_eq!(reader.query(), "document-type:Rule -agency:EPA", "the filters stay");
    reader.keys("g g x");
    assert_eq!(reader.note(), "only words and custom fields can be hidden");
}

#[test]
fn the_fields_of_a_session_come_back_in_their_order() {
    let mut first = reader();
    first.keys("h G Space G Space");
    let session = first.app.session();
    assert_eq!(session.fields, ["document-type", "agency"]);
    let mut again = reader();
    again.app.restore(session);
    again.keys("h");
    assert_eq!(rows(&again)[..2], ["document-type:Rule 8", "document-type:Notice 4"]);
}

#[test]
fn names_and_values_of_fields_are_completed_with_counts() {
    let mut reader = reader();
    let offered = |reader: &TestApp| {
        let completion = reader.app.search.completion.as_ref();
        let candidates = completion.map(|completion| completion.candidates.clone()).unwrap_or_default();
        candidates.into_iter().map(|one| (one.text, one.count)).collect::<Vec<_>>()
    };
    reader.keys("/ \"docu\"");
    assert_eq!(offered(&reader), [("document-type:".to_owned(), None)]);
    reader.keys("Tab");
    assert_eq!(offered(&reader), [("Rule".to_owned(), Some(8)), ("Notice".to_owned(), Some(4))]);
    assert_eq!(reader.app.hits.order.len(), 12, "a field without a value filters nothing");
    reader.keys("\"no\" Tab Enter");
    assert_eq!((reader.query().as_str(), reader.app.hits.order.len()), ("document-type:Notice", 4));
}
