//! Output from the reader: a link to the browser; links and texts to the clipboard, a command or a file.
//!
//! Actions use the selected releases, or the release under the cursor if none is selected.

use super::App;
use super::effect::Effect;
use crate::catalog::{Facet, ReleaseIndex, ReleaseRef};
use crate::document::ExportFormat;
use crate::keymap::Action;
use crate::release::address::host;
use crate::release::indented;
use crate::text::{Clean, counted, grouped};

/// The maximum number of texts copied or piped at once.
const MOST: usize = 1_000;
/// The maximum number of characters of a proposed file name.
const NAME: usize = 48;

/// Which releases to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one under the cursor.
    This,
    /// The selected ones.
    Selected,
    /// All hits of the query.
    Listed,
}

impl App {
    /// Returns the releases that an action applies to.
    fn action_releases(&self) -> Vec<ReleaseIndex> {
        let chosen = self.selected_releases();
        if chosen.is_empty() { self.selected().into_iter().collect() } else { chosen }
    }

    /// Handles the actions that open, copy, pipe or export releases. Returns `false` for any other action.
    pub(super) fn export_action(&mut self, action: Action) -> bool {
        match action {
            Action::Browser => self.open_browser(),
            Action::CopyLink => self.copy_links(),
            Action::CopyText => self.copy_texts(),
            Action::Pipe => self.open_pipe(),
            Action::Export if self.selected().is_some() => self.open_export(),
            Action::Digest if self.selected().is_some() => self.open_digest(),
            Action::Export | Action::Digest => self.inform("nothing to export: no releases"),
            _ => return false,
        }
        true
    }

    /// Opens the link of the selected release in the browser.
    fn open_browser(&mut self) {
        let Some(release) = self.selected_release() else { return };
        let address = release.url().to_buf();
        if address.is_empty() {
            self.inform("this release has no link");
            return;
        }
        self.inform(format!("opening {}…", host(address.as_str())));
        self.effects.push(Effect::Open(address));
    }

    /// Copies the links of the releases.
    fn copy_links(&mut self) {
        let releases = self.action_releases();
        let links = releases.iter().filter_map(|&release| Some(self.catalog.release(release)?.url()));
        let links: Vec<&str> = links.map(Clean::as_str).filter(|link| !link.is_empty()).collect();
        let (text, what) = match links[..] {
            [] => {
                self.inform("nothing to copy: no link");
                return;
            }
            [link] => (link.to_owned(), format!("link to {}", host(link))),
            _ => (links.join("\n") + "\n", counted(links.len(), "link")),
        };
        self.effects.push(Effect::Copy { text, what });
    }

    /// Copies the texts of the releases.
    fn copy_texts(&mut self) {
        if let Some((text, what)) = self.texts() {
            self.effects.push(Effect::Copy { text, what });
        }
    }

    /// Asks for the command to pipe the texts to.
    fn open_pipe(&mut self) {
        if self.selected().is_some() {
            let last = self.last_command.clone().unwrap_or_else(|| self.settings.pipe.clone());
            self.open_command(last);
        }
    }

    /// Pipes the texts of the releases to a command.
    pub(super) fn pipe(&mut self, command: String) {
        if command.is_empty() {
            return;
        }
        if let Some((text, _)) = self.texts() {
            self.last_command = Some(command.clone());
            self.effects.push(Effect::Pipe { command, text });
        }
    }

    /// Opens the form that asks what to export, in which format and where. Proposes the selected releases, or else
    /// those of the query, or else the current one.
    fn open_export(&mut self) {
        let choices = self.export_choices();
        let is_filtered = self.selection.is_empty() && !self.query.is_empty();
        let which = choices.len().saturating_sub(if is_filtered { 1 } else { 2 });
        self.open_export_form(choices, which, ExportFormat::Markdown);
    }

    /// Opens the export form for an HTML page of all listed releases.
    fn open_digest(&mut self) {
        let choices = self.export_choices();
        let listed = choices.len().saturating_sub(1);
        self.open_export_form(choices, listed, ExportFormat::Html);
    }

    /// Returns the choices of releases, the widest last, each with a proposed file name and the number of releases.
    fn export_choices(&self) -> Vec<(Which, String, usize)> {
        let title = self.selected_release().map(|release| file_stem(release.title().as_str(), "release"));
        let mut choices: Vec<_> = title.into_iter().map(|stem| (Which::This, stem, 1)).collect();
        if !self.selection.is_empty() {
            choices.push((Which::Selected, "selected-releases".to_owned(), self.selection.len()));
        }
        choices.push((Which::Listed, file_stem(&self.proposed_name(), "releases"), self.hits.order.len()));
        choices
    }

