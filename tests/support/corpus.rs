//! The corpus: real and hostile documents outside the repository, in the folder named by `TIDINGS_CORPUS`.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use tempfile::NamedTempFile;

use crate::skip::skip;

/// Returns the folder, or skips the test if the variable is not set.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("TIDINGS_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        skip("TIDINGS_CORPUS does not name the folder of the corpus");
    }
    folder
}

/// Reads a document, decompressed if its name ends in `.zst`.
pub fn document(path: &str) -> Option<Vec<u8>> {
    let path = folder()?.join(path);
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|extension| extension == "zst") {
        return Some(zstd::decode_all(bytes.as_slice()).expect("zstd data"));
    }
    Some(bytes)
}

/// A temporary file with this content.
pub fn file(content: impl AsRef<[u8]>) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a temporary file");
    file.write_all(content.as_ref()).and_then(|()| file.flush()).expect("the content is written");
    file
}
