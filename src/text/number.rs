//! Number formatting.

/// Formats a number with commas between thousands.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Formats a number with its noun, whose plural is regular: `1 release`, `1,200 releases`, `2 queries`.
#[must_use]
pub fn counted(number: usize, noun: &str) -> String {
    let number_text = grouped(number);
    match noun.strip_suffix('y') {
        _ if number == 1 => format!("{number_text} {noun}"),
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{number_text} {stem}ies"),
        _ => format!("{number_text} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn one_is_singular() {
        let counts = [0, 1, 2, 1_200].map(|number| counted(number, "new release"));
        assert_eq!(counts, ["0 new releases", "1 new release", "2 new releases", "1,200 new releases"]);
    }
}
