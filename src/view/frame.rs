//! One fabric at one instant: everything that is drawn of it.

use super::areas::ClassAreas;
use super::asked::AskedLinks;
use super::card::{Card, Selected};
use super::carpet::Carpet;
use super::explained::Explained;
use super::fill::Fill;
use super::heat::{HeatMap, HeatShows};
use super::layout::{FabricLayout, Rect};
use super::loads::{LinkLoad, Loads};
use super::look::Look;
use super::matrix::Matrix;
use super::packets::{PacketMark, PacketScale, packets};
use super::routers::{RouterMark, routers};
use super::selection::Item;
use super::stage::Stage;
use crate::explain::binding;
use crate::fabric::{Direction, LinkId, Shape};
use crate::scene::{FabricRun, held_words};
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
    /// The same as a whole, whatever part of it is seen.
    pub whole: FabricLayout,
    /// Utilisation over the whole run, by link.
    pub carpet: Option<Carpet>,
    /// The same, by class of links.
    pub areas: ClassAreas,
    /// Who sends to whom; made when it is first shown, `None` also where there are too many streams.
    pub matrix: Option<Matrix>,
    matrix_made: bool,
    /// When the first chip holds all of the finished sum.
    pub first_done: Option<Femtos>,
    /// What is selected.
    pub selected: Option<Selected>,
    /// Where the time goes; `None` where nothing ran or the path is too long.
    pub explained: Option<Explained>,
    fill: Fill,
    asked: AskedLinks,
}

/// What changes from instant to instant. Its buffers are used again.
#[derive(Clone, Debug, Default)]
pub struct FabricFrame {
    /// Share of the finished sum that each chip holds, in the order of the layout.
    pub fills: Vec<f32>,
    /// Share of its capacity that each link of the layout carries, in its order; of a place that stands for several the
    /// mean.
    pub utilisations: Vec<f32>,
    /// Packets on the way.
    pub packets: Vec<PacketMark>,
    /// What a packet stands for; `None` where nothing runs.
    pub scale: Option<PacketScale>,
    /// Heat of a wafer's used region.
    pub heat: HeatMap,
    /// Single PEs of a wafer, where they are large enough to be seen.
    pub routers: Vec<RouterMark>,
    /// What binds.
    pub binding: Option<BindingMark>,
    /// Who sends to whom, row by row, and the greatest of it; empty while it is not shown.
    pub matrix: Vec<f32>,
    /// The greatest cell of `matrix`.
    pub matrix_most: f32,
    /// What is selected.
    pub card: Option<Card>,
    carried: Vec<LinkLoad>,
}

impl FabricView {
    /// Prepares a run for its cell of the stage.
    pub fn of(run: &FabricRun, cell: Rect) -> FabricView {
        let layout = FabricLayout::of(run, cell);
        let fill = Fill::of(run, &layout);
        let first_done = run.result().and_then(|result| fill.first_full(&run.plan, &result.played.trace));
        FabricView {
            asked: AskedLinks::of(&run.fabric, &layout.links),
            whole: layout.clone(),
            layout,
            carpet: Carpet::of(run),
            areas: ClassAreas::of(run),
            matrix: None,
            matrix_made: false,
            first_done,
            selected: None,
            explained: Explained::of(run),
            fill,
        }
    }

    /// Prepares what the stage shows of the fabric with this number: its selection, its matrix.
    pub fn attend(&mut self, run: &FabricRun, stage: &Stage, fabric: usize) {
        let item = stage.selection.filter(|selection| selection.fabric == fabric).map(|selection| selection.item);
        if self.selected.as_ref().map(|selected| selected.item) != item {
            let drawn = run.plan.transfer_count() <= super::MAX_DRAWN_TRANSFERS;
            self.selected = item.filter(|_| drawn).map(|item| Selected::of(run, item));
        }
        if stage.matrix && !self.matrix_made {
            self.matrix_made = true;
            self.matrix = Matrix::of(run);
        }
    }

    /// The binding link of the instant that `frame` shows, and the look that shows it large.
    pub fn find_binding(&self, run: &FabricRun, frame: &FabricFrame) -> Option<(Item, Look)> {
        let links = &frame.binding.as_ref()?.links;
        let item = Item::Link(*links.get(links.len() / 2)?);
        Some((item, self.layout.look_at(item, &run.fabric.shape)?))
    }

    /// Moves the run to another cell, or looks at another part of it.
    pub fn place(&mut self, run: &FabricRun, cell: Rect, look: Look) {
        if self.layout.cell != cell || self.layout.look != look {
            if self.whole.cell != cell {
                self.whole = FabricLayout::of(run, cell);
            }
            self.layout = if look.is_whole() { self.whole.clone() } else { FabricLayout::looked_at(run, cell, look) };
            self.asked = AskedLinks::of(&run.fabric, &self.layout.links);
        }
    }

