//! One fabric at one instant: everything that is drawn of it.

use super::bottleneck::BindingMark;
use super::chip_fill::Fill;
use super::class_utilisation::ClassUtilisation;
use super::core_fill::CoreFill;
use super::explanation::Explanation;
use super::inspector::{Inspector, Selected};
use super::link_heatmap::LinkHeatmap;
use super::link_loads::{LinkLoad, LinkLoads};
use super::link_sampler::LinkSampler;
use super::packets::{PacketMark, PacketScale, packets};
use super::router_loads::PortLoads;
use super::traffic_matrix::TrafficMatrix;
use super::wafer_heat::{HeatMap, HeatShows};
use crate::fabric::Topology;
use crate::sample::bottleneck as binding;
use crate::solve::FabricRun;
use crate::stage::Item;
use crate::stage::StageCamera;
use crate::stage::ViewState;
use crate::stage::{FabricLayout, Rect};
use crate::stage::{MIN_PITCH, PeWindow};
use crate::units::Femtos;

/// Seconds on the screen over which a flow is shown as its mean: a ring's steps would flicker.
const FLOW_WINDOW_S: f64 = 0.25;

/// What is the same at every instant: made when a run or the size of the stage changes.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricView {
    /// Where everything stands.
    pub layout: FabricLayout,
    /// The same as a whole, whatever part of it is seen.
    pub whole: FabricLayout,
    /// The part of the whole picture that the fabric takes, as shares of it.
    pub content: Rect,
    /// Utilisation over the whole run, by link.
    pub carpet: Option<LinkHeatmap>,
    /// The same, by class of links.
    pub areas: ClassUtilisation,
    /// Who sends to whom; made when it is first shown, `None` also where there are too many streams.
    pub matrix: Option<TrafficMatrix>,
    matrix_made: bool,
    /// When the first chip holds all of the finished sum.
    pub first_done: Option<Femtos>,
    /// What is selected.
    pub selected: Option<Selected>,
    /// Where the time goes; `None` where nothing ran or the path is too long.
    pub explained: Option<Explanation>,
    fill: Fill,
    /// Of the run before the last change, where both can be compared.
    fill_before: Option<Fill>,
    cores: CoreFill,
    asked: LinkSampler,
}

/// What changes from instant to instant. Its buffers are used again.
#[derive(Clone, Debug, Default)]
pub struct FabricFrame {
    /// Share of the finished sum that each chip holds, in the order of the layout.
    pub fills: Vec<f32>,
    /// The same in the run before the last change, at the same instant; empty where nothing is compared.
    pub fills_before: Vec<f32>,
    /// Share of its capacity that each link of the layout carries, in its order; of a place that stands for several the
    /// mean.
    pub utilisations: Vec<f32>,
    /// Packets on the way.
    pub packets: Vec<PacketMark>,
    /// What a packet stands for; `None` where nothing runs.
    pub scale: Option<PacketScale>,
    /// Heat of a wafer's used region.
    pub heat: HeatMap,
    /// What the links of single PEs carry, where they are large enough to be seen.
    pub ports: PortLoads,
    /// Share of the finished sum that the cores of these PEs hold; negative where none ever comes.
    pub cores: Vec<f32>,
    /// What binds.
    pub binding: Option<BindingMark>,
    /// Who sends to whom, row by row, and the greatest of it; empty while it is not shown.
    pub matrix: Vec<f32>,
    /// The greatest cell of `matrix`.
    pub matrix_most: f32,
    /// What is selected.
    pub card: Option<Inspector>,
    carried: Vec<LinkLoad>,
}

impl FabricView {
    /// Prepares a run for its cell of the stage.
    pub fn new(run: &FabricRun, cell: Rect) -> FabricView {
        let layout = FabricLayout::new(run, cell);
        let fill = Fill::new(run, &layout);
        let first_done = run.result().and_then(|result| fill.first_full(&run.plan, &result.played.trace));
        FabricView {
            asked: LinkSampler::new(&run.fabric, &layout.links),
            content: layout.content(),
            whole: layout.clone(),
            layout,
            carpet: LinkHeatmap::new(run),
            areas: ClassUtilisation::new(run),
            matrix: None,
            matrix_made: false,
            first_done,
            selected: None,
            explained: Explanation::new(run),
            fill,
            fill_before: None,
            cores: CoreFill::default(),
        }
    }

