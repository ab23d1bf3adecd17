//! One fabric at one instant: everything that is drawn of it.

use super::carpet::Carpet;
use super::fill::Fill;
use super::heat::HeatMap;
use super::layout::{FabricLayout, Rect};
use super::loads::Loads;
use super::packets::{PacketMark, PacketScale, packets};
use crate::explain::binding;
use crate::fabric::{Direction, Fabric, LinkId};
use crate::scene::FabricRun;
use crate::units::Femtos;

/// What the time is spent on, as it is said and ringed.
#[derive(Clone, Debug, PartialEq)]
pub struct BindingMark {
    /// The links that bind alike; none while heads or software are on the way.
    pub links: Vec<LinkId>,
    /// In words, with the utilisation.
    pub words: String,
}

/// Seconds on the screen over which a flow is shown as its mean: a ring's steps would flicker.
const FLOW_WINDOW_S: f64 = 0.25;

/// What is the same at every instant: made when a run or the size of the stage changes.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricView {
    /// Where everything stands.
    pub layout: FabricLayout,
    /// Utilisation over the whole run.
    pub carpet: Option<Carpet>,
    fill: Fill,
}

/// What changes from instant to instant. Its buffers are used again.
#[derive(Clone, Debug, Default)]
pub struct FabricFrame {
    /// Share of the finished sum that each chip holds, in the order of the layout.
    pub fills: Vec<f32>,
    /// Share of its capacity that each link of the layout carries, in its order.
    pub utilisations: Vec<f32>,
    /// Packets on the way.
    pub packets: Vec<PacketMark>,
    /// What a packet stands for; `None` where nothing runs.
    pub scale: Option<PacketScale>,
    /// Heat of a wafer's used region.
    pub heat: HeatMap,
    /// What binds.
    pub binding: Option<BindingMark>,
}

impl FabricView {
    /// Prepares a run for its cell of the stage.
    pub fn of(run: &FabricRun, cell: Rect) -> FabricView {
        let layout = FabricLayout::of(run, cell);
        let fill = Fill::of(run, &layout);
        FabricView { carpet: Carpet::of(run), fill, layout }
    }

    /// Moves the run to another cell.
    pub fn place(&mut self, run: &FabricRun, cell: Rect) {
        if self.layout.cell != cell {
            self.layout = FabricLayout::of(run, cell);
        }
    }

    /// Fills `frame` for the instant `at` of the run, shown at `speed` simulated seconds per second.
    pub fn frame(&self, run: &FabricRun, at: Femtos, speed: f64, frame: &mut FabricFrame) {
        frame.fills.clear();
        frame.fills.resize(self.layout.chips.len(), 0.0);
        frame.utilisations.clear();
        frame.utilisations.resize(self.layout.links.len(), 0.0);
        frame.packets.clear();
        frame.binding = None;
        frame.scale = None;
        let Some(result) = run.result() else {
            if let Fabric::Mesh(mesh) = &run.fabric {
                frame.heat.clear(mesh);
            }
            return;
        };
        let trace = &result.played.trace;
        // The clock ends at the reported time; a wafer's last wavelet is one cycle behind it (engine-model 1.7).
        let at = if at >= result.time { trace.end() } else { at };
        self.fill.at(&run.plan, trace, at, &mut frame.fills);
        let loads = Loads::at(&run.fabric, &run.plan, trace, at);
        frame.scale = Some(packets(&self.layout, &loads, speed, &mut frame.packets));
        let flow = frame.scale.is_some_and(|scale| !scale.true_speed);
        // What is too fast to follow is shown as its mean over a moment on the screen.
        let half = if flow { Femtos::from_secs(speed * FLOW_WINDOW_S / 2.0) } else { Femtos(0) };
        let window = (at.since(half), (at + half).min(trace.end()));
        let mean = flow && matches!(run.fabric, Fabric::Switch(_)) && window.1 > window.0;
        for (index, link) in self.layout.links.iter().enumerate() {
            let load =
                if mean { Loads::mean(&run.fabric, &run.plan, trace, link.link, window) } else { loads.of(link.link) };
            let capacity = run.fabric.link(link.link).map_or(1.0, |spec| spec.capacity.0);
            frame.utilisations[index] = load.utilisation(capacity) as f32;
        }
        if let Fabric::Mesh(mesh) = &run.fabric {
            frame.heat.paint(mesh, &loads);
        }
        frame.binding = self.binding(run, &loads, if mean { window } else { (at, at) }, frame);
    }

    fn binding(
        &self,
        run: &FabricRun,
        loads: &Loads,
        window: (Femtos, Femtos),
        frame: &FabricFrame,
    ) -> Option<BindingMark> {
        let trace = &run.result()?.played.trace;
        if loads.at >= trace.end() {
            return None;
        }
        let nothing = |words: String| Some(BindingMark { links: Vec::new(), words });
        if window.1 < run.plan.launch() {
            return nothing(format!("software launch, {} (estimate)", run.plan.launch()));
        }
        let Some(found) = binding(&run.plan, trace, window) else {
            return nothing("no link binds: heads are on the way".to_owned());
        };
        let spec = run.fabric.link(found.link)?;
        match &run.fabric {
            Fabric::Mesh(mesh) => {
                // The link that was found stands for many that are as tight, and the stream may have left it: of those
                // that the carpet follows, the busiest now are shown.
                let utilisation = |link: LinkId| loads.of(link).utilisation(spec.capacity.0);
                let rows = self.carpet.iter().flat_map(|carpet| &carpet.rows).map(|row| row.link);
                let candidates: Vec<(LinkId, f64)> =
                    std::iter::once(found.link).chain(rows).map(|link| (link, utilisation(link))).collect();
                let most = candidates.iter().map(|(_, share)| *share).fold(0.0, f64::max);
                let percent = (most * 100.0).round();
                if percent < 1.0 {
                    return nothing("no link binds: heads are on the way".to_owned());
                }
                let strips = run.layout_word() == "strips";
                let busy = candidates.iter().filter(|(_, share)| *share > most - 0.005).map(|(link, _)| *link);
                let links: Vec<LinkId> = busy.take(if strips { usize::MAX } else { 1 }).collect();
                let shown = *links.first()?;
                let class = run.fabric.class_names()[run.fabric.link(shown)?.class as usize];
                let words = match mesh.place(shown)?.2 {
                    Direction::Ramp => format!("binding: {class}s, {percent} %"),
                    _ if found.alike > 1 => {
                        let edge = if strips { " at each edge" } else { " side by side" };
                        format!("binding: {} {class}s{edge}, {percent} %", crate::scene::grouped(found.alike))
                    }
                    _ => format!("binding: {class}s, {percent} %"),
                };
                Some(BindingMark { links, words })
            }
            Fabric::Switch(_) | Fabric::Graph(_) => {
                let most = frame.utilisations.iter().copied().fold(0.0, f32::max);
                let places = self.layout.links.iter().zip(&frame.utilisations);
                let links: Vec<LinkId> =
                    places.filter(|(_, share)| **share > most - 0.005).map(|(place, _)| place.link).collect();
                let percent = (most * 100.0).round();
                let words = if percent < 1.0 {
                    "no link binds: heads are on the way".to_owned()
                } else {
                    format!("binding: {} of {} NVLink ports, {percent} %", links.len(), frame.utilisations.len())
                };
                Some(BindingMark { links: if percent < 1.0 { Vec::new() } else { links }, words })
            }
        }
    }
}
