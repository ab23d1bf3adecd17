//! The proof for chips: at the end every rank holds every rank's contribution to every byte exactly once.

use super::fabrics::*;
use super::symbolic::*;
use crate::collective::*;
use crate::fabric::{Direction, Fabric, LinkId, Topology, WaferCluster};
use crate::units::Bytes;

#[test]
fn plans_around_a_switch_reduce_once() {
    for count in 2..=40 {
        let fabric = Fabric::from(Topology::Switch(switch(count)));
        let mut plans = plans_of(&fabric);
        plans.push(("nvls", nvls_all_reduce(&switch(count), Bytes(1 << 20), &Delays::default())));
        for (name, plan) in plans {
            assert_reduces(&format!("{name} on {count}"), &plan, &fabric);
        }
    }
}

#[test]
fn plans_between_nodes_reduce_once() {
    let (message, delays) = (Bytes(1 << 20), Delays::default());
    for (nodes, places) in [(2, 1), (2, 2), (3, 2), (2, 5), (5, 3), (4, 4), (7, 2), (3, 8), (5, 8)] {
        let cluster = cluster(nodes, places);
        let fabric = Fabric::from(Topology::Cluster(cluster.clone()));
        let held = Some(LinkId(fabric.link_count()));
        let mut plans = plans_of(&fabric);
        let lengths = [places, nodes];
        plans.extend([
            ("hierarchical", ring_over(&fabric, &lengths, RankOrder::Straight, message, &delays).expect("rings")),
            ("channels", channel_rings_all_reduce(&fabric, &cluster, message, &delays).expect("rings")),
            ("nvls-tree", nvls_tree_all_reduce(&fabric, &cluster, message, &delays).expect("trees")),
            ("nvls-tree in turns", nvls_tree_streams(&fabric, &cluster, message, &delays, held).expect("trees")),
            ("nccl tree", nccl_tree_streams(&fabric, nodes, places, message, &delays, None).expect("trees")),
        ]);
        for (name, plan) in plans {
            assert_reduces(&format!("{name} on {nodes} x {places}"), &plan, &fabric);
        }
    }
}

#[test]
fn plans_on_meshes_tori_and_graphs_reduce_once() {
    let (message, delays) = (Bytes(1 << 20), Delays::default());
    for (width, height) in [(2, 1), (1, 3), (2, 2), (3, 4), (5, 2), (4, 4), (7, 3), (8, 4)] {
        for wraps in [false, true] {
            let grid = grid(width, height, wraps);
            let fabric = Fabric::from(Topology::Grid(grid));
            let mut plans = plans_of(&fabric);
            let rings = |lengths: &[u32], order| ring_over(&fabric, lengths, order, message, &delays).expect("rings");
            plans.push(("per dimension", rings(&[width, height], RankOrder::Straight)));
            plans.push(("snake", rings(&[width * height], RankOrder::Snake(width))));
            for (name, plan) in plans {
                assert_reduces(&format!("{name} on {width} x {height}, wraps: {wraps}"), &plan, &fabric);
            }
        }
    }
    for chips in [2, 3, 4, 7, 12, 16] {
        let fabric = Fabric::from(Topology::Graph(graph(chips)));
        for (name, plan) in plans_of(&fabric) {
            assert_reduces(&format!("{name} on a graph of {chips}"), &plan, &fabric);
        }
    }
}

#[test]
fn plans_around_a_down_link_reduce_once() {
    let grid = grid(4, 3, false);
    let cut = grid.link_id(1, 1, Direction::East);
    let mut fabric = Fabric::from(Topology::Grid(grid));
    fabric.slow([(cut, 0.0)]);
    for (name, plan) in plans_of(&fabric) {
        assert_reduces(&format!("{name} round a cut"), &plan, &fabric);
        for (_, transfer) in plan.transfers() {
            assert!(plan.route(&transfer).runs.iter().all(|run| run.find(cut).is_none()), "{name} uses the cut link");
        }
    }
}

/// A tree of wafers, link by link: nodes of the tree hold nothing at first, and add what comes up.
#[test]
fn the_tree_between_wafers_reduces_once() {
    for wafers in [2, 3, 4, 5, 16, 17, 40] {
        let tree = WaferCluster { wafers, fan_out: 4, links: LINKS };
        let plan = wafer_tree_all_reduce(&tree, Bytes(1 << 20), &Delays::default());
        let topology = Topology::Wafers(tree);
        let mut held: Vec<Sum> =
            (0..topology.node_count()).map(|node| (0..wafers).map(|other| u8::from(other == node)).collect()).collect();
        let transfer = plan.transfer(0);
        for run in &plan.route(&transfer).runs {
            for link in links(run, 0) {
                let (from, to) = topology.ends(link).expect("a link of the tree");
                let sent = held[from.0 as usize].clone();
                match run.flow {
                    Flow::Reduce => add(&mut held[to.0 as usize], &sent),
                    Flow::Broadcast => held[to.0 as usize] = sent,
                }
            }
        }
        for wafer in 0..wafers {
            assert_eq!(held[wafer as usize], vec![1; wafers as usize], "wafer {wafer} of {wafers}");
        }
    }
}
