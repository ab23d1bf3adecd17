//! What a frame of a large fabric costs, as a whole and looked at closely.

use std::fmt;

use divan::Bencher;
use divan::counter::ItemsCount;
use fabricscope::sample::{FabricFrame, FabricView, Playback};
use fabricscope::solve::FabricRun;
use fabricscope::stage::{Rect, StageCamera, ViewState, stage_cells};
use fabricscope::units::Femtos;
use glam::{Vec2, vec2};

use crate::cases::{first_run, scene_of};
use crate::ratios::timed;

/// Instants that are drawn one after the other.
const INSTANTS: u64 = 20;
/// The fabric takes so long on the screen.
const PLAYS_S: f64 = 12.0;

/// A fabric by name, with its replicas and its fields in RON.
struct Large {
    name: &'static str,
    replicas: u32,
    fabric: &'static str,
}

static FABRICS: [Large; 6] = [
    Large {
        name: "torus 64 x 64, ring",
        replicas: 2,
        fabric: r#"machine: "torus", region: "64x64", algorithm: "ring""#,
    },
    Large {
        name: "mesh 64 x 64, halving-doubling",
        replicas: 2,
        fabric: r#"machine: "mesh", region: "64x64", algorithm: "halving-doubling""#,
    },
    Large {
        name: "64 x DGX H100, hierarchical",
        replicas: 512,
        fabric: r#"machine: "dgx-h100", nodes: 64, network: "ib-ndr", algorithm: "hierarchical""#,
    },
    Large {
        name: "64 x DGX H100, ring",
        replicas: 512,
        fabric: r#"machine: "dgx-h100", nodes: 64, network: "ib-ndr", algorithm: "ring""#,
    },
    Large {
        name: "12,500 x DGX H100",
        replicas: 100_000,
        fabric: r#"machine: "dgx-h100", nodes: 12500, network: "ib-ndr", algorithm: "hierarchical""#,
    },
    Large {
        name: "mesh 2048 x 2048, ring",
        replicas: 2,
        fabric: r#"machine: "mesh", region: "2048x2048", algorithm: "ring""#,
    },
];

impl Large {
    /// The largest is too large to be played, and drawn all the same.
    fn run(&self) -> FabricRun {
        first_run(&scene_of("64MiB", self.replicas, self.fabric))
    }
}

impl fmt::Display for Large {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A fabric enlarged by a scale.
#[derive(Clone, Copy)]
struct CloseUp {
    large: &'static Large,
    scale: f32,
}

impl fmt::Display for CloseUp {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}, scale {}", self.large, self.scale)
    }
}

impl CloseUp {
    fn camera(self, shift: f32) -> StageCamera {
        StageCamera::at(vec2(0.4, 0.4 + shift), 1.0 / self.scale)
    }
}

fn close_ups() -> impl Iterator<Item = CloseUp> {
    FABRICS.iter().flat_map(|large| [1.0, 6.0].map(|scale| CloseUp { large, scale }))
}

fn cell() -> Rect {
    stage_cells(Rect::new(Vec2::ZERO, vec2(1300.0, 800.0)), 1, 0)[0]
}

#[divan::bench(args = FABRICS.iter(), sample_count = 3)]
fn view(bencher: Bencher, large: &'static Large) {
    let run = large.run();
    timed(bencher, "large::view", large, || drop(FabricView::new(&run, cell())));
}

#[divan::bench(args = close_ups(), sample_count = 9)]
fn place(bencher: Bencher, close_up: CloseUp) {
    let run = close_up.large.run();
    let mut view = FabricView::new(&run, cell());
    let mut step = 0_u16;
    timed(bencher, "large::place", close_up, || {
        // Another look each time: the same one is not placed again.
        step = step % 100 + 1;
        view.place(&run, cell(), close_up.camera(1e-4 * f32::from(step)));
    });
}

/// Items are the chips and links that are placed.
#[divan::bench(args = close_ups(), sample_count = 19)]
fn frame(bencher: Bencher, close_up: CloseUp) {
    let run = close_up.large.run();
    let mut view = FabricView::new(&run, cell());
    view.place(&run, cell(), close_up.camera(0.0));
    let end = run.result().map(|result| result.time).unwrap_or_default();
    let placed = ItemsCount::new(view.layout.chips.len() + view.layout.links.len());
    let mut frame = FabricFrame::default();
    let mut instant = 0;
    timed(bencher.counter(placed), "large::frame", close_up, || {
        instant = instant % INSTANTS + 1;
        let (at, playback) =
            (Femtos(end.0 / INSTANTS * instant), Playback { speed: end.secs() / PLAYS_S, playing: true });
        view.frame(&run, at, playback, &ViewState::default(), &mut frame);
    });
}
