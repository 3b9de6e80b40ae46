//! The links and similar releases of a page.

use super::TypesetPage;
use crate::catalog::{LinkRef, ReleaseIndex, ReleaseRef};
use crate::manual;
use crate::release::{LinkKind, Style, address};
use crate::text::{CleanBuf, width};
use crate::typeset::facts::{label, when};
use crate::typeset::line::Kind;
use crate::typeset::style_runs::StyleRuns;
use crate::typeset::target::Target;

impl TypesetPage {
    /// Adds the addresses in full: the release's own, then the others with their labels.
    pub(super) fn addresses(&mut self, release: &ReleaseRef<'_>, columns: usize) {
        let links: Vec<LinkRef<'_>> = listed(release).map(|(_, link)| link).collect();
        let reprints: Vec<_> = release.reprints().filter(|(_, reprint)| !reprint.release.url.is_empty()).collect();
        if release.url().is_empty() && links.is_empty() && reprints.is_empty() {
            return;
        }
        self.blank();
        self.heading(if links.is_empty() && reprints.is_empty() { "LINK" } else { "LINKS" }, columns);
        self.push(Kind::Link, release.url(), columns, &[]);
        for (source, reprint) in reprints {
            self.push(Kind::Label, source, columns, &[]);
            self.push(Kind::Link, reprint.release.url.as_clean(), columns, &[]);
        }
        let hang = links.len().to_string().len() + 2;
        for (n, link) in links.into_iter().enumerate() {
            let number = format!("{:<hang$}", n + 1);
            let label = label(&link);
            if label.is_empty() {
                self.hanging(Kind::Link, link.address, columns, &number);
            } else {
                self.hanging(Kind::Label, label.as_clean(), columns, &number);
                self.hanging(Kind::Link, link.address, columns, &" ".repeat(hang));
            }
        }
    }

    /// Adds the addresses to choose from, each with its letters and its label, if any.
    pub(super) fn links(&mut self, release: &ReleaseRef<'_>, columns: usize) {
        let links: Vec<_> = release.links().collect();
        let targets = self.targets.clone();
        let addresses = targets.iter().filter(|target| target.address().is_some()).count();
        if addresses == 0 {
            return;
        }
        self.blank();
        self.heading(if addresses == 1 { "LINK" } else { "LINKS" }, columns);
        for (at, target) in targets.iter().enumerate() {
            let (name, address) = match target {
                Target::Own(address) => (CleanBuf::default(), address),
                Target::Reprint(source, address) => (source.clone(), address),
                Target::Link(number, address) => {
                    (links.get(usize::from(*number)).map(label).unwrap_or_default(), address)
                }
                Target::Release(_) => continue,
            };
            let hint = self.hint(at);
            let first = self.lines.len();
            if !name.is_empty() {
                self.hanging(Kind::Label, name.as_clean(), columns, &hint);
            }
            // A link within the manual is known by its name.
            if name.is_empty() || manual::section_of(address.as_str()).next().is_none() {
                let lead = if name.is_empty() { hint } else { " ".repeat(width(&hint)) };
                self.address(address.as_str(), columns, &lead);
            }
            self.lead_to(first, at);
        }
    }

    /// Adds an address on one line, truncated if necessary, or on several if the host does not fit.
    fn address(&mut self, address: &str, columns: usize, lead: &str) {
        let shown = address::shown(address);
        let room = columns.saturating_sub(width(lead));
        let base = self.text.as_str().len();
        let text = shown.text.as_clean();
        let host = text.get(0..shown.host.end).unwrap_or_default();
        let host_inks = [(base + shown.host.start, StyleRuns::LINK), (base + shown.host.end, StyleRuns::default())];
        self.inks.extend(host_inks);
        if width(host.as_str()) >= room {
            return self.hanging(Kind::Link, text, columns, lead);
        }
        self.one_line(Kind::Link, text, room, lead);
    }

    /// Adds the similar releases, one line each.
    pub(super) fn similar(
        &mut self,
        release: &ReleaseRef<'_>,
        columns: usize,
        similar: &[(ReleaseIndex, ReleaseRef<'_>)],
    ) {
        if similar.is_empty() {
            return;
        }
        self.blank();
        self.heading("MORE LIKE THIS", columns);
        let first = self.targets.len() - similar.len();
        let dates: Vec<String> = similar.iter().map(|(_, other)| when(other, release.date())).collect();
        let widest = dates.iter().map(|date| width(date)).max().unwrap_or(0);
        let is_dated = widest > 0 && columns > 4 * widest;
        for ((at, (_, other)), date) in (first..).zip(similar).zip(dates) {
            let date = if is_dated { format!("{date:widest$}  ") } else { String::new() };
            let lead = format!("{}{date}", self.hint(at));
            let room = columns.saturating_sub(width(&lead));
            self.one_line(Kind::Similar, other.heading(), room, &lead);
            self.lead_to(self.lines.len() - 1, at);
        }
    }

    /// Returns the letters of a target, and a blank.
    fn hint(&self, target: usize) -> String {
        let letters = self.hints.get(target).map_or("", String::as_str);
        let columns = self.hints.first().map_or(0, String::len);
        format!("{letters:columns$} ")
    }

    /// Makes the lines from `first` on link to a target.
    fn lead_to(&mut self, first: usize, target: usize) {
        for line in self.lines.iter_mut().skip(first) {
            line.target = Some(target);
        }
    }
}

/// Returns the links to list, with their numbers: all except pictures to which no text leads.
fn listed<'a>(release: &ReleaseRef<'a>) -> impl Iterator<Item = (u16, LinkRef<'a>)> + use<'a> {
    let spans = [release.summary_spans(), release.body_spans()];
    let leads_to =
        move |number: u16| spans.iter().any(|spans| spans.iter().any(|span| span.style == Style::Link(number)));
    (0_u16..).zip(release.links()).filter(move |(number, link)| link.kind != LinkKind::Picture || leads_to(*number))
}

/// Returns the targets of a release, in page order.
pub(super) fn targets(release: &ReleaseRef<'_>, similar: &[(ReleaseIndex, ReleaseRef<'_>)]) -> Vec<Target> {
    let own = Some(release.url()).filter(|url| !url.is_empty()).map(|url| Target::Own(url.to_buf()));
    let reprints = release.reprints().filter(|(_, reprint)| !reprint.release.url.is_empty());
    let reprints = reprints.map(|(source, reprint)| Target::Reprint(source.to_buf(), reprint.release.url.clone()));
    let links = listed(release).map(|(number, link)| Target::Link(number, link.address.to_buf()));
    let similar = similar.iter().map(|&(index, _)| Target::Release(Some(index)));
    own.into_iter().chain(reprints).chain(links).chain(similar).collect()
}
