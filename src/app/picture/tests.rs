use super::*;
use crate::app::Msg;
use crate::app::tests::TestApp;
use crate::catalog::Builder;
use crate::config::Settings;
use crate::release::{Link, LinkKind, Release};
use crate::typeset::Kind;

/// A reader of three releases, of which the first and the last have pictures.
fn reader(pictures: Pictures) -> TestApp {
    let mut builder = Builder::new();
    for (item, address) in ["https://a.example/1.png", "", "https://a.example/3.png"].into_iter().enumerate() {
        let picture = Link {
            kind: if item == 2 { LinkKind::Picture } else { LinkKind::Enclosure },
            address: CleanBuf::line(address),
            media: CleanBuf::line("image/png"),
            bytes: Some(340_000),
            ..Link::default()
        };
        let title = CleanBuf::line(&format!("Release {item}"));
        let links = if address.is_empty() { Vec::new() } else { vec![picture] };
        let body = CleanBuf::block(&"Some words. ".repeat(500));
        builder.push(item as u64, &Release { title, body, links, ..Release::default() });
    }
    let mut reader = TestApp::new(150, 40);
    let mut settings = Settings::default();
    settings.look.pictures = pictures;
    reader.send(Msg::Settings(Box::new(settings)));
    reader.send(Msg::Loaded(builder.publish()));
    reader.send(Msg::Graphics(Graphics { form: Some(Form::Kitty), cell: Some((10, 20)), is_multiplexed: false }));
    reader.keys("gg");
    reader.effects.clear();
    reader
}

fn picture(columns: u16, rows: u16) -> Arc<Picture> {
    let encoded = Encoded::Kitty { bytes: Vec::new(), row: 20, width: 10 * u32::from(columns) };
    Arc::new(Picture { number: 1, width: 1_200, height: 800, bytes: 340_000, columns, rows, encoded })
}

/// The requests since the last call: address, columns and rows of the place; and "dropped".
fn requests(reader: &mut TestApp) -> Vec<String> {
    let effects = std::mem::take(&mut reader.effects);
    let described = effects.iter().filter_map(|effect| match effect {
        Effect::ShowPicture(request) => {
            Some(format!("{} {}x{}", request.address, request.frame.columns, request.frame.rows))
        }
        Effect::DropPicture => Some("dropped".to_owned()),
        Effect::Timer(_, Timer::Picture(_)) => Some("timer".to_owned()),
        _ => None,
    });
    described.collect()
}

fn answer(reader: &mut TestApp, outcome: Result<Arc<Picture>, CleanBuf>) {
    let generation = reader.app.picture.generation;
    reader.send(Msg::Picture { generation, outcome });
}

/// The caption, and the number of rows below it.
fn caption(reader: &TestApp) -> Option<(String, usize)> {
    let lines = reader.app.detail.page.lines().iter();
    let mut lines = lines.filter(|line| line.kind == Kind::Picture);
    Some((lines.next()?.lead.clone(), lines.count()))
}

fn assert_caption(reader: &TestApp, text: &str, rows: usize) {
    assert_eq!(caption(reader), Some((text.to_owned(), rows)));
}

#[test]
fn a_key_shows_the_picture_and_hides_it() {
    let mut reader = reader(Pictures::OnKey);
    assert_eq!(requests(&mut reader), Vec::<String>::new(), "nothing is fetched without the key");
    assert_caption(&reader, "picture: 340 kB, i to show", 0);
    reader.keys("i");
    assert_caption(&reader, "picture: loading, i to cancel", 0);
    let Some(Effect::ShowPicture(request)) = reader.effects.last() else { panic!("{:?}", reader.effects) };
    assert_eq!((request.frame.cell, request.form, request.release), ((10, 20), Form::Kitty, 0.into()));
    answer(&mut reader, Ok(picture(40, 12)));
    assert_caption(&reader, "picture: 1200×800, 340 kB, i to hide", 12);
    let placement = reader.app.picture_placement().expect("on the screen");
    let layout = reader.app.layout();
    let line = reader.app.detail.page.picture_line().expect("rows") as u16;
    let y = layout.detail.y + layout.detail_head() + line;
    assert_eq!((placement.area, placement.first), (Rect::new(layout.detail.x, y, 40, 12), 0));
    reader.effects.clear();
    reader.keys("i");
    assert_eq!(requests(&mut reader), ["dropped"]);
    assert_caption(&reader, "picture: 340 kB, i to show", 0);
    assert!(reader.app.picture_placement().is_none());
}

