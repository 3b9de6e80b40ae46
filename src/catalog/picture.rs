//! The picture of a release.

use super::{LinkRef, ReleaseRef};
use crate::release::{LinkKind, Span, Style};
use crate::text::Clean;

/// The endings of the files of pictures.
const ENDINGS: [&str; 5] = ["png", "jpg", "jpeg", "gif", "webp"];

impl<'a> ReleaseRef<'a> {
    /// Returns the picture of this release: one that the feed attaches, or else its own address if that is a picture, or
    /// else one that the feed names or the first one in its texts.
    ///
    /// Releases stored by an older version know only what their texts lead to; of that, the address of a picture counts.
    #[must_use]
    pub fn picture(&self) -> Option<LinkRef<'a>> {
        let links: Vec<LinkRef<'a>> = self.links().collect();
        let attached = links.iter().find(|link| link.kind == LinkKind::Enclosure && is_attached(link));
        let texts = [self.summary_spans(), self.body_spans()];
        let in_texts = || {
            let images = texts.into_iter().flat_map(|spans| {
                let images = spans.iter().filter(|span| span.style == Style::Image);
                images.flat_map(move |image| {
                    let is_around = |span: &&Span| (span.start, span.end) == (image.start, image.end);
                    spans.iter().filter(is_around).filter_map(|span| match span.style {
                        Style::Link(number) => Some(usize::from(number)),
                        _ => None,
                    })
                })
            });
            images.filter_map(|number| links.get(number)).find(|link| is_file(link.address.as_str()))
        };
        // An attachment stands in for a missing link.
        let url = self.url();
        let empty = Clean::default();
        let own = LinkRef { kind: LinkKind::Enclosure, label: empty, address: url, media: empty, bytes: None };
        let own = Some(own).filter(|own| is_file(own.address.as_str()));
        let named = || links.iter().find(|link| link.kind == LinkKind::Picture);
        attached.copied().or(own).or_else(|| named().or_else(in_texts).copied())
    }
}

/// Whether an attachment is a picture, by its media type or, without one, by its address.
fn is_attached(link: &LinkRef<'_>) -> bool {
    match link.media.as_str() {
        "" => is_file(link.address.as_str()),
        // A vector graphic is a document with scripts and links of its own.
        media => media.strip_prefix("image/").is_some_and(|kind| !kind.starts_with("svg")),
    }
}

/// Whether an address ends like the file of a picture.
fn is_file(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use crate::catalog::{Builder, ReleaseRef};
    use crate::feed::{self, Sink};
    use crate::release::{Problem, Release};
    use crate::text::{Clean, CleanBuf};

    struct Collect(Builder);

    impl Sink for Collect {
        fn title(&mut self, _title: Clean<'_>) {}

        fn release(&mut self, item: u64, release: &Release) {
            self.0.push(item, release);
        }

        fn problem(&mut self, problem: Problem) {
            panic!("{problem}");
        }

        fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
    }

    /// The address of the picture of each item.
    fn pictures(items: &str) -> Vec<Option<String>> {
        let start = "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel>";
        let feed = format!("{start}{items}</channel></rss>");
        let mut collect = Collect(Builder::new());
        let name = CleanBuf::line("test");
        collect.0.source(name.as_clean());
        feed::read(name.as_clean(), &mut feed.as_bytes(), &mut collect).expect("a feed");
        let catalog = collect.0.publish();
        let address = |release: ReleaseRef<'_>| release.picture().map(|link| link.address.to_string());
        catalog.releases().map(|(_, release)| address(release)).collect()
    }

    #[test]
    fn an_attached_picture_precedes_those_of_the_text() {
        let found = pictures(
            "<item><title>a</title><enclosure url='https://a.example/1.mp3' type='audio/mpeg'/>
             <enclosure url='https://a.example/2' type='image/jpeg' length='340000'/>
             <description>&lt;img src='https://a.example/3.png'&gt;</description></item>
             <item><title>b</title><media:content url='https://a.example/4.PNG?w=9' medium='image'/></item>
             <item><title>c</title><enclosure url='https://a.example/5.svg' type='image/svg+xml'/></item>
             <item><title>d</title><description>&lt;p&gt;Words&lt;img src='https://a.example/6.jpg' alt='A bridge'&gt;
             &lt;img src='https://a.example/7.png'&gt;</description></item>
             <item><title>e</title><description>&lt;a href='https://a.example/page'&gt;
             &lt;img src='https://a.example/8'&gt;&lt;/a&gt; &lt;a href='https://a.example/9.gif'&gt;
             &lt;img src='https://a.example/s/9.gif'&gt;&lt;/a&gt;</description></item>
             <item><title>f</title><description>&lt;a href='https://a.example/10.png'&gt;a file&lt;/a&gt;</description>
             </item>
             <item><title>g</title><link>https://a.example/g</link><media:thumbnail url='https://a.example/11'/></item>
             <item><title>h</title><description>&lt;img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='&gt;
             &lt;img width='1' height='1' src='https://a.example/pixel.gif'&gt;
             &lt;img src='https://a.example/12'&gt;</description></item>",
        );
        let expected = ["2", "4.PNG?w=9", "", "6.jpg", "8", "", "11", "12"];
        let address = |name: &&str| (!name.is_empty()).then(|| format!("https://a.example/{name}"));
        assert_eq!(found, expected.iter().map(address).collect::<Vec<_>>());
    }
}
