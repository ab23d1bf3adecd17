//! One fabric at one instant: everything that is drawn.

use std::sync::Arc;

use super::bottleneck::{BottleneckCause, BottleneckMark};
use super::chip_fill::Fill;
use super::class_utilisation::ClassUtilisation;
use super::core_fill::CoreFill;
use super::explanation::Explanation;
use super::find_bottleneck::{Moment, find_among_chips, find_on_wafer};
use super::inspector::{Inspector, Selected};
use super::link_heatmap::LinkHeatmap;
use super::link_loads::{LinkLoad, LinkLoads, LoadBuffers};
use super::link_sampler::LinkSampler;
use super::operation_lanes::{OperationLane, operation_lanes};
use super::packets::{PacketMark, PacketScale, packets};
use super::reuse::RouteBook;
use super::router_loads::PortLoads;
use super::traffic_matrix::TrafficMatrix;
use super::wafer_heat::{HeatMap, HeatShows};
use crate::collective::Plan;
use crate::explain::{CostKind, CostSource, PathMeeting};
use crate::fabric::{LinkId, Topology};
use crate::solve::FabricRun;
use crate::stage::Item;
use crate::stage::StageCamera;
use crate::stage::ViewState;
use crate::stage::{FabricLayout, Rect};
use crate::stage::{MIN_PITCH, PeWindow};
use crate::trace::{EventTrace, Trace};
use crate::units::Femtos;

/// Seconds on the screen over which a flow shows its mean. Without it, the steps of a ring flicker.
const FLOW_WINDOW_S: f64 = 0.25;
/// Seconds on the screen between two searches for the bottleneck.
const BOTTLENECK_S: f64 = 0.1;

/// What does not depend on the instant: made when a run or the size of the stage changes.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricView {
    /// The layout of the visible part.
    pub layout: FabricLayout,
    /// The layout of the whole fabric.
    pub whole: FabricLayout,
    /// The part of the whole picture that the fabric covers, as fractions of it.
    pub content: Rect,
    /// Utilisation over the whole run, by link.
    pub link_heatmap: Option<LinkHeatmap>,
    /// Utilisation over the whole run, by link class.
    pub class_utilisation: ClassUtilisation,
    /// The traffic matrix, made when it is first shown; `None` if there are too many streams.
    pub matrix: Option<TrafficMatrix>,
    matrix_made: bool,
    /// The operations of a sequence, in lanes of operations that follow each other; none for a single operation.
    pub operations: Vec<OperationLane>,
    /// When the first chip holds all of the finished sum.
    pub first_done: Option<Femtos>,
    /// The selected item.
    pub selected: Option<Selected>,
    /// The explanation; `None` if the run has no result or its critical path is too long.
    pub explanation: Option<Explanation>,
    fill: Arc<Fill>,
    /// For the run before the last change, if both are comparable.
    fill_before: Option<Arc<Fill>>,
    cores: CoreFill,
    sampler: LinkSampler,
    routes: Arc<RouteBook>,
}

/// What depends on the instant. Its buffers are reused.
#[derive(Clone, Debug, Default)]
pub struct FabricFrame {
    /// Share of the finished sum that each chip holds, in the order of the layout.
    pub fills: Vec<f32>,
    /// The same for the run before the last change; empty if there is no comparison.
    pub fills_before: Vec<f32>,
    /// Utilisation of each link of the layout, in its order; the mean for lines that stand for several links.
    pub utilisations: Vec<f32>,
    /// The packets.
    pub packets: Vec<PacketMark>,
    /// The meaning of a packet; `None` if the run has no result.
    pub scale: Option<PacketScale>,
    /// Heat of a wafer's used region.
    pub heat: HeatMap,
    /// Utilisation of the links of visible PEs.
    pub ports: PortLoads,
    /// Share of the finished sum that the cores of these PEs hold; negative if none ever arrives.
    pub cores: Vec<f32>,
    /// The bottleneck.
    pub bottleneck: Option<BottleneckMark>,
    /// The traffic matrix, row by row; empty while it is hidden.
    pub matrix: Vec<f32>,
    /// The upper end of the scale of `matrix`, the same at every instant of the run.
    pub matrix_most: f32,
    /// The figures of the selected item.
    pub inspector: Option<Inspector>,
    carried: Vec<LinkLoad>,
    buffers: LoadBuffers,
    /// While the clock plays, the part of the time for which `bottleneck` was found.
    beat: Option<u64>,
}

