//! The proof of every operation among chips: who must hold which part at the end.
//!
//! All algorithms of the registry are proved on all fabrics that they fit, 2 to 40 ranks.

use super::fabrics::*;
use super::symbolic::*;
use crate::collective::*;
use crate::fabric::{Fabric, FullMesh, Topology, Torus};
use crate::units::Bytes;

const MESSAGE: Bytes = Bytes(1 << 20);

/// Every plan of an operation on a fabric, with the name of its algorithm.
fn plans(fabric: &Fabric, collective: Collective) -> Vec<(&'static str, Plan)> {
    let delays = Delays::default();
    let layout = RankLayout::Chips { topology: &fabric.topology, in_switch_reduction: true, measured: None };
    let build = |first_partner| {
        let inputs = PlanInputs { collective, layout, fabric, message: MESSAGE, delays: &delays, first_partner };
        let built = move |algorithm: Algorithm| (algorithm.id(), algorithm.build(&inputs).expect("it fits"));
        Algorithm::all_for(&layout, collective).map(built).collect::<Vec<_>>()
    };
    // Rows and columns stand for others on a mesh; the proof needs every rank.
    let halves = match collective {
        Collective::AllReduce => Some(Halves::Both),
        Collective::AllGather => Some(Halves::ALL_GATHER),
        Collective::ReduceScatter => Some(Halves::REDUCE_SCATTER),
        _ => None,
    };
    let halving = |halves: Halves| {
        [FirstPartner::Far, FirstPartner::Near].into_iter().filter_map(move |first| {
            let plan = halving_doubling(fabric, halves, (MESSAGE, &Delays::default()), first, true);
            Some(("halving-doubling", plan.ok()?))
        })
    };
    let others = build(FirstPartner::Far).into_iter().filter(|(id, _)| *id != "halving-doubling");
    others.chain(halves.into_iter().flat_map(halving)).collect()
}

/// The rank that sends each cell before it has received anything.
fn first_owners(plan: &Plan, fabric: &Fabric, cells: u32) -> Vec<usize> {
    let mut owners: Vec<Option<usize>> = vec![None; cells as usize];
    for (id, transfer) in plan.transfers().filter(|(id, _)| plan.deps(*id).next().is_none()) {
        for copy in 0..transfer.cohort.copies {
            for part in moves(plan, fabric, &transfer, copy) {
                let [from] = part.from[..] else { panic!("transfer {id} of an all-gather leaves several ranks") };
                let scale = cells / transfer.slice.of;
                for cell in transfer.slice.first * scale..(transfer.slice.first + transfer.slice.count) * scale {
                    let owner = owners[cell as usize].get_or_insert(from as usize);
                    assert_eq!(*owner, from as usize, "cell {cell} begins at two ranks");
                }
            }
        }
    }
    owners.into_iter().map(|owner| owner.expect("every cell is sent")).collect()
}

fn assert_equal_shares(name: &str, owners: &[usize], ranks: usize) {
    for rank in 0..ranks {
        let owned = owners.iter().filter(|&&owner| owner == rank).count();
        assert_eq!(owned * ranks, owners.len(), "{name}: rank {rank} owns {owned} of {} cells", owners.len());
    }
}

fn cells_of_plan(plan: &Plan) -> u32 {
    plan.transfers().fold(1, |cells, (_, transfer)| lcm(cells, transfer.slice.of))
}

/// Proves that a plan does what its operation promises.
fn assert_does(name: &str, collective: Collective, plan: &Plan, fabric: &Fabric) {
    let ranks = fabric.topology.ranks() as usize;
    match collective {
        Collective::AllReduce => follow(plan, fabric).assert_reduced(name, |_, _| true),
        Collective::AllGather => {
            let owners = first_owners(plan, fabric, cells_of_plan(plan));
            assert_equal_shares(name, &owners, ranks);
            let initial = |rank: usize, cell: u32, _: u32| {
                if owners[cell as usize] == rank { own(rank, ranks) } else { vec![0; ranks] }
            };
            let held = follow_from(plan, fabric, &initial);
            for (rank, cells) in held.sums.iter().enumerate() {
                for (cell, sum) in cells.iter().enumerate() {
                    assert_eq!(*sum, own(owners[cell], ranks), "{name}: rank {rank}, cell {cell}");
                }
            }
        }
        Collective::ReduceScatter => {
            let held = follow(plan, fabric);
            let complete = |rank: usize, cell: usize| held.sums[rank][cell] == vec![1; ranks];
            let owner = |cell: usize| {
                let owners: Vec<usize> = (0..ranks).filter(|&rank| complete(rank, cell)).collect();
                assert_eq!(owners.len(), 1, "{name}: cell {cell} is complete at {owners:?}");
                owners[0]
            };
            let owners: Vec<usize> = (0..held.cells as usize).map(owner).collect();
            assert_equal_shares(name, &owners, ranks);
        }
        Collective::Broadcast => {
            let initial = |rank: usize, _: u32, _: u32| if rank == 0 { own(0, ranks) } else { vec![0; ranks] };
            let held = follow_from(plan, fabric, &initial);
            held.assert_reduced(name, |_, from| from == 0);
        }
        Collective::Reduce => {
            let held = follow(plan, fabric);
            for (cell, sum) in held.sums[0].iter().enumerate() {
                assert_eq!(*sum, vec![1; ranks], "{name}: cell {cell} of the root");
            }
        }
        Collective::AllToAll => {
            // Part j of rank i goes from i to j, once.
            let mut sent = vec![vec![0; ranks]; ranks];
            for (from, to, transfer) in sends(plan, fabric) {
                assert_eq!(transfer.slice, MessageSlice::one(to as u32, ranks as u32), "{name}");
                assert_eq!(transfer.bytes, MESSAGE.0 as f64 / ranks as f64, "{name}");
                sent[from][to] += 1;
            }
            for (from, sent) in sent.iter().enumerate() {
                for (to, &times) in sent.iter().enumerate() {
                    assert_eq!(times, u32::from(from != to), "{name}: from {from} to {to}");
                }
            }
        }
        Collective::SendRecv => {
            // A cycle through all ranks, each of which sends its whole message.
            let mut next = vec![None; ranks];
            for (from, to, transfer) in sends(plan, fabric) {
                assert_eq!((transfer.slice, transfer.bytes), (MessageSlice::WHOLE, MESSAGE.0 as f64), "{name}");
                assert_eq!(next[from].replace(to), None, "{name}: rank {from} sends twice");
            }
            let mut at = 0;
            for step in 1..=ranks {
                at = next[at].unwrap_or_else(|| panic!("{name}: rank {at} sends nothing"));
                assert_eq!(at == 0, step == ranks, "{name}: the cycle closes after {step} of {ranks} ranks");
            }
        }
    }
}

