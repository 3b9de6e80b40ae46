//! The picture of the release in the detail pane: whether it is shown, how large, and where.
//!
//! The picture has a caption below the header of the release. Its rows open when it has arrived, so that the text stays
//! where it is while it is loading.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::Rect;

use super::effect::{Effect, Timer};
use super::generation::Generation;
use super::{App, Layout, Pane};
use crate::catalog::{Catalog, ReleaseIndex, ReleaseRef};
use crate::config::Pictures;
use crate::keymap::Action;
use crate::picture::{CELL, Encoded, Form, Frame, Picture};
use crate::text::CleanBuf;
use crate::typeset::{PicturePlace, size};

/// How long a release must be shown before its picture is fetched without being asked for; skimming fetches none.
const PAUSE: Duration = Duration::from_millis(300);
/// The rows for a picture that can be cut where a lower pane ends: fewer would make it a stamp.
const USEFUL: u16 = 10;

/// What the terminal reports about its graphics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Graphics {
    /// The best graphics; `None` without any.
    pub form: Option<Form>,
    /// The size of a cell in pixels: width, height.
    pub cell: Option<(u16, u16)>,
    /// Whether it is tmux or screen, which do not reliably pass graphics on.
    pub is_multiplexed: bool,
}

/// A request for a picture.
#[derive(Debug, Clone)]
pub struct PictureRequest {
    /// The number that the answer repeats.
    pub generation: Generation,
    /// The release that it belongs to.
    pub release: ReleaseIndex,
    /// The catalog that the index refers to.
    pub catalog: Arc<Catalog>,
    /// Its address.
    pub address: CleanBuf,
    /// The place for it.
    pub frame: Frame,
    /// How it is to be drawn.
    pub form: Form,
}

/// The state of the picture.
#[derive(Debug, Clone, Default)]
pub struct PictureView {
    /// The release in the detail pane.
    of: Option<ReleaseIndex>,
    /// The address of its picture; empty if it has none.
    address: CleanBuf,
    /// Counts the requests.
    generation: Generation,
    status: Status,
    /// What the newest request asked for.
    asked: Option<(Frame, Form)>,
}

#[derive(Debug, Clone, Default)]
enum Status {
    #[default]
    Hidden,
    Loading,
    Shown(Arc<Picture>),
    Failed(CleanBuf),
}

/// A picture on the screen.
#[derive(Debug, Clone)]
pub struct Placement {
    /// The picture.
    pub picture: Arc<Picture>,
    /// The cells that it takes, as far as they are in view; empty if none is.
    pub area: Rect,
    /// The first of its rows in view.
    pub first: u16,
}

impl PictureView {
    /// Returns the picture that is shown.
    #[must_use]
    pub fn shown(&self) -> Option<&Arc<Picture>> {
        match &self.status {
            Status::Shown(picture) => Some(picture),
            _ => None,
        }
    }

    /// Replaces the release index after a reload.
    pub(super) fn renumber(&mut self, now: impl Fn(ReleaseIndex) -> Option<ReleaseIndex>) {
        self.of = self.of.and_then(now);
    }

    /// Whether a request is running or a picture is shown.
    fn is_wanted(&self) -> bool {
        matches!(self.status, Status::Loading | Status::Shown(_))
    }
}

impl App {
    /// Handles the action that shows and hides the picture. Returns `false` for any other action.
    pub(super) fn picture_action(&mut self, action: Action) -> bool {
        if action == Action::Picture {
            self.toggle_picture();
        }
        action == Action::Picture
    }

    fn toggle_picture(&mut self) {
        if self.settings.look.pictures == Pictures::Off {
            return self.inform("pictures are off; set look.pictures to \"key\" or \"always\"");
        }
        if self.selected_release().is_none_or(|release| release.picture().is_none()) {
            return self.inform("this release has no picture");
        }
        let Some(form) = self.picture_form() else {
            return self
                .inform("this terminal reports no graphics; set look.picture-form to \"blocks\" for half blocks");
        };
        if self.picture.is_wanted() {
            return self.hide_picture();
        }
        if self.layout().detail.is_empty() {
            self.focus = Pane::Detail;
        }
        let layout = self.layout();
        self.watch_picture(&layout);
        self.request_picture(&layout, form);
    }

    /// Returns how pictures are drawn; `None` if they cannot be.
    fn picture_form(&self) -> Option<Form> {
        let form = if self.graphics.is_multiplexed { Some(Form::Blocks) } else { self.graphics.form };
        self.settings.look.picture_form.or(form)
    }

    /// Follows the release in the detail pane: hides the picture of another one, and fits the picture to the pane.
    pub(super) fn settle_picture(&mut self, layout: &Layout) {
        let is_off = self.settings.look.pictures == Pictures::Off;
        if !is_off {
            self.watch_picture(layout);
        }
        let Some(form) = self.picture_form().filter(|_| !is_off) else {
            if self.picture.is_wanted() {
                self.hide_picture();
            }
            return;
        };
        let frame = self.picture_frame(layout, form);
        if self.picture.is_wanted() && self.picture.asked.is_some_and(|asked| asked != (frame, form)) {
            self.send_request(frame, form);
        }
    }

