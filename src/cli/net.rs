//! Whether and how a command uses the network.

use super::interrupt::when_called_off;
use super::shelf::Shelf;
use crate::feed::Limits as FeedLimits;
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
    /// Where nobody knows where the library lies, and where signals cannot be heard of.
    pub fn engine(&self, library: &Shelf, limits: FeedLimits) -> anyhow::Result<Engine> {
        let engine = Engine::new(library.place()?, self.fetcher(), limits);
        let watched = engine.clone();
        when_called_off(move || watched.call_off())?;
        Ok(engine)
    }
}
