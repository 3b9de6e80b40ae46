//! Showing how a release was changed.

use super::App;
use super::generation::Generation;
use super::library::LibraryCommand;
use super::popup::versions::VersionList;
use crate::document::difference::Difference;
use crate::keymap::Action;
use crate::text::CleanBuf;

/// A version of a release, and how it differs from the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionChange {
    /// When it came, in seconds since 1970.
    pub since: i64,
    /// When another version replaced it; `None` for the present one.
    pub until: Option<i64>,
    /// What is different from the version before; that of the first version has only additions.
    pub difference: Difference,
}

/// The message for a release without earlier versions.
const UNCHANGED: &str = "this release has no earlier versions";

impl App {
    /// Requests the versions of the selected release. The texts are read from the library each time.
    pub(super) fn show_changes(&mut self) {
        let Some(release) = self.selected() else { return };
        if self.changes.at(release).is_none() {
            self.inform(UNCHANGED);
            return;
        }
        self.versions_asked = self.versions_asked.next();
        self.command(LibraryCommand::ReadVersions { generation: self.versions_asked, release });
    }

    /// Shows the versions, unless the user has asked for those of another release or types meanwhile.
    pub(super) fn versions_read(&mut self, generation: Generation, outcome: Result<Vec<VersionChange>, CleanBuf>) {
        if generation != self.versions_asked || self.popups.is_open() || self.scope().takes_text() {
            return;
        }
        match outcome {
            Ok(versions) if versions.len() > 1 => self.popups.push(VersionList::new(versions)),
            Ok(_) => self.inform(UNCHANGED),
            Err(reason) => self.inform(reason.to_string()),
        }
    }

    /// Returns the line of the text that says when the selected release was changed.
    pub(super) fn changed_line(&self, at: i64) -> String {
        let day = chrono::DateTime::from_timestamp(at, 0)
            .map_or_else(String::new, |time| time.format("%-d %b %Y").to_string());
        format!("changed {day}: {} to show", self.key_of(Action::Changes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::library::LibraryEvent;
    use crate::app::popup::versions::VersionLine;
    use crate::app::tests::TestApp;
    use crate::catalog::Changes;
    use crate::library::{Version, Versions};
    use crate::release::Release;

    fn release(title: &str, text: &str) -> Release {
        Release { title: CleanBuf::line(title), summary: CleanBuf::block(text), ..Release::default() }
    }

    fn versions() -> Vec<VersionChange> {
        let earlier = |since, until, text| Version { since, until, release: release("The bridge", text) };
        let earlier = vec![earlier(20, 30, "Closed until May"), earlier(10, 20, "Closed")];
        let versions = Versions { now: release("The bridge", "Open until May"), earlier };
        let steps = crate::document::versions::steps(&versions, || None);
        let change = |step: crate::document::versions::Step<'_>| VersionChange {
            since: step.since,
            until: step.until,
            difference: step.difference,
        };
        steps.into_iter().map(change).collect()
    }

    fn reader() -> TestApp {
        let mut reader = TestApp::new(150, 40);
        let mut changes = Changes::default();
        changes.set(1.into(), Some(86_400));
        reader.send(Msg::Changes(changes));
        reader.keys("gg");
        reader
    }

    fn shown(reader: &TestApp) -> Option<String> {
        let list = reader.app.popups.find::<VersionList>()?;
        let text = |line: VersionLine| match line {
            VersionLine::Heading(text) => text.split(':').next().unwrap_or_default().to_owned(),
            VersionLine::Title(runs) | VersionLine::Text(runs) => runs.into_iter().map(|(_, text)| text).collect(),
            VersionLine::Blank => String::new(),
        };
        let lines: Vec<String> = list.lines(70).iter().cloned().map(text).filter(|line| !line.is_empty()).collect();
        Some(lines.join("|"))
    }

    #[test]
    fn the_key_reads_the_versions_and_goes_through_them() {
        let mut reader = reader();
        reader.keys("c");
        assert_eq!((reader.commands(), reader.note()), (vec![], UNCHANGED));
        reader.keys("j c");
        let generation = Generation::new(1);
        assert_eq!(reader.commands(), [LibraryCommand::ReadVersions { generation, release: 1.into() }]);
        let answer = |generation, outcome| Msg::Library(LibraryEvent::Versions { generation, outcome });
        reader.send(answer(Generation::new(9), Ok(versions())));
        assert_eq!(shown(&reader), None, "an answer to another question");
        reader.send(answer(generation, Ok(versions())));
        let all = [
            "1 of 3|The bridge|[-Closed-]{+Open+} until May",
            "2 of 3|The bridge|Closed {+until May+}",
            "3 of 3|The bridge|Closed",
        ];
        for expected in [all[0], all[1], all[2], all[0]] {
            let found = shown(&reader).expect("an open popup").replace("-] {+", "-]{+");
            assert_eq!(found, expected);
            reader.keys("c");
        }
        reader.keys("C");
        assert_eq!(shown(&reader).as_deref(), Some("1 of 3|The bridge|[-Closed-] {+Open+} until May"));
        reader.keys("Esc");
        assert_eq!(shown(&reader), None);
        reader.keys("c");
        let reason = CleanBuf::line("library.db: cannot read");
        reader.send(answer(Generation::new(2), Err(reason)));
        assert_eq!(reader.note(), "library.db: cannot read");
    }

    #[test]
    fn is_changed_lists_changed_releases_and_follows_a_sync() {
        let mut reader = reader();
        reader.keys("/ \"is:changed\" Enter");
        assert_eq!((reader.app.hits.order.to_vec(), reader.app.hits.statuses[3]), (vec![1.into()], 1));
        assert!(reader.app.detail.page.lines().len() > 1);
    }
}
