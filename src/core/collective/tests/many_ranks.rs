//! The proof for many ranks: every algorithm on every kind of fabric that it supports, 2 to 40 ranks and random
//! rectangles; and the shares of strips as exact fractions.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::fabrics::*;
use super::symbolic::*;
use crate::collective::*;
use crate::fabric::{Direction, Fabric, Topology};
use crate::units::{Bytes, Femtos};

/// The most even pair of factors.
fn sides(count: u32) -> (u32, u32) {
    let width = (1..=count).filter(|width| count.is_multiple_of(*width) && width * width <= count).max().unwrap_or(1);
    (width, count / width)
}

#[test]
fn on_meshes_tori_and_graphs_of_2_to_40_chips() {
    let (message, delays) = (Bytes(1 << 20), Delays::default());
    for count in 2..=40 {
        let (width, height) = sides(count);
        let fabric = Fabric::from(Topology::Grid(grid(width, height, count % 2 == 0)));
        let mut plans = plans_of(&fabric);
        let rings = |lengths: &[u32], order| ring_over(&fabric, lengths, order, message, &delays).expect("rings");
        plans.push(("per dimension", rings(&[width, height], RankOrder::Straight)));
        plans.push(("snake", rings(&[count], RankOrder::Snake(width))));
        for (name, plan) in plans {
            assert_reduces(&format!("{name} on {width} x {height}"), &plan, &fabric);
        }
        let fabric = Fabric::from(Topology::Graph(graph(count)));
        for (name, plan) in plans_of(&fabric) {
            assert_reduces(&format!("{name} on a graph of {count}"), &plan, &fabric);
        }
    }
}

#[test]
fn among_nodes_of_2_to_40_gpus() {
    let (message, delays) = (Bytes(1 << 20), Delays::default());
    for count in 4..=40 {
        let (places, nodes) = sides(count);
        if places < 2 {
            continue;
        }
        for (nodes, places) in [(nodes, places), (places, nodes)] {
            let cluster = cluster(nodes, places);
            let fabric = Fabric::from(Topology::Cluster(cluster.clone()));
            let lengths = [places, nodes];
            for (name, plan) in [
                ("hierarchical", ring_over(&fabric, &lengths, RankOrder::Straight, message, &delays).expect("rings")),
                ("channels", channel_rings_all_reduce(&fabric, &cluster, message, &delays).expect("rings")),
                ("channels as a rule", {
                    let rings = ChannelRings::new(&fabric, &cluster, Halves::Both, message, &delays).expect("rings");
                    Plan::from_symmetric(SymmetricRule::Channels(rings), delays.launch)
                }),
                ("nvls-tree", nvls_tree_all_reduce(&fabric, &cluster, message, &delays).expect("trees")),
            ] {
                assert_reduces(&format!("{name} on {nodes} x {places}"), &plan, &fabric);
            }
        }
    }
}

#[test]
fn turned_rings_send_what_the_rings_over_channels_send() {
    for (nodes, places) in [(2, 2), (3, 2), (2, 5), (5, 4)] {
        let cluster = cluster(nodes, places);
        let mut fabric = Fabric::from(Topology::Cluster(cluster.clone()));
        fabric.slow([(cluster.nic_out(1), 0.0), (cluster.nvlink_up(0), 0.5)]);
        let start = (0..cluster.gpus()).map(|rank| Femtos(u64::from(rank) * 1_000_000)).collect();
        let delays = Delays { start, slow: vec![(1, 0.5)], step: Femtos(5_000), ..Delays::default() };
        for halves in [Halves::Both, Halves::ALL_GATHER, Halves::REDUCE_SCATTER] {
            let order = RankOrder::Turned { gpus_per_node: places, ranks: cluster.gpus() };
            let message = Bytes(1 << 20);
            let turned = ring_halves(&fabric, &[cluster.gpus()], (order, halves), message, &delays).expect("rings");
            let rings = ChannelRings::new(&fabric, &cluster, halves, message, &delays).expect("rings");
            let channels = Plan::from_symmetric(SymmetricRule::Channels(rings), delays.launch);
            assert_eq!(turned.transfer_count(), channels.transfer_count());
            for (id, transfer) in channels.transfers() {
                let own = turned.transfer(id);
                assert!((own.bytes / transfer.bytes - 1.0).abs() < 1e-12, "{id}");
                assert_eq!(Transfer { bytes: transfer.bytes, ..own }, transfer, "{id}");
                assert_eq!(turned.route(&own), channels.route(&transfer), "{id}");
                assert_eq!(turned.deps(id).collect::<Vec<_>>(), channels.deps(id).collect::<Vec<_>>(), "{id}");
            }
        }
    }
}