    /// Exports releases to a file.
    ///
    /// # Errors
    /// Returns what is wrong with the input.
    pub(super) fn export(&mut self, file: String, which: Which, may_replace: bool) -> Result<(), String> {
        ExportFormat::of_file(&file)?;
        let releases: Vec<ReleaseIndex> = match which {
            Which::This => self.selected().into_iter().collect(),
            Which::Selected => self.selected_releases(),
            Which::Listed => self.hits.order.to_vec(),
        };
        if releases.is_empty() {
            return Err("nothing to export: no such releases".to_owned());
        }
        let catalog = self.catalog_with_own_topics();
        self.effects.push(Effect::Export { file, may_replace, releases, catalog });
        Ok(())
    }

    /// Returns the texts of the releases, and their description for messages.
    fn texts(&mut self) -> Option<(String, String)> {
        let releases = self.action_releases();
        if releases.len() > MOST {
            let most = grouped(MOST);
            self.inform(format!("too many texts (limit {most}); select fewer releases"));
            return None;
        }
        let texts: Vec<String> =
            releases.iter().filter_map(|&release| Some(plain_text(&self.catalog.release(release)?))).collect();
        let what = match texts.len() {
            0 => return None,
            1 => "text".to_owned(),
            count => counted(count, "text"),
        };
        Some((texts.join("\n\n"), what))
    }
}

/// Proposes a file name without extension for a title: letters and digits of any script, joined by hyphens.
fn file_stem(title: &str, otherwise: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = words.collect::<Vec<_>>().join("-").to_lowercase();
    if let Some((end, _)) = name.char_indices().nth(NAME) {
        // Whole words, unless the first is longer.
        let next = name.split_off(end);
        let last = name.rfind('-').filter(|_| !next.starts_with('-'));
        name.truncate(last.unwrap_or(name.len()));
    }
    let name = name.trim_end_matches('-');
    (if name.is_empty() { otherwise } else { name }).to_owned()
}

