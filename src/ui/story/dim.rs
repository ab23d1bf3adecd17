//! What a beat lights keeps its light; everything else on the stage is dimmed.

use egui::{Painter, Pos2, Rect, Shape, vec2};

use super::veil::{Outline, hull, veil};
use crate::fabric::LinkClass;
use crate::lesson::Light;
use crate::sample::FabricView;
use crate::scene::{FabricKind, WaferFabric, WaferLayout};
use crate::session::OpenStory;
use crate::solve::FabricRun;
use crate::stage::{FabricLayout, Item, LinkPlace};
use crate::ui::model::Model;
use crate::ui::style::{to_pos, translucent};
use crate::ui::training;

/// The share of their light that the others keep.
const LEFT: f32 = 0.35;
/// Space around a lit chip or link, points: its rim and its packets belong to it.
const MARGIN: f32 = 4.0;
/// The most lit parts of a fabric that are cut out one by one; more light the whole fabric.
const MAX_PARTS: usize = 160;

/// Lays the colour of the background over all that the beat does not light.
pub(in crate::ui) fn dim_others(painter: &Painter, model: &Model, open: &OpenStory) {
    let light = &open.shown.light;
    let lights_stage = light.iter().any(|light| !matches!(light, Light::Part(_)));
    // After a live change, what the beat points at may be beside the point.
    if !lights_stage || open.at_end || model.session.is_changed() {
        return;
    }
    let ink = translucent(model.theme().ground, 1.0 - LEFT);
    for (index, (run, view)) in model.session.runs.iter().zip(model.views).enumerate() {
        let area = cell_of(model, index, view);
        match lit_parts(light, index, run, view) {
            Lit::Whole => {}
            Lit::Parts(holes) => {
                painter.add(Shape::mesh(veil(area, &holes, ink)));
            }
        }
    }
}

/// The area of a fabric on the stage. The runs of a training job stand side by side, whatever the cells of their machines are.
fn cell_of(model: &Model, fabric: usize, view: &FabricView) -> Rect {
    let of = |view: &FabricView| {
        let cell = &view.layout.cell;
        Rect::from_min_max(to_pos(cell.min), to_pos(cell.max))
    };
    if !model.session.shows_run() {
        return of(view);
    }
    let stage = model.views.iter().map(of).fold(Rect::NOTHING, Rect::union);
    let places: Vec<usize> = model.session.training_runs().map(|(fabric, _)| fabric).collect();
    let place = places.iter().position(|of_run| *of_run == fabric);
    place.map_or(Rect::NOTHING, |place| training::column(stage, place, places.len()))
}

/// The lit part of a fabric.
#[derive(Clone, Debug, PartialEq)]
enum Lit {
    Whole,
    /// These outlines; none if nothing is.
    Parts(Vec<Outline>),
}

fn lit_parts(light: &[Light], fabric: usize, run: &FabricRun, view: &FabricView) -> Lit {
    let mut parts = Vec::new();
    for light in light.iter().filter(|light| light.fabric().is_none_or(|one| one == fabric)) {
        let found = match light {
            Light::Fabric(_) => return Lit::Whole,
            Light::Part(_) => continue,
            Light::Chip(_, name) => chip(run, &view.layout, name),
            Light::Link(_, name) => link(run, &view.layout, name),
            Light::Class(_, name) => class(run, &view.layout, name),
        };
        parts.extend(found);
    }
    if parts.len() > MAX_PARTS { Lit::Whole } else { Lit::Parts(parts) }
}

fn outline(rect: Rect) -> Outline {
    let rect = rect.expand(MARGIN);
    vec![rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom()]
}

fn place(rect: crate::stage::Rect) -> Outline {
    outline(Rect::from_min_max(to_pos(rect.min), to_pos(rect.max)))
}

/// A rank by its number, or a chip by its name: `0`, `GPU 3`.
fn chip(run: &FabricRun, layout: &FabricLayout, name: &str) -> Vec<Outline> {
    let number = name.parse().ok();
    if let Some(strip) = number.and_then(|strip| strip_outline(run, layout, strip)) {
        return vec![strip];
    }
    let is_it = |chip: &&crate::stage::ChipPlace| match number {
        Some(rank) => (chip.kind.is_rank() || chip.kind.is_group()) && chip.ranks.contains(rank),
        None => Item::find(run, layout, name) == Some(Item::Chip(chip.kind, chip.index)),
    };
    layout.chips.iter().filter(is_it).map(|chip| place(chip.rect)).collect()
}

