//! The chips and links of one run: what each does at an instant, or how a whole step is divided while many steps are in sight.

use egui::{FontId, Painter, Rect, Stroke, pos2, vec2};

use super::mix_bar::{Ink, paint_ink, parts};
use crate::style::Theme;
use crate::training::{Lane, Mix, Moment, RunLevel, SpanKind, TrainingRun};
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::run as text;
use crate::ui::widgets::elided;
use crate::units::Femtos;

/// The most squares of a stage.
const MAX_SQUARES: u32 = 512;
/// Height of the lines of links under the chips of a stage, points.
const LINKS: f32 = 44.0;
/// Height of the line between chips and links, points.
const DOING: f32 = 16.0;
/// Lower stages have their chips only, points.
const ROOM_FOR_LINKS: f32 = 90.0;
/// The least height in which stages are drawn, points.
pub(super) const MIN_STAGES: f32 = 30.0;
/// The largest square with its gap, points.
const LARGEST: f32 = 44.0;
/// Narrower stages have their number only, points.
const ROOM_FOR_NAMES: f32 = 46.0;

/// The part of a run that the stage shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The mean of a step.
    Mean,
    /// An instant of a step.
    Instant(Femtos),
    /// The wait for the machine, an interruption, or the end of the run.
    Nothing,
}

impl Shown {
    pub(super) fn new(run: &TrainingRun, moment: Moment, level: RunLevel) -> Shown {
        match (moment, level) {
            (Moment::Step { .. }, RunLevel::Run) => Shown::Mean,
            (Moment::Step { offset, .. }, RunLevel::Step | RunLevel::Layer) => {
                Shown::Instant(offset.min(run.schedule.step))
            }
            (Moment::Queued | Moment::Lost { .. } | Moment::Over, _) => Shown::Nothing,
        }
    }
}

/// Pipeline stages side by side, each with its chips, its NVLink domain and its NICs.
pub(super) fn paint_stages(painter: &Painter, theme: &Theme, area: Rect, run: &TrainingRun, shown: Shown) {
    let stages = run.picture.stages();
    // Up to 8 in a row; more in several rows.
    let rows = stages.div_ceil(8).max(1);
    let across = stages.div_ceil(rows).max(1);
    let gap = if across > 4 { 10.0 } else { 22.0 };
    let size = vec2((area.width() + gap) / across as f32, area.height() / rows as f32);
    for stage in 0..stages {
        let (row, column) = (stage / across, stage % across);
        let at = area.min + vec2(size.x * column as f32, size.y * row as f32);
        let cell = Rect::from_min_size(at, size - vec2(gap, if rows > 1 { 8.0 } else { 0.0 }));
        paint_stage(painter, theme, cell, run, stage, shown);
        if column + 1 < across && stage + 1 < stages {
            let links = if has_links(cell) { LINKS } else { 0.0 };
            let between = Rect::from_min_max(
                pos2(cell.right() + 2.0, cell.top() + 18.0),
                pos2(cell.right() + gap - 2.0, cell.bottom() - links),
            );
            paint_send(painter, theme, between, run, stage, shown);
        }
    }
}

/// Whether there is room for more than the chips of a stage.
fn has_links(cell: Rect) -> bool {
    cell.height() > ROOM_FOR_LINKS
}

/// The number of chips of a stage, and for how many of them a square stands.
fn squares(run: &TrainingRun) -> (u32, u32) {
    let chips = run.step.chips / run.picture.stages().max(1);
    let each = chips.div_ceil(MAX_SQUARES).max(1);
    (chips.div_ceil(each), each)
}

fn paint_stage(painter: &Painter, theme: &Theme, cell: Rect, run: &TrainingRun, stage: u32, shown: Shown) {
    let font = text_font(Theme::TYPE[0]);
    let is_pipeline = run.picture.stages() > 1;
    if is_pipeline {
        let name = if cell.width() < ROOM_FOR_NAMES { stage.to_string() } else { text::stage(stage) };
        let at = pos2(cell.left(), cell.top() + 6.0);
        elided(painter, at, name, font.clone(), colour(theme.soft), cell.width());
    }
    let top = cell.top() + if is_pipeline { 16.0 } else { 0.0 };
    let below = if has_links(cell) { LINKS + DOING } else { 0.0 };
    let chips = Rect::from_min_max(pos2(cell.left(), top), pos2(cell.right(), cell.bottom() - below));
    paint_squares(painter, theme, chips, run, stage, shown);
    if !has_links(cell) {
        return;
    }
    let what = pos2(cell.left(), cell.bottom() - LINKS - 7.0);
    if let Shown::Instant(at) = shown {
        let doing = run.picture.doing(stage, Lane::Compute, at);
        let label = fitting(painter, &text::doing(doing.as_ref()), &font, cell.width());
        let waits = doing.is_some_and(|doing| doing.mix.exposed > Femtos(0) && matches!(doing.kind, SpanKind::Wait(_)));
        let ink = if waits { theme.binding } else { theme.text };
        elided(painter, what, label, font, colour(ink), cell.width());
    }
    let lanes = run.picture.lanes();
    for (place, lane) in lanes.iter().skip(1).enumerate() {
        let top = cell.bottom() - LINKS + 2.0 + 21.0 * place as f32;
        let row = Rect::from_min_max(pos2(cell.left(), top), pos2(cell.right(), top + 19.0));
        paint_link(painter, theme, row, run, (stage, *lane), shown);
    }
}

