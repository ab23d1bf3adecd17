//! Ways over links that are up: between two nodes, and round a link that is down.

use std::collections::VecDeque;

use super::topology::Node;
use super::{Fabric, LinkId};

/// A shortest way from where `cut` begins to where it ends over links that are up; of several the one whose links have
/// the lowest ids, first link first. `None` where there is none.
pub fn detour(fabric: &Fabric, cut: LinkId) -> Option<Vec<LinkId>> {
    let (from, to) = fabric.topology.ends(cut)?;
    shortest(fabric, from, to)
}

/// A shortest way (of fewest links) from one node to another over links that are up; of several the one whose links have
/// the lowest ids, first link first. `None` where there is none.
pub fn shortest(fabric: &Fabric, from: Node, to: Node) -> Option<Vec<LinkId>> {
    let mut came_by: Vec<Option<LinkId>> = vec![None; fabric.topology.node_count() as usize];
    let mut open = VecDeque::from([from]);
    while let Some(node) = open.pop_front() {
        if node == to {
            break;
        }
        for id in fabric.topology.links_from(node) {
            let Some((_, next)) = fabric.topology.ends(id).filter(|_| !fabric.is_down(id)) else { continue };
            if next != from && came_by[next.0 as usize].is_none() {
                came_by[next.0 as usize] = Some(id);
                open.push_back(next);
            }
        }
    }
    let mut way = Vec::new();
    let mut at = to;
    while at != from {
        let id = came_by[at.0 as usize]?;
        way.push(id);
        at = fabric.topology.ends(id)?.0;
    }
    way.reverse();
    Some(way)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabric::LinkFigures;
    use crate::fabric::chip_grid::Grid;
    use crate::fabric::switch::Switch;
    use crate::fabric::topology::Topology;
    use crate::fabric::wafer_mesh::Direction;
    use crate::units::{BytesPerSec, Femtos};

    #[test]
    fn a_mesh_has_a_way_round_and_a_star_has_none() {
        let links = LinkFigures { capacity: BytesPerSec(1e9), latency: Femtos(1) };
        let grid = Grid { width: 4, height: 3, wraps: false, links };
        let cut = grid.link_id(1, 1, Direction::East);
        let mut fabric = Fabric::from(Topology::Grid(grid));
        fabric.slow([(cut, 0.0)]);
        assert_eq!(detour(&fabric, cut).map(|way| way.len()), Some(3));

        let switch = Switch { ranks: 4, capacity: BytesPerSec(1e9), latency: Femtos(1) };
        let cut = switch.up(2);
        let mut fabric = Fabric::from(Topology::Switch(switch));
        fabric.slow([(cut, 0.0)]);
        assert_eq!(detour(&fabric, cut), None);
    }
}
