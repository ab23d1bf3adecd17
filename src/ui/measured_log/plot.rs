//! busbw against message size: measured points, a thick line for the prediction, thin lines for each algorithm, dashed lines
//! for their ceilings.

use egui::{Rangef, RichText, Ui, vec2};
use egui_plot::{
    AxisHints, GridInput, GridMark, HLine, Line, LineStyle, MarkerShape, Plot, PlotPoint, PlotUi, Points, Text,
};

use super::legend::{legend_ui, run_style};
use crate::session::{Curve, Intent, LogComparison, OpenLog};
use crate::style::{Rgba8, Theme};
use crate::ui::style::{colour, text_font};
use crate::ui::text::log as text;
use crate::ui::widgets::named;
use crate::units::{Bytes, significant};

/// Height of the plot, points.
const PLOT: f32 = 260.0;
/// Distance of labels on the axis, points, from which they are there and from which they have their whole colour.
const LABEL_SPACING: Rangef = Rangef { min: 44.0, max: 52.0 };
/// Largest distance of the pointer from a point, points.
const NEAR: f32 = 24.0;

pub(super) fn plot_ui(ui: &mut Ui, theme: &Theme, log: &OpenLog, held: &LogComparison, intents: &mut Vec<Intent>) {
    let soft = |label: &str| RichText::new(label).font(text_font(Theme::TYPE[0])).color(colour(theme.soft));
    let ceilings = together(&held.ceilings);
    let (low, high) =
        held.predicted.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), (at, _)| (low.min(*at), high.max(*at)));
    let shown = Plot::new("busbw of the log")
        .height(PLOT)
        .grid_color(colour(theme.muted))
        .custom_x_axes(vec![
            AxisHints::new_x()
                .label(soft(text::X_AXIS))
                .formatter(|mark, _| size(mark.value))
                .label_spacing(LABEL_SPACING),
        ])
        .y_axis_label(soft(text::Y_AXIS))
        .x_grid_spacer(sizes)
        .y_axis_min_width(48.0)
        .include_x(low)
        .include_x(high)
        .include_y(0.0)
        .set_margin_fraction(vec2(0.03, 0.06))
        .allow_boxed_zoom(false)
        .allow_scroll(false)
        .show_crosshair(false)
        .label_formatter(|_| None)
        .show(ui, |plot| {
            // Names stand above their lines.
            let above = 3.0 * plot.transform().dvalue_dpos()[1].abs();
            for (name, gb_s) in &ceilings {
                let line = HLine::new(text::CEILING, *gb_s).color(colour(theme.muted)).width(1.0);
                plot.hline(line.style(LineStyle::dashed_dense()).allow_hover(false));
                let at = PlotPoint::new(low + 0.45 * (high - low), *gb_s + above);
                let label = soft(&text::ceiling(name, *gb_s));
                plot.text(Text::new(text::CEILING, at, label).anchor(egui::Align2::LEFT_BOTTOM).allow_hover(false));
            }
            for (name, curve) in &held.by_algorithm {
                line(plot, text::EACH_ALGORITHM, curve, theme.muted, 1.0);
                if let Some(&(at, rate)) = curve.last() {
                    let label = Text::new(text::EACH_ALGORITHM, PlotPoint::new(at, rate + above), soft(name));
                    plot.text(label.anchor(egui::Align2::RIGHT_BOTTOM).allow_hover(false));
                }
            }
            line(plot, text::PREDICTED, &held.predicted, theme.selection, 2.0);
            // The selected run lies over the others.
            for (at, run) in log.runs.iter().enumerate().filter(|(at, _)| *at != log.run) {
                points(plot, &run.name, &run.points, run_style(theme, at), false);
                line(plot, &run.name, &run.points, run_style(theme, at).0, 1.0);
            }
            match log.runs.get(log.run) {
                Some(run) => {
                    line(plot, &run.name, &run.points, run_style(theme, log.run).0, 2.0);
                    points(plot, &run.name, &run.points, run_style(theme, log.run), true);
                }
                // The only run, or one beyond those that are curves.
                None => points(plot, text::MEASURED, &held.points, (theme.sum, MarkerShape::Circle), true),
            }
        });
    legend_ui(ui, theme, log, !held.ceilings.is_empty(), intents);
    let response = shown.response;
    named(&response, egui::WidgetType::Image, text::PLOT, &summary(held));
    let Some(pointer) = response.hover_pos() else { return };
    let place = |&(at, rate): &(f64, f64)| shown.transform.position_from_point(&PlotPoint::new(at, rate));
    let near = (0..held.points.len()).map(|index| (index, place(&held.points[index]).distance(pointer)));
    let near = near.filter(|(_, distance)| *distance < NEAR).min_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((index, _)) = near {
        response.on_hover_text_at_pointer(tooltip(held, index));
    }
}

