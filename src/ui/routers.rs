//! Labels on single PEs: names of router, ports and core, the share of the sum that the core holds, and the position.

use egui::{Align2, Painter, pos2};

use crate::sample::FabricFrame;
use crate::stage::{FabricLayout, PeParts};
use crate::style::Theme;
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::labels as text;

/// Approximate width of a character of the small font, points.
const CHARACTER: f32 = 6.7;
/// Labels fade in over this many points of room.
const FADE: f32 = 6.0;

/// Paints labels on the PEs that are large enough.
pub(super) fn paint_routers(painter: &Painter, theme: &Theme, layout: &FabricLayout, frame: &FabricFrame) {
    let Some(wafer) = &layout.wafer else { return };
    let parts = PeParts::new(wafer.pitch());
    let (router, core) = (2.0 * parts.router_half, 2.0 * parts.core_half);
    // Each label appears at the size at which it fits, and fades in from there.
    let shown = |room: f32, needed: f32| ((room - needed) / FADE).clamp(0.0, 1.0);
    let percent = shown(core.x, 5.0 * CHARACTER).min(shown(core.y, 13.0));
    let core_named = shown(core.x, 5.5 * CHARACTER).min(shown(core.y, 28.0));
    let router_named = shown(router, 6.0 * CHARACTER);
    let ports_named = shown(router, 56.0);
    // The ramp between the lanes and the core.
    let lanes_end = parts.router.x + parts.lane + parts.lane_half;
    let ramp_named = shown(parts.core.x - parts.core_half.x - lanes_end, 26.0);
    let place_named = shown(parts.pitch.x * 0.4, 9.0 * CHARACTER).min(shown(parts.pitch.y, 60.0));
    if percent <= 0.0 {
        return;
    }
    let small = Theme::TYPE[0];
    let ink = |rgb: crate::style::Rgba8, shown: f32| colour(rgb.with_alpha((255.0 * shown) as u8));
    let clip = painter.clip_rect();
    for (pe, held) in frame.ports.window.pes().zip(&frame.cores) {
        let center = wafer.pe(pe);
        let half = parts.pitch / 2.0;
        let cell = egui::Rect::from_min_max(
            pos2(center.x - half.x, center.y - half.y),
            pos2(center.x + half.x, center.y + half.y),
        );
        if !clip.intersects(cell) {
            continue;
        }
        let at = |x: f32, y: f32| pos2(center.x + x, center.y + y);
        let (cx, cy) = (parts.core.x, parts.core.y);
        let lift = 7.5 * core_named;
        let fill = if *held < 0.0 { text::IDLE.to_owned() } else { text::percent(*held) };
        painter.text(at(cx, cy + lift), Align2::CENTER_CENTER, fill, number_font(small), ink(theme.text, percent));
        // The percentage moves down before the name appears.
        let core_named = ((core_named - 0.6) / 0.4).max(0.0);
        if core_named > 0.0 {
            painter.text(
                at(cx, cy - lift),
                Align2::CENTER_CENTER,
                text::CORE,
                text_font(small),
                ink(theme.soft, core_named),
            );
        }
        let (rx, ry) = (parts.router.x, parts.router.y);
        if router_named > 0.0 {
            let name = ink(theme.text, router_named);
            painter.text(at(rx, ry), Align2::CENTER_CENTER, text::ROUTER, heading_font(small), name);
        }
        if ports_named > 0.0 {
            let edge = parts.router_half - 7.0;
            for (letter, x, y) in [("E", edge, 0.0), ("W", -edge, 0.0), ("N", 0.0, -edge), ("S", 0.0, edge)] {
                let name = ink(theme.soft, ports_named);
                painter.text(at(rx + x, ry + y), Align2::CENTER_CENTER, letter, text_font(9.0), name);
            }
        }
        if ramp_named > 0.0 {
            let place = at((lanes_end + parts.core.x - parts.core_half.x) / 2.0, parts.core.y);
            painter.text(place, Align2::CENTER_CENTER, text::RAMP, text_font(9.0), ink(theme.soft, ramp_named));
        }
        if place_named > 0.0 {
            let place = at(parts.core.x + parts.core_half.x, parts.core.y - parts.core_half.y - 9.0);
            let position = text::pe(pe);
            painter.text(place, Align2::RIGHT_CENTER, position, number_font(small), ink(theme.soft, place_named));
        }
    }
}
