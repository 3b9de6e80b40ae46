//! Tables shared by the help, the man pages and the manual.

/// Exit codes and their meanings.
pub const EXIT_CODES: [(&str, &str); 4] = [
    ("0", "success; the reader was quit"),
    ("1", "nothing found, or something needs attention; the reader could not save everything, or lost its terminal"),
    ("2", "unusable arguments, feeds, configuration or library; standard error has the reason"),
    ("128 + n", "ended by signal n"),
];

/// Environment variables, except those of the settings.
pub const ENVIRONMENT: [(&str, &str); 15] = [
    ("TIDINGS_CONFIG", "The configuration file, as --config"),
    ("TIDINGS_LOG", "The log file, as --log"),
    ("TIDINGS_LOG_LEVEL", "The level of the log, as --log-level"),
    ("NO_COLOR", "Use no colours, in the reader and in tables"),
    ("COLORTERM", "truecolor or 24bit: the terminal shows 24-bit colours"),
    ("TERM", "The type of the terminal, which says how many colours it has"),
    ("LC_ALL, LC_CTYPE, LANG", "The locale; without UTF-8 the reader draws with ASCII characters"),
    ("BROWSER", "Browsers to try in order, separated by colons, unless browser is set"),
    ("SHELL", "The shell that runs the command a text is piped to"),
    ("WAYLAND_DISPLAY, DISPLAY", "The desktop; without one the terminal copies texts"),
    ("SSH_TTY, SSH_CONNECTION", "A remote session, in which the terminal copies texts"),
    ("XDG_CONFIG_HOME", "The folder of the configuration, instead of ~/.config"),
    ("XDG_DATA_HOME", "The folder of the library, instead of ~/.local/share"),
    ("http_proxy, https_proxy, all_proxy, no_proxy", "Proxies, and hosts to reach without one"),
    ("SSL_CERT_FILE, SSL_CERT_DIR", "Certificate authorities to trust instead of those of the system"),
];

/// Example commands and what they do.
pub const EXAMPLES: [(&str, &str); 7] = [
    ("tidings", "read your subscriptions, or a sample feed if there are none"),
    ("tidings add example.org", "subscribe to the feed of a site"),
    ("tidings releases.json archive/", "read files and folders of feeds"),
    ("curl -s URL | tidings -", "read what another program fetched"),
    ("tidings list -q 'topic:news date:7d' --format markdown", "list releases for a message or a script"),
    ("tidings manual query", "read a page of the manual"),
    ("tidings digest --since 7d --format html > week.html", "make a newspaper of the week"),
];

/// Files and their contents.
pub const FILES: [(&str, &str); 4] = [
    ("$XDG_CONFIG_HOME/tidings/config.toml", "the configuration; tidings config init writes one"),
    ("$XDG_CONFIG_HOME/tidings/themes/NAME.toml", "your own themes"),
    ("$XDG_DATA_HOME/tidings/library.db", "the library: subscriptions, marks, stored releases, sessions"),
    ("$XDG_DATA_HOME/tidings/library.db.backups/", "its daily backups"),
];