/// Ceilings with the names of the algorithms that share them: over each other they could not be read.
fn together(ceilings: &[(&'static str, f64)]) -> Vec<(String, f64)> {
    let mut together: Vec<(String, f64)> = Vec::new();
    for (name, gb_s) in ceilings {
        match together.iter_mut().find(|(_, known)| (known - gb_s).abs() < 0.01 * gb_s) {
            Some((names, _)) => *names = format!("{names}, {name}"),
            None => together.push(((*name).to_owned(), *gb_s)),
        }
    }
    together
}

fn line<'a>(plot: &mut PlotUi<'a>, name: &'a str, curve: &Curve, ink: Rgba8, width: f32) {
    let points: Vec<[f64; 2]> = curve.iter().map(|&(at, rate)| [at, rate]).collect();
    plot.line(Line::new(name, points).color(colour(ink)).width(width).allow_hover(false));
}

fn points<'a>(
    plot: &mut PlotUi<'a>,
    name: &'a str,
    curve: &Curve,
    (ink, marker): (Rgba8, MarkerShape),
    is_selected: bool,
) {
    let points: Vec<[f64; 2]> = curve.iter().map(|&(at, rate)| [at, rate]).collect();
    let radius = if is_selected { 4.0 } else { 3.0 };
    plot.points(Points::new(name, points).color(colour(ink)).shape(marker).radius(radius).allow_hover(false));
}

/// One point of the log.
fn tooltip(held: &LogComparison, index: usize) -> String {
    let (Some(row), Some(&(_, busbw_gb_s)), Some(&wire_gb_s)) =
        (held.comparison.rows.get(index), held.points.get(index), held.wires_gb_s.get(index))
    else {
        return String::new();
    };
    text::point(text::LogPoint {
        message_bytes: row.message_bytes,
        measured_s: row.measured_s,
        predicted_s: row.predicted_s,
        busbw_gb_s,
        wire_gb_s,
        algorithm: &row.algorithm,
        nodes: held.cluster.nodes,
    })
}

fn size(exponent: f64) -> String {
    Bytes(1_u64 << (exponent.round().clamp(0.0, 62.0) as u32)).to_string()
}

/// A mark at every power of two, a label at every second or fourth.
fn sizes(visible: GridInput) -> Vec<GridMark> {
    let (low, high) = (visible.bounds.0.max(0.0), visible.bounds.1.min(62.0));
    let every = if high - low > 14.0 { 4 } else { 2 };
    let mark = |exponent: i64| {
        let step_size = if exponent % every == 0 { every as f64 } else { 1.0 };
        GridMark { value: exponent as f64, step_size }
    };
    (libm::ceil(low) as i64..=libm::floor(high) as i64).map(mark).collect()
}

/// The plot in one sentence, for screen readers.
fn summary(held: &LogComparison) -> String {
    let largest = |curve: &[(f64, f64)]| curve.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
    let ceilings: Vec<String> =
        held.ceilings.iter().map(|(name, gb_s)| format!("{name} {}", significant(*gb_s))).collect();
    text::plot_summary(largest(&held.points), largest(&held.predicted), &ceilings)
}
