//! What goes wrong during a sync of a history, and what others do meanwhile.

use std::sync::{Arc, Mutex};

use super::expectations::Expectations;
use super::{Dialect, FEEDS, Random, lock};
use crate::sync_server::http::Asked;
use crate::sync_server::{Fate, Hook, Model, Moment};

/// What goes wrong. The numbers say how often, or when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The program is killed at a request, before or after the server has carried it out.
    KillAtRequest(usize, Moment),
    /// The program is killed after it changed this many rows of the library.
    KillAtWrite(i64),
    IgnoreMarks(u32),
    Deaf,
    SilentMarks(u32),
    Fail(u32),
    Refuse(u32),
    Shorten(usize),
    Cut(usize),
    Busy,
    EmptyContents,
    Withhold,
    FewContents,
    Warn,
    Off,
    DatabaseDown,
}

impl Fault {
    pub fn random(random: &mut Random, dialect: Dialect, withholdings: &mut u32) -> Self {
        let few = 1 + random.below(3) as u32;
        let moment = if random.one_in(2) { Moment::Before } else { Moment::After };
        let fault = match random.below(24) {
            0..5 => Self::None,
            5..9 => Self::KillAtRequest(random.below(14), moment),
            9..13 => Self::KillAtWrite(i64::try_from(random.below(60)).unwrap_or(0)),
            13 => Self::IgnoreMarks(few),
            14 => Self::Deaf,
            15 => Self::SilentMarks(few),
            16 => Self::Fail(few),
            17 => Self::Refuse(few),
            18 => Self::Shorten(random.below(200)),
            19 => Self::Cut(random.below(200)),
            20 => Self::Busy,
            21 => Self::EmptyContents,
            22 if random.one_in(2) => Self::Withhold,
            22 => Self::FewContents,
            _ if random.one_in(2) => Self::Warn,
            _ if random.one_in(2) => Self::Off,
            _ => Self::DatabaseDown,
        };
        // An entry that does not come three times is given up.
        let is_withheld = matches!(fault, Self::EmptyContents | Self::Withhold);
        if is_withheld && (*withholdings == 0 || dialect == Dialect::Miniflux) {
            return Self::None;
        }
        *withholdings -= u32::from(is_withheld);
        fault
    }

    /// Has the server misbehave.
    pub fn switch(&self, model: &mut Model, expectations: &Expectations) {
        let ids: Vec<u64> = model.users[0].entries.keys().copied().collect();
        let some = ids.iter().copied().filter(|id| (id + expectations.count()).is_multiple_of(3));
        let switches = &mut model.switches;
        match *self {
            Self::None | Self::KillAtRequest(..) | Self::KillAtWrite(_) => (),
            Self::IgnoreMarks(count) => switches.ignore_marks = count,
            Self::Deaf => switches.deaf.extend(some),
            Self::SilentMarks(count) => switches.silent_marks = count,
            Self::Fail(count) => switches.fail = (count, 502),
            Self::Refuse(count) => switches.refuse = count,
            Self::Shorten(bytes) => switches.shorten = (2, bytes),
            Self::Cut(bytes) => switches.cut = (2, bytes),
            Self::Busy => switches.busy = Some((503, 0)),
            Self::EmptyContents => switches.empty_contents = 9,
            Self::Withhold => switches.withheld.extend(some),
            Self::FewContents => switches.most_contents = 2,
            Self::Warn => switches.warn = true,
            Self::Off => (switches.api_off, switches.maintenance) = (true, true),
            Self::DatabaseDown => switches.database_down = true,
        }
    }
}

/// What happens at each request of a sync.
pub struct Plan {
    kill: Option<(usize, Moment)>,
    /// Others act at one in so many moments.
    rarity: usize,
    random: Random,
    expectations: Arc<Mutex<Expectations>>,
    killed: Arc<Mutex<bool>>,
}

impl Plan {
    pub fn new(fault: &Fault, random: &mut Random, expectations: Arc<Mutex<Expectations>>) -> Self {
        let kill = match fault {
            Fault::KillAtRequest(request, moment) => Some((*request, *moment)),
            _ => None,
        };
        let rarity = [2, 4, 8, usize::MAX][random.below(4)];
        let random = Random(random.below(usize::MAX) as u64);
        Self { kill, rarity, random, expectations, killed: Arc::default() }
    }

    /// Whether the program was killed.
    pub fn killed(&self) -> Arc<Mutex<bool>> {
        Arc::clone(&self.killed)
    }

    pub fn hook(mut self) -> Hook {
        let mut requests = 0;
        Box::new(move |model, moment, asked| {
            if *lock(&self.killed) {
                return Fate::HangUp;
            }
            if self.kill == Some((requests, moment)) {
                *lock(&self.killed) = true;
                // A killed program writes no more.
                lock(&self.expectations).allow_writes(Some(0));
                return Fate::HangUp;
            }
            requests += usize::from(moment == Moment::After);
            self.act(model, asked);
            Fate::Go
        })
    }

    /// Another client, the user or a publisher does something between two requests.
    fn act(&mut self, model: &mut Model, asked: &Asked) {
        if !self.random.one_in(self.rarity) {
            return;
        }
        let mut expectations = lock(&self.expectations);
        let feed = FEEDS[self.random.below(FEEDS.len())];
        let detail = match self.random.below(8) {
            0..3 => format!("marked at the server {}", expectations.mark_at_server(model)),
            3..6 => format!("marked here {}", expectations.mark_here(model)),
            6 => format!("published {}", expectations.publish(model, feed, 1, self.random.below(3) as u64)),
            _ => format!("edited {}", expectations.edit(model)),
        };
        expectations.log(format!("  at {} {}: {detail}", asked.method, asked.path));
    }
}
