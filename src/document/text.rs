//! Releases as plain text, wrapped for reading.

use std::io::{self, Write};

use crate::catalog::ReleaseRef;
use crate::typeset::TypesetPage;

/// Columns per line.
const COLUMNS: u16 = 72;

/// Writes a release typeset as in the reader.
///
/// # Errors
/// Returns an error if writing to `out` fails.
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
