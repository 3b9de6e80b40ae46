//! The list of subscriptions: by folder, with counts, the time of the last sync, and errors.
//!
//! Changes appear at once. After each change, successful or not, the library sends the complete list again.

use ratatui::layout::Rect;

use super::frame::{full, rows};
use super::{Next, PopupState};
use crate::app::library::{LibraryCommand, LibraryState, Subscription, SyncState, folder_name, short};
use crate::app::list_cursor::ListCursor;
use crate::app::prompt::Prompt;
use crate::app::{App, Effect};
use crate::catalog::Facet;
use crate::keymap::{Action, Scope};
use crate::library::SourceId;
use crate::query::Query;
use crate::text::{CleanBuf, fold};

/// The open list of subscriptions.
#[derive(Debug, Clone, Default)]
pub struct Subscriptions {
    /// The subscription under the cursor.
    pub id: Option<SourceId>,
    /// Its index among the listed subscriptions, and the first visible line. A subscription may take several lines.
    pub cursor: ListCursor,
    /// The text that filters the list.
    pub filter: Prompt,
    /// Whether the filter is being typed.
    pub is_typing: bool,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceLine {
    /// A folder: its full name, and the number of its listed subscriptions.
    Folder(CleanBuf, usize),
    /// A subscription, by its index in the library.
    Source(usize),
    /// The error of the last sync.
    Error(usize),
    /// An empty line.
    Blank,
}

impl Subscriptions {
    /// The number of lines above the list: the filter.
    #[must_use]
    pub fn head(&self) -> usize {
        usize::from(self.is_typing || !self.filter.text().is_empty())
    }

    /// Returns the listed subscriptions, by their index in the library.
    fn listed(&self, library: &LibraryState) -> Vec<usize> {
        let typed = fold(self.filter.text());
        let is_meant = |source: &Subscription| {
            let texts = [&source.title, &source.address, &folder_name(&source.folder)];
            texts.into_iter().any(|text| fold(text.as_str()).contains(typed.trim()))
        };
        let all = library.sources.iter().enumerate();
        all.filter(|(_, source)| is_meant(source)).map(|(at, _)| at).collect()
    }

    /// Returns the lines of the list.
    #[must_use]
    pub fn lines(&self, library: &LibraryState) -> Vec<SourceLine> {
        let mut lines = Vec::new();
        let mut folder: Option<&[CleanBuf]> = None;
        let listed = self.listed(library);
        for &at in &listed {
            let source = &library.sources[at];
            if folder != Some(&source.folder) {
                if !lines.is_empty() {
                    lines.push(SourceLine::Blank);
                }
                if !source.folder.is_empty() {
                    let same = listed.iter().filter(|&&other| library.sources[other].folder == source.folder);
                    lines.push(SourceLine::Folder(folder_name(&source.folder), same.count()));
                }
                folder = Some(&source.folder);
            }
            lines.push(SourceLine::Source(at));
            if source.error.is_some() {
                lines.push(SourceLine::Error(at));
            }
        }
        lines
    }

    /// Returns the subscription under the cursor.
    #[must_use]
    pub fn selected<'a>(&self, library: &'a LibraryState) -> Option<&'a Subscription> {
        library.sources.iter().find(|source| Some(source.id) == self.id)
    }

    fn step(&mut self, library: &LibraryState, by: isize) {
        let listed = self.listed(library);
        self.cursor.step(by, listed.len());
        self.select(library, &listed);
    }

    /// Selects the subscription at the cursor.
    fn select(&mut self, library: &LibraryState, listed: &[usize]) {
        self.id = listed.get(self.cursor.at).and_then(|&at| library.sources.get(at)).map(|source| source.id);
    }

    /// Moves the cursor to the first subscription after the filter changed.
    fn start_again(&mut self) {
        self.id = None;
        self.cursor.at = 0;
    }

    fn type_action(&mut self, action: Action) {
        match action {
            Action::ListFilterDone => self.is_typing = false,
            Action::ListFilterCancel => {
                self.is_typing = false;
                self.filter = Prompt::default();
            }
            _ if self.filter.edit(action) => self.start_again(),
            _ => {}
        }
    }

    /// Shows only the releases of the subscription under the cursor.
    fn show(&self, app: &mut App) -> Next {
        let Some(title) = self.selected(&app.library).map(|source| source.title.to_string()) else {
            return Next::Stay;
        };
        let mut query = Query::default();
        query.choose(Facet::Source, &[title]);
        app.go_to_list();
        app.set_query(query);
        Next::Close
    }
}

impl PopupState for Subscriptions {
    fn scope(&self) -> Scope {
        if self.is_typing { Scope::ListFilter } else { Scope::Sources }
    }

