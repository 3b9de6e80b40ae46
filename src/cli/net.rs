//! Whether and how a command uses the network.

use std::sync::Arc;

use super::interrupt::called_off;
use super::shelf::Shelf;
use crate::feed::Limits as FeedLimits;
use crate::library::Fault;
use crate::runtime::sync::Engine;
use crate::sync::fetch::{Fetcher, Limits};

/// Whether the network is used.
#[derive(Debug, Clone, clap::Args)]
pub struct Net {
    /// Open no connection at all
    #[arg(long, env = "TIDINGS_OFFLINE", value_parser = clap::builder::FalseyValueParser::new(), hide_env_values = true)]
    pub offline: bool,
}

impl Net {
    /// What fetches.
    pub fn fetcher(&self) -> Fetcher {
        if self.offline { Fetcher::offline() } else { Fetcher::new(Limits::default()) }
    }

    /// What syncs a library, called off by Ctrl-C.
    ///
    /// # Errors
    /// Where nobody knows where the library lies.
    pub fn engine(&self, library: &Shelf, limits: FeedLimits) -> Result<Arc<Engine>, Fault> {
        let engine = Arc::new(Engine::new(library.place()?, self.fetcher(), limits));
        let called_off = called_off();
        let watched = Arc::clone(&engine);
        std::thread::spawn(move || {
            while !called_off.load(std::sync::atomic::Ordering::SeqCst) {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            watched.call_off();
        });
        Ok(engine)
    }
}
