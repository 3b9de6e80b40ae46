//! Waits for the first releases before touching the terminal. Most feeds fill the first screen in a few milliseconds,
//! and an invalid file is refused as fast, which belongs on standard error.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::{Event, Outcome};
use crate::app::{App, Effect, Effects, Msg};
use crate::catalog::Catalog;

/// The result of the wait.
#[derive(Debug, Default)]
pub(super) struct FirstLook {
    /// The effects requested by the state.
    pub effects: Effects,
    /// What ends the reader before it has begun.
    pub outcome: Option<Outcome>,
    /// Events that are not for the state.
    pub left: Vec<Event>,
}

/// Handles messages until there is something to show, all sources are loaded or refused, or time is up. Passes each
/// catalog to `hand_out`.
pub(super) fn wait(
    app: &mut App,
    events: &Receiver<Event>,
    patience: Duration,
    mut hand_out: impl FnMut(&Arc<Catalog>),
) -> FirstLook {
    let mut look = FirstLook::default();
    let until = Instant::now() + patience;
    while app.catalog.is_empty() && !app.load.is_done {
        let Ok(event) = events.recv_timeout(until.saturating_duration_since(Instant::now())) else { break };
        let Event::Msg(msg) = event else {
            look.left.push(event);
            continue;
        };
        if let Msg::Loaded(catalog) = &msg {
            hand_out(catalog);
        }
        look.effects.extend(app.update(msg));
        if look.effects.iter().any(|effect| matches!(effect, Effect::Quit)) {
            look.outcome = Some(Outcome::Refused(app.load.refused.clone()));
            break;
        }
    }
    look
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::app::{Mark, MarksOf};
    use crate::catalog::tests::catalog;
    use crate::text::CleanBuf;

    const LONG: Duration = Duration::from_secs(30);

    /// Counts the catalogs handed out and returns the result for some events.
    fn look(events: Vec<Event>) -> (App, usize, FirstLook) {
        let (sender, receiver) = mpsc::channel();
        for event in events {
            sender.send(event).expect("a receiver");
        }
        drop(sender);
        let (mut app, mut handed) = (App::new(80, 24), 0);
        let look = wait(&mut app, &receiver, LONG, |_| handed += 1);
        (app, handed, look)
    }

    fn loaded() -> Arc<Catalog> {
        catalog(&[("a", "", "", "", (2018, 1, 1))])
    }

    fn refused() -> Event {
        Event::Msg(Msg::Refused(CleanBuf::line("x.xml"), CleanBuf::line("not a feed")))
    }

    #[test]
    fn the_first_frame_has_the_releases_and_their_marks() {
        let catalog = loaded();
        let marks = vec![MarksOf { release: 0.into(), read: true, starred: false }];
        let marks = Event::Msg(Msg::Marks { catalog: Arc::clone(&catalog), marks });
        let (app, handed, look) = look(vec![Event::LibraryChanged, marks, Event::Msg(Msg::Loaded(catalog))]);
        assert_eq!((app.hits.order.len(), app.marks.count(Mark::Read), handed), (1, 1, 1));
        assert!(matches!(look.left[..], [Event::LibraryChanged]), "nothing is lost");
    }

    #[test]
    fn a_catalog_after_a_refusal_is_handed_out_too() {
        let (app, handed, look) = look(vec![refused(), Event::Msg(Msg::Loaded(loaded()))]);
        assert_eq!((app.catalog.len(), handed, look.outcome), (1, 1, None));
    }

    #[test]
    fn the_reader_does_not_start_if_all_is_refused() {
        let events = vec![refused(), Event::Msg(Msg::Loaded(Arc::default())), Event::Msg(Msg::LoadDone)];
        let (_, _, look) = look(events);
        assert!(matches!(look.outcome, Some(Outcome::Refused(reasons)) if reasons.len() == 1));
    }
}