/// A link or NIC of every chip of a stage: lit while it carries something, loud if compute waits for it.
fn paint_link(
    painter: &Painter,
    theme: &Theme,
    row: Rect,
    run: &TrainingRun,
    (stage, lane): (u32, Lane),
    shown: Shown,
) {
    let bar = Rect::from_min_max(pos2(row.left(), row.bottom() - 6.0), pos2(row.right(), row.bottom() - 1.0));
    let font = text_font(10.0);
    painter.rect_filled(bar, 2.0, colour(theme.raised));
    let mut labels = vec![text::lane(lane).to_owned()];
    let mut ink = theme.muted;
    match shown {
        Shown::Mean => {
            let mix = run.picture.total(stage, lane);
            let time = run.step.time.secs().max(1e-30);
            let mut left = bar.left();
            for (kind, seconds) in [(Ink::Exposed, mix.exposed.secs()), (Ink::Hidden, mix.hidden.secs())] {
                let right = (left + bar.width() * (seconds / time).min(1.0) as f32).min(bar.right());
                paint_ink(painter, theme, Rect::from_min_max(pos2(left, bar.top()), pos2(right, bar.bottom())), kind);
                left = right;
            }
            labels.insert(0, text::busy(lane, (mix.exposed + mix.hidden).secs() / time));
        }
        Shown::Instant(at) => {
            if let Some(doing) = run.picture.doing(stage, lane, at) {
                let exposed = is_exposed(run, stage, at);
                let kind = if exposed { Ink::Exposed } else { Ink::Hidden };
                let length = doing.end.since(doing.start).0.max(1) as f32;
                let share = at.since(doing.start).0 as f32 / length;
                paint_ink(painter, theme, bar, kind);
                // How far it is.
                let done = bar.with_max_x(bar.left() + bar.width() * share);
                painter.rect_filled(done, 2.0, colour(theme.copy.with_alpha(120)));
                labels = text::carries(lane, &doing.kind);
                ink = if exposed { theme.binding } else { theme.text };
            }
        }
        Shown::Nothing => {}
    }
    labels.push(text::lane_short(lane).to_owned());
    let label = fitting(painter, &labels, &font, row.width());
    elided(painter, pos2(row.left(), row.top() + 6.0), label, font, colour(ink), row.width());
}

/// The first of several labels that fits into a width; the last one if none does.
fn fitting(painter: &Painter, labels: &[String], font: &FontId, width: f32) -> String {
    let fits = |label: &&String| {
        painter.layout_no_wrap((*label).clone(), font.clone(), egui::Color32::PLACEHOLDER).size().x <= width
    };
    labels.iter().find(fits).or(labels.last()).cloned().unwrap_or_default()
}

/// Whether compute of a stage waits for the network at an instant.
fn is_exposed(run: &TrainingRun, stage: u32, at: Femtos) -> bool {
    let compute = run.picture.doing(stage, Lane::Compute, at);
    compute.is_some_and(|doing| matches!(doing.kind, SpanKind::Wait(cause) if cause.is_network()))
}

/// Activations or gradients between two stages.
fn paint_send(painter: &Painter, theme: &Theme, area: Rect, run: &TrainingRun, stage: u32, shown: Shown) {
    let y = area.center().y;
    let sending = match shown {
        Shown::Instant(at) => {
            let is_send = |stage: u32| {
                let lanes = [Lane::Nic, Lane::NvLink].map(|lane| run.picture.doing(stage, lane, at));
                lanes.into_iter().flatten().any(|doing| doing.kind.is_send())
            };
            is_send(stage) || is_send(stage + 1)
        }
        Shown::Mean | Shown::Nothing => false,
    };
    let (ink, width) = if sending { (theme.sum, 4.0) } else { (theme.line, 1.5) };
    painter.hline(area.x_range(), y, Stroke::new(width, colour(ink)));
}

