//! Names for downloaded files.

use percent_encoding::percent_decode_str;
use url::Url;

use crate::text::CleanBuf;

/// The maximum number of bytes of a name without its extension. File systems allow 255, and a number and `.part` follow.
const LONGEST: usize = 160;
/// The maximum number of characters of an extension.
const LONGEST_EXTENSION: usize = 8;
/// Extensions of media types.
const EXTENSIONS: [(&str, &str); 12] = [
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/x-m4a", "m4a"),
    ("audio/aac", "aac"),
    ("audio/ogg", "ogg"),
    ("audio/opus", "opus"),
    ("audio/flac", "flac"),
    ("video/mp4", "mp4"),
    ("video/webm", "webm"),
    ("application/pdf", "pdf"),
    ("application/epub+zip", "epub"),
    ("image/jpeg", "jpg"),
];

/// Returns a name for the file at an address: the last part of its path, or else the title. It contains no separator, no
/// control character and no leading dot, and its length is bounded.
#[must_use]
pub fn file_name(address: &str, title: &str, media: &str) -> String {
    let url = Url::parse(address).ok();
    let last = url.as_ref().and_then(|url| url.path_segments()?.next_back()).unwrap_or_default();
    let last = percent_decode_str(last).decode_utf8_lossy();
    let (stem, extension) = match last.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && is_extension(extension) => (stem, extension.to_lowercase()),
        _ => (&*last, of_media(media).to_owned()),
    };
    let stem = [stem, title].into_iter().map(safe).find(|name| !name.is_empty());
    let stem = stem.unwrap_or_else(|| "download".to_owned());
    if extension.is_empty() { stem } else { format!("{stem}.{extension}") }
}

fn is_extension(text: &str) -> bool {
    (1..=LONGEST_EXTENSION).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

fn of_media(media: &str) -> &'static str {
    EXTENSIONS.iter().find(|(known, _)| media.eq_ignore_ascii_case(known)).map_or("", |(_, extension)| extension)
}

/// Makes a text fit to be a name.
fn safe(text: &str) -> String {
    let clean = CleanBuf::line(text);
    let is_odd = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    let name: String = clean.as_str().chars().map(|c| if is_odd(c) { '_' } else { c }).collect();
    let mut name = name.trim_start_matches(|c: char| ".-_~".contains(c) || c.is_whitespace()).to_owned();
    while name.len() > LONGEST {
        name.pop();
    }
    name.trim_end_matches(|c: char| c == '.' || c.is_whitespace()).to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_name_comes_from_the_address_or_the_title() {
        let table = [
            ("https://a.example/x/Talk%20One.MP3?k=v", "", "", "Talk One.mp3"),
            ("https://a.example/x/talk", "", "audio/mpeg", "talk.mp3"),
            ("https://a.example/", "On bridges / today", "application/pdf", "On bridges _ today.pdf"),
            ("https://a.example/", "", "", "download"),
            ("https://a.example/..%2f..%2fetc%2fpasswd", "", "", "etc_passwd"),
            ("https://a.example/%2ebashrc", "", "", "bashrc"),
            ("https://a.example/a%00b%1b%5b31m%0ac.mp3", "", "", "ab c.mp3"),
            ("https://a.example/-rf.mp3", "", "", "rf.mp3"),
            ("https://a.example/v1.2-final", "", "video/mp4", "v1.2-final.mp4"),
        ];
        for (address, title, media, expected) in table {
            assert_eq!(file_name(address, title, media), expected, "{address}");
        }
        let long = file_name(&format!("https://a.example/{}.mp3", "ü".repeat(500)), "", "");
        assert!(long.len() <= LONGEST + 4 && long.ends_with("ü.mp3"), "{long}");
    }

    proptest! {
        #[test]
        fn no_feed_chooses_a_path(path in any::<String>(), title in any::<String>(), media in any::<String>()) {
            let encoded = percent_encoding::utf8_percent_encode(&path, percent_encoding::NON_ALPHANUMERIC);
            for address in [format!("https://a.example/{path}"), format!("https://a.example/{encoded}")] {
                let name = file_name(&address, &title, &media);
                let is_odd = |c: char| c.is_control() || c == '/' || c == '\\';
                prop_assert!(!name.is_empty() && !name.starts_with('.') && !name.contains(is_odd), "{name:?}");
                prop_assert!(name.len() <= LONGEST + 1 + LONGEST_EXTENSION);
            }
        }
    }
}