    /// Fills `frame` for the instant `at` of the run, shown at `speed` simulated seconds per second.
    pub fn frame(&self, run: &FabricRun, at: Femtos, speed: f64, stage: &Stage, frame: &mut FabricFrame) {
        frame.fills.clear();
        frame.fills.resize(self.layout.chips.len(), 0.0);
        frame.utilisations.clear();
        frame.utilisations.resize(self.layout.links.len(), 0.0);
        frame.packets.clear();
        frame.routers.clear();
        frame.binding = None;
        frame.scale = None;
        frame.matrix.clear();
        frame.card = None;
        let Some(result) = run.result() else {
            if let Shape::Mesh(mesh) = &run.fabric.shape {
                frame.heat.clear(mesh);
            }
            return;
        };
        if !super::is_drawn(run) {
            let words = format!("{} transfers: too many to draw", crate::scene::grouped(run.plan.logical_transfers()));
            frame.binding = Some(BindingMark { links: Vec::new(), words });
            return;
        }
        let trace = &result.played.trace;
        // The clock ends at the reported time; a wafer's last wavelet is one cycle behind it (engine-model 1.7).
        let at = if at >= result.time { trace.end() } else { at };
        self.fill.at(&run.plan, &self.layout, trace, at, &mut frame.fills);
        let loads = Loads::at(&run.fabric, &run.plan, trace, at);
        frame.scale = Some(packets(&self.layout, &loads, speed, &mut frame.packets));
        let flow = frame.scale.is_some_and(|scale| !scale.true_speed);
        // What is too fast to follow is shown as its mean over a moment on the screen.
        let half = if flow { Femtos::from_secs(speed * FLOW_WINDOW_S / 2.0) } else { Femtos(0) };
        let window = (at.since(half), (at + half).min(trace.end()));
        let among_chips = !matches!(run.fabric.shape, Shape::Mesh(_));
        // What is over carries nothing, whatever it carried a moment ago.
        let mean = flow && among_chips && window.1 > window.0 && at < trace.end();
        if mean {
            self.asked.mean(&run.plan, trace, window, &mut frame.carried);
        } else {
            self.asked.now(&loads, &mut frame.carried);
        }
        self.show_utilisations(frame);
        if let Shape::Mesh(mesh) = &run.fabric.shape {
            let shows = HeatShows { direction: stage.heat_of, accumulated: stage.accumulated };
            if stage.accumulated {
                frame.heat.paint(mesh, &Loads::since_start(&run.fabric, &run.plan, trace, at), shows);
            } else {
                frame.heat.paint(mesh, &loads, shows);
            }
            routers(&self.layout, mesh, &loads, &mut frame.routers);
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
        frame.binding = self.binding(run, &loads, if mean { window } else { (at, at) }, frame);
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
            return nothing(format!("start-up of software, {} ({})", run.plan.launch(), run.launch_grade()));
        }
        let filled = run.plan.launch() + run.plan.fill();
        if window.1 < filled {
            return nothing(format!("filling the pipeline, {} (fitted)", run.plan.fill()));
        }
        let Some(found) = binding(&run.plan, trace, window) else {
            return nothing("no link binds: heads are on the way".to_owned());
        };
        let spec = run.fabric.link(found.link)?;
        match &run.fabric.shape {
            Shape::Mesh(mesh) => {
                // The link that was found stands for many that are as tight, and the stream may have left it: of those
                // that the carpet follows, the busiest now are shown.
                let utilisation = |link: LinkId| loads.of(link).utilisation(spec.capacity.0);
                let rows =
                    self.carpet.iter().flat_map(|carpet| &carpet.rows).filter_map(|row| row.links.first().copied());
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
                let class = run.fabric.shape.class_names()[run.fabric.link(shown)?.class as usize];
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
            // Channels and rounds hold ranks and streams below what their links could carry.
            shape => {
                if let Some(what) = held_words(&run.fabric.link_name(found.link)) {
                    let each = spec.capacity;
                    return nothing(format!("no link binds but {what}: {each} each (measured timing, fitted)"));
                }
                // Among all links, seen or not.
                let watched = self.asked.watched(&frame.carried);
                let most = watched.clone().map(|(_, share)| share).fold(0.0, f32::max);
                let percent = (most * 100.0).round();
                if percent < 1.0 {
                    return nothing("no link binds: heads are on the way".to_owned());
                }
                let busy = watched.filter(|(_, share)| *share > most - 0.005);
                let links: Vec<LinkId> = busy.map(|(link, _)| link).collect();
                let all = self.asked.watches_all.then_some(self.asked.watched_count());
                let words = format!("binding: {}, {percent} %", binding_words(run, shape, &links, all));
                Some(BindingMark { links, words })
            }
        }
    }
}

/// The binding links among chips in words: by class, where they are of one. Where only some of `all` were asked, they are
/// not counted.
fn binding_words(run: &FabricRun, shape: &Shape, links: &[LinkId], all: Option<usize>) -> String {
    if let Shape::Switch(_) = shape {
        let ports = if run.layout_word() == "nvlink" { "NVLink ports" } else { "ports" };
        return all.map_or_else(|| ports.to_owned(), |all| format!("{} of {all} {ports}", links.len()));
    }
    let mut classes: Vec<&str> = links
        .iter()
        .filter_map(|&link| shape.link(link))
        .filter_map(|spec| shape.class_names().get(spec.class as usize).copied())
        .collect();
    classes.sort_unstable();
    classes.dedup();
    let classes = match classes.as_slice() {
        [class] => (*class).to_owned(),
        [first, second] => format!("{first} and {second}"),
        many => format!("{} classes", many.len()),
    };
    match (links, all) {
        (&[link], _) => shape.link_name(link),
        (_, Some(_)) => format!("{} links, {classes}", crate::scene::grouped(links.len() as u64)),
        (_, None) => classes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::{parse_scene, solve};

    /// What is said to bind in a measured run at an instant.
    fn words(run: &FabricRun, at: Femtos) -> String {
        let view = FabricView::of(run, Rect::new(glam::Vec2::ZERO, glam::vec2(800.0, 600.0)));
        let mut frame = FabricFrame::default();
        view.frame(run, at, 1e-9, &Stage::default(), &mut frame);
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
