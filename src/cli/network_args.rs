//! Whether and how a command uses the network.

use super::interrupt::on_interrupt;
use super::library_args::LibraryArgs;
use crate::feed::Limits as FeedLimits;
use crate::net::fetch::{Fetcher, Limits};
use crate::runtime::sync::Engine;

/// Whether the network is used.
#[derive(Debug, Clone, clap::Args)]
pub struct NetworkArgs {
    /// Open no connection at all
    #[arg(long, env = "TIDINGS_OFFLINE", value_parser = clap::builder::FalseyValueParser::new(), hide_env_values = true)]
    pub offline: bool,
}

impl NetworkArgs {
    /// What fetches.
    pub fn fetcher(&self) -> Fetcher {
        if self.offline { Fetcher::offline() } else { Fetcher::new(Limits::default()) }
    }

    /// What syncs a library, called off by Ctrl-C.
    ///
    /// # Errors
    /// Where nobody knows where the library lies, and where signals cannot be heard of.
    pub fn engine(&self, library: &LibraryArgs, limits: FeedLimits) -> anyhow::Result<Engine> {
        let engine = Engine::new(library.place()?, self.fetcher(), limits);
        let watched = engine.clone();
        on_interrupt(move || watched.call_off())?;
        Ok(engine)
    }
}
