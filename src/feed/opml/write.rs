//! Writes a list as OPML 2.0.

use std::io::{self, Write};

use quick_xml::escape::escape;

use super::OpmlEntry;
use crate::text::CleanBuf;

/// Writes subscriptions in order; categories become outlines around their subscriptions. Reading the result gives the
/// same subscriptions.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write(title: &str, subscriptions: &[OpmlEntry], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<opml version=\"2.0\">\n  <head>\n    <title>{}</title>\n  </head>\n  <body>", escape(title))?;
    let mut open: &[CleanBuf] = &[];
    for one in subscriptions {
        let common = open.iter().zip(&one.categories).take_while(|(one, other)| one == other).count();
        close(open, common, out)?;
        for (level, category) in one.categories.iter().enumerate().skip(common) {
            writeln!(out, "{}<outline text=\"{}\">", indent(level), escape(category.as_str()))?;
        }
        open = &one.categories;
        feed(one, out)?;
    }
    close(open, 0, out)?;
    out.write_all(b"  </body>\n</opml>\n")
}

/// Closes all categories but the outermost `keep`.
fn close(open: &[CleanBuf], keep: usize, out: &mut dyn Write) -> io::Result<()> {
    for level in (keep..open.len()).rev() {
        writeln!(out, "{}</outline>", indent(level))?;
    }
    Ok(())
}

fn feed(one: &OpmlEntry, out: &mut dyn Write) -> io::Result<()> {
    let (title, address) = (escape(one.title.as_str()), escape(one.address.as_str()));
    let indent = indent(one.categories.len());
    write!(out, "{indent}<outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{address}\"")?;
    if !one.site.is_empty() {
        write!(out, " htmlUrl=\"{}\"", escape(one.site.as_str()))?;
    }
    out.write_all(b"/>\n")
}

fn indent(level: usize) -> String {
    "  ".repeat(level + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::opml::read;

    fn one(title: &str, address: &str, categories: &[&str]) -> OpmlEntry {
        let categories = categories.iter().map(|name| CleanBuf::line(name)).collect();
        OpmlEntry {
            title: CleanBuf::line(title),
            address: CleanBuf::line(address),
            site: CleanBuf::default(),
            categories,
        }
    }

    #[test]
    fn categories_are_nested_and_everything_is_escaped() {
        let list = [
            one("a <b> & \"c\"", "http://a.invalid/?x=1&y=2", &["News", "Asia"]),
            one("d", "http://d.invalid/", &["News"]),
            one("e", "http://e.invalid/", &[]),
        ];
        let mut out = Vec::new();
        write("Mine", &list, &mut out).expect("memory");
        let text = String::from_utf8(out).expect("text");
        let body = text.split("<body>\n").nth(1).expect("a body");
        assert_eq!(
            body,
            "    <outline text=\"News\">\n      <outline text=\"Asia\">\n        <outline type=\"rss\" \
             text=\"a &lt;b&gt; &amp; &quot;c&quot;\" title=\"a &lt;b&gt; &amp; &quot;c&quot;\" \
             xmlUrl=\"http://a.invalid/?x=1&amp;y=2\"/>\n      </outline>\n      <outline type=\"rss\" text=\"d\" \
             title=\"d\" xmlUrl=\"http://d.invalid/\"/>\n    </outline>\n    <outline type=\"rss\" text=\"e\" \
             title=\"e\" xmlUrl=\"http://e.invalid/\"/>\n  </body>\n</opml>\n"
        );
        assert_eq!(read(&mut text.as_bytes()).expect("a list").subscriptions, list);
    }
}
