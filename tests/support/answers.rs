//! Answers what the reader asks of its threads, at once.

use tidings::app::filter::{FoundWord, FoundWords};
use tidings::app::{App, Effect, Msg};
use tidings::query::{Patient, Searcher, count};

/// Sends a message and answers the searches it starts. The words of the hits are their first titles.
pub fn send(app: &mut App, msg: Msg) {
    for effect in app.update(msg) {
        match effect {
            Effect::Search { generation, request } => {
                let hits = Searcher::default().search(&request, &mut Patient).expect("nobody cancels");
                send(app, Msg::Found { generation, hits });
            }
            Effect::Mark { ticket, .. } => send(app, Msg::MarksSaved(ticket)),
            Effect::CountQueries { generation, requests } => {
                let counts = requests.iter().map(|request| count(request, &mut Patient).expect("nobody cancels"));
                send(app, Msg::Counted { generation, counts: counts.collect() });
            }
            Effect::FindWords { generation, request } => {
                let catalog = &request.hits.catalog;
                let titles = catalog.indices().filter_map(|index| Some(catalog.release(index)?.title().to_buf()));
                let words = titles.take(10).map(|phrase| FoundWord { phrase, hits: 1 }).collect();
                let sampled = Some(catalog.len()).filter(|releases| releases % 2 == 1);
                let found = FoundWords {
                    compared: Some(request.compared),
                    days: Some(30),
                    words,
                    sampled,
                    ..FoundWords::default()
                };
                send(app, Msg::Words { generation, found });
            }
            Effect::CountWord { generation, request } => {
                let days = Searcher::default().days_with(request.phrase.as_str(), &request.hits, &mut Patient);
                send(app, Msg::WordBars { generation, days: days.expect("nobody cancels") });
            }
            _ => {}
        }
    }
}
