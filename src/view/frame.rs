//! One fabric at one instant: everything that is drawn of it.

use super::carpet::Carpet;
use super::fill::Fill;
use super::heat::HeatMap;
use super::layout::{FabricLayout, Rect};
use super::loads::{LinkLoad, Loads};
use super::packets::{PacketMark, PacketScale, packets};
use crate::explain::binding;
use crate::fabric::{Direction, Fabric, LinkId};
use crate::scene::FabricRun;
use crate::units::Femtos;

/// The binding link at an instant, as it is said and ringed.
#[derive(Clone, Debug, PartialEq)]
pub struct BindingMark {
    /// The link with the lowest id among those alike.
    pub link: LinkId,
    /// In words, with its utilisation.
    pub words: String,
}

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
    /// What each link of the layout carries, in its order.
    pub loads: Vec<LinkLoad>,
    /// Share of its capacity.
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
        frame.loads.clear();
        frame.loads.resize(self.layout.links.len(), LinkLoad::default());
        frame.utilisations.clear();
        frame.utilisations.resize(self.layout.links.len(), 0.0);
        frame.packets.clear();
        frame.binding = None;
        frame.scale = None;
        let Some(result) = run.result() else {
            if let Fabric::Mesh(mesh) = &run.fabric {
                frame.heat = HeatMap { size: [mesh.width, mesh.height], texels: vec![0; mesh.pe_count() as usize] };
            }
            return;
        };
        let trace = &result.played.trace;
        // The clock ends at the reported time; a wafer's last wavelet is one cycle behind it (engine-model 1.7).
        let at = if at >= result.time { trace.end() } else { at };
        self.fill.at(&run.plan, trace, at, &mut frame.fills);
        let loads = Loads::at(&run.fabric, &run.plan, trace, at);
        for (index, link) in self.layout.links.iter().enumerate() {
            let load = loads.of(link.link);
            let capacity = run.fabric.link(link.link).map_or(1.0, |spec| spec.capacity.0);
            frame.loads[index] = load;
            frame.utilisations[index] = load.utilisation(capacity) as f32;
        }
        if let Fabric::Mesh(mesh) = &run.fabric {
            frame.heat.paint(mesh, &loads);
        }
        frame.scale = Some(packets(&self.layout, &loads, speed, &mut frame.packets));
        frame.binding = self.binding(run, &loads, at, frame);
    }

    fn binding(&self, run: &FabricRun, loads: &Loads, at: Femtos, frame: &FabricFrame) -> Option<BindingMark> {
        let result = run.result()?;
        let found = binding(&run.plan, &result.played.trace, at)?;
        let spec = run.fabric.link(found.link)?;
        let class = run.fabric.class_names()[spec.class as usize];
        let utilisation = loads.of(found.link).utilisation(spec.capacity.0);
        let percent = (utilisation * 100.0).round();
        let words = match &run.fabric {
            Fabric::Mesh(mesh) => match mesh.place(found.link)? {
                (_, _, Direction::Ramp) => format!("binding: {class}s, {percent} %"),
                (_, _, _) if found.alike > 1 => {
                    format!("binding: {} {class}s, {percent} %", crate::scene::grouped(found.alike))
                }
                _ => format!("binding: {}, {percent} %", run.fabric.link_name(found.link)),
            },
            Fabric::Switch(_) => {
                let same = frame.utilisations.iter().filter(|&&other| f64::from(other) > utilisation - 0.005).count();
                format!("binding: {same} of {} NVLink ports, {percent} %", frame.utilisations.len())
            }
            Fabric::Graph(_) => format!("binding: {}, {percent} %", run.fabric.link_name(found.link)),
        };
        Some(BindingMark { link: found.link, words })
    }
}