    fn title(&self) -> &'static str {
        "Subscriptions"
    }

    fn frame(&self, app: &App) -> Rect {
        full(app.layout().body)
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        let (rows, listed) = (rows(self.frame(app), self.head()), self.listed(&app.library));
        if self.cursor.act(action, rows, listed.len()) {
            self.select(&app.library, &listed);
            return Next::Stay;
        }
        if self.is_typing {
            self.type_action(action);
            return Next::Stay;
        }
        match action {
            // The first press clears the filter.
            Action::Close if !self.filter.text().is_empty() => self.filter = Prompt::default(),
            Action::Close => return Next::Close,
            Action::SourceShow => return self.show(app),
            Action::FindSource => self.is_typing = true,
            Action::Subscribe => app.open_subscribe(),
            Action::Help => app.open_help(self.scope()),
            Action::Palette => app.open_palette(self.scope()),
            Action::Undo if !app.undo_removal() => app.inform("nothing to restore"),
            _ => {
                if let Some(source) = self.selected(&app.library).cloned() {
                    app.subscription_action(source, action);
                }
            }
        }
        Next::Stay
    }

    fn insert(&mut self, text: &str) {
        if self.is_typing {
            self.filter.insert(text);
            self.start_again();
        }
    }

    /// Selects the clicked subscription; shows its releases if it was selected already.
    fn press(&mut self, app: &mut App, line: usize) -> Next {
        let Some(row) = line.checked_sub(self.head()) else { return Next::Stay };
        let lines = self.lines(&app.library);
        let Some(SourceLine::Source(at) | SourceLine::Error(at)) = lines.get(self.cursor.top + row) else {
            return Next::Stay;
        };
        let id = app.library.sources.get(*at).map(|source| source.id);
        if id == self.id {
            return self.show(app);
        }
        self.id = id;
        Next::Stay
    }

    fn wheel(&mut self, app: &App, lines: isize) {
        self.step(&app.library, lines);
    }

    /// Keeps the cursor on its subscription, or near its old place, and visible.
    fn settle(&mut self, app: &App) {
        let (listed, lines) = (self.listed(&app.library), self.lines(&app.library));
        let rows = rows(self.frame(app), self.head());
        let kept = listed.iter().position(|&at| Some(app.library.sources[at].id) == self.id);
        self.cursor.at = kept.unwrap_or(self.cursor.at.min(listed.len().saturating_sub(1)));
        self.select(&app.library, &listed);
        let Some(&shown) = listed.get(self.cursor.at) else {
            self.cursor.top = 0;
            return;
        };
        let is_its = |line: &SourceLine| matches!(line, SourceLine::Source(at) | SourceLine::Error(at) if *at == shown);
        let first = lines.iter().position(is_its).unwrap_or(0);
        let last = lines.iter().rposition(is_its).unwrap_or(first);
        // Show its error too, and the heading of its folder if that is directly above.
        let heading = first - usize::from(first > 0 && matches!(lines[first - 1], SourceLine::Folder(..)));
        self.cursor.show(last, rows, lines.len());
        self.cursor.show(if rows > last - heading { heading } else { first }, rows, lines.len());
    }
}

impl App {
    /// Opens the list.
    pub(in crate::app) fn open_subscriptions(&mut self) {
        self.popups.push(Subscriptions::default());
        self.effects.push(Effect::RefreshLibrary);
    }

    fn change_subscription(&mut self, id: SourceId, change: impl FnOnce(&mut Subscription)) {
        if let Some(source) = self.library.sources.iter_mut().find(|source| source.id == id) {
            change(source);
        }
    }

    /// Carries out an action on a subscription.
    fn subscription_action(&mut self, source: Subscription, action: Action) {
        let Subscription { id, title, .. } = &source;
        let title = short(title);
        match action {
            Action::SourceRename => self.open_rename(&source),
            Action::SourceFolder => self.open_refile(&source),
            Action::SourcePause => {
                let on = !source.is_paused;
                self.inform(if on { format!("paused {title}") } else { format!("resumed {title}") });
                self.change_subscription(*id, |source| source.is_paused = on);
                self.command(LibraryCommand::Pause { id: *id, on });
            }
            Action::SourcePages => {
                let on = !source.wants_pages;
                let what = if on { "fetching full pages of" } else { "no longer fetching full pages of" };
                self.inform(format!("{what} {title}"));
                self.change_subscription(*id, |source| source.wants_pages = on);
                self.command(LibraryCommand::WantPages { id: *id, on });
            }
            Action::SourceSync => {
                self.inform(format!("syncing {title}"));
                self.library.announced = self.notices.info().cloned();
                self.change_subscription(*id, |source| source.is_syncing = true);
                self.library.sync.get_or_insert_with(|| SyncState { all: 1, ..SyncState::default() });
                self.command(LibraryCommand::Sync(vec![*id]));
            }
            Action::SourceRemove => self.remove_subscription(source),
            _ => {}
        }
    }

