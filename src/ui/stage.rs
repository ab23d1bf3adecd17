//! The pointer on the stage: wheel to look closer, drag to move, click to select, double-click to go in and out, and
//! what is under it in words.

use egui::{Sense, Ui, vec2};

use super::Model;
use crate::fabric::Topology;
use crate::sample::{FabricFrame, FabricView, item_title};
use crate::session::Intent;
use crate::solve::FabricRun;
use crate::stage::{Item, Pair, Selection, StageCamera};
use crate::ui::{matrix, minimap};

/// Points of scrolling that double the scale.
const SCROLL_PER_DOUBLE: f32 = 220.0;

pub(super) fn show(ui: &Ui, model: &Model, intents: &mut Vec<Intent>) {
    let prepared = model.session.runs.iter().zip(model.views).zip(model.frames);
    for (index, ((run, view), frame)) in prepared.enumerate().filter(|(_, ((_, view), _))| !view.layout.cell.is_empty())
    {
        let picture = view.layout.picture;
        let rect = egui::Rect::from_min_max(
            egui::pos2(picture.min.x, picture.min.y),
            egui::pos2(picture.max.x, picture.max.y),
        );
        let response = ui.interact(rect, ui.id().with(("stage", index)), Sense::CLICK | Sense::DRAG);
        super::widgets::named(&response, egui::WidgetType::Other, &format!("Stage: {}", run.scene.name), "");
        if model.session.view.matrix {
            on_matrix(model, index, &response, intents);
            continue;
        }
        let camera = model.session.camera(index);
        let point = |at: egui::Pos2| glam::Vec2::new(at.x, at.y);
        let pick = |at: egui::Pos2| view.layout.pick(point(at), &run.fabric.topology);
        if response.double_clicked() {
            let at = response.interact_pointer_pos().unwrap_or(rect.center());
            intents.push(Intent::MoveCamera(index, deeper(run, view, camera, point(at), pick(at))));
        } else if response.clicked() {
            let at = response.interact_pointer_pos().unwrap_or(rect.center());
            match minimap::place(&view.layout).filter(|map| map.contains(at)) {
                // A click on the small picture goes there.
                Some(map) => {
                    let share = (at - map.min) / map.size();
                    let center = glam::Vec2::new(share.x, share.y);
                    intents.push(Intent::MoveCamera(
                        index,
                        StageCamera::at(center, 1.0 / camera.scale).inside(view.content),
                    ));
                }
                None => {
                    let selection = pick(at).map(|item| Selection { fabric: index, item });
                    intents.push(Intent::Select(selection));
                    intents.push(Intent::Activate(index));
                }
            }
        } else if response.dragged() && response.drag_delta() != vec2(0.0, 0.0) {
            let began = ui.input(|input| input.pointer.press_origin());
            let map = minimap::place(&view.layout).filter(|map| began.is_some_and(|began| map.contains(began)));
            let next = match (map, response.interact_pointer_pos()) {
                // On the small picture, what is seen follows the pointer.
                (Some(map), Some(at)) => {
                    let share = (at - map.min) / map.size();
                    StageCamera::at(glam::Vec2::new(share.x, share.y), 1.0 / camera.scale)
                }
                _ => {
                    let by = response.drag_delta();
                    camera.moved(glam::Vec2::new(by.x, by.y), picture)
                }
            };
            intents.push(Intent::SetCamera(index, next.inside(view.content)));
        }
        if let Some(pointer) = response.hover_pos() {
            let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta.y, input.zoom_delta()));
            let factor = (scroll / SCROLL_PER_DOUBLE).exp2() * pinch;
            if (factor - 1.0).abs() > 1e-4 {
                intents.push(Intent::SetCamera(
                    index,
                    camera.zoomed(factor, point(pointer), picture).inside(view.content),
                ));
            }
            if let Some(text) = pick(pointer).and_then(|item| value(model, run, view, frame, item)) {
                response.on_hover_text_at_pointer(text);
            }
        }
    }
}

