//! Joins the lines of hard-wrapped text.
//!
//! Mail, agency reports and old web pages have a line break after every seventy columns or so. A program made those
//! breaks where the next word would not fit, so each of them tells between which two columns its limit lies. If most
//! breaks within sentences agree on one limit, the text is hard-wrapped, and the breaks that fit this limit are joined.
//! Verse, code, lists, quotes, tables, addresses and signatures break for other reasons: their lines do not agree, or
//! they begin or end in their own way.
//!
//! A blank replaces the line break, so all positions in the text stay the same.

use std::ops::{Range, RangeInclusive};

use crate::release::{Span, Style};
use crate::text::{Clean, CleanBuf, is_unspaced, width};

/// The limits that programs use. Shorter lines are too likely to agree by chance.
const LIMITS: RangeInclusive<usize> = 50..=100;
/// The columns that a line may have lost: the blanks before it.
const LOST: usize = 4;
/// How much must agree on a limit: breaks within a sentence count twice, those before a capital letter once.
const LEAST: usize = 4;

/// Returns a text without the line breaks that hard wrapping added; `None` if there are none. `spans` are its formatting.
#[must_use]
pub fn unwrapped(text: Clean<'_>, spans: &[Span]) -> Option<CleanBuf> {
    let is_inline = |span: &Span| {
        matches!(span.style, Style::Emphasis | Style::Strong | Style::Struck | Style::Link(_) | Style::OwnLink)
    };
    if !spans.iter().all(is_inline) {
        // Structured text has the breaks that its author wants.
        return None;
    }
    let breaks = breaks(text.as_str());
    let joined = joined(&breaks, limit(&breaks)?);
    let mut whole = CleanBuf::default();
    let mut start = 0;
    for &at in &joined {
        whole.push_clean(text.get(start..at)?);
        whole.push_own(" ");
        start = at + 1;
    }
    whole.push_clean(text.get(start..text.as_str().len())?);
    (!joined.is_empty()).then_some(whole)
}

/// A line break between two lines with text.
#[derive(Debug)]
struct Break {
    /// Its byte.
    at: usize,
    /// Whether no blank line separates it from the break before.
    continues: bool,
    /// The limits that explain it: from the columns of the line before to those that the next word would need.
    limits: Range<usize>,
    /// Whether a sentence ends before it.
    ends_sentence: bool,
    /// Whether the next line begins like the rest of a sentence, or like a new one.
    begins: Beginning,
    /// What is beside it.
    beside: Beside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// Running text.
    Text,
    /// A list item or something else that is no running text, before the break.
    ItemBefore,
    /// A heading, no running text after the break, or a script without blanks.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginning {
    /// A small letter, or a letter of a script without capitals.
    Rest,
    /// A capital letter.
    Sentence,
    /// A digit or a sign.
    Other,
}

impl Break {
    /// Whether it is within a sentence.
    fn is_inner(&self) -> bool {
        self.begins == Beginning::Rest && !self.ends_sentence && self.beside == Beside::Text
    }

    /// Whether hard wrapping with this limit would break here.
    fn fits(&self, limit: usize) -> bool {
        self.limits.contains(&limit) && self.beside == Beside::Text
    }

    /// Whether the next word would have fitted.
    fn is_early(&self, limit: usize) -> bool {
        self.limits.end <= limit
    }
}

fn breaks(text: &str) -> Vec<Break> {
    let mut breaks: Vec<Break> = Vec::new();
    let mut start = 0;
    let mut before: Option<(&str, bool)> = None;
    let mut continues = false;
    for line in text.split('\n') {
        let next = (!line.is_empty()).then(|| (line, is_apart(line)));
        if let (Some((one, one_apart)), Some((other, other_apart))) = (before, next) {
            let is_unspaced = |c: Option<char>| c.is_some_and(is_unspaced);
            let is_other = is_heading(one)
                || other_apart
                || is_unspaced(one.chars().next_back())
                || is_unspaced(other.chars().next());
            // Measuring longer lines would only take time.
            let columns = if one.len() > LIMITS.end() * 8 { usize::MAX / 2 } else { width(one) };
            let word = width(other.split(' ').next().unwrap_or_default());
            breaks.push(Break {
                at: start - 1,
                continues,
                limits: columns..columns + 1 + word + LOST,
                ends_sentence: ends_sentence(one),
                begins: beginning(other),
                beside: match one_apart {
                    true => Beside::ItemBefore,
                    false if is_other => Beside::Other,
                    false => Beside::Text,
                },
            });
            continues = true;
        } else {
            continues = false;
        }
        before = next;
        start += line.len() + 1;
    }
    breaks
}

