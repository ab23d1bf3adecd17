//! A real log over the predicted curve: who it is held against, its points, its error, and the verdict in words.

use egui::{Align2, Color32, Context, RichText, Shape, Stroke, Ui, pos2, vec2};

use super::Model;
use super::dialogs::{heading, window};
use super::style::{colour, mono, semibold, words};
use super::widgets::{choice, slider};
use crate::catalog::Machine;
use crate::compare::ClusterFlags;
use crate::units::{Bytes, significant};
use crate::view::{Curve, Held, Intent, OpenLog, Theme};

/// Height of the plot, points.
const PLOT: f32 = 300.0;

pub(super) fn show(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    let Some(log) = &model.session.log else { return };
    window("Log", ctx, 860.0).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        heading(ui, model, "A real log against the measured timing", Intent::CloseLog, intents);
        let theme = model.theme();
        ui.label(RichText::new(&log.name).font(mono(Theme::TYPE[0])).color(colour(theme.soft)));
        ui.add_space(Theme::STEP);
        cluster(ui, model, log, intents);
        ui.add_space(2.0 * Theme::STEP);
        match &log.held {
            Ok(held) => {
                plot(ui, theme, held);
                ui.add_space(Theme::STEP);
                errors(ui, theme, held);
            }
            Err(problem) => {
                ui.label(RichText::new(problem).font(words(Theme::TYPE[2])).color(colour(theme.binding)));
            }
        }
    });
}

/// The cluster that the log is held against.
fn cluster(ui: &mut Ui, model: &Model, log: &OpenLog, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let flags = &log.flags;
    let catalog = model.session.catalog();
    let machines: Vec<(&str, String)> = catalog
        .machines()
        .iter()
        .filter(|machine| matches!(machine, Machine::Nvlink(machine) if !machine.nccl.is_empty()))
        .map(|machine| (machine.id(), machine.name().to_owned()))
        .collect();
    let networks: Vec<(&str, String)> = catalog
        .networks()
        .filter(|network| !network.nccl.is_empty())
        .map(|network| (network.id.as_str(), network.name.clone()))
        .collect();
    let ranks = log.log.ranks.unwrap_or(8);
    let nodes = flags.nodes.unwrap_or(1);
    ui.columns(3, |columns| {
        if let Some(machine) = choice(&mut columns[0], "machine of the log", "Machine", &flags.machine, &machines) {
            intents.push(Intent::HoldLog(ClusterFlags { machine: machine.to_owned(), ..flags.clone() }));
        }
        let shown = format!("{nodes} x {}", ranks / nodes.max(1));
        if let Some(nodes) = slider(&mut columns[1], theme, "Nodes", &shown, i64::from(nodes), 1..=64) {
            let nodes = nodes as u32;
            let network = flags.network.clone().or_else(|| (nodes > 1).then(|| "ib-ndr".to_owned()));
            let gpus_per_node = Some((ranks / nodes).max(1));
            intents.push(Intent::HoldLog(ClusterFlags { nodes: Some(nodes), gpus_per_node, network, ..flags.clone() }));
        }
        if nodes > 1 {
            let current = flags.network.as_deref().unwrap_or("");
            if let Some(network) = choice(&mut columns[2], "network of the log", "Network", current, &networks) {
                intents.push(Intent::HoldLog(ClusterFlags { network: Some(network.to_owned()), ..flags.clone() }));
            }
        }
    });
}

/// busbw against message size: points measured, a thick line predicted, thin ones for each algorithm by itself.
fn plot(ui: &mut Ui, theme: &Theme, held: &Held) {
    let (response, painter) = ui.allocate_painter(vec2(ui.available_width(), PLOT), egui::Sense::hover());
    let inner = egui::Rect::from_min_max(response.rect.min + vec2(56.0, 22.0), response.rect.max - vec2(12.0, 26.0));
    let all = || held.points.iter().chain(&held.predicted).chain(held.by_algorithm.iter().flat_map(|(_, curve)| curve));
    // Four steps of a round number.
    let most = 4.0 * round_up(all().map(|(_, rate)| *rate).fold(1.0, f64::max) * 1.02 / 4.0);
    let low = all().map(|(at, _)| *at).fold(f64::INFINITY, f64::min);
    let high = all().map(|(at, _)| *at).fold(low + 1.0, f64::max);
    let place = |&(at, rate): &(f64, f64)| {
        let x = inner.left() + ((at - low) / (high - low)) as f32 * inner.width();
        pos2(x, inner.bottom() - (rate / most) as f32 * inner.height())
    };
    let font = mono(Theme::TYPE[0]);
    let soft = colour(theme.soft);
    for step in 0..=4 {
        let rate = most * f64::from(step) / 4.0;
        let y = place(&(low, rate)).y;
        painter.hline(inner.x_range(), y, Stroke::new(1.0, colour(theme.line)));
        painter.text(pos2(inner.left() - 8.0, y), Align2::RIGHT_CENTER, significant_rate(rate), font.clone(), soft);
    }
    painter.text(inner.left_top() - vec2(48.0, 14.0), Align2::LEFT_CENTER, "busbw, GB/s", words(Theme::TYPE[0]), soft);
    let first = low.ceil() as u32;
    let every = if high - low > 14.0 { 4 } else { 2 };
    for exponent in (first..=high as u32).filter(|exponent| exponent % every == 0) {
        let x = place(&(f64::from(exponent), 0.0)).x;
        let text = Bytes(1_u64 << exponent.min(62)).to_string();
        painter.text(pos2(x, inner.bottom() + 14.0), Align2::CENTER_CENTER, text, font.clone(), soft);
    }
    let line = |curve: &Curve, stroke: Stroke| {
        let points: Vec<egui::Pos2> = curve.iter().map(place).collect();
        painter.add(Shape::line(points, stroke));
    };
    for (_, curve) in &held.by_algorithm {
        line(curve, Stroke::new(1.0, colour(theme.muted)));
    }
    line(&held.predicted, Stroke::new(2.0, colour(theme.selection)));
    for point in &held.points {
        painter.circle(place(point), 4.0, colour(theme.sum), Stroke::new(1.0, colour(theme.outline)));
    }
    names(&painter, theme, held, inner, &place);
    legend(&painter, theme, inner);
    // The value under the pointer.
    if let Some(pointer) = response.hover_pos() {
        let near = held
            .points
            .iter()
            .zip(&held.comparison.rows)
            .min_by(|(a, _), (b, _)| place(a).distance(pointer).total_cmp(&place(b).distance(pointer)));
        if let Some((point, row)) = near.filter(|(point, _)| place(point).distance(pointer) < 24.0) {
            let off = 100.0 * (row.predicted_s / row.measured_s - 1.0);
            let text = format!(
                "{}: measured {} GB/s, predicted {off:+.1} % by {}",
                Bytes(row.message_bytes),
                significant(point.1),
                row.algorithm
            );
            response.on_hover_text(text);
        }
    }
}

