//! The meaning of a sequence: its operations in order, their groups of ranks, and what each waits for.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::checker::Checker;
use super::rank_text::{RankText, rank_groups};
use crate::collective::{Algorithm, Collective, OperationWork, RankGroup, RankLayout, Sequence, SequenceOperation};
use crate::fabric::Topology;
use crate::scene::diagnostic::accepted;
use crate::scene::schema::{OperationFile, WorkloadFile};
use crate::scene::{AUTO, FabricKind, FabricScene, letter};
use crate::units::{Bytes, Femtos, grouped, quoted};

/// Most operations of a sequence.
pub(crate) const MAX_OPERATIONS: usize = 4_096;
/// Most ranks in all groups of a sequence together.
const MAX_MEMBERS: usize = 4_000_000;
/// Most characters of the name of an operation.
const MAX_NAME: usize = 60;

impl Checker<'_> {
    /// The sequence of a workload; `None` if it has none, or a wrong one.
    pub(super) fn operations(
        &mut self,
        file: &WorkloadFile,
        collective: Collective,
        message: Bytes,
    ) -> Option<Sequence> {
        let count = file.sequence.len();
        if count == 0 {
            return None;
        }
        if count > MAX_OPERATIONS {
            let problem = format!("a sequence of {} operations", grouped(count as u64));
            self.wrong("workload.sequence", problem, format!("accepted: 1 to {}", grouped(MAX_OPERATIONS as u64)));
            return None;
        }
        let before = self.wrongs.len();
        let names = self.names(&file.sequence);
        let mut members = 0;
        let mut operations: Vec<SequenceOperation> = Vec::with_capacity(count);
        // The last operation of each rank so far.
        let mut last: Vec<Option<usize>> = vec![None; file.replicas as usize];
        for (index, operation) in file.sequence.iter().enumerate() {
            let at = |field: &str| format!("workload.sequence.{index}.{field}");
            let work = self.work(operation, (collective, message), &at);
            let groups = match rank_groups(operation.ranks.as_deref().unwrap_or("all"), file.replicas) {
                Ok(groups) => groups,
                Err(RankText { problem, hint }) => {
                    self.wrong(at("ranks"), problem, hint);
                    continue;
                }
            };
            members += groups.iter().map(Vec::len).sum::<usize>();
            if members > MAX_MEMBERS {
                let problem =
                    format!("the groups of all operations have more than {} ranks", grouped(MAX_MEMBERS as u64));
                self.wrong("workload.sequence", problem, "use fewer operations or ranks");
                return None;
            }
            let is_collective = matches!(work, Some(OperationWork::Collective { .. }));
            if let Some(group) = groups.iter().find(|group| is_collective && group.len() < 2) {
                let problem = format!("a group of {} rank; an operation needs at least 2", group.len());
                self.wrong(at("ranks"), problem, "accepted: groups of 2 or more ranks, or `compute`");
            }
            let after = self.after(operation, index, &names, &at).unwrap_or_else(|| {
                let mut before: Vec<usize> =
                    groups.iter().flatten().filter_map(|rank| last.get(*rank as usize).copied().flatten()).collect();
                before.sort_unstable();
                before.dedup();
                before
            });
            for rank in groups.iter().flatten() {
                if let Some(last) = last.get_mut(*rank as usize) {
                    *last = Some(index);
                }
            }
            let Some(work) = work else { continue };
            operations.push(SequenceOperation { name: operation.name.clone(), listed: index, work, groups, after });
        }
        if self.wrongs.len() > before {
            return None;
        }
        self.in_order(operations)
    }

    /// A fabric with the sequence that it runs. Its algorithm is that of the operations that name none.
    pub(super) fn with_sequence(
        &mut self,
        index: usize,
        fabric: FabricScene,
        (sequence, replicas): (&Arc<Sequence>, u32),
    ) -> Option<FabricScene> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        let layout = fabric.kind.rank_layout();
        if matches!(layout, RankLayout::Chips { measured: Some(_), .. }) {
            let problem = "a sequence has no measured timing: NCCL's was measured for one operation at a time";
            self.wrong(at("timing"), problem, "accepted: ideal");
            return None;
        }
        let topology = fabric.fabric().topology.clone();
        // On a mesh, torus or graph every chip is a rank, whatever the workload says.
        let ranks = match &fabric.kind {
            FabricKind::Chips(chips) => chips.ranks(),
            FabricKind::Wafer(_) | FabricKind::Wafers(_) => {
                self.of_all_ranks(index, sequence, replicas)?;
                u32::MAX
            }
        };
        if sequence.operations.iter().flat_map(|one| one.groups.iter().flatten()).any(|rank| *rank >= ranks) {
            let problem = format!("the sequence has ranks that fabric {} does not have", letter(index));
            self.wrong("workload.replicas", problem, format!("accepted there: at most {}", grouped(ranks.into())));
            return None;
        }
        let mut own = Sequence::clone(sequence);
        // Groups of one operation have few shapes: each is checked once.
        let mut known: Vec<(Topology, Collective, Vec<Algorithm>)> = Vec::new();
        for operation in &mut own.operations {
            let OperationWork::Collective { collective, algorithm, .. } = &mut operation.work else { continue };
            let named = algorithm.is_some();
            let of_fabric = (fabric.algorithm != AUTO).then(|| fabric.kind.algorithm());
            // On wafers another algorithm may have the same id.
            let of_operation =
                algorithm.map(|named| Algorithm::find(&layout, *collective, named.id()).unwrap_or(named));
            let wanted = of_operation.or(of_fabric);
            for ranks in &operation.groups {
                let group = RankGroup::new(&layout, &topology, ranks);
                let found = known.iter().find(|(shape, of, _)| shape == group.topology() && of == collective);
                let fits = match found {
                    Some((_, _, fits)) => fits.clone(),
                    None => {
                        let fits = group.algorithms(&layout, *collective);
                        known.push((group.topology().clone(), *collective, fits.clone()));
                        fits
                    }
                };
                let refused = wanted.filter(|wanted| !fits.contains(wanted));
                if fits.is_empty() || refused.is_some() {
                    let what = collective.with_article();
                    let name = quoted(&operation.name);
                    let problem = match refused.filter(|_| !fits.is_empty()) {
                        Some(refused) => {
                            format!(
                                "`{}` does not run {what} on the ranks of `{name}` on fabric {}",
                                refused.id(),
                                letter(index)
                            )
                        }
                        None => format!("no algorithm for {what} on the ranks of `{name}` on fabric {}", letter(index)),
                    };
                    let hint = match fits.is_empty() {
                        true => "use groups of whole nodes, or of the same places of each node".to_owned(),
                        false => {
                            let ids: Vec<&str> = fits.iter().map(|fits| fits.id()).collect();
                            format!("accepted there: {}", ids.join(", "))
                        }
                    };
                    let field = if named { "algorithm" } else { "name" };
                    self.wrong(format!("workload.sequence.{}.{field}", operation.listed), problem, hint);
                    return None;
                }
            }
            *algorithm = wanted;
        }
        Some(FabricScene { sequence: Some(Arc::new(own)), ..fabric })
    }

    /// Refuses groups on wafers: their algorithms are for all ranks of a fabric.
    fn of_all_ranks(&mut self, index: usize, sequence: &Sequence, replicas: u32) -> Option<()> {
        let is_all = |operation: &&SequenceOperation| {
            let is_one = matches!(operation.groups.as_slice(), [group] if group.len() == replicas as usize);
            is_one || matches!(operation.work, OperationWork::Compute(_))
        };
        let Some(part) = sequence.operations.iter().find(|operation| !is_all(operation)) else { return Some(()) };
        let problem = format!(
            "`{}` is an operation of groups of ranks; on wafers, as fabric {} has them, all ranks take part",
            quoted(&part.name),
            letter(index)
        );
        self.wrong(format!("workload.sequence.{}.ranks", part.listed), problem, "accepted there: all");
        None
    }

    /// The index of each name.
    fn names<'a>(&mut self, operations: &'a [OperationFile]) -> BTreeMap<&'a str, usize> {
        let mut names = BTreeMap::new();
        for (index, operation) in operations.iter().enumerate() {
            let at = format!("workload.sequence.{index}.name");
            let length = operation.name.trim().chars().count();
            if length == 0 || length > MAX_NAME {
                self.wrong(
                    at,
                    format!("a name of {length} characters"),
                    format!("accepted: 1 to {MAX_NAME} characters"),
                );
            } else if names.insert(operation.name.as_str(), index).is_some() {
                let problem = format!("two operations are called `{}`", quoted(&operation.name));
                self.wrong(at, problem, "accepted: a name of its own");
            }
        }
        names
    }

    /// What an operation does.
    fn work(
        &mut self,
        file: &OperationFile,
        (collective, message): (Collective, Bytes),
        at: &dyn Fn(&str) -> String,
    ) -> Option<OperationWork> {
        if let Some(duration) = &file.compute {
            if file.collective.is_some() || file.message.is_some() || file.algorithm.is_some() {
                let problem = "a computation has no collective, message or algorithm".to_owned();
                self.wrong(at("compute"), problem, "split it into two operations");
                return None;
            }
            return Some(OperationWork::Compute(self.unit(&at("compute"), Femtos::parse(duration))?));
        }
        let collectives = Collective::ALL.map(|collective| (collective.as_str(), collective));
        let collective = match &file.collective {
            Some(word) => self.choice(&at("collective"), "collective", word, &collectives),
            None => Some(collective),
        };
        let message = match &file.message {
            Some(text) => self.unit(&at("message"), Bytes::parse(text)),
            None => Some(message),
        };
        let algorithm = match &file.algorithm {
            Some(id) => {
                // Of several with one id, the fabric decides which.
                let mut known: Vec<(&str, Algorithm)> = Vec::new();
                for algorithm in Algorithm::ALL {
                    if known.iter().all(|(id, _)| *id != algorithm.id()) {
                        known.push((algorithm.id(), *algorithm));
                    }
                }
                Some(self.choice(&at("algorithm"), "algorithm", id, &known)?)
            }
            None => None,
        };
        Some(OperationWork::Collective { collective: collective?, message: message?, algorithm })
    }

    /// The operations that are named in `after`; `None` without the field.
    fn after(
        &mut self,
        file: &OperationFile,
        index: usize,
        names: &BTreeMap<&str, usize>,
        at: &dyn Fn(&str) -> String,
    ) -> Option<Vec<usize>> {
        let listed = file.after.as_ref()?;
        let mut after = Vec::new();
        for (place, name) in listed.iter().enumerate() {
            let path = format!("{}.{place}", at("after"));
            match names.get(name.as_str()) {
                Some(&other) if other == index => {
                    self.wrong(path, format!("`{}` waits for itself", quoted(name)), "name another operation");
                }
                Some(&other) => after.push(other),
                None => {
                    let hint = accepted(name, names.keys().copied());
                    self.wrong(path, format!("unknown operation `{}`", quoted(name)), hint);
                }
            }
        }
        after.sort_unstable();
        after.dedup();
        Some(after)
    }

    /// The operations in an order in which each one follows what it waits for; of several possible ones the order of the
    /// list.
    fn in_order(&mut self, operations: Vec<SequenceOperation>) -> Option<Sequence> {
        let mut followers: Vec<Vec<usize>> = vec![Vec::new(); operations.len()];
        let mut waits: Vec<usize> = Vec::with_capacity(operations.len());
        for (index, operation) in operations.iter().enumerate() {
            waits.push(operation.after.len());
            for &before in &operation.after {
                followers.get_mut(before)?.push(index);
            }
        }
        let free = waits.iter().enumerate().filter(|(_, waits)| **waits == 0).map(|(index, _)| index);
        let mut ready: std::collections::BTreeSet<usize> = free.collect();
        let mut order = Vec::with_capacity(operations.len());
        while let Some(next) = ready.pop_first() {
            order.push(next);
            for &follower in followers.get(next)? {
                let left = waits.get_mut(follower)?;
                *left -= 1;
                if *left == 0 {
                    ready.insert(follower);
                }
            }
        }
        if order.len() < operations.len() {
            let first = waits.iter().position(|&waits| waits > 0)?;
            let name = quoted(&operations.get(first)?.name);
            let problem = format!("`{name}` waits for operations that wait for each other");
            self.wrong(format!("workload.sequence.{first}.after"), problem, "remove one of the names from an `after`");
            return None;
        }
        let mut place = vec![0; operations.len()];
        for (at, &index) in order.iter().enumerate() {
            *place.get_mut(index)? = at;
        }
        let mut sorted: Vec<SequenceOperation> = operations;
        sorted.sort_by_key(|operation| place.get(operation.listed).copied());
        for operation in &mut sorted {
            for before in &mut operation.after {
                *before = place.get(*before).copied().unwrap_or_default();
            }
        }
        Some(Sequence { operations: sorted })
    }
}
