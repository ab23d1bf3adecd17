//! Explanation: which link binds, where the time of a run goes, and what would change it.
//!
//! | file | what |
//! |---|---|
//! | `binding` | the link that binds at an instant or over a moment |
//! | `instant` | who shares that link, and what waits for it |
//! | `paused` | that in words |
//! | `walk` | the critical path: back from the last byte to the launch |
//! | `latency` | of what the latency of a route is made |
//! | `ports` | serialization or contention: own bytes, or others in the way |
//! | `parts` | the path added up, by kind and link class |
//! | `elasticity` | what a figure is worth: the run played again with it scaled |
//! | `suspects` | what is wrong with the fabric and matters, and the run without it |
//! | `words` | what parts and figures are called |
//! | `sentences` | all of it in sentences |
//! | `verdict` | the answer to a scene's claim |

mod binding;
mod elasticity;
mod instant;
mod latency;
mod parts;
mod paused;
mod ports;
mod sentences;
mod suspects;
#[cfg(test)]
mod tests;
mod verdict;
mod walk;
mod words;

pub use binding::{Binding, binding};
pub use elasticity::{
    Elasticities, Elasticity, SUM_TOLERANCE, Upgrade, can_replay, elasticities, elasticity, parameter_of, saved,
    what_if, what_ifs, worth_trying,
};
pub use instant::{AtInstant, MAX_LISTED, Sharing, Waiting, instant};
pub use parts::{TimeShare, parts};
pub use paused::{ends, instant_sentences, step_words, stream_words};
pub use sentences::{Findings, sentences};
pub use suspects::{Named, Suspect, suspects};
pub use verdict::{verdict, verdict_sentences};
pub use walk::MAX_PATH;
pub use words::{class_name, figure_words, is_fitted, parameter_class, part_words, percent};

use crate::collective::Plan;
use crate::fabric::{Fabric, LinkClass, LinkId};
use crate::scene::{FabricKind, WaferFabric, WaferLayout};
use crate::solve::{FabricRun, Note};
use crate::trace::Trace;
use crate::units::Femtos;
use ports::Ports;

/// What time is spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostKind {
    /// Heads on their way.
    Latency,
    /// Bytes that had to pass this rank's port in any routing.
    Serialization,
    /// Others in the way: ranks that meet on inner links, other traffic.
    Contention,
    /// Cores that add, software between steps, pipelines that fill.
    Processing,
    /// Before the first byte.
    Launch,
}

impl CostKind {
    /// Its name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            CostKind::Latency => "latency",
            CostKind::Serialization => "serialization",
            CostKind::Contention => "contention",
            CostKind::Processing => "processing",
            CostKind::Launch => "launch",
        }
    }
}

/// What it is more exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostSource {
    /// A link.
    Link,
    /// Additions and deliveries in cores.
    Cores,
    /// Software at each step.
    Step,
    /// A pipeline that fills.
    Fill,
    /// Software before the first byte.
    Launch,
    /// A rank that comes late.
    Late,
}

impl CostSource {
    /// In words. Links go by their class.
    pub fn words(self) -> &'static str {
        match self {
            CostSource::Link => "links",
            CostSource::Cores => "cores adding and delivering",
            CostSource::Step => "software at each step",
            CostSource::Fill => "filling the pipeline (fitted)",
            CostSource::Launch => "start-up",
            CostSource::Late => "ranks that come late",
        }
    }
}

/// From which end the walk came to a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Its first byte was waited for.
    Head,
    /// Its last byte was.
    Tail,
}

/// A span of the critical path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The transfer that the time is spent in. Of a cohort it is the one written out.
    pub transfer: Option<u32>,
    /// From which end the walk came to it.
    pub mode: Mode,
    /// Begins.
    pub from: Femtos,
    /// Ends, where the next step begins.
    pub until: Femtos,
    /// What the time is spent on.
    pub kind: CostKind,
    /// The class of the links that it is spent on; `None` for cores and software.
    pub class: Option<LinkClass>,
    /// The link that binds; `None` for latency, which is spent on a way.
    pub link: Option<LinkId>,
    /// What it is more exactly.
    pub what: CostSource,
}