    /// Prepares the comparison with the run before the last change, where the same chips take part.
    pub fn compare(&mut self, run: &FabricRun, before: Option<&FabricRun>) {
        let same = |before: &&FabricRun| {
            let ranks = |run: &FabricRun| (run.ranks, run.elements, run.layout_id());
            before.result().is_some() && crate::sample::is_drawn(before) && ranks(before) == ranks(run)
        };
        self.fill_before = before.filter(same).map(|before| Fill::new(before, &self.whole));
    }

    /// How full every chip was in the run before the last change, at an instant of its own time.
    pub fn frame_before(&self, before: Option<&FabricRun>, at: Femtos, frame: &mut FabricFrame) {
        frame.fills_before.clear();
        let (Some(fill), Some(before)) = (&self.fill_before, before) else { return };
        let Some(result) = before.result() else { return };
        let trace = &result.played.trace;
        let at = if at >= result.time { trace.end() } else { at };
        fill.at(&before.plan, &self.layout, trace, at, &mut frame.fills_before);
    }

    /// Prepares what the stage shows of the fabric with this number: its selection, its matrix.
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

    /// Of the selected link the ranks at its ends: where it leaves one, and where it leads to one.
    pub fn selected_ranks(&self) -> [Option<u32>; 2] {
        self.selected.as_ref().map_or([None; 2], |selected| selected.ranks)
    }

    /// The binding link of the instant that `frame` shows, and the look that shows it large.
    pub fn find_bottleneck(&self, run: &FabricRun, frame: &FabricFrame) -> Option<(Item, StageCamera)> {
        let links = &frame.binding.as_ref()?.links;
        let item = Item::Link(*links.get(links.len() / 2)?);
        Some((item, self.layout.camera_for(item, &run.fabric.topology)?))
    }

    /// Moves the run to another cell, or looks at another part of it.
    pub fn place(&mut self, run: &FabricRun, cell: Rect, camera: StageCamera) {
        if self.layout.cell != cell || self.layout.camera != camera {
            if self.whole.cell != cell {
                self.whole = FabricLayout::new(run, cell);
                self.content = self.whole.content();
            }
            self.layout =
                if camera.is_whole() { self.whole.clone() } else { FabricLayout::with_camera(run, cell, camera) };
            self.asked = LinkSampler::new(&run.fabric, &self.layout.links);
        }
        if let Topology::Mesh(mesh) = &run.fabric.topology {
            let window = PeWindow::new(&self.layout, mesh);
            if self.cores.window != window {
                self.cores =
                    if crate::sample::is_drawn(run) { CoreFill::new(&run.plan, mesh, window) } else { CoreFill::default() };
            }
        }
    }

