//! The bus bandwidth over the message size: one curve per fabric of a sweep.

use glam::{Vec2, vec2};

use super::canvas::{Anchor, Canvas, Type, fitted, sized};
use super::plot_axes::{linear_ticks, power_ticks};
use crate::export::content::Content;
use crate::export::error::ExportError;
use crate::export::provenance::Provenance;
use crate::export::source::{Options, Source};
use crate::scene::letter;
use crate::style::Theme;
use crate::units::{Bytes, Femtos, grouped, significant};

/// Size of the figure, and of the plot in it, points.
const SIZE: Vec2 = Vec2::new(860.0, 460.0);
const LEFT: f32 = 68.0;
const TOP: f32 = 56.0;
const PLOT: Vec2 = Vec2::new(590.0, 330.0);
/// Distance between the names of two curves, points.
const LINE: f32 = 16.0;

struct Curve {
    name: String,
    /// Bytes and GB/s, by size, with the label of each point.
    points: Vec<(f64, f64, String)>,
}

/// The figure of a sweep over the message size.
pub(in crate::export) fn curve(source: Source<'_>, options: Options) -> Result<Content, ExportError> {
    let curves = curves(source, options);
    let sizes = || curves.iter().flat_map(|curve| curve.points.iter().map(|point| point.0));
    let (from, to) = (sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max));
    if to <= from {
        return Err(ExportError::NoSweep);
    }
    let theme = Theme::new(options.theme.0);
    let mut canvas = Canvas::new(SIZE, theme);
    let largest = curves.iter().flat_map(|curve| &curve.points).map(|point| point.1).fold(0.0, f64::max);
    let heights = linear_ticks(largest, 6);
    let top = heights.last().copied().unwrap_or(1.0);
    let plot = sized(LEFT, TOP, PLOT.x, PLOT.y);
    let x = |bytes: f64| plot.min.x + PLOT.x * (libm::log2(bytes / from) / libm::log2(to / from)) as f32;
    let y = |gb_s: f64| plot.max.y - PLOT.y * (gb_s / top) as f32;
    canvas.text(
        vec2(LEFT, 26.0),
        &fitted(&source.scene.title, 16.0, SIZE.x - 2.0 * LEFT),
        Type::bold(16.0, theme.text),
        Anchor::Start,
    );
    let soft = Type::plain(11.0, theme.soft);
    canvas.text(vec2(LEFT, 44.0), "Bus bandwidth over message size, simulated", soft, Anchor::Start);
    for gb_s in &heights {
        let at = y(*gb_s);
        canvas.line([vec2(plot.min.x, at), vec2(plot.max.x, at)], 1.0, theme.line, "");
        let label = if *gb_s >= 1000.0 { grouped(*gb_s as u64) } else { significant(*gb_s) };
        canvas.text(vec2(plot.min.x - 8.0, at + 4.0), &label, soft, Anchor::End);
    }
    canvas.text(vec2(plot.min.x - 8.0, plot.min.y - 10.0), "GB/s", soft, Anchor::End);
    for bytes in power_ticks(from, to, 9) {
        let at = x(bytes);
        canvas.line([vec2(at, plot.max.y), vec2(at, plot.max.y + 5.0)], 1.0, theme.muted, "");
        canvas.text(vec2(at, plot.max.y + 19.0), &Bytes(bytes as u64).to_string(), soft, Anchor::Middle);
    }
    canvas.line([vec2(plot.min.x, plot.max.y), plot.max], 1.0, theme.muted, "");
    canvas.text(vec2(plot.center().x, plot.max.y + 40.0), "Message size", soft, Anchor::Middle);
    draw_curves(&mut canvas, &curves, x, y, plot.max.x);
    Ok(canvas.finish(&source.scene.title, &Provenance::new(source, options), Vec::new()))
}

fn curves(source: Source<'_>, options: Options) -> Vec<Curve> {
    let mut curves: Vec<Curve> = Vec::new();
    let wanted = |id: &str| options.fabric.is_none_or(|fabric| letter(fabric) == id);
    for row in source.rows.iter().filter(|row| wanted(&row.fabric_id)) {
        let (Some(busbw), Some(time_s)) = (row.figures.busbw_gb_s, row.figures.time_s) else { continue };
        let bytes = row.figures.message_bytes;
        let time = Femtos::from_secs(time_s);
        let label = format!("{}: {}, {} GB/s, {time}", row.curve, Bytes(bytes), significant(busbw));
        let known = match curves.iter().position(|curve| curve.name == row.curve) {
            Some(known) => known,
            None => {
                curves.push(Curve { name: row.curve.clone(), points: Vec::new() });
                curves.len() - 1
            }
        };
        if let Some(curve) = curves.get_mut(known) {
            curve.points.push((bytes as f64, busbw, label));
        }
    }
    curves.iter_mut().for_each(|curve| curve.points.sort_by(|a, b| a.0.total_cmp(&b.0)));
    curves.retain(|curve| !curve.points.is_empty());
    curves
}

/// The curves, each with its name at its right end; names that would touch move apart.
fn draw_curves(canvas: &mut Canvas, curves: &[Curve], x: impl Fn(f64) -> f32, y: impl Fn(f64) -> f32, right: f32) {
    let theme = canvas.theme;
    let mut names: Vec<(f32, usize)> = Vec::new();
    for (index, curve) in curves.iter().enumerate() {
        let ink = theme.curves[index % theme.curves.len()];
        let points: Vec<Vec2> = curve.points.iter().map(|(bytes, gb_s, _)| vec2(x(*bytes), y(*gb_s))).collect();
        canvas.polyline(&points, 2.0, ink, &curve.name);
        points.iter().zip(&curve.points).for_each(|(at, (_, _, label))| canvas.dot(*at, 2.6, ink, label));
        names.extend(points.last().map(|last| (last.y, index)));
    }
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut below = f32::NEG_INFINITY;
    for (height, index) in names {
        let at = height.max(below + LINE);
        below = at;
        let ink = theme.curves[index % theme.curves.len()];
        let Some(curve) = curves.get(index) else { continue };
        let name = fitted(&curve.name, 12.0, canvas.size.x - right - 20.0);
        canvas.text(vec2(right + 10.0, at + 4.0), &name, Type::bold(12.0, ink), Anchor::Start);
    }
}
