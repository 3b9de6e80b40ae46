//! The terminal's graphics over the cells of a frame.
//!
//! The frame marks the cells that a picture takes. What covers some of them, such as a popup, replaces the marks, and
//! then no graphics are drawn: never over other text. The bytes follow those of the cells in the same update.

use std::io::Write;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Placement;
use crate::picture::{Encoded, Picture, kitty};
use crate::ui::PICTURE_CELL;

/// What the terminal shows and keeps.
#[derive(Debug, Default)]
pub struct GraphicsLayer {
    shown: Option<Placement>,
    /// The number of the picture whose data the terminal has.
    kept: Option<u32>,
    /// The number of a picture that the terminal may still have, although it is no longer relied on.
    stale: Option<u32>,
}

impl GraphicsLayer {
    /// Assumes that the screen was cleared: everything is sent again.
    pub fn forget(&mut self) {
        self.shown = None;
        self.stale = self.kept.take().or(self.stale);
    }

    /// Whether the terminal has data that it keeps until it is deleted.
    pub fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// Returns the bytes that make the terminal show a picture, and only that, over the cells of `frame`.
    pub fn update(&mut self, picture: Option<&Placement>, frame: &Buffer) -> Vec<u8> {
        let wanted = picture.filter(|placement| is_drawable(placement) && is_marked(placement.area, frame));
        let mut bytes = Vec::new();
        if let Some(number) = self.stale.take() {
            bytes.extend(kitty::deletion(number, false));
        }
        let is_other = |number: &mut u32| picture.is_none_or(|placement| placement.picture.number != *number);
        if let Some(number) = self.kept.take_if(is_other) {
            bytes.extend(kitty::deletion(number, false));
        }
        if wanted.map(key) != self.shown.as_ref().map(key) {
            if let Some(shown) = self.shown.take() {
                self.remove(&shown, frame, &mut bytes);
            }
            if let Some(placement) = wanted {
                self.place(placement, &mut bytes);
            }
            self.shown = wanted.cloned();
        }
        if !bytes.is_empty() {
            // The cursor stays where the frame has put it.
            bytes = [&b"\x1b7"[..], &bytes, b"\x1b8"].concat();
        }
        bytes
    }

    /// Removes what is shown.
    fn remove(&self, shown: &Placement, frame: &Buffer, bytes: &mut Vec<u8>) {
        match shown.picture.encoded {
            Encoded::Kitty { .. } => {
                if self.kept == Some(shown.picture.number) {
                    bytes.extend(kitty::deletion(shown.picture.number, true));
                }
            }
            // Text replaces these graphics. Cells that are no longer marked have been written with the frame.
            Encoded::AtCursor(_) => blank(shown.area, frame, bytes),
            Encoded::Blocks(_) => {}
        }
    }

    fn place(&mut self, placement: &Placement, bytes: &mut Vec<u8>) {
        let Placement { picture, area, first } = placement;
        let Picture { number, encoded, .. } = &**picture;
        match encoded {
            Encoded::Kitty { bytes: data, row, width } => {
                if self.kept != Some(*number) {
                    bytes.extend_from_slice(data);
                    self.kept = Some(*number);
                }
                go_to(area.x, area.y, bytes);
                bytes.extend(kitty::placement(*number, *width, *row, area.width, *first, area.height));
            }
            Encoded::AtCursor(data) => {
                go_to(area.x, area.y, bytes);
                bytes.extend_from_slice(data);
            }
            Encoded::Blocks(_) => {}
        }
    }
}

/// Identifies what a placement shows, and where.
fn key(placement: &Placement) -> (*const Picture, Rect, u16) {
    (Arc::as_ptr(&placement.picture), placement.area, placement.first)
}

/// Whether the form can show this part of the picture: only kitty's can be cut.
fn is_drawable(Placement { picture, area, .. }: &Placement) -> bool {
    match picture.encoded {
        _ if area.is_empty() => false,
        Encoded::Kitty { .. } => true,
        Encoded::AtCursor(_) => (area.width, area.height) == (picture.columns, picture.rows),
        Encoded::Blocks(_) => false,
    }
}

/// Whether all cells of an area are marked.
fn is_marked(area: Rect, frame: &Buffer) -> bool {
    area.positions().all(|at| frame.cell(at).is_some_and(|cell| cell.symbol() == PICTURE_CELL))
}

/// Writes blanks over the marked cells of an area.
fn blank(area: Rect, frame: &Buffer, bytes: &mut Vec<u8>) {
    for at in area.positions().filter(|&at| frame.cell(at).is_some_and(|cell| cell.symbol() == PICTURE_CELL)) {
        go_to(at.x, at.y, bytes);
        bytes.push(b' ');
    }
}

