use std::sync::Arc;

use super::{Code, MOST_VALUES, OpenCodes};
use crate::catalog::{Builder, Catalog, Facet, NONE, ReleaseIndex};
use crate::release::{CustomField, FieldName, Release};
use crate::text::{CleanBuf, fold_name};

fn name(name: &str) -> FieldName {
    FieldName::of(name).expect("a name")
}

fn release(fields: &[(&str, &str)]) -> Release {
    let field = |(name, value): &(&str, &str)| CustomField { name: self::name(name), value: CleanBuf::line(value) };
    Release { fields: fields.iter().map(field).collect(), ..Release::default() }
}

/// Publishes after every `every` releases.
fn catalog(releases: &[Release], every: usize) -> Arc<Catalog> {
    let mut builder = Builder::new();
    builder.source(CleanBuf::line("test").as_clean());
    for (item, release) in (0..).zip(releases) {
        builder.push(item, &Release { id: CleanBuf::line(&item.to_string()), ..release.clone() });
        if (item as usize + 1).is_multiple_of(every) {
            builder.publish();
        }
    }
    builder.publish()
}

/// The values of a field with the number of their releases.
fn totals(catalog: &Catalog, field: &str) -> Vec<(String, u32)> {
    let values = catalog.values(Facet::Custom(name(field)));
    let mut totals: Vec<_> = values
        .ids()
        .filter(|&id| values.total(id) > 0)
        .map(|id| (values.label(id).to_string(), values.total(id)))
        .collect();
    totals.sort();
    totals
}

#[test]
fn a_release_has_each_value_of_a_field_once_as_it_is_spelt_first() {
    let mut first = release(&[("Agency", "EPA"), ("Type", "Notice"), ("Agency", "Epa"), ("Agency", "FCC")]);
    (first.language, first.author) = (CleanBuf::line("fr"), CleanBuf::line("Ann Lee"));
    let catalog = catalog(&[first, release(&[("Agency", "epa")]), release(&[])], 1);
    let counts =
        |field| totals(&catalog, field).iter().map(|(value, n)| format!("{value} {n}")).collect::<Vec<_>>().join(", ");
    assert_eq!(
        ["Agency", "Type", "language", "author", "docket"].map(counts),
        [" 1, EPA 2, FCC 1", " 2, Notice 1", " 2, fr 1", " 2, Ann Lee 1", ""]
    );
    let told = |index: u32| {
        let release = catalog.release(index.into()).expect("a release").to_release();
        release.fields.iter().map(|field| format!("{:?}={}", field.name, field.value)).collect::<Vec<_>>().join(" ")
    };
    let mut both = ["agency=EPA agency=FCC type=Notice", "type=Notice agency=EPA agency=FCC"];
    both.sort_unstable_by_key(|text| *text != told(0));
    assert_eq!((told(0).as_str(), told(1).as_str(), told(2).as_str()), (both[0], "agency=epa", ""));
    assert_eq!(catalog.release(0.into()).expect("a release").to_release().language.as_str(), "fr");
    let facets: Vec<_> = catalog.custom_facets().map(|(facet, releases)| (facet.name(), releases)).collect();
    assert_eq!(facets, [("language", 1), ("agency", 2), ("type", 1)]);
}

#[test]
fn values_of_full_chunks_of_sparse_ones_and_of_joined_ones_are_read_alike() {
    let of = |n: usize| {
        let mut fields = vec![("Every", ["a", "b", "c"][n % 3]), ("Every", "z")];
        fields.truncate(1 + usize::from(n.is_multiple_of(500)));
        fields.extend((n % 40 == 7).then_some(("Some", "rare")));
        fields.extend((n > 10_000 && n.is_multiple_of(2)).then_some(("Later", "x")));
        release(&fields)
    };
    let releases: Vec<Release> = (0..20_000).map(of).collect();
    let catalog = catalog(&releases, 7_000);
    for (index, release) in catalog.releases() {
        let expected = &releases[index.position()].fields;
        for field in ["Every", "Some", "Later"] {
            let custom: Vec<_> = expected
                .iter()
                .filter(|custom| custom.name == name(field))
                .map(|custom| custom.value.as_clean())
                .collect();
            assert_eq!(release.labels(Facet::Custom(name(field))).collect::<Vec<_>>(), custom, "{field} of {index:?}");
        }
    }
    assert_eq!(totals(&catalog, "Some"), [(String::new(), 19_500), ("rare".to_owned(), 500)]);
    assert_eq!(totals(&catalog, "Later")[1], ("x".to_owned(), 4_999));
    assert_eq!(totals(&catalog, "Every")[3], ("z".to_owned(), 40));
}

