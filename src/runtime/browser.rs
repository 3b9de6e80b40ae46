//! Shows addresses in the user's browser: the command of the settings, `$BROWSER`, or the system's own way.
//!
//! An address is one argument of a program that is started directly: no shell ever sees it. Only http and https pass.

use std::process::Command;

use url::Url;

/// Browsers that draw in the terminal: the reader gives it to them, and waits.
const IN_TERMINAL: [&str; 7] = ["w3m", "lynx", "links", "links2", "elinks", "browsh", "carbonyl"];

/// What opens an address.
#[derive(Debug)]
pub struct Browser {
    /// One command after the other until one can be started.
    pub commands: Vec<Command>,
    /// Whether it needs the terminal.
    pub is_in_terminal: bool,
}

/// The commands for an address; `set` is what the settings say, `variable` what `$BROWSER` does: commands parted by
/// colons, of which the first that can be started counts, with `%s` for the address or without.
///
/// # Errors
/// Says what is wrong with the address.
pub fn browser(address: &str, set: &[String], variable: Option<&str>) -> Result<Browser, String> {
    let url = Url::parse(address).map_err(|error| format!("cannot be opened: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("is not opened: {} is neither http nor https", url.scheme()));
    }
    let address = url.as_str();
    let named: Vec<Vec<String>> = match variable.filter(|variable| set.is_empty() && !variable.trim().is_empty()) {
        Some(variable) => variable.split(':').map(|one| one.split_whitespace().map(str::to_owned).collect()).collect(),
        None => vec![set.to_vec()],
    };
    let named: Vec<Vec<String>> = named.into_iter().filter(|argv| !argv.is_empty()).collect();
    let program = named.first().and_then(|argv| argv.first()).map_or("", String::as_str);
    let is_in_terminal = IN_TERMINAL.contains(&program.rsplit('/').next().unwrap_or_default());
    let commands = if named.is_empty() {
        open::commands(address)
    } else {
        named.iter().map(|argv| command(argv, address)).collect()
    };
    Ok(Browser { commands, is_in_terminal })
}

/// One command; the address stands for `%s`, else at its end.
fn command(argv: &[String], address: &str) -> Command {
    let mut command = Command::new(&argv[0]);
    let mut is_given = false;
    for argument in &argv[1..] {
        is_given |= argument.contains("%s");
        command.arg(argument.replace("%s", address));
    }
    if !is_given {
        command.arg(address);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argvs(address: &str, set: &[&str], variable: Option<&str>) -> Result<Vec<Vec<String>>, String> {
        let set: Vec<String> = set.iter().map(|&word| word.to_owned()).collect();
        let argv = |command: &Command| {
            std::iter::once(command.get_program())
                .chain(command.get_args())
                .map(|word| word.to_string_lossy().into_owned())
                .collect()
        };
        browser(address, &set, variable).map(|browser| browser.commands.iter().map(argv).collect())
    }

    #[test]
    fn an_address_is_one_argument() {
        let odd = "https://example.org/a;rm -rf $HOME/`x`\"'";
        let found = argvs(odd, &["firefox", "--new-tab"], Some("lynx")).expect("commands");
        assert_eq!(found, [["firefox", "--new-tab", "https://example.org/a;rm%20-rf%20$HOME/%60x%60%22'"]]);
        let found = argvs("http://example.org", &[], Some("w3m -o x=%s:lynx")).expect("commands");
        assert_eq!(found, [vec!["w3m", "-o", "x=http://example.org/"], vec!["lynx", "http://example.org/"]]);
    }

    #[test]
    fn nothing_but_the_web_is_opened() {
        for address in ["file:///etc/passwd", "javascript:alert(1)", "-x", "", "mailto:a@example.org", "data:,x"] {
            assert!(argvs(address, &["firefox"], None).is_err(), "{address}");
        }
    }

    #[test]
    fn browsers_of_the_terminal_are_known() {
        let is_in_terminal =
            |set: &str| browser("https://a.example", &[set.to_owned()], None).expect("one").is_in_terminal;
        assert!(is_in_terminal("/usr/bin/w3m") && !is_in_terminal("firefox"));
    }
}
