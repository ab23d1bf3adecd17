//! Fabrics solved for an earlier version of a scene, so that a change solves only what it concerns.

use super::run::FabricRun;
use crate::scene::{AUTO, FabricScene};
use crate::simulate::Budget;
use crate::units::Bytes;

/// Solved fabrics with what each was solved from. The runs share their plans and traces with the scene's.
#[derive(Clone, Debug, Default)]
pub struct SolvedFabrics {
    fabrics: Vec<SolvedFabric>,
}

#[derive(Clone, Debug)]
struct SolvedFabric {
    message: Bytes,
    spec: FabricScene,
    before: Budget,
    /// Work that it took, candidates of `auto` included.
    spent: u64,
    /// Before it was compared with the other fabrics.
    run: FabricRun,
}

impl SolvedFabrics {
    /// Keeps a fabric that was solved within a budget.
    pub(super) fn keep(&mut self, message: Bytes, spec: &FabricScene, budget: (Budget, Budget), run: &FabricRun) {
        let (before, after) = budget;
        let spent = before.work.saturating_sub(after.work);
        self.fabrics.push(SolvedFabric { message, spec: spec.clone(), before, spent, run: run.clone() });
    }

    /// The run of a fabric and the work it took, if solving it within this budget gives the same.
    pub(super) fn find(&self, message: Bytes, spec: &FabricScene, budget: &Budget) -> Option<(FabricRun, u64)> {
        let known = self.fabrics.iter().find(|known| known.message == message && known.spec == *spec)?;
        let same = known.before == *budget || known.is_independent_of(budget);
        same.then(|| (known.run.clone(), known.spent))
    }
}

impl SolvedFabric {
    /// Whether neither budget has any influence: nothing was refused, and there is ample of both.
    fn is_independent_of(&self, budget: &Budget) -> bool {
        let nothing_refused = self.run.choice.as_ref().is_none_or(|choice| choice.unknown().is_empty());
        // A candidate of `auto` may take half of the work that is left, beside the best one so far in memory.
        let share = if self.spec.algorithm == AUTO { 4 } else { 1 };
        let ample = |of: &Budget| {
            self.spent.saturating_mul(share) <= of.work && self.run.kept_bytes().saturating_mul(4) <= of.bytes
        };
        self.run.result().is_some() && nothing_refused && ample(budget) && ample(&self.before)
    }
}
