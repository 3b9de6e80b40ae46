//! Logs the messages of the loop. Texts of feeds and queries are logged only when something is wrong with them, and are
//! sanitised.

use tracing::{debug, error, info, warn};

use crate::app::Msg;
use crate::app::library::LibraryEvent;
use crate::app::notice::{Cause, Severity};

/// Logs a message if it is of interest.
pub fn log_msg(msg: &Msg) {
    match msg {
        Msg::Loaded(catalog) => debug!(releases = catalog.len(), "loaded so far"),
        Msg::LoadDone => info!("loaded"),
        Msg::Problems(problems) => {
            info!(
                problems = problems.len(),
                first = problems.iter().next().map(ToString::to_string),
                "items have problems"
            );
        }
        Msg::Refused(source, reason) => warn!(%source, %reason, "source refused"),
        Msg::Reread(reread) => {
            info!(
                releases = reread.catalog.len(),
                fresh = reread.fresh,
                unreadable = reread.unreadable.len(),
                "sources reloaded"
            );
        }
        Msg::Words { found, .. } => debug!(found = found.words.len(), "words found"),
        Msg::Similar { found, .. } => debug!(found = found.len(), "similar releases found"),
        Msg::MarksSaved(ticket) => debug!(?ticket, "marks saved"),
        Msg::MarksNotSaved(ticket, reason) => warn!(?ticket, %reason, "marks not saved"),
        Msg::Library(LibraryEvent::Sources(sources)) => debug!(sources = sources.len(), "subscriptions"),
        Msg::Library(LibraryEvent::NotSubscribed { asked, reason, .. }) => warn!(%asked, %reason, "not subscribed"),
        Msg::Notice(notice) => match notice.severity {
            Severity::Info => info!(text = %notice.text, "notice"),
            Severity::Error(Cause::Defect) => error!(text = %notice.text, "defect"),
            Severity::Error(_) => warn!(text = %notice.text, "error"),
        },
        Msg::Resize { columns, rows } => debug!(columns, rows, "terminal"),
        Msg::Graphics(graphics) => debug!(?graphics, "terminal's graphics"),
        Msg::Picture { outcome: Err(reason), .. } => info!(%reason, "no picture"),
        Msg::Light(is_light) => debug!(is_light, "terminal's background"),
        Msg::Settings(_) => info!("configuration reloaded"),
        _ => {}
    }
}
