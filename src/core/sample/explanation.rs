//! The explanation of a run for the screen: the critical path at once, elasticities and what-ifs step by step.

use crate::explain::{
    CriticalPath, Elasticities, Elasticity, Findings, InstantDetail, PathSpan, RootCause, TimeShare, Upgrade,
    can_replay, critical_path, elasticity, explanation_sentences, has_elasticities, instant, instant_sentences,
    root_causes, time_shares, upgrade, upgrade_candidates,
};
use crate::fabric::LinkId;
use crate::simulate::ReplayCache;
use crate::solve::{FabricRun, Parameter};
use crate::units::Femtos;

/// Plans with more transfers are simulated again only while the clock is paused, so that no frame is late.
const MAX_WHILE_PLAYING: u32 = 4_000;

/// Symmetric plans with more transfers take seconds to explain: only the command does.
const MAX_SYMMETRIC: u32 = 500_000;

/// Where the time of a run goes and what would change it, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The critical path.
    pub path: CriticalPath,
    /// The parts of the time, the longest first.
    pub parts: Vec<TimeShare>,
    /// The explanation as sentences.
    pub sentences: Vec<String>,
    /// The elasticities; `None` while they are computed, or if this is impossible.
    pub elasticities: Option<Elasticities>,
    /// The what-ifs.
    pub upgrades: Vec<Upgrade>,
    /// The root causes, and the time when repaired.
    pub root_causes: Vec<RootCause>,
    found: Vec<Elasticity>,
    /// Parameters whose elasticity is still unknown, the next one last.
    parameters: Vec<Parameter>,
    /// Parameters whose what-if is still open, the next one last.
    tries: Vec<Parameter>,
    /// The number of root causes that have been repaired.
    repaired: usize,
    /// Whether the run can be simulated again.
    replays: bool,
    /// What the simulations have in common, until the last one.
    cache: ReplayCache,
    /// The instant of the last [`Explanation::examine`] and what happened then.
    examined: Option<(Femtos, Option<InstantDetail>)>,
}

impl Explanation {
    /// The explanation of a run; `None` without a result, or if its path is too long or takes too long to find.
    pub fn new(run: &FabricRun) -> Option<Explanation> {
        let result = run.result()?;
        if run.plan.symmetric().is_some() && run.plan.transfer_count() > MAX_SYMMETRIC {
            return None;
        }
        let path = critical_path(run).ok()?;
        let parts = time_shares(&path, result.time);
        let root_causes = root_causes(run, &path);
        let replays = can_replay(run);
        let (mut parameters, mut tries) = (Vec::new(), Vec::new());
        if replays {
            tries = upgrade_candidates(&parts);
            tries.reverse();
        }
        if has_elasticities(run) {
            parameters = run.parameters();
            parameters.reverse();
        }
        let mut explained = Explanation {
            path,
            parts,
            sentences: Vec::new(),
            elasticities: None,
            upgrades: Vec::new(),
            root_causes,
            found: Vec::new(),
            parameters,
            tries,
            repaired: 0,
            replays,
            cache: ReplayCache::default(),
            examined: None,
        };
        explained.write(run);
        Some(explained)
    }

    /// Whether there is work left.
    pub fn is_working(&self) -> bool {
        !(self.parameters.is_empty() && self.tries.is_empty()) || self.replays && self.repaired < self.root_causes.len()
    }

    /// Writes the sentences.
    fn write(&mut self, run: &FabricRun) {
        let (elasticities, upgrades) = (self.elasticities.as_ref(), self.upgrades.as_slice());
        let findings = Findings { shares: &self.parts, elasticities, upgrades, root_causes: &self.root_causes };
        self.sentences = explanation_sentences(run, findings);
    }