fn on_matrix(model: &Model, index: usize, response: &egui::Response, intents: &mut Vec<Intent>) {
    let (Some(view), Some(frame)) = (model.views.get(index), model.frames.get(index)) else { return };
    let stage = &model.session.view;
    let under = |at| matrix::under(stage, view, frame, at);
    if response.clicked() {
        let found = response.interact_pointer_pos().and_then(under).map(|(cell, _)| cell);
        let run = model.session.runs.get(index);
        let pair = found.zip(view.matrix.as_ref()).zip(run).map(|((cell, matrix), run)| {
            let [from, to] = cell.map(|place| place * matrix.group);
            Pair { from, to, link: matrix.link(run, model.session.local_time(run), cell) }
        });
        intents.push(pair.map_or(Intent::Select(None), |pair| Intent::SelectPair(index, pair)));
    } else if let Some((_, text)) = response.hover_pos().and_then(under) {
        response.clone().on_hover_text_at_pointer(text);
    }
}

/// One step into what was double-clicked; from the innermost back to the whole.
fn deeper(run: &FabricRun, view: &FabricView, camera: StageCamera, at: glam::Vec2, item: Option<Item>) -> StageCamera {
    let picture = view.layout.picture;
    let into = item.and_then(|item| view.layout.camera_for(item, &run.fabric.topology));
    match into {
        Some(into) if into.scale > camera.scale * 1.3 => into,
        _ if camera.is_whole() => camera.zoomed(4.0, at, picture),
        _ => StageCamera::WHOLE,
    }
}

/// An item and its value now: "GPU 3 → NVSwitch: 99.8 %".
fn value(model: &Model, run: &FabricRun, view: &FabricView, frame: &FabricFrame, item: Item) -> Option<String> {
    let stage = &model.session.view;
    let since = if stage.accumulated { " on the mean since the start" } else { "" };
    match item {
        Item::Chip(kind, index) => {
            let mut chips = view.layout.chips.iter().zip(&frame.fills);
            let (_, fill) = chips.find(|(chip, _)| chip.kind == kind && chip.index == index)?;
            let name = item_title(run, item);
            Some(if kind.holds() { format!("{name}: holds {:.1} % of the sum", 100.0 * fill) } else { name })
        }
        Item::Link(link) => {
            let used = match (&run.fabric.topology, view.layout.link(link)) {
                (Topology::Mesh(mesh), _) => {
                    let (x, y, direction) = mesh.place(link)?;
                    frame.ports.used([x, y], direction)?
                }
                (_, Some(place)) => {
                    let index = view.layout.links.iter().position(|known| known.link == place.link)?;
                    *frame.utilisations.get(index)?
                }
                _ => return None,
            };
            Some(format!("{}: {:.1} %{since}", run.fabric.link_name(link), 100.0 * used))
        }
        Item::Links(links) => {
            let index = view.layout.links.iter().position(|known| known.all == links)?;
            let used = frame.utilisations.get(index)?;
            Some(format!("{}: {:.1} % on the mean", item_title(run, item), 100.0 * used))
        }
        Item::Pe([x, y]) => {
            let Topology::Mesh(mesh) = &run.fabric.topology else { return None };
            let heat = frame.heat.texels.get((y * mesh.width + x) as usize)?;
            let link = match stage.heat_of {
                Some(direction) => format!("link going {}", direction.word()),
                None => "busiest link".to_owned(),
            };
            let held = frame.ports.window.place([x, y]).and_then(|place| frame.cores.get(place));
            let held = held
                .filter(|held| **held >= 0.0)
                .map_or(String::new(), |held| format!(", its core holds {:.1} % of the sum", 100.0 * held));
            Some(format!("PE ({x}, {y}): {link} {:.0} %{since}{held}", f32::from(*heat) / 2.55))
        }
    }
}
