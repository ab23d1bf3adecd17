//! How time and memory grow where it is not rings round one switch: with nodes, where streams contend, and with
//! the size of a wafer.

mod wafers;

use std::fmt;

use divan::Bencher;
use divan::counter::ItemsCount;
use fabricscope::scene::SceneDocument;
use fabricscope::simulate::play_by_events;
use fabricscope::solve::solve;

use crate::cases::{first_result, scene_of};
use crate::ratios::timed;

/// A plan on a fabric.
#[derive(Clone, Copy)]
enum Case {
    /// Boxes of eight over InfiniBand.
    Boxes { nodes: u32, algorithm: &'static str },
    /// Racks of 72 over InfiniBand, a ring over all.
    Racks { nodes: u32 },
    /// All-to-all round a switch.
    Direct { ranks: u32 },
    /// Halving-doubling with far partners first, on a square mesh.
    Halving { side: u32 },
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Case::Boxes { nodes, algorithm } => write!(f, "{nodes} x dgx-h100, {algorithm}"),
            Case::Racks { nodes } => write!(f, "{nodes} x gb200-nvl72, ring"),
            Case::Direct { ranks } => write!(f, "direct round a switch of {ranks}"),
            Case::Halving { side } => write!(f, "halving-doubling, far, on {side} x {side}"),
        }
    }
}

impl Case {
    fn document(self) -> SceneDocument {
        let (replicas, fabric) = match self {
            Case::Boxes { nodes, algorithm } => (
                8 * nodes,
                format!("machine: \"dgx-h100\", nodes: {nodes}, network: \"ib-ndr\", algorithm: \"{algorithm}\""),
            ),
            Case::Racks { nodes } => (
                72 * nodes,
                format!("machine: \"gb200-nvl72\", nodes: {nodes}, network: \"ib-ndr\", algorithm: \"ring\""),
            ),
            Case::Direct { ranks } => (ranks, "machine: \"switch\", algorithm: \"direct\"".to_owned()),
            Case::Halving { side } => (
                2,
                format!(
                    "machine: \"mesh\", region: \"{side}x{side}\", algorithm: \"halving-doubling\", params: \
                     (first_partner: \"far\")"
                ),
            ),
        };
        scene_of("1GiB", replicas, &fabric)
    }
}

fn cases() -> Vec<Case> {
    let nodes = [2, 8, 33, 64, 350, 1024, 12_500];
    let algorithms = ["hierarchical", "ring", "nvls-tree"];
    let boxes = nodes.into_iter().flat_map(|nodes| algorithms.map(|algorithm| Case::Boxes { nodes, algorithm }));
    let racks = [2, 8].map(|nodes| Case::Racks { nodes });
    let direct = [8, 72, 256, 1024, 4096].map(|ranks| Case::Direct { ranks });
    let halving = [16, 64, 256, 512, 1024, 2048].map(|side| Case::Halving { side });
    let refused =
        |case: &Case| matches!(case, Case::Boxes { nodes: 12_500, algorithm } if *algorithm != "hierarchical");
    boxes.chain(racks).chain(direct).chain(halving).filter(|case| !refused(case)).collect()
}

/// Plans that are rules, whose sends fit 2 GB written out. What is listed is played by events anyway.
fn cases_by_events() -> Vec<Case> {
    let hierarchical = [2, 8, 33, 64, 350].map(|nodes| Case::Boxes { nodes, algorithm: "hierarchical" });
    let rings = [8, 33].map(|nodes| Case::Boxes { nodes, algorithm: "ring" });
    let direct = [8, 72].map(|ranks| Case::Direct { ranks });
    hierarchical.into_iter().chain(rings).chain(direct).collect()
}

/// One sample of what takes longer than a second.
#[divan::bench(args = cases(), sample_count = 5, max_time = 1)]
fn scene(bencher: Bencher, case: Case) {
    let document = case.document();
    let transfers = ItemsCount::new(first_result(&document).plan.logical_transfers());
    timed(bencher.counter(transfers), "curves::scene", case, || drop(solve(&document.scene)));
}

#[divan::bench(args = cases_by_events(), sample_count = 1, sample_size = 1)]
fn by_events(bencher: Bencher, case: Case) {
    let run = first_result(&case.document());
    timed(bencher, "curves::by_events", case, || {
        play_by_events(&run.fabric, &run.plan).expect("a plan that can be played by events");
    });
}
