//! The cases that the project holds itself against: the scenes of `scenes/bench`, beside the event loop on the same plan
//! written out.

use divan::Bencher;
use divan::counter::ItemsCount;
use fabricscope::collective::{Delays, FirstPartner, Plan, halving_doubling_all_reduce};
use fabricscope::fabric::Topology;
use fabricscope::scene::SceneDocument;
use fabricscope::simulate::play_by_events;
use fabricscope::solve::{FabricRun, solve};

use crate::cases::{bench_scene, every_row, first_result, scene_of};
use crate::ratios::timed;

/// The largest cluster of the kind of `cluster-100k` whose sends fit 2 GB written out.
const LARGEST_THAT_FITS: &str = "350-nodes";

const SCENES: [&str; 8] = [
    "ring-72",
    "ring-1024",
    "torus-64x64",
    "mesh-16x16-snake",
    "mesh-64x64-far",
    "wafer-full",
    "cluster-100k",
    LARGEST_THAT_FITS,
];

/// The event loop takes up to 1 kB per transfer, so only what fits 2 GB is played by it.
const THAT_FIT: [&str; 7] =
    ["ring-72", "ring-1024", "torus-64x64", "mesh-16x16-snake", "mesh-64x64-far", "wafer-full", LARGEST_THAT_FITS];

fn document(name: &str) -> SceneDocument {
    if name == LARGEST_THAT_FITS {
        let fabric = "machine: \"dgx-h100\", nodes: 350, network: \"ib-ndr\", algorithm: \"hierarchical\"";
        return scene_of("1GiB", 2800, fabric);
    }
    bench_scene(name)
}

#[divan::bench(args = SCENES, sample_count = 9)]
fn scene(bencher: Bencher, name: &str) {
    let document = document(name);
    let transfers = ItemsCount::new(first_result(&document).plan.logical_transfers());
    timed(bencher.counter(transfers), "solve::scene", name, || drop(solve(&document.scene)));
}

#[divan::bench(args = THAT_FIT, sample_count = 1, sample_size = 1)]
fn by_events(bencher: Bencher, name: &str) {
    let run = first_result(&document(name));
    let written_out = written_out(name, &run);
    let plan = written_out.as_ref().unwrap_or(&run.plan);
    timed(bencher, "solve::by_events", name, || drop(play_by_events(&run.fabric, plan)));
}

/// Where one row stands for all: the plan with every rank's sends, or every row.
fn written_out(name: &str, run: &FabricRun) -> Option<Plan> {
    if name == "mesh-64x64-far" {
        let delays = Delays::default();
        return halving_doubling_all_reduce(&run.fabric, run.message, &delays, FirstPartner::Far, true).ok();
    }
    match &run.fabric.topology {
        Topology::Mesh(mesh) if name == "wafer-full" => every_row(mesh, &run.fabric, &run.plan),
        _ => None,
    }
}
