//! Root causes: degradations of a scene that lie on the critical path, and re-runs without them.

use super::cost::CostSource;
use super::path::CriticalPath;
use crate::fabric::LinkId;
use crate::scene::Degradation;
use crate::simulate::ReplayCache;
use crate::solve::FabricRun;
use crate::units::Femtos;

/// The most degradations that are repaired one by one.
const MAX_TRIED: usize = 3;

/// A degradation that may explain a slow run, or all degradations together.
#[derive(Clone, Debug, PartialEq)]
pub struct RootCause {
    /// The degradation; several stand for all of them together.
    pub degradations: Vec<Degradation>,
    /// The time that the critical path spends on its links or waits for its ranks.
    pub on_path: Femtos,
    /// The link or rank of the degradation that the path meets.
    pub meets: PathMeeting,
    /// The time of the re-run without the degradation; `None` until it has been tried, and if it cannot run.
    pub repaired: Option<Femtos>,
}

/// The link or rank of a degradation that lies on the critical path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathMeeting {
    /// None.
    Nothing,
    /// The link with the longest span.
    Link(LinkId),
    /// A rank that starts late.
    LateRank {
        /// The rank.
        rank: u32,
        /// How late.
        delay: Femtos,
    },
}

/// The degradations of a run, those on the critical path first. If there are several, the last entry is all of them
/// together.
pub fn root_causes(run: &FabricRun, path: &CriticalPath) -> Vec<RootCause> {
    let degradations = run.scene.degradations();
    let mut causes: Vec<RootCause> =
        degradations.iter().map(|degradation| root_cause(run, path, degradation)).collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.on_path));
    causes.truncate(MAX_TRIED);
    if degradations.len() > 1 {
        let on_path = causes.iter().map(|cause| cause.on_path).max().unwrap_or_default();
        causes.push(RootCause { degradations, on_path, meets: PathMeeting::Nothing, repaired: None });
    }
    causes
}

fn root_cause(run: &FabricRun, path: &CriticalPath, degradation: &Degradation) -> RootCause {
    let mut longest: Option<(Femtos, LinkId)> = None;
    let mut on_path = Femtos(0);
    let mut meets = PathMeeting::Nothing;
    for span in &path.steps {
        let duration = span.duration();
        if let Some(link) = span.link.filter(|link| degradation.links().contains(link)) {
            on_path = on_path + duration;
            longest = longest.max(Some((duration, link)));
        }
        if let (Degradation::Late(ranks), CostSource::Late) = (degradation, span.source) {
            on_path = on_path + duration;
            // The rank whose delay is nearest to that on the path.
            let delay = |rank: u32| run.scene.delays.start_of(rank);
            let rank = ranks.iter().copied().min_by_key(|rank| delay(*rank).0.abs_diff(duration.0));
            meets = rank.map_or(meets, |rank| PathMeeting::LateRank { rank, delay: delay(rank) });
        }
    }
    if let Some((_, link)) = longest {
        meets = PathMeeting::Link(link);
    }
    RootCause { degradations: vec![degradation.clone()], on_path, meets, repaired: None }
}

impl RootCause {
    /// Runs the fabric again without the degradation and keeps the time. `cache` is of this run.
    pub fn replay_repaired(&mut self, run: &FabricRun, cache: &mut ReplayCache) {
        self.repaired = run.time_without(&self.degradations, cache);
    }
}
