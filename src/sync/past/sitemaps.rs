//! Walks through sitemaps: the parts of an index that is subscribed to, and the news sitemaps of the site of a source
//! that names no older pages.
//!
//! A site is asked for its robots.txt first. Of its sitemaps, only entries with a title and a date that belong to the
//! section of the source are stored, and only if the source does not have their links: a sitemap knows less than a
//! feed. Nothing that a site lacks or does wrong makes the sync fail.

use rustc_hash::FxHashSet;

use super::section::Section;
use super::{NoSitemap, PageKind, PastFetch, PastPage, WalkEnd, next_address, number_of};
use crate::feed::listing::Method;
use crate::feed::listing::index::{Part, newest_first, says_news};
use crate::library::{LibraryError, NextPage, Origin, PlannedSitemap, SitemapPlan, Subscription};
use crate::release::Release;
use crate::release::identity::number_of_link;
use crate::sync::now;
use crate::sync::poll::ParsedFeed;
use crate::sync::run::Run;
use crate::sync::sitemaps::{MOST_DEPTH, MOST_PARTS, plan as planned};

/// After this many sitemaps in a row without news, a walk gives up the site.
const BARREN: u8 = 3;
/// The most links that show the section of a source.
const LINKS: usize = 10_000;

/// Keeps those sitemaps whose names say news, if there are any.
fn of_news(mut sitemaps: Vec<PlannedSitemap>) -> Vec<PlannedSitemap> {
    if sitemaps.iter().any(|sitemap| says_news(&sitemap.address)) {
        sitemaps.retain(|sitemap| says_news(&sitemap.address));
    }
    sitemaps
}

impl Run<'_> {
    /// Begins a walk through the news sitemaps of the site of a source.
    pub(super) fn look_for_sitemaps(&mut self, source: Box<Subscription>) -> Result<(), LibraryError> {
        let mut links = Vec::new();
        self.library.links_of(source.id, &mut |link| {
            if links.len() < LINKS {
                links.push(link.to_owned());
            }
        })?;
        let Some((section, robots)) = Section::of(&links) else {
            self.end_walk(&source, Ok(WalkEnd::NoSitemap(NoSitemap::NoSection)));
            return Ok(());
        };
        let origin = Origin { address: source.address.to_string(), is_public: source.is_public == Some(true) };
        let Ok((address, is_guarded)) = next_address(robots, &origin) else {
            self.end_walk(&source, Ok(WalkEnd::NoSitemap(NoSitemap::NoRobots)));
            return Ok(());
        };
        tracing::info!(source = %source.name(), section = section.name(), "looks for news sitemaps");
        let plan = SitemapPlan { section: Some(section.name()), ..SitemapPlan::default() };
        let page = NextPage { address, is_guarded, seen: Vec::new(), sitemaps: Some(Box::new(plan)) };
        self.fetch_past(PastPage { source, page, kind: PageKind::Robots });
        Ok(())
    }

    /// Continues a walk with the next sitemap of its plan, or ends it.
    pub(super) fn read_next_sitemap(&mut self, source: Box<Subscription>, before: NextPage, plan: SitemapPlan) {
        match next_of(before, plan) {
            Ok(page) => self.fetch_past(PastPage { source, page, kind: PageKind::Sitemap }),
            Err(plan) => self.end_walk(&source, Ok(end_of(&plan))),
        }
    }

    /// Stores what a sitemap brings and continues with the next one.
    pub(super) fn apply_sitemap(&mut self, page: PastPage, fetched: PastFetch) -> Result<(), LibraryError> {
        let PastPage { source, page: mut before, kind } = page;
        let mut plan = before.sitemaps.take().map(|plan| *plan).unwrap_or_default();
        let section = plan.section.as_deref().map(Section::of_name);
        let is_there = |origin: &Origin| section.as_ref().is_none_or(|section| section.has_site(&origin.address));
        let releases = match fetched {
            // The next page is stored, so a later run continues there.
            PastFetch::Cancelled => return Ok(()),
            PastFetch::Robots(sitemaps, origin) => {
                let found =
                    section.as_ref().filter(|_| is_there(&origin)).map(|section| named_by(sitemaps, &origin, section));
                let Some(found) = found.filter(|found| !found.is_empty()) else {
                    self.end_walk(&source, Ok(WalkEnd::NoSitemap(NoSitemap::Unnamed)));
                    return Ok(());
                };
                plan.rest = found;
                self.read_next_sitemap(source, before, plan);
                return Ok(());
            }
            PastFetch::Failed(reason, _) if kind == PageKind::Robots => {
                tracing::info!(source = %source.name(), %reason, "robots.txt not read");
                self.save_pauses()?;
                self.end_walk(&source, Ok(WalkEnd::NoSitemap(NoSitemap::NoRobots)));
                return Ok(());
            }
            PastFetch::Failed(reason, true) => {
                let has_section = section.is_some();
                before.sitemaps = Some(Box::new(plan));
                self.library.set_next_page(source.key.as_str(), Some(&before))?;
                self.save_pauses()?;
                tracing::info!(source = %source.name(), %reason, "sitemap not read");
                self.end_walk(&source, if has_section { Ok(WalkEnd::Later) } else { Err((reason, true)) });
                return Ok(());
            }
            PastFetch::Failed(reason, false) => {
                tracing::info!(source = %source.name(), %reason, "sitemap skipped");
                plan.has_skipped = true;
                plan.barren = plan.barren.saturating_add(1);
                Vec::new()
            }
            PastFetch::Read(feed) if !is_there(&feed.origin) => {
                tracing::info!(source = %source.name(), address = feed.origin.address, "sitemap leads elsewhere");
                plan.has_skipped = true;
                plan.barren = plan.barren.saturating_add(1);
                Vec::new()
            }
            PastFetch::Read(mut feed) => {
                before.see(number_of(&feed.origin.address));
                extend(&mut plan, &mut feed, section.as_ref());
                self.of_section(&source, &mut plan, *feed, section.as_ref())?
            }
        };
        self.keep_sitemap(source, before, plan, &releases)
    }

    /// Returns the releases of a sitemap that are to be stored.
    fn of_section(
        &mut self,
        source: &Subscription,
        plan: &mut SitemapPlan,
        feed: ParsedFeed,
        section: Option<&Section>,
    ) -> Result<Vec<Release>, LibraryError> {
        let method = feed.listing.as_ref().map(|report| report.method);
        let Some(section) = section else {
            plan.has_skipped |= !matches!(method, Some(Method::NewsSitemap | Method::Sitemap | Method::SitemapIndex));
            return Ok(if feed.is_sitemap() { feed.releases } else { Vec::new() });
        };
        match method {
            Some(Method::NewsSitemap) => plan.barren = 0,
            Some(Method::SitemapIndex) => return Ok(Vec::new()),
            _ => {
                plan.barren = plan.barren.saturating_add(1);
                return Ok(Vec::new());
            }
        }
        let mut releases = feed.releases;
        releases.retain(|release| release.date.is_some() && section.has(release.url.as_str()));
        plan.has_news |= !releases.is_empty();
        let walk = self.walks.entry(source.id).or_default();
        if walk.links.is_none() {
            let mut links = FxHashSet::default();
            self.library.links_of(source.id, &mut |link| _ = links.insert(number_of_link(link)))?;
            walk.links = Some(links);
        }
        if let Some(links) = &mut walk.links {
            releases.retain(|release| links.insert(number_of_link(release.url.as_str())));
        }
        Ok(releases)
    }

    /// Stores the releases of a sitemap together with the place where the walk continues.
    fn keep_sitemap(
        &mut self,
        source: Box<Subscription>,
        mut before: NextPage,
        mut plan: SitemapPlan,
        releases: &[Release],
    ) -> Result<(), LibraryError> {
        before.see(number_of(&before.address));
        if plan.section.is_some() && plan.barren >= BARREN {
            plan.rest.clear();
        }
        let next = next_of(before, plan);
        let key = source.key.as_str();
        let fresh = self.library.keep_past((source.id, key), releases, next.as_ref().ok(), now())?;
        self.learn_topics(&source, fresh)?;
        let (_, is_full) = self.count_page(&source, fresh, 1);
        match next {
            Ok(_) if is_full => self.end_walk(&source, Ok(WalkEnd::Limit)),
            Ok(page) => {
                (self.report)(&self.progress);
                self.fetch_past(PastPage { source, page, kind: PageKind::Sitemap });
            }
            Err(plan) => self.end_walk(&source, Ok(end_of(&plan))),
        }
        Ok(())
    }
}