#[test]
fn every_rank_has_one_slot_in_each_turned_ring() {
    let order = RankOrder::Turned { gpus_per_node: 4, ranks: 12 };
    for rank in 0..12 {
        let slots: Vec<u32> = order.slots_of(rank).collect();
        assert!(slots.iter().enumerate().all(|(ring, slot)| slot / 12 == ring as u32 && order.rank(*slot) == rank));
        assert_eq!(slots.len(), 4);
    }
}

#[test]
fn over_random_rectangles() {
    let mut random = Pcg64Mcg::seed_from_u64(3);
    for _ in 0..25 {
        let mesh = mesh(random.random_range(1..20), random.random_range(2..12));
        let wavelets = f64::from(random.random_range(1..2000_u32)) / 4.0;
        let name = format!("{} x {}, {wavelets} wavelets", mesh.width, mesh.height);
        for pattern in PATTERNS {
            follow_mesh(&xy_all_reduce(&mesh, pattern, wavelets), &mesh).assert_reduced(&name, |_, _| true);
            if let Some(plan) = centre_rooted_all_reduce(&mesh, pattern, wavelets) {
                follow_mesh(&plan, &mesh).assert_reduced(&name, |_, _| true);
            }
        }
    }
}

/// Every PE of a strip holds one share of w H of the message, by its column class and its row. Each of these shares is
/// the same fraction everywhere in its class and row, so what the transfers of a strip bring it are fractions of the
/// message, exact over one common denominator; they must tile it once.
#[test]
fn what_a_strip_is_brought_tiles_the_message_once() {
    for (strips, strip_width, idle, height, per_round) in
        [(2, 3, 0, 2, 10), (3, 4, 1, 3, 10), (5, 2, 1, 4, 1), (8, 7, 3, 2, 3), (7, 12, 0, 5, 5), (4, 1, 0, 3, 10)]
    {
        let mesh = mesh(strips * strip_width + idle, height);
        let layout = StripLayout::new(&mesh, strips, per_round).expect("the strips fit");
        for root in [Root::Middle, Root::End, Root::Both] {
            let message = Bytes(1 << 16);
            let plan = strips_all_reduce(&mesh, &layout, message, root, Broadcast::StoreAndForward);
            // By strip and share (in halves, for two roots): how often it comes.
            let shares = (strip_width * height * 2) as usize;
            let mut brought = vec![vec![0_u32; shares]; strips as usize];
            for (_, transfer) in plan.transfers() {
                let halves = 2 / transfer.slice.of;
                let cells = transfer.slice.first * halves..(transfer.slice.first + transfer.slice.count) * halves;
                let share_bytes = layout.bytes_per_pe(&mesh, message) / f64::from(transfer.slice.of);
                assert_eq!(transfer.bytes, share_bytes, "{root:?}: a transfer of another size than its share");
                for copy in 0..transfer.cohort.copies {
                    let runs = plan.route(&transfer).runs.clone();
                    let ramps =
                        runs.iter().filter(|run| mesh.place(run.first).is_some_and(|(.., d)| d == Direction::Ramp));
                    for link in
                        ramps.flat_map(|run| links(run, transfer.cohort.shift(copy)).map(|link| (run.flow, link)))
                    {
                        let (phase, (x, y, _)) = (link.0, mesh.place(link.1).expect("a ramp"));
                        let (strip, class) = (x / strip_width, x % strip_width);
                        // Copies, and the finished sum at the root, which has no copy of its own.
                        if phase == Flow::Broadcast {
                            for cell in cells.clone() {
                                brought[strip as usize][((y * strip_width + class) * 2 + cell) as usize] += 1;
                            }
                        }
                    }
                }
            }
            for (strip, shares) in brought.iter().enumerate() {
                let strip = strip as u32;
                for (cell, &times) in shares.iter().enumerate() {
                    // The root of a share has summed it itself.
                    let is_root = match root {
                        Root::Both => strip == if cell % 2 == 0 { 0 } else { strips - 1 },
                        _ => strip == layout.root_strip(root),
                    };
                    assert_eq!(times, u32::from(!is_root), "{root:?}, strip {strip} of {strips}, share {cell}");
                }
            }
        }
    }
}

#[test]
fn halving_doubling_on_one_long_row_is_refused_before_it_is_built() {
    let fabric = |width, height| Fabric::from(Topology::Grid(grid(width, height, false)));
    let plan = |width, height| {
        halving_doubling_all_reduce(&fabric(width, height), Bytes(4), &Delays::default(), FirstPartner::Near, false)
    };
    // A row has no other rows that it stands for: its 22 levels are 185 million sends.
    let refused = plan(1 << 22, 1).expect_err("too many");
    assert!(matches!(refused, PlanError::TooMany { needed: 184_549_376, .. }), "{refused}");
    let row = plan(1 << 10, 1).expect("a plan");
    assert_eq!(row.transfer_count(), 2 * 10 * 1024);
    let square = plan(1 << 10, 1 << 10).expect("a plan");
    assert_eq!(square.transfer_count(), 2 * 2 * 10 * 1024);
}
