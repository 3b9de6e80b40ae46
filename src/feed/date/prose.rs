//! Dates in words: names of months and weekdays, numbers in any unambiguous order, a time, a zone.

use chrono::{Datelike, NaiveDate};

use super::iso::second_of_day;
use super::languages::{CROATIAN, ENGLISH, POINTED};
use super::names::{self, Meaning, Name};
use super::parts::Parts;
use super::token::{self, HOURS, Number, Token};
use super::zone::{self, Zone};
use super::{DayOrder, Evidence};
use crate::text::fold;

/// Words between the parts of a date, folded.
const BETWEEN: [&str; 73] = [
    "at", "on", "of", "the", "in", // en
    "um", "am", "den", "der", "dem", "vom", "uhr", // de
    "de", "del", "a", "as", "las", "los", "el", "o", "em", "les", "le", "l", "d", "du", "dels", // es, pt, fr, ca
    "il", "alle", "ore", "ora", "orele", "la", "al", // it, ro
    "op", "om", "uur", "kl", "klo", "kello", "klokken", "klockan", // nl, da, sv, nb, fi
    "godz", "godzina", "r", "roku", "v", "ve", "hod", "ob", "u", "god", "godine", "leta", // pl, cs, sk, sl, hr
    "m", "gada", "plkst", "val", "kell", // lt, lv, et
    "ta'", "fil", "ar", "fomhair", "saat", // mt, ga, tr
    "στισ", "в", "у", "г", "года", "году", "р", "року", "о", // el, ru, bg, uk
];

/// Reads a date in words. Returns `None` if it is not a date or is ambiguous.
pub(super) fn read(text: &str, order: Option<DayOrder>) -> Option<Parts> {
    let text = token::plain(text);
    let (text, aside) = token::without_brackets(&text);
    let prose = Prose::of(&text)?;
    Prose { order, ..prose }.finish(aside)
}

/// Returns what a date in words says about the order of day and month.
pub(super) fn evidence(text: &str) -> Evidence {
    let text = token::plain(text);
    let (text, _) = token::without_brackets(&text);
    let Some(([one, two, three], mark)) = Prose::of(&text).and_then(|prose| prose.numeric) else {
        return Evidence::None;
    };
    let is_settled = matches!(mark, '.' | ':') || one.value == two.value;
    if is_settled || one.digits > 2 || two.digits > 2 || three.digits != 4 {
        return Evidence::None;
    }
    let is_day = |month: Number, day: Number| {
        NaiveDate::from_ymd_opt(three.value.cast_signed(), month.value, day.value).is_some()
    };
    match (is_day(two, one), is_day(one, two)) {
        (true, true) => Evidence::Ambiguous,
        (true, false) => Evidence::Proves(DayOrder::DayFirst),
        (false, true) => Evidence::Proves(DayOrder::MonthFirst),
        (false, false) => Evidence::None,
    }
}

/// A word that names something, and the number of numbers before it.
struct Named {
    name: &'static Name,
    after: usize,
}

/// What the tokens so far have contributed.
#[derive(Default)]
struct Prose {
    numbers: Vec<Number>,
    /// A whole numeric date, and its separator.
    numeric: Option<([Number; 3], char)>,
    names: Vec<Named>,
    second: Option<u32>,
    is_afternoon: Option<bool>,
    offset: Option<i32>,
    /// The zone by its name.
    zone: Option<Zone>,
    /// The order of day and month, if it is known.
    order: Option<DayOrder>,
}

impl Prose {
    /// Takes all tokens of a text.
    fn of(text: &str) -> Option<Self> {
        let tokens = token::tokens(text)?;
        let (mut prose, mut at) = (Self::default(), 0);
        while let Some(token) = tokens.get(at) {
            at += 1 + prose.take(token, tokens.get(at + 1..).unwrap_or_default(), at == 0)?;
        }
        Some(prose)
    }