impl FabricFrame {
    /// Forgets what it knows of another run.
    pub fn forget(&mut self) {
        self.beat = None;
    }
}

/// How the clock moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Playback {
    /// Simulated seconds per second on the screen.
    pub speed: f64,
    /// Whether it is moving: then the bottleneck is that of the time around the instant, so that its label does not flicker.
    pub playing: bool,
}

impl Playback {
    /// A clock that stands, and would move at this speed.
    pub fn paused(speed: f64) -> Playback {
        Playback { speed, playing: false }
    }
}

impl FabricView {
    /// Prepares a run for its cell of the stage.
    pub fn new(run: &FabricRun, cell: Rect) -> FabricView {
        let layout = FabricLayout::new(run, cell);
        let fill = Arc::new(Fill::new(run, &layout));
        let first_done = run.result().and_then(|result| fill.first_full(&run.plan, &result.played.trace));
        FabricView {
            sampler: LinkSampler::new(&run.fabric, &layout.links),
            content: layout.content(),
            whole: layout.clone(),
            layout,
            link_heatmap: LinkHeatmap::new(run),
            class_utilisation: ClassUtilisation::new(run),
            operations: operation_lanes(run),
            matrix: None,
            matrix_made: false,
            first_done,
            selected: None,
            explanation: Explanation::new(run),
            fill,
            fill_before: None,
            cores: CoreFill::default(),
            routes: Arc::new(if crate::sample::is_drawn(run) {
                RouteBook::new(&run.plan)
            } else {
                RouteBook::default()
            }),
        }
    }

    /// Prepares the comparison with the run before the last change, if both have the same ranks.
    pub fn compare(&mut self, run: &FabricRun, before: Option<&FabricRun>) {
        let same = |before: &&FabricRun| {
            let ranks = |run: &FabricRun| (run.ranks, run.elements, run.layout());
            before.result().is_some() && crate::sample::is_drawn(before) && ranks(before) == ranks(run)
        };
        self.fill_before = before.filter(same).map(|before| Arc::new(Fill::new(before, &self.whole)));
    }

    /// Prepares the comparison with the run before a change that does not concern it.
    pub fn compare_with_itself(&mut self) {
        self.fill_before = Some(self.fill.clone());
    }

    /// Fills the levels of the run before the last change, at an instant on its own time axis.
    pub fn frame_before(&self, before: Option<&FabricRun>, at: Femtos, frame: &mut FabricFrame) {
        frame.fills_before.clear();
        let (Some(fill), Some(before)) = (&self.fill_before, before) else { return };
        let Some(result) = before.result() else { return };
        let trace = &result.played.trace;
        let at = if at >= result.time { trace.end() } else { at };
        fill.at(&before.plan, &self.layout, trace, at, &mut frame.fills_before);
    }

    /// Prepares the selection and the matrix of the fabric with this number.
    pub fn update_selection(&mut self, run: &FabricRun, stage: &ViewState, fabric: usize) {
        let item = stage.selection.filter(|selection| selection.fabric == fabric).map(|selection| selection.item);
        if self.selected.as_ref().map(|selected| selected.item) != item {
            let drawn = run.plan.transfer_count() <= crate::sample::MAX_DRAWN_TRANSFERS;
            self.selected = item.filter(|_| drawn).map(|item| Selected::new(run, item));
        }
        if stage.matrix && !self.matrix_made {
            self.matrix_made = true;
            self.matrix = TrafficMatrix::new(run);
        }
    }

