//! The problems of sources, as many as anybody reads, and how many there are.

use super::{Cause, Problem};
use crate::text::CleanBuf;

/// Problems that are kept of one cause in one source.
const PER_CAUSE: usize = 100;
/// Problems that are kept of all sources, beside the first of each.
const ALL: usize = 1_000;

/// The problems of sources: the first of each cause are kept, all of them counted. What a source has wrong with each of
/// its items so takes no memory for each of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    sources: Vec<SourceProblems>,
    /// How many are kept of all sources.
    kept: usize,
    len: usize,
}

/// The problems of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceProblems {
    /// The first problems of each cause, in the order in which they were met.
    pub kept: Vec<Problem>,
    /// How many problems it has, kept or not.
    pub len: usize,
    /// How many of each cause are kept.
    causes: Vec<(Cause, usize)>,
}

impl Problems {
    /// How many there are, kept or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Those of each source, in the order in which the sources were read.
    #[must_use]
    pub fn sources(&self) -> &[SourceProblems] {
        &self.sources
    }

    /// Those that are kept.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.sources.iter().flat_map(|source| &source.kept)
    }

    /// Adds one. The problems of a source must come one after the other.
    pub fn push(&mut self, problem: Problem) {
        let has_room = self.kept < ALL;
        let source = self.source(&problem.source);
        source.len += 1;
        let is_kept = source.kept.is_empty() || (has_room && source.keeps(problem.cause));
        if is_kept {
            source.keep(problem);
        }
        self.kept += usize::from(is_kept);
        self.len += 1;
    }

    /// Adds those that were met after these.
    pub fn append(&mut self, more: Self) {
        for source in more.sources {
            let SourceProblems { kept, len, .. } = source;
            let Some(name) = kept.first().map(|first| first.source.clone()) else { continue };
            let left_out = len - kept.len();
            for problem in kept {
                self.push(problem);
            }
            self.source(&name).len += left_out;
            self.len += left_out;
        }
    }

    /// The source that problems are being added to.
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
    /// How many are not kept.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.len - self.kept.len()
    }

    /// Whether there is room for one more of a cause.
    fn keeps(&self, cause: Cause) -> bool {
        self.causes.iter().find(|(known, _)| *known == cause).is_none_or(|(_, count)| *count < PER_CAUSE)
    }

    fn keep(&mut self, problem: Problem) {
        match self.causes.iter_mut().find(|(known, _)| *known == problem.cause) {
            Some((_, count)) => *count += 1,
            None => self.causes.push((problem.cause, 1)),
        }
        self.kept.push(problem);
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
    fn what_is_told_in_parts_is_what_is_told_at_once() {
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