#[test]
fn a_field_with_too_many_values_is_no_facet_whatever_the_order() {
    let many = |n: usize| release(&[("Docket", &n.to_string()), ("Agency", "EPA")]);
    let (most, more): (Vec<_>, Vec<_>) = ((0..MOST_VALUES).map(many).collect(), (0..=MOST_VALUES).map(many).collect());
    let of_both = |releases: &[Release], every| {
        let catalog = catalog(releases, every);
        let first = catalog.release(ReleaseIndex::new(0)).expect("a release").fields().count();
        let docket = name("Docket");
        (totals(&catalog, "Docket").len(), totals(&catalog, "Agency"), first, catalog.no_facet(docket).is_some())
    };
    let agency = |releases: usize| vec![("EPA".to_owned(), releases as u32)];
    assert_eq!(of_both(&most, 3_000), (MOST_VALUES, agency(MOST_VALUES), 2, false));
    let mut turned = more.clone();
    turned.reverse();
    for releases in [more, turned] {
        for every in [1_000, 100_000] {
            assert_eq!(of_both(&releases, every), (0, agency(MOST_VALUES + 1), 1, true));
        }
    }
}

#[test]
fn a_reload_keeps_the_numbers_of_values() {
    let first = catalog(&[release(&[("Agency", "EPA")]), release(&[("Agency", "FCC")])], 9);
    let mut builder = Builder::new().numbered_as(&first);
    builder.source(CleanBuf::line("test").as_clean());
    builder.push(0, &release(&[("Agency", "fcc")]));
    let second = builder.publish();
    let agency = Facet::Custom(name("Agency"));
    let of = |catalog: &Catalog, index: u32| {
        catalog.release(index.into()).expect("a release").values(agency).collect::<Vec<_>>()
    };
    assert_eq!(of(&second, 0), of(&first, 1));
    assert_eq!((totals(&second, "Agency"), second.values(agency).total(NONE)), (vec![("fcc".to_owned(), 1)], 0));
    assert_eq!(fold_name("FCC"), second.values(agency).folded(of(&second, 0)[0]));
}

#[test]
fn counts_of_some_rows_are_those_of_the_rows_one_by_one() {
    const ROWS: usize = 3_000;
    for every in [1, 2, 3, 50, 700, ROWS] {
        let mut open = OpenCodes::default();
        for row in (0..ROWS).filter(|row| row.is_multiple_of(every)) {
            (0..=row % 3).for_each(|code| open.push(row, 1 + code as Code));
        }
        let codes = open.close(ROWS).expect("some rows have codes");
        for (start, step) in [(0, 1), (1, 1), (0, 2), (1, 7), (5, 600), (ROWS - 1, 1), (ROWS, 1)] {
            let rows: Vec<u32> = (start..ROWS).step_by(step).map(|row| row as u32).collect();
            let (mut counted, mut expected) = ([0; 4], [0; 4]);
            codes.count(&rows, |code, releases| counted[usize::from(code)] += releases);
            for &row in &rows {
                codes.get(row as usize).for_each(|code| expected[usize::from(code)] += 1);
                expected[0] += u32::from(codes.get(row as usize).next().is_none());
            }
            assert_eq!(counted, expected, "every {every}, rows from {start} by {step}");
        }
    }
}

#[test]
fn a_release_shows_its_own_fields_among_very_many() {
    let names: Vec<String> = (0..300).map(|n| format!("part {n}")).collect();
    let of = |n: usize| release(&[("Every", "x"), (&names[n % 300], "a"), (&names[n * 7 % 300], "b")]);
    let releases: Vec<Release> = (0..2_000).map(of).collect();
    let catalog = catalog(&releases, 700);
    for (index, release) in catalog.releases() {
        let expected = &releases[index.position()].fields;
        let mut expected: Vec<_> = expected.iter().map(|field| (field.name, field.value.as_clean())).collect();
        expected.sort_by_key(|(name, _)| *name);
        assert_eq!(release.fields().collect::<Vec<_>>(), expected, "{index:?}");
    }
}
