//! Which releases of several sources are one story.
//!
//! The rule: a release is the story of an earlier source's release where both have the same link, or else the same
//! title (as search sees it) within two days. A story takes one release of each source at the most: what one source
//! tells apart stays apart. A link that one source gives to several releases leads to no story.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::ValueId;
use crate::release::{Release, identity};
use crate::text::fold;

/// Days that the same title may lie apart, the nearest first.
const NEAR: [i32; 5] = [0, 1, -1, 2, -2];
/// Stands for a link that several releases of one source have.
const AMBIGUOUS: u32 = u32::MAX;
/// Parts of an address that say how a reader came, not to what: by their whole name, or by its beginning.
const TRACKING: [&str; 8] = ["fbclid", "gclid", "mc_cid", "mc_eid", "igshid", "cmpid", "ref_src", "at_campaign"];
const TRACKING_BEGINS: &str = "utm_";

/// The stories so far.
#[derive(Debug, Default)]
pub struct Stories {
    links: FxHashMap<u64, u32>,
    /// By hash and day.
    titles: FxHashMap<(u64, i32), u32>,
    /// Stories that have a release of the present source.
    taken: FxHashSet<u32>,
    /// The first release of the present source.
    first: u32,
    /// Where sources come in turn, the source of each release, and who else has a story.
    mixed: Option<Mixed>,
}

/// Who has which story, where releases come from several sources in turn.
#[derive(Debug, Default)]
struct Mixed {
    /// The source of each release that begins a story.
    own: Vec<ValueId>,
    others: FxHashSet<(u32, ValueId)>,
}

/// What a release can be found by.
#[derive(Debug, Clone, Copy)]
pub struct Traits {
    link: Option<u64>,
    title: Option<(u64, i32)>,
}

impl Traits {
    /// Those of a release.
    pub fn of(release: &Release) -> Self {
        let link = page(release.url.as_str());
        let title = fold(release.title.as_str());
        let title = (!title.is_empty()).then(|| identity::hash(&[&title]));
        Self {
            link: (!link.is_empty()).then(|| identity::hash(&[&link])),
            title: title.zip(release.date.map(crate::release::Date::days_since_epoch)),
        }
    }
}

impl Stories {
    /// Another source begins, with release number `first`.
    pub fn begin(&mut self, first: u32) {
        self.taken.clear();
        self.first = first;
        self.mixed = None;
    }

    /// From here on releases come from several sources in turn. Nothing was added before.
    pub fn mix(&mut self) {
        self.mixed = Some(Mixed::default());
    }

    /// The story that a release of a source belongs to, which is the present one unless they come in turn.
    pub fn find(&self, traits: Traits, source: ValueId) -> Option<u32> {
        let is_open = |story: &u32| match &self.mixed {
            None => *story < self.first && !self.taken.contains(story),
            Some(mixed) => {
                mixed.own.get(*story as usize).is_some_and(|own| *own != source)
                    && !mixed.others.contains(&(*story, source))
            }
        };
        let by_link = traits.link.and_then(|link| self.links.get(&link)).copied().filter(is_open);
        by_link.or_else(|| {
            let (title, day) = traits.title?;
            let near = NEAR.iter().filter_map(|days| self.titles.get(&(title, day.checked_add(*days)?)));
            near.copied().find(is_open)
        })
    }

    /// Remembers a release of a source as part of a story, or as the first of it.
    pub fn add(&mut self, traits: Traits, story: u32, source: ValueId) {
        match &mut self.mixed {
            None => drop(self.taken.insert(story)),
            Some(mixed) if mixed.own.len() == story as usize => mixed.own.push(source),
            Some(mixed) => drop(mixed.others.insert((story, source))),
        }
        if let Some(link) = traits.link {
            let known = self.links.entry(link).or_insert(story);
            if *known != story {
                *known = AMBIGUOUS;
            }
        }
        if let Some(title) = traits.title {
            self.titles.entry(title).or_insert(story);
        }
    }
}

/// What of an address names the page, without what tells how a reader came to it.
pub(super) fn page(url: &str) -> Cow<'_, str> {
    let page = identity::page(url);
    let Some((path, query)) = page.split_once('?') else { return page.into() };
    let is_tracking = |part: &&str| {
        let name = part.split('=').next().unwrap_or_default();
        TRACKING.contains(&name) || name.starts_with(TRACKING_BEGINS)
    };
    if !query.split('&').any(|part| is_tracking(&part)) {
        return page.into();
    }
    let kept: Vec<&str> = query.split('&').filter(|part| !is_tracking(part)).collect();
    let path = if kept.is_empty() { path.strip_suffix('/').unwrap_or(path).to_owned() } else { format!("{path}?") };
    (path + &kept.join("&")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::Date;
    use crate::text::CleanBuf;

    fn release(url: &str, title: &str, day: u32) -> Release {
        Release {
            url: CleanBuf::line(url),
            title: CleanBuf::line(title),
            date: Date::from_ymd(2018, 11, day),
            ..Release::default()
        }
    }

    #[test]
    fn the_way_to_a_page_is_no_part_of_it() {
        for url in ["https://a.invalid/b?utm_source=x&fbclid=1", "http://www.a.invalid/b/?utm_medium=rss#c"] {
            assert_eq!(page(url), "a.invalid/b", "{url}");
        }
        assert_eq!(page("https://a.invalid/?id=1&utm_source=x&n=2"), "a.invalid/?id=1&n=2");
    }

    #[test]
    fn the_nearest_day_is_taken_and_one_release_a_source() {
        let mut stories = Stories::default();
        stories.begin(0);
        for (number, day) in [(0, 1), (1, 3)] {
            stories.add(Traits::of(&release("", "Weekly update", day)), number, 1);
        }
        stories.begin(2);
        let of_day = |day| Traits::of(&release("", "WEEKLY  Update", day));
        assert_eq!([2, 3, 5, 6].map(|day| stories.find(of_day(day), 2)), [Some(1), Some(1), Some(1), None]);
        stories.add(of_day(3), 1, 2);
        assert_eq!([3, 4].map(|day| stories.find(of_day(day), 2)), [Some(0), None]);
    }
}
