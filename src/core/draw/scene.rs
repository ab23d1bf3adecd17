//! Draws the stage: layouts and frames of all fabrics become a display list.

use super::bottleneck::Ringed;
use super::display_list::{DisplayList, Heat};
use super::{bottleneck, chips, critical_path, degradation, links, routers, selection, wafer};
use crate::fabric::Topology;
use crate::sample::{FabricFrame, FabricView};
use crate::solve::FabricRun;
use crate::stage::{ChipKind, FabricLayout, LinkPlace, ViewState};
use crate::style::Theme;
use crate::units::Femtos;

/// The most chips of a fabric whose rims show the bottleneck.
const MAX_RINGED_CHIPS: usize = 160;
/// Smallest difference of a level from the previous run that is drawn.
const MIN_LEVEL_CHANGE: f32 = 0.01;

/// The content of the stage.
#[derive(Clone, Copy, Debug)]
pub struct StageScene<'a> {
    /// The colours.
    pub theme: &'a Theme,
    /// Selection and display options.
    pub view: &'a ViewState,
    /// The fabrics, in the order of the scene.
    pub fabrics: &'a [FabricScene<'a>],
    /// The chips.
    pub chips: &'a [ChipState],
}

/// One fabric.
#[derive(Clone, Copy, Debug)]
pub struct FabricScene<'a> {
    /// Its run.
    pub run: &'a FabricRun,
    /// Its layout and explanation.
    pub view: &'a FabricView,
    /// Its sample at the current instant.
    pub frame: &'a FabricFrame,
    /// The current instant on its own time axis.
    pub at: Femtos,
}

/// The state of a chip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChipState {
    /// Number of its fabric.
    pub fabric: usize,
    /// Its index in the layout.
    pub index: usize,
    /// Share of the finished sum that it holds, 0 to 1.
    pub fill: f32,
    /// Whether its rim shows that one of its links is the bottleneck.
    pub is_ringed: bool,
}

/// Draws the stage into `list`, whose buffers are reused. Lanes and packets are drawn apart from it.
pub fn draw_stage(scene: &StageScene, list: &mut DisplayList) {
    for layer in [&mut list.back, &mut list.under_links, &mut list.over_links, &mut list.chips, &mut list.marks] {
        layer.clear();
    }
    if scene.view.matrix {
        // The traffic matrix replaces the fabrics.
        list.heats.clear();
        list.pes.clear();
    } else {
        scene.draw_wafers(list);
        scene.draw_around_links(list);
        scene.draw_chips(list);
        scene.draw_marks(list);
    }
    let layouts = scene.fabrics.iter().map(|fabric| &fabric.view.layout);
    links::between_neighbours(layouts, scene.theme, &mut list.back);
}