/// A rate on the axis: whole, or with what small steps need.
fn significant_rate(rate: f64) -> String {
    if rate.fract() == 0.0 { format!("{rate:.0}") } else { format!("{rate:.1}") }
}

/// The next of 1, 2, 2.5, 5 times a power of ten.
fn round_up(step: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 <= step {
        power *= 10.0;
    }
    let digits = [1.0, 2.0, 2.5, 5.0, 10.0];
    digits.into_iter().map(|digit| digit * power).find(|round| *round >= step).unwrap_or(10.0 * power)
}

/// The names of the algorithms at the ends of their curves, one below the other where they would touch.
fn names(
    painter: &egui::Painter,
    theme: &Theme,
    held: &Held,
    inner: egui::Rect,
    place: &dyn Fn(&(f64, f64)) -> egui::Pos2,
) {
    let mut ends: Vec<(f32, &str)> =
        held.by_algorithm.iter().filter_map(|(name, curve)| Some((place(curve.last()?).y, *name))).collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut last = f32::NEG_INFINITY;
    for (y, name) in ends {
        let y = (y + 14.0).max(last + 13.0);
        last = y;
        painter.text(
            pos2(inner.right() - 4.0, y),
            Align2::RIGHT_CENTER,
            name,
            words(Theme::TYPE[0]),
            colour(theme.soft),
        );
    }
}

fn legend(painter: &egui::Painter, theme: &Theme, inner: egui::Rect) {
    let y = inner.top() - 14.0;
    let mut right = inner.right();
    let mut entry = |text: &str, mark: &dyn Fn(egui::Pos2)| {
        let ink: Color32 = colour(theme.soft);
        let at = painter.text(pos2(right, y), Align2::RIGHT_CENTER, text, words(Theme::TYPE[0]), ink);
        mark(pos2(at.left() - 14.0, y));
        right = at.left() - 40.0;
    };
    let dash = |ink: Color32, width: f32| {
        move |at: egui::Pos2| {
            painter.line_segment([at - vec2(8.0, 0.0), at + vec2(8.0, 0.0)], Stroke::new(width, ink));
        }
    };
    entry("each algorithm", &dash(colour(theme.muted), 1.0));
    entry("predicted", &dash(colour(theme.selection), 2.0));
    entry("measured", &|at| {
        painter.circle(at, 4.0, colour(theme.sum), Stroke::new(1.0, colour(theme.outline)));
    });
}

fn errors(ui: &mut Ui, theme: &Theme, held: &Held) {
    let percent = |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{:.1} %", 100.0 * share));
    let comparison = &held.comparison;
    let ink = if comparison.verdict.healthy { theme.done } else { theme.binding };
    let verdict = RichText::new(&comparison.verdict.text).font(semibold(Theme::TYPE[2])).color(colour(ink));
    ui.add(egui::Label::new(verdict).wrap());
    ui.add_space(Theme::STEP);
    let text = format!(
        "error from 1 MiB on {}, over all sizes {}; NCCL's own cost model {}. The error is exp(mean |ln(predicted / \
         measured)|) - 1; the smaller of the two times of a row counts.",
        percent(comparison.error_1mib_up),
        percent(comparison.error_all),
        percent(comparison.nccl_table_error_1mib_up)
    );
    ui.add(egui::Label::new(RichText::new(text).font(words(Theme::TYPE[1])).color(colour(theme.text))).wrap());
    let note = "busbw counts 2(n-1)/n of the message whatever the algorithm: with NVLS, which puts only S(1+1/n) on a \
                link, it may exceed what the link carries. Constants are fitted on public logs; the picks are the \
                model's, not NCCL's.";
    ui.add(egui::Label::new(RichText::new(note).font(words(Theme::TYPE[0])).color(colour(theme.soft))).wrap());
}
