//! The dependencies of all transfers, by transfer and by the transfer that they wait for.

use std::ops::Range;

use crate::plan::{Dep, Plan};

/// A transfer that waits for another one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Successor {
    /// The waiting transfer.
    pub id: u32,
    /// Index of its dependency in [`DepGraph::dep`].
    pub dep: u32,
}

/// Dependencies in both directions.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DepGraph {
    deps: Vec<Dep>,
    /// Index of each transfer's first dependency.
    first_dep: Vec<u32>,
    /// The successors of one transfer after another.
    successors: Vec<Successor>,
    /// Index of each transfer's first successor.
    first_successor: Vec<u32>,
}

impl DepGraph {
    /// The dependencies of a plan.
    pub fn new(plan: &Plan) -> DepGraph {
        let count = plan.transfer_count() as usize;
        let mut deps = Vec::new();
        let mut first_dep = Vec::with_capacity(count + 1);
        for id in 0..count as u32 {
            first_dep.push(deps.len() as u32);
            deps.extend(plan.deps(id));
        }
        first_dep.push(deps.len() as u32);
        let mut first_successor = vec![0_u32; count + 1];
        for dep in &deps {
            first_successor[dep.on.0 as usize + 1] += 1;
        }
        for id in 0..count {
            first_successor[id + 1] += first_successor[id];
        }
        let mut next = first_successor.clone();
        let mut successors = vec![Successor::default(); deps.len()];
        for id in 0..count as u32 {
            for dep in first_dep[id as usize]..first_dep[id as usize + 1] {
                let free = &mut next[deps[dep as usize].on.0 as usize];
                successors[*free as usize] = Successor { id, dep };
                *free += 1;
            }
        }
        DepGraph { deps, first_dep, successors, first_successor }
    }

    /// A dependency by its index.
    pub fn dep(&self, index: u32) -> &Dep {
        &self.deps[index as usize]
    }

    /// The dependencies of a transfer.
    pub fn deps_of(&self, id: u32) -> &[Dep] {
        &self.deps[self.first_dep[id as usize] as usize..self.first_dep[id as usize + 1] as usize]
    }

    /// The indices of the successors of a transfer, for [`DepGraph::successor`].
    pub fn successors_of(&self, id: u32) -> Range<u32> {
        self.first_successor[id as usize]..self.first_successor[id as usize + 1]
    }

    /// A successor by its index.
    pub fn successor(&self, index: u32) -> Successor {
        self.successors[index as usize]
    }
}
