//! The optional log file: one line per event, with the time in UTC.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::sync::Mutex;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;

use crate::text::{CleanBuf, system_error};

/// Log options.
#[derive(Debug, clap::Args)]
pub struct Log {
    /// Append a log to this file
    #[arg(long, value_name = "FILE", global = true, env = "TIDINGS_LOG", hide_env_values = true, help_heading = "Log")]
    log: Option<PathBuf>,
    /// The lowest level to log
    #[arg(long, value_enum, value_name = "LEVEL", global = true, default_value_t = Level::Info,
        env = "TIDINGS_LOG_LEVEL", hide_env_values = true, help_heading = "Log")]
    log_level: Level,
}

/// The level of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// Only failures
    Warn,
    /// Also loading, syncs and backups
    Info,
    /// Also searches and marks
    Debug,
}

impl Log {
    /// Starts the log, if there is one.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn start(&self) -> Result<(), String> {
        let Some(path) = self.log.as_ref().filter(|path| !path.as_os_str().is_empty()) else { return Ok(()) };
        let level = match self.log_level {
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
        };
        let name = CleanBuf::line(&path.to_string_lossy());
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|error| format!("cannot write the log {name}: {}", system_error(&error)))?;
        // Skip the events of other crates.
        let ours = tracing_subscriber::filter::filter_fn(|metadata| metadata.target().starts_with("tidings"));
        let lines = tracing_subscriber::fmt::layer().with_writer(Mutex::new(file)).with_ansi(false).with_target(false);
        let all = tracing_subscriber::layer::SubscriberExt::with(
            tracing_subscriber::registry(),
            tracing_subscriber::Layer::with_filter(tracing_subscriber::Layer::with_filter(lines, ours), level),
        );
        tracing::subscriber::set_global_default(all).map_err(|error| error.to_string())?;
        tracing::info!(version = env!("CARGO_PKG_VERSION"), process = std::process::id(), "started");
        Ok(())
    }
}
