//! Parts of the panels that are painted again from their last shapes while nothing has changed that they show.
//!
//! egui describes all widgets in every pass. Most panels look the same from one pass to the next: while the clock plays, the
//! controls do; while the pointer moves over the stage, everything else does. A frozen part has no widgets, so it thaws as
//! soon as the pointer comes near, a key is pressed, or something has the keyboard. A press must follow a pass in which the
//! pointer was already there.

use std::sync::Arc;

use egui::epaint::ClippedShape;
use egui::{Context, Event, Id, LayerId, Rect, Ui};

/// Seconds without input after which no animation runs any more.
const CALM_S: f64 = 0.5;
/// Distance from which the pointer thaws a part, points.
const NEAR: f32 = 8.0;

/// What panels show, apart from pointer and keyboard. Without it nothing is ever frozen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PanelStamp {
    /// Counts changes of everything but the clock.
    pub changes: u64,
    /// The instant.
    pub at: u64,
    /// The same while the clock stands; while it plays, it changes ten times per second.
    pub beat: u64,
}

impl PanelStamp {
    /// Tells the panels of the next pass what they show; `None` if none of them may be frozen.
    pub fn set(stamp: Option<PanelStamp>, ctx: &Context) {
        ctx.data_mut(|data| data.insert_temp(Id::new("panel stamp"), stamp));
    }

    fn get(ctx: &Context) -> Option<PanelStamp> {
        ctx.data(|data| data.get_temp::<Option<PanelStamp>>(Id::new("panel stamp"))).flatten()
    }
}

/// What a part follows besides changes of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    /// Nothing.
    Changes,
    /// The clock, ten times per second.
    Beat,
    /// The clock.
    Clock,
}

/// A part that can be frozen.
pub(super) struct PanelPiece {
    pub name: &'static str,
    /// Its number among those of the same name.
    pub index: usize,
    pub follows: Follows,
    /// Where it is.
    pub rect: Rect,
    /// Whether the pointer matters to it.
    pub is_touched: bool,
}

/// What the shapes of a part depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    changes: u64,
    instant: u64,
    rect: Rect,
    pixels_per_point: f32,
    fonts: u64,
}

#[derive(Clone, Debug)]
struct Frozen {
    key: Key,
    /// Since when there has been no input.
    calm_since_s: f64,
    shapes: Option<Arc<Vec<ClippedShape>>>,
    used: Rect,
}

/// Shows a part of a panel in all of its room, or paints what it showed last.
pub(super) fn frozen_ui(ui: &mut Ui, name: &'static str, follows: Follows, show: impl FnOnce(&mut Ui)) {
    let part = PanelPiece { name, index: 0, follows, rect: ui.max_rect(), is_touched: true };
    let (ctx, layer) = (ui.ctx().clone(), ui.layer_id());
    let used = frozen(&ctx, layer, &part, || {
        show(ui);
        ui.min_rect()
    });
    ui.expand_to_include_rect(used);
}

/// Calls `show`, which paints into the layer and returns the room that it has used, or paints what it painted last.
pub(super) fn frozen(ctx: &Context, layer: LayerId, part: &PanelPiece, show: impl FnOnce() -> Rect) -> Rect {
    let Some(stamp) = PanelStamp::get(ctx) else { return show() };
    let instant = match part.follows {
        Follows::Changes => 0,
        Follows::Beat => stamp.beat,
        Follows::Clock => stamp.at,
    };
    let key = Key {
        changes: stamp.changes,
        instant,
        rect: part.rect,
        pixels_per_point: ctx.pixels_per_point(),
        fonts: font_generation(ctx),
    };
    let id = Id::new(("frozen", part.name, part.index));
    let before = ctx.data(|data| data.get_temp::<Frozen>(id));
    let now_s = ctx.input(|input| input.time);
    let is_calm = has_no_input(ctx, part);
    let calm_since_s = before.as_ref().filter(|_| is_calm).map_or(now_s, |before| before.calm_since_s);
    let is_still = now_s - calm_since_s > CALM_S;
    if let Some(Frozen { key: known, shapes: Some(shapes), used, .. }) = &before
        && is_still
        && *known == key
    {
        ctx.graphics_mut(|graphics| {
            let list = graphics.entry(layer);
            for ClippedShape { clip_rect, shape } in shapes.iter() {
                list.add(*clip_rect, shape.clone());
            }
        });
        return *used;
    }
    let count = |ctx: &Context| ctx.graphics(|graphics| graphics.get(layer).map_or(0, |list| list.next_idx().0));
    let first = count(ctx);
    let used = show();
    // What changes with every frame need not be kept.
    let stays = part.follows != Follows::Clock || before.is_some_and(|before| before.key == key);
    let shapes = (is_still && stays).then(|| {
        let painted = |graphics: &egui::layers::GraphicLayers| {
            graphics.get(layer).map(|list| list.all_entries().skip(first).cloned().collect())
        };
        Arc::new(ctx.graphics(painted).unwrap_or_default())
    });
    ctx.data_mut(|data| data.insert_temp(id, Frozen { key, calm_since_s, shapes, used }));
    used
}

