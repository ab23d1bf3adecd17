//! Groups of ranks: plans on the topology of a group, proved by meaning there, keep their meaning on the whole fabric.
//!
//! `operations` proves every algorithm on every topology. Here each transfer of a group's plan must lead between the ranks that
//! stand for its ends.

use super::fabrics::*;
use super::symbolic::*;
use crate::collective::*;
use crate::fabric::{Fabric, LinkRun, Topology};
use crate::units::Bytes;

/// The rank of the whole fabric for each rank of a group, over all ends of all transfers.
fn assert_same_ends(name: &str, group: (&Plan, &Fabric), whole: (&Plan, &Fabric), ranks: &[u32]) {
    assert_eq!(group.0.transfer_count(), whole.0.transfer_count(), "{name}");
    for (id, transfer) in group.0.transfers() {
        let on_whole = whole.0.transfer(id);
        assert_eq!((transfer.bytes, transfer.slice), (on_whole.bytes, on_whole.slice), "{name}");
        assert!(group.0.deps(id).eq(whole.0.deps(id)), "{name}: transfer {id}");
        let of_group = moves(group.0, group.1, &transfer, 0);
        let of_whole = moves(whole.0, whole.1, &on_whole, 0);
        let mapped = |side: &[u32]| side.iter().map(|rank| ranks[*rank as usize]).collect::<Vec<_>>();
        let expected: Vec<_> = of_group.iter().map(|part| (mapped(&part.from), mapped(&part.to))).collect();
        let found: Vec<_> = of_whole.iter().map(|part| (part.from.clone(), part.to.clone())).collect();
        assert_eq!(expected, found, "{name}: transfer {id}");
    }
}

#[test]
fn a_plan_of_a_group_leads_between_its_ranks() {
    let delays = Delays::default();
    let groups: [&[u32]; 4] = [&[0, 1, 2, 3], &[4, 5, 6, 7], &[1, 9], &[0, 8]];
    for fabric in [
        Fabric::from(Topology::from(switch(16))),
        Fabric::from(Topology::from(cluster(2, 8))),
        Fabric::from(Topology::from(cluster(4, 4))),
    ] {
        let layout = RankLayout::Chips { topology: &fabric.topology, in_switch_reduction: true, measured: None };
        let inputs = SequenceInputs { layout, delays: &delays, first_partner: FirstPartner::Far };
        for ranks in groups {
            let group = RankGroup::new(&layout, &fabric.topology, ranks);
            let own = Fabric::from(group.topology().clone());
            for collective in Collective::ALL {
                for algorithm in group.algorithms(&layout, collective) {
                    let name = format!("{collective:?} {algorithm:?} of {ranks:?}");
                    let plan = group_plan(&group, ranks, (collective, Bytes(1 << 20), algorithm), &fabric, &inputs)
                        .unwrap_or_else(|error| panic!("{name}: {error}"));
                    let whole =
                        on_whole_fabric(&group, &plan, &fabric).unwrap_or_else(|error| panic!("{name}: {error}"));
                    assert_same_ends(&name, (&plan.written_out(), &own), (&whole, &fabric), ranks);
                }
            }
        }
    }
}

#[test]
fn the_path_between_two_ranks_of_a_group_is_that_of_the_fabric() {
    for (fabric, ranks) in [
        (Fabric::from(Topology::from(switch(16))), vec![3, 5, 8]),
        (Fabric::from(Topology::from(cluster(2, 8))), vec![8, 9, 12]),
        (Fabric::from(Topology::from(cluster(4, 4))), vec![1, 5, 9, 13]),
        (Fabric::from(Topology::from(cluster(4, 4))), vec![4, 6, 12, 14]),
    ] {
        let layout = RankLayout::Chips { topology: &fabric.topology, in_switch_reduction: true, measured: None };
        let group = RankGroup::new(&layout, &fabric.topology, &ranks);
        let own = Fabric::from(group.topology().clone());
        for from in 0..ranks.len() as u32 {
            for to in (0..ranks.len() as u32).filter(|to| *to != from) {
                let path = path_between(&own, from, to).expect("a path");
                let route = Route::along(&own, &path, Flow::Broadcast);
                let mut builder = PlanBuilder::new(crate::units::Femtos(0));
                let phase = builder.phase("send-recv");
                let id = builder.route(route.runs, route.latency);
                builder.transfer(phase, id, 1.0, Delivery::All, &[]);
                let plan = on_whole_fabric(&group, &builder.build(), &fabric).expect("a plan");
                let found: Vec<_> =
                    plan.route_of(RouteId(0)).runs.iter().flat_map(|run| links(run, 0).collect::<Vec<_>>()).collect();
                let expected = path_between(&fabric, ranks[from as usize], ranks[to as usize]).expect("a path");
                let expected: Vec<_> = expected.iter().flat_map(LinkRun::links).collect();
                assert_eq!(found, expected, "{ranks:?}: {from} to {to}");
            }
        }
    }
}