    /// Renames a subscription; an empty name restores the feed's own.
    pub(super) fn rename_subscription(&mut self, id: SourceId, title: &str) {
        if title.is_empty() {
            self.inform("using the feed’s own title");
        } else {
            self.inform(format!("renamed to {title}"));
            self.change_subscription(id, |source| source.title = CleanBuf::line(title));
            self.sort_subscriptions();
        }
        self.command(LibraryCommand::Rename { id, title: title.to_owned() });
    }

    /// Moves a subscription to a folder.
    pub(super) fn move_subscription(&mut self, id: SourceId, folder: Vec<String>) {
        let clean: Vec<CleanBuf> = folder.iter().map(|name| CleanBuf::line(name)).collect();
        self.inform(match folder_name(&clean) {
            name if name.is_empty() => "moved out of its folder".to_owned(),
            name => format!("moved to {name}"),
        });
        self.change_subscription(id, |source| source.folder = clean);
        self.sort_subscriptions();
        self.command(LibraryCommand::Refile { id, folder });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::library::LibraryEvent;
    use crate::app::tests::TestApp;

    fn source(id: i64, title: &str, folder: &[&str]) -> Subscription {
        Subscription {
            id: SourceId::new(id),
            title: CleanBuf::line(title),
            address: CleanBuf::line(&format!("https://{id}.example.org/")),
            folder: folder.iter().map(|name| CleanBuf::line(name)).collect(),
            ..Subscription::default()
        }
    }

    fn reader() -> TestApp {
        let mut reader = TestApp::new(150, 40);
        let mut broken = source(5, "Zeitung", &["Europe"]);
        broken.error = Some(CleanBuf::line("does not answer"));
        let sources = vec![
            source(1, "Gazette", &["Europe", "Courts"]),
            broken,
            source(2, "Court of Justice", &["Europe", "Courts"]),
            source(3, "Àrea", &[]),
            source(4, "Bulletin", &[]),
        ];
        reader.send(Msg::Library(LibraryEvent::Sources(sources)));
        reader.keys("S");
        reader
    }

    fn popup(reader: &TestApp) -> &Subscriptions {
        reader.app.popups.find().expect("the open list")
    }

    fn selected(reader: &TestApp) -> String {
        popup(reader).selected(&reader.app.library).map_or_else(String::new, |source| source.title.to_string())
    }

    #[test]
    fn subscriptions_are_sorted_by_folder_and_name_with_their_errors() {
        let reader = reader();
        let lines = popup(&reader).lines(&reader.app.library);
        let described = lines.iter().map(|line| match line {
            SourceLine::Folder(name, count) => format!("[{name} {count}]"),
            SourceLine::Source(at) => reader.app.library.sources[*at].title.to_string(),
            SourceLine::Error(at) => reader.app.library.sources[*at].error.clone().expect("an error").to_string(),
            SourceLine::Blank => String::new(),
        });
        let expected =
            "Àrea|Bulletin||[Europe 1]|Zeitung|does not answer||[Europe / Courts 2]|Court of Justice|Gazette";
        assert_eq!(described.collect::<Vec<_>>().join("|"), expected);
    }

    #[test]
    fn keys_send_commands_to_the_library() {
        let table = [
            ("p", vec![LibraryCommand::Pause { id: SourceId::new(3), on: true }], "paused Àrea"),
            (
                "p p",
                vec![
                    LibraryCommand::Pause { id: SourceId::new(3), on: true },
                    LibraryCommand::Pause { id: SourceId::new(3), on: false },
                ],
                "resumed Àrea",
            ),
            (
                "j x",
                vec![LibraryCommand::WantPages { id: SourceId::new(4), on: true }],
                "fetching full pages of Bulletin",
            ),
            ("G r", vec![LibraryCommand::Sync(vec![SourceId::new(1)])], "syncing Gazette"),
            (
                "j j R C-u \"New\" Enter",
                vec![LibraryCommand::Rename { id: SourceId::new(5), title: "New".to_owned() }],
                "renamed to New",
            ),
            (
                "R C-u Enter",
                vec![LibraryCommand::Rename { id: SourceId::new(3), title: String::new() }],
                "using the feed’s own title",
            ),
            ("R Enter", vec![], ""),
            ("R \"x\" Esc", vec![], ""),
            (
                "f \"Europe_/_Banks/\" Enter",
                vec![LibraryCommand::Refile {
                    id: SourceId::new(3),
                    folder: vec!["Europe".to_owned(), "Banks".to_owned()],
                }],
                "moved to Europe / Banks",
            ),
            (
                "G f C-u Enter",
                vec![LibraryCommand::Refile { id: SourceId::new(1), folder: vec![] }],
                "moved out of its folder",
            ),
            ("G f Enter", vec![], ""),
            (
                "d",
                vec![LibraryCommand::Unsubscribe { id: SourceId::new(3) }],
                "removed Àrea; kept starred releases; u to undo",
            ),
            (
                "d u",
                vec![
                    LibraryCommand::Unsubscribe { id: SourceId::new(3) },
                    LibraryCommand::Resubscribe(SourceId::new(3)),
                ],
                "restored Àrea",
            ),
            ("u", vec![], "nothing to restore"),
        ];
        for (keys, commands, note) in table {
            let mut reader = reader();
            reader.keys(keys);
            assert_eq!((reader.commands(), reader.note()), (commands, note), "{keys}");
            assert_eq!(reader.app.scope(), Scope::Sources, "{keys}");
        }
    }

    #[test]
    fn a_change_is_shown_at_once_and_the_cursor_stays_on_its_subscription() {
        let mut reader = reader();
        reader.keys("j R C-u \"Zulu\" Enter");
        assert_eq!((selected(&reader).as_str(), reader.app.library.sources[1].title.as_str()), ("Zulu", "Zulu"));
        reader.keys("f \"Asia\" Enter");
        assert_eq!(selected(&reader), "Zulu");
        reader.keys("gg d");
        assert_eq!(selected(&reader), "Zulu", "the next subscription is selected");
        reader.keys("G d");
        assert_eq!(selected(&reader), "Court of Justice");
        reader.keys("u u");
        assert_eq!(reader.app.library.sources.len(), 5);
        assert_eq!(reader.note(), "restored Àrea", "the last one removed comes back first");
    }

    #[test]
    fn a_removal_can_be_undone_until_something_else_changes() {
        let mut reader = reader();
        reader.keys("d Esc u");
        assert_eq!(reader.note(), "restored Àrea");
        reader.keys("S d Esc s u");
        assert_eq!(reader.note(), "undone: starred");
        reader.keys("u");
        assert_eq!(reader.note(), "restored Àrea", "one step after the other");
        reader.keys("S d Esc s u s u u u");
        assert_eq!(reader.app.library.sources.len(), 5);
    }

    #[test]
    fn typing_filters_the_list() {
        let table = [
            ("/ \"cour\" Enter", "Court of Justice", 2),
            ("/ \"area\" Enter", "Àrea", 1),
            ("/ \"5.example\" Enter", "Zeitung", 1),
            ("/ \"cour\" Down Enter", "Gazette", 2),
            ("/ \"cour\" Esc", "Court of Justice", 5),
            ("/ \"cour\" Enter Esc", "Court of Justice", 5),
            ("/ \"zzz\" Enter", "", 0),
            ("/ \"zzz\" BS BS BS Enter", "Àrea", 5),
        ];
        for (keys, expected, count) in table {
            let mut reader = reader();
            reader.keys(keys);
            assert_eq!(
                (selected(&reader).as_str(), popup(&reader).listed(&reader.app.library).len()),
                (expected, count),
                "{keys}"
            );
        }
    }

    #[test]
    fn enter_shows_only_the_releases_of_the_selected_subscription() {
        let mut reader = reader();
        reader.keys("/ \"justice\" Enter Enter");
        assert_eq!((reader.query().as_str(), reader.app.popups.is_open()), ("source:\"Court of Justice\"", false));
        reader.keys("u");
        assert_eq!(reader.query(), "");
        reader.keys("z S Enter");
        assert_eq!((reader.app.zen, reader.app.focus), (false, crate::app::Pane::List), "they are seen");
    }

    #[test]
    fn a_popup_over_the_list_closes_first() {
        let mut reader = reader();
        reader.keys("?");
        assert_eq!(reader.app.scope(), Scope::Help);
        reader.keys("Esc a");
        assert_eq!(reader.app.scope(), Scope::Form);
        reader.keys("Esc");
        assert_eq!(reader.app.scope(), Scope::Sources);
        reader.keys("Esc");
        assert_eq!(reader.app.scope(), Scope::List);
    }

    #[test]
    fn the_selected_subscription_is_visible_at_every_height() {
        for rows in 5..30 {
            let mut reader = reader();
            reader.send(Msg::Resize { columns: 60, rows });
            for keys in ["j", "j", "j", "j", "j", "k", "k", "k", "k", "gg", "G"] {
                reader.keys(keys);
                let sources = popup(&reader);
                let lines = sources.lines(&reader.app.library);
                let at = lines.iter().position(|line| {
                    matches!(line, SourceLine::Source(at) if Some(reader.app.library.sources[*at].id) == sources.id)
                });
                let at = at.expect("a selected one");
                let shown = sources.cursor.top
                    ..sources.cursor.top + super::rows(sources.frame(&reader.app), sources.head()).max(1);
                assert!(shown.contains(&at), "{at} in {shown:?} at {rows} rows");
            }
        }
    }
}
