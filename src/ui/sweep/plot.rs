//! The plot of a sweep: a curve for every fabric (or algorithm), a mark where the fastest changes, a line where the scene
//! stands.

use egui::{Color32, RichText, Ui, vec2};
use egui_plot::{HPlacement, Line, LineStyle, MarkerShape, Plot, PlotPoint, PlotUi, Points, Text, VLine};

use super::axes::Scale;
use crate::scene::letter;
use crate::session::{Intent, Quantity, SweepIntent, SweepJob};
use crate::style::Theme;
use crate::sweep::{Crossover, PathValues, Row, Sweep, Unit, fastest_changes};
use crate::ui::Model;
use crate::ui::style::{colour, semibold, words};
use crate::ui::widgets::{SCROLL_BAR, named};
use crate::units::{BytesPerSec, Femtos};

/// How near the pointer must be to a point, points.
const NEAR: f32 = 28.0;
/// Width of the curves' names beside the plot, points.
const NAMES: f32 = 190.0;
/// Most changes of the fastest that are named in the plot.
const MAX_NAMED: usize = 4;

/// The rows of one curve.
struct Curve<'a> {
    name: &'a str,
    fabric: usize,
    /// Its place among the curves of its fabric.
    place: usize,
    rows: Vec<&'a Row>,
}

pub(super) fn show(ui: &mut Ui, model: &Model, sweeping: &SweepJob, sweep: &Sweep, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let Some(axis) = sweep.axes().first() else { return };
    let quantity = sweeping.shown;
    let x = Scale::new(axis.unit, axis.values.iter().filter_map(|value| value.number));
    let y = match quantity {
        Quantity::Time => Scale::logarithmic(Unit::Seconds),
        Quantity::Algbw | Quantity::Busbw => Scale::logarithmic(Unit::BytesPerSecond),
        Quantity::BoundShare => Scale::percent(),
    };
    let curves = curves(sweep);
    let changes = fastest_changes(sweep.rows());
    let subject = sweeping.subject.label(model.session.scene());
    let rect = ui.available_rect_before_wrap();
    let (rect, names) = rect.split_left_right_at_x(rect.right() - NAMES);
    ui.scope_builder(egui::UiBuilder::new().max_rect(names.with_min_x(names.left() + 16.0)), |ui| {
        legend(ui, theme, &curves);
    });
    let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(rect));
    let mut plot = Plot::new(("sweep", subject.clone(), quantity.label(), sweeping.algorithms))
        .width(rect.width())
        .height(rect.height())
        .grid_color(colour(theme.soft))
        .x_axis_label(RichText::new(subject).font(words(Theme::TYPE[0])).color(colour(theme.soft)))
        .y_axis_label(RichText::new(quantity.label()).font(words(Theme::TYPE[0])).color(colour(theme.soft)))
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
    let now = sweeping.subject.now(model.session.scene());
    let shown = plot.show(&mut ui, |plot| {
        for curve in &curves {
            draw(plot, theme, curve, (x, y), quantity);
        }
        if quantity == Quantity::Time {
            mark(plot, theme, &changes, (x, y), axis);
        }
        if let Some(now) = now {
            stands(plot, theme, &curves, (x, y), quantity, now);
        }
    });
    let response = shown.response;
    named(&response, egui::WidgetType::Image, "Plot of the sweep", &told(&curves, axis, &changes));
    let Some(pointer) = response.hover_pos() else { return };
    let screen = |row: &Row| {
        let at = PlotPoint::new(x.place(row.values.first()?.number?), y.place(quantity.value(row)?));
        Some(shown.transform.position_from_point(&at))
    };
    let rows = curves.iter().flat_map(|curve| curve.rows.iter().map(|row| (curve.name, *row)));
    let near = rows.filter_map(|(name, row)| Some((name, row, screen(row)?.distance(pointer))));
    let Some((name, row, _)) = near.filter(|near| near.2 < NEAR).min_by(|a, b| a.2.total_cmp(&b.2)) else { return };
    let clicked = response.clicked();
    response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text_at_pointer(values(name, row));
    if clicked && let Some(point) = sweep.point_of(row) {
        intents.push(Intent::Sweep(SweepIntent::OpenPoint(point)));
    }
}

/// The names of the curves, fabric by fabric, each with a piece of its line.
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
            let fabric = format!("{}   {}", letter(curve.fabric), row.name);
            if !curve.is_alone() && last != Some(curve.fabric) {
                ui.add_space(2.0);
                let heading = RichText::new(&fabric).font(semibold(Theme::TYPE[0])).color(colour(theme.text));
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
                let name = RichText::new(name).font(words(12.0)).color(colour(theme.soft));
                ui.add(egui::Label::new(name).truncate());
            });
        }
    });
}