    /// The ranks at both ends of the selected link, if these are ranks.
    pub fn selected_ranks(&self) -> [Option<u32>; 2] {
        self.selected.as_ref().map_or([None; 2], |selected| selected.ranks)
    }

    /// The bottleneck of `frame`, and the camera that shows it.
    pub fn find_bottleneck(&self, run: &FabricRun, frame: &FabricFrame) -> Option<(Item, StageCamera)> {
        self.with_camera(run, frame.bottleneck.as_ref()?.link?)
    }

    /// The degraded link on which the run spends most of its time, if there is one, and the camera that shows it.
    pub fn find_root_cause(&self, run: &FabricRun) -> Option<(Item, StageCamera)> {
        let most = run.result()?.time.0 / 2;
        let causes = &self.explanation.as_ref()?.root_causes;
        let link = causes.iter().filter(|cause| cause.on_path.0 > most).find_map(|cause| match cause.meets {
            PathMeeting::Link(link) => Some(link),
            PathMeeting::Nothing | PathMeeting::LateRank { .. } => None,
        });
        self.with_camera(run, link?)
    }

    fn with_camera(&self, run: &FabricRun, link: LinkId) -> Option<(Item, StageCamera)> {
        let item = Item::Link(link);
        Some((item, self.layout.camera_for(item, &run.fabric.topology)?))
    }

    /// Lays the run out for another cell or camera.
    pub fn place(&mut self, run: &FabricRun, cell: Rect, camera: StageCamera) {
        if self.layout.cell != cell || self.layout.camera != camera {
            if self.whole.cell != cell {
                self.whole = FabricLayout::new(run, cell);
                self.content = self.whole.content();
            }
            self.layout =
                if camera.is_whole() { self.whole.clone() } else { FabricLayout::with_camera(run, cell, camera) };
            self.sampler = LinkSampler::new(&run.fabric, &self.layout.links);
        }
        if let Topology::Mesh(mesh) = &run.fabric.topology {
            let window = PeWindow::new(&self.layout, mesh);
            if self.cores.window != window {
                self.cores = if crate::sample::is_drawn(run) {
                    CoreFill::new(&run.plan, mesh, window)
                } else {
                    CoreFill::default()
                };
            }
        }
    }

