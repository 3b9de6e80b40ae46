//! Fuzzing on stable Rust: one body per reader, each a plain function on bytes, run with random and mutated documents.
//!
//! A body asserts what must hold for any input: nothing panics, every text is clean, the same bytes give the same
//! releases however they are split, and what was read can be written and read back.

mod bodies;
#[allow(dead_code)]
#[path = "../support/corpus.rs"]
mod corpus;
mod cuts;
mod mutate;
mod reading;
mod seeds;
#[path = "../support/skip.rs"]
mod skip;
mod strings;

use proptest::prelude::*;

use mutate::mutation;

/// Returns a configuration with this many cases, scaled by `PROPTEST_CASES` relative to 256.
fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { failure_persistence: None, cases: cases * default.cases / 256, ..default }
}

/// Generates random bytes, and mutations of the seeds of these kinds.
fn input(kinds: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..512),
        8 => mutation(seeds::of(kinds)),
    ]
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn mutated_json_is_read_safely(data in input(&["json"])) {
        bodies::document(&data);
    }

    #[test]
    fn mutated_json_lines_are_read_safely(data in input(&["lines"])) {
        bodies::document(&data);
    }

    #[test]
    fn mutated_tables_are_read_safely(data in input(&["table"])) {
        bodies::document(&data);
        bodies::rows(&data);
    }

    #[test]
    fn mutated_xml_is_read_safely(data in input(&["xml"])) {
        bodies::document(&data);
    }

    #[test]
    fn mutated_packed_and_wide_documents_are_read_safely(data in input(&["packed"])) {
        bodies::document(&data);
    }

    #[test]
    fn mutated_pages_are_read_safely(data in input(&["page"])) {
        bodies::document(&data);
    }

    #[test]
    fn mutated_lists_of_feeds_are_read_safely(data in input(&["opml"])) {
        bodies::list(&data);
    }

    #[test]
    fn mutated_markup_is_read_safely(data in input(&["html"])) {
        bodies::markup(&data);
    }
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn mutated_dates_are_read_safely(data in input(&["date"])) {
        bodies::date(&data);
    }

    #[test]
    fn mutated_queries_are_parsed_safely(data in input(&["query"])) {
        bodies::query(&data);
    }
}
