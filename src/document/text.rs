//! Releases as plain text, wrapped as a book is.

use std::io::{self, Write};

use crate::catalog::ReleaseRef;
use crate::typeset::TypesetPage;

/// Columns of a line.
const COLUMNS: u16 = 72;

/// Writes a release as the reader sets it.
///
/// # Errors
/// When nothing can be written to `out`.
pub fn release(release: &ReleaseRef<'_>, out: &mut impl Write) -> io::Result<()> {
    let page = TypesetPage::new(release, COLUMNS, &[]);
    for line in page.lines() {
        let mut written = line.lead.clone();
        for part in page.parts(line, None) {
            written.extend(std::iter::repeat_n(' ', usize::from(part.gap)));
            written.push_str(part.text);
        }
        writeln!(out, "{}", written.trim_end())?;
    }
    Ok(())
}
