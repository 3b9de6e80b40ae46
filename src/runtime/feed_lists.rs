//! Importing and exporting the list of subscriptions as OPML, on threads.

use std::io;
use std::sync::mpsc::Sender;

use super::exports::path_of;
use super::inputs::Input;
use super::library_writer::{Job, LibraryWriter};
use super::{Event, send, thread};
use crate::app::Msg;
use crate::app::notice::{Cause, Notice};
use crate::feed::opml::{self, List, OpmlEntry};
use crate::library::{self, Access, Library, LibraryPath, Subscription};
use crate::text::{CleanBuf, counted, system_error};

/// The title of an exported list.
const TITLE: &str = "Subscriptions";

/// Subscribes to the feeds of a list. `begun` is dropped after the change.
pub(super) fn import<T: Send + 'static>(file: String, begun: T, writer: &LibraryWriter, sender: &Sender<Event>) {
    let (of_thread, writer) = (sender.clone(), writer.clone());
    thread::spawn("import", "importing subscriptions", sender, move || {
        let list = match read(&file) {
            Ok(list) => list,
            Err(reason) => return failed(&file, &reason, &of_thread),
        };
        writer.send(Job::Run(Box::new(move |library| {
            // The change ends with this job.
            let _ = &begun;
            let added = library.subscribe(&list.subscriptions)?.len();
            send(&of_thread, Msg::info(CleanBuf::line(&imported(&list, added))));
            Ok(())
        })));
        // The library may be new and not watched yet.
        writer.send(Job::CheckChanges);
    });
}

fn read(file: &str) -> Result<List, String> {
    let (mut input, _) =
        Input::File(path_of(file)).open().map_err(|error| format!("cannot open: {}", system_error(&error)))?;
    opml::read(&mut input).map_err(|refusal| refusal.to_string())
}

/// Describes the outcome of an import.
fn imported(list: &List, added: usize) -> String {
    let known = list.subscriptions.len() + list.repeated - added;
    let left_out = match list.left_out.len() {
        0 => String::new(),
        count => format!(", {count} left out"),
    };
    format!("{} added, {known} already subscribed{left_out}", counted(added, "feed"))
}

/// Writes the subscriptions to a new file.
pub(super) fn export(file: String, place: LibraryPath, sender: &Sender<Event>) {
    let of_thread = sender.clone();
    thread::spawn("export", "exporting subscriptions", sender, move || match write(&file, &place) {
        Ok(message) => {
            send(&of_thread, Msg::Succeeded(Cause::Export, CleanBuf::line(&file)));
            send(&of_thread, Msg::info(CleanBuf::line(&message)));
        }
        Err(reason) => failed(&file, &reason, &of_thread),
    });
}

fn write(file: &str, place: &LibraryPath) -> Result<String, String> {
    let library = Library::open(place).map_err(|error| error.to_string())?;
    let sources =
        library.map_or_else(|| Ok(Vec::new()), |library| library.sources()).map_err(|error| error.to_string())?;
    let list: Vec<OpmlEntry> = sources.iter().map(OpmlEntry::from).collect();
    let written = library::replace(&path_of(file), Access::Umask, false, &mut |out| opml::write(TITLE, &list, out));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => "already exists; choose another name".to_owned(),
        _ => system_error(&error),
    })?;
    let count = counted(list.len(), "subscription");
    let has_password = sources.iter().any(Subscription::has_password);
    Ok(format!("{count} written: {file}{}", if has_password { " (without passwords)" } else { "" }))
}

fn failed(file: &str, reason: &str, sender: &Sender<Event>) {
    let message = CleanBuf::line(&format!("{file}: {reason}"));
    send(sender, Msg::Notice(Notice::error_about(Cause::Export, &CleanBuf::line(file), message)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "<opml version=\"2.0\"><body><outline text=\"A\" xmlUrl=\"https://a.example/feed\"/>\
        <outline text=\"A\" xmlUrl=\"https://a.example/feed\"/><outline text=\"B\" xmlUrl=\"ftp://b.example/\"/></body></opml>";

    #[test]
    fn a_list_is_read_and_its_import_is_described() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("feeds.opml");
        std::fs::write(&file, LIST).expect("a file");
        let list = read(&file.to_string_lossy()).expect("a list");
        assert_eq!(imported(&list, 1), "1 feed added, 1 already subscribed, 1 left out");
        let missing = read(&folder.path().join("none.opml").to_string_lossy());
        assert!(missing.is_err_and(|reason| reason.starts_with("cannot open")));
    }

    #[test]
    fn the_subscriptions_are_written_to_a_new_file_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = LibraryPath::of_file(&folder.path().join("library.db"));
        let file = folder.path().join("feeds.opml");
        std::fs::write(&file, LIST).expect("a file");
        let list = read(&file.to_string_lossy()).expect("a list");
        Library::create(&place).expect("a library").subscribe(&list.subscriptions).expect("it is written");
        let written = folder.path().join("mine.opml").to_string_lossy().into_owned();
        assert_eq!(write(&written, &place), Ok(format!("1 subscription written: {written}")));
        assert_eq!(read(&written).expect("a list").subscriptions, list.subscriptions);
        assert_eq!(write(&written, &place), Err("already exists; choose another name".to_owned()));
    }
}
