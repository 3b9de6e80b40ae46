//! Completion requests and answers of shells. Corrects `clap_complete` for interactive shells: they pass words with their
//! quotes, and Bash also splits words at colons.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_complete::engine;
use clap_complete::env::{EnvCompleter, Fish, Zsh};

use super::typed::{Typed, quoted, unquoted};

/// Bash. It passes the whole line, and the part of the last word that it would replace, after the last quote or colon.
pub struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == self.name()
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        bin: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        write!(
            out,
            r#"_{name}() {{
    local reply
    COMPREPLY=()
    while IFS= read -r reply; do
        COMPREPLY+=("$reply")
    done < <({variable}=bash {completer} -- "${{COMP_LINE:0:COMP_POINT}}" "$2" 2>/dev/null)
    # Add no space after these: the word continues.
    if [[ ${{#COMPREPLY[@]}} == 1 && ${{COMPREPLY[0]}} == *[:=/] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}}
complete -o bashdefault -o nosort -F _{name} {bin} 2>/dev/null || complete -o bashdefault -F _{name} {bin}
"#
        )
    }

    fn write_complete(
        &self,
        command: &mut Command,
        args: Vec<OsString>,
        directory: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut texts = args.into_iter().map(|text| text.to_string_lossy().into_owned());
        let (line, tail) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
        let typed = Typed::of(&line);
        let last = line.get(typed.start..).unwrap_or_default();
        let (kept, quote) = unquoted(last.strip_suffix(tail.as_str()).unwrap_or_default());
        let at = typed.words.len() - 1;
        let words = typed.words.into_iter().map(OsString::from).collect();
        for candidate in engine::complete(command, words, at, directory)? {
            let value = candidate.get_value().to_string_lossy();
            if let Some(rest) = value.strip_prefix(kept.as_str()) {
                writeln!(out, "{}", quoted(rest, quote))?;
            }
        }
        Ok(())
    }
}

/// A shell that passes words with their quotes and quotes the answers itself.
pub struct Quoting<T>(pub T, pub &'static str);

/// Zsh. It loads a file in `$fpath` at the first request, and the file must answer that request, too.
pub const ZSH: Quoting<Zsh> =
    Quoting(Zsh, "if [ \"$funcstack[1]\" = _tidings ]; then\n    _clap_dynamic_completer_tidings \"$@\"\nfi\n");
/// Fish.
pub const FISH: Quoting<Fish> = Quoting(Fish, "");

impl<T: EnvCompleter> EnvCompleter for Quoting<T> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn is(&self, name: &str) -> bool {
        self.0.is(name)
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        bin: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.0.write_registration(variable, name, bin, completer, out)?;
        out.write_all(self.1.as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        args: Vec<OsString>,
        directory: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let words = args.into_iter().map(|word| word.to_str().map_or(word.clone(), |word| unquoted(word).0.into()));
        self.0.write_complete(command, words.collect(), directory, out)
    }
}