    /// Fills `frame` for the instant `at` of the run.
    pub fn frame(&self, run: &FabricRun, at: Femtos, playback: Playback, stage: &ViewState, frame: &mut FabricFrame) {
        let speed = playback.speed;
        frame.fills.clear();
        frame.fills.resize(self.layout.chips.len(), 0.0);
        frame.utilisations.clear();
        frame.utilisations.resize(self.layout.links.len(), 0.0);
        frame.packets.clear();
        frame.ports.clear();
        frame.cores.clear();
        frame.scale = None;
        frame.matrix.clear();
        frame.matrix_most = 0.0;
        frame.inspector = None;
        let Some(result) = run.result() else {
            frame.bottleneck = None;
            if let Topology::Mesh(mesh) = &run.fabric.topology {
                frame.heat.clear(mesh);
            }
            // Nothing ever flows, but a link that is down can be repaired.
            let nothing = Trace::from(EventTrace::default());
            let loads = LinkLoads::at(&run.fabric, &run.plan, &nothing, at);
            frame.inspector = self.selected.as_ref().map(|selected| selected.inspect(run, &loads, None));
            return;
        };
        if !crate::sample::is_drawn(run) {
            let cause = BottleneckCause::NotDrawn { transfers: run.plan.logical_transfers() };
            frame.bottleneck = Some(BottleneckMark::without_links(cause));
            return;
        }
        let trace = &result.played.trace;
        // The clock ends at the reported time; a wafer's last wavelet arrives one cycle later (engine model 1.7).
        let at = if at >= result.time { trace.end() } else { at };
        self.fill.at(&run.plan, &self.layout, trace, at, &mut frame.fills);
        let mut buffers = std::mem::take(&mut frame.buffers);
        let plan: (&Plan, &RouteBook) = (&run.plan, &self.routes);
        let loads = LinkLoads::in_buffers(&run.fabric, plan, trace, at, &mut buffers);
        if let Topology::Mesh(mesh) = &run.fabric.topology {
            let pitch = self.layout.wafer.as_ref().map_or(0.0, |wafer| wafer.pitch().min_element());
            frame.ports.paint(mesh, &loads, self.cores.window, pitch >= MIN_PITCH);
            self.cores.at(trace, at, &mut frame.cores);
        }
        frame.scale = Some(packets(&self.layout, &loads, &frame.ports, speed, &mut frame.packets));
        let flow = frame.scale.is_some_and(|scale| !scale.true_speed);
        // A flow shows means, because its changes are too fast to follow.
        let half = if flow { Femtos::from_secs(speed * FLOW_WINDOW_S / 2.0) } else { Femtos(0) };
        let window = (at.since(half), (at + half).min(trace.end()));
        let among_chips = !matches!(run.fabric.topology, Topology::Mesh(_));
        // Before the start and after the end there is no traffic, whatever the mean around it is.
        let mean = flow && among_chips && window.1 > window.0 && at > Femtos(0) && at < trace.end();
        if mean {
            self.sampler.mean(plan, trace, window, &mut buffers.alive, &mut frame.carried);
        } else {
            self.sampler.now(&loads, &mut frame.carried);
        }
        self.show_utilisations(frame);
        if let Topology::Mesh(mesh) = &run.fabric.topology {
            let shows = HeatShows { direction: stage.heat_of, accumulated: stage.accumulated };
            if stage.accumulated {
                let since_start = LinkLoads::since_start(&run.fabric, &run.plan, trace, at);
                frame.heat.paint(mesh, &since_start, shows);
                frame.ports.paint_since_start(mesh, &since_start);
            } else {
                frame.heat.paint(mesh, &loads, shows);
            }
        }
        if let Some(matrix) = self.matrix.as_ref().filter(|_| stage.matrix) {
            let largest = matrix.fill(run, trace, at, stage.accumulated, &mut frame.matrix);
            frame.matrix_most = matrix.scale(stage.accumulated).max(largest);
        }
        if let Some(selected) = &self.selected {
            let fill = match selected.item {
                Item::Chip(kind, index) => {
                    let mut chips = self.layout.chips.iter().zip(&frame.fills);
                    chips
                        .find(|(chip, _)| chip.kind == kind && chip.index == index && kind.holds())
                        .map(|(_, fill)| *fill)
                }
                Item::Link(_) | Item::Links(_) | Item::Pe(_) => None,
            };
            frame.inspector = Some(selected.inspect(run, &loads, fill));
        }
        // Its label is not readable if it changes more often; so it is looked for only once in a while.
        let plays = playback.playing && at < trace.end();
        let beat = plays.then(|| (at.0 as f64 / (speed * BOTTLENECK_S * 1e15).max(1.0)) as u64);
        if beat.is_none() || frame.beat != beat {
            frame.beat = beat;
            // While the clock stands, the bottleneck is that of the instant, whatever the mean around it is.
            let span = if mean && playback.playing { window } else { (at, at) };
            if among_chips && mean && !playback.playing {
                self.sampler.now(&loads, &mut frame.carried);
            }
            let moment = Moment { loads: &loads, plan: &run.plan, span };
            frame.bottleneck = match run.fabric.topology.mesh() {
                Some(mesh) => find_on_wafer(run, mesh, &moment),
                None => find_among_chips(run, &moment, &self.sampler, &frame.carried),
            };
            // As `explain` says it of the same instant.
            let step = || {
                let step = self.explanation.as_ref()?.path.step_at(at)?;
                (step.kind != CostKind::Latency).then_some(step.source)
            };
            if let Some(mark) = frame.bottleneck.as_mut().filter(|mark| mark.cause == BottleneckCause::Latency) {
                match step() {
                    Some(CostSource::Cores) => mark.cause = BottleneckCause::Cores,
                    Some(CostSource::Link) => mark.cause = BottleneckCause::InFlight,
                    Some(
                        CostSource::Step
                        | CostSource::Fill
                        | CostSource::Computation
                        | CostSource::Launch
                        | CostSource::Late,
                    )
                    | None => {}
                }
            }
            // At the beginning nothing waits yet, and there is nothing to say.
            if at == Femtos(0) && frame.bottleneck.as_ref().is_some_and(BottleneckMark::waits) {
                frame.bottleneck = None;
            }
        }
        // The bottleneck depends on the instant, even if the links show the mean since the start.
        if stage.accumulated && among_chips {
            self.sampler.mean(plan, trace, (Femtos(0), at), &mut buffers.alive, &mut frame.carried);
            self.show_utilisations(frame);
        }
        loads.give_back(&mut buffers);
        frame.buffers = buffers;
    }