/// Returns a release as plain text: title, facts, texts and link. Paragraphs are not wrapped.
fn plain_text(release: &ReleaseRef<'_>) -> String {
    let date = release.date().map(|date| date.to_string());
    let date = date.as_deref().and_then(|date| date.split('T').next());
    let labels = release.labels(Facet::Topic).map(Clean::as_str);
    let facts = date.into_iter().chain(labels).chain([release.label(Facet::Place).as_str(), release.author().as_str()]);
    let facts: Vec<&str> = facts.filter(|fact| !fact.is_empty()).collect();
    let (summary, body) = (release.summary(), release.body());
    let parts = [
        release.title().as_str(),
        &facts.join(" · "),
        &indented(summary.as_clean(), release.summary_spans()),
        &indented(body.as_clean(), release.body_spans()),
        release.url().as_str(),
    ];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use crate::app::popup::export_form::ExportForm;
    use crate::app::popup::frame::inside;
    use crate::app::tests::{TestApp, click};
    use crate::app::{Effect, Mark, Msg};
    use crate::catalog::Builder;
    use crate::release::{Date, Release};
    use crate::text::CleanBuf;

    fn reader() -> TestApp {
        let mut builder = Builder::new();
        for (item, url) in ["https://a.example/1", "https://b.example/2", ""].into_iter().enumerate() {
            let release = Release {
                title: CleanBuf::line(&format!("Release {item}")),
                summary: CleanBuf::block("One.\n\nTwo."),
                topics: vec![CleanBuf::line("News")],
                date: Date::from_ymd(2018, 11, 6),
                url: CleanBuf::line(url),
                ..Release::default()
            };
            builder.push(item as u64, &release);
        }
        let mut reader = TestApp::new(150, 40);
        reader.send(Msg::Loaded(builder.publish()));
        reader.keys("gg");
        reader.effects.clear();
        reader
    }

    fn copied(reader: &mut TestApp) -> Vec<(String, String)> {
        let copied = reader.effects.drain(..).filter_map(|effect| match effect {
            Effect::Copy { text, what } => Some((text, what)),
            _ => None,
        });
        copied.collect()
    }

    #[test]
    fn a_long_title_gives_a_file_name_of_whole_words() {
        let long = "Environment and Natural Resources Division: ".repeat(4);
        let stem = super::file_stem(&long, "release");
        assert!(stem.len() <= super::NAME && stem.len() > super::NAME - "environment-".len(), "{stem}");
        assert!(
            "-environment-and-natural-resources-division-"
                .contains(&format!("-{}-", stem.rsplit('-').next().expect("a word")))
        );
        assert_eq!(super::file_stem(&"a".repeat(300), "release").len(), super::NAME);
        assert_eq!(super::file_stem("Tea, 2012!", "release"), "tea-2012");
        assert_eq!(super::file_stem("…", "release"), "release");
    }

    #[test]
    fn links_and_texts_of_the_current_or_selected_releases_are_copied() {
        let mut reader = reader();
        reader.keys("y");
        assert_eq!(copied(&mut reader), [("https://a.example/1".to_owned(), "link to a.example".to_owned())]);
        reader.keys("Y");
        let text = "Release 0\n\n2018-11-06 · News\n\nOne.\n\nTwo.\n\nhttps://a.example/1\n";
        assert_eq!(copied(&mut reader), [(text.to_owned(), "text".to_owned())]);
        reader.keys("v v y");
        assert_eq!(copied(&mut reader)[0].1, "2 links");
        reader.keys("Esc G y");
        assert_eq!((copied(&mut reader), reader.note()), (vec![], "nothing to copy: no link"));
    }

    #[test]
    fn a_command_gets_the_text_and_is_proposed_again() {
        let mut reader = reader();
        reader.keys("| \"wc\" Enter");
        let piped = |reader: &TestApp| match reader.effects.last() {
            Some(Effect::Pipe { command, text }) => (command.clone(), text.len()),
            other => panic!("{other:?}"),
        };
        assert_eq!(piped(&reader), ("wc".to_owned(), 63));
        reader.keys("| End \"_-w\" Enter");
        assert_eq!(piped(&reader), ("wc -w".to_owned(), 63));
    }

    /// The file, whether it may replace one, and the releases of the last export.
    fn exported(reader: &TestApp) -> (&str, bool, &[crate::catalog::ReleaseIndex]) {
        match reader.effects.last() {
            Some(Effect::Export { file, may_replace, releases, .. }) => (file, *may_replace, releases),
            other => panic!("{other:?}"),
        }
    }

    fn form(reader: &TestApp) -> &ExportForm {
        reader.app.popups.find::<ExportForm>().expect("an open form")
    }

    #[test]
    fn the_choices_propose_what_to_export_and_the_name_of_the_file() {
        let table: [(&str, &str, &[u32]); 13] = [
            ("e", "release-0.md", &[0]),
            ("e Right", "releases.md", &[0, 1, 2]),
            ("e Left Left", "release-0.md", &[0]),
            ("e Tab Right", "release-0.html", &[0]),
            ("e Tab Left Up Right", "releases.json", &[0, 1, 2]),
            (": \"digest\" Enter", "releases.html", &[0, 1, 2]),
            ("v v e", "selected-releases.md", &[0, 1]),
            ("v v e Right Tab Right Right", "releases.txt", &[0, 1, 2]),
            ("/ \"topic:News\" Enter e Tab Right", "news.html", &[0, 1, 2]),
            ("e \"a.json\"", "a.json", &[0]),
            ("e \"a.json\" Up Left", "a.txt", &[0]),
            ("e \"a\"", "a.md", &[0]),
            ("e Tab Right Tab End \"x\" C-u \"b\"", "b.html", &[0]),
        ];
        for (keys, file, releases) in table {
            let mut reader = reader();
            reader.keys(keys);
            reader.keys("Enter");
            let (named, may_replace, exported) = exported(&reader);
            assert_eq!((named, may_replace), (file, false), "{keys}");
            assert_eq!(exported, releases, "{keys}");
        }
    }

    #[test]
    fn the_form_stays_open_until_its_file_is_begun() {
        let mut reader = reader();
        reader.keys("e \"a.exe\" Enter");
        assert!(form(&reader).error.as_ref().is_some_and(|error| error.as_str().contains("use .md")));
        reader.keys("C-u \"a.md\" Enter Enter");
        assert_eq!(reader.effects.iter().filter(|effect| matches!(effect, Effect::Export { .. })).count(), 1);
        reader.send(Msg::ExportExists(CleanBuf::line("a.md")));
        let error = form(&reader).error.as_ref().map(CleanBuf::as_str);
        assert_eq!(error, Some("the file exists; Enter again replaces it and keeps the old one as NAME~"));
        reader.keys("Enter");
        assert_eq!(exported(&reader), ("a.md", true, [0.into()].as_slice()));
        reader.send(Msg::ExportBegun(CleanBuf::line("a.md")));
        assert_eq!((reader.app.popups.is_open(), reader.note()), (false, "writing a.md…"));
    }

    #[test]
    fn a_click_while_the_form_waits_does_not_lose_the_answer() {
        let mut reader = reader();
        reader.keys("e \"a.md\" Enter");
        let inner = inside(reader.app.popups.iter().last().expect("the form").frame(&reader.app));
        let before = form(&reader).clone();
        for line in 0..3 {
            click(&mut reader, inner.x, inner.y + line);
            assert_eq!(*form(&reader), before, "{line}");
        }
        reader.send(Msg::ExportExists(CleanBuf::line("a.md")));
        assert!(form(&reader).error.as_ref().is_some_and(|error| error.as_str().contains("exists")));
    }

    #[test]
    fn what_is_typed_while_the_form_waits_reaches_the_list_once_it_closes() {
        let begun = || Msg::ExportBegun(CleanBuf::line("a.md"));
        let mut reader = reader();
        reader.keys("e \"a.md\" Enter j j");
        assert_eq!((reader.title().as_str(), reader.app.inbox.keys()), ("Release 0", 2));
        reader.send(begun());
        assert_eq!((reader.title().as_str(), reader.app.popups.is_open()), ("Release 2", false));
        // The form waits for the hits, then for its file, and the keys behind it with it.
        let mut reader = self::reader();
        reader.holds_searches = true;
        reader.keys("/ \"release\" Enter e C-u \"a.md\" Enter j m");
        reader.answer();
        assert!(form(&reader).is_waiting());
        reader.send(begun());
        assert_eq!((reader.title().as_str(), reader.app.marks.count(Mark::Read)), ("Release 1", 1));
    }

    #[test]
    fn what_is_typed_while_the_form_waits_neither_answers_its_question_nor_changes_its_file() {
        let (file, reason) = (CleanBuf::line("a.md"), CleanBuf::line("folder not found"));
        for answer in [Msg::ExportExists(file.clone()), Msg::ExportNotBegun(file, reason)] {
            let mut reader = reader();
            reader.keys("e \"a.md\" Enter Enter j");
            reader.send(answer);
            let shown = form(&reader);
            assert_eq!((shown.file.text(), shown.is_waiting(), shown.error.is_some()), ("a.md", false, true));
            assert_eq!(reader.app.inbox.keys(), 0);
        }
    }

    #[test]
    fn closing_a_form_that_waits_drops_what_was_typed_after_it() {
        for close in ["Esc", "C-c"] {
            let mut reader = reader();
            reader.keys(&format!("e \"a.md\" Enter j {close}"));
            assert_eq!((reader.title().as_str(), reader.app.popups.is_open()), ("Release 0", false), "{close}");
            reader.keys("j");
            assert_eq!(reader.title(), "Release 1", "{close}");
        }
    }

    #[test]
    fn the_form_stays_open_if_its_file_cannot_be_created() {
        let mut reader = reader();
        reader.keys("e \"no/a.md\" Enter");
        let (file, reason) = (CleanBuf::line("no/a.md"), CleanBuf::line("folder not found"));
        reader.send(Msg::ExportNotBegun(file.clone(), reason.clone()));
        let shown = form(&reader);
        let error = shown.error.as_ref().map(CleanBuf::as_str);
        assert_eq!((shown.file.text(), error), ("no/a.md", Some("not written: folder not found")));
        reader.keys("Home Del Del Del Enter");
        assert_eq!(exported(&reader), ("a.md", false, [0.into()].as_slice()));
        reader.keys("Esc");
        reader.send(Msg::ExportNotBegun(file, reason));
        let error = reader.app.notices.unread().map(|(error, _)| error.text.as_str());
        assert_eq!(error, Some("not written: no/a.md: folder not found"), "the form is closed");
    }

    #[test]
    fn another_name_after_an_existing_one_replaces_nothing() {
        let mut reader = reader();
        reader.keys("e \"a.md\" Enter");
        reader.send(Msg::ExportExists(CleanBuf::line("a.md")));
        reader.keys("Home \"b\" Enter");
        assert_eq!(exported(&reader), ("ba.md", false, [0.into()].as_slice()));
        reader.keys("Esc");
        reader.send(Msg::ExportExists(CleanBuf::line("ba.md")));
        let error = reader.app.notices.unread().map(|(error, _)| error.text.as_str());
        assert_eq!(error, Some("not written: ba.md exists"), "the form is closed");
    }

    #[test]
    fn the_browser_gets_the_link_of_the_release() {
        let mut reader = reader();
        reader.keys("o");
        assert!(
            matches!(reader.effects.last(), Some(Effect::Open(address)) if address.as_str() == "https://a.example/1")
        );
        reader.keys("G o");
        assert_eq!(reader.note(), "this release has no link");
    }
}
