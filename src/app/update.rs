//! Routes messages, keys and actions to the regions that handle them.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use super::notice::Cause;
use super::{App, Arrangement, Effect, Effects, Msg, Pane, Timer};
use crate::keymap::{Action, Key, Lookup, Scope};
use crate::typeset::PageShape;

impl App {
    /// Handles one message. Returns the effects for the runtime to carry out; a dropped effect never happens.
    pub fn update(&mut self, msg: Msg) -> Effects {
        self.receive(msg);
        while self.step_inbox() {}
        std::mem::take(&mut self.effects)
    }

    /// Handles one message whose turn has come.
    pub(super) fn handle(&mut self, msg: Msg) {
        match msg {
            Msg::Key(event) => self.key(event),
            Msg::Mouse(event) => self.mouse(event),
            Msg::DoubleClick { column, row } => self.double_click(column, row),
            Msg::Paste(text) => {
                self.pending.clear();
                self.insert(&text);
            }
            Msg::Resize { columns, rows } => self.size = (columns, rows),
            Msg::Settings(settings) => {
                self.settings = *settings;
                self.notices.replace(Cause::Settings, Vec::new());
                // The keys may begin another sequence in the new keymap.
                self.pending.clear();
                self.define_topics();
            }
            Msg::Themes(themes, errors) => self.apply_themes(themes, errors),
            Msg::Light(light) => self.light = light,
            Msg::Graphics(graphics) => self.apply_graphics(graphics),
            Msg::Picture { generation, outcome } => self.apply_picture(generation, outcome),
            Msg::Loaded(catalog) => self.loaded(catalog),
            Msg::Problems(problems) => self.load.problems.append(problems),
            Msg::Refused(source, reason) => self.refused(source, reason),
            Msg::LoadDone => self.load_done(),
            Msg::Reread(reread) => self.reread(*reread),
            Msg::Today(today) => {
                self.today = today;
                self.recount_saved();
            }
            Msg::Now(now) => self.library.now = Some(now),
            Msg::Library(report) => self.apply_library_event(report),
            Msg::Restore(session) => self.restore(*session),
            Msg::Page { generation, first } => self.found_first(generation, first),
            Msg::Found { generation, hits } => self.found(generation, hits),
            Msg::SearchFailed { generation, reason } => self.search_failed(generation, &reason),
            Msg::Marks { catalog, marks } => self.apply_marks(&catalog, &marks),
            Msg::Changes(changes) => self.changes = changes,
            Msg::FoundAtServer { catalog, query, releases } => self.apply_found(&catalog, query, &releases),
            Msg::MarksSaved(ticket) => self.marks_saved(ticket),
            Msg::MarksNotSaved(ticket, reason) => self.marks_not_saved(ticket, &reason),
            Msg::SessionPosition(release) => self.restore_position(release),
            Msg::Counted { generation, counts } => self.counted(generation, counts),
            Msg::Similar { generation, found } => self.apply_similar(generation, found),
            Msg::Words { generation, found } => self.apply_words(generation, found),
            Msg::WordBars { generation, days } => self.apply_word_bars(generation, days),
            Msg::Timer(Timer::Read(generation)) => self.dwell_over(generation),
            Msg::Timer(Timer::Similar(generation)) => self.ask_similar(generation),
            Msg::Timer(Timer::Picture(generation)) => self.ask_picture(generation),
            Msg::Downloading { number, name, bytes, total } => self.downloading(number, name, bytes, total),
            Msg::Downloaded { number, name, outcome } => self.downloaded(number, &name, outcome),
            Msg::ExportBegun(file) => self.export_begun(&file),
            Msg::ExportExists(file) => self.export_exists(&file),
            Msg::ExportNotBegun(file, reason) => self.export_not_begun(&file, &reason),
            Msg::Succeeded(cause, subject) => self.notices.clear(cause, &subject),
            Msg::Notice(notice) => self.notices.add(notice),
        }
    }

    /// Updates cursors, viewports and the typeset page after a change, and requests whatever the screen now lacks.
    pub(super) fn settle(&mut self) {
        self.forget_undone_steps();
        if self.focus == Pane::Timeline && self.layout().timeline.is_empty() {
            self.focus = Pane::List;
        }
        if self.focus != Pane::Timeline {
            self.timeline.end_range();
        }
        let layout = self.layout();
        let laid_out = std::mem::take(&mut self.laid_out);
        let view = self.list_view(&layout);
        let laid_out = laid_out.of(&self.catalog, &self.hits.order, &view);
        let view = view.with(laid_out);
        let list = view.settled(self.list);
        let (entries, laid_out) = (view.entries(list), view.into_laid_out());
        (self.list, self.list_entries, self.laid_out) = (list, entries, laid_out);
        self.settle_selection();
        self.settle_popups();
        self.settle_words(&layout);
        self.settle_filter(&layout);
        self.settle_word_bars(&layout);
        let columns = self.bar_area(&layout).width;
        self.timeline.settle(&self.hits.days, columns);
        self.settle_picture(&layout);
        let selected = self.selected();
        match selected.and_then(|index| Some((index, self.catalog.release(index)?))) {
            // Keep the page while link hints are shown: their letters must not change.
            Some((index, _))
                if self.hint_letters.is_some() && self.detail.shows(index, layout.measure(), layout.is_short()) => {}
            Some((index, release)) if !layout.detail.is_empty() => {
                let similar = self.similar.of(index).iter();
                let similar: Vec<_> = similar.filter_map(|&n| Some((n, self.catalog.release(n)?))).collect();
                let needles = self.query.needles();
                let picture = self.picture_place(&release);
                let changed = self.changes.at(index).map(|at| self.changed_line(at));
                let (columns, is_tight) = (layout.measure(), layout.is_short());
                let own_topics = self.own_topics_of(index);
                let shape = PageShape { columns, is_tight, picture, changed, own_topics };
                let is_new = self.detail.show(index, &release, shape, needles, &similar);
                let rows = usize::from(layout.detail_rows());
                if let Some((_, at)) = self.scroll_anchor.take_if(|(release, _)| *release == index) {
                    self.detail.go_to(at);
                } else if is_new && self.detail.scroll == 0 {
                    self.detail.go_to_first_mark(rows);
                }
                self.detail.fill(rows);
            }
            Some(_) => {}
            None => self.detail.clear(),
        }
        self.count_saved_queries();
        self.mark_after_dwell();
        self.similar_after_dwell();
    }

