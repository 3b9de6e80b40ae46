//! What a form is for, and the words that it shows.

use crate::library::SourceId;

/// The purpose of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Subscribe to a feed.
    Subscribe,
    /// Rename the subscription with this id.
    Rename(SourceId),
    /// Move it to another folder.
    Refile(SourceId),
    /// Change the title, the folder and the options of a subscription.
    Edit(SourceId),
    /// Save the current query under a name.
    SaveQuery,
    /// Rename the saved query of this name.
    RenameQuery(String),
    /// Set what happens to releases that arrive for the saved query of this name.
    OnArrival(String),
    /// Pipe a text to a command.
    Pipe,
    /// Subscribe to the feeds of an OPML list.
    ImportFeeds,
    /// Write the subscriptions to an OPML list.
    ExportFeeds,
}

/// The label of a line, and its placeholder.
pub type Label = (&'static str, &'static str);

impl Purpose {
    /// Returns what confirming the form does.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Rename(_) | Self::RenameQuery(_) => "rename",
            Self::Refile(_) => "move",
            Self::SaveQuery | Self::Edit(_) => "save",
            Self::OnArrival(_) => "set",
            Self::Pipe => "run",
            Self::ImportFeeds => "import",
            Self::ExportFeeds => "write",
        }
    }

    /// Returns the title of the form.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Self::Subscribe => "Subscribe",
            Self::Rename(_) | Self::RenameQuery(_) => "Rename",
            Self::Refile(_) => "Folder",
            Self::Edit(_) => "Edit subscription",
            Self::SaveQuery => "Save this query",
            Self::OnArrival(_) => "On arrival",
            Self::Pipe => "Pipe to a command",
            Self::ImportFeeds => "Import subscriptions",
            Self::ExportFeeds => "Export subscriptions",
        }
    }

    /// Returns the labels of the lines.
    #[must_use]
    pub fn labels(&self) -> &'static [Label] {
        match self {
            Self::Subscribe => &[
                ("Address", "example.org, or https://example.org/feed.xml"),
                ("Title", "the feed's own title"),
                ("Folder", "none, or one such as Europe/Courts"),
                ("Options", "none, or --page, --select title=h3, --topics-from address"),
            ],
            Self::Edit(_) => &[
                ("Title", "the feed's own title"),
                ("Folder", "none, or one such as Europe/Courts"),
                ("Options", "none, or --page, --select title=h3, --topics-from address"),
            ],
            Self::Rename(_) => &[("Title", "the feed's own title")],
            Self::SaveQuery | Self::RenameQuery(_) => &[("Name", "")],
            Self::OnArrival(_) => &[("Do", "none, or read, star, page")],
            Self::ImportFeeds | Self::ExportFeeds => &[("File", "an OPML list, such as feeds.opml")],
            Self::Pipe => &[("Command", "such as less, wc -w, or mail a@example.org")],
            Self::Refile(_) => &[("Folder", "none, or one such as Europe/Courts")],
        }
    }
}
