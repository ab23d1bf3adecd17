//! The explanation of one run: the critical path, its shares, and the re-runs.

use super::attribution::{TimeShare, time_shares};
use super::critical_path::critical_path;
use super::elasticity::{Elasticities, SUM_TOLERANCE, can_replay, elasticities};
use super::operations::operations_sentence;
use super::path::{CriticalPath, ExplainError};
use super::root_cause::{RootCause, root_causes};
use super::text::{Findings, explanation_sentences, note_text};
use super::upgrade::{Upgrade, upgrades};
use crate::simulate::ReplayCache;
use crate::solve::{FabricRun, Note, NoteCode};

/// Where the time of a run goes, and what would change it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The critical path.
    pub path: CriticalPath,
    /// The path added up; the shares add up to the reported time exactly.
    pub shares: Vec<TimeShare>,
    /// The elasticity of each figure; `None` if the run is too large for re-runs, or has fixed rates.
    pub elasticities: Option<Elasticities>,
    /// Re-runs with the figures of the longest shares doubled or halved.
    pub upgrades: Vec<Upgrade>,
    /// Degradations of the fabric, and the time without them.
    pub root_causes: Vec<RootCause>,
    /// What must be known to read the explanation.
    pub notes: Vec<Note>,
    /// All of it as text.
    pub sentences: Vec<String>,
}

/// Explains a run: the critical path first, then about two dozen re-runs with one figure scaled.
///
/// # Errors
/// See [`ExplainError`].
pub fn explain(run: &FabricRun) -> Result<Explanation, ExplainError> {
    let time = run.result().ok_or(ExplainError::NotRun)?.time;
    let path = critical_path(run)?;
    let shares = time_shares(&path, time);
    let mut cache = ReplayCache::default();
    let elasticities = elasticities(run, &mut cache);
    let upgrades = upgrades(run, &shares);
    let mut root_causes = root_causes(run, &path);
    if can_replay(run) {
        root_causes.iter_mut().for_each(|cause| cause.replay_repaired(run, &mut cache));
    }
    let notes = notes(run, &path, &shares, elasticities.as_ref());
    let findings = Findings {
        shares: &shares,
        elasticities: elasticities.as_ref(),
        upgrades: &upgrades,
        root_causes: &root_causes,
    };
    let mut sentences = explanation_sentences(run, findings);
    sentences.extend(operations_sentence(&run.plan, &path));
    Ok(Explanation { path, shares, elasticities, upgrades, root_causes, notes, sentences })
}

fn notes(run: &FabricRun, path: &CriticalPath, shares: &[TimeShare], elasticities: Option<&Elasticities>) -> Vec<Note> {
    let mut notes = Vec::new();
    if !path.complete {
        notes.push(Note { code: NoteCode::PathIncomplete, text: note_text::PATH_INCOMPLETE.to_owned() });
    }
    match elasticities {
        Some(all) if all.path_changes(shares) => {
            let off = (all.sum - 1.0).abs() > SUM_TOLERANCE;
            notes.push(Note { code: NoteCode::PathChanges, text: note_text::path_changes(off.then_some(all.sum)) });
        }
        Some(_) => {}
        None => {
            let text = if run.has_fixed_rates() { note_text::FIXED_RATES } else { note_text::NOT_REPLAYED };
            notes.push(Note { code: NoteCode::NotReplayed, text: text.to_owned() });
        }
    }
    notes
}