    /// Fills `frame` for the instant `at` of the run, shown at `speed` simulated seconds per second.
    pub fn frame(&self, run: &FabricRun, at: Femtos, speed: f64, stage: &ViewState, frame: &mut FabricFrame) {
        frame.fills.clear();
        frame.fills.resize(self.layout.chips.len(), 0.0);
        frame.utilisations.clear();
        frame.utilisations.resize(self.layout.links.len(), 0.0);
        frame.packets.clear();
        frame.ports.clear();
        frame.cores.clear();
        frame.binding = None;
        frame.scale = None;
        frame.matrix.clear();
        frame.matrix_most = 0.0;
        frame.card = None;
        let Some(result) = run.result() else {
            if let Topology::Mesh(mesh) = &run.fabric.topology {
                frame.heat.clear(mesh);
            }
            return;
        };
        if !crate::sample::is_drawn(run) {
            let words = format!("{} transfers: too many to draw", crate::units::grouped(run.plan.logical_transfers()));
            frame.binding = Some(BindingMark::none(words));
            return;
        }
        let trace = &result.played.trace;
        // The clock ends at the reported time; a wafer's last wavelet is one cycle behind it (engine-model 1.7).
        let at = if at >= result.time { trace.end() } else { at };
        self.fill.at(&run.plan, &self.layout, trace, at, &mut frame.fills);
        let loads = LinkLoads::at(&run.fabric, &run.plan, trace, at);
        if let Topology::Mesh(mesh) = &run.fabric.topology {
            let pitch = self.layout.wafer.as_ref().map_or(0.0, |wafer| wafer.pitch().min_element());
            frame.ports.paint(mesh, &loads, self.cores.window, pitch >= MIN_PITCH);
            self.cores.at(trace, at, &mut frame.cores);
        }
        frame.scale = Some(packets(&self.layout, &loads, &frame.ports, speed, &mut frame.packets));
        let flow = frame.scale.is_some_and(|scale| !scale.true_speed);
        // What is too fast to follow is shown as its mean over a moment on the screen.
        let half = if flow { Femtos::from_secs(speed * FLOW_WINDOW_S / 2.0) } else { Femtos(0) };
        let window = (at.since(half), (at + half).min(trace.end()));
        let among_chips = !matches!(run.fabric.topology, Topology::Mesh(_));
        // What is over carries nothing, whatever it carried a moment ago.
        let mean = flow && among_chips && window.1 > window.0 && at < trace.end();
        if mean {
            self.asked.mean(&run.plan, trace, window, &mut frame.carried);
        } else {
            self.asked.now(&loads, &mut frame.carried);
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
            frame.matrix_most = matrix.fill(run, trace, at, stage.accumulated, &mut frame.matrix);
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
            frame.card = Some(selected.card(run, &loads, fill));
        }
        let window = if mean { window } else { (at, at) };
        frame.binding = match &run.fabric.topology {
            Topology::Mesh(mesh) => binding::of_wafer(run, mesh, &loads, self.carpet.as_ref(), window),
            _ => binding::among_chips(run, &loads, &self.asked, &frame.carried, window),
        };
        // What binds is a matter of the instant, whatever the links show.
        if stage.accumulated && among_chips {
            self.asked.mean(&run.plan, trace, (Femtos(0), at), &mut frame.carried);
            self.show_utilisations(frame);
        }
    }

    fn show_utilisations(&self, frame: &mut FabricFrame) {
        let FabricFrame { utilisations, carried, .. } = frame;
        for (place, shown) in utilisations.iter_mut().enumerate() {
            *shown = self.asked.utilisation(place, carried);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::parse_scene;
    use crate::solve::solve;

    /// What is said to bind in a measured run at an instant.
    fn words(run: &FabricRun, at: Femtos) -> String {
        let view = FabricView::new(run, Rect::new(glam::Vec2::ZERO, glam::vec2(800.0, 600.0)));
        let mut frame = FabricFrame::default();
        view.frame(run, at, 1e-9, &ViewState::default(), &mut frame);
        frame.binding.expect("words").words
    }

    #[test]
    fn a_measured_run_starts_up_fills_and_sends_in_chunks() {
        let text = "(version: 1, title: \"t\", workload: (message: \"1GiB\", replicas: 8), fabrics: [(name: \"f\",
            machine: \"dgx-h100\", algorithm: \"nvls\", timing: \"measured\")])";
        let document = parse_scene("t", text, &Catalog::bundled().expect("the catalog"));
        let run = &solve(&document.unwrap_or_else(|faults| panic!("{faults}")).scene)[0];
        let (launch, fill) = (run.plan.launch(), run.plan.fill());
        assert!(fill > Femtos(0), "NVLS fills a pipeline");
        let within = |from: Femtos, span: Femtos| words(run, from + Femtos(span.0 / 2));
        assert!(within(Femtos(0), launch).contains("(fitted)"), "{}", within(Femtos(0), launch));
        assert!(within(launch, fill).contains("filling the pipeline"), "{}", within(launch, fill));
        let end = run.result().expect("a result").played.trace.end();
        let flows = within(launch + fill, end.since(launch + fill));
        assert!(flows.contains("chunks in which NCCL sends") && flows.contains("fitted"), "{flows}");
    }
}
