//! How the screen looks: how many colours the terminal shows, the themes of the user's folder, and the styles that are
//! made of them once.

use std::fs;
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::config::{Charset, Depth, Themes};
use crate::text::CleanBuf;
use crate::ui::Theme;

/// Bytes of a theme file at the most.
const LIMIT: u64 = 64 << 10;

/// The styles of the present theme.
#[derive(Debug, Default)]
pub struct Looks {
    depth: Depth,
    /// The folder of the user's themes.
    folder: Option<PathBuf>,
    made: Option<(Made, Theme)>,
}

/// What styles were made of.
#[derive(Debug, PartialEq, Eq)]
struct Made {
    name: String,
    themes: *const Themes,
    is_light: bool,
    charset: Charset,
}

impl Looks {
    /// For this terminal and the themes of a folder.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { depth: depth(), folder, made: None }
    }

    /// The folder of the user's themes.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The styles of what the state asks for.
    pub fn of(&mut self, app: &App) -> &Theme {
        let themes = &app.themes;
        let wanted = Made {
            name: app.theme().to_owned(),
            themes: std::sync::Arc::as_ptr(themes),
            is_light: app.light,
            charset: app.settings.look.charset,
        };
        if self.made.as_ref().is_none_or(|(made, _)| *made != wanted) {
            let mut theme = Theme::of(themes.find(&wanted.name, wanted.is_light, self.depth), self.depth);
            theme.charset = wanted.charset;
            self.made = Some((wanted, theme));
        }
        &self.made.as_ref().expect("it was made just now").1
    }
}

/// How many colours the terminal shows, from the environment.
pub fn depth() -> Depth {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    depth_of(!variable("NO_COLOR").is_empty(), &variable("COLORTERM"), &variable("TERM"))
}

/// Terminals of 24 bits by their own names, which not all of them tell beside it.
const TRUE: [&str; 9] = ["direct", "kitty", "alacritty", "foot", "wezterm", "ghostty", "contour", "iterm", "rio"];
/// Terminals of sixteen colours.
const SIXTEEN: [&str; 8] = ["linux", "xterm", "screen", "tmux", "rxvt", "ansi", "cygwin", "konsole"];

fn depth_of(wants_none: bool, colorterm: &str, term: &str) -> Depth {
    if wants_none || term == "dumb" || term.starts_with("vt1") || term.starts_with("vt2") || term.ends_with("-m") {
        Depth::None
    } else if matches!(colorterm, "truecolor" | "24bit") || TRUE.iter().any(|name| term.contains(name)) {
        Depth::True
    } else if SIXTEEN.contains(&term) || term.contains("16color") {
        Depth::Sixteen
    } else {
        Depth::Indexed
    }
}

/// The built-in themes and those of a folder, and what is wrong with those: a file is a theme of its name.
#[must_use]
pub fn themes(folder: Option<&Path>) -> (Themes, Vec<CleanBuf>) {
    let (files, mut wrong) = theme_files(folder);
    let (themes, errors) = Themes::with_files(&files);
    wrong.extend(errors.iter().map(|error| CleanBuf::line(&error.to_string())));
    (themes, wrong)
}

/// The files of themes in a folder, by their names: the theme's, the file's, the text. And those that cannot be read.
pub fn theme_files(folder: Option<&Path>) -> (Vec<(String, CleanBuf, String)>, Vec<CleanBuf>) {
    let mut files = Vec::new();
    let mut wrong = Vec::new();
    let entries = folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml")) {
        let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        let told = CleanBuf::line(&path.to_string_lossy());
        let is_small = fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= LIMIT);
        match fs::read_to_string(path) {
            Ok(text) if is_small => files.push((name.to_owned(), told, text)),
            Ok(_) => wrong.push(CleanBuf::line(&format!("{told} is no theme: it has more than 64 kB"))),
            Err(error) => wrong.push(CleanBuf::line(&format!("{told} cannot be read: {error}"))),
        }
    }
    (files, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_tell_how_many_colours_they_show() {
        let table = [
            ((false, "truecolor", "xterm-256color"), Depth::True),
            ((false, "", "xterm-kitty"), Depth::True),
            ((false, "", "xterm-direct"), Depth::True),
            ((false, "", "tmux-256color"), Depth::Indexed),
            ((false, "", "something-new"), Depth::Indexed),
            ((false, "", "linux"), Depth::Sixteen),
            ((false, "", "xterm"), Depth::Sixteen),
            ((false, "", "xterm-16color"), Depth::Sixteen),
            ((false, "", "vt100"), Depth::None),
            ((false, "", "dumb"), Depth::None),
            ((true, "truecolor", "xterm-256color"), Depth::None),
        ];
        for ((wants_none, colorterm, term), expected) in table {
            assert_eq!(depth_of(wants_none, colorterm, term), expected, "{wants_none} {colorterm} {term}");
        }
    }

    #[test]
    fn a_folder_has_themes_and_what_is_wrong_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("sea.toml"), "extends = \"light\"\naccent = \"#004466 bold\"\n").expect("a theme");
        fs::write(folder.path().join("bad.toml"), "text = \"blau\"\n").expect("a theme");
        fs::write(folder.path().join("notes.txt"), "no theme").expect("a file");
        let (themes, wrong) = super::themes(Some(folder.path()));
        assert!(themes.has("sea") && themes.has("dark") && !themes.has("notes"));
        assert_eq!(wrong.len(), 1);
        assert!(
            wrong[0].as_str().contains("bad.toml, line 1, column 8") && wrong[0].as_str().contains("blau"),
            "{}",
            wrong[0]
        );
        assert!(super::themes(None).1.is_empty() && super::themes(Some(Path::new("/nowhere"))).1.is_empty());
    }
}
