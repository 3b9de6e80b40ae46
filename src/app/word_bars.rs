//! Bars of a word in the timeline: switching them on and off, and requesting their numbers.

use std::sync::Arc;

use super::effect::Effect;
use super::generation::Generation;
use super::timeline::WordBars;
use super::words::is_same_search;
use super::{App, Layout, Pane};
use crate::catalog::{Days, Facet};
use crate::keymap::{Action, Scope};
use crate::query::{Choice, Context, Request, Sort};
use crate::text::CleanBuf;

/// A request for the number of releases with a word on each day.
#[derive(Debug, Clone)]
pub struct WordBarsRequest {
    /// The query of the timeline. Its choice of dates does not count, as in [`Hits::days`](crate::query::Hits::days).
    pub hits: Request,
    /// The word or phrase.
    pub phrase: CleanBuf,
}

/// The state of the request.
#[derive(Debug, Default)]
pub(super) struct WordBarsState {
    /// Counts the requests.
    generation: Generation,
    asked: Option<WordBarsRequest>,
    is_answered: bool,
    /// The newest search at the time of the request. A later one cancels the request.
    search: Generation,
}

impl WordBarsRequest {
    /// Whether the answer to another request is the answer to this one. Other dates change nothing.
    fn is_like(&self, other: &Self) -> bool {
        let undated = |request: &Self| request.hits.query.without(Choice::Facet(Facet::Year));
        self.phrase == other.phrase && is_same_search(&self.hits, &other.hits) && undated(self) == undated(other)
    }
}

impl App {
    /// Whether the timeline shows bars of the word under the cursor of the filter pane.
    pub(super) fn has_bars_of_selected_word(&self) -> bool {
        let phrase = self.filter.phrase_of(self.filter.selected());
        let is_on = self.timeline.word().zip(phrase).is_some_and(|(word, phrase)| word.is_of(phrase));
        is_on && self.shows_word_bars()
    }

    /// Whether the screen has a row for bars of a word.
    pub(super) fn shows_word_bars(&self) -> bool {
        !self.layout().word_bars.is_empty()
    }

    /// Shows bars of the word under the cursor of the filter pane, or hides them. Without a word there, goes to the words.
    pub(super) fn toggle_word_bars(&mut self) {
        if self.has_bars_of_selected_word() {
            return self.timeline.set_word(None);
        }
        if let Some(phrase) = self.filter.phrase_of(self.filter.selected()).cloned() {
            return self.show_word_bars(&phrase);
        }
        self.go_to_words();
        if self.focus != Pane::Filter || !self.filter.words.is_possible {
            return;
        }
        if self.filter.words.has_none() {
            self.inform("no words to show bars of");
        } else {
            let key = self.key_in(&[Scope::Filter], Action::WordBars);
            self.inform(format!("no word under the cursor; move to one, then press {key}"));
        }
    }

    /// Shows bars of a word. A terminal without room for them beside the filter pane shows them in place of it.
    fn show_word_bars(&mut self, phrase: &CleanBuf) {
        let is_excluded = self.query.is_excluded(Choice::Words, phrase.as_str());
        let before = (self.timeline.word().cloned(), self.focus, self.pane_options.hides_timeline);
        self.timeline.set_word(Some(WordBars::new(phrase.clone())));
        self.pane_options.hides_timeline = false;
        if !self.shows_word_bars() {
            self.focus = Pane::Timeline;
        }
        if !self.shows_word_bars() {
            let (word, focus, hides_timeline) = before;
            self.timeline.set_word(word);
            (self.focus, self.pane_options.hides_timeline) = (focus, hides_timeline);
            self.inform(self.why_no_timeline("no room for bars of a word; enlarge the terminal"));
        } else if is_excluded {
            self.inform(format!("{phrase} is excluded: no release of the timeline contains it"));
        }
    }

