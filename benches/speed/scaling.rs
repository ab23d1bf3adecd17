//! How time and memory of rings grow with ranks: where all slots are identical, with one slow link, and by events.

use std::fmt;

use divan::Bencher;
use divan::counter::ItemsCount;
use fabricscope::collective::{Delays, Plan, RankOrder, ring_all_reduce, ring_over};
use fabricscope::fabric::{Fabric, Grid, LinkFigures, LinkId, NodeInterconnect, Switch, Topology};
use fabricscope::simulate::{play, play_by_events};
use fabricscope::units::{Bytes, BytesPerSec, Femtos};

use crate::ratios::timed;

const MESSAGE: Bytes = Bytes(1 << 30);
const LATENCY: Femtos = Femtos(500_000_000);

/// A ring and what it runs on.
#[derive(Clone, Copy)]
enum Ring {
    RoundASwitch { ranks: u32 },
    OnATorus { side: u32 },
}

use Ring::{OnATorus, RoundASwitch};

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            RoundASwitch { ranks } => write!(f, "switch of {ranks}"),
            OnATorus { side } => write!(f, "torus {side} x {side}"),
        }
    }
}

impl Ring {
    fn fabric(self) -> Fabric {
        match self {
            RoundASwitch { ranks } => Topology::Switch(Switch {
                hub: NodeInterconnect::NvSwitch,
                ranks,
                capacity: BytesPerSec(900e9),
                latency: LATENCY,
            }),
            OnATorus { side } => {
                let links = LinkFigures { capacity: BytesPerSec(100e9), latency: LATENCY };
                Topology::Grid(Grid { width: side, height: side, wraps: true, links })
            }
        }
        .into()
    }

    fn plan(self, fabric: &Fabric) -> Plan {
        let delays = Delays::default();
        let plan = match self {
            RoundASwitch { .. } => ring_all_reduce(fabric, MESSAGE, &delays),
            OnATorus { side } => ring_over(fabric, &[side, side], RankOrder::Straight, MESSAGE, &delays),
        };
        plan.expect("a plan whose sends can be counted")
    }
}

const ALL: [Ring; 17] = [
    RoundASwitch { ranks: 8 },
    RoundASwitch { ranks: 32 },
    RoundASwitch { ranks: 72 },
    RoundASwitch { ranks: 256 },
    RoundASwitch { ranks: 1024 },
    RoundASwitch { ranks: 4096 },
    RoundASwitch { ranks: 16_384 },
    RoundASwitch { ranks: 32_768 },
    OnATorus { side: 4 },
    OnATorus { side: 8 },
    OnATorus { side: 16 },
    OnATorus { side: 32 },
    OnATorus { side: 64 },
    OnATorus { side: 128 },
    OnATorus { side: 256 },
    OnATorus { side: 512 },
    OnATorus { side: 1024 },
];

/// Every send of every lane is swept, and kept: those whose trace is not refused.
fn slow_link_fits(ring: &Ring) -> bool {
    match ring {
        RoundASwitch { ranks } => *ranks <= 4096,
        OnATorus { side } => *side <= 256,
    }
}

/// Those whose sends fit 2 GB written out.
fn events_fit(ring: &Ring) -> bool {
    match ring {
        RoundASwitch { ranks } => *ranks <= 1024,
        OnATorus { side } => *side <= 64,
    }
}

#[divan::bench(args = ALL, sample_count = 9)]
fn identical(bencher: Bencher, ring: Ring) {
    let fabric = ring.fabric();
    let sends = ItemsCount::new(ring.plan(&fabric).transfer_count());
    timed(bencher.counter(sends), "scaling::identical", ring, || drop(play(&fabric, &ring.plan(&fabric))));
}

#[divan::bench(args = ALL.into_iter().filter(slow_link_fits), sample_count = 3)]
fn slow_link(bencher: Bencher, ring: Ring) {
    let mut fabric = ring.fabric();
    fabric.slow([(LinkId(1), 0.5)]);
    let plan_and_play = || play(&fabric, &ring.plan(&fabric));
    assert!(plan_and_play().is_ok(), "{ring} is refused");
    timed(bencher, "scaling::slow_link", ring, || drop(plan_and_play()));
}

#[divan::bench(args = ALL.into_iter().filter(events_fit), sample_count = 1, sample_size = 1)]
fn by_events(bencher: Bencher, ring: Ring) {
    let fabric = ring.fabric();
    let plan = ring.plan(&fabric);
    timed(bencher, "scaling::by_events", ring, || drop(play_by_events(&fabric, &plan)));
}
