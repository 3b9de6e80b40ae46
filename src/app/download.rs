//! Downloads of enclosures: which are running, and how far they are.

use std::sync::Arc;

use super::App;
use super::effect::Effect;
use super::notice::{Cause, Notice};
use crate::catalog::{Catalog, ReleaseIndex};
use crate::keymap::Action;
use crate::release::{Link, LinkKind, address};
use crate::text::{CleanBuf, counted};
use crate::typeset::size;

/// A request to download an enclosure.
#[derive(Debug, Clone)]
pub struct DownloadRequest {
    /// The number that the answers repeat.
    pub number: u64,
    /// The release that it belongs to.
    pub release: ReleaseIndex,
    /// The catalog that the index refers to.
    pub catalog: Arc<Catalog>,
    /// The enclosure.
    pub link: Link,
}

/// The running downloads.
#[derive(Debug, Clone, Default)]
pub struct Downloads {
    running: Vec<Download>,
    /// The number of the next one.
    next: u64,
}

#[derive(Debug, Clone)]
struct Download {
    number: u64,
    address: CleanBuf,
    /// The name of the file, once it is known.
    name: CleanBuf,
    bytes: u64,
    total: Option<u64>,
}

impl App {
    /// Downloads the enclosure of the selected release. If it has several, waits for the letters of one.
    pub(super) fn download(&mut self) {
        let is_enclosure = |link: &Link| link.kind == LinkKind::Enclosure;
        let links = self.selected_release().map(|release| release.links().map(Link::from).collect::<Vec<_>>());
        let mut enclosures = links.unwrap_or_default().into_iter().filter(is_enclosure);
        match (enclosures.next(), enclosures.next()) {
            (None, _) => self.inform("this release has no enclosure"),
            (Some(only), None) => self.start_download(only),
            (Some(_), Some(_)) => self.open_download_hints(),
        }
    }

    /// Downloads the enclosure that a target below the text is.
    pub(super) fn download_target(&mut self, at: usize) {
        match self.enclosure_at(at) {
            Some(link) => self.start_download(link),
            None => self.inform("not an enclosure; only enclosures are downloaded"),
        }
    }

    fn start_download(&mut self, link: Link) {
        let Some(release) = self.selected() else { return };
        if self.is_offline() {
            return;
        }
        if self.downloads.running.iter().any(|download| download.address == link.address) {
            return self.inform("already being downloaded");
        }
        let number = self.downloads.next;
        self.downloads.next += 1;
        let (address, host) = (link.address.clone(), address::host(link.address.as_str()));
        self.inform(format!("downloading from {host}…; {} cancels", self.key_of(Action::Cancel)));
        self.downloads.running.push(Download { number, address, name: host, bytes: 0, total: link.bytes });
        let catalog = Arc::clone(&self.catalog);
        self.effects.push(Effect::Download(Box::new(DownloadRequest { number, release, catalog, link })));
    }

    /// Applies the progress of a download.
    pub(super) fn downloading(&mut self, number: u64, name: CleanBuf, bytes: u64, total: Option<u64>) {
        if let Some(download) = self.downloads.running.iter_mut().find(|download| download.number == number) {
            (download.name, download.bytes, download.total) = (name, bytes, total.or(download.total));
        }
    }

    /// Reports the end of a download: the path of the file, or why there is none.
    pub(super) fn downloaded(&mut self, number: u64, name: &CleanBuf, outcome: Result<CleanBuf, CleanBuf>) {
        let running = self.downloads.running.iter().position(|download| download.number == number);
        if let Some(at) = running {
            self.downloads.running.remove(at);
        }
        match outcome {
            // It was cancelled.
            Err(_) if running.is_none() => {}
            Ok(path) => {
                self.notices.clear(Cause::Fetch, name);
                self.inform(format!("downloaded: {path}"));
            }
            Err(reason) => {
                let key = self.key_of(Action::Download);
                let text = format!("{name}: not downloaded: {reason}; {key} tries again");
                self.report(Notice::error_about(Cause::Fetch, name, CleanBuf::line(&text)));
            }
        }
    }

    /// Cancels all downloads. Returns whether there were any.
    pub(super) fn cancel_downloads(&mut self) -> bool {
        let running = std::mem::take(&mut self.downloads.running);
        if running.is_empty() {
            return false;
        }
        self.effects.push(Effect::CancelDownloads);
        let what = if running.len() == 1 { "download".to_owned() } else { counted(running.len(), "download") };
        self.inform(format!("{what} cancelled; {} continues it", self.key_of(Action::Download)));
        true
    }

