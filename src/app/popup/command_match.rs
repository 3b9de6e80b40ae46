//! Matches typed words against commands.
//!
//! Each typed word must begin a word of the command. The rank depends on where it matches: best in the name, then in a
//! synonym, as an abbreviation of the name, in the explanation, in the middle of a word. Scattered letters are no
//! match, and explanations count only if no name matches; otherwise half of all commands would match.

use crate::keymap::Info;
use crate::text::fold;

/// How many letters are needed to match in the middle of a word.
const INNER: usize = 3;

/// The quality of a match; a lower one is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The typed text is the whole name.
    Name,
    /// It begins the name.
    Start,
    /// It begins a word of the name.
    Word,
    /// It is a synonym.
    Synonym,
    /// It begins a synonym.
    SynonymStart,
    /// It abbreviates the name: `mar` stands for "Mark all read".
    Abbreviation,
    /// It begins a word of the explanation.
    Explanation,
    /// It is in the middle of a word of the name, or of a synonym.
    Inner,
}

/// How a typed text matches a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommandMatch {
    /// How well it matches.
    pub rank: Rank,
    /// The indices of the matching letters of the name, ascending.
    pub marks: Vec<usize>,
}

/// The folded words by which a command is found.
#[derive(Debug, Clone)]
pub(super) struct Command {
    /// The name, and the stable name: messages show that for a command without a key.
    names: [String; 2],
    /// The words of the name, each with the index of its first letter.
    title: Vec<(usize, String)>,
    /// The words of the explanation.
    help: Vec<(usize, String)>,
    synonyms: Vec<&'static str>,
}

/// Returns the words of a text, each with the index of its first letter.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    let mut at = 0;
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            words.push((at, word.to_owned()));
        }
        at += word.chars().count() + 1;
    }
    words
}

impl Command {
    /// Folds the words of a command.
    pub fn new(info: &Info) -> Self {
        let title = fold(&info.title());
        Self {
            title: words(&title),
            help: words(&fold(info.help)),
            synonyms: info.action.synonyms().collect(),
            names: [title, info.name.replace('-', " ")],
        }
    }

    /// Returns how a text matches the command, if it does.
    pub fn matching(&self, typed: &str) -> Option<CommandMatch> {
        let typed: Vec<String> = words(&fold(typed)).into_iter().map(|(_, word)| word).collect();
        let mut found = CommandMatch { rank: Rank::Name, marks: Vec::new() };
        for word in &typed {
            let (rank, marks) = self.word_match(word)?;
            found.rank = found.rank.max(rank);
            found.marks.extend(marks);
        }
        found.marks.sort_unstable();
        found.marks.dedup();
        let typed = typed.join(" ");
        if self.names.contains(&typed) {
            found.rank = Rank::Name;
        } else if !typed.is_empty() && self.names.iter().any(|name| name.starts_with(&typed)) {
            found.rank = Rank::Start;
        }
        Some(found)
    }

    /// Returns the best place where a typed word matches, and the letters of the name there.
    fn word_match(&self, typed: &str) -> Option<(Rank, Vec<usize>)> {
        let length = typed.chars().count();
        let run = |at: usize| (at..at + length).collect();
        if let Some((at, _)) = self.title.iter().find(|(_, word)| word.starts_with(typed)) {
            return Some((Rank::Word, run(*at)));
        }
        if self.names[1].split(' ').any(|word| word.starts_with(typed)) {
            return Some((Rank::Word, Vec::new()));
        }
        if self.synonyms.contains(&typed) {
            return Some((Rank::Synonym, Vec::new()));
        }
        if self.synonyms.iter().any(|word| word.starts_with(typed)) {
            return Some((Rank::SynonymStart, Vec::new()));
        }
        let letters: Vec<char> = typed.chars().collect();
        if let Some(marks) = abbreviation(&letters, &self.title) {
            return Some((Rank::Abbreviation, marks));
        }
        if self.help.iter().any(|(_, word)| word.starts_with(typed)) {
            return Some((Rank::Explanation, Vec::new()));
        }
        if length < INNER {
            return None;
        }
        let inner = self.title.iter().find_map(|(at, word)| Some(at + word.get(..word.find(typed)?)?.chars().count()));
        if let Some(at) = inner {
            return Some((Rank::Inner, run(at)));
        }
        self.synonyms.iter().any(|word| word.contains(typed)).then(|| (Rank::Inner, Vec::new()))
    }
}

/// Splits letters into beginnings of successive words; returns the indices of the letters in the name.
fn abbreviation(letters: &[char], words: &[(usize, String)]) -> Option<Vec<usize>> {
    if letters.is_empty() {
        return Some(Vec::new());
    }
    let ((at, word), later) = words.split_first()?;
    let shared = word.chars().zip(letters).take_while(|(one, other)| one == *other).count();
    let longest_first = (1..=shared).rev().find_map(|count| {
        let rest = abbreviation(&letters[count..], later)?;
        Some((*at..at + count).chain(rest).collect())
    });
    longest_first.or_else(|| abbreviation(letters, later))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keymap::{Action, Scope};

    fn of(typed: &str, action: Action) -> Option<CommandMatch> {
        Command::new(action.info(Scope::Panes).expect("a row")).matching(typed)
    }

    #[test]
    fn words_match_from_their_start_and_scattered_letters_do_not() {
        let table = [
            ("", Action::Sync, Some(Rank::Name)),
            ("sync", Action::Sync, Some(Rank::Name)),
            ("Toggle STAR", Action::ToggleStar, Some(Rank::Name)),
            ("toggle-read", Action::ToggleRead, Some(Rank::Name)),
            ("toggle st", Action::ToggleStar, Some(Rank::Start)),
            ("read", Action::ToggleRead, Some(Rank::Word)),
            ("star tog", Action::ToggleStar, Some(Rank::Word)),
            ("seen", Action::ToggleRead, Some(Rank::Synonym)),
            ("refr", Action::Sync, Some(Rank::SynonymStart)),
            ("tostar", Action::ToggleStar, Some(Rank::Abbreviation)),
            ("mar", Action::MarkAllRead, Some(Rank::Start)),
            ("mare", Action::MarkAllRead, Some(Rank::Abbreviation)),
            ("listed", Action::MarkAllRead, Some(Rank::Explanation)),
            ("scribe", Action::Subscribe, Some(Rank::Inner)),
            ("ggl", Action::ToggleStar, Some(Rank::Inner)),
            ("gg", Action::ToggleStar, None),
            ("tgst", Action::ToggleStar, None),
            ("syc", Action::Sync, None),
            ("sync nothing", Action::Sync, None),
        ];
        for (typed, action, expected) in table {
            assert_eq!(of(typed, action).map(|found| found.rank), expected, "{typed:?} {action:?}");
        }
    }

    #[test]
    fn the_matching_letters_of_the_name_are_marked() {
        let table = [
            ("tog", Action::ToggleStar, vec![0, 1, 2]),
            ("read", Action::ToggleRead, vec![5, 6, 7, 8]),
            ("ts", Action::ToggleStar, vec![0, 7]),
            ("gle", Action::ToggleStar, vec![3, 4, 5]),
            ("refresh", Action::Sync, vec![]),
        ];
        for (typed, action, expected) in table {
            assert_eq!(of(typed, action).map(|found| found.marks), Some(expected), "{typed:?} {action:?}");
        }
    }
}