    /// Takes a token. Returns how many of the next tokens belong to it, or `None` if it does not belong here.
    fn take(&mut self, token: &Token<'_>, next: &[Token<'_>], is_first: bool) -> Option<usize> {
        match token {
            Token::Time(second) => set(&mut self.second, *second)?,
            Token::Numbers { numbers, mark } => self.numbers(numbers, *mark)?,
            Token::Number(number) => {
                let skipped = self.hour(*number, next);
                if skipped.is_none() {
                    self.numbers.push(*number);
                }
                return Some(skipped.unwrap_or(0));
            }
            Token::Word(word, has_comma) => self.word(word, *has_comma && is_first)?,
        }
        Some(0)
    }

    /// Parses `10 h`, `10 h 30`, `10 h 30 min 7 s`, `10 Uhr` and `9 am`. Returns how many tokens after the number
    /// belong to it.
    fn hour(&mut self, hour: Number, next: &[Token<'_>]) -> Option<usize> {
        let Some(Token::Word(unit, _)) = next.first() else { return None };
        let unit = unit.to_lowercase();
        if self.second.is_some() || hour.digits > 2 {
            return None;
        }
        if unit.is_ascii()
            && half(&unit).is_some()
            && hour.value <= 12
            && !(unit == "am" && matches!(next.get(1), Some(Token::Number(_))))
        {
            self.second = second_of_day(hour.value, 0, 0);
            return self.second.map(|_| 0);
        }
        if !HOURS.contains(&unit.as_str()) {
            return None;
        }
        let minute = match next.get(1) {
            Some(Token::Number(minute)) if minute.digits == 2 && unit == "h" => Some(minute.value),
            _ => None,
        };
        self.second = Some(second_of_day(hour.value, minute.unwrap_or(0), 0)?);
        let is_unit = |at: usize, unit: &str| matches!(next.get(at), Some(Token::Word(word, _)) if *word == unit);
        Some(match minute {
            None => 1,
            Some(_) if is_unit(2, "min") && is_unit(4, "s") => 5,
            Some(_) if is_unit(2, "min") => 3,
            Some(_) => 2,
        })
    }

    /// Takes a numeric date, or a time with points.
    fn numbers(&mut self, numbers: &[Number], mark: char) -> Option<()> {
        if let [one, two, three] = *numbers
            && (one.digits == 4 || three.digits == 4)
        {
            return set(&mut self.numeric, ([one, two, three], mark));
        }
        let is_clock = mark == '.' && numbers[0].digits <= 2 && numbers[1..].iter().take(2).all(|n| n.digits == 2);
        if !is_clock || numbers.len() > 4 {
            return None;
        }
        let second = numbers.get(2).map_or(0, |second| second.value);
        set(&mut self.second, second_of_day(numbers[0].value, numbers[1].value, second)?)
    }

    fn word(&mut self, word: &str, is_lead: bool) -> Option<()> {
        if let Some(offset) = zone::offset(word.as_bytes()).filter(|_| !word.eq_ignore_ascii_case("z")) {
            // Go prints a zone without a name twice.
            return match self.offset.replace(offset) {
                Some(other) if other != offset && other != 0 && offset != 0 => None,
                Some(other) if offset == 0 => set(&mut self.offset, other).or_else(|| {
                    self.offset = Some(other);
                    Some(())
                }),
                _ => Some(()),
            };
        }
        if self.second.is_some()
            && let Some(zone) = zone::named(word)
        {
            self.zone = self.zone.or(Some(zone));
            return Some(());
        }
        let lower = word.to_lowercase();
        let has_time = self.second.is_some();
        // RFC 822 defined the military letters with the wrong sign, and both readings are in use.
        if has_time && word.len() == 1 && word.bytes().all(|b| b.is_ascii_uppercase()) {
            self.zone = self.zone.or(Some(Zone::Unknown));
            return Some(());
        }
        if let Some(is_afternoon) = half(&lower).filter(|_| has_time || !lower.is_ascii()) {
            return set(&mut self.is_afternoon, is_afternoon);
        }
        let folded = fold(word);
        if let Some(name) = names::find(&folded) {
            self.names.push(Named { name, after: self.numbers.len() });
            return Some(());
        }
        // Chinese, Japanese and Korean weekdays.
        let is_weekday =
            folded.contains('曜') || folded.ends_with("요일") || folded.starts_with(['周', '週', '星', '礼']);
        if is_weekday || BETWEEN.contains(&folded.as_str()) || (has_time && HOURS.contains(&lower.as_str())) {
            return Some(());
        }
        // A weekday in an unknown language; it adds nothing.
        if is_lead && word.chars().all(char::is_alphabetic) {
            return Some(());
        }
        let is_zone = zone::read(word).is_some() || word.chars().all(char::is_alphabetic);
        (has_time && is_zone).then(|| self.zone = self.zone.or(Some(Zone::Unknown)))
    }

    fn finish(mut self, aside: Option<&str>) -> Option<Parts> {
        let day = match self.numeric {
            Some((numbers, mark)) => self.in_numbers(numbers, mark)?,
            None if self.names.iter().all(|named| named.name.months.is_empty()) => self.in_a_row()?,
            None => self.in_words()?,
        };
        let Some(mut second) = self.second else { return Some(day) };
        day.day?;
        if let Some(is_afternoon) = self.is_afternoon {
            // Some number the hour after midnight 0.
            let is_of_half = (3600..13 * 3600).contains(&second) || (second < 3600 && !is_afternoon);
            if !is_of_half {
                return None;
            }
            second = second % (12 * 3600) + if is_afternoon { 12 * 3600 } else { 0 };
        }
        if self.offset.is_none() && self.zone.is_none() {
            self.zone = aside.and_then(zone::read);
        }
        match (self.offset, self.zone) {
            (Some(offset), _) | (None, Some(Zone::Offset(offset))) => {
                Some(Parts { second: Some(second), offset, ..day })
            }
            (None, None) => Some(Parts { second: Some(second), ..day }),
            (None, Some(Zone::Unknown)) => Some(day),
        }
    }

    /// Reads `2018/11/06`, `06.11.2018` or `13/11/2018`. Only points prove that the day comes first; otherwise the
    /// weekday may decide.
    fn in_numbers(&self, [one, two, three]: [Number; 3], mark: char) -> Option<Parts> {
        let is_alone = self.numbers.is_empty() && self.names.iter().all(|named| !named.name.weekdays.is_empty());
        if !is_alone || one.digits.min(three.digits) > 2 || two.digits > 2 {
            return None;
        }
        let year = if one.digits == 4 { one.value } else { three.value }.cast_signed();
        let orders = match mark {
            _ if one.digits == 4 => vec![(two.value, three.value)],
            ':' => return None,
            '.' => vec![(two.value, one.value)],
            _ if one.value == two.value => vec![(one.value, one.value)],
            _ => vec![(two.value, one.value), (one.value, two.value)],
        };
        let parts = |(month, day)| Parts { year, month: Some(month), day: Some(day), ..Parts::default() };
        let real: Vec<(u32, u32)> = orders
            .iter()
            .copied()
            .filter(|&(month, day)| NaiveDate::from_ymd_opt(year, month, day).is_some())
            .collect();
        match real[..] {
            // A placeholder or a nonexistent day is reported later.
            [] => orders.first().copied().map(parts),
            [only] => Some(parts(only)),
            _ => {
                let is_consistent = |&&(month, day): &&(u32, u32)| {
                    let weekday =
                        NaiveDate::from_ymd_opt(year, month, day).map(|day| day.weekday().number_from_monday());
                    let mut meanings = self.names.iter().flat_map(|named| &named.name.weekdays);
                    meanings.any(|meaning| Some(meaning.number) == weekday)
                };
                let mut matching = real.iter().filter(is_consistent);
                let by_weekday = matching.next().copied().filter(|_| matching.next().is_none());
                // The day comes first in the first of them.
                let by_order = self.order.and_then(|order| match order {
                    DayOrder::DayFirst => real.first().copied(),
                    DayOrder::MonthFirst => real.last().copied(),
                });
                by_weekday.or(by_order.filter(|_| self.names.is_empty())).map(parts)
            }
        }
    }

    /// Reads `2026. 11. 5.` or `5. 11. 2026`.
    fn in_a_row(&self) -> Option<Parts> {
        let [one, two, three] = self.numbers[..] else { return None };
        if !one.is_pointed || !two.is_pointed {
            return None;
        }
        let (year, day) = if one.digits == 4 { (one, three) } else { (three, one) };
        let is_date = year.digits == 4 && two.digits <= 2 && day.digits <= 2;
        let year = year.value.cast_signed();
        is_date.then_some(Parts { year, month: Some(two.value), day: Some(day.value), ..Parts::default() })
    }

    /// Reads a named month with a year and perhaps a day.
    fn in_words(&self) -> Option<Parts> {
        let (year, day) = match self.numbers[..] {
            [year] if year.digits == 4 && !year.is_ordinal => (year, None),
            [year, day] if year.digits >= 3 && day.digits <= 2 => (year, Some(day)),
            [day, year] if day.digits <= 2 && !year.is_ordinal => (year, Some(day)),
            _ => return None,
        };
        let number = full_year(year)?;
        let month = self.month(number, day, year.is_pointed)?;
        Some(Parts { year: number, month: Some(month), day: day.map(|day| day.value), ..Parts::default() })
    }

    /// Returns the month that the names mean. Words that name different months in different languages are resolved by
    /// the weekday, its language, and the points after the numbers.
    fn month(&self, year: i32, day: Option<Number>, is_year_pointed: bool) -> Option<u32> {
        let pairs = match &self.names[..] {
            [month] => vec![(month, None)],
            [one, other] => vec![(one, Some(other)), (other, Some(one))],
            _ => return None,
        };
        // A weekday stands before or after all numbers.
        let is_weekday =
            |named: &Named| !named.name.weekdays.is_empty() && (named.after == 0 || named.after == self.numbers.len());
        let mut readings: Vec<(u8, Meaning)> = Vec::new();
        let mut impossible = None;
        for (month, weekday) in pairs {
            if weekday.is_some_and(|weekday| !is_weekday(weekday)) {
                continue;
            }
            for &meaning in &month.name.months {
                match NaiveDate::from_ymd_opt(year, meaning.number, day.map_or(1, |day| day.value)) {
                    Some(date) => readings.push((doubt(meaning, weekday, date), meaning)),
                    None => impossible = Some(meaning.number),
                }
            }
        }
        let Some(least) = readings.iter().map(|(doubt, _)| *doubt).min() else {
            // The day exists in none of the possible months: [`Parts::date`] refuses it.
            return impossible;
        };
        readings.retain(|(doubt, _)| *doubt == least);
        if self.names.len() == 1 && readings.iter().any(|(_, meaning)| meaning.exact & ENGLISH != 0) {
            readings.retain(|(_, meaning)| meaning.exact & ENGLISH != 0);
        }
        let is_one = |readings: &[(u8, Meaning)]| readings.windows(2).all(|two| two[0].1.number == two[1].1.number);
        if let Some(day) = day
            && !is_one(&readings)
            && self.names.len() == 1
        {
            readings.retain(|&(_, meaning)| match (day.is_pointed, is_year_pointed) {
                (true, true) => meaning.languages() & CROATIAN != 0,
                (false, false) => meaning.languages() & !POINTED != 0,
                _ => true,
            });
        }
        readings.first().filter(|_| is_one(&readings)).map(|(_, meaning)| meaning.number)
    }
}