#[test]
fn a_failure_is_shown_and_can_be_repeated() {
    let mut reader = reader(Pictures::OnKey);
    reader.keys("i");
    answer(&mut reader, Err(CleanBuf::line("not found (404)")));
    assert_caption(&reader, "picture: not found (404); i to retry", 0);
    reader.effects.clear();
    reader.keys("i");
    assert_eq!(requests(&mut reader).len(), 1);
    assert_caption(&reader, "picture: loading, i to cancel", 0);
}

#[test]
fn late_answers_and_those_for_other_releases_are_dropped() {
    let mut reader = reader(Pictures::OnKey);
    reader.keys("i");
    let late = reader.app.picture.generation;
    reader.effects.clear();
    reader.keys("j");
    assert_eq!((requests(&mut reader), caption(&reader)), (vec!["dropped".to_owned()], None));
    reader.keys("k");
    reader.send(Msg::Picture { generation: late, outcome: Ok(picture(40, 12)) });
    assert_caption(&reader, "picture: 340 kB, i to show", 0);
    reader.keys("i i");
    answer(&mut reader, Ok(picture(40, 12)));
    assert_caption(&reader, "picture: 340 kB, i to show", 0);
}

#[test]
fn always_fetches_the_picture_of_a_release_that_stays() {
    let mut reader = reader(Pictures::Always);
    reader.keys("j j");
    assert_eq!(requests(&mut reader), ["timer"]);
    assert!(reader.app.detail.page.targets().is_empty(), "no text leads to this picture, so it is not listed");
    let generation = reader.app.picture.generation;
    reader.send(Msg::Timer(Timer::Picture(Generation::new(1))));
    assert_eq!(requests(&mut reader), Vec::<String>::new(), "the delay belongs to an earlier release");
    reader.send(Msg::Timer(Timer::Picture(generation)));
    assert_eq!(requests(&mut reader).len(), 1);
    answer(&mut reader, Ok(picture(40, 12)));
    reader.keys("i");
    reader.send(Msg::Timer(Timer::Picture(generation)));
    assert_eq!(requests(&mut reader), ["dropped"], "what the user hides stays hidden");
}

#[test]
fn always_waits_for_the_answer_of_the_terminal() {
    let mut reader = reader(Pictures::Always);
    reader.send(Msg::Graphics(Graphics::default()));
    reader.keys("j j");
    let timer = Msg::Timer(Timer::Picture(reader.app.picture.generation));
    reader.send(timer);
    assert_eq!(requests(&mut reader), ["timer"], "there is no form yet");
    reader.send(Msg::Graphics(Graphics { form: Some(Form::Sixel), ..Graphics::default() }));
    assert_eq!(requests(&mut reader), ["timer"]);
    reader.send(Msg::Timer(Timer::Picture(reader.app.picture.generation)));
    assert_eq!(requests(&mut reader).len(), 1);
}

#[test]
fn the_text_stays_in_place_when_the_picture_arrives() {
    let mut reader = reader(Pictures::OnKey);
    reader.keys("Enter i");
    reader.app.detail.scroll_by(20, 10);
    let top = reader.app.detail.top();
    let text = |reader: &TestApp| reader.app.detail.page.lines()[reader.app.detail.scroll].range.clone();
    let before = text(&reader);
    answer(&mut reader, Ok(picture(40, 12)));
    assert_eq!((reader.app.detail.top(), text(&reader)), (top, before));
    // Above it, the lines stay too.
    reader.keys("gg j i");
    assert_eq!(reader.app.detail.scroll, 1);
    reader.keys("i");
    answer(&mut reader, Ok(picture(40, 12)));
    assert_eq!(reader.app.detail.scroll, 1);
}

