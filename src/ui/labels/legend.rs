//! The legend below a fabric: the scale of the heat, the marks of packets, and what a packet stands for.

use egui::{Align2, Painter, Pos2, Rect, Stroke, pos2, vec2};

use crate::collective::Flow;
use crate::sample::FabricFrame;
use crate::solve::FabricRun;
use crate::stage::FabricLayout;
use crate::style::{Rgba8, Theme};
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font, to_pos};
use crate::ui::text::labels as text;

/// From this width of the picture on, points, the legend has room for long texts.
const ROOMY: f32 = 440.0;
/// Below this width, points, it has room for the shortest ones only.
const TIGHT: f32 = 250.0;
/// Cells of the scale.
const STEPS: usize = 24;

/// What the legend shows, from left to right.
struct LegendLine<'a> {
    painter: &'a Painter,
    theme: &'a Theme,
    /// Where the next mark begins.
    x: f32,
    y: f32,
    gap: f32,
}

impl LegendLine<'_> {
    fn width(&self, label: &str) -> f32 {
        let font = text_font(Theme::TYPE[0]);
        self.painter.layout_no_wrap(label.to_owned(), font, colour(self.theme.soft)).size().x
    }

    /// Writes behind a mark of a width.
    fn label(&mut self, mark: f32, label: &str) {
        let at = pos2(self.x + mark, self.y);
        let (font, ink) = (text_font(Theme::TYPE[0]), colour(self.theme.soft));
        self.x = self.painter.text(at, Align2::LEFT_CENTER, label, font, ink).right() + self.gap;
    }

    /// The colours from idle to full. The idle PEs of a wafer have a colour of their own.
    fn scale(&mut self, idle: Rgba8, width: f32) {
        let (theme, y) = (self.theme, self.y);
        let cell = Rect::from_min_max(pos2(self.x, y - 3.0), pos2(self.x + 6.0, y + 3.0));
        let border = Stroke::new(1.0, colour(theme.line));
        self.painter.rect(cell, 0.0, colour(idle), border, egui::StrokeKind::Inside);
        self.x += 8.0;
        for step in 0..STEPS {
            let left = self.x + width * step as f32 / STEPS as f32;
            let cell = Rect::from_min_max(pos2(left, y - 3.0), pos2(left + width / STEPS as f32 + 0.5, y + 3.0));
            let heat = theme.heat(step as f32 / (STEPS - 1) as f32);
            self.painter.rect_filled(cell, 0.0, colour(heat));
        }
    }

    fn outline(&self) -> Stroke {
        Stroke::new(1.0, colour(self.theme.outline))
    }

    fn diamond(&self) {
        let center = pos2(self.x + 5.0, self.y);
        let corners = [vec2(0.0, -5.0), vec2(5.0, 0.0), vec2(0.0, 5.0), vec2(-5.0, 0.0)].map(|corner| center + corner);
        let ink = colour(self.theme.sum);
        self.painter.add(egui::Shape::convex_polygon(corners.to_vec(), ink, self.outline()));
    }

    fn square(&self) {
        let square = Rect::from_center_size(pos2(self.x + 4.0, self.y), vec2(8.0, 8.0));
        self.painter.rect(square, 0.0, colour(self.theme.copy), self.outline(), egui::StrokeKind::Inside);
    }

    /// A cross for a link that is cut, a bar for a slow one.
    fn degraded(&self, is_cut: bool) {
        let center = pos2(self.x + 5.0, self.y);
        let strokes: &[egui::Vec2] = if is_cut { &[vec2(3.2, 3.2), vec2(3.2, -3.2)] } else { &[vec2(0.0, 4.5)] };
        for half in strokes {
            self.painter.line_segment([center - *half, center + *half], Stroke::new(2.0, colour(self.theme.selection)));
        }
    }

    /// A die that holds half of the sum.
    fn die(&self) {
        let (painter, theme, y) = (self.painter, self.theme, self.y);
        let die = Rect::from_center_size(pos2(self.x + 5.0, y), vec2(10.0, 10.0));
        painter.rect_filled(die, 1.0, colour(theme.idle));
        painter.rect_filled(die.with_min_y(y), 0.0, colour(theme.sum.with_alpha(60)));
        painter.hline(die.x_range(), y, Stroke::new(2.0, colour(theme.sum)));
        painter.rect_stroke(die, 1.0, Stroke::new(1.0, colour(theme.muted)), egui::StrokeKind::Outside);
    }
}

pub(super) fn paint_legend(
    painter: &Painter,
    model: &Model,
    (run, layout, frame): (&FabricRun, &FabricLayout, &FabricFrame),
) {
    let (theme, stage) = (model.theme(), &model.session.view);
    let painter = painter.with_clip_rect(Rect::from_min_max(to_pos(layout.cell.min), to_pos(layout.cell.max)));
    let width = layout.picture.size().x;
    let (roomy, tight) = (width > ROOMY, width < TIGHT);
    let y = layout.cell.max.y - if layout.is_low() { 14.0 } else { 18.0 };
    let gap = if tight { 9.0 } else { 16.0 };
    let mut line = LegendLine { painter: &painter, theme, x: layout.picture.min.x, y, gap };
    let scale = if roomy {
        72.0
    } else if tight {
        24.0
    } else {
        48.0
    };
    let is_wafer = layout.wafer.is_some();
    let idle = if is_wafer { theme.idle } else { theme.line };
    line.scale(idle, scale);
    line.label(scale + 8.0, &text::heat(roomy, stage.heat_of.filter(|_| is_wafer), stage.accumulated));
    line.diamond();
    line.label(14.0, text::flow(Flow::Reduce, roomy));
    line.square();
    line.label(12.0, text::flow(Flow::Broadcast, roomy));
    if is_wafer && !tight {
        let held = [text::share_held(roomy), text::share_held(false)];
        if let Some(held) = held.into_iter().find(|held| line.x + 15.0 + line.width(held) <= layout.cell.max.x) {
            line.die();
            line.label(15.0, held);
        }
    }
    for is_cut in [true, false] {
        let label = text::degraded_link(is_cut);
        let has_some = run.fabric.changed().iter().any(|(_, left)| (*left <= 0.0) == is_cut);
        if has_some && line.x + 14.0 + line.width(label) <= layout.cell.max.x {
            line.degraded(is_cut);
            line.label(14.0, label);
        }
    }
    packet_size(&painter, theme, layout, frame, pos2(line.x, y));
}

/// What a packet stands for: at the right end, or above the legend if it would overlap with its `end`.
fn packet_size(painter: &Painter, theme: &Theme, layout: &FabricLayout, frame: &FabricFrame, end: Pos2) {
    let shown = !frame.packets.is_empty() && !layout.is_low();
    let Some(packets) = frame.scale.filter(|_| shown) else { return };
    let label = text::packet(&packets.bytes.to_string(), packets.true_speed);
    let galley = painter.layout_no_wrap(label, text_font(Theme::TYPE[0]), colour(theme.soft));
    let right = layout.picture.max.x;
    let place = if end.x + galley.size().x <= right {
        pos2(right - galley.size().x, end.y - galley.size().y / 2.0)
    } else {
        pos2(layout.picture.min.x, end.y - 20.0 - galley.size().y / 2.0)
    };
    painter.galley(place, galley, colour(theme.soft));
}