    /// Requests the numbers of the bars if they may have changed.
    pub(super) fn settle_word_bars(&mut self, layout: &Layout) {
        // An old catalog would stay in memory.
        self.word_bars.asked.take_if(|asked| !Arc::ptr_eq(&asked.hits.catalog, &self.catalog));
        let Some(word) = self.timeline.word().filter(|_| !layout.word_bars.is_empty()) else { return };
        let request = WordBarsRequest { hits: self.timeline_request(), phrase: word.phrase.clone() };
        let is_asked = self.word_bars.asked.as_ref().is_some_and(|asked| asked.is_like(&request));
        let is_cancelled = !self.word_bars.is_answered && self.word_bars.search != self.search.number();
        // Bars that were switched off and on again are new.
        let is_counted = !self.word_bars.is_answered || word.total().is_some();
        if is_asked && is_counted && !is_cancelled {
            return;
        }
        let generation = self.word_bars.generation.next();
        let (asked, search) = (Some(request.clone()), self.search.number());
        self.word_bars = WordBarsState { generation, asked, is_answered: false, search };
        self.effects.push(Effect::CountWord { generation, request: Box::new(request) });
    }

    /// Returns the request whose days the timeline counts.
    fn timeline_request(&self) -> Request {
        Request {
            catalog: Arc::clone(&self.catalog),
            query: self.query.clone(),
            counted: None,
            context: Context { found: self.found_for_query(), facets: Arc::default(), ..self.context() },
            sort: Sort::Newest,
        }
    }