#[test]
fn a_picture_scrolled_out_of_view_is_cut_and_then_gone() {
    let mut reader = reader(Pictures::OnKey);
    reader.keys("Enter i");
    answer(&mut reader, Ok(picture(40, 12)));
    let line = reader.app.detail.page.picture_line().expect("rows");
    let top = reader.app.layout().detail.y + reader.app.layout().detail_head();
    for (scroll, expected) in [
        (0, (top + line as u16, 12, 0)),
        (line, (top, 12, 0)),
        (line + 5, (top, 7, 5)),
        (line + 11, (top, 1, 11)),
        (line + 12, (top, 0, 12)),
        (line + 40, (top, 0, 12)),
    ] {
        reader.app.detail.scroll = scroll;
        let placement = reader.app.picture_placement().expect("a picture");
        assert_eq!((placement.area.y, placement.area.height, placement.first), expected, "{scroll}");
    }
}

#[test]
fn another_size_of_the_pane_fits_the_picture_anew() {
    let mut reader = reader(Pictures::OnKey);
    reader.keys("Enter i");
    answer(&mut reader, Ok(picture(40, 12)));
    reader.effects.clear();
    reader.send(Msg::Resize { columns: 150, rows: 24 });
    let fitted = requests(&mut reader);
    assert!(matches!(&fitted[..], [request] if request.starts_with("https://a.example/1.png")), "{fitted:?}");
    assert_eq!(caption(&reader).expect("a caption").1, 12, "the old one stays until then");
    answer(&mut reader, Ok(picture(20, 6)));
    assert_eq!(caption(&reader).expect("a caption").1, 6);
    reader.keys("z");
    assert_eq!(requests(&mut reader).len(), 1);
}

#[test]
fn in_a_low_pane_a_picture_is_no_stamp() {
    let frame = |form, columns, rows| {
        let mut reader = reader(Pictures::OnKey);
        reader.send(Msg::Resize { columns, rows });
        let layout = reader.app.layout();
        (reader.app.picture_frame(&layout, form).rows, layout.detail_rows())
    };
    let (_, low) = frame(Form::Blocks, 80, 24);
    assert!(low < USEFUL, "{low}");
    let rows = |form| frame(form, 80, 24).0;
    assert_eq!([Form::Blocks, Form::Kitty].map(rows), [USEFUL; 2], "it is cut where the pane ends");
    assert_eq!([Form::Sixel, Form::Iterm2].map(rows), [low; 2], "it is drawn whole or not at all");
    let (rows, high) = frame(Form::Sixel, 150, 60);
    assert_eq!(rows, high * 2 / 3);
}

#[test]
fn notices_say_why_no_picture_is_shown() {
    let mut off = reader(Pictures::Off);
    off.keys("i");
    assert_eq!(off.note(), "pictures are off; set look.pictures to \"key\" or \"always\"");
    assert_eq!((requests(&mut off), caption(&off)), (vec![], None));
    let mut reader = reader(Pictures::OnKey);
    reader.keys("j i");
    assert_eq!(reader.note(), "this release has no picture");
    reader.send(Msg::Graphics(Graphics::default()));
    reader.keys("k i");
    assert!(reader.note().starts_with("this terminal reports no graphics; "), "{}", reader.note());
    assert_eq!((requests(&mut reader), caption(&reader)), (vec![], None));
    // Within tmux, half blocks are used.
    reader.send(Msg::Graphics(Graphics { is_multiplexed: true, ..Graphics::default() }));
    reader.keys("i");
    assert!(matches!(reader.effects.last(), Some(Effect::ShowPicture(request)) if request.form == Form::Blocks));
}

#[test]
fn turning_pictures_off_hides_the_picture() {
    let mut reader = reader(Pictures::OnKey);
    reader.keys("i");
    answer(&mut reader, Ok(picture(40, 12)));
    reader.effects.clear();
    reader.send(Msg::Settings(Box::default()));
    assert_eq!((requests(&mut reader), caption(&reader)), (vec!["dropped".to_owned()], None));
    assert!(reader.app.picture_placement().is_none());
}
