//! Shortest paths around what is down.

use super::degraded::Fabric;
use super::link::LinkId;
use super::shortest_path::fewest_links;
use super::topology::Node;

/// A path of fewest links from the beginning to the end of a link over links that are up; of several the one whose links
/// have the lowest ids, first link first. `None` if there is none.
pub fn detour(fabric: &Fabric, link: LinkId) -> Option<Vec<LinkId>> {
    let (from, to) = fabric.topology.ends(link)?;
    shortest(fabric, from, to)
}

/// A path of fewest links from one node to another over links that are up; of several the one whose links have the lowest
/// ids, first link first. `None` if there is none.
pub fn shortest(fabric: &Fabric, from: Node, to: Node) -> Option<Vec<LinkId>> {
    fewest_links(fabric.topology.kind(), from, to, |link| !fabric.is_down(link))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabric::LinkFigures;
    use crate::fabric::NodeInterconnect;
    use crate::fabric::chip_grid::Grid;
    use crate::fabric::direction::Direction;
    use crate::fabric::kinds::Topology;
    use crate::fabric::switch::Switch;
    use crate::units::{BytesPerSec, Femtos};

    #[test]
    fn a_mesh_has_a_detour_and_a_star_has_none() {
        let links = LinkFigures { capacity: BytesPerSec(1e9), latency: Femtos(1) };
        let grid = Grid { width: 4, height: 3, wraps: false, links };
        let cut = grid.link_id(1, 1, Direction::East);
        let mut fabric = Fabric::from(Topology::Grid(grid));
        fabric.slow([(cut, 0.0)]);
        assert_eq!(detour(&fabric, cut).map(|path| path.len()), Some(3));

        let switch =
            Switch { hub: NodeInterconnect::NvSwitch, ranks: 4, capacity: BytesPerSec(1e9), latency: Femtos(1) };
        let cut = switch.up(2);
        let mut fabric = Fabric::from(Topology::Switch(switch));
        fabric.slow([(cut, 0.0)]);
        assert_eq!(detour(&fabric, cut), None);
    }
}