/// Rates how doubtful it is that a word means a month beside a weekday, on this day; 0 is the least.
fn doubt(month: Meaning, weekday: Option<&Named>, date: NaiveDate) -> u8 {
    let real = date.weekday().number_from_monday();
    let with = |weekday: &Meaning| {
        let is_right = weekday.number == real;
        if is_right && month.exact & weekday.exact != 0 {
            0
        } else if is_right && month.languages() & weekday.exact != 0 {
            1
        } else if is_right && month.languages() & weekday.languages() != 0 {
            2
        } else if is_right {
            4 - u8::from(month.exact != 0)
        } else if month.exact & weekday.languages() != 0 {
            5
        } else if month.languages() & weekday.languages() != 0 {
            6
        } else {
            8 - u8::from(month.exact != 0)
        }
    };
    let without = 8 - u8::from(month.exact != 0);
    weekday.map_or(without, |weekday| weekday.name.weekdays.iter().map(with).min().unwrap_or(without))
}

/// Whether a word puts a time before or after noon: `true` for after.
fn half(lower: &str) -> Option<bool> {
    match lower {
        "am" | "a.m" | "π.μ" | "πμ" | "пр.об" | "ö.ö" | "öö" | "上午" | "午前" | "오전" => {
            Some(false)
        }
        "pm" | "p.m" | "μ.μ" | "μμ" | "сл.об" | "ö.s" | "ös" | "下午" | "午後" | "午后" | "오후" => {
            Some(true)
        }
        _ => None,
    }
}

/// Sets an empty slot; a date says nothing twice.
fn set<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    slot.is_none().then(|| *slot = Some(value))
}

/// Expands years of two and three digits as RFC 2822 does: 00 to 49 are in this century.
fn full_year(year: Number) -> Option<i32> {
    let value = year.value.cast_signed();
    match year.digits {
        4 => Some(value),
        2 if value < 50 => Some(value + 2000),
        2 | 3 => Some(value + 1900),
        _ => None,
    }
}
