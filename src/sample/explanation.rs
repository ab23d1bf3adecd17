//! The explanation of a run for the screen: the critical path at once, what the figures are worth a little at a time.

use super::bottleneck::BindingMark;
use crate::explain::{
    CriticalPath, Elasticities, Elasticity, Findings, InstantDetail, PathSpan, RootCause, TimeShare, Upgrade,
    can_replay, critical_path, elasticity, explanation_sentences, instant, instant_sentences, root_causes, time_shares,
    upgrade, upgrade_candidates,
};
use crate::fabric::LinkId;
use crate::solve::{FabricRun, Parameter};
use crate::units::Femtos;

/// Plans of more transfers are played again only while the clock stands: a frame would be late.
const MAX_WHILE_PLAYING: u32 = 4_000;

/// Plans of ranks that are alike with more transfers are explained by the command only: it takes seconds.
const MAX_ALIKE: u32 = 500_000;

/// Where the time of a run goes, and what would change it, as far as it is worked out.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The critical path.
    pub path: CriticalPath,
    /// The path added up, the longest part first.
    pub parts: Vec<TimeShare>,
    /// All of it in words.
    pub sentences: Vec<String>,
    /// What the figures are worth; `None` while that is worked out, and where it cannot be.
    pub elasticities: Option<Elasticities>,
    /// Doubled or halved figures.
    pub what_ifs: Vec<Upgrade>,
    /// What is wrong with the fabric, and the time without it.
    pub suspects: Vec<RootCause>,
    found: Vec<Elasticity>,
    /// Figures whose worth is still to be found, the next one last.
    parameters: Vec<Parameter>,
    /// Figures that are still to be tried, the next one last.
    tries: Vec<Parameter>,
    /// How many of the suspects have been mended.
    mended: usize,
    /// Whether the run is played again at all.
    replays: bool,
    /// Which instant was asked about last, and what was there.
    asked: Option<(Femtos, Option<InstantDetail>)>,
}

impl Explanation {
    /// The path of a run; `None` if it did not run, its path is too long, or finding it would hold up the screen.
    pub fn new(run: &FabricRun) -> Option<Explanation> {
        let result = run.result()?;
        if run.plan.symmetric().is_some() && run.plan.transfer_count() > MAX_ALIKE {
            return None;
        }
        let path = critical_path(run).ok()?;
        let parts = time_shares(&path, result.time);
        let suspects = root_causes(run, &path);
        let replays = can_replay(run);
        let (mut parameters, mut tries) = (Vec::new(), Vec::new());
        if replays {
            (parameters, tries) = (run.parameters(), upgrade_candidates(&parts));
            parameters.reverse();
            tries.reverse();
        }
        let mut explained = Explanation {
            path,
            parts,
            sentences: Vec::new(),
            elasticities: None,
            what_ifs: Vec::new(),
            suspects,
            found: Vec::new(),
            parameters,
            tries,
            mended: 0,
            replays,
            asked: None,
        };
        explained.say(run);
        Some(explained)
    }

    /// Whether figures are still to be tried.
    pub fn is_working(&self) -> bool {
        !(self.parameters.is_empty() && self.tries.is_empty()) || self.replays && self.mended < self.suspects.len()
    }

    /// Puts what is known into sentences.
    fn say(&mut self, run: &FabricRun) {
        let (elasticities, what_ifs) = (self.elasticities.as_ref(), self.what_ifs.as_slice());
        let findings = Findings { shares: &self.parts, elasticities, upgrades: what_ifs, root_causes: &self.suspects };
        self.sentences = explanation_sentences(run, findings);
    }

    /// Tries the next figure, unless that would disturb what plays. Answers whether it did.
    pub fn work(&mut self, run: &FabricRun, playing: bool) -> bool {
        let quick = run.plan.rings().is_some() || run.plan.transfer_count() <= MAX_WHILE_PLAYING;
        if playing && !quick {
            return false;
        }
        // What is said first is tried first.
        if let Some(suspect) = self.suspects.get_mut(self.mended).filter(|_| self.replays) {
            suspect.replay_repaired(run);
            self.mended += 1;
        } else if let Some(parameter) = self.tries.pop() {
            self.what_ifs.extend(upgrade(run, &self.parts, parameter));
        } else if let Some(parameter) = self.parameters.pop() {
            match elasticity(run, parameter) {
                Some(one) => self.found.push(one),
                // All or none: a sum over some of them means nothing.
                None => {
                    self.found.clear();
                    self.parameters.clear();
                }
            }
            if self.parameters.is_empty() && !self.found.is_empty() {
                self.elasticities = Some(Elasticities::new(std::mem::take(&mut self.found)));
            }
        } else {
            return false;
        }
        self.say(run);
        true
    }

