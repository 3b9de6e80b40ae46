//! The programs that open enclosures, by media type.

/// A program for a media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opener {
    /// The media type, such as `audio/mpeg`, or all subtypes of a type: `audio/*`.
    pub media: String,
    /// The command and its arguments. The address is appended.
    pub command: Vec<String>,
}

impl Opener {
    /// Whether a text is a media type, or a type with all its subtypes.
    #[must_use]
    pub fn is_media(text: &str) -> bool {
        let is_name =
            |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&^_.+-".contains(c));
        text.split_once('/').is_some_and(|(kind, sub)| is_name(kind) && (sub == "*" || is_name(sub)))
    }

    /// Returns the program for a media type, of which parameters are ignored. A media type named in full comes first.
    #[must_use]
    pub fn of_media<'a>(openers: &'a [Self], media: &str) -> Option<&'a Self> {
        let media = media.split(';').next().unwrap_or_default().trim();
        let all = media.split_once('/').map(|(kind, _)| format!("{kind}/*"))?;
        let with = |wanted: &str| openers.iter().find(|opener| opener.media.eq_ignore_ascii_case(wanted));
        with(media).or_else(|| with(&all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_in_full_comes_before_all_subtypes() {
        let opener = |media: &str, name: &str| Opener { media: media.to_owned(), command: vec![name.to_owned()] };
        let openers = [opener("audio/*", "mpv"), opener("Audio/Ogg", "ogg"), opener("application/pdf", "zathura")];
        let table = [
            ("audio/mpeg", Some("mpv")),
            ("AUDIO/mpeg; codecs=mp3", Some("mpv")),
            ("audio/ogg", Some("ogg")),
            ("application/pdf", Some("zathura")),
            ("application/epub+zip", None),
            ("audio", None),
            ("", None),
        ];
        for (media, expected) in table {
            let found = Opener::of_media(&openers, media).map(|opener| opener.command[0].as_str());
            assert_eq!(found, expected, "{media}");
        }
    }

    #[test]
    fn only_media_types_are_allowed() {
        let table = [
            ("audio/*", true),
            ("application/vnd.a+b-c", true),
            ("audio", false),
            ("*/*", false),
            ("audio/", false),
            ("audio/mp*", false),
            ("audio/x y", false),
        ];
        for (text, expected) in table {
            assert_eq!(Opener::is_media(text), expected, "{text}");
        }
    }
}