/// The chain of waiting that makes a run as long as it is, by time, without gaps from zero to the end.
#[derive(Clone, Debug, PartialEq)]
pub struct CriticalPath {
    /// Its spans. A latency of several classes is one span for each, one after the other.
    pub steps: Vec<Step>,
    /// The end of the run, in the engine's fluid time.
    pub end: Femtos,
    /// How many transfers it passes.
    pub transfers: u32,
    /// Whether it leads back to the launch. Else the trace does not tell why a transfer started when it did, and the rest
    /// is booked as launch: an error of the walk.
    pub complete: bool,
}

/// Why a run is not explained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// Nothing was played.
    #[error("nothing was played, so there is nothing to explain")]
    Nothing,
    /// The path would not fit.
    #[error(
        "the critical path has more than {limit} transfers: fewer ranks, or an algorithm of fewer steps, can be explained"
    )]
    TooLong {
        /// Most transfers of a path.
        limit: u32,
    },
}

/// The critical path of a plan that was played on a fabric. `strips` tells that ranks are strips of a wafer, whose
/// port is the edge between them.
///
/// # Errors
/// See [`ExplainError`].
pub fn path_of_plan(fabric: &Fabric, plan: &Plan, trace: &Trace, strips: bool) -> Result<CriticalPath, ExplainError> {
    walk::walk(Ports { fabric, plan, trace, strips })
}

/// The critical path of a fabric of a solved scene.
///
/// # Errors
/// See [`ExplainError`].
pub fn critical_path(run: &FabricRun) -> Result<CriticalPath, ExplainError> {
    let result = run.result().ok_or(ExplainError::Nothing)?;
    path_of_plan(&run.fabric, &run.plan, &result.played.trace, on_strips(run))
}

/// Whether ranks are strips of a wafer.
fn on_strips(run: &FabricRun) -> bool {
    matches!(&run.scene.kind, FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { .. }, .. }))
}

/// Where the time of a run goes, and what would change it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The critical path.
    pub path: CriticalPath,
    /// The path added up; the parts add up to the reported time exactly.
    pub parts: Vec<TimeShare>,
    /// What each figure is worth; `None` where the run is too large to be played again.
    pub elasticities: Option<Elasticities>,
    /// The longest parts' figures doubled or halved.
    pub what_ifs: Vec<Upgrade>,
    /// What is wrong with the fabric, and the time without it.
    pub suspects: Vec<Suspect>,
    /// What must be said beside it.
    pub notes: Vec<Note>,
    /// All of it in words.
    pub sentences: Vec<String>,
}

/// Explains a run: the path first, then about two dozen runs with one figure scaled.
///
/// # Errors
/// See [`ExplainError`].
pub fn explain(run: &FabricRun) -> Result<Explanation, ExplainError> {
    let time = run.result().ok_or(ExplainError::Nothing)?.time;
    let path = critical_path(run)?;
    let parts = parts(&path, time);
    let elasticities = elasticities(run);
    let what_ifs = what_ifs(run, &parts);
    let mut suspects = suspects(run, &path);
    if can_replay(run) {
        suspects.iter_mut().for_each(|suspect| suspect.mend(run));
    }
    let mut notes = Vec::new();
    if !path.complete {
        let text = "internal error: the trace does not tell why a transfer on the critical path started when it did";
        notes.push(Note::new(crate::solve::NoteCode::PathIncomplete, text));
    }
    match &elasticities {
        Some(all) if all.path_changes(&parts) => {
            let taken = "within one percent another path takes over, or two classes of links bind alike";
            let text = if (all.sum - 1.0).abs() > SUM_TOLERANCE {
                format!("{taken}: the elasticities add up to {:.3} instead of 1", all.sum)
            } else {
                format!("{taken}: what a figure is worth is not its share of the time")
            };
            notes.push(Note::new(crate::solve::NoteCode::PathChanges, text));
        }
        Some(_) => {}
        None => {
            let text = "what a figure is worth is not tried here: the run is too large to be played again and again";
            notes.push(Note::new(crate::solve::NoteCode::NotReplayed, text));
        }
    }
    let findings =
        Findings { parts: &parts, elasticities: elasticities.as_ref(), what_ifs: &what_ifs, suspects: &suspects };
    let sentences = sentences(run, findings);
    Ok(Explanation { path, parts, elasticities, what_ifs, suspects, notes, sentences })
}
