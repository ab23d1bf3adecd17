//! Symmetric plans: the representatives give the result of the event loop with every transfer written out, to the last
//! bit.

use super::fabrics::figures;
use crate::collective::*;
use crate::fabric::{Cluster, Fabric, FullMesh, Grid, LinkId, NodeInterconnect, Switch, Topology, Torus, TorusAxis};
use crate::simulate::{play, play_by_events};
use crate::units::{Bytes, Femtos};

/// Both simulations give the same instants, rates and links.
fn assert_same(name: &str, fabric: &Fabric, plan: &Plan) {
    let fast = play(fabric, plan).expect("a valid plan");
    let events = play_by_events(fabric, plan).expect("a valid plan");
    assert_eq!(fast.trace.len(), plan.transfer_count() as usize, "{name}");
    assert_eq!(fast.trace.len(), events.trace.len(), "{name}");
    assert_eq!(fast.trace.end(), events.trace.end(), "{name}");
    for id in 0..plan.transfer_count() {
        assert_eq!(fast.trace.times(id), events.trace.times(id), "{name}, transfer {id}");
        let (one, other) = (fast.trace.segments(id), events.trace.segments(id));
        assert_eq!(&*one, &*other, "{name}, transfer {id}");
    }
    for share in [0, 1, 3, 7, 10] {
        let at = Femtos(events.trace.end().0 / 10 * share);
        assert_eq!(fast.trace.alive(at), events.trace.alive(at), "{name}, {at}");
        let first: Vec<u32> = events.trace.alive(at).into_iter().take(5).collect();
        assert_eq!(fast.trace.alive_first(at, 5), first, "{name}, {at}");
        assert_eq!(fast.trace.next_event(at, true), events.trace.next_event(at, true), "{name}, {at}");
        assert_eq!(fast.trace.next_event(at, false), events.trace.next_event(at, false), "{name}, {at}");
    }
    assert_eq!(fast.bounds.path, events.bounds.path, "{name}");
    assert!(fast.bounds.load.0.abs_diff(events.bounds.load.0) <= 1, "{name}");
    let ((bytes, link), (expected, expected_link)) = (fast.busiest_link, events.busiest_link);
    assert!((bytes - expected).abs() <= 1e-12 * expected && link == expected_link, "{name}: {bytes}, {expected}");
}

#[test]
fn one_node_of_one_channel_represents_all_channel_rings() {
    // NICs slower than a channel's share of NVLink, as fast, and faster; a host link as bottleneck.
    for (nvlink, nic, host) in [(450.0, 50.0, 63.0), (100.0, 50.0, 63.0), (450.0, 25.0, 12.0), (90.0, 400.0, 400.0)] {
        for (nodes, gpus_per_node, nodes_per_leaf) in [(1, 3, 2), (2, 2, 2), (2, 4, 1), (3, 3, 2), (5, 2, 2), (4, 5, 2)]
        {
            let (nvlink, nic, host) = (figures(nvlink, 250), figures(nic, 1000), figures(host, 300));
            let cluster =
                Cluster { hub: NodeInterconnect::NvSwitch, nodes, gpus_per_node, nvlink, host, nic, nodes_per_leaf };
            let fabric = Fabric::from(Topology::Cluster(cluster.clone()));
            for (bytes, step) in [(1 << 10, 0), (1 << 24, 0), (1 << 20, 2_400_000_000)] {
                let delays = Delays { step: Femtos(step), launch: Femtos(step), ..Delays::default() };
                let name = format!("{nodes} x {gpus_per_node}, {bytes} B");
                let plan = channel_rings_all_reduce(&fabric, &cluster, Bytes(bytes), &delays).expect("rings");
                assert!(plan.symmetric().is_some());
                assert_same(&name, &fabric, &plan);
            }
        }
    }
}

