//! The registry of algorithms: which of them run an operation on a fabric, and their plans.
//!
//! A new algorithm is a variant and a row of the table in `algorithm`, and arms in `chip_plans` or `wafer_plans`. Without
//! any of them it does not compile.

use super::algorithm::{Algorithm, ChipAlgorithm, PerPeAlgorithm, PlanInputs, RankLayout};
use super::chip_plans::{build_chips, fits_chips};
use super::wafer_plans::{build_per_pe, build_strips, build_wafers, fits_per_pe, fits_strips, per_pe_least_time};
use super::{Collective, Plan, PlanError, Root, fit_to_faults};
use crate::units::{Bytes, Femtos};

impl Algorithm {
    /// All that fit, in the order of the table.
    pub fn all_for(layout: &RankLayout, collective: Collective) -> impl Iterator<Item = Algorithm> {
        Algorithm::ALL.iter().copied().filter(move |algorithm| algorithm.fits(layout, collective))
    }

    /// The one with an id. `None` if none that fits has it.
    pub fn find(layout: &RankLayout, collective: Collective, id: &str) -> Option<Algorithm> {
        Algorithm::all_for(layout, collective).find(|algorithm| algorithm.id() == id)
    }

    /// Its name on the screen where it runs an operation.
    pub fn label_for(self, collective: Collective) -> &'static str {
        match (self, collective) {
            (Algorithm::Chips(ChipAlgorithm::Nvls), Collective::AllGather | Collective::Broadcast) => {
                "NVLS, multicast in the switch"
            }
            (Algorithm::Chips(ChipAlgorithm::Snake), Collective::SendRecv) => "every rank to the next along a snake",
            (Algorithm::PerPe(PerPeAlgorithm::CentreRooted), Collective::Broadcast) => "multicast from the centre",
            (Algorithm::PerPe(PerPeAlgorithm::CentreRooted), Collective::Reduce) => "stars into the centre",
            (Algorithm::Strips(Root::Middle), Collective::Broadcast) => "two-sided from the middle strip",
            (Algorithm::Strips(Root::End), Collective::Broadcast) => "one-sided from the end strip",
            (Algorithm::Strips(Root::Each), Collective::SendRecv) => "every strip to the next at once",
            (Algorithm::SwarmxTree, Collective::Broadcast) => "SwarmX tree: copied on the way down",
            (Algorithm::SwarmxTree, Collective::Reduce) => "SwarmX tree: added on the way up",
            (Algorithm::Chips(_) | Algorithm::PerPe(_) | Algorithm::Strips(_) | Algorithm::SwarmxTree, _) => {
                self.label()
            }
        }
    }

    /// Whether these ranks can run an operation with it.
    pub fn fits(self, layout: &RankLayout, collective: Collective) -> bool {
        match (self, layout) {
            (Algorithm::Chips(algorithm), RankLayout::Chips { .. }) => fits_chips(algorithm, collective, layout),
            (Algorithm::PerPe(algorithm), RankLayout::PerPe(mesh)) => fits_per_pe(algorithm, collective, mesh),
            (Algorithm::Strips(root), RankLayout::Strips { .. }) => fits_strips(root, collective),
            (Algorithm::SwarmxTree, RankLayout::Wafers(_)) => {
                matches!(collective, Collective::AllReduce | Collective::Broadcast | Collective::Reduce)
            }
            (Algorithm::Chips(_) | Algorithm::PerPe(_) | Algorithm::Strips(_) | Algorithm::SwarmxTree, _) => false,
        }
    }

    /// A time that it cannot beat, known without a plan, given that it fits. Zero where none is known.
    pub fn least_time(self, layout: &RankLayout, collective: Collective, message: Bytes) -> Femtos {
        match (self, layout) {
            (Algorithm::PerPe(algorithm), RankLayout::PerPe(mesh)) => {
                per_pe_least_time(algorithm, collective, mesh, message)
            }
            (Algorithm::Chips(_) | Algorithm::PerPe(_) | Algorithm::Strips(_) | Algorithm::SwarmxTree, _) => Femtos(0),
        }
    }

    /// Its plan with ideal timing.
    ///
    /// # Errors
    /// [`PlanError::DoesNotFit`] if [`Algorithm::fits`] is false; else as the algorithm's own function.
    pub fn build(self, inputs: &PlanInputs) -> Result<Plan, PlanError> {
        let PlanInputs { collective, fabric, message, delays, .. } = *inputs;
        let late = delays.last_start() > Femtos(0);
        match (self, inputs.layout) {
            (Algorithm::Chips(algorithm), RankLayout::Chips { topology, .. }) => {
                build_chips(algorithm, topology, inputs)
            }
            (Algorithm::PerPe(algorithm), RankLayout::PerPe(mesh)) => {
                let plan = build_per_pe(algorithm, collective, mesh, message)?;
                fit_to_faults(plan, mesh, fabric, late, &|pe| delays.start_of(pe))
            }
            (Algorithm::Strips(root), RankLayout::Strips { mesh, layout, broadcast }) => {
                let plan = build_strips((root, broadcast), collective, (mesh, layout), message)?;
                // A rank is a strip: all of its columns are late.
                let strip = |pe: u32| pe % mesh.width / layout.strip_width;
                fit_to_faults(plan, mesh, fabric, late, &|pe| delays.start_of(strip(pe)))
            }
            (Algorithm::SwarmxTree, RankLayout::Wafers(tree)) => build_wafers(collective, tree, message, delays),
            (Algorithm::Chips(_) | Algorithm::PerPe(_) | Algorithm::Strips(_) | Algorithm::SwarmxTree, _) => {
                Err(PlanError::DoesNotFit(self.id()))
            }
        }
    }
}

