//! The problems of several sources: a bounded number of them, and the count of all.

use super::{Cause, Problem, ProblemGroup};
use crate::text::CleanBuf;

/// The most problems kept of one cause in one source.
const PER_CAUSE: usize = 100;
/// The most problems kept in total, not counting the first of each source and cause.
const ALL: usize = 1_000;

/// The problems of several sources. The first of each cause are kept and all are counted, so that a source in which
/// every item is broken does not take memory for each item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    sources: Vec<SourceProblems>,
    /// The number of problems kept in total.
    kept: usize,
    len: usize,
}

/// The problems of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceProblems {
    /// The first problems of each cause, in the order in which they were found.
    pub kept: Vec<Problem>,
    /// The number of problems, kept or not.
    pub len: usize,
    /// The numbers of each cause, in the order in which the causes were found.
    causes: Vec<Counted>,
}

/// The numbers of problems of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counted {
    cause: Cause,
    all: usize,
    kept: usize,
}

impl Problems {
    /// Returns the number of problems, kept or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no problems.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the problems by source, in the order in which the sources were read.
    #[must_use]
    pub fn sources(&self) -> &[SourceProblems] {
        &self.sources
    }

    /// Iterates over the problems that were kept.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.sources.iter().flat_map(|source| &source.kept)
    }

    /// Whether any problem cost an item.
    #[must_use]
    pub fn lose_items(&self) -> bool {
        self.sources.iter().flat_map(|source| &source.causes).any(|counted| counted.cause.loses_items())
    }

    /// Adds a problem. All problems of a source must be added consecutively.
    pub fn push(&mut self, problem: Problem) {
        let has_room = self.kept < ALL;
        let source = self.source(&problem.source);
        let is_kept = source.kept.is_empty() || (has_room && source.keeps(problem.cause));
        source.count(problem.cause, 1, usize::from(is_kept));
        if is_kept {
            source.kept.push(problem);
        }
        self.kept += usize::from(is_kept);
        self.len += 1;
    }

    /// Appends problems that were found later.
    pub fn append(&mut self, more: Self) {
        for source in more.sources {
            let SourceProblems { kept, causes, .. } = source;
            let Some(name) = kept.first().map(|first| first.source.clone()) else { continue };
            for problem in kept {
                self.push(problem);
            }
            for Counted { cause, all, kept } in causes {
                self.source(&name).count(cause, all - kept, 0);
                self.len += all - kept;
            }
        }
    }

    /// Returns the source that problems are being added to.
    fn source(&mut self, name: &CleanBuf) -> &mut SourceProblems {
        let is_known =
            self.sources.last().and_then(|last| last.kept.first()).is_some_and(|first| first.source == *name);
        if !is_known {
            self.sources.push(SourceProblems::default());
        }
        self.sources.last_mut().expect("a source was added")
    }
}

impl SourceProblems {
    /// Returns the number of problems that were not kept.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.len - self.kept.len()
    }

    /// Returns the problems by cause, in the order in which the causes were found. A cause of which no problem was kept is
    /// left out.
    pub fn groups(&self) -> impl Iterator<Item = ProblemGroup<'_>> {
        self.causes.iter().filter_map(|counted| {
            let mut kept = self.kept.iter().filter(|problem| problem.cause == counted.cause).peekable();
            let first = *kept.peek()?;
            Some(ProblemGroup { first, count: counted.all, items: kept.filter_map(|problem| problem.item).collect() })
        })
    }

    /// Whether there is room for another problem of this cause.
    fn keeps(&self, cause: Cause) -> bool {
        self.causes.iter().find(|counted| counted.cause == cause).is_none_or(|counted| counted.kept < PER_CAUSE)
    }

    fn count(&mut self, cause: Cause, all: usize, kept: usize) {
        self.len += all;
        match self.causes.iter_mut().find(|counted| counted.cause == cause) {
            Some(counted) => (counted.all, counted.kept) = (counted.all + all, counted.kept + kept),
            None => self.causes.push(Counted { cause, all, kept }),
        }
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        let mut all = Self::default();
        problems.into_iter().for_each(|problem| all.push(problem));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(source: &str, item: u64, cause: Cause) -> Problem {
        let (source, reason) = (CleanBuf::line(source), CleanBuf::line("bad"));
        Problem { source, item: Some(item), byte: None, cause, reason }
    }

    #[test]
    fn the_first_of_each_cause_are_kept_and_all_are_counted() {
        let dates = (0..5_000).map(|item| problem("a", item, Cause::Date));
        let problems: Problems =
            dates.chain([problem("a", 5_000, Cause::CutOff), problem("b", 0, Cause::Date)]).collect();
        let [a, b] = problems.sources() else { panic!("{problems:?}") };
        assert_eq!((problems.len(), a.len, a.kept.len(), b.len), (5_002, 5_001, PER_CAUSE + 1, 1));
        assert_eq!(a.kept.last().map(|problem| problem.cause), Some(Cause::CutOff));
        assert_eq!((a.left_out(), problems.iter().count()), (5_000 - PER_CAUSE, PER_CAUSE + 2));
        let groups: Vec<String> = a.groups().map(|group| group.to_string()).collect();
        assert_eq!(groups, ["a: 5,000 dates are unreadable (items 0, 1, 2, 3, 4, 5, …)", "a, item 5000: bad"]);
        assert!(problems.lose_items());
        assert!(
            ![problem("a", 1, Cause::Date), problem("a", 2, Cause::Renamed)]
                .into_iter()
                .collect::<Problems>()
                .lose_items()
        );
    }

    #[test]
    fn a_thousand_sources_keep_the_first_of_each() {
        let name = |source: u64| format!("{source}.xml");
        let problems: Problems =
            (0..3_000).flat_map(|source| (0..3).map(move |item| problem(&name(source), item, Cause::Link))).collect();
        assert_eq!((problems.len(), problems.sources().len()), (9_000, 3_000));
        assert!(problems.sources().iter().all(|source| source.len == 3 && source.kept[0].item == Some(0)));
        assert!(problems.iter().count() < ALL + 3_000);
    }

    #[test]
    fn appending_parts_gives_the_same_as_collecting_at_once() {
        let all: Vec<Problem> = (0..900)
            .map(|n| problem(["a", "b", "c"][n / 300], n as u64, if n % 3 == 0 { Cause::Date } else { Cause::Link }))
            .collect();
        let whole: Problems = all.iter().cloned().collect();
        for size in [1, 7, 450] {
            let mut parts = Problems::default();
            all.chunks(size).for_each(|part| parts.append(part.iter().cloned().collect()));
            assert_eq!(parts, whole, "in parts of {size}");
        }
    }
}
