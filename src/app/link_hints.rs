//! Link hints: opening a link or a similar release by its label, with the cursor below the text, or by a click.

use super::effect::Effect;
use super::{App, Prompt};
use crate::catalog::{LinkRef, ReleaseIndex};
use crate::config::Opener;
use crate::keymap::Action;
use crate::manual;
use crate::release::{Link, LinkKind, address};
use crate::text::CleanBuf;
use crate::typeset::Target;

impl App {
    /// Waits for the letters of a label and scrolls so that as many links as possible are visible.
    pub(super) fn open_link_hints(&mut self) {
        if self.detail.page.targets().is_empty() {
            self.inform("this release has no link");
            return;
        }
        if self.layout().detail.is_empty() {
            self.focus = super::Pane::Detail;
            self.settle();
        }
        let rows = usize::from(self.layout().detail_rows());
        self.hint_letters = Some(Prompt::default());
        self.is_download_hint = false;
        self.hint_release = self.selected();
        if let Some(first) = self.detail.page.line_of(|_| true) {
            // Keep the heading above it in view.
            let is_seen = first >= self.detail.scroll && self.detail.page.lines().len() <= self.detail.scroll + rows;
            if !is_seen {
                self.detail.scroll = first.saturating_sub(1).min(self.detail.last_scroll(rows));
            }
        }
    }

    /// Waits for the letters of an enclosure to download.
    pub(super) fn open_download_hints(&mut self) {
        self.open_link_hints();
        self.is_download_hint = true;
    }

    /// Handles an action while link hints are shown.
    pub(super) fn link_hint_action(&mut self, action: Action) {
        match action {
            Action::Down => drop(self.scroll_detail(1)),
            Action::Up => drop(self.scroll_detail(-1)),
            Action::PromptErase => {
                if let Some(typed) = &mut self.hint_letters {
                    typed.edit(action);
                }
            }
            _ => self.hint_letters = None,
        }
    }

    /// Handles typed letters.
    pub(super) fn type_link_hint(&mut self, text: &str) {
        let is_there = self.selected().is_some() && self.selected() == self.hint_release;
        let Some(prompt) = &mut self.hint_letters else { return };
        if !is_there {
            // Further letters are not commands either.
            self.inform("this release was removed");
            return;
        }
        prompt.insert(&text.to_lowercase());
        let typed = prompt.text();
        let hints = self.detail.page.hints();
        if let Some(at) = hints.iter().position(|hint| hint == typed) {
            self.hint_letters = None;
            if self.is_download_hint {
                self.download_target(at);
            } else {
                self.go_to_target(at);
            }
        } else if !hints.iter().any(|hint| hint.starts_with(typed)) {
            let text = format!("no link is labelled {typed}");
            self.hint_letters = None;
            self.inform(text);
        }
    }

    /// Opens a target: a link in the browser, or another release.
    pub(super) fn go_to_target(&mut self, at: usize) {
        match self.detail.page.targets().get(at).cloned() {
            Some(Target::Release(None)) => self.inform("that release was removed"),
            Some(Target::Release(Some(release))) => self.go_to_release(release),
            Some(Target::Own(address) | Target::Reprint(_, address) | Target::Link(_, address)) => {
                if let Some(section) = self.section_of(&address) {
                    return self.go_to_release(section);
                }
                let host = address::host(address.as_str());
                if let Some(command) = self.program_of(at) {
                    let program = command.first().map(String::as_str).unwrap_or_default();
                    self.inform(format!("opening {host} with {program}…"));
                    return self.effects.push(Effect::OpenWith { address, command });
                }
                self.inform(format!("opening {host}…"));
                self.effects.push(Effect::Open(address));
            }
            None => {}
        }
    }

    /// Returns the program for an enclosure, if one is set for its media type.
    fn program_of(&self, at: usize) -> Option<Vec<String>> {
        let link = self.enclosure_at(at)?;
        let opener = Opener::of_media(&self.settings.openers, link.media.as_str())?;
        Some(opener.command.clone())
    }

    /// Returns the enclosure that a target below the text is.
    pub(super) fn enclosure_at(&self, at: usize) -> Option<Link> {
        // By its address: a reload may have changed the order.
        let Target::Link(_, address) = self.detail.page.targets().get(at)? else { return None };
        let mut links = self.selected_release()?.links();
        let is_it = |link: &LinkRef<'_>| link.kind == LinkKind::Enclosure && link.address == address.as_clean();
        links.find(is_it).map(Link::from)
    }

    /// Returns the release with the section of the manual at an address.
    fn section_of(&self, address: &CleanBuf) -> Option<ReleaseIndex> {
        let with_id = |id| self.catalog.releases().find(|(_, release)| release.id().as_str() == id);
        manual::section_of(address.as_str()).find_map(with_id).map(|(index, _)| index)
    }

    /// Opens the selected target below the text; without one, toggles zen mode.
    pub(super) fn go_there(&mut self) {
        match self.detail.chosen {
            Some(at) => self.go_to_target(at),
            None => self.zen = !self.zen,
        }
    }

