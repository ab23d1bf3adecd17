//! The legend of the plot, below it, so that it covers no point. A click on a run selects it.

use egui::{Color32, Pos2, Rect, RichText, Sense, Shape, Stroke, Ui, pos2, vec2};
use egui_plot::MarkerShape;

use crate::session::{Intent, OpenLog};
use crate::style::{Rgba8, Theme};
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::log as text;
use crate::ui::widgets::{Tip, named};

/// Width of a sign, points.
const SIGN: f32 = 22.0;
/// Size of a marker, from its middle, points.
const RADIUS: f32 = 4.0;

/// The markers of runs: colour alone does not tell them apart.
const MARKERS: [MarkerShape; 8] = [
    MarkerShape::Circle,
    MarkerShape::Diamond,
    MarkerShape::Square,
    MarkerShape::Up,
    MarkerShape::Down,
    MarkerShape::Cross,
    MarkerShape::Plus,
    MarkerShape::Asterisk,
];

/// Colour and marker of a run.
pub(super) fn run_style(theme: &Theme, run: usize) -> (Rgba8, MarkerShape) {
    let colour = theme.curves.get(run % theme.curves.len()).copied().unwrap_or(theme.text);
    (colour, MARKERS.get(run % MARKERS.len()).copied().unwrap_or(MarkerShape::Circle))
}

/// What an entry stands for.
enum Sign {
    /// A line of this width.
    Line(f32),
    /// A dashed line.
    Dashes,
    /// A marker.
    Marker(MarkerShape),
}

pub(super) fn legend_ui(ui: &mut Ui, theme: &Theme, log: &OpenLog, has_ceilings: bool, intents: &mut Vec<Intent>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(14.0, 4.0);
        if log.runs.get(log.run).is_none() {
            entry(ui, theme, text::MEASURED, Sign::Marker(MarkerShape::Circle), theme.sum);
        }
        for (at, run) in log.runs.iter().enumerate() {
            if run_entry(ui, theme, (at, &run.name), at == log.run) {
                intents.push(Intent::SelectLogRun(at));
            }
        }
        entry(ui, theme, text::PREDICTED, Sign::Line(2.0), theme.selection);
        entry(ui, theme, text::EACH_ALGORITHM, Sign::Line(1.0), theme.muted);
        if has_ceilings {
            entry(ui, theme, text::CEILING, Sign::Dashes, theme.muted);
        }
    });
}

fn entry(ui: &mut Ui, theme: &Theme, name: &str, sign: Sign, ink: Rgba8) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let (rect, _) = ui.allocate_exact_size(vec2(SIGN, 14.0), Sense::hover());
        paint(ui.painter(), rect, &sign, colour(ink));
        ui.label(RichText::new(name).font(text_font(Theme::TYPE[0])).color(colour(theme.soft)));
    });
}

/// A run with its marker. Returns whether it was clicked.
fn run_entry(ui: &mut Ui, theme: &Theme, (at, name): (usize, &str), on: bool) -> bool {
    let (ink, marker) = run_style(theme, at);
    let contents = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let (rect, _) = ui.allocate_exact_size(vec2(SIGN, 14.0), Sense::hover());
        paint(ui.painter(), rect, &Sign::Line(if on { 2.0 } else { 1.0 }), colour(ink));
        paint(ui.painter(), rect, &Sign::Marker(marker), colour(ink));
        let font = if on { heading_font(Theme::TYPE[0]) } else { text_font(Theme::TYPE[0]) };
        let words = RichText::new(name).font(font).color(colour(if on { theme.text } else { theme.soft }));
        ui.add(egui::Label::new(words).truncate());
    };
    let fill = if on { colour(theme.chosen) } else { Color32::TRANSPARENT };
    let frame = egui::Frame::new().fill(fill).corner_radius(4.0).inner_margin(vec2(6.0, 4.0));
    let rect = frame.show(ui, |ui| ui.horizontal(contents)).response.rect;
    let response = ui.interact(rect, ui.id().with(("run of the legend", at)), Sense::click());
    named(&response, egui::WidgetType::Button, &text::run(name), "");
    if response.has_focus() {
        let ring = Stroke::new(2.0, colour(theme.selection));
        ui.painter().rect_stroke(rect, 4.0, ring, egui::StrokeKind::Outside);
    }
    response.tip(text::RUN.tooltip).clicked()
}

fn paint(painter: &egui::Painter, rect: Rect, sign: &Sign, ink: Color32) {
    let center = rect.center();
    let at = |x: f32, y: f32| center + vec2(x, y) * RADIUS;
    let polygon = |points: &[Pos2]| {
        painter.add(Shape::convex_polygon(points.to_vec(), ink, Stroke::NONE));
    };
    let strokes = |ends: &[(Pos2, Pos2)]| {
        for (from, to) in ends {
            painter.line_segment([*from, *to], Stroke::new(1.5, ink));
        }
    };
    match sign {
        Sign::Line(width) => {
            painter.hline(rect.x_range(), center.y, Stroke::new(*width, ink));
        }
        Sign::Dashes => {
            let ends = [pos2(rect.left(), center.y), pos2(rect.right(), center.y)];
            painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, ink), 4.0, 3.0));
        }
        Sign::Marker(MarkerShape::Diamond) => {
            polygon(&[at(0.0, -1.2), at(1.2, 0.0), at(0.0, 1.2), at(-1.2, 0.0)]);
        }
        Sign::Marker(MarkerShape::Square) => {
            polygon(&[at(-0.9, -0.9), at(0.9, -0.9), at(0.9, 0.9), at(-0.9, 0.9)]);
        }
        Sign::Marker(MarkerShape::Up) => polygon(&[at(0.0, -1.1), at(1.1, 0.9), at(-1.1, 0.9)]),
        Sign::Marker(MarkerShape::Down) => polygon(&[at(0.0, 1.1), at(1.1, -0.9), at(-1.1, -0.9)]),
        Sign::Marker(MarkerShape::Cross) => {
            strokes(&[(at(-1.0, -1.0), at(1.0, 1.0)), (at(-1.0, 1.0), at(1.0, -1.0))]);
        }
        Sign::Marker(MarkerShape::Plus) => {
            strokes(&[(at(0.0, -1.2), at(0.0, 1.2)), (at(-1.2, 0.0), at(1.2, 0.0))]);
        }
        Sign::Marker(MarkerShape::Asterisk) => {
            strokes(&[(at(0.0, -1.2), at(0.0, 1.2)), (at(-1.0, -0.6), at(1.0, 0.6)), (at(-1.0, 0.6), at(1.0, -0.6))]);
        }
        Sign::Marker(_) => {
            painter.circle_filled(center, RADIUS, ink);
        }
    }
}