fn curves(sweep: &Sweep) -> Vec<Curve<'_>> {
    let mut curves: Vec<Curve> = Vec::new();
    for row in sweep.rows() {
        let fabric = (0..26).find(|index| letter(*index) == row.fabric_id).unwrap_or(0);
        if let Some(curve) = curves.iter_mut().find(|curve| curve.fabric == fabric && curve.name == row.curve) {
            curve.rows.push(row);
            continue;
        }
        let place = curves.iter().filter(|curve| curve.fabric == fabric).count();
        curves.push(Curve { name: &row.curve, fabric, place, rows: vec![row] });
    }
    curves
}

impl Curve<'_> {
    fn points(&self, (x, y): (Scale, Scale), quantity: Quantity) -> Vec<[f64; 2]> {
        let place = |row: &&Row| Some([x.place(row.values.first()?.number?), y.place(quantity.value(row)?)]);
        self.rows.iter().filter_map(place).collect()
    }

    /// Whether its fabric has no other.
    fn is_alone(&self) -> bool {
        self.rows.first().is_some_and(|row| row.curve == row.name)
    }

    /// By fabric where each has one curve, else by algorithm; the dashes tell the fabric then.
    fn ink(&self, theme: &Theme) -> Color32 {
        let place = if self.is_alone() { self.fabric } else { self.place };
        colour(theme.curves[place % theme.curves.len()])
    }

    fn style(&self) -> LineStyle {
        match self.fabric % 3 {
            0 => LineStyle::Solid,
            1 => LineStyle::dashed_loose(),
            _ => LineStyle::dotted_dense(),
        }
    }
}

fn draw(plot: &mut PlotUi, theme: &Theme, curve: &Curve, scales: (Scale, Scale), quantity: Quantity) {
    let points = curve.points(scales, quantity);
    let ink = curve.ink(theme);
    let name = format!("{}   {}", letter(curve.fabric), curve.name);
    plot.line(Line::new(name.clone(), points.clone()).color(ink).width(2.0).style(curve.style()));
    let shape = [MarkerShape::Circle, MarkerShape::Square, MarkerShape::Diamond, MarkerShape::Up][curve.place % 4];
    plot.points(Points::new(name, points).color(ink).radius(2.5).shape(shape));
}

/// Where the fastest changes: a ring, and the name of who takes over.
fn mark(plot: &mut PlotUi, theme: &Theme, changes: &[Crossover], (x, y): (Scale, Scale), axis: &PathValues) {
    for (number, change) in changes.iter().enumerate() {
        let at = [x.place(change.at), y.place(change.time_s)];
        let ink = colour(theme.text);
        plot.points(Points::new("", vec![at]).color(ink).radius(6.0).filled(false).allow_hover(false));
        if number < MAX_NAMED {
            let words_of = format!("{}: {} from here on", axis.about(change.at), change.faster_above);
            let text = RichText::new(words_of).font(words(Theme::TYPE[0])).color(ink);
            // Below the curves, one lower than the other.
            let below = PlotPoint::new(at[0], at[1]);
            let down = plot.transform().dvalue_dpos()[1].abs() * (16.0 + 14.0 * (number % 2) as f64);
            let place = PlotPoint::new(below.x, below.y - down);
            plot.text(Text::new("", place, text).anchor(egui::Align2::LEFT_TOP).allow_hover(false));
        }
    }
}

/// A line at the value that the scene has, and on each curve the point that is on the stage.
fn stands(plot: &mut PlotUi, theme: &Theme, curves: &[Curve], (x, y): (Scale, Scale), quantity: Quantity, now: f64) {
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

/// A row in words.
fn values(name: &str, row: &Row) -> String {
    let value = row.values.first().map_or("", |value| value.text.as_str());
    let rate = |rate: Option<f64>| rate.map_or("-".to_owned(), |rate| BytesPerSec(rate).to_string());
    let time = row.figures.time_s.map_or("cannot run".to_owned(), |time_s| Femtos::from_secs(time_s).to_string());
    let share = row.bound_share().map_or("-".to_owned(), |share| format!("{:.1} %", 100.0 * share));
    format!(
        "{name} ({}), {} ranks\n{value}: {time}\nalgbw {}, busbw {}, wire rate {}\n{share} of the fabric's bound\nClick: \
         make the scene this one",
        row.algorithm,
        row.ranks,
        rate(row.figures.algbw_gb_s.map(|rate| rate * 1e9)),
        rate(row.figures.busbw_gb_s.map(|rate| rate * 1e9)),
        rate(row.figures.wire_gb_s.map(|rate| rate * 1e9))
    )
}

/// The plot in a sentence, for those who do not see it.
fn told(curves: &[Curve], axis: &PathValues, changes: &[Crossover]) -> String {
    let names: Vec<&str> = curves.iter().map(|curve| curve.name).collect();
    let change = |change: &Crossover| format!("above {} {}", axis.about(change.at), change.faster_above);
    let changes: Vec<String> = changes.iter().map(change).collect();
    format!("{} over {}; fastest {}", names.join(", "), axis.path, changes.join(", "))
}
