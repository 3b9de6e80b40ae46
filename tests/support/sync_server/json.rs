//! JSON as the servers print it.

use std::fmt::Write;

/// Appends a string as Go prints it: also `&`, `<` and `>` are escaped.
pub fn go(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '&' | '<' | '>' | '\u{2028}' | '\u{2029}' | '\0'..='\x1f' => {
                write!(out, "\\u{:04x}", u32::from(letter)).expect("memory");
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

/// Appends a string as FreshRSS prints it: only what has to be escaped is.
pub fn php(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

/// A string as Go prints it.
pub fn go_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    go(&mut out, text);
    out
}

/// A string as FreshRSS prints it.
pub fn php_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A time in microseconds as Go prints it, in a time zone so many minutes east of Greenwich.
pub fn time(micros: i64, zone: i64) -> String {
    let local = chrono::DateTime::from_timestamp_micros(micros + zone * 60_000_000).expect("a time");
    let seconds = local.format("%Y-%m-%dT%H:%M:%S");
    let part = micros.rem_euclid(1_000_000);
    let fraction = if part == 0 { String::new() } else { format!(".{part:06}").trim_end_matches('0').to_owned() };
    let offset = match zone {
        0 => "Z".to_owned(),
        _ => format!("{}{:02}:{:02}", if zone < 0 { '-' } else { '+' }, zone.abs() / 60, zone.abs() % 60),
    };
    format!("\"{seconds}{fraction}{offset}\"")
}

/// A list of values that are JSON already.
pub fn list(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.collect::<Vec<_>>().join(","))
}
