//! Whole screens, one for each layout. What a region shows in a state belongs in the test of that region.

use super::*;
use crate::catalog::tests::catalog;

/// Takes a snapshot of the whole screen.
fn show(name: &str, app: &App) {
    insta::assert_snapshot!(name, Screen::new(app).backend());
}

#[test]
fn each_size_has_its_layout() {
    show("wide", &sample_at(WIDE, "j j"));
    show("stacked", &sample_at(STACKED, "j j"));
    show("single_list", &sample_at(SINGLE, "j j"));
    show("single_detail", &sample_at(SINGLE, "j j Enter"));
    show("single_filter", &sample_at(SINGLE, "h"));
    show("smallest", &sample_at(SMALLEST, "j j"));
    show("tiny", &sample_at((10, 3), ""));
}

#[test]
fn the_user_chooses_other_layouts() {
    show("stacked_with_timeline", &sample_at((100, 32), "d h h S-Left S-Left Enter Esc"));
    show("filter_slides_in", &sample_at(STACKED, "h j"));
    show("beside", &sample_at(STACKED, ",l j"));
    show("hidden_panes", &sample_at(WIDE, ",f ,b j"));
    show("zen", &sample_at((120, 34), "j j z"));
}

#[test]
fn popups_lie_over_the_panes() {
    show("popups", &popups::with_library(WIDE, "S G R"));
}

#[test]
fn an_empty_feed_keeps_the_layout() {
    show("empty_feed", &opened(Arc::new(Catalog::default()), 80, 24, ""));
}

#[test]
fn wide_and_right_to_left_text_keeps_the_layout() {
    show("right_to_left", &opened(in_many_scripts(), 80, 24, ""));
}

#[test]
fn ascii_signs_keep_the_layout() {
    let mut theme = Theme::new(false, Depth::Indexed);
    theme.charset = Charset::AsciiSigns;
    insta::assert_snapshot!("ascii", Screen::with_theme(&sample_at(STACKED, "s j"), &theme).backend());
}

/// Releases in Korean, Persian and Chinese, and one without title, date, topic and place.
pub fn in_many_scripts() -> Arc<Catalog> {
    catalog(&[
        (
            "[보도자료] 국내 종자산업 성장세 지속, 판매액 6,505억원으로 증가",
            "해양정보를 종합해서 낚시 앱",
            "농림축산식품부",
            "서울",
            (2021, 12, 31),
        ),
        ("دستگيري بيش از 160نفر مرتبط با تسئوكدلگ در مشهد", "خبرگزاري فارس", "استان", "مشهد", (2021, 12, 30)),
        (
            "付费安全驾驶：肯尼亚小巴司机的行为与习惯证据",
            "道路交通伤害是5-29岁人群的首要死因。",
            "DEV",
            "",
            (2021, 11, 29),
        ),
        ("", "Only a summary here", "", "", (0, 0, 0)),
    ])
}
