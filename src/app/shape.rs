//! What the user changes of the panes while reading: which are hidden, and how they stand. It is kept with the session
//! and goes before the settings.

use serde::{Deserialize, Serialize};

use super::{App, Arrangement, Pane, Shape};
use crate::config::{AUTO, Density, Stacking};

/// Choices that differ from the settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Panes {
    /// The filter pane is there only while it has the focus.
    pub hides_filter: bool,
    /// So is the detail pane.
    pub hides_detail: bool,
    /// There is no timeline.
    pub hides_timeline: bool,
    /// Lines a release takes; none: as the settings say.
    pub density: Option<Density>,
    /// How list and detail stand; none: as the settings say.
    pub stacking: Option<Stacking>,
}

impl App {
    /// What the panes are laid out by.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let look = &self.settings.look;
        Shape {
            sizes: self.sizes,
            hides_filter: self.panes.hides_filter,
            hides_detail: self.panes.hides_detail,
            hides_timeline: self.panes.hides_timeline,
            density: self.panes.density.unwrap_or(look.density),
            stacking: self.panes.stacking.unwrap_or(look.stacking),
            measure: look.measure,
        }
    }

    /// Releases on one line, or on two.
    pub(super) fn next_density(&mut self) {
        let (next, told) = match self.shape().density {
            Density::Comfortable => (Density::Compact, "a line a release"),
            Density::Compact => (Density::Comfortable, "two lines a release"),
        };
        self.panes.density = Some(next);
        self.note = Some(told.to_owned());
    }

    /// List and detail one above the other, or side by side.
    pub(super) fn next_stacking(&mut self) {
        let (next, told) = match self.shape().stacking {
            Stacking::Above => (Stacking::Beside, "side by side"),
            Stacking::Beside => (Stacking::Above, "one above the other"),
        };
        self.panes.stacking = Some(next);
        let is_seen = matches!(self.layout().arrangement, Arrangement::Stacked | Arrangement::Beside);
        let where_seen = if is_seen { "" } else { ", in terminals of 80 to 119 columns" };
        self.note = Some(format!("{told}{where_seen}"));
    }

    /// The name of the theme.
    #[must_use]
    pub fn theme(&self) -> &str {
        self.theme.as_deref().filter(|name| self.themes.has(name)).unwrap_or(&self.settings.look.theme)
    }

    /// The next theme.
    pub(super) fn next_theme(&mut self) {
        let now = self.theme().to_owned();
        let names: Vec<&str> = self.themes.names().collect();
        let at = names.iter().position(|name| *name == now).map_or(0, |at| (at + 1) % names.len());
        let next = names.get(at).copied().unwrap_or(AUTO).to_owned();
        let told = if next == AUTO { "as the terminal is" } else { next.as_str() };
        self.note = Some(format!("theme: {told}"));
        self.theme = Some(next);
    }

    /// Hides the filter pane, or shows it.
    pub(super) fn toggle_filter_pane(&mut self) {
        self.panes.hides_filter = !self.panes.hides_filter;
        if self.panes.hides_filter && self.focus == Pane::Filter {
            self.focus = Pane::List;
        }
    }

    /// Hides the detail pane, or shows it.
    pub(super) fn toggle_reading_pane(&mut self) {
        self.panes.hides_detail = !self.panes.hides_detail;
    }

    /// Hides the timeline, or shows it.
    pub(super) fn toggle_timeline(&mut self) {
        self.panes.hides_timeline = !self.panes.hides_timeline;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::app::list::Entry;
    use crate::app::tests::Reader;
    use crate::app::{Arrangement, Msg, Pane};

    #[test]
    fn panes_are_hidden_and_come_back() {
        let mut reader = Reader::new(150, 40);
        reader.keys(",f");
        assert!(reader.app.layout().filter.is_empty());
        reader.keys("h");
        assert!(!reader.app.layout().filter.is_empty(), "it slides in with the focus");
        reader.keys("Esc ,r");
        assert!(reader.app.layout().detail.is_empty());
        reader.keys("Enter");
        assert!(reader.app.layout().list.is_empty() && reader.app.focus == Pane::Detail);
        reader.keys("q ,r ,f ,b");
        assert!(reader.app.layout().timeline.is_empty());
        reader.keys("d");
        assert!(!reader.app.layout().timeline.is_empty(), "who wants it shows it");
    }

    #[test]
    fn themes_are_gone_through_and_come_around() {
        let mut reader = Reader::new(100, 30);
        assert_eq!(reader.app.theme(), "auto");
        reader.keys(",t");
        assert_eq!((reader.app.theme(), reader.note()), ("dark", "theme: dark"));
        assert_eq!(reader.app.session().theme.as_deref(), Some("dark"));
        let count = reader.app.themes.names().count();
        for _ in 1..count {
            reader.keys(",t");
        }
        assert_eq!((reader.app.theme(), reader.note()), ("auto", "theme: as the terminal is"));
    }

    #[test]
    fn lists_are_denser_and_stand_beside_the_text() {
        let mut reader = Reader::new(100, 30);
        reader.keys(",d");
        assert_eq!((reader.app.layout().lines_a_release(), reader.note()), (1, "a line a release"));
        reader.keys(",l");
        assert_eq!((reader.app.layout().arrangement, reader.note()), (Arrangement::Beside, "side by side"));
        reader.send(Msg::Resize { columns: 150, rows: 40 });
        reader.keys(",l");
        assert_eq!(reader.note(), "one above the other, in terminals of 80 to 119 columns");
    }

    proptest! {
        #[test]
        fn no_size_moves_the_selection_or_the_text_out_of_view(
            sizes in prop::collection::vec((20_u16..260, 6_u16..70), 1..12),
            keys in prop::sample::select(vec!["j j Enter J J J J", "j j j j", ",d G k", ",l j j Enter G", ",r j j"]),
        ) {
            let mut reader = Reader::new(150, 40);
            reader.keys(keys);
            let title = reader.title();
            for (columns, rows) in sizes {
                reader.send(Msg::Resize { columns, rows });
                prop_assert_eq!(&reader.title(), &title);
                let layout = reader.app.layout();
                let listed = reader.app.listed(&layout);
                let cursor = reader.app.list.cursor;
                let is_seen = reader.app.list.view(listed).contains(&Entry::Release(cursor));
                prop_assert!(layout.list.is_empty() || layout.list_rows() < 2 || is_seen, "{columns}x{rows}");
                let rows = usize::from(layout.detail_rows());
                let last = reader.app.detail.page.lines().len();
                prop_assert!(layout.detail.is_empty() || reader.app.detail.scroll <= last.saturating_sub(rows.min(last)));
            }
        }
    }
}
