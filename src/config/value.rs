//! Kinds of values, and how to parse them from TOML or from the plain text of a variable or a flag.

use std::fmt::Write;
use std::time::Duration;

use toml::de::DeValue;

/// The longest time for [`Kind::Seconds`], in seconds.
const DAY: f64 = 86_400.0;

/// The kind of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A time in seconds, or `never`.
    Seconds,
    /// A time as a number and a unit, or `never`.
    Interval,
    /// On or off.
    Switch,
    /// On, off, or decided by the environment.
    SwitchOrAuto,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number between two bounds, inclusive.
    Number(u16, u16),
    /// Any text on one line.
    Text,
    /// A command with its arguments: a list, or a text that is split as a shell would.
    Command,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A time, or `None` for never.
    Time(Option<Duration>),
    /// On or off.
    Switch(bool),
    /// A word or a text.
    Text(String),
    /// A whole number.
    Number(u16),
    /// A command and its arguments.
    Command(Vec<String>),
}

impl Kind {
    /// Describes the valid values, to follow "expected ".
    #[must_use]
    pub fn expected(self) -> String {
        match self {
            Self::Seconds => "seconds from 0 to 86400, such as 1 or 0.5, or \"never\"".to_owned(),
            Self::Interval => {
                "a number and s, m, h or d such as \"30m\" or \"2h\", at least \"5m\", or \"never\"".to_owned()
            }
            Self::Switch => "true or false".to_owned(),
            Self::SwitchOrAuto => "true, false or \"auto\"".to_owned(),
            Self::Word(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                format!("one of {}", words.join(", "))
            }
            Self::Number(least, most) => format!("a whole number from {least} to {most}"),
            Self::Text => "one line of text".to_owned(),
            Self::Command => "a command as one text or as a list of words".to_owned(),
        }
    }

    /// Returns the placeholder for the value in help texts.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Seconds => "SECONDS",
            Self::Interval => "TIME",
            Self::Switch | Self::SwitchOrAuto => "BOOL",
            Self::Word(_) => "WORD",
            Self::Number(..) => "N",
            Self::Text => "TEXT",
            Self::Command => "COMMAND",
        }
    }

    /// Parses the text of a variable or a flag.
    #[must_use]
    pub fn of_text(self, text: &str) -> Option<Value> {
        match self {
            Self::Seconds if text == "never" => Some(Value::Time(None)),
            Self::Seconds => seconds(text.parse().ok()?),
            Self::Interval => interval(text),
            Self::SwitchOrAuto if text == "auto" => Some(Value::Text(text.to_owned())),
            Self::Switch | Self::SwitchOrAuto => switch(text).map(Value::Switch),
            Self::Word(words) => words.contains(&text).then(|| Value::Text(text.to_owned())),
            Self::Number(least, most) => {
                text.parse().ok().filter(|number| (least..=most).contains(number)).map(Value::Number)
            }
            Self::Text => line(text).map(Value::Text),
            Self::Command => command(line(text)?.as_str()),
        }
    }

    /// Converts a TOML value.
    #[must_use]
    pub fn of_toml(self, value: &DeValue<'_>) -> Option<Value> {
        match (self, value) {
            (Self::Seconds, DeValue::Integer(number)) => seconds(integer(number)?.into()),
            (Self::Seconds, DeValue::Float(number)) => seconds(number.as_str().parse().ok()?),
            (Self::Seconds, DeValue::String(text)) if text == "never" => Some(Value::Time(None)),
            (Self::Switch | Self::SwitchOrAuto, DeValue::Boolean(on)) => Some(Value::Switch(*on)),
            (Self::SwitchOrAuto, DeValue::String(text)) if text == "auto" => Some(Value::Text("auto".to_owned())),
            (Self::Number(least, most), DeValue::Integer(number)) => {
                let number = u16::try_from(integer(number)?).ok()?;
                (least..=most).contains(&number).then_some(Value::Number(number))
            }
            (Self::Command, DeValue::Array(words)) => {
                let words = words.iter().map(|word| line(word.get_ref().as_str()?)).collect::<Option<Vec<_>>>()?;
                // The name of the command must not be empty.
                words.first().is_none_or(|name| !name.is_empty()).then_some(Value::Command(words))
            }
            (Self::Interval | Self::Word(_) | Self::Text | Self::Command, DeValue::String(text)) => self.of_text(text),
            _ => None,
        }
    }
}

fn seconds(seconds: f64) -> Option<Value> {
    let is_allowed = (0.0..=DAY).contains(&seconds);
    is_allowed.then(|| Value::Time(Duration::try_from_secs_f64(seconds).ok()))
}

/// The shortest interval, in seconds, to be polite to servers.
const SHORTEST: u64 = 300;

/// Parses a number followed by `s`, `m`, `h` or `d`.
fn interval(text: &str) -> Option<Value> {
    if text == "never" {
        return Some(Value::Time(None));
    }
    let (unit, length) = UNITS.into_iter().find(|(unit, _)| text.ends_with(*unit))?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = Some(u64::from(number) * length).filter(|&seconds| seconds >= SHORTEST)?;
    Some(Value::Time(Some(Duration::from_secs(seconds))))
}

/// Units and their lengths in seconds, the longest first.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

fn switch(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" | "t" | "y" => Some(true),
        "false" | "no" | "off" | "0" | "f" | "n" => Some(false),
        _ => None,
    }
}

