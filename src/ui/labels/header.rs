//! Over each fabric: name, what it is, progress, time.

use egui::{Align2, Painter, Pos2, Rect, pos2, vec2};

use super::captions::Captions;
use crate::scene::ClockMode;
use crate::solve::FabricRun;
use crate::stage::FabricLayout;
use crate::style::Theme;
use crate::ui::hero;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, number_font, text_font, to_pos};
use crate::ui::text::{common, labels as text, results};
use crate::ui::widgets::elided;
use crate::units::Femtos;

/// From this width on, points, name and time share a line.
const ROOMY: f32 = 460.0;

/// From this width on, points, a low cell has room for its name, the time and the end of its run.
const ROOM_FOR_BOTH_TIMES: f32 = 250.0;

/// Between a caption and the words at its right, points.
const CAPTION_GAP: f32 = 12.0;
/// How far over a wafer its bottleneck is named, points.
pub(super) const OVER_WAFER: f32 = 21.0;
/// What such a name takes at most, points.
const BOTTLENECK_NAME: egui::Vec2 = vec2(300.0, 18.0);
/// Height of the progress bar, points.
const BAR: f32 = 3.0;
/// The mark of the active fabric stands this far before its name, points.
const MARK_LEFT: f32 = 10.0;

/// The room for the name and for the line below it.
#[derive(Clone, Copy)]
struct NameRoom {
    left: Pos2,
    name_width: f32,
    subtitle_width: f32,
    /// A low cell has no room for the subtitle.
    low: bool,
}

/// Where the header ends, below the top of the cell, points.
pub(super) fn bottom(layout: &FabricLayout) -> f32 {
    if layout.is_low() { 8.0 + 26.0 + BAR } else { 20.0 + 54.0 + BAR }
}

pub(super) fn paint_header(painter: &Painter, model: &Model, index: usize, run: &FabricRun, layout: &FabricLayout) {
    let theme = model.theme();
    let low = layout.is_low();
    let left = pos2(layout.picture.min.x, layout.cell.min.y + if low { 8.0 } else { 20.0 });
    let right = layout.picture.max.x;
    let painter = painter.with_clip_rect(Rect::from_min_max(to_pos(layout.cell.min), to_pos(layout.cell.max)));
    let width = right - left.x;
    let Some(result) = run.result() else {
        let room = NameRoom { left, name_width: width, subtitle_width: width, low };
        names(&painter, theme, index, run, room);
        active_mark(&painter, model, index, room);
        return;
    };
    // Before a prediction, and before the beats of a talk that play, nothing tells how long the run takes.
    let hidden = model.session.hides_results() || model.session.hides_times_of_talk();
    let local = model.session.local_time(run);
    let done = local >= result.time;
    let share = if hidden && !done { 0.0 } else { local.0 as f32 / result.time.0.max(1) as f32 };
    let top = left.y + if low { 26.0 } else { 54.0 };
    let bar = Rect::from_min_max(pos2(left.x, top), pos2(right, top + BAR));
    painter.rect_filled(bar, 1.5, colour(theme.line));
    let filled = Rect::from_min_max(bar.min, pos2(bar.left() + bar.width() * share, bar.bottom()));
    painter.rect_filled(filled, 1.5, colour(if done { theme.done } else { theme.sum }));
    let before = model.session.undo.before(index).and_then(FabricRun::result);
    // For an audience there is no room for it.
    if let Some(before) = before.filter(|before| model.session.panels && before.time != result.time && !hidden) {
        previous_run(&painter, model, layout, bar, (before.time, result.time));
    }
    let roomy = width > ROOMY;
    let scale = hero::time_scale(model.session, 3);
    let name_room = |size: f32| {
        let name = common::fabric(index, &run.scene.name);
        painter.layout_no_wrap(name, heading_font(size), colour(theme.text)).size().x
    };
    let (label, ink) = if hidden {
        if done { (results::DONE.to_owned(), theme.done) } else { (text::running(local, None, scale), theme.soft) }
    } else if done {
        let fastest = model.session.runs.iter().filter_map(FabricRun::result).map(|result| result.time).min();
        (text::done(result.time, fastest.filter(|_| roomy && model.session.training.is_none()), scale), theme.done)
    } else {
        // The name comes first: the end of the run stands in the hero line, too.
        let both = text::running(local, Some(result.time), scale);
        let both_width = painter.layout_no_wrap(both.clone(), number_font(Theme::TYPE[1]), colour(theme.soft)).size().x;
        let fits = low && width >= ROOM_FOR_BOTH_TIMES && name_room(Theme::TYPE[1]) + both_width + 12.0 <= width;
        (if roomy || fits { both } else { text::running(local, None, scale) }, theme.soft)
    };
    // Beside the name if there is room for both, else beside the subtitle.
    let galley = painter.layout_no_wrap(label, number_font(Theme::TYPE[1]), colour(ink));
    let beside = width - galley.size().x - 12.0;
    let y = match (low, roomy) {
        (true, _) => left.y + 2.0,
        (false, true) => left.y + 4.0,
        (false, false) => left.y + 30.0,
    };
    painter.galley(pos2(right - galley.size().x, y), galley, colour(ink));
    let (name_width, subtitle_width) = if low || roomy { (beside, width) } else { (width, beside) };
    let room = NameRoom { left, name_width, subtitle_width, low };
    names(&painter, theme, index, run, room);
    active_mark(&painter, model, index, room);
}

