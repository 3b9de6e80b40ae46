//! Themes: how many colours the terminal shows, the themes in the user's folder, and the cached styles.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::OFlags;

use crate::app::App;
use crate::app::notice::{Cause, Notice};
use crate::config::{Charset, Depth, Themes};
use crate::text::{CleanBuf, system_error};
use crate::ui::Theme;

/// The maximum size of a theme file.
const LIMIT: u64 = 64 << 10;

/// The cached styles of the current theme for this terminal.
#[derive(Debug)]
pub struct ThemeCache {
    depth: Depth,
    made: Option<(Made, Theme)>,
}

/// What the styles were made from.
#[derive(Debug)]
struct Made {
    name: String,
    /// Keeps the themes alive, so that no others can have the same address.
    themes: Arc<Themes>,
    is_light: bool,
    charset: Charset,
}

impl Made {
    fn is_of(&self, app: &App) -> bool {
        self.name == app.theme()
            && Arc::ptr_eq(&self.themes, &app.themes)
            && self.is_light == app.light
            && self.charset == app.settings.look.charset
    }
}

impl Default for ThemeCache {
    fn default() -> Self {
        Self { depth: depth(), made: None }
    }
}

impl ThemeCache {
    /// The styles that the state asks for.
    pub fn of(&mut self, app: &App) -> &Theme {
        if self.made.as_ref().is_none_or(|(made, _)| !made.is_of(app)) {
            let wanted = Made {
                name: app.theme().to_owned(),
                themes: Arc::clone(&app.themes),
                is_light: app.light,
                charset: app.settings.look.charset,
            };
            let found = wanted.themes.find(&wanted.name, wanted.is_light, self.depth);
            let mut theme = Theme::of(found, self.depth);
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

/// Names of terminals with 24-bit colours; not all set `COLORTERM`.
const TRUE: [&str; 9] = ["direct", "kitty", "alacritty", "foot", "wezterm", "ghostty", "contour", "iterm", "rio"];
/// Names of terminals with sixteen colours.
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

/// The built-in themes and those of a folder, named by file, and the problems with the latter.
#[must_use]
pub fn themes(folder: Option<&Path>) -> (Themes, Vec<CleanBuf>) {
    let (files, mut wrong) = theme_files(folder);
    let (themes, errors) = Themes::with_files(&files);
    wrong.extend(errors.iter().map(|error| CleanBuf::line(&error.to_string())));
    (themes, wrong)
}

/// The same for the state, with one failure for each invalid file.
pub fn read(folder: Option<&Path>) -> (Arc<Themes>, Vec<Notice>) {
    let (themes, wrong) = themes(folder);
    let errors = wrong.into_iter().map(|text| Notice::error_about(Cause::Themes, &text, text.clone())).collect();
    (Arc::new(themes), errors)
}

/// Reads the theme files of a folder, sorted by name: theme name, file name, text. Also returns the unreadable ones.
pub fn theme_files(folder: Option<&Path>) -> (Vec<(String, CleanBuf, String)>, Vec<CleanBuf>) {
    let mut files = Vec::new();
    let mut wrong = Vec::new();
    let entries = folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml")) {
        let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        let shown = CleanBuf::line(&path.to_string_lossy());
        match text_of(path) {
            Ok(text) => files.push((name.to_owned(), shown, text)),
            Err(error) => wrong.push(CleanBuf::line(&format!("{shown}: cannot read: {}", system_error(&error)))),
        }
    }
    (files, wrong)
}

/// Reads a small file. Does not wait for a pipe.
fn text_of(path: &Path) -> io::Result<String> {
    let file = File::options().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)?;
    let data = file.metadata()?;
    if !data.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let mut text = String::new();
    // It may have grown since.
    file.take(LIMIT + 1).read_to_string(&mut text)?;
    if data.len() > LIMIT || text.len() as u64 > LIMIT {
        return Err(io::Error::other("larger than 64 kB"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;

    #[test]
    fn terminal_names_give_the_number_of_colours() {
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
    fn a_folder_gives_themes_and_their_problems() {
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
    #[test]
    fn reloaded_themes_make_new_styles() {
        let mut app = App::new(80, 24);
        app.settings.look.theme = "mine".to_owned();
        let mut cache = ThemeCache { depth: Depth::True, made: None };
        // The new themes may be allocated where the old ones were.
        for n in 0..50_u8 {
            let text = format!("text = \"#{n:02x}{n:02x}{n:02x}\"\n");
            app.themes = Arc::new(Themes::with_files(&[("mine".to_owned(), CleanBuf::line("mine.toml"), text)]).0);
            for _ in 0..2 {
                assert_eq!(cache.of(&app).text.fg, Some(Color::Rgb(n, n, n)));
            }
        }
        app.light = !app.light;
        app.settings.look.theme = "dark".to_owned();
        assert_ne!(cache.of(&app).text.fg, Some(Color::Rgb(49, 49, 49)));
    }

    #[test]
    fn only_small_regular_files_are_read_as_themes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, path("pipe.toml"), mode).expect("a pipe");
        fs::create_dir(path("folder.toml")).expect("a folder");
        std::os::unix::fs::symlink("/dev/zero", path("device.toml")).expect("a link");
        // Sparse: it takes no space.
        File::create(path("large.toml")).and_then(|file| file.set_len(4 << 30)).expect("a file");
        fs::write(path("sea.toml"), "extends = \"light\"\n").expect("a theme");
        let (files, wrong) = theme_files(Some(folder.path()));
        assert_eq!(files.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(), ["sea"]);
        let reasons: Vec<&str> =
            wrong.iter().map(|text| text.as_str().rsplit_once("read: ").expect("a reason").1).collect();
        let regular = "not a regular file";
        assert_eq!(reasons, [regular, regular, "larger than 64 kB", regular]);
    }
}
