//! Opens addresses in the user's browser: the configured command, `$BROWSER`, or the system's default.
//!
//! The address is one argument of a directly started program; no shell sees it. Only http and https are allowed.

use std::collections::VecDeque;
use std::path::Path;
use std::process::Command;

use url::Url;

/// Browsers that run in the terminal, which the reader lends to them.
const IN_TERMINAL: [&str; 12] = [
    "w3m",
    "lynx",
    "links",
    "links2",
    "elinks",
    "browsh",
    "carbonyl",
    "cha",
    "edbrowse",
    "netrik",
    "retawq",
    "www-browser",
];

/// Browsers with windows: the first process of each runs as long as its windows are open.
const IN_WINDOWS: [&str; 24] = [
    "firefox",
    "firefox-esr",
    "librewolf",
    "waterfox",
    "floorp",
    "zen-browser",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "brave",
    "brave-browser",
    "microsoft-edge",
    "opera",
    "vivaldi",
    "vivaldi-stable",
    "epiphany",
    "konqueror",
    "falkon",
    "qutebrowser",
    "dillo",
    "netsurf",
    "nyxt",
    "surf",
];

/// A program that may open an address.
#[derive(Debug)]
pub struct Opener {
    /// The command to run.
    pub command: Command,
    /// Whether it needs the terminal.
    pub is_in_terminal: bool,
    /// Whether the user named it; the system's defaults need not be installed.
    pub is_named: bool,
    /// Whether it runs as long as its windows are open, or as long as it plays.
    pub stays: bool,
}

/// Returns the programs to try in order. `set` is the configured command, `variable` the value of `$BROWSER`: commands
/// separated by colons, split like in a shell, with or without `%s` for the address.
///
/// # Errors
/// What is wrong with the address or with `$BROWSER`.
pub fn openers(address: &str, set: &[String], variable: Option<&str>) -> Result<VecDeque<Opener>, String> {
    let url = Url::parse(address).map_err(|error| format!("cannot open {address}: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("cannot open {address}: {} is neither http nor https", url.scheme()));
    }
    let address = url.as_str();
    let named = match variable {
        _ if !set.is_empty() => vec![set.to_vec()],
        Some(variable) => commands(variable)?,
        None => Vec::new(),
    };
    let named: VecDeque<Opener> = named.iter().filter_map(|argv| named_opener(argv, address)).collect();
    if !named.is_empty() {
        return Ok(named);
    }
    let of_system = |command: Command| {
        let stays = IN_WINDOWS.contains(&name_of(&command.get_program().to_string_lossy()));
        Opener { command, is_in_terminal: false, is_named: false, stays }
    };
    Ok(open::commands(address).into_iter().map(of_system).collect())
}

/// Parses the commands of `$BROWSER`.
fn commands(variable: &str) -> Result<Vec<Vec<String>>, String> {
    let entries = entries(variable);
    let entries = entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty());
    let words = |entry: &str| {
        // A path with blanks, without quotes.
        if entry.contains('/') && Path::new(entry).is_file() {
            return Ok(vec![entry.to_owned()]);
        }
        let words = shell_words::split(entry).map_err(|error| format!("BROWSER={variable}: {error}"))?;
        // The program is put into the background anyway.
        Ok(words.into_iter().filter(|word| word != "&").collect())
    };
    entries.map(words).collect()
}