/// Below the progress bar, the progress of the previous run at the same instant.
fn previous_run(painter: &Painter, model: &Model, layout: &FabricLayout, bar: Rect, (before, now): (Femtos, Femtos)) {
    let theme = model.theme();
    let clock = &model.session.clock;
    let at = match clock.mode {
        ClockMode::Same => clock.at.min(before),
        ClockMode::Normalised => clock.local(before),
    };
    let share = at.0 as f32 / before.0.max(1) as f32;
    let line = bar.translate(vec2(0.0, 5.0)).with_max_y(bar.max.y + 4.0);
    painter.rect_filled(line, 1.0, colour(theme.line));
    let done = Rect::from_min_max(line.min, pos2(line.left() + line.width() * share, line.bottom()));
    painter.rect_filled(done, 1.0, colour(theme.muted));
    // At the right, because captions begin at the left; shorter beside one, or nothing, because the result says it, too.
    let place = pos2(line.right(), line.bottom() + 9.0);
    let captions = Captions { painter, theme, layout, top: layout.cell.min.y + bottom(layout) };
    let words = text::previous_run(before, now)
        .map(|words| painter.layout_no_wrap(words, text_font(Theme::TYPE[0]), colour(theme.soft)));
    let room = words.into_iter().map(|galley| (Align2::RIGHT_CENTER.anchor_size(place, galley.size()), galley)).find(
        |(rect, _)| {
            let meets =
                captions.meet(*rect, CAPTION_GAP) || over_wafer(layout).is_some_and(|band| band.intersects(*rect));
            rect.left() >= bar.left() && !meets
        },
    );
    if let Some((rect, galley)) = room {
        painter.galley(rect.min, galley, colour(theme.soft));
    }
}

/// Where the bottleneck of a whole wafer is named, over the wafer.
fn over_wafer(layout: &FabricLayout) -> Option<Rect> {
    let wafer = layout.wafer.as_ref().filter(|_| layout.camera.is_whole())?;
    let middle = pos2(wafer.region.center().x, wafer.region.min.y - OVER_WAFER);
    Some(Rect::from_center_size(middle, BOTTLENECK_NAME))
}

/// Beside the name of the fabric that keys act on. A single fabric needs no mark.
fn active_mark(painter: &Painter, model: &Model, index: usize, room: NameRoom) {
    if model.session.runs.len() < 2 || index != model.session.view.active {
        return;
    }
    let (top, bottom) = if room.low { (3.0, 20.0) } else { (1.0, 24.0) };
    let left = room.left.x - MARK_LEFT;
    let mark = Rect::from_min_max(pos2(left, room.left.y + top), pos2(left + 3.0, room.left.y + bottom));
    painter.rect_filled(mark, 1.5, colour(model.theme().selection));
}

/// Name and subtitle, each in its width.
fn names(painter: &Painter, theme: &Theme, index: usize, run: &FabricRun, room: NameRoom) {
    let name = common::fabric(index, &run.scene.name);
    let (down, sizes) = if room.low { (11.0, &Theme::TYPE[..3]) } else { (12.0, &Theme::TYPE[..5]) };
    let at = room.left + vec2(0.0, down);
    // A long name is smaller before it is cut.
    let width = |size: f32| painter.layout_no_wrap(name.clone(), heading_font(size), colour(theme.text)).size().x;
    let size = sizes.iter().rev().copied().find(|size| width(*size) <= room.name_width).unwrap_or(Theme::TYPE[0]);
    elided(painter, at, name, heading_font(size), colour(theme.text), room.name_width);
    if !room.low {
        let at = room.left + vec2(0.0, 38.0);
        let subtitle = text::subtitle(run);
        let width = |size: f32| painter.layout_no_wrap(subtitle.clone(), text_font(size), colour(theme.soft)).size().x;
        let fits = width(Theme::TYPE[1]) <= room.subtitle_width;
        let font = text_font(Theme::TYPE[usize::from(fits)]);
        elided(painter, at, subtitle, font, colour(theme.soft), room.subtitle_width);
    }
}