/// Whether no input concerns the part, now or as long as something else has it.
fn has_no_input(ctx: &Context, part: &PanelPiece) -> bool {
    let is_free = ctx.memory(|memory| memory.focused().is_none()) && !egui::Popup::is_any_open(ctx);
    is_free
        && ctx.input(|input| {
            let is_of_pointer = |event: &Event| {
                matches!(
                    event,
                    Event::PointerMoved(_) | Event::MouseMoved(_) | Event::PointerButton { .. } | Event::PointerGone
                )
            };
            let pointer = &input.pointer;
            let near = part.rect.expand(NEAR);
            // A widget that is dragged may be one of its own.
            let places = [pointer.latest_pos(), pointer.press_origin()];
            let is_near = places.into_iter().flatten().any(|at| near.contains(at));
            let is_touched = part.is_touched && is_near || input.any_touches();
            let is_scrolled = input.smooth_scroll_delta != egui::Vec2::ZERO;
            !is_touched && !is_scrolled && input.events.iter().all(is_of_pointer)
        })
}

/// Counts how often egui has emptied its table of glyphs: the places of glyphs in older shapes are then wrong.
fn font_generation(ctx: &Context) -> u64 {
    let id = Id::new("font generation");
    let filled = ctx.fonts(|fonts| fonts.font_atlas_fill_ratio());
    ctx.data_mut(|data| {
        let (generation, before) = data.get_temp::<(u64, f32)>(id).unwrap_or_default();
        let generation = generation + u64::from(filled < before);
        data.insert_temp(id, (generation, filled));
        generation
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One pass of a part at a time; returns whether it was shown anew, and its shapes.
    fn pass(ctx: &Context, time_s: f64, stamp: PanelStamp, events: Vec<Event>) -> (bool, usize) {
        let input = egui::RawInput { time: Some(time_s), events, ..egui::RawInput::default() };
        let mut is_shown = false;
        let mut output = ctx.run_ui(input, |ui| {
            PanelStamp::set(Some(stamp), ui.ctx());
            frozen_ui(ui, "part", Follows::Beat, |ui| {
                is_shown = true;
                ui.label("text");
            });
        });
        output.textures_delta.clear();
        (is_shown, output.shapes.iter().filter(|shape| matches!(shape.shape, egui::Shape::Text(_))).count())
    }

    #[test]
    fn a_part_is_frozen_until_something_changes_or_the_pointer_comes() {
        let ctx = Context::default();
        let mut stamp = PanelStamp::default();
        let mut now_s = 0.0;
        let mut next = |stamp: PanelStamp, events: Vec<Event>| {
            now_s += 0.3;
            pass(&ctx, now_s, stamp, events)
        };
        let shown: Vec<bool> = (0..6).map(|_| next(stamp, Vec::new()).0).collect();
        assert_eq!(shown[0..3], [true; 3], "an animation may run");
        assert_eq!(shown[4..], [false; 2]);
        assert_eq!(next(stamp, Vec::new()), (false, 1), "its shapes are painted");
        stamp.beat += 1;
        assert!(next(stamp, Vec::new()).0, "the clock has moved");
        assert!(!next(stamp, Vec::new()).0);
        assert!(next(stamp, vec![Event::PointerMoved(egui::pos2(20.0, 20.0))]).0, "the pointer is there");
        assert!(next(stamp, vec![Event::PointerGone]).0, "it may fade");
        for _ in 0..3 {
            next(stamp, Vec::new());
        }
        assert!(!next(stamp, Vec::new()).0);
        assert!(next(stamp, vec![Event::Copy]).0, "a key");
        stamp.changes += 1;
        assert!(next(stamp, Vec::new()).0);
    }
}
