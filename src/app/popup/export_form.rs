//! The form that exports releases: which, in which format, and to which file.
//!
//! The form proposes a file name that follows the choices until the user types another one. It closes once the export
//! has started to write; if the file exists or cannot be created, it stays open and says so.

use ratatui::layout::Rect;

use super::frame::frame;
use super::{Next, PopupState};
use crate::app::App;
use crate::app::export::Which;
use crate::app::notice::{Cause, Notice};
use crate::app::prompt::Prompt;
use crate::document::ExportFormat;
use crate::keymap::{Action, Scope};
use crate::text::{CleanBuf, grouped};

/// The lines of the form, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The choice of releases.
    What,
    /// The choice of the format.
    Format,
    /// The file.
    File,
}

impl Field {
    /// All lines.
    pub const ALL: [Self; 3] = [Self::What, Self::Format, Self::File];

    /// Returns the label.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::What => "Export",
            Self::Format => "As",
            Self::File => "File",
        }
    }
}

/// The open form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportForm {
    /// The line with the cursor.
    pub at: Field,
    /// The file.
    pub file: Prompt,
    /// The error in the input.
    pub error: Option<CleanBuf>,
    /// The choices of releases, each with a proposed file name without extension and the number of releases.
    choices: Vec<(Which, String, usize)>,
    which: usize,
    format: ExportFormat,
    /// The requested file, until its export has started.
    waits: Option<String>,
    /// The existing file that the next confirmation replaces.
    replaces: Option<String>,
}

/// Returns the item before or after another, wrapping around.
fn stepped(at: usize, count: usize, is_back: bool) -> usize {
    (at + if is_back { count.saturating_sub(1) } else { 1 }) % count.max(1)
}

impl ExportForm {
    /// Returns the options of a choice as texts, and the chosen one; none for the file.
    #[must_use]
    pub fn options(&self, field: Field) -> (Vec<String>, usize) {
        match field {
            Field::What => {
                let option = |(which, _, count): &(Which, String, usize)| match which {
                    Which::This => "this".to_owned(),
                    Which::Selected => format!("{} selected", grouped(*count)),
                    Which::Listed => format!("{} listed", grouped(*count)),
                };
                (self.choices.iter().map(option).collect(), self.which)
            }
            Field::Format => {
                let at = ExportFormat::ALL.iter().position(|format| *format == self.format);
                (ExportFormat::ALL.map(|format| format.name().to_owned()).to_vec(), at.unwrap_or(0))
            }
            Field::File => (Vec::new(), 0),
        }
    }

    /// Whether the form is waiting for the export to start.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.waits.is_some()
    }

    /// Returns the proposed file name.
    fn proposal(&self) -> String {
        let stem = self.choices.get(self.which).map_or("", |(_, stem, _)| stem.as_str());
        format!("{stem}.{}", self.format.extension())
    }

    /// Changes a choice and adapts the file name: all of a proposed one, only the extension of one that the user typed.
    fn choose(&mut self, change: impl FnOnce(&mut Self)) {
        let is_proposed = self.file.text() == self.proposal();
        change(self);
        if is_proposed {
            self.file = Prompt::proposed(self.proposal());
        } else if ExportFormat::of_file(self.file.text()).is_ok()
            && let Some((stem, _)) = self.file.text().rsplit_once('.')
        {
            self.file = Prompt::new(format!("{stem}.{}", self.format.extension()));
        }
        self.changed();
    }

    /// Chooses the next or the previous option of the line with the cursor.
    fn step(&mut self, is_back: bool) {
        let (options, at) = self.options(self.at);
        let next = stepped(at, options.len(), is_back);
        match self.at {
            Field::What => self.choose(|form| form.which = next),
            Field::Format => self.choose(|form| form.format = ExportFormat::ALL[next]),
            Field::File => {}
        }
    }

    /// Takes the format from the file name and clears the error.
    fn changed(&mut self) {
        if let Ok(format) = ExportFormat::of_file(self.file.text()) {
            self.format = format;
        }
        (self.error, self.waits, self.replaces) = (None, None, None);
    }

    fn go(&mut self, field: Field) {
        if self.at == Field::File {
            self.file.deselect();
        }
        self.at = field;
    }

    fn next(&mut self, is_back: bool) {
        let at = Field::ALL.iter().position(|field| *field == self.at).unwrap_or(0);
        self.go(Field::ALL[stepped(at, Field::ALL.len(), is_back)]);
    }

    fn submit(&mut self, app: &mut App) {
        let typed = self.file.text().trim();
        let has_extension = typed.rsplit('/').next().unwrap_or(typed).contains('.');
        let file = if has_extension { typed.to_owned() } else { format!("{typed}.{}", self.format.extension()) };
        let Some((which, ..)) = self.choices.get(self.which) else { return };
        let may_replace = self.replaces.as_deref() == Some(file.as_str());
        let asked = if typed.is_empty() {
            Err("enter a file name".to_owned())
        } else {
            app.export(file.clone(), *which, may_replace)
        };
        match asked {
            Ok(()) => (self.error, self.waits) = (None, Some(file)),
            Err(error) => self.error = Some(CleanBuf::line(&error)),
        }
    }
}

