//! The proof of every operation on a wafer and between wafers: who must hold which part at the end.

use super::fabrics::*;
use super::symbolic::*;
use crate::collective::*;
use crate::fabric::{Direction, Fabric, Mesh, Topology, WaferCluster};
use crate::units::Bytes;

const MESSAGE: Bytes = Bytes(1 << 12);

fn build(algorithm: Algorithm, collective: Collective, layout: RankLayout, fabric: &Fabric) -> Plan {
    let (delays, first_partner) = (Delays::default(), FirstPartner::Far);
    let inputs = PlanInputs { collective, layout, fabric, message: MESSAGE, delays: &delays, first_partner };
    algorithm.build(&inputs).expect("it fits")
}

/// Every rank holds nothing but the contribution of the root.
fn assert_broadcast(name: &str, plan: &Plan, mesh: &Mesh, root: usize) {
    let ranks = mesh.pe_count() as usize;
    let initial = |rank: usize, _: u32, _: u32| if rank == root { own(root, ranks) } else { vec![0; ranks] };
    follow_mesh_from(plan, mesh, &initial).assert_reduced(name, |_, from| from == root);
}

fn assert_reduce(name: &str, plan: &Plan, mesh: &Mesh, root: usize) {
    let held = follow_mesh(plan, mesh);
    for (cell, sum) in held.sums[root].iter().enumerate() {
        assert_eq!(*sum, vec![1; mesh.pe_count() as usize], "{name}: cell {cell} of the root");
    }
}

#[test]
fn every_pe_a_rank() {
    for (width, height) in [(2, 1), (1, 4), (2, 2), (3, 5), (7, 4), (12, 9), (8, 8)] {
        let mesh = mesh(width, height);
        let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
        let layout = RankLayout::PerPe(&mesh);
        let existing = [Collective::AllReduce, Collective::AllGather, Collective::ReduceScatter];
        let existing: Vec<_> = existing.into_iter().chain([Collective::Broadcast, Collective::Reduce]).collect();
        assert_eq!(Collective::all_on(&layout), existing);
        let ranks = mesh.pe_count() as usize;
        let corner = ranks - 1;
        let centre = (height / 2 * width + width / 2) as usize;
        for collective in existing {
            for algorithm in Algorithm::all_for(&layout, collective) {
                let name = format!("{collective:?} with {} on {width} x {height}", algorithm.id());
                let plan = build(algorithm, collective, layout, &fabric);
                let root = if algorithm == Algorithm::PerPe(PerPeAlgorithm::CentreRooted) { centre } else { corner };
                // After both reduce-scatters a PE has completed the share after its own, in its row and in its column.
                let owned_share = |pe: usize| {
                    let (x, y) = (pe as u32 % width, pe as u32 / width);
                    ((x + 1) % width * height + (y + 1) % height) as usize
                };
                match collective {
                    Collective::Broadcast => assert_broadcast(&name, &plan, &mesh, root),
                    Collective::Reduce => assert_reduce(&name, &plan, &mesh, root),
                    Collective::ReduceScatter => {
                        let held = follow_mesh(&plan, &mesh);
                        assert_eq!(held.cells as usize, ranks, "{name}");
                        for (pe, cells) in held.sums.iter().enumerate() {
                            assert_eq!(cells[owned_share(pe)], vec![1; ranks], "{name}: PE {pe}");
                        }
                    }
                    Collective::AllGather => {
                        let owns = |pe: usize, cell: u32| owned_share(pe) == cell as usize;
                        let initial = |pe: usize, cell: u32, _: u32| {
                            if owns(pe, cell) { own(pe, ranks) } else { vec![0; ranks] }
                        };
                        let held = follow_mesh_from(&plan, &mesh, &initial);
                        for (pe, cells) in held.sums.iter().enumerate() {
                            for (cell, sum) in cells.iter().enumerate() {
                                let owner = (0..ranks).find(|&owner| owns(owner, cell as u32)).expect("an owner");
                                assert_eq!(*sum, own(owner, ranks), "{name}: PE {pe}, cell {cell}");
                            }
                        }
                    }
                    _ => follow_mesh(&plan, &mesh).assert_reduced(&name, |_, _| true),
                }
            }
        }
    }
}

/// The PEs at the two ends of a path along a row.
fn ends(mesh: &Mesh, plan: &Plan, transfer: &Transfer, copy: u32) -> (u32, u32) {
    let shift = transfer.cohort.shift(copy);
    let runs = plan.route(transfer).runs.clone();
    let [links, ramp] = &runs[..] else { panic!("links and a ramp") };
    let pe = |link: crate::fabric::LinkId| link.0 % mesh.pe_count();
    assert_eq!(mesh.place(ramp.first).map(|(.., direction)| direction), Some(Direction::Ramp));
    assert_eq!(
        mesh_end(mesh, links.link(0, links.count - 1).offset(shift)),
        Some(pe(ramp.first.offset(shift)) as usize)
    );
    (pe(links.first.offset(shift)), pe(ramp.first.offset(shift)))
}

