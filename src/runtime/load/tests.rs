use super::*;

#[test]
fn unused_catalogs_do_not_pile_up() {
    let reading = OpenedInputs::default();
    let mut kept = Vec::new();
    let mut loader = Loader::new(
        |msg| {
            if let Msg::Loaded(catalog) = msg {
                kept.push(catalog);
            }
            true
        },
        true,
        &reading,
    );
    loader.begin(&Input::BuiltIn("test", b""), &CleanBuf::line("test"));
    let mut due = Vec::new();
    for n in 0..2 * IN_USE as u64 {
        let title = CleanBuf::line(&n.to_string());
        loader.release(n, &Release { title, ..Release::default() });
        loader.cost = Duration::ZERO;
        loader.last = Instant::now().checked_sub(PAUSE).expect("some time has passed since the start");
        due.push(loader.is_due());
        if loader.is_due() {
            loader.publish();
        }
    }
    assert_eq!(due, [vec![true; IN_USE], vec![false; IN_USE]].concat());
    // The last one is published whatever else is in use.
    loader.publish();
    drop(loader);
    let last = kept.last().map(|catalog: &Arc<Catalog>| catalog.len());
    assert_eq!((kept.len(), last), (IN_USE + 1, Some(2 * IN_USE)));
}