    /// Tries all figures.
    pub fn finish(&mut self, run: &FabricRun) {
        while self.work(run, false) {}
    }

    /// Looks at an instant of the run, for [`Explanation::now`].
    pub fn ask(&mut self, run: &FabricRun, at: Femtos) {
        let Some(result) = run.result() else { return };
        if self.asked.as_ref().is_none_or(|(known, _)| *known != at) {
            self.asked = Some((at, instant(&run.fabric, &run.plan, &result.played.trace, at)));
        }
    }

    /// What happens at the instant that was asked about, in sentences; empty where nothing was asked. `shown` is what the
    /// stage shows as binding: both say the same.
    pub fn now(&self, run: &FabricRun, shown: Option<&BindingMark>) -> Vec<String> {
        let Some((at, found)) = &self.asked else { return Vec::new() };
        let mut said = instant_sentences(run, &self.path, *at, found.as_ref());
        let (Some(found), Some(first)) = (found, said.first_mut()) else { return said };
        let name = run.fabric.link_name(found.bottleneck.link);
        let most = found.largest_share();
        // The link that was found may stand for others as tight that the stream is on now: the stage shows these.
        match shown {
            Some(mark) if mark.links.is_empty() && mark.words.starts_with("no link") => {
                *first = format!("No link is in full use: heads are on the way to {name}, which will bind.");
            }
            Some(mark) if !mark.links.is_empty() && most < 0.005 => {
                let verb = if mark.alike > 1 || mark.links.len() > 1 { "bind" } else { "binds" };
                *first = format!("{} {verb}: used to {} % now.", mark.what, mark.percent);
            }
            _ => {}
        }
        said
    }

    /// The step of the path at an instant.
    pub fn step_at(&self, at: Femtos) -> Option<&PathSpan> {
        self.path.step_at(at)
    }

    /// Which links the path takes in a step, as ends of straight parts: first and last link of each.
    pub fn links_of(run: &FabricRun, step: &PathSpan) -> Vec<(LinkId, LinkId)> {
        let Some(id) = step.transfer else { return Vec::new() };
        let transfer = run.plan.transfer(id);
        let route = run.plan.route(&transfer);
        // Of a cohort the copy in the middle: on a wafer the rows that the timeline shows.
        let shift = transfer.cohort.shift(transfer.cohort.copies / 2);
        let ends = |part: &crate::collective::RouteRun| {
            let moved = |link: LinkId| LinkId(link.0.wrapping_add_signed(shift));
            (moved(part.link(0, 0)), moved(part.link(0, part.count.saturating_sub(1))))
        };
        route.runs.iter().filter(|part| !part.is_empty()).map(ends).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::{BUNDLED, CLAIMS};
    use crate::solve::solve;

    #[test]
    fn little_by_little_comes_to_the_same_as_all_at_once() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in BUNDLED.iter().take(2) {
            let document = scene.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
            for run in solve(&document.scene).iter().filter(|run| run.result().is_some()) {
                let mut explained = Explanation::new(run).expect("a run that is explained");
                assert!(explained.is_working());
                explained.finish(run);
                let whole = crate::explain::explain(run).expect("an explanation");
                assert!(!explained.is_working());
                assert_eq!(explained.elasticities, whole.elasticities);
                assert_eq!(explained.what_ifs, whole.upgrades);
                assert_eq!(explained.suspects, whole.root_causes);
                assert_eq!(explained.sentences, whole.sentences);
            }
        }
    }

    #[test]
    fn the_path_has_a_step_at_every_instant_and_its_links_are_of_the_fabric() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in BUNDLED.iter().chain(&CLAIMS) {
            let document = scene.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
            for run in solve(&document.scene) {
                let Some(mut explained) = Explanation::new(&run) else { continue };
                for part in 0..20 {
                    let at = Femtos(explained.path.end.0 / 20 * part);
                    let step = explained.step_at(at).unwrap_or_else(|| panic!("{}: no step at {at}", scene.file));
                    for (first, last) in Explanation::links_of(&run, step) {
                        assert!(run.fabric.link(first).is_some() && run.fabric.link(last).is_some());
                    }
                    explained.ask(&run, at);
                    let said = explained.now(&run, None);
                    assert!(!said.is_empty() && said.iter().all(|line| line.ends_with('.')), "{said:?}");
                }
                assert_eq!(explained.step_at(explained.path.end), None);
            }
        }
    }
}