/// Returns the limit on which most breaks within sentences agree, if the text is hard-wrapped.
fn limit(breaks: &[Break]) -> Option<usize> {
    let fitting = |is_counted: fn(&Break) -> bool| {
        // How many more breaks fit each limit than the one before.
        let mut changes = [0_isize; 102];
        for limits in breaks.iter().filter(|one| is_counted(one)).map(|one| &one.limits) {
            changes[limits.start.min(101)] += 1;
            changes[limits.end.min(101)] -= 1;
        }
        let mut count = 0;
        changes.map(|change| {
            count += change;
            count.unsigned_abs()
        })
    };
    let inner = fitting(Break::is_inner);
    let names = fitting(|one| one.begins == Beginning::Sentence && !one.ends_sentence && one.beside == Beside::Text);
    // The smallest of those that explain the most breaks.
    let limit = LIMITS.rev().max_by_key(|&limit| (inner[limit], names[limit]))?;
    let (fits, names) = (inner[limit], names[limit]);
    let contrary = breaks.iter().enumerate().filter(|&(at, one)| {
        let follows_full = one.continues && breaks[at - 1].fits(limit);
        // Short lines before the first full one may have lost more than blanks.
        one.is_inner() && !one.fits(limit) && (follows_full || one.limits.start >= limit / 2)
    });
    (fits > 0 && 2 * fits + names >= LEAST && fits >= 2 * contrary.count()).then_some(limit)
}

/// Returns the line breaks that hard wrapping with a limit added.
fn joined(breaks: &[Break], limit: usize) -> Vec<usize> {
    let ends_paragraph = |one: &Break| one.ends_sentence && one.begins == Beginning::Sentence;
    // Where paragraphs end without a blank line, a full line that ends a sentence may end a paragraph too.
    let has_unmarked_ends = breaks
        .windows(2)
        .any(|pair| ends_paragraph(&pair[0]) && pair[0].is_early(limit) && pair[1].continues && pair[1].fits(limit));
    let is_full = |one: &Break| one.fits(limit) && !(has_unmarked_ends && ends_paragraph(one));
    let mut joined = Vec::new();
    let mut before: Option<&Break> = None;
    let mut is_list = false;
    for run in breaks.chunk_by(|one, next| next.continues && is_full(one) && is_full(next)) {
        // The lines below an item's first line belong to it.
        let continues_item = is_list && run[0].continues && before.is_some_and(|before| before.fits(limit));
        is_list = run[0].beside == Beside::ItemBefore || continues_item;
        let inner = run.iter().filter(|one| one.is_inner()).count();
        let names = run.iter().filter(|one| one.begins == Beginning::Sentence && !one.ends_sentence).count();
        // Lines of verse begin with capital letters.
        if is_full(&run[0]) && !is_list && inner > 0 && names <= 3 * inner {
            // The first line may have lost a place and a date.
            let first = before.filter(|first| run[0].continues && first.is_inner() && first.is_early(limit));
            joined.extend(first.into_iter().chain(run).map(|one| one.at));
        }
        before = run.last();
    }
    joined
}

/// Whether a line is no running text: quoted mail, a list item, code, a row of a table.
fn is_apart(line: &str) -> bool {
    let first = line.split(' ').next().unwrap_or_default();
    let label = first.trim_start_matches('(').strip_suffix(['.', ')', ':']);
    let is_label =
        |label: &str| label.len() <= 3 && label.bytes().all(|byte| byte.is_ascii_digit()) || label.len() == 1;
    let is_marker = matches!(first, "-" | "+" | "*" | "•" | "·" | "‣" | "▪" | "◦" | "–") || label.is_some_and(is_label);
    let is_quote = line.starts_with(['>', '|', '#', '}']) || line.starts_with("//");
    let is_code = line.ends_with(['{', '}', ';', '=', '\\']);
    let begins_with_digit =
        |word: &&str| word.trim_start_matches(['$', '€', '(', '+', '-', '−']).starts_with(|c: char| c.is_numeric());
    let numbers = line.split(' ').filter(begins_with_digit).count();
    let is_row = numbers >= 3 && numbers * 3 >= line.split(' ').count();
    (is_marker && line.len() > first.len()) || is_quote || is_code || is_row
}

