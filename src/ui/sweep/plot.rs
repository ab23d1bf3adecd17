//! The plot of a sweep: its curves, a mark at each crossover, and a line at the value of the open scene.

use egui::{RichText, Ui, vec2};
use egui_plot::{HPlacement, Line, LineStyle, MarkerShape, Plot, PlotPoint, PlotUi, Points, Text, VLine};

use super::axes::Scale;
use super::curve::{Curve, Scales, curves};
use crate::session::{Intent, Quantity, SweepIntent, SweepJob};
use crate::style::Theme;
use crate::sweep::{Crossover, PathValues, Row, Sweep, Unit, fastest_changes};
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::{common, sweep as text};
use crate::ui::widgets::{SCROLL_BAR, named};

/// Largest distance of the pointer from a point, points.
const NEAR: f32 = 28.0;
/// Width of the names of the curves beside the plot, points.
const NAMES: f32 = 190.0;
/// Most crossovers that are named in the plot.
const MAX_NAMED: usize = 4;

pub(super) fn plot_ui(ui: &mut Ui, model: &Model, sweeping: &SweepJob, sweep: &Sweep, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let Some(axis) = sweep.axes().first() else { return };
    let quantity = sweeping.shown;
    let x = Scale::new(axis.unit, axis.values.iter().filter_map(|value| value.number));
    let y = match quantity {
        Quantity::Time => Scale::logarithmic(Unit::Seconds),
        Quantity::Algbw | Quantity::Busbw => Scale::logarithmic(Unit::BytesPerSecond),
        Quantity::BoundShare => Scale::percent(),
        Quantity::Days => Scale::new(Unit::Number, sweep.rows().iter().filter_map(|row| quantity.value(row))),
    };
    let scales = Scales { x, y };
    let curves = curves(sweep);
    let changes = fastest_changes(sweep.rows());
    let subject = sweeping.subject.label(model.session.scene());
    let rect = ui.available_rect_before_wrap();
    let (rect, beside) = rect.split_left_right_at_x(rect.right() - NAMES);
    ui.scope_builder(egui::UiBuilder::new().max_rect(beside.with_min_x(beside.left() + 16.0)), |ui| {
        legend(ui, theme, &curves);
    });
    let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(rect));
    let mut plot = Plot::new(("sweep", subject.clone(), text::quantity(quantity).name, sweeping.algorithms))
        .width(rect.width())
        .height(rect.height())
        .grid_color(colour(theme.soft))
        .x_axis_label(RichText::new(subject).font(text_font(Theme::TYPE[0])).color(colour(theme.soft)))
        .y_axis_label(
            RichText::new(text::quantity(quantity).name).font(text_font(Theme::TYPE[0])).color(colour(theme.soft)),
        )
        .x_axis_formatter(move |mark, _| x.text(mark.value))
        .y_axis_formatter(move |mark, _| y.text(mark.value))
        .x_grid_spacer(move |seen| x.marks(seen))
        .y_grid_spacer(move |seen| y.marks(seen))
        .y_axis_position(HPlacement::Left)
        .y_axis_min_width(64.0)
        .set_margin_fraction(vec2(0.03, 0.08))
        .allow_boxed_zoom(false)
        .show_crosshair(false)
        .label_formatter(|_| None);
    if quantity == Quantity::BoundShare {
        plot = plot.include_y(0.0).include_y(1.0);
    }
    for value in axis.values.iter().filter_map(|value| value.number) {
        plot = plot.include_x(x.place(value));
    }
    let now = sweeping.subject.now(model.session.latest(), model.session.catalog());
    let shown = plot.show(&mut ui, |plot| {
        for curve in &curves {
            draw(plot, theme, curve, scales, quantity);
        }
        crossovers(plot, theme, &changes, scales, (axis, quantity));
        if let Some(now) = now {
            value_of_scene(plot, theme, &curves, scales, quantity, now);
        }
    });
    let response = shown.response;
    let names: Vec<&str> = curves.iter().map(|curve| curve.name).collect();
    named(&response, egui::WidgetType::Image, text::PLOT, &text::plot_summary(&names, axis, &changes));
    let Some(pointer) = response.hover_pos() else { return };
    let screen = |row: &Row| {
        let at = PlotPoint::new(x.place(row.values.first()?.number?), y.place(quantity.value(row)?));
        Some(shown.transform.position_from_point(&at))
    };
    let rows = curves.iter().flat_map(|curve| curve.rows.iter().map(|row| (curve.name, *row)));
    let near = rows.filter_map(|(name, row)| Some((name, row, screen(row)?.distance(pointer))));
    let Some((name, row, _)) = near.filter(|near| near.2 < NEAR).min_by(|a, b| a.2.total_cmp(&b.2)) else { return };
    let clicked = response.clicked();
    response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text_at_pointer(text::row(
        name,
        row,
        sweeping.is_of_training(),
    ));
    if clicked && let Some(point) = sweep.point_of(row) {
        intents.push(Intent::Sweep(SweepIntent::OpenPoint(point)));
    }
}

