use super::*;
use crate::catalog::tests::{Row, catalog};
use crate::release::{Date, Release};
use crate::text::CleanBuf;
use crate::words::tokens::Token;

const SIZES: SampleSizes = SampleSizes { archive: 60, hits: 50, others: 50 };

/// A catalog of 160 releases, of which a sample has some.
fn large() -> Arc<Catalog> {
    let titles: Vec<String> = (0..160).map(|n| format!("Budget of ministry{n} for road{}", n % 7)).collect();
    let rows: Vec<Row<'_>> = titles.iter().map(|title| (title.as_str(), "", "", "", (2018, 1, 1))).collect();
    catalog(&rows)
}

/// The catalog after a sync that brings so many releases.
fn after_sync(catalog: &Catalog, count: usize) -> Arc<Catalog> {
    let new = |n: usize| Release {
        title: CleanBuf::line(&format!("Measles in town{} and town{n}", catalog.len())),
        date: Date::from_ymd(2018, 4, 1 + n as u32 % 28),
        ..Release::default()
    };
    let new: Vec<_> = (0..count).map(|n| (0, new(n))).collect();
    catalog.with_new(&new, false).expect("nothing has to be built anew")
}

fn read(catalog: &Arc<Catalog>) -> Archive {
    Archive::with_sizes(catalog, SIZES, &|| false).expect("nobody cancels")
}

#[test]
fn an_archive_follows_a_sync() {
    let mut catalog = large();
    let mut archive = read(&catalog);
    for _ in 0..2 {
        let later = after_sync(&catalog, 8);
        assert!(archive.follow(&catalog, &later));
        catalog = later;
    }
    assert_eq!(archive.ranks, read(&catalog).ranks);
    let mut count = 0;
    let sample = archive.all().without(&Set::default());
    sample.each(0..sample.len(), &|| false, &mut |_, text| {
        let mut expected: Vec<Token> = Vec::new();
        let split = archive.splitter(&catalog, &[text.release]).tidied(&|| false);
        split.each_at(0..1, &mut |text| expected.extend(text.tokens));
        assert_eq!(text.tokens, expected, "the words of {:?}", catalog.folded(text.release));
        assert!(text.release.position() >= 16, "a new release is not in the sample");
        count += 1;
    });
    assert!((30..100).contains(&count), "{count}");
}

#[test]
fn an_archive_does_not_follow_another_catalog_many_new_releases_or_a_small_catalog() {
    let catalog = large();
    let mut archive = read(&catalog);
    let others = [large(), after_sync(&catalog, 21), after_sync(&large(), 8), Arc::default()];
    for (at, other) in others.iter().enumerate() {
        assert!(!archive.follow(&catalog, other), "the catalog {at}");
    }
    let mut later = after_sync(&catalog, 4);
    assert!(archive.follow(&catalog, &later));
    let others = after_sync(&after_sync(&catalog, 1), 3);
    assert!(!archive.follow(&later, &others), "as many releases, but others");
    for _ in 0..2 {
        let earlier = later;
        later = after_sync(&earlier, 8);
        assert!(archive.follow(&earlier, &later));
    }
    assert!(!archive.follow(&later, &after_sync(&later, 8)), "too many in all");
    let mut whole = Archive::new(&later, &|| false).expect("nobody cancels");
    assert!(!whole.follow(&later, &after_sync(&later, 1)), "an archive that holds all releases");
}
