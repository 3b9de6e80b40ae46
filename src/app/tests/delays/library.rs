//! A naive library: marks, subscriptions and saved queries, with the steps that can be undone.

use std::collections::{BTreeMap, BTreeSet};

use super::world::Marks;
use crate::app::library::{SavedQuery, Subscription};
use crate::app::{Mark, StepId};
use crate::feed::Rules;
use crate::library::{Direction, Edit, Extent, SourceId};
use crate::text::CleanBuf;

/// The subscriptions that are not removed.
pub(super) type Sources = BTreeMap<i64, Subscription>;

/// The library.
#[derive(Default)]
pub(super) struct Library {
    pub marks: Marks,
    pub sources: Sources,
    pub queries: Vec<SavedQuery>,
    steps: Vec<Step>,
}

/// A step that can be undone, or redone.
struct Step {
    id: StepId,
    content: Content,
    is_undone: bool,
}

enum Content {
    Marks(Mark, bool, BTreeSet<usize>),
    /// A subscription before and after; `None` if it is removed.
    Source(i64, Box<[Option<Subscription>; 2]>),
    /// All saved queries before and after.
    Queries([Vec<SavedQuery>; 2]),
}

/// Returns a subscription by its number.
fn source(number: i64) -> Subscription {
    Subscription { id: SourceId::new(number), title: feed_title(number), ..Subscription::default() }
}

fn feed_title(number: i64) -> CleanBuf {
    CleanBuf::line(&format!("Feed {number}"))
}

impl Library {
    pub fn new() -> Self {
        Self { sources: (1..4).map(|number| (number, source(number))).collect(), ..Self::default() }
    }

    /// Sets or clears marks.
    pub fn set(&mut self, mark: Mark, on: bool, releases: &BTreeSet<usize>) {
        for &number in releases {
            *flag(&mut self.marks, mark, number) = on;
        }
    }

    /// Records a change of marks.
    pub fn record_marks(&mut self, id: StepId, mark: Mark, on: bool, releases: BTreeSet<usize>) {
        self.record(id, Content::Marks(mark, on, releases));
    }

    fn record(&mut self, id: StepId, content: Content) {
        self.steps.push(Step { id, content, is_undone: false });
    }

    /// Makes an edit; returns whether anything changed.
    pub fn edit(&mut self, id: StepId, edit: &Edit) -> bool {
        let number = |of: SourceId| (1..4).find(|&number| SourceId::new(number) == of).expect("a subscription");
        let (sources, queries) = (self.sources.clone(), self.queries.clone());
        let mut change = |of: SourceId, change: &dyn Fn(&mut Subscription)| {
            self.sources.entry(number(of)).and_modify(change);
            number(of)
        };
        let edited = match edit {
            Edit::Rename { id, title } => {
                let title = if title.is_empty() { feed_title(number(*id)) } else { title.clone() };
                Some(change(*id, &|source| source.title = title.clone()))
            }
            Edit::Refile { id, folder } => Some(change(*id, &|source| source.folder.clone_from(folder))),
            Edit::Pause { id, on } => Some(change(*id, &|source| source.is_paused = *on)),
            Edit::WantPages { id, on } => Some(change(*id, &|source| source.wants_pages = *on)),
            Edit::Reread { id, rules } => Some(change(*id, &|source| source.rules.clone_from(rules))),
            Edit::TopicsFrom { id, from } => {
                let given = Rules { topics: Some((*from).into()), ..Rules::default() };
                Some(change(*id, &|source| source.rules = given.changing(&source.rules).stored()))
            }
            Edit::Unsubscribe { id } => {
                self.sources.remove(&number(*id));
                Some(number(*id))
            }
            Edit::RemoveAccount { .. } => unreachable!("this library has no accounts"),
            Edit::SaveQuery { name, query } => {
                match self.queries.iter_mut().find(|saved| saved.name == *name) {
                    Some(saved) => saved.query.clone_from(query),
                    None => self.queries.push(SavedQuery::new(name, query)),
                }
                None
            }
            Edit::DropQuery { name } => {
                self.queries.retain(|saved| saved.name != *name);
                None
            }
            Edit::RenameQuery { name, to } => {
                self.queries.retain(|saved| saved.name == *name || saved.name != *to);
                let named = self.queries.iter_mut().find(|saved| saved.name == *name);
                if let Some(saved) = named {
                    saved.name.clone_from(to);
                }
                None
            }
            Edit::Topic { name, on } => {
                let named = self.queries.iter_mut().find(|saved| saved.name == *name);
                if let Some(saved) = named {
                    saved.is_topic = *on;
                }
                None
            }
            Edit::Watch { .. } | Edit::OnArrival { .. } => unreachable!("no test watches a query or sets a rule"),
        };
        let content = match edited {
            Some(of) => Content::Source(of, Box::new([sources.get(&of).cloned(), self.sources.get(&of).cloned()])),
            None => Content::Queries([queries, self.queries.clone()]),
        };
        let is_change = match &content {
            Content::Source(_, values) => values[0] != values[1],
            Content::Queries([before, after]) => before != after,
            Content::Marks(..) => true,
        };
        if is_change {
            self.record(id, content);
        }
        is_change
    }

    /// Deletes undone steps.
    pub fn forget(&mut self, steps: &[StepId]) {
        self.steps.retain(|step| !step.is_undone || !steps.contains(&step.id));
    }

    /// Undoes or redoes a step.
    pub fn turn(&mut self, id: StepId, direction: Direction) -> Extent {
        let is_redo = direction == Direction::Redo;
        let found = self.steps.iter_mut().find(|step| step.id == id && step.is_undone == is_redo);
        let Some(step) = found else { return Extent::Gone };
        step.is_undone = !is_redo;
        let (from, to) = if is_redo { (0, 1) } else { (1, 0) };
        let is_done = match &step.content {
            Content::Marks(mark, on, releases) => {
                let mut turned = 0;
                for &number in releases {
                    let flag = flag(&mut self.marks, *mark, number);
                    turned += usize::from(*flag == (*on != is_redo));
                    *flag = *on == is_redo;
                }
                turned > 0
            }
            Content::Source(of, values) if self.sources.get(of) == values[from].as_ref() => {
                match &values[to] {
                    Some(source) => drop(self.sources.insert(*of, source.clone())),
                    None => drop(self.sources.remove(of)),
                }
                true
            }
            Content::Queries(values) if self.queries == values[from] => {
                self.queries.clone_from(&values[to]);
                true
            }
            Content::Source(..) | Content::Queries(..) => false,
        };
        if is_done {
            return Extent::All;
        }
        self.steps.retain(|step| step.id != id);
        Extent::Overtaken
    }
}

fn flag(marks: &mut Marks, mark: Mark, number: usize) -> &mut bool {
    let (read, starred) = marks.entry(number).or_default();
    if mark == Mark::Read { read } else { starred }
}