/// The names of the curves, fabric by fabric, each with a sample of its line.
fn legend(ui: &mut Ui, theme: &Theme, curves: &[Curve]) {
    let mut ordered: Vec<&Curve> = curves.iter().collect();
    ordered.sort_by_key(|curve| curve.fabric);
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - SCROLL_BAR);
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.spacing_mut().interact_size.y = 15.0;
        let mut last = None;
        for curve in ordered {
            let Some(row) = curve.rows.first() else { continue };
            let fabric = common::fabric(curve.fabric, &row.name);
            if !curve.is_alone() && last != Some(curve.fabric) {
                ui.add_space(2.0);
                let heading = RichText::new(&fabric).font(heading_font(Theme::TYPE[0])).color(colour(theme.text));
                ui.add(egui::Label::new(heading).truncate());
            }
            last = Some(curve.fabric);
            ui.horizontal(|ui| {
                let (piece, _) = ui.allocate_exact_size(vec2(26.0, 12.0), egui::Sense::hover());
                let ends = [piece.left_center(), piece.right_center()];
                let stroke = egui::Stroke::new(2.0, curve.ink(theme));
                match curve.style() {
                    LineStyle::Solid => ui.painter().extend([egui::Shape::line_segment(ends, stroke)]),
                    LineStyle::Dashed { .. } => ui.painter().extend(egui::Shape::dashed_line(&ends, stroke, 7.0, 4.0)),
                    LineStyle::Dotted { .. } => {
                        ui.painter().extend(egui::Shape::dotted_line(&ends, stroke.color, 4.0, 1.2))
                    }
                }
                let name = if curve.is_alone() { fabric } else { row.algorithm.clone() };
                let name = RichText::new(name).font(text_font(12.0)).color(colour(theme.soft));
                ui.add(egui::Label::new(name).truncate());
            });
        }
    });
}

fn draw(plot: &mut PlotUi, theme: &Theme, curve: &Curve, scales: Scales, quantity: Quantity) {
    let points = curve.points(scales, quantity);
    let ink = curve.ink(theme);
    let name = common::fabric(curve.fabric, curve.name);
    plot.line(Line::new(name.clone(), points.clone()).color(ink).width(2.0).style(curve.style()));
    let shape = [MarkerShape::Circle, MarkerShape::Square, MarkerShape::Diamond, MarkerShape::Up][curve.place % 4];
    plot.points(Points::new(name, points).color(ink).radius(2.5).shape(shape));
}

/// A ring at each crossover, with the name of the curve that is fastest above it.
fn crossovers(
    plot: &mut PlotUi,
    theme: &Theme,
    changes: &[Crossover],
    Scales { x, y }: Scales,
    (axis, quantity): (&PathValues, Quantity),
) {
    for (number, change) in changes.iter().enumerate() {
        // Curves of rates and shares cross elsewhere.
        let Some(height) = quantity.of_time(change.time_s) else { return };
        let at = [x.place(change.at), y.place(height)];
        let ink = colour(theme.text);
        plot.points(Points::new("", vec![at]).color(ink).radius(6.0).filled(false).allow_hover(false));
        if number < MAX_NAMED {
            let label = text::crossover_mark(axis, change);
            let label = RichText::new(label).font(text_font(Theme::TYPE[0])).color(ink);
            // Below the curves. Every second name is lower, so that neighbours do not overlap.
            let below = PlotPoint::new(at[0], at[1]);
            let down = plot.transform().dvalue_dpos()[1].abs() * (16.0 + 14.0 * (number % 2) as f64);
            let place = PlotPoint::new(below.x, below.y - down);
            plot.text(Text::new("", place, label).anchor(egui::Align2::LEFT_TOP).allow_hover(false));
        }
    }
}

/// A line at the value of the open scene, and a ring at its point on each curve.
fn value_of_scene(
    plot: &mut PlotUi,
    theme: &Theme,
    curves: &[Curve],
    Scales { x, y }: Scales,
    quantity: Quantity,
    now: f64,
) {
    let at = x.place(now);
    plot.vline(
        VLine::new("", at).color(colour(theme.text)).width(1.0).style(LineStyle::dashed_dense()).allow_hover(false),
    );
    for curve in curves {
        let same = |row: &&&Row| row.values.first().and_then(|value| value.number).is_some_and(|value| value == now);
        let Some(row) = curve.rows.iter().find(same) else { continue };
        if let Some(value) = quantity.value(row) {
            let point = vec![[at, y.place(value)]];
            plot.points(Points::new("", point).color(colour(theme.text)).radius(5.0).filled(false).allow_hover(false));
        }
    }
}