/// Whether a line is a heading in which all longer words have capital letters.
fn is_heading(line: &str) -> bool {
    let longer = || line.split(' ').filter(|word| word.chars().count() > 3);
    longer().count() > 2 && longer().all(|word| word.trim_start_matches(OPENING).starts_with(char::is_uppercase))
}

const CLOSING: [char; 8] = ['"', '\'', '”', '’', '»', ')', ']', '›'];
const OPENING: [char; 9] = ['"', '\'', '“', '‘', '„', '«', '(', '[', '‹'];

fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(CLOSING).ends_with(['.', '!', '?', ':', ';', '…', '؟', '۔', '।'])
}

fn beginning(line: &str) -> Beginning {
    match line.trim_start_matches(OPENING).chars().next() {
        Some(c) if c.is_uppercase() => Beginning::Sentence,
        Some(c) if c.is_alphabetic() => Beginning::Rest,
        _ => Beginning::Other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        let text = CleanBuf::block(text);
        unwrapped(text.as_clean(), &[]).unwrap_or(text).to_string()
    }

    #[track_caller]
    fn becomes(text: &str, expected: &str) {
        assert_eq!(shown(text), expected);
        assert_eq!(shown(expected), expected, "once is enough");
    }

    #[track_caller]
    fn stays(text: &str) {
        let clean = CleanBuf::block(text);
        assert_eq!(shown(text), clean.as_str());
    }

    #[test]
    fn hard_wrapped_paragraphs_flow() {
        becomes(
            "The ministers for water of nine countries met in the capital on Tuesday\n\
             and agreed on common rules for the great rivers of the continent, which\n\
             have carried less water in each of the last six summers.\n\n\
             They will meet again in the spring, when the first reports of the\n\
             measuring stations are expected. Until then each country reports its\n\
             own figures once a month.",
            "The ministers for water of nine countries met in the capital on Tuesday and agreed on common rules for the \
             great rivers of the continent, which have carried less water in each of the last six summers.\n\n\
             They will meet again in the spring, when the first reports of the measuring stations are expected. Until \
             then each country reports its own figures once a month.",
        );
    }

    #[test]
    fn paragraphs_without_blank_lines_between_them_stay_apart() {
        becomes(
            "The port was closed for the third day because of the strike, and\n\
             ships waited outside with grain for the mills of the inland towns\n\
             along the canal, the harbour master said.\n\
             He expects that work begins again on Friday, when the committee\n\
             of the dockers votes on the latest offer of the shipping lines. It\n\
             refused the first one in May.",
            "The port was closed for the third day because of the strike, and ships waited outside with grain for the \
             mills of the inland towns along the canal, the harbour master said.\n\
             He expects that work begins again on Friday, when the committee of the dockers votes on the latest offer \
             of the shipping lines. It refused the first one in May.",
        );
    }

    #[test]
    fn a_first_line_that_lost_its_place_and_date_flows_too() {
        becomes(
            "04.03.2004\nSenate Passes Bill on Harbours\nPORTLAND,\nMaine The\n\
             senate passed a bill on the harbours of the northern coast with a large\n\
             majority, after two days of debate on the cost of the new piers and the\n\
             roads that lead to them.",
            "04.03.2004\nSenate Passes Bill on Harbours\nPORTLAND,\nMaine The \
             senate passed a bill on the harbours of the northern coast with a large majority, after two days of debate \
             on the cost of the new piers and the roads that lead to them.",
        );
    }

    #[test]
    fn a_heading_stays_above_its_text() {
        becomes(
            "Senate Passes Bill to Build New Piers in Harbours of the Northern Coast\n\
             (Portland, Maine) The senate passed a bill on the harbours of the north\n\
             with a large majority, after two days of debate on the cost of the new\n\
             piers and the roads that lead to them.",
            "Senate Passes Bill to Build New Piers in Harbours of the Northern Coast\n\
             (Portland, Maine) The senate passed a bill on the harbours of the north with a large majority, after two \
             days of debate on the cost of the new piers and the roads that lead to them.",
        );
    }

    #[test]
    fn text_in_other_scripts_flows() {
        becomes(
            "Die Ministerinnen und Minister der neun Länder trafen sich am Dienstag\n\
             in der Hauptstadt und einigten sich auf gemeinsame Regeln für die großen\n\
             Flüsse des Kontinents, die in den letzten sechs Sommern immer weniger\n\
             Wasser führten.",
            "Die Ministerinnen und Minister der neun Länder trafen sich am Dienstag in der Hauptstadt und einigten sich \
             auf gemeinsame Regeln für die großen Flüsse des Kontinents, die in den letzten sechs Sommern immer weniger \
             Wasser führten.",
        );
        becomes(
            "وزیران آب نه کشور روز سه شنبه در پایتخت گرد هم آمدند و درباره قواعد مشترک\n\
             رودخانه های بزرگ قاره به توافق رسیدند که در شش تابستان گذشته آب کمتری\n\
             داشته اند و کشاورزان از آن گله دارند و در بهار دوباره دیدار می کنند تا\n\
             نخستین گزارش ها را بخوانند.",
            "وزیران آب نه کشور روز سه شنبه در پایتخت گرد هم آمدند و درباره قواعد مشترک رودخانه های بزرگ قاره به توافق \
             رسیدند که در شش تابستان گذشته آب کمتری داشته اند و کشاورزان از آن گله دارند و در بهار دوباره دیدار می کنند \
             تا نخستین گزارش ها را بخوانند.",
        );
        // A blank between ideographs would be wrong.
        stays(&"漢字仮名交じり文の一行がここで改行されていて次の行に続いているのだ\n".repeat(4));
    }

    #[test]
    fn verse_stays() {
        stays(
            "The river that was wide when we were young\nHas left its stones to whiten in the sun,\n\
             And where the boats went home with songs unsung\nThe children look for water and find none.\n\
             O tell the clouds that pass above the hill\nTo stay a night and let the valley drink,\n\
             For all the wheels of all the mills are still\nAnd all the green is fading from the brink.",
        );
        stays(
            "Long lines of a poet who counted nothing and let each breath decide its end,\n\
             Who wrote of harbours and of the people who wait in them for other people,\n\
             Who never broke a line because the page was narrow but because he was done,\n\
             Who would have been surprised to see his verses run together into prose.",
        );
        stays("so little\nwater in\nthe white\nbasin\n\nbeside the\nold road");
    }

    #[test]
    fn lists_stay() {
        stays(
            "- the ministers of nine countries agreed on common rules for their rivers\n\
             and will meet again in the spring to read the reports of the stations\n\
             that measure them\n\
             - the port opens again on Friday if the committee of the dockers accepts\n\
             the offer of the shipping lines",
        );
        stays(
            "1. the rules for the rivers, which nine ministers agreed on this Tuesday\n\
             2. the votes of the dockers, who have refused all offers since last month\n\
             3. the price of grain, which has risen with each day of the long strike",
        );
        stays(
            "fix a crash when a feed is empty\nadd long titles in the list\nremove an option that nobody used for years",
        );
        stays(
            "faster start with large archives, of which some have many thousands of items\n\
             fewer pauses while feeds are read\n\
             longer titles in narrow lists wherever there is room for a second line\n\
             better contrast in the light theme\n\
             smaller files",
        );
    }

    #[test]
    fn quotes_tables_and_code_stay() {
        stays(
            "> the ministers of nine countries agreed on common rules for their rivers\n\
             > and will meet again in the spring to read the reports of the stations\n\
             > that measure them",
        );
        stays(
            "wheat of the northern provinces, per tonne 120.50 122.75 119.25 118.00\n\
             maize of the southern provinces, per tonne 98.25 101.00 102.50 104.75\n\
             rye of the eastern provinces, in thousands 77.00 79.25 80.50 81.75\n\
             oats of all provinces, as reported in June 66.25 64.00 63.75 61.00",
        );
        stays(
            "let total = items.iter().map(|item| item.price * item.count).sum::<u64>();\n\
             let rounded = (total / 100) * 100 + if total % 100 >= 50 { 100 } else { 0 };\n\
             report(total, rounded, items.len()).expect(\"a report can be written\");\n\
             return rounded;",
        );
        stays(
            "// computes the total of all items, in cents, and rounds it to whole francs\n\
             // because the register at the till has no coins that are worth less than\n\
             // that, and writes the report",
        );
    }

    #[test]
    fn addresses_signatures_and_headings_stay() {
        stays("Ministry of Water\nOffice of the Spokesperson\n12 Canal Street, Third Floor\n1234 Riverton");
        stays(
            "Kind regards\nA. Writer\nHead of Public Affairs, Ministry of Water and the Rivers of the North\n\
             Direct line: 555 0100, press office: 555 0101, mobile on weekends: 555 0102\n\
             writer@water.example",
        );
        stays(
            "Ministers Agree on Rules for Great Rivers of the Continent\n\
             Port Opens Again on Friday After Dockers Accept New Offer\n\
             Price of Grain Falls for the First Time in Seven Weeks\n\
             Measuring Stations Report Less Water in Each of Six Summers",
        );
        stays("One line of a text that is long enough to be the first line of a wrapped paragraph\nbut only two");
    }

    #[test]
    fn prose_beside_a_list_flows_and_the_list_stays() {
        becomes(
            "The ministers for water of nine countries met in the capital on Tuesday\n\
             and agreed on common rules for the great rivers of the continent, which\n\
             have carried less water in each of the last six summers. They are:\n\
             - report the level of each river once a month\n\
             - build no dam without asking the other countries whose towns and fields\n\
             are on the same river\n\n\
             The rules apply from January of the next year on, as soon as six of the\n\
             nine parliaments have agreed.",
            "The ministers for water of nine countries met in the capital on Tuesday and agreed on common rules for the \
             great rivers of the continent, which have carried less water in each of the last six summers. They are:\n\
             - report the level of each river once a month\n\
             - build no dam without asking the other countries whose towns and fields\n\
             are on the same river\n\n\
             The rules apply from January of the next year on, as soon as six of the nine parliaments have agreed.",
        );
    }

    #[test]
    fn structured_text_stays() {
        let text = "the ministers of nine countries agreed on common rules for their rivers\n".repeat(4);
        let text = CleanBuf::block(&text);
        let span = |style| Span { start: 0, end: 3, style };
        assert!(unwrapped(text.as_clean(), &[span(Style::Link(0))]).is_some());
        assert!(unwrapped(text.as_clean(), &[span(Style::Preformatted)]).is_none());
    }

    proptest! {
        #[test]
        fn only_line_breaks_change(text in "([a-zA-Z]{1,9}[ \n.]|- |> |漢|م ){0,80}", limit in 40_usize..90) {
            let text = CleanBuf::block(&text);
            if let Some(whole) = unwrapped(text.as_clean(), &[]) {
                prop_assert_eq!(whole.as_str().replace(' ', "\n"), text.as_str().replace(' ', "\n"));
            }
            // Prose of small words that a program wrapped.
            let prose = CleanBuf::line(&text.as_str().to_lowercase().replace(['-', '>', '.', '漢', 'م'], "word"));
            let lines = crate::text::fill_lines(prose.as_clean(), limit, 1_000).0;
            let wrapped = lines.into_iter().filter_map(|line| prose.as_str().get(line)).collect::<Vec<_>>().join("\n");
            // A word that is longer than a line is cut, and nothing says that its parts are one.
            let is_cut = prose.as_str().split(' ').any(|word| word.len() > limit);
            let is_prose = !is_cut && wrapped.lines().count() > 3 && !wrapped.lines().any(is_apart);
            if LIMITS.contains(&limit) && is_prose {
                prop_assert_eq!(shown(&wrapped), prose.as_str());
            }
        }
    }
}
