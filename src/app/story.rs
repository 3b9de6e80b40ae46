//! The story of a release: its earlier and later parts, as the result of a clause.

use super::App;
use crate::query::{Expr, Query, Sort, Term};
use crate::release::Date;
use crate::text::{CleanBuf, counted};

/// The release whose story was shown last.
#[derive(Debug, Clone, Default)]
pub struct StoryOf {
    id: String,
    title: CleanBuf,
}

impl StoryOf {
    /// Returns the title of the release with an id, if it is this one.
    pub(super) fn title(&self, id: &str) -> Option<&str> {
        (self.id == id && !self.title.is_empty()).then_some(self.title.as_str())
    }
}

impl App {
    /// Shows the story of the selected release in the order of time; repeated, all releases.
    pub(super) fn show_story(&mut self) {
        let Some(release) = self.selected_release() else { return };
        let id = release.identity().name().to_string();
        self.story = StoryOf { title: release.heading().to_buf(), id: id.clone() };
        let story = Query { clauses: vec![Expr::Term(Term::Story(vec![id]))] };
        if self.query == story {
            return self.set_query(Query::default());
        }
        if !matches!(self.sort, Sort::Newest | Sort::Oldest) {
            self.sort = Sort::Newest;
        }
        self.set_query(story);
    }

    /// Says how many parts the story has and how long it ran, if the list shows a whole story.
    pub(super) fn tell_story(&mut self) {
        if !matches!(self.query.clauses[..], [Expr::Term(Term::Story(_))]) {
            return;
        }
        let parts = &self.hits.order;
        let dates = || parts.iter().filter_map(|&part| self.catalog.release(part)?.date());
        let days = dates().map(Date::days_since_epoch);
        let told = match (parts.len(), days.clone().min().zip(days.max())) {
            (0, _) => "no release with this id".to_owned(),
            (1, _) => "no other release is a part of this story".to_owned(),
            (count, Some((first, last))) if first < last => {
                let span = counted(usize::try_from(last - first).unwrap_or_default() + 1, "day");
                format!("story of {} over {span}", counted(count, "release"))
            }
            (count, _) => format!("story of {} on one day", counted(count, "release")),
        };
        self.inform(told);
    }
}

#[cfg(test)]
mod tests {
    use crate::app::tests::TestApp;

    #[test]
    fn the_story_of_a_release_is_shown_and_told_and_ends_when_asked_again() {
        let mut reader = TestApp::new(150, 40);
        let all = reader.app.hits.order.len();
        reader.keys("j j j");
        let (selected, id) = {
            let release = reader.app.selected_release().expect("a release");
            (release.index(), release.identity().name())
        };
        reader.keys("g S");
        assert_eq!(reader.app.query.stories(), [id.as_str()]);
        assert_eq!(reader.app.selected(), Some(selected), "the cursor stays on the release");
        let told = reader.app.notices.info().expect("a notice").to_string();
        assert!(told.contains("story"), "{told}");
        reader.keys("g S");
        assert_eq!((reader.app.query.is_empty(), reader.app.hits.order.len()), (true, all));
        reader.keys("u");
        assert!(!reader.app.query.is_empty(), "both steps can be undone");
    }
}
