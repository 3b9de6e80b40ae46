//! The words that distinguish the hits: requesting them whenever the section of the filter pane would show others.

use std::sync::Arc;

use super::effect::Effect;
use super::filter::{Compared, FoundWords};
use super::generation::Generation;
use super::pane_options::Choice as Override;
use super::{App, Layout, Pane};
use crate::catalog::Facet;
use crate::keymap::Action;
use crate::query::{Choice, Context, Expr, Query, Request, Sort, Term};

/// With fewer releases, nothing can be said to be typical.
const FEWEST: usize = if cfg!(test) { 8 } else { 20 };
/// The number of phrases, and their number on a screen of fewer rows.
const MOST: usize = 10;
const MOST_OF_FEW_ROWS: usize = 5;
const FEW_ROWS: u16 = 30;

/// A request for the words that distinguish the hits of a query.
#[derive(Debug, Clone)]
pub struct WordsRequest {
    /// The query without the choice of words, and what to search.
    pub hits: Request,
    /// Which of its hits are compared with which releases.
    pub compared: Compared,
    /// Phrases whose hits are counted whether they distinguish the hits or not.
    pub named: Vec<String>,
    /// The most phrases to find.
    pub most: usize,
    /// Whether the section shows words for the same query already, before a sync: then these can wait until it is over.
    pub can_wait: bool,
}

/// The state of the request.
#[derive(Debug, Default)]
pub(super) struct WordsState {
    /// Counts the requests.
    generation: Generation,
    asked: Option<WordsRequest>,
    is_answered: bool,
    /// What the words of an earlier catalog answer.
    before: Option<(Query, Compared)>,
    /// The newest search at the time of the request. A later one cancels the request.
    search: Generation,
    /// Whether the cursor goes to the first word as soon as there is one.
    wants_focus: bool,
}

impl WordsRequest {
    /// Whether the answer to another request is the answer to this one, apart from the named phrases.
    fn is_like(&self, other: &Self) -> bool {
        (&self.hits.query, self.compared) == (&other.hits.query, other.compared)
            && is_same_search(&self.hits, &other.hits)
    }
}

/// Whether two requests have the same hits if their queries do.
pub(super) fn is_same_search(one: &Request, two: &Request) -> bool {
    Arc::ptr_eq(&one.catalog, &two.catalog)
        && one.context.today == two.context.today
        && one.context.found == two.context.found
        && one.context.definitions == two.context.definitions
        && (!one.tests_marks() || has_same_marks(&one.context, &two.context))
}

fn has_same_marks(one: &Context, other: &Context) -> bool {
    let pairs = [(&one.read, &other.read), (&one.starred, &other.starred), (&one.changed, &other.changed)];
    pairs.into_iter().all(|(one, other)| Arc::ptr_eq(one, other))
}

fn excludes_words(clause: &Expr) -> bool {
    matches!(clause, Expr::Not(inner) if matches!(**inner, Expr::Term(Term::Words(_))))
}

impl App {
    /// Shows or hides the section as the options say, and requests its words if they may have changed.
    pub(super) fn settle_words(&mut self, layout: &Layout) {
        let is_shown = *Override::or(self.pane_options.words.as_ref(), &self.settings.look.words);
        let most = if self.size.1 < FEW_ROWS { MOST_OF_FEW_ROWS } else { MOST };
        let is_possible = self.load.is_done && self.catalog.len() >= FEWEST;
        let words = &mut self.filter.words;
        if (words.is_possible, words.is_hidden, words.most) != (is_possible, !is_shown, most) {
            (words.is_possible, words.is_hidden, words.most) = (is_possible, !is_shown, most);
            if !is_possible {
                words.found = FoundWords::default();
            }
            self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        }
        // An old catalog would stay in memory.
        let outdated = self.words.asked.take_if(|asked| !Arc::ptr_eq(&asked.hits.catalog, &self.catalog));
        if let Some(asked) = outdated {
            self.words.before = Some((asked.hits.query, asked.compared));
        }
        if is_possible && is_shown && !layout.filter.is_empty() && self.filter.type_ahead.is_none() {
            self.ask_words();
        }
    }

