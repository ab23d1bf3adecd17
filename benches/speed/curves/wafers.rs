//! How time and memory of row patterns grow with the size of a wafer, 256 wavelets per PE: where rows are identical, and with
//! every row written out.

use std::fmt;

use divan::Bencher;
use divan::counter::ItemsCount;
use fabricscope::collective::{Plan, XyPattern, xy_all_reduce};
use fabricscope::fabric::{Fabric, Mesh, Topology};
use fabricscope::simulate::play;

use crate::cases::every_row;
use crate::ratios::timed;

const WAVELETS: f64 = 256.0;

/// A pattern on the rows of a mesh.
#[derive(Clone, Copy)]
struct Case {
    pattern: XyPattern,
    width: u32,
    height: u32,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?} on {} x {}", self.pattern, self.width, self.height)
    }
}

impl Case {
    fn mesh(self) -> Mesh {
        Mesh {
            width: self.width,
            height: self.height,
            clock_hz: 0.875e9,
            bytes_per_cycle: 4.0,
            hop_cycles: 1.0,
            turn_cycles: 0.0,
            ramp_cycles: 2.0,
        }
    }

    fn plan(self, mesh: &Mesh) -> Plan {
        xy_all_reduce(mesh, self.pattern, WAVELETS)
    }
}

fn cases() -> impl Iterator<Item = Case> {
    let sizes = [(16, 16), (64, 64), (256, 256), (512, 512), (755, 1170)];
    let patterns = [XyPattern::Chain, XyPattern::Tree, XyPattern::TwoPhase, XyPattern::AutoGen, XyPattern::Star];
    sizes.into_iter().flat_map(move |(width, height)| patterns.map(|pattern| Case { pattern, width, height }))
}

/// A star's streams cross too many links on larger wafers.
fn every_row_fits(case: &Case) -> bool {
    case.pattern != XyPattern::Star || case.width <= 256
}

#[divan::bench(args = cases(), sample_count = 3)]
fn identical(bencher: Bencher, case: Case) {
    let mesh = case.mesh();
    let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
    let streams = ItemsCount::new(case.plan(&mesh).logical_transfers());
    timed(bencher.counter(streams), "curves::wafers::identical", case, || drop(play(&fabric, &case.plan(&mesh))));
}

#[divan::bench(args = cases().filter(every_row_fits), sample_count = 1, sample_size = 1)]
fn rows_written_out(bencher: Bencher, case: Case) {
    let mesh = case.mesh();
    let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
    let plan = case.plan(&mesh);
    timed(bencher, "curves::wafers::rows_written_out", case, || {
        let plan = every_row(&mesh, &fabric, &plan).expect("a plan with every row");
        play(&fabric, &plan).expect("a plan that can be played");
    });
}