    fn key(&mut self, event: KeyEvent) {
        if event.kind == KeyEventKind::Release {
            return;
        }
        self.notices.clear_info();
        self.stop_restoring();
        let key = Key::from(event);
        let scope = self.scope();
        self.pending.push(key);
        match self.settings.keymap.lookup(scope, &self.pending) {
            Lookup::Pending => {}
            Lookup::Action(action) => {
                self.pending.clear();
                self.act_in_turn(scope, action, key);
            }
            Lookup::Unbound => {
                let waiting = std::mem::take(&mut self.pending);
                if scope.takes_text() {
                    self.type_keys(&waiting, event);
                }
            }
        }
    }

    /// Types the characters of an unbound sequence; the last key of several may be bound by itself.
    fn type_keys(&mut self, keys: &[Key], last: KeyEvent) {
        let typed = |keys: &[Key]| keys.iter().filter_map(|key| key.typed()).collect::<String>();
        match keys {
            [only] => self.insert(&typed(&[*only])),
            // Esc only cancels the sequence.
            [.., _] if last.code == KeyCode::Esc => {}
            [before @ .., _] => {
                self.insert(&typed(before));
                self.key(last);
            }
            [] => {}
        }
    }

    /// Carries out an action chosen without its key: in the palette, or by a click.
    pub(super) fn perform(&mut self, scope: Scope, action: Action) {
        self.act_in_turn(scope, action, Key::from(KeyEvent::from(KeyCode::Enter)));
    }

    /// Carries out an action while `scope` has the focus: passes it to the popup, the mode or the pane concerned.
    pub(super) fn act(&mut self, scope: Scope, action: Action, key: Key) {
        match action {
            Action::Quit => self.effects.push(Effect::Quit),
            Action::Suspend => self.effects.push(Effect::Suspend),
            Action::Redraw => self.effects.push(Effect::Redraw),
            _ if self.popup_action(action) => {}
            _ if scope == Scope::LinkHints => self.link_hint_action(action),
            _ if scope == Scope::Find => self.find_action(action),
            Action::Back => self.cancel_innermost(),
            Action::Down => self.step(scope, 1),
            Action::Up => self.step(scope, -1),
            Action::HalfDown => self.page(scope, 1),
            Action::HalfUp => self.page(scope, -1),
            Action::PageDown => self.page(scope, 2),
            Action::PageUp => self.page(scope, -2),
            Action::Top => self.jump(scope, false),
            Action::Bottom => self.jump(scope, true),
            _ => match scope {
                Scope::Prompt => self.prompt_action(action),
                Scope::TypeAhead => self.type_ahead_action(action),
                _ => self.pane_action(action, key),
            },
        }
    }

    /// Carries out an action of the panes: one of the whole screen here, others in the region they belong to.
    fn pane_action(&mut self, action: Action, key: Key) {
        match action {
            Action::Cancel => self.cancel(),
            Action::Help => self.open_help(self.pane_scope()),
            Action::Palette => self.open_palette(self.scope()),
            Action::Problems => self.open_problems(),
            Action::Manual => self.effects.push(Effect::OpenManual),
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            _ => {
                let _is_done = self.layout_action(action)
                    || self.picture_action(action)
                    || self.reading_action(action)
                    || self.query_action(action, key)
                    || self.mark_action(action)
                    || self.export_action(action)
                    || self.library_action(action)
                    || self.timeline_action(action, key);
            }
        }
    }

    /// Closes or cancels the innermost thing that is open. Never quits.
    fn cancel(&mut self) {
        if self.notices.read() || self.timeline.drop_range() || self.clear_selection() {
            return;
        }
        if self.detail.find.is_some() {
            self.detail.close_find();
        } else if self.detail.chosen.is_some() {
            self.detail.chosen = None;
        } else if self.zen {
            self.zen = false;
        } else if matches!(self.focus, Pane::List | Pane::Timeline) && self.shows_word_bars() {
            self.timeline.set_word(None);
        } else if self.focus != Pane::List {
            self.focus = Pane::List;
        } else if !self.cancel_server_task() && !self.cancel_sync() && !self.cancel_downloads() {
            let mut query = self.query.clone();
            query.clear_typed();
            self.set_query(query);
        }
    }

    /// Goes one step back; quits from the list.
    fn cancel_innermost(&mut self) {
        if self.zen {
            self.zen = false;
        } else if self.focus != Pane::List && self.layout().arrangement != Arrangement::Tiny {
            self.focus = Pane::List;
        } else {
            self.effects.push(Effect::Quit);
        }
    }
}