/// Returns the sitemaps of the same site that a robots.txt names, in the order in which they are read.
fn named_by(sitemaps: Vec<String>, origin: &Origin, section: &Section) -> Vec<PlannedSitemap> {
    let parts = newest_first(sitemaps.into_iter().map(|address| Part { address, modified: None }).collect());
    let found = planned(parts.into_iter().map(|part| part.address), origin, 0);
    of_news(found.into_iter().filter(|sitemap| section.has_site(&sitemap.address)).collect())
}

/// Adds the parts of an index to the plan, to be read before the rest.
fn extend(plan: &mut SitemapPlan, feed: &mut ParsedFeed, section: Option<&Section>) {
    let mut parts = std::mem::take(&mut feed.parts);
    if parts.is_empty() {
        return;
    }
    if plan.depth >= MOST_DEPTH {
        plan.has_skipped = true;
        return;
    }
    if let Some(section) = section {
        parts.retain(|part| section.has_site(&part.address));
        parts = of_news(parts);
    }
    for part in &mut parts {
        part.depth = plan.depth + 1;
    }
    parts.append(&mut plan.rest);
    parts.truncate(MOST_PARTS);
    plan.rest = parts;
}

/// Returns the next page of a walk, or its plan if nothing is left of it. A sitemap that was read before is left out.
fn next_of(before: NextPage, mut plan: SitemapPlan) -> Result<NextPage, SitemapPlan> {
    plan.rest.retain(|sitemap| !before.has_seen(number_of(&sitemap.address)));
    if plan.rest.is_empty() {
        return Err(plan);
    }
    let PlannedSitemap { address, is_guarded, depth } = plan.rest.remove(0);
    plan.depth = depth;
    Ok(NextPage { address, is_guarded, seen: before.seen, sitemaps: Some(Box::new(plan)) })
}

/// Says how a walk ended whose plan is empty.
fn end_of(plan: &SitemapPlan) -> WalkEnd {
    match plan {
        SitemapPlan { section: Some(_), has_news: false, .. } => WalkEnd::NoSitemap(NoSitemap::NoNews),
        SitemapPlan { has_skipped: true, .. } => WalkEnd::Skipped,
        _ => WalkEnd::Whole,
    }
}
