//! The argument that disables the network, and the clients that obey it.

use super::interrupt::on_interrupt;
use super::library_args::LibraryArgs;
use crate::feed::Limits as FeedLimits;
use crate::net::fetch::{Fetcher, Limits};
use crate::sync::Engine;

/// Network options.
#[derive(Debug, Clone, clap::Args)]
pub struct NetworkArgs {
    /// Never use the network
    #[arg(long, env = "TIDINGS_OFFLINE", value_parser = clap::builder::FalseyValueParser::new(), hide_env_values = true)]
    pub offline: bool,
}

impl NetworkArgs {
    /// Returns an HTTP client.
    pub fn fetcher(&self) -> Fetcher {
        if self.offline { Fetcher::offline() } else { Fetcher::new(Limits::default()) }
    }

    /// Returns a sync engine that Ctrl-C cancels.
    ///
    /// # Errors
    /// If the library has no path, or signals cannot be handled.
    pub fn engine(&self, library: &LibraryArgs, limits: FeedLimits) -> anyhow::Result<Engine> {
        let engine = Engine::new(library.place()?, self.fetcher(), limits);
        let watched = engine.clone();
        on_interrupt(move || watched.cancel())?;
        Ok(engine)
    }
}
