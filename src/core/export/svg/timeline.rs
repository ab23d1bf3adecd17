//! The timeline: the utilisation of the links of every fabric over time on one axis, and what the time is spent on.

use glam::{Vec2, vec2};

use super::canvas::{Anchor, Canvas, Paint, Type, fitted, sized, text_width, wrapped};
use crate::explain::{CostKind, critical_path, percent, span_label};
use crate::export::content::Content;
use crate::export::provenance::Provenance;
use crate::export::source::{Options, Source, SourceRun};
use crate::sample::{LinkHeatmap, time_ticks};
use crate::scene::letter;
use crate::solve::FabricRun;
use crate::stage::Rect;
use crate::style::Theme;
use crate::units::Femtos;

/// Columns and rows of a figure: more are too small to see in print.
const MAX_COLUMNS: usize = 512;
const MAX_ROWS: usize = 48;
/// Steps of utilisation that have colours of their own.
const LEVELS: f32 = 20.0;

/// Positions and sizes, points.
const NAMES: f32 = 210.0;
const RIGHT: f32 = 28.0;
const PLOT: f32 = 760.0;
const TOP: f32 = 64.0;
const BODY: f32 = 110.0;
const BAND: f32 = 10.0;
/// The narrowest span of the critical path that is drawn on its own.
const MIN_SPAN: f32 = 0.3;
const GAP: f32 = 34.0;
const BOTTOM: f32 = 74.0;

/// The figure of all fabrics.
pub(in crate::export) fn timeline(source: Source<'_>, options: Options) -> Content {
    let runs: Vec<SourceRun<'_>> = source.runs_of(options.fabric).collect();
    let height = TOP + runs.len() as f32 * (BODY + BAND + GAP) + BOTTOM;
    let theme = Theme::new(options.theme.0);
    let mut canvas = Canvas::new(vec2(NAMES + PLOT + RIGHT, height), theme);
    let title = fitted(&source.scene.title, 16.0, NAMES + PLOT - 24.0);
    canvas.text(vec2(24.0, 28.0), &title, Type::bold(16.0, theme.text), Anchor::Start);
    let about = "Utilisation of links over time, simulated; below each fabric its critical path";
    canvas.text(vec2(24.0, 46.0), about, Type::plain(11.0, theme.soft), Anchor::Start);
    let end = runs.iter().filter_map(|one| one.run.result()).map(|result| result.time).max().unwrap_or_default();
    let mut notes = Vec::new();
    let mut top = TOP;
    for one in &runs {
        draw_fabric(&mut canvas, &mut notes, *one, top, end);
        top += BODY + BAND + GAP;
    }
    axis(&mut canvas, top - GAP + 10.0, end);
    legend(&mut canvas, height - 20.0);
    canvas.finish(&source.scene.title, &Provenance::new(source, options), notes)
}

/// The position of an instant.
fn x_of(at: Femtos, end: Femtos) -> f32 {
    NAMES + PLOT * (at.0 as f64 / end.0.max(1) as f64) as f32
}

fn draw_fabric(canvas: &mut Canvas, notes: &mut Vec<String>, one: SourceRun<'_>, top: f32, end: Femtos) {
    let SourceRun { index, run } = one;
    let theme = canvas.theme;
    let name = format!("{}  {}", letter(index), run.scene.name);
    let middle = top + BODY / 2.0 - 10.0;
    let width = NAMES - 40.0;
    canvas.text(vec2(24.0, middle - 14.0), &fitted(&name, 13.0, width), Type::bold(13.0, theme.text), Anchor::Start);
    let soft = Type::plain(11.0, theme.soft);
    canvas.text(vec2(24.0, middle + 4.0), &fitted(&run.algorithm, 11.0, width), soft, Anchor::Start);
    let Some(result) = run.result() else {
        return canvas.text(vec2(NAMES, middle), "cannot run", Type::plain(12.0, theme.binding), Anchor::Start);
    };
    canvas.text(vec2(24.0, middle + 20.0), &result.time.to_string(), Type::bold(12.0, theme.text), Anchor::Start);
    let body = Rect::new(vec2(NAMES, top), vec2(x_of(result.time, end), top + BODY));
    match LinkHeatmap::new(run) {
        Some(heatmap) => {
            heat(canvas, &heatmap, body);
            for (line, text) in wrapped(&heatmap.legend, 9.0, width).iter().enumerate() {
                let at = vec2(24.0, middle + 36.0 + 11.0 * line as f32);
                canvas.text(at, text, Type::plain(9.0, theme.muted), Anchor::Start);
            }
        }
        None => {
            canvas.rect(body, Paint::fill(theme.raised), "too many transfers to show links");
            notes.push(format!("fabric {}: too many transfers to show links", letter(index)));
        }
    }
    match critical_path(run) {
        Ok(path) => {
            let spans = path.steps.iter().map(|span| (span.from, span.until, span.kind, span_label(run, span)));
            band(canvas, run, spans, top + BODY + 3.0, end);
        }
        Err(error) => notes.push(format!("fabric {}: no critical path: {error}", letter(index))),
    }
}