    /// Moves by a line of text; past the end of the text, moves among the similar releases.
    pub(super) fn step_detail(&mut self, by: isize) {
        let similar = |target: &Target| matches!(target, Target::Release(_));
        let targets = self.detail.page.targets();
        let first = targets.iter().position(similar);
        let last = targets.len().saturating_sub(1);
        self.detail.chosen = match (self.detail.chosen, first) {
            (Some(at), Some(first)) => {
                let to = at.saturating_add_signed(by).min(last);
                (at > first || by > 0).then_some(to)
            }
            (None, Some(first)) if by > 0 && !self.scroll_detail(by) => Some(first),
            (None, Some(_)) if by > 0 => None,
            _ => {
                self.scroll_detail(by);
                None
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

    use crate::app::tests::TestApp;
    use crate::app::{Effect, Msg};
    use crate::catalog::Builder;
    use crate::keymap::Scope;
    use crate::release::{Link, Release};
    use crate::text::CleanBuf;

    fn reader() -> TestApp {
        let mut builder = Builder::new();
        for (item, url) in ["https://news.example.org/a", ""].into_iter().enumerate() {
            let (title, url) = (CleanBuf::line(&format!("Release {item}")), CleanBuf::line(url));
            builder.push(item as u64, &Release { title, url, ..Release::default() });
        }
        opened(&mut builder)
    }

    /// The reader with the first release open; the second one resembles it.
    fn opened(builder: &mut Builder) -> TestApp {
        let mut reader = TestApp::new(150, 40);
        reader.send(Msg::Loaded(builder.publish()));
        reader.keys("gg Enter");
        let generation = reader.wait_for_similar().expect("a question");
        reader.send(Msg::Similar { generation, found: vec![1.into()] });
        reader.effects.clear();
        reader
    }

    #[test]
    fn labels_open_links_and_similar_releases() {
        let mut reader = reader();
        reader.keys("f");
        assert_eq!(reader.app.scope(), Scope::LinkHints);
        reader.keys("\"a\"");
        assert!(matches!(&reader.effects[..], [Effect::Open(address)] if address.as_str().ends_with("/a")));
        assert_eq!((reader.note(), reader.app.scope()), ("opening news.example.org…", Scope::Detail));
        reader.keys("f \"z\"");
        assert_eq!((reader.note(), reader.app.scope()), ("no link is labelled z", Scope::Detail));
        reader.keys("f Esc f \"b\"");
        assert_eq!(reader.title(), "Release 1");
        reader.keys("C-o");
        assert_eq!(reader.title(), "Release 0");
    }

    #[test]
    fn links_within_the_manual_select_sections_and_other_links_open_the_browser() {
        let link = |address: &str| Link { address: CleanBuf::line(address), ..Link::default() };
        let links =
            vec![link("https://manual.invalid/b.md#c"), link("https://manual.invalid/x.md"), link("https://a.org/")];
        let mut builder = Builder::new();
        for (item, id) in ["a.md", "b.md"].into_iter().enumerate() {
            let (id, title) = (CleanBuf::line(id), CleanBuf::line(&format!("Page {item}")));
            builder.push(item as u64, &Release { id, title, links: links.clone(), ..Release::default() });
        }
        let mut reader = opened(&mut builder);
        reader.keys("f \"a\"");
        assert_eq!(reader.title(), "Page 1", "without the section its page");
        reader.keys("C-o f \"b\"");
        assert_eq!(reader.note(), "opening manual.invalid…");
        reader.keys("f \"c\"");
        assert_eq!((reader.note(), reader.title().as_str()), ("opening a.org…", "Page 0"));
    }

    #[test]
    fn a_click_opens_a_link() {
        let mut reader = reader();
        let detail = reader.app.layout().detail;
        let line = reader.app.detail.page.line_of(|target| target == 0).expect("the link") as u16;
        let at =
            |kind| MouseEvent { kind, column: detail.x + 4, row: detail.y + 2 + line, modifiers: KeyModifiers::NONE };
        reader.send(Msg::Mouse(at(MouseEventKind::Down(MouseButton::Left))));
        assert!(matches!(&reader.effects[..], [Effect::Open(address)] if address.as_str().ends_with("/a")));
        let beside = MouseEvent { row: detail.y + 2, ..at(MouseEventKind::Down(MouseButton::Left)) };
        reader.effects.clear();
        reader.send(Msg::Mouse(beside));
        assert!(reader.effects.is_empty(), "a title is not a link");
    }

    #[test]
    fn the_cursor_moves_on_to_the_similar_releases_below_the_text() {
        let mut reader = reader();
        reader.keys("j");
        assert_eq!(reader.app.detail.chosen, Some(1));
        reader.keys("j j k");
        assert_eq!(reader.app.detail.chosen, None);
        reader.keys("j Enter");
        assert_eq!((reader.title().as_str(), reader.app.zen), ("Release 1", false));
        reader.keys("C-o Enter");
        assert!(reader.app.zen, "without a selected target, zen mode is toggled");
    }
}
