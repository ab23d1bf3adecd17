//! busbw against message size: points measured, a thick line predicted, thin ones for each algorithm by itself, dashed
//! ones where its ceiling is.

use egui::{RichText, Ui, vec2};
use egui_plot::{GridInput, GridMark, HLine, Legend, Line, LineStyle, Plot, PlotPoint, Points, Text};

use crate::session::LogComparison;
use crate::style::Theme;
use crate::ui::style::{colour, words};
use crate::ui::widgets::named;
use crate::units::{Bytes, significant};

/// Height of the plot, points.
const PLOT: f32 = 300.0;
/// How near the pointer must be to a point, points.
const NEAR: f32 = 24.0;

pub(super) fn show(ui: &mut Ui, theme: &Theme, held: &LogComparison) {
    let ink = |text: &str| RichText::new(text).font(words(Theme::TYPE[0])).color(colour(theme.soft));
    let (low, high) =
        held.predicted.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), (at, _)| (low.min(*at), high.max(*at)));
    let shown = Plot::new("busbw of the log")
        .height(PLOT)
        .legend(Legend::default().position(egui_plot::Corner::RightBottom))
        .grid_color(colour(theme.soft))
        .x_axis_label(ink("message"))
        .y_axis_label(ink("busbw, GB/s"))
        .x_axis_formatter(|mark, _| size(mark.value))
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
            // Words stand over their line.
            let over = 3.0 * plot.transform().dvalue_dpos()[1].abs();
            for (name, gb_s) in &held.ceilings {
                let line = HLine::new("ceiling", *gb_s).color(colour(theme.muted)).width(1.0);
                plot.hline(line.style(LineStyle::dashed_dense()).allow_hover(false));
                let at = PlotPoint::new(low + 0.45 * (high - low), *gb_s + over);
                let text = ink(&format!("{name} at most {}", significant(*gb_s)));
                plot.text(Text::new("ceiling", at, text).anchor(egui::Align2::LEFT_BOTTOM).allow_hover(false));
            }
            for (name, curve) in &held.by_algorithm {
                let points: Vec<[f64; 2]> = curve.iter().map(|&(at, rate)| [at, rate]).collect();
                plot.line(Line::new("each algorithm", points).color(colour(theme.muted)).width(1.0));
                if let Some(&(at, rate)) = curve.last() {
                    let text = Text::new("each algorithm", PlotPoint::new(at, rate + over), ink(name));
                    plot.text(text.anchor(egui::Align2::RIGHT_BOTTOM).allow_hover(false));
                }
            }
            let points: Vec<[f64; 2]> = held.predicted.iter().map(|&(at, rate)| [at, rate]).collect();
            plot.line(Line::new("predicted", points).color(colour(theme.selection)).width(2.0));
            let points: Vec<[f64; 2]> = held.points.iter().map(|&(at, rate)| [at, rate]).collect();
            plot.points(Points::new("measured", points).color(colour(theme.sum)).radius(4.0));
        });
    let response = shown.response;
    named(&response, egui::WidgetType::Image, "Plot of the log", &told(held));
    let Some(pointer) = response.hover_pos() else { return };
    let place = |&(at, rate): &(f64, f64)| shown.transform.position_from_point(&PlotPoint::new(at, rate));
    let near = (0..held.points.len()).map(|index| (index, place(&held.points[index]).distance(pointer)));
    let near = near.filter(|(_, distance)| *distance < NEAR).min_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((index, _)) = near {
        response.on_hover_text_at_pointer(point_words(held, index));
    }
}

/// One point: what was measured, what that is on the links, and what was predicted.
fn point_words(held: &LogComparison, index: usize) -> String {
    let (Some(row), Some((_, rate)), Some(wire)) =
        (held.comparison.rows.get(index), held.points.get(index), held.wires_gb_s.get(index))
    else {
        return String::new();
    };
    let off = 100.0 * (row.predicted_s / row.measured_s - 1.0);
    let on = if held.cluster.nodes > 1 { "a node's NICs" } else { "a GPU's NVLink port" };
    format!(
        "{}: busbw {} GB/s measured\nwire rate {} GB/s on {on}, each way, if it ran {}\npredicted time {off:+.1} %",
        Bytes(row.message_bytes),
        significant(*rate),
        significant(*wire),
        row.algorithm
    )
}

fn size(exponent: f64) -> String {
    Bytes(1_u64 << (exponent.round().clamp(0.0, 62.0) as u32)).to_string()
}

/// A mark at every power of two, words at every second or fourth.
fn sizes(seen: GridInput) -> Vec<GridMark> {
    let (low, high) = (seen.bounds.0.max(0.0), seen.bounds.1.min(62.0));
    let every = if high - low > 14.0 { 4 } else { 2 };
    let mark = |exponent: i64| {
        let step_size = if exponent % every == 0 { every as f64 } else { 1.0 };
        GridMark { value: exponent as f64, step_size }
    };
    (libm::ceil(low) as i64..=libm::floor(high) as i64).map(mark).collect()
}

/// The plot in a sentence, for those who do not see it.
fn told(held: &LogComparison) -> String {
    let top = |curve: &[(f64, f64)]| significant(curve.iter().map(|(_, rate)| *rate).fold(0.0, f64::max));
    let names: Vec<String> =
        held.ceilings.iter().map(|(name, gb_s)| format!("{name} {}", significant(*gb_s))).collect();
    format!(
        "busbw up to {} GB/s measured, {} predicted; ceilings {}",
        top(&held.points),
        top(&held.predicted),
        names.join(", ")
    )
}
