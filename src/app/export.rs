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

impl App {
    /// Returns the releases that an action applies to.
    fn action_releases(&self) -> Vec<ReleaseIndex> {
        let chosen = self.selected_releases();
        if chosen.is_empty() { self.selected().into_iter().collect() } else { chosen }
    }

    /// Carries out an action that takes releases out of the reader. Returns whether it is one.
    pub(super) fn export_action(&mut self, action: Action) -> bool {
        match action {
            Action::Browser => self.open_browser(),
            Action::CopyLink => self.copy_links(),
            Action::CopyText => self.copy_texts(),
            Action::Pipe => self.open_pipe(),
            Action::Export => self.open_export(),
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

    /// Asks for the file to export to.
    fn open_export(&mut self) {
        let Some(release) = self.selected_release() else { return };
        let name = file_name(release.title().as_str());
        match self.selection.len() {
            0 => self.open_file(name, "this"),
            _ => self.open_file("releases.md".to_owned(), "selected"),
        }
    }

    /// Exports releases to a file.
    ///
    /// # Errors
    /// Returns what is wrong with the input.
    pub(super) fn export(&mut self, file: String, which: &str) -> Result<(), String> {
        ExportFormat::of_file(&file)?;
        let releases = match which {
            "" | "this" => self.selected().into_iter().collect(),
            "selected" => self.selected_releases(),
            "listed" | "all" => self.hits.order.to_vec(),
            _ => return Err("unknown choice of releases; use this, selected or listed".to_owned()),
        };
        if releases.is_empty() {
            return Err(format!("nothing to export: no {which} releases"));
        }
        self.inform(format!("writing {file}…"));
        self.effects.push(Effect::Export { file, releases, catalog: std::sync::Arc::clone(&self.catalog) });
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

/// Proposes a file name for a title: letters and digits of any script, joined by hyphens.
fn file_name(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.collect::<Vec<_>>().join("-").to_lowercase().chars().take(NAME).collect();
    let name = name.trim_end_matches('-');
    format!("{}.md", if name.is_empty() { "release" } else { name })
}

/// Returns a release as plain text: title, facts, texts and link. Paragraphs are not wrapped.
fn plain_text(release: &ReleaseRef<'_>) -> String {
    let date = release.date().map(|date| date.to_string());
    let date = date.as_deref().and_then(|date| date.split('T').next());
    let labels = release.labels(Facet::Topic).map(Clean::as_str);
    let facts = date.into_iter().chain(labels).chain([release.label(Facet::Place).as_str(), release.author().as_str()]);
    let facts: Vec<&str> = facts.filter(|fact| !fact.is_empty()).collect();
    let parts = [
        release.title().as_str(),
        &facts.join(" · "),
        &indented(release.summary(), release.summary_spans()),
        &indented(release.body(), release.body_spans()),
        release.url().as_str(),
    ];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use crate::app::popup::form::FormPopup;
    use crate::app::tests::TestApp;
    use crate::app::{Effect, Msg};
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

    #[test]
    fn releases_are_exported_to_known_file_types() {
        let mut reader = reader();
        let exported = |reader: &TestApp| match reader.effects.last() {
            Some(Effect::Export { file, releases, .. }) => (file.clone(), releases.clone()),
            other => panic!("{other:?}"),
        };
        reader.keys("e Enter");
        assert_eq!(exported(&reader), ("release-0.md".to_owned(), vec![0]));
        reader.keys("e C-u \"a.json\" Tab C-u \"listed\" Enter");
        assert_eq!(exported(&reader), ("a.json".to_owned(), vec![0, 1, 2]));
        reader.keys("v v e Enter");
        assert_eq!(exported(&reader), ("releases.md".to_owned(), vec![0, 1]));
        reader.keys("e C-u \"a.exe\" Enter");
        let error = reader.app.popups.find::<FormPopup>().and_then(|form| form.error.clone()).expect("an error");
        assert!(error.as_str().contains("use .md"), "{error}");
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