    /// Notices that the detail pane shows another release, or another picture of it.
    fn watch_picture(&mut self, layout: &Layout) {
        let shown = self.selected().filter(|_| !layout.detail.is_empty());
        let release = shown.and_then(|index| self.catalog.release(index));
        let picture = release.and_then(|release| release.picture());
        let address = picture.map(|picture| picture.address).unwrap_or_default();
        if shown == self.picture.of && address == self.picture.address.as_clean() {
            return;
        }
        let address = address.to_buf();
        if self.picture.is_wanted() {
            self.effects.push(Effect::DropPicture);
        }
        let generation = self.picture.generation.next();
        let has_picture = !address.is_empty();
        self.picture = PictureView { of: shown, address, generation, ..PictureView::default() };
        if has_picture && self.settings.look.pictures == Pictures::Always {
            self.effects.push(Effect::Timer(PAUSE, Timer::Picture(generation)));
        }
    }

    /// Learns what the terminal can show. A picture whose delay has passed meanwhile is not forgotten.
    pub(super) fn apply_graphics(&mut self, graphics: Graphics) {
        let could_show = self.picture_form().is_some();
        self.graphics = graphics;
        if !could_show && !self.picture.address.is_empty() && self.settings.look.pictures == Pictures::Always {
            self.effects.push(Effect::Timer(PAUSE, Timer::Picture(self.picture.generation)));
        }
    }

    /// Requests the picture after the delay.
    pub(super) fn ask_picture(&mut self, generation: Generation) {
        let is_due = generation == self.picture.generation && matches!(self.picture.status, Status::Hidden);
        if let Some(form) = self.picture_form().filter(|_| is_due) {
            let layout = self.layout();
            self.request_picture(&layout, form);
        }
    }

    fn request_picture(&mut self, layout: &Layout, form: Form) {
        self.picture.status = Status::Loading;
        self.send_request(self.picture_frame(layout, form), form);
    }

    /// Sends a request. A picture that is shown stays until the answer.
    fn send_request(&mut self, frame: Frame, form: Form) {
        let Some(release) = self.picture.of else { return };
        self.picture.generation = self.picture.generation.next();
        self.picture.asked = Some((frame, form));
        let (generation, address) = (self.picture.generation, self.picture.address.clone());
        let catalog = Arc::clone(&self.catalog);
        let request = PictureRequest { generation, release, catalog, address, frame, form };
        self.effects.push(Effect::ShowPicture(Box::new(request)));
    }

    /// Hides the picture or cancels its request.
    fn hide_picture(&mut self) {
        self.effects.push(Effect::DropPicture);
        self.picture.generation = self.picture.generation.next();
        (self.picture.status, self.picture.asked) = (Status::Hidden, None);
    }

    /// Applies the answer to the newest request.
    pub(super) fn apply_picture(&mut self, generation: Generation, outcome: Result<Arc<Picture>, CleanBuf>) {
        if generation == self.picture.generation && self.picture.is_wanted() {
            self.picture.status = match outcome {
                Ok(picture) => Status::Shown(picture),
                Err(reason) => Status::Failed(reason),
            };
        }
    }

    /// Returns the cells that a picture may take: two thirds of the rows, so that some text stays in view. Where that is
    /// little, it takes all rows, or more of them if it can be cut.
    fn picture_frame(&self, layout: &Layout, form: Form) -> Frame {
        let rows = layout.detail_rows();
        let most = if matches!(form, Form::Kitty | Form::Blocks) { u16::MAX } else { rows };
        Frame {
            columns: layout.measure(),
            rows: (rows * 2 / 3).max(USEFUL).min(most),
            cell: self.graphics.cell.unwrap_or(CELL),
            ground: if self.light { [u8::MAX; 3] } else { [0; 3] },
        }
    }

    /// Returns the place of the picture of a release on its page.
    pub(super) fn picture_place(&self, release: &ReleaseRef<'_>) -> Option<PicturePlace> {
        let is_on = self.settings.look.pictures != Pictures::Off && self.picture_form().is_some();
        let link = release.picture().filter(|_| is_on)?;
        let key = self.key_of(Action::Picture);
        let (caption, rows) = match &self.picture.status {
            Status::Hidden => {
                let size = link.bytes.map(|bytes| format!("{}, ", size(bytes))).unwrap_or_default();
                (format!("picture: {size}{key} to show"), 0)
            }
            Status::Loading => (format!("picture: loading, {key} to cancel"), 0),
            Status::Shown(picture) => {
                let Picture { width, height, bytes, rows, .. } = **picture;
                (format!("picture: {width}×{height}, {}, {key} to hide", size(bytes as u64)), rows)
            }
            Status::Failed(reason) => (format!("picture: {reason}; {key} to retry"), 0),
        };
        Some(PicturePlace { caption, rows })
    }

    /// Returns where graphics are on the screen. What popups cover is not left out.
    #[must_use]
    pub fn picture_placement(&self) -> Option<Placement> {
        let picture = self.picture.shown().filter(|picture| !matches!(picture.encoded, Encoded::Blocks(_)))?;
        let layout = self.layout();
        let line = self.detail.page.picture_line().filter(|_| !layout.detail.is_empty())?;
        let (top, scroll) = (layout.detail.y + layout.detail_head(), self.detail.scroll);
        let first = scroll.saturating_sub(line).min(usize::from(picture.rows)) as u16;
        let above = line.saturating_sub(scroll);
        let left = usize::from(layout.detail_rows()).saturating_sub(above) as u16;
        let rows = (picture.rows - first).min(left);
        let y = top.saturating_add(above as u16);
        let columns = picture.columns.min(layout.detail.width);
        let area = Rect::new(layout.detail.x, y, columns, rows);
        Some(Placement { picture: Arc::clone(picture), area, first })
    }
}
