//! Rings around the selection.

use glam::Vec2;

use super::display_list::Quad;
use super::display_list::{filled, line};
use crate::fabric::{Direction, Fabric, Topology};
use crate::stage::{ChipKind, FabricLayout, Item, Pair, PeParts, Rect};
use crate::style::{Rgba8, Theme};

/// A ring around an item, if it is on the stage.
pub fn ring(layout: &FabricLayout, fabric: &Fabric, item: Item, theme: &Theme, shapes: &mut Vec<Quad>) {
    let clip = layout.clip().to_array();
    let outline = |rect: Rect, radius: f32| Quad {
        radius,
        border: 2.0,
        border_colour: theme.selection,
        ..filled(rect, Rgba8::CLEAR, clip)
    };
    match (item, &fabric.topology) {
        (Item::Chip(kind, index), _) => {
            let chip = layout.chips.iter().find(|chip| chip.kind == kind && chip.index == index);
            if let Some(chip) = chip {
                let radius = if kind == ChipKind::Die { 2.0 } else { Theme::CORNER + 3.0 };
                let room = if kind == ChipKind::Die { 0.0 } else { 3.0 };
                shapes.push(outline(Rect::new(chip.rect.min - room, chip.rect.max + room), radius));
            }
        }
        (Item::Pe([x, y]), Topology::Mesh(_)) => {
            if let Some(cell) = pe(layout, x, y) {
                // A PE of a whole wafer is smaller than a readable ring.
                let least = cell.size().max(Vec2::splat(10.0));
                shapes.push(outline(Rect::centered(cell.center(), least), 2.0));
            }
        }
        (Item::Link(link), Topology::Mesh(mesh)) => {
            let Some((x, y, direction)) = mesh.place(link) else { return };
            let Some(cell) = pe(layout, x, y) else { return };
            let side = cell.size().min_element();
            if side < 24.0 {
                shapes.push(outline(Rect::centered(cell.center(), Vec2::splat(12.0)), 6.0));
                return;
            }
            let parts = PeParts::new(cell.size());
            let [from, to] = parts.lane_line(direction).map(|end| cell.center() + end);
            if direction == Direction::Ramp {
                let core = parts.core_at(cell.center());
                shapes.push(line(from, to, 2.0 * parts.ramp_half + 4.0, theme.selection.with_alpha(110), clip));
                shapes.push(outline(Rect::new(core.min - 3.0, core.max + 3.0), side * 0.06));
                return;
            }
            let (min, max) = (from.min(to), from.max(to));
            let room = Vec2::splat(parts.lane_half + 2.0);
            shapes.push(outline(Rect::new(min - room, max + room), side * 0.04));
        }
        (Item::Link(_) | Item::Links(_), _) => {
            let place = match item {
                Item::Link(link) => layout.link_or_bundle(link),
                Item::Links(all) => layout.links.iter().find(|place| place.all == all),
                Item::Chip(..) | Item::Pe(_) => None,
            };
            let Some(place) = place else { return };
            // A light line along each lane, and rings at both ends of the middle one.
            let ink = theme.selection.with_alpha(130);
            shapes.extend(place.lanes.iter().map(|&[from, to]| line(from, to, place.width.max(1.0) + 1.0, ink, clip)));
            if let Some([from, to]) = place.lanes.get(place.lanes.len() / 2) {
                for end in [from, to] {
                    shapes.push(outline(Rect::centered(*end, Vec2::splat(10.0)), 5.0));
                }
            }
        }
        (Item::Pe(_), _) => {}
    }
}

/// Rings around source and destination of the selected cell of the matrix.
pub fn ends(layout: &FabricLayout, pair: Pair, theme: &Theme, shapes: &mut Vec<Quad>) {
    let clip = layout.clip().to_array();
    for rank in [pair.from, pair.to] {
        let holds_rank = |chip: &&crate::stage::ChipPlace| {
            if chip.kind == ChipKind::Die { chip.index == rank } else { chip.kind.holds() && chip.ranks.contains(rank) }
        };
        if let Some(chip) = layout.chips.iter().find(holds_rank) {
            shapes.push(Quad {
                radius: Theme::CORNER + 3.0,
                border: 2.0,
                border_colour: theme.selection,
                ..filled(Rect::new(chip.rect.min - 3.0, chip.rect.max + 3.0), Rgba8::CLEAR, clip)
            });
        }
    }
}

/// A PE of the used region on the screen.
fn pe(layout: &FabricLayout, x: u32, y: u32) -> Option<Rect> {
    let wafer = layout.wafer.as_ref()?;
    let min = wafer.region.min + Vec2::new(x as f32, y as f32) * wafer.pitch();
    Some(Rect::new(min, min + wafer.pitch()))
}