/// The chips of a stage as squares.
fn paint_squares(painter: &Painter, theme: &Theme, area: Rect, run: &TrainingRun, stage: u32, shown: Shown) {
    let (count, each) = squares(run);
    let (pitch, across) = square_grid(area, count, run.picture.layer_time() > Femtos(0));
    let size = (pitch - if pitch > 7.0 { 2.0 } else { 1.0 }).max(1.0);
    let mix = run.picture.total(stage, Lane::Compute);
    let state = match shown {
        Shown::Instant(at) => run.picture.doing(stage, Lane::Compute, at),
        Shown::Mean | Shown::Nothing => None,
    };
    for place in 0..count {
        let (row, column) = (place / across, place % across);
        let at = area.min + vec2(pitch * column as f32, pitch * row as f32);
        let square = Rect::from_min_size(at, vec2(size, size));
        match (shown, &state) {
            // As many squares as the share of the time.
            (Shown::Mean, _) => {
                paint_ink(painter, theme, square, ink_at(&mix, (place as f64 + 0.5) / f64::from(count)))
            }
            (Shown::Instant(_), Some(doing)) => {
                let ink = loudest(&doing.mix, &doing.kind);
                paint_ink(painter, theme, square, ink);
            }
            (Shown::Instant(_) | Shown::Nothing, _) => {
                painter.rect_filled(square, 0.0, colour(theme.raised));
            }
        }
    }
    if each > 1 {
        let high = pitch * count.div_ceil(across) as f32;
        let at = pos2(area.left(), area.top() + high + 7.0);
        if at.y < area.bottom() {
            let font = text_font(10.0);
            let label = fitting(painter, &text::square_stands_for(each), &font, area.width());
            elided(painter, at, label, font, colour(theme.muted), area.width());
        }
    }
}

/// The ink at a share of a mix.
fn ink_at(mix: &Mix, share: f64) -> Ink {
    let mut left = share * mix.total().secs();
    let all = parts(mix);
    for (ink, seconds) in all {
        if left < seconds {
            return ink;
        }
        left -= seconds;
    }
    Ink::Forward
}

/// Side of a square with its gap, and how many of them are in a row, so that all fit. GPUs stand in rows of whole nodes of 8.
fn square_grid(area: Rect, count: u32, in_nodes: bool) -> (f32, u32) {
    let count = count.max(1);
    let unit = if in_nodes && count.is_multiple_of(8) { 8 } else { 1 };
    let mut best = (0.0_f32, unit);
    let mut across = unit;
    while across <= count.min(128) {
        let down = count.div_ceil(across);
        let pitch = (area.width() / across as f32).min(area.height() / down as f32).min(LARGEST);
        if pitch > best.0 {
            best = (pitch, across);
        }
        across += unit;
    }
    best
}

/// The ink of what a stream does at an instant.
fn loudest(mix: &Mix, kind: &SpanKind) -> Ink {
    match kind {
        SpanKind::Wait(cause) => {
            if cause.is_network() {
                Ink::Exposed
            } else {
                Ink::Bubble
            }
        }
        SpanKind::Pass { .. }
        | SpanKind::Layer { .. }
        | SpanKind::Rest { .. }
        | SpanKind::Kernel(..)
        | SpanKind::Task { .. }
        | SpanKind::Merged => {
            let largest = parts(mix).into_iter().max_by(|(_, one), (_, two)| one.total_cmp(two));
            largest.map_or(Ink::Forward, |(ink, _)| ink)
        }
    }
}

/// The number that a newcomer looks for, large, beside what it means.
pub(super) fn paint_headline(painter: &Painter, theme: &Theme, at: egui::Pos2, run: &TrainingRun, width: f32) {
    let number = text::network_share(run);
    let galley = painter.layout_no_wrap(number, number_font(Theme::TYPE[4]), colour(theme.binding));
    let size = galley.size();
    painter.galley(at, galley, colour(theme.binding));
    let left = at.x + size.x + 8.0;
    let font = heading_font(Theme::TYPE[1]);
    let line = |row: f32| pos2(left, at.y + size.y / 2.0 + row);
    let room = width - size.x - 8.0;
    let share = [text::NETWORK_SHARE, text::NETWORK_SHARE_SHORT].map(str::to_owned);
    elided(painter, line(-7.0), fitting(painter, &share, &font, room), font.clone(), colour(theme.text), room);
    let (range, small) = ([text::network_range(run), text::network_range_short(run)], text_font(Theme::TYPE[0]));
    elided(painter, line(7.0), fitting(painter, &range, &small, room), small.clone(), colour(theme.soft), room);
}
