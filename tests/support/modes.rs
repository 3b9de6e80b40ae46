//! The modes and the size of a terminal.

use std::fs::File;

use portable_pty::PtySize;
use rustix::termios::{
    ControlModes, InputModes, LocalModes, OptionalActions, OutputModes, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

/// The settings that raw mode changes.
pub fn settings(modes: &Termios) -> (InputModes, OutputModes, ControlModes, LocalModes) {
    (modes.input_modes, modes.output_modes, modes.control_modes, modes.local_modes)
}

/// A size in characters.
pub fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// Makes no character end the input any more.
pub fn no_end_of_file(terminal: &File) {
    let mut modes = tcgetattr(terminal).expect("the terminal's modes");
    modes.special_codes[SpecialCodeIndex::VEOF] = 0;
    tcsetattr(terminal, OptionalActions::Now, &modes).expect("other modes");
}
