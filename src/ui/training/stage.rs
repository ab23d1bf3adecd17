//! The stage of a training run: side by side what every chip of each fabric does, on one clock.

use egui::{Rect, Sense, Stroke, Ui, pos2, vec2};

use super::chips::{MIN_STAGES, Shown, paint_headline, paint_stages};
use super::mix_bar::paint_mix_across;
use super::ruler;
use crate::session::Intent;
use crate::style::Theme;
use crate::training::{Lane, RunLevel};
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::{common, run as text};
use crate::ui::widgets::{TARGET, Tip, elided, named};

/// Space at the left and at the right of the stage, points.
const SIDE: f32 = 24.0;
/// Space at both sides of the line between two runs, points.
const GUTTER: f32 = 14.0;
/// Height of the heading of a fabric, points.
const HEADING: f32 = 86.0;

/// The column of a run among so many, from line to line.
pub(in crate::ui) fn column(stage: Rect, place: usize, runs: usize) -> Rect {
    let across = (stage.width() - 2.0 * SIDE) / runs.max(1) as f32;
    // The line stands in the middle between the contents of two runs.
    let line = |place: usize| match place {
        0 => stage.left(),
        place if place == runs => stage.right(),
        place => stage.left() + SIDE + across * place as f32 - GUTTER,
    };
    Rect::from_min_max(pos2(line(place), stage.top()), pos2(line(place + 1), stage.bottom()))
}

/// The stage in the room that the panels leave.
pub(in crate::ui) fn stage_ui(root: &Ui, model: &Model) {
    let theme = model.theme();
    let area = root.available_rect_before_wrap();
    let painter = root.painter().with_clip_rect(area);
    painter.rect_filled(area, 0.0, colour(theme.ground));
    let session = model.session;
    let (_, window) = session.run_window();
    let runs: Vec<_> = session.training_runs().collect();
    for (place, (fabric, run)) in runs.iter().enumerate() {
        let column = column(area, place, runs.len());
        let cell = column.shrink2(vec2(GUTTER, 10.0)).with_max_x(if place + 1 == runs.len() {
            area.right() - SIDE
        } else {
            column.right() - GUTTER
        });
        let cell = if place == 0 { cell.with_min_x(area.left() + SIDE) } else { cell };
        if place > 0 {
            painter.vline(column.left(), cell.y_range(), Stroke::new(1.0, colour(theme.line)));
        }
        let level = RunLevel::for_window(run, window);
        let moment = run.schedule.at(session.run_clock.at);
        let name = session.scene().fabrics.get(*fabric).map_or("", |fabric| fabric.name.as_str());
        let title = common::fabric(*fabric, name);
        let at = pos2(cell.left(), cell.top() + 8.0);
        elided(&painter, at, title, heading_font(Theme::TYPE[1]), colour(theme.text), cell.width());
        if session.hides_results() {
            continue;
        }
        let when = text::moment(run, moment, level, &ruler::instant(session.run_clock.at, window));
        let font = text_font(Theme::TYPE[0]);
        elided(&painter, at + vec2(0.0, 16.0), when, font, colour(theme.soft), cell.width());
        paint_headline(&painter, theme, pos2(cell.left(), cell.top() + 34.0), run, cell.width());
        // Where a whole step goes, from left to right.
        let bar = Rect::from_min_max(
            pos2(cell.left(), cell.top() + HEADING - 22.0),
            pos2(cell.right(), cell.top() + HEADING - 12.0),
        );
        let mix = run.picture.total(run.step.stage, Lane::Compute);
        paint_mix_across(&painter, theme, bar, &mix, mix.total().secs());
        let room = Rect::from_min_max(pos2(cell.left(), cell.top() + HEADING), cell.max);
        if room.height() > MIN_STAGES {
            paint_stages(&painter, theme, room, run, Shown::new(run, moment, level));
        }
    }
}

/// Over a collective of a step: the way back to the run.
pub(in crate::ui) fn call_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let Some(call) = model.session.call_stage() else { return };
    let theme = model.theme();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        let back = ui.add(egui::Button::new(text::BACK_TO_RUN).min_size(vec2(0.0, TARGET)));
        named(&back, egui::WidgetType::Button, text::BACK_TO_RUN, "");
        if back.tip(text::BACK_TOOLTIP).clicked() {
            intents.push(Intent::LeaveCall);
        }
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), TARGET), Sense::hover());
        let at = pos2(rect.left(), rect.center().y);
        let path = text::path_to_call(call.title_before());
        elided(ui.painter(), at, path, text_font(Theme::TYPE[1]), colour(theme.soft), rect.width());
    });
}