fn go_to(x: u16, y: u16, bytes: &mut Vec<u8>) {
    let written = write!(bytes, "\x1b[{};{}H", y + 1, x + 1);
    debug_assert!(written.is_ok(), "memory takes all bytes");
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect::new(3, 2, 4, 3);

    fn frame(area: Rect) -> Buffer {
        let mut frame = Buffer::empty(Rect::new(0, 0, 12, 8));
        for at in area.positions() {
            frame[at].set_symbol(PICTURE_CELL);
        }
        frame
    }

    fn placement(number: u32, encoded: Encoded) -> Placement {
        let picture = Picture { number, width: 40, height: 60, bytes: 9, columns: 4, rows: 3, encoded };
        Placement { picture: Arc::new(picture), area: AREA, first: 0 }
    }

    fn of_kitty(number: u32) -> Placement {
        placement(number, Encoded::Kitty { bytes: format!("<{number}>").into_bytes(), row: 20, width: 40 })
    }

    fn shown(layer: &mut GraphicsLayer, picture: Option<&Placement>, frame: &Buffer) -> String {
        let bytes = layer.update(picture, frame);
        String::from_utf8(bytes).expect("text").replace('\x1b', "E").replace("E\\", "$")
    }

    #[test]
    fn kitty_gets_a_picture_once_and_then_placements() {
        let mut layer = GraphicsLayer::default();
        let (frame, picture) = (frame(AREA), of_kitty(5));
        let placed = "E[3;4HE_Ga=p,i=5,p=1,x=0,y=0,w=40,h=60,c=4,r=3,C=1,q=2$";
        assert_eq!(shown(&mut layer, Some(&picture), &frame), format!("E7<5>{placed}E8"));
        assert_eq!(shown(&mut layer, Some(&picture), &frame), "", "nothing has changed");
        // Scrolled by one row.
        let cut = Placement { area: Rect { height: 2, ..AREA }, first: 1, ..picture.clone() };
        let moved = "E7E_Ga=d,d=i,i=5,q=2$E[3;4HE_Ga=p,i=5,p=1,x=0,y=20,w=40,h=40,c=4,r=2,C=1,q=2$E8";
        assert_eq!(shown(&mut layer, Some(&cut), &frame), moved);
        // Scrolled out of view.
        let away = Placement { area: Rect { height: 0, ..AREA }, first: 3, ..picture.clone() };
        assert_eq!(shown(&mut layer, Some(&away), &frame), "E7E_Ga=d,d=i,i=5,q=2$E8", "its data stays");
        // Another picture, then none.
        let other = shown(&mut layer, Some(&of_kitty(6)), &frame);
        assert!(other.starts_with("E7E_Ga=d,d=I,i=5,q=2$<6>E[3;4HE_Ga=p,i=6,"), "{other}");
        assert!(layer.is_kept());
        assert_eq!(shown(&mut layer, None, &frame), "E7E_Ga=d,d=I,i=6,q=2$E8");
        assert!(!layer.is_kept());
    }

    #[test]
    fn a_covered_picture_is_removed_and_comes_back() {
        let mut layer = GraphicsLayer::default();
        let (whole, picture) = (frame(AREA), of_kitty(5));
        let mut covered = whole.clone();
        covered[(5, 3)].set_symbol("x");
        let _ = layer.update(Some(&picture), &whole);
        assert_eq!(shown(&mut layer, Some(&picture), &covered), "E7E_Ga=d,d=i,i=5,q=2$E8", "its data stays");
        let again = shown(&mut layer, Some(&picture), &whole);
        assert!(again.starts_with("E7E[3;4HE_Ga=p,i=5,"), "{again}");
        // A cleared screen, as after another program.
        layer.forget();
        let again = shown(&mut layer, Some(&picture), &whole);
        assert!(again.starts_with("E7E_Ga=d,d=I,i=5,q=2$<5>E[3;4HE_Ga=p,i=5,"), "{again}");
    }

    #[test]
    fn other_graphics_are_drawn_whole_or_not_at_all_and_blanked() {
        let mut layer = GraphicsLayer::default();
        let (whole, picture) = (frame(AREA), placement(5, Encoded::AtCursor(b"<sixel>".to_vec())));
        assert_eq!(shown(&mut layer, Some(&picture), &whole), "E7E[3;4H<sixel>E8");
        let cut_area = Rect { height: 2, ..AREA };
        let cut = Placement { area: cut_area, first: 1, ..picture.clone() };
        let removed = shown(&mut layer, Some(&cut), &frame(cut_area));
        // The cells of the last row have been written with the frame.
        let blanks: Vec<String> = cut_area.positions().map(|at| format!("E[{};{}H ", at.y + 1, at.x + 1)).collect();
        assert_eq!(removed, format!("E7{}E8", blanks.concat()));
        assert_eq!(shown(&mut layer, Some(&cut), &frame(cut_area)), "");
        assert!(!layer.is_kept());
        assert_eq!(shown(&mut layer, Some(&picture), &whole), "E7E[3;4H<sixel>E8");
        assert_eq!(shown(&mut layer, None, &frame(Rect::ZERO)), "", "the frame has written all cells");
    }
}
