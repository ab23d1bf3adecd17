//! The pointer on the stage: wheel to zoom, drag to pan, click to select, double-click to zoom to a chip and back, and a
//! tooltip for what is under it. One finger scrubs from side to side and selects, two fingers pan and zoom.

use egui::{Response, Sense, Ui, vec2};

use crate::fabric::Topology;
use crate::sample::{FabricFrame, FabricView, item_title};
use crate::session::{Intent, OpenStory};
use crate::solve::FabricRun;
use crate::stage::{Item, Pair, Selection, StageCamera};
use crate::ui::model::Model;
use crate::ui::text::stage as text;
use crate::ui::widgets::named;
use crate::ui::{matrix, minimap, story};
use crate::units::Femtos;

/// Points of scrolling that double the scale.
const SCROLL_PER_DOUBLE: f32 = 220.0;
/// A texel of the heat is a byte: 255 is full.
const TEXELS_PER_PERCENT: f32 = 2.55;

pub(super) fn stage_pointer_ui(ui: &Ui, model: &Model, intents: &mut Vec<Intent>) {
    let prepared = model.session.runs.iter().zip(model.views).zip(model.frames);
    for (index, ((run, view), frame)) in prepared.enumerate().filter(|(_, ((_, view), _))| !view.layout.cell.is_empty())
    {
        let picture = view.layout.picture;
        let rect = egui::Rect::from_min_max(
            egui::pos2(picture.min.x, picture.min.y),
            egui::pos2(picture.max.x, picture.max.y),
        );
        let response = ui.interact(rect, ui.id().with(("stage", index)), Sense::CLICK | Sense::DRAG);
        named(&response, egui::WidgetType::Other, &text::stage(&run.scene.name), "");
        if model.session.view.matrix {
            on_matrix(model, index, &response, intents);
            continue;
        }
        let stage = OneStage { model, index, run, view, frame };
        if let Some(fingers) = ui.input(egui::InputState::multi_touch) {
            stage.pan_and_zoom(rect, &fingers, intents);
            continue;
        }
        stage.click_or_drag(ui, rect, &response, intents);
        stage.zoom_or_tooltip(ui, response, intents);
    }
}

fn point(at: egui::Pos2) -> glam::Vec2 {
    glam::Vec2::new(at.x, at.y)
}

/// One fabric on the stage.
struct OneStage<'a> {
    model: &'a Model<'a>,
    index: usize,
    run: &'a FabricRun,
    view: &'a FabricView,
    frame: &'a FabricFrame,
}