    fn show_utilisations(&self, frame: &mut FabricFrame) {
        let FabricFrame { utilisations, carried, .. } = frame;
        for (place, shown) in utilisations.iter_mut().enumerate() {
            *shown = self.sampler.utilisation(place, carried);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::parse_scene;
    use crate::solve::solve;

    /// The label of the bottleneck at an instant.
    fn label(run: &FabricRun, at: Femtos) -> String {
        mark(run, at).expect("a label").label()
    }

    fn mark(run: &FabricRun, at: Femtos) -> Option<BottleneckMark> {
        let view = FabricView::new(run, Rect::new(glam::Vec2::ZERO, glam::vec2(800.0, 600.0)));
        let mut frame = FabricFrame::default();
        view.frame(run, at, Playback::paused(1e-9), &ViewState::default(), &mut frame);
        frame.bottleneck
    }

    #[test]
    fn nothing_is_said_at_the_beginning_and_between_two_steps_that_latency_is_now() {
        let text = "(version: 1, title: \"t\", workload: (message: \"256MiB\", replicas: 8), fabrics: [(name: \"f\",
            machine: \"dgx-h100\", algorithm: \"ring\")])";
        let document = parse_scene("t", text, &Catalog::bundled().expect("the catalog"));
        let run = &solve(&document.unwrap_or_else(|diagnostics| panic!("{diagnostics}")).scene)[0];
        assert_eq!(mark(run, Femtos(0)), None);
        let end = run.result().expect("a result").time;
        assert_eq!(label(run, Femtos(1)), "no bottleneck now: waiting on latency");
        assert_eq!(label(run, Femtos(end.0 / 3)), "bottleneck: all 8 NVLink ports, 100 %");
    }

    #[test]
    fn a_measured_run_launches_fills_and_sends_in_chunks() {
        let text = "(version: 1, title: \"t\", workload: (message: \"1GiB\", replicas: 8), fabrics: [(name: \"f\",
            machine: \"dgx-h100\", algorithm: \"nvls\", timing: \"measured\")])";
        let document = parse_scene("t", text, &Catalog::bundled().expect("the catalog"));
        let run = &solve(&document.unwrap_or_else(|diagnostics| panic!("{diagnostics}")).scene)[0];
        let (launch, fill) = (run.plan.launch(), run.plan.fill());
        assert!(fill > Femtos(0), "NVLS fills a pipeline");
        let within = |from: Femtos, span: Femtos| label(run, from + Femtos(span.0 / 2));
        assert!(within(Femtos(0), launch).contains("(fitted)"), "{}", within(Femtos(0), launch));
        assert!(within(launch, fill).contains("filling the pipeline"), "{}", within(launch, fill));
        let end = run.result().expect("a result").played.trace.end();
        let flows = within(launch + fill, end.since(launch + fill));
        assert!(flows.contains("NCCL's rounds") && flows.contains("fitted"), "{flows}");
    }
}