/// Splits at colons outside quotes.
fn entries(variable: &str) -> Vec<String> {
    let mut entries = vec![String::new()];
    let (mut quote, mut is_escaped) = (None, false);
    for c in variable.chars() {
        match (quote, c) {
            (None, ':') if !is_escaped => {
                entries.push(String::new());
                continue;
            }
            _ if is_escaped => {}
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped && quote != Some('\'');
        entries.last_mut().expect("one at least").push(c);
    }
    entries
}

/// Builds one command; `%s` is replaced by the address, which is otherwise appended, and `%%` stands for a per cent
/// sign.
fn named_opener(argv: &[String], address: &str) -> Option<Opener> {
    let (program, arguments) = argv.split_first()?;
    let mut command = Command::new(program);
    let mut is_given = false;
    for argument in arguments {
        is_given |= argument.contains("%s");
        let parts: Vec<String> = argument.split("%%").map(|part| part.replace("%s", address)).collect();
        command.arg(parts.join("%"));
    }
    if !is_given {
        command.arg(address);
    }
    let name = name_of(program);
    let (is_in_terminal, stays) = (IN_TERMINAL.contains(&name), IN_WINDOWS.contains(&name));
    Some(Opener { command, is_in_terminal, is_named: true, stays })
}

/// The file name of a program.
fn name_of(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argvs(address: &str, set: &[&str], variable: Option<&str>) -> Result<Vec<Vec<String>>, String> {
        let set: Vec<String> = set.iter().map(|&word| word.to_owned()).collect();
        let argv = |opener: &Opener| {
            std::iter::once(opener.command.get_program())
                .chain(opener.command.get_args())
                .map(|word| word.to_string_lossy().into_owned())
                .collect()
        };
        openers(address, &set, variable).map(|openers| openers.iter().map(argv).collect())
    }

    #[test]
    fn an_address_is_one_argument() {
        let odd = "https://example.org/a;rm -rf $HOME/`x`\"'";
        let found = argvs(odd, &["firefox", "--new-tab"], Some("lynx")).expect("commands");
        assert_eq!(found, [["firefox", "--new-tab", "https://example.org/a;rm%20-rf%20$HOME/%60x%60%22'"]]);
        let found = argvs("http://example.org", &[], Some("w3m -o x=%s:lynx")).expect("commands");
        assert_eq!(found, [vec!["w3m", "-o", "x=http://example.org/"], vec!["lynx", "http://example.org/"]]);
        // A per cent sign in the address is not a placeholder.
        let found = argvs("http://example.org/%s%%", &[], Some("x 100%% %s")).expect("commands");
        assert_eq!(found, [["x", "100%", "http://example.org/%s%%"]]);
    }

    #[test]
    fn the_variable_is_split_like_in_a_shell() {
        let address = "http://a.example/";
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("my browser");
        std::fs::write(&path, "").expect("a file");
        let path = path.to_str().expect("text").to_owned();
        let one = |words: &[&str]| vec![words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>()];
        let table = [
            ("'/opt/my browser/run' --new", one(&["/opt/my browser/run", "--new", address])),
            ("\"/opt/my browser/run\" '%s'", one(&["/opt/my browser/run", address])),
            (r"/opt/my\ browser/run", one(&["/opt/my browser/run", address])),
            (path.as_str(), one(&[&path, address])),
            ("run 'a:b' %s", one(&["run", "a:b", address])),
            ("run &", one(&["run", address])),
            (":: run ::", one(&["run", address])),
        ];
        for (variable, expected) in table {
            assert_eq!(argvs(address, &[], Some(variable)), Ok(expected), "{variable}");
        }
        assert!(argvs(address, &[], Some("run 'x")).is_err_and(|why| why.contains("BROWSER=run 'x")));
    }

    #[test]
    fn only_web_addresses_are_opened() {
        for address in ["file:///etc/passwd", "javascript:alert(1)", "-x", "", "mailto:a@example.org", "data:,x"] {
            assert!(argvs(address, &["firefox"], None).is_err(), "{address}");
        }
    }

    #[test]
    fn each_browser_is_classified_on_its_own() {
        let are_in_terminal = |set: &[String], variable| {
            let openers = openers("https://a.example", set, variable).expect("some");
            openers.iter().map(|opener| opener.is_in_terminal).collect::<Vec<_>>()
        };
        assert_eq!(are_in_terminal(&["/usr/bin/w3m".to_owned()], None), [true]);
        assert_eq!(are_in_terminal(&[], Some("firefox:w3m:/usr/bin/lynx -x:chromium")), [false, true, true, false]);
        // An empty value names no browser.
        let openers = openers("https://a.example", &[], Some(" : ")).expect("the system's");
        assert!(openers.iter().all(|opener| !opener.is_named));
    }
}
