//! Plans that are adapted to faults without effect have the times of the plans of a whole wafer, to the last femtosecond.

use std::collections::BTreeMap;

use crate::collective::*;
use crate::fabric::{Fabric, LinkId, Mesh, Topology};
use crate::simulate::play;
use crate::trace::Times;
use crate::units::Femtos;

fn mesh(width: u32, height: u32) -> Mesh {
    Mesh { width, height, clock_hz: 0.875e9, bytes_per_cycle: 4.0, hop_cycles: 1.0, turn_cycles: 0.0, ramp_cycles: 2.0 }
}

/// All plans with a rank per PE, by name.
fn plans(mesh: &Mesh, wavelets: f64) -> Vec<(String, Plan)> {
    let mut plans = vec![("snake".to_owned(), snake_all_reduce(mesh, wavelets))];
    for pattern in [XyPattern::Star, XyPattern::Chain, XyPattern::Tree, XyPattern::TwoPhase, XyPattern::AutoGen] {
        plans.push((format!("{pattern:?}"), xy_all_reduce(mesh, pattern, wavelets)));
        let centre = centre_rooted_all_reduce(mesh, pattern, wavelets);
        plans.extend(centre.map(|plan| (format!("centre-rooted {pattern:?}"), plan)));
    }
    if mesh.pe_count() <= 100 {
        let ring = wafer_ring_all_reduce(mesh, RingMapping::Line, wavelets).expect("a small rectangle");
        plans.push(("wafer-ring".to_owned(), ring));
    }
    plans
}

/// The number of streams with the same instants, by phase.
fn instants(fabric: &Fabric, plan: &Plan) -> BTreeMap<(&'static str, [u64; 4]), u64> {
    let played = play(fabric, plan).expect("a valid plan");
    let mut instants = BTreeMap::new();
    for (id, transfer) in plan.transfers() {
        let Times { start, arrive, grant, end } = played.trace.times(id).expect("a transfer of the plan");
        let key = (plan.phases()[transfer.phase.0 as usize], [start.0, arrive.0, grant.0, end.0]);
        *instants.entry(key).or_insert(0) += u64::from(transfer.cohort.copies);
    }
    instants
}

#[test]
fn faults_of_unused_links_change_no_instant() {
    for (width, height) in [(2, 2), (5, 4), (8, 8), (13, 6), (6, 1), (1, 7), (33, 9)] {
        let mesh = mesh(width, height);
        for wavelets in [0.5, 1.0, 16.0, 256.0, 1024.0] {
            for (name, plan) in plans(&mesh, wavelets) {
                let whole = Fabric::from(Topology::Mesh(mesh.clone()));
                let expected = instants(&whole, &plan);
                // Every PE is ready at once: all delays are zero.
                let fitted = fit_to_faults(plan.clone(), &mesh, &whole, true, &|_| Femtos(0)).expect("nothing is down");
                assert_eq!(instants(&whole, &fitted), expected, "{name}, {width} x {height}, {wavelets}: no delays");
                let used = |link: LinkId| {
                    plan.transfers().any(|(_, transfer)| {
                        plan.route(&transfer).runs.iter().any(|run| transfer.find(run, link).is_some())
                    })
                };
                let links = (0..whole.topology.link_count()).map(LinkId);
                let unused: Vec<LinkId> =
                    links.filter(|&link| whole.topology.ends(link).is_some() && !used(link)).collect();
                // The first, the last and one in the middle, slow or down.
                for (number, share) in [(0, 0.999), (unused.len() / 2, 0.0), (unused.len().saturating_sub(1), 0.25)] {
                    let Some(&link) = unused.get(number) else { continue };
                    let mut fabric = whole.clone();
                    fabric.slow([(link, share)]);
                    let fitted =
                        fit_to_faults(plan.clone(), &mesh, &fabric, false, &|_| Femtos(0)).expect("not needed");
                    let link = fabric.link_name(link);
                    assert_eq!(instants(&fabric, &fitted), expected, "{name}, {width} x {height}, {wavelets}: {link}");
                }
            }
        }
    }
}

#[test]
fn one_late_pe_costs_at_most_its_delay() {
    let late = Femtos(1_000_000);
    for (width, height) in [(8, 8), (13, 6), (33, 9)] {
        let mesh = mesh(width, height);
        let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
        for (name, plan) in plans(&mesh, 256.0) {
            let whole = play(&fabric, &plan).expect("a valid plan").trace.end();
            for pe in [0, mesh.pe_count() / 2 + 1, mesh.pe_count() - 1] {
                let late_by = |at: u32| if at == pe { late } else { Femtos(0) };
                let fitted = fit_to_faults(plan.clone(), &mesh, &fabric, true, &late_by).expect("nothing is down");
                let end = play(&fabric, &fitted).expect("a valid plan").trace.end();
                assert!(end >= whole && end <= whole + late, "{name}, {width} x {height}, PE {pe}: {end}, {whole}");
            }
        }
    }
}