impl<'a> StageScene<'a> {
    fn layout(&self, fabric: usize) -> Option<&'a FabricLayout> {
        self.fabrics.get(fabric).map(|fabric| &fabric.view.layout)
    }

    /// Rims, heat and PEs of wafers. Heats and PEs keep their indices and buffers: each owns a texture.
    fn draw_wafers(&self, list: &mut DisplayList) {
        let mut heats = 0;
        for FabricScene { run, view, frame, at } in self.fabrics {
            let Some(place) = &view.layout.wafer else { continue };
            let clip = view.layout.picture.to_array();
            let done = run.result().is_some_and(|result| *at >= result.time);
            wafer::rim(&view.layout, done, self.theme, &mut list.back);
            if list.heats.len() <= heats {
                list.heats.push(Heat { rect: [0.0; 4], clip, size: [0; 2], texels: Vec::new() });
            }
            let heat = &mut list.heats[heats];
            // A run without a result has no heat.
            heat.rect = if run.result().is_some() { place.region.to_array() } else { [0.0; 4] };
            heat.clip = clip;
            heat.size = frame.heat.size;
            heat.texels.clone_from(&frame.heat.texels);
            heats += 1;
        }
        list.heats.truncate(heats);
        let mut old = std::mem::take(&mut list.pes);
        for FabricScene { run, view, frame, .. } in self.fabrics {
            let Topology::Mesh(mesh) = &run.fabric.topology else { continue };
            let texels = old.pop().map(|old| old.texels).unwrap_or_default();
            list.pes.extend(routers::pes(&view.layout, mesh, frame, self.view.heat_of, texels));
        }
    }

    /// Boxes and rims of bottlenecks under the lanes; lines and levels of dies over them.
    fn draw_around_links(&self, list: &mut DisplayList) {
        for fabric in self.fabrics {
            chips::boxes(&fabric.view.layout, self.theme, &mut list.under_links);
        }
        for fabric in self.fabrics {
            for place in fabric.ringed() {
                bottleneck::rims(&fabric.view.layout, place, self.theme, &mut list.under_links);
            }
        }
        for fabric in self.fabrics {
            wafer::lines(&fabric.view.layout, fabric.run.result().is_none(), self.theme, &mut list.over_links);
        }
        for chip in self.chips {
            if let Some(layout) = self.layout(chip.fabric).filter(|layout| chip.is_die(layout)) {
                wafer::die(layout, chip.index, chip.fill, self.theme, &mut list.over_links);
            }
        }
    }

    /// Chips are over packets, because a lane can pass behind a chip.
    fn draw_chips(&self, list: &mut DisplayList) {
        for chip in self.chips {
            let Some(layout) = self.layout(chip.fabric).filter(|layout| !chip.is_die(layout)) else { continue };
            chips::chip(layout, chip.index, chip.fill, chip.is_ringed, self.theme, &mut list.chips);
        }
        for FabricScene { view, frame, .. } in self.fabrics {
            let clip = view.layout.clip().to_array();
            let levels = view.layout.chips.iter().zip(frame.fills_before.iter().zip(&frame.fills));
            for (place, (before, now)) in levels {
                if (before - now).abs() > MIN_LEVEL_CHANGE {
                    chips::level_before(place, *before, clip, self.theme, &mut list.chips);
                }
            }
        }
    }

    /// Degraded links, bottlenecks of wafers, the critical path and the selection.
    fn draw_marks(&self, list: &mut DisplayList) {
        let front = &mut list.marks;
        for FabricScene { run, view, .. } in self.fabrics {
            degradation::marks(&view.layout, &run.fabric, self.theme, front);
        }
        for FabricScene { run, view, frame, .. } in self.fabrics {
            if let (Some(mark), Topology::Mesh(mesh)) = (&frame.bottleneck, &run.fabric.topology) {
                wafer::bottleneck(&view.layout, mesh, frame, mark, self.theme, front);
            }
        }
        if self.view.path {
            for FabricScene { run, view, at, .. } in self.fabrics {
                if let Some(explanation) = &view.explanation {
                    critical_path::trail(&view.layout, run, explanation, *at, self.theme, front);
                }
            }
        }
        let selected = self.view.selection.and_then(|selected| Some((selected, self.fabrics.get(selected.fabric)?)));
        if let Some((selected, fabric)) = selected {
            selection::ring(&fabric.view.layout, &fabric.run.fabric, selected.item, self.theme, front);
            if let Some(pair) = self.view.pair {
                selection::ends(&fabric.view.layout, pair, self.theme, front);
            }
        }
    }
}

impl<'a> FabricScene<'a> {
    /// Whether each chip of the layout has a rim, because one of its links is the bottleneck.
    pub fn ringed_chips(&self) -> impl Iterator<Item = bool> {
        let (ringed, layout) = (self.with_rims(), &self.view.layout);
        let few = layout.chips.len() <= MAX_RINGED_CHIPS;
        layout.chips.iter().map(move |chip| few && bottleneck::touches(chip, &ringed))
    }

    /// The bottleneck links with a rim. Wafers mark theirs differently.
    pub fn ringed(&self) -> impl Iterator<Item = &'a LinkPlace> {
        self.with_rims().into_iter().flatten()
    }

    fn with_rims(&self) -> Ringed<'a> {
        match &self.frame.bottleneck {
            Some(mark) if self.view.layout.wafer.is_none() => bottleneck::ringed(&self.view.layout, &mark.links),
            _ => Ringed::default(),
        }
    }
}

impl ChipState {
    fn is_die(&self, layout: &FabricLayout) -> bool {
        layout.chips.get(self.index).is_some_and(|chip| chip.kind == ChipKind::Die)
    }
}