impl Collective {
    /// The operations that have an algorithm on these ranks.
    pub fn all_on(layout: &RankLayout) -> Vec<Collective> {
        let exists = |collective: &Collective| Algorithm::all_for(layout, *collective).next().is_some();
        Collective::ALL.into_iter().filter(exists).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{Delays, FirstPartner};
    use crate::fabric::{
        Cluster, Fabric, FullMesh, Graph, Grid, LinkFigures, NodeInterconnect, Switch, Topology, Torus, TorusAxis,
    };
    use crate::units::BytesPerSec;

    fn topologies() -> Vec<Topology> {
        let links = LinkFigures { capacity: BytesPerSec(1e9), latency: Femtos(1) };
        vec![
            Switch { hub: NodeInterconnect::NvSwitch, ranks: 8, capacity: links.capacity, latency: links.latency }
                .into(),
            Cluster {
                hub: NodeInterconnect::NvSwitch,
                nodes: 4,
                gpus_per_node: 2,
                nvlink: links,
                host: links,
                nic: links,
                nodes_per_leaf: 2,
            }
            .into(),
            Grid { width: 4, height: 2, wraps: true, links }.into(),
            FullMesh { chips: 6, links }.into(),
            Torus {
                axes: [(2, true), (3, false), (2, true)].map(|(length, wraps)| TorusAxis { length, wraps, links }),
            }
            .into(),
            Graph::of_nodes(3).into(),
        ]
    }

    #[test]
    fn what_fits_is_built_and_nothing_else() {
        let delays = Delays::default();
        for topology in topologies() {
            let fabric = Fabric::from(topology.clone());
            let layout = RankLayout::Chips { topology: &topology, in_switch_reduction: true, measured: None };
            for collective in Collective::ALL {
                let inputs = PlanInputs {
                    collective,
                    layout,
                    fabric: &fabric,
                    message: Bytes(4096),
                    delays: &delays,
                    first_partner: FirstPartner::Far,
                };
                for &algorithm in Algorithm::ALL {
                    let refused = match algorithm.build(&inputs) {
                        Ok(plan) => {
                            let known = |phase: &&str| algorithm.phases().contains(phase);
                            assert!(plan.phases().iter().all(known), "{algorithm:?}: {:?}", plan.phases());
                            false
                        }
                        Err(PlanError::DoesNotFit(id)) => id == algorithm.id(),
                        Err(PlanError::NotAPowerOfTwo(_)) => true,
                        // The chips of this graph are not joined.
                        Err(PlanError::NoPath { .. }) => !matches!(topology, Topology::Graph(_)),
                        Err(error) => panic!("{algorithm:?}: {error}"),
                    };
                    assert_eq!(refused, !algorithm.fits(&layout, collective), "{algorithm:?} on {topology:?}");
                }
            }
        }
    }

    #[test]
    fn ids_are_unique_among_the_algorithms_that_fit_together() {
        for &algorithm in Algorithm::ALL {
            let same = |other: &&Algorithm| {
                other.id() == algorithm.id() && std::mem::discriminant(*other) == std::mem::discriminant(&algorithm)
            };
            assert_eq!(Algorithm::ALL.iter().filter(same).count(), 1, "{algorithm:?}");
        }
    }
}