#[test]
fn one_pair_represents_direct_exchange_around_a_switch() {
    for ranks in 2..=20 {
        let links = figures(450.0, 250);
        let fabric = Fabric::from(Topology::Switch(Switch {
            hub: NodeInterconnect::NvSwitch,
            ranks,
            capacity: links.capacity,
            latency: links.latency,
        }));
        for (bytes, step) in [(1, 0), (1 << 26, 0), (1 << 20, 2_400_000_000)] {
            let delays = Delays { step: Femtos(step), launch: Femtos(step), ..Delays::default() };
            let plan = direct_all_reduce(&fabric, Bytes(bytes), &delays).expect("pairs");
            assert!(plan.symmetric().is_some());
            assert_same(&format!("direct on {ranks}, {bytes} B"), &fabric, &plan);
        }
    }
}

#[test]
fn one_chip_represents_rings_over_all_links() {
    let delays = Delays { step: Femtos(70_000_000), ..Delays::default() };
    let axes = |of: [(u32, f64); 3]| {
        Topology::Torus(Torus {
            axes: of.map(|(length, gb_s)| TorusAxis { length, wraps: true, links: figures(gb_s, 500) }),
        })
    };
    for topology in [
        axes([(4, 100.0), (4, 100.0), (4, 100.0)]),
        axes([(3, 100.0), (5, 100.0), (1, 100.0)]),
        axes([(2, 128.0), (4, 128.0), (3, 64.0)]),
        Topology::Grid(Grid { width: 5, height: 4, wraps: true, links: figures(100.0, 500) }),
        Topology::FullMesh(FullMesh { chips: 8, links: figures(48.0, 500) }),
        Topology::FullMesh(FullMesh { chips: 6, links: figures(48.0, 500) }),
    ] {
        let name = format!("{topology:?}");
        let fabric = Fabric::from(topology);
        for halves in [Halves::Both, Halves::ALL_GATHER, Halves::REDUCE_SCATTER] {
            let plan = multi_rings(&fabric, halves, Bytes(12_345_678), &delays).expect("a plan");
            assert_same(&format!("{halves:?} on {name}"), &fabric, &plan);
        }
    }
}

#[test]
fn faults_and_late_ranks_need_every_transfer() {
    let links = figures(450.0, 250);
    let mut fabric = Fabric::from(Topology::Switch(Switch {
        hub: NodeInterconnect::NvSwitch,
        ranks: 6,
        capacity: links.capacity,
        latency: links.latency,
    }));
    let late = Delays { start: vec![Femtos(1), Femtos(0)], ..Delays::default() };
    assert!(direct_all_reduce(&fabric, Bytes(1 << 20), &late).expect("pairs").symmetric().is_none());
    fabric.slow([(LinkId(3), 0.5)]);
    assert!(direct_all_reduce(&fabric, Bytes(1 << 20), &Delays::default()).expect("pairs").symmetric().is_none());

    let links = figures(450.0, 250);
    let cluster = Cluster {
        hub: NodeInterconnect::NvSwitch,
        nodes: 3,
        gpus_per_node: 2,
        nvlink: links,
        host: links,
        nic: links,
        nodes_per_leaf: 2,
    };
    let mut fabric = Fabric::from(Topology::Cluster(cluster.clone()));
    let rings = |fabric: &Fabric, delays: &Delays| {
        channel_rings_all_reduce(fabric, &cluster, Bytes(1 << 20), delays).expect("rings")
    };
    // A late rank delays every send that depends on it.
    let late = Delays { start: vec![Femtos(0), Femtos(7_000_000_000)], ..Delays::default() };
    let on_time = play(&fabric, &rings(&fabric, &Delays::default())).expect("a valid plan").trace.end();
    assert_same("a late rank", &fabric, &rings(&fabric, &late));
    assert!(play(&fabric, &rings(&fabric, &late)).expect("a valid plan").trace.end() > on_time);
    fabric.slow([(LinkId(3), 0.5)]);
    assert_same("a slow link", &fabric, &rings(&fabric, &Delays::default()));
    assert!(play(&fabric, &rings(&fabric, &Delays::default())).expect("a valid plan").trace.end() > on_time);
}
