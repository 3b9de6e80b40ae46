//! Folds the text of loaded releases in the background, so that it is ready before the first search.

use std::sync::Arc;
use std::sync::mpsc::{self, Sender};

use super::{Event, thread};
use crate::catalog::Catalog;

/// Starts the thread; it folds the catalogs sent to it and ends with the sender.
pub fn start(sender: &Sender<Event>) -> Sender<Arc<Catalog>> {
    let (catalogs, inbox) = mpsc::channel::<Arc<Catalog>>();
    thread::spawn("fold", "folding texts", sender, move || {
        let mut last = Arc::<Catalog>::default();
        for catalog in inbox {
            // A longer catalog shares the chunks of the one before.
            let done = if last.is_beginning_of(&catalog) { last.chunks().count() } else { 0 };
            for (_, chunk) in catalog.chunks().skip(done) {
                let _ = chunk.folded();
            }
            last = catalog;
        }
    });
    catalogs
}
