//! Plans whose ranks are alike: what is played for all is what the event loop does with every transfer written out, to
//! the last bit.

use crate::collective::*;
use crate::fabric::{Cluster, LinkFigures, Switch, Topology};
use crate::simulate::*;
use crate::units::{Bytes, BytesPerSec};

fn figures(gb_s: f64, latency_ns: u64) -> LinkFigures {
    LinkFigures { capacity: BytesPerSec(gb_s * 1e9), latency: Femtos(latency_ns * 1_000_000) }
}

/// Both ways of playing give the same instants, rates and links.
fn assert_same(name: &str, fabric: &Fabric, plan: &Plan) {
    let folded = play(fabric, plan).expect("a plan that can be played");
    let events = play_by_events(fabric, plan).expect("a plan that can be played");
    assert_eq!(folded.trace.len(), plan.transfer_count() as usize, "{name}");
    assert_eq!(folded.trace.len(), events.trace.len(), "{name}");
    assert_eq!(folded.trace.end(), events.trace.end(), "{name}");
    for id in 0..plan.transfer_count() {
        assert_eq!(folded.trace.times(id), events.trace.times(id), "{name}, transfer {id}");
        let (one, other) = (folded.trace.segments(id), events.trace.segments(id));
        assert_eq!(&*one, &*other, "{name}, transfer {id}");
    }
    for share in [0, 1, 3, 7, 10] {
        let at = Femtos(events.trace.end().0 / 10 * share);
        assert_eq!(folded.trace.alive(at), events.trace.alive(at), "{name}, {at}");
        assert_eq!(folded.trace.next_event(at, true), events.trace.next_event(at, true), "{name}, {at}");
        assert_eq!(folded.trace.next_event(at, false), events.trace.next_event(at, false), "{name}, {at}");
    }
    assert_eq!(folded.bounds.path, events.bounds.path, "{name}");
    assert!(folded.bounds.load.0.abs_diff(events.bounds.load.0) <= 1, "{name}");
    let ((bytes, link), (expected, expected_link)) = (folded.busiest_link, events.busiest_link);
    assert!((bytes - expected).abs() <= 1e-12 * expected && link == expected_link, "{name}: {bytes}, {expected}");
}

#[test]
fn rings_over_channels_are_played_on_one_node_for_all() {
    // NICs slower than a channel's share of NVLink, as fast, and faster; a host link that binds.
    for (nvlink, nic, host) in [(450.0, 50.0, 63.0), (100.0, 50.0, 63.0), (450.0, 25.0, 12.0), (90.0, 400.0, 400.0)] {
        for (nodes, gpus_per_node, nodes_per_leaf) in [(1, 3, 2), (2, 2, 2), (2, 4, 1), (3, 3, 2), (5, 2, 2), (4, 5, 2)]
        {
            let (nvlink, nic, host) = (figures(nvlink, 250), figures(nic, 1000), figures(host, 300));
            let cluster = Cluster { nodes, gpus_per_node, nvlink, host, nic, nodes_per_leaf };
            let fabric = Fabric::from(Topology::Cluster(cluster.clone()));
            for (bytes, step) in [(1 << 10, 0), (1 << 24, 0), (1 << 20, 2_400_000_000)] {
                let delays = Delays { step: Femtos(step), launch: Femtos(step), ..Delays::default() };
                let name = format!("{nodes} x {gpus_per_node}, {bytes} B");
                let rings = ChannelRings::new(&fabric, &cluster, Bytes(bytes), &delays).expect("rings");
                let plan = Plan::from_symmetric(SymmetricRule::Channels(rings), delays.launch);
                assert_same(&name, &fabric, &plan);
                // Small ones are listed, and give the same.
                let listed = channel_rings_all_reduce(&fabric, &cluster, Bytes(bytes), &delays).expect("rings");
                assert!(listed.symmetric().is_none());
                let ends = [&listed, &plan].map(|plan| play(&fabric, plan).expect("plays").trace.end());
                assert_eq!(ends[0], ends[1], "{name}");
            }
        }
    }
}

#[test]
fn direct_round_a_switch_is_played_on_one_pair_for_all() {
    for ranks in 2..=20 {
        let links = figures(450.0, 250);
        let fabric = Fabric::from(Topology::Switch(Switch { ranks, capacity: links.capacity, latency: links.latency }));
        for (bytes, step) in [(1, 0), (1 << 26, 0), (1 << 20, 2_400_000_000)] {
            let delays = Delays { step: Femtos(step), launch: Femtos(step), ..Delays::default() };
            let plan = direct_all_reduce(&fabric, Bytes(bytes), &delays).expect("pairs");
            assert!(plan.symmetric().is_some());
            assert_same(&format!("direct on {ranks}, {bytes} B"), &fabric, &plan);
        }
    }
}

#[test]
fn what_is_not_alike_is_written_out() {
    let links = figures(450.0, 250);
    let mut fabric =
        Fabric::from(Topology::Switch(Switch { ranks: 6, capacity: links.capacity, latency: links.latency }));
    let late = Delays { start: vec![Femtos(1), Femtos(0)], ..Delays::default() };
    assert!(direct_all_reduce(&fabric, Bytes(1 << 20), &late).expect("pairs").symmetric().is_none());
    fabric.slow([(LinkId(3), 0.5)]);
    assert!(direct_all_reduce(&fabric, Bytes(1 << 20), &Delays::default()).expect("pairs").symmetric().is_none());
}