#[test]
fn strips_as_ranks() {
    for (strips, strip_width, idle, per_round) in
        [(2, 3, 0, 10), (3, 4, 1, 10), (5, 2, 1, 1), (8, 7, 3, 3), (7, 12, 0, 5)]
    {
        let mesh = mesh(strips * strip_width + idle, 2);
        let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
        let geometry = StripLayout::new(&mesh, strips, per_round).expect("the strips fit");
        let layout = RankLayout::Strips { mesh: &mesh, layout: &geometry, broadcast: Broadcast::Streamed };
        assert_eq!(Collective::all_on(&layout), Collective::ALL);
        let pes = mesh.pe_count() as usize;
        let used = |pe: usize| (pe as u32 % mesh.width) < strips * strip_width;
        let strip = |pe: usize| pe as u32 % mesh.width / strip_width;
        // The PE in the same row and at the same position of another strip.
        let counterpart = |pe: usize, other: u32| {
            let (x, y) = (pe as u32 % mesh.width, pe as u32 / mesh.width);
            (y * mesh.width + other * strip_width + x % strip_width) as usize
        };
        let all = |pe: usize| {
            let mut sum = vec![0; pes];
            (0..strips).for_each(|other| sum[counterpart(pe, other)] = 1);
            sum
        };
        let nothing = || vec![0; pes];
        for collective in Collective::ALL.into_iter().filter(|&collective| collective != Collective::AllReduce) {
            for algorithm in Algorithm::all_for(&layout, collective) {
                let name = format!("{collective:?} with {}, {strips} strips of {strip_width}", algorithm.id());
                let plan = build(algorithm, collective, layout, &fabric);
                let root = match algorithm {
                    Algorithm::Strips(root) => geometry.root_strip(root),
                    other => panic!("{other:?} on strips"),
                };
                let used_pes = || (0..pes).filter(|&pe| used(pe));
                match collective {
                    Collective::Broadcast => {
                        let initial = |pe: usize, _: u32, _: u32| {
                            if used(pe) && strip(pe) == root { own(pe, pes) } else { nothing() }
                        };
                        let held = follow_mesh_from(&plan, &mesh, &initial);
                        for pe in used_pes() {
                            assert!(held.sums[pe].iter().all(|sum| *sum == own(counterpart(pe, root), pes)), "{name}");
                        }
                    }
                    Collective::Reduce => {
                        let held = follow_mesh(&plan, &mesh);
                        for pe in used_pes().filter(|&pe| strip(pe) == root) {
                            assert!(held.sums[pe].iter().all(|sum| *sum == all(pe)), "{name}");
                        }
                    }
                    Collective::AllGather => {
                        let initial = |pe: usize, cell: u32, _: u32| {
                            if used(pe) && strip(pe) == cell { own(pe, pes) } else { nothing() }
                        };
                        let held = follow_mesh_from(&plan, &mesh, &initial);
                        assert_eq!(held.cells, strips, "{name}");
                        for pe in used_pes() {
                            for (cell, sum) in held.sums[pe].iter().enumerate() {
                                assert_eq!(
                                    *sum,
                                    own(counterpart(pe, cell as u32), pes),
                                    "{name}: PE {pe}, part {cell}"
                                );
                            }
                        }
                    }
                    Collective::ReduceScatter => {
                        let held = follow_mesh(&plan, &mesh);
                        for pe in used_pes() {
                            assert_eq!(held.sums[pe][strip(pe) as usize], all(pe), "{name}: PE {pe}");
                        }
                    }
                    _ => {
                        // What each PE sends to each strip.
                        let mut sent = vec![vec![0; strips as usize]; pes];
                        for (_, transfer) in plan.transfers() {
                            for copy in 0..transfer.cohort.copies {
                                let (from, to) = ends(&mesh, &plan, &transfer, copy);
                                let (from, to) = (from as usize, to as usize);
                                assert_eq!(to, counterpart(from, strip(to)), "{name}");
                                sent[from][strip(to) as usize] += 1;
                            }
                        }
                        for pe in used_pes() {
                            for other in 0..strips {
                                let wanted = match collective {
                                    Collective::AllToAll => other != strip(pe),
                                    _ => other == (strip(pe) + 1) % strips,
                                };
                                assert_eq!(sent[pe][other as usize], u32::from(wanted), "{name}: PE {pe} to {other}");
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The tree copies to every wafer what its top sends, and adds into its top what all wafers send.
#[test]
fn wafers_under_a_tree() {
    for wafers in [2, 3, 4, 5, 16, 17, 40] {
        let tree = WaferCluster { wafers, fan_out: 4, links: LINKS };
        let topology = Topology::Wafers(tree.clone());
        let layout = RankLayout::Wafers(&tree);
        let existing = [Collective::AllReduce, Collective::Broadcast, Collective::Reduce];
        assert_eq!(Collective::all_on(&layout), existing);
        let (_, top) = topology.ends(tree.up(tree.depth() - 1).0).expect("a link into the top");
        let top = top.0 as usize;
        for rooted in [Rooted::Broadcast, Rooted::Reduce] {
            let plan = wafer_tree_rooted(&tree, rooted, MESSAGE, &Delays::default());
            let nodes = topology.node_count() as usize;
            let holds = |node: usize| match rooted {
                Rooted::Broadcast => node == top,
                Rooted::Reduce => node < wafers as usize,
            };
            let mut held: Vec<Sum> =
                (0..nodes).map(|node| if holds(node) { own(node, nodes) } else { vec![0; nodes] }).collect();
            for run in &plan.route(&plan.transfer(0)).runs {
                for link in links(run, 0) {
                    let (from, to) = topology.ends(link).expect("a link of the tree");
                    let sent = held[from.0 as usize].clone();
                    match run.flow {
                        Flow::Reduce => add(&mut held[to.0 as usize], &sent),
                        Flow::Broadcast => held[to.0 as usize] = sent,
                    }
                }
            }
            match rooted {
                Rooted::Broadcast => {
                    assert!((0..wafers as usize).all(|wafer| held[wafer] == own(top, nodes)), "{wafers} wafers");
                }
                Rooted::Reduce => {
                    let all: Sum = (0..nodes).map(|node| u8::from(node < wafers as usize)).collect();
                    assert_eq!(held[top], all, "{wafers} wafers");
                }
            }
        }
    }
}