impl OneStage<'_> {
    fn pick(&self, at: egui::Pos2) -> Option<Item> {
        self.view.layout.pick(point(at), &self.run.fabric.topology)
    }

    /// Two fingers on the picture: it follows them.
    fn pan_and_zoom(&self, rect: egui::Rect, fingers: &egui::MultiTouchInfo, intents: &mut Vec<Intent>) {
        if !rect.contains(fingers.start_pos) {
            return;
        }
        let picture = self.view.layout.picture;
        let by = glam::Vec2::new(fingers.translation_delta.x, fingers.translation_delta.y);
        let camera = self.model.session.camera(self.index).moved(by, picture);
        let camera = camera.zoomed(fingers.zoom_delta, point(fingers.center_pos), picture).inside(self.view.content);
        intents.push(Intent::SetCamera(self.index, camera));
    }

    /// One finger from side to side moves the clock: the width of the picture is the visible time span.
    fn scrub(&self, rect: egui::Rect, by: f32, intents: &mut Vec<Intent>) {
        let session = self.model.session;
        let clock = &session.clock;
        let (from, to) = session.view.span.unwrap_or((Femtos(0), clock.duration));
        let moved = f64::from(by / rect.width().max(1.0)) * to.since(from).0 as f64;
        let at = (clock.at.0 as f64 + moved).clamp(0.0, clock.duration.0 as f64);
        intents.push(Intent::Seek(Femtos(at as u64)));
    }

    fn click_or_drag(&self, ui: &Ui, rect: egui::Rect, response: &Response, intents: &mut Vec<Intent>) {
        let camera = self.model.session.camera(self.index);
        let content = self.view.content;
        // Without panels nothing can be done with a selection in a talk: the stage is a large clicker.
        if self.model.session.story.is_some() && !self.model.session.panels && response.clicked() {
            intents.extend(story::click_intent(response).map(Intent::Story));
        } else if response.double_clicked() {
            let at = response.interact_pointer_pos().unwrap_or(rect.center());
            let camera = deeper(self.run, self.view, camera, point(at), self.pick(at));
            intents.push(Intent::MoveCamera(self.index, camera));
        } else if response.clicked() {
            let at = response.interact_pointer_pos().unwrap_or(rect.center());
            match minimap::place(&self.view.layout).filter(|map| map.contains(at)) {
                // A click on the minimap goes there.
                Some(map) => {
                    intents.push(Intent::MoveCamera(self.index, on_minimap(map, at, camera).inside(content)));
                }
                None => {
                    let selection = self.pick(at).map(|item| Selection { fabric: self.index, item });
                    intents.push(Intent::Select(selection));
                    intents.push(Intent::Activate(self.index));
                }
            }
        } else if response.dragged() && response.drag_delta() != vec2(0.0, 0.0) {
            let began = ui.input(|input| input.pointer.press_origin());
            let map = minimap::place(&self.view.layout).filter(|map| began.is_some_and(|began| map.contains(began)));
            if map.is_none() && ui.input(egui::InputState::any_touches) {
                self.scrub(rect, response.drag_delta().x, intents);
                return;
            }
            let next = match (map, response.interact_pointer_pos()) {
                // On the minimap, the visible part follows the pointer.
                (Some(map), Some(at)) => on_minimap(map, at, camera),
                _ => {
                    let by = response.drag_delta();
                    camera.moved(glam::Vec2::new(by.x, by.y), self.view.layout.picture)
                }
            };
            intents.push(Intent::SetCamera(self.index, next.inside(content)));
        }
    }

    fn zoom_or_tooltip(&self, ui: &Ui, response: Response, intents: &mut Vec<Intent>) {
        let Some(pointer) = response.hover_pos() else { return };
        let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta.y, input.zoom_delta()));
        let factor = (scroll / SCROLL_PER_DOUBLE).exp2() * pinch;
        if (factor - 1.0).abs() > 1e-4 {
            let camera = self.model.session.camera(self.index);
            let camera = camera.zoomed(factor, point(pointer), self.view.layout.picture);
            intents.push(Intent::SetCamera(self.index, camera.inside(self.view.content)));
        }
        // Who points at something in a talk does not want it covered.
        if self.model.session.story.as_ref().is_some_and(OpenStory::points) {
            return;
        }
        if let Some(tooltip) = self.pick(pointer).and_then(|item| self.tooltip(item)) {
            response.on_hover_text_at_pointer(tooltip);
        }
    }

    /// An item with its value now, or on average since the start.
    fn tooltip(&self, item: Item) -> Option<String> {
        let (run, view, frame) = (self.run, self.view, self.frame);
        let stage = &self.model.session.view;
        match item {
            Item::Chip(kind, index) => {
                let mut chips = view.layout.chips.iter().zip(&frame.fills);
                let (_, fill) = chips.find(|(chip, _)| chip.kind == kind && chip.index == index)?;
                let name = item_title(run, item);
                Some(if kind.holds() { text::holds(&name, *fill) } else { name })
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
                Some(text::utilisation(&run.fabric.link_name(link), used, stage.accumulated))
            }
            Item::Links(links) => {
                let index = view.layout.links.iter().position(|known| known.all == links)?;
                let used = *frame.utilisations.get(index)?;
                Some(text::mean_utilisation(&item_title(run, item), used, stage.accumulated))
            }
            Item::Pe([x, y]) => {
                let heat = frame.heat.row(y).get(x as usize)?;
                let link = stage.heat_of.map_or_else(|| text::BUSIEST_LINK.to_owned(), text::link_going);
                let held = frame.ports.window.place([x, y]).and_then(|place| frame.cores.get(place)).copied();
                let held = held.filter(|held| *held >= 0.0);
                let percent = f32::from(*heat) / TEXELS_PER_PERCENT;
                Some(text::pe([x, y], &link, percent, stage.accumulated, held))
            }
        }
    }
}

/// The camera that looks at a point of the minimap.
fn on_minimap(map: egui::Rect, at: egui::Pos2, camera: StageCamera) -> StageCamera {
    let share = (at - map.min) / map.size();
    StageCamera::at(glam::Vec2::new(share.x, share.y), 1.0 / camera.scale)
}

fn on_matrix(model: &Model, index: usize, response: &Response, intents: &mut Vec<Intent>) {
    let (Some(view), Some(frame)) = (model.views.get(index), model.frames.get(index)) else { return };
    let stage = &model.session.view;
    let under = |at| matrix::cell_at(stage, view, frame, at);
    if response.clicked() {
        let found = response.interact_pointer_pos().and_then(under).map(|found| found.cell);
        let run = model.session.runs.get(index);
        let pair = found.zip(view.matrix.as_ref()).zip(run).map(|((cell, matrix), run)| {
            let [from, to] = cell.map(|place| place * matrix.group);
            Pair { from, to, link: matrix.link(run, model.session.local_time(run), cell) }
        });
        intents.push(pair.map_or(Intent::Select(None), |pair| Intent::SelectPair(index, pair)));
    } else if let Some(found) = response.hover_pos().and_then(under) {
        response.clone().on_hover_text_at_pointer(found.tooltip);
    }
}

/// The camera after a double-click: zooms to the item; from the innermost level, back to the whole fabric.
fn deeper(run: &FabricRun, view: &FabricView, camera: StageCamera, at: glam::Vec2, item: Option<Item>) -> StageCamera {
    let picture = view.layout.picture;
    let into = item.and_then(|item| view.layout.camera_for(item, &run.fabric.topology));
    match into {
        Some(into) if into.scale > camera.scale * 1.3 => into,
        _ if camera.is_whole() => camera.zoomed(4.0, at, picture),
        _ => StageCamera::WHOLE,
    }
}