/// Every transfer with its sender and its receiver; each must be a path.
fn sends(plan: &Plan, fabric: &Fabric) -> Vec<(usize, usize, Transfer)> {
    let one = |(id, transfer): (u32, Transfer)| {
        let moves = moves(plan, fabric, &transfer, 0);
        assert_eq!((moves.len(), transfer.cohort.copies), (1, 1), "transfer {id} is not a path");
        let ([from], [to]) = (&moves[0].from[..], &moves[0].to[..]) else { panic!("transfer {id} is not a path") };
        assert_eq!(transfer.delivery, Delivery::Rank(*to), "transfer {id}");
        (*from as usize, *to as usize, transfer)
    };
    plan.transfers().map(one).collect()
}

fn assert_all(fabric: &Fabric, name: &str) {
    for collective in Collective::ALL {
        for (id, plan) in plans(fabric, collective) {
            assert_does(&format!("{collective:?} with {id} on {name}"), collective, &plan, fabric);
        }
    }
}

#[test]
fn around_a_switch_of_2_to_40() {
    for ranks in 2..=40 {
        assert_all(&Topology::Switch(switch(ranks)).into(), &format!("a switch of {ranks}"));
    }
}

#[test]
fn among_nodes() {
    for (nodes, places) in [(1, 4), (2, 1), (2, 2), (3, 2), (2, 5), (5, 3), (4, 4), (7, 2), (3, 8), (5, 8), (8, 1)] {
        assert_all(&Topology::Cluster(cluster(nodes, places)).into(), &format!("{nodes} x {places}"));
    }
}

#[test]
fn on_meshes_tori_full_meshes_and_graphs() {
    for (width, height) in [(2, 1), (1, 3), (2, 2), (3, 4), (5, 2), (4, 4), (7, 3), (8, 4), (5, 8)] {
        for wraps in [false, true] {
            let name = format!("{width} x {height}, wraps: {wraps}");
            assert_all(&Topology::Grid(grid(width, height, wraps)).into(), &name);
        }
    }
    for (lengths, wraps) in [
        ([2, 2, 2], [true; 3]),
        ([3, 2, 4], [true, false, true]),
        ([4, 1, 3], [false, true, true]),
        ([2, 3, 2], [false; 3]),
    ] {
        for third in [1.0, 0.5] {
            let name = format!("{lengths:?}, wraps: {wraps:?}, third axis {third}");
            assert_all(&Topology::Torus(torus(lengths, wraps, third)).into(), &name);
        }
    }
    for chips in [2, 3, 4, 7, 8, 12, 16] {
        assert_all(&Topology::Graph(graph(chips)).into(), &format!("a graph of {chips}"));
        assert_all(&Topology::FullMesh(FullMesh { chips, links: LINKS }).into(), &format!("a full mesh of {chips}"));
    }
}

#[test]
fn around_a_down_link() {
    let grid = grid(4, 3, false);
    let cut = grid.link_id(1, 1, crate::fabric::Direction::East);
    around(&Topology::Grid(grid), cut);
    let torus: Torus = torus([3, 2, 2], [true; 3], 1.0);
    let cut = torus.link_id(4, crate::fabric::TorusDirection::ALL[0]);
    around(&Topology::Torus(torus), cut);
    let mesh = FullMesh { chips: 8, links: LINKS };
    let cut = mesh.link_id(2, 5);
    around(&Topology::FullMesh(mesh), cut);
}

fn around(topology: &Topology, cut: crate::fabric::LinkId) {
    let mut fabric = Fabric::from(topology.clone());
    fabric.slow([(cut, 0.0)]);
    assert_all(&fabric, "a mesh with a cut");
    for collective in Collective::ALL {
        for (id, plan) in plans(&fabric, collective) {
            for (_, transfer) in plan.transfers() {
                assert!(plan.route(&transfer).runs.iter().all(|run| run.find(cut).is_none()), "{id} uses the cut link");
            }
        }
    }
}

#[test]
fn every_operation_exists_on_every_fabric_of_chips() {
    let fabrics: [Topology; 6] = [
        Topology::Torus(torus([3, 1, 2], [true; 3], 1.0)),
        Topology::Switch(switch(6)),
        Topology::Cluster(cluster(3, 2)),
        Topology::Grid(grid(3, 2, true)),
        Topology::FullMesh(FullMesh { chips: 6, links: LINKS }),
        Topology::Graph(graph(6)),
    ];
    for topology in fabrics {
        let layout = RankLayout::Chips { topology: &topology, in_switch_reduction: false, measured: None };
        assert_eq!(Collective::all_on(&layout), Collective::ALL, "{topology:?}");
    }
}