    fn ask_words(&mut self) {
        let request = self.words_request();
        let is_known = |phrase: &String| self.filter.words.count_of(phrase).is_some();
        let is_asked = self.words.asked.as_ref().is_some_and(|asked| {
            let has_counts =
                asked.named == request.named || (self.words.is_answered && request.named.iter().all(is_known));
            asked.is_like(&request) && has_counts
        });
        let is_cancelled = !self.words.is_answered && self.words.search != self.search.number();
        if is_asked && !is_cancelled {
            return;
        }
        let generation = self.words.generation.next();
        self.words = WordsState {
            generation,
            asked: Some(request.clone()),
            is_answered: false,
            before: None,
            search: self.search.number(),
            wants_focus: self.words.wants_focus,
        };
        self.effects.push(Effect::FindWords { generation, request: Box::new(request) });
    }

    fn words_request(&self) -> WordsRequest {
        let query = self.query.without(Choice::Words);
        let named = self.query.chosen(Choice::Words).into_iter().chain(self.query.excluded(Choice::Words)).collect();
        // An excluded word alone leaves nearly everything.
        let is_unfiltered = query.clauses.iter().all(excludes_words);
        let compared = match (self.filter.words.is_rising, is_unfiltered) {
            (false, false) => Compared::Hits,
            (false, true) => Compared::LastDays,
            (true, _) if query.choice(Choice::Facet(Facet::Year)).is_some() => Compared::RisingHits,
            (true, _) => Compared::RisingLastDays,
        };
        let hits = Request {
            catalog: Arc::clone(&self.catalog),
            query,
            counted: None,
            context: Context { found: self.found_for_query(), ..self.context() },
            sort: Sort::Newest,
        };
        let can_wait =
            self.words.before.as_ref().is_some_and(|before| (&before.0, before.1) == (&hits.query, compared));
        WordsRequest { hits, compared, named, most: MOST, can_wait }
    }

    /// Applies an answer; those to older requests are dropped.
    pub(super) fn apply_words(&mut self, generation: Generation, found: FoundWords) {
        if generation == self.words.generation && !self.words.is_answered && self.filter.words.is_possible {
            self.words.is_answered = true;
            self.filter.words.found = found;
            self.filter.rebuild(&self.catalog, &self.query, &self.hits);
            if std::mem::take(&mut self.words.wants_focus) && self.focus == Pane::Filter {
                self.jump_to_words();
            }
        }
    }

    fn jump_to_words(&mut self) -> bool {
        let lines = usize::from(self.layout().filter_rows());
        self.filter.jump_to_words(lines)
    }

    /// Goes to the section, and shows it if it is hidden.
    pub(super) fn go_to_words(&mut self) {
        if !self.filter.words.is_possible {
            return self.inform(format!("too few releases to find their words; {FEWEST} are needed"));
        }
        if self.filter.words.is_hidden {
            self.toggle_words();
        }
        self.zen = false;
        self.focus = Pane::Filter;
        self.words.wants_focus = !self.jump_to_words();
    }

    /// Switches between typical and rising words; from elsewhere, goes to the section.
    pub(super) fn switch_words(&mut self) {
        if !self.filter.is_at_words() {
            return self.go_to_words();
        }
        let words = &mut self.filter.words;
        words.is_rising = !words.is_rising;
        let what = if words.is_rising { "what came before" } else { "all releases" };
        self.inform(format!("words compared with {what}"));
    }

    /// Hides or shows the section.
    pub(super) fn toggle_words(&mut self) {
        let setting = self.settings.look.words;
        let is_shown = *Override::or(self.pane_options.words.as_ref(), &setting);
        self.pane_options.words = Some(Override::new(setting, !is_shown));
        self.filter.words.is_hidden = is_shown;
        self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        if is_shown {
            let key = self.key_of(Action::Words);
            self.inform(format!("words hidden; {key} shows them"));
        } else {
            self.words.wants_focus = !self.jump_to_words();
        }
    }