/// The rows of a heatmap; neighbours of one colour are one rectangle.
fn heat(canvas: &mut Canvas, heatmap: &LinkHeatmap, body: Rect) {
    let uniform = heatmap.is_uniform();
    let all = if uniform { 1 } else { heatmap.rows.len() };
    let group = all.div_ceil(MAX_ROWS).max(1);
    let rows = all.div_ceil(group).max(1);
    let height = body.size().y / rows as f32;
    canvas.rect(body, Paint::fill(canvas.theme.heat(0.0)), "");
    for row in 0..rows {
        let members: Vec<usize> = (row * group..((row + 1) * group).min(all)).collect();
        let levels = levels(heatmap, &members);
        let name = row_name(heatmap, &members, uniform);
        let y = body.min.y + row as f32 * height;
        let width = body.size().x / levels.len().max(1) as f32;
        let mut from = 0;
        for run in levels.chunk_by(|a, b| a == b) {
            let level = run.first().copied().unwrap_or(0.0);
            if level > 0.0 {
                // A hair wider, so that no background shines through between neighbours.
                let rect = sized(body.min.x + from as f32 * width, y, run.len() as f32 * width + 0.15, height + 0.15);
                let title = format!("{name}: {}", percent(f64::from(level / LEVELS)));
                let fill = canvas.theme.heat(level / LEVELS);
                canvas.rect(rect, Paint::fill(fill), &title);
            }
            from += run.len();
        }
    }
}

/// The mean utilisation of some rows in each column, in whole steps.
fn levels(heatmap: &LinkHeatmap, rows: &[usize]) -> Vec<f32> {
    let group = LinkHeatmap::COLUMNS.div_ceil(MAX_COLUMNS);
    let columns = LinkHeatmap::COLUMNS / group;
    let cell = |column: usize| {
        let of_row = |row: &usize| {
            let first = row * LinkHeatmap::COLUMNS + column * group;
            heatmap.means.get(first..first + group).map_or(0.0, |cells| cells.iter().sum::<f32>() / group as f32)
        };
        let mean = rows.iter().map(of_row).sum::<f32>() / rows.len().max(1) as f32;
        (mean * LEVELS).round()
    };
    (0..columns).map(cell).collect()
}

fn row_name(heatmap: &LinkHeatmap, rows: &[usize], uniform: bool) -> String {
    let name =
        |row: Option<&usize>| row.and_then(|row| heatmap.rows.get(*row)).map_or(String::new(), |row| row.name.clone());
    match rows {
        [_] if uniform => format!("each of {} rows", heatmap.rows.len()),
        [row] => name(Some(row)),
        _ => format!("{} to {}", name(rows.first()), name(rows.last())),
    }
}

/// What the time is spent on; neighbours of one kind are one rectangle.
fn band(
    canvas: &mut Canvas,
    run: &FabricRun,
    spans: impl Iterator<Item = (Femtos, Femtos, CostKind, String)>,
    y: f32,
    end: Femtos,
) {
    let mut joined: Vec<(Femtos, Femtos, CostKind, String)> = Vec::new();
    for span in spans.filter(|(from, until, ..)| until > from) {
        match joined.last_mut() {
            Some(last) if last.2 == span.2 => last.1 = span.1,
            // Too narrow to see: the longer one stands for both.
            Some(last) if x_of(last.1, end) - x_of(last.0, end) < MIN_SPAN => {
                if span.1.since(span.0) > last.1.since(last.0) {
                    (last.2, last.3) = (span.2, span.3);
                }
                last.1 = span.1;
            }
            Some(_) | None => joined.push(span),
        }
    }
    // A fluid trace ends a wavelet after the run.
    let time = run.result().map_or(end, |result| result.time);
    for (from, until, kind, label) in joined {
        let (left, right) = (x_of(from.min(time), end), x_of(until.min(time), end));
        let title = format!("{label}: {}", until.since(from));
        canvas.rect(sized(left, y, right - left, BAND), Paint::fill(canvas.theme.part(kind)), &title);
    }
}

fn axis(canvas: &mut Canvas, y: f32, end: Femtos) {
    let theme = canvas.theme;
    canvas.line([vec2(NAMES, y), vec2(NAMES + PLOT, y)], 1.0, theme.muted, "");
    for (at, label) in time_ticks((Femtos(0), end), 8) {
        let x = x_of(at, end);
        canvas.line([vec2(x, y), vec2(x, y + 5.0)], 1.0, theme.muted, "");
        canvas.text(vec2(x, y + 18.0), &label, Type::plain(11.0, theme.soft), Anchor::Middle);
    }
}

/// The colours of utilisations, and of the parts of the critical path.
fn legend(canvas: &mut Canvas, y: f32) {
    let theme = canvas.theme;
    let soft = Type::plain(11.0, theme.soft);
    let mut x = NAMES;
    canvas.text(vec2(x, y), "0 %", soft, Anchor::Start);
    x += 26.0;
    for step in 0..=10 {
        let fill = theme.heat(step as f32 / 10.0);
        canvas.rect(sized(x + step as f32 * 10.0, y - 9.0, 10.15, 10.0), Paint::fill(fill), "");
    }
    x += 116.0;
    canvas.text(vec2(x, y), "100 %", soft, Anchor::Start);
    x += 62.0;
    for kind in CostKind::ALL {
        let at: Vec2 = vec2(x, y);
        canvas.rect(sized(at.x, at.y - 9.0, 10.0, 10.0), Paint::fill(theme.part(kind)), "");
        canvas.text(vec2(at.x + 15.0, at.y), kind.as_str(), soft, Anchor::Start);
        x += 15.0 + text_width(kind.as_str(), 11.0) + 16.0;
    }
}
