//! Requesting the full text of a release from its web page.

use super::App;
use super::library::LibraryCommand;
use crate::release::address::host;

impl App {
    /// Requests the web page of the selected release.
    pub(super) fn fetch_page(&mut self) {
        let Some((index, release)) = self.selected().and_then(|index| Some((index, self.catalog.release(index)?)))
        else {
            return;
        };
        let address = release.url();
        if address.is_empty() {
            self.inform("this release has no link");
            return;
        }
        self.inform(format!("fetching {}…", host(address.as_str())));
        self.command(LibraryCommand::FetchPage { release: index });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::tests::TestApp;
    use crate::catalog::Builder;
    use crate::release::Release;
    use crate::text::CleanBuf;

    #[test]
    fn the_page_of_a_release_with_a_link_is_requested() {
        let mut builder = Builder::new();
        for (item, url) in ["", "https://news.example.org:8080/a/b?c"].into_iter().enumerate() {
            let (title, url) = (CleanBuf::line(&format!("Release {item}")), CleanBuf::line(url));
            builder.push(item as u64, &Release { title, url, ..Release::default() });
        }
        let mut reader = TestApp::new(150, 40);
        reader.send(Msg::Loaded(builder.publish()));
        reader.keys("gg x");
        assert_eq!((reader.commands(), reader.note()), (vec![], "this release has no link"));
        reader.keys("j Enter x");
        assert_eq!(reader.commands(), [LibraryCommand::FetchPage { release: 1.into() }]);
        assert_eq!(reader.note(), "fetching news.example.org:8080…");
    }
}