/// The columns of a wafer that hold a replica.
fn strip_outline(run: &FabricRun, layout: &FabricLayout, strip: u32) -> Option<Outline> {
    let wafer = layout.wafer.as_ref()?;
    let FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { layout: strips, .. }, .. }) = &run.scene.kind
    else {
        return None;
    };
    let width = wafer.pitch().x * strips.strip_width as f32;
    let left = wafer.region.min.x + width * strip as f32;
    let rect = Rect::from_x_y_ranges(left..=left + width, wafer.region.min.y..=wafer.region.max.y);
    (strip < strips.strips).then(|| outline(rect.shrink(MARGIN)))
}

fn link(run: &FabricRun, layout: &FabricLayout, name: &str) -> Vec<Outline> {
    let Some(id) = run.fabric.topology.find_link(name) else { return Vec::new() };
    if let (Some(wafer), Some(mesh)) = (&layout.wafer, run.fabric.topology.mesh()) {
        // A link of a wafer is drawn as the heat of its PE.
        let pe = mesh.place(id).map(|(x, y, _)| wafer.pe([x, y]));
        return pe.map(|pe| outline(Rect::from_center_size(to_pos(pe), vec2(1.0, 1.0)))).into_iter().collect();
    }
    layout.link_or_bundle(id).map(lanes).into_iter().collect()
}

fn class(run: &FabricRun, layout: &FabricLayout, name: &str) -> Vec<Outline> {
    if let Some(wafer) = &layout.wafer {
        let has = [LinkClass::MeshLink, LinkClass::Ramp].iter().any(|class| class.name() == name);
        return has.then(|| place(wafer.region)).into_iter().collect();
    }
    layout.links.iter().filter(|link| run.fabric.class(link.link).name() == name).map(lanes).collect()
}

/// The outline around the lanes of a link. It ends where they do: beyond are the chips, which are not lit.
fn lanes(link: &LinkPlace) -> Outline {
    let reach = link.width / 2.0 + MARGIN;
    let corners = link.lanes.iter().flat_map(|lane| {
        let [from, to] = lane.map(to_pos);
        let aside = (to - from).normalized().rot90() * reach;
        [from + aside, from - aside, to + aside, to - aside]
    });
    hull(corners.collect::<Vec<Pos2>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Intent, Session, StoryIntent};
    use crate::stage::stage_cells;

    /// What a light leaves lit of each fabric of the first scene.
    fn lit(light: &str) -> Vec<Lit> {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Story(StoryIntent::Open("the-claim".to_owned())));
        let stage = crate::stage::Rect::new(glam::vec2(0.0, 0.0), glam::vec2(1280.0, 500.0));
        let light = [Light::parse(light).expect(light)];
        let cells = stage_cells(stage, session.runs.len(), 0);
        let views = session.runs.iter().zip(cells).map(|(run, cell)| FabricView::new(run, cell));
        let views: Vec<FabricView> = views.collect();
        let all = session.runs.iter().zip(&views).enumerate();
        all.map(|(index, (run, view))| lit_parts(&light, index, run, view)).collect()
    }

    fn parts(lit: &Lit) -> usize {
        match lit {
            Lit::Whole => usize::MAX,
            Lit::Parts(parts) => parts.len(),
        }
    }

    #[test]
    fn a_light_leaves_exactly_what_it_names() {
        let counts = |light: &str| lit(light).iter().map(parts).collect::<Vec<_>>();
        assert_eq!(counts("fabric:A"), [usize::MAX, 0]);
        assert_eq!(counts("chip:A 0"), [1, 0]);
        assert_eq!(counts("chip:B 0"), [0, 1], "a strip");
        assert_eq!(counts("chip:GPU 3"), [1, 0]);
        assert_eq!(counts("class:NVLink"), [16, 0]);
        assert_eq!(counts("class:mesh link"), [0, 1]);
        assert_eq!(counts("link:GPU 3 -> NVSwitch"), [1, 0]);
    }
}