/// Returns the text unless it contains line breaks or other control characters.
fn line(text: &str) -> Option<String> {
    (!text.chars().any(char::is_control)).then(|| text.to_owned())
}

fn command(text: &str) -> Option<Value> {
    let words = shell_words::split(text).ok()?;
    words.first().is_none_or(|name| !name.is_empty()).then_some(Value::Command(words))
}

fn integer(number: &toml::de::DeInteger<'_>) -> Option<u32> {
    u32::from_str_radix(number.as_str(), number.radix()).ok()
}

impl Value {
    /// Formats it as TOML.
    #[must_use]
    pub fn to_toml(&self) -> String {
        match self {
            Self::Time(None) => quoted("never"),
            Self::Time(Some(time)) if time.subsec_nanos() > 0 || time.is_zero() => time.as_secs_f64().to_string(),
            Self::Time(Some(time)) => time.as_secs().to_string(),
            Self::Switch(on) => on.to_string(),
            Self::Text(text) => quoted(text),
            Self::Number(number) => number.to_string(),
            Self::Command(words) => {
                let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                format!("[{}]", words.join(", "))
            }
        }
    }

    /// Formats it as TOML in the notation of a kind.
    #[must_use]
    pub fn display(&self, kind: Kind) -> String {
        match (self, kind) {
            (Self::Time(Some(time)), Kind::Interval) => {
                let seconds = time.as_secs();
                let fits = UNITS.into_iter().find(|(_, length)| seconds.is_multiple_of(*length)).unwrap_or(('s', 1));
                quoted(&format!("{}{}", seconds / fits.1, fits.0))
            }
            _ => self.to_toml(),
        }
    }
}

/// Formats a text as a basic string of TOML.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // Writing to memory does not fail.
            c if c.is_control() => drop(write!(out, "\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toml(kind: Kind, text: &str) -> Option<String> {
        let value = DeValue::parse(text).expect("TOML");
        kind.of_toml(value.get_ref()).map(|value| value.display(kind))
    }

    #[test]
    fn toml_values_are_parsed_or_rejected() {
        let words = Kind::Word(&["above", "beside"]);
        for (kind, text, expected) in [
            (Kind::Seconds, "1", Some("1")),
            (Kind::Seconds, "0.5", Some("0.5")),
            (Kind::Seconds, "0", Some("0")),
            (Kind::Seconds, "\"never\"", Some("\"never\"")),
            (Kind::Seconds, "86401", None),
            (Kind::Seconds, "-1", None),
            (Kind::Seconds, "nan", None),
            (Kind::Seconds, "\"1\"", None),
            (Kind::Interval, "\"90m\"", Some("\"90m\"")),
            (Kind::Interval, "\"120m\"", Some("\"2h\"")),
            (Kind::Interval, "\"5m\"", Some("\"5m\"")),
            (Kind::Interval, "\"4m\"", None),
            (Kind::Interval, "\"0m\"", None),
            (Kind::Interval, "\"m\"", None),
            (Kind::Interval, "\"5 m\"", None),
            (Kind::Interval, "30", None),
            (Kind::Switch, "true", Some("true")),
            (Kind::Switch, "\"true\"", None),
            (Kind::SwitchOrAuto, "\"auto\"", Some("\"auto\"")),
            (Kind::SwitchOrAuto, "\"on\"", None),
            (words, "\"above\"", Some("\"above\"")),
            (words, "\"Above\"", None),
            (Kind::Number(40, 120), "0x48", Some("72")),
            (Kind::Number(40, 120), "39", None),
            (Kind::Number(40, 120), "72.0", None),
            (Kind::Number(40, 120), "99999999999999999999", None),
            (Kind::Text, "\"a\\tb\"", None),
            (Kind::Text, "1", None),
            (Kind::Command, "\"firefox --new-tab 'a b'\"", Some("[\"firefox\", \"--new-tab\", \"a b\"]")),
            (Kind::Command, "[\"a\", \"b c\"]", Some("[\"a\", \"b c\"]")),
            (Kind::Command, "\"\"", Some("[]")),
            (Kind::Command, "[\"\"]", None),
            (Kind::Command, "\"a 'b\"", None),
            (Kind::Command, "[1]", None),
        ] {
            assert_eq!(toml(kind, text).as_deref(), expected, "{kind:?} {text}");
        }
    }

    #[test]
    fn plain_text_values_are_parsed_or_rejected() {
        for (kind, text, expected) in [
            (Kind::Seconds, "0.5", Some("0.5")),
            (Kind::Seconds, "inf", None),
            (Kind::Interval, "301s", Some("\"301s\"")),
            (Kind::Interval, "300s", Some("\"5m\"")),
            (Kind::Interval, "299s", None),
            (Kind::Interval, "1s", None),
            (Kind::Switch, "1", Some("true")),
            (Kind::Switch, "OFF", Some("false")),
            (Kind::Switch, "maybe", None),
            (Kind::SwitchOrAuto, "auto", Some("\"auto\"")),
            (Kind::Number(40, 120), "72", Some("72")),
            (Kind::Text, "say \"hi\"", Some("\"say \\\"hi\\\"\"")),
            (Kind::Command, "w3m -N", Some("[\"w3m\", \"-N\"]")),
        ] {
            assert_eq!(kind.of_text(text).map(|value| value.display(kind)).as_deref(), expected, "{kind:?} {text}");
        }
    }
}