    /// Moves the section above or below its neighbour.
    pub(super) fn move_words(&mut self, up: bool) {
        if self.filter.move_words(up) {
            self.filter.rebuild(&self.catalog, &self.query, &self.hits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::filter::{FoundWord, Row};
    use crate::app::tests::TestApp;
    use crate::app::{Effect, Msg, Session};
    use crate::catalog::tests::catalog;
    use crate::text::CleanBuf;

    /// A reader with enough releases for words, which are not answered.
    fn reader() -> TestApp {
        let titles: Vec<String> = (0..12).map(|n| format!("Release {n}")).collect();
        let rows: Vec<_> = titles.iter().map(|title| (title.as_str(), "tea", "News", "", (2018, 11, 6))).collect();
        let mut reader = TestApp::new(150, 40);
        reader.send(Msg::Loaded(catalog(&rows)));
        reader
    }

    /// The requests since the last call.
    fn requests(reader: &mut TestApp) -> Vec<(Generation, WordsRequest)> {
        let requests = reader.effects.iter().filter_map(|effect| match effect {
            Effect::FindWords { generation, request } => Some((*generation, (**request).clone())),
            _ => None,
        });
        let requests = requests.collect();
        reader.effects.retain(|effect| !matches!(effect, Effect::FindWords { .. }));
        requests
    }

    /// Answers the newest request with these phrases, which `1`, `2`, ... hits contain.
    fn answer(reader: &mut TestApp, phrases: &[&str]) {
        let (generation, request) = requests(reader).pop().expect("a request");
        let words = phrases.iter().zip(1..).map(|(phrase, hits)| FoundWord { phrase: CleanBuf::line(phrase), hits });
        let found = FoundWords { compared: Some(request.compared), words: words.collect(), ..FoundWords::default() };
        reader.send(Msg::Words { generation, found });
    }

    /// The section as it is shown.
    fn shown(reader: &TestApp) -> Vec<String> {
        let filter = &reader.app.filter;
        let rows = filter.rows().iter().filter_map(|row| match row {
            Row::Words => Some(format!("{:?}", filter.words.compared().expect("an answer"))),
            Row::NoWords(_) => Some("none".to_owned()),
            Row::Word(word) => {
                let sign = if word.is_chosen {
                    "+"
                } else if word.is_excluded {
                    "-"
                } else {
                    ""
                };
                let count = word.count.map_or_else(|| "?".to_owned(), |count| count.to_string());
                Some(format!("{sign}{} {count}", filter.words.phrase(*word).expect("a phrase")))
            }
            _ => None,
        });
        rows.collect()
    }

    #[test]
    fn words_follow_the_query_without_their_own_choice() {
        let mut reader = reader();
        let (_, request) = requests(&mut reader).pop().expect("a request");
        assert_eq!((request.hits.query.is_empty(), request.compared), (true, Compared::LastDays));
        reader.keys("/ \"tea\" Enter 1");
        let asked = requests(&mut reader);
        assert!(asked.len() >= 4, "every letter asks anew");
        let (_, request) = asked.last().expect("a request");
        assert_eq!((request.hits.query.to_string().as_str(), request.compared), ("tea topic:News", Compared::Hits));
        reader.keys("/ C-u \"word:release\" Enter");
        let (_, request) = requests(&mut reader).pop().expect("a request");
        assert_eq!(request.hits.query.to_string(), "topic:News");
        assert_eq!(request.named, ["release"]);
    }

    #[test]
    fn a_late_answer_is_dropped_and_the_old_words_stay_until_the_new_ones_arrive() {
        let mut reader = reader();
        answer(&mut reader, &["Release", "tea"]);
        assert_eq!(shown(&reader), ["LastDays", "Release 1", "tea 2"]);
        reader.keys("/ \"r\"");
        let late = requests(&mut reader).pop().expect("a request").0;
        reader.keys("\"e\"");
        let found = FoundWords { compared: Some(Compared::Hits), ..FoundWords::default() };
        reader.send(Msg::Words { generation: late, found });
        assert_eq!(shown(&reader), ["LastDays", "Release 1", "tea 2"]);
        answer(&mut reader, &[]);
        assert_eq!(shown(&reader), ["Hits", "none"]);
    }

    #[test]
    fn the_same_words_of_new_releases_can_wait() {
        let mut reader = reader();
        let asked = |reader: &mut TestApp| requests(reader).pop().map(|(_, request)| request.can_wait);
        assert_eq!(asked(&mut reader), Some(false));
        let after_sync = || {
            let titles: Vec<String> = (0..13).map(|n| format!("Release {n}")).collect();
            let rows: Vec<_> = titles.iter().map(|title| (title.as_str(), "tea", "News", "", (2018, 11, 6))).collect();
            Msg::Loaded(catalog(&rows))
        };
        for _ in 0..2 {
            reader.send(after_sync());
            assert_eq!(asked(&mut reader), Some(true));
        }
        reader.keys("/ \"tea\"");
        assert_eq!(asked(&mut reader), Some(false));
    }

    #[test]
    fn a_request_that_a_search_may_have_cancelled_is_repeated() {
        let mut reader = reader();
        reader.keys("/ \"tea\" Enter");
        requests(&mut reader);
        // Another order is another search, but the words stay the same.
        reader.keys(",s");
        assert_eq!(requests(&mut reader).len(), 1);
        reader.keys(",s");
        answer(&mut reader, &["tea"]);
        reader.keys(",s j j");
        assert!(requests(&mut reader).is_empty());
    }

    #[test]
    fn phrases_are_chosen_and_excluded_and_stay_on_top() {
        let mut reader = reader();
        answer(&mut reader, &["Release", "tea", "green tea"]);
        reader.keys("w j Space");
        assert_eq!(reader.query(), "word:tea");
        assert_eq!(shown(&reader), ["LastDays", "+tea 2", "Release 1", "green tea 3"]);
        assert!(requests(&mut reader).is_empty(), "the words do not depend on their own choice");
        reader.keys("j j -");
        assert_eq!(reader.query(), "word:tea -word:\"green tea\"");
        answer(&mut reader, &["Release"]);
        assert_eq!(shown(&reader), ["LastDays", "+tea ?", "-green tea ?", "Release 1"]);
        reader.keys("-");
        assert_eq!(reader.query(), "word:tea", "the cursor has followed the phrase");
        reader.keys("u u u");
        assert_eq!(reader.query(), "");
    }

    #[test]
    fn one_key_switches_to_rising_words() {
        let mut reader = reader();
        answer(&mut reader, &["tea"]);
        reader.keys("w");
        assert!(requests(&mut reader).is_empty());
        reader.keys("w");
        let (_, request) = requests(&mut reader).pop().expect("a request");
        assert_eq!(request.compared, Compared::RisingLastDays);
        reader.keys("/ \"date:2018\" Enter");
        answer(&mut reader, &["milk"]);
        assert_eq!(shown(&reader), ["RisingHits", "milk 1"]);
        let session = reader.app.session();
        assert!(session.rising);
    }

    #[test]
    fn a_key_opens_the_pane_at_the_words() {
        let mut reader = reader();
        reader.send(Msg::Resize { columns: 80, rows: 24 });
        answer(&mut reader, &["a", "b", "c", "d", "e", "f", "g"]);
        reader.keys("l w");
        assert_eq!(reader.app.focus, Pane::Filter);
        let phrase = reader.app.filter.phrase_of(reader.app.filter.selected());
        assert_eq!(phrase.map(CleanBuf::as_str), Some("a"));
        assert_eq!(shown(&reader).len(), 1 + MOST_OF_FEW_ROWS, "fewer on a low screen");
    }

    #[test]
    fn the_section_moves_and_hides_and_is_remembered() {
        let mut reader = reader();
        answer(&mut reader, &["tea"]);
        let place = |reader: &TestApp| {
            let rows = reader.app.filter.rows().iter().filter_map(|row| match row {
                Row::Words => Some("words".to_owned()),
                Row::Heading(heading) => Some(heading.facet.name().to_owned()),
                _ => None,
            });
            rows.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(place(&reader), "topic words year");
        reader.keys("w {");
        assert_eq!(place(&reader), "words topic year");
        reader.keys("{ } }");
        assert_eq!(place(&reader), "topic year words");
        let session = reader.app.session();
        reader.keys("x");
        assert_eq!(place(&reader), "topic year");
        reader.keys("h G Enter");
        assert_eq!(place(&reader), "topic year words", "the row below the sections brings it back");
        reader.keys("x");
        assert!(requests(&mut reader).is_empty(), "hidden words are not computed");
        let hidden = reader.app.session();
        for (session, places) in
            [(session, "topic year words"), (hidden, "topic year"), (Session::default(), "topic words year")]
        {
            reader.send(Msg::Restore(Box::new(session)));
            requests(&mut reader);
            assert_eq!(place(&reader), places);
        }
        reader.keys("w");
        assert_eq!(reader.app.focus, Pane::Filter);
    }

    #[test]
    fn few_releases_have_no_words() {
        let mut reader = TestApp::new(150, 40);
        assert!(requests(&mut reader).is_empty());
        reader.keys("w");
        assert_eq!(reader.app.focus, Pane::List);
        let told = reader.app.notices.info().expect("a notice");
        assert!(told.as_str().starts_with("too few releases"), "{told}");
    }
}