impl PopupState for ExportForm {
    fn scope(&self) -> Scope {
        Scope::Form
    }

    fn title(&self) -> &'static str {
        "Export to a file"
    }

    /// Returns a frame with room for the lines, an empty line and the message.
    fn frame(&self, app: &App) -> Rect {
        frame(app.layout().body, Field::ALL.len() + 2)
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        match action {
            Action::Close => return Next::Close,
            _ if self.is_waiting() => {}
            Action::FormDone => self.submit(app),
            Action::FormNext => self.next(false),
            Action::FormPrevious => self.next(true),
            Action::PromptLeft if self.at != Field::File => self.step(true),
            Action::PromptRight if self.at != Field::File => self.step(false),
            _ if self.file.edit(action) => {
                self.at = Field::File;
                self.changed();
            }
            _ => {}
        }
        Next::Stay
    }

    /// Types into the file, wherever the cursor is.
    fn insert(&mut self, text: &str) {
        if !self.is_waiting() {
            self.at = Field::File;
            self.file.insert(text);
            self.changed();
        }
    }

    /// A click goes to a line; on the line of a choice, it takes the next option.
    fn press(&mut self, _app: &mut App, line: usize) -> Next {
        match Field::ALL.get(line) {
            _ if self.is_waiting() => {}
            Some(field) if *field == self.at => self.step(false),
            Some(field) => self.go(*field),
            None => {}
        }
        Next::Stay
    }

    fn is_filled_in(&self) -> bool {
        self.file.text() != self.proposal()
    }
}

impl App {
    /// Opens the form with these choices.
    pub(in crate::app) fn open_export_form(
        &mut self,
        choices: Vec<(Which, String, usize)>,
        which: usize,
        format: ExportFormat,
    ) {
        let mut form = ExportForm {
            at: Field::What,
            file: Prompt::default(),
            error: None,
            choices,
            which,
            format,
            waits: None,
            replaces: None,
        };
        form.file = Prompt::proposed(form.proposal());
        self.popups.push(form);
    }

    fn take_export_form(&mut self, file: &CleanBuf) -> Option<ExportForm> {
        let is_it = |form: &ExportForm| form.waits.as_deref().is_some_and(|waits| CleanBuf::line(waits) == *file);
        self.popups.take_if(is_it)
    }

    /// Closes the form: its file is being written.
    pub(in crate::app) fn export_begun(&mut self, file: &CleanBuf) {
        self.take_export_form(file);
        self.inform(format!("writing {file}…"));
    }

    /// Says in the form why its file cannot be created.
    pub(in crate::app) fn export_not_begun(&mut self, file: &CleanBuf, reason: &CleanBuf) {
        let Some(form) = self.take_export_form(file) else {
            return self.export_failed(file, &format!("not written: {file}: {reason}"));
        };
        self.drop_queued_keys();
        let error = Some(CleanBuf::line(&format!("not written: {reason}")));
        self.popups.push(ExportForm { waits: None, error, ..form });
    }

    /// Reports the failure of an export whose form is closed.
    fn export_failed(&mut self, file: &CleanBuf, text: &str) {
        self.report(Notice::error_about(Cause::Export, file, CleanBuf::line(text)));
    }

    /// Says in the form that its file exists.
    pub(in crate::app) fn export_exists(&mut self, file: &CleanBuf) {
        let Some(form) = self.take_export_form(file) else {
            return self.export_failed(file, &format!("not written: {file} exists"));
        };
        self.drop_queued_keys();
        let key = self.key_in(&[Scope::Form], Action::FormDone);
        // Omit the file name: it is shown above and may be long.
        let text = format!("the file exists; {key} again replaces it and keeps the old one as NAME~");
        let error = Some(CleanBuf::line(&text));
        self.popups.push(ExportForm { replaces: form.waits, waits: None, error, ..form });
    }
}