    /// Applies an answer; those to older requests are dropped.
    pub(super) fn apply_word_bars(&mut self, generation: Generation, days: Days) {
        let is_wanted = generation == self.word_bars.generation && !self.word_bars.is_answered;
        if is_wanted && self.word_bars.asked.is_some() {
            self.word_bars.is_answered = true;
            self.timeline.count_word(days);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::filter::{FoundWord, FoundWords};
    use crate::app::tests::{TestApp, renumbered};
    use crate::app::{Effect, Msg, Reread};
    use crate::catalog::tests::catalog;
    use crate::query::{Patient, Searcher};

    const TITLES: [&str; 12] =
        ["tea", "tea", "green tea", "milk", "milk", "bread", "bread", "teapot", "tea and milk", "salt", "salt", "salt"];

    /// A reader with a release on each of twelve days, and two words.
    fn reader(columns: u16, rows: u16) -> TestApp {
        let releases: Vec<_> =
            TITLES.iter().zip(1..).map(|(title, day)| (*title, "", "News", "", (2018, 11, day))).collect();
        let mut reader = TestApp::new(columns, rows);
        reader.send(Msg::Loaded(catalog(&releases)));
        reader.send(Msg::Resize { columns, rows });
        reader.keys("w");
        reader.send(Msg::Words { generation: words_request(&reader), found: found(&["tea", "milk"]) });
        reader.effects.clear();
        reader
    }

    /// The number of the last request for words.
    fn words_request(reader: &TestApp) -> Generation {
        let number = |effect: &Effect| match effect {
            Effect::FindWords { generation, .. } => Some(*generation),
            _ => None,
        };
        reader.effects.iter().rev().find_map(number).expect("a request")
    }

    fn found(phrases: &[&str]) -> FoundWords {
        let words = phrases.iter().map(|phrase| FoundWord { phrase: CleanBuf::line(phrase), hits: 1 }).collect();
        FoundWords { compared: Some(crate::app::filter::Compared::LastDays), words, ..FoundWords::default() }
    }

    /// The requests since the last call.
    fn requests(reader: &mut TestApp) -> Vec<(Generation, WordBarsRequest)> {
        let requests = reader.effects.iter().filter_map(|effect| match effect {
            Effect::CountWord { generation, request } => Some((*generation, (**request).clone())),
            _ => None,
        });
        let requests = requests.collect();
        reader.effects.clear();
        requests
    }

    /// Answers a request as the worker does.
    fn answer(reader: &mut TestApp, (generation, request): &(Generation, WordBarsRequest)) {
        let days = Searcher::default().days_with(request.phrase.as_str(), &request.hits, &mut Patient);
        reader.send(Msg::WordBars { generation: *generation, days: days.expect("nobody cancels") });
    }

    /// Answers the only request. Returns the word and its number of releases.
    fn answered(reader: &mut TestApp) -> (String, Option<u32>) {
        let asked = requests(reader);
        assert_eq!(asked.len(), 1);
        answer(reader, &asked[0]);
        shown(reader).expect("a word")
    }

    fn shown(reader: &TestApp) -> Option<(String, Option<u32>)> {
        let word = reader.app.timeline.word().filter(|_| reader.app.shows_word_bars())?;
        Some((word.phrase.as_str().to_owned(), word.total()))
    }

    #[test]
    fn a_key_shows_bars_of_the_word_under_the_cursor_and_hides_them() {
        let mut reader = reader(150, 40);
        reader.keys("b");
        assert_eq!(shown(&reader), Some(("tea".to_owned(), None)), "not counted yet");
        assert_eq!(answered(&mut reader), ("tea".to_owned(), Some(4)));
        let timeline = &reader.app.timeline;
        assert_eq!(timeline.word().expect("a word").bars, [1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0], "by whole words");
        reader.keys("j");
        assert_eq!(shown(&reader), Some(("tea".to_owned(), Some(4))), "moving changes nothing");
        reader.keys("b");
        assert_eq!(answered(&mut reader), ("milk".to_owned(), Some(3)));
        reader.keys("b");
        assert_eq!((shown(&reader), reader.app.focus), (None, Pane::Filter));
        reader.keys("b");
        assert_eq!(answered(&mut reader), ("milk".to_owned(), Some(3)), "counted anew");
        assert_eq!(reader.query(), "");
    }

    #[test]
    fn escape_hides_them_from_the_list_and_the_timeline_before_it_clears_the_search() {
        for keys in ["Esc Esc", "l Esc", "d Esc"] {
            let mut reader = reader(150, 40);
            reader.keys("/ \"t\" Enter w b");
            assert!(shown(&reader).is_some(), "{keys}");
            reader.keys(keys);
            assert_eq!((shown(&reader), reader.query().as_str()), (None, "t"), "{keys}");
        }
        let mut reader = reader(150, 40);
        reader.keys("b Esc");
        assert!(shown(&reader).is_some() && reader.app.focus == Pane::List, "first Esc leaves the filter pane");
        // Hidden with the timeline, they are not what Esc means.
        reader.keys("/ \"t\" Enter ,b Esc");
        assert_eq!((reader.query().as_str(), shown(&reader)), ("", None));
        reader.keys("d");
        assert!(shown(&reader).is_some());
    }

    #[test]
    fn they_follow_every_filter_but_the_dates() {
        let mut reader = reader(150, 40);
        reader.keys("b");
        assert_eq!(answered(&mut reader).1, Some(4));
        reader.keys("/ \"green\" Enter");
        let asked = requests(&mut reader).pop().expect("a request for each letter");
        answer(&mut reader, &asked);
        assert_eq!(shown(&reader), Some(("tea".to_owned(), Some(1))), "the word stays although the hits are others");
        reader.keys("u");
        assert_eq!(answered(&mut reader).1, Some(4), "undo");
        reader.keys("d Enter d h h Enter");
        assert!(requests(&mut reader).is_empty(), "dates change no bar");
        reader.keys("0 w Space");
        assert_eq!((reader.query().as_str(), answered(&mut reader).1), ("word:tea", Some(4)), "all bars");
        reader.keys("-");
        assert_eq!((reader.query().as_str(), answered(&mut reader).1), ("-word:tea", Some(0)));
        reader.keys("b b");
        assert_eq!(reader.note(), "tea is excluded: no release of the timeline contains it");
    }

    #[test]
    fn a_late_answer_is_dropped_and_the_old_numbers_stay_until_the_new_ones_arrive() {
        let mut reader = reader(150, 40);
        reader.keys("b");
        answered(&mut reader);
        reader.keys("/ \"g\"");
        let late = requests(&mut reader).pop().expect("a request");
        reader.keys("\"r\"");
        answer(&mut reader, &late);
        assert_eq!(shown(&reader), Some(("tea".to_owned(), Some(4))));
        let word = reader.app.timeline.word().expect("a word");
        assert!(word.bars.iter().zip(&reader.app.timeline.bars).all(|(word, all)| word <= all), "{word:?}");
        assert_eq!(answered(&mut reader).1, Some(1));
    }

    #[test]
    fn a_request_that_a_search_may_have_cancelled_is_repeated() {
        let mut reader = reader(150, 40);
        reader.keys("/ \"t\" Enter w b");
        requests(&mut reader);
        // Another order is another search, but the numbers stay the same.
        reader.keys(",s");
        assert_eq!(answered(&mut reader).1, Some(4));
        reader.keys(",s j");
        assert!(requests(&mut reader).is_empty());
    }

    #[test]
    fn new_releases_and_a_reload_are_counted() {
        let mut reader = reader(150, 40);
        reader.keys("b");
        answered(&mut reader);
        let more: Vec<_> = (1..=9).map(|day| ("tea", "", "", "", (2018, 12, day))).collect();
        let reread = Reread { catalog: catalog(&more), renumbered: renumbered(TITLES.len(), &[]), ..Reread::default() };
        reader.send(Msg::Reread(Box::new(reread)));
        assert_eq!(answered(&mut reader), ("tea".to_owned(), Some(9)));
        assert_eq!(reader.app.timeline.word().expect("a word").bars, reader.app.timeline.bars);
    }

    #[test]
    fn the_next_session_shows_the_same_bars() {
        let mut before = reader(150, 40);
        before.keys("b");
        answered(&mut before);
        let mut reader = reader(150, 40);
        reader.send(Msg::Restore(Box::new(before.app.session())));
        assert_eq!(answered(&mut reader), ("tea".to_owned(), Some(4)));
        reader.keys("d Esc");
        assert_eq!(reader.app.session().word_bars, None);
        reader.send(Msg::Restore(Box::default()));
        assert_eq!((shown(&reader), requests(&mut reader).len()), (None, 0));
    }

    #[test]
    fn a_hidden_timeline_is_shown_and_a_narrow_terminal_goes_to_it() {
        let mut hidden = reader(150, 40);
        hidden.keys(",b b");
        assert_eq!((answered(&mut hidden).1, hidden.app.focus), (Some(4), Pane::Filter));
        for (columns, rows, focus) in [(80, 24, Pane::Filter), (60, 20, Pane::Timeline), (40, 12, Pane::Timeline)] {
            let mut reader = reader(columns, rows);
            reader.keys("b");
            assert_eq!((answered(&mut reader).1, reader.app.focus), (Some(4), focus), "{columns}x{rows}");
        }
        let mut low = reader(40, 9);
        low.keys("b");
        assert_eq!((shown(&low), low.app.focus), (None, Pane::Filter));
        assert_eq!(low.note(), "no room for bars of a word; enlarge the terminal");
        low.keys("Esc d");
        assert_eq!((low.app.focus, requests(&mut low).len()), (Pane::Timeline, 0), "nothing is left of it");
    }

    #[test]
    fn without_a_word_or_dates_they_say_why() {
        let mut at_the_top = reader(150, 40);
        at_the_top.keys("gg b");
        assert_eq!(at_the_top.note(), "no word under the cursor; move to one, then press b");
        at_the_top.keys("b");
        assert_eq!(shown(&at_the_top).expect("bars").0, "tea", "it has moved to the first word");
        let mut without_words = reader(150, 40);
        without_words.keys("w");
        without_words.send(Msg::Words { generation: words_request(&without_words), found: found(&[]) });
        without_words.keys("gg b");
        assert_eq!(without_words.note(), "no words to show bars of");
        let mut undated = reader(150, 40);
        let titles: Vec<String> = (0..9).map(|n| format!("tea {n}")).collect();
        let releases: Vec<_> = titles.iter().map(|title| (title.as_str(), "", "", "", (0, 0, 0))).collect();
        let reread =
            Reread { catalog: catalog(&releases), renumbered: renumbered(TITLES.len(), &[]), ..Reread::default() };
        undated.send(Msg::Reread(Box::new(reread)));
        undated.keys("gg w b");
        assert_eq!((undated.note(), shown(&undated)), ("no release has a date", None));
    }
}
