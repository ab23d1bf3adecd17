//! The machines with free figures, by the topology that they stand for.

use super::MAX_RANKS;
use crate::catalog::FreeMachine;
use crate::fabric::{Grid, LinkFigures, Topology, Torus, TorusAxis};
use crate::units::BytesPerSec;

/// What the chips of a machine with free figures are joined by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreeTopology {
    /// One switch.
    Switch,
    /// Links between neighbours in rows and columns.
    Mesh,
    /// A mesh whose rows and columns are rings.
    Torus,
    /// A direct link between every two.
    FullMesh,
    /// Links that the scene lists.
    Graph,
}

/// Most chips of a full mesh: it has n (n - 1) links.
pub(crate) const MAX_FULL_MESH_CHIPS: u32 = 128;

impl FreeTopology {
    /// All of them.
    pub const ALL: [FreeTopology; 5] =
        [FreeTopology::Switch, FreeTopology::Mesh, FreeTopology::Torus, FreeTopology::FullMesh, FreeTopology::Graph];

    /// Its id, which is also that of its machine with round figures.
    pub fn id(self) -> &'static str {
        match self {
            FreeTopology::Switch => "switch",
            FreeTopology::Mesh => "mesh",
            FreeTopology::Torus => "torus",
            FreeTopology::FullMesh => "full-mesh",
            FreeTopology::Graph => "graph",
        }
    }

    /// That of a machine. `None` for a machine that is in the catalog only.
    pub fn from_machine(machine: &FreeMachine) -> Option<FreeTopology> {
        FreeTopology::ALL.into_iter().find(|topology| topology.id() == machine.topology)
    }

    /// Whether a scene gives its size as columns and rows.
    pub fn takes_region(self) -> bool {
        match self {
            FreeTopology::Mesh | FreeTopology::Torus => true,
            FreeTopology::Switch | FreeTopology::FullMesh | FreeTopology::Graph => false,
        }
    }

    /// Whether a scene lists its links.
    pub fn takes_graph(self) -> bool {
        match self {
            FreeTopology::Graph => true,
            FreeTopology::Switch | FreeTopology::Mesh | FreeTopology::Torus | FreeTopology::FullMesh => false,
        }
    }

    /// The topology of a mesh or torus of these lengths. Axes that are alike are rows and columns of a [`Grid`]; a third axis,
    /// or one that differs, takes a [`Torus`].
    pub fn box_of_chips(self, machine: &FreeMachine, lengths: [u32; 3], links: LinkFigures) -> Topology {
        let third = machine.z_link_gb_s.as_ref().map_or(1.0, |figure| figure.value / machine.link_gb_s.value);
        let wraps = |length: u32| {
            let joined =
                machine.wraps_at.as_ref().is_none_or(|multiple| length.is_multiple_of(multiple.count().max(1)));
            self == FreeTopology::Torus && joined
        };
        let [width, height, layers] = lengths;
        let rings = [width, height].map(|length| length < 2 || wraps(length));
        if layers == 1 && (rings == [true; 2] || ![width, height].into_iter().any(|length| length > 1 && wraps(length)))
        {
            return Topology::Grid(Grid {
                width,
                height,
                wraps: rings == [true; 2] && self == FreeTopology::Torus,
                links,
            });
        }
        let axis = |number: usize| {
            let share = if number == 2 { third } else { 1.0 };
            let links = LinkFigures { capacity: BytesPerSec(links.capacity.0 * share), ..links };
            TorusAxis { length: lengths[number], wraps: wraps(lengths[number]), links }
        };
        Topology::Torus(Torus { axes: [axis(0), axis(1), axis(2)] })
    }

    /// Most chips of a machine: those of the product, or what the topology takes.
    pub fn max_chips(self, machine: &FreeMachine) -> u32 {
        machine.chips.as_ref().map_or(self.max_ranks(), |chips| chips.count().min(self.max_ranks()))
    }

    /// Most ranks of one.
    fn max_ranks(self) -> u32 {
        match self {
            FreeTopology::FullMesh => MAX_FULL_MESH_CHIPS,
            FreeTopology::Switch | FreeTopology::Mesh | FreeTopology::Torus | FreeTopology::Graph => MAX_RANKS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, Machine};

    #[test]
    fn every_machine_with_free_figures_has_a_topology() {
        let catalog = Catalog::bundled().expect("the catalog");
        for machine in catalog.machines() {
            if let Machine::Free(machine) = machine {
                assert!(FreeTopology::from_machine(machine).is_some(), "{}", machine.id);
            }
        }
    }
}