    /// Describes the running downloads.
    #[must_use]
    pub fn download_status(&self) -> Option<String> {
        let running = &self.downloads.running;
        let first = running.first()?;
        let total = first.total.map(|total| format!(" of {}", size(total))).unwrap_or_default();
        let more = if running.len() > 1 { format!(" and {} more", running.len() - 1) } else { String::new() };
        Some(format!("downloading {}: {}{total}{more}", first.name, size(first.bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::tests::TestApp;
    use crate::catalog::Builder;
    use crate::config::{Opener, Settings};
    use crate::release::Release;

    fn link(kind: LinkKind, address: &str, media: &str) -> Link {
        let (address, media) = (CleanBuf::line(address), CleanBuf::line(media));
        Link { kind, address, media, bytes: Some(2_000_000), ..Link::default() }
    }

    fn reader() -> TestApp {
        let text = link(LinkKind::Text, "https://a.example/text", "");
        let talk = link(LinkKind::Enclosure, "https://a.example/talk.mp3", "audio/mpeg");
        let paper = link(LinkKind::Enclosure, "https://a.example/paper.pdf", "application/pdf");
        let mut builder = Builder::new();
        for (item, links) in
            [vec![text.clone()], vec![text.clone(), talk.clone()], vec![text, talk, paper]].into_iter().enumerate()
        {
            let title = CleanBuf::line(&format!("Release {item}"));
            builder.push(item as u64, &Release { title, links, ..Release::default() });
        }
        let mut reader = TestApp::new(150, 40);
        reader.send(Msg::Loaded(builder.publish()));
        reader.keys("gg");
        reader.effects.clear();
        reader
    }

    /// The addresses asked for since the last call.
    fn asked(reader: &mut TestApp) -> Vec<String> {
        let asked = reader.effects.drain(..).filter_map(|effect| match effect {
            Effect::Download(request) => Some(request.link.address.to_string()),
            Effect::CancelDownloads => Some("cancel".to_owned()),
            _ => None,
        });
        asked.collect()
    }

    #[test]
    fn the_only_enclosure_is_downloaded_at_once_and_one_of_several_by_its_letter() {
        let table = [
            ("D", vec![], "this release has no enclosure"),
            ("j D", vec!["https://a.example/talk.mp3"], "downloading from a.example…; Esc cancels"),
            ("j D D", vec!["https://a.example/talk.mp3"], "already being downloaded"),
            ("G D", vec![], ""),
            ("G D \"c\"", vec!["https://a.example/paper.pdf"], "downloading from a.example…; Esc cancels"),
            ("G D \"a\"", vec![], "not an enclosure; only enclosures are downloaded"),
            ("G D Esc f \"b\"", vec![], "opening a.example…"),
        ];
        for (keys, addresses, note) in table {
            let mut reader = reader();
            reader.keys(keys);
            assert_eq!(
                (asked(&mut reader), reader.note()),
                (addresses.iter().map(ToString::to_string).collect(), note),
                "{keys}"
            );
        }
    }

    #[test]
    fn progress_outcome_and_cancelling_are_shown() {
        let mut reader = reader();
        let line = CleanBuf::line;
        reader.keys("j D");
        assert_eq!(reader.app.download_status().as_deref(), Some("downloading a.example: 0 bytes of 2.0 MB"));
        reader.send(Msg::Downloading { number: 0, name: line("talk.mp3"), bytes: 1_500_000, total: Some(3_000_000) });
        assert_eq!(reader.app.download_status().as_deref(), Some("downloading talk.mp3: 1.5 MB of 3.0 MB"));
        reader.send(Msg::Downloaded { number: 0, name: line("talk.mp3"), outcome: Err(line("timed out")) });
        let error = |reader: &TestApp| reader.app.notices.unread().map(|(error, _)| error.text.to_string());
        assert_eq!(error(&reader).as_deref(), Some("talk.mp3: not downloaded: timed out; D tries again"));
        reader.keys("Esc D");
        reader.send(Msg::Downloaded { number: 1, name: line("talk.mp3"), outcome: Ok(line("/tmp/talk.mp3")) });
        assert_eq!((reader.note(), reader.app.download_status()), ("downloaded: /tmp/talk.mp3", None));
        asked(&mut reader);
        reader.keys("D Esc");
        assert_eq!(reader.note(), "download cancelled; D continues it");
        assert_eq!(asked(&mut reader), ["https://a.example/talk.mp3", "cancel"]);
        reader.send(Msg::Downloaded { number: 2, name: line("talk.mp3"), outcome: Err(line("cancelled")) });
        assert_eq!(error(&reader), None, "the end of a cancelled download is no news");
        reader.send(Msg::Downloaded { number: 2, name: line("talk.mp3"), outcome: Ok(line("/tmp/talk.mp3")) });
        assert_eq!(reader.note(), "downloaded: /tmp/talk.mp3", "it had just ended");
    }

    #[test]
    fn an_enclosure_opens_with_the_program_of_its_media_type() {
        let mut reader = reader();
        let opener = Opener { media: "audio/*".to_owned(), command: vec!["mpv".to_owned(), "--mute".to_owned()] };
        let settings = Settings { openers: vec![opener], ..reader.app.settings.clone() };
        reader.send(Msg::Settings(Box::new(settings)));
        reader.keys("G f \"b\"");
        let Some(Effect::OpenWith { address, command }) = reader.effects.last() else { panic!("{:?}", reader.effects) };
        assert_eq!((address.as_str(), command.join(" ").as_str()), ("https://a.example/talk.mp3", "mpv --mute"));
        assert_eq!(reader.note(), "opening a.example with mpv…");
        reader.keys("f \"c\"");
        assert!(
            matches!(reader.effects.last(), Some(Effect::Open(address)) if address.as_str().ends_with("paper.pdf"))
        );
    }

    #[test]
    fn offline_nothing_is_downloaded() {
        let mut reader = reader();
        let settings = Settings { is_offline: true, ..reader.app.settings.clone() };
        reader.send(Msg::Settings(Box::new(settings)));
        reader.keys("j D");
        assert_eq!((asked(&mut reader), reader.note().starts_with("offline: ")), (vec![], true));
    }
}