    /// Does the next step, unless it would delay playback. Returns whether it did.
    pub fn work(&mut self, run: &FabricRun, playing: bool) -> bool {
        let quick = run.plan.rings().is_some() || run.plan.transfer_count() <= MAX_WHILE_PLAYING;
        if playing && !quick {
            return false;
        }
        // In the order of the sentences.
        if let Some(root_cause) = self.root_causes.get_mut(self.repaired).filter(|_| self.replays) {
            root_cause.replay_repaired(run, &mut self.cache);
            self.repaired += 1;
        } else if let Some(parameter) = self.tries.pop() {
            self.upgrades.extend(upgrade(run, &self.parts, parameter));
        } else if let Some(parameter) = self.parameters.pop() {
            match elasticity(run, parameter, &mut self.cache) {
                Some(one) => self.found.push(one),
                // All or none: a sum over some of them is meaningless.
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
        if !self.is_working() {
            self.cache = ReplayCache::default();
        }
        self.write(run);
        true
    }

    /// Takes over what a copy of it has found in the meantime.
    pub fn take_over(&mut self, worked: Explanation) {
        let examined = self.examined.take();
        *self = Explanation { examined, ..worked };
    }

    /// Does all steps.
    pub fn finish(&mut self, run: &FabricRun) {
        while self.work(run, false) {}
    }

    /// Examines an instant of the run, for [`Explanation::now`].
    pub fn examine(&mut self, run: &FabricRun, at: Femtos) {
        if self.examined.as_ref().is_none_or(|(known, _)| *known != at) {
            self.examined = Some((at, instant(run, at)));
        }
    }

    /// The sentences about the instant of [`Explanation::examine`]; empty before it.
    pub fn now(&self, run: &FabricRun) -> Vec<String> {
        let Some((at, found)) = &self.examined else { return Vec::new() };
        instant_sentences(run, &self.path, *at, found.as_ref())
    }

    /// The step of the path at an instant.
    pub fn step_at(&self, at: Femtos) -> Option<&PathSpan> {
        self.path.step_at(at)
    }

    /// The links of a step of the path, as first and last link of each straight part.
    pub fn links_of(run: &FabricRun, step: &PathSpan) -> Vec<(LinkId, LinkId)> {
        let Some(id) = step.transfer else { return Vec::new() };
        let transfer = run.plan.transfer(id);
        let route = run.plan.route(&transfer);
        // The middle copy of a cohort: on a wafer, the rows that the timeline shows.
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
    fn step_by_step_gives_the_same_explanation() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in BUNDLED.iter().take(2) {
            let document = scene.load(&catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
            for run in solve(&document.scene).iter().filter(|run| run.result().is_some()) {
                let mut explained = Explanation::new(run).expect("a run that is explained");
                assert!(explained.is_working());
                explained.finish(run);
                let whole = crate::explain::explain(run).expect("an explanation");
                assert!(!explained.is_working());
                assert_eq!(explained.elasticities, whole.elasticities);
                assert_eq!(explained.upgrades, whole.upgrades);
                assert_eq!(explained.root_causes, whole.root_causes);
                assert_eq!(explained.sentences, whole.sentences);
            }
        }
    }

    #[test]
    fn the_path_covers_every_instant_with_links_of_the_fabric() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in BUNDLED.iter().chain(&CLAIMS) {
            let document = scene.load(&catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
            for run in solve(&document.scene) {
                let Some(mut explained) = Explanation::new(&run) else { continue };
                for part in 0..20 {
                    let at = Femtos(explained.path.end.0 / 20 * part);
                    let step = explained.step_at(at).unwrap_or_else(|| panic!("{}: no step at {at}", scene.file));
                    for (first, last) in Explanation::links_of(&run, step) {
                        assert!(run.fabric.link(first).is_some() && run.fabric.link(last).is_some());
                    }
                    explained.examine(&run, at);
                    let sentences = explained.now(&run);
                    assert!(!sentences.is_empty() && sentences.iter().all(|line| line.ends_with('.')), "{sentences:?}");
                }
                assert_eq!(explained.step_at(explained.path.end), None);
            }
        }
    }
}
